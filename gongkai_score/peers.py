"""Peers: figures of all units that one unit is compared with, worked out after every unit has been measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from fractions import Fraction
from typing import Literal

from gongkai_score.known import RATIOS
from gongkai_score.measure_kinds import Value
from gongkai_score.measurements import Column, Measurement, State
from gongkai_score.points import total
from gongkai_score.ranking import ranks

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class PeerFigures:
    """What the units of one class came to: ``figures`` by name, and which units they rest on (positions)."""

    group: str
    units: tuple[int, ...]
    figures: Mapping[str, Fraction]


def square_root(value: Fraction, digits: int = 40) -> Fraction:
    """The square root, correct to ``digits`` significant decimals.

    >>> square_root(Fraction(9, 4))
    Fraction(3, 2)
    """
    context = Context(prec=digits)
    number = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Fraction(context.sqrt(number))


def compared(
    column: Column[Measurement],
    quantity: str,
    groups: Sequence[str],
    within: Literal["group", "all"],
) -> tuple[Column[Measurement], tuple[PeerFigures, ...]]:
    """Each measurement with what its peers came to in ``quantity``, and the figures used.

    Only units that were measured and have the quantity are peers; the unit itself is one of them. Quantities
    added: ``peers.count``, ``peers.mean``, ``peers.best``, ``peers.worst``, ``peers.median``, ``peers.sd`` (of the
    population), and of the unit itself ``peers.rank``, ``peers.share_of_best``, ``peers.minmax``,
    ``peers.percentile`` (share of the other peers that are lower, ties half), ``peers.z``. A figure whose
    denominator is zero is left out, so that a rule that asks for it yields no number.
    """
    members: dict[str, list[int]] = {}
    absent = None if quantity in RATIOS else ZERO
    for unit, group in enumerate(groups):
        measurement = column[unit]
        value = measurement.quantities.get(quantity, absent)
        if measurement.state is State.CASES and isinstance(value, Fraction):
            members.setdefault(group if within == "group" else "", []).append(unit)
    figures: list[PeerFigures] = []
    values = list(column.values)
    index = list(column.index)
    known: dict[tuple[str, int], int] = {}
    for group in sorted(members):
        units = members[group]
        numbers = {unit: column[unit].number(quantity) for unit in units}
        common = _common(list(numbers.values()))
        places = dict(zip(units, ranks(list(numbers.values())), strict=True))
        figures.append(PeerFigures(group, tuple(units), common))
        for unit in units:
            key = (group, column.index[unit])
            if key not in known:
                own = _own(numbers[unit], list(numbers.values()), common, places[unit])
                quantities = {**column[unit].quantities, **{f"peers.{k}": v for k, v in {**common, **own}.items()}}
                known[key] = len(values)
                values.append(replace(column[unit], quantities=quantities))
            index[unit] = known[key]
    return Column(tuple(values), tuple(index)), tuple(figures)


def _common(numbers: Sequence[Fraction]) -> dict[str, Fraction]:
    ordered = sorted(numbers)
    count = len(ordered)
    mean = total(ordered) / count
    middle = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    variance = total((number - mean) ** 2 for number in ordered) / count
    return {
        "count": Fraction(count),
        "mean": mean,
        "median": middle,
        "best": ordered[-1],
        "worst": ordered[0],
        "sd": square_root(variance) if variance else ZERO,
    }


def _own(
    value: Fraction, numbers: Sequence[Fraction], common: Mapping[str, Fraction], rank: int
) -> dict[str, Fraction]:
    own = {"rank": Fraction(rank)}
    if common["best"]:
        own["share_of_best"] = value / common["best"]
    spread = common["best"] - common["worst"]
    if spread:
        own["minmax"] = (value - common["worst"]) / spread
    if common["sd"]:
        own["z"] = (value - common["mean"]) / common["sd"]
    if len(numbers) > 1:
        lower = sum(1 for number in numbers if number < value)
        equal = sum(1 for number in numbers if number == value) - 1
        own["percentile"] = (lower + Fraction(equal, 2)) / (len(numbers) - 1)
    return own


def against_mean(
    column: Column[Measurement], measure: Value, groups: Sequence[str]
) -> tuple[Column[Measurement], tuple[PeerFigures, ...]]:
    """A quotient of counts judged against the pooled quotient of all units measured (no benchmark supplied).

    The pooled figure counts the unit itself; a unit with fewer than ``measure.least`` cases is no peer and is not
    compared. Equal to the mean is not below it: the condition of the set is applied strictly.
    """
    peers = [
        unit
        for unit in range(len(groups))
        if column[unit].state is State.CASES and column[unit].number("of") >= max(measure.least, 1)
    ]
    if not peers:
        return column, ()
    counted = total(column[unit].number("counted") for unit in peers)
    of = total(column[unit].number("of") for unit in peers)
    mean = counted / of
    figures = PeerFigures(
        "", tuple(peers), {"mean": mean, "counted": counted, "of": of, "count": Fraction(len(peers))}
    )
    op = measure.test.op if measure.test is not None else "<"

    def judged(measurement: Measurement) -> Measurement:
        if measurement.state is not State.CASES or measurement.number("of") < max(measure.least, 1):
            return measurement
        value = measurement.number("counted") / measurement.number("of")
        met = {"<": value < mean, "<=": value <= mean, ">": value > mean, ">=": value >= mean}.get(op, False)
        one, none = Fraction(1), ZERO
        return replace(
            measurement,
            quantities={
                **measurement.quantities,
                "cases": one,
                "met": one if met else none,
                "failed": none if met else one,
                "failing": none if met else one,
                "rate": one if met else none,
                "shortfall": none if met else one,
                "value": value,
                "peers.mean": mean,
                "peers.count": Fraction(len(peers)),
            },
        )

    return column.map(judged), (figures,)
