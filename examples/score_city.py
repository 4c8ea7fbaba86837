"""Scores the example city in Python: read, assess, rank, explain one indicator of one unit.

python examples/score_city.py
"""

from __future__ import annotations

from pathlib import Path

from gongkai_score.pipeline import assess
from gongkai_score.points import decimal_text
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.indicator_sets import read_indicator_set
from gongkai_score.readers.logs import read_log
from gongkai_score.readers.units import read_units

HERE = Path(__file__).parent
CITY = HERE / "city"


def main() -> None:
    indicators = read_indicator_set(HERE.parent / "indicators" / "bishan-2019.yaml")
    units = read_units(CITY / "units.csv")
    log = read_log([CITY / "log.csv", CITY / "log_gb18030.csv"], units=units)
    print(log)

    result = assess(indicators, log, units, calendar=national_calendar(), period="2019", as_of="2020-01-17")

    print("\n排名 Ranking")
    for place in sorted(result.places, key=lambda place: (place.group, place.rank is None, place.rank)):
        if place.points is not None:
            name = result.units[place.unit].name
            print(f"{place.group} {place.rank or '—':>3}  {decimal_text(place.points):>6}  {name}")

    print("\n为什么 Why")
    unit, indicator = units.ids.index("D08"), "5.3-5"
    score = result.nodes[indicator][unit]
    print(result.units[unit].name, indicator, score.outcome, decimal_text(score.points))
    cases = next(iter(result.cases[indicator].values()))
    for number in cases.of_unit(unit):
        case = cases.case(number)
        print(f"  {case.key}  {case.start} → {case.done or '未答复'}，限 {case.due}：{case.verdict.name.lower()}")


if __name__ == "__main__":
    main()
