"""Pages over real HTTP: what counts as a change, what is kept, and how often they are visited."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.alerts import AlertState, Reason
from bot.domain.notices import Kind
from bot.domain.sources import Health, Source, SourceKind
from bot.errors import Refused
from bot.ingest.addresses import AllowHosts
from bot.services.adding import Choice, Wanted
from bot.services.resting import Rests
from bot.services.watching import Added
from tests.fakes import MovableClock
from tests.rss import NOTHING, rss
from tests.watchtower import MODERATOR, Watchtower, watchtower
from tests.webpages import FEES, HTML, news, page

DEARER = (FEES[0].replace("6.5", "7.2"), *FEES[1:])


@pytest.fixture
async def tower(tmp_path: Path) -> AsyncIterator[Watchtower]:
    async with watchtower(tmp_path) as made:
        await made.guild()
        yield made


async def add(tower: Watchtower, path: str = "/fees", platform: str = "Kilnfolk") -> Added:
    wanted = Wanted(10, MODERATOR, tower.site.url(path), platform)
    added = await tower.services.adding.add(wanted)
    assert isinstance(added, Added), added
    return added


async def watched(tower: Watchtower, html: str | None = None, path: str = "/fees") -> Source:
    tower.site.serve(path, html or page(), HTML)
    return (await add(tower, path)).source


async def test_a_page_is_kept_as_it_came_and_as_it_reads(tower: Watchtower) -> None:
    source = await watched(tower)
    assert source.kind is SourceKind.PAGE
    async with tower.storage.reading() as work:
        version = await work.pages.latest(source.id)
        assert version is not None
        copy = await work.pages.snapshot(version.snapshot_id)
    assert copy is not None
    assert copy.body == page().encode()
    assert copy.at == tower.clock.now()
    assert FEES[0] in version.text
    assert "Sell with us" not in version.text
    assert await tower.alerts() == []


async def test_a_change_counts_when_it_was_read_twice(tower: Watchtower) -> None:
    await watched(tower)
    tower.site.serve("/fees", page(DEARER), HTML)
    first = await tower.visit("/fees", minutes=800)
    assert (first.fresh, await tower.alerts()) == (0, [])
    assert first.source.next_poll_at - tower.clock.now() <= timedelta(minutes=15)
    second = await tower.visit("/fees", minutes=15)
    assert second.fresh == 1
    alert = await tower.alert()
    comparison = alert.told.comparison
    assert comparison is not None
    assert [(each.before, each.after) for each in comparison.moved] == [("6.5 %", "7.2 %")]
    assert alert.told.kind is Kind.POLICY
    assert "fees" in alert.told.topics
    assert (alert.state, alert.reason) == (AlertState.PUBLISHED, Reason.FIRST)
    third = await tower.visit("/fees", minutes=800)
    assert third.fresh == 0


async def test_a_page_that_blinks_is_no_news(tower: Watchtower) -> None:
    await watched(tower)
    for _ in range(4):
        tower.site.serve("/fees", page(DEARER), HTML)
        await tower.visit("/fees", minutes=15)
        tower.site.serve("/fees", page(), HTML)
        await tower.visit("/fees", minutes=15)
    assert await tower.alerts() == []


async def test_the_same_answer_twice_is_asked_for_whole(tower: Watchtower) -> None:
    tower.site.serve("/fees", page(), HTML, headers={"ETag": '"1"'})
    await add(tower)
    tower.site.serve("/fees", page(DEARER), HTML, headers={"ETag": '"2"'})
    await tower.visit("/fees", minutes=800)
    assert (await tower.visit("/fees")).fresh == 1


@pytest.mark.parametrize(
    "changed",
    [
        page(chrome="Recently viewed: a blue bowl."),
        page(head="<script>var token = '8842';</script>"),
        page([*FEES, "Last updated: 4 June 2026"]),
        page([*FEES, "12 out of 30 found this helpful"]),
        page([FEES[1], FEES[0], *FEES[2:]]),
        page([each.replace("'", "’").replace("We may", "We  may") for each in FEES]),
        page().replace("<p>", "<p class='x1'><span>").replace("</p>", "</span></p>"),
    ],
    ids=["chrome", "script", "date of revision", "votes", "order", "spelling", "markup"],
)
async def test_what_says_nothing_new_is_no_change(tower: Watchtower, changed: str) -> None:
    await watched(tower)
    tower.site.serve("/fees", changed, HTML)
    for _ in range(3):
        visit = await tower.visit("/fees", minutes=800)
        assert (visit.fault, visit.fresh) == (None, 0)
    assert await tower.alerts() == []
    assert await tower.rows("SELECT count(*) FROM snapshots") == [(1,)]


async def test_a_wall_is_blind_and_never_a_change(tower: Watchtower) -> None:
    await watched(tower)
    wall = "<html><head><title>Just a moment...</title></head><body>Checking</body></html>"
    tower.site.serve("/fees", wall, HTML)
    for _ in range(3):
        visit = await tower.visit("/fees", minutes=800)
        assert visit.source.health is Health.BLIND
    tower.site.serve("/fees", page(), HTML)
    visit = await tower.visit("/fees", minutes=800)
    assert (visit.source.health, visit.fresh) == (Health.OK, 0)
    assert await tower.alerts() == []


async def test_a_page_that_lost_most_of_its_text_is_believed_later(tower: Watchtower) -> None:
    long = [*FEES, *(f"Paragraph {n} says what happens to orders of kind {n}." for n in range(40))]
    await watched(tower, page(long))
    tower.site.serve("/fees", page(FEES), HTML)
    for _ in range(3):
        assert (await tower.visit("/fees", minutes=15)).fresh == 0
    assert (await tower.visit("/fees", minutes=15)).fresh == 1


async def test_a_new_way_of_reading_is_never_news(
    tower: Watchtower, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watched(tower)
    monkeypatch.setattr("bot.services.paging.WAY", 99)
    tower.site.serve("/fees", page(chrome="x"), HTML)
    assert (await tower.visit("/fees", minutes=800)).fresh == 0
    assert (await tower.visit("/fees", minutes=800)).fresh == 0
    # What changed at the same time is still seen, since the old copy is read the new way, too.
    monkeypatch.setattr("bot.services.paging.WAY", 100)
    tower.site.serve("/fees", page(DEARER), HTML)
    await tower.visit("/fees", minutes=800)
    assert (await tower.visit("/fees")).fresh == 1


async def test_a_page_is_visited_twice_a_day(tower: Watchtower) -> None:
    source = await watched(tower)
    wait = source.next_poll_at - tower.clock.now()
    assert timedelta(hours=6) <= wait <= timedelta(hours=12)


async def test_robots_txt_is_heeded_and_told(tower: Watchtower) -> None:
    source = await watched(tower)
    tower.site.serve("/robots.txt", "User-agent: Tocsin\nDisallow: /fees\n", "text/plain")
    tower.clock.move(hours=25)
    before = tower.site.visits_to("/fees")
    visit = await tower.services.poller.visit(source, afresh=True)
    assert visit.source.health is Health.BLIND
    assert visit.fault is not None
    assert visit.fault.key == "source.robots"
    assert tower.site.visits_to("/fees") == before
    tower.site.serve("/robots.txt", "User-agent: *\nDisallow: /private\n", "text/plain")
    assert (await tower.visit("/fees", minutes=60 * 25)).fault is None


async def test_robots_txt_is_asked_for_once_a_day(tower: Watchtower) -> None:
    tower.site.serve("/robots.txt", "", "text/plain")
    await watched(tower)
    for _ in range(3):
        await tower.visit("/fees", minutes=60)
    assert tower.site.visits_to("/robots.txt") == 1
    await tower.visit("/fees", minutes=60 * 25)
    assert tower.site.visits_to("/robots.txt") == 2


async def test_a_host_that_cannot_be_asked_is_not_visited(tower: Watchtower) -> None:
    tower.site.serve("/robots.txt", "", "text/plain", status=503)
    tower.site.serve("/fees", page(), HTML)
    before = tower.site.visits_to("/fees")
    visit = await tower.services.poller.visit(await _page_source(tower), afresh=True)
    assert visit.source.health is Health.SLOW
    assert tower.site.visits_to("/fees") == before


async def _page_source(tower: Watchtower) -> Source:
    async with tower.storage.unit_of_work() as work:
        source_id = await work.sources.add(
            tower.site.url("/fees"), tower.clock.now(), SourceKind.PAGE
        )
        found = await work.sources.find(source_id)
    assert found is not None
    return found


ITEMS = [
    (f"/news/{n}", f"News number {n} for all who sell", f"2026-02-{n:02}") for n in range(1, 7)
]
CLOSING = page(
    [
        "Kilnfolk closes on 30 June 2026: after that day nothing can be bought or sold here.",
        "New listings are refused from today. Please download your pictures and orders in time.",
        "Balances are paid out by 31 July 2026. Thank you for seven years with us.",
        "Thank you for all that you made and sent into the world from your sheds and kitchens.",
    ],
    "Kilnfolk closes",
)


async def test_a_list_yields_entries_with_what_stands_behind_the_links(tower: Watchtower) -> None:
    tower.site.serve("/news", news(reversed(ITEMS)), HTML)
    source = (await add(tower, "/news")).source
    assert source.kind is SourceKind.LIST
    assert await tower.alerts() == []
    assert tower.site.visits_to("/news/1") == 0
    tower.site.serve("/news/closing", CLOSING, HTML)
    fresh = ("/news/closing", "An important word to all sellers", "2026-03-02")
    tower.site.serve("/news", news([fresh, *reversed(ITEMS)]), HTML)
    visit = await tower.visit("/news", minutes=60)
    assert visit.fresh == 1
    alert = await tower.alert()
    assert alert.told.kind is Kind.CLOSURE
    assert "2026-06-30" in [each.iso for each in alert.told.deadlines]
    assert tower.site.visits_to("/news/closing") == 1
    assert (await tower.visit("/news", minutes=60)).fresh == 0
    assert tower.site.visits_to("/news/closing") == 1


async def test_an_article_that_cannot_be_had_now_is_read_later(tower: Watchtower) -> None:
    tower.site.serve("/news", news(reversed(ITEMS)), HTML)
    await add(tower, "/news")
    fresh = ("/news/closing", "An important word to all sellers", "2026-03-02")
    tower.site.serve("/news/closing", "", HTML, status=503)
    tower.site.serve("/news", news([fresh, *reversed(ITEMS)]), HTML)
    assert (await tower.visit("/news", minutes=60)).fresh == 0
    tower.site.serve("/news/closing", CLOSING, HTML)
    tower.site.serve("/news", news([fresh, *reversed(ITEMS)]) + "<!-- -->", HTML)
    assert (await tower.visit("/news", minutes=60)).fresh == 1


async def test_a_page_with_rules_that_names_a_feed_is_offered_beside_it(tower: Watchtower) -> None:
    link = "<link rel='alternate' type='application/rss+xml' href='/feed.xml' title='Blog'>"
    tower.site.serve("/fees", page(head=link), HTML)
    tower.site.serve("/feed.xml", rss([NOTHING]))
    wanted = Wanted(10, MODERATOR, tower.site.url("/fees"), "Kilnfolk")
    choice = await tower.services.adding.add(wanted)
    assert isinstance(choice, Choice)
    kinds = [each.kind for each in choice.candidates]
    assert kinds == [SourceKind.PAGE, SourceKind.FEED]
    (chosen,) = await tower.services.adding.choose(10, choice.token, [0])
    assert isinstance(chosen.outcome, Added)
    assert chosen.outcome.source.kind is SourceKind.PAGE


async def test_a_dry_run_shows_what_is_seen(tower: Watchtower) -> None:
    tower.site.serve("/fees", page(), HTML)
    trial = await tower.services.trying.test(tower.site.url("/fees"), 10)
    assert trial.kind is SourceKind.PAGE
    assert FEES[0] in trial.tried[0].entry.body
    assert await tower.rows("SELECT count(*) FROM sources") == [(0,)]


FRENCH = (
    "Quand vous vendez un objet sur Kilnfolk, vous payez 6,5 % du total de la commande.",
    "Une annonce coûte 0,20 EUR et dure quatre mois, ou jusqu’à la vente de l’objet.",
    "Le traitement du paiement coûte 4 % plus 0,30 EUR pour chaque commande payée par carte.",
    "Les versements ont lieu trois jours après la livraison, sur le compte que vous avez choisi.",
)


async def test_the_same_document_in_another_language_belongs_to_the_same_alert(
    tower: Watchtower,
) -> None:
    await watched(tower)
    await watched(tower, page(FRENCH, "Frais et paiements", language="fr"), "/frais")
    tower.site.serve("/fees", page(DEARER), HTML)
    await tower.visit("/fees", minutes=800)
    await tower.visit("/fees")
    first = await tower.alert()
    dearer = (FRENCH[0].replace("6,5", "7,2"), *FRENCH[1:])
    tower.site.serve("/frais", page(dearer, "Frais et paiements", language="fr"), HTML)
    await tower.visit("/frais", minutes=800)
    await tower.visit("/frais")
    again = await tower.alert()
    assert again.id == first.id
    assert len(again.told.links) == 2


async def test_a_guild_may_watch_as_many_sources_as_the_operator_says(tower: Watchtower) -> None:
    tower.services.watching.most = 1
    await watched(tower)
    tower.site.serve("/terms", page(title="Terms"), HTML)
    with pytest.raises(Refused) as refused:
        await add(tower, "/terms")
    assert (refused.value.key, refused.value.arguments["most"]) == ("source.too_many", 1)


async def test_between_the_requests_of_one_visit_the_host_has_a_rest(
    tower: Watchtower, monkeypatch: pytest.MonkeyPatch
) -> None:
    tower.site.serve("/news", news(reversed(ITEMS)), HTML)
    await add(tower, "/news")
    rests: list[str] = []

    async def rest(_: Rests, url: str) -> None:
        rests.append(url)

    monkeypatch.setattr(Rests, "before", rest)
    fresh = [(f"/news/new{n}", f"A fresh word number {n} to sellers", "2026-03-02") for n in (1, 2)]
    for path, _, _ in fresh:
        tower.site.serve(path, CLOSING, HTML)
    tower.site.serve("/news", news([*fresh, *reversed(ITEMS)]), HTML)
    await tower.visit("/news", minutes=60 * 25)
    asked = [visit.path for visit in tower.site.visits[-4:]]
    assert asked == ["/robots.txt", "/news", "/news/new1", "/news/new2"]
    assert rests == [tower.site.url(path) for path in ("/robots.txt", "/news/new1", "/news/new2")]


async def test_only_the_operators_own_hosts_have_no_rest() -> None:
    slept: list[float] = []

    class Sleeper(MovableClock):
        async def sleep(self, seconds: float) -> None:
            slept.append(seconds)

    rests = Rests(Sleeper(), AllowHosts.parse("127.0.0.1"))
    await rests.before("http://127.0.0.1:80/feed")
    await rests.before("https://blog.example/feed")
    assert slept == [1.5]
