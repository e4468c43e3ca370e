"""Faults on demand, and the stand-in as a process of its own."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.standin import MisuseError, Standin
from tests.standin.remote import spawned
from tests.standin.state import Channel


@pytest.fixture
async def discord() -> AsyncIterator[Standin]:
    async with Standin() as standin:
        yield standin


@pytest.fixture
async def session(discord: Standin) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bot {discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as opened:
        yield opened


@pytest.fixture
def alerts(discord: Standin) -> Channel:
    return discord.channel(discord.guild(), "alerts")


async def post(session: aiohttp.ClientSession, discord: Standin, channel: Channel) -> int:
    url = f"{discord.api}/channels/{channel.id}/messages"
    async with session.post(url, json={"content": "x"}) as response:
        return response.status


async def test_a_dropped_answer_leaves_the_message(
    discord: Standin, session: aiohttp.ClientSession, alerts: Channel
) -> None:
    discord.drop_after_commit()
    with pytest.raises(aiohttp.ClientConnectionError):
        await post(session, discord, alerts)
    assert len(discord.messages(alerts)) == 1
    assert (discord.requests[-1].dropped, discord.requests[-1].status) == (True, 200)
    assert await post(session, discord, alerts) == 200


async def test_a_dropped_request_leaves_nothing(
    discord: Standin, session: aiohttp.ClientSession, alerts: Channel
) -> None:
    discord.drop_before_commit(times=2)
    for _ in range(2):
        with pytest.raises(aiohttp.ClientConnectionError):
            await post(session, discord, alerts)
    assert discord.messages(alerts) == []
    assert await post(session, discord, alerts) == 200


async def test_a_fault_after_commit_waits_for_a_request_that_commits(
    discord: Standin, session: aiohttp.ClientSession, alerts: Channel
) -> None:
    discord.overwrite(alerts, discord.bot, deny="send_messages")
    discord.drop_after_commit()
    assert await post(session, discord, alerts) == 403
    discord.overwrite(alerts, discord.bot)
    with pytest.raises(aiohttp.ClientConnectionError):
        await post(session, discord, alerts)
    assert len(discord.messages(alerts)) == 1


async def test_statuses_and_rate_limits_come_as_planned(
    discord: Standin, session: aiohttp.ClientSession, alerts: Channel
) -> None:
    discord.fail(503)
    discord.rate_limit(0.5, scope="shared")
    assert [await post(session, discord, alerts) for _ in range(3)] == [503, 429, 200]
    assert discord.invalid_requests == 0


async def test_a_channel_fails_until_it_is_mended(
    discord: Standin, session: aiohttp.ClientSession, alerts: Channel
) -> None:
    other = discord.channel(discord.guild("Others"))
    fault = discord.fail_channel(alerts, 404, code=10003)
    assert await post(session, discord, alerts) == 404
    assert await post(session, discord, other) == 200
    discord.mend(fault)
    assert await post(session, discord, alerts) == 200


async def test_a_delay_is_seen_in_the_record(
    discord: Standin, session: aiohttp.ClientSession, alerts: Channel
) -> None:
    discord.delay(0.05)
    await post(session, discord, alerts)
    seen = discord.requests[-1]
    assert seen.ended is not None
    assert seen.ended - seen.at >= 0.05
    assert seen.faults == ("delay",)


async def test_the_same_seed_gives_the_same_chaos(
    discord: Standin, session: aiohttp.ClientSession, alerts: Channel
) -> None:
    discord.limit(enabled=False)
    runs: list[list[int]] = []
    for _ in range(2):
        discord.chaos(7, p_error=0.5, p_rate_limit=0.2)
        runs.append([await post(session, discord, alerts) for _ in range(20)])
        discord.mend()
    assert runs[0] == runs[1]
    assert {200, 502} <= set(runs[0])


async def test_another_process_keeps_its_state_and_is_driven_through_the_admin_door() -> None:
    async with spawned() as remote:
        guild = await remote.call("guild", "Makers", locale="fr")
        alerts = await remote.call("channel", guild, "alerts")
        member = await remote.call("member", guild, "chloe", permissions=["manage_guild"])
        headers = {"Authorization": f"Bot {remote.token}"}
        url = f"{remote.api}/channels/{alerts['id']}/messages"
        await remote.call("drop_after_commit", times=1)
        async with aiohttp.ClientSession(headers=headers) as session:
            with pytest.raises(aiohttp.ClientConnectionError):
                await session.post(url, json={"content": "x", "nonce": "n", "enforce_nonce": True})
        async with aiohttp.ClientSession(headers=headers) as session:
            again = {"content": "x", "nonce": "n", "enforce_nonce": True}
            async with session.post(url, json=again) as response:
                assert response.status == 200
        (message,) = await remote.until("messages", alerts, done=lambda shown: shown)
        assert message["text"] == "x"
        with pytest.raises(MisuseError, match="no command"):
            await remote.call("slash", guild, alerts, member, "setup")
        requests = await remote.show("requests?since=1")
        assert [seen["status"] for seen in requests] == [200]
        assert (await remote.show("state"))["violations"] == 0
