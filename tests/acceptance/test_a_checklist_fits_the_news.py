"""Whatever is told, its alert has the checklist for it: fees, terms, moves, accounts, payouts. It
follows corrected dates, keeps ticks, and never speaks of a closure where none is.
"""

import re

import pytest

from tests.fakes import NOON
from tests.rss import FEES, NOTHING, Item
from tests.stage import Community
from tests.standin import Member, Message

TERMS = Item(
    "Kilnfolk: changes to our terms of use",
    "Kilnfolk has updated its terms of use. Please accept the new terms by 30 April 2026. The new "
    "terms take effect on 1 May 2026.",
    guid="terms",
    link="https://news.kilnfolk.example/terms",
)
RULES = Item(
    "Kilnfolk: stricter rules for listings",
    "From 1 May 2026 resin knives are prohibited on Kilnfolk. Listings that break the rule are "
    "removed.",
    guid="rules",
    link="https://news.kilnfolk.example/rules",
)
VERIFY = Item(
    "Action required: verify your identity",
    "Kilnfolk sellers must verify their identity by 30 April 2026. Accounts that are not verified "
    "will be suspended on 1 May 2026.",
    guid="verify",
    link="https://news.kilnfolk.example/verify",
)
PAYOUTS = Item(
    "Kilnfolk: changes to how you get paid",
    "From 1 May 2026 Kilnfolk will hold 25% of payments in a reserve until parcels arrive.",
    guid="payouts",
    link="https://news.kilnfolk.example/payouts",
)
MERGER = Item(
    "Kilnfolk joins Potterby",
    "Kilnfolk has joined Potterby. All shops will be moved to Potterby on 1 July 2026. Please move "
    "your account by 15 June 2026.",
    guid="merger",
    link="https://news.kilnfolk.example/potterby",
)
PROVIDER = Item(
    "Kilnfolk: we are moving to a new payment provider",
    "Kilnfolk is switching its payment provider. Payments will be handled by Tillpost from 1 June "
    "2026. Please connect your account by 15 May 2026.",
    guid="provider",
    link="https://news.kilnfolk.example/tillpost",
)
TOOL = Item(
    "Kilnfolk retires its label tool",
    "Kilnfolk will discontinue its shipping label tool on 1 June 2026. The tool will no longer be "
    "available after that day.",
    guid="tool",
    link="https://news.kilnfolk.example/labels",
)

EVERY_KIND = {
    "fees": (FEES, "Before the fees change", "Avant le changement de frais"),
    "terms": (TERMS, "Before the new terms or rules apply", "des nouvelles règles"),
    "rules": (RULES, "Before the new terms or rules apply", "des nouvelles règles"),
    "account": (VERIFY, "So that your account stays open", "Pour garder votre compte ouvert"),
    "payouts": (PAYOUTS, "Before the payouts change", "Avant le changement des virements"),
    "migration": (MERGER, "Before your shop is moved", "Avant le déménagement"),
    "provider": (PROVIDER, "Before the payment provider changes", "prestataire de paiement"),
    "part": (TOOL, "Before a tool, plan or service ends", "Avant la fin d’un outil"),
}


@pytest.fixture
async def told_of_fees(makers: Community) -> Community:
    """A fee change has been told."""
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(FEES, NOTHING)
    return makers


async def _opens(community: Community, who: Member | None = None) -> Message:
    shown = await community.stage.discord.click(
        who or community.maker, community.told[0], label="My checklist"
    )
    assert shown.ephemeral
    assert shown.message is not None
    return shown.message


async def _pages(community: Community, mine: Message) -> str:
    """Everything that stands on the pages of an English checklist, from the one shown on."""
    text = mine.text
    while (page := re.search(r"Page (\d) of (\d)", mine.text)) and page[1] < page[2]:
        await community.stage.discord.click(community.maker, mine, label="Next")
        text += "\n" + mine.text
    return text


def _ticks(message: Message) -> list[str]:
    return [each for each in message.custom_ids if each.startswith("tick:")]


@pytest.mark.parametrize("kind", EVERY_KIND)
async def test_every_alert_has_the_checklist_for_what_it_tells(
    kind: str, makers: Community
) -> None:
    item, english, french = EVERY_KIND[kind]
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(item, NOTHING)
    assert len(makers.told) == 1, "told without review"
    mine = await _opens(makers)
    first_line = mine.text.split("\n")[0]
    assert first_line == f"## {english}: Kilnfolk"
    chloe = makers.member("chloe", locale="fr")
    theirs = await _opens(makers, chloe)
    assert french in theirs.text.split("\n")[0]
    assert "C’est fait" in theirs.labels
    said = await _pages(makers, mine)
    for words in ("platform closes", "after the end", "rescue"):
        assert words not in said, "nothing closes"
    risky = kind in ("migration", "provider", "part")
    assert ("Beware" in makers.told[0].text) is risky


async def test_the_command_opens_what_was_told_without_a_name(told_of_fees: Community) -> None:
    shown = await told_of_fees.asks(told_of_fees.maker, "checklist")
    assert shown.text.startswith("## Before the fees change: Kilnfolk")
    named = await told_of_fees.asks(told_of_fees.maker, "checklist", {"incident": "Kilnfolk"})
    assert named.text.split("\n")[0] == shown.text.split("\n")[0]


