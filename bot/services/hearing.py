"""What an entry says to each of those who listen: whose word it is, about which platform.

Pure but for the time that judging takes, during which the loop goes on. Files and posts nothing.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.domain.alerts import Reason
from bot.domain.entries import Entry
from bot.domain.incidents import ToldNotice
from bot.domain.names import fold, platform_key
from bot.domain.notices import Action, Judgement, Notice, Origin, Text
from bot.domain.policy import counts_as, default_action, may_say
from bot.domain.sources import Source, SourceKind, Watcher
from bot.services.filing import Filed
from bot.services.judging import judge


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry, and what it says to each way of listening."""

    entry: Entry
    by_origin: dict[Origin, Judgement]


class Hearing:
    """Listens for the watchers of a source."""

    def __init__(self, catalogue: Catalogue, clock: Clock) -> None:
        self._detector = catalogue.detector
        self._catalogue = catalogue
        self._clock = clock

    def origin_of(self, watcher: Watcher, entry: Entry, source: Source) -> Origin:
        """Whose word an entry is for a watcher: a guild's own sources count as official for it."""
        return counts_as(source.kind, self._speaker(watcher, entry, source.url))

    async def judge(self, entry: Entry, watchers: Sequence[Watcher], source: Source) -> Judged:
        """What an entry says to these watchers."""
        judged = Judged(entry, {})
        for origin in {self.origin_of(each, entry, source) for each in watchers}:
            text = self._text(entry, origin, source)
            judged.by_origin[origin] = await judge(self._detector, text)
            await asyncio.sleep(0)
        return judged

    def says_nothing(
        self, judged: Judged | None, watchers: Sequence[Watcher], source: Source
    ) -> bool:
        """Whether an entry has no notice for any of those who listen."""
        if judged is None:
            return True
        origins = {self.origin_of(each, judged.entry, source) for each in watchers}
        return all(not self._judgement(judged, each, source).notices for each in origins)

    def filed(
        self,
        judged: Judged,
        entry_id: int,
        watcher: Watcher,
        source: Source,
        now: datetime,
        held: Reason | None,
    ) -> list[Filed]:
        """What of an entry is to be filed for a watcher; `held` as in `Filed`."""
        entry = judged.entry
        origin = self.origin_of(watcher, entry, source)
        filed = []
        for notice in self._judgement(judged, origin, source).notices:
            platform, name, said_by = self._subject(notice, watcher, entry, origin)
            told = ToldNotice(
                id=0,
                entry_id=entry_id,
                guild_id=watcher.guild_id,
                origin=said_by,
                platform=platform,
                platform_name=name,
                notice=notice,
                title=entry.title,
                url=entry.url or source.url,
                source_name=watcher.name,
                published_at=entry.published_at or now,
                seen_at=now,
            )
            if may_say(source.kind, notice) and worth_telling(notice, said_by):
                filed.append(Filed(told, held))
        return filed

    def _judgement(self, judged: Judged, origin: Origin, source: Source) -> Judgement:
        """What an entry says to those for whom it has this origin."""
        found = judged.by_origin.get(origin)
        if found is None:
            text = self._text(judged.entry, origin, source)
            found = judged.by_origin[origin] = self._detector.judge(text)
        return found

    def _text(self, entry: Entry, origin: Origin, source: Source) -> Text:
        return Text(
            title=entry.title,
            body=entry.body,
            url=entry.url or source.url,
            published_on=(_said_at(entry, source) or self._clock.now()).date(),
            origin=origin,
            comparison=entry.comparison,
        )

    def _subject(
        self, notice: Notice, watcher: Watcher, entry: Entry, origin: Origin
    ) -> tuple[str, str, Origin]:
        """Which platform a notice is filed under, and whose word it then is."""
        own = (watcher.platform, watcher.platform_name, origin)
        if notice.platform == watcher.platform:
            return own
        if origin is Origin.OFFICIAL and not self._is_part(notice.platform, watcher.platform):
            of_whole = self._is_part(watcher.platform, notice.platform)
            if (
                notice.platform is None
                or of_whole
                or self._speaks_of(watcher, notice.platform, entry)
            ):
                return own
            # A platform's own blog about another platform is no official word on that one.
            origin = Origin.PRESS
        if notice.platform is not None:
            platform = self._catalogue.get_platform(notice.platform)
            return platform.slug, platform.name, origin
        if notice.platform_name is not None:
            return platform_key(notice.platform_name), notice.platform_name, origin
        return own

    def _is_part(self, one: str | None, whole: str | None) -> bool:
        """Whether the platform with the key `one` is a part of the one with the key `whole`."""
        known = self._catalogue.find_platform(one) if one and whole else None
        return known is not None and known.part_of == whole

    def _speaks_of(self, watcher: Watcher, other: str, entry: Entry) -> bool:
        """Whether an official entry is about its own platform although another one was read."""
        own, title = fold(watcher.platform_name), fold(entry.title)
        if own in title:
            return True
        names = self._catalogue.get_platform(other).names
        return own in fold(entry.body) and not any(fold(name) in title for name in names)

    def _speaker(self, watcher: Watcher, entry: Entry, source_url: str) -> Origin:
        if watcher.origin is not None:
            return watcher.origin
        if watcher.guild_id is not None:
            return Origin.OFFICIAL
        platform = self._catalogue.find_platform(watcher.platform)
        owned = platform is not None and platform.owns(entry.url or source_url)
        return Origin.OFFICIAL if owned else Origin.PRESS


def worth_telling(notice: Notice, origin: Origin) -> bool:
    """Whether a notice reaches at least the moderators."""
    return default_action(notice, origin) is not Action.IGNORE


def _said_at(entry: Entry, source: Source) -> datetime | None:
    """From when on an entry's words are to be understood."""
    changed = entry.updated_at if source.kind is SourceKind.ZENDESK else None
    return changed or entry.published_at
