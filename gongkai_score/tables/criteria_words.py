"""Words for rules: how measures, scoring steps and conditions on units are put in a scoring table.

Only data: a pair is always (Chinese, English); ``criteria`` fills the braces.
"""

from __future__ import annotations

from gongkai_score.wording import Pair

MEASURES: dict[str, Pair] = {
    "deadline": ("{start}后 {within}内应有{end}", "{end} within {within} of {start}"),
    "deadline_due": ("{start}后，应在所记期限（{due}）前有{end}", "{end} by the limit recorded ({due}) of {start}"),
    "due_by": ("{by} 前应有{end}", "{end} by {by}"),
    "frequency": ("每{every}{amount}{event}", "{amount} of {event} each {every}"),
    "count": ("{event}{amount}", "{event}: {amount}"),
    "count_only": ("统计{event}", "counts {event}"),
    "coverage": ("{items}均应有{event}", "{event} for every one of {items}"),
    "exists": ("应有{event}", "there is {event}"),
    "complete": ("每次{event}应包含{elements}", "every {event} contains {elements}"),
    "complete_some": (
        "每次{event}应包含{elements}中的至少 {n} 项",
        "every {event} contains at least {n} of {elements}",
    ),
    "precedes": ("{others}之前应先有{first}", "{first} before {others}"),
    "precedes_lead": ("{others}之前至少 {lead}应先有{first}", "{first} at least {lead} before {others}"),
    "synchronous": ("{first}与{others}应同步，相差不超过 {days} 日", "{first} and {others} within {days} days"),
    "threshold": ("{event}的{value} {test}", "{value} of {event} {test}"),
    "versus_peers": ("{value}与同类平均相比 {test}", "{value} {test} the peers' mean"),
    "rating": ("按{event}评定{value}", "by {event}{value}"),
    "deduction": ("每发现一项{event}计一个问题", "every {event} is a fault"),
    "result": ("取“{of}”的测评结果", "the result of {of}"),
    "named": ("{name}：{measure}", "{name}: {measure}"),
    "where": ("{event}（{where}）", "{event} ({where})"),
    "over": ("{value} ÷ {over}", "{value} ÷ {over}"),
    "per": ("（按{per}分别计）", " (for each {per})"),
    "months": ("（{months}月）", " (months {months})"),
    "in_period": ("（每期第 {month} 个月 {day} 日前）", " (by day {day} of month {month} of the period)"),
    "for_items": ("（逐项：{items}）", " (each of {items})"),
    "inventory": ("{event}所列每一项", "everything listed by {event}"),
    "look_back": ("（期末前 {length}内）", " (in the last {length})"),
    "check": ("；没有{event}的不评", "; not assessed without {event}"),
    "explained": ("；可用{event}说明", "; {event} may stand in"),
    "until": ("{value}（{day} 止）", "{value} (to {day})"),
    "from": ("{value}（{day} 起）", "{value} (from {day})"),
}

AMOUNTS: dict[str, Pair] = {
    "at_least": ("至少 {n} 次", "at least {n}"),
    "at_most": ("至多 {n} 次", "at most {n}"),
    "exactly": ("恰好 {n} 次", "exactly {n}"),
}

PERIODS: dict[str, Pair] = {
    "day": ("日", "day"),
    "working_day": ("个工作日", "working day"),
    "week": ("周", "week"),
    "month": ("月", "month"),
    "quarter": ("季度", "quarter"),
    "half_year": ("半年", "half year"),
    "year": ("年", "year"),
    "window": ("个评估期", "period of assessment"),
}

