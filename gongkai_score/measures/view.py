"""What measuring sees: a log, a register and a calendar, through one window and up to one date of assessment."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import ActivityLog, EventTable, Int32
from gongkai_score.cases import Cases, UInt8
from gongkai_score.measure_kinds import Condition, Duration, Selector, Where
from gongkai_score.measures.accounting import Looked, account, ranked, used_masks
from gongkai_score.measures.chosen import Selection, atoms, choose, meets
from gongkai_score.measures.selection import Atoms, Mask, passes
from gongkai_score.memory import Once
from gongkai_score.period import Window
from gongkai_score.units import UnitRegister
from gongkai_score.work_calendar import WorkCalendar

T = TypeVar("T")

EARLIEST: int = -(2**30)
"""A day before every day."""
LATEST: int = 2**30
"""A day after every day."""


def _places_in(ids: Sequence[str], register: UnitRegister) -> Int32:
    """The position of each unit in the register, -1 where it is not registered."""
    if ids == register.ids:
        return np.arange(len(ids), dtype=np.int32)
    places = register.places
    return np.fromiter((places.get(unit_id, -1) for unit_id in ids), np.int32, len(ids))


def _active(register: UnitRegister) -> tuple[Int32, Int32]:
    """First and last day of every unit."""
    opened, closed = register.active_days
    first = np.array([EARLIEST if day is None else day for day in opened], np.int32)
    return first, np.array([LATEST if day is None else day for day in closed], np.int32)


class View:
    """A log seen by one assessment: registered units, one window, nothing after ``as_of``.

    Attributes:
        log: the log.
        register: the units assessed.
        calendar: the working calendar.
        window: the days assessed.
        as_of: day number of the assessment; it stands for the end of that day.
        promptly_within: the limit of a duty that gives none (及时).
        unit_of: for each unit of the log its position in the register, -1 where it is not registered.
        as_in_log: whether the register and the log number the same units in the same way.
    """

    def __init__(
        self,
        log: ActivityLog,
        register: UnitRegister,
        calendar: WorkCalendar,
        window: Window,
        as_of: int,
        promptly_within: Duration = Duration(20, "working_day"),  # noqa: B008
    ) -> None:
        """Joins the units of the log to the register."""
        self.log, self.register, self.calendar = log, register, calendar
        self.window, self.as_of, self.promptly_within = window, as_of, promptly_within
        self.units = len(register)
        self.as_in_log = log.units == register.ids
        self.unit_of: Int32 = _places_in(log.units, register)
        self.active_from, self.active_to = register.facts.keep("active", lambda: _active(register))
        self.always_active = bool(
            (self.active_from <= window.first).all() and (self.active_to >= window.last).all()
        )
        self.open_ended = bool((self.active_from == EARLIEST).all() and (self.active_to == LATEST).all())
        self._kept = Once()
        self._looked: list[Looked] = []
        self._cited: list[Cases] = []
        self._since: dict[int, View] = {}
        self._lists: View | None = None

    @property
    def lists(self) -> View:
        """The view that lists of items are read from: a list holds for the period, however short a look back."""
        return self._lists or self

    def since(self, first: int) -> View:
        """The same log seen by a window that ends on the same day and begins on ``first``."""

        if first not in self._since:
            window = Window(first, self.window.last)
            other = View(self.log, self.register, self.calendar, window, self.as_of, self.promptly_within)
            other._looked, other._cited = self._looked, self._cited
            if first > self.window.first:
                other._lists = self.measuring
            self._since[first] = other
        return self._since[first]

    @cached_property
    def measuring(self) -> View:
        """This view for one who measures: it knows and notes the same, but the cases it is given do not hang on it.

        Cases remember the view that made them, so that they can be laid out later; a view that remembers its cases
        must be another one, else neither would go before the next search for cycles.
        """
        other = copy(self)
        other._cited, other._since = [], {}
        return other

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gave the first time this key was asked for."""
        return self._kept.keep(key, make)

    def table(self, kind: str) -> EventTable:
        """The events of a kind."""
        return self.log.table(kind)

    def units_of(self, kind: str) -> Int32:
        """For each event of a kind the position of its unit in the register; -1: not registered."""
        return self.keep(("unit", kind), lambda: self.unit_of[self.table(kind).unit])

    def meets(self, kind: str, attribute: str, condition: Condition) -> Mask:
        """The events of a kind whose attribute meets a condition."""
        return meets(self.log, kind, attribute, condition)

    def atoms(self, kind: str, attribute: str) -> Atoms:
        """The single values of an attribute whose cells may hold several."""
        return atoms(self.log, kind, attribute)

    def values(
        self, events: Selection, selector: Selector, attribute: str
    ) -> tuple[NDArray[np.int64] | None, Int32, Sequence[str]]:
        """The single values of an attribute of selected events.

        A value stands for an event only if the selector would choose the event for this value alone: what it
        does not ask for stays out, whatever else stands in the same cell.

        Returns:
            The place of the event of each value (None: each event has one, in order), the value's code (-1: the
            event has none), and the values.
        """
        split = self.atoms(selector.event, attribute)
        place, value = split.spread(self.text_codes(events, attribute))
        keep = self._asked_for(events.rows if place is None else events.rows[place], value, selector, attribute)
        if keep is None or keep.all():
            return place, value, split.values
        kept = np.flatnonzero(keep)
        return (kept if place is None else place[kept]), value[kept], split.values

    def _asked_for(self, rows: Int32, value: Int32, selector: Selector, attribute: str) -> Mask | None:
        """Whether single values meet what the selector asks of their attribute; None: it asks nothing of it."""
        if all(name != attribute for where in (selector.where, *selector.either) for name, _ in where):
            return None
        values = self.atoms(selector.event, attribute).values

        def fits(where: Where) -> Mask:
            tests = [test for name, test in where if name == attribute]
            return np.array([*(all(passes(test, v) for test in tests) for v in values), True])[value]

        found = fits(selector.where)
        if selector.either:
            some = np.zeros(len(value), bool)
            for where in selector.either:
                rest = [self.meets(selector.event, name, test) for name, test in where if name != attribute]
                some |= np.logical_and.reduce([fits(where), *(mask[rows] for mask in rest)])
            found &= some
        return found

    def text_codes(self, events: Selection, attribute: str) -> Int32:
        """Codes of a text attribute of events, as :meth:`atoms` splits them; -1: empty."""
        if attribute == "ref":
            return events.ref
        return events.codes(attribute).codes

    def select(self, selector: Selector) -> Int32:
        """Positions in ``table(selector.event)`` of events that satisfy it, by unit and date.

        Only events of registered units, dated, and up to and including ``as_of``.
        """
        return self.chosen(selector).rows

    def chosen(self, selector: Selector) -> Selection:
        """The events that satisfy a selector, with their units and dates."""
        known = self._by_selector.get(id(selector))
        if known is None:
            known = selector, self.keep(("chosen", selector), lambda: self._choose(selector))
            self._by_selector[id(selector)] = known
        return known[1]

    @cached_property
    def _by_selector(self) -> dict[int, tuple[Selector, Selection]]:
        """Selectors asked for, which are not compared again, and what satisfies them."""
        return {}

    def _choose(self, selector: Selector) -> Selection:
        found = choose(self.log, selector)
        masks = []
        if not found.within(EARLIEST, self.as_of):
            masks.append(found.day <= self.as_of)
        if selector.date != "at":
            masks.append(found.table.at.day.take(found.rows) <= self.as_of)
        if not self.as_in_log:
            found = replace(found, unit=self.unit_of.take(found.unit))
            if len(self.unit_of) and int(self.unit_of.min()) < 0:
                masks.append(found.unit >= 0)
        return found.where(np.logical_and.reduce(masks)) if masks else found

    def events(self, selector: Selector, bound: Mask) -> Selection:
        """The selected events of bound units, noted as looked at."""

        def make() -> Selection:
            found = self.chosen(selector)
            only = np.flatnonzero(bound)
            if len(only) == 1:
                first, last = np.searchsorted(found.unit, [only[0], only[0] + 1]).tolist()
                return found.part(first, last)
            return found.where(bound.take(found.unit))

        self.look(selector, bound)
        if bound.all():
            return self.chosen(selector)
        return self.keep(("events", selector, bound.tobytes()), make)

    def head_units(self, events: Selection) -> Int32:
        """The unit of the first event of each unit and day."""
        return self.keep(("head units", id(events)), lambda: (events, events.unit.take(events.heads)))[1]

    def aside(self) -> View:
        """This view for somebody who reads what was measured: it knows the same, and nothing is noted in it."""
        other = copy(self)
        other._kept = Once(self._kept)
        other._looked, other._cited, other._since = [], [], {}
        other._lists = None if self._lists is None else self._lists.aside()
        return other

    def dated(self, selector: Selector, bound: Mask, first: int | None, last: int | None) -> Selection:
        """The selected events of bound units that are dated in the window, in force and while the unit exists.

        Args:
            selector: which events.
            bound: for each unit whether it is bound.
            first: first day on which the indicator is in force, or None.
            last: last day, or None.
        """
        begin = self.window.first if first is None else max(first, self.window.first)
        end = self.window.last if last is None else min(last, self.window.last)
        found = self.events(selector, bound)
        if not found.within(begin, end):
            found = found.where((found.day >= begin) & (found.day <= end))
        if self.always_active:
            return found
        return found.where(self.active(found.unit, found.day))

    def active(self, unit: Int32, day: Int32) -> Mask:
        """Whether units exist on days."""
        return (self.active_from[unit] <= day) & (day <= self.active_to[unit])

    def look(self, selector: Selector, bound: Mask | None) -> None:
        """Notes the selected events of bound units as looked at; None: whoever did them."""
        everyone = bound is None or bool(bound.all())
        self._looked.append(Looked(self.chosen(selector), None if everyone else bound, self.window))

    def cite(self, cases: Cases) -> None:
        """Notes the evidence behind cases as used."""
        self._cited.append(cases)

    def key_codes(self, selection: Selection, name: str) -> tuple[Int32, int]:
        """Codes of an attribute that are comparable between event kinds, and how many there are; -1: empty."""
        if name == "ref":
            return selection.ref, len(self.log.refs)
        values, tables = self.keep(("vocabulary", name), lambda: self._vocabulary(name))
        codes = selection.codes(name).codes
        table = tables.get(selection.table.kind)
        return codes if table is None else table[codes], values

    def _vocabulary(self, name: str) -> tuple[int, dict[str, Int32]]:
        """How many values an attribute has in the log, and tables from a kind's own codes where they differ."""
        pick = [(kind, t.id if name == "id" else t.attributes.get(name)) for kind, t in self.log.tables.items()]
        columns = {kind: column for kind, column in pick if column is not None}
        distinct = {id(column.values): column.values for column in columns.values()}
        if len(distinct) <= 1:
            return max((len(values) for values in distinct.values()), default=0), {}
        index: dict[str, int] = {}
        of_values = {
            key: np.array([*(index.setdefault(str(v), len(index)) for v in values), -1], np.int32)
            for key, values in distinct.items()
        }
        return len(index), {kind: of_values[id(column.values)] for kind, column in columns.items()}

    @property
    def used(self) -> dict[str, Mask]:
        """For each kind, which of its events a measure looked at in the window or cites.

        An event is used when a measure selected it, its unit is bound by that measure, and it is dated in the
        window or stands as evidence behind a case of it (an answer to a document of last year, a rule carried
        over).
        """
        return used_masks(self.log, self._looked, self._cited)

    def accounting(self) -> dict[str, int]:
        """Where the rows of the sources went: read = used + set aside + the others given here.

        Returns:
            Numbers of source rows: ``used``, and those outside by reason: ``kind_not_asked``,
            ``unit_not_registered``, ``after_as_of``, ``condition_not_met``, ``unit_not_bound``,
            ``outside_window``. A row with several events is used if one of them is, and otherwise has the
            reason of the event that came furthest in that list.
        """
        return account(self.log, self.ranks)

    @property
    def ranks(self) -> dict[str, UInt8]:
        """For each kind how near each of its events came to being used, as numbers that :func:`account` counts."""
        chosen: dict[str, list[Selection]] = {}
        for key, value in self._kept.values(Selection):
            if isinstance(key, tuple) and key[0] == "chosen":
                chosen.setdefault(value.table.kind, []).append(value)
        return ranked(self.log, self._looked, self._cited, self.unit_of, self.as_of, chosen)
