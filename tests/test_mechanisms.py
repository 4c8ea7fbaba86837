"""Every way of scoring that real schemes use, said in the language and worked by hand: one small file a row.

A file in ``mechanisms`` holds a fragment as an author would write it, a handful of events, what must come out for
each unit, and the calculation in words. ``docs/mechanisms.md`` is made from the same files.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from gongkai_score import Assessment, Unit, UnitRegister, assess, explain, national_calendar, read_log, to_json
from gongkai_score.activity_log import ActivityLog
from gongkai_score.gates import marks_of
from gongkai_score.outputs.json_result import read_assessment
from gongkai_score.period import parse_day
from gongkai_score.points import exact
from gongkai_score.readers.indicator_sets import check_indicator_set
from gongkai_score.tables import ranking_table

HERE = Path(__file__).parent
FOLDER = HERE / "mechanisms"
DOCS = HERE.parent / "docs"
ROWS = [
    f"{letter}{number}"
    for letter, last in (("L", 28), ("G", 7), ("B", 8), ("N", 8), ("A", 10), ("T", 12), ("R", 10))
    for number in range(1, last + 1)
]
"""The closed list: every mechanism found in about sixty published schemes."""
FILES = {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}
Told = dict[str, Any]


@cache
def told_in(name: str) -> Told:
    found = yaml.load(FILES[name].read_text("utf-8"), yaml.BaseLoader)
    assert isinstance(found, dict) and found["row"] == name
    return found


def register_of(told: Told) -> UnitRegister:
    def unit(one: Told) -> Unit:
        given = dict(one)
        tags, channels = (frozenset(given.pop(key, ())) for key in ("tags", "channels"))
        days = {key: parse_day(given.pop(key)) for key in ("active_from", "active_to") if key in given}
        return Unit(**{"name": given["id"], **given}, tags=tags, channels=channels, **days)

    return UnitRegister(unit(one) for one in told.get("units", [{"id": "甲局"}]))


def log_of(rows: Sequence[Told], units: UnitRegister, kinds: Sequence[str]) -> ActivityLog:
    """Events written in plain YAML.

    Several dates under ``at`` are several events, any other list is a cell with several values; the only unit need
    not be named.
    """
    alone = units.ids[0] if len(units) == 1 else ""
    cells: list[Told] = [{"unit": alone, **row, "at": at} for row in rows for at in _listed(row["at"])]
    for number, row in enumerate(cells, 1):
        row.update({key: ";".join(_listed(value)) for key, value in row.items()} | {"id": f"r{number}"})
    frame = pd.DataFrame(cells, columns=None if cells else ["unit", "kind", "at"], dtype="string")
    return read_log(frame, units=units, name="log", event_kinds=kinds)


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def assessed(told: Told, name: str, folder: Path, units: UnitRegister) -> Assessment:
    """One assessment, and before it those it draws on."""
    path = folder / f"{name}.yaml"
    path.write_text(f"id: {name}\ntitle: {name}\n{told['fragment']}", encoding="utf-8")
    indicator_set, problems = check_indicator_set(path)
    said = [one.text("en") for one in problems]
    assert indicator_set is not None, said
    assert sorted(one.code for one in problems if one.severity != "note") == sorted(told.get("says", ())), said
    return assess(
        indicator_set,
        log_of(told.get("log", ()), units, tuple(indicator_set.event_kinds)),
        units,
        calendar=national_calendar(),
        period=told.get("period", "2019"),
        as_of=told.get("as_of"),
        results={part: assessed(one, part, folder, units) for part, one in told.get("parts", {}).items()},
    )


@pytest.fixture(scope="module")
def result_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Assessment]:
    folder = tmp_path_factory.mktemp("mechanisms")
    return cache(lambda name: assessed(told_in(name), name, folder, register_of(told_in(name))))


def came_out(result: Assessment, unit: str, what: str) -> Any:
    """What the assessment says of one expectation, in the words of the file."""
    end, place = result.total(unit), result.place(unit)
    plain: dict[str, Any] = {
        "total": end.points,
        "full": marks_of(result.indicator_set, end, result.node(unit, "total")),
        "grade": place.grade,
        "rank": None if place.rank is None else Fraction(place.rank),
        "lists": list(place.lists),
        "gates": list(end.gates),
        "outcome": end.outcome.value,
    }
    return plain[what]


def differences(result: Assessment, expect: Told) -> list[str]:
    """Every expectation that did not come true."""

    def same(wanted: Any, found: Any) -> bool:
        if found is None:
            return bool(wanted == "none")
        return exact(wanted) == found if isinstance(found, Fraction) else bool(wanted == found)

    wrong = []
    for unit, wanted in expect.items():
        if unit == "set_aside":
            found: Any = {code: str(number) for code, number in result.rows.set_aside.items()}
            if found != wanted:
                wrong.append(f"set aside: {found}, not {wanted}")
            continue
        if unit == "first_and_last":
            table = ranking_table(result, "zh", 2, 1)
            found = [row[table.columns.index("单位")] for row in table.rows]
            if found != wanted:
                wrong.append(f"first and last: {found}, not {wanted}")
            continue
        for what, value in wanted.items():
            if what in ("points", "outcomes"):
                for node, one in value.items():
                    score = result.node(unit, node)
                    found = score.points if what == "points" else score.outcome.value
                    if not same(one, found):
                        wrong.append(f"{unit} {node}: {found}, not {one}")
            elif not same(value, found := came_out(result, unit, what)):
                wrong.append(f"{unit} {what}: {found}, not {value}")
    return wrong


def leaves(told: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Places of all that is expected; a list counts as one."""
    if isinstance(told, dict):
        for key, inner in told.items():
            yield from leaves(inner, (*path, key))
    else:
        yield path


