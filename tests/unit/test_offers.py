"""What a page offers to be read in its place: what it declares first, no comments, and few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ingest.offers import MOST_OFFERS, offers_of

URL = "https://kilnfolk.example/about/us"
DECLARED = "<link rel=alternate type=application/rss+xml href="
TAGS = (DECLARED, "<base href=", "<a href=", "<title>", "</", "<![", "<!--", "<!", ">")
PIECES = (*TAGS, "'", '"', "/feed", "http://[", "&#x110000;", "\x00", "é")


def test_declared_feeds_are_offered_in_their_order_with_their_names() -> None:
    page = """<html><head><title>Kilnfolk</title>
    <link rel="alternate" type="application/rss+xml" title="News &amp; more" href="/feed">
    <link rel='ALTERNATE home' type='Application/Atom+XML; charset=utf-8'
      href='news.atom?a=1&amp;b=2'>
    <link rel=alternate type=application/feed+json href=//cdn.kilnfolk.example/feed.json>
    <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
    <link rel="alternate" hreflang="fr" href="/fr"><link rel="stylesheet" href="/feed.css">
    <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
    <link rel="alternate" type="application/json+oembed" href="/oembed?url=x/feed">
    </head><body><a href="https://kilnfolk.example/feed?utm_source=foot">RSS</a></body></html>"""
    assert [(offer.url, offer.title) for offer in offers_of(page.encode(), None, URL)] == [
        ("https://kilnfolk.example/feed", "News & more"),
        ("https://kilnfolk.example/about/news.atom?a=1&b=2", ""),
        ("https://cdn.kilnfolk.example/feed.json", ""),
    ]


def test_links_to_feeds_are_offered_where_none_is_declared() -> None:
    page = b"""<base href="https://kilnfolk.example/blog/"><body>
    <a href="rss.xml">RSS</a> <a href="/feed/">Feed</a> <a href="/rss-readers">What is RSS?</a>
    <a href="mailto:feed@kilnfolk.example">Write</a> <a href="/news.rss?x=1" title="News">N</a>"""
    assert [offer.url for offer in offers_of(page, None, URL)] == [
        "https://kilnfolk.example/blog/rss.xml",
        "https://kilnfolk.example/feed/",
        "https://kilnfolk.example/news.rss?x=1",
    ]


def test_a_forum_offers_the_feed_of_its_category() -> None:
    page = b'<meta name="generator" content="Discourse 3.2 - https://github.com/discourse">'
    (offer,) = offers_of(page, None, "https://talk.kilnfolk.example/c/news/5")
    assert offer.url == "https://talk.kilnfolk.example/c/news/5.rss"


def test_wordpress_offers_its_interface_where_it_declares_no_feed() -> None:
    page = b'<title>Blog</title><link rel="https://api.w.org/" href="/wp-json/">'
    (offer,) = offers_of(page, None, URL)
    assert offer.url.startswith("https://kilnfolk.example/wp-json/wp/v2/posts?")
    declared = page + b'<link rel=alternate type=application/rss+xml href="/feed/">'
    (offer,) = offers_of(declared, None, URL)
    assert offer.url == "https://kilnfolk.example/feed/"


def test_no_more_are_offered_than_anybody_would_read() -> None:
    link = '<link rel=alternate type=application/rss+xml href="/feed/{}">'
    page = "".join(link.format(number) for number in range(5000)).encode()
    assert len(offers_of(page, None, URL)) == MOST_OFFERS


@pytest.mark.parametrize(
    "href",
    ["javascript:x()/feed", "http://[::1/feed", "ftp://a.example/feed", "", "  ", "\x00/feed"],
)
def test_what_is_no_address_is_not_offered(href: str) -> None:
    page = f'<link rel=alternate type=application/rss+xml href="{href}">'.encode()
    assert all(
        offer.url.startswith("https://kilnfolk.example/") for offer in offers_of(page, None, URL)
    )


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_whatever_a_page_holds_only_addresses_are_offered(page: str) -> None:
    for offer in offers_of(page.encode(), None, URL):
        assert offer.url.startswith(("https://", "http://"))
