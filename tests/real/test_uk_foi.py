"""2,303 rows of the UK's freedom of information statistics: both published percentages, exactly."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from real_data import folder, mapping_file, set_file

from gongkai_score.activity_log import ActivityLog
from gongkai_score.assessment import Assessment
from gongkai_score.outcomes import Outcome
from gongkai_score.pipeline import assess
from gongkai_score.points import exact
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.indicator_sets import read_indicator_set
from gongkai_score.readers.logs import read_log
from gongkai_score.units import Unit, UnitRegister

FILE = "foi-statistics-2020-published-data_first25cols.csv"
PUBLISHED = {
    "MET": "Percentage of requests meeting 20-day deadline",
    "INTIME": 'Percentage of requests "in time" (i.e. meeting deadline or with permitted extension)',
}
WHOLE = "Total requests received (excluding on-hold and lapsed)"
# The percentages are printed with up to eight decimals.
HALF_A_PLACE = Fraction(5, 10**9)


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return pd.read_csv(folder("uk_foi_statistics") / FILE, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def units(published: pd.DataFrame) -> UnitRegister:
    return UnitRegister(Unit(name, name) for name in published["Government body"].str.strip().unique())


@pytest.fixture(scope="module")
def log(units: UnitRegister) -> ActivityLog:
    return read_log(
        folder("uk_foi_statistics") / FILE,
        mapping=mapping_file("uk_foi"),
        units=units,
        event_kinds=["statistics_published"],
    )


@pytest.fixture(scope="module")
def results(log: ActivityLog, units: UnitRegister, published: pd.DataFrame) -> dict[str, Assessment]:
    """One assessment for each of the 44 quarters and 11 years."""
    calendar = national_calendar()
    by_quarter, by_year = (read_indicator_set(set_file(name)) for name in ("uk-foi", "uk-foi-year"))
    found = {}
    for label in published["Quarter"].unique():
        quarterly = label.startswith("Q")
        period = f"{label[3:]}{label[:2]}" if quarterly else label
        found[label] = assess(by_quarter if quarterly else by_year, log, units, calendar=calendar, period=period)
    return found


def test_every_row_is_read_and_belongs_to_one_quarter_or_one_year(
    log: ActivityLog, results: dict[str, Assessment]
) -> None:
    assert log.rows_read == log.events == 2_303
    assert not log.set_aside and not log.warnings
    assert len(results) == 55
    assert all(result.rows.adds_up for result in results.values())
    assert sum(result.rows.used for result in results.values()) == 2_303


@pytest.mark.parametrize("indicator", PUBLISHED)
def test_the_points_are_the_percentage_the_cabinet_office_published(
    indicator: str, results: dict[str, Assessment], published: pd.DataFrame
) -> None:
    compared, worst = 0, Fraction(0)
    for row in published.to_dict("records"):
        printed = row[PUBLISHED[indicator]]
        if printed == "-":
            continue
        score = results[row["Quarter"]].node(row["Government body"].strip(), indicator)
        assert score.outcome is Outcome.SCORED
        assert isinstance(score.points, Fraction)
        worst = max(worst, abs(score.points - exact(printed)))
        compared += 1
    assert compared == 2_268
    # Asked is a ten-thousandth of a point; what remains is the printing of the eighth decimal.
    assert worst <= HALF_A_PLACE < Fraction(1, 10_000)


def test_the_points_are_quotients_of_the_counts_and_never_binary_floats(
    results: dict[str, Assessment], published: pd.DataFrame
) -> None:
    for row in published.to_dict("records"):
        whole, met, more = (
            row[name].replace(",", "")
            for name in (WHOLE, "20-day deadline met", "Permitted extension to 20-day deadline")
        )
        if whole in ("-", "0"):
            continue
        result = results[row["Quarter"]]
        unit = row["Government body"].strip()
        assert result.node(unit, "MET").points == Fraction(100 * int(met), int(whole))
        assert result.node(unit, "INTIME").points == Fraction(100 * (int(met) + int(more)), int(whole))


@pytest.mark.parametrize(("cell", "rows", "reason"), [("-", 27, "no_value"), ("0", 8, "zero_of")])
def test_no_figure_and_no_request_give_no_score_instead_of_zero(
    cell: str, rows: int, reason: str, results: dict[str, Assessment], published: pd.DataFrame
) -> None:
    mine = published[published[WHOLE] == cell]
    assert len(mine) == rows
    for row in mine.to_dict("records"):
        result = results[row["Quarter"]]
        for indicator, column in PUBLISHED.items():
            assert row[column] == "-"
            score = result.node(row["Government body"].strip(), indicator)
            assert (score.outcome, score.points, score.reason) == (Outcome.NOT_ASSESSED, None, reason)
        place = result.place(row["Government body"].strip())
        assert (place.points, place.rank) == (None, None)
