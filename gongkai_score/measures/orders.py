"""Events with one key must come in order (precedes) or together (synchronous)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, Int32
from gongkai_score.cases import Cases, Cited, UInt8
from gongkai_score.measure_kinds import Duration, Order
from gongkai_score.measures.chosen import Selection
from gongkai_score.measures.details import remarks
from gongkai_score.measures.joining import Answers, answers, is_before, joint_key
from gongkai_score.measures.limits import after
from gongkai_score.measures.measured import Measured, no_excuse
from gongkai_score.measures.selection import Mask, exempted
from gongkai_score.measures.view import View
from gongkai_score.outcomes import Verdict


def measure_order(measure: Order, view: View, bound: Mask, first: int | None, last: int | None) -> Measured:
    """Each ``then`` (precedes) or each first object (synchronous) is a case."""
    if measure.kind == "precedes":
        return _precedes(measure, view, bound, first, last)
    return _synchronous(measure, view, bound, first, last)


def _precedes(measure: Order, view: View, bound: Mask, first: int | None, last: int | None) -> Measured:
    """Met if something with the same key came earlier, by ``lead`` at least (duties, section 5, precedes).

    On one date the order counts only if both have times. What came before, but not early enough, or
    afterwards, is failed; nothing at all is missing.
    """
    then = view.dated(measure.others[0], bound, first, last)
    before = answers(view, measure.first, measure.match_on)
    view.look(measure.first, bound)
    key, _ = joint_key(view, then, measure.match_on)
    place = before.first(key, then.unit)
    if len(before.events):
        ok = _comes_first(measure.lead, view, before.events, place, then)
        if measure.one_to_one:
            place, ok = _one_each(measure.lead, view, before, key, then)
        done = np.where(place >= 0, before.events.day.take(place, mode="wrap"), np.int32(NO_DAY))
        rows = np.where(place >= 0, before.events.rows.take(place, mode="wrap"), np.int32(-1))
    else:
        ok = np.zeros(len(then), bool)
        done, rows = np.full(len(then), NO_DAY, np.int32), place
    verdict = np.where(ok, np.uint8(Verdict.MET), np.uint8(Verdict.FAILED)).astype(np.uint8)
    verdict[place < 0] = Verdict.MISSING
    exempt, claimed = exempted(then.table, then.rows)
    verdict[exempt] = Verdict.EXEMPT
    lead = np.where(place >= 0, then.day - done, 0).astype(np.int32)
    none = np.broadcast_to(np.int32(NO_DAY), len(then))
    cases = Cases(
        unit=then.unit,
        verdict=verdict,
        key=then.table.ref[then.rows],
        keys=view.log.refs,
        start=none,
        due=then.day,
        done=done.astype(np.int32, copy=False),
        number=lead,
        needed=np.broadcast_to(np.int32(measure.lead.n), len(then)),
        due_second=then.second,
        done_second=_seconds(before.events, place) if then.second is not None else None,
        cited=(Cited(before.events.table, rows=rows), Cited(then.table, rows=then.rows)),
        unit_of_time=measure.lead.unit if measure.lead.n else "day",
        detail=remarks([("exempt_without_reason", claimed)]),
    )
    return Measured(cases, bound, no_excuse(view.units))


def _seconds(events: Selection, place: Int32) -> Int32 | None:
    if events.second is None or not len(events):
        return None
    return np.where(place >= 0, events.second.take(place, mode="wrap"), np.int32(-1)).astype(np.int32)


def _comes_first(lead: Duration, view: View, events: Selection, place: Int32, then: Selection) -> Mask:
    """Whether the events at ``place`` come early enough before their fellows."""
    day = np.where(place >= 0, events.day.take(place, mode="wrap"), then.day).astype(np.int32)
    second = None if events.second is None else events.second.take(place, mode="wrap")
    if lead.n == 0:
        earlier = is_before(day, second, then.day, then.second)
    else:
        limit = after(view.calendar, lead, day, second, False)
        earlier = ~is_before(then.day, then.second, limit.day, limit.second)
    return earlier & (place >= 0)


def _one_each(
    lead: Duration, view: View, before: Answers, key: NDArray[np.integer], then: Selection
) -> tuple[Int32, Mask]:
    """Each earlier event serves one later one (一事一审): the earliest unused one, in order of dates."""
    begin, end, order = before.runs(key, then.unit)
    place, ok = np.full(len(then), -1, np.int32), np.zeros(len(then), bool)
    group = begin.astype(np.int64)
    sort = np.argsort(group, kind="stable")
    ordered = group[sort]
    fresh = np.ones(len(sort), bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    number = np.arange(len(sort)) - np.maximum.accumulate(np.where(fresh, np.arange(len(sort)), 0))
    turn = np.empty(len(sort), np.int64)
    turn[sort] = number
    used = np.zeros(int(end.max(initial=0)) + 1, np.int64)
    for now in range(int(turn.max(initial=-1)) + 1):
        cases = np.flatnonzero((turn == now) & (end > begin))
        at = begin[cases] + used[begin[cases]]
        left = at < end[cases]
        cases, at = cases[left], at[left]
        place[cases] = order[at]
        good = _comes_first(lead, view, before.events, place[cases], then.take(cases))
        ok[cases] = good
        used[begin[cases[good]]] += 1
    return place, ok


def _synchronous(measure: Order, view: View, bound: Mask, first: int | None, last: int | None) -> Measured:
    """Met if every other object is dated within ``tolerance`` days (duties, section 5, synchronous).

    An object that comes afterwards only is late, one that came before only is early; one that is not there is
    missing, or pending while it could still come in step. Without tolerance: the same calendar date
    (ambiguity 9).
    """
    head = view.dated(measure.first, bound, first, last)
    key, _ = joint_key(view, head, measure.match_on)
    verdict = np.full(len(head), Verdict.MET, np.uint8)
    lag = np.zeros(len(head), np.int32)
    done = head.day.copy()
    cited = [Cited(head.table, rows=head.rows)]
    limit = head.day + np.int32(measure.tolerance)
    for other in measure.others:
        index = answers(view, other, measure.match_on)
        view.look(other, bound)
        place = index.first_from(key, head.unit, head.day - np.int32(measure.tolerance), None)
        earlier = index.first(key, head.unit)
        place = np.where(place < 0, earlier, place).astype(np.int32)
        found = _in_step(head, index.events, place, measure.tolerance, limit, view.as_of)
        day = index.events.day.take(place, mode="wrap") if len(index.events) else head.day
        rows = index.events.rows.take(place, mode="wrap") if len(index.events) else place
        cited.append(Cited(index.events.table, rows=np.where(place >= 0, rows, -1).astype(np.int32)))
        apart = np.where(place >= 0, day - limit, 0)
        lag = np.where(found == Verdict.LATE, np.maximum(lag, apart), lag).astype(np.int32)
        done = np.where(place >= 0, np.maximum(done, day), done).astype(np.int32)
        verdict = _worse(verdict, found)
    verdict_done = np.where(np.isin(verdict, (Verdict.MISSING, Verdict.PENDING)), NO_DAY, done)
    exempt, claimed = exempted(head.table, head.rows)
    verdict[exempt] = Verdict.EXEMPT
    cases = Cases(
        unit=head.unit,
        verdict=verdict,
        key=head.table.ref[head.rows],
        keys=view.log.refs,
        start=head.day,
        due=limit,
        done=verdict_done.astype(np.int32),
        number=np.where(verdict == Verdict.LATE, lag, 0).astype(np.int32),
        needed=np.broadcast_to(np.int32(measure.tolerance), len(head)),
        cited=tuple(cited),
        unit_of_time="day",
        detail=remarks([("exempt_without_reason", claimed)]),
    )
    return Measured(cases, bound, no_excuse(view.units))


def _in_step(head: Selection, events: Selection, place: Int32, tolerance: int, limit: Int32, as_of: int) -> UInt8:
    absent = np.where(limit <= as_of, np.uint8(Verdict.MISSING), np.uint8(Verdict.PENDING))
    if not len(events):
        return absent.astype(np.uint8)
    day = events.day.take(place, mode="wrap")
    late, early = day > limit, day < head.day - tolerance
    there = np.where(late, np.uint8(Verdict.LATE), np.where(early, np.uint8(Verdict.EARLY), 0))
    return np.where(place < 0, absent, there).astype(np.uint8)


_SEVERITY = np.zeros(len(Verdict), np.uint8)
for _rank, _verdict in enumerate((Verdict.MET, Verdict.PENDING, Verdict.EARLY, Verdict.LATE, Verdict.MISSING)):
    _SEVERITY[_verdict] = _rank


def _worse(one: UInt8, other: UInt8) -> UInt8:
    return np.where(_SEVERITY[one] >= _SEVERITY[other], one, other).astype(np.uint8)
