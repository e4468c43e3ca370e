"""The card of a platform: every one of the catalogue fits, in both languages, with what is watched
and what is not; foreign names can do nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app import load_data
from bot.catalogue.catalogue import Catalogue
from bot.chat.platform_card import platform_card
from bot.domain.platforms import Certainty, Platform, PlatformStatus
from bot.domain.sources import Health, Source, Validators, Watcher
from bot.errors import Fault
from bot.services.platforms import Portrait
from tests.card_samples import AT, LOCALES, TEXTS, accepted, an_alert, buttons, text_of
from tests.unit.test_platforms import ETSY


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_data()[1]


def portrait(platform: Platform | None, **changes: object) -> Portrait:
    name = platform.name if platform else "Kilnfolk"
    drawn = Portrait(name, platform, None, (), False, (), platform.feeds if platform else (), ())
    return replace(drawn, **changes)  # type: ignore[arg-type]


def watched(health: Health, name: str = "Blog", *, read: bool = True) -> tuple[Watcher, Source]:
    source = Source(
        id=5,
        url="https://blog.etsy.example/feed",
        validators=Validators(),
        raw_hash=None,
        seen=b"",
        health=health,
        health_since=AT,
        fault=None if health.speaks else Fault("source.http.challenge", host="blog.etsy.example"),
        failures=0,
        next_poll_at=AT,
        polled_at=AT,
        read_at=AT - timedelta(days=1) if read else None,
    )
    return Watcher(9, 5, None, name, "etsy", "Etsy", None, AT), source


@pytest.mark.parametrize("locale", LOCALES)
def test_every_platform_of_the_catalogue_fits_into_one_message(
    catalogue: Catalogue, locale: str
) -> None:
    for platform in catalogue.platforms:
        whole, parts = catalogue.whole_of(platform), catalogue.parts_of(platform)
        drawn = portrait(platform, whole=whole, parts=parts)
        text = text_of(accepted(platform_card(TEXTS, locale, drawn)))
        assert text.startswith(f"## {platform.name}\n")
        assert TEXTS.get(locale, "platform.silence") in text
        for ending in platform.endings:
            assert ending.note.get(locale, "") in text


def test_the_endings_of_every_platform_are_told_with_days_of_notice(catalogue: Catalogue) -> None:
    told = {
        platform.slug: text_of(platform_card(TEXTS, "en", portrait(platform)))
        for platform in catalogue.platforms
        if platform.endings
    }
    assert len(told) >= 20
    assert "59 days’ notice" in told["a-little-mercerie"]
    assert "1 day’s notice" in told["utip"]
    assert "no notice" in told["shapeways"]
    assert "notice" not in told["craftsy-patterns"]  # nobody knows the day of the letter
    assert "announced about Thursday 20 December 2018 (not verified)" in told["craftsy-patterns"]


@pytest.mark.parametrize("status", PlatformStatus)
@pytest.mark.parametrize("certainty", Certainty)
def test_only_what_was_seen_is_told_without_a_caveat(
    status: PlatformStatus, certainty: Certainty
) -> None:
    known = replace(ETSY, status=status, status_certainty=certainty)
    text = text_of(accepted(platform_card(TEXTS, "en", portrait(known))))
    assert ("verified" in text) is (certainty is Certainty.UNVERIFIED)


def test_a_lapsed_site_is_not_linked_to() -> None:
    assert buttons(platform_card(TEXTS, "en", portrait(ETSY)))[0]["url"] == ETSY.homepage
    gone = replace(ETSY, status=PlatformStatus.CLOSED)
    assert buttons(platform_card(TEXTS, "en", portrait(gone))) == []


@pytest.mark.parametrize(
    ("health", "read", "said"),
    [
        (Health.OK, True, "- ✔ Blog (blog.etsy.example): last read <t:"),
        (Health.NEW, False, "- Blog (blog.etsy.example): not read yet"),
        (Health.BLIND, True, "- ✖ Blog (blog.etsy.example): not readable since <t:"),
        (Health.BLIND, False, "- ✖ Blog (blog.etsy.example): could not be read once so far"),
    ],
)
def test_each_source_says_how_it_is(health: Health, read: bool, said: str) -> None:
    drawn = portrait(ETSY, watched=(watched(health, read=read),))
    assert said in text_of(accepted(platform_card(TEXTS, "en", drawn)))


def test_many_sources_and_alerts_leave_room_for_the_caveat() -> None:
    many = tuple(watched(Health.BLIND, f"Source number {n} " + "x" * 60) for n in range(40))
    alerts = tuple(an_alert() for _ in range(40))
    text = text_of(
        accepted(platform_card(TEXTS, "fr", portrait(ETSY, watched=many, alerts=alerts)))
    )
    assert TEXTS.get("fr", "platform.silence") in text
    assert "autres" in text


def test_foreign_names_can_do_nothing() -> None:
    evil = "@everyone [x](https://evil.example)"
    pair = watched(Health.OK, evil)
    text = text_of(accepted(platform_card(TEXTS, "en", portrait(None, name=evil, watched=(pair,)))))
    assert "@everyone" not in text
    assert "](https://evil" not in text


def test_people_are_not_sent_to_what_only_machines_read(catalogue: Catalogue) -> None:
    text = text_of(platform_card(TEXTS, "en", portrait(catalogue.get_platform("etsy"))))
    assert "https://www.etsy.com/legal/fees/" in text
    assert "articles.json" not in text
    assert "history.rss" not in text
