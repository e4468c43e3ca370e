"""An entry keeps its identity whatever a feed rewrites, and two entries are never taken for one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.entries import (
    HASH_VERSION,
    Entry,
    Identified,
    KnownEntries,
    KnownEntry,
    NewEntry,
    SameEntry,
    UpdatedEntry,
    alike,
    distinct_keys,
    normal_address,
)

POST = Entry(
    key="https://kilnfolk.example/?p=12",
    url="https://kilnfolk.example/news/closing",
    title="Kilnfolk is closing on 31 May",
    body="<p>Dear sellers, Kilnfolk will close for good. Thank you for nine good years.</p>",
    published_at=datetime(2026, 3, 2, tzinfo=UTC),
)
OTHER = Entry(
    key="https://kilnfolk.example/?p=13",
    url="https://kilnfolk.example/news/spring",
    title="Glazes of the season",
    body="Ten ideas for spring, chosen by our team, with pictures from the studios.",
)


def remember(*entries: Entry, version: int = HASH_VERSION) -> KnownEntries:
    return KnownEntries.of(
        KnownEntry(number, each.key, each.address, each.title, each.content_hash, version)
        for number, each in enumerate(entries, 1)
    )


def seen_again(entry: Entry, *known: Entry) -> Identified:
    return remember(*(known or (POST, OTHER))).identify(entry)


def test_an_entry_as_it_was_is_the_same() -> None:
    assert seen_again(POST) == SameEntry(1, POST, rekeyed=False)


def test_an_entry_never_seen_is_new() -> None:
    assert seen_again(POST, OTHER) == NewEntry(POST)


def test_an_entry_keeps_its_identity_when_its_guid_is_rewritten() -> None:
    rewritten = replace(POST, key="tag:kilnfolk.example,2026:12")
    assert seen_again(rewritten) == SameEntry(1, rewritten, rekeyed=True)


def test_an_entry_keeps_its_identity_when_its_dates_are_rewritten() -> None:
    rewritten = replace(POST, published_at=datetime(2027, 1, 1, tzinfo=UTC), updated_at=None)
    assert seen_again(rewritten) == SameEntry(1, rewritten, rekeyed=False)


def test_an_entry_keeps_its_identity_when_guid_and_address_are_rewritten() -> None:
    moved = replace(POST, key="urn:new", url="https://blog.kilnfolk.example/2026/closing")
    assert seen_again(moved) == SameEntry(1, moved, rekeyed=True)


def test_new_words_under_the_same_guid_are_an_update() -> None:
    edited = replace(POST, body="Kilnfolk will close a month later.")
    assert seen_again(edited) == UpdatedEntry(1, edited)


def test_an_edited_title_is_an_update() -> None:
    edited = replace(POST, title="UPDATED: Kilnfolk stays open until 30 June")
    assert seen_again(edited) == UpdatedEntry(1, edited)


def test_new_words_under_a_new_guid_at_the_old_address_are_an_update() -> None:
    edited = replace(POST, key="urn:new", body="Kilnfolk will close a month later.")
    assert seen_again(edited) == UpdatedEntry(1, edited)


def test_markup_and_white_space_are_no_new_words() -> None:
    marked = replace(POST, body=f"<div>{POST.body.replace(' ', '  ')}</div>\n")
    assert seen_again(marked) == SameEntry(1, marked)


@pytest.mark.parametrize(
    "url",
    [
        "http://kilnfolk.example/news/closing",
        "https://www.kilnfolk.example/news/closing/",
        "https://KILNFOLK.example/news/closing?utm_source=rss&UTM_medium=feed",
        "https://kilnfolk.example:443/news/closing#xtor=RSS-12",
        "https://kilnfolk.example/news/closing?fbclid=abc&ref=home",
    ],
)
def test_an_address_is_known_in_every_spelling(url: str) -> None:
    edited = replace(POST, key="urn:new", url=url, body="A month later, then.")
    assert seen_again(edited) == UpdatedEntry(1, edited)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://k.example/?p=1", "https://k.example/?p=2"),
        ("https://k.example/?1", "https://k.example/?2"),
        ("https://k.example/changes#march", "https://k.example/changes#april"),
        ("https://k.example/a", "https://k.example/A"),
        ("https://k.example:8080/a", "https://k.example/a"),
    ],
)
def test_what_names_the_document_is_kept(one: str, other: str) -> None:
    assert normal_address(one) != normal_address(other)


def test_two_entries_with_one_title_and_different_words_are_two() -> None:
    again = replace(OTHER, key="urn:2", url="https://kilnfolk.example/news/2", title=POST.title)
    assert seen_again(again, POST) == NewEntry(again)


def test_a_bare_title_used_again_elsewhere_is_news() -> None:
    old = Entry("urn:1", "https://k.example/2025", "Fee changes", "")
    new = Entry("urn:2", "https://k.example/2026", "Fee changes", "")
    assert seen_again(new, old) == NewEntry(new)


def test_entries_that_all_link_to_the_front_page_are_told_apart() -> None:
    old = Entry("urn:1", "https://k.example/", "Service notice 12", "Stamps are dearer.")
    new = Entry("urn:2", "https://k.example/", "Service notice 13", "We close in May.")
    assert seen_again(new, old) == NewEntry(new)


def test_entries_that_all_link_to_one_page_are_told_apart() -> None:
    first = Entry("urn:1", "https://k.example/news", "Service notice 11", "Nothing much.")
    second = Entry("urn:2", "https://k.example/news", "Service notice 12", "Stamps are dearer.")
    new = Entry("urn:3", "https://k.example/news", "Service notice 13", "We close in May.")
    assert seen_again(new, first, second) == NewEntry(new)


def test_one_guid_for_everything_hides_nothing() -> None:
    first = replace(OTHER, key="news")
    found = seen_again(replace(POST, key="news"), first)
    assert isinstance(found, NewEntry)
    assert found.entry.key != "news"
    assert found.entry.title == POST.title


def test_one_guid_for_everything_without_addresses_hides_nothing() -> None:
    document = distinct_keys(
        [
            Entry("news", None, "Glazes of the season", "Ten ideas."),
            Entry("news", None, "Kiln of the month", "A big one."),
        ]
    )
    known = remember(*document)
    found = known.identify(Entry("news", None, "Kilnfolk is closing", "For good."))
    assert isinstance(found, NewEntry)
    assert found.entry.key not in {each.key for each in document}
    again = remember(*document).identify(Entry("news", None, "Kiln of the month", "A big one."))
    assert isinstance(again, SameEntry)
    assert again.id == 2


def test_a_lone_entry_without_address_is_edited_under_its_guid() -> None:
    old = Entry("urn:1", None, "A word to our sellers", "All is well.")
    new = Entry("urn:1", None, "We are closing", "All is over.")
    assert seen_again(new, old) == UpdatedEntry(1, new)


def test_a_rewritten_guid_that_another_entry_holds_is_not_taken_from_it() -> None:
    swapped = replace(POST, key=OTHER.key)
    found = seen_again(swapped)
    assert found == SameEntry(1, replace(POST, key=POST.key), rekeyed=False)


def test_guids_that_are_mere_positions_announce_only_what_is_new() -> None:
    known = remember(replace(POST, key="1", url=None), replace(OTHER, key="2", url=None))
    new = Entry("1", None, "Kiln of the month", "A big one.")
    document = [new, replace(POST, key="2", url=None), replace(OTHER, key="3", url=None)]
    for entry in document:
        known.expect(entry)
    found = [known.identify(entry) for entry in document]
    assert [type(each) for each in found] == [NewEntry, SameEntry, SameEntry]
    assert [each.id for each in found if isinstance(each, SameEntry)] == [1, 2]


def test_our_own_new_way_of_hashing_is_no_news() -> None:
    known = remember(POST, version=HASH_VERSION - 1)
    found = known.identify(replace(POST, body="Hashed differently."))
    assert isinstance(found, SameEntry)
    assert found.rekeyed


def test_a_repeated_guid_is_told_apart_within_a_document() -> None:
    document = [
        replace(POST, key="news"),
        replace(OTHER, key="news"),
        replace(OTHER, key="news"),
        replace(POST, key="news", body="Other words at the same address."),
    ]
    found = distinct_keys(document)
    assert len(found) == 3
    assert len({each.key for each in found}) == 3


TITLES = st.sampled_from(["Notice 1", "Notice 2", "We are closing", "Glazes of the season"])
ENTRIES = st.builds(
    Entry,
    key=st.sampled_from(["a", "b", "a#c"]),
    url=st.none()
    | st.sampled_from(["https://k.example/", "https://k.example/1", "http://k.example/2"]),
    title=TITLES,
    body=st.sampled_from(
        ["", "Short.", "Words enough that they are not written twice by chance. " * 2]
    ),
)


@given(st.lists(st.lists(ENTRIES, max_size=4), max_size=4))
def test_whatever_a_feed_does_every_key_is_held_once_and_nothing_is_announced_twice(
    documents: list[list[Entry]],
) -> None:
    rows: dict[int, Entry] = {}
    for document in documents:
        entries = distinct_keys(document)
        for again in (False, True):
            known = KnownEntries.of(
                KnownEntry(i, each.key, each.address, each.title, each.content_hash)
                for i, each in sorted(rows.items())
            )
            for entry in entries:
                known.expect(entry)
            for entry in entries:
                match known.identify(entry):
                    case NewEntry(new):
                        assert not again, "the same document brought something new"
                        rows[len(rows) + 1] = new
                    case UpdatedEntry(row, changed) | SameEntry(row, changed, True):
                        rows[row] = changed
                    case SameEntry():
                        pass
            keys = [each.key for each in rows.values()]
            assert len(keys) == len(set(keys)), "a key is held twice"


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_lies_between_nothing_and_all(one: str, other: str) -> None:
    assert 0 <= alike(one, other) <= 1
    assert alike(one, one) == 1


@given(st.text(max_size=60))
def test_any_address_is_made_plain_and_stays_so(url: str) -> None:
    normal_address(url)


def test_two_entries_that_want_one_key_share_it_out() -> None:
    """Both guids are rewritten to the same one: the first gets it, the second keeps its own."""
    known = remember(POST, OTHER)
    document = [replace(POST, key="x"), replace(OTHER, key="x")]
    for entry in document:
        known.expect(entry)
    found = [known.identify(entry) for entry in document]
    assert found == [
        SameEntry(1, replace(POST, key="x"), rekeyed=True),
        SameEntry(2, OTHER, rekeyed=False),
    ]


def test_a_free_key_is_found_however_many_are_taken() -> None:
    entry = Entry("news", None, "Kiln of the month", "A big one.")
    content = entry.content_hash
    known = KnownEntries.of(
        KnownEntry(number, key, None, f"Something else {number}", f"other {number}")
        for number, key in enumerate(["news", f"news#{content}", f"news#{content}#2"], 1)
    )
    found = known.identify(entry)
    assert isinstance(found, NewEntry)
    assert found.entry.key == f"news#{content}#3"
