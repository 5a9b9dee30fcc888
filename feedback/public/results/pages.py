"""The list of what was published, and the pages of one release."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from flask import redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback.errors import NotFound
from feedback.public import blueprint
from feedback.public.results.chart_geometry import intervals, trend
from feedback.public.results.release import found_in, newest_of, results_page
from feedback.public.results.release_document import CITY, Figure, ReleaseDocument, marks_in, marks_of
from feedback.queries.releases import file_of, published
from feedback.release_files import RELEASE_FILES
from feedback.staff.access import everyone

AT = "/results/<slug>/<int:number>"
SHORTEST_LIST = 2


@blueprint.get("/results")
@everyone
def results() -> ResponseReturnValue:
    newest = {release.id for release in published()}
    return render_template("public/results/releases.html", releases=published(replaced=True), newest=newest)


@blueprint.get("/results/<slug>")
@everyone
def results_of(slug: str) -> ResponseReturnValue:
    return redirect(url_for(".headline", slug=slug, number=newest_of(slug).number))


@blueprint.get(AT)
@everyone
def headline(slug: str, number: int) -> ResponseReturnValue:
    release, findings = found_in(slug, number)
    rows = [(one["label"], figure) for one in findings.headlines if (figure := findings.figure(one))]
    return results_page(
        "headline.html", release, findings, _marks(rows), rows=rows, chart=intervals(rows), parts=_by_part(findings)
    )


@blueprint.get(f"{AT}/change")
@everyone
def change(slug: str, number: int) -> ResponseReturnValue:
    release, findings = found_in(slug, number)
    year = str(findings.facts["year"])
    told = [(one, figure) for one in findings.headlines if (figure := findings.figure(one)) and figure["earlier"]]
    trends = [(one, figure, trend(year, figure)) for one, figure in told]
    shown = [marks_of(figure) for _one, figure in told]
    earlier = [marks_in(before["percent"], before["mark"]) for _one, figure in told for before in figure["earlier"]]
    return results_page("change.html", release, findings, set().union(*shown, *earlier), trends=trends)


@blueprint.get(f"{AT}/by/<dimension>")
@everyone
def by_group(slug: str, number: int, dimension: str) -> ResponseReturnValue:
    release, findings = found_in(slug, number)
    if dimension == CITY or dimension not in findings.dimensions:
        raise NotFound(gettext("These results are not broken down in this way. Choose another from the list."))
    parts = [
        (one, rows, intervals(rows, findings.figure(one)))
        for one in findings.headlines
        if (rows := findings.by_group(one, dimension))
    ]
    label = next(one["label"] for one in findings.document["dimensions"] if one["id"] == dimension)
    used = {mark for _one, rows, _chart in parts for mark in _marks(rows)}
    return results_page("by_group.html", release, findings, used, parts=parts, dimension=dimension, label=label)


@blueprint.get(f"{AT}/lists")
@everyone
def lists(slug: str, number: int) -> ResponseReturnValue:
    release, findings = found_in(slug, number)
    parts = [
        (items[0], ranked, intervals(ranked))
        for items in findings.lists.values()
        if len(ranked := findings.ranked(items)) >= SHORTEST_LIST
    ]
    used = {mark for _first, ranked, _chart in parts for mark in _marks(ranked)}
    return results_page("lists.html", release, findings, used, parts=parts)


@blueprint.get(f"{AT}/people")
@everyone
def profile(slug: str, number: int) -> ResponseReturnValue:
    release, findings = found_in(slug, number)
    return results_page(
        "profile.html",
        release,
        findings,
        set().union(*(marks_in(*row.values()) for row in findings.document["profile"])),
    )


@blueprint.get(f"{AT}/method")
@everyone
def method(slug: str, number: int) -> ResponseReturnValue:
    release, findings = found_in(slug, number)
    return results_page("method.html", release, findings, findings.document["meanings"]["marks"])


@blueprint.get(f"{AT}/data")
@everyone
def open_data(slug: str, number: int) -> ResponseReturnValue:
    release, findings = found_in(slug, number)
    return results_page("data.html", release, findings, files={file.name: file for file in release.files})


@blueprint.get(f"{AT}/files/<name>")
@everyone
def release_file(slug: str, number: int, name: str) -> ResponseReturnValue:
    release, _findings = found_in(slug, number)
    file = file_of(release, name) if name in RELEASE_FILES else None
    if file is None:
        raise NotFound(gettext("This release has no such file."))
    stem, _dot, ending = name.rpartition(".")
    told = f"{slug}-release-{number}-{stem}.{ending}"
    answer = send_file(BytesIO(file.content), RELEASE_FILES[name].mimetype, as_attachment=True, download_name=told)
    answer.set_etag(file.sha256)
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def _marks(rows: Iterable[tuple[str, Figure]]) -> set[str]:
    return {mark for _label, figure in rows for mark in marks_of(figure)}


def _by_part(findings: ReleaseDocument) -> dict[str, list[str]]:
    """The sentences of the summary by their part: what changed, for whom, where, what cannot be said."""
    parts: dict[str, list[str]] = {}
    for one in findings.document["findings"]:
        parts.setdefault(one["part"], []).append(one["text"])
    return parts
