"""The example of the five documents prints every set and unit, and its losses are those of the engine."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

import gongkai_score as gs

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SETS = ("bengbu-2017", "jinan-2018", "jiangmen-2016", "huainan-2024", "bishan-2019")


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("five_documents", EXAMPLES / "five_documents.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def results(example: ModuleType) -> dict[str, gs.Assessment]:
    found: dict[str, gs.Assessment] = example.assess_all()
    return found


@pytest.fixture
def printed(
    example: ModuleType,
    results: dict[str, gs.Assessment],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> str:
    monkeypatch.setattr(example, "assess_all", lambda: results)
    example.main()
    return capsys.readouterr().out


def test_all_five_sets_and_all_units_are_printed(printed: str) -> None:
    header = next(line for line in printed.splitlines() if line.startswith("单位"))
    assert set(header.split()[2:]) == set(SETS)
    rows = [line for line in printed.splitlines() if line.count(" · ") == 2 * len(SETS)]
    with (EXAMPLES / "city" / "units.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [unit["name"] for unit in csv.DictReader(file)]
    assert sorted(row.split()[0] for row in rows) == sorted(names)


def test_totals_ranks_and_coverage_are_those_of_the_assessments(
    printed: str, results: dict[str, gs.Assessment]
) -> None:
    row = next(line for line in printed.splitlines() if line.startswith("白鹭县人民政府"))
    for result in results.values():
        total, place = result.total("C05"), result.place("C05")
        assert total.points is not None
        assert f"{float(total.points):.2f} · {place.rank}/7 · {float(total.coverage):.0%}" in row


def test_it_says_that_the_years_differ_and_that_it_is_an_exercise(printed: str) -> None:
    start = printed.partition("总分")[0]
    assert "只是练习" in start and all(name[-4:] in start for name in SETS)


def test_three_units_are_looked_into_with_two_indicators_each(printed: str) -> None:
    end = printed.partition("分歧最大")[2]
    assert end.count("第") == 6
    assert sum(line.startswith("  · ") for line in end.splitlines()) == 6


@pytest.mark.parametrize("name", SETS)
def test_what_the_leaves_cost_adds_up_to_what_is_missing_from_100(
    name: str, example: ModuleType, results: dict[str, gs.Assessment]
) -> None:
    costs = example.losses(results[name]).groupby("unit")["cost"].sum()
    for unit in results[name].units:
        points = results[name].total(unit.id).points
        assert points is not None
        assert costs[unit.id] == pytest.approx(100 - float(points), abs=0.006), unit.id
