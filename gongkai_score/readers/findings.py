"""What is wrong with rows, and what follows from it: stop, set the row aside, warn, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, Literal

from gongkai_score.activity_log import SetAside
from gongkai_score.errors import ActivityLogError, Problem, problem
from gongkai_score.readers.cells import clip

Action = Literal["error", "set_aside", "warning", "ignore"]
ACTIONS: tuple[Action, ...] = ("error", "set_aside", "warning", "ignore")
WARNINGS_SHOWN = 100
"""Warnings of one code told one by one; the rest are counted."""

CHECKS: dict[str, tuple[Action, Action]] = {
    "L101": ("set_aside", "ignore"),
    "L102": ("set_aside", "set_aside"),
    "L103": ("set_aside", "set_aside"),
    "L104": ("set_aside", "set_aside"),
    "L105": ("set_aside", "ignore"),
    "L106": ("set_aside", "ignore"),
    "L107": ("set_aside", "set_aside"),
    "L108": ("set_aside", "set_aside"),
    "L109": ("set_aside", "set_aside"),
    **dict.fromkeys(
        ("L111", "L112", "L113", "L114", "L115", "L116", "L117", "L118", "L119", "L121", "L122"),
        ("set_aside", "ignore"),
    ),
    "L120": ("warning", "ignore"),
    "L203": ("warning", "ignore"),
    "L231": ("set_aside", "set_aside"),
    "L232": ("set_aside", "set_aside"),
    "L233": ("set_aside", "set_aside"),
    "L234": ("set_aside", "set_aside"),
    "L235": ("set_aside", "ignore"),
    "L236": ("set_aside", "ignore"),
    "L237": ("warning", "ignore"),
    "L238": ("warning", "ignore"),
    "L239": ("warning", "ignore"),
    "L240": ("warning", "ignore"),
    "L241": ("warning", "ignore"),
    "L301": ("set_aside", "ignore"),
    "L302": ("set_aside", "ignore"),
    "L303": ("warning", "ignore"),
    "L304": ("warning", "ignore"),
    "L305": ("warning", "ignore"),
    "L306": ("warning", "ignore"),
}
"""Code of a check → what it does unless told otherwise, and the mildest it can do.

