"""Joining events by key: which answer belongs to which start (the first, the first from a moment on, a run)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, Int32
from gongkai_score.measure_kinds import Selector
from gongkai_score.measures.chosen import Selection, all_of, choose
from gongkai_score.measures.selection import Mask
from gongkai_score.measures.view import View
from gongkai_score.memory import Once

Int64 = NDArray[np.int64]

_TABLE_LIMIT = 1 << 24
_TABLE_A_KEY = 128
"""Largest look-up table by key, and how much larger it may be for each key; beyond that keys are searched, which
takes a hundred times as long a key as a table does a place."""
_DAY = 86402
"""Moments of a day: one for a bare date, which comes first, and one for each second."""


def joint_key(view: View, selection: Selection, names: tuple[str, ...]) -> tuple[NDArray[np.integer], int]:
    """One number for the attributes two events must share, and how many there can be; -1: one of them is empty.

    Without attributes every event has the same key.
    """
    if not names:
        return np.zeros(len(selection), np.int32), 1
    key: NDArray[np.integer]
    key, size = view.key_codes(selection, names[0])
    for name in names[1:]:
        codes, more = view.key_codes(selection, name)
        wide = key.astype(np.int64) * max(more, 1) + codes
        key, size = np.where((key < 0) | (codes < 0), -1, wide), size * max(more, 1)
    return key, size


def moment_of(day: Int32, second: Int32 | None) -> Int64:
    """Days and seconds as one ascending number; a bare date comes before the times of its day."""
    moment = day.astype(np.int64) * _DAY
    return moment if second is None else moment + (second + 1)


class Answers:
    """Events that may answer others, found by key.

    Places are positions in ``events``, -1 where there is none. An answer counts for a start of the same unit
    unless ``any_unit``. Events without a key answer nothing.
    """

    def __init__(self, view: View, events: Selection, names: tuple[str, ...], any_unit: bool = False) -> None:
        """Remembers what is needed; the indexes are made when they are asked for."""
        self.events, self.any_unit, self._made = events, any_unit, Once()
        self._key, self._size = joint_key(view, events, names)

    @property
    def _first(self) -> Int32 | None:
        """By key the place of its first event, where that can be looked up: each key belongs to one unit."""
        return self._made.keep("first", self._make_first)

    def _make_first(self) -> Int32 | None:
        if self._size > max(_TABLE_LIMIT, _TABLE_A_KEY * len(self._key)):
            return None
        place = np.arange(len(self._key), dtype=np.int32)
        if self.any_unit:
            place = place[np.argsort(self._moments, kind="stable")]
        key = self._key if not self.any_unit else self._key.take(place)
        table = np.full(self._size + 1, -1, np.int32)
        table[key] = place
        again = np.flatnonzero(table.take(key, mode="wrap") != place)
        table[key.take(again[::-1])] = place.take(again[::-1])
        table[-1] = -1
        if self.any_unit or not len(again):
            return table
        owner = self.events.unit.take(table.take(self._key, mode="wrap"), mode="clip")
        single = bool(((owner == self.events.unit) | (self._key < 0)).all())
        return table if single else None

    @property
    def _moments(self) -> Int64:
        return self._made.keep("moments", lambda: moment_of(self.events.day, self.events.second))

    def first(self, key: NDArray[np.integer], unit: Int32) -> Int32:
        """For each key and unit the place of its first event."""
        if not len(self.events):
            return np.full(len(key), -1, np.int32)
        if self._first is None:
            return self._search(key, unit, None)
        place: Int32 = self._first.take(key, mode="wrap")
        if self.any_unit:
            return place
        foreign = self.events.unit.take(place, mode="wrap") != unit
        place[foreign] = -1
        return place

    @property
    def _sorted(self) -> tuple[Int64, Int64, Int64, int, int]:
        """Groups (unit and key), events by group and moment, their places, span and base of the moments."""
        return self._made.keep("sorted", self._make_sorted)

    def _make_sorted(self) -> tuple[Int64, Int64, Int64, int, int]:
        places = np.flatnonzero(self._key >= 0)
        groups = self._group(self._key[places], self.events.unit[places])
        names = np.unique(groups)
        moments = self._moments[places]
        base = int(moments.min()) if len(moments) else 0
        span = (int(moments.max()) - base + 1) if len(moments) else 1
        packed = np.searchsorted(names, groups) * span + (moments - base)
        order = np.argsort(packed, kind="stable")
        return names, packed[order], places[order], span, base

    def _group(self, key: NDArray[np.integer], unit: Int32) -> Int64:
        wide = key.astype(np.int64)
        return wide if self.any_unit else wide + unit.astype(np.int64) * self._size

    def _runs(self, key: NDArray[np.integer], unit: Int32) -> tuple[Int64, Int64, Int64]:
        """(begin, end, group) of the sorted events of each key and unit."""
        names, packed, _, span, _ = self._sorted
        if not len(names):
            none = np.zeros(len(key), np.int64)
            return none, none, none
        wanted = self._group(key, unit)
        group = np.searchsorted(names, wanted)
        known = (group < len(names)) & (names.take(group, mode="clip") == wanted) & (key >= 0)
        begin = np.searchsorted(packed, group * span)
        end = np.searchsorted(packed, (group + 1) * span)
        return begin, np.where(known, end, begin), group

    def _search(self, key: NDArray[np.integer], unit: Int32, moment: Int64 | None) -> Int32:
        _, packed, places, span, base = self._sorted
        if not len(packed):
            return np.full(len(key), -1, np.int32)
        begin, end, group = self._runs(key, unit)
        if moment is not None:
            inside = np.clip(moment - base, 0, span)
            begin = np.maximum(begin, np.searchsorted(packed, group * span + inside))
        found = places.take(begin, mode="clip")
        return np.where(begin < end, found, -1).astype(np.int32)

    def first_from(self, key: NDArray[np.integer], unit: Int32, day: Int32, second: Int32 | None) -> Int32:
        """The first event that is not before a moment; where one side is a bare date, days are compared."""
        if not len(self.events):
            return np.full(len(key), -1, np.int32)
        place = self._search(key, unit, day.astype(np.int64) * _DAY)
        if second is None or self.events.second is None:
            return place
        found_second = self.events.second.take(place, mode="wrap")
        sooner = (place >= 0) & (self.events.day.take(place, mode="wrap") == day)
        sooner &= (second >= 0) & (found_second >= 0) & (found_second < second)
        again = np.flatnonzero(sooner)
        if len(again):
            later = moment_of(day[again], second[again])
            place[again] = self._search(key[again], unit[again], later)
        return place

    def last(self, key: NDArray[np.integer], unit: Int32) -> Int32:
        """For each key and unit the place of its last event."""
        if not len(self.events):
            return np.full(len(key), -1, np.int32)
        begin, end, _ = self._runs(key, unit)
        found = self._sorted[2].take(end - 1, mode="clip") if len(self._sorted[2]) else begin
        return np.where(begin < end, found, -1).astype(np.int32)

    def runs(self, key: NDArray[np.integer], unit: Int32) -> tuple[Int64, Int64, Int64]:
        """For each key and unit its events in order: places are ``order[begin:end]``; gives (begin, end, order)."""
        begin, end, _ = self._runs(key, unit)
        return begin, end, self._sorted[2]


def answers(view: View, ends: Selector, names: tuple[str, ...], any_unit: bool = False) -> Answers:
    """The index of the events a selector gives, made once for every measure that asks for it."""
    key = ("answers", ends, names, any_unit)
    return view.keep(key, lambda: Answers(view, view.chosen(ends), names, any_unit))


@dataclass(frozen=True, slots=True, eq=False)
class Firsts:
    """For each event of a kind the first event that answers it.

    Attributes:
        place: its place among the events that may answer; -1: there is none.
        day: its day, ``NO_DAY`` where there is none.
        before: whether one of them comes before the event it answers, by the date ``at``.
    """

    place: Int32
    day: Int32
    before: bool


def firsts(view: View, ends: Selector, names: tuple[str, ...], kind: str) -> Firsts:
    """The first event of the same unit and key for every event of a kind; it stays with the events found."""
    found = view.chosen(ends)

    def make() -> Firsts:
        table, base = view.table(kind), choose(view.log, ends)
        as_logged = found.facts is base.facts
        events = base if as_logged else found
        unit = table.unit if as_logged else view.units_of(kind)
        every = all_of(table, unit, table.at.day, table.at.second)
        key, _ = joint_key(view, every, names)
        place = Answers(view, events, names).first(key, unit)
        if not len(events):
            return Firsts(place, np.full(len(table), NO_DAY, np.int32), False)
        there = place >= 0
        day = events.day.take(place, mode="wrap")
        if not there.all():
            day[~there] = NO_DAY
        second = None if events.second is None else events.second.take(place, mode="wrap")
        return Firsts(place, day, bool((is_before(day, second, every.day, every.second) & there).any()))

    return found.fact(("firsts", kind, names), make)


def is_before(day: Int32, second: Int32 | None, than_day: Int32, than_second: Int32 | None) -> Mask:
    """Whether moments come before others; where one side is a bare date, days are compared."""
    earlier: Mask = day < than_day
    if second is not None and than_second is not None:
        earlier |= (day == than_day) & (second >= 0) & (than_second >= 0) & (second < than_second)
    return earlier
