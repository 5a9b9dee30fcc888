"""The release that an address names, and what every page of it shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import render_template
from flask_babel import gettext

from feedback.errors import NotFound
from feedback.models import Release
from feedback.public.results import release_document
from feedback.public.results.release_document import ReleaseDocument
from feedback.queries.releases import document_of, published, published_release, replaced_by


def found_in(slug: str, number: int) -> tuple[Release, ReleaseDocument]:
    """Return a published release and its document.

    Raises:
        NotFound: there is no such release, or it is not published.

    """
    release = published_release(slug, number)
    return release, ReleaseDocument(document_of(release))


def newest_of(slug: str) -> Release:
    """Return the newest published release of a wave.

    Raises:
        NotFound: none is published.

    """
    for release in published():
        if release.wave.slug == slug:
            return release
    raise NotFound(gettext("No results of this survey have been published. The start page tells what is open."))


def results_page(
    template: str, release: Release, findings: ReleaseDocument, used: Iterable[str] = (), **given: Any
) -> str:
    """Render a page of a release with what all of them need; `used` are the marks that stand on it."""
    standing = set(used)
    meanings = findings.document["meanings"]["marks"]
    return render_template(
        f"public/results/{template}",
        release=release,
        wave=release.wave,
        findings=findings,
        facts=findings.facts,
        marks={mark: words for mark, words in meanings.items() if mark in standing},
        replaced_by=replaced_by(release),
        slug=release.wave.slug,
        number=release.number,
        percent=release_document.percent,
        people=release_document.people,
        interval=release_document.interval,
        points=release_document.points,
        **given,
    )
