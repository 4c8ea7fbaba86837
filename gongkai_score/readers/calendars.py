"""Reads working calendars: the packaged State Council years, holiday-cn files of newer years, local layers.

A year file is JSON as the holiday-cn project publishes it, ``{year, papers, days: [{name, date, isOffDay}]}``.
A layer file is YAML, ``{name, days: [{date, work, source}]}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from gongkai_score.errors import CalendarError, Problem, file_cause, problem
from gongkai_score.period import day_date, day_number, parse_day
from gongkai_score.readers.marked_yaml import Marked, read_marked
from gongkai_score.readers.shipped import DATA
from gongkai_score.work_calendar import CalendarDay, CalendarLayer, Unpublished, WorkCalendar

_DATA = DATA / "calendars"
_YEAR_KEYS = {"year": True, "papers": False, "days": True, "note": False, "$schema": False, "$id": False}
_YEAR_DAY_KEYS = {"name": True, "date": True, "isOffDay": True}
_LAYER_KEYS = {"name": True, "note": False, "days": True}
_LAYER_DAY_KEYS = {"date": True, "work": True, "source": False}
_FIRST_YEAR, _LAST_YEAR = 1971, 2199


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The days that one year's notices (``papers``, 文号) arrange; days not listed are Mon–Fri.

    The year is that of the notice's title: days of the December before it may belong to it (元旦).
    """

    year: int
    papers: tuple[str, ...]
    days: tuple[CalendarDay, ...]
    file: str


@cache
def national_calendar(unpublished: Unpublished = "error") -> WorkCalendar:
    """The calendar of the State Council's notices, 2004 to 2026 (国务院办公厅节假日安排).

    Args:
        unpublished: what happens to days after the last published year: ``error`` raises, ``undetermined``
            gives ``UNKNOWN_DAY``, ``statutory`` estimates to the end of 2030 by the holiday regulation
            (放假办法), every such result being provisional.

    >>> national_calendar().notices[2026] == national_calendar("statutory").notices[2026]
    True
    """
    return _calendar(_packaged("national.json"), unpublished)


def read_calendar(
    *paths: str | Path, unpublished: Unpublished = "error", layers: Sequence[str | Path] = ()
) -> WorkCalendar:
    """The national calendar with newer or corrected years, and with the layers of a region or organisation.

    Args:
        paths: holiday-cn files (JSON), one a year; a packaged year is replaced whole.
        unpublished: as for :func:`national_calendar`.
        layers: layer files (YAML), national to local; where two speak of one day the last wins.

    Returns:
        The calendar; oddities that do not forbid its use are among its ``warnings``.

    Raises:
        CalendarError: a file cannot be used as it is written; all problems of all files at once.

    >>> read_calendar().last_day == day_number(date(2026, 12, 31))
    True
    """
    problems: list[Problem] = []
    given: dict[int, CalendarYear] = {}
    for path in map(Path, paths):
        year = _read_year(path, problems)
        if year and year.year in given:
            problems.append(problem("C120", file=str(path), year=year.year, other=given[year.year].file))
        elif year:
            given[year.year] = year
    local = [_read_layer(path, problems) for path in map(Path, layers)]
    _stop_on_errors(problems)
    years = {year.year: year for year in _packaged("national.json")} | given
    calendar = _calendar(years.values(), unpublished)
    for layer in local:
        calendar = calendar.with_layer(layer) if layer else calendar
    return replace(calendar, warnings=(*problems, *calendar.warnings))


def read_layer(path: str | Path) -> CalendarLayer:
    """One layer file, for :meth:`WorkCalendar.with_layer`.

    Raises:
        CalendarError: the file cannot be used as it is written; all its problems at once.
    """
    problems: list[Problem] = []
    layer = _read_layer(Path(path), problems)
    _stop_on_errors(problems)
    assert layer is not None
    return layer


def packaged_layers() -> tuple[str, ...]:
    """Names of the layers that come with the library, examples of the format.

    >>> packaged_layers()
    ('guangxi-2017', 'hubei-2020')
    """
    return tuple(sorted(f.name.removesuffix(".yaml") for f in _DATA.iterdir() if f.name.endswith(".yaml")))


def packaged_layer(name: str) -> CalendarLayer:
    """One of :func:`packaged_layers`.

    >>> packaged_layer("guangxi-2017").name
    '广西壮族自治区'
    """
    problems: list[Problem] = []
    layer = _layer(*read_marked((_DATA / f"{name}.yaml").read_bytes(), f"{name}.yaml"), problems)
    _stop_on_errors(problems)
    assert layer is not None
    return layer


