"""Gates beside the tree: vetoes, fail lines, ceilings and grades, applied to the total of each unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gongkai_score.aggregation import NodeColumn, NodeScore, holds
from gongkai_score.exact_columns import Codes, Columns, Mark, Number
from gongkai_score.indicator_set import Gate, Grade, IndicatorSet, When
from gongkai_score.leaf_scores import EveryUnit, standings
from gongkai_score.measure_kinds import Condition
from gongkai_score.measurements import Column, LazyColumn, Measurement, State
from gongkai_score.node_plans import Shape
from gongkai_score.outcomes import Outcome
from gongkai_score.points import rounded
from gongkai_score.scoring import Ledger, Line

ZERO, ONE = Fraction(0), Fraction(1)


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


GateColumns = Mapping[str, Mapping[str, Column[Measurement]]]
"""Gate id → measurements of its own measures, by name."""

NO, YES, UNKNOWN = range(3)
"""Whether the condition of a gate holds; unknown: what it asks for was not assessed."""


class TotalColumn(LazyColumn[Total]):
    """Totals of all units: the numbers are there, accounts are written when they are asked for.

    Attributes:
        points: for each unit its total; 0 where it has none.
        counts: which units have one.
    """

    points: Number
    counts: Mark

    def __init__(self, points: Number, counts: Mark, columns: Columns, make: Callable[[int], Total]) -> None:
        """``make`` gives the total of one unit with its account."""
        super().__init__(columns.units, make)
        self.__dict__.update(points=points, counts=counts)


@dataclass(frozen=True, slots=True)
class _End:
    """What becomes of the tree's sum, for one pattern of its shape and the gates whose conditions hold.

    Attributes:
        root: the shape of the root.
        taken: the gates that took effect.
        veto: the gate that stops the scoring, or None.
        empty: the total the set gives where nothing counts; None: none.
        fixed: the first of the gates taken that fixes the total, or None.
    """

    root: Shape
    taken: tuple[Gate, ...]
    veto: Gate | None
    empty: Fraction | None
    fixed: Gate | None

    @property
    def counts(self) -> bool:
        """Whether there is a total."""
        return self.veto is None and (self.root.counts or self.empty is not None or self.fixed is not None)

    def bound(self, points: Fraction | None) -> tuple[Fraction | None, Fraction | None]:
        """(what gates fix the total at, the most they allow) after points fixed already; None: nothing."""
        fixed, most = points, None
        for gate in self.taken:
            if gate.total is not None:
                fixed, most = gate.total, None
            if gate.total_at_most is not None:
                most = gate.total_at_most if most is None else min(most, gate.total_at_most)
        return (fixed if fixed is None or most is None else min(fixed, most)), most


def totals(
    indicator_set: IndicatorSet,
    nodes: Mapping[str, NodeColumn],
    gate_measurements: GateColumns,
    bound: Mapping[str, Sequence[bool]],
    columns: Columns,
) -> TotalColumn:
    """The total of every unit after restoring, gates, rounding and grades.

    Args:
        indicator_set: the set.
        nodes: node id → scores.
        gate_measurements: gate id → measurements of its own measures.
        bound: gate id → which units it binds.
        columns: arithmetic on columns of all units.
    """
    root = nodes[indicator_set.root.id].numbers
    checks = [gate for gate in indicator_set.gates if gate.opens is None]
    states = [
        held(gate, indicator_set, nodes, gate_measurements.get(gate.id, {}), bound[gate.id], columns)
        for gate in checks
    ]
    pattern, keys = columns.patterns([root.shape, *states])
    ends = [
        _end(indicator_set, root.shapes[key[0]], [g for g, s in zip(checks, key[1:], strict=True) if s == YES])
        for key in keys
    ]
    points = _sums(indicator_set, ends, pattern, root.points, columns)

    def make(unit: int) -> Total:
        return _total(
            indicator_set, ends[columns.at(pattern, unit)], root.at(unit)[1], columns.at(root.assessed, unit)
        )

    counts = columns.marks_of([end.counts for end in ends], pattern)
    return TotalColumn(points, counts, columns, make)


def held(
    gate: Gate,
    indicator_set: IndicatorSet,
    nodes: Mapping[str, NodeColumn],
    own: Mapping[str, Column[Measurement]],
    bound: Sequence[bool],
    columns: Columns,
) -> Codes:
    """For each unit whether a gate's condition holds: :data:`NO`, :data:`YES` or :data:`UNKNOWN`."""
    ids = {node.id for node in indicator_set.root.walk()} | {"total"}
    known = EveryUnit(own, columns)

    def passes(name: str, condition: Condition) -> Mark:
        if name.removesuffix(".rate") not in ids:
            return known.passes(name, condition)
        bare = name.removesuffix(".rate")
        node = nodes[indicator_set.root.id if bare == "total" else bare]
        return holds(When(all=((name, condition),)), {bare: node.numbers}, columns)

    every: Mark = True
    for item in gate.when.all:
        every = every & passes(*item)
    some: Mark = not gate.when.any
    for item in gate.when.any:
        some = some | passes(*item)
    unknown: Mark = False
    for column in own.values():
        codes, table = standings(column, columns)
        unknown = unknown | columns.marks_of(
            [one.state in (State.NOT_ASSESSED, State.ERROR) for one in table], codes
        )
    no, yes, not_known = (columns.codes([state] * columns.units) for state in (NO, YES, UNKNOWN))
    found = columns.where(columns.marks(every & some), yes, no)
    found = columns.where(columns.marks(unknown), not_known, found)
    return columns.where(columns.marks(bound), found, no)


