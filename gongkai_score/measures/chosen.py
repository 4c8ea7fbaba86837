"""The events that satisfy a selector, and what is worked out about them once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, ActivityLog, Coded, EventTable, Int32, Moments
from gongkai_score.measure_kinds import Condition, Selector
from gongkai_score.measures.selection import Atoms, Mask, mask_of
from gongkai_score.memory import Once

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Selection:
    """Events that satisfy a selector, ordered by unit and date, one entry an event in every column.

    Attributes:
        table: the events of the kind.
        rows: positions in ``table``.
        unit: positions in the register.
        day: the date that counts.
        second: second of that day (-1: only the date is known); None: no event has a time.
        facts: what is known about these events whatever number their units have; see :meth:`fact`.
    """

    table: EventTable
    rows: Int32
    unit: Int32
    day: Int32
    second: Int32 | None
    facts: Once = field(default_factory=Once, repr=False)

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, places: NDArray[np.integer]) -> Selection:
        """Some of the events, in the order given."""
        second = None if self.second is None else self.second.take(places)
        return Selection(self.table, self.rows.take(places), self.unit.take(places), self.day.take(places), second)

    def where(self, mask: Mask) -> Selection:
        """The events at which ``mask`` holds."""
        places = np.flatnonzero(mask)
        return self if len(places) == len(self.rows) else self.take(places)

    def part(self, first: int, last: int) -> Selection:
        """The events from one place up to, not including, another."""
        second = None if self.second is None else self.second[first:last]
        rows, unit, day = (column[first:last] for column in (self.rows, self.unit, self.day))
        return Selection(self.table, rows, unit, day, second)

    def fact(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gave when it was first asked for; it must hold whatever number the units have."""
        return self.facts.keep(key, make)

    def knows(self, key: Hashable) -> bool:
        """Whether a fact is there already."""
        return key in self.facts

    @property
    def whole(self) -> bool:
        """Whether these are all events of the kind."""
        return len(self.rows) == len(self.table)

    @property
    def days(self) -> tuple[int, int]:
        """First and last day; without events a span that lies within every other."""
        return self.fact("days", lambda: _span(self.day))

    @property
    def heads(self) -> Int32:
        """Places of the first event of each unit and day."""
        return self.fact("heads", lambda: _heads(self))

    @property
    def head_days(self) -> Int32:
        """The days of :attr:`heads`."""
        return self.fact("head days", lambda: self.day.take(self.heads))

    def within(self, first: int, last: int) -> bool:
        """Whether all are dated in ``first..last``."""
        low, high = self.days
        return first <= low and high <= last

    def moments(self, name: str) -> Moments:
        """A date attribute of the events; empty where nobody recorded it."""
        column = self.table.at if name == "at" else self.table.moments.get(name)
        return Moments.empty(len(self)) if column is None else column.take(self.rows)

    def codes(self, name: str) -> Coded:
        """A text attribute of the events; empty where nobody recorded it."""
        column = self.table.id if name == "id" else self.table.attributes.get(name)
        if column is None:
            return Coded.empty(len(self))
        return column if self.as_in_table else column.take(self.rows)

    @property
    def ref(self) -> Int32:
        """Reference keys of the events."""
        return self.table.ref if self.as_in_table else self.table.ref.take(self.rows)

    @property
    def as_in_table(self) -> bool:
        """Whether these are all events of the kind in the order of the table."""
        return self.whole and self.fact("ascends", lambda: bool((self.rows[1:] > self.rows[:-1]).all()))


def all_of(table: EventTable, unit: Int32, day: Int32, second: Int32 | None) -> Selection:
    """All events of a kind, as they stand."""
    rows = np.arange(len(table), dtype=np.int32)
    found = Selection(table, rows, unit, day, second)
    found.fact("ascends", lambda: True)
    return found


def _span(day: Int32) -> tuple[int, int]:
    return (int(day.min()), int(day.max())) if len(day) else (1 << 40, -(1 << 40))


def _heads(events: Selection) -> Int32:
    new = np.ones(len(events), bool)
    np.not_equal(events.day[1:], events.day[:-1], out=new[1:])
    new[1:] |= events.unit[1:] != events.unit[:-1]
    return np.flatnonzero(new).astype(np.int32)


def meets(log: ActivityLog, kind: str, attribute: str, condition: Condition) -> Mask:
    """The events of a kind whose attribute meets a condition."""
    table = log.table(kind)
    key = ("meets", kind, attribute, condition)
    return log.memory.keep(key, lambda: mask_of(table, log.refs, attribute, condition), len)


def atoms(log: ActivityLog, kind: str, attribute: str) -> Atoms:
    """The single values of an attribute whose cells may hold several."""
    table = log.table(kind)

    def make() -> Atoms:
        if attribute in ("ref", "id"):
            return Atoms(Coded(table.ref, log.refs) if attribute == "ref" else table.id)
        return Atoms(table.attributes.get(attribute))

    return log.memory.keep(("atoms", kind, attribute), make, lambda found: 64 * len(found.first))


def choose(log: ActivityLog, selector: Selector) -> Selection:
    """The dated events that satisfy a selector; units are numbered as in the log."""
    return log.memory.keep(("chosen", selector), lambda: _choose(log, selector), _room)


def _room(events: Selection) -> int:
    """Bytes that events take, with what will be known about them."""
    return (12 if events.whole else 20) * len(events)


def _choose(log: ActivityLog, selector: Selector) -> Selection:
    table, kind = log.table(selector.event), selector.event
    at = table.at if selector.date == "at" else table.moments.get(selector.date)
    if at is None:
        at = Moments.empty(len(table))
    masks = [meets(log, kind, name, test) for name, test in selector.where]
    if selector.either:
        some = [
            np.logical_and.reduce([meets(log, kind, name, test) for name, test in where])
            for where in selector.either
        ]
        masks.append(np.logical_or.reduce(some))
    if len(table) and int(at.day.min()) == NO_DAY:
        masks.append(at.day != NO_DAY)
    timed = bool(len(table)) and bool(at.second.max() >= 0)
    every = all_of(table, table.unit, at.day, at.second if timed else None)
    if masks:
        every = every.where(np.logical_and.reduce(masks) if len(masks) > 1 else masks[0])
    if selector.date == "at":
        return every
    keys = [every.day, every.unit] if every.second is None else [every.second, every.day, every.unit]
    return every.take(np.lexsort(keys))
