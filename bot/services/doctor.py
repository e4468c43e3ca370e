"""`tocsin doctor`: what is wrong with an installation, and how to mend it. Looks, changes nothing,
and goes on with the rest where one thing cannot be looked at. Works while the bot runs."""

import difflib
import os
from collections.abc import AsyncIterator, Iterator
from enum import StrEnum
from pathlib import Path

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.config import NAMES, SettingsRead, masked
from bot.domain.findings import Finding, Grade, fault, note, ok, warning
from bot.domain.guilds import Subscription
from bot.domain.platforms import Certainty
from bot.errors import BadCatalogue, DatabaseFault, Fault
from bot.ingest.addresses import AllowHosts
from bot.services.doctor_discord import (
    Account,
    Discord,
    Kept,
    examine_guilds,
    examine_token,
    told_from_here,
)
from bot.services.doctor_sources import Rounds, Watched, addresses, health
from bot.services.heart import pulse
from bot.storage.database import UnitOfWork
from bot.storage.heartbeat import find_heartbeat, heartbeat_file
from bot.storage.inspection import Inspection, Schema, inspect_database, looking_into

MEGABYTE = 1_000_000

NO_SPACE = 20 * MEGABYTE
"""Free bytes below which the next thing that happens is that nothing can be kept."""

SPARE = 100 * MEGABYTE
"""Free bytes that should be left beside a copy of the database."""

POLITE = 60
"""Seconds between visits below which a public site may well shut us out."""


class Part(StrEnum):
    """What is looked at, in this order."""

    SETTINGS = "settings"
    CATALOGUE = "catalogue"
    DATABASE = "database"
    PULSE = "pulse"
    TOKEN = "token"  # noqa: S105 - a chapter, no secret
    PERMISSIONS = "permissions"
    SOURCES = "sources"


class Doctor:
    """One examination. `discord`: None without a token; `rounds`: to visit every address, too."""

    def __init__(
        self,
        read: SettingsRead,
        data: Path,
        clock: Clock,
        discord: Discord | None,
        rounds: Rounds | None,
    ) -> None:
        self._read = read
        self._settings = read.settings
        self._data = data
        self._clock = clock
        self._discord = discord
        self._rounds = rounds
        self._catalogue: Catalogue | None = None
        self._account: Account | None = None
        self._kept: list[Kept] | None = None
        self._watched: list[Watched] = []
        self._unread: list[str] = []

    async def examine(self) -> AsyncIterator[tuple[Part, Finding]]:
        """Every finding, as it comes."""
        for found in self._examine_settings():
            yield Part.SETTINGS, found
        for found in self._examine_catalogue():
            yield Part.CATALOGUE, found
        for found in await self._examine_database():
            yield Part.DATABASE, found
        yield Part.PULSE, self._feel_pulse()
        for found in await self._examine_token():
            yield Part.TOKEN, found
        async for found in self._examine_permissions():
            yield Part.PERMISSIONS, found
        async for found in self._examine_sources():
            yield Part.SOURCES, found

    def _examine_settings(self) -> Iterator[Finding]:
        read, settings = self._read, self._settings
        for each in read.faults:
            yield Finding(Grade.FAULT, each)
        try:
            AllowHosts.parse(settings.allow_hosts)
        except Fault as wrong:
            yield Finding(Grade.FAULT, wrong)
        for name in read.unknown:
            yield _unknown(name)
        if settings.poll_seconds < POLITE:
            yield warning("doctor.settings.impolite", seconds=settings.poll_seconds, least=POLITE)
        if settings.discord_token and read.file is not None and _is_open(read.file):
            mend = "doctor.settings.open.mend"
            yield warning("doctor.settings.open", mend, path=read.file)
        shown = masked(settings)
        given = tuple(f"{name}={shown[name]}" for name in read.given if name not in read.broken)
        if read.file is None:
            yield note("doctor.settings.no_file", folder=Path.cwd())
        if not read.faults:
            key = "doctor.settings.ok" if given else "doctor.settings.defaults"
            yield ok(key, count=len(given), given=given)

    def _examine_catalogue(self) -> Iterator[Finding]:
        try:
            self._catalogue = catalogue = Catalogue.load(self._data)
        except BadCatalogue as bad:
            for each in bad.faults:
                yield Finding(Grade.FAULT, each)
            return
        sources = [each for platform in catalogue.platforms for each in platform.sources]
        yield ok(
            "doctor.catalogue.ok",
            count=len(catalogue.platforms),
            feeds=sum(each.is_read for each in sources),
            lexicons=len(catalogue.lexicons),
            checklists=len(catalogue.templates),
        )
        doubtful = sum(each.certainty is Certainty.UNVERIFIED for each in sources)
        if doubtful and self._rounds is None:
            yield note("doctor.catalogue.unverified", count=doubtful)

    async def _examine_database(self) -> list[Finding]:
        if "TOCSIN_DATABASE_URL" in self._read.broken:
            return [note("doctor.database.unknown")]
        url = self._settings.database_url
        try:
            seen = await inspect_database(url)
            match seen.schema:
                case Schema.ABSENT:
                    self._kept = []
                case Schema.CURRENT:
                    async with looking_into(url) as work:
                        await self._load(work)
        except DatabaseFault as wrong:
            return [Finding(Grade.FAULT, wrong)]
        return [_schema(seen), *_room(seen), *self._copies(seen)]

    async def _load(self, work: UnitOfWork) -> None:
        kept = []
        unread: dict[str, None] = {}
        for settings in await work.guilds.all():
            guild_id = settings.guild_id
            followed = await work.guilds.subscriptions(guild_id)
            channel = settings.channel_id
            places = {(channel, settings.role_id)} if channel else set()
            places |= {
                (place, each.role_id or settings.role_id)
                for each in followed
                if (place := each.channel_id or channel)
            }
            stopped = tuple(await work.outbox.stopped(guild_id))
            held = tuple(await work.outbox.held(guild_id))
            kept.append(Kept(settings, tuple(sorted(places, key=str)), stopped, held))
            unread.update(dict.fromkeys([name async for name in _unread(work, followed)]))
        self._kept = kept
        self._unread = sorted(unread)
        for source in await work.sources.watched():
            # Only what has a line of its own needs a name.
            named = self._rounds is not None or not source.health.speaks
            watchers = await work.sources.watchers_of(source.id) if named else []
            self._watched.append(Watched(source, tuple(watchers)))

    def _copies(self, seen: Inspection) -> Iterator[Finding]:
        if seen.schema is Schema.ABSENT or seen.size is None:
            return
        if seen.newest_copy is None:
            yield note("doctor.database.no_copy")
        else:
            age = self._clock.now() - seen.newest_copy.made_at
            yield note("doctor.database.copy", name=seen.newest_copy.path.name, age=age)

    def _feel_pulse(self) -> Finding:
        if "TOCSIN_DATABASE_URL" in self._read.broken:
            return note("doctor.database.unknown")
        path = heartbeat_file(self._settings.database_url)
        return pulse(find_heartbeat(path), path, self._clock.now())

    async def _examine_token(self) -> list[Finding]:
        token = self._settings.discord_token
        if token is None:
            return [fault("settings.no_token")]
        if self._discord is None:
            return [note("doctor.token.unasked")]
        self._account, found = await examine_token(self._discord, token)
        return found

    async def _examine_permissions(self) -> AsyncIterator[Finding]:
        if self._kept is None and self._account is None:
            yield note("doctor.permissions.unknown")
            return
        kept = self._kept or []
        if self._discord is None or self._account is None:
            key = "doctor.permissions.unasked" if kept else "doctor.permissions.nobody"
            yield note(key, count=len(kept))
            for found in told_from_here(kept):
                yield found
            return
        if self._kept is None:
            yield note("doctor.permissions.no_settings")
        elif not self._account.guilds:
            yield note("doctor.guild.none")
        async for found in examine_guilds(self._discord, self._account, kept):
            yield found

    async def _examine_sources(self) -> AsyncIterator[Finding]:
        if self._kept is None:
            yield note("doctor.source.unknown")
        else:
            for found in health(self._watched, self._unread):
                yield found
        if self._rounds is not None and self._catalogue is not None:
            async for found in self._rounds.visit(addresses(self._watched, self._catalogue)):
                yield found


