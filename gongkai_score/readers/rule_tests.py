"""Reads tests beside the rules: one YAML file in, checked tests out, or every mistake at once with its place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from gongkai_score.errors import Problem, RuleTestError, file_cause, problem
from gongkai_score.indicator_set import Gate, Indicator, IndicatorSet
from gongkai_score.readers.indicator_sets import check_indicator_set, shipped_indicator_sets
from gongkai_score.readers.marked_yaml import Marked, Path, read_marked
from gongkai_score.readers.rule_test_parts import Builder
from gongkai_score.readers.schema_errors import schema_problems, shipped_schema
from gongkai_score.readers.schema_words import nearest
from gongkai_score.readers.set_draft import Draft, hint
from gongkai_score.readers.set_values import word_of
from gongkai_score.rule_tests import Equivalent, RuleTest, RuleTestFile

Options = tuple[tuple[str, str], ...]


def read_rule_tests(source: str | FilePath) -> RuleTestFile:
    """Reads the tests of an indicator set.

    Args:
        source: path of a test file or of a set with one in ``tests/`` beside it, or the id of a set that comes
            with the library.

    Raises:
        RuleTestError: the file cannot be used; carries every problem found.
    """
    found, problems = check_rule_tests(source)
    if found is None:
        raise RuleTestError(problems)
    return found


def check_rule_tests(source: str | FilePath) -> tuple[RuleTestFile | None, tuple[Problem, ...]]:
    """Reads the tests of an indicator set and tells everything there is to say about the file.

    Returns:
        The tests, or None if they cannot be used; and all problems in the order of their places.
    """
    place = _located(source)
    if isinstance(place, Problem):
        return None, (place,)
    name = str(source) if FilePath(source).exists() else place.name
    try:
        raw = place.read_bytes()
    except OSError as error:
        return None, (problem("T001", name=name, **file_cause(error)),)
    marked, problems = read_marked(raw, name)
    if marked is None:
        return None, tuple(problems)
    if (
        isinstance(marked.data, dict)
        and "tests" not in marked.data
        and marked.data.keys() & {"indicators", "extends"}
    ):
        tests = _beside(place, place.stem)
        if tests.is_file():
            return check_rule_tests(tests)
        return None, (problem("T022", file=name, name=name, place=str(tests)),)
    problems += schema_problems(marked, shipped_schema("rule-tests"))
    found = None
    if isinstance(marked.data, dict):
        reader = _Reader(marked, problems, place.parent)
        found = reader.file()
    problems.sort(key=lambda p: (p.file != name, p.line or 0, p.column or 0))
    usable = not any(p.severity == "error" for p in problems)
    return (found if usable else None), tuple(_distinct(problems))


def _distinct(problems: list[Problem]) -> list[Problem]:
    return list({(p.code, p.place, p.path, str(p.values)): p for p in problems}.values())


def shipped_rule_tests() -> dict[str, FilePath]:
    """The test files that come with the library: id of the set → file."""
    found: dict[str, FilePath] = {}
    for name, place in shipped_indicator_sets().items():
        tests = _beside(place, name)
        if tests.is_file():
            found[name] = tests
    return found


def _beside(place: FilePath, name: str) -> FilePath:
    return place.parent / "tests" / f"{name}.yaml"


def _located(source: str | FilePath) -> FilePath | Problem:
    """The test file meant: the file itself, or the one beside a set that comes with the library."""
    path, shipped = FilePath(source), shipped_indicator_sets()
    if path.exists():
        return path
    if str(source) not in shipped:
        zh, en = hint(
            nearest(path.stem, shipped),
            "请检查路径。",
            f"Check the path; sets of the library: {', '.join(shipped)}.",
        )
        return problem("T023", name=str(source), hint_zh=zh, hint_en=en)
    tests = _beside(shipped[str(source)], str(source))
    if not tests.is_file():
        return problem("T020", set=str(source), place=f"indicators/tests/{source}.yaml")
    return tests


class _Reader:
    """Turns a document into tests and collects what is wrong with them."""

    def __init__(self, marked: Marked, problems: list[Problem], folder: FilePath | None) -> None:
        self.marked, self.problems, self.folder = marked, problems, folder
        self.draft = Draft(marked)
        self.draft.mark_broken(p.path or "" for p in problems if p.severity == "error")
        self.sets: dict[Options, IndicatorSet] = {}
        self.nodes: dict[str, Indicator | Gate] = {}

    def file(self) -> RuleTestFile | None:
        """The whole file; None where there is nothing to build on."""
        data: dict[str, Any] = self.marked.data
        common = self._options(data, ())
        told = self.draft.sound(lambda value, _: value, data.get("set"), ("set",))
        whole = None if told is None else self._set(str(told), common, ("set",))
        if whole is None or not isinstance(data.get("tests"), list):
            return None
        self.nodes = {node.id: node for node in whole.root.walk()} | {gate.id: gate for gate in whole.gates}
        builder = Builder(self.draft, whole, self.nodes)
        tests: list[RuleTest] = []
        seen: dict[tuple[str, str], int] = {}
        for i, one in enumerate(data["tests"]):
            at: Path = ("tests", i)
            node = self._node(one, at) if isinstance(one, dict) else None
            if node is None or self.draft.is_broken(at):
                continue
            first = seen.setdefault((node.id, one["name"]), self.marked.mark(at)[0])
            if first != self.marked.mark(at)[0]:
                self.draft.say("T016", (*at, "name"), node=node.id, name=one["name"], first=first)
            options = _merged(common, self._options(one, at))
            if options not in self.sets and self._set(str(told), options, (*at, "options")) is None:
                continue
            test = builder.test(one, at, node, options, data)
            if test is not None:
                tests.append(test)
        equivalents = self._equivalents(data)
        self.problems += self.draft.problems
        return RuleTestFile(self.marked.file, whole, tuple(tests), self.sets, equivalents)

    def _set(self, name: str, options: Options, at: Path) -> IndicatorSet | None:
        source: str | FilePath = name
        if self.folder is not None and (self.folder / name).is_file():
            source = self.folder / name
        found, problems = check_indicator_set(source, options=dict(options) or None)
        errors = [p for p in problems if p.severity == "error"]
        if found is not None:
            self.sets[options] = found
            return found
        said = [p for p in errors if p.code in ("S112", "S113")]
        for one in said if at[-1] == "options" or options else ():
            self.draft.say("T017", at, detail_zh=one.message("zh"), detail_en=one.message("en"))
        if not (said and options):
            self.draft.say("T002", at, name=name, errors=len(errors))
            self.problems += errors
        if at == ("set",):
            self.problems += self.draft.problems
        return None

    def _options(self, told: Mapping[str, Any], at: Path) -> Options:
        options = self.draft.sound(lambda value, _: value, told.get("options"), (*at, "options"))
        return tuple(sorted((name, word_of(value)) for name, value in (options or {}).items()))

    def _node(self, told: Mapping[str, Any], at: Path) -> Indicator | Gate | None:
        named = [key for key in ("indicator", "gate") if isinstance(told.get(key), str)]
        if len(named) != 1:
            if not any(key in told and self.draft.is_broken((*at, key)) for key in ("indicator", "gate")):
                self.draft.say("T004", at, count=len(named))
            return None
        return self._known(told[named[0]], (*at, named[0]))

    def _known(self, node: str, at: Path) -> Indicator | Gate | None:
        if node in self.nodes:
            return self.nodes[node]
        zh, en = hint(nearest(node, self.nodes), "编号见指标体系。", "Ids stand in the set.")
        name = next(iter(self.sets.values())).id
        self.draft.say("T003", at, set=name, node=node, hint_zh=zh, hint_en=en)
        return None

    def _equivalents(self, data: Mapping[str, Any]) -> tuple[Equivalent, ...]:
        found = []
        told = data.get("equivalent")
        for i, one in enumerate(told if isinstance(told, list) else ()):
            at: Path = ("equivalent", i)
            if not self.draft.is_broken(at) and self._known(one["indicator"], (*at, "indicator")) is not None:
                line = self.marked.mark(at)[0]
                found.append(Equivalent(one["indicator"], one["mutation"], one["reason"], line))
        return tuple(found)


def _merged(common: Options, own: Options) -> Options:
    return tuple(sorted((dict(common) | dict(own)).items()))
