"""Dates, mapping files, severities and registers: what is read, and what is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gongkai_score.activity_log import NO_DAY, ActivityLog
from gongkai_score.errors import ActivityLogError
from gongkai_score.period import day_date, parse_day
from gongkai_score.readers.cells import find_dates, read_dates, settled
from gongkai_score.readers.findings import CHECKS
from gongkai_score.readers.logs import read_log
from gongkai_score.readers.mappings import read_mapping
from gongkai_score.readers.units import read_units

HERE = Path(__file__).parent
SHARED = HERE.parent.parent / "shared" / "data"


def read_one(text: str, **options: object) -> str:
    """ISO text of a date, or the code of the reason for refusing it."""
    dates = read_dates([text], **options)  # type: ignore[arg-type]
    if dates.faults:
        assert dates.day[0] == NO_DAY
        return dates.faults[0]
    second = int(dates.second[0])
    clock = "" if second < 0 else f" {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    return day_date(int(dates.day[0])).isoformat() + clock


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2018-08-07", "2018-08-07"),
        ("2018-8-7", "2018-08-07"),
        ("2018/8/7", "2018-08-07"),
        ("2018.8.7", "2018-08-07"),
        ("2018. 8. 7", "2018-08-07"),
        ("20180807", "2018-08-07"),
        ("20180807083000", "2018-08-07 08:30:00"),
        ("2018年8月7日", "2018-08-07"),
        ("2018 年 8 月 7 日", "2018-08-07"),
        ("2 0 18年8月7号", "2018-08-07"),
        ("\uff12\uff10\uff11\uff18年\uff18月\uff17日", "2018-08-07"),
        ("二\u25cb一三年九月十二日", "2013-09-12"),
        ("二\u3007一八年十二月三十一日", "2018-12-31"),
        ("二零二〇年二月二十九日", "2020-02-29"),
        ("二O一三年十月二十日", "2013-10-20"),
        ("2018年8月7日 8时5分", "2018-08-07 08:05:00"),
        ("2018年8月7日08:30", "2018-08-07 08:30:00"),
        ("2018-08-07 08:30", "2018-08-07 08:30:00"),
        ("2018-08-07T08:30:15.999", "2018-08-07 08:30:15"),
        ("2018-08-07 00:00:00", "2018-08-07 00:00:00"),
        ("2019-05-01T08:00:00+09:00", "2019-05-01 07:00:00"),
        ("2019-05-01T20:00:00Z", "2019-05-02 04:00:00"),
        ("2019-01-01T00:30:00+0900", "2018-12-31 23:30:00"),
        ("2000-02-29", "2000-02-29"),
        ("1900-02-29", "L113"),
        ("2019-02-29", "L113"),
        ("2019-04-31 10:00", "L113"),
        ("二\u25cb一三年九月三十五日", "L113"),
        ("08/07/2018", "L111"),
        ("18-8-7", "L112"),
        ("18年8月7日", "L112"),
        ("8月7日", "L114"),
        ("2019年5月", "L114"),
        ("2019", "L114"),
        ("201905", "L114"),
        ("017年8月9日", "L114"),
        ("08:30", "L114"),
        ("今天", "L115"),
        ("昨日", "L115"),
        ("2019年5月下旬", "L114"),
        ("43586", "L116"),
        ("1556668800", "L116"),
        ("2019-05-01、2019-05-03", "L117"),
        ("2019-05-01 24:00", "L118"),
        ("2019-05-01 10:61", "L118"),
        ("2019-05-01T08:00:00+99:00", "L118"),
        ("无", "L119"),
        ("2019/05-01", "L119"),
        ("9999-12-31", "L121"),
        ("0000-00-00", "L122"),
        ("XXXX年XX月XX日", "L122"),
        ("201*-05-01", "L122"),
    ],
)
def test_a_date_is_read_strictly_or_refused(text: str, meant: str) -> None:
    assert read_one(text) == meant


def test_an_order_that_is_declared_is_followed_and_checked() -> None:
    assert read_one("08/07/2018", order="mdy") == "2018-08-07"
    assert read_one("08/07/2018", order="dmy") == "2018-07-08"
    assert read_one("25/07/2018", order="mdy") == "L113"
    assert read_one("2018/08/07", order="dmy") == "2018-08-07"


def test_day_numbers_of_excel_are_read_only_where_they_can_be_meant() -> None:
    assert read_one("43586", serial=True) == "2019-05-01"
    assert read_one("43586.5", serial=True) == "2019-05-01 12:00:00"
    assert read_one("43586.999999", serial=True) == "2019-05-02 00:00:00"
    assert read_one("20190501", serial=True) == "2019-05-01"
    assert read_one("2019", serial=True) == "L114"
    assert read_one("7", serial=True) == "L116"


def test_arithmetic_over_columns_agrees_with_the_calendar_of_python() -> None:
    days = pd.date_range("1900-01-01", "2100-12-31", freq="D")
    texts = days.strftime("%Y-%m-%d").tolist()
    dates = read_dates(texts)
    assert not dates.faults
    assert dates.day.tolist() == [parse_day(text) for text in texts]
    wrong = [
        f"{year}-{month:02d}-{day}" for year in range(1900, 2101) for month in (2, 4, 6, 9, 11) for day in (31,)
    ]
    wrong += [f"{year}-02-29" for year in range(1900, 2101) if pd.Timestamp(year, 1, 1).is_leap_year is False]
    refused = read_dates(wrong)
    assert set(refused.faults.values()) == {"L113"} and len(refused.faults) == len(wrong)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("某省财政厅 2018年 12月 3日（此件公开发布）", "2018-12-03"),
        ("自2019年1月1日起施行。附件.docx\u3000\u30002013年8月18日", "2013-08-18"),
        ("附件1 二\u25cb一二年三月二十六日", "2012-03-26"),
        ("2018年8月7日2018年8月7日", "2018-08-07"),
        ("联系电话：010-51381710", ""),
        ("责任人签字：年月日", ""),
        ("24年3月22日（此件主动公开）", "L112"),
        ("018年7月28日（此件公开发布）", "L114"),
        ("财政厅 2018年2月30日", "L113"),
        ("财政厅 0000年00月00日", "L122"),
        ("财政厅 20XX年3月1日", "L122"),
        ("发布于 2019-05-06 公开", "2019-05-06"),
        ("2019-05-067", ""),
    ],
)
def test_the_last_date_in_a_text_is_found_and_an_impossible_one_told(text: str, last: str) -> None:
    found = find_dates([text], "last")
    day = "" if found.day[0] == NO_DAY else day_date(int(found.day[0])).isoformat()
    assert found.faults.get(0, day) == last


def mapped(text: str, frame: pd.DataFrame, tmp_path: Path, **options: object) -> ActivityLog:
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return read_log(frame, mapping=path, **options)  # type: ignore[arg-type]


def test_the_first_of_two_columns_may_have_many_values_in_each(tmp_path: Path) -> None:
    # 200 references, the first hundred in one column and the others in another: more than a byte can number.
    names = [f"文〔{n}〕" for n in range(200)]
    frame = pd.DataFrame(
        {"u": "甲", "d": "2019-03-01", "a": names[:100] + [""] * 100, "b": [""] * 100 + names[100:]}
    )
    log = mapped("unit: u\nat: d\nref: [a, b]\nevents: [{kind: meeting_held}]\n", frame, tmp_path)
    assert sorted(str(log.refs[r]) for r in log.table("meeting_held").ref) == sorted(names)


def test_a_mapping_extracts_replaces_and_renames(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "厅局": ["甲", "乙", "丙"],
            "类": ["文件", "解读", "文件"],
            "题": ["关于印发《办法》的 通知", "《办法》解读", "\uff0a"],
            "日": ["05/06/2019", "05/07/2019", "43586"],
            "渠道": ["网站、微信", "网站", ""],
            "备用": ["", "", "《规定》"],
        }
    )
    log = mapped(
        """
