"""Pure Python written with care: events grouped once, days as numbers, tables of working days, whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.make_log import KINDS, UNIT_TYPES, WORDS, MadeLog, window_of
from benchmarks.workload import (
    BLOCKS,
    GROUPS,
    LEAVES,
    NONE,
    AllOrNothing,
    Complete,
    Count,
    Coverage,
    Deadline,
    Deduct,
    Events,
    Exists,
    Findings,
    Frequency,
    Leaf,
    PerAccount,
    Precedes,
    Scores,
    Share,
    Tiers,
    grid,
    working_days,
)

Counts = dict[str, list[int]]
Columns = dict[str, list[int]]


class Careful:
    """The log as lists of numbers, tables of working days by day number."""

    def __init__(self, log: MadeLog) -> None:
        self.columns: Columns = {"unit": log.unit.tolist(), "kind": log.kind.tolist(), "day": log.day.tolist()}
        self.columns["ref"] = log.ref.tolist()
        self.columns |= {name: codes.tolist() for name, codes in log.attributes.items()}
        self.units, self.types, self.period = log.units, log.unit_type.tolist(), log.period
        self.first, self.last = window_of(log.period)
        self.base = self.first - 40
        working = working_days()
        self.listed = sorted(d for d in working if d >= self.base)
        span = range(self.base, self.last + 400)
        self.upto, self.ordinal, passed = [], [], 0
        for day in span:
            rest = day not in working
            passed += not rest
            self.upto.append(passed)
            self.ordinal.append(passed + rest)

    def tables(self, m: Deadline) -> list[list[int]]:
        """For each type of unit the last day of every start day."""
        found: dict[tuple[int, ...], list[int]] = {}
        result = []
        for unit_type in range(len(UNIT_TYPES)):
            lengths = tuple(m.limit(day, unit_type) for day in range(self.base, self.last + 1))
            if lengths not in found:
                found[lengths] = [self._due(m, day, n) for day, n in enumerate(lengths, self.base)]
            result.append(found[lengths])
        return result

    def _due(self, m: Deadline, day: int, n: int) -> int:
        if m.days is None:
            return self.listed[self.upto[day - self.base] + n - 1]
        return self.listed[self.ordinal[day + n - self.base] - 1] if m.roll else day + n


def prepare(log: MadeLog) -> Careful:
    return Careful(log)


def run(data: Careful) -> Scores:
    by_kind = _by_kind(data.columns)
    first_answers: dict[tuple[str, str], dict[int, int]] = {}
    units = len(data.units)
    columns = []
    for leaf in LEAVES:
        counts = _MEASURES[type(leaf.measure)](leaf.measure, data, by_kind, first_answers)
        columns.append(_points(leaf, counts, data.types, units))
    totals = _totals(columns, data.types)
    first: dict[int, int] = {}
    for place, value in enumerate(sorted(totals, reverse=True), 1):
        if value not in first:
            first[value] = place
    ranks = [first[value] for value in totals]
    return Scores(data.units, np.array(columns, np.int64).T, np.array(totals, np.int64), np.array(ranks, np.int64))


def _by_kind(columns: Columns) -> list[Columns]:
    """The events of every kind, with only the columns that occur there."""
    rows: list[list[int]] = [[] for _ in KINDS]
    for row, kind in enumerate(columns["kind"]):
        rows[kind].append(row)
    result = []
    for kind in range(len(KINDS)):
        part: Columns = {}
        for name, column in columns.items():
            if name == "kind" or (name in WORDS and not (rows[kind] and _occurs(column, rows[kind]))):
                continue
            part[name] = [column[row] for row in rows[kind]]
        result.append(part)
    return result


def _occurs(column: list[int], rows: list[int]) -> bool:
    return any(column[row] >= 0 for row in rows[:50])


def _pick(by_kind: list[Columns], events: Events, *names: str) -> Sequence[list[int]]:
    """Columns of the events chosen."""
    part = by_kind[KINDS.index(events.kind)]
    if not part["unit"]:
        return [[] for _ in names]
    if not events.where:
        return [part[name] for name in names]
    ((name, values),) = events.where.items()
    wanted = {WORDS[name].index(value) for value in values}
    rows = [row for row, code in enumerate(part[name]) if code in wanted]
    return [[column[row] for row in rows] for column in (part[name] for name in names)]


Firsts = dict[tuple[str, str], dict[int, int]]


def _first(events: Events, by_kind: list[Columns], kept: Firsts) -> dict[int, int]:
    """Reference → day of its first event."""
    key = (events.kind, str(events.where))
    if key not in kept:
        refs, days = _pick(by_kind, events, "ref", "day")
        found: dict[int, int] = {}
        for ref, day in zip(refs, days, strict=True):
            if found.get(ref, day) >= day:
                found[ref] = day
        kept[key] = found
    return kept[key]


def _zeros(data: Careful, *names: str) -> Counts:
    return {name: [0] * len(data.units) for name in names}


def _deadline(m: Deadline, data: Careful, by_kind: list[Columns], kept: Firsts) -> Counts:
    answers = _first(m.end, by_kind, kept)
    counts = _zeros(data, "cases", "met", "late", "missing", "days_late", "longest_late")
    cases, met, late, missing, days_late, longest = counts.values()
    tables = [tuple(table) for table in data.tables(m)]
    same = tables[0] is tables[1] is tables[2] or tables[0] == tables[1] == tables[2]
    table, types, base, last = tables[0], data.types, data.base, data.last
    upto, ordinal, working = data.upto, data.ordinal, m.days is None
    for unit, day, ref in zip(*_pick(by_kind, m.start, "unit", "day", "ref"), strict=True):
        due = (table if same else tables[types[unit]])[day - base]
        if due > last:
            continue
        cases[unit] += 1
        done = answers.get(ref)
        if done is None:
            missing[unit] += 1
        elif done <= due:
            met[unit] += 1
        else:
            late[unit] += 1
            over = ordinal[done - base] - upto[due - base] if working else done - due
            days_late[unit] += over
            if over > longest[unit]:
                longest[unit] = over
    return counts


def _frequency(m: Frequency, data: Careful, by_kind: list[Columns], kept: Firsts) -> Counts:
    periods = grid(data.period, m.every, m.due)
    many, of_day, first = periods.periods, periods.of_day, data.first
    counts = _zeros(data, "met", "late", "short", "blank", "gap")
    counts["cases"] = [many] * len(data.units)
    unit_column, day_column = _pick(by_kind, m.event, "unit", "day")
    held: list[int] = [0] * (len(data.units) * many)
    soonest: dict[int, int] = {}
    for unit, day in zip(unit_column, day_column, strict=True):
        period = of_day[day - first]
        if period >= 0:
            cell = unit * many + period
            held[cell] += 1
            if m.due and soonest.get(cell, day) >= day:
                soonest[cell] = day
    met, late, short, blank = (counts[name] for name in ("met", "late", "short", "blank"))
    for unit, unit_type in enumerate(data.types):
        least = m.at_least[unit_type]
        cells = held[unit * many : unit * many + many]
        blank[unit] = cells.count(0)
        if least > 1:
            short[unit] = sum(0 < cell < least for cell in cells)
        if m.due:
            late[unit] = sum(soonest.get(unit * many + period, 0) > periods.due[period] for period in range(many))
        met[unit] = many - blank[unit] - short[unit] - late[unit]
    if m.gap:
        counts["gap"] = _gaps(data, unit_column, day_column)
    return counts


def _gaps(data: Careful, units: list[int], days: list[int]) -> list[int]:
    by_unit: list[list[int]] = [[] for _ in data.units]
    for unit, day in zip(units, days, strict=True):
        by_unit[unit].append(day)
    gaps = []
    for held in by_unit:
        held.sort()
        held.append(data.last + 1)
        before, gap = data.first - 1, 0
        for day in held:
            if day - before > gap:
                gap = day - before
            before = day
        gaps.append(gap - 1)
    return gaps


def _per_account(m: PerAccount, data: Careful, by_kind: list[Columns], kept: Firsts) -> Counts:
    periods = grid(data.period, "month")
    unit_column, day_column, account_column = _pick(by_kind, m.event, "unit", "day", "account")
    accounts, many, of_day, first = len(WORDS["account"]), periods.periods, periods.of_day, data.first
    seen = {
        (unit * accounts + account) * many + of_day[day - first]
        for unit, day, account in zip(unit_column, day_column, account_column, strict=True)
    }
    counts = _zeros(data, "accounts", "met")
    for series in {cell // many for cell in seen}:
        counts["accounts"][series // accounts] += 1
    for cell in seen:
        counts["met"][cell // many // accounts] += 1
    counts["cases"] = [max(named, 1) * many for named in counts["accounts"]]
    return counts


def _count(m: Count, data: Careful, by_kind: list[Columns], kept: Firsts) -> Counts:
    counts = _zeros(data, "count")
    count = counts["count"]
    if m.distinct is None:
        for unit in _pick(by_kind, m.event, "unit")[0]:
            count[unit] += 1
    else:
        units, values = _pick(by_kind, m.event, "unit", m.distinct)
        size = max(values, default=0) + 1
        for cell in {unit * size + value for unit, value in zip(units, values, strict=True)}:
            count[cell // size] += 1
    counts["cases"] = [1] * len(data.units)
    return counts


def _complete(m: Complete, data: Careful, by_kind: list[Columns], kept: Firsts) -> Counts:
    worth = [sum(element in text.split(";") for element in m.elements) for text in WORDS["elements"]]
    worth.append(0)
    counts = _zeros(data, "cases", "have")
    cases, have = counts.values()
    for unit, code in zip(*_pick(by_kind, m.event, "unit", "elements"), strict=True):
        cases[unit] += len(m.elements)
        have[unit] += worth[code]
    return counts


def _coverage(m: Coverage, data: Careful, by_kind: list[Columns], kept: Firsts) -> Counts:
    wanted = {WORDS["item"].index(item) for item in m.items}
    counts = _zeros(data, "met")
    for unit, item in set(zip(*_pick(by_kind, m.event, "unit", "item"), strict=True)):
        counts["met"][unit] += item in wanted
    counts["cases"] = [len(m.items)] * len(data.units)
    return counts


def _precedes(m: Precedes, data: Careful, by_kind: list[Columns], kept: Firsts) -> Counts:
    before = _first(m.before, by_kind, kept)
    counts = _zeros(data, "cases", "met")
    cases, met = counts.values()
    for unit, day, ref in zip(*_pick(by_kind, m.after, "unit", "day", "ref"), strict=True):
        cases[unit] += 1
        met[unit] += ref in before and before[ref] + m.lead <= day
    return counts


def _exists(m: Exists, data: Careful, by_kind: list[Columns], kept: Firsts) -> Counts:
    there = set(_pick(by_kind, m.event, "unit")[0])
    return {"cases": [1] * len(data.units), "met": [int(unit in there) for unit in range(len(data.units))]}


def _findings(m: Findings, data: Careful, by_kind: list[Columns], kept: Firsts) -> Counts:
    counts = _zeros(data, "found")
    for unit in _pick(by_kind, m.event, "unit")[0]:
        counts["found"][unit] += 1
    checked = set(_pick(by_kind, m.check, "unit")[0])
    counts["cases"] = [found or int(unit in checked) for unit, found in enumerate(counts["found"])]
    counts["met"] = [0 if found else cases for found, cases in zip(counts["found"], counts["cases"], strict=True)]
    return counts


_MEASURES: dict[type, Callable[..., Counts]] = {
    Deadline: _deadline,
    Frequency: _frequency,
    PerAccount: _per_account,
    Count: _count,
    Complete: _complete,
    Coverage: _coverage,
    Precedes: _precedes,
    Exists: _exists,
    Findings: _findings,
}


def _points(leaf: Leaf, counts: Counts, types: list[int], units: int) -> list[int]:
    """Points of one leaf; what equal units come to is computed once."""
    rule, cases = leaf.rule, counts["cases"]
    if isinstance(rule, Share | Tiers):
        names: tuple[str, ...] = (rule.quantity,)
    else:
        names = tuple(rule.each) if isinstance(rule, Deduct) else ("met",)
    seen: dict[tuple[int, ...], int] = {}
    result = []
    for key in zip(types, cases, *(counts[name] for name in names), strict=True):
        points = seen.get(key)
        if points is None:
            points = seen[key] = _scored(leaf, key)
        result.append(points)
    assert len(result) == units
    return result


def _scored(leaf: Leaf, key: tuple[int, ...]) -> int:
    unit_type, cases, *values = key
    rule, full = leaf.rule, leaf.points[unit_type]
    if unit_type not in leaf.types or not cases:
        return NONE
    if isinstance(rule, Share):
        below = rule.of or cases
        return min(full, (2 * full * values[0] + below) // (2 * below))
    if isinstance(rule, AllOrNothing):
        return full if values[0] == cases else 0
    if isinstance(rule, Deduct):
        lost = sum(points * -(-n // rule.every) for points, n in zip(rule.each.values(), values, strict=True))
        return max(full - (lost if rule.at_most is None else min(lost, rule.at_most)), rule.floor)
    value, scale = (values[0] * 100, cases) if rule.percent else (values[0], 1)
    for bound, points in rule.of_type(unit_type):
        if (value <= bound * scale) if rule.down else (value >= bound * scale):
            return points
    return 0


def _totals(columns: list[list[int]], types: list[int]) -> list[int]:
    marks = [[leaf.points[unit_type] for leaf in LEAVES] for unit_type in range(len(UNIT_TYPES))]
    inside = [[i for i, leaf in enumerate(LEAVES) if leaf.group == group] for group in GROUPS]
    above = [[i for i, group in enumerate(GROUPS) if group[0] == block] for block in BLOCKS]
    every = [range(len(BLOCKS))]
    totals = []
    for points, unit_type in zip(zip(*columns, strict=True), types, strict=True):
        earned: Sequence[int] = points
        full: Sequence[int] = marks[unit_type]
        for level in (inside, above, every):
            sums = []
            whole = []
            for members in level:
                total = counted = got = 0
                for i in members:
                    total += full[i]
                    if earned[i] != NONE:
                        counted += full[i]
                        got += earned[i]
                sums.append((2 * got * total + counted) // (2 * counted) if counted else NONE)
                whole.append(total)
            earned, full = sums, whole
        totals.append((2 * earned[0] + 100) // 200 * 100)
    return totals
