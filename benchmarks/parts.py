"""What a log costs in parts, step by step, in seconds of one core; and the memory of a process that streams it.

    python benchmarks/parts.py --events 1e6 --units 3000 --partitions 4

The log is written to Parquet first. Seconds are those the processor worked, so a busy machine does not count; each
step runs once over all parts.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from benchmarks.make_log import UNIT_TYPES, make_log  # noqa: E402
from gongkai_score import national_calendar, read_indicator_set, write_json  # noqa: E402
from gongkai_score import streaming as s  # noqa: E402
from gongkai_score.outputs.part_file import part_of, part_packed  # noqa: E402
from gongkai_score.packing import columns_of  # noqa: E402
from gongkai_score.parts import completed, measure_part, merge  # noqa: E402
from gongkai_score.pipeline import task_of  # noqa: E402
from gongkai_score.readers.findings import Findings  # noqa: E402
from gongkai_score.units import Unit, UnitRegister  # noqa: E402

T = TypeVar("T")


class Clock:
    """Seconds of work by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def run(self, step: str, work: Callable[[], T]) -> T:
        begun = time.process_time()
        found = work()
        self.seconds[step] = self.seconds.get(step, 0.0) + time.process_time() - begun
        return found


def peak() -> float:
    """Greatest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=3000)
    parser.add_argument("--events", type=float, default=1e6)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--no-result", action="store_true", help="neither pack cases nor write the result")
    parser.add_argument(
        "--log", type=Path, help="a Parquet file written before by make_log.py with these arguments"
    )
    told = parser.parse_args()
    made = make_log(units=told.units, events=1000 if told.log else int(told.events), period="2019")
    units = UnitRegister(
        Unit(u, u, type=UNIT_TYPES[t]) for u, t in zip(made.units, made.unit_type.tolist(), strict=True)
    )
    rules = read_indicator_set(ROOT / "benchmarks" / "workload.yaml")
    task = task_of(rules, units, calendar=national_calendar(), period="2019")
    with tempfile.TemporaryDirectory() as folder:
        path = told.log or Path(folder) / "log.parquet"
        if told.log is None:
            made.write_parquet(path)
        clock, place, base = Clock(), Path(folder), peak()
        findings = Findings()
        files = s.sources_of(path)
        cut = clock.run("cut by unit", lambda: s._cut(files, units, told.partitions, place))
        events = clock.run("read and check", lambda: s._cleaned(cut, task, findings, place))
        clock.run("check over all parts", lambda: s._cross_checked(events, findings))
        parts, sizes, bare = [], [], []
        for number in range(cut.parts):
            own = np.flatnonzero(cut.part_of == number).astype(np.int32)
            held = events.files[number]
            columns = None if held is None else columns_of(held)
            share = clock.run(
                "index", lambda c=columns, o=own, n=number: s.share_of(c, o, n == 0, task, findings, None)
            )
            part = clock.run("measure", lambda one=share: measure_part(task, one))
            target = place / f"{number}.part"
            clock.run("digests", part.digests)
            clock.run("pack numbers", lambda p=part, t=target: part_packed(p, t, False))
            bare.append(target.stat().st_size)
            if not told.no_result:
                clock.run("pack numbers and cases", lambda p=part, t=target: part_packed(p, t))
            sizes.append(target.stat().st_size)
            del share, part, columns
            gc.collect()
            parts.append(part_of(target))
        whole = clock.run("merge", lambda: merge(parts))
        facts = s.facts_of(cut.sources, events.rows, findings)
        result = clock.run("compare, score and rank", lambda: completed(task, whole, facts))
        scored = peak()
        if told.no_result:
            result = replace(result, cases={})
        clock.run("write the result", lambda: write_json(result, place / "result.json"))
        rows = result.rows.read
        print(f"{rows} events, {told.units} units, {cut.parts} parts, {path.stat().st_size / rows:.0f} bytes/event")
        print("\n| step | seconds of one core | µs/event |\n|---|---:|---:|")
        for step, seconds in clock.seconds.items():
            print(f"| {step} | {seconds:.1f} | {seconds / rows * 1e6:.2f} |")
        out = (place / "result.json").stat().st_size / rows
        print(f"\nparts {sum(sizes) / rows:.0f} bytes/event on disk, {sum(bare) / rows:.1f} without cases")
        print(f"result {out:.0f} bytes/event")
        print(f"memory: {base:.0f} MB before, {scored:.0f} MB after scoring, {peak():.0f} MB after writing")


if __name__ == "__main__":
    main()
