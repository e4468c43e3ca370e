"""What a guild watches: add, remove, list and poll sources.

A feed's own address is read and baselined at once; a forbidden address or hop is never kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.domain.guilds import Subscription
from bot.domain.names import fold, platform_key
from bot.domain.notices import Origin
from bot.domain.sources import Health, HealthChange, Source, SourceKind, Watcher
from bot.errors import Fault, Refused
from bot.ingest.addresses import AllowHosts, check_address
from bot.ingest.faults import is_forbidden
from bot.services.paging import is_paged
from bot.services.poll import Poller, Visit
from bot.storage.database import Storage, UnitOfWork

MOST_SOURCES = 100
"""So many sources a guild may watch unless the operator says otherwise; it is told before that
bites."""

HISTORY = 8
"""So many changes of a source's health are shown."""

NAME_MAX = 100
"""Characters of a source's name."""

_MAY_PASS = (Health.SLOW, Health.BLIND)


@dataclass(frozen=True, slots=True)
class Added:
    """The answer to `/source add`. `fault`: it could not be read yet; `offered` went to review;
    `given`: the address it was found behind; `page`: what a page says now."""

    watcher: Watcher
    source: Source
    entries: int
    offered: int
    fault: Fault | None
    left: int
    given: str | None = None
    page: str | None = None


