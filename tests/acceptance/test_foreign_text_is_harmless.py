"""What feeds, members and moderators write is shown and can do nothing: no mention, no masked
link, no heading, no trick of direction, in a card, a thread or an answer."""

import pytest

from tests.rss import CLOSURE, NOTHING
from tests.stage import Community

EVIL = "@everyone <@&1> <#2> [here](https://evil.example) # big \u202egnihton `x` ||y||"


@pytest.fixture
async def told(makers: Community) -> Community:
    """A closure whose every word comes from somebody who means ill."""
    await makers.watches(f"Kiln {EVIL}", NOTHING, name=f"News {EVIL}")
    await makers.reads(
        CLOSURE.but(
            title=f"Kiln is closing {EVIL}",
            body=f"The market will close for good on 31 May 2026 {EVIL}.",
            link="https://evil.example/@everyone?q=[x](y)",
        ),
        NOTHING,
    )
    assert len(makers.told) + len(makers.cards) == 1
    return makers


async def test_no_card_rings_or_hides_anything(told: Community) -> None:
    if told.cards:
        await told.stage.discord.click(told.moderator, told.cards[0], label="Publish")
        await told.stage.tell()
    (alert,) = told.told
    assert not alert.pings
    for message in (alert, *told.cards):
        _harmless(message.text)


async def test_no_answer_does_either(told: Community) -> None:
    for command, options in (
        ("following", {}),
        ("source list", {}),
        ("alerts", {}),
        ("status", {}),
        ("review", {}),
        ("incident why", {"incident": "1"}),
        ("source test", {"source": "#1"}),
        ("follow", {"platform": EVIL}),
        ("unfollow", {"platform": EVIL}),
        ("source remove", {"source": EVIL}),
        ("incident why", {"incident": EVIL}),
        ("incident correct", {"incident": "1", "date": EVIL}),
        ("settings set", {"time_zone": EVIL}),
        ("report", {"url": EVIL, "text": EVIL}),
        ("report", {"text": f"{CLOSURE.title} {EVIL}\n{CLOSURE.body} {EVIL}"}),
    ):
        shown = await told.decides(command, options)
        _harmless(shown.text)
        for message in (shown.message, *shown.followups):
            assert message is not None
            assert not message.pings


async def test_a_reason_is_only_shown(told: Community) -> None:
    if told.cards:
        await told.stage.discord.click(told.moderator, told.cards[0], label="Publish")
        await told.stage.tell()
    await told.decides("incident correct", {"incident": "1", "platform": EVIL, "reason": EVIL})
    await told.decides("incident retract", {"incident": "1", "reason": EVIL})
    (alert,) = told.told
    notes = told.thread(alert)
    assert len(notes) == 2
    for message in (alert, *notes):
        _harmless(message.text)
        assert not message.pings
    assert alert.thread is not None
    assert "\u202e" not in alert.thread.name


def _harmless(text: str) -> None:
    assert "@everyone" not in text.replace("\\", "")
    assert "\u202e" not in text
    assert "<@&1>" not in text
    assert "<#2>" not in text
    assert "](https://evil" not in text
    assert "||y||" not in text
    assert not any(line.startswith(("# big", "> # ")) for line in text.split("\n"))
