"""The demo's show: the story told to its end by the real bot, and what visitors may ask of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.app import DATA, load_data
from bot.catalogue.catalogue import Catalogue
from bot.demo.playing import SPEEDS, Playing, open_show
from bot.demo.show import Ask, Line, Mood, Scene, Voice
from bot.demo.story import Do, Story, load_stories
from bot.i18n import Texts

pytestmark = pytest.mark.asyncio(loop_scope="module")

INSTANT = SPEEDS[-1]
PLAYED = 120
"""Seconds in which even a slow machine has told the story."""

THREAD = "A Little Market\u00a0: ce qui change"

Loaded = tuple[Texts, Catalogue, dict[str, Story]]


@dataclass(frozen=True, slots=True)
class Told:
    """A show whose whole story has been told, and its scene at that moment."""

    show: Playing
    scene: Scene

    @property
    def last(self) -> int:
        """The number of the newest line."""
        return int(self.show.lines("fr")[-1].id)


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    texts, catalogue = load_data()
    return texts, catalogue, load_stories(DATA / "demo")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(loaded: Loaded) -> AsyncIterator[Told]:
    async with opened(loaded, speed=INSTANT) as show:
        async with asyncio.timeout(PLAYED):
            while not show.ended:
                await show.changed(show.revision)
        yield Told(show, await show.scene("fr"))


@asynccontextmanager
async def opened(loaded: Loaded, speed: float) -> AsyncIterator[Playing]:
    """A show of its own."""
    texts, catalogue, stories = loaded
    async with open_show(stories, texts, catalogue, language="fr", speed=speed) as show:
        yield show


async def ask(show: Playing, wanted: Ask, **values: str) -> tuple[bool, str]:
    answer = await show.ask("fr", wanted, values)
    return answer.done, answer.said


def by(lines: tuple[Line, ...], voice: Voice, *moods: Mood) -> list[Line]:
    return [each for each in lines if each.voice is voice and each.mood in moods]


def room(scene: Scene, name: str) -> str:
    return next(each.id for each in scene.rooms if each.name == name)


async def test_the_whole_story_is_told_as_tocsin_decides_it(told: Told) -> None:
    lines = told.scene.lines
    names = {each.id: each.name for each in told.scene.rooms}

    [office, rescue] = by(lines, Voice.TOCSIN, Mood.IGNORED)
    assert "Nos bureaux ferment" in office.title
    assert "fermé pour un temps" in office.detail
    assert "CréaRefuge" in rescue.title

    [rumour, letter] = by(lines, Voice.TOCSIN, Mood.REVIEW)
    assert names[rumour.channel or ""] == names[letter.channel or ""] == "modération"
    assert "pas officielle" in rumour.detail
    assert "Dernier jour de vente" in letter.detail

    [closing, fees] = by(lines, Voice.TOCSIN, Mood.ALERT)
    assert names[closing.channel or ""] == names[fees.channel or ""] == "alertes"
    assert "confirmée par la plateforme" in closing.detail
    assert "Etsy" in fees.title

    [press, moved, followed] = by(lines, Voice.TOCSIN, Mood.CHANGE)
    assert "Le Courrier des artisans" in press.detail
    assert "devient" in moved.detail
    assert "ce qui change" in names[moved.channel or ""]
    assert "La liste de Chloé suit" in followed.title

    order = [int(each.id) for each in (rumour, letter, closing, press, moved, followed, fees)]
    assert order == sorted(order)
    assert told.scene.ended
    assert not told.scene.playing
    assert told.scene.step == told.scene.steps


async def test_commands_have_the_names_that_members_type(told: Told) -> None:
    typed = told.scene.lines[0].detail
    assert typed == "/installer salon:#alertes salon_modération:#modération"


async def test_what_is_told_stands_in_the_rooms_of_those_who_may_see_it(told: Told) -> None:
    maker, moderator = (
        {each.name: each for each in told.show.staging.stage.rooms(person)}
        for person in ("marc", "elodie")
    )
    assert len(maker["alertes"].messages) >= 2
    assert len(maker[THREAD].messages) == 1
    assert maker["modération"].messages == ()
    assert maker["modération"].readers == ("elodie",)
    assert len(moderator["modération"].messages) > 1
    assert maker["atelier"].messages, "Chloé has spoken there"
    chloe = {each.name: each for each in told.show.staging.stage.rooms("chloe")}
    assert len(chloe["alertes"].messages) > 2, "her checklist is private"


async def test_the_alert_cautions_against_those_who_promise_rescue(told: Told) -> None:
    alerts = int(room(told.scene, "alertes"))
    stored = told.show.staging.stage._world.backend.messages[alerts].values()
    assert any("Attention aux profiteurs" in str(message.components) for message in stored)


async def test_a_page_in_another_language_is_told_the_same(told: Told) -> None:
    french, english = await told.show.scene("fr"), await told.show.scene("en")
    assert [each.id for each in french.lines] == [each.id for each in english.lines]
    assert "Élodie installe Tocsin" in french.lines[0].title
    assert "Élodie sets Tocsin up" in english.lines[0].title
    assert french.note != english.note


async def test_a_restart_loses_nothing_and_buttons_still_work(told: Told) -> None:
    show, last = told.show, told.last
    before = await show.staging.witness.kept()
    client = show.staging.bot.app.client
    assert await ask(show, Ask.RESTART) == (True, "")
    assert show.staging.bot.app.client is not client
    assert client.is_closed()
    assert await show.staging.witness.kept() == before
    assert before >= (2, 1)
    ended, begun = by(show.lines("fr", last), Voice.STAGE, Mood.PLAIN)
    assert "arrêté" in ended.title
    assert "Rien n’est perdu" in begun.detail

    assert await show.staging.stage.press("chloe", "alerts", "tick:")
    await until(show, last, "Liste de Chloé")


async def test_a_rumour_that_a_visitor_spreads_goes_to_the_moderators(told: Told) -> None:
    last = told.last
    done, said = await ask(
        told.show,
        Ask.PUBLISH,
        feed="press",
        title="Etsy va fermer",
        text="La plateforme Etsy fermera définitivement ses portes le 3 mars 2031.",
    )
    assert done
    assert "Le Courrier des artisans" in said
    [asked] = by(told.show.lines("fr", last), Voice.TOCSIN, Mood.REVIEW)
    assert "Etsy pourrait fermer" in asked.title


async def test_what_says_nothing_is_ignored_and_why_is_told(told: Told) -> None:
    last = told.last
    await ask(
        told.show,
        Ask.PUBLISH,
        feed="official",
        title="Nos idées pour l’été",
        text="Des bijoux légers, des couleurs vives, et nos créatrices préférées.",
    )
    [ignored] = by(told.show.lines("fr", last), Voice.TOCSIN, Mood.IGNORED)
    assert "Aucun signe" in ignored.detail


async def test_what_nobody_follows_is_understood_and_not_posted(told: Told) -> None:
    last = told.last
    await ask(
        told.show,
        Ask.PUBLISH,
        feed="press",
        title="Folksy va fermer",
        text="La plateforme Folksy fermera définitivement ses portes le 3 mars 2031.",
    )
    [understood] = by(told.show.lines("fr", last), Voice.TOCSIN, Mood.PLAIN)
    assert "Personne ici ne suit Folksy" in understood.detail


async def test_a_reported_letter_reaches_the_moderators_only(told: Told) -> None:
    show, last = told.show, told.last
    await ask(show, Ask.ACT_AS, person="marc")
    public = messages(show, "alertes", "elodie")
    done, _ = await ask(
        show,
        Ask.REPORT,
        text="Makerbot\n\nChers vendeurs, Makerbot fermera définitivement le 3 mars 2031.",
    )
    assert done
    lines = show.lines("fr", last)
    [asked] = by(lines, Voice.TOCSIN, Mood.REVIEW)
    assert asked.channel == room(told.scene, "modération")
    assert "signalée par un membre" in asked.detail
    assert messages(show, "alertes", "elodie") == public
    assert any("Marc" in each.title for each in by(lines, Voice.TOCSIN, Mood.PLAIN))


async def test_a_moderators_decision_is_told_as_theirs(told: Told) -> None:
    last = told.last
    await ask(
        told.show,
        Ask.REPORT,
        text="Kilnfolk\n\nChers vendeurs, Kilnfolk fermera définitivement le 3 mars 2031.",
    )
    assert await told.show.staging.stage.press("elodie", "review", "dismiss:")
    await until(told.show, last, "Élodie écarte")


async def test_a_day_passes_when_asked(told: Told) -> None:
    before = (await told.show.scene("fr")).now
    assert (await ask(told.show, Ask.SKIP_DAY))[0]
    assert ((await told.show.scene("fr")).now - before).days == 1
    assert "Une nuit passe" in told.show.lines("fr")[-1].title


async def test_looking_and_acting_change_the_picture_and_mark_as_read(told: Told) -> None:
    show, review = told.show, room(told.scene, "modération")
    await ask(show, Ask.ACT_AS, person="elodie")
    await ask(show, Ask.SHOW, room=review)
    first = await show.scene("fr")
    assert first.room == review
    assert next(each for each in first.rooms if each.id == review).unread == 0
    await ask(show, Ask.ACT_AS, person="marc")
    second = await show.scene("fr")
    assert second.person == "marc"
    assert second.room == room(told.scene, "alertes"), "he may not look where Élodie looked"
    assert second.view != first.view


async def test_what_cannot_be_done_is_said_in_a_sentence(told: Told) -> None:
    hidden = "Cette personne ne voit pas ce salon."
    assert await ask(told.show, Ask.SHOW, room="1") == (False, hidden)
    assert await ask(told.show, Ask.ACT_AS, person="nobody") == (False, hidden)
    short = (False, "Il faut un titre, et un texte d’au moins une phrase.")
    assert await ask(told.show, Ask.PUBLISH, feed="press", title="", text="x" * 30) == short
    assert await ask(told.show, Ask.PUBLISH, feed="nowhere", title="x", text="x" * 30) == short
    assert not (await ask(told.show, Ask.REPORT, text="court"))[0]
    assert (await ask(told.show, Ask.NEXT))[0], "after the end there is nothing to do"


async def test_no_address_outside_of_this_machine_is_ever_visited(told: Told) -> None:
    known = [
        source.url
        for platform in told.show.staging.bot.app.services.catalogue.platforms
        for source in platform.sources
    ]
    assert known
    assert all(url.startswith("http://127.0.0.1:") for url in known)


@pytest.mark.asyncio(loop_scope="function")  # simcord plays once in a loop
async def test_a_paused_story_goes_on_act_by_act_and_begins_anew(loaded: Loaded) -> None:
    async with opened(loaded, speed=SPEEDS[0]) as show:
        await ask(show, Ask.PAUSE)
        before = (await show.scene("fr")).step
        assert not (await show.scene("fr")).playing
        await ask(show, Ask.NEXT)
        assert (await show.scene("fr")).step == before + 1
        await ask(show, Ask.PLAY)
        await ask(show, Ask.NEXT)
        async with asyncio.timeout(PLAYED):
            while (await show.scene("fr")).step < before + 2:
                await show.changed(show.revision)
        for speed in (*SPEEDS[1:], SPEEDS[0]):
            await ask(show, Ask.FASTER)
            assert (await show.scene("fr")).speed == speed

        assert (await show.ask("en", Ask.ANEW, {})).done
        scene = await show.scene("en")
        assert {each.name for each in scene.rooms} == {"alerts", "moderation", "workshop"}
        assert scene.playing


async def test_both_stories_have_the_same_acts(loaded: Loaded) -> None:
    def shape(story: Story) -> list[tuple[object, ...]]:
        return [
            (act.id, act.do, act.day, act.at, act.read, act.by, act.place, act.feed, bool(act.told))
            for act in story.acts
        ]

    stories = loaded[2]
    assert set(stories) == {"en", "fr"}
    assert shape(stories["en"]) == shape(stories["fr"])
    assert all(act.told for act in stories["en"].acts if act.do is not Do.PUBLISH)
    assert 100 <= sum(act.read for act in stories["en"].acts) <= 150, "about two minutes"


async def until(show: Playing, after: int, words: str) -> None:
    """Wait until a line that says so has been told."""
    async with asyncio.timeout(PLAYED):
        while not any(words in each.title for each in show.lines("fr", after)):
            await show.changed(show.revision)


def messages(show: Playing, name: str, person: str) -> tuple[int, ...]:
    """What somebody sees in a room."""
    return next(each for each in show.staging.stage.rooms(person) if each.name == name).messages
