"""Random logs in which every selector of an indicator set finds something, in the columns of ``docs/logs.md``."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd

from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.measure_kinds import AppliesTo, Condition, Items, Selector
from gongkai_score.units import Unit, UnitRegister

FIELDS = ("id", "unit", "kind", "at", "ref")


def parts_of(value: Any) -> Iterator[Any]:
    """Every record inside a record."""
    yield value
    if is_dataclass(value):
        for field in fields(value):
            yield from parts_of(getattr(value, field.name))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from parts_of(one)
    elif hasattr(value, "items"):
        for one in value.values():
            yield from parts_of(one)


def register_of(indicator_set: IndicatorSet, count: int, seed: int, year: int = 2019) -> UnitRegister:
    """Units of the types, classes and names that the set tells apart; some begin or end within the year."""
    told = [one for one in parts_of(indicator_set) if isinstance(one, AppliesTo)]
    choice = random.Random(seed)
    start = (date(year, 1, 1) - date(1970, 1, 1)).days

    def some(values: set[str]) -> str:
        return choice.choice(sorted(values) or [""])

    types = {value for one in told for value in one.type}
    groups = {value for one in told for value in one.group} | {"甲", "乙"}
    tags = sorted({value for one in told for value in one.tags})
    channels = sorted({value for one in told for value in one.channels})
    names = sorted({value for one in told for value in one.units})
    units = [
        Unit(
            id=f"u{i:03d}",
            name=names[i] if i < len(names) and i % 2 else f"单位{i}",
            group=some(groups),
            type=some(types),
            tags=frozenset(tag for tag in tags if choice.random() < 0.5),
            channels=frozenset(one for one in channels if choice.random() < 0.7),
            active_from=start + choice.randrange(400) if choice.random() < 0.15 else None,
            active_to=start + 90 + choice.randrange(200) if choice.random() < 0.05 else None,
        )
        for i in range(count)
    ]
    return UnitRegister(units)


def log_of(
    indicator_set: IndicatorSet, units: UnitRegister, rows: int, seed: int, year: int = 2019
) -> pd.DataFrame:
    """Rows for every selector of the set: its kind, most of its conditions, references that several units share."""
    choice = random.Random(seed)
    selectors = list(dict.fromkeys(one for one in parts_of(indicator_set) if isinstance(one, Selector)))
    items = [one for one in parts_of(indicator_set) if isinstance(one, Items)]
    words = sorted({value for one in items for value in one.values}) or ["预算"]
    ids = [*units.ids]
    found: list[dict[str, str]] = []
    for number in range(rows):
        selector = choice.choice(selectors)
        day = date(year, 1, 1) + timedelta(days=choice.randrange(-40, 400))
        at = day.isoformat() + (
            f"T{choice.randrange(24):02d}:{choice.randrange(60):02d}" if choice.random() < 0.2 else ""
        )
        row = {
            "id": f"e{number}" if choice.random() < 0.7 else "",
            "unit": choice.choice(ids[: max(len(ids) * 3 // 4, 1)]),
            "kind": selector.event,
            "at": at,
            "ref": f"r{choice.randrange(max(rows // 3, 1))}" if choice.random() < 0.9 else "",
        }
        for name, test in selector.where:
            if name not in FIELDS and choice.random() < 0.9:
                row[name] = _cell(test, choice, words, day)
        for name in ("item", "topic", "account", "channel", "form"):
            if name not in row and choice.random() < 0.3:
                row[name] = choice.choice(words)
        if choice.random() < 0.03:
            row |= {"exempt": "true", "exempt_reason": choice.choice(["", "另有规定"])}
        if selector.date not in ("at", *row):
            row[selector.date] = (day + timedelta(days=choice.randrange(10))).isoformat()
        found.append(row)
    return pd.DataFrame(found).fillna("").astype("string")


def _cell(test: Condition, choice: random.Random, words: list[str], day: date) -> str:
    value = test.value
    if isinstance(value, tuple):
        value = choice.choice(value) if value else ""
    if isinstance(value, Fraction):
        return str(int(value) + choice.randrange(-1, 3))
    if value is None:
        return choice.choice(words)
    return str(value)
