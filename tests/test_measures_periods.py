"""Periods and counts, worked out by hand. Numbers in brackets are the questions of the catalogue of ambiguities."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from measuring_kit import CHECK, FINDING, INFORMATION, UPDATE, look, on, times
from reference_measures import Event, event

from gongkai_score.measure_kinds import Condition, Dated, Faults, Items, Selector, Tally, TimeLimit, Value
from gongkai_score.period import parse_day
from gongkai_score.units import Unit
from gongkai_score.work_calendar import WorkCalendar


def updates(*days: str, **attributes: str) -> list[Event]:
    return [event("甲", UPDATE, day, **attributes) for day in days]


def every(period: str, n: int = 1, **more: object) -> Tally:
    return Tally("frequency", on(UPDATE), period, times(n), **more)  # type: ignore[arg-type]


def test_every_working_day_means_the_working_days_of_the_notices() -> None:
    # [26] 2019-09-28 (Sat) to 10-08 (Tue): 09-29 (Sun) and 09-30 work, 10-01 to 10-07 rest, 10-08 works.
    seen = look(every("working_day"), updates("2019-09-28", "2019-09-29"), "2019-09-28..2019-10-08")
    assert seen.by_key == {"2019-09-29": "met", "2019-09-30": "blank", "2019-10-08": "blank"}
    # The Saturday does not make up for Monday; the share of days counts, 1 of 3.
    assert seen.number("rate") == Fraction(1, 3)


def test_the_longest_gap_is_in_natural_days_up_to_as_of() -> None:
    # [26] January: updated on 01-10 and 01-31. Days without: 01-01 to 01-09 (9), 01-11 to 01-30 (20).
    seen = look(every("month"), updates("2019-01-10", "2019-01-31"), "2019-01", wanted=["longest_gap"])
    assert seen.number("longest_gap") == 20
    early = look(every("month"), updates("2019-01-10"), "2019-01", "2019-01-12", wanted=["longest_gap"])
    assert early.number("longest_gap") == 9
    assert look(every("month"), [], "2019-01", wanted=["longest_gap"]).number("longest_gap") == 31
    # What lies outside the window neither begins nor ends a stretch of it: 01-01 to 01-09, 01-11 to 01-31.
    outside = updates("2018-12-20", "2019-01-10", "2019-01-10", "2019-03-01")
    assert look(every("month"), outside, "2019-01", wanted=["longest_gap"]).number("longest_gap") == 21


def test_posts_count_one_by_one_unless_days_are_to_be_counted() -> None:
    # [27] Three posts on two days of one week.
    week = "2019-03-04..2019-03-10"
    posts = updates("2019-03-04", "2019-03-04", "2019-03-05")
    assert look(every("week", 3), posts, week).verdict == "met"
    by_day = look(every("week", 3, count_by="day"), posts, week, wanted=["short_by"])
    assert (by_day.verdict, by_day.numbers, by_day.number("short_by")) == ("short", [1], 1)


def test_accounts_are_judged_one_by_one_and_a_unit_is_the_mean_over_them() -> None:
    # [28] Two accounts over one week: one posts three times, the other once.
    week = "2019-03-04..2019-03-10"
    posts = [*updates("2019-03-04", "2019-03-05", "2019-03-06", account="A"), *updates("2019-03-04", account="B")]
    seen = look(every("week", 3, per="account"), posts, week)
    assert seen.by_key == {"A 2019W10": "met", "B 2019W10": "short"}
    assert seen.number("rate") == Fraction(1, 2)
    assert look(every("week", 3), posts, week).verdict == "met"


def test_an_account_seen_before_the_window_counts_though_it_fell_silent() -> None:
    posts = [*updates("2018-11-05", account="A"), *updates("2019-03-04", account="B")]
    seen = look(every("week", per="account"), posts, "2019-03-04..2019-03-10")
    assert seen.by_key == {"A 2019W10": "blank", "B 2019W10": "met"}


def test_a_unit_without_any_account_is_seen_all_the_same() -> None:
    assert look(every("week", per="account"), [], "2019-03-04..2019-03-10").verdicts == ["blank"]


def test_weeks_run_monday_to_sunday_and_cut_weeks_are_dropped() -> None:
    # [29] 2019-03-01 is a Friday, 03-31 a Sunday: whole weeks from 03-04, 03-11, 03-18, 03-25.
    assert look(every("week"), [], "2019-03").keys == ["2019W10", "2019W11", "2019W12", "2019W13"]
    kept = look(every("week", partial="keep"), updates("2019-03-03"), "2019-03")
    assert kept.by_key["2019W09"] == "met"
    # Of three posts a week the days 03-01 to 03-03 of a week, 3 of 7, ask for 9/7, rounded down: 1.
    part = look(every("week", 3, partial="prorate"), updates("2019-03-03"), "2019-03")
    assert part.by_key["2019W09"] == "met"
    assert part.cases.needed.tolist() == [1, 3, 3, 3, 3]


def test_weeks_without_a_working_day_are_dropped() -> None:
    # [29] Spring festival: Mon 2019-02-04 to Sun 02-10 all rest.
    window = "2019-01-28..2019-02-17"
    assert look(every("week"), [], window).keys == ["2019W05", "2019W07"]
    assert look(every("week", skip_no_workday=False), [], window).keys == ["2019W05", "2019W06", "2019W07"]


@pytest.mark.parametrize(
    ("day", "verdict", "number"),
    [("2019-08-10", "met", 1), ("2019-08-11", "late", 1), ("2019-09-30", "late", 51), ("2019-10-01", "blank", 1)],
)
def test_the_tenth_of_the_second_month_is_in_and_later_in_the_quarter_is_late(
    day: str, verdict: str, number: int
) -> None:
    # [30] [32] bishan 5.2-2: by the 10th of the second month of each quarter; from 08-10 to 09-30 are 51 days.
    m = Tally("frequency", on(CHECK), "quarter", times(1), due_in_period=(2, 10))
    seen = look(m, [event("甲", CHECK, day)], "2019Q3", "2019-12-31")
    assert (seen.verdict, seen.numbers, seen.due) == (verdict, [number], "2019-08-10")


def test_the_check_may_be_done_from_the_first_day_of_the_quarter() -> None:
    # [31]
    m = Tally("frequency", on(CHECK), "quarter", times(1), due_in_period=(2, 10))
    assert look(m, [event("甲", CHECK, "2019-07-01")], "2019Q3").verdict == "met"
    assert look(m, [event("甲", CHECK, "2019-06-30")], "2019Q3").verdict == "blank"


def test_periods_over_before_the_duty_was_issued_are_not_asked_for() -> None:
    # [33] Issued 2019-09-04: the third quarter had not ended, but its 08-10 had passed.
    by_quarter = Tally("frequency", on(CHECK), "quarter", times(1))
    assert look(by_quarter, [], first="2019-09-04").keys == ["2019Q3", "2019Q4"]
    by_date = Tally("frequency", on(CHECK), "quarter", times(1), due_in_period=(2, 10))
    assert look(by_date, [], first="2019-09-04").keys == ["2019Q4"]
    assert look(by_quarter, [], last="2019-06-30").keys == ["2019Q1", "2019Q2"]
    # A number a year is asked of the whole year: what came before the issue counts.
    yearly = Tally("count", on(CHECK), at_least=times(1))
    assert look(yearly, [event("甲", CHECK, "2019-02-01")], first="2019-09-04").verdict == "met"


def test_years_are_calendar_years_wholly_inside_the_window() -> None:
    # [34]
    assert look(every("year"), [], "2018-07-01..2020-06-30").keys == ["2019"]
    assert look(every("year", partial="keep"), [], "2019-07-01..2020-06-30").keys == ["2019", "2020"]


def test_reports_count_for_the_period_they_cover_where_the_set_says_so() -> None:
    # [36] Published in April for the first quarter.
    published = [event("甲", INFORMATION, "2019-04-12", covers_period="2019Q1")]
    by_date = Tally("frequency", on(INFORMATION), "quarter", times(1))
    assert look(by_date, published, "2019H1").by_key == {"2019Q1": "blank", "2019Q2": "met"}
    covering = Tally("frequency", on(INFORMATION), "quarter", times(1), period_of="covers_period")
    assert look(covering, published, "2019H1").by_key == {"2019Q1": "met", "2019Q2": "blank"}
    # With a lag: by the 15th of the fourth month, 04-15.
    lag = Tally("frequency", on(INFORMATION), "quarter", times(1), period_of="covers_period", due_in_period=(4, 15))
    assert look(lag, published, "2019Q1", "2019-06-30").verdict == "met"
    later = [event("甲", INFORMATION, "2019-04-16", covers_period="2019Q1")]
    assert look(lag, later, "2019Q1", "2019-06-30").verdict == "late"
    assert look(lag, [], "2019Q1", "2019-04-14").verdict == "pending"


def test_the_season_is_closed_at_both_ends() -> None:
    # [58] April to October.
    seen = look(every("month", months=(4, 5, 6, 7, 8, 9, 10)), updates("2019-04-01", "2019-10-31"))
    assert seen.keys[0] == "2019-04"
    assert seen.keys[-1] == "2019-10"
    assert seen.verdicts == ["met", *["blank"] * 5, "met"]


def test_a_period_whose_season_is_in_two_parts_is_one_period() -> None:
    # January and December count; what is done in July does not, and does not part them either.
    days = ("2019-01-05", "2019-01-06", "2019-07-01", "2019-12-05", "2019-12-05")
    for least, verdict in ((4, "met"), (5, "short")):
        seen = look(every("year", least, months=(1, 12), partial="keep"), updates(*days), wanted=["count"])
        assert (seen.verdicts, seen.numbers, seen.number("count")) == ([verdict], [4 if least == 4 else 1], 4)


def test_a_period_not_yet_over_is_pending_unless_it_has_enough() -> None:
    months = look(every("month"), updates("2019-03-02"), "2019Q1", "2019-03-15")
    assert months.verdicts == ["blank", "blank", "met"]
    assert look(every("month"), [], "2019Q1", "2019-03-15").verdicts == ["blank", "blank", "pending"]
    assert look(every("month"), [], "2019-03", "2019-03-31").verdicts == ["blank"]


def test_surplus_in_one_period_never_fills_another() -> None:
    posts = updates("2019-01-05", "2019-01-06", "2019-01-07")
    seen = look(every("month"), posts, "2019Q1", wanted=["over", "count", "fulfilment", "short_by"])
    assert seen.verdicts == ["met", "blank", "blank"]
    # 3 posts for 3 asked, but two of them are surplus of January and two months lack one.
    assert [seen.number(n) for n in ("over", "count", "fulfilment", "short_by")] == [2, 3, 1, 2]


def test_runs_of_blank_months_are_told_apart() -> None:
    seen = look(
        every("month"),
        updates("2019-03-02", "2019-08-01", "2019-10-01"),
        wanted=["longest_run.blank", "runs.blank.2", "runs.blank.3"],
    )
    # Blank: 01-02, 04-07, 09, 11-12: runs of 2, 4, 1, 2.
    assert [seen.number(n) for n in ("longest_run.blank", "runs.blank.2", "runs.blank.3")] == [4, 3, 1]


def test_a_unit_that_came_or_went_in_mid_year_is_asked_for_whole_periods_only() -> None:
    unit = Unit("甲", "甲局", active_from=parse_day("2019-02-15"), active_to=parse_day("2019-05-31"))
    assert look(every("month"), [], units=[unit]).keys == ["2019-03", "2019-04", "2019-05"]
    kept = look(every("month", partial="keep"), [], units=[unit]).keys
    assert kept == ["2019-02", "2019-03", "2019-04", "2019-05"]


def test_a_number_may_change_with_the_first_day_of_the_period() -> None:
    rule = Dated(((None, parse_day("2019-03-31"), 1), (parse_day("2019-04-01"), None, 2)))
    m = Tally("frequency", on(UPDATE), "quarter", rule)
    seen = look(m, updates("2019-02-01", "2019-05-01"), "2019H1")
    assert seen.verdicts == ["met", "short"]


def test_days_the_calendar_does_not_know_are_unknown_on_request() -> None:
    calendar = WorkCalendar.from_rest_days(
        parse_day("2019-12-01"), parse_day("2019-12-31"), unpublished="undetermined"
    )
    seen = look(every("working_day"), [], "2019-12-30..2020-01-02", calendar=calendar)
    assert seen.verdicts == ["blank", "blank", "unknown", "unknown"]


def number(**more: object) -> Tally:
    return Tally("count", on(UPDATE), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "held", "verdict", "count"),
    [
        # [38] 不少于, 以上: the number itself is enough; 超过 2 is at least 3; 低于 3 is at most 2.
        ({"at_least": times(2)}, 2, "met", 2),
        ({"at_least": times(2)}, 1, "short", 1),
        ({"at_least": times(2)}, 0, "blank", 2),
        ({"at_least": times(3)}, 2, "short", 1),
        ({"at_most": times(2)}, 2, "met", 2),
        ({"at_most": times(2)}, 3, "found", 1),
        ({"exactly": times(2)}, 2, "met", 2),
        ({"exactly": times(2)}, 3, "found", 1),
        ({"exactly": times(2)}, 1, "short", 1),
    ],
)
def test_numbers_are_inclusive_as_the_words_say(
    rule: dict[str, Dated[int]], held: int, verdict: str, count: int
) -> None:
    seen = look(number(**rule), updates(*[f"2019-03-{d + 1:02d}" for d in range(held)]))
    assert (seen.verdict, seen.numbers) == (verdict, [count])


def test_what_must_not_happen_is_met_only_if_somebody_looked() -> None:
    # [63]
    m = Tally("count", on(FINDING), at_most=times(0), check=on(CHECK))
    checked, found = event("甲", CHECK, "2019-05-01"), event("甲", FINDING, "2019-06-01")
    assert look(m, []).state() == ("not_assessed", "no_check")
    assert look(m, [checked]).verdict == "met"
    assert look(m, [event("甲", CHECK, "2018-12-31")]).state() == ("not_assessed", "no_check")
    assert (look(m, [found]).verdict, look(m, [found]).state()) == ("found", ("cases", ""))


def test_instalments_are_told_apart_by_their_number_or_else_by_date() -> None:
    # [57] Two instalments: 1 and 1 again are one; without a number two dates are two.
    m = Tally("count", on(INFORMATION), at_least=times(2), count_by="instalment_no")

    def rows(*told: tuple[str, str | None]) -> list[Event]:
        return [event("甲", INFORMATION, day, **({"instalment_no": n} if n else {})) for day, n in told]

    assert look(m, rows(("2019-03-01", "1"), ("2019-04-01", "1"))).verdict == "short"
    assert look(m, rows(("2019-03-01", "1"), ("2019-03-01", "2"))).verdict == "met"
    assert look(m, rows(("2019-03-01", None), ("2019-04-01", None))).verdict == "met"
    assert look(m, rows(("2019-03-01", None), ("2019-03-01", None))).verdict == "short"


def test_various_forms_are_counted_also_where_one_cell_names_several() -> None:
    # [50] At least two forms.
    m = Tally("count", on("interpretation_published"), at_least=times(2), count_by="form")
    assert look(m, [event("甲", "interpretation_published", "2019-03-01", form="图解;视频")]).verdict == "met"


def test_a_value_the_measure_does_not_ask_for_is_not_counted_beside_others_in_one_cell() -> None:
    # Two of 图解, 视频, 音频 are asked for; 新闻稿 is none of them, whichever row it stands in.
    asked = Condition("in", ("图解", "视频", "音频"))
    m = Tally("count", on("interpretation_published", form=asked), at_least=times(2), count_by="form")

    def found(*forms: str) -> tuple[str, int]:
        rows = [
            event("甲", "interpretation_published", "2019-03-01", ref=f"r{i}", form=f) for i, f in enumerate(forms)
        ]
        seen = look(m, rows, wanted=["count"])
        return seen.verdict, int(seen.cases.number[0])

    assert found("图解;新闻稿") == ("short", 1)
    assert found("新闻稿;图解", "图解;新闻稿;采访") == ("short", 1)
    assert found("新闻稿;图解", "新闻稿;视频") == ("met", 2)
    assert found("新闻稿") == ("blank", 2)
    # Forms other than 图解: of three in one cell two count, of two one.
    other = replace(m, event=on("interpretation_published", form=Condition("!=", "图解")))
    assert (
        look(other, [event("甲", "interpretation_published", "2019-03-01", form="图解;视频;采访")]).verdict == "met"
    )
    assert look(other, [event("甲", "interpretation_published", "2019-03-01", form="图解;视频")]).verdict == "short"


def test_a_value_counts_by_the_alternative_its_own_event_meets() -> None:
    # 县 publishes 甲 or 乙, 市 publishes 丙: 丙 beside 甲 in a row of the 县 is not asked for there.
    either = (
        (("level", Condition("==", "县")), ("item", Condition("in", ("甲", "乙")))),
        (("level", Condition("==", "市")), ("item", Condition("==", "丙"))),
    )
    m = Tally("count", Selector(INFORMATION, either=either), at_least=times(2), count_by="item")
    assert look(m, [event("甲", INFORMATION, "2019-03-01", level="县", item="甲;丙")]).verdict == "short"
    assert look(m, [event("甲", INFORMATION, "2019-03-01", level="县", item="甲;乙")]).verdict == "met"
    city = event("甲", INFORMATION, "2019-03-01", level="市", item="丙;甲")
    assert look(m, [city]).verdict == "short"
    assert look(m, [city, event("甲", INFORMATION, "2019-03-01", level="县", item="甲;丙")]).verdict == "met"


def test_an_account_the_measure_does_not_ask_for_is_no_case() -> None:
    # Weekly, each of 微博 and 微信; a post sent to 抖音 as well makes no case of 抖音.
    m = Tally("frequency", on(UPDATE, account=Condition("in", ("微博", "微信"))), "month", times(1), per="account")
    rows = [event("甲", UPDATE, f"2019-{month:02d}-01", account="微博;抖音") for month in range(1, 13)]
    seen = look(m, rows)
    assert {key.split(" ")[0] for key in seen.keys} == {"微博"}
    assert seen.verdicts == ["met"] * 12


def test_what_is_in_being_is_told_apart_in_every_period() -> None:
    # Two kinds asked for each month. 问答库 opened twice, 资源库 from March to 1 June.
    m = Tally(
        "count",
        on("platform_changed", action="opened"),
        "month",
        times(2),
        count_by="name",
        ended_by=on("platform_changed", action="closed"),
        item_key="name",
    )

    def changed(day: str, name: str, action: str, ref: str) -> Event:
        return event("甲", "platform_changed", day, ref, name=name, action=action)

    rows = [
        changed("2018-05-03", "问答库", "opened", "a"),
        changed("2019-01-03", "问答库", "opened", "b"),
        changed("2019-03-31", "资源库", "opened", "c"),
        changed("2019-06-01", "资源库", "closed", "d"),
    ]
    assert look(m, rows).verdicts == ["short"] * 2 + ["met"] * 3 + ["short"] * 7


def test_two_kinds_of_meeting_are_added_by_one_selector() -> None:
    # [54] Executive and office meetings together, at least 2.
    kinds = Condition("in", ("executive_meeting", "office_meeting"))
    m = Tally("count", on("meeting_held", type=kinds), at_least=times(2))
    one = event("甲", "meeting_held", "2019-03-01", type="executive_meeting")
    other = event("甲", "meeting_held", "2019-04-01", type="office_meeting")
    assert look(m, [one, other]).verdict == "met"
    # [56] The post, not the person, is counted: the attribute of the event says who attended.
    assert look(m, [one, event("甲", "meeting_held", "2019-04-01", type="plenary")]).verdict == "short"


def test_what_comes_into_force_after_the_window_is_not_asked_for() -> None:
    # [33] In force from 2020; window 2019. No list, no check and no rating is waited for.
    listed = Items((), on("inventory_declared"), "items")
    for m in (
        every("quarter", items=listed),
        every("quarter"),
        Tally("coverage", on(INFORMATION), at_least=times(1), items=listed),
        Tally("count", on(FINDING), at_most=times(0), check=on(CHECK)),
        Faults("deduction", on(FINDING), check=on(CHECK)),
        Faults("deduction", on(FINDING)),
        Value("rating", on("rating_given"), value="score"),
        TimeLimit("due_by", on(INFORMATION), by=(parse_day("2020-06-30"),), items=listed),
    ):
        assert look(m, [], first="2020-01-01").state() == ("no_cases", ""), m
        assert look(m, [], last="2018-12-31").state() == ("no_cases", ""), m
    # In force in the window: then the list is waited for, and the check.
    assert look(every("quarter", items=listed), [], first="2019-10-01").state() == ("not_assessed", "no_inventory")
    assert look(Faults("deduction", on(FINDING), check=on(CHECK)), [], first="2019-12-31").state() == (
        "not_assessed",
        "no_check",
    )
    assert look(Faults("deduction", on(FINDING)), [], first="2019-12-31").state()[0] == "cases"


def test_a_list_is_not_waited_for_where_no_period_and_no_date_is_asked_for() -> None:
    listed = Items((), on("inventory_declared"), "items")
    # Half a year that the window cuts is dropped: 2019-01 to 03 holds none.
    assert look(every("half_year", items=listed), [], "2019Q1").state() == ("no_cases", "")
    assert look(every("half_year", items=listed), [], "2019").state() == ("not_assessed", "no_inventory")
    by = TimeLimit("due_by", on(INFORMATION), by=(parse_day("2019-06-30"),), items=listed)
    assert look(by, [], "2019Q1").state() == ("no_cases", "")
    assert look(by, [], "2019").state() == ("not_assessed", "no_inventory")


def platform(day: str, action: str, name: str) -> Event:
    return event("甲", "platform_changed", day, item=name, action=action)


STOCK = Tally(
    "count",
    on("platform_changed", action="opened"),
    at_most=times(1),
    ended_by=on("platform_changed", action="closed"),
)


def test_a_stock_is_what_was_begun_and_has_not_ended() -> None:
    rows = [platform("2017-03-01", "opened", "A"), platform("2018-05-01", "opened", "B")]
    assert look(STOCK, rows).verdict == "found"
    closed = [*rows, platform("2019-12-31", "closed", "A")]
    assert look(STOCK, closed).verdict == "met"
    assert look(STOCK, closed, as_of="2019-12-30", wanted=["count"]).verdict == "found"


def test_a_stock_can_be_taken_at_the_end_of_every_period() -> None:
    rows = [platform("2018-05-01", "opened", "A"), platform("2019-02-01", "opened", "B")]
    rows += [platform("2019-03-31", "closed", "A")]
    m = Tally("count", STOCK.event, "month", at_least=times(2), ended_by=STOCK.ended_by)
    assert look(m, rows, "2019Q1").verdicts == ["short", "met", "short"]


def test_a_rule_of_earlier_years_is_in_force_until_repealed() -> None:
    adopted = event("甲", "instrument_adopted", "2016-03-01", "N1", action="adopted")
    repealed = event("甲", "instrument_adopted", "2019-06-01", "N1", action="repealed")
    m = Tally(
        "exists",
        on("instrument_adopted", action="adopted"),
        at_least=times(1),
        carry_over=True,
        ended_by=on("instrument_adopted", action="repealed"),
    )
    assert look(m, [adopted]).verdict == "met"
    assert look(m, [adopted]).rows() == [[2]]
    assert look(m, [adopted, repealed]).verdict == "missing"
    assert look(m, [adopted, repealed], as_of="2019-05-31").verdict == "met"
    this_year = Tally("exists", on("instrument_adopted", action="adopted"), at_least=times(1))
    assert look(this_year, [adopted]).verdict == "missing"


def test_a_conditional_duty_does_not_apply_until_its_condition_is_logged() -> None:
    m = Tally("exists", on(INFORMATION), at_least=times(1), needs=on("matter_arose", cause="received"))
    assert look(m, []).state() == ("no_cases", "")
    assert look(m, [event("甲", "matter_arose", "2019-03-01", cause="received")]).verdict == "missing"


def covered(*items: str) -> list[Event]:
    return [event("甲", INFORMATION, "2019-05-01", item=item) for item in items]


def test_all_the_items_named_are_needed_and_only_those() -> None:
    # [48] A list that ends in 等 is scored on what it names. [49] 分别, 和, 及: all of them.
    m = Tally("coverage", on(INFORMATION), items=Items(("预算", "决算", "三公")))
    seen = look(m, covered("预算;决算", "其他"), wanted=["short_by"])
    assert seen.by_key == {"预算": "met", "决算": "met", "三公": "missing"}
    assert (seen.number("rate"), seen.number("short_by")) == (Fraction(2, 3), 1)
    # [49] 等方式, 或: one of them is enough.
    any_of = Tally("count", on(INFORMATION, item=Condition("in", ("预算", "决算"))), at_least=times(1))
    assert look(any_of, covered("决算")).verdict == "met"


INVENTORY = Tally(
    "coverage", on(INFORMATION), items=Items(inventory=on("inventory_declared"), attribute="items"), item_key="item"
)


def declared(day: str, items: str, **more: str) -> Event:
    return event("甲", "inventory_declared", day, items=items, **more)


def test_the_last_declared_list_holds_and_a_unit_without_one_is_not_assessed() -> None:
    # [55] The roster as it stands at the date of assessment.
    lists = [declared("2019-01-10", "甲项;乙项"), declared("2019-07-01", "乙项;丙项")]
    assert look(INVENTORY, [*lists, *covered("乙项")]).by_key == {"丙项": "missing", "乙项": "met"}
    assert set(look(INVENTORY, lists, as_of="2019-06-30").by_key) == {"甲项", "乙项"}
    assert look(INVENTORY, covered("乙项")).state() == ("not_assessed", "no_inventory")


def test_an_item_exempt_with_a_reason_leaves_the_list() -> None:
    # [52]
    rows = [declared("2019-01-10", "甲项"), declared("2019-01-10", "乙项", exempt="true", exempt_reason="涉密")]
    seen = look(INVENTORY, [*rows, *covered("甲项")])
    assert seen.by_key == {"乙项": "exempt", "甲项": "met"}
    assert seen.number("rate") == 1


def test_a_statement_explains_an_empty_item() -> None:
    m = Tally("coverage", on(INFORMATION), items=Items(("预算", "决算")), explained_by=on("report_submitted"))
    seen = look(m, [*covered("预算"), event("甲", "report_submitted", "2019-05-01", item="决算")])
    assert seen.by_key == {"预算": "met", "决算": "explained"}
    assert (seen.number("failing"), seen.number("rate")) == (0, Fraction(1, 2))


def test_each_item_may_be_due_by_a_date() -> None:
    from gongkai_score.measure_kinds import TimeLimit

    m = TimeLimit(
        "due_by", on(INFORMATION), by=(parse_day("2019-05-01"),), roll=False, items=Items(("预算", "决算", "三公"))
    )
    rows = [*covered("预算"), event("甲", INFORMATION, "2019-05-03", item="决算")]
    seen = look(m, rows)
    assert seen.by_key == {"预算": "met", "决算": "late", "三公": "missing"}
