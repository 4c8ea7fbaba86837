"""What tests beside the rules reach: read from what was measured and from the lines of the ledger.

A step is reached when it writes a line; a row of a table when it gives the amount of such a line; a branch when it
is the one taken; a variant when it binds the unit of a test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from gongkai_score.indicator_set import Branch, Gate, Indicator, IndicatorSet, Scoring, Step
from gongkai_score.known import Quantities, Undefined
from gongkai_score.measure_kinds import Faults, Items, Measure, Result, Tally, TimeLimit, Value
from gongkai_score.measurements import Measurement, State
from gongkai_score.outcomes import ASSESSED, Outcome
from gongkai_score.rule_tests.model import RuleTestFile
from gongkai_score.rule_tests.running import Found, RuleTestResult
from gongkai_score.scoring import ONE, Line, account_of, joint_state

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A part of a rule that tests may reach.

    Attributes:
        what: ``test`` (any at all), ``full``, ``less``, ``not_bound``, ``explained``, ``not_assessed``,
            ``variant``, ``branch``, ``step``, ``tier``, ``label``, ``held`` or ``not_held``.
        variant: 0 the indicator's own rule, k that of its k-th variant.
        branch: number of the branch, from 1; 0 where it does not matter.
        step: number of the step, from 1.
        row: number of the row of a table or list of labels, from 1.
    """

    what: str
    variant: int = 0
    branch: int = 0
    step: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True)
class NodeCoverage:
    """What the tests of one indicator or gate reach.

    Attributes:
        node: the indicator or gate.
        tests: number of its tests.
        outcomes: outcome → number of tests.
        gaps: parts that no test reaches.
    """

    node: Indicator | Gate
    tests: int
    outcomes: Mapping[Outcome, int]
    gaps: tuple[Part, ...]

    @property
    def kind(self) -> str:
        """``weighted``, ``reported`` or ``gate``."""
        if isinstance(self.node, Gate):
            return "gate"
        return "reported" if self.node.reported_only else "weighted"

    def lacks(self, *what: str) -> bool:
        """Whether no test reaches some part of one of these kinds."""
        return any(part.what in what for part in self.gaps)


def coverage(file: RuleTestFile, results: Sequence[RuleTestResult]) -> tuple[NodeCoverage, ...]:
    """What the tests of a set reach, for every indicator and gate of it.

    Args:
        file: the tests and their set.
        results: what became of them; only tests that passed count.
    """
    whole = file.indicator_set
    of_node: dict[str, list[RuleTestResult]] = {}
    for one in results:
        if one.passed:
            of_node.setdefault(one.test.node, []).append(one)
    found = []
    for leaf, chain in _leaves(whole.root, ()):
        mine = of_node.get(leaf.id, [])
        reached = {part for one in mine for part in _reached(file.set_of(one.test), leaf.id, one.found)}
        found.append(_node(leaf, mine, [p for p in _parts(leaf, chain) if p not in reached]))
    for gate in whole.gates:
        mine = of_node.get(gate.id, [])
        held = {one.found.held for one in mine if one.found is not None}
        wanted = (Part("held"), True), (Part("not_held"), False)
        gaps = [Part("test")] if not mine else [part for part, value in wanted if value not in held]
        found.append(_node(gate, mine, gaps))
    return tuple(found)


def _node(node: Indicator | Gate, results: Sequence[RuleTestResult], gaps: Sequence[Part]) -> NodeCoverage:
    outcomes = Counter(one.found.score.outcome for one in results if one.found is not None)
    counts = {outcome: outcomes[outcome] for outcome in Outcome if outcomes[outcome]}
    return NodeCoverage(node, len(results), {} if isinstance(node, Gate) else counts, tuple(gaps))


def _leaves(node: Indicator, above: tuple[Indicator, ...]) -> Iterator[tuple[Indicator, tuple[Indicator, ...]]]:
    chain = (*above, node)
    if node.is_leaf:
        yield node, chain
    for child in node.children:
        yield from _leaves(child, chain)


# -- the parts a rule has


def _parts(leaf: Indicator, chain: Sequence[Indicator]) -> Iterator[Part]:
    yield Part("test")
    yield Part("full")
    yield Part("less")
    if any(node.applies_to is not None for node in chain):
        yield Part("not_bound")
    measures = [*leaf.measures.values(), *(m for v in leaf.variants for m in (v.measures or {}).values())]
    if any(getattr(one, "explained_by", None) is not None for one in measures):
        yield Part("explained")
    if any(map(_may_be_unknown, measures)):
        yield Part("not_assessed")
    for number in range(1, len(leaf.variants) + 1):
        yield Part("variant", number)
    for variant, rule in enumerate([leaf.scoring, *(v.scoring for v in leaf.variants)]):
        if rule is not None:
            yield from _rule_parts(variant, rule)


