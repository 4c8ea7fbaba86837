"""Arithmetic on columns in arrays is the arithmetic of fractions: the same numbers, however large they grow."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai_score.array_columns import Arrays, Exact
from gongkai_score.exact_columns import Each, Plain
from gongkai_score.points import ROUNDING_MODES

LARGE = st.sampled_from([2**40 + 1, 2**61 - 1, 2**62, 2**63, 10**25])
TOPS = st.one_of(st.just(0), st.integers(-1000, 1000), LARGE, LARGE.map(lambda n: -n))
FRACTIONS = st.builds(Fraction, TOPS, st.one_of(st.integers(1, 60), LARGE))
COLUMNS = st.integers(1, 5).flatmap(
    lambda n: st.tuples(
        *(st.lists(FRACTIONS, min_size=n, max_size=n) for _ in range(3)),
        st.lists(st.booleans(), min_size=n, max_size=n),
    )
)


def told(column: Any) -> list[Any]:
    if isinstance(column, Exact):
        return column.listed()
    return column.items if isinstance(column, Each) else column.tolist()


@given(COLUMNS, FRACTIONS)
def test_sums_products_and_comparisons_are_those_of_fractions(columns: Any, single: Fraction) -> None:
    one, two, three, _ = columns
    plain, arrays = Plain(len(one)), Arrays(len(one))

    def worked(sums: Any) -> list[Any]:
        a, b, c = (sums.numbers(values) for values in (one, two, three))
        found = [a + b, a - b, a * b, a * single, single - a, (a * b + c) * b, -a]
        found += [a < b, a <= single, a > b, a >= b, a == a, a != single]
        found += [sums.least(a, b), sums.greatest(single, a), sums.whole(a * b, True), sums.whole(a, False)]
        return [told(column) for column in found]

    assert worked(arrays) == worked(plain)


@given(COLUMNS, st.integers(0, 4), st.sampled_from(ROUNDING_MODES))
def test_rounding_is_that_of_fractions(columns: Any, digits: int, mode: Any) -> None:
    one, two, *_ = columns
    plain, arrays = Plain(len(one)), Arrays(len(one))
    expected = plain.rounded(plain.numbers(one) * plain.numbers(two), digits, mode)
    assert told(arrays.rounded(arrays.numbers(one) * arrays.numbers(two), digits, mode)) == told(expected)


@pytest.mark.parametrize("value", ["1.25", "-1.25", "1.35", "-0.05", "0.15"])
@pytest.mark.parametrize("mode", ROUNDING_MODES)
def test_halves_go_where_the_mode_says_on_both_sides_of_zero(value: str, mode: Any) -> None:
    plain, arrays = Plain(2), Arrays(2)
    values = [Fraction(value), Fraction(value) + Fraction(1, 1000)]
    assert told(arrays.rounded(arrays.numbers(values), 1, mode)) == told(
        plain.rounded(plain.numbers(values), 1, mode)
    )


@given(COLUMNS)
def test_choosing_by_marks_is_choosing_unit_by_unit(columns: Any) -> None:
    one, two, _, marks = columns
    arrays = Arrays(len(one))
    chosen = arrays.where(arrays.marks(marks), arrays.numbers(one), arrays.numbers(two))
    assert told(chosen) == [a if mark else b for a, b, mark in zip(one, two, marks, strict=True)]


@given(COLUMNS, st.data())
def test_weighted_sums_are_those_of_fractions(columns: Any, data: Any) -> None:
    one, two, three, marks = columns
    weights = data.draw(st.lists(st.tuples(FRACTIONS, FRACTIONS, st.just(Fraction(0))), min_size=2, max_size=2))
    codes = [int(mark) for mark in marks]

    def worked(sums: Any) -> list[Any]:
        column = [sums.numbers(values) for values in (one, two, three)]
        return told(sums.weighted(column, weights, sums.codes(codes)))

    assert worked(Arrays(len(one))) == worked(Plain(len(one)))


@given(COLUMNS)
def test_places_ascend_as_the_numbers_do(columns: Any) -> None:
    one, two, *_ = columns
    values = [a * b for a, b in zip(one, two, strict=True)]
    expected = [sorted(set(values)).index(value) for value in values]
    for sums in (Plain(len(one)), Arrays(len(one))):
        assert sums.listed(sums.ascending(sums.numbers(one) * sums.numbers(two))) == expected


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 1), st.booleans()), max_size=12),
    st.booleans(),
)
def test_a_rank_counts_who_is_before(rows: list[tuple[int, int, int, bool]], dense: bool) -> None:
    def rank(row: tuple[int, int, int, bool]) -> int:
        before = [r[1:3] for r in rows if r[3] and r[0] == row[0] and r[1:3] > row[1:3]]
        return 1 + len(set(before) if dense else before) if row[3] else 0

    for sums in (Plain(len(rows)), Arrays(len(rows))):
        group, first, second = (sums.codes([row[i] for row in rows]) for i in range(3))
        there = sums.marks([row[3] for row in rows])
        assert sums.ranks(group, [first, second], there, dense) == [rank(row) for row in rows]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=9))
def test_patterns_are_the_combinations_that_occur(pairs: list[tuple[int, int]]) -> None:
    for sums in (Plain(len(pairs)), Arrays(len(pairs))):
        index, keys = sums.patterns([sums.codes([p[i] for p in pairs]) for i in (0, 1)])
        assert [keys[code] for code in sums.listed(index)] == pairs
        assert len(keys) == len(set(pairs))
