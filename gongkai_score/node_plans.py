"""What a node does with its children's points, worked out once for each pattern of what applies.

A pattern fixes which children count and with which marks; then points are a weighted sum, rounded and bounded.
The same plan gives the account of one unit and the numbers of all units, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from gongkai_score.exact_columns import SINGLE, Codes, Columns, Mark, Number
from gongkai_score.indicator_set import Indicator, NotApplicable, Rounding
from gongkai_score.outcomes import Outcome
from gongkai_score.points import total
from gongkai_score.scoring import Ledger, Line, bounded

ZERO, ONE = Fraction(0), Fraction(1)


class _Shape(NamedTuple):
    outcome: Outcome
    counts: bool
    full: Fraction
    counted: Fraction
    restore: Fraction = ZERO
    reason: str = ""
    received: Fraction = ZERO
    given: Fraction = ZERO


class Shape(_Shape):
    """What happened at a node, whether it counts, and the marks: all of its result but points and coverage.

    ``full``, ``counted`` and ``restore`` as in ``NodeScore``; ``received`` are the marks that moved here from nodes
    elsewhere, ``given`` those that moved away to a named node. Its hash is worked out once.
    """

    @cached_property
    def _hash(self) -> int:
        return super().__hash__()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def face(self) -> Shape:
        """What a parent can tell: where there is a number, not how it came about."""
        return self._replace(outcome=Outcome.SCORED if self.counts else self.outcome, reason="")


RuleOf = Callable[[Indicator, Outcome], NotApplicable]
"""What becomes of the points of a node without a number."""


@dataclass(frozen=True)
class Plan:
    """How the points of a node follow from its children's, for one pattern of their shapes.

    Attributes:
        node: the node.
        shape: its own shape.
        there: positions of the children that count inside the full marks.
        extras: positions of those that count outside.
        shares: for each of ``there`` what one of its points is worth here.
        even: for each of ``there`` what the points spread evenly add to one of its points.
        weights: for each of ``there`` the weight shown with it, or None.
        factor: what redistribution multiplies all by.
        spread: marks spread evenly, marks redistributed, marks scaled back in (at the root only).
        hidden: positions without full marks: only bonuses give them points, and these nothing multiplies; their
            line says nothing unless they have any.
    """

    node: Indicator
    shape: Shape
    there: tuple[int, ...] = ()
    extras: tuple[int, ...] = ()
    shares: tuple[Fraction, ...] = ()
    even: tuple[Fraction, ...] = ()
    weights: tuple[Fraction | None, ...] = ()
    factor: Fraction = ONE
    spread: tuple[Fraction, Fraction, Fraction] = (ZERO, ZERO, ZERO)
    hidden: frozenset[int] = frozenset()

    @property
    def linear(self) -> bool:
        """Whether points are a weighted sum (not a least, greatest or geometric mean)."""
        return self.node.combine in ("sum", "weighted", "mean")

    @cached_property
    def worth(self) -> dict[int, Fraction]:
        """Child → what one of its points is worth in the end, for every child that counts."""
        inner = list(zip(self.there, self.shares, strict=True))
        if self.spread[0]:
            inner = [(i, share + more) for (i, share), more in zip(inner, self.even, strict=True)]
        if self.factor != ONE:
            inner = [(i, share if i in self.hidden else share * self.factor) for i, share in inner]
        return dict(inner) | dict.fromkeys(self.extras, ONE)

    @property
    def lifts(self) -> bool:
        """Whether what extra children earned lifts the ceiling."""
        return self.node.ceiling is None and not (self.node.extra and self.node.points)

    @cached_property
    def most(self) -> Fraction | None:
        """Greatest points of the node without extra children: its own ceiling, else full marks; None: no end."""
        node, shape = self.node, self.shape
        if node.unbounded:
            return None
        if node.ceiling is not None:
            return node.ceiling
        return shape.full + shape.received - shape.given if self.lifts else shape.full

    def account(self, points: Sequence[Fraction | None], rounding: Rounding) -> tuple[Line, ...]:
        """The lines of one unit, from its children's points."""
        lines: list[Line] = []
        for line in self._sum_lines(points) if self.linear else self._picked(points):
            lines.append(line)
        for i in self.extras:
            lines.append(_after(lines, "child", points[i] or ZERO, quantity=self.node.children[i].id))
        if not lines:
            lines.append(Line("start", ZERO, ZERO))
        lifted = total(points[i] or ZERO for i in self.extras if (points[i] or ZERO) > 0)
        ledger = Ledger()
        ledger.lines += lines
        balance = lines[-1].balance
        most = self.most + lifted if self.most is not None and self.lifts else self.most
        bounded(ledger, balance, self.node, most, rounding.node, rounding.mode, SINGLE)
        return tuple(ledger.lines)

    def _sum_lines(self, points: Sequence[Fraction | None]) -> list[Line]:
        lines: list[Line] = []
        for i, share, weight in zip(self.there, self.shares, self.weights, strict=True):
            own = points[i] or ZERO
            if own or i not in self.hidden:
                lines.append(_after(lines, "child", own * share, amount=weight, quantity=self.node.children[i].id))
        if self.spread[0]:
            change = total((points[i] or ZERO) * e for i, e in zip(self.there, self.even, strict=True))
            lines.append(_after(lines, "even", change, amount=self.spread[0]))
        before = self.shape.counted - self.spread[1] - self.spread[2]
        loose = total(points[i] or ZERO for i in self.there if i in self.hidden)
        for verb, marks in (("redistribute", self.spread[1]), ("scale_up", self.spread[2])):
            if marks and before:
                lines.append(_after(lines, verb, (lines[-1].balance - loose) * marks / before, amount=marks))
                before += marks
        return lines

    def _picked(self, points: Sequence[Fraction | None]) -> list[Line]:
        """The one line of a least, greatest or geometric mean of shares."""
        rates = [(i, (points[i] or ZERO) * share) for i, share in zip(self.there, self.shares, strict=True)]
        if not rates:
            return []
        if self.node.combine == "geometric":
            chosen, value = "", geometric_mean([rate for _, rate in rates])
        else:
            least = self.node.combine == "minimum"
            place, value = (min if least else max)(rates, key=lambda pair: pair[1])
            chosen = self.node.children[place].id
        earned = value * self.shape.full
        return [Line(self.node.combine, earned, earned, quantity=chosen, value=value)]


