"""The line between tablets and server: it loses what is sent, loses replies, delays, doubles and reorders."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAULTS = {"lose request": 0.08, "lose reply": 0.12, "send twice": 0.10, "delay": 0.15, "hold back": 0.05}
SENT_BY_TABLETS = "/api/v1/"
LONGEST_DELAY, HELD_BACK = 0.8, 2.5  # seconds
DOWN = (OSError, http.client.HTTPException)


class Line(ThreadingHTTPServer):
    """Passes requests on to `goal`. With `bad`, posts of tablets meet a fault as often as `FAULTS` says."""

    daemon_threads = True

    def __init__(self, goal: int, chance: random.Random) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.goal, self.chance, self.bad = goal, chance, False
        self.met: Counter[str] = Counter()
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def fault(self, method: str, path: str) -> str:
        """Decide what happens to a request, and count it."""
        if not self.bad or method == "GET" or not path.startswith(SENT_BY_TABLETS):
            return ""
        with self.lock:
            drawn, kinds = self.chance.random(), iter(FAULTS.items())
            for kind, share in kinds:
                drawn -= share
                if drawn < 0:
                    self.met[kind] += 1
                    return kind
        return ""

    def handle_error(self, request: object, client_address: object) -> None:
        """A line that breaks says nothing."""


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Line

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.server.fault(self.command, self.path)
        self.close_connection = True
        if fault == "lose request":
            return
        if fault in {"delay", "hold back"}:
            time.sleep(HELD_BACK if fault == "hold back" else LONGEST_DELAY)
        try:
            answer, content = self._ask(body)
            if fault == "send twice":
                answer, content = self._ask(body)
        except DOWN:
            return  # the server is down: the connection closes
        if fault != "lose reply":
            self._answer(answer, content)

    do_POST = do_PUT = do_GET

    def _ask(self, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.goal, timeout=20)
        try:
            upstream.request(self.command, self.path, body or None, dict(self.headers))
            answer = upstream.getresponse()
            return answer, answer.read()
        finally:
            upstream.close()

    def _answer(self, answer: http.client.HTTPResponse, content: bytes) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"connection", "transfer-encoding", "content-length"}:
                self.send_header(name, value.replace(f":{self.server.goal}", f":{self.server.server_port}"))
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""
