"""`/follow`, `/unfollow`, `/following`: what is told, and honestly what is watched of it."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat import escape
from bot.chat.client import TocsinClient
from bot.chat.dates import moment_stamp
from bot.domain.guilds import GuildSettings, Subscription
from bot.domain.notices import Kind, Severity
from bot.domain.platforms import Certainty, PlatformStatus
from bot.errors import Refused
from bot.services.following import Coverage
from cogs.answering import (
    Interaction,
    alert_name,
    answer,
    check_moderator,
    chosen_role,
    guild_of,
    is_moderator,
    last_read,
    platform_choices,
    say,
    send,
    services_of,
)
from cogs.permissions import missing_for_alerts
from cogs.settings import SEVERITIES

KINDS = [
    app_commands.Choice(name="closures", value="closure"),
    app_commands.Choice(name="closures and migrations", value="closure,migration"),
    app_commands.Choice(name="fees, terms and rules", value="policy"),
    app_commands.Choice(name="everything", value="closure,migration,policy"),
]


class Follow(commands.Cog):
    """Subscriptions."""

    @app_commands.command(description="Follow a platform: its closures and changes are told here.")
    @app_commands.describe(
        platform="The platform's name",
        kinds="What is told",
        severity="How urgent it must be",
        channel="Where it is told, if not in the usual channel",
        role="The role that is mentioned, if not the usual one",
    )
    @app_commands.choices(kinds=KINDS, severity=SEVERITIES)
    @app_commands.autocomplete(platform=platform_choices)
    @app_commands.guild_only()
    async def follow(
        self,
        interaction: Interaction,
        platform: str,
        kinds: app_commands.Choice[str] | None = None,
        severity: app_commands.Choice[str] | None = None,
        channel: discord.TextChannel | None = None,
        role: discord.Role | None = None,
    ) -> None:
        settings = await check_moderator(interaction)
        role_id = chosen_role(interaction, role)
        if role_id == 0:
            raise Refused("command.everyone")
        services = services_of(interaction)
        followed = await services.following.follow(
            guild_of(interaction),
            platform,
            kinds=tuple(Kind(each) for each in kinds.value.split(",")) if kinds else (),
            severity=Severity(severity.value) if severity else None,
            channel_id=channel.id if channel else None,
            role_id=role_id,
        )
        name = escape.inline(followed.subscription.platform_name, 100)
        place = followed.subscription.channel_id or (settings.channel_id if settings else None)
        lines = [say(interaction, "follow.done", platform=name, channel=f"<#{place}>")]
        if channel is not None:
            usual = settings.role_id if settings else None
            lines.extend(missing_for_alerts(interaction, channel, role_id or usual))
        lines.extend(coverage_lines(interaction, followed.coverage))
        if followed.offered:
            lines.append(say(interaction, "follow.open", len(followed.offered)))
            lines.extend(
                f"- {escape.inline(alert_name(interaction, alert), 150)}"
                for alert in followed.offered
            )
        await send(interaction, "\n".join(lines))

    @app_commands.command(description="Stop following a platform.")
    @app_commands.describe(platform="The platform's name", channel="Only in this channel")
    @app_commands.guild_only()
    async def unfollow(
        self,
        interaction: Interaction,
        platform: str,
        channel: discord.TextChannel | None = None,
    ) -> None:
        await check_moderator(interaction)
        services = services_of(interaction)
        ended = await services.following.unfollow(
            guild_of(interaction), platform, channel.id if channel else None
        )
        name = escape.inline(ended.platform_name, 100)
        lines = [say(interaction, "follow.ended", platform=name)]
        if ended.still_followed:
            lines = [say(interaction, "follow.ended_here", platform=name)]
        elif ended.own_sources:
            lines.append(say(interaction, "follow.still_watched", ended.own_sources))
        await send(interaction, "\n".join(lines))

    @unfollow.autocomplete("platform")
    async def _followed(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        if interaction.guild_id is None or not await is_moderator(interaction):
            return []
        following = await services_of(interaction).following.following(interaction.guild_id)
        names = dict.fromkeys(each.platform_name for each, _ in following)
        hits = [name for name in names if typed.casefold() in name.casefold()]
        return [app_commands.Choice(name=name[:100], value=name[:100]) for name in hits[:25]]

    @app_commands.command(description="What is followed here, and what is watched of it.")
    @app_commands.guild_only()
    async def following(self, interaction: Interaction) -> None:
        settings = await check_moderator(interaction)
        following = await services_of(interaction).following.following(guild_of(interaction))
        if not following:
            return await answer(interaction, "follow.nothing")
        lines = []
        for subscription, coverage in following:
            lines.append(_subscription_line(interaction, subscription, settings))
            of_it = coverage_lines(interaction, coverage, brief=True)
            lines.extend(f"  {line}" for line in of_it)
        lines.append(say(interaction, "follow.caveat"))
        return await send(interaction, "\n".join(lines))


def coverage_lines(
    interaction: Interaction, coverage: Coverage, *, brief: bool = False
) -> list[str]:
    """What is watched of a platform, in words that promise nothing. `brief`: one of many."""
    lines = []
    known = coverage.platform
    name = escape.inline(coverage.platform_name, 100)
    if known is not None and known.status is not PlatformStatus.OPEN:
        key = f"follow.status.{known.status.value}.{known.status_certainty.value}"
        lines.append(say(interaction, key, platform=name))
    whole = services_of(interaction).catalogue.whole_of(known) if known else None
    if whole is not None and known is not None and known.goes_on:
        lines.append(say(interaction, "follow.part_of", whole=escape.inline(whole.name, 100)))
    if brief and not coverage.watched:
        lines.append(say(interaction, "follow.unwatched_brief"))
    elif brief:
        pass  # its sources follow, each with its health
    elif not coverage.watched:
        lines.append(say(interaction, "follow.unwatched", platform=name))
    elif not coverage.readable:
        lines.append(say(interaction, "follow.unreadable", len(coverage.watched), platform=name))
    else:
        lines.append(say(interaction, "follow.watched", len(coverage.watched), platform=name))
    for watcher, source in coverage.watched[:5]:
        lines.append(
            say(
                interaction,
                f"source.line.{'paused' if watcher.paused else source.health.value}",
                name=escape.inline(watcher.name, 80),
                host=escape.host(source.url) or escape.inline(source.url, 80),
                since=moment_stamp(source.health_since),
                read=last_read(interaction, source),
            )
        )
    unproved = 0 if brief else _unproved(coverage)
    if unproved:
        lines.append(say(interaction, "follow.unverified", unproved))
    return lines


def _unproved(coverage: Coverage) -> int:
    """How many addresses nobody verified, and Tocsin has not read yet either."""
    feeds = coverage.platform.feeds if coverage.platform else ()
    unverified = {each.url for each in feeds if each.certainty is Certainty.UNVERIFIED}
    return sum(
        source.url in unverified and source.read_at is None for _, source in coverage.watched
    )


def _subscription_line(
    interaction: Interaction, subscription: Subscription, settings: GuildSettings | None
) -> str:
    place = subscription.channel_id or (settings.channel_id if settings else None)
    kinds = subscription.kinds or (Kind.CLOSURE, Kind.MIGRATION, Kind.POLICY)
    return say(
        interaction,
        "follow.line",
        platform=escape.inline(subscription.platform_name, 100),
        channel=f"<#{place}>",
        kinds=", ".join(say(interaction, f"common.kind.{kind.value}") for kind in kinds),
    )


async def setup(bot: TocsinClient) -> None:
    """Called by discord.py."""
    await bot.add_cog(Follow())
