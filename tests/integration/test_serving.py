"""The server that people meet: gunicorn, started in the folder of the project as `run.py` starts it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.databases import SqliteDatabases

ROOT = Path(__file__).parents[2]
WORKERS = 2
SECRETS = {"SECRET_KEY": "for-tests-only-0123456789-abcdefghijk", "PASSWORD_SALT": "for-tests-only"}
SOON = 3  # seconds; who says nothing is waited for longer


@pytest.fixture(scope="module")
def port(sqlite_databases: SqliteDatabases) -> Iterator[int]:
    with sqlite_databases.fresh() as address, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
        free.close()
        words = [
            sys.executable,
            "-m",
            "gunicorn",
            "wsgi:app",
            "-w",
            str(WORKERS),
            "-b",
            f"127.0.0.1:{port}",
            "--preload",
        ]
        environment = {**os.environ, **SECRETS, "MODE": "test", "DATABASE_URL": address}
        server = subprocess.Popen([*words, "--log-level", "critical"], cwd=ROOT, env=environment)
        try:
            wait_for(port)
            yield port
        finally:
            server.terminate()
            server.wait(20)


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            ask(port, "GET", "/", timeout=20)
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not answer within 30 seconds")


def ask(port: int, method: str, path: str, timeout: float = SOON, body: bytes = b"", kind: str = "") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.putrequest(method, path)
        if kind:
            connection.putheader("Content-Type", kind)
            connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_who_connects_and_says_nothing_keeps_nobody_waiting(port: int) -> None:
    with ExitStack() as open_sockets:
        for number in range(2 * WORKERS):
            idle = open_sockets.enter_context(socket.create_connection(("127.0.0.1", port)))
            if number % 2:
                idle.sendall(b"POST /api/v1/resp")
        time.sleep(0.2)
        assert ask(port, "GET", "/")[0] == 200


def test_many_at_once_are_answered_each(port: int) -> None:
    """Threads of a process share nothing but what never changes: each has a connection of its own."""
    addresses = ["/", "/api/v1/openapi.json", "/results", "/staff/sign-in", "/?lang=pl", "/api/v1/csrf"] * 20
    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda address: ask(port, "GET", address, timeout=60)[0], addresses))
    assert set(answers) <= {200, 302, 404}


@pytest.mark.parametrize("path", ["/api/v1/kiosks", "/r"])
def test_a_body_in_broken_pieces_is_refused_in_a_sentence(port: int, path: str) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        for broken in (b"zz\r\n{}\r\n", b"2\r\n{}XX0\r\n\r\n"):
            status, said = ask(port, "POST", path, body=broken + b"\r\n\r\n", kind=kind)
            assert 400 <= status < 500, (kind, broken, status)
            assert path == "/r" or list(json.loads(said)) == ["error"]
