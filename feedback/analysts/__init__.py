"""The analysts' room: what came in, and the workbook."""

from flask import Blueprint

blueprint = Blueprint("analysts", __name__, url_prefix="/analyst")

from feedback.analysts import conflicts, flagging, home, releases, respondent_files, waves, workbooks  # noqa: E402, F401 - routes
