"""What axe finds on the page that is open. Markup that was judged in this run is not judged again.

Equal means: the same markup (which names its styles by their content) but for what hidden fields carry, the same boxes
ticked, in a window of the same size and kind. Of axe there is one version a run. Only markup without a fault is
remembered: a fault is found as often as it is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

EVERY_RULE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
IN_SUNLIGHT = {**EVERY_RULE, "rules": {"color-contrast-enhanced": {"enabled": True}}}  # contrast of 7 to 1
LOOK = """([how]) => axe.run(document, how).then((result) => result.violations.map(
  (one) => `${one.id}: ${one.help} at ${one.nodes.slice(0, 3).map((node) => JSON.stringify(node.target)).join(", ")}`
))"""
MARKUP = """() => {
  const page = document.documentElement.cloneNode(true)
  page.querySelectorAll("input[type=hidden]").forEach((field) => field.removeAttribute("value"))
  const kinds = ["print", "(forced-colors: active)", "(prefers-reduced-motion: reduce)", "(scripting: none)"]
  const ticked = [...document.querySelectorAll("input")].map((field) => field.checked)
  return JSON.stringify([
    page.outerHTML, ticked, innerWidth, innerHeight, devicePixelRatio, kinds.map((kind) => matchMedia(kind).matches),
  ])
}"""


class Axe:
    """Axe for a whole run; knows what it has judged."""

    def __init__(self, source: Path) -> None:
        self._source = source.read_text()
        self._judged: set[bytes] = set()

    def faults(self, page: Page, how: dict[str, Any] = EVERY_RULE) -> list[str]:
        """Return what is wrong with the page that is open, a line each; `how` is what axe.run is told."""
        page.wait_for_load_state()
        key = sha256(f"{json.dumps(how)} {page.evaluate(MARKUP)}".encode()).digest()
        if key in self._judged:
            return []
        found = self._look(page, how)
        if not found:
            self._judged.add(key)
        return found

    def _look(self, page: Page, how: dict[str, Any]) -> list[str]:
        with where_scripts_run(page) as checked:
            if not checked.evaluate("'axe' in window"):
                checked.evaluate(self._source)
            found: list[str] = checked.evaluate(LOOK, [{**how, "resultTypes": ["violations"]}])
        return found


@contextmanager
def where_scripts_run(page: Page) -> Iterator[Page]:
    """The page itself or, where its scripts are off and axe would wait for ever, the same markup in another window."""
    if not page.evaluate("matchMedia('(scripting: none)').matches"):
        yield page
        return
    browser = page.context.browser
    assert browser is not None
    markup, window = page.content(), browser.new_page(viewport=page.viewport_size)
    window.route(page.url, lambda route: route.fulfill(body=markup, content_type="text/html"))
    window.goto(page.url)
    yield window
    window.close()
