"""A quick check whether a document fits a schema at all, so that documents without mistakes load fast.

It knows the keywords the library's schemas use and only ever says "fits" or "ask jsonschema": the full
validator, some twenty times slower, is loaded only when there is something to tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sized
from decimal import Decimal
from fractions import Fraction
from typing import Any

from gongkai_score.readers.schema_keys import resolved
from gongkai_score.readers.schema_words import date_fault

Check = Callable[[Any], bool]
_KINDS: dict[str, frozenset[type]] = {
    "string": frozenset({str}),
    "integer": frozenset({int}),
    "number": frozenset({int, Decimal}),
    "boolean": frozenset({bool}),
    "array": frozenset({list}),
    "object": frozenset({dict}),
    "null": frozenset({type(None)}),
}
_NUMBERS = _KINDS["number"]
_SILENT = frozenset(
    ("$schema", "$id", "$defs", "$comment", "title", "description", "markdownDescription", "default")
) | {"examples", "deprecated", "then", "else"}
_MAPPINGS = frozenset({"properties", "additionalProperties", "patternProperties"})


class _UnsureError(Exception):
    """The quick check does not know a keyword or cannot decide a value."""


def surely_fits(data: object, schema: object) -> bool:
    """Whether the data fit the schema for certain; False means that jsonschema must be asked.

    Args:
        data: dict, list, str, int, Decimal, bool and None, nested.
        schema: a JSON Schema without binary fractions.

    >>> surely_fits({"points": 5}, {"properties": {"points": {"maximum": 10}}})
    True
    >>> surely_fits({"points": 50}, {"properties": {"points": {"maximum": 10}}})
    False
    """
    try:
        return _Compiler(schema).part(schema).fits(data)
    except _UnsureError:
        return False


class _Part:
    """One schema object, compiled: its checks, and which keys of a mapping it accounts for."""

    __slots__ = ("checks", "found", "names")

    def __init__(self) -> None:
        self.checks: list[Check] = []
        self.names: frozenset[str] = frozenset()
        self.found: list[Callable[[dict[str, Any]], Iterable[str]]] = []

    def fits(self, value: Any) -> bool:
        for check in self.checks:  # noqa: SIM110 - a loop is measurably faster than all()
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
        part = _Part()
        self.fill(part, schema)
        return part

    def fill(self, part: _Part, schema: object) -> None:
        if schema is True:
            return
        if schema is False:
            part.checks.append(lambda value: False)
            return
        if not isinstance(schema, Mapping):
            raise _UnsureError
        for keyword, argument in schema.items():
            if keyword in _SILENT or keyword.startswith("x-"):
                continue
            if keyword in _NESTED:
                _NESTED[keyword](self, part, argument, schema)
            elif keyword in _SIMPLE:
                part.checks.append(_SIMPLE[keyword](argument))
            elif keyword not in _MAPPINGS and keyword != "unevaluatedProperties":
                raise _UnsureError
        if schema.keys() & _MAPPINGS:
            self.mapping(part, schema)
        if schema.get("unevaluatedProperties", True) is not True:
            if schema["unevaluatedProperties"] is not False:
                raise _UnsureError
            part.checks.append(lambda value: type(value) is not dict or value.keys() <= part.evaluated(value))

    def mapping(self, part: _Part, schema: Mapping[str, Any]) -> None:
        parts = {key: self.part(inner) for key, inner in schema.get("properties", {}).items()}
        if schema.get("patternProperties"):
            raise _UnsureError
        rest = None
        if schema.get("additionalProperties", True) is not True:
            rest = self.part(schema["additionalProperties"])

        def check(value: Any) -> bool:
            if type(value) is dict:
                for key, item in value.items():
                    inner = parts.get(key, rest)
                    if inner is not None and not inner.fits(item):
                        return False
            return True

        part.checks.append(check)
        part.names = frozenset(parts)
        if "additionalProperties" in schema:
            part.found.append(lambda value: value)

    def ref(self, part: _Part, reference: str, _: object) -> None:
        target = self.done.get(reference)
        if target is None:
            if not reference.startswith("#"):
                raise _UnsureError
            schema = resolved(self.root if isinstance(self.root, Mapping) else {}, {"$ref": reference})
            target = self.done[reference] = _Part()
            self.fill(target, schema)
        part.checks.append(target.fits)
        part.found.append(target.evaluated)

    def all_of(self, part: _Part, schemas: list[object], _: object) -> None:
        for inner in map(self.part, schemas):
            part.checks.append(inner.fits)
            part.found.append(inner.evaluated)

    def any_of(self, part: _Part, schemas: list[object], _: object) -> None:
        inner = [self.part(schema) for schema in schemas]
        part.checks.append(lambda value: any(p.fits(value) for p in inner))
        part.found.append(lambda value: {k for p in inner if p.fits(value) for k in p.evaluated(value)})

    def negated(self, part: _Part, schema: object, _: object) -> None:
        inner = self.part(schema)
        part.checks.append(lambda value: not inner.fits(value))

    def conditional(self, part: _Part, schema: object, whole: Mapping[str, Any]) -> None:
        test, then, other = self.part(schema), self.part(whole.get("then", True)), _Part()
        self.fill(other, whole.get("else", True))

        def found(value: dict[str, Any]) -> Iterable[str]:
            if test.fits(value):
                return test.evaluated(value) | then.evaluated(value)
            return other.evaluated(value)

        part.checks.append(lambda value: then.fits(value) if test.fits(value) else other.fits(value))
        part.found.append(found)

    def items(self, part: _Part, schema: object, whole: Mapping[str, Any]) -> None:
        if "prefixItems" in whole:
            raise _UnsureError
        inner = self.part(schema).fits
        part.checks.append(lambda value: type(value) is not list or all(map(inner, value)))

    def property_names(self, part: _Part, schema: object, _: object) -> None:
        inner = self.part(schema).fits
        part.checks.append(lambda value: type(value) is not dict or all(map(inner, value)))


_NESTED: dict[str, Callable[[_Compiler, _Part, Any, Any], None]] = {
    "$ref": _Compiler.ref,
    "allOf": _Compiler.all_of,
    "anyOf": _Compiler.any_of,
    "not": _Compiler.negated,
    "if": _Compiler.conditional,
    "items": _Compiler.items,
    "propertyNames": _Compiler.property_names,
}


def _type(argument: str | list[str]) -> Check:
    names = [argument] if isinstance(argument, str) else argument
    kinds = frozenset(kind for name in names for kind in _KINDS[name])
    return lambda value: type(value) in kinds


def _enum(argument: list[Any]) -> Check:
    if any(isinstance(each, (dict, list)) for each in argument):
        raise _UnsureError
    allowed = frozenset((type(each) is bool, each) for each in argument)
    return lambda value: type(value) not in (dict, list) and (type(value) is bool, value) in allowed


def _required(argument: list[str]) -> Check:
    names = frozenset(argument)
    return lambda value: type(value) is not dict or names <= value.keys()


def _dependent(argument: dict[str, list[str]]) -> Check:
    needs = {key: frozenset(names) for key, names in argument.items()}

    def check(value: Any) -> bool:
        return type(value) is not dict or all(
            key not in value or names <= value.keys() for key, names in needs.items()
        )

    return check


def _pattern(argument: str) -> Check:
    search = re.compile(argument).search
    return lambda value: type(value) is not str or search(value) is not None


def _format(argument: str) -> Check:
    if argument != "date":
        return lambda value: True
    return lambda value: type(value) is not str or date_fault(value) is None


def _unique(argument: bool) -> Check:
    def check(value: Any) -> bool:
        if not argument or not isinstance(value, list):
            return True
        if any(type(item) in (dict, list) for item in value):
            raise _UnsureError
        return len({(type(item) is bool, item) for item in value}) == len(value)

    return check


def _limit(holds: Callable[[Any, Any], bool]) -> Callable[[Any], Check]:
    return lambda limit: lambda value: type(value) not in _NUMBERS or holds(value, limit)


def _size(kind: type[Sized], holds: Callable[[int, int], bool]) -> Callable[[Any], Check]:
    return lambda limit: lambda value: not isinstance(value, kind) or holds(len(value), limit)


_SIMPLE: dict[str, Callable[[Any], Check]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda argument: _enum([argument]),
    "required": _required,
    "dependentRequired": _dependent,
    "pattern": _pattern,
    "format": _format,
    "uniqueItems": _unique,
    "minimum": _limit(lambda value, limit: value >= limit),
    "maximum": _limit(lambda value, limit: value <= limit),
    "exclusiveMinimum": _limit(lambda value, limit: value > limit),
    "exclusiveMaximum": _limit(lambda value, limit: value < limit),
    "multipleOf": _limit(lambda value, limit: Fraction(value) % Fraction(limit) == 0),
    "minLength": _size(str, lambda size, limit: size >= limit),
    "maxLength": _size(str, lambda size, limit: size <= limit),
    "minItems": _size(list, lambda size, limit: size >= limit),
    "maxItems": _size(list, lambda size, limit: size <= limit),
    "minProperties": _size(dict, lambda size, limit: size >= limit),
    "maxProperties": _size(dict, lambda size, limit: size <= limit),
}
