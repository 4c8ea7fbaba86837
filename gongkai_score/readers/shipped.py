"""Where what comes with the library lies: inside an installed package, or beside it in a checkout."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path


@contextmanager
def example_city() -> Iterator[Path]:
    """A folder with the example city's ``units.csv``, ``log.csv`` and ``log_gb18030.csv``.

    >>> with example_city() as folder:
    ...     (folder / "units.csv").is_file()
    True
    """
    packaged = files("gongkai_score") / "data" / "examples" / "city"
    if packaged.is_dir():
        with as_file(packaged) as folder:
            yield folder
    else:
        yield Path(__file__).parent.parent.parent / "examples" / "city"
