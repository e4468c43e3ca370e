"""The demo’s small pieces: its clock, its story file, commands in a language, plain words."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import DATA
from bot.demo.clock import StoryClock
from bot.demo.lines import plain
from bot.demo.story import filled, load_stories
from bot.demo.tongue import Tongue
from bot.errors import Fault
from bot.i18n import Texts
from tests.fakes import MovableClock

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def test_the_storys_time_passes_with_the_real_one_and_never_goes_back() -> None:
    real = MovableClock()
    clock = StoryClock(START, real)
    real.move(minutes=5)
    assert clock.now() == START + timedelta(minutes=5)
    clock.move_to(START + timedelta(days=2))
    clock.move_to(START)
    assert clock.now() == START + timedelta(days=2)


async def test_whoever_rests_wakes_when_a_night_is_skipped() -> None:
    clock = StoryClock(START)
    resting = asyncio.create_task(clock.sleep(8 * 3600))
    await asyncio.sleep(0)
    clock.move_to(START + timedelta(hours=4))
    await asyncio.sleep(0.01)
    assert not resting.done(), "half a night is not enough"
    clock.move_to(START + timedelta(hours=9))
    await asyncio.wait_for(resting, 5)


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda text: text.replace('by = "chloe"', 'by = "nobody"', 1), "nobody"),
        (lambda text: text.replace('at = "09:20"', 'at = "08:00"'), "rumour"),
        (lambda text: text.replace('do = "report"', 'do = "sing"'), "sing"),
        (lambda text: text + "\n[[[", "TOMLDecodeError"),
    ],
)
def test_a_story_that_does_not_fit_together_is_refused(
    tmp_path: Path, spoil: Callable[[str], str], named: str
) -> None:
    written = (DATA / "demo" / "story.fr.toml").read_text("utf-8")
    (tmp_path / "story.fr.toml").write_text(spoil(written), "utf-8")
    with pytest.raises(Fault) as refused:
        load_stories(tmp_path)
    assert refused.value.arguments["file"] == "story.fr.toml"
    assert named in str(refused.value.arguments["detail"])


def test_days_of_a_story_count_from_its_first() -> None:
    texts = Texts.load(DATA / "locales")
    said = filled("until {day+59}, off in {month+89}", date(2017, 7, 3), texts, "en")
    assert said == "until Thursday 31 August 2017, off in September 2017"


COMMAND: dict[str, Any] = {
    "name": "source",
    "description": "What is watched",
    "name_localizations": {"fr": "surveillance"},
    "options": [
        {
            "name": "add",
            "name_localizations": {"fr": "ajouter"},
            "description": "Watch",
            "description_localizations": {"fr": "Surveiller"},
            "options": [
                {"name": "url", "name_localizations": {"fr": "adresse"}},
                {
                    "name": "origin",
                    "choices": [
                        {"name": "press", "name_localizations": {"fr": "presse"}, "value": "press"}
                    ],
                },
            ],
        }
    ],
}


def test_a_command_is_seen_typed_and_understood_in_a_language() -> None:
    tongue = Tongue("fr")
    [seen] = tongue.learn([COMMAND])
    [add] = seen["options"]
    assert (seen["name"], add["name"], add["description"]) == (
        "surveillance",
        "ajouter",
        "Surveiller",
    )
    assert [each["name"] for each in add["options"]] == ["adresse", "origin"]
    assert add["options"][1]["choices"] == [
        {"name": "presse", "name_localizations": {"fr": "presse"}, "value": "press"}
    ]

    typed = tongue.said("source add", {"url": "x", "origin": "press"})
    assert typed == ("surveillance ajouter", {"adresse": "x", "origin": "press"})

    said: dict[str, Any] = {
        "type": 2,
        "data": {
            "name": "surveillance",
            "options": [{"name": "ajouter", "options": [{"name": "adresse", "value": "x"}]}],
        },
    }
    tongue.meant(said)
    assert said["data"] == {
        "name": "source",
        "options": [{"name": "add", "options": [{"name": "url", "value": "x"}]}],
    }


def test_a_pressed_button_and_an_unknown_command_stay_as_they_are() -> None:
    tongue = Tongue("fr")
    for data in ({"custom_id": "tick:1"}, {"name": "other", "options": []}):
        said = {"type": 3 if "custom_id" in data else 2, "data": dict(data)}
        tongue.meant(said)
        assert said["data"] == data
    assert tongue.said("other", {"x": 1}) == ("other", {"x": 1})


def test_what_stands_in_discord_is_told_without_its_marks() -> None:
    assert plain("**Last day:** 31 August (<t:1504180800:D>, <t:1504180800:R>)") == (
        "Last day: 31 August"
    )
    assert plain("-# by <@&12> in <#34>") == "by  in"
