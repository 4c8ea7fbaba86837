"""Messages about the command line (P)."""

from __future__ import annotations

from typing import Literal

MESSAGES: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "P001": (
        "error",
        "没有名为“{unit}”的单位{hint}。请写单位编号或全称。",
        "no unit called '{unit}'{hint}. Give its id or its full name.",
    ),
    "P002": (
        "error",
        "没有编号为“{indicator}”的指标{hint}。请写指标体系中的编号。",
        "no indicator with id '{indicator}'{hint}. Give an id of the indicator set.",
    ),
    "P003": (
        "error",
        "程序内部出错（{kind}：{detail}）。输入文件没有被改动。请附上命令和这一行报告给开发者。",
        "an internal error ({kind}: {detail}). No input was changed. Report it with the command and this line.",
    ),
    "P004": (
        "error",
        "读不懂“{text}”。请写成 名称=值，例如 {example}。",
        "cannot read '{text}'. Write name=value, for example {example}.",
    ),
    "P005": (
        "error",
        "看不出“{name}”是哪种文件。请用 --as 说明：set（指标体系）、log（台账）、units（名册）、calendar（日历）、mapping（映射）。",
        "cannot tell what '{name}' is. Say it with --as: set, log, units, calendar or mapping.",
    ),
    "P006": (
        "error",
        "找不到文件“{name}”。请检查路径。",
        "there is no file '{name}'. Check the path.",
    ),
    "P007": (
        "error",
        "写不了“{name}”：{detail_zh}。请换一个位置或关闭正在使用它的程序。",
        "cannot write '{name}': {detail_en}. Choose another place or close the program that uses it.",
    ),
    "P008": (
        "error",
        "评估需要单位名册，请用 --units 给出（列：id, name, class, type, tags, parent, channels）。",
        "scoring needs the register of units: give it with --units (columns id, name, class, type, tags, parent, channels).",
    ),
    "P009": (
        "error",
        "读不懂“{value}”：--within 要求不小于 0 的整数（天）。",
        "cannot read '{value}': --within takes a whole number of days, 0 or more.",
    ),
    "P010": (
        "error",
        "--partitions 只用于不带映射文件的 Parquet 台账（.parquet），给出的是：{found}。请去掉 --partitions，或先把台账存成 Parquet。",
        "--partitions is for Parquet logs (.parquet) without a mapping file, but this was given: {found}. Leave it out, or save the log as Parquet first.",
    ),
    "P011": (
        "error",
        "整理好的台账要存成 .parquet 文件，给出的是“{name}”。请把 -o 的文件名改为以 .parquet 结尾。",
        "an indexed log is a .parquet file, but '{name}' was given. Give -o a name that ends with .parquet.",
    ),
    "P012": (
        "error",
        "写不了“{name}”：没有文件夹“{folder}”。请先建好这个文件夹，或换一个位置。",
        "cannot write '{name}': there is no folder '{folder}'. Make the folder first, or choose another place.",
    ),
    "P013": (
        "error",
        "“{name}”也是这次要读的文件，写出会盖掉它。请为 -o 另起一个文件名。",
        "'{name}' is read in the same call and would be lost. Give -o another name.",
    ),
    "P014": (
        "error",
        "“{name}”是整理好的台账，不必再整理，可直接用于 score、check。要按新的条件核对，请从原始文件整理。",
        "'{name}' is an indexed log already: score and check take it as it is. To check it otherwise, index the "
        "original files.",
    ),
}
