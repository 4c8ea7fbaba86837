"""Scoring rules: a balance and five verbs turn the quantities of one indicator into points.

Every step writes a line, and the lines are the explanation: their changes add up to the points, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from gongkai_score.indicator_set import (
    Amount,
    Branch,
    Condition,
    Indicator,
    Rounding,
    Scoring,
    Step,
    When,
    summands,
)
from gongkai_score.measurements import Measurement, State
from gongkai_score.outcomes import Outcome
from gongkai_score.points import RoundingMode, rounded, total

ZERO, ONE = Fraction(0), Fraction(1)

RATIOS: frozenset[str] = frozenset({"rate", "shortfall", "share", "fulfilment", "value"})
"""Quantities that are undefined, not zero, where there is nothing to divide by."""


class Undefined(Exception):
    """A rule asked for a quantity that has no value for this unit."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an account: what happened, by how much the balance changed, and what it then was.

    Attributes:
        verb: a step's verb, or start, floor, ceiling, round, child, or the name of an adjustment.
        change: points added (negative: lost).
        balance: points after this line.
        amount: the step's amount in points (for ``scale`` the factor), if it has one.
        quantity: name of the quantity that counted, or id of the child.
        value: its value.
        times: how often the amount was taken.
        note: words from the set.
    """

    verb: str
    change: Fraction
    balance: Fraction
    amount: Fraction | None = None
    quantity: str = ""
    value: Fraction | str | None = None
    times: Fraction | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Points of one indicator for one unit: the outcome, the points if any, and the account of them."""

    outcome: Outcome
    points: Fraction | None
    lines: tuple[Line, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Quantities:
    """Quantities of one or several named measures, looked up as the rule names them."""

    measurements: Mapping[str, Measurement]

    def __getitem__(self, name: str) -> Fraction | str:
        if len(parts := summands(name)) > 1:
            return total(self.number(part) for part in parts)
        head, _, rest = name.partition(".")
        if rest and head in self.measurements:
            measurement, quantity = self.measurements[head], rest
        elif len(self.measurements) == 1:
            (measurement,) = self.measurements.values()
            quantity = name
        else:
            raise Undefined(name)
        if quantity in measurement.quantities:
            return measurement.quantities[quantity]
        if quantity in RATIOS or quantity == "label" or quantity.startswith("peers."):
            raise Undefined(name)
        return ZERO

    def number(self, name: str) -> Fraction:
        """A quantity that must be a number."""
        value = self[name]
        if isinstance(value, str):
            raise Undefined(name)
        return value

    def holds(self, when: When | None) -> bool:
        """Whether conditions hold; conditions on undefined quantities do not."""
        if when is None:
            return True
        return all(self._passes(*item) for item in when.all) and (
            not when.any or any(self._passes(*item) for item in when.any)
        )

    def _passes(self, name: str, condition: Condition) -> bool:
        try:
            value = self[name]
        except Undefined:
            return condition.op == "none"
        if isinstance(value, str):
            return text_passes(condition.op, condition.value, value)
        return condition.number(value)


def text_passes(op: str, expected: object, value: str) -> bool:
    """Whether a label passes a condition.

    >>> text_passes("in", ("优", "良"), "良")
    True
    """
    if op in ("any", "none"):
        return (op == "any") == bool(value)
    if op in ("in", "not in") and isinstance(expected, tuple):
        return (value in expected) == (op == "in")
    return (value == expected) == (op == "==")


def score(
    rule: Scoring,
    full: Fraction,
    measurements: Mapping[str, Measurement],
    *,
    indicator: Indicator,
    rounding: Rounding = Rounding(),  # noqa: B008 - frozen
) -> Score:
    """Points of one indicator from its measurements.

    Args:
        rule: branches of steps.
        full: the indicator's full marks, in points.
        measurements: by the name of the measure.
        indicator: gives floor, ceiling and the rule for no cases.
        rounding: decimals of a leaf's points.

    Returns:
        The outcome with points and an account whose changes add up to them; points are None unless assessed.
    """
    state, reason = joint_state(measurements)
    if state is State.NO_CASES:
        return without_cases(indicator, full, reason)
    if state is not State.CASES:
        return Score(OUTCOME_OF_STATE[state], None, reason=reason)
    quantities = Quantities(measurements)
    try:
        branches = [b for b in rule.branches if quantities.holds(b.when)]
        if rule.pick == "first":
            branches = branches[:1]
        accounts = [run(branch, full, quantities) for branch in branches]
    except Undefined as undefined:
        if any(measurement.state is State.PENDING for measurement in measurements.values()):
            return Score(Outcome.PENDING, None, reason=f"undefined:{undefined}")
        return without_cases(indicator, full, f"undefined:{undefined}")
    lines = max(accounts, key=lambda account: account[-1].balance) if accounts else (_start(ZERO),)
    ceiling = None if indicator.unbounded else full if indicator.ceiling is None else indicator.ceiling
    lines = bounded(lines, indicator, ceiling, rounding.leaf, rounding.mode)
    return Score(_outcome(measurements), lines[-1].balance, lines)


OUTCOME_OF_STATE: dict[State, Outcome] = {
    State.NOT_BOUND: Outcome.NOT_APPLICABLE,
    State.NO_CASES: Outcome.NOT_APPLICABLE,
    State.PENDING: Outcome.PENDING,
    State.NOT_ASSESSED: Outcome.NOT_ASSESSED,
    State.ERROR: Outcome.ERROR,
}

_ORDER = (State.ERROR, State.NOT_ASSESSED, State.CASES, State.PENDING, State.NO_CASES, State.NOT_BOUND)


def joint_state(measurements: Mapping[str, Measurement]) -> tuple[State, str]:
    """State of an indicator with several measures: the gravest of error and not assessed, else any with cases.

    >>> joint_state({"a": Measurement(State.NO_CASES), "b": Measurement(State.CASES)})[0].value
    'cases'
    """
    for state in _ORDER:
        for measurement in measurements.values():
            if measurement.state is state:
                return state, measurement.reason
    return State.NO_CASES, ""


def without_cases(indicator: Indicator, full: Fraction, reason: str) -> Score:
    """The score where nothing was to be done, by the indicator's own rule for it."""
    if indicator.no_cases == "full":
        return Score(Outcome.SCORED, full, (Line("no_cases", full, full),), reason or "no_cases")
    if indicator.no_cases == "zero":
        return Score(Outcome.SCORED, ZERO, (Line("no_cases", ZERO, ZERO),), reason or "no_cases")
    if indicator.no_cases == "not_assessed" or reason.startswith("undefined:"):
        return Score(Outcome.NOT_ASSESSED, None, reason=reason or "no_cases")
    return Score(Outcome.NOT_APPLICABLE, None, reason=reason or "no_cases")


def bounded(
    lines: tuple[Line, ...],
    node: Indicator,
    ceiling: Fraction | None,
    digits: int | None,
    mode: RoundingMode = "half_up",
) -> tuple[Line, ...]:
    """The account with the prescribed rounding, then the ceiling (None: none) and the node's floor, applied."""
    exact = rounded(lines[-1].balance, digits, mode)
    if exact != lines[-1].balance:
        lines = (*lines, Line("round", exact - lines[-1].balance, exact))
    balance = exact
    steps = (
        ("ceiling", ceiling if ceiling is not None and balance > ceiling else None),
        ("floor", node.floor if node.floor is not None and balance < node.floor else None),
    )
    for verb, limit in steps:
        if limit is not None:
            lines = (*lines, Line(verb, limit - balance, limit, amount=limit))
            balance = limit
    return lines


def run(branch: Branch, full: Fraction, quantities: Quantities) -> tuple[Line, ...]:
    """The account of one branch, before floor and ceiling.

    Raises:
        Undefined: a step needs a quantity without a value.
    """
    lines = [_start(_points(branch.start, full, quantities))]
    for step in branch.steps:
        if quantities.holds(step.when):
            line = _take(step, lines[-1].balance, full, quantities)
            if line is not None:
                lines.append(line)
    return tuple(lines)


def _start(balance: Fraction) -> Line:
    return Line("start", balance, balance)


def _points(amount: Amount, full: Fraction, quantities: Quantities) -> Fraction:
    value = quantities.number(amount.value) if isinstance(amount.value, str) else amount.value
    return value * full if amount.share else value


def _take(step: Step, balance: Fraction, full: Fraction, quantities: Quantities) -> Line | None:
    note = step.note.zh
    if step.verb == "set":
        amount, value = _looked_up(step, full, quantities)
        if amount is None:
            return None
        return Line("set", amount - balance, amount, amount, step.by or "", value, note=note)
    assert step.amount is not None
    if step.verb == "scale":
        named = step.amount.value if isinstance(step.amount.value, str) else ""
        factor = quantities.number(named) if named else Fraction(step.amount.value)
        after = balance * factor
        return Line("scale", after - balance, after, factor, named, factor, note=note)
    amount = _points(step.amount, full, quantities)
    if step.verb == "cap":
        after = min(balance, amount)
        return Line("cap", after - balance, after, amount, note=note) if after != balance else None
    times, value = _times(step, quantities)
    change = amount * times
    if step.at_most is not None:
        change = min(change, _points(step.at_most, full, quantities))
    if not change:
        return None
    change = -change if step.verb == "deduct" else change
    named = step.per or (step.amount.value if isinstance(step.amount.value, str) else "")
    return Line(step.verb, change, balance + change, amount, named, value, times, note)


def _times(step: Step, quantities: Quantities) -> tuple[Fraction, Fraction | None]:
    """How often the amount is taken, and the quantity that says so."""
    if step.per is None:
        return ONE, None
    value = quantities.number(step.per)
    counted = value
    if step.above is not None:
        counted = max(ZERO, counted - step.above)
    if step.below is not None:
        counted = max(ZERO, step.below - value)
    if step.every is not None:
        counted /= step.every
        if step.begun is not None:
            floor = counted.numerator // counted.denominator
            counted = Fraction(floor + (step.begun and counted.denominator != 1))
    return counted, value


def _looked_up(step: Step, full: Fraction, quantities: Quantities) -> tuple[Fraction | None, Fraction | str | None]:
    """The amount a ``set`` step finds (None: no row matches) and the value it was found with."""
    if step.by is None:
        assert step.amount is not None
        return _points(step.amount, full, quantities), None
    value = quantities[step.by]
    if step.labels:
        for label, amount in step.labels:
            if label == value:
                return _points(amount, full, quantities), value
        raise Undefined(f"{step.by}={value}")
    for tier in step.tiers:
        if tier.test is None or (not isinstance(value, str) and tier.test.number(value)):
            return _points(tier.points, full, quantities), value
    return None, value


def _outcome(measurements: Mapping[str, Measurement]) -> Outcome:
    """Scored, unless everything that was due is missing, or only statements stand there."""
    missing = explained = some = False
    for measurement in measurements.values():
        quantities = measurement.quantities
        cases = quantities.get("cases")
        if measurement.state is not State.CASES or not cases:
            continue
        absent = measurement.number("missing") == cases or measurement.number("blank") == cases
        if not absent and "blank" in quantities and "missing" in quantities:
            absent = measurement.number("missing") + measurement.number("blank") == cases
        stated = quantities.get("explained") == cases
        missing, explained = (absent and (missing or not some)), (stated and (explained or not some))
        some = True
        if not (missing or explained):
            return Outcome.SCORED
    return Outcome.MISSING if missing else Outcome.EXPLAINED if explained else Outcome.SCORED
