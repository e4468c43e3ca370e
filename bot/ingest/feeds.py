"""Feeds read: RSS 0.9x, 1.0, 2.0 and Atom, in any encoding, well-formed or not, behind the delta.

Pages, JSON, entity bombs and what holds no entry are refused with a fault that says so. A valid
feed without entries is a feed. Home of feedparser, which sees only what was not seen before.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

import feedparser

from bot.domain.entries import Entry, distinct_keys
from bot.domain.sources import SourceKind
from bot.errors import SourceFault
from bot.ingest import discourse
from bot.ingest.charset import to_utf8
from bot.ingest.delta import News, Split, news, split, whole_items
from bot.ingest.items import entry_of, language_tag
from bot.ingest.prolog import feed_document
from bot.ingest.sanitise import clean_title
from bot.ingest.statuspage import is_status_feed

MOST_ENTRIES = 500
"""Entries of one reading. Of more, those at both ends: some feeds put the newest last."""

MOST_PARSED = 2_000_000
"""Bytes that are parsed in one reading: feedparser needs some thirty times that in memory."""

_NOT_IN_XML = bytes(sorted(set(range(32)) - {9, 10, 13}))


@dataclass(frozen=True, slots=True)
class FeedRead:
    """What a reading brought. `entries`: those not `seen` before, in the order of the document.

    `seen`: to hand in at the next reading. `total`: items in the document. `full`: `entries` are
    all of them. `title` and `language` are None where nothing was new: keep what you have.
    `kind`: what the document turned out to be. `next_url`: where older entries stand.
    """

    title: str | None
    language: str | None
    entries: tuple[Entry, ...]
    seen: bytes
    total: int
    full: bool
    kind: SourceKind = SourceKind.FEED
    next_url: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A feed before parsing: UTF-8 from its first tag on; `parts` and `news` where it splits."""

    text: bytes
    url: str
    parts: Split | None
    news: News | None

    @property
    def new_items(self) -> int | None:
        """How many items are new; None where the whole document has to be read."""
        return None if self.news is None or self.news.anew else len(self.news.unseen)

    def delta(self) -> bytes:
        """The document with only what is new in it; the whole where it does not split."""
        if self.parts is None or self.news is None:
            return self.text
        return self.parts.only(_affordable(self.parts, self.news.unseen))


def read_feed(body: bytes, content_type: str | None, url: str, seen: bytes = b"") -> FeedRead:
    """Read a feed's body. `url` is the base of relative links; `seen` as the last reading gave it.

    Raises `SourceFault` (`source.feed.…`).
    """
    document = open_feed(body, content_type, url, seen)
    return read_new(document) or read_whole(document)


def open_feed(body: bytes, content_type: str | None, url: str, seen: bytes) -> Document:
    """All that comes before parsing: encoding, refusals, what is new. Raises `SourceFault`."""
    text = feed_document(to_utf8(body, content_type), url)
    parts = split(text)
    return Document(text, url, parts, news(parts, seen) if parts else None)


def read_new(document: Document) -> FeedRead | None:
    """Read only what is new; None where only the whole document can tell."""
    parts, found = document.parts, document.news
    if parts is None or found is None or found.anew:
        return None
    if not found.unseen:
        return FeedRead(None, None, (), found.seen, len(parts.chunks), full=False)
    chosen = _affordable(parts, found.unseen)
    text = parts.only(chosen).translate(None, _NOT_IN_XML)
    if not _is_well_formed(text):  # only the slow parser, and only the whole document, will do
        return None
    parsed = _parse(text, document.url)
    if parsed["bozo"] or len(parsed["entries"]) != len(chosen):
        return None
    entries = _entries(parsed)
    if not _keys_are_distinct(entries):
        return None
    title, language = _title(parsed), _language(parsed)
    return FeedRead(title, language, entries, found.seen, len(parts.chunks), full=False)


def read_whole(document: Document) -> FeedRead:
    """Read the whole document, well-formed or not. Raises `SourceFault`."""
    parts, found = document.parts, document.news
    text, cut = document.text, False
    if parts is None:
        text, cut = whole_items(text[:MOST_PARSED])
    else:
        text = parts.only(_affordable(parts, tuple(range(len(parts.chunks)))))
    parsed = _parse(text, document.url)
    entries = _entries(parsed)
    if not entries and cut:
        raise SourceFault("source.feed.cut")
    if not entries and (parsed["bozo"] or not parsed["version"]):
        raise SourceFault("source.feed.unreadable")
    # Where guids repeat, one item alone does not tell its key: such feeds are always read whole.
    sound = found is not None and _keys_are_distinct(entries)
    return FeedRead(
        _title(parsed),
        _language(parsed),
        distinct_keys(entries),
        found.seen if found is not None and sound else b"",
        len(parts.chunks) if parts else len(entries),
        full=True,
        kind=_kind(parsed),
    )


def _is_well_formed(text: bytes) -> bool:
    try:
        expat.ParserCreate("utf-8").Parse(text, True)
    except expat.ExpatError:
        return False
    return True


def _parse(text: bytes, url: str) -> dict[str, Any]:
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        parsed: dict[str, Any] = feedparser.parse(
            io.BytesIO(text.translate(None, _NOT_IN_XML)),
            response_headers=headers,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as error:  # whatever a feed makes the parser do is the feed's fault
        raise SourceFault("source.feed.unreadable") from error
    return parsed


def _entries(parsed: dict[str, Any]) -> tuple[Entry, ...]:
    language = _language(parsed)
    items = parsed["entries"]
    return tuple(entry_of(item, language) for item in items[:MOST_ENTRIES])


def _affordable(parts: Split, indexes: tuple[int, ...]) -> tuple[int, ...]:
    """All of `indexes`, or, where they are too many or too long, those at both ends."""
    size = sum(len(parts.chunks[index]) for index in indexes)
    if len(indexes) <= MOST_ENTRIES and size <= MOST_PARSED:
        return indexes
    front = _within(parts, indexes)
    back = _within(parts, tuple(index for index in reversed(indexes) if index not in front))
    return front + back[::-1]


def _within(parts: Split, indexes: tuple[int, ...]) -> tuple[int, ...]:
    """The first of `indexes`, up to half of what one reading may cost."""
    size = 0
    for count, index in enumerate(indexes[: MOST_ENTRIES // 2]):
        size += len(parts.chunks[index])
        if size > MOST_PARSED // 2 and count:
            return indexes[:count]
    return indexes[: MOST_ENTRIES // 2]


def _keys_are_distinct(entries: Iterable[Entry]) -> bool:
    keys = [entry.key for entry in entries]
    return len(set(keys)) == len(keys)


def _kind(parsed: dict[str, Any]) -> SourceKind:
    feed = parsed["feed"]
    if is_status_feed(feed.get("id"), feed.get("subtitle"), feed.get("title")):
        return SourceKind.STATUSPAGE
    forum = discourse.NAMESPACE in parsed.get("namespaces", {}).values()
    return SourceKind.DISCOURSE if forum else SourceKind.FEED


def _title(parsed: dict[str, Any]) -> str | None:
    detail = parsed["feed"].get("title_detail") or {}
    is_html = detail.get("type") != "text/plain"
    return clean_title(parsed["feed"].get("title") or "", is_html=is_html) or None


def _language(parsed: dict[str, Any]) -> str | None:
    feed = parsed["feed"]
    return language_tag(feed.get("language") or (feed.get("title_detail") or {}).get("language"))
