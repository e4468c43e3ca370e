"""A small generated feed in every dialect that feedparser reads, in several encodings, for the
agreement row."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from tests.bench.feeds import ITEMS, Blog, Item, atom10, rss20

ENCODINGS = ("utf-8", "iso-8859-1", "windows-1252", "utf-16")

_SMALL = 8
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"


def documents(numbers: Sequence[int], newest: datetime) -> Iterator[tuple[str, bytes]]:
    """Each dialect once for each number, in turn in one of the encodings: its name, its bytes."""
    for number in numbers:
        blog = Blog(number, newest)
        items = [blog.item(place) for place in range(ITEMS - 1, ITEMS - 1 - _SMALL, -1)]
        for place, (dialect, write) in enumerate(DIALECTS.items()):
            encoding = ENCODINGS[(number + place) % len(ENCODINGS)]
            body = write(blog.name, blog.host, items)
            document = f'<?xml version="1.0" encoding="{encoding}"?>\n{body}'
            yield f"{dialect}, {encoding}", document.encode(encoding, "xmlcharrefreplace")


def _body(document: str) -> str:
    return document.partition("?>")[2]


def _rss20(name: str, host: str, items: Sequence[Item]) -> str:
    return _body(rss20(name, host, items))


def _atom10(name: str, host: str, items: Sequence[Item]) -> str:
    return _body(atom10(name, host, items))


def _rss09x(version: str, *, dated: bool) -> Callable[[str, str, Sequence[Item]], str]:
    def write(name: str, host: str, items: Sequence[Item]) -> str:
        written = "".join(
            f"<item><title>{escape(item.title)}</title><link>{item.link}</link>"
            f"<description>{escape(item.body)}</description>"
            + (f"<pubDate>{format_datetime(item.at)}</pubDate>" if dated else "")
            + "</item>"
            for item in items
        )
        return (
            f'<rss version="{version}"><channel><title>{name}</title><link>https://{host}/</link>'
            f"<description>News</description><language>en</language>{written}</channel></rss>"
        )

    return write


def _rss20_links(name: str, host: str, items: Sequence[Item]) -> str:
    """RSS 2.0 whose guids are addresses and whose items have no link of their own."""
    written = "".join(
        f"<item><title><![CDATA[{item.title} & more]]></title><guid>{item.link}</guid>"
        f"<dc:date>{_stamp(item.at)}</dc:date><description>{escape(item.body)}</description></item>"
        for item in items
    )
    return (
        f'<rss version="2.0" xmlns:dc="{_DC}"><channel><title>{name}</title>'
        f"<link>https://{host}/</link>{written}</channel></rss>"
    )


def _rss090(name: str, host: str, items: Sequence[Item]) -> str:
    written = "".join(
        f"<item><title>{escape(item.title)}</title><link>{item.link}</link></item>\n"
        for item in items
    )
    return (
        f'<rdf:RDF xmlns:rdf="{_RDF}" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
        f"<channel><title>{name}</title><link>https://{host}/</link></channel>{written}</rdf:RDF>"
    )


def _rss10(name: str, host: str, items: Sequence[Item]) -> str:
    listed = "".join(f'<rdf:li rdf:resource="{item.link}"/>' for item in items)
    written = "".join(
        f'<item rdf:about="{item.link}"><title>{escape(item.title)}</title>'
        f"<link>{item.link}</link><dc:date>{_stamp(item.at)}</dc:date>"
        f"<content:encoded><![CDATA[{item.body}]]></content:encoded></item>\n"
        for item in items
    )
    return (
        f'<rdf:RDF xmlns:rdf="{_RDF}" xmlns="http://purl.org/rss/1.0/" xmlns:dc="{_DC}" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f'<channel rdf:about="https://{host}/"><title>{name}</title><link>https://{host}/</link>'
        f"<items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n{written}</rdf:RDF>"
    )


def _atom03(name: str, host: str, items: Sequence[Item]) -> str:
    written = "".join(
        f"<entry><title>{escape(item.title)}</title>"
        f'<link rel="alternate" type="text/html" href="{item.link}"/><id>{item.guid}</id>'
        f"<issued>{_stamp(item.at)}</issued><modified>{_stamp(item.at)}</modified>"
        f'<content type="text/html" mode="escaped">{escape(item.body)}</content></entry>'
        for item in items
    )
    return (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en">'
        f'<title>{name}</title><link rel="alternate" type="text/html" href="https://{host}/"/>'
        f"<modified>{_stamp(items[0].at)}</modified>{written}</feed>"
    )


def _atom_based(name: str, host: str, items: Sequence[Item]) -> str:
    """Atom 1.0 with relative links below `xml:base`, titles in HTML and in XHTML."""
    written = "".join(
        f"<entry><id>{item.guid}</id><title type='html'>{escape(f'<b>{escape(item.title)}</b>')}"
        f"</title><link href='{item.link.partition('.example')[2]}'/>"
        f"<updated>{_stamp(item.at)}</updated><summary type='xhtml'>"
        f"<div xmlns='http://www.w3.org/1999/xhtml'><p>{escape(item.title)}</p></div></summary>"
        "</entry>"
        for item in items
    )
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://{host}/">'
        f"<title>{name}</title><id>https://{host}/</id>{written}</feed>"
    )


def _cdf(name: str, host: str, items: Sequence[Item]) -> str:
    written = "".join(
        f'<ITEM HREF="{item.link}" LASTMOD="{item.at:%Y-%m-%dT%H:%M}">'
        f"<TITLE>{escape(item.title)}</TITLE><ABSTRACT>{escape(item.title)}</ABSTRACT></ITEM>"
        for item in items
    )
    return f'<CHANNEL HREF="https://{host}/"><TITLE>{name}</TITLE>{written}</CHANNEL>'


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


DIALECTS: dict[str, Callable[[str, str, Sequence[Item]], str]] = {
    "RSS 0.90": _rss090,
    "RSS 0.91": _rss09x("0.91", dated=False),
    "RSS 0.92": _rss09x("0.92", dated=True),
    "RSS 0.93": _rss09x("0.93", dated=True),
    "RSS 1.0": _rss10,
    "RSS 2.0": _rss20,
    "RSS 2.0, guids for links": _rss20_links,
    "Atom 0.3": _atom03,
    "Atom 1.0": _atom10,
    "Atom 1.0, relative": _atom_based,
    "CDF": _cdf,
}
"""Written one by one, as their specifications have them."""
