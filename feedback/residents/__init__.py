"""Residents: find a survey, answer it, get a receipt."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

blueprint = Blueprint("residents", __name__)


@blueprint.record
def _post_without_token(state: BlueprintSetupState) -> None:
    """Let residents post without a CSRF token: docs/decisions/010-residents-post-without-a-token.md says why."""
    state.app.extensions["csrf"].exempt(blueprint)


from feedback.residents import (  # noqa: E402
    checking,  # noqa: F401
    events,  # noqa: F401
    journey,  # noqa: F401
    last_pages,  # noqa: F401
    leaving,  # noqa: F401
    one_page,  # noqa: F401
    receipts,  # noqa: F401
    resuming,  # noqa: F401
    start,  # noqa: F401
    withdrawing,  # noqa: F401
)
