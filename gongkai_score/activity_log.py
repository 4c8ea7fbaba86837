"""The activity log (台账): dated events, held in columns and indexed once for every set and period.

Text becomes small codes, days become numbers, and the events of each kind lie together, ordered by unit, day
and time. Measuring then gathers, counts and joins without touching text. A log is immutable; it knows where
every row came from, which rows were set aside and why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gongkai_score.digests import joint_digest, unit_digests
from gongkai_score.errors import Language, Problem, problem
from gongkai_score.memory import Memory
from gongkai_score.ordering import lexical_order, stable_order
from gongkai_score.period import day_date

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

NO_DAY: int = np.iinfo(np.int32).min
"""Stands in a day column where no date is recorded."""
NO_TIME: int = -1
"""Stands in a second column where only the date is recorded."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A text column as codes into its sorted distinct values; ``-1`` is an empty cell.

    >>> column = Coded.of(["乙", None, "甲", "乙"])
    >>> column.codes.tolist(), list(column.values)
    ([0, -1, 1, 0], ['乙', '甲'])
    """

    codes: Int32
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
        return cls(np.full(rows, -1, np.int32), ())

    def take(self, rows: NDArray[np.integer]) -> Coded:
        """The same column at ``rows``, values unchanged."""
        return Coded(self.codes[rows], self.values)

    def text(self, row: int) -> str | None:
        """The cell at ``row``."""
        code = int(self.codes[row])
        return None if code < 0 else str(self.values[code])

    def __len__(self) -> int:
        return len(self.codes)


def joined(columns: Sequence[Coded]) -> Coded:
    """Columns one below the other, their values merged and sorted again."""
    if len(columns) == 1:
        return columns[0]
    values = sorted(set().union(*(c.values for c in columns)))
    index = {value: code for code, value in enumerate(values)}
    parts = []
    for column in columns:
        table = np.fromiter((index[v] for v in column.values), np.int32, len(column.values))
        parts.append(np.append(table, np.int32(-1))[column.codes])
    return Coded(np.concatenate(parts), tuple(values))


@dataclass(frozen=True, slots=True)
class Moments:
    """Dates: day number (``NO_DAY``: empty) and second of the day (``NO_TIME``: only a date is known)."""

    day: Int32
    second: Int32

    def take(self, rows: NDArray[np.integer]) -> Moments:
        """The same column at ``rows``."""
        return Moments(self.day[rows], self.second[rows])

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
        return cls(np.full(rows, NO_DAY, np.int32), np.full(rows, NO_TIME, np.int32))


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


C = TypeVar("C", Coded, Moments)


def _stacked(columns: Sequence[Moments]) -> Moments:
    return Moments(np.concatenate([c.day for c in columns]), np.concatenate([c.second for c in columns]))


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
        self._taken: dict[str, C] = {}

    def __getitem__(self, name: str) -> C:
        if name not in self._taken:
            self._taken[name] = self._columns[name].take(self._rows)
        return self._taken[name]

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


@dataclass(frozen=True, slots=True)
class EventTable:
    """All events of one kind, ordered by unit, day, second and content.

    ``unit`` holds codes into :attr:`ActivityLog.units`, ``ref`` codes into :attr:`ActivityLog.refs`; every
    other column has one entry an event.
    """

    kind: str
    unit: Int32
    at: Moments
    ref: Int32
    id: Coded
    attributes: Mapping[str, Coded]
    moments: Mapping[str, Moments]
    file: Int32
    row: Int64
    files: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.unit)

    def take(self, rows: NDArray[np.integer]) -> EventTable:
        """Some of the events, in the order given; their columns are taken when they are asked for."""
        return EventTable(
            self.kind,
            self.unit[rows],
            self.at.take(rows),
            self.ref[rows],
            self.id.take(rows),
            Taken(self.attributes, rows, _some_text),
            Taken(self.moments, rows, _some_day),
            self.file[rows],
            self.row[rows],
            self.files,
        )

    def label(self, row: int) -> str:
        """How evidence names an event: its id, else ``file#row``."""
        return self.id.text(row) or f"{self.files[int(self.file[row])]}#{int(self.row[row])}"

    def origin(self, row: int) -> str:
        """File and row the event was read from."""
        return f"{self.files[int(self.file[row])]}#{int(self.row[row])}"


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
        tables: dict[str, EventTable] = {}
        cells = _taker([columns.at.second, columns.id.codes, columns.file])
        for kind, rows in _by_kind(columns):
            unit, day = columns.unit.codes.take(rows), columns.at.day.take(rows)
            order, repeated = _ordered(columns, rows, [unit, day, cells(columns.at.second, rows)])
            if duplicates and repeated:
                gone += [_duplicate(columns, row, first) for row, first in repeated]
                order = order[~np.isin(rows.take(order), [row for row, _ in repeated])]
            part = rows.take(order)
            tables[kind] = EventTable(
                kind=kind,
                unit=unit.take(order),
                at=Moments(day.take(order), cells(columns.at.second, part)),
                ref=columns.ref.codes.take(part),
                id=Coded(cells(columns.id.codes, part), columns.id.values),
                attributes=Taken(columns.attributes, part, _some_text),
                moments=Taken(columns.moments, part, _some_day),
                file=cells(columns.file, part),
                row=columns.row.take(part),
                files=columns.files,
            )
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


