"""Messages about tests beside the rules (T)."""

from __future__ import annotations

from typing import Literal

MESSAGES: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "T001": (
        "error",
        "读不了测试文件“{name}”：{detail_zh}。请检查路径。",
        "the test file '{name}' cannot be read: {detail_en}. Check the path.",
    ),
    "T002": (
        "error",
        "测试所依据的指标体系“{name}”不能用，有 {errors} 个错误。请先改正指标体系。",
        "the indicator set '{name}' the tests are about cannot be used: {errors} errors. Correct the set first.",
    ),
    "T003": (
        "error",
        "指标体系 {set} 中没有编号为“{node}”的指标或门槛。{hint_zh}",
        "the set {set} has no indicator or gate '{node}'. {hint_en}",
    ),
    "T004": (
        "error",
        "一个测试只针对一个指标（indicator）或一个门槛（gate），这里写了 {count} 个。请写且只写一个。",
        "a test is about one indicator or one gate; here {count} are named. Name exactly one.",
    ),
    "T005": (
        "error",
        "“{kind}”不是已知的事项类型。{near_zh}自定种类请写在指标体系的 events 下。",
        "'{kind}' is no known kind of event. {near_en}Kinds of your own are declared under 'events' of the set.",
    ),
    "T006": (
        "warning",
        "{kind} 没有名为“{attribute}”的属性，没有规则会看它。{hint_zh}",
        "{kind} has no attribute '{attribute}'; no rule will look at it. {hint_en}",
    ),
    "T007": (
        "error",
        "“{found}”不是日期或时刻。请写成 2019-05-15 或 2019-05-15 10:00。",
        "'{found}' is no date or time. Write 2019-05-15 or 2019-05-15 10:00.",
    ),
    "T008": (
        "error",
        '读不懂评估期“{found}”。请写成 "2019"、2019H1、2019Q3、2019-07 或 2019-01-01..2019-06-30。',
        "cannot read the period '{found}'. Write \"2019\", 2019H1, 2019Q3, 2019-07 or 2019-01-01..2019-06-30.",
    ),
    "T009": (
        "error",
        "不知道评估期：测试和文件都没有写 period，指标体系也没有 plan_year。请写 period。",
        "no period: neither the test nor the file gives one, and the set has no plan_year. Give 'period'.",
    ),
    "T010": (
        "error",
        "评估日 {as_of} 早于评估期的第一天 {first}。请改其中之一。",
        "the date of assessment {as_of} lies before the first day of the period, {first}. Change one of them.",
    ),
    "T011": (
        "error",
        "读不懂得分“{found}”。请写数、full、zero、none 或满分的比例，如 50%。",
        "cannot read the points '{found}'. Write a number, full, zero, none, or a share of the full marks such as 50%.",
    ),
    "T012": (
        "error",
        "“{key}”{why_zh}，而 {node} 是{what_zh}。请删去。",
        "'{key}' is {why_en}, and {node} is {what_en}. Remove it.",
    ),
    "T013": (
        "error",
        "测试中没有单位“{unit}”（有：{known}）。请改正，或把它列入 others。",
        "the test has no unit '{unit}' (it has {known}). Correct it, or list it under 'others'.",
    ),
    "T014": (
        "error",
        "单位编号“{unit}”在这个测试中重复。请给每个单位不同的编号。",
        "the unit id '{unit}' occurs twice in this test. Give every unit an id of its own.",
    ),
    "T015": (
        "warning",
        "这条记录与第 {first} 行的记录完全相同，台账会去掉重复的一条。请用 ref 或 id 区分，或删去。",
        "this event equals the one of line {first} in everything, and a log drops repeated rows. Tell them apart by "
        "'ref' or 'id', or remove one.",
    ),
    "T016": (
        "error",
        "{node} 已有同名的测试“{name}”（第 {first} 行）。请换一个名称。",
        "{node} already has a test called '{name}' (line {first}). Choose another name.",
    ),
    "T017": (
        "error",
        "选项不能用：{detail_zh}",
        "an option cannot be used: {detail_en}",
    ),
    "T018": (
        "error",
        "{node} 的改动“{mutation}”被列为等价，但{why_zh}。请删去这一条。",
        "the change '{mutation}' of {node} is listed as equivalent, but {why_en}. Remove the entry.",
    ),
    "T019": (
        "error",
        "{node} 是一组指标，没有自己的“{key}”。请测试其下的指标，或只写 outcome 和 points。",
        "{node} is a group and has no '{key}' of its own. Test an indicator below it, or expect outcome and points only.",
    ),
    "T020": (
        "error",
        "指标体系 {set} 没有测试文件（应在 {place}）。请新建。",
        "the set {set} has no test file (expected at {place}). Create it.",
    ),
    "T022": (
        "error",
        "“{name}”是指标体系，不是测试文件；它旁边没有测试（应在 {place}）。请新建，写法见 docs/rule-tests.md。",
        "'{name}' is an indicator set, not a file of tests, and there are none beside it (expected at {place}). Create "
        "them as docs/rule-tests.md says.",
    ),
    "T023": (
        "error",
        "没有测试文件“{name}”，也没有这个编号的指标体系。{hint_zh}",
        "there is no test file '{name}' and no indicator set with this id. {hint_en}",
    ),
    "T021": (
        "error",
        "重复到 {until} 的记录早于它的第一天 {first}。请改日期。",
        "the event is repeated until {until}, before its first day {first}. Change one of the dates.",
    ),
}
