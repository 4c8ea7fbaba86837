"""Scores of a leaf for all units at once: its rule over columns, its outcome once for each pattern of states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from gongkai_score.exact_columns import Codes, Columns, Mark, Number
from gongkai_score.indicator_set import Indicator, Rounding, Scoring, Step
from gongkai_score.known import Found, Known, text_passes, undefined_if_absent
from gongkai_score.measure_kinds import Condition
from gongkai_score.measurements import Column, LazyColumn, Measurement, State
from gongkai_score.memory import Memory
from gongkai_score.node_plans import Numbers, Shape
from gongkai_score.outcomes import ASSESSED, Outcome
from gongkai_score.scoring import (
    NOTHING,
    OUTCOME_OF_STATE,
    UNWRITTEN,
    Line,
    Score,
    balances,
    bounded,
    ceiling_of,
    joint_outcome,
    joint_state,
    kind_of,
    score,
    undefined_score,
    without_cases,
)

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides the outcome of one measurement: its state, why, and its kind (see :func:`kind_of`)."""

    state: State
    reason: str = ""
    kind: int = NOTHING


class MeasurementColumn(LazyColumn[Measurement]):
    """Measurements of all units that are read by quantity, without making any of them."""

    def standings(self, columns: Columns) -> tuple[Codes, Sequence[Standing]]:
        """For each unit a code, and what the codes stand for."""
        raise NotImplementedError

    def quantity(self, name: str, columns: Columns) -> Found | None:
        """A quantity of all units; None: no unit has it."""
        raise NotImplementedError


def standings(column: Column[Measurement], columns: Columns) -> tuple[Codes, Sequence[Standing]]:
    """For each unit a code for what decides its outcome, and what the codes stand for."""
    if isinstance(column, MeasurementColumn):
        return column.standings(columns)
    found = [Standing(one.state, one.reason, kind_of(one)) for one in column.values]
    return columns.codes(column.index), found


def quantity(column: Column[Measurement], name: str, columns: Columns) -> Found:
    """A quantity of all units."""
    there = not undefined_if_absent(name)
    if isinstance(column, MeasurementColumn):
        return column.quantity(name, columns) or Found(ZERO, there)
    values = [one.quantities.get(name) for one in column.values]
    codes = columns.codes(column.index)
    if all(value is None for value in values):
        return Found(ZERO, there)
    numbers = columns.numbers_of([v if isinstance(v, Fraction) else ZERO for v in values], codes)
    marks = True if there else columns.marks_of([value is not None for value in values], codes)
    texts = list(dict.fromkeys(value for value in values if isinstance(value, str)))
    if not texts:
        return Found(numbers, marks)
    place = {text: code for code, text in enumerate(texts)}
    words = columns.codes_of(
        [place.get(v, len(texts)) if isinstance(v, str) else len(texts) for v in values], codes
    )
    return Found(numbers, marks, (words, texts))


class EveryUnit(Known):
    """Quantities of all units, as rules name them; what they lack is noted and scored afterwards."""

    def __init__(self, measurements: Mapping[str, Column[Measurement]], columns: Columns) -> None:
        """``measurements``: by the name of the measure."""
        self.measurements = measurements
        self.sums = self.columns = columns
        self.lacking: list[tuple[str, Mark]] = []
        self._found: dict[tuple[int, str], Found] = {}

    def find(self, measurement: Column[Measurement], name: str) -> Found:
        """A quantity of one measure."""
        key = (id(measurement), name)
        if key not in self._found:
            self._found[key] = quantity(measurement, name, self.columns)
        return self._found[key]

    def lack(self, name: str, where: Mark) -> None:
        """Notes who lacks it."""
        if self.columns.any(where):
            self.lacking.append((name, where))

    def numeric(self, found: Found) -> Mark:
        """Where it is a number."""
        if found.words is None:
            return found.there
        codes, texts = found.words
        return found.there & self.columns.marks_of([*([False] * len(texts)), True], codes)

    def labelled(self, step: Step, found: Found, full: Number, where: Mark) -> Number:
        """The points of each unit's label."""
        codes, texts = found.words if found.words is not None else (None, ())
        amount: Number = ZERO
        open_ = where
        for number, text in enumerate(texts):
            mine = where & self.columns.marks_of([i == number for i in range(len(texts) + 1)], codes)
            if not self.columns.any(mine):
                continue
            open_ = open_ & (mine ^ True)
            given = next((points for label, points in step.labels if label == text), None)
            if given is None:
                self.lack(f"{step.by}={text}", mine)
                continue
            amount = self.columns.where(mine, self.points(given, full, mine), amount)
        if self.columns.any(open_):
            marks = self.columns.marks(open_)
            for unit in range(self.columns.units):
                if self.columns.at(marks, unit):
                    only = self.columns.marks([i == unit for i in range(self.columns.units)])
                    self.lack(f"{step.by}={self.columns.at(self.columns.numbers(found.number), unit)}", only)
        return amount

    def says(self, found: Found, condition: Condition) -> Mark:
        """Whose words pass."""
        if found.words is None:
            return False
        codes, texts = found.words
        passed = [text_passes(condition.op, condition.value, text) for text in texts]
        return self.columns.marks_of([*passed, False], codes)


