"""Alaveteli's deadlines as an indicator: the printed last day is in time, the day after is late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from conformance_kit import facts, played, total

from gongkai_score import WorkCalendar
from gongkai_score.period import parse_day
from gongkai_score.readers.indicator_sets import parse_indicator_set

FACTS = facts("alaveteli")
CALENDAR = WorkCalendar.from_rest_days(
    parse_day("2007-01-01"), parse_day("2009-12-31"), holidays=map(parse_day, FACTS["holidays"]), name="Alaveteli"
)
SET = """
id: alaveteli
title: Alaveteli
indicators:
  - id: A
    name: answered in time
    points: 10
    measure: {kind: deadline, start: request_received, end: request_answered, within: LIMIT, roll: true}
"""
CASES = [("20 working days", *pair) for pair in FACTS["working_days"]]
CASES += [("20 days", *pair) for pair in FACTS["calendar_days"]]


@pytest.mark.parametrize(("limit", "received", "due"), CASES)
@pytest.mark.parametrize(("after", "points"), [(0, 10), (1, 0)])
def test_the_printed_last_day_is_the_last_day_in_time(
    limit: str, received: str, due: str, after: int, points: int
) -> None:
    answered = date.fromisoformat(due) + timedelta(days=after)
    log = [
        {"kind": "request_received", "at": received, "ref": "1"},
        {"kind": "request_answered", "at": answered, "ref": "1"},
    ]
    indicator_set = parse_indicator_set(SET.replace("LIMIT", limit))
    result = played(indicator_set, log, period=due[:4], calendar=CALENDAR)
    ((_, case),) = result.cases_of("u", "A")
    assert str(case.due) == due
    assert total(result) == points
