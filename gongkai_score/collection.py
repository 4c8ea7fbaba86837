"""Collecting: every measure of a set over the log, facts charged once, peers compared; then plain Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gongkai_score.assessment import Assessment
from gongkai_score.cases import Cases
from gongkai_score.column_cases import ColumnCases
from gongkai_score.evidence import CaseColumns
from gongkai_score.exact_columns import Codes, Mark
from gongkai_score.indicator_set import Amount, Indicator, IndicatorSet, Scoring, When, summands
from gongkai_score.measure_kinds import AppliesTo, Duration, Measure, Result, Value
from gongkai_score.measurements import Column, Measurement, State, combined
from gongkai_score.measures import Measured, View, measure, without_charged
from gongkai_score.outcomes import Verdict
from gongkai_score.peers import PeerFigures, against_mean, compared
from gongkai_score.period import day_date, months_of
from gongkai_score.reduction import Either, reduce
from gongkai_score.results import measure_results
from gongkai_score.threads import each

Mask = NDArray[np.bool_]
Measurements = dict[str, Column[Measurement]]
_MANY = 4_000_000
"""Events from which measures are worth threads."""


@dataclass(frozen=True)
class Collected:
    """Everything the scoring core needs, and the evidence it may cite.

    Attributes:
        measurements: leaf or gate id → name of the measure → measurements.
        variant: leaf id → which variant binds each unit: 0 the indicator itself, k its k-th variant.
        proven: leaf id → whether each unit recorded the proof that not applicable asks for.
        gate_bound: gate id → whether it binds each unit.
        cases: leaf or gate id → name of the measure → its cases.
        peers: leaf id → (quantity, figures used).
    """

    measurements: Mapping[str, Mapping[str, Column[Measurement]]]
    variant: Mapping[str, Codes]
    proven: Mapping[str, Sequence[bool]]
    gate_bound: Mapping[str, Mark]
    cases: Mapping[str, Mapping[str, CaseColumns]]
    peers: Mapping[str, tuple[str, tuple[PeerFigures, ...]]]


@dataclass(frozen=True)
class Job:
    """One measure of one node (or variant) and the units it is for."""

    node: str
    name: str
    label: str
    measure: Measure
    bound: Mask
    first: int | None
    last: int | None
    wanted: frozenset[str]


@dataclass(frozen=True)
class Plan:
    """What measuring has to do for the units of a view, known without looking at a single event.

    Attributes:
        jobs: the measures, each with the units it binds, in the order of the set.
        handed_in: the measures that read other assessments instead of the log.
        variant: see :class:`Collected`.
        gate_bound: see :class:`Collected`.
        overlap: the places in ``jobs`` of the members of each group that charges a fact once.
    """

    jobs: Sequence[Job]
    handed_in: Sequence[Job]
    variant: Mapping[str, Codes]
    gate_bound: Mapping[str, Mark]
    overlap: Sequence[Sequence[int]]


@dataclass(frozen=True)
class Gathered:
    """What measuring yields: all that a unit's records decide, before anything is compared between units.

    Attributes:
        measured: for each job of the plan its cases and numbers.
        proven: see :class:`Collected`.
    """

    measured: Sequence[Measured]
    proven: Mapping[str, Sequence[bool]]


def collect(indicator_set: IndicatorSet, view: View, results: Mapping[str, Assessment] | None = None) -> Collected:
    """Measures every indicator and gate of a set for all units of the view.

    Args:
        indicator_set: the set.
        view: log, units, calendar, window and date of assessment.
        results: assessments that ``result`` measures draw on, by the name the set uses.
    """
    plan = planned(indicator_set, view)
    return settled(indicator_set, view, plan, gathered(indicator_set, view, plan), results)


def planned(indicator_set: IndicatorSet, view: View, own: Mask | None = None) -> Plan:
    """The measures of a set and the units each is for.

    Args:
        indicator_set: the set.
        view: register and window.
        own: for each unit of the register whether it is measured here; None: all are.
    """
    units = len(view.register)
    active = (view.active_from <= view.window.last) & (view.window.first <= view.active_to)
    if own is not None:
        active &= own
    jobs: list[Job] = []
    variant: dict[str, Codes] = {}
    for leaf, chain in _leaves(indicator_set.root, ()):
        bound = active & _binding(chain, view)
        chosen = np.zeros(units, np.int32)
        for number, other in reversed(list(enumerate(leaf.variants, 1))):
            chosen[_binding([other.applies_to], view)] = number
        variant[leaf.id] = chosen
        jobs += _jobs(leaf, chain, bound, chosen)
    gate_bound: dict[str, Mark] = {}
    for gate in indicator_set.gates:
        bound = active & _binding([gate.applies_to], view)
        gate_bound[gate.id] = bound
        wanted = names_of(gate.when)
        jobs += [
            Job(gate.id, name, name, one, bound, None, None, _plain(wanted, gate.measures))
            for name, one in gate.measures.items()
        ]
    handed_in = [job for job in jobs if isinstance(job.measure, Result)]
    jobs = [job for job in jobs if not isinstance(job.measure, Result)]
    groups = [
        [
            i
            for leaf, member in members
            for i, job in enumerate(jobs)
            if job.node == leaf.id and member.holds(job.name)
        ]
        for members in indicator_set.charging.values()
    ]
    return Plan(jobs, handed_in, variant, gate_bound, groups)


def gathered(indicator_set: IndicatorSet, view: View, plan: Plan) -> Gathered:
    """Measures the jobs of a plan and charges each fact once.

    Args:
        indicator_set: the set.
        view: what is measured on.
        plan: made for the same view.
    """

    def taken(job: Job) -> Measured:
        return measure(job.measure, looked_at(job.measure, view), job.bound, job.first, job.last)

    measured = each(taken, plan.jobs, view.log.events >= _MANY)
    for places in plan.overlap:
        charged = without_charged([(plan.jobs[i].node, measured[i]) for i in places])
        for i, one in zip(places, charged, strict=True):
            measured[i] = one
    proven: dict[str, Sequence[bool]] = {}
    for leaf in indicator_set.leaves:
        rule = leaf.not_applicable or indicator_set.not_applicable
        if rule.proof is not None:
            has = np.zeros(len(view.register), bool)
            table = view.table(rule.proof.event)
            has[view.unit_of[table.unit[view.select(rule.proof)]]] = True
            proven[leaf.id] = has.tolist()
    return Gathered(measured, proven)


def settled(
    indicator_set: IndicatorSet,
    view: View,
    plan: Plan,
    found: Gathered,
    results: Mapping[str, Assessment] | None = None,
) -> Collected:
    """Reduces what was measured and compares peers: from here on no event is looked at.

    Args:
        indicator_set: the set.
        view: register, calendar and window; its log may be empty if the cases bring their own evidence.
        plan: made for the same view.
        found: what its jobs yielded.
        results: assessments that ``result`` measures draw on.
    """
    columns: dict[str, Measurements] = {}
    cases: dict[str, dict[str, CaseColumns]] = {}
    for job in plan.handed_in:
        assert isinstance(job.measure, Result)
        column, table = measure_results(job.measure, results or {}, view.register, job.bound.tolist(), job.wanted)
        _put(columns, job, column)
        cases.setdefault(job.node, {})[job.label] = table
    groups = view.register.groups
    peers: dict[str, tuple[str, tuple[PeerFigures, ...]]] = {}
    for job, one in zip(plan.jobs, found.measured, strict=True):
        seen = looked_at(job.measure, view)
        column = reduce(one, job.wanted)
        if isinstance(job.measure, Value) and job.measure.kind == "versus_peers" and not job.measure.benchmark:
            compared_with, figures = against_mean(column, job.measure, groups)
            one = _judged(one, compared_with)
            column = _with_peers(reduce(one, job.wanted), compared_with)
            peers[job.node] = ("value", figures)
        _put(columns, job, column)
        evidence = ColumnCases(one.cases, seen) if isinstance(one.cases, Cases) else one.cases
        cases.setdefault(job.node, {})[job.label] = evidence
    for leaf in indicator_set.leaves:
        if leaf.peers is not None:
            name, quantity = _resolved(leaf.peers, columns[leaf.id])
            column, figures = compared(columns[leaf.id][name], quantity, groups, leaf.peers_within)
            columns[leaf.id][name] = column
            peers[leaf.id] = (quantity, figures)
    return Collected(columns, plan.variant, found.proven, plan.gate_bound, cases, peers)


def looked_at(measure: Measure, view: View) -> View:
    """The view a measure is taken on: with ``look_back`` the last so long before the end of the window."""
    if isinstance(measure, Result) or measure.look_back is None:
        return view
    return view.since(_first_day(measure.look_back, view))


def _first_day(length: Duration, view: View) -> int:
    """First of the last so many days, working days or calendar months of a window, its last day included."""
    after = view.window.last + 1
    if length.unit == "month":
        day = day_date(after)
        months = day.year * 12 + day.month - 1 - length.n
        first, last = months_of(months // 12, months % 12 + 1, 1)
        return min(first + day.day - 1, last)
    if length.unit == "working_day":
        return int(view.calendar.add_workdays(after, -length.n))
    return after - length.n


def _put(columns: dict[str, Measurements], job: Job, column: Column[Measurement]) -> None:
    """A measure's column beside what variants of the same measure came to for other units."""
    held = columns.setdefault(job.node, {})
    held[job.name] = Either(held[job.name], column, job.bound) if job.name in held else column


