"""Messages about indicator sets (S). S1xx file, ids, dates, options; S2xx tree; S3xx measures; S4xx scoring; S5xx gates, grades, ranks.

Mistakes of form (unknown keys, wrong types, misspelt words) are the schema's: codes D0xx.
"""

from __future__ import annotations

from typing import Literal

Catalogue = dict[str, tuple[Literal["error", "warning", "note"], str, str]]

_FILE: Catalogue = {
    "S001": (
        "error",
        "不是合法的 YAML：{detail}。请检查此处的缩进、引号和冒号。",
        "this is not valid YAML: {detail}. Check indentation, quotes and colons here.",
    ),
    "S100": (
        "error",
        "没有名为“{name}”的文件或内置指标体系。{hint_zh}",
        "there is no file or shipped set named '{name}'. {hint_en}",
    ),
    "S101": (
        "error",
        "编号“{id}”重复，首次出现在第 {first} 行。编号须唯一，请改其中一个。",
        "id '{id}' is repeated; it first stands in line {first}. Ids are unique: change one of the two.",
    ),
    "S102": (
        "error",
        "没有名为“{kind}”的事件种类。{hint_zh}",
        "there is no event kind '{kind}'. {hint_en}",
    ),
    "S103": (
        "warning",
        "事件“{kind}”没有已知的属性“{attribute}”，这样的条件可能永远不成立。{hint_zh}",
        "events '{kind}' have no known attribute '{attribute}': a condition on it may never hold. {hint_en}",
    ),
    "S104": (
        "error",
        "文件读不出来：{detail_zh}。请检查路径和权限。",
        "the file cannot be read: {detail_en}. Check path and permissions.",
    ),
    "S105": (
        "error",
        "“{found}”不是期限。请写成 20个工作日、15日、24小时、3个月或 2周。",
        "'{found}' is not a duration. Write 20 working days, 15 days, 24 hours, 3 months or 2 weeks.",
    ),
    "S106": (
        "error",
        "起始日 {first} 晚于终止日 {last}。请调换或改正其中一个。",
        "it begins on {first}, after its end on {last}. Exchange the two or correct one.",
    ),
    "S107": (
        "warning",
        "从 {first} 到 {last} 有两个值同时有效，将取较早的一个。请让 to 与下一个 from 相接。",
        "two values are in force from {first} to {last}; the earlier one is taken. Let 'to' end where 'from' begins.",
    ),
    "S108": (
        "warning",
        "从 {first} 到 {last} 没有有效的值，这期间的事项不评。请补上，或让 to 与下一个 from 相接。",
        "no value is in force from {first} to {last}; cases of these days are not assessed. Add one or join the dates.",
    ),
    "S109": (
        "error",
        "“{found}”没有年份，而文件没有 plan_year。请写全日期，或在文件开头写 plan_year。",
        "'{found}' has no year, and the file has no plan_year. Write the whole date, or plan_year at the top.",
    ),
    "S110": (
        "error",
        "{year} 年没有“{found}”这一天。请改正日期。",
        "there is no day '{found}' in {year}. Correct the date.",
    ),
    "S111": (
        "warning",
        "有效期 {first} 至 {last} 全部在 {year} 年之外，本指标不会有事项。请核对日期或 plan_year。",
        "the dates {first} to {last} lie wholly outside {year}: the indicator will have no cases. Check them or plan_year.",
    ),
    "S112": (
        "error",
        "没有选项“{name}”。{hint_zh}",
        "there is no option '{name}'. {hint_en}",
    ),
    "S113": (
        "error",
        "选项“{name}”不能取“{found}”。可取：{allowed_zh}。",
        "option '{name}' cannot be '{found}'. It takes: {allowed_en}.",
    ),
    "S114": (
        "error",
        "找不到作为底本的“{name}”。{hint_zh}",
        "the set '{name}' that this one extends is not found. {hint_en}",
    ),
    "S115": (
        "error",
        "extends 成环或过长：{chain}。请让链条终止于一个完整的指标体系。",
        "'extends' runs in a circle or too far: {chain}. Let the chain end in a complete set.",
    ),
    "S116": (
        "error",
        "底本里没有编号“{id}”，无法{action_zh}。{hint_zh}",
        "the set extended has no id '{id}' to {action_en}. {hint_en}",
    ),
    "S118": (
        "warning",
        "“{attribute}”不是已知的日期属性。已知的有：{dates}。若日志中它确为日期，可不改。",
        "'{attribute}' is not known to hold a date. Known ones: {dates}. Leave it if the log holds dates there.",
    ),
    "S119": (
        "error",
        "编号“total”表示总分，不能用作指标编号。请改名。",
        "the id 'total' stands for the total and cannot be an indicator's. Rename it.",
    ),
    "S120": (
        "error",
        "“{found}”不是数。请写成 5、0.5、1/3 或 60%。",
        "'{found}' is not a number. Write 5, 0.5, 1/3 or 60%.",
    ),
    "S121": (
        "error",
        "此处不能是负数，现在是 {found}。扣分请写 deduct 加正数。",
        "this cannot be negative, found {found}. To take points off write deduct with a positive number.",
    ),
}

