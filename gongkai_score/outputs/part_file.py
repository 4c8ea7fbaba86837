"""A part as bytes: kept in a file or sent from one machine to another, its evidence read when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai_score.evidence import Case, CaseTable
from gongkai_score.measures.measured import PerUnit
from gongkai_score.merged_cases import MergedCases
from gongkai_score.outputs.json_cases import read_cases, written_cases
from gongkai_score.packing import Array, packed, plain_bytes, plain_of, text_of, unpacked
from gongkai_score.parts import OpenRows, Part, Yielded, is_quotient
from gongkai_score.points import exact, exact_text
from gongkai_score.verdict_counts import VerdictCounts

Members = Mapping[str, Array]


def part_packed(part: Part, target: Path | None = None, cases: bool = True) -> bytes:
    """A part as an archive, written to a file or given back.

    Args:
        part: what measuring yielded.
        target: a file; None: the bytes are given back.
        cases: whether its evidence goes along; without it nobody can ask for a case.
    """
    members: dict[str, Array | bytes] = {"units": part.units, "rows": part.rows, "strangers": part.strangers}
    members |= {f"open/{name}": getattr(part.open, name) for name in ("unit", "file", "row", "rank")}
    members |= {f"proven/{leaf}": has for leaf, has in part.proven.items()}
    digests = {name: seal.hex() for name, seal in part.digests().items()}
    told: dict[str, Any] = {"files": part.open.files, "digests": digests, "shared": sorted(part.shared)}
    told["numbers"] = [list(one.numbers) for one in part.yielded]
    members["told"] = plain_bytes(told)
    for job, one in enumerate(part.yielded):
        members[f"{job}/states"], members[f"{job}/counts"] = one.states, one.counts.table
        for place, column in enumerate(one.numbers.values()):
            members |= _number_members(f"{job}/quantity/{place}", column)
        if not cases:
            continue
        table = one.cases.sized(one.counts.total).columns()
        members[f"{job}/unit"] = np.array(table.unit, np.int32)
        members |= {f"{job}/{name}": plain_bytes(value) for name, value in case_members(table).items()}
    return packed(members, target)


def _number_members(name: str, column: PerUnit) -> dict[str, Array | bytes]:
    if isinstance(column, np.ndarray):
        return {name: column}
    if is_quotient(column):
        return {f"{name}/above": column[0], f"{name}/below": column[1]}
    plain = [v if v is None or isinstance(v, str) else [exact_text(v)] for v in column]  # type: ignore[arg-type]
    return {f"{name}/list": plain_bytes(plain)}


def case_members(table: CaseTable) -> dict[str, Any]:
    """The columns of cases as they are saved, each by its path, all but the units."""
    found: dict[str, Any] = {"cites": table.cites}
    for name, value in written_cases(table).items():
        if name == "events":
            for inner, column in value.items():
                found |= _member(f"events/{inner}", column)
        elif name != "unit":
            found |= _member(name, value)
    return found


def _member(name: str, value: Any) -> dict[str, Any]:
    return {f"{name}/{key}": one for key, one in value.items()} if isinstance(value, dict) else {name: value}


def part_of(source: bytes | Path, keep: object = None) -> Part:
    """A part from its archive.

    Args:
        source: the archive, or where it is.
        keep: what must not go before the cases do, such as the folder they lie in.
    """
    members = unpacked(source)
    told = plain_of(members["told"])
    files = tuple(told["files"])
    unit, file, row, rank = (members[f"open/{name}"] for name in ("unit", "file", "row", "rank"))
    opened = OpenRows(unit, file, row, rank, files)
    shared, units = frozenset(told["shared"]), members["units"]
    place = np.arange(len(units), dtype=np.int32)
    yielded = [
        Yielded(
            members[f"{job}/states"],
            VerdictCounts.of_table(members[f"{job}/counts"]),
            {name: _number(members, f"{job}/quantity/{i}") for i, name in enumerate(names)},
            MergedCases.of(SpooledCases(members, job, keep), place, shared),
        )
        for job, names in enumerate(told["numbers"])
    ]
    proven = {name.removeprefix("proven/"): members[name] for name in members if name.startswith("proven/")}
    digests = {name: bytes.fromhex(seal) for name, seal in told["digests"].items()}
    return Part(
        units, yielded, proven, members["rows"], members["strangers"], opened, cache(lambda: digests), shared
    )


def _number(members: Members, name: str) -> PerUnit:
    if name in members:
        return members[name]
    if f"{name}/above" in members:
        return members[f"{name}/above"], members[f"{name}/below"]
    return [exact(v[0]) if isinstance(v, list) else v for v in plain_of(members[f"{name}/list"])]


@dataclass(frozen=True, eq=False)
class SpooledCases:
    """Cases of one measure in the archive of a part; themselves ``CaseColumns``."""

    members: Members
    job: int
    keep: object = None

    def text(self, name: str) -> str:
        """JSON text of one column by its path."""
        return text_of(self.members[f"{self.job}/{name}"])

    def plain(self, name: str) -> Any:
        """One column by its path."""
        return plain_of(self.members[f"{self.job}/{name}"])

    @property
    def unit(self) -> NDArray[np.int32]:
        """For each case its unit."""
        return self.members[f"{self.job}/unit"]

    def __len__(self) -> int:
        return len(self.unit)

    def of_unit(self, position: int) -> range:
        """Positions of the cases of one unit."""
        first, last = np.searchsorted(self.unit, [position, position + 1])
        return range(int(first), int(last))

    def case(self, position: int) -> Case:
        """One case."""
        return self.columns().case(position)

    def columns(self) -> CaseTable:
        """The whole as plain columns."""
        prefix = f"{self.job}/"
        inner = [n.removeprefix(prefix) for n in self.members if n.startswith(prefix)]
        names: Sequence[str] = [
            n for n in inner if n not in ("states", "counts", "unit", "cites") and not n.startswith("quantity/")
        ]
        plain: dict[str, Any] = {"unit": self.unit.tolist()}
        for name in names:
            *above, last = name.split("/")
            held = plain
            for key in above:
                held = held.setdefault(key, {})
            held[last] = self.plain(name)
        table = read_cases(plain)
        cites = [tuple(one) for one in self.plain("cites")]
        return CaseTable(**{**{f: getattr(table, f) for f in table.__slots__}, "cites": cites})
