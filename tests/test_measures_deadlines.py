"""Deadlines, worked out by hand. Numbers in brackets are the questions of the catalogue of ambiguities."""

from __future__ import annotations

import pytest
from measuring_kit import (
    ANSWER,
    CHECK,
    DOCUMENT,
    HOURS,
    INFORMATION,
    INTERPRETATION,
    MATTER,
    MONTHS,
    NATURAL,
    REQUEST,
    WORKING,
    Seen,
    look,
    on,
    within,
)
from reference_measures import Event, event

from gongkai_score.errors import CalendarError
from gongkai_score.measure_kinds import Condition, Dated, Duration, Extension, TimeLimit
from gongkai_score.period import parse_day
from gongkai_score.units import Unit
from gongkai_score.work_calendar import WorkCalendar


def deadline(n: int, unit: str, **more: object) -> TimeLimit:
    return TimeLimit("deadline", on(INTERPRETATION), on(DOCUMENT), within=within(n, unit), **more)  # type: ignore[arg-type]


def document(at: str, done: str | None = None, ref: str = "D1", **attributes: str) -> list[Event]:
    found = [event("甲", DOCUMENT, at, ref, **attributes)]
    return found + ([event("甲", INTERPRETATION, done, ref)] if done else [])


def judged(m: TimeLimit, at: str, done: str | None, window: str = "2019", as_of: str | None = None) -> Seen:
    return look(m, document(at, done), window, as_of)


@pytest.mark.parametrize(
    ("start", "days", "last", "next_day"),
    [
        # Wed 2026-09-30, 3 days: 10-01 to 10-07 rest, so 10-08, 10-09, Sat 10-10 (a working day).
        ("2026-09-30", 3, "2026-10-10", "2026-10-11"),
        # Fri 2026-09-18, 3 days: Sun 09-20 works, so 09-20, 09-21, 09-22.
        ("2026-09-18", 3, "2026-09-22", "2026-09-23"),
        # Thu 2020-01-23, 1 day: the festival was prolonged, Mon 02-03 is the first working day.
        ("2020-01-23", 1, "2020-02-03", "2020-02-04"),
        ("2015-09-02", 20, "2015-10-08", "2015-10-09"),
    ],
)
def test_working_days_are_those_of_the_notices_and_the_start_day_is_not_counted(
    start: str, days: int, last: str, next_day: str
) -> None:
    # [2] day 1 is the next working day; [5] make-up weekends count.
    year = start[:4]
    m = deadline(days, WORKING)
    on_time, late = (judged(m, start, done, year) for done in (last, next_day))
    assert (on_time.verdict, on_time.due) == ("met", last)
    assert late.verdict == "late"
    assert late.numbers == [1]


def test_a_late_saturday_is_one_working_day_late_although_no_working_day_has_passed() -> None:
    # Act Tue 2026-11-10, 3 days: Fri 11-13. Done Sat 11-14: the Saturday belongs to Monday, the first day over.
    seen = judged(deadline(3, WORKING), "2026-11-10", "2026-11-14", "2026")
    assert (seen.verdict, seen.numbers) == ("late", [1])


def test_plain_days_are_natural_days_and_a_last_rest_day_moves_to_the_next_working_day() -> None:
    # [1] [3] 15 days from 2026-09-16 end on 10-01, a holiday, and move to 10-08.
    m = deadline(15, NATURAL)
    assert judged(m, "2026-09-16", "2026-10-08", "2026").verdict == "met"
    assert judged(m, "2026-09-16", "2026-10-09", "2026").verdict == "late"
    # From 09-25 they end on Sat 10-10, a working day, which stays.
    assert judged(m, "2026-09-25", None, "2026").due == "2026-10-10"


def test_without_rolling_the_last_day_stays_on_the_rest_day() -> None:
    # [3] option roll: false.
    m = deadline(15, NATURAL, roll=False)
    assert judged(m, "2026-09-16", "2026-10-01", "2026").verdict == "met"
    assert judged(m, "2026-09-16", "2026-10-02", "2026").numbers == [1]


