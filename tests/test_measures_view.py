"""Selecting, accounting for rows, charging a fact once, and what measurements hold."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from measuring_kit import (
    DOCUMENT,
    FINDING,
    INFORMATION,
    INTERPRETATION,
    MATTER,
    NATURAL,
    UPDATE,
    WORKING,
    Seen,
    look,
    on,
    times,
    within,
)
from reference_measures import Event, event, log_of

from gongkai_score.activity_log import NO_DAY, ActivityLog, Coded, EventColumns, Moments
from gongkai_score.measure_kinds import Condition, Faults, Selector, Tally, TimeLimit
from gongkai_score.measurements import State
from gongkai_score.measures import View, measure, without_charged
from gongkai_score.measures.measured import Measured
from gongkai_score.measures.selection import passes
from gongkai_score.outcomes import Verdict
from gongkai_score.period import Window, parse_day
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.reduction import reduce
from gongkai_score.units import Unit, UnitRegister

UNITS = [Unit("甲", "甲局"), Unit("乙", "乙局")]


def view_of(rows: list[Event], as_of: str = "2019-12-31", window: str = "2019") -> View:
    span = Window.parse(window)
    return View(log_of(rows), UnitRegister(UNITS), national_calendar(), span, parse_day(as_of))


@pytest.mark.parametrize(
    ("op", "value", "cell", "holds"),
    [
        ("==", "视频", "图解;视频", True),
        ("==", "视频", "图解", False),
        ("==", "true", "是", True),
        ("==", "false", None, False),
        ("!=", "true", None, True),
        ("!=", "转发", "转发", False),
        ("not in", ("a", "b"), "c", True),
        ("not in", ("a", "b"), None, True),
        ("any", None, "x", True),
        ("none", None, None, True),
        (">=", Fraction(500000), "500000.0", True),
        (">=", Fraction(500000), "49万", False),
        ("!=", Fraction(1), "一", True),
        ("<", "2019-05-01", "2019-04-30", True),
    ],
)
def test_conditions_mean_what_the_language_says(op: str, value: object, cell: str | None, holds: bool) -> None:
    assert passes(Condition(op, value), cell) is holds  # type: ignore[arg-type]


def test_conditions_hold_on_dates_references_and_attributes_nobody_recorded() -> None:
    rows = [
        event("甲", INFORMATION, "2019-03-01", "r1", closed_at="2019-03-05"),
        event("甲", INFORMATION, "2019-03-02"),
    ]
    view = view_of(rows)

    def chosen(name: str, op: str, value: str | None = None) -> list[int]:
        found = view.select(Selector(INFORMATION, ((name, Condition(op, value)),)))  # type: ignore[arg-type]
        return view.table(INFORMATION).row[found].tolist()

    assert chosen("closed_at", "any") == [2]
    assert chosen("closed_at", "none") == [3]
    assert chosen("closed_at", ">=", "2019-03-05") == [2]
    assert chosen("closed_at", "!=", "2019-03-05") == [3]
    assert chosen("closed_at", "<", "2019-03-05") == []
    assert chosen("ref", "any") == [2]
    assert chosen("ref", "==", "r1") == [2]
    assert chosen("nobody", "none") == [2, 3]
    assert chosen("nobody", "any") == []


def test_nothing_after_as_of_exists_whatever_its_other_dates_say() -> None:
    rows = [
        event("甲", INFORMATION, "2019-06-01", opened_at="2019-03-01"),
        event("甲", INFORMATION, "2019-03-01", opened_at="2019-06-01"),
    ]
    view = view_of(rows, "2019-05-31")
    assert view.select(Selector(INFORMATION)).tolist() == [0]
    assert view.select(Selector(INFORMATION, date="opened_at")).tolist() == []


def test_selected_events_stand_by_unit_and_date() -> None:
    rows = [
        event("甲", INFORMATION, "2019-03-01", opened_at="2019-02-02"),
        event("甲", INFORMATION, "2019-03-02", opened_at="2019-02-01T08:00"),
        event("乙", INFORMATION, "2019-03-03", opened_at="2019-02-03"),
    ]
    view = view_of(rows)
    chosen = view.chosen(Selector(INFORMATION, date="opened_at"))
    assert view.table(INFORMATION).row[chosen.rows].tolist() == [4, 3, 2]
    assert chosen.second is not None
    assert chosen.second.tolist() == [-1, 28800, -1]


def test_every_row_is_used_or_outside_for_a_reason() -> None:
    rows = [
        event("甲", UPDATE, "2019-03-01", channel="site"),
        event("甲", UPDATE, "2019-03-02", channel="app"),
        event("乙", UPDATE, "2019-03-02", channel="site"),
        event("无名", UPDATE, "2019-03-02", channel="site"),
        event("甲", UPDATE, "2018-03-02", channel="site"),
        event("甲", UPDATE, "2020-03-02", channel="site"),
        event("甲", MATTER, "2019-03-01"),
    ]
    view = view_of(rows)
    m = Tally("frequency", on(UPDATE, channel="site"), "month", times(1))
    measure(m, view, np.array([unit.id == "甲" for unit in view.register]))
    assert view.accounting() == {
        "used": 1,
        "kind_not_asked": 1,
        "unit_not_registered": 1,
        "after_as_of": 1,
        "condition_not_met": 1,
        "unit_not_bound": 1,
        "outside_window": 1,
    }


def test_evidence_from_before_the_window_is_used() -> None:
    # Due 2019-01-03, begun in 2018: the start belongs to a case of 2019.
    rows = [event("甲", DOCUMENT, "2018-12-28", "D1"), event("甲", INTERPRETATION, "2018-12-28", "D1")]
    view = view_of(rows)
    m = TimeLimit("deadline", on(INTERPRETATION), on(DOCUMENT), within=within(3, WORKING))
    measure(m, view, np.ones(2, bool))
    assert view.accounting() == {"used": 2}


def test_a_source_row_with_several_events_is_used_if_one_of_them_is() -> None:
    n = 2
    columns = EventColumns(
        Coded.of(["甲", "甲"]),
        Coded.of([UPDATE, MATTER]),
        Moments(np.full(n, parse_day("2019-03-01"), np.int32), np.full(n, -1, np.int32)),
        Coded.empty(n),
        Coded.empty(n),
        {},
        {},
        np.zeros(n, np.int32),
        np.array([2, 2]),
        ("a.csv",),
    )
    log = ActivityLog.build(columns, rows_read=1)
    view = View(log, UnitRegister(UNITS), national_calendar(), Window.parse("2019"), parse_day("2019-12-31"))
    measure(Tally("count", on(UPDATE)), view, np.ones(2, bool))
    assert view.accounting() == {"used": 1}


def test_references_shared_by_two_units_are_kept_apart() -> None:
    rows = [
        event("甲", DOCUMENT, "2019-03-05", "D1"),
        event("乙", DOCUMENT, "2019-03-05", "D1"),
        event("甲", INTERPRETATION, "2019-03-06", "D1"),
        event("乙", INTERPRETATION, "2019-03-20", "D1"),
    ]
    m = TimeLimit("deadline", on(INTERPRETATION), on(DOCUMENT), within=within(3, WORKING))
    seen = look(m, rows, units=UNITS)
    by_unit = dict(zip([seen.view.register.ids[u] for u in seen.cases.unit], seen.verdicts, strict=True))
    assert by_unit == {"甲": "met", "乙": "late"}


def limits(*days: int) -> list[tuple[str, Measured]]:
    rows = [event("甲", DOCUMENT, "2019-03-05", "D1"), event("甲", INTERPRETATION, "2019-03-20", "D1")]
    rows += [event("甲", DOCUMENT, "2019-04-08", "D2"), event("甲", INTERPRETATION, "2019-04-15", "D2")]
    view = view_of(rows)
    found = []
    for n in days:
        m = TimeLimit("deadline", on(INTERPRETATION), on(DOCUMENT), within=within(n, NATURAL))
        found.append((f"I{n}", measure(m, view, np.ones(2, bool))))
    return found


def test_a_fact_that_an_earlier_member_charged_is_not_charged_again() -> None:
    # [46] D1 took 15 days, D2 7. Limit 3: both late. Limit 10: D1 late, charged by I3 already.
    first, second = without_charged(limits(3, 10))
    assert [Verdict(v).word for v in first.cases.verdict] == ["late", "late"]
    assert [Verdict(v).word for v in second.cases.verdict] == ["exempt", "met"]
    assert second.cases.charged_by == {0: "I3"}
    # The later member charges what only it finds.
    first, second = without_charged(limits(10, 3))
    assert [Verdict(v).word for v in second.cases.verdict] == ["exempt", "late"]


def test_several_measures_of_one_indicator_do_not_overlap() -> None:
    members = [("I1", m) for _, m in limits(3, 10)]
    assert [m.cases.charged_by for m in without_charged(members)] == [{}, {}]


def test_blank_periods_are_facts_that_overlap_too() -> None:
    view = view_of([event("甲", UPDATE, "2019-02-01")], window="2019Q1")
    monthly = Tally("frequency", on(UPDATE), "month", times(1))
    twice = Tally("frequency", on(UPDATE), "month", times(2))
    bound = np.array([unit.id == "甲" for unit in view.register])
    first, second = without_charged([("A", measure(monthly, view, bound)), ("B", measure(twice, view, bound))])
    assert [Verdict(v).word for v in first.cases.verdict] == ["blank", "met", "blank"]
    assert [Verdict(v).word for v in second.cases.verdict] == ["exempt", "short", "exempt"]
    assert second.cases.charged_by == {0: "A", 2: "A"}


def test_charging_leaves_what_was_measured_untouched() -> None:
    members = limits(3, 10)
    before = [m.cases.verdict.copy() for _, m in members]
    without_charged(members)
    assert all((b == m.cases.verdict).all() for b, (_, m) in zip(before, members, strict=True))


def test_a_unit_with_nothing_but_charged_facts_has_no_cases() -> None:
    rows = [event("甲", FINDING, "2019-03-01", "F1")]
    view = view_of(rows)
    one = measure(Tally("count", on(FINDING), at_most=times(0)), view, np.ones(2, bool))
    other = measure(Faults("deduction", on(FINDING)), view, np.ones(2, bool))
    # Keys differ (a window, a reference): nothing overlaps.
    assert [m.cases.charged_by for m in without_charged([("A", one), ("B", other)])] == [{}, {}]
    twice = without_charged([("A", other), ("B", other)])
    assert twice[1].cases.charged_by == {0: "A"}


def test_equal_measurements_are_held_once() -> None:
    units = [Unit(f"u{i:02d}", "") for i in range(20)]
    rows = [event(f"u{i:02d}", UPDATE, "2019-03-01") for i in range(10)]
    seen = look(Tally("frequency", on(UPDATE), "month", times(1)), rows, "2019-03", units=units)
    column = reduce(seen.measured, frozenset())
    assert len(column.values) == 2
    assert [column[u].number("met") for u in range(20)] == [1] * 10 + [0] * 10


def test_columns_of_many_large_numbers_are_still_told_apart() -> None:
    from gongkai_score.array_columns import distinct

    rng = np.random.default_rng(7)
    columns = [rng.integers(0, 1 << 40, 50) for _ in range(5)]
    columns = [np.concatenate([c, c]) for c in columns]
    codes, heads = distinct(columns, len(columns[0]))
    index = codes.tolist()
    assert index[:50] == index[50:]
    assert len(heads) == len(set(index)) == 50
    assert [index[h] for h in heads.tolist()] == list(range(50))


def test_unbound_units_have_no_quantities() -> None:
    seen = look(Tally("count", on(UPDATE)), [], units=UNITS, bound=[False, True])
    measurement = seen.measurement(0)
    assert (measurement.state, dict(measurement.quantities)) == (State.NOT_BOUND, {})


def test_cases_can_be_taken_and_still_tell_their_story() -> None:
    rows = [event("甲", DOCUMENT, "2019-03-05", "D1", exempt="true"), event("甲", DOCUMENT, "2019-04-08", "D2")]
    seen = look(TimeLimit("deadline", on(INTERPRETATION), on(DOCUMENT), within=within(3, WORKING)), rows)
    part = seen.cases.take(np.array([1, 0]))
    assert [part.key_text(i) for i in range(2)] == ["D2", "D1"]
    assert part.detail is not None
    assert [part.detail(i) for i in range(2)] == ["", "exempt_without_reason"]
    assert part.done.tolist() == [NO_DAY, NO_DAY]


def test_of_unit_gives_the_cases_of_one_unit() -> None:
    rows = [event(u, DOCUMENT, "2019-03-05", f"{u}1") for u in ("甲", "乙")]
    seen: Seen = look(
        TimeLimit("deadline", on(INTERPRETATION), on(DOCUMENT), within=within(3, WORKING)), rows, units=UNITS
    )
    position = seen.view.register.ids.index("甲")
    assert [seen.cases.key_text(i) for i in seen.cases.of_unit(position)] == ["甲1"]


@pytest.mark.parametrize("kind", [UPDATE, "nobody_records_this"])
def test_an_empty_log_has_every_unit_and_no_case(kind: str) -> None:
    seen = look(Tally("frequency", on(kind), "month", times(1)), [], "2019-03", units=UNITS)
    assert seen.verdicts == ["blank", "blank"]
    late = look(TimeLimit("deadline", on(kind), on(kind), within=within(3, WORKING)), [], units=UNITS)
    assert [late.state(u) for u in (0, 1)] == [("no_cases", "")] * 2
