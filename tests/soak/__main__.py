"""`python3 run.py soak [ANSWERS] [TABLETS]`: at least 1,000 answers on four tablets unless told otherwise.

Ends with 0 when every answer arrived once and unchanged, with 1 when one did not.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, chromium
from tests.conftest import prepare
from tests.soak.day import Account, work

ANSWERS, TABLETS, HOURS = 1_000, 4, 1.0
MOST_ANSWERS, MOST_TABLETS = 20_000, 8


def main(words: list[str]) -> int:
    numbers = [int(word) for word in words if word.isdigit()]
    answers, tablets = [*numbers, *(ANSWERS, TABLETS)[len(numbers) :]][:2] if len(numbers) <= 2 else (0, 0)
    if len(numbers) != len(words) or not (0 < answers <= MOST_ANSWERS and 0 < tablets <= MOST_TABLETS):
        print(f"Say how many answers (up to {MOST_ANSWERS:,}) and tablets (up to {MOST_TABLETS}), or nothing.")
        return 2
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        database = f"{folder}/soak.sqlite3"
        prepare(f"sqlite:///{database}")
        launch = {"executable_path": chromium(), "args": FLAGS}
        account = work(
            playwright.chromium, launch, Path(folder), database,
            answers=answers, tablets=tablets, seconds=HOURS * 3600, tell=_tell,
        )  # fmt: skip
    print()
    _print(account, tablets)
    return 0 if account.is_exact else 1


def _tell(line: str) -> None:
    """Write over the last line on a terminal; elsewhere only say what is new every ten seconds."""
    if sys.stdout.isatty():
        print(f"\r\033[K{line}", end="", flush=True)
    elif time.monotonic() - _told[0] > 10:
        _told[0] = time.monotonic()
        print(line, flush=True)


_told = [0.0]


def _print(account: Account, tablets: int) -> None:
    print(f"{tablets} tablets, {account.seconds:,.0f} seconds")
    print(f"  the server was killed and started again  {account.kills:>7,} times")
    print(f"  a browser was killed and started again   {account.crashes:>7,} times")
    for kind, count in sorted(account.faults.items()):
        print(f"  the line: {kind:31}{count:>7,} times")
    print(f"  forms given up in the middle             {account.discarded:>7,}")
    print(f"Answers that people were thanked for       {account.given:>7,}")
    print(f"Answers that the server has                {account.stored:>7,}")
    for name in ("lost", "doubled", "changed", "strange"):
        found = getattr(account, name)
        print(f"  {name:41}{len(found):>7,}{'  ' + '; '.join(found[:5]) if found else ''}")
    print(f"  still waiting on a tablet                {account.waiting:>7,}")
    print("Exact." if account.is_exact else "NOT EXACT.")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
