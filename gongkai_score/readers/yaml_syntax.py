"""Turns libyaml's complaints into problems a reader of the file can act on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from gongkai_score.errors import Problem, problem

_RUN_ON_KEY = re.compile(r"""^\s*(?:- +)*[^\s:'"#\[{][^:'"#]*?:[^\s:/\\]""")
_WIDE_COLON = re.compile(r"^\s*(?:- +)*([^\s：'\"#]{1,40})：\s*(\S.{0,20})?")


def wide_colon(line: str) -> str | None:
    """The line with a plain colon, when it looks like a key followed by a full-width colon; else None.

    >>> wide_colon("  points：5")
    'points: 5'
    """
    match = _WIDE_COLON.match(line)
    if match is None or ": " in line[: match.end(1)] or line.rstrip().endswith(":"):
        return None
    return f"{match[1]}: {match[2] or '…'}"


def shown(text: str, most: int = 40) -> str:
    r"""``text`` on one line, invisible characters made visible, cut at ``most`` characters.

    >>> shown("a\u200bb\nc")
    'a\\u200bb\\nc'
    """
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)


def syntax_problem(error: yaml.YAMLError, text: str, file: str, max_depth: int = 32) -> Problem:
    """The problem that stands behind a complaint of the YAML parser.

    Args:
        error: what the parser raised.
        text: the whole document.
        file: the name to show.
        max_depth: the deepest nesting accepted; the parser itself stops at some greater depth.

    >>> text = "a:\\n\\tb: 1\\n"
    >>> try:
    ...     list(yaml.parse(text, yaml.SafeLoader))
    ... except yaml.YAMLError as error:
    ...     print(syntax_problem(error, text, "x.yaml").place)
    x.yaml:2:1
    """
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return problem("D001", file=file, line=1, column=1, detail=shown(str(error), 120))
    if "maximum nesting depth" in (error.problem or ""):
        mark = error.problem_mark
        return problem("D027", file=file, line=mark.line + 1, column=mark.column + 1, limit=max_depth)
    lines = text.splitlines()
    here = (error.problem_mark.line, error.problem_mark.column)
    context = error.context_mark
    opened = here if context is None else (context.line, context.column)
    code, at, values = _diagnosis(error.problem or "", error.context or "", lines, here, opened)
    return problem(code, file=file, line=at[0] + 1, column=at[1] + 1, **values)


_Place = tuple[int, int]
_Verdict = tuple[str, _Place, dict[str, Any]]


def _diagnosis(complaint: str, context: str, lines: Sequence[str], here: _Place, opened: _Place) -> _Verdict:
    line = _line(lines, here[0])
    rest = line[here[1] :]
    if "tab character" in complaint or ("cannot start any token" in complaint and rest.startswith("\t")):
        return "D002", here, {}
    if "cannot start any token" in complaint:
        return "D003", here, {"char": shown(rest[:1])}
    if "directive" in context or "mapping keys are not allowed" in complaint:
        start = opened if "directive" in context else here
        return "D003", start, {"char": shown(_line(lines, start[0])[start[1] : start[1] + 1])}
    if "scanning a tag" in context or "tag handle" in complaint:
        tag = _line(lines, opened[0])[opened[1] :].split(maxsplit=1)
        return "D036", opened, {"tag": shown(tag[0] if tag else "!")}
    if "alphabetic or numeric character" in complaint:
        return "D014", opened, {"char": _line(lines, opened[0])[opened[1] : opened[1] + 1]}
    if "quoted scalar" in context:
        if "end of stream" in complaint or "document indicator" in complaint:
            return "D012", opened, {"quote": _line(lines, opened[0])[opened[1] : opened[1] + 1]}
        if "escape" in complaint or "hexdecimal" in complaint:
            found = _line(lines, here[0])[here[1] : here[1] + 2]
            return "D013", here, {"found": shown(found)}
    if "':'" in complaint and "simple key" in context:
        return _no_colon(lines, opened)
    if "mapping values are not allowed" in complaint:
        return _colon_too_many(lines, here)
    if "sequence entries are not allowed" in complaint:
        return "D010", here, {}
    if "',' or" in complaint:
        bracket = _line(lines, opened[0])[opened[1] : opened[1] + 1]
        closing = {"[": "]", "{": "}"}.get(bracket, "]")
        place: dict[str, Any] = {"opened": opened[0] + 1, "opened_column": opened[1] + 1}
        return "D011", here, {"bracket": bracket, "closing": closing, **place}
    if "expected node content" in complaint or "expected the node content" in complaint:
        return "D015", here, {}
    if "expected comment or line break" in complaint or "indentation indicator" in complaint:
        return "D016", here, {}
    if "<document start>" in complaint and rest.strip():
        return "D009", here, {"found": shown(rest.strip())}
    if "did not find expected key" in complaint or "'-' indicator" in complaint or "<block end>" in complaint:
        if line[: here[1]].strip(" -"):
            return "D009", here, {"found": shown(rest.strip())}
        values = {"indent": here[1], "opened": opened[0] + 1, "expected": opened[1]}
        return "D008", here, dict(values)
    return "D001", here, {"detail": shown(complaint, 120)}


def _no_colon(lines: Sequence[str], at: _Place) -> _Verdict:
    line = _line(lines, at[0])
    fix = wide_colon(line)
    if fix is not None:
        return "D005", (at[0], line.index("：")), {"fix": fix}
    return "D006", at, {"found": shown(line[at[1] :].strip())}


def _colon_too_many(lines: Sequence[str], here: _Place) -> _Verdict:
    """``a: b: c``, a line indented under a finished one, or a line above that is no ``key: value``."""
    line = _line(lines, here[0])
    if re.search(r":\s", line[: here[1]]):
        return "D004", here, {}
    above = here[0] - 1
    while above >= 0 and not _line(lines, above).strip():
        above -= 1
    before = _line(lines, above)
    for number, candidate in ((above, before), (here[0], line)):
        fix = wide_colon(candidate)
        if fix is not None:
            return "D005", (number, candidate.index("：")), {"fix": fix}
    indent = len(line) - len(line.lstrip())
    deeper = indent > len(before) - len(before.lstrip())
    if _RUN_ON_KEY.match(before) and not re.search(r":\s", before):
        return "D006", (above, len(before) - len(before.lstrip())), {"found": shown(before.strip())}
    if deeper and above >= 0:
        return "D007", (here[0], indent), {"indent": indent}
    if above >= 0 and not re.search(r":(\s|$)", before):
        return "D006", (above, len(before) - len(before.lstrip())), {"found": shown(before.strip())}
    return "D004", here, {}


def _line(lines: Sequence[str], number: int) -> str:
    return lines[number] if 0 <= number < len(lines) else ""
