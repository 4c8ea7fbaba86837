"""Explanations lead every point back to its rule, clause, case and row, and add up again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hand_made import small
from hypothesis import HealthCheck, given, settings
from random_sets import assessments

from gongkai_score.assessment import Assessment
from gongkai_score.explanation import explain
from gongkai_score.measurements import Column

SLOW = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(assessments())
def test_every_explanation_adds_up_again(assessment: Assessment) -> None:
    for unit in assessment.units:
        whole = explain(assessment, unit.id)
        assert whole.check(), whole.text()
        assert whole.standing is not None
        if whole.standing.total.points is not None:
            changes = [entry.change for entry in whole.standing.entries]
            assert sum(changes, Fraction(0)) == assessment.total(unit.id).points
        assert whole.text("zh", 0) and whole.text("en", 0)


@SLOW
@given(assessments())
def test_a_node_explained_alone_is_the_same_as_within_the_whole(assessment: Assessment) -> None:
    whole = explain(assessment, assessment.units[0].id)
    for node in whole.walk():
        alone = explain(assessment, assessment.units[0].id, node.id)
        assert alone.score == node.score and alone.entries == node.entries


def test_a_changed_number_no_longer_adds_up() -> None:
    assessment = small()
    leaf = assessment.nodes["A1"]
    forged = tuple(replace(score, points=(score.points or Fraction(0)) + 1) for score in leaf.values)
    nodes = {**assessment.nodes, "A1": Column(forged, leaf.index)}
    assert explain(assessment, "a").check()
    assert not explain(replace(assessment, nodes=nodes), "a").check()


def test_the_explanation_in_chinese_says_rule_clause_case_and_row() -> None:
    text = explain(small(), "甲局").text()
    assert text == GOLDEN_ZH


def test_the_explanation_in_english_says_the_same() -> None:
    text = explain(small(), "a", "A1").text("en", evidence=1)
    assert text == GOLDEN_EN


def test_less_evidence_is_counted_instead_of_shown() -> None:
    text = explain(small(), "a", "A1").text(evidence=0)
    assert "申〔1〕" not in text and "达标 1 项，逾期 1 项，缺失 1 项" in text


def test_a_vetoed_unit_is_told_by_what_and_why() -> None:
    whole = explain(small(), "c")
    assert whole.standing is not None and whole.standing.place.rank is None
    assert "无总分（满分 90）" in whole.text()
    assert "否决与限制 V 网站无法访问：已触发" in whole.text()
    assert "vetoed, no total" in whole.text("en")


def test_the_rank_is_given_with_the_size_of_the_class() -> None:
    standing = explain(small(), "a").standing
    assert standing is not None
    assert (standing.place.rank, standing.size) == (2, 2)


@pytest.mark.parametrize(("unit", "node"), [("x", None), ("a", "Z9")])
def test_an_unknown_unit_or_node_is_refused(unit: str, node: str | None) -> None:
    with pytest.raises(KeyError, match=r"x|Z9"):
        explain(small(), unit, node)


GOLDEN_ZH = """\
甲局（部门）
小型测评指标 · 2019-01-01..2019-12-31 · 评估日 2019-12-31
总分 69.5 / 90 · 覆盖率 ≈66.67% · 等级 合格 · 第 2 名，同类共 2 个单位
  +69.495  各项指标合计
   +0.005  按规定四舍五入到 2 位小数

small 小型指标  69.495 / 90 · 失 20.505 分
  A 公开  46.33 / 60 · 失 13.67 分
    A1 依申请公开按时答复  33 / 40 · 失 7 分
      测量：应做 3 项，达标 1 项，逾期 1 项，缺失 1 项，完成率 ≈33.33%
      +40  满分起评
       -2  逾期 1 项，每项扣 2 分
       -5  缺失 1 项，每项扣 5 分
      依据：第三十三条“应当自收到申请之日起20个工作日内予以答复”
      整改建议：登记每件申请的到期日
      · 逾期 申〔1〕：办理用时 23 个工作日，限 20 个工作日，逾期 3 个工作日\
（起 2019-03-01，期限 2019-03-29，完成 2019-04-03）
          q1（台账.csv 第 2 行） · 2019-03-01 · 申请(留言)收到
          r1（台账.csv 第 9 行） · 2019-04-03 · 申请(留言)答复 · https://example.org/1
      · 缺失 申〔2〕：期限已过，未见完成记录，限 20 个工作日（起 2019-03-02，期限 2019-04-01）
          q2（台账.csv 第 3 行） · 2019-03-02 · 申请(留言)收到
      另有达标 1 项
    A2 网站每周更新  13.33 / 20 · 失 6.67 分
      测量：应做 3 项，达标 2 项，空白 1 期，完成率 ≈66.67%
           +20  满分起评
      ≈-6.6667  按完成率 ≈66.67% 计
      ≈-0.0033  按规定四舍五入到 2 位小数
      · 空白 2019W11：应有 1，缺 1
      另有达标 2 项
  B 会议开放  30 · 不涉及
    没有应做事项
    ※ 假定：次数为本库假定
  +23.165  不计的 30 分按分值分摊到其余指标"""

GOLDEN_EN = """\
甲局
A1 Answers in time  33 of 40 · lost 7
  Measured: cases: 3, met: 1, late: 1, missing: 1, rate: ≈33.33%
  +40  starts from full marks
   -2  late: 1; 2 points off each
   -5  missing: 1; 5 points off each
  Clause: 第三十三条“应当自收到申请之日起20个工作日内予以答复”
  Remedy: Keep the due date of every request
  · late 申〔1〕: took 23 working days, limit 20 working days, 3 working days late \
(from 2019-03-01, due 2019-03-29, done 2019-04-03)
      q1 (台账.csv 第 2 行) · 2019-03-01 · request received
      r1 (台账.csv 第 9 行) · 2019-04-03 · request answered · https://example.org/1
  further: 1 met, 1 missing"""
