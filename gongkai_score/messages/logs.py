"""Messages about activity logs (L). L1xx content of rows, L2xx reading, L3xx rows against the other inputs."""

from __future__ import annotations

from typing import Literal

MESSAGES: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "L101": (
        "warning",
        "与 {kept} 完全相同，只计一次。若确为两件事，请补充编号或时间加以区分。",
        "equals {kept} in every column and is counted once. If two things happened, tell them apart by id or time.",
    ),
}
