"""`python -m tests.pictures [FOLDER]`: makes the pictures at the head of the README from the demo.

An alert, a checklist and the demo's page, as they are drawn by the real bot in a real browser; in
`docs/` unless another folder is named. Whoever changes a card looks at them again.
"""

import asyncio
import io
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from bot.demo.show import Ask
from tests.browser import DESK, chromium, find_chromium
from tests.demo_process import Demo, running_demo

DOCS = Path(__file__).parents[1] / "docs"
TALL = {"width": 712, "height": 1800}
MARGIN = 14
CHECKLIST_HEIGHT = 830
COLOURS = 160
"""A card has few; so a picture is a third of its size, and as crisp."""

Scene = dict[str, Any]


async def make_pictures(folder: Path) -> None:
    """Play the story as far as the alert, then as far as the checklist, and look."""
    folder.mkdir(exist_ok=True)
    expect.set_options(timeout=60_000)
    with TemporaryDirectory() as home:
        async with running_demo(Path(home)) as demo, chromium() as browser:
            await demo.ask(Ask.PAUSE)
            await _play(demo, lambda scene: any(each["mood"] == "alert" for each in scene["lines"]))
            await _look_as_chloe(demo)
            await _save(folder / "demo.png", await _whole_page(browser, demo))
            await _save(folder / "alert.png", await _newest_card(browser, demo))
            await _play(demo, lambda scene: "“My checklist”:" in scene["lines"][-2]["title"])
            await _look_as_chloe(demo)
            card = await _newest_card(browser, demo, CHECKLIST_HEIGHT)
            await _save(folder / "checklist.png", card)


async def _play(demo: Demo, until: Callable[[Scene], bool]) -> None:
    while not until(await demo.scene()):
        await demo.ask(Ask.NEXT)


async def _look_as_chloe(demo: Demo) -> None:
    await demo.ask(Ask.ACT_AS, person="chloe")
    rooms = (await demo.scene())["rooms"]
    await demo.ask(Ask.SHOW, room=next(each["id"] for each in rooms if each["name"] == "alerts"))


async def _whole_page(browser: Browser, demo: Demo) -> bytes:
    page = await _open(browser, demo.address, DESK)
    await page.locator("#intro-done").click()
    framed = page.frame_locator(".frame iframe")
    await expect(framed.get_by_role("article").last).to_be_visible()
    await expect(page.locator("#veil")).to_be_hidden()
    await framed.locator("body").evaluate("document.fonts.ready.then(() => {})")
    await framed.get_by_role(
        "heading", name="A Little Market is closing"
    ).scroll_into_view_if_needed()
    return await _close(page, await page.screenshot())


async def _newest_card(browser: Browser, demo: Demo, height: float = 10_000) -> bytes:
    """The last message of the channel, down to the last part that fits into `height`."""
    page = await _open(browser, (await demo.scene())["view"], TALL)
    message = page.get_by_role("article").last
    await expect(message).to_be_visible()
    await page.evaluate("document.fonts.ready.then(() => {})")
    box = await message.bounding_box()
    assert box is not None
    shown = await _fitting(message, box["y"], height)
    under = MARGIN if shown >= box["height"] else 0
    clip = {
        "x": 0,
        "y": box["y"] - MARGIN,
        "width": TALL["width"],
        "height": MARGIN + shown + under,
    }
    return await _close(page, await page.screenshot(clip=clip))  # type: ignore[arg-type]


async def _fitting(message: Locator, top: float, height: float) -> float:
    bottoms: list[float] = await message.locator(".component-container > *").evaluate_all(
        "(parts) => parts.map((each) => each.getBoundingClientRect().bottom)"
    )
    whole: float = await message.evaluate("(each) => each.getBoundingClientRect().bottom")
    return max(each - top for each in (*bottoms, whole) if each - top <= height)


async def _open(browser: Browser, address: str, viewport: Any) -> Page:
    context = await browser.new_context(
        viewport=viewport,
        device_scale_factor=2,
        color_scheme="light",
        reduced_motion="reduce",
        locale="en-GB",
    )
    page = await context.new_page()
    await page.goto(address)
    return page


async def _close(page: Page, picture: bytes) -> bytes:
    await page.context.close()
    return picture


async def _save(path: Path, picture: bytes) -> None:
    with Image.open(io.BytesIO(picture)) as drawn:
        few = drawn.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(f"{path.name}: {few.width} x {few.height}, {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    if find_chromium() is None:
        sys.exit("No Chromium on this machine. On Debian: apt-get install chromium")
    asyncio.run(make_pictures(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS))
