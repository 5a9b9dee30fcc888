"""Public pages about the service itself."""

from flask import Blueprint

blueprint = Blueprint("public", __name__)

from feedback.public import (  # noqa: E402, F401
    about,
    results,
    you_said_we_did,  # noqa: E402, F401
)
