"""Words and repairs for values that do not fit a schema."""

from __future__ import annotations

import calendar
import difflib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

TYPES: dict[str, tuple[str, str]] = {
    "string": ("文字", "text"),
    "integer": ("整数", "a whole number"),
    "number": ("数", "a number"),
    "boolean": ("true 或 false", "true or false"),
    "array": ("列表", "a list"),
    "object": ("映射（若干“键: 值”）", "a mapping ('key: value' lines)"),
    "null": ("空值", "an empty value"),
}
_TRUTH = {
    **dict.fromkeys(("true", "yes", "y", "on", "1", "是", "真", "有", "对"), "true"),
    **dict.fromkeys(("false", "no", "n", "off", "0", "否", "假", "无", "错", "不是"), "false"),
}
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_LOOSE_DATE = re.compile(r"([0-9]{4})(?:[年./\- ]+([0-9]{1,2})[月./\- ]+([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))")
_MONTHS = (
    *("", "January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class DateFault:
    """Why text is no date: ``fix`` when its form is wrong, ``why`` when there is no such day."""

    fix: str = ""
    why_zh: str = ""
    why_en: str = ""


def date_fault(text: str) -> DateFault | None:
    """What is wrong with a date written as year-month-day; None when it is a real day.

    >>> date_fault("2019-02-28") is None
    True
    >>> date_fault("2019-02-30").why_en
    'February 2019 has 28 days'
    >>> date_fault("2019年2月3日").fix
    '2019-02-03'
    """
    match = _DATE.fullmatch(text)
    if match is None:
        loose = _LOOSE_DATE.fullmatch(unicodedata.normalize("NFKC", text.strip()))
        parts = [int(p) for p in loose.groups() if p] if loose else []
        fix = "{:04d}-{:02d}-{:02d}".format(*parts) if parts else ""
        return DateFault(fix=fix if fix and date_fault(fix) is None else "2026-03-08")
    year, month, day = (int(part) for part in match.groups())
    if year == 0:
        return DateFault(why_zh="没有公元 0000 年", why_en="there is no year 0000")
    if not 1 <= month <= 12:
        return DateFault(
            why_zh=f"月份只有 01 到 12，没有 {match[2]}", why_en=f"months run from 01 to 12, not {match[2]}"
        )
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        return DateFault(
            why_zh=f"{year} 年 {month} 月有 {days} 天", why_en=f"{_MONTHS[month]} {year} has {days} days"
        )
    return None


def number_fix(text: str) -> str | None:
    r"""The number that text was meant to be, written as YAML 1.2 reads it; None when that would be a guess.

    >>> [number_fix(t) for t in ("012", "1_000", "1,000", "0x1F", "\uff15", ".5", "1e3", "5", "1/3")]
    ['12', '1000', '1000', '31', '5', '0.5', '1000', '5', None]
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if re.fullmatch(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", plain):
        plain = plain.replace(",", "")
    if re.fullmatch(r"[-+]?[0-9]+(_[0-9]+)+", plain):
        plain = plain.replace("_", "")
    if re.fullmatch(r"0[xX][0-9a-fA-F]{1,15}|0o[0-7]{1,20}", plain):
        return str(int(plain, 0))
    if len(plain) > 40 or not re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,2})?", plain):
        return None
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    digits = len(value.as_tuple().digits) + abs(int(value.as_tuple().exponent))
    return None if digits > 20 else written(value if "e" not in plain.lower() else value.normalize())


def truth_fix(raw: str) -> str | None:
    """``true`` or ``false`` for words that mean it.

    >>> truth_fix("no"), truth_fix("是"), truth_fix("maybe")
    ('false', 'true', None)
    """
    return _TRUTH.get(unicodedata.normalize("NFKC", raw).strip().casefold())


def written(value: Any) -> str:
    """A value as one writes it in YAML.

    >>> written(True), written(None), written("a"), written(Decimal("1E+3"))
    ('true', 'null', 'a', '1000')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value, ensure_ascii=False, default=str)


def joined(words: Iterable[str], most: int = 20) -> tuple[str, str]:
    """Words in a row, for Chinese and for English; long rows are cut and say so.

    >>> joined(["a", "b"])
    ('a、b', 'a, b')
    """
    row = list(words)
    zh, en = "、".join(row[:most]), ", ".join(row[:most])
    if len(row) > most:
        return f"{zh}等 {len(row)} 个", f"{en} and {len(row) - most} more"
    return zh, en


_ALIKE = 0.65
"""How alike two words are (2 × letters in common ÷ letters) for one to be a slip of the other; ``gates`` is none of
``tests`` (0.6)."""


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that ``word`` is probably a slip of, or None.

    >>> nearest("Ponits", ["points", "title"]), nearest("x", ["points"])
    ('points', None)
    >>> nearest("gates", ["tests", "title"]) is None
    True
    """
    simple = {_simple(candidate): candidate for candidate in sorted(allowed, reverse=True)}
    found = difflib.get_close_matches(_simple(word), simple, 1, _ALIKE)
    return simple[found[0]] if found else None


def _simple(word: str) -> str:
    text = unicodedata.normalize("NFKC", word[:60]).casefold()
    return "".join("_" if c in "- " else c for c in text if c.isprintable()).strip("_")


def said(schema: object) -> tuple[str, str] | None:
    """The schema's own words for what it expects (``x-say``), in Chinese and English.

    >>> said({"x-say": {"zh": "分值", "en": "points"}})
    ('分值', 'points')
    """
    words = schema.get("x-say") if isinstance(schema, Mapping) else None
    if not isinstance(words, Mapping):
        return None
    zh, en = words.get("zh"), words.get("en")
    return (str(zh or en), str(en or zh)) if zh or en else None