def test_a_month_ends_on_the_corresponding_day_or_the_months_last() -> None:
    # Civil Code Art. 202. From 2019-01-31 one month ends on Thu 02-28.
    m = deadline(1, MONTHS)
    assert judged(m, "2019-01-31", "2019-02-28").verdict == "met"
    assert judged(m, "2019-01-31", "2019-03-01").numbers == [1]
    assert judged(m, "2019-03-15", None).due == "2019-04-15"


def test_an_unpublished_year_is_an_error_by_default() -> None:
    # [5] Nobody has published 2027: twenty working days from 2026-12-04 cannot be told.
    with pytest.raises(CalendarError, match="2027"):
        judged(deadline(20, WORKING), "2026-12-28", None, "2026")


def _undetermined() -> WorkCalendar:
    first, last = parse_day("2019-01-01"), parse_day("2019-12-31")
    return WorkCalendar.from_rest_days(first, last, unpublished="undetermined")


def test_an_undetermined_limit_is_unknown_unless_bounds_decide() -> None:
    # 20 working days take at least 20 days: from Fri 2019-12-20, seven working days are known to 12-31, so the
    # last day is 2020-01-13 at the earliest. Done then: met. Not done before: pending. Done 01-20: nobody knows.
    m = deadline(20, WORKING)
    events = document("2019-12-20", None)

    def at(done: str | None, as_of: str) -> str:
        found = events + ([event("甲", INTERPRETATION, done, "D1")] if done else [])
        return look(m, found, "2019", as_of, calendar=_undetermined()).verdict

    assert at("2020-01-13", "2020-02-28") == "met"
    assert at(None, "2020-01-12") == "pending"
    assert at("2020-01-20", "2020-02-28") == "unknown"
    seen = look(m, events, "2019", "2020-02-28", calendar=_undetermined())
    assert seen.state() == ("not_assessed", "unknown_day")


def test_hours_run_from_the_second_to_the_second() -> None:
    m = deadline(24, HOURS)
    assert judged(m, "2019-03-01T10:00", "2019-03-02T10:00").verdict == "met"
    late = judged(m, "2019-03-01T10:00", "2019-03-02T10:01")
    assert (late.verdict, late.numbers) == ("late", [1])


@pytest.mark.parametrize("start", ["2019-03-01", "2019-03-01T10:00"])
def test_with_dates_only_24_hours_last_until_the_end_of_the_next_day_and_the_case_says_so(start: str) -> None:
    # [6] With only a date on one side the end of the next day counts as met; the row is flagged.
    m = deadline(24, HOURS)
    met = judged(m, start, "2019-03-02")
    assert (met.verdict, met.details()) == ("met", ["days_only"])
    late = judged(m, start, "2019-03-03")
    assert (late.verdict, late.numbers) == ("late", [24])


def test_a_begun_day_of_a_limit_in_hours_counts_whole_when_only_dates_are_known() -> None:
    assert judged(deadline(36, HOURS), "2019-03-01", None).due == "2019-03-03"


@pytest.mark.parametrize(("early", "verdict"), [("accept", "met"), ("reject", "early"), ("ignore", "late")])
def test_an_answer_before_the_start_counts_unless_the_set_says_otherwise(early: str, verdict: str) -> None:
    # [8] accepted by default, since it names the document; rejected or passed over on request.
    m = deadline(3, WORKING, early=early)
    events = [*document("2019-03-05"), event("甲", INTERPRETATION, "2019-03-01", "D1")]
    assert look(m, [*events, event("甲", INTERPRETATION, "2019-03-11", "D1")]).verdict == verdict


def test_an_answer_on_the_day_of_the_start_is_not_early() -> None:
    assert judged(deadline(3, WORKING, early="reject"), "2019-03-05", "2019-03-05").verdict == "met"
    m = deadline(3, WORKING, early="reject")
    assert judged(m, "2019-03-05T10:00", "2019-03-05T09:59").verdict == "early"


