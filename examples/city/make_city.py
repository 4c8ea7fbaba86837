"""Makes the example city: forty-odd invented units and one invented year of their open-government work.

    python examples/city/make_city.py [--seed 2019] [--out DIR]

The same seed gives the same bytes on every machine: only ``Random.random`` is drawn from, one stream for each
unit and theme, so that a change of one theme leaves the others as they were. Nothing here is a record of a real
place; README.md beside this file says what is in it.
"""

from __future__ import annotations

import argparse
import csv
import io
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TypeVar

T = TypeVar("T")
Row = dict[str, str]

FIRST, LAST = date(2019, 1, 1), date(2019, 12, 31)
AFTERMATH = date(2020, 1, 17)
"""What was begun in 2019 is recorded until this day."""

# Days that differ from Monday to Friday, as 国办发明电〔2018〕15号 and 国办发明电〔2019〕3号 arrange 2019 and
# 国办发明电〔2019〕16号 the first days of 2020.
RESTS = {
    date(2019, 1, 1),
    *(date(2019, 2, d) for d in range(4, 11)),
    date(2019, 4, 5),
    *(date(2019, 5, d) for d in (1, 2, 3)),
    date(2019, 6, 7),
    date(2019, 9, 13),
    *(date(2019, 10, d) for d in range(1, 8)),
    date(2020, 1, 1),
}
MAKE_UPS = {date(2019, *d) for d in ((2, 2), (2, 3), (4, 28), (5, 5), (9, 29), (10, 12))}
REQUEST_REGIME = date(2019, 5, 15)
"""Requests received from this day on are answered within 20 working days, earlier ones within 15."""


def is_workday(day: date) -> bool:
    return day in MAKE_UPS or (day.weekday() < 5 and day not in RESTS)


WORKDAYS = [d for n in range((AFTERMATH - FIRST).days + 1) if is_workday(d := FIRST + timedelta(n))]
YEAR = [d for d in WORKDAYS if d <= LAST]


def later(day: date, workdays: int) -> date | None:
    """The working day so many after ``day``; None if the records do not reach that far."""
    if workdays <= 0:
        return day
    place = bisect_right(WORKDAYS, day) + workdays - 1
    return WORKDAYS[place] if place < len(WORKDAYS) else None


class Dice:
    """Choices drawn from one seeded stream."""

    def __init__(self, seed: int, *what: str) -> None:
        self._random = Random(":".join([str(seed), *what])).random

    def chance(self, p: float) -> bool:
        return self._random() < p

    def between(self, low: int, high: int) -> int:
        return low + int(self._random() * (high - low + 1))

    def one(self, items: Sequence[T]) -> T:
        return items[int(self._random() * len(items))]

    def shuffled(self, items: Iterable[T]) -> list[T]:
        left = list(items)
        return [left.pop(int(self._random() * len(left))) for _ in range(len(left))]

    def time(self) -> str:
        return f"{self.between(8, 17):02d}:{self.between(0, 59):02d}"


# --- units ---------------------------------------------------------------------------------------------------


@dataclass
class Unit:
    id: str
    name: str
    group: str
    type: str
    tags: str = ""
    parent: str = ""
    channels: str = "new_media"
    active_from: str = ""
    active_to: str = ""
    care: float = 0.0
    """Diligence, 0 to 1: nearly everything a unit does follows from it."""
    accounts: list[str] = field(default_factory=list)

    @property
    def short(self) -> str:
        return self.name.removeprefix("澜川市")

    def has(self, tag: str) -> bool:
        return tag in self.tags.split(";")

    def there(self, day: date) -> bool:
        text = day.isoformat()
        return (self.active_from or "0") <= text <= (self.active_to or "9")


OFFICES, COUNTIES, TOWNS, BODIES = "市级部门", "县区", "镇街", "其他单位"
SITE = "site;new_media"
EVERY_COUNTY = "营商环境;政务服务;涉企政策;民生实事;重大决策;督查落实;政府投资"
UNITS = [
    Unit(
        "O01",
        "澜川市人民政府办公室",
        OFFICES,
        "office",
        "organiser;政务公开;民生实事;重大决策;督查落实",
        channels="portal;site;new_media",
    ),
    Unit(
        "D01", "澜川市发展和改革委员会", OFFICES, "department", "发改;营商环境;涉企政策;政府投资;督查落实;重大决策"
    ),
    Unit("D02", "澜川市教育局", OFFICES, "department", "教育;政府投资;重大决策", channels=SITE),
    Unit("D03", "澜川市民政局", OFFICES, "department", "民政;社会救助;政务服务"),
    Unit("D04", "澜川市财政局", OFFICES, "department", "财政;金融;风险防范;涉企政策"),
    Unit("D05", "澜川市人力资源和社会保障局", OFFICES, "department", "人社;就业;社会保障;政务服务", channels=SITE),
    Unit("D06", "澜川市自然资源局", OFFICES, "department", "自然资源;征地;行政执法;重大决策"),
    Unit("D07", "澜川市生态环境局", OFFICES, "department", "生态环境;行政执法;重大决策", channels=SITE),
    Unit("D08", "澜川市住房和城乡建设局", OFFICES, "department", "住建;房地产;行政执法;政务服务;政府投资"),
    Unit("D09", "澜川市交通运输局", OFFICES, "department", "交通;行政执法;政府投资"),
    Unit("D10", "澜川市农业农村局", OFFICES, "department", "农业农村;扶贫;行政执法"),
    Unit("D11", "澜川市文化和旅游局", OFFICES, "department", "文旅;旅游;行政执法"),
    Unit("D12", "澜川市卫生健康委员会", OFFICES, "department", "卫生健康;政府投资;行政执法", channels=SITE),
    Unit("D13", "澜川市应急管理局", OFFICES, "department", "应急;安全生产;行政执法"),
    Unit("D14", "澜川市市场监督管理局", OFFICES, "department", "市场监管;食品药品;营商环境;涉企政策;行政执法"),
    Unit("D15", "澜川市互联网信息办公室", OFFICES, "department", "网信办;政务公开"),
    Unit("D16", "澜川市粮食局", OFFICES, "department", "粮食", channels="", active_to="2019-03-29"),
    Unit("D17", "澜川市医疗保障局", OFFICES, "department", "医保;政务服务", active_from="2019-04-01"),
    Unit("B01", "澜川市政务服务中心", BODIES, "body", "行政服务中心;政务服务;营商环境"),
    Unit("B02", "澜川市残疾人联合会", BODIES, "body", "残联"),
    Unit("B03", "澜川市住房公积金管理中心", BODIES, "body", "住房公积金", channels=""),
    Unit("C01", "望澜区人民政府", COUNTIES, "county", EVERY_COUNTY, channels=SITE),
    Unit("C02", "沐江区人民政府", COUNTIES, "county", EVERY_COUNTY, channels=SITE),
    Unit("C03", "新栈区人民政府", COUNTIES, "county", f"{EVERY_COUNTY};征地", channels=SITE),
    Unit("C04", "青槐县人民政府", COUNTIES, "county", f"{EVERY_COUNTY};扶贫", channels=SITE),
    Unit("C05", "白鹭县人民政府", COUNTIES, "county", f"{EVERY_COUNTY};征地", channels=SITE),
    Unit("C06", "石硖县人民政府", COUNTIES, "county", f"{EVERY_COUNTY};扶贫", channels=SITE),
    Unit("C07", "禾溪县人民政府", COUNTIES, "county", EVERY_COUNTY, channels=SITE),
    *(
        Unit(f"T{n:02d}", name, TOWNS, "town", "行政执法" if n % 3 == 1 else "", parent)
        for n, (name, parent) in enumerate(
            [
                ("听澜街道办事处", "C01"),
                ("柳浦街道办事处", "C01"),
                ("鹤鸣桥街道办事处", "C01"),
                ("临沐街道办事处", "C02"),
                ("沙渚镇人民政府", "C02"),
                ("栈台街道办事处", "C03"),
                ("新渡口镇人民政府", "C03"),
                ("槐庄镇人民政府", "C04"),
                ("青塬乡人民政府", "C04"),
                ("鹭洲镇人民政府", "C05"),
                ("白沙汀镇人民政府", "C05"),
                ("硖口镇人民政府", "C06"),
                ("石屏坳乡人民政府", "C06"),
                ("禾丰铺镇人民政府", "C07"),
                ("溪源里乡人民政府", "C07"),
            ],
            1,
        )
    ),
]
SILENT = "T15"
"""Sends in nothing all year."""
DISSOLVED = "D16"
"""Ends in March; some rows are dated after its end."""
FORMER_SITES = {
    "D08": "住建网",
    "D09": "交通网",
    "D11": "文旅网",
    "T04": "临沐在线",
    "T07": "新渡口之窗",
    "T10": "鹭洲网",
}
"""Sites of their own that were to be merged into the portal."""
OWN_FILE = "D03"
"""The department that keeps its log in a file of its own: GB18030, Chinese headings."""


