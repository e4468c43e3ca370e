"""Doubles for what tests cannot wait for or plan otherwise: the clock, and who says what the outbox
holds. Everything else in tests is real, or a server on loopback (`tests/standin`,
`tests/website.py`)."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.deliveries import Delivery
from bot.domain.guilds import GuildSettings
from bot.services.dispatch import Absent, Found, Outcome, Sent, Telling

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""Where tests begin: a Monday."""


class MovableClock:
    """A clock that stands still until it is moved. Rests are short and real."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.01))

    def move(self, **by: float) -> None:
        """Later by days, hours, minutes or seconds."""
        self._now += timedelta(**by)


@dataclass(frozen=True, slots=True)
class Arrived:
    """The message arrives, whatever we are told: as where the answer is lost."""

    outcome: Outcome


@dataclass(slots=True)
class FakeMessenger:
    """A Discord that does what a test has planned for a channel, and otherwise takes every message.

    `stands` has what can be read, by nonce; `said` every attempt in order. `open` is closed by a
    test that wants messages to stay under way; `most` is how many of a channel were so at once.
    """

    plans: dict[int, list[Outcome | Arrived | Exception]] = field(default_factory=dict)
    always: dict[int, Outcome] = field(default_factory=dict)
    found: dict[int, Found] = field(default_factory=dict)
    stands: dict[str, int] = field(default_factory=dict)
    edited: list[int] = field(default_factory=list)
    said: list[Delivery] = field(default_factory=list)
    told: list[Telling] = field(default_factory=list)
    looked_for: list[Delivery] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    most: Counter[int] = field(default_factory=Counter)
    _under_way: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.open.set()

    def plan(self, channel_id: int, *outcomes: Outcome | Arrived | Exception) -> None:
        """What becomes of the next messages to a channel; afterwards all is well."""
        self.plans.setdefault(channel_id, []).extend(outcomes)

    async def say(self, delivery: Delivery, telling: Telling) -> Outcome:
        channel_id = delivery.channel_id
        self.said.append(delivery)
        self.told.append(telling)
        self._under_way[channel_id] += 1
        self.most[channel_id] = max(self.most[channel_id], self._under_way[channel_id])
        await self.open.wait()
        self._under_way[channel_id] -= 1
        planned: Outcome | Arrived | Exception | None = self.always.get(channel_id)
        if self.plans.get(channel_id):
            planned = self.plans[channel_id].pop(0)
        match planned:
            case None:
                return Sent(self._take(delivery))
            case Arrived(outcome):
                self._take(delivery)
                return outcome
            case Exception():
                raise planned
            case _:
                return planned

    async def look_up(self, delivery: Delivery, settings: GuildSettings) -> Found:
        self.looked_for.append(delivery)
        if (found := self.found.get(delivery.channel_id)) is not None:
            return found
        message_id = self.stands.get(delivery.nonce)
        return Absent() if message_id is None else Sent(message_id)

    def _take(self, delivery: Delivery) -> int:
        if delivery.is_edit and delivery.message_id is not None:
            self.edited.append(delivery.message_id)
            return delivery.message_id
        assert delivery.nonce not in self.stands, f"{delivery.nonce} was posted twice"
        self.stands[delivery.nonce] = 1000 + len(self.stands)
        return self.stands[delivery.nonce]
