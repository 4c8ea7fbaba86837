"""Which keys a schema allows where: for unknown, misspelt and misplaced keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gongkai_score.readers.marked_yaml import Path
from gongkai_score.readers.schema_words import joined, written

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

Schema = Mapping[str, Any]
Pattern = tuple[str, ...]
FORBIDDEN: Schema = {"not": {}}
_LOCAL = re.compile(r"#(/.*)?")


@dataclass(frozen=True, slots=True)
class Condition:
    """A key is legal only when the key ``switch`` has one of these values."""

    switch: str
    words: tuple[str, str]


def resolved(root: Schema, schema: object) -> object:
    """What a reference inside the same schema points to; anything else as it is.

    >>> resolved({"$defs": {"a": {"type": "string"}}}, {"$ref": "#/$defs/a"})
    {'type': 'string'}
    """
    for _ in range(20):
        if not isinstance(schema, Mapping) or not _LOCAL.fullmatch(str(schema.get("$ref", ""))):
            break
        target: Any = root
        for step in str(schema["$ref"])[1:].split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            target = target.get(step) if isinstance(target, Mapping) else None
        schema = target
    return schema


def allowed_keys(
    validator: Validator, root: Schema, schema: object, instance: Mapping[str, Any], deep: bool
) -> tuple[dict[str, None], list[str]]:
    """The keys, and the patterns of keys, that may stand in this mapping.

    Args:
        validator: decides which ``if`` holds.
        root: the whole schema.
        schema: the part that applies to the mapping.
        instance: the mapping.
        deep: whether keys of ``allOf``, ``$ref`` and the like count (``unevaluatedProperties``).
    """
    keys: dict[str, None] = {}
    patterns: list[str] = []
    todo: list[object] = [schema]
    for part in todo:
        if not isinstance(part, Mapping) or len(todo) > 1000:
            continue
        keys.update(dict.fromkeys(k for k, v in part.get("properties", {}).items() if v != FORBIDDEN))
        patterns += part.get("patternProperties", {})
        if not deep:
            continue
        if "$ref" in part:
            todo.append(resolved(root, {"$ref": part["$ref"]}))
        for group in ("allOf", "anyOf", "oneOf"):
            todo += part.get(group, [])
        todo += [s for key, s in part.get("dependentSchemas", {}).items() if key in instance]
        if "if" in part:
            holds = validator.evolve(schema=part["if"]).is_valid(instance)
            todo += [part["if"], part.get("then")] if holds else [part.get("else")]
    return keys, patterns


class Places:
    """Where in a document each key of a schema may stand."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self.places: dict[str, list[tuple[Pattern, Condition | None]]] = {}
        self._walk(root, (), None, frozenset())

    def _walk(self, schema: object, at: Pattern, condition: Condition | None, refs: frozenset[str]) -> None:
        if not isinstance(schema, Mapping) or len(at) > 12:
            return
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference not in refs:
            self._walk(resolved(self.root, {"$ref": reference}), at, condition, refs | {reference})
        for key, inner in schema.get("properties", {}).items():
            if inner != FORBIDDEN:
                self.places.setdefault(key, []).append((at, condition))
                self._walk(inner, (*at, key), None, refs)
        for key in ("items", "additionalProperties", "unevaluatedProperties"):
            self._walk(schema.get(key), (*at, "*"), None, refs)
        for inner in (*schema.get("prefixItems", ()), *schema.get("patternProperties", {}).values()):
            self._walk(inner, (*at, "*"), None, refs)
        for group in ("allOf", "anyOf", "oneOf"):
            for inner in schema.get(group, ()):
                self._walk(inner, at, condition, refs)
        self._walk(schema.get("then"), at, _condition(schema.get("if")) or condition, refs)
        self._walk(schema.get("else"), at, condition, refs)

    def _here(self, key: str, path: Path) -> Iterator[Condition | None]:
        for at, condition in self.places.get(key, ()):
            if _matches(at, path):
                yield condition

    def legal_at(self, key: str, path: Path) -> bool:
        """Whether some branch of the schema allows the key in this mapping."""
        return any(True for _ in self._here(key, path))

    def condition(self, key: str, path: Path) -> Condition | None:
        """The condition under which the key would be legal in this mapping."""
        return next((c for c in self._here(key, path) if c is not None), None)

    def elsewhere(self, key: str, path: Path) -> tuple[str, str] | None:
        """Where the key belongs instead, in Chinese and English."""
        other = dict.fromkeys(at for at, _ in self.places.get(key, ()) if not _matches(at, path))
        if not other or self.legal_at(key, path):
            return None
        near = sorted(other, key=lambda at: (abs(len(at) - len(path)), len(at)))[:2]
        names = [self.name(at) for at in near]
        return "或".join(zh for zh, _ in names), " or ".join(en for _, en in names)

    @staticmethod
    def name(path: Path) -> tuple[str, str]:
        """A place in words.

        >>> Places.name(("indicators", 3, "rule"))
        ('“indicators/*/rule”', "'indicators/*/rule'")
        """
        if not path:
            return "文件最外层", "the top level of the file"
        where = "/".join("*" if isinstance(step, int) else step for step in path)
        return f"“{where}”", f"'{where}'"


def _matches(at: Pattern, path: Path) -> bool:
    return len(at) == len(path) and all(a in ("*", p) for a, p in zip(at, path, strict=True))


def _condition(test: object) -> Condition | None:
    properties = test.get("properties") if isinstance(test, Mapping) else None
    for key, schema in (properties or {}).items():
        if isinstance(schema, Mapping) and ("const" in schema or "enum" in schema):
            allowed = schema["enum"] if "enum" in schema else [schema["const"]]
            zh, en = joined([written(a) for a in allowed])
            return Condition(key, (zh.replace("、", " 或 "), en.replace(", ", " or ")))
    return None
