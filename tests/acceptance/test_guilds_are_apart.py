"""What one guild watches, decides or corrects never shows in another; only the operator's sources
speak to all. Two platforms never share an incident, however alike their texts."""

import pytest

from bot.domain.sources import Watcher
from tests.rss import CLOSURE, LETTER, NOTHING, PRESS
from tests.stage import Community, Stage


@pytest.fixture
async def others(tocsin: Stage, makers: Community) -> Community:
    """A second guild, beside `makers`."""
    return await tocsin.community("Others")


async def test_a_guilds_source_speaks_to_that_guild_alone(
    makers: Community, others: Community
) -> None:
    await others.watches("Kilnfolk", NOTHING, path="/theirs.xml")
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    assert len(makers.told) == 1
    assert (others.told, others.cards) == ([], [])
    for command in ("source list", "following", "alerts"):
        shown = await others.decides(command)
        assert makers.stage.site.url("/feed.xml") not in shown.text
    status = await others.asks(others.maker, "status")
    assert "0 alerts told, 0 waiting" in status.text
    assert "1 source is watched for you." in status.text


async def test_a_report_is_laid_before_its_own_guild_alone(
    makers: Community, others: Community
) -> None:
    await others.watches("Kilnfolk", NOTHING, path="/theirs.xml")
    await makers.asks(makers.maker, "report", {"text": LETTER})
    assert len(makers.cards) == 1
    assert (others.told, others.cards) == ([], [])


async def test_decisions_and_corrections_bind_one_guild(
    makers: Community, others: Community
) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await others.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    (ours,), (theirs,) = makers.told, others.told
    before = theirs.text
    await makers.decides(
        "incident correct",
        {"incident": "Kilnfolk", "date": "2026-07-31", "date_of": "site_off"},
    )
    assert "31 July 2026" in ours.text
    await makers.decides("incident retract", {"incident": "Kilnfolk"})
    assert ours.text.startswith("## Retracted")
    assert theirs.text == before
    assert others.thread(theirs) == []


async def test_another_guilds_alert_cannot_be_named(makers: Community, others: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    for command in ("incident retract", "incident why", "checklist"):
        refused = await others.decides(command, {"incident": "1"})
        assert refused.text.startswith("There is no such alert here."), command
    refused = await others.decides("source remove", {"source": "#1"})
    assert refused.text.startswith("No source “\\#1” here.")


async def test_one_incident_known_to_all_and_a_guilds_own_word_make_one_alert(
    makers: Community, others: Community, tocsin: Stage
) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await others.watches("Kilnfolk", NOTHING, path="/theirs.xml")
    await _operator_watches(tocsin, "/public.xml")
    tocsin.publish(PRESS, NOTHING, path="/public.xml")
    await tocsin.visit()
    assert (len(makers.cards), len(others.cards)) == (1, 1)
    await makers.reads(CLOSURE, NOTHING)
    (alert,) = makers.told
    assert alert.text.startswith("## Kilnfolk is closing\n**Official:**")
    assert others.told == []
    assert "**Origin:** press" in others.cards[0].text
    assert "export" not in others.cards[0].text, "what is private stays so"


async def test_two_platforms_with_the_same_text_are_two_alerts(makers: Community) -> None:
    body = "Dear sellers, we will close our marketplace for good on 31 May 2026."
    text = CLOSURE.but(title="We are closing", body=body)
    await makers.watches("Kilnfolk", NOTHING)
    await makers.watches("Yarnyard", NOTHING, path="/yarn.xml")
    makers.stage.publish(text, NOTHING)
    makers.stage.publish(text, NOTHING, path="/yarn.xml")
    await makers.stage.visit()
    titles = sorted(alert.text.split("\n")[0] for alert in makers.told)
    assert titles == ["## Kilnfolk is closing", "## Yarnyard is closing"]


async def test_free_names_match_after_folding_and_not_by_likeness(makers: Community) -> None:
    await makers.watches("Fil & Bobine", NOTHING)
    await makers.watches("FIL & BOBÌNE", NOTHING, path="/two.xml")
    await makers.watches("Fil & Bobines", NOTHING, path="/three.xml")
    following = await makers.decides("following")
    assert following.text.count("**Fil & Bobine**") == 1
    own, other = following.text.split("**Fil & Bobines**")
    assert (own.count("): is read"), other.count("): is read")) == (2, 1)


@pytest.mark.parametrize(
    ("origin", "posted"), [("official", True), ("press", False), ("community", False)]
)
async def test_a_source_counts_as_its_guild_says(
    makers: Community, origin: str, posted: bool
) -> None:
    added = await makers.watches("Kilnfolk", NOTHING, origin=origin)
    words = {"official": "count as official", "press": "as press", "community": "as community"}
    assert words[origin] in added.text
    await makers.reads(CLOSURE.but(link="https://elsewhere.example/x"), NOTHING)
    assert (len(makers.told), len(makers.cards)) == ((1, 0) if posted else (0, 1))


async def test_without_a_word_on_it_a_source_counts_as_official_even_for_a_known_platform(
    makers: Community,
) -> None:
    await makers.watches("A Little Market", NOTHING)
    fin = CLOSURE.but(
        title="A Little Market is closing", body=CLOSURE.body.replace("Kilnfolk", "A Little Market")
    )
    await makers.reads(fin, NOTHING)
    assert makers.told[0].text.startswith("## A Little Market is closing\n**Official:**")


async def _operator_watches(tocsin: Stage, path: str) -> None:
    tocsin.publish(NOTHING, path=path)
    now = tocsin.clock.now()
    async with tocsin.app.services.storage.unit_of_work() as work:
        source_id = await work.sources.add(tocsin.site.url(path), now)
        watcher = Watcher(0, source_id, None, "The Paper", "kilnfolk", "Kilnfolk", None, now)
        await work.sources.watch(watcher, created_by=None, now=now)
