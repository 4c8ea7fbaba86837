"""Times reading a log from CSV and Parquet beside what Arrow needs to read the same file.

    python benchmarks/read_log.py --rows 1e6 --out docs/performance.md

Arrow parses the file, by itself, with its default threads; the library reads, checks and indexes it. Every turn is
a fresh process that has read a small file before; they take turns, and medians count.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from benchmarks.make_log import EPOCH, KINDS, WORDS, MadeLog, make_log  # noqa: E402
from benchmarks.page import put  # noqa: E402

TITLE = "Reading a log"
BAD = ("今天", "2019-02-30", "wedding_held")
"""Two dates and a kind that set a row aside."""


@dataclass(frozen=True)
class Way:
    """One way of reading one file, and the one it is compared with."""

    what: str
    file: str
    beside: str = ""


WAYS = {
    "arrow-csv": Way("`pyarrow.csv.read_csv`", "log.csv"),
    "csv": Way("**gongkai_score**, CSV, checked and indexed", "log.csv", "arrow-csv"),
    "bad-csv": Way("the same, one row in a thousand set aside", "bad.csv", "arrow-csv"),
    "arrow-parquet": Way("`pyarrow.parquet.read_table`", "log.parquet"),
    "parquet": Way("**gongkai_score**, Parquet, checked and indexed", "log.parquet", "arrow-parquet"),
    "indexed": Way("**gongkai_score**, the indexed log read back", "indexed.parquet", "arrow-parquet"),
}


def write_files(made: MadeLog, folder: Path) -> None:
    """The log as CSV, as CSV with bad rows, as Parquet and indexed; with ids, as a system would export it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from gongkai_score.outputs.log_parquet import write_log
    from gongkai_score.readers.logs import read_log

    def words(codes: np.ndarray, values: Sequence[str]) -> Any:
        codes = codes.astype(np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), list(values)).cast(pa.string())

    def numbers(letter: str, found: np.ndarray) -> Any:
        figures = found[:, None] // 10 ** np.arange(7, -1, -1) % 10 + ord("0")
        cells = np.column_stack([np.full(len(found), ord(letter)), figures]).astype(np.uint8)
        ends = np.arange(len(found) + 1, dtype=np.int32) * 9
        return pa.StringArray.from_buffers(len(found), pa.py_buffer(ends), pa.py_buffer(cells))

    rows = np.arange(len(made))
    table = pa.table(
        {
            "id": numbers("E", rows),
            "unit": words(made.unit, made.units),
            "kind": words(made.kind, KINDS),
            "at": pa.array(made.day, pa.int32()).cast(pa.date32()),
            "ref": numbers("R", made.ref),
            **{name: words(codes, WORDS[name]) for name, codes in made.attributes.items()},
        }
    )
    pq.write_table(table, folder / "log.parquet")
    _write_csv(table, folder / "log.csv")
    bad = np.random.default_rng(5).integers(0, len(made), len(made) // 1000)
    days = np.arange(int(made.day.min()), int(made.day.max()) + 1)
    dates = [(np.datetime64(EPOCH) + int(day)).astype(str) for day in days]
    kind, at = made.kind.astype(np.int32), made.day - days[0]
    kind[bad[::3]] = len(KINDS)
    at[bad[1::3]], at[bad[2::3]] = len(dates), len(dates) + 1
    table = table.set_column(2, "kind", words(kind, [*KINDS, BAD[2]]))
    _write_csv(table.set_column(3, "at", words(at, [*dates, *BAD[:2]])), folder / "bad.csv")
    write_log(read_log(folder / "log.parquet"), folder / "indexed.parquet")
    pq.write_table(table.slice(0, 1), folder / "tiny.parquet")
    _write_csv(table.slice(0, 1), folder / "tiny.csv")


def _write_csv(table: Any, path: Path) -> None:
    import pyarrow.csv as pc

    with path.open("wb") as file:
        file.write(",".join(table.column_names).encode() + b"\n")
        pc.write_csv(table, file, pc.WriteOptions(include_header=False, quoting_style="none"))


def turn(name: str, folder: Path) -> dict[str, float]:
    """Reads one file once in this process: seconds, events, and bytes by arrays and by resident memory."""
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    from gongkai_score.readers.logs import read_log

    path = folder / WAYS[name].file
    read: Callable[[Path], Any] = {"arrow-csv": pc.read_csv, "arrow-parquet": pq.read_table}.get(name, read_log)
    read(folder / ("tiny" + path.suffix))  # what the first reading of anything imports
    before = _resident()
    begun, worked = time.perf_counter(), time.process_time()
    found = read(path)
    told = {"seconds": time.perf_counter() - begun, "work": time.process_time() - worked}
    if read is not read_log:
        return told | {"events": len(found)}
    gc.collect()
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    resident = _resident() - before
    return told | {"events": found.events, "resident": resident, "arrays": arrays(found)}


def _resident() -> int:
    """Bytes of memory this process holds; 0 where nobody says."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def arrays(log: Any) -> int:
    """Bytes of a log's arrays and texts, each counted once."""
    seen: dict[int, int] = {}
    for array in _walk(log, set()):
        if isinstance(array, str):
            seen[id(array)] = sys.getsizeof(array)
            continue
        owner = array
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        seen[id(owner)] = owner.nbytes if 0 not in owner.strides else owner.itemsize
    return sum(seen.values())


def _walk(thing: Any, known: set[int]) -> Iterator[Any]:
    if id(thing) in known:
        return
    known.add(id(thing))
    if isinstance(thing, (np.ndarray, str)):
        yield thing
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from _walk(getattr(thing, field.name), known)
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from _walk(value, known)
    elif isinstance(thing, (tuple, list)):
        for value in thing:
            yield from _walk(value, known)
    elif hasattr(thing, "numbers"):
        yield thing.numbers


def timed(folder: Path, repeats: int) -> dict[str, list[dict[str, float]]]:
    """The turns of every way."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in WAYS}
    for _ in range(repeats):
        for name in WAYS:
            command = [sys.executable, str(Path(__file__).resolve()), "--turn", name, "--folder", str(folder)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found[name].append(json.loads(done.stdout))
            print(f"{name}: {found[name][-1]['seconds']:.3f} s", file=sys.stderr)
    return found


def table(found: dict[str, list[dict[str, float]]]) -> list[str]:
    """The rows of the page's table."""
    lines = [
        "| way | median s | least s | processor s | to Arrow's: time, work | rows a second | bytes an event |",
        "|:--|--:|--:|--:|--:|--:|--:|",
    ]
    middle = {name: statistics.median(t["seconds"] for t in turns) for name, turns in found.items()}
    work = {name: statistics.median(t["work"] for t in turns) for name, turns in found.items()}
    for name, way in WAYS.items():
        turns = found[name]
        least, events = min(t["seconds"] for t in turns), turns[0]["events"]
        ratio = ""
        if way.beside:
            ratio = f"{middle[name] / middle[way.beside]:.2f}, {work[name] / work[way.beside]:.2f}"
        room = ""
        if "arrays" in turns[0]:
            resident = statistics.median(t["resident"] for t in turns)
            room = f"{turns[0]['arrays'] / events:.0f} in arrays, {resident / events:.0f} resident"
        speed = f"{events / middle[name] / 1e6:.1f} million"
        lines.append(
            f"| {way.what} | {middle[name]:.3f} | {least:.3f} | {work[name]:.3f} | {ratio} | {speed} | {room} |"
        )
    return lines


def section(rows: int, units: int, found: dict[str, list[dict[str, float]]]) -> str:
    """The section of the page."""
    used = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pyarrow"))
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    words = f"""## {TITLE}

{rows:,} rows of {units:,} units: an id of its own in every row, unit, kind, date, reference and eleven attributes,
as a system exports them. Arrow only parses the file, with its default threads. The library also hashes it, trims
cells, reads dates, checks every row (kinds, doubles, ids, references) and puts the events in order. To count the
memory of a log, what was freed is given back first; of a small log the libraries themselves are the larger part.
To be reached: at most twice the time Arrow needs for the same file, and at most 60 bytes an event.

    python benchmarks/read_log.py --rows {_short(rows)} --repeats {len(found["csv"])}
"""
    told = (
        f"{len(found['csv'])} turns each, taken in turns, every one a fresh process. {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} processors{load}; Python {platform.python_version()}, {used}."
    )
    return "\n".join([words, *table(found), "", told, ""])


def _short(number: int) -> str:
    return f"{number:.0e}".replace("e+0", "e").replace("e+", "e")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=float, default=1e6)
    parser.add_argument("--units", type=int, default=3000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", type=Path, help="Markdown page to write the section into")
    parser.add_argument("--turn", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args(arguments)
    if told.turn:
        print(json.dumps(turn(told.turn, told.folder)))
        return
    with tempfile.TemporaryDirectory() as name:
        made = make_log(units=told.units, events=int(told.rows))
        write_files(made, Path(name))
        rows = len(made)
        del made
        found = timed(Path(name), told.repeats)
    text = section(rows, told.units, found)
    if told.out is None:
        print(text)
    else:
        put(told.out, [(TITLE, text)])


if __name__ == "__main__":
    main()
