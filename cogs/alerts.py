"""`/alerts`: what is going on, and what comes next. For everybody."""

from discord import app_commands
from discord.ext import commands

from bot.chat import escape
from bot.chat.client import TocsinClient
from bot.chat.words import Words
from bot.domain.alerts import Alert, AlertState
from bot.domain.names import platform_key
from cogs.answering import (
    Interaction,
    guild_of,
    locale_of,
    platform_choices,
    say,
    send,
    services_of,
)
from cogs.incident import KINDS

_SHOWN = 8


class Alerts(commands.Cog):
    """What was told."""

    @app_commands.command(description="What is going on, and what comes next.")
    @app_commands.describe(platform="Only this platform", kind="Only this kind")
    @app_commands.choices(kind=KINDS)
    @app_commands.autocomplete(platform=platform_choices)
    @app_commands.guild_only()
    async def alerts(
        self,
        interaction: Interaction,
        platform: str | None = None,
        kind: app_commands.Choice[str] | None = None,
    ) -> None:
        services = services_of(interaction)
        key = None
        if platform is not None:
            known = services.catalogue.find_platform(platform)
            key = known.slug if known else platform_key(platform)
        found = await services.triage.listing(guild_of(interaction), (AlertState.PUBLISHED,), key)
        if kind is not None:
            found = [alert for alert in found if alert.told.kind.value == kind.value]
        if not found:
            return await send(interaction, say(interaction, "alerts.none"))
        today = services.clock.now().date()
        found.sort(key=lambda alert: _next(alert, today.isoformat()))
        lines = [say(interaction, "alerts.head", len(found))]
        for alert in found[:_SHOWN]:
            lines.extend(_lines(interaction, alert))
        if len(found) > _SHOWN:
            lines.append(say(interaction, "alerts.more", len(found) - _SHOWN))
        return await send(interaction, "\n".join(lines))


def _next(alert: Alert, today: str) -> tuple[bool, str]:
    ahead = [each.iso for each in alert.told.deadlines if each.on.isoformat() >= today]
    return (not ahead, min(ahead, default=""))


def _lines(interaction: Interaction, alert: Alert) -> list[str]:
    services = services_of(interaction)
    words = Words(services.texts, locale_of(interaction))
    facts = alert.told
    today = services.clock.now().date()
    lines = [f"**{words.title(facts)}**"]
    ahead = [deadline for deadline in facts.upcoming(today)[:3] if deadline.on >= today]
    lines.extend(words.dates.line(deadline, today) for deadline in ahead)
    link = escape.address(facts.links[0].url) if facts.links else None
    if link:
        lines.append(f"- {link}")
    return lines


async def setup(bot: TocsinClient) -> None:
    """Called by discord.py."""
    await bot.add_cog(Alerts())
