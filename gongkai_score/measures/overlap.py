"""One fact is charged once: within a group of overlapping indicators the first that charges it keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gongkai_score.cases import FAILING, Cases, Int64
from gongkai_score.measures.measured import Measured
from gongkai_score.outcomes import Verdict

_FAILS = np.isin(np.arange(len(Verdict)), sorted(FAILING))


def without_charged(measured_by_indicator: Sequence[tuple[str, Measured]]) -> list[Measured]:
    """The members of an overlap group, each fact charged by one of them only (duties, ambiguity 46).

    A failing case whose unit and key failed in an earlier member becomes exempt, and says which member charged
    it. Several measures of one indicator are no overlap.

    Args:
        measured_by_indicator: indicator ids and what was measured, in the order of the set.
    """
    texts: dict[str, int] = {}
    known = _Charged(np.zeros(0, np.int64), np.zeros(0, np.int64))
    names = [indicator for indicator, _ in measured_by_indicator]
    found: list[Measured] = []
    for place, (indicator, measured) in enumerate(measured_by_indicator):
        if all(name == indicator for name in (*names[:place], *names[place + 1 :])):
            found.append(measured)
            continue
        failing = np.flatnonzero(_FAILS[measured.cases.verdict])
        facts = measured.cases.unit[failing] + measured.units * _keys(measured.cases, failing, texts)
        by = known.owner(facts)
        again = np.flatnonzero((by >= 0) & np.array([names[b] != indicator for b in by.tolist()], bool))
        known = known.with_facts(np.delete(facts, again), place)
        if len(again):
            given = dict(zip(failing[again].tolist(), (names[b] for b in by[again].tolist()), strict=True))
            cases = measured.cases.changed(dict.fromkeys(given, Verdict.EXEMPT), given)
            measured = replace(measured, cases=cases)
        found.append(measured)
    return found


@dataclass(frozen=True, slots=True)
class _Charged:
    """Facts charged so far, ascending, and the place of the member that charged each."""

    facts: Int64
    members: Int64

    def owner(self, facts: Int64) -> Int64:
        """The member that charged each fact, -1: none."""
        if not len(self.facts):
            return np.full(len(facts), -1, np.int64)
        place = np.searchsorted(self.facts, facts)
        same = self.facts.take(place, mode="clip") == facts
        return np.where(same, self.members.take(place, mode="clip"), -1)

    def with_facts(self, facts: Int64, member: int) -> _Charged:
        """With the facts one member charges, unless they were charged before."""
        joint = np.concatenate([self.facts, facts])
        members = np.concatenate([self.members, np.full(len(facts), member, np.int64)])
        every, first = np.unique(joint, return_index=True)
        return _Charged(every, members[first])


def _keys(cases: Cases, places: NDArray[np.intp], texts: dict[str, int]) -> Int64:
    """Codes of what cases are about that are the same in all members."""
    codes = cases.key[places]
    seen = np.unique(codes[codes >= 0])
    table = np.zeros(int(seen.max(initial=-1)) + 1, np.int64)
    for code in seen.tolist():
        table[code] = texts.setdefault(str(cases.keys[code]), len(texts))
    found = np.zeros(len(places), np.int64)
    found[codes >= 0] = table[codes[codes >= 0]]
    for place in np.flatnonzero(codes < 0).tolist():
        found[place] = texts.setdefault(cases.key_text(int(places[place])), len(texts))
    return found
