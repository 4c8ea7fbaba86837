"""One table as JSON: a list of rows by column head, numbers as text so that they stay exact."""

from __future__ import annotations

import json
from decimal import Decimal

from gongkai_score.tables import Table


def table_json(table: Table) -> str:
    """The table as an object with its title, rows and notes.

    >>> print(table_json(Table("表", ("单位", "得分"), (("甲局", Decimal("81.30")),))))
    {"title": "表", "rows": [{"单位": "甲局", "得分": "81.30"}], "notes": []}
    """
    rows = [
        {
            head: str(cell) if isinstance(cell, Decimal) else cell
            for head, cell in zip(table.columns, row, strict=True)
        }
        for row in table.rows
    ]
    return json.dumps({"title": table.title, "rows": rows, "notes": list(table.notes)}, ensure_ascii=False)
