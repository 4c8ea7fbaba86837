"""Points up the tree: what does not apply, blocks and weights, floors and ceilings, and the account of it all.

Numbers of all units come from one plan for each pattern of what applies; accounts are written on demand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from gongkai_score.exact_columns import Codes, Columns, Mark, Number
from gongkai_score.indicator_set import Gate, Indicator, IndicatorSet, NotApplicable, OutcomeRule, When
from gongkai_score.leaf_scores import LeafScores
from gongkai_score.measure_kinds import Condition
from gongkai_score.measurements import Column, LazyColumn
from gongkai_score.node_plans import Numbers, Plan, Shape, combined_numbers, plan
from gongkai_score.outcomes import Outcome
from gongkai_score.points import rounded, total
from gongkai_score.scoring import Line

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
        score.restore,
        score.reason,
    )


def scored_as(shape: Shape, points: Fraction | None, assessed: Fraction, lines: tuple[Line, ...] = ()) -> NodeScore:
    """The score of a shape with points, the marks assessed, and lines."""
    return NodeScore(shape.outcome, points, shape.full, shape.counted, assessed, shape.restore, lines, shape.reason)


def bare_score(numbers: Numbers, unit: int) -> NodeScore:
    """The score of one unit without its account."""
    return scored_as(*numbers.at(unit), numbers.columns.at(numbers.assessed, unit))


class NodeColumn(LazyColumn[NodeScore]):
    """Scores of a node for all units: its numbers are there, accounts are written when they are asked for."""

    numbers: Numbers

    def __init__(self, numbers: Numbers, make: Callable[[int], NodeScore]) -> None:
        """``make`` gives the score of one unit with its account."""
        super().__init__(numbers.columns.units, make)
        self.__dict__["numbers"] = numbers

    def bare_at(self, unit: int) -> NodeScore:
        """The score of one unit without its account."""
        return bare_score(self.numbers, unit)

    def assessed_at(self, unit: int) -> Fraction:
        """The part of one unit's full marks that was really assessed."""
        found: Fraction = self.numbers.columns.at(self.numbers.assessed, unit)
        return found

    @cached_property
    def bare(self) -> Column[NodeScore]:
        """The scores without accounts, equal ones once."""
        numbers, columns = self.numbers, self.numbers.columns
        told = [numbers.shape, columns.ascending(numbers.points), columns.ascending(numbers.assessed)]
        index, keys = columns.patterns(told)
        heads = dict(zip(reversed(columns.listed(index)), range(len(self) - 1, -1, -1), strict=True))
        return Column(tuple(self.bare_at(heads[code]) for code in range(len(keys))), columns.listed(index))


def bare(column: Column[NodeScore]) -> Column[NodeScore]:
    """The same scores for whoever needs no accounts: a column that has yet to write them leaves them out."""
    return column.bare if isinstance(column, NodeColumn) else column


