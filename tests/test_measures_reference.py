"""The engine agrees with the slow reference on random logs and measures, and does not mind how a log is written."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference_measures import Case, Event, World, log_of, reference, register_of

from gongkai_score.cases import Cases
from gongkai_score.measure_kinds import (
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
    Selector,
    Tally,
    TimeLimit,
    Value,
)
from gongkai_score.measurements import State
from gongkai_score.measures import Measured, View, measure
from gongkai_score.outcomes import Verdict
from gongkai_score.period import Window, day_number
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.reduction import reduce
from gongkai_score.units import Unit

CALENDAR = national_calendar()
FIRST = day_number(date(2019, 9, 10))
"""Around the National Day holiday: make-up working days on 09-29 and 10-12."""
WINDOWS = [
    Window.parse("2019-09"),
    Window.parse("2019-09-16..2019-10-20"),
    Window.parse("2019Q4"),
    Window.parse("2019-09-11..2019-11-03"),
]
KINDS = ("start", "end", "other")
UNITS = ("甲", "乙", "丙")

days = st.integers(FIRST, FIRST + 60)
seconds = st.one_of(st.none(), st.none(), st.sampled_from([0, 32400, 61200, 86399]))
moments = st.tuples(days, seconds)


@st.composite
def events(draw: Any) -> Event:
    texts: dict[str, str] = {}
    for name, cells in (
        ("tone", ("good", "bad", "good;bad")),
        ("item", ("p", "q", "p;q", "r")),
        ("flag", ("true", "false")),
        ("number", ("1", "2.5", "0", "10%")),
        ("exempt", ("true", "false")),
        ("exempt_reason", ("保密",)),
        ("covers", ("2019-09", "2019-10", "2019Q4")),
    ):
        value = draw(st.one_of(st.none(), st.sampled_from(cells)))
        if value is not None and not (name == "number" and value == "10%"):
            texts[name] = value
    dates = {n: draw(moments) for n in ("due", "closed_at", "opened_at", "withdrawn_at") if draw(st.booleans())}
    if draw(st.integers(0, 3)):
        dates.pop("withdrawn_at", None)
    return Event(
        draw(st.sampled_from((*UNITS, "无名"))),
        draw(st.sampled_from(KINDS)),
        draw(moments),
        draw(st.one_of(st.none(), st.sampled_from(["r1", "r2", "r3", "r4", "r5"]))),
        texts,
        dates,
    )


wheres = st.one_of(
    st.just(()),
    st.just(()),
    st.sampled_from(
        [
            (("tone", Condition("==", "good")),),
            (("tone", Condition("!=", "good")),),
            (("flag", Condition("==", "true")),),
            (("item", Condition("any")),),
            (("item", Condition("in", ("p", "r"))),),
            (("number", Condition(">=", Fraction(2))), ("flag", Condition("none"))),
            (("closed_at", Condition("any")),),
        ]
    ),
)


alternatives = st.sampled_from(
    [
        (),
        (),
        (
            (("tone", Condition("==", "good")), ("flag", Condition("==", "true"))),
            (("tone", Condition("==", "bad")),),
        ),
        ((("tone", Condition("none")),), (("tone", Condition("!=", "bad")), ("item", Condition("any")))),
    ]
)


def selectors(kind: str | None = None, dates: tuple[str, ...] = ("at",)) -> st.SearchStrategy[Selector]:
    kinds = st.sampled_from(KINDS) if kind is None else st.just(kind)
    return st.builds(Selector, kinds, wheres, st.sampled_from(dates), alternatives)


durations = st.one_of(
    st.builds(Duration, st.integers(1, 10), st.sampled_from(["working_day", "day"])),
    st.just(Duration(1, "month")),
    st.builds(Duration, st.sampled_from([24, 36]), st.just("hour")),
)


@st.composite
def dated_durations(draw: Any) -> Dated[Duration]:
    one = draw(durations)
    if draw(st.integers(0, 3)):
        return Dated.always(one)
    day = draw(days)
    return Dated(((None, day - 1, one), (day, draw(st.one_of(st.none(), days)), replace(one, n=one.n + 2))))


extensions = st.one_of(
    st.builds(lambda by: Extension((("flag", Condition("==", "true")),), by), st.integers(1, 5)),
    st.builds(lambda most: Extension((), "number", most), st.one_of(st.none(), st.just(2))),
    st.builds(
        lambda by, most: Extension((), by, most, Selector("other")), st.integers(1, 5), st.sampled_from([None, 6])
    ),
    st.just(Extension((), None, None, Selector("other"), ("opened_at", "closed_at"))),
    st.just(Extension((), None, None, None, ("opened_at", "closed_at"))),
)


@st.composite
def time_limits(draw: Any) -> Measure:
    kind = draw(st.sampled_from(["deadline", "deadline", "follow_up"]))
    within = draw(dated_durations()) if kind == "deadline" or draw(st.booleans()) else None
    bound = within is not None and len(within.entries) == 1
    grounds = draw(st.lists(extensions, max_size=2)) if bound and within else []
    if within is not None and within.entries[0][2].unit == "hour":
        grounds = [g for g in grounds if g.pause is None]
    if any(not isinstance(g.by, int) and g.pause is None for g in grounds):
        grounds = [g for g in grounds if isinstance(g.by, int) or g.pause is not None]
    match = draw(st.sampled_from([("ref",), ("ref",), ("ref", "item"), ("event",), ("item",)]))
    start = draw(selectors("start", ("at", "at", "opened_at")))
    end = Selector("start", (), "closed_at") if match == ("event",) else draw(selectors("end"))
    return TimeLimit(
        kind,
        end,
        start,
        match,
        within,
        draw(st.sampled_from([None, None, "due"])) if not grounds else None,
        early=draw(st.sampled_from(["accept", "reject", "ignore"])),
        earliest=draw(st.one_of(st.none(), st.none(), st.just(Duration(2, "day")), st.just(Duration(24, "hour")))),
        roll=draw(st.booleans()),
        extensions=tuple(grounds),
        assign_by=draw(st.sampled_from(["due", "due", "start"])),
        any_unit=draw(st.integers(0, 4)) == 0,
        explained_by=draw(st.one_of(st.none(), st.just(Selector("other")))),
        needs_flag=draw(st.sampled_from([None, None, None, "flag"])),
    )


@st.composite
def fixed_dates(draw: Any) -> Measure:
    before = draw(st.one_of(st.none(), days))
    return TimeLimit(
        "due_by",
        draw(selectors("end")),
        by=tuple(sorted(draw(st.sets(days, min_size=1, max_size=3)))),
        items=draw(item_lists),
        not_before=before,
        early=draw(st.sampled_from(["accept", "reject"])),
        roll=draw(st.booleans()),
        any_unit=draw(st.integers(0, 3)) == 0,
        explained_by=draw(st.one_of(st.none(), st.just(Selector("other")))),
    )


item_lists = st.one_of(
    st.none(),
    st.just(Items(("q", "p", "x"), attribute="item")),
    st.just(Items((), Selector("other"), "item")),
)
numbers = st.one_of(
    st.builds(Dated.always, st.integers(1, 3)),
    st.builds(lambda d, n: Dated(((None, d - 1, n), (d, None, n + 1))), days, st.integers(1, 2)),
)


@st.composite
def tallies(draw: Any) -> Measure:
    kind = draw(st.sampled_from(["frequency", "frequency", "count", "coverage", "exists"]))
    every = "window"
    if kind == "frequency":
        every = draw(st.sampled_from(["day", "working_day", "week", "month", "quarter"]))
    elif kind == "count":
        every = draw(st.sampled_from(["window", "window", "month"]))
    quota = draw(st.sampled_from(["none", "least", "least", "most", "exactly", "both"]))
    if quota == "both":
        least, most = Dated.always(1), Dated.always(3)
    else:
        n = draw(numbers)
        least, most = (n if quota == "least" else None), (n if quota == "most" else None)
    items = draw(item_lists) if kind in ("frequency", "coverage") else None
    ended = Selector("end") if kind in ("count", "exists") and draw(st.booleans()) else None
    due = (1, draw(st.sampled_from([5, 20]))) if every == "month" and draw(st.booleans()) else None
    period_of = "covers" if every in ("month", "quarter") and draw(st.integers(0, 3)) == 0 else None
    by = draw(st.sampled_from(["event", "event", "day", "ref", "tone"]))
    return Tally(
        kind,
        draw(selectors("start", ("at", "at", "at", "closed_at"))),
        every,
        least,
        most,
        draw(numbers) if quota == "exactly" else None,
        per=draw(st.sampled_from([None, "tone"])) if items is None else None,
        items=items,
        count_by=by,
        months=draw(st.sampled_from([(), (), (9, 10), (10,)])) if ended is None else (),
        due_in_period=due,
        partial=draw(st.sampled_from(["drop", "keep", "prorate"])),
        skip_no_workday=draw(st.booleans()),
        period_of=period_of,
        carry_over=kind == "exists" and draw(st.booleans()),
        ended_by=ended,
        check=draw(st.one_of(st.none(), st.just(Selector("other")))),
        explained_by=draw(st.one_of(st.none(), st.none(), st.just(Selector("other")))),
        needs=draw(st.one_of(st.none(), st.none(), st.just(Selector("end")))),
    )


contents = st.builds(
    lambda event, at_least, any_of: Content(
        "complete",
        event,
        (
            Element("好", "tone", Condition("==", "good")),
            Element("数", "number", Condition(">=", Fraction(1))),
            Element("件", "item", Condition("any")),
        ),
        None if any_of else at_least,
        any_of,
    ),
    selectors("start"),
    st.one_of(st.none(), st.just(2)),
    st.booleans(),
)


@st.composite
def orders(draw: Any) -> Measure:
    if draw(st.booleans()):
        lead = draw(st.sampled_from([Duration(0, "day"), Duration(3, "day"), Duration(2, "working_day")]))
        return Order(
            "precedes",
            draw(selectors("end")),
            (draw(selectors("start")),),
            draw(st.sampled_from([("ref",), ("ref", "item")])),
            lead,
            one_to_one=draw(st.booleans()),
        )
    others = tuple(draw(st.lists(selectors(), min_size=1, max_size=2)))
    return Order("synchronous", draw(selectors("start")), others, ("ref",), tolerance=draw(st.sampled_from([0, 3])))


@st.composite
def values(draw: Any) -> Measure:
    kind = draw(st.sampled_from(["threshold", "rating", "versus_peers"]))
    if kind == "versus_peers":
        figure = draw(st.sampled_from([None, "number"]))
        counted = draw(selectors("start"))
        return Value(
            kind,
            Selector("start"),
            counted=counted,
            test=Condition("<"),
            least=draw(st.integers(1, 2)),
            benchmark=figure,
        )
    return Value(
        kind,
        draw(selectors()),
        value="number",
        over=draw(st.sampled_from([None, None, "number"])),
        label=draw(st.sampled_from([None, None, "tone"])),
        test=draw(st.one_of(st.none(), st.just(Condition(">=", Fraction(2))))),
        pick=draw(st.sampled_from(["latest", "first", "sum", "mean", "median", "minimum", "maximum"])),
        rater=draw(st.sampled_from([None, "item"])),
        least=draw(st.integers(1, 2)),
        missing=draw(st.sampled_from(["not_assessed", "missing", "not_applicable"])),
    )


faults = st.builds(
    lambda event, once, amount, check, mended, within: Faults(
        "deduction", event, once, amount, check, mended, within if mended else None
    ),
    selectors("start"),
    st.sampled_from([None, "ref", "tone"]),
    st.sampled_from([None, "number"]),
    st.one_of(st.none(), st.just(Selector("other"))),
    st.sampled_from([None, "closed_at"]),
    st.one_of(st.none(), st.just(Duration(5, "working_day")), st.just(Duration(7, "day"))),
)
KIND_STRATEGIES = {
    "time_limits": time_limits(),
    "fixed_dates": fixed_dates(),
    "tallies": tallies(),
    "contents": contents,
    "orders": orders(),
    "values": values(),
    "faults": faults,
}
measures = st.one_of(*KIND_STRATEGIES.values())


@st.composite
def worlds(draw: Any) -> World:
    found = draw(st.lists(events(), max_size=30))
    window = draw(st.sampled_from(WINDOWS))
    as_of = draw(st.sampled_from([window.last, window.last, window.last + 20, window.first + 15]))
    units = [Unit(name, name) for name in (*UNITS, "丁")]
    if draw(st.integers(0, 3)) == 0:
        units[0] = replace(units[0], active_from=draw(days))
        units[1] = replace(units[1], active_to=draw(days))
    force = draw(st.sampled_from(["always", "always", "from", "to"]))
    day = draw(days)
    return World(
        [replace(e, row=row) for row, e in enumerate(found, 2)],
        units,
        CALENDAR,
        window,
        as_of,
        Duration(4, "working_day"),
        day if force == "from" else None,
        day if force == "to" else None,
    )


def measured(m: Measure, world: World, events: list[Event] | None = None) -> tuple[Measured, View]:
    log = log_of(world.events if events is None else events)
    register = register_of(world.units)
    view = View(log, register, world.calendar, world.window, world.as_of, world.promptly)
    bound = np.ones(len(register), bool)
    return measure(m, view, bound, world.first, world.last), view


def as_cases(cases: Cases, units: tuple[str, ...]) -> list[Case]:
    columns = zip(
        cases.unit.tolist(), cases.verdict.tolist(), cases.due.tolist(), cases.number.tolist(), strict=True
    )
    return [
        Case(units[u], cases.key_text(i), Verdict(v).word, due, number)
        for i, (u, v, due, number) in enumerate(columns)
    ]


def blurred(cases: list[Case]) -> Counter[Case]:
    """Cases whose number matters only where the verdict says so."""
    telling = {"late", "short", "blank", "missing", "found", "met"}
    return Counter(c if c.verdict in telling else replace(c, number=0) for c in cases)


EXAMPLES = int(os.environ.get("GONGKAI_SCORE_EXAMPLES", "60"))
SLOW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("kind", KIND_STRATEGIES)
@SLOW
@given(data=st.data(), world=worlds())
def test_the_engine_agrees_with_the_slow_reference(kind: str, data: Any, world: World) -> None:
    m = data.draw(KIND_STRATEGIES[kind])
    one, view = measured(m, world)
    expected = reference(m, world)
    ids = view.register.ids
    assert blurred(as_cases(one.cases, ids)) == blurred(expected.cases)
    column = reduce(one, frozenset({"longest_gap", "share", "missing_elements", "amount"}))
    for position, unit in enumerate(ids):
        measurement = column[position]
        assert (measurement.state.value, measurement.reason) == expected.state(unit)
        if measurement.state is State.CASES:
            for name, quantity in expected.quantities.get(unit, {}).items():
                assert measurement.quantities[name] == quantity, name


@SLOW
@given(measures, worlds(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_is_irrelevant(m: Measure, world: World, random: Any) -> None:
    shuffled = list(world.events)
    random.shuffle(shuffled)
    wanted = frozenset({"days_late", "short_by", "count", "longest_run.failing", "value", "amount"})
    first, view = measured(m, world)
    second, other = measured(m, world, shuffled)
    columns = [reduce(o, wanted) for o, v in ((first, view), (second, other))]
    assert [columns[0][u] for u in range(4)] == [columns[1][u] for u in range(4)]


@SLOW
@given(measures, worlds())
def test_splitting_the_log_by_unit_changes_nothing(m: Measure, world: World) -> None:
    if isinstance(m, TimeLimit) and m.any_unit:
        return
    whole, view = measured(m, world)
    together = as_cases(whole.cases, view.register.ids)
    apart = []
    for unit in world.units:
        part, _ = measured(m, world, [e for e in world.events if e.unit == unit.id])
        apart += [c for c in as_cases(part.cases, view.register.ids) if c.unit == unit.id]
    keyed = [replace(c, key="") for c in apart], [replace(c, key="") for c in together]
    assert Counter(keyed[0]) == Counter(keyed[1])


@SLOW
@given(measures, worlds())
def test_renaming_units_renames_the_cases_and_nothing_else(m: Measure, world: World) -> None:
    names = {"甲": "z", "乙": "y", "丙": "x", "丁": "w", "无名": "无名"}
    renamed = replace(
        world,
        events=[replace(e, unit=names[e.unit]) for e in world.events],
        units=[replace(u, id=names[u.id]) for u in world.units],
    )
    if isinstance(m, TimeLimit) and m.any_unit:
        return
    one, view = measured(m, world)
    other, renamed_view = measured(m, renamed)
    before = [replace(c, unit=names[c.unit]) for c in as_cases(one.cases, view.register.ids)]
    assert Counter(before) == Counter(as_cases(other.cases, renamed_view.register.ids))


FAILING = {"late", "early", "missing", "short", "blank", "found", "failed"}


@SLOW
@given(st.one_of(time_limits(), fixed_dates()), worlds(), st.integers(1, 20))
def test_what_is_done_later_never_turns_a_failing_case_into_a_met_one(
    m: TimeLimit, world: World, later: int
) -> None:
    if "event" in m.match_on or m.any_unit or (m.items is not None and m.items.inventory is not None):
        return
    if any(g.event is None or g.pause is not None for g in m.extensions):
        return
    one, view = measured(m, world)
    two, _ = measured(m, replace(world, as_of=world.as_of + later))
    failed = {
        (c.unit, c.key, c.due)
        for c in as_cases(one.cases, view.register.ids)
        if c.verdict in FAILING and not c.key.startswith("log.csv")
    }
    repeated = Counter((c.unit, c.key, c.due) for c in as_cases(one.cases, view.register.ids))
    for case in as_cases(two.cases, view.register.ids):
        place = (case.unit, case.key, case.due)
        if place in failed and repeated[place] == 1 and case.verdict == "met":
            again = [c for c in as_cases(two.cases, view.register.ids) if (c.unit, c.key, c.due) == place]
            assert len(again) > 1, case


@SLOW
@given(measures, worlds())
def test_units_without_any_record_are_present(m: Measure, world: World) -> None:
    one, view = measured(m, world)
    column = reduce(one, frozenset())
    assert len(column) == len(world.units)
    assert column[view.register.ids.index("丁")].state in State


@SLOW
@given(measures, worlds())
def test_every_row_is_accounted_for(m: Measure, world: World) -> None:
    _, view = measured(m, world)
    assert sum(view.accounting().values()) == len(world.events) == view.log.rows_read


@SLOW
@given(measures, worlds(), st.data())
def test_unbound_units_have_no_cases_and_leave_the_others_alone(m: Measure, world: World, data: Any) -> None:
    if isinstance(m, TimeLimit) and m.any_unit:
        return
    bound = np.array(data.draw(st.lists(st.booleans(), min_size=4, max_size=4)))
    log, register = log_of(world.events), register_of(world.units)
    view = View(log, register, world.calendar, world.window, world.as_of, world.promptly)
    every = measure(m, view, np.ones(4, bool), world.first, world.last)
    some = measure(m, view, bound, world.first, world.last)
    ids = register.ids
    of_bound = [c for c in as_cases(every.cases, ids) if bound[ids.index(c.unit)]]
    assert Counter(as_cases(some.cases, ids)) == Counter(of_bound)
    column = reduce(some, frozenset())
    assert all((column[u].state is State.NOT_BOUND) == (not bound[u]) for u in range(4))


@SLOW
@given(measures, worlds())
def test_cases_read_one_by_one_are_those_of_the_columns(m: Measure, world: World) -> None:
    cases = measured(m, world)[0].cases
    rows = np.arange(len(cases))[::-1]
    taken = cases.take(rows)
    assert cases.key_texts() == [cases.key_text(i) for i in range(len(cases))]
    for name in ("unit", "verdict", "key", "start", "due", "done", "number", "needed"):
        assert getattr(taken, name).tolist() == getattr(cases, name)[rows].tolist(), name
    for position in range(len(cases)):
        few, place = cases.around(position)
        assert few.key_text(place) == cases.key_text(position)
        assert few.verdict[place] == cases.verdict[position]
        own = [c.of(position) for c in cases.cited]
        assert [c.of(place) for c in few.cited] == own
        assert [c.of(len(cases) - 1 - position) for c in taken.cited] == own
    dense = np.bincount(cases.unit * 12 + cases.verdict, minlength=48).reshape(4, 12)
    counts = cases.counts(4)
    assert (counts.table == dense).all()
    assert list(counts.columns) == [v for v in Verdict if dense[:, v].any()]
    for unit in range(4):
        assert list(cases.of_unit(unit)) == np.flatnonzero(cases.unit == unit).tolist()
    for verdict in Verdict:
        unit, number = cases.of_verdicts(np.arange(12) == verdict)
        places = np.flatnonzero(cases.verdict == verdict)
        assert (unit.tolist(), number.tolist()) == (cases.unit[places].tolist(), cases.number[places].tolist())


@SLOW
@given(measures, worlds(), st.data())
def test_charged_cases_are_exempt_and_the_others_as_they_were(m: Measure, world: World, data: Any) -> None:
    one, _ = measured(m, world)
    if not len(one.cases):
        return
    some = data.draw(st.sets(st.integers(0, len(one.cases) - 1), max_size=5))
    changed = one.cases.changed(dict.fromkeys(some, Verdict.EXEMPT), dict.fromkeys(some, "A1"))
    expected = one.cases.verdict.copy()
    expected[list(some)] = Verdict.EXEMPT
    assert changed.verdict.tolist() == expected.tolist()
    assert set(changed.charged_by) == some
    assert changed.key_texts() == one.cases.key_texts()
    wanted = frozenset({"short_by", "count", "over", "fulfilment"})
    column = reduce(replace(one, cases=changed), wanted)
    for unit in range(4):
        held = np.isin(changed.verdict[changed.of_unit(unit)], [Verdict.SHORT, Verdict.BLANK, Verdict.MISSING])
        lacking = int(changed.number[changed.of_unit(unit)][held].sum())
        assert column[unit].number("short_by") == lacking


@pytest.mark.parametrize("wanted", ["longest_run.blank", "runs.blank.2", "longest_run.failing"])
def test_runs_are_counted_in_each_series_apart(wanted: str) -> None:
    found = [
        Event("甲", "start", (FIRST, None), None, {"tone": "good"}),
        Event("甲", "start", (FIRST + 21, None), None, {"tone": "bad"}),
    ]
    window = Window(FIRST - 1, FIRST - 1 + 34)
    m = Tally("frequency", Selector("start"), "week", per="tone")
    one, _ = measured(m, World(found, [Unit("甲", "甲")], CALENDAR, window, window.last))
    # Weeks from Monday 2019-09-16: good . . . . . / bad . . x . . ; the first week lies before the window.
    words = [c.verdict for c in as_cases(one.cases, ("甲",))]
    assert len(words) % 2 == 0
    half = len(words) // 2
    longest = max(_longest(words[:half]), _longest(words[half:]))
    runs = _runs(words[:half]) + _runs(words[half:])
    expected = {"longest_run.blank": longest, "runs.blank.2": runs, "longest_run.failing": longest}[wanted]
    assert reduce(one, frozenset({wanted}))[0].number(wanted) == expected


def _longest(words: list[str]) -> int:
    best = run = 0
    for word in words:
        run = run + 1 if word == "blank" else 0
        best = max(best, run)
    return best


def _runs(words: list[str]) -> int:
    found = run = 0
    for word in [*words, ""]:
        if word == "blank":
            run += 1
        else:
            found += run >= 2
            run = 0
    return found
