"""Hold words that may say somebody is in danger for a reviewer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("conflict_id", sa.Uuid(), nullable=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("passed_to", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "outcome is null or outcome in ('released', 'kept_out', 'passed_on')", name=op.f("ck_review_outcome")
        ),
        sa.CheckConstraint("(outcome is null) = (raised_at is not null)", name=op.f("ck_review_clock_until_outcome")),
        sa.CheckConstraint("(outcome is null) = (decided_on is null)", name=op.f("ck_review_outcome_has_a_day")),
        sa.CheckConstraint(
            "outcome <> 'passed_on' or passed_to <> ''", name=op.f("ck_review_passed_on_to_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["conflict_id"], ["conflict.id"], name=op.f("fk_review_conflict_id_conflict"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_review_response_id_response"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_review_due_at", "review", ["due_at"])
    op.create_index("ix_review_response_id", "review", ["response_id"])
    op.create_index(op.f("ix_review_conflict_id"), "review", ["conflict_id"])


def downgrade() -> None:
    op.drop_table("review")
