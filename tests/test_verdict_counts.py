"""Numbers of cases by verdict, against a table counted cell by cell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai_score.outcomes import COUNTED, Verdict
from gongkai_score.verdict_counts import DROPPED, MANY, VerdictCounts, counted, offsets

UNITS = 3
CASES = st.lists(st.tuples(st.integers(0, UNITS - 1), st.integers(0, DROPPED)), max_size=3 * MANY * UNITS)


def made(cases: list[tuple[int, int]]) -> VerdictCounts:
    unit = np.array([u for u, _ in sorted(cases)], np.int32)
    verdict = np.array([v for _, v in sorted(cases)], np.uint8)
    return counted(unit, verdict, UNITS, (lambda: offsets(unit, UNITS)) if len(cases) % 2 else None)


@given(CASES)
def test_cases_are_counted_by_unit_and_verdict_and_what_is_dropped_is_not(cases: list[tuple[int, int]]) -> None:
    table = [[cases.count((unit, verdict)) for verdict in Verdict] for unit in range(UNITS)]
    found = made(cases)
    assert found.table.tolist() == table
    assert found.cases.tolist() == [sum(row[v] for v in COUNTED) for row in table]
    assert found.total.tolist() == [sum(row) for row in table]
    assert found.of(Verdict.LATE, Verdict.UNKNOWN).tolist() == [row[1] + row[11] for row in table]
    occurring = [verdict for verdict in Verdict if any(row[verdict] for row in table)]
    assert list(found.columns) == occurring
    assert [verdict in found for verdict in Verdict] == [verdict in occurring for verdict in Verdict]
    again = VerdictCounts.of_table(found.table)
    assert (list(again.columns), again.table.tolist()) == (occurring, table)


@given(CASES, CASES)
def test_units_are_chosen_and_put_together(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    stacked = VerdictCounts.stacked([made(one), made(other)])
    table = [*made(one).table.tolist(), *made(other).table.tolist()]
    assert (stacked.units, stacked.table.tolist()) == (2 * UNITS, table)
    order = np.array([4, 0, 5])
    taken = stacked.take(order)
    assert (taken.units, taken.table.tolist()) == (3, [table[unit] for unit in order.tolist()])
    assert all(column.any() for column in taken.columns.values())
    some = stacked.take(np.arange(2 * UNITS) < 2)
    assert (some.units, some.table.tolist()) == (2, table[:2])


@pytest.mark.parametrize("many", [2, 2 * MANY])
def test_units_without_cases_begin_where_the_next_ones_do(many: int) -> None:
    unit = np.repeat(np.array([1, 3], np.int32), many)
    assert offsets(unit, 5).tolist() == [0, 0, many, many, 2 * many, 2 * many]
