"""What a guild follows. Honest about what is watched: "no alert" never means "nothing happened"."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.domain.alerts import Alert, Reason
from bot.domain.guilds import Subscription
from bot.domain.incidents import Facts, merge
from bot.domain.names import fold, platform_key
from bot.domain.notices import Kind, Severity
from bot.domain.platforms import CatalogueSource, Platform
from bot.domain.sources import Source, SourceKind, Watcher
from bot.errors import Refused
from bot.services.filing import tell_guild
from bot.services.paging import is_paged
from bot.services.trials import trial_of
from bot.storage.database import Storage, UnitOfWork

OPEN_FOR = timedelta(days=90)
"""An incident without a date to come counts as open for so long after it was told."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is watched of a platform for one guild, and what the catalogue knows of it."""

    platform_name: str
    platform: Platform | None
    watched: tuple[tuple[Watcher, Source], ...]

    @property
    def readable(self) -> bool:
        """Whether anything that can be read at present is watched."""
        return any(source.health.speaks for _, source in self.watched)


@dataclass(frozen=True, slots=True)
class Followed:
    """The answer to `/follow`: what is watched, and what was already going on."""

    subscription: Subscription
    coverage: Coverage
    offered: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """The answer to `/unfollow`. `own_sources`: so many of the guild's own still watch it."""

    platform_name: str
    still_followed: bool
    own_sources: int


class Following:
    """Subscriptions of guilds, and the operator's watchers that serve them.

    `sources_changed` wakes whoever visits sources.
    """

    def __init__(
        self,
        storage: Storage,
        catalogue: Catalogue,
        clock: Clock,
        sources_changed: Callable[[], None],
    ) -> None:
        self._storage = storage
        self._catalogue = catalogue
        self._clock = clock
        self._sources_changed = sources_changed

    async def follow(
        self,
        guild_id: int,
        platform: str,
        *,
        kinds: tuple[Kind, ...] = (),
        severity: Severity | None = None,
        channel_id: int | None = None,
        role_id: int | None = None,
    ) -> Followed:
        """Follow a platform of the catalogue, or one that this guild watches under its own name.

        Raises `Refused`: not set up, nobody knows the platform.
        """
        now = self._clock.now()
        async with self._storage.unit_of_work() as work:
            settings = await work.guilds.find(guild_id)
            if settings is None or settings.channel_id is None:
                raise Refused("setup.first")
            key, name = await self._known(work, guild_id, platform)
            wanted = Subscription(
                0,
                guild_id,
                key,
                name,
                kinds,
                severity,
                channel_id if channel_id != settings.channel_id else None,
                role_id,
            )
            subscription_id = await work.guilds.follow(wanted, now)
            await watch_catalogue(work, self._catalogue, {key}, now)
            offered = await self._offer(work, guild_id, key)
            coverage = await load_coverage(work, self._catalogue, guild_id, key, name)
            kept = Subscription(
                subscription_id,
                guild_id,
                key,
                name,
                kinds,
                severity,
                wanted.channel_id,
                role_id,
            )
        self._sources_changed()
        return Followed(kept, coverage, tuple(offered))

    async def unfollow(self, guild_id: int, platform: str, channel_id: int | None) -> Unfollowed:
        """Stop following, in one channel or everywhere. Raises `Refused` if it is not followed."""
        async with self._storage.unit_of_work() as work:
            settings = await work.guilds.find(guild_id)
            mine = await work.guilds.subscriptions(guild_id)
            found = _find(mine, self._catalogue, platform)
            if found is None:
                raise Refused("follow.not_followed", platform=platform)
            usual = settings.channel_id if settings else None
            these = [each for each in mine if each.platform == found.platform]
            ended = [each for each in these if channel_id in (None, each.channel_id or usual)]
            if not ended:
                raise Refused("follow.not_followed_there", platform=found.platform_name)
            for each in ended:
                await work.guilds.forget_subscription(each.id)
            watched = await work.sources.watchers_for(guild_id)
        self._sources_changed()
        return Unfollowed(
            found.platform_name,
            still_followed=len(ended) < len(these),
            own_sources=sum(each.platform == found.platform for each, _ in watched),
        )

    async def following(self, guild_id: int) -> list[tuple[Subscription, Coverage]]:
        """What a guild follows, and what is watched of each."""
        async with self._storage.reading() as work:
            return [
                (
                    each,
                    await load_coverage(
                        work, self._catalogue, guild_id, each.platform, each.platform_name
                    ),
                )
                for each in await work.guilds.subscriptions(guild_id)
            ]

    async def sync_catalogue(self) -> None:
        """At start: watch what the catalogue knows of the platforms that somebody follows."""
        async with self._storage.unit_of_work() as work:
            names = {
                (platform.slug, feed.url): feed.name
                for platform in self._catalogue.platforms
                for feed in platform.feeds
            }
            for watcher, source in await work.sources.watchers_for(None):
                name = names.get((watcher.platform, source.url))
                if name is None:
                    await work.sources.unwatch(watcher.id)
                elif name != watcher.name:
                    await work.sources.save_watcher(replace(watcher, name=name))
            followed = await work.guilds.followed_platforms()
            await watch_catalogue(work, self._catalogue, followed, self._clock.now())

    async def names(self, guild_id: int, typed: str, limit: int = 25) -> list[str]:
        """Platforms to offer while somebody types: the catalogue's and the guild's own."""
        names = [platform.name for platform in self._catalogue.complete(typed, limit)]
        async with self._storage.reading() as work:
            own = [
                watcher.platform_name
                for watcher, _ in await work.sources.watchers_for(guild_id)
                if fold(typed) in fold(watcher.platform_name)
            ]
        return list(dict.fromkeys([*own, *names]))[:limit]

    async def _known(self, work: UnitOfWork, guild_id: int, platform: str) -> tuple[str, str]:
        known = self._catalogue.find_platform(platform)
        if known is not None:
            return known.slug, known.name
        key = platform_key(platform)
        for watcher, _ in await work.sources.watchers_for(guild_id):
            if watcher.platform == key:
                return key, watcher.platform_name
        raise Refused("follow.unknown", platform=platform)

    async def _offer(self, work: UnitOfWork, guild_id: int, key: str) -> list[Alert]:
        now = self._clock.now()
        offered = []
        for incident_id in await work.incidents.on(key, guild_id):
            notices = await work.incidents.notices([incident_id], guild_id)
            if not notices or not is_open(merge(notices), now.date()):
                continue
            linked = [
                alert
                for alert in await work.alerts.of_incident(incident_id)
                if alert.guild_id == guild_id
            ]
            if not linked:
                alert_id = await tell_guild(work, guild_id, incident_id, Reason.LATE, now)
                linked = [found] if alert_id and (found := await work.alerts.find(alert_id)) else []
            offered.extend(linked)
        return list({alert.id: alert for alert in offered}.values())


