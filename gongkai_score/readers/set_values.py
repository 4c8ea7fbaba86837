"""The small values of indicator sets: texts, numbers, durations, dates, conditions and selectors."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal, TypeVar

from gongkai_score.indicator_set import Amount, Text
from gongkai_score.measure_kinds import AppliesTo, Condition, Dated, Duration, Items, Operator, Selector, Where
from gongkai_score.period import day_date, day_number, parse_day
from gongkai_score.points import exact, exact_text
from gongkai_score.readers.marked_yaml import Path
from gongkai_score.readers.set_draft import DATES, Draft

T = TypeVar("T")

_DURATION = re.compile(r"([0-9]+) *(.+)")
_UNITS: dict[str, tuple[int, Literal["working_day", "day", "month", "hour"]]] = {
    **dict.fromkeys(("working day", "working days", "工作日", "个工作日"), (1, "working_day")),
    **dict.fromkeys(("day", "days", "日", "天"), (1, "day")),
    **dict.fromkeys(("week", "weeks", "周", "星期", "个星期"), (7, "day")),
    **dict.fromkeys(("hour", "hours", "小时", "个小时"), (1, "hour")),
    **dict.fromkeys(("month", "months", "个月"), (1, "month")),
}
_COMPARISON = re.compile(r"(==?|!=|>=|<=|>|<)\s*(.*)", re.DOTALL)
_OPERATORS: dict[str, Operator] = {"=": "==", "==": "==", "!=": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<="}
_MONTH_END = re.compile(r"(?:end of (?:([0-9]{4})-)?([0-9]{1,2})|(?:([0-9]{4})年)?([0-9]{1,2})月底)")


_NO_TEXT = Text()


def text_of(value: Any) -> Text:
    """A name or sentence: plain text is taken for both languages.

    >>> text_of({"zh": "市", "en": "city"})
    Text(zh='市', en='city')
    """
    if isinstance(value, dict):
        return Text(value.get("zh", ""), value.get("en", ""))
    return Text(value) if isinstance(value, str) else _NO_TEXT


def number(draft: Draft, value: Any, path: Path) -> Fraction | None:
    """An exact number, or None with a problem."""
    try:
        return exact(value)
    except ValueError:
        draft.say("S120", path, found=draft.marked.raw(path) or str(value))
        return None


def number_at_least_zero(draft: Draft, value: Any, path: Path) -> Fraction | None:
    """A number that must not be negative."""
    found = number(draft, value, path)
    if found is not None and found.numerator < 0:
        draft.say("S121", path, found=exact_text(found))
        return None
    return found


def amount(draft: Draft, value: Any, path: Path, *, negative: bool = False) -> Amount | None:
    """Points: a number, a share of the full marks, or the name of a quantity."""
    if isinstance(value, str):
        try:
            found = Amount(exact(value), share=value.rstrip().endswith(("%", "％")))
        except ValueError:
            return Amount(value.strip())
    else:
        found = Amount(exact(value))
    if not negative and isinstance(found.value, Fraction) and found.value.numerator < 0:
        draft.say("S121", path, found=str(value))
        return None
    draft.amounts.append((path, found))
    return found


@lru_cache(maxsize=512)
def parse_duration(text: str) -> Duration:
    """A length of time as people write it.

    Raises:
        ValueError: another form.

    >>> parse_duration("20个工作日"), parse_duration("2 weeks")
    (Duration(n=20, unit='working_day'), Duration(n=14, unit='day'))
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None or found[2] not in _UNITS:
        raise ValueError(f"not a duration: {text!r}")
    times, unit = _UNITS[found[2]]
    return Duration(int(found[1]) * times, unit)


def duration(draft: Draft, value: Any, path: Path) -> Duration | None:
    """A length of time, or None with a problem."""
    try:
        return parse_duration(value)
    except ValueError:
        draft.say("S105", path, found=str(value))
        return None


def day(draft: Draft, value: Any, path: Path) -> int | None:
    """A day number; None where the schema has said that there is no such day."""
    try:
        return parse_day(value)
    except (ValueError, TypeError):
        return None


def plan_day(draft: Draft, value: Any, path: Path) -> int | None:
    """A date of the plan: ``2019-06-30``, or ``06-30`` and ``end of 06`` of the plan year."""
    if not isinstance(value, str):
        return None
    year_text: str | None
    if found := _MONTH_END.fullmatch(value):
        year_text, month_text, day_text = found[1] or found[3], found[2] or found[4], "end"
    else:
        parts = value.split("-")
        year_text, (month_text, day_text) = (None if len(parts) == 2 else parts[0]), parts[-2:]
    if year_text is None and draft.plan_year is None:
        draft.say("S109", path, found=value)
        return None
    year, month = int(year_text or draft.plan_year or 0), int(month_text)
    try:
        number_of_day = monthrange(year, month)[1] if day_text == "end" else int(day_text)
        return day_number(date(year, month, number_of_day))
    except ValueError:
        draft.say("S110", path, found=value, year=year)
        return None


