"""A show for tests of the demo's page: the whole contract, with a short story and no bot.

It does what it is asked at once and remembers it; nothing in it moves by itself.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.demo.show import Answer, Ask, Line, Mood, Person, Room, Scene, Voice

MORNING = datetime(2026, 7, 6, 9, 40, tzinfo=UTC)
SPEEDS = (1.0, 2.0, 4.0)

PEOPLE = (
    Person("elodie", "Élodie", "moderator", "Answers for what is posted here."),
    Person("chloe", "Chloé", "maker", "Sells ceramics, on A Little Market only."),
    Person("marc", "Marc", "maker", "Has his own shop."),
)
ROOMS = (
    Room("alerts", "alerts", None, False, 0, ("elodie", "chloe", "marc")),
    Room("review", "review", None, True, 0, ("elodie",)),
)
THREAD = Room(
    "thread", "A Little Market is closing", "alerts", False, 2, ("elodie", "chloe", "marc")
)


def _line(number: int, voice: Voice, mood: Mood, title: str, **more: str) -> Line:
    at = MORNING + timedelta(minutes=7 * number, days=number // 5)
    return Line(f"line-{number}", at, voice, mood, title, **more)


STORY = (
    _line(
        0,
        Voice.WORLD,
        Mood.PLAIN,
        "The blog of A Little Market publishes “Five ideas for a summer window”",
        detail="Shells, linen and a little driftwood: how to dress your shop for July.",
        url="http://127.0.0.1:1/blog",
    ),
    _line(
        1,
        Voice.TOCSIN,
        Mood.IGNORED,
        "Nothing in it binds anybody",
        detail="No sentence says that something ends or changes.",
    ),
    _line(
        2,
        Voice.TOCSIN,
        Mood.REVIEW,
        "A rumour goes to the moderators",
        detail="A newspaper is not the platform: only Élodie decides.",
        channel="review",
    ),
    _line(
        3,
        Voice.TOCSIN,
        Mood.ALERT,
        "A Little Market is closing",
        detail="Official and clear: last sales on 31 August 2026.",
        channel="alerts",
    ),
    _line(4, Voice.PEOPLE, Mood.PLAIN, "Chloé opens her checklist", channel="alerts"),
    _line(5, Voice.STAGE, Mood.PLAIN, "A night passes"),
    _line(
        6,
        Voice.TOCSIN,
        Mood.CHANGE,
        "A date has moved, and the alert with it",
        channel="thread",
    ),
)


@dataclass(slots=True)
class FakeShow:
    """`asked` is all that was asked; `seen` the languages scenes were made for."""

    view: str = ""
    asked: list[tuple[Ask, dict[str, str]]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    _scene: Scene = field(init=False)
    _turn: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._scene = Scene(
            revision=1,
            language="en",
            now=MORNING,
            title="A Little Market closes",
            note="What happened in July 2017 is told as if it began today.",
            hint="",
            lines=(),
            rooms=ROOMS,
            people=PEOPLE,
            room="alerts",
            person="elodie",
            view=self.view,
            playing=False,
            ended=False,
            busy=False,
            speed=1.0,
            step=0,
            steps=len(STORY),
        )

    def change(self, **values: object) -> None:
        """Something changes by itself."""
        self._scene = replace(self._scene, revision=self._scene.revision + 1, **values)  # type: ignore[arg-type]
        self._turn.set()
        self._turn = asyncio.Event()

    async def scene(self, language: str) -> Scene:
        self.seen.append(language)
        hint = "Essayez le salon des alertes." if language == "fr" else self._scene.hint
        return replace(self._scene, language=language, hint=hint)

    async def changed(self, revision: int) -> None:
        while self._scene.revision == revision:
            await self._turn.wait()

    async def ask(self, language: str, ask: Ask, values: Mapping[str, str]) -> Answer:
        self.asked.append((ask, dict(values)))
        now = self._scene
        match ask:
            case Ask.PLAY | Ask.PAUSE:
                self.change(playing=ask is Ask.PLAY)
            case Ask.FASTER:
                self.change(speed=SPEEDS[(SPEEDS.index(now.speed) + 1) % len(SPEEDS)])
            case Ask.NEXT if now.ended:
                return Answer(False, "The story has been told.")
            case Ask.NEXT:
                self._tell(STORY[now.step], now.step + 1)
            case Ask.SKIP_DAY:
                self.change(now=now.now + timedelta(days=1))
            case Ask.RESTART:
                return Answer(True, "The bot is back; nothing is lost.")
            case Ask.SHOW:
                return self._look(values["room"])
            case Ask.ACT_AS:
                self.change(person=values["person"])
            case Ask.PUBLISH:
                if "fool" not in values["text"]:
                    return Answer(False, "Tocsin found nothing to read in it.")
                at = now.now + timedelta(minutes=1)
                own = Line(f"own-{now.revision}", at, Voice.WORLD, Mood.PLAIN, values["title"])
                self._tell(own, now.step)
                return Answer(True, "It stands in the feed.")
            case Ask.REPORT:
                return Answer(True, f"Handed in: {len(values['text'])} characters.")
            case Ask.ANEW:
                self.change(lines=(), step=0, now=MORNING, rooms=ROOMS, ended=False)
        return Answer(True, "")

    def _tell(self, line: Line, step: int) -> None:
        now = self._scene
        over = step == len(STORY)
        rooms = (*now.rooms, THREAD) if over and len(now.rooms) == len(ROOMS) else now.rooms
        rooms = tuple(
            replace(room, unread=room.unread + (room.id == line.channel != now.room))
            for room in rooms
        )
        lines = (*now.lines, line)
        self.change(lines=lines, now=line.at, step=step, rooms=rooms, ended=over)

    def _look(self, wanted: str) -> Answer:
        now = self._scene
        room = next((each for each in now.rooms if each.id == wanted), None)
        if room is None or now.person not in room.readers:
            return Answer(False, "Only Élodie may look in there.")
        rooms = tuple(replace(each, unread=0) if each.id == wanted else each for each in now.rooms)
        self.change(room=wanted, rooms=rooms)
        return Answer(True, "")
