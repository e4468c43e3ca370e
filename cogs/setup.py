"""`/setup`: the first steps, proved at once. Names every permission that is missing."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.client import TocsinClient
from bot.chat.test_card import test_card
from bot.domain.guilds import GuildSettings, Mode
from cogs.answering import (
    Interaction,
    answer_error,
    check_moderator,
    chosen_role,
    guild_of,
    locale_of,
    say,
    send,
    services_of,
    show,
)
from cogs.permissions import missing_for_alerts, missing_for_review

LANGUAGES = [
    app_commands.Choice(name="English", value="en"),
    app_commands.Choice(name="Français", value="fr"),
    app_commands.Choice(name="Deutsch", value="de"),
]
MODES = [
    app_commands.Choice(name="automatic: clear official notices are posted", value="automatic"),
    app_commands.Choice(name="review: moderators decide everything", value="review"),
]


class Setup(commands.Cog):
    """First steps."""

    @app_commands.command(description="First steps: where alerts go, who checks them.")
    @app_commands.describe(
        channel="Where alerts are posted",
        review_channel="Where moderators decide; best a private channel",
        role="The role that alerts mention; @everyone for none",
        language="The language of alerts",
        mode="What is posted without a moderator",
    )
    @app_commands.choices(language=LANGUAGES, mode=MODES)
    @app_commands.guild_only()
    async def setup(
        self,
        interaction: Interaction,
        channel: discord.TextChannel,
        review_channel: discord.TextChannel | None = None,
        role: discord.Role | None = None,
        language: app_commands.Choice[str] | None = None,
        mode: app_commands.Choice[str] | None = None,
    ) -> None:
        await check_moderator(interaction)
        services = services_of(interaction)
        guild_id = guild_of(interaction)
        known = await services.setup.find(guild_id)
        suggested = services.texts.pick(str(interaction.guild_locale or interaction.locale))
        settings = await services.setup.set_up(
            guild_id,
            interaction.user.id,
            channel_id=channel.id,
            review_channel_id=review_channel.id if review_channel else None,
            role_id=chosen_role(interaction, role),
            locale=language.value if language else (None if known else suggested),
            mode=Mode(mode.value) if mode else None,
        )
        texts = services.texts
        lines = [
            say(interaction, "setup.done", channel=channel.mention),
            say(
                interaction,
                "setup.language",
                language=texts.get(locale_of(interaction), f"common.language.{settings.locale}"),
            ),
            say(interaction, f"setup.mode.{settings.mode.value}"),
        ]
        if settings.review_channel_id:
            review = f"<#{settings.review_channel_id}>"
            lines.append(say(interaction, "setup.review_channel", channel=review))
        else:
            lines.append(say(interaction, "setup.no_review_channel"))
        if settings.role_id:
            lines.append(say(interaction, "setup.role", role=f"<@&{settings.role_id}>"))
        lines.extend(missing_for_alerts(interaction, channel, settings.role_id))
        if (reviewed_in := _review_channel(channel.guild, settings)) is not None:
            lines.extend(missing_for_review(interaction, reviewed_in))
        lines.append(say(interaction, "setup.next"))
        await send(interaction, "\n".join(lines))
        await show(interaction, test_card(texts, settings.locale, services.clock.now().date()))


def _review_channel(guild: discord.Guild, settings: GuildSettings) -> discord.TextChannel | None:
    found = guild.get_channel(settings.review_channel_id or 0)
    return found if isinstance(found, discord.TextChannel) else None


async def setup(bot: TocsinClient) -> None:
    """Called by discord.py."""
    bot.tree.error(answer_error)
    await bot.add_cog(Setup())
