"""Every command, option and choice has a French and a German name and description that Discord
takes; answers come in the member's language, alerts in the guild's. What sentences tell people to
type exists."""

import re
from pathlib import Path

import pytest

from bot.app import load_data
from tests.rss import CLOSURE, NOTHING
from tests.stage import Community, Stage
from tests.standin.state import Json

LOCALES = Path(__file__).parents[2] / "data" / "locales"
COMMAND = re.compile(r"(?<![\w/.:])/([a-zà-ÿ-]+)(?: ([a-zà-ÿ-]+))?")


def _parts(command: Json, above: str = "") -> list[tuple[str, Json]]:
    name = f"{above} {command['name']}".strip()
    found = [(name, command)]
    for each in command.get("options", ()):
        found.extend(_parts(each, name))
    return found


MESSAGE_MENU = 3


@pytest.mark.parametrize("locale", ["fr", "de"])
async def test_every_name_description_and_choice_is_said_in_it_too(
    tocsin: Stage, locale: str
) -> None:
    parts = [part for command in tocsin.discord.commands for part in _parts(command)]
    assert len(parts) > 60
    for name, part in parts:
        assert part["name_localizations"].get(locale), name
        if part.get("type") != MESSAGE_MENU:  # menus have no description
            assert part["description_localizations"].get(locale), name
        for choice in part.get("choices", ()):
            assert choice["name_localizations"].get(locale), (name, choice)


async def test_choice_values_are_the_words_of_the_contract(tocsin: Stage) -> None:
    parts = dict(part for command in tocsin.discord.commands for part in _parts(command))
    values = {
        name: [choice["value"] for choice in part["choices"]]
        for name, part in parts.items()
        if part.get("choices")
    }
    assert values["setup mode"] == values["settings set mode"] == ["automatic", "review"]
    assert values["setup language"] == ["en", "fr", "de"]
    assert values["source add origin"] == ["official", "press", "community"]
    assert values["settings set lowest_severity"] == ["critical", "important", "info"]
    required = {
        name for name, part in parts.items() if part.get("required") and name.startswith("s")
    }
    assert {"setup channel", "source add url", "source add platform"} <= required
    assert not {each for each in required if each.startswith("setup ")} - {"setup channel"}


@pytest.mark.parametrize("locale", ["en", "fr", "de"])
async def test_a_sentence_names_only_commands_that_exist(tocsin: Stage, locale: str) -> None:
    names = set()
    for command in tocsin.discord.commands:
        for _, part in _parts(command):
            spoken = part["name"]
            if locale != "en":
                spoken = part["name_localizations"][locale]
            names.add(spoken)
    texts, _ = load_data()
    for key, forms in texts.sentences[locale].items():
        for form in forms:
            for group, leaf in COMMAND.findall(form):
                assert group in names, (key, form)
                commands = [c for c in tocsin.discord.commands if _spoken(c, locale) == group]
                below = [each for each in commands[0].get("options", ()) if each["type"] == 1]
                if below and leaf:
                    assert leaf in [_spoken(each, locale) for each in below], (key, form)


ANSWERS = {
    "fr": {
        "alerts": "1 alerte\u00a0:",
        "status": "**Tocsin veille**",
        "following": "**Kilnfolk** →",
        "settings show": "- Alertes\u00a0:",
        "source list": "**#1 127",
        "review": "Rien n’attend de décision.",
    },
    "de": {
        "alerts": "1 Meldung:",
        "status": "**Tocsin wacht**",
        "following": "**Kilnfolk** →",
        "settings show": "- Meldungen:",
        "source list": "**#1 127",
        "review": "Nichts wartet auf eine Entscheidung.",
    },
}


@pytest.mark.parametrize("locale", ANSWERS)
async def test_a_member_is_answered_in_their_language_and_the_guild_in_its_own(
    makers: Community, locale: str
) -> None:
    elodie = makers.member("élodie", locale=locale, permissions="manage_guild")
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    for command, begins in ANSWERS[locale].items():
        shown = await makers.asks(elodie, command)
        assert shown.text.startswith(begins)
    assert makers.told[0].text.startswith("## Kilnfolk is closing")


async def test_setup_takes_the_guilds_own_language_where_none_is_chosen(tocsin: Stage) -> None:
    atelier = await tocsin.community("Atelier", locale="fr")
    await atelier.watches("Kilnfolk", NOTHING)
    await atelier.reads(CLOSURE, NOTHING)
    assert atelier.told[0].text.startswith("## Kilnfolk ferme")


async def test_a_language_without_sentences_is_answered_in_english(makers: Community) -> None:
    ines = makers.member("inês", locale="pt-BR")
    shown = await makers.asks(ines, "alerts")
    assert shown.text.startswith("Nothing has been told here.")


def test_french_keeps_its_spaces_before_double_marks() -> None:
    for path in sorted((LOCALES / "fr").glob("*.po")):
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            if line.startswith("msgstr"):
                assert not re.search(r" [:;?!»%](?!\w)", line), f"{path.name}:{number}"
                assert "'" not in line, f"{path.name}:{number}"


def _spoken(command: Json, locale: str) -> str:
    name: str = command["name"]
    return name if locale == "en" else command["name_localizations"][locale]
