"""`tocsin demo`: the story in the browser, with the real bot and without a token."""

import argparse
import contextlib
import logging
import os
from importlib.util import find_spec

from bot.cli.ending import run_until_asked
from bot.cli.languages import terminal_language
from bot.errors import Fault
from bot.logs import set_up_logs

SPEEDS = {"1": 1.0, "2": 2.0, "4": 4.0, "instant": 0.0}


def run(args: argparse.Namespace) -> int:
    """Play until the terminal or the system asks to stop; that is its usual end."""
    if find_spec("simcord") is None or find_spec("PIL") is None:
        raise Fault("demo.not_installed")
    set_up_logs("WARNING", "text")
    logging.getLogger("discord.state").setLevel(logging.ERROR)  # simcord makes a client to try
    speed = args.speed or os.environ.get("SPEED", "1").strip().lower() or "1"
    if speed not in SPEEDS:
        raise Fault("demo.bad_speed", given=speed, choices=", ".join(SPEEDS))
    with contextlib.suppress(KeyboardInterrupt):
        run_until_asked(_play(args, SPEEDS[speed]))
    return 0


async def _play(args: argparse.Namespace, speed: float) -> None:
    from bot.demo.demo import run_demo

    await run_demo(
        language=args.language or terminal_language(),
        asked=args.language,
        speed=speed,
        port=args.port,
        browser=not args.no_browser,
    )
