"""Documents in JSON, read as entries: JSON Feed, and the interfaces of help centres, status pages,
forums and sites. Each kind is known by the document's own shape.

Of an item only what was not seen before is made an entry. Refuses JSON that is none of these, and
what is nested beyond measure.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.entries import distinct_keys
from bot.domain.sources import SourceKind
from bot.errors import SourceFault
from bot.ingest import discourse, jsonfeed, statuspage, wordpress, zendesk
from bot.ingest.charset import to_utf8
from bot.ingest.delta import MOST_ITEMS, unseen
from bot.ingest.feeds import MOST_ENTRIES, FeedRead
from bot.ingest.items import address, entry_of, language_tag
from bot.ingest.jsonfields import Items
from bot.ingest.sanitise import clean_title

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Interface:
    """One kind of document: `items_of` gives None where it is another kind."""

    kind: SourceKind
    items_of: Callable[[object, str], Items | None]


_INTERFACES = (
    _Interface(SourceKind.ZENDESK, zendesk.items_of),
    _Interface(SourceKind.STATUSPAGE, statuspage.items_of),
    _Interface(SourceKind.DISCOURSE, discourse.items_of),
    _Interface(SourceKind.WORDPRESS, wordpress.items_of),
)


def read_json(body: bytes, content_type: str | None, url: str, seen: bytes) -> FeedRead:
    """Read a document in JSON, as `read_document` does. Raises `SourceFault`."""
    document = _parsed(to_utf8(body, content_type))
    feed = jsonfeed.items_of(document, url, content_type or "")
    if feed is not None:
        return _read(SourceKind.FEED, feed, url, seen)
    for interface in _INTERFACES:
        found = interface.items_of(document, url)
        if found is not None:
            return _read(interface.kind, found, url, seen)
    raise SourceFault("source.feed.json")


def _parsed(text: bytes) -> object:
    try:
        return json.loads(text.strip(b" \t\r\n\0"))
    except (ValueError, RecursionError):  # a number of many thousand digits is a ValueError too
        raise SourceFault("source.feed.json_broken") from None


def _read(kind: SourceKind, found: Items, url: str, seen: bytes) -> FeedRead:
    items = [item for item in _both_ends(found.items, MOST_ITEMS) if item is not None]
    language = language_tag(found.language)
    context = f"{kind.value} {language}".encode()
    news = unseen(context, [item.written for item in items], seen)
    chosen = [items[index] for index in _both_ends(news.unseen, MOST_ENTRIES)]
    parsed = [item.as_parsed(base=item.url or url) for item in chosen]
    entries = [
        entry_of(each, language_tag(item.language) or language)
        for item, each in zip(chosen, parsed, strict=True)
    ]
    return FeedRead(
        title=clean_title(found.title, is_html=False) or None,
        language=language,
        entries=distinct_keys(entries),
        seen=news.seen,
        total=len(items),
        full=news.anew,
        kind=kind,
        next_url=address(found.next_url),
    )


def _both_ends(values: Sequence[_T], most: int) -> Sequence[_T]:
    """All of `values`, or, of more than `most`, those at both ends."""
    return values if len(values) <= most else (*values[: most // 2], *values[-(most // 2) :])
