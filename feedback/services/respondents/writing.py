"""A table of respondents as CSV with its codebook, and as an SPSS file."""

from __future__ import annotations

import csv
import io
import tempfile
import textwrap
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from feedback.services.respondents.table import RespondentTable
from feedback.services.respondents.variables import LONGEST_LABEL, LONGEST_VALUE, Variable, shortened

STAMP = (1980, 1, 1, 0, 0, 0)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
TERMS = (
    "For analysts of the partnership only. Do not share it, do not link it to other data about people, do not try to "
    "identify anybody in it, and delete it when the work that it was requested for is finished."
)
LONGEST_FILE_LABEL, LONGEST_NOTE = 64, 80  # bytes, and characters of a line


def as_csv(table: RespondentTable, title: str) -> bytes:
    """Return a zip of `responses.csv`, `codebook.csv` and `read_me.txt`; UTF-8, one heading row, codes as texts."""
    names = [variable.name for variable in table.variables]
    files = {
        "codebook.csv": written([CODEBOOK, *codebook_rows(table.variables)]),
        "read_me.txt": f"{title}\n\n{TERMS}\n\nEmpty: not answered. not_asked: the question was not asked.\n".encode(),
        "responses.csv": written([names, *table.rows]),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


CODEBOOK = ("variable", "label", "measure", "code", "number_in_spss", "code_label", "missing")


def codebook_rows(variables: Iterable[Variable]) -> list[list[str]]:
    """Return a row for each variable and code."""
    rows = []
    for variable in variables:
        start = [variable.name, variable.label, variable.measure]
        rows += [
            [*start, code.code, str(code.number), code.label, "yes" if code.missing else "no"]
            for code in variable.codes
        ] or [[*start, "", "", "", ""]]
    return rows


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV: UTF-8 with a mark that makes Excel read it as such."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Return a person's own words for a cell of CSV: with an apostrophe where a spreadsheet would see a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def as_sav(table: RespondentTable, title: str) -> bytes:
    """Return an SPSS file: numbers with labels, what is missing declared, measurement levels, a file label."""
    import pyreadstat

    variables = table.variables
    frame = pd.DataFrame({v.name: _column(v, [row[i] for row in table.rows]) for i, v in enumerate(variables)})
    coded = [variable for variable in variables if variable.codes]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.sav"
        pyreadstat.write_sav(
            frame,
            path,
            file_label=shortened(title, LONGEST_FILE_LABEL),
            column_labels={v.name: shortened(v.label, LONGEST_LABEL) for v in variables},
            variable_value_labels={
                v.name: {code.number: shortened(code.label, LONGEST_VALUE) for code in v.codes} for v in coded
            },
            missing_ranges={v.name: [{"lo": v.missing[0], "hi": v.missing[1]}] for v in coded if v.missing},
            variable_measure={v.name: v.measure for v in variables},
            variable_format={v.name: "F8.0" for v in coded} | {v.name: "F12.6" for v in variables if _is_number(v)},
            note=textwrap.wrap(TERMS, LONGEST_NOTE),
            row_compress=True,
        )
        return path.read_bytes()


def _is_number(variable: Variable) -> bool:
    return not variable.codes and not variable.text


def _column(variable: Variable, cells: list[str]) -> pd.Series:
    """Return numbers for codes, NaN where not answered; texts as they are."""
    if variable.text:
        return pd.Series(cells, dtype="str")
    if variable.codes:
        numbers = {code.code: float(code.number) for code in variable.codes}
        return pd.Series([numbers.get(cell, float("nan")) for cell in cells], dtype="float64")
    return pd.Series([float(cell) if cell else float("nan") for cell in cells], dtype="float64")
