"""The closed vocabulary of event kinds: what a log may record, with Chinese names and known attributes.

A set may declare further kinds and attributes of its own; nothing else is accepted silently.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventKind:
    """One kind of event: its Chinese name, what it means in both languages, and the attributes it may carry."""

    zh: str
    meaning_zh: str
    meaning: str
    attributes: tuple[str, ...]


COMMON_ATTRIBUTES: tuple[str, ...] = (
    "source",
    "exempt",
    "exempt_reason",
    "origin",
    "note",
    "to",
    "by",
    "topic",
)
"""Attributes every kind may carry beside ``id``, ``unit``, ``kind``, ``at`` and ``ref``."""

MOMENT_ATTRIBUTES: frozenset[str] = frozenset(
    {
        "signed_at",
        "attr_set_at",
        "withdrawn_at",
        "opened_at",
        "closed_at",
        "feedback_at",
        "read_at",
        "due",
        "rectified_at",
        "adopted_at",
        "released_at",
    }
)
"""Attributes that hold a date, with or without a time."""

EVENT_KINDS: dict[str, EventKind] = {
    "document_published": EventKind(
        "文件公布",
        "文件向社会公布；解读期限由此起算",
        "A document reaches the public; start of interpretation clocks",
        (
            "doc_type",
            "topic",
            "drafting_unit",
            "important",
            "major",
            "public_interest",
            "major_public_interest",
            "requires_interpretation",
            "secret",
            "signed_at",
            "channel",
            "attr_printed",
            "has_disclosure_terms",
            "elements",
            "links_to",
            "audience",
        ),
    ),
    "document_submitted": EventKind(
        "公文报批",
        "文稿、公文送审报批",
        "A draft or file goes up for sign-off",
        (
            "stage",
            "disclosure_attr",
            "reason",
            "plan_attached",
            "material_attached",
            "important",
            "for_government",
            "sheet_marked",
            "returned",
            "mode",
            "scope",
            "time_limit",
        ),
    ),
    "interpretation_published": EventKind(
        "解读发布",
        "文件解读向社会公布（ref 为所解读的文件）",
        "An interpretation of a document reaches the public (ref = the document)",
        (
            "by_unit",
            "interpreter_role",
            "form",
            "channels",
            "elements",
            "category",
            "topic",
            "audience",
            "series_no",
            "links_to",
        ),
    ),
    "matter_arose": EventKind(
        "公开事项产生",
        "发生了应当公开或办理的事项：通用的起算事件",
        "Something arises that must be disclosed or acted on: the general start event",
        (
            "cause",
            "category",
            "topic",
            "proactive",
            "important",
            "secret",
            "level",
            "disclosure_attr",
            "attr_set_at",
        ),
    ),
    "information_published": EventKind(
        "信息公开",
        "一条信息向社会公开（文件、解读以外的）",
        "An item of information reaches the public (other than a document or an interpretation)",
        (
            "topic",
            "category",
            "item",
            "unit",
            "elements",
            "full_text",
            "summary",
            "complex",
            "channel",
            "channels",
            "first_channel",
            "column",
            "section",
            "covers_period",
            "year",
            "area",
            "level",
            "phase",
            "stage",
            "contents",
            "audience",
            "scope",
            "repost",
            "one_stop",
            "instalment_no",
            "includes_rectification",
            "personal_data",
            "deidentified",
            "withdrawn_at",
        ),
    ),
    "channel_updated": EventKind(
        "平台更新",
        "网站、栏目或账号更新一次；“更新…次”数的就是它",
        "A site, column or account is updated; the unit of “更新…次”",
        ("channel", "account", "column", "content_kind"),
    ),
    "platform_changed": EventKind(
        "平台(栏目)变更",
        "网站、栏目、账号、系统、大厅、窗口、热线开通、关停、合并、迁移或增加功能",
        "A site, column, account, system, hall, window or hotline opens, closes, merges, moves or gains a feature",
        ("type", "name", "object", "action", "features", "owner", "owner_type", "approved"),
    ),
    "instrument_adopted": EventKind(
        "制度清单制定",
        "制度、机制、目录、清单、指南、计划、标准、任命制定、修订或废止",
        "A rule, mechanism, catalogue, list, guide, plan, standard or appointment is adopted, revised or repealed",
        ("type", "topic", "action", "year", "role", "steps", "includes", "instalment_no"),
    ),
    "inventory_declared": EventKind(
        "清单登记",
        "登记作分母的清单：目录、名单、项目、网站、账号、单位",
        "A list that serves as denominator is declared: catalogue, roster, projects, sites, accounts, units",
        ("list", "items", "as_of"),
    ),
    "decision_made": EventKind(
        "重大决策作出",
        "作出重大行政决策",
        "A major administrative decision is taken",
        ("major", "public_interest", "secret", "category"),
    ),
    "consultation_held": EventKind(
        "征求意见",
        "就草案征求意见（ref 为决策或文件）",
        "A consultation on a draft (ref = decision or document)",
        (
            "form",
            "stage",
            "consulted",
            "opened_at",
            "closed_at",
            "draft_published",
            "basis_published",
            "feedback_at",
            "feedback_elements",
        ),
    ),
    "meeting_held": EventKind(
        "会议召开",
        "召开会议",
        "A meeting is held",
        (
            "type",
            "topics",
            "chief_present",
            "invited",
            "openness_plan",
            "plan_elements",
            "major_livelihood",
            "public_interest",
            "streamed",
        ),
    ),
    "incident_occurred": EventKind(
        "事件(舆情)发生",
        "发生突发事件、疫情、险情或舆情",
        "An emergency, epidemic, hazard or public-opinion matter arises",
        ("kind", "topic", "level", "responder", "false"),
    ),
    "response_published": EventKind(
        "回应发布",
        "对事件或舆情公开回应（ref 为该事件）",
        "A public response to an incident or opinion matter (ref = the incident)",
        ("channels", "chief_led"),
    ),
    "activity_held": EventKind(
        "活动举办",
        "新闻发布会、吹风会、宣讲、访谈、开放日、调查、宣传、考察等活动",
        "Press conference, briefing, policy talk, interview, open day, survey, publicity, campaign, study tour",
        ("type", "name", "topic", "item", "form", "chief_present", "adhoc", "place"),
    ),
    "training_held": EventKind(
        "培训举办",
        "举办培训或座谈研讨",
        "A training or seminar is held",
        ("type", "topics", "topic", "level", "audience", "participants"),
    ),
    "request_received": EventKind(
        "申请(留言)收到",
        "收到公开申请、来信、留言、咨询、投诉或热线来电",
        "A disclosure request, letter, message, enquiry, complaint or hotline call comes in",
        ("type", "subject", "important", "due", "extended", "read_at"),
    ),
    "request_answered": EventKind(
        "申请(留言)答复",
        "对它的答复（ref 为该申请或留言）",
        "The answer to it (ref = the request)",
        ("type", "remedy_stated", "remedy_elements", "representative"),
    ),
    "case_concluded": EventKind(
        "复议诉讼结案",
        "涉及公开的行政复议或诉讼结案",
        "A reconsideration or lawsuit over disclosure ends",
        ("type", "outcome"),
    ),
    "check_done": EventKind(
        "检查测评",
        "各种检查：自查、专项检查、督查、第三方测评、评估、保密或内容审查、清理、调查、执法检查",
        "Any check of work: self-check, special check, supervision, third-party test, evaluation, secrecy or content review, clean-up, survey, enforcement inspection",
        (
            "type",
            "mode",
            "by",
            "object",
            "topic",
            "scope",
            "aspects",
            "sample",
            "correct",
            "passed",
            "score",
            "back_to_back",
            "non_intrusive",
            "materials_requested",
        ),
    ),
    "finding_recorded": EventKind(
        "问题认定",
        "（不论由谁）发现一个问题，可记何时整改",
        "A fault is found (by anybody) and perhaps put right",
        ("category", "source", "account", "trigger", "severe", "sanction", "rectified_at"),
    ),
    "report_submitted": EventKind(
        "报送备案",
        "向指定单位报告、备案、填报或回复",
        "A report, filing, entry or reply is sent to a named body",
        ("type", "to"),
    ),
    "scheme_set": EventKind(
        "考核方案确定",
        "确定考核方案：包括什么、占多少分",
        "An assessment scheme is adopted: what it covers and with what weight",
        (
            "scheme",
            "points",
            "total_points",
            "includes",
            "scope",
            "year",
            "adopted_at",
            "uses_third_party_result",
            "process_based",
            "revised",
            "rewards",
        ),
    ),
    "milestone_reached": EventKind(
        "任务节点完成",
        "任务到达一个节点：试点验收、改造完成、平台对接",
        "A task reaches a stage: pilot accepted, conversion done, platform linked",
        ("task", "object", "stage", "level"),
    ),
    "rating_given": EventKind(
        "评议打分",
        "评议人给定性任务打分",
        "An assessor scores a qualitative duty",
        ("indicator", "score", "max", "rater"),
    ),
}
"""Kind → its description. Each is used by at least one duty of the five source documents."""
