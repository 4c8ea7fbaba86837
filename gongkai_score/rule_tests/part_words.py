"""Words for parts of rules: what no test reaches."""

from __future__ import annotations

from gongkai_score.errors import Language
from gongkai_score.indicator_set import Amount, Gate, Indicator, Step
from gongkai_score.rule_tests.coverage import Part
from gongkai_score.sentences import condition_text, number_text, plain_name, quantity_name, share_text, when_text
from gongkai_score.wording import SHARES

Pair = tuple[str, str]

_PARTS: dict[str, Pair] = {
    "test": ("没有任何测试", "no test at all"),
    "full": ("得满分（或全部达标）", "full marks (or everything met)"),
    "less": ("未得满分", "less than full marks"),
    "not_bound": ("不适用的单位", "a unit it does not bind"),
    "explained": ("以说明代替", "a statement instead of content"),
    "not_assessed": ("缺材料而未评估", "not assessed for lack of material"),
    "variant": ("第 {variant} 种单位", "variant {variant}"),
    "branch": ("第 {branch} 支", "branch {branch}"),
    "step": ("第 {step} 步（{words}）", "step {step} ({words})"),
    "tier": ("第 {step} 步第 {row} 档（{words}）", "row {row} of step {step} ({words})"),
    "label": ("第 {step} 步“{words}”", "label {words} of step {step}"),
    "held": ("条件成立", "its condition holds"),
    "not_held": ("条件不成立", "its condition does not hold"),
}
_IN: dict[str, Pair] = {
    "variant": ("第 {variant} 种单位：", "variant {variant}: "),
    "branch": ("第 {branch} 支", "branch {branch}, "),
    "when": ("{words}，当 {when}", "{words}, when {when}"),
    "when_branch": ("{words}：{when}", "{words}: {when}"),
    "rest": ("其余", "the rest"),
}
_VERBS: dict[str, Pair] = {
    "set": ("定为", "set"),
    "scale": ("乘以", "scale by"),
    "add": ("加", "add"),
    "deduct": ("扣", "deduct"),
    "cap": ("最高", "cap at"),
}
_PER: Pair = ("{verb} {amount}×{per}", "{verb} {amount} per {per}")


def part_words(part: Part, node: Indicator | Gate, lang: Language) -> str:
    """What one part of a rule is, with its number and its own words."""
    english = lang == "en"
    words = ""
    if part.branch and isinstance(node, Indicator):
        rule = node.variants[part.variant - 1].scoring if part.variant else node.scoring
        branch = rule.branches[part.branch - 1] if rule is not None else None
        step = branch.steps[part.step - 1] if branch is not None and part.step else None
        if part.what == "branch" and branch is not None:
            words = _PARTS["branch"][english].format(branch=part.branch)
            when = when_text(branch.when, lang)
            return _prefix(part, lang) + (
                _IN["when_branch"][english].format(words=words, when=when) if when else words
            )
        if step is not None:
            words = _row_words(step, part.row, lang) if part.row else step_words(step, lang)
            several = rule is not None and len(rule.branches) > 1
            lead = _IN["branch"][english].format(branch=part.branch) if several else ""
            said = _PARTS[part.what][english].format(step=part.step, row=part.row, words=words)
            return _prefix(part, lang) + lead + said
    return _PARTS[part.what][english].format(variant=part.variant, words=words)


def _prefix(part: Part, lang: Language) -> str:
    return _IN["variant"][lang == "en"].format(variant=part.variant) if part.variant else ""


def step_words(step: Step, lang: Language) -> str:
    """A step in a few words."""
    english = lang == "en"
    verb = _VERBS[step.verb][english]
    if step.by is not None:
        words = f"{verb} {quantity_name(step.by, lang)}"
    else:
        amount = "" if step.amount is None else amount_words(step.amount, lang)
        words = f"{verb} {amount}"
        if step.per is not None:
            words = _PER[english].format(verb=verb, amount=amount, per=quantity_name(step.per, lang))
    when = when_text(step.when, lang)
    return _IN["when"][english].format(words=words, when=when) if when else words


def _row_words(step: Step, row: int, lang: Language) -> str:
    if step.labels:
        return step.labels[row - 1][0]
    test = step.tiers[row - 1].test
    if test is None:
        return _IN["rest"][lang == "en"]
    return condition_text(test, lang, plain_name(step.by or "") in SHARES)


def amount_words(amount: Amount, lang: Language) -> str:
    """An amount: a number, a share, or the name of a quantity."""
    if isinstance(amount.value, str):
        return quantity_name(amount.value, lang)
    return share_text(amount.value) if amount.share else number_text(amount.value)
