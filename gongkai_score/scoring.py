"""Scoring rules: a balance and five verbs turn the quantities of one indicator into points.

Every step writes a line, and the lines are the explanation: their changes add up to the points, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gongkai_score.exact_columns import SINGLE, Arithmetic, Mark, Number
from gongkai_score.indicator_set import Branch, Indicator, Rounding, Scoring, Step, summands
from gongkai_score.known import Found, Known, Quantities, Undefined
from gongkai_score.measurements import Measurement, State
from gongkai_score.outcomes import Outcome
from gongkai_score.points import RoundingMode

ZERO, ONE = Fraction(0), Fraction(1)


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
    state, reason = joint_state([(one.state, one.reason) for one in measurements.values()])
    if state is State.NO_CASES:
        return without_cases(indicator, full, reason)
    if state is not State.CASES:
        return Score(OUTCOME_OF_STATE[state], None, reason=reason)
    known = Quantities(measurements)
    try:
        lines = account(rule, full, known)
    except Undefined as undefined:
        pending = any(measurement.state is State.PENDING for measurement in measurements.values())
        return undefined_score(str(undefined), pending, indicator, full)
    ledger = Ledger()
    ledger.lines += lines
    ceiling = ceiling_of(indicator, full)
    balance = bounded(ledger, lines[-1].balance, indicator, ceiling, rounding.leaf, rounding.mode, SINGLE)
    outcome = joint_outcome([kind_of(one) for one in measurements.values()])
    return Score(outcome, balance, tuple(ledger.lines))


def account(rule: Scoring, full: Fraction, known: Quantities) -> tuple[Line, ...]:
    """The account of the branch that counts, before floor and ceiling.

    Raises:
        Undefined: a step needs a quantity without a value.
    """
    found: list[tuple[Line, ...]] = []
    for branch in rule.branches:
        if known.holds(branch.when) and not (found and rule.pick == "first"):
            found.append(account_of(branch, full, known))
    return max(found, key=lambda lines: lines[-1].balance) if found else (Line("start", ZERO, ZERO),)


def account_of(branch: Branch, full: Fraction, known: Quantities) -> tuple[Line, ...]:
    """The account of one branch.

    Raises:
        Undefined: a step needs a quantity without a value.
    """
    ledger = Ledger()
    run(branch, full, known, True, ledger)
    return tuple(ledger.lines)


def balances(rule: Scoring, full: Number, known: Known, where: Mark) -> Number:
    """The balances of all units at once, before floor and ceiling, as :func:`account` gives that of one.

    What stands where ``where`` does not hold means nothing.
    """
    if len(rule.branches) == 1 and rule.branches[0].when is None:
        return run(rule.branches[0], full, known, where, UNWRITTEN)
    best, taken = ZERO, False
    sums = known.sums
    for branch in rule.branches:
        this = where & known.holds(branch.when)
        if rule.pick == "first":
            this = this & (taken ^ True)
        if sums.any(this):
            balance = run(branch, full, known, this, UNWRITTEN)
            better = this if rule.pick == "first" else this & ((taken ^ True) | (balance > best))
            best = sums.where(better, balance, best)
            taken = taken | this
    return best


def ceiling_of(indicator: Indicator, full: Fraction) -> Fraction | None:
    """The most a leaf may earn; None: no bound."""
    return None if indicator.unbounded else full if indicator.ceiling is None else indicator.ceiling


def undefined_score(name: str, pending: bool, indicator: Indicator, full: Fraction) -> Score:
    """The score where a rule asked for a quantity without a value."""
    if pending:
        return Score(Outcome.PENDING, None, reason=f"undefined:{name}")
    return without_cases(indicator, full, f"undefined:{name}")


OUTCOME_OF_STATE: dict[State, Outcome] = {
    State.NOT_BOUND: Outcome.NOT_APPLICABLE,
    State.NO_CASES: Outcome.NOT_APPLICABLE,
    State.PENDING: Outcome.PENDING,
    State.NOT_ASSESSED: Outcome.NOT_ASSESSED,
    State.ERROR: Outcome.ERROR,
}

_ORDER = (State.ERROR, State.NOT_ASSESSED, State.CASES, State.PENDING, State.NO_CASES, State.NOT_BOUND)


def joint_state(found: Iterable[tuple[State, str]]) -> tuple[State, str]:
    """State and reason of an indicator with several measures: the gravest of error and not assessed, else any with
    cases.

    >>> joint_state([(State.NO_CASES, ""), (State.CASES, "")])[0].value
    'cases'
    """
    pairs = list(found)
    return min(pairs, key=lambda pair: _ORDER.index(pair[0]), default=(State.NO_CASES, ""))


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
    ledger: Ledger,
    balance: Number,
    node: Indicator,
    ceiling: Number | None,
    digits: int | None,
    mode: RoundingMode,
    sums: Arithmetic,
) -> Number:
    """The balance with the prescribed rounding, then the ceiling (None: none) and the node's floor, applied."""
    after = sums.rounded(balance, digits, mode)
    ledger.write("round", balance, after)
    if ceiling is not None:
        balance, after = after, sums.least(after, ceiling)
        ledger.write("ceiling", balance, after, amount=ceiling)
    if node.floor is not None:
        balance, after = after, sums.greatest(after, node.floor)
        ledger.write("floor", balance, after, amount=node.floor)
    return after


