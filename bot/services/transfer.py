"""Lists of subscriptions in and out: what a guild watches as OPML, and any OPML watched.

Nothing of a list is lost: what is not added is told with its reason, and can be handed in again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.domain.notices import Origin
from bot.domain.sources import SourceKind
from bot.errors import Fault, Refused
from bot.ingest.opml import Outline, write_outlines
from bot.ingest.reading import FeedReader
from bot.services.watching import Added, Watching

AT_ONCE = 4
"""Addresses of a list that are visited at the same time."""

LONGEST = timedelta(minutes=10)
"""How long an import may take: answers to a command are taken for a quarter of an hour."""

Progress = Callable[[int, int], Awaitable[None]]
"""Told how many of how many addresses are done."""


@dataclass(frozen=True, slots=True)
class Left:
    """One feed of a list that was not added, and why."""

    outline: Outline
    why: Fault


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a list. `beyond`: feeds of a list that is longer than is read at all."""

    added: tuple[Added, ...]
    left: tuple[Left, ...]
    beyond: int
    room: int


class Transfer:
    """Imports and exports."""

    def __init__(
        self, watching: Watching, reader: FeedReader, catalogue: Catalogue, clock: Clock
    ) -> None:
        self._watching = watching
        self._reader = reader
        self._catalogue = catalogue
        self._clock = clock

    async def export(self, guild_id: int) -> tuple[bytes, int]:
        """A guild's own sources as OPML, and how many they are."""
        pairs = await self._watching.listing(guild_id)
        outlines = [
            Outline(
                url=source.url,
                name=watcher.name,
                folder=watcher.platform_name,
                platform=watcher.platform_name,
                origin=(watcher.origin or Origin.OFFICIAL).value,
                kind="rss" if source.kind in _AS_FEEDS else source.kind.value,
            )
            for watcher, source in pairs
        ]
        return write_outlines("Tocsin", outlines), len(outlines)

    def as_list(self, left: tuple[Left, ...]) -> bytes:
        """What was not added, as a list that can be handed in again."""
        return write_outlines("Tocsin", [each.outline for each in left if each.outline.url])

    async def load(
        self,
        guild_id: int,
        member_id: int | None,
        body: bytes,
        *,
        platform: str | None = None,
        progress: Progress | None = None,
    ) -> Imported:
        """Watch the feeds of a list, as far as there is room. `platform`: of what the list, the
        catalogue and the folders say nothing about.

        Raises `SourceFault` (`opml.…`) for what is no list, `Refused` where nothing is set up.
        """
        room, watched = await self._watching.room(guild_id)
        listed = await self._reader.outlines(body)
        left = [
            Left(each, why)
            for each in listed.feeds
            if (why := _before_visiting(each, watched)) is not None
        ]
        known = {each.outline.url for each in left}
        wanted = [each for each in listed.feeds if each.url not in known]
        too_many = Refused("source.too_many", most=self._watching.most)
        left.extend(Left(each, too_many) for each in wanted[room:])
        run = _Run(wanted[:room], progress)
        await self._visit(run, guild_id, member_id, platform)
        order = {id(each): number for number, each in enumerate(listed.feeds)}
        left = sorted([*left, *run.left], key=lambda each: order[id(each.outline)])
        return Imported(tuple(run.added), tuple(left), listed.left_out, room)

    async def _visit(
        self, run: "_Run", guild_id: int, member_id: int | None, platform: str | None
    ) -> None:
        until = self._clock.now() + LONGEST

        async def worker() -> None:
            while (outline := run.take()) is not None:
                if self._clock.now() >= until:
                    run.left.append(Left(outline, Refused("opml.not_reached")))
                    continue
                try:
                    run.added.append(await self._add(outline, guild_id, member_id, platform))
                except Fault as fault:
                    run.left.append(Left(outline, fault))
                await run.tell()

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(worker())

    async def _add(
        self, outline: Outline, guild_id: int, member_id: int | None, platform: str | None
    ) -> Added:
        slug, name = self._platform_of(outline, platform)
        origin = _origin(outline.origin) or self._origin_of(outline, slug)
        return await self._watching.add(
            guild_id, member_id, outline.url, name, name=outline.name or None, origin=origin
        )

    def _platform_of(self, outline: Outline, platform: str | None) -> tuple[str | None, str]:
        """The catalogue's key, where it knows it, and the name of what a feed speaks of."""
        if outline.platform:
            known = self._catalogue.find_platform(outline.platform)
            return known.slug if known else None, outline.platform
        for host in _hosts(outline.url, outline.home):
            # What a whole owns counts for its parts, too: then the whole is meant.
            owners = {each.slug: each for each in self._catalogue.platforms if each.owns_host(host)}
            for each in owners.values():
                if each.part_of not in owners:
                    return each.slug, each.name
        for name in (outline.folder, outline.name):
            known = self._catalogue.find_platform(name) if name else None
            if known is not None:
                return known.slug, known.name
        host = next(iter(_hosts(outline.url)), outline.url)
        return None, platform or outline.name or host.removeprefix("www.")

    def _origin_of(self, outline: Outline, slug: str | None) -> Origin:
        """A list says of no feed whose word it is: official is what a platform's own host says."""
        known = self._catalogue.find_platform(slug) if slug else None
        owned = known is not None and any(map(known.owns_host, _hosts(outline.url)))
        return Origin.OFFICIAL if owned else Origin.PRESS


class _Run:
    """The feeds of a list on their way."""

    def __init__(self, wanted: list[Outline], progress: Progress | None) -> None:
        self.added: list[Added] = []
        self.left: list[Left] = []
        self._wanted = iter(wanted)
        self._total = len(wanted)
        self._progress = progress

    def take(self) -> Outline | None:
        """The next one."""
        return next(self._wanted, None)

    async def tell(self) -> None:
        """Say how far it is."""
        if self._progress is not None:
            await self._progress(len(self.added) + len(self.left), self._total)


_AS_FEEDS = (SourceKind.FEED, SourceKind.DISCOURSE)


def _before_visiting(outline: Outline, watched: set[str]) -> Fault | None:
    if not outline.url:
        return Refused("opml.no_address")
    return Refused("source.watched") if outline.url in watched else None


def _hosts(*urls: str) -> list[str]:
    found = []
    for url in urls:
        try:
            found.append(urlsplit(url).hostname or "")
        except ValueError:
            continue
    return [host for host in found if host]


def _origin(written: str) -> Origin | None:
    return Origin(written) if written in set(Origin) else None
