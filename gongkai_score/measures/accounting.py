"""Nothing is lost: where every row of the sources went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import ActivityLog, EventTable, Int32
from gongkai_score.cases import Cases, Cited
from gongkai_score.measures.chosen import Selection
from gongkai_score.period import Window

Mask = NDArray[np.bool_]

REASONS: tuple[str, ...] = (
    "kind_not_asked",
    "unit_not_registered",
    "after_as_of",
    "condition_not_met",
    "unit_not_bound",
    "outside_window",
)
"""Why an event is not used, from the farthest to the nearest; the next code means used."""
USED = len(REASONS)


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """One look of a measure at the log: selected events, the units it binds (None: all) and its window."""

    events: Selection
    bound: Mask | None
    window: Window

    @property
    def kind(self) -> str:
        """Kind of the events."""
        return self.events.table.kind

    @property
    def inside(self) -> bool:
        """Whether all of the events are dated in the window."""
        return self.events.within(self.window.first, self.window.last)

    @property
    def reached(self) -> Selection:
        """The events of bound units."""
        return self.events if self.bound is None else self.events.where(self.bound.take(self.events.unit))


def used_masks(log: ActivityLog, looked: Sequence[Looked], cited: Sequence[Cases]) -> dict[str, Mask]:
    """For each kind, which of its events were looked at in the window or are cited.

    What a measure cites it has looked at; so evidence adds something only where a look reached beyond its window.
    """
    used = {kind: np.zeros(len(table), bool) for kind, table in log.tables.items()}
    everything = np.broadcast_to(np.True_, max(map(len, log.tables.values()), default=0))
    beyond = {look.kind for look in looked if not look.inside}
    full: set[str] = set()
    done: set[tuple[int, int, Window]] = set()
    for look in sorted(looked, key=lambda look: -len(look.events)):
        mask, key = used.get(look.kind), (id(look.events), id(look.bound), look.window)
        if mask is None or look.kind in full or key in done:
            continue
        done.add(key)
        events = look.reached
        if not look.inside:
            events = events.where((events.day >= look.window.first) & (events.day <= look.window.last))
        if events.whole:
            full.add(look.kind)
            used[look.kind] = everything[: len(mask)]
        else:
            mask[events.rows] = True
    for cases in cited:
        if not (beyond - full).isdisjoint(cases.cited_kinds):
            for one in cases.cited:
                if one.table.kind in used.keys() - full and not used[one.table.kind].all():
                    _mark_cited(used[one.table.kind], one)
    return used


def _mark_cited(mask: Mask, cited: Cited) -> None:
    if cited.rows is not None:
        there = cited.rows >= 0
        mask[cited.rows if there.all() else cited.rows[there]] = True
        return
    assert cited.pool is not None and cited.first is not None and cited.last is not None
    if int(cited.last.sum(dtype=np.int64) - cited.first.sum(dtype=np.int64)) == len(cited.pool):
        mask[cited.pool] = True
        return
    size = len(cited.pool) + 1
    inside = np.bincount(cited.first, minlength=size) - np.bincount(cited.last, minlength=size)
    mask[cited.pool[np.cumsum(inside[:-1]) > 0]] = True


def ranked(
    log: ActivityLog,
    looked: Sequence[Looked],
    cited: Sequence[Cases],
    unit_of: Int32,
    as_of: int,
    chosen: Mapping[str, Sequence[Selection]],
) -> dict[str, NDArray[np.uint8]]:
    """For each kind how near each of its events came to being used: a position in :data:`REASONS`, or ``USED``."""
    asked = {look.kind for look in looked} | set(chosen)
    ranks = {}
    for kind, mask in used_masks(log, looked, cited).items():
        whole = np.uint8(USED if kind in asked else REASONS.index("kind_not_asked"))
        ranks[kind] = np.broadcast_to(whole, len(mask))
        places = np.zeros(0, np.intp) if kind not in asked or alike(mask) else np.flatnonzero(~mask)
        if len(places):
            ranks[kind] = rank = np.full(len(mask), whole)
            reached = [look.reached for look in looked if look.kind == kind]
            rank[places] = _reasons(log.tables[kind], places, unit_of, as_of, chosen.get(kind, ()), reached)
    return ranks


def account(log: ActivityLog, ranks: Mapping[str, NDArray[np.uint8]]) -> dict[str, int]:
    """Numbers of source rows: used, and those outside by reason."""
    if log.one_event_a_row:
        return told(sum((_of_ranks(rank) for rank in ranks.values()), np.zeros(USED + 1, np.int64)))
    file, row = log.source_rows()
    return told(count_rows(file, row, np.concatenate([ranks[kind] for kind in log.tables])))


def alike(column: NDArray[Any]) -> bool:
    """Whether one entry stands for all of a column."""
    return column.strides == (0,)


def _of_ranks(rank: NDArray[np.uint8]) -> NDArray[np.int64]:
    if alike(rank):
        return np.bincount(rank[:1], minlength=USED + 1) * len(rank)
    return np.array([np.count_nonzero(rank == code) for code in range(USED + 1)])


def told(counts: NDArray[np.integer]) -> dict[str, int]:
    """Numbers of source rows by rank, in words."""
    outside = {reason: int(counts[code]) for code, reason in enumerate(REASONS) if counts[code]}
    return {"used": int(counts[USED]), **outside}


def _reasons(
    table: EventTable,
    places: NDArray[np.intp],
    unit_of: Int32,
    as_of: int,
    chosen: Sequence[Selection],
    reached: Sequence[Selection],
) -> NDArray[np.uint8]:
    """Why events of a kind that was asked for are not used.

    Args:
        table: the events.
        places: the ones not used.
        unit_of: position of the log's units in the register.
        as_of: date of the assessment.
        chosen: events some measure selected.
        reached: events some measure selected whose unit it binds.
    """
    found = np.full(len(places), REASONS.index("condition_not_met"), np.uint8)
    late, foreign = table.at.day[places] > as_of, unit_of[table.unit[places]] < 0
    if not (late | foreign).all():
        for some, reason in ((chosen, "unit_not_bound"), (reached, "outside_window")):
            mask = np.zeros(len(table), bool)
            for events in {id(one.rows): one for one in some}.values():
                mask[slice(None) if events.whole else events.rows] = True
            found[mask[places]] = REASONS.index(reason)
    found[late] = REASONS.index("after_as_of")
    found[foreign] = REASONS.index("unit_not_registered")
    return found


def count_rows(file: Int32, row: NDArray[np.int64], rank: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Numbers of distinct source rows by the greatest rank of their events, one entry an event in each column."""
    if not len(row):
        return np.zeros(USED + 1, np.int64)
    low, high = int(row.min()), int(row.max())
    places = file.astype(np.int64) * (high - low + 1) + (row - low)
    size = (int(file.max()) + 1) * (high - low + 1)
    if size > 8 * len(row) + 1024:
        _, places = np.unique(places, return_inverse=True)
        size = len(row)
    seen = np.zeros(size, bool)
    seen[places] = True
    if np.count_nonzero(seen) == len(rank):
        return np.bincount(rank, minlength=USED + 1)
    best = np.full(size, -1, np.int8)
    for code in range(USED + 1):
        best[places[rank == code]] = code
    return np.bincount(best[best >= 0], minlength=USED + 1)
