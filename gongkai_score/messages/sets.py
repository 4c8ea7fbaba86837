"""Messages about indicator sets (S)."""

from __future__ import annotations

from typing import Literal

MESSAGES: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "S001": (
        "error",
        "不是合法的 YAML：{detail}。请检查此处的缩进、引号和冒号。",
        "this is not valid YAML: {detail}. Check indentation, quotes and colons here.",
    ),
}
