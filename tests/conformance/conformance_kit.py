"""What every replay needs: facts from files, sets from text, logs from plain rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from gongkai_score import Assessment, Unit, UnitRegister, WorkCalendar, assess, national_calendar, read_log
from gongkai_score.explanation import explain
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.readers.indicator_sets import parse_indicator_set

DATA = Path(__file__).parent / "data"
Row = Mapping[str, object]


def facts(name: str) -> dict[str, Any]:
    """What other systems publish; numbers stay text, so that nothing is lost on the way."""
    found = yaml.load((DATA / f"{name}.yaml").read_text("utf-8"), yaml.BaseLoader)
    assert isinstance(found, dict) and found["source"]
    return found


class Plain(yaml.SafeDumper):
    """Writes a value that is used twice twice: the language knows no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def text_of(told: Mapping[str, object]) -> str:
    """The YAML text of a set that is written by a loop."""
    text = yaml.dump(dict(told), Dumper=Plain, allow_unicode=True, sort_keys=False)
    assert isinstance(text, str)
    return text


def set_of(told: Mapping[str, object]) -> IndicatorSet:
    """The set that the text of ``told`` says."""
    return parse_indicator_set(text_of(told))


def played(
    indicator_set: IndicatorSet,
    rows: Sequence[Row],
    units: UnitRegister | Sequence[str] = ("u",),
    *,
    period: str = "2019",
    calendar: WorkCalendar | None = None,
    as_of: str | None = None,
    results: Mapping[str, Assessment] | None = None,
) -> Assessment:
    """The set over a log of plain rows; a row without a unit or a date is of the only unit, in mid-year."""
    register = units if isinstance(units, UnitRegister) else UnitRegister([Unit(u, u) for u in units])
    cells = [
        {key: str(value) for key, value in {"unit": register.ids[0], "at": "2019-06-03", **row}.items()}
        for row in rows
    ]
    frame = pd.DataFrame(cells or None, columns=None if cells else ["unit", "kind", "at"], dtype="string")
    log = read_log(frame, units=register, name="log", event_kinds=tuple(indicator_set.event_kinds))
    assert not log.set_aside, log.set_aside
    result = assess(
        indicator_set,
        log,
        register,
        calendar=calendar or national_calendar(),
        period=period,
        as_of=as_of,
        results=results,
    )
    for unit in register.ids:
        assert explain(result, unit).check(), unit
    return result


def total(result: Assessment, unit: str = "u") -> Fraction | None:
    """The total of one unit."""
    return result.total(unit).points
