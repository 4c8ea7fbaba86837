"""The commands that show what is there: saved results, indicator sets, and the tests beside their rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import rich_click as click

from gongkai_score.cli.shell import (
    FINDINGS,
    FINE,
    format_option,
    guarded,
    lang_option,
    opened_result,
    pairs,
    result_option,
    show_problems,
    show_table,
    steps,
    stop,
)
from gongkai_score.errors import AssessmentError, Language, Problem, problem

if TYPE_CHECKING:
    from gongkai_score.assessment import Assessment


@click.command()
@result_option
@click.option("--first", type=int, help="只列前几名 Only the first.")
@click.option("--last", type=int, help="只列后几名 Only the last.")
@format_option
@lang_option
@guarded
def rank(result: str, first: int | None, last: int | None, form: str, lang: Language) -> int:
    """打印分类排名。Print the ranking within classes."""
    from gongkai_score.tables import ranking_table

    show_table(ranking_table(opened_result(result, lang), lang, first, last), form)
    return FINE


@click.command()
@click.argument("unit")
@click.argument("indicator", required=False)
@result_option
@click.option("--evidence", type=int, default=5, show_default=True, help="每个指标最多列几件事项 Cases shown each.")
@format_option
@lang_option
@guarded
def explain(unit: str, indicator: str | None, result: str, evidence: int, form: str, lang: Language) -> int:
    """说明一个单位（一项指标）的每一分从何而来。Explain every point of a unit, down to the log row."""
    opened = opened_result(result, lang)
    unit = _known_unit(opened, unit, lang)
    if indicator is not None:
        _known_indicator(opened, indicator, lang)
    if form == "text":
        from gongkai_score.explanation import explain as explained

        click.echo(explained(opened, unit, indicator).text(lang, evidence))
        return FINE
    from gongkai_score.tables import cases_table, lost_points_table

    table = (
        lost_points_table(opened, unit, lang) if indicator is None else cases_table(opened, unit, indicator, lang)
    )
    show_table(table, form)
    return FINE


def _hint(word: str, names: Sequence[str], lang: Language) -> str:
    """The names nearest to a word, as the end of a sentence."""
    from difflib import get_close_matches

    inside = [name for name in names if word in name]
    near = list(dict.fromkeys([*inside[:5], *get_close_matches(word, names, 3, 0.4)]))[:5]
    if not near:
        return ""
    joined = "、".join(near)
    return f"（是不是：{joined}？）" if lang == "zh" else f" (did you mean {joined}?)"


def _known_unit(result: Assessment, unit: str, lang: Language) -> str:
    """Id of the unit with this id or name, or of the only one whose name contains it; stops if there is none."""
    try:
        return result.units[result.position(unit)].id
    except KeyError:
        inside = [one.id for one in result.units if unit in one.name]
        if len(inside) == 1:
            return inside[0]
    names = [name for one in result.units for name in (one.name, one.id)]
    stop(problem("P001", unit=unit, hint=_hint(unit, names, lang)), lang)


def _known_indicator(result: Assessment, indicator: str, lang: Language) -> None:
    """Stops unless the set has the indicator, naming the nearest."""
    ids = [node.id for node in result.indicator_set.root.walk()]
    if indicator not in ids:
        stop(problem("P002", indicator=indicator, hint=_hint(indicator, ids, lang)), lang)


@click.command()
@result_option
@click.option(
    "--within", type=click.IntRange(0), help="只列这么多天内到期的 Only limits at most so many days away."
)
@click.option("--unit", help="只列一个单位 Only one unit.")
@format_option
@lang_option
@guarded
def due(result: str, within: int | None, unit: str | None, form: str, lang: Language) -> int:
    """列出截至评估日尚未到期的事项，最近的在前。What falls due next, the nearest limit first."""
    from gongkai_score.due import due_next
    from gongkai_score.tables.upcoming import due_table

    opened = opened_result(result, lang)
    found = due_next(opened, within, None if unit is None else _known_unit(opened, unit, lang))
    show_table(due_table(opened, found, lang), form)
    return FINDINGS if found else FINE


@click.command()
@click.argument("indicator_set", metavar="SET")
@click.option("--expanded", is_flag=True, help="把评分简写展开 Show scoring short forms expanded.")
@click.option(
    "--events", is_flag=True, help="列出台账可用的事件种类和属性 Show the kinds of event a log may record."
)
@click.option("--option", "options", multiple=True, help="歧义选项 名称=值 Answer to an ambiguity.")
@format_option
@lang_option
@guarded
def show(
    indicator_set: str, expanded: bool, events: bool, options: Sequence[str], form: str, lang: Language
) -> int:
    """把指标体系印成评分表。Show an indicator set as the scoring table officials know."""
    from gongkai_score.readers.indicator_sets import read_indicator_set
    from gongkai_score.tables import bands_table, events_table, gates_table, indicator_set_table

    problems: list[Problem] = []
    answers = pairs(options, "promptly_within=15 working days", problems)
    if problems:
        raise AssessmentError(problems)
    made = read_indicator_set(indicator_set, options=answers or None)
    if expanded:
        from gongkai_score.readers.set_expansion import expanded_yaml

        click.echo(expanded_yaml(made), nl=False)
        return FINE
    if events:
        show_table(events_table(made, lang), form, width=36)
        return FINE
    tables = [indicator_set_table(made, lang)]
    if form in ("text", "markdown"):
        tables += [gates_table(made, lang)] if made.gates else []
        tables += [bands_table(made, lang)] if made.grades or made.lists else []
    for number, table in enumerate(tables):
        if number:
            click.echo()
        show_table(table, form, width=36)
    return FINE


@click.command(name="test")
@click.argument("sources", nargs=-1, metavar="FILE…|SET…")
@click.option("--coverage", is_flag=True, help="列出测试没有触及的规则 Tell what no test reaches.")
@click.option(
    "--mutate",
    is_flag=True,
    help="列出测试没有发现的规则改动 Changes that go unnoticed.",
)
@click.option("--indicator", help="只看一个指标或门槛 Only one indicator or gate.")
@format_option
@lang_option
@guarded
def run_rule_tests(
    sources: Sequence[str], coverage: bool, mutate: bool, indicator: str | None, form: str, lang: Language
) -> int:
    """运行指标体系的规则测试。Run the tests beside the rules of indicator sets."""
    from gongkai_score.testing import Asked, files_of, tested

    asked = Asked(coverage, mutate, indicator, lang, plain=form == "text")
    worst = FINE
    for source in files_of(sources):
        with steps(lang) as progress:
            report = tested(source, asked, progress)
        show_problems(report.problems, lang)
        for table in report.tables:
            show_table(table, form, width=36)
            if form == "text":
                click.echo()
        for line in report.lines:
            click.echo(line, err=form != "text")
        worst = max(worst, FINDINGS if report.findings else FINE)
    return worst
