"""The working calendar (工作日历): which days are working days, and the counting built on them.

A day is an integer, days since 1970-01-01. Counting follows the Civil Code (民法典): the day of the act is not
counted (Art. 201), a last day that is a rest day moves to the next working day, and the last day runs to
24:00 (Art. 203). Weekends that a State Council notice turns into working days (调休) are working days.

Every question is one look-up in a table indexed by the day number: ``P[d]`` counts the working days up to and
including d, ``C[d]`` does the same but gives a rest day to the working day after it, ``W[k]`` is the k-th
working day. The n-th working day after d is ``W[P[d] + n]``; whether it was kept is ``C[done] - P[d] <= n``.
The first and last slot of each table hold ``UNKNOWN_DAY``; a look-up that clips its index sends every day
outside the calendar, and every missing day, to one of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from gongkai_score.errors import CalendarError, Problem, problem
from gongkai_score.memory import Memory

Unpublished = Literal["error", "undetermined", "statutory"]
Days: TypeAlias = int | NDArray[np.integer[Any]]
DayNumbers: TypeAlias = NDArray[np.int32]

UNKNOWN_DAY: int = -(2**31)
"""A day, or a number of days, that cannot be known; the same number that marks an empty date in a log."""

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day that a notice makes a working day or a rest day.

    Attributes:
        day: day number.
        work: whether it is a working day.
        source: the notice that says so, or the name of the holiday.
        line: line of the file it was read from, or None.
    """

    day: int
    work: bool
    source: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class CalendarLayer:
    """Days a region or an organisation changes on top of the national calendar (地方或单位的特别安排)."""

    name: str
    days: tuple[CalendarDay, ...]
    file: str | None = None


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """An immutable working calendar; equal calendars have equal digests.

    Attributes:
        name: for people, for example ``national + 广西``.
        first_day: first published day (day number).
        last_day: last published day (day number).
        working: for each day from ``first_day`` on, whether it is a working day. Longer than the published
            days only when ``unpublished`` is ``statutory``.
        notices: year to the notices (文号) that arrange it; an empty tuple where none could be verified.
        sources: day number to what made it a working or a rest day.
        unpublished: what happens to days nobody has published: ``error`` raises, ``undetermined`` gives
            ``UNKNOWN_DAY``, ``statutory`` estimates by the holiday regulation (放假办法).
        provisional_from: results on or after this day may still change, or None.
        layers: names of the layers applied, first to last.
        warnings: oddities of the files it was made from.
        digest: sha256 (hexadecimal) of all the above except the warnings.
    """

    name: str
    first_day: int
    last_day: int
    working: NDArray[np.bool_]
    notices: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    sources: Mapping[int, str] = field(default_factory=dict)
    unpublished: Unpublished = "error"
    provisional_from: int | None = None
    layers: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    digest: str = field(init=False)

    @cached_property
    def memory(self) -> Memory:
        """What was worked out about periods and may be asked for again, in days."""
        return Memory(1 << 18)

    def __post_init__(self) -> None:
        if not 0 < self.first_day <= self.last_day < self.first_day + len(self.working):
            raise ValueError(f"not the bounds of a calendar: {self.first_day}..{self.last_day}")
        working = np.array(self.working, np.bool_)
        working.setflags(write=False)
        frozen = {"notices": MappingProxyType(dict(self.notices)), "sources": MappingProxyType(dict(self.sources))}
        self.__dict__.update(working=working, **frozen)
        content = [self.name, self.first_day, self.last_day, working.tobytes().hex(), sorted(self.notices.items())]
        content += [sorted(self.sources.items()), self.unpublished, self.provisional_from, self.layers]
        counted, work_days = np.cumsum(working), np.flatnonzero(working) + self.first_day
        self.__dict__.update(
            digest=hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest(),
            _counted=self._table(counted),
            _ordinal=self._table(counted + ~working),
            _workday=np.concatenate([[UNKNOWN_DAY], work_days, [UNKNOWN_DAY]]).astype(np.int32),
            _after={},
        )
        self.__dict__["_next"] = self._table(self._workday.take(counted + ~working, mode="clip"))

    _counted: DayNumbers = field(init=False, repr=False)
    _ordinal: DayNumbers = field(init=False, repr=False)
    _workday: DayNumbers = field(init=False, repr=False)
    _next: DayNumbers = field(init=False, repr=False)
    _after: dict[int, DayNumbers] = field(init=False, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        head = (self.name, self.first_day, self.last_day, self.working, dict(self.notices), dict(self.sources))
        return WorkCalendar, (*head, self.unpublished, self.provisional_from, self.layers, self.warnings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkCalendar) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"WorkCalendar({self.name!r}, {_text(self.first_day)}..{_text(self.last_day)}, {self.digest[:12]})"

    @classmethod
    def from_rest_days(
        cls,
        first: int,
        last: int,
        *,
        weekend: Sequence[int] = (5, 6),
        holidays: Iterable[int] = (),
        workdays: Iterable[int] = (),
        unpublished: Unpublished = "error",
        name: str = "custom",
    ) -> WorkCalendar:
        """A calendar of any country: weekends and holidays rest, ``workdays`` work whatever else they are.

        Args:
            first: first day (day number).
            last: last day (day number).
            weekend: weekdays of rest, Monday being 0.
            holidays: day numbers of rest.
            workdays: day numbers of work, stronger than the two above.
            unpublished: ``error`` or ``undetermined``, for days after ``last``.
            name: name of the calendar.

        >>> calendar = WorkCalendar.from_rest_days(14153, 14244, holidays=[14238, 14239])
        >>> int(calendar.add_workdays(14153, 20))  # 2008-10-01 to 2008-10-29
        14181
        """
        days = np.arange(first, last + 1)
        rests = np.isin((days + 3) % 7, list(weekend)) | np.isin(days, list(holidays))
        working = ~rests | np.isin(days, list(workdays))
        return cls(name, first, last, working, unpublished=unpublished)

    @property
    def known_until(self) -> int:
        """Last day with an answer: ``last_day``, or later when unpublished years are estimated."""
        return self.first_day + len(self.working) - 1

    @overload
    def is_workday(self, days: int) -> bool: ...
    @overload
    def is_workday(self, days: NDArray[np.integer[Any]]) -> NDArray[np.bool_]: ...
    def is_workday(self, days: Days) -> bool | NDArray[np.bool_]:
        """Whether each day is a working day.

        Raises:
            CalendarError: a day is missing or outside the calendar, whatever ``unpublished`` says, because a
                yes or no has no third value.
        """
        ordinal = self._counted.take(days, mode="clip")
        if ordinal.size and ordinal.min() == UNKNOWN_DAY:
            self._refuse(days, 0, ordinal == UNKNOWN_DAY)
        answer = self._ordinal.take(days, mode="clip") == ordinal
        return answer if isinstance(days, np.ndarray) else bool(answer)

    def add_workdays(self, days: Days, n: Days) -> DayNumbers:
        """The n-th working day after each day: the last day of a period of n working days (工作日).

        The day of the act is not counted, also when it is a rest day (Civil Code Art. 201, 203). ``n = 0`` is
        the act day itself, or the working day before it; a negative n counts working days backwards.

        Args:
            days: act days; ``UNKNOWN_DAY`` (missing) stays so.
            n: number of working days, one for all or one each.

        Raises:
            CalendarError: a result lies in an unpublished year and ``unpublished`` is not ``undetermined``.

        >>> from gongkai_score.readers.calendars import national_calendar
        >>> calendar = national_calendar()
        >>> int(calendar.add_workdays(20726, 3))  # Wed 2026-09-30 to Sat 2026-10-10
        20736
        """
        return self._checked(self._add(days, n), days, n)

    def add_days(self, days: Days, n: Days, roll: bool = True) -> DayNumbers:
        """The day n natural days (日) after each day; the last of them moves off rest days (Civil Code Art. 203).

        Rest days inside the period count; an adjusted working Saturday is no rest day.

        Args:
            days: act days; ``UNKNOWN_DAY`` (missing) stays so.
            n: number of natural days.
            roll: False keeps a last day that is a rest day, and needs no calendar.

        Raises:
            CalendarError: the last day lies in an unpublished year and ``unpublished`` is not
                ``undetermined``.

        >>> from gongkai_score.readers.calendars import national_calendar
        >>> int(national_calendar().add_days(20712, 15))  # 2026-09-16: ends 10-01, moved to 10-08
        20734
        """
        last = np.asarray(days, np.int64) + n
        target = np.where(np.equal(days, UNKNOWN_DAY), UNKNOWN_DAY, last)
        if not roll:
            return target.astype(np.int32)
        return self._checked(self._next.take(target, mode="clip"), days, n, "C005")

    def next_workday(self, days: Days) -> DayNumbers:
        """Each day itself when it is a working day, else the next working day."""
        return self.add_days(days, 0)

    def workdays_used(self, start: Days, done: Days) -> DayNumbers:
        """Working days used from the act to its completion; a rest day belongs to the next working day.

        At most n exactly when ``done <= add_workdays(start, n)``: the honest figure beside a deadline, where
        counting the working days passed would call a late Saturday on time. Zero or less: done on the day of
        the act, or before.

        Args:
            start: act days.
            done: days of completion; where either is ``UNKNOWN_DAY`` the result is ``UNKNOWN_DAY``.

        Raises:
            CalendarError: a day outside the calendar, unless ``unpublished`` is ``undetermined``.
        """
        return self._difference(self._ordinal, done, self._counted, start, 0)

    def workdays_between(self, first: Days, last: Days) -> DayNumbers:
        """Number of working days in the closed interval ``first..last``; none when it is empty.

        Raises:
            CalendarError: a day outside the calendar, unless ``unpublished`` is ``undetermined``.
        """
        count = self._difference(self._counted, last, self._ordinal, first, 1)
        return np.where(count == UNKNOWN_DAY, count, np.maximum(count, 0))

    def workdays(self, first: int, last: int) -> DayNumbers:
        """The working days of the closed interval ``first..last``, ascending.

        Raises:
            CalendarError: part of the interval is outside the calendar.
        """
        self.check(first, last)
        return self._workday[self._ordinal[first] : self._counted[last] + 1].copy()

    def earliest_add_workdays(self, days: Days, n: Days) -> DayNumbers:
        """The earliest day on which a period of n working days can end: exact where it is known.

        Beyond the last known day every day might be a working day; n working days take at least n calendar
        days. So what was done by this day was in time, even while the deadline is undetermined.

        Args:
            days: act days; ``UNKNOWN_DAY`` (missing) stays so.
            n: number of working days, not negative.
        """
        if np.any(np.less(n, 0)):
            raise ValueError("n must not be negative")
        act, exact = np.asarray(days, np.int64), self._add(days, n)
        left = n - (self._counted[self.known_until] - self._counted.take(days, mode="clip").astype(np.int64))
        inside = (act >= self.first_day) & (act <= self.known_until) & (left > 0)
        bound = np.where(inside, self.known_until + left, act + n)
        bound = np.where(act == UNKNOWN_DAY, UNKNOWN_DAY, bound)
        return np.where(exact == UNKNOWN_DAY, bound, exact).astype(np.int32)

    def is_provisional(self, days: Days) -> NDArray[np.bool_]:
        """Whether a result falling on each day may still change: notice not out, or the year's last days."""
        return np.greater_equal(days, np.inf if self.provisional_from is None else self.provisional_from)

    def citation(self, day: int) -> str | None:
        """What makes the day a working or a rest day: holiday and notice, a layer's source; None if ordinary."""
        return self.sources.get(int(day))

    def check(self, first: int, last: int) -> None:
        """See that the calendar knows every day of the closed interval ``first..last``.

        Raises:
            CalendarError: it does not; the message names the last known day and how to supply the year.
        """
        for day in (first, last):
            if not self.first_day <= day <= self.known_until:
                self._refuse(day, 0, np.True_)

    def with_layer(self, layer: CalendarLayer) -> WorkCalendar:
        """This calendar changed by a region's or an organisation's own days; the later layer wins.

        Returns:
            A new calendar; an entry that changes nothing is among its ``warnings``.

        Raises:
            CalendarError: C204, an entry lies outside the calendar.
        """
        working, sources = self.working.copy(), dict(self.sources)
        problems = []
        for entry in layer.days:
            code = ""
            if not self.first_day <= entry.day <= self.known_until:
                code = "C204"
            elif working[entry.day - self.first_day] == entry.work:
                code = "C206" if entry.work else "C205"
            else:
                working[entry.day - self.first_day] = entry.work
                sources[entry.day] = entry.source
            if code:
                day, first, last = (_text(d) for d in (entry.day, self.first_day, self.known_until))
                problems.append(problem(code, file=layer.file, line=entry.line, day=day, first=first, last=last))
        if any(p.severity == "error" for p in problems):
            raise CalendarError(problems)
        return replace(
            self,
            name=f"{self.name} + {layer.name}",
            working=working,
            sources=sources,
            layers=(*self.layers, layer.name),
            warnings=(*self.warnings, *problems),
        )

    def _table(self, values: NDArray[Any]) -> DayNumbers:
        table = np.full(self.known_until + 2, UNKNOWN_DAY, np.int32)
        table[self.first_day : -1] = values
        return table

    def _add(self, days: Days, n: Days) -> DayNumbers:
        if isinstance(n, np.ndarray):
            ordinal = np.where(n < 0, self._ordinal.take(days, mode="clip"), self._counted.take(days, mode="clip"))
            return self._workday.take(ordinal.astype(np.int64) + n, mode="clip")
        fused = self._after.get(n)
        if fused is None:
            ordinals = (self._ordinal if n < 0 else self._counted)[self.first_day : -1]
            fused = self._table(self._workday.take(ordinals.astype(np.int64) + int(n), mode="clip"))
            self._after[int(n)] = fused
        return fused.take(days, mode="clip")

    def _difference(self, upper: DayNumbers, last: Days, lower: DayNumbers, first: Days, plus: int) -> DayNumbers:
        high, low = upper.take(last, mode="clip"), lower.take(first, mode="clip")
        if not high.size or min(high.min(), low.min()) != UNKNOWN_DAY:
            return np.asarray(high - low + np.int32(plus))
        unknown = (high == UNKNOWN_DAY) | (low == UNKNOWN_DAY)
        if self.unpublished != "undetermined":
            for days, found in ((first, low), (last, high)):
                self._refuse(days, 0, (found == UNKNOWN_DAY) & np.not_equal(days, UNKNOWN_DAY))
        return np.where(unknown, UNKNOWN_DAY, high.astype(np.int64) - low + plus).astype(np.int32)

    def _checked(self, found: DayNumbers, days: Days, n: Days, code: str = "C001") -> DayNumbers:
        if self.unpublished != "undetermined" and found.size and found.min() == UNKNOWN_DAY:
            self._refuse(days, n, (found == UNKNOWN_DAY) & np.not_equal(days, UNKNOWN_DAY), code)
        return found

    def _refuse(self, days: Days, n: Days, bad: NDArray[np.bool_] | np.bool_, code: str = "C001") -> None:
        rows = int(np.count_nonzero(bad))
        if not rows:
            return
        position = int(np.argmax(bad))
        day, count = (int(np.broadcast_to(values, np.shape(bad)).flat[position]) for values in (days, n))
        if day == UNKNOWN_DAY:
            code = "C004"
        elif day > self.known_until:
            code = "C002"
        elif day < self.first_day or (count <= 0 if code == "C001" else day + count < self.first_day):
            code = "C003"
        raise CalendarError(
            problem(
                code,
                day=_text(day) if day != UNKNOWN_DAY else "",
                n=count,
                first=_text(self.first_day),
                last=_text(self.known_until),
                year=(_EPOCH + timedelta(days=self.known_until + 1)).year,
                rows=rows,
                position=position,
            )
        )


def _text(day: int) -> str:
    return (_EPOCH + timedelta(days=int(day))).isoformat()
