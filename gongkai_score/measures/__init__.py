"""Measuring: from log columns to cases, whatever the kind of measure (fourteen kinds, six ideas)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from gongkai_score.measure_kinds import Content, Faults, Measure, Order, Tally, TimeLimit, Value
from gongkai_score.measures.chosen import Selection
from gongkai_score.measures.contents import measure_content, measure_faults
from gongkai_score.measures.fixed_dates import measure_dates
from gongkai_score.measures.measured import NOTHING, Measured
from gongkai_score.measures.orders import measure_order
from gongkai_score.measures.overlap import without_charged
from gongkai_score.measures.selection import Mask
from gongkai_score.measures.tallies import measure_tally
from gongkai_score.measures.time_limits import measure_starts
from gongkai_score.measures.values import measure_value
from gongkai_score.measures.view import View

__all__ = ["Measured", "Selection", "View", "measure", "without_charged"]


def _measure_time_limit(
    measure: TimeLimit, view: View, bound: Mask, first: int | None, last: int | None
) -> Measured:
    if measure.start is None:
        return measure_dates(measure, view, bound, first, last)
    return measure_starts(measure, view, bound, first, last)


_IDEAS: dict[type, Callable[[Any, View, Mask, int | None, int | None], Measured]] = {
    TimeLimit: _measure_time_limit,
    Tally: measure_tally,
    Content: measure_content,
    Order: measure_order,
    Value: measure_value,
    Faults: measure_faults,
}


def _never_in_force(m: Measure, view: View, first: int | None, last: int | None) -> bool:
    """Whether nothing in the window can be asked for: no list, check or rating is waited for then.

    What began while a limit was in force may fall due later, so that an end before the window does not settle it.
    """
    if first is not None and first > view.window.last:
        return True
    return last is not None and last < view.window.first and not (isinstance(m, TimeLimit) and m.start is not None)


def measure(m: Measure, view: View, bound: Mask, first: int | None = None, last: int | None = None) -> Measured:
    """The cases of one measure for all units.

    Args:
        m: the measure, of any kind but ``result``.
        view: log, units and calendar as the assessment sees them.
        bound: for each unit of the register whether the measure binds it.
        first: first day (number) on which the indicator is in force, or None.
        last: last such day, or None.

    Returns:
        Cases of bound units only, ordered by unit, and why some units have none.

    Raises:
        CalendarError: a limit needs working days nobody has published.
    """
    if _never_in_force(m, view, first, last):
        found = _IDEAS[type(m)](m, view, np.zeros_like(bound), first, last)
        nothing = np.where(bound, np.uint8(NOTHING), np.uint8(0))
        return replace(found, bound=bound, excuse=nothing, result_anyway=False)
    found = _IDEAS[type(m)](m, view.measuring, bound, first, last)
    view.cite(found.cases)
    return found