A row without a unit, a kind or a date cannot be used, so such checks can stop the run or set the row aside only.
"""
OF_SOURCES: tuple[Action, ...] = ("error", "warning", "ignore")
WHOLE: frozenset[str] = frozenset({"L203", "L238", "L239", "L240", "L241"})
"""Checks of a whole source: no row can be set aside for them."""


Plain = Any
"""What JSON can hold."""


def plain_problem(found: Problem) -> Plain:
    """A problem as plain data."""
    values = {field.name: getattr(found, field.name) for field in fields(found)}
    return {**values, "values": dict(found.values)}


class Findings:
    """Collects what is found row by row; the first reason to set a row aside is the one recorded.

    >>> found = Findings({"L303": "ignore"})
    >>> found.add("L102", "a.csv", 3, "unit", ""), found.add("L303", "a.csv", 4, "ref", "X", starts="a")
    (True, False)
    >>> [(s.row, s.code) for s in found.set_aside], found.warnings()
    ([(3, 'L102')], [])
    """

    def __init__(self, severity: Mapping[str, str] | None = None) -> None:
        """Takes the caller's choices.

        Raises:
            ActivityLogError: a code that is no check (L228), a word that is no choice (L229), or a choice too
                mild for the check (L230).
        """
        self.actions: dict[str, Action] = {code: default for code, (default, _) in CHECKS.items()}
        self._refused: dict[tuple[str, int], SetAside] = {}
        self._errors: list[Problem] = []
        self._warnings: list[Problem] = []
        self._untold: Counter[str] = Counter()
        wrong: list[Problem] = []
        for code, action in (severity or {}).items():
            if code not in CHECKS:
                near = get_close_matches(str(code), CHECKS, 3, 0.5)
                wrong.append(problem("L228", check=clip(code), near=", ".join(near or sorted(CHECKS))))
            elif action not in (OF_SOURCES if code in WHOLE else ACTIONS):
                allowed = ", ".join(OF_SOURCES if code in WHOLE else ACTIONS)
                wrong.append(problem("L229", check=code, action=clip(action), actions=allowed))
            elif ACTIONS.index(action) > ACTIONS.index(CHECKS[code][1]):
                wrong.append(problem("L230", check=code, action=action, mildest=CHECKS[code][1]))
            else:
                self.actions[code] = action
        if wrong:
            raise ActivityLogError(wrong)

    def add(
        self,
        code: str,
        file: str,
        row: int,
        column: str | None = None,
        value: str | None = None,
        *,
        needed: bool = False,
        **values: Any,
    ) -> bool:
        """Notes one oddity of one row.

        Args:
            code: the check.
            file: name of the source.
            row: row number.
            column: column name, if one is at fault.
            value: the cell.
            needed: the row cannot be used without this cell, whatever the caller chose.
            **values: what else the message says.

        Returns:
            Whether the row is set aside.
        """
        action = self.actions[code]
        if needed and action in ("warning", "ignore"):
            action = "set_aside"
        if action == "ignore":
            return False
        found = problem(code, file=file, line=row, name=column or "", value=clip(value or ""), **values)
        if action == "warning":
            self._warnings.append(found.at("warning"))
            return False
        if action == "error":
            self._errors.append(found.at("error"))
            return True
        if (file, row) in self._refused:
            if self._refused[file, row].problem != found:
                self._warnings.append(found.at("warning"))
        else:
            self._refused[file, row] = SetAside(file, row, column, value, found.at("warning"))
        return True

    def worth_telling(self, code: str, count: int) -> int:
        """How many of ``count`` oddities, in order of place, need :meth:`add`; warnings beyond are only counted."""
        if self.actions[code] == "ignore":
            return 0
        if self.actions[code] != "warning" or count <= WARNINGS_SHOWN:
            return count
        self._untold[code] += count - WARNINGS_SHOWN
        return WARNINGS_SHOWN

    @contextmanager
    def only(self, codes: Collection[str]) -> Iterator[None]:
        """Inside, checks of other codes are not made: they need rows that are not here, or were made already."""
        held = self.actions
        self.actions = {code: action if code in codes else "ignore" for code, action in held.items()}
        try:
            yield
        finally:
            self.actions = held

    def told(self) -> Plain:
        """All that was found, as plain data for :meth:`take_in`."""
        refused = [
            [row.file, row.row, row.column, row.value, plain_problem(row.problem)] for row in self._refused.values()
        ]
        problems = [[plain_problem(one) for one in held] for held in (self._errors, self._warnings)]
        return {"refused": refused, "problems": problems, "untold": dict(self._untold)}

    def take_in(self, told: Plain) -> None:
        """Takes over what was found elsewhere on other rows."""
        for file, row, column, value, found in told["refused"]:
            self._refused.setdefault((file, row), SetAside(file, row, column, value, Problem(**found)))
        for held, problems in zip((self._errors, self._warnings), told["problems"], strict=True):
            held += [Problem(**found) for found in problems]
        self._untold.update(told["untold"])

    def stop(self, problems: Iterable[Problem]) -> None:
        """Notes problems that stop the run."""
        self._errors += problems

    def note(self, problems: Iterable[Problem]) -> None:
        """Notes oddities of a whole source."""
        for found in problems:
            if self.actions[found.code] == "error":
                self._errors.append(found.at("error"))
            elif self.actions[found.code] == "warning":
                self._warnings.append(found)

    def raise_errors(self) -> None:
        """Raises everything that stops the run, at once.

        Raises:
            ActivityLogError: if anything does.
        """
        if self._errors:
            raise ActivityLogError(sorted(self._errors, key=lambda p: (p.file or "", p.line or 0, p.code)))

    @property
    def set_aside(self) -> list[SetAside]:
        """One entry for each row set aside."""
        return list(self._refused.values())

    def refused(self, file: str) -> set[int]:
        """The rows of one source set aside so far."""
        return {row for name, row in self._refused if name == file}

    def warnings(self) -> list[Problem]:
        """Warnings by place; of each code the first hundred, and how many more there are."""
        ordered = sorted(self._warnings, key=lambda p: (p.file or "", p.line or 0, p.code))
        seen = Counter(self._untold)
        told: Counter[str] = Counter()
        kept: list[Problem] = []
        for found in ordered:
            seen[found.code] += 1
            told[found.code] += 1
            if told[found.code] <= WARNINGS_SHOWN:
                kept.append(found)
        more = {code: n - WARNINGS_SHOWN for code, n in sorted(seen.items()) if n > WARNINGS_SHOWN}
        return kept + [problem("L200", check=code, more=n, shown=WARNINGS_SHOWN) for code, n in more.items()]
