"""Real databases for the tests: SQLite files and a throw-away PostgreSQL server, each test on its own fresh copy."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

Prepare = Callable[[str], None]
MISSING = "no PostgreSQL server: run `apt-get install postgresql`, or `python3 run.py test` as root, which does it"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


def postgresql_programs() -> Path:
    """The folder that holds initdb and postgres; where there is none the test fails and says what to install."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    found = next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)
    if found is None:
        pytest.fail(MISSING)
    return found


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Start a server in a new folder, on a socket there; yield the folder. initdb refuses root, so root lends it."""
    programs = postgresql_programs()
    folder = tempfile.mkdtemp(prefix="pg-", dir="/tmp")  # a socket's path must stay short
    other = _other_account() if os.geteuid() == 0 else None
    lent = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []} if other else {}
    if other:
        os.chown(folder, other.pw_uid, other.pw_gid)
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": folder}
    initdb = [programs / "initdb", "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(initdb, check=True, capture_output=True, env=environment, cwd=folder, **lent)
    server = [programs / "postgres", "-D", f"{folder}/data", "-k", folder, "-h", ""]
    for setting in FAST:
        server += ["-c", setting]
    with open(f"{folder}/log", "wb") as log:
        process = subprocess.Popen(server, env=environment, cwd=folder, stdout=log, stderr=log, **lent)
    try:
        _wait_for(folder, process)
        yield folder
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _other_account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    pytest.fail("PostgreSQL does not run as root and there is no account `postgres` or `nobody` to run it as")


def _wait_for(folder: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(500):
        if process.poll() is not None:
            break
        try:
            psycopg.connect(host=folder, user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.02)
    pytest.fail(f"PostgreSQL did not start: {Path(folder, 'log').read_text()}")


@dataclass
class SqliteDatabases:
    """Copies of one prepared file."""

    folder: Path
    prepare: Prepare
    name = "sqlite"

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Yield the address of a database as `prepare` leaves it."""
        template = self.folder / "template.sqlite3"
        if not template.exists():
            self.prepare(f"sqlite:///{template}")
        path = self.folder / f"{uuid4().hex}.sqlite3"
        shutil.copyfile(template, path)
        yield f"sqlite:///{path}"
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Yield the address of a database without a table."""
        yield f"sqlite:///{self.folder / f'{uuid4().hex}.sqlite3'}"


@dataclass
class PostgresqlDatabases:
    """Databases made from one prepared template."""

    server: str
    prepare: Prepare
    name = "postgresql"
    prepared = False

    @contextmanager
    def fresh(self) -> Iterator[str]:
        if not self.prepared:
            self._run("CREATE DATABASE prepared")
            self.prepare(self._address("prepared"))
            self.prepared = True
        with self._made("TEMPLATE prepared") as address:
            yield address

    @contextmanager
    def empty(self) -> Iterator[str]:
        with self._made("") as address:
            yield address

    @contextmanager
    def _made(self, like: str) -> Iterator[str]:
        name = f"t{uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {name} {like}")
        try:
            yield self._address(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _address(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.server}"

    def _run(self, statement: str) -> None:
        with psycopg.connect(host=self.server, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)
