"""What ``gongkai-score test`` does: runs the tests of a set, counts what they reach, challenges them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gongkai_score.errors import AssessmentError, Language, Problem, RuleTestError, problem
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.rule_tests import check_rule_tests
from gongkai_score.rule_tests import RuleTestFile, RuleTestResult, run
from gongkai_score.rule_tests.coverage import coverage
from gongkai_score.rule_tests.mutation import Challenge, challenge
from gongkai_score.rule_tests.words import failure_words
from gongkai_score.tables.parts import Table
from gongkai_score.tables.rule_tests import coverage_sums, coverage_table, rule_tests_table, survivors_table

Pair = tuple[str, str]
Progress = Callable[[str], None]

_SAID: dict[str, Pair] = {
    "summary": (
        "{file}（{set}）：{n} 项测试，{passed} 项通过，{failed} 项未通过",
        "{file} ({set}): {n} tests, {passed} passed, {failed} failed",
    ),
    "failed": ("未通过 {file}:{line} {node} {name}", "FAILED {file}:{line} {node} {name}"),
    "mutants": (
        "改动规则 {made} 处：{killed} 处被发现，{accepted} 处已认可，{survived} 处未发现；{untested} 个指标无测试",
        "{made} changes of rules: {killed} noticed, {accepted} accepted, {survived} unnoticed; "
        "{untested} indicators without tests",
    ),
    "mutating": ("逐处改动规则 {done}/{of}……", "changing rules {done}/{of} …"),
    "running": ("运行 {file}……", "running {file} …"),
}

_NO_SUCH: Pair = ("没有这一处改动", "there is no such change")
_NOTICED: Pair = ("测试“{name}”已能发现它", "the test '{name}' notices it")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was asked to do beside running the tests.

    Attributes:
        coverage: tell what no test reaches.
        mutate: change every rule by one step and tell which changes no test notices.
        indicator: id of the only indicator looked at, or None.
        lang: language of the output.
        plain: whether the output is text for people rather than tables for programs.
    """

    coverage: bool = False
    mutate: bool = False
    indicator: str | None = None
    lang: Language = "zh"
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """What one file came to: lines and tables to show, oddities, and whether there is anything to look at."""

    lines: tuple[str, ...]
    tables: tuple[Table, ...]
    problems: tuple[Problem, ...]
    findings: bool


def tested(source: str, asked: Asked, progress: Progress = lambda _: None) -> Report:
    """Runs the tests of one file or of a set that comes with the library.

    Raises:
        RuleTestError: the file cannot be used.
        AssessmentError: it has no indicator or gate with the id asked for.
    """
    file, problems = check_rule_tests(source)
    if file is None:
        raise RuleTestError(problems)
    _check_asked(file, asked)
    progress(_said("running", asked.lang, file=file.file))
    results = run(file, national_calendar(), asked.indicator)
    failed = [one for one in results if not one.passed]
    findings = bool(failed)
    lines: list[str] = []
    tables: list[Table] = []
    if asked.plain:
        for one in failed:
            lines += ["", *_failure(file, one, asked.lang)]
    elif not asked.coverage and not asked.mutate:
        tables.append(rule_tests_table(file, results, asked.lang))
    counts = {"n": len(results), "passed": len(results) - len(failed), "failed": len(failed)}
    if asked.coverage:
        nodes = coverage(file, results)
        if asked.indicator is not None:
            nodes = tuple(one for one in nodes if one.node.id == asked.indicator)
        tables.append(coverage_table(file.indicator_set, nodes, asked.lang, asked.plain))
        if asked.plain:
            tables.append(coverage_sums(file.indicator_set, nodes, asked.lang))
        findings = findings or any(one.gaps for one in nodes)
    end: list[str] = []
    if asked.mutate:
        found = challenge(file, national_calendar(), asked.indicator, _steps(asked, progress))
        tables.append(survivors_table(file.indicator_set, found, asked.lang))
        end.append(_said("mutants", asked.lang, **_counts(found)))
        problems = (*problems, *_stale(file, found))
        findings = findings or bool(found.survivors or found.untested or found.stale)
    name = _short(file.file)
    lines += [
        *([""] if failed else []),
        _said("summary", asked.lang, file=name, set=file.indicator_set.id, **counts),
        *end,
    ]
    return Report(tuple(lines), tuple(tables), problems, findings)


def _steps(asked: Asked, progress: Progress) -> Callable[[int, int], None]:
    return lambda done, of: progress(_said("mutating", asked.lang, done=done, of=of))


def _counts(found: Challenge) -> dict[str, int]:
    untested = sum(n for _, n in found.untested)
    return {
        "made": len(found.mutants) + untested,
        "killed": found.killed,
        "accepted": found.accepted,
        "survived": len(found.survivors) + untested,
        "untested": len(found.untested),
    }


def _stale(file: RuleTestFile, found: Challenge) -> list[Problem]:
    """Entries that accept a change which some test notices, or which there is not."""
    problems = []
    for one in found.stale:
        told = _NO_SUCH
        if one.killed_by is not None:
            told = _NOTICED[0].format(name=one.killed_by.name), _NOTICED[1].format(name=one.killed_by.name)
        said: dict[str, Any] = {
            "node": one.entry.node,
            "mutation": one.entry.mutation,
            "why_zh": told[0],
            "why_en": told[1],
        }
        problems.append(problem("T018", file=file.file, line=one.entry.line, **said))
    return problems


def _check_asked(file: RuleTestFile, asked: Asked) -> None:
    ids = {one.id for one in file.indicator_set.root.walk()} | {gate.id for gate in file.indicator_set.gates}
    if asked.indicator is not None and asked.indicator not in ids:
        raise AssessmentError(problem("P002", indicator=asked.indicator, hint=""))


def _failure(file: RuleTestFile, one: RuleTestResult, lang: Language) -> list[str]:
    head = _said("failed", lang, file=file.file, line=one.test.line, node=one.test.node, name=one.test.name)
    return [head, *(f"    {line}" for line in failure_words(one, file.set_of(one.test), lang))]


def _short(file: str) -> str:
    return Path(file).name


def _said(key: str, lang: Language, **values: object) -> str:
    return _SAID[key][lang == "en"].format(**values)


def files_of(sources: Sequence[str]) -> list[str]:
    """The sources asked for; every set of the library that has tests if none is named."""
    from gongkai_score.readers.rule_tests import shipped_rule_tests

    return list(sources) or list(shipped_rule_tests())
