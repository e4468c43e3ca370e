"""Acts of members beyond commands and buttons: menus, files, context menus, direct messages."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import discord as library
import pytest
import yarl
from discord import app_commands

from tests.standin import MisuseError, Standin


class Bot(library.Client):
    """Echoes what it was given."""

    def __init__(self) -> None:
        super().__init__(intents=library.Intents(guilds=True), guild_ready_timeout=0.05)
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        @self.tree.command(description="Reads a file")
        @app_commands.default_permissions(manage_guild=True)
        async def read(
            interaction: library.Interaction, file: library.Attachment, role: library.Role
        ) -> None:
            told = f"{role.name}: {(await file.read()).decode()}"
            await interaction.response.send_message(told)

        @self.tree.command(description="Offers menus")
        async def menus(interaction: library.Interaction) -> None:
            await interaction.response.send_message(view=Menus(), ephemeral=True)

        @self.tree.context_menu(name="Report")
        async def report(interaction: library.Interaction, message: library.Message) -> None:
            await interaction.response.send_message(f"reported: {message.content}", ephemeral=True)

        await self.tree.sync()


class Menus(library.ui.View):
    @library.ui.select(custom_id="colour", options=[library.SelectOption(label="Red", value="r")])
    async def colour(self, interaction: library.Interaction, chosen: Any) -> None:
        await interaction.response.send_message(f"colour {chosen.values[0]}")

    @library.ui.select(cls=library.ui.ChannelSelect, custom_id="where")
    async def where(self, interaction: library.Interaction, chosen: Any) -> None:
        await interaction.response.edit_message(content=f"in {chosen.values[0].name}", view=None)


@pytest.fixture
def addresses_restored() -> Iterator[None]:
    socket, route = library.gateway.DiscordWebSocket, library.http.Route
    before = (route.BASE, socket.DEFAULT_GATEWAY)
    yield
    route.BASE, socket.DEFAULT_GATEWAY = before


@pytest.fixture
async def discord(addresses_restored: None) -> AsyncIterator[Standin]:
    async with Standin() as standin:
        library.http.Route.BASE = standin.api
        library.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(standin.gateway_url)
        bot = Bot()
        task = asyncio.create_task(bot.start(standin.token))
        await standin.connected()
        yield standin
        await bot.close()
        await task


async def test_a_file_and_a_role_are_handed_over(discord: Standin) -> None:
    guild = discord.guild()
    place, role = discord.channel(guild), discord.role(guild, "makers")
    moderator = discord.member(guild, permissions="manage_guild")
    given = {"file": ("feeds.opml", "<opml/>"), "role": role}
    shown = await discord.slash(guild, place, moderator, "read", given)
    assert shown.text == "makers: <opml/>"


async def test_a_command_that_is_not_offered_needs_force(discord: Standin) -> None:
    guild = discord.guild()
    place, member, role = discord.channel(guild), discord.member(guild), discord.role(guild)
    given = {"file": ("a.txt", "x"), "role": role}
    with pytest.raises(MisuseError, match="not offered to chloe"):
        await discord.slash(guild, place, member, "read", given)
    assert (await discord.slash(guild, place, member, "read", given, force=True)).text


async def test_menus_of_an_ephemeral_answer_are_chosen_from(discord: Standin) -> None:
    guild = discord.guild()
    place, member = discord.channel(guild, "alerts"), discord.member(guild)
    shown = await discord.slash(guild, place, member, "menus")
    with pytest.raises(MisuseError, match="the menu offers"):
        await discord.select(member, shown.message, "Blue", custom_id="colour")
    told = await discord.select(member, shown.message, "Red", custom_id="colour")
    moved = await discord.select(member, shown.message, place, custom_id="where")
    assert (told.text, moved.text, moved.ephemeral) == ("colour r", "in alerts", True)


async def test_a_message_is_reported_by_its_context_menu(discord: Standin) -> None:
    guild = discord.guild()
    place, member = discord.channel(guild), discord.member(guild)
    said = discord.say(member, place, "it closes in May")
    shown = await discord.context_menu(guild, place, member, "Report", said)
    assert shown.text == "reported: it closes in May"


async def test_a_command_is_called_in_direct_messages(discord: Standin) -> None:
    member = discord.member(discord.guild())
    shown = await discord.slash(None, None, member, "menus")
    assert shown.channel is discord.dm(member)
