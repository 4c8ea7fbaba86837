"""What is counted apart: units, their accounts, the items that must be covered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import Int32
from gongkai_score.measure_kinds import Items, Selector
from gongkai_score.measures.chosen import Selection
from gongkai_score.measures.per_unit import apart
from gongkai_score.measures.selection import Mask, exempted
from gongkai_score.measures.view import View
from gongkai_score.verdict_counts import offsets

_TABLE_LIMIT = 1 << 24


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of cases, ordered by unit.

    Attributes:
        unit: position of each group's unit in the register.
        key: what each group is about: codes into ``keys``; -1: the unit alone.
        keys: items or accounts; "" stands for events that name none.
        attribute: attribute of an event that says to which group of its unit it belongs; None: to the only one.
        exempt: groups out of the count for a recorded reason; None: none.
        units: number of units in the register.
        regular: whether every unit of the register has a group for every key, in order.
    """

    unit: Int32
    key: Int32
    keys: Sequence[str]
    attribute: str | None
    exempt: Mask | None
    units: int
    regular: bool = False

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def offset(self) -> NDArray[np.integer]:
        """For each unit where its groups begin, and where the last end."""
        if self.regular or self.one_each:
            return np.arange(self.units + 1) * (len(self.keys) if self.regular else 1)
        return offsets(self.unit, self.units)

    @property
    def numbers(self) -> NDArray[np.integer] | int:
        """Number of groups of each unit; one number where all have as many."""
        if self.regular or self.one_each:
            return len(self.keys) if self.regular else 1
        return np.bincount(self.unit, minlength=self.units)

    @property
    def one_each(self) -> bool:
        """Whether every unit of the register is one group."""
        return self.attribute is None and len(self) == self.units

    def places(self, view: View, events: Selection) -> tuple[NDArray[np.intp] | None, Int32]:
        """(places of events that belong to a group, their groups); None: all of them, as they stand.

        An event that names several items has a place for each.
        """
        cell: NDArray[np.intp] | None = None
        if self.attribute is None:
            if self.one_each:
                return None, events.unit
            table = np.full(self.units, -1, np.int32)
            table[self.unit] = np.arange(len(self.unit), dtype=np.int32)
            group = table.take(events.unit)
        else:
            cell, key = self._keys_of(view, events)
            if len(key) and int(key.min()) < 0:
                named = np.flatnonzero(key >= 0)
                cell, key = (named if cell is None else cell[named]), key.take(named)
            group = self._lookup(events.unit if cell is None else events.unit.take(cell), key)
        if len(group) and int(group.min()) < 0:
            inside = np.flatnonzero(group >= 0)
            return inside if cell is None else cell[inside], group[inside]
        return cell, group

    def of_events(self, view: View, events: Selection) -> tuple[Selection, Int32]:
        """(events of the groups, the group each belongs to)."""
        places, group = self.places(view, events)
        return (events if places is None else events.take(places)), group

    def keys_of_events(self, view: View, events: Selection) -> tuple[Selection, Int32]:
        """(events, the key each names) whatever its unit; -1: no key of these groups."""
        if self.attribute is None:
            return events, np.full(len(events), -1, np.int32)
        cell, key = self._keys_of(view, events)
        return (events if cell is None else events.take(cell)), key

    def _keys_of(self, view: View, events: Selection) -> tuple[NDArray[np.intp] | None, Int32]:
        assert self.attribute is not None
        split = view.atoms(events.table.kind, self.attribute)
        cell, value = split.spread(view.text_codes(events, self.attribute))
        index = {name: code for code, name in enumerate(self.keys)}
        own = np.array([*(index.get(v, -1) for v in split.values), index.get("", -1)], np.int32)
        return cell, own.take(value, mode="wrap")

    def _lookup(self, unit: Int32, key: Int32) -> Int32:
        """The group of each unit and key; -1: there is none."""
        size = len(self.keys)
        if self.regular:
            return unit * np.int32(size) + key
        names = self.unit.astype(np.int64) * size + self.key
        if self.units * size <= _TABLE_LIMIT:
            table = np.full(self.units * size, -1, np.int32)
            table[names] = np.arange(len(names), dtype=np.int32)
            return table.take(unit * np.int32(size) + key)
        wanted = unit.astype(np.int64) * size + key
        order = np.argsort(names)
        place = np.searchsorted(names[order], wanted)
        found = order.take(place, mode="clip")
        return np.where(names[found] == wanted, found, -1).astype(np.int32)


