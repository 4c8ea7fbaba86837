"""Cases as columns in JSON: numbers as lists, text that repeats as distinct values and positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gongkai_score.evidence import CaseTable, EventFact
from gongkai_score.outputs.json_codec import Plain, Wrong, shown

_EVENT = ("label", "kind", "at", "origin", "source", "ref")
_REPEATED = frozenset({"start", "due", "done", "kind", "at", "source", "ref"})
_NUMBERS = ("unit", "verdict", "number")
_PERHAPS = ("needed", "used")
_TEXTS = ("key", "start", "due", "done")


def written_cases(table: CaseTable) -> Plain:
    """One table of cases as plain values.

    >>> written_cases(CaseTable([0], [0], ["k"], [""], [""], [""], [0], [None], [None], [[]], []))["start"]
    {'values': [''], 'index': [0]}
    """
    made: dict[str, Plain] = {"unit_of_time": table.unit_of_time}
    made |= {name: list(getattr(table, name)) for name in _NUMBERS}
    made |= {name: _text(name, getattr(table, name)) for name in _TEXTS}
    made |= {name: list(getattr(table, name)) for name in _PERHAPS}
    made["rows"] = [list(rows) for rows in table.rows]
    made["events"] = {name: _text(name, [getattr(event, name) for event in table.events]) for name in _EVENT}
    for name in ("detail", "charged_by"):
        held = sorted(getattr(table, name).items())
        made[name] = {"case": [case for case, _ in held], "text": [text for _, text in held]}
    return made


def _text(name: str, values: Sequence[str]) -> Plain:
    if name not in _REPEATED:
        return list(values)
    codes: dict[str, int] = {}
    index = [codes.setdefault(value, len(codes)) for value in values]
    return {"values": list(codes), "index": index}


def read_cases(value: Plain) -> CaseTable:
    """A table of cases from plain values.

    Raises:
        Wrong: the columns are not what they should be, or not of one length.
    """
    names = ("unit_of_time", *_NUMBERS, *_TEXTS, *_PERHAPS, "rows", "events", "detail", "charged_by")
    parts = _members(value, names)
    count = len(_column(parts, "unit", _whole))
    numbers: dict[str, Any] = {name: _column(parts, name, _whole, count) for name in _NUMBERS}
    numbers |= {name: _column(parts, name, _whole_or_none, count) for name in _PERHAPS}
    texts: dict[str, Any] = {name: _texts(parts, name, count) for name in _TEXTS}
    rows = _column(parts, "rows", lambda one: type(one) is list and all(map(_whole, one)), count)
    try:
        cited = _members(parts["events"], _EVENT)
        size = len(_column(cited, "label", _is_text))
        facts = zip(*(_texts(cited, name, size) for name in _EVENT), strict=True)
    except Wrong as wrong:
        raise wrong.below("events") from None
    if type(parts["unit_of_time"]) is not str:
        raise Wrong("R007", expected="“…”", found=shown(parts["unit_of_time"])).below("unit_of_time")
    return CaseTable(
        **numbers,
        **texts,
        rows=rows,
        events=[EventFact(*fact) for fact in facts],
        unit_of_time=parts["unit_of_time"],
        detail=_notes(parts, "detail", count),
        charged_by=_notes(parts, "charged_by", count),
    )


def _whole(value: Plain) -> bool:
    return type(value) is int


def _whole_or_none(value: Plain) -> bool:
    return value is None or type(value) is int


def _is_text(value: Plain) -> bool:
    return type(value) is str


def _members(value: Plain, names: Sequence[str]) -> dict[str, Plain]:
    if not isinstance(value, dict):
        raise Wrong("R007", expected="{…}", found=shown(value))
    for name in names:
        if name not in value:
            raise Wrong("R006", key=name)
    for key in value:
        if key not in names:
            raise Wrong("R008", key=key)
    return value


def _column(parts: dict[str, Plain], name: str, fits: Any, count: int | None = None) -> list[Any]:
    """A list whose entries all fit, of the length of the others."""
    column = parts[name]
    if type(column) is not list:
        raise Wrong("R007", expected="[…]", found=shown(column)).below(name)
    if count is not None and len(column) != count:
        raise Wrong("R010", expected=count, found=len(column)).below(name)
    if not all(map(fits, column)):
        place = next(i for i, one in enumerate(column) if not fits(one))
        expected = {_whole: "0, 1, 2 …", _whole_or_none: "0, 1, 2 …, null", _is_text: "“…”"}.get(fits, "[0, 1 …]")
        raise Wrong("R007", expected=expected, found=shown(column[place])).below(place).below(name)
    return column


def _texts(parts: dict[str, Plain], name: str, count: int) -> list[str]:
    if name not in _REPEATED:
        return _column(parts, name, _is_text, count)
    try:
        inner = _members(parts[name], ("values", "index"))
        values, index = _column(inner, "values", _is_text), _column(inner, "index", _whole, count)
        if index and not (min(index) >= 0 and max(index) < len(values)):
            outside = next(i for i in index if not 0 <= i < len(values))
            raise Wrong("R011", found=outside, last=len(values) - 1).below("index")
    except Wrong as wrong:
        raise wrong.below(name) from None
    return [values[i] for i in index]


def _notes(parts: dict[str, Plain], name: str, count: int) -> dict[int, str]:
    """Texts of some cases, by case."""
    try:
        inner = _members(parts[name], ("case", "text"))
        cases = _column(inner, "case", _whole)
        texts = _column(inner, "text", _is_text, len(cases))
        outside = next((i for i in cases if not 0 <= i < count), None)
        if outside is not None:
            raise Wrong("R011", found=outside, last=count - 1).below("case")
    except Wrong as wrong:
        raise wrong.below(name) from None
    return dict(zip(cases, texts, strict=True))


def _array(items: Plain) -> Plain:
    return {"type": "array", "items": items}


def _described(name: str) -> Plain:
    text = _array({"type": "string"})
    if name not in _REPEATED:
        return text
    return {
        "type": "object",
        "properties": {"values": text, "index": _array({"type": "integer", "minimum": 0})},
        "required": ["values", "index"],
        "additionalProperties": False,
    }


def _closed(properties: dict[str, Plain], description: str) -> Plain:
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_SOME = _closed(
    {"case": _array({"type": "integer", "minimum": 0}), "text": _array({"type": "string"})},
    "Texts of some cases, by position of the case.",
)
CASES_SCHEMA: dict[str, Plain] = {
    "CaseTable": _closed(
        {
            "unit_of_time": {"enum": ["", "working_day", "day", "hour", "month"]},
            "unit": _array({"type": "integer", "minimum": 0}),
            "verdict": _array({"type": "integer", "minimum": 0, "maximum": 11}),
            "number": _array({"type": "integer"}),
            **{name: _described(name) for name in _TEXTS},
            **{name: _array({"type": ["integer", "null"]}) for name in _PERHAPS},
            "rows": _array(_array({"type": "integer", "minimum": 0})),
            "events": {"$ref": "#/$defs/EventColumns"},
            "detail": {"$ref": "#/$defs/CaseTexts"},
            "charged_by": {"$ref": "#/$defs/CaseTexts"},
        },
        "All cases of one measure, one entry a case in every column, ordered by unit.",
    ),
    "EventColumns": _closed(
        {name: _described(name) for name in _EVENT}, "The log rows that cases cite, one entry a row."
    ),
    "CaseTexts": _SOME,
}
