"""What is worked out when somebody first asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """A function without arguments that runs once.

    >>> asked = []
    >>> once = Once(lambda: asked.append("again") or len(asked))
    >>> once(), once()
    (1, 1)
    """

    __slots__ = ("_found", "_make")

    def __init__(self, make: Callable[[], T]) -> None:
        """``make`` is let go when it has run."""
        self._make: Callable[[], T] | None = make

    def __call__(self) -> T:
        """What it gave."""
        if self._make is not None:
            self._found = self._make()
            self._make = None
        return self._found
