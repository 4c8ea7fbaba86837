"""Tests beside the rules as plain data: a unit, a few events, and what the indicator must come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.measure_kinds import Condition
from gongkai_score.outcomes import Outcome
from gongkai_score.period import Window
from gongkai_score.units import Unit

Moment = tuple[int, int]
"""Day number and second of the day (``NO_TIME``: only the date is known)."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event of a test, as one row of a log would hold it.

    Attributes:
        unit: id of the unit.
        kind: event kind.
        at: when it happened.
        ref: key of the document, case or request, or "".
        id: the event's own id, or "".
        attributes: further text attributes.
        moments: further dates.
        row: line of the file it stands in.
    """

    unit: str
    kind: str
    at: Moment
    ref: str = ""
    id: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    moments: tuple[tuple[str, Moment], ...] = ()
    row: int = 0


@dataclass(frozen=True, slots=True)
class Points:
    """Points expected: a number, or a share of the full marks (``full`` is 1, ``zero`` 0), or none at all."""

    kind: Literal["number", "share", "none"]
    value: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a test expects; what is None or empty is not looked at.

    Attributes:
        outcome: outcome of the indicator.
        points: its points.
        reason: short code of the reason why there is no number.
        quantities: (quantity, condition it must meet).
        held: for a gate: whether its condition holds.
    """

    outcome: Outcome | None = None
    points: Points | None = None
    reason: str | None = None
    quantities: tuple[tuple[str, Condition], ...] = ()
    held: bool | None = None


@dataclass(frozen=True, slots=True)
class RuleTest:
    """One test of one indicator or gate.

    Attributes:
        name: what it shows, as a sentence.
        node: id of the indicator or gate.
        unit: the unit looked at.
        others: further units (peers, superiors, whoever acts).
        events: what happened.
        period: the window assessed.
        as_of: last day whose events are known.
        options: answers to ambiguities that differ from the set's.
        expect: what must come out.
        worked: how the expectation was worked out.
        line: line of the file it begins in.
    """

    name: str
    node: str
    unit: Unit
    events: tuple[EventRow, ...]
    period: Window
    as_of: int
    expect: Expected
    others: tuple[Unit, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    worked: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A change of a rule that its author has looked at and accepts: no test can or need tell it.

    Attributes:
        node: id of the indicator or gate.
        mutation: the change, as the tool names it.
        reason: why no test tells it.
        line: line of the file.
    """

    node: str
    mutation: str
    reason: str
    line: int = 0


@dataclass(frozen=True)
class RuleTestFile:
    """All tests of one file.

    Attributes:
        file: its name.
        indicator_set: the set as its options stand.
        tests: in the order of the file.
        sets: options of a test → the set under them.
        equivalents: accepted changes.
    """

    file: str
    indicator_set: IndicatorSet
    tests: tuple[RuleTest, ...]
    sets: Mapping[tuple[tuple[str, str], ...], IndicatorSet] = field(default_factory=dict)
    equivalents: tuple[Equivalent, ...] = ()

    def set_of(self, test: RuleTest) -> IndicatorSet:
        """The set a test is about, under the test's own options."""
        return self.sets.get(test.options, self.indicator_set)
