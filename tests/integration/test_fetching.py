"""Visits over real sockets: what comes back, what is asked the next time, redirects, manners."""

import asyncio
import gzip
import zlib
from datetime import timedelta

import pytest
import xxhash

from bot.domain.sources import Health, Validators
from bot.errors import SourceFault
from bot.ingest.fetching import Fetcher, Limits
from bot.ingest.outcomes import Failed, Fetched, Unchanged
from tests.website import Website

FEED = b"<rss><channel><title>News</title></channel></rss>"


async def test_a_page_is_fetched_with_its_hash_and_type() -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.serve("/feed", FEED, headers={"ETag": '"1"', "Last-Modified": "yesterday"})
        outcome = await fetcher.fetch(site.url("/feed"))
        assert isinstance(outcome, Fetched)
        assert await outcome.body() == FEED
        assert outcome.raw_hash == xxhash.xxh3_128_digest(FEED)
        assert outcome.content_type == "application/rss+xml; charset=utf-8"
        assert outcome.final_url == site.url("/feed")
        assert outcome.moved_to is None
        assert outcome.wait is None
        assert outcome.validators == Validators('"1"', "yesterday")


async def test_an_unchanged_page_is_asked_for_with_its_validators() -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.serve("/feed", FEED, headers={"ETag": '"1"', "Last-Modified": "yesterday"})
        first = await fetcher.fetch(site.url("/feed"))
        assert isinstance(first, Fetched)
        again = await fetcher.fetch(site.url("/feed"), first.validators)
        assert again == Unchanged(Validators('"1"', "yesterday"))
        assert site.visits[-1].headers["if-none-match"] == '"1"'
        assert site.visits[-1].headers["if-modified-since"] == "yesterday"


async def test_a_validator_that_changes_with_304_is_kept() -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.serve("/feed", b"", status=304, headers={"ETag": '"2"'})
        outcome = await fetcher.fetch(site.url("/feed"), Validators('"1"', "yesterday"))
        assert outcome == Unchanged(Validators('"2"', "yesterday"))


async def test_304_without_having_asked_is_an_error() -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.serve("/feed", b"", status=304)
        assert _fault(await fetcher.fetch(site.url("/feed"))).key == "source.http.status"


@pytest.mark.parametrize("etag", ["é", "\x00", "x" * 2000, "\udce9"])
async def test_a_validator_that_could_not_be_sent_back_is_not_kept(etag: str) -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.serve("/feed", FEED, headers={"ETag": etag})
        outcome = await fetcher.fetch(site.url("/feed"))
        if isinstance(outcome, Fetched):  # else it was refused as no HTTP at all
            assert outcome.validators == Validators()
        else:
            assert _fault(outcome).key == "source.connect.garbled"


async def test_visitors_say_who_they_are_and_bring_no_cookies() -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.serve("/feed", FEED, headers={"Set-Cookie": "session=1"})
        await fetcher.fetch(site.url("/feed"))
        await fetcher.fetch(site.url("/feed"))
        for visit in site.visits:
            assert visit.headers["user-agent"] == "Tocsin/test"
            assert visit.headers["accept-encoding"] == "gzip, deflate"
            assert "cookie" not in visit.headers


async def test_visits_to_one_site_share_a_connection() -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.serve("/feed", FEED)
        for _ in range(5):
            await fetcher.fetch(site.url("/feed"))
        assert (len(site.visits), site.connections) == (5, 1)


async def test_a_host_gets_only_so_many_visits_at_once() -> None:
    async with Website() as site, _fetcher(site, Limits(per_host=2)) as fetcher:
        site.serve("/feed", FEED, delay=0.02)
        outcomes = await asyncio.gather(*(fetcher.fetch(site.url("/feed")) for _ in range(10)))
        assert all(isinstance(outcome, Fetched) for outcome in outcomes)
        assert site.connections <= 2


async def test_waiting_for_a_turn_does_not_count_against_a_visit() -> None:
    async with Website() as site, _fetcher(site, Limits(per_host=1, seconds=0.5)) as fetcher:
        site.stall("/stall")
        site.serve("/feed", FEED)
        stalled, fetched = await asyncio.gather(
            fetcher.fetch(site.url("/stall")), fetcher.fetch(site.url("/feed"))
        )
        assert _fault(stalled).key == "source.http.timeout"
        assert isinstance(fetched, Fetched)


async def test_one_host_that_never_answers_does_not_hold_up_another() -> None:
    async with Website() as bad, Website(host="127.0.0.2") as good:
        bad.stall("/stall")
        good.serve("/feed", FEED)
        allow = type(bad.allowed)(bad.allowed.hosts | good.allowed.hosts)
        async with Fetcher(
            user_agent="t", allow_hosts=allow, limits=Limits(seconds=30, per_host=1)
        ) as fetcher:
            stuck = [asyncio.create_task(fetcher.fetch(bad.url("/stall"))) for _ in range(20)]
            assert isinstance(await fetcher.fetch(good.url("/feed")), Fetched)
            assert not any(task.done() for task in stuck)
            for task in stuck:
                task.cancel()
            ended = await asyncio.gather(*stuck, return_exceptions=True)
            assert all(isinstance(end, asyncio.CancelledError) for end in ended)


@pytest.mark.parametrize("status", [301, 308])
async def test_a_permanent_redirect_says_where_the_source_moved(status: int) -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.redirect("/old", "/older", status)
        site.redirect("/older", site.url("/new"), 301)
        site.serve("/new", FEED, headers={"ETag": '"1"'})
        outcome = await fetcher.fetch(site.url("/old"))
        assert isinstance(outcome, Fetched)
        assert outcome.moved_to == outcome.final_url == site.url("/new")
        unchanged = await fetcher.fetch(site.url("/old"), Validators('"1"'))
        assert unchanged == Unchanged(Validators('"1"'), moved_to=site.url("/new"))


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_redirect_for_now_moves_nothing(status: int) -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.redirect("/old", "/for-now", 301)
        site.redirect("/for-now", "/new", status)
        site.serve("/new", FEED)
        outcome = await fetcher.fetch(site.url("/old"))
        assert isinstance(outcome, Fetched)
        assert (outcome.final_url, outcome.moved_to) == (site.url("/new"), None)


