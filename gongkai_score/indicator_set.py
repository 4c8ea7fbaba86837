"""Indicator sets (指标体系) as frozen data: what must be done, how it is measured, what it is worth.

Nothing here reads a file or computes a score. ``readers.indicator_sets`` builds these objects from YAML and has
checked every reference in them; ``docs/language.md`` explains the same words for authors of sets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal

from gongkai_score.measure_kinds import AppliesTo, Condition, Measure, Selector
from gongkai_score.memory import Memory
from gongkai_score.period import PeriodKind
from gongkai_score.points import RoundingMode


@dataclass(frozen=True, slots=True)
class Text:
    """A name or sentence in Chinese and English; English falls back to Chinese."""

    zh: str = ""
    en: str = ""

    def of(self, lang: str) -> str:
        """The text in ``lang``."""
        return (self.en or self.zh) if lang == "en" else (self.zh or self.en)


@dataclass(frozen=True, slots=True)
class Amount:
    """Points: a number, a share of the node's full marks, or a quantity's own value."""

    value: Fraction | str
    share: bool = False


def summands(name: str) -> tuple[str, ...]:
    """The quantities that a name adds up; one of its own is itself.

    >>> summands("news.missing + notices.missing"), summands("missing.互联网+政务")
    (('news.missing', 'notices.missing'), ('missing.互联网+政务',))
    """
    return tuple(part.strip() for part in name.split(" + "))


@dataclass(frozen=True, slots=True)
class When:
    """Conditions on quantities: every one of ``all`` and, if there are any, one of ``any``."""

    all: tuple[tuple[str, Condition], ...] = ()
    any: tuple[tuple[str, Condition], ...] = ()


@dataclass(frozen=True, slots=True)
class Tier:
    """One row of a table: points for the first row whose test the quantity passes; none takes the rest."""

    test: Condition | None
    points: Amount


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a scoring rule. Steps act on the balance in order; each writes a line of the ledger.

    Attributes:
        verb: set, scale, add, deduct or cap.
        amount: how much; a factor for ``scale``.
        per: quantity the amount is multiplied by.
        every: the quantity counts in units of this size.
        begun: begun units count whole; otherwise only full ones; None: exactly proportional.
        above: only what lies above this base counts.
        below: only what lies below this base counts.
        at_most: bound of this step's change.
        when: conditions.
        by: quantity a table or label list is looked up with.
        tiers: the table.
        labels: label → points.
        note: why, in words.
    """

    verb: Literal["set", "scale", "add", "deduct", "cap"]
    amount: Amount | None = None
    per: str | None = None
    every: Fraction | None = None
    begun: bool | None = None
    above: Fraction | None = None
    below: Fraction | None = None
    at_most: Amount | None = None
    when: When | None = None
    by: str | None = None
    tiers: tuple[Tier, ...] = ()
    labels: tuple[tuple[str, Amount], ...] = ()
    note: Text = Text()


@dataclass(frozen=True, slots=True)
class Branch:
    """A start and its steps, taken when its conditions hold."""

    start: Amount
    steps: tuple[Step, ...]
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Scoring:
    """A balance and steps. With several branches the first that matches is taken, or the best."""

    branches: tuple[Branch, ...]
    pick: Literal["first", "best"] = "first"


NotApplicableRule = Literal[
    "redistribute", "even", "scale", "drop", "zero", "full", "rate", "peers_mean", "move_to"
]


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """Where the points go when a node does not apply.

    ``redistribute``: to its siblings by their points; ``even``: to its siblings in equal parts; ``scale``: the
    total is scaled up; ``drop``: the full marks are smaller; ``zero``, ``full``, ``rate``: it counts with that
    share; ``peers_mean``: it counts with the mean of the units assessed; ``move_to``: to a named node.
    ``proof`` names events without which not applicable is not accepted and counts zero.
    """

    rule: NotApplicableRule = "redistribute"
    rate: Fraction | None = None
    node: str | None = None
    proof: Selector | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """What is different for some units: points, measures or scoring that replace the indicator's own."""

    applies_to: AppliesTo
    points: Fraction | None = None
    measures: Mapping[str, Measure] | None = None
    scoring: Scoring | None = None


@dataclass(frozen=True, slots=True)
class Overlap:
    """Membership of a group in which a fact costs once.

    Attributes:
        group: its name.
        measures: the measures whose facts may be those of other members; empty: all of them.
        turn: members of turn 1 charge before those of turn 2, and so on.
    """

    group: str
    measures: tuple[str, ...] = ()
    turn: int = 1

    def holds(self, measure: str) -> bool:
        """Whether the facts of a measure belong to the group."""
        return not self.measures or measure in self.measures


