"""The reviewers' room: words that may say somebody is in danger, read by people who are trained for it."""

from flask import Blueprint

blueprint = Blueprint("reviewers", __name__, url_prefix="/review")

from feedback.reviewers import queue  # noqa: E402, F401 - routes
