"""A log read in parts by unit: what one part shows by itself, and what only all parts together show.

In the order of :func:`~gongkai_score.readers.logs.read_log`: each part is read and repeated rows go
(:func:`cleaned`); ids used twice and references are looked at over all parts (:func:`cross_checked`, on what
:func:`links` takes of each); then the remaining checks of single rows follow (:func:`finished`). The rows set aside
and the warnings are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pandas.util import hash_array

from gongkai_score.activity_log import Coded, EventColumns
from gongkai_score.digests import event_hashes
from gongkai_score.readers.cells import settled
from gongkai_score.readers.findings import CHECKS, WHOLE, Findings
from gongkai_score.readers.log_columns import FIELDS, REQUIRED, STARTS, field_of, known_headers, plain_rule
from gongkai_score.readers.logs import events_of, registered
from gongkai_score.readers.row_checks import check_rows, taken, without_refused
from gongkai_score.readers.table import Table
from gongkai_score.readers.tables_in import Wanted
from gongkai_score.units import UnitRegister

WANTED = Wanted(None, None, known_headers(), "、".join(REQUIRED))
"""How a log with plain columns is read."""
IDS, REFS = "ids", "refs"
_LINKED = frozenset(STARTS) | {start for starts in STARTS.values() for start in starts}
_BITS = 40


def tell_of_headers(headers: Sequence[str], name: str, findings: Findings) -> None:
    """Notes what is wrong or odd about the column names of one source, once for all its parts."""
    _, problems = plain_rule([header for header in headers if header], name, None)
    findings.note(p for p in problems if p.code in WHOLE)
    findings.stop(p for p in problems if p.code not in WHOLE)


def unit_header(headers: Collection[str]) -> str | None:
    """The column that names the unit; None: there is none, or several."""
    found = [header for header in headers if field_of(header) == FIELDS[1]]
    return found[0] if len(found) == 1 else None


def unit_places(units: UnitRegister) -> Callable[[str], int]:
    """A function from a unit's id, or a name that only one bears, to its place in the register; -1: neither."""
    names: dict[str, list[int]] = {}
    for place, unit in enumerate(units):
        names.setdefault(unit.name, []).append(place)
    ids = {name: place for place, name in enumerate(units.ids)}

    def place_of(text: str) -> int:
        found = names.get(text, [])
        return ids[text] if text in ids else found[0] if len(found) == 1 else -1

    return place_of


def cleaned(
    tables: Sequence[Table],
    findings: Findings,
    units: UnitRegister,
    event_kinds: Collection[str],
) -> EventColumns:
    """The events of one part, less the rows that cannot be read, belong to nobody or repeat another.

    Args:
        tables: the rows of the part, a table for each source.
        findings: takes what is wrong.
        units: the register.
        event_kinds: kinds that the set declares.
    """
    with findings.only(CHECKS.keys() - WHOLE):
        parts = [part for table in tables for part in events_of(table, None, findings, event_kinds, 1)]
    findings.raise_errors()
    parts.sort(key=lambda part: part.files)
    columns = without_refused(EventColumns.stack(parts), findings)
    columns = without_refused(registered(columns, findings, units), findings)
    with findings.only({"L101"}):
        return check_rows(columns, findings, None)


def links(columns: EventColumns, findings: Findings, buckets: int) -> Iterator[tuple[str, int, EventColumns]]:
    """Of the events of a part those by which rows of different parts may contradict each other.

    They bear nothing but kind, id or reference, date and place; where repeated rows are kept, the codes of the unit
    column tell equal events from others.

    Args:
        columns: the events.
        findings: says which checks are made.
        buckets: into how many buckets equal ids, and equal references, are gathered.

    Yields:
        ``ids`` or ``refs``, the bucket, and its events.
    """
    kinds = np.array([*(kind in _LINKED for kind in columns.kind.values), False], bool)
    linked = kinds[columns.kind.codes] & (columns.ref.codes >= 0)
    there = columns.id.codes >= 0
    for check, mask, key in ((IDS, there, columns.id), (REFS, linked, columns.ref)):
        hashes = hash_array(np.array([*key.values, ""], object), categorize=False) % np.uint64(buckets)
        bucket = hashes.astype(np.int64)[key.codes]
        for number in np.unique(bucket[mask]).tolist():
            some = taken(columns, np.flatnonzero(mask & (bucket == number)))
            bare = Coded.empty(len(some))
            unit = bare
            if check == IDS and findings.actions["L101"] == "ignore":
                unit = Coded(_content(some), ())
            ids = settled(some.id) if check == IDS else bare
            refs = settled(some.ref) if check == REFS else bare
            yield check, number, replace(some, unit=unit, id=ids, ref=refs, attributes={}, moments={})


def _content(columns: EventColumns) -> NDArray[np.int64]:
    """A number that is the same for events of the same content, whatever part they are in."""
    texts = {"unit": columns.unit, "ref": columns.ref, "id": columns.id, **columns.attributes}
    told = {name: (column.codes, column.values) for name, column in texts.items()}
    return event_hashes("", told, {"at": columns.at, **columns.moments})[:, 0].view(np.int64)


def cross_checked(check: str, parts: Sequence[EventColumns], findings: Findings) -> None:
    """Finds ids used twice (``ids``), or references to nothing or to something later (``refs``).

    Args:
        check: which of the two.
        parts: the links of one bucket, from all parts of the log.
        findings: takes what is wrong.
    """
    content = np.concatenate([part.unit.codes.astype(np.int64) for part in parts])
    alike = EventColumns.stack([replace(part, unit=Coded.empty(len(part))) for part in parts])
    if findings.actions["L101"] != "ignore":
        content = (alike.file.astype(np.int64) << _BITS) + alike.row
    with findings.only({"L105"} if check == IDS else {"L303", "L304"}):
        check_rows(replace(alike, unit=Coded(content, ())), findings, None)


def finished(columns: EventColumns, findings: Findings, units: UnitRegister) -> EventColumns:
    """The events of a part after all checks."""
    with findings.only({"L305", "L306"}):
        return check_rows(columns, findings, units)
