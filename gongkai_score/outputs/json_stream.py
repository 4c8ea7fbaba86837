"""Cases as JSON text, piece by piece: what lies in the archives of parts is never in memory as a whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai_score.evidence import CaseColumns
from gongkai_score.merged_cases import MergedCases
from gongkai_score.outputs.json_cases import written_cases
from gongkai_score.outputs.part_file import SpooledCases

_BLOCK = 1 << 16
"""Numbers written at a time."""


def dumped(value: Any) -> str:
    """A plain value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def case_texts(cases: CaseColumns) -> Iterator[str]:
    """The JSON text of the cases of one measure, in pieces: that of their columns, whatever holds them."""
    pieces = cases.pieces if isinstance(cases, MergedCases) else ()
    spooled = [piece for piece in pieces if isinstance(piece, SpooledCases)]
    if isinstance(cases, MergedCases) and spooled and len(spooled) == len(pieces):
        order = np.array([number for number, *_ in cases.runs([piece.unit for piece in spooled])])
        if len(np.unique(order)) == len(order):
            yield from _streamed(cases, [spooled[number] for number in order.tolist()], spooled[0])
            return
    yield dumped(written_cases(cases.columns()))


def _streamed(cases: MergedCases, pieces: Sequence[SpooledCases], first: SpooledCases) -> Iterator[str]:
    """Pieces that follow one another in the order of the units, column by column."""
    places = _Places(cases.shared)
    kept: list[tuple[NDArray[np.int64], NDArray[np.bool_]]] = [places.of(piece) for piece in pieces]
    sizes = [len(piece) for piece in pieces]
    begins = np.concatenate([[0], np.cumsum(sizes)]).tolist()

    def whole(name: str) -> Iterator[str]:
        yield from _list(piece.text(name)[1:-1] for piece in pieces)

    def some(name: str, wanted: Callable[[int], NDArray[np.bool_]]) -> Iterator[str]:
        for number, piece in enumerate(pieces):
            mask = wanted(number)
            if mask.all():
                yield piece.text(name)[1:-1]
            else:
                values = piece.plain(name)
                yield dumped([values[i] for i in np.flatnonzero(mask).tolist()])[1:-1]

    def coded(name: str, wanted: Callable[[int], NDArray[np.bool_]] | None) -> Iterator[str]:
        codes: dict[str, int] = {}
        tables = []
        for number, piece in enumerate(pieces):
            values = piece.plain(f"{name}/values")
            if wanted is not None and not wanted(number).all():
                index = np.array(piece.plain(f"{name}/index"), np.int64)[wanted(number)]
                _, heads = np.unique(index, return_index=True)
                for head in np.sort(heads).tolist():
                    codes.setdefault(values[int(index[head])], len(codes))
                tables.append(np.array([codes.get(value, -1) for value in values], np.int64))
            else:
                tables.append(np.array([codes.setdefault(value, len(codes)) for value in values], np.int64))
        yield '{"values":' + dumped(list(codes)) + ',"index":'
        yield from _list(_recoded(piece, name, table, wanted, n) for n, (piece, table) in _pairs(pieces, tables))
        yield "}"

    def rows() -> Iterator[str]:
        for piece, (places_of, _) in zip(pieces, kept, strict=True):
            held = piece.plain("rows")
            yield dumped([places_of[np.array(one, np.int64)].tolist() if one else [] for one in held])[1:-1]

    def notes(name: str) -> Iterator[str]:
        shifted = (
            dumped([case + begin for case in piece.plain(f"{name}/case")])[1:-1]
            for piece, begin in zip(pieces, begins, strict=False)
        )
        yield '{"case":'
        yield from _list(shifted)
        yield ',"text":'
        yield from _list(piece.text(f"{name}/text")[1:-1] for piece in pieces)
        yield "}"

    def unit() -> Iterator[str]:
        assert cases.sizes is not None
        held = np.flatnonzero(cases.sizes)
        yield from _blocks(np.repeat(held, cases.sizes[held]))

    def verdict() -> Iterator[str]:
        if not cases.verdicts:
            yield from (piece.text("verdict")[1:-1] for piece in pieces)
            return
        found = [code for piece in pieces for code in piece.plain("verdict")]
        assert cases.sizes is not None
        units = np.repeat(np.arange(len(cases.sizes)), cases.sizes).tolist()
        judged = [int(cases.verdicts.get(u, v)) for u, v in zip(units, found, strict=True)]
        yield dumped(judged)[1:-1]

    def cited(number: int) -> NDArray[np.bool_]:
        return kept[number][1]

    yield f'{{"unit_of_time":{first.text("unit_of_time")},"unit":'
    yield from _list(unit())
    yield ',"verdict":'
    yield from _list(verdict())
    yield ',"number":'
    yield from whole("number")
    yield ',"key":'
    yield from whole("key")
    for name in ("start", "due", "done"):
        yield f',"{name}":'
        yield from coded(name, None)
    for name in ("needed", "used"):
        yield f',"{name}":'
        yield from whole(name)
    yield ',"rows":'
    yield from _list(rows())
    for place, name in enumerate(("label", "kind", "at", "origin", "source", "ref")):
        yield (',"events":{' if place == 0 else ",") + f'"{name}":'
        plain = name in ("label", "origin")
        yield from _list(some(f"events/{name}", cited)) if plain else coded(f"events/{name}", cited)
    yield "}"
    for name in ("detail", "charged_by"):
        yield f',"{name}":'
        yield from notes(name)
    yield "}"


