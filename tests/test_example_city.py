"""The example city is what its generator makes, keeps to the vocabulary, and is as messy as its README says."""

from __future__ import annotations

import csv
import importlib.util
import io
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from gongkai_score.outcomes import Outcome
from gongkai_score.period import day_number
from gongkai_score.pipeline import assess
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.indicator_sets import read_indicator_set
from gongkai_score.readers.logs import read_log
from gongkai_score.readers.units import read_units
from gongkai_score.vocabulary import COMMON_ATTRIBUTES, EVENT_KINDS

ROOT = Path(__file__).parent.parent
CITY = ROOT / "examples" / "city"
SET = ROOT / "indicators" / "bishan-2019.yaml"
SETS_OWN = {"inventory_declared": {"amount", "full_time"}}
"""Attributes that indicators/bishan-2019.yaml declares beside the vocabulary."""
Row = dict[str, str]


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_city", CITY / "make_city.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_city"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(maker: ModuleType) -> dict[str, bytes]:
    files: dict[str, bytes] = maker.files(2019)
    return files


@pytest.fixture(scope="module")
def clean(maker: ModuleType) -> list[Row]:
    """What happened, before anybody made mistakes in writing it down."""
    rows: list[Row] = maker.clean_rows(maker.units_with_care(2019), 2019)
    return rows


def rows_of(name: str, encoding: str) -> list[Row]:
    text = (CITY / name).read_bytes().decode(encoding)
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def log() -> list[Row]:
    return rows_of("log.csv", "utf-8-sig")


@pytest.fixture(scope="module")
def units() -> dict[str, Row]:
    return {row["id"]: row for row in rows_of("units.csv", "utf-8-sig")}


def test_the_files_are_what_the_generator_makes_byte_for_byte(made: dict[str, bytes]) -> None:
    assert set(made) == {"units.csv", "log.csv", "log_gb18030.csv"}
    for name, content in made.items():
        assert (CITY / name).read_bytes() == content, f"{name}: run examples/city/make_city.py again"


def test_another_seed_makes_another_log_of_the_same_units(maker: ModuleType, made: dict[str, bytes]) -> None:
    other = maker.files(7)
    assert other["log.csv"] != made["log.csv"]
    assert other["units.csv"] == made["units.csv"]


def test_the_generator_knows_the_same_working_days_as_the_calendar(maker: ModuleType) -> None:
    calendar = national_calendar()
    days = (maker.AFTERMATH - maker.FIRST).days + 1
    for day in (maker.FIRST + timedelta(n) for n in range(days)):
        number = day_number(day)
        counted = int(calendar.workdays_between(number, number))
        assert maker.is_workday(day) == bool(counted), day
    assert len(maker.YEAR) == 250


def test_the_city_has_the_units_its_readme_names(units: dict[str, Row]) -> None:
    assert Counter(row["type"] for row in units.values()) == {
        "office": 1,
        "department": 17,
        "body": 3,
        "county": 7,
        "town": 15,
    }
    assert all(units[row["parent"]]["type"] == "county" for row in units.values() if row["type"] == "town")
    assert {row["class"] for row in units.values()} == {"市级部门", "县区", "镇街", "其他单位"}
    assert units["D16"]["active_to"] == "2019-03-29" and units["D17"]["active_from"] == "2019-04-01"


def test_only_the_silent_town_has_no_record(log: list[Row], units: dict[str, Row]) -> None:
    spoken = {row["unit"].strip() for row in log}
    assert set(units) - spoken == {"T15", "D03"}
    own = rows_of("log_gb18030.csv", "gb18030")
    assert {row["单位名称"] for row in own} == {units["D03"]["name"]}


def test_the_logs_are_as_long_as_a_quick_demonstration_allows(log: list[Row]) -> None:
    assert 15_000 <= len(log) <= 25_000
    assert 300 <= len(rows_of("log_gb18030.csv", "gb18030")) <= 800


def test_kinds_and_attributes_are_those_of_the_vocabulary(clean: list[Row]) -> None:
    for row in clean:
        names = {name.removeprefix("attributes.") for name, value in row.items() if value}
        known = {*EVENT_KINDS[row["kind"]].attributes, *COMMON_ATTRIBUTES, "id", "unit", "kind", "at", "ref"}
        known |= SETS_OWN.get(row["kind"], set())
        assert names <= known, (row["kind"], names - known)


def test_the_department_with_a_file_of_its_own_writes_the_chinese_names_of_kinds(maker: ModuleType) -> None:
    assert all(EVENT_KINDS[kind].zh == zh for kind, zh in maker.KINDS.items())
    assert {row["事项类型"] for row in rows_of("log_gb18030.csv", "gb18030")} <= set(maker.KINDS.values())
    with pytest.raises(UnicodeDecodeError, match="utf-8"):
        (CITY / "log_gb18030.csv").read_bytes().decode("utf-8")


