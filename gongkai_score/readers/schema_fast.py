"""A quick check whether a document fits a schema at all, so that documents without mistakes load fast.

It knows the keywords the library's schemas use and only ever says "fits" or "ask jsonschema": the full
validator, some twenty times slower, is loaded only when there is something to tell. Most keywords speak of one
kind of value only, so the checks of a schema are sorted by the kind of value they are for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from gongkai_score.readers.schema_keys import resolved
from gongkai_score.readers.schema_words import date_fault

Check = Callable[[Any], bool]
Kinds = tuple[type, ...]
_KINDS: dict[str, Kinds] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, Decimal),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
_TEXTS, _NUMBERS, _LISTS, _DICTS = (_KINDS[name] for name in ("string", "number", "array", "object"))
_ALL: Kinds = (*_TEXTS, *_NUMBERS, *_KINDS["boolean"], *_LISTS, *_DICTS, *_KINDS["null"])
_SILENT = frozenset(
    ("$schema", "$id", "$defs", "$comment", "title", "description", "markdownDescription", "default")
) | {"examples", "deprecated", "then", "else"}
_ELSEWHERE = frozenset({"type", "properties", "additionalProperties", "unevaluatedProperties"})


class _UnsureError(Exception):
    """The quick check does not know a keyword or cannot decide a value."""


def quick_check(schema: object) -> Check:
    """A check that is true where data fit the schema for certain; where it is false, jsonschema must be asked.

    Args:
        schema: a JSON Schema without binary fractions.

    Returns:
        The check; it takes dict, list, str, int, Decimal, bool and None, nested.

    >>> fits = quick_check({"properties": {"points": {"maximum": 10}}})
    >>> fits({"points": 5}), fits({"points": 50})
    (True, False)
    """
    try:
        part = _Compiler(schema).part(schema)
    except _UnsureError:
        return lambda data: False

    def check(data: Any) -> bool:
        try:
            return part.fits(data)
        except _UnsureError:
            return False

    return check


class _Part:
    """One schema object, compiled: its checks for each kind of value, and the keys of a mapping it speaks of."""

    __slots__ = ("checks", "found", "names")

    def __init__(self) -> None:
        self.checks: dict[type, list[Check]] = {kind: [] for kind in _ALL}
        self.names: frozenset[str] = frozenset()
        self.found: list[Callable[[dict[str, Any]], Iterable[str]]] = []

    def add(self, kinds: Kinds, check: Check) -> None:
        for kind in kinds:
            self.checks[kind].append(check)

    def only(self, kinds: Iterable[type]) -> None:
        """No other kind of value fits."""
        self.checks = {kind: self.checks[kind] for kind in kinds}

    def fits(self, value: Any) -> bool:
        checks = self.checks.get(type(value))
        if checks is None:
            return False
        for check in checks:  # noqa: SIM110 - a loop is measurably faster than all()
            if not check(value):
                return False
        return True

    def evaluated(self, value: dict[str, Any]) -> set[str]:
        """The keys of ``value`` that this schema or its parts speak of, as ``unevaluatedProperties`` asks."""
        keys = set(self.names)
        for find in self.found:
            keys.update(find(value))
        return keys


class _Compiler:
    def __init__(self, root: object) -> None:
        self.root = root
        self.done: dict[str, _Part] = {}

    def part(self, schema: object) -> _Part:
        if isinstance(schema, Mapping) and schema.keys() - _SILENT - {"x-say"} == {"$ref"}:
            return self.target(schema["$ref"])
        part = _Part()
        self.fill(part, schema)
        return part

    def target(self, reference: str) -> _Part:
        """The part that a reference means; it may still be empty while its own inside is compiled."""
        target = self.done.get(reference)
        if target is None:
            if not reference.startswith("#"):
                raise _UnsureError
            schema = resolved(self.root if isinstance(self.root, Mapping) else {}, {"$ref": reference})
            target = self.done[reference] = _Part()
            self.fill(target, schema)
        return target

    def fill(self, part: _Part, schema: object) -> None:
        if schema is True:
            return
        if schema is False:
            part.only(())
            return
        if not isinstance(schema, Mapping):
            raise _UnsureError
        for keyword, argument in schema.items():
            if keyword in _NESTED:
                _NESTED[keyword](self, part, argument, schema)
            elif keyword in _SIMPLE:
                kinds, make = _SIMPLE[keyword]
                part.add(kinds, make(argument))
            elif keyword not in _SILENT and keyword not in _ELSEWHERE and not keyword.startswith("x-"):
                raise _UnsureError
        if "properties" in schema or "additionalProperties" in schema:
            self.mapping(part, schema)
        if schema.get("unevaluatedProperties", True) is not True:
            if schema["unevaluatedProperties"] is not False:
                raise _UnsureError
            part.add(_DICTS, lambda value: value.keys() <= part.evaluated(value))
        if "type" in schema:
            told = schema["type"]
            part.only(kind for name in ([told] if isinstance(told, str) else told) for kind in _KINDS[name])

    def mapping(self, part: _Part, schema: Mapping[str, Any]) -> None:
        parts = {key: self.part(inner) for key, inner in schema.get("properties", {}).items()}
        rest = None
        if schema.get("additionalProperties", True) is not True:
            rest = self.part(schema["additionalProperties"])

        def check(value: dict[str, Any]) -> bool:
            for key, item in value.items():
                inner = parts.get(key, rest)
                if inner is not None and not inner.fits(item):
                    return False
            return True

        part.add(_DICTS, check)
        part.names = frozenset(parts)
        if "additionalProperties" in schema:
            part.found.append(lambda value: value)

    def ref(self, part: _Part, reference: str, _: object) -> None:
        target = self.target(reference)
        part.add(_ALL, target.fits)
        part.found.append(target.evaluated)

    def all_of(self, part: _Part, schemas: list[object], _: object) -> None:
        switches: dict[str, dict[str, list[_Part]]] = {}
        for schema in schemas:
            if (case := _case(schema)) is not None:
                key, word, then = case
                switches.setdefault(key, {}).setdefault(word, []).append(self.part(then))
            else:
                inner = self.part(schema)
                part.add(_ALL, inner.fits)
                part.found.append(inner.evaluated)
        for key, cases in switches.items():
            self.switch(part, key, cases)

    def switch(self, part: _Part, key: str, cases: Mapping[str, list[_Part]]) -> None:
        """Conditions that compare one key with a word each: the word that stands there is looked up."""

        def held(value: dict[str, Any]) -> list[_Part]:
            word = value.get(key)
            return cases.get(word, []) if type(word) is str else []

        def found(value: dict[str, Any]) -> set[str]:
            return {name for then in held(value) for name in (key, *then.evaluated(value))}

        part.add(_DICTS, lambda value: all(then.fits(value) for then in held(value)))
        part.found.append(found)
        for then in (then for parts in cases.values() for then in parts):
            part.add(tuple(kind for kind in _ALL if kind is not dict), then.fits)

    def any_of(self, part: _Part, schemas: list[object], _: object) -> None:
        inner = [self.part(schema) for schema in schemas]
        part.add(_ALL, lambda value: any(p.fits(value) for p in inner))
        part.found.append(lambda value: {k for p in inner if p.fits(value) for k in p.evaluated(value)})

    def negated(self, part: _Part, schema: object, _: object) -> None:
        inner = self.part(schema)
        part.add(_ALL, lambda value: not inner.fits(value))

    def conditional(self, part: _Part, schema: object, whole: Mapping[str, Any]) -> None:
        test, then, other = (self.part(each) for each in (schema, whole.get("then", True), whole.get("else", True)))

        def found(value: dict[str, Any]) -> Iterable[str]:
            if test.fits(value):
                return test.evaluated(value) | then.evaluated(value)
            return other.evaluated(value)

        part.add(_ALL, lambda value: then.fits(value) if test.fits(value) else other.fits(value))
        part.found.append(found)

    def items(self, part: _Part, schema: object, whole: Mapping[str, Any]) -> None:
        if "prefixItems" in whole:
            raise _UnsureError
        inner = self.part(schema).fits
        part.add(_LISTS, lambda value: all(map(inner, value)))

    def property_names(self, part: _Part, schema: object, _: object) -> None:
        inner = self.part(schema).fits
        part.add(_DICTS, lambda value: all(map(inner, value)))


_NESTED: dict[str, Callable[[_Compiler, _Part, Any, Any], None]] = {
    "$ref": _Compiler.ref,
    "allOf": _Compiler.all_of,
    "anyOf": _Compiler.any_of,
    "not": _Compiler.negated,
    "if": _Compiler.conditional,
    "items": _Compiler.items,
    "propertyNames": _Compiler.property_names,
}


def _case(schema: Any) -> tuple[str, str, object] | None:
    """Key, word and consequence of a schema that says what holds when a key has one word; None for others."""
    if not isinstance(schema, Mapping) or schema.keys() != {"if", "then"} or not isinstance(schema["if"], Mapping):
        return None
    for key, told in schema["if"].get("properties", {}).items():
        word = told.get("const") if isinstance(told, Mapping) else None
        if isinstance(word, str) and schema["if"] == {"properties": {key: {"const": word}}, "required": [key]}:
            return key, word, schema["then"]
    return None


def _enum(argument: list[Any]) -> Check:
    if any(isinstance(each, (dict, list)) for each in argument):
        raise _UnsureError
    allowed = frozenset((type(each) is bool, each) for each in argument)
    return lambda value: type(value) not in (dict, list) and (type(value) is bool, value) in allowed


def _required(argument: list[str]) -> Check:
    names = frozenset(argument)
    return lambda value: names <= value.keys()


def _dependent(argument: dict[str, list[str]]) -> Check:
    needs = {key: frozenset(names) for key, names in argument.items()}
    return lambda value: all(key not in value or names <= value.keys() for key, names in needs.items())


def _pattern(argument: str) -> Check:
    search = re.compile(argument).search
    return lambda value: search(value) is not None


def _format(argument: str) -> Check:
    if argument != "date":
        return lambda value: True
    return lambda value: date_fault(value) is None


def _unique(argument: bool) -> Check:
    def check(value: list[Any]) -> bool:
        if not argument:
            return True
        if any(type(item) in (dict, list) for item in value):
            raise _UnsureError
        return len({(type(item) is bool, item) for item in value}) == len(value)

    return check


_SIMPLE: dict[str, tuple[Kinds, Callable[[Any], Check]]] = {
    "enum": (_ALL, _enum),
    "const": (_ALL, lambda argument: _enum([argument])),
    "required": (_DICTS, _required),
    "dependentRequired": (_DICTS, _dependent),
    "pattern": (_TEXTS, _pattern),
    "format": (_TEXTS, _format),
    "uniqueItems": (_LISTS, _unique),
    "minimum": (_NUMBERS, lambda limit: lambda value: value >= limit),
    "maximum": (_NUMBERS, lambda limit: lambda value: value <= limit),
    "exclusiveMinimum": (_NUMBERS, lambda limit: lambda value: value > limit),
    "exclusiveMaximum": (_NUMBERS, lambda limit: lambda value: value < limit),
    "multipleOf": (_NUMBERS, lambda limit: lambda value: Fraction(value) % Fraction(limit) == 0),
    "minLength": (_TEXTS, lambda limit: lambda value: len(value) >= limit),
    "maxLength": (_TEXTS, lambda limit: lambda value: len(value) <= limit),
    "minItems": (_LISTS, lambda limit: lambda value: len(value) >= limit),
    "maxItems": (_LISTS, lambda limit: lambda value: len(value) <= limit),
    "minProperties": (_DICTS, lambda limit: lambda value: len(value) >= limit),
    "maxProperties": (_DICTS, lambda limit: lambda value: len(value) <= limit),
}
