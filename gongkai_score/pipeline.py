"""The road: indicator set + activity log + units + calendar → assessment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gongkai_score import __version__
from gongkai_score.activity_log import ActivityLog, SetAside, Source
from gongkai_score.aggregation import NodeColumn, Tree
from gongkai_score.array_columns import Arrays
from gongkai_score.assessment import (
    Assessment,
    InputFile,
    Parameters,
    PeerGroup,
    RowsToCount,
    SetAsideRow,
)
from gongkai_score.collection import Collected, collect
from gongkai_score.errors import AssessmentError, Problem, problem
from gongkai_score.evidence import Digest
from gongkai_score.gates import TotalColumn, opening, totals
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.leaf_scores import Leaf
from gongkai_score.measure_kinds import Duration, Result
from gongkai_score.measures import View
from gongkai_score.period import Window, day_date, parse_day
from gongkai_score.ranking import places
from gongkai_score.units import UnitRegister
from gongkai_score.work_calendar import WorkCalendar


@dataclass(frozen=True, eq=False)
class Task:
    """What is asked: everything about an assessment but the log.

    Attributes:
        indicator_set: what must be done and what it is worth.
        units: who is assessed.
        calendar: which days are working days.
        window: the days assessed.
        as_of: last day whose events are known.
        results: assessments that a combination draws on.
    """

    indicator_set: IndicatorSet
    units: UnitRegister
    calendar: WorkCalendar
    window: Window
    as_of: int
    results: Mapping[str, Assessment] = field(default_factory=dict)

    def view(self, log: ActivityLog, units: UnitRegister | None = None) -> View:
        """A log as this task sees it, for all its units or for some."""
        register = self.units if units is None else units
        return View(log, register, self.calendar, self.window, self.as_of, _promptly(self.indicator_set))


@dataclass(frozen=True)
class LogFacts:
    """What an assessment says of a log beside what it measured.

    Attributes:
        sources: the files read.
        rows_read: rows they held.
        set_aside: rows not used, each with a reason.
        warnings: oddities of rows that are used all the same.
    """

    sources: Sequence[Source]
    rows_read: int
    set_aside: Sequence[SetAside]
    warnings: Sequence[Problem]

    @classmethod
    def of(cls, log: ActivityLog) -> LogFacts:
        """What a log says of itself."""
        return cls(log.sources, log.rows_read, log.set_aside, log.warnings)


def assess(
    indicator_set: IndicatorSet,
    log: ActivityLog,
    units: UnitRegister,
    *,
    calendar: WorkCalendar,
    period: str,
    as_of: str | None = None,
    results: Mapping[str, Assessment] | None = None,
) -> Assessment:
    """Evaluates an indicator set against a log for every unit of a register.

    Args:
        indicator_set: what must be done and what it is worth.
        log: what was done.
        units: who is assessed; a unit without any event is in the result all the same.
        calendar: which days are working days.
        period: ``2019``, ``2019H1``, ``2019Q3``, ``2019-07`` or ``2019-01-01..2019-06-30``.
        as_of: last day whose events are known, ``YYYY-MM-DD``; by default the last day of the period. A limit
            that has not passed by then is pending, not missed.
        results: assessments a combination draws on, by the name its ``result`` measures use.

    Returns:
        The assessment. It is the same whatever the order of the log's rows and whatever today's date.

    Raises:
        AssessmentError: period or date cannot be read (A001, A002), no unit is registered (A003), a result that
            the set draws on was not handed in (A005).
        CalendarError: a limit runs into a year whose working days are not published.
    """
    task = task_of(indicator_set, units, calendar=calendar, period=period, as_of=as_of, results=results)
    view = task.view(log)
    collected = collect(indicator_set, view, results)
    return assessed(task, collected, LogFacts.of(log), view.accounting, Digest(lambda: log.digest))


def task_of(
    indicator_set: IndicatorSet,
    units: UnitRegister,
    *,
    calendar: WorkCalendar,
    period: str,
    as_of: str | None = None,
    results: Mapping[str, Assessment] | None = None,
) -> Task:
    """The task that the arguments of :func:`assess` describe, checked.

    Raises:
        AssessmentError: as :func:`assess`.
    """
    window, known_until = _dates(period, as_of, units)
    _check_results(indicator_set, results or {})
    return Task(indicator_set, units, calendar, window, known_until, results or {})


def assessed(
    task: Task, collected: Collected, facts: LogFacts, accounting: Callable[[], Mapping[str, int]], digest: Digest
) -> Assessment:
    """Scores what was collected and says what it rests on.

    Args:
        task: what was asked.
        collected: measurements of all units.
        facts: what the result says of the log.
        accounting: gives numbers of source rows used and outside, by reason, when they are asked for.
        digest: of the events kept.
    """
    indicator_set, units, calendar = task.indicator_set, task.units, task.calendar
    nodes, ends = scored(indicator_set, collected, units)
    columns = Arrays(len(units))
    window = task.window
    in_scope = units.facts.keep(
        ("in scope", window), lambda: columns.marks([unit.active_in(window) for unit in units])
    )
    return Assessment(
        indicator_set=indicator_set,
        units=units.units,
        parameters=Parameters(
            window=task.window,
            as_of=task.as_of,
            options={name: str(value) for name, value in sorted(indicator_set.options.items())},
            calendar=calendar.name,
            calendar_digest=calendar.digest,
            calendar_notices=_notices(calendar, task.window, task.as_of),
            provisional=calendar.provisional_from is not None and task.as_of >= calendar.provisional_from,
        ),
        engine=__version__,
        log_digest=digest,
        inputs=tuple(InputFile(s.name, s.sha256, s.rows, s.encoding) for s in facts.sources),
        rows=RowsToCount(facts.rows_read, _set_aside_counts(facts.set_aside), accounting),
        set_aside=tuple(
            SetAsideRow(s.file, s.row, s.column or "", s.value or "", s.problem) for s in facts.set_aside
        ),
        warnings=tuple(facts.warnings),
        measurements=collected.measurements,
        nodes=nodes,
        totals=ends,
        places=places(indicator_set, units.units, ends, nodes, in_scope, columns),
        cases=collected.cases,
        peers=_peer_groups(collected, units),
    )


def scored(
    indicator_set: IndicatorSet, collected: Collected, units: UnitRegister
) -> tuple[dict[str, NodeColumn], TotalColumn]:
    """Scores of every node and totals, from measurements alone: the pure core of the road."""
    columns = Arrays(len(units))
    leaves = {
        leaf.id: Leaf(
            leaf,
            collected.measurements.get(leaf.id, {}),
            collected.variant[leaf.id],
            collected.proven.get(leaf.id),
            indicator_set.rounding,
            indicator_set.memory,
        ).scores(columns)
        for leaf in indicator_set.leaves
    }
    opens = opening(indicator_set, collected.measurements, collected.gate_bound, columns)
    nodes = Tree(indicator_set, leaves, units.groups, columns, opens).scored()
    return nodes, totals(indicator_set, nodes, collected.measurements, collected.gate_bound, columns)


def _dates(period: str, as_of: str | None, units: UnitRegister) -> tuple[Window, int]:
    found: list[Problem] = []
    window, known = Window(0, 0), 0
    try:
        window = Window.parse(period)
        known = window.last
    except ValueError:
        found.append(problem("A001", period=period))
    if as_of is not None:
        try:
            known = parse_day(as_of)
            if not found and known < window.first:
                found.append(problem("A004", as_of=as_of, first=day_date(window.first)))
        except ValueError:
            found.append(problem("A002", as_of=as_of))
    if not len(units):
        found.append(problem("A003"))
    if found:
        raise AssessmentError(found)
    return window, known


def _check_results(indicator_set: IndicatorSet, results: Mapping[str, Assessment]) -> None:
    """Every result a set draws on must be there: an absent part is not silently not assessed."""
    asked: dict[str, str] = {}
    measures = [(leaf.id, leaf.measures) for leaf in indicator_set.leaves]
    measures += [(gate.id, gate.measures) for gate in indicator_set.gates]
    for node, named in measures:
        for one in named.values():
            if isinstance(one, Result):
                asked.update(dict.fromkeys(one.of, node))
    found = [
        problem("A005", name=name, node=node, given="、".join(sorted(results)) or "–")
        for name, node in sorted(asked.items())
        if name not in results
    ]
    if found:
        raise AssessmentError(found)


def _promptly(indicator_set: IndicatorSet) -> Duration:
    value = indicator_set.options.get("promptly_within")
    return value if isinstance(value, Duration) else Duration(20, "working_day")


def _notices(calendar: WorkCalendar, window: Window, known_until: int) -> tuple[str, ...]:
    years = range(day_date(window.first).year, day_date(max(window.last, known_until)).year + 1)
    return tuple(notice for year in years for notice in calendar.notices.get(year, ()))


def _set_aside_counts(set_aside: Sequence[SetAside]) -> Mapping[str, int]:
    """Rows (not problems) set aside, each under the first code it was given."""
    first: dict[tuple[str, int], str] = {}
    for row in set_aside:
        first.setdefault((row.file, row.row), row.code)
    counts: dict[str, int] = {}
    for code in first.values():
        counts[code] = counts.get(code, 0) + 1
    return dict(sorted(counts.items()))


def _peer_groups(collected: Collected, units: UnitRegister) -> tuple[PeerGroup, ...]:
    ids: Sequence[str] = units.ids
    return tuple(
        PeerGroup(leaf, quantity, one.group, tuple(ids[i] for i in one.units), one.figures)
        for leaf, (quantity, figures) in collected.peers.items()
        for one in figures
    )
