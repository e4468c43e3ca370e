"""A member's way out: seen and ticked by that member alone, in their language; kept over restarts
and over dates that move."""

import pytest

from tests.rss import CLOSURE, NOTHING
from tests.stage import Community
from tests.standin import Interaction, Message


@pytest.fixture
async def closing(makers: Community) -> Community:
    """A closure has been told."""
    await makers.watches("Kilnfolk", NOTHING)
    await makers.reads(CLOSURE, NOTHING)
    return makers


async def _opens(closing: Community, who: object = None) -> Message:
    alert = closing.told[0]
    shown = await closing.stage.discord.click(who or closing.maker, alert, label="My checklist")
    assert shown.ephemeral
    assert shown.message is not None
    return shown.message


def _ticks(message: Message) -> list[str]:
    return [each for each in message.custom_ids if each.startswith("tick:")]


async def _ticked(closing: Community) -> tuple[Message, Interaction]:
    mine = await _opens(closing)
    first = _ticks(mine)[0]
    pressed = await closing.stage.discord.click(closing.maker, mine, custom_id=first)
    return mine, pressed


async def test_steps_come_by_day_with_a_button_each(closing: Community) -> None:
    mine = await _opens(closing)
    assert "Kilnfolk" in mine.text.split("\n")[0]
    assert "done: 0 of" in mine.text or "0 of" in mine.text.split("\n")[1]
    assert "- **Site switched off:** Sunday 31 May 2026" in mine.text
    assert 1 <= len(_ticks(mine)) <= 7
    assert closing.told == [closing.told[0]], "nothing is said aloud"


async def test_a_tick_is_shown_in_place_and_can_be_taken_back(closing: Community) -> None:
    mine, pressed = await _ticked(closing)
    assert pressed.answer == 7, "the same message is changed"
    assert "1 of" in mine.text.split("\n")[1]
    assert "~~" in mine.text
    await closing.stage.discord.click(closing.maker, mine, custom_id=_ticks(mine)[0])
    assert "0 of" in mine.text.split("\n")[1]


async def test_ticks_survive_a_restart_and_old_buttons_still_work(closing: Community) -> None:
    mine, _ = await _ticked(closing)
    await closing.stage.restart()
    again = await closing.asks(closing.maker, "checklist")
    assert "1 of" in again.text.split("\n")[1]
    await closing.stage.discord.click(closing.maker, mine, custom_id=_ticks(mine)[1])
    assert "2 of" in mine.text.split("\n")[1]


async def test_when_a_date_moves_the_next_click_shows_it_and_keeps_the_ticks(
    closing: Community,
) -> None:
    mine, _ = await _ticked(closing)
    later = CLOSURE.body.replace("30 April 2026", "10 May 2026")
    await closing.reads(CLOSURE.but(body=later), NOTHING)
    assert "Thursday 30 April 2026" in mine.text
    await closing.stage.discord.click(closing.maker, mine, custom_id=_ticks(mine)[1])
    assert "- **Last day of sales:** Sunday 10 May 2026" in mine.text
    assert "2 of" in mine.text.split("\n")[1]
    assert "have changed" in mine.text
    await closing.stage.discord.click(closing.maker, mine, custom_id=_ticks(mine)[1])
    assert "have changed" not in mine.text, "said once"


async def test_when_the_alert_is_taken_back_the_checklist_says_so(closing: Community) -> None:
    mine, _ = await _ticked(closing)
    await closing.decides("incident retract", {"incident": "Kilnfolk"})
    await closing.stage.discord.click(closing.maker, mine, custom_id=_ticks(mine)[1])
    assert "retracted" in mine.text.lower() or "taken back" in mine.text.lower()


async def test_another_member_has_a_list_of_their_own(closing: Community) -> None:
    mine, _ = await _ticked(closing)
    other = closing.member("other")
    theirs = await _opens(closing, other)
    assert "0 of" in theirs.text.split("\n")[1]
    services = closing.stage.app.services
    first = int(_ticks(mine)[0].split(":")[1])
    second = int(_ticks(theirs)[0].split(":")[1])
    assert first != second
    assert len(await services.checklists.mine(closing.guild.id, other.id)) == 1


