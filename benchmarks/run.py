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
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from benchmarks.make_log import load_log, make_log  # noqa: E402
from benchmarks.page import put, sections  # noqa: E402
from benchmarks.speed_page import CONTENDERS, TOGETHER, Timed, chart_path, draw, page  # noqa: E402
from benchmarks.workload import Scores, first_difference  # noqa: E402


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


def timed(events: int, units: int, period: str, names: Sequence[str], told: argparse.Namespace) -> Timed:
    """Runs the contenders on one size, in turns; on a very large one each by itself, else memory runs out."""
    found = Timed(events, units, period)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        log = make_log(units=units, events=events, period=period)
        log.save(folder)
        for file in {CONTENDERS[name].file for name in names} - {""}:
            getattr(log, f"write_{file}")(folder / f"log.{file}")
        check = _Check(folder, log.units)
        del log
        for together in [[name] for name in names] if events > TOGETHER else [list(names)]:
            _turns(found, together, check, told)
    return found


def _turns(found: Timed, names: Sequence[str], check: _Check, told: argparse.Namespace) -> None:
    """Lets contenders run once, compares their scores, and then times them in turns."""
    workers: dict[str, Worker] = {}
    patience = told.patience * max(1, found.events / TOGETHER)
    try:
        for name in names:
            worker = workers[name] = Worker(name, check.folder)
            worker.ask("")
            answer = worker.ask("check", patience)
            found.seconds[name] = None if answer is None else answer["seconds"]
            if answer is None:
                workers.pop(name).end()
                print(f"{found.title}: {name} takes longer than {patience:g} s", file=sys.stderr)
                continue
            check.same(name, found.title)
            print(f"{found.title}: {name} agrees ({answer['seconds']:.3f} s)", file=sys.stderr)
        turns: dict[str, list[float]] = {name: [] for name in workers}
        for turn in range(told.repeats):
            for name, worker in workers.items():
                if turn and (found.seconds[name] or 0.0) > patience / 5:
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


class _Check:
    """Compares the scores that contenders leave in a folder with those of the first."""

    def __init__(self, folder: Path, ids: tuple[str, ...]) -> None:
        self.folder, self.ids = folder, ids
        self.first: tuple[str, Scores] | None = None

    def same(self, name: str, title: str) -> None:
        """Ends the program where they differ."""
        with np.load(self.folder / f"{name}.npz") as held:
            scores = Scores(self.ids, held["leaf"], held["total"], held["rank"])
        self.first = self.first or (name, scores)
        difference = first_difference(self.first[1], scores)
        if difference is not None:
            raise SystemExit(f"{title}: {self.first[0]} and {name} differ: {difference}")


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
    wanted = [
        (events, units, told.period)
        for units in told.units
        for events in told.events
        if events <= TOGETHER or units == max(told.units)
    ]
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
        chart_path(told.out).write_text(draw(sizes, names), encoding="utf-8")


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
