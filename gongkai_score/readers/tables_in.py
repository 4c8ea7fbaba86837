"""Tables from anywhere: delimited text, workbooks, Parquet, JSON lines, data frames, database queries.

Whatever the source, the same content gives the same columns: text as people would type it, real dates as dates.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import json
import sys
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, Coded, Moments, Source
from gongkai_score.errors import Problem, file_cause, problem
from gongkai_score.readers.arrow_columns import ParquetColumns, arrow_module
from gongkai_score.readers.cells import clip
from gongkai_score.readers.decoding import decode
from gongkai_score.readers.delimited import Records, read_delimited
from gongkai_score.readers.large_text import read_large
from gongkai_score.readers.mappings import TableMapping
from gongkai_score.readers.table import Column, Fault, Table
from gongkai_score.readers.typed_cells import NESTED, column_of, flattened, text_column
from gongkai_score.readers.workbook import read_sheet

KNOWN = ".csv .tsv .txt .xlsx .xls .parquet .jsonl"


@dataclass(frozen=True, slots=True)
class SqlQuery:
    """A query as a source: an SQLAlchemy connection and a SELECT statement."""

    connection: Any
    statement: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to read a table.

    Attributes:
        mapping: the mapping file, or None.
        sheet: sheet of a workbook.
        known: column names that mean something.
        required: what a message asks for when there is no header.
    """

    mapping: TableMapping | None
    sheet: str | None
    known: Collection[str]
    required: str

    @property
    def header(self) -> int:
        """Row of the column names."""
        return self.mapping.header if self.mapping else 1


def read_table(given: object, name: str | None, wanted: Wanted) -> Table | list[Problem]:
    """Reads one source.

    Returns:
        The table, or everything that keeps it from being read.
    """
    if _is_frame(given):
        return _frame(given, name or "frame")
    if isinstance(given, SqlQuery):
        return _query(given, name or "query")
    if not isinstance(given, (str, Path)):
        return [problem("L216", file=name, found=type(given).__name__)]
    file = name or str(given)
    try:
        raw = Path(given).read_bytes()
    except (OSError, ValueError) as error:
        return [problem("L201", file=str(given), **file_cause(error))]
    with ThreadPoolExecutor(1) as aside:
        seal = aside.submit(lambda: hashlib.sha256(raw).hexdigest())
        table = _read(raw, Path(given), file, wanted)
    if isinstance(table, Table):
        return replace(table, source=replace(table.source, sha256=seal.result()))
    return table


def _read(raw: bytes, path: Path, file: str, wanted: Wanted) -> Table | list[Problem]:
    suffix = path.suffix.lower()
    if suffix == ".gz":
        suffix = Path(path.stem).suffix.lower()
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError, zlib.error) as error:
            return [problem("L210", file=file, format="gzip", detail=clip(error))]
    reader = _READERS.get(suffix)
    if reader is None or _misnamed(raw, suffix):
        zh, en = _hint(raw)
        return [problem("L208", file=file, suffix=suffix or "—", known=KNOWN, hint_zh=zh, hint_en=en)]
    if not raw[:1000].strip() and not raw.strip():
        return [problem("L202", file=file)]
    return reader(raw, Source(file, "", 0), wanted)


def _is_frame(given: object) -> bool:
    """Whether something is a data frame of pandas, which nobody can hold without having imported it."""
    pandas: Any = sys.modules.get("pandas")
    return pandas is not None and isinstance(given, pandas.DataFrame)


