"""What the package exports."""

from __future__ import annotations

import gongkai_score


def test_every_exported_name_is_there_and_documented() -> None:
    assert sorted(gongkai_score.__all__) == sorted(gongkai_score._HOMES)
    for name in gongkai_score.__all__:
        assert getattr(gongkai_score, name).__doc__, name


def test_an_unknown_name_is_an_ordinary_attribute_error() -> None:
    assert not hasattr(gongkai_score, "no_such_name")
