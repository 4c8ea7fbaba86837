"""Measurements: the few named quantities that the cases of one unit and one indicator come to.

Plain Python from here on: no columns, no files. Equal measurements are held once; units point to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")

ZERO = Fraction(0)
Quantity = Fraction | str


class State(StrEnum):
    """Whether there was anything to measure."""

    CASES = "cases"
    NO_CASES = "no_cases"
    NOT_BOUND = "not_bound"
    PENDING = "pending"
    NOT_ASSESSED = "not_assessed"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one measure came to for one unit.

    Attributes:
        state: whether there was anything to measure.
        quantities: name → exact number or label; numbers of cases by verdict, rates, sums.
        reason: why not, as a short code (``no_check``, ``no_flag``, ``no_rating``, ``zero_of`` …).
    """

    state: State
    quantities: Mapping[str, Quantity] = field(default_factory=dict)
    reason: str = ""

    def number(self, name: str) -> Fraction:
        """A quantity as a number; one that no case contributed to is 0."""
        value = self.quantities.get(name, ZERO)
        return ZERO if isinstance(value, str) else value

    def key(self) -> tuple[object, ...]:
        """Content, for finding equal ones."""
        return (self.state, tuple(sorted(self.quantities.items())), self.reason)


@dataclass(frozen=True, eq=False)
class Column(Generic[T]):
    """One value a unit, held once for each distinct value: ``values[index[unit]]``. Immutable.

    >>> column = Column(("a", "b"), (0, 1, 0))
    >>> column[2], column.map(str.upper).values
    ('a', ('A', 'B'))
    """

    values: tuple[T, ...]
    index: Sequence[int]

    def __getitem__(self, unit: int) -> T:
        return self.values[self.index[unit]]

    def __len__(self) -> int:
        return len(self.index)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Column):
            return NotImplemented
        return self.values == other.values and list(self.index) == list(other.index)

    def __hash__(self) -> int:
        return hash((self.values, tuple(self.index)))

    def map(self, change: Callable[[T], U]) -> Column[U]:
        """The column of changed values; ``change`` runs once for each distinct value."""
        return Column(tuple(change(value) for value in self.values), self.index)

    @classmethod
    def constant(cls, value: T, units: int) -> Column[T]:
        """The same value for every unit."""
        return Column((value,), (0,) * units)


class LazyColumn(Column[T]):
    """A column whose values are made when they are asked for.

    >>> made = []
    >>> column = LazyColumn(3, lambda unit: made.append(unit) or unit % 2)
    >>> column[1], len(made), column.values, column.index, len(made)
    (1, 1, (0, 1), (0, 1, 0), 3)
    """

    def __init__(self, units: int, make: Callable[[int], T]) -> None:
        """``make`` gives the value of one unit, by position."""
        self.__dict__.update(_units=units, _make=make, _made={})

    def __getitem__(self, unit: int) -> T:
        if "_all" in self.__dict__:
            return self.values[self.index[unit]]
        made: dict[int, T] = self.__dict__["_made"]
        if unit not in made:
            made[unit] = self.__dict__["_make"](range(len(self))[unit])
        return made[unit]

    def __len__(self) -> int:
        return int(self.__dict__["_units"])

    @cached_property
    def _all(self) -> tuple[tuple[T, ...], tuple[int, ...]]:
        seen: dict[T, int] = {}
        index = tuple([seen.setdefault(self[unit], len(seen)) for unit in range(len(self))])
        return tuple(seen), index

    @property
    def values(self) -> tuple[T, ...]:
        """The distinct values, all made."""
        return self._all[0]

    @property
    def index(self) -> Sequence[int]:
        """For each unit the position of its value."""
        return self._all[1]

    def __reduce__(self) -> tuple[type[Column[T]], tuple[tuple[T, ...], Sequence[int]]]:
        return Column, (self.values, self.index)


def combined(columns: Sequence[Column[T]], make: Callable[[tuple[T, ...]], U], units: int) -> Column[U]:
    """One column from several: ``make`` runs once for each distinct combination.

    >>> ones, twos = Column((1, 10), (0, 1, 1)), Column((2,), (0, 0, 0))
    >>> combined([ones, twos], sum, 3).values
    (3, 12)
    """
    if len(columns) == 1:
        return Column(tuple(make((value,)) for value in columns[0].values), columns[0].index)
    varying = [place for place, column in enumerate(columns) if len(column.values) != 1]
    given = [column.values[0] if len(column.values) == 1 else None for column in columns]
    if not varying and units:
        return Column.constant(make(tuple(column.values[0] for column in columns)), units)
    if len(varying) == 1:
        (place,) = varying
        before, after = given[:place], given[place + 1 :]
        made = (make((*before, value, *after)) for value in columns[place].values)  # type: ignore[arg-type]
        return Column(tuple(made), columns[place].index)
    seen: dict[tuple[int, ...], int] = {}
    keys = zip(*(columns[place].index for place in varying), strict=True) if varying else iter([()] * units)
    index = tuple([seen.setdefault(key, len(seen)) for key in keys])
    values: list[U] = []
    for key in seen:
        items = list(given)
        for place, i in zip(varying, key, strict=True):
            items[place] = columns[place].values[i]
        values.append(make(tuple(items)))  # type: ignore[arg-type]
    return Column(tuple(values), index)
