"""Runs tests beside the rules: a set cut down to one indicator, a log of a few events, one score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from gongkai_score.activity_log import NO_DAY, NO_TIME, ActivityLog, Coded, EventColumns, Moments
from gongkai_score.aggregation import NodeColumn, NodeScore, holds
from gongkai_score.collection import Collected, collect
from gongkai_score.errors import GongkaiScoreError, Problem
from gongkai_score.evidence import Case
from gongkai_score.indicator_set import Amount, Branch, Gate, Indicator, IndicatorSet, Scoring, Step, Text, Variant
from gongkai_score.known import Quantities, Undefined, text_passes
from gongkai_score.measure_kinds import AppliesTo, Condition, Duration, Faults, Selector
from gongkai_score.measurements import Measurement, Quantity, State
from gongkai_score.measures import View
from gongkai_score.pipeline import scored
from gongkai_score.points import rounded
from gongkai_score.rule_tests.model import EventRow, Moment, Points, RuleTest, RuleTestFile
from gongkai_score.units import UnitRegister
from gongkai_score.work_calendar import WorkCalendar

ZERO, ONE = Fraction(0), Fraction(1)
NOBODY = AppliesTo(units=("\0",))
"""Binds no unit at all."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came out otherwise than expected.

    Attributes:
        what: ``outcome``, ``points``, ``reason``, ``held``, or ``quantity``.
        name: name of the quantity, or "".
        expected: what the test says.
        got: what came out; None: nothing.
    """

    what: str
    name: str
    expected: object
    got: object


@dataclass(frozen=True)
class Found:
    """What came out for the unit of a test.

    Attributes:
        score: what the indicator came to (of a gate that opens a node or reads nodes: the root).
        measurements: name of the measure → measurement, of the measures that bind the unit.
        variant: which variant binds the unit: 0 the indicator itself.
        held: for a gate: whether its condition holds.
        collected: all measurements and cases.
        position: position of the unit.
    """

    score: NodeScore
    measurements: Mapping[str, Measurement]
    variant: int
    held: bool | None
    collected: Collected = field(repr=False)
    position: int = 0

    def cases(self, node: str) -> list[tuple[str, Case]]:
        """(name of the measure, case) for every case of the unit."""
        return [
            (name.partition("#")[0], columns.case(case))
            for name, columns in self.collected.cases.get(node, {}).items()
            for case in columns.of_unit(self.position)
        ]


@dataclass(frozen=True)
class RuleTestResult:
    """What became of one test.

    Attributes:
        test: the test.
        differences: what came out otherwise; none when it passed.
        found: what came out; None if it could not be assessed.
        problems: why it could not be assessed.
    """

    test: RuleTest
    differences: tuple[Difference, ...] = ()
    found: Found | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.differences and not self.problems


@dataclass(frozen=True)
class Prepared:
    """A test with its log indexed, ready to be run against any version of its rule."""

    test: RuleTest
    view: View
    position: int


def run(file: RuleTestFile, calendar: WorkCalendar, only: str | None = None) -> list[RuleTestResult]:
    """Runs every test of a file.

    Args:
        file: the tests and their set.
        calendar: which days are working days.
        only: id of the one indicator (or gate) whose tests are run.
    """
    cut: dict[object, IndicatorSet] = {}
    results = []
    for test in file.tests:
        if only is None or test.node == only:
            key = (test.options, test.node, names_of(test))
            if key not in cut:
                cut[key] = narrowed(file.set_of(test), test.node, names_of(test))
            results.append(run_test(prepared(test, file.file, calendar, cut[key]), cut[key]))
    return results


def prepared(test: RuleTest, file: str, calendar: WorkCalendar, rule: IndicatorSet) -> Prepared:
    """A test's events as a log, seen through its window."""
    register = UnitRegister([test.unit, *test.others])
    within = rule.options.get("promptly_within")
    promptly = within if isinstance(within, Duration) else Duration(20, "working_day")
    view = View(log_of(test.events, file), register, calendar, test.period, test.as_of, promptly)
    return Prepared(test, view, register.ids.index(test.unit.id))


