"""The periods a window is cut into, which of them count, and where every day belongs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import Int32
from gongkai_score.measure_kinds import Dated, Tally
from gongkai_score.measures.selection import Mask
from gongkai_score.measures.view import View
from gongkai_score.period import Period, Window, cut, day_date, months_of


@dataclass(frozen=True, slots=True)
class Grid:
    """The periods that are asked for, in order; one entry a period in every column.

    Attributes:
        labels: names of the periods.
        first: first day of each period as the calendar has it.
        last: last day.
        open_first: first day that is in the window and in season.
        open_last: last such day.
        due: day by which it must be there.
        least: least number asked for; 0 where only a greatest one is.
        most: greatest number allowed; None: there is no such limit.
        unknown: periods the calendar cannot tell to be asked for; None: none.
        base: day number of the first entry of ``of_day``.
        of_day: for each day from ``base`` on its period, -1 where it counts in none.
        whole_window: whether the window itself is the only period; cases then need not name it.
    """

    labels: tuple[str, ...]
    first: Int32
    last: Int32
    open_first: Int32
    open_last: Int32
    due: Int32
    least: Int32
    most: Int32 | None
    unknown: Mask | None
    base: int
    of_day: Int32
    whole_window: bool

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def asked(self) -> Int32:
        """The number a case is held to: the least one, or the greatest where only that is asked for."""
        return self.most if self.most is not None and not self.least.any() else self.least

    @property
    def torn(self) -> bool:
        """Whether days that do not count lie between days of one period."""
        new = np.ones(len(self.of_day), bool)
        np.not_equal(self.of_day[1:], self.of_day[:-1], out=new[1:])
        return int(np.count_nonzero(new & (self.of_day >= 0))) > len(self)

    def is_one(self, first: int, last: int) -> bool:
        """Whether all days of ``first..last`` lie in one period, which is the only one."""
        low, high = first - self.base, last - self.base + 1
        inside = low >= high or (low >= 0 and high <= len(self.of_day) and not self.of_day[low:high].any())
        return len(self) == 1 and inside

    def period_of(self, day: Int32, days: tuple[int, int] | None = None) -> Int32:
        """The period of each day, -1: none; ``days``: a span in which all of them lie, where it is known."""
        if not len(self.of_day):
            return np.full(len(day), -1, np.int32)
        place = day - np.int32(self.base)
        found = self.of_day.take(place, mode="clip")
        low, high = days if days is not None else (int(day.min()), int(day.max())) if len(day) else (1, 0)
        if low <= high and (low < self.base or high >= self.base + len(self.of_day)):
            outside = (place < 0) | (place >= len(self.of_day))
            found[outside] = -1
        return found


@lru_cache(maxsize=256)
def _cut(window: Window, kind: str) -> tuple[Period, ...]:
    return tuple(cut(window, kind))  # type: ignore[arg-type]


def grid_of(measure: Tally, view: View, first: int | None, last: int | None) -> Grid:
    """The periods one tally asks for.

    Periods cut by the window or the season are dropped, kept or asked for in proportion (``partial``); weeks
    and longer periods without a working day are dropped (duties, ambiguity 29). The season is closed: its
    first and last months belong to it (58). A period that was over, or whose date had passed, before the
    indicator came into force is not asked for, one that begins after it ended neither (33).
    """
    key = (
        "grid", view.window, measure.every, measure.months, measure.partial, measure.skip_no_workday,
        measure.due_in_period, measure.at_least, measure.at_most, measure.exactly, measure.kind, first, last,
    )  # fmt: skip
    return view.calendar.memory.keep(key, lambda: _make(measure, view, first, last), lambda grid: len(grid.of_day))


def _make(measure: Tally, view: View, first: int | None, last: int | None) -> Grid:
    window = view.window
    periods = _cut(window, measure.every)
    days = np.arange(window.first, window.last + 1, dtype=np.int32)
    season = _in_season(days, measure.months)
    begin = np.fromiter((p.first for p in periods), np.int32, len(periods))
    end = np.fromiter((p.last for p in periods), np.int32, len(periods))
    low, high = np.maximum(begin, window.first), np.minimum(end, window.last)
    counted = np.concatenate([[0], np.cumsum(season)])
    open_days = counted[high - window.first + 1] - counted[low - window.first]
    keep = open_days > 0
    if measure.every != "window" and measure.partial == "drop":
        keep &= open_days == end - begin + 1
    unknown = np.zeros(len(periods), bool)
    if measure.every == "working_day" or (measure.skip_no_workday and measure.every not in ("day", "window")):
        working, known = _working(view, days)
        working = np.concatenate([[0], np.cumsum(working & season)])
        known_days = np.concatenate([[0], np.cumsum(known)])
        span_known = known_days[high - window.first + 1] - known_days[low - window.first] == high - low + 1
        some = working[high - window.first + 1] - working[low - window.first] > 0
        keep &= some | ~span_known
        if measure.every == "working_day":
            unknown = ~span_known
    due = _due(measure, periods, end)
    if first is not None:
        keep &= due >= first
    if last is not None:
        keep &= begin <= last
    least, most, ruled = _asked(measure, begin, open_days, end - begin + 1)
    keep &= ruled
    places = np.flatnonzero(keep)
    number = np.full(len(periods), -1, np.int32)
    number[places] = np.arange(len(places), dtype=np.int32)
    of_day = np.repeat(number, high - low + 1)
    of_day[~season] = -1
    opened = _open_bounds(low, high, season, window.first)
    return Grid(
        labels=tuple(periods[i].label for i in places.tolist()),
        first=begin[places],
        last=end[places],
        open_first=opened[0][places],
        open_last=opened[1][places],
        due=due[places],
        least=least[places],
        most=None if most is None else most[places],
        unknown=unknown[places] if unknown[places].any() else None,
        base=window.first,
        of_day=of_day,
        whole_window=measure.every == "window",
    )


def _in_season(days: Int32, months: tuple[int, ...]) -> Mask:
    if not months:
        return np.ones(len(days), bool)
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    found: Mask = np.isin(month, np.array(months))
    return found


def _open_bounds(low: Int32, high: Int32, season: Mask, base: int) -> tuple[Int32, Int32]:
    """First and last day in season of each part of the window."""
    if season.all():
        return low, high
    inside = np.flatnonzero(season)
    if not len(inside):
        return low, high
    first = inside.take(np.searchsorted(inside, low - base), mode="clip") + base
    last = inside.take(np.maximum(np.searchsorted(inside, high - base, side="right") - 1, 0)) + base
    return first.astype(np.int32), last.astype(np.int32)


def _working(view: View, days: Int32) -> tuple[Mask, Mask]:
    """(working days, days the calendar knows); a day it does not know is refused unless that is allowed."""
    calendar = view.calendar
    known: Mask = (days >= calendar.first_day) & (days <= calendar.known_until)
    if calendar.unpublished != "undetermined" or known.all():
        return calendar.is_workday(days), np.ones(len(days), bool)
    working = np.zeros(len(days), bool)
    working[known] = calendar.is_workday(days[known])
    return working, known


def _due(measure: Tally, periods: tuple[Period, ...], end: Int32) -> Int32:
    if measure.due_in_period is None:
        return end
    month, day = measure.due_in_period
    found = []
    for period in periods:
        begins = day_date(period.first)
        index = begins.year * 12 + begins.month - 1 + month - 1
        first, last = months_of(index // 12, index % 12 + 1, 1)
        found.append(min(first + day - 1, last))
    return np.array(found, np.int32)


def _asked(
    measure: Tally, begin: Int32, open_days: NDArray[np.int64], whole: Int32
) -> tuple[Int32, Int32 | None, Mask]:
    """(least, greatest number, where a rule is in force); in proportion they are rounded in the unit's favour."""
    least_rule = measure.at_least or measure.exactly
    most_rule = measure.at_most or measure.exactly
    if least_rule is None and most_rule is None and measure.kind != "count":
        least_rule = Dated.always(1)
    least, least_ruled = _dated(least_rule, begin)
    most, most_ruled = _dated(most_rule, begin)
    ruled = least_ruled & most_ruled
    if measure.partial == "prorate" and measure.every != "window":
        cut_ones = open_days != whole
        if measure.exactly is not None:
            ruled &= ~cut_ones
        part = (least * open_days // whole).astype(np.int32)
        ruled &= (part > 0) | (least == 0) | (most_rule is not None)
        least, most = part, (-(-most * open_days // whole)).astype(np.int32)
    return least, None if most_rule is None else most, ruled


def _dated(rule: Dated[int] | None, begin: Int32) -> tuple[Int32, Mask]:
    if rule is None:
        return np.zeros(len(begin), np.int32), np.ones(len(begin), bool)
    values = [rule.on(day) for day in begin.tolist()]
    ruled = np.array([value is not None for value in values], bool)
    return np.array([value or 0 for value in values], np.int32), ruled


def labelled(labels: list[str], grid: Grid) -> Int32:
    """The period each label names (``2019Q1``, ``2019-03``, ``2019``, ``2019W05``), -1: none of the grid."""
    index = {label.upper(): place for place, label in enumerate(grid.labels)}
    found = []
    for label in labels:
        place = index.get(label.strip().upper(), -1)
        if place < 0:
            place = _spanning(label, grid)
        found.append(place)
    return np.array(found, np.int32)


def _spanning(label: str, grid: Grid) -> int:
    """The period with exactly the days a label names in another way (``2019-01-01..2019-03-31``)."""
    try:
        window = Window.parse(label)
    except ValueError:
        return -1
    same = np.flatnonzero((grid.first == window.first) & (grid.last == window.last))
    return int(same[0]) if len(same) else -1


__all__ = ["Grid", "grid_of", "labelled"]
