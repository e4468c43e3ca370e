"""Everything that watches, without Discord: a real database, real fetching, reading and judging, a
website on loopback, and a clock that tests move. What would be said stands in the outbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.domain.alerts import Alert, Revision
from bot.domain.guilds import GuildSettings, Mode, Subscription
from bot.domain.notices import Origin
from bot.domain.sources import PollBounds, Source, Watcher
from bot.ingest.addresses import AllowHosts
from bot.ingest.fetching import Fetcher, Limits
from bot.ingest.reading import FeedReader
from bot.services.poll import Visit
from bot.services.services import Services, make_services
from bot.storage.database import Storage, open_storage
from tests.fakes import MovableClock
from tests.loaded import loaded
from tests.rss import Item, rss
from tests.website import Website

MODERATOR = 1


@dataclass(slots=True)
class Watchtower:
    """Guilds are numbers; guild 10 tells in channel 1000 and reviews in channel 1001."""

    services: Services
    storage: Storage
    site: Website
    clock: MovableClock
    changed: asyncio.Event

    async def guild(self, guild_id: int = 10, mode: Mode = Mode.AUTOMATIC) -> int:
        """A guild that has been set up."""
        async with self.storage.unit_of_work() as work:
            await work.guilds.save(
                GuildSettings(guild_id, guild_id * 100, guild_id * 100 + 1, mode=mode)
            )
        return guild_id

    async def follows(self, guild_id: int, platform: str, name: str) -> None:
        """A guild follows, without asking what is watched."""
        async with self.storage.unit_of_work() as work:
            wanted = Subscription(0, guild_id, platform, name)
            await work.guilds.follow(wanted, self.clock.now())

    async def watches(
        self,
        guild_id: int,
        *items: Item,
        path: str = "/feed.xml",
        platform: str = "Kilnfolk",
        origin: Origin | None = None,
    ) -> Source:
        """`/source add` of a feed that has these items."""
        self.publish(*items, path=path)
        added = await self.services.watching.add(
            guild_id, MODERATOR, self.site.url(path), platform, origin=origin
        )
        return added.source

    async def operator_watches(self, platform: str, name: str, path: str) -> Source:
        """A source of the catalogue, at an address of the website."""
        url = self.site.url(path)
        async with self.storage.unit_of_work() as work:
            found = await work.sources.find_by_url(url)
            source_id = found.id if found else await work.sources.add(url, self.clock.now())
            watcher = Watcher(0, source_id, None, name, platform, name, None, None)
            await work.sources.watch(watcher, created_by=None, now=self.clock.now())
        return await self.source(path)

    def publish(self, *items: Item, path: str = "/feed.xml") -> None:
        """What the feed has now."""
        self.site.serve(path, rss(items))

    async def source(self, path: str = "/feed.xml") -> Source:
        """A source as it is kept."""
        async with self.storage.reading() as work:
            found = await work.sources.find_by_url(self.site.url(path))
        assert found is not None
        return found

    async def visit(self, path: str = "/feed.xml", minutes: float = 15) -> Visit:
        """Some time later, the source is visited."""
        self.clock.move(minutes=minutes)
        return await self.services.poller.visit(await self.source(path), afresh=True)

    async def alerts(self, guild_id: int = 10) -> list[Alert]:
        """A guild's alerts, the oldest first."""
        async with self.storage.reading() as work:
            found = await work.alerts.of_guild(guild_id)
        return sorted(found, key=lambda alert: alert.id)

    async def alert(self, guild_id: int = 10) -> Alert:
        """The one alert of a guild."""
        found = await self.alerts(guild_id)
        assert len(found) == 1, found
        return found[0]

    async def history(self, alert: Alert) -> list[Revision]:
        """Why an alert is as it is."""
        async with self.storage.reading() as work:
            return await work.alerts.history(alert.id)

    async def to_say(self, subject: str | None = None) -> list[tuple[str, int, int]]:
        """What waits in the outbox: subject, channel and revision."""
        rows = await self.rows(
            "SELECT subject, channel_id, revision FROM deliveries "
            "WHERE state = 'pending' ORDER BY id"
        )
        found = [(str(row[0]), int(str(row[1])), int(str(row[2]))) for row in rows]
        return [each for each in found if subject in (None, each[0])]

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        """Straight from the file."""
        async with self.storage._reader.connect() as connection:
            return [tuple(row) for row in await connection.exec_driver_sql(query)]

    async def pause(self, guild_id: int, *, paused: bool) -> None:
        """A guild's first source rests, or goes on."""
        async with self.storage.unit_of_work() as work:
            (watcher, _), *_ = await work.sources.watchers_for(guild_id)
            baselined = watcher.baselined_at if paused else None
            changed = replace(watcher, paused=paused, baselined_at=baselined)
            await work.sources.save_watcher(changed)


class Commits:
    """Counts what is committed and which statements write, while it is entered."""

    def __init__(self, storage: Storage) -> None:
        self._engine = storage._writer.sync_engine
        self.count = 0
        self.statements: list[str] = []

    def __enter__(self) -> "Commits":
        sa.event.listen(self._engine, "commit", self._committed)
        sa.event.listen(self._engine, "before_cursor_execute", self._executed)
        return self

    def __exit__(self, *_: object) -> None:
        sa.event.remove(self._engine, "commit", self._committed)
        sa.event.remove(self._engine, "before_cursor_execute", self._executed)

    def _committed(self, _: object) -> None:
        self.count += 1

    def _executed(self, _c: object, _k: object, statement: str, *_: object) -> None:
        self.statements.append(statement)


@asynccontextmanager
async def watchtower(folder: Path, limits: Limits | None = None) -> AsyncIterator[Watchtower]:
    """Everything, opened and closed again."""
    clock, changed = MovableClock(), asyncio.Event()
    texts, catalogue = loaded()
    loopback = AllowHosts.parse("127.0.0.1")
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(Website())
        storage = await open_storage(f"sqlite+aiosqlite:///{folder / 'tocsin.db'}")
        stack.push_async_callback(storage.close)
        services = make_services(
            clock=clock,
            texts=texts,
            catalogue=catalogue,
            storage=storage,
            fetcher=await stack.enter_async_context(
                Fetcher(user_agent="t", allow_hosts=loopback, limits=limits)
            ),
            reader=await stack.enter_async_context(FeedReader()),
            allow=loopback,
            bounds=PollBounds(timedelta(minutes=15), timedelta(minutes=5)),
            sources_changed=changed.set,
        )
        yield Watchtower(services, storage, site, clock, changed)
