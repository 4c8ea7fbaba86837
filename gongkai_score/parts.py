"""Parts: what measuring yields for some of the units, measured apart and put together to the same result.

A unit's points depend on its own records alone, so a log may be measured in any number of parts, by unit: one after
another where it does not fit into memory, on many machines, or only those whose records changed. :func:`merge` puts
parts together in the order of the register; comparing peers, scoring and ranking then happen once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import ActivityLog, EventTable, Int32, Int64
from gongkai_score.assessment import Assessment
from gongkai_score.cases import Cases, UInt8
from gongkai_score.collection import Gathered, gathered, looked_at, planned, settled
from gongkai_score.column_cases import ColumnCases
from gongkai_score.digests import joint_digest
from gongkai_score.evidence import Digest
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.measure_kinds import TimeLimit
from gongkai_score.measures import Measured, View
from gongkai_score.measures.accounting import USED, count_rows, told
from gongkai_score.measures.measured import PerUnit, Quotient, no_excuse
from gongkai_score.merged_cases import MergedCases
from gongkai_score.outcomes import Verdict
from gongkai_score.pipeline import LogFacts, Task, assessed
from gongkai_score.reduction import quantities
from gongkai_score.units import UnitRegister
from gongkai_score.verdict_counts import VerdictCounts

Mask = NDArray[np.bool_]
_RANKS = USED + 1


def shared_kinds(indicator_set: IndicatorSet) -> frozenset[str]:
    """Kinds whose events every part must see: those by which another unit may answer (``any_unit``).

    >>> from gongkai_score.readers.indicator_sets import read_indicator_set
    >>> sorted(shared_kinds(read_indicator_set("bishan-2019")))
    []
    """
    measures = [one for leaf in indicator_set.leaves for one in leaf.measures.values()]
    measures += [one for leaf in indicator_set.leaves for v in leaf.variants for one in (v.measures or {}).values()]
    measures += [one for gate in indicator_set.gates for one in gate.measures.values()]
    kinds: set[str] = set()
    for one in measures:
        if isinstance(one, TimeLimit) and one.any_unit:
            selectors = (one.end, one.start, one.explained_by if one.start is None else None)
            kinds |= {selector.event for selector in selectors if selector is not None}
    return frozenset(kinds)


@dataclass(frozen=True)
class Share:
    """The share of a log that one part needs.

    Attributes:
        log: the events of some units, and those of the shared kinds whoever did them.
        own: positions in the register of the units measured, ascending.
        strangers: whether events of units that are not registered are accounted for here.
        several: kind → events whose source row holds other events too; absent: none.
        shared: the shared kinds.
    """

    log: ActivityLog
    own: Int32
    strangers: bool
    several: Mapping[str, Mask]
    shared: frozenset[str]


def shares(task: Task, log: ActivityLog, groups: Sequence[Collection[int]]) -> Iterator[Share]:
    """Cuts a log by unit; events of units that are not registered go with the first group.

    Args:
        task: what is asked.
        log: the log.
        groups: positions in the register, each once.
    """
    place = {unit_id: i for i, unit_id in enumerate(task.units.ids)}
    unit_of = np.fromiter((place.get(unit_id, -1) for unit_id in log.units), np.int32, len(log.units))
    several, shared = _several(log), shared_kinds(task.indicator_set)
    for number, group in enumerate(groups):
        own = np.array(sorted(group), np.int32)
        mine = np.isin(unit_of, own)
        if number == 0:
            mine |= unit_of < 0
        tables: dict[str, EventTable] = {}
        masks: dict[str, Mask] = {}
        for kind, table in log.tables.items():
            rows = None if kind in shared or bool(mine.all()) else _rows_of(table, np.flatnonzero(mine))
            if rows is None or len(rows):
                tables[kind] = table if rows is None else table.take(rows)
                if kind in several:
                    masks[kind] = several[kind] if rows is None else several[kind][rows]
        yield Share(replace(log, tables=tables), own, number == 0, masks, shared)


def _rows_of(table: EventTable, units: NDArray[np.integer]) -> Int64:
    """The events of some units of a log, given ascending."""
    first, last = (np.searchsorted(table.unit, units, side=side) for side in ("left", "right"))
    many = last - first
    begin = np.repeat(first - np.concatenate([[0], np.cumsum(many)[:-1]]), many) if len(many) else first
    return np.asarray(begin + np.arange(len(begin)), np.int64)


def _row_codes(log: ActivityLog) -> tuple[list[Int64], int]:
    """For each event of each kind a number for its source row, and how many numbers there can be."""
    tables = list(log.tables.values())
    names: dict[str, int] = {}
    files = [np.array([names.setdefault(f, len(names)) for f in t.files])[t.file] for t in tables]
    low = min((int(t.row.min()) for t in tables), default=0)
    span = max((int(t.row.max()) for t in tables), default=0) - low + 1
    found = [file.astype(np.int64) * span + (t.row - low) for file, t in zip(files, tables, strict=True)]
    return found, len(names) * span


def _several(log: ActivityLog) -> dict[str, Mask]:
    """For each kind the events whose source row holds other events too; kinds without any are left out."""
    places, size = _row_codes(log)
    if not places:
        return {}
    if size <= 8 * log.events + 1024:
        many = np.bincount(np.concatenate(places), minlength=size) > 1
        masks = [many[place] for place in places]
    else:
        every, times = np.unique(np.concatenate(places), return_counts=True)
        masks = [np.isin(place, every[times > 1]) for place in places]
    return {kind: mask for kind, mask in zip(log.tables, masks, strict=True) if mask.any()}


def same_rows(log: ActivityLog, names: Collection[str]) -> set[str]:
    """Ids of the units of which a source row holds events beside those of the units named."""
    several = _several(log)
    if not several:
        return set()
    wanted = np.array([name in names for name in log.units], bool)
    places, _ = _row_codes(log)
    held = [
        (place[several[kind]], log.tables[kind].unit[several[kind]])
        for kind, place in zip(log.tables, places, strict=True)
        if kind in several
    ]
    row, unit = (np.concatenate(column) for column in zip(*held, strict=True))
    beside = np.isin(row, row[wanted[unit]])
    return {log.units[i] for i in np.unique(unit[beside]).tolist()}


@dataclass(frozen=True)
class Yielded:
    """What one measure yielded for some units, one entry a unit.

    Attributes:
        states: codes of why there may be nothing to count.
        counts: numbers of cases by verdict.
        numbers: further quantities by name.
        cases: the cases.
    """

    states: UInt8
    counts: VerdictCounts
    numbers: Mapping[str, PerUnit]
    cases: MergedCases


@dataclass(frozen=True)
class OpenRows:
    """Events whose source row other parts may account for too; the part that comes furthest decides.

    Attributes:
        unit: position of the unit an entry belongs to, -1: none that is registered.
        file: code into ``files``.
        row: row number in that file.
        rank: how near the event came to being used.
        files: file names.
    """

    unit: Int32
    file: Int32
    row: Int64
    rank: UInt8
    files: tuple[str, ...]

    def where(self, mask: Mask) -> OpenRows:
        """Some of the entries."""
        return OpenRows(self.unit[mask], self.file[mask], self.row[mask], self.rank[mask], self.files)

    @classmethod
    def stacked(cls, parts: Sequence[OpenRows]) -> OpenRows:
        """Several one below the other, each entry once."""
        files = tuple(dict.fromkeys(name for part in parts for name in part.files))
        code = {name: i for i, name in enumerate(files)}
        columns = [
            np.concatenate([part.unit for part in parts]),
            np.concatenate([np.array([code[f] for f in p.files] or [0], np.int32)[p.file] for p in parts]),
            np.concatenate([part.row for part in parts]),
            np.concatenate([part.rank for part in parts]),
        ]
        order = np.lexsort(columns)
        columns = [column[order] for column in columns]
        fresh = np.ones(len(order), bool)
        fresh[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
        unit, file, row, rank = (column[fresh] for column in columns)
        return cls(unit, file, row, rank, files)


NO_ROWS = OpenRows(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.uint8), ())


@dataclass(frozen=True)
class Part:
    """Everything measuring yields for some units.

    Attributes:
        units: their positions in the register, ascending.
        yielded: what each measure of the set came to, in the order of the plan.
        proven: leaf id → whether each unit recorded the proof that not applicable asks for.
        rows: numbers of source rows by unit and rank.
        strangers: numbers of source rows of units that are not registered, by rank.
        open: events whose rows are shared with other parts.
        digests: gives unit id → SHA-256 of its events, worked out when first asked for.
        shared: kinds that every part saw.
    """

    units: Int32
    yielded: Sequence[Yielded]
    proven: Mapping[str, Mask]
    rows: Int64
    strangers: Int64
    open: OpenRows
    digests: Callable[[], Mapping[str, bytes]]
    shared: frozenset[str]

    def without(self, units: Collection[int], gone: Callable[[str], bool]) -> Part:
        """The part less some units, and less the events of units that are not registered.

        Args:
            units: positions in the register.
            gone: whether the digest of a unit goes, by its id.
        """
        keep = ~np.isin(self.units, np.fromiter(units, np.int32, len(units)))
        return Part(
            self.units[keep],
            [
                Yielded(
                    one.states[keep],
                    one.counts.take(keep),
                    {name: _taken(column, keep) for name, column in one.numbers.items()},
                    one.cases.only(keep),
                )
                for one in self.yielded
            ],
            {name: has[keep] for name, has in self.proven.items()},
            self.rows[keep],
            np.zeros(_RANKS, np.int64),
            self.open.where(np.isin(self.open.unit, self.units[keep])),
            cache(lambda: {name: seal for name, seal in self.digests().items() if not gone(name)}),
            self.shared,
        )

    def accounting(self) -> dict[str, int]:
        """Numbers of source rows used and outside, by reason."""
        counts = self.rows.sum(axis=0) + self.strangers
        return told(counts + count_rows(self.open.file, self.open.row, self.open.rank))


def measure_part(task: Task, share: Share) -> Part:
    """Measures the units of a share.

    Args:
        task: what is asked.
        share: the events of the units measured.

    Raises:
        CalendarError: a limit runs into a year whose working days are not published.
    """
    log, own = share.log, share.own
    register, where, mine = _register(task.units, share)
    view = task.view(log, register)
    plan = planned(task.indicator_set, view, mine)
    found = gathered(task.indicator_set, view, plan)
    yielded = []
    for job, one in zip(plan.jobs, found.measured, strict=True):
        counts = one.verdict_counts()
        numbers = quantities(one, counts, job.wanted)
        cases = ColumnCases(one.cases, looked_at(job.measure, view))
        yielded.append(
            Yielded(
                one.state_codes(counts)[mine],
                counts.take(mine),
                {name: _taken(column, mine) for name, column in numbers.items()},
                MergedCases.of(cases, np.flatnonzero(mine), share.shared),
            )
        )
    rows, strangers, opened = _accounted(share, view, where, mine)
    proven = {leaf: np.array(has, bool)[mine] for leaf, has in found.proven.items()}
    digests = cache(lambda: _digests(task.units, share))
    return Part(own, yielded, proven, rows, strangers, opened, digests, share.shared)


def _digests(units: UnitRegister, share: Share) -> dict[str, bytes]:
    """Digests of the units measured, and of those that are not registered if they are accounted for here."""
    ids = {units.ids[i] for i in share.own.tolist()}
    every = share.log.unit_digests()
    return {name: every[name] for name in every if name in ids or (share.strangers and name not in units)}


def _register(units: UnitRegister, share: Share) -> tuple[UnitRegister, Int32, Mask]:
    """The units a part knows: its own, and those whose events of shared kinds it sees.

    Returns:
        The register, the position of each of its units in the whole one, and which are measured.
    """
    own = set(share.own.tolist())
    seen = {
        share.log.units[i]
        for k in share.shared
        if k in share.log.tables
        for i in set(share.log.table(k).unit.tolist())
    }
    known = sorted(own | {i for i, name in enumerate(units.ids) if name in seen} if seen else own)
    where = np.array(known, np.int32)
    register = (
        units if len(known) == len(units) else UnitRegister(replace(units.units[i], parent=None) for i in known)
    )
    return register, where, np.isin(where, share.own)


def _accounted(share: Share, view: View, where: Int32, mine: Mask) -> tuple[Int64, Int64, OpenRows]:
    """Rows by unit and rank, those of strangers, and what other parts may account for too."""
    ranks = view.ranks
    rows, strangers = np.zeros((len(mine), _RANKS), np.int64), np.zeros(_RANKS, np.int64)
    opened = [NO_ROWS]
    for kind, table in share.log.tables.items():
        unit, rank = view.unit_of[table.unit], ranks[kind]
        registered = unit >= 0
        home = np.zeros(len(table), bool)
        home[registered] = mine[unit[registered]]
        if share.strangers:
            home |= ~registered
        wide = np.full(len(table), kind in share.shared) | share.several.get(kind, np.zeros(len(table), bool))
        alone = home & ~wide
        cells = unit[alone & registered].astype(np.int64) * _RANKS + rank[alone & registered]
        rows += np.bincount(cells, minlength=rows.size).reshape(rows.shape)
        strangers += np.bincount(rank[alone & ~registered], minlength=_RANKS)
        told_of = wide & (home | (rank == USED))
        owner = np.where(registered & home, where.take(unit, mode="clip"), np.int32(-1))
        opened.append(OpenRows(owner[told_of], table.file[told_of], table.row[told_of], rank[told_of], table.files))
    return rows[mine], strangers, OpenRows.stacked(opened)


def _taken(column: PerUnit, mask: Mask) -> PerUnit:
    """A quantity of some units."""
    if isinstance(column, np.ndarray):
        return column[mask]
    if is_quotient(column):
        return column[0][mask], column[1][mask]
    values: Sequence[Fraction | str | None] = column  # type: ignore[assignment]
    return [values[i] for i in np.flatnonzero(mask).tolist()]


def is_quotient(column: PerUnit) -> TypeGuard[Quotient]:
    """Whether a quantity is a quotient of whole numbers."""
    return isinstance(column, tuple) and len(column) == 2 and isinstance(column[0], np.ndarray)


def _stacked(columns: Sequence[PerUnit], order: NDArray[np.intp]) -> PerUnit:
    """A quantity of the units of several parts."""
    plain = [column for column in columns if isinstance(column, np.ndarray)]
    if len(plain) == len(columns):
        return np.concatenate(plain)[order]
    quotients = [column for column in columns if is_quotient(column)]
    if len(quotients) == len(columns):
        above, below = (np.concatenate([column[i] for column in quotients])[order] for i in (0, 1))
        return above, below
    every: list[Any] = [value for column in columns for value in column]
    return [every[i] for i in order.tolist()]


def merge(parts: Sequence[Part]) -> Part:
    """Parts of different units as one, in the order of the register.

    Raises:
        ValueError: a unit is in two parts, or the parts are of different sets.
    """
    units = np.concatenate([part.units for part in parts])
    order = np.argsort(units, kind="stable")
    units = units[order]
    if bool((units[1:] == units[:-1]).any()) or len({len(part.yielded) for part in parts}) > 1:
        raise ValueError("parts overlap or belong to different sets")
    yielded = []
    for ones in zip(*(part.yielded for part in parts), strict=True):
        yielded.append(
            Yielded(
                np.concatenate([one.states for one in ones])[order],
                VerdictCounts.stacked([one.counts for one in ones]).take(order),
                {name: _stacked([one.numbers[name] for one in ones], order) for name in ones[0].numbers},
                MergedCases.joined([one.cases for one in ones], order),
            )
        )
    return Part(
        units,
        yielded,
        {leaf: np.concatenate([part.proven[leaf] for part in parts])[order] for leaf in parts[0].proven},
        np.concatenate([part.rows for part in parts])[order],
        np.sum([part.strangers for part in parts], axis=0),
        OpenRows.stacked([part.open for part in parts]),
        cache(lambda: {name: seal for part in parts for name, seal in part.digests().items()}),
        parts[0].shared,
    )


_NOTHING_READ = ActivityLog((), (), {}, (), 0, ())


@dataclass(frozen=True)
class _Merged(Measured):
    """What one measure yielded for all units, with its cases as they are cited."""

    yielded: Yielded | None = None

    def verdict_counts(self) -> VerdictCounts:
        assert self.yielded is not None
        return self.yielded.counts

    def state_codes(self, counts: VerdictCounts) -> UInt8:
        assert self.yielded is not None
        del counts
        return self.yielded.states

    def judged(self, verdicts: Mapping[int, Verdict]) -> _Merged:
        """The same with the verdict of each unit's one case, and what is made from the cases made again."""
        assert self.yielded is not None
        units = np.array(sorted(verdicts), np.int32)
        codes = np.array([verdicts[unit] for unit in units.tolist()], np.uint8)
        table = self.yielded.counts.table
        table[units], table[units, codes] = 0, self.yielded.counts.total[units]
        counts = VerdictCounts.of_table(table)
        none = np.zeros(len(units), np.int32)
        alone = Measured(Cases(units, codes, none, ("",), none, none, none, none, none), self.bound, self.excuse)
        names = frozenset(self.numbers) - {"counted", "of", "value", "benchmark"}
        again = {name: _always(column) for name, column in quantities(alone, counts, names).items()}
        return replace(
            self,
            cases=self.cases.judged(verdicts),
            numbers={**self.numbers, **again},
            yielded=replace(self.yielded, counts=counts),
        )


