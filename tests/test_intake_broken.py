"""One broken file a mistake: which code, row, column and words its message must have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gongkai_score.errors import ActivityLogError, GongkaiScoreError, Problem, UnitRegisterError
from gongkai_score.messages import logs, mappings, units
from gongkai_score.readers.logs import read_log
from gongkai_score.readers.tables_in import SqlQuery
from gongkai_score.readers.units import read_units
from gongkai_score.units import Unit, UnitRegister

BROKEN = Path(__file__).parent / "broken"
REGISTER = UnitRegister([Unit("u1", "甲县"), Unit("u2", "乙局", active_from=17_800)])

# file, row, column, value, words in Chinese, words in English
SET_ASIDE: list[tuple[str, str, int, str | None, str | None, list[str], list[str]]] = [
    ("ambiguous_date.csv", "L111", 3, "at", "08/07/2018", ["at", "08/07/2018", "order"], ["month", "order: mdy"]),
    ("short_year.csv", "L112", 3, "at", "18-8-7", ["18-8-7", "四位年份"], ["two digits", "2018-08-07"]),
    ("no_such_day.csv", "L113", 3, "at", "2019-02-30", ["没有这一天"], ["there is no day '2019-02-30'"]),
    ("no_year.csv", "L114", 3, "at", "8月7日", ["不完整", "8月7日"], ["lacks its year", "8月7日"]),
    ("relative_date.csv", "L115", 3, "at", "今天", ["今天", "相对"], ["'今天' is relative"]),
    ("bare_number.csv", "L116", 3, "at", "43586", ["43586", "serial: true"], ["bare number", "serial: true"]),
    ("two_dates.csv", "L117", 3, "at", "2019-05-01至2019-05-03", ["不止一个日期"], ["more than one date"]),
    ("bad_time.csv", "L118", 3, "at", "2019-05-01 25:10", ["时刻"], ["no such time of day"]),
    ("not_a_date.csv", "L119", 3, "at", "待定", ["待定", "不是日期"], ["'待定' is no date"]),
    ("far_year.csv", "L121", 3, "at", "1019-05-01", ["1900 至 2100"], ["outside 1900 to 2100"]),
    ("masked_date.csv", "L122", 3, "at", "0000年00月00日", ["遮盖"], ["masked or placeholder"]),
    ("no_date.csv", "L104", 3, "at", None, ["没有日期", "at"], ["has no date", "'at'"]),
    ("no_unit.csv", "L102", 3, "unit", None, ["没有单位"], ["has no unit", "'unit'"]),
    ("no_kind.csv", "L103", 3, "kind", None, ["没有事项类型"], ["has no kind", "'kind'"]),
    ("same_id.csv", "L105", 3, "id", "7", ["编号“7”", "same_id.csv#2"], ["id '7'", "same_id.csv#2"]),
    (
        "end_before_start.csv",
        "L106",
        3,
        "closed_at",
        "2019-05-10",
        ["2019-05-10 早于", "2019-05-20"],
        ["end 2019-05-10", "start 2019-05-20"],
    ),
    ("repeated_header.csv", "L109", 3, None, None, ["重复了表头"], ["repeats the header"]),
    ("repeated_row.csv", "L101", 3, None, None, ["repeated_row.csv#2", "只计一次"], ["equals", "counted once"]),
    (
        "too_many_cells.csv",
        "L231",
        3,
        None,
        "u2,document_published,2019-05-16,D2,多一格",
        ["5 格", "4 格"],
        ["5 cells"],
    ),
    ("too_few_cells.csv", "L231", 3, None, "u2,document_published", ["2 格"], ["2 cells", "header has 4"]),
    ("open_quote.csv", "L232", 3, None, 'u2,document_published,2019-05-16,"D2', ["引号"], ["quotes do not match"]),
    (
        "text_after_quote.csv",
        "L232",
        3,
        None,
        'u2,document_published,2019-05-16,"D2"号',
        ["引号"],
        ["closing quote"],
    ),
    ("not_json.jsonl", "L233", 2, None, '{"unit": "u2", "kind": ', ["JSON"], ["not a JSON object"]),
    ("nested.jsonl", "L234", 2, "topic", "{'a': 1}", ["topic", "单独的列"], ["'topic'", "Split it"]),
    ("error_cell.xlsx", "L235", 3, "ref", "#DIV/0!", ["D3", "#DIV/0!"], ["D3", "#DIV/0!", "Correct the formula"]),
    ("no_result.xlsx", "L236", 3, "ref", "#", ["D3", "不计算公式"], ["D3", "never computed"]),
    ("unknown_unit.csv", "L301", 3, "unit", "u22", ["u22", "是否想写“u2”"], ["'u22'", "Did you mean 'u2'?"]),
    ("unknown_kind.csv", "L302", 3, "kind", "document_publish", ["document_published”？"], ["Did you mean"]),
]

WARNED: list[tuple[str, str, int | None, list[str], list[str]]] = [
    ("long_number.xlsx", "L237", 3, ["123456789012345", "15 位"], ["15 digits", "as text"]),
    ("header_only.csv", "L203", 1, ["没有数据"], ["no data follow"]),
    ("merged_cells.xlsx", "L238", None, ["A3:A4"], ["A3:A4 are merged"]),
    ("two_sheets.xlsx", "L239", None, ["台账", "二月"], ["2 sheets", "台账", "二月"]),
    ("misspelt_column.csv", "L240", 1, ["sined_at", "signed_at"], ["Did you mean 'signed_at'?"]),
    ("no_start.csv", "L303", 3, ["R9", "request_received"], ["'R9' matches no request_received"]),
    ("answered_early.csv", "L304", 3, ["2019-05-14", "2019-05-15"], ["2019-05-14", "lies before", "2019-05-15"]),
    ("before_founding.csv", "L305", 3, ["u2", "2018-09-26.."], ["'u2' does not exist on 2018-05-16"]),
    ("no_ref.csv", "L306", 3, ["request_answered"], ["has no ref"]),
]

REFUSED: list[tuple[str, dict[str, Any], str, int | None, list[str], list[str]]] = [
    ("absent.csv", {}, "L201", None, ["打不开"], ["cannot be opened"]),
    ("empty.csv", {}, "L202", None, ["空的"], ["is empty"]),
    ("no_header.csv", {}, "L204", 1, ["不像表头", "unit"], ["does not look like a header"]),
    ("repeated_columns.csv", {}, "L205", 1, ["列名重复：at"], ["repeated: at"]),
    (
        "missing_columns.csv",
        {},
        "L206",
        1,
        ["unit（单位）、at（日期）", "unti"],
        ["missing: unit", "Did you mean 'unit'?"],
    ),
    ("nul.csv", {}, "L207", None, ["NUL"], ["NUL"]),
    ("workbook_named.csv", {}, "L208", None, [".csv", ".xlsx"], ["Its content is .xlsx"]),
    ("damaged.xlsx", {}, "L210", None, ["Excel"], ["cannot be opened as Excel"]),
    ("damaged.parquet", {}, "L210", None, ["Parquet"], ["cannot be opened as Parquet"]),
    ("changed_index.parquet", {}, "L220", None, ["改动过"], ["was changed after it was written"]),
    ("indexed.parquet", {"severity": {"L101": "error"}}, "L221", None, ["不能再用 severity"], ["severity cannot"]),
    ("two_sheets.xlsx", {"sheet": "三月"}, "L211", None, ["三月", "台账、二月"], ["no sheet '三月'"]),
    ("wide_commas.csv", {}, "L212", 1, ["分隔", "unit，kind，at"], ["what separates"]),
    ("unnamed_column.csv", {}, "L217", 1, ["第 4 列"], ["column 4"]),
    ("two_date_columns.csv", {}, "L218", 1, ["日期", "时间"], ["'日期'", "'时间'", "both mean at"]),
    ("damaged_utf8.csv", {}, "D023", 2, ["损坏"], ["damaged"]),
    ("neither_encoding.csv", {}, "D021", None, ["GB18030"], ["neither UTF-8 nor GB18030"]),
    ("no_date.csv", {"severity": {"L104": "error"}}, "L104", 3, ["没有日期"], ["has no date"]),
    ("no_date.csv", {"severity": {"L999": "error"}}, "L228", None, ["L999"], ["'L999'"]),
    ("no_date.csv", {"severity": {"L104": "stop"}}, "L229", None, ["stop"], ["'stop'", "set_aside"]),
    ("two_sheets.xlsx", {"severity": {"L239": "error"}}, "L239", None, ["二月"], ["2 sheets"]),
    (
        "misspelt_column.csv",
        {"severity": {"L240": "set_aside"}},
        "L229",
        None,
        ["L240"],
        ["error, warning, ignore"],
    ),
    ("no_date.csv", {"severity": {"L104": "ignore"}}, "L230", None, ["L104", "set_aside"], ["cannot be ignore"]),
]

MAPPINGS: list[tuple[str, str, int, list[str], list[str]]] = [
    ("nothing_mapped", "M001", 1, ["events"], ["'events / units' is missing"]),
    ("bad_pattern", "M002", 4, ["(D"], ["regular expression '(D' is wrong"]),
    ("two_groups", "M003", 4, ["现在有 2 个"], ["has 2"]),
    ("bad_replacement", "M004", 6, ["\\2"], ["by '\\2'"]),
    ("no_date_column", "M005", 3, ["at"], ["where at comes from"]),
    ("date_as_text", "M006", 4, ["signed_at", "moments"], ["signed_at is a date"]),
    ("column_and_constant", "M007", 4, ["column", "constant"], ["one of the two"]),
    ("find_in_text_field", "M008", 4, ["find", "日期"], ["'find' is for dates only"]),
    (
        "unknown_kind",
        "M009",
        3,
        ["document_publishd", "document_published"],
        ["Did you mean 'document_published'?"],
    ),
    ("unknown_column", "M010", 4, ["reff", "unit、kind、at、ref"], ["no column 'reff'", "Did you mean 'ref'?"]),
    ("work_on_constant", "M012", 4, ["squeeze"], ["remove 'squeeze'"]),
    ("two_conditions", "M013", 4, ["contains、empty"], ["contains、empty at once"]),
    ("unknown_key", "D041", 4, ["reff", "ref"], ["unknown key 'reff'"]),
    ("wrong_type", "D045", 4, ["整数"], ["whole number"]),
    ("units_only", "M001", 1, ["台账", "events"], ["a log", "'events' is missing"]),
    ("otherwise_spelt", "D056", 4, ["otherwise"], ["otherwise"]),
]

UNITS: list[tuple[str, str, int | None, list[str], list[str]]] = [
    ("repeated_id", "U001", 3, ["“a”重复"], ["'a' is repeated"]),
    ("unknown_parent", "U002", 3, ["“b”的上级“c”"], ["names the parent 'c'"]),
    ("circle", "U003", 2, ["a → b → a"], ["a → b → a"]),
    ("no_id", "U101", 3, ["没有单位编号"], ["no unit id", "'id'"]),
    ("bad_date", "U102", 3, ["active_from", "2019年5月"], ["'2019年5月' is no complete date"]),
    ("ends_before_start", "U103", 3, ["2018-05-01", "2019-05-01"], ["ends on 2018-05-01"]),
    ("no_unit", "U104", None, ["没有一个单位"], ["holds no unit"]),
    ("no_id_column", "L206", None, ["id（编号）", "idd"], ["columns are missing", "Did you mean 'id'?"]),
    ("ragged", "L231", 3, ["2 格", "5 格"], ["2 cells"]),
    ("two_names", "L218", None, ["名称", "单位名称"], ["both mean name"]),
]


def says(problem: Problem, zh: list[str], en: list[str]) -> None:
    for words, message in ((zh, problem.message("zh")), (en, problem.message("en"))):
        assert all(word in message for word in words), message


def read(name: str) -> Any:
    register = REGISTER if name.startswith(("unknown_unit", "before_founding")) else None
    return read_log(BROKEN / "logs" / name, name=name, units=register)


@pytest.mark.parametrize(("name", "code", "row", "column", "value", "zh", "en"), SET_ASIDE)
def test_a_bad_row_is_set_aside_with_its_place_and_reason(
    name: str, code: str, row: int, column: str | None, value: str | None, zh: list[str], en: list[str]
) -> None:
    log = read(name)
    aside = log.set_aside[-1]
    assert (aside.file, aside.row, aside.column, aside.code) == (name, row, column, code)
    assert (aside.value or None) == value
    assert (aside.problem.file, aside.problem.line) == (name, row)
    says(aside.problem, zh, en)
    assert log.rows_read == log.events + len(log.set_aside)
    assert log.events >= (0 if name == "same_id.csv" else 1)


@pytest.mark.parametrize(("name", "code", "row", "zh", "en"), WARNED)
def test_an_oddity_is_told_and_the_row_used(
    name: str, code: str, row: int | None, zh: list[str], en: list[str]
) -> None:
    log = read(name)
    (found,) = [w for w in log.warnings if w.code == code]
    assert (found.file, found.line) == (name, row)
    says(found, zh, en)
    assert log.rows_read == log.events + len(log.set_aside)


@pytest.mark.parametrize(("name", "options", "code", "line", "zh", "en"), REFUSED)
def test_a_file_that_cannot_be_read_is_refused(
    name: str, options: dict[str, Any], code: str, line: int | None, zh: list[str], en: list[str]
) -> None:
    with pytest.raises(ActivityLogError) as caught:
        read_log(BROKEN / "logs" / name, **options)
    (found,) = caught.value.problems
    assert (found.code, found.line, found.severity) == (code, line, "error")
    says(found, zh, en)


@pytest.mark.parametrize(("name", "code", "line", "zh", "en"), MAPPINGS)
def test_a_mistake_in_a_mapping_file_is_told_where_it_stands(
    name: str, code: str, line: int, zh: list[str], en: list[str]
) -> None:
    path = BROKEN / "mappings" / f"{name}.yaml"
    with pytest.raises(ActivityLogError) as caught:
        read_log(BROKEN / "logs" / "no_date.csv", mapping=path)
    (found,) = caught.value.problems
    assert (found.file, found.line, found.code) == (str(path), line, code)
    says(found, zh, en)


def test_a_declared_encoding_is_not_replaced_by_another() -> None:
    with pytest.raises(ActivityLogError) as caught:
        read_log(BROKEN / "logs" / "damaged_utf8.csv", mapping=BROKEN / "mappings" / "wrong_encoding.yaml")
    assert [p.code for p in caught.value.problems] == ["L213"]
    says(caught.value.problems[0], ["utf-8", "第 2 行"], ["utf-8", "near line 2"])


@pytest.mark.parametrize(("name", "code", "line", "zh", "en"), UNITS)
def test_a_broken_register_is_refused_with_file_and_row(
    name: str, code: str, line: int | None, zh: list[str], en: list[str]
) -> None:
    with pytest.raises(UnitRegisterError) as caught:
        read_units(BROKEN / "units" / f"{name}.csv", name=name)
    found = caught.value.problems[0]
    assert {p.code for p in caught.value.problems} == {code}
    assert (found.file, found.line) == (name, line)
    says(found, zh, en)


def test_a_mapping_that_does_not_exist_is_told() -> None:
    with pytest.raises(ActivityLogError, match="M011"):
        read_log(BROKEN / "logs" / "no_date.csv", mapping=BROKEN / "absent.yaml")


def test_a_mapping_without_units_cannot_read_a_register() -> None:
    with pytest.raises(ActivityLogError, match="M001"):
        read_units(BROKEN / "units" / "no_id.csv", mapping=BROKEN / "mappings" / "unknown_column.yaml")


def test_sources_that_are_none_are_refused() -> None:
    for source in (7, [], None):
        with pytest.raises(ActivityLogError, match="L216"):
            read_log(source)  # type: ignore[arg-type]


def test_the_same_name_twice_is_refused() -> None:
    path = BROKEN / "logs" / "no_date.csv"
    with pytest.raises(ActivityLogError, match="L219"):
        read_log([path, path])


def test_a_statement_that_is_no_query_or_fails_is_refused() -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    engine = sqlalchemy.create_engine("sqlite://")
    with engine.connect() as connection:
        for statement, code in (("drop table x", "L215"), ("", "L215"), ("select * from absent", "L214")):
            with pytest.raises(ActivityLogError, match=code):
                read_log(SqlQuery(connection, statement))
    engine.dispose()


def test_missing_extras_are_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    from gongkai_score.readers import arrow_columns, tables_in, workbook

    def absent(name: str) -> None:
        raise ImportError(name)

    for module in (arrow_columns, tables_in, workbook):
        monkeypatch.setattr(module, "import_module", absent)
    for source, extra in (("damaged.parquet", "parquet"), ("damaged.xlsx", "xlsx")):
        with pytest.raises(ActivityLogError, match=rf"L209.*gongkai-score\[{extra}\]"):
            read_log(BROKEN / "logs" / source)
    with pytest.raises(ActivityLogError, match=r"gongkai-score\[sql\]"):
        read_log(SqlQuery(None, "select 1"))


def test_an_old_workbook_says_what_it_cannot_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace as Fake

    from gongkai_score.readers import workbook

    sheet = Fake(to_python=lambda **_: [["unit", "kind", "at"], ["u1", "training_held", 43586.0]])
    book = Fake(sheets_metadata=[Fake(name="台账", typ="WorkSheet")], get_sheet_by_name=lambda _: sheet)
    calamine = Fake(CalamineWorkbook=Fake(from_filelike=lambda _: book))
    monkeypatch.setattr(workbook, "import_module", lambda _: calamine)
    path = BROKEN / "logs" / "damaged.xlsx"
    monkeypatch.setattr(Path, "read_bytes", lambda _: b"\xd0\xcf\x11\xe0")
    log = read_log(path.with_suffix(".xls"), name="old.xls")
    assert log.table("training_held").at.text(0) == "2019-05-01"
    (note,) = log.warnings
    assert (note.code, note.severity, note.file) == ("L241", "note", "old.xls")
    says(note, [".xlsx"], ["Save it as .xlsx"])


def test_all_mistakes_of_all_inputs_are_told_at_once() -> None:
    names = ["empty.csv", "repeated_columns.csv", "missing_columns.csv", "damaged.xlsx"]
    with pytest.raises(ActivityLogError) as caught:
        read_log([BROKEN / "logs" / name for name in names])
    assert {p.code for p in caught.value.problems} == {"L202", "L205", "L206", "L210"}


def test_every_message_of_the_intake_is_provoked_by_some_test() -> None:
    told = {row[1] for row in (*SET_ASIDE, *WARNED, *MAPPINGS, *UNITS)} | {row[2] for row in REFUSED}
    told |= {"L107", "L108", "L120", "L200", "L209", "L213", "L214", "L215", "L216", "L219", "L222", "L241"}
    told |= {"M004", "M011"}
    every = set(logs.MESSAGES) | set(mappings.MESSAGES) | set(units.MESSAGES)
    assert every <= told


def test_frames_that_are_empty_or_odd_are_refused_in_words() -> None:
    for frame in (pd.DataFrame(), pd.DataFrame({"unit": []}), pd.DataFrame([[1]], columns=[("a", "b")])):
        with pytest.raises(GongkaiScoreError):
            read_log(frame)
