"""Something must follow within a time or by a date (deadline, follow_up, due_by)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, NO_TIME, Int32
from gongkai_score.cases import DROPPED, Cases, Cited, DeferredCases, UInt8
from gongkai_score.errors import CalendarError
from gongkai_score.measure_kinds import Condition, Dated, Duration, Selector, TimeLimit
from gongkai_score.measures.chosen import Selection
from gongkai_score.measures.details import Remark, remarks
from gongkai_score.measures.extensions import extra_time
from gongkai_score.measures.joining import answers, firsts, is_before, joint_key
from gongkai_score.measures.limits import NO_EXTRA, Extra, Limits, after, by_bounds, dated_limits, days_over, judge
from gongkai_score.measures.measured import Measured, excuse, no_excuse
from gongkai_score.measures.per_unit import offsets_of_events
from gongkai_score.measures.selection import Mask, exempted
from gongkai_score.measures.view import EARLIEST, LATEST, View
from gongkai_score.outcomes import Verdict

_REACH = {"working_day": (4, 60), "day": (1, 60), "month": (31, 60), "hour": (1, 2)}
"""A limit of n ends at most ``a * n + b`` days after it began."""


def measure_starts(measure: TimeLimit, view: View, bound: Mask, first: int | None, last: int | None) -> Measured:
    """Every start event is a case: met if its first answer comes by its limit (duties, section 5, deadline).

    A start whose key was started before is a revision and needs an answer of its own (ambiguity 22): an
    earlier answer does not count for it, whatever ``early`` says of the first one.
    """
    assert measure.start is not None
    within = measure.within
    if within is None and measure.due is None and measure.kind == "follow_up":
        within = Dated.always(view.promptly_within)
    starts = _narrowed(measure, view, view.events(measure.start, bound), within, first, last)
    view.look(measure.end, None if measure.any_unit else bound)
    duty = _Duty(measure, view, bound, within, tuple(name for name in measure.match_on if name != "event"))
    judged = duty.judge(starts)

    def cases_between(low: int, high: int) -> Cases:
        if high - low == len(starts):
            return duty.cases(starts, judged)
        some = starts.part(low, high)
        return duty.cases(some, duty.judge(some))

    cases = DeferredCases(
        starts.unit,
        judged.verdict,
        cases_between,
        lambda places: duty.over(judged, places),
        frozenset(selector.event for selector in _selectors(measure)),
        view.units,
        partial(offsets_of_events, starts, view.units),
    )
    return Measured(cases, bound, _flags(measure, view, bound))


def _selectors(measure: TimeLimit) -> list[Selector]:
    """Whatever events a case may rest on."""
    named = [measure.start, measure.end, measure.explained_by, *(one.event for one in measure.extensions)]
    return [selector for selector in named if selector is not None]


@dataclass(frozen=True, slots=True)
class _Judged:
    """What starts came to, one entry a start in every column.

    Attributes:
        limits: the last moments allowed.
        done: day of the answer, ``NO_DAY``: none.
        done_second: its second; None: no answer has one.
        place: place of the answer among the ends; -1: none.
        verdict: the verdict; ``DROPPED``: no case of this window.
        cited: extensions, and statements given instead.
        withdrawn: starts that were withdrawn by their limit.
        claimed: starts said to be exempt for no recorded reason.
    """

    limits: Limits
    done: Int32
    done_second: Int32 | None
    place: Callable[[], Int32]
    verdict: UInt8
    cited: tuple[list[Cited], list[Cited]]
    withdrawn: Mask
    claimed: Mask


@dataclass(frozen=True, slots=True)
class _Duty:
    """One duty, with all it takes to judge any of the starts it is for."""

    measure: TimeLimit
    view: View
    bound: Mask
    within: Dated[Duration] | None
    names: tuple[str, ...]

    @property
    def duration(self) -> Duration:
        """The limit, or the first of several."""
        return self.within.entries[0][2] if self.within is not None else Duration(0, "day")

    def judge(self, starts: Selection) -> _Judged:
        """What became of each start."""
        measure, view, within = self.measure, self.view, self.within
        names = self.names or ("ref",)
        limits, ruled, extra, grounds = _limits(measure, view, starts, self.bound, within, names)
        done, done_second, place = _answered(measure, view, starts, self.names)
        verdict = judge(limits, done, done_second, view.as_of)
        if within is not None and len(within.entries) == 1:
            by_bounds(verdict, view.calendar, self.duration, extra, starts.day, done, view.as_of)
        _early(measure, view, starts, done, done_second, verdict)
        said = []
        if measure.explained_by is not None:
            said.append(_explained(measure, view, starts, self.bound, names, limits, verdict))
        dropped = _dropped(measure, view, starts, limits, ruled, verdict)
        exempt, claimed = exempted(starts.table, starts.rows)
        withdrawn = _withdrawn(measure, view, starts, limits)
        out = exempt | withdrawn
        if out.any():
            verdict[out] = Verdict.EXEMPT
        verdict[dropped] = DROPPED
        return _Judged(limits, done, done_second, place, verdict, (grounds, said), withdrawn, claimed)

    def over(self, judged: _Judged, places: NDArray[np.intp]) -> Int32:
        """How late some starts were answered, 0 where they were not late."""
        number = np.zeros(len(places), np.int32)
        late = np.flatnonzero(judged.verdict.take(places) == Verdict.LATE)
        at = places.take(late)
        unit = self.duration.unit
        number[late] = days_over(self.view.calendar, unit, judged.limits, judged.done, judged.done_second, at)
        return number

    def cases(self, starts: Selection, judged: _Judged) -> Cases:
        """The cases among some starts, in columns, by what they came to."""
        measure, view, duration = self.measure, self.view, self.duration
        ends, place = view.chosen(measure.end), judged.place()
        there = place >= 0
        grounds, said = judged.cited
        cited = [Cited(starts.table, rows=starts.rows), *grounds]
        if "event" not in measure.match_on:
            rows = ends.rows.take(place, mode="wrap") if len(ends) else place
            cited.append(Cited(ends.table, rows=np.where(there, rows, np.int32(-1))))
        hourly = duration.unit == "hour"
        words: list[Remark] = [
            ("exempt_without_reason", judged.claimed),
            ("withdrawn", judged.withdrawn),
            ("days_only", _bare(starts, judged.done_second, there) if hourly else np.zeros(0, bool)),
            ("assumed", measure.assumed),
        ]
        key, keys = _case_keys(view, starts, self.names)
        single = self.within is not None and len(self.within.entries) == 1
        needed = duration.n if single else -1
        verdict = judged.verdict
        kept = np.flatnonzero(verdict != DROPPED)
        cases = Cases(
            unit=starts.unit,
            verdict=verdict,
            key=key,
            keys=keys,
            start=starts.day,
            due=judged.limits.day,
            done=judged.done,
            number=self.over(judged, np.arange(len(starts))),
            needed=np.broadcast_to(np.int32(needed), len(starts)),
            due_second=judged.limits.second,
            done_second=judged.done_second if hourly or judged.limits.second is not None else None,
            cited=(*cited, *said),
            unit_of_time=duration.unit if duration.unit != "month" else "day",
            detail=remarks(words),
        )
        return cases if len(kept) == len(starts) else cases.take(kept)


def _narrowed(
    measure: TimeLimit,
    view: View,
    starts: Selection,
    within: Dated[Duration] | None,
    first: int | None,
    last: int | None,
) -> Selection:
    """The starts that can be cases: in force, and not so far away that their limit misses the window."""
    low, high = first, last
    if measure.due is None or measure.assign_by == "start":
        high = view.window.last if high is None else min(high, view.window.last)
    reach: int | None = None
    if measure.assign_by == "start":
        reach = 0
    elif within is not None and measure.due is None and not measure.extensions:
        reach = max(d.n * _REACH[d.unit][0] + _REACH[d.unit][1] for _, _, d in within.entries)
    if reach is not None:
        near = view.window.first - reach
        low = near if low is None else max(low, near)
    low, high = (EARLIEST if low is None else low), (LATEST if high is None else high)
    return starts if starts.within(low, high) else starts.where((starts.day >= low) & (starts.day <= high))


def _limits(
    measure: TimeLimit,
    view: View,
    starts: Selection,
    bound: Mask,
    within: Dated[Duration] | None,
    names: tuple[str, ...],
) -> tuple[Limits, Mask, Extra, list[Cited]]:
    """The cases' limits, where one is in force, the units added to it, and the events that added them."""
    own = starts.moments(measure.due) if measure.due is not None else None

    def limits_with(extra: Extra) -> tuple[Limits, Mask]:
        if within is None:
            everywhere = np.ones(len(starts), bool)
            if own is None:
                free = np.full(len(starts), NO_DAY, np.int32)
                return Limits(free, None, ~everywhere), everywhere
            found, ruled = Limits(np.full(len(starts), NO_DAY, np.int32)), everywhere
        else:
            found, ruled = dated_limits(view.calendar, within, starts.day, starts.second, measure.roll, extra)
        if own is None:
            return found, ruled
        given = own.day != NO_DAY
        day = np.where(given, own.day + np.where(given, extra.units, 0), found.day).astype(np.int32)
        other = np.full(len(day), NO_TIME, np.int32) if found.second is None else found.second
        second = np.where(given, own.second, other).astype(np.int32)
        return Limits(day, second if (second >= 0).any() else None), ruled | given

    if not measure.extensions:
        by_day = None if within is None or own is not None else _limits_by_day(measure, view, starts, within)
        return *(by_day or limits_with(NO_EXTRA)), NO_EXTRA, []
    duration = within.entries[0][2] if within is not None else Duration(0, "day")
    extra, grounds = extra_time(
        view, measure.extensions, starts, bound, names, duration, lambda more: limits_with(more)[0]
    )
    return *limits_with(extra), extra, grounds