@dataclass(frozen=True)
class Tree:
    """Scores every node of a set for all units at once.

    Attributes:
        indicator_set: the set.
        leaves: leaf id → its scores.
        groups: the class of each unit, for rules that need peers.
        columns: arithmetic on columns of all units.
        opening: for which units a gate leaves the node open that it opens, from the nodes its condition names;
            None: no gate has measures of its own or is for some units only.
    """

    indicator_set: IndicatorSet
    leaves: Mapping[str, LeafScores]
    groups: Sequence[str]
    columns: Columns
    opening: Callable[[Gate, Mapping[str, NodeColumn]], Mark] | None = None

    def scored(self) -> dict[str, NodeColumn]:
        """Node id → its scores, the root included."""
        done: dict[str, NodeColumn] = {}
        self._settled(self.indicator_set.root, done)
        return done

    def _settled(self, node: Indicator, done: dict[str, NodeColumn]) -> NodeColumn:
        """A node as its parent counts it."""
        if node.id not in done:
            found = self._opened(node, self._moved(node, self._base(node, done), done), done)
            done[node.id] = found if node is self.indicator_set.root else self._by_rule(node, found)
        return done[node.id]

    def _base(self, node: Indicator, done: dict[str, NodeColumn]) -> NodeColumn:
        """A node from its own measurements or its children, before points move to it and gates open it."""
        if node.is_leaf:
            return self._leaf(node)
        children = [self._settled(child, done) for child in node.children]
        faces = [child.numbers.faces() for child in children]
        pattern, keys = self.columns.patterns([codes for _, codes in faces])
        plans = [
            self._plan(node, [table[code] for (table, _), code in zip(faces, key, strict=True)]) for key in keys
        ]
        rounding, at = self.indicator_set.rounding, self.columns.at

        def make(unit: int) -> NodeScore:
            one = plans[at(pattern, unit)]
            lines = one.account([c.numbers.at(unit)[1] for c in children], rounding) if one.shape.counts else ()
            return scored_as(one.shape, lines[-1].balance if lines else None, at(found.assessed, unit), lines)

        found = combined_numbers(plans, pattern, [child.numbers for child in children], rounding, self.columns)
        return NodeColumn(found, make)

    def _plan(self, node: Indicator, shapes: Sequence[Shape]) -> Plan:
        root = node is self.indicator_set.root
        key = ("plan", node.id, *shapes)
        return self.indicator_set.memory.keep(key, lambda: plan(node, shapes, self._rule, root), lambda _: 1)

    def _leaf(self, node: Indicator) -> NodeColumn:
        leaf = self.leaves[node.id]

        def make(unit: int) -> NodeScore:
            return replace(bare_score(leaf.numbers, unit), lines=leaf.make(unit).lines)

        return NodeColumn(leaf.numbers, make)

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

    def _changed(
        self,
        found: NodeColumn,
        others: Sequence[Codes],
        change: Callable[[Shape, tuple[int, ...]], tuple[Shape, Fraction, Fraction]],
        make: Callable[[int], NodeScore],
    ) -> NodeColumn:
        """A node changed once for each pattern of its shape and other codes.

        Args:
            found: the node.
            others: further codes of each unit.
            change: of a shape and codes: the new shape, what points are multiplied by, and what is added.
            make: the changed score of one unit.
        """
        numbers, columns = found.numbers, self.columns
        pattern, keys = columns.patterns([numbers.shape, *others])
        changed = [change(numbers.shapes[key[0]], key[1:]) for key in keys]
        points = columns.weighted([numbers.points], [[times] for _, times, _ in changed], pattern)
        if any(added for _, _, added in changed):
            points = points + columns.numbers_of([added for _, _, added in changed], pattern)
        shapes = [shape for shape, _, _ in changed]
        return NodeColumn(Numbers.of(shapes, pattern, points, lambda: numbers.assessed, columns), make)

    def _by_rule(self, node: Indicator, found: NodeColumn) -> NodeColumn:
        """Units without a number that count all the same (zero, full, a rate, the peers' mean)."""
        blank = [shape for shape in found.numbers.shapes if not shape.counts]
        if node.extra or not blank:
            return found
        means = self._peer_means(node, found.numbers)
        rounding, groups = self.indicator_set.rounding, self.groups

        def share(shape: Shape, group: str) -> tuple[str, Fraction | None]:
            rule = self._rule(node, shape.outcome)
            fixed: dict[str, Fraction | None] = {"zero": ZERO, "full": Fraction(1), "rate": rule.rate}
            return rule.rule, means.get(group) if rule.rule == "peers_mean" else fixed.get(rule.rule)

        def settle(score: NodeScore, group: str) -> NodeScore:
            rule, part = share(shape_of(score), group) if score.points is None else ("", None)
            if part is None:
                return score
            earned = rounded(part * score.full, rounding.leaf, rounding.mode)
            line = Line(f"not_applicable:{rule}", earned, earned, value=part)
            return replace(score, points=earned, counted=score.full, lines=(line,))

        if not any(share(shape, group)[1] is not None for shape in blank for group in self._classes):
            return found
        names = self._classes if means else [""]

        def change(shape: Shape, key: tuple[int, ...]) -> tuple[Shape, Fraction, Fraction]:
            if shape.counts:
                return shape, Fraction(1), ZERO
            score = settle(scored_as(shape, None, ZERO), names[key[0]])
            changed = shape._replace(counts=score.points is not None, counted=score.counted)
            return changed, ZERO, score.points or ZERO

        place = {name: code for code, name in enumerate(names)}
        codes = self.columns.codes([place.get(group, 0) for group in groups])
        return self._changed(found, [codes], change, lambda unit: settle(found[unit], groups[unit]))

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

    def _moved(self, node: Indicator, found: NodeColumn, done: dict[str, NodeColumn]) -> NodeColumn:
        """The node with the points of others that do not apply and name it as their heir; what it gave is noted."""
        if node.id in self._heir:
            found = self._given(found, self._base(self.indicator_set[self._heir[node.id]], done).numbers)
        sources = [self._base(other, done).numbers for other in self._sources.get(node.id, ())]
        if not sources:
            return found

        def moved(shapes: Iterable[Shape]) -> Fraction:
            return total(shape.full - shape.given for shape in shapes if shape.outcome is Outcome.NOT_APPLICABLE)

        def change(shape: Shape, key: tuple[int, ...]) -> tuple[Shape, Fraction, Fraction]:
            marks = moved(source.shapes[code] for source, code in zip(sources, key, strict=True))
            if not marks or not shape.counts or not shape.counted:
                return shape, Fraction(1), ZERO
            counted, received = shape.counted + marks, shape.received + marks
            return shape._replace(counted=counted, received=received), counted / shape.counted, ZERO

        def make(unit: int) -> NodeScore:
            own, marks = found[unit], moved(source.at(unit)[0] for source in sources)
            if not marks or own.points is None or not own.counted:
                return own
            more = own.points * marks / own.counted
            line = Line("moved", more, own.points + more, amount=marks)
            return replace(own, points=line.balance, counted=own.counted + marks, lines=(*own.lines, line))

        return self._changed(found, [source.shape for source in sources], change, make)

    def _given(self, found: NodeColumn, heir: Numbers) -> NodeColumn:
        """A node whose marks go to its heir where it does not apply and the heir has points to lift."""

        def change(shape: Shape, key: tuple[int, ...]) -> tuple[Shape, Fraction, Fraction]:
            taken = heir.shapes[key[0]]
            gives = shape.outcome is Outcome.NOT_APPLICABLE and taken.counts and taken.counted
            return shape._replace(given=shape.full) if gives else shape, Fraction(1), ZERO

        return self._changed(found, [heir.shape], change, lambda unit: found[unit])

    @cached_property
    def _heir(self) -> dict[str, str]:
        """Node id → the node its points move to when it does not apply; the set's own rule is one of its leaves."""
        found: dict[str, str] = {}
        for node in self.indicator_set.root.walk():
            rule = node.not_applicable or (self.indicator_set.not_applicable if node.is_leaf else NotApplicable())
            if rule.rule == "move_to" and rule.node is not None and rule.node != node.id and not node.extra:
                found[node.id] = rule.node
        return found

    @cached_property
    def _sources(self) -> dict[str, list[Indicator]]:
        """Node id → the nodes whose points move to it when they do not apply."""
        found: dict[str, list[Indicator]] = {}
        for node in self.indicator_set.root.walk():
            if node.id in self._heir:
                found.setdefault(self._heir[node.id], []).append(node)
        return found

    @cached_property
    def _classes(self) -> list[str]:
        """The classes there are."""
        return list(dict.fromkeys(self.groups))

    def _opened(self, node: Indicator, found: NodeColumn, done: dict[str, NodeColumn]) -> NodeColumn:
        """The node as long as the gate that opens it allows; closed it earns nothing."""
        for gate in self.indicator_set.gates:
            if gate.opens == node.id:
                asked = {
                    other.id: self._settled(other, done)
                    for other in self.indicator_set.root.walk()
                    if other.id in nodes_of(gate.when)
                }
                if self.opening is not None:
                    opened = self.opening(gate, asked)
                else:
                    numbers = {name: one.numbers for name, one in asked.items()}
                    opened = holds(gate.when, numbers, self.columns)
                found = self._shut(gate, opened, found)
        return found

    def _shut(self, gate: Gate, opened: Mark, found: NodeColumn) -> NodeColumn:
        columns = self.columns

        def change(shape: Shape, key: tuple[int, ...]) -> tuple[Shape, Fraction, Fraction]:
            return shape, Fraction(key[0]), ZERO

        def make(unit: int) -> NodeScore:
            own = found[unit]
            if own.points is None or columns.at(opened, unit):
                return own
            line = Line("closed", -own.points, ZERO, note=gate.name.zh, quantity=gate.id)
            return replace(own, points=ZERO, lines=(*own.lines, line))

        codes = columns.where(columns.marks(opened), *(columns.codes([n] * columns.units) for n in (1, 0)))
        return self._changed(found, [codes], change, make)


