"""Cases on a grid of groups and periods, of which only the cells in which something stands are held.

Fifty thousand units and the working days of a year make twelve million cases, nearly all of them empty and alike:
an empty cell is what its period says. Columns of all cases are made when somebody reads them, each on its own, and
those that say nothing but the group or the period are not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, EventTable, Int32
from gongkai_score.cases import Cases, Cited, Int64, UInt8, between
from gongkai_score.measures.groups import Groups, Pairs
from gongkai_score.measures.per_unit import apart, sums_between
from gongkai_score.measures.periods import Grid
from gongkai_score.measures.selection import Mask
from gongkai_score.outcomes import Verdict
from gongkai_score.verdict_counts import MANY, VerdictCounts, counted, known, occurring, offsets

Scalar = TypeVar("Scalar", bound=np.generic)


_COLUMNS = ("count", "first", "last", "number", "done")


class Listed:
    """Cells in which something stands, ascending: ``cell`` is ``group * periods + period``.

    What each cell came to is there at once, the other columns are made when somebody reads them.
    """

    def __init__(
        self, cell: NDArray[np.integer], verdict: UInt8, columns: Mapping[str, Callable[[], Int32]]
    ) -> None:
        """``columns`` gives the other columns by name."""
        self.cell, self.verdict = cell, verdict
        self._columns = columns

    @cached_property
    def count(self) -> Int32:
        """Events counted."""
        return self._columns["count"]()

    @cached_property
    def first(self) -> Int32:
        """Where each cell's events begin among the events counted."""
        return self._columns["first"]()

    @cached_property
    def last(self) -> Int32:
        """Where they end."""
        return self._columns["last"]()

    @cached_property
    def number(self) -> Int32:
        """What lacks, exceeds or was counted."""
        return self._columns["number"]()

    @cached_property
    def done(self) -> Int32:
        """Day on which the number was reached."""
        return self._columns["done"]()

    def take(self, places: NDArray[np.integer]) -> Listed:
        """Some of the cells."""
        columns = {name: partial(self._some, name, places) for name in _COLUMNS}
        return Listed(self.cell[places], self.verdict[places], columns)

    def _some(self, name: str, places: NDArray[np.integer]) -> Int32:
        column: Int32 = getattr(self, name)[places]
        return column

    def also(self, cells: Int64, empty: Empty) -> Listed:
        """With further cells, empty ones as their period says."""
        more = np.setdiff1d(cells, self.cell)
        if not len(more):
            return self
        period = more % max(len(empty.verdict), 1)
        none = np.zeros(len(more), np.int32)
        fills = dict.fromkeys(("count", "first", "last"), none)
        fills |= {"number": empty.number[period], "done": np.full(len(more), NO_DAY, np.int32)}
        cell = np.concatenate([self.cell, more])
        order = np.argsort(cell, kind="stable")

        def joint(name: str) -> Int32:
            column: Int32 = np.concatenate([getattr(self, name), fills[name]])[order]
            return column

        verdict = np.concatenate([self.verdict, empty.verdict[period]])[order]
        return Listed(cell[order], verdict, {name: partial(joint, name) for name in _COLUMNS})

    def judged(self, cells: Int64, verdict: Verdict) -> Listed:
        """With another verdict in some of its cells."""
        changed = self.verdict.copy()
        changed[np.searchsorted(self.cell, cells)] = verdict
        return Listed(self.cell, changed, {name: partial(getattr, self, name) for name in _COLUMNS})


@dataclass(frozen=True, slots=True)
class Empty:
    """What a cell without events came to, by period."""

    verdict: UInt8
    number: Int32


