"""What an address is: a feed, a known interface, or a page; and then which feeds belong to it.

Asks politely: a handful of addresses at most, one after the other, and none behind a wall.
"""

import asyncio
import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import urljoin, urlsplit

from bot.domain.entries import Entry, normal_address
from bot.domain.pages import Selectors
from bot.domain.sources import SourceKind
from bot.errors import Fault, SourceFault
from bot.ingest import discourse, statuspage, zendesk
from bot.ingest.fetching import Fetcher
from bot.ingest.offers import Offer
from bot.ingest.outcomes import Failed, Fetched
from bot.ingest.reading import FeedReader
from bot.services.robots import Robots

USUAL_PATHS = ("/feed", "/rss.xml", "/feed.xml", "/atom.xml")
"""Where feeds stand that no page names. The first that is there is taken."""

MOST_TRIED = 6
"""Offers of one page that are looked at."""

LISTED = 5
"""So many links of which at least half have a date make a page a list."""

_STATES_RULES = re.compile(
    r"terms|conditions|polic(?:y|ies)|legal|fees?\b|pricing|seller-?agreement|tos\b"
    r"|frais|tarif|cg[uv]\b|reglement|mentions|agb\b|geb(?:ue|u|%c3%bc)hr|nutzungsbedingung"
    r"|preise|condiciones|tarifas|comision|condizioni|commissioni|termos|condicoes|taxas|voorwaarden"
    r"|tarieven|kosten|regeln|reglas|regole|regels|rules",
    re.IGNORECASE,
)
_PAGES = ("source.feed.html", "source.feed.html_offers")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that can be read, what it is, and what stands there now."""

    url: str
    kind: SourceKind
    title: str
    total: int
    entries: tuple[Entry, ...]


def interface_of(url: str) -> str | None:
    """Where that is best read which the address alone betrays: a help centre, a status page, the
    list of a forum."""
    return zendesk.interface_of(url) or statuspage.interface_of(url) or discourse.interface_of(url)


def is_page(fault: Fault) -> bool:
    """Whether there is a web page where a feed was sought."""
    return fault.key in _PAGES


def states_rules(url: str) -> bool:
    """Whether an address looks like that of a page with terms or fees, which no feed stands for."""
    return bool(_STATES_RULES.search(urlsplit(url).path))


class Discovery:
    """Looks at addresses. Keeps nothing. `patience`: seconds after which what was found behind a
    page by then is all there is."""

    def __init__(
        self, fetcher: Fetcher, reader: FeedReader, robots: Robots, patience: float = 60.0
    ) -> None:
        self._fetcher = fetcher
        self._robots = robots
        self._reader = reader
        self._patience = patience

    async def look(self, url: str) -> Candidate:
        """What stands at `url` itself. Raises `SourceFault` where nothing can be read."""
        return await self._read(url, await self._fetch(url))

    async def find(self, url: str) -> Candidate | None:
        """As `look`; None where nothing can be read."""
        try:
            return await self.look(url)
        except SourceFault:
            return None

    async def behind(self, url: str) -> tuple[Candidate, ...]:
        """The feeds of the page at `url`: those that it names, else one at a usual place.

        Raises `SourceFault` where the page itself cannot be had.
        """
        page = await self._fetch(url)
        offers = await self._reader.offers(await page.body(), page.content_type, page.final_url)
        found: dict[tuple[object, ...], Candidate] = {}
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await self._look_at_offers(offers[:MOST_TRIED], found)
                if not found:
                    await self._look_at_usual_paths(page.final_url, found)
        return tuple(found.values())

    async def page(self, url: str) -> Candidate:
        """The page at `url` itself: a list of what was published, or a text that is compared with
        what it said before. Raises `SourceFault`."""
        objection = await self._robots.objection(url)
        if objection is not None:
            raise _as_source_fault(objection.fault, url)
        fetched = await self._fetch(url)
        body = await fetched.body()
        about = (body, fetched.content_type, fetched.final_url)
        with contextlib.suppress(SourceFault):
            listed = await self._reader.listed(*about)
            count = len(listed.entries)
            if count >= LISTED and listed.dated * 2 >= count:
                return Candidate(url, SourceKind.LIST, listed.title, count, listed.entries)
        found = (await self._reader.page(*about, Selectors())).page
        entry = Entry(
            url, url, found.title, escape(found.text, quote=False), language=found.language
        )
        return Candidate(url, SourceKind.PAGE, found.title, 1, (entry,))

    async def article(self, url: str) -> Entry:
        """What is said at `url`: a page's text, or the newest entry of a feed, under the address
        where it was found in the end. Asked for by a person, under the rules for all visits.
        Raises `SourceFault`."""
        objection = await self._robots.objection(url)
        if objection is not None:
            raise _as_source_fault(objection.fault, url)
        fetched = await self._fetch(url)
        body = await fetched.body()
        about = (body, fetched.content_type, fetched.final_url)
        try:
            read = await self._reader.read(*about)
        except SourceFault as fault:
            if not is_page(fault):
                raise
        else:
            if not read.entries:
                raise SourceFault("source.feed.empty")
            return replace(read.entries[0], url=fetched.final_url)
        page = (await self._reader.page(*about, Selectors())).page
        lines = page.text.split("\n")
        said = lines[1:] if lines[0].casefold() == page.title.casefold() else lines
        return Entry(url, fetched.final_url, page.title or lines[0], "\n".join(said))

    async def _look_at_offers(
        self, offers: Iterable[Offer], found: dict[tuple[object, ...], Candidate]
    ) -> None:
        """Add those that can be read; RSS and Atom of the same entries count once."""
        for offer in offers:
            candidate = await self.find(offer.url)
            if candidate is not None:
                named = replace(candidate, title=candidate.title or offer.title)
                found.setdefault(_content(candidate), named)

    async def _look_at_usual_paths(
        self, home: str, found: dict[tuple[object, ...], Candidate]
    ) -> None:
        for path in USUAL_PATHS:
            candidate = await self.find(urljoin(home, path))
            if candidate is not None:
                found[_content(candidate)] = candidate
                return

    async def _fetch(self, url: str) -> Fetched:
        match await self._fetcher.fetch(url):
            case Fetched() as fetched:
                return fetched
            case Failed(fault=SourceFault() as fault):
                raise fault
        raise SourceFault("source.http.status", host=url, status=304)

    async def _read(self, url: str, fetched: Fetched) -> Candidate:
        body = await fetched.body()
        read = await self._reader.read(body, fetched.content_type, fetched.final_url)
        return Candidate(url, read.kind, read.title or "", read.total, read.entries)


def _as_source_fault(fault: Fault, url: str) -> SourceFault:
    if isinstance(fault, SourceFault):
        return fault
    return SourceFault("source.connect.lost", host=urlsplit(url).hostname or url)


def _content(candidate: Candidate) -> tuple[object, ...]:
    """What two feeds of the same entries have in common; empty ones have nothing."""
    if not candidate.entries:
        return (normal_address(candidate.url),)
    return tuple(entry.address or entry.title for entry in candidate.entries[:5])
