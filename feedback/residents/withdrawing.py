"""Taking back answers with the receipt code.

Whoever types a wrong code learns nothing, and nobody is locked out: a code has 50 bits, so guessing finds nothing, and
a lock would only hit the people behind one address.
"""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback.errors import TRY_LATER, NotFound, Unavailable
from feedback.keys import FormerKeyMissing
from feedback.residents import blueprint
from feedback.services.answers.withdrawal import wave_to_withdraw_from, withdraw_response
from feedback.staff.access import everyone
from feedback.typed_text import one_line

BY_CODE = "the person who has the receipt"  # as the audit list names who did it
LONGEST_CODE = 40  # characters as typed


@blueprint.get("/withdraw")
@everyone
def withdraw() -> ResponseReturnValue:
    return _form("", {})


@blueprint.post("/withdraw")
@everyone
def withdraw_now() -> ResponseReturnValue:
    """Ask whether it is really meant, then delete. Every code that leads nowhere gets the same answer."""
    code = one_line(request.form.get("code"))[:LONGEST_CODE]
    if not code:
        return _form("", {"code": gettext("Enter your receipt code")})
    try:
        if "confirm" not in request.form:
            return render_template("residents/withdraw_confirm.html", code=code, title=wave_to_withdraw_from(code))
        withdraw_response(code, BY_CODE)
    except NotFound:
        return _form(code, {"code": gettext("We cannot find answers with this code. Check every letter and number")})
    except FormerKeyMissing:
        raise Unavailable(str(TRY_LATER)) from None
    return redirect(url_for(".withdrawn"), 303)


@blueprint.get("/withdraw/done")
@everyone
def withdrawn() -> ResponseReturnValue:
    return render_template("residents/withdrawn.html")


def _form(code: str, errors: dict[str, str]) -> ResponseReturnValue:
    return render_template("residents/withdraw.html", code=code, errors=errors), 422 if errors else 200
