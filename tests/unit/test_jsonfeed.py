"""JSON Feed read: by the rules that hold for other feeds, only what is new, and never a crash."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceFault
from bot.ingest.documents import is_json, read_document
from bot.ingest.feeds import MOST_ENTRIES, FeedRead

SAMPLES = Path(__file__).parents[1] / "feeds"
URL = "https://news.kilnfolk.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
WORDS = ("id", "url", "external_url", "title", "content_html", "content_text", "summary")
FIELDS = st.sampled_from((*WORDS, "date_published", "date_modified", "language", "tags"))
DATES = st.datetimes().map(datetime.isoformat) | st.sampled_from(
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-13-01", "Z", "1" * 80]
)


def test_a_json_feed_is_read_with_its_words_dates_and_addresses() -> None:
    read = _read((SAMPLES / "feed.json").read_bytes())
    assert (read.title, read.language, read.total) == ("Kilnfolk news", "en-gb", 3)
    assert read.next_url == "https://news.kilnfolk.example/feed.json?page=2"
    closing, glazes, unnamed = read.entries
    assert (closing.key, closing.language) == ("closing", "en")
    assert closing.url == "https://news.kilnfolk.example/closing?utm_source=json"
    assert closing.title == "Kilnfolk is closing — what now?"
    assert closing.body == (
        '<p>We close on <b>31 May 2026</b>. <a href="https://news.kilnfolk.example/export">'
        "Export</a></p>"
    )
    assert closing.published_at == datetime(2026, 1, 12, 8, 30, tzinfo=UTC)
    assert closing.updated_at == datetime(2026, 1, 12, 10, tzinfo=UTC)
    assert (glazes.key, glazes.url) == ("42", "https://elsewhere.example/glazes")
    assert (glazes.body, glazes.published_at) == ("Fees &lt; before, &amp; glazes.", None)
    assert unnamed.key == unnamed.url == "https://news.kilnfolk.example/without-id"


def test_version_1_0_and_a_mark_at_the_beginning_are_read() -> None:
    body = _feed([{"id": "a", "content_text": "x"}], version="https://jsonfeed.org/version/1")
    assert [entry.key for entry in _read(b"\xef\xbb\xbf\n" + body).entries] == ["a"]
    assert [entry.key for entry in _read(body.decode().encode("utf-16")).entries] == ["a"]


def test_a_media_type_says_as_much_as_a_version() -> None:
    body = b'{"title": "News", "items": [{"id": "a", "content_text": "x"}]}'
    read = read_document(body, "application/feed+json; charset=utf-8", URL)
    assert [entry.key for entry in read.entries] == ["a"]
    with pytest.raises(SourceFault):
        read_document(body, "application/json", URL)


def test_only_what_was_not_seen_before_is_read() -> None:
    items: list[dict[str, Any]] = [{"id": str(n), "content_text": f"word {n}"} for n in range(5)]
    first = _read(_feed(items))
    assert _read(_feed(items, title="Another name"), first.seen).entries == ()
    items[1]["content_text"] = "other words"
    items.insert(0, {"id": "new", "content_text": "new"})
    second = _read(_feed(items), first.seen)
    assert [entry.key for entry in second.entries] == ["new", "1"]
    assert (second.total, second.full) == (6, False)


def test_what_is_counted_beside_an_item_is_no_news() -> None:
    first = _read(_feed([{"id": "a", "content_text": "x", "_likes": 1}]))
    assert _read(_feed([{"_likes": 2, "content_text": "x", "id": "a"}]), first.seen).entries == ()


def test_of_a_long_feed_both_ends_are_read() -> None:
    read = _read(_feed([{"id": str(n), "content_text": str(n)} for n in range(3 * MOST_ENTRIES)]))
    assert len(read.entries) == MOST_ENTRIES
    assert (read.entries[0].key, read.entries[-1].key) == ("0", str(3 * MOST_ENTRIES - 1))


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b"{}", "json"),
        (b"[]", "json"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "json"),
        (b'{"version": ["https://jsonfeed.org/version/1.1"], "items": []}', "json"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": {}}', "json"),
        (b'{"items": [{"id": "half of', "json_broken"),
        (b"[" * 200_000, "json_broken"),
        (b'{"a":' * 200_000, "json_broken"),
        (b'{"version": ' + b"9" * 100_000 + b"}", "json_broken"),
    ],
)
def test_other_json_is_refused_with_the_reason(body: bytes, key: str) -> None:
    with pytest.raises(SourceFault) as refused:
        read_document(body, "application/json", URL)
    assert refused.value.key == f"source.feed.{key}"


@given(st.lists(st.dictionaries(FIELDS, JSON | DATES, max_size=8) | JSON, max_size=6), JSON)
def test_whatever_an_item_holds_it_is_read_or_left_out(items: list[Any], title: Any) -> None:
    read = _read(_feed(items, title=title, language=title, next_url=title))
    assert all(entry.key for entry in read.entries)
    assert len({entry.key for entry in read.entries}) == len(read.entries)
    assert all(entry.content_hash for entry in read.entries)
    again = _read(_feed(items, title=title, language=title), read.seen)
    assert again.entries == ()


@given(st.binary(max_size=200).map(lambda tail: b"{" + tail))
def test_whatever_begins_as_json_is_refused_in_words(body: bytes) -> None:
    assert is_json(body)
    with pytest.raises(SourceFault):
        _read(body)


def _read(body: bytes, seen: bytes = b"") -> FeedRead:
    return read_document(body, "application/feed+json", URL, seen)


def _feed(items: Any, **more: Any) -> bytes:
    return json.dumps({"version": VERSION, **more, "items": items}).encode()
