"""Why a file cannot be opened or written is said in the reader's language, not in the operating system's words."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from gongkai_score.activity_log import ActivityLog
from gongkai_score.errors import GongkaiScoreError, file_cause
from gongkai_score.outputs.json_result import read_assessment
from gongkai_score.outputs.log_parquet import write_log
from gongkai_score.readers.calendars import read_calendar
from gongkai_score.readers.indicator_sets import read_indicator_set
from gongkai_score.readers.logs import read_log
from gongkai_score.readers.mappings import read_mapping
from gongkai_score.readers.rule_tests import check_rule_tests
from gongkai_score.readers.units import read_units
from gongkai_score.streaming import sources_of

WORDS = {
    FileNotFoundError: ("没有这个文件或文件夹", "there is no such file or folder"),
    IsADirectoryError: ("这是文件夹，不是文件", "it is a folder, not a file"),
    NotADirectoryError: ("路径中有一段不是文件夹", "a part of its path is no folder"),
    PermissionError: ("没有权限", "permission is denied"),
}
SYSTEM = "No such file", "Is a directory", "Not a directory", "Permission denied"


def read_tests(path: Path) -> None:
    raise GongkaiScoreError(check_rule_tests(path)[1])


READERS: list[tuple[Callable[[Path], Any], str, str]] = [
    (read_log, "log.csv", "L201"),
    (read_units, "units.csv", "L201"),
    (sources_of, "log.parquet", "L201"),
    (read_mapping, "mapping.yaml", "M011"),
    (read_calendar, "2019.json", "C101"),
    (read_indicator_set, "set.yaml", "S104"),
    (read_tests, "tests.yaml", "T001"),
    (read_assessment, "result.json", "R001"),
]


def told(run: Callable[[], Any], code: str) -> tuple[str, str]:
    """The one problem that ends a run, in both languages."""
    with pytest.raises(GongkaiScoreError) as caught:
        run()
    assert [one.code for one in caught.value.problems] == [code]
    return caught.value.text("zh"), caught.value.text("en")


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(("read", "name", "code"), READERS, ids=[name for _, name, _ in READERS])
def test_every_reader_says_why_in_both_languages(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    read: Callable[[Path], Any],
    name: str,
    code: str,
    kind: type[OSError],
) -> None:
    path = tmp_path / name
    path.write_text("x", encoding="utf-8")

    def refuse(*_: object, **__: object) -> NoReturn:
        raise kind(1, "the system's words")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    zh, en = told(lambda: read(path), code)
    assert WORDS[kind][0] in zh and WORDS[kind][1] in en
    assert "system's words" not in zh + en


def test_the_system_s_own_errors_are_of_these_classes(tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text("x", encoding="utf-8")
    asked = [(tmp_path / "none.csv", FileNotFoundError)]
    if os.name == "posix":
        asked += [(tmp_path, IsADirectoryError), (tmp_path / "file.csv" / "log.csv", NotADirectoryError)]
    for path, kind in asked:
        zh, en = told(lambda path=path: read_log(path), "L201")  # type: ignore[misc]
        assert WORDS[kind][0] in zh and WORDS[kind][1] in en
        assert not any(words in zh + en for words in SYSTEM)


def test_a_file_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "log.csv").write_text("unit,kind,at\na,training_held,2019-05-06\n", encoding="utf-8")
    log: ActivityLog = read_log(tmp_path / "log.csv")
    zh, en = told(lambda: write_log(log, tmp_path / "none" / "log.parquet"), "L222")
    assert "没有这个文件或文件夹" in zh and "there is no such file or folder" in en
    assert not any(words in zh + en for words in SYSTEM)


def test_any_other_cause_keeps_the_system_s_words() -> None:
    for error in (OSError(28, "No space left on device"), ValueError("No space left on device")):
        assert set(file_cause(error).values()) == {"No space left on device"}