def test_what_is_done_sooner_than_the_least_time_is_early() -> None:
    # Consultation of at least 30 days (Order 713 Art. 15): opened 2019-03-01, closed 03-31 met, 03-30 early.
    m = TimeLimit(
        "deadline",
        on("consultation_held", "closed_at"),
        on("consultation_held", "opened_at"),
        ("event",),
        earliest=Duration(30, "day"),
    )

    def held(closed: str) -> str:
        row = event("甲", "consultation_held", "2019-03-01", "C", opened_at="2019-03-01", closed_at=closed)
        return look(m, [row]).verdict

    assert (held("2019-03-31"), held("2019-03-30"), held("2020-01-05")) == ("met", "early", "pending")


def test_promptly_means_the_optional_limit_and_is_flagged_as_assumed() -> None:
    # [13] 20 working days from Mon 2019-07-01: Mon 07-29. Flagged.
    m = TimeLimit("follow_up", on(INTERPRETATION), on(DOCUMENT), assumed=True)
    assert judged(m, "2019-07-01", "2019-07-29").details() == ["assumed"]
    assert judged(m, "2019-07-01", "2019-07-30").verdict == "late"
    short = look(m, document("2019-07-01", "2019-07-09"), promptly=Duration(5, "working_day"))
    assert (short.verdict, short.due) == ("late", "2019-07-08")


STATUTE = Dated(
    (
        (None, parse_day("2019-05-14"), Duration(15, "working_day")),
        (parse_day("2019-05-15"), None, Duration(20, "working_day")),
    )
)


def request(at: str, **attributes: str) -> Event:
    return event("甲", REQUEST, at, "R1", **attributes)


def test_the_limit_of_a_request_is_that_of_the_day_it_was_received() -> None:
    # [17] Received Tue 2019-05-14: 15 working days, Tue 06-04. Received Wed 05-15: 20, Thu 06-13 (06-07 rests).
    m = TimeLimit("deadline", on(ANSWER), on(REQUEST), within=STATUTE)
    assert look(m, [request("2019-05-14")]).due == "2019-06-04"
    assert look(m, [request("2019-05-15")]).due == "2019-06-13"


def test_an_extension_counts_only_where_it_is_logged() -> None:
    # [17] Extended by 20: received Mon 2019-07-01, 40 working days, Mon 08-26.
    extended = Extension((("extended", Condition("==", "true")),), 20)
    m = TimeLimit("deadline", on(ANSWER), on(REQUEST), within=within(20, WORKING), extensions=(extended,))
    assert look(m, [request("2019-07-01")]).due == "2019-07-29"
    assert look(m, [request("2019-07-01", extended="true")]).due == "2019-08-26"


def test_an_extension_notice_after_the_limit_mends_nothing() -> None:
    m = TimeLimit(
        "deadline",
        on(ANSWER),
        on(REQUEST),
        within=within(20, WORKING),
        extensions=(Extension((), 20, None, on("report_submitted")),),
    )
    answer = event("甲", ANSWER, "2019-08-20", "R1")

    def noticed(day: str) -> str:
        return look(m, [request("2019-07-01"), event("甲", "report_submitted", day, "R1"), answer]).verdict

    assert (noticed("2019-07-29"), noticed("2019-07-30")) == ("met", "late")


def test_the_clock_stops_while_others_are_consulted() -> None:
    # Art. 33: received Mon 2019-07-01; stopped from Wed 07-03 to Wed 07-10, i.e. 5 working days (04, 05, 08, 09,
    # 10): 25 working days, Mon 08-05.
    stop = Extension((), None, None, on(CHECK), ("opened_at", "closed_at"))
    m = TimeLimit("deadline", on(ANSWER), on(REQUEST), within=within(20, WORKING), extensions=(stop,))
    asked = event("甲", CHECK, "2019-07-03", "R1", opened_at="2019-07-03", closed_at="2019-07-10")
    seen = look(m, [request("2019-07-01"), asked])
    assert (seen.due, seen.rows()) == ("2019-08-05", [[2], [3], []])