async def test_the_alert_of_a_fee_says_to_do_the_sums_today(told_of_fees: Community) -> None:
    alert = told_of_fees.told[0].text
    assert "### What to do today" in alert
    assert "Work out what your best products earn after the change." in alert
    assert "Withdraw" not in alert


async def test_a_fee_that_is_put_off_moves_the_steps_and_keeps_the_ticks(
    told_of_fees: Community,
) -> None:
    mine = await _opens(told_of_fees)
    discord = told_of_fees.stage.discord
    await discord.click(told_of_fees.maker, mine, custom_id=_ticks(mine)[0])
    await discord.click(told_of_fees.maker, mine, label="Next")
    assert "by Tuesday 28 April 2026" in mine.text, "prices are set three days before"
    later = FEES.body.replace("1 May 2026", "1 July 2026")
    await told_of_fees.reads(FEES.but(body=later), NOTHING)
    shown = await told_of_fees.asks(told_of_fees.maker, "checklist")
    assert shown.message is not None
    assert "have changed" in shown.text
    assert "1 of " in shown.text.split("\n")[1]
    said = await _pages(told_of_fees, shown.message)
    assert "by Sunday 28 June 2026" in said
    assert "28 April" not in said


async def test_a_date_that_moderators_correct_moves_the_steps(told_of_fees: Community) -> None:
    await _opens(told_of_fees)
    await told_of_fees.decides(
        "incident correct",
        {"incident": "Kilnfolk", "date_of": "fees_effective", "date": "2026-06-10"},
    )
    shown = await told_of_fees.asks(told_of_fees.maker, "checklist")
    assert shown.message is not None
    said = await _pages(told_of_fees, shown.message)
    assert "by Sunday 7 June 2026" in said


async def test_a_corrected_kind_brings_the_other_checklist_and_keeps_what_both_share(
    told_of_fees: Community,
) -> None:
    mine = await _opens(told_of_fees)
    first = next(each for each in _ticks(mine) if ":save-announcement:" in each)
    await told_of_fees.stage.discord.click(told_of_fees.maker, mine, custom_id=first)
    await told_of_fees.decides("incident correct", {"incident": "Kilnfolk", "kind": "migration"})
    shown = await told_of_fees.asks(told_of_fees.maker, "checklist")
    assert shown.text.startswith("## Before your shop is moved: Kilnfolk")
    assert "1 of 21" in shown.text.split("\n")[1]
    await told_of_fees.decides("incident correct", {"incident": "Kilnfolk", "kind": "closure"})
    shown = await told_of_fees.asks(told_of_fees.maker, "checklist")
    assert shown.text.startswith("## Before the platform closes: Kilnfolk")
    assert "1 of " in shown.text.split("\n")[1]


async def test_ticks_survive_a_restart_and_a_fee_that_has_started(told_of_fees: Community) -> None:
    mine = await _opens(told_of_fees)
    discord = told_of_fees.stage.discord
    await discord.click(told_of_fees.maker, mine, custom_id=_ticks(mine)[1])
    told_of_fees.stage.clock.move(days=90)
    await told_of_fees.stage.restart()
    again = await told_of_fees.asks(told_of_fees.maker, "checklist")
    assert again.message is not None
    assert "1 of 14" in again.text.split("\n")[1]
    said = await _pages(told_of_fees, again.message)
    assert "The date has passed" not in said, "prices can still be set"
    await discord.click(told_of_fees.maker, mine, custom_id=_ticks(mine)[2])
    assert "2 of 14" in mine.text.split("\n")[1]


async def test_with_ten_days_left_only_what_counts_most_is_shown(makers: Community) -> None:
    soon = FEES.but(body=FEES.body.replace("1 May 2026", f"{NOON.day + 8} {NOON:%B} {NOON.year}"))
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(soon, NOTHING)
    mine = await _opens(makers)
    assert "0 of 7" in mine.text.split("\n")[1]
    assert "Little time is left" in mine.text
    assert "Set the new prices" in mine.text
    assert "Compare other places" not in mine.text


async def test_of_a_fee_and_a_closure_each_has_its_own_list(told_of_fees: Community) -> None:
    await told_of_fees.watches("Yarnyard", NOTHING, path="/yarn.xml")
    yarn = Item(
        "Yarnyard is closing",
        "Dear sellers, Yarnyard will close for good on 31 May 2026. Sales end on 30 April 2026.",
        guid="yarn",
        link="https://yarnyard.example/closing",
    )
    await told_of_fees.reads(yarn, NOTHING, path="/yarn.xml")
    asked = await told_of_fees.asks(told_of_fees.maker, "checklist")
    assert asked.text.startswith("Several things are going on.")
    fees = await told_of_fees.asks(told_of_fees.maker, "checklist", {"incident": "Kilnfolk"})
    assert fees.text.startswith("## Before the fees change: Kilnfolk")
    closing = await told_of_fees.asks(told_of_fees.maker, "checklist", {"incident": "Yarnyard"})
    assert closing.text.startswith("## Before the platform closes: Yarnyard")
