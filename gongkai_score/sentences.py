"""Sentences from results: a ledger line, a quantity, a condition, in Chinese or English.

Pure functions; numbers appear exactly as they are, and as ``≈`` with few decimals where they have no short form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from gongkai_score import wording
from gongkai_score.errors import Language
from gongkai_score.indicator_set import Indicator, IndicatorSet, Rounding, Scoring, Step, When, summands
from gongkai_score.measure_kinds import Condition
from gongkai_score.outcomes import OUTCOME_NAMES, VERDICT_NAMES, Outcome, Verdict
from gongkai_score.points import decimal_text
from gongkai_score.scoring import Line


def say(words: Mapping[str, wording.Pair], key: str, lang: Language, **values: object) -> str:
    """One entry of a word list with its braces filled.

    >>> say(wording.CASES, "due", "en", date="2019-03-29")
    'due 2019-03-29'
    """
    return words[key][lang == "en"].format(**values)


def number_text(value: Fraction, digits: int = 4) -> str:
    """A number for sentences: exact up to ``digits`` decimals, otherwise rounded and marked ``≈``.

    >>> number_text(Fraction(8134, 100)), number_text(Fraction(100, 3))
    ('81.34', '≈33.3333')
    """
    if (value * 10**digits).denominator == 1:
        return decimal_text(value)
    return "≈" + decimal_text(value, digits)


def share_text(value: Fraction) -> str:
    """A share as a percentage, exact up to two decimals.

    >>> share_text(Fraction(3, 4)), share_text(Fraction(2, 3))
    ('75%', '≈66.67%')
    """
    return number_text(value * 100, 2) + "%"


def signed(value: Fraction) -> str:
    """A change with its sign.

    >>> signed(Fraction(2)), signed(Fraction(-1, 2)), signed(Fraction(2, 3))
    ('+2', '-0.5', '≈+0.6667')
    """
    text = number_text(value)
    return text if value <= 0 else text.replace("≈", "≈+") if "≈" in text else f"+{text}"


def points_text(value: Fraction, lang: Language) -> str:
    """A number of points with the word for it."""
    if value == 1:
        return say(wording.WORDS, "one_point", lang)
    return say(wording.WORDS, "point", lang, n=number_text(value))


def quantity_name(name: str, lang: Language) -> str:
    """What a quantity is called.

    >>> quantity_name("longest_run.blank", "zh"), quantity_name("list.missing", "en")
    ('最长连续空白', 'list: missing')
    """
    if len(parts := summands(name)) > 1:
        return " + ".join(quantity_name(part, lang) for part in parts)
    if name in wording.QUANTITIES:
        return wording.QUANTITIES[name][2 if lang == "en" else 0]
    head, _, rest = name.partition(".")
    if head == "longest_run":
        return say(wording.QUANTITY_FORMS, "longest_run", lang, verdict=verdict_name(rest, lang))
    if head == "runs" and rest.count(".") == 1:
        verdict, n = rest.split(".")
        return say(wording.QUANTITY_FORMS, "runs", lang, verdict=verdict_name(verdict, lang), n=n)
    if head == "missing" and rest:
        return say(wording.QUANTITY_FORMS, "element", lang, name=rest)
    if rest:
        return say(wording.QUANTITY_FORMS, "of_measure", lang, measure=head, quantity=quantity_name(rest, lang))
    return name


def plain_name(name: str) -> str:
    """A quantity's name without that of its measure.

    >>> plain_name("list.rate"), plain_name("peers.rank")
    ('rate', 'peers.rank')
    """
    return name if name in wording.QUANTITIES else name.partition(".")[2]


def quantity_noun(name: str, lang: Language, time: str = "") -> str:
    """The noun a quantity is counted with, "" if none; ``time`` is the limit's unit of measurement."""
    for key in (name, name.partition(".")[2]):
        if key in wording.QUANTITIES:
            unit = say(wording.TIME_UNITS, time, lang)
            noun = wording.QUANTITIES[key][1]
            return unit if noun == "{time}" else noun if lang == "zh" else ""
    return ""