def plan(node: Indicator, shapes: Sequence[Shape], rule_of: RuleOf, is_root: bool) -> Plan:
    """The plan of a node for one pattern of its children's shapes."""
    inner = [i for i, child in enumerate(node.children) if not child.extra]
    extras = tuple(i for i, child in enumerate(node.children) if child.extra and shapes[i].counts)
    there = [i for i in inner if shapes[i].counts]
    full = _full_of(node, [(node.children[i], shapes[i]) for i in inner])
    weighs = [i for i in there if shapes[i].full and (node.combine != "weighted" or node.children[i].weight != 0)]
    marked = [shapes[i] for i in inner if shapes[i].full]
    shown = there and not full and not is_root
    if not weighs and (marked or not (extras or shown)):
        return Plan(node, _nothing(full, marked or shapes, total(shapes[i].given for i in inner)))
    hidden = frozenset(i for i in there if not shapes[i].full)
    received, given = (total(getattr(shapes[i], name) for i in inner) for name in ("received", "given"))
    if node.combine == "sum":
        found = _sum_plan(node, shapes, rule_of, there, extras, full, hidden, is_root)
        return replace(found, shape=found.shape._replace(received=received, given=given))
    there = [i for i in there if shapes[i].full]
    weights: list[Fraction | None] = [None] * len(there)
    shares = [ONE / shapes[i].counted if shapes[i].counted else ZERO for i in there]
    if node.combine in ("weighted", "mean"):
        own = [_weight(node, node.children[i]) for i in there]
        whole = total(own)
        weights = list(own)
        shares = [full * s * w / whole if whole else ZERO for s, w in zip(shares, own, strict=True)]
    shape = Shape(Outcome.SCORED, True, full, full, received=received, given=given)
    none = (ZERO,) * len(there)
    return Plan(node, shape, tuple(there), extras, tuple(shares), none, tuple(weights), hidden=hidden)


