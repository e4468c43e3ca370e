"""Lists of subscriptions: read as readers write them, bounded, written so that they come back."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceFault
from bot.ingest.opml import (
    DEEPEST,
    LARGEST,
    MOST_OUTLINES,
    Outline,
    read_outlines,
    write_outlines,
)

SAMPLES = Path(__file__).parents[1] / "feeds"
TEXT = st.text(max_size=40)
PIECES = (
    *("<opml>", "<body>", "<outline ", "<outline>", "/>", ">", "</outline>", "</opml>", "<!--"),
    *(
        'xmlUrl="',
        'text="',
        'type="rss"',
        '"',
        "&amp;",
        "&",
        "&nbsp;",
        "&#0;",
        "\x00",
        "é",
        "<![CDATA[",
    ),
    *("https://a.example/feed", "<!DOCTYPE opml>", "<?xml version='1.0' encoding='utf-16'?>"),
)


def test_a_list_is_read_as_readers_write_it() -> None:
    read = read_outlines((SAMPLES / "subscriptions.opml").read_bytes())
    assert read.left_out == 0
    kilnfolk, untitled, unaddressed, own = read.feeds
    assert kilnfolk.url == "https://news.kilnfolk.example/feed"
    assert kilnfolk.name == "Kilnfolk & friends été"
    assert (kilnfolk.home, kilnfolk.folder) == ("https://kilnfolk.example/", "Makers")
    assert (untitled.url, untitled.name) == ("https://other.example/rss", "No text")
    assert untitled.folder == "deeper"
    assert (unaddressed.url, unaddressed.name) == ("", "No address")
    assert (own.platform, own.origin) == ("Kilnfolk", "community")


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ((SAMPLES / "bomb.opml").read_bytes(), "entities"),
        (b"<!DOCTYPE opml SYSTEM 'http://a.example/opml.dtd'><opml/>", "entities"),
        (b"<opml>" + b"<outline>" * 100_000, "deep"),
        (b"<opml><body><outline text='no end'", "unreadable"),
        (b"<rss><channel/></rss>", "unreadable"),
        (b"<html><body><outline xmlUrl='https://a.example/feed'/></body></html>", "unreadable"),
        (b"", "unreadable"),
        (b"\x00\xff\xfe", "unreadable"),
        (b"https://a.example/feed", "unreadable"),
        (b"<opml version='2.0'><body/></opml>", "empty"),
        (b" " * (LARGEST + 1), "large"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(body: bytes, key: str) -> None:
    with pytest.raises(SourceFault) as refused:
        read_outlines(body)
    assert refused.value.key == f"opml.{key}"


def test_folders_may_lie_within_each_other_to_a_bound() -> None:
    deep = DEEPEST - 2
    body = "<outline text='x'>" * (deep - 1) + "<outline xmlUrl='https://a.example/feed'/>"
    whole = f"<opml><body>{body}{'</outline>' * (deep - 1)}</body></opml>"
    assert len(read_outlines(whole.encode()).feeds) == 1


def test_of_a_long_list_it_is_told_how_much_was_left_out() -> None:
    lines = "".join(
        f"<outline xmlUrl='https://a.example/{number}'/>" for number in range(MOST_OUTLINES + 7)
    )
    read = read_outlines(f"<opml><body>{lines}</body></opml>".encode())
    assert (len(read.feeds), read.left_out) == (MOST_OUTLINES, 7)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_list_in_any_encoding_is_read(encoding: str) -> None:
    body = (
        "<?xml version='1.0' encoding='windows-1252'?><opml><outline text='été' xmlUrl='x'/></opml>"
    )
    assert read_outlines(body.encode(encoding)).feeds[0].name == "été"


@given(st.lists(st.builds(Outline, TEXT, TEXT, st.just(""), TEXT, TEXT, TEXT), max_size=5))
def test_what_was_written_is_well_formed_and_comes_back(outlines: list[Outline]) -> None:
    certain = Outline("https://a.example/feed", "certain", folder="certain")
    written = write_outlines("Tocsin", [*outlines, certain])
    assert ET.fromstring(written).tag == "opml"  # noqa: S314 - written here
    assert certain.url in {outline.url for outline in read_outlines(written).feeds}


def test_a_source_comes_back_as_it_was() -> None:
    outline = Outline(
        "https://a.example/feed?a=1&b=<2>",
        'Kilnfolk "news" & more',
        folder="Kilnfolk",
        platform="Kilnfolk",
        origin="press",
    )
    assert read_outlines(write_outlines("T", [outline])).feeds == (outline,)


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_whatever_a_list_holds_it_is_read_or_refused(text: str) -> None:
    try:
        read = read_outlines(text.encode())
    except SourceFault:
        return
    assert read.feeds


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        read_outlines(body)
    except SourceFault:
        return