def test_a_clock_that_still_stands_leaves_the_case_pending() -> None:
    stop = Extension((), None, None, on(CHECK), ("opened_at", "closed_at"))
    m = TimeLimit("deadline", on(ANSWER), on(REQUEST), within=within(20, WORKING), extensions=(stop,))
    asked = event("甲", CHECK, "2019-07-03", "R1", opened_at="2019-07-03")
    assert look(m, [request("2019-07-01"), asked], as_of="2019-11-29").verdict == "pending"


def test_units_that_never_use_the_flag_are_not_assessed() -> None:
    # [18] Which documents matter is known only where the log says so.
    m = TimeLimit(
        "deadline",
        on(INTERPRETATION),
        on(DOCUMENT, important=True),
        within=within(3, WORKING),
        needs_flag="important",
    )
    assert look(m, document("2019-03-05")).state() == ("not_assessed", "no_flag")
    assert look(m, document("2019-03-05", important="false")).state() == ("no_cases", "")
    assert look(m, document("2019-03-05", important="true")).verdict == "missing"
    assert look(m, []).state() == ("no_cases", "")


def test_forwarded_documents_and_joint_documents_are_left_out_by_their_attributes() -> None:
    # [19] [20] Said in `where`: not forwarded, and drafted by the unit itself.
    own = (("doc_type", Condition("!=", "forwarded")), ("drafting_unit", Condition("in", ("甲", "甲局"))))
    m = TimeLimit(
        "deadline",
        on(INTERPRETATION),
        on(DOCUMENT, **dict(own)),
        within=within(3, WORKING),
    )
    mine = document("2019-03-05", ref="D1", drafting_unit="甲")
    forwarded = document("2019-03-05", ref="D2", doc_type="forwarded", drafting_unit="甲")
    joint = document("2019-03-05", ref="D3", drafting_unit="乙局")
    assert look(m, [*mine, *forwarded, *joint]).keys == ["D1"]


def test_of_several_answers_the_first_counts_for_the_clock() -> None:
    # [21]
    events = [*document("2019-03-05", "2019-03-07"), event("甲", INTERPRETATION, "2019-04-01", "D1")]
    seen = look(deadline(3, WORKING), events)
    assert (seen.verdict, seen.rows()) == ("met", [[2], [3]])


def test_a_revision_is_a_new_start_and_needs_an_answer_of_its_own() -> None:
    # [22] The interpretation of 03-07 explains the first version, not the one of 06-03.
    events = [*document("2019-03-05", "2019-03-07"), event("甲", DOCUMENT, "2019-06-03", "D1")]
    assert look(deadline(3, WORKING), events).verdicts == ["met", "missing"]
    again = [*events, event("甲", INTERPRETATION, "2019-06-06", "D1")]
    assert look(deadline(3, WORKING), again).verdicts == ["met", "met"]


def test_what_was_withdrawn_by_its_limit_is_out() -> None:
    # [22] Limit Fri 2019-03-08.
    m = deadline(3, WORKING)
    gone = look(m, document("2019-03-05", withdrawn_at="2019-03-08"))
    assert (gone.verdict, gone.details(), gone.state()) == ("exempt", ["withdrawn"], ("no_cases", ""))
    assert look(m, document("2019-03-05", withdrawn_at="2019-03-11")).verdict == "missing"


def test_a_unit_without_any_case_has_none_and_no_points_either_way() -> None:
    # [23]
    assert look(deadline(3, WORKING), []).state() == ("no_cases", "")


def test_an_exemption_counts_only_with_its_reason() -> None:
    # [52]
    m = deadline(3, WORKING)
    with_reason = look(m, document("2019-03-05", exempt="true", exempt_reason="涉密"))
    assert (with_reason.verdict, with_reason.state()) == ("exempt", ("no_cases", ""))
    without = look(m, document("2019-03-05", exempt="true"))
    assert (without.verdict, without.details()) == ("missing", ["exempt_without_reason"])
    # [51] In principle (原则上): a recorded exception is such an exemption.


