"""Named cases of the whole road that a comparison with the slow road brought to light, each worked by hand."""

from __future__ import annotations

import json
from fractions import Fraction as F
from typing import Any

import pytest
from reference_measures import Event, event, log_of

from gongkai_score import Assessment, Unit, UnitRegister, assess, explain, national_calendar
from gongkai_score.period import parse_day
from gongkai_score.readers.indicator_sets import parse_indicator_set

EVENTS = {
    "start": {"zh": "起", "attributes": ["number", "flag", "due"]},
    "end": {"zh": "止"},
    "other": {"zh": "他"},
}
FOUND = {"kind": "deduction", "event": "other"}


def leaf(name: str, points: Any, measure: dict[str, Any], scoring: Any = None, **keys: Any) -> dict[str, Any]:
    told = {"id": name, "name": name, "points": points, "measure": measure, **keys}
    return told if scoring is None else {**told, "scoring": scoring}


def run(
    *indicators: dict[str, Any],
    events: list[Event] = [],  # noqa: B006 - never changed
    units: list[Unit] | None = None,
    period: str = "2019-09",
    results: dict[str, Assessment] | None = None,
    **keys: Any,
) -> Assessment:
    told = {"id": "case", "title": "个案", "events": EVENTS, "indicators": list(indicators), **keys}
    made = parse_indicator_set(json.dumps(told, ensure_ascii=False))
    register = UnitRegister(units or [Unit("甲", "甲局"), Unit("乙", "乙局")])
    found = assess(made, log_of(events), register, calendar=national_calendar(), period=period, results=results)
    assert all(explain(found, unit.id).check() for unit in register)
    return found


NOTHING = {"kind": "complete", "event": "start", "required": ["甲"]}
"""Without any event there is no case."""


def test_a_bonus_block_of_which_nothing_applies_does_not_apply() -> None:
    block = {"id": "J", "name": "加分", "extra": True, "ceiling": 15, "children": [
        leaf("J1", 5, NOTHING, extra=True), leaf("J2", 5, NOTHING, extra=True),
    ]}  # fmt: skip
    found = run(leaf("A", 10, FOUND, "all_or_nothing"), block)
    assert (found.node("甲", "J").outcome.value, found.node("甲", "J").points) == ("not_applicable", None)
    assert found.total("甲").points == 10


def test_what_is_shown_only_does_not_apply_where_nothing_of_it_does() -> None:
    shown = {"id": "S", "name": "软任务", "reported_only": True, "children": [leaf("S1", 0, NOTHING)]}
    found = run(leaf("A", 10, FOUND, "all_or_nothing"), shown)
    assert found.node("甲", "S").outcome.value == "not_applicable"


def test_points_that_do_not_apply_do_not_multiply_a_group_of_nothing_but_bonuses() -> None:
    # A has 5 of 10; B's 10 do not apply and go to A alone: 10. The bonus of 3 in a group of no marks stays 3.
    bonus = {"id": "G", "name": "奖励", "children": [leaf("G1", 3, FOUND, {"start": 3}, extra=True)]}
    found = run(leaf("A", 10, FOUND, {"start": 5}), leaf("B", 10, NOTHING), bonus)
    assert found.total("甲").points == 13


def test_lists_go_by_the_total_whatever_is_ranked() -> None:
    found = run(
        leaf("A", 10, FOUND, "all_or_nothing"), leaf("B", 1, FOUND, "all_or_nothing"),
        ranking={"by": "B"}, lists=[{"name": "红榜", "at_least": 9}, {"name": "黑榜", "below": 3}],
    )  # fmt: skip
    assert (found.place("甲").points, found.place("甲").lists) == (1, ("红榜",))


def test_quotas_with_bounds_go_by_the_total_whatever_is_ranked() -> None:
    found = run(
        leaf("A", 10, FOUND, "all_or_nothing"), leaf("B", 1, FOUND, "all_or_nothing"),
        ranking={"by": "B"}, grades=[{"name": "优秀", "top": "100%", "at_least": 9}, {"name": "其他"}],
    )  # fmt: skip
    assert found.place("甲").grade == "优秀"


