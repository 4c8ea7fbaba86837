"""The options of a set: defaults, the set's own answers, then the caller's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gongkai_score.measure_kinds import Duration
from gongkai_score.options import SETTABLE, Option
from gongkai_score.readers.schema_words import nearest
from gongkai_score.readers.set_draft import Draft, hint
from gongkai_score.readers.set_values import parse_duration


def options_in_force(draft: Draft, told: Any, overriding: Mapping[str, object] | None) -> dict[str, object]:
    """Every option with its value; answers that cannot be used are told and passed over."""
    found: dict[str, object] = {name: _value(option, option.default) for name, option in SETTABLE.items()}
    if isinstance(told, dict):
        for name, value in told.items():
            if not draft.is_broken(("options", name)):
                _take(draft, found, name, value, ("options", name))
    for name, value in (overriding or {}).items():
        _take(draft, found, name, _plain_value(value) if isinstance(value, str) else value, ())
    return found


def _plain_value(text: str) -> object:
    """What a word from a command line means: a whole number, true, false, or itself."""
    if text.isdecimal():
        return int(text)
    return {"true": True, "false": False}.get(text, text)


def _take(draft: Draft, found: dict[str, object], name: str, value: object, path: tuple[str, ...]) -> None:
    option = SETTABLE.get(name)
    if option is None:
        names = ", ".join(SETTABLE)
        zh, en = hint(nearest(name, SETTABLE), f"可用的选项：{names}。", f"Options: {names}.")
        draft.say("S112", path, "key", name=name, hint_zh=zh, hint_en=en)
        return
    try:
        found[name] = _value(option, value)
    except (ValueError, TypeError):
        zh, en = option.takes
        draft.say("S113", path, name=name, found=_word(value), allowed_zh=zh, allowed_en=en)


def _value(option: Option, value: object) -> object:
    """The value as the engine takes it.

    Raises:
        ValueError: the option cannot take it.
    """
    if option.allowed == "duration":
        return value if isinstance(value, Duration) else parse_duration(str(value))
    if option.allowed == "whole number":
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(value)
        return value
    if not any(type(value) is type(one) and value == one for one in option.allowed):
        raise ValueError(value)
    return value


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
