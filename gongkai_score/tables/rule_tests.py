"""Tables about tests beside the rules: what passed, what no test reaches, which changed rules no test tells."""

from __future__ import annotations

from collections.abc import Sequence

from gongkai_score.errors import Language
from gongkai_score.rule_tests import RuleTestFile, RuleTestResult
from gongkai_score.rule_tests.words import difference_words
from gongkai_score.tables.parts import Cell, Table

Pair = tuple[str, str]

_HEADS: dict[str, Pair] = {
    "place": ("位置", "Place"),
    "indicator": ("指标", "Indicator"),
    "test": ("测试", "Test"),
    "result": ("结果", "Result"),
    "why": ("不符之处", "What differs"),
}
_PASSED: dict[bool, Pair] = {True: ("通过", "passed"), False: ("未通过", "failed")}


def heads(lang: Language, *keys: str) -> tuple[str, ...]:
    """Column heads."""
    return tuple(_HEADS[key][lang == "en"] for key in keys)


def rule_tests_table(file: RuleTestFile, results: Sequence[RuleTestResult], lang: Language = "zh") -> Table:
    """Every test with its result and, where it failed, what came out otherwise."""
    rows: list[tuple[Cell, ...]] = []
    for one in results:
        full = None if one.found is None else one.found.score.full
        why = [difference_words(d, one.test, full, lang) for d in one.differences]
        why += [p.text(lang) for p in one.problems]
        place = f"{file.file}:{one.test.line}"
        rows.append((place, one.test.node, one.test.name, _PASSED[one.passed][lang == "en"], "; ".join(why)))
    title = ("{id} 的规则测试", "Rule tests of {id}")[lang == "en"].format(id=file.indicator_set.id)
    return Table(title, heads(lang, "place", "indicator", "test", "result", "why"), tuple(rows))
