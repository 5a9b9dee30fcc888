"""Releases of a wave: previewed, looked at, published for good."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response
from wtforms import StringField

from analysis.thresholds import thresholds
from feedback.analysts import blueprint
from feedback.analysts import release_tables as tables
from feedback.analysts.audiences import ExclusionForm
from feedback.analysts.jobs import to_job
from feedback.bot_signs import sign_choice
from feedback.errors import NotFound, Refusal
from feedback.models import Release, Wave
from feedback.queries import releases as reading
from feedback.queries.answers.suspicions import count_suspected, sign_choices
from feedback.queries.jobs import last_preview_of, preview_asked_last
from feedback.queries.waves import wave_by_slug
from feedback.release_files import RELEASE_FILES
from feedback.services.releases import discard, publish, refuse_unless_releasable, start_preview
from feedback.staff.access import actor, staff
from feedback.staff.forms import ConfirmForm


class PreviewForm(ExclusionForm):
    what_changed = StringField(
        "What changed since the last release?",
        description="It appears on the first page of the new release. Say what was wrong and who it matters to.",
    )
    note = StringField(
        "Note (optional)", description="It appears with the release, for example why it is published now."
    )

    def said(self) -> dict[str, Any]:
        return {
            "note": self.note.data or "",
            "what_changed": self.what_changed.data or "",
            "suspected": not self.without_suspected.data,
            "without": self.excluded(),
        }


@blueprint.get("/waves/<slug>/releases")
@staff("analyst", "administrator")
def releases(slug: str) -> ResponseReturnValue:
    wave = wave_by_slug(slug)
    return _list(wave, PreviewForm(formdata=None, about=_made_before(wave)))


@blueprint.post("/waves/<slug>/releases")
@staff("analyst")
def make_preview(slug: str) -> ResponseReturnValue:
    wave = wave_by_slug(slug)
    form = PreviewForm(about=_made_before(wave))
    refuse_unless_releasable(wave)
    if form.validate_on_submit():
        try:
            return to_job(start_preview(wave, actor(), **form.said()))
        except Refusal as refusal:
            form.refuse("note" if "note" in str(refusal) or not reading.releases_of(wave) else "what_changed", refusal)
    return _list(wave, form)


@blueprint.get("/waves/<slug>/releases/<int:number>")
@staff("analyst", "administrator")
def release(slug: str, number: int) -> ResponseReturnValue:
    return _release_page(reading.release_by_number(slug, number))


@blueprint.route("/waves/<slug>/releases/<int:number>/publish", methods=["GET", "POST"])
@staff("analyst")
def publish_release(slug: str, number: int) -> ResponseReturnValue:
    found = _preview(slug, number)
    form = ConfirmForm(about=found)
    if form.validate_on_submit():
        publish(found, actor())
        flash(f"Release {number} of {found.wave.title} is published.")
        return _to(found)
    too_late = reading.too_late_after(found.wave)
    return render_template("analysts/release_publish.html", form=form, release=found, too_late=too_late)


@blueprint.route("/waves/<slug>/releases/<int:number>/throw-away", methods=["GET", "POST"])
@staff("analyst")
def discard_preview(slug: str, number: int) -> ResponseReturnValue:
    found = _preview(slug, number)
    form = ConfirmForm(about=found)
    if form.validate_on_submit():
        discard(found, actor())
        flash("The preview has been discarded. Nothing was published.")
        return redirect(url_for(".releases", slug=slug), 303)
    return render_template("analysts/release_discard.html", form=form, release=found)


@blueprint.get("/waves/<slug>/releases/<int:number>/files/<name>")
@staff("analyst", "administrator")
def release_file(slug: str, number: int, name: str) -> ResponseReturnValue:
    found = reading.release_by_number(slug, number)
    file = reading.file_of(found, name)
    state = "" if found.published_at else "preview-"
    shown = f"{slug}-{state}release-{number}-{name}"
    answer = send_file(BytesIO(file.content), RELEASE_FILES[name].mimetype, as_attachment=True, download_name=shown)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _list(wave: Wave, form: PreviewForm) -> str:
    try:
        refuse_unless_releasable(wave)
        why_not = ""
    except Refusal as refusal:
        why_not = str(refusal)
    return render_template(
        "analysts/releases.html",
        wave=wave,
        form=form.offer(sign_choices(wave, whole=True)),
        why_not=why_not,
        releases=reading.releases_of(wave),
        preview=reading.preview_of(wave),
        last=last_preview_of(wave, actor()),
        too_late=reading.too_late_after(wave),
        suspected=count_suspected(wave),
    )


def _made_before(wave: Wave) -> tuple[Any, ...]:
    """The preview that another one would replace, made or being made."""
    return reading.preview_of(wave), preview_asked_last(wave)


def _release_page(found: Release) -> str:
    document = reading.document_of(found)
    hidden = tables.hidden_figures(document, found.hidden)
    return render_template(
        "analysts/release.html",
        release=found,
        wave=found.wave,
        document=document,
        headline=tables.headline(document),
        figures=tables.shown_figures(document),
        hidden=hidden,
        reasons=tables.reasons(hidden),
        classes=tables.classes(document),
        not_compared=tables.not_compared(document),
        files=[(file, RELEASE_FILES[file.name].title) for file in found.files],
        replaced_by=reading.replaced_by(found) if found.published_at else None,
        most=tables.MOST,
        sign_words=lambda codes: "; ".join(sign_choice(code).words for code in codes),
        rounded_to=thresholds("public").round_bases_to,
    )


def _preview(slug: str, number: int) -> Release:
    """Return a preview; what is published cannot be published or discarded again."""
    found = reading.release_by_number(slug, number)
    if found.published_at is not None:
        raise NotFound("There is no such preview: it is published.")
    return found


def _to(found: Release) -> Response:
    return redirect(url_for(".release", slug=found.wave.slug, number=found.number), 303)
