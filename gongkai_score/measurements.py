"""Measurements: the few named quantities that the cases of one unit and one indicator come to.

Plain Python from here on: no columns, no files. Equal measurements are held once; units point to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")

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
        value = self.quantities.get(name, Fraction(0))
        return Fraction(0) if isinstance(value, str) else value

    def key(self) -> tuple[object, ...]:
        """Content, for finding equal ones."""
        return (self.state, tuple(sorted(self.quantities.items())), self.reason)


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One value a unit, held once for each distinct value: ``values[index[unit]]``.

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

    def map(self, change: Callable[[T], U]) -> Column[U]:
        """The column of changed values; ``change`` runs once for each distinct value."""
        return Column(tuple(change(value) for value in self.values), self.index)

    @classmethod
    def constant(cls, value: T, units: int) -> Column[T]:
        """The same value for every unit."""
        return cls((value,), (0,) * units)


def combined(columns: Sequence[Column[T]], make: Callable[[tuple[T, ...]], U], units: int) -> Column[U]:
    """One column from several: ``make`` runs once for each distinct combination.

    >>> ones, twos = Column((1, 10), (0, 1, 1)), Column((2,), (0, 0, 0))
    >>> combined([ones, twos], sum, 3).values
    (3, 12)
    """
    if len(columns) == 1:
        return Column(tuple(make((value,)) for value in columns[0].values), columns[0].index)
    seen: dict[tuple[int, ...], int] = {}
    keys = zip(*(column.index for column in columns), strict=True) if columns else iter([()] * units)
    index = tuple([seen.setdefault(key, len(seen)) for key in keys])
    values = tuple(make(tuple(column.values[i] for column, i in zip(columns, key, strict=True))) for key in seen)
    return Column(values, index)
