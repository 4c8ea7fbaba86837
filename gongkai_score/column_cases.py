"""Cases in columns as people read them: one at a time, or all as plain lists for tables and files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import NO_DAY, NO_TIME, Coded, EventTable
from gongkai_score.cases import Cases
from gongkai_score.event_columns import cells_at
from gongkai_score.evidence import Case, CaseTable, EventFact
from gongkai_score.measures import View
from gongkai_score.outcomes import Verdict
from gongkai_score.period import day_date

Int32 = NDArray[np.int32]
Places = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class ColumnCases:
    """Cases in columns, read one at a time as people see them."""

    cases: Cases
    view: View

    def __len__(self) -> int:
        return len(self.cases)

    def of_unit(self, position: int) -> range:
        """Positions of the cases of one unit."""
        return self.cases.of_unit(position)

    def case(self, position: int) -> Case:
        """One case."""
        cases, position = self.cases.around(position)
        here = slice(position, position + 1)
        second = [None if column is None else column[here] for column in (cases.due_second, cases.done_second)]
        needed = int(cases.needed[position])
        rows: list[EventFact] = []
        for cited in cases.cited:
            rows += event_facts(cited.table, np.array(cited.of(position), np.int32), self.view.log.refs)
        return Case(
            key=cases.key_text(position),
            verdict=Verdict(int(cases.verdict[position])),
            start=_moments(cases.start[here], None)[0],
            due=_moments(cases.due[here], second[0])[0],
            done=_moments(cases.done[here], second[1])[0],
            number=int(cases.number[position]),
            needed=None if needed < 0 else needed,
            unit_of_time=cases.unit_of_time,
            used=self._used(cases.unit_of_time, cases.start[here], cases.done[here])[0],
            rows=tuple(rows),
            detail=cases.detail(position) if cases.detail is not None else "",
            charged_by=cases.charged_by.get(position, ""),
        )

    def _used(self, unit_of_time: str, start: Int32, done: Int32) -> list[int | None]:
        """The time used for each case, where both days are known and it is counted in days."""
        found: list[int | None] = [None] * len(start)
        if unit_of_time not in ("working_day", "day"):
            return found
        places = np.flatnonzero((start != NO_DAY) & (done != NO_DAY))
        first, last = start.take(places), done.take(places)
        used = self.view.calendar.workdays_used(first, last) if unit_of_time == "working_day" else last - first
        for place, days in zip(places.tolist(), used.tolist(), strict=True):
            found[place] = days
        return found

    def columns(self) -> CaseTable:
        """All cases as plain lists."""
        cases, details = self.cases, self.cases.detail
        rows, cites = _cited(cases)
        return CaseTable(
            unit=cases.unit.tolist(),
            verdict=cases.verdict.tolist(),
            key=cases.key_texts(),
            start=_moments(cases.start, None),
            due=_moments(cases.due, cases.due_second),
            done=_moments(cases.done, cases.done_second),
            number=cases.number.tolist(),
            needed=[None if n < 0 else n for n in cases.needed.tolist()],
            used=self._used(cases.unit_of_time, cases.start, cases.done),
            rows=rows,
            events=_facts(cases, cites, self.view.log.refs),
            cites=list(map(tuple, cites.tolist())),
            unit_of_time=cases.unit_of_time,
            detail={} if details is None else _texts(details, len(cases)),
            charged_by=dict(sorted(cases.charged_by.items())),
        )


def _texts(detail: Callable[[int], str], cases: int) -> dict[int, str]:
    return {i: text for i in range(cases) if (text := detail(i))}


def _cited(cases: Cases) -> tuple[list[list[int]], NDArray[np.int64]]:
    """(for each case places among the events cited; each event once, as citation and row, in order of use)."""
    pairs = [cited.pairs() for cited in cases.cited]
    case = np.concatenate([np.zeros(0, np.int64), *(one for one, _ in pairs)])
    key = np.concatenate(
        [np.zeros(0, np.int64), *((number << 32) + row.astype(np.int64) for number, (_, row) in enumerate(pairs))]
    )
    order = np.argsort(case, kind="stable")
    distinct, first, inverse = np.unique(key.take(order), return_index=True, return_inverse=True)
    by_use = np.argsort(first)
    place = np.empty(len(by_use), np.int64)
    place[by_use] = np.arange(len(by_use))
    flat = place.take(inverse).tolist()
    ends = np.cumsum(np.bincount(case, minlength=len(cases))).tolist()
    rows = [flat[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
    used = distinct.take(by_use)
    return rows, np.column_stack([used >> 32, used & ((1 << 32) - 1)])


def _facts(cases: Cases, cites: NDArray[np.int64], refs: Sequence[str]) -> list[EventFact]:
    """The events of citations and rows, in their order."""
    found: list[EventFact] = [None] * len(cites)  # type: ignore[list-item]
    for number, cited in enumerate(cases.cited):
        places = np.flatnonzero(cites[:, 0] == number)
        facts = event_facts(cited.table, cites[places, 1], refs)
        for place, fact in zip(places.tolist(), facts, strict=True):
            found[place] = fact
    return found


def event_facts(table: EventTable, rows: Places, refs: Sequence[str]) -> list[EventFact]:
    """Log rows as evidence."""
    details, places = table.details, table.places.take(rows)
    files, numbers = (cells_at(column, places).tolist() for column in (details.file, details.row))
    origins = [f"{details.files[file]}#{number}" for file, number in zip(files, numbers, strict=True)]
    labels = _told(details.id, places, origins)
    blank = [""] * len(rows)
    source = _told(details.attributes["source"], places, blank) if "source" in details.attributes else blank
    codes = table.ref.take(rows)
    keys = _told(Coded(codes, refs), np.arange(len(codes)), blank)
    at = _moments(table.at.day.take(rows), cells_at(table.at.second, rows))
    columns = zip(labels, at, origins, source, keys, strict=True)
    return [EventFact(label, table.kind, when, origin, where, ref) for label, when, origin, where, ref in columns]


def _told(column: Coded, rows: Places, instead: Sequence[str]) -> list[str]:
    """The texts of some cells; ``instead``: what stands for empty ones."""
    if not len(column.values):
        return list(instead)
    codes, values = column.codes[rows].tolist(), column.values
    text = {code: str(values[code]) for code in set(codes) if code >= 0}
    return [text.get(code, other) for code, other in zip(codes, instead, strict=True)]


def _moments(days: Int32, seconds: Int32 | None) -> list[str]:
    """Days, with the time where it is known, in ISO 8601; equal days are written once."""
    told = days.tolist()
    text = {day: "" if day == NO_DAY else day_date(day).isoformat() for day in set(told)}
    found = [text[day] for day in told]
    if seconds is not None:
        for place in np.flatnonzero((seconds != NO_TIME) & (days != NO_DAY)).tolist():
            second = int(seconds[place])
            found[place] += f"T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    return found
