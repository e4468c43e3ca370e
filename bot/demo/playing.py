"""The show: plays the story on the stage, keeps its timeline, and does what visitors ask.

Refuses nothing loudly: what cannot be done is said in a sentence.
"""

import asyncio
import contextlib
import itertools
import logging
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from bot.catalogue.catalogue import Catalogue
from bot.chat.words import Words
from bot.demo.director import Director
from bot.demo.lines import Sentence, Told, line, say
from bot.demo.show import Answer, Ask, Line, Person, Room, Scene
from bot.demo.staging import Staging, open_staging
from bot.demo.story import Story
from bot.errors import Fault, Refused
from bot.i18n import Texts

log = logging.getLogger(__name__)

SPEEDS = (1.0, 2.0, 4.0, 0.0)
"""What `faster` goes round; 0 waits for nothing."""

KEPT = 300
"""So many lines the timeline has; the oldest are forgotten."""

TITLE_MAX, TEXT_MAX = 200, 4000
"""Characters of a visitor's own words; Discord's window takes no longer letter."""

SHORTEST = 20
"""A text below this many characters says nothing that could be judged."""

FEEDS = ("official", "press")
"""Where visitors may publish."""

HEAR_EVERY = 5.0
"""Seconds between two looks at what Tocsin does, if nothing was seen to happen before."""


