"""The files of a release, said once: what each is called, how it is asked for, and what is written into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:  # they load pandas, which no public page needs
    from analysis.release import Imprint
    from analysis.summary.model import Summary


@dataclass(frozen=True)
class Finished:
    """A summary cut down to its menu, its document, and what the release says about itself."""

    summary: Summary
    document: Mapping[str, Any]
    imprint: Imprint


class PublishedFile:
    """One file of a release. `option`: of `flask summary export`; `title`: what analysts read.

    What residents read of it stands in `public/results/data.html`, where translators find it.
    """

    name: ClassVar[str]
    option: ClassVar[str]
    title: ClassVar[str]
    mimetype: ClassVar[str]

    def content(self, finished: Finished) -> bytes:
        raise NotImplementedError


class DocumentFile(PublishedFile):
    name, option, title, mimetype = (
        "release.json",
        "document",
        "Every published figure as data (JSON)",
        "application/json",
    )

    def content(self, finished: Finished) -> bytes:
        from analysis.release import written

        return written(finished.document)


class FiguresFile(PublishedFile):
    name, option, title, mimetype = "figures.csv", "estimates", "Every published figure as a table (CSV)", "text/csv"

    def content(self, finished: Finished) -> bytes:
        from analysis.report.sheets.tidy import tidy_csv

        return tidy_csv(finished.summary)


class CodebookFile(PublishedFile):
    name, option, title, mimetype = "codebook.csv", "codebook", "What its columns and codes mean (CSV)", "text/csv"

    def content(self, finished: Finished) -> bytes:
        from analysis.release import codebook_csv

        return codebook_csv(finished.document)


class WorkbookFile(PublishedFile):
    name, option, title = "workbook.xlsx", "out", "The workbook (Excel)"
    mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def content(self, finished: Finished) -> bytes:
        from analysis.report import make_book
        from analysis.workbook import workbook_bytes

        return workbook_bytes(make_book(finished.summary, finished.imprint))


RELEASE_FILES: Mapping[str, PublishedFile] = {
    file.name: file for file in (DocumentFile(), FiguresFile(), CodebookFile(), WorkbookFile())
}
DOCUMENT, FIGURES, CODEBOOK, WORKBOOK = RELEASE_FILES