def completed(task: Task, part: Part, facts: LogFacts) -> Assessment:
    """The assessment from a part that holds all units: the same as the log assessed in one piece.

    Args:
        task: what was asked.
        part: what measuring yielded.
        facts: what the result says of the log.

    Raises:
        ValueError: units are lacking.
    """
    if len(part.units) != len(task.units):
        raise ValueError(f"{len(task.units) - len(part.units)} units were not measured")
    view = task.view(_NOTHING_READ)
    plan = planned(task.indicator_set, view)
    measured = [_as_measured(one, job.bound) for job, one in zip(plan.jobs, part.yielded, strict=True)]
    found = Gathered(measured, {leaf: has.tolist() for leaf, has in part.proven.items()})
    collected = settled(task.indicator_set, view, plan, found, task.results)
    return assessed(task, collected, facts, part.accounting, Digest(lambda: joint_digest(part.digests())))


def _as_measured(one: Yielded, bound: Mask) -> _Merged:
    numbers = {name: _always(column) for name, column in one.numbers.items()}
    cases: Any = one.cases.sized(one.counts.total)
    return _Merged(cases, bound, no_excuse(len(bound)), numbers=numbers, yielded=one)


def _always(column: PerUnit) -> Callable[[Cases], PerUnit]:
    return lambda _: column
