"""Results handed in: points of other assessments as measurements, so that a combination is a set like any other.

Sets 30/70, rounds 15 % + 25 %, the mean of four quarters, a county's score from itself, its townships and its
departments, several assessors, openness inside the wider performance appraisal: in each, a leaf measures what
another assessment came to, and the same scoring, tree, gates and grades follow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from gongkai_score.assessment import Assessment
from gongkai_score.evidence import CaseTable
from gongkai_score.gates import marks_of
from gongkai_score.known import text_passes
from gongkai_score.measure_kinds import Condition, Result
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
    wanted: Collection[str] = (),
) -> tuple[Column[Measurement], CaseTable]:
    """What the assessments named came to for each unit, and one case a number.

    Quantities: ``rate`` (share of the full marks; with a condition the share of numbers that meet it) and
    ``shortfall`` (1 less that), ``value`` (points), ``cases`` and ``count`` (numbers expected), ``met`` (numbers
    there), ``missing`` (numbers absent), ``failed`` (numbers that do not meet the condition, and units a veto
    stopped: they have no number, and unless the rule for missing parts says otherwise neither has the whole),
    ``label`` (the grade of one unit), and runs of numbers of one verdict in the order they are named.

    Args:
        measure: which assessments, whose units, how put together.
        results: assessments by the name the set uses.
        units: the register of the combination.
        bound: which units the indicator binds.
        wanted: quantities that are asked for; runs are counted only then.
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
        columns += [(position, number.key, number.verdict, number.words) for number in numbers]
        found.append(_together(measure, numbers, wanted))
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


@dataclass(frozen=True, slots=True)
class Number:
    """What one assessment came to for one unit: a case of the combination.

    Attributes:
        key: assessment and unit.
        verdict: met, failed (a veto, or the condition is not met) or missing.
        words: points of full marks and the grade.
        points: points, if it has a number.
        rate: share of the full marks.
        grade: its grade, or "".
    """

    key: str
    verdict: Verdict
    words: str = ""
    points: Fraction | None = None
    rate: Fraction | None = None
    grade: str = ""


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
        return Number(key, Verdict.MISSING)
    end = result.totals[position]
    root = result.nodes[result.indicator_set.root.id][position]
    points, full, grade = end.points, marks_of(result.indicator_set, end, root), result.places[position].grade
    if measure.node:
        node = result.nodes[measure.node][position]
        points, full = node.points, node.counted or node.full
    if points is None:
        vetoed = not measure.node and bool(end.gates)
        return Number(key, Verdict.FAILED if vetoed else Verdict.MISSING, "；".join(end.gates), grade=grade)
    words = f"{decimal_text(points, 2)}/{decimal_text(full, 2)} {grade}".strip()
    verdict = Verdict.MET if _passes(measure.test, points, grade) else Verdict.FAILED
    return Number(key, verdict, words, points, points / full if full else None, grade)


def _passes(test: Condition | None, points: Fraction, grade: str) -> bool:
    """Whether points meet a condition on numbers, or a grade one on words."""
    if test is None:
        return True
    return test.number(points) if isinstance(test.value, Fraction) else text_passes(test.op, test.value, grade)


def _together(measure: Result, numbers: Sequence[Number], wanted: Collection[str]) -> Measurement:
    if not numbers:
        return Measurement(State.NO_CASES, reason="no_units")
    tally = Counter(number.verdict for number in numbers)
    met, missing = tally[Verdict.MET], tally[Verdict.MISSING]
    counts = {
        "cases": Fraction(len(numbers)),
        "met": Fraction(met),
        "missing": Fraction(missing),
        "failed": Fraction(tally[Verdict.FAILED]),
        "failing": Fraction(len(numbers) - met),
        "count": Fraction(len(numbers)),
        **{name: _run(name, numbers) for name in wanted if name.startswith(("runs.", "longest_run."))},
    }
    points = [n.points for n in numbers if n.points is not None]
    rates = [n.rate for n in numbers if n.rate is not None]
    absent = len(numbers) - len(points)
    if measure.missing == "zero":
        points += [ZERO] * absent
        rates += [ZERO] * absent
    if (missing and measure.missing == "not_assessed") or not (points or absent > missing):
        return Measurement(State.NOT_ASSESSED, counts, "no_result")
    quantities: dict[str, Fraction | str] = dict(counts)
    if absent == missing or measure.missing != "not_assessed":
        quantities |= {name: _picked(measure, v) for name, v in (("value", points), ("rate", rates)) if v}
    if measure.test is not None:
        judged = len(numbers) - (missing if measure.missing == "skip" else 0)
        quantities["rate"] = Fraction(met, judged)
    if isinstance(rate := quantities.get("rate"), Fraction):
        quantities["shortfall"] = 1 - rate
    if len(numbers) == 1 and numbers[0].grade:
        quantities["label"] = numbers[0].grade
    return Measurement(State.CASES, quantities)


def _run(name: str, numbers: Sequence[Number]) -> Fraction:
    """The longest run of consecutive numbers of a verdict, or how many runs are at least so long."""
    what, word, *least = name.split(".")
    inside = [n.verdict is not Verdict.MET if word == "failing" else n.verdict.word == word for n in numbers]
    lengths = [len(list(run)) for held, run in groupby(inside) if held]
    if what == "runs":
        return Fraction(sum(length >= int(least[0]) for length in lengths))
    return Fraction(max(lengths, default=0))


def _picked(measure: Result, values: Sequence[Fraction]) -> Fraction:
    if measure.pick == "mean":
        return total(values) / len(values)
    return {"sum": total(values), "minimum": min(values), "maximum": max(values), "first": values[0]}[measure.pick]
