"""Tables as text for terminals and as Markdown; Chinese characters count two columns wide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from unicodedata import category, east_asian_width

from gongkai_score.tables import Cell, Table

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BREAKS = re.compile(r"(?<=\s)(?=\S)|(?<=[A-Za-z]-)(?=[A-Za-z])")
_ROOM = 2
"""Every column is at least so much wider than its heading."""


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
    rows = [[wrapped(_plain(cell), width) for cell in row] for row in table.rows]
    widths = _widths(table.columns, [line for row in rows for line in _lines(row)])
    right = _right(table)
    lines = [_row(table.columns, widths, right, "  "), "  ".join("-" * width for width in widths)]
    lines += [_row(line, widths, right, "  ") for row in rows for line in _lines(row)]
    return "\n".join((table.title, *(line.rstrip() for line in lines), *table.notes))


def table_markdown(table: Table, level: int = 2) -> str:
    """A table as Markdown with a heading of the given level.

    >>> print(table_markdown(Table("表", ("单位", "得分"), (("甲局", 81),)), level=3))
    ### 表
    <BLANKLINE>
    | 单位   |   得分 |
    |:-------|-------:|
    | 甲局   |     81 |
    """
    heads = [_escaped(head) for head in table.columns]
    rows = [[_escaped(_plain(cell)) for cell in row] for row in table.rows]
    widths, right = _widths(heads, rows), _right(table)
    rule = ["-" * (width + 1) for width in widths]
    marks = [f"{dashes}:" if end else f":{dashes}" for dashes, end in zip(rule, right, strict=True)]
    lines = [_row(heads, widths, right, " | "), *(_row(row, widths, right, " | ") for row in rows)]
    head, *body = [f"| {line} |" for line in lines]
    notes = [f"- {_escaped(note)}" for note in table.notes]
    title = f"{'#' * level} {_escaped(table.title)}"
    return "\n".join([title, "", head, f"|{'|'.join(marks)}|", *body, *([""] if notes else []), *notes])


def columns(text: str) -> int:
    """How many columns a terminal gives to a text: two to a Chinese character, none to a combining mark.

    >>> columns("ab"), columns("政务 a"), columns("e\\u0301")
    (2, 6, 1)
    """
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(c) in "WF" else category(c) not in ("Mn", "Me", "Cf") for c in text)


def wrapped(text: str, width: int | None) -> list[str]:
    """The lines of a text, broken between words, or inside words wider than a line.

    >>> wrapped("主动公开 and more", 8), wrapped("ab", None)
    (['主动公开', 'and more'], ['ab'])
    >>> wrapped("依申请公开", 5)
    ['依申', '请公', '开']
    """
    if width is None or columns(text) <= width:
        return [text]
    lines, line = [], ""
    for word in _BREAKS.split(text):
        if line and columns(line + word.rstrip()) > width >= columns(word.rstrip()):
            lines.append(line)
            line = ""
        line += word
        while columns(line.rstrip()) > width:
            end = next(n for n in range(min(len(line), width), 0, -1) if n == 1 or columns(line[:n]) <= width)
            lines.append(line[:end])
            line = line[end:].lstrip()
    return [one.rstrip() for one in (*lines, line)]


def _lines(cells: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of a row whose cells may have several."""
    height = max(map(len, cells), default=0)
    return [[cell[n] if n < len(cell) else "" for cell in cells] for n in range(height)]


def _widths(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [
        max(columns(head) + _ROOM, *map(columns, cells)) if cells else columns(head) + _ROOM
        for head, *cells in zip(heads, *rows, strict=True)
    ]


def _row(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool], between: str) -> str:
    padded = []
    for cell, width, end in zip(cells, widths, right, strict=True):
        space = " " * (width - columns(cell))
        padded.append(space + cell if end else cell + space)
    return between.join(padded)


def _right(table: Table) -> list[bool]:
    """Columns of numbers stand to the right; a column may hold words beside numbers."""
    return [any(isinstance(row[n], int | Decimal) for row in table.rows) for n in range(len(table.columns))]


def _plain(cell: Cell) -> str:
    """A cell as text; control characters from a log cannot reach the terminal."""
    return "" if cell is None else _CONTROL.sub("�", str(cell)).replace("\t", " ").replace("\n", " ")


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    text = re.sub(r"([\\`*_\[\]<>|])", r"\\\1", text)
    return text.replace("\n", " ")