def quantity_text(name: str, value: Fraction | str, lang: Language, time: str = "") -> str:
    """A quantity with its value.

    >>> quantity_text("late", Fraction(2), "zh"), quantity_text("rate", Fraction(1, 2), "en")
    ('逾期 2 项', 'rate: 50%')
    """
    plain = plain_name(name)
    if isinstance(value, str):
        text = value
    elif plain in wording.SHARES:
        text = share_text(value)
    else:
        text = number_text(value)
    noun = quantity_noun(name, lang, time)
    between = ": " if lang == "en" else " "
    return f"{quantity_name(name, lang)}{between}{text}{' ' + noun if noun else ''}"


def verdict_name(word: str, lang: Language) -> str:
    """The short name of a verdict given by its word; unknown words stand as they are."""
    if word.upper() in Verdict.__members__:
        return VERDICT_NAMES[Verdict[word.upper()]][lang == "en"]
    return word


def condition_text(condition: Condition, lang: Language, share: bool = False) -> str:
    """A condition as people write it.

    >>> condition_text(Condition(">=", Fraction(95, 100)), "zh", share=True), condition_text(Condition("any"), "en")
    ('≥ 95%', 'recorded')
    """
    if isinstance(condition.value, Fraction):
        sign = {">=": "≥", "<=": "≤", "!=": "≠", "==": "="}.get(condition.op, condition.op)
        return f"{sign} {share_text(condition.value) if share else number_text(condition.value)}"
    if condition.op in wording.PRESENCE:
        return say(wording.PRESENCE, condition.op, lang)
    return condition.words


def when_text(when: When | None, lang: Language) -> str:
    """Conditions in words, "" if none.

    >>> when_text(When(all=(("missing", Condition(">", Fraction(0))),)), "zh")
    '缺失 > 0'
    """
    if when is None:
        return ""

    def part(item: tuple[str, Condition]) -> str:
        name, condition = item
        share = plain_name(name) in wording.SHARES
        if name.endswith(".rate") and lang == "zh":
            label = say(wording.QUANTITY_FORMS, "node_rate", lang, node=name.removesuffix(".rate"))
        else:
            label = quantity_name(name, lang)
        return f"{label} {condition_text(condition, lang, share)}"

    every = say(wording.WORDS, "and", lang).join(map(part, when.all))
    some = say(wording.WORDS, "or", lang).join(map(part, when.any))
    return say(wording.WORDS, "and", lang).join(filter(None, (every, some)))


@dataclass(frozen=True, slots=True)
class Context:
    """What a line needs beside itself to be put into words.

    Attributes:
        indicator_set: gives names and rounding.
        node: the node whose account it is; None for the account of the total.
        full: the node's full marks for the unit.
        time: unit of measurement of the node's limits, or "".
        outcome: the node's outcome.
        rate: share of a child by its id, where children count by share.
    """

    indicator_set: IndicatorSet
    node: Indicator | None
    full: Fraction
    time: str = ""
    outcome: Outcome = Outcome.SCORED
    rate: Callable[[str], Fraction | None] = lambda _: None


def line_words(line: Line, context: Context, lang: Language) -> str:
    """What one line of an account says, without its change.

    >>> from gongkai_score.indicator_set import Text
    >>> leaf = Indicator("A", Text("甲"), Fraction(10))
    >>> line = Line("deduct", Fraction(-2), Fraction(8), Fraction(1), "late", Fraction(2), Fraction(2))
    >>> line_words(line, Context(IndicatorSet("s", Text(), leaf), leaf, Fraction(10)), "zh")
    '逾期 2 项，每项扣 1 分'
    """
    key = _key_of(line, context)
    amount = line.amount
    values: dict[str, object] = {
        "amount": "" if amount is None else points_text(amount, lang),
        "amount_plain": "" if amount is None else number_text(amount),
        "balance": points_text(line.balance, lang),
        "factor": "" if amount is None else number_text(amount),
        "times": "" if line.times is None else number_text(line.times),
        "noun": quantity_noun(line.quantity, lang, context.time),
        "outcome": OUTCOME_NAMES[context.outcome][lang == "en"],
        "share": share_text(line.value) if isinstance(line.value, Fraction) else "",
        "measured": _measured(line, context, lang),
        "note": _note(line, context, lang),
        "name": _name(line, context, lang),
        "rate": "",
        "mode": "",
        "digits": "",
    }
    if key == "round":
        rounding = context.indicator_set.rounding
        values |= {"mode": say(wording.ROUNDING, rounding.mode, lang), "digits": _digits(rounding, context.node)}
    if key == "child_weighted" and (rate := context.rate(line.quantity)) is not None:
        values["rate"] = share_text(rate)
    words = say(wording.LINES, key, lang, **values) if key in wording.LINES else line.verb
    taken = amount is not None and line.times is not None and amount * line.times
    if line.verb in ("add", "deduct") and taken != abs(line.change):
        words += say(wording.LINES, "at_most", lang, most=points_text(abs(line.change), lang))
    if line.verb not in ("set", "scale", "add", "deduct", "cap"):
        return words
    note = _step_note(line, context, lang)
    if note:
        return note + say(wording.WORDS, "colon", lang) + words
    condition = when_text(_condition(line, context), lang)
    return words + say(wording.LINES, "when", lang, when=condition) if condition else words


