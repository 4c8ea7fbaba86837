"""The Open Data Barometer 2014: 1,290 item scores, then 86 countries from item to rank."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from statistics import mean, variance

import pandas as pd
import pytest
from real_data import folder, mapping_file, set_file

from gongkai_score.activity_log import ActivityLog
from gongkai_score.assessment import Assessment
from gongkai_score.pipeline import assess
from gongkai_score.points import exact, rounded
from gongkai_score.ranking import ranks
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.indicator_sets import read_indicator_set
from gongkai_score.readers.logs import read_log
from gongkai_score.units import Unit, UnitRegister

# The barometer's three groups of data sets.
GROUPS = {
    "innovation": ("D1", "D9", "D10", "D13", "D16"),
    "social_policy": ("D2", "D4", "D11", "D12", "D14"),
    "accountability": ("D5", "D6", "D7", "D8", "D15"),
}
GROUP_OF = {number: group for group, numbers in GROUPS.items() for number in numbers}


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(folder("open_data_barometer_2014") / name, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def items() -> pd.DataFrame:
    found = table("ODB-2014-Datasets-Scored.csv")
    found["number"] = found["Variable"].str.removeprefix("ODB.2013.")
    found["item"] = found["ISO2"] + "/" + found["number"]
    return found


@pytest.fixture(scope="module")
def countries() -> pd.DataFrame:
    found = table("ODB-2014-Rankings.csv")
    # Namibia's code, NA, is an empty cell in this file.
    assert found.loc[found["ISO2"] == "", "Country"].tolist() == ["Namibia"]
    found["ISO2"] = found["ISO2"].replace("", "NA")
    return found.set_index("ISO2", drop=False)


@pytest.fixture(scope="module")
def units(items: pd.DataFrame, countries: pd.DataFrame) -> UnitRegister:
    found = [Unit(row.ISO2, row.Country, type="country") for row in countries.itertuples()]
    found += [
        Unit(row.item, row.item, type="item", parent=row.ISO2, tags=frozenset({GROUP_OF[row.number]}))
        for row in items.itertuples()
    ]
    return UnitRegister(found)


def item_log(items: pd.DataFrame) -> ActivityLog:
    return read_log(items, mapping=mapping_file("odb_items"), event_kinds=["item_reviewed"])


def run(name: str, log: ActivityLog, units: UnitRegister, **results: Assessment) -> Assessment:
    indicators = read_indicator_set(set_file(name))
    return assess(indicators, log, units, calendar=national_calendar(), period="2014", results=results)


@pytest.fixture(scope="module")
def item_scores(items: pd.DataFrame, units: UnitRegister) -> Assessment:
    return run("odb-item", item_log(items), units)


@pytest.fixture(scope="module")
def datasets(items: pd.DataFrame, units: UnitRegister, item_scores: Assessment) -> Assessment:
    return run("odb-datasets", item_log(items), units, items=item_scores)


@pytest.fixture(scope="module")
def scores(countries: pd.DataFrame, units: UnitRegister, datasets: Assessment) -> Assessment:
    log = read_log(
        countries, mapping=mapping_file("odb_components"), units=units, event_kinds=["components_published"]
    )
    assert log.rows_read == log.events == 86
    return run("odb-score", log, units, datasets=datasets)


@pytest.fixture(scope="module")
def index(countries: pd.DataFrame, units: UnitRegister, scores: Assessment) -> Assessment:
    log = read_log(countries, mapping=mapping_file("odb_components"), event_kinds=["components_published"])
    return run("odb-index", log, units, scores=scores)


def points(result: Assessment, unit: str, node: str) -> Fraction:
    found = result.node(unit, node).points
    assert found is not None
    return found


def test_the_chain_of_ten_weighted_answers_gives_every_published_item_score(
    item_scores: Assessment, items: pd.DataFrame
) -> None:
    assert item_scores.rows.used == item_scores.rows.read == 1_290
    equal = sum(points(item_scores, row.item, "ITEM") == int(row.CalculatedScore) for row in items.itertuples())
    assert equal == 1_290


def test_287_items_lose_five_points_because_they_are_out_of_date(
    item_scores: Assessment, items: pd.DataFrame
) -> None:
    losing = set()
    for row in items.itertuples():
        changes = [line.change for line in item_scores.node(row.item, "ITEM").lines]
        if -5 in changes:
            losing.add(row.item)
    assert losing == set(items.loc[items["gUpdated"] == "-5", "item"])
    assert len(losing) == 287


def test_answers_behind_a_broken_link_of_the_chain_change_no_score(
    units: UnitRegister, items: pd.DataFrame
) -> None:
    boasting = items.copy()
    no_form = boasting["cMachineReadable"] == "0"
    for column, full in {
        "dBulk": "15",
        "eFree": "15",
        "fLicense": "15",
        "hSustainable": "5",
        "iDiscoverable": "5",
        "jLinked": "5",
    }.items():
        boasting.loc[no_form, column] = full
    boasting.loc[no_form & (boasting["gUpdated"] == "0"), "gUpdated"] = "10"
    boasting.loc[boasting["bAvailable"] == "0", ["cMachineReadable", "gUpdated"]] = ["15", "-5"]
    boasting.loc[boasting["aExists"] == "0", "bAvailable"] = "10"
    result = run("odb-item", item_log(boasting), units)
    equal = sum(points(result, row.item, "ITEM") == int(row.CalculatedScore) for row in items.itertuples())
    assert (int(no_form.sum()), equal) == (767, 1_290)


def test_the_three_groups_of_data_sets_and_their_average_are_the_published_ones(
    datasets: Assessment, countries: pd.DataFrame
) -> None:
    for row in countries.to_dict("records"):
        unit = row["ISO2"]
        assert points(datasets, unit, "INNOVATION") == exact(row["Datasets_Innovation"])
        assert points(datasets, unit, "SOCIAL") == exact(row["Datasets_Social_Policy"])
        assert points(datasets, unit, "ACCOUNTABILITY") == exact(row["Datasets_Accountability"])
        average = exact(row["Datasets_Average"])
        assert abs(points(datasets, unit, "DATASETS") - average) < Fraction(1, 10**12)


def test_the_constants_of_the_set_are_mean_and_deviation_of_the_77_countries_of_2013() -> None:
    averages = [exact(cell) for cell in table("ODB-2013-Rankings.csv")["Datasets_Average"]]
    assert len(averages) == 77
    spread = variance(averages)
    deviation = Fraction((Decimal(spread.numerator) / Decimal(spread.denominator)).sqrt())
    scale, shift = read_indicator_set(set_file("odb-score"))["IMPLEMENTATION"].scoring.branches[0].steps
    assert abs(scale.every - deviation) < Fraction(1, 10**13)
    assert abs(shift.amount.value - mean(averages) / deviation) < Fraction(1, 10**13)


def test_readiness_implementation_impact_and_score_are_the_published_ones(
    scores: Assessment, countries: pd.DataFrame
) -> None:
    for row in countries.to_dict("records"):
        unit = row["ISO2"]
        for node, column in (("READINESS", "Readiness"), ("IMPACT", "Impact")):
            assert abs(points(scores, unit, node) - exact(row[column])) < Fraction(1, 10**13)
        # The averages of 2013 are printed with eight decimals, so no more can be reached here.
        assert abs(points(scores, unit, "IMPLEMENTATION") - exact(row["Implementation"])) < Fraction(1, 10**9)
        assert abs(points(scores, unit, "SCORE") - exact(row["ODB-Score"])) < Fraction(1, 10**9)


def test_index_and_rank_of_all_86_countries_are_the_published_ones(
    index: Assessment, countries: pd.DataFrame
) -> None:
    assert len(countries) == 86
    for row in countries.to_dict("records"):
        unit = row["ISO2"]
        assert rounded(points(index, unit, "INDEX"), 2) == exact(row["ODB-Scaled"])
        place = index.place(unit)
        assert (place.rank, place.points) == (int(row["ODB-Rank"]), rounded(points(index, unit, "INDEX"), 0))


def test_ranking_the_unrounded_index_would_give_other_ranks(index: Assessment, countries: pd.DataFrame) -> None:
    published = [exact(cell) for cell in countries["ODB-Scaled"]]
    unrounded = ranks([points(index, unit, "INDEX") for unit in countries["ISO2"]])
    assert unrounded == ranks(published)  # the two decimals printed tell all countries apart
    differing = sum(a != int(b) for a, b in zip(unrounded, countries["ODB-Rank"], strict=True))
    assert differing == 35


@pytest.mark.parametrize("node", ["READINESS", "IMPLEMENTATION", "IMPACT"])
def test_the_scaled_parts_are_the_published_whole_numbers(
    node: str, index: Assessment, countries: pd.DataFrame
) -> None:
    column = node.capitalize()
    scaled = {unit: rounded(points(index, unit, node), 0) for unit in countries["ISO2"]}
    assert all(scaled[row["ISO2"]] == int(row[f"{column}-Scaled"]) for row in countries.to_dict("records"))
    if f"{column}-Rank" in countries:
        # Unlike the index, the parts are ranked unrounded and numbered through, ties by the country's name.
        by_name = countries.sort_values("Country")
        found = ranks([points(index, unit, node) for unit in by_name["ISO2"]], "ordinal")
        assert found == [int(rank) for rank in by_name[f"{column}-Rank"]]
