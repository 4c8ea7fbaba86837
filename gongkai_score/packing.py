"""Columns as bytes: numbers as arrays, texts as JSON, in one archive; nothing in it could run."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from gongkai_score.activity_log import Coded, EventColumns, Moments

Array = NDArray[Any]


def packed(members: Mapping[str, Array | bytes], target: Path | None = None) -> bytes:
    """Arrays and bytes by name as one archive, written to a file or given back.

    >>> found = unpacked(packed({"a": np.arange(3), "b": plain_bytes(["甲"])}))
    >>> found["a"].tolist(), plain_of(found["b"])
    ([0, 1, 2], ['甲'])
    """
    held = io.BytesIO() if target is None else target.open("wb")
    with held:
        index: dict[str, tuple[int, str, tuple[int, ...]]] = {}
        for name, one in members.items():
            array: Any = np.frombuffer(one, np.uint8) if isinstance(one, bytes) else one
            plain: Any = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
            index[name] = (held.tell(), plain.dtype.str, plain.shape)
            held.write(memoryview(plain).cast("B") if plain.size else b"")
        told = json.dumps(index).encode()
        held.write(told + len(told).to_bytes(8, "little"))
        return held.getvalue() if isinstance(held, io.BytesIO) else b""


class Archive(Mapping[str, Array]):
    """The members of an archive; each is read when it is asked for."""

    def __init__(self, source: bytes | Path) -> None:
        """Reads where the members lie."""
        self._source = source
        with self._open() as file:
            end = file.seek(-8, io.SEEK_END)
            size = int.from_bytes(file.read(8), "little")
            file.seek(end - size)
            self._index: dict[str, tuple[int, str, tuple[int, ...]]] = json.loads(file.read(size))

    def _open(self) -> IO[bytes]:
        return io.BytesIO(self._source) if isinstance(self._source, bytes) else self._source.open("rb")

    def __getitem__(self, name: str) -> Array:
        offset, kind, shape = self._index[name]
        dtype = np.dtype(kind)
        with self._open() as file:
            file.seek(offset)
            raw = file.read(math.prod(shape) * dtype.itemsize)
        return np.frombuffer(raw, dtype).reshape(shape)

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._index)


def unpacked(source: bytes | Path) -> Archive:
    """The members of an archive."""
    return Archive(source)


def plain_bytes(value: Any) -> bytes:
    """A plain value as JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def text_of(member: Array) -> str:
    """JSON text of a member."""
    return member.tobytes().decode("utf-8", "surrogatepass")


def plain_of(member: Array) -> Any:
    """A plain value from its member."""
    return json.loads(text_of(member))


def columns_packed(columns: EventColumns, target: Path | None = None) -> bytes:
    """Checked rows as an archive."""
    members: dict[str, Array | bytes] = {"file": columns.file, "row": columns.row}
    members["files"] = plain_bytes(list(columns.files))
    texts = {"unit": columns.unit, "kind": columns.kind, "ref": columns.ref, "id": columns.id}
    texts |= {f"a:{name}": column for name, column in columns.attributes.items()}
    for name, column in texts.items():
        members[f"{name}/codes"], members[f"{name}/values"] = column.codes, plain_bytes(list(column.values))
    for name, moments in {"at": columns.at, **{f"m:{n}": m for n, m in columns.moments.items()}}.items():
        members[f"{name}/day"], members[f"{name}/second"] = moments.day, moments.second
    return packed(members, target)


def columns_of(source: bytes | Path) -> EventColumns:
    """Checked rows from an archive."""
    members = unpacked(source)

    def text(name: str) -> Coded:
        return Coded(members[f"{name}/codes"], plain_of(members[f"{name}/values"]))

    def moments(name: str) -> Moments:
        return Moments(members[f"{name}/day"], members[f"{name}/second"])

    def names(prefix: str, suffix: str) -> Sequence[str]:
        found = [name for name in members if name.startswith(prefix) and name.endswith(suffix)]
        return [name.removeprefix(prefix).removesuffix(suffix) for name in found]

    return EventColumns(
        unit=text("unit"),
        kind=text("kind"),
        at=moments("at"),
        ref=text("ref"),
        id=text("id"),
        attributes={name: text(f"a:{name}") for name in names("a:", "/codes")},
        moments={name: moments(f"m:{name}") for name in names("m:", "/day")},
        file=members["file"],
        row=members["row"],
        files=tuple(plain_of(members["files"])),
    )
