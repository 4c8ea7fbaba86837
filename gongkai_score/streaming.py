"""A log larger than memory: cut by unit, measured part by part, put together to the same bytes."""

from __future__ import annotations

import gc
import hashlib
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import ActivityLog, EventColumns, Moments, Source
from gongkai_score.assessment import Assessment
from gongkai_score.errors import ActivityLogError, file_cause, problem
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.outputs.part_file import part_of, part_packed
from gongkai_score.packing import columns_of, columns_packed
from gongkai_score.parts import Share, completed, measure_part, merge, shared_kinds
from gongkai_score.pipeline import LogFacts, Task, task_of
from gongkai_score.readers.cells import clip
from gongkai_score.readers.findings import Findings
from gongkai_score.readers.log_parts import (
    WANTED,
    cleaned,
    cross_checked,
    finished,
    links,
    tell_of_headers,
    unit_header,
    unit_places,
)
from gongkai_score.readers.logs import called
from gongkai_score.readers.row_checks import orderly, taken, without_refused
from gongkai_score.readers.table import Table
from gongkai_score.readers.tables_in import arrow_table
from gongkai_score.readers.typed_cells import text_column
from gongkai_score.units import UnitRegister
from gongkai_score.work_calendar import WorkCalendar

ROW = "__gongkai_score_row"
"""Name of the column that keeps row numbers while a log is cut."""
ROWS_A_PART = 1_000_000
_BATCH = 1 << 17


def assess_parquet(
    indicator_set: IndicatorSet,
    source: str | Path | Sequence[str | Path],
    units: UnitRegister,
    *,
    calendar: WorkCalendar,
    period: str,
    as_of: str | None = None,
    results: Mapping[str, Assessment] | None = None,
    severity: Mapping[str, str] | None = None,
    partitions: int | None = None,
    folder: str | Path | None = None,
    cases: bool = True,
) -> Assessment:
    """What :func:`~gongkai_score.pipeline.assess` gives for Parquet files, one part of the log in memory at a time.

    The rows are cut by unit into parts on disk, whatever their order; each is read, checked and measured; what the
    parts yielded is put together and scored once. The result is the same, byte for byte, and so are the rows set
    aside. Its cases stay on disk until they are asked for: write them with
    :func:`~gongkai_score.outputs.json_result.write_json`. Events that any unit may answer by are in memory for all
    units.

    Args:
        indicator_set: what must be done and what it is worth.
        source: one file or several, with the columns of ``docs/logs.md``, none of them nested.
        units: who is assessed.
        calendar: which days are working days.
        period: as in ``assess``.
        as_of: as in ``assess``.
        results: as in ``assess``.
        severity: check code → ``error``, ``set_aside``, ``warning`` or ``ignore``.
        partitions: number of parts; None: one for each million rows.
        folder: where parts lie while they are needed; None: a temporary place that goes with the result.
        cases: whether the result keeps its cases; without them all else is the same.

    Raises:
        ActivityLogError: a file cannot be read, or a check set to ``error`` found something.
        AssessmentError: as in ``assess``.
        CalendarError: as in ``assess``.
    """
    task = task_of(indicator_set, units, calendar=calendar, period=period, as_of=as_of, results=results)
    files, place = sources_of(source), Folder(None if folder is None else Path(folder))
    try:
        return _assessed(task, files, Findings(severity), partitions, place, cases)
    except BaseException:
        place.clear()
        raise


