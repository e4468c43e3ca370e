"""The demo's page as it is seen, touched, typed and heard, in a real browser."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.app import DATA
from bot.demo.page import open_page
from bot.demo.show import Ask, Line, Mood, Voice
from bot.i18n import Texts
from tests.browser import DESK, PHONE, chromium, visiting
from tests.fake_show import MORNING, PEOPLE, STORY, FakeShow

TEXTS = Texts.load(DATA / "locales")
LANGUAGES = ("en", "fr")
NASTY = '<script>alert(1)</script><img src=x onerror="alert(2)"> &amp; {n}'

SMALL = """() => [...document.querySelectorAll("button, a, input, textarea, label")]
    .map((each) => [each, each.getBoundingClientRect()])
    .filter(([each, box]) => box.width > 0 && box.bottom > 0 && each.type !== "radio"
        && !(each.tagName === "LABEL" && each.htmlFor)
        && getComputedStyle(each).visibility === "visible")
    .filter(([, box]) => box.width < 43.5 || box.height < 43.5)
    .map(([each, box]) => `${each.textContent.trim()} ${box.width}x${box.height}`)"""

WIDE = """() => [...document.querySelectorAll("body, body *")]
    .filter((each) => each.scrollWidth > each.clientWidth + 1
        && ["auto", "scroll"].includes(getComputedStyle(each).overflowX))
    .map((each) => each.className || each.id || each.tagName)
    .concat(document.documentElement.scrollWidth > innerWidth ? ["the page"] : [])"""

FAINT = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = (color) => color.slice(0, 3)
        .map((part) => part / 255)
        .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (each) => {
        for (let at = each; at; at = at.parentElement) {
            const color = rgba(getComputedStyle(at).backgroundColor);
            if (color[3] === 255) return color;
        }
        return [255, 255, 255, 255];
    };
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const faint = [];
    while (words.nextNode()) {
        const each = words.currentNode.parentElement;
        const box = each.getBoundingClientRect();
        if (!words.currentNode.textContent.trim() || box.width < 2 || !each.checkVisibility(
            { visibilityProperty: true, opacityProperty: true })) continue;
        const [a, b] = [light(rgba(getComputedStyle(each).color)), light(ground(each))];
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (contrast < 4.5) faint.push(`${words.currentNode.textContent} ${contrast.toFixed(2)}`);
    }
    return faint;
}"""


pytestmark = pytest.mark.asyncio(loop_scope="module")  # one browser for all


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest.fixture
def show() -> FakeShow:
    return FakeShow()


@pytest_asyncio.fixture(loop_scope="module")
async def address(show: FakeShow) -> AsyncIterator[str]:
    async with open_page(show, 0, LANGUAGES, texts=TEXTS) as url:
        yield url


async def _all_told(show: FakeShow) -> None:
    for _ in STORY:
        await show.ask("en", Ask.NEXT, {})
    show.change(hint="Open the thread: a date has moved.")


async def _press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_what_visitors_and_feeds_write_is_shown_as_they_wrote_it(
    browser: Browser, address: str, show: FakeShow
) -> None:
    show.change(
        title=NASTY,
        note=NASTY,
        hint=NASTY,
        lines=(
            Line("1", MORNING, Voice.WORLD, Mood.PLAIN, NASTY, NASTY, url="javascript:alert()"),
        ),
    )
    async with visiting(browser, address) as page:
        line = page.locator(".line")
        await expect(line.locator(".title")).to_have_text(NASTY)
        await expect(line.locator(".detail")).to_have_text(NASTY)
        await expect(page.locator("#hint")).to_have_text(NASTY)
        await expect(page.locator("#note")).to_have_text(NASTY)
        assert await line.locator("a").count() == 0
        assert await page.locator("body script, body img").count() == 0


