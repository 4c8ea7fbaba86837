"""Counting working and natural days: published tables, other packages, and a loop that counts day by day."""

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai_score.errors import CalendarError
from gongkai_score.period import day_date, day_number
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.work_calendar import UNKNOWN_DAY, CalendarDay, CalendarLayer, WorkCalendar

SHARED = Path(__file__).parents[1] / ".." / "shared"
CALENDAR = national_calendar()
SUPPLY = "holiday-cn file of 2027"


def day(text: str) -> int:
    return day_number(date.fromisoformat(text))


def shown(number) -> str:
    return day_date(int(number)).isoformat()


DEADLINES = {  # act: the last day of 1, 3 and 20 working days
    "2026-09-30": ("2026-10-08", "2026-10-10", "2026-11-03"),
    "2026-10-01": ("2026-10-08", "2026-10-10", "2026-11-03"),
    "2026-09-18": ("2026-09-20", "2026-09-22", "2026-10-22"),
    "2026-02-13": ("2026-02-14", "2026-02-25", "2026-03-19"),
    "2020-01-23": ("2020-02-03", "2020-02-05", "2020-02-28"),
    "2015-09-02": ("2015-09-06", "2015-09-08", "2015-10-08"),
}


@pytest.mark.parametrize("act", DEADLINES)
def test_the_published_deadlines_hold(act):
    assert tuple(shown(CALENDAR.add_workdays(day(act), n)) for n in (1, 3, 20)) == DEADLINES[act]


def test_the_table_of_deadlines_above_is_the_one_of_the_shared_text():
    path = SHARED / "domain" / "time.md"
    if not path.exists():
        pytest.skip("the shared text is not here")
    rows = re.findall(r"^\| \w{3} (\d{4}-\d\d-\d\d).*?\|(.*)\|$", path.read_text("utf-8"), re.MULTILINE)
    read = {act: tuple(f"{act[:5]}{d}" for d in re.findall(r"\d\d-\d\d", cells)) for act, cells in rows}
    assert read == DEADLINES


@pytest.mark.parametrize(
    ("start", "n", "plain", "rolled"),
    [("2026-09-16", 15, "2026-10-01", "2026-10-08"), ("2026-09-25", 15, "2026-10-10", "2026-10-10")],
)
def test_natural_days_keep_rest_days_inside_and_move_the_last_day_off_one(start, n, plain, rolled):
    assert shown(CALENDAR.add_days(day(start), n, roll=False)) == plain
    assert shown(CALENDAR.add_days(day(start), n)) == rolled
    assert shown(CALENDAR.next_workday(day(plain))) == rolled


def test_a_late_saturday_is_late_although_only_three_working_days_passed():
    act, done = day("2026-11-10"), day("2026-11-14")
    assert shown(CALENDAR.add_workdays(act, 3)) == "2026-11-13"
    assert CALENDAR.workdays_between(act + 1, done) == 3
    assert CALENDAR.workdays_used(act, done) == 4


SPOT = {
    **dict.fromkeys(("2015-09-03", "2015-09-04", "2018-12-31", "2019-05-02", "2020-01-31", "2020-02-01"), False),
    **dict.fromkeys(("2015-09-06", "2018-09-29", "2018-09-30", "2018-12-29", "2019-05-05", "2020-02-03"), True),
    **dict.fromkeys(("2005-12-31", "2026-01-04", "2026-02-14", "2026-09-20", "2026-10-10"), True),
}


@pytest.mark.parametrize("text", SPOT)
def test_days_that_other_calendars_get_wrong_are_right(text):
    assert CALENDAR.is_workday(day(text)) is SPOT[text]


def test_working_days_per_year_are_those_of_the_notices():
    counts = [
        int(CALENDAR.workdays_between(day(f"{year}-01-01"), day(f"{year}-12-31"))) for year in range(2016, 2027)
    ]
    assert counts == [250, 249, 250, 250, 249, 250, 249, 249, 251, 248, 248]


