"""From cases in columns to measurements: a few exact quantities for each unit, equal ones held once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai_score.array_columns import Exact, distinct
from gongkai_score.cases import FAILING, UInt8
from gongkai_score.exact_columns import Codes, Columns
from gongkai_score.known import Found
from gongkai_score.leaf_scores import MeasurementColumn, Standing, quantity, standings
from gongkai_score.measurements import Column, Measurement, Quantity, State
from gongkai_score.measures import Measured
from gongkai_score.measures.measured import NOT_BOUND, STATES, PerUnit
from gongkai_score.outcomes import COUNTED, Verdict
from gongkai_score.scoring import ABSENT, NOTHING, PART, STATED
from gongkai_score.verdict_counts import VerdictCounts

Int64 = NDArray[np.int64]
Mask = NDArray[np.bool_]

_COUNTS = np.isin(np.arange(len(Verdict)), sorted(COUNTED))
_FAILS = np.isin(np.arange(len(Verdict)), sorted(FAILING))
_WORDS = [verdict.word for verdict in Verdict]
_ALWAYS = ("value", "label", "counted", "of", "benchmark")
"""Quantities of one number a unit; they are there whether a rule asks for them or not."""
_ALL_OF: tuple[tuple[Verdict, ...], ...] = ((), (Verdict.EXPLAINED,), (Verdict.MISSING, Verdict.BLANK))
"""Verdicts that all cases of a unit may have, by the bit that says so; the first bit: there are no cases."""


def _standing(state: State | None, reason: str, bits: int) -> Standing:
    if state is not State.CASES or bits & 1:
        return Standing(state or State.CASES, reason, NOTHING)
    return Standing(state, reason, ABSENT if bits & 4 else STATED if bits & 2 else PART)


_STANDINGS = [_standing(state, reason, bits) for state, reason in STATES for bits in range(1 << len(_ALL_OF))]


def reduce(measured: Measured, wanted: frozenset[str]) -> Column[Measurement]:
    """The measurements of one measure.

    Args:
        measured: its cases.
        wanted: further quantities that are asked for; numbers of cases, rates, and the values of measures
            that have one are always there.

    Returns:
        One measurement a unit, in the order of the register. A number of cases that is absent is 0; a further
        quantity that is absent is not defined for that unit.
    """
    counts = measured.verdict_counts()
    further = {name: _Further(found) for name, found in quantities(measured, counts, wanted).items()}
    return Reduced(_Table(measured.state_codes(counts), counts, further))


def quantities(measured: Measured, counts: VerdictCounts, wanted: frozenset[str]) -> dict[str, PerUnit]:
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


class Reduced(MeasurementColumn):
    """Measurements of all units, read by quantity; one is made when it is asked for."""

    def __init__(self, table: _Table) -> None:
        """``table`` holds what they are made of."""
        super().__init__(len(table.states), lambda unit: next(_measurements(table, np.array([unit]))))
        self.__dict__["_table"] = table

    @cached_property
    def _all(self) -> tuple[tuple[Measurement, ...], tuple[int, ...]]:
        table: _Table = self.__dict__["_table"]
        index, heads = distinct(table.columns(), len(table.states))
        return tuple(_measurements(table, heads)), tuple(index.tolist())

    def standings(self, columns: Columns) -> tuple[Codes, Sequence[Standing]]:
        """For each unit a code for what decides its outcome, and what the codes stand for."""
        table: _Table = self.__dict__["_table"]
        return columns.codes(table.standings), _STANDINGS

    def quantity(self, name: str, columns: Columns) -> Found | None:
        """A quantity of all units; None: no unit has it."""
        table: _Table = self.__dict__["_table"]
        found = table.quantity(name)
        if found is None:
            return None
        numbers, there, words = found
        if table.bound is not None:
            there = table.bound if there is None else table.bound & there
        return Found(numbers, True if there is None or there.all() else there, words)


class Either(MeasurementColumn):
    """What variants of one measure came to, each for its own units."""

    def __init__(self, one: Column[Measurement], other: Column[Measurement], where: Mask) -> None:
        """``other`` where the mask says so, else ``one``."""
        super().__init__(len(where), lambda unit: (other if where[unit] else one)[unit])
        self.__dict__.update(_one=one, _other=other, _where=where)

    @cached_property
    def _all(self) -> tuple[tuple[Measurement, ...], tuple[int, ...]]:
        one, other, where = (self.__dict__[name] for name in ("_one", "_other", "_where"))
        index = np.where(where, np.asarray(other.index) + len(one.values), np.asarray(one.index))
        return (*one.values, *other.values), tuple(index.tolist())

    def standings(self, columns: Columns) -> tuple[Codes, Sequence[Standing]]:
        """For each unit a code for what decides its outcome, and what the codes stand for."""
        (one, table), (other, more) = (standings(self.__dict__[name], columns) for name in ("_one", "_other"))
        return columns.where(self.__dict__["_where"], other + len(table), one), [*table, *more]

    def quantity(self, name: str, columns: Columns) -> Found | None:
        """A quantity of all units."""
        where = self.__dict__["_where"]
        one, other = (quantity(self.__dict__[part], name, columns) for part in ("_one", "_other"))
        numbers = columns.where(where, other.number, one.number)
        there = np.where(where, other.there, one.there)
        if one.words is None and other.words is None:
            return Found(numbers, there)
        (first, texts), (second, more) = (
            (np.zeros(len(self), np.int64), []) if found.words is None else found.words for found in (one, other)
        )
        last = len(texts) + len(more)
        first, second = (
            np.where(first == len(texts), last, first),
            np.where(second == len(more), last, second + len(texts)),
        )
        return Found(numbers, there, (np.where(where, second, first), [*texts, *more]))


@dataclass(frozen=True)
class _Table:
    """What measurements are made of: states, numbers of cases by verdict, and further quantities by unit."""

    states: UInt8
    counts: VerdictCounts
    further: Mapping[str, _Further]

    @cached_property
    def bound(self) -> Mask | None:
        """Which units are bound; None: all."""
        bound = self.states != NOT_BOUND
        return None if bound.all() else bound

    @cached_property
    def standings(self) -> NDArray[np.int16]:
        """For each unit its state and its kind, as :func:`gongkai_score.scoring.kind_of` tells it, as one code."""
        cases, counts = self.counts.cases, self.counts
        code: NDArray[np.int16] = self.states * np.int16(1 << len(_ALL_OF)) + (cases == 0)
        for bit, verdicts in enumerate(_ALL_OF[1:], 1):
            if any(verdict in counts for verdict in verdicts):
                code += (counts.of(*verdicts) == cases) * np.int16(1 << bit)
        return code

    def columns(self) -> list[Int64]:
        """Columns that are equal where measurements are."""
        found = [self.states.astype(np.int64)]
        found += [column.astype(np.int64) for column in self.counts.columns.values()]
        for column in self.further.values():
            found += column.codes
        return found

    def quantity(self, name: str) -> tuple[Exact, Mask | None, Any] | None:
        """(numbers, who has one, words instead) of a quantity; None: nobody has it."""
        if name in self.further:
            return self.further[name].exact()
        counts, cases = self.counts, self.counts.cases
        if name in ("rate", "shortfall"):
            met, some = counts.of(Verdict.MET), cases > 0
            top = met if name == "rate" else cases - met
            below = np.maximum(cases, 1).astype(np.int64)
            return Exact(top.astype(np.int64), below), None if some.all() else some, None
        if name == "cases":
            number = cases
        elif name == "failing":
            number = cases - counts.of(Verdict.MET, Verdict.EXPLAINED)
        elif name in _WORDS:
            number = counts.of(Verdict(_WORDS.index(name)))
        else:
            return None
        return Exact(number.astype(np.int64), 1), None, None


def _measurements(table: _Table, heads: NDArray[np.integer]) -> Iterator[Measurement]:
    """A measurement for each of some units."""
    states, counts, further = table.states, table.counts, table.further
    columns = counts.cases, counts.of(Verdict.MET), counts.of(Verdict.MET, Verdict.EXPLAINED)
    cases, met, done = (column[heads] for column in columns)
    rates = [_rate(*pair) for pair in zip(met.tolist(), cases.tolist(), strict=True)]
    held: dict[str, Sequence[Quantity | None]] = {"cases": _whole(cases), "met": _whole(met)}
    held |= {verdict.word: _whole(column[heads]) for verdict, column in counts.columns.items()}
    held["failing"] = _whole(cases - done)
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


def _whole(numbers: NDArray[np.integer]) -> list[Quantity | None]:
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
            self.codes = [part.astype(np.int64, copy=False) for part in found]
            self.gaps = not found[1].all()
        elif isinstance(found, np.ndarray):
            self.codes = [found.astype(np.int64, copy=False)]
            self.gaps = False
        else:
            seen: dict[object, int] = {}
            self.codes = [np.array([seen.setdefault(value, len(seen)) for value in found], np.int64)]
            self.gaps = None in seen
            self.distinct = list(seen)

    def values(self, units: NDArray[np.integer]) -> Sequence[Quantity | None]:
        """The quantity of some units; None: not defined for one."""
        found = self.found
        if isinstance(found, tuple) and len(found) == 2 and isinstance(found[0], np.ndarray):
            above, below = (part[units].tolist() for part in self.codes)
            return [_quotient(*pair) for pair in zip(above, below, strict=True)]
        if isinstance(found, np.ndarray):
            return _whole(self.codes[0][units])
        return [found[unit] for unit in units.tolist()]

    def exact(self) -> tuple[Exact, Mask | None, Any]:
        """(numbers, who has one, words instead)."""
        found = self.found
        if isinstance(found, tuple) and len(found) == 2 and isinstance(found[0], np.ndarray):
            above, below = self.codes
            some = below != 0
            return Exact(above, np.where(some, below, 1)), some if self.gaps else None, None
        if isinstance(found, np.ndarray):
            return Exact(self.codes[0], 1), None, None
        (codes,) = self.codes
        values = self.distinct
        table = Exact.of([value if isinstance(value, Fraction) else Fraction(0) for value in values])
        numbers = Exact(table.num[codes], table.den if isinstance(table.den, int) else table.den[codes])
        there = np.array([value is not None for value in values], bool)[codes] if self.gaps else None
        texts = [value for value in values if isinstance(value, str)]
        if not texts:
            return numbers, there, None
        place = np.array([texts.index(v) if isinstance(v, str) else len(texts) for v in values], np.int64)
        return numbers, there, (place[codes], texts)


Maker = Callable[[Measured, VerdictCounts], PerUnit]


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


def _days_late(measured: Measured, _: VerdictCounts) -> Int64:
    return _sum(measured, _only(Verdict.LATE))


def _longest_late(measured: Measured, _: VerdictCounts) -> Int64:
    return _greatest(*measured.cases.of_verdicts(_only(Verdict.LATE)), measured.units)


def _greatest(unit: NDArray[np.integer], number: NDArray[np.integer], units: int) -> Int64:
    """For each unit its greatest number, 0 if it has none; ``unit`` ascends."""
    found = np.zeros(units, np.int64)
    if len(unit):
        starts = np.flatnonzero(np.concatenate([[True], unit[1:] != unit[:-1]]))
        found[unit[starts]] = np.maximum.reduceat(number, starts)
    return found


def _short_by(measured: Measured, _: VerdictCounts) -> Int64:
    return _sum(measured, _only(Verdict.SHORT, Verdict.BLANK, Verdict.MISSING))


def _count(measured: Measured, counts: VerdictCounts) -> Int64:
    """Where nothing is counted but cases, the number of cases."""
    return counts.cases.astype(np.int64)


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