async def test_another_members_button_is_refused(closing: Community) -> None:
    mine, _ = await _ticked(closing)
    other = closing.member("other")
    discord = closing.stage.discord
    for custom_id in (_ticks(mine)[1], next(e for e in mine.custom_ids if e.startswith("page:"))):
        data = {"custom_id": custom_id, "component_type": 2, "id": 1}
        forged = discord.interactions.happen(
            3, other, closing.alerts, data, locale=None, source=mine
        )
        await forged.until(lambda it: it.settled)
        assert forged.ephemeral
        assert "checklist" in forged.text
    assert "1 of" in mine.text.split("\n")[1]


async def test_pages_are_turned_in_place(closing: Community) -> None:
    mine = await _opens(closing)
    first = _ticks(mine)
    await closing.stage.discord.click(closing.maker, mine, label="Next")
    assert not set(first) & set(_ticks(mine))
    assert "Page 2 of" in mine.text
    await closing.stage.discord.click(closing.maker, mine, label="Back")
    assert _ticks(mine) == first


async def test_it_speaks_the_members_language_in_an_english_guild(closing: Community) -> None:
    chloe = closing.member("chloe", locale="fr")
    mine = await _opens(closing, chloe)
    assert "C’est fait" in mine.labels
    assert "dimanche 31 mai 2026" in mine.text
    assert closing.told[0].labels[0] == "My checklist"


async def test_with_little_time_the_plan_is_short(closing: Community) -> None:
    long = await _opens(closing)
    closing.stage.clock.move(days=85)
    other = closing.member("other")
    short = await _opens(closing, other)
    assert _steps(short) < _steps(long)


async def test_where_nothing_was_told_it_says_so_in_the_members_language(makers: Community) -> None:
    shown = await makers.asks(makers.maker, "checklist")
    assert shown.text.startswith("Nothing has been told here yet that calls for a checklist.")
    shown = await makers.asks(makers.member("chloe", locale="fr"), "checklist")
    assert shown.text.startswith("Rien n’a encore été annoncé ici qui appelle une liste.")


async def test_of_several_closures_one_is_chosen(closing: Community) -> None:
    await closing.watches("Yarnyard", NOTHING, path="/yarn.xml")
    yarn = CLOSURE.but(
        title="Yarnyard is closing",
        body=CLOSURE.body.replace("Kilnfolk", "Yarnyard"),
        link="https://yarnyard.example/closing",
    )
    await closing.reads(yarn, NOTHING, path="/yarn.xml")
    assert len(closing.told) == 2
    asked = await closing.asks(closing.maker, "checklist")
    assert asked.text.startswith("Several things are going on.")
    offered = await closing.stage.discord.autocomplete(
        closing.guild, closing.alerts, closing.maker, "checklist", "incident", "yarn"
    )
    assert [each["name"].split(" · ")[0] for each in offered] == ["Yarnyard"]
    shown = await closing.asks(closing.maker, "checklist", {"incident": offered[0]["value"]})
    assert "Yarnyard" in shown.text.split("\n")[0]


async def test_a_list_of_what_was_taken_back_gives_way_to_one_that_counts(
    closing: Community,
) -> None:
    await _ticked(closing)
    await closing.decides("incident retract", {"incident": "Kilnfolk"})
    shown = await closing.asks(closing.maker, "checklist")
    assert "Kilnfolk" in shown.text.split("\n")[0], "still theirs to look at"
    await closing.watches("Yarnyard", NOTHING, path="/yarn.xml")
    yarn = CLOSURE.but(
        title="Yarnyard is closing",
        body=CLOSURE.body.replace("Kilnfolk", "Yarnyard"),
        link="https://yarnyard.example/closing",
    )
    await closing.reads(yarn, NOTHING, path="/yarn.xml")
    shown = await closing.asks(closing.maker, "checklist")
    assert "Yarnyard" in shown.text.split("\n")[0]


async def test_what_waits_for_moderators_is_not_shown_by_a_checklist(makers: Community) -> None:
    await makers.watches("Kilnfolk", NOTHING, origin="press")
    await makers.reads(CLOSURE, NOTHING)
    assert makers.told == []
    for typed in ("1", "Kilnfolk"):
        shown = await makers.asks(makers.maker, "checklist", {"incident": typed})
        assert shown.text.startswith("There is no such alert here.")


def _steps(message: Message) -> int:
    return int(message.text.split("\n")[1].rsplit(" of ", 1)[1].split()[0])