def run_test(ready: Prepared, rule: IndicatorSet, marks: Fraction | None = None) -> RuleTestResult:
    """Runs one test against a set cut down to its indicator.

    Args:
        ready: the test.
        rule: what :func:`narrowed` made of the set, or a changed version of it.
        marks: the full marks that ``full`` and shares mean; by default those of ``rule``.
    """
    test = ready.test
    try:
        found = _evaluated(ready, rule)
        marks = found.score.full if marks is None else marks
    except GongkaiScoreError as error:
        return RuleTestResult(test, problems=error.problems)
    return RuleTestResult(test, tuple(differences(test, found, rule, marks)), found)


def _evaluated(ready: Prepared, rule: IndicatorSet) -> Found:
    collected = collect(rule, ready.view)
    register = ready.view.register
    nodes, ends = scored(rule, collected, register)
    node, at = ready.test.node, ready.position
    columns = collected.measurements.get(node, {})
    measured = {name: column[at] for name, column in columns.items()}
    bound = {name: m for name, m in measured.items() if m.state is not State.NOT_BOUND} or measured
    held: bool | None = None
    score = nodes[node if node in nodes else rule.root.id][at]
    for gate in rule.gates:
        if gate.id == node:
            held = _opens(gate, nodes, at) if gate.opens is not None else gate.id in ends[at].gates
    variant = collected.variant.get(node)
    return Found(score, bound, variant[at] if variant is not None else 0, held, collected, at)


def _opens(gate: Gate, nodes: Mapping[str, NodeColumn], at: int) -> bool:
    numbers = {name: column.numbers for name, column in nodes.items()}
    columns = next(iter(numbers.values())).columns
    return bool(columns.at(holds(gate.when, numbers, columns), at))


def differences(test: RuleTest, found: Found, rule: IndicatorSet, marks: Fraction) -> list[Difference]:
    """Everything that came out otherwise than the test expects."""
    expect, score = test.expect, found.score
    told: list[Difference] = []
    if expect.held is not None and found.held is not expect.held:
        told.append(Difference("held", "", expect.held, found.held))
    if expect.outcome is not None and score.outcome is not expect.outcome:
        told.append(Difference("outcome", "", expect.outcome, score.outcome))
    if expect.points is not None:
        wanted = points_meant(expect.points, marks, rule, test.node)
        if wanted != score.points:
            told.append(Difference("points", "", wanted, score.points))
    if expect.reason is not None and expect.reason not in reasons(found):
        told.append(Difference("reason", "", expect.reason, score.reason or _reason(found)))
    for name, condition in expect.quantities:
        value = quantity(found.measurements, name)
        if not _meets(value, condition):
            told.append(Difference("quantity", name, condition, value))
    return told


def points_meant(points: Points, full: Fraction, rule: IndicatorSet, node: str) -> Fraction | None:
    """The number of points a test expects; shares of the full marks are rounded as the set rounds."""
    if points.kind == "none":
        return None
    if points.kind == "number":
        return points.value
    leaf = any(one.id == node and one.is_leaf for one in rule.root.walk())
    return rounded(points.value * full, rule.rounding.leaf if leaf else rule.rounding.node, rule.rounding.mode)


def reasons(found: Found) -> set[str]:
    """Every way to write why there is no number: the whole code, and what stands before its colon."""
    codes = {found.score.reason, *(m.reason for m in found.measurements.values())} - {""}
    return codes | {code.partition(":")[0] for code in codes}


def _reason(found: Found) -> str:
    return next((m.reason for m in found.measurements.values() if m.reason), "")


def quantity(measurements: Mapping[str, Measurement], name: str) -> Quantity | None:
    """A quantity as the rule would see it; None: it has no value."""
    try:
        return Quantities(measurements)[name]
    except Undefined:
        return None


def _meets(value: Quantity | None, condition: Condition) -> bool:
    if value is None:
        return condition.op == "none"
    if isinstance(value, Fraction):
        return bool(condition.number(value))
    return text_passes(condition.op, condition.value, value)


# -- the set cut down to what a test is about


