"""Having words held that somebody who reads comments is worried about."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from feedback.analysts import blueprint
from feedback.errors import NotFound
from feedback.queries.waves import wave_by_slug
from feedback.services.safeguarding.queue import flag_text
from feedback.staff.access import actor, staff
from feedback.staff.forms import StaffForm


class FlagForm(StaffForm):
    words = TextAreaField(
        "Comment",
        [DataRequired("Enter the comment")],
        description="Copy the whole comment exactly, and nothing else",
    )


@blueprint.route("/waves/<slug>/worry", methods=["GET", "POST"])
@staff("analyst", "administrator")
def flag_words(slug: str) -> ResponseReturnValue:
    wave, form = wave_by_slug(slug), FlagForm()
    if form.validate_on_submit():
        try:
            held = flag_text(wave, form.words.data or "", actor())
        except NotFound as refusal:
            form.refuse("words", refusal)
        else:
            flash(
                ngettext("%(num)d comment is held for a reviewer.", "%(num)d comments are held for a reviewer.", held)
            )
            return redirect(url_for(".wave", slug=slug), 303)
    return render_template("analysts/flag_words.html", form=form, wave=wave)
