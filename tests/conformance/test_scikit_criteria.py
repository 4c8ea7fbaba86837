"""Examples of scikit-criteria: weighted sums and products over columns divided by their sum, and the ranks.

Preparation outside the set, as there documented: minimised columns are inverted and stand beside their column's
sum in the log. The set divides, weights, adds and ranks.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from conformance_kit import facts, played, set_of

from gongkai_score import Assessment, Unit, UnitRegister
from gongkai_score.points import exact, rounded

EXAMPLES = {one["name"]: one for one in facts("scikit_criteria")["examples"]}
NOT_EXPRESSIBLE = {
    "TOPSIS": "distances to an ideal and an anti-ideal: each score depends on all criteria of all alternatives at "
    "once, and the account of a lost point would not add up; peers compare one quantity at a time",
    "agreement of rankings": "correlations between two lists of ranks compare two results and assess nobody",
}


def prepared(example: dict[str, Any]) -> list[dict[str, object]]:
    """One row for each alternative and criterion: the value, inverted if less is better, and its column's sum."""
    rows = [[exact(cell) for cell in row] for row in example["matrix"]]
    columns = [
        [1 / cell if objective == "min" else cell for cell in column]
        for column, objective in zip(zip(*rows, strict=True), example["objectives"], strict=True)
    ]
    return [
        {"kind": "judged", "unit": unit, "criterion": f"c{k}", **whole(column[i], sum(column, Fraction(0)))}
        for i, unit in enumerate(example["alternatives"])
        for k, column in enumerate(columns)
    ]


def whole(value: Fraction, of: Fraction) -> dict[str, int]:
    """The same quotient in whole numbers: a log holds decimals, and an inverted number seldom is one."""
    return {"value": value.numerator * of.denominator, "of": of.numerator * value.denominator}


def decided(example: dict[str, Any], combine: str) -> Assessment:
    weights = [exact(weight) for weight in example["weights"]]
    criteria = [
        {
            "id": f"c{k}", "name": f"c{k}", "points": str(weight), "scoring": {"proportion": "value"},
            "measure": {
                "kind": "threshold", "event": {"event": "judged", "where": {"criterion": f"c{k}"}},
                "value": "value", "over": "of",
            },
        }
        for k, weight in enumerate(weights)
    ]  # fmt: skip
    told = {
        "id": "criteria", "title": "criteria", "ranking": {"within": "all", "rounded": False},
        "rounding": {"mode": "half_up"},
        "events": {"judged": {"en": "Criterion judged", "attributes": ["criterion", "value", "of"]}},
        "indicators": [{"id": "all", "name": "all", "points": 1, "combine": combine, "children": criteria}],
    }  # fmt: skip
    units = UnitRegister([Unit(name, name) for name in example["alternatives"]])
    return played(set_of(told), prepared(example), units)


@pytest.mark.parametrize("name", EXAMPLES)
def test_weighted_sums_and_their_ranks_are_those_printed(name: str) -> None:
    example = EXAMPLES[name]
    result = decided(example, "sum")
    expected = example["weighted_sum"]
    for unit, score in zip(
        example["alternatives"], expected.get("scores", []), strict=bool(expected.get("scores"))
    ):
        found = result.total(unit).points
        assert found is not None
        assert rounded(found, len(score) - 2) == exact(score)
    assert [str(result.place(unit).rank) for unit in example["alternatives"]] == expected["ranks"]


def test_weighted_products_with_equal_weights_are_geometric_means_and_rank_alike() -> None:
    example = EXAMPLES["cryptocurrencies"]
    result = decided(example, "geometric")
    assert [str(result.place(u).rank) for u in example["alternatives"]] == example["weighted_product"]["ranks"]
