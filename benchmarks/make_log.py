"""Activity logs of any size, always the same for the same arguments, in the order the rows arrived.

python benchmarks/make_log.py --units 3000 --events 1e6 --period 2019 --csv log.csv --parquet log.parquet
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from gongkai_score.activity_log import ActivityLog, EventColumns

EPOCH = date(1970, 1, 1)

Rows = dict[str, np.ndarray]

UNIT_TYPES = ("county", "district", "department")
KINDS = (
    "channel_updated",
    "document_published",
    "interpretation_published",
    "matter_arose",
    "information_published",
    "request_received",
    "request_answered",
    "decision_made",
    "consultation_held",
    "meeting_held",
    "activity_held",
    "training_held",
    "incident_occurred",
    "response_published",
    "finding_recorded",
    "check_done",
    "instrument_adopted",
)
ITEMS = (
    *("预算", "决算", "机构", "权责", "审批", "采购", "价格"),
    *("环保", "安全", "教育", "医疗", "救助", "规划", "统计"),
)
ELEMENTS = ("", "正文", "附件", "日期", "正文;附件", "正文;日期", "附件;日期", "正文;附件;日期")
WORDS: dict[str, tuple[str, ...]] = {
    "channel": ("site", "wechat", "weibo", "app"),
    "account": tuple(f"号{n}" for n in range(1, 7)),
    "doc_type": ("normative", "plan", "report", "notice"),
    "important": ("false", "true"),
    "topic": ("财政", "审批", "民生", "环保", "安全", "教育", "规划", "人事"),
    "item": ITEMS,
    "elements": ELEMENTS[1:],
    "form": ("text", "chart", "video", "live"),
    "type": ("disclosure", "letter", "call", "catalogue", "guide", "plan"),
    "level": ("ordinary", "major"),
    "severe": ("false", "true"),
}
"""Attribute → its values; a cell holds a position in them, -1 where it is empty."""

SHARES = {
    "document_published": 0.07,
    "matter_arose": 0.06,
    "information_published": 0.05,
    "request_received": 0.08,
    "decision_made": 0.012,
    "meeting_held": 0.02,
    "activity_held": 0.02,
    "training_held": 0.012,
    "incident_occurred": 0.012,
    "finding_recorded": 0.012,
    "check_done": 0.008,
    "instrument_adopted": 0.01,
}
"""Share of the events that begin something; answers come on top, platform updates fill up."""


def day_number(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


def window_of(period: str) -> tuple[int, int]:
    """First and last day number of a year ``2019`` or a quarter ``2019Q3``."""
    year = int(period[:4])
    first, after = (1, 13) if len(period) == 4 else (3 * int(period[5]) - 2, 3 * int(period[5]) + 1)
    last = date(year + after // 13, (after - 1) % 12 + 1, 1) - timedelta(days=1)
    return (date(year, first, 1) - EPOCH).days, (last - EPOCH).days


class RefNames(Sequence[str]):
    """Texts of reference codes, made when they are read; in the order of the codes."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, code: Any) -> Any:
        if isinstance(code, slice):
            return [f"R{n:08d}" for n in range(*code.indices(self.count))]
        if not -self.count <= code < self.count:
            raise IndexError(code)
        return f"R{code % self.count:08d}"

    def __iter__(self) -> Iterator[str]:
        return (f"R{n:08d}" for n in range(self.count))


