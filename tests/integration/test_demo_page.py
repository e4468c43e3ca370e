"""The demo's page at its door: real HTTP, a show that does as it is asked, unwelcome guests."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession

from bot.app import DATA
from bot.demo.page import open_page
from bot.demo.page_events import MOST, Pace
from bot.demo.show import Ask, Line, Mood, Voice
from bot.errors import Fault
from bot.i18n import Texts
from tests.fake_show import MORNING, FakeShow

LANGUAGES = ("en", "fr")
TEXTS = Texts.load(DATA / "locales")
BRISK = Pace(heartbeat=0.05, patience=0.3, breath=0.0)


@pytest.fixture
def show() -> FakeShow:
    return FakeShow()


@pytest.fixture
async def visitor() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def address(show: FakeShow) -> AsyncIterator[str]:
    async with open_page(show, 0, LANGUAGES, texts=TEXTS, pace=BRISK) as url:
        yield url


class Stream:
    """What a browser's EventSource would hear."""

    def __init__(self, response: ClientResponse) -> None:
        self._response = response

    async def hear(self) -> tuple[str, Any]:
        """The next event, by name; a heartbeat is ("", None)."""
        name, data = "", None
        async with asyncio.timeout(5):
            while (line := (await self._response.content.readline()).decode()) != "\n":
                assert line, "the stream has ended"
                field, _, value = line.rstrip("\n").partition(": ")
                name = value if field == "event" else name
                data = json.loads(value) if field == "data" else data
        return name, data

    async def scene(self) -> dict[str, Any]:
        """The next scene."""
        while True:
            name, data = await self.hear()
            if name == "scene":
                return dict(data)


@asynccontextmanager
async def listening(visitor: ClientSession, url: str) -> AsyncIterator[Stream]:
    async with visitor.get(url, timeout=None, read_bufsize=2**24) as response:
        assert response.content_type == "text/event-stream"
        yield Stream(response)


async def _until_there_is_room(visitor: ClientSession, url: str, number: int = 1) -> None:
    """Open so many streams at once, again and again until each of them is let in."""
    async with asyncio.timeout(10), AsyncExitStack() as opened:
        while number:
            response = await opened.enter_async_context(visitor.get(url, timeout=None))
            if response.status == 200:
                number -= 1
            else:
                await asyncio.sleep(0.02)


async def _asks(
    visitor: ClientSession, address: str, body: object, lang: str = "en", **headers: str
) -> tuple[int, Any]:
    sent = {"Origin": address.rstrip("/"), "Content-Type": "application/json", **headers}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with visitor.post(f"{address}api/ask?lang={lang}", data=data, headers=sent) as response:
        is_json = response.content_type == "application/json"
        return response.status, await (response.json() if is_json else response.text())


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.5", "fr"),
        ("de, en;q=0.4, fr;q=0.8", "fr"),
        ("de", "en"),
        ("fr;q=0, en;q=0.1", "en"),
        (";;;q=x,,", "en"),
        ("", "en"),
    ],
)
async def test_the_page_speaks_the_language_that_the_browser_wants(
    visitor: ClientSession, address: str, wanted: str, language: str
) -> None:
    async with visitor.get(address, headers={"Accept-Language": wanted}) as response:
        assert f'<html lang="{language}"' in await response.text()


async def test_the_language_in_the_address_comes_first(
    visitor: ClientSession, address: str
) -> None:
    async with visitor.get(f"{address}?lang=fr", headers={"Accept-Language": "en"}) as response:
        page = await response.text()
    assert "De quoi s’agit-il\N{NO-BREAK SPACE}?" in page
    assert 'hreflang="fr" lang="fr" aria-current="true">Français<' in page
    assert "{{" not in page


async def test_a_language_that_was_asked_for_at_the_start_comes_before_the_browsers(
    visitor: ClientSession, show: FakeShow
) -> None:
    english = {"Accept-Language": "en"}
    async with open_page(show, 0, LANGUAGES, asked="fr", texts=TEXTS) as address:
        async with visitor.get(address, headers=english) as response:
            assert '<html lang="fr"' in await response.text()
        async with visitor.get(f"{address}?lang=en", headers=english) as response:
            assert '<html lang="en"' in await response.text()


