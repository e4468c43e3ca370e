"""What the stage relies on of simcord, its insides included: a new version must pass this."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.demo.clock import StoryClock
from bot.demo.scenery import Channel, Scenery, Somebody
from bot.demo.stage import PAGES, REMEMBERED, Stage, open_stage
from bot.errors import Refused

MORNING = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
DEMO = Path(__file__).parents[2] / "data" / "demo"


class Parrot(discord.Client):
    """The smallest bot that answers, asks back, is pressed and makes a thread."""

    def __init__(self) -> None:
        intents = discord.Intents.none()
        intents.guilds = True
        super().__init__(intents=intents)
        self.tree = app_commands.CommandTree(self)
        self.locales: list[str] = []
        self.pressed = 0

    async def setup_hook(self) -> None:
        @self.tree.command(description="say")
        async def say(interaction: discord.Interaction, channel: discord.TextChannel) -> None:
            self.locales.append(str(interaction.locale))
            await interaction.response.send_message(f"see {channel.mention}", ephemeral=True)

        @self.tree.command(description="report")
        async def report(interaction: discord.Interaction) -> None:
            await interaction.response.send_modal(Window())

        @self.tree.command(description="refuse")
        async def refuse(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("no", ephemeral=True)
            raise Refused("report.short")

        @self.tree.error
        async def quiet(_: discord.Interaction, error: Exception) -> None:
            assert error

        await self.tree.sync()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        data: Any = interaction.data
        if interaction.type is discord.InteractionType.component:
            self.pressed += 1
            await interaction.response.send_message(data["custom_id"], ephemeral=True)


class Window(discord.ui.Modal):
    """Where words are pasted."""

    letter: discord.ui.TextInput[Any] = discord.ui.TextInput(label="letter", custom_id="letter")

    def __init__(self) -> None:
        super().__init__(title="window", custom_id="report")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"read {self.letter.value}", ephemeral=True)


@dataclass(slots=True)
class Played:
    """A stage with a parrot on it."""

    stage: Stage
    parrot: Parrot
    clock: StoryClock
    changes: list[int] = field(default_factory=list)

    def room(self, name: str, person: str = "mod") -> Any:
        return next(each for each in self.stage.rooms(person) if each.name == name)

    async def shout(self, channel: str, custom_id: str = "do:1") -> discord.Message:
        """The bot posts a button of its own accord."""
        found = self.parrot.get_channel(int(self.room(channel).id))
        assert isinstance(found, discord.TextChannel)
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Press", custom_id=custom_id))
        return await found.send("news", view=view)


@pytest.fixture
async def played() -> AsyncIterator[Played]:
    scenery = Scenery(
        guild="Makers",
        moderators="Moderators",
        people=(Somebody("mod", "Moderator", moderates=True), Somebody("maker", "Maker")),
        channels=(
            Channel("open", "open", "for all"),
            Channel("closed", "closed", "for few", private=True),
        ),
        language="fr",
        zone="UTC",
        style=DEMO / "frame.css",
        portraits=DEMO / "portraits",
        words={"Only you can see this": "Vous seul"},
    )
    parrot, clock = Parrot(), StoryClock(MORNING)
    async with open_stage(parrot, clock, scenery) as stage:
        yield Played(stage, parrot, clock)
    await parrot.close()


async def test_it_is_the_version_whose_insides_are_known() -> None:
    assert version("simcord") == "3.2.1"


async def test_discord_runs_on_the_storys_time(played: Played) -> None:
    played.clock.move_to(MORNING + timedelta(days=3))
    message = await played.shout("open")
    assert message.created_at.date() == (MORNING + timedelta(days=3)).date()


async def test_everybody_speaks_the_storys_language(played: Played) -> None:
    await played.stage.command("maker", "open", "say", channel="open")
    assert played.parrot.locales == ["fr"]


async def test_an_answer_names_channels_and_is_seen_by_its_asker_alone(played: Played) -> None:
    assert await played.stage.command("maker", "open", "say", channel="open") == "see #open"
    assert len(played.room("open", "maker").messages) == 1
    assert len(played.room("open", "mod").messages) == 0


async def test_a_private_channel_is_hidden_from_makers(played: Played) -> None:
    await played.shout("closed")
    assert played.room("closed").readers == ("mod",)
    assert played.room("closed").private
    assert played.room("closed", "maker").messages == ()
    with pytest.raises(Refused):
        await played.stage.look(played.room("closed").id, "maker")


async def test_a_letter_is_pasted_into_the_window(played: Played) -> None:
    assert await played.stage.report("maker", "open", "hello") == "read hello"


async def test_a_button_is_pressed_by_how_its_id_begins(played: Played) -> None:
    await played.shout("open", "do:7")
    assert await played.stage.press("maker", "open", "do:")
    assert not await played.stage.press("maker", "open", "undo:")
    assert played.parrot.pressed == 1


async def test_a_thread_stands_below_its_channel(played: Played) -> None:
    message = await played.shout("open")
    thread = await message.create_thread(name="more")
    seen = played.room("more")
    assert (seen.id, seen.parent) == (str(thread.id), played.room("open").id)
    assert played.stage.room_id(str(message.id)) == seen.id


async def test_what_the_bot_says_on_its_own_is_noticed(played: Played) -> None:
    changed = asyncio.Event()
    watching = asyncio.create_task(played.stage.watch(changed.set))
    await played.shout("open")
    await asyncio.wait_for(changed.wait(), 5)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_a_restarted_bot_finds_what_stood_there(played: Played) -> None:
    await played.shout("open")
    other = Parrot()

    async def end() -> None:
        await played.parrot.close()

    async def begin() -> Parrot:
        return other

    await played.stage.restart(end, begin)
    assert len(played.room("open").messages) == 1
    assert await played.stage.press("maker", "open", "do:")
    assert other.pressed == 1
    await other.close()


async def test_a_refusal_is_no_error_of_the_bot(played: Played) -> None:
    async with _window(played) as (http, base, page):
        async with http.get(f"{base}/api/commands") as answer:
            entries = (await answer.json())["entries"]
        command = next(each for each in entries if each["invocation"] == "refuse")
        body = {
            **_body(page),
            "kind": "run_command",
            "command_id": command["commandId"],
            "path": command["path"],
            "schema_fingerprint": command["schemaFingerprint"],
            "options": {},
        }
        async with http.post(f"{base}/api/action", json=body) as answer:
            shown = await answer.json()
    assert shown["settlement"] == "settled"
    assert shown["diagnostics"] == []


async def test_the_picture_may_stand_in_a_frame_on_this_machine_only(played: Played) -> None:
    async with _window(played) as (http, base, _), http.get(base) as answer:
        assert "X-Frame-Options" not in answer.headers
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors http://127.0.0.1:* http://localhost:*" in policy
        assert "frame-ancestors 'none'" not in policy


async def test_the_testers_tools_are_hidden_and_its_words_are_ours(played: Played) -> None:
    async with _window(played) as (http, base, _):
        async with http.get(f"{base}/preview.css") as answer:
            assert "[data-workbench]" in (await answer.text()).split("The demo’s frame")[-1]
        async with http.get(f"{base}/messages.js") as answer:
            text = await answer.text()
            assert "Vous seul" in text
            assert "Only you can see this" not in text


async def test_nobody_can_end_the_picture_for_the_others(played: Played) -> None:
    async with _window(played) as (http, base, page):
        body = {**_body(page), "kind": "close"}
        async with http.post(f"{base}/api/action", json=body) as answer:
            assert (await answer.json())["rejected"]
        async with http.get(f"{base}/api/state") as answer:
            assert answer.status == 200


async def test_a_click_on_what_was_seen_a_moment_ago_counts(played: Played) -> None:
    message = await played.shout("open")
    async with _window(played) as (http, base, page):
        await played.shout("open", "do:other")
        await played.stage.report("maker", "open", "meanwhile")
        watching = asyncio.create_task(played.stage.watch(lambda: None))
        await asyncio.sleep(0.3)
        control = next(iter(page["messages"][str(message.id)]["components"]))
        key = re.search(r"'control_key': '([^']+)'", str(control))
        assert key is not None, control
        body = {
            **_body(page),
            "kind": "click",
            "target_id": str(message.id),
            "control_key": key[1],
        }
        async with http.post(f"{base}/api/action", json=body) as answer:
            assert (await answer.json())["settlement"] == "settled"
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    assert played.parrot.pressed == 1


async def test_many_windows_do_not_shut_out_the_next(played: Played) -> None:
    await played.stage.look(played.room("open").id, "maker")
    for _ in range(PAGES + 3):
        async with _window(played, look=False) as (_, _, page):
            assert page["status"] == "current"


async def test_looking_elsewhere_keeps_the_server_and_changes_the_address(played: Played) -> None:
    await played.stage.look(played.room("open").id, "maker")
    first = played.stage.view
    await played.stage.look(played.room("closed").id, "mod")
    assert first.split("/?")[0] == played.stage.view.split("/?")[0]
    assert first != played.stage.view


async def test_what_simcord_remembers_is_bounded(played: Played) -> None:
    watching = asyncio.create_task(played.stage.watch(lambda: None))
    for number in range(REMEMBERED + 10):
        await played.shout("open", f"do:{number}")
    await asyncio.sleep(0.2)
    world: Any = played.stage._world
    assert len(world.backend.http_requests) <= REMEMBERED
    assert len(world.backend.transcript) <= REMEMBERED
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


@asynccontextmanager
async def _window(
    played: Played, *, look: bool = True
) -> AsyncIterator[tuple[aiohttp.ClientSession, str, dict[str, Any]]]:
    """A browser's window on #open as the maker sees it: a session, the base and the page."""
    if look:
        await played.stage.look(played.room("open").id, "maker")
    base, capability = played.stage.view.split("#")
    base = base.split("/?")[0]
    async with aiohttp.ClientSession(headers={"X-Simcord-Capability": capability}) as http:
        async with http.post(f"{base}/api/pages", json={}) as answer:
            page: dict[str, Any] = await answer.json()
        http.headers["X-Simcord-Context"] = page["context"]["id"]
        yield http, base, page


def _body(page: dict[str, Any]) -> dict[str, Any]:
    """What every action of a window says of itself."""
    return {
        "protocol_version": 3,
        "sequence": 1,
        "request_id": "r_1",
        "generation": page["context"]["generation"],
        "bot_generation": page["botGeneration"],
        "published_revision": page["publishedRevision"],
    }
