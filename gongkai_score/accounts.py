"""Accounts read and checked: cases behind a node, what its parent counted it as, whether the lines add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from gongkai_score import wording
from gongkai_score.aggregation import NodeScore
from gongkai_score.assessment import Assessment
from gongkai_score.errors import Language
from gongkai_score.evidence import Case, EventFact
from gongkai_score.gates import Total
from gongkai_score.indicator_set import Gate, Indicator
from gongkai_score.node_plans import geometric_mean
from gongkai_score.outcomes import COUNTED, VERDICT_NAMES, VERDICT_SENTENCES, Verdict
from gongkai_score.points import total
from gongkai_score.scoring import Line
from gongkai_score.sentences import say, time_text

ZERO = Fraction(0)


def limit_of(case: Case) -> int | None:
    """The limit of a case in its unit of measurement, as far as it can be told; more time granted included.

    >>> limit_of(Case("k", Verdict.LATE, number=3, unit_of_time="working_day", used=23, needed=15))
    20
    """
    if case.unit_of_time == "day" and case.start and case.due:
        return (date.fromisoformat(case.due[:10]) - date.fromisoformat(case.start[:10])).days
    if case.verdict is Verdict.LATE and case.used is not None and case.number:
        return case.used - case.number
    if case.used is not None and case.needed is not None and case.used > case.needed:
        return None
    return case.needed


def case_words(case: Case, lang: Language, timed: bool = True) -> str:
    """What became of one case, with every number it rests on; ``timed``: time was measured from its start.

    >>> case = Case("2019-003", Verdict.LATE, number=3, unit_of_time="working_day", used=23)
    >>> case_words(case, "zh")
    '办理用时 23 个工作日，限 20 个工作日，逾期 3 个工作日'
    """
    unit, parts = case.unit_of_time, list[str]()
    if unit and (timed or case.verdict is Verdict.LATE):
        limit = limit_of(case)
        if case.used is not None and case.used >= 0 and timed:
            parts.append(say(wording.CASES, "used", lang, used=time_text(case.used, unit, lang)))
        if limit is not None and timed:
            parts.append(say(wording.CASES, "limit", lang, limit=time_text(limit, unit, lang)))
        if case.verdict is Verdict.LATE and case.number:
            parts.append(say(wording.CASES, "late", lang, number=time_text(case.number, unit, lang)))
    elif case.verdict in (Verdict.SHORT, Verdict.BLANK) and case.number:
        key = "lacking" if case.needed is None else "short"
        parts.append(say(wording.CASES, key, lang, number=case.number, needed=case.needed))
    elif case.needed is not None and not (unit and case.needed == 1):
        parts.append(say(wording.CASES, "counted", lang, number=case.number, needed=case.needed))
    if not parts or case.verdict in (Verdict.MISSING, Verdict.PENDING, Verdict.EXEMPT, Verdict.UNKNOWN):
        parts.insert(0, VERDICT_SENTENCES[case.verdict][lang == "en"])
    parts += [_detail(part, lang) for part in case.detail.split("; ") if part]
    if case.charged_by:
        parts.append(say(wording.CASES, "charged_by", lang, node=case.charged_by))
    return say(wording.WORDS, "comma", lang).join(parts)


def _detail(part: str, lang: Language) -> str:
    """One detail of a case in words: a code, or ``lacking:`` and the elements that are not there."""
    code, _, names = part.partition(":")
    known = wording.DETAILS.get(code)
    return part if known is None else known[lang == "en"].format(names=names)


def case_dates(case: Case, lang: Language) -> str:
    """Start, limit and completion of a case, as far as recorded."""
    given = (("start", case.start), ("due", case.due), ("done", case.done))
    parts = [say(wording.CASES, key, lang, date=day) for key, day in given if day]
    return say(wording.WORDS, "comma", lang).join(parts)


def row_words(fact: EventFact, lang: Language, kinds: Callable[[str, Language], str]) -> str:
    """One log row: label and origin, date, kind and address."""
    where = fact.label
    if fact.origin and fact.origin != fact.label:
        where = say(wording.CASES, "row", lang, label=fact.label or "–", origin=fact.origin)
    return " · ".join(filter(None, (where, fact.at, kinds(fact.kind, lang), fact.source)))


def counted_verdicts(verdicts: Iterable[Verdict], lang: Language) -> str:
    """How many cases of each verdict: ``达标 5 项，逾期 1 项``.

    >>> counted_verdicts([Verdict.MET, Verdict.LATE, Verdict.MET], "en")
    '2 met, 1 late'
    """
    tally: dict[Verdict, int] = {}
    for verdict in verdicts:
        tally[verdict] = tally.get(verdict, 0) + 1
    names = {verdict: VERDICT_NAMES[verdict][lang == "en"] for verdict in sorted(tally)}
    parts = [say(wording.CASES, "of_kind", lang, verdict=names[v], n=tally[v]) for v in names]
    return say(wording.WORDS, "comma", lang).join(parts)


@dataclass(frozen=True, slots=True)
class CitedCase:
    """One case behind an indicator or gate, under the name of its measure."""

    measure: str
    case: Case
    timed: bool = True

    def words(self, lang: Language = "zh") -> str:
        """What became of it, for example ``办理用时 23 个工作日，限 20 个工作日，逾期 3 个工作日``."""
        return case_words(self.case, lang, self.timed)

    @property
    def costs(self) -> bool:
        """Whether it counted, was not met and was not charged elsewhere."""
        verdict = self.case.verdict
        return verdict in COUNTED and verdict not in (Verdict.MET, Verdict.EXPLAINED) and not self.case.charged_by


def cited_cases(assessment: Assessment, position: int, node: Indicator | Gate) -> tuple[CitedCase, ...]:
    """All cases of one unit under one indicator or gate."""
    return tuple(
        CitedCase(name.partition("#")[0], columns.case(case), _timed(node, name))
        for name, columns in assessment.cases.get(node.id, {}).items()
        for case in columns.of_unit(position)
    )


def _timed(node: Indicator | Gate, name: str) -> bool:
    """Whether a measure of a node, named as cases are (``name#2``: of its second variant), runs from a start."""
    measure, _, number = name.partition("#")
    measures = node.measures
    if number and isinstance(node, Indicator):
        measures = node.variants[int(number) - 1].measures or measures
    return measure in measures and measures[measure].kind in ("deadline", "follow_up")


def class_sizes(assessment: Assessment) -> Counter[str]:
    """Number of ranked units of each class."""
    return Counter(p.group for p in assessment.places if p.rank is not None)


def sums_up(lines: Sequence[Line], points: Fraction | None) -> bool:
    """Whether the changes of lines add up to the points, every balance being the sum so far.

    >>> sums_up([Line("start", Fraction(5), Fraction(5)), Line("deduct", Fraction(-1), Fraction(4))], Fraction(4))
    True
    """
    balance = ZERO
    for line in lines:
        balance += line.change
        if balance != line.balance:
            return False
    return not lines if points is None else balance == points


def node_sums_up(node: Indicator, score: NodeScore, children: Sequence[tuple[Indicator, NodeScore]]) -> bool:
    """Whether the lines of one node add up to its points, and the lines of its children are what those came to."""
    if not sums_up(score.lines, score.points):
        return False
    return score.points is None or node.is_leaf or _children_agree(node, score, children)


def _children_agree(node: Indicator, score: NodeScore, children: Sequence[tuple[Indicator, NodeScore]]) -> bool:
    """Whether a group's lines are what its children came to, by its own way of combining them."""
    if score.lines and score.lines[0].verb.startswith("not_applicable:"):
        return True
    lines = {line.quantity: line for line in score.lines if line.verb == "child"}
    there = [(child, part) for child, part in children if part.points is not None]
    inner = [(child, part) for child, part in there if not child.extra and part.full]
    expected = {child.id: part.points for child, part in there if child.extra}
    rates = [part.rate or ZERO for _, part in inner]
    shared = next((line for line in score.lines if line.verb in ("minimum", "maximum", "geometric")), None)
    if shared is not None:
        extremes = {"minimum": min, "maximum": max}
        value: Fraction = extremes[shared.verb](rates) if shared.verb in extremes else geometric_mean(rates)
        if shared.value != value or shared.change != value * score.full:
            return False
    elif node.combine in ("weighted", "mean"):
        weights = {id: line.amount for id, line in lines.items() if line.amount is not None}
        whole = total(weights.values())
        for (child, _), rate in zip(inner, rates, strict=True):
            weight = weights.get(child.id)
            if weight is None:
                return False
            expected[child.id] = score.full * rate * weight / whole if whole else ZERO
    elif node.combine == "sum":
        # A group of nothing but bonuses has no full marks and yet points.
        inner = [(child, part) for child, part in there if not child.extra and (part.full or part.points)]
        expected |= {child.id: part.points for child, part in inner}
    return {id: line.change for id, line in lines.items()} == expected


def total_sums_up(end: Total, root: NodeScore) -> bool:
    """Whether the lines of a total lead from the tree's sum to the total."""
    if end.points is None:
        return all(line.verb == "veto" for line in end.lines)
    if not end.lines or not sums_up(end.lines, end.points):
        return False
    first = end.lines[0]
    return root.points is None if first.verb in ("empty", "gate") else first.change == root.points
