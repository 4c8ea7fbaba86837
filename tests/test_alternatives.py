"""Alternatives and sums: one of several conditions on units or events, several quantities as one, looking back."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction as F

import pandas as pd
import pytest

from gongkai_score import Assessment, Unit, UnitRegister, assess, explain, national_calendar, read_log
from gongkai_score.measure_kinds import AppliesTo
from gongkai_score.readers.indicator_sets import parse_indicator_set

Event = dict[str, str]


def assessed(
    nodes: str,
    events: Sequence[Event],
    units: Sequence[Unit] = (Unit("u", "甲局"),),
    period: str = "2019",
    results: dict[str, Assessment] | None = None,
) -> Assessment:
    register = UnitRegister(units)
    rows = [{"id": f"r{i}", "unit": "u", **event} for i, event in enumerate(events)]
    frame = pd.DataFrame(rows, columns=None if rows else ["unit", "kind", "at"], dtype="string")
    indicator_set = parse_indicator_set(f"id: s\ntitle: s\n{nodes}")
    log = read_log(frame, units=register, name="log")
    return assess(indicator_set, log, register, calendar=national_calendar(), period=period, results=results)


def test_a_list_of_conditions_on_units_binds_those_that_meet_one_of_them() -> None:
    units = [
        Unit("a", "甲县", type="county"),
        Unit("b", "乙局", type="department", tags=frozenset({"财政"})),
        Unit("c", "丙局", type="department"),
        Unit("d", "丁县", type="county", tags=frozenset({"免评"})),
    ]
    result = assessed(
        """
indicators:
  - id: A
    name: A
    points: 10
    applies_to: [{type: county, but_not: {tags: 免评}}, {type: department, tags: [财政, 审计]}]
    measure: {kind: exists, event: meeting_held}
""",
        [],
        units,
    )
    assert {unit.id: result.node(unit.id, "A").points for unit in units} == {"a": 0, "b": 0, "c": None, "d": None}
    text = explain(result, "c").text("zh")
    assert "甲县" not in text


def test_alternatives_stand_beside_conditions_that_hold_for_all_of_them() -> None:
    either = AppliesTo(group=("甲",), either=(AppliesTo(type=("county",)), AppliesTo(tags=("x",))))
    assert either.binds(Unit("a", "a", group="甲", type="county"))
    assert either.binds(Unit("a", "a", group="甲", tags=frozenset({"x"})))
    assert not either.binds(Unit("a", "a", group="乙", type="county"))
    assert not either.binds(Unit("a", "a", group="甲"))


def test_an_event_counts_when_it_meets_all_conditions_and_one_of_the_alternatives() -> None:
    events = [
        {"kind": "meeting_held", "at": "2019-03-01", "type": "常务会", "topics": "公开"},
        {"kind": "meeting_held", "at": "2019-03-02", "type": "党组会", "topics": "公开", "chief_present": "true"},
        {"kind": "meeting_held", "at": "2019-03-03", "type": "党组会", "topics": "公开"},
        {"kind": "meeting_held", "at": "2019-03-04", "type": "常务会", "topics": "预算"},
    ]
    result = assessed(
        """
indicators:
  - id: A
    name: A
    points: 10
    scoring: {start: 0, steps: [{add: 1, per: count}]}
    measure:
      kind: count
      event:
        event: meeting_held
        where: {topics: 公开, any: [{type: 常务会}, {type: 党组会, chief_present: true}]}
""",
        events,
    )
    assert result.node("u", "A").points == 2
    assert result.rows.adds_up and result.rows.outside == {"condition_not_met": 2}


COVERAGE = """
indicators:
  - id: A
    name: A
    points: 10
    measure:
      kind: coverage
      items:
        inventory: {event: inventory_declared, where: {list: 项目, items: any}}
        attribute: items
        check: {event: inventory_declared, where: {list: 项目}}
      event: information_published
      item_key: item
"""


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ([], "not_assessed"),
        ([{"kind": "inventory_declared", "at": "2019-03-01", "list": "项目"}], "not_applicable"),
        ([{"kind": "inventory_declared", "at": "2019-03-01", "list": "项目", "items": "甲;乙"}], "missing"),
        ([{"kind": "inventory_declared", "at": "2019-03-01", "list": "账号"}], "not_assessed"),
    ],
)
def test_an_empty_list_that_was_declared_leaves_nothing_to_cover(events: list[Event], outcome: str) -> None:
    assert assessed(COVERAGE, events).node("u", "A").outcome == outcome


@pytest.mark.parametrize(
    ("length", "counted"),
    [
        ("2 weeks", ["2019-06-17", "2019-06-30"]),
        ("1 month", ["2019-06-01"]),
        ("3个月", ["2019-04-01", "2019-06-30"]),
        ("12 months", ["2018-07-01"]),
        ("5 working days", ["2019-06-24"]),
        ("1 day", ["2019-06-30"]),
    ],
)
def test_looking_back_ends_with_the_window_and_counts_its_first_day_whatever_the_window(
    length: str, counted: list[str]
) -> None:
    nodes = (
        "indicators: [{id: A, name: A, points: 10, scoring: {start: 0, steps: [{add: 1, per: count}]},"
        f" measure: {{kind: count, event: training_held, look_back: {length}}}}}]"
    )
    first = pd.Timestamp(counted[0])
    days = [*counted, str((first - pd.Timedelta(days=1)).date())]
    for period in ("2019Q2", "2019-06-30..2019-06-30", "2018-01-01..2019-06-30"):
        result = assessed(nodes, [{"kind": "training_held", "at": day} for day in days], period=period)
        assert result.node("u", "A").points == len(counted)
        assert result.rows.adds_up and result.rows.used == len(counted)


def test_looking_back_from_a_day_no_other_month_has_takes_the_last_that_there_is() -> None:
    nodes = (
        "indicators: [{id: A, name: A, points: 10, scoring: {start: 0, steps: [{add: 1, per: count}]},"
        " measure: {kind: count, event: training_held, look_back: 1 month}}]"
    )
    days = ["2019-02-28", "2019-03-30", "2019-02-27"]
    result = assessed(
        nodes, [{"kind": "training_held", "at": day} for day in days], period="2019-01-01..2019-03-30"
    )
    assert result.node("u", "A").points == 2


def test_a_sum_of_quantities_stands_where_one_does() -> None:
    nodes = """
