"""The project's own `data/`: what it says of platforms and of the way out, and in which words."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.catalogue.checklists import LONGEST_TITLE, LONGEST_WHY, load_checklists
from bot.catalogue.platforms import PlatformKind, SourceAbout, load_platforms
from bot.domain.checklists import Plan, Step, Template, plan
from bot.domain.notices import Deadline, Precision, What
from bot.domain.platforms import (
    Certainty,
    Exactness,
    PastDate,
    Platform,
    PlatformStatus,
    SourceKind,
    is_below,
)
from bot.i18n import Texts

DATA = Path(__file__).parents[2] / "data"
ANNOUNCED = date(2017, 7, 3)
LAST_SALE = Deadline(date(2017, 8, 31), Precision.DAY, What.LAST_SALE, "jusqu’au 31 août")
FREEZE = Deadline(ANNOUNCED, Precision.DAY, What.LISTING_FREEZE, "dès aujourd’hui")
SITE_OFF = Deadline(date(2017, 9, 1), Precision.PART, What.SITE_OFF, "fin septembre")
A_LITTLE_MARKET = (FREEZE, LAST_SALE, SITE_OFF)


@pytest.fixture(scope="module")
def platforms() -> dict[str, Platform]:
    return {platform.slug: platform for platform in load_platforms(DATA / "platforms")}


@pytest.fixture(scope="module")
def closure() -> Template:
    return load_checklists(DATA / "checklists")["closure"]


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load(DATA / "locales")


def of(found: Plan, step_id: str) -> date:
    due_on = next(each.due_on for each in found.steps if each.step.id == step_id)
    assert due_on is not None
    return due_on


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
            assert any(is_below(host[1], domain) for domain in platform.domains), source.url
            if source.kind is SourceKind.FEED:
                assert platform.owns_host(host[1]), source.url


def test_at_least_forty_platforms_are_described_and_each_language_has_some_of_its_own(
    platforms: dict[str, Platform],
) -> None:
    assert len(platforms) >= 40
    own = {platform.languages[0] for platform in platforms.values()}
    assert own >= {"en", "fr", "de", "es", "it", "pt", "nl"}


def test_whoever_can_still_sell_somewhere_is_told_where_to_look(
    platforms: dict[str, Platform],
) -> None:
    for platform in platforms.values():
        if platform.status in (PlatformStatus.OPEN, PlatformStatus.CLOSING):
            assert platform.sources, platform.slug
            assert platform.domains, platform.slug
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
                assert source.kind is SourceKind.STATUS, source.url


def test_every_kind_status_and_subject_has_words(texts: Texts) -> None:
    keys = [f"catalogue.kind.{kind}" for kind in PlatformKind]
    keys += [f"catalogue.about.{about}" for about in SourceAbout]
    keys += [f"catalogue.status.{status}" for status in PlatformStatus]
    keys += [f"catalogue.certainty.{certainty}" for certainty in Certainty]
    for key in keys:
        assert texts.get("en", key)
        assert texts.get("fr", key)


def test_the_full_plan_is_long_enough_to_help_and_short_enough_to_read(closure: Template) -> None:
    assert 16 <= len(closure.steps) <= 24
    assert 7 <= len(closure.short) <= 9


def test_every_step_says_what_and_why_in_both_languages(closure: Template) -> None:
    for step in closure.steps:
        for language in ("en", "fr"):
            assert 0 < len(step.title[language]) <= LONGEST_TITLE
            assert 0 < len(step.why[language]) <= LONGEST_WHY
        assert step.title["en"] != step.title["fr"]


def test_every_step_rests_on_facts(closure: Template) -> None:
    for step in closure.steps:
        assert step.facts, step.id
        assert len({fact.id for fact in step.facts}) == len(step.facts), step.id


def test_what_is_law_somewhere_names_the_place_and_is_no_legal_advice(closure: Template) -> None:
    legal = [step for step in closure.steps if step.countries]
    assert {step.id for step in legal} == {"request-data", "keep-papers"}
    for step in legal:
        assert "not legal advice" in step.why["en"]
        assert "pas un conseil juridique" in step.why["fr"]


def test_french_words_use_french_signs(closure: Template, texts: Texts) -> None:
    said = [text for step in closure.steps for text in (step.title["fr"], step.why["fr"])]
    for key, forms in texts.sentences["fr"].items():
        if key.startswith(("catalogue.", "checklist.")):
            said += forms
    for text in said:
        assert "'" not in text, text
        assert not re.search(r"(?<![\u00a0\u202f\d]):(?!\S)|(?<![\u00a0\u202f])[;?!]", text), text
        assert not re.search(r"«(?!\u00a0)|(?<!\u00a0)»", text), text


def test_no_step_offers_to_write_to_the_marketplaces_buyers(closure: Template) -> None:
    for step in closure.steps:
        said = f"{step.title['en']} {step.why['en']}".casefold()
        assert not re.search(
            r"(e-?mail|write to|contact) (all )?(your|the) (buyers|customers)", said
        )


def test_a_little_market_begins_with_the_proof_the_money_and_the_frozen_listings(
    closure: Template,
) -> None:
    found = plan(closure, A_LITTLE_MARKET, ANNOUNCED, ANNOUNCED)
    assert not found.short
    assert [each.step.id for each in found.steps[:3]] == [
        "save-announcement",
        "withdraw-balance",
        "finish-listings",
    ]
    assert [each.due_on for each in found.steps[:3]] == [ANNOUNCED] * 3
    assert not any(each.late for each in found.steps)


def test_what_a_new_shop_needs_is_due_before_the_last_sale_and_papers_before_the_site_goes(
    closure: Template,
) -> None:
    found = plan(closure, A_LITTLE_MARKET, ANNOUNCED, ANNOUNCED)
    assert of(found, "choose-new-home") < of(found, "test-move") < of(found, "show-new-address")
    assert of(found, "show-new-address") < LAST_SALE.on
    assert of(found, "finish-orders") <= LAST_SALE.on
    assert of(found, "save-invoices") < SITE_OFF.on
    assert of(found, "check-last-payout") > LAST_SALE.on


def test_the_day_after_a_freeze_the_lost_step_is_late_and_out_of_the_way(
    closure: Template,
) -> None:
    found = plan(closure, A_LITTLE_MARKET, ANNOUNCED, ANNOUNCED + timedelta(days=1))
    late = [each.step.id for each in found.steps if each.late]
    assert late == ["finish-listings"]
    order = [each.step.id for each in found.steps]
    assert order[order.index("finish-listings") + 1 :] == ["check-last-payout", "keep-papers"]


def test_a_moved_end_moves_what_is_counted_from_it(closure: Template) -> None:
    later = Deadline(date(2017, 10, 31), Precision.DAY, What.SITE_OFF, "le 31 octobre")
    before = plan(closure, A_LITTLE_MARKET, ANNOUNCED, ANNOUNCED)
    after = plan(closure, (FREEZE, LAST_SALE, later), ANNOUNCED, ANNOUNCED)
    for step_id in ("save-invoices", "export-orders", "check-backup"):
        assert of(after, step_id) == of(before, step_id) + (later.on - SITE_OFF.on)
    assert of(after, "finish-orders") == of(before, "finish-orders")


def test_one_days_notice_gives_money_orders_photos_listings_papers_reviews_links(
    closure: Template,
) -> None:
    tomorrow = Deadline(date(2023, 4, 4), Precision.DAY, What.SITE_OFF, "dès demain")
    found = plan(closure, [tomorrow], date(2023, 4, 3), date(2023, 4, 3))
    assert found.short
    assert [each.step.id for each in found.steps] == [
        "withdraw-balance",
        "finish-orders",
        "collect-photos",
        "export-listings",
        "export-orders",
        "save-invoices",
        "save-reviews",
        "list-addresses",
    ]
    assert all(each.due_on and each.due_on <= tomorrow.on for each in found.steps)


def test_short_and_full_plan_share_their_steps_so_that_ticks_survive(closure: Template) -> None:
    known: set[str] = {step.id for step in closure.steps}
    assert set(closure.short) <= known


def test_step_ids_are_kept_for_ever(closure: Template) -> None:
    # Members' ticks hang on these: a step may be added or dropped, but never renamed.
    def words(step: Step) -> int:
        return len(step.id.split("-"))

    assert [step.id for step in sorted(closure.steps, key=lambda step: (words(step), step.id))] == [
        "beware-rescuers",
        "check-backup",
        "collect-photos",
        "export-listings",
        "export-orders",
        "finish-listings",
        "finish-orders",
        "keep-papers",
        "limit-orders",
        "list-addresses",
        "request-data",
        "save-announcement",
        "save-invoices",
        "save-reviews",
        "secure-name",
        "sort-dates",
        "stop-extras",
        "test-move",
        "watch-payouts",
        "withdraw-balance",
        "check-last-payout",
        "choose-new-home",
        "part-from-tools",
        "show-new-address",
    ]
