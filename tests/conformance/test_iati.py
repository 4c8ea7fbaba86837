"""How often IATI publishers publish: a classification over windows of months, as branches of one indicator."""

from __future__ import annotations

import random
from collections.abc import Sequence

from conformance_kit import Row, facts, played

from gongkai_score import Unit, UnitRegister
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.readers.indicator_sets import parse_indicator_set

FACTS = facts("iati")
MONTHS = [f"{2017 if n == 12 else 2018}-{n:02}" for n in (12, *range(1, 12))]
NAMES = ["Less than annual", "Annual", "Six-monthly", "Quarterly", "Monthly"]
# Months 12, 1, …, 11 of the window stand once each, so a season is a window. A publisher's age: whether it had
# published by the day 3, 6 or 12 months before the reference date.
SET = """
id: iati-frequency
title: IATI publishing frequency
events: {data_updated: {en: Data updated, attributes: [topic]}}
indicators:
  - id: F
    name: frequency
    points: 4
    measures:
      three_months_old: {kind: due_by, by: [2018-09-13], end: data_updated, roll: false}
      six_months_old: {kind: due_by, by: [2018-06-13], end: data_updated, roll: false}
      a_year_old: {kind: due_by, by: [2017-12-13], end: data_updated, roll: false}
      year: {kind: frequency, event: data_updated, every: month}
      last2: {kind: frequency, event: data_updated, every: month, months: [10, 11]}
      last3: {kind: frequency, event: data_updated, every: month, months: [9, 10, 11]}
      prior3: {kind: frequency, event: data_updated, every: month, months: [6, 7, 8]}
      last4: {kind: frequency, event: data_updated, every: month, months: [8, 9, 10, 11]}
      last6: {kind: frequency, event: data_updated, every: month, months: [6, 7, 8, 9, 10, 11]}
      prior6: {kind: frequency, event: data_updated, every: month, months: [12, 1, 2, 3, 4, 5]}
    scoring:
      pick: first
      branches:
        - {when: {three_months_old.met: 0}, start: 1}
        - {when: {six_months_old.met: 0, last3.met: 3}, start: 4}
        - {when: {six_months_old.met: 0}, start: 1}
        - {when: {a_year_old.met: 0, last6.met: ">= 4"}, start: 4}
        - {when: {a_year_old.met: 0, last3.met: "> 0", prior3.met: "> 0"}, start: 3}
        - {when: {a_year_old.met: 0}, start: 1}
        - {when: {year.met: ">= 7", last2.met: ">= 1"}, start: 4}
        - {when: {year.met: ">= 3", last4.met: ">= 1"}, start: 3}
        - {when: {last6.met: "> 0", prior6.met: "> 0"}, start: 2}
        - {when: {year.met: "> 0"}, start: 1}
        - {start: 0}
grades:
  - {name: Monthly, at_least: 4}
  - {name: Quarterly, at_least: 3, below: 4}
  - {name: Six-monthly, at_least: 2, below: 3}
  - {name: Annual, at_least: 1, below: 2}
  - {name: Less than annual, below: 1}
"""


def frequency_set() -> IndicatorSet:
    return parse_indicator_set(SET)


def updates(unit: str, months: Sequence[int], first: str) -> list[Row]:
    """The first publication, and an update in the middle of each month that has one and does not hold the first."""
    days = [first] + [f"{month}-20" for month, there in zip(MONTHS, months, strict=True) if there]
    return [{"kind": "data_updated", "unit": unit, "at": day, "ref": day} for day in days if day >= first]


def grades(publishers: dict[str, tuple[Sequence[int], str]]) -> dict[str, str]:
    units = UnitRegister([Unit(name, name) for name in publishers])
    log = [row for name, (months, first) in publishers.items() for row in updates(name, months, first)]
    result = played(frequency_set(), log, units, period="2017-12-01..2018-11-30", as_of=FACTS["reference"])
    return {name: result.place(name).grade for name in publishers}


def test_the_printed_frequency_of_the_three_publishers() -> None:
    rows = FACTS["rows"]
    found = grades({row["publisher"]: ([int(n) for n in row["months"]], row["first"]) for row in rows})
    assert found == {row["publisher"]: row["result"] for row in rows}


def by_the_rule(months: Sequence[int], first: str) -> str:
    """The published rule, step by step."""
    if first > "2018-09-13":
        return "Annual"
    if first > "2018-06-13":
        return "Monthly" if all(months[-3:]) else "Annual"
    if first > "2017-12-13":
        if sum(months[-6:]) >= 4:
            return "Monthly"
        return "Quarterly" if any(months[-3:]) and any(months[-6:-3]) else "Annual"
    if sum(months) >= 7 and any(months[-2:]):
        return "Monthly"
    if sum(months) >= 3 and any(months[-4:]):
        return "Quarterly"
    if any(months[-6:]) and any(months[:6]):
        return "Six-monthly"
    return "Annual" if any(months) else "Less than annual"


def test_four_hundred_other_histories_are_classified_by_the_rule() -> None:
    dice = random.Random(20181213)
    firsts = [
        "2015-03-01",
        "2017-12-13",
        "2017-12-14",
        "2018-01-31",
        "2018-06-13",
        "2018-06-14",
        "2018-09-13",
        "2018-09-14",
    ]
    publishers: dict[str, tuple[list[int], str]] = {}
    for number in range(400):
        first, share = firsts[number % len(firsts)], dice.random()
        months = [int(month + "-20" >= first and dice.random() < share) for month in MONTHS]
        if first[:7] in MONTHS:
            months[MONTHS.index(first[:7])] = 1
        publishers[f"p{number}"] = (months, first)
    expected = {name: by_the_rule(*told) for name, told in publishers.items()}
    assert set(expected.values()) == set(NAMES)
    assert grades(publishers) == expected