class Watching:
    """Sources of guilds, `most` of each. `sources_changed` wakes whoever visits them."""

    def __init__(
        self,
        storage: Storage,
        catalogue: Catalogue,
        poller: Poller,
        clock: Clock,
        allow: AllowHosts,
        sources_changed: Callable[[], None],
        most: int = MOST_SOURCES,
    ) -> None:
        self.most = most
        self._storage = storage
        self._catalogue = catalogue
        self._poller = poller
        self._clock = clock
        self._allow = allow
        self._sources_changed = sources_changed

    async def add(
        self,
        guild_id: int,
        member_id: int | None,
        url: str,
        platform: str,
        *,
        name: str | None = None,
        origin: Origin | None = None,
        kind: SourceKind = SourceKind.FEED,
    ) -> Added:
        """Watch `url` for `platform` and follow it. Raises `Refused` or `SourceFault`: not set up,
        too many, watched already, a forbidden address, no feed."""
        url = url.strip()
        key, platform_name, left = await self.check(guild_id, url, platform)
        source, known = await self._source(url, kind)
        visit = await self._poller.visit(source, afresh=True) if not known else None
        if visit is not None and visit.fault is not None and not _may_pass(visit):
            await self._forget(source)
            raise visit.fault
        watcher = Watcher(
            id=0,
            source_id=source.id,
            guild_id=guild_id,
            name=await self._name(guild_id, name, url),
            platform=key,
            platform_name=platform_name,
            origin=origin or Origin.OFFICIAL,
            baselined_at=None,
        )
        added = await self._keep(watcher, member_id, left, visit)
        self._sources_changed()
        return added

    async def check(self, guild_id: int, url: str, platform: str) -> tuple[str, str, int]:
        """The key and name of `platform`, and how many sources may then still be added. Raises what
        `add` raises before it visits anything."""
        check_address(url, self._allow)
        key, name = self._platform(platform)
        return key, name, await self._may_add(guild_id, url)

    async def room(self, guild_id: int) -> tuple[int, set[str]]:
        """How many sources a guild may still add, and what it watches. Raises `Refused` where it is
        not set up."""
        async with self._storage.reading() as work:
            settings = await work.guilds.find(guild_id)
            mine = await work.sources.watchers_for(guild_id)
        if settings is None or settings.channel_id is None:
            raise Refused("setup.first")
        return max(0, self.most - len(mine)), {source.url for _, source in mine}

    async def remove(self, guild_id: int, typed: str) -> Watcher:
        """Stop watching. Raises `Refused` where the guild has no such source."""
        watcher, _ = await self.get(guild_id, typed)
        async with self._storage.unit_of_work() as work:
            await work.sources.unwatch(watcher.id)
        self._sources_changed()
        return watcher

    async def listing(self, guild_id: int) -> list[tuple[Watcher, Source]]:
        """What a guild watches, by name, with its health."""
        await self._poller.flush()
        async with self._storage.reading() as work:
            return await work.sources.watchers_for(guild_id)

    async def pause(self, guild_id: int, typed: str, *, paused: bool) -> Watcher:
        """Rest from a source, or go on with it; what appeared meanwhile is not news."""
        watcher, _ = await self.get(guild_id, typed)
        changed = replace(
            watcher, paused=paused, baselined_at=watcher.baselined_at if paused else None
        )
        async with self._storage.unit_of_work() as work:
            await work.sources.save_watcher(changed)
        self._sources_changed()
        return changed

    async def poll(self, guild_id: int, typed: str) -> tuple[Watcher, Visit]:
        """Visit a source now. Raises `Refused` where the guild has no such source."""
        watcher, source = await self.get(guild_id, typed)
        visit = await self._poller.visit(source, afresh=True)
        self._sources_changed()
        return watcher, visit

    async def get(self, guild_id: int, typed: str) -> tuple[Watcher, Source]:
        """A source by its id (`#12`), name or address. Raises `Refused` where there is none."""
        wanted = typed.strip()
        pairs = await self.listing(guild_id)
        for watcher, source in pairs:
            if wanted in (f"#{watcher.id}", str(watcher.id), source.url):
                return watcher, source
        named = [pair for pair in pairs if fold(pair[0].name) == fold(wanted)]
        if len(named) == 1:
            return named[0]
        raise Refused("source.several" if named else "source.unknown", given=wanted)

    async def about(self, guild_id: int, watcher_id: int) -> tuple[Watcher, Source]:
        """A source of this guild's or of the operator's. Raises `Refused` where there is none."""
        await self._poller.flush()
        async with self._storage.reading() as work:
            pair = await work.sources.find_watcher(watcher_id)
        if pair is None or pair[0].guild_id not in (None, guild_id):
            raise Refused("source.unknown", given=f"#{watcher_id}")
        return pair

    async def history(self, source: Source) -> list[HealthChange]:
        """How a source has been lately, the newest first."""
        async with self._storage.reading() as work:
            return await work.sources.health_history(source.id, HISTORY)

    def _platform(self, typed: str) -> tuple[str, str]:
        known = self._catalogue.find_platform(typed)
        if known is not None:
            return known.slug, known.name
        name = " ".join(typed.split())[:100]
        if not fold(name):
            raise Refused("source.no_platform")
        return platform_key(name), name

    async def _name(self, guild_id: int, given: str | None, url: str) -> str:
        """The name that was given, else the host; with the path where that is taken."""
        if name := " ".join((given or "").split()):
            return name[:NAME_MAX]
        async with self._storage.reading() as work:
            mine = await work.sources.watchers_for(guild_id)
        parts = urlsplit(url)
        host = (parts.hostname or url).removeprefix("www.")
        if any(fold(watcher.name) == fold(host) for watcher, _ in mine):
            host += parts.path
        return host[:NAME_MAX]

    async def _may_add(self, guild_id: int, url: str) -> int:
        left, watched = await self.room(guild_id)
        if url in watched:
            raise Refused("source.watched")
        if left <= 0:
            raise Refused("source.too_many", most=self.most)
        return left - 1

    async def _source(self, url: str, kind: SourceKind) -> tuple[Source, bool]:
        """The source at `url`, and whether it has been read before."""
        async with self._storage.unit_of_work() as work:
            found = await work.sources.find_by_url(url)
            if found is None:
                # What a document for programs is, it says itself.
                known = kind if is_paged(kind) else SourceKind.FEED
                source_id = await work.sources.add(url, self._clock.now(), known)
                found = await work.sources.find(source_id)
            if found is None:
                raise LookupError("a source just added is gone")
            return found, found.read_at is not None

    async def _forget(self, source: Source) -> None:
        async with self._storage.unit_of_work() as work:
            if not await work.sources.watchers_of(source.id):
                await work.sources.forget(source.id)

    async def _keep(
        self, watcher: Watcher, member_id: int | None, left: int, visit: Visit | None
    ) -> Added:
        now = self._clock.now()
        async with self._storage.reading() as work:
            source = await work.sources.find(watcher.source_id)
        if source is None:
            raise Refused("source.unknown", given=watcher.name)
        readable = source.read_at is not None
        judged = await self._poller.judge_known(source, watcher) if readable else []
        async with self._storage.unit_of_work() as work:
            kept = replace(watcher, baselined_at=now if readable else None)
            watcher_id = await work.sources.watch(kept, created_by=member_id, now=now)
            kept = replace(kept, id=watcher_id)
            await _follow(work, kept, now)
            offered = await self._poller.offer_known(work, source, kept, judged)
            entries = await work.entries.count(source.id)
            page = await work.pages.latest(source.id)
        fault = visit.fault if visit else None
        return Added(kept, source, entries, offered, fault, left, page=page.text if page else None)


def health_first(pairs: Sequence[tuple[Watcher, Source]]) -> list[tuple[Watcher, Source]]:
    """What cannot be read first, since that is what needs a person."""
    return sorted(pairs, key=lambda pair: (pair[1].health.speaks, fold(pair[0].name)))


def _may_pass(visit: Visit) -> bool:
    fault = visit.fault
    return fault is not None and visit.source.health in _MAY_PASS and not is_forbidden(fault)


async def _follow(work: UnitOfWork, watcher: Watcher, now: datetime) -> None:
    guild_id = watcher.guild_id
    if guild_id is None:
        return
    mine = await work.guilds.subscriptions(guild_id)
    if not any(each.platform == watcher.platform for each in mine):
        wanted = Subscription(0, guild_id, watcher.platform, watcher.platform_name)
        await work.guilds.follow(wanted, now)
