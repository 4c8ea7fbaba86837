"""The page of event kinds says what the code accepts, in Chinese and English.

Run as a program it writes the page.
"""

from collections.abc import Iterable
from pathlib import Path

from click.testing import CliRunner

from gongkai_score.cli import cli
from gongkai_score.readers.indicator_sets import parse_indicator_set
from gongkai_score.tables import events_table
from gongkai_score.vocabulary import COMMON_ATTRIBUTES, EVENT_KINDS, MOMENT_ATTRIBUTES

PAGE = Path(__file__).parents[1] / "docs" / "events.md"


def listed(names: Iterable[str]) -> str:
    return "、".join(f"`{name}`" for name in names)


def events_page() -> str:
    """The page of event kinds, in Markdown."""
    lines = [
        "# 事件种类 · Event kinds",
        "",
        "<!-- made from gongkai_score/vocabulary.py by tests/test_vocabulary.py -->",
        "",
        "台账的一行是一个事件：`unit` 单位、`kind` 种类、`at` 日期，需要时 `ref` 关联编号，其余为属性。",
        "种类只有下面这些；自己的种类和属性写在指标体系的 `events` 下（[写法](language.zh-CN.md)）。",
        "`gongkai-score show SET --events` 连同某套指标自定的一起列出。",
        "",
        "A row of a log is an event: `unit`, `kind`, `at`, if need be `ref`, and attributes. These are the",
        "kinds; those of your own are declared under `events` of a set ([how](language.md)).",
        "`gongkai-score show SET --events` lists them with what a set adds.",
        "",
        f"各种事件都可带 · any kind may carry: {listed(COMMON_ATTRIBUTES)}。",
        "",
        f"填日期的属性 · attributes that hold a date: {listed(sorted(MOMENT_ATTRIBUTES))}。",
        "",
        "是否一类的属性填 `true`/`false` 或 是/否；一格写几个值用 `;` 分隔。",
        "Yes and no are `true`/`false` or 是/否; several values in one cell are separated by `;`.",
        "",
        "| 种类 kind | 中文名 | 含义 meaning | 属性 attributes |",
        "|---|---|---|---|",
    ]
    for kind, known in EVENT_KINDS.items():
        lines.append(
            f"| `{kind}` | {known.zh} | {known.meaning_zh}<br>{known.meaning} | {listed(known.attributes)} |"
        )
    return "\n".join(lines) + "\n"


def test_the_page_of_event_kinds_says_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == events_page()


def test_every_kind_is_told_in_both_languages() -> None:
    for kind, known in EVENT_KINDS.items():
        assert any("\u4e00" <= c <= "\u9fff" for c in known.zh) and any(
            "\u4e00" <= c <= "\u9fff" for c in known.meaning_zh
        )
        assert known.meaning.isascii() or "“" in known.meaning, kind


def test_kinds_and_attributes_of_a_set_are_listed_behind_the_vocabulary() -> None:
    head = "events: {site_visited: {zh: 走访, en: visit, attributes: [place]}, check_done: {attributes: [depth]}}\n"
    found = parse_indicator_set(
        f"id: s\ntitle: 小\n{head}indicators:\n"
        "  - {id: A, name: 甲, points: 1, measure: {kind: exists, event: site_visited}}\n"
    )
    rows = {str(row[0]): row for row in events_table(found).rows}
    assert rows["*site_visited"] == ("*site_visited", "走访", "走访", "place")
    assert str(rows["check_done"][3]).endswith(" *depth")
    assert len(rows) == len(EVENT_KINDS) + 1
    done = CliRunner().invoke(cli, ["show", "bengbu-2017", "--events", "--lang", "en"])
    assert done.exit_code == 0 and "finding_recorded" in done.output and "*by_drafter" in done.output


if __name__ == "__main__":
    PAGE.write_text(events_page(), encoding="utf-8")
