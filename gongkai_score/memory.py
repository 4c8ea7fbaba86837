"""What was worked out once about something that never changes, kept while there is room for it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

T = TypeVar("T")


class Memory:
    """Values by key; when they take more room than there is, those that were not asked for longest go.

    Values must not be changed by who gets them. Copying or pickling gives an empty one.

    >>> memory = Memory(2)
    >>> [memory.keep(word, lambda word=word: word.upper(), len) for word in ("a", "b", "a", "c")], memory.keys()
    (['A', 'B', 'A', 'C'], ['a', 'c'])
    """

    def __init__(self, room: int) -> None:
        """``room``: the sum of sizes it holds at most, in the caller's own measure."""
        self._room = room
        self._held: dict[Hashable, tuple[object, int]] = {}
        self._lock = Lock()

    def keep(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """What ``make`` gave when this key was asked for before, if it is still there, else what it gives now."""
        with self._lock:
            found = self._held.pop(key, None)
            if found is not None:
                self._held[key] = found
                return found[0]  # type: ignore[return-value]
        value = make()
        with self._lock:
            self._held[key] = (value, size(value))
            taken = sum(one for _, one in self._held.values())
            for other in list(self._held):
                if taken <= self._room or other == key:
                    break
                taken -= self._held.pop(other)[1]
        return value

    def keys(self) -> list[Hashable]:
        """The keys held, the one asked for longest ago first."""
        return list(self._held)

    def __reduce__(self) -> tuple[type[Memory], tuple[int]]:
        return Memory, (self._room,)
