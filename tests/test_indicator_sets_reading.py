"""What a set says arrives unchanged: exact numbers, dates, conditions, scoring rules, options, overlays."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from gongkai_score.errors import IndicatorSetError
from gongkai_score.indicator_set import Amount, Indicator, IndicatorSet
from gongkai_score.measure_kinds import Condition, Duration, Selector, Tally, TimeLimit, Value
from gongkai_score.period import parse_day
from gongkai_score.readers.indicator_sets import (
    check_indicator_set,
    parse_indicator_set,
    read_indicator_set,
    shipped_indicator_sets,
)
from gongkai_score.readers.marked_yaml import read_marked
from gongkai_score.readers.set_draft import Draft
from gongkai_score.readers.set_scoring import expanded, scoring
from gongkai_score.readers.set_values import number

DATA = Path(__file__).parent / "data" / "sets"
CITY = DATA / "city.yaml"


@pytest.fixture(scope="module")
def city() -> IndicatorSet:
    return read_indicator_set(CITY)


def limit_of(node: Indicator, name: str = "") -> TimeLimit:
    found = node.measures[name]
    assert isinstance(found, TimeLimit)
    return found


def tally_of(node: Indicator) -> Tally:
    found = node.measures[""]
    assert isinstance(found, Tally)
    return found


def small(leaf: str, head: str = "") -> IndicatorSet:
    return parse_indicator_set(f"id: s\ntitle: 小\n{head}indicators:\n  - {leaf}\n")


def test_the_example_of_the_whole_language_has_nothing_to_be_told() -> None:
    found, problems = check_indicator_set(CITY)
    assert found is not None
    assert problems == ()


def test_the_head_arrives(city: IndicatorSet) -> None:
    assert (city.id, city.title.en, city.plan_year) == ("city-2019", "City indicators 2019", 2019)
    assert (city.issuer, city.issued) == ("某市人民政府办公室", "2019-03-01")
    assert (city.root.id, city.root.points, city.out_of) == ("total", 100, 100)
    assert [city.rounding.leaf, city.rounding.total] == [2, 2]
    assert city.event_kinds["town_hall_held"].zh == "恳谈会"
    assert city.event_attributes["check_done"] == ("depth",)
    assert city.ranking.then_by == ("A", "B.rate", "attributes.size")


def test_without_rounding_everything_stays_exact() -> None:
    found = small("{id: A, name: 甲, points: 1/3, measure: {kind: exists, event: training_held}}")
    assert (found.rounding.leaf, found.rounding.node, found.rounding.total) == (None, None, None)
    assert found["A"].points == Fraction(1, 3)


def test_limits_change_with_the_date_of_the_item(city: IndicatorSet) -> None:
    within = limit_of(city["A2"], "answers").within
    assert within is not None
    assert within.on(parse_day("2019-05-14")) == Duration(15, "working_day")
    assert within.on(parse_day("2019-05-15")) == Duration(20, "working_day")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("20 working days", Duration(20, "working_day")),
        ("1 working day", Duration(1, "working_day")),
        ("20个工作日", Duration(20, "working_day")),
        ("20 个工作日", Duration(20, "working_day")),
        ("15 days", Duration(15, "day")),
        ("15日", Duration(15, "day")),
        ("15天", Duration(15, "day")),
        ("24 hours", Duration(24, "hour")),
        ("24小时", Duration(24, "hour")),
        ("3 months", Duration(3, "month")),
        ("3个月", Duration(3, "month")),
        ("2 weeks", Duration(14, "day")),
        ("2周", Duration(14, "day")),
    ],
)
def test_a_duration_reads_as_people_write_it(written: str, meant: Duration) -> None:
    measure = f"{{kind: deadline, start: request_received, end: request_answered, within: {written}}}"
    within = limit_of(small(f"{{id: A, name: 甲, points: 1, measure: {measure}}}")["A"]).within
    assert within is not None
    assert within.on(0) == meant


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2018-06-30", "2018-06-30"),
        ("06-30", "2020-06-30"),
        ("end of 02", "2020-02-29"),
        ("2月底", "2020-02-29"),
        ("end of 2017-03", "2017-03-31"),
        ("2017年12月底", "2017-12-31"),
    ],
)
def test_a_date_without_a_year_is_of_the_plan_year(written: str, day: str) -> None:
    leaf = f"{{id: A, name: 甲, points: 1, measure: {{kind: due_by, by: {written}, end: report_submitted}}}}"
    assert limit_of(small(leaf, "plan_year: 2020\n")["A"]).by == (parse_day(day),)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", Condition("==", "true")),
        ("false", Condition("==", "false")),
        ("优", Condition("==", "优")),
        ("2019", Condition("==", Fraction(2019))),
        ("[a, 2, true]", Condition("in", ("a", "2", "true"))),
        ("{not: [a, b]}", Condition("not in", ("a", "b"))),
        ("any", Condition("any")),
        ("none", Condition("none")),
        ('">= 500000"', Condition(">=", Fraction(500000))),
        ('"< 4%"', Condition("<", Fraction(1, 25))),
        ('"= 0"', Condition("==", Fraction(0))),
        ('"!= 转发"', Condition("!=", "转发")),
        ('"> 2019-05-15"', Condition(">", "2019-05-15")),
    ],
)
def test_a_condition_is_read_once_into_an_operator_and_a_value(written: str, meant: Condition) -> None:
    event = f"{{event: inventory_declared, where: {{items: {written}}}}}"
    found = small(f"{{id: A, name: 甲, points: 1, measure: {{kind: exists, event: {event}}}}}")
    assert tally_of(found["A"]).event == Selector("inventory_declared", (("items", meant),))


@pytest.mark.parametrize(
    ("written", "least", "most"),
    [
        ("at_least: 20", 20, None),
        ("more_than: 20", 21, None),
        ("at_most: 2", None, 2),
        ("less_than: 2", None, 1),
        ("at_least: 1, at_most: 3", 1, 3),
    ],
)
def test_more_than_twenty_is_at_least_twenty_one(written: str, least: int | None, most: int | None) -> None:
    found = small(f"{{id: A, name: 甲, points: 1, measure: {{kind: count, event: training_held, {written}}}}}")
    tally = tally_of(found["A"])
    assert (tally.at_least.on(0) if tally.at_least else None) == least
    assert (tally.at_most.on(0) if tally.at_most else None) == most


def test_a_share_of_the_full_marks_is_not_a_number(city: IndicatorSet) -> None:
    rule = city["A1"].scoring
    assert rule is not None
    (branch,) = rule.branches
    assert branch.start == Amount(Fraction(1), share=True)
    assert branch.steps[0].amount == Amount(Fraction(1, 2))
    assert branch.steps[2].amount == Amount(Fraction(3, 5), share=True)
    when = branch.steps[2].when
    assert when is not None
    assert when.all == (("failing", Condition(">", Fraction(3))),)
    assert when.any == (("missing", Condition(">", Fraction(0))), ("rate", Condition("<", Fraction(9, 10))))


def test_a_group_without_points_has_the_sum_of_its_children() -> None:
    found = parse_indicator_set(
        "id: s\ntitle: 小\nindicators:\n  - id: G\n    name: 组\n    children:\n"
        "      - {id: A, name: 甲, points: 1/3, measure: {kind: exists, event: training_held}}\n"
        "      - {id: B, name: 乙, points: 2/3, measure: {kind: exists, event: meeting_held}}\n"
        "      - {id: X, name: 附加, points: 5, extra: true, measure: {kind: exists, event: activity_held}}\n"
    )
    assert (found["G"].points, found.root.points) == (1, 1)


def test_what_is_only_shown_has_no_points_and_neither_has_what_is_below_it(city: IndicatorSet) -> None:
    shown = list(city["E"].walk())
    assert len(shown) == 6
    assert all(node.reported_only and node.points == 0 for node in shown)


def test_floor_and_ceiling_may_be_none(city: IndicatorSet) -> None:
    assert (city["D"].floor, city["D"].unbounded) == (None, True)
    assert (city["D1"].floor, city["C"].ceiling) == (-10, 5)


def test_promptly_takes_the_option_and_says_so() -> None:
    leaf = (
        "{id: A, name: 甲, points: 1, measure: {kind: follow_up, start: matter_arose, end: information_published}}"
    )
    node = small(leaf)["A"]
    measure = limit_of(node)
    assert measure.within is not None
    assert measure.within.on(0) == Duration(20, "working_day")
    assert measure.assumed
    assert any("promptly_within" in text for text in node.assumptions)
    other = parse_indicator_set(
        f"id: s\ntitle: 小\noptions: {{promptly_within: 10日}}\nindicators:\n  - {leaf}\n",
        options={"promptly_within": "5 working days"},
    )
    within = limit_of(other["A"]).within
    assert within is not None
    assert within.on(0) == Duration(5, "working_day")
    assert other.options["promptly_within"] == Duration(5, "working_day")


def test_an_option_that_does_not_exist_is_refused_from_a_caller_too() -> None:
    with pytest.raises(IndicatorSetError, match="S112"):
        read_indicator_set(CITY, options={"prompt": 3})
    with pytest.raises(IndicatorSetError, match="S113"):
        read_indicator_set(CITY, options={"forms_min": 0})


def test_all_or_nothing_looks_at_every_measure(city: IndicatorSet) -> None:
    rule = small(
        "{id: A, name: 甲, points: 4, scoring: all_or_nothing, measures: "
        "{a: {kind: exists, event: training_held}, b: {kind: exists, event: meeting_held}}}"
    )["A"].scoring
    assert rule is not None
    assert expanded(rule) == {
        "start": "full",
        "steps": [{"set": 0, "when": {"any": [{"a.failing": "> 0"}, {"b.failing": "> 0"}]}}],
    }


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("{proportion: rate}", {"start": "full", "steps": [{"scale": "rate"}]}),
        ("all_or_nothing", {"start": "full", "steps": [{"set": 0, "when": {"failing": "> 0"}}]}),
        (
            "{deduct_each: {late: 1, missing: 20%}}",
            {"start": "full", "steps": [{"deduct": 1, "per": "late"}, {"deduct": "20%", "per": "missing"}]},
        ),
        (
            "{tiers: {by: rate, tiers: [{at_least: 90%, points: 4}, {points: 0}]}}",
            {
                "start": "full",
                "steps": [{"set": {"by": "rate", "tiers": [{"at_least": 0.9, "points": 4}, {"points": 0}]}}],
            },
        ),
        (
            "{checklist: [{points: 1, when: {late: 0}}, {points: 1/3, when: {missing: 0}}, "
            "{points: 8/3, when: {met: 1}}]}",
            {
                "start": 0,
                "steps": [
                    {"add": 1, "when": {"late": 0}},
                    {"add": "1/3", "when": {"missing": 0}},
                    {"add": "8/3", "when": {"met": 1}},
                ],
            },
        ),
        ("{accumulate: [{add: 1, per: met}]}", {"start": 0, "steps": [{"add": 1, "per": "met"}]}),
    ],
)
def test_a_short_form_expands_to_steps(short: str, long: dict[str, object]) -> None:
    leaf = f"{{id: A, name: 甲, points: 4, scoring: {short}, measure: {MEASURE}}}"
    rule = small(leaf)["A"].scoring
    assert rule is not None
    assert expanded(rule) == long


MEASURE = "{kind: deadline, start: request_received, end: request_answered, within: 3 days}"


def test_labels_expand_to_a_look_up() -> None:
    rating = "{kind: rating, event: rating_given, label: score}"
    rule = small(f"{{id: A, name: 甲, points: 4, scoring: {{labels: {{优: 4, 良: 80%}}}}, measure: {rating}}}")[
        "A"
    ].scoring
    assert rule is not None
    assert expanded(rule)["steps"] == [{"set": {"by": "label", "labels": {"优": 4, "良": "80%"}}}]


def test_every_rule_written_out_reads_back_to_itself(city: IndicatorSet) -> None:
    for leaf in city.leaves:
        assert leaf.scoring is not None
        told = json.dumps(expanded(leaf.scoring), ensure_ascii=False)
        measures = "{" + ", ".join(f"{name or 'x'}: {MEASURE}" for name in leaf.measures) + "}"
        key = "measures" if "" not in leaf.measures else "measure"
        where = measures if key == "measures" else MEASURE
        text = f"id: s\ntitle: s\nindicators: [{{id: A, name: a, points: 9999, {key}: {where}, scoring: {told}}}]"
        _, problems = check_indicator_set_text(text)
        assert not [p for p in problems if p.code.startswith("D")]
        again = rule_of(text)
        assert again == leaf.scoring


def check_indicator_set_text(text: str) -> tuple[object, tuple[object, ...]]:
    try:
        return parse_indicator_set(text), ()
    except IndicatorSetError as error:
        return None, error.problems


def rule_of(text: str) -> object:
    """The rule alone, whatever else is to be said of a set whose measure does not fit it."""
    marked, _ = read_marked(text, "x")
    assert marked is not None
    path = ("indicators", 0, "scoring")
    return scoring(Draft(marked), marked.data["indicators"][0]["scoring"], path, None)


@pytest.mark.parametrize(
    ("told", "pick", "rater"),
    [("", "mean", "rater"), ("pick: latest, ", "latest", None), ("rater: by, ", "latest", "by")],
)
def test_a_rating_is_the_mean_of_the_latest_of_each_rater_unless_it_says_otherwise(
    told: str, pick: str, rater: str | None
) -> None:
    leaf = f"{{id: A, name: 甲, points: 1, measure: {{kind: rating, event: rating_given, {told}value: score}}}}"
    found = small(leaf.replace("}}", "}, scoring: {proportion: value}}")).leaves[0].measures[""]
    assert isinstance(found, Value)
    assert (found.pick, found.rater) == (pick, rater)


def test_one_fact_costs_once_by_turns_then_points_then_the_order_of_the_set() -> None:
    told = [
        ("A", 1, "解读"),
        ("B", 3, "{group: 解读, turn: 2}"),
        ("C", 2, "[{group: 解读}, {group: 回应, turn: 1}]"),
        ("D", 2, "解读"),
        ("E", 9, "{group: 回应, turn: 2}"),
    ]
    measure = "{kind: exists, event: training_held}"
    leaves = "\n  ".join(
        f"- {{id: {i}, name: 甲, points: {points}, overlap: {group}, measure: {measure}}}"
        for i, points, group in told
    )

    def order(head: str) -> dict[str, list[str]]:
        found = parse_indicator_set(f"id: s\ntitle: 小\n{head}indicators:\n  {leaves}\n")
        return {group: [node.id for node, _ in members] for group, members in found.charging.items()}

    # Turn 1: C and D with 2 points, C stands first; A with 1. Turn 2: B, whatever its points.
    assert order("") == {"解读": ["C", "D", "A", "B"], "回应": ["C", "E"]}
    assert order("options: {overlap_order: set_order}\n")["解读"] == ["A", "C", "D", "B"]


def test_a_variant_replaces_points_measure_and_scoring(city: IndicatorSet) -> None:
    (variant,) = city["A6"].variants
    assert variant.applies_to.group == ("甲类",)
    assert variant.applies_to.attributes == (("size", ("large", "huge")),)
    assert (variant.points, list(variant.measures or {})) == (5, [""])


def test_bands_and_gates_arrive(city: IndicatorSet) -> None:
    assert [gate.id for gate in city.gates] == ["V1", "V2", "L1", "O1", "C9"]
    assert city.gates[0].fail and city.gates[1].total == 59 and city.gates[3].opens == "C"
    assert city.gates[4].total_at_most == Fraction(8999, 100)
    assert [(g.name, g.at_least, g.below) for g in city.grades[:2]] == [("优秀", 90, None), ("良好", 80, 90)]
    assert city.lists[2].top == Fraction(1, 4)


def test_the_digest_says_what_a_set_says_and_not_how() -> None:
    one = small("{id: A, name: 甲, points: 5, measure: {kind: exists, event: training_held}}")
    two = parse_indicator_set(
        "# a remark\ntitle: 小\nid: s\nindicators:\n  - measure:\n      event: training_held\n"
        "      kind: exists\n    points: 5.0\n    name: 甲\n    id: A\n"
    )
    three = small("{id: A, name: 甲, points: 6, measure: {kind: exists, event: training_held}}")
    assert one.digest == two.digest
    assert one.digest != three.digest
    assert len(one.digest) == 64


def test_a_small_set_changes_another_by_id() -> None:
    found, problems = check_indicator_set(DATA / "city-towns.yaml")
    assert problems == ()
    assert found is not None
    assert (found.id, found.title.zh, found.title.en) == (
        "city-towns-2019",
        "某市2019年镇街政务公开测评指标",
        "City indicators 2019",
    )
    assert (found["A1"].points, found["A5"].points, found["A2"].points) == (8, 12, 10)
    within = limit_of(found["A1"]).within
    assert within is not None
    assert within.on(0) == Duration(5, "working_day")
    assert limit_of(found["A1"]).needs_flag == "important"
    assert (found["A5"].name.zh, found["A5"].name.en) == ("新媒体每周更新", "New media")
    ids = {node.id for node in found.indicators}
    assert "B6" in ids and "F" in ids and not {"B5", "E4"} & ids
    assert found.gates[1].total == 50
    assert found.root.points == 100


def test_a_mistake_is_told_in_the_file_it_was_made_in(tmp_path: Path) -> None:
    base = tmp_path / "base.yaml"
    base.write_text(
        "id: base\ntitle: 底本\nindicators:\n"
        "  - {id: A, name: 甲, points: 5, measure: {kind: exists, event: training}}\n"
        "  - {id: B, name: 乙, points: 5, measure: {kind: exists, event: meeting_held}}\n",
        encoding="utf-8",
    )
    over = tmp_path / "over.yaml"
    over.write_text(
        "id: over\nextends: base.yaml\nchange:\n  B:\n    measure: {evnt: meeting_held}\n    points: -1\n",
        encoding="utf-8",
    )
    _, problems = check_indicator_set(over)
    assert [(Path(p.file or "").name, p.line, p.column, p.code) for p in problems] == [
        ("over.yaml", 5, 15, "D041"),
        ("over.yaml", 6, 13, "S121"),
        ("base.yaml", 4, 64, "S102"),
    ]


def test_null_takes_a_key_away_and_a_new_kind_replaces_the_measure(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        "id: base\ntitle: 底本\nindicators:\n"
        "  - {id: A, name: 甲, points: 5, note: 旧, scoring: {deduct_each: {short: 1}}, "
        "measure: {kind: frequency, event: channel_updated, every: week}}\n",
        encoding="utf-8",
    )
    over = tmp_path / "over.yaml"
    over.write_text(
        "id: over\nextends: base.yaml\nchange:\n"
        "  A: {note: null, scoring: {proportion: rate}, measure: {kind: exists, event: training_held}}\n",
        encoding="utf-8",
    )
    found = read_indicator_set(over)
    assert found["A"].note.zh == ""
    assert tally_of(found["A"]).kind == "exists"


def test_sets_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("id: a\nextends: b.yaml\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("id: b\nextends: a.yaml\n", encoding="utf-8")
    with pytest.raises(IndicatorSetError, match="S115"):
        read_indicator_set(tmp_path / "a.yaml")


def test_a_file_that_is_not_there_is_told_with_what_there_is() -> None:
    with pytest.raises(IndicatorSetError, match=r"S100.*no-such-set"):
        read_indicator_set("no-such-set")
    with pytest.raises(IndicatorSetError, match="S104"):
        read_indicator_set(DATA)


def test_what_is_no_number_is_told_where_it_stands() -> None:
    marked, _ = read_marked("points: many\n", "x.yaml")
    assert marked is not None
    draft = Draft(marked)
    assert number(draft, "many", ("points",)) is None
    assert [p.text("en").split(". ")[0] for p in draft.problems] == [
        "x.yaml:1:9: error S120: points: 'many' is not a number"
    ]


def test_every_shipped_set_can_be_read_by_its_id() -> None:
    for name in shipped_indicator_sets():
        assert read_indicator_set(name).leaves


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "D025"),
        ("- a\n- b\n", "D045"),
        ("id: [\n", "D015"),
        ("a: &x 1\n", "D034"),
        ("a: !!python/object:os.system x\n", "D036"),
        ("[" * 40 + "]" * 40, "D027"),
    ],
)
def test_what_is_no_set_at_all_is_refused(text: str, code: str) -> None:
    with pytest.raises(IndicatorSetError, match=code):
        parse_indicator_set(text)


def test_an_unreadable_part_does_not_hide_mistakes_elsewhere() -> None:
    text = (
        "id: s\ntitle: 小\nindicators:\n"
        "  - {id: A, name: 甲, points: 5, measure: {kind: deadlin, start: a, end: b}}\n"
        "  - {id: A, name: 乙, points: -5, measure: {kind: exists, event: trainig_held}}\n"
        "grades: [{name: 优, at_least: 90, below: 80}]\n"
        "ranking: {by: Z}\n"
    )
    with pytest.raises(IndicatorSetError) as caught:
        parse_indicator_set(text)
    codes = [p.code for p in caught.value.problems]
    assert codes == ["D055", "S101", "S121", "S102", "S510", "S210"]


def test_reading_sets_needs_neither_pandas_nor_numpy_nor_for_a_good_set_jsonschema() -> None:
    code = (
        "import sys; from gongkai_score.readers.indicator_sets import read_indicator_set; "
        f"read_indicator_set({str(CITY)!r}); "
        "print([m for m in ('pandas', 'numpy', 'jsonschema') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
