"""Tocsin with ten thousand mixed sources, its clock running fast: all of it but Discord.
`python -m tests.bench.day FOLDER SPEED PORT`."""

import asyncio
import contextlib
import logging
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from bot import workers
from bot.app import App, open_app
from bot.config import Settings
from bot.domain.names import platform_key
from bot.domain.sources import Health, SourceKind
from bot.ingest.addresses import AllowHosts
from bot.services.turns import Turns
from bot.storage import tables
from bot.workers import PollWorker
from tests.bench.feeds import platform_name
from tests.bench.lag import heartbeat
from tests.bench.ours import FastClock
from tests.bench.spawning import answer

HOSTS = 2_000
SOURCES = 10_000
FEEDS, LISTS = 200, 800
"""Of the sources; the others are pages."""

DAY = timedelta(days=1)


class Day:
    """What the bench asks."""

    def __init__(self, app: App, port: int, speed: float) -> None:
        self._app = app
        self._port = port
        self._speed = speed

    async def fill(self) -> None:
        """Sources that were read before, due evenly over their intervals."""
        now, rows = self._app.clock.now(), []
        for number in range(SOURCES):
            kind, every = _kind(number)
            rows.append(
                {
                    "url": f"http://{host(number)}:{self._port}/{kind.value[:4]}{number}",
                    "kind": kind.value,
                    "etag": '"1"',
                    "raw_hash": bytes(16),
                    "seen": b"",
                    "health": Health.OK.value,
                    "health_since": now,
                    "failures": 0,
                    "next_poll_at": now + every * ((number * 7919 % SOURCES) / SOURCES),
                    "polled_at": now,
                    "read_at": now,
                    "created_at": now,
                }
            )
        async with self._app.services.storage._writer.begin() as connection:
            await connection.execute(sa.insert(tables.sources), rows)
            found = await connection.execute(sa.select(tables.sources.c.id))
            await connection.execute(
                sa.insert(tables.watchers),
                [
                    {
                        "source_id": row.id,
                        "guild_id": 10 + place % 1000,
                        "name": platform_name(place),
                        "platform": platform_key(platform_name(place)),
                        "platform_name": platform_name(place),
                        "baselined_at": now,
                        "paused": False,
                        "created_at": now,
                    }
                    for place, row in enumerate(found)
                ],
            )

    async def pass_by(self, hours: float) -> dict[str, Any]:
        """Let the worker visit what is due while so many hours pass on its clock."""
        # The list of sources is read anew twice a minute of the world's clock, not of the fast one.
        workers.LOOK_AGAIN = timedelta(seconds=30 * self._speed)
        worker = PollWorker(
            self._app.services.storage,
            self._app.services.poller,
            self._app.clock,
            asyncio.Event(),
            Turns(timedelta(minutes=15), AllowHosts()),
        )
        began, cpu = time.time(), time.process_time()
        async with heartbeat() as late:
            running = asyncio.create_task(worker.run())
            await asyncio.sleep(hours * 3600 / self._speed)
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
        await self._app.services.poller.flush()
        return {
            "began": began,
            "cpu": time.process_time() - cpu,
            "late": late,
            "memory": psutil.Process().memory_info().rss / 1e6,
            "troubled": await self._troubled(),
        }

    async def _troubled(self) -> int:
        async with self._app.services.storage._reader.connect() as connection:
            query = sa.select(sa.func.count()).where(tables.sources.c.health != Health.OK.value)
            return int(await connection.scalar(query.select_from(tables.sources)) or 0)


def host(number: int) -> str:
    """One of two thousand addresses of this machine; five sources stand at each."""
    place = number % HOSTS
    return f"127.1.{place // 250}.{place % 250 + 1}"


def _kind(number: int) -> tuple[SourceKind, timedelta]:
    if number < FEEDS:
        return SourceKind.FEED, timedelta(minutes=15)
    if number < FEEDS + LISTS:
        return SourceKind.LIST, timedelta(hours=1)
    return SourceKind.PAGE, timedelta(hours=12)


async def _main(folder: Path, speed: float, port: int) -> None:
    logging.basicConfig(level=logging.ERROR)
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{folder / 'tocsin.db'}",
        allow_hosts=",".join(sorted({host(number) for number in range(HOSTS)})),
    )
    async with open_app(settings, clock=FastClock(speed)) as app:
        await answer(Day(app, port, speed))


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
