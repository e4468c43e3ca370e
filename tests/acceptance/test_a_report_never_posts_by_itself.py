"""What a member received is judged at once and shown to them alone; moderators decide on it. It is
never posted by itself, whatever it says, in no mode."""

import pytest

from tests.rss import CLOSURE, LETTER, NOTHING
from tests.stage import Community, Stage
from tests.standin import Interaction

UNNAMED = (
    "Information importante\n\nChers créateurs, nous avons le regret de vous annoncer que notre "
    "place de marché fermera définitivement le 31 mai 2026. Les ventes prendront fin le "
    "30 avril 2026.\n\nL’équipe"
)

_NOTHING_TO_JUDGE: list[tuple[dict[str, object], str]] = [
    ({"text": "   "}, "The letter is empty. Paste its whole text"),
    ({"text": "It closes!"}, "That is too short to be judged."),
    ({"file": ("letter.txt", b"")}, "The letter is empty."),
    ({"file": ("letter.txt", b"x" * 1_000_001)}, "The file is larger than 1 MB."),
    ({"url": "http://10.0.0.1/", "text": LETTER}, "“http\\://10.0.0.1/” is no public web"),
    ({"file": ("photo.png", bytes(range(256)) * 40)}, "Thank you. No closure"),
    (
        {"text": "Bonjour, vos créations nous plaisent beaucoup. À bientôt au marché !"},
        "Thank you. No closure, change of rules or move was found in this text",
    ),
]


async def _pastes(community: Community, letter: str) -> Interaction:
    window = await community.asks(community.maker, "report")
    assert window.modal is not None
    sent = await community.stage.discord.submit_modal(window, {"letter": letter})
    await community.stage.tell()
    assert sent.ephemeral
    return sent


@pytest.mark.parametrize("mode", ["automatic", "review"])
async def test_a_pasted_letter_is_understood_at_once_and_waits_for_a_moderator(
    tocsin: Stage, mode: str
) -> None:
    makers = await tocsin.community(mode=mode)
    shown = await _pastes(makers, LETTER)
    lines = shown.text.split("\n")
    assert lines[0] == "Thank you. This is what was understood; only you see it:"
    assert lines[1] == "**What:** closure; **platform:** Kilnfolk"
    assert "- **Site switched off:** Sunday 31 May 2026" in shown.text
    assert "The moderators have it now and decide what is told." in shown.text
    assert makers.told == []
    (card,) = makers.cards
    assert card.text.startswith("## To review: Unconfirmed: Kilnfolk may be closing")
    assert "**Why here:** a member reported it." in card.text
    assert "**Origin:** community, not confirmed by the platform" in card.text
    assert "**Reported by:** 1 member" in card.text
    assert "maker" not in card.text.lower().replace("makers", "")
    assert str(makers.maker.id) not in card.text


async def test_a_moderator_publishes_it_as_unconfirmed(makers: Community) -> None:
    await _pastes(makers, LETTER)
    await makers.stage.discord.click(makers.moderator, makers.cards[0], label="Publish")
    await makers.stage.tell()
    (alert,) = makers.told
    assert alert.text.startswith("## Unconfirmed: Kilnfolk may be closing")
    assert "passed on by the community" in alert.text


async def test_the_card_counts_members_and_not_letters(makers: Community) -> None:
    await _pastes(makers, LETTER)
    await _pastes(makers, LETTER)
    (card,) = makers.cards
    assert "**Reported by:** 1 member" in card.text
    second = makers.member("second")
    await makers.asks(second, "report", {"text": LETTER})
    (card,) = makers.cards
    assert "**Reported by:** 2 members" in card.text
    third = makers.member("third")
    await makers.asks(third, "report", {"text": LETTER.replace("regret", "grand regret")})
    (card,) = makers.cards
    assert "**Reported by:** 3 members" in card.text


