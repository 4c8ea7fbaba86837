"""Checks of grades and gates: contradictions, overlaps and gaps with their exact interval, unknown names."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from gongkai_score.indicator_set import Gate, Grade, IndicatorSet
from gongkai_score.points import exact_text
from gongkai_score.readers.marked_yaml import Path
from gongkai_score.readers.schema_words import nearest
from gongkai_score.readers.set_checks import check_measure_names, known_node
from gongkai_score.readers.set_draft import Draft, Tree, hint
from gongkai_score.readers.set_quantities import check_name, in_when

Edge = tuple[Fraction, int]
"""A place between numbers: just below the number (0) or just above it (1)."""
_LOWEST: Edge = (Fraction(-(10**9)), 0)
_HIGHEST: Edge = (Fraction(10**9), 1)


def check_ends(draft: Draft, data: dict[str, Any], built: IndicatorSet, tree: Tree) -> None:
    """Grades, lists and gates of a set."""
    _check_bands(draft, built.grades, ("grades",), whole=True)
    _check_bands(draft, built.lists, ("lists",), whole=False)
    told = data.get("gates")
    for i, gate in enumerate(told if isinstance(told, list) else ()):
        if not draft.is_broken(("gates", i)):
            found = next((g for g in built.gates if g.id == gate["id"]), None)
            if found is not None:
                _check_gate(draft, gate, ("gates", i), found, built, tree)


def _check_gate(
    draft: Draft, told: dict[str, Any], path: Path, gate: Gate, built: IndicatorSet, tree: Tree
) -> None:
    check_measure_names(draft, told, path)
    measures = tree.measured.get(path)
    nodes = {i for i, place in tree.paths.items() if place[0] == "indicators"} | {"total"}
    for named in in_when(told.get("when", {}), (*path, "when")):
        name = named[0]
        if name in nodes or name.removesuffix(".rate") in nodes:
            continue
        if measures:
            check_name(draft, named, measures, False)
        elif measures is not None:
            known_node(draft, tree, name, named[1], at="key")
    then = told["then"]
    at = (*path, "then", "opens")
    if gate.opens is not None and known_node(draft, tree, gate.opens, at, share=False):
        asked = [name.removesuffix(".rate") for name, _ in (*gate.when.all, *gate.when.any)]
        if circling := [name for name in asked if name in nodes and gate.opens in _rests_on(built, name)]:
            draft.say("S505", at, id=gate.id, node=gate.opens, name=circling[0])
    names = [grade.name for grade in built.grades]
    for key, code in (("grade", "S504"), ("grade_at_most", "S503")):
        if key in then and (names or key == "grade_at_most") and then[key] not in names:
            listed = ", ".join(names)
            zh, en = hint(nearest(then[key], names), f"等次有：{listed}。", f"Grades: {listed}.")
            draft.say(code, (*path, "then", key), name=then[key], hint_zh=zh, hint_en=en)


def _rests_on(built: IndicatorSet, name: str) -> set[str]:
    """The nodes whose points those of a node (or of the total) rest on: itself, all below, and what opens them."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        node = next((one for one in built.root.walk() if one.id == ahead[-1]), None)
        ahead.pop()
        for one in node.walk() if node is not None else ():
            if one.id not in found:
                found.add(one.id)
                gates = [gate for gate in built.gates if gate.opens == one.id]
                ahead += [n.removesuffix(".rate") for g in gates for n, _ in (*g.when.all, *g.when.any)]
    return found


def _edges(grade: Grade) -> tuple[Edge, Edge]:
    """Where a band begins and ends."""
    low, high = _LOWEST, _HIGHEST
    if grade.at_least is not None:
        low = max(low, (grade.at_least, 0))
    if grade.above is not None:
        low = max(low, (grade.above, 1))
    if grade.at_most is not None:
        high = min(high, (grade.at_most, 1))
    if grade.below is not None:
        high = min(high, (grade.below, 0))
    return low, high


def interval(low: Edge, high: Edge) -> str:
    """An interval as people write it.

    >>> interval((Fraction(60), 0), (Fraction(70), 0)), interval((Fraction(69), 1), _HIGHEST)
    ('[60, 70)', '(69, ∞)')
    """
    left = "(-∞" if low == _LOWEST else f"{'(' if low[1] else '['}{exact_text(low[0])}"
    right = "∞)" if high == _HIGHEST else f"{exact_text(high[0])}{']' if high[1] else ')'}"
    return f"{left}, {right}"


def _check_bands(draft: Draft, grades: Sequence[Grade], path: Path, *, whole: bool) -> None:
    seen: dict[str, int] = {}
    for i, grade in enumerate(grades):
        if grade.name in seen:
            draft.say("S514", (*path, i, "name"), name=grade.name)
        seen.setdefault(grade.name, i)
        low, high = _edges(grade)
        doubled = grade.at_least is not None and grade.above is not None
        if low >= high or doubled or (grade.at_most is not None and grade.below is not None):
            bounds = {k: getattr(grade, k) for k in ("at_least", "above", "at_most", "below")}
            shown = ", ".join(f"{k} {exact_text(v)}" for k, v in bounds.items() if v is not None)
            draft.say("S510", (*path, i), name=grade.name, bounds=shown)
            return
    shares = [grade.top for grade in grades if grade.top is not None]
    if sum(shares, Fraction(0)) > 1:
        draft.say("S515", path, "key", sum=exact_text(sum(shares, Fraction(0)) * 100))
    if whole and not shares:
        _check_cover(draft, grades, path)


def _check_cover(draft: Draft, grades: Sequence[Grade], path: Path) -> None:
    """Overlaps, bands never reached, and gaps between bands."""
    free: list[tuple[Edge, Edge]] = [(_LOWEST, _HIGHEST)]
    placed: list[tuple[Edge, Edge, Grade]] = []
    for i, grade in enumerate(grades):
        low, high = _edges(grade)
        unbounded = (low, high) == (_LOWEST, _HIGHEST)
        if not any(max(low, a) < min(high, b) for a, b in free):
            draft.say("S513", (*path, i), name=grade.name, interval=interval(low, high))
        elif not unbounded:
            for begin, end, other in placed:
                if max(low, begin) < min(high, end):
                    both = interval(max(low, begin), min(high, end))
                    draft.say("S511", (*path, i), name=grade.name, other=other.name, interval=both)
        placed.append((low, high, grade))
        free = [piece for a, b in free for piece in ((a, min(b, low)), (max(a, high), b)) if piece[0] < piece[1]]
    for a, b in free:
        if a == _LOWEST or b == _HIGHEST:
            continue
        under = next(g.name for _, high, g in placed if high == a)
        over = next(g.name for low, _, g in placed if low == b)
        draft.say("S512", path, "key", name=under, other=over, interval=interval(a, b))
