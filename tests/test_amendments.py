"""After an amendment only units whose records changed are measured again; the result is that of a full run."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from random_logs import log_of, register_of

from gongkai_score import (
    assess,
    assess_and_keep,
    changed_units,
    national_calendar,
    read_indicator_set,
    read_log,
    reassess,
    to_json,
)
from gongkai_score.activity_log import ActivityLog
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.units import UnitRegister

CALENDAR = national_calendar("statutory")
ASKED = {"period": "2019", "as_of": "2019-11-30"}
UNITS = 12


def read(frame: pd.DataFrame, units: UnitRegister, indicator_set: IndicatorSet) -> ActivityLog:
    return read_log(frame, units=units, name="log", event_kinds=tuple(indicator_set.event_kinds))


def amended(frame: pd.DataFrame) -> pd.DataFrame:
    """One row of u001 later, one of u004 gone, one more of u007; the other rows keep their places."""
    found = frame.copy()
    mine = found.index[found["unit"] == "u001"]
    found.loc[mine[0], "at"] = "2019-07-05"
    found = found.drop(found.index[found["unit"] == "u004"][0])
    more = found[found["unit"] == "u002"].iloc[:1].assign(unit="u007", id="new")
    return pd.concat([found, more.set_index(pd.Index([len(frame) + 5]))])


@pytest.mark.parametrize("name", ["bishan-2019", "huainan-2024", "jiangmen-2016", "jinan-2018"])
def test_an_amendment_gives_the_bytes_of_a_full_run(name: str) -> None:
    indicator_set = read_indicator_set(name)
    units = register_of(indicator_set, UNITS, 3)
    before = log_of(indicator_set, units, 600, 3)
    after = amended(before)
    kept = assess_and_keep(indicator_set, read(before, units, indicator_set), units, calendar=CALENDAR, **ASKED)
    log = read(after, units, indicator_set)
    again = reassess(kept, log)
    assert to_json(again.assessment) == to_json(assess(indicator_set, log, units, calendar=CALENDAR, **ASKED))
    some = ("u001", "u004", "u007")
    assert changed_units(kept.log, log) == some
    assert again.measured == (units.ids if name == "jinan-2018" else some)
    back = reassess(again, read(before, units, indicator_set), some)
    assert to_json(back.assessment) == to_json(kept.assessment)


def test_where_any_unit_may_answer_all_units_are_measured_again() -> None:
    indicator_set = read_indicator_set("bengbu-2017")
    units = register_of(indicator_set, UNITS, 3)
    before = log_of(indicator_set, units, 300, 3)
    kept = assess_and_keep(indicator_set, read(before, units, indicator_set), units, calendar=CALENDAR, **ASKED)
    log = read(amended(before), units, indicator_set)
    again = reassess(kept, log)
    assert again.measured == units.ids
    assert to_json(again.assessment) == to_json(assess(indicator_set, log, units, calendar=CALENDAR, **ASKED))


def test_an_event_that_moves_to_a_row_of_another_unit_takes_that_unit_with_it(tmp_path: Path) -> None:
    indicator_set = read_indicator_set("bishan-2019")
    units = register_of(indicator_set, 4, 3)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "events:\n"
        "  - {kind: training_held, unit: first, at: day}\n"
        "  - {kind: meeting_held, unit: second, at: day, when: {second: {empty: false}}}\n",
        encoding="utf-8",
    )
    before = pd.DataFrame({"first": ["u000", "u001"], "second": ["", "u003"], "day": "2019-05-06"})
    after = before.assign(second=["u002", "u003"])
    logs = [read_log(frame, units=units, mapping=mapping, name="log") for frame in (before, after)]
    kept = assess_and_keep(indicator_set, logs[0], units, calendar=CALENDAR, **ASKED)
    again = reassess(kept, logs[1])
    assert again.measured == ("u000", "u002")
    assert to_json(again.assessment) == to_json(assess(indicator_set, logs[1], units, calendar=CALENDAR, **ASKED))
