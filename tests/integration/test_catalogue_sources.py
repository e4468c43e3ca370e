"""The operator's feeds: watched and visited only where somebody follows, kept in step with the
catalogue, and told of honestly when they never could be read."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.catalogue.catalogue import Catalogue
from bot.chat.health_card import health_card
from bot.detection.weighing import Weights
from bot.domain.platforms import CatalogueKind, CatalogueSource, Certainty
from bot.domain.sources import Health, Source, Watcher
from bot.services.following import Following
from tests.card_samples import AT, NONCE, TEXTS, text_of
from tests.unit.test_platforms import ALM, ETSY
from tests.watchtower import Watchtower, watchtower


@pytest.fixture
async def tower(tmp_path: Path) -> AsyncIterator[Watchtower]:
    async with watchtower(tmp_path) as made:
        yield made


def feed(path: str, name: str) -> CatalogueSource:
    return CatalogueSource(
        f"https://etsy.example/{path}", CatalogueKind.FEED, "en", Certainty.UNVERIFIED, name
    )


PAGE = replace(feed("terms", "Terms"), kind=CatalogueKind.PAGE)
OUTAGES = replace(feed("status", "Outages"), kind=CatalogueKind.STATUS)


def following(tower: Watchtower, *etsy: CatalogueSource) -> Following:
    catalogue = Catalogue((ALM, replace(ETSY, sources=etsy)), {}, {}, Weights.none())
    return Following(tower.storage, catalogue, tower.clock, lambda: None)


async def watched(tower: Watchtower) -> list[tuple[str, str]]:
    async with tower.storage.reading() as work:
        pairs = await work.sources.watchers_for(None)
    return [(watcher.name, source.url.rpartition("/")[2]) for watcher, source in pairs]


async def visited(tower: Watchtower) -> list[str]:
    async with tower.storage.reading() as work:
        return [source.url.rpartition("/")[2] for source in await work.sources.watched()]


async def test_only_feeds_of_what_somebody_follows_are_visited(tower: Watchtower) -> None:
    etsy = following(tower, feed("blog", "Blog"), PAGE, OUTAGES)
    await etsy.sync_catalogue()
    assert await watched(tower) == []
    guild = await tower.guild()
    await etsy.follow(guild, "Étsy")
    assert await watched(tower) == [("Blog", "blog")]
    assert await visited(tower) == ["blog"]
    await etsy.unfollow(guild, "Étsy", None)
    assert await visited(tower) == []


async def test_an_upgrade_renames_adds_and_drops_feeds(tower: Watchtower) -> None:
    guild = await tower.guild()
    before = following(tower, feed("blog", "Étsy: blog"), feed("old", "Old"))
    await before.follow(guild, "Étsy")
    after = following(tower, feed("blog", "Étsy Journal"), feed("new", "New"))
    await after.sync_catalogue()
    assert await watched(tower) == [("New", "new"), ("Étsy Journal", "blog")]
    await after.sync_catalogue()
    assert await watched(tower) == [("New", "new"), ("Étsy Journal", "blog")]


async def test_a_feed_that_moved_to_another_platform_is_watched_for_that(
    tower: Watchtower,
) -> None:
    guild = await tower.guild()
    await following(tower, feed("blog", "Blog")).follow(guild, "Étsy")
    moved = Catalogue((replace(ALM, sources=(feed("blog", "Blog"),)), ETSY), {}, {}, Weights.none())
    later = Following(tower.storage, moved, tower.clock, lambda: None)
    await later.follow(guild, "A Little Market")
    await later.sync_catalogue()
    async with tower.storage.reading() as work:
        ((watcher, _),) = await work.sources.watchers_for(None)
    assert watcher.platform == "a-little-market"


async def a_blind_source(tower: Watchtower) -> Source:
    await following(tower, feed("blog", "Blog")).follow(await tower.guild(), "Étsy")
    async with tower.storage.reading() as work:
        ((_, source),) = await work.sources.watchers_for(None)
    return replace(source, health=Health.BLIND, health_since=AT)


@pytest.mark.parametrize("locale", ["en", "fr"])
async def test_what_never_could_be_read_has_not_stopped_speaking(
    tower: Watchtower, locale: str
) -> None:
    source = await a_blind_source(tower)
    watcher = Watcher(1, source.id, None, "Blog", "etsy", "Étsy", None, None)
    told = health_card(TEXTS, locale, replace(watcher, told_health=Health.BLIND), source, NONCE)
    said = text_of(told)
    assert TEXTS.get(locale, "health.todo_catalogue") in said
    assert {"en": "could not be read once so far", "fr": "n’a encore jamais pu être lu"}[
        locale
    ] in said


@pytest.mark.parametrize(
    ("guild_id", "health", "todo"),
    [
        (None, Health.BLIND, "health.todo.blind"),
        (None, Health.BROKEN, "health.todo_catalogue"),
        (None, Health.MOVED, "health.todo_catalogue"),
        (None, Health.GONE, "health.todo.gone"),
        (10, Health.BROKEN, "health.todo.broken"),
        (10, Health.MOVED, "health.todo.moved"),
    ],
)
async def test_nobody_is_asked_to_mend_an_address_of_the_catalogue(
    tower: Watchtower, guild_id: int | None, health: Health, todo: str
) -> None:
    source = replace(await a_blind_source(tower), read_at=AT - timedelta(days=1))
    watcher = Watcher(1, source.id, guild_id, "Blog", "etsy", "Étsy", None, AT, told_health=health)
    said = text_of(health_card(TEXTS, "en", watcher, source, NONCE))
    assert TEXTS.get("en", todo) in said
    assert "has stopped speaking to us" in said
