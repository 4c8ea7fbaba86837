"""Texts of one pattern kept as whole numbers: ten million ids take four bytes each and no object each.

``R00417`` and ``R00418`` differ in few places, and each place knows few characters. Numbering the characters of
every place numbers the texts, in their own order; a text is spelt again when somebody reads it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from gongkai_score.ordering import stable_order

Bytes = NDArray[np.uint8]
Ints = NDArray[np.integer]

LONGEST = 64
"""Bytes beyond which a text is prose."""
_BITS = 62
_SPARSE = 8
"""Numbers there may be for each text, for a table over all of them."""
_PIECE = 1 << 16
_NARROW = 10
"""Ten figures."""


@dataclass(frozen=True, slots=True)
class Run:
    """Texts one behind the other, as Arrow keeps them.

    Attributes:
        data: their bytes in UTF-8.
        ends: where each begins, and where the last one ends.
        there: rows that hold a text; None: all.
    """

    data: Bytes
    ends: Ints
    there: NDArray[np.bool_] | None = None

    def places(self) -> tuple[Bytes, int] | None:
        """One row for each place of a text and one column a text, and the length of the shortest.

        Shorter texts are filled up with zeros; None: one is empty, or too long for a pattern.
        """
        starts, lengths = self.ends[:-1], np.diff(self.ends)
        if self.there is not None:
            starts, lengths = starts[self.there], lengths[self.there]
        if not len(lengths):
            return np.zeros((0, 0), np.uint8), LONGEST
        shortest, longest = int(lengths.min()), int(lengths.max())
        if not shortest or longest > LONGEST:
            return None
        if shortest == longest and self.there is None:
            matrix = self.data[self.ends[0] : self.ends[-1]].reshape(-1, longest)
            return np.ascontiguousarray(matrix.T), shortest
        found = np.zeros((longest, len(starts)), np.uint8)
        for place in range(longest):
            if place < shortest:
                found[place] = self.data.take(starts + place)
            else:
                reached = np.flatnonzero(lengths > place)
                found[place, reached] = self.data.take(starts.take(reached) + place)
        return found, shortest


@dataclass(frozen=True)
class Pattern:
    """What may stand at each place of a text: its bytes in order, and first a zero where a text may have ended.

    >>> pattern = Pattern((b"R", b"0123456789", b"\\x00ab"))
    >>> pattern.size, pattern.text(4), pattern.text(29), pattern.number("R1a"), pattern.number("Q1a")
    (30, 'R1a', 'R9b', 4, None)
    """

    alphabets: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """How many texts there could be."""
        return math.prod(map(len, self.alphabets))

    @cached_property
    def kind(self) -> type[np.int32] | type[np.int64]:
        """The type a number needs."""
        return np.int32 if self.size < 2**31 else np.int64

    def text(self, number: int) -> str:
        """The text of a number."""
        found = bytearray()
        for alphabet in reversed(self.alphabets):
            number, place = divmod(number, len(alphabet))
            found.append(alphabet[place])
        return found[::-1].rstrip(b"\0").decode()

    def number(self, text: str) -> int | None:
        """The number of a text; None: it is none of these."""
        raw = text.encode("utf-8", "surrogatepass")
        if len(raw) > len(self.alphabets) or b"\0" in raw:
            return None
        found = 0
        for alphabet, byte in zip(self.alphabets, raw.ljust(len(self.alphabets), b"\0"), strict=True):
            place = alphabet.find(byte)
            if place < 0:
                return None
            found = found * len(alphabet) + place
        return found

    def numbers(self, places: Bytes) -> Ints:
        """The numbers of texts; see :meth:`Run.places`."""
        found = np.zeros(places.shape[1], self.kind)
        below = 0
        for place, alphabet in enumerate(self.alphabets):
            size = len(alphabet)
            if size == 1:
                continue
            found *= self.kind(size)
            below *= size
            if place >= len(places):
                continue  # all of these texts have ended: a zero, the first of its alphabet
            if alphabet[-1] - alphabet[0] + 1 == size:
                found += places[place]
                below += alphabet[0]
            else:
                table = np.zeros(256, self.kind)
                table[list(alphabet)] = np.arange(size)
                found += table.take(places[place])
        # Sums may run over on the way: they are right again once what was added too much is taken off.
        bits = 8 * np.dtype(self.kind).itemsize
        found -= np.array(below % 2**bits, np.uint64).astype(self.kind)
        return found

    def spelt(self, numbers: Ints) -> Bytes:
        """The texts as bytes: a row each, filled up with zeros."""
        found = np.empty((len(numbers), len(self.alphabets)), np.uint8)
        left = numbers
        for place in range(len(self.alphabets) - 1, -1, -1):
            alphabet = np.frombuffer(self.alphabets[place], np.uint8)
            if len(alphabet) == 1:
                found[:, place] = alphabet[0]
                continue
            rest = left // len(alphabet)
            found[:, place] = alphabet.take(left - rest * len(alphabet))
            left = rest
        return found


class Numbered(Sequence[str]):
    """Distinct texts of one pattern, in order.

    >>> codes, texts = numbered([run_of(["R07", "R03", "R07"])]) or (None, None)
    >>> codes.tolist(), list(texts), texts[1], "R03" in texts, "R05" in texts, len(texts)
    ([1, 0, 1], ['R03', 'R07'], 'R07', True, False, 2)
    """

    __slots__ = ("numbers", "pattern")

    def __init__(self, pattern: Pattern, numbers: Ints) -> None:
        """``numbers`` ascend."""
        self.pattern = pattern
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return [self.pattern.text(number) for number in self.numbers[place].tolist()]
        return self.pattern.text(int(self.numbers[place]))

    def __iter__(self) -> Iterator[str]:
        width = len(self.pattern.alphabets)
        for first in range(0, len(self.numbers), 1 << 16):
            rows = self.pattern.spelt(self.numbers[first : first + (1 << 16)])
            for text in rows.reshape(-1).view(f"S{width}").tolist() if width else [b""] * len(rows):
                yield text.decode()

    def index(self, value: Any, start: int = 0, stop: int | None = None) -> int:
        """The place of a text."""
        number = self.pattern.number(value) if isinstance(value, str) else None
        place = len(self) if number is None else int(np.searchsorted(self.numbers, number))
        if place >= (len(self) if stop is None else stop) or place < start or self.numbers[place] != number:
            raise ValueError(value)
        return place

    def __contains__(self, value: object) -> bool:
        try:
            self.index(value)
        except ValueError:
            return False
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(str.__eq__, self, other))

    __hash__ = None  # type: ignore[assignment]

    def chosen(self, places: Ints) -> Numbered:
        """The texts at some places, which ascend."""
        return Numbered(self.pattern, self.numbers.take(places))

    def run(self) -> Run:
        """The texts one behind the other."""
        rows = self.pattern.spelt(self.numbers)
        there = rows != 0
        ends = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
        return Run(rows[there], ends)

    def joint(self, between: bytes) -> bytes:
        """The texts as one, with one byte between each two."""
        rows = self.pattern.spelt(self.numbers)
        apart = np.column_stack([rows, np.full(len(rows), between[0], np.uint8)])
        found: bytes = apart[apart != 0].tobytes()
        return found[:-1]


def slices(rows: int) -> Iterator[slice]:
    """Pieces of so many rows that what is worked out for one stays within the processor's cache."""
    return (slice(first, min(first + _PIECE, rows)) for first in range(0, rows, _PIECE))


