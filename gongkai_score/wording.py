"""Words for readers: every sentence part that explanations and tables print, in Chinese and English.

Only data: a pair is always (Chinese, English). ``sentences`` fills the braces; nothing else holds such words.
"""

from __future__ import annotations

Pair = tuple[str, str]

TIME_UNITS: dict[str, Pair] = {
    "working_day": ("个工作日", "working days"),
    "day": ("日", "days"),
    "hour": ("小时", "hours"),
    "month": ("个月", "months"),
    "": ("", ""),
}
"""Units of measurement of limits."""

QUANTITIES: dict[str, tuple[str, str, str]] = {
    "cases": ("应做", "项", "cases"),
    "met": ("达标", "项", "met"),
    "late": ("逾期", "项", "late"),
    "early": ("过早", "项", "early"),
    "missing": ("缺失", "项", "missing"),
    "short": ("不足", "项", "short"),
    "blank": ("空白", "期", "blank"),
    "found": ("问题", "个", "faults found"),
    "failed": ("未达要求", "项", "failed"),
    "explained": ("以说明代替", "项", "explained"),
    "pending": ("未到期", "项", "pending"),
    "exempt": ("免除", "项", "exempt"),
    "unknown": ("不能判定", "项", "unknown"),
    "failing": ("未达标", "项", "failing"),
    "rate": ("完成率", "", "rate"),
    "shortfall": ("未完成率", "", "shortfall"),
    "days_late": ("逾期时间合计", "{time}", "time late in all"),
    "longest_late": ("最长逾期", "{time}", "longest time late"),
    "short_by": ("缺少数量", "", "lacking in all"),
    "over": ("超出数量", "", "in excess"),
    "count": ("数量", "", "count"),
    "fulfilment": ("完成比例", "", "fulfilment"),
    "longest_gap": ("最长间隔", "日", "longest gap in days"),
    "share": ("要素齐备率", "", "share of elements"),
    "missing_elements": ("缺少要素", "个", "elements lacking"),
    "value": ("数值", "", "value"),
    "label": ("评定", "", "rating"),
    "amount": ("认定扣分", "分", "points found"),
    "counted": ("分子", "", "numerator"),
    "of": ("分母", "", "denominator"),
    "peers.mean": ("同类平均", "", "mean of the peers"),
    "peers.median": ("同类中位数", "", "median of the peers"),
    "peers.sd": ("同类标准差", "", "standard deviation of the peers"),
    "benchmark": ("公布的平均", "", "published mean"),
    "peers.best": ("同类最好", "", "best of the peers"),
    "peers.worst": ("同类最差", "", "worst of the peers"),
    "peers.rank": ("同类位次", "", "rank among the peers"),
    "peers.count": ("同类单位数", "个", "number of peers"),
    "peers.share_of_best": ("与最好者之比", "", "share of the best"),
    "peers.minmax": ("同类区间位置", "", "place between worst and best"),
    "peers.percentile": ("同类百分位", "", "percentile among the peers"),
    "peers.z": ("标准分", "", "standard score"),
    "total": ("总分", "分", "total"),
}
"""Quantity → (Chinese name, noun counted with, English name)."""

SHARES: frozenset[str] = frozenset(
    {"rate", "shortfall", "fulfilment", "share", "peers.share_of_best", "peers.minmax", "peers.percentile"}
)
"""Quantities people read as percentages."""

QUANTITY_FORMS: dict[str, Pair] = {
    "longest_run": ("最长连续{verdict}", "longest run of {verdict}"),
    "runs": ("连续 {n} 次以上{verdict}", "runs of {n} or more {verdict}"),
    "element": ("缺“{name}”", "lacking '{name}'"),
    "of_measure": ("{measure}：{quantity}", "{measure}: {quantity}"),
    "node_rate": ("{node} 得分率", "share of {node}"),
    "node": ("{node} 得分", "points of {node}"),
}

PRESENCE: dict[str, Pair] = {"any": ("有记录", "recorded"), "none": ("无记录", "not recorded")}
"""Conditions that compare with nothing."""

