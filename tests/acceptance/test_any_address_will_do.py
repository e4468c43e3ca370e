"""`/source add` takes whatever address is at hand, finds out what it is, says so, and asks where
there are several; nothing is watched that was not meant."""

import json

import pytest

from tests.rss import CLOSURE, NOTHING, rss
from tests.stage import Community
from tests.standin import Interaction

HOME = """<html><head><title>Kilnfolk</title>
<link rel="alternate" type="application/rss+xml" title="News" href="/news.xml">
<link rel="alternate" type="application/atom+xml" title="The same" href="/same.xml">
<link rel="alternate" type="application/rss+xml" title="Our **blog**" href="/blog.xml">
<link rel="alternate" type="application/rss+xml" title="Gone" href="/gone.xml">
</head><body>Welcome</body></html>"""
FORUM = '<html><head><meta name="generator" content="Discourse 3"></head></html>'


async def test_a_homepage_with_one_feed_is_read_by_it(makers: Community) -> None:
    site = makers.stage.site
    site.serve("/", HOME.replace("/blog.xml", "/gone.xml"), "text/html")
    makers.stage.publish(NOTHING, path="/news.xml")
    makers.stage.publish(NOTHING, path="/same.xml")
    shown = await add(makers, "/")
    assert (
        f"Behind this address stands a feed, and that is what is read: {site.url('/news.xml')}"
        in (shown.text)
    )
    assert "is watched for Kilnfolk: 1 entry is known" in shown.text
    await makers.reads(CLOSURE, NOTHING, path="/news.xml")
    assert len(makers.told) == 1


async def test_several_feeds_are_offered_and_those_chosen_are_watched(makers: Community) -> None:
    site = makers.stage.site
    publish_home(makers)
    shown = await add(makers, "/")
    assert "Behind this address stand 2 sources" in shown.text
    assert await listed(makers) == "No source of your own yet."[:26]
    done = await makers.stage.discord.select(
        makers.moderator, shown.message, ["News", "Our **blog**"]
    )
    assert done.ephemeral
    assert done.text.count("is watched for Kilnfolk") == 2
    assert {visit.path for visit in site.visits} >= {"/news.xml", "/blog.xml", "/gone.xml"}
    again = await makers.stage.discord.select(makers.moderator, shown.message, ["News"])
    assert "Not added" in again.text
    await makers.reads(CLOSURE, path="/blog.xml")
    assert len(makers.told) == 1


async def test_a_choice_passes_with_time_or_a_restart_and_says_so(makers: Community) -> None:
    publish_home(makers)
    shown = await add(makers, "/")
    makers.stage.clock.move(minutes=20)
    late = await makers.stage.discord.select(makers.moderator, shown.message, ["News"])
    assert late.text == "This choice has passed. Say /source add once more."
    await makers.stage.restart()
    again = await makers.stage.discord.select(makers.moderator, shown.message, ["News"])
    assert again.text == late.text


async def test_a_help_centre_is_read_by_its_own_interface_even_behind_a_wall(
    makers: Community,
) -> None:
    site = makers.stage.site
    site.serve("/hc/en-us", "No robots", "text/html", status=403)
    article = {
        "id": 1,
        "html_url": "https://help.kilnfolk.example/1",
        "title": "Export",
        "body": "",
    }
    query = "sort_by=updated_at&sort_order=desc&per_page=30"
    interface = f"/api/v2/help_center/en-us/articles.json?{query}"
    document = {"count": 1, "next_page": None, "articles": [article]}
    site.serve(interface, json.dumps(document), "application/json")
    shown = await add(makers, "/hc/en-us")
    assert "a help centre (Zendesk)" in shown.text
    assert "1 entry is known" in shown.text


async def test_in_a_forum_everybody_speaks_unless_a_moderator_says_otherwise(
    makers: Community,
) -> None:
    site = makers.stage.site
    site.serve("/c/news/5", FORUM, "text/html")
    forum = rss([NOTHING]).replace("<rss ", '<rss xmlns:discourse="http://www.discourse.org/" ', 1)
    site.serve("/c/news/5.rss", forum)
    shown = await add(makers, "/c/news/5")
    assert "a forum (Discourse)" in shown.text
    assert "count as community" in shown.text
    await makers.decides("source remove", {"source": "#1"})
    official = await add(makers, "/c/news/5", origin="official")
    assert "count as official" in official.text