order: mdy
unit: {column: 厅局, values: {甲: a, 乙: b}, others: z}
kind: {column: 类, values: {文件: document_published, 解读: interpretation_published}}
at: [{column: 日, order: mdy, serial: true}]
ref: [{column: 题, pattern: '《(.+?)》'}, {column: 备用, squeeze: true, replace: [{pattern: '[《》]'}]}]
attributes:
  channels: {column: 渠道, list: true}
  origin: {constant: 抓取}
""",
        frame,
        tmp_path,
    )
    table = log.table("document_published")
    assert log.units == ("a", "b", "z")
    assert [log.refs[r] for r in table.ref] == ["办法", "规定"]
    assert table.attributes["channels"].text(0) == "网站;微信"
    assert table.attributes["origin"].text(1) == "抓取"
    assert [table.at.text(i) for i in range(2)] == ["2019-05-06", "2019-05-01"]
    assert [s.rows for s in log.sources] == [3, 0]
    assert log.sources[1].name.endswith("mapping.yaml") and len(log.sources[1].sha256) == 64


def test_conditions_choose_rows_and_otherwise_takes_the_rest(tmp_path: Path) -> None:
    frame = pd.DataFrame({"u": list("abcdefg"), "t": ["x1", "x2", "y", "", "skip", "z", "w"], "d": "2019-05-06"})
    log = mapped(
        """
