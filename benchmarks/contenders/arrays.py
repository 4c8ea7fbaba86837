"""What the scripts on arrays share: tables of days, points from counts, the tree, ranks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.make_log import UNIT_TYPES, window_of
from benchmarks.workload import (
    BLOCKS,
    GROUPS,
    LEAVES,
    NONE,
    AllOrNothing,
    Deadline,
    Deduct,
    Leaf,
    Scores,
    Share,
    working_days,
)

Ints = NDArray[np.int64]
Counts = Mapping[str, NDArray[np.integer]]


class Days:
    """Tables by day, counted from ``base``: working days passed, and the same with rest days to the next one."""

    def __init__(self, period: str) -> None:
        self.first, self.last = window_of(period)
        self.base = self.first
        span = np.arange(self.base, self.last + 400)
        listed = np.array(sorted(d for d in working_days() if d >= self.base), np.int32)
        working = np.isin(span, listed)
        self.upto = np.cumsum(working).astype(np.int32)
        self.ordinal = (self.upto + ~working).astype(np.int32)
        self.listed = listed
        self._tables: dict[int, NDArray[np.int32]] = {}

    def due(self, m: Deadline) -> NDArray[np.int32]:
        """Last days by type of unit and start day; one row where the types do not differ."""
        if id(m) not in self._tables:
            days = range(self.base, self.last + 1)
            lengths = np.array([[m.limit(day, t) for day in days] for t in range(len(UNIT_TYPES))])
            if (lengths == lengths[0]).all():
                lengths = lengths[:1]
            start = np.arange(len(days))
            if m.days is None:
                table = self.listed[self.upto[start] + lengths - 1]
            elif m.roll:
                table = self.listed[self.ordinal[start + lengths] - 1]
            else:
                table = start + lengths + self.base
            self._tables[id(m)] = table.astype(np.int32)
        return self._tables[id(m)]


@cache
def days_of(period: str) -> Days:
    return Days(period)


def points_of(leaf: Leaf, counts: Counts, unit_type: NDArray[np.int8]) -> Ints:
    """Points of one leaf from numbers by unit."""
    rule, cases = leaf.rule, counts["cases"]
    full: Ints | int = leaf.points[0]
    if len(set(leaf.points)) > 1:
        full = np.array(leaf.points, np.int64)[unit_type]
    if isinstance(rule, Share):
        below = np.maximum(cases, 1) if rule.of is None else rule.of
        points = np.minimum((2 * full * counts[rule.quantity].astype(np.int64) + below) // (2 * below), full)
    elif isinstance(rule, AllOrNothing):
        points = np.where(counts["met"] == cases, full, 0)
    elif isinstance(rule, Deduct):
        lost = sum(p * -(-counts[name].astype(np.int64) // rule.every) for name, p in rule.each.items())
        if rule.at_most is not None:
            lost = np.minimum(lost, rule.at_most)
        points = np.maximum(full - lost, rule.floor)
    else:
        points = np.zeros(len(unit_type), np.int64)
        value = counts[rule.quantity].astype(np.int64) * (100 if rule.percent else 1)
        for t, rows in enumerate(rule.rows):
            part = np.zeros(len(unit_type), np.int64)
            for bound, worth in reversed(rows):
                limit = bound * cases if rule.percent else bound
                part = np.where(value <= limit if rule.down else value >= limit, worth, part)
            points = part if len(rule.rows) == 1 else np.where(unit_type == t, part, points)
    there = np.asarray(cases) > 0
    if len(leaf.types) < len(UNIT_TYPES):
        there = there & np.isin(unit_type, leaf.types)
    return np.where(there, points, NONE)


def scores(log_units: tuple[str, ...], points: list[Ints], unit_type: NDArray[np.int8]) -> Scores:
    """Sums up the tree and ranks the totals; ``points`` by leaf."""
    earned: list[Ints] = points
    full: list[Ints] = [np.array(leaf.points, np.int64)[unit_type] for leaf in LEAVES]
    levels = (
        [[i for i, leaf in enumerate(LEAVES) if leaf.group == group] for group in GROUPS],
        [[i for i, group in enumerate(GROUPS) if group[0] == block] for block in BLOCKS],
        [list(range(len(BLOCKS)))],
    )
    for level in levels:
        sums = [_sum([earned[i] for i in members], [full[i] for i in members]) for members in level]
        earned, full = [s for s, _ in sums], [f for _, f in sums]
    total = (2 * earned[0] + 100) // 200 * 100
    order = np.sort(total)
    rank = len(total) - np.searchsorted(order, total, side="right") + 1
    return Scores(log_units, np.stack(points, axis=1), total, rank)


def _sum(earned: list[Ints], full: list[Ints]) -> tuple[Ints, Ints]:
    whole, counted, got = (np.zeros(len(earned[0]), np.int64) for _ in range(3))
    for one, marks in zip(earned, full, strict=True):
        there = one >= 0
        whole += marks
        counted += marks * there
        got += one * there
    below = np.maximum(counted, 1)
    return np.where(counted > 0, (2 * got * whole + below) // (2 * below), NONE), whole
