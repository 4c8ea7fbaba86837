"""Times what somebody waits for before anything is computed: reading the shipped sets, help, a first score.

    python benchmarks/load_sets.py --repeats 15 --out docs/performance.md

Each turn is a whole fresh process, timed from outside, and they take turns, so that a machine that is busy for a
while is busy for all. What is told is the ratio to importing a library everybody knows, the median over the rounds
of one turn beside the other. Bytecode is kept, as an installed library keeps it, and is made by a first round that
does not count. Without ``--out`` the section is printed.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.page import put  # noqa: E402

TITLE = "Starting up"
WORDS = """What somebody waits for before anything is computed. Every turn is a whole fresh process, the interpreter
included; they take turns, and a ratio is the median over the rounds of one turn beside the other.

    python benchmarks/load_sets.py --repeats 15 --out docs/performance.md"""
CITY = ROOT / "examples" / "city"

SETS = """import gongkai_score as gs
found = [gs.read_indicator_set(name) for name in gs.shipped_indicator_sets()]
print(len(found), sum(len(one.leaves) for one in found))"""
LOGS = [str(CITY / name) for name in ("log.csv", "log_gb18030.csv")]
SCORE = ["score", "bishan-2019", *LOGS, "--units", str(CITY / "units.csv")]
TURNS: dict[str, list[str]] = {
    "numpy": ["-c", "import numpy"],
    "help": ["-m", "gongkai_score", "--help"],
    "pandas": ["-c", "import pandas"],
    "sets": ["-c", SETS],
    "score": ["-m", "gongkai_score", *SCORE],
}
BESIDE = {"help": ("numpy", 2), "sets": ("pandas", 1), "score": ("pandas", 2)}
"""What is measured, the library whose import it is measured by, and the ratio it must stay below."""
USED = ("numpy", "pandas", "pyarrow", "pyyaml", "rich-click")


def turn(name: str, cache: str) -> tuple[float, str]:
    """Seconds of one fresh process, and what it printed."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONPYCACHEPREFIX": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, *TURNS[name]]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment)
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1):  # 1: the example city has rows to tell of
        raise RuntimeError(done.stderr)
    return seconds, done.stdout


def section(seconds: Mapping[str, Sequence[float]], counted: str) -> str:
    """The words, the table and a line on the machine."""
    sets, indicators = counted.split()
    said = {
        "numpy": "`import numpy`",
        "help": "`gongkai-score --help`",
        "pandas": "`import pandas`",
        "sets": f"read the {sets} shipped sets ({indicators} indicators), checked against the schema",
        "score": "`gongkai-score score` of the example city, with its ranking",
    }
    lines = ["| Fresh process | median s | least s | ratio, median of pairs | below |", "|:--|--:|--:|:--|--:|"]
    for name, values in seconds.items():
        ratio = " |"
        if name in BESIDE:
            library, below = BESIDE[name]
            middle = statistics.median(a / b for a, b in zip(values, seconds[library], strict=True))
            ratio = f"{middle:.2f} of `import {library}` | {below}"
        lines.append(f"| {said[name]} | {statistics.median(values):.3f} | {min(values):.3f} | {ratio} |")
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors{load}"
    used = ", ".join(map(_used, USED))
    rounds = f"{len(seconds['sets'])} rounds, taken in turns."
    last = f"{rounds} {machine}; Python {platform.python_version()}, {used}."
    return "\n".join([f"## {TITLE}", "", WORDS, "", *lines, "", last])


def _used(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"without {name}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Times reading sets, help and a first score beside imports.")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--out", type=Path, help="Markdown page to write the section into")
    told = parser.parse_args(arguments)
    with TemporaryDirectory() as cache:
        printed = {name: turn(name, cache)[1] for name in TURNS}
        seconds: dict[str, list[float]] = {name: [] for name in TURNS}
        for _ in range(told.repeats):
            for name in TURNS:
                seconds[name].append(turn(name, cache)[0])
    text = section(seconds, printed["sets"])
    if told.out is None:
        print(text)
    else:
        put(told.out, [(TITLE, text)])


if __name__ == "__main__":
    main()
