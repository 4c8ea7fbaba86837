"""An indexed log is written to one file and read back the same without sorting; a changed file is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai_score.activity_log import ActivityLog
from gongkai_score.errors import ActivityLogError, GongkaiScoreError
from gongkai_score.outputs import log_parquet
from gongkai_score.outputs.json_result import to_json
from gongkai_score.outputs.log_parquet import write_log
from gongkai_score.pipeline import assess
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.indicator_sets import read_indicator_set
from gongkai_score.readers.logs import read_log
from gongkai_score.readers.units import read_units
from gongkai_score.units import Unit, UnitRegister

parquet: Any = pytest.importorskip("pyarrow.parquet")
CITY = Path(__file__).parent.parent / "examples" / "city"
REGISTER = UnitRegister([Unit("u1", "甲县"), Unit("u2", "乙局", active_from=18_025)])

rows = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["", "E1", "E2", "E13", "事项一"]),
            "unit": st.sampled_from(["u1", "u2", "甲县", "u9"]),
            "kind": st.sampled_from(["document_published", "request_received", "request_answered", "no_such_kind"]),
            "at": st.sampled_from(["2019-05-15", "2019-05-06 00:00:00", "2019-05-08 08:30:00", "今天"]),
            "ref": st.sampled_from(["", "R1", "R2", "R10"]),
            "due": st.sampled_from(["", "2019-06-01", "2019-06-01 12:00"]),
            "closed_at": st.sampled_from(["", "2019-06-02"]),
            "opened_at": st.sampled_from(["2019-06-01", "2019-06-03 01:00:00"]),
            "topic": st.sampled_from(["", "x;y", "two\nlines", "关于“十四五”规划"]),
            "attributes.unit": st.sampled_from(["", "TRUE", "5"]),
        }
    ),
    max_size=25,
)


def told(log: ActivityLog) -> dict[str, Any]:
    """Everything a log holds, with texts in place of codes."""
    tables = {}
    for kind, table in log.tables.items():
        events = range(len(table))
        tables[kind] = {
            "unit": [log.units[code] for code in table.unit.tolist()],
            "at": [table.at.text(i) for i in events],
            "ref": [None if code < 0 else log.refs[code] for code in table.ref.tolist()],
            "id": [table.id.text(i) for i in events],
            "label": [table.label(i) for i in events],
            "origin": [table.origin(i) for i in events],
            **{f"a {n}": [column.text(i) for i in events] for n, column in table.attributes.items()},
            **{f"m {n}": [column.text(i) for i in events] for n, column in table.moments.items()},
        }
    return {
        "tables": tables,
        "order": list(tables),
        "units": log.units,
        "refs": list(log.refs),
        "sources": log.sources,
        "rows": (log.rows_read, log.one_event_a_row),
        "set aside": log.set_aside,
        "warnings": log.warnings,
        "digest": log.digest,
    }


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, rows, st.booleans())
def test_a_log_is_read_back_as_it_was_written(
    tmp_path: Path, cells: list[dict[str, str]], more: list[dict[str, str]], registered: bool
) -> None:
    parts = []
    for number, part in enumerate((cells, more)):
        parts.append(tmp_path / f"{number}.csv")
        pd.DataFrame(part, columns=list(rows_of_one())).to_csv(parts[-1], index=False)
    register = REGISTER if registered else None
    log = read_log(parts, units=register)
    write_log(log, tmp_path / "log.parquet")
    again = read_log([tmp_path / "log.parquet"], units=register)
    assert told(again) == told(log)
    write_log(again, tmp_path / "again.parquet")
    assert told(read_log(tmp_path / "again.parquet")) == told(log)


def rows_of_one() -> list[str]:
    return ["id", "unit", "kind", "at", "ref", "due", "closed_at", "opened_at", "topic", "attributes.unit"]


def test_results_from_an_indexed_log_are_the_same_to_the_byte(tmp_path: Path) -> None:
    units = read_units(CITY / "units.csv")
    log = read_log(CITY / "log_gb18030.csv", units=units)
    write_log(log, tmp_path / "log.parquet")
    indicator_set = read_indicator_set("bishan-2019")
    results = [
        to_json(assess(indicator_set, one, units, calendar=national_calendar(), period="2019"))
        for one in (log, read_log(tmp_path / "log.parquet", units=units))
    ]
    assert results[0] == results[1]


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, ActivityLog]:
    text = "id,unit,kind,at,ref,topic\n"
    text += "".join(
        f"E{i:03d},u{i % 7},request_received,2019-05-{i % 28 + 1:02d},R{i % 50},财政\n" for i in range(200)
    )
    text += "E900,u1,wedding,2019-05-01,R1,\n"
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    log = read_log(tmp_path / "log.csv")
    write_log(log, tmp_path / "log.parquet")
    return tmp_path / "log.parquet", log


def test_a_file_changed_by_hand_is_refused(small: tuple[Path, ActivityLog]) -> None:
    path, _ = small
    table = parquet.read_table(path)
    described = parquet.read_metadata(path).metadata
    kept = {key: value for key, value in described.items() if key.startswith(b"gongkai_score")}
    changed = table.slice(1).replace_schema_metadata(kept)
    parquet.write_table(changed, path)
    with pytest.raises(ActivityLogError) as caught:
        read_log(path)
    assert [p.code for p in caught.value.problems] == ["L220"]
    assert "改动过" in caught.value.text("zh") and "changed after it was written" in caught.value.text("en")


def test_facts_changed_by_hand_are_refused(small: tuple[Path, ActivityLog]) -> None:
    path, _ = small
    raw = path.read_bytes()
    assert raw.count(b'"rows_read": 201') == 1
    path.write_bytes(raw.replace(b'"rows_read": 201', b'"rows_read": 200'))
    with pytest.raises(ActivityLogError, match="L220"):
        read_log(path)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_no_byte_can_be_changed_unnoticed(small: tuple[Path, ActivityLog], where: float, by: int) -> None:
    path, log = small
    raw = bytearray(path.read_bytes())
    raw[int(where * len(raw))] ^= by
    damaged = path.with_name("damaged.parquet")
    damaged.write_bytes(raw)
    try:
        again = read_log(damaged)
    except GongkaiScoreError as error:
        assert {p.code[0] for p in error.problems} == {"L"}
    else:
        # Only what nobody reads was changed, or the key: then it is a table like any other.
        assert told(again) == told(log) or [s.name for s in again.sources] == ["damaged.parquet"]


def test_a_file_written_anew_by_another_tool_is_a_table_like_any_other(small: tuple[Path, ActivityLog]) -> None:
    path, log = small
    frame = pd.read_parquet(path, engine="pyarrow").drop(columns=["file", "row"])
    frame.to_parquet(path.with_name("other.parquet"), engine="pyarrow")
    other = read_log(path.with_name("other.parquet"))
    assert other.digest == log.digest
    assert other.sources != log.sources


@pytest.mark.parametrize(
    ("wishes", "zh", "en"),
    [
        ({"severity": {"L303": "error"}}, "不能再用 severity", "severity cannot be applied"),
        ({"name": "a", "sheet": "b"}, "不能再用 sheet、name", "sheet, name cannot"),
        ({"units": REGISTER}, "名册中没有单位 u0", "the register has no unit u0"),
        ({"event_kinds": ["wedding"]}, "不认识类型 wedding", "kind wedding was unknown then"),
    ],
)
def test_what_an_indexed_log_was_not_checked_for_is_refused(
    small: tuple[Path, ActivityLog], wishes: dict[str, Any], zh: str, en: str
) -> None:
    path, _ = small
    with pytest.raises(ActivityLogError) as caught:
        read_log(path, **wishes)
    (found,) = caught.value.problems
    assert (found.code, found.file) == ("L221", str(path))
    assert zh in found.message("zh") and en in found.message("en")


def test_an_indexed_log_stands_alone(small: tuple[Path, ActivityLog]) -> None:
    path, _ = small
    with pytest.raises(ActivityLogError) as caught:
        read_log([path, path.with_name("log.csv")])
    assert "cannot be joined" in caught.value.text("en") and "合并" in caught.value.text("zh")


def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    small: tuple[Path, ActivityLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, log = small
    with pytest.raises(ActivityLogError) as caught:
        write_log(log, path.parent / "no such folder" / "log.parquet")
    assert [p.code for p in caught.value.problems] == ["L222"]
    assert "无法写出" in caught.value.text("zh") and "cannot be written" in caught.value.text("en")

    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(log_parquet, "import_module", absent)
    with pytest.raises(ActivityLogError, match=r"L222.*gongkai-score\[parquet\]"):
        write_log(log, path)
    assert sorted(p.name for p in path.parent.iterdir()) == ["log.csv", "log.parquet"]
