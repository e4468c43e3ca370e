"""The doctor's visits: at most a few at once, one at a time at each host, and where nothing can be
reached the fault is not the sites'."""

import io
import json
from collections.abc import Sequence

from bot.cli.doctor import FindingsView, JsonView
from bot.cli.wording import Wording
from bot.domain.findings import Finding, Grade
from bot.domain.platforms import CatalogueKind
from bot.domain.sources import SourceKind
from bot.ingest.addresses import AllowHosts
from bot.ingest.fetching import Fetcher
from bot.ingest.reading import FeedReader
from bot.services.doctor import Part
from bot.services.doctor_sources import OFFLINE_AFTER, Address, Rounds
from tests.fakes import MovableClock
from tests.loaded import loaded
from tests.rss import NOTHING, rss
from tests.webpages import FEES, HTML, page
from tests.website import Website

HOSTS = [f"127.0.0.{number}" for number in range(1, OFFLINE_AFTER + 4)]


async def found(urls: Sequence[str]) -> list[Finding]:
    wanted = [Address(url, url, CatalogueKind.FEED, None, watched=True) for url in urls]
    allow = AllowHosts.parse(",".join(HOSTS))
    async with Fetcher(user_agent="test", allow_hosts=allow) as fetcher, FeedReader() as reader:
        return [each async for each in Rounds(fetcher, reader, MovableClock(), allow).visit(wanted)]


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


async def test_each_state_of_an_address_is_told_for_people_and_programs() -> None:
    platform = next(each for each in loaded()[1].platforms if each.slug == "folksy")
    async with Website() as site:
        site.serve("/feed.xml", rss([NOTHING], title="Folksy blog"))
        site.redirect("/moved.xml", site.url("/feed.xml"), 301)
        site.serve("/gone.xml", "", status=404)
        site.serve("/wall.xml", "", status=403)
        site.serve("/stranger.xml", rss([NOTHING], title="Parked domains"))
        site.serve("/page.xml", "<html><body>Nothing of a feed</body></html>", "text/html")
        site.serve("/terms", page([*FEES, "Folksy is a market for makers."]), HTML)
        site.serve("/robots.txt", "User-agent: *\nDisallow: /private", "text/plain")
        site.serve("/private", page(), HTML)
        wanted = [
            Address(
                site.url(path), path, kind, None, watched=True, platform=platform, reads_as=reads
            )
            for path, kind, reads in [
                ("/feed.xml", CatalogueKind.FEED, SourceKind.FEED),
                ("/moved.xml", CatalogueKind.FEED, SourceKind.FEED),
                ("/gone.xml", CatalogueKind.FEED, SourceKind.FEED),
                ("/wall.xml", CatalogueKind.FEED, SourceKind.FEED),
                ("/stranger.xml", CatalogueKind.FEED, SourceKind.FEED),
                ("/page.xml", CatalogueKind.FEED, SourceKind.FEED),
                ("/terms", CatalogueKind.PAGE, SourceKind.PAGE),
                ("/private", CatalogueKind.PAGE, SourceKind.PAGE),
            ]
        ]
        async with (
            Fetcher(user_agent="test", allow_hosts=site.allowed) as fetcher,
            FeedReader() as reader,
        ):
            rounds = Rounds(fetcher, reader, MovableClock(), site.allowed)
            findings = [each async for each in rounds.visit(wanted)]
    states = {str(each.facts["name"]): each.facts["state"] for each in findings}
    assert states == {
        "/feed.xml": "ok",
        "/moved.xml": "moved",
        "/gone.xml": "dead",
        "/wall.xml": "blind",
        "/stranger.xml": "wrong",
        "/page.xml": "wrong",
        "/terms": "ok",
        "/private": "blind",
    }
    newest = {each.facts["name"]: each.facts.get("newest") for each in findings}
    assert newest["/feed.xml"] == "2026-02-28"
    written = io.StringIO()
    for view in (JsonView(written, Wording(loaded()[0], "en")),):
        for each in findings:
            view.show(Part.SOURCES, each)
        view.total()
    document = json.loads(written.getvalue())
    assert [each["source"]["state"] for each in document["findings"]] == [
        each.facts["state"] for each in findings
    ]
    table = io.StringIO()
    shown = FindingsView(table, Wording(loaded()[0], "en"))
    for each in findings:
        shown.show(Part.SOURCES, each)
    shown.total()
    lines = table.getvalue().split("State")[1].splitlines()
    assert "not what it claims" in "".join(lines[2:5])
