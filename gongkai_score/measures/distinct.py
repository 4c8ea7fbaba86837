"""Telling apart what is counted once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import Int32
from gongkai_score.measure_kinds import Tally
from gongkai_score.measures.chosen import Selection
from gongkai_score.measures.per_unit import firsts_of_units, lengths
from gongkai_score.measures.view import View


def one_of_each_ref(events: Selection) -> NDArray[np.int32] | None:
    """Places of one event of each unit and reference; None: some have none, or units share one."""

    def make() -> NDArray[np.int32] | None:
        value = events.ref
        if not len(value):
            return np.zeros(0, np.int32)
        size = int(value.max()) + 1
        if int(value.min()) < 0 or size > 16 * len(value):
            return None
        place = np.arange(len(value), dtype=np.int32)
        last = np.empty(size, np.int32)
        last[value] = place
        held = last.take(value)
        others = np.flatnonzero(held != place)
        if not np.array_equal(events.unit.take(held.take(others)), events.unit.take(others)):
            return None
        return np.flatnonzero(held == place).astype(np.int32)

    return events.fact("one of each ref", make)


def numbers_of_refs(events: Selection) -> Int32 | None:
    """For each unit that has events their number of references; None where :func:`one_of_each_ref` has none."""
    ones = one_of_each_ref(events)
    if ones is None:
        return None
    first = firsts_of_units(events)
    begin = events.fact("refs of units", lambda: np.searchsorted(ones, first).astype(np.int32))
    return lengths(begin, len(ones))


def distinct_places(measure: Tally, view: View, events: Selection, cell: NDArray[np.integer]) -> NDArray[np.intp]:
    """Places of the first event of each distinct day, reference or value in its cell, in order.

    An event that holds several values stands there once for each that the measure asks for. What has no
    reference or value is told apart by its day (duties, ambiguity 57).

    Args:
        measure: counts by ``day``, ``ref`` or an attribute.
        view: the view.
        events: events by cell and then by date.
        cell: the cell of each event.
    """
    count_by = measure.count_by
    if not len(events):
        return np.zeros(0, np.intp)
    if count_by == "day":
        new = np.ones(len(cell), bool)
        new[1:] = (cell[1:] != cell[:-1]) | (events.day[1:] != events.day[:-1])
        return np.flatnonzero(new)
    source: NDArray[np.intp] = np.arange(len(events))
    if count_by == "ref":
        value, size = view.key_codes(events, "ref")
    else:
        at, value, values = view.values(events, measure.event, count_by)
        size = len(values)
        source = source if at is None else at
        if not len(value):
            return source
    places = _first_of_each(value, size, cell[source])
    if places is None:
        base = int(events.day.min())
        span = int(events.day.max()) - base + 1
        known = np.where(value >= 0, value, size + events.day[source] - base).astype(np.int64)
        packed = cell[source].astype(np.int64) * (size + span) + known
        _, places = np.unique(packed, return_index=True)
        places.sort()
    return source[places]


def _first_of_each(value: Int32, size: int, cell: NDArray[np.integer]) -> NDArray[np.intp] | None:
    """Places of the first of each value, where no value is empty or in two cells; else None."""
    if int(value.min()) < 0 or size > 16 * len(value):
        return None
    place = np.arange(len(value), dtype=np.int32)
    first = np.empty(size, np.int32)
    first[value[::-1]] = place[::-1]
    head = first[value]
    if not np.array_equal(cell[head], cell):
        return None
    return np.flatnonzero(head == place)
