"""The pages of five Hebei bodies, prepared and assessed: what the tests and the report share."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
from real_data import HERE, folder, mapping_file, set_file

from gongkai_score.activity_log import NO_DAY, ActivityLog
from gongkai_score.assessment import Assessment
from gongkai_score.evidence import Case
from gongkai_score.pipeline import assess
from gongkai_score.readers.calendars import national_calendar
from gongkai_score.readers.indicator_sets import read_indicator_set
from gongkai_score.readers.logs import read_log
from gongkai_score.units import Unit, UnitRegister

BODIES = {
    "人民政府": "省政府",
    "人力资源和社会保障厅": "人社厅",
    "科学技术厅": "科技厅",
    "工业和信息化厅": "工信厅",
    "教育厅": "教育厅",
}
UNITS = UnitRegister(Unit(name, name) for name in BODIES)
PERIOD = "2008-05-01..2024-09-29"
"""From the day the first Regulations took effect to the day the pages were collected."""
FLAG = "有解读"


def path() -> Path:
    return folder("cn_hebei_departments") / "hebei_documents.csv"


def plain_log() -> ActivityLog:
    """The file as it is, with the mapping that the reader's own tests use."""
    return read_log(path(), mapping=HERE.parent / "data" / "hebei_mapping.yaml", units=UNITS, name="hebei")


def flagged() -> pd.DataFrame:
    """The rows by their line in the file, the first page of a document that has an interpretation marked.

    A document stands under up to seven addresses. Only the first page makes it public, and only documents that
    a page of the same body interprets can be judged: nothing in the file says which ought to be interpreted.
    """
    log = plain_log()
    documents, readings = log.table("document_published"), log.table("interpretation_published")
    read = set(zip(readings.unit.tolist(), readings.ref.tolist(), strict=True))
    marked: set[int] = set()
    order = np.lexsort((documents.row, documents.at.day))
    for place in order.tolist():
        key = int(documents.unit[place]), int(documents.ref[place])
        if key in read:
            read.remove(key)
            marked.add(int(documents.row[place]))
    # A row that repeats a marked one is marked too, so that it is still seen to be the same.
    marked |= {
        s.row for s in log.set_aside if int(str(s.problem.values.get("kept", "#0")).split("#")[-1]) in marked
    }
    with path().open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        lines, rows = [], []
        before = reader.line_num
        for row in reader:
            lines.append(before + 1)
            rows.append(row)
            before = reader.line_num
    table = pd.DataFrame(rows, columns=header, index=lines)
    table[FLAG] = ["是" if line in marked else "" for line in lines]
    return table


def prepared_log() -> ActivityLog:
    return read_log(flagged(), mapping=mapping_file("hebei"), units=UNITS, name="hebei")


def assessed(log: ActivityLog) -> Assessment:
    indicators = read_indicator_set(set_file("hebei"))
    return assess(indicators, log, UNITS, calendar=national_calendar(), period=PERIOD)


def medians(log: ActivityLog, below: int = 365) -> dict[str, float]:
    """Median of page date minus signature date in days, of 0 to ``below`` days, for each body."""
    documents = log.table("document_published")
    signed = documents.moments["signed_at"].day
    days = documents.at.day.astype(np.int64) - signed
    inside = (signed != NO_DAY) & (days >= 0) & (days < below)
    return {
        BODIES[name]: float(np.median(days[inside & (documents.unit == code)]))
        for code, name in enumerate(log.units)
    }


def case_at(result: Assessment, indicator: str, line: int) -> Case:
    """The case that the page at a line of the file began."""
    (columns,) = result.cases[indicator].values()
    table = columns.columns()
    (place,) = (i for i, rows in enumerate(table.rows) if rows and table.events[rows[0]].origin == f"hebei#{line}")
    return table.case(place)
