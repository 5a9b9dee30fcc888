"""Whether a form was sent from a page of this service: a token, and over https what the browser says of where it was.

A browser that hides the address of the page (Referer) still says its site: `Origin`, or `Sec-Fetch-Site: same-origin`.
One of the three that says it was ours is enough; any that says it was another site is too much.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import current_app, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError

FROM_ELSEWHERE = (
    "This form was sent from a page of another website, so nothing was done. Open the page here and try again."
)
FROM_NOWHERE = (
    "Your browser did not say which website this form was sent from, so nothing was done. A privacy setting, add-on or "
    "proxy hides it. Let it send the referrer to this website, or use another browser, then try again."
)


class NotFromHere(CSRFError):  # type: ignore[misc]
    """The form was sent from another site, or from nobody knows where; the description is the sentence that says so."""


class SameSiteProtect(CSRFProtect):  # type: ignore[misc]
    """Asks for a token as the extension does, and over https for a page of ours that it was sent from."""

    def protect(self, apply_exemptions: bool = False) -> None:
        super().protect(apply_exemptions)
        exempt = apply_exemptions and (not request.endpoint or self._is_exempt())
        if request.is_secure and not exempt and request.method in current_app.config["WTF_CSRF_METHODS"]:
            _refuse_from_elsewhere()


def _refuse_from_elsewhere() -> None:
    said = list(_said())
    if not all(said):
        raise NotFromHere(FROM_ELSEWHERE)
    if not said:
        raise NotFromHere(FROM_NOWHERE)


def _said() -> Iterator[bool]:
    """Whether it was ours, by each of the headers that says anything; `null` and `none` say nothing."""
    fetched_from = request.headers.get("Sec-Fetch-Site", "none")
    if fetched_from != "none":
        yield fetched_from == "same-origin"
    if (origin := request.headers.get("Origin")) and origin != "null":
        yield _site_of(origin) in _our_sites()
    if request.referrer:
        yield _site_of(request.referrer) in _our_sites()


def _our_sites() -> set[tuple[str, str]]:
    """The site that was asked for, and the one that was set for the public."""
    public = _site_of(current_app.config["SETTINGS"].site_url)
    return {_site_of(f"https://{request.host}"), *([public] if public[0] == "https" else [])}


def _site_of(address: str) -> tuple[str, str]:
    """The scheme and host of an address, with the port where it is not the usual one."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "", address
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, f"{parts.hostname or ''}{f':{port}' if port not in (None, usual) else ''}"
