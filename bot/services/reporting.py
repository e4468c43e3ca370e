"""A member's report: a pasted letter is judged at once and laid before the moderators.

A report never posts by itself, whatever it says.
"""

from dataclasses import dataclass
from hashlib import blake2b

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.detection import Detector
from bot.domain.alerts import Alert, Reason
from bot.domain.entries import Entry
from bot.domain.incidents import ToldNotice
from bot.domain.names import UNNAMED, fold, platform_key
from bot.domain.notices import Judgement, Kind, Notice, Origin, Text
from bot.errors import Refused
from bot.services.filing import Filed, file
from bot.services.judging import judge
from bot.storage.database import Storage

LONGEST = 100_000
"""Characters of a letter that are read."""

SHORTEST = 20
"""A letter below this many characters says too little to be judged."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was understood. `alert` None: nothing for makers was found; moderators see it not."""

    judgement: Judgement
    alert: Alert | None
    cut: bool


class Reporting:
    """Takes what members received."""

    def __init__(
        self, storage: Storage, catalogue: Catalogue, detector: Detector, clock: Clock
    ) -> None:
        self._storage = storage
        self._catalogue = catalogue
        self._detector = detector
        self._clock = clock

    async def report(
        self, guild_id: int, member_id: int, letter: str, *, url: str | None = None
    ) -> Report:
        """Judge a letter and lay it before the moderators.

        Raises `Refused`: empty, too short, the guild is not set up.
        """
        words = letter.strip()
        if not words:
            raise Refused("report.empty")
        if len(words) < SHORTEST:
            raise Refused("report.short")
        async with self._storage.reading() as work:
            settings = await work.guilds.find(guild_id)
        if settings is None or settings.channel_id is None:
            raise Refused("report.not_set_up")
        title, body = _parts(words[:LONGEST])
        now = self._clock.now()
        text = Text(title, body, url, now.date(), Origin.COMMUNITY)
        judgement = await judge(self._detector, text)
        alert = None
        if judgement.notices:
            alert = await self._file(guild_id, member_id, title, body, url, judgement)
        return Report(judgement, alert, cut=len(words) > LONGEST)

    async def _file(
        self,
        guild_id: int,
        member_id: int,
        title: str,
        body: str,
        url: str | None,
        judgement: Judgement,
    ) -> Alert | None:
        now = self._clock.now()
        digest = blake2b(fold(f"{title}\n{body}").encode(), digest_size=12).hexdigest()
        entry = Entry(f"report:{guild_id}:{member_id}:{digest}", url, title, body, now, now)
        async with self._storage.unit_of_work() as work:
            entry_id = await work.entries.find_report(entry.key)
            if entry_id is None:
                entry_id = await work.entries.add(
                    entry, now, source_id=None, guild_id=guild_id, reporter_id=member_id
                )
            filed = [
                Filed(
                    ToldNotice(
                        id=0,
                        entry_id=entry_id,
                        guild_id=guild_id,
                        origin=Origin.COMMUNITY,
                        platform=_key(notice, digest),
                        platform_name=notice.platform_name or UNNAMED,
                        notice=notice,
                        title=title,
                        url=url,
                        source_name=None,
                        published_at=now,
                        seen_at=now,
                    ),
                    Reason.REPORTED,
                )
                for notice in judgement.notices
                if notice.kind is not Kind.NONE
            ]
            alert_ids = await file(work, filed, now)
            return await work.alerts.find(alert_ids[0]) if alert_ids else None


def _key(notice: Notice, digest: str) -> str:
    # What is about nobody in particular must not be merged with another such letter.
    name = notice.platform_name
    return notice.platform or (platform_key(name) if name else f"unnamed-{digest}")


def _parts(letter: str) -> tuple[str, str]:
    title, _, body = letter.partition("\n")
    return (title.strip()[:300], body.strip()) if body.strip() else (letter[:120], letter)
