"""What is not needed is not imported: held by looking, in a fresh process, at what was imported, not by timing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {"numpy", "pandas", "pyarrow", "jsonschema", "yaml", "rich", "rich_click", "click", "tabulate"}
"""Every library outside the standard one that the package or a reader of tables uses."""


def imported(code: str) -> set[str]:
    """Which heavy libraries a fresh process has imported after running ``code``."""
    tell = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{tell}"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return HEAVY & set(done.stderr.split())


def command(*words: str) -> str:
    """Code that runs the command line and goes on after it."""
    return (
        f"import sys; sys.argv = ['gongkai-score', *{list(words)}]\n"
        "from gongkai_score.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code"
    )


def test_the_package_imports_nothing_heavy() -> None:
    assert imported("import gongkai_score as gs; assert set(gs.__all__) <= set(dir(gs))") == set()


def test_a_set_is_read_and_checked_with_the_yaml_library_alone() -> None:
    code = "import gongkai_score as gs\nfor name in gs.shipped_indicator_sets():\n    gs.read_indicator_set(name)"
    assert imported(code) == {"yaml"}


@pytest.mark.parametrize("words", [("--help",), ("score", "--help")], ids=" ".join)
def test_help_imports_what_draws_it_and_nothing_else(words: tuple[str, ...]) -> None:
    assert imported(command(*words)) == {"click", "rich", "rich_click"}


def test_the_version_is_told_without_drawing_anything() -> None:
    assert imported(command("--version")) == {"click", "rich_click"}


def test_checking_a_set_needs_no_tables_and_no_drawing() -> None:
    assert imported(command("check", "bishan-2019")) == {"click", "rich_click", "yaml"}


def test_a_set_is_shown_without_numbers_or_frames() -> None:
    assert imported(command("show", "bishan-2019")) == {"click", "rich_click", "yaml", "tabulate"}


def test_a_mistake_in_a_set_brings_the_slow_checker(tmp_path: Path) -> None:
    path = tmp_path / "set.yaml"
    path.write_text("id: s\ntitle: 小\n", encoding="utf-8")
    code = f"import gongkai_score as gs\nassert gs.check_indicator_set({str(path)!r})[0] is None"
    assert imported(code) == {"yaml", "jsonschema"}
