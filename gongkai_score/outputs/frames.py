"""Results as tidy data frames for analysis.

Columns of numbers are floats, each the nearest to the exact number, for comparing and plotting; the column
``points_exact`` beside them holds the exact number as text (``81.34``, ``1/3``), which
:func:`gongkai_score.points.exact` reads. What has no number is missing (NaN), never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gongkai_score.accounts import class_sizes
from gongkai_score.aggregation import NodeScore, bare
from gongkai_score.assessment import Assessment
from gongkai_score.errors import Language
from gongkai_score.indicator_set import Indicator
from gongkai_score.outcomes import Verdict
from gongkai_score.points import exact_text
from gongkai_score.sentences import reason_words


def scores_frame(assessment: Assessment, lang: Language = "zh") -> pd.DataFrame:
    """One row for each unit and node, units in the order of the register, nodes in that of the set.

    Returns:
        Columns ``unit``, ``unit_name``, ``group``, ``indicator``, ``name``, ``level`` (0: the root), ``outcome``
        (the word of the closed list, as ``not_applicable``), ``points``, ``full``, ``counted``, ``lost``, ``rate``
        (of ``counted``; floats, NaN where there is no number), ``points_exact`` (text, "" where there is none),
        ``reason``.
    """
    nodes = list(_levels(assessment.indicator_set.root, 0))
    units, count = len(assessment.units), len(nodes)

    def of_units(values: Sequence[str]) -> pd.Series[str]:
        codes, distinct = pd.factorize(np.array(values, dtype=object))
        return _texts(np.repeat(codes, count), list(distinct))

    def of_nodes(values: Sequence[str]) -> pd.Series[str]:
        return _texts(np.tile(np.arange(count), units), list(values))

    known: dict[tuple[object, ...], tuple[object, ...]] = {}
    cells: list[NDArray[Any]] = [np.empty((units, count), dtype) for dtype in _SCORE_DTYPES]
    for place, (_, node) in enumerate(nodes):
        column = bare(assessment.nodes[node.id])
        index = np.asarray(column.index, np.intp)
        found = zip(*(_score_cells(score, lang, known) for score in column.values), strict=True)
        for cell, values in zip(cells, found, strict=True):
            cell[:, place] = np.array(values, cell.dtype)[index]
    names = ("outcome", "points", "full", "counted", "lost", "rate", "points_exact", "reason")
    return pd.DataFrame(
        {
            "unit": of_units([unit.id for unit in assessment.units]),
            "unit_name": of_units([unit.name for unit in assessment.units]),
            "group": of_units([unit.group for unit in assessment.units]),
            "indicator": of_nodes([node.id for _, node in nodes]),
            "name": of_nodes([node.name.of(lang) for _, node in nodes]),
            "level": np.tile([level for level, _ in nodes], units),
            **{name: cell.ravel() for name, cell in zip(names, cells, strict=True)},
        }
    )


_SCORE_DTYPES = (object, float, float, float, float, float, object, object)


def _score_cells(
    score: NodeScore, lang: Language, known: dict[tuple[object, ...], tuple[object, ...]]
) -> tuple[object, ...]:
    """Outcome, points, full, counted, lost, rate, exact points and reason; equal scores are worked out once."""
    points, full, counted = score.points, score.full, score.counted
    ratio = None if points is None else points.as_integer_ratio()
    key = (score.outcome, ratio, full.as_integer_ratio(), counted.as_integer_ratio(), score.reason)
    if key not in known:
        reason = reason_words(score.reason, lang) if score.reason else ""
        numbers = (points, full, counted, score.lost, score.rate)
        known[key] = (str(score.outcome), *map(_float, numbers), _exact(points), reason)
    return known[key]


def ranking_frame(assessment: Assessment) -> pd.DataFrame:
    """One row a unit, the best first within each class, units without a number last.

    Returns:
        Columns ``unit``, ``unit_name``, ``group``, ``rank`` (missing: not ranked), ``class_size``, ``points`` (the
        number ranked), ``points_exact``, ``total``, ``total_exact``, ``full``, ``coverage``, ``grade``, ``lists``,
        ``gates`` (ids, separated by ``;``).
    """
    sizes = class_sizes(assessment)
    classes = {place.unit: place.group for place in assessment.places}
    places = sorted(
        assessment.places,
        key=lambda p: (classes[p.unit], p.rank is None, p.rank or 0, assessment.units[p.unit].id),
    )
    units = [assessment.units[place.unit] for place in places]
    ends = [assessment.totals[place.unit] for place in places]
    return pd.DataFrame(
        {
            "unit": [unit.id for unit in units],
            "unit_name": [unit.name for unit in units],
            "group": [unit.group for unit in units],
            "rank": pd.array([place.rank for place in places], dtype="Int64"),
            "class_size": [sizes[classes[place.unit]] for place in places],
            "points": np.array([_float(place.points) for place in places]),
            "points_exact": [_exact(place.points) for place in places],
            "total": np.array([_float(end.points) for end in ends]),
            "total_exact": [_exact(end.points) for end in ends],
            "full": np.array([float(end.full) for end in ends]),
            "coverage": np.array([float(end.coverage) for end in ends]),
            "grade": [place.grade for place in places],
            "lists": [";".join(place.lists) for place in places],
            "gates": [";".join(end.gates) for end in ends],
        }
    )


def quantities_frame(assessment: Assessment) -> pd.DataFrame:
    """One row for each unit, indicator, measure and quantity: the numbers the rules were applied to.

    Returns:
        Columns ``unit``, ``indicator``, ``measure``, ``state``, ``quantity``, ``value`` (float, NaN for labels and
        where nothing was measured), ``value_exact`` (exact number or label).
    """
    rows: list[tuple[str, str, str, str, str, float, str]] = []
    for indicator, measures in assessment.measurements.items():
        for measure, column in measures.items():
            known: list[list[tuple[str, str, float, str]]] = [
                [
                    (str(m.state), name, float("nan") if isinstance(v, str) else float(v), _exact(v))
                    for name, v in m.quantities.items()
                ]
                or [(str(m.state), "", float("nan"), "")]
                for m in column.values
            ]
            for unit, value in zip(assessment.units, column.index, strict=True):
                rows += [(unit.id, indicator, measure, *found) for found in known[value]]
    names = ["unit", "indicator", "measure", "state", "quantity", "value", "value_exact"]
    return pd.DataFrame(rows, columns=names).astype({"value": float})


def cases_frame(assessment: Assessment) -> pd.DataFrame:
    """One row a case.

    Returns:
        Columns ``unit``, ``unit_name``, ``indicator``, ``measure``, ``case``, ``verdict`` (the word of the closed
        list), ``start``, ``due``, ``done`` (ISO 8601 text), ``number``, ``needed``, ``used`` (missing where there
        is none), ``unit_of_time``, ``detail``, ``charged_by``, ``rows`` (labels of the log rows, separated by
        ``;``).
    """
    parts = []
    ids = np.array([unit.id for unit in assessment.units], dtype=object)
    names = np.array([unit.name for unit in assessment.units], dtype=object)
    verdicts = np.array([verdict.word for verdict in Verdict], dtype=object)
    for indicator, measures in assessment.cases.items():
        for measure, columns in measures.items():
            table = columns.columns()
            labels = [event.label for event in table.events]
            count = len(table)
            unit = np.asarray(table.unit, np.intp)
            parts.append(
                pd.DataFrame(
                    {
                        "unit": ids[unit],
                        "unit_name": names[unit],
                        "indicator": indicator,
                        "measure": measure.partition("#")[0],
                        "case": table.key,
                        "verdict": verdicts[np.asarray(table.verdict, np.intp)],
                        "start": table.start,
                        "due": table.due,
                        "done": table.done,
                        "number": np.asarray(table.number, np.int64),
                        "needed": pd.array(table.needed, dtype="Int64"),
                        "used": pd.array(table.used, dtype="Int64"),
                        "unit_of_time": table.unit_of_time,
                        "detail": [table.detail.get(i, "") for i in range(count)],
                        "charged_by": [table.charged_by.get(i, "") for i in range(count)],
                        "rows": [";".join(labels[i] for i in rows) for rows in table.rows],
                    },
                    index=range(count),
                )
            )
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in _CASE_COLUMNS})
    return pd.concat(parts, ignore_index=True)


_CASE_COLUMNS = (
    "unit",
    "unit_name",
    "indicator",
    "measure",
    "case",
    "verdict",
    "start",
    "due",
    "done",
    "number",
    "needed",
    "used",
    "unit_of_time",
    "detail",
    "charged_by",
    "rows",
)


def set_aside_frame(assessment: Assessment, lang: Language = "zh") -> pd.DataFrame:
    """One row for each log row not used: ``file``, ``row``, ``column``, ``value``, ``code``, ``reason``."""
    rows = [
        (row.file, row.row, row.column, row.value, row.problem.code, row.problem.message(lang))
        for row in assessment.set_aside
    ]
    return pd.DataFrame(rows, columns=["file", "row", "column", "value", "code", "reason"])


def _levels(node: Indicator, level: int) -> list[tuple[int, Indicator]]:
    return [(level, node), *(item for child in node.children for item in _levels(child, level + 1))]


def _texts(codes: NDArray[np.integer], values: list[str]) -> pd.Series[str]:
    """A text column from codes."""
    return pd.Series(np.array(values, dtype=object)[codes])


def _float(value: Fraction | None) -> float:
    return float("nan") if value is None else float(value)


def _exact(value: Fraction | str | None) -> str:
    return "" if value is None else value if isinstance(value, str) else exact_text(value)