LINES: dict[str, Pair] = {
    "start": ("起评分", "starts from"),
    "start_full": ("满分起评", "starts from full marks"),
    "start_zero": ("从零累计", "counts up from zero"),
    "set": ("定为 {amount}", "set to {amount}"),
    "set_by": ("{measured}，对应 {amount}", "{measured}: {amount}"),
    "scale": ("乘以 {factor}", "times {factor}"),
    "scale_by": ("按{measured} 计", "in proportion to {measured}"),
    "deduct": ("扣 {amount}", "{amount} off"),
    "deduct_named": ("按{measured}扣分", "off by {measured}"),
    "deduct_per": ("{measured}，每{noun}扣 {amount}", "{measured}; {amount} off each"),
    "deduct_times": ("{measured}，按 {times} 次计，每次扣 {amount}", "{measured}; {times} times {amount} off"),
    "deduct_share": ("{measured}，扣 {amount}的相应比例", "{measured}; that share of {amount} off"),
    "add": ("加 {amount}", "{amount} more"),
    "add_named": ("按{measured}加分", "more by {measured}"),
    "add_per": ("{measured}，每{noun}加 {amount}", "{measured}; {amount} more each"),
    "add_times": ("{measured}，按 {times} 次计，每次加 {amount}", "{measured}; {times} times {amount} more"),
    "add_share": ("{measured}，加 {amount}的相应比例", "{measured}; that share of {amount} more"),
    "at_most": ("，以 {most} 为限", ", at most {most}"),
    "when": ("（条件：{when}）", " (when {when})"),
    "cap": ("至多 {amount}", "at most {amount}"),
    "ceiling": ("不超过 {amount}", "not more than {amount}"),
    "floor": ("扣完为止，不低于 {amount}", "not less than {amount}"),
    "round": ("按规定{mode}到 {digits} 位小数", "{mode} to {digits} decimals, as prescribed"),
    "no_cases": ("没有应做事项，按规定计 {balance}", "nothing was to be done: {balance} by rule"),
    "child": ("{name}", "{name}"),
    "child_weighted": (
        "{name}（得分率 {rate}，权重 {amount_plain}）",
        "{name} (share {rate}, weight {amount_plain})",
    ),
    "minimum": ("取各项最低得分率 {share}（{name}）", "lowest share of its parts, {share} ({name})"),
    "maximum": ("取各项最高得分率 {share}（{name}）", "highest share of its parts, {share} ({name})"),
    "geometric": ("各项得分率的几何平均 {share}", "geometric mean of its parts' shares, {share}"),
    "redistribute": (
        "不计的 {amount}按分值分摊到其余指标",
        "{amount} that do not count are spread over the others by their points",
    ),
    "even": (
        "不计的 {amount}平均分摊到其余指标",
        "{amount} that do not count are spread over the others in equal parts",
    ),
    "moved": (
        "不涉及指标的 {amount}移入本项，按本项得分率计",
        "{amount} of what does not apply move here and count at this share",
    ),
    "closed": ("未达到“{note}”的条件，本项不计", "the condition '{note}' is not met: does not count"),
    "not_applicable:zero": ("{outcome}，按规定计零分", "{outcome}: counts as zero by rule"),
    "not_applicable:full": ("{outcome}，按规定计满分", "{outcome}: counts in full by rule"),
    "not_applicable:rate": ("{outcome}，按规定计 {share}", "{outcome}: counts at {share} by rule"),
    "not_applicable:peers_mean": (
        "{outcome}，按同类单位平均得分率 {share} 计",
        "{outcome}: counts at the peers' mean share, {share}",
    ),
    "total_start": ("各项指标合计", "sum of the indicators"),
    "scale_up": ("不计的 {amount}按得分率折回", "{amount} that do not count are scaled back in"),
    "out_of": ("折算为 {amount}制", "stated out of {amount}"),
    "gate": ("{note}：总分改为 {balance}", "{note}: the total becomes {balance}"),
    "veto": ("{note}：单项否决，不计总分", "{note}: vetoed, no total"),
    "no_proof": (
        "没有不涉及的证明记录，按规定计零分",
        "no proof that it does not apply is recorded: counts as zero by rule",
    ),
    "empty": ("没有可评估的指标，按规定计 {balance}", "nothing could be assessed: {balance} by rule"),
}
"""Verb of a ledger line (with variants) → words."""

