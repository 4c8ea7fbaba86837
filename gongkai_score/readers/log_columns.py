"""The columns of a log that needs no mapping file, in English and Chinese, and what kinds answer what."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from gongkai_score.errors import Problem, problem
from gongkai_score.readers.mapping_rules import Rule, Value
from gongkai_score.readers.mappings import near_words
from gongkai_score.vocabulary import COMMON_ATTRIBUTES, EVENT_KINDS, MOMENT_ATTRIBUTES

FIELDS: tuple[str, ...] = ("id", "unit", "kind", "at", "ref")
REQUIRED: tuple[str, ...] = ("unit", "kind", "at")

HEADERS: dict[str, str] = {
    "编号": "id",
    "事项编号": "id",
    "记录编号": "id",
    "单位": "unit",
    "单位编号": "unit",
    "单位名称": "unit",
    "类型": "kind",
    "事项类型": "kind",
    "事件类型": "kind",
    "日期": "at",
    "时间": "at",
    "发生日期": "at",
    "发生时间": "at",
    "关联": "ref",
    "关联编号": "ref",
    "关联事项": "ref",
    "来源": "source",
    "免除": "exempt",
    "免除理由": "exempt_reason",
    "备注": "note",
    "主题": "topic",
    "渠道": "channel",
    "平台": "channel",
    "签发日期": "signed_at",
    "成文日期": "signed_at",
    "撤下日期": "withdrawn_at",
    "开始日期": "opened_at",
    "结束日期": "closed_at",
    "反馈日期": "feedback_at",
    "阅读日期": "read_at",
    "截止日期": "due",
    "到期日期": "due",
    "整改日期": "rectified_at",
    "通过日期": "adopted_at",
    "解密日期": "released_at",
}
"""Chinese column name → field or attribute."""

STARTS: dict[str, tuple[str, ...]] = {
    "request_answered": ("request_received",),
    "response_published": ("incident_occurred",),
    "interpretation_published": ("document_published",),
    "report_submitted": ("check_done", "matter_arose", "document_published", "meeting_held", "training_held"),
}
"""Kind → the kinds its ``ref`` points to."""
NEEDS_REF: frozenset[str] = frozenset({"request_answered", "response_published", "interpretation_published"})
"""Kinds that mean nothing without a ``ref``."""
SPANS: tuple[tuple[str, str], ...] = (("opened_at", "closed_at"),)
"""Dates of one row of which the second cannot lie before the first."""
PREFIX = "attributes."
"""Before a column name: it is an attribute, even if a field has that name."""


def field_of(header: str) -> str:
    """The field or attribute a column name stands for.

    >>> field_of("关联编号"), field_of("Unit"), field_of("文种"), field_of("attributes.unit")
    ('ref', 'unit', '文种', 'attributes.unit')
    """
    if header in HEADERS:
        return HEADERS[header]
    low = header.lower()
    return low if low in FIELDS or low in MOMENT_ATTRIBUTES or low in COMMON_ATTRIBUTES else header


def known_headers() -> frozenset[str]:
    """Every column name with a meaning of its own."""
    return frozenset([*FIELDS, *HEADERS, *MOMENT_ATTRIBUTES, *COMMON_ATTRIBUTES])


def plain_rule(headers: Collection[str], file: str, line: int | None) -> tuple[Rule | None, list[Problem]]:
    """The one rule that reads a log by its column names, and what is odd about those names."""
    by_field: dict[str, str] = {}
    problems: list[Problem] = []
    for header in headers:
        field = field_of(header)
        if field in by_field:
            name = field.removeprefix(PREFIX)
            first = by_field[field]
            problems.append(problem("L218", file=file, line=line, first=first, second=header, field=name))
        by_field.setdefault(field, header)
    missing = [field for field in REQUIRED if field not in by_field]
    if missing:
        problems.append(_missing(headers, missing, file, line))
    if problems:
        return None, problems
    attributes: dict[str, tuple[Value, ...]] = {}
    moments: dict[str, tuple[Value, ...]] = {}
    for field, header in by_field.items():
        if field in FIELDS:
            continue
        name = field.removeprefix(PREFIX)
        (moments if name in MOMENT_ATTRIBUTES else attributes)[name] = (Value(header),)
        problems += _misspelt(name, header, by_field, file, line)
    fields = {field: (Value(by_field[field]),) if field in by_field else () for field in FIELDS}
    rule = Rule(fields["kind"], fields["unit"], fields["at"], fields["ref"], fields["id"], attributes, moments)
    return rule, problems


def _missing(headers: Collection[str], missing: list[str], file: str, line: int | None) -> Problem:
    if not any(field_of(header) in FIELDS for header in headers) and any(
        any(c.isdigit() for c in header) for header in headers
    ):
        found = "、".join(headers)[:120]
        return problem("L204", file=file, line=line, header=line or 1, found=found, required="、".join(REQUIRED))
    zh, en = "", ""
    for field in missing:
        words = [field, *(h for h, f in HEADERS.items() if f == field)]
        for header in headers:
            near = near_words(header, words)
            if near[0] and field_of(header) not in FIELDS:
                zh += f"“{header}”{near[0]}"
                en += f"'{header}': {near[1]}"
    listed = "、".join(headers) or "—"
    spelt = "、".join(f"{f}（{next(h for h, g in HEADERS.items() if g == f)}）" for f in missing)
    return problem("L206", file=file, line=line, missing=spelt, found=listed, near_zh=zh, near_en=en)


def _misspelt(name: str, header: str, by_field: Collection[str], file: str, line: int | None) -> list[Problem]:
    known = {a for kind in EVENT_KINDS.values() for a in kind.attributes} | set(known_headers())
    if name in known or header in known or not name.isascii():
        return []
    near = get_close_matches(name, known - set(by_field), 1, 0.85)
    return [problem("L240", file=file, line=line, name=header, near=near[0])] if near else []
