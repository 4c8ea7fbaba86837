"""Cells of real files: text trimmed, dates read strictly or refused with the reason; nothing is guessed.

Every function works on the *distinct* values of a column, so a million rows cost what their distinct values
cost; dates in ISO form are read by arithmetic over whole columns.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gongkai_score.event_columns import NO_DAY, NO_TIME, Coded, Int32, narrow
from gongkai_score.numbered_texts import Numbered, numbered, run_of, slices
from gongkai_score.period import EPOCH

Order = Literal["mdy", "dmy"]
FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years outside are typing errors in a log of present-day administration."""
BEIJING = 8 * 3600
LONGEST = 200
"""Characters beyond which a cell is prose and no date."""
SERIALS = range(18264, 73416)
"""Excel's day numbers from 1950 to 2100; smaller numbers are as likely years or counts."""
_FIRST_ROWS = 1 << 16
_MANY = 1000

_TRIM = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + "\u200b\u2060\ufeff"
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ZERO = "\u3007\u25cb\u25ef零Oo\u039f\u041e"
_CHINESE = re.compile(f"[{_ZERO}一二三四五六七八九十]")
_DIGITS = str.maketrans(_ZERO + "一二三四五六七八九", "0" * len(_ZERO) + "123456789")
_TENS = re.compile(r"([1-3]?)十([1-9]?)")
_N = rf"[0-9{_ZERO}一二三四五六七八九十]"
_YMD = re.compile(
    rf"([0-9{_ZERO}一二三四五六七八九]+)年([0-9{_ZERO}一二三四五六七八九十]+)月([0-9{_ZERO}一二三四五六七八九十]+)"
)
_HOURS = re.compile(r"([0-9]{1,2})[时点:]([0-9]{1,2})分(?:([0-9]{1,2})秒)?")
_AROUND = re.compile(r"\s*([年月日号/.:\-])\s*")
_TIME = (
    r"(?:(?:(?<=[日号])|[T ])\s*([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?"
    r"\s*(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_FULL = re.compile(
    r"([0-9]{4})(?:年([0-9]{1,2})月([0-9]{1,2})[日号]?|([-/.])([0-9]{1,2})\4([0-9]{1,2})|([0-9]{2})([0-9]{2}))"
    + _TIME
)
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})" + _TIME)
_SHORT_YEAR = re.compile(r"'?[0-9]{2}([-/.年])[0-9]{1,2}[-/.月][0-9]{1,2}日?.*")
_PARTIAL = re.compile(
    r"[0-9]{4}年?|[0-9]{1,2}月|[0-9]{4}[-/.年][0-9]{1,2}月?|[0-9]{1,2}[-/.月][0-9]{1,2}[日号]?|[0-9]{1,3}年[0-9]{1,2}月[0-9]{1,2}[日号]?"
    r"|[0-9]{4}年[0-9]{1,2}月[上中下]旬|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
)
_RELATIVE = re.compile(
    r"今[天日年晨早晚]?|[昨明][天日年]?|[前后去]年|[前后]天|当[天日]|[上下本][周月年]|近[日期]|日前|月[初底]|年[初底]|today|yesterday|tomorrow|now",
    re.IGNORECASE,
)
_SOME_DATE = re.compile(r"[0-9]{4}(?:[-/.年])[0-9]{1,2}[-/.月][0-9]{1,2}")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_MASKED = re.compile(r"(?=.*[年月日/.\-])[0-9Xx*×?？年月日/.\-: ]*(?:[Xx*×?？]|0{4})[0-9Xx*×?？年月日/.\-: ]*")
_IN_TEXT = re.compile(
    rf"(?:(?<![0-9])(?:(?:[0-9{_ZERO}一二三四五六七八九]\s*){{4}}|[0-9]{{1,3}}\s*)|(?<![0-9A-Za-z])[0-9Xx*×]{{2,5}}\s*)"
    rf"年\s*(?:{_N}\s*){{1,3}}月\s*(?:{_N}\s*){{1,4}}[日号]"
    r"|(?<![0-9.])(?:19|20)[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}(?![0-9.])"
)


def clip(value: object, most: int = 60) -> str:
    """A cell as messages show it: on one line, cut when long."""
    text = " ".join(str(value).split())
    return text if len(text) <= most else text[: most - 1] + "…"


def squeezed(text: str) -> str:
    r"""Full-width forms made plain and all white space removed: for keys that people type in many ways.

    >>> squeezed("关于印发 \uff12\uff10 年要点的 通\u3000知")
    '关于印发20年要点的通知'
    """
    return "".join(unicodedata.normalize("NFKC", text).split())


