"""Ordering rows by columns of whole numbers: digit by digit, several times faster than comparing positions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer]
Places = NDArray[np.intp]

_PACKED_BITS = 62


def stable_order(key: Ints) -> Places:
    """Places in ascending order of ``key``, equal ones as they stood.

    Numpy sorts 16 bits at once by counting, in some nanoseconds an entry; wider numbers take several rounds.

    >>> stable_order(np.array([2, 0, 2, 1])).tolist(), stable_order(np.array([5, -(2**31)])).tolist()
    ([1, 3, 0, 2], [1, 0])
    """
    if not len(key):
        return np.zeros(0, np.intp)
    low, high = int(key.min()), int(key.max())
    span = high - low
    if low:
        key = key.astype(np.int64) - low
    order: Places | None = None
    shift = 0
    while order is None or span >> shift:
        width = 8 if span >> shift < 256 else 16
        digit = (key >> shift if shift else key).astype(np.uint8 if width == 8 else np.uint16)
        if order is None:
            order = np.argsort(digit, kind="stable")
        else:
            order = order.take(np.argsort(digit.take(order), kind="stable"))
        shift += width
    return order


def lexical_order(keys: Sequence[Ints]) -> tuple[Places, Ints]:
    """(places ordered by several columns, the first one decides first; a number by place, equal where all are).

    Equal rows stand as they stood, and the numbers ascend.

    >>> order, group = lexical_order([np.array([1, 0, 1, 1]), np.array([7, 9, 5, 7])])
    >>> order.tolist(), (np.diff(group) > 0).tolist()
    ([1, 2, 0, 3], [True, True, False])
    """
    packed = _packed(keys)
    if packed is not None:
        order = stable_order(packed)
        return order, packed.take(order)
    order = stable_order(keys[-1])
    for key in reversed(keys[:-1]):
        order = order.take(stable_order(key.take(order)))
    differs = np.zeros(len(order), bool)
    for key in keys:
        cells = key.take(order)
        differs[1:] |= cells[1:] != cells[:-1]
    return order, np.cumsum(differs)


def _packed(keys: Sequence[Ints]) -> Ints | None:
    """The columns as one number a row; None: they do not fit."""
    if not len(keys[0]):
        return np.zeros(0, np.int64)
    lows = [int(key.min()) for key in keys]
    sizes = [int(key.max()) - low + 1 for key, low in zip(keys, lows, strict=True)]
    whole = 1
    for size in sizes:
        whole *= size
    if whole.bit_length() > _PACKED_BITS:
        return None
    packed: Ints = np.zeros(len(keys[0]), np.int32 if whole.bit_length() < 32 else np.int64)
    for key, low, size in zip(keys, lows, sizes, strict=True):
        if size > 1:
            above = key - key.dtype.type(low) if size < 1 << 31 else key.astype(np.int64) - low
            packed = packed * packed.dtype.type(size) + above
    return packed
