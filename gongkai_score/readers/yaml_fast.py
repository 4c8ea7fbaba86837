"""A quick reading of a document in which nothing is odd, so that documents without mistakes load fast.

It keeps no places and only ever gives the data or says "read with care": whatever could be worth a word, and
where each part stands, is left to :mod:`gongkai_score.readers.marked_yaml`, twice as slow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from gongkai_score.readers.yaml_scalars import CONTROL, LOADER, MAX_SCALAR, Event, bare, plain_value, swallowed


class OddError(Exception):
    """Something in the document asks for a careful reading."""


def plain_data(text: str, max_depth: int, max_nodes: int) -> Any:
    """The data of a document, exactly as a careful reading without any problem gives them.

    Args:
        text: the document, without byte order mark.
        max_depth: deepest nesting accepted.
        max_nodes: most keys, values and list items accepted.

    Raises:
        OddError: the document may have a problem.

    >>> plain_data("a: [1, 'x']", 32, 100)
    {'a': [1, 'x']}
    """
    if CONTROL.search(text):
        raise OddError
    try:
        return _Reading(text, max_nodes).document(max_depth)
    except (yaml.YAMLError, ValueError, OverflowError):
        raise OddError from None


class _Reading:
    """One pass over the events of a document."""

    def __init__(self, text: str, max_nodes: int) -> None:
        self.text = text
        self.next: Callable[[], Event] = LOADER(text).get_event
        self.nodes = max_nodes - 5  # the root, and the ends of document and stream, count too
        self.names: dict[str, str] = {}  # keys that stood before without quotes: checked, and one object each

    def document(self, depth: int) -> Any:
        self.next()  # the stream begins
        if type(self.next()) is not yaml.DocumentStartEvent:
            raise OddError  # nothing stands in it
        found = self.value(self.next(), depth)
        self.next()  # the document ends
        if found is None or type(self.next()) is not yaml.StreamEndEvent:
            raise OddError
        return found

    def value(self, event: Event, depth: int) -> Any:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            return self.scalar(event)
        if kind is yaml.AliasEvent or event.anchor is not None or event.tag is not None or depth == 0:
            raise OddError
        return self.mapping(depth - 1) if kind is yaml.MappingStartEvent else self.sequence(depth - 1)

    def mapping(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        following, names = self.next, self.names
        while type(event := following()) is yaml.ScalarEvent:
            name = names.get(event.value)
            if name is None or event.style or event.anchor is not None or event.tag is not None:
                name = self.key(event)
            if name in found:
                raise OddError
            found[name] = self.value(following(), depth)
        if type(event) is not yaml.MappingEndEvent:
            raise OddError
        self.count(2 * len(found))
        return found

    def sequence(self, depth: int) -> list[Any]:
        found: list[Any] = []
        following = self.next
        while type(event := following()) is not yaml.SequenceEndEvent:
            found.append(self.value(event, depth))
        self.count(len(found))
        return found

    def count(self, nodes: int) -> None:
        self.nodes -= nodes
        if self.nodes < 0:
            raise OddError

    def key(self, event: Event) -> str:
        name: str = event.value
        if name == "<<" or name != bare(name) or type(self.scalar(event)) is not str:
            raise OddError
        if not event.style:
            self.names[name] = name
        return name

    def scalar(self, event: Event) -> Any:
        raw: str = event.value
        if len(raw) > MAX_SCALAR or event.anchor is not None or event.tag is not None:
            raise OddError
        if not event.style:
            if event.end_mark.line != event.start_mark.line and swallowed(self.text, event):
                raise OddError
            return plain_value(raw)
        if event.style == '"' and CONTROL.search(raw):
            raise OddError
        return raw
