"""One-step changes of what indicators and gates are worth and whom they bind: points, steps, conditions, units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeVar

from gongkai_score.indicator_set import Amount, Branch, Gate, Indicator, Overlap, Scoring, Step, Tier, Variant, When
from gongkai_score.measure_kinds import Condition, Duration, Measure
from gongkai_score.points import exact_text
from gongkai_score.rule_tests.mutants import (
    Change,
    altered,
    changed,
    condition_changes,
    dropped,
    measure_changes,
    unit_changes,
)
from gongkai_score.sentences import plain_name
from gongkai_score.wording import SHARES

T = TypeVar("T", bound=Indicator | Gate)
_TENTH = Fraction(1, 10)
_SETTLING = frozenset({"zero", "full", "rate"})
"""Rules for what does not apply that show in the points of the indicator itself."""


def leaf_changes(leaf: Indicator, promptly: Duration) -> Iterator[Change[Indicator]]:
    """Every one-step change of an indicator."""
    if not leaf.reported_only and leaf.points:
        for points in (leaf.points * (1 - _TENTH), leaf.points * (1 + _TENTH)):
            yield changed("points", leaf.points, points, replace(leaf, points=points))
    yield from _measured(leaf, promptly)
    if leaf.scoring is not None:
        yield from _under(leaf, "scoring", scoring_changes(leaf.scoring))
    yield from scope_changes(leaf)
    for i, variant in enumerate(leaf.variants):
        others = (leaf.variants[:i], leaf.variants[i + 1 :])
        key = f"variants.{i + 1}"
        yield dropped(key, replace(leaf, variants=others[0] + others[1]))
        for one in _variant_changes(leaf, variant, promptly):
            yield one.inside(key, lambda new, o=others: replace(leaf, variants=(*o[0], new, *o[1])))  # type: ignore[misc]
    yield from _overlap_changes(leaf)
    if leaf.no_cases != "not_applicable":
        yield changed("no_cases", leaf.no_cases, "not_applicable", replace(leaf, no_cases="not_applicable"))
    if leaf.floor:
        yield dropped("floor", replace(leaf, floor=Fraction(0)), leaf.floor)
    if leaf.ceiling is not None:
        yield dropped("ceiling", replace(leaf, ceiling=None, unbounded=True), leaf.ceiling)
    rule = leaf.not_applicable
    if rule is not None and (rule.rule in _SETTLING or rule.proof is not None):
        yield dropped("not_applicable", replace(leaf, not_applicable=None), rule.rule)


def _overlap_changes(leaf: Indicator) -> Iterator[Change[Indicator]]:
    for i, one in enumerate(leaf.overlap):
        key = "overlap" if len(leaf.overlap) == 1 else f"overlap.{one.group}"

        def with_(*new: Overlap, i: int = i) -> Indicator:
            return replace(leaf, overlap=leaf.overlap[:i] + new + leaf.overlap[i + 1 :])

        yield dropped(key, with_(), one.group)
        if one.turn > 1:
            yield changed(f"{key}.turn", one.turn, 1, with_(replace(one, turn=1)))
        if one.measures:
            yield dropped(f"{key}.only", with_(replace(one, measures=())), "、".join(one.measures))


def scope_changes(node: Indicator) -> Iterator[Change[Indicator]]:
    """Changes of whom and when an indicator or a group binds."""
    if node.applies_to is not None:
        yield from _under(node, "applies_to", unit_changes(node.applies_to))
    if node.effective_from is not None:
        yield dropped("from", replace(node, effective_from=None))
    if node.effective_to is not None:
        yield dropped("to", replace(node, effective_to=None))


def gate_changes(gate: Gate, promptly: Duration) -> Iterator[Change[Gate]]:
    """Every one-step change of a gate."""
    yield from _measured(gate, promptly)
    yield from _under(gate, "when", _when_changes(gate.when, bounds=True))
    if gate.applies_to is not None:
        yield from _under(gate, "applies_to", unit_changes(gate.applies_to))


def _under(whole: T, key: str, changes: Iterator[Change[Any]]) -> Iterator[Change[T]]:
    for one in changes:
        yield one.inside(key, lambda value: altered(whole, **{key: value}))


def _measured(node: T, promptly: Duration) -> Iterator[Change[T]]:
    for name, key in _keys(node.measures).items():
        for one in measure_changes(node.measures[name], promptly):
            yield one.inside(key, lambda new, name=name: altered(node, measures={**node.measures, name: new}))  # type: ignore[misc]


def _keys(measures: Mapping[str, Measure]) -> dict[str, str]:
    """Name of each measure → how its key is written."""
    return {name: f"measures.{name}" if name else "measure" for name in measures}


def _variant_changes(leaf: Indicator, variant: Variant, promptly: Duration) -> Iterator[Change[Variant]]:
    if variant.points is not None and not leaf.reported_only:
        points = variant.points * (1 - _TENTH)
        yield changed("points", variant.points, points, replace(variant, points=points))
    held = variant.measures or {}
    for name, key in _keys(held).items():
        for one in measure_changes(held[name], promptly):
            yield one.inside(key, lambda new, name=name: replace(variant, measures={**held, name: new}))  # type: ignore[misc]
    if variant.scoring is not None:
        for found in scoring_changes(variant.scoring):
            yield found.inside("scoring", lambda new: replace(variant, scoring=new))


# -- scoring


def scoring_changes(rule: Scoring) -> Iterator[Change[Scoring]]:
    """Every one-step change of a scoring rule."""
    several = len(rule.branches) > 1
    if several:
        pick = "best" if rule.pick == "first" else "first"
        yield changed("pick", rule.pick, pick, altered(rule, pick=pick))
    for i, branch in enumerate(rule.branches):
        others = (rule.branches[:i], rule.branches[i + 1 :])
        for one in _branch_changes(branch):
            key = f"branches.{i + 1}" if several else ""
            yield one.inside(key, lambda new, o=others: replace(rule, branches=(*o[0], new, *o[1])))  # type: ignore[misc]


def _branch_changes(branch: Branch) -> Iterator[Change[Branch]]:
    first = branch.steps[0] if branch.steps else None
    if first is None or not _settles(first):
        new = less(branch.start)
        if new is not None:
            yield changed("start", _written(branch.start), _written(new), replace(branch, start=new))
    if branch.when is not None:
        for one in _when_changes(branch.when):
            yield one.inside("when", lambda when: replace(branch, when=when))
    for i, step in enumerate(branch.steps):
        others = (branch.steps[:i], branch.steps[i + 1 :])
        for found in _step_changes(step):
            yield found.inside(
                f"steps.{i + 1}",
                lambda new, o=others: replace(branch, steps=(*o[0], new, *o[1])),  # type: ignore[misc]
            )


def _settles(step: Step) -> bool:
    """Whether a step fixes the balance whatever it was before."""
    rest = bool(step.labels) or (bool(step.tiers) and step.tiers[-1].test is None)
    return step.verb == "set" and step.when is None and (step.by is None or rest)


def _step_changes(step: Step) -> Iterator[Change[Step]]:
    if step.amount is not None:
        amount = less(step.amount)
        if amount is not None:
            yield changed(step.verb, _written(step.amount), _written(amount), replace(step, amount=amount))
    if step.when is not None:
        for one in _when_changes(step.when):
            yield one.inside("when", lambda when: replace(step, when=when))
    if step.at_most is not None:
        yield dropped("at_most", replace(step, at_most=None), _written(step.at_most))
    if step.every is not None:
        yield changed("every", step.every, step.every + 1, replace(step, every=step.every + 1))
    if step.begun is not None:
        yield changed("begun", step.begun, not step.begun, replace(step, begun=not step.begun))
    share = plain_name(step.per or "") in SHARES
    for key in ("above", "below"):
        bound: Fraction | None = getattr(step, key)
        if bound is not None:
            shifted = bound + (Fraction(1, 20) if share else 1)
            yield changed(key, bound, shifted, altered(step, **{key: shifted}))
    yield from _row_changes(step)


def _row_changes(step: Step) -> Iterator[Change[Step]]:
    """Bounds and points of a table, points of labels."""
    share = plain_name(step.by or "") in SHARES
    for i, tier in enumerate(step.tiers):
        others = (step.tiers[:i], step.tiers[i + 1 :])
        for one in _tier_changes(tier, share):
            yield one.inside(
                f"tiers.{i + 1}",
                lambda new, o=others: replace(step, tiers=(*o[0], new, *o[1])),  # type: ignore[misc]
            )
    for i, (label, points) in enumerate(step.labels):
        new = less(points)
        if new is not None:
            labels = (*step.labels[:i], (label, new), *step.labels[i + 1 :])
            yield changed(f"labels.{label}", _written(points), _written(new), replace(step, labels=labels))


def _tier_changes(tier: Tier, share: bool) -> Iterator[Change[Tier]]:
    if tier.test is not None:
        for one in condition_changes(tier.test, share):
            yield one.inside("", lambda test: replace(tier, test=test))
    points = less(tier.points)
    if points is not None:
        yield changed("points", _written(tier.points), _written(points), replace(tier, points=points))


def _when_changes(when: When, bounds: bool = False) -> Iterator[Change[When | None]]:
    """Conditions dropped one by one; the last one with all there are. With ``bounds`` their bounds shifted too."""
    only = len(when.all) + len(when.any) == 1
    for key, held in (("all", when.all), ("any", when.any)):
        for i, (name, condition) in enumerate(held):
            rest = (*held[:i], *held[i + 1 :])
            if not (only and bounds):
                yield dropped(name, None if only else altered(when, **{key: rest}), condition)
            if bounds:
                yield from _bounds(when, key, i, name, condition)


def _bounds(when: When, key: str, i: int, name: str, condition: Condition) -> Iterator[Change[When | None]]:
    held: tuple[tuple[str, Condition], ...] = getattr(when, key)
    share = plain_name(name) in SHARES or name.endswith(".rate")
    for one in condition_changes(condition, share):
        yield one.inside(name, lambda new: altered(when, **{key: (*held[:i], (name, new), *held[i + 1 :])}))


def less(amount: Amount) -> Amount | None:
    """A slightly different amount; None for one that is a quantity.

    >>> less(Amount(Fraction(5))), less(Amount(Fraction(1), share=True))
    (Amount(value=Fraction(4, 1), share=False), Amount(value=Fraction(9, 10), share=True))
    """
    value = amount.value
    if isinstance(value, str):
        return None
    if amount.share:
        return replace(amount, value=value * (1 - _TENTH) if value else _TENTH)
    if not value:
        return replace(amount, value=_TENTH, share=True)
    return replace(amount, value=value - 1 if value.denominator == 1 and value >= 2 else value / 2)


def _written(amount: Amount) -> str:
    """An amount as a set writes it."""
    if isinstance(amount.value, str):
        return amount.value
    if not amount.share:
        return exact_text(amount.value)
    if amount.value == 1:
        return "full"
    return exact_text(amount.value * 100) + "%" if amount.value else "0"
