"""Quantities worked out the slow way from cases, as section 4 of docs/language.md tells them; peers, results too.

Nothing here is shared with the engine but the words of the language. Tests compare the two on random sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fractions import Fraction
from math import isqrt
from typing import Any

from reference_measures import Case, World, reference

from gongkai_score.measure_kinds import Condition, Duration, Measure, Result, Value
from gongkai_score.period import EPOCH, Window, day_number
from gongkai_score.units import Unit

ZERO, ONE = Fraction(0), Fraction(1)
SILENT = ("pending", "exempt", "unknown")
"""Verdicts that do not count in ``cases``."""
RATIOS = ("rate", "shortfall", "share", "fulfilment", "value", "label")
"""Quantities that are not there, instead of 0, where there is nothing to divide by or to look at."""
Quantity = Fraction | str


@dataclass
class Finding:
    """What one measure came to for one unit: cases, and what they do not tell."""

    kind: str = ""
    cases: list[Case] = field(default_factory=list)
    excuse: tuple[str, str] | None = None
    result_anyway: bool = False
    told: dict[str, Quantity] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """Whether there was anything to measure."""
        if self.excuse is not None:
            return self.excuse[0]
        verdicts = [c.verdict for c in self.cases]
        if any(v not in SILENT for v in verdicts):
            return "cases"
        unknown = "not_assessed" if "unknown" in verdicts else "pending" if "pending" in verdicts else ""
        return unknown or ("cases" if self.result_anyway else "no_cases")

    def quantity(self, name: str) -> Quantity | None:
        """One quantity; None where it has no value."""
        if name in self.told:
            return self.told[name]
        if name == "shortfall" and "rate" in self.told:
            return 1 - _number(self, "rate")
        if name == "label" or name.startswith("peers."):
            return None
        counted = [c for c in self.cases if c.verdict not in SILENT]
        if name in RATIOS:
            return self._ratio(name, counted)
        if name.startswith(("longest_run.", "runs.")):
            return self._runs(name)
        if name.startswith("missing."):
            return Fraction(sum(name.removeprefix("missing.") in c.lacking for c in counted))
        tally = self.kind in ("frequency", "count", "coverage", "exists")
        late = [c.number for c in self.cases if c.verdict == "late"]
        lacking = [c.number for c in self.cases if c.verdict in ("short", "blank", "missing")]
        made: dict[str, int | Fraction] = {
            "cases": len(counted),
            "failing": sum(c.verdict not in ("met", "explained") for c in counted),
            "count": sum(c.count for c in counted) if tally else len(counted),
            "over": sum(c.number if c.verdict == "found" else max(c.count - c.asked, 0) for c in counted),
            "days_late": sum(late),
            "longest_late": max(late, default=0),
            "short_by": sum(lacking),
            "missing_elements": sum(lacking),
            "amount": sum(c.amount for c in self.cases if c.verdict == "found"),
        }
        return Fraction(made[name] if name in made else sum(c.verdict == name for c in self.cases))

    def _ratio(self, name: str, counted: Sequence[Case]) -> Fraction | None:
        if name == "value" or not counted:
            return None
        if name in ("rate", "shortfall"):
            rate = Fraction(sum(c.verdict == "met" for c in counted), len(counted))
            return rate if name == "rate" else 1 - rate
        have = [min(c.count, c.asked) if name == "share" else c.count for c in counted]
        asked = sum(c.asked for c in counted)
        return Fraction(sum(have), asked) if asked else None

    def _runs(self, name: str) -> Fraction:
        """Runs of consecutive cases that count; one series does not go on in another."""
        what, word, *least = name.split(".")
        lengths: list[int] = []
        going: str | None = None
        for c in self.cases:
            inside = c.verdict == word
            if word == "failing":
                inside = c.verdict not in (*SILENT, "met", "explained")
            if inside and going == c.series:
                lengths[-1] += 1
            elif inside:
                lengths.append(1)
            if inside or c.verdict not in SILENT:
                going = c.series if inside else None
        return Fraction(sum(n >= int(least[0]) for n in lengths) if what == "runs" else max(lengths, default=0))


def findings(m: Measure, world: World) -> dict[str, Finding]:
    """Unit → what a measure on the log came to."""
    found = reference(m, looked_at(m, world))
    return {
        unit.id: Finding(
            m.kind,
            [c for c in found.cases if c.unit == unit.id],
            found.excuses.get(unit.id),
            found.result_anyway,
            # What changes when a case turns out to be charged elsewhere is made from the cases later.
            {
                name: value
                for name, value in found.quantities.get(unit.id, {}).items()
                if name not in ("amount", "share", "missing_elements")
            },
        )
        for unit in world.units
    }


def looked_at(m: Measure, world: World) -> World:
    """With ``look_back`` only the last so long before the end of the window, its last day included."""
    length: Duration | None = getattr(m, "look_back", None)
    if length is None:
        return world
    first = last = world.window.last
    if length.unit == "day":
        first = last - length.n + 1
    elif length.unit == "working_day":
        first, left = last + 1, length.n
        while left:
            first -= 1
            left -= world.calendar.is_workday(first)
    else:
        after = EPOCH + timedelta(days=last + 1)
        years, month = divmod(after.month - 1 - length.n, 12)
        day = after.replace(day=1, year=after.year + years, month=month + 1)
        following = (day + timedelta(days=31)).replace(day=1)
        first = min(day_number(day) + after.day - 1, day_number(following) - 1)
    return replace(world, window=Window(first, last), whole=world if first > world.window.first else None)


def against_mean(m: Value, found: Mapping[str, Finding]) -> None:
    """Without a published figure a quotient is judged against all units' events taken together."""
    peers = [f for f in found.values() if f.state == "cases"]
    if not peers:
        return
    of = sum(_number(f, "of") for f in peers)
    mean = sum(_number(f, "counted") for f in peers) / of
    assert m.test is not None
    for one in peers:
        verdict = "met" if replace(m.test, value=mean).number(_number(one, "value")) else "failed"
        one.cases = [replace(c, verdict=verdict) for c in one.cases]
        one.told |= {"peers.mean": mean, "peers.count": Fraction(len(peers))}


