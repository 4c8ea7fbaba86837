"""Checks scoring rules: tables whose rows are never reached, amounts beyond the full marks, sums that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from gongkai_score.indicator_set import Amount, Branch, Indicator, Tier, summands
from gongkai_score.measure_kinds import Measure
from gongkai_score.points import exact_text
from gongkai_score.readers.marked_yaml import Path
from gongkai_score.readers.set_draft import Draft
from gongkai_score.readers.set_quantities import UNDONE, check_name, names_in, only_lateness, polarity

_ZERO = Fraction(0)
_BOUNDS = ("at_least", "above", "at_most", "below")
Edge = tuple[Fraction, int]
"""A place between numbers: just below the number (0) or just above it (1)."""


def check_rule(draft: Draft, told: Any, path: Path, measures: Mapping[str, Measure] | None, peers: bool) -> None:
    """Whether a rule names quantities its measures offer."""
    if measures and told is not None and not draft.is_broken(path):
        named = list(names_in(told, path))
        for one in named:
            check_name(draft, one, measures, peers)
        _check_undone(draft, path, measures, [part for name, _, _ in named for part in summands(name)])


def _check_undone(draft: Draft, path: Path, measures: Mapping[str, Measure], named: Sequence[str]) -> None:
    """Whether what was never done costs anything: it is not late, whatever time has passed."""
    for name, measure in measures.items():
        own = (
            named if len(measures) == 1 else [n.removeprefix(f"{name}.") for n in named if n.startswith(f"{name}.")]
        )
        may_be_late = measure.kind != "frequency" or getattr(measure, "due_in_period", None) is not None
        if measure.kind in UNDONE and may_be_late and only_lateness(own):
            undone = sorted(UNDONE[measure.kind])
            prefix = "" if len(measures) == 1 else f"{name}."
            listed = [f"{prefix}{one}" for one in undone]
            draft.say("S420", path, "key", undone_zh="、".join(listed), undone_en=", ".join(listed))


def check_points(draft: Draft, told: dict[str, Any], path: Path, node: Indicator) -> None:
    """Whether the amounts of a leaf's rule fit its full marks."""
    rule, points = told.get("scoring"), node.points
    at = (*path, "scoring")
    if node.reported_only or draft.is_broken(at) or draft.is_broken((*path, "points")):
        return
    bounded = node.floor is not None and not node.unbounded and not node.extra
    if bounded and points and node.ceiling is None:
        for place, amount in draft.amounts:
            if place[: len(at)] == at and place[-1] != "scale" and _size(amount, points) > points:
                draft.say("S409", place, amount=_shown(amount), id=node.id, points=exact_text(points))
    if isinstance(rule, dict) and "checklist" in rule:
        parts = [a for place, a in draft.amounts if place[: len(at) + 1] == (*at, "checklist")]
        if all(isinstance(a.value, Fraction) for a in parts):
            total = sum((_size(a, points) for a in parts), _ZERO)
            if total != points:
                draft.say(
                    "S414", (*at, "checklist"), "key", sum=exact_text(total), id=node.id, points=exact_text(points)
                )
    if node.extra and node.scoring is not None:
        _check_extra(draft, at, node, node.scoring.branches)


def _check_extra(draft: Draft, path: Path, node: Indicator, branches: Sequence[Branch]) -> None:
    """Outside the full marks, floor and ceiling by default leave no room."""
    for branch in branches:
        at_zero = branch.start.value == 0 or (branch.start.share and node.points == 0)
        verbs = {step.verb for step in branch.steps}
        if at_zero and node.floor == 0 and "deduct" in verbs and "add" not in verbs:
            draft.say("S220", path, "key", id=node.id)
        if at_zero and "add" in verbs and not node.unbounded and (node.ceiling or node.points) == 0:
            draft.say("S221", path, "key", id=node.id)


def _size(amount: Amount, full: Fraction) -> Fraction:
    """The amount in points; of a quantity, 0."""
    if isinstance(amount.value, str):
        return _ZERO
    return amount.value * full if amount.share else amount.value


def _shown(amount: Amount) -> str:
    assert isinstance(amount.value, Fraction)
    return f"{exact_text(amount.value * 100)}%" if amount.share else exact_text(amount.value)


