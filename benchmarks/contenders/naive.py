"""The first script one writes: rows as dictionaries, every duty a loop over them, days counted one by one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from benchmarks.make_log import EPOCH, UNIT_TYPES, MadeLog, window_of
from benchmarks.workload import (
    BLOCKS,
    GROUPS,
    LEAVES,
    NONE,
    ONE,
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
    Rule,
    Scores,
    Share,
    Tiers,
    grid,
    half_up,
    working_days,
)

Row = dict[str, Any]


class Naive:
    """The log as rows, the working days as a set of dates."""

    def __init__(self, log: MadeLog) -> None:
        columns = log.text_columns()
        columns["at"] = [EPOCH + timedelta(days=d) for d in log.day.tolist()]  # type: ignore[misc]
        names = list(columns)
        self.rows: list[Row] = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        self.units, self.types = log.units, [UNIT_TYPES[t] for t in log.unit_type.tolist()]
        self.period = log.period
        first, last = window_of(log.period)
        self.first, self.last = EPOCH + timedelta(days=first), EPOCH + timedelta(days=last)
        self.working = {EPOCH + timedelta(days=d) for d in working_days()}

    def working_days_after(self, day: date, n: int) -> date:
        while n > 0:
            day += timedelta(days=1)
            if day in self.working:
                n -= 1
        return day

    def working_days_between(self, day: date, end: date) -> int:
        """Working days after ``day`` that end by ``end``; a rest day belongs to the next working day."""
        while end not in self.working:
            end += timedelta(days=1)
        n = 0
        while day < end:
            day += timedelta(days=1)
            n += day in self.working
        return n


def prepare(log: MadeLog) -> Naive:
    return Naive(log)


def run(data: Naive) -> Scores:
    by_unit: dict[str, dict[str, list[Row]]] = {unit: {} for unit in data.units}
    for row in data.rows:
        by_unit[row["unit"]].setdefault(row["kind"], []).append(row)
    leaf = [
        [_points(duty, by_unit[unit], data, UNIT_TYPES.index(kind)) for duty in LEAVES]
        for unit, kind in zip(data.units, data.types, strict=True)
    ]
    totals = [_total(points, UNIT_TYPES.index(kind)) for points, kind in zip(leaf, data.types, strict=True)]
    ordered = sorted(totals, reverse=True)
    first: dict[int, int] = {}
    for place, value in enumerate(ordered, 1):
        first.setdefault(value, place)
    ranks = [first[value] for value in totals]
    return Scores(data.units, np.array(leaf, np.int64), np.array(totals, np.int64), np.array(ranks, np.int64))


def _select(rows: dict[str, list[Row]], events: Events) -> list[Row]:
    return [
        row
        for row in rows.get(events.kind, [])
        if all(row[name] in values for name, values in events.where.items())
    ]


def _points(leaf: Leaf, rows: dict[str, list[Row]], data: Naive, unit_type: int) -> int:
    if unit_type not in leaf.types:
        return NONE
    counts = _measure(leaf, rows, data, unit_type)
    if not counts.get("cases"):
        return NONE
    return _scored(leaf.rule, leaf.points[unit_type], counts, unit_type)


def _scored(rule: Rule, full: int, counts: dict[str, int], unit_type: int) -> int:
    if isinstance(rule, Share):
        return min(full, half_up(full * counts[rule.quantity], rule.of or counts["cases"]))
    if isinstance(rule, AllOrNothing):
        return full if counts["met"] == counts["cases"] else 0
    if isinstance(rule, Deduct):
        lost = sum(points * -(-counts.get(name, 0) // rule.every) for name, points in rule.each.items())
        if rule.at_most is not None:
            lost = min(lost, rule.at_most)
        return max(full - lost, rule.floor)
    assert isinstance(rule, Tiers)
    for bound, points in rule.of_type(unit_type):
        value = counts[rule.quantity]
        if rule.percent:
            value, bound = value * 100, bound * counts["cases"]
        if (value <= bound) if rule.down else (value >= bound):
            return points
    return 0


def _measure(leaf: Leaf, rows: dict[str, list[Row]], data: Naive, unit_type: int) -> dict[str, int]:
    m = leaf.measure
    if isinstance(m, Deadline):
        return _deadline(m, rows, data, unit_type)
    if isinstance(m, Frequency):
        return _frequency(m, rows, data, unit_type)
    if isinstance(m, Precedes):
        return _precedes(m, rows)
    if isinstance(m, Findings):
        found, checked = _select(rows, m.event), _select(rows, m.check)
        return {"cases": len(found) or bool(checked), "met": 0 if found else bool(checked), "found": len(found)}
    chosen = _select(rows, m.event)
    if isinstance(m, PerAccount):
        accounts = {row["account"] for row in chosen}
        months = {(row["account"], row["at"].month) for row in chosen}
        return {"cases": max(len(accounts), 1) * grid(data.period, "month").periods, "met": len(months)}
    if isinstance(m, Count):
        many = len({row[m.distinct] for row in chosen}) if m.distinct else len(chosen)
        return {"cases": 1, "count": many}
    if isinstance(m, Complete):
        have = sum(element in (row["elements"] or "").split(";") for row in chosen for element in m.elements)
        return {"cases": len(chosen) * len(m.elements), "have": have}
    if isinstance(m, Coverage):
        return {"cases": len(m.items), "met": len({row["item"] for row in chosen} & set(m.items))}
    assert isinstance(m, Exists)
    return {"cases": 1, "met": int(bool(chosen))}


def _deadline(m: Deadline, rows: dict[str, list[Row]], data: Naive, unit_type: int) -> dict[str, int]:
    answers: dict[str, date] = {}
    for row in _select(rows, m.end):
        if row["ref"] not in answers or row["at"] < answers[row["ref"]]:
            answers[row["ref"]] = row["at"]
    counts = dict.fromkeys(("cases", "met", "late", "missing", "days_late", "longest_late"), 0)
    for row in _select(rows, m.start):
        n = m.limit((row["at"] - EPOCH).days, unit_type)
        if m.days is None:
            due = data.working_days_after(row["at"], n)
        else:
            due = row["at"] + timedelta(days=n)
            while m.roll and due not in data.working:
                due += timedelta(days=1)
        if due > data.last:
            continue
        counts["cases"] += 1
        done = answers.get(row["ref"])
        if done is None:
            counts["missing"] += 1
        elif done <= due:
            counts["met"] += 1
        else:
            counts["late"] += 1
            late = data.working_days_between(due, done) if m.days is None else (done - due).days
            counts["days_late"] += late
            counts["longest_late"] = max(counts["longest_late"], late)
    return counts


def _frequency(m: Frequency, rows: dict[str, list[Row]], data: Naive, unit_type: int) -> dict[str, int]:
    periods = grid(data.period, m.every, m.due)
    dates = sorted(row["at"] for row in _select(rows, m.event))
    found: dict[int, list[date]] = {}
    for day in dates:
        found.setdefault(periods.of_day[(day - data.first).days], []).append(day)
    counts = dict.fromkeys(("cases", "met", "late", "short", "blank", "gap"), 0)
    for period in range(periods.periods):
        counts["cases"] += 1
        held = found.get(period, [])
        if not held:
            counts["blank"] += 1
        elif len(held) < m.at_least[unit_type]:
            counts["short"] += 1
        elif (held[m.at_least[unit_type] - 1] - EPOCH).days > periods.due[period]:
            counts["late"] += 1
        else:
            counts["met"] += 1
    if m.gap:
        before = data.first - timedelta(days=1)
        for day in [*dates, data.last + timedelta(days=1)]:
            counts["gap"] = max(counts["gap"], (day - before).days - 1)
            before = day
    return counts


def _precedes(m: Precedes, rows: dict[str, list[Row]]) -> dict[str, int]:
    first: dict[str, date] = {}
    for row in _select(rows, m.before):
        if row["ref"] not in first or row["at"] < first[row["ref"]]:
            first[row["ref"]] = row["at"]
    counts = {"cases": 0, "met": 0}
    for row in _select(rows, m.after):
        counts["cases"] += 1
        if row["ref"] in first and first[row["ref"]] + timedelta(days=m.lead) <= row["at"]:
            counts["met"] += 1
    return counts


def _total(points: list[int], unit_type: int) -> int:
    """Sums up the tree: what does not count gives its points to its siblings."""
    groups: dict[str, list[tuple[int, int]]] = {}
    for leaf, earned in zip(LEAVES, points, strict=True):
        groups.setdefault(leaf.group, []).append((earned, leaf.points[unit_type]))
    blocks: dict[str, list[tuple[int, int]]] = {}
    for group in GROUPS:
        blocks.setdefault(group[0], []).append(_sum(groups[group]))
    total, _ = _sum([_sum(blocks[block]) for block in BLOCKS])
    return half_up(total, ONE // 100) * (ONE // 100)


def _sum(parts: list[tuple[int, int]]) -> tuple[int, int]:
    full = sum(marks for _, marks in parts)
    counted = sum(marks for earned, marks in parts if earned != NONE)
    if not counted:
        return NONE, full
    return half_up(sum(earned for earned, _ in parts if earned != NONE) * full, counted), full
