"""Tables of an indicator set: the scoring table officials know, its gates, its grades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from gongkai_score import wording
from gongkai_score.assessment import Assessment
from gongkai_score.errors import Language
from gongkai_score.indicator_set import Indicator, IndicatorSet
from gongkai_score.points import decimal_text
from gongkai_score.sentences import number_text, say
from gongkai_score.tables.criteria import Criteria
from gongkai_score.tables.criteria_words import NODES, WAYS
from gongkai_score.tables.losses import clauses_of
from gongkai_score.tables.parts import Cell, Table, decimal, heads, percent, scope_notes

LEVELS = 6
"""Levels with a column of their own; what lies deeper shares the last."""


def indicator_set_table(indicator_set: IndicatorSet, lang: Language = "zh") -> Table:
    """The scoring table: levels, rule, points, clause; one row an indicator measured.

    A cell of a level is empty where it would repeat the one above, as merged cells do. What rests on an assumption
    is flagged ※ with a number, and the assumption stands below the table.
    """
    criteria = Criteria(indicator_set, lang)
    depth = min(max(level for level, node in _walk(indicator_set.root, 0) if node.is_leaf), LEVELS)
    clauses = clauses_of(indicator_set.root)
    digits = max((_decimals(leaf) for leaf in indicator_set.leaves), default=0)
    notes = list(_set_notes(indicator_set, lang))
    rows: list[tuple[Cell, ...]] = []
    shown: list[str] = []
    flags = 0
    for chain in _chains(indicator_set.root, ()):
        names, marks = [], []
        for node in chain:
            points = "" if node.is_leaf else f"（{number_text(node.points)} 分）"
            if lang == "en" and points:
                points = f" ({number_text(node.points)})"
            names.append(f"{node.id} {node.name.of(lang)}{points}")
        for node in [n for n in chain if n.is_leaf or f"{n.id} " not in " ".join(shown)]:
            for text in node.assumptions:
                flags += 1
                marks.append(f"※{flags}")
                notes.append(say(wording.NOTES, "assumption", lang, number=flags, id=node.id, text=text))
        if len(names) > depth:
            names[depth - 1 :] = [" / ".join(names[depth - 1 :])]
        cells = [
            "" if names[: i + 1] == shown[: i + 1] else name
            for i, name in enumerate([*names, *[""] * depth][:depth])
        ]
        shown = names
        leaf = chain[-1]
        rule = criteria.indicator(leaf)
        ways = [n for n in chain[:-1] if n.combine != "sum" and cells[min(chain.index(n), depth - 1)]]
        combined = [say(NODES, "combine", lang, way=say(WAYS, node.combine, lang)) for node in ways]
        words = say(wording.WORDS, "semicolon", lang).join(filter(None, (rule, *combined)))
        rows.append(
            (*cells, " ".join(filter(None, (words, *marks))), decimal(leaf.points, digits), clauses[leaf.id])
        )
    levels = heads(lang, *(f"level{i + 1}" for i in range(depth)))
    title = say(wording.TITLES, "indicator_set", lang, title=indicator_set.title.of(lang))
    return Table(title, (*levels, *heads(lang, "criteria", "marks", "clause")), tuple(rows), tuple(notes))


def gates_table(indicator_set: IndicatorSet, lang: Language = "zh") -> Table:
    """Vetoes, fail lines, ceilings and thresholds: condition, effect, clause."""
    criteria = Criteria(indicator_set, lang)
    rows = tuple(
        (
            gate.id,
            gate.name.of(lang),
            criteria.condition(gate),
            criteria.effect(gate),
            gate.clause + (f"“{gate.quote}”" if gate.quote else ""),
        )
        for gate in indicator_set.gates
    )
    columns = heads(lang, "number", "gates", "condition", "effect", "clause")
    return Table(say(wording.TITLES, "gates", lang), columns, rows)


def bands_table(indicator_set: IndicatorSet, lang: Language = "zh") -> Table:
    """Grades and lists of a set with their bounds."""
    criteria = Criteria(indicator_set, lang)
    bands = (*indicator_set.grades, *indicator_set.lists)
    rows = tuple((band.name, criteria.bounds(band)) for band in bands)
    return Table(say(wording.TITLES, "grades", lang), heads(lang, "grade", "bounds"), rows)


def grades_table(assessment: Assessment, lang: Language = "zh") -> Table:
    """Grades with their bounds, and how many units have each."""
    criteria = Criteria(assessment.indicator_set, lang)
    tally = Counter(place.grade for place in assessment.places)
    listed = Counter(name for place in assessment.places for name in place.lists)
    count = len(assessment.places)
    rows: list[tuple[Cell, ...]] = [
        (grade.name, criteria.bounds(grade), found, percent_of(found, count))
        for grades, numbers in ((assessment.indicator_set.grades, tally), (assessment.indicator_set.lists, listed))
        for grade in grades
        for found in [numbers[grade.name]]
    ]
    if tally[""]:
        rows.append((say(wording.WORDS, "none", lang), "", tally[""], percent_of(tally[""], count)))
    columns = heads(lang, "grade", "bounds", "units", "share")
    return Table(say(wording.TITLES, "grades", lang), columns, tuple(rows), scope_notes(assessment, lang))


def percent_of(part: int, whole: int) -> str:
    """A share of units as a percentage.

    >>> percent_of(1, 3)
    '33.33%'
    """
    return percent(Fraction(part, whole)) if whole else ""


def _walk(node: Indicator, level: int) -> Iterator[tuple[int, Indicator]]:
    yield level, node
    for child in node.children:
        yield from _walk(child, level + 1)


def _chains(node: Indicator, above: tuple[Indicator, ...]) -> Iterator[tuple[Indicator, ...]]:
    """Each leaf with the nodes above it, the root left out."""
    for child in node.children:
        yield from _chains(child, (*above, child))
    if node.is_leaf:
        yield above or (node,)


def _decimals(leaf: Indicator) -> int:
    text = decimal_text(leaf.points)
    return 4 if "/" in text else len(text.partition(".")[2])


def _set_notes(indicator_set: IndicatorSet, lang: Language) -> Iterator[str]:
    """Where the set comes from and who chose its points."""
    parts = (indicator_set.issuer, indicator_set.number, indicator_set.issued, indicator_set.source_text)
    if source := " ".join(filter(None, parts)):
        yield say(wording.NOTES, "source", lang, source=source)
    if note := indicator_set.weights_note.of(lang):
        yield say(wording.NOTES, "weights", lang, note=note)
    if note := indicator_set.note.of(lang):
        yield note
