"""Tables round and label for people; what is printed adds up; no output changes a number or runs a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hand_made import PROPORTION, assessment_of, small, small_set
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_sets import assessments

from gongkai_score import read_indicator_set, shipped_indicator_sets
from gongkai_score.assessment import Assessment
from gongkai_score.errors import LANGUAGES
from gongkai_score.explanation import explain
from gongkai_score.indicator_set import Indicator, IndicatorSet, NotApplicable, Rounding, Text
from gongkai_score.measurements import Measurement, State
from gongkai_score.outputs.csv_out import safe_cell, table_csv, write_csv
from gongkai_score.outputs.frames import cases_frame, quantities_frame, ranking_frame, scores_frame, set_aside_frame
from gongkai_score.outputs.html_repr import assessment_html, explanation_html, table_html
from gongkai_score.outputs.text import table_markdown, table_text
from gongkai_score.points import exact, rounded
from gongkai_score.readers.indicator_sets import parse_indicator_set
from gongkai_score.tables import (
    Table,
    cases_table,
    gates_table,
    grades_table,
    indicator_set_table,
    lost_points_table,
    ranking_table,
    rows_table,
    scores_table,
    set_aside_table,
    unit_table,
)
from gongkai_score.tables.parts import spread
from gongkai_score.units import Unit

SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def column(table: Table, head: str) -> list[object]:
    place = table.columns.index(head)
    return [row[place] for row in table.rows]


def test_the_lost_points_table_names_indicator_points_reason_clause_evidence_and_rectification() -> None:
    table = lost_points_table(small(), "甲局", rectification={("a", "A1"): "已整改"})
    assert table.columns == ("测评指标", "指标分值", "得分", "扣分", "失分原因", "依据", "证据", "整改情况")
    first, second, other, whole = table.rows
    assert first == (
        "A1 依申请公开按时答复",
        Decimal("40.00"),
        Decimal("33.00"),
        Decimal("7.00"),
        "逾期 1 项，每项扣 2 分；缺失 1 项，每项扣 5 分",
        "第三十三条“应当自收到申请之日起20个工作日内予以答复”",
        "申〔1〕（q1，r1 https://example.org/1）；申〔2〕（q2）",
        "已整改",
    )
    assert second[3:5] == (Decimal("6.67"), "按完成率 ≈66.67% 计；应做 3 项，达标 2 项，空白 1 期")
    assert (other[0], other[3]) == ("其他调整（分摊、上下限、门槛、取整）", Decimal("6.83"))
    assert (whole[0], whole[3]) == ("合计", Decimal("20.50"))


def test_the_lost_points_table_of_all_units_names_each_unit_and_speaks_english_on_request() -> None:
    table = lost_points_table(small(), lang="en")
    assert table.columns[:3] == ("Class", "Unit", "Indicator")
    assert [row[1] for row in table.rows] == ["甲局", "甲局"]
    assert table.rows[0][6] == "late: 1; 2 points off each; missing: 1; 5 points off each"


@SLOW
@given(assessments())
def test_points_lost_add_up_to_full_marks_less_the_total_as_printed(assessment: Assessment) -> None:
    for unit in assessment.units:
        end = assessment.total(unit.id)
        table = lost_points_table(assessment, unit.id)
        if end.points is not None:
            *parts, whole = [value for value in column(table, "扣分") if isinstance(value, Decimal)]
            assert sum(parts, Decimal(0)) == whole


@SLOW
@given(assessments())
def test_a_units_sheet_adds_up_as_printed(assessment: Assessment) -> None:
    if assessment.indicator_set.root.combine != "sum":
        return
    tops = {child.id for child in assessment.indicator_set.root.children}
    for unit in assessment.units:
        table = unit_table(assessment, unit.id)
        *rows, whole = table.rows
        root = assessment.node(unit.id, assessment.indicator_set.root.id)
        if assessment.total(unit.id).points is not None and root.points is not None:
            top = [r for r in rows if r[0] in tops or (not r[0] and not str(r[1]).startswith("　"))]
            assert sum((r[3] for r in top if isinstance(r[3], Decimal)), Decimal(0)) == whole[3]


@SLOW
@given(assessments())
def test_a_row_of_the_scores_table_adds_up_to_its_total(assessment: Assessment) -> None:
    table = scores_table(assessment)
    first, last = table.columns.index("单位") + 1, table.columns.index("总分")
    for row in table.rows:
        if isinstance(row[last], Decimal):
            assert sum((c for c in row[first:last] if isinstance(c, Decimal)), Decimal(0)) == row[last]


@given(st.lists(st.fractions(-50, 50), min_size=1, max_size=8), st.integers(0, 3))
def test_spread_numbers_are_within_one_unit_of_the_last_decimal(values: list[Fraction], digits: int) -> None:
    printed = spread(values, digits)
    assert sum(printed) == rounded(sum(values, Fraction(0)), digits)
    assert all(abs(p - v) < Fraction(1, 10**digits) for p, v in zip(printed, values, strict=True))


def test_thirds_printed_with_two_decimals_add_up_to_the_printed_total() -> None:
    leaves = tuple(Indicator(f"L{i}", Text(f"三分之一{i}"), Fraction(100, 3), scoring=PROPORTION) for i in range(3))
    root = Indicator("R", Text("总"), Fraction(100), leaves)
    met = Measurement(State.CASES, {"cases": Fraction(1), "met": Fraction(1), "rate": Fraction(1)})
    thirds = assessment_of(
        IndicatorSet("thirds", Text("三分"), root, rounding=Rounding(total=2)),
        [Unit("u", "某局")],
        {leaf.id: [met] for leaf in leaves},
    )
    (row,) = scores_table(thirds).rows
    assert row[1:5] == (Decimal("33.34"), Decimal("33.33"), Decimal("33.33"), Decimal("100.00"))
    assert any("最大余额法" in note for note in scores_table(thirds).notes)


def test_the_ranking_shows_coverage_beside_every_total_and_the_vetoed_unit_last() -> None:
    table = ranking_table(small())
    assert table.columns == ("类别", "名次", "单位", "得分", "覆盖率", "等级", "触发条款")
    assert table.rows == (
        ("部门", 1, "乙局", Decimal("90.00"), "100.00%", "优秀", ""),
        ("部门", 2, "甲局", Decimal("69.50"), "66.67%", "合格", ""),
        ("部门", None, "丙局", "否决", "66.67%", "不合格", "网站无法访问"),
    )


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        (1, None, ["乙局"]),
        (None, 1, ["丙局"]),
        (1, 1, ["乙局", "丙局"]),
        (2, 2, ["乙局", "甲局", "丙局"]),
        (0, None, []),
    ],
)
def test_only_the_first_and_last_of_a_class_are_published(
    first: int | None, last: int | None, names: list[str]
) -> None:
    table = ranking_table(small(), first=first, last=last)
    assert [row[table.columns.index("单位")] for row in table.rows] == names


def test_units_ranked_all_together_stand_in_one_list() -> None:
    assessment = small()
    units = tuple(replace(unit, group=group) for unit, group in zip(assessment.units, "丁丙乙", strict=True))
    together = replace(
        assessment,
        units=units,
        indicator_set=replace(
            assessment.indicator_set, ranking=replace(assessment.indicator_set.ranking, within="all")
        ),
    )
    assert [row[2] for row in ranking_table(together).rows] == ["乙局", "甲局", "丙局"]


def test_the_row_counts_add_up_to_the_rows_read() -> None:
    *parts, read = column(rows_table(small()), "行数")
    assert sum(n for n in parts if isinstance(n, int)) == read == 12


def test_the_cases_table_gives_verdict_dates_words_and_rows() -> None:
    table = cases_table(small(), "a", "A1", all_cases=False)
    assert table.rows[0] == (
        "A1 依申请公开按时答复",
        "申〔1〕",
        "逾期",
        "2019-03-01",
        "2019-03-29",
        "2019-04-03",
        "办理用时 23 个工作日，限 20 个工作日，逾期 3 个工作日",
        "q1；r1 https://example.org/1",
    )
    assert len(table.rows) == 2


def shown_width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


@pytest.mark.parametrize("table", [scores_table(small()), ranking_table(small()), cases_table(small(), "a")])
def test_markdown_columns_are_aligned_with_chinese_text(table: Table) -> None:
    lines = [line for line in table_markdown(table).splitlines() if line.startswith("|")]
    assert len({shown_width(line) for line in lines}) == 1
    assert len(lines) == len(table.rows) + 2


def test_text_from_a_log_cannot_break_a_markdown_table() -> None:
    table = Table("表", ("甲",), (("a|b\n<script>",),))
    assert "a\\|b \\<script\\>" in table_markdown(table)


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in table_text(Table("表", ("甲",), (("\x1b[31m",),)))


def test_an_empty_table_is_its_heads() -> None:
    assert "整改情况" in table_text(lost_points_table(small(), "乙局"))
    assert "没有失分。" in table_markdown(lost_points_table(small(), "乙局"))


@pytest.mark.parametrize("text", ["=1+1", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1", " =1", "\uff1d1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_is_made_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["-5%", "+2", "-2.00", "甲局", "", 3, Decimal("-1.5")])
def test_numbers_and_plain_text_stay_as_they_are(cell: str | int | Decimal) -> None:
    assert safe_cell(cell) == cell


def test_csv_is_utf8_with_a_mark_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "表.csv"
    write_csv(set_aside_table(small()), path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert rows[1][3] == "'=1+1"
    assert [p.name for p in tmp_path.iterdir()] == ["表.csv"]
    assert table_csv(set_aside_table(small())).count("\r\n") == 2


def test_a_csv_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError, match="surrogates"):
        write_csv(Table("表", ("\ud800",), ()), path)
    assert path.read_text(encoding="utf-8") == "old" and len(list(tmp_path.iterdir())) == 1


def test_the_scores_frame_has_one_row_for_each_unit_and_node() -> None:
    frame = scores_frame(small())
    assert len(frame) == 3 * 5
    row = frame[(frame.unit == "a") & (frame.indicator == "A2")].iloc[0]
    assert (row.points, row.points_exact, row.level, row.outcome) == (13.33, "13.33", 2, "scored")
    absent = frame[(frame.unit == "a") & (frame.indicator == "B")].iloc[0]
    assert pd.isna(absent.points) and absent.points_exact == "" and absent.outcome == "not_applicable"


@SLOW
@given(assessments())
def test_exact_points_of_the_frame_are_those_of_the_assessment(assessment: Assessment) -> None:
    frame = scores_frame(assessment)
    root = frame[frame.level == 0]
    for unit, text in zip(root.unit, root.points_exact, strict=True):
        points = assessment.node(unit, assessment.indicator_set.root.id).points
        assert (exact(text) if text else None) == points


def test_frames_of_ranks_quantities_cases_and_rows_set_aside_are_tidy() -> None:
    assessment = small()
    ranks = ranking_frame(assessment)
    assert ranks["rank"].tolist()[:2] == [1, 2] and pd.isna(ranks["rank"][2])
    quantities = quantities_frame(assessment)
    rate = quantities[(quantities.unit == "a") & (quantities.indicator == "A1") & (quantities.quantity == "rate")]
    assert rate.value_exact.tolist() == ["1/3"]
    cases = cases_frame(assessment)
    assert cases[cases.verdict == "late"].rows.tolist() == ["q1;r1"]
    assert set_aside_frame(assessment).code.tolist() == ["L101"]
    assert cases_frame(replace(assessment, cases={})).empty


def large(units: int, leaves: int) -> Assessment:
    nodes = tuple(Indicator(f"L{i}", Text(f"指标{i}"), Fraction(1), scoring=PROPORTION) for i in range(leaves))
    blocks = tuple(
        Indicator(f"B{i}", Text(f"块{i}"), Fraction(10), nodes[i * 10 : i * 10 + 10]) for i in range(leaves // 10)
    )
    root = Indicator("R", Text("总"), Fraction(leaves), blocks)
    values = [
        Measurement(State.CASES, {"cases": Fraction(3), "met": Fraction(n), "rate": Fraction(n, 3)})
        for n in range(4)
    ]
    found: dict[str, Sequence[Measurement]] = {
        node.id: [values[(u * 7 + i) % 4] for u in range(units)] for i, node in enumerate(nodes)
    }
    names = [Unit(f"u{i:04d}", f"单位{i}", f"类{i % 5}") for i in range(units)]
    return assessment_of(IndicatorSet("large", Text("大"), root), names, found)


def test_a_large_result_makes_a_frame_and_a_ranking_of_every_unit() -> None:
    assessment = large(300, 140)
    assert len(scores_frame(assessment)) == 300 * 155
    assert len(ranking_table(assessment).rows) == 300


def test_the_scoring_table_of_a_set_says_rule_points_and_clause_and_flags_assumptions() -> None:
    table = indicator_set_table(small_set())
    assert table.columns == ("一级指标", "二级指标", "评分标准", "分值", "依据")
    assert table.rows[0] == (
        "A 公开（60 分）",
        "A1 依申请公开按时答复",
        "申请(留言)收到后 20 个工作日内应有申请(留言)答复；满分起评；逾期每 1 项扣 2 分；缺失每 1 项扣 5 分",
        Decimal("40"),
        "第三十三条“应当自收到申请之日起20个工作日内予以答复”",
    )
    assert [row[0] for row in table.rows] == ["A 公开（60 分）", "", "B 会议开放"]
    assert str(table.rows[2][2]).endswith("※1")
    assert "※1 B 假定：次数为本库假定" in table.notes
    assert "分值说明：分值为本库假定" in table.notes
    assert sum(row[3] for row in table.rows if isinstance(row[3], Decimal)) == 90


def test_the_scoring_table_speaks_english() -> None:
    rule = indicator_set_table(small_set(), "en").rows[0][2]
    assert rule == (
        "request answered within 20 working days of request received; starts from full marks; "
        "2 points off for each late; 5 points off for each missing"
    )


def test_every_shipped_set_can_be_put_into_words() -> None:
    for name in shipped_indicator_sets():
        found = read_indicator_set(name)
        for lang in LANGUAGES:
            table = indicator_set_table(found, lang)
            assert len(table.rows) == len(found.leaves)
            rules = [str(row[-3]) for row in table.rows]
            assert all(rules) and not any("{" in rule or "Fraction" in rule or "None" in rule for rule in rules)


def test_lateness_is_worded_in_the_unit_of_the_limit_and_a_shared_fact_is_told() -> None:
    found = parse_indicator_set(
        "id: s\ntitle: 小\nindicators:\n"
        "  - id: A\n    name: 甲\n    points: 10\n    overlap: {group: 解读, measures: [a]}\n    measures:\n"
        "      a: {kind: deadline, start: request_received, end: request_answered, within: 3 working days}\n"
        "      b: {kind: due_by, by: 2019-06-30, end: report_submitted}\n"
        "    scoring: {deduct_each: {a.days_late: 1, b.days_late: 0.5, a.missing: 2, b.missing: 2}}\n"
        "  - {id: B, name: 乙, points: 1, overlap: 解读, measure: {kind: exists, event: training_held}}\n"
    )
    rules = [str(row[1]) for row in indicator_set_table(found).rows]
    assert "逾期时间合计每 1 个工作日扣 1 分" in rules[0] and "逾期时间合计每 1 日扣 0.5 分" in rules[0]
    assert rules[0].endswith("a的同一事实在“解读”组只扣一次") and rules[1].endswith("同一事实在“解读”组只扣一次")
    english = str(indicator_set_table(found, "en").rows[0][1])
    assert "1 point off for each working day of a: time late in all" in english


def test_gates_and_grades_are_told_with_condition_effect_and_counts() -> None:
    assert gates_table(small_set()).rows == (
        ("V", "网站无法访问", "统计site down；未达标 > 0", "单项否决，不计总分", "第五条"),
    )
    assert [row[1:3] for row in grades_table(small()).rows] == [("≥ 80", 1), ("≥ 60，< 80", 1), ("< 60", 1)]


def test_html_escapes_what_comes_from_outside() -> None:
    assessment = small()
    units = (replace(assessment.units[0], name="<script>alert(1)</script>"), *assessment.units[1:])
    page = assessment_html(replace(assessment, units=units))
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "http" not in table_html(ranking_table(assessment)) and "评估期" in page
    assert explanation_html(explain(assessment, "a")).startswith("<pre")


def test_an_assessment_shows_itself_in_a_notebook() -> None:
    assert small()._repr_html_() == assessment_html(small())


def test_a_total_is_printed_out_of_what_it_is_out_of() -> None:
    def of(**changes: object) -> tuple[str, object]:
        indicator_set = replace(small_set(), **changes)  # type: ignore[arg-type]
        none = Measurement(State.NO_CASES)
        half = Measurement(State.CASES, {"cases": Fraction(2), "met": Fraction(1), "rate": Fraction(1, 2)})
        found = {"A1": [none], "A2": [half], "B": [half]}
        made = assessment_of(indicator_set, [Unit("u", "某局")], found, gates={"V": [none]})
        return explain(made, "u").text().splitlines()[2].split(" · ")[0], lost_points_table(made, "u").rows[-1][3]

    # A1 (40 of 90) does not apply; A2 and B come to 10 of 20 and 15 of 30.
    assert of() == ("总分 45 / 90", Decimal("45.00"))
    assert of(not_applicable=NotApplicable("drop")) == ("总分 25 / 50", Decimal("25.00"))
    assert of(not_applicable=NotApplicable("scale")) == ("总分 45 / 90", Decimal("45.00"))
    assert of(out_of=Fraction(100)) == ("总分 50 / 100", Decimal("50.00"))
