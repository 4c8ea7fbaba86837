"""The command that checks inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import rich_click as click

from gongkai_score.cli.shell import BAD_INPUT, FINDINGS, FINE, guarded, lang_option, show_problems, stop
from gongkai_score.errors import GongkaiScoreError, Language, Problem, problem

KINDS = ("set", "log", "units", "calendar", "mapping")


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--as", "kind", type=click.Choice(KINDS), help="文件种类 What the files are; told by name otherwise.")
@click.option("--units", help="台账对照的单位名册 Register a log is checked against.")
@click.option("--mapping", help="台账的映射文件 Mapping file of a log.")
@click.option("--sheet", help="Excel 工作表 Worksheet.")
@lang_option
@guarded
def check(
    files: Sequence[str],
    kind: str | None,
    units: str | None,
    mapping: str | None,
    sheet: str | None,
    lang: Language,
) -> int:
    """检查指标体系、台账、名册或日历，一次报出全部问题。Check files and report every problem at once."""
    worst = FINE
    kinds = {file: kind or _kind_of(file, lang) for file in files}
    beside = _Beside(
        units or next((file for file in files if kinds[file] == "units"), None),
        mapping or next((file for file in files if kinds[file] == "mapping"), None),
        sheet,
        _kinds_declared([file for file in files if kinds[file] == "set"]),
    )
    for file in files:
        problems = _checked(file, kinds[file], beside)
        show_problems(problems, lang)
        errors = sum(1 for p in problems if p.severity == "error")
        others = len(problems) - errors
        words = {
            "zh": f"{file}：{errors} 个错误，{others} 个警告或提示",
            "en": f"{file}: {errors} errors, {others} warnings or notes",
        }
        click.echo(words[lang])
        worst = max(worst, BAD_INPUT if errors else FINDINGS if problems else FINE)
    return worst


def _kind_of(file: str, lang: Language) -> str:
    from gongkai_score.readers.indicator_sets import shipped_indicator_sets

    if file in shipped_indicator_sets():
        return "set"
    path = Path(file)
    if not path.is_file():
        stop(problem("P006", name=file), lang)
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv", ".xlsx", ".xls", ".parquet", ".jsonl", ".ndjson"):
        return "units" if "unit" in path.stem.lower() or "名册" in path.stem else "log"
    if suffix == ".json":
        return "calendar"
    if suffix in (".yaml", ".yml"):
        return "mapping" if "mapping" in path.stem.lower() or "映射" in path.stem else "set"
    stop(problem("P005", name=file), lang)


@dataclass(frozen=True)
class _Beside:
    """What a log is checked against: options, or the files named in the same call."""

    units: str | None
    mapping: str | None
    sheet: str | None
    event_kinds: tuple[str, ...]


def _kinds_declared(sets: Sequence[str]) -> tuple[str, ...]:
    """The kinds of event that sets declare beside the vocabulary; a log checked with them may hold these."""
    from gongkai_score.readers.indicator_sets import check_indicator_set

    found = [check_indicator_set(file)[0] for file in sets]
    return tuple(kind for one in found if one is not None for kind in one.event_kinds)


def _checked(file: str, kind: str, beside: _Beside) -> tuple[Problem, ...]:
    """All problems of one file."""
    try:
        if kind == "set":
            from gongkai_score.readers.indicator_sets import check_indicator_set

            return check_indicator_set(file)[1]
        if kind == "calendar":
            from gongkai_score.readers.calendars import read_calendar

            return read_calendar(file).warnings
        if kind == "mapping":
            from gongkai_score.readers.mappings import read_mapping

            read_mapping(file)
            return ()
        from gongkai_score.readers.units import read_units

        if kind == "units":
            read_units(file)
        else:
            from gongkai_score.readers.logs import read_log

            log = read_log(
                file,
                mapping=beside.mapping,
                units=read_units(beside.units) if beside.units else None,
                sheet=beside.sheet,
                event_kinds=beside.event_kinds,
            )
            aside = tuple(_placed(row.problem, row.file, row.row, row.column) for row in log.set_aside)
            return (*aside, *log.warnings)
    except GongkaiScoreError as error:
        return error.problems
    return ()


def _placed(found: Problem, file: str, row: int, column: str | None) -> Problem:
    """The problem with the place of its log row."""
    from dataclasses import replace

    return replace(found, file=found.file or file, line=found.line or row, path=found.path or column)
