"""Know devices, their ledgers and what waits for a decision."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("app_version", sa.String(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("skew_seconds", sa.Integer(), nullable=True),
        sa.Column("storage_persisted", sa.Boolean(), nullable=True),
        sa.Column("queued", sa.Integer(), nullable=True),
        sa.Column("ledger_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_off_by", sa.String(), nullable=False),
        sa.Column("sign_off_reason", sa.String(), nullable=False),
        sa.CheckConstraint("mode in ('officer', 'kiosk')", name=op.f("ck_device_mode")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_device_event_id_event"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
    )
    op.create_index(op.f("ix_device_event_id"), "device", ["event_id"], unique=False)
    op.create_table(
        "arrival",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.CheckConstraint(
            "outcome in ('stored', 'already_stored', 'conflict', 'held')", name=op.f("ck_arrival_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_arrival_device_id_device"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device_id", "item_id", name=op.f("pk_arrival")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "held",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "coalesce(decision, '') <> 'stored' or (item_id is null and device_id is null)",
            name=op.f("ck_held_stored_has_no_item"),
        ),
        sa.CheckConstraint("decision in ('stored', 'set_aside')", name=op.f("ck_held_decision")),
        sa.CheckConstraint(
            "reason in ('seal', 'key', 'content', 'event', 'wave', 'version', 'answers', 'day', 'frozen', 'practice')",
            name=op.f("ck_held_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_held_device_id_device"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_held_event_id_event"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_held_fingerprint")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_held_device_id"), "held", ["device_id"], unique=False)
    op.create_index(op.f("ix_held_event_id"), "held", ["event_id"], unique=False)
    op.create_table(
        "ledger_entry",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "outcome in ('stored', 'already_stored', 'conflict', 'held')", name=op.f("ck_ledger_entry_outcome")
        ),
        sa.CheckConstraint("state in ('opened', 'completed', 'discarded', 'sent')", name=op.f("ck_ledger_entry_state")),
        sa.CheckConstraint("not closed or item_id is null", name=op.f("ck_ledger_entry_closed_has_no_item")),
        sa.CheckConstraint("number > 0", name=op.f("ck_ledger_entry_number_positive")),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_ledger_entry_device_id_device"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device_id", "number", name=op.f("pk_ledger_entry")),
    )


def downgrade() -> None:
    op.drop_table("ledger_entry")
    op.drop_index(op.f("ix_held_event_id"), table_name="held")
    op.drop_index(op.f("ix_held_device_id"), table_name="held")
    op.drop_table("held")
    op.drop_table("arrival")
    op.drop_index(op.f("ix_device_event_id"), table_name="device")
    op.drop_table("device")
