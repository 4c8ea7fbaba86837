"""An answer before its start is told, by days where no time is known and by seconds where one is (L304)."""

from __future__ import annotations

import pandas as pd
import pytest

from gongkai_score import read_log


def warnings(start: str, answer: str, *others: str) -> list[str]:
    """Codes of what is told of a request, its answer, and meetings on other days."""
    rows = [("request_received", start, "r1"), ("request_answered", answer, "r1")]
    rows += [("meeting_held", at, "") for at in others]
    kinds, days, refs = zip(*rows, strict=True)
    frame = pd.DataFrame({"unit": "甲局", "kind": kinds, "at": days, "ref": refs}, dtype="string")
    return [told.code for told in read_log(frame).warnings]


@pytest.mark.parametrize(
    ("start", "answer", "told"),
    [
        ("2019-03-05", "2019-03-04", ["L304"]),
        ("2019-03-05", "2019-03-05", []),
        ("2019-03-05T10:00:00", "2019-03-05", []),  # a bare date may be its last second
        ("2019-03-05", "2019-03-05T00:00:01", []),  # or its first
        ("2019-03-05T10:00:00", "2019-03-05T09:59:59", ["L304"]),
        ("2019-03-05T10:00:00", "2019-03-04", ["L304"]),
    ],
)
def test_an_answer_before_its_start_is_told(start: str, answer: str, told: list[str]) -> None:
    assert warnings(start, answer) == told


def test_days_are_compared_alike_whether_other_rows_have_times() -> None:
    for other in ("2019-01-01", "2019-01-01T08:00:00"):
        assert warnings("2019-03-05", "2019-03-04", other) == ["L304"]
        assert warnings("2019-03-05", "2019-03-05", other) == []
