"""Checks of rows against each other and against the register of units, over columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, NO_TIME, Coded, EventColumns, Int64, Moments
from gongkai_score.event_columns import cells_at, shared
from gongkai_score.period import day_date
from gongkai_score.readers.cells import settled
from gongkai_score.readers.findings import Findings
from gongkai_score.readers.log_columns import NEEDS_REF, STARTS
from gongkai_score.threads import each
from gongkai_score.units import UnitRegister

_MIX = np.uint64(0x9E3779B97F4A7C15)
_LISTED = 5
_MANY = 100_000
"""Rows from which threads are worth their start."""


def taken(columns: EventColumns, rows: NDArray[np.integer]) -> EventColumns:
    """The events at ``rows``."""
    texts = _with_texts(columns, lambda column: Coded(cells_at(column.codes, rows), column.values))
    return replace(
        texts,
        at=columns.at.take(rows),
        moments={name: moments.take(rows) for name, moments in columns.moments.items()},
        file=cells_at(columns.file, rows),
        row=columns.row.take(rows),
    )


def orderly(columns: EventColumns) -> EventColumns:
    """The same events with the values of each column in order, and none that no event has."""
    return _with_texts(columns, settled)


def _with_texts(columns: EventColumns, work: Callable[[Coded], Coded]) -> EventColumns:
    """The events with what ``work`` makes of each column of text."""
    texts = (columns.unit, columns.kind, columns.ref, columns.id, *columns.attributes.values())
    unit, kind, ref, id_, *attributes = each(work, texts, len(columns) >= _MANY)
    named = dict(zip(columns.attributes, attributes, strict=True))
    return replace(columns, unit=unit, kind=kind, ref=ref, id=id_, attributes=named)


def without_refused(columns: EventColumns, findings: Findings) -> EventColumns:
    """The events of rows that are not set aside: a row of several events goes whole."""
    keep = np.ones(len(columns), bool)
    for code, file in enumerate(columns.files):
        refused = findings.refused(file)
        if refused:
            found = _places(columns.row, np.fromiter(refused, np.int64, len(refused)))
            keep[found[columns.file[found] == code]] = False
    return columns if keep.all() else taken(columns, np.flatnonzero(keep))


def _places(rows: Int64, listed: Int64) -> NDArray[np.integer]:
    """Where rows stand that are listed; they mostly ascend, and then are looked up one by one."""
    if (rows[1:] <= rows[:-1]).any():
        return np.flatnonzero(np.isin(rows, listed))
    places = np.searchsorted(rows, listed)
    reached = places < len(rows)
    places = places[reached]
    found: NDArray[np.integer] = places[rows[places] == listed[reached]]
    return found


def check_rows(columns: EventColumns, findings: Findings, units: UnitRegister | None) -> EventColumns:
    """Finds repeated rows, ids used twice, references to nothing and dates that contradict other rows.

    Returns:
        The events of the rows that are used.
    """
    content = _content(columns)
    told_apart = _told_apart(columns)
    if findings.actions["L101"] != "ignore" and not told_apart:
        for row, first in _repeats(columns, content):
            findings.add("L101", *_place(columns, row), kept=_label(columns, first))
        kept = without_refused(columns, findings)
        if kept is not columns:
            columns, content = kept, _content(kept)
    if findings.actions["L105"] != "ignore" and not told_apart:
        _same_ids(columns, content, findings)
    _references(columns, findings)
    if units is not None:
        _existence(columns, findings, units)
    return without_refused(columns, findings)


def _told_apart(columns: EventColumns) -> bool:
    """Whether every event has an id that no other has; then no two are equal."""
    codes = columns.id.codes
    if len(columns.id.values) < len(codes) or not len(codes) or int(codes.min()) < 0:
        return False
    seen = np.zeros(len(columns.id.values), bool)
    seen[codes] = True
    return int(np.count_nonzero(seen)) == len(codes)


def _place(columns: EventColumns, row: int) -> tuple[str, int]:
    return columns.files[int(columns.file[row])], int(columns.row[row])


def _label(columns: EventColumns, row: int) -> str:
    file, number = _place(columns, row)
    return f"{file}#{number}"


def _content(columns: EventColumns) -> list[NDArray[np.integer]]:
    """Everything that makes up an event; its place is not content."""
    found: list[NDArray[np.integer]] = [columns.kind.codes, columns.unit.codes, columns.ref.codes, columns.id.codes]
    found += [columns.attributes[name].codes for name in sorted(columns.attributes)]
    for moments in (columns.at, *(columns.moments[name] for name in sorted(columns.moments))):
        found += [moments.day, moments.second]
    return found


def _hashes(content: list[NDArray[np.integer]], rows: int) -> NDArray[np.uint64]:
    seal = np.zeros(rows, np.uint64)
    for column in content:
        seal = (seal ^ column.astype(np.int64).view(np.uint64)) * _MIX
        seal ^= seal >> np.uint64(29)
    return seal


def _repeats(columns: EventColumns, content: list[NDArray[np.integer]]) -> Iterator[tuple[int, int]]:
    """(an event of a row, an event of the equal row kept) for every row whose events all equal another row's."""
    if not len(columns):
        return
    order = np.arange(len(columns))
    if len(columns.files) > 1 or (columns.row[1:] <= columns.row[:-1]).any():
        order = np.lexsort((columns.row, columns.file))
    row, file = columns.row[order], columns.file[order]
    begins = np.flatnonzero(np.concatenate([[True], (row[1:] != row[:-1]) | (file[1:] != file[:-1])]))
    hashes = np.add.reduceat(_hashes(content, len(order))[order], begins)
    ordered = np.sort(hashes)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(again):
        return
    suspects = np.flatnonzero(np.isin(hashes, again))
    ends = np.append(begins[1:], len(order))
    first: dict[tuple[tuple[int, ...], ...], int] = {}
    for number in suspects.tolist():
        events = order[begins[number] : ends[number]].tolist()
        signature = tuple(sorted(tuple(int(column[e]) for column in content) for e in events))
        if signature in first:
            yield events[0], first[signature]
        else:
            first[signature] = events[0]


