"""Freeze figures as releases."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FROZEN = "a published release cannot change"
GUARDS = {
    "sqlite": [
        f"""
        CREATE TRIGGER release_is_frozen BEFORE UPDATE ON release WHEN OLD.published_at IS NOT NULL
        BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END
        """,
        f"""
        CREATE TRIGGER release_file_is_frozen BEFORE UPDATE ON release_file
        BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END
        """,
    ],
    "postgresql": [
        f"""
        CREATE FUNCTION release_is_frozen() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'integrity_constraint_violation'; END $$
        """,
        """
        CREATE TRIGGER release_is_frozen BEFORE UPDATE ON release
        FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION release_is_frozen()
        """,
        """
        CREATE TRIGGER release_file_is_frozen BEFORE UPDATE ON release_file
        FOR EACH ROW EXECUTE FUNCTION release_is_frozen()
        """,
    ],
}


def upgrade() -> None:
    op.add_column("wave", sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("what_changed", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answers_count", sa.Integer(), nullable=False),
        sa.Column("answers_digest", sa.String(), nullable=False),
        sa.Column("fingerprints", sa.LargeBinary(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("code_version", sa.String(), nullable=False),
        sa.Column("hidden", sa.JSON(), nullable=False),
        sa.Column("disclosed", sa.LargeBinary(), nullable=False),
        *_progress(),
        sa.CheckConstraint("number > 0", name=op.f("ck_release_number_positive")),
        sa.CheckConstraint(
            "(published_at is null) = (published_by is null)", name=op.f("ck_release_published_by_somebody")
        ),
        sa.CheckConstraint(
            "published_at is null or finished_at is not null", name=op.f("ck_release_finished_before_published")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_release_wave_id_wave"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("wave_id", "number", name=op.f("uq_release_wave_id_number")),
    )
    op.create_index(op.f("ix_release_wave_id"), "release", ["wave_id"], unique=False)
    op.create_index(op.f("ix_release_published_at"), "release", ["published_at"], unique=False)
    op.create_table(
        "release_file",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_release_file_release_id_release"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "name", name=op.f("pk_release_file")),
    )
    op.create_table(
        "respondent_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        *_progress(),
        sa.CheckConstraint("kind in ('csv', 'sav', 'comments')", name=op.f("ck_respondent_file_kind")),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_respondent_file_wave_id_wave"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_respondent_file")),
    )
    op.create_index(op.f("ix_respondent_file_wave_id"), "respondent_file", ["wave_id"], unique=False)
    op.create_table(
        "respondent_download",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["respondent_file.id"],
            name=op.f("fk_respondent_download_file_id_respondent_file"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_respondent_download")),
    )
    op.create_index(op.f("ix_respondent_download_file_id"), "respondent_download", ["file_id"], unique=False)
    for guard in GUARDS[op.get_bind().dialect.name]:
        op.execute(guard)


def _progress() -> list[sa.Column]:
    """How far the process that makes the content is."""
    return [
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("progress_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
    ]


def downgrade() -> None:
    op.drop_table("respondent_download")
    op.drop_table("respondent_file")
    op.drop_table("release_file")
    op.drop_table("release")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION release_is_frozen")
    with op.batch_alter_table("wave") as wave:
        wave.drop_column("frozen_at")
