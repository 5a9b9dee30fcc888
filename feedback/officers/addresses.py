"""The addresses that an event gives out: its short link, its kiosk link, and what stands on its poster."""

from __future__ import annotations

from flask import current_app, request, url_for

from feedback.models import Event
from feedback.services.tablets.kiosk_links import make_kiosk_token

NO_SITE = (
    "There is no poster yet, because the public address of this service has not been set. "
    "Set SITE_URL to it, such as https://safecity.example, and start the service again."
)


def public_site() -> str:
    """Return the address of the service that was set for the public; empty when none was."""
    return str(current_app.config["SETTINGS"].site_url)


def short_link(event: Event) -> str:
    """Return the link that residents type or follow."""
    return f"{public_site() or request.url_root.rstrip('/')}/e/{event.code}"


def kiosk_link(event: Event) -> str:
    """Return the link that makes a tablet a kiosk of this event."""
    return f"{public_site() or request.url_root.rstrip('/')}/k/{make_kiosk_token(event)}"


def poster_link(event: Event) -> str:
    """Return the short link as a QR code holds it: host in capitals, as far as capitals mean the same, is smaller."""
    scheme, _, rest = public_site().partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}".upper() + (f"{slash}{path}/e/" if path else "/E/") + event.code


def paper_link(event: Event) -> str:
    """Return the page of the event's paper pack."""
    return f"{url_for('officers.event', code=event.code)}/paper"


def is_served(path: str) -> bool:
    """Whether a page of this service answers at `path`."""
    return current_app.url_map.bind("localhost").test(path, "GET")