class Playing:
    """A running show; implements `bot.demo.show.Show`. Made by `open_show`."""

    def __init__(
        self,
        stories: Mapping[str, Story],
        texts: Texts,
        catalogue: Catalogue,
        language: str,
        speed: float,
    ) -> None:
        self._stories = stories
        self._texts = texts
        self._catalogue = catalogue
        self._speed = speed
        self._playing = True
        self._follows = True
        self._hurried = False
        self._busy = False
        self._revision = 1
        self._changed = asyncio.Event()
        self._wake = asyncio.Event()
        self._seen = asyncio.Event()
        self._turn = asyncio.Lock()
        self._numbers = itertools.count(1)
        self._lines: deque[tuple[int, datetime, Told]] = deque(maxlen=KEPT)
        self._act = 0
        self._room = self._person = ""
        self._looked: dict[str, int] = {}
        self._language = language
        self._open = AsyncExitStack()
        self._staging: Staging | None = None

    @property
    def staging(self) -> Staging:
        """The telling that is on."""
        if self._staging is None:
            raise RuntimeError("nothing is on the stage")
        return self._staging

    @property
    def revision(self) -> int:
        """Goes up with everything that happens."""
        return self._revision

    @property
    def ended(self) -> bool:
        """Whether the story has been told."""
        return self._act >= len(self.staging.story.acts)

    async def scene(self, language: str) -> Scene:
        """The show now."""
        words = Words(self._texts, language)
        story = self._stories.get(language, self.staging.story)
        return Scene(
            revision=self._revision,
            language=language,
            now=self.staging.clock.now(),
            title=story.title,
            note=story.note,
            hint=words(self._hint()),
            lines=self.lines(language),
            rooms=self._rooms(),
            people=tuple(
                Person(each.key, each.name, each.role, each.about) for each in story.people
            ),
            room=self._room,
            person=self._person,
            view=self.staging.stage.view,
            playing=self._playing and not self.ended,
            ended=self.ended,
            busy=self._busy,
            speed=self._speed,
            step=self._act,
            steps=len(self.staging.story.acts),
        )

    def lines(self, language: str, after: int = 0) -> tuple[Line, ...]:
        """What was told after the line with this number."""
        words = Words(self._texts, language)
        return tuple(
            line(number, at, told, self._place(told), words)
            for number, at, told in self._lines
            if number > after
        )

    async def changed(self, revision: int) -> None:
        """Return when the show's revision is no longer `revision`."""
        while self._revision == revision:
            await self._changed.wait()

    async def ask(self, language: str, ask: Ask, values: Mapping[str, str]) -> Answer:
        """Do it, and say so."""
        try:
            said = await self._asked(language, ask, values)
        except Fault as fault:
            return Answer(False, self._texts.fault(language, fault))
        except Exception:
            # A bug in one button must not end the show; the trace says what to mend.
            log.exception("bug in the demo, asked to %s", ask.value)
            return Answer(False, self._texts.get(language, "demo.refused.bug"))
        finally:
            self._bump()
        return Answer(True, said(Words(self._texts, language)) if said else "")

    async def run(self) -> None:
        """Play, act by act, and listen in between. For ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear())
            while True:
                self._wake.clear()
                if self._playing and not self.ended:
                    await self._play_next()
                    await self._rest()
                else:
                    await self._wake.wait()

    async def begin(self) -> None:
        """Raise the curtain, on a new telling."""
        await self._open.aclose()
        self._lines.clear()
        self._looked.clear()
        self._act = 0
        story = self._stories[self._language]
        self._staging = await self._open.enter_async_context(
            open_staging(story, self._texts, self._catalogue)
        )
        watching = asyncio.create_task(self._staging.stage.watch(self._saw))
        self._open.push_async_callback(_end, watching)
        self._person = _first(story, moderates=True)
        self._room = self._staging.stage.rooms(self._person)[0].id
        await self._staging.stage.look(self._room, self._person)

    async def close(self) -> None:
        """Take everything down."""
        await self._open.aclose()

    async def _asked(self, language: str, ask: Ask, values: Mapping[str, str]) -> Sentence | None:
        match ask:
            case Ask.PLAY | Ask.PAUSE:
                self._playing = ask is Ask.PLAY
                self._follows = self._follows or self._playing
                self._wake.set()
            case Ask.FASTER:
                self._speed = SPEEDS[(SPEEDS.index(self._speed) + 1) % len(SPEEDS)]
                self._wake.set()
            case Ask.NEXT:
                self._follows = True
                if self._playing:
                    self._hurried = True
                    self._wake.set()
                else:
                    await self._play_next()
            case Ask.SHOW | Ask.ACT_AS:
                self._follows = False
                await self._look(values.get("room", self._room), values.get("person", self._person))
            case Ask.SKIP_DAY:
                async with self._turn:
                    await self._director().skip_day()
            case Ask.PUBLISH:
                return await self._publish(values)
            case Ask.REPORT:
                return await self._report(values)
            case Ask.RESTART:
                async with self._turn, self._being_busy():
                    await self._director().restart()
                    await self._look(self._room, self._person)
            case Ask.ANEW:
                async with self._turn, self._being_busy():
                    self._language = language if language in self._stories else self._language
                    self._playing = self._follows = True
                    await self.begin()
                self._wake.set()
        return None

    async def _publish(self, values: Mapping[str, str]) -> Sentence:
        title = " ".join(values.get("title", "").split())[:TITLE_MAX]
        text = values.get("text", "").strip()[:TEXT_MAX]
        feed = values.get("feed", "")
        if not title or len(text) < SHORTEST or feed not in FEEDS:
            raise Refused("demo.refused.short")
        source = self.staging.story.feed(feed).name
        async with self._turn:
            told = say("demo.world.visitor", source=source, title=title)
            await self._director().post(feed, f"visitor-{next(self._numbers)}", title, text, told)
            await self._follow()
        return say("demo.done.published", source=source)

    async def _report(self, values: Mapping[str, str]) -> Sentence | None:
        text = values.get("text", "").strip()[:TEXT_MAX]
        if len(text) < SHORTEST:
            raise Refused("report.short")
        people = {each.key: each.name for each in self.staging.story.people}
        place = self.staging.stage.place_of(self._room)
        async with self._turn:
            told = say("demo.people.visitor", name=people[self._person])
            await self._director().report(self._person, place, text, told)
        return None

    async def _play_next(self) -> None:
        async with self._turn:
            if self.ended:
                return
            try:
                await self._director().play(self.staging.story.acts[self._act])
                await self._follow()
            except Exception:
                # One act that fails must not end the show; the trace says what to mend.
                log.exception("bug in act %d of the demo", self._act)
            finally:
                self._act += 1
                self._bump()

    def _director(self) -> Director:
        return Director(self.staging, self._stories, self._tell)

    def _tell(self, told: Told) -> None:
        self._lines.append((next(self._numbers), self.staging.clock.now(), told))
        self._bump()

    async def _hear(self) -> None:
        """What Tocsin does of its own accord, or because a visitor pressed a button."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HEAR_EVERY):
                    await self._seen.wait()
            self._seen.clear()
            try:
                async with self._turn:
                    await self._director().listen()
            except Exception:
                # What cannot be told now is told at the next look.
                log.exception("bug in the demo's witness")

    def _saw(self) -> None:
        self._seen.set()
        self._bump()

    async def _follow(self) -> None:
        """Turn to where something has just happened, unless the visitor looks for themselves."""
        if not self._follows:
            return
        for _, _, told in reversed(self._lines):
            if told.room is not None:
                room = self._place(told)
                if room is not None:
                    await self._look(room, told.viewer or self._viewer(room))
                return

    async def _look(self, room: str, person: str) -> None:
        story = self.staging.story
        if person not in {each.key for each in story.people}:
            raise Refused("demo.refused.hidden")
        seen = {each.id: each for each in self.staging.stage.rooms(person)}
        if room not in seen:
            raise Refused("demo.refused.hidden")
        if person not in seen[room].readers:  # who changes places looks where they may
            room = next(each.id for each in seen.values() if person in each.readers)
        if (room, person) != (self._room, self._person) or self._busy:
            await self.staging.stage.look(room, person)
        self._room, self._person = room, person
        self._bump()

    def _viewer(self, room: str) -> str:
        """Who sees a room best: a maker, where makers may look into it."""
        readers = next(
            each.readers for each in self.staging.stage.rooms(self._person) if each.id == room
        )
        maker = _first(self.staging.story, moderates=False)
        return maker if maker in readers else readers[0]

    def _place(self, told: Told) -> str | None:
        """The id of the channel or thread that a line names."""
        if told.room is None:
            return None
        return self.staging.stage.room_id(told.room)

    def _rooms(self) -> tuple[Room, ...]:
        found = []
        for seen in self.staging.stage.rooms(self._person):
            newest = max(seen.messages, default=0)
            if seen.id == self._room:
                self._looked[seen.id] = newest
            looked = self._looked.get(seen.id, 0)
            unread = sum(message > looked for message in seen.messages)
            found.append(Room(seen.id, seen.name, seen.parent, seen.private, unread, seen.readers))
        return tuple(found)

    def _hint(self) -> str:
        if self.ended:
            return "demo.hint.ended"
        return "demo.hint.playing" if self._playing else "demo.hint.paused"

    def _seconds(self) -> float:
        if self._act == 0 or not self._speed:
            return 0.0
        return self.staging.story.acts[self._act - 1].read / self._speed

    async def _rest(self) -> None:
        """Leave the act on the stage for a while; speed and mind may change meanwhile."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while self._playing and not self._hurried:
            left = begun + self._seconds() - loop.time()
            if left <= 0:
                break
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._wake.wait()
        self._hurried = False

    @asynccontextmanager
    async def _being_busy(self) -> AsyncIterator[None]:
        self._busy = True
        self._bump()
        try:
            yield
        finally:
            self._busy = False
            self._bump()

    def _bump(self) -> None:
        self._revision += 1
        self._changed.set()
        self._changed = asyncio.Event()


@asynccontextmanager
async def open_show(
    stories: Mapping[str, Story],
    texts: Texts,
    catalogue: Catalogue,
    *,
    language: str,
    speed: float,
) -> AsyncIterator[Playing]:
    """A show that begins to play at once; it goes on until the context ends."""
    show = Playing(stories, texts, catalogue, language, speed)
    try:
        await show.begin()
        playing = asyncio.create_task(show.run())
        try:
            yield show
        finally:
            await _end(playing)
    finally:
        await show.close()


def _first(story: Story, *, moderates: bool) -> str:
    return next(each.key for each in story.people if each.moderates is moderates)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
