"""Public pages about the service itself."""

from flask import Blueprint

blueprint = Blueprint("public", __name__)

from feedback.public import about, did, results  # noqa: E402, F401
