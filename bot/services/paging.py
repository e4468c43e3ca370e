"""Reads what stands on pages: a page that is compared with what it said before, or a list of links.

A change counts when it was read twice in a row. Our own new ways of reading are never news.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape

import xxhash

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.domain.entries import Entry, normal_address
from bot.domain.pages import (
    AsBefore,
    Changed,
    FirstRecord,
    PageState,
    PageText,
    Selectors,
    Unsure,
    Version,
    compare,
    decide,
    has_shrunk,
    meaning,
)
from bot.domain.platforms import CatalogueSource
from bot.domain.sources import Health, PollBounds, Source, SourceKind
from bot.errors import SourceFault
from bot.ingest.delta import unseen
from bot.ingest.faults import health_of
from bot.ingest.feeds import FeedRead
from bot.ingest.fetching import Fetcher
from bot.ingest.outcomes import Failed, Fetched
from bot.ingest.pages import WAY, can_gate, gate_of
from bot.ingest.reading import FeedReader
from bot.services.resting import Rests
from bot.services.robots import Robots
from bot.storage.database import Storage, UnitOfWork
from bot.storage.pages import Packed

PAGE_FACTOR = 48
"""A page is visited once in so many intervals of a feed: twice a day by default."""

LIST_FACTOR = 4
"""The same for a page that lists news: once an hour by default."""

MOST_ARTICLES = 4
"""Articles behind a list that are read at one visit; the next ones wait for the next."""

AGAIN = timedelta(minutes=15)
"""So soon a page that reads differently is read again."""

_LIST = b"list 1"


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page to be kept: its copy and its text."""

    packed: Packed
    page: PageText
    url: str
    content_type: str | None

    async def keep(self, work: UnitOfWork, source_id: int, now: datetime) -> None:
        """Keep it as what counts from now on."""
        await work.pages.keep(
            source_id, self.packed, self.page, now, url=self.url, content_type=self.content_type
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What a visit brought. `kept`: a page to be kept with it; `again`: it does not count before it
    is read once more, so soon the same address has to be asked for all of it."""

    read: FeedRead
    kept: KeptPage | None = None
    again: bool = False


def is_paged(kind: SourceKind) -> bool:
    """Whether such a source is a page for people, not a document for programs."""
    return kind in (SourceKind.PAGE, SourceKind.LIST)


def bounds_of(kind: SourceKind, bounds: PollBounds, *, again: bool = False) -> PollBounds:
    """How often such a source is visited. `again`: what was read has to be read once more."""
    match kind:
        case _ if again:
            soon = min(AGAIN, max(bounds.minimum, bounds.every))
            return PollBounds(soon, soon)
        case SourceKind.PAGE:
            return PollBounds(bounds.every * PAGE_FACTOR, bounds.every * PAGE_FACTOR / 2)
        case SourceKind.LIST:
            return PollBounds(bounds.every * LIST_FACTOR, bounds.every)
        case _:
            return bounds


class Paging:
    """Reads pages and lists."""

    def __init__(
        self,
        storage: Storage,
        fetcher: Fetcher,
        reader: FeedReader,
        catalogue: Catalogue,
        clock: Clock,
        robots: Robots,
        rests: Rests,
    ) -> None:
        self._rests = rests
        self._storage = storage
        self._fetcher = fetcher
        self._reader = reader
        self._catalogue = catalogue
        self._clock = clock
        self._robots = robots

    async def objection(self, source: Source) -> Failed | None:
        """Why a page must not be visited at all."""
        return await self._robots.objection(source.url)

    async def read(self, source: Source, fetched: Fetched) -> Reading:
        """What stands in `fetched` and was not told. Raises `SourceFault`."""
        if source.kind is SourceKind.LIST:
            return Reading(await self._list(source, fetched))
        return await self._page(source, fetched)

    async def first_sight(self, url: str, fetched: Fetched) -> PageText:
        """What a page says that nobody watches yet. Raises `SourceFault`."""
        body = await fetched.body()
        found = await self._reader.page(
            body, fetched.content_type, fetched.final_url, self._selectors(url)
        )
        return found.page

    async def _page(self, source: Source, fetched: Fetched) -> Reading:
        body = await fetched.body()
        chosen = self._selectors(source.url)
        way = _way(chosen)
        state = PageState.unpack(source.seen)
        if state is not None and _may_gate(source, state, way) and can_gate(body):
            gate = gate_of(body, fetched.content_type)
            if gate == state.gate:
                return Reading(_nothing(state))
        found = await self._reader.page(body, fetched.content_type, fetched.final_url, chosen)
        page = found.page
        text = await asyncio.to_thread(_hash, page)
        before = await self._before(source)
        if state is not None and state.way != way:
            before, state = await self._read_anew(before, chosen, way)
        shrunk = before is not None and has_shrunk(before.text, page.text)
        match decide(state if before else None, found.gate, text, way, shrunk=shrunk):
            case FirstRecord(after):
                kept = await self._kept(body, page, fetched)
                return Reading(_read(after, page), kept)
            case AsBefore(after):
                return Reading(_nothing(after))
            case Unsure(after):
                return Reading(_nothing(after), again=True)
            case Changed(after) if before is not None:
                kept = await self._kept(body, page, fetched)
                entry = await self._entry(source, before, page, text)
                return Reading(_read(after, page, entry), kept)
        raise AssertionError("a page changes only from what it was")

    async def _before(self, source: Source) -> Version | None:
        async with self._storage.reading() as work:
            return await work.pages.latest(source.id)

    async def _read_anew(
        self, before: Version | None, chosen: Selectors, way: bytes
    ) -> tuple[Version | None, PageState | None]:
        """The copy that counts, read the way that pages are read now."""
        if before is None:
            return None, None
        async with self._storage.reading() as work:
            copy = await work.pages.snapshot(before.snapshot_id)
        if copy is None:
            return None, None
        try:
            found = await self._reader.page(copy.body, copy.content_type, copy.url, chosen)
        except SourceFault:
            return None, None
        async with self._storage.unit_of_work() as work:
            await work.pages.read_anew(before, found.page)
        page = found.page
        anew = replace(before, title=page.title, text=page.text, language=page.language)
        return anew, PageState(found.gate, _hash(page), way=way)

    async def _kept(self, body: bytes, page: PageText, fetched: Fetched) -> KeptPage:
        packed = await asyncio.to_thread(Packed.of, body)
        return KeptPage(packed, page, fetched.final_url, fetched.content_type)

    async def _entry(
        self, source: Source, before: Version, page: PageText, text: bytes
    ) -> Entry | None:
        """The change as an entry; None where nothing is different that says something."""
        now = self._clock.now()
        compared = await asyncio.to_thread(compare, before.text, page.text, before.at.date())
        if compared is None:
            return None
        known = self._catalogue.find_source(source.url)
        language = (known.language if known else None) or page.language
        unchanged = await self._unchanged(source, known)
        compared = replace(compared, language=language, unchanged=unchanged)
        return Entry(
            key=f"{normal_address(source.url)}@{now:%Y-%m-%d}/{text.hex()[:12]}",
            url=source.url,
            title=page.title or source.url,
            body="".join(f"<p>{escape(each, quote=False)}</p>" for each in compared.added),
            published_at=now,
            language=language,
            comparison=compared,
        )

    async def _unchanged(self, source: Source, known: CatalogueSource | None) -> tuple[str, ...]:
        """The languages in which the same document is read as well and says what it said."""
        if known is None:
            return ()
        found = []
        async with self._storage.reading() as work:
            for each in self._catalogue.same_document(known):
                other = await work.sources.find_by_url(each.url)
                if other is not None and _says_what_it_said(other):
                    elsewhere = each.language != known.language
                    found.append(each.language if elsewhere else each.name)
        return tuple(found)

    async def _list(self, source: Source, fetched: Fetched) -> FeedRead:
        body = await fetched.body()
        listed = await self._reader.listed(body, fetched.content_type, fetched.final_url)
        keys = [entry.key.encode() for entry in listed.entries]
        news = unseen(_LIST, keys, source.seen)
        first = not source.seen
        new = [listed.entries[index] for index in news.unseen]
        postponed: set[str] = set()
        entries = []
        for number, entry in enumerate(new):
            if first:
                entries.append(entry)
                continue
            full = await self._article(entry) if number < MOST_ARTICLES else None
            if full is None:
                postponed.add(entry.key)
            else:
                entries.append(full)
        kept = [key for key in keys if key.decode() not in postponed]
        return FeedRead(
            title=listed.title or None,
            language=listed.language,
            entries=tuple(entries),
            seen=unseen(_LIST, kept, source.seen).seen if postponed else news.seen,
            total=len(listed.entries),
            full=first,
            kind=SourceKind.LIST,
        )

    async def _article(self, entry: Entry) -> Entry | None:
        """The entry with what stands behind its link; None: not now."""
        if entry.url is None:
            return entry
        objection = await self._robots.objection(entry.url)
        if objection is not None:
            return entry if objection.health is Health.BLIND else None
        await self._rests.before(entry.url)
        outcome = await self._fetcher.fetch(entry.url)
        if isinstance(outcome, Failed):
            return None if outcome.health is Health.SLOW else entry
        if not isinstance(outcome, Fetched):
            return entry
        try:
            body = await outcome.body()
            found = await self._reader.page(
                body, outcome.content_type, outcome.final_url, Selectors()
            )
        except SourceFault as fault:
            return None if health_of(fault) is Health.SLOW else entry
        return replace(entry, body=_paragraphs(found.page.text), language=found.page.language)

    def _selectors(self, url: str) -> Selectors:
        known = self._catalogue.find_source(url)
        return known.selectors if known else Selectors()


def _may_gate(source: Source, state: PageState, way: bytes) -> bool:
    """Whether the same words mean that nothing has changed: no text waits to be read again."""
    return state.way == way and not state.times and source.health is Health.OK


def _says_what_it_said(source: Source) -> bool:
    state = PageState.unpack(source.seen)
    return source.health is Health.OK and state is not None and not state.times


def _hash(page: PageText) -> bytes:
    return xxhash.xxh3_128_digest(meaning(page.text).encode("utf-8", "replace"))


def _way(chosen: Selectors) -> bytes:
    """What the text of a page depends on besides the page."""
    said = repr((WAY, chosen.select, chosen.remove)).encode()
    return xxhash.xxh3_128_digest(said)


def _nothing(state: PageState) -> FeedRead:
    return FeedRead(None, None, (), state.pack(), 1, full=False, kind=SourceKind.PAGE)


def _read(state: PageState, page: PageText, entry: Entry | None = None) -> FeedRead:
    entries: Sequence[Entry] = (entry,) if entry else ()
    packed = state.pack()
    return FeedRead(
        page.title or None,
        page.language,
        tuple(entries),
        packed,
        1,
        full=True,
        kind=SourceKind.PAGE,
    )


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.splitlines())
