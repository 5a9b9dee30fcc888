"""Keep outlines of wards."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "boundary",
        sa.Column("ward_code", sa.String(), nullable=False),
        sa.Column("rings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("ward_code", name=op.f("pk_boundary")),
    )


def downgrade() -> None:
    op.drop_table("boundary")
