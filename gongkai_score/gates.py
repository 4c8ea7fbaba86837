"""Gates beside the tree: vetoes, fail lines, ceilings and grades, applied to the total of each unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gongkai_score.aggregation import NodeScore, holds
from gongkai_score.indicator_set import Gate, Grade, IndicatorSet, When
from gongkai_score.measurements import Column, Measurement, State, combined
from gongkai_score.outcomes import Outcome
from gongkai_score.points import rounded
from gongkai_score.scoring import Line, Quantities

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Total:
    """The end of the road for one unit, before ranks.

    Attributes:
        outcome: scored, or why there is no number.
        points: the total; None if a veto stopped the scoring or nothing was assessed.
        full: the set's full marks for this unit.
        coverage: share of the full marks that was really assessed.
        gates: ids of the gates whose condition held and that took effect.
        grade: name of the grade by bounds, "" if none (quotas by rank come later).
        grade_at_most: best grade a gate allows, or "".
        lines: the account from the tree's sum to the total.
    """

    outcome: Outcome
    points: Fraction | None
    full: Fraction
    coverage: Fraction
    gates: tuple[str, ...] = ()
    grade: str = ""
    grade_at_most: str = ""
    lines: tuple[Line, ...] = ()


GateColumns = Mapping[str, Column[Mapping[str, Measurement]]]


def totals(
    indicator_set: IndicatorSet,
    nodes: Mapping[str, Column[NodeScore]],
    gate_measurements: GateColumns,
    bound: Mapping[str, Sequence[bool]],
    units: int,
) -> Column[Total]:
    """The total of every unit after restoring, gates, rounding and grades.

    Args:
        indicator_set: the set.
        nodes: node id → scores.
        gate_measurements: gate id → measurements of its own measures.
        bound: gate id → which units it binds.
        units: number of units.
    """
    columns: list[Column[object]] = [_any(nodes[indicator_set.root.id])]
    checks = [gate for gate in indicator_set.gates if gate.opens is None]
    held: list[Column[object]] = []
    for gate in checks:
        held.append(_held(gate, indicator_set, nodes, gate_measurements.get(gate.id), bound[gate.id], units))

    def finish(items: tuple[object, ...]) -> Total:
        root, *flags = items
        assert isinstance(root, NodeScore)
        states = [str(flag) for flag in flags]
        return _total(indicator_set, root, list(zip(checks, states, strict=True)))

    return combined([*columns, *held], finish, units)


def _any(column: Column[NodeScore]) -> Column[object]:
    return Column(tuple(column.values), column.index)


def _held(
    gate: Gate,
    indicator_set: IndicatorSet,
    nodes: Mapping[str, Column[NodeScore]],
    own: Column[Mapping[str, Measurement]] | None,
    bound: Sequence[bool],
    units: int,
) -> Column[object]:
    """For each unit whether a gate's condition holds: "yes", "no" or "unknown" (not assessed)."""
    ids = {node.id for node in indicator_set.root.walk()} | {"total"}
    named = list(dict.fromkeys(name for name, _ in (*gate.when.all, *gate.when.any)))
    on_nodes = [name for name in named if name.removesuffix(".rate") in ids]
    asked = list(dict.fromkeys(name.removesuffix(".rate") for name in on_nodes))
    columns: list[Column[object]] = [
        _any(nodes[indicator_set.root.id if name == "total" else name]) for name in asked
    ]
    columns.append(Column((False, True), tuple(int(b) for b in bound)))
    if own is not None:
        columns.append(Column(tuple(own.values), own.index))

    def check(items: tuple[object, ...]) -> object:
        scores = dict(zip(asked, items, strict=False))
        if not items[len(asked)]:
            return "no"
        measurements = items[-1] if own is not None else {}
        assert isinstance(measurements, Mapping)
        quantities = Quantities(measurements)
        unknown = {State.NOT_ASSESSED, State.ERROR}
        if any(m.state in unknown for m in measurements.values()):
            return "unknown"

        def passes(name: str, part: When) -> bool:
            if name in on_nodes:
                return holds(part, {key: score for key, score in scores.items() if isinstance(score, NodeScore)})
            return quantities.holds(part)

        every = all(passes(name, When(all=((name, c),))) for name, c in gate.when.all)
        some = any(passes(name, When(all=((name, c),))) for name, c in gate.when.any)
        return "yes" if every and (some or not gate.when.any) else "no"

    return combined(columns, check, units)