def coded(codes: NDArray[np.integer], values: Sequence[str], distinct: bool = False) -> Coded:
    """A column from codes and texts: texts trimmed, made fit for every output, equal ones merged.

    ``distinct`` says that no two texts are equal. The values come unsorted: :func:`settled` sorts them once, when
    it is known which are used.

    >>> column = coded(np.array([0, 1, 2, 0]), [" 乙", "甲 ", "  "])
    >>> column.codes.tolist(), list(column.values)
    ([0, 1, -1, 0], ['乙', '甲'])
    """
    joint = "".join(values)
    if not joint.isprintable() or " " in joint:
        distinct = False
        values = [value.strip(_TRIM) for value in values]
        if _UNFIT.search(joint):
            values = [_UNFIT.sub("\ufffd", value).strip(_TRIM) for value in values]
    small: Any = codes if codes.dtype.kind == "i" and codes.itemsize <= 4 else codes.astype(np.int32)
    if (distinct or len(set(values)) == len(values)) and "" not in values:
        return Coded(small, values)
    place: dict[str, int] = {}
    table = [place.setdefault(value, len(place)) if value else -1 for value in values]
    return Coded(np.array([*table, -1], narrow(len(place))).take(small), list(place))


class TextColumn:
    """Codes a column of texts piece by piece."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = defaultdict()
        self._codes.default_factory = self._codes.__len__
        self._parts: list[Int32] = []

    def add(self, cells: Sequence[str]) -> None:
        """Adds cells below."""
        if any(cells):
            self._parts.append(np.fromiter(map(self._codes.__getitem__, cells), np.int32, len(cells)))
        elif cells:
            self._parts.append(np.full(len(cells), self._codes[""], np.int32))

    def coded(self) -> Coded:
        """The column."""
        codes = np.concatenate(self._parts) if self._parts else np.empty(0, np.int32)
        return coded(codes, list(self._codes), True)


def coded_texts(cells: Sequence[str]) -> Coded:
    """A column of texts.

    >>> column = coded_texts(["乙", "", "甲", "乙"])
    >>> column.codes.tolist(), list(column.values)
    ([0, -1, 1, 0], ['乙', '甲'])
    """
    column = TextColumn()
    column.add(cells)
    return column.coded()


def changed(column: Coded, change: Callable[[str], str]) -> Coded:
    """The column with ``change`` applied to each distinct value; empty results are empty cells."""
    values = [change(value) for value in column.values]
    if all(map(operator.is_, values, column.values)) or values == list(column.values):
        return column
    return coded(column.codes, values)


def rows_with(column: Coded, codes: Collection[int]) -> NDArray[np.integer]:
    """The rows that hold one of some values, which are given by their codes.

    >>> rows_with(Coded(np.array([2, 0, -1, 2]), ["b", "c", "a"]), {1, 2}).tolist()
    [0, 3]
    """
    sought = np.zeros(len(column.values) + 1, bool)
    sought[list(codes)] = True
    parts = [
        np.flatnonzero(sought.take(column.codes[rows], mode="wrap")) + rows.start
        for rows in slices(len(column) if codes else 0)
    ]
    return np.concatenate(parts) if parts else np.empty(0, np.intp)


def settled(column: Coded) -> Coded:
    """The column as a log keeps it: no value that no row has, values in order.

    >>> column = settled(Coded(np.array([2, 0, -1], np.int32), ["b", "c", "a"]))
    >>> column.codes.tolist(), column.values
    ([0, 1, -1], ('a', 'b'))
    """
    used = _used(column)
    if isinstance(column.values, Numbered) and len(used) and used.all():
        return Coded(column.codes.astype(narrow(len(used)), copy=False), column.values)
    kept = np.flatnonzero(used)
    if not len(kept):
        return Coded.empty(len(column))
    if isinstance(column.values, Numbered):
        values: Sequence[str] = column.values.chosen(kept)
    else:
        texts = [column.values[code] for code in kept.tolist()]
        found = numbered([run_of(texts)]) if len(texts) >= _MANY else None
        order = text_order(texts) if found is None else np.argsort(found[0])
        kept = kept[order]
        values = tuple(map(texts.__getitem__, order.tolist())) if found is None else found[1]
    if len(kept) == len(column.values) and bool((kept[1:] > kept[:-1]).all()):
        return Coded(column.codes.astype(narrow(len(values)), copy=False), values)
    table = np.full(len(column.values) + 1, -1, narrow(len(values)))
    table[kept] = np.arange(len(kept))
    return Coded(table.take(column.codes), values)


def _used(column: Coded) -> NDArray[np.bool_]:
    """Whether each code occurs; usually the first rows know them all."""
    used = np.zeros(len(column.values) + 1, bool)
    for rows in (slice(0, _FIRST_ROWS), slice(_FIRST_ROWS, None)):
        used[column.codes[rows]] = True
        if used[:-1].all():
            break
    return used[:-1]


def text_order(values: Sequence[str]) -> NDArray[np.int64]:
    """Positions of the values in order of their text."""
    longest = max(map(len, values), default=0)
    if len(values) < _MANY or longest > 24 or not "".join(values).isascii():
        return np.array(sorted(range(len(values)), key=values.__getitem__), np.int64)
    # Short plain ids: eight characters at a time compare as numbers, many times faster than texts.
    words = np.array(values, f"S{-(-longest // 8) * 8}").view(">u8").reshape(len(values), -1).astype(np.uint64)
    return np.lexsort(words.T[::-1]).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Dates:
    """Distinct values read as dates: day and second by position, and the code of the reason where refused."""

    day: Int32
    second: Int32
    faults: dict[int, str]


def read_dates(values: Sequence[str], *, order: Order | None = None, serial: bool = False) -> Dates:
    """Reads each value as a date with or without a time, or refuses it.

    Args:
        values: distinct cells, trimmed.
        order: ``mdy`` or ``dmy``, how ``08/07/2018`` is meant; without it such cells are refused.
        serial: plain numbers may be Excel's day numbers.

    >>> dates = read_dates(["2019-05-15", "二○一九年五月十五日", "2019-05-15T23:30:00Z", "08/07/2018"])
    >>> dates.day.tolist()[:3], dates.second.tolist()[:3], dates.faults
    ([18031, 18031, 18032], [-1, -1, 27000], {3: 'L111'})
    """
    day = np.full(len(values), NO_DAY, np.int32)
    second = np.full(len(values), NO_TIME, np.int32)
    faults: dict[int, str] = {}
    lengths = np.fromiter(map(len, values), np.int64, len(values))
    done = np.zeros(len(values), bool)
    for length in (10, 16, 19):
        done |= _iso(values, np.flatnonzero(lengths == length), length, day, second)
    for i in np.flatnonzero(~done).tolist():
        found = read_date(values[i], order, serial)
        if isinstance(found, str):
            faults[i] = found
        else:
            day[i], second[i] = found
    return Dates(day, second, faults)


def find_dates(values: Sequence[str], which: Literal["first", "last"]) -> Dates:
    """The first or last date inside each text, such as the signature at its end; none is no fault.

    >>> found = find_dates(["自2019年1月1日起施行。 某省财政厅 2018年 12月 3日（此件公开）", "无落款"], "last")
    >>> found.day.tolist()[0] == read_dates(["2018-12-03"]).day.tolist()[0], found.faults
    (True, {})
    """
    day = np.full(len(values), NO_DAY, np.int32)
    second = np.full(len(values), NO_TIME, np.int32)
    faults: dict[int, str] = {}
    for i, text in enumerate(values):
        hits = [m[0] for m in _IN_TEXT.finditer(unicodedata.normalize("NFKC", text))]
        if hits:
            found = read_date(hits[-1 if which == "last" else 0])
            if isinstance(found, str):
                faults[i] = found
            else:
                day[i], second[i] = found
    return Dates(day, second, faults)


def _iso(
    values: Sequence[str], rows: NDArray[np.int64], length: int, day: Int32, second: Int32
) -> NDArray[np.bool_]:
    """Reads ``YYYY-MM-DD``, ``…THH:MM`` and ``…THH:MM:SS`` by arithmetic; says which it could read."""
    done = np.zeros(len(values), bool)
    joint = "".join(values) if len(rows) == len(values) else "".join([values[i] for i in rows.tolist()])
    if not joint:
        return done
    if not joint.isascii():
        rows = np.fromiter((i for i in rows.tolist() if values[i].isascii()), np.int64)
        joint = "".join([values[i] for i in rows.tolist()])
    chars = np.frombuffer(joint.encode(), np.uint8).reshape(-1, length)
    numbers = chars.astype(np.int32) - 48

    def two(place: int) -> Int32:
        found: Int32 = numbers[:, place] * 10 + numbers[:, place + 1]
        return found

    places = [
        0,
        1,
        2,
        3,
        5,
        6,
        8,
        9,
        *([11, 12, 14, 15] if length > 10 else []),
        *([17, 18] if length > 16 else []),
    ]
    figures = numbers[:, places]
    good = ((figures >= 0) & (figures <= 9)).all(axis=1)
    good &= (chars[:, 4] == chars[:, 7]) & np.isin(chars[:, 4], [45, 46, 47])
    year, month, dom = two(0) * 100 + two(2), two(5), two(8)
    good &= (month >= 1) & (month <= 12) & (year >= FIRST_YEAR) & (year <= LAST_YEAR)
    month = np.where(good, month, 1)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    lengths = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])[month] + (leap & (month == 2))
    good &= (dom >= 1) & (dom <= lengths)
    if length > 10:
        hour, minute = two(11), two(14)
        moment = hour * 3600 + minute * 60
        good &= np.isin(chars[:, 10], [32, 84]) & (chars[:, 13] == 58) & (hour < 24) & (minute < 60)
        if length > 16:
            good &= (chars[:, 16] == 58) & (two(17) < 60)
            moment = moment + two(17)
    months = (year.astype(np.int64) - 1970) * 12 + month - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + dom - 1
    there = rows[good]
    day[there] = days[good]
    if length > 10:
        second[there] = moment[good]
    done[there] = True
    return done


def read_date(text: str, order: Order | None = None, serial: bool = False) -> tuple[int, int] | str:
    """Day and second of one cell (``NO_TIME`` for a date alone), or the code of the reason for refusing it."""
    if len(text) > LONGEST:
        return "L119"
    plain = _plain(text)
    if found := _FULL.fullmatch(plain):
        year, m1, d1, _, m2, d2, m3, d3, *time = found.groups()
        return _moment(int(year), int(m1 or m2 or m3), int(d1 or d2 or d3), time)
    if found := _YEAR_LAST.fullmatch(plain):
        first, _, other, year, *time = found.groups()
        if order is None:
            return "L111"
        month, dom = (first, other) if order == "mdy" else (other, first)
        return _moment(int(year), int(month), int(dom), time)
    if _NUMBER.fullmatch(plain) and not _PARTIAL.fullmatch(plain):
        return _serial(plain) if serial and len(plain) < 24 else "L116"
    for code, pattern in (("L122", _MASKED), ("L112", _SHORT_YEAR), ("L114", _PARTIAL)):
        if pattern.fullmatch(plain):
            return code
    if len(_SOME_DATE.findall(plain)) > 1:
        return "L117"
    return "L115" if _RELATIVE.search(plain) else "L119"


def _plain(text: str) -> str:
    """The cell in plain digits and without the spaces people leave inside dates."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if "年" in plain:
        cut = max(plain.rfind("日"), plain.rfind("号"), plain.rfind("月")) + 1
        plain = "".join(plain[:cut].split()) + plain[cut:]
        if _CHINESE.search(plain):
            plain = _YMD.sub(_arabic, plain)
    plain = _AROUND.sub(r"\1", plain)
    plain = _HOURS.sub(lambda m: f"{m[1]}:{int(m[2]):02d}" + (f":{int(m[3]):02d}" if m[3] else ""), plain)
    if re.fullmatch(r"[0-9]{14}", plain):
        return f"{plain[:8]} {plain[8:10]}:{plain[10:12]}:{plain[12:]}"
    return plain