def narrowed(whole: IndicatorSet, node: str, names: Sequence[str] = ()) -> IndicatorSet:
    """The set with nothing but one indicator, or one gate.

    What its ancestors say about units and dates stays, and so do the indicators that may charge the same fact
    first. A gate keeps the tree only if it reads nodes of it.

    Args:
        whole: the set.
        node: id of the indicator or gate.
        names: quantities to be measured although no rule asks for them.
    """
    for gate in whole.gates:
        if gate.id == node:
            root = whole.root if reads_nodes(whole, gate) else Indicator(whole.id, Text(), ONE, (_IDLE,))
            return replace(whole, root=root, gates=(gate,))
    chain = _chain(whole.root, node)
    wanted = chain[-1]
    own = _branch(chain, asking(wanted, names))
    charging = _charging_before(whole, node)
    branches = [
        own if leaf is wanted else _branch(_chain(whole.root, leaf.id), leaf)
        for leaf in whole.leaves
        if leaf is wanted or leaf.id in charging
    ] or [own]
    root = Indicator(whole.id, Text(), sum((one.points for one in branches), ZERO), tuple(branches))
    return replace(whole, root=root, gates=())


def _charging_before(whole: IndicatorSet, node: str) -> set[str]:
    """The indicators that may charge a fact before this one, or before one of these."""
    found: set[str] = set()
    groups = [[leaf.id for leaf, _ in members] for members in whole.charging.values()]
    fresh = {node}
    while fresh:
        before = {one for ids in groups for last in fresh if last in ids for one in ids[: ids.index(last)]}
        fresh = before - found - {node}
        found |= fresh
    return found


def _branch(chain: Sequence[Indicator], node: Indicator) -> Indicator:
    """A node below those of its ancestors that say something about units or dates."""
    for above in reversed(chain[:-1]):
        if above.applies_to or above.effective_from is not None or above.effective_to is not None:
            node = replace(above, children=(node,), points=node.points, combine="sum")
    return node


def _chain(node: Indicator, wanted: str) -> list[Indicator]:
    """The nodes from ``node`` down to the one with an id; empty if there is none."""
    if node.id == wanted:
        return [node]
    for child in node.children:
        below = _chain(child, wanted)
        if below:
            return [node, *below]
    return []


def asking(leaf: Indicator, names: Sequence[str]) -> Indicator:
    """The indicator with quantities asked for by a rule that binds nobody."""
    if not names or not leaf.is_leaf:
        return leaf
    steps = tuple(Step("add", Amount(ZERO), per=name) for name in names)
    silent = Variant(NOBODY, scoring=Scoring((Branch(Amount(ZERO), steps),)))
    return replace(leaf, variants=(*leaf.variants, silent))


_IDLE = Indicator(
    "\0",
    Text(),
    ONE,
    measures={"": Faults("deduction", Selector("\0"))},
    scoring=Scoring((Branch(Amount(ONE, share=True), ()),)),
)
"""An indicator about nothing, for sets of which only a gate matters."""


def reads_nodes(whole: IndicatorSet, gate: Gate) -> bool:
    """Whether a gate's condition names nodes of the tree or the total."""
    ids = {one.id for one in whole.root.walk()} | {"total"}
    return gate.opens is not None or any(
        name.removesuffix(".rate") in ids for name, _ in (*gate.when.all, *gate.when.any)
    )


def names_of(test: RuleTest) -> tuple[str, ...]:
    """Quantities a test looks at."""
    return tuple(sorted({name for name, _ in test.expect.quantities}))


# -- the log of a test


def log_of(events: Sequence[EventRow], file: str) -> ActivityLog:
    """The log that holds some events; rows equal in everything count once, as in any log."""
    texts = sorted({name for event in events for name, _ in event.attributes})
    dates = sorted({name for event in events for name, _ in event.moments})
    held = [dict(event.attributes) for event in events]
    marked = [dict(event.moments) for event in events]
    columns = EventColumns(
        unit=Coded.of(event.unit for event in events),
        kind=Coded.of(event.kind for event in events),
        at=_moments([event.at for event in events]),
        ref=Coded.of(event.ref for event in events),
        id=Coded.of(event.id for event in events),
        attributes={name: Coded.of(row.get(name) for row in held) for name in texts},
        moments={name: _moments([row.get(name) for row in marked]) for name in dates},
        file=np.zeros(len(events), np.int32),
        row=np.array([event.row for event in events], np.int64),
        files=(file,),
    )
    return ActivityLog.build(columns)


def _moments(moments: Sequence[Moment | None]) -> Moments:
    day = np.fromiter((NO_DAY if m is None else m[0] for m in moments), np.int32, len(moments))
    second = np.fromiter((NO_TIME if m is None else m[1] for m in moments), np.int32, len(moments))
    return Moments(day, second)
