"""Mark suspected floods of answers."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suspicion",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint("kind in ('trap', 'fast', 'burst')", name=op.f("ck_suspicion_kind")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_suspicion_response_id_response"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_suspicion")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pace",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_pace_wave_id_wave"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("wave_id", "minute", name=op.f("pk_pace")),
    )
    op.add_column("export", sa.Column("without_suspected", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("export", "without_suspected")
    op.drop_table("pace")
    op.drop_table("suspicion")