async def test_five_redirects_are_followed_and_a_sixth_is_not() -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        for hop in range(6):
            site.redirect(f"/{hop}", f"/{hop + 1}")
        site.serve("/6", FEED)
        assert isinstance(await fetcher.fetch(site.url("/1")), Fetched)
        outcome = await fetcher.fetch(site.url("/0"))
        assert isinstance(outcome, Failed)
        assert (outcome.health, outcome.fault.key) == (Health.BROKEN, "source.redirect.many")


async def test_a_redirect_in_a_circle_is_found_at_once() -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.redirect("/a", "/b")
        site.redirect("/b", "/a#again")
        outcome = await fetcher.fetch(site.url("/a"))
        assert isinstance(outcome, Failed)
        assert (outcome.health, outcome.fault.key) == (Health.BROKEN, "source.redirect.loop")
        assert len(site.visits) == 2


async def test_a_redirect_with_odd_characters_is_followed() -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.redirect("/a", " /new feed?é=1 ")
        site.serve("/new%20feed?%C3%A9=1", FEED)
        assert isinstance(await fetcher.fetch(site.url("/a")), Fetched)


async def test_a_redirect_to_nowhere_is_told() -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.serve("/a", b"", status=301)
        assert _fault(await fetcher.fetch(site.url("/a"))).key == "source.redirect.nowhere"


@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_may_ask_for_a_wait_in_seconds(status: int) -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.serve("/feed", b"", status=status, headers={"Retry-After": "120"})
        outcome = await fetcher.fetch(site.url("/feed"))
        assert isinstance(outcome, Failed)
        assert outcome.wait == timedelta(seconds=120)


async def test_a_server_may_ask_for_a_wait_until_a_date_on_its_own_clock() -> None:
    asked = {
        "Date": "Mon, 03 Jul 2017 10:00:00 GMT",
        "Retry-After": "Mon, 03 Jul 2017 12:00:00 GMT",
    }
    async with Website() as site, _fetcher(site) as fetcher:
        site.serve("/feed", b"", status=503, headers=asked)
        outcome = await fetcher.fetch(site.url("/feed"))
        assert isinstance(outcome, Failed)
        assert outcome.wait == timedelta(hours=2)


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("²", None),
        ("9" * 400, timedelta(days=30)),
        ("Mon, 03 Jul 2017 12:00:00 GMT", None),
        ("Mon, 99 Foo 99999 99:99:99 GMT", None),
    ],
)
async def test_a_wait_that_makes_no_sense_is_bounded_or_ignored(
    asked: str, wait: timedelta | None
) -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.serve("/feed", b"", status=503, headers={"Retry-After": asked})
        outcome = await fetcher.fetch(site.url("/feed"))
        assert isinstance(outcome, Failed)
        assert outcome.wait == wait


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(FEED)),
        ("x-gzip", gzip.compress(FEED)),
        ("GZIP", gzip.compress(FEED)),
        ("deflate", zlib.compress(FEED)),
        ("deflate", zlib.compress(FEED)[2:-4]),
        ("gzip, gzip", gzip.compress(gzip.compress(FEED))),
        ("identity", FEED),
        ("", gzip.compress(FEED)),
        ("gzip", FEED),
        ("gzip", gzip.compress(FEED[:20]) + gzip.compress(FEED[20:])),
        ("gzip", gzip.compress(FEED) + b"\0\0 garbage"),
    ],
)
async def test_a_packed_body_is_unpacked_when_it_is_read(encoding: str, packed: bytes) -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.serve("/feed", packed, headers={"Content-Encoding": encoding})
        outcome = await fetcher.fetch(site.url("/feed"))
        assert isinstance(outcome, Fetched)
        assert outcome.raw == packed
        assert await outcome.body() == FEED


@pytest.mark.parametrize(
    ("encoding", "packed", "key"),
    [
        ("gzip", gzip.compress(FEED)[:-12], "source.http.cut"),
        ("gzip", b"nonsense", "source.body.encoding"),
        ("gzip", b"\x1f\x8bnonsense", "source.body.encoding"),
        ("deflate", b"\xff\xff\xff", "source.body.encoding"),
        ("gzip", b"", "source.http.cut"),
    ],
)
async def test_a_body_that_cannot_be_unpacked_is_told(
    encoding: str, packed: bytes, key: str
) -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.serve("/feed", packed, headers={"Content-Encoding": encoding})
        outcome = await fetcher.fetch(site.url("/feed"))
        assert isinstance(outcome, Fetched)
        with pytest.raises(SourceFault) as refused:
            await outcome.body()
        assert refused.value.key == key


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br", "gzip, gzip, gzip", "x" * 300])
async def test_an_encoding_that_was_not_asked_for_is_refused(encoding: str) -> None:
    async with Website() as site, _fetcher(site) as fetcher:
        site.serve("/feed", b"x", headers={"Content-Encoding": encoding})
        assert _fault(await fetcher.fetch(site.url("/feed"))).key == "source.body.encoding"


def _fetcher(site: Website, limits: Limits | None = None) -> Fetcher:
    return Fetcher(user_agent="Tocsin/test", allow_hosts=site.allowed, limits=limits)


def _fault(outcome: object) -> SourceFault:
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.fault, SourceFault)
    return outcome.fault
