"""Keep secrets of the service, sealed; let a keyed sheet name its response until its batch is signed off.

Receipts, batches and sheets that exist are carried over where SECRET_KEY, or a key of SECRET_KEY_FALLBACKS, is the one
that they were made with. A receipt of another key stops the migration, up and down, unless `-x receipts=lose` is given.
`docs/decisions` says what is not carried over. Going down, the secrets are dropped: receipts made since can still be
withdrawn there, but lead nowhere after going up again.
"""

import hmac
import secrets
from collections.abc import Callable, Iterator
from uuid import UUID

import sqlalchemy as sa
from alembic import context, op
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
ATTEMPTS = 5
CHUNK = 1000
RESPONSE = sa.table("response", sa.column("id", sa.Uuid()), sa.column("receipt_hash", sa.String()))
BATCH = sa.table("paper_batch", sa.column("code", sa.String()), sa.column("key", sa.LargeBinary()))
SHEET = sa.table(
    "paper_sheet",
    *(sa.column(name, sa.String()) for name in ("serial", "batch_code", "state")),
    sa.column("response_id", sa.Uuid()),
)
SECRET = sa.table("service_secret", sa.column("sealed", sa.LargeBinary()))
Hash = Callable[[str], str]  # of a receipt code, its 10 letters without the hyphen
Codes = Callable[[UUID, int], str]  # of a response, by attempt


def upgrade() -> None:
    op.create_table(
        "service_secret",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_secret")),
    )
    with op.batch_alter_table("paper_sheet") as sheet:
        sheet.add_column(sa.Column("response_id", sa.Uuid(), nullable=True))
        sheet.create_index(op.f("ix_paper_sheet_response_id"), ["response_id"])
        sheet.create_check_constraint(
            op.f("ck_paper_sheet_keyed_has_response"), "response_id is null or state = 'keyed'"
        )
    keys = _ring()
    if not keys:
        return
    secret = secrets.token_bytes(32)
    op.execute(SECRET.insert().values(sealed=_seal(keys[0], "secrets of the service", secret)))
    _refuse_lost(_rehash([(_codes_before(key), _hash_before(key)) for key in keys], _hash_since(secret)))
    _name_responses(keys)
    for code, key in _rows(sa.select(BATCH.c.code, BATCH.c.key).where(BATCH.c.key.is_not(None))):
        _keep_batch(code, _seal(keys[0], "keys of paper batches", key, code.encode()))


def downgrade() -> None:
    keys = _ring()
    sealed = [row.sealed for row in _rows(sa.select(SECRET.c.sealed))]
    opened = [plain for one in sealed if (plain := _open(keys, "secrets of the service", one))]
    if len(opened) < len(sealed):
        _refuse_lost(len(_rows(sa.select(RESPONSE.c.id).where(RESPONSE.c.receipt_hash.is_not(None)))))
    if keys:
        since = [(_codes_since(secret), _hash_since(secret)) for secret in opened]
        carried = [(_codes_before(key), _hash_since(secret)) for secret in opened for key in keys]
        slips = [(_codes_of_slips(keys), _hash_since(secret)) for secret in opened]
        _rehash([*since, *carried, *slips], _hash_before(keys[0]))
    for code, key in _rows(sa.select(BATCH.c.code, BATCH.c.key).where(BATCH.c.key.is_not(None))):
        if plain := _open(keys, "keys of paper batches", key, code.encode()):
            _keep_batch(code, plain)
    with op.batch_alter_table("paper_sheet") as sheet:
        sheet.drop_constraint(op.f("ck_paper_sheet_keyed_has_response"), type_="check")
        sheet.drop_index(op.f("ix_paper_sheet_response_id"))
        sheet.drop_column("response_id")
    op.drop_table("service_secret")


def _ring() -> list[bytes]:
    settings = current_app.config["SETTINGS"]
    return [key.encode() for key in (settings.secret_key, *settings.former_keys) if key]


def _rows(statement: sa.Select) -> list[sa.Row]:
    return list(op.get_bind().execute(statement))


def _refuse_lost(count: int) -> None:
    """Stop, and nothing is changed: what is not carried over now is lost, even when the former key comes back."""
    if count and context.get_x_argument(as_dictionary=True).get("receipts") != "lose":
        raise RuntimeError(
            f"Receipts that were given out under another SECRET_KEY: {count:,}. Nobody could withdraw with them any "
            "more, so nothing was changed. Add the former key to SECRET_KEY_FALLBACKS and migrate again. If it is lost, "
            "or if the database was at a newer version before, add `-x receipts=lose` to the command."
        )


