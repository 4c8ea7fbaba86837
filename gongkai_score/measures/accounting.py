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
    for look in looked:
        mask = used.get(look.kind)
        if mask is None:
            continue
        if look.cited is not None:
            _mark_cited(mask, look.cited)
        elif look.rows is not None and look.day is not None and id(look.rows) not in done:
            done.add(id(look.rows))
            inside = (look.day >= look.window.first) & (look.day <= look.window.last)
            mask[look.rows[inside]] = True
    return used


def _mark_cited(mask: Mask, cited: Cited) -> None:
    if cited.rows is not None:
        mask[cited.rows[cited.rows >= 0]] = True
        return
    assert cited.pool is not None and cited.first is not None and cited.last is not None
    inside = np.zeros(len(cited.pool) + 1, np.int64)
    np.add.at(inside, cited.first, 1)
    np.add.at(inside, cited.last, -1)
    mask[cited.pool[np.cumsum(inside[:-1]) > 0]] = True


def account(
    log: ActivityLog,
    looked: Sequence[Looked],
    unit_of: Int32,
    as_of: int,
    asked: Collection[str],
    chosen: Mapping[str, Sequence[Int32]],
) -> dict[str, int]:
    """Numbers of source rows: used, and those outside by reason."""
    used = used_masks(log, looked)
    ranks = {kind: np.zeros(len(table), np.uint8) for kind, table in log.tables.items()}
    for kind, rank in ranks.items():
        if kind not in asked:
            continue
        rank[:] = REASONS.index("condition_not_met")
        for rows in chosen.get(kind, ()):
            rank[rows] = REASONS.index("unit_not_bound")
        for look in looked:
            if look.kind == kind and look.rows is not None:
                rank[look.rows] = REASONS.index("outside_window")
        table = log.tables[kind]
        rank[table.at.day > as_of] = REASONS.index("after_as_of")
        rank[unit_of[table.unit] < 0] = REASONS.index("unit_not_registered")
        rank[used[kind]] = USED
    counts = _count_rows(list(log.tables.values()), list(ranks.values()))
    outside = {reason: int(counts[code]) for code, reason in enumerate(REASONS) if counts[code]}
    return {"used": int(counts[USED]), **outside}


def _count_rows(tables: Sequence[EventTable], ranks: Sequence[NDArray[np.uint8]]) -> NDArray[np.int64]:
    """Numbers of distinct source rows by the greatest rank of their events."""
    if not tables:
        return np.zeros(USED + 1, np.int64)
    names: dict[str, int] = {}
    file = np.concatenate([np.array([names.setdefault(f, len(names)) for f in t.files])[t.file] for t in tables])
    row = np.concatenate([t.row for t in tables])
    rank = np.concatenate(ranks)
    low, high = int(row.min()), int(row.max())
    places = file.astype(np.int64) * (high - low + 1) + (row - low)
    size = len(names) * (high - low + 1)
    if size > 8 * len(row) + 1024:
        _, places = np.unique(places, return_inverse=True)
        size = len(row)
    best = np.full(size, -1, np.int8)
    for code in range(USED + 1):
        best[places[rank == code]] = code
    return np.bincount(best[best >= 0], minlength=USED + 1)
