"""Typed cells as the text people would type: 5.0 is ``5``, true is ``true``, lists are joined by ``;``.

Real dates stay dates. A column of time stamps that are all midnight holds dates only, as pandas would write it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from importlib import import_module
from typing import Any

import numpy as np

from gongkai_score.event_columns import NO_DAY, NO_TIME, Coded, Moments, undated
from gongkai_score.period import day_number
from gongkai_score.readers.arrow_columns import text_codes, whole_numbers
from gongkai_score.readers.cells import FIRST_YEAR, LAST_YEAR, coded, coded_texts
from gongkai_score.readers.table import Column

NESTED = "\x00"
"""What :func:`cell_text` gives for a value that is neither text, number, truth nor a list of those."""
ATTRIBUTES = "attributes"
_NOTHING = ("NAType", "NaTType")
"""Classes of what pandas puts into empty cells."""
_PLAIN = ("bool", "int", "uint", "float", "double", "halffloat")
"""Arrow types that are neither text, dates nor nested."""
_CHINA = timezone(timedelta(hours=8))
_FIRST, _LAST = day_number(date(FIRST_YEAR, 1, 1)), day_number(date(LAST_YEAR, 12, 31))
Odd = list[tuple[int, str, str]]
"""Cells at fault: position, what stands there, code."""


def cell_text(value: Any) -> str:
    """A typed cell as text; empty for nothing.

    >>> cell_text(5.0), cell_text(True), cell_text(None), cell_text(["图解", "视频"]), cell_text(0.5)
    ('5', 'true', '', '图解;视频', '0.5')
    """
    if value.__class__ is str:
        text: str = value
        return text
    if value is None or value.__class__.__name__ in _NOTHING:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return str(int(value)) if abs(int(value)) < 10**400 else NESTED
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if math.isnan(number):
            return ""
        return str(int(number)) if number.is_integer() and abs(number) < 1e21 else repr(number)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() else ""
    if isinstance(value, datetime):
        return _stamp(value)
    if isinstance(value, np.datetime64):
        moment = value.astype("datetime64[s]").item()
        return cell_text(moment) if isinstance(moment, datetime | None) else NESTED
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds")
    if isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        ordered = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        parts = [cell_text(part) for part in ordered]
        return NESTED if NESTED in parts else ";".join(p.replace(";", "；") for p in parts if p)
    return NESTED


def _stamp(value: datetime) -> str:
    if value.tzinfo is not None:
        try:
            value = value.astimezone(_CHINA)
        except OverflowError:
            return value.isoformat()
    return f"{value.year:04d}-{value.month:02d}-{value.day:02d}T{value:%H:%M:%S}"


def column_of(cells: Sequence[Any]) -> tuple[Coded, Odd]:
    """A column of mixed cells as text, and the cells at fault."""
    texts = [cell_text(cell) for cell in cells]
    odd: Odd = []
    if NESTED in texts:
        odd = [(i, str(cells[i]), "L234") for i, text in enumerate(texts) if text == NESTED]
        texts = ["" if text == NESTED else text for text in texts]
    odd += [
        (i, texts[i], "L237")
        for i, cell in enumerate(cells)
        if cell.__class__ is float and 1e15 <= abs(cell) < 1e21
    ]
    return coded_texts(texts), odd


def text_column(series: Any) -> tuple[Column, Odd]:
    """A pandas or Arrow column as text or dates, and the cells at fault."""
    if not hasattr(series, "dtype"):
        return _arrow(series)
    pd: Any = import_module("pandas")
    kind = series.dtype
    if isinstance(kind, pd.DatetimeTZDtype):
        series = series.dt.tz_convert(_CHINA).dt.tz_localize(None)
        return _moments(series.to_numpy())
    if isinstance(kind, np.dtype) and kind.kind == "M":
        return _moments(series.to_numpy())
    if isinstance(kind, pd.CategoricalDtype):
        values, odd = [cell_text(value) for value in series.cat.categories], []
        codes = series.cat.codes.to_numpy()
        for code, text in enumerate(values):
            if text == NESTED:
                values[code] = ""
                odd += [(int(i), str(series.iloc[i]), "L234") for i in np.flatnonzero(codes == code)]
        return coded(codes, values), odd
    return column_of(series.tolist())


def _moments(stamps: Any) -> tuple[Moments, Odd]:
    """Time stamps of any unit as days and seconds; all at midnight: dates only."""
    whole = stamps.astype("datetime64[s]").astype(np.int64)
    missing = np.isnat(stamps)
    whole[missing] = 0
    day, second = np.divmod(whole, 86400)
    outside = np.flatnonzero((day < _FIRST) | (day > _LAST))
    odd = [(int(i), str(stamps[i]), "L121") for i in outside]
    missing[outside] = True
    timed = bool(second.any())
    day[missing], second[missing] = NO_DAY, NO_TIME
    return Moments(day.astype(np.int32), second.astype(np.int32) if timed else undated(len(day))), odd


def _arrow(column: Any) -> tuple[Column, Odd]:
    kind = str(column.type)
    if kind.startswith("timestamp"):
        unit = column.type.unit
        stamps = whole_numbers(column, np.int64, np.iinfo(np.int64).min).view(f"datetime64[{unit}]")
        return _moments(stamps + np.timedelta64(8, "h") if column.type.tz else stamps)
    if kind in ("string", "large_string") or kind.startswith("dictionary<values=string"):
        return text_codes(column), []
    if kind.startswith("date32"):
        day = whole_numbers(column, np.int32, NO_DAY)
        if (((day >= _FIRST) & (day <= _LAST)) | (day == NO_DAY)).all():
            return Moments(day, undated(len(day))), []
    if kind.startswith(_PLAIN):
        return _distinct(column)
    return column_of(column.to_pylist())


def _distinct(column: Any) -> tuple[Coded, Odd]:
    """An Arrow column of numbers or truth values, each distinct one worked on once."""
    encoded = column.dictionary_encode().unify_dictionaries()
    cells = encoded.chunk(0).dictionary.to_pylist() if encoded.num_chunks else []
    codes = np.concatenate([chunk.indices.fill_null(-1).to_numpy() for chunk in encoded.chunks] or [[]])
    _, odd = column_of(cells)
    told: Odd = []
    for code, text, why in odd:
        told += [(int(row), text, why) for row in np.flatnonzero(codes == code)]
    return coded(codes.astype(np.int32), [cell_text(cell) for cell in cells]), sorted(told)


def flattened(cells: Mapping[str, Any]) -> dict[str, Any]:
    """One record with its ``attributes`` object, or list of pairs, beside the other keys.

    Raises:
        ValueError: an attribute repeats a key of the record.
    """
    inner = cells.get(ATTRIBUTES)
    if isinstance(inner, list) and all(isinstance(pair, tuple) and len(pair) == 2 for pair in inner):
        inner = dict(inner)
    if not isinstance(inner, Mapping):
        return {str(key): value for key, value in cells.items()}
    found = {str(key): value for key, value in cells.items() if key != ATTRIBUTES}
    for key, value in inner.items():
        found[f"{ATTRIBUTES}.{key}"] = value
    return found
