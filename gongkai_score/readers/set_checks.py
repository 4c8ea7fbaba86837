"""Checks of the tree: sums, weights, references, facts charged twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

from gongkai_score.indicator_set import Indicator, IndicatorSet
from gongkai_score.measure_kinds import Measure, TimeLimit
from gongkai_score.period import Window, day_date
from gongkai_score.points import exact_text
from gongkai_score.readers.marked_yaml import Path
from gongkai_score.readers.schema_words import nearest
from gongkai_score.readers.set_draft import Draft, Tree, hint
from gongkai_score.readers.set_quantities import RESERVED, check_name
from gongkai_score.readers.set_rules import check_points, check_rule

_ZERO, _ONE = Fraction(0), Fraction(1)
ROOT = "total"
"""Id of the root node, and the name of the total in conditions."""


def check_node(draft: Draft, told: dict[str, Any], path: Path, node: Indicator, tree: Tree) -> None:
    """Everything that can be said of one node by itself."""
    if "children" in told:
        for key in ("measure", "measures", "scoring", "variants"):
            if key in told:
                draft.say("S203", (*path, key), "key", id=node.id, key=key)
        _check_sum(draft, told, path, node)
        _check_weights(draft, told, path, node)
    else:
        _check_leaf(draft, told, path, node, tree.measured.get(path))
        if node.combine != "sum":
            draft.say("S224", (*path, "combine"), "key", id=node.id)
    rule = node.not_applicable
    if node.extra and rule is not None and rule.rule in ("redistribute", "even", "scale", "move_to"):
        draft.say("S209", (*path, "not_applicable"), id=node.id, rule=rule.rule)
    if "floor" in told or "ceiling" in told:
        _check_bounds(draft, told, path, node)
    _check_dates(draft, path, node)


def _check_bounds(draft: Draft, told: dict[str, Any], path: Path, node: Indicator) -> None:
    ceiling = None if node.unbounded else node.points if node.ceiling is None else node.ceiling
    if node.floor is not None and ceiling is not None and node.floor > ceiling:
        key = "floor" if "floor" in told else "ceiling"
        draft.say("S218", (*path, key), id=node.id, floor=exact_text(node.floor), ceiling=exact_text(ceiling))


def _check_leaf(
    draft: Draft, told: dict[str, Any], path: Path, node: Indicator, measures: Mapping[str, Measure] | None
) -> None:
    if "measure" not in told and "measures" not in told:
        draft.say("S204", path, id=node.id)
    if not node.reported_only and not node.extra:
        if "points" not in told:
            draft.say("S205", path, id=node.id)
        elif node.points == 0 and not draft.is_broken((*path, "points")) and told["points"] in (0, "0"):
            draft.say("S206", (*path, "points"), id=node.id)
    check_measure_names(draft, told, path)
    if measures and "scoring" not in told and not node.reported_only:
        _check_default(draft, path, node, measures)
    peers = node.peers is not None
    check_rule(draft, told.get("scoring"), (*path, "scoring"), measures, peers)
    for i, variant in enumerate(told.get("variants") or ()):
        at = (*path, "variants", i)
        if draft.is_broken(at):
            continue
        own = node.variants[i].measures if i < len(node.variants) else None
        if "scoring" in variant:
            check_rule(draft, variant["scoring"], (*at, "scoring"), own or measures, peers)
        elif own is not None:
            check_rule(draft, told.get("scoring"), (*path, "scoring"), own, peers)
    if peers and measures and not draft.is_broken((*path, "peers")):
        check_name(draft, (node.peers or "", (*path, "peers", "of"), "value"), measures, False)
    check_points(draft, told, path, node)


def check_measure_names(draft: Draft, told: dict[str, Any], path: Path) -> None:
    """Names of measures must not look like quantities."""
    named = told.get("measures")
    if isinstance(named, dict):
        for name in named:
            if name in RESERVED or name == ROOT:
                draft.say("S223", (*path, "measures", name), "key", name=name)


_EXAMPLES = {
    "deduction": "{start: full, steps: [{deduct: 1, per: found}]}",
    "rating": "{labels: {优: 10, 良: 80%}}",
}


def _check_default(draft: Draft, path: Path, node: Indicator, measures: Mapping[str, Measure]) -> None:
    """A leaf without a rule gets its share, which only a single measure with a rate has."""
    if len(measures) > 1:
        draft.say("S416", path, id=node.id, measures=", ".join(measures))
        return
    for measure in measures.values():
        if measure.kind in _EXAMPLES:
            draft.say("S419", path, id=node.id, kind=measure.kind, example=_EXAMPLES[measure.kind])


def _check_sum(draft: Draft, told: dict[str, Any], path: Path, node: Indicator) -> None:
    if node.reported_only or node.extra or node.combine != "sum" or "points" not in told:
        return
    if draft.is_broken((*path, "points")) or draft.is_broken((*path, "children")):
        return
    total = sum((child.points for child in node.children if not child.extra), _ZERO)
    if total != node.points:
        draft.say("S201", (*path, "points"), id=node.id, points=exact_text(node.points), sum=exact_text(total))


def _check_weights(draft: Draft, told: dict[str, Any], path: Path, node: Indicator) -> None:
    inside = [child for child in node.children if not child.extra]
    listed = told["children"] if isinstance(told["children"], list) else []
    places = {c["id"]: i for i, c in enumerate(listed) if isinstance(c, dict) and isinstance(c.get("id"), str)}
    for child in inside:
        at = (*path, "children", places[child.id])
        if draft.is_broken((*at, "weight")):
            return
        if node.combine == "weighted" and child.weight is None:
            draft.say("S212", at, id=node.id, child=child.id)
        elif node.combine != "weighted" and child.weight is not None:
            draft.say("S215", (*at, "weight"), "key", id=child.id, parent=node.id)
    weights = [child.weight for child in inside if child.weight is not None]
    total = sum(weights, _ZERO)
    if node.combine == "weighted" and len(weights) == len(inside) and total not in (_ONE, 100):
        shown = total if total > 5 else total * 100
        draft.say("S211", (*path, "combine"), "key", id=node.id, sum=exact_text(shown))


def _check_dates(draft: Draft, path: Path, node: Indicator) -> None:
    if draft.plan_year is None or (node.effective_from is None and node.effective_to is None):
        return
    year = Window.parse(str(draft.plan_year))
    first, last = node.effective_from, node.effective_to
    if (first is not None and first > year.last) or (last is not None and last < year.first):
        key = "from" if first is not None and first > year.last else "to"
        shown = ["…" if d is None else day_date(d).isoformat() for d in (first, last)]
        draft.say("S111", (*path, key), first=shown[0], last=shown[1], year=draft.plan_year)


def check_tree(draft: Draft, data: dict[str, Any], built: IndicatorSet, tree: Tree) -> None:
    """What only the whole tree can show."""
    root = built.root
    if "full_marks" in data and not draft.is_broken(("full_marks",)) and not draft.is_broken(("indicators",)):
        total = sum((node.points for node in root.children if not node.extra), _ZERO)
        if total != root.points:
            draft.say("S202", ("full_marks",), points=exact_text(root.points), sum=exact_text(total))
    for node, above in _walk(root, ()):
        _check_target(draft, tree, node, above)
    target = built.not_applicable.node
    if target is not None and known_node(draft, tree, target, ("not_applicable", "move_to"), share=False):
        inside = [node.id for node, above in _walk(root, ()) if node.is_leaf and target in above]
        if inside:
            draft.say("S217", ("not_applicable", "move_to"), id=inside[0], target=target)
    _check_moves(draft, tree, root)
    _check_overlap(draft, tree, root)
    ranking = data.get("ranking")
    if isinstance(ranking, dict) and not draft.is_broken(("ranking",)):
        known_node(draft, tree, built.ranking.by, ("ranking", "by"))
        for i, name in enumerate(built.ranking.then_by):
            if not name.startswith("attributes."):
                known_node(draft, tree, name, ("ranking", "then_by", i))


def _walk(node: Indicator, above: tuple[str, ...]) -> Iterator[tuple[Indicator, tuple[str, ...]]]:
    for child in node.children:
        yield child, above
        yield from _walk(child, (*above, child.id))


def known_node(
    draft: Draft,
    tree: Tree,
    name: str,
    path: Path,
    *,
    share: bool = True,
    at: Literal["key", "value"] = "value",
) -> bool:
    """Whether a name is that of a node or its share; says so if it is not."""
    plain = name.removesuffix(".rate") if share else name
    nodes = {i for i, place in tree.paths.items() if place[0] == "indicators"}
    if name in nodes or plain in nodes or (plain == ROOT and share):
        return True
    near = nearest(plain, nodes)
    zh, en = hint(near, "请核对编号。", "Check the id.")
    draft.say("S210", path, at, id=name, hint_zh=zh, hint_en=en)
    return False


def _check_target(draft: Draft, tree: Tree, node: Indicator, above: tuple[str, ...]) -> None:
    rule = node.not_applicable
    if rule is None or rule.node is None or node.id not in tree.paths:
        return
    at = (*tree.paths[node.id], "not_applicable", "move_to")
    below = {one.id for one in node.walk()}
    if known_node(draft, tree, rule.node, at, share=False) and (rule.node in below or rule.node in above):
        draft.say("S217", at, id=node.id, target=rule.node)


def _check_moves(draft: Draft, tree: Tree, root: Indicator) -> None:
    """Points that move between groups must not wait for each other."""
    heirs = {node.id: node.not_applicable.node for node in root.walk() if node.not_applicable is not None}
    needs: dict[str, list[str]] = {}
    for node in root.walk():
        waits = needs.setdefault(node.id, [])
        waits += [child.id for child in node.children]
        for child in node.children:
            heir = heirs.get(child.id)
            waits += [heir] if heir is not None else []
            waits += [source for source, target in heirs.items() if target == child.id and source != node.id]
    for source, target in heirs.items():
        if target is None or source not in tree.paths or target not in needs:
            continue
        chain = _way(needs, source, source)
        if chain:
            at = (*tree.paths[source], "not_applicable", "move_to")
            if not draft.is_broken(at):
                draft.say("S219", at, id=source, target=target, chain=" → ".join(chain))
            return


def _way(needs: Mapping[str, Sequence[str]], start: str, end: str) -> list[str]:
    """A way from one node to another along what each waits for; empty if there is none."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop()
        for other in needs.get(way[-1], ()):
            if other == end:
                return [*way, end]
            if other not in seen:
                seen.add(other)
                ways.append([*way, other])
    return []


