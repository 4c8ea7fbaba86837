"""The engine agrees with an assessment worked out the slow way, on random sets that use the whole language."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from random_measures import VERDICTS
from random_whole_sets import (
    BASE,
    COMBINE,
    FORMS,
    PEERS,
    RULES,
    VERBS,
    Draw,
    SetPen,
    drawn_with,
    draws,
)
from reference_engine import Plain
from reference_measures import World, iso, log_of, register_of

from gongkai_score import Assessment, assess, explain
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.outcomes import Outcome, Verdict
from gongkai_score.readers.indicator_sets import parse_indicator_set

EXAMPLES = int(os.environ.get("GONGKAI_SCORE_EXAMPLES", "60"))
SLOW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
base = parse_indicator_set(json.dumps(BASE, ensure_ascii=False))


def earlier(world: World) -> World:
    """The same world as it was known before: what is handed in under the second name."""
    return replace(world, as_of=max(world.window.first, world.as_of - 30))


def by_engine(made: IndicatorSet, world: World) -> Assessment:
    """The engine's assessment, with those that result measures build on."""
    log, units = log_of(world.events), register_of(world.units)

    def one(made: IndicatorSet, world: World, results: dict[str, Assessment]) -> Assessment:
        period, as_of = str(world.window), iso(world.as_of)
        return assess(made, log, units, calendar=world.calendar, period=period, as_of=as_of, results=results)

    return one(made, world, {"base": one(base, world, {}), "again": one(base, earlier(world), {})})


def plainly(made: IndicatorSet, world: World) -> Plain:
    """The same, worked out the slow way."""
    return Plain(made, world, {"base": Plain(base, world), "again": Plain(base, earlier(world))})


def agree(found: Assessment, plain: Plain) -> None:
    """Everything the two say is the same, and every account adds up."""
    for name, by_unit in plain.found.items():
        for unit in found.units:
            told = [(c.key, c.verdict) for f in by_unit.get(unit.id, {}).values() for c in f.cases if c.key]
            results = [c.verdict for f in by_unit.get(unit.id, {}).values() for c in f.cases if not c.key]
            got = [(case.key, case.verdict.word) for _, case in found.cases_of(unit.id, name)]
            handed_in = [verdict for key, verdict in got if " · " in key]
            assert Counter(pair for pair in got if " · " not in pair[0]) == Counter(told), (name, unit.id)
            assert Counter(handed_in) == Counter(results), (name, unit.id)
    for (name, unit_id), node in plain.nodes.items():
        one = found.node(unit_id, name)
        expected = (node.outcome, node.points, node.full, node.counted, node.assessed)
        assert (one.outcome.value, one.points, one.full, one.counted, one.assessed) == expected, (name, unit_id)
    for unit in found.units:
        end, total, place = plain.ends[unit.id], found.total(unit.id), found.place(unit.id)
        assert (total.points, total.coverage, list(total.gates)) == (end.points, end.coverage, end.gates), unit.id
        expected_place = (end.ranked, end.rank, end.grade, end.lists)
        assert (place.points, place.rank, place.grade, list(place.lists)) == expected_place, unit.id
        assert explain(found, unit.id).check(), unit.id


@SLOW
@given(draws())
def test_the_engine_agrees_with_the_slow_road(drawn: Draw) -> None:
    made = parse_indicator_set(drawn.text)
    agree(by_engine(made, drawn.world), plainly(made, drawn.world))


def words(told: Any) -> Iterator[str]:
    """What a written set uses: its keys, and keys with their values where those are words."""
    if isinstance(told, list):
        for one in told:
            yield from words(one)
    elif isinstance(told, dict):
        for key, value in told.items():
            yield key
            if isinstance(value, str | bool | int):
                yield f"{key}: {value}"
            elif key == "scoring":
                yield "form: " + next((form for form in FORMS if form in value), "steps")
            yield from words(value)


SCORING = (
    *VERBS, "per", "every", "begun: True", "begun: False", "above", "below", "at_most", "when", "any", "pick: best",
    "scoring: all_or_nothing", *(f"form: {form}" for form in set(FORMS) - {"none", "all_or_nothing"}),
)  # fmt: skip
MEASURES = (
    *(f"kind: {kind}" for kind in VERDICTS), "look_back", "extensions", "pause", "ended_by", "check", "needs",
    "explained_by", "inventory", "items", "per: tone", "rater: item", "benchmark", "mended_within", "once_per",
    "amount: number", *(f"units: {whose}" for whose in ("self", "children", "descendants", "parent")),
    "missing: skip", "peers", "within: all", "within: group",
)  # fmt: skip
TREE = (
    *(f"combine: {way}" for way in COMBINE), *(f"not_applicable: {rule}" for rule in RULES), "rate", "move_to",
    "proof", *(f"no_cases: {rule}" for rule in ("full", "zero", "not_assessed")), "floor", "ceiling", "extra",
    "reported_only", "variants", "applies_to", "but_not", "from", "to", "overlap", "out_of",
    *(f"{word}: {rule}" for word in ("pending", "not_assessed", "error") for rule in ("exclude", "zero", "full")),
    *(f"empty: {rule}" for rule in ("no_score", "zero", "full")), "leaf", "node",
    *(f"mode: {mode}" for mode in ("half_up", "half_even", "up", "down")),
)  # fmt: skip
ENDS = (
    "fail", "total", "total_at_most", "grade", "grade_at_most", "opens", "top", "lists", "then_by", "within: type",
    *(f"ties: {way}" for way in ("competition", "dense", "ordinal")), "rounded: False",
)  # fmt: skip
LANGUAGE = {*MEASURES, *SCORING, *TREE, *ENDS, *PEERS}
"""Words of the language that random sets must use."""


def test_the_random_sets_use_the_whole_language() -> None:
    seen: Counter[str] = Counter()
    pen = SetPen(Random(1).randint)
    for _ in range(1000):
        told = pen.whole_set(tuple(VERDICTS))
        seen.update(words(told))
        seen.update(figure for figure in PEERS if f"peers.{figure}" in str(told))
    assert LANGUAGE - set(seen) == set()


def test_the_random_logs_reach_every_verdict_and_outcome() -> None:
    seen: Counter[str] = Counter()
    pen = SetPen(Random(1).randint)
    for _ in range(120):
        drawn = drawn_with(pen)
        found = by_engine(parse_indicator_set(drawn.text), drawn.world)
        for columns in found.nodes.values():
            seen.update(one.outcome.value for one in columns.values)
        for unit in found.units:
            for name in found.cases:
                seen.update(case.verdict.word for _, case in found.cases_of(unit.id, name))
    assert {one.word for one in Verdict} | {one.value for one in Outcome} <= set(seen)
