"""What no column of cases holds, as codes that readers put into words, several joined by ``; ``.

``exempt_without_reason``: exempt is claimed, but no reason is recorded, so the case counts; ``withdrawn``:
withdrawn by its limit; ``days_only``: a limit in hours decided on dates; ``assumed``: the limit is an assumption
of the set; ``lacking:甲、乙``: the elements that are not there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Remark = tuple[str, NDArray[np.bool_] | bool]
"""A code and the cases it holds for."""


def remarks(remarks: Sequence[Remark], more: Callable[[int], str] | None = None) -> Callable[[int], str] | None:
    """A function from a case to its remarks, or None when there are none at all."""
    held = [(code, mask) for code, mask in remarks if (mask if isinstance(mask, bool) else mask.any())]
    if not held and more is None:
        return None

    def words(case: int) -> str:
        found = [code for code, mask in held if (mask if isinstance(mask, bool) else bool(mask[case]))]
        if more is not None and (further := more(case)):
            found.append(further)
        return "; ".join(found)

    return words
