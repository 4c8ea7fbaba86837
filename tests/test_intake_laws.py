"""Laws of the intake: nothing lost, order and file format without influence, no input that breaks it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai_score.activity_log import ActivityLog
from gongkai_score.errors import GongkaiScoreError
from gongkai_score.numbered_texts import Pattern, numbered, run_of
from gongkai_score.readers import arrow_columns, delimited, large_text
from gongkai_score.readers.logs import read_log
from gongkai_score.readers.tables_in import SqlQuery
from gongkai_score.readers.units import read_units
from gongkai_score.units import Unit, UnitRegister

KINDS = ["document_published", "request_received", "request_answered", "文件公布", "", "no_such_kind"]
DATES = ["2019-05-15", "2019/5/6", "2019年5月7日", "2019-05-08 08:30:00", "今天", "", "08/07/2018", "2019-02-30"]
CELLS = ["", "a", " b ", "关于“十四五”规划的通知", "x;y", 'say "so"', "two\nlines", "1,5"]
REGISTER = UnitRegister([Unit("u1", "甲县"), Unit("u2", "乙局", active_from=18_025), Unit("u3", "丙镇")])

rows = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["", "1", "2", "3", "4"]),
            "unit": st.sampled_from(["u1", "u2", "甲县", "u9", ""]),
            "kind": st.sampled_from(KINDS),
            "at": st.sampled_from(DATES),
            "ref": st.sampled_from(["", "R1", "R2"]),
            "due": st.sampled_from(["", "2019-06-01", "soon"]),
            "topic": st.sampled_from(CELLS),
        }
    ),
    min_size=1,
    max_size=30,
)


def frame_of(cells: list[dict[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(cells, dtype=object)


def rows_used(log: ActivityLog) -> set[tuple[str, int]]:
    return {
        (table.files[int(file)], int(row))
        for table in log.tables.values()
        for file, row in zip(table.file, table.row, strict=True)
    }


def assert_balanced(log: ActivityLog) -> None:
    used, aside = rows_used(log), {(s.file, s.row) for s in log.set_aside}
    assert not used & aside
    assert len(aside) == len(log.set_aside)
    assert log.rows_read == len(used) + len(aside) == sum(s.rows for s in log.sources)


@settings(deadline=None, max_examples=150)
@given(rows, st.booleans(), st.randoms(use_true_random=False))
def test_rows_read_are_rows_used_and_rows_set_aside(
    cells: list[dict[str, str]], registered: bool, shuffle: Any
) -> None:
    frame = frame_of(cells)
    register = REGISTER if registered else None
    log = read_log(frame, units=register)
    assert_balanced(log)
    order = list(range(len(frame)))
    shuffle.shuffle(order)
    again = read_log(frame.iloc[order], units=register)
    assert again.digest == log.digest
    assert again.set_aside == log.set_aside
    assert again.warnings == log.warnings
    assert again.sources == log.sources


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows)
def test_a_file_gives_the_log_of_its_frame(tmp_path: Path, cells: list[dict[str, str]]) -> None:
    frame = frame_of(cells)
    log = read_log(frame)
    path = tmp_path / "log.csv"
    frame.to_csv(path, index=False, encoding="utf-8")
    read = read_log(path)
    assert_balanced(read)
    blank = int((frame == "").all(axis=1).sum())
    assert (read.digest, read.rows_read) == (log.digest, len(frame) - blank)
    frame.to_csv(path, index=False, encoding="gb18030", sep="\t", lineterminator="\r\n")
    assert read_log(path).digest == log.digest


def typed(n: int = 400) -> pd.DataFrame:
    dice = np.random.default_rng(7)
    days = pd.to_datetime("2019-01-01") + pd.to_timedelta(dice.integers(0, 365, n), "D")
    times = days + pd.to_timedelta(dice.integers(1, 86_400, n), "s")
    return pd.DataFrame(
        {
            "id": [f"e{i}" for i in range(n)],
            "unit": dice.choice(["u1", "u2", "u3"], n),
            "kind": "request_received",
            "at": times,
            "ref": [f"R{i // 2}" for i in range(n)],
            "due": days,
            "count": dice.integers(0, 9, n),
            "share": dice.choice([0.5, 0.25, 0.125], n),
            "flag": dice.choice([True, False], n),
            "topic": dice.choice(["关于“十四五”规划", "x,y", 'a "b"', "行\n行"], n),
            "gap": pd.Series([None if i % 3 else "v" for i in range(n)], dtype=object),
        }
    )


def test_the_same_content_gives_the_same_log_whatever_the_file(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    pytest.importorskip("pyarrow")
    sqlalchemy = pytest.importorskip("sqlalchemy")
    frame = typed()
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_csv(tmp_path / "b.tsv", index=False, sep="\t", encoding="utf-16")
    frame.to_csv(tmp_path / "g.csv.gz", index=False, encoding="utf-8-sig")
    frame.to_parquet(tmp_path / "c.parquet", engine="pyarrow")
    with (tmp_path / "d.jsonl").open("w", encoding="utf-8") as file:
        for record in frame.to_dict(orient="records"):
            at, due = record.pop("at"), record.pop("due")
            record = {"at": at.isoformat(), "due": due.date().isoformat(), **record}
            inner = {key: record.pop(key) for key in ("count", "share", "flag")}
            file.write(json.dumps({**record, "attributes": inner}, ensure_ascii=False) + "\n")
    workbook(tmp_path / "e.xlsx", frame)
    engine = sqlalchemy.create_engine("sqlite://")
    text = frame.assign(at=frame["at"].astype(str), due=frame["due"].dt.strftime("%Y-%m-%d"))
    with engine.connect() as connection:
        text.to_sql("log", connection, index=False)
        flags = "case flag when 1 then 'true' else 'false' end as flag"
        query = f"select id, unit, kind, at, ref, due, count, share, {flags}, topic, gap from log"
        logs = [read_log(SqlQuery(connection, query))]
    engine.dispose()
    names = ["a.csv", "b.tsv", "g.csv.gz", "c.parquet", "d.jsonl", "e.xlsx"]
    logs += [read_log(frame), *(read_log(tmp_path / name) for name in names)]
    for unit in ("s", "ms", "us", "ns"):
        logs.append(read_log(frame.assign(at=frame["at"].astype(f"datetime64[{unit}]"))))
    logs.append(read_log(frame.assign(at=frame["at"].dt.tz_localize("Asia/Shanghai").dt.tz_convert("UTC"))))
    logs.append(read_log(frame.astype({"unit": "category", "topic": "string"})))
    assert {log.events for log in logs} == {len(frame)}
    assert len({log.digest for log in logs}) == 1
    for log in logs:
        assert_balanced(log)
    assert [read_log(tmp_path / n).sources[0].encoding for n in names] == [
        "utf-8",
        "utf-16",
        "utf-8-sig",
        "",
        "utf-8",
        "",
    ]


def workbook(path: Path, frame: pd.DataFrame) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("台账")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for place, name in enumerate(frame.columns):
        sheet.write_string(0, place, name)
        for row, value in enumerate(frame[name].tolist(), 1):
            if isinstance(value, datetime.datetime):
                sheet.write_datetime(row, place, value.replace(tzinfo=None), time if name == "at" else day)
            elif isinstance(value, bool):
                sheet.write_boolean(row, place, value)
            elif isinstance(value, (int, float)):
                sheet.write_number(row, place, value)
            elif isinstance(value, str):
                sheet.write_string(row, place, value)
    book.close()


def absent(name: str) -> None:
    raise ImportError(name)


def places(log: ActivityLog) -> dict[str, list[int]]:
    return {kind: table.row.tolist() for kind, table in log.tables.items()}


def test_arrow_the_quick_and_the_slow_way_read_the_same_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    frame = typed(3_000)
    frame.loc[7, "topic"] = " padded "
    frame.to_csv(tmp_path / "a.csv", index=False)
    small = read_log(tmp_path / "a.csv")
    monkeypatch.setattr(large_text, "FROM", 0)
    by_arrow = read_log(tmp_path / "a.csv")
    monkeypatch.setattr(arrow_columns, "import_module", absent)
    without = read_log(tmp_path / "a.csv")
    monkeypatch.setattr(delimited, "PANDAS_FROM", 0)
    by_pandas = read_log(tmp_path / "a.csv")
    monkeypatch.setattr(delimited, "_fast", lambda *_: None)
    one_by_one = read_log(tmp_path / "a.csv")
    for log in (by_arrow, without, by_pandas, one_by_one):
        assert log.digest == small.digest
        assert rows_used(log) == rows_used(small)
        assert places(log) == places(small)


PIECES = st.one_of(
    st.sampled_from(
        ["u1", "甲县", "request_received", "文件公布", "2019-05-15", "2019/5/6", "2019-05-08 08:30", "R17"]
    ),
    st.sampled_from(["", " ", "E001", "E002", "E10", '"x, y"', '"a ""b"" c"', '"two\nlines"', 'say "so"', '"open']),
    st.sampled_from(
        ["\u3000x", "\ufeff", "\u200b", "\x0b", "\ue000", "TRUE", "é", "\x00", "NaN", "null", "1.0", "-0"]
    ),
    st.text(max_size=3),
)
LINES = st.one_of(
    st.lists(PIECES, min_size=7, max_size=7),
    st.tuples(
        st.sampled_from(["E001", "E002", "E003", "e-4", ""]),
        st.sampled_from(["u1", "u2"]),
        st.sampled_from(["request_received", "文件公布"]),
        st.sampled_from(["2019-05-15", "2019-05-16", "2019-05-16 10:00:00", "19-5-6"]),
        st.sampled_from(["R1", "R2", "R22", ""]),
        st.sampled_from(["", "2019-06-01"]),
        PIECES,
    ).map(list),
    st.lists(PIECES, max_size=9),
)


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(LINES, max_size=25),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([",", "\t", ";"]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.booleans(),
)
def test_large_and_small_text_are_read_alike(
    tmp_path: Path, lines: list[list[str]], end: str, delimiter: str, encoding: str, ended: bool
) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "log.csv"
    head = ["id", "unit", "kind", "at", "ref", "due", "topic"]
    text = end.join(delimiter.join(cells) for cells in [head, *lines]) + end * ended
    path.write_bytes(text.encode(encoding, "replace"))
    with pytest.MonkeyPatch.context() as patch:
        outcomes: list[Any] = []
        for arrow, pandas in ((10**9, 10**9), (10**9, 0), (0, 0)):
            patch.setattr(large_text, "FROM", arrow)
            patch.setattr(delimited, "PANDAS_FROM", pandas)
            try:
                log = read_log(path)
                outcomes.append((log.digest, log.sources, log.set_aside, log.warnings, places(log), repr(log)))
            except GongkaiScoreError as error:
                outcomes.append(error.problems)
    assert outcomes[0] == outcomes[1] == outcomes[2]


def test_parts_in_any_order_give_the_log_of_the_whole(tmp_path: Path) -> None:
    frame = typed(300).astype({"at": str, "due": str})
    paths = []
    for month, part in enumerate((frame[:100], frame[100:180], frame[180:])):
        paths.append(tmp_path / f"{month}.csv")
        part.to_csv(paths[-1], index=False)
    whole = read_log(frame)
    joined, turned = read_log(paths), read_log(paths[::-1])
    assert joined.digest == turned.digest == whole.digest
    assert joined.sources == turned.sources
    assert joined.rows_read == whole.rows_read == 300


HEADS = ["", "unit,kind,at,ref\n", "单位,类型,日期\n", "unit\tkind\tat\n", 'unit,kind,"at"\nu1,document_published,']
NAMES = st.sampled_from(
    ["a.csv", "a.tsv", "a.jsonl", "a.xlsx", "a.xls", "a.parquet", "a.csv.gz", "a.txt", "a.yaml"]
)
BYTES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")),
    st.text(alphabet='",;\t\r\n\\ua1年2月-号"{}[]:', max_size=200).map(str.encode),
)


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(HEADS), BYTES, NAMES, st.booleans())
def test_no_bytes_raise_anything_but_our_own_errors(
    tmp_path: Path, head: str, tail: bytes, name: str, as_units: bool
) -> None:
    path = tmp_path / name
    path.write_bytes(head.encode() + tail)
    try:
        if as_units:
            assert len(read_units(path)) > 0
        else:
            assert_balanced(read_log(path, units=REGISTER))
    except GongkaiScoreError as error:
        assert error.problems
        assert error.text("zh") and error.text("en")


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.lists(st.integers(), max_size=2),
    st.just(pd.NaT),
    st.just(pd.NA),
    st.decimals(),
    st.complex_numbers(),
    st.binary(max_size=3),
    st.dictionaries(st.text(max_size=1), st.integers(), max_size=1),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(ODD, ODD, ODD, ODD), max_size=5), st.sampled_from([None, "x", 1]))
def test_no_cells_raise_anything_but_our_own_errors(cells: list[tuple[Any, ...]], odd: Any) -> None:
    frame = pd.DataFrame(
        {n: pd.Series([c[i] for c in cells], dtype=object) for i, n in enumerate(("unit", "kind", "at"))}
    )
    frame[odd] = pd.Series([c[3] for c in cells], dtype=object)
    try:
        assert_balanced(read_log(frame))
    except GongkaiScoreError as error:
        assert error.problems


def test_numbers_of_texts_are_right_though_their_sums_run_over_on_the_way() -> None:
    pattern = Pattern((b"0123456789",) * 9)
    texts = ["000000000", "123456789", "999999999"]
    places = np.array([list(text.encode()) for text in texts], np.uint8).T
    assert pattern.numbers(places).tolist() == [0, 123456789, 999999999]


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        (["R13", "R11", "R12", "R11"], [2, 0, 1, 0]),
        (["R13", "R11", "R13", "R19"], [1, 0, 1, 2]),
        (["R2", "R1", "R10"], [2, 0, 1]),
    ],
)
def test_texts_are_numbered_in_order_with_gaps_or_without(texts: list[str], codes: list[int]) -> None:
    found = numbered([run_of(texts)])
    assert found is not None
    assert found[0].tolist() == codes
    assert list(found[1]) == sorted(set(texts))


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (["at", "at.day", "at.day.hour"], [["a", "b"], [1, None], [None, "c"]]),
        (["", ".", "b."], [["a"], ["b"], ["c"]]),
        (["list", "list.element", "list.list"], [["a"], ["b"], [["c", "d"]]]),
        (["twice", "twice"], [["a"], ["b"]]),
        ([], []),
    ],
)
def test_columns_of_a_parquet_file_are_told_apart_whatever_they_are_called(
    names: list[str], columns: list[list[Any]], tmp_path: Path
) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(
        arrow.Table.from_arrays(list(map(arrow.array, columns)), names=names), tmp_path / "f.parquet"
    )
    read = arrow_columns.ParquetColumns((tmp_path / "f.parquet").read_bytes())
    assert read.each(lambda name, column: (name, column.to_pylist())) == list(zip(names, columns, strict=True))
    assert read.rows == (len(columns[0]) if columns else 0)
