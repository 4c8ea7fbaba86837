"""What building an indicator set from a document needs at hand: the document, its problems, its vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from gongkai_score.errors import Problem
from gongkai_score.indicator_set import Amount
from gongkai_score.measure_kinds import Measure
from gongkai_score.readers.marked_yaml import Marked, Path
from gongkai_score.readers.schema_words import nearest
from gongkai_score.vocabulary import COMMON_ATTRIBUTES, EVENT_KINDS, MOMENT_ATTRIBUTES

T = TypeVar("T")

OWN_COLUMNS: tuple[str, ...] = ("id", "unit", "kind", "at", "ref")
"""Columns every event has, usable wherever an attribute is named."""


class Tree:
    """Where the nodes of a set were written, and what they measure.

    Attributes:
        paths: id → place.
        measured: place → its measures; None when one of them is unreadable.
    """

    def __init__(self) -> None:
        self.paths: dict[str, Path] = {}
        self.measured: dict[Path, Mapping[str, Measure] | None] = {}


@dataclass(slots=True)
class Draft:
    """A document on its way to an indicator set.

    Attributes:
        marked: the document, or several merged into one.
        options: the options in force.
        plan_year: gives a year to dates without one.
        problems: what was found so far.
        broken: paths of every part, and of all that contain it, in which the schema found a mistake.
        kinds: event kind → attributes it may carry.
        assumed: options that the part just built has fallen back on.
        amounts: amounts of the scoring rule just built, with their places.
    """

    marked: Marked
    options: Mapping[str, object] = field(default_factory=dict)
    plan_year: int | None = None
    problems: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    kinds: dict[str, frozenset[str]] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)
    amounts: list[tuple[Path, Amount]] = field(default_factory=list)

    def say(self, code: str, path: Path, at: Literal["key", "value"] = "value", **values: object) -> None:
        """Note a problem at ``path``."""
        self.problems.append(self.marked.problem(code, path, at, **values))

    def is_broken(self, path: Path) -> bool:
        """Whether the schema found a mistake in this part."""
        return bool(self.broken) and "/".join(map(str, path)) in self.broken

    def sound_parts(self, told: dict[str, Any], path: Path) -> dict[str, Any]:
        """What stands in a mapping, without the parts in which the schema found a mistake."""
        if not self.broken:
            return told
        return {key: value for key, value in told.items() if not self.is_broken((*path, key))}

    def mark_broken(self, places: Iterable[str]) -> None:
        """Remember where the schema found mistakes: in these places, and so in all that contain them."""
        for place in places:
            steps = place.split("/")
            self.broken.update("/".join(steps[:n]) for n in range(len(steps) + 1))

    def sound(self, make: Callable[[Any, Path], T], value: Any, path: Path) -> T | None:
        """``make(value, path)`` if the part is there and the schema found nothing wrong in it."""
        return None if value is None or self.is_broken(path) else make(value, path)

    def learn_kinds(self, events: object) -> None:
        """Add the document's own event kinds and attributes to the vocabulary."""
        self.kinds = dict(_KINDS)
        if not isinstance(events, dict):
            return
        for kind, told in events.items():
            more = told.get("attributes", ()) if isinstance(told, dict) else ()
            names = [name for name in more if isinstance(name, str)] if isinstance(more, list) else []
            self.kinds[kind] = self.kinds.get(kind, _COMMON) | frozenset(names)

    def check_kind(self, kind: str, path: Path) -> None:
        """Say so when an event kind is unknown."""
        if kind not in self.kinds:
            zh, en = hint(
                nearest(kind, self.kinds),
                "事件种类见词表，自定种类写在 events 下。",
                "Kinds are listed in the vocabulary; declare your own under 'events'.",
            )
            self.say("S102", path, kind=kind, hint_zh=zh, hint_en=en)

    def check_attribute(self, kind: str, name: str, path: Path, at: Literal["key", "value"] = "value") -> None:
        """Warn when events of ``kind`` are not known to carry an attribute."""
        known = self.kinds.get(kind)
        if known is not None and name not in known:
            zh, en = hint(
                nearest(name, known),
                "若是新属性，请在 events 下写明。",
                "If it is a new one, declare it under 'events'.",
            )
            self.say("S103", path, at, kind=kind, attribute=name, hint_zh=zh, hint_en=en)


_COMMON = frozenset((*COMMON_ATTRIBUTES, *OWN_COLUMNS))
_KINDS: dict[str, frozenset[str]] = {k: _COMMON | frozenset(v.attributes) for k, v in EVENT_KINDS.items()}

DATES: frozenset[str] = MOMENT_ATTRIBUTES | {"at"}
"""Attributes that hold a date."""


def hint(near: str | None, zh: str, en: str) -> tuple[str, str]:
    """What to do about an unknown word, in Chinese and English: the one probably meant, else other advice.

    >>> hint("points", "见词表。", "See the list.")
    ('是否想写“points”？', "Did you mean 'points'?")
    """
    return (zh, en) if near is None else (f"是否想写“{near}”？", f"Did you mean '{near}'?")
