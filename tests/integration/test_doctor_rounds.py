"""The doctor's visits: at most a few at once, one at a time at each host, and where nothing can be
reached the fault is not the sites'."""

from collections.abc import Sequence

from bot.domain.findings import Finding, Grade
from bot.domain.platforms import CatalogueKind
from bot.ingest.addresses import AllowHosts
from bot.ingest.fetching import Fetcher
from bot.ingest.reading import FeedReader
from bot.services.doctor_sources import OFFLINE_AFTER, Address, Rounds
from tests.fakes import MovableClock
from tests.rss import NOTHING, rss
from tests.website import Website

HOSTS = [f"127.0.0.{number}" for number in range(1, OFFLINE_AFTER + 4)]


async def found(urls: Sequence[str]) -> list[Finding]:
    wanted = [Address(url, url, CatalogueKind.FEED, None, watched=True) for url in urls]
    allow = AllowHosts.parse(",".join(HOSTS))
    async with Fetcher(user_agent="test", allow_hosts=allow) as fetcher, FeedReader() as reader:
        return [each async for each in Rounds(fetcher, reader, MovableClock()).visit(wanted)]


async def test_where_nothing_can_be_reached_it_is_said_once(unused_tcp_port: int) -> None:
    (one,) = await found([f"http://{host}:{unused_tcp_port}/" for host in HOSTS])
    assert one.grade is Grade.FAULT
    assert one.said.key == "doctor.visit.offline"


async def test_where_anything_can_be_reached_each_has_its_line(unused_tcp_port: int) -> None:
    async with Website() as site:
        site.serve("/feed.xml", rss([NOTHING]))
        dead = [f"http://{host}:{unused_tcp_port}/" for host in HOSTS[: OFFLINE_AFTER - 1]]
        all_found = await found([*dead, site.url("/feed.xml")])
    assert len(all_found) == OFFLINE_AFTER
    assert [each.said.key for each in all_found].count("doctor.visit.failed") == OFFLINE_AFTER - 1


async def test_a_few_dead_addresses_are_no_dead_network(unused_tcp_port: int) -> None:
    dead = [f"http://{host}:{unused_tcp_port}/" for host in HOSTS[:3]]
    assert [each.said.key for each in await found(dead)] == ["doctor.visit.failed"] * 3


async def test_one_host_is_visited_by_one_at_a_time() -> None:
    async with Website() as site:
        for number in range(5):
            site.serve(f"/{number}", rss([NOTHING]), delay=0.05)
        await found([site.url(f"/{number}") for number in range(5)])
        assert [visit.path for visit in site.visits] == [f"/{number}" for number in range(5)]
        assert site.connections == 1
