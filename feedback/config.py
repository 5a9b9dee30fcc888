"""One typed settings object, read from the environment and checked at start."""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"
SHORTEST_KEY = 32  # characters


class SettingsError(ValueError):
    """A setting is missing or wrong; the text is a sentence for the person who starts the server."""


def _setting(name: str, default: str, description: str) -> str:
    return field(default=default, metadata={"env": name, "description": description})


def _ceiling(name: str, default: str, description: str) -> str:
    """A setting that is a whole number; 0: no ceiling."""
    return field(default=default, metadata={"env": name, "description": f"{description} 0: no ceiling.", "whole": True})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting of the service. `metadata` names the environment variable and what it is for."""

    mode: str = _setting(
        "MODE",
        "demo",
        "`demo` (demonstration data and sign-ins), `live` (real use) or `test`. Set by `run.py`.",
    )
    database_url: str = _setting(
        "DATABASE_URL",
        "",
        "SQLAlchemy address of the database. Empty: SQLite under `instance/`, one file for each mode.",
    )
    secret_key: str = _setting(
        "SECRET_KEY",
        "",
        "Signs the sessions of staff and seals the keys in the database (`flask keys`). Required for real use: "
        "at least 32 random characters.",
    )
    secret_key_fallbacks: str = _setting(
        "SECRET_KEY_FALLBACKS",
        "",
        "Former values of `SECRET_KEY`, newest first, with commas between: they open what is stored, and sign nothing.",
    )
    password_salt: str = _setting(
        "PASSWORD_SALT",
        "",
        "Mixed into password hashes; a change ends them all. Required for real use: at least 16 random characters.",
    )
    site_url: str = _setting(
        "SITE_URL",
        "",
        "Public address such as `https://safecity.example`. Needed for links, QR codes and cookies.",
    )
    place: str = _setting("PLACE", "southampton", "Folder of the place pack under `feedback/places/`.")
    exit_url: str = _setting(
        "EXIT_URL",
        "",
        "Where 'Exit this page' goes. Empty: where the place pack says. Choose a page nobody asks about.",
    )
    proxy_hops: str = _setting(
        "PROXY_HOPS", "0", "How many reverse proxies stand in front and set X-Forwarded headers."
    )
    draft_hours: str = _setting(
        "DRAFT_HOURS",
        "24",
        "How many hours an unfinished long survey is kept (encrypted) after its last change: 1 to 168.",
    )
    answers_a_minute: str = _ceiling(
        "ANSWERS_A_MINUTE",
        "0",
        "Answers from the web to one wave in a minute. None, because a campaign may bring more than any number; set it "
        "where a small server must not fill up. Past it people are asked to wait, and keep their answers.",
    )
    drafts_an_hour: str = _ceiling(
        "DRAFTS_AN_HOUR",
        "20000",
        "Long surveys begun or gone on with in an hour, each kept for `DRAFT_HOURS`: some 40 MB. Past it nobody begins "
        "a new one; those that were begun go on.",
    )
    conflicts_an_answer: str = _ceiling(
        "CONFLICTS_AN_ANSWER",
        "20",
        "Other contents kept under the number of one stored answer: a person makes one or two by going back and "
        "sending again. Past it the first answers count and a further content is not kept.",
    )
    waiting_forms_a_pass: str = _ceiling(
        "WAITING_FORMS_A_PASS",
        "1000",
        "Forms of one tablet that could not be stored and wait for staff: five full days of a busy tablet. Past it "
        "those that cannot be stored stay on the tablet until staff have decided.",
    )
    jobs_an_hour: str = _ceiling(
        "JOBS_AN_HOUR",
        "30",
        "Workbooks, previews and files that one person may ask for in an hour: each is kept in the database.",
    )
    kiosks_an_event: str = _ceiling(
        "KIOSKS_AN_EVENT",
        "10",
        "Kiosks that one event has at a time: a link that got about must not bring a crowd. Staff end those not in use "
        "on the page of the event.",
    )

    @classmethod
    def from_environment(cls) -> Settings:
        given = {f.name: os.environ.get(f.metadata["env"], f.default) for f in fields(cls)}
        return cls(**given).completed()  # type: ignore[arg-type]

    def completed(self) -> Settings:
        """Return these settings checked, with the blanks that have a safe default filled in.

        Raises:
            SettingsError: a setting that real use needs is missing, or one is malformed.

        """
        if self.mode not in {"demo", "live", "test"}:
            raise SettingsError(f"MODE is {self.mode!r}. Set it to demo, live or test.")
        if not self.proxy_hops.isdigit():
            raise SettingsError(f"PROXY_HOPS is {self.proxy_hops!r}. Set it to a whole number such as 1.")
        if self.site_url and urlsplit(self.site_url).scheme not in {"http", "https"}:
            raise SettingsError(f"SITE_URL is {self.site_url!r}. It must begin with https:// or http://.")
        if not self.draft_hours.isdigit() or not 1 <= int(self.draft_hours) <= 168:
            raise SettingsError(f"DRAFT_HOURS is {self.draft_hours!r}. Set it to a whole number from 1 to 168.")
        self._check_ceilings()
        self._check_live()
        self._check_keys()
        filled = {f.name: getattr(self, f.name) for f in fields(self)}
        filled["database_url"] = _database_url(self.database_url, self.mode)
        filled["secret_key"] = self.secret_key or _kept_secret(self.mode, "secret_key")
        filled["password_salt"] = self.password_salt or _kept_secret(self.mode, "password_salt")
        filled["site_url"] = self.site_url.strip().rstrip("/")
        return Settings(**filled)

    def _check_ceilings(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if one.metadata.get("whole") and not (value.isascii() and value.isdigit() and len(value) <= 12):
                name = one.metadata["env"]
                raise SettingsError(f"{name} is {value!r}. Set it to a whole number; 0 means that there is no ceiling.")

    def _check_live(self) -> None:
        if self.mode != "live":
            return
        if len(self.secret_key) < SHORTEST_KEY:
            raise SettingsError("Set SECRET_KEY to at least 32 random characters before real use.")
        if len(self.password_salt) < 16:
            raise SettingsError("Set PASSWORD_SALT to at least 16 random characters before real use.")
        if not self.site_url:
            raise SettingsError("Set SITE_URL to the public address of the service, such as https://safecity.example.")

    def _check_keys(self) -> None:
        if "," in self.secret_key:
            raise SettingsError("SECRET_KEY holds a comma. Choose one without: SECRET_KEY_FALLBACKS is a list.")
        if self.secret_key != self.secret_key.strip():
            raise SettingsError("SECRET_KEY begins or ends with a space. Choose one without: lists are read without.")
        if self.secret_key and len(self.secret_key) < SHORTEST_KEY:
            raise SettingsError(
                f"SECRET_KEY is too short: it has {len(self.secret_key)} characters. Set it to at least {SHORTEST_KEY} "
                "random characters."
            )
        for number, key in enumerate(self.former_keys, 1):
            if len(key) < SHORTEST_KEY:
                raise SettingsError(
                    f"Key {number} of SECRET_KEY_FALLBACKS is too short: it has {len(key)} characters, and every key "
                    f"has at least {SHORTEST_KEY}. Copy the former SECRET_KEY whole, or take this one out."
                )

    @property
    def former_keys(self) -> tuple[str, ...]:
        """The keys of SECRET_KEY_FALLBACKS, newest first."""
        return tuple(key for part in self.secret_key_fallbacks.split(",") if (key := part.strip()))

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"

    @property
    def secure_cookies(self) -> bool:
        return self.site_url.startswith("https://")


def _database_url(given: str, mode: str) -> str:
    """The address as SQLAlchemy wants it: PostgreSQL always through psycopg 3, SQLite under `instance/` by default."""
    if not given:
        INSTANCE.mkdir(mode=0o700, exist_ok=True)
        return f"sqlite:///{INSTANCE / f'{mode}.sqlite3'}"
    scheme, colon, rest = given.strip().partition(":")
    return f"postgresql+psycopg:{rest}" if scheme in {"postgres", "postgresql"} else scheme + colon + rest


def _kept_secret(mode: str, name: str) -> str:
    """A random secret for a demonstration or test, kept so that a restart does not sign everybody out."""
    if mode == "test":
        return f"test-only-{name}-0123456789abcdef0123456789abcdef"
    INSTANCE.mkdir(mode=0o700, exist_ok=True)
    path = INSTANCE / f"{mode}.{name}"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text()


def _write_once(path: Path, text: str) -> None:
    """Make the file whole or not at all: of two servers that start at once, both read what the first one wrote."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