@cache
def _packaged(name: str) -> tuple[CalendarYear, ...]:
    found = []
    for year in json.loads((_DATA / name).read_text("utf-8"))["years"]:
        days = tuple(CalendarDay(parse_day(d["date"]), not d["isOffDay"], d["name"]) for d in year["days"])
        found.append(CalendarYear(year["year"], tuple(year["papers"]), days, name))
    return tuple(found)


def _calendar(years: Iterable[CalendarYear], unpublished: Unpublished) -> WorkCalendar:
    published = sorted(years, key=lambda y: y.year)
    gaps = [
        problem("C119", file=after.file, before=before.year, after=after.year, missing=before.year + 1)
        for before, after in pairwise(published)
        if after.year != before.year + 1
    ]
    _stop_on_errors(gaps)
    last_year = published[-1].year
    estimated = _packaged("statutory.json") if unpublished == "statutory" else ()
    everything = [*published, *(year for year in estimated if year.year > last_year)]
    first, last = day_number(date(published[0].year, 1, 1)), day_number(date(last_year, 12, 31))
    working = (np.arange(first, day_number(date(everything[-1].year, 12, 31)) + 1) + 3) % 7 < 5
    sources: dict[int, str] = {}
    for year in everything:
        papers = f"（{'、'.join(year.papers)}）" if year.papers else ""
        for entry in year.days:
            if entry.day >= first:
                working[entry.day - first] = entry.work
                sources[entry.day] = entry.source + papers
    # Next year's notice may still rearrange 29–31 December for 元旦: 5 of 23 notices did.
    return WorkCalendar(
        name="national",
        first_day=first,
        last_day=last,
        working=working,
        notices={year.year: year.papers for year in everything},
        sources=sources,
        unpublished=unpublished,
        provisional_from=last - 2,
    )


def _stop_on_errors(problems: Sequence[Problem]) -> None:
    if any(p.severity == "error" for p in problems):
        raise CalendarError(problems)


def _bytes(path: Path, problems: list[Problem]) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as error:
        problems.append(problem("C101", file=str(path), **file_cause(error)))
        return None


def _read_year(path: Path, problems: list[Problem]) -> CalendarYear | None:
    raw = _bytes(path, problems)
    if raw is None:
        return None
    try:
        text = raw.decode("utf-8-sig")
        json.loads(text)
    except UnicodeDecodeError as error:
        problems.append(problem("C102", file=str(path), byte=error.start + 1))
        return None
    except RecursionError:
        problems.append(problem("C103", file=str(path), format="JSON", detail="nested too deeply"))
        return None
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        code, values = ("C104", {}) if cut else ("C103", {"format": "JSON", "detail": error.msg})
        problems.append(problem(code, file=str(path), line=error.lineno, column=error.colno, **values))
        return None
    # JSON is YAML too, and this reader knows the line of every value and refuses repeated keys.
    marked, found = read_marked(text, str(path))
    problems += found
    return _year(marked, path, problems) if marked and not found else None


def _year(marked: Marked, path: Path, problems: list[Problem]) -> CalendarYear | None:
    data, before = marked.data, len(problems)
    if not _has_keys(marked, (), _YEAR_KEYS, problems):
        return None
    year, papers = data["year"], data.get("papers", [])
    if not isinstance(year, int) or not _FIRST_YEAR <= year <= _LAST_YEAR:
        problems.append(marked.problem("C109", ("year",), value=marked.raw(("year",)) or type(year).__name__))
        return None
    if re.fullmatch(r"\d{4}", path.stem) and path.stem != str(year):
        problems.append(marked.problem("C110", ("year",), name=path.name, year=year))
    if not isinstance(papers, list) or not all(isinstance(p, str) for p in papers):
        problems.append(marked.problem("C117", ("papers",)))
    elif not papers:
        problems.append(marked.problem("C118", ("papers",), year=year))
    days: dict[int, CalendarDay] = {}
    for at, entry in _entries(marked, _YEAR_DAY_KEYS, problems, empty=("C111", {"year": year})):
        day = _day(marked, (*at, "date"), problems)
        rests = _flag(marked, (*at, "isOffDay"), problems)
        name = entry["name"]
        if not isinstance(name, str):
            problems.append(_shape(marked, (*at, "name"), "文字", "text"))
        if day is None or rests is None:
            continue
        if day_date(day).year != year and (day_date(day).year, day_date(day).month) != (year - 1, 12):
            problems.append(marked.problem("C114", (*at, "date"), day=day_date(day), year=year))
        elif days.setdefault(day, CalendarDay(day, not rests, str(name))).work is rests:
            problems.append(marked.problem("C116", (*at, "date"), day=day_date(day)))
    if any(p.severity == "error" for p in problems[before:]):
        return None
    return CalendarYear(year, tuple(papers), tuple(days.values()), str(path))


