"""Keep snapshots: which answers the figures of a wave are drawn from, and what was given away of them.

Stored answers become the first snapshot of their wave when the service is prepared after this (`flask prepare`).
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "snapshot",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("current", sa.LargeBinary(), nullable=False),
        sa.Column("former", sa.LargeBinary(), nullable=False),
        sa.Column("placing", sa.String(), nullable=False),
        sa.Column("keying", sa.JSON(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_snapshot_number_positive")),
        sa.CheckConstraint("answers >= 0", name=op.f("ck_snapshot_answers_not_negative")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_snapshot_wave_id_wave"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_snapshot")),
    )
    op.create_table(
        "disclosure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_disclosure_wave_id_wave"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
        sa.UniqueConstraint("wave_id", "digest", name=op.f("uq_disclosure_wave_id_digest")),
    )
    op.create_index(op.f("ix_disclosure_wave_id"), "disclosure", ["wave_id"])


def downgrade() -> None:
    op.drop_table("disclosure")
    op.drop_table("snapshot")
