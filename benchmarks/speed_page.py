"""The page that shows what the ways of an assessment took: tables, growth, and the ways themselves."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.chart import Line, chart
from benchmarks.workload import LEAVES

LIMIT = "fused"
LIMITS = dict.fromkeys(
    ("fused-indexed", "engine-new", "engine-new-cases", "engine-indexed", "engine-indexed-cases"), "fused-indexed"
)
"""What a contender's ratio is taken to; the others' to the limit on a log in arrival order."""


TOGETHER = 20_000_000
"""Events up to which all ways have room in memory side by side; more are timed one way after the other, and for the
greatest number of units only."""
_SOME, _MANY, _ALL = 2_000_000, TOGETHER, 1_000_000_000


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
    "duckdb": Contender("duckdb_sql", "DuckDB SQL by hand (all threads)", most=_ALL),
    "polars": Contender("polars_lazy", "polars lazy by hand (all threads)", most=_ALL),
    "vectorised": Contender("vectorised", "vectorised pandas/numpy by hand", most=_MANY),
    "fused": Contender("fused", "numpy, passes fused by hand, log in arrival order: the limit", most=_ALL),
    "fused-indexed": Contender(
        "fused", "the same over a log indexed beforehand", prepare="prepare_indexed", most=_ALL
    ),
    "engine": Contender("engine", "**gongkai_score**, log in arrival order, scores", most=_ALL),
    "engine-cases": Contender(
        "engine", "the same with every column of every case made", run="run_with_cases", most=_MANY
    ),
    "engine-new": Contender(
        "engine", "**gongkai_score**, log indexed and not looked at before", "prepare_new", most=_MANY
    ),
    "engine-new-cases": Contender("engine", "the same with every case", "prepare_new", "run_with_cases"),
    "engine-indexed": Contender(
        "engine", "**gongkai_score**, indexed log in use, scores", "prepare_indexed", most=_ALL
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


def page(sizes: Sequence[Timed], names: Sequence[str], told: argparse.Namespace) -> str:
    """The results as a Markdown page."""
    lines = [
        *_INTRODUCTION.format(
            leaves=len(LEAVES), period=told.period, patience=told.patience, together=TOGETHER
        ).splitlines(),
        "",
    ]
    lines += [f"Machine: {_machine()}. Repeats: {told.repeats}, in turns; medians.", ""]
    lines += ["## Seconds, and how many times the limit", ""]
    lines += _table(sizes, names, lambda size, name: _cell(size, name, told.patience))
    lines += ["", *targets(sizes)]
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
        lines += ["", "## Growth", "", f"![Seconds by number of events]({chart_path(told.out).name})"]
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

    python benchmarks/run.py --events 1e5,1e6,1e7,5e7 --units 3000,50000 --quarter 2019Q3 --out docs/performance.md

The limit is numpy with its passes fused by hand for exactly these duties; the ratio of an indexed log is taken to
the limit on an indexed log. DuckDB and polars use all processors; the library orders a log and measures a very
large one with several threads; the limit and the other scripts use one. Seconds vary from machine to machine;
compare ratios. `> {patience:g}`: a first run took longer than so many seconds, or was not tried since a
smaller size was slow already; `–`: left out at this size. Sizes
above {together:.0e} events are timed one way after the other, with more patience."""


_QUICKER = ("polars", "duckdb")
_TARGETS: tuple[tuple[str, str, Sequence[str], float], ...] = (
    ("arrival order, times the limit", "engine", (LIMIT,), 2),
    ("indexed log in use, times the limit on an indexed log", "engine-indexed", ("fused-indexed",), 1.5),
    ("arrival order, times the quicker of polars and DuckDB", "engine", _QUICKER, 1),
    ("with every case, times scores alone: arrival order", "engine-cases", ("engine",), 2),
    ("the same: indexed and not looked at before", "engine-new-cases", ("engine-new",), 2),
    ("the same: indexed and in use", "engine-indexed-cases", ("engine-indexed",), 2),
)
"""What is to be reached: words, the way, the ways it is compared with (the quickest counts), the greatest ratio."""


def targets(sizes: Sequence[Timed]) -> list[str]:
    """Each ratio beside what it should be; those that are not reached are bold."""
    lines = ["## What is to be reached", "", "Ratios of the medians above; bold: not reached.", ""]
    lines.append("| ratio | at most | " + " | ".join(size.title for size in sizes) + " |")
    lines.append("|---|---:|" + "---:|" * len(sizes))
    for words, name, beside, most in _TARGETS:
        cells = []
        for size in sizes:
            others = [s for other in beside if (s := size.seconds.get(other))]
            own = size.seconds.get(name)
            ratio = own / min(others) if own and others else None
            cells.append("–" if ratio is None else f"{ratio:.3g}" if ratio <= most else f"**{ratio:.3g}**")
        lines.append(f"| {words} | {most:g} | " + " | ".join(cells) + " |")
    return lines


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


def chart_path(out: Path | None) -> Path:
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
