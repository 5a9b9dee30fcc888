"""Real databases for the tests: SQLite files and a throw-away PostgreSQL server, each test on its own fresh copy."""

from __future__ import annotations

import fcntl
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
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

Prepare = Callable[[str], None]
MISSING = "no PostgreSQL server: run `apt-get install postgresql`, or `python3 run.py test` as root, which does it"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


def made_once(folder: Path, name: str, make: Callable[[Path], None]) -> Path:
    """Return a file that the first of all workers makes while the others wait; each works on a copy of its own."""
    shared = folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder
    path = shared / name
    with open(shared / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            make(shared / f"{name}.new")
            (shared / f"{name}.new").rename(path)
    return path


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
        path = self.folder / f"{uuid4().hex}.sqlite3"
        shutil.copyfile(self._template, path)
        yield f"sqlite:///{path}"
        _remove(path)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Yield the address of a database without a table."""
        yield f"sqlite:///{self.folder / f'{uuid4().hex}.sqlite3'}"

    def lasting(self) -> str:
        """Return the address of the database that is used again and again, each time after `restore`."""
        return f"sqlite:///{self.folder / 'lasting.sqlite3'}"

    def restore(self, like: Path | None = None) -> None:
        """Put a new file in place of the lasting database: what is still open writes to the old one."""
        path = self.folder / "lasting.sqlite3"
        _remove(path)
        shutil.copyfile(like or self._template, path)

    @cached_property
    def _template(self) -> Path:
        return made_once(self.folder.parent, "template.sqlite3", lambda path: self.prepare(f"sqlite:///{path}"))


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


@dataclass
class PostgresqlDatabases:
    """Databases made from one prepared template."""

    server: str
    prepare: Prepare
    name = "postgresql"

    def __enter__(self) -> PostgresqlDatabases:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._let_go()

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Yield the address of a database as `prepare` leaves it."""
        with self._made(f"TEMPLATE {self._template}") as address:
            yield address

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Yield the address of a database without a table."""
        with self._made("") as address:
            yield address

    def lasting(self) -> str:
        """Return the address of the database that is used again and again, each time after `restore`."""
        return self._address("lasting")

    def restore(self) -> None:
        """Make the lasting database what it was: row by row, or anew, which takes long, where its tables changed."""
        if self._rows.tables_changed():
            self._let_go()
            self._run("DROP DATABASE lasting WITH (FORCE)")
        self._rows.restore()

    @cached_property
    def _template(self) -> str:
        self._run("CREATE DATABASE prepared")
        self.prepare(self._address("prepared"))
        return "prepared"

    @cached_property
    def _rows(self) -> PreparedRows:
        self._run(f"CREATE DATABASE lasting TEMPLATE {self._template}")
        return PreparedRows(psycopg.connect(host=self.server, user="postgres", dbname="lasting", autocommit=True))

    def _let_go(self) -> None:
        rows = vars(self).pop("_rows", None)
        if rows:
            rows.close()

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


class PreparedRows:
    """The rows that a PostgreSQL database began with, kept in a schema of their own beside it."""

    def __init__(self, connection: psycopg.Connection) -> None:
        """Keep the rows; `connection` is the superuser's."""
        self._run, self.close = connection.execute, connection.close
        self._run("SET session_replication_role = replica")  # neither our own triggers nor foreign keys refuse a row
        found = self._run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        self._tables = [name for (name,) in found if name != "alembic_version"]
        self._kept = self._filled()
        self._counters = self._counted()
        self._run("CREATE SCHEMA kept")
        for name in self._kept:
            self._run(f'CREATE TABLE kept."{name}" AS TABLE public."{name}"')
        self._run(NOTE_CHANGES)

    def tables_changed(self) -> bool:
        """Whether somebody has made, changed or dropped a table, a constraint or a trigger."""
        return self._run("SELECT 1 FROM kept.changes LIMIT 1").fetchone() is not None

    def restore(self) -> None:
        """Take away every row that was written since, and put back those that were there."""
        self._run(END_TRANSACTIONS)
        for name in self._filled():
            self._run(f'DELETE FROM public."{name}"')
        for name in self._kept:
            self._run(f'INSERT INTO public."{name}" TABLE kept."{name}"')
        for name, last in self._counted().items():
            if last != self._counters[name]:
                self._run("SELECT setval(%s, %s, %s)", (name, self._counters[name] or 1, bool(self._counters[name])))

    def _filled(self) -> list[str]:
        parts = [f"SELECT '{name}' WHERE EXISTS (TABLE public.\"{name}\")" for name in self._tables]
        return [name for (name,) in self._run(" UNION ALL ".join(parts))]

    def _counted(self) -> dict[str, int | None]:
        """How far each sequence is; None where it was never asked."""
        found = self._run("SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE schemaname = 'public'")
        return dict(found.fetchall())


NOTE_CHANGES = """
    CREATE TABLE kept.changes (made text);
    CREATE FUNCTION kept.note() RETURNS event_trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO kept.changes VALUES (tg_tag); END $$;
    CREATE EVENT TRIGGER note ON ddl_command_end EXECUTE FUNCTION kept.note()
"""
# A test that failed may have left one open; its locks would hold up the next test for ever.
END_TRANSACTIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""
