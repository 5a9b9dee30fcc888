"""Keep registers of paper sheets and what was keyed from them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_batch",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("large_print", sa.Boolean(), nullable=False),
        sa.Column("second_share", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_off_by", sa.String(), nullable=False),
        sa.Column("signed_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("second_share between 0 and 100", name=op.f("ck_paper_batch_share_in_percent")),
        sa.CheckConstraint("grace_days >= 0", name=op.f("ck_paper_batch_grace_not_negative")),
        sa.CheckConstraint(
            "(key is null) = (signed_off_at is not null)", name=op.f("ck_paper_batch_signed_off_has_no_key")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_paper_batch_wave_id_wave"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_paper_batch_event_id_event"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaire.id"], name=op.f("fk_paper_batch_questionnaire_id_questionnaire")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_paper_batch")),
    )
    op.create_index(op.f("ix_paper_batch_wave_id"), "paper_batch", ["wave_id"], unique=False)
    op.create_index(op.f("ix_paper_batch_event_id"), "paper_batch", ["event_id"], unique=False)
    op.create_table(
        "paper_sheet",
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("batch_code", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("void_reason", sa.String(), nullable=False),
        sa.Column("state_before", sa.String(), nullable=False),
        sa.Column("checking", sa.String(), nullable=False),
        sa.Column("fields", sa.Integer(), nullable=True),
        sa.Column("differing", sa.Integer(), nullable=True),
        sa.Column("keyed_by", sa.String(), nullable=False),
        sa.CheckConstraint("state in ('printed', 'returned', 'keyed', 'void')", name=op.f("ck_paper_sheet_state")),
        sa.CheckConstraint(
            "checking in ('none', 'waiting', 'differs', 'settled')", name=op.f("ck_paper_sheet_checking")
        ),
        sa.CheckConstraint(
            "(fields is null) = (differing is null) and differing <= fields",
            name=op.f("ck_paper_sheet_differing_of_fields"),
        ),
        sa.CheckConstraint("(state = 'void') = (void_reason <> '')", name=op.f("ck_paper_sheet_void_has_reason")),
        sa.ForeignKeyConstraint(
            ["batch_code"], ["paper_batch.code"], name=op.f("fk_paper_sheet_batch_code_paper_batch"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_paper_sheet")),
        sa.UniqueConstraint("batch_code", "number", name=op.f("uq_paper_sheet_batch_code_number")),
    )
    op.create_table(
        "paper_keying",
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.CheckConstraint("turn in (1, 2)", name=op.f("ck_paper_keying_first_or_second")),
        sa.ForeignKeyConstraint(
            ["serial"], ["paper_sheet.serial"], name=op.f("fk_paper_keying_serial_paper_sheet"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("serial", "turn", name=op.f("pk_paper_keying")),
    )


def downgrade() -> None:
    op.drop_table("paper_keying")
    op.drop_table("paper_sheet")
    op.drop_table("paper_batch")
