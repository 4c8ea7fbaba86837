"""The longest stretch of days without an event."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import Int32
from gongkai_score.measures.chosen import Selection
from gongkai_score.measures.per_unit import firsts_of_units, heads_of_units
from gongkai_score.measures.view import View

Int64 = NDArray[np.int64]


def longest_gaps(view: View, events: Selection) -> Int64:
    """For each unit the longest run of natural days without an event, in the window's elapsed part.

    The days before the first and after the last event count; days on which the unit does not exist do not.
    """
    begin = np.maximum(view.active_from, view.window.first).astype(np.int64)
    end = np.minimum(view.active_to, min(view.window.last, view.as_of)).astype(np.int64)
    if not events.within(int(begin.max(initial=-(1 << 40))), int(end.min(initial=1 << 40))):
        unit, day = view.head_units(events), events.head_days
        inside = (day >= begin.take(unit)) & (day <= end.take(unit))
        events = events.take(events.heads.take(np.flatnonzero(inside)))
    gap: Int64 = np.maximum(end - begin + 1, 0)
    if len(events):
        first = firsts_of_units(events)
        last = np.append(first[1:], len(events)) - 1
        owner = events.unit.take(first)
        before, after = events.day.take(first) - begin.take(owner), end.take(owner) - events.day.take(last)
        gap[owner] = np.maximum(np.maximum(before, after), _longest_between(events))
    return gap


def _longest_between(events: Selection) -> Int32:
    """For each unit that has events the most days without one between two of them."""

    def make() -> Int32:
        day, first = events.head_days, heads_of_units(events)
        step = np.ones(len(day), np.int32)
        np.subtract(day[1:], day[:-1], out=step[1:])
        step[first] = 1
        longest: Int32 = np.maximum.reduceat(step, first) - 1
        return longest

    return events.fact("longest between", make)
