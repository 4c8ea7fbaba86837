"""An indexed log as one Parquet file: read back without sorting or checking it again.

Events stand in the order of the log, kind by kind, in columns that any tool can read; what else the log knows
(sources, rows set aside, warnings) is in the file's description, with a seal over everything. Tools that write the
file anew drop the description; then it is a table like any other, and its rows are checked.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, NO_TIME, ActivityLog, Coded, EventTable, Moments
from gongkai_score.errors import ActivityLogError, file_cause, problem
from gongkai_score.log_facts import FACTS, SEAL, UNSEALED, facts_text, seal_of
from gongkai_score.numbered_texts import Numbered

_GROUP = 1 << 20


def write_log(log: ActivityLog, path: str | Path) -> None:
    """Writes an indexed log, whole or not at all; :func:`~gongkai_score.readers.logs.read_log` knows the file.

    Args:
        log: the log.
        path: a Parquet file.

    Raises:
        ActivityLogError: the file cannot be written, or pyarrow is not installed (L222).
    """
    target = Path(path)
    arrow, parquet = parquet_modules(path)
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            _write(log, file, arrow, parquet)
        _seal(Path(name))
        Path(name).replace(target)
    except BaseException as error:
        if name:
            Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ActivityLogError(problem("L222", file=str(path), **file_cause(error))) from error
        raise


def parquet_modules(path: str | Path) -> tuple[Any, Any]:
    """``pyarrow`` and ``pyarrow.parquet``, which write the file of a log.

    Raises:
        ActivityLogError: pyarrow is not installed (L222); ``path`` is the file that was to be written.
    """
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        remedy = "pip install 'gongkai-score[parquet]'"
        zh, en = f"缺少 pyarrow，请运行 {remedy}", f"pyarrow is missing, run {remedy}"
        raise ActivityLogError(problem("L222", file=str(path), detail_zh=zh, detail_en=en)) from error


def _write(log: ActivityLog, file: BinaryIO, arrow: Any, parquet: Any) -> None:
    tables = list(log.tables.values())
    columns = _Columns(log, arrow)
    schema = arrow.schema([(name, columns.type(name)) for name in columns.names])
    often = [name for name in columns.names if columns.type(name) != arrow.string()]
    with parquet.ParquetWriter(file, schema, use_dictionary=often, compression="snappy") as writer:
        for table in tables:
            made = arrow.Table.from_arrays(list(columns.of(table)), schema=schema)
            writer.write_table(made, row_group_size=_GROUP)
        writer.add_key_value_metadata({FACTS: facts_text(log), SEAL: UNSEALED})


def _seal(path: Path) -> None:
    found = seal_of(path.read_bytes())
    assert found is not None
    place, seal = found
    with path.open("r+b") as file:
        file.seek(place)
        file.write(seal.encode())


class _Columns:
    """The columns of a log's file, table by table."""

    def __init__(self, log: ActivityLog, arrow: Any) -> None:
        self._log = log
        self._arrow = arrow
        tables = list(log.tables.values())
        texts = sorted({name for table in tables for name in table.attributes})
        dates = sorted({name for table in tables for name in table.moments})
        self._attributes = {f"attributes.{name}": name for name in texts}
        self._moments = {f"moments.{name}" if name in _FIELDS else name: name for name in dates}
        self._forms = {name: _form([self._dates(t, name) for t in tables]) for name in ("at", *self._moments)}
        self.names = [*_FIELDS, *self._moments, *self._attributes]
        self._values: dict[int, Any] = {}

    def type(self, name: str) -> Any:
        """Arrow's type of a column."""
        arrow = self._arrow
        if name == "row":
            return arrow.int64()
        form = self._forms.get(name)
        if form in ("date", "time"):
            return arrow.date32() if form == "date" else arrow.timestamp("s")
        if isinstance(self._sample(name), Numbered):
            return arrow.string()
        return arrow.dictionary(arrow.int32(), arrow.string())

    def _sample(self, name: str) -> Sequence[str]:
        if name == "ref":
            return self._log.refs
        for table in self._log.tables.values():
            if name == "id":
                return table.details.id.values
            if name in self._attributes and self._attributes[name] in table.attributes:
                return table.attributes[self._attributes[name]].values
        return ()

    def of(self, table: EventTable) -> Iterable[Any]:
        """The columns of one table."""
        rows = len(table)
        for name in self.names:
            if name == "row":
                yield self._arrow.array(table.row)
            elif name in self._forms:
                yield self._moment(self._dates(table, name), self._forms[name])
            elif name in self._attributes:
                yield self._text(table.attributes.get(self._attributes[name]) or Coded.empty(rows), name)
            else:
                yield self._text(
                    {
                        "kind": Coded(np.zeros(rows, np.int32), (table.kind,)),
                        "unit": Coded(table.unit, self._log.units),
                        "ref": Coded(table.ref, self._log.refs),
                        "id": table.id,
                        "file": Coded(table.file, table.files),
                    }[name],
                    name,
                )

    def _dates(self, table: EventTable, name: str) -> Moments:
        found = table.at if name == "at" else table.moments.get(self._moments[name])
        return found or Moments.empty(len(table))

    def _text(self, column: Coded, name: str) -> Any:
        arrow, values = self._arrow, column.values
        if self.type(name) == arrow.string():
            return (
                _spelt(column, arrow) if isinstance(values, Numbered) else arrow.nulls(len(column), arrow.string())
            )
        if id(values) not in self._values:
            self._values[id(values)] = values, arrow.array(list(values), arrow.string())
        return arrow.DictionaryArray.from_arrays(
            arrow.array(column.codes, arrow.int32(), mask=column.codes < 0), self._values[id(values)][1]
        )

    def _moment(self, moments: Moments, form: str) -> Any:
        arrow, empty = self._arrow, moments.day == NO_DAY
        if form == "date":
            return arrow.array(moments.day, arrow.int32(), mask=empty).cast(arrow.date32())
        if form == "time":
            seconds = moments.day.astype(np.int64) * 86400 + moments.second
            return arrow.array(seconds, arrow.int64(), mask=empty).cast(arrow.timestamp("s"))
        keys = moments.day.astype(np.int64) * 100_000 + moments.second
        _, first, codes = np.unique(keys, return_index=True, return_inverse=True)
        texts = [moments.text(row) or "" for row in first.tolist()]
        return arrow.DictionaryArray.from_arrays(
            arrow.array(codes, arrow.int32(), mask=empty), arrow.array(texts, arrow.string())
        )