def _same_ids(columns: EventColumns, content: list[NDArray[np.integer]], findings: Findings) -> None:
    there = np.flatnonzero(columns.id.codes >= 0)
    key: Int64 = columns.kind.codes[there].astype(np.int64) * len(columns.id.values) + columns.id.codes[there]
    ordered = np.sort(key)
    again = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    groups: dict[int, list[int]] = defaultdict(list)
    for place in np.flatnonzero(np.isin(key, again)).tolist():
        groups[int(key[place])].append(int(there[place]))
    for events in groups.values():
        places = {_place(columns, event) for event in events}
        if len(places) < 2 or len({tuple(int(c[e]) for c in content) for e in events}) < 2:
            continue
        for event in events:
            file, row = _place(columns, event)
            others = sorted(places - {(file, row)})
            listed = "、".join(f"{f}#{r}" for f, r in others[:_LISTED]) + ("…" if len(others) > _LISTED else "")
            findings.add("L105", file, row, "id", columns.id.text(event), others=listed)


def _references(columns: EventColumns, findings: Findings) -> None:
    code = {kind: number for number, kind in enumerate(columns.kind.values)}
    instants = _Instants.of(columns.at)
    never = np.iinfo(instants.width).max
    for kind, starts in STARTS.items():
        if kind not in code:
            continue
        kinds, refs = columns.kind.codes, columns.ref.codes
        ends = np.flatnonzero(kinds == code[kind])
        opens = [kinds == code[start] for start in starts if start in code]
        begins = np.flatnonzero(np.logical_or.reduce(opens)) if opens else ends[:0]
        ref = refs.take(begins)
        if len(ref) and int(ref.min()) < 0:
            begins, ref = begins[ref >= 0], ref[ref >= 0]
        earliest = np.full(len(columns.ref.values) + 1, never, instants.width)
        np.minimum.at(earliest, ref, instants.first(begins))
        said = " / ".join(starts)
        ref = refs.take(ends)
        bare = ends[ref < 0] if kind in NEEDS_REF else ends[:0]
        for event in _told("L306", columns, bare, findings):
            findings.add("L306", *_place(columns, event), "ref", None, kind=kind, starts=said)
        if len(ref) and int(ref.min()) < 0:
            ends, ref = ends[ref >= 0], ref[ref >= 0]
        start = earliest.take(ref)
        for event in _told("L303", columns, ends[start == never], findings):
            findings.add("L303", *_place(columns, event), "ref", columns.ref.text(event), starts=said)
        before = (start != never) & (instants.last(ends) < start)
        for event in _told("L304", columns, ends[before], findings):
            values: dict[str, Any] = {"kind": kind, "at": columns.at.text(event), "start_kind": said}
            values["start"] = day_date(instants.day(int(earliest[columns.ref.codes[event]]))).isoformat()
            findings.add("L304", *_place(columns, event), "at", columns.ref.text(event), **values)