def units_with_care(seed: int) -> list[Unit]:
    """The units; within each class diligence is spread evenly and given out by lot."""
    units = [Unit(**{**vars(u), "accounts": []}) for u in UNITS]
    for group in (OFFICES, COUNTIES, TOWNS, BODIES):
        members = [u for u in units if u.group == group]
        lots = Dice(seed, "care", group).shuffled(range(len(members)))
        for unit, lot in zip(members, lots, strict=True):
            unit.care = (lot + 0.5) / len(members)
    for unit in units:
        if unit.type == "office":
            unit.care = max(unit.care, 0.8)
        if "new_media" in unit.channels:
            name = unit.short.removesuffix("人民政府").removesuffix("办事处")
            unit.accounts = [f"{name}微信"]
            if unit.type == "office" or unit.id in ("C01", "C04", "D12"):
                unit.accounts.append(f"{name}微博")
    return units


# --- the year ------------------------------------------------------------------------------------------------

BASIC_TOPICS = ("概况信息", "机构职能", "领导信息", "政策文件", "政策解读")
PROGRESS_TOPICS = ("区政府工作报告", "年度重点工作", "民生实事项目")
TOPICS: dict[str, tuple[str, ...]] = {
    # tag → topics its units publish about, in the words of indicators/bishan-2019.yaml
    "营商环境": (
        "简政放权",
        "工程建设项目审批制度改革",
        "企业开办",
        "减证便民",
        "规范招标投标",
        "完善公共资源交易监管",
        "审批服务一网通办",
        "2+N政策体系",
        "支持实体经济企业18条",
        "放宽准入门槛",
    ),
    "风险防范": (
        "继续创新和完善宏观调控",
        "着力缓解企业融资难融资贵问题",
        "加快推进金融改革开放",
        "稳妥处理地方政府债务风险",
    ),
    "扶贫": (
        "相关政策举措",
        "扶贫项目",
        "财政专项扶贫资金",
        "精准扶贫贷款",
        "行业扶贫相关财政资金",
        "东西部扶贫协作财政援助资金",
    ),
    "生态环境": ("五大环保行动", "各级环保督察问题整改", "蓝天、碧水、净土三大保卫战"),
    "就业": ("促进就业创业的政策措施", "就业供求信息", "scholarship"),
    "卫生健康": ("医疗服务", "药品安全", "医保监管", "疫苗监管", "公立医疗卫生机构绩效考核结果"),
    "教育": ("preschool",),
}
ADMISSION = ("招生方案", "招生范围", "招生程序", "报名条件", "学校情况", "录取结果", "咨询方式")
ENFORCEMENT = ("行政执法职责", "执法依据", "执法标准", "执法程序", "监督途径", "执法结果")
SERVICE = ("政务服务事项", "办事指南", "办事流程")
JOB_SEEKERS = ("高校毕业生", "退役军人", "下岗职工", "农民工")
DEBT = ("债务限额", "余额", "债务率", "偿债率", "经济财政状况", "债券发行", "存续期管理")
STEPS = ("受理", "登记", "办理", "回复", "复议", "应诉")
PERIODIC: list[tuple[str, str, str]] = [
    # (tags, topic, how often): duties of other cities' sets that this city happens to keep as well
    ("财政", "monthly_fiscal", "month"),
    ("生态环境", "air_quality", "month"),
    ("生态环境", "drinking_water", "month"),
    ("卫生健康", "epidemic", "month"),
    ("食品药品", "food_sampling", "week"),
    ("食品药品", "drug_sampling", "quarter"),
    ("旅游", "tourism_quarterly", "quarter"),
    ("旅游", "tourism_complaints", "quarter"),
    ("住房公积金", "housing_fund", "quarter"),
    ("安全生产", "blacklist", "quarter"),
    ("发改", "fees", "half_year"),
]
PROJECTS = [f"民生实事{n:02d}" for n in range(1, 16)]
OPINION_TOPICS = ("金融安全", "生态环境", "脱贫攻坚", "医药卫生", "市场监管", "社会保障", "社会治安", "房地产市场")


class Book:
    """One unit's log as it is kept: what happened when."""

    def __init__(self, unit: Unit, seed: int) -> None:
        self.unit, self.seed, self.rows = unit, seed, list[Row]()

    def dice(self, theme: str) -> Dice:
        return Dice(self.seed, self.unit.id, theme)

    def add(self, kind: str, day: date | None, ref: str = "", time: str = "", **attributes: object) -> None:
        """Records one event, unless the records do not reach that day or the unit did not exist."""
        if day is None or day > AFTERMATH or not self.unit.there(day):
            return
        at = day.isoformat() + (f" {time}" if time else "")
        row = {"unit": self.unit.id, "kind": kind, "at": at, "ref": ref}
        for name, value in attributes.items():
            if isinstance(value, bool):
                row[name] = "true" if value else "false"
            elif isinstance(value, tuple | list):
                row[name] = ";".join(value)
            elif value not in (None, ""):
                row[name] = str(value)
        self.rows.append(row)

    def key(self, letter: str, number: int) -> str:
        return f"{self.unit.id}-{letter}{number:03d}"


def likely(unit: Unit, low: float, high: float) -> float:
    """A probability that rises with diligence from ``low`` to ``high``."""
    return low + (high - low) * unit.care


