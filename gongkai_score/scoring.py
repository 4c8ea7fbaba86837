"""Scoring rules: a balance and five verbs turn the quantities of one indicator into points.

Every step writes a line, and the lines are the explanation: their changes add up to the points, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gongkai_score.exact_columns import SINGLE, Arithmetic, Mark, Number
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
from gongkai_score.points import RoundingMode

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
class Found:
    """A quantity of one unit or of all: its number (0 where it has none), whether it has a value, and its words.

    ``words``: what stands instead of a number: of one unit the text or None; of all units, codes into texts (the
    last code: a number) and the texts.
    """

    number: Number
    there: Mark
    words: Any = None


class Known:
    """Quantities of one or several named measures, looked up as a rule names them: what rules are written on.

    :class:`Quantities` knows those of one unit, another class may know those of all units at once.
    """

    sums: Arithmetic
    measurements: Mapping[str, Any]

    def find(self, measurement: Any, quantity: str) -> Found:
        """A quantity of one measure."""
        raise NotImplementedError

    def lack(self, name: str, where: Mark) -> None:
        """Notes that a rule needs a quantity that has no value."""
        raise NotImplementedError

    def labelled(self, step: Step, found: Found, full: Number, where: Mark) -> Number:
        """The points a list of labels gives; a label that is not in the list is lacking."""
        raise NotImplementedError

    def says(self, found: Found, condition: Condition) -> Mark:
        """Whether the words of a quantity pass a condition; False where it is a number."""
        raise NotImplementedError

    def named(self, name: str) -> Found:
        """What a name means; without the name of a measure it is one of the only measure."""
        head, _, rest = name.partition(".")
        if rest and head in self.measurements:
            return self.find(self.measurements[head], rest)
        if len(self.measurements) == 1:
            (measurement,) = self.measurements.values()
            return self.find(measurement, name)
        return Found(ZERO, False)

    def number(self, name: str, where: Mark = True) -> Number:
        """A quantity, or several added up, that must be a number where ``where`` holds."""
        first, *others = (self._one(part, where) for part in summands(name))
        return sum(others, first)

    def _one(self, name: str, where: Mark) -> Number:
        found = self.named(name)
        self.lack(name, where & (self.numeric(found) ^ True))
        return found.number

    def numeric(self, found: Found) -> Mark:
        """Where a quantity is a number."""
        raise NotImplementedError

    def holds(self, when: When | None) -> Mark:
        """Whether conditions hold; conditions on undefined quantities do not."""
        if when is None:
            return True
        held: Mark = True
        for item in when.all:
            held = held & self.passes(*item)
        some: Mark = not when.any
        for item in when.any:
            some = some | self.passes(*item)
        return held & some

    def passes(self, name: str, condition: Condition) -> Mark:
        """Whether a quantity meets a condition; an undefined one meets only ``none``."""
        found, *others = (self.named(part) for part in summands(name))
        number, numeric, there = found.number, self.numeric(found), found.there
        for other in others:
            number, numeric = number + other.number, numeric & self.numeric(other)
            there = numeric
        passed = self.sums.where(numeric, condition.number(number), self.says(found, condition))
        return self.sums.where(there, passed, condition.op == "none")


class Quantities(Known):
    """Quantities of one unit.

    >>> known = Quantities({"": Measurement(State.CASES, {"late": Fraction(2)})})
    >>> known.number("late"), known.number("missing"), known.passes("rate", Condition("none"))
    (Fraction(2, 1), Fraction(0, 1), True)
    """

    def __init__(self, measurements: Mapping[str, Measurement]) -> None:
        """``measurements``: by the name of the measure."""
        self.measurements = measurements
        self.sums = SINGLE

    def find(self, measurement: Measurement, quantity: str) -> Found:
        """A quantity of one measure; a number of cases that is absent is 0."""
        value = measurement.quantities.get(quantity)
        if value is None:
            return Found(ZERO, not undefined_if_absent(quantity))
        return Found(ZERO, True, value) if isinstance(value, str) else Found(value, True)

    def lack(self, name: str, where: Mark) -> None:
        """Gives up.

        Raises:
            Undefined: if it lacks.
        """
        if where:
            raise Undefined(name)

    def numeric(self, found: Found) -> Mark:
        """Whether it is a number."""
        return found.there and found.words is None

    def labelled(self, step: Step, found: Found, full: Number, where: Mark) -> Number:
        """The points of the label.

        Raises:
            Undefined: it is not in the list.
        """
        for label, amount in step.labels:
            if label == found.words:
                return _points(amount, full, self, where)
        raise Undefined(f"{step.by}={found.number if found.words is None else found.words}")

    def says(self, found: Found, condition: Condition) -> Mark:
        """Whether the words pass."""
        return found.words is not None and text_passes(condition.op, condition.value, found.words)

    def __getitem__(self, name: str) -> Fraction | str:
        found = self.named(name)
        if found.words is not None:
            return str(found.words)
        value: Fraction = self.number(name)
        return value


def undefined_if_absent(quantity: str) -> bool:
    """Whether a quantity that is not there has no value, rather than being 0."""
    return quantity in RATIOS or quantity == "label" or quantity.startswith("peers.")


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
    """The balances of all units at once, before floor and ceiling, as :func:`account` gives that of one."""
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
    balance = _points(branch.start, full, known, where)
    ledger.start(balance)
    for step in branch.steps:
        taken = where & known.holds(step.when)
        if known.sums.any(taken):
            balance = known.sums.where(taken, _take(step, balance, full, known, taken, ledger), balance)
    return balance


def _points(amount: Amount, full: Number, known: Known, where: Mark) -> Number:
    value = known.number(amount.value, where) if isinstance(amount.value, str) else amount.value
    return value * full if amount.share else value


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
    amount = _points(step.amount, full, known, where)
    if step.verb == "cap":
        after = known.sums.least(balance, amount)
        ledger.write("cap", balance, after, amount=amount, note=note)
        return after
    times, value = _times(step, known, where)
    change = amount if step.per is None else amount * times
    if step.at_most is not None:
        change = known.sums.least(change, _points(step.at_most, full, known, where))
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
        amount = _points(step.amount, full, known, where)
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
            amount = known.sums.where(this, _points(tier.points, full, known, this), amount)
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