def check_tiers(
    draft: Draft, by: str, told: Sequence[dict[str, Any]], tiers: Sequence[Tier], path: Path, whole: bool
) -> None:
    """Whether every row of a table can be reached, and points go with their limits.

    Args:
        draft: takes note of mistakes.
        by: the quantity looked up.
        told: the rows as written.
        tiers: the rows as built.
        path: place of the rows.
        whole: whether some row should fit every value.
    """
    low: tuple[Edge, int] | None = None  # everything below this edge is taken, by that row
    high: tuple[Edge, int] | None = None  # everything above this edge
    rest: int | None = None
    previous: int | None = None
    for i, tier in enumerate(tiers):
        at = (*path, i)
        taken = rest
        if taken is None and low is not None and high is not None and high[0] <= low[0]:
            taken = max(low[1], high[1])
        if tier.test is None:
            if taken is not None:
                _unreached(draft, at, told, taken, i, tier)
            rest = i if rest is None else rest
        elif isinstance(tier.test.value, Fraction):
            upward = tier.test.op in (">", ">=")
            edge = (tier.test.value, int(tier.test.op in (">", "<=")))
            if taken is None and upward and high is not None and high[0] <= edge:
                taken = high[1]
            if taken is None and not upward and low is not None and low[0] >= edge:
                taken = low[1]
            if taken is not None:
                _unreached(draft, at, told, taken, i, tier)
            elif upward:
                high = (edge, i)
            else:
                low = (edge, i)
        if taken is None and previous is not None:
            _check_direction(draft, by, told, tiers, previous, i, at)
        previous = i if taken is None else previous
    if whole and rest is None and tiers:
        _check_rest(draft, by, low, high, path)


def _unreached(
    draft: Draft, path: Path, told: Sequence[dict[str, Any]], earlier: int, later: int, tier: Tier
) -> None:
    rising = tier.test is not None and tier.test.op in ("<", "<=")
    draft.say(
        "S411",
        path,
        earlier=_row(draft, (*path[:-1], earlier), told[earlier]),
        later=_row(draft, path, told[later]),
        direction_zh="上升" if rising else "下降",
        direction_en="rise" if rising else "fall",
    )


def _check_direction(
    draft: Draft,
    by: str,
    told: Sequence[dict[str, Any]],
    tiers: Sequence[Tier],
    earlier: int,
    later: int,
    path: Path,
) -> None:
    """Points must go with the quantity: more where more is better, less where more is worse."""
    sign = polarity(by)
    one, two = tiers[earlier], tiers[later]
    if not sign or one.test is None:
        return
    a, b = one.points, two.points
    if isinstance(a.value, str) or isinstance(b.value, str) or a.share != b.share:
        return
    falling = one.test.op in (">", ">=")  # the later row is for lower values
    if two.test is not None and (two.test.op in (">", ">=")) != falling:
        return
    allowed = sign if falling else -sign  # 1: points may not rise from row to row
    if (b.value - a.value) * allowed > 0:
        draft.say(
            "S412",
            path,
            earlier=_row(draft, (*path[:-1], earlier), told[earlier]),
            later=_row(draft, path, told[later]),
            direction_zh="不升" if allowed > 0 else "不降",
            direction_en="not rise" if allowed > 0 else "not fall",
            id=by,
        )


def _row(draft: Draft, path: Path, told: dict[str, Any]) -> str:
    """A row as people read it: ``at_least 80% → 6``."""
    key = next((k for k in _BOUNDS if k in told), None)
    bound = f"{key} {draft.marked.raw((*path, key))}" if key is not None else "—"
    return f"{bound} → {draft.marked.raw((*path, 'points'))}"


_LIMITS: dict[str, tuple[int | None, int | None]] = {"rate": (0, 1), "share": (0, 1), "shortfall": (0, 1)}


def _check_rest(
    draft: Draft, by: str, low: tuple[Edge, int] | None, high: tuple[Edge, int] | None, path: Path
) -> None:
    """Warn about values that no row takes."""
    name = by.rpartition(".")[2]
    least, most = _LIMITS.get(name, (None, None) if name in ("value", "amount", "z") else (0, None))
    begin = low[0] if low is not None else None if least is None else (Fraction(least), 0)
    end = high[0] if high is not None else None if most is None else (Fraction(most), 1)
    if begin is not None and end is not None and begin >= end:
        return
    parts = []
    if begin is not None and not (low is None and begin == (_ZERO, 0)):
        parts.append(f"{'>' if begin[1] else '>='} {exact_text(begin[0])}")
    if end is not None:
        parts.append(f"{'<=' if end[1] else '<'} {exact_text(end[0])}")
    draft.say("S413", path, by=by, interval=" , ".join(parts) or "…")