def is_for(unit: Unit, who: str) -> bool:
    """Whether the unit has one of the types or tags."""
    return unit.type in who.split(";") or any(unit.has(tag) for tag in who.split(";"))


def periods(every: str) -> list[tuple[date, date]]:
    """First and last day of each whole period of 2019."""
    if every == "week":
        monday = date(2019, 1, 7)
        return [(m, m + timedelta(6)) for n in range(51) if (m := monday + timedelta(7 * n))]
    months = {"month": 1, "quarter": 3, "half_year": 6}[every]
    starts = [date(2019, m, 1) for m in range(1, 13, months)] + [date(2020, 1, 1)]
    return [(a, b - timedelta(1)) for a, b in pairwise(starts)]


def channels(book: Book) -> None:
    """Site updated nearly every working day, each account some times a week."""
    unit, dice = book.unit, book.dice("channels")
    if "site" in unit.channels.split(";"):
        site = f"www.{unit.id.lower()}.lanchuan.example"
        for day in YEAR:
            p = likely(unit, 0.87, 0.999) - (0.12 if day in MAKE_UPS else 0) - (0.03 if day.weekday() == 4 else 0)
            if dice.chance(p):
                book.add("channel_updated", day, channel="site", account=site)
        for day in (FIRST + timedelta(n) for n in range(365)):
            if not is_workday(day) and dice.chance(0.04):
                book.add("channel_updated", day, channel="site", account=site)
    for number, account in enumerate(unit.accounts):
        for first, last in periods("week"):
            days = [d for n in range(7) if (d := first + timedelta(n)) <= last]
            open_days = [d for d in days if is_workday(d)]
            if not open_days:
                continue
            posts = 3 + dice.chance(0.25)
            if not dice.chance(likely(unit, 0.62, 0.995) - 0.05 * number):
                posts = dice.between(0, 2)
            for _ in range(posts):
                day = dice.one(open_days if dice.chance(0.9) else days)
                book.add("channel_updated", day, "", dice.time(), channel="new_media", account=account)


def matters(book: Book) -> None:
    """Information formed, and published within 20 working days, or later, or never."""
    unit, dice = book.unit, book.dice("matters")
    count = {"town": 8, "body": 10, "county": 30}.get(unit.type, 20) + dice.between(0, 8)
    categories = ("规划计划", "财政资金", "行政许可", "人事任免", "统计数据", "项目建设", "公共服务", "应急管理")
    for n in range(1, count + 1):
        formed, ref = dice.one(YEAR), book.key("M", n)
        category, proactive = dice.one(categories), not dice.chance(0.06)
        attributes = {"cause": "changed" if dice.chance(0.2) else "formed", "category": category}
        exempt = dice.chance(0.03)
        book.add(
            "matter_arose",
            formed,
            ref,
            **attributes,
            proactive=proactive,
            disclosure_attr="主动公开" if proactive else "依申请公开",
            attr_set_at=formed.isoformat() if dice.chance(likely(unit, 0.6, 1)) else "",
            exempt=True if exempt else "",
            exempt_reason="涉及国家秘密，经保密审查不予公开" if exempt else "",
        )
        if exempt or not proactive or not dice.chance(likely(unit, 0.88, 1)):
            continue
        on_time = dice.chance(likely(unit, 0.72, 0.99))
        lag = dice.between(1, 15) if on_time else dice.between(21, 38)
        reviewed = later(formed, max(lag - 1, 0))
        if dice.chance(likely(unit, 0.5, 1)):
            book.add("check_done", reviewed, ref, type="secrecy_review", passed=True)
        book.add("information_published", later(formed, lag), ref, category=category, channel="site")


def documents(book: Book) -> None:
    """Documents with their plans, materials and interpretations: in step, a little later, late or never."""
    unit, dice = book.unit, book.dice("documents")
    count = {"town": 4, "body": 3, "county": 14, "office": 14}.get(unit.type, 9) + dice.between(0, 4)
    topics = [topic for tag in TOPICS if unit.has(tag) for topic in TOPICS[tag]] or ["综合"]
    library: list[str] = []
    for n, published in enumerate(sorted(dice.one(YEAR[15:]) for _ in range(count)), 1):
        ref = f"{unit.short[:2]}政发〔2019〕{n}号" if unit.type == "county" else book.key("W", n)
        important = dice.chance(0.5)
        enterprise = dice.chance(0.3)
        doc_type = dice.one(["policy", "policy", "normative", "notice"])
        normative = doc_type == "normative"
        in_step = dice.chance(likely(unit, 0.45, 0.97))
        doc = {
            "doc_type": doc_type,
            "topic": "enterprise" if enterprise else dice.one(topics),
            "important": important,
            "requires_interpretation": important,
            "drafting_unit": unit.name,
        }
        early = [d for d in YEAR if d < published]
        prepared = early[-min(len(early), dice.between(3, 12))]
        for stage in ("arranged", "review"):
            both = in_step or dice.chance(0.4)
            book.add(
                "document_submitted",
                prepared,
                ref,
                stage=stage,
                important=important,
                plan_attached=both,
                material_attached=both or dice.chance(0.3),
                disclosure_attr="主动公开",
                mode="公开发布",
                scope="全面公开",
                time_limit="20个工作日",
            )
            prepared = min(later(prepared, 2) or published, published)
        linked = dice.chance(likely(unit, 0.6, 1))
        link = f"https://www.lanchuan.example/jd/{ref}" if linked else ""
        book.add("document_published", published, ref, **doc, links_to=link, channel="portal")
        if normative and published < date(2019, 12, 1):
            library.append(ref)
            if dice.chance(likely(unit, 0.7, 1)):
                book.add("report_submitted", later(published, dice.between(1, 9)), ref, type="library_entry")
        if enterprise and dice.chance(likely(unit, 0.6, 1)):
            book.add("activity_held", later(published, dice.between(1, 15)), ref, type="publicity")
        if doc_type == "notice" or not dice.chance(likely(unit, 0.75, 1)):
            continue
        lag = 0 if in_step else dice.between(1, 3) if dice.chance(likely(unit, 0.4, 0.95)) else dice.between(4, 14)
        where = ["区政府门户网站"]
        where += ["区内主流媒体"] if dice.chance(likely(unit, 0.45, 0.95)) else []
        where += ["政务新媒体"] if dice.chance(likely(unit, 0.6, 0.98)) else []
        book.add(
            "interpretation_published",
            later(published, lag),
            ref,
            by_unit=unit.name if dice.chance(likely(unit, 0.8, 1)) else "澜川市人民政府办公室",
            interpreter_role=dice.one(["部门负责人", "政策制定者", "专家学者"]),
            form=["text", "graphic"] if dice.chance(likely(unit, 0.55, 0.97)) else "text",
            channels=where,
            elements=["政策背景", "主要内容", "落实措施"] if dice.chance(likely(unit, 0.5, 1)) else ["政策背景"],
            audience="market_entities" if enterprise else "",
            links_to=f"https://www.lanchuan.example/wj/{ref}" if linked else "",
        )
        if important and dice.chance(likely(unit, 0.25, 0.9)):
            book.add(
                "interpretation_published",
                later(published, lag + dice.between(1, 8)),
                ref,
                by_unit=unit.name,
                interpreter_role="principal",
                form=dice.one(["video", "text"]),
                channels=where,
                links_to=f"https://www.lanchuan.example/wj/{ref}" if linked else "",
            )
    if library:
        book.add("inventory_declared", date(2019, 12, 20), list="normative_documents", items=library)


