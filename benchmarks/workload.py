"""The duties of ``workload.yaml`` as plain data for the scripts written by hand, and what they must hand in.

Points are whole ten-thousandths. A script does with this table what a person would do with a list of duties on
paper; how it computes them is its own affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from benchmarks.make_log import EPOCH, ITEMS, UNIT_TYPES, day_number, window_of

ONE = 10_000
COUNTY, DISTRICT, DEPARTMENT = range(len(UNIT_TYPES))
Where = Mapping[str, tuple[str, ...]]
PerType = tuple[int, int, int]
"""One number for each type of unit."""


@dataclass(frozen=True)
class Events:
    """Events of one kind whose attributes hold one of the values."""

    kind: str
    where: Where


def events(kind: str, **where: str | tuple[str, ...]) -> Events:
    return Events(kind, {name: (v,) if isinstance(v, str) else v for name, v in where.items()})


# what is measured


@dataclass(frozen=True)
class Deadline:
    """Every start is answered within a time: working days (by type, or before and from a date) or days."""

    start: Events
    end: Events
    working_days: PerType | None = None
    changed: tuple[int, int] | None = None
    days: int | None = None
    roll: bool = True

    def limit(self, day: int, unit_type: int) -> int:
        """Number of days, of the sort the duty counts in."""
        if self.days is not None:
            return self.days
        if self.changed is not None and day >= self.changed[0]:
            return self.changed[1]
        assert self.working_days is not None
        return self.working_days[unit_type]


@dataclass(frozen=True)
class Frequency:
    """So many events in every period."""

    event: Events
    every: str
    at_least: PerType = (1, 1, 1)
    due: tuple[int, int] | None = None
    gap: bool = False


@dataclass(frozen=True)
class PerAccount:
    """An event in every month for every account that has any."""

    event: Events


@dataclass(frozen=True)
class Count:
    """How many events, or different references or values of an attribute."""

    event: Events
    distinct: str | None = None


@dataclass(frozen=True)
class Complete:
    """Three elements in every event."""

    event: Events
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """An event for every item."""

    event: Events
    items: tuple[str, ...]


@dataclass(frozen=True)
class Precedes:
    """So many days before every event comes another one."""

    before: Events
    after: Events
    lead: int


@dataclass(frozen=True)
class Exists:
    """At least one event."""

    event: Events


@dataclass(frozen=True)
class Findings:
    """Faults found, where somebody looked."""

    event: Events
    check: Events


Measure = Deadline | Frequency | PerAccount | Count | Complete | Coverage | Precedes | Exists | Findings

# how it is scored


@dataclass(frozen=True)
class Share:
    """Full marks times a quotient, rounded half up; ``of``: out of this number instead of the cases."""

    quantity: str = "met"
    of: int | None = None


@dataclass(frozen=True)
class Tiers:
    """Points of the first row that the quantity reaches (or, with ``down``, does not exceed); else none.

    ``percent``: the quantity is the share of cases met, in hundredths.
    """

    quantity: str
    rows: tuple[tuple[tuple[int, int], ...], ...]
    down: bool = False
    percent: bool = False

    def of_type(self, unit_type: int) -> tuple[tuple[int, int], ...]:
        return self.rows[unit_type if len(self.rows) > 1 else 0]


@dataclass(frozen=True)
class Deduct:
    """Points off for each, down to a floor; ``every``: begun units of so many; ``at_most``: bound of the loss."""

    each: Mapping[str, int]
    floor: int = 0
    every: int = 1
    at_most: int | None = None


@dataclass(frozen=True)
class AllOrNothing:
    """Full marks if nothing failed."""


Rule = Share | Tiers | Deduct | AllOrNothing


@dataclass(frozen=True)
class Leaf:
    """One duty; ``types``: which units it binds."""

    id: str
    points: PerType
    measure: Measure
    rule: Rule
    types: tuple[int, ...] = (COUNTY, DISTRICT, DEPARTMENT)

    @property
    def group(self) -> str:
        return self.id.split("-")[0]

    @property
    def block(self) -> str:
        return self.id[0]


def _all(points: float) -> PerType:
    return (int(points * ONE),) * 3


def _rows(*rows: tuple[int, float]) -> tuple[tuple[int, int], ...]:
    return tuple((bound, int(points * ONE)) for bound, points in rows)


_MATTER, _PUBLISHED = events("matter_arose"), events("information_published")
_DOCUMENT, _READING = events("document_published"), events("interpretation_published")
_INCIDENT, _RESPONSE = events("incident_occurred"), events("response_published")
_ANSWER = events("request_answered")
_SITE = events("channel_updated", channel="site")
_CHECK = events("check_done")
_BOUND_B2 = (COUNTY, DISTRICT)

LEAVES: tuple[Leaf, ...] = (
    Leaf("A1-1", _all(5), Deadline(_MATTER, _PUBLISHED, (20, 20, 20)), Share()),
    Leaf("A1-2", _all(4), Deadline(events("matter_arose", important="true"), _PUBLISHED, (10, 10, 7)), Share()),
    Leaf(
        "A1-3",
        _all(3),
        Deadline(events("matter_arose", topic=("财政", "审批", "民生")), _PUBLISHED, days=15),
        Tiers("met", (_rows((95, 3), (80, 2), (50, 1)),), percent=True),
    ),
    Leaf("A1-4", _all(4), Complete(_PUBLISHED, ("正文", "附件", "日期")), Share("have")),
    Leaf("A1-5", _all(4), Coverage(_PUBLISHED, ITEMS[:12]), Share()),
    Leaf("A2-1", _all(4), Frequency(_SITE, "working_day"), Share()),
    Leaf(
        "A2-2",
        _all(3),
        Frequency(events("channel_updated", channel="wechat"), "week", (3, 3, 1)),
        Deduct({"short": 200, "blank": 600}),
    ),
    Leaf(
        "A2-3",
        _all(3),
        Frequency(_SITE, "month", gap=True),
        Tiers("gap", (_rows((14, 3), (30, 2), (60, 1)),), down=True),
    ),
    Leaf("A2-4", _all(3), Frequency(_PUBLISHED, "month"), Share()),
    Leaf(
        "A2-5",
        _all(3),
        Frequency(events("information_published", item="预算"), "quarter", due=(3, 15)),
        Deduct({"late": 2500, "blank": 7500}),
    ),
    Leaf("A2-6", _all(2), PerAccount(events("channel_updated", channel="weibo")), Share()),
    Leaf(
        "A2-7",
        _all(2),
        Count(events("channel_updated"), "ref"),
        Tiers("count", (_rows((100, 2), (30, 1), (10, 0.5)),)),
    ),
    Leaf(
        "B1-1",
        _all(5),
        Deadline(events("document_published", important="true"), _READING, (3, 3, 3)),
        Share(),
    ),
    Leaf("B1-2", _all(4), Deadline(_DOCUMENT, _READING, (20, 20, 20)), Deduct({"late": 1000, "missing": 2000})),
    Leaf(
        "B1-3",
        _all(3),
        Deadline(
            events("document_published", doc_type="normative"),
            events("interpretation_published", form=("chart", "video")),
            (10, 10, 10),
        ),
        Share(),
    ),
    Leaf(
        "B1-4",
        (3 * ONE, 3 * ONE, 2 * ONE),
        Count(_READING),
        Tiers("count", (_rows((12, 3), (6, 2), (1, 1)),) * 2 + (_rows((6, 2), (1, 1)),)),
    ),
    Leaf("B1-5", _all(3), Count(_READING, "form"), Share("count", 3)),
    Leaf(
        "B2-1",
        _all(5),
        Deadline(_INCIDENT, _RESPONSE, days=5, roll=False),
        Deduct({"late": 5000, "missing": 10000}),
        _BOUND_B2,
    ),
    Leaf(
        "B2-2",
        _all(4),
        Deadline(events("incident_occurred", level="major"), _RESPONSE, (1, 1, 1)),
        AllOrNothing(),
        _BOUND_B2,
    ),
    Leaf(
        "B2-3",
        _all(3),
        Deadline(_INCIDENT, _RESPONSE, days=3, roll=False),
        Tiers("longest_late", (_rows((0, 3), (2, 2), (5, 1)),), down=True),
        _BOUND_B2,
    ),
    Leaf(
        "C1-1",
        _all(5),
        Deadline(
            events("request_received", type="disclosure"),
            _ANSWER,
            (15, 15, 15),
            changed=(day_number("2019-05-15"), 20),
        ),
        Deduct({"late": 5000, "missing": 10000}, floor=ONE),
    ),
    Leaf(
        "C1-2",
        _all(4),
        Deadline(events("request_received", type="letter"), _ANSWER, (10, 10, 10)),
        Tiers("met", (_rows((95, 4), (80, 3), (60, 1)),), percent=True),
    ),
    Leaf(
        "C1-3",
        _all(3),
        Deadline(events("request_received", type=("disclosure", "letter")), _ANSWER, (15, 15, 15)),
        Deduct({"days_late": 2500}, every=5, at_most=2 * ONE),
    ),
    Leaf("C2-1", _all(4), Precedes(events("consultation_held"), events("decision_made"), 30), Share()),
    Leaf("C2-2", _all(2), Frequency(events("meeting_held"), "quarter"), Share()),
    Leaf("D1-1", _all(2), Exists(events("instrument_adopted", type="catalogue")), AllOrNothing()),
    Leaf("D1-2", _all(2), Exists(events("instrument_adopted", type="guide")), Share()),
    Leaf("D1-3", _all(2), Count(events("training_held")), Share("count", 4)),
    Leaf("D2-1", _all(1), Frequency(events("activity_held"), "half_year"), Share()),
    Leaf("D2-2", _all(3), Findings(events("finding_recorded"), _CHECK), Deduct({"found": 5000})),
    Leaf("D2-3", _all(2), Findings(events("finding_recorded", severe="true"), _CHECK), AllOrNothing()),
)

GROUPS = tuple(dict.fromkeys(leaf.group for leaf in LEAVES))
BLOCKS = tuple(dict.fromkeys(leaf.block for leaf in LEAVES))


# days


@cache
def working_days() -> frozenset[int]:
    """Day numbers of the working days that the State Council's notices make, several years of them."""
    from gongkai_score.readers.calendars import national_calendar

    calendar = national_calendar()
    days = np.flatnonzero(calendar.working) + calendar.first_day
    return frozenset(days.tolist())


