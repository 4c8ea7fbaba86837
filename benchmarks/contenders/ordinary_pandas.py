"""Pandas as it is usually written: ``groupby`` and ``apply``, dates moved by ``CustomBusinessDay``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pandas.tseries.offsets import CustomBusinessDay

from benchmarks.contenders.arrays import points_of, scores
from benchmarks.make_log import EPOCH, MadeLog, window_of
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
    working_days,
)

Numbers = dict[str, int]


@dataclass
class Ordinary:
    """The log as read from a file, dates as time stamps, and the State Council's rest days as holidays."""

    frame: pd.DataFrame
    units: tuple[str, ...]
    unit_type: np.ndarray
    period: str
    first: pd.Timestamp
    last: pd.Timestamp
    working_day: Any
    rests: np.ndarray


def prepare(log: MadeLog) -> Ordinary:
    columns = log.text_columns()
    frame = pd.DataFrame(columns)
    frame["at"] = pd.to_datetime(frame["at"])
    frame["unit_type"] = log.unit_type[log.unit]
    first, last = window_of(log.period)
    working = working_days()
    rests = np.array([d for d in range(first - 40, last + 400) if d not in working], "datetime64[D]")
    working_day = CustomBusinessDay(weekmask="Mon Tue Wed Thu Fri Sat Sun", holidays=list(rests))
    start, end = pd.Timestamp(EPOCH) + pd.Timedelta(days=first), pd.Timestamp(EPOCH) + pd.Timedelta(days=last)
    return Ordinary(frame, log.units, log.unit_type, log.period, start, end, working_day, rests)


def run(data: Ordinary) -> Scores:
    points = []
    for leaf in LEAVES:
        counts = _MEASURES[type(leaf.measure)](leaf.measure, data)
        points.append(points_of(leaf, counts, data.unit_type))
    return scores(data.units, points, data.unit_type)


def _select(data: Ordinary, events: Events) -> pd.DataFrame:
    frame = data.frame[data.frame["kind"] == events.kind]
    for name, values in events.where.items():
        frame = frame[frame[name].isin(values)]
    return frame


def _applied(
    data: Ordinary, frame: pd.DataFrame, count: Callable[[pd.DataFrame], Numbers], otherwise: Numbers
) -> dict[str, np.ndarray]:
    """Numbers of each unit's rows; a unit without rows gets ``otherwise``."""
    found = {name: count(rows) for name, rows in frame.groupby("unit")}
    table = pd.DataFrame([found.get(unit, otherwise) for unit in data.units])
    return {name: table[name].to_numpy() for name in otherwise}


def _deadline(m: Deadline, data: Ordinary) -> dict[str, np.ndarray]:
    starts = _select(data, m.start)
    answers = _select(data, m.end).groupby("ref")["at"].min().rename("done")
    starts = starts.merge(answers, left_on="ref", right_index=True, how="left")

    def due(day: pd.Timestamp, unit_type: int) -> pd.Timestamp:
        n = m.limit((day.date() - EPOCH).days, unit_type)
        if m.days is None:
            return day + n * data.working_day
        end = day + pd.Timedelta(days=n)
        return data.working_day.rollforward(end) if m.roll else end

    pairs = zip(starts["at"], starts["unit_type"], strict=True)
    starts["due"] = pd.Series([due(day, t) for day, t in pairs], index=starts.index, dtype="datetime64[s]")
    starts = starts[starts["due"] <= data.last]

    starts["late"] = starts["done"] > starts["due"]
    starts["over"] = 0
    late = starts[starts["late"]]
    if m.days is not None:
        starts.loc[late.index, "over"] = (late["done"] - late["due"]).dt.days
    else:
        after, until = (late[name].to_numpy().astype("datetime64[D]") + 1 for name in ("due", "done"))
        worked = np.busday_count(after, until, weekmask="1111111", holidays=data.rests)
        starts.loc[late.index, "over"] = worked + np.isin(until - 1, data.rests)
    starts["missing"] = starts["done"].isna()

    def count(rows: pd.DataFrame) -> Numbers:
        late, missing = int(rows["late"].sum()), int(rows["missing"].sum())
        return {
            "cases": len(rows),
            "met": len(rows) - late - missing,
            "late": late,
            "missing": missing,
            "days_late": int(rows["over"].sum()),
            "longest_late": int(rows["over"].max()),
        }

    none = dict.fromkeys(("cases", "met", "late", "missing", "days_late", "longest_late"), 0)
    return _applied(data, starts, count, none)


