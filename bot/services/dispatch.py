"""Says what the outbox holds: claim → look up (if unclear) → send → settle. Nothing lost, nothing
twice. One destination that refuses never holds up another."""

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.domain.alerts import AlertState
from bot.domain.deliveries import (
    MODERATORS,
    STOPPED_RETRY,
    Delivery,
    DeliveryState,
    Subject,
    retry_delay,
)
from bot.domain.guilds import GuildSettings
from bot.domain.sources import Source, Watcher
from bot.errors import DatabaseFault, DiscordFault, Fault
from bot.services.triage import AlertView, load_view
from bot.storage.database import Storage, UnitOfWork
from bot.storage.outbox import Destination, Lane

log = logging.getLogger(__name__)

BATCH = 200
"""So many messages are on their way at once: enough that slow channels leave room for others."""

READING = 2
"""So many of them read the database at the same time: the rest is for people's commands."""

IDLE = 1.0
"""Seconds between two looks into an outbox in which nothing is due."""

AFTER_FAULT = 5.0
"""Seconds of rest when the database cannot be read or written."""

STILL_COMING = timedelta(minutes=1)
"""So long after it was claimed a message that is not there may still arrive."""


@dataclass(frozen=True, slots=True)
class TellAlert:
    """The alert's card, or what changed in it (for a NOTE)."""

    settings: GuildSettings
    view: AlertView
    post_id: int | None = None


@dataclass(frozen=True, slots=True)
class TellHealth:
    """A source stopped speaking, or is back (`watcher.told_health` None)."""

    settings: GuildSettings
    watcher: Watcher
    source: Source


@dataclass(frozen=True, slots=True)
class TellMoved:
    """A source sends visitors on for good."""

    settings: GuildSettings
    watcher: Watcher
    source: Source


@dataclass(frozen=True, slots=True)
class TellStopped:
    """A channel cannot be written to; `waiting` messages wait for it."""

    settings: GuildSettings
    destination: Destination
    waiting: int


@dataclass(frozen=True, slots=True)
class TellHeld:
    """Nobody knows whether a message arrived, and it cannot be looked up."""

    settings: GuildSettings
    held: Delivery
    fault: Fault | None = None


Telling = TellAlert | TellHealth | TellMoved | TellStopped | TellHeld


@dataclass(frozen=True, slots=True)
class Sent:
    """It stands in Discord under this id."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Later:
    """It was certainly not accepted; try again, not before `wait`."""

    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody knows whether it was accepted."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """The message to be edited is no longer there."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The destination refuses us."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Unsayable:
    """Discord refuses what we say: a bug, reported with a reference."""

    reference: str


Outcome = Sent | Later | Unclear | Deleted | Closed | Unsayable


@dataclass(frozen=True, slots=True)
class Absent:
    """It was looked for where it should be, and is not there."""


@dataclass(frozen=True, slots=True)
class CannotLook:
    """The channel's history cannot be read."""


Found = Sent | Absent | CannotLook | Later | Closed


class Messenger(Protocol):
    """What speaks Discord. Renders at the moment of sending; never raises for what Discord does."""

    async def say(self, delivery: Delivery, telling: Telling) -> Outcome:
        """Post or edit the message."""

    async def look_up(self, delivery: Delivery, settings: GuildSettings) -> Found:
        """Look for a message with the delivery's nonce in the channel's recent history."""