def requests(book: Book) -> None:
    """Disclosure requests with extensions, letters, messages on site and accounts."""
    unit, dice = book.unit, book.dice("requests")
    most = {"town": 3, "body": 3, "county": 22, "office": 20}.get(unit.type, 14)
    for n in range(1, most + dice.between(0, most) + 1):
        received, ref = dice.one(YEAR), book.key("Q", n)
        limit = 20 if received >= REQUEST_REGIME else 15
        extended = dice.chance(0.12)
        book.add(
            "request_received",
            received,
            ref,
            type="disclosure_request",
            subject=dice.one(["征地补偿", "财政预算", "行政处罚", "项目审批", "人事信息"]),
            extended=True if extended else "",
        )
        if not dice.chance(likely(unit, 0.94, 1)):
            continue
        most_days = limit * 2 if extended else limit
        in_time = dice.chance(likely(unit, 0.78, 0.995))
        used = dice.between(limit // 3, most_days) if in_time else most_days + dice.between(1, 12)
        remedy = dice.chance(likely(unit, 0.7, 1))
        book.add("request_answered", later(received, used), ref, type="disclosure_request", remedy_stated=remedy)
    kinds = ["mailbox"] * 5 + ["site_message"] * 2 + ["new_media_message"] * 2 + ["hotline"]
    most = {"town": 6, "body": 8, "county": 26, "office": 24}.get(unit.type, 15)
    for n in range(1, most + dice.between(0, 8) + 1):
        received, ref, kind = FIRST + timedelta(dice.between(0, 352)), book.key("L", n), dice.one(kinds)
        read = later(received, dice.between(1, 3)) if dice.chance(likely(unit, 0.8, 1)) else None
        book.add(
            "request_received",
            received,
            ref,
            dice.time() if kind != "mailbox" else "",
            type=kind,
            important=dice.chance(0.25),
            subject="enterprise" if dice.chance(0.1) else "",
            read_at=read if read and kind != "mailbox" else "",
        )
        if dice.chance(likely(unit, 0.85, 1)):
            on_time = dice.chance(likely(unit, 0.75, 0.99))
            days = dice.between(1, 12) if on_time else dice.between(21, 30)
            told = kind == "mailbox" and dice.chance(0.25)
            answered = later(received, days)
            book.add("request_answered", answered, ref, type=kind, representative=True if told else "")
            if told and answered and dice.chance(likely(unit, 0.6, 1)):
                book.add(
                    "information_published", later(answered, dice.between(1, 9)), ref, topic="mailbox_handling"
                )
    for _, last in periods("quarter"):
        if dice.chance(likely(unit, 0.55, 1)):
            book.add("information_published", later(last, dice.between(-2, 0)), topic="mailbox_statistics")


def publications(book: Book) -> None:
    """Information by topic, basic information, progress reports, statistics at fixed times."""
    unit, dice = book.unit, book.dice("publications")
    p = likely(unit, 0.55, 0.99)
    publish = "information_published"
    for topic in [topic for tag in TOPICS if unit.has(tag) for topic in TOPICS[tag]]:
        for _ in range(dice.between(1, 3) if dice.chance(p) else 0):
            book.add(publish, dice.one(YEAR), topic=topic, channel="site")
    for topic in BASIC_TOPICS:
        if dice.chance(likely(unit, 0.7, 1)):
            book.add(publish, dice.one(YEAR), topic=topic, channel="site")
    for topic in PROGRESS_TOPICS if unit.has("督查落实") else ():
        for _, last in periods("half_year"):
            if dice.chance(p):
                book.add(publish, later(last, dice.between(-3, 9)), topic=topic, category="progress")
    for day, year in ((date(2019, 1, 28), "2018"), (date(2019, 3, 26), "2018")):
        if dice.chance(likely(unit, 0.4, 0.95)):
            book.add(publish, later(day, dice.between(0, 3)), topic="annual_report", year=year)
            break
    if is_for(unit, "教育"):
        for category in ADMISSION:
            if dice.chance(p):
                book.add(publish, dice.one(YEAR[80:160]), topic="admission", category=category)
    if is_for(unit, "就业"):
        for seekers in JOB_SEEKERS:
            if dice.chance(p):
                book.add(publish, dice.one(YEAR), topic="employment_activity", audience=seekers)
    if unit.has("行政执法"):
        for category in ENFORCEMENT:
            if dice.chance(likely(unit, 0.6, 1)):
                book.add(publish, dice.one(YEAR), topic="enforcement", category=category, channel="platform")
    if unit.has("财政"):
        for _, last in periods("quarter"):
            if dice.chance(p):
                told = [e for e in DEBT if dice.chance(likely(unit, 0.75, 1))]
                book.add(publish, later(last, dice.between(-9, 0)), topic="debt", elements=told)
    for audience in ("市场主体", "个人") if unit.has("政务服务") else ():
        if dice.chance(p):
            book.add(publish, dice.one(YEAR), topic="service_lifecycle", audience=audience, one_stop=True)
    if dice.chance(0.6):
        changed, ref = dice.one(YEAR[40:200]), book.key("F", 1)
        book.add("matter_arose", changed, ref, cause="changed", category="functions")
        for category in SERVICE:
            lag = dice.between(2, 18) if dice.chance(likely(unit, 0.7, 1)) else dice.between(21, 40)
            if dice.chance(p):
                book.add(publish, later(changed, lag), ref, topic="service", category=category)
    else:
        for category in SERVICE:
            if dice.chance(p):
                book.add(publish, dice.one(YEAR), topic="service", category=category)
    for who, topic, every in PERIODIC:
        if is_for(unit, who):
            for first, last in periods(every):
                days = [d for d in YEAR if first <= d <= last]
                if days and dice.chance(likely(unit, 0.6, 0.99)):
                    covers = f"{first:%Y-%m}" if every == "month" else ""
                    book.add(publish, dice.one(days), topic=topic, covers_period=covers, channel="site")


def supervision(book: Book) -> None:
    """Inspection results, accountability, audit findings: recorded, filed, published."""
    unit, dice = book.unit, book.dice("supervision")
    kinds = [("inspection_result", 4), ("accountability", 2)]
    for category, most in kinds if unit.type != "body" else []:
        for n in range(1, dice.between(1, most) + 1):
            day, ref = dice.one(YEAR), book.key("J" if category == "inspection_result" else "Z", n)
            book.add(
                "matter_arose",
                day,
                ref,
                cause="completed" if category == "inspection_result" else "formed",
                category=category,
            )
            lag = dice.between(2, 18) if dice.chance(likely(unit, 0.65, 1)) else dice.between(21, 35)
            if category == "inspection_result" and dice.chance(likely(unit, 0.65, 1)):
                target = {"type": "credit_data", "to": "区信用信息平台"}
                book.add("report_submitted", later(day, lag), ref, **target)
            if dice.chance(likely(unit, 0.65, 1)):
                where = "credit_china" if category == "inspection_result" else "site"
                book.add("information_published", later(day, lag + dice.between(0, 3)), ref, channel=where)
    for source in ("督查", "审计"):
        if dice.chance(0.55) and unit.type != "town":
            day, ref = dice.one(YEAR[:200]), book.key("S", 1 if source == "督查" else 2)
            mended = later(day, dice.between(8, 40)) if dice.chance(likely(unit, 0.6, 1)) else None
            book.add("finding_recorded", day, ref, source=source, category="整改事项", rectified_at=mended or "")
            if mended and dice.chance(likely(unit, 0.6, 1)):
                told = later(day, dice.between(5, 19))
                book.add("information_published", told, ref, includes_rectification=True)
    for category, most in (("misfiled", 2), ("irrelevant_post", 2), ("empty_info", 1)):
        if dice.chance(0.5 - 0.45 * unit.care):
            day = dice.one(YEAR)
            mended = later(day, dice.between(1, 15))
            account = unit.accounts[0] if unit.accounts and category == "irrelevant_post" else ""
            for n in range(dice.between(1, most)):
                ref = book.key("X", 10 * len(category) + n)
                book.add(
                    "finding_recorded", day, ref, category=category, account=account, rectified_at=mended or ""
                )


def organisation(book: Book) -> None:
    """Meetings, appointments, regimes, trainings, staff; self-checks and special checks with their reports."""
    unit, dice = book.unit, book.dice("organisation")
    good, kind = likely(unit, 0.55, 1), "instrument_adopted"
    if dice.chance(likely(unit, 0.8, 1)):
        reported = dice.chance(good)
        book.add(
            "meeting_held",
            dice.one(YEAR[30:220]),
            type="executive_meeting" if unit.type in ("county", "office") else "office_meeting",
            topics=["open_government", "open_government_report"] if reported else "open_government",
            chief_present=reported or dice.chance(0.5),
            openness_plan=True,
        )
    for n in range(dice.between(0, 3)):
        guests = [g for g in ("利益相关方", "公众代表", "专家", "媒体") if dice.chance(0.4 + 0.4 * unit.care)]
        book.add("meeting_held", dice.one(YEAR), type="office_meeting", topics=f"业务议题{n + 1}", invited=guests)
    for role in ("主要负责人", "分管负责人"):
        if dice.chance(likely(unit, 0.75, 1)):
            book.add(kind, dice.one(YEAR[:70]), type="appointment", topic="open_government", role=role)
    handled = [step for step in STEPS if dice.chance(likely(unit, 0.6, 1))]
    book.add(kind, dice.one(YEAR), type="regime", topic="request_handling", steps=handled)
    for type_, topic, low in (
        ("regime", "网络意识形态责任制", 0.65),
        ("regime", "网络安全责任制", 0.65),
        ("mechanism", "enforcement_feedback", 0.35),
        ("mechanism", "platform_maintenance", 0.35),
        ("mechanism", "entrepreneur_participation", 0.3),
        ("mechanism", "business_interaction", 0.3),
        ("regime", "decision_catalogue", 0.4),
        ("regime", "decision_pre_disclosure", 0.4),
        ("mechanism", "disclosure_attr", 0.4),
        ("mechanism", "interpretation", 0.5),
        ("mechanism", "principal_interprets", 0.4),
        ("mechanism", "publication_review", 0.5),
        ("plan", "training", 0.5),
        ("catalogue", "proactive", 0.5),
    ):
        if dice.chance(likely(unit, low, 0.98)):
            action = "revised" if dice.chance(0.3) else "adopted"
            book.add(kind, dice.one(YEAR[:230]), type=type_, topic=topic, action=action)
    if dice.chance(likely(unit, 0.6, 1)):
        parts = [part for part in ("信息共享", "协同联动", "快速反应") if dice.chance(likely(unit, 0.6, 1))]
        book.add(kind, dice.one(YEAR), type="mechanism", topic="public_opinion", action="adopted", includes=parts)
    for type_ in ("training", "seminar"):
        if dice.chance(likely(unit, 0.5, 1)):
            about = {"audience": "staff", "topic": "open_government", "participants": dice.between(4, 60)}
            book.add("training_held", dice.one(YEAR), type=type_, **about)
    good_staff = dice.chance(likely(unit, 0.6, 1))
    book.add("inventory_declared", dice.one(YEAR[:40]), list="staff", items=["甲", "乙"], full_time=good_staff)
    for number, first in enumerate(date(2019, m, 1) for m in (1, 4, 7, 10)):
        if not unit.accounts or not dice.chance(likely(unit, 0.75, 1)):
            continue
        good_day = dice.chance(likely(unit, 0.7, 0.99))
        days = [d for d in YEAR if first + timedelta(3) <= d <= first + timedelta(39)]
        day = dice.one(days) if good_day else later(first + timedelta(40), dice.between(2, 15))
        ref = f"{unit.id}-ZC{number + 1}"
        book.add("check_done", day, ref, type="self_check", object="new_media", mode="自查")
        if day and dice.chance(likely(unit, 0.75, 1)):
            sent = later(day, dice.between(0, 4))
            book.add("report_submitted", sent, ref, type="self_check_report", to="区网信办")
    if dice.chance(likely(unit, 0.7, 1)):
        day, ref = dice.one(YEAR[120:235]), f"{unit.id}-ZX"
        book.add("check_done", day, ref, type="special_check", topic="open_government", mode="专项检查")
        for office in ("区政府办公室", "区网信办"):
            if dice.chance(likely(unit, 0.7, 1)):
                book.add("report_submitted", later(day, dice.between(1, 12)), ref, type="filing", to=office)


def decisions(book: Book) -> None:
    """Major decisions listed, consulted on, taken, interpreted; firms and chambers asked."""
    unit, dice = book.unit, book.dice("decisions")
    for asked in ("企业", "行业协会商会", "律师协会") if unit.has("涉企政策") else ():
        if dice.chance(likely(unit, 0.4, 0.98)):
            book.add("consultation_held", dice.one(YEAR), form="座谈", consulted=asked)
    if not unit.has("重大决策"):
        return
    listed = [book.key("R", n) for n in range(1, dice.between(2, 4) + 1)]
    if dice.chance(likely(unit, 0.7, 1)):
        day = dice.one(YEAR[20:60])
        book.add("instrument_adopted", day, type="list", topic="major_decisions", action="adopted", year="2019")
    book.add("inventory_declared", YEAR[60], list="major_decisions", items=listed)
    for ref in listed:
        opened = dice.one(YEAR[70:180])
        secret = dice.chance(0.06)
        forms = [
            f for f in ("听证座谈", "网络征集", "咨询协商", "媒体沟通") if dice.chance(likely(unit, 0.3, 0.85))
        ]
        closed = opened + timedelta(30 if dice.chance(likely(unit, 0.6, 1)) else 12)
        for n, form in enumerate([] if secret else forms):
            book.add(
                "consultation_held",
                later(opened, n),
                ref,
                form=form,
                opened_at=opened,
                closed_at=closed,
                draft_published=dice.chance(likely(unit, 0.65, 1)),
                basis_published=dice.chance(likely(unit, 0.6, 1)),
                feedback_at=(later(closed, dice.between(3, 25)) or "") if dice.chance(likely(unit, 0.4, 1)) else "",
            )
        taken = later(closed, dice.between(3, 20))
        book.add(
            "decision_made",
            taken,
            ref,
            major=True,
            public_interest=dice.chance(0.6),
            secret=secret,
            exempt=True if secret else "",
            exempt_reason="依法应当保密" if secret else "",
        )
        if taken and not secret and dice.chance(likely(unit, 0.5, 1)):
            book.add("information_published", later(taken, dice.between(1, 12)), ref, category="决策结果")


def incidents(book: Book) -> None:
    """Public opinion and incidents with their responses; press conferences and interviews; cases lost and won."""
    unit, dice = book.unit, book.dice("incidents")
    most = {"town": 1, "body": 1, "county": 5}.get(unit.type, 3)
    for n in range(1, dice.between(0, most) + 1):
        day, ref = FIRST + timedelta(dice.between(5, 345)), book.key("Y", n)
        level = dice.one(["一般", "一般", "较大", "重大"])
        facts = {"topic": dice.one(OPINION_TOPICS), "level": level, "responder": unit.name}
        book.add("incident_occurred", day, ref, dice.time(), **{"attributes.kind": "public_opinion"}, **facts)
        lag = dice.between(0, 4) if dice.chance(likely(unit, 0.7, 1)) else dice.between(21, 26)
        if dice.chance(likely(unit, 0.8, 1)):
            where = ["区内主流媒体", "区政府门户网站"] if dice.chance(likely(unit, 0.5, 1)) else "区政府门户网站"
            book.add("response_published", later(day, lag + 1), ref, channels=where, chief_led=level == "重大")
        if level == "重大" and dice.chance(likely(unit, 0.4, 1)):
            talk = {"type": "online_interview", "chief_present": True}
            book.add("activity_held", later(day, dice.between(1, 9)), ref, **talk)
    for type_, form, low in (
        ("press_conference", "新闻发布会", 0.4),
        ("press_report", "专题新闻报道", 0.55),
        ("open_day", "", 0.3),
    ):
        for _ in range(dice.between(1, 3) if dice.chance(likely(unit, low, 1)) else 0):
            book.add("activity_held", dice.one(YEAR), type=type_, form=form, chief_present=dice.chance(0.3))
    for n in range(1, dice.between(0, 2) + 1):
        day, ref = dice.one(YEAR[:220]), book.key("G", n)
        book.add("milestone_reached", day, ref, task="key_work", stage="done")
        if dice.chance(likely(unit, 0.4, 1)):
            talk = {"type": "online_interview", "chief_present": True}
            book.add("activity_held", later(day, dice.between(1, 12)), ref, **talk)
    if dice.chance(likely(unit, 0.3, 0.95)):
        book.add("activity_held", dice.one(YEAR), type="online_interview", chief_present=True)
    if unit.type in ("town", "body"):
        return
    bad = 0.5 - 0.42 * unit.care
    for type_, lost in (("reconsideration", "驳回"), ("litigation", "败诉")):
        for _ in range(dice.between(2, 6)):
            outcome = lost if dice.chance(bad) else {"驳回": "维持", "败诉": "胜诉"}[lost]
            book.add("case_concluded", dice.one(YEAR), type=type_, outcome=outcome)


def inventories(book: Book) -> None:
    """Lists that are denominators, and what happened to each thing on them."""
    unit, dice = book.unit, book.dice("inventories")
    good, declare = likely(unit, 0.6, 1), "inventory_declared"
    start = YEAR[30]
    if unit.type in ("office", "county"):
        mine = PROJECTS if unit.type == "office" else [f"{unit.name[:2]}{p}" for p in PROJECTS[:8]]
        book.add(declare, start, list="livelihood_projects", items=mine)
        for item in mine:
            for _ in range(dice.between(1, 3) if dice.chance(good) else 0):
                book.add("information_published", dice.one(YEAR[40:]), item=item, category="progress")
    if unit.has("征地"):
        book.add(declare, start, list="land_records", items=[f"征地档案{n:02d}" for n in range(1, 13)])
        for n in range(1, 13):
            if dice.chance(good):
                book.add("information_published", dice.one(YEAR[40:]), item=f"征地档案{n:02d}", category="征地信息")
    for n in range(1, dice.between(4, 8) + 1) if unit.has("政府投资") else ():
        item = book.key("P", n)
        book.add(declare, start, list="investment_projects", items=item, amount=dice.between(20, 900) * 10000)
        for content in ("项目文本", "绩效目标"):
            if dice.chance(good):
                book.add("information_published", dice.one(YEAR[40:]), item=item, contents=content)
    sites = [FORMER_SITES[unit.id]] if unit.id in FORMER_SITES else []
    if "site" in unit.channels.split(";"):
        sites = [f"{unit.short.removesuffix('人民政府')}网站"]
    if sites:
        opened = {"type": "site", "object": sites[0]}
        book.add(declare, YEAR[10], list="sites", items=sites)
        book.add("platform_changed", date(2016, 5, 12), **opened, action="opened")
        if unit.id in FORMER_SITES and dice.chance(likely(unit, 0.5, 1)):
            book.add("platform_changed", dice.one(YEAR[100:240]), **opened, action="merged")
    for task in ("domain_cleanup", "ipv6") if sites else ():
        if dice.chance(likely(unit, 0.55, 1)):
            book.add("milestone_reached", dice.one(YEAR[60:]), task=task, object=sites[0], stage="done")
    services = [f"事项{n:02d}" for n in range(1, dice.between(5, 10) + 1)] if unit.has("政务服务") else []
    if services:
        book.add(declare, start, list="online_services", items=services)
        book.add(declare, start, list="services", items=services)
    for service in services:
        for task, low in (("yukuaiban_entry", 0.6), ("online_service", 0.5), ("mobile_service", 0.3)):
            if dice.chance(likely(unit, low, 1)):
                book.add("milestone_reached", dice.one(YEAR[40:]), task=task, object=service)
    outlets = unit.accounts if unit.id in FORMER_SITES else sites + unit.accounts
    if outlets:
        book.add(declare, start, list="channels", items=outlets)
        book.add(declare, start, list="accounts", items=unit.accounts)
    for outlet in outlets:
        if dice.chance(likely(unit, 0.5, 1)):
            changed = {"type": "account" if outlet in unit.accounts else "site", "object": outlet}
            book.add("platform_changed", dice.one(YEAR[50:]), action="changed", features="yukuaiban", **changed)
    for task in ("hotline_mailbox_link", "hall_integration", "standardisation"):
        if dice.chance(likely(unit, 0.4, 1)):
            book.add("milestone_reached", dice.one(YEAR[40:]), task=task, stage="done")


def city_wide(book: Book) -> None:
    """What the office, the cyberspace office, the service centre and the counties do for the whole."""
    unit, dice = book.unit, book.dice("city_wide")
    if unit.type in ("office", "county"):
        for name in ("政策解读", "政策直通车", "政商互动"):
            if dice.chance(likely(unit, 0.7, 1)):
                book.add("platform_changed", dice.one(YEAR[:200]), type="column", name=name, action="opened")
        if dice.chance(likely(unit, 0.6, 1)):
            book.add("platform_changed", dice.one(YEAR[150:]), type="document_library", action="opened")
        points = dice.one([3, 4, 4, 5]) if unit.type == "county" else 4
        scheme = {"scheme": "performance", "includes": "open_government", "points": points, "total_points": 100}
        book.add("scheme_set", dice.one(YEAR[40:100]), **scheme, year="2019", process_based=True)
        for _ in range(2):
            book.add("check_done", dice.one(YEAR), type="supervision", scope=dice.one(["县区", "乡镇"]))
    if unit.type == "office":
        for _, last in periods("quarter"):
            book.add("check_done", last - timedelta(dice.between(3, 20)), type="third_party_test", mode="online")
        book.add("instrument_adopted", YEAR[50], type="method", topic="assessment", action="revised")
        book.add("instrument_adopted", YEAR[52], type="mechanism", topic="regular_testing", action="adopted")
    if unit.has("政务公开"):
        for type_, topic in (("catalogue", "政府信息公开目录"), ("guide", "政府信息公开指南")):
            book.add("instrument_adopted", dice.one(YEAR[100:200]), type=type_, topic=topic, action="revised")
        book.add("instrument_adopted", dice.one(YEAR[90:150]), type="regime", topic="disclosure", action="adopted")
    if unit.has("行政服务中心") or unit.type == "county":
        modes = ("窗口综合受理", "并联集成审批", "一个窗口出件")
        shown = [m for m in modes if dice.chance(likely(unit, 0.6, 1))]
        book.add("platform_changed", dice.one(YEAR), type="service_hall", action="upgraded", features=shown)
    if dice.chance(likely(unit, 0.3, 0.9)):
        column = {"type": "column", "name": "政策直通车", "action": "opened"}
        book.add("platform_changed", dice.one(YEAR[:200]), **column)


RATED = ("3.2-6", "4.2-1", "4.3-2", "4.3-6", "4.3-8", "5.4-7", "5.4-8")
"""Qualitative duties of indicators/bishan-2019.yaml that assessors give points for."""


def ratings(book: Book) -> None:
    """What two assessors thought of the qualitative duties at the end of the year; some are left out."""
    unit, dice = book.unit, book.dice("ratings")
    for indicator in RATED:
        for rater in ("第一测评组", "第二测评组"):
            if dice.chance(0.85):
                score = min(100, 48 + dice.between(0, 14) + int(40 * unit.care))
                given = {"indicator": indicator, "score": score, "max": 100, "rater": rater}
                book.add("rating_given", dice.one(YEAR[-30:]), **given)
    if unit.channels:
        for _, last in periods("quarter"):
            score = min(100, 55 + dice.between(0, 14) + int(33 * unit.care))
            test = {"type": "indicator_check", "score": score, "passed": score >= 60, "by": "市政府办公室"}
            book.add("check_done", last - timedelta(dice.between(1, 25)), object="site", **test)


THEMES = (
    channels,
    matters,
    documents,
    requests,
    publications,
    supervision,
    organisation,
    decisions,
    incidents,
    inventories,
    city_wide,
    ratings,
)


def clean_rows(units: list[Unit], seed: int) -> list[Row]:
    """Everything that happened, by unit and time, before anybody made mistakes in writing it down."""
    rows: list[Row] = []
    for unit in units:
        if unit.id == SILENT:
            continue
        book = Book(unit, seed)
        for theme in THEMES:
            theme(book)
        book.rows.sort(key=lambda row: (row["at"], row["kind"], row["ref"]))
        for n, row in enumerate(book.rows, 1):
            row["id"] = f"{unit.id}-{n:05d}"
        rows += book.rows
    return rows


# --- how it was written down ---------------------------------------------------------------------------------

HANDS = {"T03": "chinese", "T09": "slashes", "D13": "full_width", "C05": "dots"}
"""Units that never write 2019-03-05."""
FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "0123456789-:"}
NUMERALS = "〇一二三四五六七八九"


