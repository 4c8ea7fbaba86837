"""Five sets and four quarters over one indexed log, and what an amendment costs.

    python benchmarks/many.py --events 1e6 --units 3000 --out docs/performance.md

The sets are those shipped; each assesses every quarter of one year. The ways take turns, and medians count; results
are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from benchmarks.make_log import UNIT_TYPES, MadeLog, make_log  # noqa: E402
from benchmarks.page import put  # noqa: E402
from gongkai_score.activity_log import ActivityLog  # noqa: E402
from gongkai_score.amendments import assess_and_keep, reassess  # noqa: E402
from gongkai_score.assessment import Assessment  # noqa: E402
from gongkai_score.pipeline import assess  # noqa: E402
from gongkai_score.readers.calendars import national_calendar  # noqa: E402
from gongkai_score.readers.indicator_sets import read_indicator_set  # noqa: E402
from gongkai_score.units import Unit, UnitRegister  # noqa: E402

SETS = ("bengbu-2017", "jinan-2018", "jiangmen-2016", "huainan-2024", "bishan-2019")
QUARTERS = ("2019Q1", "2019Q2", "2019Q3", "2019Q4")
WORKLOAD = Path(__file__).parent / "workload.yaml"
TITLES = ("Many sets and periods over one log", "Amendments")


@dataclass
class Way:
    """One way of doing it and how long each turn took."""

    what: str
    run: Callable[[], object]
    seconds: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def turns(ways: Sequence[Way], repeats: int) -> None:
    """Runs the ways one after the other, again and again."""
    for _ in range(repeats):
        for way in ways:
            begun = time.perf_counter()
            way.run()
            way.seconds.append(time.perf_counter() - begun)


def register_of(log: MadeLog) -> UnitRegister:
    types = [UNIT_TYPES[code] for code in log.unit_type.tolist()]
    return UnitRegister([Unit(u, u, type=kind) for u, kind in zip(log.units, types, strict=True)])


def many_sets(made: MadeLog, repeats: int) -> list[Way]:
    """Twenty assessments: over a log indexed for each, over one that forgets, over one that is in use."""
    calendar, units, columns = national_calendar(), register_of(made), made.event_columns()
    sets = [read_indicator_set(name) for name in SETS]
    held = ActivityLog.build(columns)

    def twenty(log: Callable[[], ActivityLog]) -> list[Assessment]:
        return [assess(one, log(), units, calendar=calendar, period=q) for one in sets for q in QUARTERS]

    def together() -> list[Assessment]:
        unseen = replace(held)
        return twenty(lambda: unseen)

    apart, shared = twenty(lambda: ActivityLog.build(columns)), together()
    for one, other in zip(apart, shared, strict=True):
        for a, b in zip(one.totals, other.totals, strict=True):
            assert a.points == b.points
    ways = [
        Way("twenty runs, the log indexed for each", lambda: twenty(lambda: ActivityLog.build(columns)), []),
        Way(
            "twenty runs over one indexed log, each as if it were the first",
            lambda: twenty(lambda: replace(held)),
            [],
        ),
        Way("**five sets and four quarters over one indexed log**", together, []),
    ]
    turns(ways, repeats)
    return ways


def amendments(made: MadeLog, repeats: int) -> list[Way]:
    """The whole log again, and only the one unit in a hundred whose records changed."""
    calendar, units, rules = national_calendar(), register_of(made), read_indicator_set(WORKLOAD)
    columns = made.event_columns()
    log = ActivityLog.build(columns)
    names = [units.ids[i] for i in range(0, len(units), 100)]
    gone = np.isin(columns.unit.codes, [columns.unit.values.index(name) for name in names])
    dropped = np.flatnonzero(gone)[::7]
    amended = _without(log, made, dropped)
    told = {"calendar": calendar, "period": made.period}
    kept = assess_and_keep(rules, log, units, **told)
    again = reassess(kept, amended)
    whole = assess_and_keep(rules, amended, units, **told)
    assert [t.points for t in again.assessment.totals] == [t.points for t in whole.assessment.totals]
    print(f"{len(again.measured)} of {len(units)} units measured again", file=sys.stderr)
    ways = [
        Way("the whole log measured again", lambda: assess_and_keep(rules, amended, units, **told), []),
        Way(
            "**only the units that changed**, which are found by comparing the logs",
            lambda: reassess(kept, amended),
            [],
        ),
        Way("the same, the units named", lambda: reassess(kept, amended, again.measured), []),
    ]
    turns(ways, repeats)
    return ways


def _without(log: ActivityLog, made: MadeLog, rows: np.ndarray) -> ActivityLog:
    """The log less the events of some rows."""
    numbers = made.event_columns().row[rows]
    masks = {kind: np.isin(table.row, numbers) for kind, table in log.tables.items()}
    return log.without({kind: mask for kind, mask in masks.items() if mask.any()}, ())


def section(title: str, words: str, ways: Sequence[Way]) -> tuple[str, str]:
    base = ways[0].median
    lines = [f"## {title}", "", words, "", "| way | seconds | of the first |", "|---|---:|---:|"]
    lines += [f"| {way.what} | {way.median:.3g} | {way.median / base:.2f} |" for way in ways]
    return title, "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=lambda text: int(float(text)), default=1_000_000)
    parser.add_argument("--units", type=int, default=3000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", type=Path, help="Markdown page to write the sections into")
    told = parser.parse_args(arguments)
    made = make_log(units=told.units, events=told.events)
    size = f"{told.events:,} events, {told.units:,} units; {told.repeats} turns, medians"
    found = [
        section(
            TITLES[0],
            f"The five shipped sets (632 indicators) for the four quarters of a year: twenty assessments. {size}.",
            many_sets(made, told.repeats),
        ),
        section(
            TITLES[1],
            f"The workload above after records of one unit in a hundred were taken out. {size}.",
            amendments(made, told.repeats),
        ),
    ]
    if told.out is None:
        print("\n\n".join(text for _, text in found))
    else:
        put(told.out, found)


if __name__ == "__main__":
    main()
