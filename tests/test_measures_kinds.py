"""Elements, order, values and faults, worked out by hand; bracketed numbers are questions of the catalogue."""

from __future__ import annotations

from fractions import Fraction

import pytest
from measuring_kit import CHECK, DOCUMENT, FINDING, INFORMATION, INTERPRETATION, REQUEST, look, on
from reference_measures import Event, event

from gongkai_score.measure_kinds import Condition, Content, Duration, Element, Faults, Order, Value
from gongkai_score.units import Unit

ELEMENTS = ("背景", "依据", "举措")


def complete(**more: object) -> Content:
    required = tuple(Element(name, "elements", Condition("==", name)) for name in ELEMENTS)
    return Content("complete", on(INTERPRETATION), required, **more)  # type: ignore[arg-type]


def interpretation(elements: str | None, ref: str = "D1") -> Event:
    return event("甲", INTERPRETATION, "2019-03-01", ref, **({"elements": elements} if elements else {}))


def test_every_element_must_be_there_and_those_lacking_are_named() -> None:
    rows = [interpretation("背景;依据;举措"), interpretation("背景", "D2"), interpretation(None, "D3")]
    seen = look(complete(), rows, wanted=["share", "missing_elements", "missing.依据", "missing.背景"])
    assert seen.verdicts == ["met", "short", "short"]
    assert seen.numbers == [3, 2, 3]
    assert seen.details() == ["", "lacking:依据、举措", "lacking:背景、依据、举措"]
    # Shares 3/3, 1/3, 0/3: mean 4/9; elements lacking 0 + 2 + 3.
    assert seen.number("share") == Fraction(4, 9)
    assert [seen.number(n) for n in ("missing_elements", "missing.依据", "missing.背景")] == [5, 2, 1]


def test_some_of_the_elements_can_be_enough() -> None:
    rows = [interpretation("背景;依据"), interpretation("背景", "D2")]
    assert look(complete(at_least=2), rows).verdicts == ["met", "short"]
    assert look(complete(any_of=True), [interpretation("举措"), interpretation("其他", "D2")]).verdicts == [
        "met",
        "short",
    ]


def test_an_element_can_be_a_condition_on_an_attribute() -> None:
    # [51] Full text; a summary is enough where it is flagged as complex.
    full = Content(
        "complete",
        on(INFORMATION, complex=Condition("!=", "true")),
        (Element("全文", "full_text", Condition("==", "true")),),
    )
    rows = [
        event("甲", INFORMATION, "2019-03-01", "a", full_text="true"),
        event("甲", INFORMATION, "2019-03-02", "b", summary="true"),
        event("甲", INFORMATION, "2019-03-03", "c", summary="true", complex="true"),
    ]
    assert look(full, rows).by_key == {"a": "met", "b": "short"}


PRECEDES = Order("precedes", on("consultation_held"), (on("decision_made"),))


def decided(at: str, **more: str) -> Event:
    return event("甲", "decision_made", at, "X", **more)


def consulted(at: str) -> Event:
    return event("甲", "consultation_held", at, "X")


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("2019-03-01", "2019-03-02", "met"),
        # On one date only if both have times in order.
        ("2019-03-01", "2019-03-01", "failed"),
        ("2019-03-01T09:00", "2019-03-01", "failed"),
        ("2019-03-01T09:00", "2019-03-01T10:00", "met"),
        ("2019-03-01T10:00", "2019-03-01T09:00", "failed"),
        ("2019-03-02", "2019-03-01", "failed"),
    ],
)
def test_what_must_come_before_is_dated_earlier(before: str, after: str, verdict: str) -> None:
    assert look(PRECEDES, [consulted(before), decided(after)]).verdict == verdict


def test_a_decision_that_nothing_preceded_is_missing_its_consultation() -> None:
    assert look(PRECEDES, [decided("2019-03-01")]).verdict == "missing"
    assert look(PRECEDES, [consulted("2019-03-01")]).state() == ("no_cases", "")


def test_a_lead_is_counted_in_full_days() -> None:
    # Hearing materials 7 days before (Order 713 Art. 16): sent 03-01, held 03-08.
    m = Order("precedes", PRECEDES.first, PRECEDES.others, lead=Duration(7, "day"))
    assert look(m, [consulted("2019-03-01"), decided("2019-03-08")]).verdict == "met"
    assert look(m, [consulted("2019-03-01"), decided("2019-03-07")]).verdict == "failed"
    # Legality review 7 working days before: given Fri 2019-03-01, decided Tue 03-12.
    review = Order("precedes", PRECEDES.first, PRECEDES.others, lead=Duration(7, "working_day"))
    assert look(review, [consulted("2019-03-01"), decided("2019-03-12")]).verdict == "met"
    assert look(review, [consulted("2019-03-01"), decided("2019-03-11")]).verdict == "failed"


def test_one_review_serves_one_item_where_each_needs_its_own() -> None:
    m = Order("precedes", PRECEDES.first, PRECEDES.others, one_to_one=True)
    rows = [consulted("2019-03-01"), decided("2019-03-05"), decided("2019-03-06")]
    assert look(m, rows).verdicts == ["met", "missing"]
    assert look(PRECEDES, rows).verdicts == ["met", "met"]
    assert look(m, [*rows, consulted("2019-03-04")]).verdicts == ["met", "met"]