def _limits_by_day(
    measure: TimeLimit, view: View, starts: Selection, within: Dated[Duration]
) -> tuple[Limits, Mask] | None:
    """The limits looked up by the day they begin, each day worked out once; None: days do not decide.

    Days on which nothing begins are worked out too, so what the calendar does not know of is left to those that
    occur.
    """
    low, high = starts.days
    timed = starts.second is not None and any(length.unit == "hour" for _, _, length in within.entries)
    if timed or not 0 <= high - low < len(starts):
        return None
    try:
        table, ruled = dated_limits(
            view.calendar, within, np.arange(low, high + 1, dtype=np.int32), None, measure.roll
        )
    except CalendarError:
        return None
    place = starts.day - np.int32(low)
    everywhere = np.ones(len(starts), bool) if ruled.all() else ruled.take(place)
    return Limits(table.day.take(place)), everywhere


def _answered(
    measure: TimeLimit, view: View, starts: Selection, names: tuple[str, ...]
) -> tuple[Int32, Int32 | None, Callable[[], Int32]]:
    """For each start the day and second of its answer, and its place among the selected ends; -1: there is none."""
    ends, kind = view.chosen(measure.end), starts.table.kind
    by_date = measure.start is not None and measure.start.date == "at"
    worth = 8 * len(starts) >= len(starts.table) or ends.knows(("firsts", kind, names))
    if by_date and worth and not measure.any_unit and "event" not in measure.match_on:
        table, rows = firsts(view, measure.end, names, kind), starts.rows
        if not table.before:
            done = table.day if starts.whole else table.day.take(rows)
            second = ends.second if len(ends) else None
            timed = None if second is None else second.take(table.place.take(rows), mode="wrap")
            return done, timed, lambda: table.place.take(rows)
    place = _places(measure, view, starts, names)
    if not len(ends):
        return np.full(len(starts), NO_DAY, np.int32), None, lambda: place
    done = np.where(place >= 0, ends.day.take(place, mode="wrap"), np.int32(NO_DAY))
    return done, None if ends.second is None else ends.second.take(place, mode="wrap"), lambda: place


