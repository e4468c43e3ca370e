"""`/report` and **Report to Tocsin**: "I received this". A letter, a file, a link or a message;
moderators decide, it never posts."""

import re
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.chat.client import TocsinClient
from bot.chat.report_card import report_card
from bot.errors import Refused
from bot.ingest.letters import read_letter
from bot.services.reporting import SHORTEST
from bot.services.reporting import Report as Reported
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

_LINK = re.compile(r"https?://[^\s<>)\]]{3,1000}")
_MENTION = re.compile(r"<(?:@[!&]?|#)\d+>")


class Report(commands.Cog):
    """What members received."""

    def __init__(self, bot: TocsinClient) -> None:
        self._bot = bot
        self._menu = app_commands.ContextMenu(
            name=app_commands.locale_str("Report to Tocsin", key="command.report_message.name"),
            callback=report_message,
        )

    async def cog_load(self) -> None:
        """Called by discord.py."""
        self._bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Called by discord.py."""
        self._bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(description="I received this: show it to the moderators.")
    @app_commands.describe(
        text="The letter; leave it out to paste it into a window",
        url="Where it stands; alone, what stands there is read",
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
            services_of(interaction).reporting.check(url)
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
        if url is not None:
            await thinking(interaction)
            await take_link(interaction, url)
            return
        window = LetterWindow(
            say(interaction, "report.window.title"),
            say(interaction, "report.window.letter"),
            say(interaction, "report.window.hint"),
        )
        await interaction.response.send_modal(window)


class LetterWindow(ui.Modal):
    """Where a letter is pasted."""

    def __init__(self, title: str, label: str, hint: str) -> None:
        super().__init__(title=title[:45], custom_id="report", timeout=3600)
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
        await take(interaction, self.letter.value, None)

    async def on_error(
        self, interaction: discord.Interaction[Any], error: Exception, /, *_: Any
    ) -> None:
        await answer_error(interaction, error)


@app_commands.guild_only()
async def report_message(interaction: Interaction, message: discord.Message) -> None:
    """A message that somebody posted, or what stands behind the link that it is."""
    if interaction.client.user is not None and message.author.id == interaction.client.user.id:
        raise Refused("report.own_message")
    said = _said(message)
    links = _LINK.findall(said)
    await thinking(interaction)
    if links and len(_LINK.sub("", said).strip()) < SHORTEST:
        await take_link(interaction, links[0])
    else:
        await take(interaction, said, links[0] if len(links) == 1 else None)


async def take_link(interaction: Interaction, url: str) -> None:
    """Judge what stands behind a link, and show its sender what was understood."""
    services = services_of(interaction)
    services.reporting.check(url)
    report = await services.reporting.report_link(guild_of(interaction), interaction.user.id, url)
    await _show(interaction, report)


async def take(interaction: Interaction, letter: str, url: str | None) -> None:
    """Judge a letter, and show its sender what was understood."""
    services = services_of(interaction)
    report = await services.reporting.report(
        guild_of(interaction), interaction.user.id, letter, url=url
    )
    await _show(interaction, report)


async def _show(interaction: Interaction, report: Reported) -> None:
    services, before = services_of(interaction), report.before
    told_at = None
    if before is not None and before.message is not None:
        channel_id, message_id = before.message
        told_at = f"https://discord.com/channels/{guild_of(interaction)}/{channel_id}/{message_id}"
    card = report_card(
        services.texts,
        locale_of(interaction),
        report.judgement,
        report.alert,
        services.clock.now().date(),
        cut=report.cut,
        reporters=report.reporters,
        since=before.since if before else None,
        told_at=told_at,
    )
    await show(interaction, card)


def _said(message: discord.Message) -> str:
    """What stands in a message: its words, and those of its cards, without whom it mentions."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or ""]
        parts += [f"{field.name}\n{field.value}" for field in embed.fields]
    for snapshot in message.message_snapshots:  # a message that was passed on
        parts.append(snapshot.content)
    return _MENTION.sub("", "\n\n".join(filter(None, parts))).strip()


async def setup(bot: TocsinClient) -> None:
    """Called by discord.py."""
    await bot.add_cog(Report(bot))
