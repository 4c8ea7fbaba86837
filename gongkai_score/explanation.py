"""Explanations: every point of one unit, back to the rule, the clause, the case and the row of the log.

The accounts are those the scoring core wrote; nothing is computed again. :meth:`Explanation.check` proves that they
add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from gongkai_score import wording
from gongkai_score.accounts import (
    CitedCase,
    case_dates,
    cited_cases,
    class_sizes,
    counted_verdicts,
    node_sums_up,
    row_words,
    total_sums_up,
)
from gongkai_score.aggregation import NodeScore
from gongkai_score.assessment import Assessment
from gongkai_score.errors import Language
from gongkai_score.gates import Total, marks_of
from gongkai_score.indicator_set import Gate, Indicator, IndicatorSet, Text
from gongkai_score.measurements import Measurement
from gongkai_score.outcomes import ASSESSED, OUTCOME_NAMES, VERDICT_NAMES, Outcome, Verdict
from gongkai_score.period import day_date
from gongkai_score.ranking import Place
from gongkai_score.scoring import Line
from gongkai_score.sentences import (
    Context,
    line_words,
    number_text,
    quantity_text,
    reason_words,
    say,
    share_text,
    signed,
)
from gongkai_score.units import Unit
from gongkai_score.vocabulary import EVENT_KINDS

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an account with its words.

    Attributes:
        line: the line as the scoring core wrote it; ``line.change`` is exact.
        text: what it says, in Chinese and English.
    """

    line: Line
    text: Text

    @property
    def change(self) -> Fraction:
        """Points added (negative: lost), exact."""
        return self.line.change


