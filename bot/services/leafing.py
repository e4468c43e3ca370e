"""Reads a document that was fetched, and leafs on where more was published at once than one page
holds. Never further than a few pages, never to another host, never at a first reading."""

from dataclasses import replace
from urllib.parse import urlsplit

from bot.domain.entries import distinct_keys
from bot.errors import SourceFault
from bot.ingest.feeds import FeedRead
from bot.ingest.fetching import Fetcher
from bot.ingest.outcomes import Fetched
from bot.ingest.reading import FeedReader
from bot.services.resting import Rests

MOST_PAGES = 4
"""Pages of one visit, the first included."""


async def read_fetched(
    fetcher: Fetcher, reader: FeedReader, rests: Rests, fetched: Fetched, seen: bytes
) -> FeedRead:
    """What stands in `fetched` and was not `seen`. Raises `SourceFault` for the first page only:
    what is missing behind it is missed once, not the whole visit."""
    read = last = await _read(reader, fetched, seen)
    pages = 1
    while pages < MOST_PAGES and (url := _further(last, fetched)) is not None:
        await rests.before(url)
        outcome = await fetcher.fetch(url)
        if not isinstance(outcome, Fetched):
            break
        try:
            last = await _read(reader, outcome, read.seen)
        except SourceFault:
            break
        read = replace(
            read,
            entries=distinct_keys((*read.entries, *last.entries)),
            seen=last.seen,
            total=read.total + last.total,
        )
        pages += 1
    return read


async def _read(reader: FeedReader, fetched: Fetched, seen: bytes) -> FeedRead:
    body = await fetched.body()
    return await reader.read(body, fetched.content_type, fetched.final_url, seen)


def _further(read: FeedRead, first: Fetched) -> str | None:
    """The next page, where all of this one is news and more may be."""
    if read.full or read.next_url is None or not read.total or len(read.entries) < read.total:
        return None
    same_host = urlsplit(read.next_url).hostname == urlsplit(first.final_url).hostname
    return read.next_url if same_host else None
