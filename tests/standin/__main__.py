"""`python -m tests.standin --port 0`: the stand-in as a process of its own.

Prints one line of JSON with its addresses and token, then runs until it is interrupted.
"""

import argparse
import asyncio
import json
import signal

from .server import TOKEN, Standin


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--heartbeat", type=float, default=41.25, help="seconds")
    asked = parser.parse_args()
    asyncio.run(_serve(asked.port, asked.token, asked.heartbeat))


async def _serve(port: int, token: str, heartbeat_s: float) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with Standin(token=token, port=port, heartbeat_s=heartbeat_s, strict=False) as discord:
        print(json.dumps(discord.addresses()), flush=True)
        await stopping.wait()


if __name__ == "__main__":
    main()
