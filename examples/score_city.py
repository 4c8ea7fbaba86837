"""Scores the example city in Python: read, assess, rank, explain one indicator of one unit.

python examples/score_city.py
"""

from __future__ import annotations

from pathlib import Path

import gongkai_score as gs

CITY = Path(__file__).parent / "city"


def main() -> None:
    units = gs.read_units(CITY / "units.csv")
    log = gs.read_log([CITY / "log.csv", CITY / "log_gb18030.csv"], units=units)
    print(log)

    result = gs.assess(
        gs.read_indicator_set("bishan-2019"),
        log,
        units,
        calendar=gs.national_calendar(),
        period="2019",
        as_of="2020-01-31",
    )
    print(result)

    print("\n名次 Ranks")
    ranking = gs.ranking_frame(result)
    print(ranking[["group", "rank", "unit_name", "points"]].to_string(index=False))

    print("\n为什么 Why")
    print(gs.explain(result, "D08", "5.3-5").text())


if __name__ == "__main__":
    main()
