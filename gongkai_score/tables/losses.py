"""Tables of what was lost and why: points with reason, clause and evidence; the cases of a unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice

from gongkai_score import wording
from gongkai_score.accounts import CitedCase
from gongkai_score.aggregation import NodeScore
from gongkai_score.assessment import Assessment
from gongkai_score.errors import Language
from gongkai_score.explanation import explain
from gongkai_score.indicator_set import Indicator
from gongkai_score.outcomes import OUTCOME_NAMES, VERDICT_NAMES, Outcome
from gongkai_score.points import rounded, total
from gongkai_score.sentences import Context, line_words, quantity_text, reason_words, say
from gongkai_score.tables.parts import (
    ZERO,
    Cell,
    Table,
    decimal,
    digits_for,
    heads,
    node_digits,
    percent,
    scope_notes,
    spread,
    total_marks,
)


def lost_points_table(
    assessment: Assessment,
    unit: str | None = None,
    lang: Language = "zh",
    *,
    evidence: int = 3,
    rectification: Mapping[tuple[str, str], str] | None = None,
) -> Table:
    """Every indicator on which a unit lost points, with the reason, the clause, the evidence and the rectification.

    Args:
        assessment: the result.
        unit: id or name of one unit; then the column of points lost adds up to full marks less the total.
        lang: ``zh`` or ``en``.
        evidence: cases named in each row.
        rectification: state of rectification by (unit id, indicator id); empty cells are there to be filled in.
    """
    positions = range(len(assessment.units)) if unit is None else [assessment.position(unit)]
    digits = node_digits(assessment.indicator_set)
    if unit is not None:
        digits = digits_for(assessment, positions[0], digits)
    states = rectification or {}
    clauses = clauses_of(assessment.indicator_set.root)
    columns = [(leaf, assessment.nodes[leaf.id]) for leaf in assessment.indicator_set.leaves]
    words: dict[tuple[object, ...], str] = {}
    found: list[tuple[int, Indicator, NodeScore, Fraction]] = []
    keys_of: list[tuple[object, ...]] = []
    for position in positions:
        for leaf, column in columns:
            score = column[position]
            if score.points is not None and (lost := score.counted - score.points) > 0:
                found.append((position, leaf, score, lost))
                measured = assessment.measurements.get(leaf.id, {}).values()
                key = (leaf.id, column.index[position], *(c.index[position] for c in measured))
                keys_of.append(key)
                if key not in words:
                    words[key] = lost_reason(assessment, leaf, score, position, lang)
    printed = [rounded(lost, digits) for *_, lost in found]
    other: Fraction | None = None
    end = assessment.totals[positions[0]] if unit is not None else None
    marks = total_marks(assessment, positions[0]) if unit is not None else ZERO
    if end is not None and end.points is not None:
        losses = [lost for *_, lost in found]
        whole = marks - end.points
        *printed, other = spread([*losses, whole - total(losses)], digits, rounded(whole, digits))
    rows: list[tuple[Cell, ...]] = []
    for (position, leaf, score, _), lost, key in zip(found, printed, keys_of, strict=True):
        who = assessment.units[position]
        rows.append(
            (
                *((who.group, who.name) if unit is None else ()),
                f"{leaf.id} {leaf.name.of(lang)}",
                decimal(score.full, digits),
                decimal(score.counted - lost, digits),
                decimal(lost, digits),
                words[key],
                clauses[leaf.id],
                _evidence(assessment, position, leaf, evidence, lang),
                states.get((who.id, leaf.id), ""),
            )
        )
    notes = list(scope_notes(assessment, lang))
    if other:
        label = wording.WORDS["adjustments"][lang == "en"]
        rows.append((label, None, None, decimal(other, digits), "", "", "", ""))
    if end is not None and end.points is not None:
        label = wording.WORDS["sum"][lang == "en"]
        whole = rounded(marks - end.points, digits)
        rows.append(
            (label, decimal(marks, digits), decimal(end.points, digits), decimal(whole, digits), "", "", "", "")
        )
        notes.append(f"{wording.HEADS['coverage'][lang == 'en']} {percent(end.coverage)}")
    if not found:
        notes.append(say(wording.NOTES, "nothing_lost", lang))
    keys = ("indicator", "full", "points", "lost", "reason", "clause", "evidence", "rectification")
    if unit is None:
        return Table(
            say(wording.TITLES, "lost", lang), heads(lang, "group", "unit", *keys), tuple(rows), tuple(notes)
        )
    title = say(wording.TITLES, "lost_of", lang, unit=assessment.units[positions[0]].name)
    return Table(title, heads(lang, *keys), tuple(rows), tuple(notes))


def lost_reason(assessment: Assessment, leaf: Indicator, score: NodeScore, position: int, lang: Language) -> str:
    """Why a leaf lost points: what took points away and what was counted."""
    measured = assessment.measurements.get(leaf.id, {})
    context = Context(assessment.indicator_set, leaf, score.full, outcome=score.outcome)
    costly = [line for line in score.lines if line.change < 0 and line.verb != "round"]
    parts = [line_words(line, context, lang) for line in costly]
    if score.reason:
        parts.append(reason_words(score.reason, lang))
    if not costly or any(line.verb in ("scale", "set", "cap") for line in costly):
        several = len(measured) > 1
        for name, column in measured.items():
            counted = [
                quantity_text(quantity, value, lang)
                for quantity, value in column[position].quantities.items()
                if value and quantity in ("cases", *(verdict.word for verdict in VERDICT_NAMES))
            ]
            words = say(wording.WORDS, "comma", lang).join(counted)
            parts.append(f"{name}{say(wording.WORDS, 'colon', lang)}{words}" if several and words else words)
    if score.outcome is not Outcome.SCORED and not parts:
        parts.append(OUTCOME_NAMES[score.outcome][lang == "en"])
    return say(wording.WORDS, "semicolon", lang).join(dict.fromkeys(filter(None, parts)))


def _evidence(assessment: Assessment, position: int, leaf: Indicator, limit: int, lang: Language) -> str:
    """The first cases that cost points, with their log rows, and how many there are."""

    def costly() -> Iterator[CitedCase]:
        for name, columns in assessment.cases.get(leaf.id, {}).items():
            for number in columns.of_unit(position):
                if (cited := CitedCase(name, columns.case(number))).costs:
                    yield cited

    shown = []
    for cited in islice(costly(), limit):
        rows = say(wording.WORDS, "comma", lang).join(
            dict.fromkeys(" ".join(filter(None, (fact.label, fact.source))) for fact in cited.case.rows)
        )
        brackets = f"（{rows}）" if lang == "zh" else f" ({rows})"
        shown.append(f"{cited.case.key}{brackets if rows else ''}")
    failing = sum(int(c[position].number("failing")) for c in assessment.measurements.get(leaf.id, {}).values())
    if failing > len(shown) > 0:
        shown.append(say(wording.WORDS, "more_evidence", lang, n=failing))
    return say(wording.WORDS, "semicolon", lang).join(shown)


def cases_table(
    assessment: Assessment,
    unit: str,
    indicator: str | None = None,
    lang: Language = "zh",
    *,
    all_cases: bool = True,
) -> Table:
    """The cases of one unit, under one indicator or all: verdict, dates, words and log rows."""
    position = assessment.position(unit)
    rows: list[tuple[Cell, ...]] = []
    for node in explain(assessment, unit, indicator).walk():
        for cited in node.cases:
            if not (all_cases or cited.costs):
                continue
            case = cited.case
            labels = [" ".join(filter(None, (fact.label, fact.source))) for fact in case.rows]
            name = VERDICT_NAMES[case.verdict][lang == "en"]
            where = say(wording.WORDS, "semicolon", lang).join(dict.fromkeys(labels))
            rows.append(
                (
                    f"{node.id} {node.name.of(lang)}",
                    case.key,
                    name,
                    case.start,
                    case.due,
                    case.done,
                    cited.words(lang),
                    where,
                )
            )
    title = say(wording.TITLES, "cases", lang, unit=assessment.units[position].name)
    columns = heads(lang, "indicator", "case", "verdict", "start", "due", "done", "words", "evidence")
    return Table(title, columns, tuple(rows), scope_notes(assessment, lang))


def clauses_of(root: Indicator) -> dict[str, str]:
    """Leaf id → its clause and quotation, or those of the nearest node above that has them."""
    return {leaf.id: clause for leaf, clause in _clauses(root, "")}


def _clauses(node: Indicator, above: str) -> Iterator[tuple[Indicator, str]]:
    """Each leaf with its clause and quotation; without one, those of the nearest node above it."""
    own = node.clause + (f"“{node.quote}”" if node.quote else "") or above
    if node.is_leaf:
        yield node, own
    for child in node.children:
        yield from _clauses(child, own)
