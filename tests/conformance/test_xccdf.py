"""XCCDF's four scoring models, each an indicator set: what test files of OpenSCAP and MITRE print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest
from conformance_kit import Row, facts, played, set_of, total

from gongkai_score import Assessment
from gongkai_score.points import exact, rounded

FACTS = facts("xccdf")
ROWS = FACTS["rows"]
# Results that count: the others (notapplicable, notchecked, notselected) are not asked for and leave no case.
COUNTS = ["pass", "fixed", "fail", "error", "unknown"]
WORDS = {"P": "pass", "F": "fail", "N": "notchecked", "U": "pass"}
EVENTS = {"rule_result": {"en": "Result of a rule", "attributes": ["rule", "result"]}}


def leaf(name: str, points: int, result: str) -> dict[str, object]:
    """One rule. Its instances are the cases; a rule whose role is unscored is only reported."""
    measure = {
        "kind": "complete",
        "event": {"event": "rule_result", "where": {"rule": name, "result": COUNTS}},
        "required": [{"name": "passed", "attribute": "result", "is": ["pass", "fixed"]}],
    }
    told: dict[str, object] = {"id": name, "name": name, "measure": measure}
    return told | ({"reported_only": True} if result == "U" else {"points": points})


def log(rules: Mapping[str, str]) -> list[Row]:
    return [{"kind": "rule_result", "rule": name, "result": WORDS[result]} for name, result in rules.items()]


def default(results: Sequence[str], weights: Sequence[int], empty: str = "zero") -> dict[str, object]:
    rules = [leaf(f"r{i}", 100, result) | {"weight": weights[i]} for i, result in enumerate(results)]
    top = {"id": "benchmark", "name": "benchmark", "points": 100, "combine": "weighted", "children": rules}
    return {
        "id": "xccdf-default",
        "title": "default",
        "events": EVENTS,
        "outcomes": {"empty": empty},
        "indicators": [top],
    }


def flat(results: Sequence[str], weights: Sequence[int], empty: str = "zero") -> dict[str, object]:
    """Sums: the points are the numerator, the full marks that counted the denominator."""
    rules = [leaf(f"r{i}", weights[i], result) for i, result in enumerate(results)]
    return {
        "id": "xccdf-flat", "title": "flat", "events": EVENTS, "not_applicable": "drop",
        "outcomes": {"empty": empty}, "indicators": [{"id": "benchmark", "name": "benchmark", "children": rules}],
    }  # fmt: skip


def absolute(results: Sequence[str], weights: Sequence[int], empty: str = "zero") -> dict[str, object]:
    """1, unless a point is lost."""
    all_or_nothing = {"id": "all", "name": "all", "when": {"benchmark.rate": "< 100%"}, "then": {"total": 0}}
    return flat(results, weights, empty) | {"id": "xccdf-absolute", "out_of": 1, "gates": [all_or_nothing]}


def unweighted(weights: Sequence[int]) -> list[int]:
    return [min(weight, 1) for weight in weights]


def replayed(told: dict[str, object], results: Sequence[str]) -> Assessment:
    return played(set_of(told), log({f"r{i}": result for i, result in enumerate(results)}))


def sums(result: Assessment) -> tuple[Fraction | None, Fraction]:
    return total(result), result.node("u", "benchmark").counted


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_the_printed_scores_of_flat_lists_of_rules(row: dict[str, Any]) -> None:
    results = row["results"]
    weights = [int(weight) for weight in row.get("weights", ["1"] * len(results))]
    replays = 0
    if "default" in row:
        digits = len(row["default"].partition(".")[2])
        found = total(replayed(default(results, weights), results))
        assert found is not None and rounded(found, digits) == exact(row["default"])
        replays += 1
    for name, used in (("flat", weights), ("unweighted", unweighted(weights)), ("openscap_unweighted", [1] * 3)):
        if name in row:
            assert sums(replayed(flat(results, used), results)) == tuple(map(int, row[name]))
            replays += 1
    for name, empty in (("absolute", row.get("empty", "zero")), ("openscap_absolute", "full")):
        if name in row:
            assert total(replayed(absolute(results, weights, empty), results)) == exact(row[name])
            replays += 1
    assert replays == sum(key in row for key in ("default", "flat", "unweighted", "absolute")) + sum(
        key.startswith("openscap_") for key in row
    )


TREE = FACTS["tree_t"]["tree"]


def nodes(name: str, inside: Any) -> Iterator[tuple[dict[str, object], dict[str, str]]]:
    """A group of the tree as a node, with the results of its rules."""
    if isinstance(inside, list):
        rules = {f"{name}-{i}": result for i, result in enumerate(inside)}
        children = [leaf(rule, 100, result) for rule, result in rules.items()]
    else:
        below = [one for key, value in inside.items() for one in nodes(key, value)]
        children = [told for told, _ in below]
        rules = {rule: result for _, found in below for rule, result in found.items()}
    yield {"id": name, "name": name, "points": 100, "combine": "mean", "children": children}, rules


def tree() -> tuple[dict[str, object], dict[str, str]]:
    ((top, rules),) = nodes("benchmark", TREE)
    return {"id": "tree-t", "title": "T", "events": EVENTS, "indicators": [top], "rounding": {"total": 6}}, rules


def test_every_group_of_the_tree_has_the_printed_mean_of_its_children() -> None:
    told, rules = tree()
    result = played(set_of(told), log(rules))
    assert total(result) == exact(FACTS["tree_t"]["default"])
    for group, value in FACTS["tree_t"]["groups"].items():
        points = result.node("u", group).points
        assert points is not None and rounded(points, 6) == exact(value), group


def test_the_tree_flattened_counts_eleven_of_twenty_three() -> None:
    _, rules = tree()
    results = list(rules.values())
    result = replayed(flat(results, [1] * len(results)), results)
    assert list(map(str, sums(result))) == FACTS["tree_t"]["flat"]
    assert total(replayed(absolute(results, [1] * len(results)), results)) == exact(FACTS["tree_t"]["absolute"])


def test_a_rule_with_several_instances_earns_its_share_and_loses_the_absolute_score() -> None:
    # Rule: 100 · passes ÷ k. Three instances, two of them pass: 200/3, and the two sums are unequal.
    rows = [{"kind": "rule_result", "rule": "r0", "result": one} for one in ("pass", "fixed", "unknown")]
    assert total(played(set_of(default(["P"], [1]) | {"rounding": {"leaf": 6}}), rows)) == exact("66.666667")
    assert total(played(set_of(absolute(["P"], [1])), rows)) == 0
