"""Tests beside the rules: examples of what an indicator must come to, run, counted and challenged."""

from __future__ import annotations

from gongkai_score.rule_tests.model import Equivalent, EventRow, Expected, Points, RuleTest, RuleTestFile
from gongkai_score.rule_tests.running import Difference, Found, RuleTestResult, run

__all__ = [
    "Difference",
    "Equivalent",
    "EventRow",
    "Expected",
    "Found",
    "Points",
    "RuleTest",
    "RuleTestFile",
    "RuleTestResult",
    "run",
]
