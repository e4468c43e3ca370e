"""`tocsin demo` as a process of its own, and the little that is asked of it beside its page."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from bot.demo.show import Ask

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that runs. `address` is its page."""

    address: str

    async def scene(self) -> dict[str, Any]:
        """What the page would show."""
        async with ClientSession() as visitor, visitor.get(f"{self.address}api/scene") as response:
            return dict(await response.json())

    async def ask(self, wish: Ask, **values: str) -> None:
        """What a button of the page would ask. Raises `AssertionError` where it is refused."""
        origin = {"Origin": self.address.rstrip("/")}
        body = {"ask": wish, "values": values}
        async with (
            ClientSession() as visitor,
            visitor.post(f"{self.address}api/ask", json=body, headers=origin) as response,
        ):
            told = await response.json()
        assert told["done"], told["said"]


@asynccontextmanager
async def running_demo(folder: Path, *options: str) -> AsyncIterator[Demo]:
    """Start it, in English, on any port that is free. A bug it writes of fails whoever uses it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "demo", "--no-browser", "--language", "en", "--port", "0", *options),
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        address = (await process.stdout.readline()).decode().strip()
    rest = asyncio.ensure_future(process.communicate())
    try:
        yield Demo(address)
    finally:
        process.terminate()
        async with asyncio.timeout(PATIENCE):
            _, errors = await rest
    assert "Traceback" not in errors.decode(), errors.decode()
    assert process.returncode == 0
