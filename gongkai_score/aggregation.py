"""Points up the tree: what does not apply, blocks and weights, floors and ceilings, and the account of it all.

A node is computed once for each distinct combination of its children's results; units point to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from fractions import Fraction

from gongkai_score.indicator_set import (
    Condition,
    Gate,
    Indicator,
    IndicatorSet,
    NotApplicable,
    OutcomeRule,
    When,
)
from gongkai_score.measurements import Column, combined
from gongkai_score.outcomes import ASSESSED, Outcome
from gongkai_score.points import rounded, total
from gongkai_score.scoring import Line, Score, bounded

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class NodeScore:
    """What one node came to for one unit.

    Attributes:
        outcome: what happened.
        points: points earned; None unless it counts.
        full: the node's full marks for this unit (分值).
        counted: full marks the points are out of, less what was dropped.
        assessed: the part of ``full`` that was really assessed.
        restore: full marks that do not apply and are to be scaled back in at the top.
        lines: the account; its changes add up to the points.
        reason: why there is no number, as a short code.
    """

    outcome: Outcome
    points: Fraction | None
    full: Fraction
    counted: Fraction
    assessed: Fraction
    restore: Fraction = ZERO
    lines: tuple[Line, ...] = ()
    reason: str = ""

    @property
    def lost(self) -> Fraction | None:
        """Points lost (失分): what the points are out of, less the points."""
        return None if self.points is None else self.counted - self.points

    @property
    def rate(self) -> Fraction | None:
        """Share of the full marks earned (得分率)."""
        return None if self.points is None or not self.counted else self.points / self.counted


LeafColumns = Mapping[str, Column[Score]]


@dataclass(frozen=True, slots=True)
class Tree:
    """Scores every node of a set for all units at once.

    Attributes:
        indicator_set: the set.
        leaves: leaf id → its scores.
        full: leaf id → full marks of each unit (variants by class differ).
        groups: the class of each unit, for rules that need peers.
    """

    indicator_set: IndicatorSet
    leaves: LeafColumns
    full: Mapping[str, Column[Fraction]]
    groups: Sequence[str]

    def scored(self) -> dict[str, Column[NodeScore]]:
        """Node id → its scores, the root included."""
        done: dict[str, Column[NodeScore]] = {}
        self._column(self.indicator_set.root, done)
        return done

    def _column(self, node: Indicator, done: dict[str, Column[NodeScore]]) -> Column[NodeScore]:
        if node.id in done:
            return done[node.id]
        column = self._moved(node, self._base(node, done), done)
        column = self._opened(node, column, done)
        if node is not self.indicator_set.root:
            column = self._settled(node, column)
        done[node.id] = column
        return column

    def _base(self, node: Indicator, done: dict[str, Column[NodeScore]]) -> Column[NodeScore]:
        """A node from its own measurements or its children, before points move to it and gates open it."""
        if node.is_leaf:
            return self._leaf(node)
        parts = [self._column(child, done) for child in node.children]
        return combined(parts, lambda scores: self._node(node, scores), len(self.groups))

    def _leaf(self, node: Indicator) -> Column[NodeScore]:
        def pair(items: tuple[Score | Fraction, ...]) -> NodeScore:
            found, full = items
            assert isinstance(found, Score) and isinstance(full, Fraction)
            counts = found.points is not None
            assessed = full if found.outcome in ASSESSED and not node.extra else ZERO
            return NodeScore(
                found.outcome,
                found.points,
                full,
                full if counts and not node.extra else ZERO,
                assessed,
                lines=found.lines,
                reason=found.reason,
            )

        columns: list[Column[Score | Fraction]] = [
            Column(tuple(self.leaves[node.id].values), self.leaves[node.id].index),
            Column(tuple(self.full[node.id].values), self.full[node.id].index),
        ]
        return combined(columns, pair, len(self.groups))

    def _rule(self, node: Indicator, outcome: Outcome) -> NotApplicable:
        """What becomes of the points of a node without a number."""
        if outcome is Outcome.NOT_APPLICABLE:
            return node.not_applicable or self.indicator_set.not_applicable
        named: dict[Outcome, OutcomeRule] = {
            Outcome.PENDING: self.indicator_set.pending,
            Outcome.NOT_ASSESSED: self.indicator_set.not_assessed,
            Outcome.ERROR: self.indicator_set.error,
        }
        rule = named[outcome]
        if rule != "exclude":
            return NotApplicable(rule)
        usual = self.indicator_set.not_applicable
        return usual if usual.rule in ("redistribute", "even", "scale", "drop") else NotApplicable()

    def _settled(self, node: Indicator, column: Column[NodeScore]) -> Column[NodeScore]:
        """Nodes without a number that count all the same (zero, full, a rate, the peers' mean)."""
        means = self._peer_means(node, column)

        def settle(items: tuple[NodeScore | str, ...]) -> NodeScore:
            found, group = items
            assert isinstance(found, NodeScore) and isinstance(group, str)
            if found.points is not None or node.extra:
                return found
            rule = self._rule(node, found.outcome)
            share: Fraction | None = {"zero": ZERO, "full": Fraction(1), "rate": rule.rate}.get(rule.rule)
            if rule.rule == "peers_mean":
                share = means.get(group)
            if share is None:
                return found
            earned = rounded(share * found.full, self.indicator_set.rounding.leaf, self.indicator_set.rounding.mode)
            line = Line(f"not_applicable:{rule.rule}", earned, earned, quantity="", value=share)
            return replace(found, points=earned, counted=found.full, lines=(line,))

        codes = {group: i for i, group in enumerate(sorted(set(self.groups)))}
        by_group: Column[NodeScore | str] = Column(tuple(codes), tuple(codes[g] for g in self.groups))
        if not means:
            by_group = Column(("",), (0,) * len(self.groups))
        scores: Column[NodeScore | str] = Column(tuple(column.values), column.index)
        return combined([scores, by_group], settle, len(self.groups))

    def _peer_means(self, node: Indicator, column: Column[NodeScore]) -> dict[str, Fraction]:
        """Class → mean share of the full marks over its units with a number, for the peers' mean rule."""
        rule = node.not_applicable or self.indicator_set.not_applicable
        if rule.rule != "peers_mean":
            return {}
        shares: dict[str, list[Fraction]] = {}
        for unit, group in enumerate(self.groups):
            if (rate := column[unit].rate) is not None:
                shares.setdefault(group, []).append(rate)
        return {group: total(values) / len(values) for group, values in shares.items()}

    def _node(self, node: Indicator, parts: Sequence[NodeScore]) -> NodeScore:
        """One node from its children's results."""
        children = list(zip(node.children, parts, strict=True))
        inner = [(child, part) for child, part in children if not child.extra]
        full = node.points if node.combine != "sum" or node.points else total(p.full for _, p in inner)
        if node.combine == "sum":
            full = self._full_of(node, inner)
        there = [(child, part) for child, part in inner if part.points is not None and (part.full or part.points)]
        extras = [(child, part) for child, part in children if child.extra and part.points is not None]
        worth = any(part.full and (node.combine != "weighted" or child.weight != 0) for child, part in there)
        idle = not there and not extras and (full or node is self.indicator_set.root)
        if not worth and (idle or any(part.full for _, part in inner)):
            return self._nothing(node, inner, full)
        if node.combine == "sum":
            lines, counted, restore = self._sum(there, inner)
        else:
            lines, counted, restore = self._shares(node, there, full), full, ZERO
        for child, part in extras:
            assert part.points is not None
            lines.append(_child(lines, child.id, part.points))
        if not lines:
            lines.append(Line("start", ZERO, ZERO))
        bounds = replace(
            node, ceiling=node.ceiling if node.ceiling is not None else self._ceiling(node, full, extras)
        )
        rounding = replace(self.indicator_set.rounding, leaf=self.indicator_set.rounding.node)
        account = bounded(tuple(lines), bounds, full, rounding)
        assessed = total(part.assessed for _, part in inner)
        return NodeScore(Outcome.SCORED, account[-1].balance, full, counted, min(assessed, full), restore, account)

    def _full_of(self, node: Indicator, inner: Sequence[tuple[Indicator, NodeScore]]) -> Fraction:
        """Full marks of a group for this unit: its own, unless a variant changed a child's."""
        nominal = total(child.points for child, _ in inner)
        actual = total(part.full for _, part in inner)
        return node.points if node.points and nominal == actual else actual

    def _ceiling(self, node: Indicator, full: Fraction, extras: Sequence[tuple[Indicator, NodeScore]]) -> Fraction:
        """Full marks, and above them what extra children earned, unless the node's own points bound an extra block."""
        if node.extra and node.points:
            return full
        return full + total(part.points for _, part in extras if part.points is not None and part.points > 0)

    def _nothing(self, node: Indicator, inner: Sequence[tuple[Indicator, NodeScore]], full: Fraction) -> NodeScore:
        """A group of which nothing counts."""
        for outcome in (Outcome.ERROR, Outcome.NOT_ASSESSED, Outcome.PENDING):
            if any(part.outcome is outcome for _, part in inner if part.full):
                return NodeScore(outcome, None, full, ZERO, ZERO, reason="empty_group")
        return NodeScore(Outcome.NOT_APPLICABLE, None, full, ZERO, ZERO, reason="empty_group")

    def _sum(
        self, there: Sequence[tuple[Indicator, NodeScore]], inner: Sequence[tuple[Indicator, NodeScore]]
    ) -> tuple[list[Line], Fraction, Fraction]:
        """Lines, full marks that count, and full marks to restore at the top, of a plain sum."""
        lines: list[Line] = []
        for child, part in there:
            assert part.points is not None
            lines.append(_child(lines, child.id, part.points))
        lost = {"redistribute": ZERO, "even": ZERO, "scale": ZERO}
        for child, part in inner:
            if part.points is None and part.full:
                rule = self._rule(child, part.outcome).rule
                lost[rule] = lost.get(rule, ZERO) + part.full
        counted = total(part.counted for _, part in there)
        restore = lost["scale"] + total(part.restore for _, part in inner)
        earned = total(line.change for line in lines)
        if lost["even"]:
            share = lost["even"] / len(there)
            rates = total(part.points / part.counted for _, part in there if part.points and part.counted)
            lines.append(_adjusted(lines, "even", share * rates, lost["even"]))
            counted += lost["even"]
        if lost["redistribute"] and counted:
            change = (earned + (lines[-1].change if lost["even"] else ZERO)) * lost["redistribute"] / counted
            lines.append(_adjusted(lines, "redistribute", change, lost["redistribute"]))
            counted += lost["redistribute"]
        return lines, counted, restore

    def _shares(self, node: Indicator, there: Sequence[tuple[Indicator, NodeScore]], full: Fraction) -> list[Line]:
        """Lines of a node that combines its children's shares of their full marks."""
        rates = [(child, part.rate if part.rate is not None else ZERO) for child, part in there if part.full]
        lines: list[Line] = []
        if not rates:
            return lines
        if node.combine in ("weighted", "mean"):
            weights = [
                (child.weight if child.weight is not None else child.points)
                if node.combine == "weighted"
                else Fraction(1)
                for child, _ in rates
            ]
            whole = total(weights)
            for (child, rate), weight in zip(rates, weights, strict=True):
                points = full * rate * weight / whole if whole else ZERO
                lines.append(_child(lines, child.id, points, weight))
            return lines
        if node.combine == "geometric":
            value = geometric_mean([rate for _, rate in rates])
            chosen = ""
        else:
            pick: Callable[..., tuple[Indicator, Fraction]] = min if node.combine == "minimum" else max
            child, value = pick(rates, key=lambda pair: pair[1])
            chosen = child.id
        return [Line(node.combine, value * full, value * full, quantity=chosen, value=value)]

    def _moved(
        self, node: Indicator, column: Column[NodeScore], done: dict[str, Column[NodeScore]]
    ) -> Column[NodeScore]:
        """The node with the points of others that do not apply and name it as their heir."""
        sources = [
            other
            for other in self.indicator_set.root.walk()
            if self._moves_to(other) == node.id and other.id != node.id
        ]
        if not sources:
            return column
        columns = [column, *(self._base(other, done) for other in sources)]

        def add(scores: tuple[NodeScore, ...]) -> NodeScore:
            own, *others = scores
            moved = total(o.full for o in others if o.outcome is Outcome.NOT_APPLICABLE)
            if not moved or own.points is None or not own.counted:
                return own
            change = own.points * moved / own.counted
            after = own.points + change
            line = Line("moved", change, after, amount=moved)
            return replace(own, points=after, counted=own.counted + moved, lines=(*own.lines, line))

        return combined(columns, add, len(self.groups))

    def _moves_to(self, node: Indicator) -> str | None:
        rule = node.not_applicable
        return rule.node if rule is not None and rule.rule == "move_to" else None

    def _opened(
        self, node: Indicator, column: Column[NodeScore], done: dict[str, Column[NodeScore]]
    ) -> Column[NodeScore]:
        """The node as long as the gate that opens it allows; closed it earns nothing."""
        for gate in self.indicator_set.gates:
            if gate.opens != node.id:
                continue
            named = [name.removesuffix(".rate") for name, _ in (*gate.when.all, *gate.when.any)]
            asked = list(dict.fromkeys(named))
            columns = [column, *(self._column(self.indicator_set[name], done) for name in asked)]

            def shut(scores: tuple[NodeScore, ...], gate: Gate = gate, asked: list[str] = asked) -> NodeScore:
                own, *others = scores
                if own.points is None or holds(gate.when, dict(zip(asked, others, strict=True))):
                    return own
                line = Line("closed", -own.points, ZERO, note=gate.name.zh, quantity=gate.id)
                return replace(own, points=ZERO, lines=(*own.lines, line))

            column = combined(columns, shut, len(self.groups))
        return column


def holds(when: When, nodes: Mapping[str, NodeScore]) -> bool:
    """Whether conditions on points (``A``) or shares (``A.rate``) of nodes hold; no number passes none."""

    def passes(name: str, condition: Condition) -> bool:
        node = nodes[name.removesuffix(".rate")]
        value = node.rate if name.endswith(".rate") else node.points
        return value is not None and condition.number(value)

    return all(passes(*item) for item in when.all) and (not when.any or any(passes(*item) for item in when.any))


def _child(lines: Sequence[Line], node: str, points: Fraction, weight: Fraction | None = None) -> Line:
    balance = lines[-1].balance if lines else ZERO
    return Line("child", points, balance + points, amount=weight, quantity=node)


def _adjusted(lines: Sequence[Line], verb: str, change: Fraction, amount: Fraction) -> Line:
    return Line(verb, change, lines[-1].balance + change, amount=amount)


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
