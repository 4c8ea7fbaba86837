"""Every question the texts leave open has one answer, and the page of answers says the same as the code.

Run as a program it writes the page.
"""

from pathlib import Path

from gongkai_score.options import READINGS, SETTABLE
from gongkai_score.readers.indicator_sets import parse_indicator_set

PAGE = Path(__file__).parents[1] / "docs" / "options.md"
SET = (
    "id: s\ntitle: 小\n{options}indicators:\n"
    "  - {{id: A, name: 甲, points: 1, measure: {{kind: exists, event: training_held}}}}\n"
)


_WHERE: dict[str, str] = {
    "set": "指标体系 · set",
    "input": "输入 · input",
    "engine": "固定 · engine",
}


def options_page() -> str:
    """The page of all questions and answers, in Markdown."""
    lines = [
        "# 对歧义的回答 · Answers to ambiguities",
        "",
        "<!-- made from gongkai_score/options.py by tests/test_indicator_sets_options.py -->",
        "",
        "原文留下的问题，每个都有一个回答。有值的写在指标体系的 `options` 下，或由调用者给出；其余由语言中的",
        "字段、由输入、或由引擎统一规定。",
        "",
        "The texts leave questions open; each has an answer here. Those with a value are given under `options` in",
        "a set, or by the caller; the others are settled by a field of the language, by what is handed in, or once",
        "for all.",
        "",
        "## 选项 · Options",
        "",
        "| 选项 option | 默认 default | 可取 takes | 单项写在 field | 问题 | 含义 meaning |",
        "|---|---|---|---|---|---|",
    ]
    for name, option in SETTABLE.items():
        default = str(option.default).lower() if isinstance(option.default, bool) else option.default
        numbers = ", ".join(map(str, option.questions))
        takes = "<br>".join(dict.fromkeys(part.replace("、", ", ") for part in option.takes))
        meaning = f"{option.zh}<br>{option.en}"
        lines.append(f"| `{name}` | `{default}` | {takes} | `{option.where}` | {numbers} | {meaning} |")
    lines += [
        "",
        "## 其他问题 · Other questions",
        "",
        "| 问题 | 由何决定 settled by | 字段 field | 回答 answer |",
        "|---|---|---|---|",
    ]
    for reading in READINGS:
        field = f"`{reading.field}`" if reading.field else "—"
        answer = f"{reading.zh}<br>{reading.en}"
        lines.append(f"| {reading.question} | {_WHERE[reading.where]} | {field} | {answer} |")
    return "\n".join(lines) + "\n"


def test_each_of_the_sixty_five_questions_is_answered() -> None:
    answered = [q for option in SETTABLE.values() for q in option.questions]
    answered += [reading.question for reading in READINGS]
    assert sorted(set(answered)) == list(range(1, 66))


def test_the_page_says_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == options_page()


def test_every_option_takes_its_default_and_every_value_it_allows() -> None:
    for name, option in SETTABLE.items():
        values = option.allowed if isinstance(option.allowed, tuple) else (option.default,)
        assert option.default in values
        for value in (*values, option.default):
            word = str(value).lower() if isinstance(value, bool) else value
            found = parse_indicator_set(SET.format(options=f"options: {{{name}: {word}}}\n"))
            assert str(found.options[name]) == str(value)


def test_a_caller_may_give_values_as_words() -> None:
    words = {"forms_min": "3", "roll": "false", "promptly_within": "10 working days", "partial": "keep"}
    found = parse_indicator_set(SET.format(options=""), options=words)
    assert (found.options["forms_min"], found.options["roll"]) == (3, False)
    assert (str(found.options["promptly_within"]), found.options["partial"]) == ("10 working days", "keep")


def test_without_options_all_defaults_are_in_force_and_recorded() -> None:
    found = parse_indicator_set(SET.format(options=""))
    assert {name: str(value) for name, value in found.options.items()} == {
        name: str(option.default) for name, option in SETTABLE.items()
    }


if __name__ == "__main__":
    PAGE.write_text(options_page(), encoding="utf-8")
