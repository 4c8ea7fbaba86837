"""Reads unit registers: one row a unit; everything wrong with the file is told at once, with its row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongkai_score.activity_log import NO_DAY
from gongkai_score.errors import ActivityLogError, Problem, UnitRegisterError, problem
from gongkai_score.period import day_date
from gongkai_score.readers.fields import column_name, date_field, text_field
from gongkai_score.readers.mapping_rules import Choice, Value
from gongkai_score.readers.mappings import UNIT_DATES, TableMapping, near_words, read_mapping
from gongkai_score.readers.table import Table
from gongkai_score.readers.tables_in import SqlQuery, Wanted, read_table
from gongkai_score.units import Unit, UnitRegister

if TYPE_CHECKING:
    import pandas as pd

TEXTS: tuple[str, ...] = ("id", "name", "group", "type", "tags", "parent", "channels")
HEADERS: dict[str, str] = {
    "编号": "id",
    "单位编号": "id",
    "代码": "id",
    "单位代码": "id",
    "名称": "name",
    "单位": "name",
    "单位名称": "name",
    "类别": "group",
    "分组": "group",
    "class": "group",
    "类型": "type",
    "单位类型": "type",
    "标签": "tags",
    "上级": "parent",
    "上级单位": "parent",
    "渠道": "channels",
    "平台": "channels",
    "成立日期": "active_from",
    "启用日期": "active_from",
    "撤销日期": "active_to",
    "停用日期": "active_to",
}
"""Column name → field of a unit; any other column is an attribute."""
_SEPARATORS = re.compile(r"[;；,，、\s]+")


@dataclass
class _Rows:
    """Cells of the register by field, one entry a row."""

    file: str
    row: list[int]
    texts: dict[str, list[str]]
    days: dict[str, list[int | None]]
    attributes: dict[str, list[str]]
    problems: list[Problem] = field(default_factory=list)


def read_units(
    source: str | Path | pd.DataFrame | SqlQuery,
    *,
    mapping: str | Path | TableMapping | None = None,
    sheet: str | None = None,
    name: str | None = None,
) -> UnitRegister:
    """Reads a register of units.

    Args:
        source: a file, a data frame or an :class:`SqlQuery`, as for ``read_log``.
        mapping: the mapping file, with a section ``units``; None: the columns bear the names of ``docs/logs.md``.
        sheet: sheet of a workbook; None: the first.
        name: what messages call the source instead of its path.

    Raises:
        UnitRegisterError: everything wrong with the register, at once.
        ActivityLogError: the mapping file is wrong.

    >>> import pandas as pd
    >>> rows = {"编号": ["a", "b"], "名称": ["甲县", "乙局"], "类别": ["县区", "部门"], "上级": ["", "a"]}
    >>> register = read_units(pd.DataFrame(rows))
    >>> register["a"].group, register["b"].parent
    ('县区', 'a')
    """
    plan = read_mapping(mapping) if isinstance(mapping, (str, Path)) else mapping
    if plan is not None and not plan.units:
        said: dict[str, Any] = {"key": "units", "what_zh": "单位名册", "what_en": "a unit register"}
        raise ActivityLogError(plan.marked.problem("M001", (), **said))
    known = frozenset([*TEXTS, *UNIT_DATES, *HEADERS]) if plan is None else frozenset(plan.columns())
    table = read_table(source, name, Wanted(plan, sheet, known, "id"))
    if isinstance(table, list):
        raise UnitRegisterError(table)
    problems = _faults(table)
    fields: Mapping[str, Choice]
    attributes: Mapping[str, Choice]
    if plan is None:
        fields, attributes, wrong = _plain(table)
    else:
        fields, attributes = plan.units, plan.unit_attributes
        wrong = plan.missing(table.source.name, list(table.columns))
    if wrong:
        raise UnitRegisterError([*wrong, *problems])
    rows = _cells(table, fields, attributes)
    problems += rows.problems
    if not rows.row and not problems:
        problems.append(problem("U104", file=rows.file, names=rows.file))
    units = [_unit(rows, i, problems) for i in range(len(rows.row))]
    register = None
    try:
        register = UnitRegister(unit for unit in units if unit.id)
    except UnitRegisterError as error:
        problems += _placed(error.problems, units, rows)
    if problems or register is None:
        raise UnitRegisterError(sorted(problems, key=lambda p: (p.line or 0, p.code)))
    return register


def _faults(table: Table) -> list[Problem]:
    """Whatever would be set aside in a log stops a register."""
    return [
        problem(
            fault.code,
            file=table.source.name,
            line=fault.row,
            name=fault.column or "",
            value=fault.value[:60],
            **fault.values,
        ).at("error")
        for fault in table.faults
        if fault.code != "L237"
    ]


def _plain(table: Table) -> tuple[dict[str, Choice], dict[str, Choice], list[Problem]]:
    """Fields and attributes by column name."""
    fields: dict[str, Choice] = {}
    attributes: dict[str, Choice] = {}
    taken: dict[str, str] = {}
    problems: list[Problem] = []
    file = table.source.name
    bare = "id" not in {HEADERS.get(h, h.lower()) for h in table.columns}
    for header in table.columns:
        # A register without ids that names its units uses the names as ids.
        name = (
            "id" if bare and HEADERS.get(header, header.lower()) == "name" else HEADERS.get(header, header.lower())
        )
        if name in taken:
            problems.append(problem("L218", file=file, first=taken[name], second=header, field=name))
        taken.setdefault(name, header)
        known = name in TEXTS or name in UNIT_DATES
        (fields if known else attributes)[name if known else header] = (Value(header),)
    if "id" not in fields:
        zh = en = ""
        for header in table.columns:
            words = near_words(header, ["id", *(h for h, f in HEADERS.items() if f == "id")])
            zh, en = (words[0], words[1]) if words[0] and not zh else (zh, en)
        found = "、".join(table.columns) or "—"
        problems.append(problem("L206", file=file, missing="id（编号）", found=found, near_zh=zh, near_en=en))
    return fields, attributes, problems


def _cells(table: Table, fields: Mapping[str, Choice], attributes: Mapping[str, Choice]) -> _Rows:
    def texts(choice: Choice) -> list[str]:
        column = text_field(choice, table)
        return [column.text(i) or "" for i in range(len(table))]

    rows = _Rows(
        file=table.source.name,
        row=table.row.tolist(),
        texts={name: texts(fields[name]) for name in TEXTS if name in fields},
        days={},
        attributes={name: texts(choice) for name, choice in attributes.items()},
    )
    for name in UNIT_DATES:
        if name in fields:
            read = date_field(fields[name], table)
            rows.days[name] = [None if d == NO_DAY else d for d in read.moments.day.tolist()]
            for place, code, cell, _ in read.faults:
                values: dict[str, Any] = {"unit": rows.texts["id"][place], "value": cell, "reason": code}
                told = problem("U102", file=rows.file, line=rows.row[place], name=read.column, **values)
                rows.problems.append(told)
    for place, unit in enumerate(rows.texts["id"]):
        if not unit:
            column = column_name(fields["id"])
            rows.problems.append(problem("U101", file=rows.file, line=rows.row[place], name=column))
    return rows


def _unit(rows: _Rows, i: int, problems: list[Problem]) -> Unit:
    def text(name: str) -> str:
        return rows.texts[name][i] if name in rows.texts else ""

    def words(name: str) -> frozenset[str]:
        return frozenset(word for word in _SEPARATORS.split(text(name)) if word)

    first, last = (rows.days[name][i] if name in rows.days else None for name in UNIT_DATES)
    if first is not None and last is not None and last < first:
        days = {"first": day_date(first).isoformat(), "last": day_date(last).isoformat()}
        problems.append(
            problem(
                "U103", file=rows.file, line=rows.row[i], unit=text("id"), first=days["first"], last=days["last"]
            )
        )
    return Unit(
        id=text("id"),
        name=text("name") or text("id"),
        group=text("group"),
        type=text("type"),
        tags=words("tags"),
        parent=text("parent") or None,
        channels=words("channels"),
        active_from=first,
        active_to=last,
        attributes={name: cells[i] for name, cells in rows.attributes.items() if cells[i]},
    )


def _placed(found: tuple[Problem, ...], units: list[Unit], rows: _Rows) -> list[Problem]:
    """Problems of the register with the rows they stem from; of a repeated id, the later rows."""
    lines: dict[str, list[int | None]] = {}
    for unit, row in zip(units, rows.row, strict=True):
        lines.setdefault(unit.id, []).append(row)
    placed: list[Problem] = []
    seen: dict[str, int] = {}
    for one in found:
        name = str(one.values.get("unit") or str(one.values.get("chain", "")).split(" → ")[0])
        at = lines.get(name, [None])
        if one.code == "U001":
            seen[name] = seen.get(name, 0) + 1
        placed.append(replace(one, file=rows.file, line=at[min(seen.get(name, 0), len(at) - 1)]))
    return placed