def _total(indicator_set: IndicatorSet, root: NodeScore, gates: Sequence[tuple[Gate, str]]) -> Total:
    """One total from the tree's sum and the gates whose conditions hold."""
    full = root.full
    coverage = root.assessed / full if full else ZERO
    taken = [gate for gate, state in gates if state == "yes"]
    ids = tuple(gate.id for gate in taken)
    if any(gate.fail for gate in taken):
        veto = next(gate for gate in taken if gate.fail)
        worst = veto.grade or (indicator_set.grades[-1].name if indicator_set.grades else "")
        line = Line("veto", ZERO, ZERO, quantity=veto.id, note=veto.name.zh)
        return Total(Outcome.SCORED, None, full, coverage, ids, worst, "", (line,))
    points, lines = _sum_of(indicator_set, root)
    fixed = next((gate for gate in taken if gate.total is not None), None)
    if points is None and fixed is not None and fixed.total is not None:
        points = fixed.total
        lines = [Line("gate", points, points, quantity=fixed.id, note=fixed.name.zh)]
    if points is None:
        return Total(root.outcome, None, full, coverage, ids)
    for gate in taken:
        after = points
        if gate.total is not None:
            after = gate.total
        if gate.total_at_most is not None:
            after = min(points, gate.total_at_most)
        if after != points:
            lines.append(Line("gate", after - points, after, quantity=gate.id, note=gate.name.zh))
            points = after
    grade = grade_of(indicator_set.grades, points)
    order = [g.name for g in indicator_set.grades]
    for gate in taken:
        if gate.grade is not None:
            grade = gate.grade
    at_most = [gate.grade_at_most for gate in taken if gate.grade_at_most]
    limit = max(at_most, key=order.index) if at_most else ""
    if limit and grade in order and order.index(grade) < order.index(limit):
        grade = limit
    return Total(Outcome.SCORED, points, full, coverage, ids, grade, limit, tuple(lines))


def _sum_of(indicator_set: IndicatorSet, root: NodeScore) -> tuple[Fraction | None, list[Line]]:
    """The tree's sum, stated out of what the set says and rounded as it prescribes, and the account."""
    points = root.points
    if points is None:
        whole = root.full if indicator_set.out_of is None else indicator_set.out_of
        empty = {"zero": ZERO, "full": whole}.get(indicator_set.empty)
        return empty, [] if empty is None else [Line("empty", empty, empty)]
    lines = [Line("start", points, points)]
    if indicator_set.out_of is not None and root.counted:
        after = points / root.counted * indicator_set.out_of
        lines.append(Line("out_of", after - points, after, amount=indicator_set.out_of))
        points = after
    exact = rounded(points, indicator_set.rounding.total, indicator_set.rounding.mode)
    if exact != points:
        lines.append(Line("round", exact - points, exact))
    return exact, lines


def marks_of(indicator_set: IndicatorSet, end: Total, root: NodeScore) -> Fraction:
    """What a total is out of: the number the set states it out of, else what counted, scaled back in or not.

    Where nothing counted, the full marks.
    """
    if indicator_set.out_of is not None:
        return indicator_set.out_of
    return end.full if root.points is None else root.counted


def grade_of(grades: Sequence[Grade], points: Fraction) -> str:
    """Name of the first grade whose bounds hold; quotas by rank (``top``) are not decided here.

    >>> bands = [Grade("优秀", at_least=Fraction(90)), Grade("合格", at_least=Fraction(60)), Grade("不合格")]
    >>> grade_of(bands, Fraction(90)), grade_of(bands, Fraction(5999, 100))
    ('优秀', '不合格')
    """
    for grade in grades:
        if grade.top is None and in_band(grade, points):
            return grade.name
    return ""


def in_band(grade: Grade, points: Fraction) -> bool:
    """Whether points lie inside a grade's bounds."""
    return (
        (grade.at_least is None or points >= grade.at_least)
        and (grade.above is None or points > grade.above)
        and (grade.below is None or points < grade.below)
        and (grade.at_most is None or points <= grade.at_most)
    )
