"""Answers to what the texts leave open: each question of interpretation, our reading, and how to change it.

The questions are numbered as in the catalogue of duties. Those in :data:`SETTABLE` have a value that a set gives
under ``options`` and a caller may override; the others are settled by a field of the language, by what is handed
in, or once for all by the engine. ``docs/options.md`` shows them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Option:
    """An ambiguity whose answer is a value.

    Attributes:
        questions: numbers of the questions it answers.
        default: the value in force unless a set or a caller says otherwise.
        allowed: values it may take, or the word ``duration`` or ``whole number``.
        where: the field of the language where one indicator can differ.
        zh: what it settles, in Chinese.
        en: the same in English.
    """

    questions: tuple[int, ...]
    default: str | int | bool
    allowed: tuple[str | bool, ...] | Literal["duration", "whole number"]
    where: str
    zh: str
    en: str

    @property
    def takes(self) -> tuple[str, str]:
        """What values it may take, in Chinese and English.

        >>> SETTABLE["roll"].takes
        ('true、false', 'true, false')
        """
        if self.allowed == "duration":
            return "期限，如 20个工作日", "a duration such as 20 working days"
        if self.allowed == "whole number":
            return "从 1 起的整数", "a whole number from 1"
        words = [str(one).lower() if isinstance(one, bool) else str(one) for one in self.allowed]
        return "、".join(words), ", ".join(words)


@dataclass(frozen=True, slots=True)
class Reading:
    """An ambiguity that no single value settles.

    Attributes:
        question: its number.
        where: ``set``: a field of the language; ``input``: what is handed in; ``engine``: the same for all.
        field: the fields or inputs meant.
        zh: our reading, in Chinese.
        en: the same in English.
    """

    question: int
    where: Literal["set", "input", "engine"]
    field: str
    zh: str
    en: str


SETTABLE: dict[str, Option] = {
    "promptly_within": Option(
        (12, 13),
        "20 working days",
        "duration",
        "within",
        "“及时”未写明期限时按此期限",
        "the limit of a duty that says promptly and gives none",
    ),
    "regular_period": Option(
        (14, 58),
        "quarter",
        ("day", "working_day", "week", "month", "quarter", "half_year", "year"),
        "every",
        "“定期”未写明周期时按此周期",
        "the period of a duty that says regularly and gives none",
    ),
    "instalments_min": Option(
        (15,),
        2,
        "whole number",
        "at_least",
        "“分期、分批、系列”未写明次数时至少几次",
        "the least number where a text says in instalments or in a series",
    ),
    "count_default": Option(
        (16,),
        1,
        "whole number",
        "at_least",
        "未写明次数的活动至少几次",
        "the least number of an activity whose number is not given",
    ),
    "forms_min": Option(
        (50,),
        2,
        "whole number",
        "at_least",
        "“多种形式”至少几种",
        "the least number of forms where a text says various forms",
    ),
    "roll": Option(
        (3,),
        True,
        (True, False),
        "roll",
        "自然日期限的末日逢休息日是否顺延到下一个工作日",
        "whether a natural-day limit that ends on a rest day moves to the next working day",
    ),
    "roll_dates": Option(
        (4,),
        False,
        (True, False),
        "roll",
        "固定日期逢休息日是否顺延",
        "whether a fixed date that is a rest day moves to the next working day",
    ),
    "early": Option(
        (8,),
        "accept",
        ("accept", "reject", "ignore"),
        "early",
        "早于起算日的完成：算完成、判过早或不看",
        "whether an answer before the start is accepted, rejected as early, or ignored",
    ),
    "assign_by": Option(
        (59,),
        "due",
        ("due", "start"),
        "assign_by",
        "跨期事项归入到期日还是起算日所在的评估期；未到期的待定",
        "whether a case belongs to the window of its due date or of its start; not yet due is pending",
    ),
    "partial": Option(
        (29,),
        "drop",
        ("drop", "keep", "prorate"),
        "partial",
        "被评估期截断的周期：不计、保留或按比例（周为周一至周日）",
        "whether periods cut by the window are dropped, kept or prorated (weeks run Monday to Sunday)",
    ),
    "overlap_order": Option(
        (46,),
        "most_points",
        ("most_points", "set_order"),
        "overlap",
        "同组指标对同一事实只扣一次，由分值最高的扣（从严），或由排在前面的扣；写了 turn 的先按 turn",
        "which member of an overlap group charges a fact: the one with the most points (the strictest), or the one "
        "that stands first; turns come before that",
    ),
    "skip_no_workday": Option(
        (29,),
        True,
        (True, False),
        "skip_no_workday",
        "没有工作日的周期是否不计",
        "whether periods without a working day are left out",
    ),
}
"""Options a set may give under ``options``, and a caller may override."""

READINGS: tuple[Reading, ...] = (
    Reading(
        1,
        "set",
        "within",
        "“日”为自然日，写“工作日”的才是工作日",
        "days are natural days unless the text says working days",
    ),
    Reading(
        2, "engine", "", "起算当日不计，次日为第 1 日", "the day of the start is not counted; the next is day 1"
    ),
    Reading(
        5,
        "input",
        "calendar",
        "以国务院放假通知（含调休）为准，缺年份即报错",
        "State Council notices with make-up days; a missing year is an error",
    ),
    Reading(
        6,
        "engine",
        "",
        "只记日期的，24 小时内完成指次日 24 时前",
        "with dates only, 24 hours end with the next day",
    ),
    Reading(7, "set", "start", "24 小时从事件发生起算", "24 hours run from the incident"),
    Reading(
        9, "set", "tolerance", "“同步”为同一日，早晚都不算", "in step means the same date; earlier is not in step"
    ),
    Reading(
        10,
        "set",
        "date",
        "“公布”取首次向社会公开之日；写“形成”的取签发日",
        "publication is the first to the public; the signing date only where the text says formed",
    ),
    Reading(
        11,
        "set",
        "start",
        "原文未写起算点的，自信息形成或变更之日起算",
        "where no start is named, formation or change of the information",
    ),
    Reading(
        17,
        "set",
        "within, extensions",
        "依申请公开期限按收到日期：2019-05-15 前 15（+15）个工作日，此后 20（+20）个",
        "requests by date of receipt: 15 (+15) working days before 2019-05-15, 20 (+20) from then",
    ),
    Reading(
        18,
        "set",
        "needs_flag",
        "“重要、重大”以台账标记为准；全无标记的未评估",
        "important is what the log flags; without any flag not assessed",
    ),
    Reading(19, "set", "where", "转发上级文件不要求解读", "forwarded documents need no interpretation"),
    Reading(20, "set", "where", "联合发文只计牵头单位", "of joint documents only the lead drafter is bound"),
    Reading(
        21,
        "set",
        "match_on",
        "一份解读可对应几份文件；几份解读取最早一份",
        "one interpretation may serve several documents; of several the first counts",
    ),
    Reading(
        22,
        "engine",
        "",
        "修订重新起算；到期前撤回的不计",
        "a revision starts anew; what is withdrawn before its limit is out",
    ),
    Reading(
        23,
        "set",
        "no_cases",
        "没有任何事项为不涉及，既不满分也不零分",
        "no case at all is not applicable, neither full marks nor zero",
    ),
    Reading(
        24,
        "set",
        "outcomes.empty",
        "下级全部不涉及的上级也不涉及；全部不涉及则无分",
        "a group of which nothing applies does not apply; all of it: no score",
    ),
    Reading(
        25,
        "set",
        "applies_to.channels",
        "没有自己网站的单位，网站任务不涉及",
        "a unit without a site is not bound by duties of sites",
    ),
    Reading(
        26,
        "set",
        "scoring",
        "每个工作日更新按达标天数的比例，周六不补周一",
        "updates every working day score the share of days; Saturday does not make up for Monday",
    ),
    Reading(
        27,
        "set",
        "count_by",
        "“更新…次”计更新事件，一日两次计两次",
        "updates are events: two on one day count twice",
    ),
    Reading(28, "set", "per", "按账号分别计", "each account is counted apart"),
    Reading(30, "engine", "", "“10号之前”含 10 日至 24 时", "before the 10th includes the 10th until 24:00"),
    Reading(
        31, "engine", "", "本季度的自查从季度第一天起算", "what is due in a period may be done from its first day"
    ),
    Reading(
        32,
        "set",
        "due_in_period",
        "日期约束自查；报告在季度末前报送即可",
        "the date governs the check; its report is due by the end of the quarter",
    ),
    Reading(
        33,
        "set",
        "from",
        "发文前已结束的周期不涉及；“年内”按全年计",
        "periods that ended before the text was issued do not apply; yearly counts use the whole year",
    ),
    Reading(
        34,
        "set",
        "every, partial",
        "“每年”指评估期内完整的公历年",
        "every year means calendar years wholly inside the window",
    ),
    Reading(
        35,
        "set",
        "plan_year, by",
        "无年份的日期属 plan_year；“6月底”为该月最后一日",
        "dates without a year are of the plan year; the end of June is its last day",
    ),
    Reading(
        36,
        "set",
        "period_of",
        "按公布日期归期；报表、报告按所属期",
        "periods by date of publication; reports by the period they cover",
    ),
    Reading(
        37,
        "set",
        "over, is",
        "4% 为该项分值 ÷ 不含加分的总分，不取整，等于即达标",
        "4 % is points ÷ the scheme's total without bonus, unrounded; equal passes",
    ),
    Reading(
        38,
        "set",
        "at_least, more_than",
        "以上、不低于、不少于为 ≥，超过为 >，低于为 <",
        "以上, 不低于, 不少于 are >=, 超过 >, 低于 <",
    ),
    Reading(
        39,
        "set",
        "where",
        "50 万元为核定总投资；学校、医院以 30 万元代替",
        "500,000 yuan of approved investment; 300,000 replaces it for schools and hospitals",
    ),
    Reading(
        40,
        "set",
        "counted",
        "行政复议驳回率照字面计，何种结果计入可改",
        "the dismissal rate is read literally; which outcomes count can be set",
    ),
    Reading(
        41,
        "set",
        "benchmark, least",
        "先用公布的平均值，否则合并计算且含本单位；相等不算低于",
        "a published mean first, else pooled with the unit itself; equal is not below",
    ),
    Reading(
        42,
        "set",
        "applies_to",
        "只约束部分单位的，其余不涉及",
        "where a duty binds some units only, others are not bound",
    ),
    Reading(
        43,
        "input",
        "tags",
        "“有关部门”以名册标签为准，无标签的不约束",
        "related departments are those tagged in the register",
    ),
    Reading(
        44,
        "set",
        "reported_only",
        "牵头单位计分，配合单位只展示",
        "the lead unit is scored, supporting units are shown",
    ),
    Reading(
        45,
        "set",
        "event",
        "督促、指导他人的，看本单位有无督促、检查",
        "urging others is one's own act where a check can be logged",
    ),
    Reading(46, "set", "overlap", "一件记录可证明几项任务", "an event may serve several duties"),
    Reading(47, "set", "kind: result", "各级指标体系分别评，不互抵", "sets are scored apart and do not net"),
    Reading(48, "set", "items", "“等”只看列明的各项", "open lists count the named items only"),
    Reading(
        49,
        "set",
        "at_least, any_of",
        "“分别、和、及”须全部渠道；“或、等方式”任一即可",
        "joined by and: all channels; by or: any",
    ),
    Reading(
        51,
        "set",
        "required, exempt",
        "须全文公开；标记复杂的可用摘要，原则上的例外须有记录",
        "full text is needed; a summary only if flagged complex; exceptions must be recorded",
    ),
    Reading(52, "engine", "", "保密等免除须记录理由，没有理由照计", "exempt only with a recorded reason"),
    Reading(
        53,
        "set",
        "reported_only",
        "可、鼓励、探索等软任务只展示；力争、逐步等照常计分",
        "may, encourage, explore: shown only; strive, gradually: scored",
    ),
    Reading(54, "set", "where", "两类会议的列席次数合并计", "attendance at both types of meeting is added"),
    Reading(
        55,
        "set",
        "items.inventory",
        "按人的培训以最近一次名册为准",
        "training per person goes by the latest roster",
    ),
    Reading(56, "set", "where", "“主要负责人”指职务，不指个人", "the principal is the post, not the person"),
    Reading(57, "set", "count_by", "“两批”按批次编号，否则按日期", "instalments by number, else by date"),
    Reading(
        60,
        "set",
        "scoring",
        "逾期完成不得分，天数照列；可用 days_late 设部分得分",
        "late earns nothing, days late are shown; a rule may use days_late",
    ),
    Reading(61, "engine", "", "没有评议的为未评估，绝不为零分", "without a rating not assessed, never zero"),
    Reading(62, "set", "scoring", "原文没有分值的扣分只展示", "sanctions without points are shown only"),
    Reading(
        63,
        "set",
        "check",
        "禁止事项须有检查记录才算达标，否则未评估",
        "a prohibition is met only if a check was made, else not assessed",
    ),
    Reading(
        64,
        "set",
        "reported_only",
        "第三方测评结果只列出，不混入得分",
        "third-party results are shown beside the score",
    ),
    Reading(
        65,
        "set",
        "where",
        "证据以 origin 区分公开痕迹与自有记录",
        "origin tells public traces from a unit's own records",
    ),
)
"""How every other question is settled."""
