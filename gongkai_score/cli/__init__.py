"""The command line: arguments, exit codes, progress; nothing else.

Exit codes: 0 fine, 1 findings (problems, rows set aside), 2 bad input.
"""

from __future__ import annotations

import gc
import sys

import rich_click as click

from gongkai_score import __version__
from gongkai_score.cli.checking import check
from gongkai_score.cli.indexing import index
from gongkai_score.cli.scoring import demo, score
from gongkai_score.cli.showing import due, explain, rank, run_rule_tests, show


def main() -> None:
    """Entry point of the ``gongkai-score`` command."""
    gc.set_threshold(100_000)  # what a command makes lives to its end: looking for cycles often costs a tenth
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    cli(prog_name="gongkai-score")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """政务公开测评：指标体系（YAML）对照台账评分，每一分都有依据。

    Explained, exact assessment of open-government work.
    """


for command in (check, index, score, rank, explain, due, show, run_rule_tests, demo):
    cli.add_command(command)
