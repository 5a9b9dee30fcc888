"""The app for tablets: forms that work without a network, in a kiosk or in an officer's hands."""

from flask import Blueprint

blueprint = Blueprint("tablet", __name__)

from feedback.tablet import forms, shell  # noqa: E402, F401 - routes
