"""What protects a page on its way: headers, proxies, sizes, static files, compression."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

import brotli
from flask import Flask, Response, abort, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

from feedback.config import Settings

# 100,000 characters of any script still fit when a browser writes each as up to twelve; the form then says what is
# too long and keeps the rest. Anything beyond is refused as a whole.
LARGEST_POST = 2 * 1024 * 1024

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# These pages hold no token that signs anybody in or gives a right, so their length gives nothing away.
COMPRESSED_ROOMS = frozenset({"residents", "public", "tablet"})
COMPRESSED_TYPES = frozenset({"text/html", "text/javascript", "application/json"})
SMALLEST_COMPRESSED = 500  # bytes: below this a packet is a packet
BROTLI_QUALITY = 6  # higher costs more time on each page than it saves on the line
FIRST_VIEWS = frozenset({"residents.survey"})  # what a poster leads to, on any phone: 20 ms for half a kilobyte less
FIRST_VIEW_QUALITY = 11
BETWEEN_TAGS = re.compile(rb">\n+<")
HASHED_NAME = re.compile(r"-[0-9a-f]{10}\.(css|js|png|svg)$")


def register(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_POST
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_POST
    app.before_request(_refuse_nul)
    app.after_request(_compress)
    app.after_request(_protect)
    _serve_static(app)
    if hops := int(settings.proxy_hops):
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )


class BuiltFiles(WhiteNoise):
    """Static files. One whose name changes with its content is never asked for again: it needs no date and no tag."""

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        file: StaticFile = super().get_static_file(path, url, stat_cache)  # type: ignore[no-untyped-call]
        if _is_immutable(path, url):
            spared = {"Last-Modified", "ETag"}
            file.alternatives = [
                (coding, where, [(name, value) for name, value in headers if name not in spared])
                for coding, where, headers in file.alternatives
            ]
        return file


def _serve_static(app: Flask) -> None:
    """Serve built files in their compressed form and let browsers keep them: the name changes with the content."""
    folder = str(app.static_folder)
    server = BuiltFiles(
        app.wsgi_app,
        allow_all_origins=False,
        immutable_file_test=_is_immutable,
        add_headers_function=_static_headers,
    )
    if Path(folder).is_dir():
        server.add_files(folder, prefix=app.static_url_path)  # type: ignore[no-untyped-call]
    app.wsgi_app = server  # type: ignore[method-assign]


def _is_immutable(_path: str, url: str) -> bool:
    return HASHED_NAME.search(url) is not None


def _static_headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"


def _refuse_nul() -> None:
    """No address holds a NUL; PostgreSQL cannot take one even to look for it."""
    if "\0" in request.path or any("\0" in text for pair in request.args.items(multi=True) for text in pair):
        abort(404)


def _protect(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    if response.mimetype == "text/html":
        for name, value in PAGE_HEADERS.items():
            response.headers.setdefault(name, value)
    if request.blueprint == "security":  # the extension writes `no-store=True`, which no browser understands
        response.headers["Cache-Control"] = "no-store"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure and current_app.config["SETTINGS"].secure_cookies:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _compress(response: Response) -> Response:
    if request.blueprint not in COMPRESSED_ROOMS or response.mimetype not in COMPRESSED_TYPES:
        return response
    response.vary.add("Accept-Encoding")
    coding = request.accept_encodings.best_match(["br", "gzip"])
    if response.is_streamed or coding is None or (response.content_length or 0) < SMALLEST_COMPRESSED:
        return response
    page = response.get_data()
    response.set_data(_brotli(page) if coding == "br" else gzip.compress(page))
    response.headers["Content-Encoding"] = coding
    return response


def _brotli(page: bytes) -> bytes:
    if request.endpoint in FIRST_VIEWS:
        return bytes(brotli.compress(BETWEEN_TAGS.sub(b"><", page), quality=FIRST_VIEW_QUALITY))  # type: ignore[no-untyped-call]
    return bytes(brotli.compress(page, quality=BROTLI_QUALITY))  # type: ignore[no-untyped-call]