async def watch_catalogue(
    work: UnitOfWork, catalogue: Catalogue, keys: set[str], now: datetime
) -> None:
    """Make sure that the operator listens to every feed the catalogue knows of `keys`."""
    for key in sorted(keys):
        platform = catalogue.find_platform(key)
        if platform is None or platform.slug != key:
            continue
        for each in platform.feeds:
            source = await work.sources.find_by_url(each.url)
            source_id = source.id if source else await _add(work, each, now)
            watchers = await work.sources.watchers_of(source_id)
            if any(watcher.guild_id is None for watcher in watchers):
                continue
            watcher = Watcher(
                0, source_id, None, each.name, platform.slug, platform.name, None, None
            )
            watcher = replace(watcher, trial_since=trial_of(each, now))
            await work.sources.watch(watcher, created_by=None, now=now)


async def _add(work: UnitOfWork, source: CatalogueSource, now: datetime) -> int:
    kind = source.reads_as
    return await work.sources.add(
        source.url, now, kind if kind and is_paged(kind) else SourceKind.FEED
    )


async def load_coverage(
    work: UnitOfWork, catalogue: Catalogue, guild_id: int, key: str, name: str
) -> Coverage:
    """What is watched of a platform for a guild."""
    platform = catalogue.find_platform(key)
    watched = await work.sources.watchers_on(key, guild_id)
    return Coverage(name, platform, tuple(watched))


def is_open(facts: Facts, today: date) -> bool:
    """Whether an incident still matters: a date to come, or told lately."""
    ahead = any(deadline.on >= today for deadline in facts.deadlines)
    return ahead or today - facts.announced_on <= OPEN_FOR


def _find(mine: Sequence[Subscription], catalogue: Catalogue, platform: str) -> Subscription | None:
    known = catalogue.find_platform(platform)
    key = known.slug if known else platform_key(platform)
    return next((each for each in mine if each.platform == key), None)
