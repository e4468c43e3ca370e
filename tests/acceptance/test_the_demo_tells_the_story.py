"""Whoever starts the demo sees the story, acts in it, tries to fool the bot and restarts it.

The real `tocsin demo`, in a process of its own, before a real browser. Each test begins wherever
the others have left the show, as visitors do.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FrameLocator, Locator, Page, expect

from tests.browser import DESK, PHONE, chromium, visiting
from tests.demo_process import running_demo

pytestmark = pytest.mark.asyncio(loop_scope="module")  # one demo and one browser for all

PATIENCE = 60_000
"""Milliseconds; a machine may be busy, and nothing here measures time."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        expect.set_options(timeout=PATIENCE)
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The demo, playing without a pause; after `browser`, so that both are skipped together."""
    folder = tmp_path_factory.mktemp("demo")
    async with running_demo(folder, "--speed", "instant") as demo:
        yield demo.address


def _frame(page: Page) -> FrameLocator:
    return page.frame_locator(".frame iframe")


def _lists(page: Page) -> Locator:
    heading = _frame(page).get_by_role("heading", name="Before the platform closes")
    return _frame(page).get_by_role("article").filter(has=heading)


async def _told(page: Page) -> None:
    """The story is at its end."""
    await expect(page.locator("#end")).to_be_visible()
    if await page.locator("#intro-done").is_visible():
        await page.locator("#intro-done").click()


async def _be(page: Page, person: str, room: str) -> None:
    await page.get_by_role("button", name=person).click()
    await expect(page.get_by_role("button", name=person)).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("tab", name=room).click()
    await expect(page.get_by_role("tab", name=room)).to_have_attribute("aria-selected", "true")
    await expect(_frame(page).get_by_role("heading", name=room, level=1)).to_be_visible()


async def _opens_checklist(page: Page) -> None:
    """Press the alert's button; one more list is what comes of it."""
    alert = _frame(page).get_by_role("heading", name="A Little Market is closing")
    card = _frame(page).get_by_role("article").filter(has=alert)
    opens = card.get_by_role("button", name="My checklist").first
    await expect(opens).to_be_enabled()
    before = await _lists(page).count()
    await opens.click()
    await expect(_lists(page)).to_have_count(before + 1)


async def _ticks(page: Page) -> None:
    """Tick the first step of the newest list that is not done; the bot draws the list anew."""
    newest = _lists(page).last
    done = await newest.get_by_role("button", name="Not done").count()
    await newest.get_by_role("button", name="Done", exact=True).first.click()
    await expect(newest.get_by_role("button", name="Not done")).to_have_count(done + 1)


async def _publishes(page: Page, where: str, title: str, text: str) -> None:
    await page.get_by_role("button", name="Publish your own post").click()
    await page.get_by_label(where).check()
    await page.get_by_label("Headline").fill(title)
    await page.get_by_label("Text", exact=True).fill(text)
    await page.get_by_role("button", name="Publish", exact=True).click()
    await expect(page.get_by_role("button", name="Write another")).to_be_visible()


async def test_the_story_plays_and_the_alert_is_seen(browser: Browser, address: str) -> None:
    async with visiting(browser, address) as page:
        await _told(page)
        for mood in ("ignored", "review", "alert", "change"):
            assert await page.locator(f".line.{mood}").count() > 0, mood
        assert await page.locator("#days h3").count() >= 3
        alert = page.locator(".line.alert", has_text="A Little Market is closing").first
        await alert.get_by_role("button", name="See it in #alerts").click()
        seen = _frame(page).get_by_role("log")
        closing = seen.get_by_role("heading", name="A Little Market is closing")
        await expect(closing.first).to_be_visible()
        await expect(seen.get_by_text("Last day of sales:").first).to_be_visible()


async def test_a_maker_ticks_a_step_and_a_restart_loses_nothing(
    browser: Browser, address: str
) -> None:
    async with visiting(browser, address) as page:
        await _told(page)
        await _be(page, "Chloé", "alerts")
        await _opens_checklist(page)
        await _ticks(page)
        kept = await _lists(page).last.get_by_text("steps done").inner_text()
        picture = await page.locator(".frame iframe").get_attribute("src")
        restarts = page.locator(".line", has_text="The bot is running again.")
        before = await restarts.count()
        await page.get_by_role("button", name="Restart").click()
        await expect(restarts).to_have_count(before + 1)
        await expect(restarts.last).to_contain_text("Nothing is lost")
        await expect(page.locator(".frame iframe")).not_to_have_attribute("src", picture or "")
        await _opens_checklist(page)
        assert await _lists(page).last.get_by_text("steps done").inner_text() == kept
        await _ticks(page)


async def test_a_moderator_publishes_what_waits_for_review(browser: Browser, address: str) -> None:
    async with visiting(browser, address) as page:
        await _told(page)
        await _publishes(
            page,
            "In a newspaper",
            "Etsy raises the fees of its sellers",
            "Etsy will raise its listing fee from 1 March 2027, to all sellers in Europe.",
        )
        await _be(page, "Élodie", "moderation")
        waiting = _frame(page).get_by_role("button", name="Publish", exact=True)
        await waiting.last.click()
        await expect(page.locator(".line.alert").last).to_be_visible()
        await expect(_frame(page).get_by_role("button", name="Published").last).to_be_visible()


async def test_a_visitor_cannot_fool_it_with_a_holiday(browser: Browser, address: str) -> None:
    async with visiting(browser, address) as page:
        await _told(page)
        title = "Our workshop is closed from 1 to 15 August"
        await _publishes(
            page,
            "On the platform’s own blog",
            title,
            "The team takes its summer holiday. We close on 1 August and are back on 16 August.",
        )
        judged = page.locator(".line.ignored", has_text=title)
        await expect(judged.last).to_be_visible()


async def test_the_page_speaks_french(browser: Browser, address: str) -> None:
    async with visiting(browser, f"{address}?lang=fr", locale="fr-FR") as page:
        await expect(page.locator("#end")).to_be_visible()
        await expect(page.get_by_role("button", name="Rejouer")).to_be_visible()
        await expect(page.locator("#title")).to_have_text(
            "La fin d’A Little Market, comme si c’était aujourd’hui"
        )
        await expect(page.locator(".line.alert").first).to_contain_text("alerte")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
async def test_nothing_scrolls_sideways(
    browser: Browser, address: str, viewport: dict[str, int]
) -> None:
    async with visiting(browser, address, viewport) as page:
        await _told(page)
        wide = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        for view in ("story", "channel"):
            await page.evaluate(f"document.querySelector('[data-view={view}]').click()")
            width, room = await page.evaluate(wide)
            assert width <= room
        framed = page.frames[-1]
        await expect(_frame(page).get_by_role("log")).to_be_visible()
        width, room = await framed.evaluate(wide)
        assert width <= room


async def test_the_keyboard_alone_is_enough(browser: Browser, address: str) -> None:
    async with visiting(browser, address) as page:
        await _told(page)
        days = await page.locator("#now").text_content()
        await page.get_by_role("button", name="+1 day").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#now")).not_to_have_text(days or "")
        await page.get_by_role("tab", selected=True).focus()
        await page.keyboard.press("End")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("tab", name="workshop")).to_have_attribute(
            "aria-selected", "true"
        )
        said = _frame(page).get_by_role("log").get_by_text("Where do I begin?")
        await expect(said).to_be_visible()
