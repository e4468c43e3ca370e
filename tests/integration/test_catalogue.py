"""The project's own `data/platforms`: what it says of platforms, and in which words."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.catalogue.platforms import PlatformKind, SourceAbout, load_platforms
from bot.domain.platforms import (
    CatalogueKind,
    Certainty,
    Exactness,
    PastDate,
    Platform,
    PlatformStatus,
    is_below,
)
from bot.i18n import Texts

DATA = Path(__file__).parents[2] / "data"
ANNOUNCED = date(2017, 7, 3)


@pytest.fixture(scope="module")
def platforms() -> dict[str, Platform]:
    return {platform.slug: platform for platform in load_platforms(DATA / "platforms")}


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load(DATA / "locales")


def test_the_eight_platforms_of_the_first_issue_are_described(
    platforms: dict[str, Platform],
) -> None:
    assert set(platforms) >= {
        "a-little-market",
        "amazon-handmade",
        "dawanda",
        "etsy",
        "folksy",
        "patreon",
        "redbubble",
        "shopify",
    }


def test_a_little_market_is_told_with_its_dates_and_successor(
    platforms: dict[str, Platform],
) -> None:
    market = platforms["a-little-market"]
    assert (market.status, market.successor) == (PlatformStatus.MERGED, "Etsy")
    ending = market.ending
    assert ending is not None
    assert ending.announced == PastDate(ANNOUNCED)
    assert ending.last_sale == PastDate(date(2017, 8, 31))
    assert ending.off == PastDate(date(2017, 9, 1), Exactness.MONTH)
    assert ending.notice_days == 59
    assert market.homepage_certainty is Certainty.UNVERIFIED


def test_help_centres_are_the_platforms_own_and_shared_hosts_are_not(
    platforms: dict[str, Platform],
) -> None:
    assert platforms["etsy"].owns_host("help.etsy.com")
    assert platforms["etsy"].owns_host("www.etsystatus.com")
    assert platforms["amazon-handmade"].owns_host("sellercentral.amazon.fr")
    assert not platforms["amazon-handmade"].owns_host("bucket.s3.amazonaws.com")
    assert not platforms["shopify"].owns_host("someshop.myshopify.com")
    assert not platforms["big-cartel"].owns_host("someshop.bigcartel.com")
    assert platforms["big-cartel"].owns_host("status.bigcartel.com")


def test_where_members_talk_nobody_speaks_for_the_platform(
    platforms: dict[str, Platform],
) -> None:
    for slug, host in (
        ("etsy", "community.etsy.com"),
        ("folksy", "talk.folksy.com"),
        ("ebay", "community.ebay.com"),
        ("itch-io", "somebody.itch.io"),
    ):
        assert not platforms[slug].owns_host(host)
    assert platforms["itch-io"].owns_host("itch.io")


def test_a_part_speaks_from_its_own_hosts_and_from_those_of_the_whole(
    platforms: dict[str, Platform],
) -> None:
    assert platforms["pattern-by-etsy"].owns_host("www.etsy.com")
    assert not platforms["pattern-by-etsy"].owns_host("community.etsy.com")
    assert platforms["amazon-merch"].owns_host("merch.amazon.com")
    assert platforms["amazon-merch"].owns_host("sellercentral.amazon.com")
    assert not platforms["etsy"].owns_host("www.alittlemarket.com")


def test_every_source_lies_on_a_host_of_its_platform(platforms: dict[str, Platform]) -> None:
    for platform in platforms.values():
        for source in platform.sources:
            host = re.match(r"https?://([^/:?#]+)", source.url)
            assert host, source.url
            owned = any(is_below(host[1], domain) for domain in platform.domains)
            assert owned or not platform.domains, source.url  # on hosts of everybody's none is
            if source in platform.feeds:
                assert platform.owns_host(host[1]), source.url


def test_at_least_150_platforms_are_described_and_each_language_has_some_of_its_own(
    platforms: dict[str, Platform],
) -> None:
    assert len(platforms) >= 150
    own = {platform.languages[0] for platform in platforms.values()}
    assert own >= {"en", "fr", "de", "es", "it", "pt", "nl"}


def test_whoever_can_still_sell_somewhere_is_told_where_to_look(
    platforms: dict[str, Platform],
) -> None:
    for platform in platforms.values():
        if platform.status in (PlatformStatus.OPEN, PlatformStatus.CLOSING):
            assert platform.sources, platform.slug
            assert platform.ending is None, platform.slug


def test_whatever_has_ended_says_when_or_since_when(platforms: dict[str, Platform]) -> None:
    for platform in platforms.values():
        if platform.status in (PlatformStatus.CLOSED, PlatformStatus.MERGED):
            assert platform.ending is not None, platform.slug
            assert platform.ending.ended is not None, platform.slug
            assert not platform.feeds, platform.slug
        if platform.status is PlatformStatus.MERGED:
            assert platform.successor, platform.slug


def test_what_is_certain_of_an_ending_is_not_more_than_of_its_platform(
    platforms: dict[str, Platform],
) -> None:
    for platform in platforms.values():
        if platform.ending is not None:
            assert platform.ending.certainty is platform.status_certainty, platform.slug


def test_endings_stand_in_the_order_of_time(platforms: dict[str, Platform]) -> None:
    for platform in platforms.values():
        ended = [each.ended.on for each in platform.endings if each.ended]
        assert len(ended) == len(platform.endings), platform.slug
        assert ended == sorted(ended), platform.slug


def test_help_with_taking_things_along_is_the_platforms_own(
    platforms: dict[str, Platform],
) -> None:
    for platform in platforms.values():
        if platform.export is not None and platform.export.help is not None:
            host = platform.export.help.split("/")[2]
            assert platform.owns_host(host), platform.slug


def test_french_words_about_the_past_use_french_signs(platforms: dict[str, Platform]) -> None:
    for platform in platforms.values():
        for ending in platform.endings:
            for words in (ending.part, ending.note):
                text = words.get("fr", "")
                assert "'" not in text, text
                assert not re.search(r"(?<![\u00a0\u202f])[:;?!»]|«(?!\u00a0)", text), text


def test_reports_of_outages_are_no_feeds_of_news(platforms: dict[str, Platform]) -> None:
    for platform in platforms.values():
        for source in platform.sources:
            if "status" in source.url.split("/")[2]:
                assert source.kind is CatalogueKind.STATUS, source.url


def test_a_help_centre_is_asked_for_what_was_changed_last(platforms: dict[str, Platform]) -> None:
    asked = "?sort_by=updated_at&sort_order=desc&per_page=30"
    found = [
        source
        for platform in platforms.values()
        for source in platform.sources
        if "/api/v2/help_center/" in source.url
    ]
    assert len(found) >= 7
    for source in found:
        assert source.kind is CatalogueKind.HELP, source.url
        assert source.url.endswith(f"/articles.json{asked}"), source.url


def test_every_kind_status_and_subject_has_words(texts: Texts) -> None:
    keys = [f"catalogue.kind.{kind}" for kind in PlatformKind]
    keys += [f"catalogue.about.{about}" for about in SourceAbout]
    keys += [f"catalogue.status.{status}" for status in PlatformStatus]
    keys += [f"catalogue.certainty.{certainty}" for certainty in Certainty]
    for key in keys:
        assert texts.get("en", key)
        assert texts.get("fr", key)
