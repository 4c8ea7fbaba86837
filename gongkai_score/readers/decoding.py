"""Bytes to text: byte order mark, strict UTF-8, GB18030, and nothing guessed beyond."""

from __future__ import annotations

import codecs
import re

from gongkai_score.errors import Problem, problem

_BREAK = re.compile(r"\r\n|\r|\n")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(raw: bytes, file: str) -> tuple[str | None, Problem | None]:
    """The text of a file's bytes: by its byte order mark, else strict UTF-8, else GB18030.

    Args:
        raw: the bytes.
        file: the name to show in problems.

    Returns:
        The text, or None when it is neither; and the problem or note about it, if any.

    >>> decode("政府".encode("gb18030"), "old.yaml")[0]
    '政府'
    """
    for bom, name in _BOMS:
        if raw.startswith(bom):
            try:
                return raw.decode(name), None
            except UnicodeDecodeError as error:
                return None, problem("D021", file=file, offset=error.start + 1)
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        start = error.start + (3 if raw.startswith(codecs.BOM_UTF8) else 0)
    import numpy as np  # here, because most files never come so far and sets are read without it

    # Chinese that UTF-8 reads well, with a stray bad byte, is a damaged UTF-8 file and not GB18030.
    loose = raw.decode("utf-8", "replace")
    characters = np.frombuffer(loose.encode("utf-16-le"), "<u2")
    if np.count_nonzero((characters >= 0x3000) & (characters <= 0x9FFF)) > loose.count("\ufffd"):
        before = raw[:start].decode("utf-8")
        line, column = line_column(before, len(before))
        return None, problem("D023", file=file, line=line, column=column, byte=f"{raw[start]:02X}")
    try:
        return raw.decode("gb18030"), problem("D022", file=file)
    except UnicodeDecodeError as error:
        return None, problem("D021", file=file, offset=error.start + 1)


def line_column(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of the character at ``index``."""
    breaks = [m.end() for m in _BREAK.finditer(text, 0, index)]
    return len(breaks) + 1, index - (breaks[-1] if breaks else 0) + 1