def _assessed(
    task: Task,
    files: Sequence[tuple[Path, Source]],
    findings: Findings,
    partitions: int | None,
    place: Folder,
    cases: bool,
) -> Assessment:
    for path, source in files:
        tell_of_headers(names_of(path, source.name), source.name, findings)
    findings.raise_errors()
    cut = _cut(files, task.units, partitions, place.path)
    events = _cleaned(cut, task, findings, place.path)
    _cross_checked(events, findings)
    parts = []
    shared = _shared(events, task, findings)
    for number in range(cut.parts):
        held = events.files[number]
        own = np.flatnonzero(cut.part_of == number).astype(np.int32)
        share = share_of(None if held is None else columns_of(held), own, number == 0, task, findings, shared)
        if held is not None:
            held.unlink()
        target = place.path / f"{number}.part"
        part_packed(measure_part(task, share), target, cases)
        del share
        gc.collect()  # what measuring keeps refers to itself, and its columns would wait for a later turn
        parts.append(part_of(target, place))
    findings.raise_errors()
    found = completed(task, merge(parts), facts_of(cut.sources, events.rows, findings))
    return found if cases else replace(found, cases={})


def facts_of(sources: Sequence[Source], rows: Mapping[str, int], findings: Findings) -> LogFacts:
    """What a result says of a log read in parts."""
    counted = [replace(one, rows=rows[one.name]) for one in sorted(sources, key=lambda s: s.name)]
    aside = sorted(findings.set_aside, key=lambda s: (s.file, s.row, s.code))
    return LogFacts(counted, sum(one.rows for one in counted), aside, findings.warnings())


class Folder:
    """A place on disk that is cleared when nobody needs it any more."""

    def __init__(self, path: Path | None) -> None:
        """A new folder inside ``path``, or where the system keeps temporary files."""
        self.path = Path(tempfile.mkdtemp(prefix="gongkai-score-", dir=path))
        self.clear = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


@dataclass(frozen=True)
class Cut:
    """A log cut by unit.

    Attributes:
        sources: its files.
        parts: how many parts there are.
        part_of: for each unit of the register its part; they ascend.
        pieces: part → (file number, the rows of that file in the part).
        timed: for each file the columns that hold times of the day.
    """

    sources: Sequence[Source]
    parts: int
    part_of: NDArray[np.int64]
    pieces: Mapping[int, Sequence[tuple[int, Path]]]
    timed: Sequence[frozenset[str]]


def arrow(name: str, file: str | None = None) -> Any:
    """A module of pyarrow.

    Raises:
        ActivityLogError: it is not installed (L209).
    """
    try:
        return import_module(f"pyarrow.{name}" if name else "pyarrow")
    except ImportError:
        raise ActivityLogError(problem("L209", file=file, package="pyarrow", extra="parquet")) from None


def sources_of(source: str | Path | Sequence[str | Path]) -> list[tuple[Path, Source]]:
    """The files of a log with their names and digests.

    Raises:
        ActivityLogError: one cannot be read (L201), none is given (L216), or two have one name (L219).
    """
    given = [source] if isinstance(source, (str, Path)) else list(source)
    if not given:
        raise ActivityLogError(problem("L216", found="[]"))
    found: list[tuple[Path, Source]] = []
    for number, one in enumerate(given, 1):
        name = called(one, None, number, given) or str(one)
        if any(name == other.name for _, other in found):
            raise ActivityLogError(problem("L219", source=name))
        try:
            with Path(one).open("rb") as file:
                seal = hashlib.file_digest(file, "sha256").hexdigest()
        except (OSError, ValueError) as error:
            raise ActivityLogError(problem("L201", file=str(one), **file_cause(error))) from error
        found.append((Path(one), Source(name, seal, 0)))
    return found


def _batches(path: Path, name: str, columns: list[str] | None = None) -> Iterator[Any]:
    """Rows of a Parquet file, some at a time, texts as texts.

    Raises:
        ActivityLogError: the file is damaged, or columns are nested (L210).
    """
    pa, parquet = arrow("", name), arrow("parquet", name)
    try:
        with parquet.ParquetFile(path) as file:
            kinds = [str(column.type) for column in file.schema_arrow]
            nested = [kind for kind in kinds if kind.startswith(("struct", "map"))]
            if nested:
                raise ValueError(f"{nested[0]}: read_log")
            for batch in file.iter_batches(_BATCH, columns=columns):
                yield pa.table(
                    [
                        column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
                        for column in batch.columns
                    ],
                    names=batch.schema.names,
                )
    except ActivityLogError:
        raise
    except Exception as error:  # pyarrow raises many classes on damaged files
        found = problem("L210", file=name, format="Parquet", detail=clip(error))
        raise ActivityLogError(found) from error


