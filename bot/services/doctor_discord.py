"""The doctor's questions to Discord: is the token good, is the bot's account set up, and may it do
in each community what it is to do there. Decides only; `chat` asks."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.findings import Finding, Grade, fault, note, ok, warning
from bot.domain.guilds import GuildSettings
from bot.domain.permissions import ALERTS, MENTION, NEEDED, REVIEW, THREADS, missing
from bot.errors import DiscordFault, Fault
from bot.storage.outbox import Destination, Held

AT_ONCE = 4
"""Communities that are asked after at the same time: a bot that runs shares its limits with us."""

SHOWN = 20
"""Up to so many communities each has a line, even if all is well there."""


@dataclass(frozen=True, slots=True)
class Account:
    """The bot's account. `guilds`: where it is, by id. `intents`: privileged ones that are switched
    on; `endpoint`: where commands are sent instead of here; `starts`: logins left today."""

    name: str
    guilds: Mapping[int, str]
    intents: tuple[str, ...]
    endpoint: str | None
    code_grant: bool
    commands: int
    starts: int


@dataclass(frozen=True, slots=True)
class ChannelSeen:
    """A channel, with what the bot may do there and whether everybody can read it."""

    name: str
    granted: frozenset[str]
    public: bool
    takes_messages: bool


@dataclass(frozen=True, slots=True)
class GuildSeen:
    """A community as Discord describes it. `mentionable`: by role, whether everyone may ring it."""

    name: str
    channels: Mapping[int, ChannelSeen]
    mentionable: Mapping[int, bool]
    timed_out: bool


class Discord(Protocol):
    """Asks Discord without listening to it. Raises `DiscordFault`."""

    async def account(self) -> Account:
        """Who the token belongs to."""

    async def guild(self, guild_id: int) -> GuildSeen | None:
        """A community; None where the bot is not."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds of one community: its settings, every place alerts are told in with
    the role rung there, channels that refuse us, and what is held or waits."""

    settings: GuildSettings
    places: tuple[tuple[int, int | None], ...]
    stopped: tuple[Destination, ...]
    held: tuple[Held, ...]


async def examine_token(discord: Discord, token: str) -> tuple[Account | None, list[Finding]]:
    """The bot's account, and what is found of it."""
    try:
        account = await discord.account()
    except DiscordFault as refused:
        shaped = token.count(".") == 2
        wrong = refused.key == "discord.token" and not shaped
        mend = Fault("doctor.token.shape") if wrong else None
        return None, [Finding(Grade.FAULT, refused, mend)]
    found = [ok("doctor.token.ok", name=account.name, count=len(account.guilds))]
    if account.endpoint:
        found.append(fault("doctor.token.endpoint", "doctor.token.endpoint.mend"))
    if account.code_grant:
        found.append(fault("doctor.token.code_grant", "doctor.token.code_grant.mend"))
    if account.intents:
        names = tuple(Fault(f"doctor.intent.{name}") for name in account.intents)
        found.append(warning("doctor.token.intents", "doctor.token.intents.mend", names=names))
    if not account.commands:
        found.append(note("doctor.token.commands"))
    if not account.starts:
        found.append(warning("doctor.token.starts"))
    return account, found


async def examine_guilds(
    discord: Discord, account: Account, kept: Sequence[Kept]
) -> AsyncIterator[Finding]:
    """What is found in each community that was set up, the others named once."""
    many = len(kept) > SHOWN
    good = 0
    for start in range(0, len(kept), AT_ONCE):
        some = kept[start : start + AT_ONCE]
        asked = await asyncio.gather(*(_examine(discord, each) for each in some))
        for findings in asked:
            if many and all(each.grade is Grade.OK for each in findings):
                good += 1
                continue
            for each in findings:
                yield each
    if good:
        yield ok("doctor.guild.all", count=good)
    known = {each.settings.guild_id for each in kept if each.settings.channel_id}
    for guild_id, name in account.guilds.items():
        if guild_id not in known:
            yield note("doctor.guild.new", guild=name)


def told_from_here(kept: Sequence[Kept]) -> list[Finding]:
    """What can be said of communities without asking Discord."""
    return [each for one in kept for each in _undelivered(one, None)]


async def _examine(discord: Discord, kept: Kept) -> list[Finding]:
    guild_id = kept.settings.guild_id
    try:
        seen = await discord.guild(guild_id)
    except DiscordFault as refused:
        return [Finding(Grade.FAULT, Fault("doctor.guild.unknown", guild=guild_id, why=refused))]
    if seen is None:
        return [warning("doctor.guild.left", "doctor.guild.left.mend", guild=guild_id)]
    found = list(_permissions(kept, seen)) + _undelivered(kept, seen)
    if not found:
        found = [ok("doctor.guild.ok", guild=seen.name, channels=_names(kept, seen))]
    return found