def test_peers_may_be_compared_by_a_verdict_that_no_case_of_any_unit_has() -> None:
    # Both units have one case, none is late: mean 0, both first.
    measure = {"kind": "deadline", "start": "start", "end": "end", "within": "2 days"}
    events = [event(u, k, "2019-09-10", "r") for u in ("甲", "乙") for k in ("start", "end")]
    scoring = {"start": 0, "steps": [{"add": 4, "when": {"peers.rank": 1, "peers.mean": 0}}]}
    found = run(leaf("A", 10, measure, scoring, peers={"of": "late"}), events=events)
    assert found.total("甲").points == 4


def test_a_comparison_with_peers_is_one_case_judged() -> None:
    # 甲 1 of 2, 乙 0 of 1; together 1/3: 甲 is above and fails, 乙 below and is met.
    events = [event("甲", "start", "2019-09-10", flag="true"), event("甲", "start", "2019-09-11")]
    events += [event("乙", "start", "2019-09-10")]
    measure = {"kind": "versus_peers", "event": "start", "counted": {"event": "start", "where": {"flag": True}}}
    scoring = {"start": 0, "steps": [{"add": 1, "per": "count"}, {"add": 2, "per": "longest_run.failing"},
                                     {"add": 4, "per": "unknown"}]}  # fmt: skip
    found = run(leaf("A", 10, measure, scoring), events=events)
    assert [found.total(u).points for u in ("甲", "乙")] == [3, 1]


def test_fewer_events_than_the_least_have_no_quotient() -> None:
    measure = {"kind": "versus_peers", "event": "start", "counted": "start", "least": 2}
    gate = {"id": "G", "name": "G", "measure": measure, "when": {"value": "> 0"}, "then": {"total": 2}}
    found = run(leaf("A", 10, FOUND, "all_or_nothing"), events=[event("甲", "start", "2019-09-10")], gates=[gate])
    assert found.total("甲").points == 10


def test_a_sum_of_quotients_divides_by_the_sum_of_the_denominators_even_if_each_is_one() -> None:
    # 3 of 1 and 1 of 1: 4 ÷ 2 = 2
    events = [event("甲", "start", "2019-09-10", number="3", flag="1")]
    events += [event("甲", "start", "2019-09-11", number="1", flag="1")]
    measure = {"kind": "threshold", "event": "start", "value": "number", "over": "flag", "pick": "sum"}
    found = run(leaf("A", 10, measure, {"start": 0, "steps": [{"add": "value"}]}), events=events)
    assert found.total("甲").points == 2


@pytest.mark.parametrize("ends", [None, "2019-09-25"])
def test_what_falls_due_after_a_unit_has_ceased_is_not_its_case_whatever_other_units_there_are(
    ends: str | None,
) -> None:
    # 甲 ceases on 5 October; 10 working days after 25 September end on 16 October.
    units = [Unit("甲", "甲局", active_to=parse_day("2019-10-05"))]
    units += [Unit("乙", "乙局", active_to=None if ends is None else parse_day(ends))]
    measure = {"kind": "deadline", "start": "start", "end": "end", "within": "10 working days"}
    found = run(leaf("A", 10, measure), events=[event("甲", "start", "2019-09-25", "r")], units=units)
    assert list(found.cases_of("甲", "A")) == []
    assert found.node("甲", "A").outcome.value == "not_applicable"


def test_an_extension_by_a_number_that_is_not_whole_adds_nothing() -> None:
    # 5 days after 10 September are the 15th, a Sunday, so the 16th; 2.5 more days are no number of days.
    events = [event("甲", "start", "2019-09-10", "r", number="2.5"), event("甲", "end", "2019-09-17", "r")]
    measure = {
        "kind": "deadline",
        "start": "start",
        "end": "end",
        "within": "5 days",
        "extensions": [{"by": "number"}],
    }
    found = run(leaf("A", 10, measure), events=events)
    assert [case.verdict.word for _, case in found.cases_of("甲", "A")] == ["late"]


def test_units_with_and_without_a_finding_are_told_apart_where_the_rule_asks_for_neither() -> None:
    # Nothing is there in b; 甲 has a finding besides, so for 甲 not everything due is missing.
    measures = {"a": {"kind": "deduction", "event": "other"}, "b": {"kind": "exists", "event": "end"}}
    told = {"id": "A", "name": "A", "points": 10, "measures": measures, "peers": {"of": "a.exempt"},
            "scoring": {"start": 5, "steps": [{"add": 1, "when": {"a.peers.mean": 1}}]}}  # fmt: skip
    found = run(told, events=[event("甲", "other", "2019-09-10")])
    assert [found.node(u, "A").outcome.value for u in ("甲", "乙")] == ["scored", "missing"]


