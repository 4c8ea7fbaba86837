"""Delimited text (CSV, TSV): exact line numbers, ragged rows and broken quotes told apart from good ones.

A scan over the bytes finds every record and counts its cells. If all is well, which is the rule, the file is read
in one go; if not, the records are read one by one and the bad ones are left out with their reasons.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import Coded
from gongkai_score.errors import Problem, problem
from gongkai_score.readers.cells import TextColumn, clip, coded, coded_texts
from gongkai_score.readers.table import Fault

DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
_BATCH = 2_000
PANDAS_FROM = 8_000_000
"""Bytes from which pandas is worth its import."""
_LONE = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Records:
    """Header and columns of a delimited text, before names are checked.

    Attributes:
        header: cells of the header row.
        columns: one for each header cell.
        lines: line number at which each record begins.
        faults: records left out.
    """

    header: list[str]
    columns: list[Coded]
    lines: NDArray[np.int64]
    faults: list[Fault]


def read_delimited(
    text: str, file: str, *, delimiter: str | None, header: int, known: Collection[str], required: str = ""
) -> Records | Problem:
    """Reads delimited text.

    Args:
        text: the text.
        file: name for problems.
        delimiter: what separates cells; None: found from the header.
        header: line number of the header.
        known: column names that would be welcome; they decide between delimiters.
        required: the columns a message asks for.

    >>> read_delimited("单位,日期\\n甲,2019-01-01\\n\\n乙\\n", "a.csv", delimiter=None, header=1, known=[])
    ... # doctest: +ELLIPSIS
    Records(header=['单位', '日期'], ... lines=array([2]), faults=[Fault(row=4, ...
    """
    text = _LONE.sub("\n", text) if "\r" in text else text
    head = read_head(text, file, delimiter=delimiter, header=header, known=known, required=required)
    if isinstance(head, Problem):
        return head
    fast = _fast(text[head.after :], head.delimiter, len(head.cells), head.line)
    if fast is not None:
        return Records(head.cells, *fast, [])
    return Records(head.cells, *_slow(_Reader(text, head.delimiter), head.after, len(head.cells), head.line))


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a delimited text.

    Attributes:
        delimiter: what separates cells.
        cells: its cells.
        after: where the next record begins.
        line: number of its last line.
    """

    delimiter: str
    cells: list[str]
    after: int
    line: int


def read_head(
    text: str, file: str, *, delimiter: str | None, header: int, known: Collection[str], required: str = ""
) -> Head | Problem:
    """The header of a text whose lines end in ``\\n``; see :func:`read_delimited`."""
    start = 0
    for _ in range(header - 1):
        cut = text.find("\n", start)
        if cut < 0:
            return problem("L203", file=file, header=header).at("error")
        start = cut + 1
    if delimiter is None:
        delimiter = _delimiter(text, start, known)
        if delimiter is None:
            first = text[start:].split("\n", 1)[0]
            return problem("L212", file=file, line=header, found=clip(first))
    names = _Reader(text, delimiter).record(start)
    if names is None:
        found = clip(text[start : start + 80])
        return problem("L204", file=file, line=header, header=header, found=found, required=required)
    cells, after = names
    line = header + text.count("\n", start, after) - text.endswith("\n", start, after)
    return Head(delimiter, cells, after, line)


def _delimiter(text: str, start: int, known: Collection[str]) -> str | None:
    """The delimiter whose header names most known columns; if none does, the only one that occurs."""
    best: list[tuple[int, str]] = []
    for delimiter in DELIMITERS:
        found = _Reader(text, delimiter).record(start)
        if found is not None and len(found[0]) > 1:
            best.append((sum(cell.strip() in known for cell in found[0]), delimiter))
    if not best:
        found = _Reader(text, ",").record(start)
        return "," if found is not None and found[0][0].strip() in known else None
    best.sort(reverse=True)
    if len(best) > 1 and best[0][0] == best[1][0]:
        return None
    return best[0][1]


class _Reader:
    """Reads records one by one."""

    def __init__(self, text: str, delimiter: str) -> None:
        self.text = text
        d = re.escape(delimiter)
        self._cell = re.compile(rf'(?:"((?:[^"]++|"")*+)"|((?!")[^{d}\n]*+))(?:({d})|(\n|\Z))')

    def record(self, start: int) -> tuple[list[str], int] | None:
        """The cells of the record at ``start`` and the place after it; None if its quotes are broken."""
        cells: list[str] = []
        match = self._cell.match
        while found := match(self.text, start):
            quoted, plain, more, _ = found.groups()
            cells.append(plain if quoted is None else quoted.replace('""', '"'))
            start = found.end()
            if more is None:
                return cells, start
        return None


def _slow(reader: _Reader, start: int, width: int, line: int) -> tuple[list[Coded], NDArray[np.int64], list[Fault]]:
    text, rows, lines, faults = reader.text, [], [], []
    while start < len(text):
        line += 1
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end == start:
            start += 1
            continue
        found = reader.record(start)
        over_lines = found is not None and "\n" in text[start : found[1] - 1]
        if found is None or (over_lines and len(found[0]) != width):
            # The quote that swallowed further lines is the fault; those lines are read on their own.
            faults.append(Fault(line, None, text[start:end], "L232", {}))
            start = end + 1
            continue
        cells, after = found
        if len(cells) == width:
            rows.append(cells)
            lines.append(line)
        else:
            faults += misfit(line, cells, text[start:end], width)
        line += text.count("\n", start, after) - text.endswith("\n", start, after)
        start = after
    columns = [coded_texts(cells) for cells in zip(*rows, strict=True)] if rows else [Coded.empty(0)] * width
    return columns, np.array(lines, np.int64), faults


def misfit(line: int, cells: list[str], text: str, width: int) -> list[Fault]:
    """What is to be told of a record with too many or too few cells; of empty ones nothing."""
    if not any(cell.strip() for cell in cells):
        return []
    return [Fault(line, None, text, "L231", {"cells": len(cells), "expected": width})]


def _fast(body: str, delimiter: str, width: int, line: int) -> tuple[list[Coded], NDArray[np.int64]] | None:
    """All records at once, or None if one of them needs a closer look."""
    if width < 2 or not body:
        return None
    raw = body.encode("utf-8", "surrogatepass")
    lines = _lines(raw, delimiter, width)
    if lines is None:
        return None
    # Pandas would pass over a byte order mark.
    by = _by_pandas if len(raw) >= PANDAS_FROM and not body.startswith("\ufeff") else _by_csv
    found = by(body, delimiter, width, b'"' in raw)
    if found is None:
        return None
    return (found, lines + line) if len(found[0]) == len(lines) else None


def _by_csv(body: str, delimiter: str, width: int, quotes: bool) -> list[Coded] | None:
    text = io.StringIO(body, newline="\n")
    if quotes:
        records = csv.reader(text, delimiter=delimiter)
    else:
        records = csv.reader(text, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    columns = [TextColumn() for _ in range(width)]
    try:
        while batch := [record for record in islice(records, _BATCH) if record]:
            for column, cells in zip(columns, zip(*batch, strict=True), strict=True):
                column.add(cells)
    except (csv.Error, ValueError):
        return None
    return [column.coded() for column in columns]


def _by_pandas(body: str, delimiter: str, width: int, quotes: bool) -> list[Coded] | None:
    """A large text where Arrow is not installed, in half the time."""
    pd: Any = import_module("pandas")
    frame = pd.read_csv(
        io.StringIO(body, newline="\n"),
        sep=delimiter,
        header=None,
        names=[str(place) for place in range(width)],
        index_col=False,
        dtype=object,
        keep_default_na=False,
        na_filter=False,
        quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE,
        engine="c",
    )
    columns = []
    for place in range(width):
        codes, values = pd.factorize(frame.pop(str(place)).to_numpy(object))
        columns.append(coded(codes, values.tolist(), True))
    return columns


def _lines(raw: bytes, delimiter: str, width: int) -> NDArray[np.int64] | None:
    """Line number of each record (the first is 1), or None unless all have ``width`` cells and clean quotes."""
    chars = np.frombuffer(raw, np.uint8)
    ends, cuts = np.flatnonzero(chars == 10), np.flatnonzero(chars == ord(delimiter))
    lines = None
    if b'"' in raw:
        quotes = np.flatnonzero(chars == 34)
        if len(quotes) % 2 or not clean_quotes(chars, quotes, ord(delimiter)):
            return None
        every = ends
        ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
        cuts = cuts[np.searchsorted(quotes, cuts) % 2 == 0]
        if len(every) != len(ends):
            lines = np.searchsorted(every, np.concatenate([[0], ends + 1]))
    if not len(ends) or ends[-1] != len(chars) - 1:
        ends = np.append(ends, len(chars))
    starts = np.concatenate([[0], ends[:-1] + 1])
    lines = np.arange(len(starts)) if lines is None else lines[: len(starts)]
    full = starts < ends
    counts = np.diff(np.searchsorted(cuts, ends), prepend=0)
    if (counts[full] != width - 1).any():
        return None
    found: NDArray[np.int64] = lines[full].astype(np.int64) + 1
    return found


def clean_quotes(chars: NDArray[np.uint8], quotes: NDArray[np.int64], delimiter: int) -> bool:
    """Whether every quote opens or closes a whole cell, or is doubled inside one."""
    opening, closing = quotes[0::2], quotes[1::2]
    before = np.where(opening > 0, chars[opening - 1], 10)
    after = np.where(closing < len(chars) - 1, chars[np.minimum(closing + 1, len(chars) - 1)], 10)
    doubled = closing[:-1] + 1 == opening[1:]
    opens = (before == 10) | (before == delimiter)
    closes = (after == 10) | (after == delimiter)
    opens[1:] |= doubled
    closes[:-1] |= doubled
    return bool(opens.all() and closes.all())
