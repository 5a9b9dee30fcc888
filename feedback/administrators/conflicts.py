"""Deciding which of two answers under one number counts."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.administrators import blueprint
from feedback.queries.answers.conflicts import count_beside, wave_of_conflict
from feedback.services.answers import conflicts
from feedback.staff.access import actor, staff
from feedback.staff.forms import ConfirmForm


@blueprint.route("/kept-apart/<uuid:id>/keep", methods=["GET", "POST"])
@staff("administrator")
def keep_first(id: UUID) -> ResponseReturnValue:
    return _decide(id, conflicts.keep_first, "administrators/keep_first.html", "The first answers have been kept.")


@blueprint.route("/kept-apart/<uuid:id>/use", methods=["GET", "POST"])
@staff("administrator")
def use_instead(id: UUID) -> ResponseReturnValue:
    return _decide(id, conflicts.use_instead, "administrators/use_instead.html", "The later answers are now counted.")


def _decide(id: UUID, decide: Callable[[UUID, str], None], template: str, said: str) -> ResponseReturnValue:
    """Ask, then decide; the page after it shows what is left to decide."""
    wave = wave_of_conflict(id)
    form = ConfirmForm(about={"Different answers under this number": count_beside(id)})
    back = url_for("analysts.conflicts_of_wave", slug=wave.slug)
    if not form.validate_on_submit():
        return render_template(template, form=form, wave=wave, back=back)
    decide(id, actor())
    flash(said)
    return redirect(back, 303)
