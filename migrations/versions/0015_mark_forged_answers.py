"""Mark forged answers: several signs for an answer, the hour of a flood, counts by hour, forms alike."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KINDS = "kind in ('trap', 'fast', 'unsigned', 'foreign', 'alike', 'burst', 'excluded')"
FORMER = "kind in ('trap', 'fast', 'burst')"


def upgrade() -> None:
    _suspicion("kept", KINDS, ["response_id", "kind"], sa.Column("hour", sa.Integer(), nullable=True))
    op.execute("insert into kept (response_id, kind) select response_id, kind from suspicion order by response_id")
    _in_place_of_suspicion()
    op.create_table(
        "hourly_count",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("burst_from", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_hourly_count_wave_id_wave"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("wave_id", "hour", "channel", name=op.f("pk_hourly_count")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "alike",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_alike")),
        sqlite_with_rowid=False,
    )
    op.execute("delete from pace")


def downgrade() -> None:
    op.drop_table("alike")
    op.drop_table("hourly_count")
    _suspicion("kept", FORMER, ["response_id"])
    op.execute(
        "insert into kept (response_id, kind) select response_id, max(kind) from suspicion "
        "where kind in ('trap', 'fast', 'burst') group by response_id order by response_id"
    )
    _in_place_of_suspicion()


def _suspicion(name: str, kinds: str, key: list[str], *more: sa.Column) -> None:
    """Make the table under another name; its constraints get their names with it (PostgreSQL: with the renaming)."""
    op.create_table(
        name,
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        *more,
        sa.CheckConstraint(kinds, name=op.f(_own("ck_suspicion_kind"))),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f(_own("fk_suspicion_response_id_response")), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(_own("pk_suspicion"))),
        sqlite_with_rowid=False,
    )


def _own(name: str) -> str:
    """Indexes of PostgreSQL share one room of names: the former table still has this one."""
    return f"{name}_kept" if name.startswith("pk_") and op.get_bind().dialect.name == "postgresql" else name


def _in_place_of_suspicion() -> None:
    op.drop_table("suspicion")
    op.rename_table("kept", "suspicion")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("alter table suspicion rename constraint pk_suspicion_kept to pk_suspicion")