_TREE: Catalogue = {
    "S201": (
        "warning",
        "指标 {id} 的分值是 {points}，其下级之和是 {sum}。请改正其中之一；若有意如此，请在 note 中说明。",
        "indicator {id} has {points} points, its children {sum} together. Correct one; if it is meant, say so in 'note'.",
    ),
    "S202": (
        "warning",
        "full_marks 是 {points}，一级指标之和是 {sum}。请改正其中之一。",
        "full_marks is {points}, the top level adds up to {sum}. Correct one of them.",
    ),
    "S203": (
        "error",
        "指标 {id} 既有 children 又有 {key}。有下级的指标不直接测量或评分，请把它移到下级。",
        "indicator {id} has both 'children' and '{key}'. A group is not measured or scored itself: move it below.",
    ),
    "S204": (
        "error",
        "指标 {id} 没有下级，也没有 measure。请写明如何测量，或加 children。",
        "indicator {id} has neither children nor a measure. Say how it is measured, or add children.",
    ),
    "S205": (
        "error",
        "指标 {id} 没有分值。请写 points；只展示不计分的，请写 reported_only: true。",
        "indicator {id} has no points. Write 'points', or 'reported_only: true' if it is shown only.",
    ),
    "S206": (
        "warning",
        "指标 {id} 的分值是 0，不影响总分。若只展示，请写 reported_only: true。",
        "indicator {id} has 0 points and does not move the total. Write 'reported_only: true' if it is shown only.",
    ),
    "S208": (
        "warning",
        "只展示的指标不计分，这里的分值按 0 处理。请删去 points 或 reported_only。",
        "a reported_only indicator has no points; what is written here counts as 0. Remove one of the two.",
    ),
    "S209": (
        "warning",
        "指标 {id} 在满分之外（extra），不涉及时没有分值可转，规则“{rule}”不起作用。请删去或改为 drop。",
        "indicator {id} is outside the full marks (extra): there are no points to hand on, so '{rule}' does nothing. "
        "Remove it or write 'drop'.",
    ),
    "S210": (
        "error",
        "没有编号为“{id}”的指标。{hint_zh}",
        "there is no indicator '{id}'. {hint_en}",
    ),
    "S211": (
        "warning",
        "指标 {id} 各下级的权重之和是 {sum}%，不是 100%，将按比例使用。请改正权重。",
        "the weights below indicator {id} add up to {sum}%, not 100%; they are used in proportion. Correct them.",
    ),
    "S212": (
        "error",
        "指标 {id} 按权重合成（combine: weighted），而下级 {child} 没有 weight。请补上。",
        "indicator {id} is combined by weights, but its child {child} has no 'weight'. Add it.",
    ),
    "S213": (
        "warning",
        "overlap 组“{group}”只有 {id} 一个成员，不起作用。请检查组名拼写，或删去。",
        "overlap group '{group}' has one member only, {id}, and does nothing. Check its spelling or remove it.",
    ),
    "S214": (
        "note",
        "指标 {id} 与 {other}（第 {first} 行）看的是同样的事实，同一过失会扣两次。若无此意，请写同一个 overlap 组。",
        "indicators {id} and {other} (line {first}) look at the same facts: one fault costs twice. If that is not "
        "meant, give both the same 'overlap' group.",
    ),
    "S215": (
        "warning",
        "指标 {id} 的 weight 不起作用，因为上级 {parent} 不是 combine: weighted。请删去或改上级。",
        "the weight of indicator {id} does nothing, for its parent {parent} is not 'combine: weighted'. Remove it.",
    ),
    "S217": (
        "error",
        "指标 {id} 不能把分值移到 {target}：那是它自己、它的上级或下级。请另选一个指标。",
        "indicator {id} cannot move its points to {target}, which is itself, above or below it. Choose another.",
    ),
    "S219": (
        "error",
        "指标 {id} 把分值移到 {target}，而 {target} 的得分又要等 {id}（{chain}），无从算起。请另选一个指标。",
        "indicator {id} moves its points to {target}, whose points wait for {id} in turn ({chain}): neither can be "
        "worked out. Choose another.",
    ),
    "S218": (
        "error",
        "指标 {id} 的最低分 {floor} 高于最高分 {ceiling}。请改正 floor 或 ceiling。",
        "indicator {id} has a floor of {floor} above its ceiling of {ceiling}. Correct one of them.",
    ),
    "S220": (
        "warning",
        "指标 {id} 从 0 起扣分，而最低分是 0，扣分不起作用。请写 floor: none 或一个负数。",
        "indicator {id} takes points off from 0, but its floor is 0: nothing happens. Write 'floor: none' or a bound "
        "below 0.",
    ),
    "S221": (
        "warning",
        "指标 {id} 有加分，而最高分是 0，加分不起作用。请写 points 或 ceiling。",
        "indicator {id} adds points, but its ceiling is 0: nothing happens. Write 'points' or 'ceiling'.",
    ),
    "S222": (
        "error",
        "measure 与 measures 只能写一个。几个测量请都放进 measures 并各取名称。",
        "write either 'measure' or 'measures'. Several measures go under 'measures', each with a name.",
    ),
    "S223": (
        "error",
        "测量不能取名“{name}”：它与“{name}.…”这样的量名混淆。请改名。",
        "a measure cannot be named '{name}': names of quantities begin with '{name}.'. Rename it.",
    ),
    "S224": (
        "warning",
        "指标 {id} 没有下级，combine 不起作用。请删去。",
        "indicator {id} has no children, so 'combine' does nothing. Remove it.",
    ),
    "S225": (
        "error",
        "overlap 中的“{name}”不是这个指标的测量。{hint_zh}",
        "'{name}' in overlap is no measure of this indicator. {hint_en}",
    ),
    "S226": (
        "error",
        "不涉及规则只能写一个，这里有 {keys}。请保留一个。",
        "only one rule for what does not apply can be given, found {keys}. Keep one.",
    ),
}

