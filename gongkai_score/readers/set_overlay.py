"""A small set that takes another one and changes limits, names and points by id.

The two documents become one. Every part of it still knows the file and the line it was written in, so that a
mistake is told where somebody can mend it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from gongkai_score.errors import Problem
from gongkai_score.readers.marked_yaml import Marked, Path
from gongkai_score.readers.schema_words import nearest
from gongkai_score.readers.set_draft import hint

OVERLAY_KEYS: tuple[str, ...] = ("extends", "change", "remove", "add")
WHOLE: frozenset[str] = frozenset({"scoring", "when", "applies_to", "not_applicable", "where", "peers"})
"""Parts that a change replaces as a whole; other mappings are changed key by key."""

Origin = tuple[Marked, Path]


@dataclass(frozen=True)
class Merged(Marked):
    """Several documents as one.

    Attributes:
        origins: for parts, and all inside them, where they were written.
        touched: places, in the merged document, that problems were told of.
    """

    origins: dict[Path, Origin] = field(default_factory=dict, repr=False, compare=False)
    touched: list[Path] = field(default_factory=list, repr=False, compare=False)

    def origin(self, path: Path) -> Origin:
        """The document and the place in it that ``path`` comes from."""
        for length in range(len(path), -1, -1):
            found = self.origins.get(path[:length])
            if found is not None:
                return found[0], (*found[1], *path[length:])
        return self.origins[()]

    def mark(self, path: Path, at: Literal["key", "value"] = "value") -> tuple[int, int]:
        """Line and column in the file that the part comes from."""
        marked, inner = self.origin(path)
        return marked.mark(inner, at)

    def raw(self, path: Path) -> str | None:
        """The scalar as it was written."""
        marked, inner = self.origin(path)
        return marked.raw(inner)

    def quoted(self, path: Path) -> bool:
        """Whether the scalar stands in quotes."""
        marked, inner = self.origin(path)
        return marked.quoted(inner)

    def problem(self, code: str, path: Path, at: Literal["key", "value"] = "value", **values: object) -> Problem:
        """A problem, placed in the file that the part comes from."""
        self.touched.append(path)
        marked, inner = self.origin(path)
        return marked.problem(code, inner, at, **values)


class _Part:
    """A value together with where it was written; mappings and lists hold further parts."""

    __slots__ = ("inside", "origin", "value")

    def __init__(self, value: Any, origin: Origin) -> None:
        self.value, self.origin = value, origin
        self.inside: dict[str, _Part] | list[_Part] | None = None

    @classmethod
    def of(cls, marked: Marked, value: Any, path: Path) -> _Part:
        part = cls(value, marked.origin(path) if isinstance(marked, Merged) else (marked, path))
        if isinstance(value, dict):
            part.inside = {key: cls.of(marked, inner, (*path, key)) for key, inner in value.items()}
        elif isinstance(value, list):
            part.inside = [cls.of(marked, inner, (*path, i)) for i, inner in enumerate(value)]
        return part

    def plain(self, path: Path, origins: dict[Path, Origin], expected: Origin | None) -> Any:
        """The value as plain data; notes its origin where that does not follow from the part around it."""
        if expected is None or expected[0] is not self.origin[0] or expected[1] != self.origin[1]:
            origins[path] = self.origin
        marked, at = self.origin
        if isinstance(self.inside, dict):
            return {k: p.plain((*path, k), origins, (marked, (*at, k))) for k, p in self.inside.items()}
        if isinstance(self.inside, list):
            return [p.plain((*path, i), origins, (marked, (*at, i))) for i, p in enumerate(self.inside)]
        return self.value

    def change(self, other: _Part) -> None:
        """Take over what ``other`` says; ``null`` takes a key away."""
        assert isinstance(self.inside, dict) and isinstance(other.inside, dict)
        for key, new in other.inside.items():
            old = self.inside.get(key)
            if new.value is None:
                self.inside.pop(key, None)
            elif (
                old is not None
                and isinstance(old.inside, dict)
                and isinstance(new.inside, dict)
                and key not in WHOLE
                and not _other_kind(old.inside, new.inside)
            ):
                old.change(new)
            elif old is not None and key in ("name", "title", "note", "remedy") and isinstance(new.inside, dict):
                if isinstance(old.value, str) and "zh" not in new.inside:
                    new.inside = {"zh": old, **new.inside}
                self.inside[key] = new
            else:
                self.inside[key] = new


def _other_kind(old: dict[str, _Part], new: dict[str, _Part]) -> bool:
    return "kind" in new and "kind" in old and new["kind"].value != old["kind"].value


def merged(base: Marked, over: Marked) -> tuple[Marked, list[Problem]]:
    """The set that results when ``over`` changes ``base``, and what is wrong with the changes.

    Keys of the top level replace those of the base. ``change`` alters nodes and gates by id, ``remove`` takes
    them out, ``add`` puts new nodes below a parent (``total``: at the top).
    """
    whole = _Part.of(base, base.data, ())
    extra = _Part.of(over, over.data, ())
    assert isinstance(whole.inside, dict) and isinstance(extra.inside, dict)
    problems: list[Problem] = []
    places = dict(_places(whole))
    changes = _mapping(extra.inside.get("change"))
    for node_id, change in changes.items():
        if node_id not in places:
            problems.append(_unknown(over, places, node_id, ("change", node_id), "key", "修改", "change"))
        elif isinstance(change.inside, dict):
            places[node_id][1].change(change)
    for parent, added in _mapping(extra.inside.get("add")).items():
        if parent == "total":
            _append(whole.inside, "indicators", added)
        elif parent in places:
            below = places[parent][1].inside
            assert isinstance(below, dict)
            _append(below, "children", added)
        else:
            problems.append(_unknown(over, places, parent, ("add", parent), "key", "增加下级", "add nodes to"))
    removed = extra.inside.get("remove")
    for i, part in enumerate(removed.inside if removed is not None and isinstance(removed.inside, list) else ()):
        if isinstance(part.value, str) and part.value in places:
            siblings, node = places[part.value]
            siblings[:] = [one for one in siblings if one is not node]
        elif isinstance(part.value, str):
            problems.append(_unknown(over, places, part.value, ("remove", i), "value", "删除", "remove"))
    rest = _Part(over.data, extra.origin)
    rest.inside = {key: part for key, part in extra.inside.items() if key not in OVERLAY_KEYS}
    whole.change(rest)
    whole.origin = extra.origin
    origins: dict[Path, Origin] = {}
    data = whole.plain((), origins, None)
    return Merged(data, over.file, over._places, origins=origins), problems


def _mapping(part: _Part | None) -> dict[str, _Part]:
    return part.inside if part is not None and isinstance(part.inside, dict) else {}


def _append(inside: dict[str, _Part], key: str, added: _Part) -> None:
    held = inside.get(key)
    if held is None or not isinstance(held.inside, list):
        inside[key] = added
    elif isinstance(added.inside, list):
        held.inside.extend(added.inside)


def _places(whole: _Part) -> Iterator[tuple[str, tuple[list[_Part], _Part]]]:
    """Every node and gate by id, with the list it stands in."""
    assert isinstance(whole.inside, dict)
    todo = [whole.inside[key] for key in ("indicators", "gates") if key in whole.inside]
    for part in todo:
        for node in part.inside if isinstance(part.inside, list) else ():
            if isinstance(node.inside, dict):
                named = node.inside.get("id")
                if named is not None and isinstance(named.value, str):
                    assert isinstance(part.inside, list)
                    yield named.value, (part.inside, node)
                if "children" in node.inside:
                    todo.append(node.inside["children"])


def _unknown(
    over: Marked, places: dict[str, Any], name: str, path: Path, at: Literal["key", "value"], zh: str, en: str
) -> Problem:
    hint_zh, hint_en = hint(nearest(name, places), "请核对编号。", "Check the id.")
    return over.problem("S116", path, at, id=name, action_zh=zh, action_en=en, hint_zh=hint_zh, hint_en=hint_en)
