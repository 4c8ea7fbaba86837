"""Frozen data ↔ plain JSON values, driven by the type annotations alone.

Exact numbers are text (``81.34``, ``1/3``), days are ISO 8601 dates, enums their words. What is empty by default
and empty in fact is left out; every other default is written, so that a later change of a default changes no saved
result.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from gongkai_score.assessment import Parameters
from gongkai_score.evidence import Digest, digest_of
from gongkai_score.indicator_set import Indicator
from gongkai_score.measure_kinds import Dated, Duration, TimeLimit
from gongkai_score.period import Window, day_date, day_number
from gongkai_score.points import exact, exact_text
from gongkai_score.units import Unit

Plain = Any
"""What ``json`` reads and writes."""
NUMBER = r"^-?[0-9]+(\.[0-9]+)?(/[0-9]+)?$"


class Wrong(Exception):
    """A value that is not what it should be: its place, what was expected and what was found."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values, self.path = code, values, list[str | int]()

    def below(self, key: str | int) -> Wrong:
        """The same mistake, seen from one level up."""
        self.path.insert(0, key)
        return self


@dataclasses.dataclass(frozen=True)
class Form:
    """How one type is written, read and described in JSON Schema."""

    write: Callable[[Any], Plain]
    read: Callable[[Plain], Any]
    schema: Callable[[dict[str, Plain]], Plain]


class DayOf:
    """Stands for a day number in the table of fields that hold one."""

    mark: ClassVar[str] = "day"


T = TypeVar("T")
_DAY_FIELDS: dict[tuple[type, str], Any] = {
    (Parameters, "as_of"): DayOf,
    (Window, "first"): DayOf,
    (Window, "last"): DayOf,
    (Unit, "active_from"): DayOf | None,
    (Unit, "active_to"): DayOf | None,
    (Indicator, "effective_from"): DayOf | None,
    (Indicator, "effective_to"): DayOf | None,
    (TimeLimit, "by"): tuple[DayOf, ...],
    (TimeLimit, "not_before"): DayOf | None,
}
_EMPTY: tuple[object, ...] = (None, "", (), {}, frozenset(), False)


def form_of(hint: Any) -> Form:
    """The form of a type annotation."""
    return _form(hint, ())


@cache
def _form(hint: Any, known: tuple[tuple[Any, Any], ...]) -> Form:
    """The form of a type; ``known`` says what its type variables stand for."""
    hint = dict(known).get(hint, hint)
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _union(arguments, known)
    if origin is Literal:
        return _words(arguments)
    if origin is tuple and (len(arguments) != 2 or arguments[1] is not Ellipsis):
        return _fixed([_form(one, known) for one in arguments])
    if origin in (tuple, list, Sequence):
        return _listed(_form(arguments[0], known), list if origin is list else tuple)
    if origin is frozenset:
        return _listed(_form(arguments[0], known), frozenset, sort=True)
    if origin in (dict, Mapping):
        return _mapped(_form(arguments[1], known))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum(hint)
    owner = origin or hint
    if dataclasses.is_dataclass(owner) and isinstance(owner, type):
        variables = getattr(owner, "__parameters__", ())
        inner = tuple((v, dict(known).get(a, a)) for v, a in zip(variables, arguments, strict=True))
        return _record(owner, inner)
    raise TypeError(f"no JSON form for {hint!r}")


def _of_type(expected: str, kind: type, schema: Plain) -> Form:
    def read(value: Plain) -> Any:
        if type(value) is not kind:
            raise Wrong("R007", expected=expected, found=shown(value))
        return value

    return Form(lambda value: value, read, lambda _: schema)


def shown(value: Plain) -> str:
    """A value as messages show it, cut short."""
    text = {True: "true", False: "false", None: "null"}.get(value) if isinstance(value, bool | None) else None
    text = text or (f"“{value}”" if isinstance(value, str) else str(value))
    return text if len(text) <= 40 else text[:39] + "…"


@lru_cache(maxsize=65536)
def _number(text: str) -> Fraction:
    return exact(text)


def _read_number(value: Plain) -> Fraction:
    if isinstance(value, str) and "%" not in value:
        try:
            return _number(value)
        except (ValueError, ZeroDivisionError):
            pass
    raise Wrong("R007", expected='"81.34", "1/3"', found=shown(value))


def _read_day(value: Plain) -> int:
    try:
        if isinstance(value, str) and len(value) == 10:
            return day_number(date.fromisoformat(value))
    except ValueError:
        pass
    raise Wrong("R007", expected="2019-12-31", found=shown(value))


