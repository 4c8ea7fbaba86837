"""Laws of the whole road: what must not matter does not, and what must hold does, on the example city."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai_score import Assessment, Unit, UnitRegister, assess, national_calendar, read_log, to_json
from gongkai_score.explanation import explain
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.outputs.json_result import read_assessment
from gongkai_score.readers.indicator_sets import parse_indicator_set

SET = """
id: laws
title: 定律
full_marks: 100
rounding: {leaf: 2, total: 2}
grades: [{name: 合格, at_least: 60}, {name: 不合格}]
indicators:
  - id: A
    name: 限时
    points: 60
    children:
      - {id: A1, name: 公开, points: 20, scoring: {proportion: rate},
         measure: {kind: deadline, start: matter_arose, end: information_published, within: 20 working days}}
      - {id: A2, name: 解读, points: 20, scoring: {deduct_each: {late: 2, missing: 4}},
         measure: {kind: deadline, start: document_published, end: interpretation_published,
                   within: 3 working days}}
      - {id: A3, name: 答复, points: 20,
         scoring: {start: full, steps: [{deduct: 0.5, per: days_late}, {deduct: 20, per: missing}]},
         measure: {kind: deadline, start: request_received, end: request_answered, within: 20 working days}}
  - id: B
    name: 频次
    points: 40
    children:
      - {id: B1, name: 每周三次, points: 20, scoring: {proportion: rate},
         measure: {kind: frequency, event: {event: channel_updated, where: {channel: new_media}}, every: week,
                   at_least: 3}}
      - {id: B2, name: 培训, points: 20, scoring: {proportion: fulfilment},
         measure: {kind: count, event: training_held, at_least: 2}}