class Dispatcher:
    """Empties the outbox. `goes_round` is called each time it looks into it."""

    def __init__(
        self,
        storage: Storage,
        messenger: Messenger,
        clock: Clock,
        goes_round: Callable[[], None] = lambda: None,
    ) -> None:
        self._storage = storage
        self._messenger = messenger
        self._clock = clock
        self._goes_round = goes_round
        self._busy: dict[int, Delivery] = {}
        self._lost: set[int] = set()
        self._reading = asyncio.Semaphore(READING)

    async def recover(self) -> None:
        """After a start: what was under way when the last run ended is looked for first."""
        async with self._storage.unit_of_work() as work:
            found = await work.outbox.recover()
        if found:
            log.info("%d deliveries were under way when the last run ended", found)

    async def run(self) -> None:
        """Say what is due, for ever. Ends by cancellation; what is under way is found again."""
        await self.recover()
        async with asyncio.TaskGroup() as group:
            while True:
                self._goes_round()
                self._storage.committed.clear()
                try:
                    claimed = await self._claim()
                except DatabaseFault as fault:
                    log.error("the outbox cannot be read: %s", fault)
                    await self._clock.sleep(AFTER_FAULT)
                    continue
                for delivery in claimed:
                    self._busy[delivery.id] = delivery
                    group.create_task(self._deliver(delivery))
                if not claimed:
                    await self._rest()

    async def run_until_empty(self) -> None:
        """Say everything that is due now, and return."""
        while claimed := await self._claim():
            async with asyncio.TaskGroup() as group:
                for delivery in claimed:
                    self._busy[delivery.id] = delivery
                    group.create_task(self._deliver(delivery))

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(IDLE):
                await self._storage.committed.wait()
        except TimeoutError:
            return

    async def _claim(self) -> list[Delivery]:
        await self._find_lost()
        room = BATCH - len(self._busy)
        if room <= 0:
            return []
        in_flight: dict[Lane, int] = {}
        for delivery in self._busy.values():
            lane = (delivery.guild_id, delivery.channel_id)
            in_flight[lane] = in_flight.get(lane, 0) + 1
        now = self._clock.now()
        async with self._storage.reading() as work:
            if not await work.outbox.claimable(now, 1, in_flight, set(self._busy)):
                return []
        async with self._storage.unit_of_work() as work:
            return await work.outbox.claim(now, room, in_flight, set(self._busy))

    async def _find_lost(self) -> None:
        """What could not be settled stands as claimed: it is unclear and looked for."""
        lost = set(self._lost)
        if lost:
            async with self._storage.unit_of_work() as work:
                await work.outbox.recover(lost)
            self._lost -= lost

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await self._say(delivery)
        except DatabaseFault as fault:
            await self._lose(delivery, fault)
        except Exception:
            # A bug in one message must not end the others; it is held and told.
            reference = f"{random.getrandbits(32):08x}"
            log.exception("bug %s while saying %s", reference, delivery.nonce)
            try:
                await self._hold(delivery, DiscordFault("delivery.bug", reference=reference))
            except DatabaseFault as fault:
                await self._lose(delivery, fault)
        finally:
            self._busy.pop(delivery.id, None)
            self._storage.committed.set()

    async def _lose(self, delivery: Delivery, fault: DatabaseFault) -> None:
        log.error("a delivery could not be settled, it will be looked for: %s", fault)
        self._lost.add(delivery.id)
        await self._clock.sleep(AFTER_FAULT)

    async def _say(self, delivery: Delivery) -> None:
        async with self._reading, self._storage.reading() as work:
            settings = await work.guilds.find(delivery.guild_id)
        unclear = delivery.state is DeliveryState.UNCLEAR
        if settings and unclear and not delivery.is_edit:
            match await self._messenger.look_up(delivery, settings):
                case Sent() as sent:
                    return await self._settle(delivery, sent)
                case Later(wait):
                    return await self._again(delivery, wait, unclear=True)
                case Closed(fault):
                    return await self._close(delivery, fault, unclear=True)
                case CannotLook():
                    return await self._hold(delivery, DiscordFault("delivery.held"))
                case Absent():
                    pass
        async with self._reading, self._storage.reading() as work:
            telling = await self._telling(work, delivery)
        if telling is None:
            return await self._drop(delivery)
        match await self._messenger.say(delivery, telling):
            case Sent() as sent:
                await self._settle(delivery, sent)
            case Later(wait):
                # What was unclear before stays so: its nonce must not change while it may arrive.
                await self._again(delivery, wait, unclear=unclear)
            case Unclear():
                await self._again(delivery, None, unclear=True)
            case Deleted():
                await self._post_anew(delivery)
            case Closed(fault):
                await self._close(delivery, fault, unclear=unclear)
            case Unsayable(reference):
                await self._hold(delivery, DiscordFault("delivery.refused", reference=reference))
        return None

    async def _drop(self, delivery: Delivery) -> None:
        now = self._clock.now()
        claimed_at = delivery.claimed_at or now
        if delivery.state is DeliveryState.UNCLEAR and now - claimed_at < STILL_COMING:
            # Should it arrive after all, it must be found and taken back.
            return await self._again(delivery, None, unclear=True)
        async with self._storage.unit_of_work() as work:
            return await work.outbox.drop(delivery, now)

    async def _post_anew(self, delivery: Delivery) -> None:
        now = self._clock.now()
        async with self._storage.unit_of_work() as work:
            if delivery.subject is not Subject.NOTE:
                return await work.outbox.post_anew(delivery, now)
            # The alert itself is gone: posted anew it says what the note would, and rings again.
            await work.outbox.drop(delivery, now)
            said = await work.outbox.said(Subject.ALERT, delivery.subject_id, delivery.channel_id)
            if said is None or said.message_id != delivery.message_id:
                return None
            return await work.outbox.say(
                Subject.ALERT,
                delivery.subject_id,
                guild_id=delivery.guild_id,
                channel_id=delivery.channel_id,
                revision=delivery.revision,
                locale=delivery.locale,
                role_id=said.role_id,
                now=now,
            )

    async def _settle(self, delivery: Delivery, sent: Sent) -> None:
        async with self._storage.unit_of_work() as work:
            await work.outbox.settle(delivery, sent.message_id, self._clock.now())
            if await work.outbox.reopen(delivery):
                log.info("channel %s takes messages again", delivery.channel_id)

    async def _again(self, delivery: Delivery, wait: timedelta | None, *, unclear: bool) -> None:
        pause = retry_delay(delivery.attempts, random.random())  # noqa: S311 - spreads retries
        next_at = self._clock.now() + (max(wait, pause) if wait else pause)
        async with self._storage.unit_of_work() as work:
            if unclear:
                await work.outbox.unclear(delivery, next_at)
            else:
                await work.outbox.retry(delivery, next_at)

    async def _close(self, delivery: Delivery, fault: Fault, *, unclear: bool) -> None:
        now = self._clock.now()
        next_at = now + STOPPED_RETRY
        # Nobody can be told that moderators cannot be told: that message itself waits an hour.
        again_at = next_at if delivery.channel_id == MODERATORS else now
        async with self._storage.unit_of_work() as work:
            if unclear:
                await work.outbox.unclear(delivery, again_at)
            else:
                await work.outbox.retry(delivery, again_at)
            if delivery.channel_id != MODERATORS:
                stopped = await work.outbox.stop(
                    delivery.channel_id, delivery.guild_id, fault, now, next_at
                )
                if stopped is not None:
                    await self._tell_moderators(work, Subject.STOPPED, stopped, delivery, now)
        if delivery.channel_id == MODERATORS:
            log.warning("the moderators of guild %s cannot be told: %s", delivery.guild_id, fault)
        else:
            log.warning("channel %s refuses messages: %s", delivery.channel_id, fault)

    async def _hold(self, delivery: Delivery, fault: Fault) -> None:
        now = self._clock.now()
        async with self._storage.unit_of_work() as work:
            await work.outbox.hold(delivery, fault)
            if delivery.subject in (Subject.HELD, Subject.STOPPED):
                return
            if not await work.outbox.was_told(Subject.HELD, delivery.id):
                await self._tell_moderators(work, Subject.HELD, delivery.id, delivery, now)

    async def _tell_moderators(
        self, work: UnitOfWork, subject: Subject, subject_id: int, about: Delivery, now: datetime
    ) -> None:
        await work.outbox.say(
            subject,
            subject_id,
            guild_id=about.guild_id,
            channel_id=MODERATORS,
            revision=1,
            locale=about.locale,
            now=now,
        )

    async def _telling(self, work: UnitOfWork, delivery: Delivery) -> Telling | None:
        settings = await work.guilds.find(delivery.guild_id)
        if settings is None:
            return None
        match delivery.subject:
            case Subject.ALERT | Subject.REVIEW | Subject.NOTE:
                return await self._alert(work, delivery, settings)
            case Subject.HEALTH:
                pair = await work.sources.find_watcher(delivery.subject_id)
                return _health(settings, delivery, pair) if pair else None
            case Subject.MOVED:
                pair = await work.sources.find_watcher(delivery.subject_id)
                return _moved(settings, delivery, pair) if pair else None
            case Subject.STOPPED:
                destination = await work.outbox.find_destination(delivery.subject_id)
                if destination is None:
                    return None  # it takes messages again
                waiting = await work.outbox.waiting_for(destination.channel_id)
                return TellStopped(settings, destination, waiting)
            case Subject.HELD:
                held = await work.outbox.find(delivery.subject_id)
                fault = await work.outbox.fault_of(delivery.subject_id)
                still = held is not None and held.state is DeliveryState.HELD
                return TellHeld(settings, held, fault) if held and still else None

    async def _alert(
        self, work: UnitOfWork, delivery: Delivery, settings: GuildSettings
    ) -> TellAlert | None:
        alert = await work.alerts.find(delivery.subject_id)
        if alert is None:
            return None
        untold = delivery.message_id is None and delivery.subject is Subject.ALERT
        if untold and alert.state is not AlertState.PUBLISHED:
            return None  # taken back before anybody saw it
        decided = alert.state is not AlertState.PENDING and delivery.revision < alert.revision
        if delivery.subject is Subject.REVIEW and delivery.message_id is None and decided:
            return None  # it was to ask for a decision that has been made meanwhile
        post_id = None
        if delivery.subject is Subject.NOTE:
            if delivery.message_id is None:
                return None  # there is no alert whose thread it could stand in
            post_id = delivery.message_id
        return TellAlert(settings, await load_view(work, alert), post_id)


def _health(
    settings: GuildSettings, delivery: Delivery, pair: tuple[Watcher, Source]
) -> TellHealth | None:
    watcher, source = pair
    # Only the latest word counts: of a source that failed and came back before anybody was told,
    # nothing is left to say about the failure.
    return (
        TellHealth(settings, watcher, source) if watcher.told_count == delivery.revision else None
    )


def _moved(
    settings: GuildSettings, delivery: Delivery, pair: tuple[Watcher, Source]
) -> TellMoved | None:
    watcher, source = pair
    still = source.moved_to is not None and source.move_number == delivery.revision
    return TellMoved(settings, watcher, source) if still else None