HOLIDAYS_UK = re.findall(
    r"[\d-]+",
    """2007-11-30 2007-12-25 2007-12-26 2008-01-01 2008-01-02 2008-03-17 2008-03-21 2008-03-24
2008-05-05 2008-05-26 2008-07-14 2008-08-04 2008-08-25 2008-12-01 2008-12-25 2008-12-26 2009-01-01 2009-01-02
2009-03-17 2009-04-10 2009-04-13 2009-05-04""",
)
UK = WorkCalendar.from_rest_days(day("2007-01-01"), day("2009-12-31"), holidays=[day(d) for d in HOLIDAYS_UK])


@pytest.mark.parametrize(
    ("received", "due"),
    [("2008-10-01", "2008-10-29"), ("2007-02-01", "2007-03-01"), ("2008-02-01", "2008-02-29")],
)
def test_twenty_working_days_agree_with_alaveteli(received, due):
    assert shown(UK.add_workdays(day(received), 20)) == due


@pytest.mark.parametrize(
    ("received", "due"),
    [(f"2008-10-0{n}", f"2008-10-{m}") for n, m in ((1, 21), (4, 24), (5, 27), (6, 27), (7, 27))],
)
def test_twenty_natural_days_agree_with_alaveteli(received, due):
    assert shown(UK.add_days(day(received), 20)) == due


def test_the_holidays_above_are_those_of_the_shared_vectors():
    path = SHARED / "vectors" / "vectors.md"
    if not path.exists():
        pytest.skip("the shared vectors are not here")
    line = re.search(r"Holidays used: (.*)\.", path.read_text("utf-8"))
    assert line
    dates = []
    for word in re.findall(r"(?:\d{4}-)?\d\d-\d\d", line[1]):
        dates.append(word if len(word) == 10 else f"{dates[-1][:4]}-{word}")
    assert dates == HOLIDAYS_UK


def naive_deadline(start: int, n: int) -> int:
    """Counts on its fingers: n working days after ``start``; for 0 the last working day not after it."""
    found = start
    if n == 0:
        while not CALENDAR.is_workday(found):
            found -= 1
    while n:
        found += 1
        n -= CALENDAR.is_workday(found)
    return found


starts = st.integers(day("2007-01-01"), day("2026-09-01"))
lengths = st.integers(0, 60)


@settings(deadline=None, max_examples=300)
@given(starts, lengths)
def test_the_deadline_is_the_one_a_day_by_day_count_finds(start, n):
    assert int(CALENDAR.add_workdays(start, n)) == naive_deadline(start, n)
    assert int(CALENDAR.add_workdays(np.array([start]), np.array([n]))[0]) == naive_deadline(start, n)


def test_every_start_of_twenty_years_has_the_deadline_of_a_day_by_day_count():
    every = np.arange(day("2007-01-01"), day("2026-09-01"), dtype=np.int32)
    for n in (0, 1, 3, 20):
        assert CALENDAR.add_workdays(every, n).tolist() == [naive_deadline(int(d), n) for d in every]


@settings(deadline=None, max_examples=300)
@given(starts, lengths, st.integers(-10, 120))
def test_working_days_used_are_at_most_n_exactly_when_done_by_the_deadline(start, n, after):
    done = min(start + after, CALENDAR.last_day)
    deadline = CALENDAR.add_workdays(start, n)
    assert (CALENDAR.workdays_used(start, done) <= n) == (done <= deadline)


@settings(deadline=None, max_examples=300)
@given(starts, st.integers(1, 60))
def test_adding_taking_back_counting_and_asking_agree(start, n):
    deadline = int(CALENDAR.add_workdays(start, n))
    assert CALENDAR.is_workday(deadline)
    assert CALENDAR.workdays_used(start, deadline) == n
    assert CALENDAR.workdays_between(start + 1, deadline) == n
    listed = CALENDAR.workdays(start + 1, deadline)
    assert (len(listed), listed[-1]) == (n, deadline)
    assert listed.tolist() == [d for d in range(start + 1, deadline + 1) if CALENDAR.is_workday(d)]
    back = int(CALENDAR.add_workdays(deadline, -n))
    assert back == naive_deadline(start, 0)
    if CALENDAR.is_workday(start):
        assert back == start


