"""One visit to a source: fetch, read, judge, file. All or nothing: what comes of it is written in
one transaction; a visit that finds nothing new writes nothing."""

import asyncio
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.detection import Detector
from bot.domain.alerts import Reason
from bot.domain.entries import Entry, Identified, NewEntry, SameEntry, UpdatedEntry
from bot.domain.incidents import ToldNotice
from bot.domain.names import fold, platform_key
from bot.domain.notices import Action, Judgement, Notice, Origin, Text
from bot.domain.pace import Pace
from bot.domain.policy import counts_as, default_action, may_say
from bot.domain.polls import OFFERED, after_failure, after_reading, differs, has_moved
from bot.domain.sources import Health, PollBounds, Source, SourceKind, Watcher
from bot.errors import Fault, SourceFault
from bot.ingest.faults import health_of, is_permanent
from bot.ingest.feeds import FeedRead
from bot.ingest.fetching import Fetcher
from bot.ingest.freshness import wished
from bot.ingest.outcomes import Failed, Fetched, Unchanged
from bot.ingest.reading import FeedReader
from bot.services.ailing import Ailing
from bot.services.filing import Filed, file
from bot.services.judging import judge
from bot.services.leafing import read_fetched
from bot.storage.database import Storage, UnitOfWork

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit came to. `fault` None: it was read; `fresh` counts new and changed entries."""

    source: Source
    fault: Fault | None
    total: int
    fresh: int


@dataclass(frozen=True, slots=True)
class _Judged:
    """An entry, and what it says to each way of listening."""

    entry: Entry
    by_origin: dict[Origin, Judgement]


class Poller:
    """Visits sources. One visit to a source at a time; a fault of one never touches another."""

    def __init__(
        self,
        storage: Storage,
        fetcher: Fetcher,
        reader: FeedReader,
        detector: Detector,
        catalogue: Catalogue,
        clock: Clock,
        bounds: PollBounds,
    ) -> None:
        self._storage = storage
        self._fetcher = fetcher
        self._reader = reader
        self._detector = detector
        self._catalogue = catalogue
        self._clock = clock
        self._bounds = bounds
        self._ailing = Ailing(catalogue)
        self._busy: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._visited: dict[int, Source] = {}

    async def visit(self, source: Source, *, afresh: bool = False) -> Visit:
        """Visit `source` now. `afresh`: somebody asks, so the last visit's state is loaded first.

        Raises only what is a bug or a `DatabaseFault`; what the world can cause is in the result.
        """
        async with self._lock(source.id):
            if afresh:
                source = await self._present(source)
            return await self._visit(source)

    async def flush(self) -> None:
        """Write down the times of visits that found nothing new."""
        visited, self._visited = self._visited, {}
        if not visited:
            return
        try:
            async with self._storage.unit_of_work() as work:
                await work.sources.save_visits(visited.values())
        except Fault:
            self._visited = {**visited, **self._visited}
            raise

    def origin_of(self, watcher: Watcher, entry: Entry, source: Source) -> Origin:
        """Whose word an entry is for a watcher: a guild's own sources count as official for it."""
        return counts_as(source.kind, self._speaker(watcher, entry, source.url))

    async def offer_known(
        self, work: UnitOfWork, source: Source, watcher: Watcher, judged: Sequence["KnownJudged"]
    ) -> int:
        """Lay before a new watcher what its source said lately. Returns how many announcements."""
        now = self._clock.now()
        offered = 0
        for entry_id, each in judged:
            filed = self._filed(each, entry_id, watcher, source, now, Reason.BASELINE)
            offered += bool(filed)
            await file(work, filed, now)
        return offered

    async def judge_known(self, source: Source, watcher: Watcher) -> list["KnownJudged"]:
        """What a source said lately, judged for a new watcher."""
        since = self._clock.now() - OFFERED
        async with self._storage.reading() as work:
            recent = await work.entries.recent(source.id, since)
        judged = []
        for entry_id, entry in recent:
            if entry.published_at is not None:
                judged.append((entry_id, await self._judge(entry, [watcher], source)))
        return judged

    def _speaker(self, watcher: Watcher, entry: Entry, source_url: str) -> Origin:
        if watcher.origin is not None:
            return watcher.origin
        if watcher.guild_id is not None:
            return Origin.OFFICIAL
        platform = self._catalogue.find_platform(watcher.platform)
        host = urlsplit(entry.url or source_url).hostname or ""
        owned = platform is not None and platform.owns_host(host)
        return Origin.OFFICIAL if owned else Origin.PRESS

    def _lock(self, source_id: int) -> asyncio.Lock:
        lock = self._busy.get(source_id)
        if lock is None:
            lock = self._busy[source_id] = asyncio.Lock()
        return lock

    async def _present(self, source: Source) -> Source:
        await self.flush()
        async with self._storage.reading() as work:
            return await work.sources.find(source.id) or source

    async def _visit(self, source: Source) -> Visit:
        outcome = await self._fetcher.fetch(source.url, source.validators)
        match outcome:
            case Unchanged():
                return await self._unchanged(source, outcome)
            case Fetched() if outcome.raw_hash == source.raw_hash and source.health is Health.OK:
                return await self._unchanged(source, outcome)
            case Fetched():
                try:
                    read = await read_fetched(self._fetcher, self._reader, outcome, source.seen)
                except SourceFault as fault:
                    failed = Failed(health_of(fault), fault, outcome.wait, is_permanent(fault))
                    return await self._failed(source, failed)
                return await self._read(source, outcome, read)
            case Failed():
                return await self._failed(source, outcome)

    async def _unchanged(self, source: Source, outcome: Unchanged | Fetched) -> Visit:
        now = self._clock.now()
        after = after_reading(
            source,
            now,
            self._bounds,
            validators=outcome.validators,
            raw_hash=source.raw_hash,
            seen=source.seen,
            moved_to=outcome.moved_to,
            wait=outcome.wait,
            chance=_chance(),
            fresh=outcome.fresh,
        )
        # Not one look into the database for a feed that has nothing new and nobody new.
        newcomers = await self._newcomers(source) if source.awaited else []
        moved = has_moved(after, now) and not has_moved(source, source.polled_at)
        if differs(source, after) or newcomers or moved:
            async with self._storage.unit_of_work() as work:
                await self._welcome(work, source, newcomers, after)
                await self._ailing.keep(work, source, after, now)
                if moved:
                    await self._ailing.tell_move(work, after, now)
            self._visited.pop(source.id, None)
        else:
            self._visited[source.id] = after
        return Visit(_heard(after), None, 0, 0)

    async def _failed(self, source: Source, failed: Failed) -> Visit:
        now = self._clock.now()
        after = after_failure(
            source,
            now,
            self._bounds,
            health=failed.health,
            fault=failed.fault,
            wait=failed.wait,
            chance=_chance(),
        )
        async with self._storage.unit_of_work() as work:
            await self._ailing.keep(work, source, after, now, permanent=failed.permanent)
        self._visited.pop(source.id, None)
        log.info("source %s is %s: %s", source.url, after.health.value, failed.fault)
        return Visit(after, failed.fault, 0, 0)

    async def _read(self, source: Source, outcome: Fetched, read: FeedRead) -> Visit:
        if read.full:
            source = replace(source, kind=read.kind)
        async with self._storage.reading() as work:
            watchers = await work.sources.watchers_of(source.id)
            known = await work.entries.known_among(source.id, read.entries)
        newcomers = await self._offers(source, watchers) if source.read_at is not None else []
        now = self._clock.now()
        for entry in read.entries:
            known.expect(entry)
            await asyncio.sleep(0)  # a long feed must not hold up the loop
        found: list[tuple[Identified, _Judged | None]] = []
        for entry in read.entries:
            each = known.identify(entry)
            fresh = not isinstance(each, SameEntry)
            wanted = fresh and self._is_worth_judging(each.entry, watchers, now)
            judged = await self._judge(each.entry, watchers, source) if wanted else None
            found.append((each, judged))
            await asyncio.sleep(0)
        after = after_reading(
            source,
            now,
            self._bounds,
            validators=outcome.validators,
            raw_hash=outcome.raw_hash,
            seen=read.seen,
            moved_to=outcome.moved_to,
            wait=outcome.wait,
            chance=_chance(),
            fresh=outcome.fresh,
            pace=_pace(source, wished(await outcome.body()), read, now),
        )
        async with self._storage.unit_of_work() as work:
            await self._welcome(work, source, newcomers, after)
            # Who listens is asked again: it may have changed while the document was read.
            watchers = await work.sources.watchers_of(source.id)
            number = await self._keep(work, source, found, watchers, now)
            if after.health is source.health and not any(each.told_health for each in watchers):
                await work.sources.save(after)
            else:
                await self._ailing.keep(work, source, after, now)
            if has_moved(after, now):
                await self._ailing.tell_move(work, after, now)
        self._visited.pop(source.id, None)
        return Visit(_heard(after), None, read.total, number)

    async def _keep(
        self,
        work: UnitOfWork,
        source: Source,
        found: Sequence[tuple[Identified, "_Judged | None"]],
        watchers: Sequence[Watcher],
        now: datetime,
    ) -> int:
        """Write down a document's entries and what they say. Returns how many are news."""
        if not watchers and await work.sources.find(source.id) is None:
            return 0
        fresh = 0
        silent: list[Entry] = []  # new, and nothing to file under their ids: written in one go
        for each, judged in reversed(found):  # the newest stands first; incidents grow in order
            match each:
                case NewEntry(entry) if self._says_nothing(judged, watchers, source):
                    silent.append(entry)
                    fresh += 1
                    continue
                case NewEntry(entry):
                    entry_id = await work.entries.add(entry, now, source_id=source.id)
                    fresh += 1
                case UpdatedEntry(entry_id, entry):
                    await work.entries.change(entry_id, entry, now)
                    fresh += 1
                case SameEntry(entry_id, entry, rekeyed):
                    if rekeyed:
                        await work.entries.change(entry_id, entry, now)
                    continue
            if judged is not None:
                await self._file(work, judged, entry_id, watchers, source, now)
        await work.entries.add_all(silent, now, source_id=source.id)
        for watcher in watchers:
            if watcher.baselined_at is None and not watcher.paused:
                await work.sources.save_watcher(replace(watcher, baselined_at=now))
        return fresh

    async def _newcomers(self, source: Source) -> list[tuple[Watcher, list["KnownJudged"]]]:
        """Who began to listen to a source that was read before, and what it said lately."""
        async with self._storage.reading() as work:
            watchers = await work.sources.watchers_of(source.id)
        return await self._offers(source, watchers)

    async def _offers(
        self, source: Source, watchers: Sequence[Watcher]
    ) -> list[tuple[Watcher, list["KnownJudged"]]]:
        """Those of `watchers` who are new, and what is to be laid before them."""
        return [
            (watcher, await self.judge_known(source, watcher))
            for watcher in watchers
            if watcher.baselined_at is None and not watcher.paused
        ]

    async def _welcome(
        self,
        work: UnitOfWork,
        source: Source,
        newcomers: Sequence[tuple[Watcher, list["KnownJudged"]]],
        after: Source,
    ) -> None:
        """Offer newcomers what was said lately; from now on, what appears is news to them."""
        if not newcomers:
            return
        present = {each.id: each for each in await work.sources.watchers_of(source.id)}
        for then, judged in newcomers:
            watcher = present.get(then.id)
            if watcher is None or watcher.paused or watcher.baselined_at is not None:
                continue
            await self.offer_known(work, source, watcher, judged)
            if after.raw_hash == source.raw_hash:  # else what is new in it is offered, too
                await work.sources.save_watcher(replace(watcher, baselined_at=after.read_at))

    def _says_nothing(
        self, judged: "_Judged | None", watchers: Sequence[Watcher], source: Source
    ) -> bool:
        """Whether an entry has no notice for any of those who listen."""
        if judged is None:
            return True
        origins = {self.origin_of(each, judged.entry, source) for each in watchers}
        return all(not self._judgement(judged, each, source).notices for each in origins)

    def _is_worth_judging(self, entry: Entry, watchers: Sequence[Watcher], now: datetime) -> bool:
        if any(watcher.baselined_at is not None for watcher in watchers):
            return True
        return entry.published_at is not None and entry.published_at >= now - OFFERED

    async def _judge(self, entry: Entry, watchers: Sequence[Watcher], source: Source) -> _Judged:
        judged = _Judged(entry, {})
        for origin in {self.origin_of(each, entry, source) for each in watchers}:
            text = self._text(entry, origin, source)
            judged.by_origin[origin] = await judge(self._detector, text)
            await asyncio.sleep(0)
        return judged

    def _judgement(self, judged: _Judged, origin: Origin, source: Source) -> Judgement:
        """What an entry says to those for whom it has this origin."""
        found = judged.by_origin.get(origin)
        if found is None:
            text = self._text(judged.entry, origin, source)
            found = judged.by_origin[origin] = self._detector.judge(text)
        return found

    def _text(self, entry: Entry, origin: Origin, source: Source) -> Text:
        return Text(
            title=entry.title,
            body=entry.body,
            url=entry.url or source.url,
            published_on=(_said_at(entry, source) or self._clock.now()).date(),
            origin=origin,
        )

    async def _file(
        self,
        work: UnitOfWork,
        judged: _Judged,
        entry_id: int,
        watchers: Sequence[Watcher],
        source: Source,
        now: datetime,
    ) -> None:
        for watcher in watchers:
            if watcher.paused:
                continue
            held = Reason.BASELINE if _is_older(judged.entry, watcher, source) else None
            recent = judged.entry.published_at or now
            if watcher.baselined_at is None and recent < now - OFFERED:
                continue
            await file(work, self._filed(judged, entry_id, watcher, source, now, held), now)

    def _filed(
        self,
        judged: _Judged,
        entry_id: int,
        watcher: Watcher,
        source: Source,
        now: datetime,
        held: Reason | None,
    ) -> list[Filed]:
        entry = judged.entry
        origin = self.origin_of(watcher, entry, source)
        filed = []
        for notice in self._judgement(judged, origin, source).notices:
            platform, name, said_by = self._subject(notice, watcher, entry, origin)
            told = ToldNotice(
                id=0,
                entry_id=entry_id,
                guild_id=watcher.guild_id,
                origin=said_by,
                platform=platform,
                platform_name=name,
                notice=notice,
                title=entry.title,
                url=entry.url or source.url,
                source_name=watcher.name,
                published_at=entry.published_at or now,
                seen_at=now,
            )
            if may_say(source.kind, notice) and worth_telling(notice, said_by):
                filed.append(Filed(told, held))
        return filed

    def _subject(
        self, notice: Notice, watcher: Watcher, entry: Entry, origin: Origin
    ) -> tuple[str, str, Origin]:
        """Which platform a notice is filed under, and whose word it then is."""
        own = (watcher.platform, watcher.platform_name, origin)
        if notice.platform == watcher.platform:
            return own
        if origin is Origin.OFFICIAL and not self._is_part(notice.platform, watcher.platform):
            of_whole = self._is_part(watcher.platform, notice.platform)
            if (
                notice.platform is None
                or of_whole
                or self._speaks_of(watcher, notice.platform, entry)
            ):
                return own
            # A platform's own blog about another platform is no official word on that one.
            origin = Origin.PRESS
        if notice.platform is not None:
            platform = self._catalogue.get_platform(notice.platform)
            return platform.slug, platform.name, origin
        if notice.platform_name is not None:
            return platform_key(notice.platform_name), notice.platform_name, origin
        return own

    def _is_part(self, one: str | None, whole: str | None) -> bool:
        """Whether the platform with the key `one` is a part of the one with the key `whole`."""
        known = self._catalogue.find_platform(one) if one and whole else None
        return known is not None and known.part_of == whole

    def _speaks_of(self, watcher: Watcher, other: str, entry: Entry) -> bool:
        """Whether an official entry is about its own platform although another one was read."""
        own, title = fold(watcher.platform_name), fold(entry.title)
        if own in title:
            return True
        names = self._catalogue.get_platform(other).names
        return own in fold(entry.body) and not any(fold(name) in title for name in names)


