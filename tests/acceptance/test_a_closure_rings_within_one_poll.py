"""A feed says that a platform closes: one poll later the alert stands in the guild's channel, with
its dates, its proof and a checklist."""

from bot.clock import SystemClock
from tests.rss import CLOSURE, FEES, NOTHING
from tests.stage import Community, Stage


async def test_an_official_closure_is_told_with_all_that_makers_need(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    (alert,) = makers.told
    lines = alert.text.split("\n")
    assert lines[0] == "## Kilnfolk is closing"
    assert lines[1].startswith("**Official:** Kilnfolk announced it on Monday 2 March 2026")
    dates = [line for line in lines if "<t:" in line and line.startswith("- **")]
    assert [line.split(",")[0] for line in dates] == [
        "- **New listings closed: today**",
        "- **Last day of sales:** Thursday 30 April 2026 (<t:1777550400:D>",
        "- **Site switched off:** Sunday 31 May 2026 (<t:1780228800:D>",
        "- **Last day to export your data:** Monday 15 June 2026 (<t:1781524800:D>",
    ]
    assert "### What to do today" in lines
    assert "**Beware of opportunists.**" in alert.text
    assert "**Original:** https://news.kilnfolk.example/closing" in lines
    assert "> Dear sellers, Kilnfolk will close for good on 31 May 2026." in lines
    assert alert.labels == ["My checklist", "Why?", "Original announcement"]


async def test_it_is_told_in_the_language_of_the_guild(atelier: Community) -> None:
    await atelier.watches("Kilnfolk", NOTHING)
    await atelier.reads(CLOSURE, NOTHING)
    (alert,) = atelier.told
    assert alert.text.startswith("## Kilnfolk ferme\n**Officiel\u00a0:** annoncé par Kilnfolk")
    assert "dimanche 31 mai 2026 (<t:1780228800:D>" in alert.text
    assert (alert.labels[0], alert.labels[-1]) == ("Ma liste", "Annonce d’origine")


async def test_only_the_role_that_the_guild_named_is_mentioned(tocsin: Stage) -> None:
    makers = await tocsin.community()
    role = await makers.role("closures", mentionable=True)
    await makers.decides("setup", {"channel": makers.alerts, "role": role})
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    (alert,) = makers.told
    assert alert.pings.roles == (role.id,)
    assert not alert.pings.everyone
    assert not alert.pings.users


async def test_a_second_visit_says_nothing_again(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    await makers.stage.visit()
    await makers.reads(CLOSURE, NOTHING)
    (alert,) = makers.told
    assert len(alert.revisions) == 1
    assert makers.thread(alert) == []


async def test_two_events_of_one_platform_are_two_alerts(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(FEES, NOTHING)
    await makers.reads(CLOSURE, FEES, NOTHING)
    first, second = (alert.text.split("\n")[0] for alert in makers.told)
    assert first == "## Fees change at Kilnfolk"
    assert second == "## Kilnfolk is closing"


async def test_the_running_bot_needs_nobody_to_ask_it(tocsin: Stage) -> None:
    await tocsin.stop()
    tocsin.poll_seconds = 1
    await tocsin.start(SystemClock())
    tocsin.during(tocsin.app.run_loops())
    makers = await tocsin.community()
    await makers.watches("Kilnfolk", NOTHING)
    tocsin.publish(CLOSURE.but(at=None), NOTHING)
    await tocsin.discord.until(lambda: makers.told, within=40)
    (alert,) = makers.told
    assert alert.text.startswith("## Kilnfolk is closing\n**Official:**")
