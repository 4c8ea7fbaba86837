"""Tables about tests beside the rules: what passed, what no test reaches, which changed rules no test tells."""

from __future__ import annotations

from collections.abc import Sequence

from gongkai_score.errors import Language
from gongkai_score.indicator_set import Gate, IndicatorSet
from gongkai_score.outcomes import OUTCOME_NAMES
from gongkai_score.points import decimal_text
from gongkai_score.rule_tests import RuleTestFile, RuleTestResult
from gongkai_score.rule_tests.coverage import NodeCoverage
from gongkai_score.rule_tests.mutation import Challenge
from gongkai_score.rule_tests.mutation_words import change_words
from gongkai_score.rule_tests.part_words import part_words
from gongkai_score.rule_tests.words import difference_words
from gongkai_score.tables.parts import Cell, Table

Pair = tuple[str, str]

_HEADS: dict[str, Pair] = {
    "place": ("位置", "Place"),
    "indicator": ("指标", "Indicator"),
    "test": ("测试", "Test"),
    "result": ("结果", "Result"),
    "why": ("不符之处", "What differs"),
    "class": ("类别", "Class"),
    "points": ("分值", "Points"),
    "tests": ("测试数", "Tests"),
    "outcomes": ("测试得到的结果", "Outcomes tested"),
    "gaps": ("没有测试触及", "What no test reaches"),
    "all": ("指标数", "Number"),
    "with_tests": ("有测试", "With tests"),
    "with_full": ("有满分", "Full marks"),
    "with_less": ("有失分", "Less"),
    "whole": ("全部触及", "All reached"),
    "changed": ("没有测试发现的改动", "Change that no test notices"),
    "mutation": ("改动名称（用于 equivalent）", "Name (for 'equivalent')"),
}
_KINDS: dict[str, Pair] = {
    "weighted": ("计分", "weighted"),
    "reported": ("只列示", "reported only"),
    "gate": ("门槛", "gate"),
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


def coverage_table(
    whole: IndicatorSet, nodes: Sequence[NodeCoverage], lang: Language = "zh", gaps_only: bool = False
) -> Table:
    """What the tests of each indicator and gate reach and what none of them does.

    Args:
        whole: the set.
        nodes: what is reached of each.
        lang: language of the table.
        gaps_only: leave out those of which everything is reached.
    """
    english, rows = lang == "en", list[tuple[Cell, ...]]()
    comma = (lambda parts: "，".join(parts)) if not english else ", ".join
    for one in nodes:
        if gaps_only and not one.gaps:
            continue
        node = one.node
        points = "" if isinstance(node, Gate) else decimal_text(node.points)
        outcomes = [f"{OUTCOME_NAMES[outcome][english]} {n}" for outcome, n in one.outcomes.items()]
        untested = one.lacks("test")
        gaps = [part_words(part, node, lang) for part in one.gaps if part.what == "test" or not untested]
        name = f"{node.id} {node.name.of(lang)}"
        rows.append((name, _KINDS[one.kind][english], points, one.tests, comma(outcomes), "; ".join(gaps)))
    title = ("{id} 的规则测试没有触及之处", "What the rule tests of {id} do not reach")
    if not gaps_only:
        title = ("{id} 的规则测试触及之处", "What the rule tests of {id} reach")
    columns = heads(lang, "indicator", "class", "points", "tests", "outcomes", "gaps")
    return Table(title[english].format(id=whole.id), columns, tuple(rows))


def coverage_sums(whole: IndicatorSet, nodes: Sequence[NodeCoverage], lang: Language = "zh") -> Table:
    """How many indicators with weight, reported only, and gates are reached, in whole and in part."""
    english, rows = lang == "en", list[tuple[Cell, ...]]()
    for kind, names in _KINDS.items():
        some = [one for one in nodes if one.kind == kind]
        tested = [one for one in some if not one.lacks("test")]
        full = [one for one in tested if not one.lacks("full", "held")]
        less = [one for one in tested if not one.lacks("less", "not_held")]
        whole_of = [one for one in some if not one.gaps]
        if some:
            counts = (len(some), len(tested), len(full), len(less), len(whole_of), sum(one.tests for one in some))
            rows.append((names[english], *counts))
    title = ("{id} 的规则测试覆盖", "Coverage of the rule tests of {id}")[english].format(id=whole.id)
    note = (
        "门槛的“有满分”“有失分”指条件成立、不成立。",
        "For gates 'full marks' and 'less' mean that the condition holds, and does not.",
    )
    columns = heads(lang, "class", "all", "with_tests", "with_full", "with_less", "whole", "tests")
    return Table(title, columns, tuple(rows), (note[english],) if whole.gates else ())


def survivors_table(whole: IndicatorSet, found: Challenge, lang: Language = "zh") -> Table:
    """Every change of a rule that no test notices, in words and by the name that accepts it."""
    english = lang == "en"
    rows: list[tuple[Cell, ...]] = [
        (f"{one.node.id} {one.node.name.of(lang)}", change_words(one.change, lang), one.change.name)
        for one in found.survivors
    ]
    untested = ("没有通过的测试，{n} 处改动无人发现", "no test that passes; {n} changes go unnoticed")[english]
    rows += [(f"{node.id} {node.name.of(lang)}", untested.format(n=n), "") for node, n in found.untested]
    title = ("{id} 中没有测试发现的改动", "Changes of {id} that no test notices")[english].format(id=whole.id)
    return Table(title, heads(lang, "indicator", "changed", "mutation"), tuple(rows))