def test_every_event_but_the_opening_of_old_sites_falls_into_2019_or_the_first_weeks_after(
    clean: list[Row],
) -> None:
    early = [row for row in clean if row["at"] < "2019"]
    assert early and {(row["kind"], row["type"], row["action"]) for row in early} == {
        ("platform_changed", "site", "opened")
    }
    assert max(row["at"] for row in clean)[:10] <= "2020-01-17"
    assert 0 < sum(row["at"] >= "2020" for row in clean) < len(clean) / 50


def test_units_with_more_care_answer_and_publish_in_time_more_often(maker: ModuleType, clean: list[Row]) -> None:
    units = maker.units_with_care(2019)
    half = {u.id: u.care > 0.5 for u in units}
    workdays = {d.isoformat(): n for n, d in enumerate(maker.WORKDAYS)}
    ends = {(r["unit"], r["ref"]): r["at"] for r in clean if r["kind"] == "information_published"}
    kept, all_cases = Counter[bool](), Counter[bool]()
    for row in clean:
        if row["kind"] == "matter_arose" and row.get("proactive") == "true" and "-M" in row["ref"]:
            end = ends.get((row["unit"], row["ref"]))
            all_cases[half[row["unit"]]] += 1
            kept[half[row["unit"]]] += end is not None and workdays[end[:10]] - workdays[row["at"][:10]] <= 20
    assert kept[True] / all_cases[True] > 0.88 > kept[False] / all_cases[False] > 0.6


def test_sites_are_updated_on_most_working_days_and_make_up_days_but_seldom_on_rest_days(
    maker: ModuleType, clean: list[Row], units: dict[str, Row]
) -> None:
    days = Counter(r["at"] for r in clean if r["kind"] == "channel_updated" and r["channel"] == "site")
    sites = sum("site" in row["channels"] for row in units.values())
    ordinary = [days[d.isoformat()] for d in maker.YEAR if d not in maker.MAKE_UPS]
    made_up = [days[d.isoformat()] for d in maker.MAKE_UPS]
    assert 0.88 * sites < sum(ordinary) / len(ordinary) <= sites
    assert sites / 2 < sum(made_up) / len(made_up) < sum(ordinary) / len(ordinary)
    rest = [days[d] for d in days if not maker.is_workday(date.fromisoformat(d))]
    assert 0 < sum(rest) < sum(ordinary) / 20


MESS = {
    "no day": lambda rows: [r for r in rows if r["at"] in ("2019-02-30", "2019-13-05", "2019年11月31日")],
    "unclear": lambda rows: [r for r in rows if r["at"] in ("03/04/2019", "上周五", "2019年3月", "20I9-05-07")],
    "no date": lambda rows: [r for r in rows if r["unit"] and not r["at"]],
    "2018": lambda rows: [r for r in rows if r["at"].startswith("2018")],
    "2109": lambda rows: [r for r in rows if r["at"].startswith("2109")],
    "Chinese": lambda rows: [r for r in rows if r["at"].startswith("2019年")],
    "slashes": lambda rows: [r for r in rows if r["at"].startswith("2019/")],
    "dots": lambda rows: [r for r in rows if r["at"].startswith("2019.")],
    "full width": lambda rows: [r for r in rows if r["at"].startswith("\uff12\uff10\uff11\uff19")],
    "numerals": lambda rows: [r for r in rows if r["at"].startswith("二〇一九年")],
    "zone": lambda rows: [r for r in rows if r["at"].endswith("+08:00")],
    "stranger": lambda rows: [r for r in rows if r["unit"] in ("澜川市公安局交警支队", "青槐县教育局")],
    "no unit": lambda rows: [r for r in rows if not r["unit"]],
    "misspelt": lambda rows: [r for r in rows if r["kind"] in ("channel_update", "infomation_published", "发文")],
    "spaces": lambda rows: [r for r in rows if r["unit"] != r["unit"].strip() or r["kind"] != r["kind"].strip()],
    "no match": lambda rows: [r for r in rows if r["ref"].startswith("查无此件")],
    "no reason": lambda rows: [r for r in rows if r["exempt"] == "true" and not r["exempt_reason"]],
    "header": lambda rows: [r for r in rows if r["kind"] == "kind" and r["at"] == "at"],
    "dissolved": lambda rows: [r for r in rows if r["unit"] == "D16" and r["at"] > "2019-03-29"],
    "span": lambda rows: [r for r in rows if r["closed_at"] and r["closed_at"] < r["opened_at"]],
}


