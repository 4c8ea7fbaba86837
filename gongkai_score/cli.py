"""The command line: arguments, exit codes, progress; nothing else.

Exit codes: 0 fine, 1 findings (problems, rows set aside), 2 bad input.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import rich_click as click

from gongkai_score import __version__
from gongkai_score.errors import AssessmentError, GongkaiScoreError, Language, Problem, problem

if TYPE_CHECKING:
    from gongkai_score.assessment import Assessment
    from gongkai_score.tables import Table

FINE, FINDINGS, BAD_INPUT = 0, 1, 2
KINDS = ("set", "log", "units", "calendar", "mapping")
FORMATS = ("text", "markdown", "csv", "json")


def main() -> None:
    """Entry point of the ``gongkai-score`` command."""
    gc.set_threshold(100_000)  # what a command makes lives to its end: looking for cycles often costs a tenth
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    cli(prog_name="gongkai-score")


def guarded(command: Callable[..., int]) -> Callable[..., None]:
    """A command that ends with its exit code and shows problems instead of tracebacks."""

    @wraps(command)
    def run(*args: Any, **keys: Any) -> None:
        lang: Language = keys.get("lang") or "zh"
        try:
            code = command(*args, **keys)
        except GongkaiScoreError as error:
            show_problems(error.problems, lang)
            sys.exit(BAD_INPUT)
        except FileNotFoundError as error:
            stop(problem("P006", name=error.filename or str(error)), lang)
        except (click.ClickException, click.Abort):
            raise
        except BrokenPipeError:
            sys.exit(FINE)
        except Exception as error:
            stop(problem("P003", kind=type(error).__name__, detail=str(error) or "–"), lang)
        sys.exit(code)

    return run


def stop(found: Problem, lang: Language) -> NoReturn:
    """Ends the command over one problem of its arguments."""
    show_problems([found], lang)
    sys.exit(BAD_INPUT)


def show_problems(problems: Sequence[Problem], lang: Language) -> None:
    """Problems on standard error, one a line."""
    for one in problems:
        click.echo(one.text(lang), err=True)


def show_table(table: Table, form: str, width: int | None = None) -> None:
    """A table on standard output in the form asked for; as text, cells wider than ``width`` are wrapped."""
    from gongkai_score.outputs.csv_out import table_csv
    from gongkai_score.outputs.json_table import table_json
    from gongkai_score.outputs.text import table_markdown, table_text

    writers: Mapping[str, Callable[[Table], str]] = {
        "text": lambda t: table_text(t, width),
        "markdown": table_markdown,
        "csv": lambda t: table_csv(t).rstrip("\r\n"),
        "json": table_json,
    }
    click.echo(writers[form](table))


@contextmanager
def working(zh: str, en: str, lang: Language) -> Iterator[None]:
    """A line of progress on standard error while a step runs, when somebody watches."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(zh if lang == "zh" else en):
        yield


@contextmanager
def steps(lang: Language) -> Iterator[Callable[[str], None]]:
    """A line of progress on standard error that a long step may change, when somebody watches."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("……" if lang == "zh" else "…") as status:
        yield status.update


lang_option = click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", help="输出语言 Language of the output."
)
format_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", help="输出格式 Form of the output."
)
result_option = click.option(
    "--result",
    default="result.json",
    show_default=True,
    help="score --out 存下的结果 A result saved by score --out.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """政务公开测评：指标体系（YAML）对照台账评分，每一分都有依据。

    Explained, exact assessment of open-government work.
    """


@cli.command()
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


@cli.command()
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
        _saved(result, out, lang)
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
    options = _pairs(inputs["options"], "promptly_within=15 working days", problems)
    severities = _pairs(inputs["severities"], "L303=error", problems)
    parts = _pairs(inputs["parts"], "site=site.json", problems)
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
        results = {name: _opened(file, lang) for name, file in parts.items()}
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


def _pairs(texts: Sequence[str], example: str, problems: list[Problem]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            problems.append(problem("P004", text=text, example=example))
        found[name.strip()] = value.strip()
    return found


def _saved(result: Assessment, out: str, lang: Language) -> None:
    from gongkai_score.outputs.json_result import write_json

    try:
        write_json(result, out)
    except OSError as error:
        stop(problem("P007", name=out, detail=error.strerror or str(error)), lang)
    click.echo({"zh": f"结果已存入 {out}", "en": f"result saved in {out}"}[lang], err=True)


def _opened(result: str, lang: Language) -> Assessment:
    from gongkai_score.outputs.json_result import read_assessment

    if not Path(result).is_file():
        stop(problem("P006", name=result), lang)
    return read_assessment(Path(result))


@cli.command()
@result_option
@click.option("--first", type=int, help="只列前几名 Only the first.")
@click.option("--last", type=int, help="只列后几名 Only the last.")
@format_option
@lang_option
@guarded
def rank(result: str, first: int | None, last: int | None, form: str, lang: Language) -> int:
    """打印分类排名。Print the ranking within classes."""
    from gongkai_score.tables import ranking_table

    show_table(ranking_table(_opened(result, lang), lang, first, last), form)
    return FINE


@cli.command()
@click.argument("unit")
@click.argument("indicator", required=False)
@result_option
@click.option("--evidence", type=int, default=5, show_default=True, help="每个指标最多列几件事项 Cases shown each.")
@format_option
@lang_option
@guarded
def explain(unit: str, indicator: str | None, result: str, evidence: int, form: str, lang: Language) -> int:
    """说明一个单位（一项指标）的每一分从何而来。Explain every point of a unit, down to the log row."""
    opened = _opened(result, lang)
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


@cli.command()
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

    opened = _opened(result, lang)
    found = due_next(opened, within, None if unit is None else _known_unit(opened, unit, lang))
    show_table(due_table(opened, found, lang), form)
    return FINDINGS if found else FINE


@cli.command()
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
    answers = _pairs(options, "promptly_within=15 working days", problems)
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


@cli.command(name="test")
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


@cli.command()
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
        _saved(result, out, lang)
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
