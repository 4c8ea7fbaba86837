"""Messages about saved results (R). R00x the file and its shape, R01x its content."""

from __future__ import annotations

from typing import Literal

MESSAGES: dict[str, tuple[Literal["error", "warning", "note"], str, str]] = {
    "R001": (
        "error",
        "打不开结果文件：{detail_zh}。请检查路径和权限。",
        "the result file cannot be opened: {detail_en}. Check the path and the permissions.",
    ),
    "R002": (
        "error",
        "结果文件不是 UTF-8 编码（第 {byte} 个字节起无法识别）。文件可能被别的程序改存过，请用原始文件。",
        "the result file is not UTF-8 (from byte {byte} on). Another program may have saved it again: use the "
        "original file.",
    ),
    "R003": (
        "error",
        "不是完整的 JSON：{detail}。文件可能被截断或手工改动，请重新生成或取回原始文件。",
        "this is not complete JSON: {detail}. The file may have been cut off or edited: make it again or fetch the "
        "original.",
    ),
    "R004": (
        "error",
        '这不是本库保存的测评结果：缺少 "format": "{format}"。请选用 to_json 写出的文件。',
        'this is not a result saved by this library: \'"format": "{format}"\' is missing. Choose a file written by '
        "to_json.",
    ),
    "R005": (
        "error",
        "结果文件的格式版本是 {found}，本库只认识到 {known}。请升级 gongkai-score 后再读。",
        "the result has format version {found}; this library knows versions up to {known}. Upgrade gongkai-score.",
    ),
    "R006": (
        "error",
        "缺少“{key}”。文件不完整，请重新生成。",
        "'{key}' is missing. The file is incomplete: make it again.",
    ),
    "R007": (
        "error",
        "此处应为（或形如）{expected}，实为 {found}。请重新生成文件或取回原始文件。",
        "here should stand {expected}, or a value like it, but {found} was found. Make the file again or fetch the original.",
    ),
    "R008": (
        "error",
        "不认识的键“{key}”。请删去，或用写出该文件的版本读取。",
        "unknown key '{key}'. Remove it, or read the file with the version that wrote it.",
    ),
    "R009": (
        "error",
        "键“{key}”重复。文件被改动过，请取回原始文件。",
        "key '{key}' is repeated. The file was edited: fetch the original.",
    ),
    "R010": (
        "error",
        "应有 {expected} 个，实有 {found} 个，各列长度必须一致。",
        "{expected} entries are expected here, but there are {found}: columns must have equal lengths.",
    ),
    "R011": (
        "error",
        "序号 {found} 超出范围（0 到 {last}）。",
        "position {found} lies outside 0 to {last}.",
    ),
    "R012": (
        "error",
        "“{node}”的逐项变动之和与得分 {points} 不符。结果被改动过，请重新计算。",
        "the changes listed for '{node}' do not add up to its points, {points}. The result was altered: assess "
        "again.",
    ),
    "R013": (
        "error",
        "读入 {read} 行，而采用、未采用和范围之外的合计为 {sum} 行，对不上。结果被改动过，请重新计算。",
        "{read} rows were read, but used, set aside and outside add up to {sum}. The result was altered: assess again.",
    ),
    "R014": (
        "error",
        "指标与结果不一致：{detail}。结果被改动过，请重新计算。",
        "indicators and results do not agree: {detail}. The result was altered: assess again.",
    ),
    "R015": (
        "error",
        "无法写出结果文件：{detail_zh}。原有文件未改动。",
        "the result file cannot be written: {detail_en}. An existing file is unchanged.",
    ),
    "R016": (
        "error",
        "不认识的提示代码“{found}”，或缺少其内容。请用写出该文件的版本读取。",
        "message code '{found}' is unknown, or what it says is incomplete. Read the file with the version that wrote "
        "it.",
    ),
    "R017": (
        "error",
        "事项必须按单位排列：第 {place} 项的单位序号比前一项小。",
        "cases must be ordered by unit: entry {place} has a smaller unit than the one before.",
    ),
}
