"""The commands that score: a user's own inputs, and the example city."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import rich_click as click

from gongkai_score.cli.shell import (
    FINDINGS,
    FINE,
    format_option,
    guarded,
    lang_option,
    opened_result,
    pairs,
    save_result,
    show_problems,
    show_table,
    working,
)
from gongkai_score.errors import AssessmentError, Language, Problem, problem

if TYPE_CHECKING:
    from gongkai_score.assessment import Assessment

_SCORING: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
    click.argument("indicator_set", metavar="SET"),
    click.argument("logs", nargs=-1, required=True, metavar="LOG…"),
    click.option("--units", help="单位名册 Register of units (required)."),
    click.option("--mapping", help="映射文件 Mapping file of the logs."),
    click.option("--sheet", help="Excel 工作表 Worksheet."),
    click.option("--period", help="评估周期，如 2019、2019Q3 Period; the set's plan year otherwise."),
    click.option("--as-of", help="数据截止日 Last day known, YYYY-MM-DD; the period's last day otherwise."),
    click.option(
        "--calendar", multiple=True, help="日历文件（holiday-cn JSON 或 YAML 层） Further calendar files."
    ),
    click.option(
        "--unpublished",
        type=click.Choice(["error", "undetermined", "statutory"]),
        default="error",
        help="未公布年份的工作日 Working days of unpublished years.",
    ),
    click.option("--option", "options", multiple=True, help="歧义选项 名称=值 Answer to an ambiguity."),
    click.option("--severity", "severities", multiple=True, help="问题的处理 L303=error Severity of a code."),
    click.option(
        "--partitions",
        type=click.IntRange(min=1),
        help="按单位分几份读 Parquet 台账，用于大于内存的台账 Read Parquet logs in so many parts by unit.",
    ),
    click.option("--part", "parts", multiple=True, help="组合的分项结果 名称=结果.json Result a combination uses."),
)


def scoring_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments that say what is scored."""
    for option in reversed(_SCORING):
        command = option(command)
    return command


@click.command()
@scoring_options
@click.option("--out", help="把完整结果存为 JSON Save the whole result.")
@click.option("--level", type=int, default=1, show_default=True, help="列到第几级指标 Levels of indicators shown.")
@format_option
@lang_option
@guarded
def score(out: str | None, level: int, form: str, lang: Language, **inputs: Any) -> int:
    """评分：打印各单位各级得分和排名，可存下完整结果。Score, print points and ranks, save the result."""
    result = _assessed(inputs, lang)
    if out:
        save_result(result, out, lang)
    from gongkai_score.tables import ranking_table, rows_table, scores_table

    if form == "json":
        from gongkai_score.outputs.json_result import to_json

        click.echo(to_json(result), nl=False)
    elif form == "csv":
        show_table(scores_table(result, lang, level), form)
    else:
        for table in (ranking_table(result, lang), scores_table(result, lang, level), rows_table(result, lang)):
            show_table(table, form)
            click.echo()
    show_problems(result.warnings[:20], lang)
    return FINDINGS if result.set_aside or result.warnings else FINE


def _assessed(inputs: Mapping[str, Any], lang: Language) -> Assessment:
    """The assessment that the arguments of ``score`` describe."""
    from gongkai_score.period import day_date
    from gongkai_score.pipeline import assess
    from gongkai_score.readers.calendars import national_calendar, read_calendar
    from gongkai_score.readers.indicator_sets import read_indicator_set
    from gongkai_score.readers.logs import read_log
    from gongkai_score.readers.units import read_units

    if inputs["units"] is None:
        raise AssessmentError(problem("P008"))
    problems: list[Problem] = []
    options = pairs(inputs["options"], "promptly_within=15 working days", problems)
    severities = pairs(inputs["severities"], "L303=error", problems)
    parts = pairs(inputs["parts"], "site=site.json", problems)
    problems += _streamable(inputs)
    if problems:
        raise AssessmentError(problems)
    with working("读取输入……", "reading …", lang):
        indicator_set = read_indicator_set(inputs["indicator_set"], options=options or None)
        units = read_units(inputs["units"])
        log = None
        if inputs["partitions"] is None:
            log = read_log(
                list(inputs["logs"]),
                mapping=inputs["mapping"],
                units=units,
                severity=severities or None,
                sheet=inputs["sheet"],
                event_kinds=tuple(indicator_set.event_kinds),
            )
        layers = [file for file in inputs["calendar"] if not file.lower().endswith(".json")]
        years = [file for file in inputs["calendar"] if file.lower().endswith(".json")]
        unpublished = inputs["unpublished"]
        calendar = (
            read_calendar(*years, unpublished=unpublished, layers=layers)
            if inputs["calendar"]
            else national_calendar(unpublished)
        )
        results = {name: opened_result(file, lang) for name, file in parts.items()}
    period = inputs["period"] or str(indicator_set.plan_year or day_date(calendar.last_day).year)
    asked: dict[str, Any] = {
        "calendar": calendar,
        "period": period,
        "as_of": inputs["as_of"],
        "results": results,
    }
    with working("评分……", "scoring …", lang):
        if log is not None:
            return assess(indicator_set, log, units, **asked)
        from gongkai_score.streaming import assess_parquet

        asked |= {"severity": severities or None, "partitions": inputs["partitions"]}
        return assess_parquet(indicator_set, list(inputs["logs"]), units, **asked)


def _streamable(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    """What keeps logs from being read in parts, if that is wished for."""
    if inputs["partitions"] is not None:
        other = [name for name in inputs["logs"] if not name.lower().endswith(".parquet")]
        other += [name for name in (inputs["mapping"], inputs["sheet"]) if name]
        if other:
            yield problem("P010", found="、".join(other))


@click.command()
@click.option("--out", help="把完整结果存为 JSON Save the whole result.")
@lang_option
@guarded
def demo(out: str | None, lang: Language) -> int:
    """用随库附带的示例市跑一遍：排名和一个单位的说明。Score the example city that comes with the library."""
    from gongkai_score.explanation import explain as explained
    from gongkai_score.pipeline import assess
    from gongkai_score.readers.calendars import national_calendar
    from gongkai_score.readers.indicator_sets import read_indicator_set
    from gongkai_score.readers.logs import read_log
    from gongkai_score.readers.shipped import shipped_folder
    from gongkai_score.readers.units import read_units
    from gongkai_score.tables import ranking_table, rows_table

    folder = shipped_folder("examples") / "city"
    with working("评分……", "scoring …", lang):
        units = read_units(folder / "units.csv")
        log = read_log([folder / "log.csv", folder / "log_gb18030.csv"], units=units)
        result = assess(read_indicator_set("bishan-2019"), log, units, calendar=national_calendar(), period="2019")
    if out:
        save_result(result, out, lang)
    show_table(ranking_table(result, lang), "text")
    click.echo()
    unit, indicator = _most_telling(result)
    click.echo(explained(result, unit, indicator).text(lang, 3))
    click.echo()
    show_table(rows_table(result, lang), "text")
    return FINE


def _most_telling(result: Assessment) -> tuple[str, str]:
    """The 20-working-day duty of the unit that has most late cases under it."""
    from gongkai_score.outcomes import Verdict

    indicator = "5.4-4"
    counts: dict[int, int] = {}
    for columns in result.cases[indicator].values():
        table = columns.columns()
        for unit, verdict in zip(table.unit, table.verdict, strict=True):
            if verdict == Verdict.LATE:
                counts[unit] = counts.get(unit, 0) + 1
    worst = max(sorted(counts), key=lambda unit: counts[unit], default=0)
    return result.units[worst].id, indicator
