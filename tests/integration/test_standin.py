"""The stand-in seen by a real discord.py client: login, messages, commands, interactions."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import discord as library
import pytest
import yarl
from discord import app_commands

from tests.standin import MisuseError, NoAnswerError, Standin


@pytest.fixture
def addresses_restored() -> Iterator[None]:
    """discord.py keeps its addresses in class attributes."""
    socket, route = library.gateway.DiscordWebSocket, library.http.Route
    before = (route.BASE, socket.DEFAULT_GATEWAY)
    yield
    route.BASE, socket.DEFAULT_GATEWAY = before


@pytest.fixture
async def discord(addresses_restored: None) -> AsyncIterator[Standin]:
    async with Standin() as standin:
        library.http.Route.BASE = standin.api
        library.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(standin.gateway_url)
        yield standin


class Press(library.ui.Button[library.ui.LayoutView]):
    """A persistent button: its `custom_id` alone finds it again after a restart."""

    def __init__(self) -> None:
        super().__init__(label="Publish", custom_id="publish:7")

    async def callback(self, interaction: library.Interaction) -> None:
        await interaction.response.edit_message(view=Card("published", pressable=False))


class Card(library.ui.LayoutView):
    def __init__(self, text: str, *, pressable: bool = True) -> None:
        super().__init__(timeout=None)
        parts: list[library.ui.Item[library.ui.LayoutView]] = [library.ui.TextDisplay(text)]
        if pressable:
            parts.append(library.ui.ActionRow(Press()))
        self.add_item(library.ui.Container(*parts))


class Details(library.ui.Modal, title="Details"):
    reason: library.ui.Label["Details"] = library.ui.Label(
        text="Reason", component=library.ui.TextInput(custom_id="reason", max_length=50)
    )

    async def on_submit(self, interaction: library.Interaction) -> None:
        assert isinstance(self.reason.component, library.ui.TextInput)
        await interaction.response.send_message(f"because {self.reason.component.value}")


class Bot(library.Client):
    def __init__(self, **intents: bool) -> None:
        super().__init__(intents=library.Intents(guilds=True, **intents), guild_ready_timeout=0.05)
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        self.add_view(Card(""))
        case = app_commands.Group(name="case", description="Cases")

        @self.tree.command(description="Says hello")
        async def hello(interaction: library.Interaction, channel: library.TextChannel) -> None:
            may = interaction.permissions.manage_guild
            told = f"{channel.name} {interaction.locale} {interaction.guild_locale} {may}"
            await interaction.response.send_message(told, ephemeral=True)

        @self.tree.command(description="Takes its time")
        async def slow(interaction: library.Interaction) -> None:
            await interaction.response.defer(ephemeral=True, thinking=True)
            await interaction.followup.send("half")
            await interaction.edit_original_response(content="whole")
            await interaction.followup.send("and more", ephemeral=True)

        @case.command(description="Asks for details")
        async def explain(interaction: library.Interaction) -> None:
            await interaction.response.send_modal(Details())

        @case.command(description="Never answers")
        async def silent(interaction: library.Interaction, name: str) -> None:
            """Nothing is said."""

        @silent.autocomplete("name")
        async def complete(
            interaction: library.Interaction, typed: str
        ) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=typed.upper(), value=typed)]

        self.tree.add_command(case)
        await self.tree.sync()


@asynccontextmanager
async def running(discord: Standin) -> AsyncIterator[Bot]:
    bot = Bot()
    task = asyncio.create_task(bot.start(discord.token))
    try:
        async with asyncio.timeout(10):
            await discord.connected()
            await bot.wait_until_ready()
        yield bot
    finally:
        await bot.close()
        await task


def text_channel(bot: Bot, number: int) -> library.TextChannel:
    found = bot.get_channel(number)
    assert isinstance(found, library.TextChannel)
    return found


async def test_a_client_knows_its_guilds_and_its_permissions(discord: Standin) -> None:
    guild = discord.guild("Makers", locale="fr")
    alerts = discord.channel(guild, "alerts")
    closed = discord.channel(guild, "closed", overwrites={guild: (0, "send_messages")})
    async with running(discord) as bot:
        (known,) = bot.guilds
        assert (known.name, str(known.preferred_locale)) == ("Makers", "fr")
        assert text_channel(bot, alerts.id).permissions_for(known.me).send_messages
        assert not text_channel(bot, closed.id).permissions_for(known.me).send_messages


async def test_a_message_is_posted_edited_and_read_back(discord: Standin) -> None:
    alerts = discord.channel(discord.guild())
    async with running(discord) as bot:
        channel = text_channel(bot, alerts.id)
        sent = await channel.send(view=Card("first"), nonce="n1")
        await sent.edit(view=Card("second"))
        read = [message async for message in channel.history()]
        assert [message.id for message in read] == [sent.id]
    (message,) = discord.messages(alerts)
    assert [revision.text for revision in message.revisions] == [
        "first\nPublish",
        "second\nPublish",
    ]
    assert (message.custom_ids, message.labels) == (["publish:7"], ["Publish"])


async def test_a_slash_command_is_answered_at_once(discord: Standin) -> None:
    guild = discord.guild(locale="fr")
    alerts = discord.channel(guild, "alerts")
    member = discord.member(guild, permissions="manage_guild", locale="de")
    async with running(discord):
        shown = await discord.slash(guild, alerts, member, "hello", {"channel": alerts})
        assert (shown.text, shown.ephemeral) == ("alerts de fr True", True)
        assert discord.messages(alerts) == []


async def test_a_deferred_answer_is_waited_for(discord: Standin) -> None:
    guild = discord.guild()
    alerts, member = discord.channel(guild), discord.member(guild)
    async with running(discord):
        shown = await discord.slash(guild, alerts, member, "slow")
        await shown.until(lambda it: it.followups)
        assert (shown.text, shown.edits, shown.ephemeral) == ("whole\nand more", 2, True)


async def test_a_modal_is_filled_in_by_its_labels(discord: Standin) -> None:
    guild = discord.guild()
    alerts, member = discord.channel(guild), discord.member(guild)
    async with running(discord):
        shown = await discord.slash(guild, alerts, member, "case explain")
        with pytest.raises(MisuseError, match="takes 0 to 50"):
            await discord.submit_modal(shown, {"Reason": "x" * 51})
        answered = await discord.submit_modal(shown, {"Reason": "it closes"})
    assert answered.text == "because it closes"
    assert [message.text for message in discord.messages(alerts)] == ["because it closes"]


async def test_a_button_works_after_the_bot_was_restarted(discord: Standin) -> None:
    guild = discord.guild()
    alerts, member = discord.channel(guild), discord.member(guild)
    async with running(discord) as bot:
        await text_channel(bot, alerts.id).send(view=Card("pending"))
    (message,) = discord.messages(alerts)
    async with running(discord):
        await discord.click(member, message, label="Publish")
        assert message.text == "published"
        with pytest.raises(MisuseError, match="0 buttons"):
            await discord.click(member, message, label="Publish")


async def test_autocompletion_gives_the_choices(discord: Standin) -> None:
    guild = discord.guild()
    alerts, member = discord.channel(guild), discord.member(guild)
    async with running(discord):
        choices = await discord.autocomplete(guild, alerts, member, "case silent", "name", "etsy")
    assert choices == [{"name": "ETSY", "value": "etsy"}]


async def test_what_no_member_could_do_is_told_to_the_test(discord: Standin) -> None:
    guild = discord.guild()
    alerts, member = discord.channel(guild), discord.member(guild)
    async with running(discord):
        with pytest.raises(MisuseError, match="no command 'helo'"):
            await discord.slash(guild, alerts, member, "helo")
        with pytest.raises(MisuseError, match="required options are missing"):
            await discord.slash(guild, alerts, member, "hello")
        with pytest.raises(MisuseError, match="no option 'chanel'"):
            await discord.slash(guild, alerts, member, "hello", {"chanel": alerts})
        with pytest.raises(MisuseError, match="a subcommand is needed"):
            await discord.slash(guild, alerts, member, "case")


async def test_silence_is_told_with_what_was_answered(discord: Standin) -> None:
    guild = discord.guild()
    alerts, member = discord.channel(guild), discord.member(guild)
    with pytest.raises(NoAnswerError, match="not connected"):
        discord.interactions.happen(2, member, alerts, {})
    async with running(discord):
        with pytest.raises(NoAnswerError, match="first answer None"):
            await discord.slash(guild, alerts, member, "case silent", {"name": "x"}, within=0.1)


@pytest.mark.parametrize("cut", ["drop", "close", "reconnect"])
async def test_a_cut_connection_is_resumed_and_nothing_is_missed(
    discord: Standin, cut: str
) -> None:
    guild = discord.guild()
    alerts, member = discord.channel(guild), discord.member(guild)
    async with running(discord) as bot:
        match cut:
            case "drop":
                discord.drop_gateway()
            case "close":
                await discord.close_gateway(4000)
            case _:
                discord.reconnect_gateway()
        added = discord.channel(guild, "added meanwhile")
        await discord.until(lambda: discord.core.gateway.resumes == 1)
        await discord.until(lambda: bot.get_channel(added.id))
        shown = await discord.slash(guild, alerts, member, "hello", {"channel": added})
        assert shown.text.startswith("added meanwhile")
        assert discord.core.gateway.identifies == 1


async def test_a_bot_that_joins_and_leaves_guilds_hears_of_it(discord: Standin) -> None:
    async with running(discord) as bot:
        guild = discord.guild("Later")
        await discord.until(lambda: [known.name for known in bot.guilds] == ["Later"])
        discord.kick_bot(guild)
        await discord.until(lambda: not list(bot.guilds))


async def test_an_unknown_route_fails_the_test_unless_acknowledged(discord: Standin) -> None:
    alerts = discord.channel(discord.guild())
    async with running(discord) as bot:
        sent = await text_channel(bot, alerts.id).send("hello")
        with pytest.raises(library.NotFound):
            await sent.add_reaction("\N{BELL}")
    with pytest.raises(AssertionError, match="route: unknown route"):
        discord.check()
    assert len(discord.acknowledge("route")) == 1
    discord.check()


async def test_a_wrong_token_is_refused(discord: Standin) -> None:
    async with Bot() as bot:
        with pytest.raises(library.LoginFailure):
            await bot.login("wrong")
    assert discord.invalid_requests == 1


async def test_intents_that_were_not_granted_close_the_connection(discord: Standin) -> None:
    async with Bot(message_content=True) as bot:
        with pytest.raises(library.PrivilegedIntentsRequired):
            await bot.start(discord.token)