async def test_what_stands_in_the_address_never_becomes_part_of_the_page(
    visitor: ClientSession, address: str
) -> None:
    async with visitor.get(f'{address}?lang="><script>alert(1)</script>') as response:
        page = await response.text()
    assert "alert(1)" not in page
    assert '<html lang="en"' in page


async def test_the_page_asks_nothing_of_other_sites(visitor: ClientSession, address: str) -> None:
    async with visitor.get(address) as response:
        page = await response.text()
        policy = response.headers["Content-Security-Policy"]
    addresses = re.findall(r'(?:href|src)="([^"]*)"', page)
    assert {each for each in addresses if not each.startswith(("/static/", "#", "?lang="))} == set()
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for each in addresses:
        if each.startswith("/static/"):
            async with visitor.get(address.rstrip("/") + each) as response:
                assert response.status == 200
                assert "://" not in re.sub(
                    r"http://(127\.0\.0\.1:|www\.w3\.org/)", "", (await response.text())
                )


@pytest.mark.parametrize("path", ["", "static/page.js", "api/scene", "api/nothing", "nowhere"])
async def test_every_answer_is_guarded(visitor: ClientSession, address: str, path: str) -> None:
    async with visitor.get(address + path) as response:
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Server" not in response.headers


@pytest.mark.parametrize(
    "path", ["static/page.html", "static/../page.py", "static/%2e%2e%2fpage.py", "static/", "x"]
)
async def test_only_what_belongs_to_the_page_is_served(
    visitor: ClientSession, address: str, path: str
) -> None:
    async with visitor.get(address + path) as response:
        assert response.status == 404


