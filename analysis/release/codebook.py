"""The codebook that stands beside the tidy table of a release."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from analysis.report.sheets.tidy import COLUMN_WORDS

HEADER = ("kind", "code", "label", "meaning")


def codebook_csv(document: Mapping[str, Any]) -> bytes:
    """Return what every column and code of the tidy table means, as CSV: `kind, code, label, meaning`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(_rows(document))
    return out.getvalue().encode("utf-8")


def _rows(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for column, meaning in COLUMN_WORDS.items():
        yield "column", column, column, meaning
    for indicator in document["indicators"]:
        yield "indicator", indicator["id"], indicator["label"], _asked(indicator)
    for dimension in document["dimensions"]:
        yield "dimension", dimension["id"], dimension["label"], ""
        for group in dimension["groups"]:
            yield f"group of {dimension['id']}", group["id"], group["label"], ""
    meanings = document["meanings"]
    for name, words in meanings["comparability"].items():
        yield "comparability", name, name, words
    for mark, words in meanings["marks"].items():
        yield "mark", mark, words["short"], words["meaning"]


def _asked(indicator: Mapping[str, Any]) -> str:
    counted = "; ".join(indicator["answers_counted"])
    of = "; ".join(indicator["answers_in_base"]) or "everybody who was asked"
    return f"Question: {indicator['question']} Counted: {counted}. Of: {of}."
