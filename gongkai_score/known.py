"""Quantities as scoring rules name them, of one unit or of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gongkai_score.exact_columns import SINGLE, Arithmetic, Mark, Number
from gongkai_score.indicator_set import Amount, Step, When, summands
from gongkai_score.measure_kinds import Condition
from gongkai_score.measurements import Measurement

ZERO = Fraction(0)

RATIOS: frozenset[str] = frozenset({"rate", "shortfall", "share", "fulfilment", "value"})
"""Quantities that are undefined, not zero, where there is nothing to divide by."""


class Undefined(Exception):
    """A rule asked for a quantity that has no value for this unit."""


@dataclass(frozen=True, slots=True)
class Found:
    """A quantity of one unit or of all: its number (0 where it has none), whether it has a value, and its words.

    ``words``: what stands instead of a number: of one unit the text or None; of all units, codes into texts (the
    last code: a number) and the texts.
    """

    number: Number
    there: Mark
    words: Any = None


class Known:
    """Quantities of one or several named measures, looked up as a rule names them: what rules are written on.

    :class:`Quantities` knows those of one unit, another class may know those of all units at once.
    """

    sums: Arithmetic
    measurements: Mapping[str, Any]

    def find(self, measurement: Any, quantity: str) -> Found:
        """A quantity of one measure."""
        raise NotImplementedError

    def lack(self, name: str, where: Mark) -> None:
        """Notes that a rule needs a quantity that has no value."""
        raise NotImplementedError

    def labelled(self, step: Step, found: Found, full: Number, where: Mark) -> Number:
        """The points a list of labels gives; a label that is not in the list is lacking."""
        raise NotImplementedError

    def says(self, found: Found, condition: Condition) -> Mark:
        """Whether the words of a quantity pass a condition; False where it is a number."""
        raise NotImplementedError

    def named(self, name: str) -> Found:
        """What a name means; without the name of a measure it is one of the only measure."""
        head, _, rest = name.partition(".")
        if rest and head in self.measurements:
            return self.find(self.measurements[head], rest)
        if len(self.measurements) == 1:
            (measurement,) = self.measurements.values()
            return self.find(measurement, name)
        return Found(ZERO, False)

    def number(self, name: str, where: Mark = True) -> Number:
        """A quantity, or several added up, that must be a number where ``where`` holds."""
        first, *others = (self._one(part, where) for part in summands(name))
        return sum(others, first)

    def _one(self, name: str, where: Mark) -> Number:
        found = self.named(name)
        self.lack(name, where & (self.numeric(found) ^ True))
        return found.number

    def points(self, amount: Amount, full: Number, where: Mark) -> Number:
        """An amount in points: a number, a quantity, or a share of the full marks."""
        value = self.number(amount.value, where) if isinstance(amount.value, str) else amount.value
        return value * full if amount.share else value

    def numeric(self, found: Found) -> Mark:
        """Where a quantity is a number."""
        raise NotImplementedError

    def holds(self, when: When | None) -> Mark:
        """Whether conditions hold; conditions on undefined quantities do not."""
        if when is None:
            return True
        held: Mark = True
        for item in when.all:
            held = held & self.passes(*item)
        some: Mark = not when.any
        for item in when.any:
            some = some | self.passes(*item)
        return held & some

    def passes(self, name: str, condition: Condition) -> Mark:
        """Whether a quantity meets a condition; an undefined one meets only ``none``."""
        found, *others = (self.named(part) for part in summands(name))
        number, numeric, there = found.number, self.numeric(found), found.there
        for other in others:
            number, numeric = number + other.number, numeric & self.numeric(other)
            there = numeric
        passed = self.sums.where(numeric, condition.number(number), self.says(found, condition))
        return self.sums.where(there, passed, condition.op == "none")


class Quantities(Known):
    """Quantities of one unit.

    >>> from gongkai_score.measurements import State
    >>> known = Quantities({"": Measurement(State.CASES, {"late": Fraction(2)})})
    >>> known.number("late"), known.number("missing"), known.passes("rate", Condition("none"))
    (Fraction(2, 1), Fraction(0, 1), True)
    """

    def __init__(self, measurements: Mapping[str, Measurement]) -> None:
        """``measurements``: by the name of the measure."""
        self.measurements = measurements
        self.sums = SINGLE

    def find(self, measurement: Measurement, quantity: str) -> Found:
        """A quantity of one measure; a number of cases that is absent is 0."""
        value = measurement.quantities.get(quantity)
        if value is None:
            return Found(ZERO, not undefined_if_absent(quantity))
        return Found(ZERO, True, value) if isinstance(value, str) else Found(value, True)

    def lack(self, name: str, where: Mark) -> None:
        """Gives up.

        Raises:
            Undefined: if it lacks.
        """
        if where:
            raise Undefined(name)

    def numeric(self, found: Found) -> Mark:
        """Whether it is a number."""
        return found.there and found.words is None

    def labelled(self, step: Step, found: Found, full: Number, where: Mark) -> Number:
        """The points of the label.

        Raises:
            Undefined: it is not in the list.
        """
        for label, amount in step.labels:
            if label == found.words:
                return self.points(amount, full, where)
        raise Undefined(f"{step.by}={found.number if found.words is None else found.words}")

    def says(self, found: Found, condition: Condition) -> Mark:
        """Whether the words pass."""
        return found.words is not None and text_passes(condition.op, condition.value, found.words)

    def __getitem__(self, name: str) -> Fraction | str:
        found = self.named(name)
        if found.words is not None:
            return str(found.words)
        value: Fraction = self.number(name)
        return value


def undefined_if_absent(quantity: str) -> bool:
    """Whether a quantity that is not there has no value, rather than being 0."""
    return quantity in RATIOS or quantity == "label" or quantity.startswith("peers.")


def text_passes(op: str, expected: object, value: str) -> bool:
    """Whether a label passes a condition.

    >>> text_passes("in", ("优", "良"), "良")
    True
    """
    if op in ("any", "none"):
        return (op == "any") == bool(value)
    if op in ("in", "not in") and isinstance(expected, tuple):
        return (value in expected) == (op == "in")
    return (value == expected) == (op == "==")