@pytest.mark.parametrize("path", ["", "static/page.js", "api/scene", "api/events"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:80", ""])
async def test_a_name_that_is_not_ours_is_refused(
    visitor: ClientSession, address: str, path: str, host: str
) -> None:
    async with visitor.get(address + path, headers={"Host": host}) as response:
        assert response.status in (400, 421)
        assert "Tocsin, the demo" not in await response.text()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_site_can_neither_read_nor_hear_the_show(
    visitor: ClientSession, address: str, site: str
) -> None:
    for path in ("api/scene", "api/events"):
        async with visitor.get(address + path, headers={"Sec-Fetch-Site": site}) as response:
            assert response.status == 403


async def test_a_scene_comes_in_the_language_that_is_asked_for(
    visitor: ClientSession, address: str, show: FakeShow
) -> None:
    async with visitor.get(f"{address}api/scene?lang=fr") as response:
        scene = await response.json()
    assert scene["language"] == "fr"
    assert scene["now"] == "2026-07-06T09:40:00+00:00"
    assert [room["name"] for room in scene["rooms"]] == ["alerts", "review"]
    assert show.seen == ["fr"]


async def test_every_change_is_heard_as_a_whole_scene(
    visitor: ClientSession, address: str, show: FakeShow
) -> None:
    async with listening(visitor, f"{address}api/events?lang=fr") as stream:
        first = await stream.scene()
        await show.ask("fr", Ask.NEXT, {})
        second = await stream.scene()
    assert (first["lines"], first["language"]) == ([], "fr")
    assert [line["id"] for line in second["lines"]] == ["line-0"]
    assert second["rooms"] == first["rooms"]


async def test_a_question_about_the_stream_opens_none(visitor: ClientSession, address: str) -> None:
    async with visitor.head(f"{address}api/events") as response:
        assert response.status == 405


async def test_a_quiet_stream_shows_that_it_lives(visitor: ClientSession, address: str) -> None:
    async with listening(visitor, f"{address}api/events") as stream:
        assert (await stream.hear())[0] == "scene"
        assert await stream.hear() == ("", None)
        assert await stream.hear() == ("", None)


async def test_nobody_opens_streams_without_end_and_who_goes_makes_room(
    visitor: ClientSession, address: str
) -> None:
    url = f"{address}api/events"
    async with AsyncExitStack() as opened:
        for _ in range(MOST):
            response = await opened.enter_async_context(visitor.get(url, timeout=None))
            assert response.status == 200
        async with visitor.get(url) as one_more:
            assert one_more.status == 503
    await _until_there_is_room(visitor, url, MOST)


async def test_a_client_that_takes_nothing_holds_nobody_up_and_is_let_go(
    visitor: ClientSession, address: str, show: FakeShow
) -> None:
    url = f"{address}api/events"
    host, port = address.removeprefix("http://").rstrip("/").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    writer.write(f"GET /api/events HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    await reader.readuntil(b"event: scene")
    long = tuple(
        Line(str(n), MORNING, Voice.WORLD, Mood.PLAIN, "long", "word " * 50_000) for n in range(8)
    )
    async with listening(visitor, url) as stream:
        await stream.scene()
        for step in range(1, 6):
            show.change(lines=long, step=step)
            assert (await stream.scene())["step"] == step
    show.change(lines=())
    await _until_there_is_room(visitor, url, MOST)
    writer.close()


async def test_whoever_listens_is_told_when_the_demo_ends(
    visitor: ClientSession, show: FakeShow
) -> None:
    ending = asyncio.Event()

    async def play() -> None:
        async with open_page(show, 0, LANGUAGES, texts=TEXTS) as address:
            opened.set_result(address)
            await ending.wait()

    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    playing = asyncio.create_task(play())
    async with listening(visitor, f"{await opened}api/events") as stream:
        await stream.scene()
        ending.set()
        assert await stream.hear() == ("ended", {})
    async with asyncio.timeout(5):
        await playing


async def test_a_visitor_asks_and_is_answered(
    visitor: ClientSession, address: str, show: FakeShow
) -> None:
    values = {"title": "A <b>title</b>", "text": "try to fool it", "feed": "press"}
    told = await _asks(visitor, address, {"ask": "publish", "values": values})
    assert told == (200, {"done": True, "said": "It stands in the feed."})
    assert show.asked == [(Ask.PUBLISH, values)]
    assert await _asks(visitor, address, {"ask": "next"}) == (200, {"done": True, "said": ""})


async def test_what_is_not_done_says_why(visitor: ClientSession, address: str) -> None:
    await _asks(visitor, address, {"ask": "act_as", "values": {"person": "marc"}})
    told = await _asks(visitor, address, {"ask": "show", "values": {"room": "review"}})
    assert told == (200, {"done": False, "said": "Only Élodie may look in there."})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ],
)
async def test_another_site_cannot_ask_for_anything(
    visitor: ClientSession, address: str, show: FakeShow, headers: dict[str, str], status: int
) -> None:
    assert (await _asks(visitor, address, {"ask": "anew"}, **headers))[0] == status
    assert show.asked == []


async def test_who_does_not_say_where_they_come_from_cannot_ask(
    visitor: ClientSession, address: str, show: FakeShow
) -> None:
    async with visitor.post(f"{address}api/ask", json={"ask": "anew"}) as response:
        assert response.status == 403
    assert show.asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b'"next"',
        b"[" * 30_000,
        {},
        {"ask": "dance"},
        {"ask": ["next"]},
        {"ask": "show", "values": {"room": 1}},
        {"ask": "show", "values": ["room"]},
        {"ask": "report", "values": {"text": "\ud800"}},
    ],
    ids=repr,
)
async def test_nonsense_is_refused_in_words(
    visitor: ClientSession, address: str, show: FakeShow, body: object
) -> None:
    status, told = await _asks(visitor, address, body, "fr")
    assert (status, told["done"]) == (400, False)
    assert "Veuillez la recharger" in told["said"]
    assert show.asked == []


async def test_an_unknown_charset_is_nonsense_too(visitor: ClientSession, address: str) -> None:
    kind = {"Content-Type": "application/json; charset=klingon"}
    assert (await _asks(visitor, address, {"ask": "next"}, **kind))[0] == 400


async def test_a_book_is_too_long(visitor: ClientSession, address: str, show: FakeShow) -> None:
    book = {"ask": "report", "values": {"text": "word " * 20_000}}
    status, told = await _asks(visitor, address, book)
    assert (status, told["done"]) == (413, False)
    assert "too long" in told["said"]
    assert show.asked == []


async def test_a_taken_port_is_told(address: str, show: FakeShow) -> None:
    port = int(address.rstrip("/").rpartition(":")[2])
    with pytest.raises(Fault) as caught:
        async with open_page(show, port, LANGUAGES, texts=TEXTS):
            pass
    assert (caught.value.key, caught.value.arguments) == ("demo_page.port_taken", {"port": port})
