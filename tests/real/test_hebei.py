"""2,472 pages of five Hebei bodies: every row accounted for, five bodies ranked, cases counted by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hebei_data import (
    BODIES,
    FLAG,
    PERIOD,
    UNITS,
    assessed,
    case_at,
    flagged,
    medians,
    path,
    plain_log,
    prepared_log,
)
from real_data import set_file

from gongkai_score.activity_log import NO_DAY, ActivityLog
from gongkai_score.assessment import Assessment
from gongkai_score.errors import CalendarError
from gongkai_score.evidence import CaseTable
from gongkai_score.explanation import explain
from gongkai_score.outcomes import Outcome, Verdict
from gongkai_score.period import day_number
from gongkai_score.pipeline import assess
from gongkai_score.ranking import ranks
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.indicator_sets import read_indicator_set


@pytest.fixture(scope="module")
def log() -> ActivityLog:
    path()
    return prepared_log()


@pytest.fixture(scope="module")
def result(log: ActivityLog) -> Assessment:
    return assessed(log)


def cases(result: Assessment, indicator: str) -> CaseTable:
    (columns,) = result.cases[indicator].values()
    return columns.columns()


def counted_due(start: date, n: int) -> date:
    """The n-th working day after a day, counted day by day with a calendar that is not ours."""
    is_workday = pytest.importorskip("chinese_calendar").is_workday
    day = start
    while n:
        day += timedelta(1)
        n -= is_workday(day)
    return day


# Rows ---------------------------------------------------------------------------------------------------------


def test_every_row_is_used_set_aside_by_code_or_outside_for_a_reason(result: Assessment, log: ActivityLog) -> None:
    rows = result.rows
    assert rows.read == 2_472 and rows.adds_up
    # Four rows repeat another in everything; one is the header once more.
    assert rows.set_aside == {"L101": 4, "L108": 1}
    # Outside: documents without a legible signature that no interpretation names, and pages before the period.
    documents, readings = log.table("document_published"), log.table("interpretation_published")
    flags = documents.attributes["interpreted"].codes >= 0
    mute = (documents.moments["signed_at"].day == NO_DAY) & ~flags
    first = day_number(date(2008, 5, 1))
    before = ~mute & (documents.at.day < first)
    assert rows.outside == {
        "condition_not_met": int(mute.sum()),
        "outside_window": int(before.sum()) + int((readings.at.day < first).sum()),
    }
    assert rows.used == 2_472 - 5 - sum(rows.outside.values()) > 800


def test_marking_the_interpreted_documents_changes_no_other_cell(log: ActivityLog) -> None:
    plain = plain_log()
    assert plain.set_aside_counts == log.set_aside_counts
    assert {kind: len(table) for kind, table in plain.tables.items()} == {
        kind: len(table) for kind, table in log.tables.items()
    }
    documents, readings = log.table("document_published"), log.table("interpretation_published")
    flags = documents.attributes["interpreted"].codes >= 0
    named = set(zip(documents.unit[flags].tolist(), documents.ref[flags].tolist(), strict=True))
    read = set(zip(readings.unit.tolist(), readings.ref.tolist(), strict=True))
    every = set(zip(documents.unit.tolist(), documents.ref.tolist(), strict=True))
    # One page for each of the 80 documents that an interpretation of the same body names.
    assert named == read & every and len(named) == int(flags.sum()) == 80
    # And a row that repeats one of these pages in everything.
    assert (flagged()[FLAG] == "是").sum() == 81


# Time limits --------------------------------------------------------------------------------------------------


def test_every_verdict_on_disclosure_is_the_one_counted_day_by_day_with_another_calendar(
    result: Assessment,
) -> None:
    table = cases(result, "D20")
    for start, due, done, verdict in zip(table.start, table.due, table.done, table.verdict, strict=True):
        limit = counted_due(date.fromisoformat(start[:10]), 20)
        assert due == limit.isoformat()
        on_time = date.fromisoformat(done[:10]) <= limit
        assert verdict == (Verdict.MET if on_time else Verdict.LATE)
    assert len(table) > 500


def test_every_verdict_on_interpretation_is_the_one_counted_day_by_day(result: Assessment) -> None:
    for indicator, n in (("I3", 3), ("I0", 0)):
        table = cases(result, indicator)
        for start, done, verdict in zip(table.start, table.done, table.verdict, strict=True):
            limit = counted_due(date.fromisoformat(start[:10]), n)
            on_time = date.fromisoformat(done[:10]) <= limit
            assert verdict == (Verdict.MET if on_time else Verdict.LATE)
        assert len(table) == 80


def test_what_was_signed_before_the_first_regulations_is_no_case(result: Assessment, log: ActivityLog) -> None:
    documents = log.table("document_published")
    signed = documents.moments["signed_at"].day
    old = (signed != NO_DAY) & (signed < day_number(date(2008, 5, 1)))
    assert int(old.sum()) > 50 and int(signed[old].min()) < day_number(date(1970, 1, 1))
    assert min(cases(result, "D20").start) >= "2008-05-01"


def test_a_signature_after_the_date_of_assessment_is_no_case(result: Assessment, log: ActivityLog) -> None:
    signed = log.table("document_published").moments["signed_at"].day
    assert int(signed.max()) > day_number(date(2026, 12, 31))  # years that are slips of the pen
    assert max(cases(result, "D20").start) <= "2024-09-29"


def test_a_page_dated_before_the_signature_is_on_time(result: Assessment) -> None:
    table = cases(result, "D20")
    early = [
        verdict
        for start, done, verdict in zip(table.start, table.done, table.verdict, strict=True)
        if done[:10] < start[:10]
    ]
    assert early and set(early) == {Verdict.MET}


def test_without_its_first_day_the_indicator_asks_for_working_days_of_1950_and_is_refused(
    log: ActivityLog, tmp_path: Path
) -> None:
    ageless = tmp_path / "ageless.yaml"
    ageless.write_text(
        f"id: ageless\nextends: {set_file('hebei').as_posix()}\nchange: {{D20: {{from: null}}}}\n", "utf-8"
    )
    period = "1950-01-01..2024-09-29"
    with pytest.raises(CalendarError) as refused:
        assess(read_indicator_set(ageless), log, UNITS, calendar=national_calendar(), period=period)
    assert [p.code for p in refused.value.problems] == ["C003"]
    # With it no calendar before 2008 is asked for, however far back the window reaches.
    result = assess(read_indicator_set(set_file("hebei")), log, UNITS, calendar=national_calendar(), period=period)
    assert len(cases(result, "D20")) > 500


# Ranking ------------------------------------------------------------------------------------------------------


def test_five_bodies_are_ranked_by_shares_that_are_counted_again(result: Assessment) -> None:
    points = {}
    for position, unit in enumerate(result.units):
        earned, out_of = Fraction(0), 0
        for indicator, full in (("D20", 60), ("I3", 25), ("I0", 15)):
            table = cases(result, indicator)
            mine = [table.verdict[i] for i in range(len(table)) if table.unit[i] == position]
            if mine:
                earned += Fraction(full * mine.count(Verdict.MET), len(mine))
                out_of += full
            else:
                assert result.node(unit.id, indicator).outcome is Outcome.NOT_APPLICABLE
        points[unit.id] = earned * 100 / out_of
    places = [result.place(unit) for unit in points]
    assert [place.points for place in places] == [Fraction(round(value * 100), 100) for value in points.values()]
    assert [place.rank for place in places] == ranks(list(points.values()))
    assert [BODIES[result.units[p.unit].id] for p in result.ranking()] == [
        "省政府",
        "工信厅",
        "教育厅",
        "人社厅",
        "科技厅",
    ]


def test_the_medians_from_signature_to_page_stand_beside_the_ranking(log: ActivityLog) -> None:
    found = medians(log)
    assert {name: found[name] for name in ("人社厅", "科技厅", "工信厅", "教育厅")} == {
        "人社厅": 4,
        "科技厅": 1,
        "工信厅": 3,
        "教育厅": 2,
    }
    # One page of 教育厅 (line 3251, on recruiting for 2019) is signed a year before to the day, 2017 for 2018:
    # counted as 365 days it would lift the median of 90 pages to 2.5.
    assert medians(log, below=366) == {**found, "教育厅": 2.5}


def test_without_reposted_documents_one_body_is_late_once_instead_of_thirty_times(
    result: Assessment, log: ActivityLog
) -> None:
    own = assess(read_indicator_set(set_file("hebei-own")), log, UNITS, calendar=national_calendar(), period=PERIOD)
    unit = result.position("科学技术厅")

    def late(found: Assessment) -> int:
        return int(found.measurements["D20"][""][unit].number("late"))

    # Its site took over national and provincial documents in March 2018, years after they were signed.
    assert (late(result) > 30, late(own)) == (True, 1)


# Cases --------------------------------------------------------------------------------------------------------


def test_a_page_on_mid_autumn_day_after_a_working_saturday_is_two_working_days_late(result: Assessment) -> None:
    # Line 685, 省政府: signed Fri 2021-08-20, page Mon 2021-09-20 (holiday 09-19 to 09-21; Sat 09-18 works).
    # Days 1-5: 08-23 to 08-27; 6-10: 08-30 to 09-03; 11-15: 09-06 to 09-10; 16-20: 09-13 to 09-17: due Fri 09-17.
    # Day 21 is Sat 09-18, and the holiday Monday belongs to day 22, Wed 09-22: two working days over.
    case = case_at(result, "D20", 685)
    assert (case.start, case.due, case.done) == ("2021-08-20", "2021-09-17", "2021-09-20")
    assert (case.verdict, case.number, case.used, case.unit_of_time) == (Verdict.LATE, 2, 22, "working_day")
    row = flagged().loc[685]
    assert row["页面时间_raw"].strip().startswith("2021-09-20") and "2021年8月20日" in row["正文末60字"]


def test_a_page_after_the_lengthened_spring_festival_of_2020_is_in_time(result: Assessment) -> None:
    # Line 2575, 教育厅, enrolment 2020: signed on the working Sunday 2020-01-19, page Mon 2020-02-10.
    # Days 1-4: 01-20 to 01-23; holiday 01-24 to 02-02; 5-9: 02-03 to 02-07; day 10: Mon 02-10.
    # 11-14: 02-11 to 02-14; 15-19: 02-17 to 02-21; day 20: Mon 02-24, the last day allowed.
    case = case_at(result, "D20", 2575)
    assert (case.start, case.due, case.done) == ("2020-01-19", "2020-02-24", "2020-02-10")
    assert (case.verdict, case.used) == (Verdict.MET, 10)
    row = flagged().loc[2575]
    assert row["页面时间_raw"].strip() == "2020年02月10日" and "2020年1月19日" in row["正文末60字"]


def test_an_interpretation_after_a_working_sunday_is_two_working_days_late(result: Assessment) -> None:
    # Line 1922, 科技厅: document Tue 2021-02-02, interpretation (line 1702) Mon 2021-02-08.
    # Days 1-3: Wed 02-03 to Fri 02-05, the last day allowed; Sun 02-07 works (day 4), Mon 02-08 is day 5.
    case = case_at(result, "I3", 1922)
    assert (case.start, case.due, case.done) == ("2021-02-02", "2021-02-05", "2021-02-08")
    assert (case.verdict, case.number, case.used) == (Verdict.LATE, 2, 5)
    assert [fact.origin for fact in case.rows] == ["hebei#1922", "hebei#1702"]
    same_day = case_at(result, "I0", 1922)
    assert (same_day.verdict, same_day.number, same_day.unit_of_time) == (Verdict.LATE, 6, "day")


@pytest.mark.parametrize("unit", BODIES)
def test_every_account_adds_up_and_names_its_cases(unit: str, result: Assessment) -> None:
    account = explain(result, unit)
    assert account.check()
    counts = Counter(cited.case.verdict for node in account.walk() for cited in node.cases)
    assert sum(counts.values()) == sum(
        len(columns.of_unit(result.position(unit))) for named in result.cases.values() for columns in named.values()
    )
    assert np.all([verdict in (Verdict.MET, Verdict.LATE) for verdict in counts])
