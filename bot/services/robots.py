"""Asks each host once a day what it wants of robots, and heeds it for pages.

A host that cannot be asked is not visited (RFC 9309, 2.3.1.4), unless it was asked before.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.sources import Health
from bot.errors import SourceFault
from bot.ingest.fetching import Fetcher
from bot.ingest.outcomes import Failed, Fetched
from bot.ingest.robots import Wishes, robots_address
from bot.services.resting import Rests

GOOD_FOR = timedelta(hours=24)
"""A day at most (RFC 9309, 2.4)."""

MOST_HOSTS = 2000
"""Hosts that are remembered; of more, those asked longest ago are forgotten."""

_NOTHING_ASKED = ("source.http.missing", "source.http.gone", "source.http.status")


@dataclass(frozen=True, slots=True)
class _Asked:
    wishes: Wishes
    at: datetime


class Robots:
    """What the hosts of pages ask. Remembered in memory alone."""

    def __init__(self, fetcher: Fetcher, clock: Clock, rests: Rests) -> None:
        self._fetcher = fetcher
        self._rests = rests
        self._clock = clock
        self._hosts: OrderedDict[str, _Asked] = OrderedDict()

    async def objection(self, url: str) -> Failed | None:
        """Why `url` must not be visited; None: it may be."""
        asked = await self._asked(robots_address(url))
        if isinstance(asked, Failed):
            return asked
        objection = asked.objection(url)
        return Failed.because(objection) if objection is not None else None

    async def _asked(self, address: str) -> Wishes | Failed:
        known = self._hosts.get(address)
        now = self._clock.now()
        if known is not None and now - known.at < GOOD_FOR:
            return known.wishes
        outcome = await self._fetcher.fetch(address)
        await self._rests.before(address)  # what was asked for comes next
        match outcome:
            case Fetched():
                try:
                    wishes = Wishes(await outcome.body())
                except SourceFault:
                    wishes = Wishes()
            case Failed(fault=fault) if fault.key in _NOTHING_ASKED:
                wishes = Wishes()
            case Failed(health=Health.BLIND):
                wishes = Wishes()  # nothing is asked; the page itself will say no (2.3.1.3)
            case Failed() if known is not None:
                return known.wishes
            case Failed():
                return outcome
            case _:
                wishes = Wishes()
        self._hosts[address] = _Asked(wishes, now)
        self._hosts.move_to_end(address)
        while len(self._hosts) > MOST_HOSTS:
            self._hosts.popitem(last=False)
        return wishes
