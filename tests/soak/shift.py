"""One tablet through one shift: a real Chromium on a disk of its own, which is killed and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Error, Page

from tests.browser.tablet.field import read, take_event

ROBOT = (Path(__file__).parent / "robot.js").read_text()
SAFE = ("very_safe", "fairly_safe", "neither", "fairly_unsafe", "very_unsafe")


class Tablet:
    """Answers are numbered by tablet and turn, so that each can be found again; one in `DISCARDED` is given up.

    `given` may arrive, from the moment the robot begins; `thanked` must: the person saw the thanks.
    """

    DISCARDED = 12

    def __init__(self, kind: BrowserType, launch: dict[str, Any], disk: Path, number: int, address: str) -> None:
        self.kind, self.launch, self.disk, self.number, self.address = kind, launch, disk, number, address
        self.turn = 0
        self.open = False
        self.given: dict[str, str] = {}
        self.thanked: set[str] = set()
        self.crashes = 0
        self.context = self._start()
        take_event(self.page, address, kiosk=True)
        self.restart()

    @property
    def page(self) -> Page:
        return self.context.pages[0]

    def restart(self) -> None:
        """Close the browser as people do and start it with the robot."""
        self.context.close()
        self.context = self._start()
        self._use_robot()

    def crash(self) -> None:
        """Kill the browser in whatever it is doing, and start it again on the same disk."""
        for pid in self._processes():
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(Error):
            self.context.close()
        self.crashes += 1
        self.context = self._start()
        self._use_robot()

    def close(self) -> None:
        self.context.close()

    def queue(self) -> int:
        return len(read(self.page, "queue"))

    def ledger(self) -> list[dict[str, Any]]:
        return read(self.page, "ledger")

    def waiting(self) -> int:
        """How much waits here, with the form of a person who began before the trouble ended; 1 if it cannot say."""
        try:
            return self.queue() + sum(entry["state"] in {"opened", "completed"} for entry in self.ledger())
        except Error:
            return 1

    def _start(self) -> BrowserContext:
        context = self.kind.launch_persistent_context(str(self.disk), **self.launch)
        context.set_default_timeout(30_000)
        return context

    def _use_robot(self) -> None:
        bindings: dict[str, Callable[..., Any]] = {
            "soakTask": self._task,
            "soakThanked": self._thanked,
        }
        for name, call in bindings.items():
            self.context.expose_function(name, call)
        self.context.add_init_script(ROBOT)
        self.page.goto(f"{self.address}/tablet/")

    def _task(self) -> dict[str, Any] | None:
        if not self.open:
            return None
        self.turn += 1
        text, safe = f"tablet {self.number} turn {self.turn}", SAFE[self.turn % len(SAFE)]
        discard = self.turn % self.DISCARDED == 0
        if not discard:
            self.given[text] = safe
        return {"text": text, "safe": safe, "discard": discard}

    def _thanked(self, text: str) -> None:
        self.thanked.add(text)

    def _processes(self) -> list[int]:
        """The processes of this tablet's browser, known by the disk that is its alone."""
        found = subprocess.run(["pgrep", "-f", str(self.disk)], capture_output=True, text=True, check=False)
        return [int(pid) for pid in found.stdout.split() if int(pid) != os.getpid()]
