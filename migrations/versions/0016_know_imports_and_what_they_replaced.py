"""Know imports of answers, so that one can be undone, and keep the data of the place that an import replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
RANDOM_KEY = {"sqlite_with_rowid": False}  # no hidden row number, which would tell the order of the file


def upgrade() -> None:
    op.create_table(
        "former_place_data",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind in ('postcodes', 'boundaries')", name=op.f("ck_former_place_data_kind")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_former_place_data")),
    )
    op.create_table(
        "answer_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("imported_on", sa.Date(), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("tallies", sa.JSON(), nullable=False),
        sa.Column("undone_on", sa.Date(), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_answer_import_wave_id_wave"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_import")),
        **RANDOM_KEY,
    )
    op.create_index(op.f("ix_answer_import_wave_id"), "answer_import", ["wave_id"])
    op.create_table(
        "imported_response",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["answer_import.id"],
            name=op.f("fk_imported_response_import_id_answer_import"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["response.id"],
            name=op.f("fk_imported_response_response_id_response"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "response_id", name=op.f("pk_imported_response")),
        **RANDOM_KEY,
    )
    op.create_index(op.f("ix_imported_response_response_id"), "imported_response", ["response_id"])


def downgrade() -> None:
    op.drop_table("imported_response")
    op.drop_table("answer_import")
    op.drop_table("former_place_data")
