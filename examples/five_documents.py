"""用五份文件各评一次示例城市：同样的单位、同样的台账，五种读法。Scores the example city under all five sets.

python examples/five_documents.py
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import gongkai_score as gs
from gongkai_score.outputs.text import table_text
from gongkai_score.tables import Table

CITY = Path(__file__).parent / "city"
SETS = ("jiangmen-2016", "bengbu-2017", "jinan-2018", "bishan-2019", "huainan-2024")
SHOWN = 3
"""How many of the units the documents disagree about most are looked into."""

CAUTION = """\
五份文件是五个地方、五个年度（2016、2017、2018、2019、2024年）的任务，这里一律按2019年全年、知悉截至2020年1月31日来评，
只是练习，不是评价：
· 台账是照璧山2019年的说法记的。江门、济南等文件点名的项目，台账里多半没有记，“没有记”就得零分。
· 写明2016年、2017年某日以前完成的任务，在2019年没有到期的事项；淮南的任务分给一个机关的科室，这里的单位大多不涉及。
· 分值是本库的假定，五份原文都没有分值。
所以同一列里可以比名次，不同列的分数不能相比；覆盖率低的，分数只由很少几项决定。"""


def assess_all() -> dict[str, gs.Assessment]:
    """The city under each set: the same log, register, calendar, period."""
    units = gs.read_units(CITY / "units.csv")
    log = gs.read_log([CITY / "log.csv", CITY / "log_gb18030.csv"], units=units)
    calendar = gs.national_calendar()
    return {
        name: gs.assess(
            gs.read_indicator_set(name), log, units, calendar=calendar, period="2019", as_of="2020-01-31"
        )
        for name in SETS
    }


def losses(result: gs.Assessment) -> pd.DataFrame:
    """What each leaf cost each unit, in points of the total.

    The points of what does not apply go to what does, so a leaf weighs more than is written beside it: its part of
    what counts under its parent, of the parent's part, and so on up to 100.
    """
    root = result.indicator_set.root
    parents = {child.id: node.id for node in root.walk() for child in node.children}
    frame = gs.scores_frame(result)
    frame["parent"] = frame["indicator"].map(parents)
    frame["part"] = frame["counted"] / frame.groupby(["unit", "parent"])["counted"].transform("sum")
    weights = pd.Series(float(root.points), index=frame.loc[frame["level"] == 0, "unit"]).to_frame("weight")
    weights["indicator"] = root.id
    known = weights.set_index("indicator", append=True)["weight"]
    for level in range(1, frame["level"].max() + 1):
        rows = frame[frame["level"] == level]
        above = known.reindex(pd.MultiIndex.from_frame(rows[["unit", "parent"]])).to_numpy()
        here = pd.Series(
            above * rows["part"].to_numpy(), index=pd.MultiIndex.from_frame(rows[["unit", "indicator"]])
        )
        known = pd.concat([known, here])
    frame["weight"] = known.reindex(pd.MultiIndex.from_frame(frame[["unit", "indicator"]])).to_numpy()
    leaves = frame[frame["indicator"].isin({leaf.id for leaf in result.indicator_set.leaves})].copy()
    leaves["cost"] = (leaves["weight"] * leaves["lost"] / leaves["counted"]).fillna(0.0)
    leaves["usual"] = leaves.groupby(["group", "indicator"])["cost"].transform("mean")
    return leaves


def ranks(results: dict[str, gs.Assessment]) -> pd.DataFrame:
    """One row for each unit and set; ``tells`` is false where a set gives most of a class the same points."""
    parts = [gs.ranking_frame(result).assign(set=name) for name, result in results.items()]
    found = pd.concat(parts, ignore_index=True)
    alike = found.groupby(["set", "group", "points_exact"])["unit"].transform("size")
    found["tells"] = alike.groupby([found["set"], found["group"]]).transform("max") <= found["class_size"] / 2
    return found


def cell(row: pd.Series) -> str:
    """``48.84 · 1/7 · 66%``: total, rank in the class, coverage."""
    if pd.isna(row["points"]):
        return "—"
    return f"{row['points']:.2f} · {row['rank']}/{row['class_size']} · {row['coverage']:.0%}"


def disagreements(found: pd.DataFrame) -> list[str]:
    """Units by how many places lie between their best rank and their worst, the most first."""
    told = found[found["tells"] & found["rank"].notna()]
    apart = told.groupby("unit", sort=False)["rank"].agg(lambda of_unit: of_unit.max() - of_unit.min())
    return [str(unit) for unit in apart.sort_values(ascending=False, kind="stable").index]


def why(unit: str, found: pd.DataFrame, results: dict[str, gs.Assessment]) -> str:
    """Best and worst rank of a unit, and the two indicators that set the worst apart from its class."""
    told = found[(found["unit"] == unit) & found["tells"]]
    best, worst = told.loc[told["rank"].astype(int).idxmin()], told.loc[told["rank"].astype(int).idxmax()]
    leaves = losses(results[worst["set"]])
    own = leaves[leaves["unit"] == unit]
    own = own.assign(more=own["cost"] - own["usual"]).sort_values("more", ascending=False, kind="stable")
    lines = [
        f"{worst['unit_name']}（{worst['group']}）："
        f"按 {best['set']} 第{best['rank']}名，按 {worst['set']} 第{worst['rank']}名。在 {worst['set']} 里，"
        f"比同类多丢分最多的两项："
    ]
    indicator_set = results[worst["set"]].indicator_set
    for _, row in own.head(2).iterrows():
        leaf = indicator_set[row["indicator"]]
        lines.append(
            f"  · {leaf.id} {row['name']}：失{row['cost']:.2f}分，占全部失分的{row['cost'] / own['cost'].sum():.0%}"
            f"（同类平均失{row['usual']:.2f}分）。原文（{leaf.clause}）：{leaf.quote}"
        )
    return "\n".join(lines)


def main() -> None:
    results = assess_all()
    found = ranks(results)
    print(CAUTION)

    print()
    units = found.drop_duplicates("unit").set_index("unit")
    cells = {(row["unit"], row["set"]): cell(row) for _, row in found.iterrows()}
    order = [unit.id for unit in results[SETS[0]].units]
    table = [
        (units.loc[unit, "unit_name"], units.loc[unit, "group"], *(cells[unit, name] for name in SETS))
        for unit in order
    ]
    title = "总分 · 类内名次 · 覆盖率（计分的指标占满分的比重）"
    print(table_text(Table(title, ("单位", "类别", *SETS), tuple(table))))
    same = found[~found["tells"]].groupby("set", sort=False)["group"].unique()
    for name, groups in same.items():
        print(f"注：{name} 给{'、'.join(sorted(groups))}的分数多半相同，名次说明不了什么，下面不计。")

    print(f"\n分歧最大的{SHOWN}个单位（最好与最差的名次相差最多）")
    for unit in disagreements(found)[:SHOWN]:
        print(why(unit, found, results))


if __name__ == "__main__":
    main()