def _with_peers(column: Column[Measurement], judged: Column[Measurement]) -> Column[Measurement]:
    """What cases with their verdicts come to, and what the peers came to."""

    def both(pair: tuple[Measurement, ...]) -> Measurement:
        one, other = pair
        peers = {name: value for name, value in other.quantities.items() if name.startswith("peers.")}
        return replace(one, quantities={**one.quantities, **peers})

    return combined([column, judged], both, len(column))


def _judged(one: Measured, column: Column[Measurement]) -> Measured:
    """Verdicts of a comparison with peers, known only after collection: one case a unit."""
    met = [m.state is State.CASES and (Verdict.MET if m.number("met") else Verdict.FAILED) for m in column.values]
    verdicts = {unit: verdict for unit, i in enumerate(column.index) if (verdict := met[i]) is not False}
    return one.judged(verdicts)


def _leaves(node: Indicator, above: tuple[Indicator, ...]) -> Iterator[tuple[Indicator, list[Indicator]]]:
    if node.is_leaf:
        yield node, [*above, node]
    for child in node.children:
        yield from _leaves(child, (*above, node))


def _binding(nodes: Sequence[Indicator | AppliesTo | None], view: View) -> Mask:
    """Which units are bound by all of the conditions."""
    conditions = [node.applies_to if isinstance(node, Indicator) else node for node in nodes]
    bound = np.ones(len(view.register), bool)
    for condition in conditions:
        if condition is not None:
            bound &= view.keep(("binds", id(condition)), partial(_bound_by, condition, view))
    return bound


