"""Rules in words: the 评分标准 of an indicator, made from its measures and its scoring, in Chinese or English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from gongkai_score import wording
from gongkai_score.errors import Language
from gongkai_score.indicator_set import (
    Amount,
    Branch,
    Gate,
    Grade,
    Indicator,
    IndicatorSet,
    NotApplicable,
    Scoring,
    Step,
    Text,
)
from gongkai_score.measure_kinds import (
    AppliesTo,
    Condition,
    Content,
    Dated,
    Duration,
    Faults,
    Items,
    Measure,
    Order,
    Result,
    Selector,
    Tally,
    TimeLimit,
    Value,
    Where,
)
from gongkai_score.period import day_date
from gongkai_score.sentences import (
    condition_text,
    number_text,
    plain_name,
    points_text,
    quantity_name,
    quantity_noun,
    say,
    share_text,
    time_text,
    when_text,
)
from gongkai_score.tables.criteria_words import (
    AMOUNTS,
    BOUNDS,
    CLASSES,
    EFFECTS,
    MEASURES,
    NODES,
    PERIODS,
    STEPS,
    WAYS,
)
from gongkai_score.vocabulary import EVENT_KINDS

_TIMES = frozenset({"days_late", "longest_late"})
"""Quantities counted in the unit of the limit."""


class Criteria:
    """Puts the rules of one indicator set into words."""

    def __init__(self, indicator_set: IndicatorSet, lang: Language) -> None:
        """Remembers whose event kinds and which language."""
        self.indicator_set, self.lang = indicator_set, lang
        self.comma = say(wording.WORDS, "comma", lang)
        self.semicolon = say(wording.WORDS, "semicolon", lang)
        self.listing = "、" if lang == "zh" else ", "
        self._told: Mapping[str, Measure] = {}

    def indicator(self, node: Indicator) -> str:
        """The scoring rule of a leaf: what is measured, then what it is worth."""
        self._told = node.measures
        parts = [self.measures(node.measures), self.scoring(node.scoring)]
        parts += [self._bounds(node), *self._special(node)]
        if node.applies_to is not None:
            parts.append(say(NODES, "applies_to", self.lang, units=self.applies_to(node.applies_to)))
        for variant in node.variants:
            self._told = variant.measures or node.measures
            rule = [self.measures(variant.measures or {}), self.scoring(variant.scoring)]
            if variant.points is not None:
                rule.insert(0, say(NODES, "variant_points", self.lang, points=number_text(variant.points)))
            words = self.comma.join(filter(None, rule))
            parts.append(say(NODES, "variant", self.lang, units=self.applies_to(variant.applies_to), rule=words))
        words = self.semicolon.join(filter(None, parts))
        return re.sub(r" (?=满分的|认定扣分)", "", words) if self.lang == "zh" else words

    def measures(self, measures: Mapping[str, Measure]) -> str:
        """All measures of a leaf, with their names where there are several."""
        words = {name: self.measure(measure) for name, measure in measures.items()}
        if len(words) == 1:
            return next(iter(words.values()))
        named = (say(MEASURES, "named", self.lang, name=name, measure=text) for name, text in words.items())
        return self.semicolon.join(named)

    def measure(self, measure: Measure) -> str:
        """One measure, with the stretch of time it looks back on."""
        words = self._measure(measure)
        if isinstance(measure, Result) or measure.look_back is None:
            return words
        return words + self._say("look_back", length=self.duration(measure.look_back))

    def _measure(self, measure: Measure) -> str:
        if isinstance(measure, TimeLimit):
            return self._time_limit(measure)
        if isinstance(measure, Tally):
            return self._tally(measure)
        if isinstance(measure, Content):
            elements = self.listing.join(element.name for element in measure.required)
            some = 1 if measure.any_of else measure.at_least
            key = "complete" if some is None else "complete_some"
            return self._say(key, event=self.events(measure.event), elements=elements, n=some)
        if isinstance(measure, Order):
            others = self.listing.join(map(self.events, measure.others))
            key = "precedes_lead" if measure.kind == "precedes" and measure.lead.n else measure.kind
            lead = self.duration(measure.lead)
            return self._say(
                key, first=self.events(measure.first), others=others, lead=lead, days=measure.tolerance
            )
        if isinstance(measure, Faults):
            words = self._say("deduction", event=self.events(measure.event))
            return words + (self._say("check", event=self.events(measure.check)) if measure.check else "")
        if isinstance(measure, Result):
            words = self._say("result", of=self.listing.join(measure.of))
            return (
                words if measure.test is None else self._say("where", event=words, where=self._test(measure.test))
            )
        return self._value(measure)

    def events(self, selector: Selector) -> str:
        """Which events a selector means."""
        kind = selector.event
        name = self.indicator_set.event_kinds.get(kind, Text()).of(self.lang)
        if not name:
            known = self.lang == "zh" and kind in EVENT_KINDS
            name = EVENT_KINDS[kind].zh if known else kind.replace("_", " ")
        some = say(wording.WORDS, "or", self.lang).join(map(self._where, selector.either))
        where = self.comma.join(filter(None, (self._where(selector.where), some)))
        return self._say("where", event=name, where=where) if where else name

    def duration(self, length: Duration) -> str:
        """A length of time."""
        return time_text(length.n, length.unit, self.lang)

    def scoring(self, rule: Scoring | None) -> str:
        """A scoring rule."""
        if rule is None:
            return ""
        branches = [self._branch(branch) for branch in rule.branches]
        if rule.pick == "best" and len(branches) > 1:
            return say(STEPS, "best", self.lang, branches=self.semicolon.join(branches))
        return self.semicolon.join(filter(None, branches))

    def applies_to(self, units: AppliesTo) -> str:
        """Which units are meant."""
        parts = [
            f"{say(CLASSES, name, self.lang)} {'/'.join(values)}"
            for name in ("type", "group", "tags", "units", "channels")
            if (values := getattr(units, name))
        ]
        parts += [f"{name} {'/'.join(values)}" for name, values in units.attributes]
        words = self.comma.join(parts)
        if units.either:
            some = say(wording.WORDS, "or", self.lang).join(map(self.applies_to, units.either))
            words = self.comma.join(filter(None, (words, some)))
        if units.but_not is not None:
            words += say(NODES, "but_not", self.lang, units=self.applies_to(units.but_not))
        return words

    def condition(self, gate: Gate) -> str:
        """When a gate takes effect."""
        measures = self.measures(gate.measures) if gate.measures else ""
        return self.semicolon.join(filter(None, (measures, when_text(gate.when, self.lang))))

    def effect(self, gate: Gate) -> str:
        """What follows from a gate."""
        found = []
        for key in ("fail", "total", "total_at_most", "grade", "grade_at_most", "opens"):
            value = getattr(gate, key)
            if value:
                points = points_text(value, self.lang) if isinstance(value, Fraction) else ""
                found.append(say(EFFECTS, key, self.lang, points=points, grade=value, node=value))
        return self.semicolon.join(found)

    def bounds(self, grade: Grade) -> str:
        """The bounds of a grade."""
        found = []
        for key in ("at_least", "above", "below", "at_most", "top"):
            value = getattr(grade, key)
            if value is not None:
                found.append(say(BOUNDS, key, self.lang, n=number_text(value), share=share_text(value)))
        return self.comma.join(found)

    def _say(self, key: str, **values: object) -> str:
        return say(MEASURES, key, self.lang, **values)

    def _where(self, where: Where) -> str:
        return self.comma.join(f"{name} {self._test(condition)}" for name, condition in where)

    def _test(self, condition: Condition) -> str:
        return condition_text(condition, self.lang)

    def _dated(self, value: Dated[Duration] | Dated[int] | None) -> str:
        """A value that may change with a date."""
        if value is None:
            return ""
        found = []
        for _, last, one in value.entries:
            words = self.duration(one) if isinstance(one, Duration) else str(one)
            found.append(words if last is None else self._say("until", value=words, day=day_date(last)))
        return self.listing.join(found)

    def _items(self, items: Items) -> str:
        if items.inventory is not None:
            return self._say("inventory", event=self.events(items.inventory))
        return self.listing.join(items.values)

    def _explained(self, by: Selector | None) -> str:
        return self._say("explained", event=self.events(by)) if by is not None else ""

    def _time_limit(self, measure: TimeLimit) -> str:
        end = self.events(measure.end)
        if measure.start is None:
            by = self.listing.join(day_date(day).isoformat() for day in measure.by)
            words = self._say("due_by", by=by, end=end)
            if measure.items is not None:
                words += self._say("for_items", items=self._items(measure.items))
        elif measure.due is not None:
            words = self._say("deadline_due", start=self.events(measure.start), due=measure.due, end=end)
        else:
            within = self._dated(measure.within)
            words = self._say("deadline", start=self.events(measure.start), within=within, end=end)
        return words + self._explained(measure.explained_by)

    def _tally(self, measure: Tally) -> str:
        event = self.events(measure.event)
        amounts = [
            say(AMOUNTS, key, self.lang, n=self._dated(value))
            for key in ("at_least", "at_most", "exactly")
            if (value := getattr(measure, key)) is not None
        ]
        every = say(PERIODS, measure.every, self.lang)
        key: str = measure.kind
        if measure.every != "window" and key in ("frequency", "count"):
            key = "frequency"
        elif key == "count" and not amounts:
            key = "count_only"
        items = self._items(measure.items) if measure.items is not None else ""
        words = self._say(key, event=event, amount=self.comma.join(amounts), every=every, items=items)
        if items and key != "coverage":
            words += self._say("for_items", items=items)
        if measure.per is not None:
            words += self._say("per", per=measure.per)
        if measure.months:
            words += self._say("months", months=self.listing.join(map(str, measure.months)))
        if measure.due_in_period is not None:
            month, day = measure.due_in_period
            words += self._say("in_period", month=month, day=day)
        if measure.check is not None:
            words += self._say("check", event=self.events(measure.check))
        return words + self._explained(measure.explained_by)

    def _value(self, measure: Value) -> str:
        event = self.events(measure.event)
        test = self._test(measure.test) if measure.test is not None else ""
        value = measure.value or measure.label or ""
        if measure.kind == "versus_peers":
            counted = self.events(measure.counted) if measure.counted is not None else value
            over = event if measure.counted is not None else measure.over or event
            return self._say("versus_peers", value=self._say("over", value=counted, over=over), test=test).rstrip()
        if measure.over is not None:
            value = self._say("over", value=value, over=measure.over)
        if measure.kind == "rating":
            brackets = ("（{}）" if self.lang == "zh" else " ({})").format(" ".join(filter(None, (value, test))))
            return self._say("rating", event=event, value=brackets)
        return self._say("threshold", event=event, value=value, test=test).rstrip()

    def _amount(self, amount: Amount) -> str:
        if isinstance(amount.value, str):
            return quantity_name(amount.value, self.lang)
        if amount.share:
            return say(STEPS, "share", self.lang, share=share_text(amount.value))
        return points_text(amount.value, self.lang)

    def _branch(self, branch: Branch) -> str:
        start, steps = branch.start, [self._step(step) for step in branch.steps]
        full = start.share and start.value == 1
        first = branch.steps[0] if branch.steps else None
        if full and len(steps) == 1 and first is not None and first.verb == "scale" and first.when is None:
            by = self._amount(first.amount) if first.amount is not None else ""
            words = say(STEPS, "proportion", self.lang, by=by)
        else:
            looked_up = first is not None and first.verb == "set" and first.when is None
            key = "start_full" if full else "start" if start.value else "start_zero"
            words = self.semicolon.join(
                filter(None, ("" if looked_up else say(STEPS, key, self.lang, amount=self._amount(start)), *steps))
            )
        when = when_text(branch.when, self.lang)
        return say(STEPS, "branch", self.lang, when=when, steps=words) if when else words

    def _step(self, step: Step) -> str:
        words = self._look_up(step) if step.by is not None else self._plain_step(step)
        if step.when is not None:
            words = say(STEPS, "when", self.lang, when=when_text(step.when, self.lang), step=words)
        note = step.note.of(self.lang)
        brackets = f"（{note}）" if self.lang == "zh" else f" ({note})"
        return words + (brackets if note else "")

    def _look_up(self, step: Step) -> str:
        share = plain_name(step.by or "") in wording.SHARES
        rows = []
        for tier in step.tiers:
            key = "tier_rest" if tier.test is None else "tier"
            test = condition_text(tier.test, self.lang, share) if tier.test is not None else ""
            rows.append(say(STEPS, key, self.lang, test=test, amount=self._amount(tier.points)))
        rows += [say(STEPS, "label", self.lang, label=label, amount=self._amount(a)) for label, a in step.labels]
        return say(STEPS, "by", self.lang, by=quantity_name(step.by or "", self.lang), rows=self.comma.join(rows))

    def _plain_step(self, step: Step) -> str:
        assert step.amount is not None
        amount = self._amount(step.amount)
        if step.verb == "scale":
            if isinstance(step.amount.value, str):
                return say(STEPS, "scale_by", self.lang, by=amount)
            return say(STEPS, "scale", self.lang, amount=number_text(step.amount.value))
        if plain_name(step.per or "") in wording.SHARES and step.every is None:
            words = say(STEPS, f"{step.verb}_share", self.lang, per=self._per(step), amount=amount)
        elif step.per is None:
            words = say(STEPS, step.verb, self.lang, amount=amount)
        else:
            words = say(
                STEPS, f"{step.verb}_per", self.lang, per=self._per(step), every=self._every(step), amount=amount
            )
        if step.at_most is not None:
            words += say(STEPS, "at_most", self.lang, amount=self._amount(step.at_most))
        return words

    def _per(self, step: Step) -> str:
        name = step.per or ""
        share = plain_name(name) in wording.SHARES
        words = quantity_name(name, self.lang)
        for key in ("above", "below"):
            bound = getattr(step, key)
            if bound is not None:
                words += say(STEPS, key, self.lang, n=share_text(bound) if share else number_text(bound))
        return words

    def _every(self, step: Step) -> str:
        name = step.per or ""
        time = self._unit_of_time(name) if plain_name(name) in _TIMES else ""
        noun = quantity_noun(name, self.lang, time)
        every = step.every if step.every is not None else Fraction(1)
        share = plain_name(step.per or "") in wording.SHARES
        number = share_text(every) if share else number_text(every)
        if self.lang == "en" and time:
            length = f"{number_text(every)} {say(wording.TIME_UNITS, time, self.lang)}"
            if every == 1:
                length = time_text(1, time, self.lang).removeprefix("1 ")
            number = say(STEPS, "of_time", self.lang, every=length)
        elif self.lang == "en":
            number = "" if every == 1 and not share else f"{number} "
        words = f"{number} {noun}" if self.lang == "zh" else number
        if step.begun is not None and self.lang == "zh":
            words += say(STEPS, "begun" if step.begun else "not_begun", self.lang)
        return words

    def _unit_of_time(self, name: str) -> str:
        """What lateness is counted in: the unit of the limit, days where the limit is a date."""
        head, dot, _ = name.partition(".")
        measure = self._told.get(head if dot and head in self._told else "")
        if isinstance(measure, TimeLimit) and measure.within is not None:
            return measure.within.entries[0][2].unit
        return "day"

    def _bounds(self, node: Indicator) -> str:
        parts = []
        if node.floor is None:
            parts.append(say(STEPS, "no_floor", self.lang))
        elif node.floor:
            parts.append(say(STEPS, "floor", self.lang, amount=points_text(node.floor, self.lang)))
        if node.ceiling is not None:
            parts.append(say(STEPS, "ceiling", self.lang, amount=points_text(node.ceiling, self.lang)))
        return self.comma.join(parts)

    def _special(self, node: Indicator) -> list[str]:
        """What is unusual about a leaf."""
        parts = [say(NODES, key, self.lang) for key in ("extra", "reported_only") if getattr(node, key)]
        for one in node.overlap:
            key = "overlap_of" if one.measures else "overlap"
            measures = self.listing.join(one.measures)
            parts.append(say(NODES, key, self.lang, group=one.group, measures=measures))
        if node.no_cases != "not_applicable":
            parts.append(say(NODES, "no_cases", self.lang, what=say(WAYS, node.no_cases, self.lang)))
        if node.not_applicable is not None:
            parts.append(say(NODES, "not_applicable", self.lang, what=self.way(node.not_applicable)))
        return parts

    def way(self, rule: NotApplicable) -> str:
        """What becomes of the points of what does not apply."""
        rate = share_text(rule.rate) if rule.rate is not None else ""
        return say(WAYS, rule.rule, self.lang, rate=rate, node=rule.node)