def in_hand(at: str, hand: str) -> str:
    """A moment, given as 2019-03-05 or 2019-03-05 09:30, in another way of writing."""
    day, _, time = at.partition(" ")
    year, month, dom = day.split("-")
    if hand == "full_width":
        return at.translate(FULL_WIDTH)
    if hand == "numerals":
        return "".join(NUMERALS[int(c)] for c in year) + f"年{_numeral(int(month))}月{_numeral(int(dom))}日"
    if hand == "zone":
        return f"{day}T{time or '16:20'}:00+08:00"
    plain = {
        "chinese": f"{year}年{int(month)}月{int(dom)}日",
        "slashes": f"{year}/{int(month)}/{int(dom)}",
        "dots": f"{year}.{int(month)}.{int(dom)}",
    }[hand]
    return f"{plain} {time}".strip()


def _numeral(n: int) -> str:
    tens, ones = divmod(n, 10)
    return ("" if tens == 0 else "十" if tens == 1 else NUMERALS[tens] + "十") + (NUMERALS[ones] if ones else "")


IMPOSSIBLE = ("2019-02-30", "2019-13-05", "2019/6/31", "2019年11月31日", "2019-04-31")
UNCLEAR = ("03/04/2019", "19.3.5", "上周五", "2019年3月", "3月5日", "2019-3-5至2019-3-8", "不详", "20I9-05-07")
STRANGERS = ("澜川市公安局交警支队", "望澜新区管委会", "青槐县教育局", "市大数据中心", "沐江区人民政府(筹)")
MISSPELT = {
    "channel_updated": "channel_update",
    "information_published": "infomation_published",
    "request_received": "request_recieved",
    "matter_arose": "matter arose",
    "document_published": "发文",
}


