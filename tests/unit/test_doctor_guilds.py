"""What the doctor makes of communities as Discord describes them: short where all is well, exact
where it is not."""

from dataclasses import dataclass, field

from bot.domain.findings import Grade
from bot.domain.guilds import GuildSettings
from bot.domain.permissions import ALERTS, MENTION
from bot.errors import DiscordFault
from bot.services.doctor_discord import (
    SHOWN,
    Account,
    ChannelSeen,
    GuildSeen,
    Kept,
    examine_guilds,
)

ALL = frozenset(ALERTS)


@dataclass(slots=True)
class Described:
    """A Discord that knows these communities; what is asked of others fails."""

    guilds: dict[int, GuildSeen | None] = field(default_factory=dict)

    async def account(self) -> Account:
        names = {number: seen.name for number, seen in self.guilds.items() if seen is not None}
        return Account("Tocsin", names, (), None, False, 10, 1000)

    async def guild(self, guild_id: int) -> GuildSeen | None:
        if guild_id not in self.guilds:
            raise DiscordFault("discord.silent", seconds=30.0)
        return self.guilds[guild_id]


def seen(name: str = "Makers", granted: frozenset[str] = ALL, **more: object) -> GuildSeen:
    channel = ChannelSeen("alerts", granted, public=True, takes_messages=True)
    values: dict[str, object] = {"mentionable": {}, "timed_out": False, **more}
    return GuildSeen(name, {2: channel}, **values)  # type: ignore[arg-type]


def kept(guild_id: int = 1, role_id: int | None = None, **settings: object) -> Kept:
    wanted = GuildSettings(guild_id, channel_id=2, role_id=role_id, **settings)  # type: ignore[arg-type]
    return Kept(wanted, ((2, role_id),), (), ())


async def keys(discord: Described, *wanted: Kept) -> list[tuple[Grade, str]]:
    found = examine_guilds(discord, await discord.account(), wanted)
    return [(each.grade, each.said.key) async for each in found]


async def test_of_many_communities_only_the_troubled_have_a_line() -> None:
    guilds: dict[int, GuildSeen | None] = {n: seen(f"guild {n}") for n in range(1, SHOWN + 10)}
    guilds[7] = seen("guild 7", ALL - {"send_messages"})
    found = await keys(Described(guilds), *[kept(number) for number in guilds])
    assert found == [
        (Grade.FAULT, "doctor.channel.lacks"),
        (Grade.OK, "doctor.guild.all"),
    ]


async def test_one_community_that_cannot_be_asked_does_not_hide_the_others() -> None:
    found = await keys(Described({1: seen(), 3: None}), kept(1), kept(2), kept(3))
    assert found == [
        (Grade.OK, "doctor.guild.ok"),
        (Grade.FAULT, "doctor.guild.unknown"),
        (Grade.WARNING, "doctor.guild.left"),
    ]


async def test_a_role_is_rung_where_everyone_may_or_the_bot_may() -> None:
    for granted, mentionable, expected in (
        (ALL, {5: True}, []),
        (ALL | {MENTION}, {5: False}, []),
        (ALL, {5: False}, ["doctor.role.silent"]),
        (ALL, {}, ["doctor.role.gone"]),
    ):
        guild = seen(granted=frozenset(granted), mentionable=mentionable)
        found = await keys(Described({1: guild}), kept(role_id=5))
        assert [key for grade, key in found if grade is not Grade.OK] == expected


async def test_a_timeout_and_a_lost_moderator_role_are_told() -> None:
    found = await keys(Described({1: seen(timed_out=True)}), kept(moderator_role_id=9))
    assert found == [
        (Grade.FAULT, "doctor.guild.timed_out"),
        (Grade.WARNING, "doctor.role.no_moderators"),
    ]


async def test_one_channel_for_alerts_and_review_is_asked_for_once() -> None:
    guild = seen(granted=ALL - {"send_messages"})
    found = await keys(Described({1: guild}), kept(review_channel_id=2))
    assert found == [
        (Grade.FAULT, "doctor.channel.lacks"),
        (Grade.WARNING, "doctor.channel.public"),
    ]
