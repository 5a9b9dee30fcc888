"""The officers' room: events, what is needed for them, what they brought, and where to go next."""

from flask import Blueprint

blueprint = Blueprint("officers", __name__, url_prefix="/officer")

from feedback.officers import (  # noqa: E402, F401 - routes
    coverage,
    devices,
    event_page,
    held,
    home,
    making,
    moving,
    notes,
    paper,
    paper_keying,
    paper_pack,
    paper_print,
    paper_settling,
    paper_sheets,
    posters,
    programme,
    queue_files,
    result,
    roster,
)
