"""DuckDB by hand: one SQL statement, a common table expression for each pass over the events of a kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import duckdb
import numpy as np

from benchmarks.contenders.arrays import Days
from benchmarks.make_log import ELEMENTS, UNIT_TYPES, MadeLog
from benchmarks.workload import (
    BLOCKS,
    GROUPS,
    LEAVES,
    NONE,
    AllOrNothing,
    Complete,
    Count,
    Coverage,
    Deadline,
    Deduct,
    Events,
    Exists,
    Findings,
    Frequency,
    Leaf,
    PerAccount,
    Precedes,
    Rule,
    Scores,
    Share,
    Tiers,
    grid,
)


@dataclass
class Database:
    """Tables in memory: events with texts as enums, units, days with limits and periods."""

    connection: duckdb.DuckDBPyConnection
    ids: tuple[str, ...]
    period: str
    statement: str


def prepare(log: MadeLog) -> Database:
    import pandas as pd

    days = Days(log.period)
    connection = duckdb.connect()
    frame = log.frame().drop(columns="at")
    frame["day"], frame["unit"] = log.day - days.base, log.unit
    units = pd.DataFrame({"unit": np.arange(len(log.units), dtype=np.int32), "type": log.unit_type})
    limits = pd.DataFrame(_limits(days))
    after = pd.DataFrame({"day": np.arange(len(days.ordinal)), "ordinal": days.ordinal, "upto": days.upto})
    periods = pd.DataFrame(_periods(log.period, days))
    for name, table in (
        ("log", frame),
        ("units", units),
        ("limits", limits),
        ("calendar", after),
        ("periods", periods),
    ):
        connection.register("given", table)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
        connection.unregister("given")
    return Database(connection, log.units, log.period, _statement(log.period, days))


def run(data: Database) -> Scores:
    found = data.connection.execute(data.statement).fetchnumpy()
    leaf = np.stack([np.asarray(found[one.id]) for one in LEAVES], axis=1).astype(np.int64)
    total, rank = (np.asarray(found[name]).astype(np.int64) for name in ("total", "rank"))
    return Scores(data.ids, leaf, total, rank)


def _limits(days: Days) -> dict[str, np.ndarray]:
    """The last day of each duty by type of unit and start day."""
    span = days.last - days.first + 1
    columns = {"type": np.repeat(np.arange(3), span), "day": np.tile(np.arange(span), 3)}
    for leaf in LEAVES:
        if isinstance(leaf.measure, Deadline):
            table = days.due(leaf.measure) - days.base
            columns[leaf.id] = np.broadcast_to(table, (3, span)).ravel()
    return columns


_EVERY = ("working_day", "week", "month", "quarter", "half_year")


def _periods(period: str, days: Days) -> dict[str, np.ndarray]:
    columns = {"day": np.arange(days.last - days.first + 1)}
    for every in _EVERY:
        columns[every] = np.array(grid(period, every).of_day)
    asked = grid(period, "quarter", (3, 15))
    columns["due"] = np.array([asked.due[p] - days.base if p >= 0 else -1 for p in asked.of_day])
    return columns


def _is(events: Events, alias: str = "") -> str:
    tests = [f"{alias}kind = '{events.kind}'"]
    for name, values in events.where.items():
        listed = ", ".join(f"'{value}'" for value in values)
        tests.append(f'{alias}"{name}" IN ({listed})')
    return " AND ".join(tests)


def _statement(period: str, days: Days) -> str:
    last = days.last - days.base
    parts: dict[str, str] = {}
    deadlines: dict[tuple[str, str], list[Leaf]] = {}
    frequencies: dict[tuple[str, str], list[Leaf]] = {}
    plain: dict[str, list[str]] = {}
    for leaf in LEAVES:
        m, name = leaf.measure, leaf.id
        if isinstance(m, Deadline):
            deadlines.setdefault((m.start.kind, str(m.end)), []).append(leaf)
        elif isinstance(m, Frequency):
            frequencies.setdefault((m.event.kind, m.every), []).append(leaf)
            if m.gap:
                parts[f"gap {name}"] = _gap(name, m, last)
        elif isinstance(m, PerAccount):
            parts[f"accounts {name}"] = (
                f'SELECT unit, count(DISTINCT account) AS "{name}.accounts", count(*) AS "{name}.met" FROM '
                f"(SELECT DISTINCT unit, account, month FROM log JOIN periods USING (day) WHERE {_is(m.event)}) "
                "GROUP BY unit"
            )
        elif isinstance(m, Precedes):
            parts[f"order {name}"] = (
                f'SELECT a.unit, count(*) AS "{name}.cases", '
                f'count(*) FILTER (b.before + {m.lead} <= a.day) AS "{name}.met" FROM log a LEFT JOIN '
                f"(SELECT ref, min(day) AS before FROM log WHERE {_is(m.before)} GROUP BY ref) b USING (ref) "
                f"WHERE {_is(m.after, 'a.')} GROUP BY a.unit"
            )
        elif isinstance(m, Count) and m.distinct:
            parts[f"distinct {name}"] = _distinct(m.event, m.distinct, f"{name}.count")
        elif isinstance(m, Coverage):
            parts[f"items {name}"] = _distinct(Events(m.event.kind, {"item": m.items}), "item", f"{name}.met")
        elif isinstance(m, Findings):
            plain.setdefault(m.event.kind, []).append(_many(m.event, f"{name}.found"))
            plain.setdefault(m.check.kind, []).append(_many(m.check, f"{name}.checked"))
        elif isinstance(m, Complete):
            worth = " ".join(
                f"WHEN '{text}' THEN {sum(e in text.split(';') for e in m.elements)}" for text in ELEMENTS[1:]
            )
            plain.setdefault(m.event.kind, []).extend(
                [f'sum(CASE elements {worth} END) AS "{name}.have"', f'count(*) * 3 AS "{name}.cases"']
            )
        else:
            one = cast(Count | Exists, m)
            plain.setdefault(one.event.kind, []).append(_many(one.event, f"{name}.count"))
    for (kind, _), leaves in deadlines.items():
        parts[f"answers {leaves[0].id}"] = _deadlines(kind, leaves, last)
    for (kind, every), leaves in frequencies.items():
        parts[f"periods {leaves[0].id}"] = _frequencies(kind, every, leaves)
    for kind, counts in plain.items():
        parts[f"plain {kind}"] = f"SELECT unit, {', '.join(counts)} FROM log WHERE kind = '{kind}' GROUP BY unit"
    common = ",\n".join(f'"{name}" AS ({body})' for name, body in parts.items())
    joins = " ".join(f'LEFT JOIN "{name}" USING (unit)' for name in parts)
    points = ", ".join(f'{_points(leaf, period, last + 1)} AS "{leaf.id}"' for leaf in LEAVES)
    return (
        f'WITH {common},\n"points" AS (SELECT unit, type, {points} FROM units {joins}),\n{_tree()}\n'
        "SELECT *, rank() OVER (ORDER BY total DESC) AS rank FROM totals ORDER BY unit"
    )


def _many(events: Events, name: str) -> str:
    return f'count(*) FILTER ({_is(events)}) AS "{name}"'


def _distinct(events: Events, value: str, name: str) -> str:
    chosen = f'SELECT DISTINCT unit, "{value}" FROM log WHERE {_is(events)}'
    return f'SELECT unit, count(*) AS "{name}" FROM ({chosen}) GROUP BY unit'


def _deadlines(kind: str, leaves: list[Leaf], last: int) -> str:
    end = cast(Deadline, leaves[0].measure).end
    counts = []
    for leaf in leaves:
        m, name = cast(Deadline, leaf.measure), leaf.id
        due, mine = f'l."{name}"', f'{_is(m.start, "s.")} AND l."{name}" <= {last}'
        counts += [
            f'count(*) FILTER ({mine}) AS "{name}.cases"',
            f'count(*) FILTER ({mine} AND done <= {due}) AS "{name}.met"',
            f'count(*) FILTER ({mine} AND done > {due}) AS "{name}.late"',
            f'count(*) FILTER ({mine} AND done IS NULL) AS "{name}.missing"',
        ]
        wanted = _quantity(leaf.rule)
        if wanted == "days_late":
            upto = f"(SELECT list(upto ORDER BY day) FROM calendar)[{due} + 1]"
            counts.append(f'sum(c.ordinal - {upto}) FILTER ({mine} AND done > {due}) AS "{name}.days_late"')
        elif wanted == "longest_late":
            counts.append(f'max(done - {due}) FILTER ({mine} AND done > {due}) AS "{name}.longest_late"')
    return (
        f"SELECT s.unit, {', '.join(counts)} FROM log s JOIN units USING (unit) "
        "JOIN limits l ON l.type = units.type AND l.day = s.day "
        f"LEFT JOIN (SELECT ref, min(day) AS done FROM log WHERE {_is(end)} GROUP BY ref) a ON a.ref = s.ref "
        f"LEFT JOIN calendar c ON c.day = done WHERE s.kind = '{kind}' GROUP BY s.unit"
    )


def _frequencies(kind: str, every: str, leaves: list[Leaf]) -> str:
    held, counts = [], []
    for leaf in leaves:
        m, name = cast(Frequency, leaf.measure), leaf.id
        held.append(f'count(*) FILTER ({_is(m.event)}) AS "{name}"')
        least = str(m.at_least[0])
        if max(m.at_least) > 1:
            least = f"[{', '.join(str(n) for n in m.at_least)}][type + 1]"
        late = "false"
        if m.due is not None:
            held.append(f'min(day) FILTER ({_is(m.event)}) AS "{name}.first"')
            late = f'"{name}.first" > due'
        counts += [
            f'count(*) FILTER ("{name}" >= {least} AND NOT {late}) AS "{name}.met"',
            f'count(*) FILTER ("{name}" > 0) AS "{name}.some"',
            f'count(*) FILTER ("{name}" > 0 AND "{name}" < {least}) AS "{name}.short"',
            f'count(*) FILTER ("{name}" > 0 AND {late}) AS "{name}.late"',
        ]
    where = " OR ".join(f"({_is(cast(Frequency, leaf.measure).event)})" for leaf in leaves)
    return (
        f"SELECT unit, {', '.join(counts)} FROM (SELECT unit, {every}, min(due) AS due, {', '.join(held)} FROM log "
        f"JOIN periods USING (day) WHERE {every} >= 0 AND ({where}) GROUP BY unit, {every}) "
        "JOIN units USING (unit) GROUP BY unit"
    )


def _gap(name: str, m: Frequency, last: int) -> str:
    days = f"SELECT DISTINCT unit, day FROM log WHERE {_is(m.event)}"
    before = f"SELECT unit, day, lag(day, 1, -1) OVER (PARTITION BY unit ORDER BY day) AS before FROM ({days})"
    longest = f"greatest(max(day - before - 1), {last} - max(day))"
    return f'SELECT unit, {longest} AS "{name}.gap" FROM ({before}) GROUP BY unit'


def _quantity(rule: Rule) -> str:
    if isinstance(rule, Share | Tiers):
        return rule.quantity
    return next(iter(rule.each)) if isinstance(rule, Deduct) else "met"


def _by_type(values: tuple[int, ...]) -> str:
    if len(set(values)) == 1:
        return str(values[0])
    return f"[{', '.join(str(v) for v in values)}][type + 1]"


def _cases(leaf: Leaf, period: str) -> str:
    m, name = leaf.measure, leaf.id
    if isinstance(m, Frequency):
        return str(grid(period, m.every).periods)
    if isinstance(m, PerAccount):
        return f'greatest(coalesce("{name}.accounts", 0), 1) * {grid(period, "month").periods}'
    if isinstance(m, Coverage):
        return str(len(m.items))
    if isinstance(m, Count | Exists):
        return "1"
    if isinstance(m, Findings):
        return f'greatest(coalesce("{name}.found", 0), (coalesce("{name}.checked", 0) > 0)::INT)'
    return f'coalesce("{name}.cases", 0)'


def _value(leaf: Leaf, quantity: str, period: str, span: int) -> str:
    m, name = leaf.measure, leaf.id
    if quantity == "blank":
        return f'({_cases(leaf, period)} - coalesce("{name}.some", 0))'
    if quantity == "gap":
        return f'coalesce("{name}.gap", {span})'
    if quantity == "met" and isinstance(m, Exists):
        return f'least(coalesce("{name}.count", 0), 1)'
    if quantity == "met" and isinstance(m, Findings):
        return f'CASE WHEN coalesce("{name}.found", 0) > 0 THEN 0 ELSE {_cases(leaf, period)} END'
    return f'coalesce("{name}.{quantity}", 0)'


def _points(leaf: Leaf, period: str, span: int) -> str:
    rule, full, cases = leaf.rule, _by_type(leaf.points), _cases(leaf, period)
    if isinstance(rule, Share):
        below = str(rule.of) if rule.of else f"greatest({cases}, 1)"
        number = _value(leaf, rule.quantity, period, span)
        points = f"least((2 * {full} * {number} + {below}) // (2 * {below}), {full})"
    elif isinstance(rule, AllOrNothing):
        points = f"CASE WHEN {_value(leaf, 'met', period, span)} = {cases} THEN {full} ELSE 0 END"
    elif isinstance(rule, Deduct):
        lost = " + ".join(
            f"{worth} * (({_value(leaf, name, period, span)} + {rule.every - 1}) // {rule.every})"
            for name, worth in rule.each.items()
        )
        if rule.at_most is not None:
            lost = f"least({lost}, {rule.at_most})"
        points = f"greatest({full} - ({lost}), {rule.floor})"
    else:
        points = _tiers(leaf, rule, cases, period, span)
    there = f"{cases} > 0"
    if len(leaf.types) < len(UNIT_TYPES):
        there += f" AND type IN ({', '.join(str(t) for t in leaf.types)})"
    return f"(CASE WHEN {there} THEN {points} ELSE {NONE} END)::BIGINT"


def _tiers(leaf: Leaf, rule: Tiers, cases: str, period: str, span: int) -> str:
    value = _value(leaf, rule.quantity, period, span) + (" * 100" if rule.percent else "")
    lines = []
    for t, rows in enumerate(rule.rows):
        of_type = "" if len(rule.rows) == 1 else f"type = {t} AND "
        for bound, worth in rows:
            limit = f"{bound} * {cases}" if rule.percent else str(bound)
            lines.append(f"WHEN {of_type}{value} {'<=' if rule.down else '>='} {limit} THEN {worth}")
    return f"CASE {' '.join(lines)} ELSE 0 END"


def _tree() -> str:
    full = {leaf.id: _by_type(leaf.points) for leaf in LEAVES}
    levels = (
        ("points", "grouped", {group: [leaf.id for leaf in LEAVES if leaf.group == group] for group in GROUPS}),
        ("grouped", "blocks", {block: [group for group in GROUPS if group[0] == block] for block in BLOCKS}),
        ("blocks", "summed", {"total": list(BLOCKS)}),
    )
    parts = []
    for above, name, level in levels:
        columns = []
        for node, members in level.items():
            whole = " + ".join(full[m] for m in members)
            counted = " + ".join(f'CASE WHEN "{m}" >= 0 THEN {full[m]} ELSE 0 END' for m in members)
            got = " + ".join(f'greatest("{m}", 0)' for m in members)
            columns.append(
                f"CASE WHEN {counted} > 0 THEN "
                f'(2 * ({got}) * ({whole}) + ({counted})) // (2 * ({counted})) ELSE {NONE} END AS "{node}"'
            )
            full[node] = f"({whole})"
        parts.append(f'"{name}" AS (SELECT *, {", ".join(columns)} FROM "{above}")')
    parts.append('"totals" AS (SELECT * REPLACE ((2 * total + 100) // 200 * 100 AS total) FROM summed)')
    return ",\n".join(parts)
