"""Results handed in: points of other assessments as measurements, so that a combination is a set like any other.

Sets 30/70, rounds 15 % + 25 %, the mean of four quarters, a county's score from itself, its townships and its
departments, several assessors, openness inside the wider performance appraisal: in each, a leaf measures what
another assessment came to, and the same scoring, tree, gates and grades follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from gongkai_score.assessment import Assessment
from gongkai_score.evidence import CaseTable
from gongkai_score.indicator_set import Result
from gongkai_score.measurements import Column, Measurement, State
from gongkai_score.outcomes import Verdict
from gongkai_score.points import decimal_text, total
from gongkai_score.units import Unit, UnitRegister

ZERO = Fraction(0)


def measure_results(
    measure: Result,
    results: Mapping[str, Assessment],
    units: UnitRegister,
    bound: Sequence[bool],
) -> tuple[Column[Measurement], CaseTable]:
    """What the assessments named came to for each unit, and one case a number.

    Quantities: ``rate`` (share of the full marks), ``value`` (points), ``cases`` (numbers expected), ``met``
    (numbers there), ``missing`` (numbers absent), ``failed`` (units a veto stopped: they have no number, and
    unless the rule for missing parts says otherwise neither has the whole), ``label`` (the grade of one unit).

    Args:
        measure: which assessments, whose units, how put together.
        results: assessments by the name the set uses.
        units: the register of the combination.
        bound: which units the indicator binds.
    """
    register = list(units)
    columns: list[tuple[int, str, Verdict, str]] = []
    found: list[Measurement] = []
    for position, unit in enumerate(register):
        if not bound[position]:
            found.append(Measurement(State.NOT_BOUND))
            continue
        numbers = [
            _number(measure, results[name], other, name)
            for name in measure.of
            for other in _of(measure, unit, units)
        ]
        columns += [(position, key, verdict, text) for key, verdict, text, _, _ in numbers]
        found.append(_together(measure, numbers))
    table = CaseTable(
        unit=[c[0] for c in columns],
        verdict=[int(c[2]) for c in columns],
        key=[c[1] for c in columns],
        start=[""] * len(columns),
        due=[""] * len(columns),
        done=[""] * len(columns),
        number=[0] * len(columns),
        needed=[None] * len(columns),
        used=[None] * len(columns),
        rows=[[] for _ in columns],
        events=[],
        detail={i: c[3] for i, c in enumerate(columns) if c[3]},
    )
    return Column(tuple(found), tuple(range(len(found)))), table


Number = tuple[str, Verdict, str, Fraction | None, Fraction | None]
"""Key, verdict, words, points and share of the full marks."""


def _of(measure: Result, unit: Unit, units: UnitRegister) -> Iterator[Unit]:
    """The units whose results count for ``unit``."""

    def below(parent: str) -> Iterator[Unit]:
        for child in units.children(parent):
            yield child
            if measure.units == "descendants":
                yield from below(child.id)

    if measure.units == "self":
        yield unit
        return
    if measure.units == "parent":
        others: Iterator[Unit] = iter([units[unit.parent]] if unit.parent is not None else [])
    else:
        others = below(unit.id)
    yield from (o for o in others if measure.applies_to is None or measure.applies_to.binds(o))


def _number(measure: Result, result: Assessment, unit: Unit, name: str) -> Number:
    key = f"{name} · {unit.name}"
    try:
        position = result.position(unit.id)
    except KeyError:
        return key, Verdict.MISSING, "", None, None
    end = result.totals[position]
    points, full = end.points, end.full
    if measure.node:
        node = result.nodes[measure.node][position]
        points, full = node.points, node.counted or node.full
    if points is None:
        vetoed = not measure.node and bool(end.gates)
        return key, Verdict.FAILED if vetoed else Verdict.MISSING, "；".join(end.gates), None, None
    words = f"{decimal_text(points, 2)}/{decimal_text(full, 2)} {result.places[position].grade}".strip()
    return key, Verdict.MET, words, points, points / full if full else None


def _together(measure: Result, numbers: Sequence[Number]) -> Measurement:
    if not numbers:
        return Measurement(State.NO_CASES, reason="no_units")
    absent = [n for n in numbers if n[3] is None]
    failed = sum(1 for n in absent if n[1] is Verdict.FAILED)
    counts = {
        "cases": Fraction(len(numbers)),
        "met": Fraction(len(numbers) - len(absent)),
        "missing": Fraction(len(absent) - failed),
        "failed": Fraction(failed),
        "failing": Fraction(len(absent)),
    }
    missing = len(absent) - failed
    points = [n[3] for n in numbers if n[3] is not None]
    rates = [n[4] for n in numbers if n[4] is not None]
    if measure.missing == "zero":
        points += [ZERO] * len(absent)
        rates += [ZERO] * len(absent)
    if (missing and measure.missing == "not_assessed") or not (points or failed):
        return Measurement(State.NOT_ASSESSED, counts, "no_result")
    quantities: dict[str, Fraction | str] = dict(counts)
    if not failed or measure.missing != "not_assessed":
        quantities |= {name: _picked(measure, v) for name, v in (("value", points), ("rate", rates)) if v}
    grades = {n[2].split(" ")[-1] for n in numbers if " " in n[2]}
    if len(numbers) == 1 and grades:
        quantities["label"] = grades.pop()
    return Measurement(State.CASES, quantities)


def _picked(measure: Result, values: Sequence[Fraction]) -> Fraction:
    if measure.pick == "mean":
        return total(values) / len(values)
    return {"sum": total(values), "minimum": min(values), "maximum": max(values), "first": values[0]}[measure.pick]
