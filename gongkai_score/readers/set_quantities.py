"""Which quantities a measure offers, and whether the names in a scoring rule are among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from gongkai_score.indicator_set import summands
from gongkai_score.measure_kinds import Content, Measure
from gongkai_score.outcomes import Verdict
from gongkai_score.points import exact
from gongkai_score.readers.marked_yaml import Path
from gongkai_score.readers.schema_words import nearest
from gongkai_score.readers.set_draft import Draft, hint

VERDICTS: tuple[str, ...] = tuple(verdict.word for verdict in Verdict)
COMMON: tuple[str, ...] = ("cases", *VERDICTS, "failing", "rate", "shortfall", "count")
"""Quantities every kind of measure yields."""
PEERS: tuple[str, ...] = tuple(
    f"peers.{name}"
    for name in (
        "mean",
        "best",
        "worst",
        "median",
        "sd",
        "count",
        "rank",
        "share_of_best",
        "minmax",
        "percentile",
        "z",
    )
)
_LATE, _TALLY = ("days_late", "longest_late"), ("short_by", "over", "fulfilment", "longest_gap")
_FURTHER: dict[str, tuple[str, ...]] = {
    "deadline": _LATE,
    "follow_up": _LATE,
    "due_by": _LATE,
    "frequency": (*_LATE, *_TALLY),
    "count": _TALLY,
    "coverage": _TALLY,
    "exists": _TALLY,
    "complete": ("share", "missing_elements", "short_by"),
    "precedes": (),
    "synchronous": _LATE,
    "threshold": ("value",),
    "versus_peers": ("value", "counted", "of", "benchmark", "peers.mean", "peers.count"),
    "rating": ("value", "label"),
    "deduction": ("amount",),
    "result": ("value", "label"),
}
ALL: tuple[str, ...] = tuple(dict.fromkeys((*COMMON, *(n for names in _FURTHER.values() for n in names), *PEERS)))
"""Every quantity with a fixed name."""
_SILENT = frozenset({"met", "explained", "pending", "exempt", "unknown"})
_FAULTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("deadline", "follow_up", "due_by"), frozenset({"late", "early", "missing"})),
    "frequency": frozenset({"short", "blank", "late", "found"}),
    "count": frozenset({"short", "blank", "found"}),
    **dict.fromkeys(("coverage", "exists"), frozenset({"short", "missing"})),
    "complete": frozenset({"short"}),
    "precedes": frozenset({"failed", "missing"}),
    "synchronous": frozenset({"late", "early", "missing"}),
    "threshold": frozenset({"failed", "missing"}),
    **dict.fromkeys(("versus_peers", "rating"), frozenset({"failed"})),
    "deduction": frozenset({"found"}),
    "result": frozenset({"failed", "missing"}),
}
"""Verdicts against a unit that a kind of measure gives."""
UNDONE: dict[str, frozenset[str]] = {
    **dict.fromkeys(("deadline", "follow_up", "due_by", "synchronous"), frozenset({"missing"})),
    "frequency": frozenset({"blank", "short"}),
}
"""Verdicts that say of a kind of measure that can be late that it was not done at all."""
_LATENESS = frozenset({"late", "early", *_LATE})
_TELLING_NOTHING = frozenset({"cases", "count", "pending", "exempt", "unknown", "explained", "over"})
_RUN = re.compile(r"(?:longest_run\.([^.]+)|runs\.([^.]+)\.([1-9][0-9]{0,3}))")
RESERVED: frozenset[str] = frozenset({"missing", "runs", "longest_run", "peers"})
"""Names that no measure may have: with a dot behind them they begin the names of quantities."""

HIGH_IS_BAD: frozenset[str] = frozenset(
    {
        "late",
        "early",
        "missing",
        "short",
        "blank",
        "found",
        "failed",
        "failing",
        "shortfall",
        "days_late",
        "longest_late",
        "short_by",
        "longest_gap",
        "missing_elements",
    }
)
HIGH_IS_GOOD: frozenset[str] = frozenset({"met", "rate", "fulfilment", "share"})

Named = tuple[str, Path, Literal["key", "value"]]
"""A quantity as written, and where."""


def polarity(name: str) -> int:
    """1 where more is better, -1 where more is worse, 0 where that depends.

    >>> polarity("rate"), polarity("answers.late"), polarity("runs.blank.2"), polarity("value")
    (1, -1, -1, 0)
    """
    if len(parts := summands(name)) > 1:
        signs = {polarity(part) for part in parts}
        return signs.pop() if len(signs) == 1 else 0
    head, _, rest = name.partition(".")
    words = {name, rest, head} if head not in ("longest_run", "runs", "missing") else {head}
    if words & {"longest_run", "runs"} or rest.startswith(("longest_run.", "runs.", "missing.")):
        return -1
    if words & HIGH_IS_BAD:
        return -1
    return 1 if words & HIGH_IS_GOOD else 0


def only_lateness(names: Iterable[str]) -> bool:
    """Whether a rule that names these quantities of a measure takes note of lateness, and not of what was not done.

    >>> only_lateness(["days_late", "cases"]), only_lateness(["late", "missing"]), only_lateness(["rate"])
    (True, False, False)
    """
    heads = {run.group(1) or run.group(2) if (run := _RUN.fullmatch(name)) else name for name in names}
    return bool(heads & _LATENESS) and heads <= _LATENESS | _TELLING_NOTHING


def names_in(told: Any, path: Path) -> Iterator[Named]:
    """Every quantity a scoring rule names, with its place; the rule has passed the schema."""
    if not isinstance(told, dict):
        return
    if "proportion" in told:
        yield told["proportion"], (*path, "proportion"), "value"
    for name, amount in told.get("deduct_each", {}).items():
        yield name, (*path, "deduct_each", name), "key"
        yield from _amount(amount, (*path, "deduct_each", name))
    if isinstance(told.get("tiers"), dict):
        yield from _look_up(told["tiers"], (*path, "tiers"))
    if "labels" in told:
        yield "label", (*path, "labels"), "key"
        for label, amount in told["labels"].items():
            yield from _amount(amount, (*path, "labels", label))
    for i, part in enumerate(told.get("checklist", ())):
        yield from in_when(part["when"], (*path, "checklist", i, "when"))
        yield from _amount(part["points"], (*path, "checklist", i, "points"))
    for key in ("steps", "accumulate"):
        for i, step in enumerate(told.get(key, ())):
            yield from _step(step, (*path, key, i))
    if "when" in told:
        yield from in_when(told["when"], (*path, "when"))
    for i, branch in enumerate(told.get("branches", ())):
        yield from names_in(branch, (*path, "branches", i))


def in_when(told: dict[str, Any], path: Path) -> Iterator[Named]:
    """Every name in conditions."""
    for name in told:
        if name != "any":
            yield name, (*path, name), "key"
    for i, alternative in enumerate(told.get("any", ())):
        for name in alternative:
            yield name, (*path, "any", i, name), "key"


def _step(told: dict[str, Any], path: Path) -> Iterator[Named]:
    if "per" in told:
        yield told["per"], (*path, "per"), "value"
    for key in ("set", "scale", "add", "deduct", "cap", "at_most"):
        if isinstance(told.get(key), dict):
            yield from _look_up(told[key], (*path, key))
        elif key in told:
            yield from _amount(told[key], (*path, key))
    if "when" in told:
        yield from in_when(told["when"], (*path, "when"))


def _look_up(told: dict[str, Any], path: Path) -> Iterator[Named]:
    yield told["by"], (*path, "by"), "value"
    for i, tier in enumerate(told.get("tiers", ())):
        yield from _amount(tier["points"], (*path, "tiers", i, "points"))
    for label, amount in told.get("labels", {}).items():
        yield from _amount(amount, (*path, "labels", label))


def _amount(told: Any, path: Path) -> Iterator[Named]:
    if isinstance(told, str):
        try:
            exact(told)
        except ValueError:
            yield told.strip(), path, "value"


def check_name(draft: Draft, named: Named, measures: Mapping[str, Measure], peers: bool) -> None:
    """Say what is wrong with the name of a quantity.

    Args:
        draft: takes note of it.
        named: the name and its place.
        measures: the measures it can be of.
        peers: whether the indicator is compared with its peers.
    """
    name, path, at = named
    if len(parts := summands(name)) > 1:
        for part in parts:
            check_name(draft, (part, path, at), measures, peers)
        return
    head, dot, rest = name.partition(".")
    if dot and head in measures:
        _check_quantity(draft, (rest, path, at), measures[head], name, peers)
    elif len(measures) == 1:
        ((own, measure),) = measures.items()
        if own and dot and head not in RESERVED:
            _unknown_measure(draft, named, measures)
        else:
            _check_quantity(draft, named, measure, name, peers)
    elif name in ALL or head in RESERVED:
        listed, example = ", ".join(measures), f"{next(iter(measures))}.{name}"
        draft.say("S403", path, at, name=name, measures=listed, example=example)
    elif dot:
        _unknown_measure(draft, named, measures)
    else:
        zh, en = hint(
            nearest(name, ALL), "量名见语言参考第4节。", "Quantities: section 4 of the language reference."
        )
        draft.say("S401", path, at, name=name, hint_zh=zh, hint_en=en)


def _unknown_measure(draft: Draft, named: Named, measures: Mapping[str, Measure]) -> None:
    name, path, at = named
    head, listed = name.partition(".")[0], ", ".join(measures)
    zh, en = hint(nearest(head, measures), "请改用其中一个。", "Use one of them.")
    draft.say("S404", path, at, name=name, measure=head, measures=listed, hint_zh=zh, hint_en=en)


def _check_quantity(draft: Draft, named: Named, measure: Measure, full_name: str, peers: bool) -> None:
    name, path, at = named
    kind = measure.kind
    offered = (*COMMON, *_FURTHER[kind])
    if name in offered:
        if name in VERDICTS and name not in _SILENT | _FAULTS[kind]:
            _never(draft, named, kind, full_name)
        return
    if run := _RUN.fullmatch(name):
        verdict = run[1] or run[2]
        if verdict not in (*VERDICTS, "failing"):
            zh, en = hint(
                nearest(verdict, VERDICTS), "判定有：" + "、".join(VERDICTS), "Verdicts: " + ", ".join(VERDICTS)
            )
            draft.say("S401", path, at, name=full_name, hint_zh=zh, hint_en=en)
        elif verdict != "failing" and verdict not in _SILENT | _FAULTS[kind]:
            _never(draft, named, kind, full_name)
        return
    if name.startswith("peers.") and name in PEERS:
        if not peers:
            draft.say("S415", path, at, name=full_name)
        return
    if name.startswith("missing.") and isinstance(measure, Content):
        elements = [element.name for element in measure.required]
        element = name.removeprefix("missing.")
        if element not in elements:
            zh, en = hint(nearest(element, elements), "请改用其中一个。", "Use one of them.")
            listed = ", ".join(elements)
            draft.say("S405", path, at, name=full_name, element=element, elements=listed, hint_zh=zh, hint_en=en)
        return
    if name in ALL:
        _never(draft, named, kind, full_name)
        return
    near = nearest(name, (*offered, *(PEERS if peers else ())))
    zh, en = hint(near, f"{kind} 有：{'、'.join(offered)}。", f"{kind} has: {', '.join(offered)}.")
    draft.say("S401", path, at, name=full_name, hint_zh=zh, hint_en=en)


def _never(draft: Draft, named: Named, kind: str, full_name: str) -> None:
    path, at = named[1:]
    has = ", ".join((*sorted(_FAULTS[kind]), *_FURTHER[kind]))
    zh, en = f"{kind} 有：{has}。", f"What it has: {has}."
    draft.say("S402", path, at, name=full_name, kind=kind, hint_zh=zh, hint_en=en)
