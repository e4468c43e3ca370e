"""A part and its whole speak for each other: what a whole says of its part is the part's official
word, and what stands in a part's own source is for those who follow the part."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.alerts import AlertState
from bot.domain.notices import Origin
from tests.fakes import NOON
from tests.rss import NOTHING, Item
from tests.watchtower import Watchtower, watchtower

PATTERN = Item(
    "Pattern by Etsy is closing",
    "Dear sellers, Pattern by Etsy will close for good on 31 May 2026. You can export your data "
    "until 30 April 2026.",
    guid="pattern",
    link="https://news.etsy.com/pattern",
    at=NOON,
)
FEES = Item(
    "Amazon raises its fees for sellers",
    "Dear sellers, from 1 May 2026 Amazon raises its referral fees from 12 % to 15 %.",
    guid="fees",
    link="https://sellercentral.amazon.com/forums/fees",
    at=NOON,
)


@pytest.fixture
async def tower(tmp_path: Path) -> AsyncIterator[Watchtower]:
    async with watchtower(tmp_path) as made:
        await made.guild()
        yield made


async def told(tower: Watchtower, platform: str, item: Item) -> list[tuple[str, Origin, str]]:
    await tower.watches(10, NOTHING, platform=platform)
    tower.publish(item, NOTHING)
    await tower.visit()
    return [
        (alert.told.platform, alert.told.origin, alert.state.value)
        for alert in await tower.alerts()
    ]


async def test_a_whole_speaks_officially_of_its_part_and_not_of_itself(tower: Watchtower) -> None:
    await tower.follows(10, "pattern-by-etsy", "Pattern by Etsy")
    assert await told(tower, "Etsy", PATTERN) == [
        ("pattern-by-etsy", Origin.OFFICIAL, AlertState.PUBLISHED)
    ]


async def test_others_speak_of_it_as_the_press_does(tower: Watchtower) -> None:
    await tower.follows(10, "pattern-by-etsy", "Pattern by Etsy")
    assert await told(tower, "Folksy", PATTERN) == [
        ("pattern-by-etsy", Origin.PRESS, AlertState.PENDING)
    ]


async def test_what_a_part_tells_of_its_whole_reaches_those_who_follow_the_part(
    tower: Watchtower,
) -> None:
    assert await told(tower, "Amazon Handmade", FEES) == [
        ("amazon-handmade", Origin.OFFICIAL, AlertState.PUBLISHED)
    ]
