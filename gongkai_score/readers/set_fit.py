"""A quick yes or no: does a document fit a JSON Schema? The schema is turned into functions once.

Five sets of 632 indicators are judged in a few milliseconds. Only when the answer is no is the document read
again by the slower checker that can say what is wrong; tests hold that both agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from gongkai_score.readers.schema_words import date_fault

Fits = Callable[[Any], bool]

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, Decimal),
    "null": (type(None),),
}
_PLAIN = frozenset({"title", "description", "x-say", "$schema", "$id", "$defs", "then", "else"})


def compiled(schema: Mapping[str, Any]) -> Fits:
    """A function that says whether data fit ``schema``.

    Raises:
        ValueError: the schema uses a keyword that is not known here.

    >>> fits = compiled({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}})
    >>> fits({"id": "A"}), fits({"id": 1}), fits({})
    (True, False, False)
    """
    return _Compiler(schema).make(schema)


class _Compiler:
    """Turns the parts of one schema into functions; references are resolved when first used."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root
        self.made: dict[str, Fits] = {}

    def make(self, schema: Any) -> Fits:
        if schema is True:
            return lambda value: True
        if schema is False:
            return lambda value: False
        checks = [self.check(key, part, schema) for key, part in schema.items() if key not in _PLAIN]
        found = tuple(check for check in checks if check is not None)
        if len(found) == 1:
            return found[0]

        def every(value: Any) -> bool:
            return all(check(value) for check in found)

        return every

    def check(self, key: str, part: Any, schema: Mapping[str, Any]) -> Fits | None:
        maker = getattr(self, "_" + key.removeprefix("$"), None)
        if maker is None:
            raise ValueError(f"unknown keyword of JSON Schema: {key}")
        made: Fits | None = maker(part, schema)
        return made

    def _ref(self, part: str, schema: object) -> Fits:
        name = part.removeprefix("#/$defs/")

        def follow(value: Any) -> bool:
            found = self.made.get(name)
            if found is None:
                found = self.made[name] = self.make(self.root["$defs"][name])
            return found(value)

        return follow

    def _type(self, part: str | list[str], schema: object) -> Fits:
        names = [part] if isinstance(part, str) else part
        kinds = frozenset(kind for name in names for kind in _TYPES[name])
        return lambda value: type(value) in kinds

    def _enum(self, part: list[Any], schema: object) -> Fits:
        allowed = frozenset((type(one), one) for one in part)
        return lambda value: type(value).__hash__ is not None and (type(value), value) in allowed

    def _const(self, part: Any, schema: object) -> Fits:
        return self._enum([part], schema)

    def _properties(self, part: Mapping[str, Any], schema: object) -> Fits:
        made = {key: self.make(inner) for key, inner in part.items()}

        def check(value: Any) -> bool:
            if type(value) is dict:
                for key, inner in value.items():
                    fits = made.get(key)
                    if fits is not None and not fits(inner):
                        return False
            return True

        return check

    def _additionalProperties(self, part: Any, schema: Mapping[str, Any]) -> Fits:
        known = frozenset(schema.get("properties", ()))
        if part is False:
            return lambda value: type(value) is not dict or value.keys() <= known
        fits = self.make(part)
        return lambda value: type(value) is not dict or all(fits(v) for k, v in value.items() if k not in known)

    def _propertyNames(self, part: Any, schema: object) -> Fits:
        fits = self.make(part)
        return lambda value: type(value) is not dict or all(map(fits, value))

    def _required(self, part: list[str], schema: object) -> Fits:
        needed = frozenset(part)
        return lambda value: type(value) is not dict or needed <= value.keys()

    def _items(self, part: Any, schema: object) -> Fits:
        fits = self.make(part)
        return lambda value: type(value) is not list or all(map(fits, value))

    def _pattern(self, part: str, schema: object) -> Fits:
        search = re.compile(part).search
        return lambda value: type(value) is not str or search(value) is not None

    def _format(self, part: str, schema: object) -> Fits | None:
        if part != "date":
            return None
        return lambda value: type(value) is not str or date_fault(value) is None

    def _minLength(self, part: int, schema: object) -> Fits:
        return lambda value: type(value) is not str or len(value) >= part

    def _minItems(self, part: int, schema: object) -> Fits:
        return lambda value: type(value) is not list or len(value) >= part

    def _maxItems(self, part: int, schema: object) -> Fits:
        return lambda value: type(value) is not list or len(value) <= part

    def _uniqueItems(self, part: bool, schema: object) -> Fits:
        def check(value: Any) -> bool:
            if type(value) is not list or not part:
                return True
            return all(one not in value[:i] for i, one in enumerate(value))

        return check

    def _minProperties(self, part: int, schema: object) -> Fits:
        return lambda value: type(value) is not dict or len(value) >= part

    def _maxProperties(self, part: int, schema: object) -> Fits:
        return lambda value: type(value) is not dict or len(value) <= part

    def _minimum(self, part: int, schema: object) -> Fits:
        return lambda value: type(value) not in (int, Decimal) or value >= part

    def _maximum(self, part: int, schema: object) -> Fits:
        return lambda value: type(value) not in (int, Decimal) or value <= part

    def _allOf(self, part: list[Any], schema: object) -> Fits:
        made = tuple(self.make(inner) for inner in part)
        switch = self._switch(part)
        if switch is not None:
            return switch

        def every(value: Any) -> bool:
            return all(fits(value) for fits in made)

        return every

    def _switch(self, part: list[Any]) -> Fits | None:
        """All parts of the form ``if key is this word, then …``, decided by one look at the key."""
        cases: dict[str, Fits] = {}
        keys = set()
        for inner in part:
            test = inner.get("if", {})
            if set(inner) != {"if", "then"} or set(test) != {"properties", "required"}:
                return None
            if len(test["required"]) != 1:
                return None
            (key,) = test["required"]
            word = test["properties"].get(key, {}).get("const")
            if not isinstance(word, str):
                return None
            keys.add(key)
            cases[word] = self.make(inner["then"])
        if len(keys) != 1:
            return None
        (key,) = keys

        def check(value: Any) -> bool:
            word = value.get(key) if type(value) is dict else None
            fits = cases.get(word) if type(word) is str else None
            return fits is None or fits(value)

        return check

    def _if(self, part: Any, schema: Mapping[str, Any]) -> Fits:
        test = self.make(part)
        yes, no = self.make(schema.get("then", True)), self.make(schema.get("else", True))
        return lambda value: yes(value) if test(value) else no(value)
