"""How every command answers: privately, in the member's language, in one sentence that says what
to do. Checks who is a moderator at every command and every button."""

import logging
import secrets
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands, ui

from bot.chat import escape
from bot.chat.dates import moment_stamp
from bot.chat.limits import cut
from bot.domain.alerts import Alert, AlertState
from bot.domain.guilds import GuildSettings
from bot.domain.names import UNNAMED
from bot.domain.sources import Source
from bot.errors import DatabaseFault, Fault, Refused
from bot.services.services import Services

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

CHOICES = 25
"""Discord shows so many choices while somebody types."""

TEXT_MAX = 2000
"""Characters of a plain message."""

PARTS_MAX = 6
"""A long answer comes in so many messages at most."""


def services_of(interaction: Interaction) -> Services:
    """What Tocsin can do."""
    found: Services = interaction.client.services
    return found


def locale_of(interaction: Interaction) -> str:
    """The member's own language, where there are sentences in it."""
    return services_of(interaction).texts.pick(str(interaction.locale))


def say(interaction: Interaction, key: str, /, n: int | None = None, **arguments: object) -> str:
    """A sentence in the member's language. Arguments must be harmless already."""
    return services_of(interaction).texts.get(locale_of(interaction), key, n, **arguments)


def last_read(interaction: Interaction, source: Source) -> str:
    """When a source was last read."""
    if source.read_at is None:
        return say(interaction, "source.never")
    return moment_stamp(source.read_at, "R")


async def answer(
    interaction: Interaction, key: str, /, n: int | None = None, **arguments: object
) -> None:
    """Answer privately with one sentence."""
    await send(interaction, say(interaction, key, n, **arguments))


async def send(interaction: Interaction, text: str) -> None:
    """Answer privately with `text`, in several messages where it is long."""
    for part in parts(text):
        if interaction.response.is_done():
            await interaction.followup.send(part, ephemeral=True)
        else:
            await interaction.response.send_message(part, ephemeral=True)


def parts(text: str) -> list[str]:
    """`text` in messages that Discord takes, broken between lines; the end of what is too long
    is left out."""
    found = [""]
    for line in (cut(line, TEXT_MAX) for line in text.split("\n")):
        if len(found[-1]) + 1 + len(line) > TEXT_MAX:
            found.append(line)
        else:
            found[-1] = f"{found[-1]}\n{line}" if found[-1] else line
    if len(found) > PARTS_MAX:
        found = found[:PARTS_MAX]
        found[-1] = found[-1][: TEXT_MAX - 2] + "\n…"
    return found


async def show(interaction: Interaction, view: ui.LayoutView) -> None:
    """Answer privately with a card."""
    view.stop()  # its buttons are known by their ids
    if interaction.response.is_done():
        await interaction.followup.send(view=view, ephemeral=True)
    else:
        await interaction.response.send_message(view=view, ephemeral=True)


async def replace(interaction: Interaction, view: ui.LayoutView) -> None:
    """Change the message whose button was pressed."""
    view.stop()
    await interaction.response.edit_message(view=view)


async def thinking(interaction: Interaction) -> None:
    """What follows may take more than two seconds."""
    await interaction.response.defer(ephemeral=True, thinking=True)


def guild_of(interaction: Interaction) -> int:
    """The guild's id. Raises `Refused` in a private conversation."""
    if interaction.guild_id is None:
        raise Refused("command.only_in_guild")
    return interaction.guild_id


async def check_moderator(interaction: Interaction) -> GuildSettings | None:
    """Returns the guild's settings. Raises `Refused` for whoever is no moderator."""
    settings = await services_of(interaction).setup.find(guild_of(interaction))
    if interaction.permissions.manage_guild:
        return settings
    role_id = settings.moderator_role_id if settings else None
    member = interaction.user
    if role_id and isinstance(member, discord.Member) and member.get_role(role_id):
        return settings
    if role_id:
        raise Refused("command.moderators_or_role", role=f"<@&{role_id}>")
    raise Refused("command.moderators")