def _key_of(line: Line, context: Context) -> str:
    """Which wording of its verb a line needs."""
    verb = line.verb
    if verb == "start":
        if context.node is None:
            return "total_start"
        return "start_full" if line.balance == context.full else "start" if line.balance else "start_zero"
    if verb in ("set", "scale"):
        return f"{verb}_by" if line.quantity else verb
    if verb in ("add", "deduct"):
        if line.value is None:
            return f"{verb}_named" if line.quantity else verb
        if plain_name(line.quantity) in wording.SHARES and line.times == line.value:
            return f"{verb}_share"
        return f"{verb}_per" if line.times == line.value else f"{verb}_times"
    if verb == "child" and line.amount is not None:
        return "child_weighted"
    return verb


def _measured(line: Line, context: Context, lang: Language) -> str:
    value = line.value if line.value is not None else line.amount
    if not line.quantity or value is None:
        return ""
    return quantity_text(line.quantity, value, lang, context.time)


def _name(line: Line, context: Context, lang: Language) -> str:
    """The child or gate a line names, with its id."""
    if line.verb not in ("child", "minimum", "maximum"):
        return ""
    for child in context.node.children if context.node else ():
        if child.id == line.quantity:
            return f"{child.id} {child.name.of(lang)}"
    return line.quantity


def _note(line: Line, context: Context, lang: Language) -> str:
    for gate in context.indicator_set.gates:
        if gate.id == line.quantity:
            return gate.name.of(lang)
    return line.note


def _step_note(line: Line, context: Context, lang: Language) -> str:
    for step in _steps(line, context):
        if step.note.zh == line.note and line.note:
            return step.note.of(lang)
    return line.note


def _condition(line: Line, context: Context) -> When | None:
    """The condition under which the step of this line was taken, if one can be told."""
    found = {step.when for step in _steps(line, context)}
    return found.pop() if len(found) == 1 else None


def _steps(line: Line, context: Context) -> list[Step]:
    """The steps of the node's rules that may have written a line."""
    if context.node is None:
        return []
    rules: list[Scoring | None] = [context.node.scoring, *(v.scoring for v in context.node.variants)]
    steps = [step for rule in rules if rule for branch in rule.branches for step in branch.steps]
    return [step for step in steps if step.verb == line.verb and _matches(step, line, context.full)]


def _matches(step: Step, line: Line, full: Fraction) -> bool:
    amount = step.amount
    named = amount.value if amount is not None and isinstance(amount.value, str) else ""
    if (step.per or step.by or named) != line.quantity:
        return False
    if amount is None or isinstance(amount.value, str):
        return True
    return line.amount == (amount.value * full if amount.share else amount.value)


def _digits(rounding: Rounding, node: Indicator | None) -> int | None:
    return rounding.total if node is None else rounding.leaf if node.is_leaf else rounding.node


def reason_words(reason: str, lang: Language) -> str:
    """Why there is no number; codes without words stand as they are.

    >>> reason_words("undefined:rate", "zh"), reason_words("no_check", "en")[:20]
    ('缺少计分所需的“完成率”', 'no check is recorded')
    """
    code, _, detail = reason.partition(":")
    if code not in wording.REASONS:
        return reason
    return say(wording.REASONS, code, lang, quantity=quantity_name(detail, lang))


def time_text(number: int, unit: str, lang: Language) -> str:
    """A length of time.

    >>> time_text(23, "working_day", "zh"), time_text(1, "day", "en")
    ('23 个工作日', '1 day')
    """
    word = say(wording.TIME_UNITS, unit, lang)
    if lang == "en" and number == 1:
        word = word.removesuffix("s")
    return f"{number} {word}".strip()
