"""How long measuring takes: 3,000 units, a year of 1,000,000 events, thirty measures, cases and measurements.

Run ``python benchmarks/measure_probe.py [--units 3000] [--events 1000000] [--repeats 5] [--profile]``. Events are
made from a seed; building the log is not timed.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import time

import numpy as np

from gongkai_score.activity_log import NO_DAY, NO_TIME, ActivityLog, Coded, EventColumns, Moments
from gongkai_score.measure_kinds import Condition, Dated, Duration, Measure, Selector, Tally, TimeLimit
from gongkai_score.measures import View, measure
from gongkai_score.period import Window
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.reduction import reduce
from gongkai_score.units import Unit, UnitRegister

WINDOW = Window.parse("2019")
KINDS = (
    "channel_updated",
    "document_published",
    "information_published",
    "interpretation_published",
    "matter_arose",
    "request_answered",
    "request_received",
)
SITE, NEW_MEDIA = "new_media", "site"


def build(units: int, events: int, seed: int = 20190904) -> tuple[ActivityLog, UnitRegister]:
    """A seeded log: updates, documents with interpretations, matters with publications, requests with answers."""
    rng = np.random.default_rng(seed)
    share = {"matter": 0.17, "document": 0.07, "request": 0.06}
    pairs = {name: int(events * part) for name, part in share.items()}
    updates = events - 2 * sum(pairs.values())
    parts: list[tuple[int, np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []

    def add(kind: str, unit: np.ndarray, day: np.ndarray, ref: np.ndarray, attr: np.ndarray) -> None:
        parts.append((KINDS.index(kind), unit, day, ref, attr))

    unit = rng.integers(0, units, updates)
    day = rng.integers(WINDOW.first, WINDOW.last + 1, updates)
    add("channel_updated", unit, day, np.full(updates, -1), rng.integers(0, 4, updates))
    base = 0
    for name, start, end, spread in (
        ("matter", "matter_arose", "information_published", 40),
        ("document", "document_published", "interpretation_published", 9),
        ("request", "request_received", "request_answered", 45),
    ):
        n = pairs[name]
        unit = rng.integers(0, units, n)
        day = rng.integers(WINDOW.first, WINDOW.last + 1, n)
        ref = base + rng.permutation(n)
        base += n
        attr = rng.integers(0, 4, n)
        add(start, unit, day, ref, attr)
        answered = rng.random(n) < 0.93
        done = day + rng.integers(0, spread, n)
        add(end, unit[answered], done[answered], ref[answered], attr[answered])
    kind = np.concatenate([np.full(len(p[1]), p[0]) for p in parts])
    unit, day, ref, attr = (np.concatenate([p[i] for p in parts]) for i in (1, 2, 3, 4))
    rows = len(kind)
    ids = tuple(f"u{i:06d}" for i in range(units))
    columns = EventColumns(
        unit=Coded(unit.astype(np.int32), ids),
        kind=Coded(kind.astype(np.int32), KINDS),
        at=Moments(day.astype(np.int32), np.full(rows, NO_TIME, np.int32)),
        ref=Coded(ref.astype(np.int32), np.array([f"R{i:07d}" for i in range(base)])),
        id=Coded.empty(rows),
        attributes={"channel": Coded(attr.astype(np.int32), ("hotline", "new_media", "press", "site"))},
        moments={"withdrawn_at": Moments(np.full(rows, NO_DAY, np.int32), np.full(rows, NO_TIME, np.int32))},
        file=np.zeros(rows, np.int32),
        row=np.arange(2, rows + 2),
        files=("events.csv",),
    )
    register = UnitRegister([Unit(i, i) for i in ids])
    return ActivityLog.build(columns, duplicates=False), register


def measures() -> list[tuple[str, Measure, frozenset[str]]]:
    """Thirty measures of the sorts of a county's scheme."""

    def on(kind: str, channel: str | None = None) -> Selector:
        return Selector(kind, (("channel", Condition("==", channel)),) if channel else ())

    def limit(start: str, end: str, n: int, unit: str = "working_day", channel: str | None = None) -> TimeLimit:
        within = Dated.always(Duration(n, unit))  # type: ignore[arg-type]
        return TimeLimit("deadline", on(end), on(start, channel), within=within)

    def every(period: str, n: int = 1, channel: str | None = None, kind: str = "channel_updated") -> Tally:
        return Tally("frequency", on(kind, channel), period, Dated.always(n))  # type: ignore[arg-type]

    def number(n: int, kind: str, channel: str | None = None, by: str = "event") -> Tally:
        return Tally("count", on(kind, channel), "window", Dated.always(n), count_by=by)

    none: frozenset[str] = frozenset()
    late, gap = frozenset({"days_late", "longest_late"}), frozenset({"longest_gap"})
    statutory = Dated(
        (
            (None, 18030, Duration(15, "working_day")),
            (18031, None, Duration(20, "working_day")),
        )
    )
    return [
        ("20 working days", limit("matter_arose", "information_published", 20), none),
        ("20 working days, site", limit("matter_arose", "information_published", 20, channel="site"), none),
        ("15 natural days", limit("matter_arose", "information_published", 15, "day"), none),
        ("10 working days, days late", limit("matter_arose", "information_published", 10), late),
        ("interpretation in 3", limit("document_published", "interpretation_published", 3), none),
        ("interpretation in 5", limit("document_published", "interpretation_published", 5), none),
        (
            "interpretation in 3, press",
            limit("document_published", "interpretation_published", 3, channel="press"),
            none,
        ),
        (
            "answers by law",
            TimeLimit("deadline", on("request_answered"), on("request_received"), within=statutory),
            late,
        ),
        ("answers in 20, days late", limit("request_received", "request_answered", 20), late),
        ("answers in a month", limit("request_received", "request_answered", 1, "month"), none),
        ("updated every working day", every("working_day"), none),
        ("site every working day", every("working_day", channel="site"), gap),
        ("three posts a week", every("week", 3), none),
        ("two posts a week, new media", every("week", 2, "new_media"), frozenset({"longest_run.blank"})),
        ("one post a week, hotline", every("week", 1, "hotline"), none),
        ("every month", every("month"), gap),
        ("every month, site", every("month", 1, "site"), none),
        ("documents every month", every("month", kind="document_published"), none),
        ("documents every quarter", every("quarter", kind="document_published"), none),
        ("information every month", every("month", 4, kind="information_published"), none),
        ("information every quarter", every("quarter", 10, kind="information_published"), none),
        ("interpretations every half year", every("half_year", 5, kind="interpretation_published"), none),
        ("count of updates", number(100, "channel_updated"), frozenset({"count"})),
        ("count of posts", number(40, "channel_updated", "new_media"), frozenset({"count", "fulfilment"})),
        ("count of documents", number(20, "document_published"), frozenset({"count"})),
        ("count of interpretations", number(20, "interpretation_published"), frozenset({"count"})),
        ("distinct references", number(50, "information_published", by="ref"), frozenset({"count"})),
        ("distinct days", number(90, "channel_updated", by="day"), frozenset({"count"})),
        ("posts by account", Tally("frequency", on("channel_updated"), "month", per="channel"), none),
        ("at most 30 requests", Tally("count", on("request_received"), at_most=Dated.always(30)), none),
    ]