def _number(found: Finding, name: str) -> Fraction:
    value = found.quantity(name)
    assert isinstance(value, Fraction)
    return value


def compare(found: Mapping[str, Finding], name: str, classes: Mapping[str, str]) -> None:
    """Adds what the peers came to (``peers.mean`` …): the units measured that have the quantity, in one class."""
    for label in set(classes.values()):
        members = [f for unit, f in found.items() if classes[unit] == label and f.state == "cases"]
        members = [f for f in members if isinstance(f.quantity(name), Fraction)]
        values = sorted((_number(f, name) for f in members), reverse=True)
        for one in members:
            one.told |= {f"peers.{k}": v for k, v in _peers(_number(one, name), values).items()}


def _peers(own: Fraction, values: Sequence[Fraction]) -> dict[str, Fraction]:
    n, best, worst = len(values), values[0], values[-1]
    mean = sum(values, ZERO) / n
    sd = root(sum(((v - mean) ** 2 for v in values), ZERO) / n, 2)
    found = {
        "count": Fraction(n),
        "mean": mean,
        "median": (values[(n - 1) // 2] + values[n // 2]) / 2,
        "sd": sd,
        "best": best,
        "worst": worst,
        "rank": Fraction(1 + sum(v > own for v in values)),
    }
    if best:
        found["share_of_best"] = own / best
    if best > worst:
        found |= {"minmax": (own - worst) / (best - worst), "z": (own - mean) / sd}
    if n > 1:
        ties = Fraction(sum(v == own for v in values) - 1, 2)
        found["percentile"] = (sum(v < own for v in values) + ties) / (n - 1)
    return found


def root(value: Fraction, degree: int, digits: int = 40) -> Fraction:
    """The root of a number, to 40 significant decimals, found by halving."""
    if value <= 0:
        return ZERO
    scale = 1
    while value * scale**degree < 10 ** ((digits + 5) * degree):
        scale *= 10
    target = value * scale**degree
    low, high = 0, target.numerator // target.denominator + 1
    if degree == 2:
        low = isqrt(target.numerator // target.denominator)
    else:
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if middle**degree <= target else (low, middle)
    exact = low**degree == target
    drop = 10 ** (len(str(low)) - digits)
    whole, rest = divmod(low, drop)
    twice = 2 * rest - drop
    up = twice > 0 or (twice == 0 and (not exact or whole % 2 == 1))
    return Fraction((whole + up) * drop, scale)


def results(m: Result, given: Mapping[str, Any], units: Sequence[Unit]) -> dict[str, Finding]:
    """Unit → what other assessments came to: (points, full marks, grade, vetoed) of each unit counted."""
    return {unit.id: _result(m, given, unit, units) for unit in units}


def _result(m: Result, given: Mapping[str, Any], unit: Unit, units: Sequence[Unit]) -> Finding:
    numbers: list[tuple[str, Fraction | None, Fraction | None, str]] = []
    for name in m.of:
        for other in _others(m, unit, units):
            points, full, grade, vetoed = given[name].number(other.id, m.node)
            if points is None:
                numbers.append(("failed" if vetoed and not m.node else "missing", None, None, grade))
                continue
            passed = m.test is None or _passes(m.test, points, grade)
            rate = points / full if full else None
            numbers.append(("met" if passed else "failed", points, rate, grade))
    found = Finding("result", [Case(unit.id, "", verdict, 0, 0) for verdict, *_ in numbers])
    if not numbers:
        return found
    missing = [n for n in numbers if n[0] == "missing"]
    values = [n[1] for n in numbers if n[1] is not None]
    rates = [n[2] for n in numbers if n[2] is not None]
    absent = len(numbers) - len(values)
    vetoed = absent > len(missing)
    if m.missing == "zero":
        values, rates = values + [ZERO] * absent, rates + [ZERO] * absent
    if (missing and m.missing == "not_assessed") or (not values and not vetoed):
        found.excuse = ("not_assessed", "no_result")
        return found
    whole = not (vetoed and m.missing == "not_assessed")
    for name, listed in (("value", values), ("rate", rates)):
        if whole and listed:
            found.told[name] = _picked(m.pick, listed)
    if m.test is not None:
        judged = len(numbers) - (len(missing) if m.missing == "skip" else 0)
        found.told["rate"] = Fraction(sum(n[0] == "met" for n in numbers), judged)
    if len(numbers) == 1 and numbers[0][3]:
        found.told["label"] = numbers[0][3]
    return found


def _others(m: Result, unit: Unit, units: Sequence[Unit]) -> list[Unit]:
    def below(parents: Iterable[str]) -> list[Unit]:
        found = [u for u in units if u.parent in set(parents)]
        return found + (below(u.id for u in found) if found and m.units == "descendants" else [])

    if m.units == "self":
        return [unit]
    chosen = [u for u in units if u.id == unit.parent] if m.units == "parent" else below([unit.id])
    return [u for u in chosen if m.applies_to is None or m.applies_to.binds(u)]


def _passes(test: Condition, points: Fraction, grade: str) -> bool:
    return test.number(points) if isinstance(test.value, Fraction) else text_passes(test, grade)


def text_passes(test: Condition, text: str) -> bool:
    """Whether a label meets a condition."""
    if test.op in ("any", "none"):
        return (test.op == "any") == (text != "")
    if isinstance(test.value, tuple):
        return (text in test.value) == (test.op == "in")
    return (text == test.value) == (test.op == "==")


def _picked(pick: str, values: Sequence[Fraction]) -> Fraction:
    mean = sum(values, ZERO) / len(values)
    return {"mean": mean, "sum": sum(values, ZERO), "minimum": min(values), "maximum": max(values)}.get(
        pick, values[0]
    )
