"""The order in which a log keeps its events: by kind, unit, day, second, reference and the rest of their content.

Rows are dealt out to parts of a kind and a range of units first, some ten thousand rows at a time, and each part is
then put in order by itself. All of that stays within the processor's cache, and parts are done side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongkai_score.event_columns import NO_DAY, Codes, EventColumns, Int32, Int64, cells_at, shared
from gongkai_score.ordering import Ints, lexical_order, order_within, stable_order
from gongkai_score.threads import each

_DEALT = 1 << 17
"""Rows dealt out at once."""
_PART = 1 << 16
"""Rows of a part, about."""
_PARTS = 200
"""Parts a log is dealt out to, about; beyond it they become larger."""
_RANGES = 12
"""Bits of the number of ranges of units."""
_BITS = 62
_MANY = 100_000
"""Rows from which threads are worth their start."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """The rows of one kind in the order of the log.

    Attributes:
        kind: the kind.
        unit: their units.
        day: their days.
        second: their seconds.
        ref: their references.
        places: their places among the rows as they stood.
        repeated: (place, place of the equal row before it) for every row that equals another in content.
    """

    kind: str
    unit: Int32
    day: Int32
    second: Int32
    ref: Int32
    places: Int32
    repeated: Sequence[tuple[int, int]]

    def without_repeated(self) -> Arranged:
        """Of equal rows the first only."""
        if not self.repeated:
            return self
        kept = np.flatnonzero(~np.isin(self.places, [place for place, _ in self.repeated]))
        columns = (self.unit, self.day, self.second, self.ref, self.places)
        unit, day, second, ref, places = (cells_at(column, kept) for column in columns)
        return Arranged(self.kind, unit, day, second, ref, places, ())


def arranged(columns: EventColumns) -> list[Arranged]:
    """Every kind that occurs, its rows in order. The order does not depend on that of the rows given."""
    rows = len(columns)
    if not rows:
        return []
    second = shared(columns.at.second)
    key = _Key.of(columns, second)
    parts = _Parts.of(columns)
    many_rows = rows >= _MANY

    def deal(first: int) -> tuple[Int64, Int64, Int32]:
        some = slice(first, min(first + _DEALT, rows))
        part = parts.of_rows(some)
        order = np.argsort(part, kind="stable")
        many = np.bincount(part, minlength=len(parts.kinds))
        return many, key.of_rows(some).take(order), np.add(order, first, dtype=np.int32, casting="unsafe")

    dealt = each(deal, range(0, rows, _DEALT), many_rows)
    ends = [np.concatenate([[0], np.cumsum(many)]).tolist() for many, _, _ in dealt]
    sizes = np.sum([many for many, _, _ in dealt], axis=0)
    bounds = [0, *np.cumsum(sizes).tolist()]
    kept = {name: np.empty(rows, np.int32) for name in ("unit", "day", "ref", "places")}
    stands: dict[str, Codes] = {"second": second, "ref": columns.ref.codes}
    if second.strides != (0,):
        kept["second"] = np.empty(rows, np.int32)

    def arrange(part: int) -> list[tuple[int, int]]:
        pieces = [
            (keys[e[part] : e[part + 1]], places[e[part] : e[part + 1]])
            for e, (_, keys, places) in zip(ends, dealt, strict=True)
        ]
        packed, places = (np.concatenate([piece[side] for piece in pieces]) for side in (0, 1))
        packed, places, repeated = _in_order(packed, places, key)
        found: dict[str, Ints] = {**key.split(packed), "places": places}
        for name, column in kept.items():
            column[bounds[part] : bounds[part + 1]] = found[name] if name in found else stands[name].take(places)
        return repeated

    there = np.flatnonzero(sizes).tolist()
    repeated = dict(zip(there, each(arrange, there, many_rows), strict=True))
    found = []
    for code, kind in enumerate(columns.kind.values):
        own = [part for part in there if parts.kinds[part] == code]
        if own:
            of_kind = slice(bounds[own[0]], bounds[own[-1] + 1])
            cells = {name: kept.get(name, second)[of_kind] for name in ("unit", "day", "second", "ref", "places")}
            found.append(Arranged(kind, **cells, repeated=[pair for part in own for pair in repeated[part]]))
    return found


@dataclass(frozen=True, slots=True)
class _Field:
    """A column inside a packed number: cells less ``low`` from bit ``shift`` on; what is not above ``low`` is 0."""

    name: str
    column: Codes
    low: int
    shift: int
    bits: int


@dataclass(frozen=True, slots=True)
class _Key:
    """What tells rows apart: some columns packed into one number a row, the rest where that is equal.

    Attributes:
        fields: unit and day, and second and reference where there is room for them.
        undated: whether a day is missing somewhere.
        rest: the other columns of the content, in the order in which they decide.
        origin: file and row of each, which decide between equal ones.
    """

    fields: Sequence[_Field]
    undated: bool
    rest: Sequence[Codes]
    origin: tuple[Codes, Codes]

    @classmethod
    def of(cls, columns: EventColumns, second: Int32) -> _Key:
        """The key of all rows."""
        first = {"unit": columns.unit.codes, "day": columns.at.day, "second": second, "ref": columns.ref.codes}
        spans = {name: _span(column) for name, column in first.items()}
        while sum(bits for _, bits in spans.values()) > _BITS:
            spans.popitem()
        fields, shift = [], 0
        for name, (low, bits) in reversed(spans.items()):
            fields.append(_Field(name, first[name], low, shift, bits))
            shift += bits
        rest = [column for name, column in first.items() if name not in spans]
        rest += [columns.id.codes, *(columns.attributes[name].codes for name in sorted(columns.attributes))]
        for name in sorted(columns.moments):
            rest += [columns.moments[name].day, columns.moments[name].second]
        undated = bool((columns.at.day == NO_DAY).any())
        return cls(fields[::-1], undated, rest, (columns.file, columns.row))

    @property
    def tail(self) -> int:
        """Bits below unit and day."""
        return self.fields[1].shift

    def of_rows(self, rows: slice) -> Int64:
        """The numbers of some rows."""
        packed = np.zeros(rows.stop - rows.start, np.int64)
        for one in self.fields:
            cells = np.maximum(one.column[rows], one.low)
            packed |= np.subtract(cells, one.low, dtype=np.int64) << one.shift
        return packed

    def split(self, packed: Int64) -> dict[str, Int64]:
        """The columns that numbers were made of."""
        found = {}
        for one in self.fields:
            cells = (packed >> one.shift) & ((1 << one.bits) - 1)
            found[one.name] = cells + one.low
            if one.name == "day" and self.undated:
                found["day"][cells == 0] = NO_DAY
        return found


def _span(column: Codes) -> tuple[int, int]:
    """(one less than the least cell that is not ``NO_DAY``, bits of the distance from there to the greatest)."""
    low, high = int(column.min()), int(column.max())
    if low == NO_DAY and high > NO_DAY:
        low = int(column[column != NO_DAY].min())
    low = max(low - 1, NO_DAY)
    return low, (high - low).bit_length()


@dataclass(frozen=True, slots=True)
class _Parts:
    """Which part each row is dealt to: ``table`` by kind and range of units; ``kinds`` is the kind of each part."""

    kind: Codes
    unit: Codes
    shift: int
    width: int
    table: Ints
    kinds: Sequence[int]

    @classmethod
    def of(cls, columns: EventColumns) -> _Parts:
        """Parts of about equal size, by a sample of the rows."""
        kind, unit, rows = columns.kind.codes, columns.unit.codes, len(columns)
        shift = max(len(columns.unit.values).bit_length() - _RANGES, 0)
        if rows <= _PART:
            shift = len(columns.unit.values).bit_length()
        width = (max(len(columns.unit.values) - 1, 0) >> shift) + 1
        step = max(rows // _DEALT, 1)
        sample = _place(kind[::step], unit[::step], shift, width)
        many = np.bincount(sample, minlength=(len(columns.kind.values) + 1) * width).reshape(-1, width)
        before = (np.cumsum(many, axis=1) - many) * step // max(_PART, rows // _PARTS)
        ends = np.cumsum(before[:, -1] + 1)
        table = (before + (ends - before[:, -1] - 1)[:, None]).ravel()
        kinds = np.searchsorted(ends, np.arange(int(ends[-1])), side="right") - 1
        narrow = np.uint8 if len(kinds) <= 256 else np.uint16 if len(kinds) <= 1 << 16 else np.int64
        return cls(kind, unit, shift, width, table.astype(narrow), kinds.tolist())

    def of_rows(self, rows: slice) -> Ints:
        """The parts of some rows."""
        return self.table.take(_place(self.kind[rows], self.unit[rows], self.shift, self.width))


def _place(kind: Codes, unit: Codes, shift: int, width: int) -> Ints:
    """Place among kinds, those without one first, and ranges of units."""
    return np.add(kind, 1, dtype=np.int32) * np.int32(width) + (unit >> shift)


def _in_order(packed: Int64, places: Int32, key: _Key) -> tuple[Int64, Int32, list[tuple[int, int]]]:
    """Rows of one part in order: first by unit and day, digit by digit; what remains is nearly in order then."""
    order = stable_order(packed >> key.tail)
    packed = packed.take(order)
    if bool((packed[1:] < packed[:-1]).any()):
        among = np.argsort(packed, kind="stable")
        packed, order = packed.take(among), order.take(among)
    places = places.take(order)
    tied, group = _tied(np.arange(len(places)), packed)
    for column in key.rest:
        if not len(tied):
            return packed, places, []
        if column.strides != (0,):
            rows = places.take(tied)
            among, group = order_within(group, column.take(rows))
            places[tied] = rows.take(among)
            tied, group = _tied(tied, group)
    rows = places.take(tied)
    among, _ = lexical_order([group, *(column.take(rows) for column in key.origin)])
    places[tied] = rows.take(among)
    first: dict[int, int] = {}
    repeated: list[tuple[int, int]] = []
    for number, row in zip(group.tolist(), rows.take(among).tolist(), strict=True):
        if first.setdefault(number, row) != row:
            repeated.append((row, first[number]))
    return packed, places, repeated


def _tied(places: Int64, group: NDArray[np.integer]) -> tuple[Int64, NDArray[np.integer]]:
    """Those places whose neighbour has the same number; numbers ascend."""
    tied = np.zeros(len(group) + 1, bool)
    np.equal(group[1:], group[:-1], out=tied[1:-1])
    again = np.flatnonzero(tied[1:] | tied[:-1])
    return places.take(again), group.take(again)
