"""Lets ``python -m gongkai_score`` run the command line."""

from gongkai_score.cli import main

main()
