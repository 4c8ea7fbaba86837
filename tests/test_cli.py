"""The command line: what it prints, its exit codes, and that no mistake of a user ever shows a traceback."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from gongkai_score.cli import cli
from gongkai_score.readers.shipped import shipped_folder

BROKEN = Path(__file__).parent / "broken"
ROOT = Path(__file__).parent.parent


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("city") / "result.json"
    folder = shipped_folder("examples") / "city"
    done = run(
        "score", "bishan-2019", folder / "log.csv", folder / "log_gb18030.csv", "--units", folder / "units.csv",
        "--as-of", "2019-12-31", "--out", path,
    )  # fmt: skip
    assert done.exit_code == 1, done.output  # the city's log has rows that are set aside
    assert "排名表" in done.output and "记录去向" in done.output
    return path


def test_the_demonstration_ends_with_a_ranking_and_an_explained_score() -> None:
    for lang, words in (
        ("zh", ("名次", "工作日", "逾期", "依据")),
        ("en", ("Rank", "working days", "late", "Clause")),
    ):
        done = run("demo", "--lang", lang)
        assert done.exit_code == 0
        for word in words:
            assert word.lower() in done.output.lower(), word


@pytest.mark.parametrize("form", ["text", "markdown", "csv", "json"])
def test_ranks_come_in_four_forms(saved: Path, form: str) -> None:
    done = run("rank", "--result", saved, "--format", form)
    assert done.exit_code == 0
    if form == "json":
        assert len(json.loads(done.output)["rows"]) == 43
    if form == "csv":
        rows = list(csv.reader(io.StringIO(done.output.removeprefix("\ufeff"))))
        assert len(rows) >= 44 and len({len(row) for row in rows[:44]}) == 1


def test_the_first_and_the_last_can_be_shown_alone(saved: Path) -> None:
    done = run("rank", "--result", saved, "--first", "1", "--format", "json")
    assert {row["名次"] for row in json.loads(done.output)["rows"]} == {1}


def test_an_explanation_goes_down_to_the_rows_of_the_log(saved: Path) -> None:
    done = run("explain", "市场监督管理局", "5.4-4", "--result", saved)
    assert done.exit_code == 0
    assert "工作日" in done.output and "log.csv#" in done.output and "五(四)" in done.output


def test_what_falls_due_next_is_ordered_by_its_limit(saved: Path) -> None:
    done = run("due", "--result", saved, "--within", "20", "--format", "json")
    limits = [row["期限"] for row in json.loads(done.output)["rows"]]
    assert done.exit_code == 1 and limits and limits == sorted(limits) and limits[-1] <= "2020-01-20"


def test_the_scoring_table_is_followed_by_gates_and_grades() -> None:
    shown = run("show", Path(__file__).parent / "data" / "sets" / "city.yaml").output
    assert shown.index("评分标准") < shown.index("否决与限制") < shown.index("等级\n")
    assert "不高于" in shown and "≥" in shown
    rows = json.loads(
        run("show", Path(__file__).parent / "data" / "sets" / "city.yaml", "--format", "json").output
    )["rows"]
    assert rows[0]["评分标准"]


def test_a_log_is_checked_against_the_set_and_the_register_of_the_same_call(tmp_path: Path) -> None:
    (tmp_path / "set.yaml").write_text(
        "id: s\ntitle: 小\nevents: {site_visited: {zh: 走访, en: visit}}\nindicators:\n"
        "  - {id: A, name: 甲, points: 1, measure: {kind: exists, event: site_visited}}\n",
        encoding="utf-8",
    )
    (tmp_path / "units.csv").write_text("id,name,type\na,甲局,department\n", encoding="utf-8")
    log = tmp_path / "log.csv"
    log.write_text("unit,kind,at\na,site_visited,2019-03-01\n", encoding="utf-8")
    files = [tmp_path / name for name in ("set.yaml", "log.csv", "units.csv")]
    alone = run("check", log)
    assert "L302" in alone.output and alone.exit_code == 1
    assert run("check", *files).exit_code == 0, run("check", *files).output
    # The kind is known, and the unit is looked up: one that nobody registered is told.
    log.write_text("unit,kind,at\nb,site_visited,2019-03-01\n", encoding="utf-8")
    both = run("check", *files)
    assert "L302" not in both.output and "“b”" in both.output and both.exit_code == 1


@pytest.mark.parametrize("name", ["bengbu-2017", "jinan-2018", "jiangmen-2016", "huainan-2024", "bishan-2019"])
def test_every_shipped_set_checks_without_a_finding_and_can_be_shown(name: str) -> None:
    assert run("check", name).exit_code == 0
    for words in (
        ("show", name, "--format", "markdown"),
        ("show", name, "--lang", "en"),
        ("show", name, "--expanded"),
    ):
        done = run(*words)
        assert done.exit_code == 0 and len(done.output) > 1000


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (("explain", "火星局"), "P001", "没有名为“火星局”的单位"),
        (("explain", "D14", "9.9-9"), "P002", "没有编号为“9.9-9”的指标"),
        (("due", "--unit", "火星局"), "P001", "火星局"),
    ],
)
def test_unknown_units_and_indicators_are_told_with_the_nearest(
    saved: Path, words: tuple[str, ...], code: str, text: str
) -> None:
    done = run(*words, "--result", saved)
    assert done.exit_code == 2 and code in done.output and text in done.output


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("score", "bishan-2019", "log.csv"), "P008"),
        (("score", "bishan-2019", "no.csv", "--units", "no.csv"), "L201"),
        (("score", "no-such-set", "log.csv", "--units", "units.csv"), "S"),
        (("score", "bishan-2019", "log.csv", "--units", "units.csv", "--period", "2019Q9"), "A001"),
        (("score", "bishan-2019", "log.csv", "--units", "units.csv", "--as-of", "2019-02-30"), "A002"),
        (("score", "bishan-2019", "log.csv", "--units", "units.csv", "--as-of", "2018-01-01"), "A004"),
        (("score", "bishan-2019", "log.csv", "--units", "units.csv", "--option", "promptly"), "P004"),
        (("score", "bishan-2019", "log.csv", "--units", "units.csv", "--severity", "L999=error"), "L228"),
        (("score", "bishan-2019", "log.csv", "--units", "units.csv", "--partitions", "2"), "P010"),
        (("rank", "--result", "no.json"), "P006"),
        (("check", "no.yaml"), "P006"),
        (("check", "units.txt"), "P005"),
        (("check", "log.csv", "--as", "calendar"), "C"),
    ],
)
def test_wrong_arguments_end_with_exit_code_2_and_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text("id,unit,kind,at\n1,a,training_held,2019-05-06\n", encoding="utf-8")
    (tmp_path / "units.csv").write_text("id,name,type\na,甲局,department\n", encoding="utf-8")
    (tmp_path / "units.txt").write_text("x", encoding="utf-8")
    done = run(*words)
    assert done.exit_code == 2, done.output
    assert f" {code}" in done.output
    assert "P003" not in done.output and "Traceback" not in done.output


def broken_files() -> list[Path]:
    return sorted(p for p in BROKEN.rglob("*") if p.is_file() and p.suffix not in (".md", ".py"))


KIND_OF = {
    "sets": "set",
    "logs": "log",
    "units": "units",
    "calendars": "calendar",
    "mappings": "mapping",
    "yaml": "set",
}


@pytest.mark.parametrize("path", broken_files(), ids=lambda p: str(p.relative_to(BROKEN)))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_broken_file_shows_a_traceback(path: Path, lang: str) -> None:
    folder = path.relative_to(BROKEN).parts[0]
    if folder == "results":
        done = run("rank", "--result", path, "--lang", lang)
    elif folder == "rule_tests":
        done = run("test", path, "--lang", lang)
    elif folder in KIND_OF:
        done = run("check", path, "--as", KIND_OF[folder], "--lang", lang)
    else:
        pytest.skip(f"{folder} has a command of its own")
    assert done.exit_code in (0, 1, 2), done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "P003" not in done.output and "Traceback" not in done.output


def test_at_least_sixty_mistakes_have_a_broken_file() -> None:
    assert len(broken_files()) >= 60


def test_help_fits_eighty_columns() -> None:
    from unicodedata import east_asian_width

    for words in ((), ("score",), ("check",), ("index",), ("explain",), ("due",), ("show",), ("demo",), ("rank",)):
        done = run(*words, "--help")
        assert done.exit_code == 0
        for line in done.output.splitlines():
            assert sum(2 if east_asian_width(c) in "WF" else 1 for c in line) <= 80, line


def test_a_parquet_log_in_parts_gives_the_same_saved_result(tmp_path: Path) -> None:
    rows = [("a", "u1", "training_held", "2019-05-06"), ("b", "u2", "training_held", "2019-06-06")]
    path = tmp_path / "log.parquet"
    pd.DataFrame(rows, columns=["id", "unit", "kind", "at"]).to_parquet(path)
    units = tmp_path / "units.csv"
    units.write_text("id,name\nu1,甲局\nu2,乙局\n", encoding="utf-8")
    saved = []
    for name, more in (("whole.json", ()), ("parts.json", ("--partitions", "2"))):
        out = tmp_path / name
        done = run("score", "bishan-2019", path, "--units", units, "--out", out, *more)
        assert done.exit_code == 0, done.output
        saved.append(out.read_bytes())
    assert saved[0] == saved[1]