def dated(draft: Draft, value: Any, path: Path, one: Callable[[Draft, Any, Path], T | None]) -> Dated[T] | None:
    """A value, or a list of values each with the days on which it is in force."""
    if not isinstance(value, list):
        single = one(draft, value, path)
        return None if single is None else Dated.always(single)
    entries: list[tuple[int | None, int | None, T]] = []
    for i, entry in enumerate(value):
        at = (*path, i)
        first, last = (None if key not in entry else day(draft, entry[key], (*at, key)) for key in ("from", "to"))
        found = one(draft, entry["value"], (*at, "value"))
        if first is not None and last is not None and first > last:
            draft.say("S106", (*at, "from"), first=day_date(first), last=day_date(last))
        if found is not None:
            entries.append((first, last, found))
    entries.sort(key=lambda e: (e[0] is not None, e[0] or 0))
    for (first, last, _), (after, until, _) in pairwise(entries):
        if last is None or after is None or after <= last:
            start = max((d for d in (first, after) if d is not None), default=None)
            ends = [d for d in (last, until) if d is not None]
            draft.say(
                "S107",
                path,
                first="…" if start is None else day_date(start),
                last=day_date(min(ends)) if ends else "…",
            )
        elif after > last + 1:
            draft.say("S108", path, first=day_date(last + 1), last=day_date(after - 1))
    return Dated(tuple(entries)) if entries else None


def whole(draft: Draft, value: Any, path: Path) -> int | None:
    """A whole number."""
    return value if isinstance(value, int) else None


def word_of(value: Any) -> str:
    """A scalar as the cell of a log holds it.

    >>> word_of(True), word_of(Decimal("1.50")), word_of("优")
    ('true', '1.5', '优')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else exact_text(exact(value))


def condition(draft: Draft, value: Any, path: Path) -> Condition | None:
    """A condition on an attribute or quantity; operators are read here, once."""
    if isinstance(value, bool):
        return Condition("==", word_of(value))
    if isinstance(value, int | Decimal):
        return Condition("==", exact(value))
    if isinstance(value, list):
        return Condition("in", tuple(word_of(v) for v in value))
    if isinstance(value, dict):
        refused = value.get("not", [])
        return Condition("not in", tuple(word_of(v) for v in (refused if isinstance(refused, list) else [refused])))
    if value == "any":
        return Condition("any")
    if value == "none":
        return Condition("none")
    if not isinstance(value, str):
        return None  # the schema or the reading has said what is wrong with it
    found = _COMPARISON.fullmatch(value)
    if found is None:
        return Condition("==", value)
    op, operand = _OPERATORS[found[1]], found[2].strip()
    try:
        return Condition(op, exact(operand))
    except ValueError:
        if operand and (op in ("==", "!=") or _is_day(operand)):
            return Condition(op, operand)
        draft.say("S310", path, found=value, operand=operand or "∅")
        return None


def _is_day(text: str) -> bool:
    try:
        parse_day(text)
    except ValueError:
        return False
    return True


def where(draft: Draft, value: Any, path: Path, kind: str) -> Where:
    """Conditions on attributes of events of one kind."""
    conditions = []
    for name, told in value.items():
        at = (*path, name)
        draft.check_attribute(kind, name, at, "key")
        found = condition(draft, told, at)
        if found is not None:
            conditions.append((name, found))
    return tuple(conditions)


def selector(draft: Draft, value: Any, path: Path) -> Selector | None:
    """Events of one kind that satisfy conditions."""
    if isinstance(value, str):
        draft.check_kind(value, path)
        return Selector(value)
    kind = value["event"]
    draft.check_kind(kind, (*path, "event"))
    told, at = value.get("where", {}), (*path, "where")
    conditions = where(draft, {name: one for name, one in told.items() if name != "any"}, at, kind)
    either = tuple(where(draft, one, (*at, "any", i), kind) for i, one in enumerate(told.get("any", ())))
    moment = value.get("date", "at")
    if "date" in value:
        draft.check_attribute(kind, moment, (*path, "date"))
        check_date(draft, moment, (*path, "date"))
    return Selector(kind, conditions, moment, either)


def check_date(draft: Draft, name: str, path: Path) -> None:
    """Warn when an attribute used as a date is not known to hold one."""
    if name not in DATES:
        draft.say("S118", path, attribute=name, dates=", ".join(sorted(DATES)))


def items(draft: Draft, value: Any, path: Path) -> Items:
    """A list of things each of which must be covered."""
    if isinstance(value, list):
        return Items(tuple(value))
    if "values" in value and "inventory" in value:
        draft.say("S308", path)
    inventory = selector(draft, value["inventory"], (*path, "inventory")) if "inventory" in value else None
    attribute = value.get("attribute", "item")
    if inventory is not None and "attribute" in value:
        draft.check_attribute(inventory.event, attribute, (*path, "attribute"))
    check = selector(draft, value["check"], (*path, "check")) if "check" in value else None
    return Items(tuple(value.get("values", ())), inventory, attribute, check)


def names(value: Any) -> tuple[str, ...]:
    """One name or a list of names."""
    return (value,) if isinstance(value, str) else tuple(value)


def applies_to(told: dict[str, Any] | list[Any]) -> AppliesTo:
    """Which units are bound; a list holds alternatives.

    >>> found = applies_to([{"type": "town"}, {"tags": ["新媒体"]}])
    >>> [one.type or one.tags for one in found.either]
    [('town',), ('新媒体',)]
    """
    if isinstance(told, list):
        return AppliesTo(either=tuple(applies_to(one) for one in told))
    kinds, groups, tags, units, channels = (
        _values_of(told[key]) if key in told else () for key in ("type", "group", "tags", "units", "channels")
    )
    attributes = tuple((name, _values_of(one)) for name, one in told.get("attributes", {}).items())
    but_not = applies_to(told["but_not"]) if "but_not" in told else None
    return AppliesTo(kinds, groups, tags, units, channels, attributes, but_not)


def _values_of(told: Any) -> tuple[str, ...]:
    return tuple(word_of(one) for one in (told if isinstance(told, list) else [told]))
