"""Measured in parts and put together, a log gives the same bytes as assessed in one piece."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from random_logs import log_of, register_of

from benchmarks.make_log import make_log
from gongkai_score import assess, national_calendar, read_indicator_set, read_log, to_json
from gongkai_score.activity_log import ActivityLog
from gongkai_score.assessment import Assessment
from gongkai_score.outputs.json_result import write_json
from gongkai_score.outputs.part_file import part_of, part_packed
from gongkai_score.parts import Part, completed, measure_part, merge, shared_kinds, shares
from gongkai_score.period import day_date
from gongkai_score.pipeline import LogFacts, Task, task_of
from gongkai_score.readers.indicator_sets import parse_indicator_set, shipped_indicator_sets
from gongkai_score.units import Unit, UnitRegister

CALENDAR = national_calendar("statutory")
SETS = sorted(shipped_indicator_sets())
UNITS, ROWS = 12, 700

PEERS = """
id: peers
title: 比较
full_marks: 100
indicators:
  - {id: A, name: 相对均值, points: 40, peers: {of: count, within: group},
     scoring: {start: full, steps: [{scale: peers.share_of_best}]},
     measure: {kind: count, event: training_held, at_least: 1}}
  - {id: B, name: 率与同伴, points: 30, scoring: {proportion: rate},
     measure: {kind: versus_peers, event: request_received,
               counted: {event: request_received, where: {type: letter}}}}
  - {id: C, name: 任何单位, points: 30, scoring: {proportion: rate},
     measure: {kind: deadline, start: document_published, end: interpretation_published, any_unit: true,
               within: 10 days}}
