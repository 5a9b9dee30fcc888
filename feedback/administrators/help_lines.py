"""The telephone numbers and addresses that residents are offered; somebody has to keep calling them."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from feedback.administrators import blueprint
from feedback.clock import today
from feedback.errors import Refusal
from feedback.queries import help_lines as reading
from feedback.services.help_lines import NotYetChecked, change_help_line
from feedback.staff.access import actor, staff
from feedback.staff.forms import DateField, StaffForm
from feedback.typed_text import one_line

ADDRESS = re.compile(r"https?://[a-z0-9.-]+\.[a-z]{2,}(/[^\s<>\"]*)?", re.I)
NUMBER = re.compile(r"[0-9+() ]{3,30}")


class HelpLineForm(StaffForm):
    number = StringField("Telephone number", description="Leave empty if there is none")
    url = StringField("Web address", description="Beginning with https://. Leave empty if there is none")
    hours = StringField(
        "Hours",
        [Length(max=100, message="The hours must have at most 100 characters")],
        description="For example, Monday to Friday, 9am to 5pm",
    )
    about = TextAreaField(
        "What it is for",
        [Length(max=300, message="What it is for must have at most 300 characters")],
        filters=[one_line],
        description="One or two short sentences that residents read below the name",
    )
    shown = BooleanField("Show this help line to residents")
    checked_on = DateField(
        "Last checked",
        called="the day it was last checked",
        optional=True,
        description="The day on which somebody called the number or opened the page. Leave empty if nobody has.",
    )

    def validate_number(self, field: Any) -> None:
        if field.data and not NUMBER.fullmatch(field.data):
            raise ValidationError("Enter a telephone number with figures and spaces only, like 0808 2000 247")

    def validate_url(self, field: Any) -> None:
        if field.data and not ADDRESS.fullmatch(field.data):
            raise ValidationError("Enter a web address that begins with https://")


@blueprint.get("/help-lines")
@staff("administrator")
def help_lines() -> ResponseReturnValue:
    lines = [(line, reading.needs_check(line, today())) for line in reading.all_help_lines()]
    return render_template("administrators/help_lines.html", lines=lines, overdue=reading.overdue())


@blueprint.route("/help-lines/<code>", methods=["GET", "POST"])
@staff("administrator")
def help_line(code: str) -> ResponseReturnValue:
    line = reading.help_line(code)
    form = HelpLineForm(obj=line)
    if form.validate_on_submit():
        try:
            change_help_line(line, form.data, actor=actor())
        except NotYetChecked as refusal:
            form.refuse("checked_on", refusal)
        except Refusal as refusal:
            form.refuse("number", refusal)
        else:
            flash(f"{line.name} has been saved.")
            return redirect(url_for(".help_lines"), 303)
    return render_template("administrators/help_line.html", form=form, line=line)
