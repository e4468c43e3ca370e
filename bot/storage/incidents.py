"""Incidents and the notices that they are merged from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.entries import LINK
from bot.domain.incidents import ToldNotice
from bot.domain.notices import Origin
from bot.storage.codec import notice_from_json, notice_to_json
from bot.storage.rows import inserted_id
from bot.storage.tables import alert_incidents, entries, incidents, notices


class Incidents:
    """The rows of `incidents` and `notices`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(self, platform: str, guild_id: int | None, now: datetime) -> int:
        """A new incident, public or known to one guild. Returns its id."""
        result = await self._connection.execute(
            sa.insert(incidents).values(platform=platform, guild_id=guild_id, opened_at=now)
        )
        return inserted_id(result)

    async def on(self, platform: str, guild_id: int | None) -> list[int]:
        """Incidents of a platform that are public or this guild's own, newest first."""
        query = (
            sa.select(incidents.c.id)
            .where(
                incidents.c.platform == platform,
                sa.or_(incidents.c.guild_id.is_(None), incidents.c.guild_id == guild_id),
            )
            .order_by(incidents.c.opened_at.desc(), incidents.c.id.desc())
        )
        return list((await self._connection.execute(query)).scalars())

    async def is_public(self, incident_id: int) -> bool:
        """Whether an incident speaks to every guild."""
        query = sa.select(incidents.c.guild_id).where(incidents.c.id == incident_id)
        return await self._connection.scalar(query) is None

    async def add_notice(self, incident_id: int, told: ToldNotice, position: int) -> int:
        """File a notice under an incident (its `id` is ignored). Returns its id."""
        result = await self._connection.execute(
            sa.insert(notices).values(incident_id=incident_id, position=position, **_values(told))
        )
        return inserted_id(result)

    async def change_notice(self, notice_id: int, told: ToldNotice) -> None:
        """The new reading of an entry that was edited."""
        await self._connection.execute(
            sa.update(notices).where(notices.c.id == notice_id).values(**_values(told))
        )

    async def remove_notice(self, notice_id: int) -> None:
        """Forget a notice that its entry no longer says."""
        await self._connection.execute(sa.delete(notices).where(notices.c.id == notice_id))

    async def notices_of_entry(
        self, entry_id: int, guild_id: int | None
    ) -> list[tuple[int, ToldNotice]]:
        """What an entry said to this scope until now: pairs of incident id and notice."""
        query = (
            sa.select(notices)
            .where(
                notices.c.entry_id == entry_id,
                notices.c.guild_id.is_not_distinct_from(guild_id),
            )
            .order_by(notices.c.position)
        )
        rows = (await self._connection.execute(query)).mappings()
        return [(row["incident_id"], _told(row)) for row in rows]

    async def filed_by(self, entry_id: int) -> list[int]:
        """The incidents under which an entry's notices stand, whoever knows them."""
        query = sa.select(notices.c.incident_id).where(notices.c.entry_id == entry_id).distinct()
        return list((await self._connection.execute(query)).scalars())

    async def notices(self, incident_ids: Sequence[int], guild_id: int | None) -> list[ToldNotice]:
        """All notices of these incidents that are public or this guild's own."""
        query = (
            sa.select(notices)
            .where(
                notices.c.incident_id.in_(incident_ids),
                sa.or_(notices.c.guild_id.is_(None), notices.c.guild_id == guild_id),
            )
            .order_by(notices.c.published_at, notices.c.id)
        )
        rows = (await self._connection.execute(query)).mappings()
        return [_told(row) for row in rows]

    async def reporters(self, alert_id: int) -> int:
        """How many different members reported what an alert tells."""
        query = (
            sa.select(sa.func.count(sa.distinct(entries.c.reporter_id)))
            .select_from(notices)
            .join(entries, entries.c.id == notices.c.entry_id)
            .join(alert_incidents, alert_incidents.c.incident_id == notices.c.incident_id)
            .where(alert_incidents.c.alert_id == alert_id, entries.c.reporter_id.is_not(None))
        )
        return int(await self._connection.scalar(query) or 0)

    async def links_read(self, alert_id: int) -> list[str]:
        """The addresses that members sent and Tocsin read, as far as an alert tells of them."""
        query = (
            sa.select(entries.c.url)
            .join(notices, notices.c.entry_id == entries.c.id)
            .join(alert_incidents, alert_incidents.c.incident_id == notices.c.incident_id)
            .where(
                alert_incidents.c.alert_id == alert_id,
                entries.c.source_id.is_(None),
                entries.c.key.startswith(LINK, autoescape=True),
                entries.c.url.is_not(None),
            )
            .order_by(entries.c.id)
        )
        return list(dict.fromkeys((await self._connection.execute(query)).scalars()))


def _values(told: ToldNotice) -> dict[str, Any]:
    return {
        "entry_id": told.entry_id,
        "guild_id": told.guild_id,
        "origin": told.origin.value,
        "platform": told.platform,
        "platform_name": told.platform_name,
        "notice": notice_to_json(told.notice),
        "title": told.title,
        "url": told.url,
        "source_name": told.source_name,
        "published_at": told.published_at,
        "seen_at": told.seen_at,
    }


def _told(row: Any) -> ToldNotice:
    return ToldNotice(
        id=row["id"],
        entry_id=row["entry_id"],
        guild_id=row["guild_id"],
        origin=Origin(row["origin"]),
        platform=row["platform"],
        platform_name=row["platform_name"],
        notice=notice_from_json(row["notice"]),
        title=row["title"],
        url=row["url"],
        source_name=row["source_name"],
        published_at=row["published_at"],
        seen_at=row["seen_at"],
    )
