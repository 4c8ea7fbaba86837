"""2,126 rows of New Zealand's Official Information Act statistics, read from the published workbook."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from real_data import folder, mapping_file, set_file

from gongkai_score.activity_log import ActivityLog
from gongkai_score.aggregation import NodeScore
from gongkai_score.assessment import Assessment
from gongkai_score.outcomes import Outcome
from gongkai_score.pipeline import assess
from gongkai_score.points import exact
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.indicator_sets import read_indicator_set
from gongkai_score.readers.logs import read_log
from gongkai_score.units import Unit, UnitRegister

FILE = "OIA-StatisticsAllData.xlsx"
UNNAMED = "(agency not named)"
AGENCY, END = "Agency", "SurveyPeriodEndDate"
HANDLED, COMPLETED = "OIA_RequestsHandled", "OIAs_CompletedWithinTimeframe"
Key = tuple[date, str]
"""Last day of a period and span: half or twelve months."""
SHARE = "Percent_OIAs_CompletedWithinTimeframe"


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    """The workbook, with the span of each row: of two rows for one agency and period the lesser is the half."""
    calamine = pytest.importorskip("python_calamine")
    header, *rows = (
        calamine.CalamineWorkbook.from_path(folder("nz_oia_statistics") / FILE).get_sheet_by_index(0).to_python()
    )
    table = pd.DataFrame(rows, columns=header, dtype=object)
    spans = ["half"] * len(table)
    for _, places in table.groupby([AGENCY, END]).groups.items():
        if len(places) == 2:
            greater = max(places, key=lambda place: (table.at[place, HANDLED], place))
            spans[greater] = "twelve"
    table["span"] = spans
    table["unit"] = [name.strip() or UNNAMED for name in table[AGENCY]]
    return table


@pytest.fixture(scope="module")
def units(published: pd.DataFrame) -> UnitRegister:
    return UnitRegister(Unit(name, name) for name in published["unit"].unique())


@pytest.fixture(scope="module")
def log(published: pd.DataFrame, units: UnitRegister) -> ActivityLog:
    return read_log(published, mapping=mapping_file("nz_oia"), units=units, event_kinds=["statistics_published"])


@pytest.fixture(scope="module")
def results(log: ActivityLog, units: UnitRegister, published: pd.DataFrame) -> dict[Key, Assessment]:
    """One assessment for each of the sixteen half-years, and for the twelve months that two of them hold."""
    calendar = national_calendar()
    indicators = {
        "half": read_indicator_set(set_file("nz-oia")),
        "twelve": read_indicator_set(set_file("nz-oia-twelve")),
    }
    return {
        (end, span): assess(
            indicators[span], log, units, calendar=calendar, period=f"{end.year}H{1 if end.month == 6 else 2}"
        )
        for end, span in set(zip(published[END], published["span"], strict=True))
    }


def score_of(results: dict[Key, Assessment], row: dict[str, Any]) -> NodeScore:
    return results[row[END], row["span"]].node(row["unit"], "INTIME")


def test_every_row_of_the_workbook_is_read_and_used_in_its_half_year(
    log: ActivityLog, results: dict[Key, Assessment]
) -> None:
    assert (log.rows_read, log.events, len(results)) == (2_126, 2_126, 18)
    assert not log.set_aside
    assert all(result.rows.adds_up for result in results.values())
    assert sum(result.rows.used for result in results.values()) == 2_126


def test_an_agency_stands_twice_only_in_two_periods_with_a_half_and_the_twelve_months(
    published: pd.DataFrame,
) -> None:
    counts = Counter(published.loc[published["span"] == "twelve", END])
    assert counts == {date(2016, 6, 30): 110, date(2017, 6, 30): 111}
    for (_, _), pair in published.groupby([AGENCY, END]):
        if len(pair) == 2:
            half, twelve = pair.sort_values("span").to_dict("records")
            for column in (HANDLED, COMPLETED):
                assert 2 * exact(half[column]) == exact(twelve[column])


def test_the_points_are_the_published_share_on_every_row_that_has_one(
    results: dict[Key, Assessment], published: pd.DataFrame
) -> None:
    compared, worst = 0, Fraction(0)
    for row in published.to_dict("records"):
        if row[SHARE] == "":
            continue
        score = score_of(results, row)
        assert score.outcome is Outcome.SCORED and isinstance(score.points, Fraction)
        assert score.points == 100 * exact(row[COMPLETED]) / exact(row[HANDLED])
        worst = max(worst, abs(score.points / 100 - exact(row[SHARE])))
        compared += 1
    assert compared == 2_092
    assert worst < Fraction(1, 10**14)  # asked: a millionth; the workbook holds sixteen digits


def test_half_counts_stay_exact(results: dict[Key, Assessment], published: pd.DataFrame) -> None:
    halves = published[published[COMPLETED].map(lambda cell: cell != "" and cell % 1 == 0.5)]
    assert len(halves) == 264
    # Statutory Crown entities, 2015-12-31: 67.5 of 69 requests, which is 45/46.
    score = results[date(2015, 12, 31), "half"].node(
        "Statutory Crown entities - autonomous Crown entities", "INTIME"
    )
    assert score.points == Fraction(4500, 46)


def test_no_request_or_no_figure_gives_no_score(results: dict[Key, Assessment], published: pd.DataFrame) -> None:
    reasons: Counter[tuple[object, str]] = Counter()
    for row in published[published[SHARE] == ""].to_dict("records"):
        score = score_of(results, row)
        assert (score.outcome, score.points) == (Outcome.NOT_ASSESSED, None)
        reasons[(row[HANDLED], score.reason)] += 1
    # New Zealand Police, 2018-12-31, reported nothing; 33 rows report no request at all.
    assert reasons == {(0.0, "zero_of"): 33, ("", "no_value"): 1}


def test_the_workbook_itself_gives_the_same_shares_without_any_preparation(
    units: UnitRegister, published: pd.DataFrame
) -> None:
    log = read_log(
        folder("nz_oia_statistics") / FILE,
        mapping=mapping_file("nz_oia_workbook"),
        units=units,
        event_kinds=["statistics_published"],
    )
    # Half of no request is no request: three agencies' two rows are equal, and the second is set aside.
    assert (log.rows_read, log.events, log.set_aside_counts) == (2_126, 2_123, {"L101": 3})
    calendar, indicators = national_calendar(), read_indicator_set(set_file("nz-oia-workbook"))
    compared = 0
    for end, rows in published[published[SHARE] != ""].groupby(END):
        period = f"{end.year}H{1 if end.month == 6 else 2}"
        result = assess(indicators, log, units, calendar=calendar, period=period)
        for row in rows.to_dict("records"):
            points = result.node(row["unit"], "INTIME").points
            assert points is not None and abs(points / 100 - exact(row[SHARE])) < Fraction(1, 10**14)
            compared += 1
    assert compared == 2_092
