"""Polars, lazy, by hand: one plan, the duties on the same events counted in one pass over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import polars as pl

from benchmarks.contenders.arrays import Days
from benchmarks.make_log import ELEMENTS, KINDS, UNIT_TYPES, WORDS, MadeLog, window_of
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
    Scores,
    Share,
    Tiers,
    grid,
)


@dataclass
class Frames:
    """The log with texts as enums and days as numbers from the first of the window, and the units."""

    log: pl.DataFrame
    units: pl.DataFrame
    ids: tuple[str, ...]
    period: str


def prepare(log: MadeLog) -> Frames:
    days = Days(log.period)
    columns: dict[str, pl.Series] = {
        "unit": pl.Series(log.unit),
        "kind": pl.Series(np.array(KINDS)[log.kind], dtype=pl.Enum(KINDS)),
        "day": pl.Series((log.day - days.base).astype(np.int32)),
        "ref": pl.Series(log.ref),
    }
    for name, codes in log.attributes.items():
        words = pl.Series([*WORDS[name], None], dtype=pl.Enum(WORDS[name]))
        columns[name] = words.gather(np.where(codes < 0, len(WORDS[name]), codes).astype(np.uint32))
    types = log.unit_type.astype(np.int32)
    units = pl.DataFrame({"unit": np.arange(len(types), dtype=np.int32), "type": types})
    return Frames(pl.DataFrame(columns), units, log.units, log.period)


def run(data: Frames) -> Scores:
    plan = data.units.lazy()
    for part in _Plan(data).parts():
        plan = plan.join(part, on="unit", how="left", maintain_order="left")
    plan = plan.with_columns(pl.exclude("unit", "type").fill_null(0).cast(pl.Int64))
    plan = plan.with_columns(_points(leaf, data.period).alias(leaf.id) for leaf in LEAVES)
    plan = _tree(plan)
    plan = plan.with_columns(rank=pl.col("total").rank("min", descending=True).cast(pl.Int64))
    found = plan.select(*(leaf.id for leaf in LEAVES), "total", "rank").collect()
    leaf = found.select(leaf.id for leaf in LEAVES).to_numpy()
    return Scores(data.ids, leaf, found["total"].to_numpy(), found["rank"].to_numpy())


def _is(events: Events) -> pl.Expr:
    """Events of the kind that satisfy the conditions; the kind is filtered already."""
    tests = [
        pl.col(name) == values[0] if len(values) == 1 else pl.col(name).is_in(list(values))
        for name, values in events.where.items()
    ]
    return pl.all_horizontal(tests) if tests else pl.lit(True)


def _many(events: Events) -> pl.Expr:
    return _is(events).sum() if events.where else pl.len()


class _Plan:
    """Numbers by unit, a frame for each pass."""

    def __init__(self, data: Frames) -> None:
        self.data, self.days, self.log = data, Days(data.period), data.log.lazy()
        self.types = data.units["type"]

    def parts(self) -> list[pl.LazyFrame]:
        deadlines: dict[tuple[str, str], list[Leaf]] = {}
        frequencies: dict[tuple[str, str], list[Leaf]] = {}
        plain: dict[str, list[pl.Expr]] = {}
        parts: list[pl.LazyFrame] = []
        for leaf in LEAVES:
            m = leaf.measure
            if isinstance(m, Deadline):
                deadlines.setdefault((m.start.kind, str(m.end)), []).append(leaf)
            elif isinstance(m, Frequency):
                frequencies.setdefault((m.event.kind, m.every), []).append(leaf)
            elif isinstance(m, PerAccount):
                parts.append(self._per_account(leaf.id, m))
            elif isinstance(m, Precedes):
                parts.append(self._precedes(leaf.id, m))
            elif isinstance(m, Count) and m.distinct is not None:
                parts.append(self._distinct(m.event, m.distinct, f"{leaf.id}.count"))
            elif isinstance(m, Coverage):
                parts.append(self._distinct(Events(m.event.kind, {"item": m.items}), "item", f"{leaf.id}.met"))
            elif isinstance(m, Findings):
                plain.setdefault(m.event.kind, []).append(_many(m.event).alias(f"{leaf.id}.found"))
                plain.setdefault(m.check.kind, []).append(pl.len().alias(f"{leaf.id}.checked"))
            elif isinstance(m, Complete):
                worth = [sum(e in text.split(";") for e in m.elements) for text in ELEMENTS[1:]]
                have = pl.col("elements").replace_strict(list(ELEMENTS[1:]), worth, return_dtype=pl.Int32)
                plain.setdefault(m.event.kind, []).extend(
                    [have.sum().alias(f"{leaf.id}.have"), (pl.len() * len(m.elements)).alias(f"{leaf.id}.cases")]
                )
            else:
                one = cast(Count | Exists, m)
                plain.setdefault(one.event.kind, []).append(_many(one.event).alias(f"{leaf.id}.count"))
        parts += [self._deadlines(kind, leaves) for (kind, _), leaves in deadlines.items()]
        parts += [self._frequencies(kind, every, leaves) for (kind, every), leaves in frequencies.items()]
        parts += [self.of(kind).group_by("unit").agg(exprs) for kind, exprs in plain.items()]
        return parts

    def of(self, kind: str) -> pl.LazyFrame:
        return self.log.filter(pl.col("kind") == kind)

    def _deadlines(self, kind: str, leaves: list[Leaf]) -> pl.LazyFrame:
        first = cast(Deadline, leaves[0].measure)
        answers = self.of(first.end.kind).filter(_is(first.end)).group_by("ref").agg(done=pl.col("day").min())
        starts = self.of(kind).join(answers, on="ref", how="left")
        made: list[pl.Expr] = []
        for leaf in leaves:
            m = cast(Deadline, leaf.measure)
            table = np.minimum(self.days.due(m) - self.days.base, 30_000)
            index = pl.col("day")
            if len(table) > 1:
                index = pl.lit(self.types).gather(pl.col("unit")) * table.shape[1] + index
            made.append(pl.lit(pl.Series(table.ravel())).gather(index).alias(f"{leaf.id}.due"))
        starts = starts.with_columns(made)
        judged: list[pl.Expr] = []
        totals: list[pl.Expr] = []
        for leaf in leaves:
            m, name = cast(Deadline, leaf.measure), leaf.id
            due, done = pl.col(f"{name}.due"), pl.col("done")
            mine = _is(m.start) & (due <= self.days.last - self.days.base)
            late = mine & (done > due).fill_null(False)
            judged += [
                mine.alias(f"{name}.cases"),
                (mine & (done <= due).fill_null(False)).alias(f"{name}.met"),
                late.alias(f"{name}.late"),
                (mine & done.is_null()).alias(f"{name}.missing"),
            ]
            totals += [pl.col(f"{name}.{what}").sum() for what in ("cases", "met", "late", "missing")]
            wanted = _quantity(leaf)
            if wanted in ("days_late", "longest_late"):
                over = done - due
                if m.days is None:
                    ordinal, upto = (pl.lit(pl.Series(t)) for t in (self.days.ordinal, self.days.upto))
                    over = ordinal.gather(done.fill_null(0)).cast(pl.Int64) - upto.gather(due)
                judged.append(pl.when(late).then(over).otherwise(0).alias(f"{name}.{wanted}"))
                column = pl.col(f"{name}.{wanted}")
                totals.append(column.sum() if wanted == "days_late" else column.max())
        return starts.with_columns(judged).group_by("unit").agg(totals)

    def _frequencies(self, kind: str, every: str, leaves: list[Leaf]) -> pl.LazyFrame:
        due = cast(Frequency, leaves[0].measure).due
        asked = grid(self.data.period, every, due)
        table = pl.lit(pl.Series(np.array(asked.of_day, np.int32)))
        frame = self.of(kind)
        if len(leaves) == 1:
            frame = frame.filter(_is(cast(Frequency, leaves[0].measure).event))
        cells = frame.with_columns(period=table.gather(pl.col("day"))).filter(pl.col("period") >= 0)
        counts, judged, totals, gaps = [], [], [], []
        for leaf in leaves:
            m, name = cast(Frequency, leaf.measure), leaf.id
            chosen = _is(m.event)
            counts.append(_many(m.event).alias(name))
            held = pl.col(name)
            least = pl.lit(m.at_least[0])
            if max(m.at_least) > 1:
                least = pl.lit(pl.Series(m.at_least)).gather(pl.lit(self.types).gather(pl.col("unit")))
            late = pl.lit(False)
            if m.due is not None:
                counts.append(pl.col("day").filter(chosen).min().alias(f"{name}.first"))
                dues = pl.lit(pl.Series(np.array(asked.due, np.int64) - self.days.base))
                late = (pl.col(f"{name}.first") > dues.gather(pl.col("period"))).fill_null(False)
            judged += [
                ((held >= least) & ~late).alias(f"{name}.met"),
                (held > 0).alias(f"{name}.some"),
                ((held > 0) & (held < least)).alias(f"{name}.short"),
                late.alias(f"{name}.late"),
            ]
            totals += [pl.col(f"{name}.{what}").sum() for what in ("met", "some", "short", "late")]
            if m.gap:
                gaps.append(self._gap(leaf))
        found = cells.group_by("unit", "period").agg(counts).with_columns(judged).group_by("unit").agg(totals)
        for gap in gaps:
            found = found.join(gap, on="unit", how="full", coalesce=True)
        return found

    def _gap(self, leaf: Leaf) -> pl.LazyFrame:
        m = cast(Frequency, leaf.measure)
        last = self.days.last - self.days.base
        days = self.of(m.event.kind).filter(_is(m.event)).select("unit", "day").unique().sort("unit", "day")
        before = pl.col("day").shift(1)
        inner = pl.when(pl.col("unit") == pl.col("unit").shift(1)).then(pl.col("day") - before - 1)
        days = days.with_columns(gap=inner.otherwise(pl.col("day")))
        longest = pl.max_horizontal(pl.col("gap").max(), last - pl.col("day").max())
        return days.group_by("unit").agg((last + 1 - longest).alias(f"{leaf.id}.ungap"))

    def _per_account(self, name: str, m: PerAccount) -> pl.LazyFrame:
        asked = grid(self.data.period, "month")
        table = pl.lit(pl.Series(np.array(asked.of_day, np.int32)))
        frame = self.of(m.event.kind).filter(_is(m.event)).with_columns(month=table.gather(pl.col("day")))
        by_account = frame.group_by("unit", "account").agg(months=pl.col("month").n_unique())
        return by_account.group_by("unit").agg(
            pl.len().alias(f"{name}.accounts"), pl.col("months").sum().alias(f"{name}.met")
        )

    def _distinct(self, events: Events, value: str, name: str) -> pl.LazyFrame:
        chosen = self.of(events.kind).filter(_is(events)).select("unit", value).unique()
        return chosen.group_by("unit").agg(pl.len().alias(name))

    def _precedes(self, name: str, m: Precedes) -> pl.LazyFrame:
        before = self.of(m.before.kind).group_by("ref").agg(before=pl.col("day").min())
        after = self.of(m.after.kind).join(before, on="ref", how="left")
        met = (pl.col("before") + m.lead <= pl.col("day")).fill_null(False)
        return after.group_by("unit").agg(pl.len().alias(f"{name}.cases"), met.sum().alias(f"{name}.met"))


def _quantity(leaf: Leaf) -> str:
    rule = leaf.rule
    if isinstance(rule, Share | Tiers):
        return rule.quantity
    return next(iter(rule.each)) if isinstance(rule, Deduct) else "met"


def _by_type(values: tuple[int, ...]) -> pl.Expr:
    if len(set(values)) == 1:
        return pl.lit(values[0], pl.Int64)
    return pl.lit(pl.Series(values, dtype=pl.Int64)).gather(pl.col("type"))


def _cases(leaf: Leaf, period: str) -> pl.Expr:
    m, name = leaf.measure, leaf.id
    if isinstance(m, Frequency):
        return pl.lit(grid(period, m.every).periods, pl.Int64)
    if isinstance(m, PerAccount):
        return pl.max_horizontal(pl.col(f"{name}.accounts"), 1) * grid(period, "month").periods
    if isinstance(m, Coverage):
        return pl.lit(len(m.items), pl.Int64)
    if isinstance(m, Count | Exists):
        return pl.lit(1, pl.Int64)
    if isinstance(m, Findings):
        checked = pl.col(f"{name}.checked") > 0
        return pl.max_horizontal(pl.col(f"{name}.found"), checked.cast(pl.Int64))
    return pl.col(f"{name}.cases")


def _value(leaf: Leaf, quantity: str, period: str) -> pl.Expr:
    m, name = leaf.measure, leaf.id
    if quantity == "blank":
        return _cases(leaf, period) - pl.col(f"{name}.some")
    if quantity == "gap":
        first, last = window_of(period)
        return pl.lit(last - first + 1, pl.Int64) - pl.col(f"{name}.ungap")
    if quantity == "met" and isinstance(m, Exists):
        return pl.min_horizontal(pl.col(f"{name}.count"), 1)
    if quantity == "met" and isinstance(m, Findings):
        return pl.when(pl.col(f"{name}.found") > 0).then(0).otherwise(_cases(leaf, period))
    return pl.col(f"{name}.{quantity}")


def _points(leaf: Leaf, period: str) -> pl.Expr:
    rule, full, cases = leaf.rule, _by_type(leaf.points), _cases(leaf, period)
    if isinstance(rule, Share):
        below = pl.lit(rule.of, pl.Int64) if rule.of else pl.max_horizontal(cases, 1)
        number = _value(leaf, rule.quantity, period)
        points = pl.min_horizontal((2 * full * number + below) // (2 * below), full)
    elif isinstance(rule, AllOrNothing):
        points = pl.when(_value(leaf, "met", period) == cases).then(full).otherwise(0)
    elif isinstance(rule, Deduct):
        every = rule.every
        parts = [worth * ((_value(leaf, name, period) + every - 1) // every) for name, worth in rule.each.items()]
        lost = pl.sum_horizontal(parts)
        if rule.at_most is not None:
            lost = pl.min_horizontal(lost, rule.at_most)
        points = pl.max_horizontal(full - lost, rule.floor)
    else:
        points = _tiers(leaf, rule, cases, period)
    there = cases > 0
    if len(leaf.types) < len(UNIT_TYPES):
        there = there & pl.col("type").is_in(list(leaf.types))
    return pl.when(there).then(points).otherwise(NONE).cast(pl.Int64)


def _tiers(leaf: Leaf, rule: Tiers, cases: pl.Expr, period: str) -> pl.Expr:
    value = _value(leaf, rule.quantity, period) * (100 if rule.percent else 1)
    found = pl.lit(0)
    for t, rows in enumerate(rule.rows):
        part = pl.lit(0)
        for bound, worth in reversed(rows):
            limit = bound * cases if rule.percent else pl.lit(bound)
            part = pl.when(value <= limit if rule.down else value >= limit).then(worth).otherwise(part)
        found = part if len(rule.rows) == 1 else pl.when(pl.col("type") == t).then(part).otherwise(found)
    return found


def _tree(plan: pl.LazyFrame) -> pl.LazyFrame:
    plan = plan.with_columns(_by_type(leaf.points).alias(f"full.{leaf.id}") for leaf in LEAVES)
    levels = (
        {group: [leaf.id for leaf in LEAVES if leaf.group == group] for group in GROUPS},
        {block: [group for group in GROUPS if group[0] == block] for block in BLOCKS},
        {"total": list(BLOCKS)},
    )
    for level in levels:
        made = []
        for node, members in level.items():
            there = {m: pl.col(m) >= 0 for m in members}
            full = pl.sum_horizontal(pl.col(f"full.{m}") for m in members)
            counted = pl.sum_horizontal(pl.when(there[m]).then(pl.col(f"full.{m}")).otherwise(0) for m in members)
            got = pl.sum_horizontal(pl.when(there[m]).then(pl.col(m)).otherwise(0) for m in members)
            below = pl.max_horizontal(counted, 1)
            points = pl.when(counted > 0).then((2 * got * full + below) // (2 * below)).otherwise(NONE)
            made += [points.cast(pl.Int64).alias(node), full.alias(f"full.{node}")]
        plan = plan.with_columns(made)
    return plan.with_columns(total=(2 * pl.col("total") + 100) // 200 * 100)
