"""Messages about the command line (P)."""

from __future__ import annotations

from typing import Literal

MESSAGES: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {

}
