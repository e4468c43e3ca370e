"""How often sources want to be visited, where they have moved, and their health over time."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite counts rows only in INTEGER PRIMARY KEY columns.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("sources", sa.Column("pace", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("sources", sa.Column("moved_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "sources", sa.Column("moved_visits", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("watchers", sa.Column("told_move", sa.Text(), nullable=True))
    op.create_table(
        "health_changes",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("source_id", Id, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("health", sa.String(length=16), nullable=False),
        sa.Column("fault", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["sources.id"],
            name=op.f("fk_health_changes_source_id_sources"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_health_changes_source_id_at"), "health_changes", ["source_id", "at"], unique=False
    )
