"""What is worked out when somebody first asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """What a function gives, worked out when it is first asked for; threads that ask at once may each work it out.

    >>> asked = []
    >>> later = Later(lambda: asked.append("again") or len(asked))
    >>> later(), later()
    (1, 1)
    """

    __slots__ = ("_found", "_make")

    def __init__(self, make: Callable[[], T]) -> None:
        """``make`` is let go when it has run."""
        self._make: Callable[[], T] | None = make

    def __call__(self) -> T:
        """What it gave."""
        make = self._make
        if make is not None:
            self._found = make()
            self._make = None
        return self._found
