"""What was worked out once about something that never changes; several threads may ask for it at the same time."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock, RLock
from typing import TypeVar

T = TypeVar("T")
_NOTHING = object()


class _Turns:
    """For each key in use one thread at a time."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._locks: dict[Hashable, RLock] = {}

    def take(self, key: Hashable, work: Callable[[], T]) -> T:
        """What some work gives, done in the turn of this thread."""
        with self._guard:
            lock = self._locks.setdefault(key, RLock())
        with lock:
            found = work()
        with self._guard:
            self._locks.pop(key, None)
        return found


class Once:
    """Values by key, each made once. Copying or pickling gives an empty one.

    >>> made = []
    >>> once = Once()
    >>> [once.keep("a", lambda: made.append("a") or 1) for _ in range(3)], made, "b" in Once(once)
    ([1, 1, 1], ['a'], False)
    """

    def __init__(self, under: Once | None = None) -> None:
        """``under`` is looked into first; nothing is added to it."""
        self._under = under
        self._held: dict[Hashable, object] = {}
        self._turns = _Turns()

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gave the first time this key was asked for."""
        found = self._find(key)
        if found is _NOTHING:
            return self._turns.take(key, lambda: self._made(key, make))
        return found  # type: ignore[return-value]

    def _made(self, key: Hashable, make: Callable[[], T]) -> T:
        found = self._find(key)
        if found is _NOTHING:
            found = self._held[key] = make()
        return found  # type: ignore[return-value]

    def _find(self, key: Hashable) -> object:
        found = self._held.get(key, _NOTHING)
        return self._under._find(key) if found is _NOTHING and self._under is not None else found

    def __contains__(self, key: Hashable) -> bool:
        return self._find(key) is not _NOTHING

    def values(self, kind: type[T]) -> list[tuple[Hashable, T]]:
        """Keys and values of one type."""
        above = [] if self._under is None else self._under.values(kind)
        return [*above, *((key, value) for key, value in list(self._held.items()) if isinstance(value, kind))]

    def __reduce__(self) -> tuple[type[Once], tuple[()]]:
        return Once, ()


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
        self._taken = 0
        self._guard = Lock()
        self._turns = _Turns()

    def keep(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """What ``make`` gave when this key was asked for before, if it is still there, else what it gives now."""
        found = self._found(key) or self._turns.take(key, lambda: self._made(key, make, size))
        return found[0]  # type: ignore[return-value]

    def _made(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> tuple[object, int]:
        found = self._found(key)
        if found is None:
            value = make()
            found = value, size(value)
            self._put(key, *found)
        return found

    def _found(self, key: Hashable) -> tuple[object, int] | None:
        with self._guard:
            found = self._held.pop(key, None)
            if found is not None:
                self._held[key] = found
            return found

    def _put(self, key: Hashable, value: object, size: int) -> None:
        with self._guard:
            self._taken += size - self._held.pop(key, (None, 0))[1]
            self._held[key] = (value, size)
            while self._taken > self._room and len(self._held) > 1:
                self._taken -= self._held.pop(next(iter(self._held)))[1]

    def keys(self) -> list[Hashable]:
        """The keys held, the one asked for longest ago first."""
        return list(self._held)

    def __reduce__(self) -> tuple[type[Memory], tuple[int]]:
        return Memory, (self._room,)
