"""Devices of events: their passes, their counts beside ours, and signing off."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.access import staff
from feedback.officers import blueprint
from feedback.queries.devices import device_by_id, reckoning


@blueprint.get("/devices/<uuid:id>/receipt")
@staff("officer", "administrator")
def device_receipt(id: UUID) -> ResponseReturnValue:
    device = device_by_id(id)
    return render_template("officers/device_receipt.html", device=device, count=reckoning(device))