def _misnamed(raw: bytes, suffix: str) -> bool:
    text = suffix in (".csv", ".tsv", ".txt", ".jsonl")
    return text and raw[:4] in (b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0")


def _hint(raw: bytes) -> tuple[str, str]:
    zh, en = "内容其实是 {}，请改扩展名。", " Its content is {}: rename it."
    for magic, name in ((b"PK\x03\x04", ".xlsx"), (b"PAR1", ".parquet"), (b"\xd0\xcf\x11\xe0", ".xls")):
        if raw.startswith(magic):
            return zh.format(name), en.format(name)
    return "", ""


def _text(raw: bytes, source: Source, wanted: Wanted) -> tuple[str, str] | list[Problem]:
    """Text and encoding."""
    declared = wanted.mapping.encoding if wanted.mapping else None
    if declared is not None:
        try:
            return raw.decode(declared).removeprefix("\ufeff"), declared
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            return [problem("L213", file=source.name, encoding=declared, line=line, near=line)]
    text, note = decode(raw, source.name)
    if text is None:
        return [note] if note else []
    encoding = "utf-8"
    if note is not None:
        encoding = "gb18030"
    elif raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif raw[:3] == b"\xef\xbb\xbf":
        encoding = "utf-8-sig"
    if "\x00" in text:
        zero = text.count("\x00")
        return [problem("L207", file=source.name, detail=f"NUL × {zero}")]
    return text.removeprefix("\ufeff"), encoding


def _delimited(raw: bytes, source: Source, wanted: Wanted, tab: bool = False) -> Table | list[Problem]:
    mapping = wanted.mapping
    delimiter = (mapping.delimiter if mapping else None) or ("\t" if tab else None)
    said: Any = {"delimiter": delimiter, "header": wanted.header, "known": wanted.known}
    encoding = mapping.encoding if mapping else None
    found: Records | Problem | None = read_large(raw, **said) if encoding in (None, "utf-8") else None
    if found is not None:
        encoding = encoding or ("utf-8-sig" if raw.startswith(codecs.BOM_UTF8) else "utf-8")
    else:
        decoded = _text(raw, source, wanted)
        if isinstance(decoded, list):
            return decoded
        text, encoding = decoded
        if not text[:1000].strip() and not text.strip():
            return [problem("L202", file=source.name)]
        if not encoding.startswith("utf-8"):
            found = read_large(text.encode(), **said)
        if found is None:
            found = read_delimited(text, source.name, required=wanted.required, **said)
    if isinstance(found, Problem):
        return [found]
    names = [cell.strip("\ufeff \t\u3000\u00a0") for cell in found.header]
    columns: list[Column] = list(found.columns)
    described = Source(source.name, source.sha256, 0, encoding)
    return _finished(described, names, columns, found.lines, found.faults, wanted)


def _tabbed(raw: bytes, source: Source, wanted: Wanted) -> Table | list[Problem]:
    return _delimited(raw, source, wanted, tab=True)


def _workbook(raw: bytes, source: Source, wanted: Wanted) -> Table | list[Problem]:
    sheet = wanted.sheet or (wanted.mapping.sheet if wanted.mapping else None)
    found = read_sheet(raw, source.name, sheet, wanted.header)
    if isinstance(found, Problem):
        return [found]
    if len(found.rows) < wanted.header:
        return [problem("L203" if found.rows else "L202", file=source.name, header=wanted.header).at("error")]
    names = [clip(cell, 500) for cell in found.rows[wanted.header - 1]]
    body = found.rows[wanted.header :]
    row = np.arange(len(body), dtype=np.int64) + wanted.header + 1
    faults: list[Fault] = []
    columns: list[Column] = []
    for place in range(len(names)):
        cells = [cells[place] for cells in body]
        column, odd = column_of(cells)
        columns.append(column)
        faults += [Fault(int(row[i]), names[place], value, code, {}) for i, value, code in odd]
    for (number, place), (code, value, cell) in found.faults.items():
        if number > wanted.header and place < len(names):
            faults.append(Fault(number, names[place], value, code, {"cell": cell}))
    finished = _finished(source, names, columns, row, faults, wanted, serial=True)
    if isinstance(finished, Table):
        return Table(finished.source, finished.columns, finished.row, finished.faults, tuple(found.notes), True)
    return finished


def _json_lines(raw: bytes, source: Source, wanted: Wanted) -> Table | list[Problem]:
    decoded = _text(raw, source, wanted)
    if isinstance(decoded, list):
        return decoded
    text, encoding = decoded
    rows: list[dict[str, Any]] = []
    lines, faults = [], []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line, object_pairs_hook=_unique, parse_constant=_refuse)
            if not isinstance(found, dict):
                raise ValueError(type(found).__name__)
            rows.append(flattened(found))
            lines.append(number)
        except (ValueError, RecursionError) as error:
            faults.append(Fault(number, None, line, "L233", {"detail": clip(error)}))
    source = Source(source.name, source.sha256, 0, encoding)
    return _records(source, rows, np.array(lines, np.int64), faults, wanted)


