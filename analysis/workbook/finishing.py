"""From what openpyxl wrote to the file we keep: the same bytes every time, and charts with a text alternative."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from xml.sax.saxutils import quoteattr

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_DRAWING = re.compile(r"xl/drawings/drawing(\d+)\.xml")
_CHART_NAME = re.compile(rb'(<(?:xdr:)?cNvPr )([^>]*)name="Chart \d+"')


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a screen reader says of a chart."""

    title: str
    text: str


def finished(raw: bytes, created: datetime, charts: Sequence[Described]) -> bytes:
    """Return the workbook with its times set to `created` and the charts (in order of sheets) described."""
    out = BytesIO()
    stamp = max(created.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(BytesIO(raw)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in given.namelist():
            info = zipfile.ZipInfo(name, date_time=stamp)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            kept.writestr(info, _part(name, given.read(name), created, charts))
    return out.getvalue()


def _part(name: str, content: bytes, created: datetime, charts: Sequence[Described]) -> bytes:
    if name == "docProps/core.xml":
        time = created.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        return _MODIFIED.sub(rb"\g<1>" + time + rb"\g<2>", content)
    drawing = _DRAWING.fullmatch(name)
    if drawing:
        return _with_alternative(content, charts[int(drawing[1]) - 1])
    return content


def _with_alternative(content: bytes, chart: Described) -> bytes:
    words = f"name={quoteattr(chart.title)} descr={quoteattr(chart.text)}".encode()
    return _CHART_NAME.sub(lambda found: found[1] + found[2] + words, content)