def _day(row: Row) -> date:
    return date.fromisoformat(row["at"][:10])


class Mess:
    """The mistakes of a real log, put into rows that were right."""

    def __init__(self, rows: list[Row], header: list[str], dice: Dice) -> None:
        self.rows, self.dice = rows, dice
        self.header: Row = {name: name for name in header}
        self.after: dict[int, list[Row]] = {}
        self._left = dice.shuffled(range(len(rows)))

    def pick(self, count: int, *kinds: str) -> list[int]:
        """Places of rows nobody has spoilt yet, of these kinds, dated in the plain way and in 2019."""
        plain = (i for i in self._left if self.rows[i]["at"].startswith("2019-"))
        found = [i for i in plain if not kinds or self.rows[i]["kind"] in kinds][:count]
        gone = set(found)
        self._left = [i for i in self._left if i not in gone]
        return found

    def insert(self, place: int, row: Row) -> None:
        self.after.setdefault(place, []).append(row)

    def made(self) -> list[Row]:
        """All rows; blank lines are empty, repeated headers name their columns."""
        self.wrong_dates()
        self.wrong_words()
        self.wrong_pairs()
        self.copies()
        result: list[Row] = []
        for place, row in enumerate(self.rows):
            result += [row, *self.after.get(place, [])]
        return result

    def wrong_dates(self) -> None:
        for place in self.pick(12):
            self.rows[place]["at"] = self.dice.one(IMPOSSIBLE)
        for n, place in enumerate(self.pick(16)):
            self.rows[place]["at"] = UNCLEAR[n % len(UNCLEAR)]
        for place in self.pick(5):
            self.rows[place]["at"] = ""
        for place in self.pick(12):
            self.rows[place]["at"] = "2018" + self.rows[place]["at"][4:]
        for place in self.pick(3):
            self.rows[place]["at"] = "2109" + self.rows[place]["at"][4:]
        for place in self.pick(3, "consultation_held"):
            row = self.rows[place]
            row["opened_at"], row["closed_at"] = row["at"], (_day(row) - timedelta(6)).isoformat()
        for place in [i for i in self._left if self.rows[i]["unit"] == DISSOLVED][:3]:
            self.rows[place]["at"] = "2019-04-16"
        for hand in ("numerals", "zone", "chinese", "slashes", "full_width"):
            for place in self.pick(8):
                self.rows[place]["at"] = in_hand(self.rows[place]["at"], hand)

    def wrong_words(self) -> None:
        for n, place in enumerate(self.pick(12)):
            self.rows[place]["unit"] = STRANGERS[n % len(STRANGERS)]
        for kind, wrong in MISSPELT.items():
            for place in self.pick(3, kind):
                self.rows[place]["kind"] = wrong
        for place in self.pick(2):
            self.rows[place]["unit"] = ""
        for n, place in enumerate(self.pick(30)):
            column = ("unit", "kind", "at")[n % 3]
            self.rows[place][column] += ("  ", "\u3000", " ")[n % 3]

    def wrong_pairs(self) -> None:
        """Ends before starts, answers to nothing, exemptions nobody gave a reason for."""
        starts = {(r["unit"], r["ref"]): r for r in self.rows if r["kind"] == "request_received"}
        for place in self.pick(12, "request_answered"):
            answer = self.rows[place]
            begun = starts.get((answer["unit"], answer["ref"]))
            if begun is not None and begun["at"].startswith("2019-"):
                answer["at"] = (_day(begun) - timedelta(self.dice.between(2, 9))).isoformat()
        for n, place in enumerate(self.pick(15, "request_answered", "interpretation_published")):
            self.rows[place]["ref"] = f"查无此件{n + 1:02d}"
        for place in self.pick(10, "matter_arose"):
            self.rows[place]["exempt"] = "true"
            self.rows[place]["exempt_reason"] = ""

    def copies(self) -> None:
        for place in self.pick(40):
            self.insert(place, dict(self.rows[place]))
        for place in self.pick(12):
            other = dict(self.rows[place])
            other["note"] = "更正"
            self.insert(place, other)
        for place in self.pick(14):
            self.insert(place, {})
        for place in self.pick(6):
            self.insert(place, self.header)