ROUNDING: dict[str, Pair] = {
    "half_up": ("四舍五入", "rounded half up"),
    "half_even": ("四舍六入五成双", "rounded half to even"),
    "up": ("进位", "rounded up"),
    "down": ("截尾", "cut off"),
}

REASONS: dict[str, Pair] = {
    "no_cases": ("没有应做事项", "nothing was to be done"),
    "not_bound": ("该指标不适用于本单位", "the indicator does not bind this unit"),
    "no_check": (
        "没有检查记录，“未发现”不能证明没有问题",
        "no check is recorded, so finding nothing proves nothing",
    ),
    "unknown_day": (
        "没有记录期限，或期限落在工作日尚未公布的年份",
        "no limit is recorded, or it falls into a year whose working days are not published",
    ),
    "no_flag": ("台账没有标注该属性，无从判断", "the log never carries the attribute that decides"),
    "no_inventory": ("没有登记应做清单", "the list of what was due is not recorded"),
    "no_rating": ("没有评定记录", "no rating is recorded"),
    "no_value": ("没有数值记录", "no value is recorded"),
    "no_units": ("没有相应的下级或上级单位", "there is no such subordinate or superior unit"),
    "no_result": ("没有可用的测评结果", "no result of the other assessment can be used"),
    "no_benchmark": ("没有登记比较基准", "no benchmark is recorded"),
    "zero_of": ("分母为零", "the denominator is zero"),
    "bad_number": ("应为数字的单元格不是数字", "a cell that should hold a number does not"),
    "no_proof": ("没有不涉及的证明记录，按零分计", "no proof that it does not apply is recorded: counts as zero"),
    "empty_group": ("下级指标均不计分", "nothing below counts"),
    "undefined": ("缺少计分所需的“{quantity}”", "'{quantity}', which the rule needs, has no value"),
}
"""Reason code of a score without a number → words."""

DETAILS: dict[str, Pair] = {
    "exempt_without_reason": ("标注免除但未记录理由，不予免除", "marked exempt without a recorded reason: counts"),
    "withdrawn": ("已撤回", "withdrawn"),
    "lacking": ("缺少：{names}", "lacking: {names}"),
    "days_only": ("台账只有日期没有时刻，按日判定", "the log has dates but no times: judged by days"),
    "assumed": ("期限为本库假定", "the limit is an assumption"),
}
"""Codes among the details of a case, as far as known → words."""

CASES: dict[str, Pair] = {
    "used": ("办理用时 {used}", "took {used}"),
    "limit": ("限 {limit}", "limit {limit}"),
    "late": ("逾期 {number}", "{number} late"),
    "short": ("应有 {needed}，缺 {number}", "{needed} required, {number} lacking"),
    "lacking": ("缺 {number}", "{number} lacking"),
    "counted": ("实有 {number}，要求 {needed}", "{number} recorded, {needed} required"),
    "start": ("起 {date}", "from {date}"),
    "due": ("期限 {date}", "due {date}"),
    "done": ("完成 {date}", "done {date}"),
    "charged_by": ("该事项已由 {node} 扣分，此处不重复", "charged by {node} already, not again here"),
    "row": ("{label}（{origin}）", "{label} ({origin})"),
    "more": ("另有{kinds}", "further: {kinds}"),
    "of_kind": ("{verdict} {n} 项", "{n} {verdict}"),
}

TREE: dict[str, Pair] = {
    "total": ("总分 {points} / {full}", "Total {points} of {full}"),
    "no_total": ("无总分（满分 {full}）", "No total (full marks {full})"),
    "coverage": ("覆盖率 {share}", "coverage {share}"),
    "grade": ("等级 {grade}", "grade {grade}"),
    "rank": ("第 {rank} 名，同类共 {size} 个单位", "rank {rank} of {size} in its class"),
    "not_ranked": ("不参加排名", "not ranked"),
    "as_of": ("评估日 {date}", "as of {date}"),
    "points": ("{points} / {counted}", "{points} of {counted}"),
    "extra": ("{points}（加减分项）", "{points} (outside the full marks)"),
    "lost": ("失 {lost} 分", "lost {lost}"),
    "outcome": ("{outcome}", "{outcome}"),
    "reported_only": ("只列示，不计分", "shown only, worth no points"),
    "clause": ("依据：{clause}", "Clause: {clause}"),
    "source": ("出处：{source}", "Source: {source}"),
    "note": ("说明：{note}", "Note: {note}"),
    "remedy": ("整改建议：{remedy}", "Remedy: {remedy}"),
    "assumption": ("※ 假定：{text}", "※ Assumption: {text}"),
    "measured": ("测量：{text}", "Measured: {text}"),
    "gate": ("否决与限制 {id} {name}：已触发", "Gate {id} {name}: took effect"),
    "quote": ("“{quote}”", "“{quote}”"),
}

