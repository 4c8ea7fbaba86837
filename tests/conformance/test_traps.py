"""Mistakes other systems made and published, each tried here once.

Others are tried where they belong: a weight of zero in test_xccdf, ranking of rounded scores in test_asem_pillars,
nothing applicable in test_disagreements, make-up working days known to every function in tests/test_work_calendar.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from conformance_kit import played, set_of, total
from test_iati import FACTS, MONTHS, frequency_set, updates

from gongkai_score import Assessment, Unit, UnitRegister, assess, national_calendar, read_log, to_json
from gongkai_score.cli import cli
from gongkai_score.errors import IndicatorSetError
from gongkai_score.outcomes import Verdict
from gongkai_score.points import exact
from gongkai_score.readers.indicator_sets import check_indicator_set, parse_indicator_set

BROKEN = Path(__file__).parents[1] / "broken"
THREE = ("meeting_held", "training_held", "activity_held")
PUBLISHERS = UnitRegister([Unit(row["publisher"], row["publisher"]) for row in FACTS["rows"]])
UPDATES = [one for r in FACTS["rows"] for one in updates(r["publisher"], [int(n) for n in r["months"]], r["first"])]


# 1/3 written as 33.3 (ATT, pull request 602)
@pytest.mark.parametrize(
    ("points", "total_points", "grade"), [("85/3", "85", "reached"), ("28.3", "84.9", "missed")]
)
def test_thirds_are_fractions_and_the_edge_of_a_band_is_reached(points: str, total_points: str, grade: str) -> None:
    leaves = "\n".join(
        f"  - {{id: {event}, name: {event}, points: {points}, measure: {{kind: exists, event: {event}}}}}"
        for event in THREE
    )
    told = f"""
id: thirds
title: thirds
indicators:
{leaves}
grades: [{{name: reached, at_least: 85}}, {{name: missed, below: 85}}]
"""
    result = played(parse_indicator_set(told), [{"kind": kind} for kind in THREE])
    assert total(result) == exact(total_points) and result.place("u").grade == grade


# Weights of 103.5 because two indicators are alternatives (ATT 609)
INFLATED = """
id: alternatives
title: alternatives
indicators:
  - id: G
    name: G
    points: 100
    children:
      - {id: A, name: A, points: 96.5, measure: {kind: exists, event: meeting_held}}
      - {id: B, name: B, points: 3.5, measure: {kind: exists, event: training_held}}
      - {id: C, name: C, points: 3.5, measure: {kind: exists, event: activity_held}}
"""
DECLARED = """
id: alternatives
title: alternatives
indicators:
  - id: G
    name: G
    points: 100
    children:
      - {id: A, name: A, points: 96.5, measure: {kind: exists, event: meeting_held}}
      - id: B
        name: B or C
        points: 3.5
        measures: {B: {kind: exists, event: training_held}, C: {kind: exists, event: activity_held}}
        scoring: {pick: best, branches: [{steps: [{scale: B.rate}]}, {steps: [{scale: C.rate}]}]}
"""


def test_a_sum_inflated_by_alternatives_is_named_and_declared_ones_are_worth_one(tmp_path: Path) -> None:
    path = tmp_path / "alternatives.yaml"
    path.write_text(INFLATED, encoding="utf-8")
    (found,) = check_indicator_set(path)[1]
    assert (found.code, found.values["id"], found.values["sum"]) == ("S201", "G", "103.5")
    path.write_text(DECLARED, encoding="utf-8")
    declared, problems = check_indicator_set(path)
    assert declared is not None and not problems
    for kinds in (THREE[:2], (THREE[0], THREE[2]), THREE):
        assert total(played(declared, [{"kind": kind} for kind in kinds])) == 100


# A weight joined to the wrong indicator by position (COINr 0.6.2)
def test_the_order_of_the_indicators_in_the_file_changes_no_number() -> None:
    leaves = [
        {
            "id": name, "name": name, "points": points, "weight": points, "scoring": {"proportion": "fulfilment"},
            "measure": {"kind": "count", "event": event, "at_least": 4},
        }
        for name, points, event in zip("ABC", (20, 30, 50), THREE, strict=True)
    ]  # fmt: skip
    log = [{"kind": kind, "ref": n} for kind, many in zip(THREE, (1, 2, 3), strict=True) for n in range(many)]
    for order in permutations(leaves):
        group = {"id": "G", "name": "G", "points": 100, "combine": "weighted", "children": list(order)}
        result = played(set_of({"id": "order", "title": "order", "indicators": [group]}), log)
        assert {line.quantity: line.change for line in result.node("u", "G").lines} == {"A": 5, "B": 15, "C": 37.5}
        assert total(result) == 57.5  # 20 · ¼ + 30 · ½ + 50 · ¾


# The last day of a month counted in the next (IATI 406)
def test_an_event_on_a_boundary_day_belongs_to_its_own_month() -> None:
    days = [date(2019, m, d) for m in range(1, 13) for d in (1, monthrange(2019, m)[1])]
    units = UnitRegister([Unit(str(day), str(day)) for day in days])
    log = [{"kind": "meeting_held", "unit": day, "at": f"{day} 23:59:59"} for day in days]
    measure = {"kind": "frequency", "event": "meeting_held", "every": "month"}
    leaf = {"id": "M", "name": "M", "points": 12, "measure": measure}
    result = played(set_of({"id": "m", "title": "m", "indicators": [leaf]}), log, units)
    for day in days:
        met = [case.key for _, case in result.cases_of(str(day), "M") if case.verdict is Verdict.MET]
        assert met == [f"{day:%Y-%m}"]


# A window that is six days off (IATI 525)
@pytest.mark.parametrize("moved", range(-7, 8))
def test_moving_the_date_of_assessment_changes_only_what_lies_between(moved: int) -> None:
    reference = date.fromisoformat(FACTS["reference"])
    as_of = reference + timedelta(days=moved)
    # Windows of whole months stay where they are.
    assert {place.grade for place in frequencies(str(as_of)).places} == {"Quarterly"}
    before, after = unanswered(reference), unanswered(as_of)
    changed = {day for day in STARTS if before[day] != after[day]}
    first, last = sorted((reference, as_of))
    assert changed == {day for day in STARTS if first < day + timedelta(days=20) <= last}
    assert len(changed) == abs(moved)


STARTS = [date(2018, 11, 10) + timedelta(days=n) for n in range(26)]
DEADLINE = """
id: deadline
title: deadline
indicators:
  - id: D
    name: D
    points: 1
    measure: {kind: deadline, start: request_received, end: request_answered, within: 20 days, roll: false}
