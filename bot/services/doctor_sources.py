"""The doctor's look at sources: what the visits found, and, if asked, a visit of one's own.

Each address is visited once, one at a time at each host, under all rules for addresses; nothing of
it is kept.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.domain.findings import Finding, Grade, fault, note, ok
from bot.domain.platforms import CatalogueKind, Certainty
from bot.domain.polls import TOLD_AFTER
from bot.domain.sources import Health, Source, Watcher
from bot.errors import Fault, SourceFault
from bot.ingest.fetching import Fetcher
from bot.ingest.outcomes import Failed, Fetched
from bot.ingest.reading import FeedReader

AT_ONCE = 4
"""Hosts that are visited at the same time."""

OFFLINE_AFTER = 8
"""So many addresses that cannot be reached, and none that can, are no chance."""

REST = 1.0
"""Seconds between two visits to one host."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A source that is visited, and who listens."""

    source: Source
    watchers: tuple[Watcher, ...]

    @property
    def name(self) -> str:
        """What it is called where it is watched."""
        names = dict.fromkeys(f"{each.platform_name}, {each.name}" for each in self.watchers)
        return next(iter(names), self.source.url)


@dataclass(frozen=True, slots=True)
class Address:
    """An address to visit. `watched`: somebody listens to it."""

    url: str
    name: str
    kind: CatalogueKind
    certainty: Certainty | None
    watched: bool


def health(watched: Sequence[Watched], unread: Sequence[str]) -> list[Finding]:
    """What the bot's visits found. `unread`: platforms that are followed and cannot be read."""
    troubled = [each for each in watched if not each.source.health.speaks]
    new = [each for each in watched if each.source.health is Health.NEW]
    good = len(watched) - len(troubled) - len(new)
    found = [_trouble(each) for each in troubled]
    if good:
        read_at = max(each.source.read_at for each in watched if each.source.read_at)
        found.append(ok("doctor.source.read", count=good, at=read_at))
    if new:
        found.append(note("doctor.source.new", count=len(new)))
    if unread:
        found.append(note("doctor.source.unread", "doctor.source.unread.mend", names=tuple(unread)))
    return found or [note("doctor.source.none")]


def addresses(watched: Sequence[Watched], catalogue: Catalogue) -> list[Address]:
    """Every address that is watched or that the catalogue knows, each once."""
    known = {
        source.url: Address(source.url, platform.name, source.kind, source.certainty, False)
        for platform in catalogue.platforms
        for source in platform.sources
    }
    for each in watched:
        url = each.source.url
        certainty = known[url].certainty if url in known else None
        known[url] = Address(url, each.name, CatalogueKind.FEED, certainty, watched=True)
    return sorted(known.values(), key=lambda each: (each.name.casefold(), each.url))


class Rounds:
    """Visits addresses and says what is there."""

    def __init__(self, fetcher: Fetcher, reader: FeedReader, clock: Clock) -> None:
        self._fetcher = fetcher
        self._reader = reader
        self._clock = clock

    async def visit(self, wanted: Sequence[Address]) -> AsyncIterator[Finding]:
        """One finding for each address, as it comes in. Where none can be reached the fault is not
        theirs: that is said instead, and the rest is not tried."""
        found: asyncio.Queue[Finding] = asyncio.Queue()
        by_host: dict[str, list[Address]] = defaultdict(list)
        for each in wanted:
            by_host[urlsplit(each.url).netloc.casefold()].append(each)
        room = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            visits = [
                group.create_task(self._at_host(at_host, room, found))
                for at_host in by_host.values()
            ]
            async for finding in _unless_offline(found, len(wanted)):
                yield finding
            for visit in visits:
                visit.cancel()

    async def _at_host(
        self, some: list[Address], room: asyncio.Semaphore, found: asyncio.Queue[Finding]
    ) -> None:
        async with room:
            for place, each in enumerate(some):
                if place:
                    await self._clock.sleep(REST)
                found.put_nowait(await self._look_at(each))

    async def _look_at(self, address: Address) -> Finding:
        outcome = await self._fetcher.fetch(address.url)
        match outcome:
            case Failed(health=state, fault=why):
                return _refused(address, why, passing=state is Health.SLOW)
            case Fetched() if address.kind in (CatalogueKind.FEED, CatalogueKind.HELP):
                return await self._read(address, outcome)
            case _:
                return ok("doctor.visit.page", name=address.name, url=address.url)

    async def _read(self, address: Address, fetched: Fetched) -> Finding:
        try:
            body = await fetched.body()
            read = await self._reader.read(body, fetched.content_type, fetched.final_url)
        except SourceFault as why:
            return _refused(address, why, passing=False)
        dates = (at for each in read.entries for at in (each.published_at, each.updated_at) if at)
        newest = max(dates, default=None)
        words = {"name": address.name, "url": address.url, "count": read.total}
        found = _read_well(words, newest)
        if fetched.moved_to:
            mend = Fault("doctor.visit.moved", to=fetched.moved_to)
            return Finding(Grade.WARNING if address.watched else Grade.NOTE, found, mend)
        if address.certainty is Certainty.UNVERIFIED:
            return Finding(Grade.OK, found, Fault("doctor.visit.unverified"))
        return Finding(Grade.OK, found)


async def _unless_offline(found: asyncio.Queue[Finding], count: int) -> AsyncIterator[Finding]:
    held: list[Finding] = []
    reached = False
    for _ in range(count):
        finding = await found.get()
        held.append(finding)
        reached = reached or not _is_unreached(finding)
        if reached:
            for each in held:
                yield each
            held.clear()
        elif len(held) == OFFLINE_AFTER:
            yield fault("doctor.visit.offline", "doctor.visit.offline.mend")
            return
    for each in held:
        yield each


def _is_unreached(finding: Finding) -> bool:
    why = finding.said.arguments.get("why")
    return isinstance(why, Fault) and why.key.startswith("source.connect.")


def _read_well(words: dict[str, object], newest: datetime | None) -> Fault:
    if newest is None:
        return Fault("doctor.visit.feed", **words)
    return Fault("doctor.visit.dated", **words, newest=newest)


def _refused(address: Address, why: Fault, *, passing: bool) -> Finding:
    grade = Grade.WARNING if passing or not address.watched else Grade.FAULT
    words = {"name": address.name, "url": address.url, "why": why}
    if address.certainty is Certainty.UNVERIFIED:
        mend = Fault("doctor.visit.doubtful")
        return Finding(grade, Fault("doctor.visit.failed", **words), mend)
    return Finding(grade, Fault("doctor.visit.failed", **words))


def _trouble(watched: Watched) -> Finding:
    source = watched.source
    lasting = source.health is not Health.SLOW and source.failures >= TOLD_AFTER
    permanent = source.health in (Health.GONE, Health.MOVED)
    grade = Grade.FAULT if lasting or permanent else Grade.WARNING
    words = {"name": watched.name, "url": source.url, "since": source.health_since}
    why = source.fault or Fault(f"source.state.{source.health.value}")
    said = Fault("doctor.source.trouble", **words, why=why)
    return Finding(grade, said, Fault(f"health.todo.{source.health.value}"))
