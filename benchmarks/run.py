"""Times the same assessment written in several ways, side by side.

    python benchmarks/run.py --events 1e5,1e6 --units 3000,50000 --repeats 5 --out docs/performance.md

Every contender has a process of its own. Each first runs once; its scores must be those of all others, else
nothing is timed. Then they take turns, and the median of each one's turns counts, so that a machine that is busy
for a while is busy for all. What stands ready before the clock starts (rows, columns, tables in memory) is each
contender's own choice; the memory is the greatest a process held while it ran, the ready data included.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from benchmarks.chart import Line, chart  # noqa: E402
from benchmarks.make_log import load_log, make_log  # noqa: E402
from benchmarks.page import put, sections  # noqa: E402
from benchmarks.workload import LEAVES, Scores, first_difference  # noqa: E402

LIMIT = "fused"
LIMITS = dict.fromkeys(
    ("fused-indexed", "engine-new", "engine-new-cases", "engine-indexed", "engine-indexed-cases"), "fused-indexed"
)
"""What a contender's ratio is taken to; the others' to the limit on a log in arrival order."""


_SOME, _MANY = 2_000_000, 1_000_000_000


@dataclass(frozen=True)
class Contender:
    """One way of doing it.

    Attributes:
        file: kind of file it reads the log from while the clock runs, or "".
        most: events beyond which it is left out: it would take minutes, or more memory than there is for all.
    """

    module: str
    what: str
    prepare: str = "prepare"
    run: str = "run"
    file: str = ""
    most: int = _SOME


CONTENDERS: dict[str, Contender] = {
    "pandas-apply": Contender("ordinary_pandas", "ordinary pandas (groupby/apply, CustomBusinessDay)"),
    "naive": Contender("naive", "naive script (rows as dicts, a day loop)"),
    "careful": Contender("careful", "careful pure Python (lists, tables of working days, whole numbers)"),
    "duckdb": Contender("duckdb_sql", "DuckDB SQL by hand (all threads)", most=_MANY),
    "polars": Contender("polars_lazy", "polars lazy by hand (all threads)", most=_MANY),
    "vectorised": Contender("vectorised", "vectorised pandas/numpy by hand", most=_MANY),
    "fused": Contender("fused", "numpy, passes fused by hand, log in arrival order: the limit", most=_MANY),
    "fused-indexed": Contender(
        "fused", "the same over a log indexed beforehand", prepare="prepare_indexed", most=_MANY
    ),
    "engine": Contender("engine", "**gongkai_score**, log in arrival order, scores", most=_MANY),
    "engine-cases": Contender(
        "engine", "the same with every column of every case made", run="run_with_cases", most=_MANY
    ),
    "engine-new": Contender(
        "engine", "**gongkai_score**, log indexed and not looked at before", "prepare_new", most=_MANY
    ),
    "engine-new-cases": Contender("engine", "the same with every case", "prepare_new", "run_with_cases"),
    "engine-indexed": Contender(
        "engine", "**gongkai_score**, indexed log in use, scores", "prepare_indexed", most=_MANY
    ),
    "engine-indexed-cases": Contender(
        "engine", "the same with every case", "prepare_indexed", "run_with_cases", most=_MANY
    ),
    "vectorised-csv": Contender(
        "vectorised", "vectorised pandas/numpy, from CSV", "prepare_file", "run_file", file="csv"
    ),
    "engine-csv": Contender("engine", "**gongkai_score**, from CSV", "prepare_file", file="csv"),
    "vectorised-parquet": Contender(
        "vectorised", "vectorised pandas/numpy, from Parquet", "prepare_file", "run_file", file="parquet"
    ),
    "engine-parquet": Contender("engine", "**gongkai_score**, from Parquet", "prepare_file", file="parquet"),
}


def missing(name: str) -> list[str]:
    """Libraries a contender needs and that are not installed."""
    contender = CONTENDERS[name]
    needs = {"duckdb_sql": ["duckdb", "pandas"], "polars_lazy": ["polars"]}.get(contender.module, [])
    needs += ["pyarrow"] if contender.file == "parquet" else []
    return [library for library in needs if find_spec(library) is None]


def prepared(name: str, log: Any, folder: Path) -> tuple[Any, Callable[[Any], Scores]]:
    """A contender's data, ready, and its function to run on them."""
    contender = CONTENDERS[name]
    module = import_module(f"benchmarks.contenders.{contender.module}")
    prepare = getattr(module, contender.prepare)
    data = prepare(log, folder / f"log.{contender.file}") if contender.file else prepare(log)
    return data, getattr(module, contender.run)