@dataclass(frozen=True)
class LeafScores:
    """A leaf for all units: outcome, marks and points, and how one unit's score with its account is made."""

    numbers: Numbers
    make: Callable[[int], Score]


@dataclass(frozen=True, slots=True)
class _Case:
    """Which rule scores a unit, out of which marks, from which measures; or its score outright."""

    rule: int
    names: tuple[str, ...]
    outcome: Outcome
    pending: bool
    outright: Score | None


@dataclass(frozen=True)
class Leaf:
    """A leaf, its measurements, and who is scored by which variant.

    Attributes:
        node: the indicator.
        measurements: by the name of the measure.
        variant: for each unit 0 or the number of its variant; it is read only where there are variants.
        proven: for each unit whether it recorded the proof that not applicable asks for; None: none is asked for.
        rounding: of the set.
        memory: keeps what combinations of states come to.
    """

    node: Indicator
    measurements: Mapping[str, Column[Measurement]]
    variant: Codes
    proven: Sequence[bool] | None
    rounding: Rounding
    memory: Memory = field(default_factory=lambda: Memory(0))

    def marks(self, variant: int) -> Fraction:
        """Full marks under a variant."""
        if self.node.reported_only:
            return ZERO
        own = self.node.variants[variant - 1].points if variant else None
        return self.node.points if own is None else own

    def rule(self, variant: int) -> Scoring:
        """Scoring rule under a variant."""
        own = self.node.variants[variant - 1].scoring if variant else None
        found = self.node.scoring if own is None else own
        assert found is not None
        return found

    def score(self, unit: int) -> Score:
        """The score of one unit, with its account."""
        found = {name: column[unit] for name, column in self.measurements.items()}
        bound = {name: one for name, one in found.items() if one.state is not State.NOT_BOUND} or found
        variant = int(self.variant[unit])
        got = score(self.rule(variant), self.marks(variant), bound, indicator=self.node, rounding=self.rounding)
        unbound = all(one.state is State.NOT_BOUND for one in found.values())
        return self._proven(got, unbound, self.proven is None or bool(self.proven[unit]))

    @staticmethod
    def _proven(got: Score, unbound: bool, proven: bool) -> Score:
        """Not bound is not applicable; not applicable without the proof asked for counts zero."""
        if got.outcome is Outcome.NOT_APPLICABLE and unbound:
            return Score(Outcome.NOT_APPLICABLE, None, reason="not_bound")
        if got.outcome is Outcome.NOT_APPLICABLE and not proven:
            return Score(Outcome.SCORED, ZERO, (Line("no_proof", ZERO, ZERO),), "no_proof")
        return got

    def scores(self, columns: Columns) -> LeafScores:
        """The scores of all units."""
        names = list(self.measurements)
        states = [standings(column, columns) for column in self.measurements.values()]
        told = [codes for codes, _ in states]
        if self.node.variants:
            told.append(columns.codes(self.variant))
        if self.proven is not None:
            told.append(columns.codes([int(p) for p in self.proven]))
        pattern, keys = columns.patterns(told)
        told_by = [table for _, table in states]
        known_cases = [
            self._known_case(key, names, tuple(table[code] for table, code in zip(told_by, key, strict=False)))
            for key in keys
        ]
        cases, shapes = [case for case, _ in known_cases], [shape for _, shape in known_cases]
        points: Number = ZERO
        lacking: list[tuple[str, Mark]] = []
        for rule, some in dict.fromkeys((one.rule, one.names) for one in cases if one.outright is None):
            mine = columns.marks_of(
                [(c.rule, c.names) == (rule, some) and c.outright is None for c in cases], pattern
            )
            known = EveryUnit({name: self.measurements[name] for name in some}, columns)
            full = self.marks(rule)
            balance = balances(self.rule(rule), full, known, mine)
            digits, mode, ceiling = self.rounding.leaf, self.rounding.mode, ceiling_of(self.node, full)
            got = bounded(UNWRITTEN, balance, self.node, ceiling, digits, mode, columns)
            points = columns.where(mine, got, points)
            lacking += known.lacking
        fixed = [one.outright.points if one.outright else None for one in cases]
        if any(fixed):
            mine = columns.marks_of([bool(value) for value in fixed], pattern)
            points = columns.where(mine, columns.numbers_of([value or ZERO for value in fixed], pattern), points)
        return LeafScores(self._lacking(columns, cases, shapes, pattern, points, lacking), self.score)

    def _known_case(
        self, key: Sequence[int], names: Sequence[str], found: tuple[Standing, ...]
    ) -> tuple[_Case, Shape]:
        """The case of one pattern, and its shape."""

        def make() -> tuple[_Case, Shape]:
            one = self._case(key, names, found)
            return one, self._shape(one.rule, one.outright or Score(one.outcome, ZERO))

        return self.memory.keep(("case", self.node.id, *names, *key[len(names) :], found), make, lambda _: 1)

    def _case(self, key: Sequence[int], names: Sequence[str], found: Sequence[Standing]) -> _Case:
        """The case of one pattern: of states, the variant if there are any, and proof if it is asked for."""
        variant = key[len(names)] if self.node.variants else 0
        proven = self.proven is None or bool(key[-1])
        bound = [(name, one) for name, one in zip(names, found, strict=True) if one.state is not State.NOT_BOUND]
        used = bound or list(zip(names, found, strict=True))
        state, reason = joint_state((one.state, one.reason) for _, one in used)
        some = tuple(name for name, _ in used)
        pending = any(one.state is State.PENDING for _, one in used)
        if state is State.CASES:
            return _Case(variant, some, joint_outcome(one.kind for _, one in used), pending, None)
        if state is State.NO_CASES:
            got = without_cases(self.node, self.marks(variant), reason)
        else:
            got = Score(OUTCOME_OF_STATE[state], None, reason=reason)
        got = self._proven(got, not bound, proven)
        return _Case(variant, some, got.outcome, pending, got)

    def _shape(self, variant: int, got: Score) -> Shape:
        full, counts = self.marks(variant), got.points is not None
        return Shape(got.outcome, counts, full, full if counts and not self.node.extra else ZERO, reason=got.reason)

    def _numbers(self, shapes: Sequence[Shape], codes: Codes, points: Number, columns: Columns) -> Numbers:
        extra = self.node.extra
        marks = [ZERO if extra or shape.outcome not in ASSESSED else shape.full for shape in shapes]
        return Numbers.of(shapes, codes, points, lambda: columns.numbers_of(marks, codes), columns)

    def _lacking(
        self,
        columns: Columns,
        cases: Sequence[_Case],
        shapes: list[Shape],
        pattern: Codes,
        points: Number,
        lacking: Sequence[tuple[str, Mark]],
    ) -> Numbers:
        """The numbers, after units whose rule lacked a quantity got the score that stands for that."""
        if not lacking:
            return self._numbers(shapes, pattern, points, columns)
        first: Any = columns.codes([0] * columns.units)
        for code, (_, where) in reversed(list(enumerate(lacking, 1))):
            first = columns.where(columns.marks(where), columns.codes([code] * columns.units), first)
        again, keys = columns.patterns([pattern, first])
        fixed: list[Fraction | None] = []
        found: list[Shape] = []
        for number, code in keys:
            if not code:
                found.append(shapes[number])
                fixed.append(None)
                continue
            one = cases[number]
            got = undefined_score(lacking[code - 1][0], one.pending, self.node, self.marks(one.rule))
            found.append(self._shape(one.rule, got))
            fixed.append(got.points or ZERO)
        mine = columns.marks_of([value is not None for value in fixed], again)
        points = columns.where(mine, columns.numbers_of([value or ZERO for value in fixed], again), points)
        return self._numbers(found, again, points, columns)
