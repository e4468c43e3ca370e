"""Finding platforms in a catalogue by what people type."""

from dataclasses import replace
from datetime import date

import pytest

from bot.catalogue.catalogue import Catalogue
from bot.detection.weighing import Weights
from bot.domain.platforms import (
    Certainty,
    Ending,
    Exactness,
    PastDate,
    Platform,
    PlatformStatus,
    owner_of,
)


def platform(slug: str, name: str, *aliases: str, former: tuple[str, ...] = ()) -> Platform:
    return Platform(
        slug=slug,
        name=name,
        kind="handmade-marketplace",
        status=PlatformStatus.OPEN,
        status_certainty=Certainty.SEEN,
        languages=("en",),
        homepage=f"https://{slug}.example/",
        homepage_certainty=Certainty.SEEN,
        domains=(f"{slug}.example",),
        aliases=aliases,
        former_names=former,
    )


ALM = platform("a-little-market", "A Little Market", "ALM")
ETSY = platform("etsy", "Étsy", "Etsy France")
MARKET = platform("supermarket", "Supermarkét")
RENAMED = platform("amaya", "Amaya", former=("Teespring",))
CATALOGUE = Catalogue((ALM, ETSY, MARKET, RENAMED), {}, {}, Weights.none())


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("etsy", ETSY),
        ("  ÉTSY ", ETSY),
        ("Etsy  france", ETSY),
        ("alm", ALM),
        ("a little market", ALM),
        ("a-little-market", ALM),
        ("teespring", RENAMED),
        ("ets", None),
        ("", None),
    ],
)
def test_a_platform_is_found_by_any_of_its_names_and_by_nothing_less(
    typed: str, found: Platform | None
) -> None:
    assert CATALOGUE.find_platform(typed) == found


def test_a_slug_leads_to_its_platform_and_an_alias_does_not() -> None:
    assert CATALOGUE.get_platform("etsy") is ETSY
    for wrong in ("alm", "nowhere"):
        with pytest.raises(KeyError):
            CATALOGUE.get_platform(wrong)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", [ALM, RENAMED, ETSY, MARKET]),
        ("a", [ALM, RENAMED, ETSY, MARKET]),
        ("market", [ALM, MARKET]),
        ("FRANCE", [ETSY]),
        ("tee", [RENAMED]),
        ("két", [ALM, MARKET]),
        ("nothing of the kind", []),
    ],
)
def test_names_are_offered_by_beginning_then_by_word_then_by_anything(
    typed: str, offered: list[Platform]
) -> None:
    assert CATALOGUE.complete(typed) == offered


def test_what_has_ended_is_offered_after_what_goes_on() -> None:
    ended = replace(ALM, status=PlatformStatus.MERGED)
    found = Catalogue((ended, ETSY, MARKET, RENAMED), {}, {}, Weights.none())
    assert found.complete("a")[:2] == [RENAMED, ended]
    assert found.complete("")[-1] is ended


def test_no_more_is_offered_than_discord_takes() -> None:
    many = Catalogue(
        tuple(platform(f"shop-{n}", f"Shop {n}") for n in range(60)), {}, {}, Weights.none()
    )
    assert len(many.complete("shop")) == 25
    assert len(many.complete("shop", limit=3)) == 3


def test_only_a_registered_domain_and_what_lies_below_it_is_the_platforms_own() -> None:
    assert ETSY.owns_host("etsy.example")
    assert ETSY.owns_host("Help.Etsy.Example.")
    assert not ETSY.owns_host("notetsy.example")
    assert not ETSY.owns_host("etsy.example.org")


def open_to_all(*unofficial: str, domains: tuple[str, ...] = ("shops.example",)) -> Platform:
    return replace(platform("shops", "Shops"), domains=domains, unofficial=unofficial)


def test_where_others_speak_is_not_the_platforms_own() -> None:
    found = open_to_all("talk.shops.example")
    assert found.owns_host("shops.example")
    assert found.owns_host("help.shops.example")
    for host in ("talk.shops.example", "TALK.shops.example.", "old.talk.shops.example"):
        assert not found.owns_host(host)


def test_where_everybody_has_a_host_only_what_is_named_is_the_platforms_own() -> None:
    found = open_to_all("*.shops.example", domains=("shops.example", "status.shops.example"))
    for host in ("shops.example", "www.shops.example", "status.shops.example"):
        assert found.owns_host(host)
    for host in ("nina.shops.example", "www.nina.shops.example", "a.b.shops.example"):
        assert not found.owns_host(host)


DAY = PastDate(date(2017, 7, 3))


@pytest.mark.parametrize(
    ("announced", "last_sale", "off", "days"),
    [
        (DAY, PastDate(date(2017, 8, 31)), PastDate(date(2017, 9, 30)), 59),
        (DAY, None, PastDate(date(2017, 7, 4)), 1),
        (DAY, DAY, None, 0),
        (DAY, None, None, None),
        (None, PastDate(date(2017, 8, 31)), None, None),
        (DAY, PastDate(date(2017, 8, 1), Exactness.MONTH), None, None),
        (replace(DAY, doubtful=True), PastDate(date(2017, 8, 31)), None, None),
        (DAY, PastDate(date(2017, 8, 31), doubtful=True), None, None),
    ],
)
def test_days_of_notice_are_told_only_where_both_days_are_known(
    announced: PastDate | None, last_sale: PastDate | None, off: PastDate | None, days: int | None
) -> None:
    ending = Ending(Certainty.SEEN, announced=announced, last_sale=last_sale, off=off)
    assert ending.notice_days == days


def test_the_end_of_a_part_is_not_the_end_of_the_whole() -> None:
    part = Ending(Certainty.SEEN, off=DAY, part={"en": "its books"})
    assert replace(ETSY, endings=(part,)).ending is None
    whole = Ending(Certainty.SEEN, off=DAY)
    assert replace(ETSY, endings=(whole, part)).ending is whole


def test_the_own_hosts_among_addresses_are_found_once_each_of_the_whole_too() -> None:
    urls = [
        "https://help.etsy.example/a",
        "https://help.etsy.example/b",
        "https://etsy.example.evil.example/",
        "http://[broken",
        "https://user@etsy.example:8443/",
    ]
    part = replace(platform("pattern", "Pattern"), part_of="etsy")
    known = Catalogue((ETSY, part), {}, {}, Weights.none())
    assert known.own_hosts("etsy", urls) == ("help.etsy.example", "etsy.example")
    assert known.own_hosts("pattern", urls) == ("help.etsy.example", "etsy.example")
    assert known.own_hosts("kilnfolk", urls) == ()


def test_an_address_that_a_part_speaks_from_too_is_the_wholes() -> None:
    part = replace(ALM, part_of="etsy", domains=(*ALM.domains, *ETSY.domains))
    for known in ((part, ETSY), (ETSY, part)):
        assert owner_of(known, "https://help.etsy.example/fees") is ETSY
        assert owner_of(known, "https://a-little-market.example/fees") is part
        assert owner_of(known, "https://other.example/") is None
        assert owner_of(known, "http://[") is None
