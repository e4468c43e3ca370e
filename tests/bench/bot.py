"""The whole bot as a process of its own: `bot.app.run` with a catalogue that has one more platform.

`python -m tests.bench.bot DATA` in the environment that `tocsin run` reads; it ends when its
standard input does.
"""

import asyncio
import logging
import sys
from pathlib import Path

from bot.app import load_data, open_app
from bot.chat.client import listen, log_in
from bot.config import load_settings


async def _run(data: Path) -> None:
    settings = load_settings()
    assert settings.discord_token is not None
    async with open_app(settings, data=load_data(data)) as app, app.client:
        await log_in(app.client, settings.discord_token, settings.discord_api_base, None)
        loops = asyncio.create_task(app.run_loops())
        listening = asyncio.create_task(listen(app.client))
        await app.client.wait_until_ready()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        for task in (loops, listening):
            task.cancel()
        await asyncio.gather(loops, listening, return_exceptions=True)


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(_run(Path(sys.argv[1])))
