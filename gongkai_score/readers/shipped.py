"""Where what comes with the library lies: inside an installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
"""Schemas and calendars; in an installed package the indicator sets and examples too."""


def shipped_folder(name: str) -> Path:
    """The folder of that name.

    >>> (shipped_folder("examples") / "city" / "units.csv").is_file()
    True
    """
    packaged = DATA / name
    return packaged if packaged.is_dir() else DATA.parents[1] / name
