"""Builds the measures of an indicator set: the kinds of the language in the few shapes of the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from gongkai_score.measure_kinds import (
    Condition,
    Content,
    Dated,
    Duration,
    Element,
    Extension,
    Faults,
    Items,
    Measure,
    Operator,
    Order,
    Result,
    Selector,
    Tally,
    TimeLimit,
    Value,
)
from gongkai_score.period import MONTHS, PeriodKind, day_date
from gongkai_score.readers import set_values as values
from gongkai_score.readers.marked_yaml import Path
from gongkai_score.readers.set_draft import Draft

_NOTHING = Selector("")


def measure(draft: Draft, told: Any, path: Path) -> Measure | None:
    """One measure, or None when a part of it cannot be used; what it carries has passed the schema."""
    part = _Part(draft, told, path)
    found = _KINDS[told["kind"]](part)
    if found is None or isinstance(found, Result) or "look_back" not in part:
        return found
    return replace(found, look_back=part.duration("look_back"))


class _Part:
    """The mapping of one measure, read key by key."""

    def __init__(self, draft: Draft, told: dict[str, Any], path: Path) -> None:
        self.draft, self.told, self.path = draft, told, path

    def __contains__(self, key: str) -> bool:
        return key in self.told

    def get(self, key: str, default: Any = None) -> Any:
        return self.told.get(key, default)

    def selector(self, key: str) -> Selector | None:
        return values.selector(self.draft, self.told[key], (*self.path, key)) if key in self.told else None

    def needed(self, key: str) -> Selector:
        return self.selector(key) or _NOTHING

    def duration(self, key: str) -> Duration | None:
        return values.duration(self.draft, self.told[key], (*self.path, key)) if key in self.told else None

    def items(self, key: str = "items") -> Items | None:
        return values.items(self.draft, self.told[key], (*self.path, key)) if key in self.told else None

    def condition(self, key: str) -> Condition | None:
        return values.condition(self.draft, self.told[key], (*self.path, key)) if key in self.told else None

    def attribute(self, key: str, event: Selector | None) -> str | None:
        """An attribute of ``event``; warns when events of that kind are not known to carry it."""
        name: str | None = self.told.get(key)
        if name is not None and event is not None:
            self.draft.check_attribute(event.event, name, (*self.path, key))
        return name

    def moment(self, key: str, event: Selector | None) -> str | None:
        """An attribute that holds a date."""
        name = self.attribute(key, event)
        if name is not None:
            values.check_date(self.draft, name, (*self.path, key))
        return name

    def matched(self, *events: Selector) -> tuple[str, ...]:
        found = values.names(self.get("match_on", "ref"))
        for name in found:
            if name != "event":
                for event in events:
                    self.draft.check_attribute(event.event, name, (*self.path, "match_on"))
        return found

    def option(self, name: str) -> Any:
        """The value of an option that this measure falls back on."""
        self.draft.assumed.append(name)
        return self.draft.options[name]

    def numbers(self, key: str) -> Dated[int] | None:
        """A number of times, dated if need be, or the name of an option."""
        told = self.told.get(key)
        if told is None:
            return None
        if isinstance(told, str):
            return Dated.always(int(self.option(told)))
        return values.dated(self.draft, told, (*self.path, key), values.whole)


def _time_limit(part: _Part) -> Measure | None:
    draft = part.draft
    start, end = part.needed("start"), part.needed("end")
    kind = part.get("kind")
    within: Dated[Duration] | None = None
    assumed = False
    told = part.get("within")
    if told == "promptly_within" or (told is None and kind == "follow_up" and "due" not in part):
        within, assumed = Dated.always(part.option("promptly_within")), True
    elif told is not None:
        within = values.dated(draft, told, (*part.path, "within"), values.duration)
    if (told is None) == ("due" not in part) and not assumed:
        draft.say("S305", part.path, "key", both="within" in part)
    earliest = part.duration("earliest")
    if earliest is not None and within is not None:
        for _, _, limit in within.entries:
            if limit.unit == earliest.unit and limit.n < earliest.n:
                draft.say("S315", (*part.path, "earliest"), earliest=str(earliest), within=str(limit))
                break
    return TimeLimit(
        kind=kind,
        end=end,
        start=start,
        match_on=part.matched(start, end),
        within=within,
        due=part.moment("due", start),
        early=part.get("early", draft.options["early"]),
        earliest=earliest,
        roll=part.get("roll", draft.options["roll"]),
        extensions=_extensions(part, start),
        assign_by=part.get("assign_by", draft.options["assign_by"]),
        any_unit=part.get("any_unit", False),
        explained_by=part.selector("explained_by"),
        needs_flag=part.attribute("needs_flag", start),
        assumed=assumed or kind == "follow_up",
    )


def _extensions(part: _Part, start: Selector) -> tuple[Extension, ...]:
    found = []
    for i, told in enumerate(part.get("extensions", ())):
        inner = _Part(part.draft, told, (*part.path, "extensions", i))
        event = inner.selector("event")
        ground = event or start
        where = (
            values.where(part.draft, told["where"], (*inner.path, "where"), ground.event)
            if "where" in inner
            else ()
        )
        by, pause = inner.get("by"), inner.get("pause")
        if isinstance(by, str):
            part.draft.check_attribute(ground.event, by, (*inner.path, "by"))
        if by is None and pause is None:
            part.draft.say("S317", inner.path)
        for n, name in enumerate(pause or ()):
            part.draft.check_attribute(ground.event, name, (*inner.path, "pause", n))
            values.check_date(part.draft, name, (*inner.path, "pause", n))
        found.append(Extension(where, by, inner.get("at_most"), event, tuple(pause) if pause else None))
    return tuple(found)


def _due_by(part: _Part) -> Measure | None:
    draft, end, told = part.draft, part.needed("end"), part.get("by")
    at = (*part.path, "by")
    days = (
        [values.plan_day(draft, one, (*at, i)) for i, one in enumerate(told)]
        if isinstance(told, list)
        else [values.plan_day(draft, told, at)]
    )
    by = tuple(sorted({d for d in days if d is not None}))
    before = None
    if "not_before" in part:
        before = values.plan_day(draft, part.get("not_before"), (*part.path, "not_before"))
        if before is not None and by and before > by[0]:
            draft.say("S106", (*part.path, "not_before"), first=day_date(before), last=day_date(by[0]))
    items = part.items()
    if items is not None:
        at = (*part.path, "items", "attribute") if isinstance(part.get("items"), dict) else (*part.path, "items")
        draft.check_attribute(end.event, items.attribute, at)
    return TimeLimit(
        kind="due_by",
        end=end,
        by=by,
        items=items,
        not_before=before,
        early=part.get("early", "accept"),
        roll=part.get("roll", draft.options["roll_dates"]),
        any_unit=part.get("any_unit", False),
        explained_by=part.selector("explained_by"),
    )


def _quota(part: _Part) -> tuple[Dated[int] | None, Dated[int] | None, Dated[int] | None]:
    """(at least, at most, exactly); for whole numbers more than n is at least n + 1."""
    told = [k for k in ("at_least", "more_than", "at_most", "less_than", "exactly") if k in part]
    for pair in ({"at_least", "more_than"}, {"at_most", "less_than"}):
        if pair <= set(told):
            part.draft.say("S301", part.path, "key", keys=" + ".join(sorted(pair)))
    if "exactly" in told and len(told) > 1:
        part.draft.say("S301", part.path, "key", keys=" + ".join(told))
    least, most = part.numbers("at_least"), part.numbers("at_most")
    if more := part.numbers("more_than"):
        least = more.map(lambda n: n + 1)
    if fewer := part.numbers("less_than"):
        most = fewer.map(lambda n: n - 1)
    if least is not None and most is not None:
        low, high = least.entries[0][2], most.entries[0][2]
        if low > high:
            part.draft.say("S302", part.path, "key", low=low, high=high)
    return least, most, part.numbers("exactly")


def _period(part: _Part, default: PeriodKind | None) -> PeriodKind:
    told = part.get("every", default)
    if told in (None, "regular_period"):
        return cast(PeriodKind, part.option("regular_period"))
    return cast(PeriodKind, told)


def _tally(part: _Part) -> Measure | None:
    draft, event, kind = part.draft, part.needed("event"), part.get("kind")
    least, most, exactly = _quota(part)
    every: PeriodKind = "window"
    if kind == "frequency":
        every = _period(part, None)
    elif kind == "count":
        every = _period(part, "window")
    if least is None and kind != "count":
        least = Dated.always(1)
    due: tuple[int, int] | None = None
    if "due_in_period" in part:
        due = _due_in_period(part, every)
    count_by = part.get("count_by", "event")
    if count_by not in ("event", "day", "ref"):
        draft.check_attribute(event.event, count_by, (*part.path, "count_by"))
    items = part.items()
    if items is not None or kind == "coverage" or "item_key" in part:
        key = part.get("item_key", "item")
        draft.check_attribute(event.event, key, (*part.path, "item_key"))
    return Tally(
        kind=kind,
        event=event,
        every=every,
        at_least=least,
        at_most=most,
        exactly=exactly,
        per=part.attribute("per", event),
        items=items,
        item_key=part.get("item_key", "item"),
        count_by=count_by,
        months=tuple(sorted(part.get("months", ()))),
        due_in_period=due,
        partial=part.get("partial", draft.options["partial"]),
        skip_no_workday=part.get("skip_no_workday", draft.options["skip_no_workday"]),
        period_of=part.attribute("period_of", event),
        carry_over=part.get("carry_over", kind == "exists"),
        ended_by=part.selector("ended_by"),
        check=part.selector("check"),
        explained_by=part.selector("explained_by"),
        needs=part.selector("needs"),
    )


def _due_in_period(part: _Part, every: PeriodKind) -> tuple[int, int]:
    told = part.get("due_in_period")
    month, day = told.get("month", 1), told["day"]
    months = MONTHS.get(every)
    if months is None or month > months:
        part.draft.say("S304", (*part.path, "due_in_period"), month=month, every=every, months=months or 0)
    return month, day


def _content(part: _Part) -> Measure | None:
    event = part.needed("event")
    elements = []
    for i, told in enumerate(part.get("required")):
        at = (*part.path, "required", i)
        if isinstance(told, str):
            part.draft.check_attribute(event.event, "elements", at)
            elements.append(Element(told, "elements", Condition("==", told)))
            continue
        attribute = told["attribute"]
        part.draft.check_attribute(event.event, attribute, (*at, "attribute"))
        test = values.condition(part.draft, told["is"], (*at, "is")) if "is" in told else Condition("any")
        elements.append(Element(told.get("name", attribute), attribute, test or Condition("any")))
    seen = [e.name for e in elements]
    for i, name in enumerate(seen):
        if name in seen[:i]:
            part.draft.say("S318", (*part.path, "required", i), name=name)
    least = part.get("at_least")
    if least is not None and (least > len(elements) or "any_of" in part):
        part.draft.say("S309", (*part.path, "at_least"), least=least, elements=len(elements))
    return Content("complete", event, tuple(elements), least, part.get("any_of", False))


def _precedes(part: _Part) -> Measure | None:
    before, after = part.needed("before"), part.needed("after")
    return Order(
        kind="precedes",
        first=before,
        others=(after,),
        match_on=part.matched(before, after),
        lead=part.duration("lead") or Duration(0, "day"),
        one_to_one=part.get("one_to_one", False),
    )


def _synchronous(part: _Part) -> Measure | None:
    at = (*part.path, "objects")
    found = [values.selector(part.draft, one, (*at, i)) for i, one in enumerate(part.get("objects"))]
    objects = [one or _NOTHING for one in found]
    tolerance = part.duration("tolerance")
    return Order(
        kind="synchronous",
        first=objects[0],
        others=tuple(objects[1:]),
        match_on=part.matched(*objects),
        tolerance=tolerance.n if tolerance is not None else 0,
    )


def _value(part: _Part) -> Measure | None:
    draft, event, kind = part.draft, part.needed("event"), part.get("kind")
    if kind == "rating" and ("value" in part) == ("label" in part):
        draft.say("S311", part.path, "key")
    test = Condition(cast(Operator, part.get("is"))) if kind == "versus_peers" and "is" in part else None
    if kind == "versus_peers" and test is None:
        test = Condition("<")
    elif kind != "versus_peers":
        test = part.condition("is")
    pick, rater = part.get("pick", "latest"), part.attribute("rater", event)
    if kind == "rating" and "pick" not in part and "rater" not in part:
        pick, rater = "mean", "rater"
    return Value(
        kind=kind,
        event=event,
        value=part.attribute("value", event),
        over=part.attribute("over", event),
        counted=part.selector("counted"),
        label=part.attribute("label", event),
        test=test,
        pick=pick,
        rater=rater,
        least=part.get("least", 1),
        benchmark=part.attribute("benchmark", event),
        missing=part.get("missing", "not_assessed"),
    )


def _faults(part: _Part) -> Measure | None:
    event = part.needed("event")
    within = part.duration("mended_within")
    if within is not None and "mended" not in part:
        part.draft.say("S319", (*part.path, "mended_within"), "key")
    return Faults(
        kind="deduction",
        event=event,
        once_per=part.attribute("once_per", event),
        amount=part.attribute("amount", event),
        check=part.selector("check"),
        mended=part.moment("mended", event),
        mended_within=within,
    )


def _result(part: _Part) -> Measure | None:
    return Result(
        kind="result",
        of=values.names(part.get("of")),
        units=part.get("units", "self"),
        applies_to=values.applies_to(part.get("applies_to")) if "applies_to" in part else None,
        node=part.get("node", ""),
        pick=part.get("pick", "mean"),
        missing=part.get("missing", "not_assessed"),
        test=part.condition("is"),
    )


_KINDS: dict[str, Callable[[_Part], Measure | None]] = {
    "deadline": _time_limit,
    "follow_up": _time_limit,
    "due_by": _due_by,
    "frequency": _tally,
    "count": _tally,
    "coverage": _tally,
    "exists": _tally,
    "complete": _content,
    "precedes": _precedes,
    "synchronous": _synchronous,
    "threshold": _value,
    "versus_peers": _value,
    "rating": _value,
    "deduction": _faults,
    "result": _result,
}
