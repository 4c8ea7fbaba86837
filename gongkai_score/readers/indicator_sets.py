"""Reads indicator sets: one YAML file in, one checked object out, or every mistake at once with its place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

from gongkai_score.errors import IndicatorSetError, Problem, file_cause, problem
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.points import exact, exact_text
from gongkai_score.readers.marked_yaml import Marked, read_marked
from gongkai_score.readers.schema_errors import schema_problems, shipped_schema
from gongkai_score.readers.schema_words import nearest
from gongkai_score.readers.set_bands import check_ends
from gongkai_score.readers.set_builder import build_gates, build_grades, build_head, build_tree
from gongkai_score.readers.set_checks import check_tree
from gongkai_score.readers.set_draft import Draft, Tree, hint
from gongkai_score.readers.set_options import options_in_force
from gongkai_score.readers.set_overlay import Merged, merged
from gongkai_score.readers.shipped import shipped_folder

MAX_EXTENDS = 5
"""Longest chain of sets that extend each other."""


def read_indicator_set(source: str | FilePath, *, options: Mapping[str, object] | None = None) -> IndicatorSet:
    """Reads an indicator set.

    Args:
        source: path of a YAML file, or the id of a set that comes with the library.
        options: answers to ambiguities that override those of the set (``docs/options.md``).

    Returns:
        The set, every reference in it checked.

    Raises:
        IndicatorSetError: the set cannot be used; carries every problem found, errors and warnings.

    >>> from tempfile import TemporaryDirectory
    >>> text = '''
    ... id: small
    ... title: 小指标
    ... indicators:
    ...   - {id: A, name: 每周更新, points: 10, measure: {kind: frequency, event: channel_updated, every: week}}
    ... '''
    >>> with TemporaryDirectory() as folder:
    ...     path = FilePath(folder) / "small.yaml"
    ...     _ = path.write_text(text, encoding="utf-8")
    ...     read_indicator_set(path)
    <IndicatorSet small: 1 indicators, 10 points>
    """
    found, problems = check_indicator_set(source, options=options)
    return _usable(found, problems)


def check_indicator_set(
    source: str | FilePath, *, options: Mapping[str, object] | None = None
) -> tuple[IndicatorSet | None, tuple[Problem, ...]]:
    """Reads an indicator set and tells everything there is to say about it, warnings too.

    Returns:
        The set, or None if it cannot be used; and all problems, errors first come first served by place.
    """
    located = _located(source)
    if isinstance(located, Problem):
        return None, (located,)
    place, name = located
    try:
        raw = place.read_bytes()
    except OSError as error:
        return None, (problem("S104", file=name, **file_cause(error)),)
    return _checked(raw, name, place.parent, options)


def parse_indicator_set(
    text: str | bytes, file: str = "<text>", *, options: Mapping[str, object] | None = None
) -> IndicatorSet:
    """Reads an indicator set from its text.

    Args:
        text: the YAML document.
        file: the name to show in problems.
        options: as for :func:`read_indicator_set`.

    Raises:
        IndicatorSetError: the set cannot be used.

    >>> try:
    ...     parse_indicator_set("id: a\\ntitle: A\\n", "a.yaml")
    ... except IndicatorSetError as error:
    ...     print(error.text("en"))
    a.yaml:1:1: error D044: required keys are missing: 'indicators'. Add them.
    """
    found, problems = _checked(text, file, None, options)
    return _usable(found, problems)


def _usable(found: IndicatorSet | None, problems: tuple[Problem, ...]) -> IndicatorSet:
    if found is None:
        raise IndicatorSetError(problems)
    return found


def shipped_indicator_sets() -> dict[str, FilePath]:
    """The sets that come with the library: id → file."""
    folder = shipped_folder("indicators")
    found = {path.stem: path for path in folder.iterdir() if path.suffix in (".yaml", ".yml")}
    return dict(sorted(found.items()))


def _located(source: str | FilePath) -> tuple[FilePath, str] | Problem:
    """The file meant, and the name to show for it."""
    text = str(source)
    path = FilePath(source)
    if path.exists():
        return path, text
    shipped = shipped_indicator_sets()
    if text in shipped:
        return shipped[text], f"{text}.yaml"
    zh, en = _advice(text)
    return problem("S100", name=text, hint_zh=zh, hint_en=en)


def _checked(
    raw: str | bytes, name: str, folder: FilePath | None, options: Mapping[str, object] | None
) -> tuple[IndicatorSet | None, tuple[Problem, ...]]:
    marked, problems = _document(raw, name, folder, ())
    if marked is None or not isinstance(marked.data, dict):
        if marked is not None and not problems:
            problems += schema_problems(marked, shipped_schema("indicator-set"))
        return None, tuple(problems)
    unfit = [_plainer(found) for found in schema_problems(marked, shipped_schema("indicator-set"))]
    found, more = _built(marked, unfit, options)
    problems = [*problems, *unfit, *more]
    problems.sort(key=lambda p: (p.file != name, p.line or 0, p.column or 0))
    usable = not any(p.severity == "error" for p in problems)
    return (found if usable else None), _distinct(problems)


_DURATIONS = frozenset({"within", "earliest", "lead", "mended_within", "tolerance"})


def _plainer(found: Problem) -> Problem:
    """A number where a length of time belongs lacks its unit, not its quotes."""
    steps = (found.path or "").split("/")
    if found.code != "D047" or not _DURATIONS & set(steps[-3:]) or steps[-1] in ("from", "to"):
        return found
    place: dict[str, Any] = {"file": found.file, "line": found.line, "column": found.column, "path": found.path}
    return problem("S105", **place, found=found.values["found"])


def _distinct(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple({(p.code, p.place, p.path, str(p.values)): p for p in problems}.values())


def _document(
    raw: str | bytes, name: str, folder: FilePath | None, chain: tuple[str, ...]
) -> tuple[Marked | None, list[Problem]]:
    """The document; where it extends another set, both merged into one."""
    marked, problems = read_marked(raw, name)
    if marked is None or not isinstance(marked.data, dict) or "extends" not in marked.data:
        return marked, problems
    base = marked.data["extends"]
    if not isinstance(base, str):
        return marked, problems
    located = _base(base, folder)
    if isinstance(located, Problem) or base in chain or len(chain) >= MAX_EXTENDS:
        if isinstance(located, Problem):
            zh, en = _advice(base)
            problems.append(marked.problem("S114", ("extends",), name=base, hint_zh=zh, hint_en=en))
        else:
            problems.append(marked.problem("S115", ("extends",), chain=" → ".join((*chain, base))))
        return None, problems
    place, shown = located
    under, more = _document(place.read_bytes(), shown, place.parent, (*chain, base))
    problems += more
    if under is None or not isinstance(under.data, dict):
        return None, problems
    result, found = merged(under, marked)
    return result, [*problems, *found]


def _base(base: str, folder: FilePath | None) -> tuple[FilePath, str] | Problem:
    if folder is not None and (folder / base).is_file():
        return folder / base, str(folder / base)
    return _located(base)


def _advice(name: str) -> tuple[str, str]:
    shipped = shipped_indicator_sets()
    names = ", ".join(shipped) or "∅"
    return hint(
        nearest(name, shipped),
        f"请检查路径；随库提供的有：{names}。",
        f"Check the path; these come with the library: {names}.",
    )


def _built(
    marked: Marked, unfit: list[Problem], overriding: Mapping[str, object] | None
) -> tuple[IndicatorSet, list[Problem]]:
    data: dict[str, Any] = marked.data
    draft = Draft(marked)
    if isinstance(marked, Merged):
        draft.mark_broken("/".join(map(str, path)) for path in (marked.touched if unfit else ()))
    else:
        draft.mark_broken(p.path or "" for p in unfit if p.severity == "error")
    year = data.get("plan_year")
    draft.plan_year = year if isinstance(year, int) and not isinstance(year, bool) else None
    draft.learn_kinds(data.get("events"))
    draft.options = options_in_force(draft, data.get("options"), overriding)
    tree = Tree()
    top = build_tree(draft, data, tree)
    given = {name: str(value) for name, value in (overriding or {}).items()}
    built = build_head(draft, data, top, _digest(data, given))
    built = replace(
        built,
        gates=build_gates(draft, data, tree),
        grades=build_grades(draft, data.get("grades"), ("grades",)),
        lists=build_grades(draft, data.get("lists"), ("lists",)),
    )
    check_tree(draft, data, built, tree)
    check_ends(draft, data, built, tree)
    return built, draft.problems


def _digest(data: Mapping[str, Any], options: Mapping[str, str]) -> str:
    """SHA-256 of what a set says, whatever its comments, layout and order of keys."""
    content = json.dumps([data, options], ensure_ascii=False, sort_keys=True, default=_number)
    return hashlib.sha256(content.encode()).hexdigest()


def _number(value: Decimal) -> object:
    """A number with a point as JSON holds it: ``1.50`` and ``1.5`` are one, ``2.0`` is 2."""
    found = exact(value)
    return found.numerator if found.denominator == 1 else {"number": exact_text(found)}
