"""A log streamed from Parquet, part by part, gives the bytes of the log read and assessed in one piece."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from random_logs import log_of, register_of

from gongkai_score import (
    assess,
    assess_parquet,
    national_calendar,
    read_assessment,
    read_indicator_set,
    read_log,
    to_json,
    write_json,
)
from gongkai_score.errors import ActivityLogError, AssessmentError
from gongkai_score.explanation import explain
from gongkai_score.readers.indicator_sets import shipped_indicator_sets

CALENDAR = national_calendar("statutory")
ASKED = {"period": "2019", "as_of": "2019-11-30"}
UNITS = 12


def messy(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with every sort of trouble that one row, two rows, or rows of several units can have."""
    again = frame.iloc[[3, 4, 5, 3]]
    same_id = frame.iloc[[6, 6]].assign(unit=["u003", "u009"], at="2019-04-01", id="twice")
    kinds = {"kind": "request_answered", "id": ""}
    lost = frame.iloc[range(150)].assign(**kinds, at="2019-03-03", ref=[f"lost{i}" for i in range(150)])
    early = frame.iloc[[0, 1]].assign(kind=["request_received", "request_answered"], ref="early", id="",
                                      unit=["u001", "u008"], at=["2019-06-01", "2019-05-01"])  # fmt: skip
    days = ["", "2019-02-30", "今天", "2019-05-01", "2019-05-02", "2019-05-03"]
    bad = frame.iloc[range(6)].assign(id="", at=days,
                                      unit=["u000", "u001", "u002", "nobody", "", " u004 "])  # fmt: skip
    named = frame.iloc[[8]].assign(unit="单位0", id="")
    blank = frame.iloc[[9]].map(lambda _: "")
    unknown = frame.iloc[[9]].assign(kind="nothing_such", id="")
    bare = frame.iloc[[10]].assign(kind="request_answered", ref="", id="")
    parts = [frame, again, same_id, lost, early, bad, named, blank, unknown, bare]
    whole = pd.concat(parts, ignore_index=True)
    return whole.sample(frac=1, random_state=1, ignore_index=True).astype("string")


@pytest.mark.parametrize("name", sorted(shipped_indicator_sets()))
def test_a_streamed_log_gives_the_same_bytes_for_every_shipped_set(name: str, tmp_path: Path) -> None:
    indicator_set = read_indicator_set(name)
    units = register_of(indicator_set, UNITS, 5)
    path = tmp_path / "log.parquet"
    messy(log_of(indicator_set, units, 500, 5)).to_parquet(path)
    log = read_log(path, units=units, event_kinds=tuple(indicator_set.event_kinds))
    expected = to_json(assess(indicator_set, log, units, calendar=CALENDAR, **ASKED))
    assert {"L101", "L104", "L105", "L113", "L115", "L301", "L302"} <= set(log.set_aside_counts)
    assert {p.code for p in log.warnings} >= {"L200", "L303", "L304", "L306"}
    for partitions in (1, 5):
        found = assess_parquet(indicator_set, path, units, calendar=CALENDAR, partitions=partitions, **ASKED)
        write_json(found, tmp_path / "result.json")
        assert (tmp_path / "result.json").read_text(encoding="utf-8") == expected
    assert to_json(found) == expected
    assert explain(found, "u001").check()


def test_files_are_read_as_one_log_whatever_their_columns_and_types(tmp_path: Path) -> None:
    indicator_set = read_indicator_set("bishan-2019")
    units = register_of(indicator_set, UNITS, 6)
    frame = log_of(indicator_set, units, 300, 6)
    days = pd.to_datetime(frame["at"].str.slice(0, 10))
    hours = pd.to_timedelta((np.arange(100) % 50 == 0) * 9, "h")
    first = frame.iloc[:100].assign(at=days.iloc[:100] + hours)
    kinds = frame["kind"].iloc[100:200].astype("category")
    second = frame.iloc[100:200].drop(columns="ref").assign(at=days.iloc[100:200], kind=kinds)
    third = frame.iloc[200:].assign(at=days.iloc[200:].dt.date, number=np.arange(100) * 1.5)
    paths = [tmp_path / f"{n}.parquet" for n in "cab"]
    for path, part in zip(paths, (first, second, third), strict=True):
        part.to_parquet(path)
    expected = assess(indicator_set, read_log(paths, units=units), units, calendar=CALENDAR, **ASKED)
    found = assess_parquet(indicator_set, paths, units, calendar=CALENDAR, partitions=4, **ASKED)
    assert to_json(found) == to_json(expected)


