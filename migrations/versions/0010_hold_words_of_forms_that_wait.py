"""Hold words of forms that could not be stored for reviewers, too."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
RANDOM_KEY = {"sqlite_with_rowid": False}  # a table that SQLite makes anew must not get its hidden row number back


def upgrade() -> None:
    with op.batch_alter_table("review", table_kwargs=RANDOM_KEY) as review:
        review.add_column(sa.Column("held_id", sa.Uuid(), nullable=True))
        review.alter_column("response_id", existing_type=sa.Uuid(), nullable=True)
        review.create_foreign_key(op.f("fk_review_held_id_held"), "held", ["held_id"], ["id"], ondelete="CASCADE")
        review.create_unique_constraint(op.f("uq_review_held_id"), ["held_id"])
        review.create_check_constraint(
            op.f("ck_review_of_response_or_form"), "(response_id is null) <> (held_id is null)"
        )


def downgrade() -> None:
    op.execute("DELETE FROM review WHERE response_id IS NULL")
    with op.batch_alter_table("review", table_kwargs=RANDOM_KEY) as review:
        review.drop_constraint(op.f("ck_review_of_response_or_form"), type_="check")
        review.drop_constraint(op.f("uq_review_held_id"), type_="unique")
        review.drop_constraint(op.f("fk_review_held_id_held"), type_="foreignkey")
        review.alter_column("response_id", existing_type=sa.Uuid(), nullable=False)
        review.drop_column("held_id")
