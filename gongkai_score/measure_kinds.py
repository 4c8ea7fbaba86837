"""What a measure may be: events chosen, conditions on them, and the seven ways of measuring (测度).

Nothing here looks at a log. ``measures`` carries them out; ``docs/language.md`` explains the same words for authors
of sets.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, Literal, TypeVar

from gongkai_score.exact_columns import Mark, Number
from gongkai_score.period import PeriodKind
from gongkai_score.points import decimal_text
from gongkai_score.units import Unit

T = TypeVar("T")
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
Operator = Literal["==", "!=", ">", ">=", "<", "<=", "in", "not in", "any", "none"]


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as the clause states it: ``n`` working days, natural days, months or hours."""

    n: int
    unit: Literal["working_day", "day", "month", "hour"]

    def __str__(self) -> str:
        return f"{self.n} {self.unit.replace('_', ' ')}{'' if self.n == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A value that changes with a date: entries of (first day, last day, value), bounds None where open.

    >>> limit = Dated(((None, 18030, 15), (18031, None, 20)))
    >>> limit.on(18030), limit.on(18031)
    (15, 20)
    """

    entries: tuple[tuple[int | None, int | None, T], ...]

    @classmethod
    def always(cls, value: T) -> Dated[T]:
        """A value that never changes."""
        return cls(((None, None, value),))

    def on(self, day: int) -> T | None:
        """The value in force on ``day``, or None."""
        for first, last, value in self.entries:
            if (first is None or first <= day) and (last is None or day <= last):
                return value
        return None

    def map(self, change: Callable[[T], T]) -> Dated[T]:
        """The same dates with changed values."""
        return Dated(tuple((a, b, change(v)) for a, b, v in self.entries))


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on one attribute or quantity: an operator and what it compares with."""

    op: Operator
    value: Fraction | str | tuple[str, ...] | None = None

    def number(self, value: Number) -> Mark:
        """Whether a number passes; of a column, which of its numbers do.

        >>> Condition(">=", Fraction(3)).number(Fraction(2))
        False
        """
        if self.op == "any":
            return True
        if not isinstance(self.value, Fraction) or self.op not in COMPARE:
            return False
        return COMPARE[self.op](value, self.value)

    @property
    def words(self) -> str:
        """The condition as a person writes it, for example ``>= 3``."""
        if self.value is None:
            return self.op
        if isinstance(self.value, Fraction):
            return f"{self.op} {decimal_text(self.value)}"
        if isinstance(self.value, tuple):
            return ("" if self.op == "in" else "≠ ") + "/".join(self.value)
        return self.value if self.op == "==" else f"{self.op} {self.value}"


Where = tuple[tuple[str, Condition], ...]


