"""Residents: find a survey, answer it, get a receipt."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

blueprint = Blueprint("residents", __name__)


@blueprint.record
def _post_without_token(state: BlueprintSetupState) -> None:
    """Let residents post without a CSRF token: docs/decisions/005-residents-post-without-a-token.md says why."""
    state.app.extensions["csrf"].exempt(blueprint)


from feedback.residents import events, leaving, one_page, receipts, start, typed_addresses, withdrawing  # noqa: E402, F401 - routes
from feedback.residents.paged import check_answers, journey, last_pages, resuming  # noqa: E402, F401 - routes
