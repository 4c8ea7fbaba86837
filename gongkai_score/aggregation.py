"""Points up the tree: what does not apply, blocks and weights, floors and ceilings, and the account of it all.

Numbers of all units come from one plan for each pattern of what applies; accounts are written on demand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from gongkai_score.indicator_set import (
    Condition,
    Gate,
    Indicator,
    IndicatorSet,
    NotApplicable,
    OutcomeRule,
    When,
)
from gongkai_score.measurements import Column, LazyColumn, combined
from gongkai_score.node_plans import Numbers, Plan, Shape, combined_numbers, numbers_of, plan
from gongkai_score.outcomes import ASSESSED, Outcome
from gongkai_score.points import rounded, total
from gongkai_score.scoring import Line, Score

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


def shape_of(score: NodeScore) -> Shape:
    """All of a score but its points and lines."""
    return Shape(
        score.outcome,
        score.points is not None,
        score.full,
        score.counted,
        score.assessed,
        score.restore,
        score.reason,
    )


def scored_as(shape: Shape, points: Fraction | None, lines: tuple[Line, ...] = ()) -> NodeScore:
    """The score of a shape with points and lines."""
    return NodeScore(
        shape.outcome, points, shape.full, shape.counted, shape.assessed, shape.restore, lines, shape.reason
    )


@dataclass(frozen=True)
class Settled:
    """One node for all units: its numbers, and the scores with their accounts behind them."""

    numbers: Numbers
    scores: Column[NodeScore]

    @property
    def bare(self) -> Column[NodeScore]:
        """The scores without accounts, equal ones once."""
        return bare(self.scores)


class NodeColumn(LazyColumn[NodeScore]):
    """Scores of a node whose accounts are written when they are asked for; its numbers are there already."""

    def __init__(self, numbers: Numbers, make: Callable[[int], NodeScore]) -> None:
        """``make`` gives the score of one unit with its account."""
        super().__init__(len(numbers.shape), make)
        self.__dict__["numbers"] = numbers

    @cached_property
    def bare(self) -> Column[NodeScore]:
        """The scores without accounts, equal ones once."""
        numbers: Numbers = self.__dict__["numbers"]
        seen: dict[tuple[int, int], int] = {}
        keys = zip(numbers.shape, numbers.points, strict=True)
        index = tuple([seen.setdefault(key, len(seen)) for key in keys])
        shapes, scale = numbers.shapes, numbers.scale
        values = tuple(
            scored_as(shapes[shape], Fraction(points, scale) if shapes[shape].counts else None)
            for shape, points in seen
        )
        return Column(values, index)


def bare(column: Column[NodeScore]) -> Column[NodeScore]:
    """The same scores for whoever needs no accounts: a column that has yet to write them leaves them out."""
    return column.bare if isinstance(column, NodeColumn) else column


def settled(scores: Column[NodeScore]) -> Settled:
    """A node whose scores are there already."""
    pairs = [(shape_of(score), score.points) for score in scores.values]
    return Settled(numbers_of(pairs, scores.index), scores)


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
        """Node id → its scores, the root included. Accounts are written when they are asked for."""
        return {name: node.scores for name, node in self.settled().items()}

    def settled(self) -> dict[str, Settled]:
        """Node id → its numbers and, behind them, its scores."""
        done: dict[str, Settled] = {}
        self._settled(self.indicator_set.root, done)
        return done

    def _settled(self, node: Indicator, done: dict[str, Settled]) -> Settled:
        """A node as its parent counts it."""
        if node.id not in done:
            found = self._opened(node, self._moved(node, self._base(node, done), done), done)
            done[node.id] = found if node is self.indicator_set.root else self._by_rule(node, found)
        return done[node.id]

    def _base(self, node: Indicator, done: dict[str, Settled]) -> Settled:
        """A node from its own measurements or its children, before points move to it and gates open it."""
        if node.is_leaf:
            return settled(self._leaf(node))
        children = [self._settled(child, done) for child in node.children]
        pattern = list(zip(*(child.numbers.shape for child in children), strict=True))
        plans = {key: self._plan(node, children, key) for key in dict.fromkeys(pattern)}
        rounding = self.indicator_set.rounding

        def make(unit: int) -> NodeScore:
            one = plans[pattern[unit]]
            lines = (
                one.account([child.scores[unit].points for child in children], rounding) if one.shape.counts else ()
            )
            return scored_as(one.shape, lines[-1].balance if lines else None, lines)

        numbers = combined_numbers(plans, pattern, [child.numbers for child in children], rounding)
        return Settled(numbers, NodeColumn(numbers, make))

    def _plan(self, node: Indicator, children: Sequence[Settled], key: tuple[int, ...]) -> Plan:
        shapes = [child.numbers.shapes[i] for child, i in zip(children, key, strict=True)]
        return plan(node, shapes, self._rule, node is self.indicator_set.root)

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

    def _by_rule(self, node: Indicator, found: Settled) -> Settled:
        """Units without a number that count all the same (zero, full, a rate, the peers' mean)."""
        if node.extra or all(shape.counts for shape in found.numbers.shapes):
            return found
        means = self._peer_means(node, found.numbers)
        rounding = self.indicator_set.rounding

        def share(shape: Shape, group: str) -> tuple[str, Fraction | None]:
            rule = self._rule(node, shape.outcome)
            fixed: dict[str, Fraction | None] = {"zero": ZERO, "full": Fraction(1), "rate": rule.rate}
            return rule.rule, means.get(group) if rule.rule == "peers_mean" else fixed.get(rule.rule)

        def settle(score: NodeScore, group: str) -> NodeScore:
            if score.points is not None:
                return score
            rule, part = share(shape_of(score), group)
            if part is None:
                return score
            earned = rounded(part * score.full, rounding.leaf, rounding.mode)
            line = Line(f"not_applicable:{rule}", earned, earned, value=part)
            return replace(score, points=earned, counted=score.full, lines=(line,))

        blank = [shape for shape in found.numbers.shapes if not shape.counts]
        if not any(share(shape, group)[1] is not None for shape in blank for group in set(self.groups)):
            return found
        groups = self.groups

        def make(unit: int) -> NodeScore:
            return settle(found.scores[unit], groups[unit])

        known: dict[tuple[int, str], tuple[Shape, Fraction | None] | None] = {}
        pairs: dict[tuple[Shape, Fraction | None], int] = {}
        index: list[int] = []
        for unit in range(len(groups)):
            key = (found.numbers.shape[unit], groups[unit] if means else "")
            if key not in known:
                shape = found.numbers.shapes[key[0]]
                bare = None if shape.counts else settle(scored_as(shape, None), groups[unit])
                known[key] = None if bare is None else (shape_of(bare), bare.points)
            index.append(pairs.setdefault(known[key] or found.numbers.at(unit), len(pairs)))
        numbers = numbers_of(list(pairs), index)
        return Settled(numbers, NodeColumn(numbers, make))

    def _peer_means(self, node: Indicator, numbers: Numbers) -> dict[str, Fraction]:
        """Class → mean share of the full marks over its units with a number, for the peers' mean rule."""
        rule = node.not_applicable or self.indicator_set.not_applicable
        if rule.rule != "peers_mean":
            return {}
        shares: dict[str, list[Fraction]] = {}
        for unit, group in enumerate(self.groups):
            shape, points = numbers.at(unit)
            if points is not None and shape.counted:
                shares.setdefault(group, []).append(points / shape.counted)
        return {group: total(values) / len(values) for group, values in shares.items()}

    def _moved(self, node: Indicator, found: Settled, done: dict[str, Settled]) -> Settled:
        """The node with the points of others that do not apply and name it as their heir."""
        sources = [
            other
            for other in self.indicator_set.root.walk()
            if self._moves_to(other) == node.id and other.id != node.id
        ]
        if not sources:
            return found
        columns = [found.scores, *(self._base(other, done).scores for other in sources)]

        def add(scores: tuple[NodeScore, ...]) -> NodeScore:
            own, *others = scores
            moved = total(o.full for o in others if o.outcome is Outcome.NOT_APPLICABLE)
            if not moved or own.points is None or not own.counted:
                return own
            change = own.points * moved / own.counted
            after = own.points + change
            line = Line("moved", change, after, amount=moved)
            return replace(own, points=after, counted=own.counted + moved, lines=(*own.lines, line))

        return settled(combined(columns, add, len(self.groups)))

    def _moves_to(self, node: Indicator) -> str | None:
        rule = node.not_applicable
        return rule.node if rule is not None and rule.rule == "move_to" else None

    def _opened(self, node: Indicator, found: Settled, done: dict[str, Settled]) -> Settled:
        """The node as long as the gate that opens it allows; closed it earns nothing."""
        for gate in self.indicator_set.gates:
            if gate.opens != node.id:
                continue
            named = [name.removesuffix(".rate") for name, _ in (*gate.when.all, *gate.when.any)]
            asked = list(dict.fromkeys(named))
            columns = [found.scores, *(self._settled(self.indicator_set[name], done).bare for name in asked)]

            def shut(scores: tuple[NodeScore, ...], gate: Gate = gate, asked: list[str] = asked) -> NodeScore:
                own, *others = scores
                if own.points is None or holds(gate.when, dict(zip(asked, others, strict=True))):
                    return own
                line = Line("closed", -own.points, ZERO, note=gate.name.zh, quantity=gate.id)
                return replace(own, points=ZERO, lines=(*own.lines, line))

            found = settled(combined(columns, shut, len(self.groups)))
        return found


def holds(when: When, nodes: Mapping[str, NodeScore]) -> bool:
    """Whether conditions on points (``A``) or shares (``A.rate``) of nodes hold; no number passes none."""

    def passes(name: str, condition: Condition) -> bool:
        node = nodes[name.removesuffix(".rate")]
        value = node.rate if name.endswith(".rate") else node.points
        return value is not None and condition.number(value)

    return all(passes(*item) for item in when.all) and (not when.any or any(passes(*item) for item in when.any))
