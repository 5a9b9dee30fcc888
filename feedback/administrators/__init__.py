"""The administrators' room: people, waves, help lines and the audit list."""

from flask import Blueprint

blueprint = Blueprint("administrators", __name__, url_prefix="/admin")

from feedback.administrators import actions, audit, conflicts, data_protection, held, help_lines, home, languages, people, waves  # noqa: E402, F401 - routes
