"""Running every rule over a workbook."""

from __future__ import annotations

import os
import posixpath
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable
from typing import Any
from xml.etree import ElementTree

from openpyxl import load_workbook

from analysis.workbook.lint import appearance, book_rules, chart_rules, content, table_rules
from analysis.workbook.lint.breach import Breach, LintedSheet, area_of

RULES: dict[int, tuple[Callable[[LintedSheet], Iterable[Breach]], ...]] = {
    1: (table_rules.marked_up,),
    2: (table_rules.headings,),
    3: (table_rules.plain_grid,),
    4: (appearance.wrapped, appearance.visible, table_rules.no_filter),
    5: (table_rules.no_empty_cell,),
    6: (content.notes_not_symbols,),
    7: (content.links, appearance.font, appearance.alignment),
    8: (content.title_and_text_above,),
    9: (appearance.nothing_beside_cells,),
    10: (appearance.contrast, chart_rules.colours),
    11: (table_rules.one_table_from_column_a, content.sheet_name),
    15: (content.one_number_a_cell,),
    16: (chart_rules.text_alternative, chart_rules.lines_within_segments),
}


def lint_workbook(path: str | os.PathLike[str]) -> list[Breach]:
    """Return every breach of the 16 rules in the workbook at `path`, in order of sheets; empty means none was found."""
    with warnings.catch_warnings():
        # openpyxl warns of drawings it cannot read; rule 9 says so in our words.
        warnings.simplefilter("ignore", UserWarning)
        workbook = load_workbook(path)
    with zipfile.ZipFile(path) as archive:
        checked = [_checked(sheet, archive) for sheet in workbook.worksheets]
        findings = [*book_rules.whole_book(workbook, archive.namelist(), checked)]
    for sheet in checked:
        for checks in RULES.values():
            for check in checks:
                findings += check(sheet)
    order = {sheet.name: place for place, sheet in enumerate(checked)}
    return sorted(findings, key=lambda finding: (order.get(finding.sheet, -1), finding.rule, finding.cell))


def _checked(sheet: Any, archive: zipfile.ZipFile) -> LintedSheet:
    """Gather a sheet with the parts of the file that openpyxl does not keep when it reads."""
    parts = _related(archive, _part_of(sheet, archive))
    drawings = [part for part in parts if "/drawings/" in part and part.endswith(".xml")]
    chart_rules = [part for drawing in drawings for part in _related(archive, drawing) if "/charts/" in part]
    return LintedSheet(
        sheet=sheet,
        areas=tuple(area_of(table) for table in sheet.tables.values()),
        drawing="".join(archive.read(part).decode() for part in drawings),
        table_parts=tuple(archive.read(part).decode() for part in parts if "/tables/" in part),
        charts=tuple(archive.read(part).decode() for part in chart_rules),
    )


def _part_of(sheet: Any, archive: zipfile.ZipFile) -> str:
    root = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 our own file, no entities are read
    for entry in root.iter():
        if entry.tag.endswith("}sheet") and entry.get("name") == sheet.title:
            key = next(value for name, value in entry.attrib.items() if name.endswith("}id"))
            return dict(_relations(archive, "xl/workbook.xml"))[key]
    raise KeyError(sheet.title)


def _related(archive: zipfile.ZipFile, part: str) -> list[str]:
    return [target for _, target in _relations(archive, part)]


def _relations(archive: zipfile.ZipFile, part: str) -> list[tuple[str, str]]:
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive.namelist():
        return []
    found = []
    for tag in re.findall(r"<(?:\w+:)?Relationship [^>]*>", archive.read(relations).decode()):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if said.get("TargetMode") != "External":
            found.append((said["Id"], posixpath.normpath(posixpath.join("/" + folder, said["Target"])).lstrip("/")))
    return found
