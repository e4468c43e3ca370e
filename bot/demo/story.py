"""The story of `data/demo/story.<language>.toml`, read and checked. Its days count from today.

Refuses a file that does not fit together: the fault names file and place.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import Fault
from bot.i18n import Texts

_PLACE = re.compile(r"\{(day|month)([+-]\d+)\}")


class Do(StrEnum):
    """What happens in an act."""

    COMMAND = "command"
    WATCH = "watch"
    """A command that hands a feed of the story to Tocsin."""
    PUBLISH = "publish"
    EDIT = "edit"
    REPORT = "report"
    SAY = "say"
    PRESS = "press"


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody in the story. `about`: one sentence for the visitor."""

    key: str
    name: str
    role: str
    about: str
    moderates: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """A channel of the guild."""

    key: str
    name: str
    topic: str
    private: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """Somebody who publishes. `platform`: whose own feed it is; `site`: where its posts stand."""

    key: str
    name: str
    site: str
    platform: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """What a feed says. `text` and `title` may name days (`{day+59}`)."""

    feed: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Act:
    """One event. `day` counts from the first, `at` is when it happens at the earliest; `read`:
    seconds that it stays at the usual speed. `told`: what people or the world do, in a sentence.
    """

    id: str
    do: Do
    day: int
    at: time
    read: float
    told: str = ""
    by: str = ""
    place: str = ""
    command: str = ""
    options: Mapping[str, str] | None = None
    feed: str = ""
    of: str = ""
    title: str = ""
    text: str = ""
    button: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """Everything in one language."""

    language: str
    guild: str
    moderators: str
    title: str
    note: str
    people: tuple[Role, ...]
    channels: tuple[Room, ...]
    feeds: tuple[Feed, ...]
    before: tuple[Post, ...]
    acts: tuple[Act, ...]

    def feed(self, key: str) -> Feed:
        """The feed with this key."""
        return next(feed for feed in self.feeds if feed.key == key)

    def act(self, act_id: str) -> Act:
        """The act with this id."""
        return next(act for act in self.acts if act.id == act_id)


def load_stories(folder: Path) -> dict[str, Story]:
    """Every story by its language. Raises `Fault` where one cannot be told."""
    return {path.suffixes[0][1:]: _load(path) for path in sorted(folder.glob("story.*.toml"))}


def filled(text: str, first_day: date, texts: Texts, language: str) -> str:
    """`text` with its days and months in words."""

    def words(found: re.Match[str]) -> str:
        on = first_day + timedelta(days=int(found[2]))
        return texts.day(language, on) if found[1] == "day" else texts.month(language, on)

    return _PLACE.sub(words, text.strip())


def moment(act: Act, first_day: date, zone: ZoneInfo) -> datetime:
    """When an act happens at the earliest."""
    return datetime.combine(first_day + timedelta(days=act.day), act.at, zone)


def _load(path: Path) -> Story:
    try:
        written = tomllib.loads(path.read_text("utf-8"))
        return _story(path.suffixes[0][1:], written)
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        detail = f"{type(error).__name__}: {error}"
        raise Fault("demo.bad_story", file=path.name, detail=detail) from None


def _story(language: str, written: dict[str, Any]) -> Story:
    story = Story(
        language=language,
        people=tuple(Role(**each) for each in written.pop("people")),
        channels=tuple(Room(**each) for each in written.pop("channels")),
        feeds=tuple(Feed(**each) for each in written.pop("feeds")),
        before=tuple(Post(**each) for each in written.pop("before")),
        acts=tuple(_act(each) for each in written.pop("acts")),
        **written,
    )
    _check(story)
    return story


def _act(written: dict[str, Any]) -> Act:
    return Act(
        do=Do(written.pop("do")),
        at=time.fromisoformat(written.pop("at")),
        day=written.pop("day", 0),
        place=written.pop("in", ""),
        **written,
    )


def _check(story: Story) -> None:
    """Every name stands for something, and time goes forward."""
    known: dict[Callable[[Act], str], set[str]] = {
        lambda act: act.by: {each.key for each in story.people},
        lambda act: act.place: {each.key for each in story.channels},
        lambda act: act.feed: {each.key for each in story.feeds},
        lambda act: act.of: {act.id for act in story.acts if act.do is Do.PUBLISH},
    }
    before = (0, time.min)
    for act in story.acts:
        for named, names in known.items():
            if named(act) and named(act) not in names:
                raise ValueError(f"acts.{act.id}: {named(act)!r} is unknown")
        if (act.day, act.at) < before:
            raise ValueError(f"acts.{act.id}: it happens before the act above it")
        before = (act.day, act.at)