def _records(
    source: Source, rows: Sequence[dict[str, Any]], row: Any, faults: list[Fault], wanted: Wanted
) -> Table | list[Problem]:
    """A table from one mapping a row; keys that a row lacks are empty cells."""
    names = list(dict.fromkeys(name for cells in rows for name in cells))
    columns: list[Column] = []
    for name in names:
        column, odd = column_of([cells.get(name) for cells in rows])
        columns.append(column)
        faults += [Fault(int(row[i]), name, value, code, {}) for i, value, code in odd]
    return _finished(source, names, columns, row, faults, wanted)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("repeated key")
    return found


def _refuse(word: str) -> None:
    raise ValueError(word)


def _parquet(raw: bytes, source: Source, wanted: Wanted) -> Table | list[Problem]:
    if arrow_module("parquet") is None:
        return [problem("L209", file=source.name, package="pyarrow", extra="parquet")]
    try:
        read = ParquetColumns(raw)
        names, columns, faults = read.names, [], []
        row = np.arange(1, read.rows + 1, dtype=np.int64)
        nested = [n for n in names if str(read.schema.field(n).type).startswith(("struct", "map"))]
        if nested:
            rows = [flattened(cells) for cells in read.table().to_pylist()]
            return _records(source, rows, row, [], wanted)
        for name, (column, odd) in zip(names, read.each(lambda _, column: text_column(column)), strict=True):
            columns.append(column)
            faults += [Fault(int(row[i]), name, value, code, {}) for i, value, code in odd]
    except Exception as error:  # pyarrow raises many classes on damaged files
        return [problem("L210", file=source.name, format="Parquet", detail=clip(error))]
    return _finished(source, names, columns, row, faults, wanted)


def _frame(frame: Any, name: str) -> Table | list[Problem]:
    index = frame.index
    if index.nlevels == 1 and index.inferred_type == "integer" and index.is_unique:
        row = index.to_numpy().astype(np.int64)
        order = np.argsort(row, kind="stable")
        row = row[order]
        frame = frame.iloc[order]
    else:
        row = np.arange(len(frame), dtype=np.int64)
    names = [clip(column, 500) for column in frame.columns]
    columns: list[Column] = []
    faults: list[Fault] = []
    for place, column in enumerate(names):
        try:
            found, odd = text_column(frame.iloc[:, place])
        except (ValueError, TypeError, ArithmeticError) as error:
            return [problem("L210", file=name, format=f"pandas ({column})", detail=clip(error))]
        columns.append(found)
        faults += [Fault(int(row[i]), column, value, code, {}) for i, value, code in odd]
    return _finished(Source(name, "", 0), names, columns, row, faults, None)


def _query(query: SqlQuery, name: str) -> Table | list[Problem]:
    try:
        sql: Any = import_module("sqlalchemy")
    except ImportError:
        return [problem("L209", file=name, package="SQLAlchemy", extra="sql")]
    if query.statement.split(None, 1)[:1] and query.statement.split(None, 1)[0].lower() in ("select", "with"):
        try:
            result = query.connection.execute(sql.text(query.statement))
            names, rows = list(result.keys()), [tuple(r) for r in result.all()]
        except (sql.exc.SQLAlchemyError, AttributeError) as error:
            return [problem("L214", file=name, detail=clip(getattr(error, "orig", None) or error, 200))]
    else:
        return [problem("L215", file=name, found=clip(query.statement))]
    row = np.arange(1, len(rows) + 1, dtype=np.int64)
    columns: list[Column] = []
    faults: list[Fault] = []
    for place, column in enumerate(names):
        found, odd = column_of([cells[place] for cells in rows])
        columns.append(found)
        faults += [Fault(int(row[i]), column, value, code, {}) for i, value, code in odd]
    return _finished(Source(name, "", 0), names, columns, row, faults, None)


