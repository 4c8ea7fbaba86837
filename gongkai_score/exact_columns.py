"""Exact arithmetic for one unit and for all units at once, so that every rule is written once.

Rules, trees and gates speak of numbers and marks (true or false) without asking how many units there are. For one
unit a number is a :class:`~fractions.Fraction` and a mark a ``bool`` (:class:`Single`); for all units both are
columns, one entry a unit. :class:`Plain` holds columns in lists, with the standard library alone; whoever has
arrays hands in arithmetic of his own that obeys the same protocol.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any, Protocol

from gongkai_score.points import RoundingMode, rounded, total

Number = Any
"""A fraction, or a column of exact numbers; both add, multiply and compare."""
Mark = Any
"""A bool, or a column of them; both know ``&``, ``|`` and ``^``."""
Codes = Any
"""A column of small whole numbers from 0."""

ZERO = Fraction(0)


class Arithmetic(Protocol):
    """What operators do not say, for one unit or for many."""

    def where(self, test: Mark, yes: Any, no: Any) -> Any:
        """``yes`` where the test holds, else ``no``."""
        ...

    def least(self, one: Number, other: Number) -> Number:
        """The smaller of two numbers."""
        ...

    def greatest(self, one: Number, other: Number) -> Number:
        """The greater of two numbers."""
        ...

    def whole(self, number: Number, up: bool) -> Number:
        """The next whole number above or below."""
        ...

    def rounded(self, number: Number, digits: int | None, mode: RoundingMode) -> Number:
        """See :func:`gongkai_score.points.rounded`."""
        ...

    def any(self, marks: Mark) -> bool:
        """Whether the mark holds anywhere."""
        ...


class Columns(Arithmetic, Protocol):
    """Arithmetic on columns, one entry a unit, and how columns are made and read."""

    units: int

    def numbers(self, values: Sequence[Fraction] | Number) -> Number:
        """A column of numbers; a single fraction is the same for every unit."""
        ...

    def codes(self, values: Sequence[int] | Codes) -> Codes:
        """A column of codes."""
        ...

    def marks(self, values: Sequence[bool] | Mark) -> Mark:
        """A column of marks; a single one is the same for every unit."""
        ...

    def numbers_of(self, table: Sequence[Fraction], codes: Codes) -> Number:
        """For each unit the number its code stands for."""
        ...

    def codes_of(self, table: Sequence[int], codes: Codes) -> Codes:
        """For each unit the code its code stands for."""
        ...

    def marks_of(self, table: Sequence[bool], codes: Codes) -> Mark:
        """For each unit whether its code is marked."""
        ...

    def patterns(self, columns: Sequence[Codes]) -> tuple[Codes, list[tuple[int, ...]]]:
        """(for each unit which combination of codes it has, the combinations)."""
        ...

    def weighted(self, columns: Sequence[Number], weights: Sequence[Sequence[Fraction]], codes: Codes) -> Number:
        """For each unit the sum of its numbers, each times the weight its code stands for.

        Args:
            columns: the numbers.
            weights: for each code one weight a column.
            codes: for each unit its code.
        """
        ...

    def at(self, column: Any, unit: int) -> Any:
        """The entry of one unit, as a plain fraction, whole number or bool."""
        ...

    def listed(self, codes: Codes) -> list[int]:
        """A column of codes as a list."""
        ...

    def ascending(self, numbers: Number) -> Codes:
        """For each unit the place of its number among the distinct ones, the least first."""
        ...

    def ranks(self, groups: Codes, keys: Sequence[Codes], there: Mark, dense: bool) -> list[int]:
        """For each unit its rank within its group, the greatest keys first, from 1; 0: it is not there.

        Args:
            groups: the group of each unit.
            keys: the first one decides first; equal units have equal ranks.
            there: who is ranked.
            dense: the next rank counts different keys before it, not units.
        """
        ...


class Single:
    """Arithmetic for one unit: fractions and bools.

    >>> Single.where(True, Fraction(1), Fraction(2)), Single.whole(Fraction(5, 2), True)
    (Fraction(1, 1), Fraction(3, 1))
    """

    @staticmethod
    def where(test: Mark, yes: Any, no: Any) -> Any:
        """``yes`` if the test holds, else ``no``."""
        return yes if test else no

    @staticmethod
    def least(one: Number, other: Number) -> Number:
        """The smaller of two."""
        return min(one, other)

    @staticmethod
    def greatest(one: Number, other: Number) -> Number:
        """The greater of two."""
        return max(one, other)

    @staticmethod
    def whole(number: Number, up: bool) -> Number:
        """The next whole number above or below."""
        return Fraction(ceil(number) if up else floor(number))

    @staticmethod
    def rounded(number: Number, digits: int | None, mode: RoundingMode) -> Number:
        """See :func:`gongkai_score.points.rounded`."""
        found: Fraction = rounded(number, digits, mode)
        return found

    @staticmethod
    def any(marks: Mark) -> bool:
        """The mark itself."""
        return bool(marks)


SINGLE = Single()
Operator = Callable[[Any, Any], Any]


class Each:
    """A column held in a list; operators act on each entry.

    >>> (Each([1, 2]) + Each([10, 20])).items, (Each([1, 2]) > 1).items
    ([11, 22], [False, True])
    """

    __slots__ = ("items",)

    def __init__(self, items: list[Any]) -> None:
        """``items``: one entry a unit."""
        self.items = items

    def with_(self, other: Any, act: Operator) -> Each:
        """The column of what ``act`` makes of each entry and another column's, or one value for all."""
        if isinstance(other, Each):
            return Each([act(a, b) for a, b in zip(self.items, other.items, strict=True)])
        return Each([act(a, other) for a in self.items])

    def __add__(self, other: Any) -> Each:
        return self.with_(other, operator.add)

    def __radd__(self, other: Any) -> Each:
        return self.with_(other, operator.add)

    def __sub__(self, other: Any) -> Each:
        return self.with_(other, operator.sub)

    def __rsub__(self, other: Any) -> Each:
        return self.with_(other, lambda a, b: b - a)

    def __mul__(self, other: Any) -> Each:
        return self.with_(other, operator.mul)

    def __rmul__(self, other: Any) -> Each:
        return self.with_(other, operator.mul)

    def __neg__(self) -> Each:
        return Each([-a for a in self.items])

    def __lt__(self, other: Any) -> Each:
        return self.with_(other, operator.lt)

    def __le__(self, other: Any) -> Each:
        return self.with_(other, operator.le)

    def __gt__(self, other: Any) -> Each:
        return self.with_(other, operator.gt)

    def __ge__(self, other: Any) -> Each:
        return self.with_(other, operator.ge)

    def __eq__(self, other: object) -> Each:  # type: ignore[override]
        return self.with_(other, operator.eq)

    def __ne__(self, other: object) -> Each:  # type: ignore[override]
        return self.with_(other, operator.ne)

    __hash__ = None  # type: ignore[assignment]

    def __and__(self, other: Any) -> Each:
        return self.with_(other, operator.and_)

    __rand__ = __and__

    def __or__(self, other: Any) -> Each:
        return self.with_(other, operator.or_)

    __ror__ = __or__

    def __xor__(self, other: Any) -> Each:
        return self.with_(other, operator.xor)

    __rxor__ = __xor__