def test_a_statement_stands_in_for_content_if_it_came_by_the_limit() -> None:
    m = deadline(3, WORKING, explained_by=on("report_submitted"))
    by_then = [*document("2019-03-05"), event("甲", "report_submitted", "2019-03-08", "D1")]
    too_late = [*document("2019-03-05"), event("甲", "report_submitted", "2019-03-09", "D1")]
    done = [*by_then, event("甲", INTERPRETATION, "2019-03-07", "D1")]
    assert look(m, by_then).verdict == "explained"
    assert look(m, too_late).verdict == "missing"
    assert look(m, done).verdict == "met"


def test_a_case_belongs_to_the_window_of_its_due_date() -> None:
    # [59] Three working days from Fri 2018-12-28: Sat 12-29 works, Mon 12-31 rests, so 12-29, 01-02, 01-03.
    m = deadline(3, WORKING)
    started_before = document("2018-12-28", None)
    assert look(m, started_before, "2018", "2019-06-30").verdicts == []
    assert look(m, started_before, "2019").verdicts == ["missing"]


def test_what_is_not_yet_due_is_pending_in_the_window_of_its_start() -> None:
    # [59]
    m = deadline(20, WORKING)
    assert judged(m, "2019-12-20", None).verdict == "pending"
    assert judged(m, "2019-12-20", None).state() == ("pending", "")
    assert look(m, document("2019-12-20"), "2019", "2020-03-31").verdicts == []
    assert look(m, document("2019-12-20"), "2020", "2020-03-31").verdicts == ["missing"]


def test_by_request_a_case_belongs_to_the_window_of_its_start() -> None:
    # [59] option assign_by: start.
    m = deadline(3, WORKING, assign_by="start")
    assert look(m, document("2018-12-28"), "2018", "2019-06-30").verdicts == ["missing"]
    assert look(m, document("2018-12-28"), "2019").verdicts == []


def test_as_of_is_the_end_of_that_day_and_nothing_after_it_exists() -> None:
    # Due Fri 2019-03-08.
    m = deadline(3, WORKING)
    assert judged(m, "2019-03-05", None, as_of="2019-03-08").verdict == "missing"
    assert judged(m, "2019-03-05", None, as_of="2019-03-07").verdict == "pending"
    assert judged(m, "2019-03-05", "2019-03-08", as_of="2019-03-07").verdict == "pending"
    assert judged(m, "2019-03-05", "2019-03-06", as_of="2019-03-07").verdict == "met"


def test_days_late_are_counted_but_a_late_case_is_not_met() -> None:
    # [60] No credit for what is late: due 03-08 and 04-11, done Mon 03-11 (1 working day) and Wed 04-17 (4).
    events = [*document("2019-03-05", "2019-03-11"), *document("2019-04-08", "2019-04-17", "D2")]
    seen = look(deadline(3, WORKING), events, wanted=["days_late", "longest_late"])
    assert seen.numbers == [1, 4]
    assert (seen.number("met"), seen.number("rate")) == (0, 0)
    assert (seen.number("days_late"), seen.number("longest_late")) == (5, 4)


def test_an_answer_of_another_unit_counts_only_where_the_set_says_so() -> None:
    units = [Unit("甲", "甲局"), Unit("乙", "乙局")]
    events = [*document("2019-03-05"), event("乙", INTERPRETATION, "2019-03-06", "D1")]
    assert look(deadline(3, WORKING), events, units=units).verdict == "missing"
    assert look(deadline(3, WORKING, any_unit=True), events, units=units).verdict == "met"


def test_with_several_recipients_each_pair_is_matched() -> None:
    m = deadline(3, WORKING, match_on=("ref", "to"))
    events = [
        event("甲", DOCUMENT, "2019-03-05", "D1", to="A"),
        event("甲", DOCUMENT, "2019-03-05", "D1", to="B"),
        event("甲", INTERPRETATION, "2019-03-06", "D1", to="B"),
    ]
    assert look(m, events).verdicts == ["missing", "met"]


def test_a_limit_may_stand_on_the_start_event_itself() -> None:
    m = TimeLimit("deadline", on(ANSWER), on(REQUEST), due="due")
    events = [request("2019-03-01", due="2019-03-20T12:00"), event("甲", ANSWER, "2019-03-20T12:01", "R1")]
    assert look(m, events).verdict == "late"
    assert look(m, [*events[:1], event("甲", ANSWER, "2019-03-20", "R1")]).verdict == "met"
    unknown = look(m, [request("2019-03-01")])
    assert (unknown.verdict, unknown.state()) == ("unknown", ("not_assessed", "unknown_day"))