_READERS: dict[str, Callable[[bytes, Source, Wanted], Table | list[Problem]]] = {
    ".csv": _delimited,
    ".txt": _delimited,
    ".tsv": _tabbed,
    ".xlsx": _workbook,
    ".xlsm": _workbook,
    ".xls": _workbook,
    ".parquet": _parquet,
    ".jsonl": _json_lines,
}


def _finished(
    source: Source,
    names: list[str],
    columns: list[Column],
    row: Any,
    faults: list[Fault],
    wanted: Wanted | None,
    serial: bool = False,
) -> Table | list[Problem]:
    """Checks names, drops blank rows and unnamed empty columns, counts rows, and hashes what has no bytes."""
    problems: list[Problem] = []
    line = None if wanted is None else wanted.header
    for place, name in enumerate(names):
        if not name and _filled(columns[place]).any():
            problems.append(problem("L217", file=source.name, line=line, number=place + 1))
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        problems.append(problem("L205", file=source.name, line=line, names="、".join(repeated)))
    if problems:
        return problems
    there = np.zeros(len(row), bool)
    for column in columns:
        if there.all():
            break
        there |= _filled(column)
    bad = {fault.row for fault in faults}
    if bad:
        there |= np.isin(row, np.fromiter(bad, np.int64, len(bad)))
    if not there.all():
        keep = np.flatnonzero(there)
        columns, row = [column.take(keep) for column in columns], row[keep]
    total = len(row) + len({fault.row for fault in faults if fault.column is None})
    sha = "" if wanted is not None else _hash(names, columns)
    named = {name: column for name, column in zip(names, columns, strict=True) if name}
    described = Source(source.name, sha, total, source.encoding)
    return Table(described, named, row, tuple(faults), (), serial)


def _filled(column: Column) -> NDArray[np.bool_]:
    """The rows in which a column holds something."""
    found: NDArray[np.bool_] = column.codes >= 0 if isinstance(column, Coded) else column.day != NO_DAY
    return found


def _hash(names: Iterable[str], columns: Sequence[Column]) -> str:
    """SHA-256 of columns that come from memory."""
    seal = hashlib.sha256("\x1f".join(names).encode("utf-8", "replace"))
    for column in columns:
        if isinstance(column, Coded):
            seal.update("\x1f".join(column.values).encode())
            seal.update(np.ascontiguousarray(column.codes, np.int32).tobytes())
        else:
            seal.update(column.day.tobytes() + column.second.tobytes())
    return seal.hexdigest()


def arrow_table(
    read: Any, row: Any, source: Source, wanted: Wanted, timed: Collection[str]
) -> Table | list[Problem]:
    """Some rows of an Arrow table.

    Args:
        read: the rows, in flat columns.
        row: their numbers in the whole table.
        source: where the whole comes from.
        wanted: how to read it.
        timed: columns of time stamps that hold times of the day somewhere in the whole table.
    """
    names, columns, faults = list(read.column_names), [], []
    for place, name in enumerate(names):
        column, odd = text_column(read.column(place))
        if name in timed and isinstance(column, Moments):
            second = np.where((column.day != NO_DAY) & (column.second < 0), np.int32(0), column.second)
            column = Moments(column.day, second.astype(np.int32))
        columns.append(column)
        faults += [Fault(int(row[i]), name, value, code, {}) for i, value, code in odd]
    return _finished(source, names, columns, row, faults, wanted)


__all__ = ["KNOWN", "arrow_table", "NESTED", "SqlQuery", "Wanted", "read_table"]
