"""One-step changes of measures: what a careless hand might change in a set without anybody noticing.

A change has a name that does not depend on the language, such as ``measure.within: 20 working days -> 21 working
days``; test files name the changes they accept by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, Field, dataclass, fields, replace
from fractions import Fraction
from typing import Any, Generic, TypeVar, cast

from gongkai_score.measure_kinds import (
    AppliesTo,
    Condition,
    Dated,
    Duration,
    Element,
    Extension,
    Items,
    Measure,
    Operator,
    Result,
    Selector,
    TimeLimit,
    Where,
)
from gongkai_score.period import day_date
from gongkai_score.points import exact_text

T = TypeVar("T")

COARSER: dict[str, str] = {
    "day": "week",
    "working_day": "day",
    "week": "month",
    "month": "quarter",
    "quarter": "half_year",
    "half_year": "year",
    "year": "half_year",
}
"""The period a careless hand might write instead."""

_STAND_INS = ("document_published", "information_published")
"""Event kinds put in the place of another."""

INVERSE: dict[Operator, Operator] = {
    "==": "!=",
    "!=": "==",
    ">": "<=",
    "<=": ">",
    "<": ">=",
    ">=": "<",
    "in": "not in",
    "not in": "in",
    "any": "none",
    "none": "any",
}
STRICTER: dict[Operator, Operator] = {">=": ">", ">": ">=", "<=": "<", "<": "<="}

_OTHER_WORDS: dict[str, dict[str, str]] = {
    "early": {"accept": "reject", "reject": "accept", "ignore": "accept"},
    "assign_by": {"due": "start", "start": "due"},
    "partial": {"drop": "keep", "keep": "drop", "prorate": "keep"},
    "missing": {"not_assessed": "missing", "missing": "not_assessed", "not_applicable": "missing"},
    "pick": {
        "latest": "first",
        "first": "latest",
        "sum": "latest",
        "mean": "latest",
        "median": "mean",
        "minimum": "maximum",
        "maximum": "minimum",
    },
}
"""Words of closed lists and what stands instead."""

_LEFT = frozenset({"kind", "assumed", "skip_no_workday", "item_key", "match_on", "of", "node", "units"})
"""Keys that are not changed: the kind of the measure, names, and how things are joined."""
_LEAST: dict[str, int] = {"at_least": 1, "exactly": 0, "at_most": 0, "least": 1, "tolerance": 0}
"""Least number that makes sense."""


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """One change of one part of a rule.

    Attributes:
        path: where: keys from the outside in.
        how: ``changed``, ``dropped``, ``inverted`` or ``without``.
        old: what stood there.
        new: what stands there now.
        result: the part after the change.
    """

    path: tuple[str, ...]
    how: str
    old: object
    new: object
    result: T

    @property
    def name(self) -> str:
        """The name of the change, the same in every language."""
        where = ".".join(self.path)
        if self.how == "changed":
            return f"{where}: {shown(self.old)} -> {shown(self.new)}"
        return f"{where}: without {shown(self.old)}" if self.how == "without" else f"{where}: {self.how}"

    def inside(self, key: str, wrap: Callable[[T], Any]) -> Change[Any]:
        """The same change seen from the part that holds this one under ``key``."""
        return Change((key, *self.path) if key else self.path, self.how, self.old, self.new, wrap(self.result))


def changed(key: str, old: object, new: object, result: T) -> Change[T]:
    """One value instead of another."""
    return Change((key,) if key else (), "changed", old, new, result)


def dropped(key: str, result: T, old: object = "") -> Change[T]:
    """A part that is no longer there."""
    return Change((key,) if key else (), "dropped", old, "", result)


def shown(value: object) -> str:
    """A value as a set writes it."""
    if isinstance(value, Condition):
        return value.words
    if isinstance(value, Fraction):
        return exact_text(value)
    if isinstance(value, Selector):
        return value.event
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def altered(whole: T, **keys: Any) -> T:
    """A dataclass with other values under some keys."""
    return cast(T, replace(cast(Any, whole), **keys))


# -- measures


def measure_changes(measure: Measure, promptly: Duration) -> Iterator[Change[Measure]]:
    """Every one-step change of a measure.

    Args:
        measure: the measure.
        promptly: the limit of a duty that gives none.
    """
    if isinstance(measure, Result):
        if measure.test is not None:
            yield from _within(measure, "test", condition_changes(measure.test))
        return
    for field in fields(measure):
        if field.name not in _LEFT:
            yield from _field_changes(measure, field, getattr(measure, field.name))
    unsaid = isinstance(measure, TimeLimit) and measure.within is None and not measure.due
    if unsaid and measure.kind == "follow_up":
        for one in duration_changes(promptly):
            yield one.inside("within", lambda v: altered(measure, within=Dated.always(v)))


def _within(whole: Measure, key: str, changes: Iterator[Change[Any]]) -> Iterator[Change[Measure]]:
    """Changes of one key of a dataclass as changes of the whole."""
    for one in changes:
        yield one.inside(key, lambda value: altered(whole, **{key: value}))


def _field_changes(measure: Measure, field: Field[Any], value: Any) -> Iterator[Change[Measure]]:
    """Changes of one key of a measure, by what stands there."""
    name = field.name
    if value is None or value == ():
        return
    optional = field.default is not MISSING and value != field.default
    if name in _OTHER_WORDS and value in _OTHER_WORDS[name]:
        new = _OTHER_WORDS[name][value]
        if optional or name in ("pick", "missing") or (name == "early" and _has_clock(measure)):
            yield changed(name, value, new, altered(measure, **{name: new}))
    elif name == "every":
        if value in COARSER:
            yield changed(name, value, COARSER[value], altered(measure, every=COARSER[value]))
    elif isinstance(value, bool):
        yield from _truth_changes(measure, name, value, optional)
    elif isinstance(value, str):
        if optional:
            yield dropped(name, altered(measure, **{name: field.default}), value)
    else:
        yield from _within(measure, name, _value_changes(name, value))
        if optional and field.default is None and isinstance(value, Selector | Duration | Items):
            yield dropped(name, altered(measure, **{name: None}), value)


def _has_clock(measure: Measure) -> bool:
    """Whether an answer can come before its case begins."""
    return isinstance(measure, TimeLimit) and (measure.start is not None or measure.not_before is not None)


def _truth_changes(measure: Measure, name: str, value: bool, optional: bool) -> Iterator[Change[Measure]]:
    natural = isinstance(measure, TimeLimit) and measure.within is not None
    rolls = natural and any(
        one.unit in ("day", "month")
        for _, _, one in cast(TimeLimit, measure).within.entries  # type: ignore[union-attr]
    )
    if optional or (name == "roll" and rolls):
        yield changed(name, value, not value, altered(measure, **{name: not value}))


def _value_changes(name: str, value: Any) -> Iterator[Change[Any]]:
    """Changes of a value that is not a word."""
    if isinstance(value, Selector):
        yield from selector_changes(value)
    elif isinstance(value, Condition):
        yield from condition_changes(value)
    elif isinstance(value, Duration):
        yield from duration_changes(value)
    elif isinstance(value, Dated):
        yield from _dated_changes(name, value)
    elif isinstance(value, Items):
        yield from _items_changes(value)
    elif isinstance(value, int):
        yield from _number_changes(name, value)
    elif name == "due_in_period":
        month, day = value
        for near in (day - 1, day + 1):
            if 1 <= near <= 31:
                yield changed("", day, near, (month, near))
    elif name == "by":
        yield from _each(value, lambda _, one: _day_changes(one))
    elif name == "months":
        yield from _fewer(value, [str(month) for month in value])
    elif isinstance(value, tuple):
        yield from _tuple_changes(value)


def _tuple_changes(value: tuple[Any, ...]) -> Iterator[Change[Any]]:
    if all(isinstance(one, Selector) for one in value):
        yield from _each(value, lambda _, one: selector_changes(one))
        yield from _fewer(value, [one.event for one in value])
    elif all(isinstance(one, Element) for one in value):
        yield from _fewer(value, [one.name for one in value])
    elif all(isinstance(one, Extension) for one in value):
        yield from _each(value, lambda _, one: _extension_changes(one))
        yield from _fewer(value, [str(i) for i in range(1, len(value) + 1)], least=0)


def _each(
    values: tuple[Any, ...], change: Callable[[int, Any], Iterator[Change[Any]]]
) -> Iterator[Change[tuple[Any, ...]]]:
    """Changes of single members of a list."""
    for i, one in enumerate(values):
        for found in change(i, one):
            key = str(i + 1) if len(values) > 1 else ""
            yield found.inside(key, lambda new, i=i: (*values[:i], new, *values[i + 1 :]))  # type: ignore[misc]


def _fewer(values: tuple[Any, ...], names: Sequence[str], least: int = 1) -> Iterator[Change[tuple[Any, ...]]]:
    """A list less one of its members."""
    for i, name in enumerate(names):
        if len(values) > least:
            yield Change((), "without", name, "", (*values[:i], *values[i + 1 :]))


def _number_changes(name: str, value: int) -> Iterator[Change[int]]:
    if name == "not_before":
        yield from _day_changes(value)
        return
    for near in (value - 1, value + 1):
        if near >= _LEAST.get(name, 1):
            yield changed("", value, near, near)


def _day_changes(day: int) -> Iterator[Change[int]]:
    yield from (changed("", day_date(day), day_date(near), near) for near in (day - 1, day + 1))


def _dated_changes(name: str, value: Dated[Any]) -> Iterator[Change[Dated[Any]]]:
    for i, (first, last, one) in enumerate(value.entries):
        changes = duration_changes(one) if isinstance(one, Duration) else _number_changes(name, one)
        key = str(i + 1) if len(value.entries) > 1 else ""
        for found in changes:
            entries = list(value.entries)
            entries[i] = (first, last, found.result)
            yield found.inside(key, lambda _, entries=entries: Dated(tuple(entries)))  # type: ignore[misc]


def duration_changes(value: Duration) -> Iterator[Change[Duration]]:
    """One more, one less, and working days for natural days or the other way round."""
    for n in (value.n - 1, value.n + 1):
        if n >= 1:
            new = replace(value, n=n)
            yield changed("", value, new, new)
    if value.n and value.unit in ("working_day", "day"):
        new = replace(value, unit="day" if value.unit == "working_day" else "working_day")
        yield changed("", value, new, new)


def condition_changes(value: Condition, share: bool = False) -> Iterator[Change[Condition]]:
    """The bound a step further either way, and met or not met exactly at the bound."""
    if not isinstance(value.value, Fraction) or value.op not in STRICTER:
        new = replace(value, op=INVERSE[value.op])
        yield Change((), "inverted", value, new, new)
        return
    strict = replace(value, op=STRICTER[value.op])
    yield changed("", value, strict, strict)
    step = step_of(value.value, share)
    for bound in (value.value - step, value.value + step):
        new = replace(value, value=bound)
        yield changed("", value, new, new)


def step_of(value: Fraction, share: bool = False) -> Fraction:
    """The step a bound is shifted by: one, of a share five hundredths, of other fractions a tenth of it.

    >>> step_of(Fraction(3)), step_of(Fraction(95, 100), share=True), step_of(Fraction(4, 100))
    (Fraction(1, 1), Fraction(1, 20), Fraction(1, 250))
    """
    if share:
        return Fraction(1, 20) if not value or abs(value) > Fraction(1, 20) else abs(value) / 2
    return Fraction(1) if value.denominator == 1 else abs(value) / 10


def selector_changes(value: Selector) -> Iterator[Change[Selector]]:
    """Another kind of event, a condition dropped or inverted, the usual date, an alternative less."""
    other = next(kind for kind in _STAND_INS if kind != value.event)
    yield changed("event", value.event, other, replace(value, event=other))
    for new in where_changes(value.where):
        yield new.inside("where", lambda where: replace(value, where=where))
    if value.date != "at":
        yield changed("date", value.date, "at", replace(value, date="at"))
    for i, some in enumerate(value.either):
        for new in where_changes(some):
            others = (value.either[:i], value.either[i + 1 :])
            yield new.inside(
                f"any.{i + 1}",
                lambda where, others=others: replace(value, either=(*others[0], where, *others[1])),  # type: ignore[misc]
            )
        if len(value.either) > 1:
            yield dropped(f"any.{i + 1}", replace(value, either=value.either[:i] + value.either[i + 1 :]))


def where_changes(where: Where) -> Iterator[Change[Where]]:
    """Conditions on attributes, each dropped and each inverted."""
    for i, (name, condition) in enumerate(where):
        yield dropped(name, (*where[:i], *where[i + 1 :]), condition)
        new = replace(condition, op=INVERSE[condition.op])
        yield Change((name,), "inverted", condition, new, (*where[:i], (name, new), *where[i + 1 :]))


def _items_changes(items: Items) -> Iterator[Change[Items]]:
    for one in _fewer(items.values, items.values):
        yield one.inside("", lambda values: replace(items, values=values))
    if items.inventory is not None:
        for other in selector_changes(items.inventory):
            yield other.inside("inventory", lambda new: replace(items, inventory=new))
    if items.check is not None:
        yield dropped("check", replace(items, check=None), items.check)


def _extension_changes(value: Extension) -> Iterator[Change[Extension]]:
    for one in where_changes(value.where):
        yield one.inside("where", lambda where: replace(value, where=where))
    if isinstance(value.by, int):
        for n in (value.by - 1, value.by + 1):
            yield changed("by", value.by, n, replace(value, by=n))
    if value.at_most is not None:
        yield dropped("at_most", replace(value, at_most=None), value.at_most)


def unit_changes(value: AppliesTo) -> Iterator[Change[AppliesTo | None]]:
    """Everybody bound, or everybody who meets all conditions but one."""
    yield dropped("", None)
    given = [f.name for f in fields(value) if getattr(value, f.name)]
    if len(given) > 1:
        for name in given:
            default = None if name == "but_not" else ()
            yield dropped(name, altered(value, **{name: default}))
