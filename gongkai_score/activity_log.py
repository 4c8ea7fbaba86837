"""The activity log (台账): dated events, held in columns and indexed once for every set and period.

Text becomes small codes, days become numbers, and the events of each kind lie together, ordered by unit, day
and time. Measuring then gathers, counts and joins without touching text. A log is immutable; it knows where
every row came from, which rows were set aside and why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from gongkai_score.digests import joint_digest, unit_digests
from gongkai_score.errors import Language, Problem, problem
from gongkai_score.event_columns import (
    NO_DAY,
    NO_TIME,
    Coded,
    Details,
    EventColumns,
    Int32,
    Int64,
    Moments,
    cells_at,
)
from gongkai_score.log_order import arranged
from gongkai_score.memory import Memory, Once

__all__ = [
    "NO_DAY",
    "NO_TIME",
    "ActivityLog",
    "Coded",
    "Details",
    "EventColumns",
    "EventTable",
    "Int32",
    "Int64",
    "Moments",
    "SetAside",
    "Source",
]

C = TypeVar("C", Coded, Moments)


@dataclass(frozen=True, slots=True)
class SetAside:
    """One row that is not used, with its place and the reason."""

    file: str
    row: int
    column: str | None
    value: str | None
    problem: Problem

    @property
    def code(self) -> str:
        """Code of the reason."""
        return self.problem.code

    def text(self, lang: Language = "zh") -> str:
        """The reason in words."""
        return self.problem.message(lang)


@dataclass(frozen=True, slots=True)
class Source:
    """One input file (or frame) of a log: its name, the SHA-256 of its bytes, its encoding and its rows."""

    name: str
    sha256: str
    rows: int
    encoding: str = ""


class Taken(Mapping[str, C]):
    """Columns at some rows, each taken when it is first asked for; iterating names those that are not empty."""

    def __init__(self, columns: Mapping[str, C], rows: NDArray[np.integer], filled: Callable[[C], bool]) -> None:
        """``filled`` says whether a column holds anything."""
        self._columns: Mapping[str, C] = columns
        self._rows = rows
        self._filled: Callable[[C], bool] = filled
        self._taken = Once()

    def __getitem__(self, name: str) -> C:
        column = self._columns[name]
        return self._taken.keep(name, lambda: column.take(self._rows))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._columns and self._filled(self[name])

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(name for name in sorted(self._columns) if self._filled(self[name]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __reduce__(self) -> tuple[type[dict[str, C]], tuple[dict[str, C]]]:
        return dict, (dict(self.items()),)


def _some_text(column: Coded) -> bool:
    return bool((column.codes >= 0).any())


def _some_day(column: Moments) -> bool:
    return bool((column.day != NO_DAY).any())


@dataclass(frozen=True)
class EventTable:
    """All events of one kind, ordered by unit, day, second and content.

    ``unit`` holds codes into :attr:`ActivityLog.units`, ``ref`` codes into :attr:`ActivityLog.refs`; every other
    column has one entry an event. What is seldom asked stays where it was read, at ``places``, until it is.
    """

    kind: str
    unit: Int32
    at: Moments
    ref: Int32
    details: Details
    places: NDArray[np.integer]

    def __len__(self) -> int:
        return len(self.unit)

    @cached_property
    def id(self) -> Coded:
        """The events' own ids."""
        return self.details.id.take(self.places)

    @cached_property
    def attributes(self) -> Mapping[str, Coded]:
        """Further text columns by name."""
        return Taken(self.details.attributes, self.places, _some_text)

    @cached_property
    def moments(self) -> Mapping[str, Moments]:
        """Further date columns by name."""
        return Taken(self.details.moments, self.places, _some_day)

    @cached_property
    def file(self) -> Int32:
        """Codes into :attr:`files`."""
        found: Int32 = cells_at(self.details.file, self.places).astype(np.int32, copy=False)
        return found

    @cached_property
    def row(self) -> Int64:
        """Row number in that file."""
        return self.details.row.take(self.places).astype(np.int64, copy=False)

    @property
    def files(self) -> tuple[str, ...]:
        """File names."""
        return self.details.files

    def take(self, rows: NDArray[np.integer]) -> EventTable:
        """Some of the events, in the order given."""
        at = self.at.take(rows)
        return EventTable(self.kind, self.unit[rows], at, self.ref[rows], self.details, self.places[rows])

    def label(self, row: int) -> str:
        """How evidence names an event: its id, else ``file#row``."""
        return self.details.id.text(int(self.places[row])) or self.origin(row)

    def origin(self, row: int) -> str:
        """File and row the event was read from."""
        place = int(self.places[row])
        return f"{self.files[int(self.details.file[place])]}#{int(self.details.row[place])}"

    def __reduce__(self) -> tuple[Any, ...]:
        places = np.arange(len(self), dtype=np.int32)
        return EventTable, (self.kind, self.unit, self.at, self.ref, self.details.take(self.places), places)


