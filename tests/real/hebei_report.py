"""Prints the ranking of five Hebei bodies, the medians beside it, and three cases.

PYTHONPATH=. python tests/real/hebei_report.py
"""

from __future__ import annotations

from hebei_data import BODIES, assessed, case_at, medians, prepared_log

from gongkai_score.accounts import case_words
from gongkai_score.points import decimal_text

CASES = (("D20", 685), ("D20", 2575), ("I3", 1922))


def main() -> None:
    log = prepared_log()
    result = assessed(log)
    rows = result.rows
    print(f"读入 {rows.read} 行 = 使用 {rows.used} + 搁置 {dict(rows.set_aside)} + 范围外 {dict(rows.outside)}")
    middle = medians(log)
    print("\n名次  总分   单位    中位数(日)  20个工作日内公开   3个工作日内解读  同日解读")
    for place in result.ranking():
        name = BODIES[result.units[place.unit].id]
        counts = []
        for leaf in ("D20", "I3", "I0"):
            measured = result.measurements[leaf][""][place.unit]
            counts.append(f"{measured.number('met')}/{measured.number('cases')}")
        points = "—" if place.points is None else decimal_text(place.points, 2)
        print(f"{place.rank:>3}  {points:>6}  {name}  {middle[name]:>6g}  {'  '.join(f'{c:>12}' for c in counts)}")
    for indicator, line in CASES:
        case = case_at(result, indicator, line)
        print(f"\n{indicator} 第{line}行 {case.key}")
        print(
            f"  起 {case.start}，期限 {case.due}，完成 {case.done}：{case.verdict.word}，{case_words(case, 'zh')}"
        )
        for fact in case.rows:
            print(f"  {fact.origin} · {fact.at} · {fact.kind}")


if __name__ == "__main__":
    main()
