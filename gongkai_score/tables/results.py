"""Tables of a whole result: ranks, scores, one unit's sheet, and where every log row went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from gongkai_score import wording
from gongkai_score.aggregation import NodeScore, bare
from gongkai_score.assessment import Assessment, RowCounts
from gongkai_score.errors import Language
from gongkai_score.indicator_set import Indicator
from gongkai_score.outcomes import OUTCOME_NAMES
from gongkai_score.points import rounded, total
from gongkai_score.scoring import Line
from gongkai_score.sentences import Context, line_words, say
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
    total_cell,
    total_digits,
    total_marks,
    without_empty,
)

if TYPE_CHECKING:
    from gongkai_score.activity_log import ActivityLog


def ranking_table(
    assessment: Assessment, lang: Language = "zh", first: int | None = None, last: int | None = None
) -> Table:
    """Ranks within each class, with coverage beside every total.

    Args:
        assessment: the result.
        lang: ``zh`` or ``en``.
        first: how many from the top of each class; with neither ``first`` nor ``last`` all are listed.
        last: how many from the bottom.
    """
    gates = {gate.id: gate.name.of(lang) for gate in assessment.indicator_set.gates}
    rows: list[tuple[Cell, ...]] = []
    left_out = 0
    places = sorted(
        assessment.places,
        key=lambda p: (
            p.group,
            p.rank is None,
            p.rank or 0,
            assessment.units[p.unit].id,
        ),
    )
    for _, members in groupby(places, key=lambda p: p.group):
        chosen = list(members)
        if first is not None or last is not None:
            kept = [*range(len(chosen))[: first or 0], *range(len(chosen))[max(len(chosen) - (last or 0), 0) :]]
            left_out += len(chosen) - len(set(kept))
            chosen = [chosen[i] for i in sorted(set(kept))]
        for place in chosen:
            unit, end = assessment.units[place.unit], assessment.totals[place.unit]
            by_total = assessment.indicator_set.ranking.by == "total" or place.points is None
            points = place.points if place.points is not None else ZERO
            rows.append(
                (
                    unit.group,
                    place.rank,
                    unit.name,
                    total_cell(assessment, place.unit, lang)
                    if by_total
                    else decimal(points, total_digits(assessment.indicator_set)),
                    percent(end.coverage),
                    place.grade,
                    "、".join(place.lists),
                    "、".join(gates[gate] for gate in end.gates),
                )
            )
    notes = [*scope_notes(assessment, lang), say(wording.NOTES, "coverage", lang)]
    if left_out:
        notes.append(say(wording.NOTES, "left_out", lang, n=left_out))
    if any(p.rank is None for p in assessment.places):
        notes.append(say(wording.NOTES, "no_rank", lang))
    columns = heads(lang, "group", "rank", "unit", "points", "coverage", "grade", "lists", "gates")
    return without_empty(
        Table(say(wording.TITLES, "ranking", lang), columns, tuple(rows), tuple(notes)), {0, 5, 6, 7}
    )


def scores_table(assessment: Assessment, lang: Language = "zh", level: int = 1) -> Table:
    """One row a unit: points of the nodes of one level, what adjusts their sum, total, coverage, grade and rank."""
    indicator_set = assessment.indicator_set
    nodes = [
        node for depth, node in _levels(indicator_set.root) if depth == level or (depth < level and node.is_leaf)
    ]
    columns = [bare(assessment.nodes[node.id]) for node in nodes]
    usual = total_digits(indicator_set)
    rows: list[tuple[Cell, ...]] = []
    moved = False
    for position, unit in enumerate(assessment.units):
        scores = [column[position] for column in columns]
        own = [score.points for score in scores]
        end, place = assessment.totals[position], assessment.places[position]
        values = [points if points is not None else ZERO for points in own]
        digits = digits_for(assessment, position, usual)
        if end.points is not None:
            printed = spread([*values, end.points - total(values)], digits, rounded(end.points, digits))
            moved |= any(abs(p - v) * 2 * 10**digits > 1 for p, v in zip(printed, values, strict=False))
        else:
            printed = [*(rounded(value, digits) for value in values), ZERO]
        cells: list[Cell] = [
            OUTCOME_NAMES[score.outcome][lang == "en"] if points is None else decimal(value, digits)
            for score, points, value in zip(scores, own, printed, strict=False)
        ]
        adjusted = decimal(printed[-1], digits) if printed[-1] else None
        ended = (total_cell(assessment, position, lang), percent(end.coverage), place.grade, place.rank)
        rows.append((unit.group, unit.name, *cells, adjusted, *ended))
    width = 2 + len(nodes)
    names = [f"{node.id} {node.name.of(lang)}" for node in nodes]
    columns_ = (*heads(lang, "group", "unit"), *names)
    columns_ += heads(lang, "adjustments", "total", "coverage", "grade", "rank")
    notes = [*scope_notes(assessment, lang), say(wording.NOTES, "coverage", lang)]
    if moved:
        notes.append(say(wording.NOTES, "adds_up", lang))
    table = Table(say(wording.TITLES, "scores", lang), columns_, tuple(rows), tuple(notes))
    return without_empty(table, {0, width, width + 3})


def unit_table(assessment: Assessment, unit: str, lang: Language = "zh") -> Table:
    """All nodes of one unit: full marks, points, points lost, share, outcome; adjustments have their own rows."""
    position = assessment.position(unit)
    indicator_set = assessment.indicator_set
    digits = digits_for(assessment, position, node_digits(indicator_set))
    end = assessment.totals[position]
    rows: list[tuple[Cell, ...]] = []

    def add(node: Indicator, score: NodeScore, printed: Fraction | None, depth: int) -> None:
        lost = None if printed is None or node.extra else score.counted - printed
        rows.append(
            (
                node.id,
                "　" * depth + node.name.of(lang),
                decimal(score.full, digits),
                None if printed is None else decimal(printed, digits),
                None if lost is None else decimal(lost, digits),
                "" if score.rate is None else percent(score.rate),
                OUTCOME_NAMES[score.outcome][lang == "en"],
            )
        )

    def below(
        node: Indicator, score: NodeScore, target: Fraction | None, further: Sequence[Line], depth: int
    ) -> None:
        """Children and adjustments of a node, which add up to ``target``; a child not counted shows no points."""
        scores = [(child, assessment.nodes[child.id][position]) for child in node.children]
        adjusting = [line for line in score.lines if line.verb not in ("child", "start")]
        summed = node.combine == "sum" and target is not None
        lines = [*(adjusting if node.combine == "sum" else ()), *further]
        taken = {line.quantity for line in score.lines if line.verb == "child"}
        own = [None if summed and child.id not in taken else part.points for child, part in scores]
        values = [*(points or ZERO for points in own), *(line.change for line in lines)]
        printed = spread(values, digits, target) if summed else [rounded(value, digits) for value in values]
        for (child, part), points, value in zip(scores, own, printed, strict=False):
            add(child, part, None if points is None else value, depth)
            if child.children:
                below(child, part, None if points is None else value, (), depth + 1)
        for line, value in zip(lines, printed[len(scores) :], strict=True):
            if value or line.verb in ("veto", "gate"):
                context = Context(indicator_set, None if line in further else node, score.full)
                words = "　" * depth + line_words(line, context, lang)
                rows.append(("", words, None, decimal(value, digits), None, "", ""))

    root = assessment.nodes[indicator_set.root.id][position]
    marks = total_marks(assessment, position)
    target = None if end.points is None or root.points is None else rounded(end.points, digits)
    below(indicator_set.root, root, target, [line for line in end.lines if line.verb != "start"], 0)
    rows.append(
        (
            "",
            wording.HEADS["total"][lang == "en"],
            decimal(marks, digits),
            total_cell(assessment, position, lang),
            None if end.points is None else decimal(marks - end.points, digits),
            "",
            f"{wording.HEADS['coverage'][lang == 'en']} {percent(end.coverage)}",
        )
    )
    title = say(wording.TITLES, "unit_scores", lang, unit=assessment.units[position].name)
    columns = heads(lang, "number", "indicator", "full", "points", "lost", "rate", "outcome")
    return Table(title, columns, tuple(rows), scope_notes(assessment, lang))


def set_aside_table(assessment: Assessment, lang: Language = "zh") -> Table:
    """Log rows that were not used, each with its place and the reason."""
    rows = tuple(
        (row.file, row.row, row.column, row.value, row.problem.code, row.problem.message(lang))
        for row in assessment.set_aside
    )
    columns = heads(lang, "file", "row", "column", "value", "code", "why")
    return Table(say(wording.TITLES, "set_aside", lang), columns, rows)


def rows_table(assessment: Assessment, lang: Language = "zh") -> Table:
    """Where every log row went: the numbers add up to the rows read."""
    return _rows_table(assessment.rows, lang)


def log_rows_table(log: ActivityLog, lang: Language = "zh") -> Table:
    """Where every row of a log went that nothing was scored by yet."""
    aside = log.set_aside_counts
    return _rows_table(RowCounts(log.rows_read, log.rows_read - sum(aside.values()), aside, {}), lang)


def _rows_table(counts: RowCounts, lang: Language) -> Table:
    def words(code: str) -> str:
        known = wording.OUTSIDE.get(code)
        return code if known is None else known[lang == "en"]

    rows: list[tuple[Cell, ...]] = [(say(wording.WORDS, "used", lang), counts.used)]
    for code, number in counts.set_aside.items():
        why = wording.SET_ASIDE.get(code)
        said = code if why is None else f"{code} {why[lang == 'en']}"
        rows.append((say(wording.WORDS, "set_aside", lang, code=said), number))
    for code, number in counts.outside.items():
        rows.append((say(wording.WORDS, "outside", lang, code=words(code)), number))
    rows.append((say(wording.WORDS, "read", lang), counts.read))
    return Table(say(wording.TITLES, "rows", lang), heads(lang, "where", "rows"), tuple(rows))


def warnings_table(assessment: Assessment, lang: Language = "zh") -> Table:
    """Oddities of the inputs that did not stop the run."""
    rows = tuple((one.place or one.path or "", one.code, one.message(lang)) for one in assessment.warnings)
    return Table(say(wording.TITLES, "warnings", lang), heads(lang, "file", "code", "why"), rows)


def _levels(node: Indicator, depth: int = 0) -> Iterator[tuple[int, Indicator]]:
    yield depth, node
    for child in node.children:
        yield from _levels(child, depth + 1)
