"""The tool that runs tests beside the rules: what it finds, what it says, what it counts, what it notices."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from gongkai_score.cli import cli
from gongkai_score.errors import RuleTestError
from gongkai_score.indicator_set import Indicator
from gongkai_score.messages import rule_tests as messages
from gongkai_score.outcomes import Outcome
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.rule_tests import check_rule_tests, read_rule_tests
from gongkai_score.rule_tests import RuleTestFile, run
from gongkai_score.rule_tests.coverage import NodeCoverage, coverage
from gongkai_score.rule_tests.mutation import Challenge, challenge
from gongkai_score.rule_tests.mutation_words import change_words
from gongkai_score.rule_tests.part_words import part_words
from gongkai_score.rule_tests.words import failure_words

BROKEN = Path(__file__).parent / "broken" / "rule_tests"
SMALL = BROKEN / "sets" / "small.yaml"
FILES = sorted(BROKEN.glob("*.yaml"))

MATTER = "{kind: matter_arose, at: 2019-05-15, ref: a, proactive: true}"
"""A duty from Wednesday 2019-05-15: working day 1 is 05-16; 端午 on Friday 06-07 is off, so day 20 is 06-13."""


def written(folder: Path, tests: str, rules: str = "", more: str = "") -> RuleTestFile:
    """Tests of the small set, or of other rules."""
    path = folder / "set.yaml"
    path.write_text(rules or SMALL.read_text(encoding="utf-8"), encoding="utf-8")
    file = folder / "tests.yaml"
    file.write_text(f"set: set.yaml\nas_of: 2020-03-31\n{more}tests:\n{tests}", encoding="utf-8")
    return read_rule_tests(file)


def test(indicator: str, expect: str, *events: str, unit: str = "{}", name: str = "", more: str = "") -> str:
    listed = "".join(f"      - {event}\n" for event in events)
    lines = f"  - name: {name or indicator + expect.replace(':', ' ').replace('{', '').replace('}', '')}\n"
    lines += f"    indicator: {indicator}\n    unit: {unit}\n"
    lines += f"    events:\n{listed}" if events else ""
    return lines + (f"    {more}\n" if more else "") + f"    expect: {expect}\n"


test.__test__ = False  # type: ignore[attr-defined]


def published(day: str, ref: str = "a") -> str:
    return f"{{kind: information_published, at: {day}, ref: {ref}}}"


# -- broken files


def expected(path: Path) -> tuple[str, int, int, list[str], list[str]]:
    head, zh, en = path.read_text(encoding="utf-8").split("\n")[:3]
    code, place = head.removeprefix("# ").split(" ")
    line, column = map(int, place.split(":"))
    return code, line, column, zh.removeprefix("# zh: ").split("|"), en.removeprefix("# en: ").split("|")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_broken_test_file_is_told_its_mistake_where_it_stands(path: Path) -> None:
    code, line, column, zh, en = expected(path)
    file, problems = check_rule_tests(path)
    found, *rest = problems
    assert (found.code, found.line, found.column, found.file) == (code, line, column, str(path))
    assert [one.file for one in rest] == ["sets/broken.yaml"] * len(rest) or code == "T002"
    for words, language in ((zh, "zh"), (en, "en")):
        assert all(word in found.message(language) for word in words), found.message(language)  # type: ignore[arg-type]
    assert (file is None) == (found.severity == "error")


def test_every_message_about_tests_has_its_broken_file() -> None:
    covered = {expected(path)[0] for path in FILES}
    assert set(messages.MESSAGES) - covered == {"T001", "T018", "T020", "T022", "T023"}


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(RuleTestError) as caught:
        written(
            tmp_path,
            test("A11", "{outcome: scored}")
            + test("A1", "{outcome: done}", "{kind: matter_arose, at: 2019-13-01}")
            + test("A1", "{points: viel}", "{kind: nothing, at: 2019-05-15}", name="c"),
        )
    assert [one.code for one in caught.value.problems] == ["T003", "D055", "T005", "T011"]


def test_a_file_or_a_set_that_is_not_there_is_told(tmp_path: Path) -> None:
    _, (found,) = check_rule_tests(tmp_path / "nothing.yaml")
    assert found.code == "T023" and "nothing.yaml" in found.message("zh")
    outcome = CliRunner().invoke(cli, ["test", "bishan-2018"])
    assert outcome.exit_code == 2 and "T023" in outcome.output and "bishan-2019" in outcome.output
    _, (found,) = check_rule_tests(tmp_path)
    assert found.code == "T001"


def test_a_set_in_place_of_its_tests_is_taken_for_the_tests_beside_it(tmp_path: Path) -> None:
    rules = tmp_path / "mine.yaml"
    rules.write_text(HEAD + "measure: {kind: exists, event: training_held}}\n", encoding="utf-8")
    _, (found,) = check_rule_tests(rules)
    beside = tmp_path / "tests" / "mine.yaml"
    assert (
        found.code == "T022" and str(beside) in found.message("zh") and "docs/rule-tests.md" in found.message("en")
    )
    beside.parent.mkdir()
    beside.write_text(
        "set: ../mine.yaml\ntests:\n  - {name: 没有, indicator: A, expect: {missing: 1}}\n", encoding="utf-8"
    )
    (result,) = run(read_rule_tests(rules), national_calendar())
    assert result.passed


# -- running


def test_the_20th_working_day_is_in_time_and_the_21st_is_late(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        test("A1", "{outcome: scored, points: full, met: 1}", MATTER, published("2019-06-13"))
        + test("A1", "{outcome: scored, points: 30, late: 1, days_late: 1}", MATTER, published("2019-06-14")),
    )
    assert [one.passed for one in run(file, national_calendar())] == [True, True]


def test_points_may_be_a_number_full_zero_none_or_a_share(tmp_path: Path) -> None:
    """40 − 20 for one missing; three missing: 40 − 60, not below 0; no case: no points; 80% of 40 is 32."""
    rating = "{kind: rating_given, at: 2019-06-03, label: 良}"
    matters = [MATTER.replace("ref: a", f"ref: {ref}") for ref in "abc"]
    file = written(
        tmp_path,
        test("A1", "{outcome: missing, points: 20}", MATTER)
        + test("A1", "{points: 50%}", MATTER)
        + test("A1", "{points: zero}", *matters)
        + test("A1", "{points: none, outcome: not_applicable, reason: no_cases}")
        + test("B", "{points: 80%, label: 良}", rating)
        + test("B", "{points: 32}", rating),
    )
    results = run(file, national_calendar())
    assert [one.passed for one in results] == [True] * 6, [one.differences for one in results]


def test_a_share_of_the_marks_is_rounded_as_the_set_rounds(tmp_path: Path) -> None:
    """Two of three: 10 × 2/3 = 6.666…, at two decimals 6.67."""
    rules = (
        "id: r\ntitle: r\nplan_year: 2019\nrounding: {leaf: 2}\nindicators:\n  - {id: A, name: a, points: 10, "
        "measure: {kind: coverage, items: [x, y, z], event: information_published}}\n"
    )
    event = "{kind: information_published, at: 2019-05-15, item: x;y}"
    tests = test("A", '{points: "2/3", met: 2}', event, name="数") + test("A", '{points: "200/3%"}', event)
    passed = [one.passed for one in run(written(tmp_path, tests, rules), national_calendar())]
    assert passed == [False, True]


def test_events_may_be_dated_by_a_list_or_repeated(tmp_path: Path) -> None:
    """Twelve months with two updates each: days 1 and 15 of every month."""
    first = "{kind: channel_updated, channel: site, at: 2019-01-01, every: month, until: 2019-12-31}"
    second = first.replace("2019-01-01", "2019-01-15")
    three = "{kind: channel_updated, channel: site, at: [2019-01-01, 2019-01-02, 2019-02-01]}"
    file = written(
        tmp_path,
        test("A2", "{points: full, met: 12}", first, second)
        + test("A2", "{met: 1, short: 1, blank: 10, points: zero}", three),
    )
    assert [one.passed for one in run(file, national_calendar())] == [True, True]


def test_a_variant_and_a_unit_not_bound_are_seen(tmp_path: Path) -> None:
    monthly = "{kind: channel_updated, at: 2019-01-01, every: month, until: 2019-12-31}"
    file = written(
        tmp_path,
        test("A2", "{points: full, cases: 12}", monthly, unit="{type: town}")
        + test("A2", "{outcome: not_applicable, reason: not_bound}", monthly, unit="{type: county}"),
    )
    assert [one.passed for one in run(file, national_calendar())] == [True, True]


def test_a_gate_is_held_or_not(tmp_path: Path) -> None:
    twice = [f"{{kind: finding_recorded, at: 2019-05-{day}}}" for day in (15, 16)]
    file = written(
        tmp_path,
        test("V", "{held: true, found: 2}", *twice)
        + test("V", "{held: false}", twice[0])
        + test("V", "{held: true}", name="没有"),
    )
    results = run(file, national_calendar())
    assert [one.passed for one in results] == [True, True, False]
    assert failure_words(results[2], file.indicator_set, "zh")[0] == "门槛条件：期望 成立，实得 不成立"


def test_options_of_one_test_hold_for_it_alone(tmp_path: Path) -> None:
    """A follow-up without a limit: 20 working days end on 06-13, 30 on 06-27."""
    rules = (
        "id: r\ntitle: r\nplan_year: 2019\nindicators:\n  - {id: A, name: a, points: 10, "
        "measure: {kind: follow_up, start: matter_arose, end: information_published}}\n"
    )
    late = test("A", "{late: 1}", MATTER, published("2019-06-14"))
    longer = test("A", "{met: 1}", MATTER, published("2019-06-14"), more="options: {promptly_within: 30个工作日}")
    assert [one.passed for one in run(written(tmp_path, late + longer, rules), national_calendar())] == [True, True]


def test_a_fact_charged_elsewhere_is_not_charged_again(tmp_path: Path) -> None:
    column = "measure: {kind: exists, event: {event: platform_changed, where: {name: 栏目}}}"
    leaves = "".join(f"  - {{id: {i}, name: {i}, points: 5, overlap: same, {column}}}\n" for i in "AB")
    rules = f"id: r\ntitle: r\nplan_year: 2019\nindicators:\n{leaves}"
    tests = test("A", "{outcome: missing, points: zero}") + test("B", "{outcome: not_applicable, exempt: 1}")
    assert [one.passed for one in run(written(tmp_path, tests, rules), national_calendar())] == [True, True]


def test_only_the_facts_of_the_measures_named_are_shared(tmp_path: Path) -> None:
    # 文件a没有解读：B先扣（3分），A的公布不再扣；编号同为a的报批没有附材料，A照扣。
    rules = """id: r
