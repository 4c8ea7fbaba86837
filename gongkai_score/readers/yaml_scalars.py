"""What the keys and values of a document without quotes mean, and which characters no document may hold.

Only YAML 1.2 core scalars without its oddities are converted: ``20:00``, ``2026-09-30``, ``on``, ``012``,
``0x1F`` and ``1_000`` stay text, decimals become exact :class:`decimal.Decimal`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import yaml

LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Event = Any  # yaml.Event, whose marks are typed as perhaps missing

MAX_SCALAR = 20_000
"""Longest text of one key or value."""
# NEL, LS and PS are line ends to the parser but not to editors: line numbers would drift apart.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""A character that no document may hold."""

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# At most 20 digits before and after the point: longer strings of digits are codes, not amounts.
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,19})")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,19})\.[0-9]{1,20}")
_SWALLOWED = re.compile(r"\s*(?:- |[A-Za-z_][\w-]*：)")


def plain_value(raw: str) -> object:
    """What a scalar without quotes means.

    >>> plain_value("1.10"), plain_value("true"), plain_value("012"), plain_value("~")
    (Decimal('1.10'), True, '012', None)
    """
    if raw in _WORDS:
        return _WORDS[raw]
    if raw[0] in "+-0123456789":
        if _INTEGER.fullmatch(raw):
            return int(raw)
        if _DECIMAL.fullmatch(raw):
            return Decimal(raw)
    return raw


def bare(key: str) -> str:
    """The key without the wide spaces that were meant as indentation."""
    return key.strip("\u3000\u00a0\u2002\u2003\u2009")


def swallowed(text: str, event: Event) -> tuple[int, str] | None:
    """Number, from 1, and text of the line that a scalar without quotes took for more of itself.

    Such a scalar runs on over deeper lines and swallows what was meant as an item or a key.
    """
    lines = text[event.start_mark.index : event.end_mark.index].splitlines()
    for number, line in enumerate(lines[1:], event.start_mark.line + 2):
        if _SWALLOWED.match(line):
            return number, line
    return None
