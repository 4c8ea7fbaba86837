"""A saved result holds an assessment whole, reads back to the same, and tells what is wrong with a damaged file."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hand_made import small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from random_sets import assessments

from gongkai_score.assessment import Assessment
from gongkai_score.errors import ResultError
from gongkai_score.evidence import CaseTable, EventFact, digest_of
from gongkai_score.explanation import explain
from gongkai_score.indicator_set import NotApplicable, Variant
from gongkai_score.measure_kinds import (
    AppliesTo,
    Condition,
    Content,
    Dated,
    Duration,
    Element,
    Extension,
    Faults,
    Items,
    Measure,
    Order,
    Result,
    Selector,
    Tally,
    TimeLimit,
    Value,
)
from gongkai_score.measurements import Column
from gongkai_score.messages.results import MESSAGES
from gongkai_score.outputs.json_codec import form_of
from gongkai_score.outputs.json_result import read_assessment, schema, to_json

BROKEN = Path(__file__).parent / "broken" / "results"
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(assessments())
def test_an_assessment_reads_back_to_the_same_byte_for_byte(assessment: Assessment) -> None:
    text = to_json(assessment)
    again = read_assessment(text)
    assert again == assessment
    assert to_json(again) == text


def test_a_saved_result_explains_itself_as_the_first_one_did(tmp_path: Path) -> None:
    path = tmp_path / "结果.json"
    assert to_json(small(), path) == path.read_text(encoding="utf-8")
    again = read_assessment(path)
    assert again == small()
    for unit in "abc":
        assert explain(again, unit).check()
        assert explain(again, unit).text() == explain(small(), unit).text()
    assert [p.name for p in tmp_path.iterdir()] == ["结果.json"]


def test_an_indented_document_is_the_same_result() -> None:
    assert read_assessment(to_json(small(), indent=2)) == small()


def test_positions_held_by_numpy_are_written_as_numbers() -> None:
    assessment = small()
    nodes = {key: Column(column.values, np.asarray(column.index)) for key, column in assessment.nodes.items()}  # type: ignore[arg-type]
    assert to_json(replace(assessment, nodes=nodes)) == to_json(assessment)


def test_exact_numbers_are_text_and_days_are_dates() -> None:
    data = json.loads(to_json(small()))
    assert data["measurements"]["A1"][""]["values"][0]["quantities"]["rate"] == "1/3"
    assert data["nodes"]["A2"]["values"][0]["points"] == "13.33"
    assert data["parameters"]["as_of"] == "2019-12-31"


MEASURES: list[Measure] = [
    TimeLimit(
        "deadline",
        Selector("a", (("x", Condition(">=", Fraction(1, 3))), ("y", Condition("in", ("甲", "乙"))))),
        Selector("b"),
        within=Dated(((None, 18030, Duration(15, "working_day")), (18031, None, Duration(20, "working_day")))),
        extensions=(Extension((), "days"), Extension((), 20, pause=("opened_at", "closed_at"))),
        by=(18031, 18062),
        not_before=0,
    ),
    Tally("frequency", Selector("a"), every="week", at_least=Dated.always(3), items=Items(("一", "二"))),
    Content("complete", Selector("a"), (Element("附件", "elements", Condition("==", "附件")),)),
    Order("precedes", Selector("a"), (Selector("b"), Selector("c")), lead=Duration(5, "day")),
    Value("threshold", Selector("a"), value="n", test=Condition(">", Fraction(3, 5))),
    Faults("deduction", Selector("a"), amount="points"),
    Result("result", ("上半年", "下半年"), applies_to=AppliesTo(type=("town",), but_not=AppliesTo(tags=("x",)))),
]


@pytest.mark.parametrize("measure", MEASURES, ids=lambda m: m.kind)
def test_every_kind_of_measure_and_rule_reads_back(measure: Measure) -> None:
    leaf = replace(
        small().indicator_set["B"],
        measures={"甲": measure},
        variants=(Variant(AppliesTo(attributes=(("级别", ("县", "区")),)), Fraction(1, 3)),),
        effective_from=17897,
        floor=None,
        not_applicable=NotApplicable("rate", Fraction(4, 5)),
    )
    form = form_of(type(leaf))
    assert form.read(json.loads(json.dumps(form.write(leaf)))) == leaf


@pytest.mark.parametrize(
    "value", [None, True, 3, "甲", Fraction(1, 3), Duration(20, "working_day"), ("a", Fraction(2))]
)
def test_options_of_any_kind_read_back(value: object) -> None:
    form = form_of(object)
    assert form.read(json.loads(json.dumps(form.write(value)))) == value


def test_the_published_schema_is_that_of_the_types() -> None:
    published = files("gongkai_score") / "data" / "schemas" / "assessment.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == schema()
    Draft202012Validator.check_schema(schema())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(assessments())
def test_what_is_written_fits_the_published_schema(assessment: Assessment) -> None:
    validator = Draft202012Validator(dict(schema()))
    for one in (assessment, small()):
        assert list(validator.iter_errors(json.loads(to_json(one)))) == []


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    path.write_text("old", encoding="utf-8")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ResultError, match="R015"):
        to_json(small(), path)
    assert path.read_text(encoding="utf-8") == "old" and len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="R015"):
        to_json(small(), tmp_path / "none" / "a.json")
    with pytest.raises(ResultError, match="R001"):
        read_assessment(tmp_path / "none.json")


def test_text_that_no_encoding_holds_is_written_as_an_escape(tmp_path: Path) -> None:
    assessment = replace(small(), log_digest=digest_of("\ud800"))
    path = tmp_path / "a.json"
    to_json(assessment, path)
    assert str(read_assessment(path).log_digest) == "\ud800"


EXPECTED: dict[str, tuple[str, ...]] = {
    "truncated": ("R003",),
    "empty": ("R003",),
    "gbk": ("R002",),
    "not_json": ("R003",),
    "list": ("R004",),
    "foreign": ("R004",),
    "newer_version": ("R005",),
    "version_is_text": ("R007",),
    "member_missing": ("R006",),
    "member_unknown": ("R008",),
    "points_are_float": ("R007",),
    "points_altered": ("R012",),
    "total_altered": ("R012",),
    "divided_by_zero": ("R007",),
    "outcome_unknown": ("R007",),
    "column_too_short": ("R010",),
    "position_outside": ("R011",),
    "rows_do_not_add_up": ("R013",),
    "case_column_too_short": ("R010",),
    "verdict_unknown": ("R011",),
    "row_outside": ("R011",),
    "cases_out_of_order": ("R017",),
    "cases_of_unknown_indicator": ("R014",),
    "node_missing": ("R014",),
    "impossible_date": ("R007",),
    "message_unknown": ("R016",),
    "measure_unknown": ("R007",),
    "key_unknown": ("R008",),
    "repeated_key": ("R009",),
    "not_a_number": ("R003",),
    "deep_nesting": ("R003",),
    "three_mistakes": ("R007", "R007", "R006"),
}


def test_every_broken_file_has_its_expectation_and_every_message_its_test() -> None:
    assert {path.stem for path in BROKEN.iterdir()} == set(EXPECTED)
    assert {code for codes in EXPECTED.values() for code in codes} | {"R001", "R015"} == set(MESSAGES)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_broken_file_is_told_by_code_and_place_in_both_languages(name: str) -> None:
    with pytest.raises(ResultError, match=EXPECTED[name][0]) as caught:
        read_assessment(BROKEN / f"{name}.json")
    assert tuple(one.code for one in caught.value.problems) == EXPECTED[name]
    for one in caught.value.problems:
        assert one.file is not None and one.file.endswith(f"{name}.json")
        assert "{" not in one.message("zh").replace("{…}", "") and one.message("en") != one.message("zh")


def test_the_messages_name_the_place_both_numbers_and_what_to_do() -> None:
    with pytest.raises(ResultError) as caught:
        read_assessment(BROKEN / "points_altered.json")
    (one,) = caught.value.problems
    assert one.path == "nodes/A1/values/0"
    assert one.message("en") == (
        "the changes listed for 'A1' do not add up to its points, 34. The result was altered: assess again."
    )
    assert one.message("zh") == "“A1”的逐项变动之和与得分 34 不符。结果被改动过，请重新计算。"


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The path of every value inside a document."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in items:
        found += places(one, (*path, key))
    return found


DOCUMENT = json.loads(to_json(small()))
PLACES = places(DOCUMENT)


def changed(path: tuple[str | int, ...], change: Callable[[Any, str | int], None]) -> str:
    data = copy.deepcopy(DOCUMENT)
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    change(inner, path[-1])
    return json.dumps(data)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(PLACES),
    st.sampled_from([None, True, -1, 0, 99, 2.5, "", "x", "1/3", "2019-02-30", [], {}, [0], {"text": 1}, "1/0"]),
)
def test_no_altered_value_ends_in_a_traceback(path: tuple[str | int, ...], value: Any) -> None:
    def put(inner: Any, key: str | int) -> None:
        inner[key] = value

    try:
        read_assessment(changed(path, put))
    except ResultError as error:
        assert error.problems


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PLACES))
def test_no_value_taken_out_ends_in_a_traceback(path: tuple[str | int, ...]) -> None:
    def take(inner: Any, key: str | int) -> None:
        del inner[key]

    try:
        read_assessment(changed(path, take))
    except ResultError as error:
        assert error.problems


def many_cases(count: int) -> Assessment:
    events = [EventFact(f"e{i}", "request_received", "2019-03-01", f"台账.csv 第 {i} 行") for i in range(count)]
    table = CaseTable(
        unit=[i * 3 // count for i in range(count)],
        verdict=[i % 2 for i in range(count)],
        key=[f"申〔{i}〕" for i in range(count)],
        start=["2019-03-01"] * count,
        due=["2019-03-29"] * count,
        done=["2019-04-03"] * count,
        number=[i % 2 for i in range(count)],
        needed=[20] * count,
        used=[21] * count,
        rows=[[i] for i in range(count)],
        events=events,
        unit_of_time="working_day",
    )
    return replace(small(), cases={"A1": {"": table}})


def test_a_large_result_is_written_and_read_back_the_same() -> None:
    text = to_json(many_cases(20_000))
    assert to_json(read_assessment(text)) == text
