"""A stand-in in a process of its own, and the test's hand on it through the admin door."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from .errors import MisuseError, NoAnswerError

_ROOT = Path(__file__).parents[2]
_KINDS: dict[str, type[AssertionError]] = {
    "MisuseError": MisuseError,
    "NoAnswerError": NoAnswerError,
}


class Remote:
    """Calls the hand of another process's stand-in; objects come as JSON and go by id."""

    def __init__(self, addresses: dict[str, str]) -> None:
        self.api = addresses["api"]
        self.gateway_url = addresses["gateway"]
        self.token = addresses["token"]
        self._admin = addresses["admin"]
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Calls one of the hand's methods: `await remote.call("slash", guild, channel, …)`."""
        assert self._session is not None
        asked = {"args": args, "kwargs": kwargs}
        async with self._session.post(f"{self._admin}/call/{name}", json=asked) as response:
            answer = await response.json()
            if response.status != 200:
                raise _KINDS.get(answer["kind"], AssertionError)(answer["error"])
            return answer["result"]

    async def show(self, what: str) -> Any:
        """Reads `state`, `violations` or `requests` (`requests?since=N`)."""
        assert self._session is not None
        async with self._session.get(f"{self._admin}/{what}") as response:
            return await response.json()

    async def until(
        self, name: str, *args: Any, done: Callable[[Any], object], within: float = 30.0
    ) -> Any:
        """Calls a method every 50 ms until `done(result)`; gives that result."""
        deadline = time.monotonic() + within
        while True:
            result = await self.call(name, *args)
            if done(result):
                return result
            if time.monotonic() > deadline:
                raise AssertionError(f"{name} is not so after {within:g} s: {result}")
            await asyncio.sleep(0.05)


@asynccontextmanager
async def spawned(*arguments: str) -> AsyncIterator[Remote]:
    """Starts `python -m tests.standin` and stops it at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.standin", *arguments, stdout=asyncio.subprocess.PIPE, cwd=_ROOT
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(20):
            line = await process.stdout.readline()
        async with Remote(json.loads(line)) as remote:
            yield remote
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(10):
            await process.wait()
