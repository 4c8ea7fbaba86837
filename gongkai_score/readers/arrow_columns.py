"""Arrow columns of text as codes and values: nothing is made for a row, little for a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from gongkai_score.event_columns import Coded, narrow
from gongkai_score.numbered_texts import Run, numbered, slices
from gongkai_score.readers.cells import coded, text_order
from gongkai_score.threads import side_by_side

A = TypeVar("A")

_CODE = 3
"""Bytes a code may take in a Parquet file; texts take more."""


def arrow_module(name: str = "") -> Any | None:
    """``pyarrow`` or one of its modules; None: it is not installed."""
    try:
        return import_module(f"pyarrow.{name}" if name else "pyarrow")
    except ImportError:
        return None


class ParquetColumns:
    """A Parquet file by columns, with codes where texts occur often: such columns take little room in it."""

    def __init__(self, raw: bytes) -> None:
        arrow, parquet = arrow_module(), arrow_module("parquet")
        assert arrow is not None and parquet is not None
        head = parquet.read_metadata(arrow.BufferReader(raw))
        room: Counter[str] = Counter()
        for group in range(head.num_row_groups):
            for place in range(head.num_columns):
                column = head.row_group(group).column(place)
                room[column.path_in_schema] += column.total_uncompressed_size
        often = [name for name, size in room.items() if size < _CODE * head.num_rows]
        self._open: Callable[[], Any] = lambda: parquet.ParquetFile(
            arrow.BufferReader(raw), metadata=head, read_dictionary=often
        )
        self.schema = self._open().schema_arrow
        self.names: list[str] = self.schema.names
        self.rows: int = head.num_rows

    def table(self) -> Any:
        """All columns at once."""
        return self._open().read()

    def each(self, work: Callable[[str, Any], A]) -> list[A]:
        """What ``work`` makes of every column, given its name and Arrow's.

        One column is read while another is worked on, and given up before the next.
        """
        if len(set(self.names)) < len(self.names):
            return list(map(work, self.names, self.table().columns))
        return side_by_side(lambda name: work(name, self._column(name)), self.names)

    def _column(self, name: str) -> Any:
        return self._open().read([name], use_threads=False).column(name)


def text_codes(column: Any) -> Coded:
    """A column of text, or of codes into a dictionary of texts.

    Args:
        column: Arrow's; a missing value is an empty cell.

    Raises:
        UnicodeDecodeError: bytes that are no UTF-8.
    """
    kind = str(column.type)
    if not kind.startswith("dictionary"):
        found = numbered(_runs(column))
        if found is not None:
            return Coded(*found)
        column = column.dictionary_encode()
    return _dictionary(column.unify_dictionaries())


def _dictionary(column: Any) -> Coded:
    values = column.chunk(0).dictionary.to_pylist() if column.num_chunks else []
    texts = ["" if value is None else value for value in values]
    order = text_order(texts)
    table = np.full(len(texts) + 1, -1, narrow(len(texts)))
    table[order] = np.arange(len(texts))
    codes: NDArray[Any] = np.empty(len(column), table.dtype)
    first = 0
    for chunk in column.chunks:
        part = codes[first : first + len(chunk)]
        indices = np.frombuffer(chunk.buffers()[1], str(chunk.type.index_type))[chunk.offset :]
        for rows in slices(len(chunk)):
            table.take(indices[rows], out=part[rows], mode="wrap")
        there = _there(chunk)
        if there is not None:
            part[~there] = -1
        first += len(chunk)
    return coded(codes, [texts[i] for i in order.tolist()], len(set(texts)) == len(texts))


def whole_numbers(column: Any, width: type[np.signedinteger[Any]], missing: int) -> NDArray[Any]:
    """A column that Arrow keeps as whole numbers, such as dates or time stamps.

    Args:
        column: Arrow's.
        width: the type of the numbers.
        missing: what stands where nothing is recorded.
    """
    found = np.empty(len(column), width)
    first = 0
    for chunk in column.chunks:
        part = found[first : first + len(chunk)]
        part[:] = np.frombuffer(chunk.buffers()[1], width)[chunk.offset : chunk.offset + len(chunk)]
        there = _there(chunk)
        if there is not None:
            part[~there] = missing
        first += len(chunk)
    return found


def _runs(column: Any) -> Iterator[Run]:
    """The chunks of a text column as they lie in memory, in pieces."""
    width: Any = np.int64 if str(column.type).startswith("large") else np.int32
    for chunk in column.chunks:
        if not len(chunk):
            continue
        _, ends, data = chunk.buffers()
        texts = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
        bounds = np.frombuffer(ends, width)[chunk.offset :]
        there = _there(chunk)
        for rows in slices(len(chunk)):
            some = None if there is None or there[rows].all() else there[rows]
            yield Run(texts, bounds[rows.start : rows.stop + 1], some)


def _there(chunk: Any) -> NDArray[np.bool_] | None:
    """The rows that are not missing; None: all."""
    if not chunk.null_count:
        return None
    bits = np.frombuffer(chunk.buffers()[0], np.uint8)
    there = np.unpackbits(bits, count=chunk.offset + len(chunk), bitorder="little")
    return there[chunk.offset :].view(bool)
