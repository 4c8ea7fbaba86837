"""The table of event kinds: what a log may record, and what a set adds."""

from __future__ import annotations

from gongkai_score import wording
from gongkai_score.errors import Language
from gongkai_score.indicator_set import IndicatorSet
from gongkai_score.sentences import say
from gongkai_score.tables.parts import Table, heads
from gongkai_score.vocabulary import COMMON_ATTRIBUTES, EVENT_KINDS, MOMENT_ATTRIBUTES


def events_table(indicator_set: IndicatorSet | None = None, lang: Language = "zh") -> Table:
    """Every kind of event with its name, meaning and attributes; what a set declares is marked ``*``.

    Args:
        indicator_set: a set that declares kinds or attributes of its own; None: the vocabulary alone.
        lang: language of the words.
    """
    own = {} if indicator_set is None else indicator_set.event_kinds
    further = {} if indicator_set is None else indicator_set.event_attributes
    rows = []
    for kind, known in EVENT_KINDS.items():
        attributes = [*known.attributes, *(f"*{name}" for name in further.get(kind, ()))]
        rows.append((kind, known.zh, known.meaning_zh if lang == "zh" else known.meaning, " ".join(attributes)))
    for kind, name in own.items():
        if kind not in EVENT_KINDS:
            rows.append((f"*{kind}", name.of("zh"), name.of(lang), " ".join(further.get(kind, ()))))
    notes = (
        say(wording.NOTES, "common_attributes", lang, names=" ".join(COMMON_ATTRIBUTES)),
        say(wording.NOTES, "moment_attributes", lang, names=" ".join(sorted(MOMENT_ATTRIBUTES))),
    )
    columns = heads(lang, "kind", "zh_name", "meaning", "attributes")
    return Table(say(wording.TITLES, "events", lang), columns, tuple(rows), notes)
