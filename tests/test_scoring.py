"""A balance and five verbs: golden accounts worked by hand, and the laws every rule keeps."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai_score.indicator_set import Amount, Branch, Indicator, Rounding, Scoring, Step, Text, Tier, When
from gongkai_score.measure_kinds import Condition
from gongkai_score.measurements import Measurement, State
from gongkai_score.outcomes import Outcome
from gongkai_score.scoring import score


def amount(value: object, share: bool = False) -> Amount:
    named = isinstance(value, str) and value[0].isalpha()
    return Amount(str(value) if named else F(str(value)), share)


FULL = amount(1, True)


def leaf(points: int = 10, **keys: object) -> Indicator:
    return Indicator("x", Text("指标"), F(points), **keys)  # type: ignore[arg-type]


def rule(*steps: Step, start: Amount = FULL) -> Scoring:
    return Scoring((Branch(start, steps),))


def cases(**numbers: object) -> dict[str, Measurement]:
    quantities = {k: F(str(v)) if not isinstance(v, str) or "/" in v else v for k, v in numbers.items()}
    return {"measure": Measurement(State.CASES, quantities)}


def points(scoring: Scoring, found: dict[str, Measurement], full: int = 10, **keys: object) -> F:
    node = leaf(full, **keys)
    result = score(scoring, F(full), found, indicator=node)
    assert result.points is not None
    assert sum(line.change for line in result.lines) == result.points
    return result.points


def test_deductions_per_case_stop_at_the_floor() -> None:
    # 10 − 2×3 = 4; 10 − 2×7 = −4 → 0 (扣完为止)
    deduct = rule(Step("deduct", amount(2), per="late"))
    assert points(deduct, cases(cases=9, late=3)) == 4
    assert points(deduct, cases(cases=9, late=7)) == 0


def test_without_a_floor_a_deduction_may_exceed_its_own_indicator() -> None:
    deduct = rule(Step("deduct", amount(2), per="late"))
    assert points(deduct, cases(cases=9, late=7), floor=None) == -4


def test_begun_units_of_lateness_count_whole_full_ones_only_when_asked_and_in_proportion_otherwise() -> None:
    # 11 days late, 1 point for each 5 days: begun 3, full 2, in proportion 2.2
    found = cases(cases=1, days_late=11)
    for begun, lost in ((True, F(3)), (False, F(2)), (None, F("2.2"))):
        step = Step("deduct", amount(1), per="days_late", every=F(5), begun=begun)
        assert points(rule(step), found) == 10 - lost


def test_a_step_counts_only_what_lies_beyond_its_base() -> None:
    # over-fulfilment 155 %: +1 at 110 %, +1 per further full 20 %: (155−110)/20 = 2.25 → 2, together 3 (L25)
    steps = (
        Step("add", amount(1), when=When(all=(("fulfilment", Condition(">=", F("1.1"))),))),
        Step("add", amount(1), per="fulfilment", above=F("1.1"), every=F("0.2"), begun=False),
    )
    assert points(rule(*steps, start=amount(0)), cases(cases=1, fulfilment="31/20")) == 3
    # each full percentage point below 90 % costs 0.2: 84.5 % → 5 points → −1 (L7)
    step = Step("deduct", amount("0.2"), per="rate", below=F("0.9"), every=F("0.01"), begun=False)
    assert (
        points(
            rule(Step("deduct", Amount(F("0.2")), per="rate", below=F("0.9"), every=F("0.01"), begun=False)),
            cases(cases=200, rate="169/200"),
        )
        == 9
    )
    assert step.below == F("0.9")


def test_a_cap_before_deductions_lowers_the_balance_they_start_from() -> None:
    # list missing: at most 60 % of 10 = 6, then −2 per format fault × 1 = 4 (L21); the other way round it is 6
    cap = Step("cap", amount("0.6", True), when=When(all=(("missing", Condition(">", F(0))),)))
    deduct = Step("deduct", amount(2), per="found")
    found = cases(cases=3, missing=1, found=1)
    assert points(rule(cap, deduct), found) == 4
    assert points(rule(deduct, cap), found) == 6


def test_tiers_take_the_first_row_that_matches_and_labels_their_own() -> None:
    tiers = Step("set", by="rate", tiers=(
        Tier(Condition(">=", F("0.95")), amount(10)),
        Tier(Condition(">", F("0.8")), amount(6)),
        Tier(None, amount(0)),
    ))  # fmt: skip
    for rate, expected in (("19/20", 10), ("949/1000", 6), ("4/5", 0)):
        assert points(rule(tiers), cases(cases=20, rate=rate)) == expected
    labels = Step("set", by="label", labels=(("优", amount(10)), ("良", amount("0.8", True))))
    assert points(rule(labels), cases(cases=1, label="良")) == 8


def test_a_label_the_set_does_not_know_is_not_assessed_instead_of_zero() -> None:
    labels = rule(Step("set", by="label", labels=(("优", amount(10)),)))
    result = score(labels, F(10), cases(cases=1, label="甲"), indicator=leaf())
    assert (result.outcome, result.points) == (Outcome.NOT_ASSESSED, None)


def test_the_first_matching_branch_is_taken_or_the_best() -> None:
    public = Branch(
        amount(6), (Step("deduct", amount("1.5"), per="short"),), When(all=(("public", Condition(">", F(0))),))
    )
    internal = Branch(amount(3), (), When(all=(("internal", Condition(">", F(0))),)))
    other = Branch(amount(0), ())
    found = cases(cases=2, public=1, internal=1, short=3)
    assert points(Scoring((public, internal, other)), found) == F("1.5")
    assert points(Scoring((public, internal, other), "best"), found) == 3
    assert points(Scoring((public, internal, other)), cases(cases=1)) == 0


@pytest.mark.parametrize(
    ("state", "no_cases", "outcome", "expected"),
    [
        (State.NO_CASES, "not_applicable", Outcome.NOT_APPLICABLE, None),
        (State.NO_CASES, "full", Outcome.SCORED, 10),
        (State.NO_CASES, "zero", Outcome.SCORED, 0),
        (State.NO_CASES, "not_assessed", Outcome.NOT_ASSESSED, None),
        (State.PENDING, "zero", Outcome.PENDING, None),
        (State.NOT_ASSESSED, "zero", Outcome.NOT_ASSESSED, None),
        (State.ERROR, "zero", Outcome.ERROR, None),
        (State.NOT_BOUND, "zero", Outcome.NOT_APPLICABLE, None),
    ],
)
def test_missing_is_not_zero_unless_the_set_says_so(
    state: State, no_cases: str, outcome: Outcome, expected: int | None
) -> None:
    result = score(rule(), F(10), {"m": Measurement(state)}, indicator=leaf(no_cases=no_cases))
    assert (result.outcome, result.points) == (outcome, expected)


def test_nothing_at_all_and_statements_only_are_outcomes_of_their_own() -> None:
    scale = rule(Step("scale", amount("rate")))
    assert score(scale, F(10), cases(cases=2, missing=2, rate=0), indicator=leaf()).outcome is Outcome.MISSING
    assert score(scale, F(10), cases(cases=2, explained=2, rate=0), indicator=leaf()).outcome is Outcome.EXPLAINED
    assert (
        score(scale, F(10), cases(cases=2, missing=1, late=1, rate=0), indicator=leaf()).outcome is Outcome.SCORED
    )


def test_leaf_rounding_writes_its_own_line() -> None:
    scale = rule(Step("scale", amount("rate")))
    result = score(scale, F(10), cases(cases=3, rate="2/3"), indicator=leaf(), rounding=Rounding(leaf=2))
    assert result.points == F("6.67")
    assert result.lines[-1].verb == "round" and result.lines[-1].change == F("6.67") - F(20, 3)


numbers = st.fractions(min_value=0, max_value=20, max_denominator=8)
steps = (
    st.builds(
        Step,
        verb=st.sampled_from(["deduct", "add"]),
        amount=st.builds(Amount, numbers, st.booleans()),
        per=st.sampled_from([None, "late", "missing", "rate"]),
        every=st.sampled_from([None, F(1), F(5), F(1, 100)]),
        begun=st.sampled_from([None, True, False]),
        at_most=st.one_of(st.none(), st.builds(Amount, numbers, st.just(False))),
    )
    | st.builds(Step, verb=st.just("cap"), amount=st.builds(Amount, numbers, st.just(False)))
    | st.builds(
        Step, verb=st.just("scale"), amount=st.builds(Amount, st.fractions(0, 2, max_denominator=8), st.just(False))
    )
)


@given(
    st.lists(steps, max_size=6),
    st.integers(0, 9), st.integers(0, 9), st.integers(0, 9),
    st.sampled_from([None, F(0), F(-3)]), st.booleans(),
)  # fmt: skip
def test_points_stay_between_floor_and_ceiling_and_the_account_adds_up(
    some: list[Step], met: int, late: int, missing: int, floor: F | None, unbounded: bool
) -> None:
    count = met + late + missing
    quantities = {"cases": count, "met": met, "late": late, "missing": missing}
    found = cases(**quantities, rate=F(met, count) if count else F(0))
    node = leaf(10, floor=floor, unbounded=unbounded)
    result = score(rule(*some), F(10), found, indicator=node, rounding=Rounding(leaf=2))
    assert result.points is not None
    assert sum(line.change for line in result.lines) == result.points
    assert floor is None or result.points >= floor
    assert unbounded or result.points <= 10
    balance = F(0)
    for line in result.lines:
        balance += line.change
        assert line.balance == balance


@given(st.integers(0, 20), st.integers(0, 20), st.integers(1, 5))
def test_one_more_failing_case_never_earns_more(met: int, late: int, each: int) -> None:
    for scoring in (
        rule(Step("deduct", amount(each), per="late")),
        rule(Step("scale", amount("rate"))),
    ):

        def earned(late: int, scoring: Scoring = scoring) -> F:
            count = met + late
            return points(scoring, cases(cases=count, met=met, late=late, rate=F(met, count) if count else F(1)))

        assert earned(late + 1) <= earned(late)


def test_a_part_that_is_still_pending_makes_the_whole_pending_if_the_rule_needs_it() -> None:
    steps = tuple(Step("add", amount("0.5", True), per=f"{name}.rate") for name in ("one", "other"))
    found = {"one": cases(cases=1, met=1, rate=1)["measure"], "other": Measurement(State.PENDING)}
    result = score(rule(*steps, start=amount(0)), F(10), found, indicator=leaf())
    assert (result.outcome, result.points) == (Outcome.PENDING, None)
