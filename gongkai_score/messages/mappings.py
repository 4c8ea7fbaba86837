"""Messages about mapping files (M)."""

from __future__ import annotations

from typing import Literal

MESSAGES: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "M001": (
        "error",
        "映射文件没有说明怎样读{what_zh}：缺少“{key}”。请补上。",
        "the mapping file does not say how to read {what_en}: '{key}' is missing. Add it.",
    ),
    "M002": (
        "error",
        "正则表达式“{pattern}”有错：{detail}。请改正。",
        "the regular expression '{pattern}' is wrong: {detail}. Correct it.",
    ),
    "M003": (
        "error",
        "pattern 要有且只有一个圆括号组，表示要取出的部分，现在有 {groups} 个。不取出的括号请写成 (?:…)。",
        "pattern needs exactly one group in parentheses, the part to take out, and has {groups}. Write other "
        "parentheses as (?:…).",
    ),
    "M004": (
        "error",
        "by 的“{by}”不能用来替换：{detail}。反斜杠后只能写已有组的编号，例如 \\1。",
        "by '{by}' cannot replace anything: {detail}. After a backslash only the number of a group can stand, such as "
        "\\1.",
    ),
    "M005": (
        "error",
        "这类事项没有说明 {missing} 取自哪一列。请写在这里，或写在文件顶层供各类事项共用。",
        "this event does not say where {missing} comes from. Write it here, or at the top of the file for all events.",
    ),
    "M006": (
        "error",
        "{name} 是日期，不能放在 attributes 下。请移到 moments 下。",
        "{name} is a date and cannot stand under attributes. Move it to moments.",
    ),
    "M007": (
        "error",
        "请写 column（取自一列）或 constant（固定内容），两者只写一个。",
        "write either column (taken from a column) or constant (always the same), one of the two.",
    ),
    "M008": (
        "error",
        "“{key}”只用于{where_zh}，这里是{here_zh}。请删去。",
        "'{key}' is for {where_en} only, and this is {here_en}. Remove it.",
    ),
    "M009": (
        "error",
        "“{kind}”不是已知的事项类型。{near_zh}若取自一列，请写 {{column: …}}。",
        "'{kind}' is no known kind of event. {near_en}If it is taken from a column, write {{column: …}}.",
    ),
    "M010": (
        "error",
        "{table} 没有“{name}”列。现有的列：{found}。{near_zh}请改正列名。",
        "{table} has no column '{name}'. Columns found: {found}. {near_en}Correct the name.",
    ),
    "M011": (
        "error",
        "打不开映射文件：{detail_zh}。请检查路径和文件名。",
        "the mapping file cannot be opened: {detail_en}. Check path and name.",
    ),
    "M012": (
        "error",
        "只写 constant 时没有可处理的内容，不能再写“{key}”。请删去。",
        "nothing is left to work on when constant is given: remove '{key}'.",
    ),
    "M013": (
        "error",
        "条件里同时写了 {keys}。每列只写一个条件；要几个同时成立，请写成几列，或用 pattern。",
        "the condition holds {keys} at once. Write one condition a column; use pattern for more.",
    ),
}
