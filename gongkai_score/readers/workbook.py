"""Excel workbooks: cells as saved; errors and formulas without a result are never taken for empty cells."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from xml.etree import ElementTree

from gongkai_score.errors import Problem, problem
from gongkai_score.readers.cells import clip

_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_RESULT = re.compile(rb"<v\b[^>]*>([^<]+)</v>")
_UNREADABLE = (
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as saved.

    Attributes:
        rows: cells by row, from row 1; empty cells are ``""``.
        faults: by (row, column index from 0): the error's code, its text and the cell's name.
        notes: oddities of the sheet or workbook.
    """

    rows: list[list[Any]]
    faults: dict[tuple[int, int], tuple[str, str, str]]
    notes: list[Problem]


def read_sheet(raw: bytes, file: str, sheet: str | None, header: int = 1) -> Sheet | Problem:
    """Reads one sheet of an ``.xlsx`` or ``.xls`` workbook.

    Args:
        raw: the workbook.
        file: name for problems.
        sheet: name of the sheet; None: the first.
        header: row of the column names; merged cells above and in it do not matter.
    """
    try:
        calamine: Any = import_module("python_calamine")
    except ImportError:
        return problem("L209", file=file, package="python-calamine", extra="xlsx")
    notes: list[Problem] = []
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        names = [m.name for m in book.sheets_metadata if str(m.typ).endswith("WorkSheet")]
        if not names or (sheet is not None and sheet not in names):
            return problem("L211", file=file, sheet=sheet or "", found="、".join(names) or "—")
        chosen = names[0] if sheet is None else sheet
        opened = book.get_sheet_by_name(chosen)
        rows = opened.to_python(skip_empty_area=False)
        merged = getattr(opened, "merged_cell_ranges", None) or []
        others = [] if sheet is not None else [n for n in names[1:] if book.get_sheet_by_name(n).to_python()]
    except BaseException as error:  # many classes on damaged files, and Rust panics, which are no Exceptions
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        return problem("L210", file=file, format="Excel", detail=clip(error) or type(error).__name__)
    if others:
        count, listed = len(names), "、".join(others)
        notes.append(problem("L239", file=file, count=count, sheet=chosen, others=clip(listed)))
    below = [m for m in merged if m[1][0] >= header]
    if below:
        ranges = "、".join(f"{_name(*first)}:{_name(*last)}" for first, last in below[:5])
        notes.append(problem("L238", file=file, ranges=ranges + ("…" if len(below) > 5 else "")))
    if not raw.startswith(b"PK"):
        notes.append(problem("L241", file=file))
        return Sheet(rows, {}, notes)
    try:
        faults = dict(_faults(raw, chosen))
    except _UNREADABLE as error:
        return problem("L210", file=file, format="Excel", detail=clip(error) or type(error).__name__)
    return Sheet(rows, faults, notes)


def _name(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _faults(raw: bytes, sheet: str) -> Iterator[tuple[tuple[int, int], tuple[str, str, str]]]:
    """Error cells, and formulas without a saved result, which the reader hands over as empty cells."""
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        xml = book.read(_part(book, sheet))
    for found in _CELL.finditer(xml):
        head, body = found[1], found[2] or b""
        error = b't="e"' in head
        if not error and b"<f" not in body:
            continue
        place, result = _PLACE.search(head), _RESULT.search(body)
        if place is None or (result is not None and not error):
            continue
        column = 0
        for letter in place[1]:
            column = column * 26 + letter - 64
        cell = (place[1] + place[2]).decode()
        value = result[1].decode("utf-8", "replace") if result else ""
        yield (int(place[2]), column - 1), ("L235" if error else "L236", value or "#", cell)


def _part(book: zipfile.ZipFile, sheet: str) -> str:
    """Name of the zip member that holds a sheet."""
    relation = None
    for element in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        if element.get("name") == sheet:
            relation = element.get(_REL)
    for element in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels")):
        if relation is not None and element.get("Id") == relation:
            target = element.get("Target", "")
            return target[1:] if target.startswith("/") else f"xl/{target}"
    raise KeyError(sheet)
