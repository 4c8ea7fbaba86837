"""Messages about working calendars (C). C0xx questions to a calendar, C1xx years, C2xx layers."""

from __future__ import annotations

from typing import Literal

_SUPPLY_ZH = (
    "请提供 {year} 年的 holiday-cn 格式文件（如 {year}.json）；通知未发布时，可将 unpublished 设为"
    " undetermined（结果待定）或 statutory（按放假办法推定，结果暂定）。"
)
_SUPPLY_EN = (
    "Supply a holiday-cn file of {year} (for example {year}.json); if the notice is not out, set unpublished to"
    " undetermined (no result yet) or statutory (estimated by the holiday regulation, provisional)."
)

MESSAGES: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "C001": (
        "error",
        "自 {day} 起 {n} 个工作日的期限在 {last} 之后届满，而日历只到 {last}（共 {rows} 处）。" + _SUPPLY_ZH,
        "{n} working days from {day} end after {last}, the last day of the calendar ({rows} rows). " + _SUPPLY_EN,
    ),
    "C002": (
        "error",
        "{day} 在日历最后一天 {last} 之后（共 {rows} 处）。" + _SUPPLY_ZH,
        "{day} is after {last}, the last day of the calendar ({rows} rows). " + _SUPPLY_EN,
    ),
    "C003": (
        "error",
        "{day} 或由它推算的日期早于日历第一天 {first}（共 {rows} 处）。请核对日期是否写错。",
        "{day}, or the day counted from it, is before {first}, the first day of the calendar ({rows} rows)."
        " Check that the date is right.",
    ),
    "C004": (
        "error",
        "有 {rows} 处日期为空，无法判断是否工作日。请先剔除空日期。",
        "{rows} dates are missing, so nobody can say whether they are working days. Leave them out first.",
    ),
    "C005": (
        "error",
        "自 {day} 起 {n} 日的期限在 {last} 之后届满，不知是否休息日而需顺延（共 {rows} 处）。" + _SUPPLY_ZH,
        "{n} natural days from {day} end after {last}, the last day of the calendar, so it is not known whether"
        " they end on a rest day ({rows} rows). " + _SUPPLY_EN,
    ),
    "C101": (
        "error",
        "无法读取日历文件：{detail_zh}。请检查路径和权限。",
        "this calendar file cannot be read: {detail_en}. Check its path and permissions.",
    ),
    "C102": (
        "error",
        "文件不是 UTF-8 编码（第 {byte} 字节）。请另存为 UTF-8。",
        "this file is not UTF-8 (byte {byte}). Save it as UTF-8.",
    ),
    "C103": (
        "error",
        "不是合法的 {format}：{detail}。请检查此处的引号、逗号、冒号和括号。",
        "this is not valid {format}: {detail}. Check quotes, commas, colons and brackets here.",
    ),
    "C104": (
        "error",
        "文件在此处中断，内容不完整。请重新下载或复制完整文件。",
        "the file stops in the middle here. Download or copy the whole file again.",
    ),
    "C105": (
        "error",
        "此处应为{expected_zh}。请参照 docs/calendar.md 中的格式改正。",
        "{expected_en} belongs here. Correct it by the format in docs/calendar.md.",
    ),
    "C106": (
        "error",
        "不认识的键“{key}”。可用的键：{allowed}。请改名或删除。",
        "unknown key '{key}'. The keys are {allowed}. Rename or delete it.",
    ),
    "C107": (
        "error",
        "缺少“{key}”。请补上。",
        "'{key}' is missing. Add it.",
    ),
    "C109": (
        "error",
        "年份 {value} 不对，应为 1971 至 2199 之间的整数（不加引号）。请改正 year。",
        "{value} is not a year: write a whole number from 1971 to 2199 without quotes. Correct year.",
    ),
    "C110": (
        "error",
        "文件名是 {name}，内容却是 {year} 年。请改正文件名或 year，以免用错年份。",
        "the file is named {name} but holds the year {year}. Correct the name or year, lest the wrong year be used.",
    ),
    "C111": (
        "error",
        "{year} 年没有列出任何日期，多半是通知尚未发布时生成的空文件。请换用通知发布后的文件。",
        "no days are listed for {year}; the file was probably made before the notice was out."
        " Use one made after it.",
    ),
    "C112": (
        "error",
        '日期应为加引号的文字，如 "2027-01-01"，现为 {value}。请改正。',
        'a date is text in quotes such as "2027-01-01", not {value}. Correct it.',
    ),
    "C113": (
        "error",
        "“{value}”不是存在的日期；应写成 YYYY-MM-DD。请对照通知改正。",
        "'{value}' is not a day that exists, written YYYY-MM-DD. Correct it by the notice.",
    ),
    "C114": (
        "error",
        "{day} 不属于 {year} 年的安排（只可为 {year} 年或其前一个 12 月）。请对照通知改正日期或移到所属年份的文件。",
        "{day} is no day of the {year} notice (only {year} and the December before it are)."
        " Correct it or move it to the file of its year.",
    ),
    "C115": (
        "error",
        "“{key}”应为 true 或 false（不加引号），现为 {value}。请改正。",
        "'{key}' is true or false without quotes, not {value}. Correct it.",
    ),
    "C116": (
        "error",
        "{day} 出现两次，一次休息、一次上班。请对照通知只留一条。",
        "{day} is listed twice, once as a rest day and once as a working day. Keep the one in the notice.",
    ),
    "C117": (
        "error",
        "papers 应为文号或网址（文字）的列表。请改正。",
        "papers is a list of notice numbers or addresses (text). Correct it.",
    ),
    "C118": (
        "warning",
        "{year} 年没有注明通知文号或网址，结果将无法注明日历依据。请在 papers 中补上。",
        "no notice is cited for {year}, so results cannot cite what their calendar rests on. Add it to papers.",
    ),
    "C119": (
        "error",
        "{before} 年之后直接是 {after} 年，缺少 {missing} 年。请一并提供 {missing}.json。",
        "{after} follows {before}: the year {missing} is missing. Supply {missing}.json too.",
    ),
    "C120": (
        "error",
        "{year} 年已由 {other} 提供。每年只给一个文件，请去掉一个。",
        "the year {year} is already given by {other}. Give one file a year: leave one out.",
    ),
    "C203": (
        "error",
        "{day} 没有写明依据。请在 source 中写明通知名称或文号。",
        "{day} cites no source. Name the notice or its number in source.",
    ),
    "C204": (
        "error",
        "{day} 不在日历范围 {first} 至 {last} 之内。请先提供该年日历或删去此条。",
        "{day} is outside the calendar, {first} to {last}. Supply that year first or delete the entry.",
    ),
    "C205": (
        "warning",
        "{day} 本来就是休息日，此条不起作用。请核对日期，无误则删去。",
        "{day} is a rest day already, so this entry changes nothing. Check the date; delete it if it is right.",
    ),
    "C206": (
        "warning",
        "{day} 本来就是工作日，此条不起作用。请核对日期，无误则删去。",
        "{day} is a working day already, so this entry changes nothing. Check the date; delete it if it is right.",
    ),
}
