"""Numbers of cases of each unit by verdict, held for the verdicts that occur only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gongkai_score.outcomes import COUNTED, Verdict

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

VERDICTS = len(Verdict)
DROPPED: int = VERDICTS
"""Stands in a column of verdicts where there is no case after all."""
FEW, MANY = 4, 16
"""Below so many cases a unit cases are counted one by one; from so many on it is searched for where units begin."""


@dataclass(frozen=True, eq=False)
class VerdictCounts:
    """Numbers of cases of each unit, a column for each verdict that occurs, in the order of the verdicts.

    >>> counts = counted(np.array([0, 0, 2], np.int32), np.array([0, 1, 1], np.uint8), 3)
    >>> counts.of(Verdict.LATE).tolist(), counts.of(Verdict.MISSING).tolist(), counts.cases.tolist()
    ([1, 0, 1], [0, 0, 0], [2, 0, 1])

    Attributes:
        units: number of units.
        columns: verdict → number of cases of each unit, above 0 for one at least.
    """

    units: int
    columns: Mapping[Verdict, Int32]

    def __contains__(self, verdict: Verdict) -> bool:
        return verdict in self.columns

    def of(self, *verdicts: Verdict) -> Int32:
        """Numbers of cases with one of some verdicts."""
        return self._sum(verdicts)

    def _sum(self, verdicts: Iterable[Verdict]) -> Int32:
        columns = [self.columns[verdict] for verdict in verdicts if verdict in self.columns]
        if not columns:
            return np.broadcast_to(np.int32(0), self.units)
        return sum(columns[1:], columns[0])

    @cached_property
    def cases(self) -> Int32:
        """Numbers of cases that count."""
        return self._sum(verdict for verdict in self.columns if verdict in COUNTED)

    @property
    def total(self) -> Int32:
        """Numbers of all cases."""
        return self._sum(self.columns)

    @property
    def table(self) -> Int64:
        """The whole as a table of units and all verdicts."""
        found = np.zeros((self.units, VERDICTS), np.int64)
        for verdict, column in self.columns.items():
            found[:, verdict] = column
        return found

    @classmethod
    def of_table(cls, table: NDArray[np.integer]) -> VerdictCounts:
        """The numbers out of a table."""
        occurring = np.flatnonzero(table.any(axis=0)).tolist()
        return cls(len(table), {Verdict(v): table[:, v].astype(np.int32) for v in occurring})

    def take(self, units: NDArray[np.bool_] | NDArray[np.integer]) -> VerdictCounts:
        """The numbers of some units."""
        columns = {verdict: column[units] for verdict, column in self.columns.items()}
        chosen = np.count_nonzero(units) if units.dtype == bool else len(units)
        return known(int(chosen), columns)

    @classmethod
    def stacked(cls, parts: Sequence[VerdictCounts]) -> VerdictCounts:
        """Several one below the other."""
        occurring = sorted({verdict for part in parts for verdict in part.columns})
        columns = {verdict: np.concatenate([part.of(verdict) for part in parts]) for verdict in occurring}
        return cls(sum(part.units for part in parts), columns)


def known(units: int, columns: Mapping[Verdict, Int32]) -> VerdictCounts:
    """Numbers that are known, those of verdicts that may not occur too."""
    return VerdictCounts(units, {v: columns[v] for v in sorted(columns) if np.count_nonzero(columns[v])})


def occurring(verdict: NDArray[np.uint8]) -> list[int]:
    """Verdicts that occur, ascending.

    >>> occurring(np.array([3, 0, 3], np.uint8))
    [0, 3]
    """
    raw = verdict.tobytes()
    highest = int(np.frombuffer(raw, np.uint8).max(initial=0))
    return [code for code in range(highest + 1) if code in raw]


def counted(
    unit: NDArray[np.integer],
    verdict: NDArray[np.uint8],
    units: int,
    places: Callable[[], NDArray[np.integer]] | None = None,
) -> VerdictCounts:
    """Numbers of cases by unit and verdict; what is dropped is none.

    Args:
        unit: position of the unit of each case, ascending.
        verdict: its verdict, or :data:`DROPPED`.
        units: number of units.
        places: gives :func:`offsets` if they are known already.
    """
    if len(unit) < FEW * units:
        total = np.bincount(unit, minlength=units)

        def numbers(mask: NDArray[np.bool_]) -> NDArray[np.integer]:
            return np.bincount(unit.take(np.flatnonzero(mask)), minlength=units)
    else:
        offset = offsets(unit, units) if places is None else places()
        running = np.zeros(len(unit) + 1, np.int32)
        total = offset[1:] - offset[:-1]

        def numbers(mask: NDArray[np.bool_]) -> NDArray[np.integer]:
            np.cumsum(mask, out=running[1:])
            before = running.take(offset)
            return before[1:] - before[:-1]

    first, *others = occurring(verdict) or [DROPPED]
    columns = {code: numbers(verdict == code) for code in others}
    columns[first] = total - sum(columns.values()) if columns else total
    kept = [code for code in (first, *others) if code != DROPPED]
    return VerdictCounts(units, {Verdict(code): columns[code].astype(np.int32, copy=False) for code in kept})


def offsets(unit: NDArray[np.integer], units: int) -> Int32:
    """Where the cases of each unit begin, and where the last end.

    >>> offsets(np.array([0, 0, 2]), 3).tolist()
    [0, 2, 2, 3]

    Args:
        unit: position of the unit of each case, ascending.
        units: number of units.
    """
    if len(unit) > MANY * units:
        return np.searchsorted(unit, np.arange(units + 1, dtype=unit.dtype)).astype(np.int32)
    offset = np.zeros(units + 1, np.int32)
    np.cumsum(np.bincount(unit, minlength=units), out=offset[1:])
    return offset
