"""The item delta: what it finds new is what reading everything would have told, in every dialect.

And where the split would not be sound, everything is read.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.entries import Entry
from bot.ingest.delta import HASH, MOST_ITEMS, split
from bot.ingest.feeds import FeedRead, read_feed

SAMPLES = Path(__file__).parents[1] / "feeds"
URL = "https://base.example/feed"

RSS_2 = (
    (
        b"<?xml version='1.0'?><rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
        b"<channel><title>T</title><language>fr</language>"
    ),
    (
        "<item><title>{title}</title><link>/{n}</link><guid isPermaLink='false'>{n}</guid>"
        "<dc:date>2017-07-0{n}</dc:date><description>{body}</description></item>"
    ),
    b"</channel></rss>",
)
RSS_091 = (
    b"<rss version='0.91'><channel><title>T</title><link>http://e.example/</link>",
    (
        "<item>\n<title>{title}</title>\n<link>http://e.example/{n}</link>"
        "<description>{body}</description>\n</item>\n"
    ),
    b"</channel></rss>\n",
)
RSS_1 = (
    (
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
        b"xmlns='http://purl.org/rss/1.0/'><channel rdf:about='x'><title>T</title>"
        b"<items><rdf:Seq/></items></channel>"
    ),
    (
        "<item rdf:about='http://e.example/{n}'><title>{title}</title>"
        "<link>http://e.example/{n}</link><description>{body}</description></item>"
    ),
    b"</rdf:RDF>",
)
RSS_09 = (
    (
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
        b"xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel><title>T</title></channel>"
    ),
    "<item><title>{title}</title><link>http://e.example/{n}</link></item>",
    b"</rdf:RDF>",
)
ATOM = (
    (
        b"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='de' xml:base='http://e.example/b/'>"
        b"<title>T</title><!-- <entry> is no entry -->"
    ),
    (
        "<entry xml:base='{n}/'><title type='html'>{title}</title><id>{n}</id><link href='x'/>"
        "<updated>2017-07-0{n}T00:00:00Z</updated><content type='html'>{body}</content></entry> "
    ),
    b"</feed><!-- made in 0.1 s -->",
)
DIALECTS = [RSS_2, RSS_091, RSS_1, RSS_09, ATOM]

Dialect = tuple[bytes, str, bytes]

texts = st.lists(
    st.one_of(
        st.text(
            st.characters(codec="utf-8", exclude_characters="<&>\r", exclude_categories=["Cc"]),
            max_size=20,
        ),
        st.sampled_from(
            [
                *("&amp;", "&lt;b&gt;", "&lt;/p&gt;", "&#233;", "\n", "<![CDATA[</item>]]>"),
                *("<![CDATA[<entry> & <item>]]>", "<!-- </entry> -->", "<?php echo ?>"),
                *("<![CDATA[<![CDATA[ ]]>", "<!-- <![CDATA[ -->", "<b>bold</b>", "<br/>"),
                *("&lt;a href='/x'&gt;x&lt;/a&gt;", "&amp;amp;", "<items/>"),
            ]
        ),
    ),
    max_size=6,
).map("".join)
items = st.lists(st.tuples(texts, texts), min_size=1, max_size=6)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(contents=items, data=st.data())
def test_what_is_new_is_what_reading_everything_would_tell(
    dialect: Dialect, contents: list[tuple[str, str]], data: st.DataObject
) -> None:
    known = data.draw(st.sets(st.sampled_from(range(len(contents)))))
    everything = _document(dialect, contents)
    before = _document(dialect, contents, only=known)
    full = _read(everything)
    if not known:
        assert full.full
        return
    first = _read(before)
    second = _read(everything, first.seen)
    if second.full:
        assert second.entries == full.entries
        return
    new = {n for n in range(len(contents)) if n not in known}
    assert second.entries == _but(full, first, new, contents)
    assert second.total == full.total


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_splits(dialect: Dialect) -> None:
    parts = split(_document(dialect, [("A", "a"), ("B", "b")]))
    assert parts is not None
    assert len(parts.chunks) == 2


@pytest.mark.parametrize("dialect", DIALECTS)
def test_one_new_item_is_the_only_one_read(dialect: Dialect) -> None:
    first = _read(_document(dialect, [("A", "a"), ("B", "b")], only={1}))
    second = _read(_document(dialect, [("A", "a"), ("B", "b")]), first.seen)
    assert (len(second.entries), second.full, second.total) == (1, False, 2)
    assert second.entries[0].title == "A"


@pytest.mark.parametrize("name", ["rss20.xml", "rss091.xml", "rss10.rdf", "atom.xml"])
def test_a_feed_read_again_brings_nothing(name: str) -> None:
    body = (SAMPLES / name).read_bytes()
    first = _read(body)
    again = _read(body, first.seen)
    assert again == FeedRead(None, None, (), first.seen, first.total, full=False)


def test_the_times_in_the_head_are_no_news() -> None:
    body = (SAMPLES / "rss20.xml").read_bytes()
    first = _read(body)
    later = _read(body.replace(b"12:00:00", b"13:00:00"), first.seen)
    assert (later.entries, later.full) == ((), False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'xml:base="https://marche.example/blog/"', b'xml:base="https://marche.example/"'),
        (b'xml:lang="fr"', b'xml:lang="en"'),
        (b'xmlns="http://www.w3.org/2005/Atom"', b'xmlns="http://purl.org/atom/ns#"'),
    ],
)
def test_a_head_that_changes_what_items_mean_makes_everything_be_read(
    old: bytes, new: bytes
) -> None:
    body = (SAMPLES / "atom.xml").read_bytes()
    changed = body.replace(old, new)
    assert changed != body
    read = _read(changed, _read(body).seen)
    assert (read.full, len(read.entries)) == (True, 2)


def test_entities_that_change_make_everything_be_read() -> None:
    document = _document(RSS_2, [("&shop;", "b")])
    before = _read(b"<!DOCTYPE rss [<!ENTITY shop 'Potters'>]>" + document[21:])
    after = _read(b"<!DOCTYPE rss [<!ENTITY shop 'Weavers'>]>" + document[21:], before.seen)
    assert [entry.title for entry in before.entries + after.entries] == ["Potters", "Weavers"]


def test_a_changed_item_is_read_again() -> None:
    first = _read(_document(RSS_2, [("A", "a"), ("B", "b")]))
    second = _read(_document(RSS_2, [("A", "a"), ("B", "changed")]), first.seen)
    assert [(entry.key, entry.body) for entry in second.entries] == [("1", "changed")]


def test_an_item_that_leaves_and_comes_back_is_not_read_again() -> None:
    both = _document(RSS_2, [("A", "a"), ("B", "b")])
    first = _read(both)
    second = _read(_document(RSS_2, [("A", "a"), ("B", "b"), ("C", "c")], only={0, 2}), first.seen)
    third = _read(both, second.seen)
    assert third.entries == ()


def test_what_is_remembered_is_bounded() -> None:
    seen = b""
    for start in range(0, 400, 20):
        contents = [(f"T{n}", "b") for n in range(start, start + 20)]
        seen = _read(_document(RSS_091, contents), seen).seen
    assert len(seen) == HASH * 101
    many = b"<rss><channel>" + b"".join(b"<item><guid>%d</guid></item>" % n for n in range(9000))
    assert len(_read(many + b"</channel></rss>").seen) == HASH * (MOST_ITEMS + 1)


def test_a_memory_of_another_kind_is_as_none() -> None:
    body = _document(RSS_2, [("A", "a")])
    for seen in (b"x", b"x" * 8, b"x" * 801):
        assert _read(body, seen).full


def test_an_item_repeated_word_for_word_is_one() -> None:
    first = _read(_document(RSS_2, [("A", "a")]))
    item = b"<item><title>B</title><link>/9</link></item>"
    body = _document(RSS_2, [("A", "a")]).replace(b"</channel>", item * 3 + b"</channel>")
    second = _read(body, first.seen)
    assert [entry.title for entry in second.entries] == ["B"]


def test_a_feed_whose_guids_repeat_is_always_read_whole() -> None:
    item = "<item><guid>same</guid><title>{0}</title><link>http://e.example/{0}</link></item>"
    body = f"<rss version='2.0'><channel>{item.format(1)}{item.format(2)}</channel></rss>".encode()
    first = _read(body)
    assert first.seen == b""
    assert len({entry.key for entry in first.entries}) == 2


@pytest.mark.parametrize(
    "document",
    [
        b"<rss><channel><item>a</item> text <item>b</item></channel></rss>",
        b"<rss><channel><item>a</item><image/><item>b</item></channel></rss>",
        b"<rss><channel><item>a<item>b</item></item></channel></rss>",
        b"<rss><channel><item>a</item><item/></channel></rss>",
        b"<rss><channel><item/></channel></rss>",
        b"<rss><channel><item>a</item><item>b</channel></rss>",
        b"<rss><channel><item>a</item></channel>",
        b"<rss><channel><item>a</item></rss></channel>",
        b"<rss><channel><item>a</item></channel></rss> text",
        b"<rss><channel><item>a</item></channel></rss><rss>",
        b"<rss><channel><item><![CDATA[a</item></channel></rss>",
        b"<rss><channel><item>a</item></channel></rss><!-- ",
        b"<rss><channel><!-- <item>a</item></channel></rss>",
        b"<rss><channel><item>a</item><entry>b</entry></channel></rss>",
        b"<rss><channel><title><item>a</item></channel></rss>",
        b"<rss><channel><item>a</item foo></channel></rss>",
        b"<rss><channel><item>a</item",
        b"<rss><channel><item",
        b"<item>a</item>",
        b"<rss><channel></channel></rss>",
        b"",
    ],
)
def test_where_splitting_would_not_be_sound_nothing_is_split(document: bytes) -> None:
    assert split(document) is None


@pytest.mark.parametrize(
    "document",
    [
        b"<rss><channel><item>a</item ></channel></rss>",
        b"<rss><channel><item\n>a</item></channel>\n<!-- 0.2 s -->\n</rss>\n<!-- x -->\n",
        b"<rss><channel><items><x/></items><item>a</item></channel></rss>",
        b"<rss><channel><item><![CDATA[</item>]]><!-- </item> --></item></channel></rss>",
        b"<rss><channel><item>a</item><image><url/></image></channel></rss>",
    ],
)
def test_what_is_only_unusual_is_split(document: bytes) -> None:
    parts = split(document)
    assert parts is not None
    assert len(parts.chunks) == 1
    assert parts.only((0,)) == document


@pytest.mark.parametrize(
    "part", [b"<![CDATA[", b"<!--", b"<?", b"<item>", b"</item>", b"<", b"<![CDATA[]]>", b"<!---->"]
)
def test_hostile_repetition_is_split_or_refused_without_delay(part: bytes) -> None:
    document = b"<rss><channel><item>" + part * 200_000 + b"</item></channel></rss>"
    parts = split(document)  # quadratic, this would take hours
    assert parts is None or len(parts.chunks) == 1


def test_an_item_that_breaks_the_parser_makes_everything_be_read_once() -> None:
    good = [("A", "a"), ("B", "b")]
    first = _read(_document(RSS_2, good))
    broken = _document(RSS_2, [*good, ("C", "c &undefined; d")])
    second = _read(broken, first.seen)
    assert (second.full, len(second.entries)) == (True, 3)
    assert _read(broken, second.seen).entries == ()


def test_a_broken_item_read_before_does_not_spoil_the_reading_of_a_new_one() -> None:
    broken = [("A", "a &nbsp; b"), ("B", "&lt;p&gt;b &amp;amp; c&lt;/p&gt;")]
    first = _read(_document(RSS_2, broken, only={0}))
    second = _read(_document(RSS_2, broken), first.seen)
    assert (second.full, [entry.body for entry in second.entries]) == (False, ["<p>b &amp; c</p>"])


def _document(
    dialect: Dialect, contents: list[tuple[str, str]], only: set[int] | None = None
) -> bytes:
    head, item, tail = dialect
    chosen = range(len(contents)) if only is None else sorted(only)
    made = (item.format(n=n, title=contents[n][0], body=contents[n][1]) for n in chosen)
    return head + "".join(made).encode() + tail


def _read(body: bytes, seen: bytes = b"") -> FeedRead:
    return read_feed(body, None, URL, seen)


def _but(
    full: FeedRead, first: FeedRead, new: set[int], contents: list[tuple[str, str]]
) -> tuple[Entry, ...]:
    """Of everything, what belongs to the new items: each item has a number of its own."""
    assert len(full.entries) == len(contents)
    assert len(first.entries) == len(contents) - len(new)
    return tuple(entry for n, entry in enumerate(full.entries) if n in new)
