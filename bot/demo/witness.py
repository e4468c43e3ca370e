"""Tells what Tocsin did, read off Tocsin: its entries, notices, alerts, revisions and checklists.

Never claims anything: what does not stand in the database or in a judgement is not told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from babel.numbers import format_percent

from bot.chat.words import Words
from bot.demo.lines import Sentence, Told, plain, say
from bot.demo.show import Mood, Voice
from bot.domain.alerts import Alert, AlertState, Reason, Revision
from bot.domain.checklists import PlannedStep, progress
from bot.domain.deliveries import Subject
from bot.domain.entries import Entry
from bot.domain.incidents import ToldNotice
from bot.domain.notices import Judgement, Kind, Scope
from bot.domain.sources import Source
from bot.services.checklists import ChecklistView
from bot.services.services import Services

SHOWN = 3
"""So many reasons, dates or steps are told in a line."""

_ASKED = frozenset(
    {
        Reason.DOUBTFUL,
        Reason.BY_MODE,
        Reason.BASELINE,
        Reason.LATE,
        Reason.REPORTED,
        Reason.REOPENED,
    }
)

_BY_PEOPLE = frozenset({Reason.PUBLISHED, Reason.DISMISSED, Reason.CORRECTED, Reason.RETRACTED})


@dataclass(slots=True)
class _Followed:
    """A member's checklist as it was last seen; `days`: what each step counts from, and its day."""

    revision: int
    ticked: frozenset[str]
    days: dict[str, tuple[date | None, date | None]]


@dataclass(slots=True)
class Witness:
    """Remembers what it has told; `look` tells what is new. `services` is set anew when the bot
    has been started again. `people`: keys and names by Discord id of those whose checklists it
    sees; `names`: what the story calls the feeds, by address."""

    services: Services
    guild_id: int
    since: datetime
    people: Mapping[int, tuple[str, str]]
    names: Mapping[str, str]
    read: dict[str, int] = field(default_factory=dict)
    """How many versions of an entry, by its key, Tocsin has read."""
    _entries: dict[int, str] = field(default_factory=dict)
    _alerts: dict[int, int] = field(default_factory=dict)
    _states: dict[int, AlertState] = field(default_factory=dict)
    _lists: dict[int, _Followed] = field(default_factory=dict)

    async def look(self) -> list[Told]:
        """What Tocsin did since the last look, in the order of its way."""
        decided = [*await self._decided(), *await self._listed()]
        # Asked last and told first: whatever was decided, was heard before.
        return [*await self.hear(), *decided]

    async def hear(self) -> list[Told]:
        """What Tocsin read since the last look, and what it understood."""
        async with self.services.storage.reading() as work:
            pairs = [
                *await work.sources.watchers_for(None),
                *await work.sources.watchers_for(self.guild_id),
            ]
            followed = {each.platform for each in await work.guilds.subscriptions(self.guild_id)}
            found: list[tuple[Source, Entry, list[ToldNotice]]] = []
            for _, source in pairs:
                for entry_id, entry in await work.entries.recent(source.id, self.since):
                    if self._entries.get(entry_id) == entry.content_hash:
                        continue
                    self._entries[entry_id] = entry.content_hash
                    self.read[entry.key] = self.read.get(entry.key, 0) + 1
                    notices = [
                        notice
                        for scope in (None, self.guild_id)
                        for _, notice in await work.incidents.notices_of_entry(entry_id, scope)
                    ]
                    found.append((source, entry, notices))
        return [
            _understood(self._name(source), notices, notices[0].platform in followed)
            if notices
            else _ignored(entry, await self._judgement(source, entry))
            for source, entry, notices in found
        ]

    async def is_quiet(self) -> bool:
        """Whether everything that is to be said has been said."""
        async with self.services.storage.reading() as work:
            return await work.outbox.waiting(self.guild_id) == 0

    async def kept(self) -> tuple[int, int]:
        """How many alerts and how many members' checklists stand in the database."""
        async with self.services.storage.reading() as work:
            alerts = await work.alerts.of_guild(self.guild_id)
            lists = [
                kept
                for member_id in self.people
                for kept in await work.checklists.of_member(member_id, self.guild_id)
            ]
        return len(alerts), len(lists)

    def _name(self, source: Source) -> str:
        return self.names.get(source.url, source.url)

    async def _judgement(self, source: Source, entry: Entry) -> Judgement | None:
        """Tocsin judges an entry anew, as `/source test` does: what it ignored is not kept."""
        trial = await self.services.trying.test(source.url, self.guild_id)
        return next((each.judgement for each in trial.tried if each.entry.key == entry.key), None)

    async def _decided(self) -> list[Told]:
        found: list[Told] = []
        async with self.services.storage.reading() as work:
            for alert in reversed(await work.alerts.of_guild(self.guild_id)):
                told = self._alerts.get(alert.id, 0)
                if alert.revision == told:
                    continue
                history = await work.alerts.history(alert.id)
                posts = await work.outbox.all_said(Subject.ALERT, alert.id)
                thread = str(posts[0].message_id) if posts else None
                was = self._states.get(alert.id)
                for revision in history:
                    if revision.revision > told:
                        author = self.people.get(revision.author_id or 0)
                        found.append(_decision(alert, revision, was, author, thread))
                self._alerts[alert.id], self._states[alert.id] = alert.revision, alert.state
        return found

    async def _listed(self) -> list[Told]:
        found: list[Told] = []
        for member_id, (key, name) in self.people.items():
            for view in await self.services.checklists.mine(self.guild_id, member_id):
                now = _Followed(
                    view.alert.revision,
                    view.ticked,
                    {each.step.id: _days(each) for each in view.plan.steps},
                )
                was = self._lists.get(view.id)
                self._lists[view.id] = now
                told = _checklist(view, was, now, name)
                if told is not None:
                    found.append(
                        Told(Voice.TOCSIN, told[0], told[1], told[2], room="alerts", viewer=key)
                    )
        return found


