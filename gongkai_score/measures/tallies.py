"""So many events in each period, for each item or account, or in all (frequency, count, coverage, exists)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gongkai_score.activity_log import NO_DAY, Int32
from gongkai_score.cases import Cases, Cited, UInt8
from gongkai_score.indicator_set import Tally
from gongkai_score.measures.distinct import distinct_places, stable_order
from gongkai_score.measures.gaps import longest_gaps
from gongkai_score.measures.groups import Groups, Pairs, item_groups, unit_groups, value_groups
from gongkai_score.measures.measured import NOTHING, Measured, excuse, no_excuse
from gongkai_score.measures.periods import Grid, grid_of, labelled
from gongkai_score.measures.selection import Mask
from gongkai_score.measures.stock import in_being
from gongkai_score.measures.view import Selection, View
from gongkai_score.outcomes import Verdict


@dataclass(frozen=True, slots=True)
class Counted:
    """Counted events by cell (group and period, ``group * periods + period``).

    Attributes:
        count: number of events in each cell.
        events: the events, by cell and then by date; None: ``first`` and ``last`` say nothing.
        first: where each cell's events begin.
        last: where they end.
    """

    count: Int32
    events: Selection
    first: Int32
    last: Int32


def measure_tally(measure: Tally, view: View, bound: Mask, first: int | None, last: int | None) -> Measured:
    """Each period, item or account is a case (duties, section 5, frequency, count, coverage, exists)."""
    codes = no_excuse(view.units)
    groups = _groups(measure, view, bound, first, last, codes)
    grid = grid_of(measure, view, first, last)
    stock = measure.ended_by is not None or (measure.carry_over and measure.kind == "exists")
    if stock:
        count, events, begin, end = in_being(measure, view, bound, groups, grid)
        counted = Counted(count, events, begin, end)
    else:
        counted = _count(measure, view, bound, groups, grid)
    verdict, number, done = _verdicts(measure, view, groups, grid, counted, stock)
    cited = [Cited(counted.events.table, pool=counted.events.rows, first=counted.first, last=counted.last)]
    if measure.explained_by is not None:
        cited.append(_explained(measure, view, bound, groups, grid, verdict))
    if groups.exempt is not None:
        verdict.reshape(len(groups), len(grid))[groups.exempt] = Verdict.EXEMPT
    _looked_at_all(measure, view, bound, first, last, codes, groups, grid, verdict)
    unit, key, series, start, due, needed = _layout(view, groups, grid, bound)
    cases = Cases(
        unit=unit,
        verdict=verdict,
        key=key,
        keys=_keys(groups, grid),
        start=start,
        due=due,
        done=done,
        number=number,
        needed=needed,
        cited=tuple(cited),
        unit_of_time="day",
    )
    numbers = {"longest_gap": lambda _: longest_gaps(view, view.events(measure.event, bound))}
    keep = _while_active(measure, view, groups, grid)
    if keep is None:
        return Measured(cases, bound, codes, False, numbers, counted.count, series)
    places = np.flatnonzero(keep)
    return Measured(cases.take(places), bound, codes, False, numbers, counted.count[places], series[places])


def _groups(measure: Tally, view: View, bound: Mask, first: int | None, last: int | None, codes: UInt8) -> Groups:
    if measure.needs is not None:
        asked = view.dated(measure.needs, bound, first, last)
        needed = np.zeros(view.units, bool)
        needed[asked.unit] = True
        codes[bound & ~needed] = NOTHING
        bound = bound & needed
    if measure.items is not None:
        groups, undeclared = item_groups(view, measure.items, measure.item_key, bound, first, last)
        codes[undeclared] = excuse("no_inventory")
        return groups
    if measure.per is not None:
        return value_groups(view, measure.event, measure.per, bound)
    return unit_groups(view, bound)


def _count(measure: Tally, view: View, bound: Mask, groups: Groups, grid: Grid) -> Counted:
    chosen = view.events(measure.event, bound)
    if measure.period_of is not None:
        split = view.atoms(measure.event.event, measure.period_of)
        cell_of, value = split.spread(view.text_codes(chosen, measure.period_of))
        table = np.append(labelled(split.values, grid), np.int32(-1))
        chosen = chosen if cell_of is None else chosen.take(cell_of)
        period = table[value]
        inside = period >= 0
        if not inside.all():
            chosen, period = chosen.where(inside), period[inside]
        places, group = groups.places(view, chosen)
        events, period = (chosen, period) if places is None else (chosen.take(places), period[places])
    else:
        period = grid.period_of(chosen.day)
        if len(period) and int(period.min()) < 0:
            chosen = chosen.where(period >= 0)
        events, group = groups.of_events(view, chosen)
        period = grid.period_of(events.day)
    cells = len(groups) * len(grid)
    cell = group * np.int32(len(grid)) + period if len(grid) else group
    if len(cell) > 1 and bool((cell[1:] < cell[:-1]).any()):
        order = stable_order(cell if measure.period_of is not None else group)
        events, cell = events.take(order), cell[order]
    if measure.count_by != "event":
        keep = distinct_places(measure.count_by, view, events, cell)
        events, cell = events.take(keep), cell[keep]
    count = np.bincount(cell, minlength=cells).astype(np.int32)
    last = np.cumsum(count, dtype=np.int32)
    return Counted(count, events, last - count, last)


def _verdicts(
    measure: Tally, view: View, groups: Groups, grid: Grid, counted: Counted, stock: bool
) -> tuple[UInt8, Int32, Int32]:
    """(verdicts, numbers, days on which the number was reached) by cell."""
    shape = (len(groups), len(grid))
    count = counted.count.reshape(shape)
    lack = grid.least - count
    short = lack > 0
    nothing = Verdict.MISSING if measure.kind in ("coverage", "exists") else Verdict.BLANK
    worth = np.array([Verdict.MET, Verdict.MET, Verdict.SHORT, nothing], np.uint8)
    verdict: UInt8 = worth[short * np.uint8(2) + (count == 0)]
    number = np.where(short, lack, count)
    still = np.flatnonzero(grid.due > view.as_of)
    if len(still):
        open_ones = verdict[:, still]
        waiting = short[:, still] if grid.most is None else np.ones_like(short[:, still])
        open_ones[waiting] = Verdict.PENDING
        verdict[:, still] = open_ones
    if grid.most is not None:
        beyond = count > grid.most
        verdict[beyond] = Verdict.FOUND
        number = np.where(beyond, count - grid.most, number)
    if grid.unknown is not None:
        unsure = verdict[:, grid.unknown]
        unsure[unsure != Verdict.PENDING] = Verdict.UNKNOWN
        verdict[:, grid.unknown] = unsure
    done = _reached(grid, counted, shape, stock)
    if measure.due_in_period is not None:
        late = (verdict == Verdict.MET) & (done > grid.due) & (grid.least > 0)
        verdict[late] = Verdict.LATE
        number = np.where(late, done - grid.due, number)
    return verdict.reshape(-1), number.reshape(-1).astype(np.int32, copy=False), done.reshape(-1)


def _reached(grid: Grid, counted: Counted, shape: tuple[int, int], stock: bool) -> Int32:
    """The day of the event that made the number full, in cells that reached it."""
    if not len(counted.events):
        return np.full(shape, NO_DAY, np.int32)
    most = grid.most if grid.most is not None and not grid.least.any() else None
    nth = grid.least if most is None else most + np.int32(1)
    nth = np.maximum(nth, 1)
    full = counted.count.reshape(shape) >= nth
    if stock:
        full &= (counted.last - counted.first).reshape(shape) >= nth
    place = counted.first.reshape(shape) + (nth - np.int32(1))
    return np.where(full, counted.events.day.take(place, mode="clip"), np.int32(NO_DAY))


def _explained(measure: Tally, view: View, bound: Mask, groups: Groups, grid: Grid, verdict: UInt8) -> Cited:
    """Marks empty cells for which a statement was given in time."""
    assert measure.explained_by is not None
    said = view.events(measure.explained_by, bound)
    events, group = groups.of_events(view, said)
    period = grid.period_of(events.day)
    inside = period >= 0
    timely = inside & (events.day <= grid.due.take(period, mode="clip")) if len(grid) else inside
    places = np.flatnonzero(timely)
    cell = group[places] * np.int32(max(len(grid), 1)) + period[places]
    row = np.full(len(verdict), -1, np.int32)
    row[cell[::-1]] = events.rows[places[::-1]]
    empty = (row >= 0) & ((verdict == Verdict.BLANK) | (verdict == Verdict.MISSING))
    verdict[empty] = Verdict.EXPLAINED
    row[~empty] = -1
    return Cited(said.table, rows=row)


def _looked_at_all(
    measure: Tally,
    view: View,
    bound: Mask,
    first: int | None,
    last: int | None,
    codes: UInt8,
    groups: Groups,
    grid: Grid,
    verdict: UInt8,
) -> None:
    """Without a check in the window, staying under a greatest number proves nothing (ambiguity 63)."""
    if measure.check is None or (measure.at_most is None and measure.exactly is None):
        return
    checks = view.dated(measure.check, bound, first, last)
    unproven = bound & (codes == 0)
    unproven[checks.unit] = False
    exceeded = (verdict == Verdict.FOUND).reshape(len(groups), len(grid)).any(axis=1)
    unproven[groups.unit[exceeded]] = False
    codes[unproven] = excuse("no_check")


def _layout(view: View, groups: Groups, grid: Grid, bound: Mask) -> tuple[Int32, Int32, Int32, Int32, Int32, Int32]:
    """Columns that do not depend on the events; tallies of the same periods and units share them."""

    def make() -> tuple[Int32, Int32, Int32, Int32, Int32, Int32]:
        many, periods = len(groups), len(grid)
        column = np.arange(periods, dtype=np.int32)
        series = np.repeat(np.arange(many, dtype=np.int32), periods)
        unit = np.repeat(groups.unit, periods)
        if groups.attribute is None:
            key = np.tile(column, many)
        elif grid.whole_window:
            key = np.repeat(groups.key, periods)
        else:
            key = (groups.key[:, None] * np.int32(periods) + column).reshape(-1)
        start = np.tile(grid.first, many)
        due = start if np.array_equal(grid.first, grid.due) else np.tile(grid.due, many)
        asked = grid.most if grid.most is not None and not grid.least.any() else grid.least
        same = len(asked) > 0 and bool((asked == asked[0]).all())
        size = many * periods
        needed = np.broadcast_to(asked[0], size) if same else np.tile(asked, many)
        return unit, key, series, start, due, needed

    if groups.attribute is not None:
        return make()
    return view.keep(("layout", id(grid), groups.unit.tobytes()), make)


def _keys(groups: Groups, grid: Grid) -> tuple[str, ...] | Pairs:
    if groups.attribute is None:
        return grid.labels
    if grid.whole_window:
        return tuple(name or label for name in groups.keys for label in grid.labels)
    return Pairs(groups.keys, grid.labels)


def _while_active(measure: Tally, view: View, groups: Groups, grid: Grid) -> Mask | None:
    """Cells in which the unit exists: whole periods if cut ones are dropped, else any part of them."""
    if view.always_active:
        return None
    begin, end = view.active_from[groups.unit][:, None], view.active_to[groups.unit][:, None]
    if measure.every != "window" and measure.partial == "drop":
        keep = (begin <= grid.open_first) & (end >= grid.open_last)
    else:
        keep = (begin <= grid.open_last) & (end >= grid.open_first)
    return keep.reshape(-1)
