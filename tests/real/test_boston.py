"""46,638 requests of Boston's 311 service: every verdict against the city's own flag, to the second."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest
from real_data import folder, mapping_file, set_file

from gongkai_score.assessment import Assessment
from gongkai_score.cases import FAILING
from gongkai_score.evidence import CaseTable
from gongkai_score.outcomes import Verdict
from gongkai_score.pipeline import assess
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.indicator_sets import read_indicator_set
from gongkai_score.readers.logs import read_log
from gongkai_score.units import Unit, UnitRegister

FILE = "boston311_animal_and_pest_2013_2019.csv.gz"
# The last closing time in the file is 2022-09-15, the last target 2020-04-29.
CUT = "2022-09-15"


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return pd.read_csv(folder("us_boston_311") / FILE, dtype=str, keep_default_na=False)


def assessed(source: object, departments: pd.Series) -> Assessment:
    units = UnitRegister(Unit(name, name) for name in departments.unique())
    log = read_log(source, mapping=mapping_file("boston_311"), units=units)  # type: ignore[arg-type]
    indicators = read_indicator_set(set_file("boston-311"))
    return assess(indicators, log, units, calendar=national_calendar(), period="2013-01-01..2019-12-31", as_of=CUT)


@pytest.fixture(scope="module")
def result(published: pd.DataFrame) -> Assessment:
    return assessed(folder("us_boston_311") / FILE, published["department"])


def cases(result: Assessment) -> CaseTable:
    (columns,) = result.cases["R"].values()
    return columns.columns()


def verdicts(result: Assessment) -> dict[str, Verdict]:
    table = cases(result)
    return {key: Verdict(verdict) for key, verdict in zip(table.key, table.verdict, strict=True)}


def test_every_request_is_one_case_and_no_row_is_lost(result: Assessment) -> None:
    assert (result.rows.read, result.rows.used) == (46_638, 46_638)
    assert not result.rows.set_aside and not result.rows.outside and not result.warnings
    assert len(cases(result)) == len(verdicts(result)) == 46_638


def test_the_verdict_of_every_request_is_the_flag_the_city_published(
    result: Assessment, published: pd.DataFrame
) -> None:
    found = verdicts(result)
    flags = dict(zip(published["case_enquiry_id"], published["on_time"], strict=True))
    ours = {key: "OVERDUE" if verdict in FAILING else "ONTIME" for key, verdict in found.items()}
    assert sum(ours[key] == flag for key, flag in flags.items()) == 46_638
    assert Counter(ours.values()) == {"ONTIME": 42_266, "OVERDUE": 4_372}


def test_a_request_without_target_is_neither_on_time_nor_late_but_not_counted(
    result: Assessment, published: pd.DataFrame
) -> None:
    no_target = set(published.loc[published["sla_target_dt"] == "", "case_enquiry_id"])
    found = verdicts(result)
    assert len(no_target) == 18_825
    assert {key for key, verdict in found.items() if verdict is Verdict.UNKNOWN} == no_target
    # What is counted are the 27,813 with a target: closed in time, closed late, still open past it.
    counted = Counter(verdict for verdict in found.values() if verdict is not Verdict.UNKNOWN)
    still_open = (published["closed_dt"] == "") & (published["sla_target_dt"] != "")
    assert counted[Verdict.MISSING] == int(still_open.sum())
    assert counted[Verdict.LATE] == 4_372 - counted[Verdict.MISSING]
    assert counted[Verdict.MET] == 27_813 - 4_372


def test_the_share_of_a_department_is_its_requests_in_time_of_those_with_a_target(
    result: Assessment, published: pd.DataFrame
) -> None:
    counted = published[published["sla_target_dt"] != ""]
    assert len(result.units) == counted["department"].nunique() == 13
    for name, mine in counted.groupby("department"):
        points = result.node(str(name), "R").points
        assert points is not None and points * len(mine) == 100 * int((mine["on_time"] == "ONTIME").sum())


def test_with_dates_instead_of_times_169_requests_change_sides(result: Assessment, published: pd.DataFrame) -> None:
    days = published.copy()
    for column in ("open_dt", "sla_target_dt", "closed_dt"):
        days[column] = days[column].str[:10]
    rough, exact = verdicts(assessed(days, published["department"])), verdicts(result)
    changed = [key for key, verdict in exact.items() if (verdict in FAILING) != (rough[key] in FAILING)]
    assert len(changed) == 169
    # All of them were closed on the very day of the target, after its time.
    assert {(exact[key], rough[key]) for key in changed} == {(Verdict.LATE, Verdict.MET)}
