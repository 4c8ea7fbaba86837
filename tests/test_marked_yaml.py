"""Reading YAML strictly, and saying what departs from a schema: one broken file for each mistake."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai_score.errors import Problem
from gongkai_score.messages.documents import MESSAGES
from gongkai_score.readers.marked_yaml import MAX_DEPTH, MAX_NODES, Marked, _Builder, read_marked
from gongkai_score.readers.schema_errors import Schema, schema_problems, shipped_schema
from gongkai_score.readers.yaml_fast import OddError, plain_data

BROKEN = Path(__file__).parent / "broken" / "yaml"
ROOT = Path(__file__).parent.parent
EVENT: dict[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "required": ["event"],
            "additionalProperties": False,
            "properties": {"event": {"type": "string"}, "within": {"type": "integer", "minimum": 0}},
        },
    ]
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["title"],
    "additionalProperties": False,
    "dependentRequired": {"phone": ["contact"]},
    "properties": {
        "title": {"type": "string", "minLength": 1},
        "id": {
            "type": "string",
            "pattern": "^[a-z][a-z0-9-]*$",
            "x-say": {"zh": "小写字母开头的编号", "en": "an id that begins with a small letter"},
        },
        "format": {"const": 1},
        "version": {"enum": ["1.0", "2.0"]},
        "level": {"enum": ["province", "city", "county"]},
        "active": {"type": "boolean"},
        "points": {"type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.01},
        "days": {"type": "integer", "exclusiveMinimum": 0},
        "from": {"type": "string", "format": "date"},
        "phone": {"type": "string", "pattern": "^[0-9-]+$"},
        "contact": {"type": "string"},
        "secret": False,
        "laws": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string"}},
        "limits": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"low": {"type": "integer"}, "high": {"type": "integer"}},
        },
        "names": {"type": "object", "propertyNames": {"pattern": "^[A-Za-z0-9]+$"}},
        "rules": {"type": "array", "items": {"$ref": "#/$defs/rule"}},
    },
    "$defs": {
        "event": EVENT,
        "rule": {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"enum": ["ratio", "count"]}},
            "allOf": [
                {
                    "if": {"properties": {"kind": {"const": "ratio"}}, "required": ["kind"]},
                    "then": {"$ref": "#/$defs/ratio"},
                },
                {
                    "if": {"properties": {"kind": {"const": "count"}}, "required": ["kind"]},
                    "then": {"$ref": "#/$defs/count"},
                },
            ],
            "unevaluatedProperties": False,
        },
        "ratio": {
            "required": ["numerator", "denominator"],
            "properties": {"numerator": {"$ref": "#/$defs/event"}, "denominator": {"$ref": "#/$defs/event"}},
        },
        "count": {"required": ["of"], "properties": {"of": {"$ref": "#/$defs/event"}}},
    },
}


def all_problems(text: str | bytes, file: str, schema: dict[str, Any] | None = None) -> list[Problem]:
    marked, problems = read_marked(text, file)
    return problems if marked is None else problems + schema_problems(marked, Schema(schema or SCHEMA))


# file, code, line, column, words of the Chinese message, words of the English message
CASES: list[tuple[str, str, int | None, int | None, str, str]] = [
    ("yaml_2", "D001", 1, 1, "不是合法的 YAML", "incompatible YAML document"),
    ("tab", "D002", 3, 1, "制表符（Tab）", "replace the tab with spaces"),
    ("reserved_character", "D003", 1, 8, "不能以“@”开头", "cannot begin with '@'"),
    ("two_colons", "D004", 1, 10, "第二个“: ”", "second ': '"),
    ("full_width_colon", "D005", 2, 7, "例如“points: 5”", "full-width colon"),
    ("full_width_colon_first", "D005", 1, 6, "例如“title: 示例”", "'title: 示例'"),
    ("full_width_colon_nested", "D005", 3, 5, "例如“kind: count”", "'kind: count'"),
    ("no_colon", "D006", 2, 1, "min_points", "is missing: min_points"),
    ("no_space_after_colon", "D006", 1, 1, "冒号后没有空格：title:示例", "the space after it, is missing"),
    ("deeper_than_value", "D007", 2, 3, "缩进 2 格，比上一行深", "Align it with the line above"),
    ("indent_between_levels", "D008", 3, 3, "缩进 2 格，与第 1 行", "indented by 2 spaces"),
    ("list_and_keys_mixed", "D008", 2, 1, "不能混用“- ”和“键:”", "cannot mix '- ' with 'key:'"),
    ("text_after_quote", "D009", 1, 13, "又多出：二", "more follows: 二"),
    ("list_on_key_line", "D010", 1, 7, "请另起一行", "Begin a new line"),
    ("open_bracket", "D011", 2, 6, "第 1 行第 9 列的“{”", "opened in line 1, column 9"),
    ("open_quote", "D012", 1, 8, '引号 " 没有收尾', "never closed"),
    ("backslash", "D013", 1, 11, "“\\d”", "Use single quotes"),
    ("asterisk", "D014", 1, 8, "不能以“*”开头", "cannot begin with '*'"),
    ("double_comma", "D015", 1, 10, "多余的逗号", "a comma too many"),
    ("text_after_block_mark", "D016", 1, 9, "移到下一行", "Move the text to the next line"),
    ("neither_encoding", "D021", None, None, "第 8 字节", "neither UTF-8 nor GB18030 (from byte 8)"),
    ("gb18030", "D022", None, None, "已按 GB18030", "was read as GB18030"),
    ("damaged_utf8", "D023", 2, 5, "字节 0xE6", "byte 0xE6"),
    ("control_character", "D024", 1, 9, "U+0007", "U+0007"),
    ("nul", "D024", 2, 5, "U+0000（共 2 个）", "U+0000 stands here (2 in all)"),
    ("escaped_control", "D024", 1, 8, "U+0000", "U+0000"),
    ("comments_only", "D025", 1, 1, "没有内容", "no content"),
    ("two_documents", "D026", 2, 1, "只能有一份文档", "one document only"),
    ("repeated_key", "D030", 3, 1, "首次出现在第 1 行", "first stands in line 1"),
    ("number_as_key", "D031", 3, 3, '请加引号："2026"', "2026 is read as a number"),
    ("mapping_as_key", "D032", 1, 8, "“{{…}}”", "put the value in quotes"),
    ("merge_key", "D033", 3, 3, "合并键“<<”", "merge key '<<'"),
    ("python_tag", "D036", 1, 8, "!!python/object:os.system", "the tag '!!python/object:os.system'"),
    ("full_width_space", "D037", 4, 1, "全角空格", "plain spaces only"),
    ("swallowed_item", "D038", 4, 5, "并入了第 3 行的文字", "begun in line 3: - 第二条"),
    ("unknown_key", "D040", 2, 1, "此处可用的键：title、id", "Keys allowed here: title, id"),
    ("misspelt_key", "D041", 1, 1, "是否想写“title”？", "Did you mean 'title'?"),
    ("misplaced_key", "D042", 2, 1, "属于“limits”，不属于文件最外层", "belongs in 'limits'"),
    ("key_of_other_kind", "D043", 3, 26, "只在“kind”为 ratio 时使用", "here it is count"),
    ("missing_key", "D044", 1, 1, "缺少必填的键：“title”", "missing: 'title'"),
    ("missing_in_rule", "D044", 3, 5, "“denominator”", "'denominator'"),
    ("fraction", "D045", 2, 9, "现在是文字“1/3”", "found the text '1/3'"),
    ("list_for_mapping", "D045", 2, 9, "有 2 项的列表", "a list of 2 items"),
    ("not_a_mapping", "D045", 1, 1, "应为映射", "expected a mapping"),
    ("neither_form", "D045", 3, 23, "文字或映射", "text or a mapping"),
    ("empty_value", "D046", 2, 8, "后面是空的", "nothing follows the colon"),
    ("decimal_as_id", "D047", 2, 5, '读成数 1.1。若是编号或名称，请加引号："1.10"', "as the number 1.1."),
    ("unquoted_version", "D047", 2, 10, '请加引号："1.0"', 'write "1.0" in quotes'),
    ("null_as_text", "D048", 1, 8, "~ 会读成空值", "~ is read as empty"),
    ("true_as_text", "D048", 1, 8, '请加引号："true"', "true is read as a yes/no value"),
    ("no_as_boolean", "D049", 2, 9, "“no”不会读成真假值。请写 false", "Write false (without quotes)"),
    ("chinese_boolean", "D049", 2, 9, "请写 true", "'是' is not read as either"),
    ("leading_zero", "D050", 2, 9, "请写 12（", "012 is read as text. Write 12 "),
    ("underscore_number", "D050", 2, 9, "请写 1000（", "Write 1000 "),
    ("hexadecimal", "D050", 2, 9, "请写 31（", "Write 31 "),
    ("quoted_number", "D050", 2, 9, '"5" 会读成文字', "Write 5 (without quotes)"),
    ("full_width_digit", "D050", 2, 9, "请写 5（", "Write 5 "),
    ("not_whole", "D051", 2, 7, "现在是 2.5", "found 2.5. Write a whole number"),
    ("whole_with_point", "D051", 2, 7, "请写 20。", "found 20.0. Write 20."),
    ("single_item", "D052", 2, 7, "以“- ”开头", "beginning with '- '"),
    ("clock_time", "D053", 2, 9, "旧式工具会读成 750", "older tools read 750"),
    ("percent", "D054", 2, 9, "80 或 0.8", "Write 80 or 0.8"),
    ("wrong_word", "D055", 2, 8, "province、city、county。是否想写“county”", "Did you mean 'county'?"),
    ("kind_misspelt", "D055", 3, 11, "“ration”", "Did you mean 'ratio'?"),
    ("wrong_constant", "D056", 2, 9, "只能写 1，现在是数 2", "only 1 can stand here, found the number 2"),
    ("below_minimum", "D060", 2, 9, "-0.5 小于下限 0", "-0.5 is below the minimum 0"),
    ("long_form_branch", "D060", 3, 42, "-3 小于下限 0", "rules/0/of/within: -3 is below"),
    ("above_maximum", "D061", 2, 9, "100.5 大于上限 100", "100.5 is above the maximum 100"),
    ("too_fine", "D064", 2, 9, "0.125 不是 0.01 的整数倍", "0.125 is not a multiple of 0.01"),
    ("empty_title", "D065", 1, 8, "0 个字，至少 1 个", "0 characters, at least 1"),
    ("too_few_items", "D067", 2, 7, "0 项，至少 1 项", "0 items, at least 1"),
    ("repeated_item", "D069", 5, 5, "与第 3 行的一项重复", "'第一条' repeats the one in line 3"),
    ("bad_id", "D072", 2, 5, "应为小写字母开头的编号", "an id that begins with a small letter"),
    ("bad_pattern", "D072", 3, 8, "“12-ab”", "^[0-9-]+$"),
    ("slashed_date", "D073", 2, 7, "请写成 2026-03-08", "Write it as 2026-03-08"),
    ("impossible_date", "D074", 2, 7, "2019 年 2 月有 28 天", "February 2019 has 28 days"),
    ("month_13", "D074", 2, 7, "没有 13", "months run from 01 to 12, not 13"),
    ("forbidden_key", "D075", 2, 1, "“secret”不能用在此处", "'secret' cannot be used here"),
    ("bad_name", "D076", 3, 3, "键“A!”", "key 'A!'"),
    ("dependent_key", "D077", 2, 1, "必须同时写：contact", "'phone' also needs: contact"),
]


@pytest.mark.parametrize("name, code, line, column, zh, en", CASES, ids=[case[0] for case in CASES])
def test_each_mistake_is_told_once_at_its_place_with_what_to_do(
    name: str, code: str, line: int | None, column: int | None, zh: str, en: str
) -> None:
    found = all_problems((BROKEN / f"{name}.yaml").read_bytes(), f"{name}.yaml")
    assert [(p.code, p.line, p.column) for p in found] == [(code, line, column)]
    assert zh in found[0].text("zh")
    assert en in found[0].text("en")


def test_an_anchor_and_its_alias_are_both_refused() -> None:
    found = all_problems((BROKEN / "anchor_and_alias.yaml").read_bytes(), "x.yaml")
    assert [(p.code, p.line, p.column) for p in found] == [("D034", 1, 8), ("D035", 2, 5)]
    assert "锚点“&t”" in found[0].text("zh") and "alias '*t'" in found[1].text("en")


def test_every_broken_file_is_tested() -> None:
    assert {p.stem for p in BROKEN.glob("*.yaml")} == {case[0] for case in CASES} | {"anchor_and_alias"}


SMALL: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("a: 5", {"exclusiveMinimum": 5}, "D062", "5 必须大于 5", "5 must be more than 5"),
    ("a: 5.0", {"exclusiveMaximum": 5}, "D063", "5.0 必须小于 5", "5.0 must be less than 5"),
    ("a: 甲乙丙", {"maxLength": 2}, "D066", "3 个字，最多 2 个", "3 characters, at most 2"),
    ("a: [1, 2, 3]", {"maxItems": 2}, "D068", "3 项，最多 2 项", "3 items, at most 2"),
    ("a: {}", {"minProperties": 1}, "D070", "0 个，至少 1 个", "too few keys: 0, at least 1"),
    ("a: {x: 1, y: 2}", {"maxProperties": 1}, "D071", "2 个，最多 1 个", "too many keys: 2, at most 1"),
    ("a: 5", {"not": {"type": "integer"}}, "D078", "（not），现在是数 5", "rule 'not', found the number 5"),
    ("a: [1]", {"contains": {"const": 2}}, "D078", "（contains）", "a list of 1 item"),
    ("a: 0.3", {"maximum": 0.1}, "D061", "大于上限 0.1", "above the maximum 0.1"),
    ("a: 012", {"type": ["number", "string"], "pattern": "/"}, "D050", "请写 12（", "Write 12 "),
    ("a: x", {"type": ["number", "string"], "pattern": "/"}, "D072", "“x”", "pattern /"),
    ("a: 1:00:01", {"type": "number"}, "D053", "读成 3601", "older tools read 3601"),
    ("a: off", {"enum": [True, False]}, "D049", "请写 false", "Write false"),
    ("a: 是的", {"type": "boolean"}, "D045", "文字“是的”", "the text '是的'"),
    ("a: 2026年2月30日", {"format": "date"}, "D073", "例", "YYYY-MM-DD"),
    ("a: 0000-01-01", {"format": "date"}, "D074", "没有公元 0000 年", "no year 0000"),
    ("a: 3", {"type": ["string", "null"]}, "D047", "文字或空值", "text or an empty value"),
    ("a: [[1], [1]]", {"uniqueItems": True}, "D069", "与第 1 行", "repeats the one in line 1"),
]


@pytest.mark.parametrize("text, schema, code, zh, en", SMALL)
def test_rules_about_one_value_name_both_numbers(
    text: str, schema: dict[str, Any], code: str, zh: str, en: str
) -> None:
    found = all_problems(text, "x.yaml", {"properties": {"a": schema}})
    assert [p.code for p in found] == [code]
    assert zh.replace("例", "2026-03-08") in found[0].text("zh")
    assert en in found[0].text("en")


def test_limits_are_compared_exactly() -> None:
    for text, schema in (("0.1", {"minimum": 0.1, "maximum": 0.1}), ("0.3", {"multipleOf": 0.1})):
        assert all_problems(f"a: {text}", "x.yaml", {"properties": {"a": schema}}) == []
    assert [
        p.code for p in all_problems("a: 99999999999999999999.5", "x", {"properties": {"a": {"multipleOf": 1}}})
    ] == ["D064"]


def data_of(text: str) -> Any:
    marked, problems = read_marked(text, "x.yaml")
    assert marked is not None and problems == []
    return marked.data


def test_only_plain_words_and_numbers_are_converted() -> None:
    for text in (
        "20:00",
        "2026-09-30",
        "on",
        "No",
        "012",
        "0x1F",
        "1_000",
        "1e3",
        ".5",
        "5.",
        ".inf",
        "0o7",
        "\uff15",
    ):
        assert data_of(f"a: {text}") == {"a": text}
    read = data_of("[true, False, null, ~, 0, -7, +7, 1.10, -0.5, '5', 1/3, 110000000000000000001]")
    numbers = [0, -7, 7, Decimal("1.10"), Decimal("-0.5")]
    assert read == [True, False, None, None, *numbers, "5", "1/3", "110000000000000000001"]
    assert str(read[7]) == "1.10" and not any(isinstance(value, float) for value in read)


def test_marks_and_raw_text_can_be_asked_for_any_path() -> None:
    marked, _ = read_marked("甲:\n  - 乙: 1.10\n    丙: '1'\n", "x.yaml")
    assert marked is not None
    assert marked.mark(("甲", 0, "乙")) == (2, 8)
    assert marked.mark(("甲", 0, "乙"), "key") == (2, 5)
    assert marked.mark(("甲", 0, "缺"), "key") == marked.mark(("甲", 0)) == (2, 5)
    assert marked.mark(("甲", 5)) == (2, 3)
    assert (marked.raw(("甲", 0, "乙")), marked.raw(("甲", 0)), marked.raw(("缺",))) == ("1.10", None, None)
    assert marked.quoted(("甲", 0, "丙")) and not marked.quoted(("甲", 0, "乙"))
    assert marked.problem("D046", ("甲", 0), expected_zh="", expected_en="").path == "甲/0"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"])
def test_chinese_is_read_in_every_usual_encoding(encoding: str) -> None:
    marked, problems = read_marked("标题: 政务公开\n".encode(encoding), "x.yaml")
    assert marked is not None and marked.data == {"标题": "政务公开"}
    assert [p.code for p in problems] == (["D022"] if encoding == "gb18030" else [])
    assert marked.mark(("标题",)) == (1, 5)


def codes(text: str | bytes, **limits: int) -> list[str]:
    marked, problems = read_marked(text, "x.yaml", **limits)
    assert marked is None
    return [p.code for p in problems]


def test_bombs_are_refused_and_not_fed() -> None:
    assert codes("[" * 200_000) == ["D027"]
    assert codes("{a: " * 200_000) == ["D027"]
    assert codes("\n".join(" " * n + "- " for n in range(0, 400, 2)) + "a") == ["D027"]
    assert codes(b"a" * 20_000_000) == ["D020"]
    assert codes("\n".join(["- 1"] * 20), max_nodes=10) == ["D028"]
    assert codes(b"\xff\xfe\x00") == ["D021"]
    levels = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 90)]
    marked, problems = read_marked("\n".join(levels), "x.yaml")
    assert marked is not None and len(str(marked.data)) < 5_000
    assert {p.code for p in problems} == {"D034", "D035", "D039"} and len(problems) == 201
    assert "还有 68 个" in problems[-1].text("zh")


def test_a_very_long_text_is_refused_at_its_place() -> None:
    found = all_problems("title: " + "长" * 30_000, "x.yaml")
    assert [(p.code, p.line, p.column) for p in found] == [("D029", 1, 8)]
    assert "30000 个字，超过上限 20000" in found[0].text("zh")


def test_all_mistakes_of_a_file_are_told_in_one_run() -> None:
    text = "titel: 甲\npoints: 012\nid: 1.10\nid: a\nfrom: 2019-02-30\nrules:\n  - {kind: ratio, numerator: 5}\n"
    found = all_problems(text, "x.yaml")
    assert [(p.code, p.line) for p in found] == [
        ("D030", 4),
        ("D041", 1),
        ("D050", 2),
        ("D047", 3),
        ("D074", 5),
        ("D044", 7),
        ("D047", 7),
    ]


def test_a_branch_is_chosen_by_what_stands_there() -> None:
    def told(event: str) -> list[tuple[str, str | None]]:
        text = f"title: 甲\nrules:\n  - {{kind: count, of: {event}}}\n"
        return [(p.code, p.path) for p in all_problems(text, "x.yaml")]

    assert told("{evnt: a}") == [("D041", "rules/0/of/evnt")]
    assert told("{event: a, within: 20.0}") == [("D051", "rules/0/of/within")]
    assert told("{within: 3}") == [("D044", "rules/0/of")]
    schema = {"properties": {"a": {"anyOf": [{"enum": ["x"]}, {"enum": ["yes", "no"]}]}}}
    (found,) = all_problems("a: nope", "x.yaml", schema)
    assert "x, yes, no" in found.text("en")
    say = {"zh": "数或几分之几", "en": "a number or a fraction"}
    share = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^[0-9]+/[0-9]+$"}], "x-say": say}
    (found,) = all_problems("a: half", "x.yaml", {"properties": {"a": share}})
    assert "expected a number or a fraction, found the text 'half'" in found.text("en")
    assert all_problems("a: 1/3", "x.yaml", {"properties": {"a": share}}) == []


def test_a_key_known_elsewhere_is_sent_there() -> None:
    text = "title: 甲\nof: x\nrules:\n  - {kind: count, of: {event: a, title: 乙}}\n"
    first, second = all_problems(text, "x.yaml")
    assert "belongs in 'rules/*', not in the top level of the file" in first.text("en")
    assert "它属于文件最外层，不属于“rules/*/of”" in second.text("zh")


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn"]) | st.just("\n"), max_size=20
    )
)
KEYS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=8)
DATA = st.recursive(
    SCALARS, lambda d: st.lists(d, max_size=4) | st.dictionaries(KEYS, d, max_size=4), max_leaves=20
)


@settings(max_examples=150, deadline=None)
@given(DATA)
def test_what_a_yaml_writer_writes_is_read_back(data: Any) -> None:
    text = yaml.safe_dump({"data": data}, allow_unicode=True, width=10_000)
    marked, problems = read_marked(text, "x.yaml")
    assert {p.code for p in problems} <= {"D034", "D035", "D037"}  # the writer's own references, wide spaces
    if not problems:
        assert marked is not None and marked.data == {"data": data}


PIECES = [
    *"anturs0b[]{},'|>#%@：\\",
    '"',
    ":_",
    ":",
    "-_",
    "__",
    "?_",
    "&x",
    "*x",
    "!!",
    "<<",
    "---",
    "...",
    "1.10",
    "012",
]
PLAIN_LINES = [
    "a: 1",
    "b: 0.50",
    "c: {d: [x, 'y', \"z\"], e: true}",
    "f:",
    "  - g: 二○一八年",
    "    h: ~",
    "  - long text",
    "    that runs on",
    "i: |-",
    "j: '1'",
    "1: k",
    "# remark",
    "",
]
STAND_FOR = {"n": "\n", "t": "\t", "u": "\u3000", "r": "\r", "s": "\ud800", "b": "\ufeff", "0": "\x00"}
NASTY = st.lists(st.sampled_from(PIECES), max_size=25).map(
    lambda pieces: "".join(STAND_FOR.get(piece, piece.replace("_", " ")) for piece in pieces)
)


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=40) | NASTY)
def test_no_input_raises(text: str | bytes) -> None:
    for found in all_problems(text, "x.yaml"):
        assert found.text("zh") and found.text("en")
    marked, problems = read_marked(text, "x.yaml")
    assert marked is not None or problems


@settings(max_examples=400, deadline=None)
@given(NASTY | st.lists(st.sampled_from(PLAIN_LINES), min_size=1, max_size=8).map("\n".join))
def test_the_quick_reading_gives_what_a_careful_one_gives_without_a_problem(text: str) -> None:
    text = text.removeprefix("\ufeff")
    careful = _Builder(text, "x.yaml", MAX_DEPTH, MAX_NODES)
    if careful.check_characters():
        careful.read()
    try:
        quick = plain_data(text, MAX_DEPTH, MAX_NODES)
    except OddError:
        # Without a problem only an empty value at the top is read again.
        assert careful.problems or careful.data is None
        return
    assert (careful.problems, careful.complete) == ([], True)
    assert quick == careful.data and repr(quick) == repr(careful.data)


def test_the_quick_reading_keeps_the_limits_of_the_careful_one() -> None:
    text = "a: [1, 2]"  # begin and end of stream and document, two collections, a key, two items: nine
    assert plain_data(text, 2, 9) == {"a": [1, 2]} and read_marked(text, "x.yaml", max_depth=2, max_nodes=9)[0]
    for depth, nodes, code in ((1, 9, "D027"), (2, 8, "D028")):
        with pytest.raises(OddError):
            plain_data(text, depth, nodes)
        assert codes(text, max_depth=depth, max_nodes=nodes) == [code]


@pytest.mark.parametrize("path", sorted((ROOT / "indicators").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_shipped_sets_are_read_quickly(path: Path) -> None:
    data = plain_data(path.read_text(encoding="utf-8"), MAX_DEPTH, MAX_NODES)
    assert shipped_schema("indicator-set").fits(data)


@settings(max_examples=400, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["title", "id", "points", "rules", "limits", "laws", "from", "names", "odd"]),
        st.recursive(
            st.sampled_from([None, True, 0, 5, "a", "2026-01-01", "ratio", "count", ""]),
            lambda d: (
                st.lists(d, max_size=2)
                | st.dictionaries(st.sampled_from(["kind", "of", "numerator", "denominator", "event", "low"]), d)
            ),
            max_leaves=6,
        ),
        max_size=4,
    )
)
def test_the_quick_check_agrees_with_jsonschema(data: dict[str, Any]) -> None:
    from jsonschema import Draft202012Validator

    from gongkai_score.readers.schema_errors import _format_checker

    schema = Schema(SCHEMA)
    fits = Draft202012Validator(schema.exact, format_checker=_format_checker()).is_valid(data)
    assert schema.fits(data) == fits


def test_a_document_without_mistakes_has_no_problems() -> None:
    text = (
        "title: 甲\nid: a-1\nformat: 1\nversion: '1.0'\nactive: true\npoints: 1.10\nfrom: 2026-02-28\n"
        "rules:\n  - {kind: ratio, numerator: a, denominator: {event: b, within: 20}}\n  - {kind: count, of: c}\n"
    )
    assert all_problems(text, "x.yaml") == []


def test_positions_and_schema_of_632_indicators_are_checked() -> None:
    rule = "  - {kind: ratio, numerator: {event: a, within: 20}, denominator: b}\n"
    marked, problems = read_marked("title: 甲\nrules:\n" + rule * 632 + "  - {kind: ratios}\n", "x.yaml")
    assert isinstance(marked, Marked) and problems == []
    assert [(p.code, p.line) for p in schema_problems(marked, Schema(SCHEMA))] == [("D055", 635)]


def test_every_message_about_documents_is_provoked_here() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    assert [code for code in MESSAGES if f'"{code}"' not in here] == []