@given(starts, st.integers(0, 90))
def test_natural_days_end_on_the_first_working_day_from_the_plain_end(start, n):
    end = int(CALENDAR.add_days(start, n))
    assert CALENDAR.workdays_between(start + n, end) == 1
    assert CALENDAR.is_workday(end) and end >= start + n


def test_an_empty_interval_has_no_working_day():
    monday = day("2026-03-16")
    assert CALENDAR.workdays_between(monday, monday - 1) == 0
    assert CALENDAR.workdays_between(monday, monday - 30) == 0
    assert CALENDAR.workdays(monday, monday - 1).size == 0


def test_columns_and_single_days_give_the_same_answers():
    days = np.arange(day("2026-01-01"), day("2026-11-01"), dtype=np.int32)
    assert CALENDAR.add_workdays(days, 5).tolist() == [int(CALENDAR.add_workdays(int(d), 5)) for d in days]
    assert CALENDAR.add_days(days, 5).tolist() == [int(CALENDAR.add_days(int(d), 5)) for d in days]
    assert CALENDAR.is_workday(days).tolist() == [CALENDAR.is_workday(int(d)) for d in days]
    used = CALENDAR.workdays_used(days, days + 9)
    assert used.tolist() == [int(CALENDAR.workdays_used(int(d), int(d) + 9)) for d in days]
    for column in (CALENDAR.add_workdays(days, 5), CALENDAR.add_workdays(days, days % 3), used):
        assert column.dtype == np.int32
    assert CALENDAR.add_workdays(days[:0], 5).tolist() == []
    assert CALENDAR.workdays_used(days[:0], days[:0]).tolist() == []


# The edge: what nobody has published


def test_the_last_start_of_2026_whose_twenty_day_deadline_is_known_is_3_december():
    assert shown(CALENDAR.add_workdays(day("2026-12-03"), 20)) == "2026-12-31"
    with pytest.raises(CalendarError, match="C001") as caught:
        CALENDAR.add_workdays(day("2026-12-04"), 20)
    message = caught.value.text("en")
    for words in ("20 working days from 2026-12-04", "2026-12-31", SUPPLY, "undetermined", "statutory"):
        assert words in message
    assert "自 2026-12-04 起 20 个工作日" in caught.value.text("zh")


def test_the_error_names_the_first_row_and_how_many_there_are():
    days = np.array([day("2026-11-02"), UNKNOWN_DAY, day("2026-12-10"), day("2026-12-20")], np.int32)
    with pytest.raises(CalendarError, match=r"2026-12-10.*共 2 处") as caught:
        CALENDAR.add_workdays(days, np.array([20, 20, 30, 40]))
    values = caught.value.problems[0].values
    assert (values["position"], values["n"], values["rows"]) == (2, 30, 2)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda c: c.add_workdays(day("2027-01-05"), 3), "C002: 2027-01-05 is after 2026-12-31"),
        (lambda c: c.add_workdays(day("2003-12-31"), 3), "C003: 2003-12-31, or the day counted from it"),
        (lambda c: c.add_workdays(day("2004-01-01"), 0), "C003: 2004-01-01, or the day counted from it"),
        (lambda c: c.add_workdays(day("2004-01-05"), -30), "C003: 2004-01-05, or the day counted from it"),
        (lambda c: c.add_days(day("2026-12-30"), 3), "C005: 3 natural days from 2026-12-30"),
        (lambda c: c.workdays_used(day("2026-12-30"), day("2027-01-01")), "C002: 2027-01-01 is after"),
        (lambda c: c.workdays_between(day("2003-12-01"), day("2026-12-31")), "C003: 2003-12-01, or"),
        (lambda c: c.workdays(day("2026-12-01"), day("2027-01-31")), "C002: 2027-01-31 is after"),
        (lambda c: c.check(day("2026-01-01"), day("2027-12-31")), SUPPLY),
        (lambda c: c.is_workday(day("2027-01-01")), "C002: 2027-01-01 is after"),
        (lambda c: c.is_workday(np.array([UNKNOWN_DAY])), "C004: 1 dates are missing"),
    ],
)
def test_what_the_calendar_does_not_know_it_refuses(ask, words):
    with pytest.raises(CalendarError, match="C00") as caught:
        ask(CALENDAR)
    assert words in caught.value.text("en")


