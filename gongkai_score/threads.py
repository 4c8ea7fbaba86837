"""Work side by side: for work that spends its time in numpy or Arrow, which let other threads run meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def side_by_side(work: Callable[[A], B], items: Iterable[A]) -> list[B]:
    """The results of ``work``, in the order of the items.

    >>> side_by_side(len, ["甲", "乙丙"])
    [1, 2]
    """
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(work, items))


def each(work: Callable[[A], B], items: Iterable[A], many: bool) -> list[B]:
    """The results of ``work``: side by side if there is much to do, else one after the other.

    >>> each(len, ["甲", "乙丙"], many=False)
    [1, 2]
    """
    return side_by_side(work, items) if many else list(map(work, items))
