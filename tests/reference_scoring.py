"""Points of one indicator worked out the slow way: a balance and five verbs (docs/language.md, section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from reference_quantities import ZERO, Finding, Quantity, text_passes

from gongkai_score.indicator_set import Amount, Branch, Indicator, Scoring, Step, When


class NoValue(Exception):
    """A rule asks for a quantity that has no value."""


def quantity(found: Mapping[str, Finding], name: str) -> Quantity:
    """A quantity of one of several measures, or a sum of quantities.

    Raises:
        NoValue: there is none.
    """
    if " + " in name:
        return sum((number(found, part.strip()) for part in name.split(" + ")), ZERO)
    first, _, rest = name.partition(".")
    measure, name = (first, rest) if first in found and rest else (next(iter(found)), name)
    value = found[measure].quantity(name)
    if value is None:
        raise NoValue
    return value


def number(found: Mapping[str, Finding], name: str) -> Fraction:
    """A quantity that is a number."""
    value = quantity(found, name)
    if isinstance(value, str):
        raise NoValue
    return value


def holds(found: Mapping[str, Finding], when: When | None) -> bool:
    """Whether all conditions hold and, if there are alternatives, one of them."""

    def one(item: tuple[str, object]) -> bool:
        name, condition = item
        try:
            value = quantity(found, name)
        except NoValue:
            return condition.op == "none"  # type: ignore[attr-defined]
        return text_passes(condition, value) if isinstance(value, str) else condition.number(value)  # type: ignore

    return when is None or (all(map(one, when.all)) and (not when.any or any(map(one, when.any))))


def state_of(found: Mapping[str, Finding]) -> str:
    """Of several measures: an error or a lack of what is needed decides, else whether any has cases."""
    states = [f.state for f in found.values()]
    return next(s for s in ("error", "not_assessed", "cases", "pending", "no_cases") if s in states)


def leaf_points(
    node: Indicator, rule: Scoring, full: Fraction, found: Mapping[str, Finding]
) -> tuple[str, Fraction | None, bool]:
    """(outcome, points or None, whether the rule gave them), before what the rule gave is rounded and bounded."""
    state = state_of(found)
    if state == "no_cases":
        return *without_cases(node, full, "not_applicable"), False
    if state != "cases":
        return state, None, False
    try:
        branches = [b for b in rule.branches if holds(found, b.when)]
        balances = [balance(b, full, found) for b in (branches if rule.pick == "best" else branches[:1])]
    except NoValue:
        if any(f.state == "pending" for f in found.values()):
            return "pending", None, False
        return *without_cases(node, full, "not_assessed"), False
    return outcome_of(found), max(balances, default=ZERO), True


def without_cases(node: Indicator, full: Fraction, otherwise: str) -> tuple[str, Fraction | None]:
    """What no case at all means, by the indicator's own rule."""
    if node.no_cases == "full":
        return "scored", full
    if node.no_cases == "zero":
        return "scored", ZERO
    return ("not_assessed" if node.no_cases == "not_assessed" else otherwise), None


def outcome_of(found: Mapping[str, Finding]) -> str:
    """Missing where nothing of what was due is there, explained where only statements are, else scored."""
    verdicts = [[c.verdict for c in f.cases] for f in found.values() if f.state == "cases" and f.quantity("cases")]
    counted = [[v for v in each if v not in ("pending", "exempt", "unknown")] for each in verdicts]
    if counted and all(v in ("missing", "blank") for each in counted for v in each):
        return "missing"
    if counted and all(v == "explained" for each in counted for v in each):
        return "explained"
    return "scored"


def balance(branch: Branch, full: Fraction, found: Mapping[str, Finding]) -> Fraction:
    """The balance after all steps."""
    now = points_of(branch.start, full, found)
    for step in branch.steps:
        if holds(found, step.when):
            now = after(step, now, full, found)
    return now


def points_of(amount: Amount, full: Fraction, found: Mapping[str, Finding]) -> Fraction:
    if isinstance(amount.value, str):
        return number(found, amount.value)
    return amount.value * full if amount.share else amount.value


def after(step: Step, now: Fraction, full: Fraction, found: Mapping[str, Finding]) -> Fraction:
    """The balance after one step."""
    if step.by is not None:
        value = quantity(found, step.by)
        for label, amount in step.labels:
            if label == value:
                return points_of(amount, full, found)
        if step.labels:
            raise NoValue
        for row in step.tiers:
            if row.test is None or (isinstance(value, Fraction) and row.test.number(value)):
                return points_of(row.points, full, found)
        return now
    assert step.amount is not None
    amount = points_of(step.amount, full, found)
    if step.verb == "set":
        return amount
    if step.verb == "scale":
        return now * amount
    if step.verb == "cap":
        return min(now, amount)
    change = amount * times(step, found)
    if step.at_most is not None:
        change = min(change, points_of(step.at_most, full, found))
    return now + change if step.verb == "add" else now - change


def times(step: Step, found: Mapping[str, Finding]) -> Fraction:
    """How often the amount is taken."""
    if step.per is None:
        return Fraction(1)
    count = number(found, step.per)
    if step.above is not None:
        count = max(count - step.above, ZERO)
    elif step.below is not None:
        count = max(step.below - count, ZERO)
    if step.every is None:
        return count
    count /= step.every
    if step.begun is None:
        return count
    whole = Fraction(count.numerator // count.denominator)
    return whole + (1 if step.begun and count > whole else 0)
