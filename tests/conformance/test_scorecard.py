"""OpenSSF Scorecard: whole points rounded down, groups without a total left out, all weights zero a full score."""

from __future__ import annotations

from typing import Any

import pytest
from conformance_kit import facts, played, set_of, total

from gongkai_score.points import exact

FACTS = facts("scorecard")
EVENTS = {"probed": {"en": "Probe counted", "attributes": ["group", "successes", "total"]}}
DOWN = {"total": 0, "mode": "down"}


def leaf(group: str) -> dict[str, object]:
    event = {"event": "probed", "where": {"group": group}}
    return {
        "id": group, "name": group, "points": 10, "scoring": {"proportion": "value"},
        "measure": {"kind": "threshold", "event": event, "value": "successes", "over": "total"},
    }  # fmt: skip


@pytest.mark.parametrize(("successes", "whole", "score"), FACTS["proportional"])
def test_a_proportion_of_nothing_is_zero_here(successes: str, whole: str, score: str) -> None:
    told = {
        "id": "p", "title": "p", "events": EVENTS, "rounding": DOWN, "indicators": [leaf("g0")],
        "outcomes": {"not_assessed": "zero"},
    }  # fmt: skip
    log = [{"kind": "probed", "group": "g0", "successes": successes, "total": whole}]
    assert total(played(set_of(told), log)) == exact(score)


# A group's weight times its total is its weight in the pooled score: (Σ s·w) ÷ (Σ t·w) = Σ (s/t)·(t·w) ÷ Σ (t·w).
GATES = [
    {
        "id": "error", "name": "more successes than there were", "then": {"fail": True},
        "measures": {
            "share": {
                "kind": "threshold", "event": {"event": "probed", "where": {"total": "> 0"}}, "value": "successes",
                "over": "total", "pick": "maximum", "missing": "not_applicable",
            },
            "of_none": {"kind": "count", "event": {"event": "probed", "where": {"total": 0, "successes": "> 0"}}},
        },
        "when": {"any": [{"share.value": "> 1"}, {"of_none.count": "> 0"}]},
    },
    {
        "id": "inconclusive", "name": "nothing probed", "then": {"fail": True}, "when": {"count": 0},
        "measure": {"kind": "count", "event": {"event": "probed", "where": {"total": "> 0"}}},
    },
]  # fmt: skip


@pytest.mark.parametrize("row", FACTS["groups"], ids=lambda row: str(row["groups"]))
def test_the_printed_score_of_weighted_groups(row: dict[str, Any]) -> None:
    groups = [tuple(map(int, group)) for group in row["groups"]]
    leaves = [leaf(f"g{i}") | {"weight": t * w} for i, (_, t, w) in enumerate(groups)]
    told = {
        "id": "weighted", "title": "weighted", "events": EVENTS, "rounding": DOWN, "gates": GATES,
        "outcomes": {"empty": "full"},
        "indicators": [{"id": "G", "name": "groups", "points": 10, "combine": "weighted", "children": leaves}],
    }  # fmt: skip
    log = [
        {"kind": "probed", "group": f"g{i}", "successes": s, "total": t, "ref": i}
        for i, (s, t, _) in enumerate(groups)
    ]
    end = played(set_of(told), log).total("u")
    if row["score"] in ("error", "inconclusive"):
        assert end.points is None and end.gates[0] == row["score"]
    else:
        assert end.points == exact(row["score"]) and not end.gates
