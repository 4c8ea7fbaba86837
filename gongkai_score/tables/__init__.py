"""Tables for people: the only place that rounds results and labels them.

A :class:`Table` is plain data; the outputs write it to a terminal, a page, a file. Numbers are cells of their own
kind, so that a spreadsheet gets numbers; a printed column adds up to its printed sum.
"""

from __future__ import annotations

from gongkai_score.tables.events import events_table
from gongkai_score.tables.losses import cases_table, lost_points_table
from gongkai_score.tables.parts import Cell, Table
from gongkai_score.tables.results import (
    log_rows_table,
    ranking_table,
    rows_table,
    scores_table,
    set_aside_table,
    unit_table,
    warnings_table,
)
from gongkai_score.tables.sets import bands_table, gates_table, grades_table, indicator_set_table

__all__ = [
    "Cell",
    "Table",
    "bands_table",
    "cases_table",
    "events_table",
    "gates_table",
    "grades_table",
    "indicator_set_table",
    "log_rows_table",
    "lost_points_table",
    "ranking_table",
    "rows_table",
    "scores_table",
    "set_aside_table",
    "unit_table",
    "warnings_table",
]