class Plain:
    """Columns in lists, with the standard library alone.

    >>> plain = Plain(2)
    >>> plain.least(plain.numbers([Fraction(1), Fraction(5)]), Fraction(3)).items
    [Fraction(1, 1), Fraction(3, 1)]
    """

    def __init__(self, units: int) -> None:
        """``units``: length of every column."""
        self.units = units

    def _spread(self, value: Any) -> list[Any]:
        return value.items if isinstance(value, Each) else [value] * self.units

    def where(self, test: Mark, yes: Any, no: Any) -> Any:
        """``yes`` where the test holds, else ``no``."""
        if not isinstance(test, Each):
            return yes if test else no
        pairs = zip(test.items, self._spread(yes), self._spread(no), strict=True)
        return Each([a if t else b for t, a, b in pairs])

    def _each(self, act: Operator, one: Any, other: Any) -> Any:
        if isinstance(one, Each):
            return one.with_(other, act)
        return other.with_(one, act) if isinstance(other, Each) else act(one, other)

    def least(self, one: Number, other: Number) -> Number:
        """The smaller of two."""
        return self._each(min, one, other)

    def greatest(self, one: Number, other: Number) -> Number:
        """The greater of two."""
        return self._each(max, one, other)

    def whole(self, number: Number, up: bool) -> Number:
        """The next whole number above or below."""
        return self._each(Single.whole, number, up)

    def rounded(self, number: Number, digits: int | None, mode: RoundingMode) -> Number:
        """See :func:`gongkai_score.points.rounded`."""
        return self._each(lambda a, _: rounded(a, digits, mode), number, None)

    def any(self, marks: Mark) -> bool:
        """Whether the mark holds anywhere."""
        return any(self._spread(marks))

    def numbers(self, values: Sequence[Fraction] | Number) -> Number:
        """A column of numbers."""
        return Each(list(values)) if isinstance(values, list | tuple) else Each(self._spread(values))

    codes = numbers
    marks = numbers

    def numbers_of(self, table: Sequence[Any], codes: Codes) -> Any:
        """For each unit what its code stands for."""
        return Each([table[code] for code in codes.items])

    codes_of = numbers_of
    marks_of = numbers_of

    def patterns(self, columns: Sequence[Codes]) -> tuple[Codes, list[tuple[int, ...]]]:
        """(for each unit which combination of codes it has, the combinations)."""
        seen: dict[tuple[int, ...], int] = {}
        rows = zip(*(column.items for column in columns), strict=True) if columns else iter([()] * self.units)
        index = [seen.setdefault(row, len(seen)) for row in rows]
        return Each(index), list(seen)

    def weighted(self, columns: Sequence[Number], weights: Sequence[Sequence[Fraction]], codes: Codes) -> Number:
        """For each unit the sum of its numbers, each times the weight its code stands for."""
        found = [ZERO] * self.units
        for place, column in enumerate(columns):
            for unit, code in enumerate(codes.items):
                found[unit] += column.items[unit] * weights[code][place]
        return Each(found)

    def at(self, column: Any, unit: int) -> Any:
        """The entry of one unit."""
        return column.items[unit] if isinstance(column, Each) else column

    def listed(self, codes: Codes) -> list[int]:
        """A column of codes as a list."""
        return list(codes.items)

    def ascending(self, numbers: Number) -> Codes:
        """For each unit the place of its number among the distinct ones, the least first."""
        values = self._spread(numbers)
        place = {value: code for code, value in enumerate(sorted(set(values)))}
        return Each([place[value] for value in values])

    def ranks(self, groups: Codes, keys: Sequence[Codes], there: Mark, dense: bool) -> list[int]:
        """For each unit its rank within its group, the greatest keys first, from 1; 0: it is not there."""
        rows = [tuple(row) for row in zip(groups.items, *(key.items for key in keys), strict=True)]
        ranked = [row for row, ranks in zip(rows, self._spread(there), strict=True) if ranks]
        ordered = sorted(set(ranked) if dense else ranked, reverse=True)
        first: dict[tuple[int, ...], int] = {}
        begun: dict[int, int] = {}
        for number, row in enumerate(ordered):
            first.setdefault(row, number - begun.setdefault(row[0], number) + 1)
        return [first[row] if ranks else 0 for row, ranks in zip(rows, self._spread(there), strict=True)]


__all__ = [
    "SINGLE", "Arithmetic", "Codes", "Columns", "Each", "Mark", "Number", "Plain", "Single", "total",
]  # fmt: skip