def changed(expect: Told, path: tuple[Any, ...]) -> Told:
    """The same expectations with one of them made false by a little."""
    other = deepcopy(expect)
    inside = other
    for key in path[:-1]:
        inside = inside[key]
    value = inside[path[-1]]
    if isinstance(value, list):
        inside[path[-1]] = [*value, "…"]
    elif value == "none":
        inside[path[-1]] = "0"
    else:
        try:
            inside[path[-1]] = str(exact(value) + Fraction(1, 100))
        except ValueError:
            inside[path[-1]] = value + "…"
    return other


def test_every_row_of_the_closed_list_has_its_file() -> None:
    assert len(ROWS) == 83
    assert set(ROWS) - set(FILES) == set()


@pytest.mark.parametrize("name", FILES)
def test_the_mechanism_comes_out_as_worked_by_hand(result_of: Callable[[str], Assessment], name: str) -> None:
    assert differences(result_of(name), told_in(name)["expect"]) == []


@pytest.mark.parametrize("name", FILES)
def test_no_expectation_holds_when_it_is_changed(result_of: Callable[[str], Assessment], name: str) -> None:
    expect = told_in(name)["expect"]
    places = list(leaves(expect))
    assert places
    for place in places:
        assert len(differences(result_of(name), changed(expect, place))) == 1, place


def test_the_weight_of_openness_can_be_checked_in_the_appraisal_itself(
    result_of: Callable[[str], Assessment],
) -> None:
    # 4 of 100 is 4 %, as the duty asks without bonus items; with the bonus of at most 5 it is 4/105, less than 4 %.
    appraisal = result_of("weight").indicator_set
    bonus = sum((node.ceiling or Fraction(0) for node in appraisal.indicators if node.extra), Fraction(0))
    assert appraisal["O"].points / appraisal.root.points == Fraction(4, 100)
    assert appraisal["O"].points / (appraisal.root.points + bonus) == Fraction(4, 105)


@pytest.mark.parametrize("name", FILES)
def test_the_mechanism_is_explained_and_saved_whole(result_of: Callable[[str], Assessment], name: str) -> None:
    result = result_of(name)
    for unit in result.units:
        explanation = explain(result, unit.id)
        assert explanation.check()
        assert explanation.text("zh") and explanation.text("en")
    text = to_json(result)
    assert to_json(read_assessment(text)) == text


@pytest.mark.parametrize("name", FILES)
def test_the_file_says_what_it_shows_in_both_languages(name: str) -> None:
    told = told_in(name)
    for key in ("what", "worked"):
        assert set(told[key]) == {"zh", "en"} and all(told[key].values())
    assert set(told) <= {
        "row", "what", "worked", "fragment", "units", "log", "period", "as_of", "parts", "says", "expect",
    }  # fmt: skip


def test_the_page_of_mechanisms_is_made_from_these_files() -> None:
    spec = importlib.util.spec_from_file_location("make_mechanisms", DOCS / "make_mechanisms.py")
    assert spec is not None and spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert (DOCS / "mechanisms.md").read_text("utf-8") == maker.page(), "run docs/make_mechanisms.py"
