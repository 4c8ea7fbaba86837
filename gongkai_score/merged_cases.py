"""Cases of one measure that were found in several parts, read as if they had been found in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai_score.evidence import Case, CaseColumns, CaseTable, EventFact
from gongkai_score.outcomes import Verdict

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Run = tuple[int, int, int, int]
"""Cases that lie together in one piece: piece, first, last, first unit."""
_LISTS = ("verdict", "key", "start", "due", "done", "number", "needed", "used")


@dataclass(frozen=True)
class MergedCases:
    """Cases out of several pieces, in the order of the units put together; themselves ``CaseColumns``.

    Attributes:
        pieces: where the cases are.
        piece: for each unit the piece that holds its cases.
        place: for each unit its position there.
        shared: kinds whose events may be cited by cases of several pieces.
        sizes: for each unit the number of its cases; known when all units are together.
        verdicts: unit → the verdict of its one case, where it was decided after measuring.
    """

    pieces: tuple[CaseColumns, ...]
    piece: Int32
    place: Int32
    shared: frozenset[str]
    sizes: NDArray[np.integer] | None = None
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)

    @classmethod
    def of(cls, cases: CaseColumns, place: NDArray[np.integer], shared: frozenset[str]) -> MergedCases:
        """The cases of some units of one piece."""
        return cls((cases,), np.zeros(len(place), np.int32), place.astype(np.int32), shared)

    @classmethod
    def joined(cls, parts: Sequence[MergedCases], order: NDArray[np.intp]) -> MergedCases:
        """Several one below the other, their units put in an order."""
        begin = np.cumsum([0, *(len(part.pieces) for part in parts)]).tolist()
        pieces = tuple(piece for part in parts for piece in part.pieces)
        piece = np.concatenate([part.piece + np.int32(b) for part, b in zip(parts, begin, strict=False)])[order]
        return cls(pieces, piece, np.concatenate([p.place for p in parts])[order], parts[0].shared)

    def only(self, keep: NDArray[np.bool_]) -> MergedCases:
        """The cases of some of the units."""
        return MergedCases(self.pieces, self.piece[keep], self.place[keep], self.shared)

    def sized(self, sizes: NDArray[np.integer]) -> MergedCases:
        """The same, with the number of cases of every unit."""
        return replace(self, sizes=sizes)

    def judged(self, verdicts: Mapping[int, Verdict]) -> MergedCases:
        """The same with one verdict for all cases of a unit."""
        return replace(self, verdicts=dict(verdicts))

    @cached_property
    def offset(self) -> Int64:
        """For each unit where its cases begin, and where the last end."""
        assert self.sizes is not None
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(self.sizes, dtype=np.int64)])

    def __len__(self) -> int:
        return int(self.offset[-1])

    def of_unit(self, position: int) -> range:
        """Positions of the cases of one unit."""
        return range(int(self.offset[position]), int(self.offset[position + 1]))

    def case(self, position: int) -> Case:
        """One case."""
        unit = int(np.searchsorted(self.offset, position, side="right")) - 1
        piece = self.pieces[int(self.piece[unit])]
        found = piece.case(piece.of_unit(int(self.place[unit])).start + position - int(self.offset[unit]))
        return replace(found, verdict=self.verdicts[unit]) if unit in self.verdicts else found

    def runs(self, units_of: Sequence[NDArray[np.integer]]) -> list[Run]:
        """The cases as runs of pieces; ``units_of`` gives for each piece the unit of each of its cases."""
        first = np.zeros(len(self.piece), np.int64)
        last = np.zeros(len(self.piece), np.int64)
        for number, units in enumerate(units_of):
            mine = np.flatnonzero(self.piece == number)
            first[mine] = np.searchsorted(units, self.place[mine])
            last[mine] = np.searchsorted(units, self.place[mine], side="right")
        some = np.flatnonzero(last > first)
        if not len(some):
            return []
        piece, begin, end = self.piece[some], first[some], last[some]
        fresh = np.ones(len(some), bool)
        fresh[1:] = (piece[1:] != piece[:-1]) | (begin[1:] != end[:-1])
        heads = np.flatnonzero(fresh)
        tails = np.append(heads[1:], len(some)) - 1
        return list(
            zip(
                piece[heads].tolist(), begin[heads].tolist(), end[tails].tolist(), some[heads].tolist(), strict=True
            )
        )

    def columns(self) -> CaseTable:
        """All cases as plain lists."""
        tables = [piece.columns() for piece in self.pieces]
        runs = self.runs([np.array(table.unit, np.int64) for table in tables])
        lists: dict[str, list[Any]] = {name: [] for name in _LISTS}
        rows: list[list[int]] = []
        detail: dict[int, str] = {}
        charged_by: dict[int, str] = {}
        held = _Events(self.shared)
        for number, first, last, _ in runs:
            table = tables[number]
            for name, column in lists.items():
                column += getattr(table, name)[first:last]
            shift = len(rows) - first
            for texts, told in ((detail, table.detail), (charged_by, table.charged_by)):
                texts.update({i + shift: told[i] for i in sorted(told) if first <= i < last})
            rows += [held.places(number, table, cited) for cited in table.rows[first:last]]
        unit = np.repeat(np.arange(len(self.piece)), self.sizes if self.sizes is not None else 0).tolist()
        if self.verdicts:
            lists["verdict"] = [int(self.verdicts.get(u, v)) for u, v in zip(unit, lists["verdict"], strict=True)]
        return CaseTable(
            **lists,
            unit=unit,
            rows=rows,
            events=held.facts,
            unit_of_time=tables[0].unit_of_time,
            detail=detail,
            charged_by=charged_by,
            cites=held.cites,
        )


class _Events:
    """The log rows cited, each once, in the order in which cases cite them."""

    def __init__(self, shared: frozenset[str]) -> None:
        self.facts: list[EventFact] = []
        self._shared = shared
        self._known: dict[tuple[int, int, int], int] = {}

    @property
    def cites(self) -> list[tuple[int, int]]:
        """For each event which citation of the measure and which event of its kind it is."""
        return [(number, row) for _, number, row in self._known]

    def places(self, piece: int, table: CaseTable, cited: Sequence[int]) -> list[int]:
        """Where the events that one case of a piece cites stand."""
        found = []
        for event in cited:
            fact = table.events[event]
            key = (-1, *table.cites[event]) if fact.kind in self._shared else (piece, 0, event)
            place = self._known.setdefault(key, len(self.facts))
            if place == len(self.facts):
                self.facts.append(fact)
            found.append(place)
        return found
