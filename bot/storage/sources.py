"""Sources and who watches them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.notices import Origin
from bot.domain.sources import Health, HealthChange, Source, SourceKind, Validators, Watcher
from bot.storage.codec import fault_from_json, fault_to_json, pace_from_json, pace_to_json
from bot.storage.rows import inserted_id
from bot.storage.tables import health_changes, sources, subscriptions, watchers

# What every visit asks is put together once: that takes SQLAlchemy longer than the answer.
_WITH_AWAITED = sa.select(
    sources,
    sa.exists()
    .where(
        watchers.c.source_id == sources.c.id,
        watchers.c.baselined_at.is_(None),
        watchers.c.paused.is_(False),
    )
    .label("awaited"),
)
_FIND = _WITH_AWAITED.where(sources.c.id == sa.bindparam("source_id"))
_SAVE = sa.update(sources).where(sources.c.id == sa.bindparam("source_id"))
_WATCHERS_OF = (
    sa.select(watchers)
    .where(watchers.c.source_id == sa.bindparam("source_id"))
    .order_by(watchers.c.guild_id.is_not(None), watchers.c.id)
)


class Sources:
    """The rows of `sources` and `watchers`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def watched(self) -> list[Source]:
        """Every source to be visited: a guild listens, or somebody follows the platform."""
        followed = sa.select(subscriptions.c.platform)
        active = sa.select(watchers.c.source_id).where(
            watchers.c.paused.is_(False),
            sa.or_(watchers.c.guild_id.is_not(None), watchers.c.platform.in_(followed)),
        )
        query = _WITH_AWAITED.where(sources.c.id.in_(active)).order_by(sources.c.id)
        return [_source(row) for row in (await self._connection.execute(query)).mappings()]

    async def find(self, source_id: int) -> Source | None:
        """The source with this id."""
        found = await self._connection.execute(_FIND, {"source_id": source_id})
        row = found.mappings().one_or_none()
        return _source(row) if row else None

    async def find_by_url(self, url: str) -> Source | None:
        """The source at this address."""
        query = sa.select(sources).where(sources.c.url == url)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return _source(row) if row else None

    async def add(self, url: str, now: datetime, kind: SourceKind = SourceKind.FEED) -> int:
        """A new source, to be visited at once. Returns its id."""
        result = await self._connection.execute(
            sa.insert(sources).values(
                url=url,
                kind=kind.value,
                health=Health.NEW.value,
                health_since=now,
                failures=0,
                next_poll_at=now,
                created_at=now,
            )
        )
        return inserted_id(result)

    async def save(self, source: Source) -> None:
        """Keep the state of `source`."""
        await self._connection.execute(
            _SAVE,
            {
                "source_id": source.id,
                "kind": source.kind.value,
                "etag": source.validators.etag,
                "last_modified": source.validators.last_modified,
                "raw_hash": source.raw_hash,
                "seen": source.seen,
                "health": source.health.value,
                "health_since": source.health_since,
                "fault": fault_to_json(source.fault) if source.fault else None,
                "failures": source.failures,
                "next_poll_at": source.next_poll_at,
                "polled_at": source.polled_at,
                "read_at": source.read_at,
                "moved_to": source.moved_to,
                "moved_since": source.moved_since,
                "moved_visits": source.moved_visits,
                "pace": pace_to_json(source.pace),
            },
        )

    async def save_visits(self, visited: Iterable[Source]) -> None:
        """Keep the times of the last visits of sources whose state is otherwise unchanged."""
        rows = [
            {
                "source_id": source.id,
                "polled_at": source.polled_at,
                "read_at": source.read_at,
                "next_poll_at": source.next_poll_at,
            }
            for source in visited
        ]
        if rows:
            await self._connection.execute(_SAVE, rows)

    async def note_health(self, source: Source, at: datetime) -> None:
        """Remember that the health of `source` has changed."""
        await self._connection.execute(
            sa.insert(health_changes).values(
                source_id=source.id,
                at=at,
                health=source.health.value,
                fault=fault_to_json(source.fault) if source.fault else None,
            )
        )

    async def health_history(self, source_id: int, limit: int) -> list[HealthChange]:
        """The latest changes of a source's health, the newest first."""
        query = (
            sa.select(health_changes)
            .where(health_changes.c.source_id == source_id)
            .order_by(health_changes.c.at.desc(), health_changes.c.id.desc())
            .limit(limit)
        )
        return [
            HealthChange(
                row["at"],
                Health(row["health"]),
                fault_from_json(row["fault"]) if row["fault"] else None,
            )
            for row in (await self._connection.execute(query)).mappings()
        ]

    async def forget_health(self, before: datetime) -> None:
        """Forget what became of sources long ago."""
        await self._connection.execute(
            sa.delete(health_changes).where(health_changes.c.at < before)
        )

    async def listen_to(self, watcher_id: int, source_id: int) -> None:
        """A watcher listens to another source, as if it began now."""
        await self._connection.execute(
            sa.update(watchers)
            .where(watchers.c.id == watcher_id)
            .values(source_id=source_id, baselined_at=None, told_health=None, told_move=None)
        )

    async def rename(self, source_id: int, url: str, now: datetime) -> None:
        """A source stands at another address, to be visited at once; what is known of its entries
        stays."""
        await self._connection.execute(
            sa.update(sources)
            .where(sources.c.id == source_id)
            .values(
                url=url,
                etag=None,
                last_modified=None,
                moved_to=None,
                moved_since=None,
                moved_visits=0,
                next_poll_at=now,
            )
        )

    async def watchers_of(self, source_id: int) -> list[Watcher]:
        """Who listens to a source; the operator first."""
        found = await self._connection.execute(_WATCHERS_OF, {"source_id": source_id})
        return [_watcher(row) for row in found.mappings()]

    async def watchers_for(self, guild_id: int | None) -> list[tuple[Watcher, Source]]:
        """What a guild (or, with None, the operator) watches, by name."""
        return await self._pairs(watchers.c.guild_id.is_not_distinct_from(guild_id))

    async def watchers_on(
        self, platform: str, guild_id: int | None
    ) -> list[tuple[Watcher, Source]]:
        """Who listens for `platform`: the operator's watchers and this guild's."""
        return await self._pairs(
            watchers.c.platform == platform,
            sa.or_(watchers.c.guild_id.is_(None), watchers.c.guild_id == guild_id),
        )

    async def find_watcher(self, watcher_id: int) -> tuple[Watcher, Source] | None:
        """One watcher and its source."""
        return next(iter(await self._pairs(watchers.c.id == watcher_id)), None)

    async def watch(
        self,
        watcher: Watcher,
        *,
        created_by: int | None,
        now: datetime,
    ) -> int:
        """Keep a new watcher (its `id` is ignored). Returns its id."""
        result = await self._connection.execute(
            sa.insert(watchers).values(
                source_id=watcher.source_id,
                guild_id=watcher.guild_id,
                name=watcher.name,
                platform=watcher.platform,
                platform_name=watcher.platform_name,
                origin=watcher.origin.value if watcher.origin else None,
                baselined_at=watcher.baselined_at,
                paused=watcher.paused,
                trial_since=watcher.trial_since,
                created_by=created_by,
                created_at=now,
            )
        )
        return inserted_id(result)

    async def save_watcher(self, watcher: Watcher) -> None:
        """Keep a changed watcher."""
        await self._connection.execute(
            sa.update(watchers)
            .where(watchers.c.id == watcher.id)
            .values(
                name=watcher.name,
                platform=watcher.platform,
                platform_name=watcher.platform_name,
                origin=watcher.origin.value if watcher.origin else None,
                baselined_at=watcher.baselined_at,
                paused=watcher.paused,
                told_health=watcher.told_health.value if watcher.told_health else None,
                told_count=watcher.told_count,
                told_move=watcher.told_move,
                trial_since=watcher.trial_since,
            )
        )

    async def unwatch(self, watcher_id: int) -> None:
        """Forget a watcher, and its source where nobody else listens."""
        source_id = await self._connection.scalar(
            sa.delete(watchers).where(watchers.c.id == watcher_id).returning(watchers.c.source_id)
        )
        others = sa.select(sa.func.count()).where(watchers.c.source_id == source_id)
        if not await self._connection.scalar(others.select_from(watchers)):
            await self._connection.execute(sa.delete(sources).where(sources.c.id == source_id))

    async def forget(self, source_id: int) -> None:
        """Forget a source that nobody listens to."""
        await self._connection.execute(sa.delete(sources).where(sources.c.id == source_id))

    async def _pairs(self, *where: sa.ColumnElement[bool]) -> list[tuple[Watcher, Source]]:
        query = (
            sa.select(watchers, *(column.label(f"s_{column.name}") for column in sources.c))
            .join(sources, sources.c.id == watchers.c.source_id)
            .where(*where)
            .order_by(watchers.c.name, watchers.c.id)
        )
        rows = (await self._connection.execute(query)).mappings()
        return [(_watcher(row), _source(row, "s_")) for row in rows]