STEPS: dict[str, Pair] = {
    "proportion": ("按{by}得分", "in proportion to {by}"),
    "start_full": ("满分起评", "starts from full marks"),
    "start_zero": ("从 0 分累计", "counts up from 0"),
    "start": ("起评 {amount}", "starts from {amount}"),
    "set": ("得 {amount}", "{amount}"),
    "scale": ("乘以 {amount}", "times {amount}"),
    "scale_by": ("乘以{by}", "times {by}"),
    "cap": ("最高 {amount}", "at most {amount}"),
    "deduct": ("扣 {amount}", "{amount} off"),
    "add": ("加 {amount}", "{amount} more"),
    "deduct_per": ("{per}每 {every}扣 {amount}", "{amount} off for each {every}{per}"),
    "add_per": ("{per}每 {every}加 {amount}", "{amount} more for each {every}{per}"),
    "deduct_share": ("扣 {amount} × {per}", "{amount} × {per} off"),
    "add_share": ("加 {amount} × {per}", "{amount} × {per} more"),
    "begun": ("（不足亦计）", " begun"),
    "not_begun": ("（不足不计）", " completed"),
    "of_time": ("{every}", "{every} of "),
    "above": ("超过 {n} 的部分", " above {n}"),
    "below": ("低于 {n} 的部分", " below {n}"),
    "at_most": ("，至多 {amount}", ", at most {amount}"),
    "when": ("{when} 时{step}", "when {when}, {step}"),
    "tier": ("{test} 得 {amount}", "{test}: {amount}"),
    "tier_rest": ("其余得 {amount}", "else {amount}"),
    "by": ("按{by}：{rows}", "by {by}: {rows}"),
    "label": ("{label} 得 {amount}", "{label}: {amount}"),
    "branch": ("若{when}：{steps}", "if {when}: {steps}"),
    "best": ("取得分最高的一种：{branches}", "the best of: {branches}"),
    "share": ("满分的 {share}", "{share} of full marks"),
    "floor": ("不低于 {amount}", "not less than {amount}"),
    "no_floor": ("可扣至负分", "may fall below zero"),
    "ceiling": ("不高于 {amount}", "not more than {amount}"),
}

NODES: dict[str, Pair] = {
    "extra": ("加减分项，在满分之外", "outside the full marks"),
    "reported_only": ("只列示，不计分", "shown only, worth no points"),
    "applies_to": ("适用：{units}", "binds {units}"),
    "but_not": ("（{units}除外）", " (but not {units})"),
    "variant": ("{units}：{rule}", "{units}: {rule}"),
    "variant_points": ("分值 {points}", "{points} points"),
    "combine": ("本级按下级{way}计", "this level counts the {way} of its parts"),
    "overlap": ("同一事实在“{group}”组只扣一次", "a fact costs once in the group {group}"),
    "overlap_of": (
        "{measures}的同一事实在“{group}”组只扣一次",
        "a fact of {measures} costs once in the group {group}",
    ),
    "no_cases": ("没有应做事项的{what}", "with nothing to do: {what}"),
    "not_applicable": ("不涉及的{what}", "where it does not apply: {what}"),
}

WAYS: dict[str, Pair] = {
    "weighted": ("加权平均得分率", "weighted mean of the shares"),
    "mean": ("平均得分率", "mean of the shares"),
    "minimum": ("最低得分率", "lowest of the shares"),
    "maximum": ("最高得分率", "highest of the shares"),
    "geometric": ("得分率几何平均", "geometric mean of the shares"),
    "full": ("计满分", "full marks"),
    "zero": ("计零分", "zero"),
    "not_assessed": ("不评", "not assessed"),
    "redistribute": ("分值按比例分摊", "its points are spread by points"),
    "even": ("分值平均分摊", "its points are spread evenly"),
    "scale": ("总分折算", "the total is scaled up"),
    "drop": ("满分相应减少", "the full marks are smaller"),
    "rate": ("按 {rate} 计", "counts at {rate}"),
    "peers_mean": ("按同类平均计", "counts at the peers' mean"),
    "move_to": ("分值移入 {node}", "its points move to {node}"),
}

CLASSES: dict[str, Pair] = {
    "type": ("类型", "type"),
    "group": ("类别", "class"),
    "tags": ("标签", "tag"),
    "units": ("单位", "unit"),
    "channels": ("渠道", "channel"),
}

EFFECTS: dict[str, Pair] = {
    "fail": ("单项否决，不计总分", "no total"),
    "total": ("总分计 {points}", "the total becomes {points}"),
    "total_at_most": ("总分不高于 {points}", "the total is at most {points}"),
    "grade": ("等级定为{grade}", "the grade is {grade}"),
    "grade_at_most": ("等级不高于{grade}", "the grade is at most {grade}"),
    "opens": ("达到条件时 {node} 才计分", "{node} counts only then"),
}

BOUNDS: dict[str, Pair] = {
    "at_least": ("≥ {n}", "≥ {n}"),
    "above": ("> {n}", "> {n}"),
    "below": ("< {n}", "< {n}"),
    "at_most": ("≤ {n}", "≤ {n}"),
    "top": ("按排名前 {share}", "first {share} by rank"),
}
