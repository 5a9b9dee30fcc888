"""The officers' room: events, what is needed for them, what they brought, and where to go next."""

from flask import Blueprint

blueprint = Blueprint("officers", __name__, url_prefix="/officer")

from feedback.officers import coverage, devices, home, quarantine, queue_files  # noqa: E402, F401 - routes
from feedback.officers.events import (  # noqa: E402, F401 - routes
    annual_programme,
    creation,
    moving,
    notes,
    page,
    posters,
    result,
    roster,
)
from feedback.officers.paper import keying, pack, printing, register, settling, sheets  # noqa: E402, F401 - routes