@dataclass(frozen=True)
class Grid:
    """Periods of a window: for each day of it the period it counts in (-1: none), how many there are, due days."""

    of_day: tuple[int, ...]
    periods: int
    due: tuple[int, ...]


@cache
def grid(period: str, every: str, due: tuple[int, int] | None = None) -> Grid:
    """The whole periods of a window that have a working day."""
    first, last = window_of(period)
    working = working_days()
    dates = [EPOCH + timedelta(days=d) for d in range(first - 31, last + 32)]
    spans: dict[object, list[int]] = {}
    for day in dates:
        number = (day - EPOCH).days
        spans.setdefault(_name(day, every, number), []).append(number)
    of_day, dues, periods = [-1] * (last - first + 1), [], 0
    for days in spans.values():
        whole = _whole(days, every)
        if not whole or days[0] < first or days[-1] > last or not any(d in working for d in days):
            continue
        for d in days:
            of_day[d - first] = periods
        if due is None:
            dues.append(days[-1])
        else:
            begin = EPOCH + timedelta(days=days[0])
            dues.append((date(begin.year, begin.month + due[0] - 1, due[1]) - EPOCH).days)
        periods += 1
    return Grid(tuple(of_day), periods, tuple(dues))


_LENGTH = {"month": 1, "quarter": 3, "half_year": 6}


