"""What is in being: begun and not yet ended, counted at the end of each period."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import Int32
from gongkai_score.measure_kinds import Tally
from gongkai_score.measures.chosen import Selection
from gongkai_score.measures.distinct import distinct_places
from gongkai_score.measures.groups import Groups
from gongkai_score.measures.joining import answers
from gongkai_score.measures.per_unit import runs
from gongkai_score.measures.periods import Grid
from gongkai_score.measures.selection import Mask
from gongkai_score.measures.view import LATEST, View

Placed = tuple[Selection, Int32, Int32]
"""Events, and where those of each cell begin and end among them."""


class Counted:
    """Events by cell (``group * periods + period``), for the cells in which any stand.

    Only the cells are there at once; how many events, and which, is worked out when somebody asks.
    """

    def __init__(
        self,
        cell: NDArray[np.integer],
        placed: Callable[[], Placed],
        count: Callable[[], Int32] | None = None,
    ) -> None:
        """Keeps the ways to find them.

        Args:
            cell: the cells, ascending.
            placed: the events, and where those of each cell begin and end among them.
            count: number of events in each; None: those that stand there.
        """
        self.cell = cell
        self._count, self._placed = count, placed

    @cached_property
    def count(self) -> Int32:
        """Number of events in each cell."""
        if self._count is not None:
            return self._count()
        _, first, last = self.placed
        return last - first

    @cached_property
    def placed(self) -> Placed:
        """The events, and where those of each cell begin and end among them."""
        return self._placed()

    @property
    def events(self) -> Selection:
        """The events."""
        return self.placed[0]

    @property
    def first(self) -> Int32:
        """Where each cell's events begin among them."""
        return self.placed[1]

    @property
    def last(self) -> Int32:
        """Where they end."""
        return self.placed[2]


def by_cell(events: Selection, cell: NDArray[np.integer]) -> Counted:
    """Events that stand in the order of their cells, counted."""
    first = runs(cell)
    last = np.append(first[1:], len(cell)).astype(np.int32)[: len(first)]
    begin = first.astype(np.int32)
    return Counted(cell[first], lambda: (events, begin, last))


def in_being(measure: Tally, view: View, bound: Mask, groups: Groups, grid: Grid) -> Counted:
    """What is in being at the end of each period.

    An event ends what began on or before its day under the same item, or under the same reference where no
    item is named. ``carry_over`` and every stock reach back before the window (duties, section 5, count and
    exists).
    """
    begun, group = groups.of_events(view, view.events(measure.event, bound))
    if measure.kind == "exists" and not measure.carry_over:
        inside = np.flatnonzero(begun.day >= view.window.first)
        begun, group = begun.take(inside), group[inside]
    ended = _ends(measure, view, bound, begun)
    many, periods = len(groups), len(grid)
    enters = np.searchsorted(grid.last, begun.day)
    leaves = np.maximum(np.searchsorted(grid.last, ended), enters)
    if measure.count_by != "event" or periods == 1:
        lasts = leaves - enters
        held = np.repeat(np.arange(len(begun)), lasts)
        period = np.arange(len(held)) - np.repeat(np.cumsum(lasts) - lasts - enters, lasts)
        cells = group[held].astype(np.int64) * periods + period
        order = np.argsort(cells, kind="stable")
        events, cells = begun.take(held[order]), cells[order]
        if measure.count_by != "event":
            keep = distinct_places(measure, view, events, cells)
            events, cells = events.take(keep), cells[keep]
        return by_cell(events, cells)
    wide = periods + 1
    steps = np.bincount(group * wide + enters, minlength=many * wide)
    steps -= np.bincount(group * wide + leaves, minlength=many * wide)
    count = np.cumsum(steps.reshape(many, wide), axis=1)[:, :periods].reshape(-1)
    full = np.flatnonzero(count)
    order = np.argsort(group, kind="stable")
    last = np.cumsum(np.bincount(group, minlength=many))
    first = np.concatenate([[0], last[:-1]])
    of = full // max(periods, 1)
    placed = (begun.take(order), first[of].astype(np.int32), last[of].astype(np.int32))
    return Counted(full, lambda: placed, lambda: count[full].astype(np.int32))


def _ends(measure: Tally, view: View, bound: Mask, begun: Selection) -> NDArray[np.int64]:
    """For each begun event the day it ended, a day after every day if it did not."""
    found = np.full(len(begun), LATEST, np.int64)
    if measure.ended_by is None:
        return found
    view.look(measure.ended_by, bound)
    by_item, _ = view.key_codes(begun, measure.item_key)
    by_ref, _ = view.key_codes(begun, "ref")
    for name, key, decides in ((measure.item_key, by_item, by_item >= 0), ("ref", by_ref, by_item < 0)):
        index = answers(view, measure.ended_by, (name,))
        place = index.first_from(key, begun.unit, begun.day, begun.second)
        if len(index.events):
            day = np.where(place >= 0, index.events.day.take(place, mode="wrap"), LATEST)
            found = np.where(decides, day, found)
    return found
