"""`/source test`: what would be read at an address, and what would be made of it. Keeps nothing."""

from dataclasses import dataclass

from bot.clock import Clock
from bot.detection import Detector
from bot.domain.entries import Entry
from bot.domain.notices import Action, Judgement, Origin, Text
from bot.domain.policy import counts_as, default_action, may_say
from bot.domain.sources import SourceKind
from bot.errors import Fault, SourceFault
from bot.services.discovery import Candidate, Discovery, interface_of, is_page, states_rules
from bot.services.judging import judge
from bot.services.watching import Watching

SHOWN = 10
"""Entries of a dry run."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An entry, what it says, and what would be made of it if its source is official."""

    entry: Entry
    judgement: Judgement
    action: Action


@dataclass(frozen=True, slots=True)
class Trial:
    """A dry run. `found`: what is read, where that is not the address itself; `others`: what else
    stands behind the address."""

    fault: Fault | None = None
    kind: SourceKind = SourceKind.FEED
    title: str | None = None
    total: int = 0
    tried: tuple[Tried, ...] = ()
    found: str | None = None
    others: tuple[Candidate, ...] = ()


class Trying:
    """Dry runs."""

    def __init__(
        self, watching: Watching, discovery: Discovery, detector: Detector, clock: Clock
    ) -> None:
        self._watching = watching
        self._discovery = discovery
        self._detector = detector
        self._clock = clock

    async def test(self, url_or_name: str, guild_id: int) -> Trial:
        """A dry run of an address, or of a source by its name. Raises `Refused` for a name that the
        guild does not know."""
        url = url_or_name.strip()
        if "://" not in url:
            _, source = await self._watching.get(guild_id, url)
            url = source.url
        try:
            first, *others = await self._candidates(url)
        except SourceFault as fault:
            return Trial(fault)
        return Trial(
            kind=first.kind,
            title=first.title or None,
            total=first.total,
            tried=tuple([await self._judged(first, entry) for entry in first.entries[:SHOWN]]),
            found=first.url if first.url != url else None,
            others=tuple(others),
        )

    async def _candidates(self, url: str) -> tuple[Candidate, ...]:
        interface = interface_of(url)
        if interface is not None and (candidate := await self._discovery.find(interface)):
            return (candidate,)
        try:
            return (await self._discovery.look(url),)
        except SourceFault as fault:
            if not is_page(fault):
                raise
            found = await self._discovery.behind(url)
            if not found or states_rules(url):
                found = (await self._discovery.page(url), *found)
            return found

    async def _judged(self, candidate: Candidate, entry: Entry) -> Tried:
        origin = counts_as(candidate.kind, Origin.OFFICIAL)
        published = (entry.published_at or self._clock.now()).date()
        text = Text(entry.title, entry.body, entry.url or candidate.url, published, origin)
        judgement = await judge(self._detector, text)
        gravest = judgement.gravest
        heard = gravest if gravest and may_say(candidate.kind, gravest) else None
        return Tried(entry, judgement, default_action(heard, origin))
