"""A test client that inspects every page it opens, as a careful reviewer would.

`client.page("/path")` opens a page, checks it and returns its soup; `client.submit("/path", {...})` posts a form.
Plain `client.get` and `client.post` check HTML answers too, so that no page is opened unchecked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag
from bs4.builder import HTML5TreeBuilder
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


class _Strict(HTML5TreeBuilder):
    """Makes the soup, and keeps what the parser found wrong on the way: a page is parsed once."""

    errors: list[Any]

    def feed(self, markup: Any) -> None:
        parser = html5lib.HTMLParser(tree=self.create_treebuilder)
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.errors = parser.errors


class Opened:
    """A page that was parsed, and its tags in order: the checks walk this list and not the tree."""

    def __init__(self, html: str) -> None:
        builder = _Strict(store_line_numbers=False)
        self.soup = BeautifulSoup(html, builder=builder)
        self.errors = builder.errors
        self.tags: list[Tag] = self.soup.find_all(True)
        self.by_id = {str(tag["id"]): tag for tag in reversed(self.tags) if tag.has_attr("id")}

    def named(self, *names: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.name in names]


def check_page(html: str) -> BeautifulSoup:
    """Return the soup of a whole page, or raise PageFault with everything that is wrong with it."""
    page = Opened(html)
    faults = [f"html: {code} {position} {data}" for position, code, data in page.errors]
    for check in (_heading, _ids, _labels, _legends, _descriptions, _error_links, _inline, _images, _language):
        faults += check(page)
    if faults:
        raise PageFault("\n".join(faults))
    return page.soup


def text_of(tag: Tag) -> str:
    return re.sub(r"\s+", " ", tag.get_text(" ", strip=True))


def _heading(page: Opened) -> list[str]:
    headings, html = page.named("h1"), page.soup.html
    if len(headings) != 1:
        return [f"{len(headings)} h1 on the page; there must be one"]
    title = text_of(page.soup.title) if page.soup.title else ""
    has_errors = _error_summary(page) is not None
    error = _error_in(str(html.get("lang"))) if html else "Error: "
    faults = [] if title.startswith(error.strip()) == has_errors else [f"title {title!r}, error summary: {has_errors}"]
    bare = title.removeprefix(error.strip()).strip()
    heading = text_of(headings[0])
    return faults if bare.startswith(heading) else [*faults, f"title {title!r} does not begin with h1 {heading!r}"]


@cache
def _error_in(language: str) -> str:
    """What a title begins with where there are mistakes."""
    found = read_catalogue(interface_path(language)).get("Error: ")
    return str(found.string) if found and found.string else "Error: "


def _error_summary(page: Opened) -> Tag | None:
    return next((tag for tag in page.tags if "govuk-error-summary" in (tag.get("class") or ())), None)


def _ids(page: Opened) -> list[str]:
    ids = Counter(str(tag["id"]) for tag in page.tags if tag.has_attr("id"))
    return [f"id {i!r} stands twice" for i in sorted(i for i, times in ids.items() if times > 1)]


def _labels(page: Opened) -> list[str]:
    labelled = {tag.get("for") for tag in page.named("label") if text_of(tag)}
    faults = []
    for tag in page.named(*LABELLED):
        named = tag.get("aria-label") or tag.get("aria-labelledby") or tag.get("id") in labelled
        if tag.get("type") not in {"hidden", "submit"} and not named and not tag.find_parent("label"):
            faults.append(f"no label for {tag.name} {tag.get('name')!r}")
    return faults


def _legends(page: Opened) -> list[str]:
    choices = [tag for tag in page.named("input") if tag.get("type") in {"radio", "checkbox"}]
    sizes = Counter(tag.get("name") for tag in choices)
    faults = []
    for tag in choices:
        name = tag.get("name")  # a script gives its name to a control of a template
        fieldset = tag.find_parent("fieldset") if name and sizes[name] > 1 else None
        legend = fieldset.find("legend") if fieldset else None
        if name and sizes[name] > 1 and not (legend and text_of(legend)):
            faults.append(f"group {name!r} has no legend")
    return sorted(set(faults))


def _descriptions(page: Opened) -> list[str]:
    faults = []
    for tag in page.tags:
        if not tag.has_attr("aria-describedby"):
            continue
        for name in str(tag["aria-describedby"]).split() or [""]:
            target = page.by_id.get(name)
            if target is None or not text_of(target):
                faults.append(f"aria-describedby {name!r} of {tag.name} {tag.get('id')!r} names nothing")
    return faults


def _error_links(page: Opened) -> list[str]:
    faults, summary = [], _error_summary(page)
    for link in summary.find_all("a") if summary else []:
        target = page.by_id.get(str(link.get("href", "")).removeprefix("#"))
        if target is None or (target.name not in FOCUSABLE and target.get("tabindex") is None):
            faults.append(f"error link {link.get('href')!r} lands on nothing that can take focus")
    return faults


def _inline(page: Opened) -> list[str]:
    faults = [f"inline style on {tag.name}" for tag in page.tags if tag.has_attr("style")]
    faults += ["inline style element" for _ in page.named("style")]
    faults += ["inline script" for tag in page.named("script") if not tag.get("src") and not tag.get("type")]
    handlers = [a for tag in page.tags for a in tag.attrs if a.startswith("on")]
    return faults + [f"inline handler {a}" for a in handlers]


def _images(page: Opened) -> list[str]:
    faults = [f"no alt on {tag.get('src')}" for tag in page.named("img") if tag.get("alt") is None]
    for svg in page.named("svg"):
        if svg.get("role") == "img" and not svg.find("title"):
            faults.append("a picture (svg role=img) has no title")
    return faults


def _language(page: Opened) -> list[str]:
    html = page.soup.html
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
            response.soup = check_page(response.get_data(as_text=True))  # type: ignore[attr-defined]
        return response

    def page(self, path: str, status: int = 200, **kwargs: Any) -> BeautifulSoup:
        """Open `path`, expect `status`, check the page and return it."""
        response = self.get(path, **kwargs)
        assert response.status_code == status, f"{path} answered {response.status}"
        return _soup_of(response)

    def submit(self, path: str, data: dict[str, Any], status: int = 303) -> TestResponse:
        """Post a form with the hidden fields that its page carries; expect `status`."""
        form = _soup_of(self.get(path)).select_one("form[method=post]")
        hidden = {t["name"]: t.get("value", "") for t in form.select("input[type=hidden]")} if form else {}
        response = self.post(path, data={**hidden, **data})
        assert response.status_code == status, f"{path} answered {response.status}"
        return response


def _soup_of(response: TestResponse) -> BeautifulSoup:
    """What was parsed to be checked, or that of an answer that is no page."""
    checked: BeautifulSoup | None = getattr(response, "soup", None)
    return BeautifulSoup(response.get_data(as_text=True), "html5lib") if checked is None else checked


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
