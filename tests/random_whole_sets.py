"""Strategies for random whole indicator sets, written as files that the reader takes, with units and logs for them.

Between them the sets use every kind of measure, every verb and short form of scoring, every way to combine, every
rule for what does not apply, every kind of gate, classes, dates, overlaps and ranks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st
from random_measures import DATES, KINDS, TEXTS, VERDICTS, Pen
from reference_measures import Event, World, iso
from test_measures_reference import CALENDAR, FIRST, UNITS, WINDOWS

from gongkai_score.measure_kinds import Duration
from gongkai_score.readers.set_quantities import polarity
from gongkai_score.units import Unit

LATE, TALLY = ("days_late", "longest_late"), ("short_by", "over", "fulfilment", "longest_gap")
FURTHER: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("deadline", "follow_up", "due_by", "synchronous"), LATE),
    "frequency": (*LATE, *TALLY),
    **dict.fromkeys(("count", "coverage", "exists"), TALLY),
    "complete": ("share", "missing_elements", "missing.好", "missing.item", "short_by"),
    "threshold": ("value",),
    "versus_peers": ("value", "counted", "of", "peers.mean", "peers.count"),
    "rating": ("value",),
    "deduction": ("amount",),
    "result": ("value",),
}
PEERS = ("mean", "median", "sd", "best", "worst", "count", "rank", "share_of_best", "minmax", "percentile", "z")
VERBS = ("set", "scale", "add", "deduct", "cap")
FORMS = ("none", "proportion", "all_or_nothing", "deduct_each", "tiers", "labels", "checklist", "accumulate",
         "steps", "steps", "steps", "branches")  # fmt: skip
COMBINE = ("sum", "weighted", "mean", "minimum", "maximum", "geometric")
RULES = ("redistribute", "even", "scale", "drop", "zero", "full", "peers_mean")


class SetPen(Pen):
    """Writes whole sets."""

    # Scoring.

    def quantity(self, kind: str, name: str = "", peers: bool = False) -> str:
        """The name of a number that the measure has."""
        run = self.one(*VERDICTS[kind], "failing", "met")
        names = [
            "cases", "cases", "count", "met", "failing", "rate", "rate", "rate", "shortfall", "count",
            *VERDICTS[kind], *VERDICTS[kind], *FURTHER.get(kind, ()), *FURTHER.get(kind, ()),
            f"longest_run.{run}", f"runs.{run}.{self.whole(1, 3)}",
        ]  # fmt: skip
        if peers:
            names += [f"peers.{one}" for one in PEERS] * 4
        found = self.one(*names)
        return f"{name}.{found}" if name else found

    def amount(self) -> Any:
        return self.one(1, 2, 0.5, "1/3", 3, "10%", "60%", "1.25")

    def condition(self) -> Any:
        return self.one("> 0", ">= 1", "< 1/2", "<= 2", "!= 1", 1, 0, "> 50%", "any", "none")

    def when(self, names: Any) -> dict[str, Any]:
        told = {names(): self.condition() for _ in range(self.whole(1, 2))}
        if self.seldom(3):
            told["any"] = [{names(): self.condition()}, {names(): self.condition()}]
        return told

    def tiers(self, by: str) -> list[dict[str, Any]]:
        """Rows whose points go with the quantity: more for more of what is good, less for more of what is bad."""
        if polarity(by) > 0 or (polarity(by) == 0 and self.seldom(2)):
            rows = [{self.one("at_least", "above"): "80%", "points": self.one(10, "90%")},
                    {"at_least": self.one("40%", "1/3"), "points": self.one(1, 2)}]  # fmt: skip
        else:
            rows = [{self.one("at_most", "below"): 1, "points": 5}, {"at_most": 3, "points": "10%"}]
        return [*rows, {"points": 0}] if self.seldom(2) else rows

    def step(self, names: Any, labels: bool, verbs: tuple[str, ...] = VERBS) -> dict[str, Any]:
        verb = self.one(*verbs)
        told: dict[str, Any] = {verb: self.amount()}
        if verb == "set" and self.seldom(2):
            look = {"by": "label", "labels": {"good": 8, "bad": "10%"}} if labels and self.seldom(2) else None
            by = names()
            told = {"set": look or {"by": by, "tiers": self.tiers(by)}}
        elif verb != "set" and self.seldom(4):
            told = {verb: names()}
        if verb in ("add", "deduct"):
            if not self.seldom(5):
                told["per"] = names()
                told |= self.keys(2, every=lambda: self.one(2, 3, "2/5"))
                told |= self.one({}, {"begun": True}, {"begun": True}, {"begun": False}) if "every" in told else {}
                told |= self.one({}, {}, {"above": self.one(1, "50%")}, {"below": self.one(2, "90%")})
            told |= self.keys(4, at_most=lambda: self.one(3, "20%"))
        return told | self.keys(3, when=lambda: self.when(names))

    def steps(self, names: Any, labels: bool) -> dict[str, Any]:
        return {
            "start": self.one("full", "full", 0, 3, "60%"),
            "steps": [self.step(names, labels) for _ in range(self.whole(0, 3))],
        }

    def scoring(self, names: Any, default: bool, labels: bool) -> Any:
        """A rule; ``names`` draws a quantity, ``default``: no rule will do."""
        form = self.one(*(f for f in FORMS if (labels or f != "labels") and (default or f != "none")))
        form = "labels" if labels and self.seldom(3) else form
        if form == "proportion":
            return {"proportion": names()}
        if form in ("none", "all_or_nothing"):
            return form if form != "none" else None
        if form == "deduct_each":
            return {form: {names(): self.amount() for _ in range(self.whole(1, 2))}}
        if form == "tiers":
            by = names()
            return {form: {"by": by, "tiers": self.tiers(by)}}
        if form == "labels":
            return {form: {"good": 6, "bad": "20%"}}
        if form == "checklist":
            return {form: [{"points": self.amount(), "when": self.when(names)} for _ in range(self.whole(1, 3))]}
        if form == "accumulate":
            return {form: [self.step(names, labels, ("add", "deduct")) for _ in range(self.whole(1, 2))]}
        if form == "branches":
            branches = [
                {**self.keys(2, when=lambda: self.when(names)), **self.steps(names, labels)}
                for _ in range(self.whole(1, 3))
            ]
            return {"branches": branches, **self.keys(2, pick=lambda: self.one("first", "best"))}
        return self.steps(names, labels)

    # The tree.

    def applies_to(self) -> Any:
        one = self.one(
            {"group": "x"}, {"type": ["t1"]}, {"tags": "新"}, {"units": ["甲", "丙局"]}, {"channels": "网站"},
            {"attributes": {"级": ["1", "2"]}}, {"group": ["x", "y"], "but_not": {"type": "t2"}},
        )  # fmt: skip
        return one if not self.seldom(4) else [one, {"type": "t2"}]

    def points(self) -> Any:
        return self.one(1, 2, 5, 8, 10, 10, "1/3", 2.5, "7/3")

    def not_applicable(self) -> Any:
        rule = self.one(*RULES, *RULES, {"rate": "80%"})
        if isinstance(rule, str) and self.seldom(4):
            return {"rule": rule, "proof": self.selector("other")}
        return rule

    def bounds(self, extra: bool) -> dict[str, Any]:
        told = self.keys(6 if not extra else 2, floor=lambda: self.one("none", "none", -3))
        return told | self.keys(8 if not extra else 1, ceiling=lambda: self.one("none", 2, 5, 15))

    def leaf(self, kinds: tuple[str, ...], extra: bool, soft: bool) -> dict[str, Any]:
        several = self.seldom(4)
        chosen = {name: self.one(*kinds) for name in (("a", "b") if several else ("",))}
        peers = self.seldom(5) and "result" not in chosen.values()
        compared = next(iter(chosen))
        told: dict[str, Any] = {}
        measures = {name: self.measure(kind) for name, kind in chosen.items()}
        told |= {"measures": measures} if several else {"measure": measures[""]}
        if peers:
            of = self.quantity(chosen[compared], compared)
            told["peers"] = {"of": of, **self.keys(1, within=lambda: self.one("all", "group"))}

        def names() -> str:
            name = self.one(*chosen)
            found = self.quantity(chosen[name], name, peers and name == compared)
            if self.seldom(6):
                return f"{found} + {self.quantity(chosen[name], name)}"
            return found

        labels = not several and "label" in measures[""]
        default = not several and not set(chosen.values()) & {"rating", "deduction"}
        rule = self.scoring(names, default, labels)
        told |= {} if rule is None else {"scoring": rule}
        if not soft:
            told["points"] = self.points()
        if self.seldom(3):
            several = several or "label" in measures[""] or "benchmark" in measures[""]
            variants = [self.variant(chosen, several, soft, names, labels) for _ in range(self.whole(1, 2))]
            told["variants"] = variants
        told |= self.keys(3, overlap="重叠")
        return told | self.keys(6, no_cases=lambda: self.one("not_applicable", "full", "zero", "not_assessed"))

    def variant(self, kinds: dict[str, str], fixed: bool, soft: bool, names: Any, labels: bool) -> dict[str, Any]:
        """What is different for some units; a ``fixed`` leaf keeps its measures."""
        told: dict[str, Any] = {"for": self.applies_to()}
        told |= {} if soft else self.keys(2, points=self.points)
        if not fixed and self.seldom(2):
            measure = self.measure(kinds[""])
            told |= {} if {"label", "benchmark"} & set(measure) else {"measure": measure}
        if len(told) == 1 or self.seldom(3):
            told["scoring"] = self.scoring(names, False, labels)
        return told

    def node(self, kinds: tuple[str, ...], depth: int, ids: list[str], soft: bool = False) -> dict[str, Any]:
        told: dict[str, Any] = {"id": f"N{len(ids)}", "name": f"指标{len(ids)}"}
        ids.append(told["id"])
        extra = not soft and self.seldom(6)
        told |= {"extra": True} if extra else self.keys(3, not_applicable=self.not_applicable)
        if not extra and self.seldom(12):
            told["reported_only"] = soft = True
        told |= self.bounds(extra) | self.keys(6, applies_to=self.applies_to)
        told |= self.keys(8, **{self.one("from", "to"): self.day()})
        if not depth or self.seldom(2):
            return told | self.leaf(kinds, extra, soft)
        told["combine"] = self.one("sum", *COMBINE)
        told["children"] = [self.node(kinds, depth - 1, ids, soft) for _ in range(self.whole(1, 3))]
        if told["combine"] == "weighted":
            for child in told["children"]:
                child["weight"] = self.one("30%", "70%", 1, 2)
        if told["combine"] != "sum" and not soft:
            told["points"] = self.points()
        return told

    # Beside the tree.

    def gate(self, number: int, top: list[str], ids: list[str], grades: list[str]) -> dict[str, Any]:
        kind = self.one(*(k for k in VERDICTS if k != "result"))
        own = self.seldom(2)
        names = lambda: self.one(self.quantity(kind), f"{self.one('total', *ids)}{self.one('', '.rate')}")  # noqa: E731
        if not own:
            names = lambda: f"{self.one('total', *ids)}{self.one('', '.rate')}"  # noqa: E731
        effects = [{"fail": True}, {"total": self.whole(0, 9)}, {"total_at_most": self.whole(1, 20)}]
        effects += [{"grade": self.one("不合格", "另册")}]
        effects += [{"grade_at_most": self.one(*grades[1:])}] if len(grades) > 1 else []
        told = {"when": {names(): self.condition()}, "then": self.one(*effects)}
        if self.seldom(3):
            told["when"]["any"] = [{names(): self.condition()}, {names(): self.condition()}]
        if len(top) > 1 and self.seldom(3):
            # A later node opens by an earlier one, so that no two wait for each other.
            place = self.whole(1, len(top) - 1)
            opener = f"{top[self.whole(0, place - 1)]}{self.one('', '.rate')}"
            name = self.quantity(kind) if own and self.seldom(2) else opener
            told = {"when": {name: self.condition()}, "then": {"opens": top[place]}}
        told |= {"measure": self.measure(kind)} if own else {}
        return {"id": f"G{number}", "name": f"门槛{number}", **told, **self.keys(4, applies_to=self.applies_to)}

    def bands(self) -> list[dict[str, Any]]:
        low, high = self.whole(1, 8), self.whole(9, 20)
        return self.one(
            [{"name": "优秀", "at_least": high}, {"name": "合格", "above": low}, {"name": "不合格"}],
            [{"name": "优秀", "top": "30%"}, {"name": "合格", "top": "1/3", "at_least": low}, {"name": "不合格"}],
        )

    def ranking(self, ids: list[str]) -> dict[str, Any]:
        return self.keys(
            2,
            by=lambda: f"{self.one('total', *ids)}{self.one('', '', '.rate')}",
            within=lambda: self.one("group", "all", "type"),
            ties=lambda: self.one("competition", "dense", "ordinal"),
            rounded=lambda: self.one(True, False),
            then_by=lambda: [f"{self.one(*ids)}{self.one('', '.rate')}", "attributes.级"],
        )

    def whole_set(self, kinds: tuple[str, ...], depth: int = 2) -> dict[str, Any]:
        """A set that reads without a mistake."""
        ids: list[str] = []
        top = [self.node(kinds, depth, ids) for _ in range(self.whole(1, 3))]
        told: dict[str, Any] = {"id": "random", "title": "随机", "indicators": top}
        told["events"] = {kind: {"zh": kind, "attributes": [*TEXTS, *DATES]} for kind in KINDS}
        told["options"] = {"promptly_within": "4 working days", **self.keys(4, roll=False, partial="keep")}
        told["rounding"] = self.keys(2, leaf=lambda: self.whole(0, 2), node=lambda: self.whole(0, 2),
                                     total=lambda: self.whole(0, 2))  # fmt: skip
        told["rounding"]["mode"] = self.one("half_up", "half_even", "up", "down")
        told |= self.keys(2, not_applicable=self.not_applicable, out_of=100)
        told["outcomes"] = {key: self.one("exclude", "exclude", "zero", "full")
                            for key in ("pending", "not_assessed", "error")}  # fmt: skip
        told["outcomes"]["empty"] = self.one("no_score", "zero", "full")
        if self.seldom(2):
            told["grades"] = self.bands()
        grades = [band["name"] for band in told.get("grades", ())]
        if self.seldom(2):
            told["lists"] = [{"name": "红榜", "at_least": 9}, {"name": "黑榜", "below": 3}]
        gates = [self.gate(n, [t["id"] for t in top], ids, grades) for n in range(self.whole(0, 2))]
        told |= {"gates": gates} if gates else {}
        told |= {"ranking": found} if (found := self.ranking(ids)) else {}
        if not any("opens" in gate["then"] for gate in gates) and self.seldom(3):
            heir(told, self)
        return told


def heir(told: dict[str, Any], pen: SetPen) -> None:
    """Lets nodes move their points to another, beside them or elsewhere: one or two, or all indicators to one."""
    places = [(node, above) for node, above in walk(told["indicators"], ()) if not node.get("extra")]
    pairs = [
        (node, other["id"])
        for node, above in places
        for other, over in places
        if node is not other and node["id"] not in over and other["id"] not in above
    ]
    leaves = [node["id"] for node, _ in places if "children" not in node]
    if leaves and pen.seldom(3):
        told["not_applicable"] = {"move_to": pen.one(*leaves)}
    elif pairs:
        for node, name in [pen.one(*pairs) for _ in range(pen.whole(1, 2))]:
            node["not_applicable"] = {"move_to": name}


def walk(nodes: list[dict[str, Any]], above: tuple[str, ...]) -> Any:
    """Every node with the ids above it."""
    for node in nodes:
        yield node, above
        yield from walk(node.get("children", []), (*above, node["id"]))


BASE: dict[str, Any] = {
    "id": "base",
    "title": "底数",
    "events": {kind: {"zh": kind, "attributes": [*TEXTS, *DATES]} for kind in KINDS},
    "grades": [{"name": "优秀", "at_least": 9}, {"name": "合格", "at_least": 4}, {"name": "不合格"}],
    "indicators": [
        {"id": "A", "name": "答复", "points": 6, "measure": {"kind": "deadline", "start": "start", "end": "end",
                                                           "within": "5 working days"}},
        {"id": "B", "name": "更新", "points": 5,
         "measure": {"kind": "frequency", "event": "start", "every": "week"}},
    ],
    "gates": [{"id": "V", "name": "否决", "when": {"count": "> 3"}, "then": {"fail": True},
               "measure": {"kind": "count", "event": {"event": "other", "where": {"flag": True}}}}],
}  # fmt: skip
"""A set whose results others build on."""


@dataclass(frozen=True, repr=False)
class Draw:
    """A random set as it is written, and a world to assess in."""

    told: dict[str, Any]
    world: World

    @property
    def text(self) -> str:
        """The file."""
        return json.dumps(self.told, ensure_ascii=False)

    def __repr__(self) -> str:
        told = [f"{self.text}", f"{self.world.window}, as of {iso(self.world.as_of)}", *map(str, self.world.units)]
        return "\n".join([*told, *map(str, self.world.events)])


@st.composite
def draws(draw: st.DrawFn) -> Draw:
    """Random sets with random logs of four units."""
    return drawn_with(SetPen(lambda least, most: draw(st.integers(least, most))))


def drawn_with(pen: SetPen) -> Draw:
    """A set and a log as a pen writes them."""
    told = pen.whole_set(tuple(VERDICTS))
    units = [unit(pen, name) for name in (*UNITS, "丁")]
    rows = [event(pen, row) for row in range(2, 2 + pen.whole(0, 40))]
    if rows and pen.seldom(2):
        rows[0] = replace(rows[0], texts={**rows[0].texts, "number": "三"})
    window = pen.one(*WINDOWS)
    as_of = pen.one(window.last, window.last, window.last + 20, window.first + 15)
    return Draw(told, World(rows, units, CALENDAR, window, as_of, Duration(4, "working_day")))


def event(pen: SetPen, row: int) -> Event:
    """One row of the log; every attribute may be empty, times are seldom known."""

    def moment() -> tuple[int, int | None]:
        return FIRST + pen.whole(0, 60), pen.one(None, None, None, 0, 32400, 61200, 86399)

    cells = {
        "tone": pen.one("good", "bad", "good;bad"),
        "item": pen.one("p", "q", "p;q", "r"),
        "flag": pen.one("true", "false"),
        "number": pen.one("1", "2.5", "0", "3"),
        "exempt": pen.one("true", "false"),
        "exempt_reason": "保密",
        "covers": pen.one("2019-09", "2019-10", "2019Q4"),
    }
    rare = ("exempt", "flag")
    texts = {name: cell for name, cell in cells.items() if pen.seldom(4 if name in rare else 2)}
    dates = {name: moment() for name in DATES if pen.seldom(8 if name == "withdrawn_at" else 2)}
    ref = pen.one(None, "r1", "r2", "r3", "r4", "r5")
    return Event(pen.one(*UNITS, *UNITS, "无名"), pen.one(*KINDS), moment(), ref, texts, dates, row)


def unit(pen: SetPen, name: str) -> Unit:
    """A unit with a class, a kind and what indicators select by."""
    exists = {pen.one("active_from", "active_to"): FIRST + pen.whole(0, 60)} if pen.seldom(8) else {}
    return Unit(
        name,
        f"{name}局",
        group=pen.one("x", "y"),
        type=pen.one("t1", "t2"),
        tags=frozenset(["新"] if pen.seldom(2) else []),
        parent={"丙": "甲", "丁": "丙"}.get(name),
        channels=frozenset(["网站"] if pen.seldom(2) else []),
        attributes={"级": pen.one("1", "2", "3")} if not pen.seldom(4) else {},
        **exists,
    )
