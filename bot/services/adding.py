"""`/source add` of any address: finds out what it is, adds what can be read there, and asks where
there are several. What was offered is remembered for a quarter of an hour, in memory alone."""

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.notices import Origin
from bot.domain.sources import SourceKind
from bot.errors import Fault, Refused, SourceFault
from bot.services.discovery import Candidate, Discovery, interface_of, is_page, states_rules
from bot.services.watching import NAME_MAX, Added, Watching

OFFERED_FOR = timedelta(minutes=15)
MOST_CHOICES = 200
"""Choices remembered at once; of more, the oldest are forgotten."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked to be watched. `member_id` None: the operator; `name` and `origin` None:
    nothing was said; `as_page`: the page itself, whatever feeds it names."""

    guild_id: int
    member_id: int | None
    url: str
    platform: str
    name: str | None = None
    origin: Origin | None = None
    as_page: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Several sources stand behind one address. `token` names the choice."""

    token: str
    wanted: Wanted
    candidates: tuple[Candidate, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class Chosen:
    """What came of one candidate that was chosen."""

    candidate: Candidate
    outcome: Added | Fault


class Adding:
    """Adds sources by whatever address is at hand."""

    def __init__(self, watching: Watching, discovery: Discovery, clock: Clock) -> None:
        self._watching = watching
        self._discovery = discovery
        self._clock = clock
        self._choices: OrderedDict[str, Choice] = OrderedDict()

    async def add(self, wanted: Wanted) -> Added | Choice:
        """Watch what stands at `wanted.url`, or the one source behind it; ask where there are more.

        Raises what `Watching.add` raises.
        """
        wanted = replace(wanted, url=wanted.url.strip())
        await self._watching.check(wanted.guild_id, wanted.url, wanted.platform)
        interface = interface_of(wanted.url)
        if interface is not None:
            candidate = await self._discovery.find(interface)
            if candidate is not None:
                return await self._take(wanted, candidate)
        try:
            return await self._add(wanted)
        except SourceFault as fault:
            if not is_page(fault):
                raise
            if wanted.as_page:
                return await self._take(wanted, await self._discovery.page(wanted.url))
            found = await self._discovery.behind(wanted.url)
            if not found or states_rules(wanted.url):
                found = (await self._discovery.page(wanted.url), *found)
        if len(found) == 1:
            return await self._take(wanted, found[0])
        return self._offer(wanted, found)

    async def choose(self, guild_id: int, token: str, numbers: Sequence[int]) -> list[Chosen]:
        """Add the candidates with these numbers (from 0). Raises `Refused` for a choice that has
        passed, or is another guild's."""
        choice = self._choices.get(token)
        expired = choice is None or choice.until < self._clock.now()
        if choice is None or expired or choice.wanted.guild_id != guild_id:
            raise Refused("discovery.passed")
        chosen = [choice.candidates[n] for n in numbers if 0 <= n < len(choice.candidates)]
        done: list[Chosen] = []
        for candidate in chosen:
            name = choice.wanted.name if len(chosen) == 1 else None
            try:
                added = await self._take(replace(choice.wanted, name=name), candidate)
                done.append(Chosen(candidate, added))
            except (Refused, SourceFault) as fault:
                done.append(Chosen(candidate, fault))
        return done

    async def _take(self, wanted: Wanted, candidate: Candidate) -> Added:
        name = wanted.name or " ".join(candidate.title.split())[:NAME_MAX] or None
        origin = wanted.origin
        if origin is None and candidate.kind is SourceKind.DISCOURSE:
            origin = Origin.COMMUNITY  # in a forum everybody speaks
        wanted_there = replace(wanted, url=candidate.url, name=name, origin=origin)
        added = await self._add(wanted_there, candidate.kind)
        return replace(added, given=wanted.url)

    async def _add(self, wanted: Wanted, kind: SourceKind = SourceKind.FEED) -> Added:
        return await self._watching.add(
            wanted.guild_id,
            wanted.member_id,
            wanted.url,
            wanted.platform,
            name=wanted.name,
            origin=wanted.origin,
            kind=kind,
        )

    def _offer(self, wanted: Wanted, found: tuple[Candidate, ...]) -> Choice:
        # The entries were read to tell feeds apart; nothing of them is kept.
        candidates = tuple(replace(each, entries=()) for each in found)
        until = self._clock.now() + OFFERED_FOR
        choice = Choice(secrets.token_hex(8), wanted, candidates, until)
        self._choices[choice.token] = choice
        while len(self._choices) > MOST_CHOICES:
            self._choices.popitem(last=False)
        return choice
