"""The app itself: one page that is the same for everybody, its worker and its manifest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from flask import Response, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.places import current_place
from feedback.security import CONTENT_SECURITY_POLICY
from feedback.staff.access import everyone
from feedback.tablet import blueprint
from feedback.tablet.staff_texts import words_for_residents, words_for_staff
from feedback.templating import asset, manifest

ICONS = {"tablet-icon.svg": "any", "tablet-icon-192.png": "192x192", "tablet-icon-512.png": "512x512"}
FILES = ("tablet.css", "tablet.js", *ICONS)
# Seconds: how long nobody touches a form before the countdown, how long that runs, how long the thanks stay.
IDLE, COUNTDOWN, THANKS = 60, 20, 10


@blueprint.get("/tablet/")
@everyone
def shell() -> Response:
    """Answer with the page that the worker keeps. It names nobody, so that whoever finds the tablet learns nothing."""
    version = app_version()
    if request.args.get("v", version) != version:
        abort(404)  # a worker of another version asks: it must not keep files that do not fit together
    answer = Response(_page(version), mimetype="text/html")
    connecting = "; connect-src 'self'; manifest-src 'self'; worker-src 'self'"
    answer.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY + connecting
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def app_version() -> str:
    """Return what changes when anything changes that the worker keeps."""
    kept = [_page(""), _worker_script(), *(asset(name) for name in FILES)]
    return hashlib.sha256("\n".join(kept).encode()).hexdigest()[:12]


def _page(version: str) -> str:
    return render_template(
        "tablet/shell.html",
        version=version,
        words={"staff": words_for_staff(), "residents": words_for_residents()},
        times={"idle": IDLE, "countdown": COUNTDOWN, "thanks": THANKS},
    )


@blueprint.get("/tablet/worker.js")
@everyone
def worker() -> Response:
    """Answer with the worker, which begins by naming its version and the files that it keeps."""
    files = [url_for("tablet.web_manifest"), *(asset(name) for name in FILES)]
    shell = {"version": app_version(), "page": url_for("tablet.shell"), "files": files}
    answer = Response(f"self.SHELL = {json.dumps(shell)};\n{_worker_script()}", mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _worker_script() -> str:
    folder = str(current_app.static_folder)
    return (Path(folder) / manifest(folder)["tablet_worker.js"]).read_text()


@blueprint.get("/tablet/manifest.webmanifest")
@everyone
def web_manifest() -> Response:
    """Answer with what a browser needs to install the app."""
    place = current_place()
    icons = [
        {"src": asset(name), "sizes": sizes, "type": f"image/{'svg+xml' if name.endswith('svg') else 'png'}"}
        for name, sizes in ICONS.items()
    ]
    answer = jsonify(
        name=f"{place.partnership}: tablet",
        short_name="Safe City",
        start_url=url_for("tablet.shell"),
        scope=url_for("tablet.shell"),
        display="standalone",
        orientation="any",
        background_color="#ffffff",
        theme_color="#12414f",
        icons=[*icons, {**icons[-1], "purpose": "maskable"}],
    )
    answer.mimetype = "application/manifest+json"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/k/<token>")
@everyone
def kiosk(token: str) -> ResponseReturnValue:
    """Hand a kiosk link to the app, in the part of the address that goes to no server and into no log."""
    return redirect(f"{url_for('tablet.shell')}#kiosk={token}", 303)
