"""So many events in each period, for each item or account, or in all (frequency, count, coverage, exists)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, Int32
from gongkai_score.cases import Cases, Int64, UInt8
from gongkai_score.measure_kinds import Tally
from gongkai_score.measures.cells import Behind, CellCases, Empty, Listed, Span
from gongkai_score.measures.chosen import Selection
from gongkai_score.measures.distinct import distinct_places, numbers_of_refs
from gongkai_score.measures.gaps import longest_gaps
from gongkai_score.measures.groups import Groups, item_groups, unit_groups, value_groups
from gongkai_score.measures.later import Later
from gongkai_score.measures.measured import NOTHING, Measured, PerUnit, Quotient, excuse, no_excuse
from gongkai_score.measures.per_unit import apart, firsts_of_units, heads_of_units, lengths, numbers_of_events, runs
from gongkai_score.measures.periods import Grid, grid_of, labelled
from gongkai_score.measures.selection import Mask
from gongkai_score.measures.stock import Counted, Placed, by_cell, in_being
from gongkai_score.measures.view import View
from gongkai_score.ordering import stable_order
from gongkai_score.outcomes import COUNTED, Verdict

_COUNTS = np.isin(np.arange(len(Verdict)), sorted(COUNTED))
_FEW = 64
"""Share of the units below which their events are put in order rather than all counted."""
_LACKS = np.isin(np.arange(len(Verdict)), [Verdict.SHORT, Verdict.BLANK, Verdict.MISSING])


def measure_tally(measure: Tally, view: View, bound: Mask, first: int | None, last: int | None) -> Measured:
    """Each period, item or account is a case (duties, section 5, frequency, count, coverage, exists)."""
    codes = no_excuse(view.units)
    groups = _groups(measure, view, bound, first, last, codes)
    grid = grid_of(measure, view, first, last)
    stock = measure.ended_by is not None or (measure.carry_over and measure.kind == "exists")
    counted = in_being(measure, view, bound, groups, grid) if stock else _count(measure, view, bound, groups, grid)
    listed = _judged(measure, view, grid, counted, stock)
    empty = _empty(measure, view, grid)
    behind = Behind(view.table(measure.event.event), lambda: counted.events.rows)
    if measure.explained_by is not None:
        listed, behind = _explained(measure, view, bound, groups, grid, listed, empty, behind)
    if groups.exempt is not None:
        out = np.flatnonzero(groups.exempt)[:, None] * len(grid) + np.arange(len(grid))
        listed = listed.also(out.reshape(-1), empty).judged(out.reshape(-1), Verdict.EXEMPT)

    def of_one(unit: int) -> Cases:
        only = np.zeros(view.units, bool)
        only[unit] = bound[unit]
        return measure_tally(measure, view.aside(), only, first, last).cases

    span = _span(measure, view, groups, grid)
    cases = CellCases(groups, grid, span, listed, empty, behind, of_one=of_one)
    _looked_at_all(measure, view, bound, first, last, codes, cases)
    if not len(grid):
        codes[codes != 0] = NOTHING
    return Measured(cases, bound, codes, numbers=_numbers(measure, view, bound, grid))


def _numbers(measure: Tally, view: View, bound: Mask, grid: Grid) -> dict[str, Callable[[Cases], PerUnit]]:
    """Quantities of tallies beside the numbers of cases."""
    none = np.zeros(len(grid), np.int64)
    asked = grid.asked.astype(np.int64)

    def count(cases: Cases) -> Int64:
        assert isinstance(cases, CellCases)
        listed = np.where(_COUNTS.take(cases.listed.verdict), cases.listed.count, 0)
        return cases.sums(view.units, listed, none)

    def over(cases: Cases) -> Int64:
        assert isinstance(cases, CellCases)
        listed = cases.listed
        surplus = np.maximum(listed.count - cases.listed_needed, 0)
        surplus = np.where(listed.verdict == Verdict.FOUND, listed.number, surplus)
        return cases.sums(view.units, np.where(_COUNTS.take(listed.verdict), surplus, 0), none)

    def short_by(cases: Cases) -> Int64:
        assert isinstance(cases, CellCases)
        listed = np.where(_LACKS.take(cases.listed.verdict), cases.listed.number, 0)
        return cases.sums(view.units, listed, np.where(_LACKS.take(cases.empty.verdict), cases.empty.number, 0))

    def fulfilment(cases: Cases) -> Quotient:
        assert isinstance(cases, CellCases)
        listed = np.where(_COUNTS.take(cases.listed.verdict), cases.listed_needed, 0)
        below = cases.sums(view.units, listed, np.where(_COUNTS.take(cases.empty.verdict), asked, 0))
        return count(cases), below

    return {
        "count": count,
        "over": over,
        "short_by": short_by,
        "fulfilment": fulfilment,
        "longest_gap": lambda _: longest_gaps(view, view.events(measure.event, bound)),
    }


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
    """The events of each cell; which they are is worked out later where they can be counted without."""
    view.look(measure.event, bound)
    slow = Later(lambda: _in_cells(measure, view.aside(), bound, groups, grid))
    return _counted_only(measure, view, bound, groups, grid, lambda: slow().placed) or slow()


def _counted_only(
    measure: Tally, view: View, bound: Mask, groups: Groups, grid: Grid, placed: Callable[[], Placed]
) -> Counted | None:
    """The events of each cell, where they need not be put in order to be counted; ``placed`` does that for them.

    None: they do, or they are those of a few units only.
    """
    chosen = view.chosen(measure.event)
    if measure.period_of is not None or not len(grid) or _FEW * len(groups) < view.units:
        return None
    if groups.attribute is not None or measure.count_by not in ("event", "ref"):
        return _by_table(measure, view, view.events(measure.event, bound), groups, grid, placed)
    by_ref = measure.count_by == "ref"
    if grid.is_one(*chosen.days):
        many = numbers_of_refs(chosen) if by_ref else numbers_of_events(chosen)
        if many is None:
            return None
        cells = _in_one(chosen, many)
    elif by_ref or grid.torn:
        return None
    else:
        key = ("cells", measure.event, grid.base, grid.of_day.tobytes())
        cells = view.keep(key, lambda: _by_unit(view, chosen, grid))
    if len(groups) < view.units:
        cells = _of_groups(cells, groups, len(grid))
    return Counted(cells.cell, placed, lambda: cells.count) if by_ref else cells


def _in_one(chosen: Selection, many: Int32) -> Counted:
    """Cells by unit, all events of a unit in one."""
    first = firsts_of_units(chosen)
    return Counted(chosen.unit.take(first), lambda: (chosen, first, first + many), lambda: many)


def _by_unit(view: View, chosen: Selection, grid: Grid) -> Counted:
    """Cells by unit and period, from the first events of each day: a cell begins where unit or period changes."""
    period = grid.period_of(chosen.head_days, chosen.days)
    new = np.ones(len(period), bool)
    np.not_equal(period[1:], period[:-1], out=new[1:])
    new[heads_of_units(chosen)] = True
    inside = period >= 0
    entered = np.flatnonzero(new & inside)
    cell = _cells(view.head_units(chosen).take(entered), period.take(entered), view.units, len(grid))

    def placed() -> Placed:
        turn = np.flatnonzero(new)
        first = chosen.heads.take(turn)
        last = np.append(first[1:], np.int32(len(chosen)))[: len(first)]
        kept = inside.take(turn)
        return chosen, first[kept], last[kept]

    return Counted(cell, placed)


def _by_table(
    measure: Tally, view: View, chosen: Selection, groups: Groups, grid: Grid, placed: Callable[[], Placed]
) -> Counted | None:
    """Cells counted in a table of all there can be, if that is not much larger than the events are many."""
    places, group = groups.places(view, chosen)
    value, values = None, 1
    if measure.count_by != "event":
        if measure.count_by in ("day", "ref") or places is not None:
            return None
        several, value, names = view.values(chosen, measure.event, measure.count_by)
        values = len(names)
        if several is not None or not len(value) or int(value.min()) < 0:
            return None
    size = len(groups) * len(grid) * values
    if size > 16 * len(group) + (1 << 16):
        return None
    cell: NDArray[np.integer] = group
    period = None
    if not grid.is_one(*chosen.days):
        period = grid.period_of(chosen.day if places is None else chosen.day.take(places))
        cell = group * np.int32(len(grid)) + period
    if value is not None:
        cell = cell * np.int32(values) + value
    if period is not None and len(period) and int(period.min()) < 0:
        cell = cell.take(np.flatnonzero(period >= 0))
    seen = np.zeros(size, bool)
    seen[cell.astype(np.intp)] = True
    found = np.flatnonzero(seen).astype(np.int32)
    if value is None:
        return Counted(found, placed, lambda: np.bincount(cell, minlength=size).take(found).astype(np.int32))
    found //= np.int32(values)
    first = runs(found).astype(np.int32)
    return Counted(found.take(first), placed, lambda: lengths(first, len(found)))


def _of_groups(cells: Counted, groups: Groups, periods: int) -> Counted:
    """Cells by unit as cells by group: those of other units are left out."""
    cell = cells.cell
    table = np.full(groups.units, -1, np.int32)
    table[groups.unit] = np.arange(len(groups), dtype=np.int32)
    unit = cell // periods
    group = table.take(unit)
    inside = np.flatnonzero(group >= 0)
    moved = cell + (group - unit) * periods

    def placed() -> Placed:
        events, first, last = cells.placed
        return events, first.take(inside), last.take(inside)

    return Counted(moved.take(inside), placed, lambda: cells.count.take(inside))


def _cells(group: Int32, period: Int32, groups: int, periods: int) -> NDArray[np.integer]:
    if groups * periods < 1 << 31:
        return group * np.int32(periods) + period
    return group.astype(np.int64) * periods + period


def _in_cells(measure: Tally, view: View, bound: Mask, groups: Groups, grid: Grid) -> Counted:
    """The events of each cell in order, those that name a period in the period they name."""
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
    cell = _cells(group, period, len(groups), max(len(grid), 1))
    if len(cell) > 1 and bool((cell[1:] < cell[:-1]).any()):
        order = stable_order(cell if measure.period_of is not None else group)
        events, cell = events.take(order), cell[order]
    if measure.count_by != "event":
        keep = distinct_places(measure, view, events, cell)
        events, cell = events.take(keep), cell[keep]
    return by_cell(events, cell)


def _judged(measure: Tally, view: View, grid: Grid, counted: Counted, stock: bool) -> Listed:
    """The cells in which events stand, with their verdicts; how many stand there matters for some limits only."""

    period = Later(lambda: apart(counted.cell, len(grid))[1])
    done = Later(lambda: _reached(grid, counted, period(), stock))
    few = grid.most is None and int(grid.least.max(initial=0)) <= 1
    if few and measure.due_in_period is None:
        one = _verdicts(measure, view, grid, np.ones(len(grid), np.int32), partial(np.arange, len(grid)), done)
        verdict = np.full(len(counted.cell), one[0]) if _uniform(one) else one.take(period())
    else:
        verdict = _verdicts(measure, view, grid, counted.count, period, done)
    columns: dict[str, Callable[[], Int32]] = {
        "count": lambda: counted.count,
        "first": lambda: counted.first,
        "last": lambda: counted.last,
        "number": lambda: _lacking(grid, counted.count, period, done, verdict),
        "done": done,
    }
    return Listed(counted.cell, verdict, columns)


def _empty(measure: Tally, view: View, grid: Grid) -> Empty:
    """What cells without events come to."""
    none, period = np.zeros(len(grid), np.int32), partial(np.arange, len(grid))
    done = partial(np.full, len(grid), NO_DAY, np.int32)
    verdict = _verdicts(measure, view, grid, none, period, done)
    return Empty(verdict, _lacking(grid, none, period, done, verdict))


Periods = Callable[[], NDArray[np.integer]]
"""Gives the period of each cell; not asked for where all periods are alike."""


def _verdicts(
    measure: Tally, view: View, grid: Grid, count: Int32, period: Periods, done: Callable[[], Int32]
) -> UInt8:
    """Verdicts of cells in which so many events stand, the last that was needed on the day ``done``."""
    least = _of_periods(grid.least, period)
    short = count < least
    verdict: UInt8 = short * np.uint8(Verdict.SHORT)
    none = count == 0
    if none.any():
        verdict[short & none] = Verdict.MISSING if measure.kind in ("coverage", "exists") else Verdict.BLANK
    still = grid.due > view.as_of
    if still.any():
        waiting = still.take(period())
        if grid.most is None:
            waiting &= short
        verdict[waiting] = Verdict.PENDING
    if grid.most is not None:
        verdict[count > _of_periods(grid.most, period)] = Verdict.FOUND
    if grid.unknown is not None:
        verdict[grid.unknown.take(period()) & (verdict != Verdict.PENDING)] = Verdict.UNKNOWN
    if measure.due_in_period is not None:
        verdict[(verdict == Verdict.MET) & (done() > grid.due.take(period())) & (least > 0)] = Verdict.LATE
    return verdict


def _lacking(grid: Grid, count: Int32, period: Periods, done: Callable[[], Int32], verdict: UInt8) -> Int32:
    """What lacks or exceeds in cells, how late they are, or what stands in them."""
    lack = _of_periods(grid.least, period) - count
    number = np.where(lack > 0, lack, count)
    if grid.most is not None:
        surplus = count - _of_periods(grid.most, period)
        number = np.where(surplus > 0, surplus, number)
    late = np.flatnonzero(verdict == Verdict.LATE)
    if len(late):
        number[late] = done().take(late) - grid.due.take(period().take(late))
    return number.astype(np.int32, copy=False)


def _of_periods(column: Int32, period: Periods) -> Int32 | np.int32:
    """A column of periods at those of cells; one number where all periods have the same."""
    return column[0] if _uniform(column) else column.take(period())


def _uniform(column: NDArray[np.integer]) -> bool:
    return len(column) > 0 and bool((column == column[0]).all())


def _reached(grid: Grid, counted: Counted, period: NDArray[np.integer], stock: bool) -> Int32:
    """The day of the event that made the number full, in cells that reached it."""
    if not len(counted.events):
        return np.full(len(period), NO_DAY, np.int32)
    most = grid.most if grid.most is not None and not grid.least.any() else None
    nth = np.maximum(grid.least if most is None else most + np.int32(1), 1)[period]
    full = counted.count >= nth
    if stock:
        full &= counted.last - counted.first >= nth
    place = counted.first + (nth - np.int32(1))
    return np.where(full, counted.events.day.take(place, mode="clip"), np.int32(NO_DAY))


def _explained(
    measure: Tally,
    view: View,
    bound: Mask,
    groups: Groups,
    grid: Grid,
    listed: Listed,
    empty: Empty,
    behind: Behind,
) -> tuple[Listed, Behind]:
    """Empty cells for which a statement was given in time are explained by it."""
    assert measure.explained_by is not None
    said = view.events(measure.explained_by, bound)
    events, group = groups.of_events(view, said)
    period = grid.period_of(events.day)
    places = np.flatnonzero(period >= 0)
    places = places[events.day[places] <= grid.due[period[places]]]
    cells = group[places].astype(np.int64) * len(grid) + period[places]
    cell, one = np.unique(cells, return_index=True)
    listed = listed.also(cell, empty)
    verdict = listed.verdict[np.searchsorted(listed.cell, cell)]
    open_ones = (verdict == Verdict.BLANK) | (verdict == Verdict.MISSING)
    cell, row = cell[open_ones], events.rows[places[one[open_ones]]]
    behind = replace(behind, said=said.table, said_cell=cell, said_row=row)
    return listed.judged(cell, Verdict.EXPLAINED), behind


def _looked_at_all(
    measure: Tally,
    view: View,
    bound: Mask,
    first: int | None,
    last: int | None,
    codes: UInt8,
    cases: CellCases,
) -> None:
    """Without a check in the window, staying under a greatest number proves nothing (ambiguity 63)."""
    if measure.check is None or (measure.at_most is None and measure.exactly is None):
        return
    checks = view.dated(measure.check, bound, first, last)
    unproven = bound & (codes == 0)
    unproven[checks.unit] = False
    exceeded, _ = cases.of_verdicts(np.arange(len(Verdict)) == Verdict.FOUND)
    unproven[exceeded] = False
    codes[unproven] = excuse("no_check")


def _span(measure: Tally, view: View, groups: Groups, grid: Grid) -> Span:
    """Periods in which the unit exists: whole ones if cut ones are dropped, else any part of them."""
    if view.always_active:
        return Span.all(len(groups), len(grid))
    begin, end = view.active_from[groups.unit], view.active_to[groups.unit]
    if measure.every != "window" and measure.partial == "drop":
        low = np.searchsorted(grid.open_first, begin)
        high = np.searchsorted(grid.open_last, end, side="right")
    else:
        low = np.searchsorted(grid.open_last, begin)
        high = np.searchsorted(grid.open_first, end, side="right")
    return Span(low, np.maximum(low, high))
