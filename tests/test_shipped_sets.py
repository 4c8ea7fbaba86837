"""The shipped sets quote their documents word for word, leave no duty out, invent none, and share 100 points."""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from gongkai_score.readers.indicator_sets import check_indicator_set, shipped_indicator_sets

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "indicators"
DOMAIN = ROOT / ".." / "shared" / "domain"
DUTIES = {"bengbu-2017": 79, "jinan-2018": 244, "jiangmen-2016": 154, "huainan-2024": 64, "bishan-2019": 91}
Node = dict[str, Any]


def folded(text: str) -> str:
    """Text without spaces and without the difference of full and half width."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def pieces(quote: str) -> list[str]:
    """What a quote takes from one clause, folded; ``…`` joins the pieces."""
    return [folded(piece) for piece in quote.split("…")]


def walk(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from walk(node.get("children", []))


def leaves(of: Node) -> list[Node]:
    return [node for node in walk(of["indicators"]) if "children" not in node]


def excerpts(name: str) -> list[tuple[str, str]]:
    """Clause and text of each recorded excerpt."""
    header, *lines = (FOLDER / "excerpts" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert header.startswith("# ")
    found = [line.removeprefix("[").partition("] ") for line in lines]
    assert all(clause and text for clause, _, text in found)
    return [(clause, text) for clause, _, text in found]


@pytest.fixture(scope="module", params=DUTIES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def found(name: str) -> Node:
    document: Node = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return document


def test_the_five_sets_are_shipped_and_632_duties_in_all() -> None:
    assert set(shipped_indicator_sets()) == set(DUTIES)
    assert sum(DUTIES.values()) == 632


def test_each_set_has_a_leaf_for_each_duty_and_no_id_twice(name: str, found: Node) -> None:
    assert found["id"] == name
    assert len(leaves(found)) == DUTIES[name]
    again = Counter(node["id"] for node in walk(found["indicators"]))
    assert not [found_id for found_id, times in again.items() if times > 1]


def test_the_reader_finds_nothing_to_say(name: str) -> None:
    _, problems = check_indicator_set(FOLDER / f"{name}.yaml")
    assert list(problems) == []


def test_each_set_names_its_schema_for_editors_in_its_first_line(name: str) -> None:
    first = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    schema = first.removeprefix("# yaml-language-server: $schema=")
    assert (FOLDER / schema).resolve() == ROOT / "gongkai_score/data/schemas/indicator-set.schema.json"
    assert (FOLDER / schema).is_file()


def test_each_leaf_has_clause_quote_and_both_names(found: Node) -> None:
    for leaf in leaves(found):
        texts = [leaf["clause"], leaf["quote"], leaf["name"]["zh"], leaf["name"]["en"]]
        assert all(isinstance(text, str) and text.strip() for text in texts), leaf["id"]
        assert all(pieces(leaf["quote"])), leaf["id"]


def test_points_add_up_at_every_level_and_to_100(found: Node) -> None:
    def add_up(children: list[Node]) -> Decimal:
        return sum((Decimal(str(child["points"])) for child in children), Decimal(0))

    assert found["full_marks"] == 100 == add_up(found["indicators"])
    for node in walk(found["indicators"]):
        if "children" in node:
            assert add_up(node["children"]) == Decimal(str(node["points"])), node["id"]


def test_the_points_are_owned_up_to_as_an_assumption(found: Node) -> None:
    assert "假定" in found["weights_note"]["zh"]
    assert "assum" in found["weights_note"]["en"]


def test_each_piece_of_each_quote_stands_in_the_excerpts_of_its_clause(name: str, found: Node) -> None:
    by_clause: dict[str, list[str]] = {}
    for clause, text in excerpts(name):
        by_clause.setdefault(clause, []).append(folded(text))
    for leaf in leaves(found):
        for piece in pieces(leaf["quote"]):
            assert any(piece in text for text in by_clause[leaf["clause"]]), (leaf["id"], piece)


def test_no_excerpt_is_recorded_that_no_leaf_quotes(name: str, found: Node) -> None:
    quoted: dict[str, list[str]] = {}
    for leaf in leaves(found):
        quoted.setdefault(leaf["clause"], []).extend(pieces(leaf["quote"]))
    for clause, text in excerpts(name):
        assert any(piece in folded(text) for piece in quoted.get(clause, [])), (clause, text)


@pytest.mark.skipif(not (DOMAIN / "duties.csv").is_file(), reason="the list of duties is absent")
def test_the_leaves_are_the_duties_of_the_document_all_of_them_and_none_invented(name: str, found: Node) -> None:
    with (DOMAIN / "duties.csv").open(encoding="utf-8-sig", newline="") as file:
        duties = [row["id"].partition("/") for row in csv.DictReader(file)]
    assert len(duties) == 632
    of_set = [duty for document, _, duty in duties if document == name]
    assert sorted(leaf["id"] for leaf in leaves(found)) == sorted(of_set)


@pytest.mark.skipif(not (DOMAIN / "seeds").is_dir(), reason="the documents are absent")
def test_each_excerpt_stands_in_the_document(name: str) -> None:
    document = folded((DOMAIN / "seeds" / f"{name}.txt").read_text(encoding="utf-8-sig"))
    for clause, text in excerpts(name):
        assert folded(text) in document, (clause, text)
