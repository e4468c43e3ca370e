"""`/status`: is it alive, what is blind, since when; and the button that tries a channel again."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat import custom_ids, escape
from bot.chat.client import TocsinClient
from bot.chat.dates import moment_stamp
from bot.errors import Refused
from cogs.answering import (
    Interaction,
    answer,
    check_moderator,
    guild_of,
    last_read,
    locale_of,
    say,
    send,
    services_of,
)
from cogs.buttons import Pressed

_SHOWN = 6


class StatusCommand(commands.Cog):
    """The state of things."""

    @app_commands.command(description="Is Tocsin alive, and what can it not see?")
    @app_commands.guild_only()
    async def status(self, interaction: Interaction) -> None:
        services = services_of(interaction)
        status = await services.status.of_guild(guild_of(interaction))
        lines = [
            say(interaction, "status.alive", since=moment_stamp(status.since, "R")),
            say(interaction, "status.follows", status.follows),
            say(interaction, "status.watched", len(status.watched)),
        ]
        if status.last_read_at is not None:
            read = moment_stamp(status.last_read_at, "R")
            lines.append(say(interaction, "status.read", read=read))
        for watcher, source in status.blind[:_SHOWN]:
            trouble = (
                services.texts.fault(locale_of(interaction), escape.fault(source.fault))
                if source.fault
                else say(interaction, f"source.state.{source.health.value}")
            )
            lines.append(
                say(
                    interaction,
                    "status.blind",
                    name=escape.inline(watcher.name, 80),
                    since=moment_stamp(source.health_since),
                    read=last_read(interaction, source),
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
                since=moment_stamp(each.stopped_at),
                trouble=services.texts.fault(locale_of(interaction), each.fault),
            )
            for each in status.stopped[:_SHOWN]
        )
        lines.append(say(interaction, "status.silence"))
        await send(interaction, "\n".join(lines))


class PlaceButton(Pressed, template=custom_ids.PLACE):
    """**Try again** on the notice that a channel cannot be written to."""

    async def press(self, interaction: Interaction) -> None:
        channel_id = self.number("channel_id")
        guild_id = await self._guild(interaction, channel_id)
        await services_of(interaction).channels.try_again(guild_id, channel_id)
        await answer(interaction, "stopped.tried")

    async def _guild(self, interaction: Interaction, channel_id: int) -> int:
        """The guild of the channel. In a private message: of the one who set the bot up there."""
        if interaction.guild_id is not None:
            await check_moderator(interaction)
            return interaction.guild_id
        channel = interaction.client.get_channel(channel_id)
        guild_id = channel.guild.id if isinstance(channel, discord.abc.GuildChannel) else 0
        settings = await services_of(interaction).setup.find(guild_id)
        if settings is None or settings.set_up_by != interaction.user.id:
            raise Refused("command.only_in_guild")
        return guild_id


async def setup(bot: TocsinClient) -> None:
    """Called by discord.py."""
    bot.add_dynamic_items(PlaceButton)
    await bot.add_cog(StatusCommand())
