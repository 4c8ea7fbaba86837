"""The longest stretch of days without an event."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gongkai_score.measures.chosen import Selection
from gongkai_score.measures.per_unit import runs
from gongkai_score.measures.view import View

Int64 = NDArray[np.int64]


def longest_gaps(view: View, events: Selection) -> Int64:
    """For each unit the longest run of natural days without an event, in the window's elapsed part.

    The days before the first and after the last event count; days on which the unit does not exist do not.
    """
    begin = np.maximum(view.active_from, view.window.first).astype(np.int64)
    end = np.minimum(view.active_to, min(view.window.last, view.as_of)).astype(np.int64)
    unit, day = view.head_units(events), events.head_days
    if not events.within(int(begin.max(initial=-(1 << 40))), int(end.min(initial=1 << 40))):
        inside = np.flatnonzero((day >= begin[unit]) & (day <= end[unit]))
        unit, day = unit.take(inside), day.take(inside)
    gap: Int64 = np.maximum(end - begin + 1, 0)
    if not len(unit):
        return gap
    starts = runs(unit)
    last = np.append(starts[1:], len(unit)) - 1
    step = np.empty(len(day), np.int32)
    np.subtract(day[1:], day[:-1], out=step[1:])
    owner = unit.take(starts)
    step[starts] = day.take(starts) - begin[owner] + 1
    longest = np.maximum.reduceat(step, starts) - 1
    gap[owner] = np.maximum(longest, end[owner] - day.take(last))
    return gap
