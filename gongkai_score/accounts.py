"""Accounts read and checked: cases behind a node, what its parent counted it as, whether the lines add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gongkai_score.aggregation import NodeScore, Tree, geometric_mean
from gongkai_score.assessment import Assessment
from gongkai_score.errors import Language
from gongkai_score.evidence import Case
from gongkai_score.gates import Total
from gongkai_score.indicator_set import Indicator, IndicatorSet
from gongkai_score.measurements import Column
from gongkai_score.outcomes import COUNTED, Verdict
from gongkai_score.points import total
from gongkai_score.scoring import Line
from gongkai_score.sentences import case_words

ZERO = Fraction(0)
SETTLED = ("zero", "full", "rate", "peers_mean")
"""Rules by which a node without a number counts all the same."""


@dataclass(frozen=True, slots=True)
class CitedCase:
    """One case behind an indicator or gate, under the name of its measure."""

    measure: str
    case: Case

    def words(self, lang: Language = "zh") -> str:
        """What became of it, for example ``办理用时 23 个工作日，限 20 个工作日，逾期 3 个工作日``."""
        return case_words(self.case, lang)

    @property
    def costs(self) -> bool:
        """Whether it counted, was not met and was not charged elsewhere."""
        verdict = self.case.verdict
        return verdict in COUNTED and verdict not in (Verdict.MET, Verdict.EXPLAINED) and not self.case.charged_by


def cited_cases(assessment: Assessment, position: int, node: str) -> tuple[CitedCase, ...]:
    """All cases of one unit under one indicator or gate."""
    return tuple(
        CitedCase(name.partition("#")[0], columns.case(case))
        for name, columns in assessment.cases.get(node, {}).items()
        for case in columns.of_unit(position)
    )


def settled_score(assessment: Assessment, node: Indicator, position: int) -> NodeScore:
    """What a node came to for one unit as its parent counted it.

    A node that does not apply, is pending or was not assessed may count all the same by the set's rule (zero,
    full, a rate, the peers' mean); then its outcome stays and its points are those of the rule.
    """
    score = assessment.nodes[node.id][position]
    if not counts_by_rule(assessment.indicator_set, node, score):
        return score
    return settled_column(assessment, node)[position]


def counts_by_rule(indicator_set: IndicatorSet, node: Indicator, score: NodeScore) -> bool:
    """Whether a node without a number counts all the same by the set's rule."""
    if score.points is not None or node.extra or node is indicator_set.root:
        return False
    return Tree(indicator_set, {}, {}, ())._rule(node, score.outcome).rule in SETTLED


def settled_column(assessment: Assessment, node: Indicator) -> Column[NodeScore]:
    """The scores of a node for all units as its parent counted them."""
    column = assessment.nodes[node.id]
    if not any(counts_by_rule(assessment.indicator_set, node, score) for score in column.values):
        return column
    groups = [unit.group for unit in assessment.units]
    return Tree(assessment.indicator_set, {}, {}, groups)._settled(node, column)


def rank_class(assessment: Assessment, position: int) -> str:
    """The class within which a unit is ranked, by the set's own rule; "" where all are ranked together."""
    unit = assessment.units[position]
    return {"group": unit.group, "type": unit.type, "all": ""}[assessment.indicator_set.ranking.within]


def class_sizes(assessment: Assessment) -> Counter[str]:
    """Number of ranked units of each class."""
    return Counter(rank_class(assessment, p.unit) for p in assessment.places if p.rank is not None)


def sums_up(lines: Sequence[Line], points: Fraction | None) -> bool:
    """Whether the changes of lines add up to the points, every balance being the sum so far.

    >>> sums_up([Line("start", Fraction(5), Fraction(5)), Line("deduct", Fraction(-1), Fraction(4))], Fraction(4))
    True
    """
    balance = ZERO
    for line in lines:
        balance += line.change
        if balance != line.balance:
            return False
    return not lines if points is None else balance == points


def node_sums_up(node: Indicator, score: NodeScore, children: Sequence[tuple[Indicator, NodeScore]]) -> bool:
    """Whether the lines of one node add up to its points, and the lines of its children are what those came to."""
    if not sums_up(score.lines, score.points):
        return False
    return score.points is None or node.is_leaf or _children_agree(node, score, children)


def _children_agree(node: Indicator, score: NodeScore, children: Sequence[tuple[Indicator, NodeScore]]) -> bool:
    """Whether a group's lines are what its children came to, by its own way of combining them."""
    if score.lines and score.lines[0].verb.startswith("not_applicable:"):
        return True
    lines = {line.quantity: line for line in score.lines if line.verb == "child"}
    there = [(child, part) for child, part in children if part.points is not None]
    inner = [(child, part) for child, part in there if not child.extra and part.full]
    expected = {child.id: part.points for child, part in there if child.extra}
    rates = [part.rate or ZERO for _, part in inner]
    shared = next((line for line in score.lines if line.verb in ("minimum", "maximum", "geometric")), None)
    if shared is not None:
        extremes = {"minimum": min, "maximum": max}
        value: Fraction = extremes[shared.verb](rates) if shared.verb in extremes else geometric_mean(rates)
        if shared.value != value or shared.change != value * score.full:
            return False
    elif node.combine in ("weighted", "mean"):
        weights = {id: line.amount for id, line in lines.items() if line.amount is not None}
        whole = total(weights.values())
        for (child, _), rate in zip(inner, rates, strict=True):
            weight = weights.get(child.id)
            if weight is None:
                return False
            expected[child.id] = score.full * rate * weight / whole if whole else ZERO
    else:
        expected |= {child.id: part.points for child, part in inner}
    return {id: line.change for id, line in lines.items()} == expected


def total_sums_up(end: Total, root: NodeScore) -> bool:
    """Whether the lines of a total lead from the tree's sum to the total."""
    if end.points is None:
        return all(line.verb == "veto" for line in end.lines)
    if not end.lines or not sums_up(end.lines, end.points):
        return False
    first = end.lines[0]
    return root.points is None if first.verb == "empty" else first.change == root.points
