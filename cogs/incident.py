"""`/incident correct|retract|why`: what is corrected or retracted is so in every copy."""

import re
from datetime import date

from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.chat.client import TocsinClient
from bot.chat.words import Words
from bot.domain.alerts import AlertState
from bot.domain.notices import Kind, What
from bot.errors import Refused
from bot.services.triage import Corrections, date_name
from cogs.answering import (
    CHOICES,
    Interaction,
    alert_choices,
    check_moderator,
    find_alert,
    guild_of,
    is_moderator,
    locale_of,
    platform_choices,
    say,
    send,
    services_of,
)
from cogs.explaining import why_text

KINDS = [
    app_commands.Choice(name=locale_str("closure", key="choice.kind.closure"), value="closure"),
    app_commands.Choice(
        name=locale_str("migration", key="choice.kind.migration"), value="migration"
    ),
    app_commands.Choice(
        name=locale_str("policy: fees, terms, rules", key="choice.kind.policy"), value="policy"
    ),
]
_CORRECTABLE = (AlertState.PUBLISHED, AlertState.PENDING)
_NO_DATE = ("none", "remove", "-", "aucune", "non", "keine")


@app_commands.guild_only()
class Incident(
    commands.GroupCog, group_name="incident", group_description="Set right what was told."
):
    """Decisions about what was told."""

    @app_commands.command(description="Set a date, the kind or the platform right, in every copy.")
    @app_commands.describe(
        incident="Which one",
        date="The right date, such as 2027-08-31; none if that date binds nobody",
        date_of="Which date was wrong, or what the new date is for",
        kind="What it really is",
        platform="Whom it is really about",
        reason="Shown with the correction",
    )
    @app_commands.choices(kind=KINDS)
    @app_commands.autocomplete(platform=platform_choices)
    async def correct(
        self,
        interaction: Interaction,
        incident: str,
        date: str | None = None,
        date_of: str | None = None,
        kind: app_commands.Choice[str] | None = None,
        platform: str | None = None,
        reason: str | None = None,
    ) -> None:
        await check_moderator(interaction)
        alert_id = await find_alert(interaction, incident, _CORRECTABLE)
        remove = date is not None and date.strip().casefold() in _NO_DATE
        wanted = Corrections(
            on=read_date(date) if date and not remove else None,
            date_of=date_of,
            remove_date=remove,
            kind=Kind(kind.value) if kind else None,
            platform=platform,
        )
        services = services_of(interaction)
        view, changes = await services.triage.correct(
            guild_of(interaction),
            alert_id,
            interaction.user.id,
            wanted,
            reason[:500] if reason else None,
        )
        words = Words(services.texts, locale_of(interaction))
        name = words.platform(view.alert.told.platform_name)
        lines = [say(interaction, "incident.corrected", platform=name)]
        lines.extend(f"- {words.change(change)}" for change in changes)
        await send(interaction, "\n".join(lines))

    @app_commands.command(description="Take an alert back, visibly, in every copy.")
    @app_commands.describe(incident="Which one", reason="Shown with the retraction")
    async def retract(
        self, interaction: Interaction, incident: str, reason: str | None = None
    ) -> None:
        await check_moderator(interaction)
        alert_id = await find_alert(interaction, incident, ())
        view = await services_of(interaction).triage.retract(
            guild_of(interaction),
            alert_id,
            interaction.user.id,
            reason[:500] if reason else None,
        )
        words = Words(services_of(interaction).texts, locale_of(interaction))
        name = words.platform(view.alert.told.platform_name)
        await send(interaction, say(interaction, "incident.retracted", platform=name))

    @app_commands.command(description="Why is this here, and who decided what?")
    @app_commands.describe(incident="Which one")
    async def why(self, interaction: Interaction, incident: str) -> None:
        await check_moderator(interaction)
        alert_id = await find_alert(interaction, incident, ())
        view = await services_of(interaction).triage.view(guild_of(interaction), alert_id)
        await send(interaction, why_text(interaction, view, names=True))

    @correct.autocomplete("incident")
    async def _correctable(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await _offered(interaction, typed, _CORRECTABLE)

    @retract.autocomplete("incident")
    async def _published(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await _offered(interaction, typed, (AlertState.PUBLISHED,))

    @why.autocomplete("incident")
    async def _all(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await _offered(interaction, typed, ())

    @correct.autocomplete("date_of")
    async def _dates(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        if not await is_moderator(interaction):
            return []
        choices = await _known_dates(interaction)
        choices += [
            app_commands.Choice(
                name=say(interaction, f"common.what.{what.value}"), value=what.value
            )
            for what in What
        ]
        hits = [each for each in choices if typed.casefold() in each.name.casefold()]
        return hits[:CHOICES]


async def _offered(
    interaction: Interaction, typed: str, states: tuple[AlertState, ...]
) -> list[app_commands.Choice[str]]:
    # What waits is not to be seen by everybody, not even while they type.
    if not await is_moderator(interaction):
        return []
    return await alert_choices(interaction, typed, states)


async def _known_dates(interaction: Interaction) -> list[app_commands.Choice[str]]:
    chosen = getattr(interaction.namespace, "incident", None)
    if interaction.guild_id is None or not chosen:
        return []
    try:
        alert_id = await find_alert(interaction, str(chosen), _CORRECTABLE)
    except Refused:
        return []
    view = await services_of(interaction).triage.view(interaction.guild_id, alert_id)
    words = Words(services_of(interaction).texts, locale_of(interaction))
    return [
        app_commands.Choice(
            name=f"{say(interaction, f'common.what.{each.what.value}')}: {words.dates.when(each)}"[
                :100
            ],
            value=date_name(each),
        )
        for each in view.alert.told.deadlines
    ]


def read_date(text: str) -> date:
    """`2027-08-31` or `31/08/2027` or `31.8.2027`. Raises `Refused` for what is no date."""
    wanted = text.strip()
    parts = re.match(r"^(\d{1,2})[./](\d{1,2})[./](\d{4})$", wanted)
    try:
        if parts:
            return date(int(parts[3]), int(parts[2]), int(parts[1]))
        return date.fromisoformat(wanted)
    except ValueError:
        raise Refused("incident.correct.bad_date", given=text) from None


async def setup(bot: TocsinClient) -> None:
    """Called by discord.py."""
    await bot.add_cog(Incident())
