"""Where other systems answer one question differently, each answer is one named setting of a set.

Every row: the question, who answers so, the one key of the set that says it, and the number that follows. Without
the key the set keeps to the plain answer: what cannot be judged is left out, and where nothing is left there is no
number.
"""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest
from conformance_kit import Row, played, set_of, total

from gongkai_score.outcomes import Outcome

Told = dict[str, Any]
EVENTS = {"probed": {"en": "Probe counted", "attributes": ["item", "successes", "total", "score"]}}


def share(item: str, **more: object) -> Told:
    """Half of the points of a set of 100, for successes out of a total."""
    event = {"event": "probed", "where": {"item": item}}
    return {
        "id": item, "name": item, "points": 50, "scoring": {"proportion": "value"},
        "measure": {"kind": "threshold", "event": event, "value": "successes", "over": "total"},
    } | more  # fmt: skip


def passes(item: str) -> Told:
    """Half of the points, for the events of an item that passed; without an event there is no case."""
    return {
        "id": item, "name": item, "points": 50,
        "measure": {
            "kind": "complete", "event": {"event": "probed", "where": {"item": item}},
            "required": [{"name": "passed", "attribute": "score", "is": "pass"}],
        },
    }  # fmt: skip


def duty(item: str) -> Told:
    """Half of the points for requests answered; without a request there is no duty."""
    return {
        "id": item, "name": item, "points": 50,
        "measure": {"kind": "deadline", "start": "request_received", "end": "request_answered", "within": "5 days"},
    }  # fmt: skip


def plain(*children: Told, **more: object) -> Told:
    exact: Told = {"rounding": {"mode": "half_up"}}
    return {"id": "plain", "title": "plain", "events": EVENTS, "indicators": list(children), **exact, **more}


def weighted(*weights: int) -> Told:
    """Items A, B, C of 50 points, weighted."""
    items = [passes(name) | {"weight": weight} for name, weight in zip("ABC", weights, strict=False)]
    return plain({"id": "G", "name": "G", "points": 100, "combine": "weighted", "children": items})


def probe(item: str, successes: object, whole: object) -> Row:
    return {"kind": "probed", "item": item, "successes": successes, "total": whole}


def judged(**results: str) -> list[Row]:
    return [{"kind": "probed", "item": item, "score": result} for item, result in results.items()]


