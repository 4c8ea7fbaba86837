"""What measuring hands on: the cases, and for each unit why there may be nothing to count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from gongkai_score.cases import Cases, UInt8
from gongkai_score.measurements import State
from gongkai_score.measures.selection import Mask
from gongkai_score.outcomes import Verdict
from gongkai_score.verdict_counts import VerdictCounts

Ints = NDArray[np.integer]
Quotient = tuple[Ints, Ints]
PerUnit = Ints | Quotient | Sequence[Fraction | str | None]
"""One number, quotient, or number or label (None: there is none) for each unit."""

REASONS: tuple[tuple[State | None, str], ...] = (
    (None, ""),
    (State.NOT_ASSESSED, "no_check"),
    (State.NOT_ASSESSED, "no_flag"),
    (State.NOT_ASSESSED, "no_inventory"),
    (State.NOT_ASSESSED, "no_rating"),
    (State.NOT_ASSESSED, "no_value"),
    (State.NOT_ASSESSED, "no_benchmark"),
    (State.NOT_ASSESSED, "zero_of"),
    (State.ERROR, "bad_number"),
    (State.CASES, ""),
    (State.NO_CASES, ""),
)
"""What a unit's excuse code stands for; 0: its cases decide."""
_CODES = {reason: code for code, (_, reason) in enumerate(REASONS) if reason}
RESULT: int = 9
"""Excuse code of a unit for which finding nothing is itself a result."""
NOTHING: int = 10
"""Excuse code of a unit to which the duty does not apply."""


def excuse(reason: str) -> int:
    """The code of a reason in :data:`REASONS`."""
    return _CODES[reason]


@dataclass(frozen=True)
class Measured:
    """The cases of one measure over all units.

    Attributes:
        cases: the cases, ordered by unit.
        bound: for each unit whether the measure binds it.
        excuse: for each unit a code of :data:`REASONS` that decides its state whatever the cases are; 0: none.
        result_anyway: a bound unit without counted cases has a result all the same (no finding: nothing lost).
        numbers: further quantities by name, made from the cases when they are asked for.
    """

    cases: Cases
    bound: Mask
    excuse: UInt8
    result_anyway: bool = False
    numbers: Mapping[str, Callable[[Cases], PerUnit]] = field(default_factory=dict)

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.bound)

    def verdict_counts(self) -> VerdictCounts:
        """Numbers of cases by unit and verdict."""
        return self.cases.counts(self.units)

    def state_codes(self, counts: VerdictCounts) -> UInt8:
        """For each unit its state as a code into :data:`STATES`."""
        nothing = counts.cases == 0
        code: UInt8 = nothing * np.uint8(_CASES if self.result_anyway else _NO_CASES)
        for verdict, state in ((Verdict.PENDING, _PENDING), (Verdict.UNKNOWN, _UNKNOWN)):
            if verdict in counts:
                code[nothing & (counts.of(verdict) > 0)] = state
        if self.excuse.any():
            code = np.where(self.excuse > 0, _EXCUSED + self.excuse, code)
        if not self.bound.all():
            code[~self.bound] = NOT_BOUND
        return code

    def judged(self, verdicts: Mapping[int, Verdict]) -> Measured:
        """The same with one verdict for all cases of a unit: what a comparison with peers came to."""
        return replace(self, cases=self.cases.judged(verdicts))

    @property
    def states(self) -> list[tuple[State, str]]:
        """For each unit its state and the reason for it."""
        return [STATES[code] for code in self.state_codes(self.verdict_counts()).tolist()]


_CASES, _NO_CASES, NOT_BOUND, _PENDING, _UNKNOWN, _EXCUSED = range(6)
STATES: tuple[tuple[State, str], ...] = (
    (State.CASES, ""),
    (State.NO_CASES, ""),
    (State.NOT_BOUND, ""),
    (State.PENDING, ""),
    (State.NOT_ASSESSED, "unknown_day"),
    *((state or State.CASES, reason) for state, reason in REASONS),
)
"""State codes and what they stand for."""


def no_excuse(units: int) -> UInt8:
    """An excuse column in which the cases decide everywhere."""
    return np.zeros(units, np.uint8)
