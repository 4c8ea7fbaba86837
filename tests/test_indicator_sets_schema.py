"""The schema is one for engine and editors, and the language reference says all of it and no more."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from gongkai_score.options import SETTABLE
from gongkai_score.readers.marked_yaml import read_marked
from gongkai_score.readers.schema_errors import shipped_schema
from gongkai_score.readers.set_quantities import ALL

HERE = Path(__file__).parent
DATES = FormatChecker(formats=["date"])
DOCS = HERE.parent / "docs"
SCHEMA = shipped_schema("indicator-set")
REFERENCES = [DOCS / "language.md", DOCS / "language.zh-CN.md"]
SETS = sorted([*(HERE / "data" / "sets").glob("*.yaml"), *(HERE / "broken" / "sets").glob("*.yaml")])


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """The schema and everything inside it."""
    if isinstance(schema, dict):
        yield schema
        for key, inner in schema.items():
            if key not in ("x-say", "const", "enum"):
                yield from parts(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from parts(inner)


def properties() -> set[str]:
    """Every key a set can have."""
    return {key for part in parts(SCHEMA.document) for key in part.get("properties", {}) if isinstance(key, str)}


def words() -> set[str]:
    """Every word that a key can have as its value."""
    return {w for part in parts(SCHEMA.document) for w in part.get("enum", []) if isinstance(w, str)}


def code_of(reference: Path) -> str:
    """All that stands between backquotes, or in the sample."""
    text = reference.read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))])


def test_the_schema_is_a_valid_schema_that_editors_can_follow() -> None:
    Draft202012Validator.check_schema(SCHEMA.document)
    for part in parts(SCHEMA.document):
        assert "oneOf" not in part
        if "pattern" in part and isinstance(part["pattern"], str):
            assert set(part["x-say"]) == {"zh", "en"}
    assert all(name.isascii() for name in SCHEMA.document["$defs"])


def test_every_key_is_described_in_both_languages() -> None:
    for part in parts(SCHEMA.document):
        for key, inner in part.get("properties", {}).items():
            if isinstance(inner, dict) and inner and "const" not in inner and part.get("required") != [key]:
                told = (
                    inner.get("description") or SCHEMA.document["$defs"][inner["$ref"].rpartition("/")[2]]["title"]
                )
                assert " / " in told, key
                assert re.search("[\u4e00-\u9fff]", told) and re.search("[a-z]", told), key


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_a_set_that_fits_the_schema_is_known_to_fit_without_the_slow_checker(path: Path) -> None:
    marked, problems = read_marked(path.read_bytes(), path.name)
    if marked is None or any(p.severity == "error" for p in problems):
        pytest.skip("not readable as YAML")
    plain = json.loads(json.dumps(marked.data, default=float))
    assert SCHEMA.fits(marked.data) == Draft202012Validator(SCHEMA.document, format_checker=DATES).is_valid(plain)


def test_the_example_uses_every_word_of_the_language() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for p in (HERE / "data" / "sets").glob("*.yaml"))
    used = set(re.findall(r"[a-z_]+", text))
    assert properties() - used == set()
    assert {
        w for part in parts(SCHEMA.document) for w in [part.get("properties", {}).get("kind", {}).get("const")] if w
    } <= used


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda path: path.name)
def test_the_reference_names_every_key_word_quantity_and_option(reference: Path) -> None:
    told = set(re.findall(r"[A-Za-z_.]+|[<>]=?", code_of(reference)))
    for wanted in (properties(), words(), set(SETTABLE)):
        assert wanted - told == set()
    assert {name for name in ALL if name != "unknown"} - told == set()


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda path: path.name)
def test_every_key_in_the_tables_of_the_reference_exists(reference: Path) -> None:
    known = properties() | words() | set(ALL) | set(SETTABLE)
    for line in reference.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            for name in re.findall(r"`([a-z_]+)`", line.split("|")[1]):
                assert name in known, name


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda path: path.name)
def test_the_sample_of_the_reference_is_a_set_that_can_be_read(reference: Path) -> None:
    from gongkai_score.readers.indicator_sets import parse_indicator_set

    sample = re.findall(r"```yaml\n(.*?)```", reference.read_text(encoding="utf-8"), re.DOTALL)[0]
    assert parse_indicator_set(sample).leaves


def test_the_schema_file_is_written_as_json_is() -> None:
    path = Path(__file__).parents[1] / "gongkai_score" / "data" / "schemas" / "indicator-set.schema.json"
    text = path.read_text(encoding="utf-8")
    assert json.loads(text)["$schema"].endswith("2020-12/schema")
    assert all(len(line) < 400 for line in text.splitlines())
