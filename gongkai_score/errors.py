"""Problems told to people: a stable code, a place, both numbers, and what to do; in Chinese and English.

Nothing here prints or logs. A reader collects *all* problems of its input and raises one exception that
carries them; the command line and notebooks decide how to show them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from gongkai_score.messages import MESSAGES

Language = Literal["zh", "en"]
Severity = Literal["error", "warning", "note"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake or oddity of one input, with its place.

    Attributes:
        code: stable identifier, for example ``S101``; the letter names the input (D any YAML document, S indicator
            set, L activity log, M mapping file, U unit register, C calendar, A assessment, R result file,
            P command line, T tests beside the rules).
        severity: ``error`` stops the run, ``warning`` and ``note`` do not.
        values: what fills the message's braces.
        file: file name as the user gave it, or None.
        line: line number, from 1, or None.
        column: column number, from 1, or None.
        path: place inside the document, for example ``indicators/0/points``.

    >>> p = problem("D001", file="city.yaml", line=3, column=1, detail="found tab")
    >>> print(p.text("en"))
    city.yaml:3:1: error D001: this is not valid YAML: found tab. Check indentation, quotes and colons here.
    """

    code: str
    severity: Severity
    values: Mapping[str, object]
    file: str | None = None
    line: int | None = None
    column: int | None = None
    path: str | None = None

    def message(self, lang: Language = "zh") -> str:
        """The sentence without its place, in ``lang``."""
        return MESSAGES[self.code][1 if lang == "zh" else 2].format(**self.values)

    @property
    def place(self) -> str:
        """``file:line:column`` as far as known, or an empty string."""
        parts = [self.file or ""]
        parts += [str(n) for n in (self.line, self.column) if n is not None]
        return ":".join(p for p in parts if p)

    def text(self, lang: Language = "zh") -> str:
        """Place, severity, code and sentence in one line, as editors and terminals expect them."""
        word = {"zh": {"error": "错误", "warning": "警告", "note": "提示"}}.get(lang, {}).get(
            self.severity, self.severity
        )
        colon = "：" if lang == "zh" else ": "
        where = f"{self.place}: " if self.place else ""
        at = f"{self.path}{colon}" if self.path else ""
        return f"{where}{word} {self.code}{colon}{at}{self.message(lang)}"

    def at(self, severity: Severity) -> Problem:
        """The same problem with another severity."""
        return replace(self, severity=severity)


def problem(
    code: str,
    *,
    file: str | None = None,
    line: int | None = None,
    column: int | None = None,
    path: str | None = None,
    **values: object,
) -> Problem:
    """A problem whose severity and sentences stand in the catalogue under ``code``.

    Raises:
        KeyError: the code is not in the catalogue, or a value its sentence needs is missing.
    """
    severity, zh, en = MESSAGES[code]
    zh.format(**values), en.format(**values)
    return Problem(code, severity, values, file, line, column, path)


_FILE_CAUSES: tuple[tuple[type[OSError], str, str], ...] = (
    (FileNotFoundError, "没有这个文件或文件夹", "there is no such file or folder"),
    (IsADirectoryError, "这是文件夹，不是文件", "it is a folder, not a file"),
    (NotADirectoryError, "路径中有一段不是文件夹", "a part of its path is no folder"),
    (PermissionError, "没有权限", "permission is denied"),
)


def file_cause(error: Exception) -> dict[str, Any]:
    """Why a file cannot be opened or written: what fills ``detail_zh`` and ``detail_en`` of a message.

    >>> file_cause(PermissionError(13, "Permission denied"))
    {'detail_zh': '没有权限', 'detail_en': 'permission is denied'}
    """
    for kind, zh, en in _FILE_CAUSES:
        if isinstance(error, kind):
            return {"detail_zh": zh, "detail_en": en}
    said = getattr(error, "strerror", None) or str(error)
    return {"detail_zh": said, "detail_en": said}


class GongkaiScoreError(Exception):
    """Base of every error this library raises on purpose; carries all problems found, not only the first."""

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.text("zh"))

    def text(self, lang: Language = "zh") -> str:
        """All problems, one a line."""
        return "\n".join(p.text(lang) for p in self.problems)


class IndicatorSetError(GongkaiScoreError):
    """An indicator set cannot be used as it is written."""


class ActivityLogError(GongkaiScoreError):
    """A log (or its mapping file) cannot be read at all."""


class UnitRegisterError(GongkaiScoreError):
    """A unit register cannot be used as it is written."""


class CalendarError(GongkaiScoreError):
    """A working calendar is malformed, or was asked about days it does not know."""


class AssessmentError(GongkaiScoreError):
    """The parameters of an assessment contradict each other or the inputs."""


class RuleTestError(GongkaiScoreError):
    """A file of tests beside the rules cannot be used as it is written."""


class ResultError(GongkaiScoreError):
    """A saved result cannot be read back."""