@dataclass(frozen=True)
class ActivityLog:
    """Events of many units, indexed: build one with :meth:`build` or a reader, use it for many assessments.

    Attributes:
        units: unit ids that occur, sorted; :attr:`EventTable.unit` holds positions in it.
        refs: reference keys that occur.
        tables: kind → its events.
        sources: the files read.
        rows_read: rows the sources held.
        set_aside: rows not used, each with a reason.
        warnings: oddities of rows that are used all the same.
    """

    units: tuple[str, ...]
    refs: Sequence[str]
    tables: Mapping[str, EventTable]
    sources: tuple[Source, ...]
    rows_read: int
    set_aside: tuple[SetAside, ...]
    warnings: tuple[Problem, ...] = field(default=())

    @classmethod
    def build(
        cls,
        columns: EventColumns,
        *,
        sources: Sequence[Source] = (),
        rows_read: int | None = None,
        set_aside: Sequence[SetAside] = (),
        warnings: Sequence[Problem] = (),
        duplicates: bool = True,
    ) -> ActivityLog:
        """Orders and indexes checked rows. The result does not depend on the order of the rows.

        Args:
            columns: the rows.
            sources: where they come from.
            rows_read: rows the sources held; by default as many as given here and set aside.
            set_aside: rows the reader refused.
            warnings: oddities the reader found.
            duplicates: set rows aside that equal an earlier one in every column (code L101).
        """
        gone: list[SetAside] = list(set_aside)
        details = columns.details()
        tables: dict[str, EventTable] = {}
        for rows in arranged(columns):
            if duplicates:
                gone += [_duplicate(columns, place, first) for place, first in rows.repeated]
                rows = rows.without_repeated()
            at = Moments(rows.day, rows.second)
            tables[rows.kind] = EventTable(rows.kind, rows.unit, at, rows.ref, details, rows.places)
        gone.sort(key=lambda s: (s.file, s.row, s.code))
        log = cls(
            units=tuple(columns.unit.values),
            refs=columns.ref.values,
            tables=tables,
            sources=tuple(sources),
            rows_read=len(columns) + len(set_aside) if rows_read is None else rows_read,
            set_aside=tuple(gone),
            warnings=tuple(warnings),
        )
        if len(columns.files) <= 1 and bool((columns.row[1:] > columns.row[:-1]).all()):
            log.__dict__["one_event_a_row"] = True
        return log

    @property
    def events(self) -> int:
        """Number of events kept."""
        return sum(len(table) for table in self.tables.values())

    def table(self, kind: str) -> EventTable:
        """The events of ``kind``; an empty table if there are none."""
        return self.tables.get(kind) or _empty_table(kind)

    @cached_property
    def memory(self) -> Memory:
        """What was worked out about the events and may be asked for again by other sets and periods."""
        return Memory(64 * self.events + (1 << 20))

    def source_rows(self) -> tuple[Int32, Int64]:
        """(file, row) of each event, table after table."""
        tables = self.tables.values()
        if not tables:
            return np.zeros(0, np.int32), np.zeros(0, np.int64)
        names = {name: code for code, name in enumerate(dict.fromkeys(f for t in tables for f in t.files))}
        file = np.concatenate([np.array([names[f] for f in t.files], np.int32)[t.file] for t in tables])
        return file, np.concatenate([t.row for t in tables])

    @cached_property
    def one_event_a_row(self) -> bool:
        """Whether no two events come from one source row."""
        file, row = self.source_rows()
        if not len(row):
            return True
        low, high = int(row.min()), int(row.max())
        places = file.astype(np.int64) * (high - low + 1) + (row - low)
        if (int(file.max()) + 1) * (high - low + 1) > 8 * len(row) + 1024:
            return len(np.unique(places)) == len(row)
        seen = np.zeros((int(file.max()) + 1) * (high - low + 1), bool)
        seen[places] = True
        return bool(np.count_nonzero(seen) == len(row))

    @property
    def set_aside_counts(self) -> dict[str, int]:
        """Rows set aside by code."""
        return dict(sorted(Counter(s.code for s in self.set_aside).items()))

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the content of all events kept, whatever the order their rows were read in."""
        return joint_digest(self.unit_digests())

    def unit_digests(self) -> dict[str, bytes]:
        """For each unit that occurs the SHA-256 of its events, whatever else the log holds."""
        return unit_digests(self.units, self.refs, self.tables)

    def without(self, dropped: Mapping[str, NDArray[np.bool_]], reason: Sequence[SetAside]) -> ActivityLog:
        """The log less some events: kind → mask of events to drop, with one reason each."""
        tables = {
            kind: table.take(np.flatnonzero(~dropped[kind])) if kind in dropped else table
            for kind, table in self.tables.items()
        }
        gone = sorted([*self.set_aside, *reason], key=lambda s: (s.file, s.row, s.code))
        return ActivityLog(self.units, self.refs, tables, self.sources, self.rows_read, tuple(gone), self.warnings)

    def __repr__(self) -> str:
        return (
            f"<ActivityLog: {self.events} events of {len(self.tables)} kinds, {len(self.units)} units; "
            f"{len(self.set_aside)} of {self.rows_read} rows set aside>"
        )


def _duplicate(columns: EventColumns, row: int, first: int) -> SetAside:
    file = columns.files[int(columns.file[row])]
    kept = f"{columns.files[int(columns.file[first])]}#{int(columns.row[first])}"
    return SetAside(file, int(columns.row[row]), None, None, problem("L101", kept=kept))


def _empty_table(kind: str) -> EventTable:
    none = np.empty(0, np.int32)
    details = Details(Coded.empty(0), {}, {}, none, none, ("",))
    return EventTable(kind, none, Moments.empty(0), none, details, none)
