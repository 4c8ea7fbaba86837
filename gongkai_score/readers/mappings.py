"""The mapping file: which columns of a table are which fields of a log or of a unit register.

The file is data: a value says where a field comes from and what is done to it, a test says which rows are meant.
Regular expressions are the only thing in it that comes near to running.
"""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

from gongkai_score.activity_log import Source
from gongkai_score.errors import ActivityLogError, Problem, file_cause, problem
from gongkai_score.readers.cells import Order, squeezed
from gongkai_score.readers.mapping_rules import Choice, Condition, Rule, Steps, Value, When
from gongkai_score.readers.marked_yaml import Marked, read_marked
from gongkai_score.readers.schema_errors import schema_problems, shipped_schema
from gongkai_score.vocabulary import EVENT_KINDS, MOMENT_ATTRIBUTES

UNIT_DATES = ("active_from", "active_to")
_TEXT_ONLY = ("list",)
_DATE_ONLY = ("find", "order", "serial")


@dataclass(frozen=True)
class TableMapping:
    """A mapping file, checked.

    Attributes:
        encoding, delimiter, sheet, header, order, serial: how the table is written.
        skip: rows that are no records.
        rules: the events of a log; empty if the file maps a unit register.
        units: field → where it comes from, for a unit register.
        unit_attributes: further columns of a unit register.
        source: the file itself, with its hash.
    """

    source: Source
    marked: Marked = field(repr=False)
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header: int = 1
    order: Order | None = None
    serial: bool | None = None
    skip: When = ()
    rules: tuple[Rule, ...] = ()
    units: Mapping[str, Choice] = field(default_factory=dict)
    unit_attributes: Mapping[str, Choice] = field(default_factory=dict)

    def columns(self) -> dict[str, Steps]:
        """Every column named, with the first place that names it."""
        found: dict[str, Steps] = {}
        choices = [*self.units.values(), *self.unit_attributes.values()]
        tests = [test for group in self.skip for test in group]
        for rule in self.rules:
            choices += [rule.kind, rule.unit, rule.at, rule.ref, rule.id]
            choices += [*rule.attributes.values(), *rule.moments.values()]
            tests += [test for group in rule.when for test in group]
        for value in (value for choice in choices for value in choice):
            if value.column is not None:
                found.setdefault(value.column, value.path)
        for test in tests:
            found.setdefault(test.column, test.path)
        return found

    def missing(self, table: str, columns: Collection[str]) -> list[Problem]:
        """One problem for each column named here that the table lacks."""
        problems = []
        for column, path in self.columns().items():
            if column not in columns:
                zh, en = near_words(column, columns)
                listed = "、".join(columns) or "—"
                said: dict[str, Any] = {"table": table, "name": column, "found": listed}
                problems.append(self.marked.problem("M010", path, near_zh=zh, near_en=en, **said))
        return problems

    def unknown_kinds(self, kinds: Collection[str]) -> list[Problem]:
        """One problem for each kind written in the file that is neither in the vocabulary nor in ``kinds``."""
        problems: dict[Steps, Problem] = {}
        for rule in self.rules:
            for value in rule.kind:
                if value.column is None and known_kind(value.constant, kinds) is None:
                    zh, en = near_words(value.constant, [*EVENT_KINDS, *kinds])
                    problems[value.path] = self.marked.problem(
                        "M009", value.path, kind=value.constant, near_zh=zh, near_en=en
                    )
        return list(problems.values())


@cache
def _chinese_kinds() -> dict[str, str]:
    return {squeezed(kind.zh): name for name, kind in EVENT_KINDS.items()}


def known_kind(text: str, further: Collection[str] = ()) -> str | None:
    """The kind a text names, by its id or by its Chinese name; None if it names none.

    >>> known_kind("文件公布"), known_kind("request_received"), known_kind("published")
    ('document_published', 'request_received', None)
    """
    if text in EVENT_KINDS or text in further:
        return text
    return _chinese_kinds().get(squeezed(text))


def near_words(word: str, known: Collection[str]) -> tuple[str, str]:
    """A question in Chinese and English that offers the nearest word, or two empty texts."""
    near = get_close_matches(word, [k for k in known if len(k) < 200], 1, 0.6) if len(word) < 200 else []
    return (f"是否想写“{near[0]}”？", f"Did you mean '{near[0]}'? ") if near else ("", "")