title: r
plan_year: 2019
indicators:
  - id: A
    name: a
    points: 2
    overlap: {group: 解读, measures: [公布]}
    measures:
      报批: {kind: complete, event: document_submitted, required: [{attribute: material_attached, is: true}]}
      公布: {kind: synchronous, objects: [document_published, interpretation_published]}
    scoring: {deduct_each: {报批.short: 1, 公布.missing: 1}}
  - {id: B, name: b, points: 3, overlap: 解读, measure: {kind: follow_up, start: document_published,
     end: interpretation_published}}
"""
    rows = [
        "{kind: document_submitted, at: 2019-05-10, ref: a}",
        "{kind: document_published, at: 2019-05-15, ref: a}",
    ]
    tests = test("A", "{points: 1, 报批.short: 1, 公布.exempt: 1}", *rows) + test(
        "B", "{missing: 1, points: zero}", *rows
    )
    assert [one.passed for one in run(written(tmp_path, tests, rules), national_calendar())] == [True, True]
    # All measures of A in the group: the same reference, and so nothing of A is charged.
    merged = rules.replace(", measures: [公布]", "")
    tests = test("A", "{outcome: not_applicable, 报批.exempt: 1, 公布.exempt: 1}", *rows)
    assert [one.passed for one in run(written(tmp_path, tests, merged), national_calendar())] == [True]


def test_a_calendar_that_does_not_reach_far_enough_fails_the_test_only(tmp_path: Path) -> None:
    late = MATTER.replace("2019-05-15", "2026-12-30")
    file = written(tmp_path, test("A1", "{points: full}", late, more='period: "2026"\n    as_of: 2027-03-31'))
    (result,) = run(file, national_calendar())
    assert not result.passed and result.problems[0].code.startswith("C")
    assert "无法评估" in failure_words(result, file.indicator_set)[0]


# -- what a failed test says


def test_a_failed_test_says_both_numbers_the_account_and_the_cases(tmp_path: Path) -> None:
    one = test("A1", "{outcome: scored, points: full, met: 1}", MATTER, published("2019-06-14"))
    file = written(tmp_path, one + "    worked: 第20个工作日为6月13日\n")
    (result,) = run(file, national_calendar())
    said = {lang: "\n".join(failure_words(result, file.indicator_set, lang)) for lang in ("zh", "en")}  # type: ignore[arg-type]
    for words in (
        "得分：期望 40（满分 40），实得 30",
        "达标 (met)：期望 1，实得 0",
        "满分起评  +40 → 40",
        "逾期 1 项，每项扣 10 分  -10 → 30",
        "a [late] 办理用时 21 个工作日，限 20 个工作日，逾期 1 个工作日",
        "期限 2019-06-13，完成 2019-06-14",
        "tests.yaml#8",
        "测试的推算：第20个工作日为6月13日",
    ):
        assert words in said["zh"], said["zh"]
    for words in (
        "points: expected 40 (full marks 40), got 30",
        "met: expected 1, got 0",
        "starts from full marks  +40 → 40",
        "took 21 working days, limit 20 working days, 1 working day late",
    ):
        assert words in said["en"], said["en"]
    assert "期望 已评分" not in said["zh"]


def test_a_test_without_a_number_says_why_there_is_none(tmp_path: Path) -> None:
    file = written(tmp_path, test("A1", "{outcome: scored, points: full}", MATTER.replace("true", "false")))
    said = "\n".join(failure_words(run(file, national_calendar())[0], file.indicator_set))
    assert "期望 已评分 (scored)，实得 不涉及 (not_applicable)" in said
    assert "实得 没有得分" in said and "(no_cases)" in said and "没有应做事项" in said


# -- coverage


def covered(file: RuleTestFile) -> dict[str, NodeCoverage]:
    return {one.node.id: one for one in coverage(file, run(file, national_calendar()))}


def gaps(one: NodeCoverage) -> list[str]:
    return [part_words(part, one.node, "zh") for part in one.gaps]


def test_coverage_tells_what_no_test_reaches(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        test("A1", "{points: full}", MATTER, published("2019-06-13"))
        + test("A1", "{points: 30}", MATTER, published("2019-06-14"))
        + test("B", "{points: full}", "{kind: rating_given, at: 2019-06-03, label: 优}")
        + test("V", "{held: false}"),
    )
    found = covered(file)
    assert gaps(found["A1"]) == ["不适用的单位", "第 2 步（扣 20×缺失）", "第 3 步（最高 50%，当 缺失 > 1）"]
    assert gaps(found["A2"])[0] == "没有任何测试"
    assert gaps(found["B"]) == ["未得满分", "缺材料而未评估", "第 1 步“良”", "第 1 步“差”"]
    assert gaps(found["V"]) == ["条件成立"]
    assert (found["A1"].tests, found["A1"].outcomes) == (2, {Outcome.SCORED: 2})
    assert [found[node].kind for node in ("A1", "C", "V")] == ["weighted", "reported", "gate"]


def test_coverage_follows_tiers_and_variants(tmp_path: Path) -> None:
    """Full marks for 12 of 12 months, 10 points for 6 of 12 = 50%; nobody reaches the lowest row."""
    updates = [
        f"{{kind: channel_updated, channel: site, at: 2019-{m:02d}-0{d}}}" for m in range(1, 7) for d in (1, 2)
    ]
    monthly = "{kind: channel_updated, channel: site, at: 2019-01-01, every: month, until: 2019-12-31}"
    tests = test("A2", "{points: 10, met: 6}", *updates) + test(
        "A2", "{points: full}", monthly, unit="{type: town}"
    )
    assert gaps(covered(written(tmp_path, tests))["A2"]) == ["不适用的单位", "第 1 步第 3 档（其余）"]


def test_a_test_that_fails_reaches_nothing(tmp_path: Path) -> None:
    file = written(tmp_path, test("A1", "{points: 39}", MATTER, published("2019-06-13")))
    assert covered(file)["A1"].lacks("test")


def test_reported_only_counts_as_full_when_everything_was_met(tmp_path: Path) -> None:
    document = "{kind: document_published, at: 2019-06-03, ref: d, elements: 正文;附件}"
    both = covered(written(tmp_path, test("C", "{met: 1}", document)))["C"]
    one = covered(written(tmp_path, test("C", "{short: 1}", document.replace(";附件", ""))))["C"]
    assert (gaps(both), gaps(one)) == (["未得满分"], ["得满分（或全部达标）"])


def test_a_step_worth_nothing_is_reached_where_it_would_give_points(tmp_path: Path) -> None:
    # 只列示：一半按评定，评定5÷10不算满分，10÷10才算；没有公布的全市数字，同类比较没有“未评估”。
    rules = """id: r
