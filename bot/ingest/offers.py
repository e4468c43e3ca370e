"""What a web page offers to be read in its place: the feeds that it names, the forum that it is.

Looks at the beginning only, and only for what a program may read. Refuses feeds of comments: what
anybody may write under a page is not its word.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from bot.domain.entries import normal_address
from bot.ingest import discourse, wordpress
from bot.ingest.charset import to_utf8
from bot.ingest.items import address
from bot.ingest.sanitise import clean_title

MOST_OFFERS = 10
LOOKED_AT = 400_000
"""Bytes of a page that are looked at."""

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_JSON_FEED = re.compile(r"/feed(?:\.json|/json/?)$", re.IGNORECASE)
_LOOKS_LIKE_FEED = re.compile(
    r"(?:/(?:feed|rss|atom)/?|[./](?:rss|atom)|(?:^|/)(?:feed|rss|atom|index)\.xml)$",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"/comments?(?:/feed|\.(?:xml|rss|atom)|/default)", re.IGNORECASE)
_MOST_LINKS = 3000


@dataclass(frozen=True, slots=True)
class Offer:
    """An address that may be read, and how the page calls it."""

    url: str
    title: str


def offers_of(page: bytes, content_type: str | None, url: str) -> tuple[Offer, ...]:
    """What `page` at `url` offers, what it declares before what it merely links to."""
    reader = _PageReader()
    with contextlib.suppress(AssertionError):  # what html.parser makes of some broken declarations
        reader.feed(to_utf8(page[:LOOKED_AT], content_type).decode("utf-8", "replace"))
        reader.close()
    base = _joined(url, reader.base) or url
    found: dict[str, Offer] = {}
    for href, title in _ordered(reader, url):
        link = address(_joined(base, href))
        if link is None or _COMMENTS.search(urlsplit(link).path):
            continue
        named = clean_title(title, is_html=False)[:100]
        found.setdefault(normal_address(link), Offer(link, named))
    return tuple(found.values())[:MOST_OFFERS]


def _ordered(reader: "_PageReader", url: str) -> Iterator[tuple[str, str]]:
    yield from reader.declared
    if reader.generator.startswith("discourse"):
        yield discourse.feed_of(url), reader.title
    yield from reader.linked
    if reader.wordpress and not reader.declared:
        yield wordpress.interface_of(_joined(url, reader.wordpress) or url), reader.title


def _joined(base: str, href: str) -> str | None:
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return None


class _PageReader(HTMLParser):
    """Collects links to feeds, and what the page says of the program that made it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.declared: list[tuple[str, str]] = []
        self.linked: list[tuple[str, str]] = []
        self.base = ""
        self.generator = ""
        self.wordpress = ""
        self.title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "link":
                self._link(given)
            case "a" if len(self.linked) < _MOST_LINKS:
                href = given.get("href", "")
                if _LOOKS_LIKE_FEED.search(href.partition("?")[0]):
                    self.linked.append((href, given.get("title", "")))
            case "base" if not self.base:
                self.base = given.get("href", "")
            case "meta" if given.get("name", "").lower() == "generator":
                self.generator = given.get("content", "").strip().lower()
            case "title":
                self._in_title = not self.title

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data[:500]

    def _link(self, given: dict[str, str]) -> None:
        relations = given.get("rel", "").lower().split()
        kind = given.get("type", "").partition(";")[0].strip().lower()
        href = given.get("href", "")
        if "https://api.w.org/" in relations:
            self.wordpress = href
        if not {"alternate", "feed"} & set(relations) or not href.strip():
            return
        is_feed = kind in _FEED_TYPES or (kind == "application/json" and _JSON_FEED.search(href))
        if is_feed and len(self.declared) < _MOST_LINKS:
            self.declared.append((href, given.get("title", "")))
