"""Wards: a map of one figure, and a page of each ward that prints on one sheet."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback.errors import NotFound
from feedback.places import current_place
from feedback.public import blueprint
from feedback.public.results.chart_geometry import intervals, tile_map
from feedback.public.results.outlines import boundary_map
from feedback.public.results.pages import AT
from feedback.public.results.release import found_in, results_page
from feedback.public.results.release_document import marks_of
from feedback.queries.actions import published_actions
from feedback.staff.access import everyone

FIRST_ITEMS = 5
WARD = "ward"


@blueprint.get(f"{AT}/wards")
@everyone
def wards(slug: str, number: int) -> ResponseReturnValue:
    _release, findings = found_in(slug, number)
    shown = [one for one in findings.headlines if findings.by_group(one, WARD)]
    if not shown:
        raise NotFound(gettext("These results have no figures by ward."))
    return redirect(url_for(".ward_map", slug=slug, number=number, indicator=shown[0]["id"]))


@blueprint.get(f"{AT}/wards/<indicator>")
@everyone
def ward_map(slug: str, number: int, indicator: str) -> ResponseReturnValue:
    release, findings = found_in(slug, number)
    shown = findings.indicators.get(indicator)
    rows = findings.by_group(shown, WARD) if shown else []
    if not shown or not rows:
        raise NotFound(gettext("These results have no such figure by ward. Choose another from the list."))
    names = findings.dimensions[WARD]
    figures = {code: figure for code in names if (figure := findings.figure(shown, WARD, code))}
    return results_page(
        "ward_map.html",
        release,
        findings,
        {mark for _name, figure in rows for mark in marks_of(figure)},
        shown=shown,
        rows=[(code, names[code], figure) for code, figure in figures.items()],
        whole=findings.figure(shown),
        map=tile_map(current_place().tiles, names, figures),
        outlines=boundary_map(names, figures),
        chart=intervals(rows, findings.figure(shown)),
        others=[one for one in findings.headlines if findings.by_group(one, WARD)],
    )


@blueprint.get(f"{AT}/ward/<code>")
@everyone
def ward(slug: str, number: int, code: str) -> ResponseReturnValue:
    release, findings = found_in(slug, number)
    if code not in findings.dimensions.get(WARD, {}):
        raise NotFound(gettext("These results have no such ward. Choose one from the map."))
    figures = [
        (one, figure, findings.figure(one))
        for one in findings.headlines
        if (figure := findings.figure(one, WARD, code))
    ]
    return results_page(
        "ward.html",
        release,
        findings,
        {mark for _one, figure, _whole in figures for mark in marks_of(figure)},
        code=code,
        name=findings.dimensions[WARD][code],
        figures=figures,
        chart=intervals((one["label"], figure) for one, figure, _whole in figures),
        ranked={
            name: found[:FIRST_ITEMS]
            for name, items in findings.lists.items()
            if (found := findings.ranked(items, WARD, code))
        },
        actions=published_actions(code),
    )