def _read_layer(path: Path, problems: list[Problem]) -> CalendarLayer | None:
    raw = _bytes(path, problems)
    return _layer(*read_marked(raw, str(path)), problems) if raw is not None else None


def _layer(marked: Marked | None, found: list[Problem], problems: list[Problem]) -> CalendarLayer | None:
    problems += found
    before = len(problems)
    if marked is None or not _has_keys(marked, (), _LAYER_KEYS, problems):
        return None
    name = marked.data["name"]
    if not isinstance(name, str):
        problems.append(_shape(marked, ("name",), "文字", "text"))
    days: dict[int, CalendarDay] = {}
    for at, entry in _entries(marked, _LAYER_DAY_KEYS, problems):
        day = _day(marked, (*at, "date"), problems)
        work = _flag(marked, (*at, "work"), problems)
        source = entry.get("source")
        if not isinstance(source, str) or not source.strip():
            problems.append(marked.problem("C203", at, day=marked.raw((*at, "date"))))
        elif day is not None and work is not None:
            line = marked.mark((*at, "date"))[0]
            if days.setdefault(day, CalendarDay(day, work, source, line)).work is not work:
                problems.append(marked.problem("C116", (*at, "date"), day=day_date(day)))
    if any(p.severity == "error" for p in (*found, *problems[before:])):
        return None
    return CalendarLayer(str(name), tuple(days.values()), marked.file)


_At = tuple[str | int, ...]


def _shape(marked: Marked, at: _At, zh: str, en: str) -> Problem:
    return marked.problem("C105", at, expected_zh=zh, expected_en=en)


def _has_keys(marked: Marked, at: _At, keys: dict[str, bool], problems: list[Problem]) -> bool:
    """Whether a mapping stands at ``at`` that has every key it needs; unknown keys are problems too."""
    data = marked.data
    for step in at:
        data = data[step]
    if not isinstance(data, dict):
        problems.append(_shape(marked, at, "对象（键和值）", "a mapping of keys and values"))
        return False
    allowed = ", ".join(keys)
    unknown = [key for key in data if key not in keys]
    problems += [marked.problem("C106", (*at, key), "key", key=key, allowed=allowed) for key in unknown]
    missing = [key for key, needed in keys.items() if needed and key not in data]
    problems += [marked.problem("C107", at, key=key) for key in missing]
    return not missing


def _entries(
    marked: Marked, keys: dict[str, bool], problems: list[Problem], empty: tuple[str, dict[str, Any]] | None = None
) -> Iterator[tuple[_At, dict[str, Any]]]:
    """The usable entries of ``days`` with their places."""
    days = marked.data["days"]
    if not isinstance(days, list):
        problems.append(_shape(marked, ("days",), "日期的列表", "a list of days"))
    elif not days and empty:
        problems.append(marked.problem(empty[0], ("days",), **empty[1]))
    else:
        for number, entry in enumerate(days):
            if _has_keys(marked, ("days", number), keys, problems):
                yield ("days", number), entry


def _value(marked: Marked, at: _At) -> Any:
    return marked.data[at[0]][at[1]][at[2]]


def _day(marked: Marked, at: _At, problems: list[Problem]) -> int | None:
    value = _value(marked, at)
    if not isinstance(value, str):
        problems.append(marked.problem("C112", at, value=marked.raw(at) or type(value).__name__))
        return None
    try:
        return parse_day(value)
    except ValueError:
        problems.append(marked.problem("C113", at, value=value))
        return None


def _flag(marked: Marked, at: _At, problems: list[Problem]) -> bool | None:
    value = _value(marked, at)
    if isinstance(value, bool):
        return value
    problems.append(marked.problem("C115", at, key=at[-1], value=marked.raw(at) or type(value).__name__))
    return None