_MEASURES: Catalogue = {
    "S301": (
        "error",
        "次数要求自相矛盾：{keys} 不能同时写。请保留一个。",
        "{keys} cannot stand together. Keep one of them.",
    ),
    "S302": (
        "error",
        "至少 {low} 次与至多 {high} 次矛盾。请改正其中之一。",
        "at least {low} contradicts at most {high}. Correct one of them.",
    ),
    "S304": (
        "error",
        "周期 {every} 没有第 {month} 个月（共 {months} 个月）。请改 month 或 every。",
        "a period of one {every} has no month {month} (it has {months} whole months). Correct 'month' or 'every'.",
    ),
    "S305": (
        "error",
        "期限须且只须由 within 或 due 之一给出。请写其中一个；原文未写期限的，用 kind: follow_up。",
        "the limit is given by exactly one of 'within' and 'due'. Write one; where the text gives none, use follow_up.",
    ),
    "S308": (
        "error",
        "清单 values 与 inventory 只能写一个。请保留一个。",
        "items come either from 'values' or from 'inventory'. Keep one of them.",
    ),
    "S309": (
        "error",
        "至少 {least} 个，而要素共 {elements} 个（any_of 时不写 at_least）。请改正。",
        "at least {least} are asked of {elements} elements ('any_of' takes no 'at_least'). Correct it.",
    ),
    "S310": (
        "error",
        '条件“{found}”要与数或日期比较，而“{operand}”不是。请改成数，如 ">= 5"。',
        "the condition '{found}' compares with a number or a date, and '{operand}' is neither. Write, for example, "
        '">= 5".',
    ),
    "S311": (
        "error",
        "评议须且只须由 value（分数）或 label（等级）之一给出。请写其中一个。",
        "a rating has exactly one of 'value' (a number) and 'label' (a grade). Write one of them.",
    ),
    "S315": (
        "error",
        "至少隔 {earliest}，而期限只有 {within}，没有一天能按期。请改正其中之一。",
        "the answer must come {earliest} after the start at the earliest, but within {within}: no day fits. Correct one.",
    ),
    "S317": (
        "error",
        "延长事由没有写延长多少。请写 by（多少）或 pause（两个日期属性）。",
        "this extension gives no time. Write 'by' (how much) or 'pause' (two date attributes).",
    ),
    "S318": (
        "error",
        "要素“{name}”重复。每个要素只写一次。",
        "the element '{name}' is repeated. Write each element once.",
    ),
    "S319": (
        "error",
        "写了 mended_within 就须写 mended（整改日期属性）。请补上。",
        "'mended_within' needs 'mended', the attribute with the day it was mended. Add it.",
    ),
}

