"""Points up the tree worked out the slow way, one unit and node at a time (docs/language.md, sections 2 and 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from reference_measures import World
from reference_quantities import ONE, ZERO, Finding, against_mean, compare, findings, results, root
from reference_scoring import holds, leaf_points

from gongkai_score.indicator_set import Gate, Indicator, IndicatorSet, NotApplicable, When
from gongkai_score.measure_kinds import Measure, Result, Value
from gongkai_score.units import Unit

ASSESSED = ("scored", "missing", "explained")
GRAVEST = ("error", "not_assessed", "pending")


@dataclass(frozen=True)
class Node:
    """What one node came to for one unit.

    ``counted`` are the full marks its points are out of; ``restore`` those to be scaled back in at the top;
    ``received`` and ``given`` those that moved here from elsewhere, and away from here to a named node.
    """

    outcome: str
    points: Fraction | None
    full: Fraction
    counted: Fraction = ZERO
    assessed: Fraction = ZERO
    restore: Fraction = ZERO
    received: Fraction = ZERO
    given: Fraction = ZERO

    @property
    def rate(self) -> Fraction | None:
        return None if self.points is None or not self.counted else self.points / self.counted


class PlainTree:
    """What was measured, and every node of every unit.

    Attributes:
        found: leaf or gate id → unit id → name of the measure → what it came to.
        nodes: (node id, unit id) → what the node came to.
    """

    def __init__(self, made: IndicatorSet, world: World, given: Mapping[str, Any] | None = None) -> None:
        self.made, self.world, self.given = made, world, given or {}
        self.units = sorted(world.units, key=lambda unit: unit.id)
        self.parents = {child.id: node for node in made.root.walk() for child in node.children}
        self.found: dict[str, dict[str, dict[str, Finding]]] = {}
        self.measured: dict[tuple[int, int | None, int | None], dict[str, Finding]] = {}
        for leaf in made.leaves:
            self.found[leaf.id] = {u.id: self.look(leaf, u) for u in self.units if self.binds(leaf, u)}
        for gate in made.gates:
            there = [u for u in self.units if self.exists(u)]
            bound = [u for u in there if gate.applies_to is None or gate.applies_to.binds(u)]
            self.found[gate.id] = {
                u.id: {name: self.measure(m, u, None, None) for name, m in gate.measures.items()} for u in bound
            }
        self.charge_once()
        self.judge_by_peers()
        self.nodes: dict[tuple[str, str], Node] = {}
        for node in made.root.walk():
            for unit in self.units:
                self.settled(node, unit)

    # What was measured.

    def exists(self, unit: Unit) -> bool:
        begins, ends = unit.active_from, unit.active_to
        return (begins is None or begins <= self.world.window.last) and (
            ends is None or ends >= self.world.window.first
        )

    def chain(self, node: Indicator) -> list[Indicator]:
        """The node and all above it."""
        above = self.parents.get(node.id)
        return [node] if above is None else [node, *self.chain(above)]

    def binds(self, node: Indicator, unit: Unit) -> bool:
        return self.exists(unit) and all(n.applies_to is None or n.applies_to.binds(unit) for n in self.chain(node))

    def variant(self, leaf: Indicator, unit: Unit) -> Indicator:
        """The leaf with what the first variant that fits the unit replaces."""
        for one in leaf.variants:
            if one.applies_to.binds(unit):
                return replace(
                    leaf,
                    points=leaf.points if one.points is None else one.points,
                    measures=leaf.measures if one.measures is None else one.measures,
                    scoring=leaf.scoring if one.scoring is None else one.scoring,
                )
        return leaf

    def look(self, leaf: Indicator, unit: Unit) -> dict[str, Finding]:
        starts = [n.effective_from for n in self.chain(leaf) if n.effective_from is not None]
        ends = [n.effective_to for n in self.chain(leaf) if n.effective_to is not None]
        first, last = max(starts, default=None), min(ends, default=None)
        measures = self.variant(leaf, unit).measures
        return {name: self.measure(m, unit, first, last) for name, m in measures.items()}

    def measure(self, m: Measure, unit: Unit, first: int | None, last: int | None) -> Finding:
        key = (id(m), first, last)
        if key not in self.measured:
            if isinstance(m, Result):
                self.measured[key] = results(m, self.given, self.units)
            else:
                self.measured[key] = findings(m, replace(self.world, units=self.units, first=first, last=last))
        return replace(self.measured[key][unit.id], told=dict(self.measured[key][unit.id].told))

    def charge_once(self) -> None:
        """A fact that one member of a group charged is exempt in those whose turn comes later."""
        by_points = self.made.options.get("overlap_order", "most_points") == "most_points"
        members = [(leaf, one) for leaf in self.made.leaves for one in leaf.overlap]
        for group in dict.fromkeys(one.group for _, one in members):
            mine = [(leaf, one) for leaf, one in members if one.group == group]
            mine.sort(key=lambda pair: (pair[1].turn, -pair[0].points if by_points else 0))
            for unit in self.units:
                charged: dict[str, str] = {}
                for leaf, one in mine:
                    for name, found in self.found[leaf.id].get(unit.id, {}).items():
                        if found.kind != "result" and (not one.measures or name in one.measures):
                            charge(found, leaf.id, charged)

    def judge_by_peers(self) -> None:
        """Figures of all units, known only after each was measured."""
        for name, by_unit in self.found.items():
            asked: dict[int, tuple[Value, dict[str, Finding]]] = {}
            for unit, measures in by_unit.items():
                for m, one in zip(self.measures_of(name, unit), measures.values(), strict=True):
                    if isinstance(m, Value) and m.kind == "versus_peers" and m.benchmark is None:
                        asked.setdefault(id(m), (m, {}))[1][unit] = one
            for m, found in asked.values():
                against_mean(m, found)
        for leaf in self.made.leaves:
            if leaf.peers is not None:
                first, _, rest = leaf.peers.partition(".")
                classes = {u.id: u.group if leaf.peers_within == "group" else "" for u in self.units}
                chosen = {}
                for unit, measures in self.found[leaf.id].items():
                    named = first in measures and bool(rest)
                    chosen[unit] = measures[first] if named else next(iter(measures.values()))
                named = bool(rest) and any(first in leaf_measures for leaf_measures in self.found[leaf.id].values())
                compare(chosen, rest if named else leaf.peers, {u: classes[u] for u in chosen})

    def measures_of(self, name: str, unit: str) -> list[Measure]:
        for gate in self.made.gates:
            if gate.id == name:
                return list(gate.measures.values())
        one = next(u for u in self.units if u.id == unit)
        return list(self.variant(self.made[name], one).measures.values())

    # The tree.

    def settled(self, node: Indicator, unit: Unit) -> Node:
        """A node as its parent counts it."""
        key = (node.id, unit.id)
        if key not in self.nodes:
            found = self.opened(node, unit, self.inherited(node, unit, self.bare(node, unit)))
            self.nodes[key] = found if node is self.made.root else self.by_rule(node, unit, found)
        return self.nodes[key]

    def bare(self, node: Indicator, unit: Unit) -> Node:
        return self.group(node, unit) if node.children else self.leaf(node, unit)

    def leaf(self, leaf: Indicator, unit: Unit) -> Node:
        own = self.variant(leaf, unit)
        full = ZERO if leaf.reported_only else own.points
        found = self.found[leaf.id].get(unit.id)
        if found is None:
            return Node("not_applicable", None, full)
        assert own.scoring is not None
        outcome, points, by_rule = leaf_points(own, own.scoring, full, found)
        rule = leaf.not_applicable or self.made.not_applicable
        if outcome == "not_applicable" and rule.proof is not None:
            if not replace(self.world, units=self.units).chosen(rule.proof, unit.id):
                outcome, points = "scored", ZERO
        elif points is not None and by_rule:
            ceiling = None if leaf.unbounded else full if leaf.ceiling is None else leaf.ceiling
            points = bounded(self.round(points, self.made.rounding.leaf), leaf.floor, ceiling)
        inside = full if points is not None and not leaf.extra else ZERO
        return Node(outcome, points, full, inside, inside if outcome in ASSESSED else ZERO)

    def group(self, node: Indicator, unit: Unit) -> Node:
        pairs = [(child, self.settled(child, unit)) for child in node.children]
        inner = [(c, n) for c, n in pairs if not c.extra]
        extras = [n.points for c, n in pairs if c.extra and n.points is not None]
        there = [(c, n) for c, n in inner if n.points is not None]
        full = self.full_marks(node, inner)
        received = sum((n.received for _, n in inner), ZERO)
        given = sum((n.given for _, n in inner), ZERO)
        worth = [c for c, n in there if n.full and not (node.combine == "weighted" and c.weight == 0)]
        marked = any(n.full for _, n in inner)
        shown = bool(there) and not full and node is not self.made.root
        if not worth and (marked or not (extras or shown)):
            silent = [n for _, n in (inner if marked else pairs) if n.points is None]
            outcomes = [n.outcome for n in silent if n.full or not marked]
            outcome = next((o for o in GRAVEST if o in outcomes), "not_applicable")
            return Node(outcome, None, full, given=given)
        assessed = min(sum((n.assessed for _, n in inner), ZERO), full)
        if node.combine == "sum":
            found = self.added(node, inner, full)
        else:
            found = Node("scored", self.combined(node, there, full), full, full)
        assert found.points is not None
        points = self.round(found.points + sum(extras, ZERO), self.made.rounding.node)
        ceiling: Fraction | None = full + received - given + sum((p for p in extras if p > 0), ZERO)
        if node.unbounded:
            ceiling = None
        elif node.ceiling is not None:
            ceiling = node.ceiling
        elif node.extra and node.points:
            ceiling = full
        points = bounded(points, node.floor, ceiling)
        return replace(found, points=points, assessed=assessed, received=received, given=given)

    def full_marks(self, node: Indicator, inner: Sequence[tuple[Indicator, Node]]) -> Fraction:
        """Its own, unless a variant changed those of a child."""
        if node.combine != "sum":
            return node.points
        written, mine = sum((c.points for c, _ in inner), ZERO), sum((n.full for _, n in inner), ZERO)
        return node.points if node.points and written == mine else mine

    def added(self, node: Indicator, inner: Sequence[tuple[Indicator, Node]], full: Fraction) -> Node:
        """The sum of the children's points, with what does not apply spread over the others."""
        there = [n for _, n in inner if n.points is not None]
        lost = {"redistribute": ZERO, "even": ZERO, "scale": ZERO}
        for child, n in inner:
            if n.points is None:
                rule = self.rule(child, n.outcome).rule
                lost[rule] = lost.get(rule, ZERO) + n.full - n.given
        restore = lost["scale"] + sum((n.restore for _, n in inner), ZERO)
        sharing = [n for n in there if n.counted]
        points, counted, outside = ZERO, ZERO, ZERO
        for n in there:
            assert n.points is not None
            if not n.counted:  # nothing but bonuses
                outside += n.points
                continue
            more = lost["even"] / len(sharing)
            points += n.points * (n.counted + more) / n.counted
            counted += n.counted + more
        top = node is self.made.root
        back = lost["redistribute"] + (restore if top else ZERO)
        if counted:
            points, counted = points * (counted + back) / counted, counted + back
        return Node("scored", points + outside, full, counted, restore=ZERO if top else restore)

    def combined(self, node: Indicator, there: Sequence[tuple[Indicator, Node]], full: Fraction) -> Fraction:
        """Full marks times a mean, or an extreme, of the children's shares."""
        shares = [(c, (n.points or ZERO) / n.counted if n.counted else ZERO) for c, n in there if n.full]
        values = [share for _, share in shares]
        if not values:
            return ZERO
        if node.combine == "minimum":
            return full * min(values)
        if node.combine == "maximum":
            return full * max(values)
        if node.combine == "geometric":
            product = ONE
            for value in values:
                product *= value
            return ZERO if min(values) <= 0 else full * root(product, len(values))
        weights = [ONE if node.combine == "mean" else c.weight or ZERO for c, _ in shares]
        whole = sum(weights, ZERO)
        return full * sum((w * v for w, v in zip(weights, values, strict=True)), ZERO) / whole

    def rule(self, node: Indicator, outcome: str) -> NotApplicable:
        """What becomes of the points of a node without a number."""
        usual = self.made.not_applicable
        if outcome == "not_applicable":
            return node.not_applicable or usual
        told = {
            "pending": self.made.pending,
            "not_assessed": self.made.not_assessed,
            "error": self.made.error,
        }[outcome]
        if told != "exclude":
            return NotApplicable(told)
        return usual if usual.rule in ("redistribute", "even", "scale", "drop") else NotApplicable()

    def by_rule(self, node: Indicator, unit: Unit, found: Node) -> Node:
        """A node without a number that counts all the same."""
        if found.points is not None or node.extra:
            return found
        rule = self.rule(node, found.outcome)
        share = {"zero": ZERO, "full": ONE, "rate": rule.rate}.get(rule.rule)
        if rule.rule == "peers_mean":
            fellows = [u for u in self.units if u.group == unit.group]
            own = [self.opened(node, u, self.inherited(node, u, self.bare(node, u))) for u in fellows]
            shares = [n.rate for n in own if n.rate is not None]
            share = sum(shares, ZERO) / len(shares) if shares else None
        if share is None:
            return found
        return replace(found, points=self.round(share * found.full, self.made.rounding.leaf), counted=found.full)

    def inherited(self, node: Indicator, unit: Unit, found: Node) -> Node:
        """The node with the points of others that do not apply and name it as their heir; or what it gave away."""
        heir = self.heir(node)
        if heir is not None and found.outcome == "not_applicable":
            taken = self.bare(self.made[heir], unit)
            return replace(found, given=found.full if taken.points is not None and taken.counted else found.given)
        moved = ZERO
        for other in self.made.root.walk():
            if self.heir(other) == node.id:
                source = self.bare(other, unit)
                moved += source.full - source.given if source.outcome == "not_applicable" else ZERO
        if not moved or found.points is None or not found.counted:
            return found
        points = found.points * (found.counted + moved) / found.counted
        return replace(found, points=points, counted=found.counted + moved, received=found.received + moved)

    def heir(self, node: Indicator) -> str | None:
        """The node its marks move to; the set's own rule is one of the indicators that are measured."""
        rule = node.not_applicable or (None if node.children else self.made.not_applicable)
        return rule.node if rule is not None and rule.node != node.id and not node.extra else None

    def opened(self, node: Indicator, unit: Unit, found: Node) -> Node:
        """Closed by its gate it earns nothing."""
        for gate in self.made.gates:
            if gate.opens == node.id and found.points is not None and self.held(gate, unit) in ("no", "unknown"):
                found = replace(found, points=ZERO)
        return found

    # Gates.

    def held(self, gate: Gate, unit: Unit) -> str:
        """Whether the condition of a gate holds: yes, no, unknown, or unbound."""
        if unit.id not in self.found[gate.id]:
            return "unbound"
        own = self.found[gate.id][unit.id]
        if any(f.state in ("not_assessed", "error") for f in own.values()):
            return "unknown"
        nodes = {node.id: node for node in self.made.root.walk()}

        def one(item: tuple[str, object]) -> bool:
            name, condition = item
            node = nodes.get(name.removesuffix(".rate"))
            if node is None:
                return holds(own, When(all=(item,)))  # type: ignore[arg-type]
            score = self.settled(node, unit)
            value = score.rate if name.endswith(".rate") else score.points
            return value is not None and condition.number(value)  # type: ignore[attr-defined]

        every = all(map(one, gate.when.all)) and (not gate.when.any or any(map(one, gate.when.any)))
        return "yes" if every else "no"

    def round(self, value: Fraction, digits: int | None) -> Fraction:
        """At so many decimals, as the set prescribes."""
        if digits is None:
            return value
        scaled = abs(value) * 10**digits
        whole = scaled.numerator // scaled.denominator
        rest = scaled - whole
        half = Fraction(1, 2)
        up = {
            "half_up": rest >= half,
            "half_even": rest > half or (rest == half and whole % 2 == 1),
            "up": rest > 0,
            "down": False,
        }[self.made.rounding.mode]
        return Fraction(whole + up, 10**digits) * (-1 if value < 0 else 1)


def bounded(points: Fraction, floor: Fraction | None, ceiling: Fraction | None) -> Fraction:
    points = points if ceiling is None else min(points, ceiling)
    return points if floor is None else max(points, floor)


def charge(found: Finding, leaf: str, charged: dict[str, str]) -> None:
    """Exempts what another indicator charged, and charges the rest."""
    cases = []
    for case in found.cases:
        fails = case.verdict not in ("met", "explained", "pending", "exempt", "unknown")
        by = charged.setdefault(case.key, leaf) if fails else leaf
        cases.append(case if by == leaf else replace(case, verdict="exempt"))
    found.cases = cases