def nodes_of(when: When) -> list[str]:
    """The nodes whose points or shares conditions name."""
    return list(dict.fromkeys(name.removesuffix(".rate") for name, _ in (*when.all, *when.any)))


def rates(numbers: Numbers, columns: Columns) -> tuple[Mark, Number]:
    """(which units have a share of the full marks, the share of each)."""
    marks = [shape.counted if shape.counts else ZERO for shape in numbers.shapes]
    per_mark = [[1 / mark if mark else ZERO] for mark in marks]
    there = columns.marks_of([bool(mark) for mark in marks], numbers.shape)
    return there, columns.weighted([numbers.points], per_mark, numbers.shape)


def holds(when: When, nodes: Mapping[str, Numbers], columns: Columns) -> Mark:
    """Whose conditions on points (``A``) or shares (``A.rate``) of nodes hold; no number passes none."""

    def passes(name: str, condition: Condition) -> Mark:
        numbers = nodes[name.removesuffix(".rate")]
        if not name.endswith(".rate"):
            return numbers.counts & condition.number(numbers.points)
        there, rate = rates(numbers, columns)
        return there & condition.number(rate)

    held: Mark = True
    for item in when.all:
        held = held & passes(*item)
    some: Mark = not when.any
    for item in when.any:
        some = some | passes(*item)
    return held & some
