"""Amendments: when a few records of a log change, only the units they belong to are measured again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import ActivityLog, Coded, EventTable, Moments
from gongkai_score.assessment import Assessment
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.parts import Part, completed, measure_part, merge, same_rows, shared_kinds, shares
from gongkai_score.pipeline import LogFacts, Task, task_of
from gongkai_score.units import UnitRegister
from gongkai_score.work_calendar import WorkCalendar


@dataclass(frozen=True, eq=False)
class Kept:
    """An assessment with what measuring yielded for each unit, so that an amendment costs what it changes.

    Attributes:
        assessment: the result.
        measured: ids of the units that were measured for it; the others were kept.
        task: what was asked.
        part: what measuring yielded.
        log: the log.
    """

    assessment: Assessment
    measured: tuple[str, ...]
    task: Task
    part: Part
    log: ActivityLog

    def __repr__(self) -> str:
        return f"<Kept: {len(self.measured)} of {len(self.task.units)} units measured>\n{self.assessment!r}"


def assess_and_keep(
    indicator_set: IndicatorSet,
    log: ActivityLog,
    units: UnitRegister,
    *,
    calendar: WorkCalendar,
    period: str,
    as_of: str | None = None,
    results: Mapping[str, Assessment] | None = None,
) -> Kept:
    """What :func:`~gongkai_score.pipeline.assess` gives, kept for amendments; arguments and errors are the same."""
    task = task_of(indicator_set, units, calendar=calendar, period=period, as_of=as_of, results=results)
    return _measured(task, log)


def reassess(kept: Kept, log: ActivityLog, units: Collection[str] | None = None) -> Kept:
    """The assessment of an amended log, byte for byte what a full run gives.

    Only units whose records changed are measured again; then peers are compared and all units scored and ranked
    anew. Where a set lets any unit answer, a change may concern every unit, and all are measured.

    Args:
        kept: the assessment before.
        log: the whole log as amended.
        units: ids of the units whose records, or their places in the files, changed; None: found by
            :func:`changed_units`. A unit that is left out keeps what it had.

    Raises:
        CalendarError: a limit runs into a year whose working days are not published.

    >>> import pandas as pd
    >>> from gongkai_score import Unit, UnitRegister, assess_and_keep, national_calendar, read_log, reassess
    >>> from gongkai_score.readers.indicator_sets import parse_indicator_set
    >>> rules = parse_indicator_set("{id: s, title: t, full_marks: 10, indicators: [{id: A, name: n, points: 10,"
    ...     " scoring: {proportion: rate}, measure: {kind: count, event: training_held, at_least: 2}}]}")
    >>> rows = pd.DataFrame({"unit": ["a", "b"], "kind": "training_held", "at": ["2019-03-01", "2019-05-06"]})
    >>> more = pd.concat([rows, pd.DataFrame({"unit": ["b"], "kind": "training_held", "at": ["2019-06-03"]})],
    ...     ignore_index=True)
    >>> register = UnitRegister([Unit("a", "甲局"), Unit("b", "乙局")])
    >>> first = assess_and_keep(rules, read_log(rows), register, calendar=national_calendar(), period="2019")
    >>> second = reassess(first, read_log(more))
    >>> second.measured, [str(second.assessment.total(unit).points) for unit in "ab"]
    (('b',), ['0', '10'])
    """
    if shared_kinds(kept.task.indicator_set):
        return _measured(kept.task, log)
    names = set(changed_units(kept.log, log) if units is None else units)
    names |= same_rows(log, names)
    places = [i for i, name in enumerate(kept.task.units.ids) if name in names]
    share = next(shares(kept.task, log, [places]))
    units_known = kept.task.units
    rest = kept.part.without(places, lambda name: name in names or name not in units_known)
    part = merge([rest, measure_part(kept.task, share)])
    assessment = completed(kept.task, part, LogFacts.of(log))
    return Kept(assessment, tuple(kept.task.units.ids[i] for i in places), kept.task, part, log)


def changed_units(before: ActivityLog, after: ActivityLog) -> tuple[str, ...]:
    """Ids of the units whose events, or their places in the files, are not the same in two logs.

    >>> import pandas as pd
    >>> from gongkai_score import changed_units, read_log
    >>> rows = pd.DataFrame({"unit": ["a", "b"], "kind": "training_held", "at": ["2019-03-01", "2019-05-06"]})
    >>> changed_units(read_log(rows), read_log(rows.assign(at=["2019-03-01", "2019-05-07"])))
    ('b',)
    """
    names = sorted({*before.units, *after.units})
    place = {name: i for i, name in enumerate(names)}
    of_before, of_after = (np.array([place[name] for name in log.units], np.int64) for log in (before, after))
    changed = np.zeros(len(names), bool)
    codes = _Codes()
    for kind in sorted({*before.tables, *after.tables}):
        one, other = before.table(kind), after.table(kind)
        units, others = of_before[one.unit], of_after[other.unit]
        counts, more = (np.bincount(column, minlength=len(names)) for column in (units, others))
        changed |= counts != more
        alike = (counts == more) & ~changed
        rows, fellows = np.flatnonzero(alike[units]), np.flatnonzero(alike[others])
        differ = np.zeros(len(rows), bool)
        for numbers, found in _numbers(one, other):
            differ |= numbers[rows] != found[fellows]
        for text, now in _texts(before, one, after, other):
            differ |= text.codes[rows] != codes.in_terms_of(text, now)[fellows]
        changed[units[rows[differ]]] = True
    return tuple(name for name, flag in zip(names, changed.tolist(), strict=True) if flag)


def _numbers(one: EventTable, other: EventTable) -> Iterator[tuple[NDArray[np.integer], NDArray[np.integer]]]:
    """Columns of numbers of two tables of one kind: dates, and the rows they were read from."""
    yield one.row, other.row
    for name in sorted({"at", *one.moments, *other.moments}):
        mine, theirs = (
            t.at if name == "at" else t.moments.get(name) or Moments.empty(len(t)) for t in (one, other)
        )
        yield mine.day, theirs.day
        yield mine.second, theirs.second


def _texts(
    before: ActivityLog, one: EventTable, after: ActivityLog, other: EventTable
) -> Iterator[tuple[Coded, Coded]]:
    """Columns of texts of two tables of one kind."""
    yield one.id, other.id
    yield Coded(one.ref, before.refs), Coded(other.ref, after.refs)
    yield Coded(one.file, one.files), Coded(other.file, other.files)
    for name in sorted({*one.attributes, *other.attributes}):
        mine, theirs = (t.attributes.get(name) or Coded.empty(len(t)) for t in (one, other))
        yield mine, theirs


class _Codes:
    """Codes of one log in terms of another's; each pair of vocabularies is compared once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], NDArray[np.int64]] = {}

    def in_terms_of(self, one: Coded, other: Coded) -> NDArray[np.integer]:
        """The codes of ``other`` as ``one`` has them; -2: a text that is not there."""
        if one.values is other.values or one.values == other.values:
            return other.codes
        key = (id(one.values), id(other.values))
        if key not in self._known:
            index = {value: code for code, value in enumerate(one.values)}
            self._known[key] = np.array([*(index.get(value, -2) for value in other.values), -1], np.int64)
        return self._known[key][other.codes]


def _measured(task: Task, log: ActivityLog) -> Kept:
    """A full run."""
    share = next(shares(task, log, [np.arange(len(task.units)).tolist()]))
    part = measure_part(task, share)
    return Kept(completed(task, part, LogFacts.of(log)), task.units.ids, task, part, log)
