"""Text from outside stays readable and can do nothing in Discord."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.chat import escape

SPECIAL = [
    "@everyone", "@here", "@EVERYONE", "<@123>", "<@!123>", "<@&456>", "<#789>", "<id:browse>",
    "</setup:42>", "<:smile:1>", "<a:wave:2>", "<t:1504180800:R>", "[click](https://evil.example)",
    "https://evil.example/x", "HTTP://EVIL.example", "<https://evil.example>", "discord.gg/abc",
    "steam://run/1", "# Title", "## Title", "-# small", "- item", "+ item", "* item", "1. item",
    "12) item", "> quote", ">>> quote", "**bold**", "__under__", "~~gone~~", "||spoiler||", "`c`",
    "```\nblock\n```", "\\", "\\<", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u3164",
    "\u2800", "\n", "\r\n", "\u2028", "\t", "\0", "\x1b[31m", "e\u0301\u0301\u0301\u0301", "é", "…",
    "'", "“", "31 août 2017", "Ünï", "😀", "👩‍🎨", " ", "x", "word",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(SPECIAL) | st.text(max_size=8), max_size=25).map("".join)

INVISIBLE = {"Cc", "Cs", "Co", "Cn"}
BREAK = re.compile("[\n\r\u2028\u2029\x0b\x0c]")


def alive(text: str) -> str | None:
    """What Discord would act upon in `text`, or None."""
    read_by_the_server = re.search(
        r"@everyone|@here|<@!?\d|<@&\d|<#\d|<a?:\w+:\d|<t:|</|<id:|https?://|\w+://|discord\.gg/",
        text,
        re.IGNORECASE,
    )
    if read_by_the_server:
        return read_by_the_server[0]
    shown = re.sub(r"\\[^0-9A-Za-z\s]", "\ue000", text)
    formatted = re.search(r"[*_~`|\[\]<>\\]|^\s*(?:#|-|\+|\d+[.)])", shown)
    return formatted[0] if formatted else None


def unseen(text: str) -> list[str]:
    """Characters that cannot be seen, beside the space that keeps a mention apart."""
    kept_apart = re.sub(r"(@|\\<)\u200b", r"\1", text)
    return [
        char
        for char in kept_apart
        if unicodedata.category(char) in INVISIBLE | {"Cf"} or char in "\u3164\u2800\u115f"
    ]


@pytest.mark.parametrize("text", SPECIAL)
def test_nothing_that_discord_knows_survives(text: str) -> None:
    assert alive(escape.inline(text, 200)) is None
    assert alive(escape.inline(f"so {text} then", 200)) is None


@given(HOSTILE, st.integers(0, 120))
@example("<@everyone>", 20)
@example("htt\u200bps://evil.example", 60)
@example("@every\u2060one", 60)
@example("@\u200beveryone <\u200b@1>", 60)
@example("1\u200b. item", 60)
def test_no_text_whatever_is_active_too_long_or_on_two_lines(text: str, limit: int) -> None:
    line = escape.inline(text, limit)
    assert alive(line) is None
    assert unseen(line) == []
    assert not BREAK.search(line)
    assert len(line) <= limit
    line.encode("utf-8")


@given(HOSTILE)
def test_what_is_escaped_twice_is_still_harmless(text: str) -> None:
    assert alive(escape.inline(escape.inline(text, 300), 300)) is None


@given(st.text(alphabet="abcdefghij éàçÀß0123456789,;!?'’“”«»()%€", max_size=80))
def test_plain_words_stay_as_they_are(text: str) -> None:
    words = " ".join(text.split())
    if not re.match(r"\d+[.)]", words):
        assert escape.inline(text, 100) == words


def test_an_escaped_character_is_never_cut_in_two() -> None:
    for limit in range(1, 40):
        line = escape.inline("*" * 60, limit)
        assert alive(line) is None
        assert len(line) <= limit


def test_a_letter_of_a_hundred_thousand_characters_is_cut_at_a_word() -> None:
    line = escape.inline("tissu et laine " * 7_000, 60)
    assert len(line) <= 60
    assert re.search(r"(tissu|et|laine)…$", line)


def test_a_quote_keeps_its_words_and_its_accents() -> None:
    said = "Les ventes cessent le 31 août 2017 (23 h 59) – « merci » !"
    assert escape.inline(said, 200) == said


def test_piled_up_accents_are_thinned_out() -> None:
    assert len(escape.inline("a" + "\u0336" * 500, 200)) <= 3


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://www.etsy.com/news?id=1&x=2#top", "https://www.etsy.com/news?id=1&x=2#top"),
        ("HTTPS://Example.ORG/Path", "https://example.org/Path"),
        (" http://example.org ", "http://example.org"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://example.org/a_(b)", "https://example.org/a_%28b%29"),
        ("https://example.org/é/ü?q=ß", "https://example.org/%C3%A9/%C3%BC?q=%C3%9F"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        ("https://example.org/<@123>|x|*y*", "https://example.org/%3C@123%3E%7Cx%7C%2Ay%2A"),
        ("https://example.org/@everyone", "https://example.org/%40everyone"),
        ("https://example.org/end.", "https://example.org/end%2E"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
    ],
)
def test_an_address_is_shown_so_that_it_leads_where_it_says(url: str, shown: str) -> None:
    assert escape.address(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "ftp://example.org/x",
        "discord://-/channels/1",
        "//example.org/x",
        "example.org",
        "https://",
        "https://user:secret@example.org/",
        "https://example.org@evil.example/",
        "https://exa mple.org/",
        "https://example.org/a b",
        "https://example.org/\u202egpj.exe",
        "https://example.org:port/",
        "https://[::1",
        "https://exa<mple>.org/",
        "https://" + "a" * 80 + ".example/",
    ],
)
def test_an_address_that_is_none_or_hides_something_is_not_shown(url: str | None) -> None:
    assert escape.address(url) is None
    assert escape.button_address(url) is None
    assert escape.host(url) is None


def test_an_endless_address_is_shown_without_its_question() -> None:
    url = "https://example.org/news?" + "x" * 5_000
    assert escape.address(url) == "https://example.org/news"
    assert escape.address("https://example.org/" + "x" * 5_000) == "https://example.org/"


def test_a_button_takes_only_an_address_that_fits() -> None:
    assert escape.button_address("https://example.org/" + "x" * 600) is None
    assert escape.button_address("https://example.org/a") == "https://example.org/a"


@given(st.text(max_size=60) | HOSTILE)
def test_no_address_holds_anything_but_an_address(rest: str) -> None:
    shown = escape.address(f"https://example.org/{rest}")
    if shown is not None:
        assert re.fullmatch(r"https://example\.org[!-;=?-~]*", shown)
        assert not re.search(r"[<>()|*`\s\\]|@everyone|@here|[.,:;'!]$", shown, re.IGNORECASE)
        assert len(shown) <= escape.ADDRESS_MAX
