"""Sources that are no RSS or Atom: watched, judged and told like any other."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.alerts import AlertState, Reason
from bot.domain.sources import SourceKind
from bot.ingest.documents import read_document
from bot.ingest.reading import FeedReader
from bot.services.leafing import MOST_PAGES
from tests.fakes import NOON
from tests.rss import CLOSURE, NOTHING, Item
from tests.watchtower import MODERATOR, Watchtower, watchtower

SAMPLES = Path(__file__).parents[1] / "feeds"
ARTICLES = "/api/v2/help_center/articles.json"
INCIDENTS = "/api/v2/incidents.json"
YEAR = timedelta(days=365)


@pytest.fixture
async def tower(tmp_path: Path) -> AsyncIterator[Watchtower]:
    async with watchtower(tmp_path) as made:
        await made.guild()
        yield made


async def test_the_worker_reads_json_as_one_would_here() -> None:
    body = (SAMPLES / "feed.json").read_bytes()
    url = "https://news.kilnfolk.example/feed.json"
    async with FeedReader() as reader:
        assert await reader.read(body, None, url) == read_document(body, None, url)
        assert reader.worker_pid is not None


@pytest.mark.parametrize(
    "name", ["feed.json", "zendesk.json", "statuspage.json", "discourse.json", "wordpress.json"]
)
async def test_halves_of_characters_come_through_the_worker_harmless(name: str) -> None:
    document = json.loads((SAMPLES / name).read_text())
    body = json.dumps(with_halves(document)).encode()
    assert b"\\ud800" in body
    async with FeedReader() as reader:
        read = await reader.read(body, None, "https://news.kilnfolk.example/wp-json/x")
    assert read.total > 0
    for entry in read.entries:
        assert entry.key.encode()
        assert (entry.title + entry.body + (entry.url or "")).encode()


async def test_a_closure_in_a_json_feed_rings_once(tower: Watchtower) -> None:
    publish(tower, NOTHING)
    url = tower.site.url("/feed.json")
    added = await tower.services.watching.add(10, MODERATOR, url, "Kilnfolk")
    assert (added.entries, added.source.kind) == (1, SourceKind.FEED)
    publish(tower, CLOSURE, NOTHING)
    assert (await tower.visit("/feed.json")).fresh == 1
    assert (await tower.visit("/feed.json")).fresh == 0
    assert len(await tower.to_say("alert")) == 1


async def test_a_feed_that_becomes_json_tells_nothing_anew(tower: Watchtower) -> None:
    await tower.watches(10, CLOSURE, NOTHING)
    publish(tower, CLOSURE, NOTHING, path="/feed.xml")
    assert (await tower.visit()).fresh == 0


def with_halves(value: Any) -> Any:
    """The same with half a surrogate pair at the end of every text but the version's."""
    match value:
        case dict():
            return {key: with_halves(each) for key, each in value.items()}
        case list():
            return [with_halves(each) for each in value]
        case str():
            return value + "\ud800"
    return value


def publish(tower: Watchtower, *items: Item, path: str = "/feed.json") -> None:
    tower.site.serve(path, json.dumps(feed(items)), "application/feed+json")


def feed(items: tuple[Item, ...]) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "News",
        "items": [
            {
                "id": item.guid,
                "url": item.link,
                "title": item.title,
                "content_html": item.body,
                "date_published": item.at.isoformat() if item.at else None,
            }
            for item in items
        ],
    }


async def test_a_new_article_of_a_help_centre_rings(tower: Watchtower) -> None:
    await help_centre(tower, article(1, NOTHING, created=NOON - YEAR))
    assert (await tower.source(ARTICLES)).kind is SourceKind.ZENDESK
    tower.clock.move(minutes=10)
    new = article(2, CLOSURE, created=tower.clock.now())
    serve_articles(tower, new, article(1, NOTHING, created=NOON - YEAR))
    assert (await tower.visit(ARTICLES)).fresh == 1
    assert len(await tower.to_say("alert")) == 1


async def test_an_old_article_that_is_changed_goes_to_review_with_the_years_of_its_change(
    tower: Watchtower,
) -> None:
    await help_centre(tower, article(1, NOTHING, created=NOON - 9 * YEAR))
    told = CLOSURE.but(body="Dear sellers, Kilnfolk will close for good on 31 May.")
    serve_articles(tower, article(1, told, created=NOON - 9 * YEAR, edited=NOON))
    assert (await tower.visit(ARTICLES)).fresh == 1
    alert = await tower.alert()
    assert (alert.state, alert.reason) == (AlertState.PENDING, Reason.BASELINE)
    assert [each.iso for each in alert.told.deadlines] == [f"{NOON.year}-05-31"]
    assert await tower.to_say("alert") == []


