"""Supervised loops around services: poll, dispatch, upkeep. Each goes on for ever; a fault of the
world is logged in a sentence and tried again, a bug with a reference."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.heartbeat import BEAT_EVERY
from bot.domain.sources import Source
from bot.errors import Fault
from bot.services.poll import Poller
from bot.services.turns import Turns
from bot.storage.database import Storage

log = logging.getLogger(__name__)

AT_ONCE = 10
"""Visits under way at the same time."""

PATIENCE = 3.0
"""Seconds after which a visit under way keeps no other host waiting."""

LOOK_AGAIN = timedelta(seconds=30)
"""So often the list of sources is read anew, and at once when it is told to have changed."""

FLUSH_EVERY = 30.0
"""Seconds between two writings of the times of visits that found nothing new."""

KEEP_SETTLED = timedelta(days=30)
KEEP_HEALTH = timedelta(days=365)

_AGAIN_AFTER = 5.0


class PollWorker:
    """Visits every source when it is due. `changed` is set when somebody added or removed one;
    `goes_round` is called each time it looks for what is due."""

    def __init__(
        self,
        storage: Storage,
        poller: Poller,
        clock: Clock,
        changed: asyncio.Event,
        turns: Turns,
        goes_round: Callable[[], None] = lambda: None,
    ) -> None:
        self._storage = storage
        self._poller = poller
        self._clock = clock
        self._changed = changed
        self._turns = turns
        self._goes_round = goes_round
        self._counted: set[int] = set()
        self._looked_at: datetime | None = None

    async def run(self) -> None:
        """For ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._goes_round()
                now = self._clock.now()
                if self._must_look(now):
                    try:
                        await self._look(now)
                    except Fault as fault:
                        log.error("the list of sources cannot be read: %s", fault)
                        await self._clock.sleep(_AGAIN_AFTER)
                        continue
                for source in self._turns.start(now, AT_ONCE - len(self._counted)):
                    self._counted.add(source.id)
                    group.create_task(self._visit(source))
                await self._rest(now)

    def _must_look(self, now: datetime) -> bool:
        looked = self._looked_at
        return self._changed.is_set() or looked is None or now - looked >= LOOK_AGAIN

    async def _look(self, now: datetime) -> None:
        self._changed.clear()
        await self._poller.flush()
        async with self._storage.reading() as work:
            self._turns.learn(await work.sources.watched())
        self._looked_at = now

    async def _visit(self, source: Source) -> None:
        late = asyncio.get_running_loop().call_later(PATIENCE, self._counted.discard, source.id)
        after, due = source, self._clock.now() + timedelta(minutes=5)
        try:
            visit = await self._poller.visit(source)
        except Fault as fault:
            log.warning("the visit to %s could not be kept: %s", source.url, fault)
            due = self._clock.now() + timedelta(seconds=_AGAIN_AFTER)
        except Exception:
            # A bug in one source must not end the others.
            log.exception("bug %s while visiting %s", secrets.token_hex(4), source.url)
        else:
            after, due = visit.source, visit.source.next_poll_at
        finally:
            late.cancel()
            self._counted.discard(source.id)
            self._turns.ended(after, due, self._clock.now())

    async def _rest(self, now: datetime) -> None:
        nearest = self._turns.next_at or now + LOOK_AGAIN
        longest = 0.05 if self._counted else 0.5  # what is due may wait for its host or for room
        seconds = min(max((nearest - now).total_seconds(), 0.02), longest)
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return


async def upkeep(
    storage: Storage, poller: Poller, clock: Clock, beat: Callable[[], Awaitable[None]]
) -> None:
    """Keep the times of visits, give signs of life, forget what was settled long ago. For ever."""
    await beat()
    async with asyncio.TaskGroup() as group:
        group.create_task(every(BEAT_EVERY, clock, "giving signs of life", beat))
        group.create_task(every(FLUSH_EVERY, clock, "keeping visits", poller.flush))
        group.create_task(
            every(3600, clock, "forgetting settled deliveries", lambda: _forget(storage, clock))
        )


async def for_ever(name: str, clock: Clock, run: Callable[[], Awaitable[None]]) -> None:
    """Keep one loop going: what ends it is a bug, which is logged, and it begins anew."""
    while True:
        try:
            await run()
        except Exception:
            # A group of exceptions comes out of a loop's own tasks; either way it must go on.
            log.exception("bug %s ended %s, which begins anew", secrets.token_hex(4), name)
        await clock.sleep(_AGAIN_AFTER)


async def every(
    seconds: float, clock: Clock, name: str, act: Callable[[], Awaitable[object]]
) -> None:
    """Do something every so many seconds, whatever becomes of one time."""
    while True:
        await clock.sleep(seconds)
        try:
            await act()
        except Fault as fault:
            log.warning("%s: %s", name, fault)
        except Exception:
            # Upkeep goes on; the trace says what to mend.
            log.exception("bug %s in %s", secrets.token_hex(4), name)


async def _forget(storage: Storage, clock: Clock) -> None:
    async with storage.unit_of_work() as work:
        await work.outbox.forget_settled(clock.now() - KEEP_SETTLED)
        await work.sources.forget_health(clock.now() - KEEP_HEALTH)
