"""What the package exports, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys

import gongkai_score


def test_every_exported_name_is_there_and_documented() -> None:
    assert sorted(gongkai_score.__all__) == sorted(gongkai_score._HOMES)
    for name in gongkai_score.__all__:
        assert getattr(gongkai_score, name).__doc__, name


def test_importing_the_package_imports_nothing_heavy() -> None:
    heavy = ("pandas", "jsonschema", "numpy", "yaml")
    code = f"import sys, gongkai_score; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_name_is_an_ordinary_attribute_error() -> None:
    assert not hasattr(gongkai_score, "no_such_name")
