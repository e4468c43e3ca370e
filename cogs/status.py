"""`/status`: is it alive, what is blind, since when."""

from discord import app_commands
from discord.ext import commands

from bot.chat import escape
from bot.chat.client import TocsinClient
from bot.chat.dates import moment_stamp
from cogs.answering import Interaction, guild_of, harmless, locale_of, say, send, services_of

_SHOWN = 6


class StatusCommand(commands.Cog):
    """The state of things."""

    @app_commands.command(description="Is Tocsin alive, and what can it not see?")
    @app_commands.guild_only()
    async def status(self, interaction: Interaction) -> None:
        services = services_of(interaction)
        status = await services.status.of_guild(guild_of(interaction))
        lines = [
            say(
                interaction,
                "status.alive",
                since=moment_stamp(status.since, "R"),
                milliseconds=max(0, round(interaction.client.latency * 1000))
                if interaction.client.latency == interaction.client.latency
                else 0,
            ),
            say(interaction, "status.follows", status.follows),
            say(interaction, "status.watched", len(status.watched)),
        ]
        if status.last_read_at is not None:
            read = moment_stamp(status.last_read_at, "R")
            lines.append(say(interaction, "status.read", read=read))
        for watcher, source in status.blind[:_SHOWN]:
            trouble = (
                services.texts.fault(locale_of(interaction), harmless(source.fault))
                if source.fault
                else say(interaction, f"source.state.{source.health.value}")
            )
            lines.append(
                say(
                    interaction,
                    "status.blind",
                    name=escape.inline(watcher.name, 80),
                    since=moment_stamp(source.health_since, "R"),
                    trouble=trouble,
                )
            )
        if status.unread:
            names = ", ".join(escape.inline(name, 60) for name in status.unread[:_SHOWN])
            lines.append(say(interaction, "status.unread", names=names))
        lines.append(
            say(
                interaction,
                "status.alerts",
                status.published,
                pending=status.pending,
                corrected=status.corrected,
            )
        )
        if status.waiting:
            lines.append(say(interaction, "status.waiting", status.waiting))
        lines.extend(
            say(
                interaction,
                "status.stopped",
                channel=f"<#{each.channel_id}>",
                since=moment_stamp(each.stopped_at, "R"),
                trouble=services.texts.fault(locale_of(interaction), each.fault),
            )
            for each in status.stopped[:_SHOWN]
        )
        lines.append(say(interaction, "status.silence"))
        await send(interaction, "\n".join(lines))


async def setup(bot: TocsinClient) -> None:
    """Called by discord.py."""
    await bot.add_cog(StatusCommand())
