"""Explained, exact assessment of open-government work (政务公开).

Read an indicator set, an activity log, a unit register and a calendar; :func:`assess` them; render the result.
Nothing heavy is imported until it is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gongkai_score.activity_log import ActivityLog
    from gongkai_score.amendments import Kept, assess_and_keep, changed_units, reassess
    from gongkai_score.assessment import Assessment
    from gongkai_score.errors import GongkaiScoreError, Problem
    from gongkai_score.explanation import explain
    from gongkai_score.indicator_set import IndicatorSet
    from gongkai_score.outputs.frames import cases_frame, ranking_frame, scores_frame, set_aside_frame
    from gongkai_score.outputs.json_result import read_assessment, to_json, write_json
    from gongkai_score.outputs.log_parquet import write_log
    from gongkai_score.pipeline import assess
    from gongkai_score.readers.calendars import national_calendar, read_calendar
    from gongkai_score.readers.indicator_sets import (
        check_indicator_set,
        read_indicator_set,
        shipped_indicator_sets,
    )
    from gongkai_score.readers.logs import read_log
    from gongkai_score.readers.units import read_units
    from gongkai_score.streaming import assess_parquet
    from gongkai_score.units import Unit, UnitRegister
    from gongkai_score.work_calendar import WorkCalendar

__version__ = "0.1.0"

_HOMES: dict[str, str] = {
    "ActivityLog": "activity_log",
    "Assessment": "assessment",
    "GongkaiScoreError": "errors",
    "IndicatorSet": "indicator_set",
    "Kept": "amendments",
    "Problem": "errors",
    "Unit": "units",
    "UnitRegister": "units",
    "WorkCalendar": "work_calendar",
    "assess": "pipeline",
    "assess_and_keep": "amendments",
    "assess_parquet": "streaming",
    "cases_frame": "outputs.frames",
    "changed_units": "amendments",
    "check_indicator_set": "readers.indicator_sets",
    "explain": "explanation",
    "national_calendar": "readers.calendars",
    "ranking_frame": "outputs.frames",
    "read_assessment": "outputs.json_result",
    "read_calendar": "readers.calendars",
    "read_indicator_set": "readers.indicator_sets",
    "read_log": "readers.logs",
    "read_units": "readers.units",
    "reassess": "amendments",
    "scores_frame": "outputs.frames",
    "set_aside_frame": "outputs.frames",
    "shipped_indicator_sets": "readers.indicator_sets",
    "to_json": "outputs.json_result",
    "write_json": "outputs.json_result",
    "write_log": "outputs.log_parquet",
}

__all__ = [
    "ActivityLog",
    "Assessment",
    "GongkaiScoreError",
    "IndicatorSet",
    "Kept",
    "Problem",
    "Unit",
    "UnitRegister",
    "WorkCalendar",
    "assess",
    "assess_and_keep",
    "assess_parquet",
    "cases_frame",
    "changed_units",
    "check_indicator_set",
    "explain",
    "national_calendar",
    "ranking_frame",
    "read_assessment",
    "read_calendar",
    "read_indicator_set",
    "read_log",
    "read_units",
    "reassess",
    "scores_frame",
    "set_aside_frame",
    "shipped_indicator_sets",
    "to_json",
    "write_json",
    "write_log",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
