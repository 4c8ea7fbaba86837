"""Reads activity logs: any table, with or without a mapping file, every row used or set aside with its reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gongkai_score.activity_log import NO_DAY, ActivityLog, Coded, EventColumns, Moments, Source
from gongkai_score.errors import ActivityLogError, problem
from gongkai_score.readers.cells import changed, rows_with
from gongkai_score.readers.fields import Read, column_name, date_field, fitting, text_field
from gongkai_score.readers.findings import Findings
from gongkai_score.readers.indexed_log import is_indexed, read_indexed
from gongkai_score.readers.log_columns import REQUIRED, SPANS, known_headers, plain_rule
from gongkai_score.readers.mapping_rules import Rule
from gongkai_score.readers.mappings import TableMapping, known_kind, near_words, read_mapping
from gongkai_score.readers.row_checks import check_rows, orderly, without_refused
from gongkai_score.readers.table import Table
from gongkai_score.readers.tables_in import SqlQuery, Wanted, read_table
from gongkai_score.units import UnitRegister
from gongkai_score.vocabulary import EVENT_KINDS

if TYPE_CHECKING:
    import pandas as pd

    LogSource = str | Path | pd.DataFrame | SqlQuery
_TRUTH = frozenset({"True", "TRUE", "False", "FALSE"})
_SHOWN = 5


def read_log(
    source: LogSource | Sequence[LogSource],
    *,
    mapping: str | Path | TableMapping | None = None,
    units: UnitRegister | None = None,
    severity: Mapping[str, str] | None = None,
    sheet: str | None = None,
    name: str | None = None,
    event_kinds: Collection[str] = (),
) -> ActivityLog:
    """Reads one log from one or several tables.

    Args:
        source: a file (csv, tsv, txt, xlsx, xls, parquet, jsonl, text also gzipped), a data frame, an
            :class:`SqlQuery`, or a list of those; or the file of a log that is indexed already
            (:func:`~gongkai_score.outputs.log_parquet.write_log`), which is read as it is.
        mapping: the file that says which columns mean what; None: the columns bear the names of
            ``docs/logs.md``.
        units: the register; units are looked up by id, then by name, and unknown ones set aside.
        severity: check code → ``error``, ``set_aside``, ``warning`` or ``ignore``.
        sheet: sheet of a workbook; None: the mapping's, else the first.
        name: what places and evidence call the source instead of its path.
        event_kinds: kinds that an indicator set declares beside the vocabulary.

    Returns:
        The log. Rows read = rows whose events it holds + rows set aside, each with a reason.

    Raises:
        ActivityLogError: the mapping file or a source cannot be read, or a check set to ``error`` found
            something; everything at once.

    >>> import pandas as pd
    >>> rows = {"单位": ["甲局", "乙局"], "类型": ["文件公布", "文件公布"], "日期": ["2019-05-15", "今天"]}
    >>> log = read_log(pd.DataFrame(rows))
    >>> log
    <ActivityLog: 1 events of 1 kinds, 1 units; 1 of 2 rows set aside>
    >>> print(log.set_aside[0].problem.text("en"))
    frame:1: warning L115: column '日期': '今天' is relative, nobody knows to which day. Write a date, for example
    2018-08-07.
    """
    alone = _indexed(source)
    if alone is not None:
        wishes = {"mapping": mapping, "severity": severity, "sheet": sheet, "name": name}
        return read_indexed(alone, wishes, units, event_kinds)
    findings = Findings(severity)
    plan = read_mapping(mapping) if isinstance(mapping, (str, Path)) else mapping
    if plan is not None:
        if not plan.rules:
            said: dict[str, Any] = {"key": "events", "what_zh": "台账", "what_en": "a log"}
            raise ActivityLogError(plan.marked.problem("M001", (), **said))
        findings.stop(plan.unknown_kinds(event_kinds))
    sources, parts = _read(source, name, Wanted(plan, sheet, _known(plan), _required(plan)), findings, event_kinds)
    findings.raise_errors()
    parts.sort(key=lambda part: part.files)
    columns = without_refused(EventColumns.stack(parts), findings)
    if units is not None:
        columns = without_refused(registered(columns, findings, units), findings)
    columns = check_rows(columns, findings, units)
    findings.raise_errors()
    columns = orderly(columns)
    sources.sort(key=lambda s: s.name)
    if plan is not None:
        sources.append(plan.source)
    return ActivityLog.build(
        columns,
        sources=sources,
        rows_read=sum(s.rows for s in sources),
        set_aside=findings.set_aside,
        warnings=findings.warnings(),
        duplicates=False,
    )


def _indexed(source: object) -> Path | None:
    """The file of an indexed log, which stands alone."""
    given = list(source) if isinstance(source, (list, tuple)) else [source]
    files = [Path(one) for one in given if isinstance(one, (str, Path)) and is_indexed(Path(one))]
    if files and len(given) > 1:
        zh, en = "不能与其他文件合并", "it cannot be joined with other sources"
        raise ActivityLogError(problem("L221", file=str(files[0]), what_zh=zh, what_en=en))
    return files[0] if files else None


def _known(plan: TableMapping | None) -> frozenset[str]:
    return known_headers() if plan is None else frozenset(plan.columns())


def _required(plan: TableMapping | None) -> str:
    return "、".join(REQUIRED if plan is None else plan.columns())


def _read(
    source: object, name: str | None, wanted: Wanted, findings: Findings, event_kinds: Collection[str]
) -> tuple[list[Source], list[EventColumns]]:
    """Every table read, and the events of each rule on each."""
    given = list(source) if isinstance(source, (list, tuple)) else [source]
    if not given:
        findings.stop([problem("L216", file=name, found="[]")])
    sources: list[Source] = []
    parts: list[EventColumns] = []
    for number, one in enumerate(given, 1):
        table = read_table(one, called(one, name, number, given), wanted)
        if isinstance(table, list):
            findings.stop(table)
            continue
        if any(table.source.name == other.name for other in sources):
            findings.stop([problem("L219", source=table.source.name)])
            continue
        sources.append(table.source)
        findings.note(table.notes)
        parts += events_of(table, wanted.mapping, findings, event_kinds, wanted.header)
    return sources, parts


def called(one: object, name: str | None, number: int, given: Sequence[object]) -> str | None:
    """The name of a source; None: the path as it was given.

    An absolute path is cut to the shortest end that tells it from the others, so that a result says nothing of
    the machine it was made on.
    """
    if name is not None:
        return name if number == 1 else f"{name}-{number}"
    if isinstance(one, (str, Path)):
        path = Path(one)
        others = [Path(o).parts for o in given if isinstance(o, (str, Path)) and Path(o) != path]
        if not path.is_absolute():
            return None
        lengths = range(1, len(path.parts) + 1)
        tails = (path.parts[-n:] for n in lengths if not any(o[-n:] == path.parts[-n:] for o in others))
        return str(Path(*next(tails, path.parts)))
    base = "query" if isinstance(one, SqlQuery) else "frame"
    return base if number == 1 else f"{base}-{number}"


def events_of(
    table: Table, plan: TableMapping | None, findings: Findings, event_kinds: Collection[str], header: int
) -> list[EventColumns]:
    """The events of a table, by each rule of a mapping or by the names of its columns."""
    file = table.source.name
    line = None if not table.source.encoding and not table.serial else header
    if table.source.rows == 0 and line is not None:
        findings.note([problem("L203", file=file, line=line, header=header)])
    if plan is None:
        rule, problems = plain_rule(table.columns, file, line)
        findings.note(p for p in problems if p.code == "L240")
        findings.stop(p for p in problems if p.code != "L240")
        rules = [] if rule is None else [rule]
        used = set(table.columns)
    else:
        missing = plan.missing(file, list(table.columns))
        findings.stop(missing)
        rules = [] if missing else list(plan.rules)
        used = set(plan.columns())
    if not rules:
        for fault in [f for f in table.faults if f.column is None][:_SHOWN]:
            told = problem(fault.code, file=file, line=fault.row, name="", value=fault.value[:60], **fault.values)
            findings.stop([told.at("error")])
        return []
    for fault in table.faults:
        if fault.column is None or fault.column in used:
            findings.add(fault.code, file, fault.row, fault.column, fault.value, **fault.values)
    table = _records(table, plan, findings)
    masks = [fitting(rule.when, table) & (not rule.otherwise) for rule in rules]
    fitted = np.logical_or.reduce(masks)
    masks = [~fitted if rule.otherwise else mask for rule, mask in zip(rules, masks, strict=True)]
    for row in np.flatnonzero(~np.logical_or.reduce(masks)).tolist():
        findings.add("L107", file, int(table.row[row]))
    return [
        _rule_events(rule, table if mask.all() else _part(table, mask), findings, event_kinds)
        for rule, mask in zip(rules, masks, strict=True)
    ]


def _part(table: Table, mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Table:
    rows = np.flatnonzero(mask)
    columns: dict[str, Coded | Moments] = {}
    for name, column in table.columns.items():
        columns[name] = column.take(rows)
    return replace(table, columns=columns, row=table.row[rows])


def _records(table: Table, plan: TableMapping | None, findings: Findings) -> Table:
    """The rows that are records: not skipped by the mapping, not the header once more."""
    file = table.source.name
    drop = np.zeros(len(table), bool)
    if plan is not None and plan.skip:
        drop = fitting(plan.skip, table)
        test = plan.skip[0][0]
        column = table.text(test.column)
        for row in np.flatnonzero(drop).tolist():
            findings.add("L108", file, int(table.row[row]), test.column, column.text(row))
    again = np.zeros(len(table), bool)
    texts = {name: cells for name, cells in table.columns.items() if isinstance(cells, Coded)}
    if len(texts) == len(table.columns) and all(name in cells.values for name, cells in texts.items()):
        again[:] = True
        for name, cells in texts.items():
            again &= cells.codes == cells.values.index(name)
    for row in np.flatnonzero(again & ~drop).tolist():
        findings.add("L109", file, int(table.row[row]))
    drop |= again
    return _part(table, ~drop) if drop.any() else table


def _rule_events(rule: Rule, table: Table, findings: Findings, event_kinds: Collection[str]) -> EventColumns:
    """The events one rule makes of a table."""
    file, rows = table.source.name, table.row
    unit, kind = text_field(rule.unit, table), text_field(rule.kind, table)
    at = date_field(rule.at, table)
    for code, column, field in (("L102", unit, rule.unit), ("L103", kind, rule.kind)):
        for row in np.flatnonzero(column.codes < 0).tolist():
            findings.add(code, file, int(rows[row]), column_name(field))
    kind = _kinds(kind, rule, table, findings, event_kinds)
    undated = at.moments.day == NO_DAY
    for row in _tell_dates(at, table, findings, needed=True):
        undated[row] = False
    for row in np.flatnonzero(undated).tolist():
        findings.add("L104", file, int(rows[row]), at.column)
    moments: dict[str, Moments] = {}
    for name, choice in rule.moments.items():
        read = date_field(choice, table)
        _tell_dates(read, table, findings)
        moments[name] = read.moments
    _tell_spans(rule, moments, table, findings)
    attributes = {name: _truths(text_field(choice, table)) for name, choice in rule.attributes.items()}
    return EventColumns(
        unit=unit,
        kind=kind,
        at=at.moments,
        ref=text_field(rule.ref, table),
        id=text_field(rule.id, table),
        attributes=attributes,
        moments=moments,
        file=np.broadcast_to(np.int32(0), len(rows)),
        row=rows,
        files=(file,),
    )


def _truths(column: Coded) -> Coded:
    """Truth values in the one way in which they are written."""
    if not any(word in column.values for word in _TRUTH):
        return column
    return changed(column, lambda text: text.lower() if text in _TRUTH else text)


def _kinds(kind: Coded, rule: Rule, table: Table, findings: Findings, event_kinds: Collection[str]) -> Coded:
    """Kinds by their ids, whether written as ids or in Chinese; unknown ones are told and stay as they are."""
    unknown = {code for code, text in enumerate(kind.values) if known_kind(text, event_kinds) is None}
    near = cache(lambda text: near_words(text, [*EVENT_KINDS, *event_kinds, *(k.zh for k in EVENT_KINDS.values())]))
    for row in rows_with(kind, unknown).tolist():
        text = str(kind.text(row))
        zh, en = near(text)
        place = table.source.name, int(table.row[row])
        findings.add("L302", *place, column_name(rule.kind), text, near_zh=zh, near_en=en)
    return changed(kind, lambda text: known_kind(text, event_kinds) or text)


def _tell_dates(read: Read, table: Table, findings: Findings, needed: bool = False) -> list[int]:
    """Notes the dates that were refused; gives their positions."""
    for row, code, cell, in_text in read.faults:
        place = table.source.name, int(table.row[row])
        if in_text:
            findings.add("L120", *place, read.column, cell, needed=needed, reason=code)
        else:
            findings.add(code, *place, read.column, cell, needed=needed)
    return [row for row, *_ in read.faults]


def _tell_spans(rule: Rule, moments: Mapping[str, Moments], table: Table, findings: Findings) -> None:
    for first, last in SPANS:
        if first not in moments or last not in moments:
            continue
        a, b = moments[first], moments[last]
        timed = (a.second >= 0) & (b.second >= 0) & (a.day == b.day) & (b.second < a.second)
        wrong = (a.day != NO_DAY) & (b.day != NO_DAY) & ((b.day < a.day) | timed)
        for row in np.flatnonzero(wrong).tolist():
            place = table.source.name, int(table.row[row])
            findings.add("L106", *place, column_name(rule.moments[last]), b.text(row), start=a.text(row))


def registered(columns: EventColumns, findings: Findings, units: UnitRegister) -> EventColumns:
    """Units by their ids; a name that only one unit bears stands for its id."""
    names: dict[str, list[str]] = {}
    for unit in units:
        names.setdefault(unit.name, []).append(unit.id)

    def known(text: str) -> str | None:
        found = [text] if text in units else names.get(text, [])
        return found[0] if len(found) == 1 else None

    unknown = [code for code, text in enumerate(columns.unit.values) if known(text) is None]
    near = cache(lambda text: near_words(text, [*units.ids, *names]))
    for event in rows_with(columns.unit, unknown).tolist():
        text = str(columns.unit.text(event))
        zh, en = near(text)
        place = columns.files[int(columns.file[event])], int(columns.row[event])
        findings.add("L301", *place, "unit", text, near_zh=zh, near_en=en)
    return replace(columns, unit=changed(columns.unit, lambda text: known(text) or text))
