"""Data protection: what is kept, why and how long, what protects it, and who signed for it."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from feedback.administrators import blueprint
from feedback.errors import Refusal
from feedback.places import current_place
from feedback.queries.help_lines import overdue
from feedback.services import retention
from feedback.services.at_rest import rewriting
from feedback.staff.access import actor, staff
from feedback.staff.forms import ConfirmForm, StaffForm


class SignForm(StaffForm):
    name = StringField(
        "Name",
        [DataRequired("Enter the name of the person who signs"), Length(max=100, message="The name is too long")],
    )
    role = StringField(
        "Role",
        [DataRequired("Enter the role of the person who signs"), Length(max=100, message="The role is too long")],
        description="For example, Data protection officer",
    )


@blueprint.route("/data-protection", methods=["GET", "POST"])
@staff("administrator")
def data_protection() -> ResponseReturnValue:
    form = SignForm(about=retention.signed())
    if form.validate_on_submit():
        retention.sign(form.name.data or "", form.role.data or "", actor=actor())
        flash("The periods have been signed.")
        return redirect(url_for(".data_protection"), 303)
    return render_template(
        "administrators/data_protection.html",
        form=form,
        place=current_place(),
        dues=retention.what_is_due(),
        signed=retention.signed(),
        applied=retention.last_entry(retention.APPLIED),
        overdue=overdue(),
        rewritten=(rewritten := retention.last_entry(rewriting.REWRITTEN)),
        rewriting_overdue=rewriting.is_overdue(rewritten),
        settings=current_app.config["SETTINGS"],
    )


@blueprint.route("/data-protection/apply", methods=["GET", "POST"])
@staff("administrator")
def apply_retention() -> ResponseReturnValue:
    dues = [due for due in retention.what_is_due() if due.count]
    if not dues:
        raise Refusal("Nothing is due for deletion today.")
    form = ConfirmForm(about={due.period.code: due.count for due in dues})
    if form.validate_on_submit():
        done = retention.apply_now(actor())
        flash(f"{sum(due.count for due in done):,} have been deleted.")
        return redirect(url_for(".data_protection"), 303)
    return render_template("administrators/apply_retention.html", form=form, dues=dues)
