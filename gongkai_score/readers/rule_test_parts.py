"""The parts of a test beside the rules, from a document that fits the schema: units, events, expectations."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from gongkai_score.indicator_set import Gate, Indicator, IndicatorSet
from gongkai_score.measure_kinds import Condition, Measure
from gongkai_score.outcomes import Outcome
from gongkai_score.period import MONTHS, Window, day_date, day_number, parse_day
from gongkai_score.points import exact
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.cells import read_date
from gongkai_score.readers.mappings import known_kind, near_words
from gongkai_score.readers.marked_yaml import Path
from gongkai_score.readers.schema_words import nearest
from gongkai_score.readers.set_draft import OWN_COLUMNS, Draft, hint
from gongkai_score.readers.set_quantities import check_name
from gongkai_score.readers.set_values import condition, word_of
from gongkai_score.rule_tests import EventRow, Expected, Points, RuleTest
from gongkai_score.units import Unit
from gongkai_score.vocabulary import COMMON_ATTRIBUTES, EVENT_KINDS, MOMENT_ATTRIBUTES

Moment = tuple[int, int]
_OWN = frozenset({*OWN_COLUMNS, "every", "until"})
_EXPECTED = frozenset({"outcome", "points", "reason", "held"})


class Builder:
    """Builds tests of one set and notes in the draft what is wrong with them."""

    def __init__(self, draft: Draft, whole: IndicatorSet, nodes: Mapping[str, Indicator | Gate]) -> None:
        self.draft, self.whole, self.nodes = draft, whole, nodes

    def test(
        self,
        told: Mapping[str, Any],
        at: Path,
        node: Indicator | Gate,
        options: tuple[tuple[str, str], ...],
        common: Mapping[str, Any],
    ) -> RuleTest | None:
        """One test; None where a part of it is wrong."""
        before = len(self.draft.problems)
        window, as_of = self._dates(told, at, common)
        unit = self._unit(told.get("unit", {}), "u")
        others = [self._unit(one, "") for one in told.get("others", ())]
        known = self._known_units(unit, others, told, at)
        events: list[tuple[Path, EventRow]] = []
        for i, one in enumerate(told.get("events", ())):
            path = (*at, "events", i)
            events += [(path, event) for event in self._events(one, path, unit.id, known)]
        self._check_repeats(events)
        expect = self._expected(told["expect"], (*at, "expect"), node)
        if any(p.severity == "error" for p in self.draft.problems[before:]) or window is None or expect is None:
            return None
        return RuleTest(
            name=told["name"],
            node=node.id,
            unit=unit,
            others=tuple(others),
            events=tuple(event for _, event in events),
            period=window,
            as_of=window.last if as_of is None else as_of,
            options=options,
            expect=expect,
            worked=told.get("worked", ""),
            line=self.draft.marked.mark(at)[0],
        )

    # -- dates

    def _dates(
        self, told: Mapping[str, Any], at: Path, common: Mapping[str, Any]
    ) -> tuple[Window | None, int | None]:
        path = (*at, "period") if "period" in told else ("period",)
        period = told.get("period", None if self.draft.is_broken(("period",)) else common.get("period"))
        if period is None:
            if self.whole.plan_year is None:
                self.draft.say("T009", at)
                return None, None
            period = self.whole.plan_year
        try:
            window = Window.parse(str(period))
        except ValueError:
            self.draft.say("T008", path, found=str(period))
            return None, None
        where = (*at, "as_of") if "as_of" in told else ("as_of",)
        text = told.get("as_of", None if self.draft.is_broken(("as_of",)) else common.get("as_of"))
        as_of = None if text is None else parse_day(text)
        if as_of is not None and as_of < window.first:
            self.draft.say("T010", where, as_of=text, first=day_date(window.first))
            return None, None
        return window, as_of

    def _moment(self, text: Any, at: Path) -> Moment | None:
        found = read_date(str(text))
        if isinstance(found, str):
            self.draft.say("T007", at, found=str(text))
            return None
        return found

    # -- units

    def _unit(self, told: Mapping[str, Any], default: str) -> Unit:
        name = told.get("id", default)
        return Unit(
            id=name,
            name=told.get("name", name),
            group=told.get("group", ""),
            type=told.get("type", "department"),
            tags=frozenset(_words(told.get("tags", []))),
            parent=told.get("parent"),
            channels=frozenset(_words(told.get("channels", []))),
            active_from=parse_day(told["active_from"]) if "active_from" in told else None,
            active_to=parse_day(told["active_to"]) if "active_to" in told else None,
            attributes={key: _cell(value) for key, value in told.get("attributes", {}).items()},
        )

    def _known_units(self, unit: Unit, others: list[Unit], told: Mapping[str, Any], at: Path) -> dict[str, str]:
        """Id or name of each unit of the test → id."""
        known: dict[str, str] = {}
        for i, one in enumerate((unit, *others)):
            if one.id in known.values():
                self.draft.say("T014", (*at, "others", i - 1, "id"), unit=one.id)
            known |= {one.name: one.id, one.id: one.id}
        for i, one in enumerate((unit, *others)):
            path = (*at, "unit", "parent") if not i else (*at, "others", i - 1, "parent")
            if one.parent is not None and one.parent not in (u.id for u in (unit, *others)):
                self.draft.say("T013", path, unit=one.parent, known="、".join(u.id for u in (unit, *others)))
        return known

    # -- events

    def _events(self, told: Mapping[str, Any], at: Path, own: str, known: Mapping[str, str]) -> Iterator[EventRow]:
        kind = known_kind(told["kind"], self.whole.event_kinds)
        if kind is None:
            names = [*EVENT_KINDS, *self.whole.event_kinds, *(k.zh for k in EVENT_KINDS.values())]
            zh, en = near_words(told["kind"], names)
            self.draft.say("T005", (*at, "kind"), kind=told["kind"], near_zh=zh, near_en=en)
            return
        unit = told.get("unit", own)
        if unit not in known:
            self.draft.say("T013", (*at, "unit"), unit=unit, known="、".join(dict.fromkeys(known.values())))
            return
        attributes, moments = self._attributes(kind, told, at)
        row = self.draft.marked.mark(at)[0]
        for moment in self._when(told, at):
            ref, event_id = (word_of(told[key]) if key in told else "" for key in ("ref", "id"))
            yield EventRow(known[unit], kind, moment, ref, event_id, attributes, moments, row)

    def _attributes(
        self, kind: str, told: Mapping[str, Any], at: Path
    ) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, Moment], ...]]:
        allowed = self._allowed(kind)
        texts, dates = [], []
        for key, value in told.items():
            if key in _OWN:
                continue
            name = key.removeprefix("attributes.")
            if name not in allowed:
                near = nearest(name, allowed)
                zh, en = hint(
                    near, "新属性请写在指标体系的 events 下。", "Declare new ones under 'events' of the set."
                )
                self.draft.say("T006", (*at, key), "key", kind=kind, attribute=name, hint_zh=zh, hint_en=en)
            if name in MOMENT_ATTRIBUTES:
                moment = self._moment(value, (*at, key)) if value is not None else None
                dates += [(name, moment)] if moment is not None else []
            elif text := _cell(value):
                texts.append((name, text))
        return tuple(sorted(texts)), tuple(sorted(dates))

    def _allowed(self, kind: str) -> frozenset[str]:
        known = EVENT_KINDS[kind].attributes if kind in EVENT_KINDS else ()
        return frozenset((*known, *COMMON_ATTRIBUTES, *_OWN, *self.whole.event_attributes.get(kind, ())))

    def _when(self, told: Mapping[str, Any], at: Path) -> list[Moment]:
        """The dates of an event: one, those of a list, or all from the first to ``until``."""
        given = told["at"] if isinstance(told["at"], list) else [told["at"]]
        path = (*at, "at")
        read = [
            self._moment(text, (*path, i) if isinstance(told["at"], list) else path) for i, text in enumerate(given)
        ]
        moments = [moment for moment in read if moment is not None]
        if "every" not in told or not moments:
            return moments
        until = parse_day(told["until"])
        if until < moments[0][0]:
            self.draft.say("T021", (*at, "until"), until=told["until"], first=day_date(moments[0][0]))
        return [(day, second) for first, second in moments for day in repeated(first, until, told["every"])]

    def _check_repeats(self, events: list[tuple[Path, EventRow]]) -> None:
        """Rows equal in everything count once in a log; say so where a test writes them."""
        seen: dict[object, tuple[int, Path]] = {}
        for path, event in events:
            key = replace(event, row=0)
            if key in seen:
                self.draft.say("T015", path, first=seen[key][0])
            seen.setdefault(key, (event.row, path))

    # -- expectations

    def _expected(self, told: Mapping[str, Any], at: Path, node: Indicator | Gate) -> Expected | None:
        gate = isinstance(node, Gate)
        for key in told:
            wrong = key in ("outcome", "points", "reason") if gate else key == "held"
            if wrong:
                self._misplaced(key, (*at, key), node)
        measures = _measures(node)
        quantities: list[tuple[str, Condition]] = []
        for name, value in told.items():
            if name in _EXPECTED:
                continue
            if isinstance(node, Indicator) and not node.is_leaf:
                self.draft.say("T019", (*at, name), "key", node=node.id, key=name)
                continue
            peers = isinstance(node, Indicator) and node.peers is not None
            self._check_quantity(name, (*at, name), measures, peers)
            found = self._condition(name, value, (*at, name))
            quantities += [] if found is None else [(name, found)]
        points = self._points(told["points"], (*at, "points")) if "points" in told else None
        if "points" in told and points is None:
            return None
        outcome = Outcome(told["outcome"]) if "outcome" in told else None
        return Expected(outcome, points, told.get("reason"), tuple(quantities), told.get("held"))

    def _misplaced(self, key: str, at: Path, node: Indicator | Gate) -> None:
        gates, indicators = ("只用于门槛", "for gates only"), ("只用于指标", "for indicators only")
        what = ("门槛", "a gate") if isinstance(node, Gate) else ("指标", "an indicator")
        why = indicators if isinstance(node, Gate) else gates
        said = {"why_zh": why[0], "why_en": why[1], "what_zh": what[0], "what_en": what[1]}
        self.draft.say("T012", at, "key", key=key, node=node.id, **said)

    def _check_quantity(self, name: str, at: Path, measures: Mapping[str, Measure], peers: bool) -> None:
        """The name of a quantity must be one of the indicator's; one that never occurs may be expected to be 0."""
        if not measures:
            return
        aside = Draft(self.draft.marked)
        check_name(aside, (name, at, "key"), measures, peers)
        self.draft.problems += [p for p in aside.problems if p.severity == "error"]

    def _condition(self, name: str, value: Any, at: Path) -> Condition | None:
        if isinstance(value, str) and not name.endswith("label"):
            try:
                return Condition("==", exact(value))
            except ValueError:
                pass
        return condition(self.draft, value, at)

    def _points(self, value: Any, at: Path) -> Points | None:
        if value in ("full", "zero", "none"):
            return Points("none") if value == "none" else Points("share", Fraction(value == "full"))
        try:
            share = isinstance(value, str) and value.rstrip().endswith(("%", "％"))
            return Points("share" if share else "number", exact(value))
        except ValueError:
            self.draft.say("T011", at, found=str(value))
            return None


