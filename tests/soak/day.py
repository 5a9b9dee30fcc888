"""The day: tablets answer while the server is killed, the line fails and browsers crash; then everything is counted."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserType, Error

from tests.browser.conftest import free_port
from tests.browser.tablet.field import prepare
from tests.browser.test_bad_connections import SECRETS, Service
from tests.conftest import running
from tests.soak.line import Line
from tests.soak.shift import Tablet

SETTLING = 240  # seconds to send what waits once everything works again


@dataclass
class Account:
    """What people gave and what the server has. `lost`, `doubled`, `changed` and `strange` must be empty."""

    given: int = 0
    stored: int = 0
    discarded: int = 0
    kills: int = 0
    crashes: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    waiting: int = 0

    @property
    def is_exact(self) -> bool:
        return not (self.lost or self.doubled or self.changed or self.strange or self.waiting)


def work(
    kind: BrowserType,
    launch: dict[str, Any],
    folder: Path,
    database: str,
    *,
    answers: int,
    tablets: int,
    seconds: float,
    seed: int = 2026,
    tell: Callable[[str], object] = lambda _line: None,
) -> Account:
    """Let `tablets` collect `answers` answers, in at most `seconds`, and account for them."""
    began, chance = time.monotonic(), random.Random(seed)
    with running(f"sqlite:///{database}", **SECRETS) as app:
        prepare(app)
        service = Service(app, database, free_port())
        service.start()
        line = Line(service.port, chance)
        crew = [Tablet(kind, launch, folder / f"tablet-{n}", n, line.address) for n in range(1, tablets + 1)]
        account = Account()
        try:
            _trouble(service, line, crew, account, chance, answers, began + seconds, tell)
            _settle(service, line, crew, tell)
            _count(service, crew, account)
        finally:
            for tablet in crew:
                tablet.close()
            line.shutdown()
            line.server_close()
            if service.process and service.process.poll() is None:
                service.kill()
    account.faults, account.seconds = line.met, time.monotonic() - began
    return account


def _trouble(
    service: Service,
    line: Line,
    crew: list[Tablet],
    account: Account,
    chance: random.Random,
    answers: int,
    until: float,
    tell: Callable[[str], object],
) -> None:
    """Collect, and meanwhile kill and start server and browsers."""
    line.bad = True
    for tablet in crew:
        tablet.open = True
    down_until = next_kill = time.monotonic() + 4
    next_crash = time.monotonic() + 9
    up = True
    while (thanked := sum(len(tablet.thanked) for tablet in crew)) < answers:
        now = time.monotonic()
        if now > until:
            raise TimeoutError(f"only {thanked} of {answers} answers were given in the time allowed")
        if up and now > next_kill:
            service.kill()
            up, down_until = False, now + chance.uniform(0.5, 4)
            account.kills += 1
        elif not up and now > down_until:
            service.start()
            up, next_kill = True, time.monotonic() + chance.uniform(4, 12)
        if now > next_crash:
            crashed = chance.choice(crew)
            crashed.crash()
            account.crashes += 1
            next_crash = time.monotonic() + chance.uniform(8, 20)
        _let_work(crew)
        tell(f"{thanked:,} of {answers:,} answers, server killed {account.kills} times, browsers {account.crashes}")
    if not up:
        service.start()


def _let_work(crew: list[Tablet], milliseconds: int = 250) -> None:
    try:
        crew[0].page.wait_for_timeout(milliseconds)
    except Error:
        time.sleep(milliseconds / 1000)


def _settle(service: Service, line: Line, crew: list[Tablet], tell: Callable[[str], object]) -> None:
    """Everything works again: wait until nothing waits on any tablet."""
    line.bad = False
    for tablet in crew:
        tablet.open = False
    until = time.monotonic() + SETTLING
    while time.monotonic() < until:
        _let_work(crew, 1000)
        waiting = sum(tablet.waiting() for tablet in crew)
        tell(f"settling: {waiting} wait on the tablets")
        if not waiting:
            return


def _count(service: Service, crew: list[Tablet], account: Account) -> None:
    rows = [json.loads(str(answers)) for (answers,) in service.run("SELECT answers FROM response")]
    found = Counter(row.get("safer_text", "") for row in rows)
    safe = {row.get("safer_text", ""): row.get("safe_local_day") for row in rows}
    given = {text: value for tablet in crew for text, value in tablet.given.items()}
    thanked = {text for tablet in crew for text in tablet.thanked}
    account.given, account.stored = len(thanked), len(rows)
    account.discarded = sum(entry["state"] == "discarded" for tablet in crew for entry in tablet.ledger())
    account.waiting = sum(tablet.queue() for tablet in crew)
    account.lost = sorted(thanked - found.keys())
    account.doubled = sorted(text for text, count in found.items() if count > 1)
    account.strange = sorted(found.keys() - given.keys())
    account.changed = sorted(text for text in found.keys() & given.keys() if safe[text] != given[text])
    sent = sum(entry["state"] == "sent" for tablet in crew for entry in tablet.ledger())
    if sent != len(rows):
        account.strange.append(f"the ledgers say that {sent} were sent, the server has {len(rows)}")
    others = service.others()
    if others != (0, len(rows)):
        account.strange.append(f"{others[0]} conflicts, and the tally counted {others[1]} of {len(rows)}")
