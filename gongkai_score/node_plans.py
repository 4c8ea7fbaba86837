"""What a node does with its children's points, worked out once for each pattern of what applies.

A pattern fixes which children count and with which marks; then points are a weighted sum, rounded and bounded.
The same plan gives the account of one unit and the numbers of all units, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from gongkai_score.indicator_set import Indicator, NotApplicable, Rounding
from gongkai_score.outcomes import Outcome
from gongkai_score.points import rounded_units, total
from gongkai_score.scoring import Line, bounded

ZERO, ONE = Fraction(0), Fraction(1)


class Shape(NamedTuple):
    """All of a node's result but its points: what happened, whether it counts, and the marks.

    ``full``, ``counted``, ``assessed`` and ``restore`` as in ``NodeScore``.
    """

    outcome: Outcome
    counts: bool
    full: Fraction
    counted: Fraction
    assessed: Fraction
    restore: Fraction = ZERO
    reason: str = ""


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
        hidden: positions whose line says nothing unless they have points (no full marks).
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

    def worth(self) -> list[tuple[int, Fraction]]:
        """(child, what one of its points is worth in the end) for every child that counts."""
        inner = [(i, (s + e) * self.factor) for i, s, e in zip(self.there, self.shares, self.even, strict=True)]
        return inner + [(i, ONE) for i in self.extras]

    def ceiling(self, lifted: Fraction) -> Fraction | None:
        """Greatest points of the node: its own ceiling, else full marks and what extra children earned."""
        node = self.node
        if node.unbounded:
            return None
        if node.ceiling is not None:
            return node.ceiling
        return self.shape.full if node.extra and node.points else self.shape.full + lifted

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
        return bounded(tuple(lines), self.node, self.ceiling(lifted), rounding.node, rounding.mode)

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
        for verb, marks in (("redistribute", self.spread[1]), ("scale_up", self.spread[2])):
            if marks and before:
                lines.append(_after(lines, verb, lines[-1].balance * marks / before, amount=marks))
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
    idle = not [i for i in there if shapes[i].full] and not extras and (full or is_root)
    if not weighs and (idle or any(shapes[i].full for i in inner)):
        return Plan(node, _nothing(full, [shapes[i] for i in inner]))
    assessed = min(total(shapes[i].assessed for i in inner), full)
    hidden = frozenset(i for i in there if not shapes[i].full)
    if node.combine == "sum":
        return _sum_plan(node, shapes, rule_of, there, extras, full, assessed, hidden, is_root)
    there = [i for i in there if shapes[i].full]
    weights: list[Fraction | None] = [None] * len(there)
    shares = [ONE / shapes[i].counted if shapes[i].counted else ZERO for i in there]
    if node.combine in ("weighted", "mean"):
        own = [_weight(node, node.children[i]) for i in there]
        whole = total(own)
        weights = list(own)
        shares = [full * s * w / whole if whole else ZERO for s, w in zip(shares, own, strict=True)]
    shape = Shape(Outcome.SCORED, True, full, full, assessed)
    none = (ZERO,) * len(there)
    return Plan(node, shape, tuple(there), extras, tuple(shares), none, tuple(weights), hidden=hidden)


def _sum_plan(
    node: Indicator,
    shapes: Sequence[Shape],
    rule_of: RuleOf,
    there: Sequence[int],
    extras: tuple[int, ...],
    full: Fraction,
    assessed: Fraction,
    hidden: frozenset[int],
    is_root: bool,
) -> Plan:
    lost: dict[str, Fraction] = {"even": ZERO, "redistribute": ZERO, "scale": ZERO}
    for i, child in enumerate(node.children):
        if not child.extra and not shapes[i].counts and shapes[i].full:
            rule = rule_of(child, shapes[i].outcome).rule
            lost[rule] = lost.get(rule, ZERO) + shapes[i].full
    counted = total(shapes[i].counted for i in there)
    restore = lost["scale"] + total(shapes[i].restore for i, child in enumerate(node.children) if not child.extra)
    sharing = [i for i in there if shapes[i].counted]
    even = [lost["even"] / len(sharing) / shapes[i].counted if i in sharing else ZERO for i in there]
    if sharing:
        counted += lost["even"]
    given_back = (lost["redistribute"], restore if is_root else ZERO) if counted else (ZERO, ZERO)
    factor = (counted + sum(given_back)) / counted if counted else ONE
    counted += sum(given_back)
    shape = Shape(Outcome.SCORED, True, full, counted, assessed, ZERO if is_root else restore)
    ones, none = (ONE,) * len(there), (None,) * len(there)
    spread = (lost["even"] if sharing else ZERO, *given_back)
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


def _nothing(full: Fraction, inner: Sequence[Shape]) -> Shape:
    """A group of which nothing counts."""
    for outcome in (Outcome.ERROR, Outcome.NOT_ASSESSED, Outcome.PENDING):
        if any(shape.outcome is outcome for shape in inner if shape.full):
            return Shape(outcome, False, full, ZERO, ZERO, reason="empty_group")
    return Shape(Outcome.NOT_APPLICABLE, False, full, ZERO, ZERO, reason="empty_group")


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


@dataclass(frozen=True, slots=True)
class Numbers:
    """Shapes and points of one node for all units.

    Attributes:
        shapes: the distinct shapes.
        shape: for each unit the position of its shape.
        points: for each unit its points in units of ``1/scale`` (0 where it has none).
        scale: denominator of the points.
    """

    shapes: tuple[Shape, ...]
    shape: Sequence[int]
    points: Sequence[int]
    scale: int

    def at(self, unit: int) -> tuple[Shape, Fraction | None]:
        """Shape and points of one unit."""
        shape = self.shapes[self.shape[unit]]
        return shape, Fraction(self.points[unit], self.scale) if shape.counts else None


def numbers_of(pairs: Sequence[tuple[Shape, Fraction | None]], index: Sequence[int]) -> Numbers:
    """Numbers of all units from the distinct results they point to."""
    scale = lcm(1, *(points.denominator for _, points in pairs if points is not None))
    seen: dict[Shape, int] = {}
    shapes = [seen.setdefault(shape, len(seen)) for shape, _ in pairs]
    points = [0 if p is None else p.numerator * (scale // p.denominator) for _, p in pairs]
    return Numbers(tuple(seen), [shapes[i] for i in index], [points[i] for i in index], scale)


def combined_numbers(
    plans: Mapping[tuple[int, ...], Plan],
    pattern: Sequence[tuple[int, ...]],
    children: Sequence[Numbers],
    rounding: Rounding,
) -> Numbers:
    """The numbers of a node: for each pattern a weighted sum of whole numbers, rounded and bounded.

    Args:
        plans: the plan of each pattern that occurs.
        pattern: for each unit the pattern of its children's shapes.
        children: the children's numbers.
        rounding: the set's; ``node`` decimals apply here.
    """
    rows: dict[tuple[int, ...], list[int]] = {}
    if len(plans) == 1:
        rows[next(iter(plans))] = list(range(len(pattern)))
    else:
        for unit, key in enumerate(pattern):
            rows.setdefault(key, []).append(unit)
    parts: list[tuple[list[int], list[int], int]] = []
    seen: dict[Shape, int] = {}
    shape = [0] * len(pattern)
    for key, units in rows.items():
        one = plans[key]
        number = seen.setdefault(one.shape, len(seen))
        for unit in units:
            shape[unit] = number
        values, scale = _values(one, units, children, rounding) if one.shape.counts else ([0] * len(units), 1)
        parts.append((units, values, scale))
    scale = lcm(1, *(s for _, _, s in parts))
    points = [0] * len(pattern)
    for units, values, own in parts:
        times = scale // own
        for unit, value in zip(units, values, strict=True):
            points[unit] = value * times
    return Numbers(tuple(seen), shape, points, scale)


def _values(
    one: Plan, units: Sequence[int], children: Sequence[Numbers], rounding: Rounding
) -> tuple[list[int], int]:
    """Points of some units under one plan, in units of 1/scale."""
    if not one.linear:
        exact = [one.account([c.at(u)[1] for c in children], rounding)[-1].balance for u in units]
        scale = lcm(1, *(value.denominator for value in exact))
        return [value.numerator * (scale // value.denominator) for value in exact], scale
    worth = [(i, w / children[i].scale) for i, w in one.worth() if w]
    scale = lcm(1, *(w.denominator for _, w in worth))
    whole = [(children[i].points, w.numerator * (scale // w.denominator)) for i, w in worth]
    every = len(units) == len(children[0].points) if children else True
    columns = [
        (column if times == 1 else [value * times for value in column])
        if every
        else [column[unit] * times for unit in units]
        for column, times in whole
    ]
    sums = list(map(sum, zip(*columns, strict=True))) if columns else [0] * len(units)
    lifts: Sequence[int] = ()
    if one.extras:
        lift = [(children[i].points, Fraction(scale, children[i].scale)) for i in one.extras]
        lifts = [int(sum(max(0, column[u]) * times for column, times in lift)) for u in units]
    return _bounded(one, sums, lifts, scale, rounding)


def _bounded(
    one: Plan, sums: list[int], lifts: Sequence[int], scale: int, rounding: Rounding
) -> tuple[list[int], int]:
    """Sums rounded and held between floor and ceiling, as :func:`~gongkai_score.scoring.bounded` does it."""
    if rounding.node is not None and (10**rounding.node) % scale:
        digits, mode = 10**rounding.node, rounding.mode
        widened = lcm(scale, digits)
        times = widened // digits
        sums = [rounded_units(value * digits, scale, mode) * times for value in sums]
        lifts, scale = [lift * (widened // scale) for lift in lifts], widened
    floor, ceiling = one.node.floor, one.ceiling(ZERO)
    wider = lcm(scale, *(bound.denominator for bound in (floor, ceiling) if bound is not None))
    if wider != scale:
        sums = [value * (wider // scale) for value in sums]
        lifts, scale = [lift * (wider // scale) for lift in lifts], wider
    if ceiling is not None and sums:
        most = int(ceiling * scale)
        if lifts and one.ceiling(ONE) != ceiling:
            sums = [min(value, most + lift) for value, lift in zip(sums, lifts, strict=True)]
        elif max(sums) > most:
            sums = [min(value, most) for value in sums]
    if floor is not None and sums and min(sums) < (least := int(floor * scale)):
        sums = [max(value, least) for value in sums]
    return sums, scale
