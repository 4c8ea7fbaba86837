"""What is in being: begun and not yet ended, counted at the end of each period."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import Int32
from gongkai_score.indicator_set import Tally
from gongkai_score.measures.distinct import distinct_places
from gongkai_score.measures.groups import Groups
from gongkai_score.measures.joining import answers
from gongkai_score.measures.periods import Grid
from gongkai_score.measures.selection import Mask
from gongkai_score.measures.view import LATEST, Selection, View

Counts = tuple[Int32, Selection, Int32, Int32]


def in_being(measure: Tally, view: View, bound: Mask, groups: Groups, grid: Grid) -> Counts:
    """Counts by cell, the events behind them, and where each cell's events begin and end.

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
    if periods == 1:
        return _at_the_end(measure, view, groups, grid, begun, group, ended)
    enters = np.searchsorted(grid.last, begun.day)
    leaves = np.searchsorted(grid.last, ended)
    width = periods + 1
    steps = np.bincount(group * width + enters, minlength=many * width)
    steps = steps - np.bincount(group * width + np.maximum(leaves, enters), minlength=many * width)
    count = np.cumsum(steps.reshape(many, width), axis=1)[:, :periods].astype(np.int32).reshape(-1)
    order = np.argsort(group, kind="stable")
    last = np.cumsum(np.bincount(group, minlength=many)).astype(np.int32)
    first = np.concatenate([np.zeros(1, np.int32), last[:-1]]).astype(np.int32)
    return count, begun.take(order), np.repeat(first, periods)[: many * periods], np.repeat(last, periods)


def _at_the_end(
    measure: Tally,
    view: View,
    groups: Groups,
    grid: Grid,
    begun: Selection,
    group: Int32,
    ended: NDArray[np.int64],
) -> Counts:
    """One period: the events still in being at its end stand behind the count."""
    held = np.flatnonzero((begun.day <= grid.last[0]) & (ended > grid.last[0]))
    order = held[np.argsort(group[held], kind="stable")]
    events, cell = begun.take(order), group[order]
    if measure.count_by != "event":
        keep = distinct_places(measure.count_by, view, events, cell)
        events, cell = events.take(keep), cell[keep]
    count = np.bincount(cell, minlength=len(groups)).astype(np.int32)
    last = np.cumsum(count, dtype=np.int32)
    return count, events, last - count, last


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
