"""Digests of events by unit: what says that two logs hold the same, in one piece or in parts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_NO_DAY = np.iinfo(np.int32).min
_NO_TIME = -1


def joint_digest(units: Mapping[str, bytes]) -> str:
    """The digest of a log from those of its units."""
    seal = hashlib.sha256()
    for unit in sorted(units):
        seal.update(unit.encode() + b"\0" + units[unit])
    return seal.hexdigest()


_LANES = 4


def unit_digests(units: Sequence[str], refs: Sequence[str], tables: Mapping[str, Any]) -> dict[str, bytes]:
    """For each unit that occurs the SHA-256 of its events.

    Each event becomes the sum of the hashes of its cells, each unit the SHA-256 of its events in order.

    So a unit's digest needs no other unit, an empty column changes nothing, and equal logs read in parts have
    equal digests.

    Args:
        units: unit ids.
        refs: reference keys.
        tables: kind → columns of its events, as an activity log holds them.
    """
    seals: dict[int, Any] = {}
    known: dict[int, _Texts] = {}
    for kind in sorted(tables):
        table = tables[kind]
        texts = {"id": (table.id.codes, table.id.values), "ref": (table.ref, refs)}
        texts |= {f"a:{name}": (c.codes, c.values) for name, c in table.attributes.items()}
        dates = {"at": table.at} | {f"m:{name}": table.moments[name] for name in table.moments}
        events = event_hashes(kind, texts, dates, known)
        bounds = np.flatnonzero(np.diff(table.unit, prepend=-1))
        ends = [*bounds[1:].tolist(), len(table)]
        plain: Any = np.ascontiguousarray(events, "<u8")
        content = memoryview(plain).cast("B")
        for unit, first, last in zip(table.unit[bounds].tolist(), bounds.tolist(), ends, strict=True):
            seal = seals.setdefault(unit, hashlib.sha256())
            seal.update(b"%d\0" % (last - first) + kind.encode() + b"\0")
            seal.update(content[first * 8 * _LANES : last * 8 * _LANES])
    return {units[unit]: seals[unit].digest() for unit in sorted(seals)}


def event_hashes(
    kind: str,
    texts: Mapping[str, tuple[NDArray[np.integer], Sequence[str]]],
    dates: Mapping[str, Any],
    known: dict[int, _Texts] | None = None,
) -> NDArray[np.uint64]:
    """For each event the sum of the hashes of its cells, in four lanes; empty cells add nothing.

    Args:
        kind: the kind of the events.
        texts: column name → (codes, texts).
        dates: column name → days and seconds.
        known: hashes of vocabularies already met.
    """
    known = {} if known is None else known
    events = np.zeros((len(dates["at"].day), _LANES), np.uint64)
    for name, (codes, values) in texts.items():
        if len(values) and bool((codes >= 0).any()):
            hashes = known.setdefault(id(values), _Texts(values)).of(codes)
            events += hashes * _salt(f"{kind}\0{name}")
    for name, moments in dates.items():
        events += _mixed_dates(moments, f"{kind}\0{name}")
    return events


class _Texts:
    """Hashes of the texts that codes stand for, each text hashed when it is first met."""

    def __init__(self, values: Sequence[str]) -> None:
        self._values = values
        self._table = np.zeros((len(values) + 1, _LANES), np.uint64)
        self._met = np.zeros(len(values) + 1, bool)
        self._met[-1] = True

    def of(self, codes: NDArray[np.integer]) -> NDArray[np.uint64]:
        """The hashes of cells; an empty cell has 0 in every lane."""
        wanted = np.zeros(len(self._met), bool)
        wanted[codes] = True
        fresh = np.flatnonzero(wanted & ~self._met)
        if len(fresh):
            texts = (self._values[code] for code in fresh.tolist())
            joint = b"".join([hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts])
            self._table[fresh] = np.frombuffer(joint, "<u8").reshape(-1, _LANES)
            self._met[fresh] = True
        found: NDArray[np.uint64] = self._table[codes]
        return found


def _salt(name: str) -> NDArray[np.uint64]:
    """Odd numbers that belong to a column, so that a text hashes differently in each."""
    return np.frombuffer(hashlib.sha256(name.encode()).digest(), "<u8") | np.uint64(1)


def _mixed_dates(moments: Any, name: str) -> NDArray[np.uint64]:
    """Dates of a column as hashes; 0 where none is recorded."""
    there = moments.day != _NO_DAY
    numbers = np.where(there, moments.day, 0).astype(np.int64)
    low, high = int(numbers.min(initial=0)), int(numbers.max(initial=0))
    if high - low < len(numbers) and bool((moments.second == _NO_TIME).all()):
        table = _mixed(np.arange(low, high + 1) * 86402 + _NO_TIME, name)
        hashes: NDArray[np.uint64] = np.concatenate([table, np.zeros((1, _LANES), np.uint64)])
        return hashes[np.where(there, numbers - low, -1)]
    mixed = _mixed(numbers * 86402 + moments.second, name)
    mixed[~there] = 0
    return mixed


def _mixed(numbers: NDArray[np.integer], name: str) -> NDArray[np.uint64]:
    """Numbers of a column as hashes: multiplied, folded and multiplied again in every lane."""
    salt = _salt(name)
    mixed = (numbers.astype(np.uint64) + np.uint64(1))[:, None] * salt
    mixed ^= mixed >> np.uint64(32)
    mixed *= salt[::-1]
    mixed ^= mixed >> np.uint64(29)
    return mixed