async def test_a_report_of_what_is_told_already_says_so(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    (alert,) = makers.told
    before = alert.text
    shown = await _pastes(makers, LETTER)
    assert "This is told here already" in shown.text
    assert makers.told == [alert]
    assert alert.text.split("### Dates")[0] == before.split("### Dates")[0]


async def test_a_report_of_what_was_dismissed_says_so(makers: Community) -> None:
    await _pastes(makers, LETTER)
    await makers.stage.discord.click(makers.moderator, makers.cards[0], label="Dismiss")
    second = makers.member("second")
    shown = await makers.asks(second, "report", {"text": LETTER})
    assert "decided that it is not told" in shown.text
    assert makers.told == []


async def test_a_letter_that_names_no_platform_gets_one_from_a_moderator(
    makers: Community,
) -> None:
    shown = await _pastes(makers, UNNAMED)
    assert "**platform:** a platform that is not named" in shown.text
    (card,) = makers.cards
    assert card.text.startswith("## To review: Unconfirmed: a platform that is not named")
    offered = await makers.stage.discord.autocomplete(
        makers.guild, makers.alerts, makers.moderator, "incident correct", "incident"
    )
    assert offered[0]["name"].startswith("a platform that is not named · closure")
    corrected = await makers.decides(
        "incident correct", {"incident": offered[0]["value"], "platform": "kilnfolk"}
    )
    assert corrected.text == (
        "The alert about **kilnfolk** is set right in every copy:\n"
        "- Platform: kilnfolk (before: a platform that is not named)"
    )
    assert card.text.startswith("## To review: Unconfirmed: kilnfolk may be closing")
    await makers.stage.discord.click(makers.moderator, card, label="Publish")
    await makers.stage.tell()
    assert makers.told[0].text.startswith("## Unconfirmed: kilnfolk may be closing")


async def test_a_letter_of_100_000_characters_comes_as_a_file(makers: Community) -> None:
    letter = LETTER + "\n\n" + "Merci de votre confiance. " * 4000
    shown = await makers.asks(
        makers.maker, "report", {"file": ("lettre.txt", letter.encode())}, within=40
    )
    assert "**platform:** Kilnfolk" in shown.text
    assert "its first 100,000 characters were read" in shown.text
    assert len(makers.cards) == 1


async def test_a_mail_as_a_file_is_read_with_its_subject(makers: Community) -> None:
    subject, body = LETTER.split("\n\n", 1)
    mail = (
        "From: Kilnfolk <team@kilnfolk.example>\nTo: chloe@mail.example\n"
        f"Subject: {subject}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}"
    )
    shown = await makers.asks(makers.maker, "report", {"file": ("mail.eml", mail.encode())})
    assert "**What:** closure; **platform:** Kilnfolk" in shown.text
    assert "chloe@mail.example" not in makers.cards[0].text
    assert "**Origin:** community" in makers.cards[0].text, "a forged sender proves nothing"


async def test_what_cannot_be_judged_is_answered_with_what_to_do(makers: Community) -> None:
    for options, sentence in _NOTHING_TO_JUDGE:
        shown = await makers.asks(makers.maker, "report", options)
        assert shown.text.startswith(sentence)
        assert (makers.told, makers.cards) == ([], [])


async def test_an_address_that_comes_with_a_letter_is_shown_and_never_opened(
    makers: Community,
) -> None:
    url = "https://paper.example/kilnfolk"
    await makers.asks(makers.maker, "report", {"url": url, "text": LETTER})
    await makers.stage.tell()
    (card,) = makers.cards
    assert f"- paper.example: {url}" in card.text
    assert makers.stage.site.visits == []


async def test_before_setup_a_report_says_whom_to_ask(tocsin: Stage) -> None:
    guild = tocsin.discord.guild("New")
    channel = tocsin.discord.channel(guild, "general")
    maker = tocsin.discord.member(guild, "maker")
    await tocsin.knows(guild)
    shown = await tocsin.discord.slash(guild, channel, maker, "report", {"text": LETTER})
    assert shown.ephemeral
    assert "Ask a moderator to run /setup" in shown.text


async def test_a_report_shown_in_the_members_own_language(makers: Community) -> None:
    chloe = makers.member("chloe", locale="fr")
    shown = await makers.asks(chloe, "report", {"text": LETTER})
    assert shown.text.startswith("Merci. Voici ce qui a été compris")
    assert makers.cards[0].text.startswith("## To review:")
