"""Lighthouse's weighted mean, rounded half up at two decimals, as an indicator set."""

from __future__ import annotations

from typing import Any

import pytest
from conformance_kit import facts, played, set_of, total

from gongkai_score.points import exact

ROWS = facts("lighthouse")["rows"]
NOT_EXPRESSIBLE = {
    "log-normal": "½·erfc(0.9061938·ln(v/median)/ln(median/p10)): the language has no transcendental function, and "
    "no scheme of a government that was read scores on a curve; scores from one come in as numbers (threshold)",
}


def category(items: list[list[str]]) -> dict[str, object]:
    audits: list[dict[str, object]] = [
        {
            "id": f"a{i}", "name": f"a{i}", "points": 1, "weight": weight,
            "measure": {
                "kind": "threshold", "event": {"event": "audited", "where": {"audit": f"a{i}"}}, "value": "score",
                "missing": "not_applicable",
            },
            "scoring": {"proportion": "value"},
        }
        for i, (_, weight) in enumerate(items or [["", "1"]])
    ]  # fmt: skip
    return {
        "id": "lighthouse", "title": "Lighthouse", "rounding": {"total": 2}, "outcomes": {"empty": "zero"},
        "events": {"audited": {"en": "Audit run", "attributes": ["audit", "score"]}},
        "indicators": [{"id": "C", "name": "category", "points": 1, "combine": "weighted", "children": audits}],
    }  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_the_printed_score_of_a_category(row: dict[str, Any]) -> None:
    log = [{"kind": "audited", "audit": f"a{i}", "score": s} for i, (s, _) in enumerate(row["items"]) if s != "NA"]
    result = played(set_of(category(row["items"])), log)
    assert total(result) == exact(row["score"])
    if "exact" in row:
        assert result.node("u", "C").points == exact(row["exact"])
