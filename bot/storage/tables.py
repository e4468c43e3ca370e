"""The tables. Nothing here that would keep PostgreSQL out."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware UTC instant. Refuses naive ones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite counts rows only in INTEGER PRIMARY KEY columns.
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _id() -> sa.Column[Any]:
    """Ids are spoken of in messages: with `sqlite_autoincrement` none is given a second time."""
    return sa.Column("id", Id, primary_key=True, autoincrement=True)


guilds = sa.Table(
    "guilds",
    metadata,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("channel_id", sa.BigInteger),
    sa.Column("review_channel_id", sa.BigInteger),
    sa.Column("role_id", sa.BigInteger),
    sa.Column("moderator_role_id", sa.BigInteger),
    sa.Column("locale", sa.String(8), nullable=False),
    sa.Column("time_zone", sa.String(64), nullable=False),
    sa.Column("mode", sa.String(16), nullable=False),
    sa.Column("lowest_severity", sa.String(16), nullable=False),
    sa.Column("quiet_hours", sa.String(16)),
    sa.Column("digest", sa.String(16)),
    sa.Column("set_up_by", sa.BigInteger),
)

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    _id(),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("platform", sa.String(200), nullable=False),
    sa.Column("platform_name", sa.String(200), nullable=False),
    sa.Column("kinds", sa.JSON, nullable=False),
    sa.Column("severity", sa.String(16)),
    sa.Column("channel_id", sa.BigInteger),
    sa.Column("role_id", sa.BigInteger),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index(None, "guild_id"),
    sa.Index(None, "platform"),
    sqlite_autoincrement=True,
)

sources = sa.Table(
    "sources",
    metadata,
    _id(),
    sa.Column("url", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("raw_hash", sa.LargeBinary),
    sa.Column("seen", sa.LargeBinary),
    sa.Column("health", sa.String(16), nullable=False),
    sa.Column("health_since", Instant, nullable=False),
    sa.Column("fault", sa.JSON(none_as_null=True)),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("next_poll_at", Instant, nullable=False),
    sa.Column("polled_at", Instant),
    sa.Column("read_at", Instant),
    sa.Column("moved_to", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("pace", sa.JSON(none_as_null=True)),
    sa.Column("moved_since", Instant),
    sa.Column("moved_visits", sa.Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)

health_changes = sa.Table(
    "health_changes",
    metadata,
    _id(),
    sa.Column("source_id", Id, sa.ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("health", sa.String(16), nullable=False),
    sa.Column("fault", sa.JSON(none_as_null=True)),
    sa.Index(None, "source_id", "at"),
    sqlite_autoincrement=True,
)

watchers = sa.Table(
    "watchers",
    metadata,
    _id(),
    sa.Column("source_id", Id, sa.ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    sa.Column("guild_id", sa.BigInteger),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("platform", sa.String(200), nullable=False),
    sa.Column("platform_name", sa.String(200), nullable=False),
    sa.Column("origin", sa.String(16)),
    sa.Column("baselined_at", Instant),
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("told_health", sa.String(16)),
    sa.Column("told_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("created_by", sa.BigInteger),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("told_move", sa.Text),
    sa.Column("trial_since", Instant),
    sa.UniqueConstraint("source_id", "guild_id"),
    sa.Index(None, "guild_id"),
    sqlite_autoincrement=True,
)

entries = sa.Table(
    "entries",
    metadata,
    _id(),
    sa.Column("source_id", Id, sa.ForeignKey("sources.id", ondelete="CASCADE")),
    sa.Column("guild_id", sa.BigInteger),
    sa.Column("reporter_id", sa.BigInteger),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("address", sa.Text),
    sa.Column("url", sa.Text),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("hash_version", sa.Integer, nullable=False),
    sa.Column("language", sa.String(16)),
    sa.Column("published_at", Instant),
    sa.Column("first_seen_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
    sa.Column("comparison", sa.JSON(none_as_null=True)),
    sa.UniqueConstraint("source_id", "key"),
    sa.Index(None, "guild_id"),
    sqlite_autoincrement=True,
)

snapshots = sa.Table(
    "snapshots",
    metadata,
    _id(),
    sa.Column("source_id", Id, sa.ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("content_type", sa.Text),
    sa.Column("sha256", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Index(None, "source_id", "at"),
    sqlite_autoincrement=True,
)

versions = sa.Table(
    "versions",
    metadata,
    _id(),
    sa.Column("source_id", Id, sa.ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    sa.Column("snapshot_id", Id, sa.ForeignKey("snapshots.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("language", sa.String(32)),
    sa.Index(None, "source_id", "at"),
    sa.Index(None, "snapshot_id"),
    sqlite_autoincrement=True,
)

incidents = sa.Table(
    "incidents",
    metadata,
    _id(),
    sa.Column("guild_id", sa.BigInteger),
    sa.Column("platform", sa.String(200), nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Index(None, "platform"),
    sqlite_autoincrement=True,
)

notices = sa.Table(
    "notices",
    metadata,
    _id(),
    sa.Column("entry_id", Id, sa.ForeignKey("entries.id", ondelete="CASCADE"), nullable=False),
    sa.Column("incident_id", Id, sa.ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("guild_id", sa.BigInteger),
    sa.Column("origin", sa.String(16), nullable=False),
    sa.Column("platform", sa.String(200), nullable=False),
    sa.Column("platform_name", sa.String(200), nullable=False),
    sa.Column("notice", sa.JSON, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("source_name", sa.String(200)),
    sa.Column("published_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Index(None, "incident_id"),
    sa.Index(None, "entry_id"),
    sqlite_autoincrement=True,
)

alerts = sa.Table(
    "alerts",
    metadata,
    _id(),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("platform", sa.String(200), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("told", sa.JSON, nullable=False),
    sa.Column("correction", sa.JSON),
    sa.Column("decided_by", sa.BigInteger),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
    sa.Index(None, "guild_id", "state"),
    sa.Index(None, "platform"),
    sqlite_autoincrement=True,
)

alert_incidents = sa.Table(
    "alert_incidents",
    metadata,
    sa.Column(
        "alert_id",
        Id,
        sa.ForeignKey("alerts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column(
        "incident_id",
        Id,
        sa.ForeignKey("incidents.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Index(None, "incident_id"),
)

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column(
        "alert_id",
        Id,
        sa.ForeignKey("alerts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("changes", sa.JSON, nullable=False),
    sa.Column("author_id", sa.BigInteger),
    sa.Column("comment", sa.Text),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("subject", sa.String(16), primary_key=True),
    sa.Column("subject_id", Id, primary_key=True, autoincrement=False),
    sa.Column("channel_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("role_id", sa.BigInteger),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    _id(),
    sa.Column("subject", sa.String(16), nullable=False),
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("locale", sa.String(8), nullable=False),
    sa.Column("role_id", sa.BigInteger),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", Instant, nullable=False),
    sa.Column("claimed_at", Instant),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("settled_at", Instant),
    sa.Column("fault", sa.JSON),
    sa.Index(None, "state", "next_at"),
    sa.Index(None, "subject", "subject_id", "channel_id"),
    sa.Index(None, "channel_id", "state"),
    sqlite_autoincrement=True,
)

destinations = sa.Table(
    "destinations",
    metadata,
    _id(),
    sa.Column("channel_id", sa.BigInteger, nullable=False, unique=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("stopped_at", Instant, nullable=False),
    sa.Column("next_try_at", Instant, nullable=False),
    sa.Column("fault", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
)

checklists = sa.Table(
    "checklists",
    metadata,
    _id(),
    sa.Column("member_id", sa.BigInteger, nullable=False),
    sa.Column("alert_id", Id, sa.ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("seen_revision", sa.Integer, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
    sa.UniqueConstraint("member_id", "alert_id"),
    sqlite_autoincrement=True,
)

ticks = sa.Table(
    "ticks",
    metadata,
    sa.Column(
        "checklist_id",
        Id,
        sa.ForeignKey("checklists.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("step_id", sa.String(64), primary_key=True),
    sa.Column("ticked_at", Instant, nullable=False),
)
