"""The Global Open Data Index: 3,153 entry scores, and the places of 2015 with their ranks."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd
import pytest
from real_data import folder, mapping_file, set_file

from gongkai_score.activity_log import ActivityLog
from gongkai_score.assessment import Assessment
from gongkai_score.explanation import explain
from gongkai_score.pipeline import assess
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.indicator_sets import read_indicator_set
from gongkai_score.readers.logs import read_log
from gongkai_score.units import Unit, UnitRegister

KIND = "entry_reviewed"


@pytest.fixture(scope="module")
def entries() -> pd.DataFrame:
    table = pd.read_csv(folder("global_open_data_index") / "entries.csv", dtype=str, keep_default_na=False)
    table["entry"] = table["place"] + "/" + table["dataset"]
    return table


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    table = pd.read_csv(folder("global_open_data_index") / "places.csv", dtype=str, keep_default_na=False)
    return table.set_index("id")


@pytest.fixture(scope="module")
def registers(entries: pd.DataFrame, places: pd.DataFrame) -> dict[str, UnitRegister]:
    """Per year the places with an entry, and below each its entries, ranked within their data set."""
    found = {}
    for year, rows in entries.groupby("year"):
        units = [Unit(place, place, type="place") for place in rows["place"].unique()]
        units += [
            Unit(row.entry, row.entry, group=row.dataset, type="entry", parent=row.place)
            for row in rows.itertuples()
        ]
        found[str(year)] = UnitRegister({unit.id: unit for unit in units}.values())
    return found


@pytest.fixture(scope="module")
def log(entries: pd.DataFrame) -> ActivityLog:
    return read_log(entries, mapping=mapping_file("odi_entries"), event_kinds=[KIND])


@pytest.fixture(scope="module")
def entry_results(log: ActivityLog, registers: dict[str, UnitRegister]) -> dict[str, Assessment]:
    indicators, calendar = read_indicator_set(set_file("odi-entry")), national_calendar()
    return {
        year: assess(indicators, log, units, calendar=calendar, period=year) for year, units in registers.items()
    }


@pytest.fixture(scope="module")
def place_result(
    log: ActivityLog, registers: dict[str, UnitRegister], entry_results: dict[str, Assessment]
) -> Assessment:
    return assess(
        read_indicator_set(set_file("odi-place")),
        log,
        registers["2015"],
        calendar=national_calendar(),
        period="2015",
        results={"entries": entry_results["2015"]},
    )


def test_every_entry_is_read_and_assessed_in_its_year(
    log: ActivityLog, entry_results: dict[str, Assessment]
) -> None:
    assert (log.rows_read, log.events) == (3_153, 3_112)
    # 41 reviews of 2013 stand twice in the file, all answers equal; the second is set aside.
    assert log.set_aside_counts == {"L101": 41}
    used = {year: result.rows.used for year, result in entry_results.items()}
    assert used == {"2013": 638 - 41, "2014": 929, "2015": 1_586}
    assert all(result.rows.adds_up for result in entry_results.values())


def test_the_nine_weighted_answers_give_every_published_entry_score(
    entry_results: dict[str, Assessment], entries: pd.DataFrame
) -> None:
    equal = sum(entry_results[row.year].total(row.entry).points == int(row.score) for row in entries.itertuples())
    assert equal == 3_153


def test_entries_of_one_data_set_and_year_rank_as_published(
    entry_results: dict[str, Assessment], entries: pd.DataFrame
) -> None:
    twice: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in entries[entries.duplicated(["year", "entry"])].itertuples():
        twice[row.year, row.dataset].append(int(row.score))
    equal = 0
    for row in entries.itertuples():
        place = entry_results[row.year].place(row.entry)
        assert place.rank is not None
        # The published ranks count a review that stands twice as two.
        above = sum(score > int(row.score) for score in twice[row.year, row.dataset])
        equal += place.rank + above == int(row.rank)
    assert equal == 3_153


def test_places_of_2015_have_the_published_score_and_rank(place_result: Assessment, places: pd.DataFrame) -> None:
    assessed = [unit for unit in place_result.units if unit.type == "place"]
    assert len(assessed) == 122
    for unit in assessed:
        place = place_result.place(unit.id)
        row = places.loc[unit.id]
        assert (place.points, place.rank) == (int(row["score"]), int(row["rank"])), unit.id


def test_ranks_rest_on_the_rounded_score_and_ties_share_the_best_rank(place_result: Assessment) -> None:
    # Four places stand at 55 points: Spain and Italy with 715 of 1,300, Canada and India with 710 (54.6).
    tied = {name: place_result.place(name) for name in ("es", "it", "ca", "in")}
    assert {place.rank for place in tied.values()} == {17}
    assert place_result.node("es", "DATASETS").points == 55
    assert place_result.node("ca", "DATASETS").points != 55
    assert place_result.place("cz").rank == 21


def test_the_score_of_a_place_is_explained_by_its_thirteen_data_sets(place_result: Assessment) -> None:
    explanation = explain(place_result, "tw")
    explanation.check()
    (leaf,) = explanation.children
    assert len(leaf.cases) == 13
