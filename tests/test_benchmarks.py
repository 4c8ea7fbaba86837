"""The benchmarks do not rot: every contender hands in the same scores, and the harness writes its page."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks import load_sets  # noqa: E402
from benchmarks import read_log as reading  # noqa: E402
from benchmarks import run as harness  # noqa: E402
from benchmarks.chart import Line, chart  # noqa: E402
from benchmarks.contenders import careful  # noqa: E402
from benchmarks.make_log import MadeLog, load_log, make_log  # noqa: E402
from benchmarks.many import amendments, many_sets  # noqa: E402
from benchmarks.page import put, sections  # noqa: E402
from benchmarks.speed_page import Timed, targets  # noqa: E402
from benchmarks.workload import LEAVES, NONE, Scores, first_difference  # noqa: E402

SIZES = {"2019": (200, 2000), "2019Q3": (20, 1500)}


@pytest.fixture(scope="module", params=SIZES)
def log(request: pytest.FixtureRequest) -> MadeLog:
    units, events = SIZES[request.param]
    return make_log(units=units, events=events, period=request.param)


@pytest.fixture(scope="module")
def folder(log: MadeLog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    log.write_csv(folder / "log.csv")
    if find_spec("pyarrow") is not None:
        log.write_parquet(folder / "log.parquet")
    return folder


@pytest.fixture(scope="module")
def expected(log: MadeLog) -> Scores:
    return careful.run(careful.prepare(log))


@pytest.mark.parametrize("name", harness.CONTENDERS)
def test_every_contender_hands_in_the_same_scores(name: str, log: MadeLog, folder: Path, expected: Scores) -> None:
    if absent := harness.missing(name):
        pytest.skip(f"not installed: {', '.join(absent)}")
    data, run = harness.prepared(name, log, folder)
    assert first_difference(expected, run(data)) is None


def test_the_workload_leaves_nothing_untried() -> None:
    scores = careful.run(careful.prepare(make_log(units=300, events=20_000)))
    for number, leaf in enumerate(LEAVES):
        points = scores.leaf[:, number]
        assert len(set(points.tolist()) - {NONE}) > 1, leaf.id
    assert (scores.leaf == NONE).any()
    assert len(set(scores.rank.tolist())) < len(scores.units)


def test_the_first_difference_names_unit_leaf_and_both_values(expected: Scores) -> None:
    leaf = expected.leaf.copy()
    leaf[3, 5] += 7
    found = first_difference(expected, Scores(expected.units, leaf, expected.total, expected.rank))
    values = f"{expected.leaf[3, 5]} and {leaf[3, 5]}"
    assert found == f"unit {expected.units[3]}, leaf A2-1: {values} (differ in: A2-1)"


def test_a_log_is_the_same_for_the_same_arguments_and_after_saving(tmp_path: Path) -> None:
    one, other = (make_log(units=30, events=900) for _ in range(2))
    one.save(tmp_path)
    for again in (other, load_log(tmp_path)):
        assert one.units == again.units
        for name in ("unit", "kind", "day", "ref", "unit_type"):
            np.testing.assert_array_equal(getattr(one, name), getattr(again, name))
    assert len(one) == 900


def test_the_harness_checks_times_and_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "performance.md"
    told = ["--events", "500,1000", "--units", "20", "--contenders", "careful,fused", "--repeats", "1"]
    out.write_text("# Before\n\n## Loading the sets\n\nKept.\n", encoding="utf-8")
    harness.main([*told, "--out", str(out)])
    page = out.read_text(encoding="utf-8")
    assert page.count("# Before") == 0
    assert page.endswith("\n\n## Loading the sets\n\nKept.\n")
    assert "| way | 500 events, 20 units | 1,000 events, 20 units |" in page
    assert "(1 ×)" in page
    assert (tmp_path / "performance.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "careful agrees" in capsys.readouterr().err


def test_starting_up_is_told_as_the_median_ratio_of_turns_side_by_side() -> None:
    # By hand: help beside numpy 2, 1 and 3 times as long, the median 2, though the medians are 4 and 3.
    seconds = {"numpy": [1.0, 4.0, 3.0], "help": [2.0, 4.0, 9.0], "pandas": [4.0] * 3}
    seconds |= {"sets": [2.0] * 3, "score": [6.0] * 3}
    told = load_sets.section(seconds, "5 632\n")
    assert "| `gongkai-score --help` | 4.000 | 2.000 | 2.00 of `import numpy` | 2 |" in told
    assert "5 shipped sets (632 indicators), checked against the schema | 2.000 | 2.000 | 0.50 of `import" in told
    assert "| 6.000 | 6.000 | 1.50 of `import pandas` | 2 |" in told and "3 rounds" in told


def test_a_turn_is_a_process_of_its_own_and_a_failing_one_is_not_timed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(load_sets.TURNS, "one", ["-c", "print(1)"])
    seconds, printed = load_sets.turn("one", str(tmp_path))
    assert seconds > 0 and printed == "1\n"
    monkeypatch.setitem(load_sets.TURNS, "two", ["-c", "import os; os._exit(3)"])
    with pytest.raises(RuntimeError):
        load_sets.turn("two", str(tmp_path))


def test_a_chart_has_a_line_for_every_contender() -> None:
    drawn = chart({"3 units": [Line("a", [(10, 0.1), (100, 1.0)]), Line("b", [(10, 0.2)], strong=True)]}, "x", "y")
    assert drawn.count("<polyline") == 2


def test_many_sets_and_amendments_are_timed_once_their_results_agree() -> None:
    made = make_log(units=300, events=3000)
    ways = [*many_sets(made, 1), *amendments(made, 1)]
    assert [len(way.seconds) for way in ways] == [1] * 6


def test_a_script_writes_its_own_sections_where_they_stood(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Speed\n\n## A\n\nold\n\n## B\n\nkept\n", encoding="utf-8")
    put(page, [("A", "## A\n\nnew"), ("C", "## C\n\nmore")])
    told = page.read_text(encoding="utf-8")
    assert told == "# Speed\n\n## A\n\nnew\n\n## C\n\nmore\n\n## B\n\nkept\n"
    assert [title for title, _ in sections(told)] == ["", "A", "C", "B"]
    put(tmp_path / "new.md", [("", "# Speed")])
    assert (tmp_path / "new.md").read_text(encoding="utf-8") == "# Speed\n"


def test_reading_is_timed_beside_arrow(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    made = make_log(units=50, events=3000)
    reading.write_files(made, tmp_path)
    found = {name: [reading.turn(name, tmp_path)] for name in reading.WAYS}
    events = {name: turns[0]["events"] for name, turns in found.items()}
    assert events == dict.fromkeys(reading.WAYS, len(made)) | {"bad-csv": len(made) - 3}
    room = {name: turns[0]["arrays"] / len(made) for name, turns in found.items() if "arrays" in turns[0]}
    assert all(20 < each < 80 for each in room.values()), room
    words = reading.section(len(made), 50, found)
    assert "to Arrow's" in words and words.startswith(f"## {reading.TITLE}")


def test_ratios_stand_beside_their_targets_and_those_not_reached_are_bold() -> None:
    size = Timed(100_000, 3000, "2019")
    size.seconds |= {"fused": 1.0, "fused-indexed": 0.5, "engine": 2.5, "engine-indexed": 0.75, "polars": 4.0}
    size.seconds |= {"duckdb": None, "engine-cases": 5.0}
    rows = {row.split("|")[1].strip(): row.split("|")[3].strip() for row in targets([size])[6:]}
    assert list(rows.values()) == ["**2.5**", "1.5", "0.625", "2", "–", "–"]
