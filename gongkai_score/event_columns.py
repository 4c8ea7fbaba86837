"""Events in columns: texts as small codes, dates as day numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai_score.numbered_texts import Numbered, numbered, run_of
from gongkai_score.period import day_date

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Codes = NDArray[np.signedinteger[Any]]

NO_DAY: int = np.iinfo(np.int32).min
"""Stands in a day column where no date is recorded."""
NO_TIME: int = -1
"""Stands in a second column where only the date is recorded."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A text column as codes into its sorted distinct values; ``-1`` is an empty cell.

    Codes are whole numbers as narrow as their values allow (:func:`narrow`); :meth:`take` gives ``int32``.

    >>> column = Coded.of(["乙", None, "甲", "乙"])
    >>> column.codes.tolist(), list(column.values)
    ([0, -1, 1, 0], ['乙', '甲'])
    """

    codes: Codes
    values: Sequence[str]

    @classmethod
    def of(cls, texts: Iterable[str | None]) -> Coded:
        """Codes of ``texts``; None and empty text are empty cells."""
        cells = [text or None for text in texts]
        values = sorted({cell for cell in cells if cell is not None})
        index: dict[str | None, int] = {value: code for code, value in enumerate(values)}
        index[None] = -1
        return cls(np.fromiter((index[c] for c in cells), np.int32, len(cells)), tuple(values))

    @classmethod
    def empty(cls, rows: int) -> Coded:
        """A column of ``rows`` empty cells."""
        return cls(np.broadcast_to(np.int8(-1), rows), ())

    def take(self, rows: NDArray[np.integer]) -> Coded:
        """The same column at ``rows``, values unchanged."""
        return Coded(cells_at(self.codes, rows).astype(np.int32, copy=False), self.values)

    def text(self, row: int) -> str | None:
        """The cell at ``row``."""
        code = int(self.codes[row])
        return None if code < 0 else str(self.values[code])

    def __len__(self) -> int:
        return len(self.codes)


def narrow(values: int) -> type[np.signedinteger[Any]]:
    """The narrowest type for codes into so many values."""
    return np.int8 if values < 2**7 else np.int16 if values < 2**15 else np.int32


def joined(columns: Sequence[Coded]) -> Coded:
    """Columns one below the other, their values merged and sorted again."""
    if len(columns) == 1:
        return columns[0]
    if any(isinstance(column.values, Numbered) for column in columns):
        found = numbered(run_of(column.values) for column in columns)
        if found is not None:
            return _recoded(columns, *found)
    values = sorted(set().union(*(c.values for c in columns)))
    index = {value: code for code, value in enumerate(values)}
    parts = []
    for column in columns:
        table = np.fromiter((index[v] for v in column.values), np.int32, len(column.values))
        parts.append(np.append(table, np.int32(-1))[column.codes])
    return Coded(np.concatenate(parts), tuple(values))


def _recoded(columns: Sequence[Coded], codes: Int32, values: Numbered) -> Coded:
    """``codes`` says what becomes of the values of all columns, one column after the other."""
    parts, first = [], 0
    for column in columns:
        table = np.append(codes[first : first + len(column.values)], np.int32(-1))
        parts.append(table[column.codes])
        first += len(column.values)
    return Coded(np.concatenate(parts), values)


@dataclass(frozen=True, slots=True)
class Moments:
    """Dates: day number (``NO_DAY``: empty) and second of the day (``NO_TIME``: only a date is known)."""

    day: Int32
    second: Int32

    def take(self, rows: NDArray[np.integer]) -> Moments:
        """The same column at ``rows``."""
        return Moments(cells_at(self.day, rows), cells_at(self.second, rows))

    def text(self, row: int) -> str | None:
        """The cell as ISO 8601 text."""
        day, second = int(self.day[row]), int(self.second[row])
        if day == NO_DAY:
            return None
        if second == NO_TIME:
            return day_date(day).isoformat()
        return f"{day_date(day)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"

    @classmethod
    def empty(cls, rows: int) -> Moments:
        """A column of ``rows`` empty cells."""
        return cls(np.broadcast_to(np.int32(NO_DAY), rows), undated(rows))


def undated(rows: int) -> Int32:
    """Seconds of ``rows`` dates without a time: one number that stands for all."""
    return np.broadcast_to(np.int32(NO_TIME), rows)


def narrow_rows(row: Int64) -> Codes:
    """Row numbers in four bytes where they fit."""
    fit = len(row) and int(row.min()) >= 0 and int(row.max()) < 2**31
    return row.astype(np.int32) if fit else row


def cells_at(column: Codes, rows: NDArray[np.integer]) -> Any:
    """A column at some rows; one number that stands for all stays one."""
    return np.broadcast_to(column[:1], rows.shape) if column.strides == (0,) else column.take(rows)


@dataclass(frozen=True, slots=True)
class Details:
    """What is seldom asked of events, in the order in which it was read; see :class:`EventColumns`."""

    id: Coded
    attributes: Mapping[str, Coded]
    moments: Mapping[str, Moments]
    file: Codes
    row: Codes
    files: tuple[str, ...]

    def take(self, places: NDArray[np.integer]) -> Details:
        """The same of some events."""
        return Details(
            self.id.take(places),
            {name: column.take(places) for name, column in self.attributes.items()},
            {name: column.take(places) for name, column in self.moments.items()},
            cells_at(self.file, places),
            self.row.take(places),
            self.files,
        )


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Checked rows on their way into a log: one entry a row in every column.

    Attributes:
        unit: unit ids.
        kind: event kinds.
        at: when it happened.
        ref: key of the document, case or request the event concerns.
        id: the event's own id.
        attributes: further text columns by name.
        moments: further date columns by name.
        file: code into ``files``.
        row: row number in that file as a person counts it (header = 1), or the label of a data frame's row.
        files: file names.
    """

    unit: Coded
    kind: Coded
    at: Moments
    ref: Coded
    id: Coded
    attributes: Mapping[str, Coded]
    moments: Mapping[str, Moments]
    file: Int32
    row: Int64
    files: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.file)

    def details(self) -> Details:
        """What is seldom asked of the rows."""
        return Details(self.id, self.attributes, self.moments, shared(self.file), narrow_rows(self.row), self.files)

    @classmethod
    def stack(cls, parts: Sequence[EventColumns]) -> EventColumns:
        """Several sources one below the other; columns that a source lacks are empty there."""
        if len(parts) == 1:
            return parts[0]
        files = tuple(dict.fromkeys(name for part in parts for name in part.files))
        code = {name: i for i, name in enumerate(files)}
        texts = sorted({name for part in parts for name in part.attributes})
        dates = sorted({name for part in parts for name in part.moments})

        def dates_of(name: str) -> Moments:
            columns = [part.moments.get(name) or Moments.empty(len(part)) for part in parts]
            return _stacked(columns)

        return cls(
            unit=joined([p.unit for p in parts]),
            kind=joined([p.kind for p in parts]),
            at=_stacked([p.at for p in parts]),
            ref=joined([p.ref for p in parts]),
            id=joined([p.id for p in parts]),
            attributes={
                name: joined([p.attributes.get(name) or Coded.empty(len(p)) for p in parts]) for name in texts
            },
            moments={name: dates_of(name) for name in dates},
            file=np.concatenate(
                [np.array([code[f] for f in p.files] or [0], np.int32)[p.file] for p in parts]
            ).astype(np.int32),
            row=np.concatenate([p.row for p in parts]),
            files=files,
        )


def _stacked(columns: Sequence[Moments]) -> Moments:
    day = np.concatenate([c.day for c in columns])
    if all(c.second.strides == (0,) and (c.second[:1] == NO_TIME).all() for c in columns):
        return Moments(day, undated(len(day)))
    return Moments(day, np.concatenate([c.second for c in columns]))


def shared(column: Codes) -> Any:
    """The column, or one number that stands for all where all are equal."""
    if len(column) and int(column.min()) == int(column.max()):
        return np.broadcast_to(column[0], len(column))
    return column
