"""The tests beside the rules of every shipped set: each must pass, and together they reach all of every rule."""

from __future__ import annotations

from functools import cache

import pytest

from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.rule_tests import check_rule_tests, shipped_rule_tests
from gongkai_score.rule_tests import RuleTestFile, RuleTestResult, run
from gongkai_score.rule_tests.coverage import coverage
from gongkai_score.rule_tests.words import failure_words

SETS = list(shipped_rule_tests())


@cache
def read(name: str) -> RuleTestFile | None:
    return check_rule_tests(name)[0]


@cache
def results_of(name: str) -> dict[int, RuleTestResult]:
    file = read(name)
    assert file is not None
    return {one.test.line: one for one in run(file, national_calendar())}


CASES = [
    pytest.param(name, test.line, id=f"{name}:{test.node}:{test.name}")
    for name in SETS
    if (file := read(name)) is not None
    for test in file.tests
]


@pytest.mark.parametrize("name", SETS)
def test_a_test_file_can_be_used(name: str) -> None:
    file, problems = check_rule_tests(name)
    assert file is not None, "\n".join(one.text() for one in problems)


@pytest.mark.parametrize(("name", "line"), CASES)
def test_a_rule_gives_what_its_test_says(name: str, line: int) -> None:
    result, file = results_of(name)[line], read(name)
    assert file is not None
    words = "\n".join(failure_words(result, file.set_of(result.test)))
    assert result.passed, f"{file.file}:{line} {result.test.node} {result.test.name}\n{words}"


@pytest.mark.parametrize("name", SETS)
def test_no_part_of_a_rule_is_left_without_a_test(name: str) -> None:
    file = read(name)
    assert file is not None
    nodes = coverage(file, list(results_of(name).values()))
    assert {one.node.id: one.gaps for one in nodes if one.gaps} == {}
    assert sum(one.kind == "weighted" for one in nodes) > 0