def run_of(texts: Sequence[str]) -> Run:
    """Texts one behind the other."""
    if isinstance(texts, Numbered):
        return texts.run()
    raw = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.zeros(len(raw) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, raw), np.int64, len(raw)), out=ends[1:])
    return Run(np.frombuffer(b"".join(raw), np.uint8), ends)


def numbered(runs: Iterable[Run]) -> tuple[NDArray[np.int32], Numbered] | None:
    """(for each row its code, the texts the codes mean), or None if the texts have no pattern worth the name.

    A pattern has plain characters only where texts differ, no white space or characters that do not print, and
    less than 2⁶² possible texts.
    """
    runs = list(runs)
    placed = []
    seen = np.zeros((LONGEST, 256), bool)
    shortest, longest, rows = LONGEST, 0, 0
    for run in runs:
        found = None if (run.data[run.ends[0] : run.ends[-1]] == 0).any() else run.places()
        if found is None:
            return None
        for place, column in enumerate(found[0]):
            _see(column, seen[place])
        if found[0].shape[1]:
            seen[len(found[0]) :, 0] = True
        shortest, longest = min(shortest, found[1]), max(longest, len(found[0]))
        placed.append(found[0])
        rows += len(run.ends) - 1
    pattern = _pattern(seen[:longest], shortest)
    if pattern is None:
        return None
    numbers = np.empty(sum(places.shape[1] for places in placed), pattern.kind)
    first = 0
    for places in placed:
        numbers[first : first + places.shape[1]] = pattern.numbers(places)
        first += places.shape[1]
    del placed
    codes, distinct = _coded(numbers, pattern.size)
    there = [run.there if run.there is not None else np.ones(len(run.ends) - 1, bool) for run in runs]
    if len(codes) < rows:
        all_codes = np.full(rows, -1, np.int32)
        all_codes[np.concatenate(there)] = codes
        codes = all_codes
    return codes, Numbered(pattern, distinct)