@dataclass(frozen=True, slots=True)
class Selector:
    """Events of one kind that satisfy all of ``where`` and, if there are any, one of the alternatives ``either``.

    ``date`` names the date that counts (``at`` by default).
    """

    event: str
    where: Where = ()
    date: str = "at"
    either: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list of things each of which must be covered.

    ``values`` are named in the set; otherwise the list is declared in the log by ``inventory`` (its events name
    one item each in ``attribute``). Without a declaration the items are not known, unless ``check`` names events
    that show that there are none.
    """

    values: tuple[str, ...] = ()
    inventory: Selector | None = None
    attribute: str = "item"
    check: Selector | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """More time for a case: ``by`` a length or the number in an attribute, when its start event says so.

    With ``event`` the ground is another event with the same key (a notice of extension, a third-party enquiry);
    ``from_``/``to`` name two dates of it whose interval is not counted (the clock stops).
    """

    where: Where = ()
    by: int | str | None = None
    at_most: int | None = None
    event: Selector | None = None
    pause: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """Something must follow within a time (deadline, follow_up) or by a date (due_by).

    Attributes:
        kind: the measure's name in the language.
        start: events that open a case; None for ``due_by``.
        end: events that answer it.
        match_on: attributes that join the two: ``ref``, ``event`` (both dates stand on one event), or others.
        within: limit, dated by the case's start.
        due: a date attribute of the start event that holds the limit itself.
        by: fixed day numbers; each one is a case.
        items: with ``by``, every item must be there.
        not_before: answers before this day do not count (``by``).
        early: answers before the start are ``met`` (accept), ``early`` (reject) or passed over (ignore).
        earliest: least time between start and answer; sooner is ``early``.
        roll: whether a natural-day limit that ends on a rest day moves to the next working day.
        extensions: grounds for more time.
        assign_by: whether a case belongs to the window of its due date or of its start.
        any_unit: an answer by another unit counts.
        explained_by: a statement with the same key that stands in for content.
        assumed: the limit is an assumption (``follow_up``).
    """

    kind: Literal["deadline", "follow_up", "due_by"]
    end: Selector
    start: Selector | None = None
    match_on: tuple[str, ...] = ("ref",)
    within: Dated[Duration] | None = None
    due: str | None = None
    by: tuple[int, ...] = ()
    items: Items | None = None
    not_before: int | None = None
    early: Literal["accept", "reject", "ignore"] = "accept"
    earliest: Duration | None = None
    roll: bool = True
    extensions: tuple[Extension, ...] = ()
    assign_by: Literal["due", "start"] = "due"
    any_unit: bool = False
    explained_by: Selector | None = None
    needs_flag: str | None = None
    assumed: bool = False
    look_back: Duration | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """So many events per period, item, account or in all (frequency, count, coverage, exists).

    Attributes:
        kind: the measure's name in the language.
        event: what is counted.
        every: the period each case covers; ``window`` for one case in all.
        at_least: least number, dated by the period's first day.
        at_most: greatest number instead.
        exactly: the very number instead.
        per: attribute whose every value is a case of its own (accounts, sites); values from the log that the
            event's own conditions on this attribute ask for.
        items: things each of which is a case.
        item_key: attribute of the event that names the item.
        count_by: count events, distinct days, distinct refs or distinct values of an attribute; of the values
            in one cell only those that the event's own conditions on this attribute ask for.
        months: season, months 1 to 12 that count.
        due_in_period: (month of the period, day) by which the n-th event must come.
        partial: periods cut by the window: drop, keep or prorate.
        skip_no_workday: drop periods without a working day.
        period_of: attribute that names the period covered, instead of the event's date.
        carry_over: what came into force before the window counts (exists).
        ended_by: events that end what began (same ``item_key`` or ref).
        check: events that show somebody looked; without one, absence proves nothing.
        spaced: further least gap in days between counted events.
    """

    kind: Literal["frequency", "count", "coverage", "exists"]
    event: Selector
    every: PeriodKind = "window"
    at_least: Dated[int] | None = None
    at_most: Dated[int] | None = None
    exactly: Dated[int] | None = None
    per: str | None = None
    items: Items | None = None
    item_key: str = "item"
    count_by: str = "event"
    months: tuple[int, ...] = ()
    due_in_period: tuple[int, int] | None = None
    partial: Literal["drop", "keep", "prorate"] = "drop"
    skip_no_workday: bool = True
    period_of: str | None = None
    carry_over: bool = False
    ended_by: Selector | None = None
    check: Selector | None = None
    explained_by: Selector | None = None
    needs: Selector | None = None
    look_back: Duration | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One thing a case must contain: a word in a list attribute, or an attribute that meets a condition."""

    name: str
    attribute: str
    test: Condition


@dataclass(frozen=True, slots=True)
class Content:
    """Each event must contain elements (complete)."""

    kind: Literal["complete"]
    event: Selector
    required: tuple[Element, ...]
    at_least: int | None = None
    any_of: bool = False
    look_back: Duration | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Events with one key must come in order (precedes) or together (synchronous).

    ``precedes``: ``first`` (before) must come at least ``lead`` before ``then`` (after); each ``then`` is a case.
    ``synchronous``: all of ``others`` must come within ``tolerance`` days of ``first``; each ``first`` is a case.
    """

    kind: Literal["precedes", "synchronous"]
    first: Selector
    others: tuple[Selector, ...]
    match_on: tuple[str, ...] = ("ref",)
    lead: Duration = Duration(0, "day")
    tolerance: int = 0
    one_to_one: bool = False
    look_back: Duration | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A number or label from the log (threshold, rating) or a quotient of counts (versus_peers).

    Attributes:
        kind: the measure's name in the language.
        event: events that carry the value, or, for a quotient of counts, the denominator.
        value: attribute with the number.
        over: attribute with the denominator.
        counted: events counted as numerator (a quotient of counts).
        label: attribute with a label.
        test: condition the value must meet.
        pick: which event decides, or how several are put together.
        rater: attribute that names the rater; the latest value of each rater counts.
        least: least number of cases (or raters).
        benchmark: attribute of the same event that holds a published benchmark.
        missing: what no event means: nothing known, or nothing done.
    """

    kind: Literal["threshold", "rating", "versus_peers"]
    event: Selector
    value: str | None = None
    over: str | None = None
    counted: Selector | None = None
    label: str | None = None
    test: Condition | None = None
    pick: Literal["latest", "first", "sum", "mean", "median", "minimum", "maximum"] = "latest"
    rater: str | None = None
    least: int = 1
    benchmark: str | None = None
    missing: Literal["not_assessed", "missing", "not_applicable"] = "not_assessed"
    look_back: Duration | None = None


