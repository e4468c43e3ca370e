"""Tocsin as a contestant: the whole composition (`bot.app.open_app`) with a real SQLite file, real
fetching and the worker that reads; only Discord is not connected.

`python -m tests.bench.ours FOLDER SPEED`; SPEED above 1 lets its clock run faster than the world's.
"""

import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from bot.app import App, open_app
from bot.config import Settings
from bot.domain.entries import HASH_VERSION
from bot.domain.guilds import GuildSettings, Subscription
from bot.domain.names import platform_key
from bot.domain.sources import Health, Source, Watcher
from bot.ingest.feeds import open_feed
from bot.storage import tables
from bot.workers import AT_ONCE
from tests.bench.feeds import ITEMS, Blog, platform_name
from tests.bench.lag import heartbeat
from tests.bench.spawning import answer
from tests.bench.website import etag_of

GUILD = 10


class FastClock:
    """A clock that begins now and runs `speed` times as fast as the world's."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._began = datetime.now(UTC)
        self._started = time.monotonic()

    def now(self) -> datetime:
        """The instant it shows."""
        return self._began + timedelta(seconds=(time.monotonic() - self._started) * self._speed)

    async def sleep(self, seconds: float) -> None:
        """Rest until it shows so many seconds more."""
        await asyncio.sleep(seconds / self._speed)


class Ours:
    """What the bench asks of Tocsin. Costs are CPU seconds of this process and of its worker."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._known: dict[str, Source] = {}
        self._worker: dict[int, float] = {}

    async def watch(self, urls: Sequence[str], numbers: Sequence[int]) -> None:
        """A guild's own sources, each of a platform of its own, never visited before."""
        now = self._app.clock.now()
        async with self._app.services.storage.unit_of_work() as work:
            await work.guilds.save(GuildSettings(GUILD, GUILD * 100, GUILD * 100 + 1))
            for url, number in zip(urls, numbers, strict=True):
                name = platform_name(number)
                source_id = await work.sources.add(url, now)
                watcher = Watcher(0, source_id, GUILD, name, platform_key(name), name, None, None)
                await work.sources.watch(watcher, created_by=1, now=now)
                wanted = Subscription(0, GUILD, watcher.platform, name)
                await work.guilds.follow(wanted, now)
        await self._load()

    async def visit(self, urls: Sequence[str], times: int = 1) -> dict[str, float]:
        """Visit these sources so many times, ten at once as the worker does, and keep the times."""
        before = self._cpu()
        fresh = 0
        for _ in range(times):
            fresh += await self._visit_all(urls)
            await self._app.services.poller.flush()
        return {"cpu": self._cpu() - before, "fresh": fresh}

    async def told(self) -> dict[str, int]:
        """What stands in the database."""
        async with self._app.services.storage._reader.connect() as connection:
            return {
                table.name: await connection.scalar(sa.select(sa.func.count()).select_from(table))
                or 0
                for table in (tables.entries, tables.notices, tables.alerts, tables.deliveries)
            }

    async def fill(self, urls: Sequence[str], numbers: Sequence[int]) -> None:
        """Sources that were visited long ago, each with 25 entries, due evenly from now on."""
        now = self._app.clock.now()
        guilds = list(range(GUILD, GUILD + 1000))
        rows = SourceRows(now, timedelta(seconds=900) / len(urls), guilds)
        pairs = await self._write(rows, urls, numbers)
        async with self._app.services.storage._writer.begin() as connection:
            for start in range(0, len(pairs), 1000):
                some = list(rows.entries(pairs[start : start + 1000]))
                await connection.execute(sa.insert(tables.entries), some)

    async def fill_read(self, urls: Sequence[str], numbers: Sequence[int], newest: str) -> None:
        """Sources whose feeds have been read: what they have now is not news."""
        rows = SourceRows(self._app.clock.now(), timedelta(0), [GUILD])
        known = {}
        for url, number in zip(urls, numbers, strict=True):
            body = Blog(number, datetime.fromisoformat(newest)).document()
            document = open_feed(body, None, url, b"")
            assert document.news is not None
            known[number] = document.news.seen
        await self._write(rows, urls, numbers, known)
        await self._load()

    async def work(self, seconds: float) -> dict[str, float]:
        """Let the worker visit what is due for so long."""
        before = self._cpu()
        await self._run_worker(asyncio.sleep(seconds))
        return {"cpu": self._cpu() - before}

    async def lag(self) -> dict[str, Any]:
        """All sources are due at once: the worker visits each, and a heartbeat is watched."""
        began = self._app.clock.now()
        async with self._app.services.storage._writer.begin() as connection:
            await connection.execute(sa.update(tables.sources).values(next_poll_at=began))
        async with heartbeat() as late:
            seconds = await self._run_worker(self._all_visited(began))
        await self._load()
        return {"late": late, "seconds": seconds}

    async def lag_at_full_speed(self, urls: Sequence[str]) -> dict[str, Any]:
        """The same without the worker's pauses: ten visits at once, the next without waiting."""
        started = time.perf_counter()
        async with heartbeat() as late:
            fresh = await self._visit_all(urls)
        return {"late": late, "seconds": time.perf_counter() - started, "fresh": fresh}

    async def idle_lag(self, seconds: float) -> list[float]:
        """The heartbeat of a loop with nothing to do: what the machine itself delays."""
        async with heartbeat() as late:
            await asyncio.sleep(seconds)
        return late

    async def _visit_all(self, urls: Iterable[str]) -> int:
        waiting = iter(urls)
        fresh = 0

        async def work() -> None:
            nonlocal fresh
            for url in waiting:
                visit = await self._app.services.poller.visit(self._known[url])
                if visit.fault is not None:
                    raise RuntimeError(f"{url}: {visit.fault}")
                self._known[url] = visit.source
                fresh += visit.fresh

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())
        return fresh

    async def _write(
        self,
        rows: "SourceRows",
        urls: Sequence[str],
        numbers: Sequence[int],
        known: Mapping[int, bytes] | None = None,
    ) -> list[tuple[int, int]]:
        """Sources and watchers; their ids and numbers."""
        async with self._app.services.storage._writer.begin() as connection:
            sources = list(rows.sources(urls, numbers, known or {}))
            await connection.execute(sa.insert(tables.sources), sources)
            found = await connection.execute(sa.select(tables.sources.c.id, tables.sources.c.url))
            ids = {row.url: row.id for row in found}
            pairs = [(ids[url], number) for url, number in zip(urls, numbers, strict=True)]
            await connection.execute(sa.insert(tables.watchers), list(rows.watchers(pairs)))
        return pairs

    async def _run_worker(self, until: Any) -> float:
        started = time.perf_counter()
        self._app.poll_worker._changed.set()
        worker = asyncio.create_task(self._app.poll_worker.run())
        await until
        seconds = time.perf_counter() - started
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker
        return seconds

    async def _all_visited(self, since: datetime) -> None:
        left = sa.select(sa.func.count()).where(tables.sources.c.polled_at < since)
        while True:
            async with self._app.services.storage._reader.connect() as connection:
                if not await connection.scalar(left.select_from(tables.sources)):
                    return
            await asyncio.sleep(0.5)

    async def _load(self) -> None:
        async with self._app.services.storage.reading() as work:
            self._known = {source.url: source for source in await work.sources.watched()}

    def _cpu(self) -> float:
        worker = self._app.services.poller._reader.worker_pid
        with contextlib.suppress(psutil.NoSuchProcess):  # the worker ends when it is idle
            if worker is not None:
                times = psutil.Process(worker).cpu_times()
                self._worker[worker] = times.user + times.system
        return time.process_time() + sum(self._worker.values())