async def is_moderator(interaction: Interaction) -> bool:
    """Whether to offer while somebody types what only moderators may see."""
    try:
        await check_moderator(interaction)
    except Refused:
        return False
    return True


def chosen_role(interaction: Interaction, role: discord.Role | None) -> int | None:
    """The id of a role that was chosen: 0 for @everyone, which stands for no role at all."""
    if role is None:
        return None
    return 0 if role.id == guild_of(interaction) else role.id


async def answer_error(interaction: Interaction, error: Exception) -> None:
    """Say what went wrong; a bug gets a reference that stands in the log too."""
    original = error
    if isinstance(error, app_commands.CommandInvokeError | app_commands.TransformerError):
        original = error.__cause__ if isinstance(error.__cause__, Exception) else error
    if isinstance(original, discord.NotFound) and original.code == 10062:
        log.warning("an interaction was answered too late")
        return
    texts, locale = services_of(interaction).texts, locale_of(interaction)
    if isinstance(original, DatabaseFault):
        log.error("a command could not be carried out: %s", original)
        text = texts.get(locale, "command.database")
    elif isinstance(original, Fault):
        text = texts.fault(locale, escape.fault(original))
    elif isinstance(original, app_commands.TransformerError) and isinstance(
        original.value, app_commands.AppCommandChannel
    ):
        text = texts.get(locale, "command.channel_unseen", channel=original.value.mention)
    elif isinstance(original, app_commands.TransformerError):
        text = texts.get(locale, "command.bad_option", value=escape.inline(str(original.value), 80))
    elif isinstance(original, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        text = texts.get(locale, "command.outdated")
    else:
        reference = secrets.token_hex(4)
        log.error("bug %s in an interaction", reference, exc_info=original)
        text = texts.get(locale, "command.bug", reference=reference)
    try:
        await send(interaction, text)
    except discord.HTTPException as failure:
        log.warning("an interaction could not be answered: %s", failure)


async def alert_choices(
    interaction: Interaction, typed: str, states: Sequence[AlertState] = ()
) -> list[app_commands.Choice[str]]:
    """A guild's alerts to offer while somebody types."""
    if interaction.guild_id is None:
        return []
    found = await services_of(interaction).triage.listing(interaction.guild_id, tuple(states))
    choices = []
    for alert in found:
        name = alert_name(interaction, alert)
        if typed.casefold() in name.casefold() or typed == str(alert.id):
            choices.append(app_commands.Choice(name=name[:100], value=str(alert.id)))
    return choices[:CHOICES]


async def platform_choices(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Platforms to offer while somebody types."""
    if interaction.guild_id is None:
        return []
    names = await services_of(interaction).following.names(interaction.guild_id, typed)
    return [app_commands.Choice(name=name[:100], value=name[:100]) for name in names]


def alert_name(interaction: Interaction, alert: Alert) -> str:
    """One line that tells alerts apart: `A Little Market · closure · 3 July 2017 · published`."""
    texts, locale = services_of(interaction).texts, locale_of(interaction)
    platform = alert.told.platform_name
    return texts.get(
        locale,
        "incident.name",
        platform=platform if platform != UNNAMED else texts.get(locale, "common.platform.unnamed"),
        kind=texts.get(locale, f"common.kind.{alert.told.kind.value}"),
        date=alert.told.announced_on.isoformat(),
        state=texts.get(locale, f"incident.state.{alert.state.value}"),
    )


async def find_alert(interaction: Interaction, typed: str, states: Sequence[AlertState]) -> int:
    """The alert that was chosen or typed. Raises `Refused` where it is not clear which."""
    found = await services_of(interaction).triage.listing(guild_of(interaction), tuple(states))
    wanted = typed.strip().lstrip("#")
    by_id = [alert for alert in found if str(alert.id) == wanted]
    by_name = [
        alert for alert in found if wanted.casefold() in alert_name(interaction, alert).casefold()
    ]
    hits = by_id or by_name
    if len(hits) == 1:
        return hits[0].id
    raise Refused("incident.which" if hits else "incident.unknown")