def names_of(path: Path, name: str) -> list[str]:
    """Column names of a Parquet file."""
    parquet = arrow("parquet", name)
    try:
        return list(parquet.read_schema(path).names)
    except Exception as error:
        found = problem("L210", file=name, format="Parquet", detail=clip(error))
        raise ActivityLogError(found) from error


def places_of(column: Any, place_of: Any) -> NDArray[np.int64]:
    """For each cell of the unit column the place of its unit, -1: none."""
    texts, _ = text_column(column)
    if isinstance(texts, Moments):
        return np.full(len(texts.day), -1, np.int64)
    return np.array([*(place_of(value) for value in texts.values), -1], np.int64)[texts.codes]


def spread(counts: NDArray[np.int64], parts: int | None) -> tuple[int, NDArray[np.int64]]:
    """(number of parts, for each unit its part): runs of units with about as many rows in each.

    Args:
        counts: rows of each unit of the register, and of all others at the end.
        parts: how many parts are wished for; None: one for each million rows.
    """
    total, units = int(counts.sum()), len(counts) - 1
    many = min(max(parts or -(-total // ROWS_A_PART), 1), max(units, 1))
    before = np.concatenate([[0], np.cumsum(counts[:-1])])[:units]
    return many, np.minimum(before * many // max(total, 1), many - 1)


def _cut(files: Sequence[tuple[Path, Source]], units: UnitRegister, parts: int | None, place: Path) -> Cut:
    """Two passes: count the rows of each unit, then write every row to the file of its part."""
    place_of, counts = unit_places(units), np.zeros(len(units) + 1, np.int64)
    headers = [unit_header(names_of(path, source.name)) for path, source in files]
    for (path, source), header in zip(files, headers, strict=True):
        if header is not None:
            for batch in _batches(path, source.name, [header]):
                counts += np.bincount(places_of(batch.column(0), place_of) % len(counts), minlength=len(counts))
    many, part_of_unit = spread(counts, parts)
    ipc, pa = arrow("ipc"), arrow("")
    pieces: dict[int, list[tuple[int, Path]]] = {}
    timed: list[frozenset[str]] = []
    options = ipc.IpcWriteOptions(compression="lz4")
    for number, ((path, source), header) in enumerate(zip(files, headers, strict=True)):
        writers: dict[int, Any] = {}
        times: set[str] = set()
        row = 1
        try:
            for batch in _batches(path, source.name):
                size = batch.num_rows
                where = np.zeros(size, np.int64)
                if header is not None:
                    found = places_of(batch.column(batch.schema.names.index(header)), place_of)
                    where = np.where(found < 0, 0, part_of_unit[found])
                times |= timed_columns(batch, times)
                whole = batch.append_column(ROW, pa.array(np.arange(row, row + size)))
                order = np.argsort(where, kind="stable")
                bounds = np.searchsorted(where[order], np.arange(many + 1)).tolist()
                for part in np.unique(where).tolist():
                    target = place / f"{number}-{part}.arrow"
                    if part not in writers:
                        writers[part] = ipc.new_file(target, whole.schema, options=options)
                        pieces.setdefault(part, []).append((number, target))
                    writers[part].write_table(whole.take(pa.array(order[bounds[part] : bounds[part + 1]])))
                row += size
        finally:
            for writer in writers.values():
                writer.close()
        timed.append(frozenset(times))
    return Cut([source for _, source in files], many, part_of_unit, pieces, timed)


def timed_columns(batch: Any, known: set[str]) -> set[str]:
    """Columns of time stamps of which some are no bare dates."""
    found = set()
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if name not in known and str(column.type).startswith("timestamp"):
            moments, _ = text_column(column)
            if isinstance(moments, Moments) and bool((moments.second >= 0).any()):
                found.add(name)
    return found


@dataclass(frozen=True)
class Events:
    """The events of all parts, read and without repeated rows.

    Attributes:
        files: part → its events; None: it has none.
        links: check and bucket → files with the links of several parts.
        rows: rows of each source.
        shared: events of shared kinds.
    """

    files: dict[int, Path | None]
    links: dict[tuple[str, int], list[Path]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    shared: list[EventColumns] = field(default_factory=list)


def _tables(pieces: Sequence[tuple[int, Path]], cut: Cut, findings: Findings) -> list[Table]:
    """The rows of one part, a table for each file."""
    found = []
    for number, path in pieces:
        with arrow("ipc").open_file(path) as file:
            read = file.read_all()
        place = read.schema.names.index(ROW)
        row = read.column(place).to_numpy()
        table = arrow_table(read.remove_column(place), row, cut.sources[number], WANTED, cut.timed[number])
        if isinstance(table, list):
            findings.stop(table)
        else:
            found.append(table)
        path.unlink()
    findings.raise_errors()
    return found


def _cleaned(cut: Cut, task: Task, findings: Findings, place: Path) -> Events:
    events = Events({}, rows={source.name: 0 for source in cut.sources})
    shared, kinds = shared_kinds(task.indicator_set), tuple(task.indicator_set.event_kinds)
    for number in range(cut.parts):
        events.files[number] = None
        if number not in cut.pieces:
            continue
        tables = _tables(cut.pieces[number], cut, findings)
        for table in tables:
            events.rows[table.source.name] += table.source.rows
        columns = cleaned(tables, findings, task.units, kinds)
        for check, bucket, some in links(columns, findings, cut.parts):
            target = place / f"{number}-{check}-{bucket}.links"
            columns_packed(some, target)
            events.links.setdefault((check, bucket), []).append(target)
        if shared:
            events.shared.append(of_kinds(columns, shared))
        events.files[number] = place / f"{number}.events"
        columns_packed(columns, events.files[number])
    return events


def of_kinds(columns: EventColumns, kinds: frozenset[str], inside: bool = True) -> EventColumns:
    """The events of some kinds, or of all others."""
    wanted = np.array([(kind in kinds) == inside for kind in columns.kind.values] or [False], bool)
    return orderly(taken(columns, np.flatnonzero(wanted[columns.kind.codes])))


def _cross_checked(events: Events, findings: Findings) -> None:
    for (check, _), paths in sorted(events.links.items()):
        cross_checked(check, [columns_of(path) for path in paths], findings)
        for path in paths:
            path.unlink()


def _shared(events: Events, task: Task, findings: Findings) -> EventColumns | None:
    return shared_events(events.shared, task, findings)


def shared_events(parts: Sequence[EventColumns], task: Task, findings: Findings) -> EventColumns | None:
    """The events of shared kinds that are used, of all parts; None: there are no such kinds."""
    if not parts:
        return None
    columns = without_refused(EventColumns.stack(parts), findings)
    return finished(columns, Findings(findings.actions), task.units)


def share_of(
    columns: EventColumns | None,
    own: NDArray[np.int32],
    strangers: bool,
    task: Task,
    findings: Findings,
    shared: EventColumns | None,
) -> Share:
    """What one part is measured on, after the last checks of its rows.

    Args:
        columns: its events; None: it has none.
        own: positions of its units in the register.
        strangers: whether it takes the events of units that are not registered.
        task: what is asked.
        findings: takes what is wrong.
        shared: events of shared kinds, of all parts.
    """
    kinds = shared_kinds(task.indicator_set)
    held = [] if shared is None else [shared]
    if columns is not None:
        held.append(of_kinds(finished(columns, findings, task.units), kinds, inside=False))
    some = [part for part in held if len(part)]
    log = ActivityLog((), (), {}, (), 0, ())
    if some:
        log = ActivityLog.build(orderly(EventColumns.stack(some)), duplicates=False)
    return Share(log, own, strangers, {}, kinds)