class Ledger:
    """Where an account is written; of all units at once none is (:data:`UNWRITTEN`)."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def start(self, balance: Number) -> None:
        """The first line."""
        self.lines.append(Line("start", balance, balance))

    def write(self, verb: str, before: Number, after: Number, *, always: bool = False, **told: Any) -> None:
        """A line, unless nothing changed and it is not to be written always."""
        if always or after != before:
            self.lines.append(Line(verb, after - before, after, **told))


class _Unwritten(Ledger):
    def start(self, balance: Number) -> None:
        """Nothing."""

    def write(self, verb: str, before: Number, after: Number, *, always: bool = False, **told: Any) -> None:
        """Nothing."""


UNWRITTEN = _Unwritten()


def run(branch: Branch, full: Number, known: Known, where: Mark, ledger: Ledger) -> Number:
    """The balance of one branch, before floor and ceiling.

    Args:
        branch: start and steps.
        full: full marks.
        known: quantities; what the branch lacks is noted there.
        where: who takes this branch.
        ledger: where the account is written.
    """
    balance = known.points(branch.start, full, where)
    ledger.start(balance)
    for step in branch.steps:
        if step.when is None:
            balance = _take(step, balance, full, known, where, ledger)
            continue
        taken = where & known.holds(step.when)
        if known.sums.any(taken):
            balance = known.sums.where(taken, _take(step, balance, full, known, taken, ledger), balance)
    return balance


def _take(step: Step, balance: Number, full: Number, known: Known, where: Mark, ledger: Ledger) -> Number:
    """The balance after one step."""
    note = step.note.zh
    if step.verb == "set":
        return _set(step, balance, full, known, where, ledger)
    assert step.amount is not None
    named = step.amount.value if isinstance(step.amount.value, str) else ""
    if step.verb == "scale":
        factor = known.number(named, where) if named else step.amount.value
        after = balance * factor
        ledger.write("scale", balance, after, always=True, amount=factor, quantity=named, value=factor, note=note)
        return after
    amount = known.points(step.amount, full, where)
    if step.verb == "cap":
        after = known.sums.least(balance, amount)
        ledger.write("cap", balance, after, amount=amount, note=note)
        return after
    times, value = _times(step, known, where)
    change = amount if step.per is None else amount * times
    if step.at_most is not None:
        change = known.sums.least(change, known.points(step.at_most, full, where))
    after = balance - change if step.verb == "deduct" else balance + change
    told = {"amount": amount, "quantity": step.per or named, "value": value, "times": times, "note": note}
    ledger.write(step.verb, balance, after, **told)
    return after


def _times(step: Step, known: Known, where: Mark) -> tuple[Number, Number | None]:
    """How often the amount is taken, and the quantity that says so."""
    if step.per is None:
        return ONE, None
    value = known.number(step.per, where)
    counted = value
    if step.above is not None:
        counted = known.sums.greatest(ZERO, counted - step.above)
    if step.below is not None:
        counted = known.sums.greatest(ZERO, step.below - value)
    if step.every is not None:
        counted = counted * (1 / step.every)
        if step.begun is not None:
            counted = known.sums.whole(counted, step.begun)
    return counted, value


def _set(step: Step, balance: Number, full: Number, known: Known, where: Mark, ledger: Ledger) -> Number:
    """The balance set outright, by a table (unchanged where no row matches) or by label."""
    note = step.note.zh
    if step.by is None:
        assert step.amount is not None
        amount = known.points(step.amount, full, where)
        ledger.write("set", balance, amount, always=True, amount=amount, note=note)
        return amount
    found = known.named(step.by) if len(summands(step.by)) == 1 else Found(known.number(step.by, where), True)
    known.lack(step.by, where & (found.there ^ True))
    where = where & found.there
    if step.labels:
        amount, hit = known.labelled(step, found, full, where), where
    else:
        amount, hit = _tier(step, found, full, known, where)
    after = known.sums.where(hit, amount, balance)
    if known.sums.any(hit):
        value = found.number if found.words is None else found.words
        ledger.write("set", balance, after, always=True, amount=amount, quantity=step.by, value=value, note=note)
    return after


def _tier(step: Step, found: Found, full: Number, known: Known, where: Mark) -> tuple[Number, Mark]:
    """(points of the first row whose test a quantity passes, whether there is one)."""
    amount: Number = ZERO
    free, numeric = where, known.numeric(found)
    for tier in step.tiers:
        this = free if tier.test is None else free & numeric & tier.test.number(found.number)
        if known.sums.any(this):
            amount = known.sums.where(this, known.points(tier.points, full, this), amount)
            free = free & (this ^ True)
    return amount, where & (free ^ True)


NOTHING, PART, ABSENT, STATED = range(4)
"""Kinds of measurement: no cases; some of what was due; nothing of it; only statements."""


def kind_of(measurement: Measurement) -> int:
    """The kind of a measurement: whether everything that was due is missing, or only statements stand there."""
    cases = measurement.quantities.get("cases")
    if measurement.state is not State.CASES or not cases:
        return NOTHING
    if measurement.number("missing") + measurement.number("blank") == cases:
        return ABSENT
    return STATED if measurement.number("explained") == cases else PART


def joint_outcome(kinds: Iterable[int]) -> Outcome:
    """Scored, unless everything that was due is missing, or only statements stand there.

    >>> joint_outcome([NOTHING, ABSENT]).value, joint_outcome([PART, ABSENT]).value
    ('missing', 'scored')
    """
    some = {kind for kind in kinds if kind != NOTHING}
    if some == {ABSENT}:
        return Outcome.MISSING
    return Outcome.EXPLAINED if some == {STATED} else Outcome.SCORED
