"""What a mapping file is made of: values taken from cells, tests on cells, and the events that rows yield."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gongkai_score.readers.cells import Order, squeezed

Steps = tuple[str | int, ...]
"""Place inside the mapping file."""
Mode = Literal["equals", "contains", "pattern", "empty"]


@dataclass(frozen=True, slots=True)
class Value:
    """Where a field comes from and what is done to it, in this order.

    Attributes:
        column: column name, or None for a constant.
        constant: the same text in every row.
        squeeze: full-width forms made plain and white space removed.
        replace: regular expressions and what replaces them.
        pattern: the part to take; no match is an empty cell.
        values: whole cells replaced by other words.
        others: what cells not in ``values`` become; None leaves them.
        list: the cell is a list.
        find: the first or last date inside a text.
        order: how ``08/07/2018`` is meant.
        serial: plain numbers are Excel's day numbers; None: as the table says.
        path: place in the mapping file.
    """

    column: str | None
    constant: str = ""
    squeeze: bool = False
    replace: tuple[tuple[re.Pattern[str], str], ...] = ()
    pattern: re.Pattern[str] | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    others: str | None = None
    list: bool = False
    find: Literal["first", "last"] | None = None
    order: Order | None = None
    serial: bool | None = None
    path: Steps = ()

    def text(self, cell: str) -> str:
        """What the field holds where the column holds ``cell``."""
        text = squeezed(cell) if self.squeeze else cell
        for pattern, by in self.replace:
            text = pattern.sub(by, text)
        if self.pattern is not None:
            found = self.pattern.search(text)
            text = (found[1] or "") if found else ""
        if self.values:
            text = text.strip()
            text = self.values.get(text, text if self.others is None or not text else self.others)
        if self.list:
            text = ";".join(part.strip() for part in re.split("[;；、]", text) if part.strip())
        return text

    @property
    def plain(self) -> bool:
        """Whether cells are taken as they are."""
        return not (self.squeeze or self.replace or self.pattern or self.values or self.list or self.find)


Choice = tuple[Value, ...]
"""Ways to get one field; the first that gives something holds."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one column."""

    column: str
    mode: Mode
    words: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    wanted: bool = True
    path: Steps = ()

    def holds(self, cell: str) -> bool:
        """Whether the condition holds for a cell."""
        if self.mode == "equals":
            found = cell in self.words
        elif self.mode == "contains":
            found = any(word in cell for word in self.words)
        elif self.mode == "pattern":
            found = self.pattern is not None and self.pattern.search(cell) is not None
        else:
            found = not cell
        return found is self.wanted


When = tuple[tuple[Condition, ...], ...]
"""Groups of tests: all of one group must hold, for any group."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One event that rows yield.

    Attributes:
        when: rows it is made from; empty: all.
        otherwise: made from rows that no other rule fits.
        kind, unit, at, ref, id: where the fields come from; ``ref`` and ``id`` may be empty.
        attributes: further texts.
        moments: further dates.
    """

    kind: Choice
    unit: Choice
    at: Choice
    ref: Choice = ()
    id: Choice = ()
    attributes: Mapping[str, Choice] = field(default_factory=dict)
    moments: Mapping[str, Choice] = field(default_factory=dict)
    when: When = ()
    otherwise: bool = False
