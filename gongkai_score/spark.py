"""A country's log on Spark: measured in parts by unit on its machines, put together and scored here.

Spark moves rows and runs Python; everything else is what a log streamed on one machine goes through, so the result
is the same byte for byte. A set travels as JSON, a part comes back as arrays and JSON: no code but this library's,
which must be installed where Spark's workers run. This is the only module that imports pyspark (extra ``spark``).
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from gongkai_score.activity_log import EventColumns, Source
from gongkai_score.assessment import Assessment
from gongkai_score.errors import ActivityLogError, AssessmentError, CalendarError, GongkaiScoreError, Problem
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.outputs.part_file import part_of, part_packed
from gongkai_score.outputs.task_file import task_from, task_text
from gongkai_score.packing import columns_of, columns_packed
from gongkai_score.parts import completed, measure_part, merge, shared_kinds
from gongkai_score.pipeline import Task, task_of
from gongkai_score.readers.findings import Findings, plain_problem
from gongkai_score.readers.log_parts import (
    IDS,
    REFS,
    WANTED,
    cleaned,
    cross_checked,
    links,
    tell_of_headers,
    unit_header,
    unit_places,
)
from gongkai_score.readers.tables_in import arrow_table
from gongkai_score.streaming import (
    ROW,
    Folder,
    arrow,
    facts_of,
    of_kinds,
    places_of,
    share_of,
    shared_events,
    sources_of,
    spread,
    timed_columns,
)
from gongkai_score.units import UnitRegister
from gongkai_score.work_calendar import WorkCalendar

_PIECE = "part int, bucket int, file int, name string, data binary"
"""What travels between steps: bytes of some sort, for a part (and a bucket of links)."""
_COUNT = "place int, many long, timed string"
_ERRORS: dict[str, type[GongkaiScoreError]] = {
    one.__name__: one for one in (ActivityLogError, AssessmentError, CalendarError)
}
Tables = Iterator[Any]


def assess_on_spark(
    indicator_set: IndicatorSet,
    source: DataFrame | str | Path | Sequence[str | Path],
    units: UnitRegister,
    *,
    session: SparkSession | None = None,
    calendar: WorkCalendar,
    period: str,
    as_of: str | None = None,
    results: Mapping[str, Assessment] | None = None,
    severity: Mapping[str, str] | None = None,
    partitions: int | None = None,
    folder: str | Path | None = None,
    cases: bool = True,
) -> Assessment:
    """What :func:`~gongkai_score.pipeline.assess` gives, measured on Spark.

    Args:
        indicator_set: what must be done and what it is worth.
        source: Parquet files that the driver and Spark's workers see under the same path, or a data frame of Spark
            with the columns of ``docs/logs.md``. Rows of a data frame are numbered by
            ``monotonically_increasing_id``, and it has no digest among the inputs.
        units: who is assessed.
        session: the session; None: that of the data frame, or the active one.
        calendar: which days are working days.
        period: as in ``assess``.
        as_of: as in ``assess``.
        results: as in ``assess``; they stay on the driver.
        severity: check code → ``error``, ``set_aside``, ``warning`` or ``ignore``.
        partitions: number of parts; None: one for each million rows.
        folder: where the driver keeps what the parts yielded, cases included, as long as the result is needed.
        cases: whether the result keeps its cases; without them all else is the same, and little travels.

    Raises:
        ActivityLogError: a file cannot be read, or a check set to ``error`` found something.
        AssessmentError: as in ``assess``.
        CalendarError: as in ``assess``.
    """
    task = task_of(indicator_set, units, calendar=calendar, period=period, as_of=as_of, results=results)
    findings = Findings(severity)
    frames, sources = _frames(source, session)
    for frame, one in zip(frames, sources, strict=True):
        tell_of_headers([name for name in frame.columns if name != ROW], one.name, findings)
    findings.raise_errors()
    place = Folder(None if folder is None else Path(folder))
    try:
        return _assessed(task, frames, sources, findings, partitions, place, cases)
    except BaseException:
        place.clear()
        raise


def _frames(
    source: DataFrame | str | Path | Sequence[str | Path], session: SparkSession | None
) -> tuple[list[DataFrame], list[Source]]:
    """The rows of each source with their numbers."""
    if isinstance(source, DataFrame):
        return [source.withColumn(ROW, F.monotonically_increasing_id())], [Source("frame", "", 0)]
    files = sources_of(source)
    active = session or SparkSession.active()
    numbered = (F.col("_metadata.row_index") + 1).alias(ROW)
    frames = [active.read.parquet(Path(path).absolute().as_uri()).select("*", numbered) for path, _ in files]
    return frames, [one for _, one in files]


def _assessed(
    task: Task,
    frames: Sequence[DataFrame],
    sources: Sequence[Source],
    findings: Findings,
    partitions: int | None,
    place: Folder,
    cases: bool,
) -> Assessment:
    session = frames[0].sparkSession
    text, actions = task_text(task), dict(findings.actions)
    counts, timed = _counted(frames, text, len(task.units))
    many, part_of_unit = spread(counts, partitions)
    told = json.dumps(
        {"parts": part_of_unit.tolist(), "many": many, "timed": timed, "actions": actions, "cases": cases}
    )
    names = json.dumps([[one.name, one.sha256] for one in sources])
    pieces: DataFrame | None = None
    for number, frame in enumerate(frames):
        cut = frame.mapInArrow(partial(_cut, text, told, number), _PIECE)
        pieces = cut if pieces is None else pieces.unionByName(cut)
    assert pieces is not None
    read = pieces.groupBy("part").applyInArrow(_step(_read, text, told, names), _PIECE).persist()
    try:
        rows = {one.name: 0 for one in sources}
        for found in _collected(read, "found"):
            findings.take_in(found["findings"])
            for name, size in found["rows"].items():
                rows[name] += size
        linked = read.where(F.col("name").isin(IDS, REFS)).groupBy("name", "bucket")
        crossed = linked.applyInArrow(_step(_cross, json.dumps(actions)), _PIECE)
        for found in _collected(crossed, "found"):
            findings.take_in(found)
        held = [columns_of(bytes(one.data)) for one in read.where("name = 'shared'").orderBy("part").collect()]
        shared = shared_events(held, task, findings)
        sent = b"" if shared is None else columns_packed(shared)
        every = session.createDataFrame([(n, -1, -1, "none", b"") for n in range(many)], _PIECE)
        events = read.where("name = 'events'").unionByName(every)
        refused = json.dumps(findings.told(), ensure_ascii=False)
        step = _step(_measure, text, told, refused, session.sparkContext.broadcast(sent))
        measured = events.groupBy("part").applyInArrow(step, _PIECE).persist()
        for found in _collected(measured, "found"):
            findings.take_in(found)
        findings.raise_errors()
        parts = []
        for one in measured.where("name = 'part'").toLocalIterator():
            target = place.path / f"{one.part}.part"
            target.write_bytes(bytes(one.data))
            parts.append(part_of(target, place))
        measured.unpersist()
    finally:
        read.unpersist()
    parts.sort(key=lambda part: int(part.units[0]) if len(part.units) else -1)
    result = completed(task, merge(parts), facts_of(sources, rows, findings))
    return result if cases else replace(result, cases={})


def _counted(frames: Sequence[DataFrame], text: str, units: int) -> tuple[Any, list[list[str]]]:
    """Rows of each unit, and for each source the columns that hold times of the day."""
    counts = np.zeros(units + 1, np.int64)
    timed = []
    for frame in frames:
        header = unit_header([name for name in frame.columns if name != ROW])
        stamps = [name for name, kind in frame.dtypes if kind.startswith("timestamp")]
        names = dict.fromkeys([*([header] if header else []), *stamps])
        some = frame.select(*("`" + name.replace("`", "``") + "`" for name in names))
        found = some.mapInArrow(partial(_count, text, header), _COUNT).groupBy("place", "timed")
        rows = found.agg(F.sum("many").alias("many")).collect()
        for one in rows:
            counts[one.place] += one.many
        timed.append(sorted({one.timed for one in rows if one.timed}))
    return counts, timed


def _collected(frame: DataFrame, name: str) -> Iterator[Any]:
    """What a step says of itself, part by part; what stopped it is raised."""
    rows = frame.where(F.col("name").isin(name, "error")).orderBy("part", "bucket").collect()
    for one in rows:
        if one.name == "error":
            told = json.loads(bytes(one.data))
            raise _ERRORS[told["kind"]]([Problem(**found) for found in told["problems"]])
    for one in rows:
        yield json.loads(bytes(one.data))


def _step(work: Callable[..., Any], *given: Any) -> Callable[[Any, Any], Any]:
    """A step for groups of rows: Spark looks for hints of types, so it gets a function without any."""
    return lambda key, table: work(*given, key, table)


# On the workers: functions from Arrow tables to Arrow tables.


@cache
def _task(text: str) -> Task:
    return task_from(text)


def _pieces(rows: Sequence[tuple[int, int, int, str, bytes]]) -> Any:
    pa = arrow("")
    kinds = (pa.int32(), pa.int32(), pa.int32(), pa.string(), pa.binary())
    columns = zip(*rows, strict=True) if rows else ((),) * len(kinds)
    arrays = [pa.array(list(column), kind) for column, kind in zip(columns, kinds, strict=True)]
    return pa.table(arrays, names=["part", "bucket", "file", "name", "data"])


def _error(part: int, bucket: int, error: GongkaiScoreError) -> Any:
    kind = next((name for name, one in _ERRORS.items() if isinstance(error, one)), "ActivityLogError")
    told = {"kind": kind, "problems": [plain_problem(found) for found in error.problems]}
    return _pieces([(part, bucket, -1, "error", json.dumps(told, ensure_ascii=False).encode())])


def _count(text: str, header: str | None, batches: Tables) -> Tables:
    pa = arrow("")
    place_of, units = unit_places(_task(text).units), len(_task(text).units)
    for batch in batches:
        table = pa.table(batch.columns, names=batch.schema.names)
        counts = np.zeros(units + 1, np.int64)
        counts[units] = table.num_rows
        if header is not None:
            places = places_of(table.column(header), place_of) % (units + 1)
            counts = np.bincount(places, minlength=units + 1)
        some = np.flatnonzero(counts)
        timed = sorted(timed_columns(table, set()))
        place, many = [*some.tolist(), *([units] * len(timed))], [*counts[some].tolist(), *([0] * len(timed))]
        words = [*([""] * len(some)), *timed]
        yield pa.record_batch(
            [pa.array(place, pa.int32()), pa.array(many, pa.int64()), pa.array(words, pa.string())],
            names=["place", "many", "timed"],
        )


def _cut(text: str, told: str, number: int, batches: Tables) -> Tables:
    """The rows of one file for each part, as bytes of an Arrow stream."""
    pa, ipc = arrow(""), arrow("ipc")
    place_of, plan = unit_places(_task(text).units), json.loads(told)
    part_of_unit = np.array(plan["parts"], np.int64)
    for batch in batches:
        table = pa.table(batch.columns, names=batch.schema.names)
        header = unit_header([name for name in table.column_names if name != ROW])
        where = np.zeros(table.num_rows, np.int64)
        if header is not None:
            found = places_of(table.column(header), place_of)
            where = np.where(found < 0, 0, part_of_unit[found])
        order = np.argsort(where, kind="stable")
        bounds = np.searchsorted(where[order], np.arange(plan["many"] + 1)).tolist()
        rows = []
        for part in np.unique(where).tolist():
            sink = pa.BufferOutputStream()
            some = table.take(pa.array(order[bounds[part] : bounds[part + 1]]))
            with ipc.new_stream(sink, some.schema) as writer:
                writer.write_table(some)
            rows.append((part, -1, number, "rows", sink.getvalue().to_pybytes()))
        yield from _pieces(rows).to_batches()


def _stream(data: bytes) -> Any:
    with arrow("ipc").open_stream(data) as stream:
        return stream.read_all()


def _read(text: str, told: str, names: str, key: tuple[Any, ...], pieces: Any) -> Any:
    """The events of one part, what links them to others, and what was wrong with their rows."""
    pa, task, plan = arrow(""), _task(text), json.loads(told)
    part, findings = int(key[0].as_py()), Findings(plan["actions"])
    sources = [Source(name, sha or "-", 0) for name, sha in json.loads(names)]
    held: dict[int, list[Any]] = {}
    for file, data in zip(pieces.column("file").to_pylist(), pieces.column("data").to_pylist(), strict=True):
        held.setdefault(file, []).append(_stream(data))
    try:
        tables = []
        for file in sorted(held):
            read = pa.concat_tables(held[file]).sort_by(ROW)
            row = read.column(ROW).to_numpy()
            rest = read.remove_column(read.schema.names.index(ROW))
            table = arrow_table(rest, row, sources[file], WANTED, plan["timed"][file])
            if isinstance(table, list):
                findings.stop(table)
            else:
                tables.append(table)
        findings.raise_errors()
        columns = cleaned(tables, findings, task.units, tuple(task.indicator_set.event_kinds))
    except GongkaiScoreError as error:
        return _error(part, -1, error)
    rows = {table.source.name: table.source.rows for table in tables}
    said = json.dumps({"findings": findings.told(), "rows": rows}, ensure_ascii=False).encode()
    found = [(part, -1, -1, "found", said), (part, -1, -1, "events", columns_packed(columns))]
    for check, bucket, some in links(columns, findings, plan["many"]):
        found.append((part, bucket, -1, check, columns_packed(some)))
    if shared := shared_kinds(task.indicator_set):
        found.append((part, -1, -1, "shared", columns_packed(of_kinds(columns, shared))))
    return _pieces(found)


def _cross(actions: str, key: tuple[Any, ...], pieces: Any) -> Any:
    """What rows of several parts contradict each other in."""
    findings = Findings(json.loads(actions))
    cross_checked(key[0].as_py(), [columns_of(data) for data in _by_part(pieces)], findings)
    return _pieces(
        [(0, int(key[1].as_py()), -1, "found", json.dumps(findings.told(), ensure_ascii=False).encode())]
    )


def _by_part(pieces: Any) -> list[bytes]:
    return pieces.sort_by("part").column("data").to_pylist()  # type: ignore[no-any-return]


@cache
def _columns(data: bytes) -> EventColumns:
    return columns_of(data)


def _measure(text: str, told: str, refused: str, shared: Any, key: tuple[Any, ...], pieces: Any) -> Any:
    """What measuring yields for the units of one part."""
    task, plan = _task(text), json.loads(told)
    part = int(key[0].as_py())
    before, findings = Findings(plan["actions"]), Findings(plan["actions"])
    before.take_in(json.loads(refused))
    findings.take_in({**before.told(), "problems": [[], []], "untold": {}})
    named = zip(pieces.column("name").to_pylist(), pieces.column("data").to_pylist(), strict=True)
    events = [data for name, data in named if name == "events"]
    own = np.flatnonzero(np.array(plan["parts"]) == part).astype(np.int32)
    everywhere = _columns(shared.value) if shared.value else None
    try:
        columns = columns_of(events[0]) if events else None
        share = share_of(columns, own, part == 0, task, findings, everywhere)
        measured = part_packed(measure_part(task, share), cases=plan["cases"])
        del share, columns
        gc.collect()  # workers live on, and what measuring keeps refers to itself
    except GongkaiScoreError as error:
        return _error(part, -1, error)
    said = json.dumps(findings.told(), ensure_ascii=False).encode()
    return _pieces([(part, -1, -1, "found", said), (part, -1, -1, "part", measured)])