async def test_the_keyboard_alone_plays_the_story_and_opens_a_room(
    browser: Browser, address: str, show: FakeShow
) -> None:
    async with visiting(browser, address) as page:
        await expect(page.locator(".room")).to_have_count(2)
        await page.get_by_role("button", name="Let’s see").press("Enter")
        await expect(page.get_by_role("button", name="Play", exact=True)).to_be_focused()
        await _press(page, "Space")
        await expect(page.get_by_role("button", name="Pause")).to_be_focused()
        for _ in range(30):
            await _press(page, "Tab")
            if await page.evaluate("document.activeElement.role") == "tab":
                break
        await expect(page.get_by_role("tab", name="alerts")).to_be_focused()
        await _press(page, "ArrowRight")
        review = page.get_by_role("tab", name="review")
        await expect(review).to_be_focused()
        await _press(page, "Enter")
        await expect(review).to_have_attribute("aria-selected", "true")
        await expect(review).to_be_focused()
        await _press(page, "ArrowRight", "End", "Home")
        await expect(page.get_by_role("tab", name="alerts")).to_be_focused()
        assert [ask for ask, _ in show.asked] == [Ask.PLAY, Ask.SHOW]


async def test_the_page_tells_a_screen_reader_what_happens(
    browser: Browser, address: str, show: FakeShow
) -> None:
    async with visiting(browser, address) as page:
        await expect(page.locator(".room")).to_have_count(2)
        await page.get_by_role("button", name="Next").click()
        await expect(page.get_by_role("log")).to_have_text(STORY[0].title)
        await _all_told(show)
        await expect(page.get_by_role("log")).to_contain_text("the last: A date has moved")
        told = await page.locator("body").aria_snapshot()
    for part in (
        '- heading "Tocsin" [level=1]',
        '- navigation "Language"',
        '- region "The story’s controls"',
        '- progressbar "How far the story is"',
        "- main:",
        '- region "The community"',
        '- tablist "Channels and threads"',
        '- tab "alerts" [selected]',
        '- tab "A Little Market is closing, thread, 3 new messages"',
        '- tab "review, private, 1 new message"',
        '- button "Élodie moderator Answers for what is posted here." [pressed]',
        "- tabpanel",
        "- log:",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("language", "viewport"), [("en", PHONE), ("fr", PHONE), ("fr", {"width": 320, "height": 568})]
)
async def test_on_a_phone_nothing_scrolls_sideways_and_every_target_fits_a_thumb(
    browser: Browser, address: str, show: FakeShow, language: str, viewport: Any
) -> None:
    async with visiting(browser, f"{address}?lang={language}", viewport, has_touch=True) as page:
        await expect(page.locator(".room")).to_have_count(2)
        assert (await page.evaluate(WIDE), await page.evaluate(SMALL)) == ([], [])
        await page.locator("#intro-done").tap()
        await _all_told(show)
        await expect(page.locator(".line")).to_have_count(len(STORY))
        assert (await page.evaluate(WIDE), await page.evaluate(SMALL)) == ([], [])
        await page.locator(".line .see").last.tap()
        await expect(page.locator("#channel")).to_be_visible()
        await expect(page.locator("#story")).to_be_hidden()
        assert (await page.evaluate(WIDE), await page.evaluate(SMALL)) == ([], [])
        await page.locator(".switch [data-view=story]").tap()
        await page.locator("[data-form=publish]").tap()
        await expect(page.locator("#publish")).to_be_visible()
        assert (await page.evaluate(WIDE), await page.evaluate(SMALL)) == ([], [])
    assert show.asked[-1] == (Ask.SHOW, {"room": "thread"})


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
async def test_all_words_are_easy_to_read(
    browser: Browser, address: str, show: FakeShow, scheme: str, viewport: Any
) -> None:
    await _all_told(show)
    show.change(person="marc")
    async with visiting(browser, address, viewport, color_scheme=scheme) as page:
        await expect(page.locator(".line")).to_have_count(len(STORY))
        assert await page.evaluate(FAINT) == []
        await page.get_by_role("button", name="Publish your own post").click()
        await page.get_by_role("button", name="Publish", exact=True).click()
        await expect(page.locator("#publish .answer")).to_have_text("Please fill in what is empty.")
        assert await page.evaluate(FAINT) == []
        await page.evaluate("document.querySelector('.switch [data-view=channel]').click()")
        assert await page.evaluate(FAINT) == []


