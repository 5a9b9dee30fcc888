"""Residents: find a survey, answer it, get a receipt."""

from flask import Blueprint

blueprint = Blueprint("residents", __name__)

from feedback.residents import start  # noqa: E402, F401
