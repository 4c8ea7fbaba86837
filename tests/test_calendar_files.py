"""Calendar files: what is packaged, what a user may give, and what each mistake is told as."""

import json
import pickle
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from gongkai_score.errors import CalendarError
from gongkai_score.messages.calendars import MESSAGES
from gongkai_score.period import day_date, day_number
from gongkai_score.readers.calendars import (
    national_calendar,
    packaged_layer,
    packaged_layers,
    read_calendar,
    read_layer,
)

BROKEN = Path(__file__).parent / "broken" / "calendars"


def day(text: str) -> int:
    return day_number(date.fromisoformat(text))


# file → line (None: the whole file), path, and words of the message in Chinese and English
MISTAKES = {
    "not_json.json": [("C103", 1, None, "不是合法的 JSON", "Check quotes, commas")],
    "missing_comma.json": [("C103", 5, None, "delimiter", "not valid JSON")],
    "truncated.json": [("C104", 5, None, "重新下载", "stops in the middle")],
    "gb18030.json": [("C102", None, None, "另存为 UTF-8", "Save it as UTF-8")],
    "list_not_object.json": [("C105", 1, None, "对象", "a mapping of keys and values belongs here")],
    "unknown_key.json": [("C106", 6, "days/1/offDay", "“offDay”", "The keys are name, date, isOffDay")],
    "missing_is_off_day.json": [("C107", 6, "days/1", "缺少“isOffDay”", "'isOffDay' is missing")],
    "repeated_key.json": [("D030", 5, None, "isOffDay", "'isOffDay' is repeated")],
    "year_is_text.json": [("C109", 2, "year", "年份 二〇二七 不对", "二〇二七 is not a year")],
    "2028.json": [("C110", 2, "year", "内容却是 2027 年", "holds the year 2027")],
    "empty_days.json": [
        ("C118", 1, "papers", "2027 年没有注明", "no notice is cited for 2027"),
        ("C111", 1, "days", "通知尚未发布", "before the notice was out"),
    ],
    "days_not_a_list.json": [("C105", 1, "days", "日期的列表", "a list of days belongs here")],
    "date_not_text.json": [("C112", 5, "days/0/date", "现为 20270101", "not 20270101")],
    "impossible_date.json": [("C113", 6, "days/1/date", "“2027-02-30”不是", "'2027-02-30' is not a day")],
    "date_outside_year.json": [("C114", 7, "days/2/date", "2026-10-01 不属于 2027", "no day of the 2027")],
    "flag_not_true_or_false.json": [("C115", 5, "days/0/isOffDay", "现为 yes", "true or false without")],
    "conflicting_flags.json": [("C116", 6, "days/1/date", "2027-01-01 出现两次", "2027-01-01 is listed twice")],
    "papers_not_a_list.json": [("C117", 3, "papers", "papers 应为", "papers is a list")],
    "name_not_text.json": [("C105", 5, "days/0/name", "此处应为文字", "text belongs here")],
    "gap_between_years.json": [("C119", None, None, "缺少 2027 年", "the year 2027 is missing")],
    "three_mistakes.json": [
        ("C113", 5, "days/0/date", "2027-13-01", "2027-13-01"),
        ("C107", 6, "days/1", "isOffDay", "isOffDay"),
        ("C115", 7, "days/2/isOffDay", "现为 1", "not 1"),
    ],
    "layer_without_source.yaml": [("C203", 3, "days/0", "2026-03-20 没有写明依据", "cites no source")],
    "layer_blank_source.yaml": [("C203", 3, "days/0", "在 source 中写明", "Name the notice")],
    "layer_unknown_key.yaml": [
        ("C106", 2, "day", "可用的键：name, note, days", "unknown key 'day'"),
        ("C107", 1, None, "缺少“days”", "'days' is missing"),
    ],
    "layer_outside_calendar.yaml": [
        ("C204", 3, None, "不在日历范围 2004-01-01 至 2026-12-31", "outside the calendar, 2004-01-01 to"),
    ],
    "layer_conflicting_days.yaml": [("C116", 4, "days/1/date", "2026-03-20 出现两次", "listed twice")],
    "layer_work_is_text.yaml": [("C115", 3, "days/0/work", "现为 休息", "'work' is true or false")],
    "layer_impossible_date.yaml": [("C113", 3, "days/0/date", "2026-3-20", "written YYYY-MM-DD")],
}
ODDITIES = {
    "no_notice_cited.json": [("C118", 3, "papers", "在 papers 中补上", "Add it to papers")],
    "layer_idle_rest.yaml": [
        ("C205", 3, None, "2026-03-21 本来就是休息日", "a rest day already"),
        ("C206", 4, None, "2026-03-20 本来就是工作日", "a working day already"),
    ],
}


