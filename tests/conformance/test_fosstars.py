"""The example rating of fosstars: two scores, bands with explicit bounds, weights .7 and .3, three labels."""

from __future__ import annotations

from typing import Any

import pytest
from conformance_kit import facts, played, total

from gongkai_score.points import exact
from gongkai_score.readers.indicator_sets import parse_indicator_set

ROWS = facts("fosstars")["rows"]
SET = """
id: fosstars
title: fosstars
events: {project_seen: {en: Project seen, attributes: [review, analysis, commits, contributors]}}
indicators:
  - id: rating
    name: rating
    points: 10
    combine: weighted
    children:
      - id: s1
        name: security testing
        points: 10
        weight: 0.7
        measures:
          review: {kind: threshold, event: project_seen, value: review}
          analysis: {kind: threshold, event: project_seen, value: analysis}
        scoring: {start: 0, steps: [{add: 5, per: review.value}, {add: 5, per: analysis.value}]}
      - id: s2
        name: activity
        points: 10
        weight: 0.3
        children:
          - id: commits
            name: commits
            points: 5
            measure: {kind: threshold, event: project_seen, value: commits}
            scoring: {tiers: {by: value, tiers: [{at_most: 0, points: 0}, {at_most: 10, points: 2}, {at_most: 30, points: 3}, {points: 5}]}}
          - id: contributors
            name: contributors
            points: 5
            measure: {kind: threshold, event: project_seen, value: contributors}
            scoring: {tiers: {by: value, tiers: [{at_most: 0, points: 0}, {at_most: 1, points: 2}, {at_most: 5, points: 3}, {points: 5}]}}
grades:
  - {name: Awful, below: 3}
  - {name: Okay, at_least: 3, below: 8}
  - {name: Awesome, at_least: 8}
"""  # noqa: E501


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['rating']} {row['review']}{row['analysis']}")
def test_the_rating_and_its_label(row: dict[str, Any]) -> None:
    seen = {key: row[key] for key in ("review", "analysis", "commits", "contributors")}
    result = played(parse_indicator_set(SET), [{"kind": "project_seen", **seen}])
    assert [result.node("u", node).points for node in ("s1", "s2")] == [exact(row["s1"]), exact(row["s2"])]
    rating = total(result)
    assert rating == exact(row["rating"]) and result.place("u").grade == row["label"]
    low, high = map(exact, row["interval"])
    assert rating is not None and low <= rating <= high


@pytest.mark.parametrize(("commits", "points"), [(0, 0), (1, 2), (10, 2), (11, 3), (30, 3), (31, 5)])
def test_both_sides_of_every_bound_of_a_band(commits: int, points: int) -> None:
    seen = {"review": 0, "analysis": 0, "commits": commits, "contributors": 0}
    result = played(parse_indicator_set(SET), [{"kind": "project_seen", **seen}])
    assert result.node("u", "s2").points == points