# --- files ---------------------------------------------------------------------------------------------------

FIRST_COLUMNS = ["id", "unit", "kind", "at", "ref"]
LAST_COLUMNS = ["exempt", "exempt_reason", "note"]


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def unit_rows(units: Iterable[Unit]) -> list[list[str]]:
    return [
        [u.id, u.name, u.group, u.type, u.tags, u.parent, u.channels, u.active_from, u.active_to] for u in units
    ]


def columns_of(rows: Iterable[Row]) -> list[str]:
    found = {name for row in rows for name in row}
    return FIRST_COLUMNS + sorted(found - {*FIRST_COLUMNS, *LAST_COLUMNS}) + LAST_COLUMNS


HEADINGS = {
    "id": "编号",
    "unit": "单位名称",
    "kind": "事项类型",
    "at": "日期",
    "ref": "关联编号",
    "topic": "主题",
    "channel": "渠道",
    "opened_at": "开始日期",
    "closed_at": "结束日期",
    "feedback_at": "反馈日期",
    "read_at": "阅读日期",
    "rectified_at": "整改日期",
    "exempt": "免除",
    "exempt_reason": "免除理由",
    "source": "来源",
    "note": "备注",
}
"""Chinese headings of the department's own file; further columns keep their names."""
KINDS = {
    "document_published": "文件公布",
    "document_submitted": "公文报批",
    "interpretation_published": "解读发布",
    "matter_arose": "公开事项产生",
    "information_published": "信息公开",
    "channel_updated": "平台更新",
    "platform_changed": "平台(栏目)变更",
    "instrument_adopted": "制度清单制定",
    "inventory_declared": "清单登记",
    "decision_made": "重大决策作出",
    "consultation_held": "征求意见",
    "meeting_held": "会议召开",
    "incident_occurred": "事件(舆情)发生",
    "response_published": "回应发布",
    "activity_held": "活动举办",
    "training_held": "培训举办",
    "request_received": "申请(留言)收到",
    "request_answered": "申请(留言)答复",
    "case_concluded": "复议诉讼结案",
    "check_done": "检查测评",
    "finding_recorded": "问题认定",
    "report_submitted": "报送备案",
    "milestone_reached": "任务节点完成",
    "rating_given": "评议打分",
}