def unit_groups(view: View, bound: Mask) -> Groups:
    """One group for each bound unit."""

    def make() -> Groups:
        unit = np.flatnonzero(bound).astype(np.int32)
        return Groups(unit, np.full(len(unit), -1, np.int32), (), None, None, view.units)

    return view.keep(("groups", bound.tobytes()), make)


def value_groups(view: View, events: Selector, attribute: str, bound: Mask) -> Groups:
    """One group for each value of an attribute that a unit's events have up to ``as_of`` (accounts, sites).

    Values the selector itself does not ask for are no groups.
    A unit without any such value is one group, so that a unit that did nothing at all is seen.
    """
    chosen = view.events(events, bound)
    cell, value, values = view.values(chosen, events, attribute)
    unit = chosen.unit if cell is None else chosen.unit[cell]
    order = sorted(range(len(values)), key=values.__getitem__)
    place = np.empty(len(values) + 1, np.int64)
    place[order] = np.arange(1, len(order) + 1)
    place[-1] = 0
    size = len(values) + 1
    packed = unit * np.int64(size) + place.take(value, mode="wrap")
    silent = bound.copy()
    silent[unit] = False
    if view.units * size <= _TABLE_LIMIT:
        seen = np.zeros(view.units * size, bool)
        seen[packed] = True
        seen[::size] |= silent
        found = np.flatnonzero(seen)
    else:
        found = np.unique(np.concatenate([packed, np.flatnonzero(silent) * size]))
    keys = ("", *(values[code] for code in order))
    owner, key = apart(found.astype(np.int32) if view.units * size < 1 << 31 else found, size)
    return Groups(owner.astype(np.int32), key.astype(np.int32), keys, attribute, None, view.units)


def item_groups(
    view: View, items: Items, attribute: str, bound: Mask, first: int | None, last: int | None
) -> tuple[Groups, Mask]:
    """One group for each unit and item; and the bound units that declared no list though they have to.

    A list named in the set is the same for all. Otherwise a unit's last declaration in the window holds
    (duties, section 5, coverage); what it declares exempt with a reason is out. A unit that declared none has
    none if a check shows that somebody looked.
    """
    if items.inventory is None:
        units = np.flatnonzero(bound).astype(np.int32)
        many = len(items.values)
        unit = np.repeat(units, many)
        key = np.tile(np.arange(many, dtype=np.int32), len(units))
        regular = len(units) == view.units and view.units * many < 1 << 31
        return Groups(unit, key, items.values, attribute, None, view.units, regular), np.zeros(view.units, bool)
    declared = view.lists.dated(items.inventory, bound, first, last)
    newest = np.full(view.units, np.iinfo(np.int32).min, np.int32)
    newest[declared.unit] = declared.day
    missing = bound & (newest == np.iinfo(np.int32).min)
    if items.check is not None:
        missing[view.lists.dated(items.check, bound, first, last).unit] = False
    latest = declared.where(declared.day == newest[declared.unit])
    out, _ = exempted(latest.table, latest.rows)
    split = view.atoms(items.inventory.event, items.attribute)
    cell, value = split.spread(view.text_codes(latest, items.attribute))
    if cell is None:
        cell = np.arange(len(latest))
    there = value >= 0
    cell, value = cell[there], value[there]
    order = sorted(range(len(split.values)), key=split.values.__getitem__)
    rank = np.empty(max(len(order), 1), np.int64)
    rank[order] = np.arange(len(order))
    size = max(len(order), 1)
    packed = latest.unit[cell].astype(np.int64) * size + rank[value]
    names, where = np.unique(packed, return_inverse=True)
    exempt = np.zeros(len(names), bool)
    exempt[where[out[cell]]] = True
    groups = Groups(
        (names // size).astype(np.int32),
        (names % size).astype(np.int32),
        tuple(split.values[code] for code in order),
        attribute,
        exempt if exempt.any() else None,
        view.units,
    )
    return groups, missing


class Pairs(Sequence[str]):
    """Texts of two things at once, an item and a period; made when they are read."""

    def __init__(self, outer: Sequence[str], inner: Sequence[str]) -> None:
        """Code ``i * len(inner) + j`` stands for ``outer[i]`` with ``inner[j]``."""
        self.outer, self.inner = outer, inner

    def __len__(self) -> int:
        return len(self.outer) * len(self.inner)

    def __getitem__(self, code):  # type: ignore[no-untyped-def]
        """The text of a code."""
        if isinstance(code, slice):
            return [self[i] for i in range(*code.indices(len(self)))]
        a, b = divmod(int(code), len(self.inner))
        return f"{self.outer[a]} {self.inner[b]}".strip()