"""
KINDS = (
    ("matter_arose", "information_published"),
    ("document_published", "interpretation_published"),
    ("request_received", "request_answered"),
)
UNITS = UnitRegister([Unit(f"u{i}", f"单位{i}", group="甲" if i < 3 else "乙") for i in range(5)])
CALENDAR = national_calendar()
START = date(2019, 1, 1)


@pytest.fixture(scope="module")
def indicator_set() -> IndicatorSet:
    return parse_indicator_set(SET)


@st.composite
def logs(draw: st.DrawFn) -> pd.DataFrame:
    rows: list[tuple[str, str, str, date, str, str]] = []
    day = st.integers(0, 364).map(lambda n: START + timedelta(days=n))
    for case in range(draw(st.integers(0, 14))):
        unit = draw(st.sampled_from(["u0", "u1", "u2", "u3"]))
        begin, end = draw(st.sampled_from(KINDS))
        at = draw(day)
        rows.append((f"s{case}", unit, begin, at, f"r{case}", ""))
        if (lag := draw(st.one_of(st.none(), st.integers(0, 60)))) is not None:
            rows.append((f"e{case}", unit, end, at + timedelta(days=lag), f"r{case}", ""))
    for post in range(draw(st.integers(0, 30))):
        unit = draw(st.sampled_from(["u0", "u1", "u3"]))
        kind = draw(st.sampled_from(["channel_updated", "training_held"]))
        rows.append((f"p{post}", unit, kind, draw(day), "", "new_media" if kind == "channel_updated" else ""))
    return pd.DataFrame(rows, columns=["id", "unit", "kind", "at", "ref", "channel"]).astype(
        dict.fromkeys(("id", "unit", "kind", "ref", "channel"), "string") | {"at": "string"}
    )


def run(indicator_set: IndicatorSet, frame: pd.DataFrame, units: UnitRegister = UNITS) -> Assessment:
    log = read_log(frame, units=units, name="log")
    return assess(indicator_set, log, units, calendar=CALENDAR, period="2019", as_of="2020-01-31")


def points(result: Assessment) -> dict[str, Fraction | None]:
    return {unit.id: result.totals[i].points for i, unit in enumerate(result.units)}


law = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@law
@given(frame=logs(), seed=st.integers(0, 99))
def test_the_order_of_the_rows_changes_no_byte_of_the_result(
    indicator_set: IndicatorSet, frame: pd.DataFrame, seed: int
) -> None:
    shuffled = frame.sample(frac=1, random_state=seed)
    first, second = run(indicator_set, frame), run(indicator_set, shuffled)
    assert to_json(replace(first, inputs=())) == to_json(replace(second, inputs=()))


@law
@given(frame=logs())
def test_scoring_units_one_by_one_equals_scoring_them_together(
    indicator_set: IndicatorSet, frame: pd.DataFrame
) -> None:
    together = points(run(indicator_set, frame))
    for unit in UNITS:
        alone = run(indicator_set, frame[frame["unit"] == unit.id], UnitRegister([unit]))
        assert points(alone)[unit.id] == together[unit.id]


@law
@given(frame=logs())
def test_renaming_the_units_changes_nothing_but_the_names(indicator_set: IndicatorSet, frame: pd.DataFrame) -> None:
    new = {unit.id: f"z{9 - i}" for i, unit in enumerate(UNITS)}
    renamed = UnitRegister([Unit(new[u.id], f"新{u.name}", group=u.group) for u in UNITS])
    before = run(indicator_set, frame)
    after = run(indicator_set, frame.assign(unit=frame["unit"].map(new).astype("string")), renamed)
    assert {new[u]: p for u, p in points(before).items()} == points(after)
    ranks = {new[UNITS.ids[p.unit]]: p.rank for p in before.places}
    assert ranks == {renamed.ids[p.unit]: p.rank for p in after.places}


@law
@given(frame=logs(), which=st.integers(0, 40), days=st.integers(1, 40))
def test_doing_a_thing_later_never_earns_more(
    indicator_set: IndicatorSet, frame: pd.DataFrame, which: int, days: int
) -> None:
    answers = frame.index[frame["id"].str.startswith("e")]
    if not len(answers):
        return
    row = answers[which % len(answers)]
    later = frame.copy()
    moved = date.fromisoformat(str(frame.loc[row, "at"])) + timedelta(days=days)
    later.loc[row, "at"] = moved.isoformat()
    before, after = points(run(indicator_set, frame)), points(run(indicator_set, later))
    for unit in UNITS.ids:
        assert (after[unit] or 0) <= (before[unit] or 0)


@law
@given(frame=logs())
def test_every_explanation_adds_up_and_every_row_is_accounted_for(
    indicator_set: IndicatorSet, frame: pd.DataFrame
) -> None:
    result = run(indicator_set, frame)
    assert result.rows.adds_up and result.rows.read == len(frame)
    for unit in UNITS.ids:
        assert explain(result, unit).check()


@law
@given(frame=logs())
def test_saving_and_reading_back_is_the_identity(indicator_set: IndicatorSet, frame: pd.DataFrame) -> None:
    text = to_json(run(indicator_set, frame))
    again = read_assessment(text)
    assert to_json(again) == text
    for unit in UNITS.ids:
        assert explain(again, unit).text() == explain(run(indicator_set, frame), unit).text()


@law
@given(
    frame=logs(),
    messy=st.lists(st.sampled_from(["bad_date", "unknown_unit", "unknown_kind", "duplicate"]), max_size=5),
)
def test_reading_equals_used_set_aside_and_outside_whatever_the_mess(
    indicator_set: IndicatorSet, frame: pd.DataFrame, messy: list[str]
) -> None:
    extra: list[pd.DataFrame] = []
    for number, kind in enumerate(messy):
        row = {
            "id": f"m{number}",
            "unit": "u0",
            "kind": "training_held",
            "at": "2019-05-06",
            "ref": "",
            "channel": "",
        }
        if kind == "bad_date":
            row["at"] = "2019-02-30"
        elif kind == "unknown_unit":
            row["unit"] = "nobody"
        elif kind == "unknown_kind":
            row["kind"] = "nothing_of_the_kind"
        elif len(frame):
            row = dict(frame.iloc[0])
        extra.append(pd.DataFrame([row]).astype("string"))
    whole = pd.concat([frame, *extra], ignore_index=True)
    result = run(indicator_set, whole)
    assert result.rows.read == len(whole)
    assert result.rows.adds_up
    assert sum(result.rows.set_aside.values()) == len({(r.file, r.row) for r in result.set_aside})


def test_units_without_any_record_are_in_the_result(indicator_set: IndicatorSet) -> None:
    frame = pd.DataFrame([("a", "u0", "training_held", "2019-05-06", "", "")],
                         columns=["id", "unit", "kind", "at", "ref", "channel"]).astype("string")  # fmt: skip
    result = run(indicator_set, frame)
    assert [u.id for u in result.units] == list(UNITS.ids)
    assert {p.unit for p in result.places} == set(range(5))


def test_a_limit_that_has_not_passed_is_pending_not_missed(indicator_set: IndicatorSet) -> None:
    frame = pd.DataFrame([("a", "u0", "matter_arose", "2019-12-20", "r", "")],
                         columns=["id", "unit", "kind", "at", "ref", "channel"]).astype("string")  # fmt: skip
    log = read_log(frame, units=UNITS, name="log")
    early = assess(indicator_set, log, UNITS, calendar=CALENDAR, period="2019", as_of="2019-12-31")
    assert early.node("u0", "A1").outcome.value == "pending"


def test_no_output_names_a_place_on_the_machine(indicator_set: IndicatorSet, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("id,unit,kind,at\n1,u0,training_held,2019-05-06\n", encoding="utf-8")
    result = assess(indicator_set, read_log(path, units=UNITS), UNITS, calendar=CALENDAR, period="2019")
    assert str(tmp_path) not in to_json(result)
