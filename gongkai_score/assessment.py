"""The assessment (测评结果): one complete, frozen result that every table, file and explanation renders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from importlib import import_module

from gongkai_score.aggregation import NodeScore
from gongkai_score.errors import Problem
from gongkai_score.evidence import Case, CaseColumns, Digest
from gongkai_score.gates import Total
from gongkai_score.indicator_set import Indicator, IndicatorSet
from gongkai_score.measurements import Column, Measurement
from gongkai_score.period import Window, day_date
from gongkai_score.points import decimal_text
from gongkai_score.ranking import Place
from gongkai_score.units import Unit


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the assessment was run with.

    Attributes:
        window: period assessed.
        as_of: last day whose events are known, as a day number.
        options: answers to the ambiguities that were in force.
        calendar: name of the working calendar.
        calendar_digest: SHA-256 of the calendar's content.
        calendar_notices: the notices it rests on that concern the period.
        provisional: whether a day that no notice covers yet may have mattered.
    """

    window: Window
    as_of: int
    options: Mapping[str, str]
    calendar: str
    calendar_digest: str
    calendar_notices: tuple[str, ...] = ()
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class InputFile:
    """One input file: name, SHA-256 of its bytes, rows, encoding."""

    name: str
    sha256: str
    rows: int
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class SetAsideRow:
    """One log row that was not used: place, code and reason."""

    file: str
    row: int
    column: str
    value: str
    problem: Problem


@dataclass(frozen=True, eq=False)
class RowCounts:
    """Where every row went: ``read`` = ``used`` + the sum of ``set_aside`` + the sum of ``outside``."""

    read: int
    used: int
    set_aside: Mapping[str, int]
    outside: Mapping[str, int]

    @property
    def adds_up(self) -> bool:
        """Whether no row was lost."""
        return self.read == self.used + sum(self.set_aside.values()) + sum(self.outside.values())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RowCounts):
            return NotImplemented
        return (self.read, self.used, self.set_aside, self.outside) == (
            other.read,
            other.used,
            other.set_aside,
            other.outside,
        )

    def __hash__(self) -> int:
        return hash((self.read, self.used))

    def __reduce__(self) -> tuple[type[RowCounts], tuple[int, int, dict[str, int], dict[str, int]]]:
        return RowCounts, (self.read, self.used, dict(self.set_aside), dict(self.outside))


class RowsToCount(RowCounts):
    """Row counts worked out when somebody first asks: a long log takes a while.

    >>> rows = RowsToCount(3, {"L101": 1}, lambda: {"used": 1, "outside_window": 1, "after_as_of": 0})
    >>> rows.used, rows.outside, rows.adds_up
    (1, {'outside_window': 1}, True)
    """

    def __init__(self, read: int, set_aside: Mapping[str, int], account: Callable[[], Mapping[str, int]]) -> None:
        """``account`` gives numbers of rows used and outside, by reason."""
        self.__dict__.update(read=read, set_aside=set_aside, _account=account)

    @cached_property
    def _told(self) -> Mapping[str, int]:
        return self.__dict__.pop("_account")()  # type: ignore[no-any-return]

    @property
    def used(self) -> int:
        """Rows used."""
        return self._told.get("used", 0)

    @property
    def outside(self) -> Mapping[str, int]:
        """Rows outside, by reason."""
        return {reason: n for reason, n in sorted(self._told.items()) if n and reason != "used"}


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """The peers a comparison rested on: what was compared, within which class, and the figures."""

    indicator: str
    quantity: str
    group: str
    units: tuple[str, ...]
    figures: Mapping[str, Fraction]


@dataclass(frozen=True)
class Assessment:
    """The result of evaluating one indicator set against one log for all units of a register.

    Attributes:
        indicator_set: the set, whole.
        units: the units assessed, ordered by id.
        parameters: period, date, options, calendar.
        engine: version of the library.
        log_digest: SHA-256 of the events kept.
        inputs: the files read.
        rows: where every log row went.
        set_aside: the rows not used, each with a reason.
        warnings: oddities of the inputs that did not stop the run.
        measurements: leaf or gate id → name of the measure → measurements.
        nodes: node id → scores (the root included).
        totals: totals before ranks.
        places: rank and grade of each unit.
        cases: leaf or gate id → name of the measure → its cases.
        peers: peers used, where a rule compares.
    """

    indicator_set: IndicatorSet
    units: tuple[Unit, ...]
    parameters: Parameters
    engine: str
    log_digest: Digest
    inputs: tuple[InputFile, ...]
    rows: RowCounts
    set_aside: tuple[SetAsideRow, ...]
    warnings: tuple[Problem, ...]
    measurements: Mapping[str, Mapping[str, Column[Measurement]]]
    nodes: Mapping[str, Column[NodeScore]]
    totals: Column[Total]
    places: Sequence[Place]
    cases: Mapping[str, Mapping[str, CaseColumns]] = field(repr=False)
    peers: tuple[PeerGroup, ...] = ()

    def position(self, unit: str) -> int:
        """Position of a unit, by id or name.

        Raises:
            KeyError: no such unit, or a name that several units share.
        """
        by_id = [i for i, u in enumerate(self.units) if u.id == unit]
        by_name = [i for i, u in enumerate(self.units) if u.name == unit]
        for found in (by_id, by_name):
            if len(found) == 1:
                return found[0]
        raise KeyError(unit)

    def total(self, unit: str) -> Total:
        """Total of one unit."""
        return self.totals[self.position(unit)]

    def place(self, unit: str) -> Place:
        """Rank and grade of one unit."""
        return self.places[self.position(unit)]

    def node(self, unit: str, indicator: str) -> NodeScore:
        """What one indicator came to for one unit."""
        return self.nodes[indicator][self.position(unit)]

    def cases_of(self, unit: str, indicator: str) -> Iterator[tuple[str, Case]]:
        """(name of the measure, case) for every case of one unit under one indicator."""
        position = self.position(unit)
        for name, columns in self.cases.get(indicator, {}).items():
            for case in columns.of_unit(position):
                yield name, columns.case(case)

    def ranking(self) -> list[Place]:
        """Places with the best first within each class; units without a number last."""
        return sorted(
            self.places,
            key=lambda p: (p.group, p.rank is None, p.rank or 0, self.units[p.unit].id),
        )

    def leaves(self) -> Sequence[Indicator]:
        """The indicators measured."""
        return self.indicator_set.leaves

    def _repr_html_(self) -> str:
        page: str = import_module("gongkai_score.outputs.html_repr").assessment_html(self)
        return page

    def __repr__(self) -> str:
        lines = [
            f"<Assessment {self.indicator_set.id} {self.parameters.window}, "
            f"as of {day_date(self.parameters.as_of)}: {len(self.units)} units, "
            f"{len(self.indicator_set.leaves)} indicators>"
        ]
        for place in [p for p in self.ranking() if p.rank is not None][:5]:
            points = decimal_text(place.points, 2) if place.points is not None else "–"
            lines.append(f"  {place.rank:>3}  {points:>7}  {self.units[place.unit].name} {place.grade}".rstrip())
        counts = self.rows
        lines.append(
            f"  rows: {counts.read} read = {counts.used} used + {sum(counts.set_aside.values())} set aside"
            f" + {sum(counts.outside.values())} outside"
        )
        return "\n".join(lines)
