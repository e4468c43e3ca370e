"""Which permissions a channel lacks, by name and with the reason each is needed for."""

import discord

from bot.domain.permissions import ALERTS, REVIEW, missing
from cogs.answering import Interaction, say


def missing_for_alerts(
    interaction: Interaction, channel: discord.TextChannel, role_id: int | None
) -> list[str]:
    """A sentence for each permission that is missing where alerts are posted."""
    granted = channel.permissions_for(channel.guild.me)
    lines = _missing(interaction, channel, granted, ALERTS)
    if lines:
        lines.append(say(interaction, "permission.mend", channel=channel.mention))
    role = channel.guild.get_role(role_id) if role_id else None
    if role is not None and not role.mentionable and not granted.mention_everyone:
        lines.append(say(interaction, "permission.missing.mention", role=role.mention))
    return lines or [say(interaction, "permission.all", channel=channel.mention)]


def missing_for_review(interaction: Interaction, channel: discord.TextChannel) -> list[str]:
    """The same where moderators decide; and a word if everybody can read it."""
    granted = channel.permissions_for(channel.guild.me)
    lines = _missing(interaction, channel, granted, REVIEW)
    if lines:
        lines.append(say(interaction, "permission.mend", channel=channel.mention))
    if channel.permissions_for(channel.guild.default_role).view_channel:
        lines.append(say(interaction, "permission.review_is_public", channel=channel.mention))
    return lines


def _missing(
    interaction: Interaction,
    channel: discord.TextChannel,
    granted: discord.Permissions,
    wanted: tuple[str, ...],
) -> list[str]:
    held = [name for name in wanted if getattr(granted, name)]
    return [
        say(interaction, f"permission.missing.{name}", channel=channel.mention)
        for name in missing(held, wanted)
    ]
