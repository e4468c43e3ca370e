"""What `/source import` and `/source export` say: progress while it runs, then what was added, and
everything that was not, with its reason, in files where it is long."""

import asyncio
import io

import discord

from bot.chat import escape
from bot.errors import Refused
from bot.ingest.opml import LARGEST, MOST_OUTLINES
from bot.services.transfer import Imported, Left
from cogs.answering import Interaction, guild_of, locale_of, say, send, services_of, thinking

SHOWN = 10
"""So many of those that were not added stand in the message itself."""

_ROOM = 1600
"""Characters of the message that these may take."""

_PAUSE = 2.0
"""Seconds between two words on progress: Discord takes five edits in five."""


async def load(interaction: Interaction, file: discord.Attachment, platform: str | None) -> None:
    """Import a list; a moderator asks."""
    await thinking(interaction)
    if file.size > LARGEST:
        raise Refused("opml.large", megabytes=LARGEST // 1_000_000)
    try:
        body = await file.read()
    except discord.HTTPException:
        raise Refused("opml.file") from None
    imported = await services_of(interaction).transfer.load(
        guild_of(interaction),
        interaction.user.id,
        body,
        platform=platform,
        progress=_Progress(interaction).tell,
    )
    lines = [say(interaction, "opml.imported", len(imported.added))]
    if imported.added:
        lines.append(say(interaction, "opml.origins"))
    if imported.beyond:
        lines.append(say(interaction, "opml.beyond", imported.beyond, limit=MOST_OUTLINES))
    files: list[discord.File] = []
    if imported.left:
        files = _tell_left(interaction, imported, lines)
    # In the place of what was said on progress.
    await interaction.edit_original_response(content="\n".join(lines), attachments=files)


async def export(interaction: Interaction) -> None:
    """Hand out a guild's sources as a list."""
    await thinking(interaction)
    content, number = await services_of(interaction).transfer.export(guild_of(interaction))
    if not number:
        return await send(interaction, say(interaction, "source.nothing"))
    await interaction.followup.send(
        say(interaction, "opml.exported", number),
        file=_file("tocsin.opml", content),
        ephemeral=True,
    )
    return None


def _tell_left(
    interaction: Interaction, imported: Imported, lines: list[str]
) -> list[discord.File]:
    """Add to `lines` what was not added; the files that hold all of it."""
    left = imported.left
    told = [_line(interaction, each) for each in left]
    lines.append(say(interaction, "opml.left", len(left)))
    files = [_file("not-added.opml", services_of(interaction).transfer.as_list(left))]
    shown = 0
    while shown < min(SHOWN, len(told)) and sum(map(len, lines)) + len(told[shown]) < _ROOM:
        lines.append(told[shown])
        shown += 1
    if len(told) > shown:
        files.append(_file("not-added.txt", "\n".join(told).encode()))
        lines.append(say(interaction, "opml.more", len(told) - shown))
    lines.append(say(interaction, "opml.again"))
    return files


def _line(interaction: Interaction, left: Left) -> str:
    name = escape.inline(left.outline.name or left.outline.url or "–", 80)
    where = escape.address(left.outline.url)
    trouble = services_of(interaction).texts.fault(locale_of(interaction), escape.fault(left.why))
    return say(
        interaction, "opml.line", name=f"{name} ({where})" if where else name, trouble=trouble
    )


def _file(name: str, content: bytes) -> discord.File:
    return discord.File(io.BytesIO(content), name)


class _Progress:
    """Says how far an import is, not too often. What cannot be said is not missed."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self._told_at = asyncio.get_running_loop().time()

    async def tell(self, done: int, total: int) -> None:
        """`done` of `total` addresses were visited."""
        now = asyncio.get_running_loop().time()
        if now - self._told_at < _PAUSE or done == total:
            return
        self._told_at = now
        text = say(self._interaction, "opml.progress", total, done=done)
        try:
            await self._interaction.edit_original_response(content=text)
        except discord.HTTPException:
            return
