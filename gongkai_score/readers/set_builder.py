"""Builds the objects of an indicator set from its document: the head, the tree, gates and grades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from gongkai_score.indicator_set import (
    Gate,
    Grade,
    Indicator,
    IndicatorSet,
    NotApplicable,
    Overlap,
    Ranking,
    Rounding,
    Scoring,
    Text,
    Variant,
    When,
)
from gongkai_score.measure_kinds import Measure
from gongkai_score.options import SETTABLE
from gongkai_score.period import day_date
from gongkai_score.readers import set_values as values
from gongkai_score.readers.marked_yaml import Path
from gongkai_score.readers.schema_words import nearest
from gongkai_score.readers.set_checks import ROOT, check_node
from gongkai_score.readers.set_draft import Draft, Tree, hint
from gongkai_score.readers.set_measures import measure
from gongkai_score.readers.set_scoring import SHOWN, proportion, scoring, when

_ZERO = Fraction(0)


def build_tree(draft: Draft, data: dict[str, Any], tree: Tree) -> tuple[Indicator, ...]:
    """The nodes of the top level."""
    told = data.get("indicators")
    if not isinstance(told, list):
        return ()
    return tuple(
        node
        for i, one in enumerate(told)
        if isinstance(one, dict) and (node := _node(draft, one, ("indicators", i), tree, False))
    )


def _node(draft: Draft, told: dict[str, Any], path: Path, tree: Tree, soft: bool) -> Indicator | None:
    node_id = told.get("id")
    if not isinstance(node_id, str):
        return None
    if node_id in tree.paths:
        draft.say("S101", (*path, "id"), id=node_id, first=draft.marked.mark((*tree.paths[node_id], "id"))[0])
    else:
        tree.paths[node_id] = path
    if node_id == ROOT:
        draft.say("S119", (*path, "id"))

    sound = draft.sound_parts(told, path)
    soft = soft or sound.get("reported_only") is True
    children = _children(draft, told, path, tree, soft)
    draft.assumed, draft.amounts = [], []
    measures = measures_of(draft, told, path)
    tree.measured[path] = measures
    rule = None if sound.get("scoring") is None else scoring(draft, told["scoring"], (*path, "scoring"), measures)
    variants = [
        one
        for i, each in enumerate(sound.get("variants") or ())
        if (one := _variant(draft, each, (*path, "variants", i), tree)) is not None
    ]
    assumptions = (*(sound.get("assumptions") or ()), *dict.fromkeys(_assumption(draft, o) for o in draft.assumed))
    first, last = (None if sound.get(k) is None else values.day(draft, told[k], (*path, k)) for k in ("from", "to"))
    if first is not None and last is not None and first > last:
        draft.say("S106", (*path, "from"), first=day_date(first), last=day_date(last))
    floor, ceiling = sound.get("floor"), sound.get("ceiling")
    peers = sound.get("peers") or {}
    if rule is None and "scoring" not in told:
        rule = default_rule(measures)
    node = Indicator(
        id=node_id,
        name=values.text_of(sound.get("name")),
        points=_points(draft, told, path, children, soft),
        children=children,
        measures=measures or {},
        scoring=None if children else rule,
        clause=sound.get("clause") or "",
        quote=sound.get("quote") or "",
        source=sound.get("source") or "",
        note=values.text_of(sound.get("note")),
        remedy=values.text_of(sound.get("remedy")),
        applies_to=None if sound.get("applies_to") is None else values.applies_to(told["applies_to"]),
        effective_from=first,
        effective_to=last,
        assumptions=assumptions,
        overlap=_overlap(draft, sound.get("overlap"), path, measures, variants),
        variants=tuple(variants),
        floor=_ZERO if floor is None else _bound(draft, floor, (*path, "floor")),
        ceiling=None if ceiling is None else _bound(draft, ceiling, (*path, "ceiling")),
        unbounded=ceiling == "none",
        combine=sound.get("combine") or "sum",
        weight=None if sound.get("weight") is None else values.number(draft, told["weight"], (*path, "weight")),
        not_applicable=not_applicable(draft, sound.get("not_applicable"), (*path, "not_applicable")),
        no_cases=sound.get("no_cases") or "not_applicable",
        extra=sound.get("extra") is True,
        reported_only=soft,
        peers=peers.get("of"),
        peers_within=peers.get("within", "all"),
    )
    check_node(draft, told, path, node, tree)
    return node


def _overlap(
    draft: Draft, told: Any, path: Path, measures: Mapping[str, Measure] | None, variants: Sequence[Variant]
) -> tuple[Overlap, ...]:
    if told is None or isinstance(told, str):
        return () if told is None else (Overlap(told),)
    known = [*dict.fromkeys([*(measures or {}), *(name for one in variants for name in one.measures or {})])]
    found = []
    for i, one in enumerate(told if isinstance(told, list) else [told]):
        names = tuple(one.get("measures", ()))
        at = (*path, "overlap", i) if isinstance(told, list) else (*path, "overlap")
        for j, name in enumerate(names):
            if measures is not None and name not in known:
                zh, en = hint(nearest(name, known), f"可用：{'、'.join(known)}。", f"Use: {', '.join(known)}.")
                draft.say("S225", (*at, "measures", j), name=name, hint_zh=zh, hint_en=en)
        found.append(Overlap(one["group"], names, one.get("turn", 1)))
    return tuple(found)


def default_rule(measures: Mapping[str, Measure] | None) -> Scoring:
    """The rule of a leaf that has none: its share; findings and ratings have none and are shown only."""
    kinds = {measure.kind for measure in (measures or {}).values()}
    return SHOWN if kinds & {"deduction", "rating"} else proportion("rate")


def _children(draft: Draft, told: dict[str, Any], path: Path, tree: Tree, soft: bool) -> tuple[Indicator, ...]:
    listed = told.get("children")
    if not isinstance(listed, list):
        return ()
    found = (
        _node(draft, child, (*path, "children", i), tree, soft)
        for i, child in enumerate(listed)
        if isinstance(child, dict)
    )
    return tuple(node for node in found if node is not None)


def _points(
    draft: Draft, told: dict[str, Any], path: Path, children: tuple[Indicator, ...], soft: bool
) -> Fraction:
    if soft:
        if told.get("points") not in (None, 0):
            draft.say("S208", (*path, "points"))
        return _ZERO
    if "points" in told and not draft.is_broken((*path, "points")):
        return values.number_at_least_zero(draft, told["points"], (*path, "points")) or _ZERO
    return sum((child.points for child in children if not child.extra), _ZERO)


def _bound(draft: Draft, told: Any, path: Path) -> Fraction | None:
    return None if told == "none" else values.number(draft, told, path)


def _assumption(draft: Draft, option: str) -> str:
    known = SETTABLE[option]
    return f"{known.zh}：{draft.options[option]}（{option}）"


def measures_of(draft: Draft, told: dict[str, Any], path: Path) -> Mapping[str, Measure] | None:
    """Measures by name (the one under ``measure`` has the name ""); None when one of them is unreadable."""
    if "measure" in told and "measures" in told:
        draft.say("S222", (*path, "measures"), "key")
    if "measure" in told:
        one = draft.sound(lambda v, p: measure(draft, v, p), told["measure"], (*path, "measure"))
        return None if one is None else {"": one}
    if "measures" not in told:
        return {}
    if draft.is_broken((*path, "measures")) or not isinstance(told["measures"], dict):
        return None
    found = {name: measure(draft, one, (*path, "measures", name)) for name, one in told["measures"].items()}
    return {name: one for name, one in found.items() if one is not None}


def _variant(draft: Draft, told: dict[str, Any], path: Path, tree: Tree) -> Variant | None:
    own = measures_of(draft, told, path) if "measure" in told or "measures" in told else None
    tree.measured[path] = own
    above = tree.measured.get(path[:-2])
    points, rule = told.get("points"), told.get("scoring")
    return Variant(
        applies_to=values.applies_to(told["for"]),
        points=None if points is None else values.number_at_least_zero(draft, points, (*path, "points")),
        measures=own,
        scoring=None if rule is None else scoring(draft, rule, (*path, "scoring"), own or above),
    )


def not_applicable(draft: Draft, told: Any, path: Path) -> NotApplicable | None:
    """Where the points go when a node does not apply."""
    if told is None:
        return None
    if isinstance(told, str):
        return NotApplicable(told)  # type: ignore[arg-type]
    given = [key for key in ("rule", "rate", "move_to") if key in told]
    if len(given) > 1:
        draft.say("S226", path, "key", keys=" + ".join(given))
    proof = values.selector(draft, told["proof"], (*path, "proof")) if "proof" in told else None
    if "rate" in told:
        return NotApplicable("rate", values.number_at_least_zero(draft, told["rate"], (*path, "rate")), None, proof)
    if "move_to" in told:
        return NotApplicable("move_to", None, told["move_to"], proof)
    return NotApplicable(told.get("rule", "redistribute"), None, None, proof)


def build_gates(draft: Draft, data: dict[str, Any], tree: Tree) -> tuple[Gate, ...]:
    """Vetoes, fail lines, ceilings and bonus gates."""
    found = []
    for i, told in enumerate(data.get("gates") or ()):
        path: Path = ("gates", i)
        if draft.is_broken(path):
            continue
        gate_id, then = told["id"], told["then"]
        if gate_id in tree.paths:
            line = draft.marked.mark((*tree.paths[gate_id], "id"))[0]
            draft.say("S101", (*path, "id"), id=gate_id, first=line)
        tree.paths.setdefault(gate_id, path)
        if "when" not in told:
            draft.say("S501", path, "key", id=gate_id)
        draft.assumed = []
        measures = measures_of(draft, told, path)
        tree.measured[path] = measures
        clashing = set(then) & {"fail", "total"}
        if len(clashing) > 1 or {"grade", "grade_at_most"} <= set(then):
            draft.say("S502", (*path, "then"), keys=" + ".join(sorted(then)))
        at = (*path, "then")
        total, most = (
            values.number(draft, then[key], (*at, key)) if key in then else None
            for key in ("total", "total_at_most")
        )
        assumed = dict.fromkeys(_assumption(draft, option) for option in draft.assumed)
        found.append(
            Gate(
                id=gate_id,
                name=values.text_of(told["name"]),
                when=when(draft, told["when"], (*path, "when")) if "when" in told else When(),
                measures=measures or {},
                applies_to=values.applies_to(told["applies_to"]) if "applies_to" in told else None,
                clause=told.get("clause", ""),
                quote=told.get("quote", ""),
                assumptions=(*told.get("assumptions", ()), *assumed),
                fail=then.get("fail", False),
                total=total,
                total_at_most=most,
                grade=then.get("grade"),
                grade_at_most=then.get("grade_at_most"),
                opens=then.get("opens"),
            )
        )
    return tuple(found)


def build_grades(draft: Draft, told: Any, path: Path) -> tuple[Grade, ...]:
    """Bands of grades, or of red and black lists."""
    if told is None or draft.is_broken(path):
        return ()
    found = []
    for i, one in enumerate(told):
        bounds = {
            key: values.number(draft, one[key], (*path, i, key)) if key in one else None
            for key in ("at_least", "above", "below", "at_most", "top")
        }
        found.append(Grade(one["name"], **bounds))
    return tuple(found)


def build_head(draft: Draft, data: dict[str, Any], top: tuple[Indicator, ...], digest: str) -> IndicatorSet:
    """The set itself, without gates and grades."""
    sound = draft.sound_parts(data, ())

    def part(key: str, default: Any) -> Any:
        found = sound.get(key)
        return default if found is None else found

    title = values.text_of(part("title", None))
    full = part("full_marks", None)
    summed = sum((node.points for node in top if not node.extra), _ZERO)
    points = summed if full is None else values.number_at_least_zero(draft, full, ("full_marks",)) or _ZERO
    source, rounding = part("source", {}), part("rounding", {})
    outcomes, ranking = part("outcomes", {}), part("ranking", {})
    out_of = part("out_of", None)
    events = part("events", {})
    return IndicatorSet(
        id=part("id", ""),
        title=title,
        root=Indicator(id=ROOT, name=title, points=points, children=top),
        issuer=source.get("issuer", ""),
        number=source.get("number", ""),
        issued=source.get("issued", ""),
        source_text=source.get("text", ""),
        note=values.text_of(part("note", None)),
        weights_note=values.text_of(part("weights_note", None)),
        plan_year=draft.plan_year,
        period=part("period", "year"),
        rounding=Rounding(
            rounding.get("leaf"), rounding.get("node"), rounding.get("total"), rounding.get("mode", "half_up")
        ),
        not_applicable=not_applicable(draft, part("not_applicable", None), ("not_applicable",)) or NotApplicable(),
        pending=outcomes.get("pending", "exclude"),
        not_assessed=outcomes.get("not_assessed", "exclude"),
        error=outcomes.get("error", "exclude"),
        empty=outcomes.get("empty", "no_score"),
        out_of=None if out_of is None else values.number_at_least_zero(draft, out_of, ("out_of",)),
        ranking=Ranking(
            ranking.get("by", "total"),
            ranking.get("within", "group"),
            ranking.get("ties", "competition"),
            ranking.get("rounded", True),
            tuple(ranking.get("then_by", ())),
        ),
        options=dict(draft.options),
        event_kinds={kind: _event_text(one) for kind, one in events.items()},
        event_attributes={
            kind: tuple(one["attributes"])
            for kind, one in events.items()
            if isinstance(one, dict) and "attributes" in one
        },
        digest=digest,
    )


def _event_text(told: Any) -> Text:
    return values.text_of(told if isinstance(told, str) else {k: v for k, v in told.items() if k != "attributes"})