def read_mapping(path: str | Path) -> TableMapping:
    """Reads a mapping file.

    Raises:
        ActivityLogError: everything wrong with the file, at once.
    """
    name = str(path)
    try:
        raw = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise ActivityLogError(problem("M011", file=name, **file_cause(error))) from None
    marked, problems = read_marked(raw, name)
    if marked is None or any(p.severity == "error" for p in problems):
        raise ActivityLogError(problems)
    problems = [p for p in schema_problems(marked, shipped_schema("mapping")) if p.severity == "error"]
    if problems:
        raise ActivityLogError(problems)
    builder = _Builder(marked)
    mapping = builder.mapping(Source(name, hashlib.sha256(raw).hexdigest(), 0, "utf-8"))
    if builder.problems:
        raise ActivityLogError(sorted(builder.problems, key=lambda p: (p.line or 0, p.column or 0)))
    return mapping


class _Builder:
    """Turns a document that fits the schema into values and tests, and collects what is wrong with them."""

    def __init__(self, marked: Marked) -> None:
        self.marked = marked
        self.problems: list[Problem] = []
        self.order: Order | None = marked.data.get("order")
        self.serial: bool | None = marked.data.get("serial")

    def mapping(self, source: Source) -> TableMapping:
        data = self.marked.data
        rules: list[Rule] = []
        if "events" in data:
            rules = [self._rule(entry, i) for i, entry in enumerate(data["events"])]
        elif "units" not in data:
            if {"unit", "at", "kind"} <= data.keys():
                rules = [self._rule({}, None)]
            else:
                what: dict[str, Any] = {"what_zh": "台账或单位名册", "what_en": "a log or a unit register"}
                self.problems.append(self.marked.problem("M001", (), key="events / units", **what))
        register = data.get("units", {})
        fields = {
            key: self._choice(register[key], ("units", key), key in UNIT_DATES)
            for key in register
            if key != "attributes"
        }
        return TableMapping(
            source=source,
            marked=self.marked,
            encoding=data.get("encoding"),
            delimiter=data.get("delimiter"),
            sheet=data.get("sheet"),
            header=data.get("header", 1),
            order=self.order,
            serial=self.serial,
            skip=self._when(data.get("skip_rows_where"), ("skip_rows_where",)),
            rules=tuple(rules),
            units=fields,
            unit_attributes=self._choices(register, ("units",), "attributes", False),
        )

    def _rule(self, entry: Mapping[str, Any], number: int | None) -> Rule:
        common, own = self.marked.data, () if number is None else ("events", number)

        def place(key: str) -> tuple[Any, Steps]:
            return (entry[key], (*own, key)) if key in entry else (common.get(key), (key,))

        lacking = [key for key in ("kind", "unit", "at") if place(key)[0] is None]
        if lacking:
            self.problems.append(self.marked.problem("M005", own, missing="、".join(lacking)))
        fields: dict[str, Choice] = {}
        for key in ("kind", "unit", "at", "ref", "id"):
            found, path = place(key)
            if found is None:
                fields[key] = ()
            elif key == "kind" and isinstance(found, str):
                fields[key] = (Value(None, found, path=path),)
            else:
                fields[key] = self._choice(found, path, key == "at")
        texts = self._choices(common, (), "attributes", False) | self._choices(entry, own, "attributes", False)
        dates = self._choices(common, (), "moments", True) | self._choices(entry, own, "moments", True)
        when = entry.get("when")
        return Rule(
            kind=fields["kind"],
            unit=fields["unit"],
            at=fields["at"],
            ref=fields["ref"],
            id=fields["id"],
            attributes=texts,
            moments=dates,
            when=() if when == "otherwise" else self._when(when, (*own, "when")),
            otherwise=when == "otherwise",
        )

    def _choices(self, holder: Mapping[str, Any], base: Steps, key: str, dates: bool) -> dict[str, Choice]:
        found: dict[str, Choice] = {}
        for name, value in holder.get(key, {}).items():
            path = (*base, key, name)
            if not dates and name in MOMENT_ATTRIBUTES and base != ("units",):
                self._note("M006", path, at="key", name=name)
            found[name] = self._choice(value, path, dates)
        return found

    def _choice(self, value: Any, path: Steps, date: bool) -> Choice:
        if isinstance(value, list):
            return tuple(self._value(item, (*path, i), date) for i, item in enumerate(value))
        return (self._value(value, path, date),)

    def _value(self, value: Any, path: Steps, date: bool) -> Value:
        if isinstance(value, str):
            return Value(value, order=self.order, serial=self.serial, path=path)
        if ("column" in value) == ("constant" in value):
            self._note("M007", path)
        if "constant" in value:
            for key in value.keys() - {"constant", "column", *(_DATE_ONLY if date else ())}:
                self._note("M012", (*path, key), at="key", key=key)
        for key in _TEXT_ONLY if date else _DATE_ONLY:
            if key in value:
                words = ("文字", "日期", "text", "a date") if date else ("日期", "文字", "dates", "a text")
                where = {"where_zh": words[0], "here_zh": words[1], "where_en": words[2], "here_en": words[3]}
                self._note("M008", (*path, key), at="key", key=key, **where)
        pattern = self._pattern(value.get("pattern"), (*path, "pattern"), one_group=True)
        replace = []
        for i, item in enumerate(value.get("replace", ())):
            here: Steps = (*path, "replace", i)
            compiled = self._pattern(item["pattern"], (*here, "pattern"))
            if compiled is not None and self._fits(compiled, item.get("by", ""), (*here, "by")):
                replace.append((compiled, item.get("by", "")))
        return Value(
            column=value.get("column"),
            constant=value.get("constant", ""),
            squeeze=value.get("squeeze", False),
            replace=tuple(replace),
            pattern=pattern,
            values=value.get("values", {}),
            others=value.get("others"),
            list=value.get("list", False),
            find=value.get("find"),
            order=value.get("order", self.order),
            serial=value.get("serial", self.serial),
            path=path,
        )

    def _when(self, when: Any, path: Steps) -> When:
        if when is None or isinstance(when, str):
            return ()
        if isinstance(when, list):
            return tuple(self._tests(group, (*path, i)) for i, group in enumerate(when))
        return (self._tests(when, path),)

    def _tests(self, group: Mapping[str, Any], path: Steps) -> tuple[Condition, ...]:
        return tuple(self._test(column, test, (*path, column), True) for column, test in group.items())

    def _test(self, column: str, test: Any, path: Steps, wanted: bool) -> Condition:
        if isinstance(test, dict):
            if len(test) > 1:
                self._note("M013", path, keys="、".join(test))
            key, inner = next(iter(test.items()))
            if key == "not":
                return self._test(column, inner, (*path, "not"), not wanted)
            if key == "pattern":
                pattern = self._pattern(inner, (*path, "pattern"))
                return Condition(column, "pattern", pattern=pattern, wanted=wanted, path=path)
            if key == "empty":
                return Condition(column, "empty", wanted=wanted is inner, path=path)
            return Condition(column, key, _words(inner), wanted=wanted, path=path)
        return Condition(column, "equals", _words(test), wanted=wanted, path=path)

    def _pattern(self, text: str | None, path: Steps, one_group: bool = False) -> re.Pattern[str] | None:
        if text is None:
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                pattern = re.compile(text)
        except (re.error, OverflowError, RecursionError, Warning) as error:
            self._note("M002", path, pattern=text, detail=str(error))
            return None
        if one_group and pattern.groups != 1:
            self._note("M003", path, groups=pattern.groups)
        return pattern

    def _fits(self, pattern: re.Pattern[str], by: str, path: Steps) -> bool:
        try:
            pattern.sub(by, "")
        except (re.error, IndexError) as error:
            self._note("M004", path, by=by, detail=str(error))
            return False
        return True

    def _note(self, code: str, path: Steps, at: Literal["key", "value"] = "value", **values: object) -> None:
        found = self.marked.problem(code, path, at, **values)
        if found not in self.problems:
            self.problems.append(found)


def _words(words: str | list[str]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)
