"""Headless Chromium for tests: pages as people see them, at the width of a desk or of a phone.

Refuses a page that complains on its console. Skips, saying what to install, where there is none.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Error, Page, async_playwright

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """The program, wherever the system keeps it."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser for one test."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine; on Debian: apt-get install chromium")
    safe = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's own rule for root
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=safe)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def visiting(
    browser: Browser, url: str, viewport: Any = DESK, **options: Any
) -> AsyncIterator[Page]:
    """A window on `url`, of a visitor of its own. Complaints on its console fail the test."""
    context = await browser.new_context(
        viewport=viewport, **{"reduced_motion": "reduce", **options}
    )
    complaints: list[str] = []
    origin = "/".join(url.split("/")[:3])

    def complain(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _is_farewell(message, origin):
            complaints.append(f"{message.text} ({message.location.get('url')})")

    def fail(error: Error) -> None:
        complaints.append(str(error))

    page = await context.new_page()
    page.on("console", complain)
    page.on("pageerror", fail)
    page.set_default_timeout(60_000)  # a machine may be busy
    await page.goto(url)
    try:
        yield page
    finally:
        await context.close()
    assert not complaints, "\n".join(complaints)


def _is_farewell(message: ConsoleMessage, ours: str) -> bool:
    """The demo's picture of a channel, on a port of its own, asks for something once more when
    another one has already taken its place."""
    elsewhere = not str(message.location.get("url")).startswith(ours)
    return elsewhere and message.text.startswith("Failed to load resource")
