"""One visit to a source: fetch, read, judge, file. All or nothing: what comes of it is written in
one transaction; a visit that finds nothing new writes nothing."""

import asyncio
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from weakref import WeakValueDictionary

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.domain.alerts import Reason
from bot.domain.entries import Entry, Identified, NewEntry, SameEntry, UpdatedEntry
from bot.domain.pace import Pace
from bot.domain.polls import OFFERED, after_failure, after_reading, differs, has_moved, is_on_trial
from bot.domain.sources import Health, PollBounds, Source, SourceKind, Validators, Watcher
from bot.errors import Fault, SourceFault
from bot.ingest.faults import health_of, is_permanent
from bot.ingest.feeds import FeedRead
from bot.ingest.fetching import Fetcher
from bot.ingest.freshness import wished
from bot.ingest.outcomes import Failed, Fetched, Unchanged
from bot.ingest.reading import FeedReader
from bot.services.ailing import Ailing
from bot.services.filing import file
from bot.services.hearing import Hearing, Judged
from bot.services.leafing import read_fetched
from bot.services.paging import Paging, Reading, bounds_of, is_paged
from bot.services.resting import Rests
from bot.services.trials import Trials
from bot.storage.database import Storage, UnitOfWork

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit came to. `fault` None: it was read; `fresh` counts new and changed entries."""

    source: Source
    fault: Fault | None
    total: int
    fresh: int


class Poller:
    """Visits sources. One visit to a source at a time; a fault of one never touches another."""

    def __init__(
        self,
        storage: Storage,
        fetcher: Fetcher,
        reader: FeedReader,
        paging: Paging,
        rests: Rests,
        catalogue: Catalogue,
        clock: Clock,
        bounds: PollBounds,
    ) -> None:
        self._storage = storage
        self._fetcher = fetcher
        self._reader = reader
        self._clock = clock
        self._bounds = bounds
        self._hearing = Hearing(catalogue, clock)
        self._paging = paging
        self._rests = rests
        self._trials = Trials(catalogue)
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

    async def offer_known(
        self, work: UnitOfWork, source: Source, watcher: Watcher, judged: Sequence["KnownJudged"]
    ) -> int:
        """Lay before a new watcher what its source said lately. Returns how many announcements."""
        now = self._clock.now()
        offered = 0
        for entry_id, each in judged:
            filed = self._hearing.filed(each, entry_id, watcher, source, now, Reason.BASELINE)
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
                judged.append((entry_id, await self._hearing.judge(entry, [watcher], source)))
        return judged

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
        if is_paged(source.kind):
            objection = await self._paging.objection(source)
            if objection is not None:
                return await self._failed(source, objection)
        outcome = await self._fetcher.fetch(source.url, source.validators)
        match outcome:
            case Unchanged():
                return await self._unchanged(source, outcome)
            case Fetched() if outcome.raw_hash == source.raw_hash and source.health is Health.OK:
                return await self._unchanged(source, outcome)
            case Fetched():
                try:
                    reading = await self._reading(source, outcome)
                except SourceFault as fault:
                    failed = Failed(health_of(fault), fault, outcome.wait, is_permanent(fault))
                    return await self._failed(source, failed)
                return await self._read(source, outcome, reading)
            case Failed():
                return await self._failed(source, outcome)

    async def _reading(self, source: Source, outcome: Fetched) -> Reading:
        if is_paged(source.kind):
            return await self._paging.read(source, outcome)
        return Reading(
            await read_fetched(self._fetcher, self._reader, self._rests, outcome, source.seen)
        )

    async def _unchanged(self, source: Source, outcome: Unchanged | Fetched) -> Visit:
        now = self._clock.now()
        after = after_reading(
            source,
            now,
            bounds_of(source.kind, self._bounds),
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
            bounds_of(source.kind, self._bounds),
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

    async def _read(self, source: Source, outcome: Fetched, reading: Reading) -> Visit:
        read, again = reading.read, reading.again
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
        found: list[tuple[Identified, Judged | None]] = []
        for entry in read.entries:
            each = known.identify(entry)
            fresh = not isinstance(each, SameEntry)
            wanted = fresh and self._is_worth_judging(each.entry, watchers, now)
            judged = await self._hearing.judge(each.entry, watchers, source) if wanted else None
            found.append((each, judged))
            await asyncio.sleep(0)
        after = after_reading(
            source,
            now,
            bounds_of(source.kind, self._bounds, again=again),
            validators=Validators() if again else outcome.validators,
            raw_hash=None if again else outcome.raw_hash,
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
            for watcher in watchers:
                await self._trials.note(work, watcher, reading, outcome.final_url, now)
            number = await self._keep(work, source, found, watchers, now)
            if reading.kept is not None and await work.sources.find(source.id) is not None:
                await reading.kept.keep(work, source.id, now)
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
        found: Sequence[tuple[Identified, Judged | None]],
        watchers: Sequence[Watcher],
        now: datetime,
    ) -> int:
        """Write down a document's entries and what they say. Returns how many are news."""
        if not watchers and await work.sources.find(source.id) is None:
            return 0
        watchers = [each for each in watchers if not is_on_trial(each, source, now)]
        fresh = 0
        silent: list[Entry] = []  # new, and nothing to file under their ids: written in one go
        for each, judged in reversed(found):  # the newest stands first; incidents grow in order
            match each:
                case NewEntry(entry) if self._hearing.says_nothing(judged, watchers, source):
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
                await work.sources.save_watcher(
                    replace(watcher, baselined_at=now, trial_since=None)
                )
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
            if self._is_new(watcher, source)
        ]

    def _is_new(self, watcher: Watcher, source: Source) -> bool:
        """Whether a watcher is to be told what its source said lately."""
        waits = watcher.baselined_at is None and not watcher.paused
        return waits and not is_on_trial(watcher, source, self._clock.now())

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
                await work.sources.save_watcher(
                    replace(watcher, baselined_at=after.read_at, trial_since=None)
                )

    def _is_worth_judging(self, entry: Entry, watchers: Sequence[Watcher], now: datetime) -> bool:
        if any(watcher.baselined_at is not None for watcher in watchers):
            return True
        return entry.published_at is not None and entry.published_at >= now - OFFERED

    async def _file(
        self,
        work: UnitOfWork,
        judged: Judged,
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
            await file(work, self._hearing.filed(judged, entry_id, watcher, source, now, held), now)


KnownJudged = tuple[int, Judged]


def _is_older(entry: Entry, watcher: Watcher, source: Source) -> bool:
    """Whether an entry may have been known before somebody listened. Help centres are changed
    rather than added to, and may show any old article as their newest."""
    if watcher.baselined_at is None:
        return True
    begun = entry.published_at
    return source.kind is SourceKind.ZENDESK and begun is not None and begun < watcher.baselined_at


def _heard(source: Source) -> Source:
    """Nobody waits any longer for what it said lately."""
    return replace(source, awaited=False) if source.awaited else source


def _pace(source: Source, wishes: Pace, read: FeedRead, now: datetime) -> Pace:
    """What a feed asks for now, and how often it has spoken so far."""
    told = replace(wishes, rhythm=source.pace.rhythm, newest_at=source.pace.newest_at)
    return told.after_news((entry.published_at for entry in read.entries), now)


def _chance() -> float:
    return random.random()  # noqa: S311 - spreads visits, hides nothing
