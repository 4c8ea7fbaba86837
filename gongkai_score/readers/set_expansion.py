"""Writes the scoring rules of a set out in full, as ``show --expanded`` prints them."""

from __future__ import annotations

from typing import Any

import yaml

from gongkai_score.indicator_set import Indicator, IndicatorSet
from gongkai_score.points import exact_text
from gongkai_score.readers.set_scoring import expanded


def expanded_yaml(indicator_set: IndicatorSet) -> str:
    """Every leaf with its full marks and its rule as a start and steps, in YAML.

    >>> from gongkai_score.readers.indicator_sets import parse_indicator_set
    >>> measure = "{kind: exists, event: training_held}"
    >>> leaf = f"{{id: A, name: 培训, points: 4, measure: {measure}, scoring: all_or_nothing}}"
    >>> print(expanded_yaml(parse_indicator_set(f"id: s\\ntitle: 小\\nindicators: [{leaf}]")), end="")
    A:
      name: 培训
      points: '4'
      scoring:
        start: full
        steps:
        - set: 0
          when:
            failing: '> 0'
    """
    plain = {leaf.id: _plain(leaf) for leaf in indicator_set.leaves}
    text: str = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=116)
    return text


def _plain(leaf: Indicator) -> dict[str, Any]:
    plain: dict[str, Any] = {"name": leaf.name.of("zh"), "points": exact_text(leaf.points)}
    if leaf.scoring is not None:
        plain["scoring"] = expanded(leaf.scoring)
    rules = [variant.scoring for variant in leaf.variants if variant.scoring is not None]
    if rules:
        plain["variants"] = [{"scoring": expanded(rule)} for rule in rules]
    return plain