def _places(measure: TimeLimit, view: View, starts: Selection, names: tuple[str, ...]) -> Int32:
    """For each start the place of its answer among the selected ends, -1 where there is none."""
    if "event" in measure.match_on:
        ends = view.chosen(measure.end)
        place = np.full(len(starts.table), -1, np.int32)
        if ends.table is starts.table:
            place[ends.rows] = np.arange(len(ends), dtype=np.int32)
        found = place[starts.rows]
        if measure.early == "ignore" and len(ends):
            found = np.where(_before_start(starts, ends, found), np.int32(-1), found).astype(np.int32)
        return found
    ends_by_key = answers(view, measure.end, names, measure.any_unit)
    key, _ = joint_key(view, starts, names)
    found = ends_by_key.first(key, starts.unit)
    early = _before_start(starts, ends_by_key.events, found)
    if not early.any():
        return found
    assert measure.start is not None
    places = np.flatnonzero(early)
    if measure.early != "ignore":
        begun = answers(view, measure.start, names, measure.any_unit)
        some = starts.take(places)
        origin = begun.first(key[places], some.unit)
        began = begun.events.take(origin)
        places = places[is_before(began.day, began.second, some.day, some.second)]
    if len(places):
        some = starts.take(places)
        found = found.copy()
        found[places] = ends_by_key.first_from(key[places], some.unit, some.day, some.second)
    return found


def _before_start(starts: Selection, ends: Selection, place: Int32) -> Mask:
    """Which starts come after the answer at ``place``."""
    if not len(ends):
        return np.zeros(len(starts), bool)
    second = None if ends.second is None or starts.second is None else ends.second.take(place, mode="wrap")
    sooner = is_before(ends.day.take(place, mode="wrap"), second, starts.day, starts.second)
    return sooner & (place >= 0)