def _ignored(entry: Entry, judgement: Judgement | None) -> Told:
    signals = judgement.signals if judgement else ()
    against = sorted((each for each in signals if each.weight < 0), key=lambda each: each.weight)

    def why(words: Words) -> str:
        if not against:
            return words("demo.why.nothing")
        lines = [
            words("demo.why.signal", name=each.name, quote=each.quote) for each in against[:SHOWN]
        ]
        return "\n".join([words("demo.why.against"), *lines])

    title = say("demo.tocsin.ignored", title=entry.title)
    return Told(Voice.TOCSIN, Mood.IGNORED, title, why)


def _understood(source: str, notices: list[ToldNotice], followed: bool) -> Told:
    told = notices[0]
    notice = told.notice
    part = notice.kind is Kind.CLOSURE and notice.scope is Scope.PART
    kind = "closure_part" if part else notice.kind.value

    def detail(words: Words) -> str:
        lines = [
            words(
                "check.facts",
                severity=words(f"common.severity.{notice.severity.value}"),
                confidence=format_percent(notice.confidence, locale=words.locale),
                origin=words(f"check.origin.{told.origin.value}"),
            )
        ]
        lines.extend(
            words("demo.date", what=words.what(each.what), when=words.dates.when(each))
            for each in notice.deadlines[: SHOWN + 1]
        )
        if not followed:
            lines.append(words("demo.why.not_followed", platform=told.platform_name))
        return "\n".join(lines)

    title = say(
        "demo.tocsin.understood",
        source=source,
        what=say(f"check.kind.{kind}", name=told.platform_name),
    )
    return Told(Voice.TOCSIN, Mood.PLAIN, title, detail)


def _decision(
    alert: Alert,
    revision: Revision,
    was: AlertState | None,
    author: tuple[str, str] | None,
    thread: str | None,
) -> Told:
    facts = alert.told
    reason = revision.reason
    named: Sentence = lambda words: plain(words.title(facts))  # noqa: E731
    why: Sentence = lambda words: _because(words, revision)  # noqa: E731
    if author is not None and reason in _BY_PEOPLE:
        title = say(f"demo.people.{reason.value}", name=author[1], what=named)
        room = "alerts" if alert.state is AlertState.PUBLISHED else "review"
        mood = Mood.ALERT if reason is Reason.PUBLISHED else Mood.CHANGE
        return Told(Voice.PEOPLE, mood, title, why, room)
    if reason in _ASKED:
        title = say("demo.tocsin.asks", what=named)
        return Told(Voice.TOCSIN, Mood.REVIEW, title, why, "review")
    if alert.state is not AlertState.PUBLISHED:
        title = say("demo.tocsin.adds", what=named)
        return Told(Voice.TOCSIN, Mood.REVIEW, title, why, "review")
    if reason is Reason.FIRST or was is not AlertState.PUBLISHED:
        title = say("demo.tocsin.rings", what=named)
        return Told(Voice.TOCSIN, Mood.ALERT, title, why, "alerts")
    if any(change.material for change in revision.changes):
        title = say("demo.tocsin.says_aloud", what=named)
        return Told(Voice.TOCSIN, Mood.CHANGE, title, why, thread or "alerts")
    title = say("demo.tocsin.edits", what=named)
    return Told(Voice.TOCSIN, Mood.CHANGE, title, why, "alerts")


def _because(words: Words, revision: Revision) -> str:
    if revision.reason is Reason.CHANGED and revision.changes:
        return "\n".join(plain(words.change(each)) for each in revision.changes[: SHOWN + 1])
    return words("demo.why.reason", reason=words(f"why.reason.{revision.reason.value}"))


def _checklist(
    view: ChecklistView, was: _Followed | None, now: _Followed, name: str
) -> tuple[Mood, Sentence, Sentence] | None:
    done, total = progress(view.plan, view.ticked)
    if was is None:
        return (
            Mood.PLAIN,
            say("demo.tocsin.opens", total, name=name),
            lambda words: "\n".join(_step(words, each) for each in view.plan.steps[:SHOWN]),
        )
    if was.ticked != now.ticked:
        return (
            Mood.PLAIN,
            say("demo.tocsin.ticks", done, total=total, name=name),
            say("demo.why.kept"),
        )
    moved = [
        each
        for each in view.plan.steps
        if each.due_on != view.today and _has_moved(was.days.get(each.step.id), _days(each))
    ]
    if was.revision != now.revision and moved:
        return (
            Mood.CHANGE,
            say("demo.tocsin.moves", len(moved), name=name),
            lambda words: "\n".join(_step(words, each) for each in moved[:SHOWN]),
        )
    return None


def _days(planned: PlannedStep) -> tuple[date | None, date | None]:
    return planned.anchor.on if planned.anchor else None, planned.due_on


def _has_moved(
    was: tuple[date | None, date | None] | None, now: tuple[date | None, date | None]
) -> bool:
    """Whether both what a step counts from and its own day are others."""
    return was is not None and was[0] != now[0] and was[1] != now[1]


def _step(words: Words, planned: PlannedStep) -> str:
    step = planned.step.title_in(words.locale)
    if planned.due_on is None:
        return words("demo.step.afterwards", step=step)
    return words("demo.step.due", step=step, day=words.dates.day(planned.due_on))
