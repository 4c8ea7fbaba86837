"""Points up the tree, gates, grades and ranks: golden cases worked by hand, and laws over random trees."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hand_made import leaf_scores
from hypothesis import given
from hypothesis import strategies as st

from gongkai_score.aggregation import NodeScore, Tree
from gongkai_score.exact_columns import Plain
from gongkai_score.gates import Total, totals
from gongkai_score.indicator_set import (
    Gate,
    Grade,
    Indicator,
    IndicatorSet,
    NotApplicable,
    Ranking,
    Rounding,
    Text,
    When,
)
from gongkai_score.measure_kinds import Condition
from gongkai_score.measurements import Column
from gongkai_score.node_plans import geometric_mean
from gongkai_score.outcomes import Outcome
from gongkai_score.ranking import places, ranks
from gongkai_score.scoring import Line, Score
from gongkai_score.units import Unit

NA = Score(Outcome.NOT_APPLICABLE, None)
PENDING = Score(Outcome.PENDING, None)


def got(points: object) -> Score:
    value = F(str(points))
    return Score(Outcome.SCORED, value, (Line("start", value, value),))


def leaf(name: str, points: object, **keys: object) -> Indicator:
    return Indicator(name, Text(name), F(str(points)), **keys)  # type: ignore[arg-type]


def group(name: str, points: object, *children: Indicator, **keys: object) -> Indicator:
    return Indicator(name, Text(name), F(str(points)), children=children, **keys)  # type: ignore[arg-type]


def one_set(*children: Indicator, full: object = 100, **keys: object) -> IndicatorSet:
    keys.setdefault("rounding", Rounding(total=None))
    return IndicatorSet("s", Text("测试"), group("total", full, *children), **keys)  # type: ignore[arg-type]


def run(made: IndicatorSet, **scores: Score | list[Score]) -> tuple[dict[str, Column[NodeScore]], Column[Total]]:
    table = {k: v if isinstance(v, list) else [v] for k, v in scores.items()}
    units = len(next(iter(table.values())))
    plain = Plain(units)
    leaves = {node.id: leaf_scores(node, table[node.id], plain) for node in made.leaves}
    nodes = Tree(made, leaves, ["甲"] * units, plain).scored()
    bound = {gate.id: [True] * units for gate in made.gates}
    return nodes, totals(made, nodes, {}, bound, plain)


def total_of(made: IndicatorSet, **scores: Score | list[Score]) -> F | None:
    nodes, ends = run(made, **scores)
    for column in nodes.values():
        for node in column.values:
            if node.points is not None:
                assert sum(line.change for line in node.lines) == node.points
    return ends[0].points


def test_points_that_do_not_apply_go_to_the_siblings_by_their_points() -> None:
    # 20 does not apply; 40 of 50 and 15 of 30 → 55 × 100/80 = 68.75
    made = one_set(leaf("a", 50), leaf("b", 30), leaf("c", 20))
    assert total_of(made, a=got(40), b=got(15), c=NA) == F("68.75")


def test_redistribution_stays_inside_the_group() -> None:
    # A: 10 of 20, its sister of 20 does not apply → 10 × 40/20 = 20; B 60 of 60 → 80
    made = one_set(group("A", 40, leaf("a", 20), leaf("b", 20)), leaf("B", 60))
    assert total_of(made, a=got(10), b=NA, B=got(60)) == 80


def test_even_spreading_gives_each_sibling_the_same_share_more() -> None:
    # N2: 20 spread over two: 40/50 on 60, 15/30 on 40 → 48 + 20 = 68
    made = one_set(leaf("a", 50), leaf("b", 30), leaf("c", 20), not_applicable=NotApplicable("even"))
    assert total_of(made, a=got(40), b=got(15), c=NA) == 68


def test_scaling_lifts_the_whole_total_by_four_thirds() -> None:
    # N1: no services: 25 of 100 do not apply, 60 of 75 → 60 × 4/3 = 80
    made = one_set(
        group("A", 75, leaf("a", 75)),
        group("B", 25, leaf("b", 25, not_applicable=NotApplicable("scale"))),
        not_applicable=NotApplicable("scale"),
    )
    assert total_of(made, a=got(60), b=NA) == 80


def test_the_printed_ratio_of_a_unit_s_own_full_marks_is_reached() -> None:
    # N3: ((81.22 + 0.64) ÷ (100 + 0.64)) × 100 = 81.34 (printed so)
    made = one_set(
        leaf("a", 100), leaf("b", "0.64"), leaf("c", 20, not_applicable=NotApplicable("drop")),
        full="120.64", out_of=F(100), rounding=Rounding(total=2),
    )  # fmt: skip
    assert total_of(made, a=got("81.22"), b=got("0.64"), c=NA) == F("81.34")


def test_a_fixed_rate_zero_and_full_count_like_scores() -> None:
    rate = one_set(leaf("a", 60), leaf("b", 40, not_applicable=NotApplicable("rate", rate=F("0.8"))))
    assert total_of(rate, a=got(50), b=NA) == 82  # N4: 50 + 0.8 × 40
    for rule, expected in (("zero", 50), ("full", 90)):
        made = one_set(leaf("a", 60), leaf("b", 40, not_applicable=NotApplicable(rule)))  # type: ignore[arg-type]
        assert total_of(made, a=got(50), b=NA) == expected


def test_the_peers_mean_counts_for_a_unit_the_indicator_does_not_concern() -> None:
    # N5: 30 and 10 of 40 → mean 20; 50 + 20
    made = one_set(leaf("a", 60), leaf("b", 40, not_applicable=NotApplicable("peers_mean")))
    _, ends = run(made, a=[got(50)] * 3, b=[NA, got(30), got(10)])
    assert ends[0].points == 70


def test_points_move_to_the_indicator_named() -> None:
    # N6: 40 move to a: 45 of 60 counts on 100 → 75
    made = one_set(leaf("a", 60), leaf("b", 40, not_applicable=NotApplicable("move_to", node="a")))
    assert total_of(made, a=got(45), b=NA) == 75


def test_dropped_points_leave_smaller_full_marks() -> None:
    # N7: another full mark, nothing rescaled
    made = one_set(leaf("a", 60), leaf("b", 40), not_applicable=NotApplicable("drop"))
    nodes, ends = run(made, a=got(45), b=NA)
    assert ends[0].points == 45 and nodes["total"][0].counted == 60 and ends[0].coverage == F("0.6")


def test_a_group_of_which_nothing_applies_does_not_apply() -> None:
    made = one_set(group("A", 40, leaf("a", 20), leaf("b", 20)), leaf("B", 60))
    nodes, ends = run(made, a=NA, b=NA, B=got(30))
    assert nodes["A"][0].outcome is Outcome.NOT_APPLICABLE and ends[0].points == 50
    nodes, ends = run(made, a=NA, b=PENDING, B=got(30))
    assert nodes["A"][0].outcome is Outcome.PENDING


@pytest.mark.parametrize(("empty", "expected"), [("no_score", None), ("zero", 0), ("full", 100)])
def test_a_unit_with_nothing_assessed_has_the_number_the_set_names_or_none(
    empty: str, expected: int | None
) -> None:
    assert total_of(one_set(leaf("a", 100), empty=empty), a=NA) == expected


@pytest.mark.parametrize(("rule", "expected"), [("exclude", 75), ("zero", 45), ("full", 85)])
def test_pending_points_follow_the_set_s_rule(rule: str, expected: int) -> None:
    assert total_of(one_set(leaf("a", 60), leaf("b", 40), pending=rule), a=got(45), b=PENDING) == expected


def test_blocks_in_per_cent_take_shares_of_their_children() -> None:
    # A1: 70 % × 40/50 + 30 % × 10/20 = 56 + 15 = 71
    made = IndicatorSet("s", Text(), group(
        "total", 100, leaf("a", 50, weight=F(70)), leaf("b", 20, weight=F(30)), combine="weighted",
    ), rounding=Rounding(total=None))  # fmt: skip
    assert total_of(made, a=got(40), b=got(10)) == 71


@pytest.mark.parametrize(("combine", "expected"), [("mean", 65), ("minimum", 50), ("maximum", 80)])
def test_mean_least_and_greatest_of_shares(combine: str, expected: int) -> None:
    made = IndicatorSet("s", Text(), group("total", 100, leaf("a", 50), leaf("b", 20), combine=combine))
    assert total_of(made, a=got(40), b=got(10)) == expected


def test_the_geometric_mean_is_right_to_many_digits() -> None:
    assert abs(geometric_mean([F(1, 2), F(1, 2)]) - F(1, 2)) < F(1, 10**38)
    assert geometric_mean([F(0), F(1)]) == 0


def test_a_deduction_may_exceed_its_indicator_but_not_its_first_level() -> None:
    # B5: b falls to −15 in a block whose own floor is 0: 10 − 15 → 0
    made = one_set(group("A", 40, leaf("a", 20), leaf("b", 20, floor=None)), leaf("B", 60))
    assert total_of(made, a=got(10), b=got(-15), B=got(60)) == 60
    assert total_of(made, a=got(18), b=got(-15), B=got(60)) == 63


def test_parts_that_exceed_the_whole_are_capped_at_the_whole() -> None:
    made = one_set(group("A", 8, leaf("a", 5), leaf("b", 5)), full=8)
    assert total_of(made, a=got(5), b=got(5)) == 8
    assert total_of(made, a=got(3), b=got(4)) == 7


def test_extra_points_stand_outside_the_full_marks_and_are_not_scaled() -> None:
    made = one_set(
        leaf("a", 60), leaf("b", 40), leaf("bonus", 30, extra=True), leaf("p", 0, extra=True, floor=None)
    )
    nodes, ends = run(made, a=got(45), b=NA, bonus=got(12), p=got(-2))
    assert ends[0].points == 85 and ends[0].full == 100 and nodes["total"][0].counted == 100


def gate(name: str, when: str, op: str, value: object, **then: object) -> Gate:
    return Gate(name, Text(name), When(all=((when, Condition(op, F(str(value)))),)), **then)  # type: ignore[arg-type]


def test_a_bonus_opens_only_strictly_above_its_gate() -> None:
    made = one_set(
        group("A", 100, leaf("a", 100)), leaf("B", 30, extra=True), gates=(gate("G6", "A", ">", 80, opens="B"),)
    )
    assert total_of(made, a=got(80), B=got(20)) == 80
    assert total_of(made, a=got("80.01"), B=got(20)) == F("100.01")
    inclusive = one_set(
        group("A", 100, leaf("a", 100)),
        leaf("B", 30, extra=True),
        gates=(gate("G6", "A.rate", ">=", "0.8", opens="B"),),
    )
    assert total_of(inclusive, a=got(80), B=got(20)) == 100


BANDS = (
    Grade("优秀", at_least=F(90)),
    Grade("良好", at_least=F(80)),
    Grade("合格", at_least=F(60)),
    Grade("不合格"),
)


def test_vetoes_fixed_totals_fail_lines_and_ceilings() -> None:
    made = one_set(group("A", 60, leaf("a", 60)), leaf("b", 40), grades=BANDS, gates=(
        gate("veto", "b", "==", 0, fail=True),
        gate("fixed", "b", "==", 1, total=F(59)),
        gate("line", "A.rate", "<", "0.6", grade="不合格"),
        gate("most", "b", "==", 2, total_at_most=F("89.99")),
        gate("best", "b", "==", 3, grade_at_most="良好"),
    ))  # fmt: skip

    def end(a: object, b: object) -> tuple[F | None, str]:
        found = run(made, a=got(a), b=got(b))[1][0]
        return found.points, found.grade

    assert end(60, 0) == (None, "不合格")  # G1
    assert end(60, 1) == (59, "不合格")  # G2
    assert end("35.99", 40) == (F("75.99"), "不合格")  # G4: below 60 % of a part
    assert end(36, 40) == (76, "合格")
    assert end(60, 40) == (100, "优秀")
    assert end(60, 3) == (63, "合格")  # a ceiling does not lift
    assert end(60, 2) == (62, "合格")


def test_a_ceiling_of_grade_holds_the_best_units_down() -> None:
    made = one_set(leaf("a", 100), grades=BANDS, gates=(gate("best", "a", ">", 0, grade_at_most="良好"),))
    assert run(made, a=got(95))[1][0].grade == "良好"


def test_ties_are_numbered_as_the_scheme_says() -> None:
    values = [F(v) for v in (9, 8, 8, 7)]
    assert ranks(values) == [1, 2, 2, 4]  # R5
    assert ranks(values, "dense") == [1, 2, 2, 3]  # R6
    assert ranks(values, "ordinal") == [1, 2, 3, 4]


def units(*groups: str, **attributes: list[str]) -> list[Unit]:
    return [
        Unit(f"u{i}", f"单位{i}", group=g, attributes={k: v[i] for k, v in attributes.items()})
        for i, g in enumerate(groups)
    ]


def test_ranks_are_within_the_class_and_on_the_number_the_scheme_names() -> None:
    made = one_set(leaf("a", 100), rounding=Rounding(total=1), ranking=Ranking())
    nodes, ends = run(made, a=[got("80.04"), got("80.01"), got(90), got("79.9")])
    found = places(made, units("县区", "县区", "部门", "县区"), ends, nodes, [True] * 4, Plain(4))
    assert [p.rank for p in found] == [1, 1, 1, 3]  # 80.0, 80.0 | 90 | 79.9
    exact = one_set(leaf("a", 100), rounding=Rounding(total=None), ranking=Ranking(rounded=False))
    nodes, ends = run(exact, a=[got("80.04"), got("80.01"), got(90), got("79.9")])
    found = places(exact, units("县区", "县区", "部门", "县区"), ends, nodes, [True] * 4, Plain(4))
    assert [p.rank for p in found] == [1, 2, 1, 3]


def test_units_without_a_number_are_there_without_a_rank() -> None:
    made = one_set(leaf("a", 100))
    nodes, ends = run(made, a=[got(50), NA])
    assert [p.rank for p in places(made, units("x", "x"), ends, nodes, [True, True], Plain(2))] == [1, None]


def test_equal_totals_may_be_ordered_by_strokes_of_the_name() -> None:
    # R7: equal points, the name with fewer strokes first
    made = one_set(leaf("a", 100), ranking=Ranking(then_by=("attributes.strokes",), ties="ordinal"))
    nodes, ends = run(made, a=[got(80), got(80), got(90)])
    found = places(made, units("x", "x", "x", strokes=["12", "4", "9"]), ends, nodes, [True] * 3, Plain(3))
    assert [p.rank for p in found] == [3, 2, 1]


def test_quotas_by_rank_take_ties_in_and_pass_over_whom_a_gate_limits() -> None:
    grades = (Grade("一等", top=F("0.25")), Grade("二等", top=F("0.5")), Grade("三等"))
    made = one_set(leaf("a", 100), grades=grades, gates=(gate("G7", "a", "==", 99, grade_at_most="二等"),))
    nodes, ends = run(made, a=[got(v) for v in (99, 98, 90, 90, 70, 60, 50, 40)])
    found = places(made, units(*"x" * 8), ends, nodes, [True] * 8, Plain(8))
    # 8 units: 25 % = 2 first (99 may only be second class), 50 % = 4 second: 90, 90, 70, 60
    assert [p.grade for p in found] == ["二等", "一等", "二等", "二等", "二等", "二等", "三等", "三等"]


scores = st.one_of(st.just(NA), st.just(PENDING), st.integers(0, 20).map(got))
rules = st.sampled_from(["redistribute", "even", "scale", "drop", "zero", "full"])


@given(
    st.lists(scores, min_size=6, max_size=6), st.lists(rules, min_size=6, max_size=6), st.sampled_from([None, 2])
)
def test_every_account_adds_up_and_no_total_leaves_its_bounds(
    found: list[Score], rule: list[str], digits: int | None
) -> None:
    leaves = [leaf(f"l{i}", 20, not_applicable=NotApplicable(rule[i])) for i in range(6)]  # type: ignore[arg-type]
    made = one_set(
        group("A", 40, *leaves[:2]),
        group("B", 80, *leaves[2:]),
        full=120,
        rounding=Rounding(node=digits, total=digits),
    )
    nodes, ends = run(made, **{f"l{i}": s for i, s in enumerate(found)})
    for column in nodes.values():
        node = column[0]
        assert (node.points is None) == (not node.lines)
        if node.points is not None:
            assert sum(line.change for line in node.lines) == node.points
            assert 0 <= node.points <= node.full
            assert 0 <= node.assessed <= node.full
    end = ends[0]
    if end.points is not None:
        assert sum(line.change for line in end.lines) == end.points
        assert 0 <= end.points <= 120


@given(st.lists(st.integers(0, 20), min_size=4, max_size=4), st.integers(0, 3), st.integers(1, 5))
def test_more_points_on_a_leaf_never_lower_the_total(points: list[int], which: int, more: int) -> None:
    made = one_set(
        group("A", 40, leaf("l0", 20), leaf("l1", 20)), group("B", 40, leaf("l2", 20), leaf("l3", 20)), full=80
    )

    def end(values: list[int]) -> F:
        result = total_of(made, **{f"l{i}": got(min(v, 20)) for i, v in enumerate(values)})
        assert result is not None
        return result

    better = [*points]
    better[which] += more
    assert end(better) >= end(points)


def test_a_node_that_counts_by_rule_shows_its_points_in_the_result() -> None:
    made = one_set(leaf("a", 60), leaf("b", 40, not_applicable=NotApplicable("rate", rate=F("0.8"))))
    nodes, _ = run(made, a=got(50), b=NA)
    assert (nodes["b"][0].outcome, nodes["b"][0].points) == (Outcome.NOT_APPLICABLE, 32)


def test_two_nodes_may_name_each_other_as_heirs() -> None:
    heirs = {"a": NotApplicable("move_to", node="b"), "b": NotApplicable("move_to", node="a")}
    made = one_set(leaf("a", 60, not_applicable=heirs["a"]), leaf("b", 40, not_applicable=heirs["b"]))
    assert total_of(made, a=got(45), b=NA) == 75
    assert total_of(made, a=NA, b=NA) is None


def test_rounding_never_lifts_points_above_the_full_marks() -> None:
    made = one_set(leaf("a", "0.25"), full="0.25", rounding=Rounding(node=1, total=1))
    nodes, _ = run(made, a=got("0.25"))
    assert nodes["total"][0].points == F("0.25")


def test_a_group_of_bonuses_inside_the_tree_keeps_its_points() -> None:
    made = one_set(leaf("a", 90), group("G", 0, leaf("x", 5, extra=True)), full=90, rounding=Rounding(total=None))
    nodes, ends = run(made, a=got(80), x=got(3))
    assert nodes["G"][0].points == 3 and ends[0].points == 83


@pytest.mark.parametrize("combine", ["mean", "minimum", "maximum", "geometric", "weighted"])
def test_shares_of_nothing_but_bonuses_are_nothing(combine: str) -> None:
    made = one_set(group("G", 0, leaf("x", 5, extra=True), combine=combine), leaf("a", 90), full=90)
    nodes, _ = run(made, a=got(80), x=got(3))
    assert nodes["G"][0].points == 3


def test_a_bonus_that_states_a_ceiling_instead_of_points_still_counts_above_the_full_marks() -> None:
    made = one_set(leaf("a", 100), leaf("bonus", 0, extra=True, ceiling=F(15)))
    assert total_of(made, a=got(96), bonus=got(15)) == 111
    block = group("J", 0, leaf("x", 0, extra=True, ceiling=F(10)), leaf("y", 0, extra=True, ceiling=F(10)),
                  extra=True, ceiling=F(15))  # fmt: skip
    assert total_of(one_set(leaf("a", 100), block), a=got(96), x=got(9), y=got(8)) == 111


def test_a_bonus_block_with_points_of_its_own_is_bounded_by_them() -> None:
    block = group("J", 15, leaf("x", 10, extra=True), leaf("y", 10, extra=True), extra=True)
    assert total_of(one_set(leaf("a", 100), block), a=got(96), x=got(9), y=got(8)) == 111


def test_scaling_back_in_leaves_the_bonus_alone() -> None:
    # 25 of 100 do not apply: 75 of 75 → 100, and a bonus of 12 stays 12
    made = one_set(
        leaf("a", 75),
        leaf("b", 25, not_applicable=NotApplicable("scale")),
        leaf("bonus", 30, extra=True),
        rounding=Rounding(total=None),
    )
    assert total_of(made, a=got(75), b=NA, bonus=got(12)) == 112


def test_a_gate_fixes_the_total_even_where_nothing_was_assessed() -> None:
    made = one_set(leaf("a", 100), leaf("x", 0, extra=True), gates=(gate("G2", "x", "==", 0, total=F(59)),))
    _, ends = run(made, a=NA, x=got(0))
    assert ends[0].points == 59 and sum(line.change for line in ends[0].lines) == 59
