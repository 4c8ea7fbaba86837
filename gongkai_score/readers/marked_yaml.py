"""Strict YAML with the place of every key and value.

Everything that makes a document mean more than it shows (anchors, aliases, merge keys, tags, repeated keys, a
second document) is refused with its place. Events are read one by one, so neither depth nor size can exhaust the
process. A document in which nothing is odd is read quickly; the places in it are found once one is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from gongkai_score.errors import Problem, problem
from gongkai_score.readers.decoding import decode, line_column
from gongkai_score.readers.yaml_fast import OddError, plain_data
from gongkai_score.readers.yaml_scalars import CONTROL, LOADER, MAX_SCALAR, Event, bare, plain_value, swallowed
from gongkai_score.readers.yaml_syntax import shown, syntax_problem

MAX_BYTES = 4_000_000
MAX_DEPTH = 32
MAX_NODES = 200_000
MAX_PROBLEMS = 200

Path = tuple[str | int, ...]
_Place = tuple[int, int]
_Scalar = tuple[_Place, str, str]


class _Node:
    """Where a mapping or list begins, what stands inside, and where the keys stand.

    A scalar is a mere tuple (place, text, style): cheap to make, and no work for the garbage collector.
    """

    __slots__ = ("items", "keys", "place")

    def __init__(self, place: _Place, items: dict[str, _Node | _Scalar] | list[_Node | _Scalar]) -> None:
        self.place = place
        self.items = items
        self.keys: dict[str, _Place] = {}


def _start(node: _Node | _Scalar) -> _Place:
    return node.place if isinstance(node, _Node) else node[0]


@dataclass(frozen=True)
class Marked:
    """Plain data that still knows where each part of it was written.

    Attributes:
        data: dicts, lists, text, int, Decimal, bool and None.
        file: the file's name as the user gave it.
        told: lines and columns whose problem was told while reading; a schema need not tell them again.

    >>> marked, problems = read_marked("points:\\n  - 1.10\\n", "city.yaml")
    >>> marked.data, marked.mark(("points", 0)), marked.raw(("points", 0))
    ({'points': [Decimal('1.10')]}, (2, 5), '1.10')
    """

    data: Any
    file: str
    _places: _Builder = field(repr=False, compare=False)
    told: frozenset[tuple[int | None, int | None]] = field(default=frozenset(), repr=False, compare=False)

    def _find(self, path: Path) -> tuple[_Node | _Scalar, _Place, bool]:
        """The node at ``path`` or its nearest ancestor, the place of its key, and whether it was reached."""
        node: _Node | _Scalar = self._places.tree()
        key = _start(node)
        for step in path:
            if not isinstance(node, _Node):
                return node, key, False
            items = node.items
            if isinstance(items, dict) and isinstance(step, str) and step in items:
                key, node = node.keys[step], items[step]
            elif isinstance(items, list) and isinstance(step, int) and 0 <= step < len(items):
                node = items[step]
                key = _start(node)
            else:
                return node, key, False
        return node, key, True

    def mark(self, path: Path, at: Literal["key", "value"] = "value") -> tuple[int, int]:
        """Line and column, from 1, of the key or value at ``path``; of its nearest ancestor if it is missing."""
        node, key, _ = self._find(path)
        line, column = key if at == "key" else _start(node)
        return line + 1, column + 1

    def raw(self, path: Path) -> str | None:
        """The scalar at ``path`` as it was written, without quotes; None for lists, mappings and gaps."""
        node, _, reached = self._find(path)
        return node[1] if reached and isinstance(node, tuple) else None

    def quoted(self, path: Path) -> bool:
        """Whether the scalar at ``path`` stands in quotes or in a ``|`` or ``>`` block."""
        node, _, reached = self._find(path)
        return reached and isinstance(node, tuple) and bool(node[2])

    def problem(self, code: str, path: Path, at: Literal["key", "value"] = "value", **values: object) -> Problem:
        """A problem of the catalogue, placed at the key or value at ``path``."""
        line, column = self.mark(path, at)
        where = "/".join(str(step) for step in path) or None
        return problem(code, file=self.file, line=line, column=column, path=where, **values)


def read_marked(
    text: str | bytes,
    file: str,
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
    max_nodes: int = MAX_NODES,
) -> tuple[Marked | None, list[Problem]]:
    """Read one YAML document strictly.

    Args:
        text: the document; bytes may be UTF-8, UTF-16 or UTF-32 with a mark, or GB18030.
        file: the name to show in problems.
        max_bytes: largest size accepted.
        max_depth: deepest nesting accepted.
        max_nodes: most keys, values and list items accepted.

    Returns:
        The document, and every problem found in the order of its place. The document is None when it could
        not be read to its end; it may be present and still have errors, so look at the problems' severity.

    >>> marked, problems = read_marked("a: 1\\na: 2\\n", "x.yaml")
    >>> print(problems[0].text("en"))
    x.yaml:2:1: error D030: key 'a' is repeated; it first stands in line 1. Remove or rename one of the two.
    """
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > max_bytes:
        return None, [problem("D020", file=file, size=size, limit=max_bytes)]
    notes: list[Problem] = []
    if isinstance(text, bytes):
        decoded, note = decode(text, file)
        notes += [note] if note else []
        if decoded is None:
            return None, notes
        text = decoded
    text = text.removeprefix("\ufeff")
    builder = _Builder(text, file, max_depth, max_nodes)
    try:
        return Marked(plain_data(text, max_depth, max_nodes), file, builder), notes
    except OddError:
        builder.problems += notes
    if builder.check_characters():
        builder.read()
    marked = None
    if builder.complete and builder.root is not None:
        told = frozenset((p.line, p.column) for p in builder.problems)
        marked = Marked(builder.data, file, builder, told)
    return marked, _capped(builder.problems, file)


def _capped(problems: list[Problem], file: str) -> list[Problem]:
    problems.sort(key=lambda p: (p.line or 0, p.column or 0))
    more = len(problems) - MAX_PROBLEMS
    if more <= 0:
        return problems
    return [*problems[:MAX_PROBLEMS], problem("D039", file=file, more=more, shown=MAX_PROBLEMS)]


class _Frame:
    """A mapping or list that is still open."""

    __slots__ = ("drop", "key", "key_place", "node", "value")

    def __init__(self, node: _Node, value: Any) -> None:
        self.node = node
        self.value = value
        self.key: str | None = None
        self.drop = False
        self.key_place = (0, 0)


class _Builder:
    """Builds data and marks from the event stream, without recursion."""

    def __init__(self, text: str, file: str, max_depth: int, max_nodes: int) -> None:
        self.text = text
        self.file = file
        self.max_depth = max_depth
        self.max_nodes = max_nodes
        self.problems: list[Problem] = []
        self.data: Any = None
        self.root: _Node | _Scalar | None = None
        self.complete = False
        self.frames: list[_Frame] = []

    def tree(self) -> _Node | _Scalar:
        """Where everything stands, in a document that can be read to its end."""
        if self.root is None:
            self.read()
        assert self.root is not None
        return self.root

    def check_characters(self) -> bool:
        """Whether the text has no control characters; each kind is told once, at its first place."""
        counts = Counter(CONTROL.findall(self.text))
        for char, count in counts.items():
            line, column = line_column(self.text, self.text.index(char))
            values: dict[str, Any] = {"char": f"U+{ord(char):04X}", "count": count}
            self.problems.append(problem("D024", file=self.file, line=line, column=column, **values))
        return not counts

    def add(self, code: str, event: Event, **values: Any) -> None:
        mark = event.start_mark
        self.problems.append(problem(code, file=self.file, line=mark.line + 1, column=mark.column + 1, **values))

    def read(self) -> None:
        """Read the whole document, or up to the point where reading on makes no sense."""
        try:
            self.complete = self._read()
        except yaml.YAMLError as error:
            self.problems.append(syntax_problem(error, self.text, self.file, self.max_depth))
        except (ValueError, OverflowError) as error:  # the Python loader on escapes beyond Unicode
            found = yaml.YAMLError(str(error))
            self.problems.append(syntax_problem(found, self.text, self.file, self.max_depth))

    def _read(self) -> bool:
        nodes = documents = 0
        events: Iterator[Event] = yaml.parse(self.text, LOADER)
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                self._place(event, self._scalar(event), (_at(event), event.value, event.style or ""))
            elif isinstance(event, yaml.CollectionStartEvent):
                if len(self.frames) >= self.max_depth:
                    self.add("D027", event, limit=self.max_depth)
                    return False
                self._open(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.frames.pop()
                continue
            elif isinstance(event, yaml.AliasEvent):
                self.add("D035", event, name=shown(str(event.anchor)))
                self._place(event, None, (_at(event), "", "*"))
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.add("D026", event)
                    break
            nodes += 1
            if nodes > self.max_nodes:
                self.add("D028", event, limit=self.max_nodes)
                return False
        if self.root is None or (isinstance(self.root, tuple) and self.root[1:] == ("", "")):
            self.problems.append(problem("D025", file=self.file, line=1, column=1))
            self.root = None
        return True

    def _open(self, event: Event) -> None:
        self._refuse(event)
        value: dict[str, Any] | list[Any]
        if isinstance(event, yaml.MappingStartEvent):
            value, node = {}, _Node(_at(event), {})
        else:
            value, node = [], _Node(_at(event), [])
        self._place(event, value, node)
        self.frames.append(_Frame(node, value))

    def _refuse(self, event: Event) -> None:
        if event.anchor is not None:
            self.add("D034", event, name=shown(event.anchor))
        if event.tag is not None:
            self.add("D036", event, tag=shown(event.tag.replace("tag:yaml.org,2002:", "!!")))

    def _scalar(self, event: Event) -> object:
        raw: str = event.value
        if event.anchor is not None or event.tag is not None:
            self._refuse(event)
        if len(raw) > MAX_SCALAR:
            self.add("D029", event, size=len(raw), limit=MAX_SCALAR)
        if event.style:
            control = CONTROL.search(raw) if event.style == '"' else None
            if control is not None:
                self.add("D024", event, char=f"U+{ord(control[0]):04X}", count=1)
            return raw
        if event.end_mark.line != event.start_mark.line and (found := swallowed(self.text, event)):
            number, line = found
            column = len(line) - len(line.lstrip()) + 1
            first, words = event.start_mark.line + 1, shown(line.strip())
            self.problems.append(
                problem("D038", file=self.file, line=number, column=column, first=first, found=words)
            )
        return raw if event.tag is not None else plain_value(raw)

    def _place(self, event: Event, value: object, node: _Node | _Scalar) -> None:
        """Put a value where the open mapping or list expects it; in a mapping every other value is a key."""
        if not self.frames:
            self.data, self.root = value, node
            return
        frame = self.frames[-1]
        items = frame.node.items
        if isinstance(items, list):
            frame.value.append(value)
            items.append(node)
        elif frame.key is None:
            frame.drop = not self._key(event, value, frame.node)
            frame.key, frame.key_place = ("", (0, 0)) if frame.drop else (bare(event.value), _start(node))
        else:
            if not frame.drop:
                frame.value[frame.key] = value
                items[frame.key] = node
                frame.node.keys[frame.key] = frame.key_place
            frame.key = None

    def _key(self, event: Event, value: object, mapping: _Node) -> bool:
        """Whether the value of this key is to be kept."""
        if not isinstance(event, yaml.ScalarEvent):
            if not isinstance(event, yaml.AliasEvent):
                braces = mapping.place == (event.start_mark.line, event.start_mark.column - 1)
                line, column = mapping.place if braces else _at(event)
                self.problems.append(problem("D032", file=self.file, line=line + 1, column=column + 1))
            return False
        key: str = event.value
        if not event.style and key == "<<":
            self.add("D033", event)
            return False
        if not isinstance(value, str):
            zh, en = _spoken(value)
            self.add("D031", event, key=shown(key) or "~", kind_zh=zh, kind_en=en)
        elif key != bare(key):
            self.add("D037", event, key=shown(key))
        if bare(key) in mapping.keys:
            first = mapping.keys[bare(key)][0] + 1
            self.add("D030", event, key=shown(key), first=first)
            return False
        return True


def _at(event: Event) -> _Place:
    return event.start_mark.line, event.start_mark.column


def _spoken(value: object) -> tuple[str, str]:
    if value is None:
        return "空值", "empty"
    return ("真假值", "true or false") if isinstance(value, bool) else ("数", "a number")
