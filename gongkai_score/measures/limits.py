"""When something is due, and what an answer on a day is: met, early, late, missing or not yet due."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, NO_TIME, Int32
from gongkai_score.cases import UInt8
from gongkai_score.measure_kinds import Dated, Duration
from gongkai_score.measures.joining import is_before
from gongkai_score.measures.selection import Mask
from gongkai_score.outcomes import Verdict
from gongkai_score.work_calendar import UNKNOWN_DAY, WorkCalendar

Int64 = NDArray[np.int64]

_HOUR, _WHOLE_DAY = 3600, 86400


@dataclass(frozen=True, slots=True)
class Extra:
    """More time: in units of the limit, and for limits in months the days on which the clock stood still."""

    units: int | Int64 = 0
    days: int | Int64 = 0

    def at(self, places: NDArray[np.integer]) -> Extra:
        """The same for some cases."""
        units, days = (part[places] if isinstance(part, np.ndarray) else part for part in (self.units, self.days))
        return Extra(units, days)


NO_EXTRA = Extra()


@dataclass(frozen=True, slots=True)
class Limits:
    """For each case the last moment allowed.

    Attributes:
        day: last day; ``NO_DAY``: unknown, or no limit.
        second: last second of that day (``NO_TIME``: until 24:00); None: no case has one.
        bounded: whether there is a limit at all; None: everywhere.
    """

    day: Int32
    second: Int32 | None = None
    bounded: Mask | None = None

    def take(self, cases: NDArray[np.integer]) -> Limits:
        """The limits of some cases."""
        second = None if self.second is None else self.second[cases]
        return Limits(self.day[cases], second, None if self.bounded is None else self.bounded[cases])


def after(
    calendar: WorkCalendar,
    duration: Duration,
    day: Int32,
    second: Int32 | None,
    roll: bool,
    extra: Extra = NO_EXTRA,
) -> Limits:
    """The end of a length of time that begins on days, as the Civil Code counts (Art. 201 to 203).

    Args:
        calendar: the working calendar.
        duration: the length.
        day: days on which it begins; they are not counted.
        second: seconds of those days, which matter for hours only.
        roll: whether a last natural day that is a rest day moves to the next working day.
        extra: more time, the same for all or for each day.
    """
    n: int | Int64 = duration.n + extra.units
    if isinstance(n, np.ndarray) and len(n) and int(n.min()) == int(n.max()):
        n = int(n[0])
    if duration.unit == "working_day":
        return Limits(calendar.add_workdays(day, n))
    if duration.unit == "day":
        return Limits(calendar.add_days(day, n, roll))
    if duration.unit == "month":
        last = (months_after(day, n) + extra.days).astype(np.int32)
        return Limits(calendar.next_workday(last) if roll else last)
    return _hours_after(day, second, n)


def months_after(day: Int32, n: int | Int64) -> Int32:
    """The corresponding day n months later, or that month's last day (Civil Code Art. 202)."""
    dates = day.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    inside = (dates - months.astype("datetime64[D]")).astype(np.int64)
    target = months.astype(np.int64) + n
    first = target.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    beyond = (target + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    last: Int32 = np.minimum(first + inside, beyond - 1).astype(np.int32)
    return last


def _hours_after(day: Int32, second: Int32 | None, n: int | Int64) -> Limits:
    """Hours run from the second; from a bare date each begun day of the limit runs until 24:00."""
    whole = day + -(-n // 24)
    if second is None:
        return Limits(np.asarray(whole, np.int32))
    end = day.astype(np.int64) * _WHOLE_DAY + second + np.multiply(n, _HOUR)
    timed = second >= 0
    due = np.where(timed, end // _WHOLE_DAY, whole).astype(np.int32)
    return Limits(due, np.where(timed, end % _WHOLE_DAY, NO_TIME).astype(np.int32))


def dated_limits(
    calendar: WorkCalendar,
    within: Dated[Duration],
    day: Int32,
    second: Int32 | None,
    roll: bool,
    extra: Extra = NO_EXTRA,
) -> tuple[Limits, Mask]:
    """The limits under a length that changes with the day it begins, and where one is in force."""
    if len(within.entries) == 1 and within.entries[0][:2] == (None, None):
        return after(calendar, within.entries[0][2], day, second, roll, extra), np.ones(len(day), bool)
    due = np.full(len(day), NO_DAY, np.int32)
    due_second = np.full(len(day), NO_TIME, np.int32)
    ruled = np.zeros(len(day), bool)
    for first, last, duration in within.entries:
        inside = ~ruled
        if first is not None:
            inside &= day >= first
        if last is not None:
            inside &= day <= last
        places = np.flatnonzero(inside)
        some = None if second is None else second[places]
        part = after(calendar, duration, day[places], some, roll, extra.at(places))
        due[places] = part.day
        if part.second is not None:
            due_second[places] = part.second
        ruled |= inside
    return Limits(due, due_second if (due_second >= 0).any() else None), ruled


def judge(limits: Limits, done: Int32, done_second: Int32 | None, as_of: int) -> UInt8:
    """Verdicts of what was due and what was done: met, late, missing, pending.

    ``as_of`` is the end of that day: what was due on it and is not there is missing. Where one side is a bare
    date it lasts until 24:00 and days are compared. Where the limit is not known the verdict is unknown, and
    where there is none what is not done is pending.
    """
    late = is_before(limits.day, limits.second, done, done_second)
    verdict: UInt8 = late.astype(np.uint8)
    verdict *= np.uint8(Verdict.LATE)
    open_ones = np.flatnonzero(done == NO_DAY)
    if len(open_ones):
        passed = limits.day.take(open_ones) <= as_of
        verdict[open_ones] = np.where(passed, np.uint8(Verdict.MISSING), np.uint8(Verdict.PENDING))
    if limits.bounded is not None:
        free = ~limits.bounded
        verdict[free] = np.where(done[free] == NO_DAY, np.uint8(Verdict.PENDING), np.uint8(Verdict.MET))
    unknown = limits.day == UNKNOWN_DAY
    if limits.bounded is not None:
        unknown &= limits.bounded
    if unknown.any():
        verdict[unknown] = Verdict.UNKNOWN
    return verdict


def by_bounds(
    verdict: UInt8,
    calendar: WorkCalendar,
    duration: Duration,
    extra: Extra,
    start: Int32,
    done: Int32,
    as_of: int,
) -> None:
    """Decides what bounds decide although the last day is unknown: n working days take at least n days.

    Done by the earliest day the limit can end is met; not done before it has come is pending.
    """
    places = np.flatnonzero(verdict == Verdict.UNKNOWN)
    if not len(places) or duration.unit not in ("working_day", "day"):
        return
    n = duration.n + extra.at(places).units
    if duration.unit == "working_day":
        earliest = calendar.earliest_add_workdays(start[places], n)
    else:
        earliest = (start[places] + n).astype(np.int32)
    there = done[places] != NO_DAY
    verdict[places[there & (done[places] <= earliest)]] = Verdict.MET
    verdict[places[~there & (earliest > as_of)]] = Verdict.PENDING


def days_over(
    calendar: WorkCalendar,
    unit: str,
    limits: Limits,
    done: Int32,
    done_second: Int32 | None,
    late: NDArray[np.integer],
) -> Int64:
    """How far late cases are over the limit, in the limit's own unit; begun hours count whole,
    and so does the day on which a time of day was missed.

    Working days are counted by the honest ordinal: a rest day belongs to the next working day, so that a
    late Saturday is one day late.
    """
    due, finished = limits.day[late], done[late]
    if unit == "working_day":
        used = calendar.workdays_used(due, finished).astype(np.int64)
        over: Int64 = np.maximum(np.where(used == UNKNOWN_DAY, 1, used), 1)
        return over
    days: Int64 = finished.astype(np.int64) - due
    if unit != "hour":
        return np.maximum(days, 1)
    if limits.second is None or done_second is None:
        days *= 24
        return days
    ends, begins = done_second[late].astype(np.int64), limits.second[late].astype(np.int64)
    exact: Int64 = -(-(days * _WHOLE_DAY + ends - begins) // _HOUR)
    timed: Int64 = np.where((ends >= 0) & (begins >= 0), exact, days * 24)
    return timed
