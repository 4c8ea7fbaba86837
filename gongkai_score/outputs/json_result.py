"""The saved result: one JSON document that holds an assessment whole and is read back to the same.

One member a line, exact numbers as text, days as ISO 8601 dates, cases as columns. The published schema is
``data/schemas/assessment.schema.json`` (JSON Schema 2020-12).
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_type_hints

from gongkai_score.accounts import sums_up, total_sums_up
from gongkai_score.assessment import Assessment
from gongkai_score.errors import Problem, ResultError, file_cause, problem
from gongkai_score.evidence import CaseColumns, CaseTable
from gongkai_score.outputs.json_cases import CASES_SCHEMA, read_cases, written_cases
from gongkai_score.outputs.json_codec import Plain, Wrong, form_of, shown
from gongkai_score.outputs.json_stream import case_texts, dumped
from gongkai_score.points import exact_text

FORMAT = "gongkai-score/assessment"
VERSION = 1
"""Raised when a file of this version could not be read by an older library."""
_SURROGATES = re.compile("[\ud800-\udfff]")


def _members() -> dict[str, Any]:
    """Members of the document that the types describe, in order: all of the assessment but its cases."""
    hints = get_type_hints(Assessment)
    return {name: form_of(hints[name]) for name in Assessment.__dataclass_fields__ if name != "cases"}


def to_json(assessment: Assessment, path: str | Path | None = None, indent: int | None = None) -> str:
    """The assessment as a JSON document, written to ``path`` too if one is given.

    Args:
        assessment: the result.
        path: a file, written whole or not at all.
        indent: spaces a level for people; without it one line for each member.

    Returns:
        The text. Reading it back and writing it again gives the same text.

    Raises:
        ResultError: the file cannot be written (R015).
    """
    if indent is None:
        text = "".join(_texts(assessment))
    else:
        members = {name: form.write(getattr(assessment, name)) for name, form in _members().items()}
        cases = {
            node: {measure: written_cases(columns.columns()) for measure, columns in measures.items()}
            for node, measures in assessment.cases.items()
        }
        whole = {"format": FORMAT, "version": VERSION, **members, "cases": cases}
        text = _fit(json.dumps(whole, ensure_ascii=False, indent=indent) + "\n")
    if path is not None:
        _write([text], Path(path))
    return text


def write_json(assessment: Assessment, path: str | Path) -> None:
    """Writes the document that :func:`to_json` gives without holding it in memory.

    Args:
        assessment: the result.
        path: a file, written whole or not at all.

    Raises:
        ResultError: the file cannot be written (R015).
    """
    _write(_texts(assessment), Path(path))


def _texts(assessment: Assessment) -> Iterator[str]:
    """The document piece by piece: one line for each member."""
    yield f'{{\n"format": {dumped(FORMAT)},\n"version": {VERSION}'
    for name, form in _members().items():
        yield _fit(f",\n{json.dumps(name)}: {dumped(form.write(getattr(assessment, name)))}")
    yield ',\n"cases": {'
    for place, (node, measures) in enumerate(assessment.cases.items()):
        yield _fit(f"{',' * (place > 0)}{dumped(node)}:{{")
        for number, (measure, columns) in enumerate(measures.items()):
            yield _fit(f"{',' * (number > 0)}{dumped(measure)}:")
            yield from map(_fit, case_texts(columns))
        yield "}"
    yield "}\n}\n"


def _fit(text: str) -> str:
    """Text without halves of characters, which no encoding has."""
    return _SURROGATES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _write(texts: Iterable[str], target: Path) -> None:
    """Writes a file whole: beside its place first, then moved there."""
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(texts)
        Path(name).replace(target)
    except BaseException as error:
        if name:
            Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ResultError(problem("R015", file=str(target), **file_cause(error))) from error
        raise


def read_assessment(source: str | Path) -> Assessment:
    """An assessment from a saved result.

    Args:
        source: a path, or the document itself (text that begins with ``{``).

    Raises:
        ResultError: the file cannot be read, is no saved result, comes from a newer version or was damaged.
    """
    if isinstance(source, str) and source.lstrip("\ufeff \t\r\n").startswith("{"):
        return _read(source, None)
    file = str(source)
    try:
        raw = Path(source).read_bytes()
    except (OSError, ValueError) as error:
        raise ResultError(problem("R001", file=file, **file_cause(error))) from error
    try:
        return _read(raw.decode("utf-8-sig"), file)
    except UnicodeDecodeError as error:
        raise ResultError(problem("R002", file=file, byte=error.start + 1)) from error


def _read(text: str, file: str | None) -> Assessment:
    data = _parsed(text.removeprefix("\ufeff"), file)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ResultError(problem("R004", file=file, format=FORMAT))
    version = data.get("version")
    if type(version) is not int or version < 1:
        raise ResultError(problem("R007", file=file, path="version", expected=VERSION, found=shown(version)))
    if version > VERSION:
        raise ResultError(problem("R005", file=file, found=version, known=VERSION))
    found: list[Problem] = []
    values: dict[str, Any] = {}
    forms = _members()
    for name in (*forms, "cases"):
        try:
            if name not in data:
                raise Wrong("R006", key=name)
            values[name] = _cases(data[name]) if name == "cases" else forms[name].read(data[name])
        except Wrong as wrong:
            at = [] if wrong.code == "R006" and not wrong.path and name not in data else [name]
            found.append(_problem(wrong.code, file, _path([*at, *wrong.path]), wrong.values))
        except RecursionError as error:
            raise ResultError(problem("R003", file=file, path=name, detail=str(error))) from error
    for key in data.keys() - forms.keys() - {"format", "version", "cases"}:
        found.append(problem("R008", file=file, key=key))
    if not found:
        assessment = Assessment(**values)
        found = [_problem(code, file, path, told) for code, path, told in _contradictions(assessment)]
    if found:
        raise ResultError(found)
    return assessment


def _problem(code: str, file: str | None, path: str, values: Mapping[str, Any]) -> Problem:
    return problem(code, file=file, path=path or None, **values)


def _parsed(text: str, file: str | None) -> Plain:
    def unique(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
        made = dict(pairs)
        if len(made) != len(pairs):
            keys = [key for key, _ in pairs]
            repeated = next(key for key in keys if keys.count(key) > 1)
            raise ResultError(problem("R009", file=file, key=repeated))
        return made

    def refused(word: str) -> Plain:
        raise ResultError(problem("R003", file=file, detail=word))

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refused)
    except json.JSONDecodeError as error:
        where = {"file": file, "line": error.lineno, "column": error.colno}
        raise ResultError(problem("R003", detail=error.msg, **where)) from error  # type: ignore[arg-type]
    except (RecursionError, ValueError) as error:
        raise ResultError(problem("R003", file=file, detail=str(error) or "nesting")) from error


def _path(parts: Sequence[str | int]) -> str:
    return "/".join(map(str, parts))


def _cases(value: Plain) -> dict[str, dict[str, CaseColumns]]:
    if not isinstance(value, dict) or not all(isinstance(one, dict) for one in value.values()):
        raise Wrong("R007", expected="{…: {…}}", found="…")
    made: dict[str, dict[str, CaseColumns]] = {}
    for node, measures in value.items():
        made[node] = {}
        for measure, columns in measures.items():
            try:
                made[node][measure] = read_cases(columns)
            except Wrong as wrong:
                raise wrong.below(measure).below(node) from None
    return made


Contradiction = tuple[str, str, dict[str, object]]


def _contradictions(assessment: Assessment) -> Iterator[Contradiction]:
    """Where the parts of a result that is well formed do not agree with each other."""
    units = len(assessment.units)
    ids = [node.id for node in assessment.indicator_set.root.walk()]
    measured = {leaf.id for leaf in assessment.indicator_set.leaves} | {
        g.id for g in assessment.indicator_set.gates
    }
    if odd := sorted(set(ids) ^ set(assessment.nodes)):
        yield "R014", "nodes", {"detail": "、".join(odd)}
    for name, held in (("measurements", assessment.measurements), ("cases", assessment.cases)):
        if stray := sorted(set(held) - measured):
            yield "R014", name, {"detail": "、".join(stray)}
    columns: dict[str, Any] = {f"nodes/{node}": column for node, column in assessment.nodes.items()}
    for node, measures in assessment.measurements.items():
        columns |= {f"measurements/{node}/{measure}": column for measure, column in measures.items()}
    columns["totals"] = assessment.totals
    wrong = [
        item
        for path, column in columns.items()
        for item in _column_faults(f"{path}/index", column.index, len(column.values), units)
    ]
    yield from wrong
    yield from _column_faults("places", [place.unit for place in assessment.places], units, units)
    for node, tables in assessment.cases.items():
        for measure, table in tables.items():
            yield from _case_faults(f"cases/{node}/{measure}", table.columns(), units)
    counts = assessment.rows
    if not counts.adds_up:
        whole = counts.used + sum(counts.set_aside.values()) + sum(counts.outside.values())
        yield "R013", "rows", {"read": counts.read, "sum": whole}
    warnings = [("set_aside", row.problem) for row in assessment.set_aside]
    for name, one in (*warnings, *(("warnings", one) for one in assessment.warnings)):
        try:
            one.message("zh"), one.message("en")
        except (KeyError, IndexError, ValueError):
            yield "R016", name, {"found": one.code}
    if not wrong and not odd:
        yield from _sums(assessment)


def _column_faults(path: str, index: Sequence[int], values: int, units: int) -> Iterator[Contradiction]:
    if len(index) != units:
        yield "R010", path, {"expected": units, "found": len(index)}
    outside = next((i for i in index if not 0 <= i < values), None)
    if outside is not None:
        yield "R011", path, {"found": outside, "last": values - 1}


def _case_faults(path: str, table: CaseTable, units: int) -> Iterator[Contradiction]:
    yield from _outside(f"{path}/unit", table.unit, units)
    yield from _outside(f"{path}/verdict", table.verdict, 12)
    yield from _outside(f"{path}/rows", [i for rows in table.rows for i in rows], len(table.events))
    place = next((i for i in range(1, len(table.unit)) if table.unit[i] < table.unit[i - 1]), None)
    if place is not None:
        yield "R017", f"{path}/unit", {"place": place}


def _outside(path: str, values: Sequence[int], size: int) -> Iterator[Contradiction]:
    if values and not (min(values) >= 0 and max(values) < size):
        found = next(value for value in values if not 0 <= value < size)
        yield "R011", path, {"found": found, "last": size - 1}


def _sums(assessment: Assessment) -> Iterator[Contradiction]:
    """Accounts that do not add up, each distinct one once."""
    for node, column in assessment.nodes.items():
        for place, score in enumerate(column.values):
            if not sums_up(score.lines, score.points):
                points = "–" if score.points is None else exact_text(score.points)
                yield "R012", f"nodes/{node}/values/{place}", {"node": node, "points": points}
    roots = assessment.nodes[assessment.indicator_set.root.id]
    for end, root in sorted(set(zip(assessment.totals.index, roots.index, strict=True))):
        found = assessment.totals.values[end]
        if not total_sums_up(found, roots.values[root]):
            points = "–" if found.points is None else exact_text(found.points)
            yield "R012", f"totals/values/{end}", {"node": assessment.indicator_set.root.id, "points": points}


def schema() -> Mapping[str, Plain]:
    """The JSON Schema of the document, made from the types; the published file is this."""
    defs: dict[str, Plain] = {}
    properties: dict[str, Plain] = {"format": {"const": FORMAT}, "version": {"const": VERSION}}
    for name, form in _members().items():
        properties[name] = form.schema(defs)
    by_measure = {"type": "object", "additionalProperties": {"$ref": "#/$defs/CaseTable"}}
    properties["cases"] = {"type": "object", "additionalProperties": by_measure}
    defs |= CASES_SCHEMA
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:gongkai-score:assessment",
        "title": "测评结果 / assessment",
        "description": "Exact numbers are text (81.34, 1/3); days are ISO 8601 dates; a column holds each distinct "
        "value once, and for each unit its position among them.",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "$defs": dict(sorted(defs.items())),
    }