def _bound_by(condition: AppliesTo, view: View) -> Mask:
    if condition.names_units:
        return np.fromiter((condition.binds(unit) for unit in view.register), bool, len(view.register))
    kind, units = view.register.kinds
    return np.array([condition.binds(unit) for unit in units], bool)[np.array(kind, np.intp)]


def _jobs(leaf: Indicator, chain: Sequence[Indicator], bound: Mask, chosen: NDArray[np.int32]) -> Iterator[Job]:
    """The measures of a leaf, those of variants for their own units."""
    starts = [node.effective_from for node in chain if node.effective_from is not None]
    ends = [node.effective_to for node in chain if node.effective_to is not None]
    first, last = max(starts, default=None), min(ends, default=None)
    wanted = wanted_by(leaf)
    own = bound.copy()
    for number, other in enumerate(leaf.variants, 1):
        if other.measures is not None:
            mine = bound & (chosen == number)
            own &= ~mine
            for name, one in other.measures.items():
                yield Job(leaf.id, name, f"{name}#{number}", one, mine, first, last, _plain(wanted, other.measures))
    for name, one in leaf.measures.items():
        yield Job(leaf.id, name, name, one, own, first, last, _plain(wanted, leaf.measures))


def _plain(wanted: frozenset[str], measures: Mapping[str, Measure]) -> frozenset[str]:
    """Names of quantities without the name of their measure."""
    return frozenset(
        name.partition(".")[2] if name.partition(".")[0] in measures and "." in name else name for name in wanted
    )


def _resolved(name: str, columns: Measurements) -> tuple[str, str]:
    """(measure, quantity) a name means."""
    head, _, rest = name.partition(".")
    return (head, rest) if rest and head in columns else (next(iter(columns)), name)


def names_of(when: When | None) -> frozenset[str]:
    """Quantities that conditions ask for."""
    named = () if when is None else (*when.all, *when.any)
    return frozenset(part for name, _ in named for part in summands(name))


def wanted_by(leaf: Indicator) -> frozenset[str]:
    """Quantities that a leaf's scoring rules, those of its variants and its comparison with peers ask for."""
    rules = [leaf.scoring, *(variant.scoring for variant in leaf.variants)]
    names = {part for rule in rules if rule is not None for name in _names(rule) for part in summands(name)}
    return frozenset(names | ({leaf.peers} if leaf.peers else set()))


def _names(rule: Scoring) -> Iterator[str]:
    def of(amount: Amount | None) -> Iterator[str]:
        if amount is not None and isinstance(amount.value, str):
            yield amount.value

    for branch in rule.branches:
        yield from of(branch.start)
        yield from names_of(branch.when)
        for step in branch.steps:
            yield from names_of(step.when)
            yield from (name for name in (step.per, step.by) if name is not None)
            for amount in (step.amount, step.at_most, *(tier.points for tier in step.tiers)):
                yield from of(amount)