async def test_a_forums_list_is_read_by_its_feed_or_else_as_it_is(makers: Community) -> None:
    site = makers.stage.site
    topic = {"id": 5, "slug": "glazes", "title": "Glazes", "created_at": "2026-01-12T09:00:00Z"}
    document = {"topic_list": {"topics": [topic]}}
    site.serve("/latest.json", json.dumps(document), "application/json")
    shown = await add(makers, "/latest.json")
    assert "This address is a forum (Discourse)." in shown.text
    await makers.decides("source remove", {"source": "#1"})
    makers.stage.publish(NOTHING, path="/latest.rss")
    better = await add(makers, "/latest.json")
    assert site.url("/latest.rss") in better.text


async def test_a_feed_at_a_usual_place_is_found_and_no_more_is_asked(makers: Community) -> None:
    site = makers.stage.site
    site.serve("/about", "<html><body>About us</body></html>", "text/html")
    makers.stage.publish(NOTHING, path="/rss.xml")
    shown = await add(makers, "/about")
    assert site.url("/rss.xml") in shown.text
    assert site.visits_to("/feed.xml") == 0


async def test_a_page_without_any_feed_is_refused_and_not_kept(makers: Community) -> None:
    makers.stage.site.serve("/about", "<html><body>About us</body></html>", "text/html")
    shown = await add(makers, "/about")
    assert "shows hardly any text at this address" in shown.text
    assert await listed(makers) == "No source of your own yet."


@pytest.mark.parametrize("language", ["en-US", "fr"])
async def test_a_dry_run_says_what_it_found_and_keeps_nothing(
    makers: Community, language: str
) -> None:
    publish_home(makers, CLOSURE)
    mod = makers.moderator
    shown = await makers.stage.discord.slash(
        makers.guild,
        makers.alerts,
        mod,
        "source test",
        {"source": makers.stage.site.url("/")},
        locale=language,
    )
    assert makers.stage.site.url("/news.xml") in shown.text
    assert makers.stage.site.url("/blog.xml") in shown.text
    assert "Kilnfolk is closing" in shown.text
    assert ("posted" in shown.text) is (language == "en-US")
    assert await listed(makers) == "No source of your own yet."


async def test_the_feed_of_a_status_page_is_told_as_such(makers: Community) -> None:
    channel = "<title>Kilnfolk Status</title><description>Statuspage</description>"
    feed = rss([CLOSURE]).replace("<title>News</title>", channel, 1)
    makers.stage.site.serve("/history.rss", feed)
    tried = await makers.decides("source test", {"source": makers.stage.site.url("/history.rss")})
    assert "to the moderators" in tried.text
    shown = await add(makers, "/history.rss")
    assert "This address is a status page (Statuspage)." in shown.text
    assert "outages, which are no news here" in shown.text
    assert "a status page (Statuspage)" in (await makers.decides("source list")).text
    assert makers.told == []


async def add(makers: Community, path: str, **options: str) -> Interaction:
    url = makers.stage.site.url(path)
    return await makers.decides("source add", {"url": url, "platform": "Kilnfolk", **options})


async def listed(makers: Community) -> str:
    return (await makers.decides("source list")).text[:26]


def publish_home(makers: Community, *more: object) -> None:
    makers.stage.site.serve("/", HOME, "text/html")
    news = (CLOSURE, NOTHING) if more else (NOTHING,)
    makers.stage.publish(*news, path="/news.xml")
    makers.stage.publish(*news, path="/same.xml")
    blog = NOTHING.but(title="Blog", guid="b", link="https://news.kilnfolk.example/blog")
    makers.stage.site.serve(
        "/blog.xml", rss([blog]).replace("<title>News</title>", "<title>Our **blog**</title>", 1)
    )
