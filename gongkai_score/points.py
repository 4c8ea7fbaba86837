"""Exact points: rationals in, prescribed rounding out, never a binary float."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Literal

RoundingMode = Literal["half_up", "half_even", "up", "down"]
ROUNDING_MODES: tuple[RoundingMode, ...] = ("half_up", "half_even", "up", "down")

_NUMBER = re.compile(r"^([-+]?\d+(?:\.\d+)?)(?:\s*/\s*(\d+(?:\.\d+)?))?\s*([%％])?$")


def exact(value: int | float | str | Decimal | Fraction) -> Fraction:
    """The exact number a person wrote: ``0.1``, ``"1/3"``, ``"60%"``.

    A float is read as its shortest decimal form (what the person typed), not as its binary value.

    Raises:
        ValueError: the text is not a number, a fraction or a percentage; NaN and infinities.

    >>> exact(0.1), exact("1/3"), exact("60%")
    (Fraction(1, 10), Fraction(1, 3), Fraction(3, 5))
    """
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"not a finite number: {value}")
        return Fraction(value)
    if isinstance(value, bool):
        raise ValueError(f"not a number: {value!r}")
    if isinstance(value, int | Fraction):
        return Fraction(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueError(f"not a finite number: {value}")
        return Fraction(Decimal(repr(value)))
    found = _NUMBER.match(value.strip())
    if not found or (found[2] and not Fraction(found[2])):
        raise ValueError(f"not a number: {value!r}")
    number = Fraction(found[1]) / (Fraction(found[2]) if found[2] else 1)
    return number / 100 if found[3] else number


def rounded(value: Fraction, digits: int | None, mode: RoundingMode = "half_up") -> Fraction:
    """``value`` at ``digits`` decimals (None: unchanged). ``half_up`` takes halves away from zero (四舍五入).

    >>> rounded(exact("2.345"), 2), rounded(exact("-2.345"), 2)
    (Fraction(47, 20), Fraction(-47, 20))
    >>> rounded(exact("4.000002"), 1, "up")
    Fraction(41, 10)
    """
    if digits is None:
        return value
    scale = 10**digits
    numerator = value.numerator * scale
    if not numerator % value.denominator:
        return value
    return Fraction(rounded_units(numerator, value.denominator, mode), scale)


def rounded_units(numerator: int, denominator: int, mode: RoundingMode = "half_up") -> int:
    """The whole number nearest to a quotient of whole numbers (``denominator`` above 0).

    >>> rounded_units(5, 2), rounded_units(-5, 2), rounded_units(5, 2, "half_even")
    (3, -3, 2)
    """
    whole, rest = divmod(abs(numerator), denominator)
    if rest:
        twice = 2 * rest - denominator
        if mode == "up":
            whole += 1
        elif mode == "half_up":
            whole += twice >= 0
        elif mode == "half_even":
            whole += twice > 0 or (twice == 0 and whole % 2 == 1)
    return -whole if numerator < 0 else whole


def decimal_text(value: Fraction, digits: int | None = None, mode: RoundingMode = "half_up") -> str:
    """``value`` as people print it: ``digits`` decimals, or as many as it has; thirds stay fractions.

    >>> decimal_text(exact("81.3386"), 2), decimal_text(exact("2.50")), decimal_text(exact("1/3"))
    ('81.34', '2.5', '1/3')
    """
    if digits is not None:
        scaled = rounded(value, digits, mode) * 10**digits
        whole = abs(scaled.numerator)
        sign = "-" if scaled < 0 else ""
        if not digits:
            return f"{sign}{whole}"
        return f"{sign}{whole // 10**digits}.{whole % 10**digits:0{digits}d}"
    denominator, twos, fives = value.denominator, 0, 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    if denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    return decimal_text(value, max(twos, fives))


def exact_text(value: Fraction) -> str:
    """A form that :func:`exact` reads back to the same number.

    >>> exact(exact_text(Fraction(1, 3))) == Fraction(1, 3)
    True
    """
    return decimal_text(value)


def apportioned(values: Sequence[Fraction], digits: int) -> list[Fraction]:
    """``values`` rounded to ``digits`` decimals so that they add up to their rounded sum (largest remainder).

    Ties go to the earlier value. Every result is within one unit of the last decimal of its value.

    >>> third = Fraction(100, 3)
    >>> [str(v) for v in apportioned([third, third, third], 0)]
    ['34', '33', '33']
    """
    scale = 10**digits
    scaled = [v * scale for v in values]
    floors = [v.numerator // v.denominator for v in scaled]
    target = rounded(sum(scaled, Fraction(0)), 0)
    short = int(target) - sum(floors)
    order = sorted(range(len(scaled)), key=lambda i: (floors[i] - scaled[i], i))
    for i in order[:short]:
        floors[i] += 1
    return [Fraction(f, scale) for f in floors]


def total(values: Iterable[Fraction]) -> Fraction:
    """The exact sum.

    >>> total([Fraction(1, 10)] * 3) == Fraction(3, 10)
    True
    """
    told = list(values)
    common = lcm(*{value.denominator for value in told})
    return Fraction(sum([value.numerator * (common // value.denominator) for value in told]), common)
