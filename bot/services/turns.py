"""Whose turn it is: at most one visit at a time to a host, with a rest after it.

What can be read goes before what fails, so that sick sources never keep a healthy one waiting for
long. Decides from values only; refuses to start more than it is given room for.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bot.domain.sources import Source
from bot.ingest.addresses import AllowHosts

REST = timedelta(seconds=1.5)
"""Between two visits to one host."""

SHARE = 2
"""Where a host has very many sources, rests are so short that all of them fit into this part (one
half) of the interval: what was promised for each source is kept."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)

Due = tuple[datetime, int]


class Turns:
    """Every source by its host. `every`: how often each is to be visited; hosts in `own` are the
    operator's, who need no rest from themselves."""

    def __init__(self, every: timedelta, own: AllowHosts) -> None:
        self._every = every
        self._own = own
        self._known: dict[int, Source] = {}
        self._under_way: dict[int, str] = {}
        self._hosts: dict[str, _Host] = {}
        self._next: list[tuple[datetime, str]] = []

    def learn(self, sources: Iterable[Source]) -> None:
        """These are all there are. What is under way stays so."""
        before, self._known = self._known, {each.id: each for each in sources}
        free_at = {name: host.free_at for name, host in self._hosts.items()}
        self._hosts = {}
        for each in self._known.values():
            name = host_of(each.url)
            host = self._hosts.setdefault(name, _Host(free_at.get(name, _LONG_AGO)))
            host.count += 1
            if each.id not in self._under_way:
                host.wait(each, _due(each, before.get(each.id)))
        for name in self._under_way.values():
            self._hosts.setdefault(name, _Host(free_at.get(name, _LONG_AGO))).busy = True
        self._next = [(at, name) for name, host in self._hosts.items() if (at := host.ready_at)]
        heapq.heapify(self._next)

    def start(self, now: datetime, room: int) -> list[Source]:
        """Take up to `room` of what is due, one of each host."""
        found: list[Source] = []
        while len(found) < room and self._next and self._next[0][0] <= now:
            _, name = heapq.heappop(self._next)
            host = self._hosts.get(name)
            if host is None or host.ready_at is None or host.ready_at > now:
                self._plan(name, host)
                continue
            source = self._known[host.take(now)]
            host.busy = True
            self._under_way[source.id] = name
            found.append(source)
        return found

    def ended(self, source: Source, due: datetime, now: datetime) -> None:
        """The visit to `source` is over; it is due again at `due`."""
        name = self._under_way.pop(source.id)
        host = self._hosts.get(name)
        if host is None:
            return
        host.busy = False
        if not self._own.exempts(source.url):
            host.free_at = now + min(REST, self._every / (SHARE * max(host.count, 1)))
        if source.id in self._known:
            self._known[source.id] = source
            host.wait(source, due)
        self._plan(name, host)

    @property
    def next_at(self) -> datetime | None:
        """When the next visit can begin; None: not before something ends or is learned."""
        return self._next[0][0] if self._next else None

    def _plan(self, name: str, host: "_Host | None") -> None:
        if host is not None and host.ready_at is not None:
            entry = (host.ready_at, name)
            if not self._next or self._next[0] != entry:
                heapq.heappush(self._next, entry)


def host_of(url: str) -> str:
    """The host, with its port where it is none of the web's own."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    name = (parts.hostname or url).rstrip(".")
    return name if port in (None, 80, 443) else f"{name}:{port}"


def _due(source: Source, before: Source | None) -> datetime:
    """When a source is due: a visit that is not written down yet counts, too."""
    if before is None or before.polled_at is None:
        return source.next_poll_at
    if source.polled_at is not None and source.polled_at >= before.polled_at:
        return source.next_poll_at
    return max(source.next_poll_at, before.next_poll_at)


@dataclass(slots=True)
class _Host:
    """What waits at one host, healthy and failing apart, the earliest first."""

    free_at: datetime
    busy: bool = False
    count: int = 0
    well: list[Due] = field(default_factory=list)
    sick: list[Due] = field(default_factory=list)

    @property
    def ready_at(self) -> datetime | None:
        """When a visit may begin; None while one is under way, or where nothing waits."""
        if self.busy or not (self.well or self.sick):
            return None
        return max(self.free_at, min(line[0][0] for line in (self.well, self.sick) if line))

    def wait(self, source: Source, due: datetime) -> None:
        """Stand in line."""
        heapq.heappush(self.sick if source.failures else self.well, (due, source.id))

    def take(self, now: datetime) -> int:
        """The id of the one to be visited now."""
        line = self.well if self.well and (self.well[0][0] <= now or not self.sick) else self.sick
        return heapq.heappop(line)[1]
