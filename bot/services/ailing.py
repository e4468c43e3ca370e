"""What becomes known of a source's health: kept, told once, and, where a platform's own source has
vanished, laid before moderators as a possible closure. Runs inside a unit of work; never alerts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.catalogue.catalogue import Catalogue
from bot.domain.alerts import Alert, AlertState, Reason, Revision
from bot.domain.deliveries import MODERATORS, Subject
from bot.domain.entries import Entry
from bot.domain.incidents import ToldNotice
from bot.domain.notices import Kind, Notice, Origin, Scope, Severity
from bot.domain.policy import counts_as
from bot.domain.polls import has_vanished, health_news, move_news
from bot.domain.sources import Health, Source, Watcher
from bot.services.filing import Filed, file, update
from bot.services.telling import say_review
from bot.storage.database import UnitOfWork

POSSIBLE = 0.5
"""How sure Tocsin is that a platform closes whose own source has vanished: worth a look."""

_SAID = {
    "source.http.gone": "HTTP 410",
    "source.http.missing": "HTTP 404",
    "source.connect.no_name": "DNS",
}
"""What was seen, in signs that are the same in every language."""


class Ailing:
    """Keeps and tells what a visit means for a source's health."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def keep(
        self,
        work: UnitOfWork,
        before: Source,
        after: Source,
        now: datetime,
        *,
        permanent: bool = False,
    ) -> None:
        """Write down a source after a visit, and what moderators are to hear of it."""
        await work.sources.save(after)
        if after.health is not before.health:
            await work.sources.note_health(after, now)
        watchers = await work.sources.watchers_of(after.id)
        for watcher in watchers:
            await self._tell_health(work, after, watcher, now, permanent=permanent)
        if has_vanished(before, after, now):
            await self._ask(work, after, watchers, now)
        elif after.health is Health.OK and before.health is not Health.OK:
            await _take_back(work, after, now)

    async def tell_move(self, work: UnitOfWork, source: Source, now: datetime) -> None:
        """Propose the new address of a source, once, to each guild that watches it."""
        for watcher in await work.sources.watchers_of(source.id):
            if not move_news(source, watcher, now):
                continue
            await work.sources.save_watcher(replace(watcher, told_move=source.moved_to))
            await _say(work, Subject.MOVED, watcher, [watcher.guild_id], source.move_number, now)

    async def _tell_health(
        self,
        work: UnitOfWork,
        source: Source,
        watcher: Watcher,
        now: datetime,
        *,
        permanent: bool,
    ) -> None:
        news = health_news(source, watcher, permanent=permanent)
        if news is None:
            return
        trouble = None if news.health is Health.OK else news.health
        count = watcher.told_count + 1
        await work.sources.save_watcher(replace(watcher, told_health=trouble, told_count=count))
        concerned: list[int | None] = [watcher.guild_id]
        if watcher.guild_id is None:
            followers = await work.guilds.followers(watcher.platform)
            concerned = list(dict.fromkeys(each.guild_id for each in followers))
        await _say(work, Subject.HEALTH, watcher, concerned, count, now)

    async def _ask(
        self, work: UnitOfWork, source: Source, watchers: Sequence[Watcher], now: datetime
    ) -> None:
        """Lay it before those who listen that the platform's own source has vanished."""
        own = [
            each
            for each in watchers
            if not each.paused and each.trial_since is None and self._is_own(source, each)
        ]
        key = _key(source)
        if not own or await work.entries.find_own(source.id, key) is not None:
            return
        host = urlsplit(source.url).hostname or source.url
        seen = _SAID.get(source.fault.key, "–") if source.fault else "–"
        entry = Entry(key, None, f"{host}: {seen}", "", None, None)
        entry_id = await work.entries.add(entry, now, source_id=source.id)
        by_guild: dict[int | None, list[Filed]] = {}
        for watcher in own:
            told = self._notice(source, watcher, entry_id, entry.title, now)
            by_guild.setdefault(watcher.guild_id, []).append(Filed(told, Reason.VANISHED))
        for filed in by_guild.values():
            await file(work, filed, now)

    def _is_own(self, source: Source, watcher: Watcher) -> bool:
        if counts_as(source.kind, Origin.OFFICIAL) is not Origin.OFFICIAL:
            return False  # the end of a status page is no end of the platform
        if watcher.guild_id is not None:
            return watcher.origin in (None, Origin.OFFICIAL)
        platform = self._catalogue.find_platform(watcher.platform)
        return platform is not None and platform.owns(source.url)

    def _notice(
        self, source: Source, watcher: Watcher, entry_id: int, title: str, now: datetime
    ) -> ToldNotice:
        known = self._catalogue.find_platform(watcher.platform)
        notice = Notice(
            kind=Kind.CLOSURE,
            scope=Scope.PLATFORM,
            severity=Severity.IMPORTANT,
            confidence=POSSIBLE,
            platform=known.slug if known else None,
            platform_name=watcher.platform_name,
            successor=None,
            topics=(),
            deadlines=(),
            evidence=(),
            language="en",
        )
        return ToldNotice(
            id=0,
            entry_id=entry_id,
            guild_id=watcher.guild_id,
            origin=Origin.COMMUNITY,
            platform=watcher.platform,
            platform_name=watcher.platform_name,
            notice=notice,
            title=title,
            url=source.url,
            source_name=watcher.name,
            published_at=now,
            seen_at=now,
        )


async def _take_back(work: UnitOfWork, source: Source, now: datetime) -> None:
    """The source is back: what only its absence said is quietly no longer asked."""
    entry_id = await work.entries.find_own(source.id, _key(source))
    if entry_id is None:
        return
    concerned = [
        alert
        for incident_id in await work.incidents.filed_by(entry_id)
        for alert in await work.alerts.of_incident(incident_id)
    ]
    if any(alert.state in (AlertState.PUBLISHED, AlertState.RETRACTED) for alert in concerned):
        return  # moderators have made it theirs
    await work.entries.remove(entry_id)
    for alert in concerned:
        incident_ids = await work.alerts.incidents_of(alert.id)
        if await work.incidents.notices(incident_ids, alert.guild_id):
            await update(work, alert, now)
        elif alert.state is AlertState.PENDING:
            await _close(work, alert, now)


async def _close(work: UnitOfWork, alert: Alert, now: datetime) -> None:
    revision = Revision(alert.revision + 1, Reason.RETURNED, now)
    closed = replace(
        alert,
        state=AlertState.DISMISSED,
        revision=revision.revision,
        reason=revision.reason,
    )
    await work.alerts.save(closed, revision)
    settings = await work.guilds.find(alert.guild_id)
    if settings is not None:
        await say_review(work, settings, closed, now, only_edit=True)


async def _say(
    work: UnitOfWork,
    subject: Subject,
    watcher: Watcher,
    guild_ids: Sequence[int | None],
    revision: int,
    now: datetime,
) -> None:
    for guild_id in guild_ids:
        settings = await work.guilds.find(guild_id) if guild_id is not None else None
        if settings is not None:
            await work.outbox.say(
                subject,
                watcher.id,
                guild_id=settings.guild_id,
                channel_id=MODERATORS,
                revision=revision,
                locale=settings.locale,
                now=now,
            )


def _key(source: Source) -> str:
    return f"vanished:{source.id}"
