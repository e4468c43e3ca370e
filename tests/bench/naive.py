"""The usual bot as a contestant: it fetches with aiohttp and parses with feedparser, inline in the
loop or in threads. `python -m tests.bench.naive`."""

import asyncio
from collections.abc import Sequence
from typing import Any

import aiohttp
import feedparser

from tests.bench.lag import heartbeat
from tests.bench.spawning import answer


class Naive:
    """What the bench asks of it."""

    async def lag(self, urls: Sequence[str], *, threads: bool) -> dict[str, Any]:
        """Visit each feed, ten at once."""
        waiting = iter(urls)
        entries = 0

        async def work(session: aiohttp.ClientSession) -> None:
            nonlocal entries
            for url in waiting:
                async with session.get(url) as response:
                    body = await response.read()
                if threads:
                    parsed = await asyncio.to_thread(feedparser.parse, body)
                else:
                    parsed = feedparser.parse(body)
                entries += len(parsed["entries"])

        async with (
            heartbeat() as late,
            aiohttp.ClientSession() as session,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(10):
                group.create_task(work(session))
        return {"late": late, "entries": entries}


if __name__ == "__main__":
    asyncio.run(answer(Naive()))
