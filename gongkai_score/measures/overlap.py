"""One fact is charged once: within a group of overlapping indicators the first that charges it keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gongkai_score.cases import FAILING
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
    charged: dict[tuple[int, str], str] = {}
    found: list[Measured] = []
    for place, (indicator, measured) in enumerate(measured_by_indicator):
        cases = measured.cases
        failing = np.flatnonzero(_FAILS[cases.verdict])
        later = measured_by_indicator[place + 1 :]
        if not charged and all(other == indicator for other, _ in later):
            found.append(measured)
            continue
        units = cases.unit[failing].tolist()
        facts = list(zip(units, (cases.key_text(case) for case in failing.tolist()), strict=True))
        given: dict[int, str] = {}
        for case, fact in zip(failing.tolist(), facts, strict=True):
            by = charged.setdefault(fact, indicator)
            if by != indicator:
                given[case] = by
        if given:
            verdict = cases.verdict.copy()
            verdict[list(given)] = Verdict.EXEMPT
            measured = replace(measured, cases=replace(cases, verdict=verdict, charged_by=given))
        found.append(measured)
    return found