async def test_a_chosen_theme_is_kept_and_the_introduction_is_read_once(
    browser: Browser, address: str
) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    async with visiting(browser, address, color_scheme="light") as page:
        light = await page.evaluate(ground)
        await page.get_by_text("Is the story true?").click()
        await expect(page.get_by_text("told as if it began today")).to_be_visible()
        await page.get_by_role("button", name="Light or dark").click()
        dark = await page.evaluate(ground)
        await page.get_by_role("button", name="Let’s see").click()
        await page.reload()
        await expect(page.locator(".room")).to_have_count(2)
        assert (await page.evaluate(ground), light == dark) == (dark, False)
        await expect(page.locator("#intro")).to_be_hidden()
        await page.get_by_role("button", name="What is this?").click()
        await expect(page.locator("#intro")).to_be_visible()


async def test_a_line_is_seen_as_somebody_who_may_see_it(
    browser: Browser, address: str, show: FakeShow
) -> None:
    await _all_told(show)
    show.change(person="chloe")
    async with visiting(browser, address) as page:
        await page.get_by_role("button", name="See it in #review").click()
        await expect(page.get_by_role("tab", name="review")).to_have_attribute(
            "aria-selected", "true"
        )
        await expect(page.get_by_role("button", name="Élodie")).to_have_attribute(
            "aria-pressed", "true"
        )
        await expect(page.locator("#said")).to_contain_text("You now act as Élodie")


async def test_whoever_switches_the_language_learns_how_the_channels_follow(
    browser: Browser, address: str, show: FakeShow
) -> None:
    async with visiting(browser, address) as page:
        await page.get_by_role("link", name="Français").click()
        await expect(page.get_by_role("button", name="Lire")).to_be_visible()
        await expect(page.locator("#said")).to_contain_text("« Rejouer » la raconte")
        await page.reload()
        await expect(page.locator("#hint")).to_have_text("Essayez le salon des alertes.")
        await expect(page.locator("#said")).to_be_empty()


async def test_the_story_is_followed_to_its_newest_line_until_a_reader_turns_back(
    browser: Browser, address: str, show: FakeShow
) -> None:
    long = [
        Line(f"long-{n}", MORNING, Voice.WORLD, Mood.PLAIN, f"Line {n}", "word " * 40)
        for n in range(30)
    ]
    async with visiting(browser, address, PHONE) as page:
        await expect(page.locator(".room")).to_have_count(2)
        await page.locator("#intro-done").click()
        show.change(lines=tuple(long[:20]))
        await expect(page.locator(".line").last).to_be_in_viewport()
        await page.locator("[data-form=report]").click()
        show.change(lines=tuple(long[:25]))
        await expect(page.locator(".line")).to_have_count(25)
        await page.locator("#report [data-close]").click()
        await expect(page.locator(".line").last).to_be_in_viewport()
        await page.locator(".line").first.scroll_into_view_if_needed()
        await expect(page.locator(".line").first).to_be_in_viewport()
        show.change(lines=tuple(long))
        await expect(page.get_by_role("button", name="Newest")).to_be_visible()
        await expect(page.locator(".line").first).to_be_in_viewport()
        await page.get_by_role("button", name="Newest").click()
        await expect(page.locator(".line").last).to_be_in_viewport()
        await expect(page.get_by_role("button", name="Newest")).to_be_hidden()