def test_cases_that_began_before_the_duty_are_not_its_cases() -> None:
    # [33]
    m = deadline(3, WORKING)
    events = [*document("2019-09-03"), *document("2019-09-04", ref="D2")]
    assert look(m, events, first="2019-09-04").keys == ["D2"]
    assert look(m, events, last="2019-09-03").keys == ["D1"]


def test_cases_due_outside_a_units_life_are_dropped() -> None:
    m = deadline(3, WORKING)
    unit = Unit("甲", "甲局", active_from=parse_day("2019-03-11"), active_to=parse_day("2019-06-30"))
    events = [*document("2019-03-05"), *document("2019-03-06", ref="D2"), *document("2019-07-01", ref="D3")]
    # D1 is due 03-08, before the unit exists; D2 on Mon 03-11, its first day.
    assert look(m, events, units=[unit]).keys == ["D2"]


FIXED = TimeLimit("due_by", on(INFORMATION), by=(parse_day("2018-12-31"),), roll=False)


def published(*days: str) -> list[Event]:
    return [event("甲", INFORMATION, day) for day in days]


def test_a_fixed_date_does_not_move_off_a_holiday() -> None:
    # [4] 2018-12-31 was a holiday; to 24:00 of that day all the same.
    assert look(FIXED, published("2018-12-31"), "2018", "2019-06-30").verdict == "met"
    late = look(FIXED, published("2019-01-02"), "2018", "2019-06-30")
    assert (late.verdict, late.numbers) == ("late", [2])


def test_on_request_a_fixed_date_moves_like_any_limit() -> None:
    # [4] option roll_dates: the first working day after it was Wed 2019-01-02.
    m = TimeLimit("due_by", on(INFORMATION), by=(parse_day("2018-12-31"),), roll=True)
    assert look(m, published("2019-01-02"), "2018", "2019-06-30").verdict == "met"
    assert look(m, published("2019-01-03"), "2018", "2019-06-30").numbers == [1]


def test_a_date_outside_the_window_is_no_case_and_one_ahead_is_pending() -> None:
    assert look(FIXED, [], "2019").verdicts == []
    m = TimeLimit("due_by", on(INFORMATION), by=(parse_day("2019-06-30"),), roll=False)
    assert look(m, [], as_of="2019-06-29").verdict == "pending"
    assert look(m, [], as_of="2019-06-30").verdict == "missing"
    # [35] Without "not before", anything up to the date counts.
    assert look(m, published("2018-03-01")).verdict == "met"


def test_what_came_too_soon_does_not_count_and_is_early_if_it_is_all_there_is() -> None:
    m = TimeLimit(
        "due_by",
        on(INFORMATION),
        by=(parse_day("2019-06-30"),),
        roll=False,
        not_before=parse_day("2019-06-01"),
        early="reject",
    )
    assert look(m, published("2019-05-31")).verdict == "early"
    assert look(m, published("2019-05-31", "2019-06-01")).verdict == "met"
    assert look(m, published("2018-06-15")).verdict == "missing"


def test_each_of_several_dates_needs_an_event_of_its_own() -> None:
    m = TimeLimit("due_by", on(INFORMATION), by=(parse_day("2019-06-30"), parse_day("2019-12-31")), roll=False)
    assert look(m, published("2019-06-01")).by_key == {"2019-06-30": "met", "2019-12-31": "missing"}
    assert look(m, published("2019-06-01", "2019-12-01")).verdicts == ["met", "met"]


def test_a_matter_without_a_reference_cannot_be_answered() -> None:
    m = TimeLimit("deadline", on(INFORMATION), on(MATTER), within=within(20, WORKING))
    seen = look(m, [event("甲", MATTER, "2019-03-01"), event("甲", INFORMATION, "2019-03-04")])
    assert (seen.verdict, seen.keys) == ("missing", ["log.csv#2"])
