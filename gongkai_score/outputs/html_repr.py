"""How results look in a notebook: small self-contained HTML, every text escaped."""

from __future__ import annotations

from decimal import Decimal
from html import escape

from gongkai_score.assessment import Assessment
from gongkai_score.errors import Language
from gongkai_score.explanation import Explanation
from gongkai_score.period import day_date
from gongkai_score.tables import Cell, Table, ranking_table, rows_table

_TABLE = "border-collapse:collapse;margin:.4em 0"
_HEAD = "text-align:left;padding:.2em .6em;border-bottom:2px solid currentColor;font-weight:600"
_CELL = "padding:.2em .6em;border-bottom:1px solid rgba(128,128,128,.35);vertical-align:top"


def table_html(table: Table) -> str:
    """A table as an HTML fragment; numbers to the right, styles inline, nothing loaded from elsewhere.

    >>> "&lt;b&gt;" in table_html(Table("表", ("单位",), (("<b>",),)))
    True
    """
    head = "".join(f'<th scope="col" style="{_HEAD}">{escape(column)}</th>' for column in table.columns)
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in table.rows)
    notes = "".join(f"<li>{escape(note)}</li>" for note in table.notes)
    caption = f'<caption style="text-align:left;font-weight:600">{escape(table.title)}</caption>'
    body = f'<table style="{_TABLE}">{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return body + (f'<ul style="font-size:90%;margin-top:0">{notes}</ul>' if notes else "")


def _cell(cell: Cell) -> str:
    number = isinstance(cell, int | Decimal)
    style = f"{_CELL};text-align:{'right' if number else 'left'}"
    return f'<td style="{style}">{"" if cell is None else escape(str(cell))}</td>'


def assessment_html(assessment: Assessment, lang: Language = "zh", units: int = 10) -> str:
    """An assessment in a notebook: what it is, the ranking, and where the log rows went.

    Args:
        assessment: the result.
        lang: ``zh`` or ``en``.
        units: how many units of each class are listed at most.
    """
    title = assessment.indicator_set.title.of(lang) or assessment.indicator_set.id
    scope = f"{assessment.parameters.window} · {day_date(assessment.parameters.as_of)}"
    table = ranking_table(assessment, lang, first=units)
    rows = "".join(
        f"<li>{escape(str(where))}: {escape(str(number))}</li>"
        for where, number in rows_table(assessment, lang).rows
    )
    heading = f'<p style="margin:.2em 0"><strong>{escape(title)}</strong> · {escape(scope)}</p>'
    return f"<div>{heading}{table_html(table)}<ul>{rows}</ul></div>"


def explanation_html(explanation: Explanation, lang: Language = "zh", evidence: int = 5) -> str:
    """An explanation in a notebook: its text, unchanged."""
    text = escape(explanation.text(lang, evidence))
    return f'<pre style="white-space:pre-wrap;line-height:1.4">{text}</pre>'
