"""Ranks within a class: which number, what ties are called, and quotas of grades by rank."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import Literal

from gongkai_score.aggregation import NodeScore
from gongkai_score.gates import Total, in_band
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.measurements import Column
from gongkai_score.points import rounded
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


def ranks(values: Sequence[Fraction] | Sequence[int], ties: Ties = "competition") -> list[int]:
    """Rank of each value, the greatest first, from 1.

    ``competition`` gives 9, 9, 11; ``dense`` 6, 6, 7; ``ordinal`` numbers through in the order given.

    >>> ranks([Fraction(90), Fraction(95), Fraction(90), Fraction(80)])
    [2, 1, 2, 4]
    >>> ranks([Fraction(90), Fraction(95), Fraction(90), Fraction(80)], "dense")
    [2, 1, 2, 3]
    """
    order = sorted(range(len(values)), key=lambda i: (-values[i], i))
    result = [0] * len(values)
    place = 0
    for position, i in enumerate(order):
        tied = position > 0 and values[i] == values[order[position - 1]]
        if ties == "ordinal":
            place = position + 1
        elif not tied:
            place = place + 1 if ties == "dense" else position + 1
        result[i] = place
    return result


def places(
    indicator_set: IndicatorSet,
    units: Sequence[Unit],
    totals: Column[Total],
    nodes: Mapping[str, Column[NodeScore]],
    in_scope: Sequence[bool],
) -> tuple[Place, ...]:
    """Every unit's place, the order of the register kept; units without a number are not ranked."""
    rule = indicator_set.ranking
    number = _number(indicator_set, totals, nodes)
    groups = [{"group": unit.group, "type": unit.type, "all": ""}[rule.within] for unit in units]
    found: dict[int, Place] = {}
    for group in sorted(set(groups)):
        members = [i for i in range(len(units)) if groups[i] == group]
        values = {i: number(i) for i in members if in_scope[i]}
        ranked = [i for i in members if values.get(i) is not None]
        keys = {i: (-n, _tie_key(i, indicator_set, units, nodes)) for i, n in _whole(values).items()}
        sequence = sorted(ranked, key=lambda i: (keys[i], units[i].id))
        broken = _ranks_of(sequence, keys, rule.ties)
        for i in members:
            grade = totals[i].grade if in_scope[i] else ""
            found[i] = Place(i, group, values.get(i), broken.get(i), grade, _lists(indicator_set, values.get(i)))
        _quotas(indicator_set, sequence, found, totals)
    return tuple(found[i] for i in range(len(units)))


def _whole(values: Mapping[int, Fraction | None]) -> dict[int, int]:
    """The numbers there are in a unit in which all are whole: compared alike, and many times faster."""
    there = {i: value for i, value in values.items() if value is not None}
    scale = lcm(1, *(value.denominator for value in there.values()))
    return {i: value.numerator * (scale // value.denominator) for i, value in there.items()}


def _ranks_of(
    sequence: Sequence[int], keys: Mapping[int, tuple[int, tuple[Fraction, ...]]], ties: Ties
) -> dict[int, int]:
    """Unit → rank; equal numbers with unequal ``then_by`` keys are no ties."""
    steps: list[int] = []
    for k, unit in enumerate(sequence):
        tied = k > 0 and keys[unit] == keys[sequence[k - 1]]
        steps.append(-k if not tied else steps[-1])
    return dict(zip(sequence, ranks(steps, ties), strict=True))


def _number(
    indicator_set: IndicatorSet, totals: Column[Total], nodes: Mapping[str, Column[NodeScore]]
) -> Callable[[int], Fraction | None]:
    rule, rounding = indicator_set.ranking, indicator_set.rounding

    def number(unit: int) -> Fraction | None:
        value = totals[unit].points if rule.by == "total" else nodes[rule.by][unit].points
        if value is None or not rule.rounded:
            return value
        return rounded(value, rounding.total, rounding.mode)

    return number


def _tie_key(
    unit: int, indicator_set: IndicatorSet, units: Sequence[Unit], nodes: Mapping[str, Column[NodeScore]]
) -> tuple[Fraction, ...]:
    """What decides between equal numbers: smaller comes first."""
    key: list[Fraction] = []
    for name in indicator_set.ranking.then_by:
        if name.startswith("attributes."):
            text = units[unit].attributes.get(name.removeprefix("attributes."), "")
            key.append(Fraction(text) if text.replace(".", "", 1).isdigit() else Fraction(10**9))
        else:
            key.append(-(nodes[name][unit].points or Fraction(0)))
    return tuple(key)


def _lists(indicator_set: IndicatorSet, points: Fraction | None) -> tuple[str, ...]:
    if points is None:
        return ()
    return tuple(band.name for band in indicator_set.lists if in_band(band, points))


def _quotas(
    indicator_set: IndicatorSet, sequence: Sequence[int], found: dict[int, Place], totals: Column[Total]
) -> None:
    """Grades given to the first so many per cent of a class, in the order of the grades.

    Each quota is a share of the n units ranked, rounded down; units that tie with the last one inside are
    inside. A unit whose best grade a gate limits takes that grade; its place is not filled by another.
    """
    order = [grade.name for grade in indicator_set.grades]
    start = 0
    for grade in indicator_set.grades:
        if grade.top is None:
            continue
        size = (grade.top * len(sequence)).__floor__()
        last = start + size
        while 0 < last < len(sequence) and size and found[sequence[last]].rank == found[sequence[last - 1]].rank:
            last += 1
        for unit in sequence[start:last]:
            limit = totals[unit].grade_at_most
            held = limit and order.index(limit) > order.index(grade.name)
            if in_band(grade, found[unit].points or Fraction(0)):
                found[unit] = replace(found[unit], grade=limit if held else grade.name)
        start = last
