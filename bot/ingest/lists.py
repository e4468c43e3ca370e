"""A page that lists what was published, read as entries: a newsroom or blog without a feed.

What looks like an item is a link that stands among others of its kind. Refuses menus and footers,
and pages on which nothing is listed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.domain.entries import Entry, normal_address
from bot.errors import SourceFault
from bot.ingest.charset import to_utf8
from bot.ingest.items import address
from bot.ingest.pages import language_of, readable_or_wall, title_of
from bot.ingest.sanitise import clean_title

MOST_LISTED = 60
"""Items of one list; a list has its newest first."""

FEWEST = 3
"""Links that stand alike make a list from here."""

_LEAST_TITLE = 12
_TELLING_TITLE = 25
_LONGEST_TITLE = 300
_CLIMBS = 4
_MOST_LINKS = 3000

_NOT_A_LIST = "nav, footer, form, dialog, script, style, noscript, template, svg, [role=navigation]"
_HEADING = "h1, h2, h3, h4, h5"
_GENERIC = re.compile(
    r"""\W*(?:
        read\s(?:more|on|article|post|the\s(?:full\s)?(?:article|story|post))
      | (?:learn|see|view)?\s?more | view | details | continue\sreading
      | lire\s(?:la\ssuite|plus|l.article) | en\ssavoir\splus | voir\splus
      | mehr(?:\serfahren|\slesen)? | weiterlesen | zum\sartikel
      | (?:leer|ver|saber)\sm[áa]s | (?:leia|saiba|ler)\smais
      | leggi(?:\stutto|\sdi\spi[ùu])? | scopri\sdi\spi[ùu] | lees\s(?:meer|verder) | meer\slezen
    )\W*""",
    re.IGNORECASE | re.VERBOSE,
)
_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)")
_IN_PATH = re.compile(r"/(20\d\d)[/-](\d{1,2})(?:[/-](\d{1,2}))?(?=/|-|$)")
_DAY_WORD = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|er|º|\.)?(?: de| of)? ([^\W\d_]{3,12})\.?,?(?: de)? (20\d\d)\b"
)
_WORD_DAY = re.compile(r"\b([^\W\d_]{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?,? (20\d\d)\b")
_DOTTED = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](20\d\d)\b")
# The first three letters (four where three are not enough) of a month in seven languages.
_MONTHS = {
    **dict.fromkeys(("jan", "ene", "gen"), 1),
    **dict.fromkeys(("feb", "fev", "fév"), 2),
    **dict.fromkeys(("mar", "mär", "mrz", "maa"), 3),
    **dict.fromkeys(("apr", "avr", "abr"), 4),
    **dict.fromkeys(("may", "mai", "mag", "mei"), 5),
    **dict.fromkeys(("jun", "juin", "giu"), 6),
    **dict.fromkeys(("jul", "juil", "lug"), 7),
    **dict.fromkeys(("aug", "aou", "aoû", "ago"), 8),
    **dict.fromkeys(("sep", "set"), 9),
    **dict.fromkeys(("oct", "okt", "out", "ott"), 10),
    **dict.fromkeys(("nov",), 11),
    **dict.fromkeys(("dec", "déc", "dez", "dic"), 12),
}


@dataclass(frozen=True, slots=True)
class ListRead:
    """What stands in a list, in its order. `dated`: how many items have a date."""

    title: str
    language: str | None
    entries: tuple[Entry, ...]

    @property
    def dated(self) -> int:
        """How many items have a date."""
        return sum(entry.published_at is not None for entry in self.entries)


@dataclass(frozen=True, slots=True)
class _Link:
    url: str
    title: str
    published_at: datetime | None
    standing: tuple[str, ...]


def read_list(html: bytes, content_type: str | None, url: str) -> ListRead:
    """The items listed on the page at `url`. Their bodies are empty: they stand elsewhere.

    Raises `SourceFault`: as `read_page`, and `source.page.no_list`.
    """
    utf8 = to_utf8(html, content_type)
    tree = LexborHTMLParser(utf8)
    title, language = title_of(tree), language_of(tree)
    for node in tree.css(_NOT_A_LIST):
        node.decompose()
    items = _items(list(_links(tree, url)))
    if not items:
        host = urlsplit(url).hostname or url
        readable_or_wall(utf8, url, title)
        raise SourceFault("source.page.no_list", host=host)
    entries = tuple(
        Entry(
            key=normal_address(each.url),
            url=each.url,
            title=each.title,
            body="",
            published_at=each.published_at,
            language=language,
        )
        for each in items[:MOST_LISTED]
    )
    return ListRead(title, language, entries)


def _links(tree: LexborHTMLParser, url: str) -> Iterator[_Link]:
    here = normal_address(url).partition("#")[0]
    base = tree.css_first("base[href]")
    root = urljoin(url, base.attributes.get("href") or "") if base is not None else url
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    for node in tree.css("a[href]")[:_MOST_LINKS]:
        try:
            link = address(urljoin(root, (node.attributes.get("href") or "").strip()))
        except ValueError:
            continue
        if (
            link is None
            or not _is_below(link, host)
            or normal_address(link).partition("#")[0] == here
        ):
            continue
        title = _title(node)
        if len(title) >= _LEAST_TITLE:
            yield _Link(link.partition("#")[0], title, _date(node, link), _standing(node))


def _is_below(link: str, host: str) -> bool:
    """Whether a link leads to the same site, and to more than its front page."""
    parts = urlsplit(link)
    other = (parts.hostname or "").removeprefix("www.")
    same = other == host or other.endswith("." + host) or host.endswith("." + other)
    return same and parts.path not in ("", "/")


def _title(node: LexborNode) -> str:
    """A heading in the link, its words, or the heading beside it where they say nothing."""
    heading = node.css_first(_HEADING)
    text = clean_title((heading or node).text(separator=" "), is_html=False)
    if text and not _GENERIC.fullmatch(text):
        return text[:_LONGEST_TITLE]
    parent = node.parent
    for _ in range(_CLIMBS):
        if parent is None:
            return ""
        beside = parent.css(_HEADING)
        if len(beside) == 1:
            return clean_title(beside[0].text(separator=" "), is_html=False)[:_LONGEST_TITLE]
        if beside:
            return ""
        parent = parent.parent
    return ""


def _standing(node: LexborNode) -> tuple[str, ...]:
    """How a link stands in the page; items of a list stand alike."""
    standing = []
    parent = node.parent
    for _ in range(_CLIMBS):
        if parent is None or parent.tag in (None, "body", "html"):
            break
        first = ((parent.attributes.get("class") or "").split() or [""])[0]
        standing.append(f"{parent.tag}.{re.sub(r'[0-9]+', '', first)}")
        parent = parent.parent
    return tuple(standing)


def _date(node: LexborNode, link: str) -> datetime | None:
    """The date of the item: in the link, around it as far as it stands alone, or in its address."""
    around: LexborNode | None = node
    for _ in range(_CLIMBS):
        if around is None or around.tag in ("body", "html", "main"):
            break
        times = around.css("time")
        if len(times) > 1:
            break
        if times and (at := _written(times[0].attributes.get("datetime") or times[0].text())):
            return at
        text = around.text(separator=" ")
        if len(text) > 1500 or len({a.attributes.get("href") for a in around.css("a[href]")}) > 4:
            break
        if at := _written(text):
            return at
        around = around.parent
    found = _IN_PATH.search(urlsplit(link).path)
    return _day(int(found[1]), int(found[2]), int(found[3] or 1)) if found else None


def _written(text: str) -> datetime | None:
    text = " ".join(text.split())[:2000]
    if found := _ISO.search(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    for found in _DAY_WORD.finditer(text):
        if month := _month(found[2]):
            return _day(int(found[3]), month, int(found[1]))
    for found in _WORD_DAY.finditer(text):
        if month := _month(found[1]):
            return _day(int(found[3]), month, int(found[2]))
    if found := _DOTTED.search(text):
        return _day(int(found[3]), int(found[2]), int(found[1]))
    return None


def _month(word: str) -> int | None:
    lower = word.casefold()
    return _MONTHS.get(lower[:4]) or _MONTHS.get(lower[:3])


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def _items(links: list[_Link]) -> list[_Link]:
    """The links that stand alike and say enough, each address once, in the page's order."""
    groups: dict[tuple[str, ...], dict[str, _Link]] = {}
    for link in links:
        group = groups.setdefault(link.standing, {})
        known = group.get(normal_address(link.url))
        if known is None or len(link.title) > len(known.title):
            group[normal_address(link.url)] = link
    chosen = {key for group in groups.values() if _is_list(list(group.values())) for key in group}
    items: dict[str, _Link] = {}
    for link in links:
        key = normal_address(link.url)
        if key in chosen:
            known = items.get(key)
            if known is None:
                items[key] = link
            elif known.published_at is None and link.published_at is not None:
                items[key] = _Link(link.url, known.title, link.published_at, known.standing)
    return list(items.values())


def _is_list(group: list[_Link]) -> bool:
    if len(group) < FEWEST:
        return False
    dated = sum(link.published_at is not None for link in group)
    return dated * 2 >= len(group) or median(len(link.title) for link in group) >= _TELLING_TITLE
