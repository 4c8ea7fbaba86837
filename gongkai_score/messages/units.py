"""Messages about unit registers (U)."""

from __future__ import annotations

from typing import Literal

MESSAGES: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "U001": (
        "error",
        "单位编号“{unit}”重复。每个单位只登记一次，请合并或改号。",
        "unit id '{unit}' is repeated. Register each unit once: merge the rows or give one another id.",
    ),
    "U002": (
        "error",
        "单位“{unit}”的上级“{parent}”不在名册中。请补登上级单位，或留空。",
        "unit '{unit}' names the parent '{parent}', which is not registered. Add that unit or leave it empty.",
    ),
    "U003": (
        "error",
        "上级关系成环：{chain}。请改正其中一个单位的上级。",
        "the parents form a circle: {chain}. Correct the parent of one of them.",
    ),
}