"""


def ready(name: str, seed: int, rows: int = ROWS) -> tuple[Task, ActivityLog]:
    indicator_set = read_indicator_set(name)
    year = indicator_set.plan_year or 2019
    units = register_of(indicator_set, UNITS, seed, year)
    frame = log_of(indicator_set, units, rows, seed, year)
    log = read_log(frame, units=units, name="log", event_kinds=tuple(indicator_set.event_kinds))
    return task_of(indicator_set, units, calendar=CALENDAR, period=str(year), as_of=f"{year}-11-30"), log


def cut(units: int, parts: int, seed: int) -> list[list[int]]:
    groups: list[list[int]] = [[] for _ in range(parts)]
    choice = random.Random(seed)
    for unit in range(units):
        choice.choice(groups).append(unit)
    return groups


def whole(task: Task, log: ActivityLog) -> Assessment:
    asked = {"period": f"{task.window}", "as_of": day_date(task.as_of).isoformat()}
    return assess(task.indicator_set, log, task.units, calendar=CALENDAR, **asked)


def measured(task: Task, log: ActivityLog, groups: Sequence[Sequence[int]]) -> list[Part]:
    return [measure_part(task, share) for share in shares(task, log, groups)]


def in_parts(task: Task, log: ActivityLog, parts: int, seed: int) -> Assessment:
    return completed(task, merge(measured(task, log, cut(len(task.units), parts, seed))), LogFacts.of(log))


@pytest.mark.parametrize("name", SETS)
def test_any_split_of_a_log_gives_the_bytes_of_the_whole_for_every_shipped_set(name: str) -> None:
    for seed in range(2):
        task, log = ready(name, seed)
        expected = to_json(whole(task, log))
        for parts in (1, 3, UNITS):
            assert to_json(in_parts(task, log, parts, seed)) == expected


def test_the_random_logs_of_these_tests_reach_most_indicators_and_some_other_units_answers() -> None:
    answered, reached, leaves = 0, 0, 0
    for name in SETS:
        task, log = ready(name, 0)
        found = whole(task, log)
        with_cases = [leaf for leaf, named in found.cases.items() if any(len(one) for one in named.values())]
        reached, leaves = reached + len(with_cases), leaves + len(task.indicator_set.leaves)
        assert found.rows.used > 0.3 * ROWS
        answered += bool(shared_kinds(task.indicator_set))
    assert answered == 2
    assert reached > leaves * 3 / 5


def test_parts_put_together_in_any_order_and_by_stages_are_the_same() -> None:
    task, log = ready("jinan-2018", 7)
    parts = measured(task, log, [[0, 3, 4], [1, 11], [2, 5, 6, 7], [8, 9, 10]])
    staged = merge([merge([parts[3], parts[1]]), merge([parts[2], parts[0]])])
    assert to_json(completed(task, staged, LogFacts.of(log))) == to_json(whole(task, log))


def test_the_workload_of_the_benchmark_is_the_same_in_parts() -> None:
    made = make_log(units=30, events=6000, period="2019", seed=3)
    units = UnitRegister([Unit(u, u, type=("county", "district", "department")[t]) for u, t in
                          zip(made.units, made.unit_type.tolist(), strict=True)])  # fmt: skip
    workload = read_indicator_set(Path(__file__).parents[1] / "benchmarks" / "workload.yaml")
    task, log = task_of(workload, units, calendar=CALENDAR, period="2019"), made.activity_log()
    expected = to_json(assess(workload, log, units, calendar=CALENDAR, period="2019"))
    assert to_json(in_parts(task, log, 7, 1)) == expected


def test_a_rule_that_names_peers_compares_all_parts() -> None:
    indicator_set = parse_indicator_set(PEERS)
    units = register_of(indicator_set, UNITS, 1)
    log = read_log(log_of(indicator_set, units, 300, 1), units=units, name="log")
    task = task_of(indicator_set, units, calendar=CALENDAR, period="2019", as_of="2019-11-30")
    expected = whole(task, log)
    assert {group.indicator for group in expected.peers} == {"A", "B"}
    for parts in (2, 5):
        assert to_json(in_parts(task, log, parts, parts)) == to_json(expected)


def test_one_case_and_its_evidence_are_read_without_the_others() -> None:
    task, log = ready("bengbu-2017", 2)
    one, other = whole(task, log), in_parts(task, log, 4, 2)
    for unit in task.units.ids:
        for leaf in one.cases:
            assert list(one.cases_of(unit, leaf)) == list(other.cases_of(unit, leaf))


def test_rows_of_units_that_nobody_registered_are_counted_once() -> None:
    indicator_set = parse_indicator_set(PEERS)
    units = register_of(indicator_set, UNITS, 1)
    log = read_log(log_of(indicator_set, units, 300, 1), name="log")
    fewer = UnitRegister(list(units)[::2])
    task = task_of(indicator_set, fewer, calendar=CALENDAR, period="2019", as_of="2019-11-30")
    expected = whole(task, log)
    assert expected.rows.outside["unit_not_registered"] > 50 and expected.rows.adds_up
    assert to_json(in_parts(task, log, 3, 1)) == to_json(expected)


def test_parts_that_overlap_are_refused() -> None:
    task, log = ready("bishan-2019", 0, 50)
    part = measured(task, log, [range(UNITS)])[0]
    with pytest.raises(ValueError, match="overlap"):
        merge([part, part])
    with pytest.raises(ValueError, match="1 units were not measured"):
        completed(task, part.without([0], bool), LogFacts.of(log))


@pytest.mark.parametrize("name", ["bengbu-2017", "bishan-2019", "jinan-2018"])
def test_parts_that_were_sent_as_bytes_are_put_together_to_the_same_bytes(name: str, tmp_path: Path) -> None:
    task, log = ready(name, 4)
    expected = to_json(whole(task, log))
    for groups in (cut(UNITS, 4, 4), [[0, 1, 2, 3], [4, 5], [6], list(range(7, UNITS))]):
        parts = measured(task, log, groups)
        sent = [part_of(part_packed(part)) for part in parts]
        assert to_json(completed(task, merge(sent), LogFacts.of(log))) == expected
        for number, part in enumerate(parts):
            part_packed(part, tmp_path / f"{number}")
        kept = [part_of(tmp_path / f"{number}") for number in range(len(parts))]
        write_json(completed(task, merge(kept), LogFacts.of(log)), tmp_path / "result.json")
        assert (tmp_path / "result.json").read_text(encoding="utf-8") == expected
