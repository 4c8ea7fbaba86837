"""Challenges the tests of a set: every rule is changed by one step, and some test should notice.

``full`` and shares of the full marks are taken from the set as it is, so that a change of the points shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from gongkai_score.indicator_set import Gate, Indicator, IndicatorSet
from gongkai_score.measure_kinds import Duration
from gongkai_score.rule_tests.model import Equivalent, RuleTest, RuleTestFile
from gongkai_score.rule_tests.mutants import Change
from gongkai_score.rule_tests.node_mutants import gate_changes, leaf_changes, scope_changes
from gongkai_score.rule_tests.running import Prepared, asking, names_of, narrowed, prepared, run_test
from gongkai_score.work_calendar import WorkCalendar

Node = Indicator | Gate


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed rule and what became of it.

    Attributes:
        node: the indicator, group or gate that was changed.
        change: what was changed.
        killed_by: the test that noticed, or None.
        accepted: the entry of the test file that accepts it, or None.
    """

    node: Node
    change: Change[Any]
    killed_by: RuleTest | None
    accepted: Equivalent | None = None


@dataclass(frozen=True, slots=True)
class Stale:
    """An entry that accepts a change which does not survive: a test notices it, or there is none of that name."""

    entry: Equivalent
    killed_by: RuleTest | None


@dataclass(frozen=True)
class Challenge:
    """What the tests of a set notice.

    Attributes:
        mutants: every change tried.
        untested: indicators and gates without a passing test, and how many changes they have.
        stale: entries that accept what does not survive.
    """

    mutants: tuple[Mutant, ...]
    untested: tuple[tuple[Node, int], ...]
    stale: tuple[Stale, ...]

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """Changes that no test notices and nobody accepts."""
        return tuple(one for one in self.mutants if one.killed_by is None and one.accepted is None)

    @property
    def killed(self) -> int:
        """Number of changes that a test notices."""
        return sum(one.killed_by is not None for one in self.mutants)

    @property
    def accepted(self) -> int:
        """Number of surviving changes that the test file accepts."""
        return sum(one.killed_by is None and one.accepted is not None for one in self.mutants)


@dataclass(frozen=True)
class _Ready:
    """A test that passes, its cut-down set and the full marks it means."""

    prepared: Prepared
    rule: IndicatorSet
    marks: Fraction | None
    names: tuple[str, ...]


def challenge(
    file: RuleTestFile,
    calendar: WorkCalendar,
    only: str | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Challenge:
    """Changes every rule of a set by one step and runs the tests of its indicator until one fails.

    Args:
        file: the tests and their set; tests that do not pass are left out.
        calendar: which days are working days.
        only: id of the one indicator, group or gate that is changed.
        progress: told how many indicators are done, of how many.
    """
    ready = _ready_tests(file, calendar)
    accepted = {(one.node, one.mutation): one for one in file.equivalents}
    mutants: list[Mutant] = []
    untested: list[tuple[Node, int]] = []
    nodes = [node for node in _nodes(file.indicator_set) if only in (None, node.id)]
    for done, node in enumerate(nodes):
        progress(done, len(nodes))
        changes = list(_changes(file.indicator_set, node.id))
        tests = [one for below in _below(node) for one in ready.get(below, ())]
        if not tests:
            untested += [(node, len(changes))] if changes else []
            continue
        aligned = _aligned(file, node.id, changes, tests)
        for i, change in enumerate(changes):
            killer = _killer(tests, [versions[i] for versions in aligned])
            entry = accepted.get((node.id, change.name)) if killer is None else None
            mutants.append(Mutant(node, change, killer, entry))
    found = {(one.node.id, one.change.name): one for one in mutants}
    stale = []
    for key, entry in accepted.items():
        mutant = found.get(key)
        if only in (None, entry.node) and (mutant is None or mutant.killed_by is not None):
            stale.append(Stale(entry, None if mutant is None else mutant.killed_by))
    return Challenge(tuple(mutants), tuple(untested), tuple(stale))


def _ready_tests(file: RuleTestFile, calendar: WorkCalendar) -> dict[str, list[_Ready]]:
    found: dict[str, list[_Ready]] = {}
    for test in file.tests:
        rule = narrowed(file.set_of(test), test.node, names_of(test))
        made = prepared(test, file.file, calendar, rule)
        result = run_test(made, rule)
        if result.passed and result.found is not None:
            ready = _Ready(made, rule, result.found.score.full, names_of(test))
            found.setdefault(test.node, []).append(ready)
    return found


def _nodes(whole: IndicatorSet) -> Iterator[Node]:
    """Whatever has something to change: indicators, gates, and groups that bind some units or some time only."""
    for node in whole.root.walk():
        if node.is_leaf or node.applies_to or node.effective_from is not None or node.effective_to is not None:
            yield node
    yield from whole.gates


def _below(node: Node) -> list[str]:
    return [node.id] if isinstance(node, Gate) else [one.id for one in node.walk()]


def _changes(whole: IndicatorSet, node: str) -> Iterator[Change[Any]]:
    within = whole.options.get("promptly_within")
    promptly = within if isinstance(within, Duration) else Duration(20, "working_day")
    for gate in whole.gates:
        if gate.id == node:
            yield from gate_changes(gate, promptly)
            return
    found = whole[node]
    yield from leaf_changes(found, promptly) if found.is_leaf else scope_changes(found)


def _aligned(
    file: RuleTestFile, node: str, changes: Sequence[Change[Any]], tests: Sequence[_Ready]
) -> list[list[Change[Any] | None]]:
    """For each test the same changes of the set under that test's own options; None where there is none such."""
    versions: dict[object, list[Change[Any] | None]] = {}
    for one in tests:
        options = one.prepared.test.options
        if options in versions:
            continue
        whole = file.set_of(one.prepared.test)
        own = list(changes) if whole is file.indicator_set else list(_changes(whole, node))
        named = {change.name: change for change in own}
        same = len(own) == len(changes)
        versions[options] = [own[i] if same else named.get(c.name) for i, c in enumerate(changes)]
    return [versions[one.prepared.test.options] for one in tests]


def _killer(tests: Sequence[_Ready], changes: Sequence[Change[Any] | None]) -> RuleTest | None:
    """The first test that does not pass once its rule is changed."""
    for one, change in zip(tests, changes, strict=True):
        if change is None:
            continue
        try:
            passed = run_test(one.prepared, _with(one.rule, change.result, one.names), one.marks).passed
        except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError):
            passed = False  # a rule that cannot be worked out does not go unnoticed
        if not passed:
            return one.prepared.test
    return None


def _with(rule: IndicatorSet, new: Node, names: Sequence[str]) -> IndicatorSet:
    """A cut-down set with one indicator, group or gate changed."""
    if isinstance(new, Gate):
        return replace(rule, gates=tuple(new if gate.id == new.id else gate for gate in rule.gates))
    return replace(rule, root=_replaced(rule.root, new, names))


def _replaced(node: Indicator, new: Indicator, names: Sequence[str]) -> Indicator:
    if node.id == new.id:
        if new.is_leaf:
            return asking(new, names)
        return replace(new, children=node.children, points=node.points, combine=node.combine)
    if not node.children:
        return node
    return replace(node, children=tuple(_replaced(child, new, names) for child in node.children))
