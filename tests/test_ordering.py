"""Ordering by columns of whole numbers is what comparing rows one by one gives."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai_score.ordering import lexical_order, order_within, stable_order

CELL = st.one_of(st.integers(0, 3), st.integers(-(2**31), 2**31 - 1), st.sampled_from([-(2**31), 20_000]))
WIDE = st.one_of(CELL, st.integers(-(2**62), 2**62 - 1))


@given(st.lists(WIDE))
def test_places_stand_in_the_order_of_their_numbers_and_equal_ones_as_they_stood(numbers: list[int]) -> None:
    expected = sorted(range(len(numbers)), key=numbers.__getitem__)
    assert stable_order(np.array(numbers, np.int64)).tolist() == expected


@given(st.lists(st.tuples(CELL, CELL, CELL)), st.sampled_from([np.int32, np.int64]))
def test_the_first_column_decides_first_and_equal_rows_get_one_number(
    rows: list[tuple[int, int, int]], kind: type[np.integer]
) -> None:
    columns = [np.array([row[i] for row in rows], kind) for i in range(3)]
    order, group = lexical_order(columns)
    assert order.tolist() == sorted(range(len(rows)), key=rows.__getitem__)
    ordered = sorted(rows)
    steps = [one != other for one, other in pairwise(ordered)]
    assert (np.diff(group) > 0).tolist() == steps


@given(st.lists(st.tuples(*[WIDE] * 3)))
def test_columns_too_wide_for_one_number_are_ordered_all_the_same(rows: list[tuple[int, int, int]]) -> None:
    columns = [np.array([row[i] for row in rows], np.int64) for i in range(3)]
    assert lexical_order(columns)[0].tolist() == sorted(range(len(rows)), key=rows.__getitem__)


@given(st.lists(st.tuples(st.integers(0, 5), WIDE)))
def test_groups_that_ascend_are_ordered_inside(rows: list[tuple[int, int]]) -> None:
    rows = [(group * 1000, cell) for group, (_, cell) in zip(sorted(g for g, _ in rows), rows, strict=True)]
    group, cells = (np.array([row[i] for row in rows], np.int64) for i in (0, 1))
    order, number = order_within(group, cells)
    assert order.tolist() == sorted(range(len(rows)), key=rows.__getitem__)
    assert (np.diff(number) > 0).tolist() == [one != other for one, other in pairwise(sorted(rows))]


def test_many_numbers_are_ordered_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai_score.ordering._MANY", 50)
    rng = np.random.default_rng(3)
    for high in (1 << 17, 1 << 30, 1 << 50):
        numbers = np.concatenate([rng.integers(-high, high, 900), rng.integers(0, 300, 900)])
        assert stable_order(numbers).tolist() == np.argsort(numbers, kind="stable").tolist()


def test_narrow_numbers_do_not_overflow() -> None:
    cells = np.array([127, -128, 5, -1], np.int8)
    assert lexical_order([cells, cells])[0].tolist() == [1, 3, 2, 0]
