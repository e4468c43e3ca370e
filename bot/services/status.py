"""Whether Tocsin is alive for a guild, and what it cannot see, since when."""

from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.domain.alerts import AlertState
from bot.domain.sources import Source, Watcher
from bot.storage.database import Storage
from bot.storage.outbox import Destination


@dataclass(frozen=True, slots=True)
class GuildStatus:
    """`watched`: the guild's own sources and the operator's for platforms it follows."""

    since: datetime
    follows: int
    unread: tuple[str, ...]
    watched: tuple[tuple[Watcher, Source], ...]
    pending: int
    published: int
    corrected: int
    waiting: int
    stopped: tuple[Destination, ...]

    @property
    def blind(self) -> tuple[tuple[Watcher, Source], ...]:
        """Sources that cannot be read at present."""
        return tuple(pair for pair in self.watched if not pair[1].health.speaks)

    @property
    def last_read_at(self) -> datetime | None:
        """When something was last read."""
        return max((s.read_at for _, s in self.watched if s.read_at), default=None)


class Status:
    """Looks, changes nothing."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._since = clock.now()

    async def of_guild(self, guild_id: int) -> GuildStatus:
        """The state of things for one guild."""
        async with self._storage.reading() as work:
            subscriptions = await work.guilds.subscriptions(guild_id)
            watched = dict[int, tuple[Watcher, Source]]()
            unread = []
            names = {each.platform: each.platform_name for each in subscriptions}
            for platform, name in names.items():
                pairs = await work.sources.watchers_on(platform, guild_id)
                watched.update({pair[0].id: pair for pair in pairs})
                if not any(source.health.speaks for _, source in pairs):
                    unread.append(name)
            for pair in await work.sources.watchers_for(guild_id):
                watched[pair[0].id] = pair
            alerts = await work.alerts.of_guild(guild_id)
            return GuildStatus(
                since=self._since,
                follows=len(names),
                unread=tuple(dict.fromkeys(unread)),
                watched=tuple(watched.values()),
                pending=sum(each.state is AlertState.PENDING for each in alerts),
                published=sum(each.state is AlertState.PUBLISHED for each in alerts),
                corrected=sum(
                    each.correction is not None or each.state is AlertState.RETRACTED
                    for each in alerts
                ),
                waiting=await work.outbox.waiting(guild_id),
                stopped=tuple(await work.outbox.stopped(guild_id)),
            )
