"""The command that reads and checks a log once and keeps it for all who score it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import rich_click as click

from gongkai_score.cli.shell import (
    FINDINGS,
    FINE,
    format_option,
    guarded,
    lang_option,
    pairs,
    show_problems,
    show_table,
    working,
)
from gongkai_score.errors import AssessmentError, Language, Problem, problem


@click.command()
@click.argument("logs", nargs=-1, required=True, metavar="LOG…")
@click.option("-o", "--out", required=True, help="整理好的台账（.parquet） File of the indexed log.")
@click.option("--units", help="台账对照的单位名册 Register the log is checked against.")
@click.option("--mapping", help="映射文件 Mapping file of the logs.")
@click.option("--sheet", help="Excel 工作表 Worksheet.")
@click.option("--set", "sets", multiple=True, help="其自定事项类型也认的指标体系 Set whose own kinds count.")
@click.option("--severity", "severities", multiple=True, help="问题的处理 L303=error Severity of a code.")
@format_option
@lang_option
@guarded
def index(
    logs: Sequence[str],
    out: str,
    units: str | None,
    mapping: str | None,
    sheet: str | None,
    sets: Sequence[str],
    severities: Sequence[str],
    form: str,
    lang: Language,
) -> int:
    """整理台账：读取、核对一次，存成可反复评分的文件。Read and check a log once, and keep it for scoring."""
    from gongkai_score.outputs.log_parquet import parquet_modules, write_log
    from gongkai_score.readers.indicator_sets import read_indicator_set
    from gongkai_score.readers.logs import read_log
    from gongkai_score.readers.units import read_units
    from gongkai_score.tables import log_rows_table

    problems = list(_unfit(logs, out, [name for name in (units, mapping) if name]))
    severity = pairs(severities, "L303=error", problems)
    if problems:
        raise AssessmentError(problems)
    parquet_modules(out)
    with working("读取台账……", "reading …", lang):
        log = read_log(
            list(logs),
            mapping=mapping,
            units=read_units(units) if units else None,
            severity=severity or None,
            sheet=sheet,
            event_kinds=tuple(kind for name in sets for kind in read_indicator_set(name).event_kinds),
        )
    with working("写出……", "writing …", lang):
        write_log(log, out)
    show_table(log_rows_table(log, lang), form)
    show_problems(log.warnings[:20], lang)
    said = {
        "zh": f"整理好的台账已存入 {out}：{log.events} 条事项，{len(log.tables)} 种，{len(log.units)} 个单位",
        "en": f"indexed log saved in {out}: {log.events} events of {len(log.tables)} kinds, {len(log.units)} units",
    }
    click.echo(said[lang], err=True)
    return FINDINGS if log.set_aside or log.warnings else FINE


def _unfit(logs: Sequence[str], out: str, beside: Sequence[str]) -> Iterator[Problem]:
    """What is wrong with the names of files, told before a large log is read."""
    from gongkai_score.readers.indexed_log import is_indexed

    target = Path(out)
    if target.suffix.lower() != ".parquet":
        yield problem("P011", name=out)
    if not target.parent.is_dir():
        yield problem("P012", name=out, folder=str(target.parent))
    if target.exists() and any(Path(name).exists() and target.samefile(name) for name in (*logs, *beside)):
        yield problem("P013", name=out)
    for name in logs:
        if is_indexed(Path(name)):
            yield problem("P014", name=name)
