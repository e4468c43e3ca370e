"""A member's report: a pasted letter, or what stands behind a link, is judged at once and laid
before the moderators.

A report never posts by itself, whatever it says and wherever it stands. So many a member at a time.
"""

import math
from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from urllib.parse import urlsplit

from bot.catalogue.catalogue import Catalogue
from bot.clock import Clock
from bot.detection import Detector
from bot.domain.alerts import Alert, Reason
from bot.domain.deliveries import Subject
from bot.domain.entries import LINK, REPORT, Entry
from bot.domain.incidents import ToldNotice
from bot.domain.names import UNNAMED, fold, platform_key
from bot.domain.notices import Judgement, Kind, Notice, Origin, Text
from bot.errors import Fault, Refused, SourceFault
from bot.ingest.addresses import AllowHosts, check_address
from bot.ingest.faults import is_forbidden
from bot.services.discovery import Discovery
from bot.services.filing import Filed, file
from bot.services.judging import judge
from bot.storage.database import Storage, UnitOfWork

LONGEST = 100_000
"""Characters of a letter that are read."""

MOST_REPORTS = 5
PERIOD = timedelta(minutes=10)
"""A member may report so often in so long a time."""

MOST_REPORTERS = 2000
"""Members whose last reports are remembered, in memory alone: after a restart all begin anew."""

SHORTEST = 20
"""A letter below this many characters says too little to be judged."""


@dataclass(frozen=True, slots=True)
class Before:
    """A matter that is known here `since`; where it was told, `message` is the channel's and the
    message's id."""

    since: datetime
    message: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What was understood. `alert` None: nothing for makers was found; moderators see it not.
    `reporters`: so many members have reported the same. `before`: what was known here until then,
    None where nobody had spoken of it."""

    judgement: Judgement
    alert: Alert | None
    cut: bool
    reporters: int = 0
    before: Before | None = None


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a member sent in. `read_on`: the host on which Tocsin read it; None: it was pasted."""

    guild_id: int
    member_id: int
    title: str
    body: str
    url: str | None
    read_on: str | None = None

    @property
    def digest(self) -> str:
        """The same for the same words."""
        return blake2b(fold(f"{self.title}\n{self.body}").encode(), digest_size=12).hexdigest()

    @property
    def key(self) -> str:
        """That of its entry: one of each member and text."""
        kind = REPORT if self.read_on is None else LINK
        return f"{kind}{self.guild_id}:{self.member_id}:{self.digest}"


