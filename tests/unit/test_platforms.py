"""Finding platforms in a catalogue by what people type."""

import pytest

from bot.catalogue.catalogue import Catalogue
from bot.detection.weighing import Weights
from bot.domain.platforms import Certainty, Platform, PlatformStatus


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
