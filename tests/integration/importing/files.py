"""Files and maps for the tests of imports, made from rows."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook

from feedback.services.importing.maps import load_map
from feedback.services.importing.reports import ImportReport
from feedback.services.importing.responses import Import, import_responses
from feedback.services.importing.rows import Rejection
from tests.makers import BARGATE

WAVE = {"slug": "imported", "opens_on": date(2026, 3, 1), "closes_on": date(2026, 3, 31)}
HEADER = ["id", "date", "safe", "words", "ward"]
MAP: dict[str, Any] = {
    "id": {"column": "id"},
    "date": {"column": "date"},
    "channel": {"fixed": "online"},
    "questions": {
        "safe_local_day": {"column": "safe"},
        "safer_text": {"column": "words"},
        "ward": {"column": "ward", "codes": {"Bargate": BARGATE}},
    },
}


def row(number: int, **given: str) -> list[str]:
    usual = {
        "id": f"p{number}",
        "date": "2026-03-02",
        "safe": "very_safe",
        "words": f"Light {number}",
        "ward": "Bargate",
    }
    return [{**usual, **given}[name] for name in HEADER]


def csv_file(folder: Path, rows: list[list[str]], header: list[str] | None = None, **options: Any) -> Path:
    path = folder / "answers.csv"
    encoding, delimiter = options.get("encoding", "utf-8"), options.get("delimiter", ",")
    with path.open("w", encoding=encoding, newline="") as file:
        written = csv.writer(file, delimiter=delimiter, lineterminator=options.get("line_end", "\r\n"))
        written.writerows([HEADER if header is None else header, *rows])
    return path


def excel_file(folder: Path, rows: list[list[Any]], header: list[Any] | None = None) -> Path:
    book = Workbook()
    for cells in [HEADER if header is None else header, *rows]:
        book.active.append(cells)
    path = folder / "answers.xlsx"
    book.save(path)
    return path


def map_file(folder: Path, base: dict[str, Any] | None = None, **changes: Any) -> Path:
    given = {key: value for key, value in {**(base or MAP), **changes}.items() if value is not None}
    path = folder / "map.yaml"
    path.write_text(yaml.safe_dump(given, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def bring(path: Path, mapped: Path, **options: Any) -> tuple[ImportReport, list[Rejection]]:
    told: list[Rejection] = []
    wanted = Import(
        path=path, slug="imported", map=load_map(mapped), actor="a test", on_rejection=told.append, **options
    )
    return import_responses(wanted), told
