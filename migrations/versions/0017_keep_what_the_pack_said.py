"""Keep what the place pack said of a help line, so that its corrections are told from what staff changed."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("help_line", sa.Column("from_pack", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("help_line", "from_pack")