class SourceRows:
    """Rows as many visits would have left them; sources are due one after the other."""

    def __init__(self, now: datetime, apart: timedelta, guilds: Sequence[int]) -> None:
        self._now = now
        self._apart = apart
        self._guilds = guilds

    def sources(
        self, urls: Sequence[str], numbers: Sequence[int], known: Mapping[int, bytes]
    ) -> Iterable[dict[str, Any]]:
        """Of `sources`: healthy, with validators and the hashes of 25 items."""
        for place, (url, number) in enumerate(zip(urls, numbers, strict=True)):
            yield {
                "url": url,
                "kind": "feed",
                "etag": etag_of(number, 0),
                "raw_hash": number.to_bytes(16, "big"),
                "seen": known.get(number) or number.to_bytes(8 + 8 * ITEMS, "big"),
                "health": Health.OK.value,
                "health_since": self._now,
                "failures": 0,
                "next_poll_at": self._now + place * self._apart,
                "polled_at": self._now,
                "read_at": self._now,
                "created_at": self._now,
            }

    def watchers(self, pairs: Iterable[tuple[int, int]]) -> Iterable[dict[str, Any]]:
        """Of `watchers`: one guild for each source. `pairs`: its id and its number."""
        for source_id, number in pairs:
            name = platform_name(number)
            yield {
                "source_id": source_id,
                "guild_id": self._guilds[number % len(self._guilds)],
                "name": name,
                "platform": platform_key(name),
                "platform_name": name,
                "baselined_at": self._now,
                "paused": False,
                "created_at": self._now,
            }

    def entries(self, pairs: Iterable[tuple[int, int]]) -> Iterable[dict[str, Any]]:
        """Of `entries`: 25 short ones for each source."""
        for source_id, number in pairs:
            for place in range(ITEMS):
                link = f"blog.{number}.example/posts/{place}"
                yield {
                    "source_id": source_id,
                    "key": f"https://{link}",
                    "address": link,
                    "url": f"https://{link}",
                    "title": f"Post {place}",
                    "body": "What was written long ago. " * 10,
                    "content_hash": f"{number:016x}{place:016x}",
                    "hash_version": HASH_VERSION,
                    "published_at": self._now,
                    "first_seen_at": self._now,
                    "updated_at": self._now,
                }


async def _main(folder: Path, speed: float) -> None:
    logging.basicConfig(level=logging.ERROR)
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{folder / 'tocsin.db'}", allow_hosts="127.0.0.1"
    )
    async with open_app(settings, clock=FastClock(speed)) as app:
        await answer(Ours(app))


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), float(sys.argv[2])))
