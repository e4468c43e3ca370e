"""`/settings show` and `/settings set`: one option for each setting."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.client import TocsinClient
from bot.domain.guilds import GuildSettings
from bot.services.settings import time_zones
from cogs.answering import (
    Interaction,
    check_moderator,
    chosen_role,
    guild_of,
    locale_of,
    say,
    send,
    services_of,
)
from cogs.permissions import missing_for_alerts, missing_for_review
from cogs.setup import LANGUAGES, MODES

SEVERITIES = [
    app_commands.Choice(name="critical only", value="critical"),
    app_commands.Choice(name="important and critical", value="important"),
    app_commands.Choice(name="everything", value="info"),
]
DIGESTS = [
    app_commands.Choice(name="off: everything at once", value="off"),
    app_commands.Choice(name="daily: the less urgent at nine in the morning", value="daily"),
    app_commands.Choice(name="weekly: the less urgent on Monday morning", value="weekly"),
]


@app_commands.guild_only()
class Settings(commands.GroupCog, group_name="settings", group_description="How alerts are told."):
    """A guild's settings."""

    @app_commands.command(description="Shows the settings.")
    async def show(self, interaction: Interaction) -> None:
        await check_moderator(interaction)
        settings = await services_of(interaction).setup.get(guild_of(interaction))
        await send(interaction, "\n".join(_lines(interaction, settings)))

    @app_commands.command(name="set", description="Changes settings; what you leave out stays.")
    @app_commands.describe(
        channel="Where alerts are posted",
        review_channel="Where moderators decide; best a private channel",
        role="The role that alerts mention; @everyone for none",
        moderator_role="A role that may decide beside those with Manage Server; @everyone for none",
        language="The language of alerts",
        time_zone="For quiet hours and the digest, such as Europe/Paris",
        mode="What is posted without a moderator",
        quiet_hours="No alerts but critical ones then, such as 22:00-07:00; off to end",
        digest="When the less urgent is told",
        lowest_severity="What is told at all",
    )
    @app_commands.choices(
        language=LANGUAGES, mode=MODES, digest=DIGESTS, lowest_severity=SEVERITIES
    )
    async def change(
        self,
        interaction: Interaction,
        channel: discord.TextChannel | None = None,
        review_channel: discord.TextChannel | None = None,
        role: discord.Role | None = None,
        moderator_role: discord.Role | None = None,
        language: app_commands.Choice[str] | None = None,
        time_zone: str | None = None,
        mode: app_commands.Choice[str] | None = None,
        quiet_hours: str | None = None,
        digest: app_commands.Choice[str] | None = None,
        lowest_severity: app_commands.Choice[str] | None = None,
    ) -> None:
        await check_moderator(interaction)
        wanted: dict[str, Any] = {
            "channel_id": channel.id if channel else None,
            "review_channel_id": review_channel.id if review_channel else None,
            "role_id": chosen_role(interaction, role),
            "moderator_role_id": chosen_role(interaction, moderator_role),
            "locale": language.value if language else None,
            "time_zone": time_zone,
            "mode": mode.value if mode else None,
            "quiet_hours": quiet_hours,
            "digest": digest.value if digest else None,
            "lowest_severity": lowest_severity.value if lowest_severity else None,
        }
        given = {name: value for name, value in wanted.items() if value is not None}
        settings = await services_of(interaction).setup.change(guild_of(interaction), **given)
        lines = [say(interaction, "settings.changed"), *_lines(interaction, settings)]
        if channel is not None:
            lines.extend(missing_for_alerts(interaction, channel, settings.role_id))
        if review_channel is not None:
            lines.extend(missing_for_review(interaction, review_channel))
        await send(interaction, "\n".join(lines))

    @change.autocomplete("time_zone")
    async def _time_zones(self, _: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=name, value=name) for name in time_zones(typed)]


def _lines(interaction: Interaction, settings: GuildSettings) -> list[str]:
    texts, locale = services_of(interaction).texts, locale_of(interaction)
    nothing = texts.get(locale, "settings.none")

    def channel(channel_id: int | None) -> str:
        return f"<#{channel_id}>" if channel_id else nothing

    def role(role_id: int | None) -> str:
        return f"<@&{role_id}>" if role_id else nothing

    shown = {
        "channel": channel(settings.channel_id),
        "review_channel": channel(settings.review_channel_id),
        "role": role(settings.role_id),
        "moderator_role": role(settings.moderator_role_id),
        "language": texts.get(locale, f"common.language.{settings.locale}"),
        "time_zone": settings.time_zone,
        "mode": texts.get(locale, f"settings.mode.{settings.mode.value}"),
        "quiet_hours": settings.quiet_hours or nothing,
        "digest": texts.get(locale, f"settings.digest.{settings.digest or 'off'}"),
        "lowest_severity": texts.get(locale, f"choice.{settings.lowest_severity.value}"),
    }
    return [say(interaction, f"settings.line.{name}", value=value) for name, value in shown.items()]


async def setup(bot: TocsinClient) -> None:
    """Called by discord.py."""
    await bot.add_cog(Settings())
