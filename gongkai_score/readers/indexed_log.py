"""Reads the file of an indexed log: its order and what it tells are taken as they stand, if the seal is whole."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import ActivityLog, Coded, Details, EventTable, Moments
from gongkai_score.errors import ActivityLogError, Problem, problem
from gongkai_score.event_columns import narrow_rows, shared
from gongkai_score.log_facts import FACTS, UNSEALED, LogFacts, facts_of, seal_of
from gongkai_score.readers.arrow_columns import ParquetColumns, arrow_module, whole_numbers
from gongkai_score.readers.cells import clip, read_dates, settled
from gongkai_score.readers.table import Column
from gongkai_score.readers.typed_cells import text_column
from gongkai_score.units import UnitRegister

_MAGIC = b"PAR1"
_ATTRIBUTES = "attributes."
_ROW = "row"
_TEXTS = ("kind", "unit", "ref", "id", "file")


def is_indexed(path: Path) -> bool:
    """Whether a file is that of an indexed log; any other, or none at all, is not."""
    if path.suffix.lower() != ".parquet":
        return False
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            size = file.tell()
            file.seek(max(size - 8, 0))
            tail = file.read()
            length = int.from_bytes(tail[:4], "little") + 8
            if tail[4:] != _MAGIC or length > size:
                return False
            file.seek(size - length)
            return FACTS.encode() in file.read()
    except (OSError, ValueError):
        return False


def read_indexed(
    path: Path, given: Mapping[str, Any], units: UnitRegister | None, kinds: Collection[str]
) -> ActivityLog:
    """Reads an indexed log.

    Args:
        path: the file.
        given: further wishes by name, such as a mapping; none of them can be met any more.
        units: the register; the log must have been checked against it.
        kinds: kinds a set declares; the log must have been checked with them.

    Raises:
        ActivityLogError: pyarrow is not installed (L209), the file was changed (L220), or the log was checked
            otherwise than is wanted now (L221).
    """
    file = str(path)
    if arrow_module("parquet") is None:
        raise ActivityLogError(problem("L209", file=file, package="pyarrow", extra="parquet"))
    try:
        raw = path.read_bytes()
        facts = _facts(raw)
        log = None if facts is None else _log(ParquetColumns(raw), facts)
    except Exception as error:  # pyarrow raises many classes on damaged files
        raise ActivityLogError(problem("L210", file=file, format="Parquet", detail=clip(error))) from error
    if log is None:
        raise ActivityLogError(problem("L220", file=file))
    wrong = _otherwise(log, given, units, kinds)
    if wrong is not None:
        raise ActivityLogError(replace(wrong, file=file))
    return log


def _facts(raw: bytes) -> LogFacts | None:
    """What the file tells, or None if the seal does not fit it."""
    arrow, parquet = arrow_module(), arrow_module("parquet")
    assert arrow is not None and parquet is not None
    place, seal = seal_of(raw) or (0, "")
    if raw[place : place + len(UNSEALED)] != seal.encode():
        return None
    return facts_of(parquet.read_metadata(arrow.BufferReader(raw)).metadata[FACTS.encode()].decode())


def _log(read: ParquetColumns, facts: LogFacts) -> ActivityLog:
    columns: dict[str, Any] = dict(zip(read.names, read.each(_column), strict=True))
    row = columns.pop(_ROW)
    texts = {name: _text(columns.pop(name)) for name in _TEXTS}
    at = _moments(columns.pop("at"))
    code = {name: number for number, name in enumerate(facts.files)}
    file = np.array([code[name] for name in texts["file"].values], np.int32).take(texts["file"].codes)
    attributes = {name: _text(columns.pop(name)) for name in list(columns) if name.startswith(_ATTRIBUTES)}
    details = Details(
        id=texts["id"],
        attributes={name.removeprefix(_ATTRIBUTES): column for name, column in attributes.items()},
        moments={name.removeprefix("moments."): _moments(column) for name, column in columns.items()},
        file=shared(file),
        row=row,
        files=facts.files,
    )
    kind, unit, ref = texts["kind"], texts["unit"], texts["ref"]
    bounds = [*np.flatnonzero(np.diff(kind.codes, prepend=-1)).tolist(), len(row)]
    tables = {}
    for first, last in itertools.pairwise(bounds):
        name = kind.values[int(kind.codes[first])]
        rows = slice(first, last)
        tables[name] = EventTable(
            name,
            unit.codes[rows].astype(np.int32),
            Moments(at.day[rows], at.second[rows]),
            ref.codes[rows].astype(np.int32),
            details,
            np.arange(first, last, dtype=np.int32),
        )
    return ActivityLog(
        units=tuple(unit.values),
        refs=ref.values,
        tables=tables,
        sources=facts.sources,
        rows_read=facts.rows_read,
        set_aside=facts.set_aside,
        warnings=facts.warnings,
    )


def _column(name: str, column: Any) -> Column | NDArray[np.int64]:
    if name == _ROW:
        return narrow_rows(whole_numbers(column, np.int64, 0))
    found, _ = text_column(column)
    return settled(found) if isinstance(found, Coded) else found


def _text(column: Column) -> Coded:
    if not isinstance(column, Coded):
        raise TypeError(type(column).__name__)
    return column


def _moments(column: Column) -> Moments:
    if isinstance(column, Moments):
        return column
    dates = read_dates(list(column.values))
    empty = Moments.empty(1)
    day, second = (np.append(a, b) for a, b in ((dates.day, empty.day), (dates.second, empty.second)))
    return Moments(day.take(column.codes), second.take(column.codes))


def _otherwise(
    log: ActivityLog, given: Mapping[str, Any], units: UnitRegister | None, kinds: Collection[str]
) -> Problem | None:
    """Why the log cannot be used as is wanted."""
    wishes = [name for name, wish in given.items() if wish]
    if wishes:
        return problem(
            "L221", what_zh=f"不能再用 {'、'.join(wishes)}", what_en=f"{', '.join(wishes)} cannot be applied"
        )
    strangers = [] if units is None else [unit for unit in log.units if unit not in units]
    if strangers:
        shown = "、".join(strangers[:5])
        return problem("L221", what_zh=f"名册中没有单位 {shown}", what_en=f"the register has no unit {shown}")
    lost = sorted({str(row.value) for row in log.set_aside if row.code == "L302" and row.value in kinds})
    if lost:
        shown = "、".join(lost[:5])
        return problem("L221", what_zh=f"当时不认识类型 {shown}", what_en=f"kind {shown} was unknown then")
    return None
