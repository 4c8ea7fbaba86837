"""Exact numbers in text columns: read once for each distinct text, added without a float."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import Int32
from gongkai_score.measures.chosen import Selection
from gongkai_score.measures.selection import Mask
from gongkai_score.measures.view import View
from gongkai_score.points import exact

_SAFE = 1 << 62


@dataclass(frozen=True, slots=True)
class ExactCells:
    """Cells as exact numbers: codes into ``numbers``, -1: empty or no number."""

    codes: Int32
    numbers: Sequence[Fraction]

    def at(self, place: int) -> Fraction | None:
        """The number of one cell."""
        code = int(self.codes[place])
        return None if code < 0 else self.numbers[code]


def exact_cells(view: View, events: Selection, attribute: str) -> tuple[ExactCells, Mask]:
    """(cells of an attribute as exact numbers, which cells hold a text that is no number)."""
    column = events.codes(attribute)
    seen = np.zeros(len(column.values) + 1, bool)
    seen[column.codes] = True
    table = np.full(len(column.values) + 1, -1, np.int32)
    broken = np.zeros(len(column.values) + 1, bool)
    numbers: list[Fraction] = []
    for code in np.flatnonzero(seen[:-1]).tolist():
        try:
            number = exact(str(column.values[code]))
        except ValueError:
            broken[code] = True
            continue
        table[code] = len(numbers)
        numbers.append(number)
    return ExactCells(table[column.codes], numbers), broken[column.codes]


def exact_sums(
    cells: ExactCells, codes: NDArray[np.integer], unit: Int32, units: int
) -> list[Fraction | str | None]:
    """For each unit the exact sum of its cells; 0 where it has none.

    Args:
        cells: the cells.
        codes: their codes, -1 where a cell does not count.
        unit: unit of each cell, ascending.
        units: number of units.
    """
    bottom = lcm(*(number.denominator for number in cells.numbers)) if cells.numbers else 1
    tops = [number.numerator * (bottom // number.denominator) for number in cells.numbers]
    if max((abs(top) for top in tops), default=0) * max(len(unit), 1) < _SAFE:
        table = np.array([*tops, 0], np.int64)
        running = np.concatenate([[0], np.cumsum(table[codes])])
        bounds = np.searchsorted(unit, np.arange(units + 1))
        sums = (running[bounds[1:]] - running[bounds[:-1]]).tolist()
    else:
        sums = [0] * units
        for place, code in zip(unit.tolist(), codes.tolist(), strict=True):
            if code >= 0:
                sums[place] += tops[code]
    made = {top: Fraction(top, bottom) for top in set(sums)}
    return [made[top] for top in sums]
