"""From cases in columns to measurements: a few exact quantities for each unit, equal ones held once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from gongkai_score.cases import FAILING
from gongkai_score.measurements import Column, LazyColumn, Measurement, Quantity, State
from gongkai_score.measures import Measured, View
from gongkai_score.measures.measured import NOT_BOUND, STATES, PerUnit
from gongkai_score.outcomes import COUNTED, Verdict

Int64 = NDArray[np.int64]
Mask = NDArray[np.bool_]

_COUNTED = sorted(COUNTED)
_COUNTS = np.isin(np.arange(len(Verdict)), _COUNTED)
_FAILS = np.isin(np.arange(len(Verdict)), sorted(FAILING))
_WORDS = [verdict.word for verdict in Verdict]
_ALWAYS = ("value", "label", "counted", "of", "benchmark")
"""Quantities of one number a unit; they are there whether a rule asks for them or not."""
_PACKED = 1 << 62
_TABLE = 1 << 17
"""Largest table by value; beyond it values are sorted."""


def reduce(measured: Measured, bound: Mask, view: View, wanted: frozenset[str]) -> Column[Measurement]:
    """The measurements of one measure.

    Args:
        measured: its cases.
        bound: for each unit whether the measure binds it.
        view: what was measured on.
        wanted: further quantities that are asked for; numbers of cases, rates, and the values of measures
            that have one are always there.

    Returns:
        One measurement a unit, in the order of the register. A number of cases that is absent is 0; a further
        quantity that is absent is not defined for that unit.
    """
    del view
    counts = measured.verdict_counts()
    states = np.where(bound, measured.state_codes(counts), NOT_BOUND)
    further = {name: _Further(found) for name, found in quantities(measured, counts, wanted).items()}
    shown = np.flatnonzero(counts.any(axis=0)).tolist()
    columns = [states.astype(np.int64), *(counts[:, verdict] for verdict in shown)]
    for column in further.values():
        columns += column.codes
    return Reduced(columns, _Table(states, counts, shown, further))


def quantities(measured: Measured, counts: Int64, wanted: frozenset[str]) -> dict[str, PerUnit]:
    """What a rule asks for beside numbers of cases and rates, for each unit, in the order it is told.

    Args:
        measured: the cases.
        counts: their numbers by unit and verdict.
        wanted: names of quantities that are asked for.
    """
    names = [name for name in measured.numbers if name in wanted or name in _ALWAYS]
    found = {name: measured.numbers[name](measured.cases) for name in names}
    for name in sorted(wanted - found.keys()):
        if (made := _from_cases(name)) is not None:
            found[name] = made(measured, counts)
    return found


class Reduced(LazyColumn[Measurement]):
    """Measurements of all units, made when they are asked for.

    A rule that cannot tell two of them apart needs only one of both: :meth:`asked` gives those it can.
    """

    def __init__(self, columns: Sequence[Int64], table: _Table) -> None:
        """``columns`` are equal where measurements are; ``table`` makes them."""
        super().__init__(len(table.states), lambda unit: next(_measurements(table, np.array([unit]))))
        self.__dict__.update(_columns=columns, _table=table)

    @cached_property
    def _all(self) -> tuple[tuple[Measurement, ...], tuple[int, ...]]:
        index, heads = _distinct(self.__dict__["_columns"])
        return tuple(_measurements(self.__dict__["_table"], heads)), tuple(index)

    def asked(self, names: Collection[str]) -> Column[Measurement]:
        """The measurements as far as some quantities and the outcome tell them apart."""
        table: _Table = self.__dict__["_table"]
        counts = table.counts
        cases = counts[:, _COUNTED].sum(axis=1)
        met, explained = counts[:, Verdict.MET], counts[:, Verdict.EXPLAINED]
        absent = counts[:, Verdict.MISSING] + counts[:, Verdict.BLANK]
        kind = (cases > 0) * (1 + 2 * (absent == cases) + 4 * (explained == cases))
        columns: list[Int64] = [table.states.astype(np.int64), kind.astype(np.int64)]
        for name in sorted(names):
            if name in ("rate", "shortfall"):
                divisor = np.maximum(np.gcd(met, cases), 1)
                columns += [met // divisor, cases // divisor]
            elif name in table.further:
                columns += table.further[name].codes
            elif name in _WORDS:
                columns.append(counts[:, _WORDS.index(name)])
            elif name in ("cases", "failing"):
                columns.append(cases if name == "cases" else cases - met - explained)
        index, heads = _distinct(columns)
        return Column(tuple(_measurements(table, heads)), index)


@dataclass(frozen=True, slots=True)
class _Table:
    """What measurements are made of: states, numbers of cases by verdict, and further quantities by unit."""

    states: NDArray[np.integer]
    counts: Int64
    shown: Sequence[int]
    further: Mapping[str, _Further]


def _measurements(table: _Table, heads: NDArray[np.integer]) -> Iterator[Measurement]:
    """A measurement for each of some units."""
    states, counts, shown, further = table.states, table.counts, table.shown, table.further
    some = counts[heads]
    cases = some[:, _COUNTED].sum(axis=1)
    met, explained = some[:, Verdict.MET], some[:, Verdict.EXPLAINED]
    rates = [_rate(*pair) for pair in zip(met.tolist(), cases.tolist(), strict=True)]
    held: dict[str, Sequence[Quantity | None]] = {"cases": _whole(cases), "met": _whole(met)}
    held |= {_WORDS[v]: _whole(some[:, v]) for v in shown}
    held["failing"] = _whole(cases - met - explained)
    held["rate"] = [None if pair is None else pair[0] for pair in rates]
    held["shortfall"] = [None if pair is None else pair[1] for pair in rates]
    held |= {name: column.values(heads) for name, column in further.items()}
    names = list(held)
    rows = zip(*held.values(), strict=True)
    whole = bool(cases.all()) and not any(column.gaps for column in further.values())
    for state, row in zip(states[heads].tolist(), rows, strict=True):
        meaning, reason = STATES[state]
        if meaning is State.NOT_BOUND:
            yield Measurement(meaning)
            continue
        pairs = zip(names, row, strict=True)
        quantities = dict(pairs) if whole else {name: value for name, value in pairs if value is not None}
        yield Measurement(meaning, quantities, reason)


def _whole(numbers: Int64) -> list[Quantity | None]:
    """Whole numbers as exact ones; equal ones are made once."""
    told = numbers.tolist()
    made: dict[int, Quantity | None] = {number: Fraction(number) for number in set(told)}
    return [made[number] for number in told]


@lru_cache(maxsize=65536)
def _rate(met: int, cases: int) -> tuple[Fraction, Fraction] | None:
    return (Fraction(met, cases), Fraction(cases - met, cases)) if cases else None


@lru_cache(maxsize=65536)
def _quotient(above: int, below: int) -> Fraction | None:
    return Fraction(above, below) if below else None


class _Further:
    """One further quantity of every unit: numbers to tell equal ones by, and its exact values.

    ``gaps`` says whether it may be undefined for some unit.
    """

    def __init__(self, found: PerUnit) -> None:
        self.found = found
        if isinstance(found, tuple) and len(found) == 2 and isinstance(found[0], np.ndarray):
            self.codes = [part.astype(np.int64) for part in found]
            self.gaps = not found[1].all()
        elif isinstance(found, np.ndarray):
            self.codes = [found.astype(np.int64)]
            self.gaps = False
        else:
            seen: dict[object, int] = {}
            self.codes = [np.array([seen.setdefault(value, len(seen)) for value in found], np.int64)]
            self.gaps = None in seen

    def values(self, units: NDArray[np.integer]) -> Sequence[Quantity | None]:
        """The quantity of some units; None: not defined for one."""
        found = self.found
        if isinstance(found, tuple) and len(found) == 2 and isinstance(found[0], np.ndarray):
            above, below = (part[units].tolist() for part in self.codes)
            return [_quotient(*pair) for pair in zip(above, below, strict=True)]
        if isinstance(found, np.ndarray):
            return _whole(self.codes[0][units])
        return [found[unit] for unit in units.tolist()]


Maker = Callable[[Measured, Int64], PerUnit]


def _from_cases(name: str) -> Maker | None:
    """How a quantity is made from the cases; None: it is not made here."""
    if name in _MAKERS:
        return _MAKERS[name]
    head, _, rest = name.partition(".")
    if head == "longest_run" and rest:
        chosen = _verdicts(rest)
        return lambda measured, _: _longest_run(measured, chosen)
    if head == "runs" and rest:
        word, _, least = rest.rpartition(".")
        if word and least.isdigit():
            chosen = _verdicts(word)
            return lambda measured, _: _runs(measured, chosen, int(least))
    return None


def _verdicts(word: str) -> Mask:
    """Which verdicts a word of the language means."""
    return _FAILS if word == "failing" else np.array([w == word for w in _WORDS])


def _only(*verdicts: Verdict) -> Mask:
    chosen = np.zeros(len(Verdict), bool)
    chosen[list(verdicts)] = True
    return chosen


def _sum(measured: Measured, chosen: Mask) -> Int64:
    """For each unit the sum of the numbers of its cases with a chosen verdict."""
    unit, number = measured.cases.of_verdicts(chosen)
    return np.bincount(unit, weights=number, minlength=measured.units).astype(np.int64)


def _days_late(measured: Measured, _: Int64) -> Int64:
    return _sum(measured, _only(Verdict.LATE))


def _longest_late(measured: Measured, _: Int64) -> Int64:
    return _greatest(*measured.cases.of_verdicts(_only(Verdict.LATE)), measured.units)


def _greatest(unit: NDArray[np.integer], number: NDArray[np.integer], units: int) -> Int64:
    """For each unit its greatest number, 0 if it has none; ``unit`` ascends."""
    found = np.zeros(units, np.int64)
    if len(unit):
        starts = np.flatnonzero(np.concatenate([[True], unit[1:] != unit[:-1]]))
        found[unit[starts]] = np.maximum.reduceat(number, starts)
    return found


def _short_by(measured: Measured, _: Int64) -> Int64:
    return _sum(measured, _only(Verdict.SHORT, Verdict.BLANK, Verdict.MISSING))


def _count(measured: Measured, counts: Int64) -> Int64:
    """Where nothing is counted but cases, the number of cases."""
    total: Int64 = counts[:, _COUNTED].sum(axis=1)
    return total


def _run_lengths(measured: Measured, chosen: Mask) -> tuple[NDArray[np.integer], Int64]:
    """(unit, length) of every run of consecutive counted cases whose verdict is among the chosen."""
    cases = measured.cases
    places = np.flatnonzero(_COUNTS[cases.verdict] | chosen[cases.verdict])
    inside, line = chosen[cases.verdict[places]], cases.series[places]
    if not len(places):
        return cases.unit[:0], np.zeros(0, np.int64)
    edge = np.ones(len(places) + 1, bool)
    edge[1:-1] = (inside[1:] != inside[:-1]) | (line[1:] != line[:-1])
    bounds = np.flatnonzero(edge)
    starts, lengths = bounds[:-1], np.diff(bounds)
    held = inside[starts]
    return cases.unit[places[starts[held]]], lengths[held]


def _longest_run(measured: Measured, chosen: Mask) -> Int64:
    return _greatest(*_run_lengths(measured, chosen), measured.units)


def _runs(measured: Measured, chosen: Mask, least: int) -> Int64:
    unit, lengths = _run_lengths(measured, chosen)
    return np.bincount(unit[lengths >= least], minlength=measured.units).astype(np.int64)


_MAKERS: dict[str, Maker] = {
    "days_late": _days_late,
    "longest_late": _longest_late,
    "short_by": _short_by,
    "count": _count,
}


def _distinct(columns: Sequence[Int64]) -> tuple[tuple[int, ...], NDArray[np.intp]]:
    """(for each row which distinct row it is, one place of each): rows packed into one number each."""
    packed = np.zeros(len(columns[0]), np.int64)
    size = 1
    for column in columns:
        if not len(column):
            continue
        low, high = int(column.min()), int(column.max())
        if low == high:
            continue
        if size * (high - low + 1) >= _PACKED:
            packed, _ = _dense(packed, size)
            size = len(packed)
        if size * (high - low + 1) >= _PACKED:
            column, _ = _dense(column - low, _PACKED)
            low, high = 0, len(column)
        packed = packed * (high - low + 1) + (column - low)
        size *= high - low + 1
    index, heads = _dense(packed, size)
    return tuple(index.tolist()), heads


def _dense(column: Int64, size: int) -> tuple[Int64, NDArray[np.intp]]:
    """(small codes for the values of a column, one place of each); ``size`` is above every value."""
    if size > max(_TABLE, 4 * len(column)):
        _, heads, codes = np.unique(column, return_index=True, return_inverse=True)
        return codes, heads
    place = np.full(size, -1, np.int32)
    place[column] = np.arange(len(column), dtype=np.int32)
    values = np.flatnonzero(place >= 0)
    heads = place[values].astype(np.intp)
    place[values] = np.arange(len(values), dtype=np.int32)
    return place[column].astype(np.int64), heads
