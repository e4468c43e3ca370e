"""The bot in 1,000 guilds with 10,000 sources, as a process of its own: its memory; then one blog
closes, and 1,000 channels are told under Discord's limits while moderators go on asking."""

import asyncio
import json
import os
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from bot.app import DATA
from bot.domain.guilds import GuildSettings, Subscription
from bot.storage import tables
from bot.storage.database import Storage, open_storage
from tests.bench.feeds import Blog
from tests.bench.figures import Figure, median, percentile, spread, written
from tests.bench.goals import GOALS
from tests.bench.ours import SourceRows
from tests.bench.spawning import Contestant, spawned
from tests.bench.website import Website, website

GUILDS = 1000
SOURCES = 10_000
RINGS = 3
"""Rounds of sending: as many platforms close, one after the other."""

POLLING = 20.0
"""Seconds of visits before memory is looked at."""

PATIENCE = 120.0
"""Seconds after which a round of sending ends, whoever has been told."""

FIRST = 100_000
"""Number of the first blog that will close."""


async def measure(names: frozenset[str], folder: Path) -> AsyncIterator[Figure]:
    """The rows among `names`."""
    newest = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(website(newest))
        discord = await stack.enter_async_context(spawned("tests.bench.discord", str(GUILDS)))
        told = json.loads(await discord.line())
        blogs = [Blog(FIRST + number, newest) for number in range(RINGS)]
        data = _data(folder, site, blogs)
        database = f"sqlite+aiosqlite:///{folder / 'tocsin.db'}"
        storage = await open_storage(database)
        await _fill(storage, site, told["places"], blogs)
        environment = {
            **os.environ,
            "DISCORD_TOKEN": told["token"],
            "DISCORD_API_BASE": told["api"],
            "TOCSIN_DATABASE_URL": database,
            "TOCSIN_ALLOW_HOSTS": "127.0.0.1",
        }
        bot = await stack.enter_async_context(
            spawned("tests.bench.bot", str(data), environment=environment)
        )
        await bot.line()
        await asyncio.sleep(POLLING)
        if "memory" in names:
            yield await _memory(bot, site)
        if names & {"sending", "answers-while-sending"}:
            rounds = [await _ring(storage, site, discord, blog) for blog in blogs]
            for figure in (_sending(rounds), _answers(rounds)):
                if figure.name in names:
                    yield figure
        await storage.close()


def _data(folder: Path, site: Website, blogs: list[Blog]) -> Path:
    """The catalogue with the platforms that will close."""
    data = folder / "data"
    shutil.copytree(DATA, data)
    for blog in blogs:
        name = blog.name
        (data / "platforms" / f"{name.lower()}.toml").write_text(
            f'name = "{name}"\nkind = "handmade-marketplace"\nlanguages = ["en"]\n'
            f'homepage = "https://{name.lower()}.example/"\nhomepage_certainty = "seen"\n'
            f'domains = ["{name.lower()}.example"]\nstatus = "open"\nstatus_certainty = "seen"\n'
            f'[[sources]]\nurl = "{site.url(blog.number)}"\nkind = "feed"\nlanguage = "en"\n'
            'certainty = "seen"\n'
        )
    return data


async def _fill(
    storage: Storage, site: Website, places: list[tuple[int, int]], blogs: list[Blog]
) -> None:
    """1,000 guilds that follow the platforms and have ten sources each of their own."""
    now = datetime.now(UTC)
    async with storage.unit_of_work() as work:
        for guild_id, channel_id in places:
            await work.guilds.save(GuildSettings(guild_id, channel_id, None))
            for blog in blogs:
                key = blog.name.lower()
                await work.guilds.follow(Subscription(0, guild_id, key, blog.name), now)
    numbers = list(range(SOURCES))
    rows = SourceRows(now, timedelta(seconds=900) / SOURCES, [guild for guild, _ in places])
    async with storage._writer.begin() as connection:
        urls = [site.url(number) for number in numbers]
        await connection.execute(sa.insert(tables.sources), list(rows.sources(urls, numbers, {})))
        found = await connection.execute(sa.select(tables.sources.c.id, tables.sources.c.url))
        ids = {row.url: row.id for row in found}
        pairs = [(ids[site.url(number)], number) for number in numbers]
        await connection.execute(sa.insert(tables.watchers), list(rows.watchers(pairs)))


async def _memory(bot: Contestant, site: Website) -> Figure:
    process = psutil.Process(bot.pid)
    children = process.children(recursive=True)
    used, whole = process.memory_full_info(), process.memory_info()
    worker = sum(child.memory_full_info().uss for child in children)
    visits = await site.answers()
    return Figure(
        "memory",
        GOALS["memory"],
        whole.rss / 1e6,
        f"RSS {written(whole.rss / 1e6)} MB, USS {written(used.uss / 1e6)} MB",
        "",
        1,
        f"{GUILDS:,} guilds of 20 channels and 15 roles, {SOURCES:,} sources, after {visits} "
        f"visits; the process that reads new feeds, ended when idle, adds {worker / 1e6:.0f} MB",
        {"rss_mb": [whole.rss / 1e6], "uss_mb": [used.uss / 1e6], "worker_mb": [worker / 1e6]},
    )


async def _ring(storage: Storage, site: Website, discord: Contestant, blog: Blog) -> dict[str, Any]:
    """A blog says that its platform closes; who asks meanwhile, and what Discord saw."""
    await discord.ask("begin")
    await site.close(blog.number)
    async with storage._writer.begin() as connection:
        due = sa.update(tables.sources).where(tables.sources.c.url == site.url(blog.number))
        await connection.execute(due.values(next_poll_at=datetime.now(UTC)))
    waited: list[float] = []
    until = time.monotonic() + PATIENCE
    while True:
        waited.append(await discord.ask("ask_something", place=len(waited) % GUILDS))
        await asyncio.sleep(0.5)
        seen: dict[str, Any] = await discord.ask("sent")
        if seen["channels"] == GUILDS or time.monotonic() > until:
            break
    return {**seen, "waited": waited}


def _sending(rounds: list[dict[str, Any]]) -> Figure:
    rates = [_rate(each) for each in rounds]
    refused = sum(each["refused"] for each in rounds)
    wrong = rounds[-1]["violations"]
    return Figure(
        "sending",
        GOALS["sending"],
        median(rates) if not refused and not wrong else None,
        f"{written(median(rates))} messages/s ({spread(rates)})",
        "limit: 50 requests/s, interactions apart",
        len(rounds),
        f"{min(each['channels'] for each in rounds):,} of {GUILDS:,} channels told within "
        f"{PATIENCE:.0f} s; {refused} answers of 429, "
        f"{len(wrong)} breaches of Discord's rules",
        {"messages_per_second": rates},
    )


def _rate(seen: dict[str, Any]) -> float:
    """Messages a second; of a round in which not all were told, over all the time it had."""
    if seen["channels"] < GUILDS:
        return len(seen["at"]) / PATIENCE
    return (len(seen["at"]) - 1) / float(max(seen["at"]) - min(seen["at"]))


def _answers(rounds: list[dict[str, Any]]) -> Figure:
    waited = [value for each in rounds for value in each["waited"]]
    return Figure(
        "answers-while-sending",
        GOALS["answers-while-sending"],
        max(waited),
        f"median {written(1000 * median(waited))} ms, p95 "
        f"{written(1000 * percentile(waited, 0.95))} ms, longest {written(1000 * max(waited))} ms",
        "limit: 3 s",
        len(rounds),
        f"{len(waited)} times /alerts, twice a second, while the channels are told",
        {"seconds": waited},
    )