_SCORING: Catalogue = {
    "S401": (
        "error",
        "没有名为“{name}”的量。{hint_zh}",
        "there is no quantity '{name}'. {hint_en}",
    ),
    "S402": (
        "warning",
        "{kind} 不会产生量“{name}”，它总是 0 或没有值。{hint_zh}",
        "{kind} never yields the quantity '{name}': it is always 0 or without value. {hint_en}",
    ),
    "S403": (
        "error",
        "指标有几个测量（{measures}），“{name}”前须写是哪一个，如“{example}”。",
        "there are several measures ({measures}): say which one '{name}' is of, for example '{example}'.",
    ),
    "S404": (
        "error",
        "“{name}”里的“{measure}”不是本指标的测量（{measures}）。{hint_zh}",
        "'{measure}' in '{name}' is not a measure of this indicator ({measures}). {hint_en}",
    ),
    "S405": (
        "error",
        "“{element}”不在 required 之内（{elements}），“{name}”总是 0。{hint_zh}",
        "'{element}' is not among the required elements ({elements}), so '{name}' is always 0. {hint_en}",
    ),
    "S406": (
        "error",
        "查表须有 tiers 或 labels 之一。请写其中一个。",
        "a look-up has either 'tiers' or 'labels'. Write one of them.",
    ),
    "S407": (
        "error",
        "每一步须且只须有一个动词（set、scale、add、deduct、cap），这里是 {verbs}。请拆成几步。",
        "each step has exactly one verb (set, scale, add, deduct, cap), found {verbs}. Write one step for each.",
    ),
    "S408": (
        "error",
        "“{key}”只用于 add 和 deduct，不用于 {verb}。请删去或改动词。",
        "'{key}' goes with add and deduct, not with {verb}. Remove it or change the verb.",
    ),
    "S409": (
        "warning",
        "此处是 {amount} 分，指标 {id} 的满分只有 {points} 分，余额以满分为界。请核对。",
        "this is {amount} points, but the full marks of indicator {id} are {points}, which bound the balance. Check it.",
    ),
    "S410": (
        "error",
        "每档只写一个界限，这里有 {keys}。各档自上而下先中先得，写一个即可。",
        "each row has one bound, found {keys}. The first row that fits is taken, so one is enough.",
    ),
    "S411": (
        "error",
        "“{later}”不能排在“{earlier}”之后：界限须依次{direction_zh}，否则后一档永远轮不到。请调整次序。",
        "'{later}' cannot follow '{earlier}': limits must {direction_en}, or the later row is never reached. Reorder.",
    ),
    "S412": (
        "error",
        "“{later}”不能排在“{earlier}”之后：得分应依次{direction_zh}。请改正 {id} 的得分或界限。",
        "'{later}' cannot follow '{earlier}': points must {direction_en} from row to row. Correct {id}.",
    ),
    "S413": (
        "warning",
        "{by} {interval} 时没有一档适用，余额保持不变。请加一档没有界限的，如“points: 0”。",
        "no row fits where {by} is {interval}: the balance stays as it is. Add a row without a bound, such as "
        "'points: 0'.",
    ),
    "S414": (
        "warning",
        "清单各项之和是 {sum} 分，指标 {id} 的满分是 {points} 分。请核对；若有意如此，请在 note 中说明。",
        "the parts of the checklist add up to {sum}, the full marks of indicator {id} are {points}. Check it; if it is "
        "meant, say so in 'note'.",
    ),
    "S415": (
        "error",
        "用了“{name}”，而指标没有写 peers。请加 peers: {{of: 量名}}。",
        "'{name}' is used, but the indicator has no 'peers'. Add 'peers: {{of: quantity}}'.",
    ),
    "S416": (
        "error",
        "指标 {id} 有几个测量（{measures}），没有缺省的评分规则。请写 scoring。",
        "indicator {id} has several measures ({measures}) and so no rule by default. Write 'scoring'.",
    ),
    "S417": (
        "error",
        "“{key}”须与“{needs}”一起写。请补上 {needs}。",
        "'{key}' goes with '{needs}'. Add '{needs}'.",
    ),
    "S418": (
        "error",
        "every 须大于 0，现在是 {found}。请改正。",
        "'every' must be more than 0, found {found}. Correct it.",
    ),
    "S419": (
        "error",
        "{kind} 没有 rate，指标 {id} 须写 scoring，例如 {example}。",
        "{kind} has no rate, so indicator {id} needs 'scoring', for example {example}.",
    ),
    "S420": (
        "note",
        "这条规则只看逾期；始终没有办理的不算逾期，不会失分。若应失分，请再写 {undone_zh} 扣多少。",
        "this rule looks at lateness only; what is never done is not late and costs nothing. If it should, say what "
        "{undone_en} costs.",
    ),
}

