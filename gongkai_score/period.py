"""Days as numbers, windows of assessment, and the periods a window is cut into.

A day is an integer: days since 1970-01-01, the number inside a ``datetime64[D]``. All windows are closed
intervals of days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

EPOCH = date(1970, 1, 1)

PeriodKind = Literal["day", "working_day", "week", "month", "quarter", "half_year", "year", "window"]
PERIOD_KINDS: tuple[PeriodKind, ...] = (
    "day",
    "working_day",
    "week",
    "month",
    "quarter",
    "half_year",
    "year",
    "window",
)
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""Length in months of the periods that are whole months."""


def day_number(day: date) -> int:
    """Days since 1970-01-01.

    >>> day_number(date(2019, 5, 15))
    18031
    """
    return (day - EPOCH).days


def day_date(number: int) -> date:
    """The date of a day number.

    >>> day_date(18031).isoformat()
    '2019-05-15'
    """
    return EPOCH + timedelta(days=int(number))


def parse_day(text: str) -> int:
    """Day number of ``YYYY-MM-DD``.

    Raises:
        ValueError: another form, or a day that does not exist.

    >>> parse_day("2019-05-15")
    18031
    """
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(f"not a date of the form YYYY-MM-DD: {text!r}")
    return day_number(date.fromisoformat(text))


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A closed interval of days: ``first`` and ``last`` are day numbers, both inside.

    >>> Window.parse("2019Q3")
    Window('2019-07-01', '2019-09-30')
    >>> Window.parse("2019-01-01..2019-06-30").days
    181
    """

    first: int
    last: int

    @classmethod
    def parse(cls, text: str) -> Window:
        """A year ``2019``, half ``2019H1``, quarter ``2019Q3``, month ``2019-07`` or ``first..last``.

        Raises:
            ValueError: another form, or an end before the start.
        """
        text = text.strip()
        if ".." in text:
            first, last = (parse_day(part.strip()) for part in text.split("..", 1))
        elif found := re.fullmatch(r"(\d{4})(?:Q([1-4])|H([12])|-(\d{2}))?", text, re.IGNORECASE):
            year = int(found[1])
            months, index = (
                (3, int(found[2]))
                if found[2]
                else (6, int(found[3]))
                if found[3]
                else (1, int(found[4]))
                if found[4]
                else (12, 1)
            )
            if not 1 <= index * months <= 12:
                raise ValueError(f"no such month: {text!r}")
            first, last = months_of(year, months * (index - 1) + 1, months)
        else:
            raise ValueError(f"not a period: {text!r}")
        if last < first:
            raise ValueError(f"the period ends before it starts: {text!r}")
        return cls(first, last)

    @property
    def days(self) -> int:
        """Number of days, both ends counted."""
        return self.last - self.first + 1

    def __contains__(self, day: int) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{day_date(self.first)}..{day_date(self.last)}"

    def __repr__(self) -> str:
        return f"Window('{day_date(self.first)}', '{day_date(self.last)}')"


def months_of(year: int, month: int, months: int) -> tuple[int, int]:
    """First and last day number of ``months`` whole months from ``month`` of ``year``."""
    end_year, end_month = divmod(year * 12 + month - 1 + months - 1, 12)
    last = date(end_year, end_month + 1, monthrange(end_year, end_month + 1)[1])
    return day_number(date(year, month, 1)), day_number(last)


@dataclass(frozen=True, slots=True)
class Period:
    """One period of a grid: its label, its own bounds, and whether it lies whole inside the window."""

    label: str
    first: int
    last: int
    whole: bool


def cut(window: Window, kind: PeriodKind) -> list[Period]:
    """The periods of ``kind`` that touch ``window``, in order; weeks run Monday to Sunday (ISO 8601).

    Periods keep their own bounds; ``whole`` says whether they lie inside the window. ``working_day`` is cut
    like ``day``: which days are working days is the calendar's to say.

    >>> [p.label for p in cut(Window.parse("2019H1"), "quarter")]
    ['2019Q1', '2019Q2']
    >>> [(p.label, p.whole) for p in cut(Window.parse("2019-01-01..2019-01-13"), "week")]
    [('2019W01', False), ('2019W02', True)]
    """
    if kind == "window":
        return [Period(str(window), window.first, window.last, True)]
    if kind in ("day", "working_day"):
        return [Period(day_date(d).isoformat(), d, d, True) for d in range(window.first, window.last + 1)]
    bounds: list[tuple[str, int, int]] = []
    if kind == "week":
        monday = window.first - (window.first + 3) % 7
        for first in range(monday, window.last + 1, 7):
            year, week, _ = day_date(first).isocalendar()
            bounds.append((f"{year}W{week:02d}", first, first + 6))
    else:
        months = MONTHS[kind]
        start = day_date(window.first)
        index = (start.year * 12 + start.month - 1) // months
        while True:
            year, month = divmod(index * months, 12)
            first, last = months_of(year, month + 1, months)
            if first > window.last:
                break
            number = month // months + 1
            label = {1: f"{year}-{number:02d}", 3: f"{year}Q{number}", 6: f"{year}H{number}"}
            bounds.append((label.get(months, str(year)), first, last))
            index += 1
    return [Period(label, a, b, a in window and b in window) for label, a, b in bounds]