def _arabic(found: re.Match[str]) -> str:
    year = found[1].translate(_DIGITS)
    month, dom = (
        _TENS.sub(lambda m: str(int(m[1] or 1) * 10 + int(m[2] or 0)), found[i].translate(_DIGITS)) for i in (2, 3)
    )
    return f"{year}年{month}月{dom}"


def _moment(year: int, month: int, dom: int, time: Sequence[str | None]) -> tuple[int, int] | str:
    if year == 0:
        return "L122"
    try:
        day = (date(year, month, dom) - EPOCH).days
    except ValueError:
        return "L113"
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return "L121"
    hour, minute, second, zone = time
    if hour is None or minute is None:
        return day, NO_TIME
    h, m, s = int(hour), int(minute), int(second or 0)
    if h > 23 or m > 59 or s > 59:
        return "L118"
    moment = h * 3600 + m * 60 + s
    if zone is not None:
        ahead = 0
        if zone != "Z":
            zh, zm = int(zone[1:3]), int(zone[-2:])
            if zh > 14 or zm > 59:
                return "L118"
            ahead = (zh * 3600 + zm * 60) * (-1 if zone[0] == "-" else 1)
        shift, moment = divmod(moment - ahead + BEIJING, 86400)
        day += shift
    return day, moment


def _serial(text: str) -> tuple[int, int] | str:
    whole, _, part = text.partition(".")
    number = int(whole)
    if number not in SERIALS:
        return "L116"
    day = (date(1899, 12, 30) + timedelta(days=number) - EPOCH).days
    if not part or not int(part):
        return day, NO_TIME
    moment = round(float(f"0.{part}") * 86400)
    return (day + 1, 0) if moment == 86400 else (day, moment)