_ENDS: Catalogue = {
    "S501": (
        "error",
        "否决或门槛 {id} 没有条件。请写 when。",
        "gate {id} has no condition. Write 'when'.",
    ),
    "S502": (
        "error",
        "后果 {keys} 互相矛盾（不合格无分数，与定分不能并用；grade 与 grade_at_most 只写一个）。请保留一个。",
        "the effects {keys} contradict each other (fail has no number; either grade or grade_at_most). Keep one.",
    ),
    "S503": (
        "error",
        "没有名为“{name}”的等次。{hint_zh}",
        "there is no grade '{name}'. {hint_en}",
    ),
    "S504": (
        "warning",
        "“{name}”不在 grades 之内，只能由此条给出。{hint_zh}",
        "'{name}' is not among the grades and can only be given here. {hint_en}",
    ),
    "S505": (
        "error",
        "门槛 {id} 开启 {node}，其条件 {name} 却取决于 {node} 自身的得分。请改用与 {node} 无关的指标。",
        "gate {id} opens {node} by a condition on {name}, which rests on the points of {node} itself. Name an indicator "
        "that does not.",
    ),
    "S510": (
        "error",
        "等次“{name}”的界限自相矛盾：{bounds} 之内没有分数。请改正。",
        "the bounds of grade '{name}' contradict each other: no number is {bounds}. Correct them.",
    ),
    "S511": (
        "warning",
        "等次“{name}”与“{other}”在 {interval} 重叠，先写的有效。请写明界限归哪一等。",
        "grades '{name}' and '{other}' overlap in {interval}; the one written first counts. Say which one it belongs to.",
    ),
    "S512": (
        "warning",
        "等次“{name}”与“{other}”之间的 {interval} 没有等次。请补上界限。",
        "between grades '{name}' and '{other}' the numbers {interval} have no grade. Close the gap.",
    ),
    "S513": (
        "error",
        "等次“{name}”永远轮不到：它的范围 {interval} 已被前面的等次占完。请调整次序或界限。",
        "grade '{name}' is never reached: earlier grades take all of {interval}. Reorder them or correct the bounds.",
    ),
    "S514": (
        "error",
        "等次“{name}”重复。每个等次只写一次。",
        "grade '{name}' is repeated. Write each grade once.",
    ),
    "S515": (
        "error",
        "各等次按排名的比例之和是 {sum}%，超过 100%。请改正。",
        "the shares by rank add up to {sum}%, more than 100%. Correct them.",
    ),
}

MESSAGES: Catalogue = {**_FILE, **_TREE, **_MEASURES, **_SCORING, **_ENDS}
