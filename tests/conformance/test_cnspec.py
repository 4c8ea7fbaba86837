"""The calculators of cnspec: average, weighted, worst, completion, impact and bands by severity."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from conformance_kit import facts, played, set_of, total

from gongkai_score import Unit, UnitRegister
from gongkai_score.points import exact

FACTS = facts("cnspec")
EVENTS = {"scored": {"en": "Check scored", "attributes": ["check", "severity", "value", "completion", "passed"]}}
NOT_EXPRESSIBLE = {
    "decayed": "floor(100·(e^−x − e^−g)/(1 − e^−g)): the language has no transcendental function; a scheme that "
    "wants a falling curve writes its table (tiers)",
}
DOWN = {"total": 0, "mode": "down"}


def check(name: str, **more: object) -> dict[str, object]:
    """A check of completion 0 has not been scored: it is not asked for."""
    event = {"event": "scored", "where": {"check": name, "completion": "> 0"}}
    return {
        "id": name, "name": name, "points": 100, "scoring": {"steps": [{"scale": "1/100"}, {"scale": "value"}]},
        "measure": {"kind": "threshold", "event": event, "value": "value"},
    } | more  # fmt: skip


def policy(combine: str, *children: dict[str, object], **more: object) -> dict[str, object]:
    group = {"id": "P", "name": "policy", "points": 100, "combine": combine, "children": list(children)}
    return {"id": "cnspec", "title": "cnspec", "events": EVENTS, "indicators": [group]} | more


def log(*scores: tuple[str, str, str]) -> list[dict[str, object]]:
    return [{"kind": "scored", "check": c, "value": v, "completion": done} for c, v, done in scores]


NAMES = [f"c{i}" for i in range(len(FACTS["scores"]))]
SCORES = [(name, value, done) for name, (value, done, _) in zip(NAMES, FACTS["scores"], strict=True)]
OTHERS = [("disabled", "0", "100"), ("foreign", "0", "100")]


@pytest.mark.parametrize(("name", "expected"), FACTS["calculators"].items())
def test_the_printed_score_of_a_calculator(name: str, expected: str) -> None:
    combine = {"average": "mean", "weighted": "weighted", "worst": "minimum"}[name]
    weights = [weight for _, _, weight in FACTS["scores"]]
    checks = [
        check(c) | ({"weight": w} if combine == "weighted" else {}) for c, w in zip(NAMES, weights, strict=True)
    ]
    disabled = check("disabled", weight=5, reported_only=True, points=0)
    foreign = check("foreign", weight=5, applies_to={"type": "kubernetes"})
    units = UnitRegister([Unit("u", "u", type="linux")])
    result = played(set_of(policy(combine, *checks, disabled, foreign)), log(*SCORES, *OTHERS), units)
    assert total(result) == exact(expected)


def test_completion_is_a_measure_of_its_own() -> None:
    # (0 + 20 + 100) ÷ 3 = 40
    mean = {"kind": "threshold", "event": "scored", "value": "completion", "pick": "mean"}
    leaf = check("all") | {"measure": mean}
    assert total(played(set_of(policy("mean", leaf)), log(*SCORES))) == exact(FACTS["completion"])


def test_data_completion_is_weighted_and_rounded_down() -> None:
    told = FACTS["data_completion"]
    parts = [(f"d{i}", value, weight) for i, (value, weight) in enumerate(told["parts"])]
    children = [check(name, weight=weight) for name, _, weight in parts]
    rows = log(*((name, value, "100") for name, value, _ in parts))
    result = played(set_of(policy("weighted", *children, rounding=DOWN)), rows)
    assert result.node("u", "P").points == exact(told["exact"])
    assert total(result) == exact(told["score"])


def test_a_check_can_cost_no_more_than_its_impact() -> None:
    told = FACTS["impact"]
    children = check("c", floor=100 - int(told["impact"]))
    assert total(played(set_of(policy("mean", children)), log(("c", told["value"], "100")))) == exact(told["score"])


def test_an_error_beside_nothing_is_an_error_and_nothing_beside_full_marks_is_full() -> None:
    both = set_of(policy("mean", check("a"), check("b")))
    found = played(both, log(("a", "0", "0"), ("b", "broken", "100"))).total("u")
    assert found.points is None and found.outcome.value == "error"
    assert total(played(both, log(("a", "0", "0"), ("b", "100", "100")))) == 100


# l' = l; m' = m(3 + l')/4; h' = h(1 + m')/2; c' = c(1 + 4h')/5; the worst severity that fails opens its band.
CHAIN = {
    "low": [{"add": "low.rate"}],
    "medium": [{"add": 3}, {"scale": "1/4"}, {"scale": "medium.rate"}],
    "high": [{"add": 1}, {"scale": "1/2"}, {"scale": "high.rate"}],
    "critical": [{"scale": 4}, {"add": 1}, {"scale": "1/5"}, {"scale": "critical.rate"}],
}
BANDS = {"low": (40, 60), "medium": (50, 30), "high": (50, 10), "critical": (50, 0)}


def banded() -> dict[str, object]:
    branches: list[dict[str, object]] = []
    for severity in ("critical", "high", "medium", "low"):
        so_far = list(CHAIN)[: list(CHAIN).index(severity) + 1]
        factor, base = BANDS[severity]
        steps: list[dict[str, object]] = [step for one in so_far for step in CHAIN[one]]
        steps += [{"scale": factor}, *([{"add": base}] if base else [])]
        branches.append({"when": {f"{severity}.failing": "> 0"}, "start": 0, "steps": steps})
    measures = {
        severity: {
            "kind": "complete", "event": {"event": "scored", "where": {"severity": severity}},
            "required": [{"name": "passed", "attribute": "passed", "is": True}],
        }
        for severity in CHAIN
    }  # fmt: skip
    leaf = {
        "id": "B", "name": "banded", "points": 100, "measures": measures,
        "scoring": {"pick": "first", "branches": [*branches, {"start": "full"}]},
    }  # fmt: skip
    return {"id": "banded", "title": "banded", "events": EVENTS, "rounding": DOWN, "indicators": [leaf]}


def by_severity(passing: dict[str, list[str]]) -> list[dict[str, object]]:
    return [
        {"kind": "scored", "severity": severity, "ref": f"{severity}{i}", "passed": str(i < int(good)).lower()}
        for severity, (good, every) in passing.items()
        for i in range(int(every))
    ]


@pytest.mark.parametrize("row", FACTS["banded"], ids=lambda row: row["score"])
def test_the_printed_score_of_bands_by_severity(row: dict[str, Any]) -> None:
    assert total(played(set_of(banded()), by_severity(row["pass"]))) == exact(row["score"])


@pytest.mark.parametrize(
    ("passing", "expected"),
    [
        # high 1 of 2: m' = 1, h' = ½·(1 + 1)/2 = ½; 50·½ + 10 = 35
        ({"low": ["1", "1"], "medium": ["1", "1"], "high": ["1", "2"], "critical": ["1", "1"]}, 35),
        # medium 1 of 3, low 1 of 2: m' = ⅓·3.5/4 = 7/24; floor(50·7/24 = 14.58) + 30 = 44
        ({"low": ["1", "2"], "medium": ["1", "3"], "high": ["1", "1"], "critical": ["1", "1"]}, 44),
        # low 1 of 3: floor(40/3) + 60 = 73
        ({"low": ["1", "3"], "medium": ["1", "1"], "high": ["1", "1"], "critical": ["1", "1"]}, 73),
        ({"low": ["1", "1"], "medium": ["1", "1"], "high": ["1", "1"], "critical": ["1", "1"]}, 100),
    ],
)
def test_the_other_bands_by_the_published_rule(passing: dict[str, list[str]], expected: int) -> None:
    assert total(played(set_of(banded()), by_severity(passing))) == Fraction(expected)
