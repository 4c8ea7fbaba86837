"""Tables as text for terminals and as Markdown; Chinese characters count two columns wide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import tabulate

from gongkai_score.tables import Cell, Table

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def table_text(table: Table, width: int | None = None) -> str:
    """A table for a terminal.

    Args:
        table: the table.
        width: greatest number of columns of one cell; longer text is wrapped. None: never wrapped.

    >>> print(table_text(Table("表", ("单位", "得分"), (("甲局", Decimal("81.30")),))))
    表
    单位      得分
    ------  ------
    甲局     81.30
    """
    rows = [[_plain(cell) for cell in row] for row in table.rows]
    widths = None if width is None else [width] * len(table.columns)
    body = tabulate.tabulate(
        rows,
        headers=list(table.columns),
        tablefmt="simple",
        disable_numparse=True,
        colalign=_alignment(table),
        maxcolwidths=widths if rows else None,
    )
    return "\n".join((table.title, body, *table.notes))


def table_markdown(table: Table, level: int = 2) -> str:
    """A table as Markdown with a heading of the given level.

    >>> print(table_markdown(Table("表", ("单位", "得分"), (("甲局", 81),)), level=3))
    ### 表
    <BLANKLINE>
    | 单位   |   得分 |
    |:-------|-------:|
    | 甲局   |     81 |
    """
    rows = [[_escaped(_plain(cell)) for cell in row] for row in table.rows]
    body = tabulate.tabulate(
        rows,
        headers=[_escaped(head) for head in table.columns],
        tablefmt="pipe",
        disable_numparse=True,
        colalign=_alignment(table),
    )
    notes = [f"- {_escaped(note)}" for note in table.notes]
    parts = [f"{'#' * level} {_escaped(table.title)}", "", body, *([""] if notes else []), *notes]
    return "\n".join(parts)


def _alignment(table: Table) -> Sequence[str] | None:
    """Columns of numbers to the right; a column may hold words beside numbers."""
    if not table.rows:
        return None
    columns = zip(*table.rows, strict=True)
    return ["right" if any(isinstance(c, int | Decimal) for c in column) else "left" for column in columns]


def _plain(cell: Cell) -> str:
    """A cell as text; control characters from a log cannot reach the terminal."""
    return "" if cell is None else _CONTROL.sub("�", str(cell)).replace("\t", " ").replace("\n", " ")


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    text = re.sub(r"([\\`*_\[\]<>|])", r"\\\1", text)
    return text.replace("\n", " ")
