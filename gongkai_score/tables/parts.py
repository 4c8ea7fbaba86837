"""What every table is made of: cells, decimals that add up, heads, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from gongkai_score import wording
from gongkai_score.assessment import Assessment
from gongkai_score.errors import Language
from gongkai_score.gates import marks_of
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.outcomes import OUTCOME_NAMES
from gongkai_score.period import day_date
from gongkai_score.points import decimal_text, rounded, total
from gongkai_score.sentences import say

Cell = str | int | Decimal | None
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as people read it.

    Attributes:
        title: what it shows.
        columns: heads.
        rows: cells, one tuple a row; numbers are ``int`` or ``Decimal`` with the decimals printed, None is empty.
        notes: sentences below the table.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


def spread(values: Sequence[Fraction], digits: int, target: Fraction | None = None) -> list[Fraction]:
    """``values`` at ``digits`` decimals so that they add up to ``target`` (default: their rounded sum).

    As :func:`gongkai_score.points.apportioned` (largest remainder, ties to the earlier value), for a sum that is
    printed already.

    >>> [str(v) for v in spread([Fraction(1, 3)] * 3, 0, Fraction(2))]
    ['1', '1', '0']
    """
    scale = 10**digits
    floors = [(value * scale).__floor__() for value in values]
    end = rounded(total(values), digits) if target is None else target
    short = int(end * scale) - sum(floors)
    order = sorted(range(len(values)), key=lambda i: (floors[i] - values[i] * scale, i))
    for turn in range(abs(short)):
        floors[order[turn % len(order)] if short > 0 else order[-1 - turn % len(order)]] += 1 if short > 0 else -1
    return [Fraction(floor, scale) for floor in floors]


def decimal(value: Fraction, digits: int) -> Decimal:
    """A number as a cell.

    >>> decimal(Fraction(200, 3), 2)
    Decimal('66.67')
    """
    return Decimal(decimal_text(value, digits))


def percent(value: Fraction) -> str:
    """A share as a percentage; only what is whole prints as 100 %.

    >>> percent(Fraction(2, 3)), percent(Fraction(99999, 100000)), percent(Fraction(1))
    ('66.67%', '99.99%', '100.00%')
    """
    near = rounded(value * 100, 2) == 100 and value < 1
    return decimal_text(value * 100, 2, "down" if near else "half_up") + "%"


def total_digits(indicator_set: IndicatorSet) -> int:
    """Decimals totals are printed with."""
    return 2 if indicator_set.rounding.total is None else indicator_set.rounding.total


def node_digits(indicator_set: IndicatorSet) -> int:
    """Decimals the points of nodes are printed with: as many as the scheme keeps anywhere."""
    rule = indicator_set.rounding
    return max(total_digits(indicator_set), rule.leaf or 0, rule.node or 0)


def total_marks(assessment: Assessment, position: int) -> Fraction:
    """What the total of a unit is out of."""
    root = assessment.nodes[assessment.indicator_set.root.id][position]
    return marks_of(assessment.indicator_set, assessment.totals[position], root)


def digits_for(assessment: Assessment, position: int, digits: int) -> int:
    """``digits``, or more where a gate fixed a total that does not round to so few (four at most)."""
    points = assessment.totals[position].points
    if points is None or assessment.indicator_set.rounding.total is None:
        return digits
    return next((d for d in range(digits, 5) if (points * 10**d).denominator == 1), max(digits, 4))


def heads(lang: Language, *keys: str) -> tuple[str, ...]:
    """Column heads."""
    return tuple(wording.HEADS[key][lang == "en"] for key in keys)


def scope_notes(assessment: Assessment, lang: Language) -> tuple[str, ...]:
    """Period and date of assessment, and whether the calendar is provisional."""
    parameters = assessment.parameters
    scope = say(wording.NOTES, "scope", lang, window=parameters.window, as_of=day_date(parameters.as_of))
    return (scope, *((say(wording.NOTES, "provisional", lang),) if parameters.provisional else ()))


def total_cell(assessment: Assessment, position: int, lang: Language) -> Cell:
    """The total of a unit as printed, or why there is none."""
    end = assessment.totals[position]
    if end.points is not None:
        return decimal(end.points, digits_for(assessment, position, total_digits(assessment.indicator_set)))
    vetoed = any(line.verb == "veto" for line in end.lines)
    return say(wording.NOTES, "vetoed", lang) if vetoed else OUTCOME_NAMES[end.outcome][lang == "en"]


def without_empty(table: Table, droppable: set[int]) -> Table:
    """The table without those of the columns that hold nothing in any row."""
    kept = [
        i
        for i in range(len(table.columns))
        if i not in droppable or any(row[i] not in ("", None) for row in table.rows)
    ]
    rows = tuple(tuple(row[i] for i in kept) for row in table.rows)
    return Table(table.title, tuple(table.columns[i] for i in kept), rows, table.notes)
