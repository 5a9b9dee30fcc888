"""Staff sign-in: the pages of Flask-Security with our forms, and nothing of it that we do not use.

The extension keeps sessions, hashes and (later) second factors. Whether a password is right is decided in
`feedback.services.staff.sign_in`, which slows guessing.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, Response, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import ChangePasswordForm, LoginForm, SQLAlchemyUserDatastore, current_user, logout_user
from flask_security.signals import password_changed
from wtforms import EmailField, PasswordField, SubmitField
from wtforms.validators import InputRequired

from feedback.errors import Refusal
from feedback.extensions import db, security
from feedback.models import Role, User, WebAuthn
from feedback.models.staff import ROLES
from feedback.services.audit import record
from feedback.services.staff.accounts import SHORTEST_PASSWORD, password_fault
from feedback.services.staff.sign_in import check_password, normal_password
from feedback.staff import pages
from feedback.staff.access import everyone, staff

LONGEST_SESSION = timedelta(hours=12)
# The least that the tests need: a hash that is cheap enough to be made a thousand times.
TEST_HASHING = {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}
HOMES = {
    "administrator": "administrators.home",
    "analyst": "analysts.home",
    "officer": "officers.home",
    "reviewer": "reviewers.home",
}
NEW_PASSWORD_HINT = f"At least {SHORTEST_PASSWORD} characters. Three random words work well."

blueprint = Blueprint("staff", __name__)


class SignInForm(LoginForm):
    email = EmailField("Email address", [InputRequired("Enter your email address")])
    password = PasswordField("Password", [InputRequired("Enter your password")])
    submit = SubmitField("Sign in")
    remember = None  # type: ignore[assignment]

    def validate_next(self, field: Any) -> None:
        """Forget a way back that leads elsewhere; the person still signs in."""
        if not is_local(field.data or ""):
            field.data = ""

    def validate(self, **_kwargs: Any) -> bool:
        if not super(LoginForm, self).validate():
            return False
        try:
            self.user = check_password(self.email.data or "", self.password.data or "")
        except Refusal as refusal:
            self.email.errors = [str(refusal)]
            return False
        return True


class NewPasswordForm(ChangePasswordForm):
    password = PasswordField("Current password", [InputRequired("Enter your current password")])
    new_password = PasswordField("New password", [InputRequired("Enter a new password")], description=NEW_PASSWORD_HINT)
    new_password_confirm = PasswordField("New password again", [InputRequired("Enter the new password again")])
    submit = SubmitField("Change password")

    def validate(self, **_kwargs: Any) -> bool:
        return super(ChangePasswordForm, self).validate() and self._new_fits() and self._current_is_right()

    def _new_fits(self) -> bool:
        new = normal_password(self.new_password.data or "")
        if fault := password_fault(new, current_user.email):
            self.new_password.errors = [fault]
        elif new != normal_password(self.new_password_confirm.data or ""):
            self.new_password_confirm.errors = ["The two new passwords are not the same. Enter the new one again."]
        elif new == normal_password(self.password.data or ""):
            self.new_password.errors = ["The new password must differ from the current one."]
        else:
            self.new_password.data = new
            return True
        return False

    def _current_is_right(self) -> bool:
        try:
            check_password(current_user.email, self.password.data or "")
        except Refusal as refusal:
            waiting = refusal.status == 429
            self.password.errors = [str(refusal) if waiting else "This is not your current password."]
            return False
        return True


def register(app: Flask) -> None:
    app.config.update(_extension_settings(app))
    datastore = SQLAlchemyUserDatastore(db, User, Role, WebAuthn)
    security.init_app(app, datastore, login_form=SignInForm, change_password_form=NewPasswordForm)
    state = app.extensions["security"]
    state.want_json(lambda _request: False)
    state.login_manager.request_loader(lambda _request: None)  # no tokens: a browser session is the only way in
    staff(*ROLES)(app.view_functions["security.change_password"])
    password_changed.connect(_on_password_changed, app)
    app.before_request_funcs.setdefault(None, []).insert(0, _end_long_session)
    app.before_request(_refuse_json)
    app.after_request(_stay_here)
    app.register_blueprint(blueprint)
    pages.register(app)


def _extension_settings(app: Flask) -> dict[str, Any]:
    settings = app.config["SETTINGS"]
    return {
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": TEST_HASHING if settings.mode == "test" else {},
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/sign-out",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_CHANGEABLE": True,
        "SECURITY_CHANGE_URL": "/change-password",
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_POST_LOGIN_VIEW": "/staff",
        "SECURITY_POST_CHANGE_VIEW": "/staff",
        "SECURITY_POST_LOGOUT_VIEW": "/sign-in",
        "SECURITY_FRESHNESS": timedelta(-1),  # its page for proving who you are again is not made
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_FLASH_MESSAGES": False,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
    }


def is_local(address: str) -> bool:
    """Whether an address to go back to is a path on this site, however a browser may read it."""
    plain = address.isascii() and address.isprintable() and "\\" not in address
    return plain and address.startswith("/") and not address.startswith("//")


def _stay_here(response: Response) -> Response:
    """Never let a sign-in lead elsewhere, whatever the extension made of the way back that it was given."""
    if request.endpoint == "security.login" and response.location and not is_local(response.location):
        response.location = url_for("staff.home")
    return response


def _refuse_json() -> None:
    if request.blueprint == "security" and request.is_json:
        abort(415)


def _end_long_session() -> ResponseReturnValue | None:
    """Sign out after half a day, so that a shared computer does not stay open until tomorrow."""
    if "_user_id" not in session or time.time() - session.get("fs_paa", 0) < LONGEST_SESSION.total_seconds():
        return None
    logout_user()
    return None


def _on_password_changed(_app: Flask, user: User, **_extra: Any) -> None:
    user.must_change_password = False
    record(user.email, "own password changed", user.email)
    flash("Your password has been changed.")


@blueprint.get("/staff")
@staff(*ROLES)
def home() -> ResponseReturnValue:
    """Go to the home page of the widest role that this person has."""
    role = next(role for role in ROLES if current_user.has_role(role))
    return redirect(url_for(HOMES[role]))


@blueprint.get("/sign-out")
@everyone
def sign_out() -> ResponseReturnValue:
    """Ask before signing out somebody who typed the address; the button posts."""
    return render_template("security/sign_out.html")
