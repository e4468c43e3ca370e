"""Every command and every button that decides is checked when it is used: Manage Server, or the
role that the guild named. Nobody else decides, or sees what waits, not even while they type."""

from typing import Any

import pytest

from tests.rss import CLOSURE, LETTER, NOTHING
from tests.stage import Community, Stage

COMMANDS: list[tuple[str, dict[str, Any]]] = [
    ("setup", {"channel": "alerts"}),
    ("settings show", {}),
    ("settings set", {"mode": "review"}),
    ("follow", {"platform": "A Little Market"}),
    ("unfollow", {"platform": "Kilnfolk"}),
    ("following", {}),
    ("source add", {"url": "https://blog.example/feed", "platform": "Kilnfolk"}),
    ("source remove", {"source": "#1"}),
    ("source list", {}),
    ("source test", {"source": "#1"}),
    ("source poll", {"source": "#1"}),
    ("source pause", {"source": "#1"}),
    ("source resume", {"source": "#1"}),
    ("source import", {"file": ("list.opml", b"<opml/>")}),
    ("source export", {}),
    ("review", {}),
    ("incident correct", {"incident": "1", "kind": "policy"}),
    ("incident retract", {"incident": "1"}),
    ("incident why", {"incident": "1"}),
]
TYPED = [
    ("incident correct", "incident", {}),
    ("incident correct", "date_of", {"incident": "1"}),
    ("incident retract", "incident", {}),
    ("incident why", "incident", {}),
    ("source remove", "source", {}),
    ("unfollow", "platform", {}),
]


@pytest.fixture
async def busy(makers: Community) -> Community:
    """Something is told, and something waits."""
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    letter = LETTER.replace("Kilnfolk", "Yarnyard")
    await makers.asks(makers.maker, "report", {"text": letter})
    assert (len(makers.told), len(makers.cards)) == (1, 1)
    return makers


@pytest.mark.parametrize("locale", ["en-US", "fr"])
async def test_a_member_without_rights_decides_nothing(busy: Community, locale: str) -> None:
    said = [message.text for message in (*busy.told, *busy.cards)]
    member = busy.member("curious", locale=locale)
    begins = "This is for moderators" if locale == "en-US" else "Réservé aux modérateurs"
    for command, options in COMMANDS:
        given = {k: busy.alerts if v == "alerts" else v for k, v in options.items()}
        refused = await busy.asks(member, command, given)
        assert refused.text.startswith(begins), command
    assert [message.text for message in (*busy.told, *busy.cards)] == said


async def test_a_member_without_rights_is_offered_nothing_that_waits(busy: Community) -> None:
    for command, option, options in TYPED:
        offered = await _typed(busy, busy.maker, command, option, options)
        assert offered == [], command
        assert await _typed(busy, busy.moderator, command, option, options), command


async def test_every_command_is_tried_here(tocsin: Stage) -> None:
    for_everybody = {"alerts", "checklist", "platform", "report", "status", "Report to Tocsin"}
    names = {name for command in tocsin.discord.commands for name in _leaves(command)}
    assert names - for_everybody == {name for name, _ in COMMANDS}


async def test_the_role_that_the_guild_named_decides_too(busy: Community) -> None:
    role = await busy.role("elders")
    elder = busy.member("elder", roles=[role])
    refused = await busy.asks(elder, "review")
    assert refused.text.startswith("This is for moderators")
    await busy.decides("settings set", {"moderator_role": role})
    for command, options in COMMANDS:
        given = {k: busy.alerts if v == "alerts" else v for k, v in options.items()}
        shown = await busy.asks(elder, command, given, within=40)
        assert not shown.text.startswith("This is for moderators"), command
    told = await busy.asks(busy.maker, "review")
    assert f"or the role <@&{role.id}>" in told.text


async def test_the_role_presses_buttons_too(busy: Community) -> None:
    role = await busy.role("elders")
    elder = busy.member("elder", roles=[role])
    busy.stage.discord.overwrite(busy.review, elder, allow="view_channel")
    (card,) = busy.cards
    refused = await busy.stage.discord.click(elder, card, label="Dismiss")
    assert refused.text.startswith("This is for moderators")
    await busy.decides("settings set", {"moderator_role": role})
    await busy.stage.discord.click(elder, card, label="Dismiss")
    assert f"**Dismissed** by <@{elder.id}>" in card.text


async def test_everyone_is_no_role(busy: Community) -> None:
    everyone = busy.guild.roles[busy.guild.id]
    await busy.decides("settings set", {"moderator_role": everyone, "role": everyone})
    shown = await busy.decides("settings show")
    assert "- Moderator role: not set" in shown.text
    assert "- Role mentioned: not set" in shown.text
    refused = await busy.asks(busy.maker, "review")
    assert refused.text.startswith("This is for moderators")
    refused = await busy.decides("follow", {"platform": "Kilnfolk", "role": everyone})
    assert refused.text.startswith("Tocsin never mentions everybody.")


async def test_why_is_for_everybody_but_names_nobody(busy: Community) -> None:
    await busy.decides("incident correct", {"incident": "Kilnfolk", "kind": "policy"})
    (alert,) = busy.told
    assert "Why?" in alert.labels
    shown = await busy.stage.discord.click(busy.maker, alert, label="Why?")
    assert shown.ephemeral
    assert "corrected by a moderator" in shown.text
    assert str(busy.moderator.id) not in shown.text


async def _typed(
    busy: Community, who: object, command: str, option: str, options: object
) -> object:
    return await busy.stage.discord.autocomplete(
        busy.guild,
        busy.alerts,
        who,
        command,
        option,
        "",
        options,  # type: ignore[arg-type]
    )


def _leaves(command: dict, above: str = "") -> list[str]:  # type: ignore[type-arg]
    name = f"{above} {command['name']}".strip()
    below = [each for each in command.get("options", ()) if each["type"] in (1, 2)]
    return [leaf for each in below for leaf in _leaves(each, name)] or [name]