def _name(day: date, every: str, number: int) -> object:
    if every == "working_day":
        return number
    if every == "week":
        return day.isocalendar()[:2]
    return day.year, (day.month - 1) // _LENGTH[every]


def _whole(days: list[int], every: str) -> bool:
    if every == "working_day":
        return True
    if every == "week":
        return len(days) == 7
    begin, after = EPOCH + timedelta(days=days[0]), EPOCH + timedelta(days=days[-1] + 1)
    months = (after.year - begin.year) * 12 + after.month - begin.month
    return begin.day == 1 and after.day == 1 and months == _LENGTH[every]


# what is handed in

NONE = -1
"""Stands where a leaf does not apply to a unit or was not assessed."""


@dataclass(frozen=True)
class Scores:
    """What every contender hands in: points in ten-thousandths.

    Attributes:
        units: unit ids in order.
        leaf: points of each unit (row) and leaf (column, in the order of ``LEAVES``); ``NONE``: does not count.
        total: total of each unit, at two decimals.
        rank: competition rank of each unit by its total.
    """

    units: tuple[str, ...]
    leaf: np.ndarray
    total: np.ndarray
    rank: np.ndarray


def first_difference(one: Scores, other: Scores) -> str | None:
    """The first unit and leaf in which two results differ, in words; None: they are the same."""
    if one.units != other.units:
        return f"units differ: {len(one.units)} and {len(other.units)}"
    wrong = np.argwhere(one.leaf != other.leaf)
    if len(wrong):
        unit, leaf = (int(n) for n in wrong[0])
        values = (int(one.leaf[unit, leaf]), int(other.leaf[unit, leaf]))
        named = ", ".join(LEAVES[n].id for n in sorted(set(wrong[:, 1].tolist())))
        return f"unit {one.units[unit]}, leaf {LEAVES[leaf].id}: {values[0]} and {values[1]} (differ in: {named})"
    for name in ("total", "rank"):
        a, b = getattr(one, name), getattr(other, name)
        differing = np.flatnonzero(a != b)
        if len(differing):
            unit = int(differing[0])
            return f"unit {one.units[unit]}, {name}: {int(a[unit])} and {int(b[unit])}"
    return None


def half_up(number: int, below: int) -> int:
    """A quotient of whole numbers, neither negative, rounded half up."""
    return (2 * number + below) // (2 * below)