def _by_kind(columns: EventColumns) -> Iterator[tuple[str, Int64]]:
    """Every kind that occurs and its rows, as they stand."""
    codes = columns.kind.codes
    order = stable_order(codes)
    bounds = np.cumsum(np.bincount(codes + 1, minlength=len(columns.kind.values) + 1)).tolist()
    for kind, first, last in zip(columns.kind.values, bounds[:-1], bounds[1:], strict=True):
        if first < last:
            yield kind, order[first:last]


def _taker(columns: Sequence[Int32]) -> Callable[[Int32, Int64], Int32]:
    """A function that gives a column at some rows; of ``columns`` those that hold one value only stay one value."""
    alike = {id(column) for column in columns if len(column) and int(column.min()) == int(column.max())}

    def cells(column: Int32, rows: Int64) -> Int32:
        return np.broadcast_to(column[:1], len(rows)) if id(column) in alike else column.take(rows)

    return cells


def _ordered(columns: EventColumns, rows: Int64, moment: Sequence[Int32]) -> tuple[Int64, list[tuple[int, int]]]:
    """Places among the rows of one kind, ordered by unit, day, second, content and provenance; and (row, the equal
    row kept before it) for every row that equals another in content."""
    order, group = lexical_order(moment)
    places, group = _tied(np.arange(len(order)), group)
    for column in _content(columns):
        if not len(places):
            return order, []
        among, group = lexical_order([group, column.take(rows.take(order.take(places)))])
        order[places] = order.take(places.take(among))
        places, group = _tied(places, group)
    equal = rows.take(order.take(places))
    among, _ = lexical_order([group, columns.file.take(equal), columns.row.take(equal)])
    order[places] = order.take(places.take(among))
    first: dict[int, int] = {}
    repeated: list[tuple[int, int]] = []
    for number, row in zip(group.tolist(), equal.take(among).tolist(), strict=True):
        if first.setdefault(number, row) != row:
            repeated.append((row, first[number]))
    return order, repeated


def _tied(places: Int64, group: NDArray[np.integer]) -> tuple[Int64, NDArray[np.integer]]:
    """Those places whose neighbour has the same number; numbers ascend."""
    tied = np.zeros(len(group) + 1, bool)
    np.equal(group[1:], group[:-1], out=tied[1:-1])
    again = np.flatnonzero(tied[1:] | tied[:-1])
    return places.take(again), group.take(again)


def _content(columns: EventColumns) -> list[NDArray[np.integer]]:
    """Every column that makes up an event, beside kind, unit and time; provenance is not content."""
    return [
        columns.ref.codes,
        columns.id.codes,
        *(columns.attributes[name].codes for name in sorted(columns.attributes)),
        *(part for name in sorted(columns.moments) for part in _parts(columns.moments[name])),
    ]


def _parts(moments: Moments) -> tuple[Int32, Int32]:
    return moments.day, moments.second


def _duplicate(columns: EventColumns, row: int, first: int) -> SetAside:
    file = columns.files[int(columns.file[row])]
    kept = f"{columns.files[int(columns.file[first])]}#{int(columns.row[first])}"
    return SetAside(file, int(columns.row[row]), None, None, problem("L101", kept=kept))


def _empty_table(kind: str) -> EventTable:
    none = np.empty(0, np.int32)
    return EventTable(
        kind, none, Moments.empty(0), none, Coded.empty(0), {}, {}, none, np.empty(0, np.int64), ("",)
    )