def _sum_plan(
    node: Indicator,
    shapes: Sequence[Shape],
    rule_of: RuleOf,
    there: Sequence[int],
    extras: tuple[int, ...],
    full: Fraction,
    hidden: frozenset[int],
    is_root: bool,
) -> Plan:
    lost: dict[str, Fraction] = {"even": ZERO, "redistribute": ZERO, "scale": ZERO}
    for i, child in enumerate(node.children):
        if not child.extra and not shapes[i].counts and shapes[i].full:
            rule = rule_of(child, shapes[i].outcome).rule
            lost[rule] = lost.get(rule, ZERO) + shapes[i].full - shapes[i].given
    counted = total(shapes[i].counted for i in there)
    restore = lost["scale"] + total(shapes[i].restore for i, child in enumerate(node.children) if not child.extra)
    sharing = [i for i in there if shapes[i].counted]
    spread_evenly = lost["even"] if sharing else ZERO
    even = [ZERO] * len(there)
    if spread_evenly:
        own = spread_evenly / len(sharing)
        even = [own / shapes[i].counted if shapes[i].counted else ZERO for i in there]
        counted += spread_evenly
    given_back = (lost["redistribute"], restore if is_root else ZERO) if counted else (ZERO, ZERO)
    more = given_back[0] + given_back[1]
    factor = (counted + more) / counted if more else ONE
    counted += more
    shape = Shape(Outcome.SCORED, True, full, counted, ZERO if is_root else restore)
    ones, none = (ONE,) * len(there), (None,) * len(there)
    spread = (spread_evenly, *given_back)
    return Plan(node, shape, tuple(there), extras, ones, tuple(even), none, factor, spread, hidden)


def _full_of(node: Indicator, inner: Sequence[tuple[Indicator, Shape]]) -> Fraction:
    """Full marks of a node for this unit: its own, unless a variant changed those of a child."""
    actual = total(shape.full for _, shape in inner)
    if node.combine != "sum":
        return node.points
    nominal = total(child.points for child, _ in inner)
    return node.points if node.points and nominal == actual else actual


def _weight(node: Indicator, child: Indicator) -> Fraction:
    if node.combine == "mean":
        return ONE
    return child.points if child.weight is None else child.weight


def _nothing(full: Fraction, children: Sequence[Shape], given: Fraction) -> Shape:
    """A group of which nothing counts, for the gravest reason among its children."""
    gravest = (Outcome.ERROR, Outcome.NOT_ASSESSED, Outcome.PENDING)
    outcomes = {shape.outcome for shape in children}
    outcome = next((one for one in gravest if one in outcomes), Outcome.NOT_APPLICABLE)
    return Shape(outcome, False, full, ZERO, reason="empty_group", given=given)


def _after(
    lines: Sequence[Line], verb: str, change: Fraction, amount: Fraction | None = None, quantity: str = ""
) -> Line:
    balance = lines[-1].balance if lines else ZERO
    return Line(verb, change, balance + change, amount=amount, quantity=quantity)


def geometric_mean(values: Sequence[Fraction], digits: int = 40) -> Fraction:
    """The geometric mean, correct to ``digits`` significant decimals (it has no exact form).

    >>> float(geometric_mean([Fraction(1, 4), Fraction(1)]))
    0.5
    """
    if not values or any(value <= 0 for value in values):
        return ZERO
    context = Context(prec=digits + 10)
    product = Fraction(1)
    for value in values:
        product *= value
    number = context.divide(Decimal(product.numerator), Decimal(product.denominator))
    power = context.divide(Decimal(1), Decimal(len(values)))
    return Fraction(Context(prec=digits).create_decimal(context.power(number, power)))


@dataclass(frozen=True)
class Numbers:
    """Shapes, points and coverage of one node for all units.

    Attributes:
        shapes: the shapes that occur.
        shape: for each unit the position of its shape.
        points: for each unit its points (0 where it has none).
        coverage: gives, when somebody asks, for each unit the part of its full marks that was really assessed.
        columns: arithmetic of these columns.
    """

    shapes: tuple[Shape, ...]
    shape: Codes
    points: Number
    coverage: Callable[[], Number]
    columns: Columns

    @cached_property
    def assessed(self) -> Number:
        """For each unit the part of its full marks that was really assessed."""
        return self.columns.numbers(self.coverage())

    @classmethod
    def of(
        cls,
        shapes: Sequence[Shape],
        codes: Codes,
        points: Number,
        coverage: Callable[[], Number],
        columns: Columns,
    ) -> Numbers:
        """Numbers whose shapes may be given several times."""
        seen: dict[Shape, int] = {}
        places = [seen.setdefault(shape, len(seen)) for shape in shapes]
        if len(seen) < len(shapes):
            codes = columns.codes_of(places, codes)
        return cls(tuple(seen), codes, columns.numbers(points), coverage, columns)

    def at(self, unit: int) -> tuple[Shape, Fraction | None]:
        """Shape and points of one unit."""
        shape = self.shapes[self.columns.at(self.shape, unit)]
        return shape, self.columns.at(self.points, unit) if shape.counts else None

    def faces(self) -> tuple[Sequence[Shape], Codes]:
        """What a parent can tell of the shapes, and which each unit has."""
        seen: dict[Shape, int] = {}
        places = [seen.setdefault(shape.face, len(seen)) for shape in self.shapes]
        codes = self.shape if len(seen) == len(places) else self.columns.codes_of(places, self.shape)
        return list(seen), codes

    @property
    def counts(self) -> Mark:
        """Which units have points."""
        return self.columns.marks_of([shape.counts for shape in self.shapes], self.shape)


