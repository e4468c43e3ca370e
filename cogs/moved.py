"""The two buttons on the proposal that a source's new address be visited."""

from bot.chat import custom_ids, escape
from bot.chat.client import TocsinClient
from cogs.answering import Interaction, check_moderator, guild_of, say, send, services_of
from cogs.buttons import Pressed


class AcceptButton(Pressed, template=custom_ids.MOVED):
    """Go along."""

    async def press(self, interaction: Interaction) -> None:
        await check_moderator(interaction)
        watcher, url = await services_of(interaction).moving.accept(
            guild_of(interaction), self.number("watcher_id"), self.number("number")
        )
        await send(interaction, _answer(interaction, "moved.accepted", watcher.name, url))


class KeepButton(Pressed, template=custom_ids.STAYS):
    """Stay with the old address."""

    async def press(self, interaction: Interaction) -> None:
        await check_moderator(interaction)
        watcher, url = await services_of(interaction).moving.keep(
            guild_of(interaction), self.number("watcher_id"), self.number("number")
        )
        await send(interaction, _answer(interaction, "moved.kept", watcher.name, url))


def _answer(interaction: Interaction, key: str, name: str, url: str) -> str:
    shown = escape.shown_address(url)
    return say(interaction, key, name=escape.inline(name, 80), address=shown)


async def setup(bot: TocsinClient) -> None:
    """Called by discord.py."""
    bot.add_dynamic_items(AcceptButton, KeepButton)
