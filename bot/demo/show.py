"""What the page may know of the show and ask of it.

Plain values: the page knows neither simcord nor the bot, and the show knows no HTTP.

Every sentence is already in the visitor's language; times are aware UTC, of the story's own clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Voice(StrEnum):
    """Who does what a line of the timeline tells."""

    WORLD = "world"
    """A platform, a newspaper, a stranger."""
    TOCSIN = "tocsin"
    """What the bot did, read off the bot itself."""
    PEOPLE = "people"
    """A member or a moderator."""
    STAGE = "stage"
    """Nights that pass, a restart."""


class Mood(StrEnum):
    """How a line of the timeline is drawn."""

    PLAIN = "plain"
    IGNORED = "ignored"
    REVIEW = "review"
    ALERT = "alert"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline: something that has happened. `detail`: why, or the words published.

    `channel`: where the visitor can see it; None: nowhere in Discord.
    """

    id: str
    at: datetime
    voice: Voice
    mood: Mood
    title: str
    detail: str = ""
    channel: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """A channel or a thread. `parent`: the channel a thread hangs under. `private`: not for all.

    `unread`: messages that came since the visitor last looked there. `readers`: ids of the
    people who may look into it.
    """

    id: str
    name: str
    parent: str | None
    private: bool
    unread: int
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the visitor can act as. `about`: one sentence."""

    id: str
    name: str
    role: str
    about: str


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the page shows, at one moment.

    `view`: address of the picture of `room` as `person` sees it, for an iframe; it changes only
    when the frame must be loaded anew. `step` of `steps`: how far the story is. `speed`: 1 is the
    default, 2 twice as fast, 0 instant. `busy`: the stage is being rebuilt (a restart). `hint`:
    what the visitor might try now; may be empty.
    """

    revision: int
    language: str
    now: datetime
    title: str
    note: str
    hint: str
    lines: tuple[Line, ...]
    rooms: tuple[Room, ...]
    people: tuple[Person, ...]
    room: str
    person: str
    view: str
    playing: bool
    ended: bool
    busy: bool
    speed: float
    step: int
    steps: int


class Ask(StrEnum):
    """What a visitor can ask of the show, with the values each needs."""

    PLAY = "play"
    PAUSE = "pause"
    FASTER = "faster"
    """The next of the speeds, and round again."""
    NEXT = "next"
    """The next event of the story, now."""
    SKIP_DAY = "skip_day"
    RESTART = "restart"
    """Ends the bot and starts it again on what it has kept."""
    SHOW = "show"
    """`room`: look there; marks it as read."""
    ACT_AS = "act_as"
    """`person`."""
    PUBLISH = "publish"
    """`title`, `text`, `feed` ("official" or "press"): an entry in that feed."""
    REPORT = "report"
    """`text`: a letter, reported by the person the visitor acts as."""
    ANEW = "anew"
    """Everything from the beginning."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`said`: one sentence for the visitor, empty where the scene itself shows it."""

    done: bool
    said: str


class Show(Protocol):
    """A running show, for one visitor at a time; several browsers see the same one."""

    async def scene(self, language: str) -> Scene:
        """The show now."""
        ...

    async def changed(self, revision: int) -> None:
        """Return when the show's revision is no longer `revision`; may take for ever."""
        ...

    async def ask(self, language: str, ask: Ask, values: Mapping[str, str]) -> Answer:
        """Do it. Never raises for what a visitor can cause: `Answer.done` is False and says why."""
        ...