class Reporting:
    """Takes what members received."""

    def __init__(
        self,
        storage: Storage,
        catalogue: Catalogue,
        detector: Detector,
        discovery: Discovery,
        clock: Clock,
        allow: AllowHosts,
    ) -> None:
        self._allow = allow
        self._discovery = discovery
        self._reported: OrderedDict[tuple[int, int], deque[datetime]] = OrderedDict()
        self._storage = storage
        self._catalogue = catalogue
        self._detector = detector
        self._clock = clock

    def check(self, url: str) -> None:
        """Raises `Refused` for what is no public web address."""
        try:
            check_address(url, self._allow)
        except SourceFault:
            raise Refused("report.bad_url", given=url) from None

    async def report(
        self, guild_id: int, member_id: int, letter: str, *, url: str | None = None
    ) -> Report:
        """Judge a letter and lay it before the moderators.

        Raises `Refused`: empty, too short, too many, the guild is not set up.
        """
        words = letter.strip()
        if not words:
            raise Refused("report.empty")
        if len(words) < SHORTEST:
            raise Refused("report.short")
        await self._may_report(guild_id, member_id)
        title, body = _parts(words[:LONGEST])
        sent = _Sent(guild_id, member_id, title, body, url)
        return await self._take(sent, cut=len(words) > LONGEST)

    async def report_link(self, guild_id: int, member_id: int, url: str) -> Report:
        """Judge what stands behind a link and lay it before the moderators.

        Raises `Refused`: it cannot be read, too many, the guild is not set up.
        """
        await self._may_report(guild_id, member_id)
        try:
            found = await self._discovery.article(url)
        except SourceFault as fault:
            # Where our own network lies is not told to whoever asks.
            why = Fault("report.link.forbidden") if is_forbidden(fault) else fault
            raise Refused("report.link", why=why) from None
        there = found.url or url
        host = urlsplit(there).hostname or there
        title, body = found.title[:300], found.body[:LONGEST]
        sent = _Sent(guild_id, member_id, title, body, there, read_on=host)
        return await self._take(sent, cut=len(found.body) > LONGEST)

    async def _may_report(self, guild_id: int, member_id: int) -> None:
        async with self._storage.reading() as work:
            settings = await work.guilds.find(guild_id)
        if settings is None or settings.channel_id is None:
            raise Refused("report.not_set_up")
        now = self._clock.now()
        times = self._reported.setdefault((guild_id, member_id), deque(maxlen=MOST_REPORTS))
        self._reported.move_to_end((guild_id, member_id))
        if len(times) == MOST_REPORTS and now - times[0] < PERIOD:
            again_at = math.ceil((times[0] + PERIOD).timestamp())
            raise Refused("report.too_many", again_at=again_at)
        times.append(now)
        while len(self._reported) > MOST_REPORTERS:
            self._reported.popitem(last=False)

    async def _take(self, sent: _Sent, *, cut: bool) -> Report:
        today = self._clock.now().date()
        text = Text(sent.title, sent.body, sent.url, today, Origin.COMMUNITY)
        judgement = await judge(self._detector, text)
        alert, reporters, before = None, 0, None
        if judgement.notices:
            alert, reporters, before = await self._file(sent, judgement)
        return Report(judgement, alert, cut=cut, reporters=reporters, before=before)

    async def _file(
        self, sent: _Sent, judgement: Judgement
    ) -> tuple[Alert | None, int, Before | None]:
        now = self._clock.now()
        entry = Entry(sent.key, sent.url, sent.title, sent.body, now, now)
        async with self._storage.unit_of_work() as work:
            entry_id = await work.entries.find_report(entry.key)
            if entry_id is None:
                entry_id = await work.entries.add(
                    entry, now, source_id=None, guild_id=sent.guild_id, reporter_id=sent.member_id
                )
            filed = [
                Filed(
                    ToldNotice(
                        id=0,
                        entry_id=entry_id,
                        guild_id=sent.guild_id,
                        origin=Origin.COMMUNITY,
                        platform=_key(notice, sent.digest),
                        platform_name=notice.platform_name or UNNAMED,
                        notice=notice,
                        title=sent.title,
                        url=sent.url,
                        source_name=sent.read_on,
                        published_at=now,
                        seen_at=now,
                    ),
                    Reason.REPORTED,
                )
                for notice in judgement.notices
                if notice.kind is not Kind.NONE
            ]
            known = {alert.id for alert in await work.alerts.of_guild(sent.guild_id)}
            alert_ids = await file(work, filed, now)
            if not alert_ids:
                return None, 0, None
            alert_id = alert_ids[0]
            reporters = await work.incidents.reporters(alert_id)
            before = await _before(work, alert_id) if alert_id in known else None
            return await work.alerts.find(alert_id), reporters, before


async def _before(work: UnitOfWork, alert_id: int) -> Before:
    said = await work.outbox.all_said(Subject.ALERT, alert_id)
    messages = ((each.channel_id, each.message_id) for each in said if each.message_id)
    return Before(await work.alerts.opened_at(alert_id), next(messages, None))


def _key(notice: Notice, digest: str) -> str:
    # What is about nobody in particular must not be merged with another such letter.
    name = notice.platform_name
    return notice.platform or (platform_key(name) if name else f"unnamed-{digest}")


def _parts(letter: str) -> tuple[str, str]:
    title, _, body = letter.partition("\n")
    return (title.strip()[:300], body.strip()) if body.strip() else (letter[:120], letter)
