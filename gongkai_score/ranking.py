"""Ranks within a class: which number, what ties are called, and quotas of grades by rank."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, overload

from gongkai_score.aggregation import NodeColumn, rates
from gongkai_score.exact_columns import Codes, Columns, Mark, Number
from gongkai_score.gates import TotalColumn, in_band
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.units import Unit

Ties = Literal["competition", "dense", "ordinal"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one unit stands.

    Attributes:
        unit: position of the unit in the register.
        group: the class it is ranked in ("" where all are ranked together).
        points: the number that was ranked; None: not ranked.
        rank: rank from 1, or None.
        grade: final grade, "" if the set has none.
        lists: further lists the unit is on (红榜, 黑榜).
    """

    unit: int
    group: str
    points: Fraction | None
    rank: int | None
    grade: str
    lists: tuple[str, ...] = ()


def ranks(values: Sequence[Any], ties: Ties = "competition") -> list[int]:
    """Rank of each value, the greatest first, from 1.

    ``competition`` gives 9, 9, 11; ``dense`` 6, 6, 7; ``ordinal`` numbers through in the order given.

    >>> ranks([Fraction(90), Fraction(95), Fraction(90), Fraction(80)])
    [2, 1, 2, 4]
    >>> ranks([Fraction(90), Fraction(95), Fraction(90), Fraction(80)], "dense")
    [2, 1, 2, 3]
    """
    if ties == "ordinal":
        numbered = sorted(range(len(values)), key=values.__getitem__, reverse=True)
        place = {unit: number for number, unit in enumerate(numbered, 1)}
        return [place[unit] for unit in range(len(values))]
    ordered = sorted(values, reverse=True)
    first: dict[Any, int] = {}
    for number, value in enumerate(dict.fromkeys(ordered) if ties == "dense" else ordered, 1):
        first.setdefault(value, number)
    return [first[value] for value in values]


class Places(Sequence[Place]):
    """Places of all units, each made when it is asked for."""

    def __init__(self, ranks: Sequence[int | None], make: Callable[[int], Place]) -> None:
        """``ranks``: of each unit, None: not ranked; ``make`` gives the place of one unit, by position."""
        self.ranks = ranks
        self._units, self._make = len(ranks), make
        self._made: dict[int, Place] = {}

    def __len__(self) -> int:
        return self._units

    @overload
    def __getitem__(self, unit: int) -> Place: ...
    @overload
    def __getitem__(self, unit: slice) -> tuple[Place, ...]: ...
    def __getitem__(self, unit: int | slice) -> Place | tuple[Place, ...]:
        if isinstance(unit, slice):
            return tuple(self[i] for i in range(*unit.indices(self._units)))
        unit = range(self._units)[unit]
        if unit not in self._made:
            self._made[unit] = self._make(unit)
        return self._made[unit]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, Places | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def __reduce__(self) -> tuple[type[tuple[Place, ...]], tuple[list[Place]]]:
        return tuple, (list(self),)


def places(
    indicator_set: IndicatorSet,
    units: Sequence[Unit],
    totals: TotalColumn,
    nodes: Mapping[str, NodeColumn],
    in_scope: Mark,
    columns: Columns,
) -> Places:
    """Every unit's place, the order of the register kept; units without a number are not ranked."""
    rule, rounding = indicator_set.ranking, indicator_set.rounding
    points: Number = totals.points
    counted: Mark = totals.counts
    if rule.by != "total":
        counted, points = _of_node(rule.by, nodes, columns)
    if rule.rounded and not rule.by.endswith(".rate"):
        points = columns.rounded(points, rounding.total, rounding.mode)
    there = columns.marks(counted) & columns.marks(in_scope)
    keys = [columns.ascending(points), *(_tie_keys(name, units, nodes, columns) for name in rule.then_by)]
    groups = _classes(units, rule.within)
    code = {group: number for number, group in enumerate(sorted(set(groups)))}
    classes = columns.codes([code[group] for group in groups])
    rank: list[int | None] = [place or None for place in columns.ranks(classes, keys, there, rule.ties == "dense")]
    grades: dict[int, str] = {}
    if _ordered(indicator_set):
        members: dict[str, list[int]] = {}
        for unit in sorted((u for u, place in enumerate(rank) if place), key=lambda u: (rank[u], units[u].id)):
            members.setdefault(groups[unit], []).append(unit)
        for ranked in members.values():
            if rule.ties == "ordinal":
                for number, unit in enumerate(ranked, 1):
                    rank[unit] = number
            grades |= _quotas(indicator_set, ranked, rank, totals)

    def make(unit: int) -> Place:
        inside = columns.at(in_scope, unit)
        grade = grades.get(unit, totals[unit].grade) if inside else ""
        lists = _lists(indicator_set, totals[unit].points if inside else None)
        value = columns.at(points, unit) if rank[unit] else None
        return Place(unit, groups[unit], value, rank[unit], grade, lists)

    return Places(rank, make)


def _classes(units: Sequence[Unit], within: str) -> Sequence[str]:
    """The class each unit is ranked in."""
    if within == "all":
        return [""] * len(units)
    return [unit.group if within == "group" else unit.type for unit in units]


def _ordered(indicator_set: IndicatorSet) -> bool:
    """Whether the order of units that tie matters: for numbering through, and for quotas."""
    return indicator_set.ranking.ties == "ordinal" or any(grade.top is not None for grade in indicator_set.grades)


def _tie_keys(name: str, units: Sequence[Unit], nodes: Mapping[str, NodeColumn], columns: Columns) -> Codes:
    """For each unit what decides between equal numbers: the greater comes first, of attributes the smaller."""
    if name.startswith("attributes."):
        texts = [unit.attributes.get(name.removeprefix("attributes."), "") for unit in units]
        numbers = [-Fraction(text) if text.replace(".", "", 1).isdigit() else -Fraction(10**9) for text in texts]
        return columns.ascending(columns.numbers(numbers))
    return columns.ascending(_of_node(name, nodes, columns)[1])


def _of_node(name: str, nodes: Mapping[str, NodeColumn], columns: Columns) -> tuple[Mark, Number]:
    """(which units have it, for each unit) the points of a node, or its share (``A.rate``); shares stay exact."""
    numbers = nodes[name.removesuffix(".rate")].numbers
    return rates(numbers, columns) if name.endswith(".rate") else (numbers.counts, numbers.points)


def _lists(indicator_set: IndicatorSet, points: Fraction | None) -> tuple[str, ...]:
    if points is None:
        return ()
    return tuple(band.name for band in indicator_set.lists if in_band(band, points))


def _quotas(
    indicator_set: IndicatorSet,
    sequence: Sequence[int],
    rank: Sequence[int | None],
    totals: TotalColumn,
) -> dict[int, str]:
    """Grades given to the first so many per cent of a class, in the order of the grades.

    Each quota is a share of the n units ranked, rounded down; units that tie with the last one inside are
    inside. A unit whose best grade a gate limits takes that grade; its place is not filled by another.
    """
    order = [grade.name for grade in indicator_set.grades]
    found: dict[int, str] = {}
    start = 0
    for grade in indicator_set.grades:
        if grade.top is None:
            continue
        size = (grade.top * len(sequence)).__floor__()
        last = start + size
        while 0 < last < len(sequence) and size and rank[sequence[last]] == rank[sequence[last - 1]]:
            last += 1
        for unit in sequence[start:last]:
            limit = totals[unit].grade_at_most
            held = limit and order.index(limit) > order.index(grade.name)
            if in_band(grade, totals[unit].points or Fraction(0)):
                found[unit] = limit if held else grade.name
        start = last
    return found
