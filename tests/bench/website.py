"""The feeds' web server, in a process of its own and on several ports, as if on several hosts.

`python -m tests.bench.website PORTS NEWEST` prints its ports; `/feed/<number>` is a blog's feed,
`/state` what all feeds have now, and how often they were asked for.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import web

from tests.bench.feeds import Blog
from tests.bench.spawning import spawned
from tests.bench.words import Says

PORTS = 8


class _Site:
    """All blogs grow alike: each has the same kinds of news, and some close."""

    def __init__(self, newest: datetime) -> None:
        self._newest = newest
        self._news: tuple[Says, ...] = ()
        self._validators = True
        self._documents: dict[int, tuple[int, bytes]] = {}
        self._closing: set[int] = set()
        self._answers: Counter[int] = Counter()

    async def feed(self, request: web.Request) -> web.Response:
        """A feed, or 304 where validators are given and known."""
        number = int(request.match_info["number"])
        etag = etag_of(number, len(self._said_by(number)))
        if self._validators and request.headers.get("If-None-Match") == etag:
            self._answers[304] += 1
            return web.Response(status=304, headers={"ETag": etag})
        self._answers[200] += 1
        headers = {"ETag": etag} if self._validators else {}
        body = self._document(number)
        return web.Response(body=body, headers=headers, content_type="application/rss+xml")

    async def state(self, request: web.Request) -> web.Response:
        """Change what is served (POST), and tell how many answers there were."""
        if request.method == "POST":
            wanted = await request.json()
            self._validators = wanted.get("validators", self._validators)
            self._news = tuple(map(Says, wanted.get("news", self._news)))
            self._closing |= set(wanted.get("closing", ()))
            for number in wanted.get("prepare", ()):
                self._document(number)
        return web.json_response({str(status): n for status, n in self._answers.items()})

    def _document(self, number: int) -> bytes:
        size, body = self._documents.get(number, (-1, b""))
        news = self._said_by(number)
        if size != len(news):
            body = Blog(number, self._newest, news).document()
            self._documents[number] = (len(news), body)
        return body

    def _said_by(self, number: int) -> tuple[Says, ...]:
        return (*self._news, Says.CLOSURE) if number in self._closing else self._news


class Website:
    """The other process, as the bench sees it."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.ports = ports
        self.news: list[Says] = []

    def url(self, number: int) -> str:
        """Where a feed is."""
        return f"http://127.0.0.1:{self.ports[number % len(self.ports)]}/feed/{number}"

    async def publish(self, says: Says, numbers: Sequence[int]) -> None:
        """Every blog has one item more; those of `numbers` are written down before it is asked."""
        self.news.append(says)
        await self._tell({"news": self.news, "prepare": list(numbers)})

    async def publish_nothing(self, numbers: Sequence[int]) -> None:
        """Write down the feeds of `numbers` as they are, before anybody asks."""
        await self._tell({"prepare": list(numbers)})

    async def close(self, number: int) -> None:
        """One blog says that its platform closes."""
        await self._tell({"closing": [number]})

    async def without_validators(self) -> None:
        """From now on every answer has the whole body."""
        await self._tell({"validators": False})

    async def answers(self) -> int:
        """How many feeds were asked for."""
        return sum((await self._tell({})).values())

    async def _tell(self, wanted: dict[str, Any]) -> dict[str, int]:
        url = f"http://127.0.0.1:{self.ports[0]}/state"
        async with aiohttp.ClientSession() as session, session.post(url, json=wanted) as answer:
            told: dict[str, int] = await answer.json()
            return told


@asynccontextmanager
async def website(newest: datetime) -> AsyncIterator[Website]:
    """The server, started and ended."""
    async with spawned("tests.bench.website", str(PORTS), newest.isoformat()) as process:
        yield Website(json.loads(await process.line()))


def etag_of(number: int, news: int) -> str:
    """The validator of a feed with so many pieces of news."""
    return f'"{number}.{news}"'


async def _serve(ports: int, newest: datetime) -> None:
    site = _Site(newest)
    app = web.Application(client_max_size=1 << 22)
    app.router.add_get("/feed/{number}", site.feed)
    app.router.add_post("/state", site.state)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    for _ in range(ports):
        await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(json.dumps([address[1] for address in runner.addresses]), flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until whoever started it ends


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), datetime.fromisoformat(sys.argv[2])))