HEADS: dict[str, Pair] = {
    "unit": ("单位", "Unit"),
    "unit_id": ("单位编号", "Unit id"),
    "kind": ("种类", "Kind"),
    "zh_name": ("中文名", "Chinese name"),
    "meaning": ("含义", "Meaning"),
    "attributes": ("属性", "Attributes"),
    "group": ("类别", "Class"),
    "rank": ("名次", "Rank"),
    "points": ("得分", "Points"),
    "total": ("总分", "Total"),
    "full": ("指标分值", "Full marks"),
    "lost": ("扣分", "Lost"),
    "rate": ("得分率", "Share"),
    "coverage": ("覆盖率", "Coverage"),
    "grade": ("等级", "Grade"),
    "lists": ("榜单", "Lists"),
    "gates": ("触发条款", "Gates"),
    "adjustments": ("调整", "Adjustments"),
    "indicator": ("测评指标", "Indicator"),
    "number": ("序号", "No."),
    "outcome": ("结果", "Outcome"),
    "reason": ("失分原因", "Why lost"),
    "clause": ("依据", "Clause"),
    "evidence": ("证据", "Evidence"),
    "rectification": ("整改情况", "Rectification"),
    "case": ("事项", "Case"),
    "verdict": ("结论", "Verdict"),
    "start": ("起算", "From"),
    "due": ("期限", "Due"),
    "done": ("完成", "Done"),
    "words": ("说明", "In words"),
    "file": ("文件", "File"),
    "row": ("行", "Row"),
    "column": ("列", "Column"),
    "value": ("值", "Value"),
    "code": ("代码", "Code"),
    "why": ("原因", "Reason"),
    "where": ("去向", "Where to"),
    "rows": ("行数", "Rows"),
    "criteria": ("评分标准", "Scoring rule"),
    "marks": ("分值", "Points"),
    "effect": ("后果", "Effect"),
    "condition": ("条件", "Condition"),
    "bounds": ("范围", "Bounds"),
    "units": ("单位数", "Units"),
    "share": ("占比", "Share"),
    "level1": ("一级指标", "Level 1"),
    "level2": ("二级指标", "Level 2"),
    "level3": ("三级指标", "Level 3"),
    "level4": ("四级指标", "Level 4"),
    "level5": ("五级指标", "Level 5"),
    "level6": ("六级指标", "Level 6"),
}
"""Column heads."""

TITLES: dict[str, Pair] = {
    "scores": ("得分表", "Scores"),
    "ranking": ("排名表", "Ranking"),
    "unit_scores": ("{unit}得分表", "Scores of {unit}"),
    "lost": ("失分表", "Points lost"),
    "lost_of": ("{unit}失分表", "Points lost by {unit}"),
    "cases": ("{unit}事项表", "Cases of {unit}"),
    "set_aside": ("未采用的记录", "Rows set aside"),
    "rows": ("记录去向", "Where every row went"),
    "indicator_set": ("{title}评分表", "{title}: scoring table"),
    "gates": ("否决与限制", "Gates"),
    "events": ("事件种类", "Event kinds"),
    "grades": ("等级", "Grades"),
    "warnings": ("提示与警告", "Warnings"),
}