KnownJudged = tuple[int, _Judged]


def worth_telling(notice: Notice, origin: Origin) -> bool:
    """Whether a notice reaches at least the moderators."""
    return default_action(notice, origin) is not Action.IGNORE


def _is_older(entry: Entry, watcher: Watcher, source: Source) -> bool:
    """Whether an entry may have been known before somebody listened. Help centres are changed
    rather than added to, and may show any old article as their newest."""
    if watcher.baselined_at is None:
        return True
    begun = entry.published_at
    return source.kind is SourceKind.ZENDESK and begun is not None and begun < watcher.baselined_at


def _said_at(entry: Entry, source: Source) -> datetime | None:
    """From when on an entry's words are to be understood."""
    changed = entry.updated_at if source.kind is SourceKind.ZENDESK else None
    return changed or entry.published_at


def _heard(source: Source) -> Source:
    """Nobody waits any longer for what it said lately."""
    return replace(source, awaited=False) if source.awaited else source


def _pace(source: Source, wishes: Pace, read: FeedRead, now: datetime) -> Pace:
    """What a feed asks for now, and how often it has spoken so far."""
    told = replace(wishes, rhythm=source.pace.rhythm, newest_at=source.pace.newest_at)
    return told.after_news((entry.published_at for entry in read.entries), now)


def _chance() -> float:
    return random.random()  # noqa: S311 - spreads visits, hides nothing
