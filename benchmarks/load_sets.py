"""Times reading all shipped sets, checked against the schema, beside ``import pandas``.

    python benchmarks/load_sets.py --repeats 7

Each turn is a fresh process, and the two take turns, so that a machine that is busy for a while is busy for both.
The clock of a turn runs inside its process: it starts before the first import and stops when the last set stands
ready. Bytecode is made beforehand, by one turn of each that does not count. Prints a small Markdown table.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

CLOCK = "import time; started = time.perf_counter()\n{work}\nprint(time.perf_counter() - started{also})"
SETS = """import gongkai_score as gs
found = [gs.read_indicator_set(name) for name in gs.shipped_indicator_sets()]"""
COUNTS = ", len(found), sum(len(one.leaves) for one in found)"
READY = """import time
import gongkai_score as gs
gs.read_indicator_set, gs.shipped_indicator_sets
started = time.perf_counter()
found = [gs.read_indicator_set(name) for name in gs.shipped_indicator_sets()]
print(time.perf_counter() - started)"""
TURNS = {
    "sets": CLOCK.format(work=SETS, also=COUNTS),
    "ready": READY,
    "pandas": CLOCK.format(work="import pandas", also=""),
}


def turn(code: str) -> list[str]:
    """What one fresh process prints: its seconds, then what it counted."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    return done.stdout.split()


def page(seconds: dict[str, list[float]], sets: str, indicators: str) -> str:
    """The table and a line on the machine."""
    middle = {name: statistics.median(values) for name, values in seconds.items()}
    said = {
        "sets": f"read the {sets} shipped sets ({indicators} indicators), checked against the schema",
        "ready": "the same, the library's own modules imported already",
        "pandas": "`import pandas`",
    }
    lines = ["| Fresh process | median s | least s | greatest s |", "|:--|--:|--:|--:|"]
    lines += [
        f"| {said[name]} | {middle[name]:.3f} | {min(values):.3f} | {max(values):.3f} |"
        for name, values in seconds.items()
    ]
    used = ", ".join(f"{name} {version(name)}" for name in ("gongkai-score", "pandas", "pyyaml", "jsonschema"))
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return "\n".join(
        [
            *lines,
            "",
            f"To `import pandas`: {middle['sets'] / middle['pandas']:.2f}, "
            f"and {middle['ready'] / middle['pandas']:.2f} for reading alone; "
            f"{len(seconds['sets'])} turns each, taken in turns.",
            f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors{load}; "
            f"Python {platform.python_version()}, {used}.",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Times reading all shipped sets beside `import pandas`.")
    parser.add_argument("--repeats", type=int, default=7)
    repeats = parser.parse_args(arguments).repeats
    counted = turn(TURNS["sets"])[1:]
    turn(TURNS["pandas"])
    seconds: dict[str, list[float]] = {name: [] for name in TURNS}
    for _ in range(repeats):
        for name, code in TURNS.items():
            seconds[name].append(float(turn(code)[0]))
    print(page(seconds, *counted))


if __name__ == "__main__":
    main()