@dataclass(frozen=True)
class MadeLog:
    """A log in plain columns, one entry a row, in the order the rows arrived.

    Attributes:
        period: the window, as text.
        units: unit ids, ascending.
        unit_type: for each unit its type, a position in ``UNIT_TYPES``.
        unit: position in ``units``.
        kind: position in ``KINDS``.
        day: day number.
        ref: reference number; every event has one.
        refs: how many references there are.
        attributes: attribute → positions in ``WORDS``, -1: empty.
    """

    period: str
    units: tuple[str, ...]
    unit_type: np.ndarray
    unit: np.ndarray
    kind: np.ndarray
    day: np.ndarray
    ref: np.ndarray
    refs: int
    attributes: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.unit)

    def frame(self) -> pd.DataFrame:
        """The log as a data frame with texts as categories and dates as ``datetime64``."""
        import pandas as pd

        def words(codes: np.ndarray, values: Sequence[str]) -> pd.Categorical:
            return pd.Categorical.from_codes(codes, categories=list(values))

        columns: dict[str, Any] = {
            "unit": words(self.unit, self.units),
            "kind": words(self.kind, KINDS),
            "at": self.day.astype("datetime64[D]").astype("datetime64[s]"),
            "ref": self.ref,
        }
        columns |= {name: words(codes, WORDS[name]) for name, codes in self.attributes.items()}
        return pd.DataFrame(columns)

    def text_columns(self) -> dict[str, list[str | None]]:
        """The log as columns of texts, as a file holds them."""
        first, last = int(self.day.min()), int(self.day.max())
        dates = [(EPOCH + timedelta(days=d)).isoformat() for d in range(first, last + 1)]
        names = RefNames(self.refs)
        columns: dict[str, list[str | None]] = {
            "unit": [self.units[u] for u in self.unit.tolist()],
            "kind": [KINDS[k] for k in self.kind.tolist()],
            "at": [dates[d - first] for d in self.day.tolist()],
            "ref": [names[r] for r in self.ref.tolist()],
        }
        for name, codes in self.attributes.items():
            values = (*WORDS[name], None)
            columns[name] = [values[c] for c in codes.tolist()]
        return columns

    def event_columns(self) -> EventColumns:
        """The log as checked rows on their way into an :class:`ActivityLog`."""
        from gongkai_score.event_columns import Coded, EventColumns, Moments, narrow

        def coded(codes: np.ndarray, values: Sequence[str]) -> Coded:
            order = sorted(range(len(values)), key=values.__getitem__)
            place = np.empty(len(values) + 1, narrow(len(values)))
            place[order] = np.arange(len(values))
            place[-1] = -1
            return Coded(place[codes], tuple(values[i] for i in order))

        rows = len(self)
        return EventColumns(
            unit=Coded(self.unit, self.units),
            kind=coded(self.kind, KINDS),
            at=Moments(self.day, np.full(rows, -1, np.int32)),
            ref=Coded(self.ref, RefNames(self.refs)),
            id=Coded.empty(rows),
            attributes={name: coded(codes, WORDS[name]) for name, codes in self.attributes.items()},
            moments={},
            file=np.zeros(rows, np.int32),
            row=np.arange(2, rows + 2, dtype=np.int64),
            files=("log.csv",),
        )

    def activity_log(self) -> ActivityLog:
        """The log, indexed."""
        from gongkai_score.activity_log import ActivityLog

        return ActivityLog.build(self.event_columns())

    def save(self, folder: Path) -> None:
        """The columns as files that :func:`load_log` reads back."""
        told = {"period": self.period, "refs": self.refs, "units": list(self.units)}
        (folder / "log.json").write_text(json.dumps(told), encoding="utf-8")
        columns = {name: getattr(self, name) for name in ("unit_type", "unit", "kind", "day", "ref")}
        for name, column in (columns | {f"attribute.{k}": v for k, v in self.attributes.items()}).items():
            np.save(folder / f"{name}.npy", column)

    def write_csv(self, path: Path) -> None:
        """The log as a CSV file."""
        import csv

        columns = self.text_columns()
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(zip(*columns.values(), strict=True))

    def write_parquet(self, path: Path) -> None:
        """The log as a Parquet file with text columns and dates."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        def words(codes: np.ndarray, values: Sequence[str]) -> pa.Array:
            indices = pa.array(codes, pa.int32(), mask=codes < 0)
            return pa.DictionaryArray.from_arrays(indices, pa.array(list(values), pa.string()))

        columns = {
            "unit": words(self.unit, self.units),
            "kind": words(self.kind, KINDS),
            "at": pa.array(self.day, pa.int32()).cast(pa.date32()),
            "ref": words(self.ref, RefNames(self.refs)).cast(pa.string()),
        }
        columns |= {name: words(codes, WORDS[name]) for name, codes in self.attributes.items()}
        pq.write_table(pa.table(columns), path)


def load_log(folder: Path) -> MadeLog:
    """A log that was saved."""
    told = json.loads((folder / "log.json").read_text(encoding="utf-8"))
    columns = {name: np.load(folder / f"{name}.npy") for name in ("unit_type", "unit", "kind", "day", "ref")}
    attributes = {name: np.load(folder / f"attribute.{name}.npy") for name in WORDS}
    return MadeLog(told["period"], tuple(told["units"]), refs=told["refs"], attributes=attributes, **columns)


def make_log(*, units: int, events: int, period: str = "2019", seed: int = 20190515) -> MadeLog:
    """A log of so many units and events in one period (``2019`` or ``2019Q3``)."""
    rng = np.random.default_rng(seed)
    first, last = window_of(period)
    unit_type = rng.choice(len(UNIT_TYPES), units, p=(0.4, 0.3, 0.3)).astype(np.int8)
    weight = rng.lognormal(0, 0.5, units)
    bounds = np.cumsum(weight / weight.sum())
    quality = rng.beta(8, 2, units)
    parts: list[Rows] = []
    made = _Maker(rng, parts, bounds, first, last)

    documents = made.begin("document_published", _share(events, "document_published"))
    documents["doc_type"] = made.words("doc_type", len(documents["day"]), (0.3, 0.2, 0.2, 0.3))
    documents["important"] = made.words("important", len(documents["day"]), (0.7, 0.3))
    documents["topic"] = made.words("topic", len(documents["day"]))
    for part in made.answers("interpretation_published", documents, quality, 0.8, 4.0):
        part["form"] = made.words("form", len(part["day"]), (0.5, 0.3, 0.15, 0.05))
        again = _rows(part, np.flatnonzero(rng.random(len(part["day"])) < 0.15))
        again["form"] = ((again["form"] + 1) % 4).astype(np.int8)
        again["day"] = np.minimum(again["day"] + rng.integers(0, 30, len(again["day"])), last).astype(np.int32)
        parts.append(again)

    matters = made.begin("matter_arose", _share(events, "matter_arose"))
    matters["important"] = made.words("important", len(matters["day"]), (0.75, 0.25))
    matters["topic"] = made.words("topic", len(matters["day"]))
    published = [
        *made.answers("information_published", matters, quality, 0.95, 12.0),
        made.begin("information_published", _share(events, "information_published")),
    ]
    for part in published:
        rows = len(part["day"])
        part["item"] = made.words("item", rows)
        part["elements"] = made.words("elements", rows, (0.04, 0.03, 0.03, 0.1, 0.1, 0.05, 0.65))

    requests = made.begin("request_received", _share(events, "request_received"))
    requests["type"] = made.words("type", len(requests["day"]), (0.4, 0.4, 0.2, 0, 0, 0))
    made.answers("request_answered", requests, quality, 0.98, 10.0)
    incidents = made.begin("incident_occurred", _share(events, "incident_occurred"))
    incidents["level"] = made.words("level", len(incidents["day"]), (0.6, 0.4))
    made.answers("response_published", incidents, quality, 0.95, 2.0)

    decisions = made.begin("decision_made", _share(events, "decision_made"))
    asked = _rows(decisions, np.flatnonzero(rng.random(len(decisions["day"])) < 0.85))
    asked["kind"] = np.full(len(asked["day"]), KINDS.index("consultation_held"), np.int8)
    asked["day"] = np.clip(asked["day"] - rng.integers(-5, 90, len(asked["day"])), first, last).astype(np.int32)
    parts.append(asked)

    findings = made.begin("finding_recorded", _share(events, "finding_recorded"))
    findings["severe"] = made.words("severe", len(findings["day"]), (0.85, 0.15))
    adopted = made.begin("instrument_adopted", _share(events, "instrument_adopted"))
    adopted["type"] = made.words("type", len(adopted["day"]), (0, 0, 0, 0.35, 0.35, 0.3))
    for kind in ("meeting_held", "activity_held", "training_held", "check_done"):
        made.begin(kind, _share(events, kind))

    _updates(made, max(events - sum(len(part["day"]) for part in parts), 0))
    return _arranged(made, parts, period, units, unit_type)


class _Maker:
    """Rows of each kind, with a unit, a day and a reference of their own."""

    def __init__(
        self, rng: np.random.Generator, parts: list[Rows], bounds: np.ndarray, first: int, last: int
    ) -> None:
        self.rng, self.parts, self.bounds, self.first, self.last = rng, parts, bounds, first, last
        self.refs = 0

    def begin(self, kind: str, rows: int) -> Rows:
        unit = np.searchsorted(self.bounds, self.rng.random(rows)).clip(0, len(self.bounds) - 1)
        part = {
            "kind": np.full(rows, KINDS.index(kind), np.int8),
            "unit": unit.astype(np.int32),
            "day": self.rng.integers(self.first, self.last + 1, rows).astype(np.int32),
            "ref": np.arange(self.refs, self.refs + rows, dtype=np.int32),
        }
        self.refs += rows
        self.parts.append(part)
        return part

    def answers(self, kind: str, starts: Rows, quality: np.ndarray, answered: float, typical: float) -> list[Rows]:
        """One answer to most starts, later the worse the unit works; those after the window are not there."""
        rows = len(starts["day"])
        good = quality[starts["unit"]]
        wait = self.rng.gamma(2.0, typical / 2.0, rows) * (1 + 3 * (self.rng.random(rows) > good))
        day = starts["day"] + wait.astype(np.int32)
        there = (self.rng.random(rows) < answered) & (day <= self.last)
        part = _rows({name: starts[name] for name in ("kind", "unit", "day", "ref")}, np.flatnonzero(there))
        part["kind"] = np.full(len(part["day"]), KINDS.index(kind), np.int8)
        part["day"] = day[there].astype(np.int32)
        self.parts.append(part)
        return [part]

    def words(self, name: str, rows: int, shares: tuple[float, ...] | None = None) -> np.ndarray:
        return self.rng.choice(len(WORDS[name]), rows, p=shares).astype(np.int8)


def _share(events: int, kind: str) -> int:
    return int(events * SHARES[kind])


def _rows(part: Rows, rows: np.ndarray) -> Rows:
    return {name: column[rows].copy() for name, column in part.items()}


def _updates(made: _Maker, rows: int) -> None:
    """Platform updates; one in eleven is an earlier post once more, on another day."""
    posts = made.begin("channel_updated", rows - rows // 11)
    many = len(posts["day"])
    posts["channel"] = made.words("channel", many, (0.45, 0.35, 0.15, 0.05))
    posts["account"] = made.words("account", many, (0.4, 0.25, 0.15, 0.1, 0.06, 0.04))
    again = _rows(posts, made.rng.permutation(many)[: rows // 11])
    later = again["day"] + made.rng.integers(1, 6, len(again["day"]))
    again["day"] = np.where(later > made.last, again["day"] - 1, later).astype(np.int32)
    made.parts.append(again)


def _arranged(made: _Maker, parts: list[Rows], period: str, units: int, unit_type: np.ndarray) -> MadeLog:
    """All parts in the order of arrival: by day, with a delay, so sorted by nothing."""

    def column(name: str, fill: int, dtype: type) -> np.ndarray:
        empty: Callable[[int], np.ndarray] = lambda rows: np.full(rows, fill, dtype)  # noqa: E731
        return np.concatenate([part.get(name, empty(len(part["day"]))) for part in parts]).astype(dtype)

    day = column("day", 0, np.int32)
    order = np.argsort(day + made.rng.exponential(7.0, len(day)), kind="stable")
    renamed = made.rng.permutation(made.refs).astype(np.int32)
    width = max(len(str(units - 1)), 4)
    return MadeLog(
        period=period,
        units=tuple(f"U{n:0{width}d}" for n in range(units)),
        unit_type=unit_type,
        unit=column("unit", 0, np.int32)[order],
        kind=column("kind", 0, np.int8)[order],
        day=day[order],
        ref=renamed[column("ref", 0, np.int32)][order],
        refs=made.refs,
        attributes={name: column(name, -1, np.int8)[order] for name in WORDS},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=3000)
    parser.add_argument("--events", type=float, default=1e6)
    parser.add_argument("--period", default="2019")
    parser.add_argument("--seed", type=int, default=20190515)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--parquet", type=Path)
    told = parser.parse_args()
    log = make_log(units=told.units, events=int(told.events), period=told.period, seed=told.seed)
    if told.csv:
        log.write_csv(told.csv)
    if told.parquet:
        log.write_parquet(told.parquet)
    counts = np.bincount(log.kind, minlength=len(KINDS)).tolist()
    print(f"{len(log)} events, {len(log.units)} units, {log.refs} references")
    for kind, count in zip(KINDS, counts, strict=True):
        print(f"{count:>10} {kind}")


if __name__ == "__main__":
    main()
