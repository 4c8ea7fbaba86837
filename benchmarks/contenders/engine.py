"""The library itself, from rules in YAML: columns in arrival order, an indexed log, CSV and Parquet files."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.make_log import UNIT_TYPES, MadeLog
from benchmarks.workload import LEAVES, NONE, ONE, Scores
from gongkai_score.activity_log import ActivityLog
from gongkai_score.aggregation import NodeColumn
from gongkai_score.array_columns import Exact
from gongkai_score.assessment import Assessment
from gongkai_score.column_cases import ColumnCases
from gongkai_score.gates import TotalColumn
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.pipeline import assess
from gongkai_score.ranking import Places
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.indicator_sets import read_indicator_set
from gongkai_score.units import Unit, UnitRegister
from gongkai_score.work_calendar import WorkCalendar

COLUMNS = ("unit", "verdict", "key", "start", "due", "done", "number", "needed", "cited")
WORKLOAD = Path(__file__).parents[1] / "workload.yaml"


@dataclass
class Prepared:
    """What stands ready before the clock starts; ``log`` gives the log when it runs."""

    indicator_set: IndicatorSet
    units: UnitRegister
    calendar: WorkCalendar
    period: str
    log: Callable[[], ActivityLog]


def prepare(log: MadeLog) -> Prepared:
    """Columns in arrival order: the log is indexed while the clock runs."""
    columns = log.event_columns()
    return _prepared(log, lambda: ActivityLog.build(columns))


def prepare_indexed(log: MadeLog) -> Prepared:
    """The log is indexed already."""
    indexed = log.activity_log()
    return _prepared(log, lambda: indexed)


def prepare_new(log: MadeLog) -> Prepared:
    """The log is indexed already, and each time nobody has looked at it before."""
    indexed = log.activity_log()
    return _prepared(log, lambda: replace(indexed))


def prepare_file(log: MadeLog, path: Path) -> Prepared:
    """The log is a file, read while the clock runs."""
    from gongkai_score.readers.logs import read_log

    return _prepared(log, lambda: read_log(path))


def run(prepared: Prepared) -> Scores:
    """Scores out of an assessment; its cases are columns that stay where they are."""
    return _scores(_assess(prepared), prepared.units)


def run_with_cases(prepared: Prepared) -> Scores:
    """Scores, and all columns of all cases made."""
    assessment = _assess(prepared)
    made = 0
    for leaf in assessment.cases.values():
        for cases in leaf.values():
            assert isinstance(cases, ColumnCases)
            made += sum(len(getattr(cases.cases, name)) for name in COLUMNS)
    assert made
    return _scores(assessment, prepared.units)


def explained(prepared: Prepared) -> float:
    """Seconds it takes to explain every case of one unit, once the assessment is there."""
    assessment = _assess(prepared)
    unit = len(prepared.units) // 2
    begun = time.perf_counter()
    for leaf in assessment.cases.values():
        for cases in leaf.values():
            for place in cases.of_unit(unit):
                cases.case(place)
    return time.perf_counter() - begun


def _assess(prepared: Prepared) -> Assessment:
    return assess(
        prepared.indicator_set,
        prepared.log(),
        prepared.units,
        calendar=prepared.calendar,
        period=prepared.period,
    )


def _prepared(log: MadeLog, source: Callable[[], ActivityLog]) -> Prepared:
    types = [UNIT_TYPES[code] for code in log.unit_type.tolist()]
    register = UnitRegister([Unit(u, u, type=kind) for u, kind in zip(log.units, types, strict=True)])
    return Prepared(read_indicator_set(WORKLOAD), register, national_calendar(), log.period, source)


def _scores(assessment: Assessment, units: UnitRegister) -> Scores:
    leaf = np.empty((len(units), len(LEAVES)), np.int64)
    for number, one in enumerate(LEAVES):
        column = assessment.nodes[one.id]
        assert isinstance(column, NodeColumn)
        leaf[:, number] = _whole(column.numbers.points, column.numbers.counts)
    ends = assessment.totals
    assert isinstance(ends, TotalColumn)
    ranks = assessment.places.ranks if isinstance(assessment.places, Places) else []
    rank = np.array([rank or 0 for rank in ranks], np.int64)
    return Scores(units.ids, leaf, _whole(ends.points, ends.counts), rank)


def _whole(points: Exact, counts: Any) -> np.ndarray:
    """Points in the unit of measurement of :class:`Scores`."""
    return np.where(counts, (points * ONE).whole(False).num, NONE)
