"""Being connected ends when it is asked to, whatever swallows the asking."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.chat.client import TocsinClient, listen
from bot.errors import DiscordFault


class Connection(SimpleNamespace):
    """A client that misses the first so many requests to end. In Python 3.11 `asyncio.wait_for`
    swallows one that comes as what it waits for is done:
    https://github.com/python/cpython/issues/86296."""

    deaf: int = 0

    async def connect(self, *, reconnect: bool) -> None:
        """Stay connected."""
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                if not self.deaf:
                    raise
                self.deaf -= 1


@pytest.mark.parametrize("deaf", [0, 1, 3])
async def test_a_swallowed_request_to_end_is_repeated(deaf: int) -> None:
    connected = asyncio.create_task(listen(cast(TocsinClient, Connection(deaf=deaf))))
    await asyncio.sleep(0.01)
    connected.cancel()
    async with asyncio.timeout(10):
        with pytest.raises(asyncio.CancelledError):
            await connected


async def test_what_ends_a_connection_for_good_is_told() -> None:
    async def connect(**_: Any) -> None:
        raise discord.GatewayNotFound

    with pytest.raises(DiscordFault) as refused:
        await listen(cast(TocsinClient, SimpleNamespace(connect=connect)))
    assert refused.value.key == "discord.unreachable"