def files(seed: int) -> dict[str, bytes]:
    """The files of the city: name → bytes."""
    units = units_with_care(seed)
    rows = clean_rows(units, seed)
    own = [row for row in rows if row["unit"] == OWN_FILE]
    rest = [row for row in rows if row["unit"] != OWN_FILE]
    for row in rest:
        if row["unit"] in HANDS:
            row["at"] = in_hand(row["at"], HANDS[row["unit"]])
    header = columns_of(rest)
    written = Mess(rest, header, Dice(seed, "mess")).made()
    own_name = next(u.name for u in units if u.id == OWN_FILE)
    own_header = columns_of(own)
    for n, row in enumerate(own):
        row["unit"], row["kind"] = own_name, KINDS[row["kind"]]
        row["at"] = in_hand(row["at"], ("chinese", "slashes")[n % 9 == 0])
    unit_header = ["id", "name", "class", "type", "tags", "parent", "channels", "active_from", "active_to"]
    log = csv_text(header, ([row.get(c, "") for c in header] if row else [] for row in written))
    own_log = csv_text([HEADINGS.get(c, c) for c in own_header], ([r.get(c, "") for c in own_header] for r in own))
    return {
        "units.csv": csv_text(unit_header, unit_rows(units)).encode("utf-8-sig"),
        "log.csv": log.encode("utf-8-sig"),
        "log_gb18030.csv": own_log.encode("gb18030"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the files of the example city.")
    parser.add_argument("--seed", type=int, default=2019, help="another seed gives another city (default 2019)")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to write to")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name, content in files(options.seed).items():
        (options.out / name).write_bytes(content)
        print(f"{options.out / name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
