"""`/alerts` lists what is going on, the nearest date first; `/status` says what is seen and what is
not. Both are for everybody, and never sell silence as safety."""

from tests.rss import CLOSURE, FEES, NOTHING
from tests.stage import Community


async def test_the_nearest_date_comes_first(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.watches("Yarnyard", NOTHING, path="/yarn.xml")
    later = FEES.but(
        title="Yarnyard: changes to our fees",
        body=FEES.body.replace("Kilnfolk", "Yarnyard").replace("1 May", "1 April"),
        link="https://yarnyard.example/fees",
    )
    await makers.reads(CLOSURE, NOTHING)
    makers.stage.clock.move(days=3)
    await makers.reads(later, NOTHING, path="/yarn.xml")
    shown = await makers.asks(makers.maker, "alerts")
    lines = shown.text.split("\n")
    assert lines[0] == "2 alerts, the nearest date first:"
    titles = [line for line in lines if line.startswith("**")]
    assert titles == ["**Fees change at Yarnyard**", "**Kilnfolk is closing**"]
    assert (
        "- **New fees apply:** Wednesday 1 April 2026 (<t:1775044800:D>, <t:1775044800:R>)" in lines
    )
    assert "- https://news.kilnfolk.example/closing" in lines
    assert "New listings closed" not in shown.text, "what has passed is not ahead"


async def test_one_platform_or_one_kind_may_be_asked_for(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, FEES, NOTHING)
    assert len(makers.told) == 2
    closures = await makers.asks(makers.maker, "alerts", {"kind": "closure"})
    assert closures.text.startswith("1 alert:\n**Kilnfolk is closing**")
    by_name = await makers.asks(makers.maker, "alerts", {"platform": "KILNFOLK"})
    assert by_name.text.startswith("2 alerts")
    nothing = await makers.asks(makers.maker, "alerts", {"platform": "Etsy"})
    assert nothing.text.startswith("Nothing has been told here.")


async def test_what_waits_or_was_taken_back_is_not_listed(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING, origin="press")
    await makers.reads(CLOSURE, NOTHING)
    shown = await makers.asks(makers.maker, "alerts")
    assert shown.text.startswith("Nothing has been told here. That does not mean")
    await makers.stage.discord.click(makers.moderator, makers.cards[0], label="Publish")
    shown = await makers.asks(makers.maker, "alerts")
    assert "**Unconfirmed: Kilnfolk may be closing**" in shown.text
    await makers.decides("incident retract", {"incident": "Kilnfolk"})
    shown = await makers.asks(makers.maker, "alerts")
    assert shown.text.startswith("Nothing has been told here.")


async def test_a_long_answer_comes_in_parts_and_is_cut_between_lines(makers: Community) -> None:
    for number in range(40):
        await makers.watches(f"Marketplace number {number} of many", NOTHING, path=f"/{number}.xml")
    shown = await makers.decides("following")
    await shown.until(lambda so_far: so_far.text.count("** →") == 40)
    parts = [message.text for message in (shown.message, *shown.followups) if message]
    assert len(parts) > 1
    assert all(len(part) <= 2000 for part in parts)
    for number in range(40):
        assert f"**Marketplace number {number} of many** →" in shown.text


async def test_status_counts_and_warns(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    await makers.decides("incident correct", {"incident": "Kilnfolk", "kind": "migration"})
    shown = await makers.asks(makers.maker, "status")
    assert shown.text.split("\n") == [
        "**Tocsin is awake**; it started <t:1772452800:R>.",
        "1 platform is followed.",
        "1 source is watched for you.",
        "Last reading: <t:1772452800:R>.",
        "1 alert told, 0 waiting for moderators, 1 corrected or retracted.",
        "Silence here means: nothing was found where we look. It never means that nothing happens.",
    ]
