"""Leave no order of arrival: no hidden row numbers where answers are held or followed, and JSON in its own letters."""

import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ROW_NUMBERED = ("draft", "ledger_entry", "paper_sheet", "paper_keying")
WRITTEN = {
    "response": ("id", "answers"),
    "conflict": ("id", "answers"),
    "held": ("id", "content"),
    "paper_keying": ("serial", "turn", "answers"),
}
HALF = re.compile("[\ud800-\udfff]")  # of a character: UTF-8 does not know it


def upgrade() -> None:
    rebuild(sqlite_with_rowid=False)
    for table, columns in WRITTEN.items():
        unescape(table, *columns)


def downgrade() -> None:
    rebuild(sqlite_with_rowid=True)


def rebuild(*, sqlite_with_rowid: bool) -> None:
    """SQLite alone numbers rows in the order in which they come."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in ROW_NUMBERED:
        kwargs = {"sqlite_with_rowid": sqlite_with_rowid}
        with op.batch_alter_table(table, recreate="always", table_kwargs=kwargs):
            pass


def unescape(table: str, *columns: str) -> None:
    connection = op.get_bind()
    *keys, written = columns
    stored = sa.table(table, *[sa.column(key) for key in keys], sa.column(written))
    as_text = sa.cast(stored.c[written], sa.Text())
    find = sa.func.instr if connection.dialect.name == "sqlite" else sa.func.strpos
    escaped = sa.select(*[stored.c[key] for key in keys], as_text.label("said")).where(find(as_text, "\\u") > 0)
    for row in connection.execute(escaped).mappings().all():
        plain = sa.literal(plain_json(row["said"]), sa.Text())
        value = plain if connection.dialect.name == "sqlite" else sa.cast(plain, sa.JSON())
        connection.execute(sa.update(stored).where(*[stored.c[key] == row[key] for key in keys]).values({written: value}))


def plain_json(text: str) -> str:
    said = json.dumps(json.loads(text), ensure_ascii=False)
    return HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", said)