@pytest.mark.parametrize(
    "severity",
    [{"L101": "ignore"}, {"L303": "set_aside", "L306": "set_aside"}, {"L105": "warning", "L305": "set_aside"}],
)
def test_other_severities_give_the_same_bytes_too(severity: dict[str, str], tmp_path: Path) -> None:
    indicator_set = read_indicator_set("bishan-2019")
    units = register_of(indicator_set, UNITS, 7)
    path = tmp_path / "log.parquet"
    messy(log_of(indicator_set, units, 300, 7)).to_parquet(path)
    log = read_log(path, units=units, severity=severity)
    expected = assess(indicator_set, log, units, calendar=CALENDAR, **ASKED)
    found = assess_parquet(indicator_set, path, units, calendar=CALENDAR, severity=severity, partitions=3, **ASKED)
    assert to_json(found) == to_json(expected)


def test_what_cannot_be_read_is_told_and_nothing_is_left_behind(tmp_path: Path) -> None:
    indicator_set = read_indicator_set("bishan-2019")
    units = register_of(indicator_set, 3, 1)
    folder = tmp_path / "parts"
    folder.mkdir()

    def codes(path: Path, **more: object) -> set[str]:
        with pytest.raises((ActivityLogError, AssessmentError)) as caught:
            asked = {**ASKED, **more}
            assess_parquet(indicator_set, path, units, calendar=CALENDAR, folder=folder, **asked)  # type: ignore[arg-type]
        return {p.code for p in caught.value.problems}

    pd.DataFrame({"单位": ["u000"], "日期": ["2019-01-01"]}).to_parquet(tmp_path / "no_kind.parquet")
    pd.DataFrame({"unit": ["u000"], "kind": ["x"], "at": ["y"], "attributes": [{"a": 1}]}).to_parquet(
        tmp_path / "nested.parquet"
    )
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 but no more")
    fine = tmp_path / "fine.parquet"
    pd.DataFrame({"unit": ["u000"], "kind": ["training_held"], "at": ["2019-02-30"]}).to_parquet(fine)
    assert codes(tmp_path / "none.parquet") == {"L201"}
    assert codes(tmp_path / "no_kind.parquet") == {"L206"}
    assert codes(tmp_path / "nested.parquet") == {"L210"}
    assert codes(tmp_path / "broken.parquet") == {"L210"}
    assert codes(fine, severity={"L113": "error"}) == {"L113"}
    assert codes(fine, period="2019Q9") == {"A001"}
    assert list(folder.iterdir()) == []


def test_the_parts_go_when_the_result_does(tmp_path: Path) -> None:
    indicator_set = read_indicator_set("bishan-2019")
    units = register_of(indicator_set, 3, 1)
    path = tmp_path / "log.parquet"
    log_of(indicator_set, units, 40, 1).to_parquet(path)
    folder = tmp_path / "parts"
    folder.mkdir()
    found = assess_parquet(indicator_set, path, units, calendar=CALENDAR, folder=folder, partitions=2, **ASKED)
    assert sorted(one.name for one in next(folder.iterdir()).iterdir()) == ["0.part", "1.part"]
    del found
    assert list(folder.iterdir()) == []


def test_without_its_cases_a_result_is_otherwise_the_same(tmp_path: Path) -> None:
    indicator_set = read_indicator_set("bishan-2019")
    units = register_of(indicator_set, UNITS, 5)
    path = tmp_path / "log.parquet"
    log_of(indicator_set, units, 200, 5).to_parquet(path)
    whole = assess(indicator_set, read_log(path, units=units), units, calendar=CALENDAR, **ASKED)
    found = assess_parquet(indicator_set, path, units, calendar=CALENDAR, partitions=3, cases=False, **ASKED)
    assert to_json(found) == to_json(replace(whole, cases={}))
    assert to_json(read_assessment(to_json(found))) == to_json(found)