def test_results_handed_in_have_the_quantities_that_all_measures_have() -> None:
    base = run(leaf("A", 10, FOUND, {"deduct_each": {"found": 4}}), events=[event("甲", "other", "2019-09-10")])
    measure = {"kind": "result", "of": ["base", "again"], "is": ">= 8"}
    steps = [
        {"add": 1, "per": "count"},
        {"add": 10, "per": "longest_run.failed"},
        {"add": 100, "per": "runs.met.1"},
    ]
    rule = {"start": 0, "steps": [*steps, {"add": 1000, "per": "shortfall"}]}
    found = run(leaf("C", 5000, measure, rule), results={"base": base, "again": base})
    # 甲 has 6 twice: two numbers, a run of two failed, short by all; 乙 has 10 twice.
    assert [found.total(u).points for u in ("甲", "乙")] == [F(1022), F(102)]


COUNTIES = [Unit("甲", "甲县", type="county"), Unit("乙", "乙局", type="department")]


def test_a_gate_that_opens_a_bonus_leaves_it_open_for_units_it_does_not_bind() -> None:
    # Nobody has more than 10, so the bonus of 5 is shut for counties; a department has no such gate.
    gate = {"id": "O", "name": "O", "when": {"A": "> 10"}, "then": {"opens": "B"}, "applies_to": {"type": "county"}}
    bonus = leaf("B", 5, FOUND, {"start": 5}, extra=True)
    found = run(leaf("A", 10, FOUND, "all_or_nothing"), bonus, units=COUNTIES, gates=[gate])
    assert [found.total(u).points for u in ("甲", "乙")] == [10, 15]


def test_a_gate_may_open_a_bonus_by_a_measure_of_its_own() -> None:
    bonus = leaf("B", 5, {"kind": "count", "event": "end"}, {"start": 5}, extra=True)
    gate = {"id": "O", "name": "O", "measure": {"kind": "count", "event": "other"}, "when": {"count": "> 0"},
            "then": {"opens": "B"}}  # fmt: skip
    events = [event("甲", "other", "2019-09-10")]
    found = run(leaf("A", 10, {"kind": "count", "event": "start"}), bonus, events=events, gates=[gate])
    assert [found.total(u).points for u in ("甲", "乙")] == [15, 10]


def test_units_may_be_ranked_by_the_share_of_a_node_which_is_not_rounded() -> None:
    # 2 of 3 and 1 of 3; at no decimals both shares would be 1 and 0.
    events = [
        event("甲", "other", "2019-09-10"),
        event("乙", "other", "2019-09-10"),
        event("乙", "other", "2019-09-11"),
    ]
    found = run(
        leaf("A", 3, FOUND, {"deduct_each": {"found": 1}}), events=events,
        ranking={"by": "A.rate", "then_by": ["A.rate"]}, rounding={"total": 0},
    )  # fmt: skip
    assert [(found.place(u).points, found.place(u).rank) for u in ("甲", "乙")] == [(F(2, 3), 1), (F(1, 3), 2)]


def test_points_that_moved_out_of_a_group_are_not_spread_once_more_by_it() -> None:
    # The 40 of C go to A: 30 of 60 is 50 of 100. G, of which nothing else is left, has nothing more to give.
    group = {"id": "G", "name": "G", "children": [leaf("C", 40, NOTHING, not_applicable={"move_to": "A"})]}
    found = run(leaf("A", 60, FOUND, {"start": 30}), group)
    assert (found.total("甲").points, found.node("甲", "total").counted) == (50, 100)


def test_a_group_may_have_the_points_that_moved_into_it() -> None:
    # The 20 of C go to A in H: 30 of 30 is 50 of 50.
    group = {"id": "H", "name": "H", "children": [leaf("A", 30, FOUND, {"start": "full"})]}
    found = run(group, leaf("C", 20, NOTHING, not_applicable={"move_to": "A"}))
    assert found.total("甲").points == 50


def test_points_move_to_the_node_that_the_set_names_for_all() -> None:
    # The 20 of C go to A: 30 of 30 is 50 of 50.
    found = run(leaf("A", 30, FOUND, {"start": "full"}), leaf("C", 20, NOTHING), not_applicable={"move_to": "A"})
    assert found.total("甲").points == 50
