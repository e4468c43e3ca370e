"""How late an event loop is: a heartbeat of 10 ms that notes by how much it was delayed."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

BEAT = 0.01


@asynccontextmanager
async def heartbeat() -> AsyncIterator[list[float]]:
    """Delays in milliseconds, noted while it is entered."""
    late: list[float] = []

    async def beat() -> None:
        while True:
            due = time.perf_counter() + BEAT
            await asyncio.sleep(BEAT)
            late.append(1000 * (time.perf_counter() - due))

    task = asyncio.create_task(beat())
    try:
        yield late
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