unit: u
at: d
skip_rows_where: [{t: skip}, {t: {pattern: '^w$'}, u: {not: a}}]
events:
  - {kind: document_published, when: {t: {contains: [x, q]}, u: {not: [b]}}}
  - {kind: training_held, when: [{t: y}, {t: {empty: true}}]}
  - {kind: meeting_held, when: {t: {equals: [y, q]}}}
  - {kind: activity_held, when: otherwise}
""",
        frame,
        tmp_path,
    )
    held = {kind: [log.units[u] for u in table.unit] for kind, table in log.tables.items()}
    assert held == {
        "document_published": ["a"],
        "training_held": ["c", "d"],
        "meeting_held": ["c"],
        "activity_held": ["b", "f"],
    }
    assert log.set_aside_counts == {"L108": 2}
    assert log.rows_read == 7


def test_rows_that_no_rule_fits_are_set_aside(tmp_path: Path) -> None:
    frame = pd.DataFrame({"u": ["a", "b"], "t": ["x", "y"], "d": "2019-05-06"})
    log = mapped("unit: u\nat: d\nevents: [{kind: meeting_held, when: {t: x}}]\n", frame, tmp_path)
    assert [(s.row, s.code) for s in log.set_aside] == [(1, "L107")]


def test_a_row_whose_one_event_is_bad_goes_whole(tmp_path: Path) -> None:
    frame = pd.DataFrame({"u": ["a", "b"], "r": ["1", "2"], "d": "2019-05-06", "e": ["2019-05-07", "someday"]})
    text = """
unit: u
ref: r
events:
  - {kind: request_received, at: d}
  - {kind: request_answered, at: e}
