"""Makes ``docs/mechanisms.md`` from the files of ``tests/mechanisms``: run it after changing one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
FOLDER = HERE.parent / "tests" / "mechanisms"
GROUPS = {
    "L": "一项指标怎样得分 · How one indicator gets its points",
    "G": "否决、门槛与及格线 · Vetoes, gates and fail lines",
    "B": "满分之外的加分与倒扣 · Bonus and penalty outside the full marks",
    "N": "不涉及 · Not applicable",
    "A": "合成 · Adding up",
    "T": "时间 · Time",
    "R": "等次与排名 · Grades and ranks",
    "X": "实践常见而未见于公开文本 · Common in practice, not found in a published text",
    "w": "大绩效考核中的政务公开 · Openness inside a wider appraisal",
}
INTRODUCTION = """\
# 评分方式大全 · Mechanisms

<!-- made from tests/mechanisms by docs/make_mechanisms.py -->

约六十份公开的评分方案用到的83种评分方式，每种给出写法和手算的结果。每段 YAML 都由测试读取、评估，得数与手算逐一
相同。写法的说明见 [language.zh-CN.md](language.zh-CN.md)。

The 83 ways of scoring found in about sixty published schemes: for each how it is written, and what comes out,
worked by hand. Tests read and assess every fragment and compare every number exactly. The words are explained in
[language.md](language.md).
"""


def files() -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows in the order of the groups, each with its file's content."""

    def order(path: Path) -> tuple[int, int]:
        return list(GROUPS).index(path.stem[0]), int("0" + path.stem[1:] if path.stem[1:].isdigit() else "0")

    for path in sorted(FOLDER.glob("*.yaml"), key=order):
        yield path.stem, yaml.load(path.read_text("utf-8"), yaml.BaseLoader)


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    group = ""
    for name, told in files():
        if name[0] != group:
            group = name[0]
            parts.append(f"## {GROUPS[group]}\n")
        number = f"{name} · " if name[1:].isdigit() else ""
        parts.append(f"### {number}{told['what']['zh']} · {told['what']['en']}\n")
        parts.append(f"```yaml\n{told['fragment'].rstrip()}\n```\n")
        parts += [_part(told["parts"], one) for one in told.get("parts", {})]
        parts.append(f"{told['worked']['zh']}\n\n{told['worked']['en']}\n")
    return "\n".join(part for part in parts if part)


def _part(parts: dict[str, Any], name: str) -> str:
    """An assessment that is drawn on, shown once where several rest on the same set."""
    same = [other for other, one in parts.items() if one["fragment"] == parts[name]["fragment"]]
    if same[0] != name:
        return ""
    names = "、".join(f"`{one}`" for one in same)
    return f"其中 · where {names}:\n\n```yaml\n{parts[name]['fragment'].rstrip()}\n```\n"


if __name__ == "__main__":
    (HERE / "mechanisms.md").write_text(page(), encoding="utf-8")
