"""Nothing is lost: where every row of the sources went."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import ActivityLog, EventTable, Int32
from gongkai_score.cases import Cited
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


@dataclass(frozen=True, slots=True)
class Looked:
    """One look of a measure at the log: selected events of bound units with their dates, or evidence."""

    kind: str
    rows: Int32 | None
    day: Int32 | None
    window: Window
    cited: Cited | None = None


def used_masks(log: ActivityLog, looked: Sequence[Looked]) -> dict[str, Mask]:
    """For each kind, which of its events were looked at in the window or are cited."""
    used = {kind: np.zeros(len(table), bool) for kind, table in log.tables.items()}
    done: set[int] = set()
    for look in sorted(looked, key=lambda look: look.cited is not None):
        mask = used.get(look.kind)
        if mask is None:
            continue
        if look.cited is not None:
            if not mask.all():
                _mark_cited(mask, look.cited)
        elif look.rows is not None and look.day is not None and id(look.rows) not in done:
            done.add(id(look.rows))
            inside = (look.day >= look.window.first) & (look.day <= look.window.last)
            mask[look.rows if inside.all() else look.rows[inside]] = True
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
    unit_of: Int32,
    as_of: int,
    asked: Collection[str],
    chosen: Mapping[str, Sequence[Int32]],
) -> dict[str, NDArray[np.uint8]]:
    """For each kind how near each of its events came to being used: a position in :data:`REASONS`, or ``USED``."""
    used = used_masks(log, looked)
    ranks = {}
    for kind, table in log.tables.items():
        rank = np.full(len(table), USED, np.uint8)
        ranks[kind] = rank
        if kind not in asked:
            rank[:] = REASONS.index("kind_not_asked")
            continue
        places = np.flatnonzero(~used[kind])
        if len(places):
            reached = [look.rows for look in looked if look.kind == kind and look.rows is not None]
            rank[places] = _reasons(table, places, unit_of, as_of, chosen.get(kind, ()), reached)
    return ranks


def account(log: ActivityLog, ranks: Mapping[str, NDArray[np.uint8]]) -> dict[str, int]:
    """Numbers of source rows: used, and those outside by reason."""
    return told(_count_rows(list(log.tables.values()), [ranks[kind] for kind in log.tables]))


def told(counts: NDArray[np.integer]) -> dict[str, int]:
    """Numbers of source rows by rank, in words."""
    outside = {reason: int(counts[code]) for code, reason in enumerate(REASONS) if counts[code]}
    return {"used": int(counts[USED]), **outside}


def _reasons(
    table: EventTable,
    places: NDArray[np.intp],
    unit_of: Int32,
    as_of: int,
    chosen: Sequence[Int32],
    reached: Sequence[Int32],
) -> NDArray[np.uint8]:
    """Why events of a kind that was asked for are not used.

    Args:
        table: the events.
        places: the ones not used.
        unit_of: position of the log's units in the register.
        as_of: date of the assessment.
        chosen: rows some measure selected.
        reached: rows some measure selected whose unit it binds.
    """
    found = np.full(len(places), REASONS.index("condition_not_met"), np.uint8)
    late, foreign = table.at.day[places] > as_of, unit_of[table.unit[places]] < 0
    if not (late | foreign).all():
        for rows, reason in ((chosen, "unit_not_bound"), (reached, "outside_window")):
            mask = np.zeros(len(table), bool)
            for some in {id(r): r for r in rows}.values():
                mask[some] = True
            found[mask[places]] = REASONS.index(reason)
    found[late] = REASONS.index("after_as_of")
    found[foreign] = REASONS.index("unit_not_registered")
    return found


def _count_rows(tables: Sequence[EventTable], ranks: Sequence[NDArray[np.uint8]]) -> NDArray[np.int64]:
    """Numbers of distinct source rows by the greatest rank of their events."""
    if not tables:
        return np.zeros(USED + 1, np.int64)
    names: dict[str, int] = {}
    file = np.concatenate([np.array([names.setdefault(f, len(names)) for f in t.files])[t.file] for t in tables])
    return count_rows(file, np.concatenate([t.row for t in tables]), np.concatenate(ranks))


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
