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
    "U101": (
        "error",
        "没有单位编号（“{name}”列为空）。请填写。",
        "has no unit id (column '{name}' is empty). Fill it in.",
    ),
    "U102": (
        "error",
        "单位“{unit}”的“{name}”列的“{value}”不是完整的日期（{reason}）。请写成 2019-05-15，没有就留空。",
        "unit '{unit}', column '{name}': '{value}' is no complete date ({reason}). Write 2019-05-15, or leave it "
        "empty.",
    ),
    "U103": (
        "error",
        "单位“{unit}”的撤销日期 {last} 早于成立日期 {first}。请核对。",
        "unit '{unit}' ends on {last}, before it begins on {first}. Check both dates.",
    ),
    "U104": (
        "error",
        "“{names}”的名册没有一个单位。请检查是否拿错了文件。",
        "the register '{names}' holds no unit. Check that it is the right file.",
    ),
}