def synchronous(tolerance: int = 0) -> Order:
    return Order("synchronous", on(DOCUMENT), (on(INTERPRETATION),), tolerance=tolerance)


@pytest.mark.parametrize(
    ("tolerance", "day", "verdict", "number"),
    [
        # [9] The same calendar date only; earlier is not in step.
        (0, "2019-03-05", "met", 0),
        (0, "2019-03-06", "late", 1),
        (0, "2019-03-04", "early", 0),
        (3, "2019-03-08", "met", 0),
        (3, "2019-03-09", "late", 1),
        (3, "2019-03-02", "met", 0),
        (3, "2019-03-01", "early", 0),
    ],
)
def test_in_step_means_within_the_tolerance(tolerance: int, day: str, verdict: str, number: int) -> None:
    rows = [event("甲", DOCUMENT, "2019-03-05", "D1"), event("甲", INTERPRETATION, day, "D1")]
    seen = look(synchronous(tolerance), rows)
    assert (seen.verdict, seen.numbers) == (verdict, [number])


def test_an_object_that_is_not_there_fails_the_case_once_it_can_no_longer_come_in_step() -> None:
    rows = [event("甲", DOCUMENT, "2019-03-05", "D1")]
    assert look(synchronous(), rows, as_of="2019-03-05").verdict == "missing"
    assert look(synchronous(3), rows, as_of="2019-03-07").verdict == "pending"
    assert look(synchronous(3), rows, as_of="2019-03-08").verdict == "missing"


def scheme(day: str, points: str | None, total: str | None = "100") -> Event:
    told = {"points": points, "total_points": total}
    return event("甲", "scheme_set", day, **{k: v for k, v in told.items() if v is not None})


def share(**more: object) -> Value:
    limit = Condition(">=", Fraction(4, 100))
    return Value("threshold", on("scheme_set"), "points", "total_points", test=limit, **more)  # type: ignore[arg-type]


def test_a_share_is_compared_unrounded_and_equal_is_enough() -> None:
    # [37] At least 4 % of the points of the scheme: 4.00 of 100 passes, 3.99 does not, nor 3.999 that rounds to 4.
    assert look(share(), [scheme("2019-03-01", "4.00")]).verdict == "met"
    assert look(share(), [scheme("2019-03-01", "3.99")]).verdict == "failed"
    assert look(share(), [scheme("2019-03-01", "3.999")]).verdict == "failed"
    assert look(share(), [scheme("2019-03-01", "4")]).number("value") == Fraction(1, 25)


def test_the_scheme_last_in_force_decides_unless_another_is_picked() -> None:
    rows = [scheme("2019-01-01", "6"), scheme("2019-09-01", "2")]
    assert look(share(), rows).verdict == "failed"
    assert look(share(), rows).rows() == [[3]]
    assert look(share(pick="first"), rows).verdict == "met"
    assert look(share(pick="sum"), rows).number("value") == Fraction(8, 200)
    assert look(share(pick="mean"), rows).number("value") == Fraction(4, 100)
    assert look(share(pick="maximum"), rows).number("value") == Fraction(6, 100)


@pytest.mark.parametrize(
    ("missing", "state"),
    [
        ("not_assessed", ("not_assessed", "no_value")),
        ("not_applicable", ("no_cases", "")),
        ("missing", ("cases", "")),
    ],
)
def test_no_scheme_means_what_the_set_says(missing: str, state: tuple[str, str]) -> None:
    assert look(share(missing=missing), []).state() == state


def test_a_denominator_of_zero_and_a_text_that_is_no_number_yield_no_score() -> None:
    assert look(share(), [scheme("2019-03-01", "4", "0")]).state() == ("not_assessed", "zero_of")
    assert look(share(), [scheme("2019-03-01", "四")]).state() == ("error", "bad_number")
    assert look(share(), [scheme("2019-03-01", "4", None)]).state() == ("not_assessed", "no_value")


def rated(day: str, score: str, rater: str) -> Event:
    return event("甲", "rating_given", day, score=score, rater=rater)


def test_the_latest_rating_of_each_rater_counts() -> None:
    # [61] Without a rating: not assessed, never zero.
    m = Value("rating", on("rating_given"), "score", pick="mean", rater="rater")
    rows = [rated("2019-03-01", "60", "张"), rated("2019-03-02", "80", "张"), rated("2019-03-01", "90", "李")]
    assert look(m, rows).number("value") == 85
    assert look(m, []).state() == ("not_assessed", "no_rating")
    few = Value("rating", on("rating_given"), "score", pick="median", rater="rater", least=3)
    assert look(few, rows).state() == ("not_assessed", "no_rating")


def test_a_rating_may_be_a_label() -> None:
    m = Value("rating", on("rating_given"), label="grade")
    rows = [
        event("甲", "rating_given", "2019-03-01", grade="良"),
        event("甲", "rating_given", "2019-04-01", grade="优"),
    ]
    assert look(m, rows).measurement().quantities["label"] == "优"