def _check_overlap(draft: Draft, tree: Tree, root: Indicator) -> None:
    members: dict[str, list[Indicator]] = {}
    seen: dict[object, list[tuple[Indicator, set[str]]]] = {}
    for node in root.walk():
        for one in node.overlap:
            members.setdefault(one.group, []).append(node)
        if node.children or node.reported_only:
            continue
        for name, measure in node.measures.items():
            groups = {one.group for one in node.overlap if one.holds(name)}
            others = seen.setdefault((_fact(measure), node.effective_from, node.effective_to), [])
            twice = [o for o, its in others if o is not node and not groups & its and _may_share_units(node, o)]
            others.append((node, groups))
            if twice:
                line = draft.marked.mark((*tree.paths[twice[0].id], "id"))[0]
                draft.say("S214", (*tree.paths[node.id], "id"), id=node.id, other=twice[0].id, first=line)
                break
    for group, nodes in members.items():
        if len(nodes) == 1 and nodes[0].is_leaf:
            draft.say("S213", (*tree.paths[nodes[0].id], "overlap"), group=group, id=nodes[0].id)


def _fact(measure: Measure) -> object:
    """What a measure looks at, whatever it asks of it: the same document not interpreted breaks any limit."""
    if isinstance(measure, TimeLimit) and measure.start is not None:
        return measure.start, measure.end
    return measure


def _may_share_units(one: Indicator, other: Indicator) -> bool:
    return one.applies_to == other.applies_to or one.applies_to is None or other.applies_to is None
