"""What a set keeps for the next assessment tells apart all that decides: variants with other points, and proof."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from gongkai_score import Unit, UnitRegister, assess, national_calendar, read_log
from gongkai_score.readers.indicator_sets import parse_indicator_set

SET = """
id: kept
title: 沿用
full_marks: 30
indicators:
  - id: A
    name: 培训
    points: 10
    scoring: {proportion: fulfilment}
    measure: {kind: count, event: training_held, at_least: 2}
    variants:
      - {for: {type: town}, points: 4}
  - id: B
    name: 会议
    points: 20
    scoring: {proportion: fulfilment}
    measure: {kind: count, event: meeting_held, at_least: 1}
"""


def test_units_of_one_state_keep_the_points_of_their_own_variant() -> None:
    units = UnitRegister([Unit("a", "甲局", type="department"), Unit("b", "乙镇", type="town")])
    rows = [(unit, kind, "2019-05-06") for unit in "ab" for kind in ("training_held", "meeting_held")]
    frame = pd.DataFrame(rows, columns=["unit", "kind", "at"], dtype="string")
    indicator_set = parse_indicator_set(SET)
    for _ in range(2):  # the second time everything is known already
        result = assess(indicator_set, read_log(frame), units, calendar=national_calendar(), period="2019")
        # one training of two: half of 10 for the department, half of 4 for the town
        assert [result.nodes["A"][unit].points for unit in (0, 1)] == [Fraction(5), Fraction(2)]
        assert [result.nodes["A"][unit].full for unit in (0, 1)] == [Fraction(10), Fraction(4)]
