"""A service's or a shop's holiday closure is nothing: neither posted nor sent to review, in no mode
and from no source. Nor is what merely sounds like an ending."""

import pytest

from tests.rss import HOLIDAY, NOTHING, SHOP_HOLIDAY, Item
from tests.stage import Community

FRENCH = Item(
    "Fermeture estivale du service client",
    "Le service client de Kilnfolk sera fermé du 3 au 16 août. Vos boutiques restent ouvertes et "
    "les virements sont effectués normalement.",
    guid="ete",
)
SHOP_IN_FRENCH = Item(
    "Congés d’été",
    "Ma boutique sera fermée du 1er au 21 août, les commandes partiront à mon retour.",
    guid="conges",
)
RUMOUR = Item(
    "No, Kilnfolk is not closing",
    "A rumour is going round that Kilnfolk will shut down in March. It is not true.",
    guid="rumour",
)
MAINTENANCE = Item(
    "Planned maintenance on Sunday",
    "Kilnfolk will be unavailable for scheduled maintenance on 8 March between 2 and 4 am.",
    guid="maintenance",
)


@pytest.mark.parametrize("origin", ["official", "press", "community"])
async def test_holidays_and_the_like_reach_nobody(makers: Community, origin: str) -> None:
    await makers.watches("Kilnfolk", NOTHING, origin=origin)
    await makers.reads(HOLIDAY, SHOP_HOLIDAY, FRENCH, SHOP_IN_FRENCH, RUMOUR, MAINTENANCE, NOTHING)
    assert (makers.told, makers.cards) == ([], [])


async def test_a_reported_holiday_disturbs_no_moderator(makers: Community) -> None:
    letter = f"{FRENCH.title}\n\n{FRENCH.body}"
    shown = await makers.asks(makers.maker, "report", {"text": letter})
    assert shown.text.startswith("Thank you. No closure")
    assert makers.cards == []
