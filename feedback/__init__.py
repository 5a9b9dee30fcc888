"""Safe City Feedback: people and their answers."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from feedback.config import ROOT, Settings

STEPS = (
    *("staff.access", "staff.sign_in", "security", "translation.languages", "translation.wording"),
    *("templating", "errors", "cli", "services.kept_pack"),
)
ROOMS = ("residents", "public", "officers", "analysts", "administrators", "reviewers", "api", "tablet")


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; every step is named for what it sets up."""
    settings = settings or Settings.from_environment()
    app = Flask("feedback", root_path=str(ROOT / "feedback"), template_folder=str(ROOT / "templates"))
    app.config.from_mapping(_flask_config(settings))
    _bind_extensions(app)
    for step in STEPS:
        import_module(f"feedback.{step}").register(app)
    for room in ROOMS:
        app.register_blueprint(import_module(f"feedback.{room}").blueprint)
    return app


def _flask_config(settings: Settings) -> dict[str, object]:
    from feedback.keys import keys_of_flask

    return {
        "SETTINGS": settings,
        **keys_of_flask(settings),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,  # feedback/same_site.py asks more, and less of browsers that hide addresses
        "OPEN_ENDPOINTS": {"static", "security.login", "security.logout"},
    }


def _bind_extensions(app: Flask) -> None:
    from feedback.extensions import babel, csrf, db, migrate

    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)  # type: ignore[no-untyped-call]
    csrf.init_app(app)
    babel.init_app(app)