indicators:
  - id: A
    name: A
    points: 20
    measures:
      a: {kind: deduction, event: {event: finding_recorded, where: {category: 甲}}}
      b: {kind: deduction, event: {event: finding_recorded, where: {category: 乙}}}
    scoring:
      start: full
      steps:
        - {deduct: 1, per: a.found + b.found}
        - set: {by: a.found + b.found, tiers: [{at_most: 2, points: 15}, {points: 7}]}
          when: {a.found + b.found: "> 2"}
        - {add: a.found + b.found}
gates:
  - id: V
    name: V
    measures:
      a: {kind: deduction, event: {event: finding_recorded, where: {category: 甲}}}
      b: {kind: deduction, event: {event: finding_recorded, where: {category: 乙}}}
    when: {a.found + b.found: ">= 3"}
    then: {total_at_most: 9}
"""
    events = [{"kind": "finding_recorded", "at": f"2019-03-0{i}", "category": c} for i, c in enumerate("甲乙乙", 1)]
    result = assessed(nodes, events)
    assert result.node("u", "A").points == 10 and result.total("u").points == 9
    explanation = explain(result, "u")
    assert explanation.check()
    assert "a" in explanation.text("en") and " + " in explanation.text("en")
    assert assessed(nodes, events[:2]).total("u").points == 20


def test_an_unknown_part_of_a_sum_is_an_error_that_names_it() -> None:
    with pytest.raises(Exception, match="laet"):
        parse_indicator_set(
            "id: s\ntitle: s\nindicators: [{id: A, name: A, points: 1, measure: {kind: deadline, start:"
            " request_received, end: request_answered, within: 3 days},"
            " scoring: {deduct_each: {missing + laet: 1}}}]"
        )


def test_a_share_carried_over_is_of_the_marks_the_total_is_out_of() -> None:
    # 90 of 100 stated out of 120 gives 108 of 120; a duty of 20 that does not apply is dropped: 54 of 60
    part = """
indicators:
  - {id: A, name: A, points: 60, scoring: {start: 54}, measure: {kind: count, event: training_held}}
  - {id: B, name: B, points: 20,
     measure: {kind: deadline, start: request_received, end: request_answered, within: 3 days}}
"""
    nodes = "indicators: [{id: A, name: A, points: 1, measure: {kind: result, of: part}}]"
    for told in ("not_applicable: drop", "not_applicable: drop\nout_of: 120"):
        result = assessed(nodes, [], results={"part": assessed(told + part, [])})
        assert result.node("u", "A").points == F(9, 10)


def test_the_share_of_results_that_meet_a_condition() -> None:
    units = [Unit("p", "县"), *(Unit(f"c{i}", f"镇{i}", type="town", parent="p") for i in range(4))]
    part = assessed(
        """
indicators:
  - {id: A, name: A, points: 100, applies_to: {type: town}, scoring: {start: 0, steps: [{add: value}]},
     measure: {kind: rating, event: rating_given, value: score}}
gates:
  - {id: V, name: V, measure: {kind: deduction, event: finding_recorded}, when: {found: "> 0"}, then: {fail: true}}
grades: [{name: 优, at_least: 90}, {name: 良, at_least: 80, below: 90}, {name: 差, below: 80}]
""",
        [
            {"unit": "c0", "kind": "rating_given", "at": "2019-03-01", "score": "95"},
            {"unit": "c1", "kind": "rating_given", "at": "2019-03-01", "score": "80"},
            {"unit": "c2", "kind": "rating_given", "at": "2019-03-01", "score": "99"},
            {"unit": "c2", "kind": "finding_recorded", "at": "2019-03-01"},
        ],
        units,
    )

    def share(told: str) -> F | None:
        nodes = (
            "indicators: [{id: A, name: A, points: 1, applies_to: {units: p},"
            f" measure: {{kind: result, of: part, units: children, {told}}}}}]"
        )
        return assessed(nodes, [], units, results={"part": part}).node("p", "A").points

    # c0 优, c1 良, c2 stopped by a veto, c3 without any number
    assert share("is: 优") is None
    assert share("is: 优, missing: skip") == F(1, 3)
    assert share("is: [优, 良], missing: skip") == F(2, 3)
    assert share("is: [优, 良], missing: zero") == F(2, 4)
    assert share('is: ">= 95", missing: zero') == F(1, 4)
