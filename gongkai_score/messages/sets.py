"""Messages about indicator sets (S)."""

from __future__ import annotations

from typing import Literal

MESSAGES: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {}