def _rehash(known: list[tuple[Codes, Hash]], new: Hash) -> int:
    """Keep, of every receipt whose code can be told, the hash that is looked for from now on; count the others."""
    lost = 0
    for chunk in _chunks():
        changed = [
            {"of": id, "kept": new(code)} for id, kept in chunk if (code := _code(known, id, kept)) is not None
        ]
        if changed:
            one = RESPONSE.update().where(RESPONSE.c.id == sa.bindparam("of"))
            op.get_bind().execute(one.values(receipt_hash=sa.bindparam("kept")), changed)
        lost += len(chunk) - len(changed)
    return lost


def _chunks() -> Iterator[list[sa.Row]]:
    wanted = sa.select(RESPONSE.c.id, RESPONSE.c.receipt_hash).where(RESPONSE.c.receipt_hash.is_not(None))
    found = _rows(wanted.order_by(RESPONSE.c.id))
    for start in range(0, len(found), CHUNK):
        yield found[start : start + CHUNK]


def _code(known: list[tuple[Codes, Hash]], id: UUID, kept: str) -> str | None:
    tried = ((hash_of, codes(id, attempt)) for codes, hash_of in known for attempt in range(ATTEMPTS))
    return next((code for hash_of, code in tried if hash_of(code) == kept), None)


def _name_responses(keys: list[bytes]) -> None:
    """Let every keyed sheet name its response, if there is one under a number that a key of the ring makes."""
    joined = sa.join(SHEET, BATCH, SHEET.c.batch_code == BATCH.c.code)
    keyed = sa.select(SHEET.c.serial, BATCH.c.key).select_from(joined)
    for serial, batch in _rows(keyed.where(SHEET.c.state == "keyed", BATCH.c.key.is_not(None))):
        made = [hmac.digest(key, b"|".join((b"paper|response", batch, serial.encode())), "sha256") for key in keys]
        ids = [UUID(bytes=number[:16], version=4) for number in made]
        if found := _rows(sa.select(RESPONSE.c.id).where(RESPONSE.c.id.in_(ids))):
            op.execute(SHEET.update().where(SHEET.c.serial == serial).values(response_id=found[0].id))


def _keep_batch(code: str, key: bytes) -> None:
    op.execute(BATCH.update().where(BATCH.c.code == code).values(key=key))


def _letters(number: bytes) -> str:
    left, letters = int.from_bytes(number, "big"), ""
    while len(letters) < 10:
        left, rest = divmod(left, len(ALPHABET))
        letters += ALPHABET[rest]
    return letters


def _codes_before(key: bytes) -> Codes:
    return lambda id, attempt: _letters(hmac.digest(key, b"receipt:%d:" % attempt + id.bytes, "sha256"))


def _hash_before(key: bytes) -> Hash:
    return lambda code: hmac.digest(key, b"receipt hash:" + code.encode(), "sha256").hex()


def _codes_since(secret: bytes) -> Codes:
    key = _derived(secret, "receipts", 64)
    return lambda id, attempt: _letters(hmac.digest(key, b"code:%d:" % attempt + id.bytes, "sha256"))


def _hash_since(secret: bytes) -> Hash:
    key = _derived(secret, "receipts", 64)
    return lambda code: hmac.digest(key, b"hash:" + code.encode(), "sha256").hex()


def _codes_of_slips(keys: list[bytes]) -> Codes:
    """The codes that were printed on sheets, by the response of the sheet."""
    joined = sa.join(SHEET, BATCH, SHEET.c.batch_code == BATCH.c.code)
    keyed = sa.select(SHEET.c.serial, SHEET.c.response_id, BATCH.c.code, BATCH.c.key).select_from(joined)
    codes = {}
    for serial, id, code, sealed in _rows(keyed.where(SHEET.c.response_id.is_not(None), BATCH.c.key.is_not(None))):
        if plain := _open(keys, "keys of paper batches", sealed, code.encode()):
            number = hmac.digest(_derived(plain, "paper sheets", 64), b"receipt|" + serial.encode(), "sha256")
            codes[id] = _letters(number)
    return lambda id, _attempt: codes.get(id, "")


def _derived(secret: bytes, label: str, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=label.encode()).derive(secret)


def _seal(key: bytes, label: str, plain: bytes, bound: bytes = b"") -> bytes:
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(_derived(key, label, 32)).encrypt(nonce, plain, bound)


def _open(keys: list[bytes], label: str, sealed: bytes, bound: bytes = b"") -> bytes | None:
    for key in keys:
        try:
            return AESGCM(_derived(key, label, 32)).decrypt(sealed[:12], sealed[12:], bound)
        except (InvalidTag, ValueError):
            continue
    return None
