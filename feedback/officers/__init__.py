"""The officers' room: the events of open waves."""

from flask import Blueprint

blueprint = Blueprint("officers", __name__, url_prefix="/officer")

from feedback.officers import devices, home  # noqa: E402, F401 - routes
