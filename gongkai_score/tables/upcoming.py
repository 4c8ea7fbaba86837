"""The table of what falls due next."""

from __future__ import annotations

from collections.abc import Sequence

from gongkai_score.assessment import Assessment
from gongkai_score.due import DueCase
from gongkai_score.errors import Language
from gongkai_score.period import day_date
from gongkai_score.tables.parts import Cell, Table, heads

_TITLE = ("尚未到期的事项（截至 {as_of}）", "What falls due next (as of {as_of})")
_DAYS_LEFT = ("还剩（自然日）", "Natural days left")
_NOTE = (
    "还剩 0 天：最后一日即评估日，到当日 24 时止。",
    "0 days left: the last day is the date of assessment, until 24:00.",
)


def due_table(assessment: Assessment, found: Sequence[DueCase], lang: Language = "zh") -> Table:
    """Open obligations with unit, indicator, limit and days left, in the order given."""
    english = lang == "en"
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        node = assessment.indicator_set[one.indicator]
        rows.append(
            (
                one.case.due,
                one.days_left,
                assessment.units[one.unit].name,
                f"{node.id} {node.name.of(lang)}",
                one.case.key,
                node.clause,
            )
        )
    due, unit, indicator, case, clause = heads(lang, "due", "unit", "indicator", "case", "clause")
    title = _TITLE[english].format(as_of=day_date(assessment.parameters.as_of))
    columns = (due, _DAYS_LEFT[english], unit, indicator, case, clause)
    return Table(title, columns, tuple(rows), (_NOTE[english],) if any(f.days_left == 0 for f in found) else ())
