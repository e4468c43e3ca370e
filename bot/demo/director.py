"""Makes things happen on a stage and tells them: the acts of the story and what visitors add.

What people and the world do is told as it is done; what Tocsin does is read off it.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.chat.words import Words
from bot.demo.lines import Sentence, Told, plain, say
from bot.demo.show import Mood, Voice
from bot.demo.staging import POLL_SECONDS, Staging
from bot.demo.story import Act, Do, Story
from bot.demo.world import Entry

PATIENCE = 30.0
"""Seconds in which Tocsin should have read what was published, and said what is to be said."""

LOOK_EVERY = 0.2
"""Seconds between two looks while something is expected."""

ANSWER_LINES = 4
"""So many lines of a private answer are told."""

Tell = Callable[[Told], None]


@dataclass(frozen=True, slots=True)
class Director:
    """Plays on one staging. `tell` takes each line as it comes."""

    staging: Staging
    stories: Mapping[str, Story]
    tell: Tell

    async def play(self, act: Act) -> None:
        """One act, until Tocsin has done what it does about it."""
        self.staging.begin(act)
        match act.do:
            case Do.PUBLISH | Do.EDIT:
                return await self._publish(act)
            case Do.REPORT:
                letter = self.staging.words(act.text)
                return await self.report(act.by, act.place, letter, self._told(act))
            case Do.COMMAND:
                await self._command(act, act.command, {})
            case Do.WATCH:
                feed = self.staging.story.feed(act.feed)
                given = {"url": self.staging.world.url(feed.key), "name": feed.name}
                await self._command(act, "source add", given)
            case Do.SAY:
                self._people(self._told(act), lambda _: act.text, act.place)
                await self.staging.stage.say(act.by, act.place, act.text)
            case Do.PRESS:
                self._people(self._told(act), None, act.place, act.by)
                await self.staging.stage.press(act.by, act.place, act.button)
        return await self.listen()

    async def post(self, feed: str, entry_id: str, title: str, text: str, told: Sentence) -> None:
        """A post in a feed, until Tocsin has read it."""
        staging = self.staging
        before = staging.witness.read.get(entry_id, 0)
        staging.world.publish(feed, Entry(entry_id, title, text, staging.clock.now()))
        self.tell(Told(Voice.WORLD, Mood.PLAIN, told, lambda _: text))
        staging.clock.move_to(staging.clock.now() + timedelta(seconds=POLL_SECONDS))
        try:
            async with asyncio.timeout(PATIENCE):
                while staging.witness.read.get(entry_id, 0) == before:
                    await asyncio.sleep(LOOK_EVERY)
                    self._tell_all(await staging.witness.hear())
        except TimeoutError:
            self.tell(Told(Voice.STAGE, Mood.PLAIN, say("demo.stage.unread")))
        await self.listen()

    async def report(self, person: str, place: str, letter: str, told: Sentence) -> None:
        """A letter, reported."""
        self._people(told, lambda _: letter, place, person)
        answer = await self.staging.stage.report(person, place, letter)
        self._answer(person, place, answer)
        await self.listen()

    async def skip_day(self) -> None:
        """A night passes."""
        clock = self.staging.clock
        clock.move_to(clock.now() + timedelta(days=1))
        today = clock.now().astimezone(self.staging.zone).date()
        title: Sentence = lambda words: words("demo.stage.day", day=words.dates.day(today))  # noqa: E731
        self.tell(Told(Voice.STAGE, Mood.PLAIN, title))
        await self.listen()

    async def restart(self) -> None:
        """The bot ends, begins again and has lost nothing."""
        before = await self.staging.witness.kept()
        self.tell(Told(Voice.STAGE, Mood.PLAIN, say("demo.stage.ended")))
        await self.staging.restart()
        after = await self.staging.witness.kept()
        lost = "demo.stage.kept" if after == before else "demo.stage.lost"
        detail = say(lost, alerts=say("demo.alerts", after[0]), lists=say("demo.lists", after[1]))
        self.tell(Told(Voice.STAGE, Mood.PLAIN, say("demo.stage.begun"), detail))

    async def listen(self) -> None:
        """Tell what Tocsin did, until it has said everything that is to be said."""
        witness = self.staging.witness
        try:
            async with asyncio.timeout(PATIENCE):
                while not await witness.is_quiet():  # noqa: ASYNC110 - the outbox tells nobody
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            pass  # what cannot be said yet is told as decided
        self._tell_all(await witness.look())

    def _tell_all(self, lines: Iterable[Told]) -> None:
        for told in lines:
            self.tell(told)

    async def _publish(self, act: Act) -> None:
        source = self.staging.story.feed(act.feed).name
        title, text = self.staging.words(act.title), self.staging.words(act.text)
        told = say("demo.world.publishes", source=source, title=title)
        await self.post(
            act.feed, act.of or act.id, title, text, self._told(act) if act.told else told
        )

    async def _command(self, act: Act, name: str, given: Mapping[str, str]) -> None:
        options = {**given, **(act.options or {})}
        typed = self.staging.stage.typed(name, options)
        self._people(self._told(act), lambda _: typed, act.place, act.by)
        answer = await self.staging.stage.command(act.by, act.place, name, **options)
        self._answer(act.by, act.place, answer)

    def _people(
        self, title: Sentence, detail: Sentence | None, place: str, viewer: str | None = None
    ) -> None:
        self.tell(Told(Voice.PEOPLE, Mood.PLAIN, title, detail, place, viewer))

    def _answer(self, person: str, place: str, answer: str) -> None:
        """What Tocsin answered, which nobody else sees."""
        name = next(each.name for each in self.staging.story.people if each.key == person)
        shown = [plain(part) for part in answer.split("\n") if plain(part)][:ANSWER_LINES]
        title = say("demo.tocsin.answers", name=name)
        self.tell(Told(Voice.TOCSIN, Mood.PLAIN, title, lambda _: "\n".join(shown), place, person))

    def _told(self, act: Act) -> Sentence:
        def told(words: Words) -> str:
            return self.stories.get(words.locale, self.staging.story).act(act.id).told

        return told