"""


def frequencies(as_of: str) -> Assessment:
    window = f"{MONTHS[0]}-01..{MONTHS[-1]}-30"
    return played(frequency_set(), UPDATES, PUBLISHERS, period=window, as_of=as_of)


def unanswered(as_of: date) -> dict[date, object]:
    """What a request of each day, never answered, comes to at a date of assessment."""
    units = UnitRegister([Unit(str(day), str(day)) for day in STARTS])
    log = [{"kind": "request_received", "unit": day, "at": day, "ref": "1"} for day in STARTS]
    result = played(parse_indicator_set(DEADLINE), log, units, period="2018", as_of=str(as_of))
    return {day: result.node(str(day), "D").outcome for day in STARTS}


# A key in the wrong place ignored (policyengine-us 8905)
@pytest.mark.parametrize("key", ["within: 5 days", "at_least: 3", "when: {found: 0}", "celling: 5"])
def test_a_key_in_the_wrong_place_is_an_error_with_its_line(key: str) -> None:
    text = f"""id: misplaced
title: misplaced
indicators:
  - id: A
    name: A
    points: 1
    {key}
    measure: {{kind: exists, event: meeting_held}}
"""
    with pytest.raises(IndicatorSetError) as caught:
        parse_indicator_set(text)
    assert [one.line for one in caught.value.problems] == [7]


# A malformed file of waivers, and the run goes on (inspec 6644); here exemptions stand in the log and the register
@pytest.mark.parametrize("file", ["logs/missing_columns.csv", "logs/damaged.xlsx", "units/ragged.csv"])
def test_a_malformed_file_stops_the_run_and_leaves_no_result(tmp_path: Path, file: str) -> None:
    good, out = tmp_path / "good.csv", tmp_path / "result.json"
    is_log = file.startswith("logs")
    good.write_text(
        "id,name\nu,甲局\n" if is_log else "unit,kind,at\n甲局,meeting_held,2019-01-02\n", encoding="utf-8"
    )
    log, units = (BROKEN / file, good) if is_log else (good, BROKEN / file)
    words = ["score", "bengbu-2017", log, "--units", units, "--period", "2019", "--out", out]
    done = CliRunner().invoke(cli, [str(word) for word in words])
    assert done.exit_code != 0 and not out.exists()


# What is cached is missing from the trace of the second evaluation (policyengine-core 541 to 543)
def test_two_assessments_of_one_log_are_the_same_in_either_order() -> None:
    sets = {"frequency": frequency_set(), "monthly": parse_indicator_set(MONTHLY)}

    def traces(*order: str) -> dict[str, str]:
        frame = pd.DataFrame(UPDATES, dtype="string")
        log = read_log(frame, units=PUBLISHERS, name="log", event_kinds=["data_updated"])
        calendar = national_calendar()
        results = {name: assess(sets[name], log, PUBLISHERS, calendar=calendar, period="2018") for name in order}
        return {name: to_json(result) for name, result in results.items()}

    assert traces("frequency", "monthly") == traces("monthly", "frequency")


MONTHLY = """
id: monthly
title: monthly
events: {data_updated: 更新}
indicators:
  - {id: F, name: F, points: 1, measure: {kind: frequency, event: data_updated, every: month, at_least: 2}}
"""
