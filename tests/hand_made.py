"""Assessments put together by hand, from the pure core alone, for tests of what is made of a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from gongkai_score.aggregation import Tree
from gongkai_score.assessment import Assessment, InputFile, Parameters, RowCounts, SetAsideRow
from gongkai_score.errors import problem
from gongkai_score.evidence import Case, CaseTable, EventFact, digest_of
from gongkai_score.exact_columns import Columns, Plain
from gongkai_score.gates import totals
from gongkai_score.indicator_set import (
    Amount,
    Branch,
    Gate,
    Grade,
    Indicator,
    IndicatorSet,
    Rounding,
    Scoring,
    Step,
    Text,
    When,
)
from gongkai_score.leaf_scores import Leaf, LeafScores
from gongkai_score.measure_kinds import Condition, Dated, Duration, Selector, Tally, TimeLimit
from gongkai_score.measurements import Column, Measurement, State
from gongkai_score.node_plans import Numbers, Shape
from gongkai_score.outcomes import ASSESSED, COUNTED, Verdict
from gongkai_score.period import Window
from gongkai_score.ranking import places
from gongkai_score.scoring import Score
from gongkai_score.units import Unit

FULL = Amount(Fraction(1), share=True)
PROPORTION = Scoring((Branch(FULL, (Step("scale", Amount("rate")),)),))


def deduct_each(**each: int) -> Scoring:
    return Scoring((Branch(FULL, tuple(Step("deduct", Amount(Fraction(n)), per=q) for q, n in each.items())),))


def measured(cases: Sequence[Case]) -> Measurement:
    """The plain quantities of some cases."""
    counted = [case for case in cases if case.verdict in COUNTED]
    if not counted:
        return Measurement(State.PENDING if cases else State.NO_CASES)
    met = sum(case.verdict is Verdict.MET for case in counted)
    quantities: dict[str, Fraction | str] = {"cases": Fraction(len(counted)), "met": Fraction(met)}
    for verdict in COUNTED - {Verdict.MET}:
        if number := sum(case.verdict is verdict for case in counted):
            quantities[verdict.word] = Fraction(number)
    return Measurement(State.CASES, {**quantities, "rate": Fraction(met, len(counted))})


def case_table(cases: Mapping[int, Sequence[Case]], unit_of_time: str = "") -> CaseTable:
    """Cases by position of the unit, as columns."""
    flat = [(unit, case) for unit in sorted(cases) for case in cases[unit]]
    events = list(dict.fromkeys(fact for _, case in flat for fact in case.rows))
    return CaseTable(
        unit=[unit for unit, _ in flat],
        verdict=[int(case.verdict) for _, case in flat],
        key=[case.key for _, case in flat],
        start=[case.start for _, case in flat],
        due=[case.due for _, case in flat],
        done=[case.done for _, case in flat],
        number=[case.number for _, case in flat],
        needed=[case.needed for _, case in flat],
        used=[case.used for _, case in flat],
        rows=[[events.index(fact) for fact in case.rows] for _, case in flat],
        events=events,
        unit_of_time=unit_of_time,
        detail={i: case.detail for i, (_, case) in enumerate(flat) if case.detail},
        charged_by={i: case.charged_by for i, (_, case) in enumerate(flat) if case.charged_by},
    )


def interned(values: Sequence[Measurement]) -> Column[Measurement]:
    """A column that holds equal measurements once."""
    places: dict[object, int] = {}
    index = [places.setdefault(value.key(), len(places)) for value in values]
    return Column(tuple(values[index.index(i)] for i in range(len(places))), tuple(index))


def assessment_of(
    indicator_set: IndicatorSet,
    units: Sequence[Unit],
    found: Mapping[str, Sequence[Measurement]],
    cases: Mapping[str, Mapping[str, CaseTable]] | None = None,
    gates: Mapping[str, Sequence[Measurement]] | None = None,
) -> Assessment:
    """The assessment that measurements (leaf id → one a unit) come to."""
    count = len(units)
    every = tuple(range(count))
    columns = {leaf: interned(values) for leaf, values in found.items()}
    plain = Plain(count)
    leaves = {
        leaf.id: Leaf(
            replace(leaf, scoring=leaf.scoring or PROPORTION),
            {"": columns[leaf.id]},
            [0] * count,
            None,
            indicator_set.rounding,
        ).scores(plain)
        for leaf in indicator_set.leaves
    }
    nodes = Tree(indicator_set, leaves, [unit.group for unit in units], plain).scored()
    own = {gate: {"": Column(tuple(values), every)} for gate, values in (gates or {}).items()}
    bound = {gate.id: [True] * count for gate in indicator_set.gates}
    ends = totals(indicator_set, nodes, own, bound, plain)
    gate_columns = {gate: Column(tuple(values), every) for gate, values in (gates or {}).items()}
    return Assessment(
        indicator_set=indicator_set,
        units=tuple(units),
        parameters=Parameters(Window.parse("2019"), Window.parse("2019").last, {}, "全国", "0" * 64),
        engine="0.1.0",
        log_digest=digest_of("1" * 64),
        inputs=(InputFile("台账.csv", "2" * 64, 12, "utf-8"),),
        rows=RowCounts(12, 9, {"L101": 1}, {"outside_window": 2}),
        set_aside=(
            SetAsideRow("台账.csv", 7, "标题", "=1+1", problem("L101", kept="第 6 行", file="台账.csv", line=7)),
        ),
        warnings=(),
        measurements={leaf: {"": column} for leaf, column in {**columns, **gate_columns}.items()},
        nodes=nodes,
        totals=ends,
        places=places(indicator_set, units, ends, nodes, [True] * count, plain),
        cases=cases or {},
    )


def leaf_scores(node: Indicator, scores: Sequence[Score], columns: Columns) -> LeafScores:
    """A leaf whose scores are given."""
    codes = columns.codes(list(range(len(scores))))
    shapes = [
        Shape(s.outcome, s.points is not None, node.points, counted_marks(node, s), reason=s.reason) for s in scores
    ]
    points = columns.numbers([s.points or Fraction(0) for s in scores])
    assessed = [node.points if s.outcome in ASSESSED and not node.extra else Fraction(0) for s in scores]
    return LeafScores(
        Numbers.of(shapes, codes, points, lambda: columns.numbers(assessed), columns), scores.__getitem__
    )


def counted_marks(node: Indicator, found: Score) -> Fraction:
    return Fraction(0) if found.points is None or node.extra else node.points


def small_set() -> IndicatorSet:
    """Two blocks of 60 and 30 points and a veto; every number below is small enough to check by hand."""
    answers = TimeLimit(
        "deadline",
        Selector("request_answered"),
        Selector("request_received"),
        within=Dated.always(Duration(20, "working_day")),
    )
    weekly = Tally("frequency", Selector("channel_updated"), every="week", at_least=Dated.always(1))
    a1 = Indicator(
        "A1",
        Text("依申请公开按时答复", "Answers in time"),
        Fraction(40),
        measures={"": answers},
        scoring=deduct_each(late=2, missing=5),
        clause="第三十三条",
        quote="应当自收到申请之日起20个工作日内予以答复",
        remedy=Text("登记每件申请的到期日", "Keep the due date of every request"),
    )
    a2 = Indicator(
        "A2", Text("网站每周更新", "Site updated weekly"), Fraction(20), measures={"": weekly}, scoring=PROPORTION
    )
    b = Indicator(
        "B",
        Text("会议开放", "Open meetings"),
        Fraction(30),
        measures={"": Tally("count", Selector("meeting_held"))},
        scoring=PROPORTION,
        assumptions=("次数为本库假定",),
    )
    block = Indicator("A", Text("公开", "Disclosure"), Fraction(60), (a1, a2))
    root = Indicator("small", Text("小型指标", "Small set"), Fraction(90), (block, b))
    veto = Gate(
        "V",
        Text("网站无法访问", "Site unreachable"),
        When(all=(("failing", Condition(">", Fraction(0))),)),
        {"": Tally("count", Selector("site_down"))},
        fail=True,
        clause="第五条",
    )
    return IndicatorSet(
        "small-2019",
        Text("小型测评指标", "A small set"),
        root,
        issuer="某市",
        number="某政发〔2019〕1号",
        weights_note=Text("分值为本库假定", "points are our assumption"),
        rounding=Rounding(leaf=2, node=None, total=2),
        gates=(veto,),
        grades=(
            Grade("优秀", at_least=Fraction(80)),
            Grade("合格", at_least=Fraction(60), below=Fraction(80)),
            Grade("不合格", below=Fraction(60)),
        ),
    )


def small() -> Assessment:
    """Three units under :func:`small_set`.

    甲局: A1 40 − 2 (one late) − 5 (one missing) = 33; A2 2 of 3 weeks: 20 × 2/3 = 13.33 at two decimals;
    A = 46.33 of 60. B does not apply: its 30 points are spread over A at A's share: 46.33 × 30/60 = 23.165.
    Sum 69.495, at two decimals 69.50 (half up): 合格. Rank 2.
    乙局: everything met: 90, 优秀. Rank 1. 丙局: vetoed, no total.
    """
    units = (Unit("a", "甲局", "部门"), Unit("b", "乙局", "部门"), Unit("c", "丙局", "部门"))

    def asked(n: int) -> EventFact:
        return EventFact(f"q{n}", "request_received", f"2019-03-0{n}", f"台账.csv 第 {n + 1} 行", "", f"申〔{n}〕")

    answer = EventFact("r1", "request_answered", "2019-04-03", "台账.csv 第 9 行", "https://example.org/1")
    late = Case(
        "申〔1〕",
        Verdict.LATE,
        "2019-03-01",
        "2019-03-29",
        "2019-04-03",
        3,
        20,
        "working_day",
        23,
        (asked(1), answer),
    )
    missing = Case(
        "申〔2〕", Verdict.MISSING, "2019-03-02", "2019-04-01", "", 0, 20, "working_day", None, (asked(2),)
    )
    met = Case(
        "申〔3〕", Verdict.MET, "2019-03-03", "2019-04-01", "2019-03-08", 0, 20, "working_day", 5, (asked(3),)
    )
    weeks = [
        Case("2019W10", Verdict.MET, number=2, needed=1),
        Case("2019W11", Verdict.BLANK, number=1, needed=1),
    ]
    weeks.append(Case("2019W12", Verdict.MET, number=1, needed=1))
    good = [replace(week, verdict=Verdict.MET) for week in weeks]
    down = Case("2019-05-06", Verdict.FOUND, number=1, detail="=HYPERLINK()")
    requests = {0: [late, missing, met], 1: [met], 2: [met]}
    updates = {0: weeks, 1: good, 2: good}
    held = {1: [Case("2019", Verdict.MET, number=1, needed=1)], 2: []}
    none = Measurement(State.NO_CASES)
    return assessment_of(
        small_set(),
        units,
        {
            "A1": [measured(requests[i]) for i in range(3)],
            "A2": [measured(updates[i]) for i in range(3)],
            "B": [none, measured(held[1]), none],
        },
        {
            "A1": {"": case_table(requests, "working_day")},
            "A2": {"": case_table(updates)},
            "B": {"": case_table(held)},
            "V": {"": case_table({2: [down]})},
        },
        {"V": [none, none, Measurement(State.CASES, {"cases": Fraction(1), "failing": Fraction(1)})]},
    )
