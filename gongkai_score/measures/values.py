"""A number or label from the log (threshold, rating), or a quotient of counts (versus_peers)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from statistics import median

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, Int32
from gongkai_score.cases import Cases, Cited, UInt8
from gongkai_score.measure_kinds import Condition, Value
from gongkai_score.measures.chosen import Selection
from gongkai_score.measures.exact_sums import ExactCells, exact_cells
from gongkai_score.measures.measured import NOTHING, RESULT, Measured, PerUnit, excuse, no_excuse
from gongkai_score.measures.selection import Mask, passes
from gongkai_score.measures.view import View
from gongkai_score.outcomes import Verdict

Numbers = list[Fraction | str | None]


def measure_value(measure: Value, view: View, bound: Mask, first: int | None, last: int | None) -> Measured:
    """One case a unit."""
    if measure.kind == "versus_peers":
        return _versus_peers(measure, view, bound, first, last)
    return _from_log(measure, view, bound, first, last)


def _from_log(measure: Value, view: View, bound: Mask, first: int | None, last: int | None) -> Measured:
    """The value the unit's events carry, against the condition (duties, section 5, threshold and rating).

    Of each rater the latest value counts. An event without a value, or without the denominator asked for, says
    nothing. The quotient is exact and is compared unrounded (ambiguity 37).
    """
    events = view.dated(measure.event, bound, first, last)
    codes = no_excuse(view.units)
    top, bottom, bad = _numbers(measure, view, events)
    codes[events.unit[bad]] = excuse("bad_number")
    named = np.ones(len(events), bool)
    if measure.value is not None:
        named &= top.codes >= 0
    if measure.over is not None:
        named &= bottom.codes >= 0
    if measure.label is not None:
        named &= events.codes(measure.label).codes >= 0
    places = np.flatnonzero(named)
    if measure.rater is not None:
        places = _latest_of_each_rater(measure.rater, view, events, places)
    values: Numbers = [None] * view.units
    labels: Numbers = [None] * view.units
    label = events.codes(measure.label) if measure.label is not None else None
    unit = events.unit[places]
    bounds = np.searchsorted(unit, np.arange(view.units + 1)).tolist()
    kept: list[int] = []
    for position in np.unique(unit).tolist():
        mine = places[bounds[position] : bounds[position + 1]].tolist()
        if len(mine) < measure.least:
            continue
        kept.append(position)
        if label is not None:
            labels[position] = label.text(mine[0] if measure.pick == "first" else mine[-1])
        if measure.value is not None:
            pairs = [
                (top.at(i) or Fraction(0), (bottom.at(i) or Fraction(0)) if measure.over else Fraction(1))
                for i in mine
            ]
            values[position] = _put_together(measure.pick, pairs, measure.over is not None)
            if values[position] is None and not codes[position]:
                codes[position] = excuse("zero_of")
    return _judged(measure, view, bound, codes, events, places, kept, values, labels)


def _numbers(measure: Value, view: View, events: Selection) -> tuple[ExactCells, ExactCells, Mask]:
    none = ExactCells(np.full(len(events), -1, np.int32), ())
    top, bad = exact_cells(view, events, measure.value) if measure.value else (none, np.zeros(len(events), bool))
    if measure.over is None:
        return top, none, bad
    bottom, worse = exact_cells(view, events, measure.over)
    return top, bottom, bad | worse


def _latest_of_each_rater(rater: str, view: View, events: Selection, places: NDArray[np.intp]) -> NDArray[np.intp]:
    """Places of the last event of each unit and rater, in their order; who gives no name is one rater."""
    names = events.codes(rater)
    size = len(names.values) + 1
    packed = events.unit[places].astype(np.int64) * size + names.codes[places] + 1
    _, last = np.unique(packed[::-1], return_index=True)
    found: NDArray[np.intp] = places[len(places) - 1 - last]
    found.sort()
    return found


def _put_together(pick: str, pairs: Sequence[tuple[Fraction, Fraction]], over: bool) -> Fraction | None:
    """One number of several, with denominators if ``over``; None: one of them is zero."""
    if pick == "latest":
        pairs = pairs[-1:]
    elif pick == "first":
        pairs = pairs[:1]
    elif pick == "sum":
        tops, bottoms = (sum(side, Fraction(0)) for side in zip(*pairs, strict=True))
        pairs = [(tops, bottoms if over else Fraction(1))]
    if any(bottom == 0 for _, bottom in pairs):
        return None
    numbers = [top / bottom for top, bottom in pairs]
    if pick == "mean":
        return sum(numbers, Fraction(0)) / len(numbers)
    if pick == "median":
        return median(numbers)
    return min(numbers) if pick == "minimum" else max(numbers) if pick == "maximum" else numbers[0]


def _judged(
    measure: Value,
    view: View,
    bound: Mask,
    codes: UInt8,
    events: Selection,
    places: NDArray[np.intp],
    kept: Sequence[int],
    values: Numbers,
    labels: Numbers,
) -> Measured:
    verdicts: dict[int, Verdict] = {}
    for position in kept:
        value = values[position]
        passed = measure.test is None or _passes(measure.test, value, labels[position])
        verdicts[position] = Verdict.MET if passed else Verdict.FAILED
    absent = bound.copy()
    absent[list(kept)] = False
    if measure.kind == "rating" or measure.missing == "not_assessed":
        reason = "no_rating" if measure.kind == "rating" else "no_value"
        codes[absent & (codes == 0)] = excuse(reason)
    elif measure.missing == "missing":
        open_window = view.as_of < view.window.last
        for position in np.flatnonzero(absent & (codes == 0)).tolist():
            verdicts[position] = Verdict.PENDING if open_window else Verdict.MISSING
    else:
        codes[absent & (codes == 0)] = NOTHING
    unit = np.array(sorted(p for p in verdicts if not codes[p]), np.int32)
    verdict = np.array([verdicts[p] for p in unit.tolist()], np.uint8)
    decided = _deciding(measure, events, places)
    numbers: dict[str, Callable[[Cases], PerUnit]] = {}
    if measure.value is not None:
        numbers["value"] = lambda _: values
    if measure.label is not None:
        numbers["label"] = lambda _: labels
    return Measured(_one_a_unit(view, unit, verdict, [decided]), bound, codes, numbers=numbers)


def _passes(test: Condition, value: Fraction | str | None, label: Fraction | str | None) -> bool:
    if isinstance(value, Fraction):
        return bool(test.number(value))
    if isinstance(label, str):
        return passes(test, label)
    return False


def _deciding(measure: Value, events: Selection, places: NDArray[np.intp]) -> Selection:
    """The events the value rests on: the one picked, or all that were put together."""
    some = events.take(places)
    if not len(some) or measure.pick not in ("latest", "first"):
        return some
    edge = np.ones(len(some), bool)
    if measure.pick == "latest":
        edge[:-1] = some.unit[1:] != some.unit[:-1]
    else:
        edge[1:] = some.unit[1:] != some.unit[:-1]
    return some.where(edge)


def _one_a_unit(view: View, unit: Int32, verdict: UInt8, stories: Sequence[Selection]) -> Cases:
    cited = []
    for events in stories:
        bounds = np.searchsorted(events.unit, unit), np.searchsorted(events.unit, unit, side="right")
        first, last = (side.astype(np.int32) for side in bounds)
        cited.append(Cited(events.table, pool=events.rows, first=first, last=last))
    none = np.broadcast_to(np.int32(NO_DAY), len(unit))
    return Cases(
        unit=unit,
        verdict=verdict,
        key=np.zeros(len(unit), np.int32),
        keys=(str(view.window),),
        start=none,
        due=np.broadcast_to(np.int32(view.window.last), len(unit)),
        done=none,
        number=np.zeros(len(unit), np.int32),
        needed=np.broadcast_to(np.int32(-1), len(unit)),
        cited=tuple(cited),
    )


def _versus_peers(measure: Value, view: View, bound: Mask, first: int | None, last: int | None) -> Measured:
    """Counted events over all events, for comparison with a published figure or, later, with the peers.

    Without a published figure the verdict is unknown here: it needs the other units (ambiguity 41). Fewer
    events than ``least`` are no case.
    """
    every = view.dated(measure.event, bound, first, last)
    some = view.dated(measure.counted, bound, first, last) if measure.counted is not None else every
    of = np.bincount(every.unit, minlength=view.units)
    counted = np.bincount(some.unit, minlength=view.units)
    codes = no_excuse(view.units)
    enough = bound & (of >= max(measure.least, 1))
    codes[bound & ~enough] = NOTHING
    numbers: dict[str, Callable[[Cases], PerUnit]] = {
        "counted": lambda _: counted,
        "of": lambda _: of,
        "value": lambda _: (counted, np.where(enough, of, 0)),
    }
    unit = np.flatnonzero(enough).astype(np.int32)
    verdict = np.full(len(unit), Verdict.UNKNOWN, np.uint8)
    if measure.benchmark is None:
        codes[unit] = RESULT
    else:
        cells, bad = exact_cells(view, every, measure.benchmark)
        codes[every.unit[bad]] = excuse("bad_number")
        figure: Numbers = [None] * view.units
        for place in np.flatnonzero(cells.codes >= 0).tolist():
            figure[int(every.unit[place])] = cells.at(place)
        op = measure.test.op if measure.test is not None else "<"
        for case, position in enumerate(unit.tolist()):
            limit = figure[position]
            if not isinstance(limit, Fraction):
                codes[position] = codes[position] or excuse("no_benchmark")
                continue
            value = Fraction(int(counted[position]), int(of[position]))
            passed = Condition(op, limit).number(value)
            verdict[case] = Verdict.MET if passed else Verdict.FAILED
        numbers["benchmark"] = lambda _: figure
    cases = _one_a_unit(view, unit, verdict, [some, every])
    return Measured(cases, bound, codes, numbers=numbers)
