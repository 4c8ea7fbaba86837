"""What every command shares: how it ends, how it shows tables, problems and progress, and common options."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import rich_click as click

from gongkai_score.errors import GongkaiScoreError, Language, Problem, file_cause, problem

if TYPE_CHECKING:
    from gongkai_score.assessment import Assessment
    from gongkai_score.tables import Table

FINE, FINDINGS, BAD_INPUT = 0, 1, 2
FORMATS = ("text", "markdown", "csv", "json")


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


def pairs(texts: Sequence[str], example: str, problems: list[Problem]) -> dict[str, str]:
    """What ``name=value`` arguments say; those that cannot be read are added to the problems."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            problems.append(problem("P004", text=text, example=example))
        found[name.strip()] = value.strip()
    return found


def save_result(result: Assessment, out: str, lang: Language) -> None:
    """Saves a whole result and says so, or ends the command."""
    from gongkai_score.outputs.json_result import write_json

    try:
        write_json(result, out)
    except OSError as error:
        stop(problem("P007", name=out, **file_cause(error)), lang)
    click.echo({"zh": f"结果已存入 {out}", "en": f"result saved in {out}"}[lang], err=True)


def opened_result(result: str, lang: Language) -> Assessment:
    """A saved result, or the end of the command if there is none."""
    from gongkai_score.outputs.json_result import read_assessment

    if not Path(result).is_file():
        stop(problem("P006", name=result), lang)
    return read_assessment(Path(result))
