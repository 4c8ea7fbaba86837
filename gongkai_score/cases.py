"""Cases (事项) in columns: what each measure yields, of whatever kind, and what everything else reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, NO_TIME, EventTable, Int32
from gongkai_score.outcomes import Verdict
from gongkai_score.verdict_counts import DROPPED, VerdictCounts, counted

UInt8 = NDArray[np.uint8]
Int64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cited:
    """Log rows that cases rest on.

    Either one row a case (``rows``, -1: none), or a run of rows a case: ``pool[first[i]:last[i]]``. With ``at``
    these are held for the cases named there only, in ascending order; the others rest on no row.
    """

    table: EventTable
    rows: Int32 | None = None
    pool: Int32 | None = None
    first: Int32 | None = None
    last: Int32 | None = None
    at: Int64 | None = None

    def of(self, case: int) -> list[int]:
        """Positions in ``table`` of the rows behind one case."""
        if self.at is not None:
            place = int(np.searchsorted(self.at, case))
            if place == len(self.at) or int(self.at[place]) != case:
                return []
            case = place
        if self.rows is not None:
            row = int(self.rows[case])
            return [] if row < 0 else [row]
        assert self.pool is not None and self.first is not None and self.last is not None
        return [int(r) for r in self.pool[int(self.first[case]) : int(self.last[case])]]

    def pairs(self) -> tuple[Int64, Int32]:
        """(case, row) for every row that a case rests on, by case."""
        if self.rows is not None:
            case = np.flatnonzero(self.rows >= 0)
            row = self.rows.take(case)
        else:
            assert self.pool is not None and self.first is not None and self.last is not None
            many = (self.last - self.first).astype(np.int64)
            case = np.repeat(np.arange(len(many)), many)
            within = np.arange(len(case)) - np.repeat(np.cumsum(many) - many, many)
            row = self.pool.take(self.first.take(case) + within)
        return (case if self.at is None else self.at.take(case)), row

    def take(self, cases: NDArray[np.integer]) -> Cited:
        """The same for some cases."""
        if self.at is None:
            if self.rows is not None:
                return Cited(self.table, rows=self.rows[cases])
            assert self.first is not None and self.last is not None
            return Cited(self.table, pool=self.pool, first=self.first[cases], last=self.last[cases])
        if not len(self.at):
            none = np.zeros(len(cases), np.int32)
            return Cited(self.table, pool=np.zeros(0, np.int32), first=none, last=none)
        place = np.searchsorted(self.at, cases)
        known = self.at.take(place, mode="clip") == cases
        if self.rows is not None:
            found = np.where(known, self.rows.take(place, mode="clip"), -1).astype(np.int32)
            return Cited(self.table, rows=found)
        assert self.first is not None and self.last is not None
        first, last = (np.where(known, c.take(place, mode="clip"), 0) for c in (self.first, self.last))
        return Cited(self.table, pool=self.pool, first=first.astype(np.int32), last=last.astype(np.int32))


@dataclass(frozen=True, eq=False, repr=False)
class Cases:
    """All cases of one measure, ordered by unit, one entry a case in every column.

    Attributes:
        unit: position of the unit in the register.
        verdict: codes of :class:`~gongkai_score.outcomes.Verdict`.
        key: what the case is about: codes into ``keys`` (a reference, a period, an item); -1: see ``cited``.
        keys: the texts.
        start: day the obligation began (``NO_DAY``: does not matter).
        due: last day allowed.
        done: day it was done.
        due_second: second of the due day, where times matter, else ``NO_TIME``.
        done_second: second of the day it was done.
        number: what was counted: days late (late), lacking (short, blank), events counted (else).
        needed: the number asked for, where there is one.
        cited: the log rows, in the order they tell the story.
        unit_of_time: unit of measurement of the limit and of ``number`` when late: working_day, day, hour.
        detail: words about one case that no column holds (elements lacking, why exempt), by case position.
        charged_by: indicator that charged the fact already, by case position (overlap groups).
    """

    unit: Int32
    verdict: UInt8
    key: Int32
    keys: Sequence[str]
    start: Int32
    due: Int32
    done: Int32
    number: Int32
    needed: Int32
    due_second: Int32 | None = None
    done_second: Int32 | None = None
    cited: tuple[Cited, ...] = ()
    unit_of_time: str = ""
    detail: Callable[[int], str] | None = None
    charged_by: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.unit)

    def of_unit(self, position: int) -> range:
        """Positions of the cases of one unit."""
        return range(*between(self.unit, position))

    def key_text(self, case: int) -> str:
        """What the case is about, in words."""
        code = int(self.key[case])
        if code >= 0:
            return str(self.keys[code])
        for cited in self.cited:
            for row in cited.of(case):
                return cited.table.label(row)
        return ""

    def key_texts(self) -> list[str]:
        """What every case is about, in words."""
        keys = self.keys
        return [str(keys[c]) if c >= 0 else self.key_text(i) for i, c in enumerate(self.key.tolist())]

    def take(self, rows: NDArray[np.integer]) -> Cases:
        """Some of the cases, in the order given."""
        inner = self.detail
        places = rows
        return Cases(
            self.unit[rows],
            self.verdict[rows],
            self.key[rows],
            self.keys,
            self.start[rows],
            self.due[rows],
            self.done[rows],
            self.number[rows],
            self.needed[rows],
            None if self.due_second is None else self.due_second[rows],
            None if self.done_second is None else self.done_second[rows],
            cited=tuple(c.take(rows) for c in self.cited),
            unit_of_time=self.unit_of_time,
            detail=None if inner is None else (lambda i: inner(int(places[i]))),
        )

    @property
    def series(self) -> Int32:
        """The series each case stands in: its unit; runs of cases do not cross series."""
        return self.unit

    def counts(self, units: int) -> VerdictCounts:
        """Numbers of cases by unit and verdict."""
        return counted(self.unit, self.verdict, units)

    def of_verdicts(self, chosen: NDArray[np.bool_]) -> tuple[Int32, Int32]:
        """(unit, number) of the cases whose verdict is chosen, in order."""
        places = np.flatnonzero(chosen[self.verdict])
        return self.unit[places], self.number[places]

    def changed(self, verdicts: Mapping[int, Verdict], charged_by: Mapping[int, str]) -> Cases:
        """The same with other verdicts at some positions, and who charged them."""
        verdict = self.verdict.copy()
        verdict[list(verdicts)] = list(verdicts.values())
        return replace(self, verdict=verdict, charged_by=dict(charged_by))

    def judged(self, verdicts: Mapping[int, Verdict]) -> Cases:
        """The same with one verdict for all cases of a unit, by its position in the register."""
        places = np.flatnonzero(np.isin(self.unit, np.fromiter(verdicts, np.int64, len(verdicts))))
        units = self.unit[places].tolist()
        return self.changed(
            dict(zip(places.tolist(), map(verdicts.__getitem__, units), strict=True)), self.charged_by
        )

    @property
    def cited_kinds(self) -> frozenset[str]:
        """Kinds of the log rows that the cases rest on."""
        return frozenset(cited.table.kind for cited in self.cited)

    def around(self, position: int) -> tuple[Cases, int]:
        """Cases that hold the one at ``position``, and its position there: the cheap way to read a few."""
        return self, position

    def __repr__(self) -> str:
        return f"<Cases: {len(self)}>"


def between(unit: NDArray[np.integer], position: int) -> tuple[int, int]:
    """Where the entries of one unit begin and end in an ascending column; it is not copied to other numbers."""
    first, last = np.searchsorted(unit, np.array([position, position + 1], unit.dtype))
    return int(first), int(last)


class DeferredCases(Cases):
    """Cases that are counted at once and put into columns when somebody reads them: those of one unit, or all.

    They are found among candidates, ordered by unit, some of which turn out to be none.
    """

    def __init__(
        self,
        unit: Int32,
        verdict: UInt8,
        make: Callable[[int, int], Cases],
        number: Callable[[NDArray[np.intp]], NDArray[np.integer]],
        kinds: frozenset[str],
        units: int,
        places: Callable[[], Int32],
    ) -> None:
        """Keeps the ways to make them.

        Args:
            unit: position of the unit of each candidate.
            verdict: its verdict, or :data:`DROPPED`.
            make: the cases among the candidates from one place up to, not including, another.
            number: numbers of the candidates at some places.
            kinds: kinds of the log rows the cases may rest on.
            units: number of units.
            places: where the candidates of each unit begin, and where the last end.
        """
        self.__dict__.update(_unit=unit, _verdict=verdict, _make=make, _number=number, _kinds=kinds)
        self.__dict__.update(_units=units, _places=places, _of_one=(range(0), None))

    _unit: Int32
    _verdict: UInt8
    _make: Callable[[int, int], Cases]
    _number: Callable[[NDArray[np.intp]], NDArray[np.integer]]
    _kinds: frozenset[str]
    _units: int
    _places: Callable[[], Int32]
    _of_one: tuple[range, Cases | None]

    @cached_property
    def _all(self) -> Cases:
        return self._make(0, len(self._unit))

    @cached_property
    def _counts(self) -> VerdictCounts:
        return counted(self._unit, self._verdict, self._units, self._places)

    @cached_property
    def _offset(self) -> Int32:
        """Position of the first case of each unit, and where the last end."""
        return np.cumsum(np.append(np.int32(0), self._counts.total), dtype=np.int32)

    def __len__(self) -> int:
        return int(self._offset[-1])

    def of_unit(self, position: int) -> range:
        """Positions of the cases of one unit."""
        return range(int(self._offset[position]), int(self._offset[position + 1]))

    def around(self, position: int) -> tuple[Cases, int]:
        """The cases of one unit as plain columns."""
        if "_all" in self.__dict__:
            return self._all, position
        places, cases = self._of_one
        if position not in places:
            unit = int(np.searchsorted(self._offset, position, side="right")) - 1
            places, cases = self.of_unit(unit), self._make(*between(self._unit, unit))
            self.__dict__["_of_one"] = places, cases
        assert cases is not None
        return cases, position - places.start

    @cached_property
    def _kept(self) -> NDArray[np.intp] | None:
        """Places of the candidates that are cases; None: all are."""
        return np.flatnonzero(self._verdict != DROPPED) if (self._verdict == DROPPED).any() else None

    @cached_property
    def unit(self) -> Int32:
        """Position of the unit."""
        return self._unit if self._kept is None else self._unit.take(self._kept)

    @cached_property
    def verdict(self) -> UInt8:
        """Verdicts."""
        return self._verdict if self._kept is None else self._verdict.take(self._kept)

    def counts(self, units: int) -> VerdictCounts:
        """Numbers of cases by unit and verdict."""
        return self._counts

    def of_verdicts(self, chosen: NDArray[np.bool_]) -> tuple[Int32, Int32]:
        """(unit, number) of the cases whose verdict is chosen, in order."""
        codes = np.flatnonzero(chosen)
        mask = self._verdict == codes[0] if len(codes) == 1 else np.append(chosen, False)[self._verdict]
        places = np.flatnonzero(mask)
        return self._unit.take(places), self._number(places).astype(np.int32, copy=False)

    def take(self, rows: NDArray[np.integer]) -> Cases:
        """Some of the cases, in the order given."""
        return self._all.take(rows)

    def changed(self, verdicts: Mapping[int, Verdict], charged_by: Mapping[int, str]) -> Cases:
        """The same with other verdicts at some positions, and who charged them."""
        return self._all.changed(verdicts, charged_by)

    def key_text(self, case: int) -> str:
        """What the case is about, in words."""
        cases, place = self.around(case)
        return cases.key_text(place)

    @property
    def cited_kinds(self) -> frozenset[str]:
        """Kinds of the log rows that the cases may rest on."""
        return self._kinds


def _column(name: str) -> property:
    return property(lambda self: getattr(self._all, name))


for _field in fields(Cases):
    if _field.name not in ("unit", "verdict"):
        setattr(DeferredCases, _field.name, _column(_field.name))


FAILING: frozenset[Verdict] = frozenset(
    {
        Verdict.LATE,
        Verdict.EARLY,
        Verdict.MISSING,
        Verdict.SHORT,
        Verdict.BLANK,
        Verdict.FOUND,
        Verdict.FAILED,
    }
)
"""Verdicts that cost points under most rules."""

__all__ = ["DROPPED", "FAILING", "NO_DAY", "NO_TIME", "Cases", "Cited", "DeferredCases", "UInt8"]
