"""The closed lists of verdicts (of one case) and outcomes (of one indicator for one unit)."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Verdict(IntEnum):
    """What became of one case. The numbers are codes in columns; the names are the words of the language."""

    MET = 0
    LATE = 1
    EARLY = 2
    MISSING = 3
    SHORT = 4
    BLANK = 5
    FOUND = 6
    FAILED = 7
    EXPLAINED = 8
    PENDING = 9
    EXEMPT = 10
    UNKNOWN = 11

    @property
    def word(self) -> str:
        """The word sets and results use, for example ``late``."""
        return self.name.lower()


COUNTED: frozenset[Verdict] = frozenset(Verdict) - {Verdict.PENDING, Verdict.EXEMPT, Verdict.UNKNOWN}
"""Verdicts that make a case count (the denominator of a rate)."""

VERDICT_SENTENCES: dict[Verdict, tuple[str, str]] = {
    Verdict.MET: ("已按要求完成", "done as required"),
    Verdict.LATE: ("已完成，但超过期限", "done, but after the limit"),
    Verdict.EARLY: ("早于允许的时间", "done before it was allowed"),
    Verdict.MISSING: ("期限已过，未见完成记录", "the limit has passed and nothing is recorded"),
    Verdict.SHORT: ("有记录，但数量或要素不足", "something is there, but less than required"),
    Verdict.BLANK: ("该时段没有任何记录", "nothing at all in this period"),
    Verdict.FOUND: ("认定存在问题", "a fault was found"),
    Verdict.FAILED: ("未达到要求的数值或顺序", "the required value or order was not reached"),
    Verdict.EXPLAINED: ("以说明代替内容", "a statement was given instead of content"),
    Verdict.PENDING: ("截至评估日期限未到", "the limit has not passed at the date of assessment"),
    Verdict.EXEMPT: ("依法或按规定免除，理由已记录", "exempt, with a recorded reason"),
    Verdict.UNKNOWN: ("现有资料不能判定", "cannot be decided from what is known"),
}
"""One sentence for each verdict: (Chinese, English)."""


class Outcome(StrEnum):
    """What the assessment of one indicator for one unit came to."""

    SCORED = "scored"
    MISSING = "missing"
    EXPLAINED = "explained"
    NOT_APPLICABLE = "not_applicable"
    PENDING = "pending"
    NOT_ASSESSED = "not_assessed"
    ERROR = "error"


OUTCOME_SENTENCES: dict[Outcome, tuple[str, str]] = {
    Outcome.SCORED: (
        "已评分：按评分标准得分，计入总分。",
        "Scored by its rule; counts in the total.",
    ),
    Outcome.MISSING: (
        "未公开：应做事项全部没有记录，按评分标准得分，计入总分。",
        "Nothing of what was due is recorded; scored by its rule; counts in the total.",
    ),
    Outcome.EXPLAINED: (
        "已说明：以说明代替内容，按评分标准得分，计入总分。",
        "A statement stands in for content; scored by its rule; counts in the total.",
    ),
    Outcome.NOT_APPLICABLE: (
        "不涉及：没有应做事项，按指标体系的不涉及规则处理分值。",
        "Nothing to do; its points follow the set's rule for what does not apply.",
    ),
    Outcome.PENDING: (
        "未到期：期限均未到，本次不评，分值按指标体系的规则处理。",
        "No limit has passed yet; not in this total; its points follow the set's rule.",
    ),
    Outcome.NOT_ASSESSED: (
        "未评估：缺少评估所需的材料，绝不按零分处理，除非指标体系写明。",
        "What the assessment needs is lacking; never zero unless the set says so.",
    ),
    Outcome.ERROR: (
        "无法评估：数据自相矛盾，须先更正，不计入总分。",
        "The data contradict themselves; mend them first; not in the total.",
    ),
}
"""One sentence for each outcome, saying what it does to the total: (Chinese, English)."""

ASSESSED: frozenset[Outcome] = frozenset({Outcome.SCORED, Outcome.MISSING, Outcome.EXPLAINED})
"""Outcomes whose points were really assessed: the numerator of coverage."""

OUTCOME_NAMES: dict[Outcome, tuple[str, str]] = {
    Outcome.SCORED: ("已评分", "scored"),
    Outcome.MISSING: ("未公开", "missing"),
    Outcome.EXPLAINED: ("已说明", "explained"),
    Outcome.NOT_APPLICABLE: ("不涉及", "not applicable"),
    Outcome.PENDING: ("未到期", "pending"),
    Outcome.NOT_ASSESSED: ("未评估", "not assessed"),
    Outcome.ERROR: ("无法评估", "error"),
}
"""A short name for each outcome: (Chinese, English)."""

VERDICT_NAMES: dict[Verdict, tuple[str, str]] = {
    Verdict.MET: ("达标", "met"),
    Verdict.LATE: ("逾期", "late"),
    Verdict.EARLY: ("过早", "early"),
    Verdict.MISSING: ("缺失", "missing"),
    Verdict.SHORT: ("不足", "short"),
    Verdict.BLANK: ("空白", "blank"),
    Verdict.FOUND: ("问题", "found"),
    Verdict.FAILED: ("未达", "failed"),
    Verdict.EXPLAINED: ("说明", "explained"),
    Verdict.PENDING: ("未到期", "pending"),
    Verdict.EXEMPT: ("免除", "exempt"),
    Verdict.UNKNOWN: ("不明", "unknown"),
}
"""A short name for each verdict: (Chinese, English)."""
