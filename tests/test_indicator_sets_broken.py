"""One broken file a mistake: the first lines say which code, place and words its message must have."""

from pathlib import Path

import pytest

from gongkai_score.errors import IndicatorSetError
from gongkai_score.messages import sets
from gongkai_score.readers.indicator_sets import check_indicator_set, read_indicator_set

FOLDER = Path(__file__).parent / "broken" / "sets"
FILES = sorted(FOLDER.glob("*.yaml"))


def expected(path: Path) -> tuple[str, int, int, list[str], list[str]]:
    head, zh, en = path.read_text(encoding="utf-8").split("\n")[:3]
    code, place = head.removeprefix("# ").split(" ")
    line, column = map(int, place.split(":"))
    return code, line, column, zh.removeprefix("# zh: ").split("|"), en.removeprefix("# en: ").split("|")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_broken_set_is_told_its_mistake_where_it_stands(path: Path) -> None:
    code, line, column, zh, en = expected(path)
    found, problems = check_indicator_set(path)
    assert [(p.code, p.line, p.column) for p in problems] == [(code, line, column)]
    (problem,) = problems
    assert problem.file == str(path)
    for words, language in ((zh, "zh"), (en, "en")):
        message = problem.message(language)  # type: ignore[arg-type]
        assert all(word in message for word in words), message
    assert (found is None) == (problem.severity == "error")


@pytest.mark.parametrize("path", [p for p in FILES if not p.stem.startswith("w-")], ids=lambda path: path.stem)
def test_a_set_with_an_error_is_refused(path: Path) -> None:
    code = expected(path)[0]
    with pytest.raises(IndicatorSetError, match=code):
        read_indicator_set(path)


def test_a_set_with_a_warning_is_read() -> None:
    for path in FILES:
        if path.stem.startswith("w-"):
            assert read_indicator_set(path).leaves


def test_every_message_about_sets_has_its_broken_file() -> None:
    covered = {expected(path)[0] for path in FILES}
    elsewhere = {"S001", "S100", "S104", "S115", "S120"}
    assert set(sets.MESSAGES) - covered == elsewhere
