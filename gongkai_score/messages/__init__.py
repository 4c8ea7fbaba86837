"""The catalogue of every message: code → (severity, Chinese, English). One module per input."""

from __future__ import annotations

from typing import Literal

from gongkai_score.messages import (
    assessments,
    calendars,
    commands,
    documents,
    logs,
    mappings,
    results,
    rule_tests,
    sets,
    units,
)

MESSAGES: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    **documents.MESSAGES,
    **sets.MESSAGES,
    **logs.MESSAGES,
    **mappings.MESSAGES,
    **units.MESSAGES,
    **calendars.MESSAGES,
    **assessments.MESSAGES,
    **results.MESSAGES,
    **commands.MESSAGES,
    **rule_tests.MESSAGES,
}