async def test_outages_are_no_news_and_a_status_page_alone_never_raises_a_closure(
    tower: Watchtower,
) -> None:
    fees = Item("New fees", "From 1 May 2026 the selling fee rises from 5% to 9%.", guid="fees")
    serve_incidents(tower)
    await tower.services.watching.add(10, MODERATOR, tower.site.url(INCIDENTS), "Kilnfolk")
    assert (await tower.source(INCIDENTS)).kind is SourceKind.STATUSPAGE
    outage = Item("Checkout is down", "We are closing all sessions until 6 May 2026.", guid="o")
    serve_incidents(tower, fees, outage)
    assert (await tower.visit(INCIDENTS)).fresh == 2
    assert await tower.alerts() == []
    serve_incidents(tower, CLOSURE, fees, outage)
    assert (await tower.visit(INCIDENTS)).fresh == 1
    assert (await tower.alert()).state is AlertState.PENDING
    assert await tower.to_say("alert") == []


async def test_what_a_feed_is_found_to_be_is_kept(tower: Watchtower) -> None:
    atom = (SAMPLES / "statuspage.atom").read_bytes()
    tower.site.serve("/history.atom", atom, "application/atom+xml", delay=0)
    added = await tower.services.watching.add(
        10, MODERATOR, tower.site.url("/history.atom"), "Kilnfolk"
    )
    assert added.source.kind is SourceKind.STATUSPAGE
    tower.site.serve("/history.atom", atom.replace(b"slow", b"very slow"), "text/xml")
    await tower.visit("/history.atom")
    assert (await tower.source("/history.atom")).kind is SourceKind.STATUSPAGE


async def help_centre(tower: Watchtower, *articles: dict[str, Any]) -> None:
    serve_articles(tower, *articles)
    await tower.services.watching.add(10, MODERATOR, tower.site.url(ARTICLES), "Kilnfolk")


def serve_articles(tower: Watchtower, *articles: dict[str, Any]) -> None:
    document = {"count": len(articles), "next_page": None, "articles": articles}
    tower.site.serve(ARTICLES, json.dumps(document), "application/json")


def article(
    key: int, item: Item, *, created: datetime, edited: datetime | None = None
) -> dict[str, Any]:
    return {
        "id": key,
        "html_url": f"https://help.kilnfolk.example/hc/en-us/articles/{key}",
        "title": item.title,
        "body": f"<p>{item.body}</p>",
        "created_at": created.isoformat(),
        "edited_at": (edited or created).isoformat(),
    }


def serve_incidents(tower: Watchtower, *items: Item) -> None:
    incidents = [
        {
            "id": item.guid,
            "name": item.title,
            "created_at": NOON.isoformat(),
            "incident_updates": [{"body": item.body}],
        }
        for item in items
    ]
    page = {"id": "k", "name": "Kilnfolk", "url": "https://status.kilnfolk.example"}
    document = {"page": page, "incidents": incidents}
    tower.site.serve(INCIDENTS, json.dumps(document), "application/json")


async def test_more_news_than_a_page_holds_is_leafed_through_but_not_without_end(
    tower: Watchtower,
) -> None:
    await help_centre(tower, article(1, NOTHING, created=NOON - YEAR))
    serve_pages(tower, 2, last=article(1, NOTHING, created=NOON - YEAR))
    assert (await tower.visit(ARTICLES)).fresh == 4
    assert tower.site.visits_to(page_of(2)) == 0, "the second page had old news: no third was asked"
    serve_pages(tower, 9, number=1000)
    assert (await tower.visit(ARTICLES)).fresh == 2 * MOST_PAGES
    assert (await tower.visit(ARTICLES)).fresh == 0


async def test_a_further_page_that_cannot_be_read_or_stands_elsewhere_spoils_nothing(
    tower: Watchtower,
) -> None:
    await help_centre(tower, article(1, NOTHING, created=NOON - YEAR))
    for number, following in enumerate(("/nowhere", "https://other.example/page")):
        new = article(100 + number, NOTHING.but(title=f"News {number}"), created=NOON)
        document = {"count": 1, "next_page": following, "articles": [new]}
        tower.site.serve(ARTICLES, json.dumps(document), "application/json")
        visit = await tower.visit(ARTICLES)
        assert (visit.fault, visit.fresh) == (None, 1)
    assert [visit.path for visit in tower.site.visits].count("/nowhere") == 1


def serve_pages(
    tower: Watchtower, pages: int, last: dict[str, Any] | None = None, number: int = 10
) -> None:
    """Pages of two new articles each, that follow each other; on the last `last`, too."""
    for page in range(pages):
        articles = [
            article(
                number + 2 * page + each,
                NOTHING.but(title=f"News {number + page}.{each}", body=f"{number} {page} {each}"),
                created=NOON,
            )
            for each in range(2)
        ]
        if last is not None and page == pages - 1:
            articles.append(last)
        document = {"count": 9, "next_page": page_of(page + 1), "articles": articles}
        tower.site.serve(page_of(page), json.dumps(document), "application/json")


def page_of(number: int) -> str:
    return f"{ARTICLES}?page={number}" if number else ARTICLES
