"""Vectorised pandas and numpy by hand: what a good analyst writes, duty by duty over whole columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.contenders.arrays import Counts, Days, points_of, scores
from benchmarks.make_log import ELEMENTS, KINDS, WORDS, MadeLog
from benchmarks.workload import (
    LEAVES,
    Complete,
    Count,
    Coverage,
    Deadline,
    Events,
    Exists,
    Findings,
    Frequency,
    PerAccount,
    Precedes,
    Scores,
    grid,
)


@dataclass
class Vectorised:
    """A data frame in arrival order whose texts are categories and whose dates are days."""

    frame: pd.DataFrame
    units: tuple[str, ...]
    unit_type: NDArray[np.int8]
    period: str


def prepare(log: MadeLog) -> Vectorised:
    frame = log.frame()
    frame["day"] = log.day
    return Vectorised(frame.drop(columns="at"), log.units, log.unit_type, log.period)


@dataclass
class File:
    """A file of the log, and the units."""

    path: Path
    log: MadeLog


def prepare_file(log: MadeLog, path: Path) -> File:
    none = np.zeros(0, np.int32)
    return File(path, replace(log, unit=none, kind=none, day=none, ref=none, attributes={}))


def run_file(file: File) -> Scores:
    """Reads the file, turns texts into the categories that are known, and goes on as ever."""
    types = {"unit": file.log.units, "kind": KINDS} | WORDS
    if file.path.suffix == ".parquet":
        frame = pd.read_parquet(file.path)
    else:
        read = {name: "str" if "true" in values else "category" for name, values in types.items()}
        frame = pd.read_csv(file.path, dtype=read, keep_default_na=False, na_values=[""])
    for name, values in types.items():
        frame[name] = frame[name].astype("category").cat.set_categories(list(values))
    frame["day"] = pd.to_datetime(frame["at"]).to_numpy().astype("datetime64[D]").astype(np.int32)
    frame["ref"] = pd.factorize(frame["ref"])[0].astype(np.int32)
    return run(Vectorised(frame.drop(columns="at"), file.log.units, file.log.unit_type, file.log.period))


def run(data: Vectorised) -> Scores:
    work = _Work(data)
    points = [points_of(leaf, _MEASURES[type(leaf.measure)](leaf.measure, work), data.unit_type) for leaf in LEAVES]
    return scores(data.units, points, data.unit_type)


class _Work:
    """The frame split by kind once; first answers by reference kept."""

    def __init__(self, data: Vectorised) -> None:
        self.days, self.period, self.unit_type = Days(data.period), data.period, data.unit_type
        self.units = len(data.units)
        self.types = data.unit_type
        frame = data.frame
        kind = frame["kind"].cat.codes.to_numpy()
        order = np.argsort(kind, kind="stable")
        bounds = np.searchsorted(kind[order], np.arange(len(KINDS) + 1))
        self._unit = frame["unit"].cat.codes.to_numpy()
        self._frame = frame
        self._rows = {name: order[bounds[i] : bounds[i + 1]] for i, name in enumerate(KINDS)}
        self._columns: dict[tuple[str, str], NDArray[np.integer]] = {}
        self._first: dict[tuple[str, str], pd.Series] = {}

    def column(self, kind: str, name: str) -> NDArray[np.integer]:
        if (kind, name) not in self._columns:
            series = self._frame[name]
            values = series.cat.codes.to_numpy() if name == "unit" or name in WORDS else series.to_numpy()
            self._columns[kind, name] = values[self._rows[kind]]
        return self._columns[kind, name]

    def pick(self, events: Events, *names: str) -> list[NDArray[np.integer]]:
        columns = [self.column(events.kind, name) for name in names]
        for name, values in events.where.items():
            codes = self.column(events.kind, name)
            wanted = [WORDS[name].index(value) for value in values]
            mask = codes == wanted[0] if len(wanted) == 1 else np.isin(codes, wanted)
            columns = [column[mask] for column in columns]
        return columns

    def first(self, events: Events) -> pd.Series:
        """Day of the first event of each reference."""
        key = (events.kind, str(events.where))
        if key not in self._first:
            ref, day = self.pick(events, "ref", "day")
            order = np.argsort(day, kind="stable")
            series = pd.Series(day[order], index=ref[order])
            self._first[key] = series[~series.index.duplicated()]
        return self._first[key]

    def per_unit(self, unit: NDArray[np.integer]) -> NDArray[np.int64]:
        return np.bincount(unit, minlength=self.units)


def _deadline(m: Deadline, work: _Work) -> Counts:
    unit, day, ref = work.pick(m.start, "unit", "day", "ref")
    table = work.days.due(m)
    start = day - work.days.base
    due = table[0][start] if len(table) == 1 else table[work.types[unit], start]
    mine = due <= work.days.last
    unit, ref, due = unit[mine], ref[mine], due[mine]
    answers = work.first(m.end)
    place = answers.index.get_indexer(ref)
    there = place >= 0
    done = np.where(there, answers.to_numpy()[place] if len(answers) else 0, 0)
    met, late = there & (done <= due), there & (done > due)
    counts = {
        "cases": work.per_unit(unit),
        "met": work.per_unit(unit[met]),
        "late": work.per_unit(unit[late]),
        "missing": work.per_unit(unit[~there]),
    }
    days, base = work.days, work.days.base
    if m.days is None:
        over = days.ordinal[done[late] - base] - days.upto[due[late] - base]
    else:
        over = done[late] - due[late]
    counts["days_late"] = np.bincount(unit[late], weights=over, minlength=work.units).astype(np.int64)
    longest = np.zeros(work.units, np.int64)
    np.maximum.at(longest, unit[late], over)
    counts["longest_late"] = longest
    return counts


def _frequency(m: Frequency, work: _Work) -> Counts:
    periods = grid(work.period, m.every, m.due)
    many = periods.periods
    unit, day = work.pick(m.event, "unit", "day")
    period = np.array(periods.of_day)[day - work.days.first]
    inside = period >= 0
    cell = unit[inside].astype(np.int64) * many + period[inside]
    held = np.bincount(cell, minlength=work.units * many).reshape(work.units, many)
    least = np.array(m.at_least)[work.types][:, None]
    counts = {"cases": np.full(work.units, many), "blank": (held == 0).sum(axis=1)}
    counts["short"] = ((held > 0) & (held < least)).sum(axis=1)
    late = np.zeros_like(held, dtype=bool)
    if m.due:
        soonest = pd.Series(day[inside]).groupby(cell).min()
        first = np.zeros(work.units * many, np.int64)
        first[soonest.index.to_numpy()] = soonest.to_numpy()
        late = first.reshape(held.shape) > np.array(periods.due)
    counts["late"] = late.sum(axis=1)
    counts["met"] = many - counts["blank"] - counts["short"] - counts["late"]
    if m.gap:
        counts["gap"] = _gaps(unit, day, work)
    return counts


def _gaps(unit: NDArray[np.integer], day: NDArray[np.integer], work: _Work) -> NDArray[np.int64]:
    every = np.arange(work.units)
    unit = np.concatenate([unit, every, every])
    day = np.concatenate([day, np.full(work.units, work.days.first - 1), np.full(work.units, work.days.last + 1)])
    order = np.lexsort([day, unit])
    unit, day = unit[order], day[order]
    gap = np.diff(day) - 1
    gap[unit[1:] != unit[:-1]] = 0
    longest = np.zeros(work.units, np.int64)
    np.maximum.at(longest, unit[1:], gap)
    return longest


def _per_account(m: PerAccount, work: _Work) -> Counts:
    periods = grid(work.period, "month")
    unit, day, account = work.pick(m.event, "unit", "day", "account")
    accounts = len(WORDS["account"])
    series = unit.astype(np.int64) * accounts + account
    month = np.array(periods.of_day)[day - work.days.first]
    months = pd.unique(series * periods.periods + month)
    named = pd.unique(series)
    return {
        "cases": np.maximum(work.per_unit(named // accounts), 1) * periods.periods,
        "met": work.per_unit(months // periods.periods // accounts),
    }


def _count(m: Count, work: _Work) -> Counts:
    if m.distinct is None:
        (unit,) = work.pick(m.event, "unit")
    else:
        unit, value = work.pick(m.event, "unit", m.distinct)
        size = int(value.max(initial=0)) + 1
        unit = pd.unique(unit.astype(np.int64) * size + value) // size
    return {"cases": np.ones(work.units, np.int64), "count": work.per_unit(unit)}


def _complete(m: Complete, work: _Work) -> Counts:
    unit, code = work.pick(m.event, "unit", "elements")
    worth = np.array([sum(e in text.split(";") for e in m.elements) for text in (*ELEMENTS[1:], "")])
    have = np.bincount(unit, weights=worth[code], minlength=work.units).astype(np.int64)
    return {"cases": work.per_unit(unit) * len(m.elements), "have": have}


def _coverage(m: Coverage, work: _Work) -> Counts:
    unit, item = work.pick(m.event, "unit", "item")
    wanted = np.isin(item, [WORDS["item"].index(name) for name in m.items])
    seen = np.zeros((work.units, len(WORDS["item"])), bool)
    seen[unit[wanted], item[wanted]] = True
    return {"cases": np.full(work.units, len(m.items)), "met": seen.sum(axis=1)}


def _precedes(m: Precedes, work: _Work) -> Counts:
    unit, day, ref = work.pick(m.after, "unit", "day", "ref")
    before = work.first(m.before).reindex(ref).to_numpy()
    return {"cases": work.per_unit(unit), "met": work.per_unit(unit[before + m.lead <= day])}


def _exists(m: Exists, work: _Work) -> Counts:
    (unit,) = work.pick(m.event, "unit")
    return {"cases": np.ones(work.units, np.int64), "met": np.minimum(work.per_unit(unit), 1)}


def _findings(m: Findings, work: _Work) -> Counts:
    found = work.per_unit(work.pick(m.event, "unit")[0])
    checked = work.per_unit(work.pick(m.check, "unit")[0]) > 0
    return {"cases": np.maximum(found, checked), "met": np.where(found > 0, 0, checked), "found": found}


_MEASURES: dict[type, Callable[..., Counts]] = {
    Deadline: _deadline,
    Frequency: _frequency,
    PerAccount: _per_account,
    Count: _count,
    Complete: _complete,
    Coverage: _coverage,
    Precedes: _precedes,
    Exists: _exists,
    Findings: _findings,
}
