"""Answers to what the texts leave open: each question of interpretation, our default, and how to change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Option:
    """One ambiguity and how it is settled.

    Attributes:
        questions: numbers of the questions it answers, in the catalogue of duties.
        default: the value in force unless a set or a caller says otherwise.
        allowed: values it may take, or the word ``duration`` or ``whole number``.
        where: the place in the language, or in the input, where one indicator can differ.
        zh: what it settles, in Chinese.
        en: the same in English.
    """

    questions: tuple[int, ...]
    default: str | int | bool
    allowed: tuple[str | bool, ...] | Literal["duration", "whole number"]
    where: str
    zh: str
    en: str


SETTABLE: dict[str, Option] = {
    "promptly_within": Option(
        (12, 13),
        "20 working days",
        "duration",
        "deadline.within",
        "“及时”未写明期限时按此期限",
        "the limit of a duty that says promptly and gives none",
    ),
    "regular_period": Option(
        (14, 58),
        "quarter",
        ("day", "working_day", "week", "month", "quarter", "half_year", "year"),
        "frequency.every",
        "“定期”未写明周期时按此周期",
        "the period of a duty that says regularly and gives none",
    ),
    "instalments_min": Option(
        (15,),
        2,
        "whole number",
        "at_least",
        "“分期、分批、系列”未写明次数时至少几次",
        "the least number where a text says in instalments or in a series",
    ),
    "count_default": Option(
        (16,),
        1,
        "whole number",
        "at_least",
        "未写明次数的活动至少几次",
        "the least number of an activity whose number is not given",
    ),
    "forms_min": Option(
        (50,),
        2,
        "whole number",
        "at_least",
        "“多种形式”至少几种",
        "the least number of forms where a text says various forms",
    ),
    "roll": Option(
        (3,),
        True,
        (True, False),
        "deadline.roll",
        "自然日期限的末日逢休息日是否顺延到下一个工作日",
        "whether a natural-day limit that ends on a rest day moves to the next working day",
    ),
    "roll_dates": Option(
        (4,),
        False,
        (True, False),
        "due_by.roll",
        "固定日期逢休息日是否顺延",
        "whether a fixed date that is a rest day moves to the next working day",
    ),
    "early": Option(
        (8,),
        "accept",
        ("accept", "reject", "ignore"),
        "deadline.early",
        "早于起算日的完成是否算完成",
        "what an answer before the start counts as",
    ),
    "assign_by": Option(
        (59,),
        "due",
        ("due", "start"),
        "deadline.assign_by",
        "跨期事项归入到期日还是起算日所在的评估期",
        "whether a case belongs to the window of its due date or of its start",
    ),
    "partial": Option(
        (29,),
        "drop",
        ("drop", "keep", "prorate"),
        "frequency.partial",
        "被评估期截断的周期如何处理",
        "what happens to periods cut by the window",
    ),
    "skip_no_workday": Option(
        (29,),
        True,
        (True, False),
        "frequency.skip_no_workday",
        "没有工作日的周期是否不计",
        "whether periods without a working day are left out",
    ),
}
"""Options a set may give under ``options``, and a caller may override."""