def _told(code: str, columns: EventColumns, events: NDArray[np.integer], findings: Findings) -> list[int]:
    """The events to tell of, in order of place."""
    count = findings.worth_telling(code, len(events))
    if count == 0:
        return []
    found: list[int] = events[np.lexsort((columns.row[events], columns.file[events]))][:count].tolist()
    return found


@dataclass(frozen=True, slots=True)
class _Instants:
    """Moments as numbers that ascend: days where no time is known anywhere, else seconds since 1970.

    A bare date stands for its first or its last second.
    """

    at: Moments
    timed: bool

    @classmethod
    def of(cls, at: Moments) -> _Instants:
        """The moments of a column."""
        return cls(at, bool(len(at.second)) and bool((shared(at.second) != NO_TIME).any()))

    @property
    def width(self) -> type[np.signedinteger[Any]]:
        """The type of the numbers."""
        return np.int64 if self.timed else np.int32

    def first(self, rows: NDArray[np.integer]) -> NDArray[np.integer]:
        """When some events may have happened at the earliest."""
        return self._numbers(rows, 0)

    def last(self, rows: NDArray[np.integer]) -> NDArray[np.integer]:
        """When at the latest."""
        return self._numbers(rows, 86399)

    def _numbers(self, rows: NDArray[np.integer], undated: int) -> NDArray[np.integer]:
        if not self.timed:
            return self.at.day.take(rows)
        second = self.at.second.take(rows).astype(np.int64)
        found: Int64 = self.at.day.take(rows).astype(np.int64) * 86400 + np.where(
            second == NO_TIME, undated, second
        )
        return found

    def day(self, number: int) -> int:
        """The day of a number."""
        return number // 86400 if self.timed else number


def _existence(columns: EventColumns, findings: Findings, units: UnitRegister) -> None:
    low = np.full(len(columns.unit.values), NO_DAY, np.int64)
    high = np.full(len(columns.unit.values), np.iinfo(np.int64).max)
    for number, unit_id in enumerate(columns.unit.values):
        if unit_id in units:
            unit = units[unit_id]
            low[number] = NO_DAY if unit.active_from is None else unit.active_from
            high[number] = high[number] if unit.active_to is None else unit.active_to
    day, unit_code = columns.at.day, columns.unit.codes
    outside = np.flatnonzero((day < low[unit_code]) | (day > high[unit_code]))
    for event in _told("L305", columns, outside, findings):
        unit = units[columns.unit.values[int(unit_code[event])]]
        bounds = [None if d is None else day_date(d).isoformat() for d in (unit.active_from, unit.active_to)]
        active = "..".join(bound or "" for bound in bounds)
        findings.add("L305", *_place(columns, event), "at", unit.id, at=columns.at.text(event), active=active)
