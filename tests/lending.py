"""One application an engine, lent to each test in turn: building it takes a hundred times as long as a page.

Each test finds the database as it was prepared and the application as it was built. What a test may set on it
(settings, extensions, views, names in templates) is put back; what can only be added before the first page, such as a
new address, is refused, and needs `own_app`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask

LONGEST_JOB = 60  # seconds


@dataclass
class Lender:
    """The application, and what puts its database back."""

    app: Flask
    restore: Callable[[], None]

    @contextmanager
    def lend(self) -> Iterator[Flask]:
        """Yield the application on its database, both as new."""
        self.close()
        self.restore()
        with ExitStack() as after:
            for members in _settable(self.app):
                after.callback(_put_back, members, dict(members))
            yield self.app
        _wait_for_jobs()

    def warm(self) -> Lender:
        """Open one page: from here on the application refuses new addresses."""
        self.restore()
        self.app.test_client().get("/")
        return self

    def close(self) -> None:
        """Close what the application holds open of its database."""
        from feedback.extensions import db

        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def _settable(app: Flask) -> list[dict[str, Any]]:
    return [app.config, app.extensions, app.view_functions, app.jinja_env.globals, app.jinja_env.filters, vars(app)]


def _put_back(members: dict[str, Any], before: dict[str, Any]) -> None:
    members.clear()
    members.update(before)


def _wait_for_jobs() -> None:
    """Work that a test started apart from this process must not write into the database of the next."""
    for thread in threading.enumerate():
        if thread.name.startswith("job "):
            thread.join(LONGEST_JOB)
            assert not thread.is_alive(), f"{thread.name} that a test started was still at work {LONGEST_JOB} s later"
