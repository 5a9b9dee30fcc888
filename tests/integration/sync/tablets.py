"""A tablet as the server meets it: it seals as the app does, numbers its forms, and sends them."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from feedback.clock import today
from tests.integration.staff.scenes import add_event, add_staff, add_wave, sign_in

CODE, WAVE = "HERE", "safety-now"
ANSWERS = {"safe_local_day": "very_safe", "age_band": "25_34"}
OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)

make_key = rsa.generate_private_key


@cache
def one_key(**how: Any) -> rsa.RSAPrivateKey:
    """A key takes a second to make; one does for all events of tests that are not about keys."""
    return make_key(**how)


def b64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def seal(form: dict[str, Any], key: dict[str, Any], *, envelope: str = "") -> dict[str, Any]:
    """Seal a form as WebCrypto does. `envelope`: another id on the outside."""
    jwk, id = key["public_jwk"], envelope or form["id"]
    n, e = (int.from_bytes(urlsafe_b64decode(jwk[part] + "==="), "big") for part in ("n", "e"))
    aes, iv = secrets.token_bytes(32), secrets.token_bytes(12)
    sealed = AESGCM(aes).encrypt(iv, json.dumps(form).encode(), id.encode())
    wrapped = rsa.RSAPublicNumbers(e, n).public_key().encrypt(aes, OAEP)
    return {"id": id, "key": key["id"], "wrapped": b64(wrapped), "iv": b64(iv), "sealed": b64(sealed)}


@dataclass
class Tablet:
    """`entries` is its ledger."""

    client: FlaskClient
    device: str
    token: str
    key: dict[str, Any]
    mode: str = "officer"
    entries: list[dict[str, Any]] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def form(self, **changed: Any) -> dict[str, Any]:
        """A completed form, in the ledger too."""
        form = {
            "id": str(uuid4()),
            "event": CODE,
            "survey": "fast-feedback",
            "wave": WAVE,
            "version": 1,
            "language": "en",
            "channel": self.mode,
            "opened_on": today().isoformat(),
            "number": len(self.entries) + 1,
            "practice": False,
            "answers": dict(ANSWERS),
            **changed,
        }
        told = {name: form[name] for name in ("number", "id", "practice")}
        self.entries.append({**told, "state": "completed"})
        return form

    def seal(self, **changed: Any) -> dict[str, Any]:
        return seal(self.form(**changed), self.key)

    def post(self, *items: Any, **more: Any) -> TestResponse:
        return self.client.post("/api/v1/responses", json={"items": list(items), **more}, headers=self.headers)

    def send(self, *items: Any, **more: Any) -> list[str]:
        """Send; return the outcomes in order."""
        answer = self.post(*items, **more)
        assert answer.status_code == 200, answer.text
        results = answer.get_json()["results"]
        assert [one["id"] for one in results] == [item["id"] for item in items]
        return [one["outcome"] for one in results]

    def tell(self, **more: Any) -> dict[str, Any]:
        """Send the ledger; return what the server says of it."""
        body = {"entries": self.entries, **more}
        answer = self.client.put(f"/api/v1/devices/{self.device}/ledger", json=body, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def sign_off(self) -> dict[str, Any]:
        answer = self.client.post(f"/api/v1/devices/{self.device}/sign-off", headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found


def fill_field(app: Flask) -> Flask:
    """An open wave with an event today, and an officer and an administrator."""
    with app.app_context():
        add_event(add_wave(WAVE), CODE)
        add_staff("officer")
        add_staff("administrator")
    return app


def token_of(client: FlaskClient) -> dict[str, str]:
    return {"X-CSRFToken": client.get("/api/v1/csrf").get_json()["csrf"]}


def take(app: Flask, name: str = "Tablet 1", **body: Any) -> Tablet:
    """An officer takes the event with a tablet."""
    officer = sign_in(app.test_client(), "officer")
    wanted = {"event": CODE, "name": name, **body}
    answer = officer.post("/api/v1/devices", json=wanted, headers=token_of(officer))
    assert answer.status_code == 201, answer.text
    given = answer.get_json()
    return Tablet(app.test_client(), given["device"], given["token"], given["key"], body.get("mode", "officer"))