def _permissions(kept: Kept, seen: GuildSeen) -> list[Finding]:
    settings, found = kept.settings, []
    if seen.timed_out:
        found.append(
            fault("doctor.guild.timed_out", "doctor.guild.timed_out.mend", guild=seen.name)
        )
    if settings.channel_id is None:
        found.append(warning("doctor.guild.no_channel", "doctor.guild.setup", guild=seen.name))
    for channel_id in dict.fromkeys(channel_id for channel_id, _ in kept.places):
        found.extend(_channel(seen, channel_id, ALERTS, channel_id == settings.channel_id))
    if (review_id := settings.review_channel_id) is not None:
        if all(review_id != channel_id for channel_id, _ in kept.places):
            found.extend(_channel(seen, review_id, REVIEW, True))
        channel = seen.channels.get(review_id)
        if channel is not None and channel.public:
            words = _words(seen, channel)
            found.append(warning("doctor.channel.public", "doctor.channel.public.mend", **words))
    found.extend(_roles(kept, seen))
    moderators = settings.moderator_role_id
    if moderators is not None and moderators not in seen.mentionable:
        found.append(warning("doctor.role.no_moderators", "doctor.role.mend", guild=seen.name))
    return found


def _channel(
    seen: GuildSeen, channel_id: int, wanted: tuple[str, ...], main: bool
) -> list[Finding]:
    channel = seen.channels.get(channel_id)
    if channel is None:
        mend = "doctor.channel.gone.mend" if main else "doctor.channel.gone.follow"
        return [fault("doctor.channel.gone", mend, guild=seen.name, channel=channel_id)]
    if not channel.takes_messages:
        words = _words(seen, channel)
        return [fault("doctor.channel.kind", "doctor.channel.gone.mend", **words)]
    lacks = missing(channel.granted, wanted)
    found = []
    if grave := tuple(name for name in lacks if name in NEEDED):
        found.append(_lacking("doctor.channel.lacks", Grade.FAULT, seen, channel, grave))
    if light := tuple(name for name in lacks if name in THREADS):
        found.append(_lacking("doctor.channel.threads", Grade.WARNING, seen, channel, light))
    return found


def _roles(kept: Kept, seen: GuildSeen) -> list[Finding]:
    """Roles that are to be rung, and are not there or would not hear it."""
    wanted = {role_id for _, role_id in kept.places if role_id is not None}
    if wanted - seen.mentionable.keys():
        return [fault("doctor.role.gone", "doctor.role.mend", guild=seen.name)]
    return [
        fault("doctor.role.silent", "doctor.role.silent.mend", **_words(seen, channel))
        for channel_id, role_id in kept.places
        if role_id is not None and not seen.mentionable[role_id]
        if (channel := seen.channels.get(channel_id)) is not None
        if MENTION not in channel.granted
    ]


def _undelivered(kept: Kept, seen: GuildSeen | None) -> list[Finding]:
    """Channels that refuse us, and messages of which nobody knows whether they arrived."""
    guild = seen.name if seen else kept.settings.guild_id
    channels = seen.channels if seen else {}
    found = []
    for stopped in kept.stopped:
        channel = _name(channels, stopped.channel_id)
        said = {"guild": guild, "channel": channel, "since": stopped.stopped_at}
        mend = "doctor.stopped.mend"
        found.append(fault("doctor.stopped", mend, **said, why=stopped.fault))
    for held in kept.held:
        channel = _name(channels, held.channel_id)
        said = {"guild": guild, "channel": channel, "count": held.count}
        found.append(fault("doctor.held", "doctor.held.mend", **said, why=held.fault))
    return found


def _lacking(
    key: str, grade: Grade, seen: GuildSeen, channel: ChannelSeen, lacks: tuple[str, ...]
) -> Finding:
    names = tuple(Fault(f"doctor.permission.{name}") for name in lacks)
    words = _words(seen, channel)
    mend = Fault("doctor.channel.lacks.mend", **words)
    return Finding(grade, Fault(key, **words, names=names), mend)


def _words(seen: GuildSeen, channel: ChannelSeen) -> dict[str, str]:
    return {"guild": seen.name, "channel": f"#{channel.name}"}


def _names(kept: Kept, seen: GuildSeen) -> tuple[str, ...]:
    ids = [channel_id for channel_id, _ in kept.places]
    if kept.settings.review_channel_id is not None:
        ids.append(kept.settings.review_channel_id)
    return tuple(_name(seen.channels, channel_id) for channel_id in dict.fromkeys(ids))


def _name(channels: Mapping[int, ChannelSeen], channel_id: int) -> str:
    channel = channels.get(channel_id)
    return f"#{channel.name}" if channel else str(channel_id)
