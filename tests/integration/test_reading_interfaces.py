"""Sources that are no RSS or Atom: watched, judged and told like any other."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.sources import SourceKind
from bot.ingest.documents import read_document
from bot.ingest.reading import FeedReader
from tests.rss import CLOSURE, NOTHING, Item
from tests.watchtower import MODERATOR, Watchtower, watchtower

SAMPLES = Path(__file__).parents[1] / "feeds"


@pytest.fixture
async def tower(tmp_path: Path) -> AsyncIterator[Watchtower]:
    async with watchtower(tmp_path) as made:
        await made.guild()
        yield made


async def test_the_worker_reads_json_as_one_would_here() -> None:
    body = (SAMPLES / "feed.json").read_bytes()
    url = "https://news.kilnfolk.example/feed.json"
    async with FeedReader() as reader:
        assert await reader.read(body, None, url) == read_document(body, None, url)
        assert reader.worker_pid is not None


async def test_a_closure_in_a_json_feed_rings_once(tower: Watchtower) -> None:
    publish(tower, NOTHING)
    url = tower.site.url("/feed.json")
    added = await tower.services.watching.add(10, MODERATOR, url, "Kilnfolk")
    assert (added.entries, added.source.kind) == (1, SourceKind.FEED)
    publish(tower, CLOSURE, NOTHING)
    assert (await tower.visit("/feed.json")).fresh == 1
    assert (await tower.visit("/feed.json")).fresh == 0
    assert len(await tower.to_say("alert")) == 1


async def test_a_feed_that_becomes_json_tells_nothing_anew(tower: Watchtower) -> None:
    await tower.watches(10, CLOSURE, NOTHING)
    publish(tower, CLOSURE, NOTHING, path="/feed.xml")
    assert (await tower.visit()).fresh == 0


def publish(tower: Watchtower, *items: Item, path: str = "/feed.json") -> None:
    tower.site.serve(path, json.dumps(feed(items)), "application/feed+json")


def feed(items: tuple[Item, ...]) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "News",
        "items": [
            {
                "id": item.guid,
                "url": item.link,
                "title": item.title,
                "content_html": item.body,
                "date_published": item.at.isoformat() if item.at else None,
            }
            for item in items
        ],
    }