def read(path: Path):
    return read_calendar(layers=[path]) if path.suffix == ".yaml" else read_calendar(path)


def assert_told(problems, expected, path: Path) -> None:
    assert [p.code for p in problems] == [e[0] for e in expected]
    for found, (_, line, at, zh, en) in zip(problems, expected, strict=True):
        assert (found.file, found.line) == (str(path), line)
        assert at is None or found.path == at
        assert zh in found.text("zh")
        assert en in found.text("en")


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_refused_with_its_place_and_what_to_do(name):
    with pytest.raises(CalendarError, match=MISTAKES[name][0][0]) as caught:
        read(BROKEN / name)
    assert_told(caught.value.problems, MISTAKES[name], BROKEN / name)


@pytest.mark.parametrize("name", ODDITIES)
def test_each_oddity_is_a_warning_and_the_calendar_is_still_read(name):
    problems = read(BROKEN / name).warnings
    assert_told(problems, ODDITIES[name], BROKEN / name)
    assert {p.severity for p in problems} == {"warning"}


def test_every_broken_file_has_its_expected_words():
    assert {p.name for p in BROKEN.iterdir()} == MISTAKES.keys() | ODDITIES.keys()


def test_problems_of_several_files_are_told_together():
    paths = [BROKEN / "impossible_date.json", BROKEN / "layer_without_source.yaml", BROKEN / "nowhere.json"]
    with pytest.raises(CalendarError, match="C113") as caught:
        read_calendar(paths[0], paths[2], layers=[paths[1]])
    assert [p.code for p in caught.value.problems] == ["C113", "C101", "C203"]
    assert "Check its path" in caught.value.text("en")


def test_two_files_for_one_year_are_refused(tmp_path):
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(new_year(), encoding="utf-8")
    with pytest.raises(CalendarError, match=r"C120.*2027 年已由 .*a\.json"):
        read_calendar(tmp_path / "a.json", tmp_path / "b.json")


def test_a_deeply_nested_file_is_refused_and_not_a_crash(tmp_path):
    path = tmp_path / "deep.json"
    path.write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(CalendarError, match=r"C10[34]"):
        read_calendar(path)


def new_year() -> str:
    """An invented 2027: New Year rests, the Saturday after it works, the last day of 2026 rests."""
    days = [("2026-12-31", True), ("2027-01-01", True), ("2027-01-09", False)]
    entries = [{"name": "元旦", "date": d, "isOffDay": off} for d, off in days]
    return json.dumps({"$schema": "x", "$id": "y", "year": 2027, "papers": ["某通知"], "days": entries})


def test_a_new_year_extends_the_calendar_and_rearranges_the_december_before_it(tmp_path):
    path = tmp_path / "2027.json"
    path.write_text(new_year(), encoding="utf-8-sig")
    old, new = national_calendar(), read_calendar(path)
    assert (old.is_workday(day("2026-12-31")), new.is_workday(day("2026-12-31"))) == (True, False)
    assert new.is_workday(day("2027-01-09"))
    assert day_date(new.last_day) == date(2027, 12, 31)
    assert new.citation(day("2027-01-09")) == "元旦（某通知）"
    assert new.notices[2027] == ("某通知",)
    assert int(new.add_workdays(day("2026-12-30"), 1)) == day("2027-01-04")
    assert old.is_provisional(day("2026-12-31")) and not new.is_provisional(day("2026-12-31"))
    assert old.digest != new.digest


def test_a_corrected_year_replaces_the_packaged_one_whole(tmp_path):
    path = tmp_path / "2026.json"
    path.write_text(
        '{"year": 2026, "papers": ["x"], "days": [{"name": "元旦", "date": "2026-01-02", "isOffDay": true}]}'
    )
    calendar = read_calendar(path)
    assert not calendar.is_workday(day("2026-01-02"))
    assert calendar.is_workday(day("2026-10-01"))  # the packaged entry is gone: an ordinary Thursday


def test_packaged_layers_give_the_local_days_of_the_text():
    assert packaged_layers() == ("guangxi-2017", "hubei-2020")
    guangxi = national_calendar().with_layer(packaged_layer("guangxi-2017"))
    rests = {d for d in range(day("2017-03-27"), day("2017-04-10")) if not guangxi.is_workday(d)}
    assert {day_date(d).isoformat() for d in rests} == {
        *("2017-03-30", "2017-03-31", "2017-04-01", "2017-04-02", "2017-04-03", "2017-04-04", "2017-04-09"),
    }
    hubei = national_calendar().with_layer(packaged_layer("hubei-2020"))
    assert day_date(int(hubei.add_workdays(day("2020-01-23"), 1))) == date(2020, 2, 14)
    assert not guangxi.warnings and not hubei.warnings


