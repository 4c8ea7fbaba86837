"""Random measures of every kind, as a file of an indicator set writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reference_measures import iso
from test_measures_reference import FIRST

KINDS = ("start", "end", "other")
TEXTS = ("tone", "item", "flag", "number", "exempt", "exempt_reason", "covers")
DATES = ("due", "closed_at", "opened_at", "withdrawn_at")
WHERES: tuple[dict[str, Any], ...] = (
    {"tone": "good"},
    {"tone": {"not": ["good"]}},
    {"tone": "!= good"},
    {"flag": True},
    {"item": "any"},
    {"item": ["p", "r"]},
    {"number": ">= 2", "flag": "none"},
    {"number": "< 2.5"},
    {"closed_at": "any"},
    {"closed_at": ">= 2019-10-01"},
    {"any": [{"tone": "good"}, {"flag": True}]},
    {"tone": "any", "any": [{"item": "p"}, {"number": "> 1"}]},
)
SPANS = ("2 weeks", "10 days", "5 working days", "1 month")
VERDICTS = {
    "deadline": ("late", "early", "missing", "explained", "pending", "exempt"),
    "follow_up": ("late", "early", "missing", "explained", "pending"),
    "due_by": ("late", "early", "missing", "explained", "exempt"),
    "frequency": ("short", "blank", "late", "explained", "pending"),
    "count": ("short", "blank", "found"),
    "coverage": ("short", "missing", "explained", "exempt"),
    "exists": ("short", "missing"),
    "complete": ("short", "exempt"),
    "precedes": ("failed", "missing"),
    "synchronous": ("late", "early", "missing"),
    "threshold": ("failed", "missing"),
    "versus_peers": ("failed",),
    "rating": ("failed",),
    "deduction": ("found", "exempt", "pending"),
    "result": ("failed", "missing"),
}
"""Kind of measure → verdicts that rules may name."""


class Pen:
    """Writes what a source of whole numbers between two bounds, hypothesis or any other, makes it write."""

    def __init__(self, whole: Callable[[int, int], int]) -> None:
        self.whole = whole

    def one(self, *values: Any) -> Any:
        """One of the values."""
        return values[self.whole(0, len(values) - 1)]

    def seldom(self, n: int = 4) -> bool:
        """Once in n times."""
        return self.whole(1, n) == n

    def keys(self, n: int, **values: Any) -> dict[str, Any]:
        """Each key once in n times; a value that can be called is drawn."""
        return {k: v() if callable(v) else v for k, v in values.items() if self.seldom(n)}

    def day(self) -> str:
        return iso(FIRST + self.whole(0, 60))

    # Measures.

    def selector(self, kind: str | None = None, dates: tuple[str, ...] = ()) -> Any:
        kind = kind or self.one(*KINDS)
        more = self.keys(2, where=lambda: self.one(*WHERES))
        more |= self.keys(4, date=lambda: self.one(*dates)) if dates else {}
        return {"event": kind, **more} if more else kind

    def duration(self) -> str:
        return self.one(
            f"{self.whole(1, 10)} working days", f"{self.whole(2, 14)} days", "1 month", "24 hours", "2周"
        )

    def dated(self, values: Any) -> Any:
        """A value, or two that change on a day."""
        if not self.seldom(4):
            return values()
        day = FIRST + self.whole(0, 60)
        return [{"value": values(), "to": iso(day - 1)}, {"value": values(), "from": iso(day)}]

    def times(self, least: int = 1, most: int = 3) -> Any:
        return self.dated(lambda: self.whole(least, most))

    def items(self) -> Any:
        listed = self.one(["q", "p", "x"], {"inventory": self.selector("other")}, {"inventory": "other"})
        if isinstance(listed, dict) and self.seldom(2):
            listed["check"] = self.selector("end")
        return listed

    def measure(self, kind: str) -> dict[str, Any]:
        told = getattr(self, f"_{kind}")()
        if kind not in ("due_by", "result") and self.seldom(6):
            told["look_back"] = self.one(*SPANS)
        return {"kind": kind, **told}

    def _time_limit(self, kind: str) -> dict[str, Any]:
        match = self.one("ref", "ref", ["ref", "item"], "event", "item")
        start = self.selector("start", ("opened_at",))
        end = {"event": "start", "date": "closed_at"} if match == "event" else self.selector("end")
        told: dict[str, Any] = {"start": start, "end": end, "match_on": match}
        if kind == "deadline" and self.seldom(5):
            told["due"] = "due"
        elif kind == "deadline" or self.seldom(2):
            told["within"] = self.dated(self.duration)
            if isinstance(told["within"], str) and self.seldom(2):
                told["extensions"] = [self.extension("hours" in told["within"])]
        return told | self.keys(
            4,
            early=lambda: self.one("accept", "reject", "ignore"),
            earliest=lambda: self.one("1 day", "2 days"),
            roll=lambda: self.one(True, False),
            assign_by=lambda: self.one("due", "start"),
            any_unit=True,
            explained_by=lambda: self.selector("other"),
            needs_flag="flag",
        )

    def extension(self, hours: bool) -> dict[str, Any]:
        if not hours and self.seldom(3):
            pause = {"pause": ["opened_at", "closed_at"]}
            return pause | ({"event": "other"} if self.seldom(2) else {})
        most = self.keys(2, at_most=4)
        return (
            self.one(
                {"where": {"flag": True}, "by": self.whole(1, 5)}, {"by": "number"}, {"event": "other", "by": 3}
            )
            | most
        )

    def _deadline(self) -> dict[str, Any]:
        return self._time_limit("deadline")

    def _follow_up(self) -> dict[str, Any]:
        return self._time_limit("follow_up")

    def _due_by(self) -> dict[str, Any]:
        days = sorted({self.day() for _ in range(self.whole(1, 3))})
        told: dict[str, Any] = {"by": days if len(days) > 1 else days[0], "end": self.selector("end")}
        before = iso(FIRST - 10 + self.whole(0, 15))
        return told | self.keys(
            3,
            items=self.items,
            not_before=before if before <= days[0] else days[0],
            early=lambda: self.one("accept", "reject"),
            roll=True,
            any_unit=True,
            explained_by=lambda: self.selector("other"),
        )

    def _frequency(self) -> dict[str, Any]:
        told: dict[str, Any] = {"event": self.selector("start", ("closed_at",))}
        told["every"] = self.one("day", "working_day", "week", "week", "month", "quarter", "regular_period")
        told |= self.keys(
            3,
            at_least=self.times,
            count_by=lambda: self.one("event", "day", "ref", "tone"),
            months=lambda: self.one([9, 10], [10]),
            partial=lambda: self.one("drop", "keep", "prorate"),
            skip_no_workday=lambda: self.one(True, False),
            needs=lambda: self.selector("end"),
            explained_by=lambda: self.selector("other"),
        )
        told |= self.one({}, {}, {"per": "tone"}, {"items": self.items()})
        if told["every"] == "month" and self.seldom(2):
            told["due_in_period"] = {"day": self.one(5, 20)}
        if told["every"] in ("month", "quarter") and self.seldom(4):
            told["period_of"] = "covers"
        return told

    def _count(self) -> dict[str, Any]:
        told: dict[str, Any] = {"event": self.selector("start", ("closed_at",))}
        told |= self.one(
            {},
            {"at_least": self.times()},
            {"more_than": self.times(0)},
            {"at_most": self.times(0)},
            {"less_than": self.times(1)},
            {"exactly": self.times(0)},
            {"at_least": 1, "at_most": 3},
        )
        ended = self.keys(4, ended_by=lambda: self.selector("end"))
        told |= ended or self.keys(
            3, count_by=lambda: self.one("event", "day", "ref", "tone"), months=lambda: self.one([9, 10], [10])
        )
        return told | self.keys(
            3,
            every=lambda: self.one("month", "week"),
            partial=lambda: self.one("drop", "keep", "prorate"),
            check=lambda: self.selector("other"),
            needs=lambda: self.selector("end"),
            explained_by=lambda: self.selector("other"),
        )

    def _coverage(self) -> dict[str, Any]:
        return {"items": self.items(), "event": self.selector()} | self.keys(
            3, at_least=self.times, needs=lambda: self.selector("end"), explained_by=lambda: self.selector("other")
        )

    def _exists(self) -> dict[str, Any]:
        return {"event": self.selector("start")} | self.keys(
            3,
            at_least=self.times,
            carry_over=lambda: self.one(True, False),
            ended_by=lambda: self.selector("end"),
            needs=lambda: self.selector("end"),
            explained_by=lambda: self.selector("other"),
        )

    def _complete(self) -> dict[str, Any]:
        required = [
            {"name": "好", "attribute": "tone", "is": "good"},
            {"name": "数", "attribute": "number", "is": ">= 1"},
            {"attribute": "item"},
        ]
        more = self.one({}, {"at_least": 2}, {"any_of": True})
        return {"event": self.selector("start"), "required": required, **more}

    def _precedes(self) -> dict[str, Any]:
        return {"before": self.selector("start"), "after": self.selector("end")} | self.keys(
            3,
            match_on=lambda: self.one("ref", ["ref", "item"]),
            lead=lambda: self.one("3 days", "2 working days"),
            one_to_one=True,
        )

    def _synchronous(self) -> dict[str, Any]:
        objects = [self.selector("start"), *(self.selector() for _ in range(self.whole(1, 2)))]
        return {"objects": objects} | self.keys(2, tolerance="3 days")

    def _threshold(self) -> dict[str, Any]:
        return {"event": self.selector(), "value": "number"} | self.keys(
            2,
            over="number",
            pick=lambda: self.one("latest", "first", "sum", "mean", "median", "minimum", "maximum"),
            missing=lambda: self.one("not_assessed", "missing", "not_applicable"),
            **{"is": self.one(">= 2", "> 1/2", "!= 1")},
        )

    def _rating(self) -> dict[str, Any]:
        if self.seldom(2):
            told: dict[str, Any] = {"label": "tone", **self.keys(3, pick="first")}
        else:
            told = {"value": "number"} | self.keys(
                2,
                over="number",
                pick=lambda: self.one("latest", "first", "sum", "mean", "median", "minimum", "maximum"),
                **{"is": ">= 2"},
            )
        return {"event": self.selector(), **told} | self.keys(2, rater="item", least=2)

    def _versus_peers(self) -> dict[str, Any]:
        return {"event": "start", "counted": self.selector("start")} | self.keys(
            2, least=2, benchmark="number", **{"is": self.one("<", "<=", ">", ">=")}
        )

    def _deduction(self) -> dict[str, Any]:
        told = {"event": self.selector("start")} | self.keys(
            3, once_per=lambda: self.one("ref", "tone"), amount="number", check=lambda: self.selector("other")
        )
        if self.seldom(2):
            told["mended"] = "closed_at"
            told |= self.keys(2, mended_within=lambda: self.one("5 working days", "7 days"))
        return told

    def _result(self) -> dict[str, Any]:
        told: dict[str, Any] = {"of": self.one("base", "again", ["base", "again"])} | self.keys(
            2,
            units=lambda: self.one("self", "children", "children", "descendants", "parent"),
            node=lambda: self.one("A", "B"),
            pick=lambda: self.one("mean", "sum", "minimum", "maximum", "first"),
            missing=lambda: self.one("not_assessed", "skip", "zero"),
        )
        return told | self.keys(
            3, applies_to={"group": "x"}, **{"is": self.one(">= 2", ["优秀", "合格"], {"not": ["不合格"]})}
        )
