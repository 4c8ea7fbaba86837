"""What an indexed log tells beside its events, as the text that stands in its file, and the seal over both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongkai_score.activity_log import ActivityLog, SetAside, Source
from gongkai_score.errors import Problem

FACTS = "gongkai_score.log"
"""Key of the facts in the file's own description, by which such a file is known."""
SEAL = "gongkai_score.seal"
"""Key of the seal."""
UNSEALED = "0" * 64
"""Stands for the seal until it is known."""
VERSION = 1


@dataclass(frozen=True, slots=True)
class LogFacts:
    """See :class:`~gongkai_score.activity_log.ActivityLog`.

    Attributes:
        files: file names that the column ``file`` may hold, in the order of their codes.
    """

    sources: tuple[Source, ...]
    rows_read: int
    set_aside: tuple[SetAside, ...]
    warnings: tuple[Problem, ...]
    files: tuple[str, ...]


def facts_text(log: ActivityLog) -> str:
    """The facts of a log.

    >>> facts_of(facts_text(ActivityLog((), (), {}, (Source("a.csv", "0f", 2),), 2, ())))
    LogFacts(sources=(Source(name='a.csv', sha256='0f', rows=2, encoding=''),), rows_read=2, set_aside=(),
    warnings=(), files=())
    """
    told = {
        "version": VERSION,
        "sources": [[s.name, s.sha256, s.rows, s.encoding] for s in log.sources],
        "rows_read": log.rows_read,
        "set_aside": [[s.file, s.row, s.column, s.value, _written(s.problem)] for s in log.set_aside],
        "warnings": [_written(found) for found in log.warnings],
        "files": list(dict.fromkeys(name for table in log.tables.values() for name in table.files)),
    }
    return json.dumps(told, ensure_ascii=True)


def facts_of(text: str) -> LogFacts:
    """The facts from their text."""
    told = json.loads(text)
    if told["version"] != VERSION:
        raise ValueError(f"version {told['version']}")
    return LogFacts(
        tuple(Source(*source) for source in told["sources"]),
        told["rows_read"],
        tuple(SetAside(f, row, column, value, _read(why)) for f, row, column, value, why in told["set_aside"]),
        tuple(_read(found) for found in told["warnings"]),
        tuple(told["files"]),
    )


def seal_of(raw: bytes) -> tuple[int, str] | None:
    """(where the seal of a file stands, what it must be): the SHA-256 of the file with :data:`UNSEALED` there.

    None: the file has no seal. The key is followed by the field and the length of the value, a byte each.

    >>> seal_of(b"..gongkai_score.seal??" + UNSEALED.encode() + b"..")[0], seal_of(b"")
    (22, None)
    """
    found = raw.rfind(SEAL.encode())
    place = found + len(SEAL) + 2
    if found < 0:
        return None
    whole = memoryview(raw)
    seal = hashlib.sha256(whole[:place])
    seal.update(UNSEALED.encode())
    seal.update(whole[place + len(UNSEALED) :])
    return place, seal.hexdigest()


def _written(found: Problem) -> list[Any]:
    values: Mapping[str, Any] = {
        name: value if isinstance(value, (str, int, type(None))) else str(value)
        for name, value in found.values.items()
    }
    return [found.code, found.severity, dict(values), found.file, found.line, found.column, found.path]


def _read(told: list[Any]) -> Problem:
    return Problem(*told)
