"""So many events in each period, for each item or account, or in all (frequency, count, coverage, exists)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, Int32
from gongkai_score.cases import Cases, Int64, UInt8
from gongkai_score.indicator_set import Tally
from gongkai_score.measures.cells import Behind, CellCases, Empty, Listed, Span
from gongkai_score.measures.distinct import distinct_places, stable_order
from gongkai_score.measures.gaps import longest_gaps
from gongkai_score.measures.groups import Groups, item_groups, unit_groups, value_groups
from gongkai_score.measures.measured import NOTHING, Measured, PerUnit, Quotient, excuse, no_excuse
from gongkai_score.measures.periods import Grid, grid_of, labelled
from gongkai_score.measures.selection import Mask
from gongkai_score.measures.stock import Counted, by_cell, in_being
from gongkai_score.measures.view import View
from gongkai_score.outcomes import COUNTED, Verdict

_COUNTS = np.isin(np.arange(len(Verdict)), sorted(COUNTED))
_LACKS = np.isin(np.arange(len(Verdict)), [Verdict.SHORT, Verdict.BLANK, Verdict.MISSING])


def measure_tally(measure: Tally, view: View, bound: Mask, first: int | None, last: int | None) -> Measured:
    """Each period, item or account is a case (duties, section 5, frequency, count, coverage, exists)."""
    codes = no_excuse(view.units)
    groups = _groups(measure, view, bound, first, last, codes)
    grid = grid_of(measure, view, first, last)
    stock = measure.ended_by is not None or (measure.carry_over and measure.kind == "exists")
    counted = (in_being if stock else _count)(measure, view, bound, groups, grid)
    listed = _judged(measure, view, grid, counted, stock)
    empty = _empty(measure, view, grid)
    behind = Behind(counted.events.table, counted.events.rows)
    if measure.explained_by is not None:
        listed, behind = _explained(measure, view, bound, groups, grid, listed, empty, behind)
    if groups.exempt is not None:
        out = np.flatnonzero(groups.exempt)[:, None] * len(grid) + np.arange(len(grid))
        listed = listed.also(out.reshape(-1), empty).judged(out.reshape(-1), Verdict.EXEMPT)
    cases = CellCases(groups, grid, _span(measure, view, groups, grid), listed, empty, behind)
    _looked_at_all(measure, view, bound, first, last, codes, cases)
    return Measured(cases, bound, codes, numbers=_numbers(measure, view, bound, grid))


def _numbers(measure: Tally, view: View, bound: Mask, grid: Grid) -> dict[str, Callable[[Cases], PerUnit]]:
    """Quantities of tallies beside the numbers of cases."""
    none = np.zeros(len(grid), np.int64)
    asked = grid.asked.astype(np.int64)

    def count(cases: Cases) -> Int64:
        assert isinstance(cases, CellCases)
        listed = np.where(_COUNTS[cases.listed.verdict], cases.listed.count, 0)
        return cases.sums(view.units, listed, none)

    def over(cases: Cases) -> Int64:
        assert isinstance(cases, CellCases)
        listed = cases.listed
        surplus = np.maximum(listed.count - cases.listed_needed, 0)
        surplus = np.where(listed.verdict == Verdict.FOUND, listed.number, surplus)
        return cases.sums(view.units, np.where(_COUNTS[listed.verdict], surplus, 0), none)

    def short_by(cases: Cases) -> Int64:
        assert isinstance(cases, CellCases)
        listed = np.where(_LACKS[cases.listed.verdict], cases.listed.number, 0)
        return cases.sums(view.units, listed, np.where(_LACKS[cases.empty.verdict], cases.empty.number, 0))

    def fulfilment(cases: Cases) -> Quotient:
        assert isinstance(cases, CellCases)
        listed = np.where(_COUNTS[cases.listed.verdict], cases.listed_needed, 0)
        below = cases.sums(view.units, listed, np.where(_COUNTS[cases.empty.verdict], asked, 0))
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
    """The events of each cell, those that name a period in the period they name."""
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
    periods = max(len(grid), 1)
    if len(groups) * periods < 1 << 31:
        cell: NDArray[np.integer] = group * np.int32(periods) + period
    else:
        cell = group.astype(np.int64) * periods + period
    if len(cell) > 1 and bool((cell[1:] < cell[:-1]).any()):
        order = stable_order(cell if measure.period_of is not None else group)
        events, cell = events.take(order), cell[order]
    if measure.count_by != "event":
        keep = distinct_places(measure, view, events, cell)
        events, cell = events.take(keep), cell[keep]
    return by_cell(events, cell)


def _judged(measure: Tally, view: View, grid: Grid, counted: Counted, stock: bool) -> Listed:
    """The cells in which events stand, with their verdicts."""
    period = counted.cell % max(len(grid), 1)
    done = _reached(grid, counted, period, stock)
    verdict, number = _verdicts(measure, view, grid, counted.count, period, done)
    return Listed(counted.cell, counted.count, counted.first, counted.last, verdict, number, done)


def _empty(measure: Tally, view: View, grid: Grid) -> Empty:
    """What cells without events come to."""
    none, never = np.zeros(len(grid), np.int32), np.full(len(grid), NO_DAY, np.int32)
    return Empty(*_verdicts(measure, view, grid, none, np.arange(len(grid)), never))


def _verdicts(
    measure: Tally, view: View, grid: Grid, count: Int32, period: Int64, done: Int32
) -> tuple[UInt8, Int32]:
    """(verdicts, numbers) of cells in which so many events stand."""
    least = grid.least[period]
    lack = least - count
    short = lack > 0
    nothing = Verdict.MISSING if measure.kind in ("coverage", "exists") else Verdict.BLANK
    worth = np.array([Verdict.MET, Verdict.MET, Verdict.SHORT, nothing], np.uint8)
    verdict: UInt8 = worth[short * np.uint8(2) + (count == 0)]
    number = np.where(short, lack, count)
    still = grid.due > view.as_of
    if still.any():
        waiting = still[period]
        if grid.most is None:
            waiting &= short
        verdict[waiting] = Verdict.PENDING
    if grid.most is not None:
        most = grid.most[period]
        beyond = count > most
        verdict[beyond] = Verdict.FOUND
        number = np.where(beyond, count - most, number)
    if grid.unknown is not None:
        verdict[grid.unknown[period] & (verdict != Verdict.PENDING)] = Verdict.UNKNOWN
    if measure.due_in_period is not None:
        due = grid.due[period]
        late = (verdict == Verdict.MET) & (done > due) & (least > 0)
        verdict[late] = Verdict.LATE
        number = np.where(late, done - due, number)
    return verdict, number.astype(np.int32, copy=False)


def _reached(grid: Grid, counted: Counted, period: Int64, stock: bool) -> Int32:
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
