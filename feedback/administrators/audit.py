"""Who did what, and when."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from feedback.administrators import blueprint
from feedback.queries.staff import audit_page
from feedback.staff.access import staff

WHAT = {
    "device issued": "tablet loaded with an event",
    "device revoked": "pass of a tablet revoked",
    "device signed off": "tablet signed off",
    "held answers viewed": "answers waiting for a decision viewed",
    "held answers accepted": "form corrected and accepted",
    "held answers rejected": "form rejected",
    "held words opened": "safeguarding concern opened",
    "held words decided": "safeguarding concern decided",
    "words held for a reviewer": "comment held for a reviewer",
    "roster changed": "who works at an event changed",
}
"""What an entry is called on the page, where the list keeps a shorter word."""
DETAILS = {
    "device": "Tablet",
    "server": "Received",
    "held": "Waiting for a decision",
    "set_aside": "Rejected",
    "why_held": "Why it waited",
    "sha256": "SHA-256",
}


@blueprint.get("/audit")
@staff("administrator")
def audit() -> ResponseReturnValue:
    number = request.args.get("page", 1, type=int)
    return render_template("administrators/audit.html", page=audit_page(number), what=WHAT, details=DETAILS)
