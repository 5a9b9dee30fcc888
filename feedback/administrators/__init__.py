"""The administrators' room: people, waves, help lines and the audit list."""

from flask import Blueprint

blueprint = Blueprint("administrators", __name__, url_prefix="/admin")

from feedback.administrators import (  # noqa: E402, F401 - routes
    actions,
    audit,
    conflicts,
    data_protection,
    help_lines,
    home,
    imports,
    languages,
    people,
    quarantine,
    waves,
)
