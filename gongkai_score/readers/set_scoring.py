"""Builds scoring rules: short forms are expanded into the five verbs; a rule can be written out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from gongkai_score.indicator_set import Amount, Branch, Scoring, Step, Tier, When
from gongkai_score.measure_kinds import Condition, Measure
from gongkai_score.points import exact_text
from gongkai_score.readers import set_values as values
from gongkai_score.readers.marked_yaml import Path
from gongkai_score.readers.set_draft import Draft
from gongkai_score.readers.set_rules import check_tiers

FULL = Amount(Fraction(1), share=True)
NOTHING = Amount(Fraction(0))
SHOWN = Scoring((Branch(FULL, ()),))
"""The rule of what is shown without points."""
VERBS: tuple[str, ...] = ("set", "scale", "add", "deduct", "cap")
_BOUNDS = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}
_COUNTING = ("per", "every", "begun", "above", "below", "at_most")


def proportion(quantity: str) -> Scoring:
    """Full marks times a quantity: the rule of a leaf that has none of its own.

    >>> expanded(proportion("rate"))
    {'start': 'full', 'steps': [{'scale': 'rate'}]}
    """
    return Scoring((Branch(FULL, (Step("scale", Amount(quantity)),)),))


def scoring(draft: Draft, told: Any, path: Path, measures: Mapping[str, Measure] | None) -> Scoring:
    """A scoring rule from its long or short form.

    Args:
        draft: takes note of mistakes.
        told: the rule as written.
        path: its place.
        measures: the measures it scores, for ``all_or_nothing``; None where unknown.
    """
    if isinstance(told, str):
        return _all_or_nothing(measures or {"": None})
    if "proportion" in told:
        return proportion(told["proportion"])
    if "branches" in told:
        at = (*path, "branches")
        branches = [_branch(draft, one, (*at, i)) for i, one in enumerate(told["branches"])]
        return Scoring(tuple(branches), told.get("pick", "first"))
    if "deduct_each" in told:
        at = (*path, "deduct_each")
        each = {name: values.amount(draft, one, (*at, name)) for name, one in told["deduct_each"].items()}
        return _one(FULL, [Step("deduct", one, per=name) for name, one in each.items() if one is not None])
    if "tiers" in told:
        return _one(FULL, [_look_up(draft, told["tiers"], (*path, "tiers"))])
    if "labels" in told:
        return _one(FULL, [_look_up(draft, {"by": "label", "labels": told["labels"]}, path)])
    if "checklist" in told:
        return _one(NOTHING, _checklist(draft, told["checklist"], (*path, "checklist")))
    if "accumulate" in told:
        return _one(NOTHING, _steps(draft, told["accumulate"], (*path, "accumulate")))
    return Scoring((_branch(draft, told, path),))


def _one(start: Amount, steps: Iterable[Step]) -> Scoring:
    return Scoring((Branch(start, tuple(steps)),))


def _all_or_nothing(measures: Mapping[str, object]) -> Scoring:
    names = [f"{name}.failing" if name else "failing" for name in measures]
    failed = tuple((name, Condition(">", Fraction(0))) for name in names)
    when = When(all=failed) if len(failed) == 1 else When(any=failed)
    return _one(FULL, [Step("set", NOTHING, when=when)])


def _checklist(draft: Draft, told: list[Any], path: Path) -> list[Step]:
    steps = []
    for i, part in enumerate(told):
        at = (*path, i)
        points = values.amount(draft, part["points"], (*at, "points"))
        note = values.text_of(part.get("note"))
        steps.append(Step("add", points, when=when(draft, part["when"], (*at, "when")), note=note))
    return steps


def _branch(draft: Draft, told: dict[str, Any], path: Path) -> Branch:
    start = told.get("start", "full")
    amount = FULL if start == "full" else values.amount(draft, start, (*path, "start"), negative=True)
    condition = when(draft, told["when"], (*path, "when")) if "when" in told else None
    return Branch(amount or NOTHING, tuple(_steps(draft, told.get("steps", []), (*path, "steps"))), condition)


def _steps(draft: Draft, told: list[Any], path: Path) -> list[Step]:
    found = (_step(draft, one, (*path, i)) for i, one in enumerate(told))
    return [step for step in found if step is not None]


def _step(draft: Draft, told: dict[str, Any], path: Path) -> Step | None:
    verbs = [verb for verb in VERBS if verb in told]
    if len(verbs) != 1:
        draft.say("S407", path, verbs=" + ".join(verbs) or "∅")
        return None
    (verb,) = verbs
    at = (*path, verb)
    condition = when(draft, told["when"], (*path, "when")) if "when" in told else None
    note = values.text_of(told.get("note"))
    stray = [key for key in _COUNTING if key in told]
    if verb not in ("add", "deduct") and stray:
        draft.say("S408", (*path, stray[0]), "key", key=stray[0], verb=verb)
    if verb == "set" and isinstance(told["set"], dict):
        look = _look_up(draft, told["set"], at)
        return Step("set", when=condition, by=look.by, tiers=look.tiers, labels=look.labels, note=note)
    amount = values.amount(draft, told[verb], at, negative=verb in ("set", "scale"))
    if verb == "scale" and amount is not None and amount.share:
        amount = Amount(amount.value)
    if verb not in ("add", "deduct"):
        return Step(verb, amount, when=condition, note=note)  # type: ignore[arg-type]
    every = _number(draft, told, path, "every")
    if every is not None and every <= 0:
        draft.say("S418", (*path, "every"), found=exact_text(every))
        every = None
    counting = [key for key in ("every", "begun", "above", "below") if key in told]
    if counting and "per" not in told:
        draft.say("S417", (*path, counting[0]), "key", key=counting[0], needs="per")
    elif "begun" in told and "every" not in told:
        draft.say("S417", (*path, "begun"), "key", key="begun", needs="every")
    return Step(
        verb,  # type: ignore[arg-type]
        amount,
        per=told.get("per"),
        every=every,
        begun=told.get("begun"),
        above=_number(draft, told, path, "above"),
        below=_number(draft, told, path, "below"),
        at_most=values.amount(draft, told["at_most"], (*path, "at_most")) if "at_most" in told else None,
        when=condition,
        note=note,
    )


def _number(draft: Draft, told: dict[str, Any], path: Path, key: str) -> Fraction | None:
    return values.number(draft, told[key], (*path, key)) if key in told else None


def _look_up(draft: Draft, told: dict[str, Any], path: Path) -> Step:
    if ("tiers" in told) == ("labels" in told):
        draft.say("S406", path, "key")
    tiers = [_tier(draft, one, (*path, "tiers", i)) for i, one in enumerate(told.get("tiers", ()))]
    labels = [
        (label, values.amount(draft, one, (*path, "labels", label), negative=True) or NOTHING)
        for label, one in told.get("labels", {}).items()
    ]
    if "tiers" in told:
        check_tiers(draft, told["by"], told["tiers"], tiers, (*path, "tiers"), path[-1] == "tiers")
    return Step("set", by=told["by"], tiers=tuple(tiers), labels=tuple(labels))


def _tier(draft: Draft, told: dict[str, Any], path: Path) -> Tier:
    points = values.amount(draft, told["points"], (*path, "points"), negative=True) or NOTHING
    bounds = [key for key in _BOUNDS if key in told]
    if len(bounds) > 1:
        draft.say("S410", (*path, bounds[1]), "key", keys=" + ".join(bounds))
    if not bounds:
        return Tier(None, points)
    limit = values.number(draft, told[bounds[0]], (*path, bounds[0]))
    return Tier(Condition(_BOUNDS[bounds[0]], limit), points)  # type: ignore[arg-type]


def when(draft: Draft, told: dict[str, Any], path: Path) -> When:
    """Conditions on quantities: all of them, and one of the alternatives under ``any``."""
    every = _conditions(draft, ((name, one, (*path, name)) for name, one in told.items() if name != "any"))
    some = (
        (name, one, (*path, "any", i, name))
        for i, alternative in enumerate(told.get("any", ()))
        for name, one in alternative.items()
    )
    return When(every, _conditions(draft, some))


def _conditions(draft: Draft, told: Iterable[tuple[str, Any, Path]]) -> tuple[tuple[str, Condition], ...]:
    found = ((name, values.condition(draft, one, path)) for name, one, path in told)
    return tuple((name, condition) for name, condition in found if condition is not None)


def expanded(rule: Scoring) -> dict[str, Any]:
    """A scoring rule written out in full, as plain data that reads back to the same rule.

    >>> from gongkai_score.indicator_set import (Amount, Branch, Scoring, Step)
    >>> rule = Scoring((Branch(FULL, (Step("deduct", Amount(Fraction(1, 2)), per="late"),)),))
    >>> expanded(rule)
    {'start': 'full', 'steps': [{'deduct': 0.5, 'per': 'late'}]}
    """
    if len(rule.branches) == 1 and rule.branches[0].when is None and rule.pick == "first":
        return _plain_branch(rule.branches[0])
    branches: dict[str, Any] = {"branches": [_plain_branch(b) for b in rule.branches]}
    return branches if rule.pick == "first" else {**branches, "pick": rule.pick}


def _plain_branch(branch: Branch) -> dict[str, Any]:
    plain: dict[str, Any] = {} if branch.when is None else {"when": _plain_when(branch.when)}
    plain["start"] = "full" if branch.start == FULL else _plain_amount(branch.start)
    plain["steps"] = [_plain_step(step) for step in branch.steps]
    return plain


def _plain_step(step: Step) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    if step.by is not None:
        look: dict[str, Any] = {"by": step.by}
        if step.tiers:
            look["tiers"] = [_plain_tier(tier) for tier in step.tiers]
        if step.labels:
            look["labels"] = {label: _plain_amount(one) for label, one in step.labels}
        plain["set"] = look
    elif step.amount is not None:
        plain[step.verb] = _plain_amount(step.amount)
    if step.per is not None:
        plain["per"] = step.per
    for key in ("every", "above", "below"):
        limit = getattr(step, key)
        if limit is not None:
            plain[key] = _plain_number(limit)
    if step.begun is not None:
        plain["begun"] = step.begun
    if step.at_most is not None:
        plain["at_most"] = _plain_amount(step.at_most)
    if step.when is not None:
        plain["when"] = _plain_when(step.when)
    if step.note.zh or step.note.en:
        plain["note"] = step.note.zh if not step.note.en else {"zh": step.note.zh, "en": step.note.en}
    return plain


def _plain_tier(tier: Tier) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    if tier.test is not None and isinstance(tier.test.value, Fraction):
        key = next(key for key, op in _BOUNDS.items() if op == tier.test.op)
        plain[key] = _plain_number(tier.test.value)
    plain["points"] = _plain_amount(tier.points)
    return plain


def _plain_amount(amount: Amount) -> int | float | str:
    if isinstance(amount.value, str):
        return amount.value
    if not amount.share:
        return _plain_number(amount.value)
    return f"{exact_text(amount.value * 100)}%"


def _plain_number(value: Fraction) -> int | float | str:
    text = exact_text(value)
    if value.denominator == 1:
        return value.numerator
    return float(text) if "/" not in text and Decimal(repr(float(text))) == Decimal(text) else text


def _plain_when(when: When) -> dict[str, Any]:
    plain: dict[str, Any] = {name: _plain_condition(condition) for name, condition in when.all}
    if when.any:
        plain["any"] = [{name: _plain_condition(condition)} for name, condition in when.any]
    return plain


def _plain_condition(condition: Condition) -> Any:
    if condition.value is None:
        return condition.op
    if isinstance(condition.value, tuple):
        listed = list(condition.value)
        return listed if condition.op == "in" else {"not": listed}
    if isinstance(condition.value, Fraction):
        number = _plain_number(condition.value)
        return number if condition.op == "==" and not isinstance(number, str) else f"{condition.op} {number}"
    return condition.value if condition.op == "==" else f"{condition.op} {condition.value}"
