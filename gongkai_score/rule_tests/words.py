"""What a failed test says: what was expected, what came out, and the account and cases that show why."""

from __future__ import annotations

from fractions import Fraction

from gongkai_score.accounts import case_dates, case_words
from gongkai_score.errors import Language
from gongkai_score.indicator_set import Indicator, IndicatorSet
from gongkai_score.measure_kinds import Condition, Measure
from gongkai_score.outcomes import OUTCOME_NAMES, Outcome
from gongkai_score.points import decimal_text
from gongkai_score.rule_tests.model import RuleTest
from gongkai_score.rule_tests.running import Difference, Found, RuleTestResult, reasons
from gongkai_score.sentences import (
    Context,
    condition_text,
    line_words,
    number_text,
    plain_name,
    quantity_name,
    reason_words,
    share_text,
    signed,
)
from gongkai_score.wording import SHARES

Pair = tuple[str, str]

SHOWN = 12
"""Cases listed under a failed test."""

_HEADS: dict[str, Pair] = {
    "outcome": ("评估结果", "outcome"),
    "points": ("得分", "points"),
    "reason": ("原因", "reason"),
    "held": ("门槛条件", "the gate's condition"),
}
_SAID: dict[str, Pair] = {
    "differs": ("{what}：期望 {expected}，实得 {got}", "{what}: expected {expected}, got {got}"),
    "full": ("（满分 {full}）", " (full marks {full})"),
    "none": ("没有", "none"),
    "no_points": ("没有得分", "no points"),
    "yes": ("成立", "held"),
    "no": ("不成立", "not held"),
    "account": ("评分过程：", "Account:"),
    "cases": ("事项：", "Cases:"),
    "no_cases": ("没有应做事项。", "There were no cases."),
    "more": ("……共 {n} 项", "… {n} cases in all"),
    "why": ("没有得分的原因：{reason}", "Why there is no number: {reason}"),
    "worked": ("测试的推算：{worked}", "Worked in the test: {worked}"),
    "problem": ("无法评估：{text}", "It could not be assessed: {text}"),
    "of": ("{measure}：", "{measure}: "),
}


def said(key: str, lang: Language, **values: object) -> str:
    """One of this module's phrases."""
    return _SAID[key][lang == "en"].format(**values)


def difference_words(one: Difference, test: RuleTest, full: Fraction | None, lang: Language) -> str:
    """One thing that came out otherwise, with both values."""
    what = quantity_name(one.name, lang) if one.what == "quantity" else _HEADS[one.what][lang == "en"]
    if one.what == "quantity" and what != one.name:
        what = f"{what} ({one.name})"
    expected, got = (_value(value, one, lang) for value in (one.expected, one.got))
    if one.what == "points" and full is not None:
        expected += said("full", lang, full=decimal_text(full))
    return said("differs", lang, what=what, expected=expected, got=got)


def _value(value: object, one: Difference, lang: Language) -> str:
    share = plain_name(one.name) in SHARES
    if value is None:
        return said("no_points" if one.what == "points" else "none", lang)
    if isinstance(value, Outcome):
        return value.value if lang == "en" else f"{OUTCOME_NAMES[value][0]} ({value.value})"
    if isinstance(value, bool):
        return said("yes" if value else "no", lang)
    if isinstance(value, Condition):
        if value.op == "==" and isinstance(value.value, Fraction):
            return share_text(value.value) if share else number_text(value.value)
        return condition_text(value, lang, share)
    if isinstance(value, Fraction):
        return share_text(value) if share else number_text(value)
    return str(value) or said("none", lang)


def failure_words(result: RuleTestResult, whole: IndicatorSet, lang: Language = "zh") -> list[str]:
    """Everything an author needs to see about a test that did not pass, one line each."""
    lines = [said("problem", lang, text=one.text(lang)) for one in result.problems]
    found = result.found
    full = None if found is None else found.score.full
    lines += [difference_words(one, result.test, full, lang) for one in result.differences]
    if found is not None:
        lines += account_words(found, whole, result.test.node, lang)
    if result.test.worked:
        lines.append(said("worked", lang, worked=result.test.worked))
    return lines


def account_words(found: Found, whole: IndicatorSet, node: str, lang: Language) -> list[str]:
    """The account of a score and the cases behind it."""
    cases = found.cases(node)
    lines: list[str] = []
    nodes = {one.id: one for one in whole.root.walk()}
    if node in nodes and found.score.lines:
        lines.append(said("account", lang))
        time = cases[0][1].unit_of_time if cases else ""
        lines += [f"  {text}" for text in _ledger(found, whole, nodes[node], time, lang)]
    elif node in nodes:
        for code in sorted(code for code in reasons(found) if found.score.points is None):
            lines.append(said("why", lang, reason=f"{reason_words(code, lang)} ({code})"))
    if not cases:
        return [*lines, said("no_cases", lang)] if node in nodes and nodes[node].is_leaf else lines
    lines.append(said("cases", lang))
    measures = _measures(whole, node)
    for name, case in cases[:SHOWN]:
        timed = name in measures and measures[name].kind in ("deadline", "follow_up")
        head = said("of", lang, measure=name) if name else ""
        dates = case_dates(case, lang)
        rows = "; ".join(row.origin for row in case.rows[:4])
        tail = "".join(f" · {part}" for part in (dates, rows) if part)
        lines.append(f"  {head}{case.key} [{case.verdict.word}] {case_words(case, lang, timed)}{tail}")
    if len(cases) > SHOWN:
        lines.append("  " + said("more", lang, n=len(cases)))
    return lines


def _measures(whole: IndicatorSet, node: str) -> dict[str, Measure]:
    """Measures of an indicator or gate by name, those of variants too."""
    gates = [gate.measures for gate in whole.gates if gate.id == node]
    leaves = [leaf for leaf in whole.leaves if leaf.id == node]
    varied = [variant.measures or {} for leaf in leaves for variant in leaf.variants]
    return {k: m for held in (*varied, *(leaf.measures for leaf in leaves), *gates) for k, m in held.items()}


def _ledger(found: Found, whole: IndicatorSet, node: Indicator, time: str, lang: Language) -> list[str]:
    score = found.score
    context = Context(whole, node, score.full, time, score.outcome)
    return [
        f"{line_words(line, context, lang)}  {signed(line.change)} → {number_text(line.balance)}"
        for line in score.lines
    ]
