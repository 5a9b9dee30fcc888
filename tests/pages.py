"""A test client that inspects every page it opens, as a careful reviewer would.

`client.page("/path")` opens a page, checks it and returns its soup; `client.submit("/path", {...})` posts a form.
Plain `client.get` and `client.post` check HTML answers too, so that no page is opened unchecked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag
from flask import Flask, request_finished
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from feedback.extensions import db
from feedback.translation.catalogues import read_catalogue
from feedback.translation.wording import interface_path

LABELLED = ("input", "select", "textarea")
FOCUSABLE = (*LABELLED, "a", "button", "summary")


class PageFault(AssertionError):
    """A page was opened that a person could stumble over."""


def check_page(html: str) -> BeautifulSoup:
    """Return the soup of a whole page, or raise PageFault with everything that is wrong with it."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    faults = [f"html: {code} {position} {data}" for position, code, data in parser.errors]
    soup = BeautifulSoup(html, "html5lib")
    for check in (_heading, _ids, _labels, _legends, _descriptions, _error_links, _inline, _images, _language):
        faults += check(soup)
    if faults:
        raise PageFault("\n".join(faults))
    return soup


def text_of(tag: Tag) -> str:
    return re.sub(r"\s+", " ", tag.get_text(" ", strip=True))


def _heading(soup: BeautifulSoup) -> list[str]:
    headings = soup.find_all("h1")
    if len(headings) != 1:
        return [f"{len(headings)} h1 on the page; there must be one"]
    title = text_of(soup.title) if soup.title else ""
    has_errors = soup.select_one(".govuk-error-summary") is not None
    error = _error_in(str(soup.html.get("lang"))) if soup.html else "Error: "
    faults = [] if title.startswith(error.strip()) == has_errors else [f"title {title!r}, error summary: {has_errors}"]
    bare = title.removeprefix(error.strip()).strip()
    heading = text_of(headings[0])
    return faults if bare.startswith(heading) else [*faults, f"title {title!r} does not begin with h1 {heading!r}"]


def _error_in(language: str) -> str:
    """What a title begins with where there are mistakes."""
    found = read_catalogue(interface_path(language)).get("Error: ")
    return str(found.string) if found and found.string else "Error: "


def _ids(soup: BeautifulSoup) -> list[str]:
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    return [f"id {i!r} stands twice" for i in sorted({i for i in ids if ids.count(i) > 1})]


def _labels(soup: BeautifulSoup) -> list[str]:
    labelled = {tag.get("for") for tag in soup.find_all("label") if text_of(tag)}
    faults = []
    for tag in soup.find_all(LABELLED):
        named = tag.get("aria-label") or tag.get("aria-labelledby") or tag.get("id") in labelled
        if tag.get("type") not in {"hidden", "submit"} and not named and not tag.find_parent("label"):
            faults.append(f"no label for {tag.name} {tag.get('name')!r}")
    return faults


def _legends(soup: BeautifulSoup) -> list[str]:
    faults = []
    for tag in soup.find_all("input", type=["radio", "checkbox"]):
        name = tag.get("name")  # a script gives its name to a control of a template
        group = soup.find_all("input", attrs={"name": name, "type": ["radio", "checkbox"]}) if name else []
        fieldset = tag.find_parent("fieldset")
        legend = fieldset.find("legend") if fieldset else None
        if len(group) > 1 and not (legend and text_of(legend)):
            faults.append(f"group {name!r} has no legend")
    return sorted(set(faults))


def _descriptions(soup: BeautifulSoup) -> list[str]:
    faults = []
    for tag in soup.find_all(attrs={"aria-describedby": True}):
        for name in str(tag["aria-describedby"]).split() or [""]:
            target = soup.find(id=name) if name else None
            if target is None or not text_of(target):
                faults.append(f"aria-describedby {name!r} of {tag.name} {tag.get('id')!r} names nothing")
    return faults


def _error_links(soup: BeautifulSoup) -> list[str]:
    faults = []
    for link in soup.select(".govuk-error-summary a"):
        target = soup.find(id=str(link.get("href", "")).removeprefix("#"))
        if target is None or (target.name not in FOCUSABLE and target.get("tabindex") is None):
            faults.append(f"error link {link.get('href')!r} lands on nothing that can take focus")
    return faults


def _inline(soup: BeautifulSoup) -> list[str]:
    faults = [f"inline style on {tag.name}" for tag in soup.find_all(style=True)]
    faults += ["inline style element" for _ in soup.find_all("style")]
    faults += ["inline script" for tag in soup.find_all("script") if not tag.get("src") and not tag.get("type")]
    handlers = [a for tag in soup.find_all(True) for a in tag.attrs if a.startswith("on")]
    return faults + [f"inline handler {a}" for a in handlers]


def _images(soup: BeautifulSoup) -> list[str]:
    faults = [f"no alt on {tag.get('src')}" for tag in soup.find_all("img") if tag.get("alt") is None]
    for svg in soup.find_all("svg", role="img"):
        if not svg.find("title"):
            faults.append("a picture (svg role=img) has no title")
    return faults


def _language(soup: BeautifulSoup) -> list[str]:
    html = soup.html
    return [] if html and html.get("lang") and html.get("dir") in {"ltr", "rtl"} else ["html has no lang and dir"]


class PageClient(FlaskClient):
    """Set as `app.test_client_class` in tests/conftest.py."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with _watched(self.application) as left_open:
            response = super().open(*args, **kwargs)
        assert not left_open, f"{response.request.path} left uncommitted work: {left_open}"
        if (
            response.mimetype == "text/html"
            and not response.is_streamed
            and response.status_code not in range(300, 400)
        ):
            check_page(response.get_data(as_text=True))
        return response

    def page(self, path: str, status: int = 200, **kwargs: Any) -> BeautifulSoup:
        """Open `path`, expect `status`, check the page and return it."""
        response = self.get(path, **kwargs)
        assert response.status_code == status, f"{path} answered {response.status}"
        return BeautifulSoup(response.get_data(as_text=True), "html5lib")

    def submit(self, path: str, data: dict[str, Any], status: int = 303) -> TestResponse:
        """Post a form with the hidden fields that its page carries; expect `status`."""
        form = BeautifulSoup(self.get(path).get_data(as_text=True), "html5lib").select_one("form[method=post]")
        hidden = {t["name"]: t.get("value", "") for t in form.select("input[type=hidden]")} if form else {}
        response = self.post(path, data={**hidden, **data})
        assert response.status_code == status, f"{path} answered {response.status}"
        return response


@contextmanager
def _watched(app: Flask) -> Iterator[list[str]]:
    """Collect what a request wrote to its session without committing it."""
    flushed: set[str] = set()
    left_open: list[str] = []

    def on_flush(session: Session, _context: Any) -> None:
        flushed.update(type(row).__name__ for row in {*session.new, *session.dirty, *session.deleted})

    def on_end(_session: Session) -> None:
        flushed.clear()

    def on_finished(_app: Flask, **_extra: Any) -> None:
        pending = {type(row).__name__ for row in {*db.session.new, *db.session.dirty, *db.session.deleted}}
        left_open.extend(sorted(flushed | pending))

    event.listen(Session, "after_flush", on_flush)
    event.listen(Session, "after_commit", on_end)
    event.listen(Session, "after_rollback", on_end)
    try:
        with request_finished.connected_to(on_finished, app):
            yield left_open
    finally:
        event.remove(Session, "after_flush", on_flush)
        event.remove(Session, "after_commit", on_end)
        event.remove(Session, "after_rollback", on_end)
