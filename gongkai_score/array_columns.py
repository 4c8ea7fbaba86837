"""Columns of exact numbers in arrays: whole numbers over whole numbers, of 64 bits while they suffice.

Before an operation could leave 64 bits, its operands are reduced, and if that is not enough they become whole
numbers without bounds, so that no result is ever wrong, only slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai_score.points import RoundingMode, rounded

Array = NDArray[Any]

_LIMIT = 1 << 62
"""Whole numbers of arrays stay below this."""
_TABLE = 1 << 17
"""Largest table by value; beyond it values are sorted."""


class Exact:
    """A column of exact numbers: ``num / den``, where ``den`` is one number for all units or one each.

    ``top`` and ``bottom`` are bounds of both, 1 at least; they tell when 64 bits may not suffice.

    >>> half = Exact.of([Fraction(1, 2), Fraction(3)])
    >>> (half * Fraction(1, 3) + 1).listed(), (half >= 1).tolist()
    ([Fraction(7, 6), Fraction(2, 1)], [False, True])
    """

    __slots__ = ("bottom", "den", "num", "top")
    __array_ufunc__ = None

    def __init__(self, num: Array, den: int | Array, top: int | None = None, bottom: int | None = None) -> None:
        """``top``: bound of the numerators' size; ``bottom``: of the denominators; worked out if not given."""
        self.num, self.den = num, den
        self.top = max(_greatest(num) if top is None else top, 1)
        if isinstance(den, int):
            self.bottom = den
        else:
            self.bottom = (int(den.max()) if len(den) else 1) if bottom is None else bottom

    @classmethod
    def of(cls, values: Sequence[Fraction]) -> Exact:
        """A column of fractions."""
        den = lcm(*{value.denominator for value in values})
        if den < _LIMIT:
            tops = [value.numerator * (den // value.denominator) for value in values]
            return cls(_whole(tops), den)
        return cls(_whole([v.numerator for v in values]), _whole([v.denominator for v in values]))

    def listed(self) -> list[Fraction]:
        """The numbers as fractions; equal ones are made once."""
        if isinstance(self.den, int):
            tops = self.num.tolist()
            made = {top: Fraction(top, self.den) for top in set(tops)}
            return [made[top] for top in tops]
        return [Fraction(*pair) for pair in zip(self.num.tolist(), self.den.tolist(), strict=True)]

    def at(self, unit: int) -> Fraction:
        """The number of one unit."""
        return Fraction(int(self.num[unit]), self.den if isinstance(self.den, int) else int(self.den[unit]))

    def fitting(self) -> Exact:
        """The same in 64 bits if it fits, bounds as they really are."""
        num, den = self.num, self.den
        if not isinstance(den, int):
            common = np.gcd(num, den)
            num, den = num // common, den // common
            if len(den) and int(den.max()) == 1:
                den = 1
        top = _greatest(num)
        if num.dtype == object and top < _LIMIT and (isinstance(den, int) or not len(den) or den.max() < _LIMIT):
            num = num.astype(np.int64)
            den = den if isinstance(den, int) else den.astype(np.int64)
        return Exact(num, den, top)

    def _unbounded(self) -> Exact:
        den = self.den if isinstance(self.den, int) else self.den.astype(object)
        return Exact(self.num.astype(object), den, self.top, self.bottom)

    def _scaled(self, times: int) -> Array:
        """Numerators times a number."""
        num = self.num
        if num.dtype != object and self.top * abs(times) >= _LIMIT:
            num = num.astype(object)
        return num if times == 1 else np.multiply(num, times)

    def _apart(self, other: Any) -> tuple[Array, Any, Any, int, int]:
        """Numerators of both over one denominator, that denominator, and bounds of numerators and denominator."""
        one, two = self, as_exact(other)
        if isinstance(one.den, int) and isinstance(two.den, int):
            if one.den == two.den:
                return one.num, two.num, one.den, max(one.top, two.top), one.den
            den = lcm(one.den, two.den)
            a, b = den // one.den, den // two.den
            return one._scaled(a), two._scaled(b), den, max(one.top * a, two.top * b), den
        if one.den is two.den:
            return one.num, two.num, one.den, max(one.top, two.top), one.bottom
        if max(one.top * two.bottom, two.top * one.bottom, one.bottom * two.bottom) >= _LIMIT:
            one, two = one.fitting(), two.fitting()
            if max(one.top * two.bottom, two.top * one.bottom, one.bottom * two.bottom) >= _LIMIT:
                one, two = one._unbounded(), two._unbounded()
        top = max(one.top * two.bottom, two.top * one.bottom)
        return one.num * two.den, two.num * one.den, one.den * two.den, top, one.bottom * two.bottom

    def __add__(self, other: Any) -> Exact:
        one, two, den, top, bottom = self._apart(other)
        if 2 * top >= _LIMIT:
            one, two = one.astype(object), two.astype(object)
        return Exact(one + two, den, 2 * top, bottom)

    __radd__ = __add__

    def __neg__(self) -> Exact:
        return Exact(-self.num, self.den, self.top, self.bottom)

    def __sub__(self, other: Any) -> Exact:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Exact:
        return (-self).__add__(other)

    def __mul__(self, other: Any) -> Exact:
        if isinstance(other, int | Fraction):
            times, by = other.numerator, other.denominator
            den = self.den * by if self.bottom * by < _LIMIT else _object(self.den) * by
            if isinstance(den, int) and times and (common := gcd(times, den)) > 1:
                times, den = times // common, den // common
            return Exact(self._scaled(times), den, self.top * abs(times), self.bottom * by)
        one, two = self, other
        if max(one.top * two.top, one.bottom * two.bottom) >= _LIMIT:
            one, two = one.fitting(), two.fitting()
            if max(one.top * two.top, one.bottom * two.bottom) >= _LIMIT:
                one, two = one._unbounded(), two._unbounded()
        return Exact(one.num * two.num, one.den * two.den, one.top * two.top, one.bottom * two.bottom)

    __rmul__ = __mul__

    def __lt__(self, other: Any) -> Any:
        one, two, *_ = self._apart(other)
        return one < two

    def __le__(self, other: Any) -> Any:
        one, two, *_ = self._apart(other)
        return one <= two

    def __gt__(self, other: Any) -> Any:
        one, two, *_ = self._apart(other)
        return one > two

    def __ge__(self, other: Any) -> Any:
        one, two, *_ = self._apart(other)
        return one >= two

    def __eq__(self, other: object) -> Any:
        one, two, *_ = self._apart(other)
        return one == two

    def __ne__(self, other: object) -> Any:
        one, two, *_ = self._apart(other)
        return one != two

    __hash__ = None  # type: ignore[assignment]

    def whole(self, up: bool) -> Exact:
        """The next whole number above or below."""
        if isinstance(self.den, int) and self.den == 1:
            return self
        return Exact(-(-self.num // self.den) if up else self.num // self.den, 1, self.top)

    def rounded(self, digits: int, mode: RoundingMode) -> Exact:
        """At so many decimals; see :func:`gongkai_score.points.rounded`."""
        scale = 10**digits
        if isinstance(self.den, int) and scale % self.den == 0:
            return self
        one = self
        if one.top * scale * 4 >= _LIMIT or one.bottom * 4 >= _LIMIT:
            one = one.fitting()
            if one.top * scale * 4 >= _LIMIT or one.bottom * 4 >= _LIMIT:
                one = one._unbounded()
        den, size, negative = one.den, one.num, None
        if len(size) and size.min() < 0:
            negative, size = size < 0, np.abs(size)
        if mode == "half_up":
            whole = (size * (2 * scale) + den) // (2 * den)
        elif mode == "up":
            whole = -(-size * scale // den)
        else:
            size = size * scale
            whole = size // den
            if mode == "half_even":
                twice = 2 * (size - whole * den) - den
                whole = whole + ((twice > 0) | ((twice == 0) & (whole % 2 == 1)))
        if negative is not None:
            whole = np.where(negative, -whole, whole)
        found = Exact(whole, scale, one.top * scale + 1)
        return found.fitting() if whole.dtype == object else found


def as_exact(value: Any) -> Exact:
    """A column, or one number as a column that stands for any number of units."""
    if isinstance(value, Exact):
        return value
    top = value.numerator
    num = np.array([top], np.int64 if abs(top) < _LIMIT else object)
    return Exact(num, value.denominator, abs(top))


def _greatest(num: Array) -> int:
    return max(int(num.max()), -int(num.min())) if len(num) else 0


def _object(den: int | Array) -> int | Array:
    return den if isinstance(den, int) else den.astype(object)


def _whole(values: Sequence[int]) -> Array:
    """Whole numbers in 64 bits if they fit."""
    fits = not values or max(max(values), -min(values)) < _LIMIT
    return np.array(values, np.int64 if fits else object)


class Arrays:
    """Arithmetic on columns in arrays, the same as :class:`~gongkai_score.exact_columns.Plain` and faster.

    >>> arrays = Arrays(2)
    >>> arrays.least(arrays.numbers([Fraction(1), Fraction(5)]), Fraction(3)).listed()
    [Fraction(1, 1), Fraction(3, 1)]
    """

    def __init__(self, units: int) -> None:
        """``units``: length of every column."""
        self.units = units

    def where(self, test: Any, yes: Any, no: Any) -> Any:
        """``yes`` where the test holds, else ``no``; of numbers, codes or marks."""
        if not isinstance(test, np.ndarray):
            return yes if test else no
        if isinstance(yes, np.ndarray | bool) or isinstance(no, np.ndarray | bool):
            return np.where(test, yes, no)
        one, two, den, top, bottom = as_exact(yes)._apart(no)
        if isinstance(den, np.ndarray) and len(den) != len(test):
            den = np.broadcast_to(den, test.shape)
        return Exact(np.where(test, one, two), den, top, bottom)

    def least(self, one: Any, other: Any) -> Any:
        """The smaller of two."""
        if isinstance(one, Fraction) and isinstance(other, Fraction):
            return min(one, other)
        a, b, den, top, bottom = as_exact(one)._apart(other)
        if len(b) == 1 and len(a) and isinstance(other, Fraction) and a.max() <= b[0]:
            return one
        return Exact(np.minimum(a, b), den, top, bottom)

    def greatest(self, one: Any, other: Any) -> Any:
        """The greater of two."""
        if isinstance(one, Fraction) and isinstance(other, Fraction):
            return max(one, other)
        a, b, den, top, bottom = as_exact(one)._apart(other)
        if len(b) == 1 and len(a) and isinstance(other, Fraction) and a.min() >= b[0]:
            return one
        return Exact(np.maximum(a, b), den, top, bottom)

    def whole(self, number: Any, up: bool) -> Any:
        """The next whole number above or below."""
        return as_exact(number).whole(up)

    def rounded(self, number: Any, digits: int | None, mode: RoundingMode) -> Any:
        """See :func:`gongkai_score.points.rounded`."""
        if digits is None:
            return number
        return number.rounded(digits, mode) if isinstance(number, Exact) else rounded(number, digits, mode)

    def any(self, marks: Any) -> bool:
        """Whether the mark holds anywhere."""
        return bool(marks.any()) if isinstance(marks, np.ndarray) else bool(marks)

    def numbers(self, values: Any) -> Exact:
        """A column of numbers; a single fraction is the same for every unit."""
        if isinstance(values, list | tuple):
            return Exact.of(values)
        found = as_exact(values)
        if len(found.num) == self.units and (isinstance(found.den, int) or len(found.den) == self.units):
            return found
        den = found.den if isinstance(found.den, int) else np.broadcast_to(found.den, self.units)
        return Exact(np.broadcast_to(found.num, self.units), den, found.top, found.bottom)

    def codes(self, values: Any) -> Any:
        """A column of codes."""
        return values if isinstance(values, np.ndarray) else np.array(values, np.int64)

    def marks(self, values: Any) -> Any:
        """A column of marks; a single one is the same for every unit."""
        if isinstance(values, bool):
            return np.broadcast_to(np.bool_(values), self.units)
        return values if isinstance(values, np.ndarray) else np.array(values, bool)

    def numbers_of(self, table: Sequence[Fraction], codes: Any) -> Exact:
        """For each unit the number its code stands for."""
        if len(table) == 1:
            return self.numbers(table[0])
        found = Exact.of(table)
        den = found.den if isinstance(found.den, int) else found.den.take(codes)
        return Exact(found.num.take(codes), den, found.top, found.bottom)

    def codes_of(self, table: Sequence[int], codes: Any) -> Any:
        """For each unit the code its code stands for."""
        if len(table) == 1:
            return np.broadcast_to(np.int64(table[0]), self.units)
        return np.array(table, np.int64).take(codes)

    def marks_of(self, table: Sequence[bool], codes: Any) -> Any:
        """For each unit whether its code is marked; one mark if it holds for all or none."""
        if len(set(table)) == 1:
            return table[0]
        return np.array(table, bool).take(codes)

    def patterns(self, columns: Sequence[Any]) -> tuple[Any, list[tuple[int, ...]]]:
        """(for each unit which combination of codes it has, the combinations)."""
        if not self.units:
            return np.zeros(0, np.int64), []
        index, heads = distinct(columns, self.units)
        return index, list(zip(*(column[heads].tolist() for column in columns), strict=True)) or [()]

    def weighted(self, columns: Sequence[Any], weights: Sequence[Sequence[Fraction]], codes: Any) -> Any:
        """For each unit the sum of its numbers, each times the weight its code stands for."""
        used = [place for place in range(len(columns)) if any(row[place] for row in weights)]
        if not used:
            return self.numbers(Fraction(0))
        if not all(isinstance(columns[place].den, int) for place in used):
            parts = [self.numbers_of([row[place] for row in weights], codes) * columns[place] for place in used]
            return sum(parts[1:], parts[0]).fitting()
        scale = lcm(*(columns[place].den for place in used))
        rows = [[(row[place], scale // columns[place].den) for place in used] for row in weights]
        bottoms = [lcm(*{weight.denominator for weight, _ in row}) for row in rows]
        tops = [
            [weight.numerator * times * (bottom // weight.denominator) for weight, times in row]
            for row, bottom in zip(rows, bottoms, strict=True)
        ]
        top = sum(columns[place].top * max(abs(row[k]) for row in tops) for k, place in enumerate(used))
        plain = top < _LIMIT and max(bottoms) * scale < _LIMIT
        kind = np.int64 if plain else object
        found: Array | None = None
        for k, place in enumerate(used):
            held = {row[k] for row in tops}
            num = columns[place].num if plain else columns[place].num.astype(object)
            if len(held) == 1:
                (times,) = held
                part = num if times == 1 else num * times
            else:
                part = num * np.array([row[k] for row in tops], kind).take(codes)
            found = part if found is None else found + part
        assert found is not None
        if len(set(bottoms)) == 1:
            return Exact(found, bottoms[0] * scale, top)
        return Exact(found, np.array([b * scale for b in bottoms], kind).take(codes), top, max(bottoms) * scale)

    def at(self, column: Any, unit: int) -> Any:
        """The entry of one unit."""
        if isinstance(column, Exact):
            return column.at(unit if len(column.num) > 1 else 0)
        return column[unit].item() if isinstance(column, np.ndarray) else column

    def listed(self, codes: Any) -> list[int]:
        """A column of codes as a list."""
        found: list[int] = codes.tolist()
        return found

    def ascending(self, numbers: Any) -> Any:
        """For each unit the place of its number among the distinct ones, the least first."""
        one = self.numbers(numbers)
        whole = one.num
        if not isinstance(one.den, int):
            den = lcm(*set(one.den.tolist()))
            whole = _whole([top * (den // low) for top, low in zip(whole.tolist(), one.den.tolist(), strict=True)])
        if whole.dtype == object:
            place = {value: code for code, value in enumerate(sorted(set(whole.tolist())))}
            return np.array([place[value] for value in whole.tolist()], np.int64)
        low = int(whole.min()) if len(whole) else 0
        return _dense(whole - low, int(whole.max()) - low + 1)[0] if len(whole) else whole

    def ranks(self, groups: Any, keys: Sequence[Any], there: Any, dense: bool) -> list[int]:
        """For each unit its rank within its group, the greatest keys first, from 1; 0: it is not there."""
        if not self.units:
            return []
        there = self.marks(there)
        codes, heads = distinct([groups, *keys], self.units)
        many = np.bincount(codes[there], minlength=len(heads))
        if dense:
            many = np.minimum(many, 1)
        upto = np.cumsum(many)
        group = groups[heads]
        last = np.append(np.flatnonzero(group[1:] != group[:-1]), len(heads) - 1)
        ends = np.repeat(upto[last], np.diff(last, prepend=-1))
        found: list[int] = np.where(there, (ends - upto + 1).take(codes), 0).tolist()
        return found


def distinct(columns: Sequence[Array], rows: int) -> tuple[NDArray[np.integer], NDArray[np.intp]]:
    """(for each row which distinct row it is, one place of each): rows packed into one number each."""
    packed: Array = np.zeros(rows, np.int64)
    size = 1
    for column in columns:
        if not len(column):
            continue
        low, high = int(column.min()), int(column.max())
        if low == high:
            continue
        if size * (high - low + 1) >= _LIMIT:
            packed, _ = _dense(packed, size)
            size = len(packed)
        if size * (high - low + 1) >= _LIMIT:
            column, _ = _dense(column - low, _LIMIT)
            low, high = 0, len(column)
        cells = column.astype(np.int64) - low
        packed = cells if size == 1 else packed * (high - low + 1) + cells
        size *= high - low + 1
    if size == 1:
        return np.zeros(rows, np.int64), np.zeros(min(rows, 1), np.intp)
    return _dense(packed, size)


def _dense(column: Array, size: int) -> tuple[NDArray[np.integer], NDArray[np.intp]]:
    """(small codes for the values of a column, one place of each); ``size`` is above every value."""
    if size > max(_TABLE, 4 * len(column)):
        _, heads, codes = np.unique(column, return_index=True, return_inverse=True)
        return codes, heads
    place = np.full(size, -1, np.int32)
    place[column] = np.arange(len(column), dtype=np.int32)
    values = np.flatnonzero(place >= 0)
    heads = place[values].astype(np.intp)
    place[values] = np.arange(len(values), dtype=np.int32)
    return place.take(column), heads
