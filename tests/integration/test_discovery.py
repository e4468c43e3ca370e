"""Looking behind a page: politely, in bounded time, and never where it must not go."""

from collections.abc import AsyncIterator

import pytest

from bot.errors import SourceFault
from bot.ingest.addresses import AllowHosts
from bot.ingest.fetching import Fetcher
from bot.ingest.reading import FeedReader
from bot.services.discovery import MOST_TRIED, USUAL_PATHS, Discovery
from bot.services.resting import Rests
from bot.services.robots import Robots
from tests.fakes import MovableClock
from tests.rss import CLOSURE, NOTHING, rss
from tests.website import Website


def robots(fetcher: Fetcher) -> Robots:
    clock = MovableClock()
    return Robots(fetcher, clock, Rests(clock, AllowHosts.parse("127.0.0.1")))


LINK = '<link rel="alternate" type="application/rss+xml" href="{}">'


@pytest.fixture
async def site() -> AsyncIterator[Website]:
    async with Website() as made:
        yield made


@pytest.fixture
async def fetcher(site: Website) -> AsyncIterator[Fetcher]:
    async with Fetcher(user_agent="t", allow_hosts=site.allowed) as made:
        yield made


@pytest.fixture
async def reader() -> AsyncIterator[FeedReader]:
    async with FeedReader() as made:
        yield made


async def test_only_a_few_offers_are_looked_at(
    site: Website, fetcher: Fetcher, reader: FeedReader
) -> None:
    page(site, *(f"/feed{number}" for number in range(40)))
    for number in range(40):
        item = NOTHING.but(title=f"N {number}", link=f"https://k.example/{number}")
        site.serve(f"/feed{number}", rss([item]))
    found = await Discovery(fetcher, reader, robots(fetcher)).behind(site.url("/"))
    assert len(found) == MOST_TRIED
    assert len(site.visits) == 1 + MOST_TRIED


async def test_usual_places_are_asked_once_each_and_only_where_nothing_is_offered(
    site: Website, fetcher: Fetcher, reader: FeedReader
) -> None:
    page(site)
    assert await Discovery(fetcher, reader, robots(fetcher)).behind(site.url("/")) == ()
    assert [visit.path for visit in site.visits] == ["/", *USUAL_PATHS]
    site.visits.clear()
    page(site, "/news")
    site.serve("/news", rss([CLOSURE]))
    await Discovery(fetcher, reader, robots(fetcher)).behind(site.url("/"))
    assert [visit.path for visit in site.visits] == ["/", "/news"]


async def test_what_was_found_in_time_is_all_there_is(
    site: Website, fetcher: Fetcher, reader: FeedReader
) -> None:
    page(site, "/quick", "/never")
    site.serve("/quick", rss([CLOSURE]))
    site.serve("/never", rss([NOTHING]), delay=3600)
    await reader.read(rss([CLOSURE]).encode(), None, site.url("/"))  # the worker has begun
    found = await Discovery(fetcher, reader, robots(fetcher), patience=6).behind(site.url("/"))
    assert [each.url for each in found] == [site.url("/quick")]


async def test_an_offer_inside_a_network_is_not_visited(
    fetcher: Fetcher, reader: FeedReader, site: Website
) -> None:
    page(site, "http://10.0.0.1/feed", "http://localhost:1/feed", "file:///etc/hostname")
    assert await Discovery(fetcher, reader, robots(fetcher)).behind(site.url("/")) == ()
    with pytest.raises(SourceFault) as refused:
        await Discovery(fetcher, reader, robots(fetcher)).look("http://10.0.0.1/feed")
    assert refused.value.key == "source.address.private"


async def test_a_page_that_cannot_be_had_is_told_as_such(
    fetcher: Fetcher, reader: FeedReader, site: Website
) -> None:
    for look in (
        Discovery(fetcher, reader, robots(fetcher)).behind,
        Discovery(fetcher, reader, robots(fetcher)).look,
    ):
        with pytest.raises(SourceFault) as refused:
            await look(site.url("/nowhere"))
        assert refused.value.key == "source.http.missing"


def page(site: Website, *feeds: str) -> None:
    links = "".join(LINK.format(feed) for feed in feeds)
    site.serve("/", f"<html><head>{links}</head></html>", "text/html")
