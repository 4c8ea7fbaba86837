"""Something must be there by fixed dates, for each item of a list if there is one (due_by)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, Int32
from gongkai_score.cases import Cases, Cited, UInt8
from gongkai_score.measure_kinds import Selector, TimeLimit
from gongkai_score.measures.chosen import Selection
from gongkai_score.measures.groups import Groups, Pairs, item_groups, unit_groups
from gongkai_score.measures.limits import Limits, judge
from gongkai_score.measures.measured import NOTHING, Measured, excuse, no_excuse
from gongkai_score.measures.selection import Mask
from gongkai_score.measures.view import EARLIEST, View
from gongkai_score.outcomes import Verdict
from gongkai_score.period import day_date


def measure_dates(measure: TimeLimit, view: View, bound: Mask, first: int | None, last: int | None) -> Measured:
    """Each date in the window (with a list: each item by it) is a case (duties, section 5, due_by).

    The first event counts; later it is late, not missing. After a date has passed the next one needs an event
    of its own. What came before ``not_before`` does not count; under ``early: reject``, if it is all there is
    in the window, the case is early.
    """
    codes = no_excuse(view.units)
    if measure.items is None:
        groups = unit_groups(view, bound)
    else:
        attribute = measure.items.attribute
        groups, undeclared = item_groups(view, measure.items, attribute, bound, first, last)
        codes[undeclared] = excuse("no_inventory")
    every = sorted(measure.by)
    held = [k for k, day in enumerate(every) if day in view.window and _in_force(day, first, last)]
    if not held:
        codes[codes != 0] = NOTHING
    shape = (len(groups), len(held))
    verdict, done = np.zeros(shape, np.uint8), np.full(shape, NO_DAY, np.int32)
    due, number = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
    end_rows, said_rows = np.full(shape, -1, np.int32), np.full(shape, -1, np.int32)
    ends = _of_groups(measure.end, measure, view, bound, groups)
    for column, k in enumerate(held):
        low = max(every[k - 1] + 1 if k else EARLIEST, measure.not_before or EARLIEST)
        limit = every[k]
        if measure.roll:
            limit = int(view.calendar.next_workday(limit))
        place = _first_from(ends, len(groups), low)
        events = ends[0]
        if len(events):
            done[:, column] = np.where(place < 0, NO_DAY, events.day.take(place, mode="wrap"))
            end_rows[:, column] = np.where(place < 0, -1, events.rows.take(place, mode="wrap"))
        due[:, column] = limit
        found = judge(Limits(due[:, column]), done[:, column], None, view.as_of)
        _too_early(measure, view, ends, len(groups), found, low)
        if measure.explained_by is not None:
            said_rows[:, column] = _said(measure, view, bound, groups, low, limit, found)
        verdict[:, column] = found
        late = np.flatnonzero(found == Verdict.LATE)
        number[late, column] = done[late, column] - limit
    if groups.exempt is not None:
        verdict[groups.exempt] = Verdict.EXEMPT
    key, keys = _keys(groups, [every[k] for k in held])
    cited = [Cited(ends[0].table, rows=end_rows.reshape(-1))]
    if measure.explained_by is not None:
        cited.append(Cited(view.table(measure.explained_by.event), rows=said_rows.reshape(-1)))
    start = measure.not_before if measure.not_before is not None else NO_DAY
    cases = Cases(
        unit=np.repeat(groups.unit, len(held)),
        verdict=verdict.reshape(-1),
        key=key,
        keys=keys,
        start=np.broadcast_to(np.int32(start), verdict.size),
        due=due.reshape(-1),
        done=done.reshape(-1),
        number=number.reshape(-1),
        needed=np.broadcast_to(np.int32(-1), verdict.size),
        cited=tuple(cited),
        unit_of_time="day",
    )
    if not view.always_active and len(cases):
        nominal = np.tile(np.array([every[k] for k in held], np.int32), len(groups))
        cases = cases.take(np.flatnonzero(view.active(cases.unit, nominal)))
    return Measured(cases, bound, codes)


def _in_force(day: int, first: int | None, last: int | None) -> bool:
    return (first is None or day >= first) and (last is None or day <= last)


def _of_groups(
    selector: Selector, measure: TimeLimit, view: View, bound: Mask, groups: Groups
) -> tuple[Selection, Int32]:
    """Events in order of date and the group each is for; with ``any_unit`` whoever did it, for every unit."""
    if not measure.any_unit:
        return groups.of_events(view, view.events(selector, bound))
    chosen = view.chosen(selector)
    view.look(selector, None)
    events, key = groups.keys_of_events(view, chosen)
    order = np.argsort(events.day, kind="stable")
    events, key = events.take(order), key[order]
    matches = [np.flatnonzero(groups.key == code) for code in key.tolist()]
    copies = np.repeat(np.arange(len(events)), [len(m) for m in matches])
    group = np.concatenate(matches) if matches else np.zeros(0, np.int64)
    return events.take(copies), group.astype(np.int32)


def _first_from(events: tuple[Selection, Int32], groups: int, low: int) -> Int32:
    """For each group the place of its first event from a day on."""
    chosen, group = events
    places = np.arange(len(chosen), dtype=np.int32)
    if low > EARLIEST:
        places = places[chosen.day >= low]
    table = np.full(groups, -1, np.int32)
    table[group[places[::-1]]] = places[::-1]
    return table


def _too_early(
    measure: TimeLimit, view: View, ends: tuple[Selection, Int32], groups: int, verdict: UInt8, low: int
) -> None:
    if measure.early != "reject" or measure.not_before is None or not len(ends[0]):
        return
    before = (ends[0].day >= view.window.first) & (ends[0].day < low)
    some = np.zeros(groups, bool)
    some[ends[1][before]] = True
    verdict[some & (verdict == Verdict.MISSING)] = Verdict.EARLY


def _said(
    measure: TimeLimit, view: View, bound: Mask, groups: Groups, low: int, limit: int, verdict: UInt8
) -> Int32:
    """Marks cases without content by their date for which a statement was given; gives the statements' rows."""
    assert measure.explained_by is not None
    said = _of_groups(measure.explained_by, measure, view, bound, groups)
    place = _first_from(said, len(groups), low)
    if not len(said[0]):
        return place
    timely = (place >= 0) & (said[0].day.take(place, mode="wrap") <= limit)
    timely &= (verdict == Verdict.MISSING) | (verdict == Verdict.LATE)
    verdict[timely] = Verdict.EXPLAINED
    return np.where(timely, said[0].rows.take(place, mode="wrap"), -1).astype(np.int32)


def _keys(groups: Groups, days: Sequence[int]) -> tuple[Int32, Sequence[str]]:
    dates = tuple(day_date(day).isoformat() for day in days)
    column: NDArray[np.int32] = np.arange(len(dates), dtype=np.int32)
    if groups.attribute is None:
        return np.tile(column, len(groups)), dates
    if len(dates) == 1:
        return groups.key, groups.keys
    codes = groups.key[:, None] * np.int32(len(dates)) + column
    return codes.reshape(-1).astype(np.int32), Pairs(groups.keys, dates)