NOTES: dict[str, Pair] = {
    "common_attributes": ("各种事件都可带的属性：{names}。", "Attributes any event may carry: {names}."),
    "moment_attributes": ("填日期的属性：{names}。", "Attributes that hold a date: {names}."),
    "scope": ("评估期 {window}，评估日 {as_of}。", "Period {window}, as of {as_of}."),
    "coverage": (
        "覆盖率为实际评估的分值占满分的比例；未评估、未到期和不涉及的分值不在其中。",
        "Coverage is the share of the full marks really assessed; what was not assessed, is pending or does not "
        "apply is not in it.",
    ),
    "provisional": (
        "部分日期尚无放假通知，结果为暂定。",
        "No holiday notice covers some of the days yet: the result is provisional.",
    ),
    "left_out": ("中间 {n} 个单位从略。", "{n} units in between are left out."),
    "no_rank": ("没有总分的单位列于最后，不排名。", "Units without a total stand last and are not ranked."),
    "weights": ("分值说明：{note}", "About the points: {note}"),
    "assumption": ("※{number} {id} 假定：{text}", "※{number} {id}, assumption: {text}"),
    "adds_up": (
        "各列按最大余额法保留小数，所列数字之和等于总分。",
        "Decimals are kept so that the printed numbers add up to the printed total (largest remainder).",
    ),
    "nothing_lost": ("没有失分。", "No points were lost."),
    "no_total": ("无总分：{why}", "No total: {why}"),
    "source": ("来源：{source}", "Source: {source}"),
    "vetoed": ("否决", "vetoed"),
}

WORDS: dict[str, Pair] = {
    "sum": ("合计", "Sum"),
    "used": ("采用", "used"),
    "set_aside": ("未采用：{code}", "set aside: {code}"),
    "outside": ("范围之外：{code}", "outside: {code}"),
    "read": ("读入", "read"),
    "full_marks": ("分值", "Full marks"),
    "none": ("（无）", "(none)"),
    "adjustments": (
        "其他调整（分摊、上下限、门槛、取整）",
        "Other adjustments (spreading, bounds, gates, rounding)",
    ),
    "and": ("，且", " and "),
    "or": ("，或", " or "),
    "comma": ("，", ", "),
    "semicolon": ("；", "; "),
    "colon": ("：", ": "),
    "point": ("{n} 分", "{n} points"),
    "one_point": ("1 分", "1 point"),
    "more_evidence": ("等 {n} 项", "and more, {n} in all"),
}

OUTSIDE: dict[str, Pair] = {
    "kind_not_asked": ("指标体系未用到的事件种类", "an event kind the set does not ask for"),
    "unit_not_registered": ("单位不在名册", "unit not registered"),
    "after_as_of": ("在评估日之后", "after the date of assessment"),
    "condition_not_met": ("不符合任何指标的条件", "meets no indicator's conditions"),
    "unit_not_bound": ("指标不适用于该单位", "its unit is not bound by the indicator"),
    "outside_window": ("在评估期之外", "outside the period"),
}
"""Why a row lies outside the scope, as far as the code is known."""

SET_ASIDE: dict[str, Pair] = {
    "L101": ("完全重复", "exact duplicate"),
    "L102": ("没有单位", "no unit"),
    "L103": ("没有事项类型", "no kind"),
    "L104": ("没有日期", "no date"),
    "L105": ("同一编号内容不同", "one id, different content"),
    "L106": ("结束早于开始", "ends before it starts"),
    "L107": ("映射规则不适用", "no rule of the mapping fits"),
    "L108": ("按映射文件略过", "skipped by the mapping"),
    "L109": ("重复的表头", "the header once more"),
    "L111": ("月日分不清", "day and month cannot be told apart"),
    "L112": ("只有两位年份", "year of two digits"),
    "L113": ("没有这一天", "no such day"),
    "L114": ("日期不完整", "incomplete date"),
    "L115": ("相对的日期", "relative date"),
    "L116": ("日期只是一个数", "a bare number for a date"),
    "L117": ("一格多个日期", "several dates in one cell"),
    "L118": ("没有这样的时刻", "no such time"),
    "L119": ("不是日期", "not a date"),
    "L121": ("年份超出范围", "year out of range"),
    "L122": ("被遮盖的日期", "masked date"),
    "L231": ("列数不对", "wrong number of cells"),
    "L232": ("引号不成对", "broken quotes"),
    "L233": ("不是 JSON 对象", "not a JSON object"),
    "L234": ("嵌套的值", "nested value"),
    "L235": ("Excel 错误值", "Excel error"),
    "L236": ("公式没有结果", "formula without result"),
    "L301": ("单位不在名册中", "unit not registered"),
    "L302": ("未知的事项类型", "unknown kind"),
}
"""Code of a row set aside → why, in a few words."""
