"""Each event must contain elements (complete); every event is a fault found (deduction)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, Int32
from gongkai_score.cases import Cases, Cited, DeferredCases
from gongkai_score.measure_kinds import Content, Faults
from gongkai_score.measures.chosen import Selection
from gongkai_score.measures.details import remarks
from gongkai_score.measures.exact_sums import exact_cells, exact_sums
from gongkai_score.measures.limits import after
from gongkai_score.measures.measured import Measured, PerUnit, Quotient, excuse, no_excuse
from gongkai_score.measures.per_unit import offsets_of_events, sums_of_events
from gongkai_score.measures.selection import Mask, exempted
from gongkai_score.measures.view import View
from gongkai_score.ordering import stable_order
from gongkai_score.outcomes import COUNTED, Verdict

_COUNTS = np.isin(np.arange(len(Verdict)), sorted(COUNTED))


def measure_content(measure: Content, view: View, bound: Mask, first: int | None, last: int | None) -> Measured:
    """Each event is a case: met if enough of the required elements are there (duties, section 5, complete).

    An element that is present but empty is lacking.
    """
    events = view.dated(measure.event, bound, first, last)
    found = _Contents.of(measure, view, events)

    def per_unit(cases: Cases, lacking: NDArray[np.integer] | Mask) -> NDArray[np.int64]:
        if cases is not counted:
            lacking = lacking * _COUNTS.take(cases.verdict)
        elif found.exempt.any():
            lacking = lacking * ~found.exempt
        return sums_of_events(events, lacking, view.units)

    def share(cases: Cases) -> Quotient:
        full = cases.counts(view.units).cases * np.int64(max(found.asked, 1))
        return full - per_unit(cases, found.lacking), full

    def lacks(mask: Mask) -> Callable[[Cases], NDArray[np.int64]]:
        return lambda cases: per_unit(cases, ~mask)

    counted = DeferredCases(
        events.unit,
        found.verdict,
        lambda low, high: _content_cases(measure, view, events.part(low, high)),
        lambda places: found.number.take(places),
        frozenset({measure.event.event}),
        view.units,
        partial(offsets_of_events, events, view.units),
    )
    numbers: dict[str, Callable[[Cases], PerUnit]] = {
        "share": share,
        "missing_elements": lambda cases: per_unit(cases, found.lacking),
    }
    for element, mask in zip(measure.required, found.there, strict=True):
        numbers[f"missing.{element.name}"] = lacks(mask)
    return Measured(counted, bound, no_excuse(view.units), numbers=numbers)


@dataclass(frozen=True, slots=True)
class _Contents:
    """What some events contain, one entry an event in every column.

    Attributes:
        asked: number of elements asked for.
        there: for each element whether it is there.
        have: number of elements that are there.
        lacking: number of those asked for that are not.
        exempt: events exempt for a recorded reason.
        claimed: events said to be exempt without one.
    """

    asked: int
    there: Sequence[Mask]
    have: NDArray[np.integer]
    lacking: NDArray[np.integer]
    exempt: Mask
    claimed: Mask

    @classmethod
    def of(cls, measure: Content, view: View, events: Selection) -> _Contents:
        """Looks into the events."""
        masks = [view.meets(measure.event.event, e.attribute, e.test) for e in measure.required]
        there = masks if events.as_in_table else [mask.take(events.rows) for mask in masks]
        small = np.min_scalar_type(max(len(there), 1))
        have = np.zeros(len(events), small)
        for mask in there:
            have += mask
        asked = 1 if measure.any_of else measure.at_least if measure.at_least is not None else len(there)
        enough = np.minimum(have, asked) if asked <= len(there) else have.astype(np.int32)
        lacking = asked - enough
        return cls(asked, there, have, lacking, *exempted(events.table, events.rows))

    @property
    def verdict(self) -> NDArray[np.uint8]:
        """Met, short or exempt."""
        verdict = (self.lacking > 0) * np.uint8(Verdict.SHORT)
        if self.exempt.any():
            verdict[self.exempt] = Verdict.EXEMPT
        return verdict

    @property
    def number(self) -> Int32:
        """What is lacking, or what is there."""
        return np.where(self.lacking > 0, self.lacking, self.have).astype(np.int32)


def _content_cases(measure: Content, view: View, events: Selection) -> Cases:
    """The cases of some events in columns."""
    found = _Contents.of(measure, view, events)
    names = [element.name for element in measure.required]

    def words(case: int) -> str:
        missing = [name for name, mask in zip(names, found.there, strict=True) if not mask[case]]
        return f"lacking:{'、'.join(missing)}" if missing and found.lacking[case] else ""

    none = np.broadcast_to(np.int32(NO_DAY), len(events))
    return Cases(
        unit=events.unit,
        verdict=found.verdict,
        key=events.ref,
        keys=view.log.refs,
        start=none,
        due=none,
        done=events.day,
        number=found.number,
        needed=np.broadcast_to(np.int32(found.asked), len(events)),
        cited=(Cited(events.table, rows=events.rows),),
        detail=remarks([("exempt_without_reason", found.claimed)], words),
    )


def measure_faults(measure: Faults, view: View, bound: Mask, first: int | None, last: int | None) -> Measured:
    """Each finding is a case, found unless it was mended in time (duties, section 5, deduction).

    No finding is a result: nothing is lost, if somebody looked where the measure asks for a check.
    """
    events = view.dated(measure.event, bound, first, last)
    begins = np.arange(len(events), dtype=np.int32)
    pool = events
    if measure.once_per is not None and len(events):
        pool, begins = _merged(measure.once_per, view, events)
    head = pool.take(begins)
    ends = np.append(begins[1:], len(pool)).astype(np.int32)
    verdict = np.full(len(head), Verdict.FOUND, np.uint8)
    exempt, claimed = exempted(head.table, head.rows)
    due, done = _mended(measure, view, head, verdict)
    verdict[exempt] = Verdict.EXEMPT
    codes = no_excuse(view.units)
    if measure.check is not None:
        unseen = bound.copy()
        unseen[view.dated(measure.check, bound, first, last).unit] = False
        unseen[events.unit] = False
        codes[unseen] = excuse("no_check")
    numbers: dict[str, Callable[[Cases], PerUnit]] = {}
    if measure.amount is not None:
        cells, bad = exact_cells(view, head, measure.amount)
        codes[head.unit[bad]] = excuse("bad_number")
        numbers["amount"] = lambda cases: exact_sums(
            cells, np.where(cases.verdict == Verdict.FOUND, cells.codes, -1), cases.unit, view.units
        )
    cases = Cases(
        unit=head.unit,
        verdict=verdict,
        key=head.table.ref[head.rows],
        keys=view.log.refs,
        start=head.day,
        due=due,
        done=done,
        number=np.ones(len(head), np.int32),
        needed=np.broadcast_to(np.int32(-1), len(head)),
        cited=(Cited(pool.table, pool=pool.rows, first=begins, last=ends),),
        unit_of_time=measure.mended_within.unit if measure.mended_within is not None else "",
        detail=remarks([("exempt_without_reason", claimed)]),
    )
    return Measured(cases, bound, codes, True, numbers)


def _merged(once_per: str, view: View, events: Selection) -> tuple[Selection, Int32]:
    """Findings that are one fault put together: events by fault, and where each fault begins.

    A finding that names none of what they are told apart by is a fault of its own; of several values in one
    finding the first counts.
    """
    if once_per == "ref":
        value, size = view.key_codes(events, "ref")
    else:
        codes = events.codes(once_per)
        value, size = codes.codes, len(codes.values)
    own = np.where(value >= 0, value, size + np.arange(len(events))).astype(np.int64)
    packed = events.unit.astype(np.int64) * (size + len(events)) + own
    _, first, fault = np.unique(packed, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    fault = rank[fault]
    order = stable_order(fault)
    pool, fault = events.take(order), fault[order]
    new = np.ones(len(fault), bool)
    new[1:] = fault[1:] != fault[:-1]
    begins = np.flatnonzero(new).astype(np.int32)
    return pool, begins


def _mended(measure: Faults, view: View, head: Selection, verdict: NDArray[np.uint8]) -> tuple[Int32, Int32]:
    """Marks faults mended in time, and those whose time has not run out; gives (due, mended) days."""
    none = np.full(len(head), NO_DAY, np.int32)
    if measure.mended is None:
        return none, none
    mended = head.moments(measure.mended).day
    mended = np.where(mended > view.as_of, np.int32(NO_DAY), mended).astype(np.int32)
    if measure.mended_within is None:
        verdict[mended != NO_DAY] = Verdict.MET
        return none, mended
    limit = after(view.calendar, measure.mended_within, head.day, head.second, True)
    in_time = (mended != NO_DAY) & (mended <= limit.day)
    verdict[in_time] = Verdict.MET
    verdict[(mended == NO_DAY) & (limit.day > view.as_of)] = Verdict.PENDING
    return limit.day, mended
