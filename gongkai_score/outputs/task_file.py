"""What is asked, as plain data: how a set, a register and a calendar travel to another machine."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.outputs.json_codec import form_of
from gongkai_score.period import Window
from gongkai_score.pipeline import Task
from gongkai_score.units import Unit, UnitRegister
from gongkai_score.work_calendar import WorkCalendar

_UNITS: Any = tuple[Unit, ...]
_CALENDAR = ("name", "first_day", "last_day", "unpublished", "provisional_from")


def task_text(task: Task) -> str:
    """A task as JSON, without the results it draws on: those are needed only where it is scored."""
    calendar = {name: getattr(task.calendar, name) for name in _CALENDAR}
    calendar["working"] = "".join("01"[int(day)] for day in task.calendar.working.tolist())
    calendar["notices"] = [[year, list(notices)] for year, notices in task.calendar.notices.items()]
    calendar["sources"] = list(map(list, task.calendar.sources.items()))
    calendar["layers"] = list(task.calendar.layers)
    plain = {
        "indicator_set": form_of(IndicatorSet).write(task.indicator_set),
        "units": form_of(_UNITS).write(task.units.units),
        "calendar": calendar,
        "window": [task.window.first, task.window.last],
        "as_of": task.as_of,
    }
    return json.dumps(plain, ensure_ascii=False)


def task_from(text: str) -> Task:
    """A task from its JSON."""
    plain = json.loads(text)
    told = plain["calendar"]
    calendar = WorkCalendar(
        **{name: told[name] for name in _CALENDAR},
        working=np.array([day == "1" for day in told["working"]], bool),
        notices={year: tuple(notices) for year, notices in told["notices"]},
        sources=dict(map(tuple, told["sources"])),
        layers=tuple(told["layers"]),
    )
    return Task(
        form_of(IndicatorSet).read(plain["indicator_set"]),
        UnitRegister(form_of(_UNITS).read(plain["units"])),
        calendar,
        Window(*plain["window"]),
        plain["as_of"],
    )
