"""Cases read one at a time cost what they hold, not what the log holds, and say what the whole table says."""

from __future__ import annotations

import sys
import tracemalloc
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.contenders import engine
from benchmarks.make_log import make_log
from gongkai_score import Assessment, assess

EVENTS = 300_000


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    ready = engine.prepare_indexed(make_log(units=400, events=EVENTS))
    return assess(ready.indicator_set, ready.log(), ready.units, calendar=ready.calendar, period=ready.period)


def test_one_case_takes_no_room_for_every_event_of_the_log(assessment: Assessment) -> None:
    for measures in assessment.cases.values():
        for cases in measures.values():
            places = cases.of_unit(7)
            for place in places:
                cases.case(place)  # what the unit's cases share is made here
            tracemalloc.start()
            for place in places[:3]:
                cases.case(place)
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert most < EVENTS / 2


def test_the_table_says_what_single_cases_say(assessment: Assessment) -> None:
    for measures in assessment.cases.values():
        for cases in measures.values():
            table = cases.columns()
            for place in [*cases.of_unit(7), *cases.of_unit(399)]:
                assert table.case(place) == cases.case(place)
