"""Measured on Spark and scored here, a log gives the bytes of the log assessed on one machine."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from random_logs import log_of, register_of
from test_streaming import ASKED, CALENDAR, UNITS, messy

from gongkai_score import assess, read_indicator_set, read_log, to_json
from gongkai_score.errors import ActivityLogError, CalendarError
from gongkai_score.outputs.task_file import task_from, task_text
from gongkai_score.pipeline import task_of
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.indicator_sets import parse_indicator_set, shipped_indicator_sets

pytest.importorskip("pyspark")
needs_java = pytest.mark.skipif(
    shutil.which("java") is None and "JAVA_HOME" not in os.environ, reason="Spark needs Java"
)
pytestmark = [needs_java, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    built = SparkSession.builder.master("local[2]").appName("gongkai-score")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
    }.items():
        built = built.config(name, value)
    found = built.getOrCreate()
    found.sparkContext.setLogLevel("ERROR")
    yield found
    found.stop()


@pytest.mark.parametrize("name", sorted(shipped_indicator_sets()))
def test_spark_gives_the_same_bytes_for_every_shipped_set(name: str, session: Any, tmp_path: Path) -> None:
    from gongkai_score.spark import assess_on_spark

    indicator_set = read_indicator_set(name)
    units = register_of(indicator_set, UNITS, 5)
    path = tmp_path / "log.parquet"
    messy(log_of(indicator_set, units, 400, 5)).to_parquet(path)
    log = read_log(path, units=units, event_kinds=tuple(indicator_set.event_kinds))
    expected = to_json(assess(indicator_set, log, units, calendar=CALENDAR, **ASKED))
    found = assess_on_spark(indicator_set, path, units, session=session, calendar=CALENDAR, partitions=3, **ASKED)
    assert to_json(found) == expected


def test_a_rule_that_names_peers_and_several_files_give_the_same_bytes(session: Any, tmp_path: Path) -> None:
    from test_parts import PEERS

    from gongkai_score.spark import assess_on_spark

    indicator_set = parse_indicator_set(PEERS)
    units = register_of(indicator_set, UNITS, 1)
    frame = log_of(indicator_set, units, 200, 1)
    days = pd.to_datetime(frame["at"].str.slice(0, 10))
    paths = [tmp_path / "b.parquet", tmp_path / "a.parquet"]
    frame.iloc[:120].to_parquet(paths[0])
    frame.iloc[120:].assign(at=days.iloc[120:] + pd.to_timedelta([9] + [0] * 79, "h")).to_parquet(paths[1])
    expected = assess(indicator_set, read_log(paths, units=units), units, calendar=CALENDAR, **ASKED)
    assert expected.peers
    found = assess_on_spark(indicator_set, paths, units, session=session, calendar=CALENDAR, partitions=4, **ASKED)
    assert to_json(found) == to_json(expected)


def test_a_data_frame_of_spark_is_a_log_whose_rows_it_numbers(session: Any) -> None:
    from gongkai_score.spark import assess_on_spark

    indicator_set = read_indicator_set("bishan-2019")
    units = register_of(indicator_set, UNITS, 2)
    frame = session.createDataFrame(log_of(indicator_set, units, 200, 2).astype(object))
    found = assess_on_spark(indicator_set, frame, units, calendar=CALENDAR, partitions=2, **ASKED)
    from pyspark.sql import functions as F

    rows = frame.withColumn("row", F.monotonically_increasing_id()).toPandas().set_index("row")
    log = read_log(rows.astype("string"), units=units)
    expected = assess(indicator_set, log, units, calendar=CALENDAR, **ASKED)
    assert to_json(replace(found, inputs=())) == to_json(replace(expected, inputs=()))
    assert [(one.name, one.sha256, one.rows) for one in found.inputs] == [("frame", "", 200)]


def test_what_stops_a_part_on_spark_is_told_as_on_one_machine(session: Any, tmp_path: Path) -> None:
    from gongkai_score.spark import assess_on_spark

    indicator_set = read_indicator_set("bishan-2019")
    units = register_of(indicator_set, UNITS, 2)
    path = tmp_path / "log.parquet"
    messy(log_of(indicator_set, units, 200, 2)).to_parquet(path)
    asked: dict[str, Any] = {"session": session, "calendar": CALENDAR, "partitions": 2, **ASKED}
    with pytest.raises(ActivityLogError) as caught:
        assess_on_spark(indicator_set, path, units, severity={"L113": "error"}, **asked)
    assert {p.code for p in caught.value.problems} == {"L113"}
    late = {**asked, "calendar": national_calendar(), "period": "2031", "as_of": "2031-12-31"}
    later = tmp_path / "later.parquet"
    log_of(indicator_set, units, 200, 2, 2031).to_parquet(later)
    with pytest.raises(CalendarError):
        assess_on_spark(indicator_set, later, units, **late)


def test_a_task_travels_as_data() -> None:
    for name in shipped_indicator_sets():
        indicator_set = read_indicator_set(name)
        units = register_of(indicator_set, UNITS, 5)
        task = task_of(indicator_set, units, calendar=CALENDAR, period="2019")
        again = task_from(task_text(task))
        assert again.indicator_set == indicator_set
        assert again.units.units == units.units
        assert again.calendar == CALENDAR
        assert task_text(again) == task_text(task)
