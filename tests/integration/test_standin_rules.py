"""What the stand-in enforces, asked over plain HTTP: contents, nonces, permissions, limits."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.standin import Channel, Standin

V2 = 1 << 15
EVERY = ("view_channel", "send_messages", "read_message_history", "create_public_threads")


@pytest.fixture
async def discord() -> AsyncIterator[Standin]:
    async with Standin() as standin:
        yield standin


class Api:
    """A bot's token and nothing else between the test and the stand-in."""

    def __init__(self, session: aiohttp.ClientSession, discord: Standin) -> None:
        self._session = session
        self._base = discord.api

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any, Any]:
        async with self._session.request(method, self._base + path, json=body) as response:
            told = await response.json() if response.content_type == "application/json" else None
            return response.status, told, response.headers

    async def post(self, channel: Channel, **body: Any) -> tuple[int, Any]:
        status, told, _ = await self.ask("POST", f"/channels/{channel.id}/messages", body)
        return status, told


@pytest.fixture
async def api(discord: Standin) -> AsyncIterator[Api]:
    headers = {"Authorization": f"Bot {discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield Api(session, discord)


@pytest.fixture
def alerts(discord: Standin) -> Channel:
    return discord.channel(discord.guild(), "alerts")


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def button(**more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "Go", "custom_id": "go", **more}


def row(*components: Any) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def menu(options: int, **more: Any) -> dict[str, Any]:
    listed = [{"label": str(n), "value": str(n)} for n in range(options)]
    return {"type": 3, "custom_id": "menu", "options": listed, **more}


async def test_a_nonce_posts_once_while_it_is_remembered(
    discord: Standin, api: Api, alerts: Channel
) -> None:
    status, first = await api.post(alerts, content="one", nonce="n", enforce_nonce=True)
    again, second = await api.post(alerts, content="two", nonce="n", enforce_nonce=True)
    assert (status, again, first["id"]) == (200, 200, second["id"])
    other = discord.channel(discord.guild("Others"))
    _, third = await api.post(other, content="three", nonce="n", enforce_nonce=True)
    assert third["id"] != first["id"]
    _, fourth = await api.post(alerts, content="four", nonce="n")
    assert fourth["id"] != first["id"]
    discord.limit(nonce_window_s=0.0)
    _, fifth = await api.post(alerts, content="five", nonce="n", enforce_nonce=True)
    assert fifth["id"] not in (first["id"], fourth["id"])
    assert [m.text for m in discord.messages(alerts)] == ["one", "four", "five"]


BROKEN: dict[str, dict[str, Any]] = {
    "too long": {"content": "x" * 2001},
    "empty": {"content": ""},
    "long nonce": {"content": "x", "nonce": "n" * 26},
    "misspelt field": {"contents": "x"},
    "wrong type": {"content": "x", "flags": "many"},
    "container without the flag": {"components": [{"type": 17, "components": [text("x")]}]},
    "content beside V2": {"flags": V2, "content": "x", "components": [text("y")]},
    "V2 text of 4,001": {"flags": V2, "components": [text("x" * 4000), text("y")]},
    "41 components": {"flags": V2, "components": [row(button())] + [text("x")] * 39},
    "custom_id twice": {"components": [row(button(), button())]},
    "custom_id of 101": {"components": [row(button(custom_id="c" * 101))]},
    "label of 81": {"components": [row(button(label="l" * 81))]},
    "link with custom_id": {"components": [row(button(style=5, url="https://a.example"))]},
    "button without custom_id": {"components": [row({"type": 2, "style": 1, "label": "Go"})]},
    "six buttons in a row": {"components": [row(*(button(custom_id=str(n)) for n in range(6)))]},
    "26 options": {"components": [row(menu(26))]},
    "option twice": {
        "components": [row(menu(0) | {"options": [{"label": "a", "value": "a"}] * 2})]
    },
    "more values than options": {"components": [row(menu(2, max_values=3))]},
    "parse and ids": {"content": "x", "allowed_mentions": {"parse": ["roles"], "roles": ["1"]}},
    "reply to nothing": {"content": "x", "message_reference": {"message_id": "1"}},
}


@pytest.mark.parametrize("fault", BROKEN)
async def test_a_message_that_breaks_a_rule_is_refused_and_held_against_the_bot(
    discord: Standin, api: Api, alerts: Channel, fault: str
) -> None:
    status, told = await api.post(alerts, **BROKEN[fault])
    assert (status, told["code"]) == (400, 50006 if fault == "empty" else 50035)
    assert len(discord.acknowledge("schema") + discord.acknowledge("rule")) == 1
    assert discord.messages(alerts) == []


async def test_the_largest_allowed_message_passes(
    discord: Standin, api: Api, alerts: Channel
) -> None:
    buttons = [button(custom_id=str(n) + "c" * 98, label="l" * 80) for n in range(5)]
    inner = [text("x" * 4000), row(*buttons), row(menu(25, max_values=25))]
    inner += [{"type": 14}] * 30
    status, told = await api.post(
        alerts, flags=V2, components=[{"type": 17, "components": inner}], nonce="n" * 25
    )
    assert status == 200
    assert told["components"][0]["components"][0]["content"] == "x" * 4000


async def test_an_edit_cannot_take_components_v2_back(
    discord: Standin, api: Api, alerts: Channel
) -> None:
    _, sent = await api.post(alerts, flags=V2, components=[text("x")])
    path = f"/channels/{alerts.id}/messages/{sent['id']}"
    for body in ({"flags": 0, "components": [text("y")]}, {"content": "y"}):
        status, _, _ = await api.ask("PATCH", path, body)
        assert status == 400
        assert discord.acknowledge("rule")
    status, edited, _ = await api.ask("PATCH", path, {"components": [text("y")]})
    assert (status, edited["flags"]) == (200, V2)
    assert [r.text for r in discord.messages(alerts)[0].revisions] == ["x", "y"]


async def test_a_role_is_pinged_only_where_it_is_allowed_and_may_be(
    discord: Standin, api: Api, alerts: Channel
) -> None:
    assert alerts.guild is not None
    role = discord.role(alerts.guild, mentionable=True)
    shy = discord.role(alerts.guild, "shy")
    said = f"<@&{role.id}> <@&{shy.id}>"
    allowed = {"parse": [], "roles": [role.id, shy.id]}
    _, pinged = await api.post(alerts, content=said, allowed_mentions=allowed)
    _, silent = await api.post(alerts, content=said, allowed_mentions={"parse": []})
    discord.allow_bot(alerts.guild, [*EVERY, "mention_everyone"])
    _, all_pinged = await api.post(alerts, content=said, allowed_mentions=allowed)
    assert pinged["mention_roles"] == [str(role.id)]
    assert silent["mention_roles"] == []
    assert all_pinged["mention_roles"] == [str(role.id), str(shy.id)]
    assert [m.pings.roles for m in discord.messages(alerts)] == [
        (role.id,),
        (),
        (role.id, shy.id),
    ]


async def test_without_the_right_to_view_or_send_a_post_is_refused(
    discord: Standin, api: Api, alerts: Channel
) -> None:
    discord.overwrite(alerts, discord.bot, deny="send_messages")
    status, told = await api.post(alerts, content="x")
    assert (status, told["code"]) == (403, 50013)
    discord.overwrite(alerts, discord.bot, deny="view_channel")
    status, told = await api.post(alerts, content="x")
    assert (status, told["code"]) == (403, 50001)
    assert discord.invalid_requests == 2


async def test_without_the_right_to_history_it_is_empty(
    discord: Standin, api: Api, alerts: Channel
) -> None:
    await api.post(alerts, content="x")
    path = f"/channels/{alerts.id}/messages"
    _, shown, _ = await api.ask("GET", path)
    discord.overwrite(alerts, discord.bot, deny="read_message_history")
    status, hidden, _ = await api.ask("GET", path)
    assert ([m["content"] for m in shown], status, hidden) == (["x"], 200, [])


async def test_history_is_paged_by_identifiers(discord: Standin, api: Api, alerts: Channel) -> None:
    discord.limit(enabled=False)
    ids = [(await api.post(alerts, content=str(n)))[1]["id"] for n in range(6)]

    async def page(query: str) -> list[str]:
        _, shown, _ = await api.ask("GET", f"/channels/{alerts.id}/messages?{query}")
        return [message["content"] for message in shown]

    assert await page("limit=2") == ["5", "4"]
    assert await page(f"limit=2&before={ids[4]}") == ["3", "2"]
    assert await page(f"limit=2&after={ids[1]}") == ["3", "2"]
    assert await page(f"limit=3&around={ids[3]}") == ["4", "3", "2"]


async def test_what_is_gone_is_unknown(discord: Standin, api: Api, alerts: Channel) -> None:
    _, sent = await api.post(alerts, content="x")
    path = f"/channels/{alerts.id}/messages/{sent['id']}"
    assert (await api.ask("DELETE", path))[0] == 204
    _, told, _ = await api.ask("PATCH", path, {"content": "y"})
    assert told["code"] == 10008
    discord.delete_channel(alerts)
    status, told = await api.post(alerts, content="x")
    assert (status, told["code"]) == (404, 10003)


async def test_a_thread_is_opened_once_and_needs_its_own_permission(
    discord: Standin, api: Api, alerts: Channel
) -> None:
    _, sent = await api.post(alerts, content="x")
    path = f"/channels/{alerts.id}/messages/{sent['id']}/threads"
    status, thread, _ = await api.ask("POST", path, {"name": "Changes"})
    assert (status, thread["id"]) == (201, sent["id"])
    _, again, _ = await api.ask("POST", path, {"name": "Changes"})
    assert again["code"] == 160004
    within = discord.core.world.channels[int(thread["id"])]
    assert (await api.post(within, content="moved"))[0] == 200
    discord.overwrite(alerts, discord.bot, deny="send_messages_in_threads")
    assert (await api.post(within, content="again"))[1]["code"] == 50013


async def test_an_announcement_is_published_once(discord: Standin, api: Api) -> None:
    news = discord.channel(discord.guild(), "news", kind="announcement")
    _, sent = await api.post(news, content="x")
    path = f"/channels/{news.id}/messages/{sent['id']}/crosspost"
    status, published, _ = await api.ask("POST", path)
    assert (status, published["flags"]) == (200, 1)
    assert (await api.ask("POST", path))[1]["code"] == 40033


async def test_a_forum_takes_posts_not_messages(discord: Standin, api: Api) -> None:
    forum = discord.channel(discord.guild(), "cases", kind="forum", tags=["closing"])
    assert (await api.post(forum, content="x"))[1]["code"] == 50008
    body = {
        "name": "Etsy",
        "applied_tags": [forum.tags[0]["id"]],
        "message": {"flags": V2, "components": [text("x")]},
    }
    status, post, _ = await api.ask("POST", f"/channels/{forum.id}/threads", body)
    assert (status, post["message"]["id"]) == (201, post["id"])


async def test_closed_direct_messages_are_refused(discord: Standin, api: Api) -> None:
    member = discord.member(discord.guild())
    _, opened, _ = await api.ask("POST", "/users/@me/channels", {"recipient_id": member.id})
    assert (await api.post(discord.dm(member), content="x"))[0] == 200
    discord.close_dms(member)
    assert (await api.post(discord.dm(member), content="y"))[1]["code"] == 50007
    assert opened["id"] == str(discord.dm(member).id)


async def test_commands_beyond_the_rules_are_refused(discord: Standin, api: Api) -> None:
    path = f"/applications/{discord.bot.id}/commands"

    def option(name: str, **more: Any) -> dict[str, Any]:
        return {"type": 3, "name": name, "description": "d", **more}

    broken: list[list[dict[str, Any]]] = [
        [{"name": "a", "description": "d" * 101}],
        [{"name": "a"}],
        [{"name": "Two words", "description": "d"}],
        [{"name": "a", "description": "d", "name_localizations": {"fr": "à faire"}}],
        [{"name": "a", "description": "d", "name_localizations": {"french": "suivre"}}],
        [{"name": "a", "description": "d"}] * 2,
        [{"name": "a", "description": "d", "options": [option(str(n)) for n in range(26)]}],
        [{"name": "a", "description": "d", "options": [option("x"), option("y", required=True)]}],
        [{"name": "a", "description": "d", "options": [option("x", choices=[{"name": "n"}])]}],
    ]
    for commands in broken:
        status, _, _ = await api.ask("PUT", path, commands)
        assert status == 400, commands
        assert discord.acknowledge(), commands
    status, registered, _ = await api.ask("PUT", path, [{"name": "a", "description": "d"}])
    assert (status, [command["name"] for command in registered]) == (200, ["a"])


async def test_a_channel_takes_five_messages_in_five_seconds(
    discord: Standin, api: Api, alerts: Channel
) -> None:
    path = f"/channels/{alerts.id}/messages"
    answers = [await api.ask("POST", path, {"content": str(n)}) for n in range(6)]
    assert [status for status, _, _ in answers] == [200] * 5 + [429]
    assert [h["X-RateLimit-Remaining"] for _, _, h in answers] == ["4", "3", "2", "1", "0", "0"]
    _, refused, headers = answers[-1]
    assert (refused["global"], headers["X-RateLimit-Scope"]) == (False, "user")
    assert 0 < refused["retry_after"] <= 5
    assert len({h["X-RateLimit-Bucket"] for _, _, h in answers}) == 1
    assert discord.invalid_requests == 1


async def test_a_token_makes_so_many_requests_a_second(discord: Standin, api: Api) -> None:
    assert discord.core.limits.per_second == 50
    discord.limit(per_second=2)
    answers = [await api.ask("GET", "/users/@me") for _ in range(50)]
    refused = [(told, headers) for status, told, headers in answers if status == 429]
    assert 0 < len(refused) < 50
    for told, headers in refused:
        assert (told["global"], headers["X-RateLimit-Global"]) == (True, "true")
        assert 0 < told["retry_after"] <= 1
