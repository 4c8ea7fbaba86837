"""Large delimited text in UTF-8 by Arrow, on all processors: the same columns as reading it row by row gives.

Arrow reads text that is in order. What order is, and what to do about the rest, is decided here: quotes are looked
at before, rows of too many or too few cells are cut out and told, and whatever is stranger is left to the slow way.
"""

from __future__ import annotations

import codecs
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import Coded
from gongkai_score.errors import Problem
from gongkai_score.readers.arrow_columns import arrow_module, text_codes
from gongkai_score.readers.delimited import Records, clean_quotes, misfit, read_head
from gongkai_score.readers.table import Fault
from gongkai_score.threads import side_by_side

FROM = 8_000_000
"""Bytes from which Arrow is worth its import."""
_SAMPLE = 1 << 18
_BLOCK = 1 << 20
_SCAN = 1 << 24
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Body:
    """The records below the header.

    Attributes:
        chars: their bytes.
        delimiter: what separates cells.
        width: cells a record should have.
        quotes: whether there are any.
        breaks: whether there are line breaks inside quotes.
    """

    chars: Bytes
    delimiter: str
    width: int
    quotes: bool
    breaks: bool


def read_large(raw: bytes, *, delimiter: str | None, header: int, known: Collection[str]) -> Records | None:
    """Reads large delimited text.

    Args:
        raw: the bytes of the file.
        delimiter, header, known: see :func:`~gongkai_score.readers.delimited.read_delimited`.

    Returns:
        What it holds, or None: pyarrow is lacking, or the text is small, not in UTF-8, or needs a closer look.
    """
    if len(raw) < FROM or raw.startswith(_WIDE_MARKS) or b"\0" in raw or arrow_module("csv") is None:
        return None
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    start = len(codecs.BOM_UTF8) if raw.startswith(codecs.BOM_UTF8) else 0
    try:
        sample = raw[start : raw.rfind(b"\n", 0, _SAMPLE) + 1].decode()
        head = read_head(sample, "", delimiter=delimiter, header=header, known=known)
        if isinstance(head, Problem) or len(head.cells) < 2 or head.after >= len(sample):
            return None
        first = start + len(sample[: head.after].encode())
        body = _body(
            np.frombuffer(raw, np.uint8)[first:], head.delimiter, len(head.cells), raw.find(b'"', first) >= 0
        )
        return None if body is None else _read(body, head.cells, head.line)
    except UnicodeDecodeError:
        return None


def _body(chars: Bytes, delimiter: str, width: int, quotes: bool) -> _Body | None:
    """The body with what is to be known of its quotes; None: some of them are broken."""
    if not quotes:
        return _Body(chars, delimiter, width, False, False)
    marks = _places(chars, ord('"'))
    if len(marks) % 2 or not clean_quotes(chars, marks, ord(delimiter)):
        return None
    return _Body(chars, delimiter, width, True, len(_outside(_places(chars, 10), marks)) != _count(chars, 10))


def _read(body: _Body, names: list[str], line: int) -> Records | None:
    if not body.breaks:
        table = _parsed(body, empty_lines=False)
        if table is not None:
            return Records(names, _columns(table), np.arange(len(table), dtype=np.int64) + (line + 1), [])
    marks = _places(body.chars, ord('"')) if body.quotes else np.empty(0, np.int64)
    every = _places(body.chars, 10)
    ends = _outside(every, marks)
    starts = np.concatenate([[0], ends + 1])
    lines = np.searchsorted(every, starts) if body.breaks else np.arange(len(starts))
    ends = np.append(ends, len(body.chars))
    counts = (
        np.diff(np.searchsorted(_outside(_places(body.chars, ord(body.delimiter)), marks), ends), prepend=0) + 1
    )
    full = starts < ends
    faults: list[Fault] = []
    for place in np.flatnonzero(full & (counts != body.width)).tolist():
        if body.quotes:
            return None
        record = body.chars[starts[place] : ends[place]].tobytes().decode().split(body.delimiter)
        faults += misfit(int(lines[place]) + line + 1, record, body.delimiter.join(record), body.width)
    good = full & (counts == body.width)
    lines = lines[good] + (line + 1)
    if not len(lines):
        return None
    if not (good == full).all():
        kept = [body.chars[a : b + 1] for a, b in _stretches(starts, ends, full & ~good)]
        body = replace(body, chars=np.concatenate(kept))
    table = _parsed(body, empty_lines=True)
    if table is None or len(table) != len(lines):
        return None
    return Records(names, _columns(table), lines, faults)


def _stretches(starts: Places, ends: Places, bad: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last byte of the stretches between bad records."""
    found, first = [], 0
    for place in np.flatnonzero(bad).tolist():
        found.append((first, int(starts[place]) - 1))
        first = int(ends[place]) + 1
    return [*found, (first, int(ends[-1]))]


def _parsed(body: _Body, *, empty_lines: bool) -> Any | None:
    """Arrow's table, with codes where a text occurs often; None: not all records have their cells."""
    arrow: Any = arrow_module()
    if body.chars[:3].tobytes() == codecs.BOM_UTF8:
        return None  # Arrow would pass over it
    names = [str(place) for place in range(body.width)]
    sample = body.chars[:_SAMPLE].tobytes()
    sample = sample[: sample.rfind(b"\n") + 1] or sample
    kinds = dict.fromkeys(names, arrow.dictionary(arrow.int32(), arrow.string()))
    try:
        if len(sample) < len(body.chars):
            first = _by_arrow(sample, body, kinds, empty_lines)
            for name in names:
                if len(first.column(name).chunk(0).dictionary) * 2 > len(first):
                    kinds[name] = arrow.string()
        return _by_arrow(body.chars, body, kinds, empty_lines)
    except arrow.ArrowInvalid:
        return None


def _by_arrow(chars: Any, body: _Body, kinds: dict[str, Any], empty_lines: bool) -> Any:
    arrow, csv = arrow_module(), arrow_module("csv")
    assert arrow is not None and csv is not None
    return csv.read_csv(
        arrow.BufferReader(arrow.py_buffer(chars)),
        csv.ReadOptions(column_names=list(kinds), block_size=max(_BLOCK, len(chars) // 1000)),
        csv.ParseOptions(
            delimiter=body.delimiter,
            quote_char='"' if body.quotes else False,
            newlines_in_values=body.breaks,
            ignore_empty_lines=empty_lines,
        ),
        # Bytes are checked when the values are read.
        csv.ConvertOptions(column_types=kinds, null_values=[""], strings_can_be_null=True, check_utf8=False),
    )


def _columns(table: Any) -> list[Coded]:
    return side_by_side(text_codes, table.columns)


def _places(chars: Bytes, char: int) -> Places:
    """Where a byte stands."""
    parts = [np.flatnonzero(chars[a : a + _SCAN] == char) + a for a in range(0, len(chars), _SCAN)]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _count(chars: Bytes, char: int) -> int:
    return sum(int(np.count_nonzero(chars[a : a + _SCAN] == char)) for a in range(0, len(chars), _SCAN))


def _outside(places: Places, marks: Places) -> Places:
    """The places that are not between quotes."""
    return places[np.searchsorted(marks, places) % 2 == 0] if len(marks) else places
