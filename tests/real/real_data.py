"""Where the public data lie that these tests are tried on; they are not part of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
DATA = HERE.parents[1] / ".." / "shared" / "data"


def folder(name: str) -> Path:
    """The folder of one data set; the test is skipped where it is absent."""
    found = (DATA / name).resolve()
    if not found.is_dir():
        pytest.skip(f"public data not here: {name}")
    return found


def set_file(name: str) -> Path:
    """An indicator set of these tests."""
    return HERE / "sets" / f"{name}.yaml"


def mapping_file(name: str) -> Path:
    """A mapping of these tests."""
    return HERE / "mappings" / f"{name}.yaml"