title: r
plan_year: 2019
indicators:
  - {id: A, name: a, points: 1, applies_to: {type: department}, measure: {kind: versus_peers, event: case_concluded,
     counted: {event: case_concluded, where: {outcome: 败诉}}}, scoring: all_or_nothing}
  - id: R
    name: r
    reported_only: true
    measure: {kind: rating, event: rating_given, value: score, over: max}
    scoring: {start: 0, steps: [{add: 100%, per: value}]}
"""

    def rated(score: int) -> str:
        return test(
            "R", f"{{value: {score}/10}}", f"{{kind: rating_given, at: 2019-11-01, score: {score}, max: 10}}"
        )

    half = covered(written(tmp_path, rated(5), rules))
    whole = covered(written(tmp_path, rated(10), rules))
    assert (gaps(half["R"]), gaps(whole["R"])) == (
        ["得满分（或全部达标）", "缺材料而未评估"],
        ["未得满分", "缺材料而未评估"],
    )
    assert "缺材料而未评估" not in gaps(half["A"])


# -- changes of rules


HEAD = "id: r\ntitle: r\nplan_year: 2019\nindicators:\n  - {id: A, name: a, points: 10, "
DEADLINE = "measure: {kind: deadline, start: matter_arose, end: information_published, within: 20 working days"
FREQUENCY = (
    "measure: {kind: frequency, event: {event: channel_updated, where: {channel: site}}, every: month, at_least: 2}"
)
IN_TIME = test("A", "{points: full}", MATTER, published("2019-06-13"))
LATE = test("A", "{late: 1}", MATTER, published("2019-06-14"))
TWO_MONTHS = "period: 2019-01-01..2019-02-28"


def site(*days: str, channel: str = "site") -> list[str]:
    return [f"{{kind: channel_updated, channel: {channel}, at: {day}}}" for day in days]


TWO_EACH = site("2019-01-02", "2019-01-03", "2019-02-11", "2019-02-12")
MONTHS_MET = test("A", "{points: full, met: 2}", *TWO_EACH, more=TWO_MONTHS)
ONE_SHORT = test("A", "{points: 50%, short: 1}", *TWO_EACH[:3], more=TWO_MONTHS)
OTHER_CHANNEL = test(
    "A", "{short: 1}", *TWO_EACH[:3], *site("2019-02-13", channel="weibo"), more=TWO_MONTHS, name="微博不算"
)
ROWS = "[{at_least: 3, points: 10}, {at_least: 1, points: 5}, {points: 0}]"
TIERS = f"measure: {{kind: count, event: meeting_held}}, scoring: {{tiers: {{by: count, tiers: {ROWS}}}}}}}"
ITEMS = "measure: {kind: coverage, items: [x, y], event: information_published}}"
BOTH = "{kind: information_published, at: 2019-05-15, item: x;y}"
SYNC = "measure: {kind: synchronous, objects: [document_published, interpretation_published], tolerance: 0 days}}"
COMPLETE = "measure: {kind: complete, event: document_published, required: [正文, 附件]}, scoring: all_or_nothing}"


def meetings(n: int) -> list[str]:
    return [f"{{kind: meeting_held, at: 2019-05-0{day}}}" for day in range(1, n + 1)]


def document(elements: str) -> str:
    return f"{{kind: document_published, at: 2019-06-03, ref: d, elements: {elements}}}"


def interpretation(day: str) -> str:
    return f"{{kind: interpretation_published, at: {day}, ref: d}}"


CASES = {
    # id: (rules, tests, changes noticed, changes not noticed)
    "one more day goes unnoticed without a late case": (
        DEADLINE + "}}",
        IN_TIME,
        ["measure.within: 20 working days -> 19 working days", "measure.within: 20 working days -> 20 days"],
        ["measure.within: 20 working days -> 21 working days"],
    ),
    "the day after the last is needed to pin a limit": (
        DEADLINE + "}}",
        IN_TIME + LATE,
        [
            "measure.within: 20 working days -> 21 working days",
            "measure.within: 20 working days -> 19 working days",
        ],
        ["measure.early: accept -> reject"],
    ),
    "an answer before the start pins what is made of it": (
        DEADLINE + "}}",
        IN_TIME + test("A", "{met: 1}", MATTER, published("2019-05-14"), name="早"),
        ["measure.early: accept -> reject"],
        [],
    ),
    "a month with one and a month with two pin the number": (
        FREQUENCY + "}",
        MONTHS_MET + ONE_SHORT,
        ["measure.at_least: 2 -> 1", "measure.at_least: 2 -> 3", "measure.every: month -> quarter"],
        ["measure.event.where.channel: dropped"],
    ),
    "full marks alone do not pin the least number": (
        FREQUENCY + "}",
        MONTHS_MET,
        ["measure.at_least: 2 -> 3", "measure.event.where.channel: inverted"],
        ["measure.at_least: 2 -> 1"],
    ),
    "an update of another channel pins the condition": (
        FREQUENCY + "}",
        MONTHS_MET + OTHER_CHANNEL,
        ["measure.event.where.channel: dropped", "measure.event.event: channel_updated -> document_published"],
        [],
    ),
    "rows of a table are pinned at their bounds": (
        TIERS,
        test("A", "{points: full}", *meetings(3)) + test("A", "{points: 5}", *meetings(2)),
        [
            "scoring.steps.1.tiers.1: >= 3 -> > 3",
            "scoring.steps.1.tiers.1: >= 3 -> >= 2",
            "scoring.steps.1.tiers.1: >= 3 -> >= 4",
            "scoring.steps.1.tiers.2.points: 5 -> 4",
        ],
        ["scoring.steps.1.tiers.2: >= 1 -> > 1", "scoring.steps.1.tiers.3.points: 0 -> 10%"],
    ),
    "one item of two pins the list": (
        ITEMS,
        test("A", "{points: full}", BOTH) + test("A", "{points: 50%}", BOTH.replace("x;y", "x")),
        ["measure.items: without x", "measure.items: without y"],
        [],
    ),
    "full marks do not pin the list": (
        ITEMS,
        test("A", "{points: full}", BOTH),
        ["points: 10 -> 9", "points: 10 -> 11"],
        ["measure.items: without x", "measure.items: without y"],
    ),
    "each element needs a document that lacks it": (
        COMPLETE,
        test("A", "{points: full}", document("正文;附件")) + test("A", "{points: zero}", document("正文")),
        ["measure.required: without 附件", "measure.event.event: document_published -> information_published"],
        ["measure.required: without 正文"],
    ),
    "the day after pins that both come on one day": (
        SYNC,
        test("A", "{points: full}", document("正文"), interpretation("2019-06-03"))
        + test("A", "{points: zero}", document("正文"), interpretation("2019-06-04")),
        ["measure.tolerance: 0 -> 1"],
        [],
    ),
    "a day later than that does not": (
        SYNC,
        test("A", "{points: zero}", document("正文"), interpretation("2019-06-05")),
        [],
        ["measure.tolerance: 0 -> 1"],
    ),
    "points are not pinned by zero": (
        DEADLINE + "}}",
        test("A", "{points: zero}", MATTER),
        [],
        ["points: 10 -> 9"],
    ),
    "a deduction is pinned where the floor does not hide it": (
        DEADLINE + "}, scoring: {start: full, steps: [{deduct: 4, per: late}, {deduct: 1, when: {late: '> 1'}}]}}",
        test("A", "{points: 6}", MATTER, published("2019-06-14")),
        ["scoring.steps.1.deduct: 4 -> 3", "scoring.steps.2.when.late: dropped"],
        ["scoring.steps.2.deduct: 1 -> 0.5"],
    ),
    "a unit that is not bound pins whom a rule binds": (
        "applies_to: {type: town}, " + DEADLINE + "}}",
        test("A", "{points: full}", MATTER, published("2019-06-13"), unit="{type: town}")
        + test("A", "{outcome: not_applicable}", MATTER, unit="{type: county}"),
        ["applies_to: dropped"],
        [],
    ),
    "units of one type do not": (
        "applies_to: {type: town}, " + DEADLINE + "}}",
        test("A", "{points: full}", MATTER, published("2019-06-13"), unit="{type: town}"),
        [],
        ["applies_to: dropped"],
    ),
    "a case before the rule was in force pins its first day": (
        "from: 2019-05-15, to: 2019-12-01, " + DEADLINE + "}}",
        IN_TIME + test("A", "{outcome: not_applicable}", MATTER.replace("05-15", "03-15")),
        ["from: dropped"],
        ["to: dropped"],
    ),
}


def challenged(folder: Path, rules: str, tests: str, more: str = "") -> Challenge:
    return challenge(written(folder, tests, HEAD + rules + "\n", more), national_calendar())


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_a_change_of_a_rule_is_noticed_or_not(case: tuple[str, str, list[str], list[str]], tmp_path: Path) -> None:
    rules, tests, noticed, unnoticed = case
    found = challenged(tmp_path, rules, tests)
    fate = {one.change.name: one.killed_by is not None for one in found.mutants}
    assert not found.untested, "a test does not pass"
    assert {name: fate[name] for name in noticed + unnoticed} == {
        **dict.fromkeys(noticed, True),
        **dict.fromkeys(unnoticed, False),
    }


def test_every_name_of_a_change_is_used_once(tmp_path: Path) -> None:
    tests = test("A1", "{points: full}", MATTER, published("2019-06-13")) + test("A2", "{blank: 12, points: zero}")
    found = challenge(written(tmp_path, tests), national_calendar())
    names = [(one.node.id, one.change.name) for one in found.mutants]
    assert len(set(names)) == len(names)
    assert {node.id for node, _ in found.untested} == {"B", "C", "V"}


def test_a_change_of_a_group_is_noticed_by_a_test_below_it(tmp_path: Path) -> None:
    tests = test("A1", "{outcome: not_applicable}", MATTER, unit="{type: county}")
    found = challenge(written(tmp_path, tests), national_calendar())
    (change,) = [one for one in found.mutants if one.node.id == "A"]
    assert isinstance(change.node, Indicator) and change.change.name == "applies_to: dropped"
    assert change.killed_by is not None and change.killed_by.node == "A1"


def test_the_bound_of_a_gate_is_pinned_from_both_sides(tmp_path: Path) -> None:
    finding = [f"{{kind: finding_recorded, at: 2019-05-{day}}}" for day in (15, 16, 17)]
    held, not_held = test("V", "{held: true}", *finding[:2]), test("V", "{held: false}", finding[0])
    both = challenge(written(tmp_path, held + not_held), national_calendar(), "V")
    assert not both.survivors
    loose = challenge(written(tmp_path, test("V", "{held: true}", *finding)), national_calendar(), "V")
    assert {one.change.name for one in loose.survivors} == {
        "when.found: > 1 -> >= 1",
        "when.found: > 1 -> > 0",
        "when.found: > 1 -> > 2",
    }


EQUIVALENT = 'equivalent:\n  - {indicator: A, mutation: "measure.within: 20 working days -> %s", reason: 试}\n'


def test_an_accepted_change_is_no_survivor(tmp_path: Path) -> None:
    found = challenged(tmp_path, DEADLINE + "}}", IN_TIME, EQUIVALENT % "21 working days")
    names = {one.change.name for one in found.survivors}
    assert "measure.within: 20 working days -> 21 working days" not in names
    assert (found.accepted, found.stale) == (1, ())


@pytest.mark.parametrize(
    ("new", "words"),
    [("19 working days", "已能发现它"), ("2 working days", "没有这一处改动")],
)
def test_an_accepted_change_that_does_not_survive_is_an_error(new: str, words: str, tmp_path: Path) -> None:
    written(tmp_path, IN_TIME, HEAD + DEADLINE + "}}\n", EQUIVALENT % new)
    outcome = CliRunner().invoke(cli, ["test", str(tmp_path / "tests.yaml"), "--mutate"])
    assert outcome.exit_code == 1
    assert "tests.yaml:4: 错误 T018" in outcome.output and words in outcome.output


def test_a_change_is_told_in_words(tmp_path: Path) -> None:
    found = challenged(tmp_path, DEADLINE + "}}", IN_TIME)
    words = {one.change.name: one.change for one in found.mutants}
    change = words["measure.within: 20 working days -> 21 working days"]
    assert change_words(change, "zh") == "测量 期限由 20 个工作日 改为 21 个工作日"
    assert change_words(change, "en") == "measure limit: 20 working days becomes 21 working days"


# -- the command


@pytest.fixture
def passing(tmp_path: Path) -> str:
    written(tmp_path, test("A1", "{points: full}", MATTER, published("2019-06-13")))
    return str(tmp_path / "tests.yaml")


def test_the_command_ends_with_0_when_all_tests_pass(passing: str) -> None:
    outcome = CliRunner().invoke(cli, ["test", passing])
    assert (outcome.exit_code, outcome.output) == (0, "tests.yaml（small-rules）：1 项测试，1 项通过，0 项未通过\n")


def test_the_command_ends_with_1_when_a_test_fails(tmp_path: Path) -> None:
    written(tmp_path, test("A1", "{points: 39}", MATTER, published("2019-06-13")))
    outcome = CliRunner().invoke(cli, ["test", str(tmp_path / "tests.yaml"), "--lang", "en"])
    assert outcome.exit_code == 1
    assert "expected 39 (full marks 40), got 40" in outcome.output and "1 failed" in outcome.output


def test_the_command_ends_with_2_when_the_input_is_bad(passing: str) -> None:
    for arguments, code in (
        ([str(BROKEN / "unknown_kind.yaml")], "T005"),
        ([passing, "--indicator", "A9"], "P002"),
    ):
        outcome = CliRunner().invoke(cli, ["test", *arguments])
        assert outcome.exit_code == 2 and code in outcome.output


def test_the_command_shows_gaps_and_unnoticed_changes(passing: str) -> None:
    outcome = CliRunner().invoke(cli, ["test", passing, "--coverage", "--mutate", "--indicator", "A1"])
    assert outcome.exit_code == 1
    for words in ("没有测试触及", "第 1 步（扣", "measure.early: accept -> reject", "处被发现"):
        assert words in outcome.output


@pytest.mark.parametrize("form", ["csv", "json", "markdown"])
def test_the_command_gives_the_results_as_a_table(passing: str, form: str) -> None:
    outcome = CliRunner().invoke(cli, ["test", passing, "--format", form], catch_exceptions=False)
    assert outcome.exit_code == 0 and "通过" in outcome.output and "A1" in outcome.output


def test_the_example_of_the_manual_passes(tmp_path: Path) -> None:
    manual = (Path(__file__).parent.parent / "docs" / "rule-tests.md").read_text(encoding="utf-8")
    example = tmp_path / "example.yaml"
    example.write_text(manual.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    (result,) = run(read_rule_tests(example), national_calendar())
    assert result.passed, result.differences
