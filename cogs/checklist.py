"""`/checklist` and its buttons: private to the member, ticked in place, kept over restarts."""

from discord import app_commands, ui
from discord.ext import commands

from bot.chat import custom_ids
from bot.chat.checklist_card import checklist_card
from bot.chat.client import TocsinClient
from bot.domain.alerts import AlertState
from bot.errors import Refused
from bot.services.checklists import ChecklistView
from cogs.answering import (
    Interaction,
    alert_choices,
    find_alert,
    guild_of,
    locale_of,
    replace,
    services_of,
    show,
)
from cogs.buttons import Pressed

_TOLD = (AlertState.PUBLISHED, AlertState.RETRACTED)
"""Only what everybody could read; what waits is nobody's business yet."""


class Checklist(commands.Cog):
    """A member's way out."""

    @app_commands.command(description="My steps, with due dates, to tick. Only you see them.")
    @app_commands.describe(incident="Which alert; leave it out if there is only one")
    @app_commands.guild_only()
    async def checklist(self, interaction: Interaction, incident: str | None = None) -> None:
        services = services_of(interaction)
        guild_id = guild_of(interaction)
        if incident is None:
            alert_id = await _only_one(interaction)
        else:
            alert_id = await find_alert(interaction, incident, _TOLD)
        view = await services.checklists.open(guild_id, interaction.user.id, alert_id)
        await show(interaction, checklist_view(interaction, view, None))

    @checklist.autocomplete("incident")
    async def _incidents(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await alert_choices(interaction, typed, (AlertState.PUBLISHED,))


class OpenButton(Pressed, template=custom_ids.CHECKLIST):
    """**My checklist** on an alert."""

    async def press(self, interaction: Interaction) -> None:
        view = await services_of(interaction).checklists.open(
            guild_of(interaction), interaction.user.id, self.number("alert_id")
        )
        await show(interaction, checklist_view(interaction, view, None))


class TickButton(Pressed, template=custom_ids.TICK):
    """Tick a step, or take the tick back."""

    async def press(self, interaction: Interaction) -> None:
        view = await services_of(interaction).checklists.toggle(
            interaction.user.id, self.number("checklist_id"), self.given["step_id"]
        )
        await replace(interaction, checklist_view(interaction, view, self.number("page")))


class PageButton(Pressed, template=custom_ids.PAGE):
    """Turn the page."""

    async def press(self, interaction: Interaction) -> None:
        view = await services_of(interaction).checklists.show(
            interaction.user.id, self.number("checklist_id")
        )
        await replace(interaction, checklist_view(interaction, view, self.number("page")))


def checklist_view(
    interaction: Interaction, view: ChecklistView, page: int | None
) -> ui.LayoutView:
    """The card in the member's own language; `page` None: where the first open step is."""
    return checklist_card(
        services_of(interaction).texts,
        locale_of(interaction),
        view.id,
        view.alert,
        view.template,
        view.plan,
        view.ticked,
        page,
        view.today,
        changed=view.changed,
    )


async def _only_one(interaction: Interaction) -> int:
    services = services_of(interaction)
    mine = await services.checklists.mine(guild_of(interaction), interaction.user.id)
    begun = [view.alert for view in mine if view.alert.state is AlertState.PUBLISHED]
    if begun:
        return begun[0].id
    told = await services.triage.listing(guild_of(interaction), (AlertState.PUBLISHED,))
    ready = [alert for alert in told if services.checklists.has_template(alert)]
    if len(ready) == 1:
        return ready[0].id
    if mine and not ready:
        return mine[0].alert.id
    raise Refused("checklist.which" if ready else "checklist.nothing_told")


async def setup(bot: TocsinClient) -> None:
    """Called by discord.py."""
    bot.add_dynamic_items(OpenButton, TickButton, PageButton)
    await bot.add_cog(Checklist())