def _source(row: Any, prefix: str = "") -> Source:
    fault = row[f"{prefix}fault"]
    return Source(
        id=row[f"{prefix}id"],
        url=row[f"{prefix}url"],
        validators=Validators(row[f"{prefix}etag"], row[f"{prefix}last_modified"]),
        raw_hash=row[f"{prefix}raw_hash"],
        seen=row[f"{prefix}seen"] or b"",
        health=Health(row[f"{prefix}health"]),
        health_since=row[f"{prefix}health_since"],
        fault=fault_from_json(fault) if fault else None,
        failures=row[f"{prefix}failures"],
        next_poll_at=row[f"{prefix}next_poll_at"],
        polled_at=row[f"{prefix}polled_at"],
        read_at=row[f"{prefix}read_at"],
        moved_to=row[f"{prefix}moved_to"],
        moved_since=row[f"{prefix}moved_since"],
        moved_visits=row[f"{prefix}moved_visits"],
        pace=pace_from_json(row[f"{prefix}pace"]),
        awaited=bool(row.get("awaited", False)),
        kind=SourceKind(row[f"{prefix}kind"]),
    )


def _watcher(row: Any) -> Watcher:
    return Watcher(
        id=row["id"],
        source_id=row["source_id"],
        guild_id=row["guild_id"],
        name=row["name"],
        platform=row["platform"],
        platform_name=row["platform_name"],
        origin=Origin(row["origin"]) if row["origin"] else None,
        baselined_at=row["baselined_at"],
        paused=row["paused"],
        told_health=Health(row["told_health"]) if row["told_health"] else None,
        told_count=row["told_count"],
        told_move=row["told_move"],
        trial_since=row["trial_since"],
    )
