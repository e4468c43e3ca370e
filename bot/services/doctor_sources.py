"""The doctor's look at sources: what the visits found, and, if asked, a visit of one's own.

Each address is visited once, one at a time at each host, under all rules for addresses; nothing of
it is kept.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.domain.findings import Finding, Grade, fault, note, ok
from bot.domain.pages import Selectors
from bot.domain.platforms import CatalogueKind, Certainty, Platform
from bot.domain.polls import TOLD_AFTER
from bot.domain.sources import Health, Source, SourceKind, Watcher
from bot.errors import Fault, SourceFault
from bot.ingest.addresses import AllowHosts
from bot.ingest.faults import health_of
from bot.ingest.fetching import Fetcher
from bot.ingest.outcomes import Failed, Fetched
from bot.ingest.reading import FeedReader
from bot.services.paging import is_paged
from bot.services.resting import Rests
from bot.services.robots import Robots
from bot.services.trials import is_its_own

AT_ONCE = 4
"""Hosts that are visited at the same time."""

OFFLINE_AFTER = 8
"""So many addresses that cannot be reached, and none that can, are no chance."""


class State(StrEnum):
    """What became of an address."""

    OK = "ok"
    MOVED = "moved"  # for good, to another address
    DEAD = "dead"  # no such page, host or service
    BLIND = "blind"  # behind a wall, or not for robots
    WRONG = "wrong"  # it answers, and is not what it is said to be
    SLOW = "slow"  # it may be well the next time


_STATES = {
    Health.BLIND: State.BLIND,
    Health.SLOW: State.SLOW,
    Health.MOVED: State.MOVED,
    Health.GONE: State.DEAD,
    Health.BROKEN: State.DEAD,
}
_NOT_AS_SAID = (
    "source.feed.html",
    "source.feed.html_offers",
    "source.feed.json",
    "source.feed.other",
    "source.page.binary",
    "source.page.no_list",
    "source.page.short",
)


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
    """An address to visit. `watched`: somebody listens to it; `platform`: whose it is said to be;
    `reads_as`: as what it is watched, or would be."""

    url: str
    name: str
    kind: CatalogueKind
    certainty: Certainty | None
    watched: bool
    platform: Platform | None = None
    reads_as: SourceKind | None = None


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
        source.url: Address(
            source.url,
            platform.name,
            source.kind,
            source.certainty,
            watched=False,
            platform=platform,
            reads_as=source.reads_as,
        )
        for platform in catalogue.platforms
        for source in platform.sources
    }
    for each in watched:
        url, kind = each.source.url, each.source.kind
        listed = known.get(url)
        known[url] = Address(
            url,
            each.name,
            CatalogueKind.PAGE if is_paged(kind) else CatalogueKind.FEED,
            listed.certainty if listed else None,
            watched=True,
            platform=catalogue.find_platform(each.watchers[0].platform) if each.watchers else None,
            reads_as=kind,
        )
    return sorted(known.values(), key=lambda each: (each.name.casefold(), each.url))


class Rounds:
    """Visits addresses and says what is there."""

    def __init__(self, fetcher: Fetcher, reader: FeedReader, clock: Clock, own: AllowHosts) -> None:
        self._fetcher = fetcher
        self._rests = Rests(clock, own)
        self._robots = Robots(fetcher, clock, self._rests)
        self._reader = reader

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
                    await self._rests.before(each.url)
                found.put_nowait(await self._look_at(each))

    async def _look_at(self, address: Address) -> Finding:
        paged = address.reads_as is not None and is_paged(address.reads_as)
        if paged and (objection := await self._robots.objection(address.url)) is not None:
            return _refused(address, objection.fault, objection.health)
        outcome = await self._fetcher.fetch(address.url)
        match outcome:
            case Failed(health=state, fault=why):
                return _refused(address, why, state)
            case Fetched() if paged:
                return await self._read_page(address, outcome)
            case Fetched() if address.kind in (CatalogueKind.FEED, CatalogueKind.HELP):
                return await self._read(address, outcome)
            case _:
                said = Fault("doctor.visit.page", name=address.name, url=address.url)
                return Finding(Grade.OK, said, facts=_facts(address, State.OK))

    async def _read(self, address: Address, fetched: Fetched) -> Finding:
        try:
            body = await fetched.body()
            read = await self._reader.read(body, fetched.content_type, fetched.final_url)
        except SourceFault as why:
            return _refused(address, why, health_of(why))
        dates = (at for each in read.entries for at in (each.published_at, each.updated_at) if at)
        newest = max(dates, default=None)
        words: dict[str, object] = {"name": address.name, "url": address.url, "count": read.total}
        said = [read.title or "", *(f"{each.title} {each.body}" for each in read.entries[:20])]
        facts = {"entries": read.total, "newest": newest.date().isoformat() if newest else None}
        return _well(address, fetched, " ".join(said), _read_well(words, newest), facts)

    async def _read_page(self, address: Address, fetched: Fetched) -> Finding:
        try:
            body = await fetched.body()
            about = (body, fetched.content_type, fetched.final_url)
            if address.reads_as is SourceKind.LIST:
                listed = await self._reader.listed(*about)
                said = " ".join([listed.title, *(each.title for each in listed.entries)])
                count = len(listed.entries)
            else:
                page = (await self._reader.page(*about, Selectors())).page
                said, count = f"{page.title} {page.text}", 1
        except SourceFault as why:
            return _refused(address, why, health_of(why))
        read = Fault("doctor.visit.readable", name=address.name, url=address.url)
        return _well(address, fetched, said, read, {"entries": count})


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


def _well(
    address: Address, fetched: Fetched, said: str, found: Fault, read: Mapping[str, object]
) -> Finding:
    """A finding on what could be read: where it stands, and whether it speaks of its platform."""
    if address.platform is not None and not is_its_own(address.platform, said, fetched.final_url):
        words = {"name": address.name, "url": address.url, "platform": address.platform.name}
        stranger = Fault("doctor.visit.stranger", **words)
        facts = {**read, **_facts(address, State.WRONG, "doctor.visit.stranger")}
        return Finding(Grade.WARNING, stranger, Fault("doctor.visit.doubtful"), facts)
    if fetched.moved_to:
        mend = Fault("doctor.visit.moved", to=fetched.moved_to)
        grade = Grade.WARNING if address.watched else Grade.NOTE
        facts = {**read, **_facts(address, State.MOVED), "moved_to": fetched.moved_to}
        return Finding(grade, found, mend, facts)
    facts = {**read, **_facts(address, State.OK)}
    if address.certainty is Certainty.UNVERIFIED:
        return Finding(Grade.OK, found, Fault("doctor.visit.unverified"), facts)
    return Finding(Grade.OK, found, None, facts)


def _refused(address: Address, why: Fault, health: Health) -> Finding:
    state = _STATES[health]
    passing = state is State.SLOW
    grade = Grade.WARNING if passing or not address.watched else Grade.FAULT
    words = {"name": address.name, "url": address.url, "why": why}
    facts = _facts(address, State.WRONG if why.key in _NOT_AS_SAID else state, why.key)
    if address.certainty is Certainty.UNVERIFIED:
        mend = Fault("doctor.visit.doubtful")
        return Finding(grade, Fault("doctor.visit.failed", **words), mend, facts)
    return Finding(grade, Fault("doctor.visit.failed", **words), None, facts)


def _facts(address: Address, state: State, why: str | None = None) -> dict[str, object]:
    """What is told of an address to programs and in the table."""
    return {
        "state": state.value,
        "name": address.name,
        "url": address.url,
        "kind": address.reads_as.value if address.reads_as else address.kind.value,
        "certainty": address.certainty.value if address.certainty else None,
        "watched": address.watched,
        "why": why,
    }


def _trouble(watched: Watched) -> Finding:
    source = watched.source
    lasting = source.health is not Health.SLOW and source.failures >= TOLD_AFTER
    permanent = source.health in (Health.GONE, Health.MOVED)
    grade = Grade.FAULT if lasting or permanent else Grade.WARNING
    words = {"name": watched.name, "url": source.url, "since": source.health_since}
    why = source.fault or Fault(f"source.state.{source.health.value}")
    said = Fault("doctor.source.trouble", **words, why=why)
    return Finding(grade, said, Fault(f"health.todo.{source.health.value}"))