"""
    log = mapped(text, frame, tmp_path)
    assert (log.events, log.rows_read, [(s.row, s.code) for s in log.set_aside]) == (2, 2, [(1, "L119")])
    twice = mapped(text, pd.concat([frame, frame[:1]], ignore_index=True), tmp_path)
    assert (twice.events, twice.rows_read, twice.set_aside_counts) == (2, 3, {"L101": 1, "L119": 1})
    assert twice.set_aside[1].problem.message("en").startswith("equals frame#0")


def test_a_bad_further_date_is_empty_when_told_so() -> None:
    frame = pd.DataFrame({"unit": ["a"], "kind": "request_received", "at": "2019-05-06", "due": "soon"})
    assert read_log(frame).set_aside_counts == {"L119": 1}
    log = read_log(frame, severity={"L119": "warning"})
    assert log.events == 1 and [w.code for w in log.warnings] == ["L119"]
    assert "due" not in log.table("request_received").moments
    assert read_log(frame, severity={"L119": "ignore"}).warnings == ()
    with pytest.raises(ActivityLogError, match="L119"):
        read_log(frame, severity={"L119": "error"})


def test_a_bad_date_of_the_event_itself_is_never_used() -> None:
    frame = pd.DataFrame({"unit": ["a"], "kind": "request_received", "at": "soon"})
    assert read_log(frame, severity={"L119": "ignore"}).set_aside_counts == {"L119": 1}


def test_repeated_rows_are_kept_when_told_so() -> None:
    frame = pd.DataFrame({"unit": ["a", "a"], "kind": "training_held", "at": "2019-05-06"})
    assert read_log(frame).events == 1
    log = read_log(frame, severity={"L101": "warning"})
    assert log.events == 2 and [w.code for w in log.warnings] == ["L101"]
    assert read_log(frame, severity={"L101": "ignore"}).events == 2
    with pytest.raises(ActivityLogError, match="L101"):
        read_log(frame, severity={"L101": "error"})


def test_further_reasons_of_one_row_are_not_lost() -> None:
    log = read_log(pd.DataFrame({"unit": [""], "kind": "nothing", "at": "soon"}))
    assert [s.code for s in log.set_aside] == ["L102"]
    assert [w.code for w in log.warnings] == ["L119", "L302"]


def test_many_warnings_of_one_code_are_counted_not_listed() -> None:
    n = 250
    frame = pd.DataFrame(
        {"unit": "a", "kind": "request_answered", "at": "2019-05-06", "ref": [f"R{i}" for i in range(n)]}
    )
    warnings = read_log(frame).warnings
    assert len(warnings) == 101
    assert warnings[-1].code == "L200" and "150" in warnings[-1].message("en")


def test_the_same_id_of_two_kinds_is_no_conflict() -> None:
    frame = pd.DataFrame(
        {
            "id": ["7", "7"],
            "unit": "a",
            "kind": ["request_received", "request_answered"],
            "at": "2019-05-06",
            "ref": "7",
        }
    )
    assert read_log(frame).set_aside == ()


def test_kinds_of_the_set_are_accepted() -> None:
    frame = pd.DataFrame({"unit": ["a"], "kind": "town_hall_held", "at": "2019-05-06"})
    assert read_log(frame).set_aside_counts == {"L302": 1}
    assert read_log(frame, event_kinds=["town_hall_held"]).events == 1
    assert read_log(frame, severity={"L302": "warning"}).events == 1


def test_units_are_known_by_id_and_by_an_unmistakable_name() -> None:
    register = read_units(pd.DataFrame({"id": ["a", "b", "c"], "name": ["甲县", "乙局", "乙局"]}))
    frame = pd.DataFrame(
        {"unit": ["a", "甲县", "乙局", "丁"], "kind": "training_held", "at": [f"2019-05-0{i}" for i in range(1, 5)]}
    )
    log = read_log(frame, units=register)
    assert log.units == ("a",) and log.events == 2
    assert [(s.row, s.code, s.value) for s in log.set_aside] == [(2, "L301", "乙局"), (3, "L301", "丁")]


def test_a_value_that_only_bad_rows_have_leaves_no_trace() -> None:
    good = pd.DataFrame({"unit": ["a"], "kind": "training_held", "at": "2019-05-06", "ref": "R", "topic": "t"})
    bad = pd.DataFrame({"unit": ["x"], "kind": "training_held", "at": "soon", "ref": "S", "topic": "u"})
    assert read_log(pd.concat([good, bad], ignore_index=True)).digest == read_log(good).digest


def test_row_numbers_are_lines_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        b'unit,kind,at,note\r\na,training_held,2019-05-06,"two\r\nlines"\r\n\r\na,training_held,soon,\r\n,,,\r\n'
        b"a,training_held,later,x\r\n"
    )
    log = read_log(path, name="a")
    table = log.table("training_held")
    assert table.label(0) == "a#2" and table.attributes["note"].text(0) == "two\nlines"
    assert [s.row for s in log.set_aside] == [5, 7]
    assert log.rows_read == 3


def test_a_swallowed_line_is_read_on_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = [
        "unit,kind,at",
        'a,"training_held,2019-05-06',
        "b,training_held,2019-05-07",
        'c,training_held",2019,5,8',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    log = read_log(path)
    assert [(s.row, s.code) for s in log.set_aside] == [(2, "L232"), (4, "L231")]
    assert (log.units, log.rows_read) == (("b",), 3)


def test_the_index_of_a_frame_names_its_rows() -> None:
    frame = pd.DataFrame({"unit": ["a", "b"], "kind": "training_held", "at": "2019-05-06"}, index=[70, 20])
    table = read_log(frame, name="x").table("training_held")
    assert [table.label(i) for i in range(2)] == ["x#70", "x#20"]
    named = read_log(frame.set_index(pd.Index(["p", "q"]))).table("training_held")
    assert [named.label(i) for i in range(2)] == ["frame#0", "frame#1"]
    doubled = read_log(frame.set_index(pd.Index([3, 3]))).table("training_held")
    assert [doubled.label(i) for i in range(2)] == ["frame#0", "frame#1"]


def test_a_header_further_down_is_found_where_the_mapping_says(tmp_path: Path) -> None:
    path, mapping = tmp_path / "a.csv", tmp_path / "m.yaml"
    path.write_text("台账\n制表：甲\nu;d\na;2019-05-06\n", encoding="gb18030")
    mapping.write_text("header: 3\nunit: u\nat: d\nkind: training_held\n", encoding="utf-8")
    log = read_log(path, mapping=mapping)
    assert (log.events, log.sources[0].encoding) == (1, "gb18030")
    assert log.table("training_held").row.tolist() == [4]


def test_a_register_has_classes_tags_channels_and_times() -> None:
    frame = pd.DataFrame(
        {
            "单位编号": ["a", "b"],
            "单位名称": ["甲县", "乙局"],
            "类别": ["县区", "部门"],
            "类型": ["county", "department"],
            "标签": ["热点；重点", ""],
            "上级单位": ["", "a"],
            "渠道": ["site、new_media", "site"],
            "成立日期": ["", "2019年3月1日"],
            "撤销日期": pd.to_datetime([None, "2020-01-01"]),
            "人口": [12, 5],
        }
    )
    a, b = read_units(frame)
    assert (a.name, a.group, a.type, a.tags, a.channels) == (
        "甲县",
        "县区",
        "county",
        frozenset({"热点", "重点"}),
        frozenset({"site", "new_media"}),
    )
    assert (b.parent, b.active_from, b.active_to) == ("a", parse_day("2019-03-01"), parse_day("2020-01-01"))
    assert a.attributes == {"人口": "12"}


def test_a_register_is_read_by_its_mapping(tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "units:\n  id: {column: 代码x, squeeze: true}\n  group: {constant: 县区}\n  attributes: {people: 人口}\n",
        encoding="utf-8",
    )
    (unit,) = read_units(pd.DataFrame({"代码x": [" \uff41 "], "人口": ["7"]}), mapping=mapping)
    assert (unit.id, unit.name, unit.group, unit.attributes) == ("a", "a", "县区", {"people": "7"})


def test_every_check_has_a_message_and_its_mildest_choice_is_no_stricter_than_its_own() -> None:
    from gongkai_score.messages import MESSAGES
    from gongkai_score.readers.findings import ACTIONS

    for code, (default, mildest) in CHECKS.items():
        assert code in MESSAGES
        assert ACTIONS.index(default) <= ACTIONS.index(mildest)


def test_many_short_ids_are_ordered_as_texts_are() -> None:
    dice = np.random.default_rng(3)
    values = sorted({f"e{'x' * int(n % 17)}{n}" for n in dice.integers(0, 10**9, 5_000)}, key=hash)
    from gongkai_score.activity_log import Coded

    column = settled(Coded(np.arange(len(values), dtype=np.int32), values))
    assert list(column.values) == sorted(values)
    assert [column.text(i) for i in range(len(values))] == values


@pytest.mark.skipif(not (SHARED / "cn_hebei_departments").is_dir(), reason="the shared data are absent")
def test_every_row_of_the_hebei_departments_is_accounted_for() -> None:
    path = SHARED / "cn_hebei_departments" / "hebei_documents.csv"
    log = read_log(path, mapping=HERE / "data" / "hebei_mapping.yaml", name="hebei")
    assert log.rows_read == 2_472 == log.events + len(log.set_aside)
    assert log.set_aside_counts == {"L101": 4, "L108": 1}
    assert {kind: len(table) for kind, table in log.tables.items()} == {
        "document_published": 2_275,
        "interpretation_published": 192,
    }
    documents, readings = log.table("document_published"), log.table("interpretation_published")
    signed = documents.moments["signed_at"].day
    assert (signed != NO_DAY).sum() == 651
    assert np.isin(readings.ref, documents.ref).sum() == 98
    told = {code: sum(w.code == code for w in log.warnings) for code in ("L120", "L303", "L304")}
    assert told == {"L120": 7, "L303": 94, "L304": 8}


@pytest.mark.skipif(not (SHARED / "us_boston_311").is_dir(), reason="the shared data are absent")
def test_the_requests_of_boston_keep_their_seconds() -> None:
    (path,) = (SHARED / "us_boston_311").glob("*.csv.gz")
    log = read_log(path, mapping=HERE / "data" / "boston_mapping.yaml", name="boston")
    assert log.rows_read == 46_638
    asked, answered = log.table("request_received"), log.table("request_answered")
    never = np.iinfo(np.int64).max
    due = asked.moments["due"]
    target = np.where(due.day == NO_DAY, never, due.day.astype(np.int64) * 86_400 + due.second)
    closed = np.full(len(log.refs), never)
    closed[answered.ref] = answered.at.day.astype(np.int64) * 86_400 + answered.at.second
    overdue = closed[asked.ref] > target
    flag = np.array([asked.attributes["flag"].text(i) == "OVERDUE" for i in range(len(asked))])
    assert (overdue == flag).all()
    assert (int(flag.sum()), int((~flag).sum())) == (4_372, 42_266)


def test_the_mapping_files_of_the_tests_name_their_schema() -> None:
    for path in (HERE / "data").glob("*_mapping.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert (path.parent / first.partition("$schema=")[2]).resolve().is_file(), os.fspath(path)
        assert read_mapping(path).rules


def test_the_guide_lists_every_check_and_its_example_is_a_mapping(tmp_path: Path) -> None:
    guide = (HERE.parent / "docs" / "logs.md").read_text(encoding="utf-8")
    listed = {}
    for line in guide.splitlines():
        if line.startswith("| L"):
            codes, _, action, mildest = (cell.strip() for cell in line.strip("|").split("|"))
            listed |= dict.fromkeys(codes.split(", "), (action, mildest))
    assert listed == CHECKS
    example = tmp_path / "example.yaml"
    example.write_text(guide.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    plan = read_mapping(example)
    assert len(plan.rules) == 3 and plan.header == 3
    columns = {
        "申请编号": ["1", "2", "合计"],
        "承办单位": ["市府办", "某局", ""],
        "渠道": ["网站、信函", "", ""],
        "收到日期": ["05/06/2019", "05/07/2019", ""],
        "答复期限": ["06/03/2019", "", ""],
        "答复日期": ["05/20/2019", "", ""],
        "答复文号": ["〔2019〕 3号", "", ""],
        "评价": ["差", "", ""],
        "评价日期": ["", "", ""],
        "备注": ["2019年6月1日已整改", "", ""],
    }
    log = read_log(pd.DataFrame(columns), mapping=plan)
    assert {kind: len(table) for kind, table in log.tables.items()} == {
        "finding_recorded": 1,
        "request_answered": 1,
        "request_received": 2,
    }
    answered = log.table("request_answered")
    assert answered.attributes["number"].text(0) == "(2019)3号"
    assert answered.attributes["channel"].text(0) == "网站;信函"
    assert log.table("finding_recorded").moments["rectified_at"].text(0) == "2019-06-01"
    assert log.set_aside_counts == {"L108": 1}
