"""Numpy with every pass fused by hand for exactly these duties: the limit, by which the others are measured.

Nothing here is general: each kind of event is read once, each reference looked up once, and all that a duty needs
is counted in as few passes as there can be. ``prepare`` takes the log as it arrived, ``prepare_indexed`` orders it
by kind, unit and day and resolves its references before the clock starts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders.arrays import Counts, Days, points_of, scores
from benchmarks.make_log import ELEMENTS, KINDS, WORDS, MadeLog
from benchmarks.workload import LEAVES, Deadline, Frequency, Scores, grid

NEVER = np.int16(32767)
Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Column = NDArray[np.integer]
_LEAF = {leaf.id: leaf for leaf in LEAVES}


@dataclass
class Fused:
    """The log in small numbers: days from the first day of the window."""

    units: tuple[str, ...]
    unit_type: NDArray[np.int8]
    period: str
    refs: int
    kind: NDArray[np.int8]
    columns: dict[str, Column]
    parts: dict[str, dict[str, Column]] | None = None


def prepare(log: MadeLog) -> Fused:
    days = Days(log.period)
    columns: dict[str, Column] = {"unit": log.unit, "day": (log.day - days.base).astype(np.int16), "ref": log.ref}
    return Fused(log.units, log.unit_type, log.period, log.refs, log.kind, columns | log.attributes)


def prepare_indexed(log: MadeLog) -> Fused:
    data = prepare(log)
    order = np.lexsort([data.columns["day"], data.columns["unit"], data.kind])
    data.kind = data.kind[order]
    data.columns = {name: column[order] for name, column in data.columns.items()}
    bounds = np.searchsorted(data.kind, np.arange(len(KINDS) + 1))
    data.parts = {
        kind: {name: column[bounds[k] : bounds[k + 1]] for name, column in data.columns.items()}
        for k, kind in enumerate(KINDS)
    }
    posts = data.parts["channel_updated"]
    posts["new"] = np.zeros(len(posts["ref"]), bool)
    posts["new"][np.unique(posts["ref"], return_index=True)[1]] = True
    for start, end in _ANSWERED.items():
        place = np.full(data.refs, -1, np.int32)
        refs = data.parts[start]["ref"]
        place[refs] = np.arange(len(refs), dtype=np.int32)
        data.parts[end]["start"] = place[data.parts[end]["ref"]]
    return data


_ANSWERED = {
    "matter_arose": "information_published",
    "document_published": "interpretation_published",
    "request_received": "request_answered",
    "incident_occurred": "response_published",
    "decision_made": "consultation_held",
}


def run(data: Fused) -> Scores:
    work = _Work(data)
    counts: dict[str, Counts] = {}
    for part in (_matters, _published, _updates, _documents, _readings, _incidents, _requests, _rest):
        counts |= part(work)
    points = [points_of(leaf, counts[leaf.id], data.unit_type) for leaf in LEAVES]
    return scores(data.units, points, data.unit_type)


class _Work:
    """Columns by kind, gathered when they are asked for."""

    def __init__(self, data: Fused) -> None:
        self.data, self.days, self.units = data, Days(data.period), len(data.units)
        self.window = self.days.last - self.days.first + 1
        self.parts = data.parts
        self._rows: dict[str, Column] = {}
        self._gathered: dict[tuple[str, str], Column] = {}

    def column(self, kind: str, name: str) -> Column:
        if self.parts is not None:
            return self.parts[kind][name]
        if kind not in self._rows:
            self._rows[kind] = np.flatnonzero(self.data.kind == KINDS.index(kind))
        if (kind, name) not in self._gathered:
            self._gathered[kind, name] = self.data.columns[name].take(self._rows[kind])
        return self._gathered[kind, name]

    def where(self, kind: str, name: str, *values: str) -> Column:
        """Places of events whose attribute is one of the values."""
        column = self.column(kind, name)
        codes = [WORDS[name].index(value) for value in values]
        mask = column == codes[0]
        for code in codes[1:]:
            mask |= column == code
        return np.flatnonzero(mask)

    def unit(self, kind: str, rows: Column | None = None) -> Column:
        column = self.column(kind, "unit")
        return column if rows is None else column.take(rows)

    def counted(self, unit: Column) -> Column:
        return np.bincount(unit, minlength=self.units)

    def firsts(self, start: str, rows: Column | None = None) -> Int16:
        """For every start of a kind the day of its first answer, ``NEVER`` where there is none."""
        end = _ANSWERED[start]
        day = self.column(end, "day")
        indexed = self.parts is not None
        key = self.column(end, "start" if indexed else "ref")
        if rows is not None:
            day, key = day.take(rows), key.take(rows)
        if indexed:
            known = np.flatnonzero(key >= 0)
            day, key = day.take(known), key.take(known)
        size = len(self.column(start, "unit")) if indexed else self.data.refs
        table = np.full(size, NEVER, np.int16)
        table[key] = day
        late = np.flatnonzero(table.take(key) > day)
        while len(late):
            key, day = key.take(late), day.take(late)
            table[key] = day
            late = np.flatnonzero(table.take(key) > day)
        return table if indexed else table.take(self.column(start, "ref"))

    def judged(self, leaf: str, kind: str, done: Int16, rows: Column | None = None) -> dict[str, Column]:
        """Numbers of cases by verdict: one look-up for the limit, one count over units and verdicts."""
        m = _LEAF[leaf].measure
        assert isinstance(m, Deadline)
        unit, day = self.column(kind, "unit"), self.column(kind, "day")
        if rows is not None:
            unit, day, done = unit.take(rows), day.take(rows), done.take(rows)
        table = np.minimum(self.days.due(m) - self.days.base, 32000).astype(np.int16)
        if len(table) == 1:
            due = table[0].take(day)
        else:
            width = np.int32(table.shape[1])
            due = table.ravel().take(self.data.unit_type.take(unit) * width + day)
        verdict = (done > due).view(np.int8) + (done == NEVER).view(np.int8)
        verdict[due >= self.window] = 3
        cells = np.bincount(unit * np.int32(4) + verdict, minlength=4 * self.units).reshape(-1, 4)
        met, late, missing = cells[:, 0], cells[:, 1], cells[:, 2]
        counts = {"cases": met + late + missing, "met": met, "late": late, "missing": missing}
        over = np.flatnonzero(verdict == 1)
        if leaf == "C1-3":
            lag = self.days.ordinal.take(done.take(over)) - self.days.upto.take(due.take(over))
            weights = np.bincount(unit.take(over), weights=lag, minlength=self.units)
            counts["days_late"] = weights.astype(np.int64)
        if leaf == "B2-3":
            longest = np.zeros(self.units, np.int16)
            np.maximum.at(longest, unit.take(over), done.take(over) - due.take(over))
            counts["longest_late"] = longest
        return counts

    def periods(self, leaf: str, unit: Column, day: Column) -> dict[str, Column]:
        """Counts by period and what they come to."""
        m = _LEAF[leaf].measure
        assert isinstance(m, Frequency)
        asked = grid(self.data.period, m.every, m.due)
        cell = self.cell(unit, day, asked.of_day, asked.periods)
        cells = np.bincount(cell, minlength=self.units * asked.periods + 1)
        held = cells[: self.units * asked.periods].reshape(self.units, asked.periods)
        some = np.count_nonzero(held, axis=1)
        counts = {"cases": np.full(self.units, asked.periods), "blank": asked.periods - some, "met": some}
        if max(m.at_least) > 1:
            least = np.array(m.at_least)[self.data.unit_type]
            counts["met"] = np.count_nonzero(held >= least[:, None], axis=1)
            counts["short"] = some - counts["met"]
        return counts

    def cell(self, unit: Column, day: Column, of_day: tuple[int, ...], many: int) -> Int32:
        """Place of each event among unit times period; those in no period lie behind all."""
        period = np.array(of_day, np.int32).take(day)
        cell = unit * np.int32(many) + period
        if min(of_day) < 0:
            cell[period < 0] = self.units * many
        return cell


def _matters(work: _Work) -> dict[str, Counts]:
    kind = "matter_arose"
    done = work.firsts(kind)
    return {
        "A1-1": work.judged("A1-1", kind, done),
        "A1-2": work.judged("A1-2", kind, done, work.where(kind, "important", "true")),
        "A1-3": work.judged("A1-3", kind, done, work.where(kind, "topic", "财政", "审批", "民生")),
    }


def _published(work: _Work) -> dict[str, Counts]:
    kind = "information_published"
    unit, day, item = (work.column(kind, name) for name in ("unit", "day", "item"))
    cells = np.bincount(unit * np.int32(8) + (work.column(kind, "elements") + 1), minlength=8 * work.units)
    worth = np.array([sum(part != "" for part in text.split(";")) for text in ELEMENTS])
    by_content = cells.reshape(-1, 8)
    seen = np.zeros(len(WORDS["item"]) * work.units, bool)
    seen[unit * np.int32(len(WORDS["item"])) + item] = True
    budget = np.flatnonzero(item == WORDS["item"].index("预算"))
    asked = grid(work.data.period, "quarter", (3, 15))
    cell = work.cell(unit.take(budget), day.take(budget), asked.of_day, asked.periods)
    soonest = np.full(work.units * asked.periods + 1, NEVER, np.int16)
    np.minimum.at(soonest, cell, day.take(budget))
    first = soonest[:-1].reshape(work.units, asked.periods)
    blank = np.count_nonzero(first == NEVER, axis=1)
    late = np.count_nonzero(first > np.array(asked.due, np.int32) - work.days.base, axis=1) - blank
    every = np.ones(work.units, np.int64)
    return {
        "A1-4": {"cases": by_content.sum(axis=1) * 3, "have": by_content @ worth},
        "A1-5": {"cases": every * 12, "met": np.count_nonzero(seen.reshape(work.units, -1)[:, :12], axis=1)},
        "A2-4": work.periods("A2-4", unit, day),
        "A2-5": {"cases": every * asked.periods, "late": late, "blank": blank},
    }


def _updates(work: _Work) -> dict[str, Counts]:
    kind = "channel_updated"
    unit, day, ref = (work.column(kind, name) for name in ("unit", "day", "ref"))
    every = np.ones(work.units, np.int64)
    site = work.where(kind, "channel", "site")
    asked = grid(work.data.period, "working_day")
    busy, gap = _site(work, unit.take(site), day.take(site), np.array(asked.of_day) >= 0)

    wechat = work.where(kind, "channel", "wechat")
    weibo = work.where(kind, "channel", "weibo")
    months = grid(work.data.period, "month")
    accounts = len(WORDS["account"])
    month = np.array(months.of_day, np.int32).take(day.take(weibo))
    account = work.column(kind, "account").take(weibo)
    posted = np.zeros(work.units * accounts * months.periods, bool)
    posted[(unit.take(weibo) * np.int32(accounts) + account) * np.int32(months.periods) + month] = True
    by_account = posted.reshape(work.units * accounts, months.periods)
    active = by_account.any(axis=1).reshape(work.units, accounts)
    met = np.count_nonzero(posted.reshape(work.units, -1), axis=1)

    posts = _posts(work, unit, ref)
    return {
        "A2-1": {"cases": every * asked.periods, "met": busy},
        "A2-2": work.periods("A2-2", unit.take(wechat), day.take(wechat)),
        "A2-3": {"cases": every * months.periods, "gap": gap},
        "A2-6": {"cases": np.maximum(np.count_nonzero(active, axis=1), 1) * months.periods, "met": met},
        "A2-7": {"cases": every, "count": posts},
    }


def _site(work: _Work, unit: Column, day: Column, open_days: NDArray[np.bool_]) -> tuple[Column, Column]:
    """(open days with an update, longest gap) by unit."""
    width = np.int32(work.window + 1)
    if work.parts is None:
        seen = np.zeros(work.units * (work.window + 1) + 1, bool)
        seen[:: work.window + 1] = True
        seen[unit * width + day + np.int32(1)] = True
        cell = np.flatnonzero(seen).astype(np.int32)
    else:
        sentinel = np.arange(work.units + 1, dtype=np.int32)
        cell = unit * width + day + np.int32(1)
        cell = np.insert(cell, np.cumsum(work.counted(unit), dtype=np.int64), sentinel[1:] * width)
        cell = np.concatenate([sentinel[:1], cell])
    length = np.diff(cell)
    if work.parts is not None:
        fresh = np.flatnonzero(length)
        cell, length = np.append(cell.take(fresh), cell[-1]), length.take(fresh)
    owner = cell[:-1] // width
    number = cell[:-1] - owner * width
    gap = np.maximum.reduceat(length, np.flatnonzero(number == 0)) - 1
    mask = np.concatenate([[False], open_days])
    return work.counted(owner.take(np.flatnonzero(mask.take(number)))), gap


def _posts(work: _Work, unit: Column, ref: Column) -> Column:
    """Number of different references of each unit."""
    if work.parts is not None:
        return work.counted(unit.take(np.flatnonzero(work.column("channel_updated", "new"))))
    owner = np.full(work.data.refs, -1, np.int32)
    owner[ref] = unit
    if (owner.take(ref) != unit).any():
        raise ValueError("a post belongs to two units")
    return np.bincount(owner + np.int32(1), minlength=work.units + 1)[1:]


def _documents(work: _Work) -> dict[str, Counts]:
    kind = "document_published"
    done = work.firsts(kind)
    drawn = work.firsts(kind, work.where("interpretation_published", "form", "chart", "video"))
    return {
        "B1-1": work.judged("B1-1", kind, done, work.where(kind, "important", "true")),
        "B1-2": work.judged("B1-2", kind, done),
        "B1-3": work.judged("B1-3", kind, drawn, work.where(kind, "doc_type", "normative")),
    }


def _readings(work: _Work) -> dict[str, Counts]:
    kind = "interpretation_published"
    forms = len(WORDS["form"])
    cells = np.bincount(
        work.unit(kind) * np.int32(forms) + work.column(kind, "form"), minlength=forms * work.units
    ).reshape(-1, forms)
    every = np.ones(work.units, np.int64)
    return {
        "B1-4": {"cases": every, "count": cells.sum(axis=1)},
        "B1-5": {"cases": every, "count": np.count_nonzero(cells, axis=1)},
    }


def _incidents(work: _Work) -> dict[str, Counts]:
    kind = "incident_occurred"
    done = work.firsts(kind)
    return {
        "B2-1": work.judged("B2-1", kind, done),
        "B2-2": work.judged("B2-2", kind, done, work.where(kind, "level", "major")),
        "B2-3": work.judged("B2-3", kind, done),
    }


def _requests(work: _Work) -> dict[str, Counts]:
    kind = "request_received"
    done = work.firsts(kind)
    return {
        "C1-1": work.judged("C1-1", kind, done, work.where(kind, "type", "disclosure")),
        "C1-2": work.judged("C1-2", kind, done, work.where(kind, "type", "letter")),
        "C1-3": work.judged("C1-3", kind, done, work.where(kind, "type", "disclosure", "letter")),
    }


def _rest(work: _Work) -> dict[str, Counts]:
    decided, held = work.unit("decision_made"), work.firsts("decision_made")
    early = np.flatnonzero(held <= work.column("decision_made", "day") - np.int16(30))
    every = np.ones(work.units, np.int64)
    kind = "instrument_adopted"
    catalogue = work.counted(work.unit(kind, work.where(kind, "type", "catalogue")))
    guide = work.counted(work.unit(kind, work.where(kind, "type", "guide")))
    kind = "finding_recorded"
    checked = work.counted(work.unit("check_done")) > 0
    found = work.counted(work.unit(kind))
    severe = work.counted(work.unit(kind, work.where(kind, "severe", "true")))

    def periods(leaf: str, kind: str) -> Counts:
        return work.periods(leaf, work.unit(kind), work.column(kind, "day"))

    return {
        "C2-1": {"cases": work.counted(decided), "met": work.counted(decided.take(early))},
        "C2-2": periods("C2-2", "meeting_held"),
        "D1-1": {"cases": every, "met": np.minimum(catalogue, 1)},
        "D1-2": {"cases": every, "met": np.minimum(guide, 1)},
        "D1-3": {"cases": every, "count": work.counted(work.unit("training_held"))},
        "D2-1": periods("D2-1", "activity_held"),
        "D2-2": {"cases": np.maximum(found, checked), "met": np.where(found > 0, 0, checked), "found": found},
        "D2-3": {"cases": np.maximum(severe, checked), "met": np.where(severe > 0, 0, checked)},
    }