def _is_open(path: Path) -> bool:
    """Whether other accounts of this machine can read the file."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o044)


def _unknown(name: str) -> Finding:
    close = difflib.get_close_matches(name, NAMES.values(), n=1)
    if close:
        return warning("doctor.settings.misspelt", name=name, meant=close[0])
    return warning("doctor.settings.unknown", name=name)


def _schema(seen: Inspection) -> Finding:
    if seen.schema is Schema.ABSENT:
        if not seen.writable:
            mend = "doctor.database.no_folder.mend"
            return fault("doctor.database.no_folder", mend, path=seen.place)
        return note("doctor.database.absent", path=seen.place)
    if seen.schema is Schema.NEWER:
        return fault("database.newer", path=seen.place, found=seen.revision)
    if seen.schema is Schema.OLDER:
        return note("doctor.database.older", path=seen.place, found=seen.revision or "–")
    if seen.size is None:
        return ok("doctor.database.reached", path=seen.place, found=seen.revision)
    size = max(seen.size / MEGABYTE, 0.1)
    return ok("doctor.database.ok", path=seen.place, found=seen.revision, size=size)


def _room(seen: Inspection) -> Iterator[Finding]:
    if seen.writable is False and seen.schema is not Schema.ABSENT:
        yield fault("database.read_only", path=seen.place)
    if seen.free is None:
        return
    free = seen.free / MEGABYTE
    if seen.free < NO_SPACE:
        yield fault("doctor.database.full", "doctor.database.full.mend", free=free)
    elif seen.free < (seen.size or 0) + SPARE:
        yield warning("doctor.database.tight", "doctor.database.full.mend", free=free)


async def _unread(work: UnitOfWork, followed: list[Subscription]) -> AsyncIterator[str]:
    """Platforms of which nothing that can be read is watched."""
    names = {each.platform: each for each in followed}
    for key, each in names.items():
        pairs = await work.sources.watchers_on(key, each.guild_id)
        if not any(source.health.speaks and not watcher.paused for watcher, source in pairs):
            yield each.platform_name
