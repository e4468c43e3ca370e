"""Guilds' settings and what they follow."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.guilds import GuildSettings, Mode, Subscription
from bot.domain.notices import Kind, Severity
from bot.storage.rows import inserted_id
from bot.storage.tables import guilds, subscriptions


class Guilds:
    """The rows of `guilds` and `subscriptions`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, guild_id: int) -> GuildSettings | None:
        """The settings of a guild that has been set up."""
        query = sa.select(guilds).where(guilds.c.guild_id == guild_id)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return _settings(row) if row else None

    async def all(self) -> list[GuildSettings]:
        """The settings of every guild that has been set up."""
        rows = (
            await self._connection.execute(sa.select(guilds).order_by(guilds.c.guild_id))
        ).mappings()
        return [_settings(row) for row in rows]

    async def save(self, settings: GuildSettings) -> None:
        """Keep `settings`, new or changed."""
        values = {
            "channel_id": settings.channel_id,
            "review_channel_id": settings.review_channel_id,
            "role_id": settings.role_id,
            "moderator_role_id": settings.moderator_role_id,
            "locale": settings.locale,
            "time_zone": settings.time_zone,
            "mode": settings.mode.value,
            "lowest_severity": settings.lowest_severity.value,
            "quiet_hours": settings.quiet_hours,
            "digest": settings.digest,
            "set_up_by": settings.set_up_by,
        }
        changed = await self._connection.execute(
            sa.update(guilds).where(guilds.c.guild_id == settings.guild_id).values(values)
        )
        if changed.rowcount == 0:
            await self._connection.execute(
                sa.insert(guilds).values(guild_id=settings.guild_id, **values)
            )

    async def subscriptions(self, guild_id: int) -> list[Subscription]:
        """What a guild follows, by name."""
        query = (
            sa.select(subscriptions)
            .where(subscriptions.c.guild_id == guild_id)
            .order_by(subscriptions.c.platform_name, subscriptions.c.id)
        )
        return [_subscription(row) for row in (await self._connection.execute(query)).mappings()]

    async def followers(self, platform: str) -> list[Subscription]:
        """Every guild's subscriptions to `platform`."""
        query = (
            sa.select(subscriptions)
            .where(subscriptions.c.platform == platform)
            .order_by(subscriptions.c.guild_id, subscriptions.c.id)
        )
        return [_subscription(row) for row in (await self._connection.execute(query)).mappings()]

    async def followed_platforms(self) -> set[str]:
        """The keys of all platforms that somebody follows."""
        query = sa.select(subscriptions.c.platform).distinct()
        return set((await self._connection.execute(query)).scalars())

    async def follow(self, wanted: Subscription, now: datetime) -> int:
        """Keep a subscription: one per guild, platform and channel. Returns its id."""
        values = {
            "platform_name": wanted.platform_name,
            "kinds": [kind.value for kind in wanted.kinds],
            "severity": wanted.severity.value if wanted.severity else None,
            "role_id": wanted.role_id,
        }
        same = sa.and_(
            subscriptions.c.guild_id == wanted.guild_id,
            subscriptions.c.platform == wanted.platform,
            subscriptions.c.channel_id.is_not_distinct_from(wanted.channel_id),
        )
        found = await self._connection.scalar(sa.select(subscriptions.c.id).where(same))
        if found is not None:
            await self._connection.execute(sa.update(subscriptions).where(same).values(values))
            return int(found)
        result = await self._connection.execute(
            sa.insert(subscriptions).values(
                guild_id=wanted.guild_id,
                platform=wanted.platform,
                channel_id=wanted.channel_id,
                created_at=now,
                **values,
            )
        )
        return inserted_id(result)

    async def forget_subscription(self, subscription_id: int) -> None:
        """Stop following."""
        await self._connection.execute(
            sa.delete(subscriptions).where(subscriptions.c.id == subscription_id)
        )


def _settings(row: Any) -> GuildSettings:
    return GuildSettings(
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        review_channel_id=row["review_channel_id"],
        role_id=row["role_id"],
        moderator_role_id=row["moderator_role_id"],
        locale=row["locale"],
        time_zone=row["time_zone"],
        mode=Mode(row["mode"]),
        lowest_severity=Severity(row["lowest_severity"]),
        quiet_hours=row["quiet_hours"],
        digest=row["digest"],
        set_up_by=row["set_up_by"],
    )


def _subscription(row: Any) -> Subscription:
    kinds: Sequence[str] = row["kinds"]
    return Subscription(
        id=row["id"],
        guild_id=row["guild_id"],
        platform=row["platform"],
        platform_name=row["platform_name"],
        kinds=tuple(Kind(kind) for kind in kinds),
        severity=Severity(row["severity"]) if row["severity"] else None,
        channel_id=row["channel_id"],
        role_id=row["role_id"],
    )
