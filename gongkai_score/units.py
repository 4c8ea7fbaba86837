"""The register of units: who is assessed, in which class, with which tags and channels, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from gongkai_score.errors import Problem, UnitRegisterError, problem
from gongkai_score.memory import Once
from gongkai_score.period import Window


@dataclass(frozen=True, slots=True)
class Unit:
    """One organisation assessed (被测评单位).

    Attributes:
        id: key used by the log.
        name: name as printed.
        group: the class within which units are ranked (类别), or "".
        type: kind of organisation, for example ``county``, ``department``, ``town``.
        tags: free labels that indicators may select by.
        parent: id of the superior unit, or None.
        channels: channels the unit runs, for example ``site``, ``new_media``.
        active_from: first day number on which the unit exists, or None.
        active_to: last day number, or None.
        attributes: further text attributes.
    """

    id: str
    name: str
    group: str = ""
    type: str = ""
    tags: frozenset[str] = frozenset()
    parent: str | None = None
    channels: frozenset[str] = frozenset()
    active_from: int | None = None
    active_to: int | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    def active_in(self, window: Window) -> bool:
        """Whether the unit exists on at least one day of ``window``."""
        starts = self.active_from is None or self.active_from <= window.last
        return starts and (self.active_to is None or self.active_to >= window.first)


class UnitRegister:
    """All units of an assessment, ordered by id; immutable. ``facts`` keeps what was worked out about them.

    >>> register = UnitRegister([Unit("b", "乙镇", type="town"), Unit("a", "甲局", type="department")])
    >>> [unit.id for unit in register], register["b"].name, len(register)
    (['a', 'b'], '乙镇', 2)
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        """Orders the units by id.

        Raises:
            UnitRegisterError: repeated ids (U001), a parent that is not in the register (U002) or a circle of
                parents (U003).
        """
        self.units: tuple[Unit, ...] = tuple(sorted(units, key=lambda unit: unit.id))
        self._by_id = {unit.id: unit for unit in self.units}
        self.facts = Once()
        found = list(self._problems())
        if found:
            raise UnitRegisterError(found)

    def _problems(self) -> Iterator[Problem]:
        seen: set[str] = set()
        for unit in self.units:
            if unit.id in seen:
                yield problem("U001", unit=unit.id)
            seen.add(unit.id)
            if unit.parent is not None and unit.parent not in self._by_id:
                yield problem("U002", unit=unit.id, parent=unit.parent)
        for unit in self.units:
            chain, at = [unit.id], unit.parent
            while at in self._by_id:
                if at in chain:
                    if at == min(chain):
                        yield problem("U003", chain=" → ".join([*chain, at]))
                    break
                chain.append(at)
                at = self._by_id[at].parent

    def __iter__(self) -> Iterator[Unit]:
        return iter(self.units)

    def __len__(self) -> int:
        return len(self.units)

    def __contains__(self, unit_id: object) -> bool:
        return unit_id in self._by_id

    def __getitem__(self, unit_id: str) -> Unit:
        return self._by_id[unit_id]

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids in order."""
        return tuple(unit.id for unit in self.units)

    @cached_property
    def kinds(self) -> tuple[tuple[int, ...], tuple[Unit, ...]]:
        """(for each unit its kind, one unit of each kind): units of one kind differ in id, name and place only.

        >>> UnitRegister([Unit("a", "甲", type="x"), Unit("b", "乙", type="x")]).kinds[0]
        (0, 0)
        """
        seen: dict[object, int] = {}
        found: list[Unit] = []
        index = []
        for unit in self.units:
            key = (unit.type, unit.group, unit.tags, unit.channels, frozenset(unit.attributes.items()))
            if key not in seen:
                seen[key] = len(found)
                found.append(unit)
            index.append(seen[key])
        return tuple(index), tuple(found)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The class of each unit, in order."""
        return tuple(unit.group for unit in self.units)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Id → position in order."""
        return {unit_id: place for place, unit_id in enumerate(self.ids)}

    @cached_property
    def active_days(self) -> tuple[tuple[int | None, ...], tuple[int | None, ...]]:
        """First and last day of every unit."""
        return tuple(unit.active_from for unit in self.units), tuple(unit.active_to for unit in self.units)

    def children(self, unit_id: str) -> tuple[Unit, ...]:
        """Units whose parent is ``unit_id``."""
        return tuple(unit for unit in self.units if unit.parent == unit_id)

    def __repr__(self) -> str:
        groups = sorted({unit.group for unit in self.units if unit.group})
        return f"<UnitRegister: {len(self)} units, classes {groups}>"