def combined_numbers(
    plans: Sequence[Plan], pattern: Codes, children: Sequence[Numbers], rounding: Rounding, columns: Columns
) -> Numbers:
    """The numbers of a node: a weighted sum of its children's points, rounded and bounded.

    Args:
        plans: the plan of each pattern of the children's shapes.
        pattern: for each unit the position of its plan.
        children: the children's numbers.
        rounding: the set's; ``node`` decimals apply here.
        columns: arithmetic.
    """
    columns_of = [child.points for child in children]
    worth = [one.worth if one.linear and one.shape.counts else {} for one in plans]
    weights = [[row.get(i, ZERO) for i in range(len(children))] for row in worth]
    points = columns.weighted(columns_of, weights, pattern)
    lifted: Number = ZERO
    for i in sorted({i for one in plans for i in one.extras}):
        mine = columns.marks_of([i in one.extras for one in plans], pattern)
        lifted = lifted + columns.where(mine, columns.greatest(columns_of[i], ZERO), ZERO)
    points = _bounded(plans, pattern, points, lifted, rounding, columns)
    if not all(one.linear for one in plans):
        points = _accounted(plans, pattern, children, points, rounding, columns)
    shapes = [one.shape for one in plans]
    return Numbers.of(shapes, pattern, points, lambda: _assessed(plans, pattern, children, columns), columns)


def _assessed(plans: Sequence[Plan], pattern: Codes, children: Sequence[Numbers], columns: Columns) -> Number:
    """The part of the full marks assessed: what was assessed of the children, and no more than the full marks."""
    found: Number = ZERO
    for child, numbers in zip(plans[0].node.children if plans else (), children, strict=True):
        if not child.extra:
            found = found + numbers.assessed
    most = columns.numbers_of([one.shape.full if one.shape.counts else ZERO for one in plans], pattern)
    return columns.least(found, most)


def _bounded(
    plans: Sequence[Plan], pattern: Codes, points: Number, lifted: Number, rounding: Rounding, columns: Columns
) -> Number:
    """Points rounded and held between floor and ceiling, as :func:`~gongkai_score.scoring.bounded` does it."""
    points = columns.rounded(points, rounding.node, rounding.mode)
    if plans and not plans[0].node.unbounded:
        most = columns.numbers_of([(one.most or ZERO) if one.shape.counts else ZERO for one in plans], pattern)
        if lifted is not ZERO and any(one.lifts for one in plans):
            most = most + lifted
        points = columns.least(points, most)
    floor = plans[0].node.floor if plans else None
    return points if floor is None else columns.greatest(points, floor)


def _accounted(
    plans: Sequence[Plan],
    pattern: Codes,
    children: Sequence[Numbers],
    points: Number,
    rounding: Rounding,
    columns: Columns,
) -> Number:
    """Points with those of plans that are no weighted sum, taken from their accounts; equal ones written once."""
    seen: dict[tuple[object, ...], Fraction] = {}
    found: list[Fraction] = []
    for unit, number in enumerate(columns.listed(pattern)):
        one = plans[number]
        if one.linear or not one.shape.counts:
            found.append(columns.at(points, unit))
            continue
        own = [child.at(unit)[1] for child in children]
        key = (number, *own)
        if key not in seen:
            seen[key] = one.account(own, rounding)[-1].balance
        found.append(seen[key])
    return columns.numbers(found)