@dataclass(frozen=True, slots=True)
class GateTaken:
    """One gate that took effect, and the cases its condition rested on."""

    gate: Gate
    cases: tuple[CitedCase, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The end of an account: from the tree's sum to the total, the grade and the rank.

    Attributes:
        total: the total before ranks.
        place: rank and grade.
        marks: what the total is out of.
        size: number of units ranked in the class.
        entries: from the tree's sum to the total.
        gates: gates that took effect.
    """

    total: Total
    place: Place
    marks: Fraction
    size: int
    entries: tuple[Entry, ...]
    gates: tuple[GateTaken, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One node of one unit's account, with everything below it.

    Attributes:
        unit: whose account it is.
        indicator: the node of the set: id, name, clause, quote, source, note, remedy, assumptions.
        score: what the node came to, exact; a node that counts by rule without a number of its own is settled.
        entries: the lines with words; their changes add up to the points.
        children: the nodes below, in the order of the set.
        measurements: by the name of the measure: the numbers the rule was applied to.
        cases: the cases behind a leaf.
        reason: why there is no number, as a short code.
        standing: total, grade and rank; only at the root.
        heading: title of the set, period and date of assessment; only at the root.
        kinds: event kind → what it is called.
    """

    unit: Unit
    indicator: Indicator
    score: NodeScore
    entries: tuple[Entry, ...]
    children: tuple[Explanation, ...]
    measurements: tuple[tuple[str, Measurement], ...]
    cases: tuple[CitedCase, ...]
    reason: str
    standing: Standing | None
    heading: tuple[Text, str, str] | None
    kinds: Callable[[str, Language], str]

    @property
    def id(self) -> str:
        """The node's id."""
        return self.indicator.id

    @property
    def name(self) -> Text:
        """The node's name."""
        return self.indicator.name

    @property
    def outcome(self) -> Outcome:
        """What the assessment of the node came to."""
        return self.score.outcome

    @property
    def points(self) -> Fraction | None:
        """Points earned, exact; None: there is no number."""
        return self.score.points

    @property
    def full(self) -> Fraction:
        """Full marks (分值)."""
        return self.score.full

    @property
    def counted(self) -> Fraction:
        """What the points are out of."""
        return self.score.counted

    @property
    def lost(self) -> Fraction:
        """Points lost, 0 where there is no number; negative where more than the full marks was earned."""
        return ZERO if self.points is None else self.counted - self.points

    def walk(self) -> Iterator[Explanation]:
        """This node and everything below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    def check(self) -> bool:
        """Whether everything adds up, exactly.

        True if at every node the changes of the lines add up to the points and every balance is the sum so far,
        and every line of a child is what that child came to; and, at the root, if the lines of the total start
        from the tree's sum and end at the total.
        """
        nodes = all(
            node_sums_up(node.indicator, node.score, [(child.indicator, child.score) for child in node.children])
            for node in self.walk()
        )
        return nodes and (self.standing is None or total_sums_up(self.standing.total, self.score))

    def text(self, lang: Language = "zh", evidence: int = 5) -> str:
        """The account as a tree people can read.

        Args:
            lang: ``zh`` or ``en``.
            evidence: cases shown in full for each indicator, those that cost points first; the rest is counted.
        """
        lines = list(_head(self, lang, evidence)) if self.standing is not None else [self.unit.name]
        return "\n".join([*lines, *_node(self, lang, evidence, 0)])


def explain(assessment: Assessment, unit: str, indicator: str | None = None) -> Explanation:
    """The account of one unit, whole or from one node down.

    Args:
        assessment: the result to explain.
        unit: id or name of the unit.
        indicator: id of the node to begin at; without it the whole tree, the total and the rank.

    Raises:
        KeyError: no such unit or node.
    """
    position = assessment.position(unit)
    root = assessment.indicator_set.root
    node = root if indicator is None else assessment.indicator_set[indicator]
    score = assessment.nodes[node.id][position]
    parent = next((p for p in root.walk() if any(child.id == node.id for child in p.children)), None)
    if parent is not None:
        score = assessment.nodes[node.id][position]
    return _explained(assessment, position, node, score, whole=node is root)


def _explained(
    assessment: Assessment, position: int, node: Indicator, score: NodeScore, whole: bool
) -> Explanation:
    children = tuple(
        _explained(assessment, position, child, assessment.nodes[child.id][position], whole=False)
        for child in node.children
    )
    cases = cited_cases(assessment, position, node)
    rates = {child.id: child.score.rate for child in children}
    time = next((cited.case.unit_of_time for cited in cases if cited.case.unit_of_time), "")
    context = Context(assessment.indicator_set, node, score.full, time, score.outcome, rates.get)
    measured = assessment.measurements.get(node.id, {})
    parameters = assessment.parameters
    heading = (assessment.indicator_set.title, str(parameters.window), day_date(parameters.as_of).isoformat())
    return Explanation(
        unit=assessment.units[position],
        indicator=node,
        score=score,
        entries=entries(score.lines, context),
        children=children,
        measurements=tuple((name, column[position]) for name, column in measured.items()),
        cases=cases,
        reason=score.reason,
        standing=_standing(assessment, position) if whole else None,
        heading=heading if whole else None,
        kinds=_KindNames(assessment.indicator_set),
    )


def entries(lines: Iterable[Line], context: Context) -> tuple[Entry, ...]:
    """Lines with their words in both languages."""
    return tuple(
        Entry(line, Text(line_words(line, context, "zh"), line_words(line, context, "en"))) for line in lines
    )


def _standing(assessment: Assessment, position: int) -> Standing:
    end, place = assessment.totals[position], assessment.places[position]
    context = Context(assessment.indicator_set, None, end.full)
    taken = [gate for gate in assessment.indicator_set.gates if gate.id in end.gates]
    gates = tuple(GateTaken(gate, cited_cases(assessment, position, gate)) for gate in taken)
    size = class_sizes(assessment)[assessment.places[position].group]
    marks = marks_of(assessment.indicator_set, end, assessment.nodes[assessment.indicator_set.root.id][position])
    return Standing(end, place, marks, size, entries(end.lines, context), gates)


@dataclass(frozen=True, slots=True)
class _KindNames:
    """What event kinds are called: by the set, else by the vocabulary."""

    indicator_set: IndicatorSet

    def __call__(self, kind: str, lang: Language) -> str:
        if name := self.indicator_set.event_kinds.get(kind, Text()).of(lang):
            return name
        return EVENT_KINDS[kind].zh if lang == "zh" and kind in EVENT_KINDS else kind.replace("_", " ")


def _head(node: Explanation, lang: Language, evidence: int) -> Iterator[str]:
    """Unit, total, coverage, grade, rank, and how the total came about."""
    assert node.standing is not None and node.heading is not None
    end, place = node.standing.total, node.standing.place
    title, window, as_of = node.heading
    group = f"（{node.unit.group}）" if node.unit.group else ""
    if lang == "en" and group:
        group = f" ({node.unit.group})"
    yield f"{node.unit.name}{group}"
    yield " · ".join((title.of(lang), window, say(wording.TREE, "as_of", lang, date=as_of)))
    full = number_text(node.standing.marks)
    key = "no_total" if end.points is None else "total"
    points = "" if end.points is None else number_text(end.points)
    parts = [say(wording.TREE, key, lang, points=points, full=full)]
    parts.append(say(wording.TREE, "coverage", lang, share=share_text(end.coverage)))
    if place.grade:
        parts.append(say(wording.TREE, "grade", lang, grade=place.grade))
    ranked = "not_ranked" if place.rank is None else "rank"
    parts.append(say(wording.TREE, ranked, lang, rank=place.rank, size=node.standing.size))
    yield " · ".join([*parts, *place.lists])
    yield from _account(node.standing.entries, lang, "  ")
    for taken in node.standing.gates:
        yield "  " + say(wording.TREE, "gate", lang, id=taken.gate.id, name=taken.gate.name.of(lang))
        yield from _clause(taken.gate.clause, taken.gate.quote, lang, "    ")
        yield from _cases(taken.cases, node, lang, evidence, "    ")
    yield ""


def _node(node: Explanation, lang: Language, evidence: int, depth: int) -> Iterator[str]:
    """One node: its points, its account, its proof, and the nodes below."""
    indent = "  " * depth
    yield f"{indent}{node.id} {node.name.of(lang)}  {_points(node, lang)}"
    inside = indent + "  "
    if node.children:
        adjusted = [e for e in node.entries if e.line.verb not in ("child", "start")]
        for child in node.children:
            yield from _node(child, lang, evidence, depth + 1)
        yield from _account(adjusted, lang, inside)
        if node.lost > 0:
            yield from _clause(node.indicator.clause, node.indicator.quote, lang, inside)
        return
    quantities = [_quantities(name, measured, node, lang) for name, measured in node.measurements]
    if text := say(wording.WORDS, "semicolon", lang).join(filter(None, quantities)):
        yield inside + say(wording.TREE, "measured", lang, text=text)
    yield from _account(node.entries, lang, inside)
    if node.reason and not any(entry.line.verb == node.reason for entry in node.entries):
        yield inside + reason_words(node.reason, lang)
    if node.points is None or node.lost > 0 or node.indicator.extra:
        yield from _proof(node, lang, inside)
    yield from _cases(node.cases, node, lang, evidence, inside)


def _points(node: Explanation, lang: Language) -> str:
    """Points of full marks, what was lost, and the outcome where it is not plain."""
    parts = []
    if node.points is not None and node.indicator.extra:
        parts.append(say(wording.TREE, "extra", lang, points=signed(node.points)))
    elif node.points is not None and not node.indicator.reported_only:
        values = {"points": number_text(node.points), "counted": number_text(node.counted)}
        parts.append(say(wording.TREE, "points", lang, **values))
        if node.lost > 0:
            parts.append(say(wording.TREE, "lost", lang, lost=number_text(node.lost)))
    else:
        parts.append(number_text(node.full))
    if node.indicator.reported_only:
        parts = [say(wording.TREE, "reported_only", lang)]
    if node.outcome is not Outcome.SCORED and (not node.children or node.outcome not in ASSESSED):
        parts.append(OUTCOME_NAMES[node.outcome][lang == "en"])
    return " · ".join(parts)


def _quantities(name: str, measured: Measurement, node: Explanation, lang: Language) -> str:
    """The numbers a rule was applied to, those that are zero left out."""
    time = next((c.case.unit_of_time for c in node.cases if c.case.unit_of_time), "")
    shown = [
        quantity_text(key, value, lang, time)
        for key, value in measured.quantities.items()
        if value and key not in ("failing", "shortfall", "of", "counted")
    ]
    words = say(wording.WORDS, "comma", lang).join(shown)
    return f"{name}{say(wording.WORDS, 'colon', lang)}{words}" if words and len(node.measurements) > 1 else words


def _account(entries: tuple[Entry, ...] | list[Entry], lang: Language, indent: str) -> Iterator[str]:
    width = max((len(signed(e.change)) for e in entries), default=0)
    for entry in entries:
        yield f"{indent}{signed(entry.change):>{width}}  {entry.text.of(lang)}"


def _clause(clause: str, quote: str, lang: Language, indent: str) -> Iterator[str]:
    text = clause + (say(wording.TREE, "quote", lang, quote=quote) if quote else "")
    if text:
        yield indent + say(wording.TREE, "clause", lang, clause=text)


def _proof(node: Explanation, lang: Language, indent: str) -> Iterator[str]:
    """What a lost point is defended with."""
    yield from _clause(node.indicator.clause, node.indicator.quote, lang, indent)
    if node.indicator.source:
        yield indent + say(wording.TREE, "source", lang, source=node.indicator.source)
    for text in node.indicator.assumptions:
        yield indent + say(wording.TREE, "assumption", lang, text=text)
    if node.outcome is Outcome.NOT_APPLICABLE:
        return
    if note := node.indicator.note.of(lang):
        yield indent + say(wording.TREE, "note", lang, note=note)
    if remedy := node.indicator.remedy.of(lang):
        yield indent + say(wording.TREE, "remedy", lang, remedy=remedy)


def _cases(
    cited: tuple[CitedCase, ...], node: Explanation, lang: Language, evidence: int, indent: str
) -> Iterator[str]:
    """Cases that cost points first, then those charged elsewhere; of the others how many there are."""
    costly = [c for c in cited if c.costs]
    shown = [*costly, *(c for c in cited if c.case.charged_by)][:evidence]
    for one in shown:
        name = VERDICT_NAMES[one.case.verdict][lang == "en"]
        dates = case_dates(one.case, lang)
        dates = (f"（{dates}）" if lang == "zh" else f" ({dates})") if dates else ""
        yield f"{indent}· {name} {one.case.key}{say(wording.WORDS, 'colon', lang)}{one.words(lang)}{dates}"
        for fact in one.case.rows:
            yield f"{indent}    {row_words(fact, lang, node.kinds)}"
    verdicts: list[Verdict] = [c.case.verdict for c in cited if c not in shown]
    if verdicts:
        kinds = counted_verdicts(verdicts, lang)
        yield indent + (kinds if not shown else say(wording.CASES, "more", lang, kinds=kinds))
