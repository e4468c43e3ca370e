"""`tocsin demo`, put together: the show, its page and the same story in the terminal."""

import asyncio
import os
import socket
import sys
import webbrowser

from rich.console import Console

from bot.app import DATA, load_data
from bot.demo.page import HOST, open_page
from bot.demo.playing import open_show
from bot.demo.story import load_stories
from bot.demo.terminal import tell
from bot.errors import Fault
from bot.i18n import FALLBACK

PORT = 8427
"""Where the page is, if nobody else is there."""

TRIED = 50
"""So many ports after it are tried."""


async def run_demo(
    *, language: str, asked: str | None, speed: float, port: int | None, browser: bool
) -> None:
    """Play until cancelled. `port` None: the usual one, or the next that is free. `asked`: somebody
    chose the language, so the page begins in it, whatever the browser's.

    Raises `Fault`: a port that was asked for is taken, a story or the catalogue cannot be read.
    """
    texts, catalogue = load_data()
    stories = load_stories(DATA / "demo")
    language = texts.pick(language) if texts.pick(language) in stories else FALLBACK
    console = Console(emoji=False, markup=False)
    aside = Console(emoji=False, markup=False, stderr=True)
    chosen = _free_port() if port is None else port
    if not _is_free(chosen):
        raise Fault("demo_page.port_taken", port=chosen)
    async with (
        open_show(stories, texts, catalogue, language=language, speed=speed) as show,
        open_page(show, chosen, tuple(stories), asked=asked and language) as address,
    ):
        if port is None and chosen != PORT:
            aside.print(texts.get(language, "demo.port_taken", port=PORT))
        print(address, flush=True)  # noqa: T201 - the address alone, before any other
        aside.print(texts.get(language, "demo.terminal.open"))
        if browser and _has_desktop():
            await asyncio.to_thread(webbrowser.open, address)
        await tell(show, console, texts, language)


def _free_port() -> int:
    """The usual port or one of those after it; any that is free where all are taken."""
    return next((port for port in range(PORT, PORT + TRIED) if _is_free(port)), 0)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _has_desktop() -> bool:
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
