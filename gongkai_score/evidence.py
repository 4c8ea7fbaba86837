"""One case and the log rows behind it, as a person reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from gongkai_score.outcomes import Verdict


class Digest:
    """A SHA-256 in hexadecimal, worked out when somebody first asks: sealing a large log takes a while.

    >>> str(Digest(lambda: "ab12")), Digest(lambda: "ab12") == Digest(lambda: "ab12")
    ('ab12', True)
    """

    def __init__(self, make: Callable[[], str]) -> None:
        """``make`` gives the text."""
        self._make: Callable[[], str] | None = make
        self._text = ""

    def __str__(self) -> str:
        if self._make is not None:
            self._text, self._make = self._make(), None
        return self._text

    def __repr__(self) -> str:
        return f"Digest({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Digest) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __reduce__(self) -> tuple[Callable[[str], Digest], tuple[str]]:
        return digest_of, (str(self),)


def digest_of(text: str) -> Digest:
    """A digest known already."""
    return Digest(lambda: text)


class EventFact(NamedTuple):
    """One log row as evidence.

    Attributes:
        label: the event's id, else file and row.
        kind: event kind.
        at: date, or date and time, ISO 8601; "" if none.
        origin: file and row it was read from.
        source: address or file the log names as evidence, or "".
        ref: key of the document, case or request.
    """

    label: str
    kind: str
    at: str
    origin: str
    source: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One obligation and what followed (事项).

    Attributes:
        key: what it is about: a reference, a period, an item.
        verdict: what became of it.
        start: when the obligation began, ISO 8601 or "".
        due: last day allowed, or "".
        done: when it was done, or "".
        number: days late, number lacking, or number counted.
        needed: number asked for, or None.
        unit_of_time: unit of measurement of the limit: working_day, day, hour or "".
        used: days used from start to done, in that unit, or None.
        rows: the log rows behind it.
        detail: further words.
        charged_by: id of the indicator that charged this fact already, or "".
    """

    key: str
    verdict: Verdict
    start: str = ""
    due: str = ""
    done: str = ""
    number: int = 0
    needed: int | None = None
    unit_of_time: str = ""
    used: int | None = None
    rows: tuple[EventFact, ...] = ()
    detail: str = ""
    charged_by: str = ""


class CaseColumns(Protocol):
    """All cases of one measure, however they are held: in columns, or read back from a saved result."""

    def __len__(self) -> int:
        """Number of cases."""
        ...

    def of_unit(self, position: int) -> range:
        """Positions of the cases of one unit."""
        ...

    def case(self, position: int) -> Case:
        """One case."""
        ...

    def columns(self) -> CaseTable:
        """The whole as plain columns, for tables and files."""
        ...


@dataclass(frozen=True, slots=True)
class CaseTable:
    """Cases as plain lists, one entry a case; the saved form, and itself a :class:`CaseColumns`.

    Attributes:
        unit: position of the unit, ascending.
        verdict: codes of :class:`~gongkai_score.outcomes.Verdict`.
        key: texts; likewise ``start``, ``due``, ``done``.
        number: see :class:`Case`; likewise ``needed`` (None: none) and ``used``.
        rows: for each case positions into ``events``.
        events: the log rows cited.
        unit_of_time: unit of measurement of the limit.
        detail: position → further words; likewise ``charged_by``.
        cites: for each of ``events`` which citation of the measure and which event of its kind it is; not saved.
    """

    unit: list[int]
    verdict: list[int]
    key: list[str]
    start: list[str]
    due: list[str]
    done: list[str]
    number: list[int]
    needed: list[int | None]
    used: list[int | None]
    rows: list[list[int]]
    events: list[EventFact]
    unit_of_time: str = ""
    detail: Mapping[int, str] = field(default_factory=dict)
    charged_by: Mapping[int, str] = field(default_factory=dict)
    cites: Sequence[tuple[int, int]] = field(default=(), compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.unit)

    def of_unit(self, position: int) -> range:
        """Positions of the cases of one unit."""
        from bisect import bisect_left, bisect_right

        return range(bisect_left(self.unit, position), bisect_right(self.unit, position))

    def case(self, position: int) -> Case:
        """One case."""
        return Case(
            self.key[position],
            Verdict(self.verdict[position]),
            self.start[position],
            self.due[position],
            self.done[position],
            self.number[position],
            self.needed[position],
            self.unit_of_time,
            self.used[position],
            tuple(self.events[i] for i in self.rows[position]),
            self.detail.get(position, ""),
            self.charged_by.get(position, ""),
        )

    def columns(self) -> CaseTable:
        """Itself."""
        return self
