"""Devices of events: their passes, their counts beside ours, and signing off."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from feedback.models import Device, Event
from feedback.models.types import utc_now
from feedback.officers import blueprint
from feedback.queries.tablets.devices import (
    Reconciliation,
    device_by_id,
    devices_of,
    recent_devices,
    reconciliation,
    reconciliations,
)
from feedback.queries.tablets.quarantine import count_waiting
from feedback.services.tablets.devices import revoke_device
from feedback.services.tablets.ledgers import sign_off
from feedback.staff.access import actor, staff
from feedback.staff.forms import ConfirmForm, StaffForm

REASON_SENTENCE = "Say why it is closed with answers missing, such as: the tablet was stolen"
Row = tuple[Device, Reconciliation, tuple[str, str]]


class GapForm(StaffForm):
    reason = StringField(
        "Why are you closing it with answers missing?",
        [DataRequired(REASON_SENTENCE), Length(max=300, message="The reason must be 300 characters or fewer")],
        description="It is kept with the receipt and in the audit list",
    )


@blueprint.get("/devices")
@staff("officer", "administrator")
def devices() -> ResponseReturnValue:
    found = recent_devices()
    counts = reconciliations(found)
    of_events = groupby(found, key=lambda device: device.event)
    events = [(event, [_row(device, counts[device.id]) for device in group]) for event, group in of_events]
    return render_template("officers/devices.html", events=events, waiting=count_waiting())


@blueprint.get("/devices/<uuid:id>")
@staff("officer", "administrator")
def device(id: UUID) -> ResponseReturnValue:
    found = device_by_id(id)
    count = reconciliation(found)
    return render_template("officers/device.html", device=found, count=count, state=state_of(found, count))


@blueprint.route("/devices/<uuid:id>/revoke", methods=["GET", "POST"])
@staff("officer", "administrator")
def revoke(id: UUID) -> ResponseReturnValue:
    found = device_by_id(id)
    form = ConfirmForm(about=found)
    if form.validate_on_submit():
        revoke_device(id, actor=actor())
        flash(f"{found.name} can no longer send anything.")
        return redirect(url_for(".device", id=id), 303)
    return render_template("officers/revoke_device.html", form=form, device=found)


@blueprint.route("/devices/<uuid:id>/sign-off", methods=["GET", "POST"])
@staff("officer", "administrator")
def sign_off_device(id: UUID) -> ResponseReturnValue:
    found = device_by_id(id)
    count = reconciliation(found)
    form = ConfirmForm(about=found) if count.agrees else GapForm(about=found)
    if form.validate_on_submit():
        done = sign_off(found, actor=actor(), reason="" if count.agrees else str(form.reason.data))
        if done.agrees or not count.agrees:
            flash(f"{found.name} is signed off.")
            return redirect(url_for(".device_receipt", id=id), 303)
        return redirect(url_for(".sign_off_device", id=id), 303)  # it has said more in the meantime: look again
    return render_template("officers/sign_off_device.html", form=form, device=found, count=count)


@blueprint.get("/devices/<uuid:id>/receipt")
@staff("officer", "administrator")
def device_receipt(id: UUID) -> ResponseReturnValue:
    found = device_by_id(id)
    return render_template(
        "officers/device_receipt.html", device=found, count=reconciliation(found), printed_at=utc_now()
    )


def state_of(device: Device, count: Reconciliation) -> tuple[str, str]:
    """Return how a device stands, in words and the colour of their tag."""
    if device.signed_off_at and not count.opened and count.agrees:
        return "Signed off", "green"
    if count.missing:
        return f"{len(count.missing)} missing", "red"
    if device.signed_off_at:
        return "Signed off", "green"
    if device.revoked_at:
        return "Revoked", "grey"
    if device.ledger_at is None:
        return "No contact yet", "grey"
    return ("Counts agree", "blue") if count.agrees else ("Counts differ", "yellow")


@blueprint.app_template_global()
def devices_at(event: Event) -> list[Row]:
    """Return the devices that took an event, each with its count beside ours and how it stands."""
    found = devices_of(event)
    counts = reconciliations(found)
    return [_row(device, counts[device.id]) for device in found]


def _row(device: Device, count: Reconciliation) -> Row:
    return device, count, state_of(device, count)


@blueprint.app_template_filter()
def in_words(skew_seconds: Any) -> str:
    """Return by how much a clock is off: "right", "3 minutes ahead", "2 hours behind"."""
    if skew_seconds is None:
        return "not known yet"
    size = abs(skew_seconds)
    if size < 60:
        return "correct to the minute"
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if size >= length:
            number = round(size / length)
            return f"{number} {unit}{'' if number == 1 else 's'} {'ahead' if skew_seconds > 0 else 'behind'}"
    raise AssertionError(skew_seconds)
