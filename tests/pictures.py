"""Take the README's pictures from a running demonstration: `python3 run.py pictures` while it runs on port 8000."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from feedback.demonstration.sign_ins import demo_sign_ins
from tests.browser.conftest import FLAGS, chromium

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"


def take(server: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        phone = browser.new_page(viewport={"width": 360, "height": 740})
        phone.goto(f"{server}/s/fast-feedback")
        phone.get_by_label("Fairly safe").first.check()
        phone.evaluate("scrollTo(0, 0)")
        phone.screenshot(path=PICTURES / "fast-feedback.png")
        desk = browser.new_page(viewport={"width": 1100, "height": 860})
        sign_in(desk, server, "analyst")
        desk.goto(f"{server}/analyst/waves/community-safety-2026")
        desk.screenshot(path=PICTURES / "wave.png")
        browser.close()


def sign_in(page: Page, server: str, role: str) -> None:
    account = next(account for account in demo_sign_ins() if account.role == role)
    page.goto(f"{server}/sign-in")
    page.get_by_label("Email address").fill(account.email)
    page.get_by_label("Password").fill(account.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


if __name__ == "__main__":
    take(f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
    print(f"Took the pictures into {PICTURES.relative_to(Path.cwd())}.")
