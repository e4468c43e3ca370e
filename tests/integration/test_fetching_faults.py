"""Everything a site can do wrong, over real sockets: always an outcome, never an exception."""

import gzip
import socket
import tracemalloc
import zlib
from collections.abc import Iterator
from itertools import repeat

import pytest

from bot.domain.sources import Health
from bot.errors import SourceFault
from bot.ingest.addresses import AllowHosts
from bot.ingest.fetching import Fetcher, Limits
from bot.ingest.outcomes import Failed, Fetched
from tests.website import Website

SHORT = Limits(seconds=0.3)
MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    ("status", "health", "key", "permanent"),
    [
        (400, Health.BROKEN, "source.http.status", False),
        (401, Health.BLIND, "source.http.forbidden", False),
        (403, Health.BLIND, "source.http.forbidden", False),
        (404, Health.BROKEN, "source.http.missing", False),
        (408, Health.SLOW, "source.http.trouble", False),
        (410, Health.GONE, "source.http.gone", True),
        (418, Health.BROKEN, "source.http.status", False),
        (429, Health.SLOW, "source.http.wait", False),
        (451, Health.BLIND, "source.http.forbidden", False),
        (500, Health.SLOW, "source.http.trouble", False),
        (502, Health.SLOW, "source.http.trouble", False),
        (503, Health.SLOW, "source.http.trouble", False),
        (599, Health.SLOW, "source.http.trouble", False),
    ],
)
async def test_a_status_says_how_the_source_is(
    status: int, health: Health, key: str, permanent: bool
) -> None:
    async with Website() as site:
        site.serve("/feed", "no", status=status)
        outcome = await _visit(site, "/feed")
        assert (outcome.health, outcome.fault.key, outcome.permanent) == (health, key, permanent)


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (403, {"cf-mitigated": "challenge"}, ""),
        (503, {"CF-Mitigated": "challenge"}, ""),
        (202, {"x-amzn-waf-action": "challenge"}, ""),
        (405, {"x-amzn-waf-action": "captcha"}, ""),
        (200, {"x-dd-b": "1"}, "<html><body>Please wait</body></html>"),
        (429, {"x-kpsdk-ct": "0abc"}, ""),
        (200, {"X-PX-Block": "1"}, ""),
        (503, {}, "<html><title>Just a moment...</title>"),
        (429, {}, "<html><script src='https://ct.captcha-delivery.com/c.js'></script>"),
        (503, {}, "<html><title>" + "x" * 20_000),
    ],
)
async def test_a_wall_against_robots_is_blindness_not_trouble(
    status: int, headers: dict[str, str], body: str
) -> None:
    async with Website() as site:
        site.serve("/feed", body, "text/html", status=status, headers=headers)
        outcome = await _visit(site, "/feed")
        if "x" * 100 in body:
            assert outcome.fault.key == "source.http.trouble"
        else:
            assert (outcome.health, outcome.fault.key) == (Health.BLIND, "source.http.challenge")


async def test_a_server_that_never_answers_is_slow() -> None:
    async with Website() as site:
        site.stall("/feed")
        outcome = await _visit(site, "/feed", SHORT)
        assert (outcome.health, outcome.fault.key) == (Health.SLOW, "source.http.timeout")


async def test_a_body_that_drips_is_slow() -> None:
    async with Website() as site:
        site.stream("/feed", lambda: repeat(b"x"), every=0.01)
        outcome = await _visit(site, "/feed", SHORT)
        assert (outcome.health, outcome.fault.key) == (Health.SLOW, "source.http.timeout")


async def test_redirects_that_drip_do_not_add_up_beyond_the_time() -> None:
    async with Website() as site:
        for hop in range(5):
            site.serve(f"/{hop}", b"", status=302, headers={"Location": f"/{hop + 1}"}, delay=0.1)
        site.serve("/5", "<rss/>", delay=0.1)
        outcome = await _visit(site, "/0", SHORT)
        assert outcome.fault.key == "source.http.timeout"