def _measures(node: Indicator | Gate) -> dict[str, Measure]:
    """Every measure of a node, those of variants too."""
    found: dict[str, Measure] = {}
    for variant in node.variants if isinstance(node, Indicator) else ():
        found |= variant.measures or {}
    return found | dict(node.measures)


def _words(value: str | list[str]) -> list[str]:
    """One word or a list; several words may stand in one text, separated as in a register."""
    told = [value] if isinstance(value, str) else value
    return [word for one in told for part in one.split(";") for word in part.split("；") if word]


def _cell(value: Any) -> str:
    """A value as the cell of a log holds it.

    >>> _cell(True), _cell(["图解", "视频"]), _cell(None)
    ('true', '图解;视频', '')
    """
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(word_of(one).replace(";", "；") for one in value)
    return word_of(value)


def repeated(first: int, until: int, every: str) -> Iterator[int]:
    """Days from ``first`` to ``until`` at one period's distance; on the last day of a month that is shorter.

    >>> [str(day_date(d)) for d in repeated(parse_day("2019-01-31"), parse_day("2019-03-31"), "month")]
    ['2019-01-31', '2019-02-28', '2019-03-31']
    """
    if every in MONTHS:
        start = day_date(first)
        for index in range(0, 12 * 200, MONTHS[every]):
            year, month = divmod(start.year * 12 + start.month - 1 + index, 12)
            day = day_number(date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])))
            if day > until:
                return
            yield day
        return
    calendar = national_calendar("statutory")
    for day in range(first, until + 1, 7 if every == "week" else 1):
        if every != "working_day" or calendar.is_workday(day):
            yield day
