"""An assessment worked out the slow way, one unit and one node at a time, straight from docs/language.md.

Cases by ``reference_measures``, quantities by ``reference_quantities``, points of a leaf by ``reference_scoring``,
the tree by ``reference_tree``; here the rest of the road: totals, gates, grades and ranks. Nothing is shared with
the engine but the data classes of sets, units and words. Tests compare the two on random sets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from reference_measures import World
from reference_quantities import ZERO
from reference_tree import PlainTree

from gongkai_score.indicator_set import Grade, IndicatorSet
from gongkai_score.units import Unit


@dataclass
class End:
    """The end of the road for one unit."""

    points: Fraction | None
    coverage: Fraction
    gates: list[str] = field(default_factory=list)
    grade: str = ""
    limit: str = ""
    ranked: Fraction | None = None
    rank: int | None = None
    lists: list[str] = field(default_factory=list)


class Plain(PlainTree):
    """A whole assessment.

    Attributes:
        ends: unit id → total, grade and rank.
    """

    def __init__(self, made: IndicatorSet, world: World, given: Mapping[str, Plain] | None = None) -> None:
        super().__init__(made, world, given)
        self.ends = {unit.id: self.end(unit) for unit in self.units}
        self.rank()

    def end(self, unit: Unit) -> End:
        made, top = self.made, self.settled(self.made.root, unit)
        coverage = top.assessed / top.full if top.full else ZERO
        taken = [g for g in made.gates if g.opens is None and self.held(g, unit) == "yes"]
        names = [g.id for g in taken]
        grades = [grade.name for grade in made.grades]
        if any(g.fail for g in taken):
            veto = next(g for g in taken if g.fail)
            return End(None, coverage, names, veto.grade or (grades[-1] if grades else ""))
        points = top.points
        if points is None:
            whole = top.full if made.out_of is None else made.out_of
            points = {"no_score": None, "zero": ZERO, "full": whole}[made.empty]
        else:
            if made.out_of is not None and top.counted:
                points = points / top.counted * made.out_of
            points = self.round(points, made.rounding.total)
        for gate in taken:
            if gate.total is not None:
                points = gate.total
            if gate.total_at_most is not None and points is not None:
                points = min(points, gate.total_at_most)
        if points is None:
            return End(None, coverage, names)
        grade = next((g.name for g in made.grades if g.top is None and inside(g, points)), "")
        for gate in taken:
            grade = gate.grade or grade
        limits = [g.grade_at_most for g in taken if g.grade_at_most]
        limit = max(limits, key=grades.index) if limits else ""
        if limit and grade in grades and grades.index(grade) < grades.index(limit):
            grade = limit
        return End(points, coverage, names, grade, limit)

    def rank(self) -> None:
        rule, made = self.made.ranking, self.made
        classes: dict[str, list[Unit]] = {}
        for unit in self.units:
            end = self.ends[unit.id]
            if not self.exists(unit):
                end.grade = ""
                continue
            node = None if rule.by == "total" else self.nodes[rule.by.removesuffix(".rate"), unit.id]
            end.ranked = end.points if node is None else node.rate if rule.by.endswith(".rate") else node.points
            if end.ranked is not None and rule.rounded and not rule.by.endswith(".rate"):
                end.ranked = self.round(end.ranked, made.rounding.total)
            if end.points is not None:
                end.lists = [band.name for band in made.lists if inside(band, end.points)]
            if end.ranked is not None:
                label = {"group": unit.group, "type": unit.type, "all": ""}[rule.within]
                classes.setdefault(label, []).append(unit)
        for members in classes.values():
            keys = {unit.id: (-(self.ends[unit.id].ranked or ZERO), *self.ties(unit)) for unit in members}
            order = sorted(members, key=lambda unit: (keys[unit.id], unit.id))
            for place, unit in enumerate(order, 1):
                better = [keys[u.id] for u in members if keys[u.id] < keys[unit.id]]
                numbers = {"competition": len(better), "dense": len(set(better)), "ordinal": place - 1}
                self.ends[unit.id].rank = numbers[rule.ties] + 1
            self.quotas([self.ends[unit.id] for unit in order])

    def ties(self, unit: Unit) -> Iterator[Fraction]:
        """What decides between equal numbers; smaller comes first."""
        for name in self.made.ranking.then_by:
            if name.startswith("attributes."):
                text = unit.attributes.get(name.removeprefix("attributes."), "")
                yield Fraction(text) if text else Fraction(10**9)
            else:
                node = self.nodes[name.removesuffix(".rate"), unit.id]
                value = node.rate if name.endswith(".rate") else node.points
                yield -(value or ZERO)

    def quotas(self, order: Sequence[End]) -> None:
        """The first so many per cent of a class; who ties with the last of them is among them."""
        grades = [grade.name for grade in self.made.grades]
        first = 0
        for grade in self.made.grades:
            if grade.top is None:
                continue
            size = int(grade.top * len(order))
            last = first + size
            while size and last < len(order) and order[last].rank == order[last - 1].rank:
                last += 1
            for end in order[first:last]:
                if inside(grade, end.points or ZERO):
                    worse = end.limit and grades.index(end.limit) > grades.index(grade.name)
                    end.grade = end.limit if worse else grade.name
            first = last

    def number(self, unit: str, node: str) -> tuple[Fraction | None, Fraction, str, bool]:
        """Points, full marks, grade and whether a veto stopped it, for a set that builds on this one."""
        if unit not in self.ends:
            return None, ZERO, "", False
        end, top = self.ends[unit], self.nodes[self.made.root.id, unit]
        if node:
            one = self.nodes[node, unit]
            return one.points, one.counted or one.full, end.grade, False
        full = top.full if top.points is None else top.counted
        return end.points, full if self.made.out_of is None else self.made.out_of, end.grade, bool(end.gates)


def inside(band: Grade, points: Fraction) -> bool:
    return (
        (band.at_least is None or points >= band.at_least)
        and (band.above is None or points > band.above)
        and (band.below is None or points < band.below)
        and (band.at_most is None or points <= band.at_most)
    )
