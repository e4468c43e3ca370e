"""Readers of pages and lists: whatever a server sends ends in a reading, or in a fault."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.pages import Selectors
from bot.domain.sources import Health
from bot.errors import SourceFault
from bot.ingest.faults import health_of
from bot.ingest.lists import read_list
from bot.ingest.pages import can_gate, gate_of, read_page
from bot.ingest.robots import Wishes, robots_address
from tests.webpages import FEES, news, page

URL = "https://kilnfolk.example/fees"
TYPE = "text/html; charset=utf-8"
HURT = (
    b"",
    b"\0" * 2000,
    b"%PDF-1.7 ...",
    b"<html><body>" + b"<div>" * 3000 + b"deep" * 100,
    b"<table>" * 2000,
    b"<a href='/x" + b"y" * 5000 + b"'>" + b"word " * 100,
    b"<p>" + b"&amp;" * 20_000,
    b"<!--" * 5000,
    b"<script>" * 500,
    b"\xff\xfe" + "<html><body><p>wide</p>".encode("utf-16-le"),
    b"<html><body>" + b"<a href='http://[::1'>a link that is none at all</a>" * 20,
)
"""Inputs that hurt this or other readers once."""


def _read(html: bytes) -> None:
    for read in (
        lambda: read_page(html, TYPE, URL, Selectors()),
        lambda: read_page(html, None, URL, Selectors(("main",), ("nav",))),
        lambda: read_list(html, TYPE, URL),
    ):
        fault = None
        try:
            read()
        except SourceFault as refused:
            fault = refused
        assert fault is None or health_of(fault) in Health


@pytest.mark.parametrize("html", HURT)
def test_what_once_hurt_is_read_or_refused(html: bytes) -> None:
    _read(html)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=3000))
def test_any_bytes_are_read_or_refused(html: bytes) -> None:
    _read(html)


_TAGS = ("p", "div", "ul", "li", "table", "tr", "td", "main", "nav", "h2", "a href='/n/1'", "time")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_TAGS), st.text(max_size=30)), max_size=60))
def test_any_nesting_is_read_or_refused(parts: list[tuple[str, str]]) -> None:
    html = "".join(f"<{tag}>{text}" for tag, text in parts)
    _read(f"<html><body>{html}".encode("utf-8", "replace"))


def test_deep_nesting_is_never_parsed_on_the_loop() -> None:
    assert can_gate(page().encode())
    assert not can_gate(b"<div>" * 100_000)


def test_the_gate_sees_words_and_not_markup() -> None:
    html = page().encode()
    dressed = page(head="<style>p{}</style><script>1</script>").replace("<p>", "<p class='a'>\n ")
    assert gate_of(html, TYPE) == gate_of(dressed.encode(), TYPE)
    assert gate_of(html, TYPE) != gate_of(page([*FEES[:-1], "Another rule."]).encode(), TYPE)


def test_selectors_choose_what_is_read() -> None:
    html = page(chrome="Not this.").encode()
    read = read_page(html, TYPE, URL, Selectors(("main",), ("h1",)))
    assert read.page.text.startswith(FEES[0])
    assert "Not this" not in read.page.text
    with pytest.raises(SourceFault) as refused:
        read_page(html, TYPE, URL, Selectors(("#terms",)))
    assert refused.value.key == "source.page.selector"
    with pytest.raises(SourceFault) as refused:
        read_page(html, TYPE, URL, Selectors((":::",)))
    assert refused.value.key == "source.page.selector"


def test_rows_of_a_table_stay_together() -> None:
    table = (
        "<table><tr><th>Country</th><th>Fee</th></tr><tr><td>France</td><td>4 %</td></tr></table>"
    )
    read = read_page(page([*FEES, table]).encode(), TYPE, URL, Selectors())
    assert "France · 4 %" in read.page.text


@pytest.mark.parametrize(
    "written",
    ["2026-03-12", "12 March 2026", "March 12, 2026", "12 mars 2026", "12. März 2026",
     "12 de marzo de 2026", "12 marzo 2026", "12 de março de 2026", "12 maart 2026", "12.03.2026"],
)  # fmt: skip
def test_dates_beside_an_item_are_read(written: str) -> None:
    items = "".join(
        f"<li class='post'><a href='/n/{n}'>A word to all who sell here, number {n}</a>"
        f"<span>{written}</span></li>"
        for n in range(4)
    )
    html = f"<html><body><main><ul>{items}</ul></main></body></html>".encode()
    read = read_list(html, TYPE, "https://kilnfolk.example/news")
    assert {str(entry.published_at)[:10] for entry in read.entries} == {"2026-03-12"}


def test_menus_are_no_items_and_read_more_is_no_title() -> None:
    listed = news([(f"/news/{n}", f"News number {n} for sellers", "2026-03-02") for n in range(5)])
    read = read_list(listed.encode(), TYPE, "https://kilnfolk.example/news")
    assert [entry.title for entry in read.entries] == [
        f"News number {n} for sellers" for n in range(5)
    ]
    assert read.dated == 5


def test_a_page_that_lists_nothing_is_refused() -> None:
    with pytest.raises(SourceFault) as refused:
        read_list(page().encode(), TYPE, URL)
    assert refused.value.key == "source.page.no_list"


@pytest.mark.parametrize(
    ("file", "allowed"),
    [
        (b"", True),
        (b"User-agent: *\nDisallow: /private", True),
        (b"User-agent: *\nDisallow: /", False),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: Tocsin\nAllow: /fees", True),
        (b"User-agent: tocsin\nDisallow: /*ees$", False),
        (b"\xff\xfe\0nonsense", True),
    ],
)
def test_what_a_host_asks_of_robots_is_understood(file: bytes, allowed: bool) -> None:
    assert (Wishes(file).objection(URL) is None) is allowed


def test_where_a_host_says_it() -> None:
    assert robots_address("https://k.example:8443/a/b?c") == "https://k.example:8443/robots.txt"