def _pairs(pieces: Sequence[SpooledCases], tables: Sequence[NDArray[np.int64]]) -> Any:
    return enumerate(zip(pieces, tables, strict=True))


def _recoded(
    piece: SpooledCases,
    name: str,
    table: NDArray[np.int64],
    wanted: Callable[[int], NDArray[np.bool_]] | None,
    number: int,
) -> str:
    """The codes of one piece in those of the whole."""
    mask = None if wanted is None else wanted(number)
    if np.array_equal(table, np.arange(len(table))) and (mask is None or mask.all()):
        return piece.text(f"{name}/index")[1:-1]
    index = np.array(piece.plain(f"{name}/index"), np.int64)
    return dumped(table[index if mask is None else index[mask]].tolist())[1:-1]


def _blocks(numbers: NDArray[np.integer]) -> Iterator[str]:
    for begin in range(0, len(numbers), _BLOCK):
        yield dumped(numbers[begin : begin + _BLOCK].tolist())[1:-1]


def _list(inner: Iterator[str]) -> Iterator[str]:
    """A JSON list from the insides of lists."""
    yield "["
    separator = ""
    for text in inner:
        if text:
            yield separator + text
            separator = ","
    yield "]"


class _Places:
    """Where the log rows that pieces cite stand among those of the whole, each once."""

    def __init__(self, shared: frozenset[str]) -> None:
        self._shared, self._known, self._next = shared, dict[tuple[int, int], int](), 0

    def of(self, piece: SpooledCases) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """(the place of each event a piece cites, which of them no earlier piece cites)."""
        names, index = piece.plain("events/kind/values"), piece.plain("events/kind/index")
        if not self._shared.intersection(names):
            begin, self._next = self._next, self._next + len(index)
            return np.arange(begin, self._next), np.ones(len(index), bool)
        places, fresh = np.zeros(len(index), np.int64), np.ones(len(index), bool)
        for event, (code, cite) in enumerate(zip(index, piece.plain("cites"), strict=True)):
            if names[code] in self._shared:
                places[event] = self._known.setdefault((cite[0], cite[1]), self._next)
                fresh[event] = places[event] == self._next
            else:
                places[event] = self._next
            self._next += bool(fresh[event])
        return places, fresh