@dataclass(frozen=True, slots=True)
class Faults:
    """Every event is a fault found (deduction); none is a result, not an absence.

    Attributes:
        kind: the measure's name in the language.
        event: the findings.
        once_per: attribute (or ``ref``) by which several findings are one fault.
        amount: attribute with the points to take off each.
        check: events that show somebody looked.
        mended: date attribute; mended by then (days) a fault does not count.
    """

    kind: Literal["deduction"]
    event: Selector
    once_per: str | None = None
    amount: str | None = None
    check: Selector | None = None
    mended: str | None = None
    mended_within: Duration | None = None
    look_back: Duration | None = None


@dataclass(frozen=True, slots=True)
class AppliesTo:
    """Which units a node binds: every condition given must hold; inside one, any of its values.

    With ``either`` one of the alternatives must hold too.
    """

    type: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    but_not: AppliesTo | None = None
    either: tuple[AppliesTo, ...] = ()

    @property
    def names_units(self) -> bool:
        """Whether units are named, so that two of the same kind may differ."""
        others = (*self.either, *(() if self.but_not is None else (self.but_not,)))
        return bool(self.units) or any(other.names_units for other in others)

    def binds(self, unit: Unit) -> bool:
        """Whether the unit is bound.

        >>> AppliesTo(type=("town",)).binds(Unit("a", "甲镇", type="town"))
        True
        """
        checks = (
            not self.type or unit.type in self.type,
            not self.group or unit.group in self.group,
            not self.tags or bool(unit.tags & set(self.tags)),
            not self.units or unit.id in self.units or unit.name in self.units,
            not self.channels or bool(unit.channels & set(self.channels)),
            all(unit.attributes.get(name) in values for name, values in self.attributes),
            not self.either or any(one.binds(unit) for one in self.either),
        )
        return all(checks) and not (self.but_not is not None and self.but_not.binds(unit))


@dataclass(frozen=True, slots=True)
class Result:
    """What other assessments came to (a combination of sets, rounds, assessors or subordinate units).

    Attributes:
        kind: the measure's name in the language.
        of: names of the assessments handed in.
        units: whose results count: the unit's own, those of its children, of all below it, or of its parent.
        applies_to: which of those units.
        node: id of the node whose points count; "" for the total.
        pick: how several numbers become one.
        missing: what an absent number means for the whole: not assessed, left out, or zero.
        test: condition each number, or its grade, must meet; the rate is then the share that do.
    """

    kind: Literal["result"]
    of: tuple[str, ...]
    units: Literal["self", "children", "descendants", "parent"] = "self"
    applies_to: AppliesTo | None = None
    node: str = ""
    pick: Literal["mean", "sum", "minimum", "maximum", "first"] = "mean"
    missing: Literal["not_assessed", "skip", "zero"] = "not_assessed"
    test: Condition | None = None


Measure = TimeLimit | Tally | Content | Order | Value | Faults | Result
"""What an indicator measures. With ``look_back`` (all but results) only the last so long of the window is seen."""

MEASURE_KINDS: tuple[str, ...] = (
    "deadline",
    "due_by",
    "frequency",
    "count",
    "coverage",
    "complete",
    "precedes",
    "synchronous",
    "follow_up",
    "exists",
    "threshold",
    "versus_peers",
    "rating",
    "deduction",
    "result",
)
"""The kinds of measure a set may name: fourteen on the log, carried by six ideas, and results handed in."""