def _frequency(m: Frequency, data: Ordinary) -> dict[str, np.ndarray]:
    asked = grid(data.period, m.every, m.due)
    frame = _select(data, m.event)
    frame = frame.assign(period=[asked.of_day[d] for d in (frame["at"] - data.first).dt.days])
    held = frame[frame["period"] >= 0].groupby(["unit", "period"])["at"].agg(["size", "min"]).reset_index()
    types = dict(zip(data.units, data.unit_type, strict=True))
    held["full"] = held["size"] >= np.array(m.at_least)[held["unit"].map(types).astype(int)]
    days = (held["min"] - pd.Timestamp(EPOCH)).dt.days
    held["late"] = held["full"] & (days > np.array(asked.due, int)[held["period"]])

    def count(rows: pd.DataFrame) -> Numbers:
        full, late = int(rows["full"].sum()), int(rows["late"].sum())
        short, blank = len(rows) - full, asked.periods - len(rows)
        return {"cases": asked.periods, "blank": blank, "short": short, "late": late, "met": full - late}

    none = {"cases": asked.periods, "blank": asked.periods, "short": 0, "late": 0, "met": 0}
    counts = _applied(data, held, count, none)
    if m.gap:
        gaps = frame.groupby("unit")["at"].apply(lambda at: _longest_gap(at, data))
        counts["gap"] = gaps.reindex(data.units, fill_value=(data.last - data.first).days + 1).to_numpy()
    return counts


def _longest_gap(at: pd.Series, data: Ordinary) -> int:
    day = pd.Timedelta(days=1)
    dates = pd.concat([pd.Series([data.first - day, data.last + day]), at]).sort_values()
    return int(dates.diff().max().days) - 1


def _per_account(m: PerAccount, data: Ordinary) -> dict[str, np.ndarray]:
    months = grid(data.period, "month").periods

    frame = _select(data, m.event)
    frame = frame.assign(month=frame["at"].dt.month)

    def count(rows: pd.DataFrame) -> Numbers:
        seen = rows[["account", "month"]].drop_duplicates()
        return {"cases": seen["account"].nunique() * months, "met": len(seen)}

    return _applied(data, frame, count, {"cases": months, "met": 0})


def _count(m: Count, data: Ordinary) -> dict[str, np.ndarray]:
    def count(rows: pd.DataFrame) -> Numbers:
        return {"cases": 1, "count": len(rows) if m.distinct is None else rows[m.distinct].nunique()}

    return _applied(data, _select(data, m.event), count, {"cases": 1, "count": 0})


def _complete(m: Complete, data: Ordinary) -> dict[str, np.ndarray]:
    frame = _select(data, m.event)
    frame = frame.assign(have=frame["elements"].map(lambda cell: len(set(m.elements) & set(cell.split(";")))))

    def count(rows: pd.DataFrame) -> Numbers:
        return {"cases": len(rows) * len(m.elements), "have": int(rows["have"].sum())}

    return _applied(data, frame, count, {"cases": 0, "have": 0})


def _coverage(m: Coverage, data: Ordinary) -> dict[str, np.ndarray]:
    def count(rows: pd.DataFrame) -> Numbers:
        return {"cases": len(m.items), "met": len(set(rows["item"]) & set(m.items))}

    return _applied(data, _select(data, m.event), count, {"cases": len(m.items), "met": 0})


def _precedes(m: Precedes, data: Ordinary) -> dict[str, np.ndarray]:
    before = _select(data, m.before).groupby("ref")["at"].min().rename("before")
    after = _select(data, m.after).merge(before, left_on="ref", right_index=True, how="left")

    after["early"] = after["before"] + pd.Timedelta(days=m.lead) <= after["at"]

    def count(rows: pd.DataFrame) -> Numbers:
        return {"cases": len(rows), "met": int(rows["early"].sum())}

    return _applied(data, after, count, {"cases": 0, "met": 0})


def _exists(m: Exists, data: Ordinary) -> dict[str, np.ndarray]:
    found = {"cases": 1, "met": 1}
    return _applied(data, _select(data, m.event), lambda rows: found, {"cases": 1, "met": 0})


def _findings(m: Findings, data: Ordinary) -> dict[str, np.ndarray]:
    checked = set(_select(data, m.check)["unit"])
    counts = _applied(data, _select(data, m.event), _found, {"found": 0})
    looked = np.array([unit in checked for unit in data.units])
    counts["cases"] = np.maximum(counts["found"], looked)
    counts["met"] = np.where(counts["found"] > 0, 0, looked)
    return counts


def _found(rows: pd.DataFrame) -> Numbers:
    return {"found": len(rows)}


_MEASURES: dict[type, Callable[..., dict[str, np.ndarray]]] = {
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
