"""Words for changes of rules: what was changed, from what, to what."""

from __future__ import annotations

from typing import Any

from gongkai_score.errors import Language
from gongkai_score.measure_kinds import Condition, Duration
from gongkai_score.rule_tests.mutants import Change, shown
from gongkai_score.sentences import condition_text, time_text

Pair = tuple[str, str]

_KEYS: dict[str, Pair] = {
    "points": ("分值", "points"),
    "measure": ("测量", "measure"),
    "measures": ("测量", "measure"),
    "scoring": ("评分", "scoring"),
    "variants": ("单位种类", "variant"),
    "branches": ("支", "branch"),
    "steps": ("步", "step"),
    "tiers": ("档", "row"),
    "labels": ("评定", "label"),
    "when": ("条件", "condition"),
    "where": ("属性条件", "condition on"),
    "any": ("任一", "alternative"),
    "applies_to": ("适用单位", "units bound"),
    "from": ("起始日", "first day in force"),
    "to": ("截止日", "last day in force"),
    "within": ("期限", "limit"),
    "by": ("到期日", "date due"),
    "at_least": ("至少", "at least"),
    "at_most": ("至多", "at most"),
    "exactly": ("恰好", "exactly"),
    "every": ("每（周期或单位）", "every"),
    "event": ("事项类型", "kind of event"),
    "start": ("起始", "start"),
    "end": ("完成", "end"),
    "early": ("提前的处理", "early answers"),
    "earliest": ("最短间隔", "least time"),
    "roll": ("顺延", "rolling on"),
    "assign_by": ("归期", "assigned by"),
    "any_unit": ("任何单位办理均可", "any unit may act"),
    "explained_by": ("说明代替", "explained by"),
    "extensions": ("延期", "extension"),
    "not_before": ("不早于", "not before"),
    "items": ("清单", "list of items"),
    "inventory": ("所列清单", "inventory"),
    "required": ("要素", "elements"),
    "any_of": ("任一要素即可", "any of the elements"),
    "tolerance": ("容许相差日数", "tolerance"),
    "lead": ("提前量", "lead"),
    "first": ("先发事项", "first event"),
    "others": ("后续事项", "other events"),
    "months": ("月份", "months"),
    "due_in_period": ("期内截止日", "day of the period"),
    "partial": ("不完整周期", "partial periods"),
    "check": ("检查记录", "check"),
    "needs": ("前提事项", "needs"),
    "ended_by": ("终止事项", "ended by"),
    "count_by": ("计数方式", "counted by"),
    "per": ("分别计算", "counted per"),
    "test": ("条件", "condition"),
    "pick": ("取值", "pick"),
    "least": ("最少次数", "least number"),
    "missing": ("缺失时", "missing"),
    "date": ("日期属性", "date"),
    "deduct": ("扣分", "deduct"),
    "add": ("加分", "add"),
    "set": ("定分", "set"),
    "scale": ("系数", "factor"),
    "cap": ("封顶", "cap"),
    "begun": ("不足是否计", "begun units"),
    "above": ("超过", "above"),
    "below": ("低于", "below"),
    "overlap": ("不重复扣分", "overlap"),
    "turn": ("次序", "turn"),
    "only": ("只限", "restricted to"),
    "no_cases": ("无事项时", "no cases"),
    "floor": ("下限", "floor"),
    "ceiling": ("上限", "ceiling"),
    "not_applicable": ("不涉及时", "not applicable"),
    "look_back": ("回看期", "look back"),
    "carry_over": ("沿用以前", "carrying over"),
    "one_to_one": ("一一对应", "one to one"),
    "counted": ("分子", "numerator"),
    "once_per": ("只计一次", "once per"),
    "mended_within": ("整改期限", "time to mend"),
    "benchmark": ("公布的平均数", "benchmark"),
    "over": ("分母", "denominator"),
    "needs_flag": ("须有标记", "needs flag"),
}
_HOW: dict[str, Pair] = {
    "changed": ("{where}由 {old} 改为 {new}", "{where}: {old} becomes {new}"),
    "dropped": ("去掉{where}", "{where} dropped"),
    "dropped_old": ("去掉{where}（{old}）", "{where} dropped ({old})"),
    "inverted": ("{where}由 {old} 反为 {new}", "{where} inverted: {old} becomes {new}"),
    "without": ("{where}中去掉“{old}”", "{where} without '{old}'"),
}


def change_words(change: Change[Any], lang: Language) -> str:
    """What was changed, in a sentence.

    >>> from gongkai_score.measure_kinds import (Tally, Selector, Dated)
    >>> from gongkai_score.rule_tests.mutants import measure_changes
    >>> from gongkai_score.measure_kinds import Duration
    >>> weekly = Tally("frequency", Selector("channel_updated"), every="week", at_least=Dated.always(1))
    >>> for one in measure_changes(weekly, Duration(20, "working_day")):
    ...     print(change_words(one, "en"))
    kind of event: channel_updated becomes document_published
    every: week becomes month
    at least: 1 becomes 2
    """
    english = lang == "en"
    parts = [part for key in change.path for part in key.split(".") if part not in ("all", "event")]
    if change.path and change.path[-1] == "event" and change.how == "changed":
        parts.append("event")
    words = [_KEYS.get(part, (part, part))[english] for part in parts]
    key = "dropped_old" if change.how == "dropped" and change.old else change.how
    return _HOW[key][english].format(
        where=" ".join(words), old=_value(change.old, lang), new=_value(change.new, lang)
    )


def _value(value: object, lang: Language) -> str:
    """A value as people write it."""
    if isinstance(value, Duration):
        return time_text(value.n, value.unit, lang)
    if isinstance(value, Condition):
        return condition_text(value, lang)
    return shown(value)
