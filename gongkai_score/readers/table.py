"""A table on its way in: text and date columns with the row numbers people see, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, NO_TIME, Coded, Moments, Source
from gongkai_score.errors import Problem
from gongkai_score.period import day_date

Column = Coded | Moments


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with one row, found while reading.

    Attributes:
        row: row number.
        column: the column, if one cell is at fault; None: the row is not in the table at all.
        value: the cell, or how the row begins.
        code: the check.
        values: what else the message says.
    """

    row: int
    column: str | None
    value: str
    code: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read.

    Attributes:
        source: name, hash, encoding and number of rows.
        columns: by name; text trimmed, or dates where the source has real dates.
        row: row numbers of the rows in ``columns``.
        faults: rows left out, and cells at fault.
        notes: oddities of the whole source.
        serial: plain numbers may be Excel's day numbers.
    """

    source: Source
    columns: Mapping[str, Column]
    row: NDArray[np.int64]
    faults: tuple[Fault, ...] = ()
    notes: tuple[Problem, ...] = field(default=())
    serial: bool = False

    def __len__(self) -> int:
        return len(self.row)

    def text(self, name: str) -> Coded:
        """A column as text."""
        column = self.columns[name]
        return column if isinstance(column, Coded) else dates_as_text(column)


def dates_as_text(moments: Moments) -> Coded:
    """Dates in ISO form; sorted as text they are sorted in time.

    >>> list(dates_as_text(Moments(np.array([18031], np.int32), np.array([-1], np.int32))).values)
    ['2019-05-15']
    """
    there = np.flatnonzero(moments.day != NO_DAY)
    key = moments.day[there].astype(np.int64) * 100_000 + moments.second[there] + 1
    distinct, inverse = np.unique(key, return_inverse=True)
    values = []
    for number in distinct.tolist():
        day, second = divmod(number, 100_000)
        text = day_date(day).isoformat()
        if second - 1 != NO_TIME:
            s = second - 1
            text += f"T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}"
        values.append(text)
    codes = np.full(len(moments.day), -1, np.int32)
    codes[there] = inverse
    return Coded(codes, tuple(values))