def test_a_layer_cites_its_source_and_the_last_layer_wins(tmp_path):
    city, office = tmp_path / "city.yaml", tmp_path / "office.yaml"
    city.write_text("name: 市\ndays:\n  - {date: 2026-03-20, work: false, source: 市通知}\n", encoding="utf-8")
    office.write_text("name: 局\ndays:\n  - {date: 2026-03-20, work: true, source: 局通知}\n", encoding="utf-8")
    both, reverse = read_calendar(layers=[city, office]), read_calendar(layers=[office, city])
    friday = day("2026-03-20")
    assert (both.is_workday(friday), both.citation(friday)) == (True, "局通知")
    assert (reverse.is_workday(friday), reverse.citation(friday)) == (False, "市通知")
    assert both.layers == ("市", "局") and both.name == "national + 市 + 局"
    assert [p.code for p in reverse.warnings] == ["C206"]
    assert read_layer(city).days[0].line == 3


def test_each_published_year_cites_its_notices_and_the_unverified_ones_are_empty():
    notices = national_calendar().notices
    assert notices[2015] == ("国办发明电〔2014〕28号", "国发明电〔2015〕1号")
    assert notices[2020] == ("国办发明电〔2019〕16号", "国办发明电〔2020〕1号")
    assert [year for year in notices if not notices[year]] == [2004, 2005, 2008]
    citation = national_calendar().citation
    assert citation(day("2018-12-29")) == "元旦（国办发明电〔2018〕15号、国办发明电〔2019〕3号）"
    assert citation(day("2005-02-06")) == "春节"
    assert citation(day("2026-03-18")) is None


def test_the_packaged_years_equal_chinesecalendar_day_by_day():
    source = pytest.importorskip("chinese_calendar")
    calendar = national_calendar()
    first, last = date(2004, 1, 1), date(2026, 12, 31)
    assert (day_date(calendar.first_day), day_date(calendar.last_day)) == (first, last)
    every = [first + timedelta(n) for n in range((last - first).days + 1)]
    differing = [d for d in every if source.is_workday(d) != calendar.is_workday(day_number(d))]
    # The notice of 2006 (国办发明电〔2005〕35号) makes this Saturday a working day; the package misses it.
    assert differing == [date(2005, 12, 31)]


def test_the_packaged_years_equal_the_holidays_package_day_by_day():
    source = pytest.importorskip("holidays", minversion="0.92").CN(years=range(2004, 2027))
    calendar = national_calendar()
    every = [date(2004, 1, 1) + timedelta(n) for n in range(calendar.last_day - calendar.first_day + 1)]
    assert [d for d in every if source.is_working_day(d) != calendar.is_workday(day_number(d))] == []


def test_statutory_holidays_fall_where_the_holidays_package_computes_them():
    source = pytest.importorskip("holidays", minversion="0.92").CN(years=range(2027, 2031))
    fixed = {d for d, name in source.items() if "observed" not in name}
    calendar = national_calendar("statutory")
    listed = {day_date(d) for d in calendar.sources if d > calendar.last_day}
    assert listed == fixed
    assert len(listed) == 4 * 13 - 1  # 13 days a year; in 2028 中秋 is 3 October


def test_a_calendar_is_the_same_after_pickling_and_in_another_process():
    calendar = read_calendar(layers=[BROKEN / "layer_idle_rest.yaml"])
    again = pickle.loads(pickle.dumps(calendar))
    assert (again, hash(again), again.warnings) == (calendar, hash(calendar), calendar.warnings)
    assert dict(again.sources) == dict(calendar.sources)
    code = "from gongkai_score.readers.calendars import national_calendar as n; print(n().digest)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == national_calendar().digest


def test_reading_a_calendar_does_not_import_pandas():
    code = "import sys, gongkai_score.readers.calendars as c; c.national_calendar(); print('pandas' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "False"


def test_every_message_about_calendars_is_provoked_by_a_test():
    told = {code for table in (MISTAKES, ODDITIES) for told in table.values() for code, *_ in told}
    elsewhere = {"C001", "C002", "C003", "C004", "C005", "C101", "C120"}  # above and in test_work_calendar.py
    assert (told - {"D030"}) | elsewhere == set(MESSAGES)