def _may_be_unknown(measure: Measure) -> bool:
    """Whether a measure can find that nothing is known."""
    if isinstance(measure, Tally):
        return measure.check is not None or _unknown_items(measure.items)
    if isinstance(measure, Faults):
        return measure.check is not None
    if isinstance(measure, TimeLimit):
        return measure.needs_flag is not None or _unknown_items(measure.items)
    if isinstance(measure, Value) and measure.kind == "versus_peers":
        return measure.benchmark is not None
    return isinstance(measure, Value | Result) and measure.missing == "not_assessed"


def _unknown_items(items: Items | None) -> bool:
    return items is not None and items.inventory is not None


def _rule_parts(variant: int, rule: Scoring) -> Iterator[Part]:
    for b, branch in enumerate(rule.branches, 1):
        if len(rule.branches) > 1:
            yield Part("branch", variant, b)
        for s, step in enumerate(branch.steps, 1):
            yield Part("step", variant, b, s)
            rows = len(step.tiers) or len(step.labels)
            what = "tier" if step.tiers else "label"
            yield from (Part(what, variant, b, s, row) for row in range(1, rows + 1))


# -- the parts a test reaches


def _reached(whole: IndicatorSet, node: str, found: Found | None) -> Iterator[Part]:
    if found is None:
        return
    yield Part("test")
    leaf, score = whole[node], found.score
    if score.outcome is Outcome.NOT_APPLICABLE and score.reason == "not_bound":
        yield Part("not_bound")
        return
    if found.variant:
        yield Part("variant", found.variant)
    if score.outcome is Outcome.NOT_ASSESSED:
        yield Part("not_assessed")
    if any(m.number("explained") for m in found.measurements.values()):
        yield Part("explained")
    if score.outcome in ASSESSED and score.points is not None:
        yield Part("full" if _is_full(leaf, found) else "less")
    rule, variant = _rule(leaf, found)
    if (
        rule is not None
        and joint_state([(one.state, one.reason) for one in found.measurements.values()])[0] is State.CASES
    ):
        yield from _ledger_parts(variant, rule, score.full or ONE, found.measurements)


def _rule(leaf: Indicator, found: Found) -> tuple[Scoring | None, int]:
    """(the rule a score comes from, the variant it belongs to: 0 is the indicator itself)."""
    own = leaf.variants[found.variant - 1].scoring if found.variant else None
    return own or leaf.scoring, found.variant if own is not None else 0


def _is_full(leaf: Indicator, found: Found) -> bool:
    """Whether a score leaves nothing to be desired.

    Where points are at stake, all were earned; of an indicator outside the full marks, any; of one that is only
    reported, every case was met, and its rule would give all the points it could be worth.
    """
    if leaf.reported_only:
        rule, _ = _rule(leaf, found)
        met = not any(m.number("failing") or m.number("explained") for m in found.measurements.values())
        return met and (rule is None or _share(rule, found.measurements) == ONE)
    if leaf.extra:
        return bool(found.score.points)
    return found.score.points == found.score.full


def _ledger_parts(
    variant: int, rule: Scoring, full: Fraction, measurements: Mapping[str, Measurement]
) -> Iterator[Part]:
    quantities = Quantities(measurements)
    try:
        taken = _taken(rule, full, quantities)
        if taken is None:
            return
        b, branch = taken
        yield Part("branch", variant, b)
        for s, step, line in lines_of(branch, full, quantities):
            yield Part("step", variant, b, s)
            row = _row(step, line)
            if row:
                yield Part("tier" if step.tiers else "label", variant, b, s, row)
    except Undefined:
        return


def _taken(rule: Scoring, full: Fraction, quantities: Quantities) -> tuple[int, Branch] | None:
    """(number, branch) that decides; None: the condition of none holds."""
    taken = [(b, branch) for b, branch in enumerate(rule.branches, 1) if quantities.holds(branch.when)]
    if rule.pick == "first":
        taken = taken[:1]
    return max(taken, key=lambda pair: account_of(pair[1], full, quantities)[-1].balance) if taken else None


def _share(rule: Scoring, measurements: Mapping[str, Measurement]) -> Fraction | None:
    """What a rule gives if it is worth one point; None: nothing can be said."""
    quantities = Quantities(measurements)
    try:
        taken = _taken(rule, ONE, quantities)
        return None if taken is None else account_of(taken[1], ONE, quantities)[-1].balance
    except Undefined:
        return None


def lines_of(branch: Branch, full: Fraction, quantities: Quantities) -> Iterator[tuple[int, Step, Line]]:
    """(number of the step, step, the line it writes) for the steps of a branch that write one."""
    written = len(account_of(replace(branch, steps=()), full, quantities))
    for number, step in enumerate(branch.steps, 1):
        lines = account_of(replace(branch, steps=branch.steps[:number]), full, quantities)
        if len(lines) > written:
            yield number, step, lines[-1]
        written = len(lines)


def _row(step: Step, line: Line) -> int:
    """Number of the row of its table that gave a step its amount, 0 if it has none."""
    value = line.value
    for number, tier in enumerate(step.tiers, 1):
        if tier.test is None or (isinstance(value, Fraction) and tier.test.number(value)):
            return number
    for number, (label, _) in enumerate(step.labels, 1):
        if label == value:
            return number
    return 0
