"""Four published ways of scoring, shipped as reference schemes: every gate at both sides, worked by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from gongkai_score import Assessment, Unit, UnitRegister, assess, national_calendar, read_log
from gongkai_score.explanation import explain
from gongkai_score.outcomes import Outcome
from gongkai_score.points import exact
from gongkai_score.readers.indicator_sets import check_indicator_set

FOLDER = Path(__file__).parents[1] / "indicators" / "reference"
NAMES = (
    "national-website-2019",
    "census-2015",
    "ratio-scheme",
    "combined-30-70",
    "combined-30-70-accounts",
    "combined-30-70-media",
    "combined-30-70-website",
)
Row = Mapping[str, object]


def run(
    name: str,
    rows: Sequence[Row],
    units: Sequence[Unit],
    period: str,
    results: Mapping[str, Assessment] | None = None,
) -> Assessment:
    indicator_set, problems = check_indicator_set(FOLDER / f"{name}.yaml")
    assert indicator_set is not None and not problems
    register = UnitRegister(units)
    cells = [
        {k: str(v) for k, v in {"unit": units[0].id, "at": f"{period[:4]}-05-06", **row}.items()} for row in rows
    ]
    frame = pd.DataFrame(cells or None, columns=None if cells else ["unit", "kind", "at"], dtype="string")
    log = read_log(frame, units=register, name="log", event_kinds=tuple(indicator_set.event_kinds))
    result = assess(indicator_set, log, register, calendar=national_calendar(), period=period, results=results)
    for unit in register.ids:
        assert explain(result, unit).check()
    return result


@pytest.mark.parametrize("name", NAMES)
def test_a_reference_scheme_is_without_problems_and_says_what_is_published_and_what_is_not(name: str) -> None:
    path = FOLDER / f"{name}.yaml"
    found, problems = check_indicator_set(path)
    assert found is not None and found.id == name and not problems
    head = path.read_text("utf-8").partition("\nid:")[0]
    whole = name.startswith("combined-30-70-") or (
        "公布的 · Published" in head and "本库的假定 · Our assumptions" in head
    )
    assert whole and found.weights_note.zh and found.weights_note.en


# (a) The national pattern of 2019

CHECKED: Row = {"kind": "check_done", "type": "网站检查"}
SERVES = Unit("甲局", "甲局", tags=frozenset({"对外服务"}))
SERVES_NOT = Unit("乙局", "乙局")


def lost(amount: str, part: str = "首页", category: str = "扣分") -> Row:
    return {"kind": "finding_recorded", "category": category, "part": part, "amount": amount}


def bonus(score: str) -> Row:
    return {"kind": "rating_given", "indicator": "加分", "score": score}


def website(*rows: Row, unit: Unit = SERVES) -> tuple[object, str]:
    result = run("national-website-2019", [CHECKED, *rows], [unit], "2019Q2")
    return result.total(unit.id).points, result.place(unit.id).grade


@pytest.mark.parametrize(
    ("rows", "points", "grade"),
    [
        ([], 100, "合格"),
        ([lost("12.5"), lost("3", "办事服务")], "84.5", "合格"),  # 75 − 12.5 = 62.5; 25 − 3 = 22
        ([lost("20"), lost("20", "办事服务")], 60, "合格"),  # 55 + 5
        ([lost("20.01"), lost("20", "办事服务")], "59.99", "不合格"),  # 54.99 + 5
        # No indicator loses more than its own points: 75 + max(0, 25 − 40) = 75.
        ([lost("30", "办事服务"), lost("10", "办事服务")], 75, "合格"),
        # The bonus opens strictly above 80: 75 − 20 + 25 = 80 gives none, 80.01 gives all.
        ([lost("20"), bonus("12")], 80, "合格"),
        ([lost("19.99"), bonus("12")], "92.01", "合格"),
        # Its own maximum is 30: 25 + 10 → 30; 100 + 30.
        ([bonus("25"), bonus("10")], 130, "合格"),
        ([bonus("25"), bonus("5")], 130, "合格"),
        ([bonus("25"), bonus("4")], 129, "合格"),
        # A veto: no number, whatever the rest.
        ([lost("0", category="单项否决"), bonus("10")], None, "不合格"),
    ],
)
def test_the_national_pattern(rows: list[Row], points: object, grade: str) -> None:
    assert website(*rows) == (None if points is None else exact(str(points)), grade)


@pytest.mark.parametrize(
    ("rows", "points", "grade"),
    [
        ([lost("15")], 80, "合格"),  # 60 of 75: 60 × 4/3 = 80
        ([lost("15"), bonus("9")], 80, "合格"),  # just 80: closed
        # 60.01 × 4/3 = 80.01⅓: open; the bonus is not multiplied: 89.01⅓.
        ([lost("14.99"), bonus("9")], "89.01", "合格"),
        ([lost("30")], 60, "合格"),  # 45 × 4/3
        ([lost("30.1")], "59.87", "不合格"),  # 44.9 × 4/3 = 59.866…
        ([lost("25", "办事服务")], 100, "合格"),  # services are not checked
    ],
)
def test_a_department_without_services_has_75_points_times_four_thirds(
    rows: list[Row], points: object, grade: str
) -> None:
    assert website(*rows, unit=SERVES_NOT) == (exact(str(points)), grade)


def test_without_a_recorded_check_there_is_no_number() -> None:
    result = run("national-website-2019", [], [SERVES], "2019Q2")
    assert result.total("甲局").outcome is Outcome.NOT_ASSESSED and result.total("甲局").points is None


# (b) The vetoes of the census of 2015. Check point 2015-06-30: two weeks begin on 06-17, six months on 01-01

NEWS, NOTICES = [f"动态{n}" for n in range(8)], [f"公告{n}" for n in range(8)]


def updated(column: str, at: str) -> Row:
    return {"kind": "channel_updated", "channel": "website", "column": column, "at": at}


def visits(seconds: Sequence[object], first: int = 24) -> list[Row]:
    return [
        {
            "kind": "check_done",
            "type": "访问",
            "ref": n,
            "at": f"2015-06-{first + n % (31 - first):02}",
            "seconds": s,
        }
        for n, s in enumerate(seconds)
    ]


def census(
    *rows: Row, home: str = "2015-06-30", news: str = "2015-06-17", notices: str = "2015-01-01", **at: str
) -> list[str]:
    """Gates that held; every column was updated on the first day of its look-back unless ``at`` says otherwise."""
    days = dict.fromkeys(NEWS, news) | dict.fromkeys(NOTICES, notices) | at
    log = [
        {"kind": "inventory_declared", "list": "动态要闻类栏目", "items": ";".join(NEWS), "at": "2015-01-05"},
        {"kind": "inventory_declared", "list": "通知政策类栏目", "items": ";".join(NOTICES), "at": "2015-02-05"},
        {"kind": "check_done", "type": "网站检查", "at": "2015-06-30"},
        updated("首页", home),
        *(updated(column, day) for column, day in days.items() if day),
        *rows,
    ]
    result = run("census-2015", log, [Unit("甲站", "甲站")], "2015-01-01..2015-06-30")
    end = result.total("甲站")
    assert (end.points is None) == bool(end.gates) and (end.gates or end.points == 100)
    return list(end.gates)


def test_a_site_in_order_is_not_vetoed() -> None:
    assert census(*visits([2] * 20)) == []


@pytest.mark.parametrize(
    ("seconds", "gates"),
    [
        ([2] * 19 + [15], ["V1"]),  # 1 of 20 is 5 %, and 15 s is too long
        ([2] * 19 + [""], ["V1"]),  # never opened
        ([2] * 19 + ["14.9"], []),
        ([2] * 20 + [15], []),  # 1 of 21 is less than 5 %
        ([2] * 18 + [15], []),  # 19 visits are too few to judge
        ([15] * 19, []),
    ],
)
def test_the_site_must_open_in_95_of_100_visits_of_at_least_20(seconds: Sequence[object], gates: list[str]) -> None:
    assert census(*visits(seconds)) == gates


def test_visits_before_the_last_week_do_not_count() -> None:
    assert census(*visits([99] * 20, first=30)) == ["V1"]
    assert census(*[row | {"at": "2015-06-23"} for row in map(dict, visits([99] * 20))]) == []
    assert census(*[row | {"at": "2015-06-24"} for row in map(dict, visits([99] * 20))]) == ["V1"]


@pytest.mark.parametrize(("day", "gates"), [("2015-06-17", []), ("2015-06-16", ["V2"])])
def test_the_home_page_must_have_been_updated_within_two_weeks(day: str, gates: list[str]) -> None:
    assert census(home=day) == gates


def test_five_stale_columns_of_either_kind_are_too_many() -> None:
    stale = {"动态0": "2015-06-16", "动态1": "2015-06-16", "公告0": "2014-12-31", "公告1": "2014-12-31"}
    assert census(**stale) == []
    assert census(**stale, 公告2="2014-12-31") == ["V3"]
    assert census(**stale, 动态2="2015-06-16") == ["V3"]


def test_ten_columns_long_stale_are_too_many_and_five_of_them_are_already() -> None:
    # Twelve months reach back to 2014-07-01.
    nine = dict.fromkeys((NEWS + NOTICES)[:9], "2014-06-30")
    assert census(**nine) == ["V3"]
    assert census(**nine, 公告1="2014-07-01") == ["V3"]
    assert census(**nine, 公告1="2014-06-30") == ["V3", "V4"]


def test_five_blank_columns_are_too_many() -> None:
    assert census(**dict.fromkeys(NEWS[:4], "")) == []
    assert census(**dict.fromkeys(NEWS[:5], "")) == ["V3", "V5"]


def test_what_bears_no_date_is_no_update() -> None:
    # Four columns blank, a fifth updated without a date: five blank.
    assert census(updated("动态4", ""), **dict.fromkeys(NEWS[:4], ""), 动态4="") == ["V3", "V5"]


@pytest.mark.parametrize(
    ("answered", "gates"),
    [("2015-06-20", []), ("2015-06-21", ["V6"]), ("", ["V6"])],
)
def test_a_message_must_be_answered_within_three_months(answered: str, gates: list[str]) -> None:
    asked = {"kind": "request_received", "type": "留言", "ref": "1", "at": "2015-03-20"}
    answer = [{"kind": "request_answered", "ref": "1", "at": answered}] if answered else []
    assert census(asked, *answer) == gates


def test_a_message_whose_three_months_are_not_over_is_not_held_against_the_site() -> None:
    assert census({"kind": "request_received", "type": "留言", "ref": "1", "at": "2015-04-01"}) == []


# (d) The ratio to the unit's own full marks

BOUND = Unit("甲部门", "甲部门", tags=frozenset({"专项公开"}))
UNBOUND = Unit("乙部门", "乙部门")


def rated(indicator: str, score: str) -> Row:
    return {"kind": "rating_given", "indicator": indicator, "score": score}


CONTENT: Row = {"kind": "information_published", "item": "公开内容", "statement": "false"}
STATEMENT: Row = {"kind": "information_published", "item": "公开内容", "statement": "true"}


@pytest.mark.parametrize(
    ("unit", "rows", "common", "total"),
    [
        # The printed example: ((81.22 + 0.64) ÷ (100 + 0.64)) × 100 = 81.3394… → 81.34
        (BOUND, [rated("A1", "76.22"), CONTENT, rated("B", "0.64")], "81.22", "81.34"),
        (BOUND, [rated("A1", "76.22"), CONTENT, rated("B", "0.32")], "81.22", "81.02"),  # 81.54 ÷ 1.0064 = 81.0215…
        (UNBOUND, [rated("A1", "76.22"), CONTENT], "81.22", "81.22"),  # out of 100
        # A statement: 5 − 40 % of 5 = 3; (76.22 + 3 + 0.64) ÷ 1.0064 = 79.3522…
        (BOUND, [rated("A1", "76.22"), STATEMENT, rated("B", "0.64")], "79.22", "79.35"),
        (UNBOUND, [rated("A1", "76.22"), STATEMENT], "79.22", "79.22"),
        (UNBOUND, [rated("A1", "76.22"), STATEMENT, CONTENT], "81.22", "81.22"),  # content counts
        (UNBOUND, [rated("A1", "76.22")], "76.22", "76.22"),  # neither: 0 of 5
        # Four decimals below, two in the total: 76.12345 → 76.1235 (half up); + 5 = 81.1235 → 81.12
        (UNBOUND, [rated("A1", "76.12345"), CONTENT], "81.1235", "81.12"),
    ],
)
def test_the_printed_ratio(unit: Unit, rows: list[Row], common: str, total: str) -> None:
    result = run("ratio-scheme", rows, [unit], "2020")
    assert result.node(unit.id, "A").points == exact(common)
    assert result.total(unit.id).points == exact(total)


# (f) Two sets combined 30/70, the veto of one account failing its whole part

COUNTY = Unit("甲县", "甲县", type="county", channels=frozenset({"new_media", "website"}))
ACCOUNTS = [Unit(f"账号{n}", f"账号{n}", type="account", parent="甲县") for n in (1, 2)]
CHECKS: list[Row] = [
    {"kind": "check_done", "type": "网站检查"},
    *({"kind": "check_done", "type": "新媒体检查", "unit": account.id} for account in ACCOUNTS),
]


def found(unit: str, category: str, amount: str = "0") -> Row:
    return {"kind": "finding_recorded", "unit": unit, "category": category, "amount": amount}


def combined(*rows: Row) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """Points of the media part, of the website part, and in all."""
    units, log = [COUNTY, *ACCOUNTS], [*CHECKS, *rows]
    accounts = run("combined-30-70-accounts", log, units, "2020Q2")
    media = run("combined-30-70-media", [], units, "2020Q2", {"accounts": accounts})
    website = run("combined-30-70-website", log, units, "2020Q2")
    whole = run("combined-30-70", [], units, "2020Q2", {"media": media, "website": website})
    ends = (media.total("甲县"), website.total("甲县"), whole.total("甲县"))
    return ends[0].points, ends[1].points, ends[2].points


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Accounts 90 and 70, mean 80; website 95: 80 × 30 % + 95 × 70 % = 24 + 66.5
        (
            [found("账号1", "扣分", "10"), found("账号2", "扣分", "30"), found("甲县", "网站扣分", "5")],
            ("80", "95", "90.5"),
        ),
        # One account vetoed: the part is 59 although the other has 100: 17.7 + 66.5
        ([found("账号1", "单项否决"), found("甲县", "网站扣分", "5")], ("59", "95", "84.2")),
        # All vetoed: 59 all the same: 17.7 + 70
        ([found("账号1", "单项否决"), found("账号2", "单项否决")], ("59", "100", "87.7")),
        # 59 is entered, not a ceiling: accounts of 10 and a vetoed one are 59 too
        ([found("账号1", "单项否决"), found("账号2", "扣分", "90")], ("59", "100", "87.7")),
        # The website's own veto leaves the media part alone: 100 × 30 % + 59 × 70 % = 30 + 41.3
        ([found("甲县", "网站单项否决")], ("100", "59", "71.3")),
        # Both: 59
        ([found("甲县", "网站单项否决"), found("账号2", "单项否决")], ("59", "59", "59")),
        # Neither: 100
        ([], ("100", "100", "100")),
    ],
)
def test_the_combination_and_its_vetoes(rows: list[Row], expected: tuple[str, str, str]) -> None:
    assert combined(*rows) == tuple(map(exact, expected))


def test_a_unit_without_accounts_is_not_assessed_on_them() -> None:
    alone = Unit("乙县", "乙县", type="county", channels=frozenset({"website"}))
    accounts = run("combined-30-70-accounts", CHECKS[:1], [alone], "2020Q2")
    media = run("combined-30-70-media", [], [alone], "2020Q2", {"accounts": accounts})
    website = run("combined-30-70-website", [*CHECKS[:1], found("乙县", "网站扣分", "5")], [alone], "2020Q2")
    whole = run("combined-30-70", [], [alone], "2020Q2", {"media": media, "website": website})
    assert media.total("乙县").outcome is Outcome.NOT_APPLICABLE
    assert whole.node("乙县", "M").points is None and whole.total("乙县").points == 95
