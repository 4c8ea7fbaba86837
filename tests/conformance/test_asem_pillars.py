"""The ASEM index from its eight pillars: two sub-indexes, the index and all 51 ranks.

The pillars are printed to 6 decimals, each off by at most half a unit of the last. A mean of numbers so rounded is
off by at most as much, and so are the printed means: they must agree within one unit of the sixth decimal.
"""

from __future__ import annotations

import csv
from collections import Counter
from fractions import Fraction

import pytest
from conformance_kit import DATA, played

from gongkai_score import Assessment, Unit, UnitRegister
from gongkai_score.points import exact, rounded
from gongkai_score.readers.indicator_sets import parse_indicator_set

LINES = (DATA / "asem_pillars.csv").read_text("utf-8").splitlines()
ROWS = list(csv.DictReader(line for line in LINES if not line.startswith("#")))
LAST_DECIMAL = Fraction(1, 10**6)
CONN = ("Physical", "ConEcFin", "Political", "Instit", "P2P")
SUST = ("Environ", "Social", "SusEcFin")


def pillar(code: str) -> str:
    return (
        f"          - {{id: {code}, name: {code}, points: 100,\n"
        "             scoring: {steps: [{scale: 1%}, {scale: value}]},\n"
        f"             measure: {{kind: threshold, event: country_measured, value: {code}}}}}"
    )


SET = f"""
id: asem-pillars
title: ASEM
rounding: {{mode: half_up}}
ranking: {{by: total, within: all, rounded: ROUNDED, ties: competition}}
events: {{country_measured: {{en: Country measured, attributes: [{", ".join(CONN + SUST)}]}}}}
indicators:
  - id: Index
    name: Sustainable connectivity
    points: 100
    combine: mean
    children:
      - id: Conn
        name: Connectivity
        points: 100
        combine: mean
        children:
{chr(10).join(map(pillar, CONN))}
      - id: Sust
        name: Sustainability
        points: 100
        combine: mean
        children:
{chr(10).join(map(pillar, SUST))}
"""


def ranked(text: str) -> Assessment:
    units = UnitRegister([Unit(row["uCode"], row["uCode"]) for row in ROWS])
    log = [{"kind": "country_measured", "unit": row["uCode"], **{p: row[p] for p in CONN + SUST}} for row in ROWS]
    return played(parse_indicator_set(text), log, units)


@pytest.fixture(scope="module")
def result() -> Assessment:
    return ranked(SET.replace("ROUNDED", "false"))


def test_the_table_is_whole() -> None:
    assert len(ROWS) == 51 and [row["Rank"] for row in ROWS] == [str(n) for n in range(1, 52)]


@pytest.mark.parametrize("node", ["Conn", "Sust", "Index"])
def test_sub_indexes_and_index_agree_as_far_as_the_pillars_are_printed(result: Assessment, node: str) -> None:
    for row in ROWS:
        found = result.node(row["uCode"], node).points
        assert found is not None and abs(found - exact(row[node])) <= LAST_DECIMAL, row["uCode"]


def test_all_51_ranks_are_those_printed(result: Assessment) -> None:
    assert [str(result.place(row["uCode"]).rank) for row in ROWS] == [row["Rank"] for row in ROWS]


def test_rounding_before_ranking_would_tie_37_countries_and_is_a_setting() -> None:
    # COINr 1.1.9 once ranked rounded scores.
    whole = Counter(rounded(exact(row["Index"]), 0) for row in ROWS)
    assert sum(number for number in whole.values() if number > 1) == 37
    tied = ranked(SET.replace("ROUNDED", "true").replace("{mode: half_up}", "{total: 0}"))
    ranks = Counter(place.rank for place in tied.places)
    assert sum(number for number in ranks.values() if number > 1) == 37
