"""The longest stretch of days without an event."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gongkai_score.measures.chosen import Selection
from gongkai_score.measures.view import View

Int64 = NDArray[np.int64]


def longest_gaps(view: View, events: Selection) -> Int64:
    """For each unit the longest run of natural days without an event, in the window's elapsed part.

    The days before the first and after the last event count; days on which the unit does not exist do not.
    """
    begin = np.maximum(view.active_from, view.window.first).astype(np.int64)
    end = np.minimum(view.active_to, min(view.window.last, view.as_of)).astype(np.int64)
    inside = np.flatnonzero((events.day >= begin[events.unit]) & (events.day <= end[events.unit]))
    unit, day = events.unit[inside], events.day[inside].astype(np.int64)
    gap: Int64 = np.maximum(end - begin + 1, 0)
    if not len(unit):
        return gap
    fresh = np.ones(len(unit), bool)
    fresh[1:] = unit[1:] != unit[:-1]
    before = np.empty(len(unit), np.int64)
    before[1:] = day[:-1]
    before[fresh] = begin[unit[fresh]] - 1
    starts = np.flatnonzero(fresh)
    longest = np.maximum.reduceat(day - before - 1, starts)
    last = np.append(starts[1:], len(unit)) - 1
    gap[unit[starts]] = np.maximum(longest, end[unit[starts]] - day[last])
    return gap
