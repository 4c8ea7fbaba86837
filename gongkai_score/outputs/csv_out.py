"""Tables as CSV that Excel opens: UTF-8 with a byte order mark, and text from a log never becomes a formula."""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from decimal import Decimal
from pathlib import Path

from gongkai_score.tables import Cell, Table

_FORMULA = re.compile(r"^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]")
_NUMBER = re.compile(r"^[-+]?\d+(\.\d+)?%?$")


def safe_cell(cell: Cell) -> str | int | Decimal:
    """A cell that a spreadsheet takes as text or number, never as a formula: such text gets an apostrophe.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("-5%"), safe_cell(Decimal("-2.00")), safe_cell(None)
    ("'=HYPERLINK(1)", '-5%', Decimal('-2.00'), '')
    """
    if cell is None:
        return ""
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.match(cell):
        return "'" + cell
    return cell


def table_csv(table: Table) -> str:
    """A table as CSV text, heads first; title and notes are left out.

    >>> table_csv(Table("表", ("单位", "得分"), (("甲局", Decimal("81.30")),)))
    '单位,得分\\r\\n甲局,81.30\\r\\n'
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([safe_cell(head) for head in table.columns])
    writer.writerows([safe_cell(cell) for cell in row] for row in table.rows)
    return text.getvalue()


def write_csv(table: Table, path: str | Path) -> None:
    """Writes a table as CSV, whole or not at all."""
    target = Path(path)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
            file.write(table_csv(table))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
