"""What a log remembers of earlier assessments changes no later one, and takes bounded room."""

from __future__ import annotations

import gc
import pickle
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import numpy as np
import pytest
from random_logs import log_of, register_of

from gongkai_score import assess, collection, national_calendar, read_indicator_set, read_log, to_json
from gongkai_score.activity_log import ActivityLog
from gongkai_score.errors import CalendarError
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.memory import Memory, Once
from gongkai_score.readers.indicator_sets import shipped_indicator_sets
from gongkai_score.units import UnitRegister

CALENDAR = national_calendar("statutory")
SETS = sorted(shipped_indicator_sets())


Told = tuple[IndicatorSet, int, UnitRegister, Callable[[], ActivityLog]]


def made(name: str, units: int, events: int) -> Told:
    """A shipped set, its year, a register, and the same log anew each time it is asked for."""
    indicator_set = read_indicator_set(name)
    year = indicator_set.plan_year or 2019
    register = register_of(indicator_set, units, 5, year)
    frame = log_of(indicator_set, register, events, 5, year)
    kinds = tuple(indicator_set.event_kinds)
    return indicator_set, year, register, lambda: read_log(frame, units=register, name="log", event_kinds=kinds)


@pytest.mark.parametrize("name", SETS)
def test_a_log_used_before_gives_the_bytes_of_a_fresh_one(name: str) -> None:
    indicator_set, year, units, fresh = made(name, 10, 500)
    fewer = UnitRegister(list(units)[1::2])
    asked = [
        (units, f"{year}", f"{year}-12-31"),
        (fewer, f"{year}", f"{year}-12-31"),
        (units, f"{year}", f"{year}-08-15"),
        (units, f"{year}H1", f"{year}-06-30"),
        (units, f"{year}", f"{year}-12-31"),
    ]
    kept = fresh()
    for register, period, as_of in asked:
        told = {"calendar": CALENDAR, "period": period, "as_of": as_of}
        again = to_json(assess(indicator_set, kept, register, **told))
        assert again == to_json(assess(indicator_set, fresh(), register, **told)), (period, as_of)


@pytest.mark.parametrize("name", SETS)
def test_measures_side_by_side_give_the_bytes_of_one_after_the_other(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    indicator_set, year, units, fresh = made(name, 20, 1500)

    def result() -> str:
        return to_json(assess(indicator_set, fresh(), units, calendar=CALENDAR, period=f"{year}"))

    one_by_one = result()
    monkeypatch.setattr(collection, "_MANY", 0)
    assert [result() for _ in range(2)] == [one_by_one] * 2


def test_measures_side_by_side_refuse_a_year_without_working_days_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    indicator_set, _, units, fresh = made("bishan-2019", 5, 100)
    told = []
    for many in (10**9, 0):
        monkeypatch.setattr(collection, "_MANY", many)
        with pytest.raises(CalendarError) as refused:
            assess(indicator_set, fresh(), units, calendar=national_calendar(), period="2035")
        told.append(str(refused.value))
    assert told[0] == told[1] and "2035" in told[0]


@pytest.mark.parametrize("name", SETS)
def test_a_log_goes_with_the_last_assessment_of_it(name: str) -> None:
    indicator_set, year, units, fresh = made(name, 10, 500)
    log = fresh()
    found = weakref.ref(log)
    gc.collect()
    gc.disable()
    try:
        assessment = assess(indicator_set, log, units, calendar=CALENDAR, period=f"{year}")
        del log
        assert found() is not None and assessment.rows.adds_up
        del assessment
        assert found() is None
    finally:
        gc.enable()


def holding(made: list[str]) -> Callable[[str], Callable[[], str]]:
    def make(word: str) -> Callable[[], str]:
        def work() -> str:
            made.append(word)
            return word

        return work

    return make


def test_what_was_not_asked_for_longest_goes_first() -> None:
    made: list[str] = []
    make = holding(made)
    memory = Memory(6)
    for word in ("aa", "bbb", "aa", "cc", "aa", "bbb"):
        assert memory.keep(word, make(word), len) == word
    # aa and bbb fit; with cc they are 7, and bbb was asked for longest ago; it is made again, and then cc goes.
    assert made == ["aa", "bbb", "cc", "bbb"]
    assert memory.keys() == ["aa", "bbb"]


def test_what_is_larger_than_the_room_is_given_all_the_same() -> None:
    memory = Memory(2)
    assert memory.keep("long", lambda: "long", len) == "long"
    assert memory.keep("a", lambda: "a", len) == "a"
    assert memory.keys() == ["a"]


def test_a_copy_of_a_log_begins_with_an_empty_memory() -> None:
    memory = Memory(10)
    memory.keep("a", lambda: np.zeros(3), len)
    assert pickle.loads(pickle.dumps(memory)).keys() == []


def test_what_several_threads_ask_for_at_once_is_made_once() -> None:
    made: list[int] = []
    begun = Barrier(4)

    def make() -> str:
        made.append(1)
        sleep(0.02)
        return "value"

    memory = Memory(10)
    for keep in (Once().keep, lambda key, work: memory.keep(key, work, len)):
        made.clear()

        def asked(_: int, keep: Callable[[str, Callable[[], str]], str] = keep) -> str:
            begun.wait()
            return keep("key", make)

        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(asked, range(4))) == ["value"] * 4
        assert made == [1]


def test_a_failure_is_not_kept() -> None:
    once = Once()
    with pytest.raises(ZeroDivisionError):
        once.keep("key", lambda: 1 // 0)
    assert once.keep("key", lambda: 7) == 7


def test_what_is_known_below_is_found_and_nothing_is_added_there() -> None:
    below = Once()
    below.keep("a", lambda: "below")
    above = Once(below)
    assert above.keep("a", lambda: "above") == "below"
    assert above.keep("b", lambda: "above") == "above"
    assert "b" in above and "b" not in below
    assert above.values(str) == [("a", "below"), ("b", "above")]
