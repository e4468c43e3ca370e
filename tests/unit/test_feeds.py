"""Feeds read: the dialects, the encodings, what is tolerated and what is refused, and why."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sources import Health
from bot.errors import SourceFault
from bot.ingest.faults import _HEALTH, health_of
from bot.ingest.feeds import MOST_ENTRIES, FeedRead, read_feed
from bot.ingest.sanitise import LONGEST_BODY, LONGEST_TITLE

SAMPLES = Path(__file__).parents[1] / "feeds"
URL = "https://base.example/feed"


def test_rss_2_is_read_with_its_words_dates_and_addresses() -> None:
    read = _sample("rss20.xml")
    assert (read.title, read.language, read.total) == ("Potters & Weavers — News", "en-gb", 3)
    closing, glazes, bread = read.entries
    assert closing.key == "market-7"
    assert closing.url == "https://market.example/news/closing?utm_source=rss"
    assert closing.published_at == datetime(2017, 7, 3, 7, 30, tzinfo=UTC)
    assert closing.body.startswith("<p>We close on <b>31 August 2017</b>.</p>")
    assert '<a href="https://market.example/export">export</a>' in closing.body
    assert glazes.key == "https://market.example/news/glazes"
    assert glazes.url == "https://base.example/news/glazes"
    assert glazes.title == 'New glazes & "old" ones'
    assert glazes.body == "<p>Fish &amp; chips, café.</p>"
    assert (bread.title, bread.url, bread.published_at) == ("Bread & butter", None, None)
    assert bread.key == bread.content_hash


def test_nothing_active_survives_in_a_body() -> None:
    body = _sample("rss20.xml").entries[0].body
    for active in ("script", "alert", "onclick", "onerror", "<img", "style"):
        assert active not in body


def test_rss_0_91_is_read() -> None:
    read = _sample("rss091.xml")
    assert [entry.key for entry in read.entries] == ["http://old.example/1", "http://old.example/2"]
    assert [entry.body for entry in read.entries] == ["One.", "Two."]


def test_rss_1_is_read() -> None:
    read = _sample("rss10.rdf")
    assert [entry.title for entry in read.entries] == ["Wir schließen", "Neue Gebühren"]
    assert {entry.language for entry in read.entries} == {"de"}
    assert read.entries[0].updated_at == datetime(2018, 6, 30, 8, tzinfo=UTC)


def test_atom_is_read_with_its_bases_and_languages() -> None:
    read = _sample("atom.xml")
    assert (read.title, read.language) == ("Le marché des créateurs", "fr")
    closing, fees = read.entries
    assert closing.url == "https://marche.example/blog/2017/fermeture"
    assert '<a href="https://marche.example/export">Exportez</a>' in closing.body
    assert closing.published_at == datetime(2017, 7, 3, 7, tzinfo=UTC)
    assert closing.updated_at == datetime(2017, 7, 3, 10, tzinfo=UTC)
    assert (fees.url, fees.language) == ("https://english.example/fees", "en")
    assert (fees.title, fees.body) == ("Fees < before", "Fees are &lt;lower&gt; now.")


def test_a_valid_feed_without_entries_is_a_feed() -> None:
    read = _sample("empty.xml")
    assert (read.title, read.entries, read.total) == ("Nothing yet", (), 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("declared", ["", "utf-8", "iso-8859-1", "utf-16", "nonsense", "utf-7"])
def test_unicode_is_read_whatever_is_declared(encoding: str, declared: str) -> None:
    body = _with_title("Fermé à l’été — œuvre", declared).encode(encoding)
    assert _title(body) == "Fermé à l’été — œuvre"
    assert _title(body, f"text/xml; charset={declared}") == "Fermé à l’été — œuvre"


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("iso-8859-1", "Fermé à l'été"),
        ("iso-8859-15", "10 € à Noël, œuvre"),
        ("windows-1252", "10 € — l’été"),
        ("windows-1251", "Закрытие магазина"),
        ("koi8-r", "Закрытие магазина"),
        ("iso-8859-2", "Zamknięcie sklepów"),
        ("shift_jis", "閉店のお知らせ表示"),
        ("euc-jp", "閉店のお知らせ"),
        ("iso-2022-jp", "閉店のお知らせ"),
        ("gb2312", "关闭商店"),
        ("big5", "關閉商店"),
        ("euc-kr", "상점 폐쇄"),
    ],
)
def test_other_encodings_are_read_as_declared(encoding: str, title: str) -> None:
    body = _with_title(title, encoding).encode(encoding)
    assert _title(body) == title
    assert _title(_with_title(title, "").encode(encoding), f"a/b; charset={encoding}") == title


def test_latin_text_declared_as_utf_8_or_not_at_all_is_read() -> None:
    for declared in ("", "utf-8"):
        assert _title(_with_title("Fermé à l'été", declared).encode("cp1252")) == "Fermé à l'été"


def test_one_broken_character_does_not_spoil_a_utf_8_feed() -> None:
    body = _with_title("Fermé à l’été", "utf-8").encode() + b""
    assert _title(body.replace("à".encode(), b"\xe0")) == "Fermé � l’été"


@pytest.mark.parametrize("encoding", ["punycode", "unicode_escape", "rot13", "zlib", "idna"])
def test_a_codec_that_is_no_character_set_is_not_used(encoding: str) -> None:
    assert _title(_with_title(r"\u0041 é", encoding).encode("cp1252")) == r"\u0041 é"


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b"", "empty"),
        (b" \n\t\x00\x00", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"Service unavailable", "unreadable"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "unreadable"),
        (b"%PDF-1.4", "unreadable"),
        (b"<", "unreadable"),
        (b"<?xml version='1.0'?>", "unreadable"),
        (b"<!-- never closed <rss>", "unreadable"),
        (b"<!DOCTYPE rss [ <!ENTITY a 'b'>", "unreadable"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "json"),
        (b"[]", "json"),
        (b"<html><body>Hello</body></html>", "html"),
        (b"<!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'><html>", "html"),
        (b"\n\n<!-- x --><HTML lang=en>", "html"),
        (b"<meta charset=utf-8><title>No html tag</title>", "html"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'></html>", "html"),
        ("<html>".encode("utf-16"), "html"),
        (b"<html><title>Before you continue to Example</title>", "consent"),
        (b"<html><title>Are you a robot?</title>", "challenge"),
        (b"<html><form class='g-recaptcha'></form></html>", "challenge"),
        (b"<?xml version='1.0'?><urlset xmlns='x'><url/></urlset>", "other"),
        (b"<opml version='2.0'><body/></opml>", "other"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "other"),
        (b"<rss><channel><item><title>half of", "cut"),
        (b"<rss><channel><title>no entry & <b>", "unreadable"),
    ],
)
def test_what_is_no_feed_is_refused_with_the_reason(body: bytes, key: str) -> None:
    with pytest.raises(SourceFault) as refused:
        read_feed(body, "application/rss+xml", URL)
    assert refused.value.key == f"source.feed.{key}"


def test_a_page_that_names_its_feed_is_refused_with_its_address() -> None:
    with pytest.raises(SourceFault) as refused:
        _sample("page.html")
    assert refused.value.key == "source.feed.html_offers"
    assert refused.value.arguments == {"feed": "https://base.example/news/feed.xml?a=1&b=2"}


def test_a_challenge_in_place_of_a_feed_is_blindness() -> None:
    with pytest.raises(SourceFault) as refused:
        _sample("challenge.html")
    assert health_of(refused.value) is Health.BLIND


def test_an_ordinary_page_is_broken_not_blind() -> None:
    with pytest.raises(SourceFault) as refused:
        _sample("page.html")
    assert health_of(refused.value) is Health.BROKEN


@pytest.mark.parametrize(
    "declarations",
    [
        '<!ENTITY a "&b;&b;&b;"><!ENTITY b "x">',
        "<!ENTITY a '" + "x" * 5000 + "'>",
        '<!ENTITY % p "%q;%q;"> %p;',
        "".join(f'<!ENTITY e{n} "x">' for n in range(1000)),
        '<!ENTITY a "]>"><!ENTITY b "&a;&a;">',
    ],
)
def test_entities_that_multiply_are_refused(declarations: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(SourceFault):
            _read(f"<!DOCTYPE rss [{declarations}]>{_with_title('&a;')}".encode(encoding))


def test_the_billion_laughs_are_refused() -> None:
    with pytest.raises(SourceFault) as refused:
        _sample("bomb.xml")
    assert refused.value.key == "source.feed.entities"


def test_a_bomb_hidden_behind_a_comment_or_a_second_type_does_not_go_off() -> None:
    bomb = '<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">'
    feed = _with_title("&c;")
    for body in (
        f"<!DOCTYPE rss [<!-- <x ]> -->{bomb}]>{feed}",
        f'<!DOCTYPE rss SYSTEM "a>" [{bomb}]>{feed}',
        f"<!DOCTYPE rss [<!ENTITY z 'z'>]><!DOCTYPE rss [{bomb}]>{feed}",
        f"<!-- --><?x ?><!doctype rss [{bomb}]>{feed}",
    ):
        try:
            entries = _read(body.encode()).entries
        except SourceFault:
            continue
        assert all("xxxx" not in entry.title for entry in entries)


def test_harmless_entities_are_resolved() -> None:
    declared = '<!DOCTYPE rss [<!ENTITY eacute "&#233;"><!ENTITY shop "Potters">]>'
    assert _title(f"{declared}{_with_title('&shop; ferm&eacute;')}".encode()) == "Potters fermé"


def test_files_are_never_read_for_an_entity() -> None:
    declared = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    read = _read(f"{declared}{_with_title('Hello &x;')}".encode())
    assert "root" not in repr(read)


def test_a_body_that_is_a_file_name_opens_nothing() -> None:
    with pytest.raises(SourceFault):
        _read(b"/etc/passwd")


def test_broken_xml_with_entries_is_read_all_the_same() -> None:
    body = (
        b"<rss><channel><title>T</title><item><title>One & two</title><link>http://e.example/1"
        b"</link></item><item><title>Three <b>four</title><link>http://e.example/2</link></item>"
        b"</channel></rss>"
    )
    read = _read(body)
    assert [entry.url for entry in read.entries] == ["http://e.example/1", "http://e.example/2"]
    assert read.entries[0].title == "One & two"


def test_what_programs_print_before_a_feed_is_passed_over() -> None:
    body = b"<br />\n<b>Warning</b>: mysql_connect() in x.php<br />\n" + _with_title("A").encode()
    assert _title(body) == "A"


def test_an_item_cut_in_half_waits_until_it_is_whole() -> None:
    whole = _with_title("First")
    cut = whole.replace("</channel></rss>", "<item><title>Second</title><guid>2</guid><descr")
    assert [entry.title for entry in _read(cut.encode()).entries] == ["First"]


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "http://",
        "http://[",
        "https://" + "a" * 3000,
        "//[",
        "",
    ],
)
def test_an_address_that_is_none_is_left_out(link: str) -> None:
    body = (
        "<rss version='2.0'><channel><item><title>T</title>"
        f"<link>{link}</link></item></channel></rss>"
    )
    (entry,) = read_feed(body.encode(), None, "").entries
    assert entry.url is None
    assert entry.key


@pytest.mark.parametrize(
    "date",
    [
        "tomorrow",
        "",
        "9999-99-99",
        "Mon, 00 Foo 0000 99:99:99 +9999",
        "99999999999999999999",
        "-1",
        "0001-01-01T00:00:00+14:00",
        "Fri, 31 Dec 9999 23:59:59 -1200",
        "\u0660\u0661",
    ],
)
def test_an_absurd_date_harms_nothing(date: str) -> None:
    body = (
        "<rss version='2.0'><channel><item><title>T</title>"
        f"<pubDate>{date}</pubDate></item></channel></rss>"
    )
    (entry,) = _read(body.encode()).entries
    assert entry.published_at is None or entry.published_at.tzinfo is UTC


def test_a_date_in_the_future_is_told_as_it_is() -> None:
    body = (
        b"<rss version='2.0'><channel><item><title>T</title>"
        b"<pubDate>Wed, 01 Jan 2098 00:00:00 GMT</pubDate></item></channel></rss>"
    )
    assert _read(body).entries[0].published_at == datetime(2098, 1, 1, tzinfo=UTC)


def test_items_that_share_a_guid_are_told_apart() -> None:
    items = "".join(
        f"<item><guid>same</guid><title>T{n}</title><link>http://e.example/{n}</link></item>"
        for n in range(3)
    )
    read = _read(f"<rss version='2.0'><channel>{items}</channel></rss>".encode())
    assert len({entry.key for entry in read.entries}) == 3


def test_long_bodies_titles_and_guids_are_bounded() -> None:
    body = (
        "<rss version='2.0'><channel><item>"
        f"<title>{'t' * 5000}</title><guid>{'g' * 5000}</guid>"
        f"<description><![CDATA[{'<p>word &amp; word</p>' * 20_000}]]></description>"
        "</item></channel></rss>"
    )
    (entry,) = _read(body.encode()).entries
    assert len(entry.title) == LONGEST_TITLE
    assert len(entry.key) == 32
    assert LONGEST_BODY * 0.9 < len(entry.body) <= LONGEST_BODY
    assert entry.body.endswith("</p>")


@pytest.mark.parametrize("open_tag", ["<b>", "<div>", "<table>", "<a href='http://x.example/'>"])
def test_thousands_of_open_tags_are_bounded(open_tag: str) -> None:
    body = (
        "<rss version='2.0'><channel><item><title>T</title>"
        f"<description><![CDATA[{open_tag * 20_000} deep]]></description></item></channel></rss>"
    )
    (entry,) = _read(body.encode()).entries
    assert len(entry.body) <= LONGEST_BODY


def test_of_very_many_items_those_at_both_ends_are_read() -> None:
    items = "".join(
        f"<item><title>{n}</title><guid isPermaLink='false'>{n}</guid></item>" for n in range(2000)
    )
    read = _read(f"<rss version='2.0'><channel>{items}</channel></rss>".encode())
    assert len(read.entries) == MOST_ENTRIES
    assert (read.entries[0].key, read.entries[-1].key) == ("0", "1999")
    assert read.total == 2000


def test_of_very_long_items_at_least_one_at_each_end_is_read() -> None:
    items = "".join(
        f"<item><title>{n}</title><description>{'x' * 1_500_000}</description></item>"
        for n in range(4)
    )
    read = _read(f"<rss version='2.0'><channel>{items}</channel></rss>".encode())
    assert [entry.title for entry in read.entries] == ["0", "3"]


def test_the_longest_of_several_texts_is_the_body() -> None:
    body = (
        b"<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
        b"<item><title>T</title><content:encoded>Short.</content:encoded>"
        b"<description>Longer than short.</description></item></channel></rss>"
    )
    assert _read(body).entries[0].body == "Longer than short."


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("a &lt; b", "a < b"),
        ("Fish &amp;amp; chips", "Fish & chips"),
        ("&lt;b&gt;Bold&lt;/b&gt; move", "Bold move"),
        ("&amp;amp;lt;", "&lt;"),
        ("AT&amp;T", "AT&T"),
        ("  many\n   spaces\t", "many spaces"),
        ("zero\u200bwidth", "zero\u200bwidth"),
        ("a&lt;br/&gt;b", "a b"),
        ("<![CDATA[a & b]]>", "a & b"),
        ("", ""),
    ],
)
def test_a_title_is_plain_text_unescaped_once(written: str, title: str) -> None:
    assert _title(_with_title(written).encode()) == title


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    _read_or_refused(body)


@given(
    st.lists(
        st.sampled_from(
            [
                *("<item>", "</item>", "<entry>", "</entry>", "<rss>", "<channel>", "</channel>"),
                *("</rss>", "<feed>", "</feed>", "<title>", "</title>", "<link>", "&amp;", "&x;"),
                *("<![CDATA[", "]]>", "<!--", "-->", "<?", "?>", "<!DOCTYPE x [", "]>", " ", "é"),
                *("<item/>", "<guid>", "<b", "'", '"', "\x00", "text", "xmlns='http://x'", "<xml>"),
            ]
        ),
        max_size=25,
    ),
    st.sampled_from(["", "<rss version='2.0'><channel>", "<feed>"]),
)
def test_any_order_of_tags_is_read_or_refused(parts: list[str], start: str) -> None:
    _read_or_refused((start + "".join(parts)).encode())


@given(st.text(max_size=200))
def test_any_text_in_an_item_gives_an_entry_without_harm(text: str) -> None:
    safe = text.replace("]]>", "").encode("utf-8", "replace").decode()
    body = (
        f"<rss version='2.0'><channel><item><title><![CDATA[{safe}]]></title>"
        f"<description><![CDATA[{safe}]]></description></item></channel></rss>"
    )
    (entry,) = _read(body.encode()).entries
    assert "<script" not in entry.body.lower()
    assert "\n" not in entry.title


def test_every_fault_that_a_reading_or_a_visit_names_has_a_health() -> None:
    for key in _HEALTH:
        assert not health_of(SourceFault(key)).speaks


def _sample(name: str) -> FeedRead:
    return _read((SAMPLES / name).read_bytes())


def _read(body: bytes) -> FeedRead:
    return read_feed(body, None, URL)


def _read_or_refused(body: bytes) -> None:
    try:
        read = _read(body)
    except SourceFault:
        return
    assert all(entry.key for entry in read.entries)


def _with_title(title: str, encoding: str = "") -> str:
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding else ""
    return (
        f'{declaration}<rss version="2.0"><channel><title>Feed</title><item><title>{title}</title>'
        "<guid>1</guid></item></channel></rss>"
    )


def _title(body: bytes, content_type: str | None = None) -> str:
    (entry,) = read_feed(body, content_type, URL).entries
    return entry.title
