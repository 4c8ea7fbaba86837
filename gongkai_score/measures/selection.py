"""Which events satisfy conditions: decided once for each distinct value, then gathered over the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, Coded, EventTable, Int32, Moments
from gongkai_score.measure_kinds import COMPARE, Condition, Where
from gongkai_score.period import parse_day
from gongkai_score.points import exact

Mask = NDArray[np.bool_]

TRUE_WORDS: frozenset[str] = frozenset({"true", "yes", "1", "是"})
FALSE_WORDS: frozenset[str] = frozenset({"false", "no", "0", "否"})
"""How a log writes yes and no."""


def is_true(cell: str | None) -> bool:
    """Whether a cell says yes.

    >>> is_true("True"), is_true("是"), is_true("否"), is_true(None)
    (True, True, False, False)
    """
    return cell is not None and cell.strip().lower() in TRUE_WORDS


def atoms(cell: str) -> tuple[str, ...]:
    """The values a cell holds: it may hold several, separated by ``;``.

    >>> atoms("图解; 视频;")
    ('图解', '视频')
    """
    if ";" not in cell:
        return (cell,)
    return tuple(part for part in (piece.strip() for piece in cell.split(";")) if part)


def passes(condition: Condition, cell: str | None) -> bool:
    """Whether a cell meets a condition; one with several values does if one of them does.

    An empty cell differs from every value, so it meets ``!=`` and ``not in``, and no other comparison.

    >>> passes(Condition("==", "视频"), "图解;视频"), passes(Condition("!=", "true"), None)
    (True, True)
    >>> passes(Condition(">=", Fraction(500000)), "1200000.00"), passes(Condition("==", "true"), "是")
    (True, True)
    """
    if condition.op == "any":
        return cell is not None
    if condition.op == "none":
        return cell is None
    if cell is None:
        return condition.op in ("!=", "not in")
    return any(_meets(condition, atom) for atom in atoms(cell))


def _meets(condition: Condition, atom: str) -> bool:
    limit = condition.value
    if isinstance(limit, Fraction):
        try:
            return bool(condition.number(exact(atom)))
        except ValueError:
            return condition.op == "!="
    if isinstance(limit, tuple):
        return any(_same(atom, value) for value in limit) == (condition.op == "in")
    if limit is None:
        return False
    if condition.op in ("==", "!="):
        return _same(atom, limit) == (condition.op == "==")
    return bool(COMPARE[condition.op](atom, limit))


def _same(atom: str, value: str) -> bool:
    if value == "true":
        return atom.lower() in TRUE_WORDS
    if value == "false":
        return atom.lower() in FALSE_WORDS
    return atom == value


def passing(column: Coded, test: Callable[[str | None], bool]) -> Mask:
    """For each cell of a column whether ``test`` holds; ``test`` runs once for each value that occurs."""
    size = len(column.values)
    table = np.zeros(size + 1, bool)
    table[size] = test(None)
    if size <= 1024:
        occurring: Sequence[int] = range(size)
    else:
        seen = np.zeros(size + 1, bool)
        seen[column.codes] = True
        occurring = np.flatnonzero(seen[:size]).tolist()
    for code in occurring:
        table[code] = test(str(column.values[code]))
    return table.take(column.codes, mode="wrap")


def mask_of(table: EventTable, refs: Sequence[str], attribute: str, condition: Condition) -> Mask:
    """The rows of a table whose attribute meets a condition; an attribute nobody recorded is empty everywhere."""

    def test(cell: str | None) -> bool:
        return passes(condition, cell)

    if attribute in table.attributes:
        return passing(table.attributes[attribute], test)
    if attribute in table.moments or attribute == "at":
        return _moments_mask(table.at if attribute == "at" else table.moments[attribute], condition)
    if attribute in ("ref", "id"):
        column = Coded(table.ref, refs) if attribute == "ref" else table.id
        if condition.op in ("any", "none"):
            there: Mask = column.codes >= 0
            return there if condition.op == "any" else ~there
        return passing(column, test)
    return np.full(len(table), passes(condition, None))


def _moments_mask(moments: Moments, condition: Condition) -> Mask:
    there: Mask = moments.day != NO_DAY
    if condition.op == "any":
        return there
    if condition.op == "none":
        return ~there
    limits = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    days = [parse_day(limit) for limit in limits if isinstance(limit, str)]
    if condition.op in ("in", "not in"):
        inside: Mask = np.isin(moments.day, np.array(days, np.int32))
        return inside & there if condition.op == "in" else ~(inside & there)
    if not days:
        return np.zeros(len(there), bool)
    met: Mask = COMPARE[condition.op](moments.day, days[0])
    return met & there if condition.op != "!=" else met | ~there


def where_mask(table: EventTable, refs: Sequence[str], where: Where) -> Mask | None:
    """The rows that meet all conditions; None: there are no conditions."""
    found: Mask | None = None
    for attribute, condition in where:
        one = mask_of(table, refs, attribute, condition)
        found = one if found is None else found & one
    return found


def exempted(table: EventTable, rows: Int32) -> tuple[Mask, Mask]:
    """(exempt with a reason, exempt without one) for some rows of a table.

    An exemption counts only with a recorded reason (duties, ambiguity 52).
    """
    flags = table.attributes.get("exempt")
    none = np.zeros(len(rows), bool)
    if flags is None:
        return none, none
    claimed = passing(Coded(flags.codes[rows], flags.values), is_true)
    reasons = table.attributes.get("exempt_reason")
    if reasons is None:
        return none, claimed
    given = reasons.codes[rows] >= 0
    return claimed & given, claimed & ~given


class Atoms:
    """The single values of a column whose cells may hold several: a list of values and, for each code, which.

    ``flat[first[code]:first[code + 1]]`` are the values of a cell with that code; an empty cell has none.
    """

    def __init__(self, column: Coded | None) -> None:
        """Splits the values that occur."""
        self.simple = True
        self.values: list[str] = []
        self.first = np.zeros(2, np.int64)
        self.flat = np.zeros(0, np.int32)
        self._by_code = np.full(1, -1, np.int32)
        if column is None:
            return
        seen = np.zeros(len(column.values) + 1, bool)
        seen[column.codes] = True
        index: dict[str, int] = {}
        lengths = np.zeros(len(column.values) + 1, np.int64)
        flat: list[int] = []
        for code in np.flatnonzero(seen[:-1]).tolist():
            parts = dict.fromkeys(atoms(str(column.values[code])))
            lengths[code] = len(parts)
            flat.extend(index.setdefault(part, len(index)) for part in parts)
            self.simple = self.simple and len(parts) == 1
        self.values = list(index)
        self.flat = np.array(flat, np.int32)
        self.first = np.concatenate([[0], np.cumsum(lengths)])
        self._by_code = np.full(len(lengths), -1, np.int32)
        if self.simple:
            self._by_code[lengths > 0] = self.flat

    def spread(self, codes: NDArray[np.integer]) -> tuple[NDArray[np.int64] | None, Int32]:
        """(position of each value's cell, its value) over cells; None: one a cell; -1: an empty cell's value."""
        if len(self.flat) == 0:
            return None, np.full(len(codes), -1, np.int32)
        if self.simple:
            return None, self._by_code.take(codes, mode="wrap")
        at = np.where(codes < 0, len(self.first) - 2, codes)
        begin, many = self.first[at], self.first[at + 1] - self.first[at]
        copies = np.maximum(many, 1)
        cell = np.repeat(np.arange(len(codes)), copies)
        inside = np.arange(len(cell)) - np.repeat(np.cumsum(copies) - copies, copies)
        value = self.flat.take(begin[cell] + inside, mode="clip")
        return cell, np.where(many[cell] == 0, np.int32(-1), value).astype(np.int32)
