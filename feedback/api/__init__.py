"""The machines' room, `/api/v1`: tablets and other clients send answers here. JSON in, JSON out."""

from flask import Blueprint

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
# A pass is not a cookie: no other site can make a browser send it. What a session signs is checked in operations.py.
blueprint.record_once(lambda state: state.app.extensions["csrf"].exempt(blueprint))

from feedback.api import description, devices, ledgers, responses  # noqa: E402, F401 - routes