async def test_a_body_that_stops_half_way_is_slow() -> None:
    async with Website() as site:
        site.cut("/feed", b"<rss>" * 1000, after=100)
        outcome = await _visit(site, "/feed")
        assert (outcome.health, outcome.fault.key) == (Health.SLOW, "source.http.cut")


async def test_a_chunked_body_that_stops_half_way_is_slow() -> None:
    async with Website() as site:
        site.raw("/feed", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n")
        assert (await _visit(site, "/feed")).fault.key == "source.http.cut"


async def test_a_connection_that_breaks_before_the_answer_is_slow() -> None:
    async with Website() as site:
        site.raw("/feed", b"")
        outcome = await _visit(site, "/feed")
        assert (outcome.health, outcome.fault.key) == (Health.SLOW, "source.connect.lost")


async def test_a_host_that_refuses_connections_is_slow() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        netloc = f"127.0.0.1:{taken.getsockname()[1]}"
        async with Fetcher(user_agent="t", allow_hosts=AllowHosts.parse(netloc)) as fetcher:
            outcome = await fetcher.fetch(f"http://{netloc}/feed")
    assert isinstance(outcome, Failed)
    assert (outcome.health, outcome.fault.key) == (Health.SLOW, "source.connect.refused")


async def test_a_host_without_tls_where_it_was_promised_is_broken() -> None:
    async with Website() as site, Fetcher(user_agent="t", allow_hosts=site.allowed) as fetcher:
        outcome = await fetcher.fetch(f"https://{site.netloc}/feed")
    assert isinstance(outcome, Failed)
    assert (outcome.health, outcome.fault.key) == (Health.BROKEN, "source.connect.tls")


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"\x00" * 2000,
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A" * 100_000,
        b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n<rss>",
        b"HTTP/1.1 301 Moved\r\nLocation: http://\xff\xfe/\r\n\r\n",
        b"HTTP/1.1 301 Moved\r\nLocation: \xed\xa0\x80\r\n\r\n",
        b"HTTP/1.1 999 What\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: \xff\r\n\r\n",
    ],
)
async def test_nonsense_in_place_of_an_answer_is_told(answer: bytes) -> None:
    async with Website() as site:
        site.raw("/feed", answer)
        outcome = await _visit(site, "/feed", Limits(seconds=3))
        assert not outcome.health.speaks


async def test_a_name_that_is_no_name_is_told() -> None:
    async with Fetcher(user_agent="t", allow_hosts=AllowHosts()) as fetcher:
        outcome = await fetcher.fetch(f"http://{'a' * 64}.example/")
    assert isinstance(outcome, Failed)
    assert outcome.fault.key == "source.address.unreadable"


async def test_a_body_that_is_said_to_be_too_large_is_not_even_begun() -> None:
    async with Website() as site:
        site.raw("/feed", b"HTTP/1.1 200 OK\r\nContent-Length: 60000000\r\n\r\n<rss>")
        outcome = await _visit(site, "/feed")
        assert (outcome.health, outcome.fault.key) == (Health.BROKEN, "source.body.large")


async def test_a_body_of_60_megabytes_is_left_at_ten() -> None:
    sent = 0

    def sixty() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(600):
            sent += 1
            yield b"<item/>" * 14_285

    async with Website() as site:
        site.stream("/feed", sixty)
        tracemalloc.start()
        outcome = await _visit(site, "/feed")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (outcome.health, outcome.fault.key) == (Health.BROKEN, "source.body.large")
    assert sent < 200
    assert peak < 40 * MEGABYTE


