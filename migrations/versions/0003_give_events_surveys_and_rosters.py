"""Give events their surveys, targets, keys and rosters."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_wave",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_wave_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_event_wave_wave_id_wave"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "wave_id", name=op.f("pk_event_wave")),
    )
    op.create_index(op.f("ix_event_wave_wave_id"), "event_wave", ["wave_id"], unique=False)
    op.execute("INSERT INTO event_wave (event_id, wave_id, position) SELECT id, wave_id, 0 FROM event")
    op.create_table(
        "event_officer",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_officer_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_event_officer_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "user_id", name=op.f("pk_event_officer")),
    )
    op.create_table(
        "event_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_note_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_note")),
    )
    op.create_index(op.f("ix_event_note_event_id"), "event_note", ["event_id"], unique=False)
    op.drop_index(op.f("ix_event_wave_id"), "event")
    with op.batch_alter_table("event") as event:
        event.add_column(sa.Column("target", sa.Integer(), nullable=True))
        event.add_column(sa.Column("languages", sa.JSON(), nullable=False, server_default='["en"]'))
        event.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        event.add_column(sa.Column("created_by", sa.String(), nullable=False, server_default=""))
        event.add_column(sa.Column("public_key", sa.Text(), nullable=True))
        event.add_column(sa.Column("sealed_private_key", sa.LargeBinary(), nullable=True))
        event.drop_constraint(op.f("fk_event_wave_id_wave"), type_="foreignkey")
        event.drop_column("wave_id")
        event.create_check_constraint(op.f("ck_event_times_in_order"), "ends_at >= starts_at")
        event.create_check_constraint(op.f("ck_event_target_positive"), "target is null or target > 0")
    with op.batch_alter_table("event") as event:
        event.alter_column("languages", existing_type=sa.JSON(), existing_nullable=False, server_default=None)
        event.alter_column("created_by", existing_type=sa.String(), existing_nullable=False, server_default=None)
    op.create_index(op.f("ix_event_starts_at"), "event", ["starts_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_event_starts_at"), "event")
    with op.batch_alter_table("event") as event:
        event.add_column(sa.Column("wave_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE event SET wave_id = (SELECT wave_id FROM event_wave"
        " WHERE event_wave.event_id = event.id ORDER BY position LIMIT 1)"
    )
    with op.batch_alter_table("event") as event:
        event.alter_column("wave_id", existing_type=sa.Integer(), nullable=False)
        event.create_foreign_key(op.f("fk_event_wave_id_wave"), "wave", ["wave_id"], ["id"], ondelete="CASCADE")
        event.drop_constraint(op.f("ck_event_target_positive"), type_="check")
        event.drop_constraint(op.f("ck_event_times_in_order"), type_="check")
        for column in ("sealed_private_key", "public_key", "created_by", "cancelled_at", "languages", "target"):
            event.drop_column(column)
    op.create_index(op.f("ix_event_wave_id"), "event", ["wave_id"], unique=False)
    op.drop_index(op.f("ix_event_note_event_id"), "event_note")
    op.drop_table("event_note")
    op.drop_table("event_officer")
    op.drop_index(op.f("ix_event_wave_wave_id"), "event_wave")
    op.drop_table("event_wave")
