"""Generated feeds, from a seed: blogs of 25 items of a few thousand characters each, which grow by
an item at a time. Refuses chance that is not seeded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape

from tests.bench.words import Says, post

ITEMS = 25
"""Items in a feed, the newest first."""

# fmt: off
_FIRST = (
    "Kiln", "Loom", "Wool", "Paper", "Bead", "Tile", "Felt", "Glass", "Thread", "Copper", "Willow",
    "Indigo",
)
_LAST = (
    "folk", "hall", "market", "craft", "house", "fair", "works", "yard", "lane", "barn", "room",
    "port",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Item:
    """One item, ready to be written in any dialect. `body` is HTML."""

    guid: str
    link: str
    title: str
    body: str
    at: datetime
    language: str


@dataclass(frozen=True, slots=True)
class Blog:
    """A platform's blog: `number` is its seed, `newest` when its item `ITEMS - 1` came out.

    `news[k]` is what its item number `ITEMS + k` says.
    """

    number: int
    newest: datetime
    news: tuple[Says, ...] = ()

    @property
    def name(self) -> str:
        """The platform."""
        return platform_name(self.number)

    @property
    def host(self) -> str:
        """Where its posts live."""
        return f"blog.{self.name.lower()}.example"

    def document(self) -> bytes:
        """The feed as it stands: RSS and Atom by turns, as WordPress and others write them."""
        last = ITEMS + len(self.news)
        items = [self.item(place) for place in range(last - 1, last - 1 - ITEMS, -1)]
        return (atom10 if self.number % 2 else rss20)(self.name, self.host, items).encode()

    def item(self, place: int) -> Item:
        """One of its items, counted from the oldest."""
        says = self.news[place - ITEMS] if place >= ITEMS else Says.ORDINARY
        return _item(self.number, place, self.newest, says)


def platform_name(number: int) -> str:
    """An invented name, another for each number."""
    made = _FIRST[number % 12] + _LAST[number // 12 % 12]
    high = number // 144
    while high:  # a syllable for each further digit: names stay words
        high, digit = divmod(high, 20)
        made += "bacedifogulamenipotu"[digit] + "aeiou"[digit % 5] + "nrls"[digit % 4]
    return made


@cache
def _item(number: int, place: int, newest: datetime, says: Says) -> Item:
    name = platform_name(number)
    language = "fr" if number % 4 == 3 else "en"
    at = newest + timedelta(days=3) * (place - ITEMS + 1)
    if place >= ITEMS:
        at = newest + timedelta(minutes=place - ITEMS + 1)
    written = post(f"{number}.{place}", says, name, language, at.date(), 5 + place % 9)
    host = f"blog.{name.lower()}.example"
    return Item(
        guid=f"https://{host}/?p={1000 + place}",
        link=f"https://{host}/posts/{place}",
        title=written.title,
        body=_html(written.paragraphs, host),
        at=at,
        language=language,
    )


def _html(paragraphs: Sequence[str], host: str) -> str:
    """Paragraphs with what blogs have: pictures, links, lists, and what a reader must take out."""
    parts = []
    for place, paragraph in enumerate(paragraphs):
        text = escape(paragraph, quote=False)
        if place % 4 == 1:
            text = f'<a href="/tag/{place}" onclick="track()">{text[:12]}</a>{text[12:]}'
        if place % 5 == 2:
            source = f"https://{host}/pictures/{place}.jpg"
            text += f'<img src="{source}" width="640" height="480" alt="" class="size-full"/>'
        parts.append(f"<p>{text}</p>" if place % 6 != 4 else f"<ul><li>{text}</li></ul>")
    parts.append('<iframe src="https://video.example/1"></iframe><script>count()</script>')
    return "\n".join(parts)


def rss20(name: str, host: str, items: Sequence[Item]) -> str:
    """RSS 2.0 with summaries and whole bodies, as WordPress writes it."""
    written = "".join(
        f"<item>\n<title>{escape(item.title)}</title>\n<link>{item.link}</link>\n"
        f"<dc:creator><![CDATA[The team]]></dc:creator>\n"
        f"<pubDate>{format_datetime(item.at)}</pubDate>\n<category><![CDATA[News]]></category>\n"
        f'<guid isPermaLink="false">{item.guid}</guid>\n'
        f"<description><![CDATA[{item.body[:280].rpartition('>')[0]}>]]></description>\n"
        f"<content:encoded><![CDATA[{item.body}]]></content:encoded>\n</item>\n"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
        f"<title>{name}</title>\n<link>https://{host}/</link>\n"
        f"<description>The blog of {name}</description>\n{written}</channel>\n</rss>\n"
    )


def atom10(name: str, host: str, items: Sequence[Item]) -> str:
    """Atom 1.0 with escaped HTML."""
    written = "".join(
        f"<entry><id>{item.guid}</id><title>{escape(item.title)}</title>"
        f'<link rel="alternate" href="{item.link}"/><published>{item.at.isoformat()}</published>'
        f'<updated>{item.at.isoformat()}</updated><content type="html">{escape(item.body)}'
        f"</content></entry>\n"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">\n'
        f'<title>{name}</title><id>https://{host}/</id><link href="https://{host}/"/>'
        f"<updated>{items[0].at.isoformat()}</updated>\n{written}</feed>\n"
    )