@dataclass(frozen=True, slots=True)
class Behind:
    """The log rows behind cells: runs of ``pool``, and statements that explain empty cells.

    Attributes:
        table: the events counted.
        pool: gives their rows, by cell.
        said: the statements, or None.
        said_cell: the cells they explain, ascending.
        said_row: their rows.
    """

    table: EventTable
    pool: Callable[[], Int32]
    said: EventTable | None = None
    said_cell: Int64 | None = None
    said_row: Int32 | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of the rows."""
        return frozenset(table.kind for table in (self.table, self.said) if table is not None)

    def cited(self, listed: Listed, at: Int64) -> tuple[Cited, ...]:
        """The rows of listed cells, which are the cases ``at``."""
        found = Cited(self.table, pool=self.pool(), first=listed.first, last=listed.last, at=at)
        if self.said is None or self.said_cell is None or self.said_row is None:
            return (found,)
        held, place, _ = np.intersect1d(self.said_cell, listed.cell, True, return_indices=True)
        rows = self.said_row[place]
        return (found, Cited(self.said, rows=rows, at=at[np.searchsorted(listed.cell, held)]))


@dataclass(frozen=True, slots=True)
class Span:
    """The periods of each group that are asked for: from ``low`` up to, not including, ``high``."""

    low: Int64
    high: Int64
    full: bool = False

    @classmethod
    def all(cls, groups: int, periods: int) -> Span:
        """Every period for every group."""
        return cls(np.zeros(groups, np.int64), np.full(groups, periods, np.int64), True)


class CellCases(Cases):
    """Cases by group and then by period."""

    def __init__(
        self,
        groups: Groups,
        grid: Grid,
        span: Span,
        listed: Listed,
        empty: Empty,
        behind: Behind,
        charged: Mapping[int, str] | None = None,
        of_one: Callable[[int], Cases] | None = None,
    ) -> None:
        """Keeps the listed cells that are asked for and lie in the span; ``of_one`` makes the cases of one unit."""
        if not span.full:
            group, period = apart(listed.cell, len(grid))
            inside = (period >= span.low[group]) & (period < span.high[group])
            listed = listed if inside.all() else listed.take(np.flatnonzero(inside))
        self.__dict__.update(
            _groups=groups,
            _grid=grid,
            _span=span,
            listed=listed,
            empty=empty,
            _behind=behind,
            _of_one=of_one,
            _mine=(range(0), None),
            due_second=None,
            done_second=None,
            unit_of_time="day",
            detail=None,
            charged_by=dict(charged or {}),
        )

    listed: Listed
    empty: Empty
    _groups: Groups
    _grid: Grid
    _span: Span
    _behind: Behind
    _of_one: Callable[[int], Cases] | None
    _mine: tuple[range, Cases | None]

    @cached_property
    def _apart(self) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
        return apart(self.listed.cell, len(self._grid))

    @property
    def _group(self) -> NDArray[np.integer]:
        return self._apart[0]

    @property
    def _period(self) -> NDArray[np.integer]:
        return self._apart[1]

    @cached_property
    def _offset(self) -> Int64:
        return np.concatenate([[0], np.cumsum(self._span.high - self._span.low)])

    @cached_property
    def _at(self) -> Int64:
        at: Int64 = self._offset[self._group] + self._period - self._span.low[self._group]
        return at

    @cached_property
    def cited(self) -> tuple[Cited, ...]:
        """The log rows behind the cases."""
        return self._behind.cited(self.listed, self._at)

    @property
    def cited_kinds(self) -> frozenset[str]:
        """Kinds of those rows."""
        return self._behind.kinds

    def __len__(self) -> int:
        return int(self._offset[-1])

    def of_unit(self, position: int) -> range:
        """Positions of the cases of one unit."""
        first, last = between(self._groups.unit, position)
        return range(int(self._offset[first]), int(self._offset[last]))

    def _by_group(self, column: NDArray[Scalar]) -> NDArray[Scalar]:
        """A column of groups at every case."""
        return np.repeat(column, len(self._grid) if self._span.full else np.diff(self._offset))

    def _by_period(self, column: NDArray[Scalar]) -> NDArray[Scalar]:
        """A column of periods at every case."""
        if len(column) and (column == column[0]).all():
            return np.broadcast_to(column[0], len(self))
        if self._span.full:
            return np.tile(column, len(self._groups))
        period = np.arange(len(self)) - self._by_group(self._offset[:-1] - self._span.low)
        return column.take(period)

    def _laid(self, by_period: NDArray[Scalar], listed: NDArray[Scalar]) -> NDArray[Scalar]:
        column = self._by_period(by_period)
        column = column if column.flags.writeable else column.copy()
        column[self._at] = listed
        return column

    @property
    def unit(self) -> Int32:
        """Position of the unit."""
        return self._by_group(self._groups.unit)

    @property
    def series(self) -> Int32:
        """The unit, account or item whose periods follow one another."""
        return self._by_group(np.arange(len(self._groups), dtype=np.int32))

    @cached_property
    def verdict(self) -> UInt8:
        """Verdicts."""
        return self._laid(self.empty.verdict, self.listed.verdict)

    @cached_property
    def number(self) -> Int32:
        """What lacks, exceeds or was counted."""
        return self._laid(self.empty.number, self.listed.number)

    @cached_property
    def done(self) -> Int32:
        """Days on which the number was reached."""
        return self._laid(np.full(len(self._grid), NO_DAY, np.int32), self.listed.done)

    @property
    def start(self) -> Int32:
        """First days of the periods."""
        return self._by_period(self._grid.first)

    @property
    def due(self) -> Int32:
        """Last days allowed."""
        return self._by_period(self._grid.due)

    @property
    def needed(self) -> Int32:
        """Numbers asked for."""
        return self._by_period(self._grid.asked)

    @property
    def key(self) -> Int32:
        """What each case is about."""
        of_group, of_period = self._keys
        period = self._by_period(of_period)
        return period if of_group is None else self._by_group(of_group) + period

    @property
    def _keys(self) -> tuple[Int32 | None, Int32]:
        """What cases are about, a part by group (None where it says nothing) and one by period, to be added."""
        periods = len(self._grid)
        period = np.arange(periods, dtype=np.int32)
        if self._groups.attribute is None:
            return None, period
        if self._grid.whole_window:
            return self._groups.key, np.zeros(periods, np.int32)
        return self._groups.key * np.int32(periods), period

    @cached_property
    def keys(self) -> Sequence[str]:
        """The texts of the keys."""
        if self._groups.attribute is None:
            return self._grid.labels
        if self._grid.whole_window:
            return tuple(name or label for name in self._groups.keys for label in self._grid.labels)
        return Pairs(self._groups.keys, self._grid.labels)

    def key_text(self, case: int) -> str:
        """What the case is about, in words."""
        group = int(np.searchsorted(self._offset, case, side="right")) - 1
        period = case - int(self._offset[group]) + int(self._span.low[group])
        if self._groups.attribute is None:
            return self._grid.labels[period]
        code = int(self._groups.key[group])
        return str(self.keys[code if self._grid.whole_window else code * len(self._grid) + period])

    def _place(self, cases: NDArray[np.integer]) -> tuple[Int64, Int64]:
        """(group, period) of some cases."""
        group = np.searchsorted(self._offset, cases, side="right") - 1
        return group, cases - self._offset[group] + self._span.low[group]

    def take(self, rows: NDArray[np.integer]) -> Cases:
        """Some of the cases as plain columns, in the order given."""
        group, period = self._place(rows)
        place = np.searchsorted(self._at, rows)
        known = np.zeros(len(rows), bool)
        known[place < len(self._at)] = self._at[place[place < len(self._at)]] == rows[place < len(self._at)]

        def laid(by_period: NDArray[Scalar], listed: NDArray[Scalar]) -> NDArray[Scalar]:
            column = by_period[period]
            column[known] = listed[place[known]]
            return column

        of_group, of_period = self._keys
        return Cases(
            unit=self._groups.unit[group],
            verdict=laid(self.empty.verdict, self.listed.verdict),
            key=of_period[period] if of_group is None else of_group[group] + of_period[period],
            keys=self.keys,
            start=self._grid.first[period],
            due=self._grid.due[period],
            done=laid(np.full(len(self._grid), NO_DAY, np.int32), self.listed.done),
            number=laid(self.empty.number, self.listed.number),
            needed=self._grid.asked[period],
            cited=tuple(c.take(rows) for c in self.cited),
            unit_of_time=self.unit_of_time,
            charged_by={i: self.charged_by[c] for i, c in enumerate(rows.tolist()) if c in self.charged_by},
        )

    def around(self, position: int) -> tuple[Cases, int]:
        """The cases of one unit, or the one case, as plain columns."""
        if self._of_one is None or "cited" in self.__dict__:
            return self.take(np.array([position])), 0
        places, cases = self._mine
        if position not in places:
            unit = int(self._groups.unit[int(np.searchsorted(self._offset, position, side="right")) - 1])
            mine = self._of_one(unit)
            places, cases = self.of_unit(unit), mine.take(np.arange(len(mine)))
            self.__dict__["_mine"] = places, cases
        assert cases is not None
        return cases, position - places.start

    def changed(self, verdicts: Mapping[int, Verdict], charged_by: Mapping[int, str]) -> Cases:
        """The same with other verdicts at some positions, and who charged them."""
        listed = self.listed
        for verdict in set(verdicts.values()):
            group, period = self._place(np.array([c for c, v in verdicts.items() if v == verdict]))
            cells = np.unique(group * len(self._grid) + period)
            listed = listed.also(cells, self.empty).judged(cells, verdict)
        return CellCases(self._groups, self._grid, self._span, listed, self.empty, self._behind, charged_by)

    def sums(self, units: int, listed: NDArray[np.integer], by_period: NDArray[np.integer]) -> Int64:
        """For each unit the sum over its cases: of ``listed`` for the cells listed, else of ``by_period``."""
        if not by_period.any():
            return sums_between(self._listed_offset, listed)
        more = listed - by_period.take(self._period)
        return self._sums(units, by_period) + sums_between(self._listed_offset, more)

    @cached_property
    def _units(self) -> NDArray[np.integer]:
        """Units of the cells listed."""
        return self._group if self._groups.one_each else self._groups.unit.take(self._group)

    def counts(self, units: int) -> VerdictCounts:
        """Numbers of cases by unit and verdict."""
        empty = occurring(self.empty.verdict)
        listed = counted(self._units, self.listed.verdict, units, lambda: self._listed_offset)
        columns = dict(listed.columns)
        for verdict in map(Verdict, empty):
            alike = self.empty.verdict == verdict
            every = self._groups.numbers * np.count_nonzero(alike) if self._span.full else self._sums(units, alike)
            some = (
                listed.total if len(empty) == 1 else np.bincount(self._units[alike[self._period]], minlength=units)
            )
            columns[verdict] = (every - some + listed.of(verdict)).astype(np.int32, copy=False)
        return known(units, columns)

    @cached_property
    def _listed_offset(self) -> NDArray[np.integer]:
        """For each unit where the cells listed begin, and where the last end."""
        cell, units = self.listed.cell, self._groups.units
        if len(cell) > MANY * units:
            return np.searchsorted(cell, (self._groups.offset * len(self._grid)).astype(cell.dtype))
        return offsets(self._units, units)

    def _sums(self, units: int, by_period: NDArray[Any]) -> Int64:
        """For each unit the sum of a column of periods over the periods asked for."""
        running = np.concatenate([[0], np.cumsum(by_period, dtype=np.int64)])
        whole = running[self._span.high] - running[self._span.low]
        return np.bincount(self._groups.unit, weights=whole, minlength=units).astype(np.int64)

    def of_verdicts(self, chosen: Mask) -> tuple[Int32, Int32]:
        """(unit, number) of the cases whose verdict is chosen, in order."""
        if chosen[self.empty.verdict].any():
            return super().of_verdicts(chosen)
        places = np.flatnonzero(chosen[self.listed.verdict])
        return self._units[places].astype(np.int32), self.listed.number[places]

    @property
    def counted(self) -> Int32:
        """Events counted in the cells listed."""
        return self.listed.count

    @property
    def listed_needed(self) -> Int32:
        """Numbers asked for in the cells listed."""
        asked: Int32 = self._grid.asked[self._period]
        return asked