def concluded(unit: str, n: int, corrected: int) -> list[Event]:
    return [
        event(unit, "case_concluded", "2019-03-01", f"{unit}{i}", outcome="纠错" if i < corrected else "维持")
        for i in range(n)
    ]


def against(**more: object) -> Value:
    counted = on("case_concluded", outcome="纠错")
    return Value("versus_peers", on("case_concluded"), counted=counted, test=Condition("<"), **more)  # type: ignore[arg-type]


def test_a_quotient_for_the_peers_is_exact_and_not_judged_on_its_own() -> None:
    # [41] No case is not applicable; the comparison needs the other units.
    units = [Unit("甲", "甲局"), Unit("乙", "乙局")]
    seen = look(against(), concluded("甲", 3, 1), units=units)
    by_unit = {u.id: i for i, u in enumerate(seen.view.register)}
    mine = seen.measurement(by_unit["甲"])
    assert mine.state.value == "cases"
    assert [mine.quantities[n] for n in ("counted", "of", "value")] == [1, 3, Fraction(1, 3)]
    assert seen.state(by_unit["乙"]) == ("no_cases", "")
    assert look(against(least=4), concluded("甲", 3, 1)).state() == ("no_cases", "")


@pytest.mark.parametrize(("figure", "verdict"), [("0.34", "met"), ("1/3", "failed"), ("30%", "failed")])
def test_a_published_figure_comes_first_and_equal_is_not_below(figure: str, verdict: str) -> None:
    # [41]
    rows = [*concluded("甲", 2, 1), event("甲", "case_concluded", "2019-04-01", average=figure)]
    assert look(against(benchmark="average"), rows).verdict == verdict


def test_without_the_published_figure_the_unit_is_not_assessed() -> None:
    assert look(against(benchmark="average"), concluded("甲", 3, 1)).state() == ("not_assessed", "no_benchmark")


def found(day: str, **more: str) -> Event:
    return event("甲", FINDING, day, **more)


def test_each_finding_is_a_fault_and_none_is_a_result() -> None:
    # [62] Without points the finding is reported.
    m = Faults("deduction", on(FINDING), amount="points")
    seen = look(m, [found("2019-03-01", points="0.1"), found("2019-04-01", points="0.2"), found("2019-05-01")])
    assert (seen.verdicts, look(m, []).state()) == (["found"] * 3, ("cases", ""))
    one = look(m, [found("2019-03-01", points="0.1"), found("2019-04-01", points="0.2")], wanted=["amount"])
    assert one.number("amount") == Fraction(3, 10)


def test_no_finding_proves_nothing_where_a_check_is_asked_for_and_none_was_made() -> None:
    # [63]
    m = Faults("deduction", on(FINDING), check=on(CHECK))
    assert look(m, []).state() == ("not_assessed", "no_check")
    assert look(m, [event("甲", CHECK, "2019-03-01")]).state() == ("cases", "")
    assert look(m, [found("2019-03-01")]).state() == ("cases", "")


def test_several_findings_can_be_one_fault() -> None:
    m = Faults("deduction", on(FINDING), once_per="category")
    rows = [
        found("2019-03-01", category="逾期"),
        found("2019-04-01", category="逾期"),
        found("2019-05-01", category="错链"),
        found("2019-06-01"),
        found("2019-07-01"),
    ]
    seen = look(m, rows)
    assert seen.verdicts == ["found"] * 4
    assert seen.rows(0) == [[2, 3]]


def test_an_overturned_finding_is_left_out_by_the_set() -> None:
    m = Faults("deduction", on(FINDING, overturned=Condition("!=", "true")))
    assert look(m, [found("2019-03-01", overturned="true"), found("2019-03-01")]).verdicts == ["found"]


def test_a_fault_mended_in_time_does_not_count() -> None:
    # 5 working days from Fri 2019-03-01: Fri 03-08.
    m = Faults("deduction", on(FINDING), mended="rectified_at", mended_within=Duration(5, "working_day"))
    assert look(m, [found("2019-03-01", rectified_at="2019-03-08")]).verdict == "met"
    assert look(m, [found("2019-03-01", rectified_at="2019-03-11")]).verdict == "found"
    assert look(m, [found("2019-03-01")], as_of="2019-03-07").verdict == "pending"
    assert look(m, [found("2019-03-01")], as_of="2019-03-08").verdict == "found"
    whenever = Faults("deduction", on(FINDING), mended="rectified_at")
    assert look(whenever, [found("2019-03-01", rectified_at="2019-11-01")]).verdict == "met"
    assert look(whenever, [found("2019-03-01", rectified_at="2019-11-01")], as_of="2019-10-31").verdict == "found"


def test_requests_are_nobodys_document() -> None:
    # A selector names one kind; events of other kinds with the same reference are not its answers.
    rows = [event("甲", DOCUMENT, "2019-03-05", "D1"), event("甲", REQUEST, "2019-03-05", "D1")]
    assert look(synchronous(), rows).verdict == "missing"
