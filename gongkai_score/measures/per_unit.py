"""Where the events of each unit begin and how many it has: found once for events, whatever numbers units have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import Int32, Int64
from gongkai_score.measures.chosen import Selection


def runs(numbers: NDArray[np.integer]) -> NDArray[np.intp]:
    """Places at which a run of equal numbers begins.

    >>> runs(np.array([4, 4, 7, 4])).tolist()
    [0, 2, 3]
    """
    if not len(numbers):
        return np.zeros(0, np.intp)
    new = np.empty(len(numbers), bool)
    new[0] = True
    np.not_equal(numbers[1:], numbers[:-1], out=new[1:])
    return np.flatnonzero(new)


def lengths(first: NDArray[np.integer], end: int) -> Int32:
    """Lengths of runs that begin at some places, the last of which ends before ``end``.

    >>> lengths(np.array([0, 2, 3]), 7).tolist()
    [2, 1, 4]
    """
    found = np.empty(len(first), np.int32)
    np.subtract(first[1:], first[:-1], out=found[:-1])
    found[-1:] = end - first[-1:]
    return found


def apart(cell: NDArray[np.integer], size: int) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """(group, place in it) of cells, where each group has so many; narrow numbers divide several times faster."""
    wide = cell.dtype.type(max(size, 1))
    group: NDArray[np.integer] = cell // wide
    return group, cell - group * wide


def firsts_of_units(events: Selection) -> Int32:
    """Places of the first event of each unit that has any; ``events`` are ordered by unit."""
    return events.fact("firsts of units", lambda: runs(events.unit).astype(np.int32))


def heads_of_units(events: Selection) -> Int32:
    """For each unit that has events where its first one stands among the first events of units and days."""

    def make() -> Int32:
        return np.searchsorted(events.heads, firsts_of_units(events)).astype(np.int32)

    return events.fact("heads of units", make)


def numbers_of_events(events: Selection) -> Int32:
    """For each unit that has events their number."""
    return lengths(firsts_of_units(events), len(events))


def sums_of_events(events: Selection, numbers: NDArray[np.integer] | NDArray[np.bool_], units: int) -> Int64:
    """For each unit the sum of a number of each of its events."""
    return sums_between(offsets_of_events(events, units), numbers)


def sums_between(offset: NDArray[np.integer], numbers: NDArray[np.integer] | NDArray[np.bool_]) -> Int64:
    """Sums of numbers from one place up to, not including, the next.

    >>> sums_between(np.array([0, 2, 2, 3]), np.array([4, 5, 6])).tolist()
    [9, 0, 6]
    """
    running = np.zeros(len(numbers) + 1, np.int64)
    np.cumsum(numbers, out=running[1:])
    before = running.take(offset)
    return before[1:] - before[:-1]


def offsets_of_events(events: Selection, units: int) -> Int32:
    """For each unit where its events begin, and where the last end."""
    first = firsts_of_units(events)
    if len(first) == units:
        return np.append(first, np.int32(len(events)))
    many = np.zeros(units + 1, np.int32)
    many[events.unit.take(first) + 1] = numbers_of_events(events)
    return np.cumsum(many, dtype=np.int32)
