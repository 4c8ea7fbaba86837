"""More time for a case: extensions granted, and the clock stopped while others are consulted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, NO_TIME, Coded, Moments
from gongkai_score.cases import Cited
from gongkai_score.measure_kinds import Duration, Extension, Selector
from gongkai_score.measures.chosen import Selection
from gongkai_score.measures.joining import answers, joint_key
from gongkai_score.measures.limits import Extra, Limits
from gongkai_score.measures.selection import Mask, where_mask
from gongkai_score.measures.view import View
from gongkai_score.points import exact

Int64 = NDArray[np.int64]


def extra_time(
    view: View,
    extensions: tuple[Extension, ...],
    starts: Selection,
    bound: Mask,
    names: tuple[str, ...],
    duration: Duration,
    limits_with: Callable[[Extra], Limits],
) -> tuple[Extra, list[Cited]]:
    """What extensions and pauses add to each case, and the events they rest on.

    A ground that is an event of its own must be dated from the start of the case to the last day then in
    force: what is granted afterwards mends nothing (duties, ambiguity 17). Several grounds count one after
    another, in the order of their dates.

    Args:
        view: the view.
        extensions: the grounds, in the order of the set.
        starts: the cases' start events.
        bound: for each unit whether the measure binds it.
        names: attributes that tie a ground to a case.
        duration: the limit, whose unit counts.
        limits_with: the limits when so much is added.
    """
    units, days = np.zeros(len(starts), np.int64), np.zeros(len(starts), np.int64)
    cited: list[Cited] = []

    def in_force() -> Limits:
        return limits_with(Extra(units, days))

    for extension in extensions:
        extra = days if extension.pause is not None and duration.unit == "month" else units
        before = extra.copy()
        if extension.event is None:
            granted = where_mask(starts.table, view.log.refs, extension.where)
            entitled = np.arange(len(starts)) if granted is None else np.flatnonzero(granted[starts.rows])
            extra[entitled] += _added(view, extension, starts, entitled, duration)
        else:
            event = extension.event
            event = replace(event, where=event.where + extension.where)
            view.look(event, bound)
            found = _by_events(view, extension, event, starts, names, duration, in_force, extra)
            cited.append(found)
        if extension.at_most is not None:
            np.minimum(extra, before + extension.at_most, out=extra)
    return Extra(units, days), cited


def _by_events(
    view: View,
    extension: Extension,
    event: Selector,
    starts: Selection,
    names: tuple[str, ...],
    duration: Duration,
    in_force: Callable[[], Limits],
    extra: Int64,
) -> Cited:
    """Adds the grounds that are events of their own, the first of each case, then the second, and so on."""
    grounds = answers(view, event, names)
    key, _ = joint_key(view, starts, names)
    begin, end, order = grounds.runs(key, starts.unit)
    counted: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
    for turn in range(int((end - begin).max(initial=0))):
        cases = np.flatnonzero(begin + turn < end)
        place = order[begin[cases] + turn]
        day, due = grounds.events.day[place], in_force().day[cases]
        timely = (day >= starts.day[cases]) & ((day <= due) | (due == NO_DAY))
        cases, place = cases[timely], place[timely]
        extra[cases] += _added(view, extension, grounds.events, place, duration, starts.day[cases])
        counted.append((cases, place))
    return _behind(grounds.events, counted, len(starts))


def _behind(events: Selection, counted: list[tuple[NDArray[np.intp], NDArray[np.intp]]], cases: int) -> Cited:
    """The grounds of each case together."""
    none = np.zeros(0, np.intp)
    case = np.concatenate([none, *(pair[0] for pair in counted)])
    place = np.concatenate([none, *(pair[1] for pair in counted)])
    order = np.argsort(case, kind="stable")
    last = np.cumsum(np.bincount(case, minlength=cases), dtype=np.int32)
    first = np.concatenate([np.zeros(1, np.int32), last[:-1]])[:cases]
    return Cited(events.table, pool=events.rows[place[order]], first=first, last=last)


def _added(
    view: View,
    extension: Extension,
    events: Selection,
    places: NDArray[np.integer],
    duration: Duration,
    not_before: NDArray[np.int32] | None = None,
) -> Int64:
    """What each ground adds, in units of the limit."""
    if extension.pause is not None:
        part = events.take(places)
        begin, end = part.moments(extension.pause[0]), part.moments(extension.pause[1])
        return _stopped(view, begin, end, duration, not_before)
    if isinstance(extension.by, int):
        return np.full(len(places), extension.by, np.int64)
    if extension.by is None:
        return np.zeros(len(places), np.int64)
    given: Int64 = _whole_numbers(events.codes(extension.by))[places]
    return given


def _whole_numbers(column: Coded) -> Int64:
    """A text column as whole numbers; a cell that is none adds nothing."""
    seen = np.unique(column.codes)
    table = np.zeros(len(column.values) + 1, np.int64)
    for code in seen[seen >= 0].tolist():
        try:
            number = exact(str(column.values[code]))
        except ValueError:
            continue
        table[code] = max(int(number), 0) if number.denominator == 1 else 0
    found: Int64 = table[column.codes]
    return found


def _stopped(
    view: View, begin: Moments, end: Moments, duration: Duration, not_before: NDArray[np.int32] | None
) -> Int64:
    """Units inside (begin, end]; a stop without an end, or with one after ``as_of``, lasts until ``as_of``."""
    first = begin.day if not_before is None else np.maximum(begin.day, not_before)
    still = (end.day == NO_DAY) | (end.day > view.as_of)
    last = np.where(still, np.int32(view.as_of), end.day).astype(np.int32)
    there = (begin.day != NO_DAY) & (last > first) if duration.unit != "hour" else begin.day != NO_DAY
    found = np.zeros(len(first), np.int64)
    places = np.flatnonzero(there)
    if duration.unit == "working_day":
        found[places] = view.calendar.workdays_between(first[places] + np.int32(1), last[places])
    elif duration.unit == "hour":
        start_second = np.where((begin.second == NO_TIME) | (first != begin.day), 0, begin.second)
        end_second = np.where(still | (end.second == NO_TIME), 86400, end.second)
        seconds = (last.astype(np.int64) - first) * 86400 + end_second - start_second
        found[places] = np.maximum(-(-seconds[places] // 3600), 0)
    else:
        found[places] = last[places].astype(np.int64) - first[places]
    return found
