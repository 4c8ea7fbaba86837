"""Strategies for random trees, rules, measurements and gates, all of them sets that a reader would accept."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from hand_made import FULL, PROPORTION, assessment_of
from hypothesis import strategies as st

from gongkai_score.assessment import Assessment
from gongkai_score.indicator_set import (
    Amount,
    Branch,
    Gate,
    Grade,
    Indicator,
    IndicatorSet,
    NotApplicable,
    Ranking,
    Rounding,
    Scoring,
    Step,
    Text,
    When,
)
from gongkai_score.measure_kinds import Condition
from gongkai_score.measurements import Measurement, State
from gongkai_score.units import Unit

NUMBERS = st.builds(Fraction, st.integers(0, 30), st.sampled_from([1, 2, 3, 7, 10]))
POINTS = st.sampled_from([Fraction(n, d) for n in (1, 2, 5, 10) for d in (1, 3, 4)])
RULES = st.sampled_from(
    [
        None,
        *(NotApplicable(rule) for rule in ("redistribute", "even", "scale", "drop", "zero", "full", "peers_mean")),
        NotApplicable("rate", Fraction(4, 5)),
    ]
)
STEPS = st.one_of(
    st.just(Step("scale", Amount("rate"))),
    st.builds(
        Step,
        st.sampled_from(["add", "deduct"]),
        st.one_of(st.builds(Amount, NUMBERS), st.builds(Amount, st.just(Fraction(1, 10)), st.just(True))),
        per=st.sampled_from([None, "late", "missing"]),
        every=st.sampled_from([None, Fraction(2)]),
        begun=st.sampled_from([None, True, False]),
        at_most=st.sampled_from([None, Amount(Fraction(3))]),
        when=st.sampled_from([None, When(all=(("late", Condition(">", Fraction(1))),))]),
    ),
    st.builds(Step, st.just("cap"), st.builds(Amount, NUMBERS)),
)
SCORING = st.one_of(
    st.just(PROPORTION), st.builds(lambda s: Scoring((Branch(FULL, tuple(s)),)), st.lists(STEPS, max_size=3))
)


@st.composite
def nodes(draw: st.DrawFn, depth: int, names: list[str], top: bool = False) -> Indicator:
    name = f"N{len(names)}"
    names.append(name)
    extra = not top and draw(st.integers(0, 5)) == 0
    rule = draw(RULES)
    if depth == 0 or (not top and draw(st.booleans())):
        return Indicator(
            name,
            Text(f"指标{name}", f"indicator {name}"),
            draw(POINTS),
            scoring=draw(SCORING),
            not_applicable=rule,
            extra=extra,
            floor=None if extra else Fraction(0),
            no_cases=draw(st.sampled_from(["not_applicable", "full", "zero", "not_assessed"])),
        )
    children = tuple(draw(nodes(depth - 1, names)) for _ in range(draw(st.integers(1, 4))))
    points = sum((child.points for child in children if not child.extra), Fraction(0))
    ways: list[Any] = ["sum", "sum", "sum", "weighted", "mean", "minimum", "maximum", "geometric"]
    combine: Any = draw(st.sampled_from(ways)) if points else "sum"
    extra = extra or (not points and not top)
    return Indicator(name, Text(name), points, children, combine=combine, not_applicable=rule, extra=extra)


MEASUREMENTS = st.one_of(
    st.sampled_from([Measurement(state) for state in State if state is not State.CASES]),
    st.builds(
        lambda met, late, missing: Measurement(
            State.CASES,
            {
                "cases": Fraction(met + late + missing),
                "met": Fraction(met),
                "late": Fraction(late),
                "missing": Fraction(missing),
                "rate": Fraction(met, met + late + missing),
            },
        ),
        st.integers(1, 3),
        st.integers(0, 3),
        st.integers(0, 2),
    ),
)


@st.composite
def gates(draw: st.DrawFn, tree: Indicator) -> tuple[Gate, ...]:
    ids = [node.id for node in tree.walk()]
    found: list[Gate] = []
    for number in range(draw(st.integers(0, 3))):
        when = When(all=((draw(st.sampled_from([*ids, "total"])), Condition(">=", draw(NUMBERS))),))
        gate = Gate(f"G{number}", Text(f"门槛{number}"), when)
        effect = draw(st.sampled_from(["fail", "total", "total_at_most", "grade_at_most", "opens"]))
        if effect == "opens":
            # A node that opens on what it is part of, or on itself, has no meaning.
            free = [
                c.id for c in tree.children if c.id not in {n.id for g in found for n in tree.walk() if g.opens}
            ]
            others = [c for c in tree.children if c.id in free]
            if len(others) < 2 or any(g.opens for g in found):
                continue
            when = When(all=((others[0].id, Condition(">=", draw(NUMBERS))),))
            found.append(replace(gate, when=when, opens=others[1].id))
        elif effect == "fail":
            found.append(replace(gate, fail=True))
        elif effect == "grade_at_most":
            found.append(replace(gate, grade_at_most="合格"))
        else:
            change: dict[str, Any] = {effect: draw(NUMBERS)}
            found.append(replace(gate, **change))
    return tuple(found)


@st.composite
def assessments(draw: st.DrawFn) -> Assessment:
    """An assessment of one to four units under a random set."""
    tree = draw(nodes(2, [], top=True))
    digits = st.sampled_from([None, 0, 1, 2])
    indicator_set = IndicatorSet(
        "random",
        Text("随机"),
        tree,
        rounding=Rounding(
            draw(digits), draw(digits), draw(digits), draw(st.sampled_from(["half_up", "half_even", "up", "down"]))
        ),
        not_applicable=draw(RULES) or NotApplicable(),
        pending=draw(st.sampled_from(["exclude", "zero", "full"])),
        not_assessed=draw(st.sampled_from(["exclude", "zero", "full"])),
        empty=draw(st.sampled_from(["no_score", "zero", "full"])),
        out_of=draw(st.sampled_from([None, Fraction(100)])),
        gates=draw(gates(tree)),
        grades=(Grade("优秀", at_least=Fraction(5)), Grade("合格", at_least=Fraction(2)), Grade("不合格")),
        ranking=Ranking(within=draw(st.sampled_from(["all", "group", "type"]))),
    )
    units = tuple(
        Unit(f"u{i}", f"单位{i}", draw(st.sampled_from(["甲类", "乙类"]))) for i in range(draw(st.integers(1, 4)))
    )
    found = {leaf.id: [draw(MEASUREMENTS) for _ in units] for leaf in indicator_set.leaves}
    return assessment_of(indicator_set, units, found)
