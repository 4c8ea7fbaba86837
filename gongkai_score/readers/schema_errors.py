"""Checks a marked document against a JSON Schema and says each mistake in words, at its place.

The schema may carry ``x-say: {zh: …, en: …}`` beside any keyword: words for the form that is expected there.
Decimals count as numbers, ``integer`` means written without a point, and ``format: date`` is checked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from gongkai_score.errors import Problem
from gongkai_score.readers.marked_yaml import Marked, Path
from gongkai_score.readers.schema_fast import Check, quick_check
from gongkai_score.readers.schema_keys import FORBIDDEN, Places, allowed_keys
from gongkai_score.readers.schema_values import Fault, Sayer, allowed_words, is_other_kind, path_of
from gongkai_score.readers.schema_words import date_fault, joined, nearest, written
from gongkai_score.readers.shipped import DATA
from gongkai_score.readers.yaml_syntax import shown

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_UNKNOWN = ("additionalProperties", "unevaluatedProperties")


@dataclass(frozen=True)
class Schema:
    """A JSON Schema, draft 2020-12, whose references are all inside itself; made ready once, for many documents."""

    document: Mapping[str, Any]

    @cached_property
    def exact(self) -> Any:
        """The schema with its binary fractions as the decimals they were written as, forbidden keys marked."""
        return _exact(self.document)

    @cached_property
    def fits(self) -> Check:
        """True for data that fit for certain."""
        return quick_check(self.exact)


@cache
def shipped_schema(name: str) -> Schema:
    """The schema of one kind of file, as editors read it.

    >>> shipped_schema("mapping").document["type"]
    'object'
    """
    return Schema(json.loads((DATA / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")))


def schema_problems(marked: Marked, schema: Schema) -> list[Problem]:
    """Every way in which the document departs from the schema, in the order of the document.

    Returns:
        One problem for each mistake, none when the document fits.

    >>> from gongkai_score.readers.marked_yaml import read_marked
    >>> marked, _ = read_marked("points: 12\\n", "city.yaml")
    >>> schema = Schema({"properties": {"points": {"type": "number", "maximum": 10}}})
    >>> for found in schema_problems(marked, schema):
    ...     print(found.text("en"))
    city.yaml:1:9: error D061: points: 12 is above the maximum 10. Write 10 or less.
    """
    return [] if schema.fits(marked.data) else _Teller(marked, schema.exact).problems()


def _exact(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        exact = {key: _exact(value) for key, value in schema.items()}
        if isinstance(exact.get("properties"), dict):  # jsonschema loses the place of a mere False
            named = exact["properties"].items()
            exact["properties"] = {k: FORBIDDEN if v is False else v for k, v in named}
        return exact
    if isinstance(schema, list):
        return [_exact(value) for value in schema]
    return Decimal(repr(schema)) if isinstance(schema, float) else schema


@cache
def _validator_class() -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import extend

    def integer(_: object, value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    def number(_: object, value: object) -> bool:
        return isinstance(value, (int, Decimal)) and not isinstance(value, bool)

    def multiple_of(validator: Any, divisor: Any, value: Any, _: Any) -> Iterator[Fault]:
        if validator.is_type(value, "number") and Fraction(value) % Fraction(divisor):
            yield ValidationError(f"{value} is not a multiple of {divisor}")

    checker = Draft202012Validator.TYPE_CHECKER.redefine_many({"integer": integer, "number": number})
    made: Any = extend(Draft202012Validator, {"multipleOf": multiple_of}, type_checker=checker)  # type: ignore[no-untyped-call]
    return made


@cache
def _format_checker() -> Any:
    from jsonschema import FormatChecker

    checker = FormatChecker(formats=())
    checker.checks("date")(lambda value: not isinstance(value, str) or date_fault(value) is None)
    return checker


class _Teller:
    """The problems of one document against one schema."""

    def __init__(self, marked: Marked, schema: Mapping[str, Any]) -> None:
        self.marked = marked
        self.sayer = Sayer(marked)
        self.schema = schema
        self.validator: Validator = _validator_class()(schema, format_checker=_format_checker())
        self.typed: set[Path] = set()
        self.unsettled: set[Path] = set()
        self.taken: set[tuple[Path, str]] = set()
        self.missing: dict[Path, list[str]] = {}

    def problems(self) -> list[Problem]:
        errors = [leaf for error in self.validator.iter_errors(self.marked.data) for leaf in self.leaves(error)]
        if not errors:
            return []
        for error in errors:
            path = path_of(error)
            if error.validator in ("type", "anyOf", "oneOf"):
                self.typed.add(path)
            if error.validator in ("enum", "const", "type") and path:
                self.unsettled.add(path[:-1])
            if error.validator == "required":
                self.unsettled.add(path)
        told: dict[tuple[object, ...], Problem] = {}
        # Unknown keys first: a missing key that was merely misspelt is told once.
        for error in sorted(errors, key=lambda e: e.validator not in _UNKNOWN):
            for found in self.tell(error):
                if (found.line, found.column) in self.marked.told:
                    continue
                told.setdefault((found.code, found.path, found.line, found.column, str(found.values)), found)
        for path, keys in self.missing.items():
            words = self.missing_words(path, keys)
            if words is not None:
                told[("D044", path)] = words
        return sorted(told.values(), key=lambda p: (p.line or 0, p.column or 0))

    @cached_property
    def places(self) -> Places:
        """Where each key of the schema may stand."""
        return Places(self.schema)

    # -- which errors are worth telling

    def leaves(self, error: Fault) -> Iterator[Fault]:
        """The errors of the branch of ``anyOf`` that was meant, chosen by the kind of value that stands there."""
        if error.validator not in ("anyOf", "oneOf") or not error.context:
            yield error
            return
        branches: dict[object, list[Fault]] = {}
        for inner in error.context:
            branches.setdefault(inner.relative_schema_path[0], []).extend(self.leaves(inner))
        depth = len(path_of(error))
        fitting = [b for b in branches.values() if not any(is_other_kind(e, depth) for e in b)]
        if not fitting or ("x-say" in error.schema and not isinstance(error.instance, (dict, list))):
            yield error
            return
        if len(fitting) > 1 and all(len(b) == 1 and b[0].validator in ("enum", "const") for b in fitting):
            words = [word for b in fitting for word in allowed_words(b[0])]
            error.validator, error.validator_value = "enum", words
            yield error
            return

        def strangeness(branch: list[Fault]) -> tuple[int, int]:
            wrong = sum(e.validator in ("enum", "const") and len(path_of(e)) == depth + 1 for e in branch)
            return wrong, len(branch)

        yield from min(fitting, key=strangeness)

    # -- one error in words

    def tell(self, error: Fault) -> Iterator[Problem]:
        path, keyword = path_of(error), str(error.validator)
        if "propertyNames" in error.relative_schema_path and isinstance(error.instance, str):
            zh, en = self.sayer.expectation(error)
            yield self.marked.problem(
                "D076",
                (*path, error.instance),
                "key",
                key=shown(error.instance),
                expected_zh=zh,
                expected_en=en,
            )
        elif keyword in _UNKNOWN and isinstance(error.instance, dict):
            yield from self.unknown_keys(error, path)
        elif keyword == "required":
            known = self.missing.setdefault(path, [])
            known += [k for k in error.validator_value if k not in error.instance and k not in known]
        elif keyword in ("type", "anyOf", "oneOf"):
            yield self.sayer.wrong_type(error, path)
        elif path in self.typed:
            return
        elif keyword in ("enum", "const"):
            yield self.sayer.not_allowed(error, path)
        else:
            yield from self.sayer.constraint(error, path, keyword)

    def unknown_keys(self, error: Fault, path: Path) -> Iterator[Problem]:
        deep = error.validator == "unevaluatedProperties"
        allowed, patterns = allowed_keys(self.validator, self.schema, error.schema, error.instance, deep)
        places = self.places
        for key in error.instance:
            if key in allowed or any(re.search(p, key) for p in patterns):
                continue
            if path in self.unsettled and deep and places.legal_at(key, path):
                continue  # the key that decides which others are legal is itself wrong
            at = (*path, key)
            if (condition := places.condition(key, path)) is not None:
                now = error.instance.get(condition.switch)
                words = written(now) if condition.switch in error.instance else None
                yield self.marked.problem(
                    "D043",
                    at,
                    "key",
                    key=key,
                    when_zh=f"“{condition.switch}”为 {condition.words[0]} ",
                    when_en=f"'{condition.switch}' is {condition.words[1]}",
                    now_zh="没有写" if words is None else f"是 {words}",
                    now_en="it is not given" if words is None else f"it is {words}",
                    switch=condition.switch,
                )
            elif (where := places.elsewhere(key, path)) is not None:
                here = places.name(path)
                yield self.marked.problem(
                    "D042",
                    at,
                    "key",
                    key=key,
                    where_zh=where[0],
                    where_en=where[1],
                    here_zh=here[0],
                    here_en=here[1],
                )
            elif near := nearest(key, allowed):
                if near not in error.instance:
                    self.taken.add((path, near))
                yield self.marked.problem("D041", at, "key", key=shown(key), near=near)
            else:
                zh, en = joined(allowed)
                yield self.marked.problem(
                    "D040", at, "key", key=shown(key), allowed_zh=zh or "（无）", allowed_en=en or "(none)"
                )

    def missing_words(self, path: Path, keys: Iterable[str]) -> Problem | None:
        lacking = [key for key in keys if (path, key) not in self.taken]
        if not lacking:
            return None
        zh, en = joined([f"“{key}”" for key in lacking])[0], joined([f"'{key}'" for key in lacking])[1]
        return self.marked.problem("D044", path, "key", missing_zh=zh, missing_en=en)
