"""The rules of answering interactions, asked over plain HTTP by a bot that listens only."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.standin import Interaction, Standin
from tests.standin.interactions import COMMAND


class Listener:
    """A gateway session that only listens; answers are sent by hand."""

    def __init__(self, session: aiohttp.ClientSession, discord: Standin) -> None:
        self._session = session
        self.discord = discord
        self.guild = discord.guild()
        self.channel = discord.channel(self.guild)
        self.member = discord.member(self.guild)

    def asked(self) -> Interaction:
        data = {"id": "1", "name": "status", "type": 1}
        return self.discord.interactions.happen(COMMAND, self.member, self.channel, data)

    async def answer(self, it: Interaction, kind: int, data: Any = None) -> tuple[int, Any]:
        body = {"type": kind} if data is None else {"type": kind, "data": data}
        return await self.ask("POST", f"/interactions/{it.id}/{it.token}/callback", body)

    async def later(self, it: Interaction, method: str, path: str, body: Any) -> tuple[int, Any]:
        base = f"/webhooks/{self.discord.bot.id}/{it.token}"
        return await self.ask(method, base + path, body)

    async def ask(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        url = self.discord.api + path
        async with self._session.request(method, url, json=body) as response:
            is_json = response.content_type == "application/json"
            return response.status, await response.json() if is_json else None


@pytest.fixture
async def bot() -> AsyncIterator[Listener]:
    async with Standin() as discord, aiohttp.ClientSession() as session:
        listener = Listener(session, discord)
        async with session.ws_connect(discord.gateway_url) as socket:
            identity = {"token": discord.token, "intents": 1, "properties": {}}
            await socket.send_json({"op": 2, "d": identity})
            await discord.connected()
            yield listener


async def test_an_answer_after_three_seconds_is_unknown(bot: Listener) -> None:
    it = bot.asked()
    it.at -= 3.1
    status, told = await bot.answer(it, 4, {"content": "late"})
    assert (status, told["code"]) == (404, 10062)
    assert len(bot.discord.acknowledge("interaction", "3.1")) == 1


async def test_a_second_answer_is_refused(bot: Listener) -> None:
    it = bot.asked()
    assert (await bot.answer(it, 5))[0] == 204
    status, told = await bot.answer(it, 4, {"content": "again"})
    assert (status, told["code"]) == (400, 40060)
    assert len(bot.discord.acknowledge("interaction", "twice")) == 1


async def test_an_answer_of_a_kind_that_does_not_fit_is_refused(bot: Listener) -> None:
    it = bot.asked()
    for kind, data in ((6, None), (7, {"content": "x"}), (8, {"choices": []})):
        assert (await bot.answer(it, kind, data))[0] == 400
    assert len(bot.discord.acknowledge("rule")) == 3
    assert it.answer is None


async def test_the_first_follow_up_takes_the_place_of_a_deferral(bot: Listener) -> None:
    it = bot.asked()
    await bot.answer(it, 5, {"flags": 64})
    assert (it.thinking, it.settled) == (True, False)
    _, first = await bot.later(it, "POST", "", {"content": "here"})
    _, second = await bot.later(it, "POST", "", {"content": "more"})
    _, original = await bot.later(it, "GET", "/messages/@original", None)
    assert (first["id"], original["content"], original["flags"]) == (original["id"], "here", 64)
    assert second["id"] != first["id"]
    assert it.text == "here\nmore"


async def test_there_is_no_original_before_an_answer(bot: Listener) -> None:
    it = bot.asked()
    status, told = await bot.later(it, "PATCH", "/messages/@original", {"content": "x"})
    assert (status, told["code"]) == (404, 10015)


async def test_ephemeral_answers_are_in_no_channel(bot: Listener) -> None:
    it = bot.asked()
    await bot.answer(it, 4, {"content": "psst", "flags": 64})
    assert it.ephemeral
    assert bot.discord.messages(bot.channel) == []
    headers = {"Authorization": f"Bot {bot.discord.token}"}
    path = f"{bot.discord.api}/channels/{bot.channel.id}/messages"
    async with aiohttp.ClientSession(headers=headers) as session, session.get(path) as response:
        assert await response.json() == []


@pytest.mark.parametrize(
    "change",
    [
        {"title": "t" * 46},
        {"custom_id": "c" * 101},
        {"components": []},
        {"components": [{"type": 18, "label": "l" * 46, "component": {}}]},
    ],
)
async def test_a_modal_beyond_the_limits_is_refused(bot: Listener, change: Any) -> None:
    field = {"type": 4, "custom_id": "reason", "style": 1}
    modal: dict[str, Any] = {"custom_id": "m", "title": "t"}
    modal["components"] = [{"type": 18, "label": "Reason", "component": field}]
    it = bot.asked()
    assert (await bot.answer(it, 9, modal | change))[0] == 400
    assert bot.discord.acknowledge("schema")
    assert (await bot.answer(it, 9, modal))[0] == 204
    assert it.modal is not None


async def test_interactions_are_outside_the_global_limit(bot: Listener) -> None:
    bot.discord.limit(per_second=0)
    assert (await bot.answer(bot.asked(), 4, {"content": "x"}))[0] == 204
    assert bot.discord.core.limits.refused_global == 0
