"""The administrators' room: people, waves, help lines and the audit list."""

from flask import Blueprint

blueprint = Blueprint("administrators", __name__, url_prefix="/admin")

from feedback.administrators import (  # noqa: E402 - routes
    actions,  # noqa: F401
    audit,  # noqa: F401
    conflicts,  # noqa: F401
    data_protection,  # noqa: F401
    held,  # noqa: F401
    help_lines,  # noqa: F401
    home,  # noqa: F401
    languages,  # noqa: F401
    people,  # noqa: F401
    waves,  # noqa: F401
)
