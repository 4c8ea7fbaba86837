"""Messages about assessments (A)."""

from __future__ import annotations

from typing import Literal

MESSAGES: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "A001": (
        "error",
        "读不懂评估周期“{period}”。请写成 2019、2019H1、2019Q3、2019-07 或 2019-01-01..2019-06-30。",
        "cannot read the period '{period}'. Write 2019, 2019H1, 2019Q3, 2019-07 or 2019-01-01..2019-06-30.",
    ),
    "A002": (
        "error",
        "读不懂评估日期“{as_of}”。请写成 2019-12-31 的形式，且须是存在的日期。",
        "cannot read the date of assessment '{as_of}'. Write an existing date as 2019-12-31.",
    ),
    "A003": (
        "error",
        "单位名册是空的，没有可评的单位。请至少登记一个单位。",
        "the unit register is empty: nobody to assess. Register at least one unit.",
    ),
    "A004": (
        "error",
        "评估日期 {as_of} 早于周期的第一天 {first}，此时没有可评的内容。请改日期或周期。",
        "the date of assessment {as_of} lies before the first day of the period, {first}. Change one of them.",
    ),
    "A005": (
        "error",
        "指标 {node} 要用的测评结果“{name}”没有给出（已给出：{given}）。请提供该结果，或在指标中改名。",
        "indicator {node} draws on the result '{name}', which was not handed in (given: {given}). Hand it in or "
        "correct the name.",
    ),
}
