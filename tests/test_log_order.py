"""The order of a log is that of comparing rows one by one, however they are dealt out and packed."""

from __future__ import annotations

from itertools import groupby
from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gongkai_score import log_order
from gongkai_score.event_columns import NO_DAY, NO_TIME, Coded, EventColumns, Moments
from gongkai_score.log_order import arranged

KINDS = ("a", "b", "c")
DAY = st.one_of(st.integers(18_000, 18_003), st.sampled_from([NO_DAY, -(2**30), 2**30, 2**31 - 1]))
NEAR = st.sampled_from([18_000, 18_001, NO_DAY])
FEW = st.integers(-1, 1)
Row = tuple[int, ...]


@st.composite
def logs(draw: st.DrawFn) -> tuple[EventColumns, int]:
    """Rows with many equal ones, and the number of units there are."""
    units = draw(st.sampled_from([1, 3, 5000]))
    days = draw(st.sampled_from([DAY, NEAR]))
    second = draw(st.sampled_from([st.just(NO_TIME), st.sampled_from([NO_TIME, 0, 86_399])]))
    ref = draw(st.sampled_from([FEW, st.sampled_from([-1, 0, 2**31 - 2])]))
    row = st.tuples(
        st.integers(0, units - 1), st.integers(0, 2), days, second, ref, FEW, FEW, NEAR, st.integers(0, 1)
    )
    rows = draw(st.lists(row, max_size=60))
    columns = [np.array(cells, np.int32) for cells in zip(*rows, strict=True)] or [np.zeros(0, np.int32)] * 9
    unit_of, kind, day, seconds, refs, ids, more, other, file_of = columns
    told = EventColumns(
        unit=Coded(unit_of, tuple(f"U{i:04d}" for i in range(units))),
        kind=Coded(kind.astype(np.int8), KINDS),
        at=Moments(day, seconds),
        ref=Coded(refs, ("r0", "r1")),
        id=Coded(ids, ("i0", "i1")),
        attributes={"empty": Coded.empty(len(rows)), "more": Coded(more, ("m0", "m1"))},
        moments={"other": Moments(other, np.full(len(rows), NO_TIME, np.int32))},
        file=file_of,
        row=np.array(draw(st.permutations(range(2, len(rows) + 2))), np.int64),
        files=("one.csv", "two.csv"),
    )
    return told, units


def content(columns: EventColumns, place: int) -> Row:
    """What makes up the event of a row, in the order in which it decides."""
    texts = (columns.ref, columns.id, columns.attributes["more"])
    found = (columns.unit.codes, columns.at.day, columns.at.second, *(text.codes for text in texts))
    return tuple(int(column[place]) for column in (*found, columns.moments["other"].day))


@given(logs(), st.sampled_from([(1 << 17, 1 << 16), (7, 3), (16, 1)]), st.sampled_from([1 << 20, 2]))
def test_rows_stand_in_order_and_equal_ones_are_told(
    log: tuple[EventColumns, int], sizes: tuple[int, int], many: int
) -> None:
    columns, _ = log
    dealt, part = sizes
    with patch.multiple(log_order, _DEALT=dealt, _PART=part, _MANY=many):
        found = arranged(columns)
    places = range(len(columns))
    assert [one.kind for one in found] == sorted({KINDS[columns.kind.codes[place]] for place in places})
    for one in found:
        own = [place for place in places if KINDS[columns.kind.codes[place]] == one.kind]
        own.sort(key=lambda place: (content(columns, place), int(columns.file[place]), int(columns.row[place])))
        assert one.places.tolist() == own
        equal = [list(group) for _, group in groupby(own, key=lambda place: content(columns, place))]
        assert sorted(one.repeated) == sorted((place, first) for first, *others in equal for place in others)
        kept = one.without_repeated()
        assert kept.places.tolist() == [first for first, *_ in equal]
        for name, column in {
            "unit": columns.unit.codes,
            "day": columns.at.day,
            "second": columns.at.second,
            "ref": columns.ref.codes,
        }.items():
            assert getattr(kept, name).tolist() == column[kept.places].tolist()


def test_no_rows_have_no_kinds() -> None:
    none = np.zeros(0, np.int32)
    empty = Coded.empty(0)
    assert arranged(EventColumns(empty, empty, Moments.empty(0), empty, empty, {}, {}, none, none, ("",))) == []