HALF = probe("A", 1, 2)  # item A: 25 of 50
IMPOSSIBLE = {
    "id": "E", "name": "more successes than there were", "then": {"fail": True}, "when": {"value": "> 1"},
    "measure": {"kind": "threshold", "event": "probed", "value": "successes", "over": "total", "pick": "maximum"},
}  # fmt: skip
Answer = tuple[str, str, object, object]
"""Who answers so, the key in the set ("" for none), its value, and the total (None: no number)."""
WAITING: Row = {"kind": "request_received", "at": "2019-12-31", "ref": "1"}
TABLE: dict[str, tuple[Told, list[Row], list[Answer]]] = {
    "nothing applies": (plain(duty("A"), passes("B")), [], [
        ("without a setting", "", None, None),
        ("Scorecard: inconclusive", "outcomes.empty", "no_score", None),
        ("XCCDF default, MITRE, Lighthouse", "outcomes.empty", "zero", 0),
        ("XCCDF absolute in OpenSCAP", "outcomes.empty", "full", 100),
    ]),
    "one of two has no case": (plain(share("A"), passes("B")), [HALF], [
        ("without a setting", "", None, 50),
        ("XCCDF: left out", "indicators.1.no_cases", "not_applicable", 50),
        ("left out as not assessed", "indicators.1.no_cases", "not_assessed", 50),
        ("Scorecard, proportion of nothing", "indicators.1.no_cases", "zero", 25),
        ("nothing done wrong", "indicators.1.no_cases", "full", 75),
    ]),
    "one of two has a zero denominator": (plain(share("A"), share("B")), [HALF, probe("B", 0, 0)], [
        ("without a setting", "", None, 50),
        ("Scorecard, groups; cnspec", "outcomes.not_assessed", "exclude", 50),
        ("Scorecard, proportion of nothing", "outcomes.not_assessed", "zero", 25),
        ("nothing done wrong", "outcomes.not_assessed", "full", 75),
    ]),
    "all weights are zero": (weighted(0, 0), judged(A="pass", B="fail"), [
        ("without a setting", "", None, None),
        ("Lighthouse", "outcomes.empty", "zero", 0),
        ("Scorecard: 10 of 10", "outcomes.empty", "full", 100),
    ]),
    "one weight of 1, 1, 0 is zero": (weighted(1, 1, 0), judged(A="pass", B="fail", C="pass"), [
        ("XCCDF, MITRE, Lighthouse: ignored", "", None, 50),
        ("OpenSCAP, flat unweighted: as one", "indicators.0.children.2.weight", 1, "200/3"),
    ]),
    "one of two is in error": (plain(share("A"), share("B")), [HALF, probe("B", "see note", 10)], [
        ("without a setting", "", None, 50),
        ("left out", "outcomes.error", "exclude", 50),
        ("XCCDF: earns nothing, but counts", "outcomes.error", "zero", 25),
        ("in favour of the unit", "outcomes.error", "full", 75),
    ]),
    "more successes than there were": (plain(share("A"), share("B")), [HALF, probe("B", 11, 10)], [
        ("without a setting: at most full marks", "", None, 75),
        ("Scorecard: no score at all", "gates", [IMPOSSIBLE], None),
    ]),
    "one of two is not due yet": (plain(share("A"), duty("B")), [HALF, WAITING], [
        ("without a setting", "", None, 50),
        ("left out", "outcomes.pending", "exclude", 50),
        ("nothing yet", "outcomes.pending", "zero", 25),
        ("no fault yet", "outcomes.pending", "full", 75),
    ]),
    "one duty of two does not arise": (plain(share("A"), duty("B")), [HALF], [
        ("without a setting", "", None, 50),
        ("XCCDF default: spread over the others", "not_applicable", "redistribute", 50),
        ("XCCDF flat: a smaller whole", "not_applicable", "drop", 25),
        ("nothing", "not_applicable", "zero", 25),
        ("full marks", "not_applicable", "full", 75),
        ("a fixed rate", "not_applicable", {"rate": "80%"}, 65),
    ]),
}  # fmt: skip
ANSWERS = [(question, *answer) for question, (_, _, answers) in TABLE.items() for answer in answers]


def with_setting(told: Told, key: str, value: object) -> Told:
    """The same set with one key set."""
    made = deepcopy(told)
    if key:
        place: Any = made
        *path, last = key.split(".")
        for step in path:
            place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
        place[last] = value
    return made


@pytest.mark.parametrize(
    ("question", "who", "key", "value", "expected"), ANSWERS, ids=[f"{one[0]}: {one[1]}" for one in ANSWERS]
)
def test_each_answer_is_reached_by_one_named_setting(
    question: str, who: str, key: str, value: object, expected: object
) -> None:
    told, log, _ = TABLE[question]
    found = total(played(set_of(with_setting(told, key, value)), log))
    assert found == (None if expected is None else Fraction(str(expected))), who


def test_every_question_has_more_than_one_answer() -> None:
    for question, (_, _, answers) in TABLE.items():
        assert len({str(answer[3]) for answer in answers}) > 1, question


def test_without_a_setting_nothing_applicable_is_a_state_and_never_a_number() -> None:
    end = played(set_of(plain(duty("A"))), []).total("u")
    assert (end.outcome, end.points, end.coverage) == (Outcome.NOT_APPLICABLE, None, 0)


@pytest.mark.parametrize("combine", ["sum", "mean", "minimum", "maximum", "geometric"])
def test_a_group_of_which_all_is_only_reported_is_not_worth_zero(combine: str) -> None:
    shown = passes("B") | {"reported_only": True, "points": 0}
    group: Told = {"id": "G", "name": "G", "points": 50, "combine": combine, "children": [shown]}
    result = played(set_of(plain(share("A"), group)), [HALF, *judged(B="fail")])
    assert result.node("u", "G").points is None
    assert total(result) == 50


def test_a_set_stated_out_of_a_number_states_its_full_marks_out_of_it_too() -> None:
    told = plain(duty("A")) | {"out_of": 10, "outcomes": {"empty": "full"}}
    assert total(played(set_of(told), [])) == 10