def test_a_missing_day_stays_missing_and_is_no_error():
    days = np.array([UNKNOWN_DAY, day("2026-03-02")], np.int32)
    assert CALENDAR.add_workdays(days, 1).tolist() == [UNKNOWN_DAY, day("2026-03-03")]
    assert CALENDAR.add_workdays(days, np.array([1, 1])).tolist() == [UNKNOWN_DAY, day("2026-03-03")]
    assert CALENDAR.add_days(days, 1).tolist() == [UNKNOWN_DAY, day("2026-03-03")]
    assert CALENDAR.add_days(days, -1, roll=False).tolist() == [UNKNOWN_DAY, day("2026-03-01")]
    assert CALENDAR.workdays_used(days, days[::-1]).tolist() == [UNKNOWN_DAY, UNKNOWN_DAY]
    assert CALENDAR.workdays_between(days, days).tolist() == [UNKNOWN_DAY, 1]
    assert CALENDAR.earliest_add_workdays(days, 1).tolist() == [UNKNOWN_DAY, day("2026-03-03")]
    assert CALENDAR.is_provisional(days).tolist() == [False, False]


def test_natural_days_that_need_no_rolling_need_no_calendar():
    assert shown(CALENDAR.add_days(day("2026-12-30"), 30, roll=False)) == "2027-01-29"


def test_undetermined_results_are_unknown_days_and_known_ones_stay():
    calendar = national_calendar("undetermined")
    days = np.array([day("2026-12-03"), day("2026-12-04"), day("2027-03-01")], np.int32)
    assert calendar.add_workdays(days, 20).tolist() == [day("2026-12-31"), UNKNOWN_DAY, UNKNOWN_DAY]
    assert calendar.add_days(days, 28).tolist() == [day("2026-12-31"), UNKNOWN_DAY, UNKNOWN_DAY]
    assert calendar.workdays_used(days, days + 3).tolist() == [2, 1, UNKNOWN_DAY]
    assert calendar.digest != CALENDAR.digest
    with pytest.raises(CalendarError, match="C002"):
        calendar.is_workday(days)


@settings(deadline=None, max_examples=200)
@given(st.integers(day("2015-01-01"), day("2016-01-20")), lengths)
def test_the_earliest_deadline_is_never_after_the_real_one(start, n):
    cut = day("2015-12-31")
    known = [d for d in range(day("2014-01-01"), cut + 1) if not CALENDAR.is_workday(d)]
    short = WorkCalendar.from_rest_days(
        day("2014-01-01"), cut, weekend=(), holidays=known, unpublished="undetermined"
    )
    earliest, exact = int(short.earliest_add_workdays(start, n)), int(short.add_workdays(start, n))
    real = int(CALENDAR.add_workdays(start, n))
    if exact != UNKNOWN_DAY:
        assert earliest == exact == real
    elif n:
        assert start + n <= earliest <= real


def test_the_earliest_deadline_counts_every_unpublished_day_as_a_working_day():
    calendar = national_calendar("undetermined")
    # 19 working days are left in 2026 after 4 December; the twentieth is 1 January at the earliest.
    assert shown(calendar.earliest_add_workdays(day("2026-12-04"), 20)) == "2027-01-01"
    assert shown(calendar.earliest_add_workdays(day("2027-03-01"), 20)) == "2027-03-21"
    with pytest.raises(ValueError, match="not be negative"):
        calendar.earliest_add_workdays(day("2026-12-04"), -1)