def _write_any(value: Any) -> Plain:
    """A value without a declared type: numbers and durations are marked, what is neither becomes its text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Fraction):
        return {"number": exact_text(value)}
    if isinstance(value, Duration):
        return {"duration": [value.n, value.unit]}
    if isinstance(value, list | tuple):
        return [_write_any(one) for one in value]
    return str(value)


def _read_any(value: Plain) -> Any:
    if isinstance(value, list):
        return tuple(_read_any(one) for one in value)
    if isinstance(value, dict):
        if set(value) == {"number"}:
            return _read_number(value["number"])
        if set(value) == {"duration"}:
            n, unit = _fixed([_SCALARS[int], _words(get_args(get_type_hints(Duration)["unit"]))]).read(
                value["duration"]
            )
            return Duration(n, unit)
        raise Wrong("R007", expected='{"number": …}', found=shown(value))
    if isinstance(value, float):
        raise Wrong("R007", expected="81", found=shown(value))
    return value


_TEXT: Plain = {"type": "string"}
_SCALARS: dict[Any, Form] = {
    str: _of_type("“…”", str, _TEXT),
    int: _of_type("0, 1, 2 …", int, {"type": "integer"}),
    bool: _of_type("true, false", bool, {"type": "boolean"}),
    type(None): _of_type("null", type(None), {"type": "null"}),
    Digest: Form(str, lambda value: digest_of(_SCALARS[str].read(value)), lambda _: _TEXT),
    Fraction: Form(exact_text, _read_number, lambda _: {"type": "string", "pattern": NUMBER}),
    DayOf: Form(
        lambda n: day_date(n).isoformat(), _read_day, lambda _: {"type": "string", "format": "date", "pattern": DAY}
    ),
    object: Form(_write_any, _read_any, lambda _: {}),
}
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def _words(words: tuple[Any, ...]) -> Form:
    def read(value: Plain) -> Any:
        if not isinstance(value, str) or value not in words:
            raise Wrong("R007", expected=", ".join(map(str, words)), found=shown(value))
        return value

    return Form(lambda value: value, read, lambda _: {"enum": list(words)})


def _enum(kind: type[Enum]) -> Form:
    inner = _words(tuple(one.value for one in kind))
    return Form(lambda value: value.value, lambda value: kind(inner.read(value)), inner.schema)


def _list_of(value: Plain) -> list[Plain]:
    if not isinstance(value, list):
        raise Wrong("R007", expected="[…]", found=shown(value))
    return value


def _listed(form: Form, kind: Callable[[list[Any]], Any], *, sort: bool = False) -> Form:
    def write(values: Any) -> Plain:
        plain = values.tolist() if hasattr(values, "tolist") else values
        return [form.write(value) for value in (sorted(plain) if sort else plain)]

    return Form(
        write,
        lambda value: kind([_at(form, one, place) for place, one in enumerate(_list_of(value))]),
        lambda defs: {"type": "array", "items": form.schema(defs)},
    )


def _fixed(forms: list[Form]) -> Form:
    def read(value: Plain) -> Any:
        if len(_list_of(value)) != len(forms):
            raise Wrong("R007", expected=f"[… × {len(forms)}]", found=f"[… × {len(value)}]")
        return tuple(_at(form, one, i) for i, (form, one) in enumerate(zip(forms, value, strict=True)))

    return Form(
        lambda values: [form.write(value) for form, value in zip(forms, values, strict=True)],
        read,
        lambda defs: {
            "type": "array",
            "prefixItems": [form.schema(defs) for form in forms],
            "minItems": len(forms),
            "maxItems": len(forms),
        },
    )


def _at(form: Form, value: Plain, key: str | int) -> Any:
    try:
        return form.read(value)
    except Wrong as wrong:
        raise wrong.below(key) from None


def _object_of(value: Plain) -> dict[str, Plain]:
    if not isinstance(value, dict):
        raise Wrong("R007", expected="{…}", found=shown(value))
    return value


def _mapped(form: Form) -> Form:
    return Form(
        lambda values: {key: form.write(value) for key, value in values.items()},
        lambda value: {key: _at(form, one, key) for key, one in _object_of(value).items()},
        lambda defs: {"type": "object", "additionalProperties": form.schema(defs)},
    )


def _union(members: tuple[Any, ...], known: tuple[tuple[Any, Any], ...]) -> Form:
    inner = [one for one in members if one is not type(None)]
    if len(inner) > 1 and all(dataclasses.is_dataclass(one) for one in inner):
        form = _tagged(inner)
    elif len(inner) > 1:
        form = _mixed(inner, known)
    else:
        form = _form(inner[0], known)
    if len(inner) == len(members):
        return form
    return Form(
        lambda value: None if value is None else form.write(value),
        lambda value: None if value is None else form.read(value),
        lambda defs: {"anyOf": [form.schema(defs), {"type": "null"}]},
    )


def _mixed(members: list[Any], known: tuple[tuple[Any, Any], ...]) -> Form:
    """Numbers, texts and lists of texts; beside exact numbers, which are text, other text is marked."""
    marked = Fraction in members
    lists = [one for one in members if get_origin(one) is tuple]
    listed = _form(lists[0], known) if lists else None

    def write(value: Any) -> Plain:
        if isinstance(value, Fraction):
            return exact_text(value)
        if isinstance(value, tuple) and listed is not None:
            return listed.write(value)
        return {"text": value} if marked and isinstance(value, str) else value

    def read(value: Plain) -> Any:
        if marked and isinstance(value, str):
            return _read_number(value)
        if marked and isinstance(value, dict) and set(value) == {"text"}:
            return _at(_SCALARS[str], value["text"], "text")
        if listed is not None and isinstance(value, list):
            return listed.read(value)
        if not marked and (type(value) is str or (type(value) is int and int in members)):
            return value
        raise Wrong("R007", expected='"81.34", {"text": …}' if marked else "20, “…”", found=shown(value))

    def schema(defs: dict[str, Plain]) -> Plain:
        options: list[Plain] = [listed.schema(defs)] if listed is not None else []
        if marked:
            text = {"type": "object", "properties": {"text": _TEXT}, "required": ["text"]}
            options += [_SCALARS[Fraction].schema(defs), {**text, "additionalProperties": False}]
        else:
            options += [_SCALARS[one].schema(defs) for one in members if one in _SCALARS]
        return {"anyOf": options}

    return Form(write, read, schema)


def _tagged(members: list[Any]) -> Form:
    """Records told apart by their ``kind``."""
    kinds = {word: one for one in members for word in get_args(get_type_hints(one)["kind"])}

    def read(value: Plain) -> Any:
        kind = _object_of(value).get("kind")
        if not isinstance(kind, str) or kind not in kinds:
            raise Wrong("R007", expected=", ".join(kinds), found=shown(kind)).below("kind")
        return form_of(kinds[kind]).read(value)

    return Form(
        lambda value: form_of(type(value)).write(value),
        read,
        lambda defs: {"oneOf": [form_of(one).schema(defs) for one in members]},
    )


@cache
def _fields(owner: type, known: tuple[tuple[Any, Any], ...]) -> dict[str, tuple[Form, Any]]:
    """Field → (form, what is left out: its empty default, or MISSING)."""
    hints = get_type_hints(owner)
    found: dict[str, tuple[Form, Any]] = {}
    for field in dataclasses.fields(owner):
        hint = _DAY_FIELDS.get((owner, field.name), hints[field.name])
        if owner is Dated:
            ((_, value),) = known
            entry: Any = types.GenericAlias(tuple, (DayOf | None, DayOf | None, value))
            hint = types.GenericAlias(tuple, (entry, Ellipsis))
        default = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        empty = any(default == one and type(default) is type(one) for one in _EMPTY) or _blank(default)
        found[field.name] = (_form(hint, known), default if empty else dataclasses.MISSING)
    return found


def _blank(value: object) -> bool:
    """Whether a record holds nothing but empty fields."""
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return False
    return all(getattr(value, field.name) in ("", None) for field in dataclasses.fields(value))


def _record(owner: type, known: tuple[tuple[Any, Any], ...]) -> Form:
    """A frozen record as an object; its fields are looked at when first used, so that records may nest."""
    arguments = "".join(f"_{getattr(a, '__name__', 'any')}" for _, a in known)
    name = f"{owner.__name__}{arguments}"

    def write(value: Any) -> Plain:
        plain = {}
        for field, (form, empty) in _fields(owner, known).items():
            found = getattr(value, field)
            if empty is dataclasses.MISSING or found != empty:
                plain[field] = form.write(found)
        return plain

    def read(value: Plain) -> Any:
        fields = _fields(owner, known)
        for key in _object_of(value):
            if key not in fields:
                raise Wrong("R008", key=key)
        found = {}
        for field, (form, empty) in fields.items():
            if field in value:
                found[field] = _at(form, value[field], field)
            elif empty is dataclasses.MISSING:
                raise Wrong("R006", key=field)
        return owner(**found)

    def schema(defs: dict[str, Plain]) -> Plain:
        if name not in defs:
            defs[name] = {}
            fields = _fields(owner, known)
            defs[name] = {
                "description": (owner.__doc__ or "").strip().splitlines()[0],
                "type": "object",
                "properties": {field: form.schema(defs) for field, (form, _) in fields.items()},
                "required": [field for field, (_, empty) in fields.items() if empty is dataclasses.MISSING],
                "additionalProperties": False,
            }
        return {"$ref": f"#/$defs/{name}"}

    return Form(write, read, schema)