def _see(column: Bytes, seen: NDArray[np.bool_]) -> None:
    """Marks the bytes of one place; of a narrow range all, since an alphabet may hold more than occurs."""
    if not len(column):
        return
    low, high = int(column.min()), int(column.max())
    if high - low < _NARROW:
        seen[low : high + 1] = True
    else:
        seen |= np.bincount(column, minlength=256) > 0


def _pattern(seen: NDArray[np.bool_], shortest: int) -> Pattern | None:
    alphabets = tuple(np.flatnonzero(row).astype(np.uint8).tobytes() for row in seen)
    if not alphabets:
        return None
    for alphabet in alphabets:
        if len(alphabet) > 1 and not all(0x20 < byte < 0x7F or byte == 0 for byte in alphabet):
            return None
    # Where the texts differ they hold plain characters, so that one of them is as good as any.
    try:
        text = bytes(alphabet[-1] for alphabet in alphabets).decode()
    except UnicodeDecodeError:
        return None
    if not text.isprintable() or " " in text:
        return None
    pattern = Pattern(alphabets)
    return pattern if pattern.size < 2**_BITS else None


def _coded(numbers: Ints, size: int) -> tuple[NDArray[np.int32], Ints]:
    """(for each number its place among the distinct ones, these in order)."""
    if size <= _SPARSE * len(numbers) + 1024:
        there = np.zeros(size, bool)
        for rows in slices(len(numbers)):
            there[numbers[rows]] = True
        distinct = np.flatnonzero(there).astype(numbers.dtype)
        if len(distinct) and int(distinct[-1]) - int(distinct[0]) < len(distinct):
            return (numbers - distinct[0]).astype(np.int32), distinct  # one follows the other
        place = np.cumsum(there, dtype=np.int32)
        place -= 1
        codes = np.empty(len(numbers), np.int32)
        for rows in slices(len(numbers)):
            place.take(numbers[rows], out=codes[rows], mode="wrap")
        return codes, distinct
    order = stable_order(numbers)
    ordered = numbers.take(order)
    new = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    codes = np.empty(len(numbers), np.int32)
    codes[order] = np.cumsum(new, dtype=np.int32) - 1
    return codes, ordered[new]