@dataclass(frozen=True, slots=True)
class Indicator:
    """A node of the tree: a leaf with measures and a scoring rule, or a group with children.

    ``points`` are the full marks (分值). ``extra`` nodes stand outside the full marks (加分, 倒扣).
    """

    id: str
    name: Text
    points: Fraction
    children: tuple[Indicator, ...] = ()
    measures: Mapping[str, Measure] = field(default_factory=dict)
    scoring: Scoring | None = None
    clause: str = ""
    quote: str = ""
    source: str = ""
    note: Text = Text()
    remedy: Text = Text()
    applies_to: AppliesTo | None = None
    effective_from: int | None = None
    effective_to: int | None = None
    assumptions: tuple[str, ...] = ()
    overlap: tuple[Overlap, ...] = ()
    variants: tuple[Variant, ...] = ()
    floor: Fraction | None = Fraction(0)
    ceiling: Fraction | None = None
    unbounded: bool = False
    combine: Literal["sum", "weighted", "mean", "minimum", "maximum", "geometric"] = "sum"
    weight: Fraction | None = None
    not_applicable: NotApplicable | None = None
    no_cases: Literal["not_applicable", "full", "zero", "not_assessed"] = "not_applicable"
    extra: bool = False
    reported_only: bool = False
    peers: str | None = None
    peers_within: Literal["group", "all"] = "all"

    @property
    def is_leaf(self) -> bool:
        """Whether it is measured itself."""
        return not self.children

    def walk(self) -> Iterator[Indicator]:
        """This node and everything below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition beside the tree and what follows from it.

    ``when`` names points of nodes (``B1``), their share of full marks (``B1.rate``) or quantities of the gate's
    own measures. Effects: ``fail`` (no number), a fixed ``total``, a greatest total, a grade, a best possible
    grade; or ``opens``: a node that counts only when the condition holds.
    """

    id: str
    name: Text
    when: When
    measures: Mapping[str, Measure] = field(default_factory=dict)
    applies_to: AppliesTo | None = None
    clause: str = ""
    quote: str = ""
    assumptions: tuple[str, ...] = ()
    fail: bool = False
    total: Fraction | None = None
    total_at_most: Fraction | None = None
    grade: str | None = None
    grade_at_most: str | None = None
    opens: str | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """One band of grades: bounds on the total, or a share of the units by rank."""

    name: str
    at_least: Fraction | None = None
    above: Fraction | None = None
    below: Fraction | None = None
    at_most: Fraction | None = None
    top: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Rounding:
    """Decimals of a leaf's points, of a node's, of the total (None: exact), and the mode."""

    leaf: int | None = None
    node: int | None = None
    total: int | None = 2
    mode: RoundingMode = "half_up"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Which number is ranked, within what, and how ties are numbered."""

    by: str = "total"
    within: Literal["group", "all", "type"] = "group"
    ties: Literal["competition", "dense", "ordinal"] = "competition"
    rounded: bool = True
    then_by: tuple[str, ...] = ()


OutcomeRule = Literal["exclude", "zero", "full"]


@dataclass(frozen=True)
class IndicatorSet:
    """A whole indicator set. ``root`` is the tree; its points are the set's full marks.

    ``out_of`` states the total as a share of the full marks that really counted for the unit, times this number.
    """

    id: str
    title: Text
    root: Indicator
    issuer: str = ""
    number: str = ""
    issued: str = ""
    source_text: str = ""
    note: Text = Text()
    weights_note: Text = Text()
    plan_year: int | None = None
    period: PeriodKind = "year"
    rounding: Rounding = Rounding()
    not_applicable: NotApplicable = NotApplicable()
    pending: OutcomeRule = "exclude"
    not_assessed: OutcomeRule = "exclude"
    error: OutcomeRule = "exclude"
    empty: Literal["no_score", "zero", "full"] = "no_score"
    out_of: Fraction | None = None
    gates: tuple[Gate, ...] = ()
    grades: tuple[Grade, ...] = ()
    lists: tuple[Grade, ...] = ()
    ranking: Ranking = Ranking()
    options: Mapping[str, object] = field(default_factory=dict)
    event_kinds: Mapping[str, Text] = field(default_factory=dict)
    event_attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    digest: str = ""

    @cached_property
    def memory(self) -> Memory:
        """What was worked out about the set alone and may be asked for again, in hundreds of single results."""
        return Memory(1 << 14)

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """All nodes below the root, parents first."""
        return tuple(self.root.walk())[1:]

    @cached_property
    def leaves(self) -> tuple[Indicator, ...]:
        """The indicators that are measured."""
        return tuple(node for node in self.root.walk() if node.is_leaf)

    @property
    def charging(self) -> dict[str, tuple[tuple[Indicator, Overlap], ...]]:
        """The members of every overlap group and how each belongs to it, in the order in which they charge a fact.

        By their turns; in one turn, by option ``overlap_order``, those with more points first, or those that stand
        earlier in the set (which also decides between equal ones).
        """
        groups: dict[str, list[tuple[Indicator, Overlap]]] = {}
        for leaf in self.leaves:
            for one in leaf.overlap:
                groups.setdefault(one.group, []).append((leaf, one))
        by_points = self.options.get("overlap_order", "most_points") == "most_points"

        def turn(member: tuple[Indicator, Overlap]) -> tuple[int, Fraction]:
            leaf, one = member
            return one.turn, -leaf.points if by_points else Fraction(0)

        return {group: tuple(sorted(members, key=turn)) for group, members in groups.items()}

    def __getitem__(self, indicator_id: str) -> Indicator:
        for node in self.root.walk():
            if node.id == indicator_id:
                return node
        raise KeyError(indicator_id)

    def __repr__(self) -> str:
        return f"<IndicatorSet {self.id}: {len(self.leaves)} indicators, {self.root.points} points>"
