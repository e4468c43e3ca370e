"""`/review` and the buttons of review cards: publish, dismiss, why. Pressed only by moderators."""

from discord import app_commands, ui
from discord.ext import commands

from bot.chat import custom_ids
from bot.chat.client import TocsinClient
from bot.chat.review_card import review_card
from bot.services.triage import AlertView
from cogs.answering import (
    Interaction,
    answer,
    check_moderator,
    guild_of,
    is_moderator,
    locale_of,
    replace,
    send,
    services_of,
    show,
    thinking,
)
from cogs.buttons import Pressed
from cogs.explaining import why_text

PRIVATE_NONCE = "0"
"""Private cards are no deliveries: there is nothing to be found again."""

AT_ONCE = 5


class Review(commands.Cog):
    """The queue."""

    @app_commands.command(description="What waits for your decision.")
    @app_commands.guild_only()
    async def review(self, interaction: Interaction) -> None:
        await check_moderator(interaction)
        await thinking(interaction)
        queue = await services_of(interaction).triage.queue(guild_of(interaction))
        if not queue:
            return await answer(interaction, "review.queue.empty")
        await answer(interaction, "review.queue.waiting", len(queue))
        for view in queue[:AT_ONCE]:
            await show(interaction, private_card(interaction, view))
        if len(queue) > AT_ONCE:
            await answer(interaction, "review.queue.more", len(queue) - AT_ONCE)
        return None


class PublishButton(Pressed, template=custom_ids.PUBLISH):
    """Publish what the card shows."""

    async def press(self, interaction: Interaction) -> None:
        await check_moderator(interaction)
        view = await services_of(interaction).triage.publish(
            guild_of(interaction),
            self.number("alert_id"),
            interaction.user.id,
            self.number("revision"),
        )
        await _resolve(interaction, view)


class DismissButton(Pressed, template=custom_ids.DISMISS):
    """Do not tell it."""

    async def press(self, interaction: Interaction) -> None:
        await check_moderator(interaction)
        view = await services_of(interaction).triage.dismiss(
            guild_of(interaction),
            self.number("alert_id"),
            interaction.user.id,
            self.number("revision"),
        )
        await _resolve(interaction, view)


class LookButton(Pressed, template=custom_ids.LOOK):
    """Show the card of what waits, privately."""

    async def press(self, interaction: Interaction) -> None:
        await check_moderator(interaction)
        triage = services_of(interaction).triage
        view = await triage.view(guild_of(interaction), self.number("alert_id"))
        await show(interaction, private_card(interaction, view))


class WhyButton(Pressed, template=custom_ids.WHY):
    """Why is this here? On alerts everybody may ask; only moderators see who decided."""

    async def press(self, interaction: Interaction) -> None:
        triage = services_of(interaction).triage
        view = await triage.view(guild_of(interaction), self.number("alert_id"))
        names = await is_moderator(interaction)
        await send(interaction, why_text(interaction, view, names=names))


def private_card(interaction: Interaction, view: AlertView) -> ui.LayoutView:
    """The review card in the member's own language."""
    return _card(interaction, view, locale_of(interaction), PRIVATE_NONCE)


async def _resolve(interaction: Interaction, view: AlertView) -> None:
    """Show the decision where the button was pressed."""
    settings = await services_of(interaction).setup.find(guild_of(interaction))
    message = interaction.message
    private = message is not None and message.flags.ephemeral
    locale = locale_of(interaction) if private or settings is None else settings.locale
    nonce = _nonce_of(interaction) or PRIVATE_NONCE
    await replace(interaction, _card(interaction, view, locale, nonce))


def _card(interaction: Interaction, view: AlertView, locale: str, nonce: str) -> ui.LayoutView:
    services = services_of(interaction)
    return review_card(
        services.texts,
        locale,
        view.alert,
        view.history,
        view.notices,
        view.reporters,
        nonce,
        services.clock.now().date(),
        own_sites=services.catalogue.own_hosts(view.alert.told.platform, view.links_read),
    )


def _nonce_of(interaction: Interaction) -> str | None:
    data: dict[str, object] = dict(interaction.data or {})
    return custom_ids.find_nonce(str(data.get("custom_id", "")))


async def setup(bot: TocsinClient) -> None:
    """Called by discord.py."""
    bot.add_dynamic_items(PublishButton, DismissButton, LookButton, WhyButton)
    await bot.add_cog(Review())