def _early(
    measure: TimeLimit,
    view: View,
    starts: Selection,
    done: Int32,
    done_second: Int32 | None,
    verdict: UInt8,
) -> None:
    """Marks answers before the start (``early: reject``) or before the least time has run (``earliest``)."""
    least = [] if measure.early != "reject" else [(starts.day, starts.second)]
    if measure.earliest is not None:
        begin = after(view.calendar, measure.earliest, starts.day, starts.second, False)
        least.append((begin.day, begin.second))
    for day, second in least:
        verdict[(done != NO_DAY) & is_before(done, done_second, day, second)] = Verdict.EARLY


def _explained(
    measure: TimeLimit,
    view: View,
    starts: Selection,
    bound: Mask,
    names: tuple[str, ...],
    limits: Limits,
    verdict: UInt8,
) -> Cited:
    """Marks cases without content by their limit for which a statement was given by then."""
    assert measure.explained_by is not None
    said = answers(view, measure.explained_by, names)
    view.look(measure.explained_by, bound)
    place = said.first(joint_key(view, starts, names)[0], starts.unit)
    if not len(said.events):
        return Cited(said.events.table, rows=place)
    day = said.events.day.take(place, mode="wrap")
    second = None if said.events.second is None else said.events.second.take(place, mode="wrap")
    timely = (place >= 0) & ~is_before(limits.day, limits.second, day, second)
    timely &= (verdict == Verdict.MISSING) | (verdict == Verdict.LATE)
    verdict[timely] = Verdict.EXPLAINED
    rows = said.events.rows.take(place, mode="wrap")
    return Cited(said.events.table, rows=np.where(timely, rows, -1).astype(np.int32))


def _dropped(
    measure: TimeLimit, view: View, starts: Selection, limits: Limits, ruled: Mask, verdict: UInt8
) -> NDArray[np.intp]:
    """Places of starts that are no case of the window: by due date, or by start (also what is pending or has no
    date)."""
    window = view.window

    def owed(places: NDArray[np.intp]) -> Int32:
        due = limits.day.take(places)
        dateless = due == NO_DAY
        return np.where(dateless, starts.day.take(places), due) if dateless.any() else due

    day = starts.day if measure.assign_by == "start" else limits.day
    out = np.flatnonzero((day < window.first) | (day > window.last))
    if measure.assign_by != "start":
        begun = starts.day.take(out)
        begun_here = (begun >= window.first) & (begun <= window.last)
        due = owed(out)
        kept = (due >= window.first) & (due <= window.last)
        kept |= begun_here & (verdict.take(out) == Verdict.PENDING)
        out = out[~kept]
    more = ~ruled if not ruled.all() else None
    if not view.open_ended:  # what is owed after the window may be owed after the unit has ceased
        gone = ~view.active(starts.unit, owed(np.arange(len(starts))))
        more = gone if more is None else more | gone
    if more is None:
        return out
    more[out] = True
    return np.flatnonzero(more)


def _withdrawn(measure: TimeLimit, view: View, starts: Selection, limits: Limits) -> Mask:
    """Cases whose start was withdrawn by its limit: they are out (duties, ambiguity 22)."""
    if "withdrawn_at" not in starts.table.moments or "withdrawn_at" in (measure.end.date, measure.due):
        return np.zeros(len(starts), bool)
    gone = starts.moments("withdrawn_at").day
    in_time: Mask = (gone != NO_DAY) & (gone <= view.as_of) & (gone <= limits.day)
    return in_time


def _bare(starts: Selection, done_second: Int32 | None, there: Mask) -> Mask:
    """Cases under a limit in hours that had to be decided on dates alone (ambiguity 6)."""
    bare = np.ones(len(starts), bool) if starts.second is None else starts.second < 0
    return bare | (there & (done_second < 0)) if done_second is not None else bare | there


def _case_keys(view: View, starts: Selection, names: tuple[str, ...]) -> tuple[Int32, Sequence[str]]:
    if not names or "ref" in names:
        return starts.table.ref.take(starts.rows), view.log.refs
    column = starts.codes(names[0])
    return column.codes, tuple(column.values)


def _flags(measure: TimeLimit, view: View, bound: Mask) -> UInt8:
    """Units none of whose events carries the flag that says which are meant (ambiguity 18)."""
    codes = no_excuse(view.units)
    if measure.needs_flag is None or measure.start is None:
        return codes
    every = view.chosen(Selector(measure.start.event))
    flagged = view.meets(measure.start.event, measure.needs_flag, Condition("any"))[every.rows]
    some = np.bincount(every.unit, minlength=view.units) > 0
    known = np.bincount(every.unit[flagged], minlength=view.units) > 0
    codes[bound & some & ~known] = excuse("no_flag")
    return codes
