"""What is known of a platform and watched of it, for one guild. Looks, changes nothing.

Refuses to call watched what nobody visits: the operator's feeds are visited for those who follow.
"""

from dataclasses import dataclass

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.domain.alerts import Alert, AlertState
from bot.domain.names import platform_key
from bot.domain.platforms import CatalogueSource, NoticeGiven, Platform, notice_given
from bot.domain.sources import Source, Watcher
from bot.errors import Refused
from bot.services.following import is_open
from bot.storage.database import Storage, UnitOfWork

SUGGESTED = 3
"""So many platforms are named to who typed a name that nobody knows."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """A platform as one guild sees it. `platform` is None for a name outside the catalogue.

    `watched` is what is visited for this guild; `idle` are sources that would be, if it followed;
    `notice` is how long before their end sellers of other places were told.
    """

    name: str
    platform: Platform | None
    whole: Platform | None
    parts: tuple[Platform, ...]
    is_followed: bool
    watched: tuple[tuple[Watcher, Source], ...]
    idle: tuple[CatalogueSource, ...]
    alerts: tuple[Alert, ...]
    notice: NoticeGiven | None = None


class Platforms:
    """What the catalogue knows, beside what a guild watches and was told."""

    def __init__(self, storage: Storage, catalogue: Catalogue, clock: Clock) -> None:
        self._storage = storage
        self._catalogue = catalogue
        self._clock = clock

    async def portrait(self, guild_id: int, name: str) -> Portrait:
        """What is known of `name`: the catalogue's, or one that this guild knows.

        Raises `Refused` where nobody knows it, with names that begin alike.
        """
        known = self._catalogue.find_platform(name)
        key = known.slug if known else platform_key(name)
        async with self._storage.reading() as work:
            portrait = await self._draw(work, guild_id, key, name, known)
        if known is None and not (portrait.watched or portrait.is_followed or portrait.alerts):
            raise self._unknown(name)
        return portrait

    async def _draw(
        self, work: UnitOfWork, guild_id: int, key: str, name: str, known: Platform | None
    ) -> Portrait:
        follows = [
            each for each in await work.guilds.subscriptions(guild_id) if each.platform == key
        ]
        watched = [
            (watcher, source)
            for watcher, source in await work.sources.watchers_on(key, guild_id)
            if watcher.guild_id is not None or follows
        ]
        told = await work.alerts.of_guild(guild_id, (AlertState.PUBLISHED,), key)
        today = self._clock.now().date()
        feeds = known.feeds if known and not follows else ()
        names = [each.platform_name for each in follows]
        names += [watcher.platform_name for watcher, _ in watched]
        names += [alert.told.platform_name for alert in told]
        return Portrait(
            name=known.name if known else next(iter(names), name),
            platform=known,
            whole=self._catalogue.whole_of(known) if known else None,
            parts=self._catalogue.parts_of(known) if known else (),
            is_followed=bool(follows),
            watched=tuple(watched),
            idle=tuple(feeds),
            alerts=tuple(alert for alert in told if is_open(alert.told, today)),
            notice=notice_given(self._catalogue.platforms),
        )

    def _unknown(self, name: str) -> Refused:
        alike = self._catalogue.complete(name, SUGGESTED)
        if not alike:
            return Refused("platform.unknown", platform=name)
        names = ", ".join(each.name for each in alike)
        return Refused("platform.unknown_alike", platform=name, names=names)
