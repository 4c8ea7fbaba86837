"""Two common patterns of published tables, on a few events each, worked by hand."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction as F
from pathlib import Path

import pandas as pd
import pytest

from gongkai_score import Assessment, Unit, UnitRegister, assess, explain, national_calendar, read_log
from gongkai_score.gates import marks_of
from gongkai_score.readers.indicator_sets import check_indicator_set

FOLDER = Path(__file__).parents[1] / "indicators" / "reference"
Event = dict[str, str]


def on(unit: str, kind: str, *days: str, **attributes: str) -> list[Event]:
    return [{"unit": unit, "kind": kind, "at": day, **attributes} for day in days]


def assessed(name: str, events: Sequence[Event], units: Sequence[Unit], period: str) -> Assessment:
    found, problems = check_indicator_set(FOLDER / f"{name}.yaml")
    assert found is not None and not problems
    rows = [{"id": f"r{i}", **event} for i, event in enumerate(events)]
    register = UnitRegister(units)
    log = read_log(pd.DataFrame(rows, dtype="string"), units=register, name="log")
    result = assess(found, log, register, calendar=national_calendar(), period=period)
    for unit in units:
        assert explain(result, unit.id).check()
    return result


def points(result: Assessment, unit: str, *nodes: str) -> list[F | None]:
    return [result.node(unit, node).points for node in nodes]


@pytest.fixture(scope="module")
def counties() -> Assessment:
    events = [
        *on("a", "matter_arose", "2020-03-02", ref="a1"),
        *on("a", "information_published", "2020-02-28", ref="a1"),
        *on("a", "matter_arose", "2020-03-02", ref="a2"),
        *on("a", "information_published", "2020-03-30", ref="a2"),
        *on("a", "matter_arose", "2020-03-02", ref="a3"),
        *on("a", "information_published", "2020-03-31", ref="a3"),
        *on("a", "finding_recorded", "2020-05-06", "2020-05-07", ref="文1", category="标题不规范"),
        *on("a", "finding_recorded", "2020-05-08", ref="文2", category="标题不规范"),
        *on("a", "report_submitted", "2020-02-10", type="annual",
            elements="主动公开情况;依申请公开情况;复议诉讼情况;存在问题及改进"),
        *on("a", "finding_recorded", "2020-02-12", category="年报退回"),
        *on("a", "request_received", "2020-03-02", ref="a4"),
        *on("a", "request_answered", "2020-03-31", ref="a4"),
        *on("a", "case_concluded", "2020-06-01", outcome="纠错"),
        *on("b", "matter_arose", "2020-03-02", ref="b1"),
        *on("b", "information_published", "2020-03-30", ref="b1"),
        *on("b", "report_submitted", "2020-01-20", type="annual",
            elements="主动公开情况;依申请公开情况;复议诉讼情况"),
        *on("b", "finding_recorded", "2020-01-22", category="年报退回", rectified_at="2020-02-07"),
        *on("b", "request_received", "2020-03-02", ref="b2", extended="true"),
        *on("b", "request_answered", "2020-04-20", ref="b2"),
    ]  # fmt: skip
    return assessed("county-deductions", events, [Unit("a", "甲县"), Unit("b", "乙县"), Unit("c", "丙县")], "2020")


def test_a_county_loses_by_the_table(counties: Assessment) -> None:
    # 5 for the one too early, 5 for the one on the 21st working day; two bad titles (one found twice)
    assert points(counties, "a", "A1", "A2") == [20 - 5 - 5, 5 - 2]
    # filed on 10 February −5, returned and not mended −5; a late reply −6 of 6; one reversal −3
    assert points(counties, "a", "B", "C1", "C2") == [0, 0, 6]
    assert counties.total("a").points == 10 + 3 + 0 + 0 + 6


def test_mending_in_ten_working_days_and_an_extension_save_points(counties: Assessment) -> None:
    # an element lacking −5, but the returned report was mended in time; 40 working days run to 28 April
    assert points(counties, "b", "A1", "A2", "B", "C1", "C2") == [20, 5, 10 - 5, 6, 9]
    assert counties.total("b").points == 45


def test_without_matters_and_requests_the_rest_of_the_block_counts(counties: Assessment) -> None:
    # no matters: A2's 5 of 5 stand for 25; no requests: C2's 9 of 9 for 15; no annual report: 5 of 10
    assert points(counties, "c", "A1", "A", "B", "C1", "C") == [None, 25, 5, None, 15]
    assert counties.total("c").points == 45


@pytest.fixture(scope="module")
def classes() -> Assessment:
    months = [f"2019-0{month}-10" for month in range(1, 7)]
    events = [
        *on("a", "channel_updated", *months, column="要闻"),
        *on("a", "channel_updated", "2019-01-11", column="公告"),
        *[e for i in range(19) for e in on("a", "finding_recorded", "2019-03-01", ref=f"w{i}", category="错别字")],
        *on("a", "finding_recorded", "2019-03-02", ref="x", category="错链"),
        *on("a", "finding_recorded", "2019-03-03", ref="y", category="办事指南不准确"),
        *on("a", "document_published", "2019-03-01", ref="d"),
        *on("a", "request_received", "2019-03-01", ref="q"),
        *on("a", "request_answered", "2019-04-30", ref="q"),
        *on("a", "finding_recorded", "2019-05-05", ref="m1", category="泄密"),
        *on("a", "finding_recorded", "2019-05-06", ref="m2", category="上级通报"),
        *on("b", "channel_updated", "2019-01-11", column="公告"),
        *[e for i in range(30) for e in on("b", "finding_recorded", "2019-03-01", ref=f"v{i}", category="错别字")],
        *on("c", "channel_updated", *months, column="要闻"),
        *on("c", "finding_recorded", *months, category="泄露个人信息"),
    ]
    units = [Unit("a", "甲局", "甲类"), Unit("b", "乙局", "乙类"), Unit("c", "丙局", "乙类")]
    return assessed("two-classes", events, units, "2019H1")


def marks(result: Assessment, unit: str) -> F:
    return marks_of(result.indicator_set, result.total(unit), result.node(unit, "total"))


def test_a_unit_with_services_is_out_of_a_hundred_and_pays_for_each_fact_once(classes: Assessment) -> None:
    # one column blank for five months: 24 − 15; 20 misprints and links: 16 − 20; together 9 − 4
    assert points(classes, "a", "A1", "A2", "A") == [9, -4, 5]
    # nothing interpreted 18 − 9, no incident 12; one late reply 25 − 5; the dead link is charged already: 5 − 1
    assert points(classes, "a", "B1", "B2", "B", "C", "D") == [9, 12, 21, 20, 4]
    # a leak −20 and a criticism −5 come off the total: 5 + 21 + 20 + 4 − 25
    assert points(classes, "a", "M") == [-25]
    assert (classes.total("a").points, marks(classes, "a")) == (25, 100)


def test_a_unit_without_services_is_out_of_95_and_its_first_level_does_not_fall_below_zero(
    classes: Assessment,
) -> None:
    # 24 − 15 = 9 and 16 − 30 = −14 make −5, held at 0; B 30 and C 25 are whole, D does not apply
    assert points(classes, "b", "A1", "A2", "A", "B", "C", "D") == [9, -14, 0, 30, 25, None]
    assert (classes.total("b").points, marks(classes, "b")) == (55, 95)


def test_major_deductions_have_no_cap_of_their_own_but_a_total_is_not_below_zero(classes: Assessment) -> None:
    # 40 + 30 + 25 − 6 × 20 = −25
    assert points(classes, "c", "A", "B", "C", "M") == [40, 30, 25, -120]
    assert classes.total("c").points == 0
    assert [classes.place(unit).rank for unit in "abc"] == [1, 1, 2]
