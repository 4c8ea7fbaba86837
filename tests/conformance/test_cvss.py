"""CVSS 3.1 round-up: to 5 decimals, then up at 1: two roundings, so two sets, the second on the first."""

from __future__ import annotations

import pytest
from conformance_kit import played, total

from gongkai_score.points import exact, rounded
from gongkai_score.readers.indicator_sets import parse_indicator_set

# CVSS 3.1 specification, appendix A, as cited in its calculator: value, rounded up.
PRINTED = [("4.02", "4.1"), ("4.00", "4.0"), ("4.000002", "4.0")]
FIVE = """
id: cvss-five
title: five decimals
rounding: {total: 5}
events: {vector_scored: {en: Vector scored, attributes: [part, score]}}
indicators:
  - {id: A, name: base, points: 10, scoring: {steps: [{scale: 10%}, {scale: value}]},
     measure: {kind: threshold, event: vector_scored, value: score, pick: sum}}
"""
UP = """
id: cvss-up
title: rounded up
rounding: {total: 1, mode: up}
indicators:
  - {id: R, name: base score, points: 10, scoring: {proportion: rate},
     measure: {kind: result, of: [five]}}
"""


def rounded_up(*scores: str) -> object:
    log = [{"kind": "vector_scored", "part": i, "score": score} for i, score in enumerate(scores)]
    five = played(parse_indicator_set(FIVE), log)
    return total(played(parse_indicator_set(UP), [], results={"five": five}))


@pytest.mark.parametrize(("value", "printed"), PRINTED)
def test_the_printed_round_up(value: str, printed: str) -> None:
    assert rounded_up(value) == exact(printed)


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    assert rounded_up("0.1", "0.2") == exact("0.3")


def test_without_the_step_at_five_decimals_exact_arithmetic_rounds_every_excess_up() -> None:
    assert rounded(exact("4.000002"), 1, "up") == exact("4.1")
