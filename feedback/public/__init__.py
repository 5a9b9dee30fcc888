"""Public pages about the service itself."""

from flask import Blueprint

blueprint = Blueprint("public", __name__)

from feedback.public import about, results, you_said_we_did  # noqa: E402, F401 - routes
