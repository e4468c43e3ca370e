"""Help centres, status pages, forums and WordPress: known by their shape, read by their own
interfaces, and whatever stands in them never a crash."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.notices import Kind, Notice, Origin, Scope, Severity
from bot.domain.policy import counts_as, may_say
from bot.domain.sources import SourceKind
from bot.errors import SourceFault
from bot.ingest import discourse, statuspage, wordpress, zendesk
from bot.ingest.documents import read_document
from bot.ingest.feeds import FeedRead

SAMPLES = Path(__file__).parents[1] / "feeds"
INTERFACES = ["feed.json", "zendesk.json", "statuspage.json", "discourse.json", "wordpress.json"]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_a_help_centre_is_read() -> None:
    read = _sample("zendesk.json", "https://help.kilnfolk.example/api/v2/help_center/articles.json")
    assert (read.kind, read.title) == (SourceKind.ZENDESK, "help.kilnfolk.example")
    assert read.next_url is not None
    assert read.next_url.endswith("page=2&per_page=30")
    closing, export = read.entries
    assert closing.key == "360001234567"
    assert closing.title == "Kilnfolk is closing: fees < before & after"
    assert 'href="https://help.kilnfolk.example/hc/en-us/articles/2"' in closing.body
    assert "x()" not in closing.body
    assert closing.published_at == datetime(2026, 1, 12, 9, tzinfo=UTC)
    assert closing.updated_at == datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
    assert closing.language == "en-us"
    assert (export.body, export.updated_at) == ("", datetime(2026, 1, 12, 8, tzinfo=UTC))


def test_a_vote_for_an_article_is_no_news() -> None:
    url = "https://help.kilnfolk.example/api/v2/help_center/articles.json"
    document = json.loads((SAMPLES / "zendesk.json").read_text())
    first = _read(document, url)
    document["articles"][0]["vote_sum"] = 99
    assert _read(document, url, first.seen).entries == ()


def test_a_status_page_is_read_with_its_updates_in_their_order() -> None:
    read = _sample("statuspage.json", "https://status.kilnfolk.example/api/v2/incidents.json")
    assert (read.kind, read.title) == (SourceKind.STATUSPAGE, "Kilnfolk")
    slow, odd = read.entries
    assert slow.url == "https://status.kilnfolk.example/incidents/abc123def456"
    assert slow.body.index("looking at it") < slow.body.index("has been resolved")
    assert odd.url == "https://stspg.io/odd"


def test_updates_that_come_the_oldest_first_stand_in_their_order_too() -> None:
    document = json.loads((SAMPLES / "statuspage.json").read_text())
    document["incidents"][0]["incident_updates"].reverse()
    body = _read(document, "https://status.kilnfolk.example/").entries[0].body
    assert body.index("looking at it") < body.index("has been resolved")


def test_a_status_page_is_known_by_its_feed_too() -> None:
    assert _sample("statuspage.atom", "https://a.example/x").kind is SourceKind.STATUSPAGE
    for told in ("<description>Statuspage</description>", "<title>K Incident History</title>"):
        rss = f"<rss><channel>{told}</channel></rss>".encode()
        assert read_document(rss, None, "https://a.example/x").kind is SourceKind.STATUSPAGE


def test_a_forum_below_a_folder_is_read() -> None:
    read = _sample("discourse.json", "https://kilnfolk.example/talk/latest.json")
    assert read.kind is SourceKind.DISCOURSE
    closing, welcome = read.entries
    assert closing.title == "Kilnfolk is closing & what now"
    assert closing.body == "They told us <b>today</b>…"
    assert closing.url == "https://kilnfolk.example/talk/t/kilnfolk-is-closing/812"
    assert welcome.url == "https://kilnfolk.example/talk/t/-/5"
    assert read.next_url == ("https://kilnfolk.example/talk/latest.json?page=1&no_definitions=true")


@pytest.mark.parametrize(
    ("told", "following"),
    [
        ("/latest?page=1", "/latest.json?page=1"),
        ("/latest.json?page=1", "/latest.json?page=1"),
        ("/latest", None),
        (None, None),
    ],
)
def test_where_a_forum_goes_on_is_read_from_its_list(
    told: str | None, following: str | None
) -> None:
    document: dict[str, Any] = {"topic_list": {"topics": [], "more_topics_url": told}}
    host = "https://talk.kilnfolk.example"
    expected = host + following if following else None
    assert _read(document, f"{host}/latest.json").next_url == expected


def test_a_forum_is_known_by_its_feed_too() -> None:
    assert _sample("discourse.rss", "https://a.example/x").kind is SourceKind.DISCOURSE


def test_posts_of_wordpress_are_read_under_the_ids_of_its_feed() -> None:
    read = _sample("wordpress.json", "https://blog.kilnfolk.example/wp-json/wp/v2/posts")
    assert read.kind is SourceKind.WORDPRESS
    closing, glazes = read.entries
    assert closing.key == "https://blog.kilnfolk.example/?p=77"
    assert closing.title == "Kilnfolk is closing – what now?"
    assert closing.published_at == datetime(2026, 1, 12, 9, tzinfo=UTC)
    assert 'href="https://blog.kilnfolk.example/export"' in closing.body
    assert glazes.key == "78"


def test_no_posts_yet_are_told_from_any_other_empty_list() -> None:
    posts = "https://blog.kilnfolk.example/wp-json/wp/v2/posts"
    assert read_document(b"[]", None, posts).kind is SourceKind.WORDPRESS
    with pytest.raises(SourceFault):
        read_document(b"[]", None, "https://blog.kilnfolk.example/list.json")


@pytest.mark.parametrize(
    ("path", "interface"),
    [
        ("/hc/en-us", "/api/v2/help_center/en-us/articles.json"),
        ("/hc/de/", "/api/v2/help_center/de/articles.json"),
        ("/hc", "/api/v2/help_center/articles.json"),
        ("/hc/en-us/sections/123-News", "/api/v2/help_center/en-us/sections/123/articles.json"),
        ("/hc/fr/categories/9", "/api/v2/help_center/fr/categories/9/articles.json"),
        ("/api/v2/help_center/articles.json", "/api/v2/help_center/articles.json"),
        (
            "/api/v2/help_center/de/sections/1/articles",
            "/api/v2/help_center/de/sections/1/articles.json",
        ),
        ("/hc/en-us/articles/5-One-article", None),
        ("/hc/en-us/community/topics", None),
        ("/", None),
    ],
)
def test_a_help_centre_is_recognised_by_its_address(path: str, interface: str | None) -> None:
    found = zendesk.interface_of(f"https://help.kilnfolk.example{path}?x=1#y")
    if interface is None:
        assert found is None
    else:
        query = "sort_by=updated_at&sort_order=desc&per_page=30"
        assert found == f"https://help.kilnfolk.example{interface}?{query}"


def test_a_list_of_articles_that_is_sorted_already_stays_as_it_is() -> None:
    url = "https://help.kilnfolk.example/api/v2/help_center/articles.json?sort_by=created_at"
    assert zendesk.interface_of(url) is None


def test_the_list_of_a_forum_is_read_by_its_feed() -> None:
    host = "https://talk.kilnfolk.example"
    assert discourse.interface_of(f"{host}/latest.json") == f"{host}/latest.rss"
    assert discourse.interface_of(f"{host}/c/n/5/l/latest.json") == f"{host}/c/n/5.rss"
    assert discourse.interface_of(f"{host}/latest") is None


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://status.kilnfolk.example/", True),
        ("https://www.kilnfolkstatus.com", True),
        ("https://kilnfolk.statuspage.io/history", True),
        ("https://status.kilnfolk.example/incidents/1", False),
        ("https://kilnfolk.example/status", False),
        ("https://statusquo.example/", False),
    ],
)
def test_a_status_page_is_recognised_by_its_address(url: str, is_one: bool) -> None:
    found = statuspage.interface_of(url)
    assert (found is not None) is is_one
    if found:
        assert found.endswith("/api/v2/incidents.json")


@pytest.mark.parametrize(
    ("path", "feed"),
    [
        ("", "/latest.rss"),
        ("/talk/latest", "/talk/latest.rss"),
        ("/c/announcements/5", "/c/announcements/5.rss"),
        ("/talk/c/shop/news/12/l/latest?x=1", "/talk/c/shop/news/12.rss"),
        ("/t/kilnfolk-is-closing/812/3", "/t/kilnfolk-is-closing/812.rss"),
        ("/categories", "/latest.rss"),
    ],
)
def test_a_forum_is_read_by_the_feed_of_what_the_address_names(path: str, feed: str) -> None:
    host = "https://talk.kilnfolk.example"
    assert discourse.feed_of(host + path) == host + feed


def test_a_page_names_the_interface_of_wordpress() -> None:
    found = wordpress.interface_of("https://blog.kilnfolk.example/wp-json/")
    assert found.startswith("https://blog.kilnfolk.example/wp-json/wp/v2/posts?per_page=20&_fields")


@given(st.sampled_from(INTERFACES), st.data())
def test_whatever_is_put_into_an_interface_is_read_or_refused(name: str, data: Any) -> None:
    document = json.loads((SAMPLES / name).read_text())
    _spoil(document, data, 4)
    body = json.dumps(document).encode()
    try:
        read = read_document(body, None, "https://a.example/wp-json/x")
    except SourceFault:
        return
    assert all(entry.key and entry.content_hash for entry in read.entries)
    assert len({entry.key for entry in read.entries}) == len(read.entries)
    assert read_document(body, None, "https://a.example/wp-json/x", read.seen).entries == ()


@given(st.text(max_size=60))
def test_any_address_is_looked_at_without_a_crash(tail: str) -> None:
    for url in (f"https://status.a.example/{tail}", f"https://a.example/hc/{tail}"):
        statuspage.interface_of(url)
        zendesk.interface_of(url)
        discourse.feed_of(url)


def test_a_status_page_is_heard_on_closures_alone_and_never_as_the_official_word() -> None:
    closure = Notice(
        Kind.CLOSURE, Scope.PLATFORM, Severity.CRITICAL, 0.99, None, "K", None, (), (), (), "en"
    )
    policy = Notice(
        Kind.POLICY, Scope.PLATFORM, Severity.INFO, 0.99, None, "K", None, (), (), (), "en"
    )
    assert may_say(SourceKind.STATUSPAGE, closure)
    assert not may_say(SourceKind.STATUSPAGE, policy)
    assert may_say(SourceKind.ZENDESK, policy)
    assert counts_as(SourceKind.STATUSPAGE, Origin.OFFICIAL) is Origin.PRESS
    assert counts_as(SourceKind.STATUSPAGE, Origin.COMMUNITY) is Origin.COMMUNITY
    assert counts_as(SourceKind.FEED, Origin.OFFICIAL) is Origin.OFFICIAL


def _spoil(value: Any, data: Any, times: int) -> None:
    """Put anything in the place of a few values, wherever they stand."""
    for _ in range(times):
        place = value
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            inner = place[key]
            if not isinstance(inner, dict | list) or data.draw(st.booleans()):
                place[key] = data.draw(JSON)
                break
            place = inner


def _sample(name: str, url: str) -> FeedRead:
    return read_document((SAMPLES / name).read_bytes(), None, url)


def _read(document: Any, url: str, seen: bytes = b"") -> FeedRead:
    return read_document(json.dumps(document).encode(), None, url, seen)
