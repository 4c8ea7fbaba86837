"""Checks of a whole set."""

from __future__ import annotations

from typing import Any

from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.readers.set_builder import Tree
from gongkai_score.readers.set_draft import Draft


def check_set(draft: Draft, data: dict[str, Any], built: IndicatorSet, tree: Tree) -> None:
    """Stub."""