async def test_a_visitor_writes_a_post_and_is_answered_beside_it(
    browser: Browser, address: str, show: FakeShow
) -> None:
    async with visiting(browser, address) as page:
        await expect(page.locator(".room")).to_have_count(2)
        await page.get_by_role("button", name="Publish your own post").click()
        await page.get_by_role("button", name="A rumour").click()
        await expect(page.get_by_label("In a newspaper")).to_be_checked()
        await page.get_by_role("button", name="Publish", exact=True).click()
        answer = page.locator("#publish").get_by_role("status")
        await expect(answer).to_have_text("Tocsin found nothing to read in it.")
        await page.get_by_label("Headline").fill(NASTY)
        await page.get_by_label("Text", exact=True).fill("try to fool it")
        await page.get_by_role("button", name="Publish", exact=True).click()
        await expect(answer).to_have_text("It stands in the feed.")
        await expect(page.locator(".line .title")).to_have_text(NASTY)
        await expect(page.get_by_label("Headline")).to_be_hidden()
        await page.get_by_role("button", name="Write another").click()
        await expect(page.get_by_label("Headline")).to_be_focused()
        await _press(page, "Escape")
        await expect(page.get_by_role("button", name="Publish your own post")).to_be_focused()
        await page.get_by_role("button", name="Chloé").click()
        await page.get_by_role("button", name="Report a letter").click()
        await expect(page.locator("#report-about")).to_contain_text("Chloé hands it in.")
        await page.get_by_label("The letter").fill("x" * 12)
        await page.get_by_role("button", name="Report it").click()
        await expect(page.locator("#report").get_by_role("status")).to_have_text(
            "Handed in: 12 characters."
        )
    assert show.asked[1] == (
        Ask.PUBLISH,
        {"title": NASTY, "text": "try to fool it", "feed": "press"},
    )


async def test_the_page_says_when_the_demo_has_ended_and_comes_back_with_it(
    browser: Browser, show: FakeShow
) -> None:
    async with open_page(show, 0, LANGUAGES, texts=TEXTS) as url:
        port = int(url.rstrip("/").rpartition(":")[2])
        page = await (await browser.new_context()).new_page()
        await page.goto(url)
        await expect(page.locator(".room")).to_have_count(2)
        await expect(page.get_by_role("alert")).to_be_hidden()
    await expect(page.get_by_role("alert")).to_contain_text("The demo has ended.")
    await page.get_by_role("button", name="Next").click()
    await expect(page.locator("#said")).to_contain_text("The demo does not answer.")
    await show.ask("en", Ask.NEXT, {})
    async with open_page(show, port, LANGUAGES, texts=TEXTS):
        await expect(page.get_by_role("alert")).to_be_hidden(timeout=10_000)
        await expect(page.locator(".line")).to_have_count(1)


async def test_the_frame_is_loaded_only_where_its_address_changes(
    browser: Browser, address: str, show: FakeShow
) -> None:
    async with open_page(FakeShow(), 0, LANGUAGES, texts=TEXTS) as other:
        asked: list[str] = []
        async with visiting(browser, address) as page:
            page.on("request", lambda each: asked.append(each.url))
            await page.route(f"{other}**", lambda route: route.fulfill(body="a channel"))
            for view in (f"{other}?1#a", f"{other}?1#a", f"{other}?1#b", f"{other}?2#b"):
                show.change(view=view)
                await page.locator(f"iframe[src={json.dumps(view)}]").wait_for()
                await expect(page.locator("#veil")).to_be_hidden()
            show.change(busy=True)
            await expect(page.locator("#veil")).to_contain_text("The bot is starting again")
            show.change(busy=False, person=PEOPLE[1].id)
            await expect(page.locator("iframe")).to_have_attribute(
                "title", "alerts, as Chloé sees it"
            )
            await expect(page.locator("#veil")).to_be_hidden()
    framed = [each.removeprefix(other) for each in asked if each.startswith(other)]
    assert framed == ["?1", "?1", "?2"]