_FIELDS = ("kind", "unit", "at", "ref", "id", "file", "row")


def _form(columns: Sequence[Moments]) -> str:
    """How dates are written so that they are read as the same: dates, time stamps, or texts if some have a time."""
    timed = [column.second[column.day != NO_DAY] for column in columns]
    if all(bool((seconds == NO_TIME).all()) for seconds in timed):
        return "date"
    every = all(bool((seconds != NO_TIME).all()) for seconds in timed)
    return "time" if every and any(bool(seconds.any()) for seconds in timed) else "text"


def _spelt(column: Coded, arrow: Any) -> Any:
    """A column of numbered texts as texts."""
    values: Any = column.values
    there = column.codes >= 0
    rows: NDArray[np.uint8] = values.pattern.spelt(values.numbers.take(column.codes[there]))
    ends = np.zeros(len(column) + 1, np.int64)
    ends[1:][there] = (rows != 0).sum(axis=1)
    texts = arrow.py_buffer(rows[rows != 0].tobytes())
    bits = arrow.py_buffer(np.packbits(there, bitorder="little").tobytes())
    offsets = arrow.py_buffer(np.cumsum(ends).tobytes())
    wide = arrow.LargeStringArray.from_buffers(len(column), offsets, texts, bits)
    return wide.cast(arrow.string())
