"""A few words for tests of measuring written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from reference_measures import Event, log_of

from gongkai_score.activity_log import NO_DAY, NO_TIME
from gongkai_score.cases import Cases
from gongkai_score.measure_kinds import Condition, Dated, Duration, Measure, Selector
from gongkai_score.measurements import Measurement
from gongkai_score.measures import Measured, View, measure
from gongkai_score.outcomes import Verdict
from gongkai_score.period import Window, day_date, parse_day
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.reduction import reduce
from gongkai_score.units import Unit, UnitRegister
from gongkai_score.work_calendar import WorkCalendar

DOCUMENT, INTERPRETATION = "document_published", "interpretation_published"
MATTER, INFORMATION = "matter_arose", "information_published"
REQUEST, ANSWER = "request_received", "request_answered"
UPDATE, CHECK, FINDING = "channel_updated", "check_done", "finding_recorded"

WORKING, NATURAL, HOURS, MONTHS = "working_day", "day", "hour", "month"


def on(kind: str, date: str = "at", **where: str | Condition | bool) -> Selector:
    """A selector; a text or a truth value is a condition of equality."""
    tests = []
    for name, told in where.items():
        if isinstance(told, bool):
            told = str(told).lower()
        tests.append((name, told if isinstance(told, Condition) else Condition("==", told)))
    return Selector(kind, tuple(tests), date)


def within(n: int, unit: str) -> Dated[Duration]:
    return Dated.always(Duration(n, unit))  # type: ignore[arg-type]


def times(n: int) -> Dated[int]:
    return Dated.always(n)


@dataclass(frozen=True)
class Seen:
    """What came of one measure."""

    measured: Measured
    view: View
    wanted: frozenset[str]

    @property
    def cases(self) -> Cases:
        return self.measured.cases

    @property
    def verdicts(self) -> list[str]:
        return [Verdict(v).word for v in self.cases.verdict.tolist()]

    @property
    def verdict(self) -> str:
        (only,) = self.verdicts
        return only

    @property
    def keys(self) -> list[str]:
        return [self.cases.key_text(i) for i in range(len(self.cases))]

    @property
    def by_key(self) -> dict[str, str]:
        return dict(zip(self.keys, self.verdicts, strict=True))

    @property
    def due(self) -> str:
        (only,) = (_text(d) for d in self.cases.due.tolist())
        return only

    @property
    def dues(self) -> list[str]:
        return [_text(d) for d in self.cases.due.tolist()]

    @property
    def numbers(self) -> list[int]:
        return self.cases.number.tolist()

    def details(self) -> list[str]:
        detail = self.cases.detail
        return ["" if detail is None else detail(i) for i in range(len(self.cases))]

    def rows(self, case: int = 0) -> list[list[int]]:
        """Row numbers (header = 1) behind a case, for each thing it cites."""
        return [[int(c.table.row[r]) for r in c.of(case)] for c in self.cases.cited]

    def measurement(self, unit: int = 0) -> Measurement:
        return reduce(self.measured, self.wanted)[unit]

    def state(self, unit: int = 0) -> tuple[str, str]:
        found = self.measurement(unit)
        return found.state.value, found.reason

    def number(self, name: str, unit: int = 0) -> Fraction:
        value = self.measurement(unit).quantities[name]
        assert isinstance(value, Fraction)
        return value


def _text(day: int) -> str:
    return "" if day == NO_DAY else day_date(day).isoformat()


def look(
    m: Measure,
    events: Sequence[Event],
    window: str = "2019",
    as_of: str | None = None,
    *,
    units: Sequence[Unit] | None = None,
    calendar: WorkCalendar | None = None,
    promptly: Duration | None = None,
    wanted: Sequence[str] = (),
    first: str | None = None,
    last: str | None = None,
    bound: Sequence[bool] | None = None,
) -> Seen:
    """Measures events written by hand; the only unit is 甲 unless others are named."""
    register = UnitRegister(units if units is not None else [Unit("甲", "甲局")])
    span = Window.parse(window)
    view = View(
        log_of(events),
        register,
        calendar if calendar is not None else national_calendar(),
        span,
        span.last if as_of is None else parse_day(as_of),
        promptly if promptly is not None else Duration(20, "working_day"),
    )
    mask = np.ones(len(register), bool) if bound is None else np.array(bound)
    found = measure(m, view, mask, first and parse_day(first), last and parse_day(last))  # type: ignore[arg-type]
    return Seen(found, view, frozenset(wanted))


__all__ = [name for name in dir() if not name.startswith("_")] + ["NO_TIME"]
