"""Keep what the place pack said of a help line, and a copy of the pack as it was read last without a fault."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("help_line", sa.Column("from_pack", sa.JSON(), nullable=True))
    op.create_table(
        "kept_pack",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_kept_pack")),
    )


def downgrade() -> None:
    op.drop_table("kept_pack")
    op.drop_column("help_line", "from_pack")
