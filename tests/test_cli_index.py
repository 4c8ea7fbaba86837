"""The command that keeps a checked log in one file: what it prints, what it refuses, and that scores stay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gongkai_score.cli import cli
from gongkai_score.outputs import log_parquet

pytest.importorskip("pyarrow.parquet")
CITY = Path(__file__).parent.parent / "examples" / "city"
HEAD = "id,unit,kind,at\n"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a log of two good rows, one without a date and one of a unit nobody registered."""
    monkeypatch.chdir(tmp_path)
    rows = "1,甲局,training_held,2019-05-06\n2,a,document_published,2019-06-06\n3,a,training_held,\n"
    (tmp_path / "log.csv").write_text(f"{HEAD}{rows}4,b,training_held,2019-05-06\n", encoding="utf-8")
    (tmp_path / "units.csv").write_text("id,name,type\na,甲局,department\n", encoding="utf-8")
    return tmp_path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_scoring_the_file_gives_the_bytes_of_scoring_the_log(tmp_path: Path) -> None:
    logs = CITY / "log.csv", CITY / "log_gb18030.csv"
    kept, units = tmp_path / "city.parquet", CITY / "units.csv"
    assert run("index", *logs, "--units", units, "-o", kept).exit_code == 1
    saved = []
    for name, given in (("whole.json", logs), ("kept.json", (kept,))):
        out = tmp_path / name
        done = run("score", "bishan-2019", *given, "--units", units, "--period", "2019Q3", "--out", out)
        assert done.exit_code == 1, done.output
        saved.append((out.read_bytes(), done.stdout))
    assert saved[0] == saved[1]


@pytest.mark.parametrize(
    ("lang", "lines", "said"),
    [
        (
            "zh",
            ("采用 2", "未采用：L104 没有日期 1", "未采用：L301 单位不在名册中 1", "读入 4"),
            "2 条事项，2 种，1 个单位",
        ),
        (
            "en",
            ("used 2", "set aside: L104 no date 1", "set aside: L301 unit not registered 1", "read 4"),
            "2 events of 2 kinds, 1 units",
        ),
    ],
)
def test_it_tells_what_was_read_set_aside_and_written(
    here: Path, lang: str, lines: tuple[str, ...], said: str
) -> None:
    done = run("index", "log.csv", "--units", "units.csv", "-o", "kept.parquet", "--lang", lang)
    printed = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert done.exit_code == 1 and set(lines) <= set(printed), done.output
    assert "kept.parquet" in done.stderr and said in done.stderr
    table = json.loads(run("index", "log.csv", "-o", "kept.parquet", "--format", "json", "--lang", lang).stdout)
    assert [list(row.values())[1] for row in table["rows"]] == [3, 1, 4]
    assert names(here) == {"log.csv", "units.csv", "kept.parquet"}


def test_a_log_without_a_finding_ends_with_exit_code_0(here: Path) -> None:
    (here / "log.csv").write_text(f"{HEAD}1,a,training_held,2019-05-06\n", encoding="utf-8")
    assert run("index", "log.csv", "-o", "kept.parquet").exit_code == 0


def test_units_mapping_and_severity_are_taken_as_by_score(here: Path) -> None:
    (here / "foreign.csv").write_text("谁,何时\na,2019-05-06\na,今天\n", encoding="utf-8")
    (here / "mapping.yaml").write_text(
        "unit: 谁\nevents: [{kind: {constant: training_held}, at: 何时}]\n", encoding="utf-8"
    )
    done = run("index", "foreign.csv", "--mapping", "mapping.yaml", "-o", "kept.parquet")
    assert done.exit_code == 1 and "L115" in done.stdout, done.output
    done = run(
        "index", "foreign.csv", "--mapping", "mapping.yaml", "--severity", "L115=error", "-o", "other.parquet"
    )
    assert done.exit_code == 2 and "L115" in done.stderr and "other.parquet" not in names(here)


def test_kinds_of_a_set_count_when_the_set_is_named(here: Path) -> None:
    (here / "set.yaml").write_text(
        "id: s\ntitle: 小\nplan_year: 2019\nevents: {site_visited: {zh: 走访, en: visit}}\nindicators:\n"
        "  - {id: A, name: 甲, points: 1, measure: {kind: exists, event: site_visited}}\n",
        encoding="utf-8",
    )
    (here / "log.csv").write_text(f"{HEAD}1,a,site_visited,2019-05-06\n", encoding="utf-8")
    assert "L302" in run("index", "log.csv", "-o", "without.parquet").stdout
    assert run("index", "log.csv", "--set", "set.yaml", "-o", "with.parquet").exit_code == 0
    for name, code in (("without.parquet", 2), ("with.parquet", 0)):
        done = run("score", "set.yaml", name, "--units", "units.csv")
        assert done.exit_code == code and ("L221" in done.output) == (code == 2), done.output


@pytest.mark.parametrize(
    ("words", "code", "zh", "en"),
    [
        (("log.csv", "-o", "kept.csv"), "P011", "以 .parquet 结尾", "ends with .parquet"),
        (("log.csv", "-o", "none/kept.parquet"), "P012", "没有文件夹“none”", "no folder 'none'"),
        (("other.parquet", "-o", "other.parquet"), "P013", "会盖掉它", "would be lost"),
        (("log.csv", "--units", "other.parquet", "-o", "./other.parquet"), "P013", "会盖掉它", "would be lost"),
        (("done.parquet", "-o", "kept.parquet"), "P014", "不必再整理", "is an indexed log already"),
        (("log.csv", "done.parquet", "-o", "kept.parquet"), "P014", "不必再整理", "is an indexed log already"),
        (("log.csv", "-o", "kept.parquet", "--severity", "L303"), "P004", "L303=error", "L303=error"),
        (("log.csv", "-o", "kept.parquet", "--severity", "L999=error"), "L228", "L999", "L999"),
        (("log.csv", "-o", "kept.parquet", "--set", "no-such-set"), "S", "no-such-set", "no-such-set"),
        (("none.csv", "-o", "kept.parquet"), "L201", "打不开", "cannot be opened"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_cannot_be_done_is_told_and_nothing_is_written(
    here: Path, words: tuple[str, ...], code: str, zh: str, en: str, lang: str
) -> None:
    assert run("index", "log.csv", "-o", "done.parquet").exit_code == 1
    (here / "other.parquet").write_bytes(b"another table")
    before = {name: (here / name).read_bytes() for name in names(here)}
    done = run("index", *words, "--lang", lang)
    assert done.exit_code == 2 and f" {code}" in done.stderr and {"zh": zh, "en": en}[lang] in done.stderr
    assert "P003" not in done.output and "Traceback" not in done.output and not done.stdout
    assert {name: (here / name).read_bytes() for name in names(here)} == before


@pytest.mark.parametrize(("lang", "words"), [("zh", "无法写出"), ("en", "cannot be written")])
def test_without_pyarrow_the_command_that_brings_it_is_named(
    here: Path, monkeypatch: pytest.MonkeyPatch, lang: str, words: str
) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(log_parquet, "import_module", absent)
    done = run("index", "log.csv", "-o", "kept.parquet", "--lang", lang)
    assert done.exit_code == 2 and " L222" in done.stderr and words in done.stderr
    assert "pip install 'gongkai-score[parquet]'" in done.stderr
    assert "kept.parquet" not in names(here)
