"""The world that Tocsin listens to: a few feeds over real HTTP on loopback. Nothing beyond it is
visited, and what stands there is lost when the demo ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from hashlib import blake2b
from xml.sax.saxutils import escape

from aiohttp import web

from bot.demo.story import Feed

KEPT = 30
"""So many entries a feed shows, as most feeds do; the oldest falls out."""

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as it stands in its feed."""

    id: str
    title: str
    text: str
    at: datetime


class World:
    """Feeds that can be written to. Made by `open_world`."""

    def __init__(self, feeds: tuple[Feed, ...]) -> None:
        self._feeds = {feed.key: feed for feed in feeds}
        self._entries: dict[str, list[Entry]] = {feed.key: [] for feed in feeds}
        self._port = 0

    @property
    def netloc(self) -> str:
        """`host:port`, for the addresses that Tocsin may visit although they are inside."""
        return f"{HOST}:{self._port}"

    def url(self, feed: str) -> str:
        """A feed's address."""
        return f"http://{self.netloc}/{feed}.xml"

    def publish(self, feed: str, entry: Entry) -> None:
        """A new post, the newest first; one with a known id takes the other's place."""
        entries = self._entries[feed]
        for place, known in enumerate(entries):
            if known.id == entry.id:
                entries[place] = replace(entry, at=known.at)
                return
        entries.insert(0, entry)
        del entries[KEPT:]

    async def serve(self, request: web.Request) -> web.Response:
        """A feed, or the word that it has not changed."""
        feed = self._feeds.get(request.match_info["feed"])
        if feed is None:
            raise web.HTTPNotFound
        document = _rss(feed, self._entries[feed.key])
        etag = blake2b(document.encode(), digest_size=12).hexdigest()
        if request.headers.get("If-None-Match") == f'"{etag}"':
            return web.Response(status=304, headers={"ETag": f'"{etag}"'})
        return web.Response(
            text=document,
            content_type="application/rss+xml",
            charset="utf-8",
            headers={"ETag": f'"{etag}"'},
        )

    def stands_at(self, port: int) -> None:
        """It is served here now."""
        self._port = port


@asynccontextmanager
async def open_world(feeds: tuple[Feed, ...]) -> AsyncIterator[World]:
    """Feeds, empty, on a free port of this machine."""
    world = World(feeds)
    site = web.Application()
    site.router.add_get("/{feed}.xml", world.serve)
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, 0).start()
        world.stands_at(runner.addresses[0][1])
        yield world
    finally:
        await runner.cleanup()


def _rss(feed: Feed, entries: list[Entry]) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{escape(feed.name)}</title><link>{escape(feed.site)}</link>"
        f"{''.join(_item(feed, entry) for entry in entries)}</channel></rss>"
    )


def _item(feed: Feed, entry: Entry) -> str:
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in entry.text.split("\n") if part)
    return (
        f'<item><guid isPermaLink="false">{escape(entry.id)}</guid>'
        f"<title>{escape(entry.title)}</title>"
        f"<link>{escape(feed.site)}{escape(entry.id)}</link>"
        f"<description>{escape(paragraphs)}</description>"
        f"<pubDate>{format_datetime(entry.at)}</pubDate></item>"
    )