async def test_a_bomb_of_400_megabytes_is_put_aside_without_swelling() -> None:
    async with Website() as site:
        site.stream("/feed", _bomb, headers={"Content-Encoding": "gzip"})
        async with Fetcher(user_agent="t", allow_hosts=site.allowed) as fetcher:
            outcome = await fetcher.fetch(site.url("/feed"))
        assert isinstance(outcome, Fetched)
        assert len(outcome.raw) < MEGABYTE
        tracemalloc.start()
        with pytest.raises(SourceFault) as refused:
            await outcome.body()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert refused.value.key in ("source.body.large", "source.body.bomb")
    assert peak < 25 * MEGABYTE


async def test_a_bomb_within_a_bomb_is_put_aside() -> None:
    inner = gzip.compress(bytes(9 * MEGABYTE))
    packed = gzip.compress(gzip.compress(inner))
    async with Website() as site:
        site.serve("/feed", packed, headers={"Content-Encoding": "gzip, gzip"})
        async with Fetcher(user_agent="t", allow_hosts=site.allowed) as fetcher:
            outcome = await fetcher.fetch(site.url("/feed"))
        assert isinstance(outcome, Fetched)
        body = await outcome.body()
        assert body == inner  # two were said, two were opened; the third stays shut
        bomb = gzip.compress(inner)
        site.serve("/feed", bomb, headers={"Content-Encoding": "gzip, gzip"})
        async with Fetcher(user_agent="t", allow_hosts=site.allowed) as fetcher:
            outcome = await fetcher.fetch(site.url("/feed"))
        assert isinstance(outcome, Fetched)
        with pytest.raises(SourceFault) as refused:
            await outcome.body()
        assert refused.value.key == "source.body.bomb"


async def test_thousands_of_packed_members_are_not_unpacked_for_ever() -> None:
    packed = gzip.compress(b"x") * 20_000
    async with Website() as site, Fetcher(user_agent="t", allow_hosts=site.allowed) as fetcher:
        site.serve("/feed", packed, headers={"Content-Encoding": "gzip"})
        outcome = await fetcher.fetch(site.url("/feed"))
        assert isinstance(outcome, Fetched)
        assert len(await outcome.body()) <= 1000


async def test_a_body_just_within_the_limit_is_read_and_one_beyond_is_not() -> None:
    limits = Limits(body=1000)
    async with (
        Website() as site,
        Fetcher(user_agent="t", allow_hosts=site.allowed, limits=limits) as fetcher,
    ):
        for size in (1000, 1001):
            body = b"x" * size
            site.serve("/plain", body)
            site.serve("/packed", gzip.compress(body), headers={"Content-Encoding": "gzip"})
            plain = await fetcher.fetch(site.url("/plain"))
            packed = await fetcher.fetch(site.url("/packed"))
            assert isinstance(packed, Fetched)
            if size == 1000:
                assert isinstance(plain, Fetched)
                assert await packed.body() == body
            else:
                assert isinstance(plain, Failed)
                with pytest.raises(SourceFault):
                    await packed.body()


async def test_after_every_fault_the_next_visit_succeeds() -> None:
    async with (
        Website() as site,
        Fetcher(user_agent="t", allow_hosts=site.allowed, limits=SHORT) as fetcher,
    ):
        site.stall("/feed")
        assert isinstance(await fetcher.fetch(site.url("/feed")), Failed)
        site.cut("/feed", b"x" * 50, 10)
        assert isinstance(await fetcher.fetch(site.url("/feed")), Failed)
        site.raw("/feed", b"")
        assert isinstance(await fetcher.fetch(site.url("/feed")), Failed)
        site.serve("/feed", "<rss/>")
        assert isinstance(await fetcher.fetch(site.url("/feed")), Fetched)


async def _visit(site: Website, path: str, limits: Limits | None = None) -> Failed:
    async with Fetcher(user_agent="t", allow_hosts=site.allowed, limits=limits) as fetcher:
        outcome = await fetcher.fetch(site.url(path))
    assert isinstance(outcome, Failed)
    return outcome


def _bomb() -> Iterator[bytes]:
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(MEGABYTE)
    for _ in range(400):
        if packed := packer.compress(zeros):
            yield packed
    yield packer.flush()