# the process of one contender


def work(name: str, folder: Path) -> None:
    """Prepares, then runs once for every line that comes in, and answers with what it took."""
    data, run = prepared(name, load_log(folder), folder)
    _reset_peak()
    _answer({"ready": True})
    for told in sys.stdin:
        if told.strip() == "explain":
            module = import_module("benchmarks.contenders.engine")
            _answer({"seconds": module.explained(data)})
            continue
        begun = time.perf_counter()
        scores = run(data)
        seconds = time.perf_counter() - begun
        if told.strip() == "check":
            np.savez(folder / f"{name}.npz", leaf=scores.leaf, total=scores.total, rank=scores.rank)
        del scores
        _answer({"seconds": seconds, "peak": _peak()})


def _answer(told: dict[str, Any]) -> None:
    print(json.dumps(told), flush=True)


def _reset_peak() -> None:
    """Forgets the greatest memory so far, where the system can, so that making the data does not count."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _peak() -> float:
    """Greatest memory of this process in MiB."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)


class Worker:
    """The process of one contender, from outside."""

    def __init__(self, name: str, folder: Path) -> None:
        command = [sys.executable, str(Path(__file__).resolve()), "--worker", name, "--folder", str(folder)]
        self.name = name
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, told: str, patience: float | None = None) -> dict[str, Any] | None:
        """The answer to one line; None: it took longer than ``patience`` seconds and was stopped."""
        assert self.process.stdin is not None and self.process.stdout is not None
        if told:
            self.process.stdin.write(told + "\n")
            self.process.stdin.flush()
        if patience is not None:
            from select import select

            if not select([self.process.stdout], [], [], patience)[0]:
                self.process.kill()
                self.process.wait()
                return None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended with status {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        if self.process.poll() is None:
            assert self.process.stdin is not None
            self.process.stdin.close()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


# one size


@dataclass
class Timed:
    """What one size of the workload took: seconds and MiB by contender; None: longer than anyone waits."""

    events: int
    units: int
    period: str
    seconds: dict[str, float | None] = field(default_factory=dict)
    peak: dict[str, float] = field(default_factory=dict)
    explain: float | None = None

    @property
    def title(self) -> str:
        quarter = f", {self.period}" if "Q" in self.period else ""
        return f"{_short(self.events)} events, {self.units:,} units{quarter}"


def timed(events: int, units: int, period: str, names: Sequence[str], told: argparse.Namespace) -> Timed:
    """Runs the contenders on one size, in turns."""
    found = Timed(events, units, period)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        log = make_log(units=units, events=events, period=period)
        log.save(folder)
        for file in {CONTENDERS[name].file for name in names} - {""}:
            getattr(log, f"write_{file}")(folder / f"log.{file}")
        ids = log.units
        del log
        workers: dict[str, Worker] = {}
        try:
            _check(found, ids, names, workers, folder, told.patience)
            turns = {name: [] for name in workers}
            for turn in range(told.repeats):
                for name, worker in workers.items():
                    first = found.seconds[name] or 0.0
                    if turn and first > told.patience / 5:
                        continue
                    answer = worker.ask("run")
                    assert answer is not None
                    turns[name].append(answer["seconds"])
                    found.peak[name] = answer["peak"]
            for name, seconds in turns.items():
                found.seconds[name] = statistics.median(seconds)
            if "engine-indexed" in workers:
                answer = workers["engine-indexed"].ask("explain")
                assert answer is not None
                found.explain = answer["seconds"]
        finally:
            for worker in workers.values():
                worker.end()
    return found


def _check(
    found: Timed,
    ids: tuple[str, ...],
    names: Sequence[str],
    workers: dict[str, Worker],
    folder: Path,
    patience: float,
) -> None:
    """Lets every contender run once and compares the scores."""
    first: tuple[str, Scores] | None = None
    for name in names:
        worker = workers[name] = Worker(name, folder)
        worker.ask("")
        answer = worker.ask("check", patience)
        if answer is None:
            found.seconds[name] = None
            del workers[name]
            worker.end()
            print(f"{found.title}: {name} takes longer than {patience:g} s", file=sys.stderr)
            continue
        found.seconds[name] = answer["seconds"]
        with np.load(folder / f"{name}.npz") as held:
            scores = Scores(ids, held["leaf"], held["total"], held["rank"])
        if first is None:
            first = name, scores
        difference = first_difference(first[1], scores)
        if difference is not None:
            raise SystemExit(f"{found.title}: {first[0]} and {name} differ: {difference}")
        print(f"{found.title}: {name} agrees ({answer['seconds']:.3f} s)", file=sys.stderr)


# the page


def page(sizes: Sequence[Timed], names: Sequence[str], told: argparse.Namespace) -> str:
    """The results as a Markdown page."""
    lines = [*_INTRODUCTION.format(leaves=len(LEAVES), period=told.period, patience=told.patience).splitlines(), ""]
    lines += [f"Machine: {_machine()}. Repeats: {told.repeats}, in turns; medians.", ""]
    lines += ["## Seconds, and how many times the limit", ""]
    lines += _table(sizes, names, lambda size, name: _cell(size, name, told.patience))
    lines += ["", "## Memory of the whole process while it ran (MiB)", ""]
    lines += _table(sizes, names, lambda size, name: f"{size.peak[name]:,.0f}" if name in size.peak else "–")
    explained = [size for size in sizes if size.explain is not None]
    if explained:
        lines += ["", "## Explaining one unit", ""]
        lines += [
            "Reading every case of one unit, with its dates and log rows, out of an assessment that is there:",
            "",
        ]
        lines += [f"- {size.title}: {1000 * (size.explain or 0):.1f} ms" for size in explained]
    if len({size.events for size in sizes}) > 1:
        lines += ["", "## Growth", "", f"![Seconds by number of events]({_chart_path(told.out).name})"]
    return "\n".join(lines) + "\n"


_INTRODUCTION = """# Performance

The same assessment, written in several ways and timed side by side: {leaves} indicators over one period ({period}),
scores to four decimals half up, a tree of three levels, points of what does not apply spread over siblings, ranks
with ties. The indicators are those of `benchmarks/workload.yaml`: shares of documents published within 20 working
days, interpretation within 3 (a join by reference), late answers with deduction and floor, an update on every
working day, three posts in every ISO week, the longest gap, monthly and quarterly publication, counts with tiers,
lists to cover, complete elements, order, variants by type of unit. The scripts by hand know these duties only and
keep no evidence; the library reads them from YAML, and every case can be read from its result. Cases are columns
made when somebody reads them: `with every case` makes all columns of all of them. A log that is indexed keeps,
within bounds, which events satisfy which conditions and which answers which: `in use` means that it has been
assessed before.

Before anything is timed, the scores of all contenders, unit by unit and leaf by leaf, must be equal.

    python benchmarks/run.py --events 1e5,1e6,1e7 --units 3000,50000 --quarter 2019Q3 --out docs/performance.md

The limit is numpy with its passes fused by hand for exactly these duties; the ratio of an indexed log is taken to
the limit on an indexed log. Seconds vary from machine to machine; compare ratios. `> {patience:g}`: a first run
took longer than so many seconds, or was not tried since a smaller size was slow already; `–`: left out at this
size."""


def _table(sizes: Sequence[Timed], names: Sequence[str], cell: Callable[[Timed, str], str]) -> list[str]:
    lines = [
        "| way | " + " | ".join(size.title for size in sizes) + " |",
        "|---|" + "---:|" * len(sizes),
    ]
    for name in names:
        lines.append(f"| {CONTENDERS[name].what} | " + " | ".join(cell(size, name) for size in sizes) + " |")
    return lines


def _cell(size: Timed, name: str, patience: float) -> str:
    if name not in size.seconds:
        return "–"
    seconds = size.seconds[name]
    if seconds is None:
        return f"> {patience:g}"
    limit = size.seconds.get(LIMITS.get(name, LIMIT))
    ratio = f" ({seconds / limit:.3g} ×)" if limit and not CONTENDERS[name].file else ""
    return f"{seconds:.3g}{ratio}"


def _short(number: int) -> str:
    return f"{number:.0e}".replace("e+0", "e").replace("e+", "e") if number >= 100_000 else f"{number:,}"


def _machine() -> str:
    import os

    try:
        names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        processor = names[0].split(":", 1)[1].strip()
    except (OSError, IndexError):
        processor = platform.processor() or platform.machine()
    libraries = []
    for library in ("numpy", "pandas", "polars", "duckdb", "pyarrow"):
        try:
            libraries.append(f"{library} {version(library)}")
        except PackageNotFoundError:
            continue
    where = f"{processor}, {os.cpu_count()} processors, {platform.system()}"
    return f"{where}; Python {platform.python_version()}, {', '.join(libraries)}"


def _chart_path(out: Path | None) -> Path:
    return (out or Path("performance.md")).with_suffix(".svg")


def draw(sizes: Sequence[Timed], names: Sequence[str]) -> str:
    """Growth with events as an SVG picture, one panel for each number of units."""
    panels = {}
    for units in sorted({size.units for size in sizes}):
        mine = [size for size in sizes if size.units == units and size.period == sizes[0].period]
        mine.sort(key=lambda size: size.events)
        lines = []
        for name in names:
            points = [(size.events, s) for size in mine if (s := size.seconds.get(name)) is not None]
            if points and not CONTENDERS[name].file:
                lines.append(Line(name, points, strong=name.startswith("engine")))
        panels[f"{units:,} units"] = lines
    return chart(panels, "events", "seconds")


def main(arguments: Sequence[str] | None = None) -> None:
    told = _arguments(arguments)
    if told.worker:
        work(told.worker, told.folder)
        return
    names = [name for name in told.contenders if not missing(name)]
    for name in set(told.contenders) - set(names):
        print(f"{name} is left out: {', '.join(missing(name))} not installed", file=sys.stderr)
    sizes: list[Timed] = []
    slow: list[tuple[str, int]] = []
    wanted = [(events, units, told.period) for units in told.units for events in told.events]
    if told.quarter:
        wanted.append((told.events[min(1, len(told.events) - 1)], told.units[0], told.quarter))
    for events, units, period in wanted:
        late = {name for name, least in slow if events >= least}
        mine = [name for name in names if name not in late and events <= CONTENDERS[name].most]
        size = timed(events, units, period, mine, told)
        slow += [(name, events) for name, seconds in size.seconds.items() if seconds is None]
        slow += [(name, events * 2) for name, s in size.seconds.items() if s and s > told.patience / 5]
        size.seconds |= dict.fromkeys(late)
        sizes.append(size)
    text = page(sizes, names, told)
    if told.out is None:
        print(text)
        return
    put(told.out, sections(text))
    if len({size.events for size in sizes}) > 1:
        _chart_path(told.out).write_text(draw(sizes, names), encoding="utf-8")


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)

    def numbers(text: str) -> list[int]:
        return [int(float(part)) for part in text.split(",")]

    def known(text: str) -> list[str]:
        names = text.split(",")
        if strange := [name for name in names if name not in CONTENDERS]:
            raise argparse.ArgumentTypeError(f"no such contender: {', '.join(strange)}")
        return names

    parser.add_argument("--events", type=numbers, default=[100_000, 1_000_000], help="sizes, for example 1e5,1e6")
    parser.add_argument("--units", type=numbers, default=[3000, 50_000], help="numbers of units")
    parser.add_argument("--contenders", type=known, default=list(CONTENDERS), help=", ".join(CONTENDERS))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--period", default="2019", help="a year (2019) or a quarter (2019Q3)")
    parser.add_argument("--quarter", help="a quarter (2019Q3) to time the second size in too")
    parser.add_argument("--patience", type=float, default=150, help="seconds a first run may take")
    parser.add_argument("--out", type=Path, help="Markdown file to write (and a chart beside it)")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