def test_statutory_years_are_estimated_and_every_result_in_them_is_provisional():
    calendar = national_calendar("statutory")
    due = calendar.add_workdays(day("2026-12-04"), 20)
    assert shown(due) == "2027-01-04"  # 1 January 2027 is a Friday of rest, then the weekend
    assert calendar.is_provisional(due)
    assert not calendar.is_provisional(calendar.add_workdays(day("2026-12-04"), 10))
    rests = [shown(d) for d in range(day("2027-02-01"), day("2027-02-13")) if not calendar.is_workday(d)]
    assert rests == ["2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08"]
    assert shown(calendar.last_day) == "2026-12-31" and shown(calendar.known_until) == "2030-12-31"
    with pytest.raises(CalendarError, match="2031"):
        calendar.add_workdays(day("2030-12-20"), 20)


def test_the_last_three_days_of_the_last_published_year_are_provisional():
    days = np.array([day("2026-12-28"), day("2026-12-29"), day("2026-12-31")])
    assert CALENDAR.is_provisional(days).tolist() == [False, True, True]
    assert UK.is_provisional(days).tolist() == [False, False, False]


# The object


def test_a_calendar_cannot_be_changed():
    with pytest.raises(AttributeError, match="name"):
        CALENDAR.name = "x"  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        CALENDAR.working[0] = True
    with pytest.raises(TypeError, match="does not support item assignment"):
        CALENDAR.sources[0] = "x"  # type: ignore[index]


def test_writing_into_a_result_changes_no_later_answer():
    first, last = day("2026-03-01"), day("2026-03-31")
    CALENDAR.workdays(first, last)[:] = 0
    CALENDAR.add_workdays(np.arange(first, last), 3)[:] = 0
    assert CALENDAR.workdays(first, last)[0] == day("2026-03-02")
    assert shown(CALENDAR.add_workdays(first, 3)) == "2026-03-04"


def test_a_layer_makes_a_new_calendar_with_another_digest_and_leaves_the_old_one():
    friday = day("2026-03-20")
    local = CALENDAR.with_layer(CalendarLayer("city", (CalendarDay(friday, False, "a notice"),)))
    assert (CALENDAR.is_workday(friday), local.is_workday(friday)) == (True, False)
    assert local != CALENDAR and local.digest != CALENDAR.digest
    assert CALENDAR.layers == () and local.layers == ("city",)
    assert (local.first_day, local.last_day, local.notices) == (
        CALENDAR.first_day,
        CALENDAR.last_day,
        CALENDAR.notices,
    )


def test_equal_content_means_equal_calendar():
    again = WorkCalendar.from_rest_days(UK.first_day, UK.last_day, holidays=[day(d) for d in HOLIDAYS_UK])
    assert again == UK and len({again, UK}) == 1
    assert re.fullmatch(r"[0-9a-f]{64}", UK.digest)


def test_named_workdays_are_stronger_than_weekends_and_holidays():
    saturday, holiday = day("2008-10-04"), day("2008-12-25")
    calendar = WorkCalendar.from_rest_days(
        day("2008-01-01"), day("2008-12-31"), holidays=[holiday, day("1999-01-01")], workdays=[saturday, holiday]
    )
    assert calendar.is_workday(saturday) and calendar.is_workday(holiday)
    assert not calendar.is_workday(saturday + 1)


def test_bounds_that_make_no_calendar_are_refused():
    with pytest.raises(ValueError, match="not the bounds of a calendar"):
        WorkCalendar.from_rest_days(-5, 100)
    with pytest.raises(ValueError, match="not the bounds of a calendar"):
        WorkCalendar.from_rest_days(200, 100)


def test_a_column_of_dates_or_fractions_is_refused_and_not_guessed():
    for wrong in (np.array(["2026-03-02"], "datetime64[D]"), np.array([20000.5])):
        with pytest.raises(TypeError, match="Cannot cast array data"):
            CALENDAR.add_workdays(wrong, 3)