def opening(
    indicator_set: IndicatorSet,
    gate_measurements: GateColumns,
    bound: Mapping[str, Sequence[bool]],
    columns: Columns,
) -> Callable[[Gate, Mapping[str, NodeColumn]], Mark]:
    """Tells for which units a gate leaves its node open: where its condition holds, and where it does not bind."""

    def opened(gate: Gate, nodes: Mapping[str, NodeColumn]) -> Mark:
        binds = bound[gate.id]
        states = held(gate, indicator_set, nodes, gate_measurements.get(gate.id, {}), binds, columns)
        shut = columns.marks_of([state != YES for state in (NO, YES, UNKNOWN)], states)
        return (shut & columns.marks(binds)) ^ True

    return opened


def _end(indicator_set: IndicatorSet, root: Shape, taken: Sequence[Gate]) -> _End:
    veto = next((gate for gate in taken if gate.fail), None)
    whole = root.full if indicator_set.out_of is None else indicator_set.out_of
    empty = None if root.counts else {"zero": ZERO, "full": whole}.get(indicator_set.empty)
    fixed = next((gate for gate in taken if gate.total is not None), None)
    return _End(root, tuple(taken), veto, empty, fixed)


def _sums(
    indicator_set: IndicatorSet, ends: Sequence[_End], pattern: Codes, points: Number, columns: Columns
) -> Number:
    """The totals of all units, as :func:`_total` works out that of one."""
    out_of, rounding = indicator_set.out_of, indicator_set.rounding
    factors = [out_of / end.root.counted if out_of is not None and end.root.counted else ONE for end in ends]
    sums = columns.weighted(
        [points],
        [[factor if end.root.counts else ZERO] for factor, end in zip(factors, ends, strict=True)],
        pattern,
    )
    sums = columns.rounded(sums, rounding.total, rounding.mode)
    bounds = [end.bound(None if end.root.counts else end.empty or ZERO) for end in ends]
    fixed, most = [value for value, _ in bounds], [limit for _, limit in bounds]
    if any(value is not None for value in fixed):
        mine = columns.marks_of([value is not None for value in fixed], pattern)
        sums = columns.where(mine, columns.numbers_of([value or ZERO for value in fixed], pattern), sums)
    if any(value is not None for value in most):
        mine = columns.marks_of([value is not None for value in most], pattern)
        lower = columns.least(sums, columns.numbers_of([value or ZERO for value in most], pattern))
        sums = columns.where(mine, lower, sums)
    return columns.numbers(sums)


def _total(indicator_set: IndicatorSet, end: _End, points: Fraction | None, assessed: Fraction) -> Total:
    """One total from the tree's sum and the gates whose conditions hold."""
    root, taken = end.root, end.taken
    full = root.full
    coverage = assessed / full if full else ZERO
    ids = tuple(gate.id for gate in taken)
    if end.veto is not None:
        veto = end.veto
        worst = veto.grade or (indicator_set.grades[-1].name if indicator_set.grades else "")
        line = Line("veto", ZERO, ZERO, quantity=veto.id, note=veto.name.zh)
        return Total(Outcome.SCORED, None, full, coverage, ids, worst, "", (line,))
    ledger = Ledger()
    after = _sum_of(indicator_set, end, points, ledger)
    if after is None:
        return Total(root.outcome, None, full, coverage, ids)
    for gate in taken:
        before = after
        if gate.total is not None:
            after = gate.total
        if gate.total_at_most is not None:
            after = min(after, gate.total_at_most)
        ledger.write("gate", before, after, quantity=gate.id, note=gate.name.zh)
    grade = grade_of(indicator_set.grades, after)
    order = [g.name for g in indicator_set.grades]
    for gate in taken:
        if gate.grade is not None:
            grade = gate.grade
    at_most = [gate.grade_at_most for gate in taken if gate.grade_at_most]
    limit = max(at_most, key=order.index) if at_most else ""
    if limit and grade in order and order.index(grade) < order.index(limit):
        grade = limit
    return Total(Outcome.SCORED, after, full, coverage, ids, grade, limit, tuple(ledger.lines))


def _sum_of(indicator_set: IndicatorSet, end: _End, points: Fraction | None, ledger: Ledger) -> Fraction | None:
    """The tree's sum, stated out of what the set says and rounded as it prescribes; its account is written."""
    rounding, out_of = indicator_set.rounding, indicator_set.out_of
    if points is None:
        if end.empty is not None:
            ledger.write("empty", ZERO, end.empty, always=True)
        elif end.fixed is not None and end.fixed.total is not None:
            told = {"quantity": end.fixed.id, "note": end.fixed.name.zh}
            ledger.write("gate", ZERO, end.fixed.total, always=True, **told)
            return end.fixed.total
        return end.empty
    ledger.start(points)
    after = points
    if out_of is not None and end.root.counted:
        after = points / end.root.counted * out_of
        ledger.write("out_of", points, after, always=True, amount=out_of)
    exact = rounded(after, rounding.total, rounding.mode)
    ledger.write("round", after, exact)
    return exact


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
