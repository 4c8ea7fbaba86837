"""Cases on a grid of groups and periods, of which only the cells in which something stands are held.

Fifty thousand units and the working days of a year make twelve million cases, nearly all of them empty and alike:
an empty cell is what its period says. Columns of all cases are made when somebody reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, EventTable, Int32
from gongkai_score.cases import VERDICTS, Cases, Cited, Int64, UInt8
from gongkai_score.measures.groups import Groups, Pairs
from gongkai_score.measures.periods import Grid
from gongkai_score.measures.selection import Mask
from gongkai_score.outcomes import Verdict

Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Listed:
    """Cells in which something stands, ascending: ``cell`` is ``group * periods + period``.

    Attributes:
        cell: the cells.
        count: events counted.
        first: where each cell's events begin among the events counted.
        last: where they end.
        verdict: what each cell came to.
        number: what lacks, exceeds or was counted.
        done: day on which the number was reached.
    """

    cell: Int64
    count: Int32
    first: Int32
    last: Int32
    verdict: UInt8
    number: Int32
    done: Int32

    def take(self, places: NDArray[np.integer]) -> Listed:
        """Some of the cells."""
        return Listed(
            self.cell[places],
            self.count[places],
            self.first[places],
            self.last[places],
            self.verdict[places],
            self.number[places],
            self.done[places],
        )

    def also(self, cells: Int64, empty: Empty) -> Listed:
        """With further cells, empty ones as their period says."""
        more = np.setdiff1d(cells, self.cell)
        if not len(more):
            return self
        period = more % max(len(empty.verdict), 1)
        none = np.zeros(len(more), np.int32)
        cell = np.concatenate([self.cell, more])
        order = np.argsort(cell, kind="stable")
        return Listed(
            cell,
            np.concatenate([self.count, none]),
            np.concatenate([self.first, none]),
            np.concatenate([self.last, none]),
            np.concatenate([self.verdict, empty.verdict[period]]),
            np.concatenate([self.number, empty.number[period]]),
            np.concatenate([self.done, np.full(len(more), NO_DAY, np.int32)]),
        ).take(order)

    def judged(self, cells: Int64, verdict: Verdict) -> Listed:
        """With another verdict in some of its cells."""
        changed = self.verdict.copy()
        changed[np.searchsorted(self.cell, cells)] = verdict
        return replace(self, verdict=changed)


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
        pool: their rows, by cell.
        said: the statements, or None.
        said_cell: the cells they explain, ascending.
        said_row: their rows.
    """

    table: EventTable
    pool: Int32
    said: EventTable | None = None
    said_cell: Int64 | None = None
    said_row: Int32 | None = None

    def cited(self, listed: Listed, at: Int64) -> tuple[Cited, ...]:
        """The rows of listed cells, which are the cases ``at``."""
        found = Cited(self.table, pool=self.pool, first=listed.first, last=listed.last, at=at)
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

    @classmethod
    def all(cls, groups: int, periods: int) -> Span:
        """Every period for every group."""
        return cls(np.zeros(groups, np.int64), np.full(groups, periods, np.int64))


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
    ) -> None:
        """Keeps the listed cells that are asked for and lie in the span."""
        periods = max(len(grid), 1)
        group = listed.cell // periods
        period = listed.cell - group * periods
        inside = (period >= span.low[group]) & (period < span.high[group])
        if not inside.all():
            places = np.flatnonzero(inside)
            listed, group, period = listed.take(places), group[places], period[places]
        offset = np.concatenate([[0], np.cumsum(span.high - span.low)])
        at = offset[group] + period - span.low[group]
        self.__dict__.update(
            _groups=groups,
            _grid=grid,
            _span=span,
            _offset=offset,
            _group=group,
            _period=period,
            _at=at,
            listed=listed,
            empty=empty,
            _behind=behind,
            cited=behind.cited(listed, at),
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
    _offset: Int64
    _group: Int64
    _period: Int64
    _at: Int64
    _behind: Behind

    def __len__(self) -> int:
        return int(self._offset[-1])

    def of_unit(self, position: int) -> range:
        """Positions of the cases of one unit."""
        first, last = np.searchsorted(self._groups.unit, [position, position + 1])
        return range(int(self._offset[first]), int(self._offset[last]))

    @cached_property
    def _all_groups(self) -> Int64:
        return np.repeat(np.arange(len(self._groups)), np.diff(self._offset))

    @cached_property
    def _all_periods(self) -> Int64:
        return np.arange(len(self)) - (self._offset[:-1] - self._span.low)[self._all_groups]

    def _laid(self, by_period: NDArray[Scalar], listed: NDArray[Scalar]) -> NDArray[Scalar]:
        column = by_period[self._all_periods]
        column[self._at] = listed
        return column

    @cached_property
    def unit(self) -> Int32:
        """Position of the unit."""
        return self._groups.unit[self._all_groups]

    @cached_property
    def series(self) -> Int32:
        """The unit, account or item whose periods follow one another."""
        return self._all_groups.astype(np.int32)

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

    @cached_property
    def start(self) -> Int32:
        """First days of the periods."""
        return self._grid.first[self._all_periods]

    @cached_property
    def due(self) -> Int32:
        """Last days allowed."""
        return self._grid.due[self._all_periods]

    @cached_property
    def needed(self) -> Int32:
        """Numbers asked for."""
        return self._grid.asked[self._all_periods]

    @cached_property
    def key(self) -> Int32:
        """What each case is about."""
        return self._keys_of(self._all_groups, self._all_periods)

    def _keys_of(self, group: Int64, period: Int64) -> Int32:
        if self._groups.attribute is None:
            return period.astype(np.int32)
        codes = self._groups.key[group]
        if self._grid.whole_window:
            return codes
        return (codes.astype(np.int64) * len(self._grid) + period).astype(np.int32)

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

        return Cases(
            unit=self._groups.unit[group],
            verdict=laid(self.empty.verdict, self.listed.verdict),
            key=self._keys_of(group, period),
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
        """The one case as plain columns."""
        return self.take(np.array([position])), 0

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
        found = np.zeros(units, np.float64)
        if by_period.any():
            running = np.concatenate([[0], np.cumsum(by_period, dtype=np.int64)])
            whole = running[self._span.high] - running[self._span.low]
            found += np.bincount(self._groups.unit, weights=whole, minlength=units)
            listed = listed - by_period[self._period]
        found += np.bincount(self._groups.unit[self._group], weights=listed, minlength=units)
        return found.astype(np.int64)

    def counts(self, units: int) -> Int64:
        """Numbers of cases by unit and verdict."""
        unit = self._groups.unit[self._group]
        found = np.bincount(unit * np.int32(VERDICTS) + self.listed.verdict, minlength=units * VERDICTS)
        found = found.reshape(units, VERDICTS)
        none = np.zeros(len(self.listed.verdict), np.int8)
        for verdict in np.unique(self.empty.verdict).tolist():
            found[:, verdict] += self.sums(units, none, (self.empty.verdict == verdict).astype(np.int64))
        return found

    def of_verdicts(self, chosen: Mask) -> tuple[Int32, Int32]:
        """(unit, number) of the cases whose verdict is chosen, in order."""
        if chosen[self.empty.verdict].any():
            return super().of_verdicts(chosen)
        places = np.flatnonzero(chosen[self.listed.verdict])
        return self._groups.unit[self._group[places]], self.listed.number[places]

    @property
    def counted(self) -> Int32:
        """Events counted in the cells listed."""
        return self.listed.count

    @property
    def listed_needed(self) -> Int32:
        """Numbers asked for in the cells listed."""
        return self._grid.asked[self._period]