def run(log: ActivityLog, register: UnitRegister) -> tuple[list[tuple[str, float, float, int, int]], View]:
    """Times of each measure in milliseconds: measuring, reducing; cases; distinct measurements."""
    calendar = national_calendar()
    view = View(log, register, calendar, WINDOW, WINDOW.last)
    bound = np.ones(len(register), bool)
    rows = []
    for name, one, wanted in measures():
        begin = time.perf_counter()
        measured = measure(one, view, bound)
        middle = time.perf_counter()
        column = reduce(measured, bound, view, wanted)
        end = time.perf_counter()
        ms = 1000 * (middle - begin), 1000 * (end - middle)
        rows.append((name, *ms, len(measured.cases), len(column.values)))
    return rows, view


def main() -> None:
    """Prints a table of times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=3000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    args = parser.parse_args()
    log, register = build(args.units, args.events)
    runs = [run(log, register)[0] for _ in range(args.repeats)]
    print(f"{'measure':32} {'measure ms':>10} {'reduce ms':>10} {'cases':>9} {'distinct':>9}")
    for place, (name, _, _, cases, distinct) in enumerate(runs[0]):
        times = [statistics.median(r[place][i] for r in runs) for i in (1, 2)]
        print(f"{name:32} {times[0]:10.2f} {times[1]:10.2f} {cases:9,} {distinct:9,}")
    totals = [sum(row[1] + row[2] for row in r) for r in runs]
    measuring = statistics.median(sum(row[1] for row in r) for r in runs)
    print(f"total {statistics.median(totals):.0f} ms (measuring {measuring:.0f}), least {min(totals):.0f} ms")
    begin = time.perf_counter()
    print(run(log, register)[1].accounting(), f"{1000 * (time.perf_counter() - begin):.0f} ms with a run")
    if args.profile:
        profile = cProfile.Profile()
        profile.runcall(run, log, register)
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
