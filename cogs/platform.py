"""`/platform`: what is known of a platform and watched of it. For everybody, privately."""

from discord import app_commands
from discord.ext import commands

from bot.chat.client import TocsinClient
from bot.chat.platform_card import platform_card
from cogs.answering import (
    Interaction,
    guild_of,
    locale_of,
    platform_choices,
    services_of,
    show,
)


class PlatformCommand(commands.Cog):
    """What the catalogue knows."""

    @app_commands.command(description="What is known of a platform, its past, and what is watched.")
    @app_commands.describe(name="The platform's name; closed ones are known too")
    @app_commands.autocomplete(name=platform_choices)
    @app_commands.guild_only()
    async def platform(self, interaction: Interaction, name: str) -> None:
        services = services_of(interaction)
        portrait = await services.platforms.portrait(guild_of(interaction), name)
        has_checklist = any(map(services.checklists.has_template, portrait.alerts))
        view = platform_card(
            services.texts, locale_of(interaction), portrait, has_checklist=has_checklist
        )
        await show(interaction, view)


async def setup(bot: TocsinClient) -> None:
    """Called by discord.py."""
    await bot.add_cog(PlatformCommand())
