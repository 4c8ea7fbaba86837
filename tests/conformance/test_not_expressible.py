"""What of the published numbers the language does not say, in one place, so that the list cannot grow unseen."""

from __future__ import annotations

import test_cnspec
import test_lighthouse
import test_scikit_criteria


def test_four_methods_are_left_out_each_for_a_reason() -> None:
    left_out = {
        **test_lighthouse.NOT_EXPRESSIBLE,
        **test_cnspec.NOT_EXPRESSIBLE,
        **test_scikit_criteria.NOT_EXPRESSIBLE,
    }
    assert sorted(left_out) == ["TOPSIS", "agreement of rankings", "decayed", "log-normal"]
    assert all(len(reason) > 40 for reason in left_out.values())
