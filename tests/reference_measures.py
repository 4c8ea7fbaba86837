"""Measures worked out the slow way, case by case and day by day, straight from the meaning of the duties.

Nothing here is shared with the engine but the words of the language (measures, verdicts) and the question whether
one day is a working day. Tests compare the two on random logs.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from statistics import median

import numpy as np

from gongkai_score.activity_log import NO_DAY, NO_TIME, ActivityLog, Coded, EventColumns, Moments
from gongkai_score.measure_kinds import (
    Condition,
    Content,
    Duration,
    Extension,
    Faults,
    Items,
    Measure,
    Order,
    Selector,
    Tally,
    TimeLimit,
    Value,
)
from gongkai_score.period import EPOCH, Window, day_number, parse_day
from gongkai_score.units import Unit, UnitRegister
from gongkai_score.work_calendar import WorkCalendar

Moment = tuple[int, int | None]
"""Day number and second of the day, None: only the date is known."""


def number_of(text: str | None) -> Fraction | None:
    """A cell as a number; None: empty, or no number."""
    try:
        return Fraction(text or "")
    except ValueError:
        return None


def moment(text: str) -> Moment:
    """``2019-03-01`` or ``2019-03-01T09:30``."""
    day = parse_day(text[:10])
    return (day, None) if len(text) == 10 else (day, int(text[11:13]) * 3600 + int(text[14:16]) * 60)


@dataclass(frozen=True)
class Event:
    """One row of a log."""

    unit: str
    kind: str
    at: Moment
    ref: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    dates: Mapping[str, Moment] = field(default_factory=dict)
    row: int = 0

    def order(self) -> tuple[object, ...]:
        """Rows of one unit stand by date, a bare date before times, then by content."""
        texts = tuple(sorted(self.texts.items()))
        return (self.at[0], -1 if self.at[1] is None else self.at[1], self.ref or "", texts)

    def date(self, name: str) -> Moment | None:
        return self.at if name == "at" else self.dates.get(name)

    def text(self, name: str) -> str | None:
        return self.ref if name == "ref" else self.texts.get(name)


def event(unit: str, kind: str, at: str, ref: str | None = None, **attributes: str) -> Event:
    """An event written down by hand; attributes that end in ``_at`` and ``due`` hold dates."""
    dates = {n: moment(v) for n, v in attributes.items() if n.endswith("_at") or n == "due"}
    return Event(unit, kind, moment(at), ref, {n: v for n, v in attributes.items() if n not in dates}, dates)


def log_of(events: Sequence[Event]) -> ActivityLog:
    """The events as an indexed log; row numbers count from 2 in the order given."""
    n = len(events)
    texts = sorted({name for e in events for name in e.texts})
    dates = sorted({name for e in events for name in e.dates})

    def moments(found: Sequence[Moment | None]) -> Moments:
        return Moments(
            np.array([NO_DAY if m is None else m[0] for m in found], np.int32),
            np.array([NO_TIME if m is None or m[1] is None else m[1] for m in found], np.int32),
        )

    columns = EventColumns(
        unit=Coded.of([e.unit for e in events]),
        kind=Coded.of([e.kind for e in events]),
        at=moments([e.at for e in events]),
        ref=Coded.of([e.ref for e in events]),
        id=Coded.empty(n),
        attributes={name: Coded.of([e.texts.get(name) for e in events]) for name in texts},
        moments={name: moments([e.dates.get(name) for e in events]) for name in dates},
        file=np.zeros(n, np.int32),
        row=np.arange(2, n + 2),
        files=("log.csv",),
    )
    return ActivityLog.build(columns, duplicates=False)


@dataclass(frozen=True)
class World:
    """What an assessment sees."""

    events: Sequence[Event]
    units: Sequence[Unit]
    calendar: WorkCalendar
    window: Window
    as_of: int
    promptly: Duration = field(default_factory=lambda: Duration(20, "working_day"))
    first: int | None = None
    last: int | None = None
    whole: World | None = None
    """With a short look back: the same with the whole window, for which lists of items hold."""

    def known(self) -> list[Event]:
        """Events of registered units up to ``as_of``, in order."""
        ids = {u.id for u in self.units}
        return sorted((e for e in self.events if e.unit in ids and e.at[0] <= self.as_of), key=Event.order)

    def chosen(self, selector: Selector, unit: str | None = None) -> list[tuple[Event, Moment]]:
        """Selected events with the date that counts, in order of that date."""
        found = []
        for e in self.known():
            at = e.date(selector.date)
            if e.kind != selector.event or at is None or at[0] > self.as_of:
                continue
            if (unit is None or e.unit == unit) and meets(selector, e):
                found.append((e, at))
        return sorted(found, key=lambda pair: (pair[1][0], -1 if pair[1][1] is None else pair[1][1]))

    def dated(self, selector: Selector, unit: Unit) -> list[tuple[Event, Moment]]:
        """Selected events of one unit dated in the window, in force, while the unit exists."""
        return [
            (e, at)
            for e, at in self.chosen(selector, unit.id)
            if at[0] in self.window and self.in_force(at[0]) and exists(unit, at[0])
        ]

    def in_force(self, day: int) -> bool:
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


@dataclass(frozen=True, order=True)
class Case:
    """What the engine must agree on: unit, key, verdict, due day, number.

    Beside these what quantities are made of: events counted and the number asked, the series the case stands in,
    the elements it lacks, the points it takes off.
    """

    unit: str
    key: str
    verdict: str
    due: int
    number: int
    count: int = field(default=0, compare=False)
    asked: int = field(default=0, compare=False)
    series: str = field(default="", compare=False)
    lacking: tuple[str, ...] = field(default=(), compare=False)
    amount: Fraction = field(default=Fraction(0), compare=False)


@dataclass
class Found:
    """Cases, and what overrides the state of a unit; further quantities by unit."""

    cases: list[Case] = field(default_factory=list)
    excuses: dict[str, tuple[str, str]] = field(default_factory=dict)
    result_anyway: bool = False
    quantities: dict[str, dict[str, Fraction | str]] = field(default_factory=dict)

    def state(self, unit: str) -> tuple[str, str]:
        if unit in self.excuses:
            return self.excuses[unit]
        verdicts = [c.verdict for c in self.cases if c.unit == unit]
        if any(v not in ("pending", "exempt", "unknown") for v in verdicts):
            return "cases", ""
        if "unknown" in verdicts:
            return "not_assessed", "unknown_day"
        if "pending" in verdicts:
            return "pending", ""
        return ("cases" if self.result_anyway else "no_cases"), ""


def meets(selector: Selector, e: Event) -> bool:
    return all(holds(c, e, n) for n, c in selector.where) and (
        not selector.either or any(all(holds(c, e, n) for n, c in where) for where in selector.either)
    )


def holds(condition: Condition, e: Event, name: str) -> bool:
    if name in e.dates or (name.endswith("_at") and name not in e.texts):
        there = name in e.dates
        if condition.op in ("any", "none"):
            return there == (condition.op == "any")
        return there and _dated(condition, e.dates[name][0])
    cell = e.text(name)
    if condition.op == "any":
        return cell is not None
    if condition.op == "none":
        return cell is None
    if cell is None:
        return condition.op in ("!=", "not in")
    return any(_holds(condition, part.strip()) for part in cell.split(";") if part.strip())


def _dated(condition: Condition, day: int) -> bool:
    if not isinstance(condition.value, str):
        return False
    limit = parse_day(condition.value)
    return {">": day > limit, ">=": day >= limit, "<": day < limit, "<=": day <= limit}.get(condition.op, False)


def _holds(condition: Condition, part: str) -> bool:
    value = condition.value
    if isinstance(value, Fraction):
        try:
            return condition.number(Fraction(part))
        except ValueError:
            return condition.op == "!="
    if isinstance(value, tuple):
        return (part in value) == (condition.op == "in")
    same = part in ("true", "是") if value == "true" else part == value
    return same == (condition.op == "==")


def exists(unit: Unit, day: int) -> bool:
    return (unit.active_from is None or unit.active_from <= day) and (
        unit.active_to is None or day <= unit.active_to
    )


def before(a: Moment, b: Moment) -> bool:
    """Whether a comes before b; where one is a bare date, days are compared."""
    if a[0] != b[0] or a[1] is None or b[1] is None:
        return a[0] < b[0]
    return a[1] < b[1]


def add(calendar: WorkCalendar, start: Moment, n: int, unit: str, roll: bool, stopped: int = 0) -> Moment:
    """The last moment of a length of time that begins at ``start``."""
    day = start[0]
    if unit == "hour":
        if start[1] is None:
            return day + -(-n // 24), None
        total = day * 86400 + start[1] + n * 3600
        return total // 86400, total % 86400
    if unit == "working_day":
        if n == 0:
            while not calendar.is_workday(day):
                day -= 1
        for _ in range(n):
            day += 1
            while not calendar.is_workday(day):
                day += 1
        return day, None
    if unit == "month":
        then = EPOCH + timedelta(days=day)
        years, month = divmod(then.month - 1 + n, 12)
        year, month = then.year + years, month + 1
        day = day_number(date(year, month, min(then.day, monthrange(year, month)[1]))) + stopped
    else:
        day += n
    while roll and not calendar.is_workday(day):
        day += 1
    return day, None


def key_of(e: Event, names: Sequence[str]) -> tuple[str, ...] | None:
    found = [e.text(name) for name in names]
    return None if None in found else tuple(str(f) for f in found)


def verdict_of(due: Moment, done: Moment | None, as_of: int) -> str:
    if done is None:
        return "missing" if due[0] <= as_of else "pending"
    return "late" if before(due, done) else "met"


def days_over(calendar: WorkCalendar, unit: str, due: Moment, done: Moment) -> int:
    if unit == "working_day":
        over, day = 0, due[0]
        while day < done[0]:
            day += 1
            over += calendar.is_workday(day)
        return over + (not calendar.is_workday(done[0]))
    if unit == "hour":
        if due[1] is None or done[1] is None:
            return (done[0] - due[0]) * 24
        return -(-((done[0] - due[0]) * 86400 + done[1] - due[1]) // 3600)
    return done[0] - due[0]


def counted_days(calendar: WorkCalendar, unit: str, after: int, upto: int) -> int:
    """Days of (after, upto] that a limit in ``unit`` counts."""
    days = range(after + 1, upto + 1)
    return sum(1 for d in days if calendar.is_workday(d)) if unit == "working_day" else len(days)


def time_limit(m: TimeLimit, world: World) -> Found:
    assert m.start is not None
    found = Found()
    names = tuple(n for n in m.match_on if n != "event")
    for unit in world.units:
        if m.needs_flag is not None:
            mine = [e for e in world.known() if e.unit == unit.id and e.kind == m.start.event]
            if mine and not any(e.text(m.needs_flag) for e in mine):
                found.excuses[unit.id] = ("not_assessed", "no_flag")
        for start, at in world.chosen(m.start, unit.id):
            case = _one_limit(m, world, unit, start, at, names)
            if case is not None:
                found.cases.append(case)
    return found


def _one_limit(
    m: TimeLimit, world: World, unit: Unit, start: Event, at: Moment, names: tuple[str, ...]
) -> Case | None:
    calendar, window, as_of = world.calendar, world.window, world.as_of
    if not world.in_force(at[0]):
        return None
    within = m.within.on(at[0]) if m.within else world.promptly if m.kind == "follow_up" and not m.due else None
    own = start.dates.get(m.due) if m.due else None
    if own is None and within is None and m.within is not None:
        return None
    due: Moment | None = own
    limit_unit = within.unit if within else "day"
    if own is None and within is not None:
        extra, stopped = _extra(m, world, unit, start, at, within, names or ("ref",))
        due = add(calendar, at, within.n + extra, within.unit, m.roll, stopped)
    done = _answer(m, world, unit, start, at, names)
    verdict = "unknown" if due is None else verdict_of(due, done, as_of)
    number = days_over(calendar, limit_unit, due, done) if verdict == "late" and done and due else 0
    if done is not None and m.early == "reject" and before(done, at):
        verdict, number = "early", 0
    if done is not None and m.earliest is not None:
        least = add(calendar, at, m.earliest.n, m.earliest.unit, False)
        if before(done, least):
            verdict, number = "early", 0
    if m.explained_by is not None and verdict in ("missing", "late"):
        key = key_of(start, names or ("ref",))
        said = [a for e, a in world.chosen(m.explained_by, unit.id) if key and key_of(e, names or ("ref",)) == key]
        if said and due is not None and not before(due, said[0]):
            verdict, number = "explained", 0
    pending = verdict == "pending"
    owed = at[0] if due is None else due[0]
    belongs = at[0] in window if m.assign_by == "start" else owed in window or (pending and at[0] in window)
    if not belongs or not exists(unit, owed):
        return None
    withdrawn = start.dates.get("withdrawn_at")
    if withdrawn and due and m.end.date != "withdrawn_at" and withdrawn[0] <= min(as_of, due[0]):
        verdict, number = "exempt", 0
    if start.text("exempt") in ("true", "是") and start.text("exempt_reason"):
        verdict, number = "exempt", 0
    key_text = start.ref if not names or "ref" in names else start.text(names[0])
    return Case(unit.id, key_text or f"log.csv#{start.row}", verdict, due[0] if due else NO_DAY, number)


def _answer(
    m: TimeLimit, world: World, unit: Unit, start: Event, at: Moment, names: tuple[str, ...]
) -> Moment | None:
    assert m.start is not None
    if "event" in m.match_on:
        own = [a for e, a in world.chosen(m.end, unit.id) if e is start]
        return None if not own or (m.early == "ignore" and before(own[0], at)) else own[0]
    key = key_of(start, names)
    if key is None:
        return None
    whose = None if m.any_unit else unit.id
    found = [a for e, a in world.chosen(m.end, whose) if key_of(e, names) == key]
    again = any(key_of(e, names) == key and before(a, at) for e, a in world.chosen(m.start, whose))
    if m.early == "ignore" or again:
        found = [a for a in found if not before(a, at)]
    return found[0] if found else None


def _extra(
    m: TimeLimit, world: World, unit: Unit, start: Event, at: Moment, limit: Duration, names: tuple[str, ...]
) -> tuple[int, int]:
    """(units, days) added; days only where the clock of a limit in months stood still."""
    total = [0, 0]
    for one in m.extensions:
        kind = 1 if one.pause is not None and limit.unit == "month" else 0
        before = total[kind]
        if one.event is None:
            if all(holds(c, start, n) for n, c in one.where):
                total[kind] += _granted(one, start, limit, world, at[0], own=True)
        else:
            key = key_of(start, names)
            for e, a in world.chosen(one.event, unit.id):
                if key is None or key_of(e, names) != key or not all(holds(c, e, n) for n, c in one.where):
                    continue
                due = add(world.calendar, at, limit.n + total[0], limit.unit, m.roll, total[1])
                if at[0] <= a[0] <= due[0]:
                    total[kind] += _granted(one, e, limit, world, at[0])
        if one.at_most is not None:
            total[kind] = min(total[kind], before + one.at_most)
    return total[0], total[1]


def _granted(one: Extension, e: Event, limit: Duration, world: World, start: int, own: bool = False) -> int:
    if one.pause is None:
        told = "" if isinstance(one.by, int) else e.text(one.by or "") or ""
        return one.by if isinstance(one.by, int) else int(told) if told.isdigit() else 0
    begin, end = e.dates.get(one.pause[0]), e.dates.get(one.pause[1])
    if begin is None:
        return 0
    upto = world.as_of if end is None or end[0] > world.as_of else end[0]
    return max(counted_days(world.calendar, limit.unit, begin[0] if own else max(begin[0], start), upto), 0)


def due_by(m: TimeLimit, world: World) -> Found:
    found = Found()
    for unit in world.units:
        items, exempt = _items(m.items, world, unit, found) if m.items else ([""], set())
        days = sorted(m.by)
        for item in items:
            for k, nominal in enumerate(days):
                if nominal not in world.window or not world.in_force(nominal) or not exists(unit, nominal):
                    continue
                low = max(days[k - 1] + 1 if k else -(10**9), m.not_before or -(10**9))
                due = add(world.calendar, (nominal, None), 0, "day", m.roll)

                def mine(selector: Selector, item: str = item, unit: Unit = unit) -> list[Moment]:
                    whose = None if m.any_unit else unit.id
                    name = m.items.attribute if m.items else ""
                    return [a for e, a in world.chosen(selector, whose) if not item or item in parts(e, name)]

                done = next((a for a in mine(m.end) if a[0] >= low), None)
                verdict = verdict_of(due, done and (done[0], None), world.as_of)
                number = done[0] - due[0] if verdict == "late" and done else 0
                untimely = any(world.window.first <= a[0] < low for a in mine(m.end))
                if m.early == "reject" and m.not_before is not None and verdict == "missing" and untimely:
                    verdict = "early"
                if m.explained_by is not None and verdict in ("missing", "late"):
                    said = [a for a in mine(m.explained_by) if a[0] >= low]
                    if said and said[0][0] <= due[0]:
                        verdict, number = "explained", 0
                if item in exempt:
                    verdict, number = "exempt", 0
                when = iso(nominal)
                key = when if not item else item if len(_held(m, world)) == 1 else f"{item} {when}"
                found.cases.append(Case(unit.id, key, verdict, due[0], number))
    return found if _held(m, world) else replace(found, excuses={})


def _held(m: TimeLimit, world: World) -> list[int]:
    return [d for d in m.by if d in world.window and world.in_force(d)]


def parts(e: Event, name: str) -> list[str]:
    cell = e.text(name)
    return list(dict.fromkeys(p.strip() for p in cell.split(";") if p.strip())) if cell else []


def _items(items: Items, world: World, unit: Unit, found: Found) -> tuple[list[str], set[str]]:
    if items.inventory is None:
        return list(items.values), set()
    world = world.whole or world
    declared = world.dated(items.inventory, unit)
    if not declared:
        if items.check is not None and world.dated(items.check, unit):
            return [], set()
        found.excuses[unit.id] = ("not_assessed", "no_inventory")
        return [], set()
    latest = max(a[0] for _, a in declared)
    names, out = set(), set()
    for e, a in declared:
        if a[0] == latest:
            names |= set(parts(e, items.attribute))
            if e.text("exempt") == "true" and e.text("exempt_reason"):
                out |= set(parts(e, items.attribute))
    return sorted(names), out


def iso(day: int) -> str:
    return (EPOCH + timedelta(days=day)).isoformat()


@dataclass(frozen=True)
class Span:
    """One period: label, its own days, and those of them that are in the window and in season."""

    label: str
    first: int
    last: int
    open: tuple[int, ...]


def label_of(day: int, every: str, window: Window) -> str:
    d = EPOCH + timedelta(days=day)
    if every == "week":
        year, week, _ = d.isocalendar()
        return f"{year}W{week:02d}"
    return {
        "day": d.isoformat(),
        "working_day": d.isoformat(),
        "month": f"{d.year}-{d.month:02d}",
        "quarter": f"{d.year}Q{(d.month + 2) // 3}",
        "half_year": f"{d.year}H{(d.month + 5) // 6}",
        "year": str(d.year),
        "window": str(window),
    }[every]


def spans(m: Tally, window: Window) -> list[Span]:
    """Periods that touch the window, found by looking at every day around it."""
    days: dict[str, list[int]] = {}
    margin = 0 if m.every in ("window", "day", "working_day") else 366
    for day in range(window.first - margin, window.last + margin + 1):
        days.setdefault(label_of(day, m.every, window), []).append(day)
    found = []
    for label, own in days.items():
        inside = [d for d in own if d in window]
        season = [d for d in inside if not m.months or (EPOCH + timedelta(days=d)).month in m.months]
        if season:
            found.append(Span(label, own[0], own[-1], tuple(season)))
    return found


def asked(m: Tally, span: Span) -> tuple[int, int | None] | None:
    """(least, greatest) number asked for in a period; None: not asked for."""
    least_rule, most_rule = m.at_least or m.exactly, m.at_most or m.exactly
    if least_rule is None and most_rule is None:
        least: int | None = 0 if m.kind == "count" else 1
    else:
        least = 0 if least_rule is None else least_rule.on(span.first)
    most = None if most_rule is None else most_rule.on(span.first)
    if least is None or (most_rule is not None and most is None):
        return None
    whole = span.last - span.first + 1
    if m.partial == "prorate" and m.every != "window" and len(span.open) < whole:
        if m.exactly is not None:
            return None
        part = int(Fraction(least * len(span.open), whole))
        if least and not part and most_rule is None:
            return None
        least = part
        most = None if most is None else -(-most * len(span.open) // whole)
    return least, most


def due_of(m: Tally, span: Span) -> int:
    if m.due_in_period is None:
        return span.last
    month, day = m.due_in_period
    begin = EPOCH + timedelta(days=span.first)
    years, index = divmod(begin.month - 1 + month - 1, 12)
    year = begin.year + years
    return day_number(date(year, index + 1, min(day, monthrange(year, index + 1)[1])))


def tally(m: Tally, world: World) -> Found:
    found = Found()
    stock = m.ended_by is not None or (m.kind == "exists" and m.carry_over)
    for unit in world.units:
        groups, exempt = _groups(m, world, unit, found)
        exceeded = False
        for group in groups:
            for span in spans(m, world.window):
                case = _cell(m, world, unit, group, span, stock)
                if case is None:
                    continue
                if group in exempt:
                    case = replace(case, verdict="exempt")
                exceeded |= case.verdict == "found"
                found.cases.append(case)
        unseen = m.check is not None and not world.dated(m.check, unit) and (m.at_most or m.exactly)
        if unseen and not exceeded and unit.id not in found.excuses:
            found.excuses[unit.id] = ("not_assessed", "no_check")
        found.quantities[unit.id] = {"longest_gap": Fraction(_gap(m, world, unit))}
    if not any(_is_asked(m, world, span) for span in spans(m, world.window)):
        found.excuses = {}
    return found


def _is_asked(m: Tally, world: World, span: Span) -> bool:
    """Whether anything is asked for in a period of a unit that exists throughout."""
    if m.every != "window" and m.partial == "drop" and len(span.open) < span.last - span.first + 1:
        return False
    needs_work = m.every == "working_day" or (m.skip_no_workday and m.every not in ("day", "window"))
    if needs_work and not any(world.calendar.is_workday(d) for d in span.open):
        return False
    if (world.first is not None and due_of(m, span) < world.first) or (
        world.last is not None and span.first > world.last
    ):
        return False
    return asked(m, span) is not None


def _groups(m: Tally, world: World, unit: Unit, found: Found) -> tuple[list[str | None], set[str | None]]:
    if m.needs is not None and not world.dated(m.needs, unit):
        found.excuses[unit.id] = ("no_cases", "")
        return [], set()
    if m.items is not None:
        names, out = _items(m.items, world, unit, found)
        return list(names), set(out)
    if m.per is not None:
        seen: set[str] = set()
        for e, _ in world.chosen(m.event, unit.id):
            seen |= set(asked_for(m.event, e, m.per)) if parts(e, m.per) else {""}
        return sorted(seen) or [""], set()
    return [None], set()


def _of_group(m: Tally, e: Event, group: str | None) -> bool:
    name = m.item_key if m.items is not None else m.per or ""
    return group is None or group in (parts(e, name) or [""])


def _cell(m: Tally, world: World, unit: Unit, group: str | None, span: Span, stock: bool) -> Case | None:
    as_of = world.as_of
    whole = len(span.open) == span.last - span.first + 1
    if m.every != "window" and m.partial == "drop":
        if not whole or not all(exists(unit, d) for d in (span.open[0], span.open[-1])):
            return None
    elif not any(exists(unit, d) for d in range(span.open[0], span.open[-1] + 1)):
        return None
    rule = asked(m, span)
    if rule is None or not _is_asked(m, world, span):
        return None
    due, (least, most) = due_of(m, span), rule
    events = [pair for pair in world.chosen(m.event, unit.id) if _of_group(m, pair[0], group)]
    if stock:
        events = [p for p in events if p[1][0] <= span.last and not _ended(m, world, unit, p, span.last)]
        if m.kind == "exists" and not m.carry_over:
            events = [p for p in events if p[1][0] >= world.window.first]
    elif m.period_of is not None:
        events = [p for p in events if span.label in parts(p[0], m.period_of)]
    else:
        events = [p for p in events if p[1][0] in span.open]
    events = _told_apart(m, events)
    count = len(events)
    nothing = "missing" if m.kind in ("coverage", "exists") else "blank"
    verdict, number = "met", count
    if count < least:
        verdict, number = ("short" if count else nothing), least - count
    if due > as_of and (count < least or most is not None):
        verdict = "pending"
    if most is not None and count > most:
        verdict, number = "found", count - most
    if verdict == "met" and m.due_in_period is not None and least and events[least - 1][1][0] > due:
        verdict, number = "late", events[least - 1][1][0] - due
    if m.explained_by is not None and verdict in ("blank", "missing"):
        for e, a in world.chosen(m.explained_by, unit.id):
            if _of_group(m, e, group) and a[0] in span.open and a[0] <= due:
                verdict = "explained"
    key = _cell_key(m, world, group, span)
    only_most = m.at_most is not None and m.at_least is None
    goal = most if only_most and most is not None else least
    return Case(unit.id, key, verdict, due, number, count, goal, group or "")


def _cell_key(m: Tally, world: World, group: str | None, span: Span) -> str:
    if group is None:
        return span.label
    if m.every == "window":
        return group or span.label
    return f"{group} {span.label}".strip()


def _ended(m: Tally, world: World, unit: Unit, begun: tuple[Event, Moment], upto: int) -> bool:
    if m.ended_by is None:
        return False
    e, at = begun
    name = m.item_key if e.text(m.item_key) is not None else "ref"
    if e.text(name) is None:
        return False
    return any(
        o.text(name) == e.text(name) and not before(a, at) and a[0] <= upto
        for o, a in world.chosen(m.ended_by, unit.id)
    )


def asked_for(selector: Selector, e: Event, name: str) -> list[str]:
    """The values of an attribute for each of which alone the event would be selected."""
    return [p for p in parts(e, name) if meets(selector, replace(e, texts={**e.texts, name: p}))]


def _told_apart(m: Tally, events: Sequence[tuple[Event, Moment]]) -> list[tuple[Event, Moment]]:
    by = m.count_by
    if by == "event":
        return list(events)
    seen: set[object] = set()
    kept = []
    for e, a in events:
        if by == "day":
            values: list[object] = [a[0]]
        elif by == "ref":
            values = [e.ref] if e.ref is not None else [("day", a[0])]
        else:
            values = list(asked_for(m.event, e, by)) if parts(e, by) else [("day", a[0])]
        for value in values:
            if value not in seen:
                seen.add(value)
                kept.append((e, a))
    return kept


def _gap(m: Tally, world: World, unit: Unit) -> int:
    busy = {a[0] for _, a in world.chosen(m.event, unit.id)}
    longest = run = 0
    for day in range(world.window.first, min(world.window.last, world.as_of) + 1):
        if exists(unit, day):
            run = 0 if day in busy else run + 1
            longest = max(longest, run)
    return longest


def content(m: Content, world: World) -> Found:
    found = Found()
    for unit in world.units:
        lacking_elements = have_sum = cases = 0
        asked_for = 1 if m.any_of else m.at_least if m.at_least is not None else len(m.required)
        for e, _ in world.dated(m.event, unit):
            without = tuple(el.name for el in m.required if not holds(el.test, e, el.attribute))
            have = len(m.required) - len(without)
            lacking = max(asked_for - have, 0)
            exempt = e.text("exempt") == "true" and e.text("exempt_reason")
            verdict = "exempt" if exempt else "short" if lacking else "met"
            key, number = e.ref or f"log.csv#{e.row}", lacking or have
            found.cases.append(Case(unit.id, key, verdict, NO_DAY, number, have, asked_for, lacking=without))
            if not exempt:
                cases += 1
                lacking_elements += lacking
                have_sum += min(have, asked_for)
        found.quantities[unit.id] = {"missing_elements": Fraction(lacking_elements)}
        if cases and asked_for:
            found.quantities[unit.id]["share"] = Fraction(have_sum, asked_for * cases)
    return found


def order(m: Order, world: World) -> Found:
    found = Found()
    for unit in world.units:
        used: list[Event] = []
        head = m.others[0] if m.kind == "precedes" else m.first
        for e, at in world.dated(head, unit):
            case = _precedes if m.kind == "precedes" else _synchronous
            verdict, due, number = case(m, world, unit, e, at, used)
            if e.text("exempt") == "true" and e.text("exempt_reason"):
                verdict, number = "exempt", number if m.kind == "precedes" else 0
            found.cases.append(Case(unit.id, e.ref or f"log.csv#{e.row}", verdict, due, number))
    return found


def _fellows(m: Order, selector: Selector, world: World, unit: Unit, e: Event) -> list[tuple[Event, Moment]]:
    key = key_of(e, m.match_on)
    if key is None:
        return []
    return [(o, a) for o, a in world.chosen(selector, unit.id) if key_of(o, m.match_on) == key]


def _precedes(m: Order, world: World, unit: Unit, e: Event, at: Moment, used: list[Event]) -> tuple[str, int, int]:
    earlier = _fellows(m, m.first, world, unit, e)
    if m.one_to_one:
        earlier = [(o, a) for o, a in earlier if not any(o is u for u in used)]
    if not earlier:
        return "missing", at[0], 0
    first, began = earlier[0]
    if m.lead.n == 0:
        ok = before(began, at)
    else:
        ok = not before(at, add(world.calendar, began, m.lead.n, m.lead.unit, False))
    if ok:
        used.append(first)
    return ("met" if ok else "failed"), at[0], at[0] - began[0]


def _synchronous(
    m: Order, world: World, unit: Unit, e: Event, at: Moment, used: list[Event]
) -> tuple[str, int, int]:
    rank = ["met", "pending", "early", "late", "missing"]
    verdict, lag, limit = "met", 0, at[0] + m.tolerance
    for other in m.others:
        days = sorted(a[0] for _, a in _fellows(m, other, world, unit, e))
        if any(at[0] - m.tolerance <= d <= limit for d in days):
            one = "met"
        elif any(d > limit for d in days):
            one = "late"
            lag = max(lag, min(d for d in days if d > limit) - limit)
        elif days:
            one = "early"
        else:
            one = "missing" if limit <= world.as_of else "pending"
        verdict = max(verdict, one, key=rank.index)
    return verdict, limit, lag if verdict == "late" else 0


def value(m: Value, world: World) -> Found:
    found = Found()
    for unit in world.units:
        events = world.dated(m.event, unit)
        if m.kind == "versus_peers":
            _peers(m, world, unit, events, found)
            continue
        numbers: list[tuple[Fraction, Fraction, str | None]] = []
        latest: dict[str, tuple[Fraction, Fraction, str | None]] = {}
        broken = False
        for e, _ in events:
            top, bottom = e.text(m.value or ""), e.text(m.over or "")
            try:
                pair = Fraction(top or 0), Fraction(bottom or 0) if m.over else Fraction(1)
            except ValueError:
                broken = True
                continue
            if (m.value and top is None) or (m.over and bottom is None) or (m.label and not e.text(m.label)):
                continue
            one = (*pair, e.text(m.label or ""))
            if m.rater is not None:
                who = e.text(m.rater) or ""
                latest.pop(who, None)
                latest[who] = one
            else:
                numbers.append(one)
        numbers = numbers or list(latest.values())
        if broken:
            found.excuses[unit.id] = ("error", "bad_number")
            continue
        if len(numbers) < m.least or not numbers:
            _absent(m, world, unit, found)
            continue
        result = _picked(m, numbers)
        if m.value and result is None:
            found.excuses[unit.id] = ("not_assessed", "zero_of")
            continue
        label = numbers[0 if m.pick == "first" else -1][2]
        quantities: dict[str, Fraction | str] = {}
        if result is not None and m.value:
            quantities["value"] = result
        if m.label and label:
            quantities["label"] = label
        found.quantities[unit.id] = quantities
        passed = m.test is None or (m.test.number(result) if m.value and result is not None else False)
        case = Case(unit.id, str(world.window), "met" if passed else "failed", world.window.last, 0)
        found.cases.append(case)
    return found


def _picked(m: Value, numbers: Sequence[tuple[Fraction, Fraction, str | None]]) -> Fraction | None:
    if m.pick == "latest":
        numbers = numbers[-1:]
    if m.pick == "first":
        numbers = numbers[:1]
    if m.pick == "sum":
        bottom = sum((b for _, b, _ in numbers), Fraction(0)) if m.over else Fraction(1)
        return sum((t for t, _, _ in numbers), Fraction(0)) / bottom if bottom else None
    if any(b == 0 for _, b, _ in numbers):
        return None
    values = [t / b for t, b, _ in numbers]
    make: dict[str, Callable[[list[Fraction]], Fraction]] = {
        "mean": lambda v: sum(v, Fraction(0)) / len(v),
        "median": median,
        "minimum": min,
        "maximum": max,
    }
    return make.get(m.pick, lambda v: v[0])(values)


def _absent(m: Value, world: World, unit: Unit, found: Found) -> None:
    if m.kind == "rating":
        found.excuses[unit.id] = ("not_assessed", "no_rating")
    elif m.missing == "not_assessed":
        found.excuses[unit.id] = ("not_assessed", "no_value")
    elif m.missing == "not_applicable":
        found.excuses[unit.id] = ("no_cases", "")
    else:
        verdict = "pending" if world.as_of < world.window.last else "missing"
        found.cases.append(Case(unit.id, str(world.window), verdict, world.window.last, 0))


def _peers(m: Value, world: World, unit: Unit, events: Sequence[tuple[Event, Moment]], found: Found) -> None:
    of = len(events)
    counted = len(world.dated(m.counted, unit)) if m.counted else of
    found.quantities[unit.id] = {"of": Fraction(of), "counted": Fraction(counted)}
    told = [e.text(m.benchmark or "") for e, _ in events]
    figures = [figure for figure in map(number_of, told) if figure is not None]
    if any(text and number_of(text) is None for text in told):
        found.excuses[unit.id] = ("error", "bad_number")
    elif of < max(m.least, 1):
        found.excuses[unit.id] = ("no_cases", "")
    if of < max(m.least, 1):
        return
    found.quantities[unit.id]["value"] = Fraction(counted, of)
    verdict = "unknown"
    if m.benchmark is None:
        found.excuses[unit.id] = ("cases", "")
    elif not figures:
        found.excuses.setdefault(unit.id, ("not_assessed", "no_benchmark"))
    else:
        assert m.test is not None
        verdict = "met" if replace(m.test, value=figures[-1]).number(Fraction(counted, of)) else "failed"
        found.quantities[unit.id]["benchmark"] = figures[-1]
    found.cases.append(Case(unit.id, str(world.window), verdict, world.window.last, 0))


def faults(m: Faults, world: World) -> Found:
    found = Found(result_anyway=True)
    for unit in world.units:
        events = world.dated(m.event, unit)
        if m.check is not None and not events and not world.dated(m.check, unit):
            found.excuses[unit.id] = ("not_assessed", "no_check")
        seen: set[str] = set()
        amount = Fraction(0)
        for e, at in events:
            name = e.text(m.once_per) if m.once_per else None
            if name is not None and name in seen:
                continue
            seen.add(name or "")
            verdict, due = "found", NO_DAY
            mended = e.dates.get(m.mended or "")
            mended = None if mended is None or mended[0] > world.as_of else mended
            if m.mended and m.mended_within is None and mended:
                verdict = "met"
            if m.mended and m.mended_within is not None:
                due = add(world.calendar, at, m.mended_within.n, m.mended_within.unit, True)[0]
                if mended and mended[0] <= due:
                    verdict = "met"
                elif not mended and due > world.as_of:
                    verdict = "pending"
            if e.text("exempt") == "true" and e.text("exempt_reason"):
                verdict = "exempt"
            told = e.text(m.amount or "")
            if told and number_of(told) is None:
                found.excuses[unit.id] = ("error", "bad_number")
            taken = number_of(told) or Fraction(0)
            amount += taken if verdict == "found" else 0
            found.cases.append(Case(unit.id, e.ref or f"log.csv#{e.row}", verdict, due, 1, amount=taken))
        found.quantities[unit.id] = {"amount": amount} if m.amount else {}
    return found


def reference(m: Measure, world: World) -> Found:
    """What the measure comes to, the slow way."""
    late = world.first is not None and world.first > world.window.last
    over = world.last is not None and world.last < world.window.first
    if late or (over and not (isinstance(m, TimeLimit) and m.start is not None)):
        return Found(excuses={unit.id: ("no_cases", "") for unit in world.units})
    if isinstance(m, TimeLimit):
        return time_limit(m, world) if m.start is not None else due_by(m, world)
    if isinstance(m, Tally):
        return tally(m, world)
    if isinstance(m, Content):
        return content(m, world)
    if isinstance(m, Order):
        return order(m, world)
    if isinstance(m, Value):
        return value(m, world)
    assert isinstance(m, Faults)
    return faults(m, world)


def register_of(units: Iterable[Unit]) -> UnitRegister:
    return UnitRegister(units)