@pytest.mark.parametrize("name", MESS)
def test_the_log_contains_each_kind_of_mess_its_readme_names(name: str, log: list[Row]) -> None:
    assert len(MESS[name](log)) >= 2


def test_the_log_contains_repeated_rows_reused_ids_and_blank_lines(log: list[Row]) -> None:
    whole = Counter(tuple(row.values()) for row in log if row["kind"] != "kind")
    assert sum(n > 1 for n in whole.values()) == 40
    contents: dict[str, set[tuple[str, ...]]] = {}
    for row in log:
        contents.setdefault(row["id"], set()).add(tuple(row.values()))
    assert sum(len(found) > 1 for found in contents.values()) == 12
    assert (CITY / "log.csv").read_bytes().count(b"\r\n\r\n") >= 10


def test_some_answers_lie_before_what_they_answer(log: list[Row]) -> None:
    begun = {(r["unit"], r["ref"]): r["at"] for r in log if r["kind"] == "request_received"}
    early = [
        r
        for r in log
        if r["kind"] == "request_answered"
        and r["at"].startswith("2019-")
        and begun.get((r["unit"], r["ref"]), "").startswith("2019-")
        and r["at"][:10] < begun[r["unit"], r["ref"]][:10]
    ]
    assert 8 <= len(early) <= 30


def test_about_one_row_in_a_hundred_is_messy(maker: ModuleType, clean: list[Row], log: list[Row]) -> None:
    right = {r["id"]: r for r in clean if r["unit"] not in {*maker.HANDS, maker.OWN_FILE}}
    before = {(r["id"], r["unit"], r["kind"], r["at"], r["ref"], r.get("exempt", "")) for r in right.values()}
    kept = [r for r in log if r["unit"].strip() not in maker.HANDS]
    spoilt = [r for r in kept if (r["id"], r["unit"], r["kind"], r["at"], r["ref"], r["exempt"]) not in before]
    assert 0.005 < len(spoilt) / len(kept) < 0.015


def test_the_reader_sets_each_kind_of_mess_aside_and_keeps_the_rest(log: list[Row]) -> None:
    units = read_units(CITY / "units.csv")
    found = read_log([CITY / "log.csv", CITY / "log_gb18030.csv"], units=units)
    own = rows_of("log_gb18030.csv", "gb18030")
    assert found.rows_read == len(log) + len(own) == found.events + len(found.set_aside)
    aside = found.set_aside_counts
    assert {code: aside[code] for code in ("L101", "L105", "L106", "L109", "L301", "L302")} == {
        "L101": 40,
        "L105": 24,
        "L106": 3,
        "L109": 6,
        "L301": 12,
        "L302": 15,
    }
    assert {"L102", "L104", "L111", "L112", "L113", "L114", "L115", "L117", "L119", "L121"} <= set(aside)
    assert {"L303", "L304", "L305"} <= {warning.code for warning in found.warnings}
    assert set(found.units) == set(units.ids) - {"T15"}


def test_every_unit_that_sent_in_a_log_has_a_score_and_scores_follow_care(maker: ModuleType) -> None:
    units = read_units(CITY / "units.csv")
    log = read_log([CITY / "log.csv", CITY / "log_gb18030.csv"], units=units)
    found = read_indicator_set(SET)
    result = assess(found, log, units, calendar=national_calendar(), period="2019", as_of="2020-01-17")
    points = {unit.id: end.points for unit, end in zip(result.units, result.totals, strict=True)}
    assert points["T15"] == 0
    whole = [float(p) for unit, p in points.items() if p is not None and unit not in ("T15", "D16")]
    assert len(whole) == 41 and 40 <= min(whole) < 60 and 90 < max(whole) < 100
    by_care = sorted((u.care, float(points[u.id])) for u in maker.units_with_care(2019) if u.id != "T15")
    third = len(by_care) // 3
    low, high = by_care[:third], by_care[-third:]
    assert sum(p for _, p in high) / third > sum(p for _, p in low) / third + 15


def test_at_least_three_quarters_of_the_scored_indicators_have_cases() -> None:
    units = read_units(CITY / "units.csv")
    log = read_log([CITY / "log.csv", CITY / "log_gb18030.csv"], units=units)
    found = read_indicator_set(SET)
    result = assess(found, log, units, calendar=national_calendar(), period="2019", as_of="2020-01-17")
    scored = [leaf.id for leaf in found.leaves if not leaf.reported_only]
    met = {Outcome.SCORED, Outcome.MISSING}
    lively = [leaf for leaf in scored if any(score.outcome in met for score in result.nodes[leaf])]
    assert len(lively) >= 0.75 * len(scored)
