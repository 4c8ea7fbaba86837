"""One value that does not fit its schema, said in words: what stands there, what is expected, what to write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from gongkai_score.errors import Problem
from gongkai_score.readers.marked_yaml import Marked, Path
from gongkai_score.readers.schema_keys import FORBIDDEN
from gongkai_score.readers.schema_words import (
    TYPES,
    date_fault,
    joined,
    nearest,
    number_fix,
    said,
    truth_fix,
    written,
)
from gongkai_score.readers.yaml_syntax import shown, wide_colon

Fault = Any  # jsonschema.exceptions.ValidationError, whose fields are typed as perhaps unset
_LIMITS = {
    "minimum": "D060",
    "maximum": "D061",
    "exclusiveMinimum": "D062",
    "exclusiveMaximum": "D063",
    "multipleOf": "D064",
}
_SIZES = {
    "minLength": "D065",
    "maxLength": "D066",
    "minItems": "D067",
    "maxItems": "D068",
    "minProperties": "D070",
    "maxProperties": "D071",
}
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(:[0-5][0-9])?")


class Sayer:
    """Says what is wrong with values of one document."""

    def __init__(self, marked: Marked) -> None:
        self.marked = marked

    def constraint(self, error: Fault, path: Path, keyword: str) -> Iterator[Problem]:
        """The value has the right kind but breaks a limit, a form or a rule."""
        zh, en = said(error.schema) or ("", "")
        say: dict[str, Any] = {"say_zh": zh and f"应为{zh}。", "say_en": en and f" Expected {en}."}
        value: Any = error.instance
        if keyword in _LIMITS:
            limit = written(error.validator_value)
            yield self.marked.problem(_LIMITS[keyword], path, found=self.raw(path), limit=limit, **say)
        elif keyword in _SIZES:
            limit = error.validator_value
            yield self.marked.problem(_SIZES[keyword], path, found=len(value), limit=limit, **say)
        elif keyword == "uniqueItems":
            for index, item in enumerate(value):
                if item in value[:index]:
                    first = self.marked.mark((*path, value.index(item)))[0]
                    again = (*path, index)
                    yield self.marked.problem("D069", again, first=first, **self.both(again), **say)
        elif keyword == "pattern":
            zh, en = self.expectation(error)
            expected: dict[str, Any] = {"expected_zh": zh, "expected_en": en}
            kinds = error.schema.get("type", ())
            meant = self.meant_number(value, path, expected) if "number" in kinds else None
            yield meant or self.marked.problem("D072", path, found=self.raw(path), **expected)
        elif keyword == "format" and (fault := date_fault(str(value))) is not None:
            if fault.why_zh:
                why: dict[str, Any] = {"why_zh": fault.why_zh, "why_en": fault.why_en}
                yield self.marked.problem("D074", path, found=self.raw(path), **why)
            else:
                yield self.marked.problem("D073", path, found=self.raw(path), fix=fault.fix)
        elif keyword == "dependentRequired":
            for key, needed in error.validator_value.items():
                lacking = [k for k in needed if key in value and k not in value]
                if lacking:
                    at = (*path, key)
                    yield self.marked.problem("D077", at, "key", key=key, missing=", ".join(lacking), **say)
        else:
            values: dict[str, Any] = {**self.both(path), **say}
            if error.schema == FORBIDDEN and path:
                yield self.marked.problem("D075", path, "key", key=path[-1])
            else:
                yield self.marked.problem("D078", path, keyword=keyword, **values)

    def wrong_type(self, error: Fault, path: Path) -> Problem:
        """Another kind of value was expected; says how YAML read it and what to write."""
        value, raw, plain = error.instance, self.marked.raw(path), not self.marked.quoted(path)
        kinds = _expected_kinds(error)
        zh, en = self.expectation(error)
        expected: dict[str, Any] = {"expected_zh": zh, "expected_en": en}
        found, both = self.raw(path), self.both(path)
        make = self.marked.problem
        if value is None and raw == "":
            return make("D046", path, **expected)
        if isinstance(value, str) and "object" in kinds and plain and (fix := wide_colon(value)):
            return make("D005", path, fix=shown(fix))
        if "string" in kinds and isinstance(value, (int, Decimal, type(None))):
            if isinstance(value, bool) or value is None:
                zh, en = ("空值", "empty") if value is None else ("真假值", "a yes/no value")
                return make("D048", path, found=found, kind_zh=zh, kind_en=en, **expected)
            return make("D047", path, found=found, value=written(_short(value)), **expected)
        if "boolean" in kinds and raw is not None and (truth := truth_fix(raw)):
            return make("D049", path, found=found, fix=truth)
        if kinds & {"number", "integer"} and isinstance(value, str):
            meant = self.meant_number(value, path, expected)
            if meant is not None:
                return meant
        if "integer" in kinds and isinstance(value, Decimal):
            whole = f" {int(value)}" if value == int(value) else ""
            return make("D051", path, found=found, fix_zh=whole or "整数", fix_en=whole.strip() or "a whole number")
        if kinds == {"array"}:
            return make("D052", path, **both)
        return make("D045", path, **both, **expected)

    def meant_number(self, value: str, path: Path, expected: dict[str, Any]) -> Problem | None:
        """Text that was probably meant as a number: how it was read, and what to write."""
        found, make = shown(value), self.marked.problem
        if (number := number_fix(value)) is not None:
            quoted = f'"{found}"' if self.marked.quoted(path) else found
            return make("D050", path, found=quoted, fix=number, **expected)
        if _TIME.fullmatch(value):
            old = 0
            for part in value.split(":"):
                old = old * 60 + int(part)
            return make("D053", path, found=found, old=old, **expected)
        if percent := re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?[%\uff05]", value):
            share = written(_short(Decimal(percent[1]) / 100))
            return make("D054", path, found=found, plain=percent[1], share=share, **expected)
        return None

    def not_allowed(self, error: Fault, path: Path) -> Problem:
        """The value is not in a closed list of words."""
        allowed = allowed_words(error)
        raw = self.marked.raw(path)
        zh, en = said(error.schema) or joined([written(a) for a in allowed])
        if not isinstance(error.instance, str) and raw in allowed:
            return self.marked.problem(
                "D047",
                path,
                found=shown(raw or ""),
                value=written(_short(error.instance)),
                expected_zh=" 或 ".join(map(written, allowed)),
                expected_en=" or ".join(map(written, allowed)),
            )
        if all(isinstance(a, bool) for a in allowed) and raw is not None and (truth := truth_fix(raw)):
            return self.marked.problem("D049", path, found=shown(raw), fix=truth)
        if len(allowed) == 1:
            words = f'"{allowed[0]}"' if raw == str(allowed[0]) else written(allowed[0])
            return self.marked.problem("D056", path, allowed_zh=words, allowed_en=words, **self.both(path))
        near = nearest(raw or "", [a for a in allowed if isinstance(a, str)])
        return self.marked.problem(
            "D055",
            path,
            allowed_zh=zh,
            allowed_en=en,
            near_zh=f"是否想写“{near}”？" if near else "请改用其中一个。",
            near_en=f" Did you mean '{near}'?" if near else " Use one of them.",
            **self.both(path),
        )

    def expectation(self, error: Fault) -> tuple[str, str]:
        """What is expected, in Chinese and English."""
        own = said(error.schema)
        if own is not None:
            return own
        if error.validator == "pattern":
            pattern = error.validator_value
            return f"符合正则表达式 {pattern} 的文字", f"text that fits the pattern {pattern}"
        kinds = [kind for kind in TYPES if kind in _expected_kinds(error)]
        if not kinds:
            return (
                f"符合 {error.validator} {error.validator_value} ",
                f"{error.validator} {error.validator_value}",
            )
        return "或".join(TYPES[k][0] for k in kinds), " or ".join(TYPES[k][1] for k in kinds)

    def raw(self, path: Path) -> str:
        """What stands at ``path``, as it was written, fit for a sentence."""
        raw = self.marked.raw(path)
        return self.found(path)[0] if raw is None else shown(raw)

    def both(self, path: Path) -> dict[str, Any]:
        """What stands at ``path`` as values of a message."""
        zh, en = self.found(path)
        return {"found_zh": zh, "found_en": en}

    def found(self, path: Path) -> tuple[str, str]:
        """What stands at ``path`` in Chinese and English."""
        value: Any = self.marked.data
        for step in path:
            value = value[step]
        if isinstance(value, dict):
            return f"有 {len(value)} 个键的映射", f"a mapping with {_count(len(value), 'key')}"
        if isinstance(value, list):
            return f"有 {len(value)} 项的列表", f"a list of {_count(len(value), 'item')}"
        raw = shown(self.marked.raw(path) or "")
        if isinstance(value, str):
            return f"文字“{raw}”", f"the text '{raw}'"
        if value is None:
            return f"空值 {raw}".strip(), f"an empty value {raw}".strip()
        return (f"真假值 {raw}", raw) if isinstance(value, bool) else (f"数 {raw}", f"the number {raw}")


def path_of(error: Fault) -> Path:
    """Where the error's value stands in the document."""
    return tuple(error.absolute_path)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _short(value: int | Decimal) -> int | Decimal:
    return value.normalize() if isinstance(value, Decimal) and value else value


def is_other_kind(error: Fault, depth: int) -> bool:
    """Whether the value at this depth is of a kind that a branch does not take at all."""
    return error.validator in ("type", "anyOf", "oneOf") and len(path_of(error)) == depth


def _expected_kinds(error: Fault) -> set[str]:
    if error.validator == "type":
        value = error.validator_value
        return {value} if isinstance(value, str) else set(value)
    kinds: set[str] = set()
    for inner in error.context or ():
        if is_other_kind(inner, len(path_of(error))):
            kinds |= _expected_kinds(inner)
    return kinds


def allowed_words(error: Fault) -> list[Any]:
    """The closed list behind ``enum`` or ``const``."""
    return list(error.validator_value) if error.validator == "enum" else [error.validator_value]
