"""`/source import` and `/source export`: a community takes its sources along. What cannot be added
is told with its reason and can be handed in again; nothing of a list is lost, nothing rings."""

import re

import pytest

from bot.ingest.opml import read_outlines
from bot.services.watching import MOST_SOURCES
from tests.rss import CLOSURE, NOTHING, Item, rss
from tests.stage import Community
from tests.standin import Interaction


async def test_a_list_is_added_silently_and_what_comes_after_is_news(makers: Community) -> None:
    serve(makers, "/one", NOTHING)
    serve(makers, "/two", CLOSURE.but(at=None))
    lines = (outline(makers, "/one"), outline(makers, "/two", "Two"))
    shown = await imports(makers, *lines, platform="Kilnfolk")
    assert "2 sources were added." in shown.text
    assert "counts as press" in shown.text
    assert makers.told == []
    listing = (await makers.decides("source list")).text
    assert "**#1 " in listing
    assert "Two" in listing
    serve(makers, "/one", CLOSURE, NOTHING)
    await makers.stage.visit()
    assert makers.told == [], "the list does not say whose word it is: moderators decide"
    assert len(makers.cards) == 1


async def test_what_is_not_added_is_told_with_its_reason_and_comes_as_a_list(
    makers: Community,
) -> None:
    serve(makers, "/good", NOTHING)
    await makers.watches("Kilnfolk", NOTHING, path="/mine")
    shown = await imports(
        makers,
        outline(makers, "/good", "Good"),
        outline(makers, "/gone", "Gone **bold**"),
        outline(makers, "/mine", "Mine"),
        '<outline text="Inside" xmlUrl="http://10.0.0.1/feed"/>',
        '<outline text="Odd" xmlUrl="not an address"/>',
        '<outline type="rss" text="Nowhere"/>',
    )
    text = shown.text
    assert "1 source was added." in text
    assert "5 were not added:" in text
    assert "finds nothing at this address (404)" in text
    assert "is watched here already" in text
    assert "not on the public internet" in text
    assert "gives no address" in text
    assert "**bold**" not in text
    left = read_outlines(attached(makers, shown, "not-added.opml"))
    assert [each.name for each in left.feeds] == ["Gone **bold**", "Inside", "Mine", "Odd"]


async def test_a_full_house_takes_what_fits_and_returns_the_rest(makers: Community) -> None:
    serve(makers, "/feed", NOTHING)
    paths = [f"/feed?{number}" for number in range(MOST_SOURCES + 12)]
    for path in paths:
        serve(makers, path, NOTHING)
    shown = await imports(makers, *(outline(makers, path, f"N {path}") for path in paths))
    text = shown.text
    assert f"{MOST_SOURCES} sources were added." in text
    assert "12 were not added:" in text
    assert "2 more; all of them stand in the text file" in text
    assert len(read_outlines(attached(makers, shown, "not-added.opml")).feeds) == 12
    report = attached(makers, shown, "not-added.txt").decode()
    assert report.count("are the most one community can watch") == 12


async def test_what_goes_out_comes_in_again_elsewhere(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING, path="/a", name="News & <more>")
    await makers.watches("Étude", NOTHING, path="/b", origin="community")
    shown = await makers.decides("source export")
    assert shown.text.startswith("Your 2 sources")
    content = attached(makers, shown, "tocsin.opml")
    for number in ("#1", "#2"):
        await makers.decides("source remove", {"source": number})
    again = await makers.decides("source import", {"file": ("tocsin.opml", content)})
    assert "2 sources were added." in again.text
    listing = (await makers.decides("source list")).text
    assert "Étude" in listing
    await makers.reads(CLOSURE, NOTHING, path="/a")
    assert len(makers.told) == 1, "what was official is so again"
    await makers.reads(CLOSURE.but(title="Étude is closing"), path="/b")
    assert len(makers.told) == 1, "what was community is so again"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no list", "This is no OPML list that can be read."),
        (b"<opml><body/></opml>", "The list holds no feed."),
        (b"<!DOCTYPE opml [<!ENTITY a 'b'>]><opml/>", "declares a document type"),
        (b"<opml>" + b"<outline>" * 5000, "lie deeper than"),
        (b"<opml>" + b" " * 2_100_000, "larger than 2 MB"),
    ],
)
async def test_what_is_no_list_is_told_so(makers: Community, content: bytes, reason: str) -> None:
    shown = await makers.decides("source import", {"file": ("list.opml", content)})
    assert reason in shown.text


async def test_a_catalogue_platform_is_known_by_its_host_or_its_folder(makers: Community) -> None:
    serve(makers, "/feed", NOTHING)
    serve(makers, "/other", NOTHING)
    shown = await imports(
        makers,
        f'<outline text="Blog" htmlUrl="https://www.etsy.com/" xmlUrl="{url(makers, "/feed")}"/>',
        f'<outline text="DaWanda">{outline(makers, "/other", "News")}</outline>',
    )
    assert "2 sources were added." in shown.text
    listing = (await makers.decides("source list")).text
    assert "for Etsy" in listing
    assert "for DaWanda" in listing


async def test_it_says_how_far_it_is(makers: Community) -> None:
    paths = [f"/slow?{number}" for number in range(8)]
    for path in paths:
        makers.stage.site.serve(path, rss([NOTHING]), delay=1.2)
    shown = await imports(makers, *(outline(makers, path) for path in paths))
    assert shown.message is not None
    said = [revision.content for revision in shown.message.revisions]
    assert any("of 8 addresses visited" in each for each in said), said
    assert "8 sources were added." in shown.text


async def test_nothing_to_export_is_said(makers: Community) -> None:
    assert (await makers.decides("source export")).text.startswith("No source of your own yet")


async def imports(makers: Community, *lines: str, **options: str) -> Interaction:
    content = f"<opml version='2.0'><body>{''.join(lines)}</body></opml>".encode()
    given = {"file": ("list.opml", content), **options}
    shown = await makers.asks(makers.moderator, "source import", given, within=120)
    await makers.stage.discord.until(lambda: "added." in shown.text, within=120)
    return shown


def serve(makers: Community, path: str, *items: Item) -> None:
    makers.stage.site.serve(path, rss(items))


def outline(makers: Community, path: str, name: str = "") -> str:
    return f'<outline type="rss" text="{name}" xmlUrl="{url(makers, path)}"/>'


def url(makers: Community, path: str) -> str:
    return makers.stage.site.url(path)


def attached(makers: Community, shown: Interaction, name: str) -> bytes:
    """A file of the answer."""
    assert shown.message is not None
    for message in (shown.message, *shown.followups):
        for attachment in message.attachments:
            if attachment["filename"] == name:
                path = re.sub(r"^https?://[^/]+/", "", attachment["url"]).partition("?")[0]
                content: bytes = makers.stage.discord.core.world.files[path][0]
                return content
    raise AssertionError(f"no file {name}")
