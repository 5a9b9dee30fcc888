"""Keep one kind of job: workbooks, respondent files and previews of releases are asked for in one table."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STOPPED = "The work was stopped when the service was brought up to date. Try again."
RUNNING = sa.text("finished_at is null")
DOWNLOADS = "fk_respondent_download_{}_{}"


def progress() -> list[sa.Column]:
    return [
        sa.Column("step", sa.String(), nullable=False, server_default="Finished"),
        sa.Column("done", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("total", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("progress_at", sa.DateTime(timezone=True), nullable=False, server_default="2026-01-01 00:00:00"),
        sa.Column("fault", sa.String(), nullable=True),
    ]


def asked() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("progress_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
    ]


def table(name: str, *own: sa.Column) -> sa.Table:
    return sa.Table(name, sa.MetaData(), *asked(), *own)


JOB = table(
    "job",
    sa.Column("kind", sa.String(), nullable=False),
    sa.Column("wanted", sa.JSON(), nullable=False),
    sa.Column("has_comments", sa.Boolean(), nullable=False),
    sa.Column("result", sa.JSON(), nullable=False),
)
EXPORT = table(
    "export",
    sa.Column("audience", sa.String(), nullable=False),
    sa.Column("without_suspected", sa.Boolean(), server_default=sa.false(), nullable=False),
)
FILE = table(
    "respondent_file",
    sa.Column("kind", sa.String(), nullable=False),
    sa.Column("reason", sa.String(), nullable=False),
    sa.Column("row_count", sa.Integer(), nullable=False),
)
SHARED = [column.name for column in asked()]


def upgrade() -> None:
    op.create_table(
        "job",
        *[column._copy() for column in JOB.columns],
        sa.CheckConstraint("kind in ('workbook', 'preview', 'respondent_file')", name=op.f("ck_job_kind")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_job_wave_id_wave"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    move(EXPORT, JOB, as_workbook)
    move(FILE, JOB, as_respondent_file)
    stopped = sa.update(JOB).where(JOB.c.finished_at.is_(None))
    op.execute(stopped.values(finished_at=JOB.c.progress_at, fault=STOPPED))
    op.create_index(op.f("ix_job_wave_id"), "job", ["wave_id"])
    op.create_index(
        "uq_job_kind_asked_by_running",
        "job",
        ["kind", "asked_by"],
        unique=True,
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )
    point_downloads("file_id", "respondent_file", "job_id", "job")
    op.drop_table("respondent_file")
    op.drop_table("export")
    op.execute("DELETE FROM release WHERE published_at IS NULL AND (finished_at IS NULL OR fault IS NOT NULL)")
    for column in progress():
        op.drop_column("release", column.name)


def downgrade() -> None:
    for column in progress():
        op.add_column("release", column)
    op.create_table(
        "export",
        *[column._copy() for column in EXPORT.columns],
        sa.CheckConstraint("audience in ('analyst', 'partner', 'public')", name=op.f("ck_export_audience")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_export_wave_id_wave"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_table(
        "respondent_file",
        *[column._copy() for column in FILE.columns],
        sa.CheckConstraint("kind in ('csv', 'sav', 'comments')", name=op.f("ck_respondent_file_kind")),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["wave.id"], name=op.f("fk_respondent_file_wave_id_wave"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_respondent_file")),
    )
    op.create_index(op.f("ix_respondent_file_wave_id"), "respondent_file", ["wave_id"])
    move(JOB, EXPORT, as_export, kind="workbook")
    move(JOB, FILE, as_file, kind="respondent_file")
    point_downloads("job_id", "job", "file_id", "respondent_file")
    op.drop_table("job")


def move(source: sa.Table, target: sa.Table, changed: Any, **only: str) -> None:
    """Copy row by row: a workbook is large."""
    connection = op.get_bind()
    for id in connection.scalars(sa.select(source.c.id).filter_by(**only)).all():
        row = connection.execute(sa.select(source).where(source.c.id == id)).mappings().one()
        connection.execute(target.insert().values({name: row[name] for name in SHARED} | changed(row)))


def as_workbook(row: Any) -> dict[str, Any]:
    wanted = {"audience": row["audience"], "without_suspected": row["without_suspected"]}
    return {"kind": "workbook", "wanted": wanted, "has_comments": True, "result": {}}


def as_respondent_file(row: Any) -> dict[str, Any]:
    wanted = {"kind": row["kind"], "reason": row["reason"]}
    result = {"rows": row["row_count"]} if row["finished_at"] and not row["fault"] else {}
    return {
        "kind": "respondent_file",
        "wanted": wanted,
        "has_comments": row["kind"] == "comments",
        "result": result,
    }


def as_export(row: Any) -> dict[str, Any]:
    return dict(row["wanted"])


def as_file(row: Any) -> dict[str, Any]:
    return {**row["wanted"], "row_count": row["result"].get("rows", 0)}


def point_downloads(former: str, former_table: str, column: str, target: str) -> None:
    """Let downloads point to the other table, under the other name."""
    op.drop_index(op.f(f"ix_respondent_download_{former}"), "respondent_download")
    with op.batch_alter_table("respondent_download") as downloads:
        downloads.drop_constraint(op.f(DOWNLOADS.format(former, former_table)), type_="foreignkey")
        downloads.alter_column(former, existing_type=sa.Uuid(), existing_nullable=False, new_column_name=column)
    with op.batch_alter_table("respondent_download") as downloads:
        downloads.create_foreign_key(
            op.f(DOWNLOADS.format(column, target)), target, [column], ["id"], ondelete="CASCADE"
        )
    op.create_index(op.f(f"ix_respondent_download_{column}"), "respondent_download", [column])
