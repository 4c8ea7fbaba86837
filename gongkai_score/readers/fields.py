"""Fields of a log from the columns of a table, each distinct cell worked on once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongkai_score.event_columns import NO_DAY, NO_TIME, Coded, Moments, undated
from gongkai_score.readers.cells import Dates, changed, coded, find_dates, read_dates, rows_with
from gongkai_score.readers.mapping_rules import Choice, Value, When
from gongkai_score.readers.table import Table

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Read:
    """Dates read from a column.

    Attributes:
        moments: the dates.
        faults: row position → code of the reason, cell, and whether it was looked for inside a text.
        column: name of the column.
    """

    moments: Moments
    faults: list[tuple[int, str, str, bool]]
    column: str


def column_name(choice: Choice) -> str:
    """The column a field is read from, as messages name it."""
    return next((value.column for value in choice if value.column is not None), "")


def fitting(when: When, table: Table) -> Mask:
    """Rows for which the condition holds; all if there is none."""
    if not when:
        return np.ones(len(table), bool)
    found = np.zeros(len(table), bool)
    for group in when:
        every = np.ones(len(table), bool)
        for test in group:
            column = table.text(test.column)
            held = [test.holds(value) for value in column.values] + [test.holds("")]
            every &= np.array(held, bool)[column.codes]
        found |= every
    return found


def text_field(choice: Choice, table: Table) -> Coded:
    """One text for each row; of several choices the first that is not empty."""
    found: Coded | None = None
    for value in choice:
        one = _text(value, table)
        found = one if found is None else _first(found, one)
    return found or Coded.empty(len(table))


def _text(value: Value, table: Table) -> Coded:
    if value.column is None:
        return coded(np.broadcast_to(np.int8(0), len(table)), [value.constant])
    column = table.text(value.column)
    return column if value.plain else changed(column, value.text)


def _first(one: Coded, other: Coded) -> Coded:
    beyond = other.codes.astype(np.int64) + len(one.values)
    codes = np.where(one.codes >= 0, one.codes, np.where(other.codes >= 0, beyond, -1))
    return coded(codes, [*one.values, *other.values])


def date_field(choice: Choice, table: Table) -> Read:
    """One date for each row; of several choices the first that gives a date, or a fault."""
    rows = len(table)
    if len(choice) == 1:
        moments, faulty = _dates(choice[0], table)
        told = [(row, code, cell, bool(choice[0].find)) for row, code, cell in faulty]
        return Read(moments, told, column_name(choice))
    day, second = np.full(rows, NO_DAY, np.int32), np.full(rows, NO_TIME, np.int32)
    faults: dict[int, tuple[str, str, bool]] = {}
    for value in choice:
        moments, faulty = _dates(value, table)
        open_rows = day == NO_DAY
        for row in faults:
            open_rows[row] = False
        take = open_rows & (moments.day != NO_DAY)
        day, second = np.where(take, moments.day, day), np.where(take, moments.second, second)
        faults |= {row: (code, cell, bool(value.find)) for row, code, cell in faulty if open_rows[row]}
    told = [(row, *fault) for row, fault in sorted(faults.items())]
    return Read(Moments(day.astype(np.int32), second.astype(np.int32)), told, column_name(choice))


def _dates(value: Value, table: Table) -> tuple[Moments, list[tuple[int, str, str]]]:
    if value.column is not None and value.plain:
        column = table.columns[value.column]
        if isinstance(column, Moments):
            return column, []
    cells = _text(value, table)
    values = list(cells.values)
    if value.find is not None:
        found: Dates = find_dates(values, value.find)
    else:
        serial = table.serial if value.serial is None else value.serial
        found = read_dates(values, order=value.order, serial=serial)
    timed = bool((found.second != NO_TIME).any())
    moments = Moments(
        np.append(found.day, np.int32(NO_DAY)).take(cells.codes),
        np.append(found.second, np.int32(NO_TIME)).take(cells.codes) if timed else undated(len(table)),
    )
    faulty = rows_with(cells, found.faults).tolist()
    return moments, [(row, found.faults[c], values[c]) for row in faulty for c in (int(cells.codes[row]),)]
