"""`/report`: "I received this". A pasted letter or a file; moderators decide, it never posts."""

from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.chat.client import TocsinClient
from bot.chat.report_card import report_card
from bot.errors import Refused, SourceFault
from bot.ingest.addresses import AllowHosts, check_address
from bot.ingest.letters import read_letter
from cogs.answering import (
    Interaction,
    answer_error,
    guild_of,
    locale_of,
    say,
    services_of,
    show,
    thinking,
)

LETTER_MAX = 4000
"""Characters that Discord's window takes; a file takes more."""

FILE_MAX = 1_000_000


class Report(commands.Cog):
    """What members received."""

    @app_commands.command(description="I received this: show it to the moderators.")
    @app_commands.describe(
        text="The letter; leave it out to paste it into a window",
        url="Where it stands, if it does",
        file="The mail (.eml) or a text file",
    )
    @app_commands.guild_only()
    async def report(
        self,
        interaction: Interaction,
        url: str | None = None,
        text: str | None = None,
        file: discord.Attachment | None = None,
    ) -> None:
        if url is not None:
            try:
                check_address(url, AllowHosts())
            except SourceFault:
                raise Refused("report.bad_url", given=url) from None
        if file is not None:
            await thinking(interaction)
            if file.size > FILE_MAX:
                raise Refused("report.file_too_large", megabytes=FILE_MAX // 1_000_000)
            try:
                letter = read_letter(await file.read(), file.filename)
            except (discord.HTTPException, discord.NotFound):
                raise Refused("report.file_unreadable") from None
            await take(interaction, letter, url)
            return
        if text is not None:
            await thinking(interaction)
            await take(interaction, text, url)
            return
        window = LetterWindow(
            say(interaction, "report.window.title"),
            say(interaction, "report.window.letter"),
            say(interaction, "report.window.hint"),
            url,
        )
        await interaction.response.send_modal(window)


class LetterWindow(ui.Modal):
    """Where a letter is pasted."""

    def __init__(self, title: str, label: str, hint: str, url: str | None) -> None:
        super().__init__(title=title[:45], custom_id="report", timeout=3600)
        self.url = url
        self.letter: ui.TextInput[Any] = ui.TextInput(
            label=label[:45],
            placeholder=hint[:100],
            style=discord.TextStyle.paragraph,
            custom_id="letter",
            max_length=LETTER_MAX,
        )
        self.add_item(self.letter)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        await thinking(interaction)
        await take(interaction, self.letter.value, self.url)

    async def on_error(
        self, interaction: discord.Interaction[Any], error: Exception, /, *_: Any
    ) -> None:
        await answer_error(interaction, error)


async def take(interaction: Interaction, letter: str, url: str | None) -> None:
    """Judge a letter, and show its sender what was understood."""
    services = services_of(interaction)
    report = await services.reporting.report(
        guild_of(interaction), interaction.user.id, letter, url=url
    )
    card = report_card(
        services.texts,
        locale_of(interaction),
        report.judgement,
        report.alert,
        services.clock.now().date(),
        cut=report.cut,
    )
    await show(interaction, card)


async def setup(bot: TocsinClient) -> None:
    """Called by discord.py."""
    await bot.add_cog(Report())
