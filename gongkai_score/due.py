"""What falls due next: obligations that are open at the date of assessment, the nearest limit first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongkai_score.assessment import Assessment
from gongkai_score.evidence import Case
from gongkai_score.outcomes import Verdict
from gongkai_score.period import day_number


@dataclass(frozen=True, slots=True)
class DueCase:
    """One open obligation.

    Attributes:
        unit: position of the unit.
        indicator: id of the indicator.
        case: the case; its verdict is pending.
        days_left: natural days from the date of assessment to the last day allowed; 0: it is that very day.
    """

    unit: int
    indicator: str
    case: Case
    days_left: int


def due_next(assessment: Assessment, within: int | None = None, unit: str | None = None) -> list[DueCase]:
    """Open obligations whose limit has not passed, ordered by limit, unit and indicator.

    Args:
        assessment: the result; its ``as_of`` is the day looked from.
        within: only limits at most this many natural days away.
        unit: only this unit, by id or name.

    Raises:
        KeyError: no such unit.
    """
    only = None if unit is None else assessment.position(unit)
    found: list[DueCase] = []
    for leaf in assessment.leaves():
        for columns in assessment.cases.get(leaf.id, {}).values():
            table = columns.columns()
            for place, verdict in enumerate(table.verdict):
                if verdict != Verdict.PENDING or not table.due[place]:
                    continue
                position = table.unit[place]
                if only is not None and position != only:
                    continue
                left = day_number(date.fromisoformat(table.due[place][:10])) - assessment.parameters.as_of
                if within is None or left <= within:
                    found.append(DueCase(position, leaf.id, table.case(place), left))
    order = {leaf.id: i for i, leaf in enumerate(assessment.leaves())}
    return sorted(found, key=lambda d: (d.days_left, d.unit, order[d.indicator], d.case.key))
